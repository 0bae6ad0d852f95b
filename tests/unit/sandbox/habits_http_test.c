/*
 * What HTTP libraries do on their own: HTTP/1.0, connections that are kept or not, requests in a
 * row, Expect: 100-continue, chunked bodies, no Content-Length, odd header names, slow writers.
 */
#include <netinet/tcp.h>

#include "wire_kit.h"

static const char json[] = "{\"page\":0,\"size\":10}";

/* "POST /order/searchList?... " signed over json. */
static void head(wire *w, const char *version, const char *headers) {
    wire_sign sign;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", json, "1700000000", sign);
    base_buf_reset(&w->out);
    base_buf_printf(&w->out,
                    "POST /order/searchList?app_key=%s&timestamp=1700000000&v=2"
                    "&sign_method=hmac-sha256&access_token=%s&sign=%s %s\r\n%s\r\n",
                    kit_shop_text(w->k, 0, "app_key"), w->f.token[FACE_ON_DOUYIN], sign, version,
                    headers);
}

static void http_1_0_with_and_without_a_host(void **state) {
    wire *w = *state;
    static const char *const headers[] = { "Content-Length: 20\r\n",
                                           "Host: x\r\nContent-Length: 20\r\n",
                                           "Connection: keep-alive\r\nContent-Length: 20\r\n" };
    for (size_t i = 0; i < 3; i++) {
        head(w, "HTTP/1.0", headers[i]);
        base_buf_add_text(&w->out, json);
        wire_exchange(w, base_buf_str(&w->out));
        wire_expect_served(w, FACE_ON_DOUYIN, headers[i]);
    }
}

static void a_connection_may_be_kept(void **state) {
    wire *w = *state;
    head(w, "HTTP/1.1", "Host: x\r\nConnection: keep-alive\r\nContent-Length: 20\r\n");
    base_buf_add_text(&w->out, json);
    wire_dial(w);
    for (int i = 0; i < 5; i++) {
        wire_push(w, w->out.data, w->out.len);
        wire_take(w);
        wire_expect_served(w, FACE_ON_DOUYIN, "a kept connection");
    }
    wire_push(w, w->out.data, w->out.len); /* two at once: each is answered */
    wire_push(w, w->out.data, w->out.len);
    wire_take(w);
    wire_expect_served(w, FACE_ON_DOUYIN, "the first of two");
    wire_hang_up(w);
    head(w, "HTTP/1.1", "Host: x\r\nConnection: close\r\nContent-Length: 20\r\n");
    base_buf_add_text(&w->out, json);
    wire_exchange(w, base_buf_str(&w->out));
    wire_expect_served(w, FACE_ON_DOUYIN, "a connection that is not kept");
}

static void who_expects_100_continue_gets_it(void **state) {
    wire *w = *state;
    head(w, "HTTP/1.1", "Host: x\r\nExpect: 100-continue\r\nContent-Length: 20\r\n");
    char first[64] = "";
    wire_dial(w);
    wire_push(w, w->out.data, w->out.len);
    ssize_t got = recv(w->fd, first, sizeof first - 1, 0); /* before any of the body */
    assert_true(got > 0);
    assert_int_equal(strncmp(first, "HTTP/1.1 100", 12), 0);
    wire_push(w, json, sizeof json - 1);
    wire_take(w);
    wire_expect_served(w, FACE_ON_DOUYIN, "Expect: 100-continue");
    wire_hang_up(w);
    base_buf_add_text(&w->out, json); /* and who does not wait for it, too */
    wire_exchange(w, base_buf_str(&w->out));
    wire_expect_served(w, FACE_ON_DOUYIN, "an impatient client");
}

static void chunked_bodies(void **state) {
    wire *w = *state;
    static const char *const bodies[] = {
        "14\r\n{\"page\":0,\"size\":10}\r\n0\r\n\r\n",
        "1\r\n{\r\n8;ext=1\r\n\"page\":0\r\n00B\r\n,\"size\":10}\r\n0\r\nX-Trailer: 1\r\n\r\n"
    };
    for (size_t i = 0; i < 2; i++) {
        head(w, "HTTP/1.1", "Host: x\r\nTransfer-Encoding: chunked\r\n");
        base_buf_add_text(&w->out, bodies[i]);
        wire_exchange(w, base_buf_str(&w->out));
        wire_expect_served(w, FACE_ON_DOUYIN, "a chunked body");
    }
}

/* Neither a length nor chunks: HTTP/1.1 says that there is no body. Nothing hangs, and the empty
 * parameters are not what was signed. */
static void a_body_without_a_length_is_none(void **state) {
    wire *w = *state;
    head(w, "HTTP/1.1", "Host: x\r\nConnection: close\r\n");
    wire_exchange(w, base_buf_str(&w->out));
    assert_string_equal(kit_text(w->k, "sub_code"), "isv.signature-invalid");
}

static void header_names_and_blanks_of_any_kind(void **state) {
    wire *w = *state;
    head(w, "HTTP/1.1",
         "hOST:x\r\ncontent-LENGTH:   20\r\nCONTENT-TYPE:application/json\r\n"
         "X-OPEN-NO-OLD-ERR-CODE:  1 \r\nX-Tt-Logid:\r\n");
    base_buf_add_text(&w->out, json);
    wire_exchange(w, base_buf_str(&w->out));
    wire_expect_served(w, FACE_ON_DOUYIN, "odd headers");
    assert_null(yyjson_obj_get(w->k->root, "err_no"));
}

static void a_request_may_come_in_small_pieces(void **state) {
    wire *w = *state;
    head(w, "HTTP/1.1", "Host: x\r\nContent-Length: 20\r\n");
    base_buf_add_text(&w->out, json);
    wire_dial(w);
    int on = 1;
    assert_int_equal(setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    for (size_t i = 0; i < w->out.len; i += 7) {
        wire_push(w, w->out.data + i, w->out.len - i < 7 ? w->out.len - i : 7);
    }
    wire_take(w);
    wire_expect_served(w, FACE_ON_DOUYIN, "small pieces");
}

static void authorise_pages_redirect_over_a_socket(void **state) {
    wire *w = *state;
    char line[256];
    (void)snprintf(line, sizeof line,
                   "GET /authorize?response_type=code&client_id=%s&state=s"
                   "&redirect_uri=http://127.0.0.1/cb HTTP/1.1\r\nHost: x\r\n\r\n",
                   kit_shop_text(w->k, 1, "app_key"));
    char reply[2048];
    size_t len = 0;
    wire_dial(w);
    wire_push(w, line, strlen(line));
    while (len < sizeof reply - 1 && (len < 4 || strstr(reply, "\r\n\r\n") == NULL)) {
        ssize_t got = recv(w->fd, reply + len, sizeof reply - 1 - len, 0);
        assert_true(got > 0);
        len += (size_t)got;
        reply[len] = '\0';
    }
    assert_int_equal(strncmp(reply, "HTTP/1.1 302", 12), 0);
    assert_non_null(strstr(reply, "\r\nLocation: http://127.0.0.1/cb?code="));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WIRE(http_1_0_with_and_without_a_host),
        WITH_WIRE(a_connection_may_be_kept),
        WITH_WIRE(who_expects_100_continue_gets_it),
        WITH_WIRE(chunked_bodies),
        WITH_WIRE(a_body_without_a_length_is_none),
        WITH_WIRE(header_names_and_blanks_of_any_kind),
        WITH_WIRE(a_request_may_come_in_small_pieces),
        WITH_WIRE(authorise_pages_redirect_over_a_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
