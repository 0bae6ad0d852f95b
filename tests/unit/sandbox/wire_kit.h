/*
 * Requests byte for byte as some client sends them, over a real socket: what a client's HTTP
 * library does belongs to its habits. Answers are read into the kit of face_kit.h.
 */
#ifndef TESTS_UNIT_SANDBOX_WIRE_KIT_H
#define TESTS_UNIT_SANDBOX_WIRE_KIT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "faces_kit.h"

typedef struct wire {
    faces f;
    kit *k; /* = &f.k */
    httpd *server;
    base_buf out;  /* the request being written */
    base_buf rest; /* of what was received: the beginning of the next answer */
    int fd;        /* of a connection that is kept, or -1 */
    int continued; /* answers "100 Continue" seen before the last answer */
} wire;

static inline void wire_open(wire *w) {
    memset(w, 0, sizeof *w);
    faces_open(&w->f, &(sandbox_options){ .shops = 2, .orders = 40 });
    w->k = &w->f.k;
    w->fd = -1;
    base_buf_init(&w->out, LIMIT_REQUEST_BYTES);
    base_buf_init(&w->rest, LIMIT_REPLY_BYTES);
    assert_int_equal(sandbox_listen(w->k->sb, 0, &w->server, NULL), QD_OK);
}

static inline void wire_hang_up(wire *w) {
    if (w->fd >= 0) {
        (void)close(w->fd);
        w->fd = -1;
        base_buf_reset(&w->rest);
    }
}

static inline void wire_close(wire *w) {
    wire_hang_up(w);
    httpd_stop(w->server);
    base_buf_clear(&w->out);
    base_buf_clear(&w->rest);
    faces_close(&w->f);
}

/* For cmocka: the test's state is a wire of its own. */
static inline int wire_setup(void **state) {
    wire *w = malloc(sizeof *w);
    assert_non_null(w);
    wire_open(w);
    *state = w;
    return 0;
}

static inline int wire_teardown(void **state) {
    wire_close(*state);
    free(*state);
    return 0;
}

#define WITH_WIRE(test) cmocka_unit_test_setup_teardown(test, wire_setup, wire_teardown)

static inline void wire_dial(wire *w) {
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(httpd_port(w->server)) };
    struct timeval patience = { .tv_sec = 20 };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(w->fd >= 0);
    assert_int_equal(setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(w->fd, (struct sockaddr *)&to, sizeof to), 0);
}

static inline void wire_push(wire *w, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t sent = send(w->fd, bytes, len, MSG_NOSIGNAL);
        assert_true(sent > 0);
        bytes += sent;
        len -= (size_t)sent;
    }
}

/* One whole answer: head, then as many bytes as it announces, or to the end. */
static inline void wire_take(wire *w) {
    base_buf all;
    char block[8192];
    ssize_t got = 1;
    base_buf_init(&all, LIMIT_REPLY_BYTES);
    base_buf_add_str(&all, base_buf_str(&w->rest));
    base_buf_reset(&w->rest);
    w->continued = 0;
    for (;;) {
        const char *end = strstr(base_buf_text(&all), "\r\n\r\n");
        if (end != NULL && strncmp(all.data, "HTTP/1.1 100", 12) == 0) {
            size_t head = (size_t)(end + 4 - all.data);
            memmove(all.data, all.data + head, all.len - head + 1);
            all.len -= head;
            w->continued++;
            continue;
        }
        const char *said = end != NULL ? strcasestr(all.data, "\r\nContent-Length:") : NULL;
        size_t whole = said != NULL && said < end
                           ? (size_t)(end + 4 - all.data) + (size_t)strtoul(said + 17, NULL, 10)
                           : SIZE_MAX;
        if (all.len >= whole) {
            base_buf_add(&w->rest, all.data + whole, all.len - whole);
            all.data[whole] = '\0';
            all.len = whole;
            break;
        }
        if (got <= 0) {
            break;
        }
        got = recv(w->fd, block, sizeof block, 0);
        if (got > 0) {
            base_buf_add(&all, block, (size_t)got);
        }
    }
    const char *end = strstr(base_buf_text(&all), "\r\n\r\n");
    if (end == NULL) {
        fail_msg("no answer: '%s'", base_buf_text(&all));
    }
    kit *k = w->k;
    k->response.status = (int)strtol(all.data + 9, NULL, 10);
    base_buf_reset(&k->response.body);
    base_buf_add_text(&k->response.body, end + 4);
    yyjson_doc_free(k->doc);
    k->doc = NULL;
    (void)!codec_json_read(base_buf_str(&k->response.body), 0, &k->doc, NULL);
    k->root = yyjson_doc_get_root(k->doc);
    base_buf_clear(&all);
}

/* On a connection of its own. */
static inline void wire_exchange(wire *w, base_str request) {
    wire_hang_up(w);
    wire_dial(w);
    wire_push(w, request.ptr, request.len);
    wire_take(w);
    wire_hang_up(w);
}

/* verb target HTTP/1.1 with these further header lines (each ends in \r\n) and the body. */
static inline void wire_ask(wire *w, const char *verb, const char *target, const char *headers,
                            const char *body) {
    base_buf_reset(&w->out);
    base_buf_printf(&w->out, "%s ", verb);
    base_buf_add_text(&w->out, target);
    base_buf_add_text(&w->out, " HTTP/1.1\r\nHost: openapi.example\r\n");
    base_buf_add_text(&w->out, headers);
    if (*body != '\0' || strcmp(verb, "POST") == 0) {
        base_buf_printf(&w->out, "Content-Length: %zu\r\n", strlen(body));
    }
    base_buf_add_text(&w->out, "\r\n");
    base_buf_add_text(&w->out, body);
    assert_false(w->out.failed);
    wire_exchange(w, base_buf_str(&w->out));
}

/* Fails the test with the answer unless the platform's code says success. */
static inline void wire_expect_served(wire *w, face_platform platform, const char *who) {
    if (w->k->response.status != 200 || faces_outcome(&w->f, platform) != '.') {
        fail_msg("%s was refused: HTTP %d %s", who, w->k->response.status,
                 base_buf_text(&w->k->response.body));
    }
}

/* ---- signing, the client's side ---- */

typedef char wire_sign[2 * CODEC_DIGEST_MAX + 1];

/* secret + app_key.. method.. param_json.. timestamp.. v2 + secret */
static inline void wire_douyin_sign(wire *w, codec_digest how, const char *method, const char *json,
                                    const char *stamp, wire_sign out) {
    const char *secret = kit_shop_text(w->k, 0, "app_secret");
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    base_buf_add_text(&text, secret);
    base_buf_add_text(&text, "app_key");
    base_buf_add_text(&text, kit_shop_text(w->k, 0, "app_key"));
    base_buf_add_text(&text, "method");
    base_buf_add_text(&text, method);
    base_buf_add_text(&text, "param_json");
    base_buf_add_text(&text, json);
    base_buf_add_text(&text, "timestamp");
    base_buf_add_text(&text, stamp);
    base_buf_add_text(&text, "v2");
    base_buf_add_text(&text, secret);
    kit_hex(how, how == CODEC_MD5 ? "" : secret, base_buf_text(&text), false, out);
    base_buf_clear(&text);
}

/* Pairs name, value ... NULL sorted and joined; body after them; secret around them for MD5. */
static inline void wire_top_sign(wire *w, codec_digest how, const char *const *pairs,
                                 const char *body, bool upper, wire_sign out) {
    const char *all[40][2];
    size_t count = 0;
    const char *secret = kit_shop_text(w->k, 1, "app_secret");
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        assert_true(count < 40);
        all[count][0] = pairs[i];
        all[count++][1] = pairs[i + 1];
    }
    qsort(all, count, sizeof all[0], kit_pair_cmp);
    base_buf_add_text(&text, how == CODEC_MD5 ? secret : "");
    for (size_t i = 0; i < count; i++) {
        base_buf_add_text(&text, all[i][0]);
        base_buf_add_text(&text, all[i][1]);
    }
    base_buf_add_text(&text, body);
    base_buf_add_text(&text, how == CODEC_MD5 ? secret : "");
    kit_hex(how, how == CODEC_MD5 ? "" : secret, base_buf_text(&text), upper, out);
    base_buf_clear(&text);
}

/* Adds name=value to a query or form, encoded as most libraries do (space as +). */
static inline void wire_add(base_buf *form, const char *name, const char *value) {
    codec_form_add(form, base_str_of(name), base_str_of(value));
}

#endif
