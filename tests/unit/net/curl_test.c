/*
 * What goes over the wire and comes back: bytes as given, bounded answers, reuse, proxies.
 */
#include "unit/net/client.h"
#include "unit/net/raw_server.h"

static bool answer_hello(const raw_request *request) {
    raw_send(request->fd, "HTTP/1.1 100 Continue\r\nX-Test: early\r\n\r\n");
    raw_send(request->fd, "HTTP/1.1 201 Created\r\nX-Other: 1\r\nx-TEST:  two words \r\n"
                          "Content-Length: 5\r\n\r\nhello");
    return true;
}

static void answer_arrives_with_status_headers_and_body(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_hello);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "GET", "/", NULL);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_int_equal(g.status, 201);
    assert_string_equal(g.body, "hello");
    assert_string_equal(g.header, "two words");
    assert_int_equal(g.header_count, 3);
    assert_string_equal(g.message, "");
    net->free(net);
    raw_stop(server);
}

static bool answer_ok(const raw_request *request) {
    return raw_ok(request, "ok");
}

static void path_and_query_travel_unchanged(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "GET", "//order/../a//b?x=%7B%22&y=+", NULL);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_true(raw_saw(server, "GET //order/../a//b?x=%7B%22&y=+ HTTP/1.1\r\n"));
    assert_true(raw_saw(server, "User-Agent: qiandian/"));
    net->free(net);
    raw_stop(server);
}

static void post_carries_the_headers_given_and_no_others(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    char url[256];
    got g;
    client_url(url, server->port, "/post");
    const qd_http_header headers[] = { { "X-Empty", "" }, { "X-Full", "a: b" } };
    qd_http_request request = client_request("POST", url, "{\"page\":0}");
    request.headers = headers;
    request.header_count = 2;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_true(raw_saw(server, "\r\n\r\n{\"page\":0}"));
    assert_true(raw_saw(server, "\r\nX-Empty:\r\n"));
    assert_true(raw_saw(server, "\r\nX-Full: a: b\r\n"));
    assert_false(raw_saw(server, "Expect"));
    assert_false(raw_saw(server, "Content-Type"));
    /* The next exchange on the same handle has none of them. */
    client_do(net, server->port, "GET", "/get", NULL);
    assert_true(raw_saw(server, "GET /get HTTP/1.1\r\n"));
    assert_false(raw_saw(server, "X-Full"));
    assert_false(raw_saw(server, "Content-Length"));
    net->free(net);
    raw_stop(server);
}

static bool answer_length(const raw_request *request) {
    const char *body = strstr(request->text, "\r\n\r\n") + 4;
    char text[32];
    snprintf(text, sizeof(text), "%zu", request->len - (size_t)(body - request->text));
    return raw_ok(request, text);
}

static void long_post_arrives_whole(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_length);
    qd_transport *net = client_new();
    char *body = malloc(200001);
    assert_non_null(body);
    memset(body, 'x', 200000);
    body[200000] = '\0';
    got g = client_do(net, server->port, "POST", "/", body);
    assert_string_equal(g.body, "200000");
    g = client_do(net, server->port, "POST", "/", "");
    assert_string_equal(g.body, "0");
    free(body);
    net->free(net);
    raw_stop(server);
}

static void second_exchange_reuses_the_connection(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "GET", "/", NULL);
    assert_true(g.connect_us > 0);
    assert_true(g.total_us >= g.connect_us);
    for (int i = 0; i < 3; i++) {
        g = client_do(net, server->port, "POST", "/", "x");
        assert_int_equal(g.outcome, QD_HTTP_DONE);
        assert_int_equal(g.connect_us, 0);
        assert_true(g.total_us > 0);
    }
    assert_int_equal(raw_connections(server), 1);
    net->free(net);
    raw_stop(server);
}

static bool answer_hundred(const raw_request *request) {
    if (strstr(request->text, "/chunked") != NULL) {
        raw_send(request->fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            raw_send(request->fd, "a\r\n0123456789\r\n");
        }
        raw_send(request->fd, "0\r\n\r\n");
        return true;
    }
    raw_send(request->fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 10; i++) {
        raw_send(request->fd, "0123456789");
    }
    return true;
}

static void body_over_the_bound_is_too_big(void **state) {
    (void)state;
    static const char *const paths[] = { "/plain", "/chunked" };
    raw_server *server = raw_start(answer_hundred);
    qd_transport *net = client_new();
    for (size_t i = 0; i < 2; i++) {
        got g;
        char url[256];
        client_url(url, server->port, paths[i]);
        qd_http_request request = client_request("GET", url, NULL);
        request.max_reply_bytes = 100;
        client_send(net, &request, &g);
        client_wait(net, &g);
        assert_int_equal(g.outcome, QD_HTTP_DONE);
        assert_int_equal(g.body_len, 100);
        request.max_reply_bytes = 99;
        client_send(net, &request, &g);
        client_wait(net, &g);
        assert_int_equal(g.outcome, QD_HTTP_TOO_BIG);
        assert_int_equal(g.status, 200);
        assert_string_equal(g.message, "the answer is longer than 99 bytes");
    }
    net->free(net);
    raw_stop(server);
}

/* gzip of 1000 times "a". */
static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                        0x4b, 0x4c, 0x1c, 0x05, 0xa3, 0x60, 0x14, 0x0c, 0x77, 0x00,
                                        0x00, 0x03, 0xda, 0x38, 0x9a, 0xe8, 0x03, 0x00, 0x00 };

static bool answer_packed(const raw_request *request) {
    char head[128];
    snprintf(head, sizeof(head),
             "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
             sizeof(packed));
    raw_send(request->fd, head);
    return send(request->fd, packed, sizeof(packed), MSG_NOSIGNAL) == (ssize_t)sizeof(packed);
}

static void packed_body_is_unpacked_and_bounded_unpacked(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_packed);
    qd_transport *net = client_new();
    got g;
    char url[256];
    client_url(url, server->port, "/");
    qd_http_request request = client_request("GET", url, NULL);
    request.max_reply_bytes = 1000;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_true(raw_saw(server, "Accept-Encoding: "));
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_int_equal(g.body_len, 1000);
    request.max_reply_bytes = 500;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_int_equal(g.outcome, QD_HTTP_TOO_BIG);
    net->free(net);
    raw_stop(server);
}

static bool answer_many_headers(const raw_request *request) {
    raw_send(request->fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; i < 150; i++) {
        raw_send(request->fd, "X-More: 1\r\n");
    }
    raw_send(request->fd, "\r\n");
    return true;
}

static void too_many_answer_headers_are_too_big(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_many_headers);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "GET", "/", NULL);
    assert_int_equal(g.outcome, QD_HTTP_TOO_BIG);
    net->free(net);
    raw_stop(server);
}

static bool answer_redirect(const raw_request *request) {
    raw_send(request->fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nX-Test: r\r\n"
                          "Content-Length: 0\r\n\r\n");
    return true;
}

static void redirect_is_an_answer_and_not_followed(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_redirect);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "POST", "/here", "x");
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_int_equal(g.status, 302);
    assert_string_equal(g.header, "r");
    assert_int_equal(raw_requests(server), 1);
    net->free(net);
    raw_stop(server);
}

static void request_goes_through_its_own_proxy_only(void **state) {
    (void)state;
    raw_server *proxy = raw_start(answer_ok);
    raw_server *other = raw_start(answer_ok);
    qd_transport *net = client_new();
    char proxy_url[256];
    char other_url[256];
    got g;
    client_url(proxy_url, proxy->port, "");
    client_url(other_url, other->port, "");
    /* Neither may have a say. */
    setenv("http_proxy", other_url, 1);
    setenv("no_proxy", "*", 1);
    qd_http_request request = client_request("GET", "http://shop.test:8080/router/rest?a=1", NULL);
    request.proxy = proxy_url;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_true(raw_saw(proxy, "GET http://shop.test:8080/router/rest?a=1 HTTP/1.1\r\n"));
    g = client_do(net, proxy->port, "GET", "/direct", NULL);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_true(raw_saw(proxy, "GET /direct HTTP/1.1\r\n"));
    assert_int_equal(raw_requests(other), 0);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    net->free(net);
    raw_stop(other);
    raw_stop(proxy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_arrives_with_status_headers_and_body),
        cmocka_unit_test(path_and_query_travel_unchanged),
        cmocka_unit_test(post_carries_the_headers_given_and_no_others),
        cmocka_unit_test(long_post_arrives_whole),
        cmocka_unit_test(second_exchange_reuses_the_connection),
        cmocka_unit_test(body_over_the_bound_is_too_big),
        cmocka_unit_test(packed_body_is_unpacked_and_bounded_unpacked),
        cmocka_unit_test(too_many_answer_headers_are_too_big),
        cmocka_unit_test(redirect_is_an_answer_and_not_followed),
        cmocka_unit_test(request_goes_through_its_own_proxy_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
