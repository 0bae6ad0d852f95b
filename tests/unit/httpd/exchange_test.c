/*
 * Requests as the handler sees them, answers as the client sees them.
 */
#include <stdatomic.h>

#include "unit/httpd/wire.h"

static atomic_int handled;
static atomic_int released;

static void count_release(void *user) {
    assert_ptr_equal(user, &released);
    atomic_fetch_add(&released, 1);
}

static void answer_parts(httpd_response *response) {
    response->parts[0] = BASE_STR("[1,");
    response->parts[1] = BASE_STR("");
    response->parts[2] = BASE_STR("2]");
    response->part_count = 3;
    response->release = count_release;
    response->release_user = &released;
}

/* Says what it saw; some paths answer in a way of their own. */
static void echo(void *user, const httpd_request *request, httpd_response *response) {
    (void)user;
    atomic_fetch_add(&handled, 1);
    base_str header = httpd_header_get(request, "x-tEST");
    base_buf_printf(&response->body, "%.*s|%.*s|%.*s|%zu|%.*s", (int)request->method.len,
                    request->method.ptr, (int)request->path.len, request->path.ptr,
                    (int)request->query.len, request->query.ptr, request->body.len, (int)header.len,
                    header.len > 0 ? header.ptr : "");
    if (base_str_is(request->path, "/dated")) {
        base_time_to_http(784111777, response->date);
    } else if (base_str_is(request->path, "/made")) {
        response->status = 302;
        response->content_type = "text/html";
        base_copy(response->location, sizeof(response->location), BASE_STR("/else?x=1"));
        response->extra[0] = (httpd_header){ BASE_STR("X-Own"), BASE_STR("yes") };
        response->extra_count = 1;
    } else if (base_str_is(request->path, "/body")) {
        base_buf_reset(&response->body);
        base_buf_add_str(&response->body, request->body);
    } else if (base_str_is(request->path, "/parts")) {
        answer_parts(response);
    } else if (base_str_is(request->path, "/parts-cut")) {
        answer_parts(response);
        response->finish = HTTPD_CUT;
    } else if (base_str_is(request->path, "/parts-half")) {
        answer_parts(response);
        response->finish = HTTPD_CUT_HALF;
    } else if (base_str_is(request->path, "/empty")) {
        base_buf_clear(&response->body);
    } else if (base_str_is(request->path, "/bounded")) {
        base_buf_clear(&response->body);
        base_buf_init(&response->body, 3);
        base_buf_add_text(&response->body, "four");
    } else if (base_str_is(request->path, "/cut")) {
        response->finish = HTTPD_CUT;
    } else if (base_str_is(request->path, "/half")) {
        base_buf_reset(&response->body);
        base_buf_add_text(&response->body, "0123456789");
        response->finish = HTTPD_CUT_HALF;
    }
}

static httpd *start_echo(void) {
    httpd_options options = { .handler = echo, .max_body = 1000 };
    return wire_start(&options);
}

static void check_body(uint16_t port, const char *request, const char *expected) {
    char *answer = wire_ask(port, request);
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\n"));
    assert_string_equal(wire_body(answer), expected);
    free(answer);
}

static void target_arrives_raw(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    check_body(port, "GET //order//x%20y?a=%7B&a=+&&b HTTP/1.1\r\nHost: h\r\n\r\n",
               "GET|//order//x%20y|a=%7B&a=+&&b|0|");
    check_body(port, "GET /a/../b? HTTP/1.1\r\nHost: h\r\n\r\n", "GET|/a/../b||0|");
    check_body(port, "GET /q?x?y=1 HTTP/1.1\r\nHost: h\r\n\r\n", "GET|/q|x?y=1|0|");
    check_body(port, "GET http://shop.test/r?a=1 HTTP/1.1\r\nHost: h\r\n\r\n",
               "GET|http://shop.test/r|a=1|0|");
    check_body(port, "GET /h HTTP/1.1\r\nHost: h\r\nX-Test:  v 1 \r\n\r\n", "GET|/h||0|v 1");
    httpd_stop(server);
}

static void every_method_is_delivered(void **state) {
    (void)state;
    static const char *const methods[] = { "GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH" };
    httpd *server = start_echo();
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        char request[128];
        char expected[64];
        snprintf(request, sizeof(request), "%s /m HTTP/1.1\r\nHost: h\r\n\r\n", methods[i]);
        snprintf(expected, sizeof(expected), "%s|/m||0|", methods[i]);
        check_body(httpd_port(server), request, expected);
    }
    char *answer = wire_ask(httpd_port(server), "HEAD /m HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_non_null(strstr(answer, "Content-Length: 11\r\n"));
    assert_string_equal(wire_body(answer), "");
    free(answer);
    httpd_stop(server);
}

static void body_arrives_plain_and_chunked(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    check_body(port, "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
               "{\"a\":1}");
    check_body(port,
               "POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
               "abcdefg");
    /* A form is not taken apart. */
    check_body(port,
               "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n"
               "Content-Type: application/x-www-form-urlencoded\r\n\r\na=%41+b",
               "a=%41+b");
    httpd_stop(server);
}

static void client_that_asks_first_is_told_to_continue(void **state) {
    (void)state;
    httpd *server = start_echo();
    int fd = wire_connect(httpd_port(server));
    wire_text(fd, "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                  "Expect: 100-continue\r\n\r\n");
    char *answer = wire_read(fd, true);
    assert_non_null(strstr(answer, "HTTP/1.1 100 Continue\r\n"));
    free(answer);
    wire_text(fd, "abc");
    answer = wire_read(fd, true);
    assert_string_equal(wire_body(answer), "abc");
    free(answer);
    close(fd);
    httpd_stop(server);
}

/* Sends a body of `size` bytes after the head and expects 413 without a call of the handler. */
static void check_too_long(uint16_t port, const char *head, size_t size, bool chunked) {
    char *body = calloc(1, size + 32);
    assert_non_null(body);
    size_t len = chunked ? (size_t)snprintf(body, 16, "%zx\r\n", size) : 0;
    memset(body + len, 'x', size);
    len += size;
    if (chunked) {
        memcpy(body + len, "\r\n0\r\n\r\n", 7);
        len += 7;
    }
    int before = atomic_load(&handled);
    int fd = wire_connect(port);
    wire_text(fd, head);
    wire_send(fd, body, len);
    char *answer = wire_read(fd, true);
    assert_non_null(strstr(answer, "HTTP/1.1 413 "));
    assert_int_equal(atomic_load(&handled), before);
    free(answer);
    free(body);
    close(fd);
}

static void longer_body_is_refused_without_the_handler(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    check_too_long(port, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 1001, false);
    check_too_long(port, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 3000,
                   true);
    check_too_long(port, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n", 0, false);
    check_too_long(port,
                   "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n"
                   "Expect: 100-continue\r\n\r\n",
                   0, false);
    httpd_stop(server);
}

static void long_heads_arrive_up_to_the_bound(void **state) {
    (void)state;
    enum { LONG = 60000, ENDLESS = 300000 };
    httpd_options options = { .handler = echo, .max_head = 128 * 1024 };
    httpd *server = wire_start(&options);
    uint16_t port = httpd_port(server);
    char *request = malloc(ENDLESS + 200);
    assert_non_null(request);
    char *filler = calloc(1, ENDLESS + 1);
    assert_non_null(filler);
    memset(filler, 'a', LONG);
    snprintf(request, ENDLESS + 200, "GET /?%s HTTP/1.1\r\nHost: h\r\nX-Test: 1\r\n\r\n", filler);
    char *answer = wire_ask(port, request);
    assert_non_null(strstr(answer, " 200 OK\r\n"));
    assert_int_equal(strlen(wire_body(answer)), LONG + strlen("GET|/||0|1"));
    free(answer);
    memset(filler, 'a', ENDLESS);
    snprintf(request, ENDLESS + 200, "GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n", filler);
    int fd = wire_connect(port);
    ssize_t sent = send(fd, request, strlen(request), MSG_NOSIGNAL);
    assert_true(sent > 0);
    answer = wire_read(fd, true);
    /* The rest of the head is not read, so a reset may overtake the 414. */
    assert_true(answer[0] == '\0' || strstr(answer, "HTTP/1.1 414 ") != NULL);
    free(answer);
    close(fd);
    base_buf many;
    base_buf_init(&many, ENDLESS);
    base_buf_add_text(&many, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < LIMIT_HEADERS; i++) {
        base_buf_add_text(&many, "X-More: 1\r\n");
    }
    base_buf_add_text(&many, "\r\n");
    answer = wire_ask(port, base_buf_text(&many));
    assert_non_null(strstr(answer, "HTTP/1.1 431 "));
    free(answer);
    base_buf_clear(&many);
    free(filler);
    free(request);
    httpd_stop(server);
}

static void answer_carries_what_the_handler_set(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    char *answer = wire_ask(port, "GET /made HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_non_null(strstr(answer, "HTTP/1.1 302 Found\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Type: text/html\r\n"));
    assert_non_null(strstr(answer, "\r\nLocation: /else?x=1\r\n"));
    assert_non_null(strstr(answer, "\r\nX-Own: yes\r\n"));
    free(answer);
    answer = wire_ask(port, "GET /bounded HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_non_null(strstr(answer, "HTTP/1.1 500 "));
    free(answer);
    check_body(port, "GET /empty HTTP/1.1\r\nHost: h\r\n\r\n", "");
    httpd_stop(server);
}

static void date_is_the_handlers_or_the_machines(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    char *answer = wire_ask(port, "GET /dated HTTP/1.1\r\nHost: h\r\n\r\n");
    const char *date = strstr(answer, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    assert_non_null(date);
    assert_null(strstr(date + 2, "\r\nDate:"));
    assert_non_null(strstr(answer, "\r\nContent-Type: application/json;charset=UTF-8\r\n"));
    free(answer);
    answer = wire_ask(port, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    date = strstr(answer, "\r\nDate: ");
    assert_non_null(date);
    date += strlen("\r\nDate: ");
    int64_t sent = 0;
    assert_true(base_time_from_http((base_str){ date, strcspn(date, "\r") }, &sent));
    int64_t now = base_now(qd_clock_system());
    assert_true(sent <= now && now - sent < 60);
    free(answer);
    httpd_stop(server);
}

static void shared_parts_are_sent_in_order_and_released_once(void **state) {
    (void)state;
    httpd *server = start_echo();
    uint16_t port = httpd_port(server);
    int before = atomic_load(&released);
    check_body(port, "GET /parts HTTP/1.1\r\nHost: h\r\n\r\n", "[1,2]");
    char *answer = wire_ask(port, "GET /parts-cut HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_string_equal(answer, "");
    free(answer);
    answer = wire_ask(port, "GET /parts-half HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_string_equal(wire_body(answer), "[1");
    free(answer);
    httpd_stop(server);
    assert_int_equal(atomic_load(&released), before + 3);
}

static void cut_sends_nothing_and_cut_half_sends_half(void **state) {
    (void)state;
    httpd *server = start_echo();
    int before = atomic_load(&handled);
    int fd = wire_connect(httpd_port(server));
    wire_text(fd, "POST /cut HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    assert_true(wire_closed(fd));
    close(fd);
    assert_int_equal(atomic_load(&handled), before + 1); /* the effect took place */
    fd = wire_connect(httpd_port(server));
    wire_text(fd, "POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    char *answer = wire_read(fd, true);
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Length: 10\r\n"));
    assert_string_equal(wire_body(answer), "01234");
    assert_true(wire_closed(fd));
    free(answer);
    close(fd);
    httpd_stop(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(target_arrives_raw),
        cmocka_unit_test(every_method_is_delivered),
        cmocka_unit_test(body_arrives_plain_and_chunked),
        cmocka_unit_test(client_that_asks_first_is_told_to_continue),
        cmocka_unit_test(longer_body_is_refused_without_the_handler),
        cmocka_unit_test(long_heads_arrive_up_to_the_bound),
        cmocka_unit_test(answer_carries_what_the_handler_set),
        cmocka_unit_test(date_is_the_handlers_or_the_machines),
        cmocka_unit_test(shared_parts_are_sent_in_order_and_released_once),
        cmocka_unit_test(cut_sends_nothing_and_cut_half_sends_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
