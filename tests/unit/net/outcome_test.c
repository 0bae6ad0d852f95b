/*
 * Did the request reach the server? Every way in which an exchange can break, and the promise that
 * no request is ever sent twice.
 */
#include "unit/net/client.h"
#include "unit/net/raw_server.h"

static bool answer_ok(const raw_request *request) {
    return raw_ok(request, "ok");
}

/* A port at which nobody listens. */
static int free_port(void) {
    int port = 0;
    int fd = raw_listen(&port);
    close(fd);
    return port;
}

static void refused_connection_is_not_sent(void **state) {
    (void)state;
    qd_transport *net = client_new();
    got g = client_do(net, free_port(), "POST", "/x?access_token=secret", "x");
    assert_int_equal(g.outcome, QD_HTTP_NOT_SENT);
    assert_int_equal(g.status, 0);
    assert_string_not_equal(g.message, "");
    assert_null(strstr(g.message, "secret"));
    net->free(net);
}

static bool answer_garbage(const raw_request *request) {
    raw_send(request->fd, "no TLS here\r\n");
    return false;
}

/* A TLS client does not send a whole HTTP request, so this one answers whatever comes. */
static void *greet_and_close(void *arg) {
    int fd = accept(*(int *)arg, NULL, NULL);
    char some[16];
    ssize_t got_some = recv(fd, some, sizeof(some), 0);
    (void)got_some;
    raw_request request = { .fd = fd };
    answer_garbage(&request);
    shutdown(fd, SHUT_RDWR);
    close(fd);
    return NULL;
}

static void failed_tls_is_not_sent(void **state) {
    (void)state;
    int port = 0;
    int listen_fd = raw_listen(&port);
    pthread_t thread;
    pthread_create(&thread, NULL, greet_and_close, &listen_fd);
    qd_transport *net = client_new();
    char url[256];
    got g;
    snprintf(url, sizeof(url), "https://127.0.0.1:%d/x", port);
    qd_http_request request = client_request("POST", url, "x");
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_int_equal(g.outcome, QD_HTTP_NOT_SENT);
    pthread_join(thread, NULL);
    close(listen_fd);
    net->free(net);
}

static bool answer_forbidden(const raw_request *request) {
    raw_send(request->fd, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    return false;
}

static void refused_proxy_tunnel_is_not_sent(void **state) {
    (void)state;
    raw_server *proxy = raw_start(answer_forbidden);
    qd_transport *net = client_new();
    char proxy_url[256];
    got g;
    client_url(proxy_url, proxy->port, "");
    qd_http_request request = client_request("POST", "https://shop.test/x", "x");
    request.proxy = proxy_url;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_true(raw_saw(proxy, "CONNECT shop.test:443 HTTP/1.1\r\n"));
    assert_int_equal(g.outcome, QD_HTTP_NOT_SENT);
    assert_int_equal(g.status, 0);
    net->free(net);
    raw_stop(proxy);
}

/* Listens but never accepts; connecting works, the request goes into the kernel's buffer. */
static void silence_after_sending_is_maybe_sent(void **state) {
    (void)state;
    int port = 0;
    int fd = raw_listen(&port);
    qd_transport *net = client_new();
    char url[256];
    got g;
    client_url(url, port, "/x?access_token=secret");
    qd_http_request request = client_request("POST", url, "x");
    request.timeout_ms = 80;
    client_send(net, &request, &g);
    client_wait(net, &g);
    assert_int_equal(g.outcome, QD_HTTP_MAYBE_SENT);
    assert_true(g.total_us >= 70000);
    assert_null(strstr(g.message, "secret"));
    close(fd);
    net->free(net);
}

static bool answer_cut(const raw_request *request) {
    if (strstr(request->text, "/before") != NULL) {
        return false;
    }
    if (strstr(request->text, "/head") != NULL) {
        raw_send(request->fd, "HTTP/1.1 200 OK\r\nContent-Le");
        return false;
    }
    if (strstr(request->text, "/chunk") != NULL) {
        raw_send(request->fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n01234");
        return false;
    }
    raw_send(request->fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
    return false;
}

static void cut_answers_are_maybe_sent(void **state) {
    (void)state;
    static const char *const paths[] = { "/before", "/head", "/half", "/chunk" };
    raw_server *server = raw_start(answer_cut);
    qd_transport *net = client_new();
    for (size_t i = 0; i < 4; i++) {
        got g = client_do(net, server->port, "POST", paths[i], "x");
        assert_int_equal(g.outcome, QD_HTTP_MAYBE_SENT);
        assert_string_not_equal(g.message, "");
        assert_int_equal(raw_requests(server), (int)i + 1);
    }
    net->free(net);
    raw_stop(server);
}

/* Answers /first, then reads the next request of the same connection completely and closes. */
static bool answer_first_only(const raw_request *request) {
    if (strstr(request->text, " /first ") != NULL) {
        return raw_ok(request, "ok");
    }
    if (request->number > 1) {
        return false;
    }
    return raw_ok(request, "repeated");
}

static void check_sent_once(const char *method, const char *body) {
    raw_server *server = raw_start(answer_first_only);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "GET", "/first", NULL);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    g = client_do(net, server->port, method, "/effect", body);
    assert_int_equal(g.outcome, QD_HTTP_MAYBE_SENT);
    assert_string_equal(g.message, "the kept-alive connection was closed before an answer came");
    assert_int_equal(g.status, 0);
    assert_int_equal(raw_requests(server), 2);
    /* The transport is whole afterwards. */
    g = client_do(net, server->port, method, "/effect", body);
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_int_equal(raw_requests(server), 3);
    net->free(net);
    raw_stop(server);
}

static void request_is_sent_once_when_a_kept_connection_dies(void **state) {
    (void)state;
    char *body = malloc(100001);
    assert_non_null(body);
    memset(body, 'x', 100000);
    body[100000] = '\0';
    check_sent_once("POST", "a=1");
    check_sent_once("POST", NULL);
    check_sent_once("GET", NULL); /* TOP takes writes by GET too */
    check_sent_once("POST", body);
    free(body);
}

static void request_is_sent_once_when_other_connections_are_kept(void **state) {
    (void)state;
    enum { KEPT = 4 };
    raw_server *server = raw_start(answer_first_only);
    qd_transport *net = client_new();
    got replies[KEPT];
    char url[256];
    client_url(url, server->port, "/first");
    qd_http_request request = client_request("GET", url, NULL);
    for (int i = 0; i < KEPT; i++) {
        client_send(net, &request, &replies[i]);
    }
    for (int i = 0; i < KEPT; i++) {
        client_wait(net, &replies[i]);
        assert_int_equal(replies[i].outcome, QD_HTTP_DONE);
    }
    assert_int_equal(raw_connections(server), KEPT);
    got g = client_do(net, server->port, "POST", "/effect", "a=1");
    assert_int_equal(g.outcome, QD_HTTP_MAYBE_SENT);
    assert_int_equal(raw_requests(server), KEPT + 1);
    net->free(net);
    raw_stop(server);
}

static void closed_kept_connection_is_replaced_unnoticed(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got g = client_do(net, server->port, "POST", "/", "x");
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    /* The server closes while the connection is idle; loopback delivers that at once. */
    shutdown(server->fds[0], SHUT_RDWR);
    g = client_do(net, server->port, "POST", "/", "x");
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_true(g.connect_us > 0);
    assert_int_equal(raw_requests(server), 2);
    net->free(net);
    raw_stop(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_connection_is_not_sent),
        cmocka_unit_test(failed_tls_is_not_sent),
        cmocka_unit_test(refused_proxy_tunnel_is_not_sent),
        cmocka_unit_test(silence_after_sending_is_maybe_sent),
        cmocka_unit_test(cut_answers_are_maybe_sent),
        cmocka_unit_test(request_is_sent_once_when_a_kept_connection_dies),
        cmocka_unit_test(request_is_sent_once_when_other_connections_are_kept),
        cmocka_unit_test(closed_kept_connection_is_replaced_unnoticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
