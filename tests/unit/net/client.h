/*
 * What the tests of room net share on the client's side: a transport and one exchange whose reply
 * is copied out of the callback.
 */
#ifndef TESTS_NET_CLIENT_H
#define TESTS_NET_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "net/net.h"

/* What a callback saw. */
typedef struct got {
    int calls;
    qd_http_outcome outcome;
    int status;
    char body[4096];
    size_t body_len;
    char header[256]; /* of X-Test */
    size_t header_count;
    int64_t connect_us;
    int64_t total_us;
    char message[192];
} got;

static inline void got_reply(void *user, const qd_http_reply *reply) {
    got *g = user;
    g->calls++;
    g->outcome = reply->outcome;
    g->status = reply->status;
    g->body_len = reply->body_len;
    base_copy(g->body, sizeof(g->body), (base_str){ reply->body, reply->body_len });
    const char *header = net_reply_header(reply, "x-test");
    base_copy(g->header, sizeof(g->header), base_str_of(header != NULL ? header : "absent"));
    g->header_count = reply->header_count;
    g->connect_us = reply->connect_us;
    g->total_us = reply->total_us;
    base_copy(g->message, sizeof(g->message), base_str_of(reply->message));
}

static inline qd_transport *client_new(void) {
    qd_transport *net = NULL;
    qd_err err = QD_ERR_INIT;
    net_curl_options options = { .verify_tls = true };
    assert_int_equal(net_curl_new(&options, &net, &err), QD_OK);
    return net;
}

static inline void client_url(char url[256], int port, const char *path) {
    snprintf(url, 256, "http://127.0.0.1:%d%s", port, path);
}

/* Submits and returns the id. */
static inline uint64_t client_send(qd_transport *net, const qd_http_request *request, got *g) {
    uint64_t id = 0;
    qd_err err = QD_ERR_INIT;
    memset(g, 0, sizeof(*g));
    assert_int_equal(net->submit(net, request, got_reply, g, &id, &err), QD_OK);
    assert_int_equal(g->calls, 0); /* never from submit() */
    return id;
}

static inline void client_wait(qd_transport *net, const got *g) {
    for (int i = 0; i < 100 && g->calls == 0; i++) {
        net->run(net, 1000);
    }
    assert_int_equal(g->calls, 1);
}

static inline qd_http_request client_request(const char *method, const char *url,
                                             const char *body) {
    return (qd_http_request){ .method = method,
                              .url = url,
                              .body = body,
                              .body_len = body != NULL ? strlen(body) : 0,
                              .timeout_ms = 20000,
                              .max_reply_bytes = 100000 };
}

/* One whole exchange with path of the server at port. */
static inline got client_do(qd_transport *net, int port, const char *method, const char *path,
                            const char *body) {
    got g;
    char url[256];
    client_url(url, port, path);
    qd_http_request request = client_request(method, url, body);
    client_send(net, &request, &g);
    client_wait(net, &g);
    return g;
}

#endif
