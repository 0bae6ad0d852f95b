/*
 * A raw client for the tests of room httpd: sends bytes, reads one answer or up to the end.
 */
#ifndef TESTS_HTTPD_WIRE_H
#define TESTS_HTTPD_WIRE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "httpd/httpd.h"

enum { WIRE_MAX = 1024 * 1024, WIRE_SECONDS = 30 };

static inline int64_t wire_now_ms(void) {
    const qd_clock *clock = qd_clock_system();
    return clock->mono_ms(clock->self);
}

static inline int wire_connect(uint16_t port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    /* A stalled server fails a test, it does not hang it. */
    struct timeval limit = { .tv_sec = WIRE_SECONDS };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static inline void wire_send(int fd, const void *data, size_t len) {
    const char *at = data;
    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        assert_true(sent > 0);
        at += sent;
        len -= (size_t)sent;
    }
}

static inline void wire_text(int fd, const char *text) {
    wire_send(fd, text, strlen(text));
}

static inline size_t wire_length(const char *head) {
    const char *found = strcasestr(head, "\r\nContent-Length:");
    return found == NULL ? 0 : strtoul(found + 17, NULL, 10);
}

/* Reads one whole answer (head and Content-Length bytes); NUL-ended, free() it. A connection that
 * ends early gives what came. */
static inline char *wire_read(int fd, bool with_body) {
    char *text = calloc(1, WIRE_MAX);
    assert_non_null(text);
    size_t len = 0;
    for (;;) {
        const char *end = strstr(text, "\r\n\r\n");
        if (end != NULL && (!with_body || len >= (size_t)(end - text) + 4 + wire_length(text))) {
            return text;
        }
        ssize_t got = recv(fd, text + len, WIRE_MAX - 1 - len, 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            fail_msg("the server was silent for %d s", (int)WIRE_SECONDS);
        }
        if (got <= 0) {
            return text;
        }
        len += (size_t)got;
    }
}

static inline const char *wire_body(const char *answer) {
    const char *end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

/* True when the peer has closed and nothing more came. */
static inline bool wire_closed(int fd) {
    char byte;
    return recv(fd, &byte, 1, 0) <= 0;
}

/* One exchange on a connection of its own. */
static inline char *wire_ask(uint16_t port, const char *request) {
    int fd = wire_connect(port);
    wire_text(fd, request);
    char *answer = wire_read(fd, strncmp(request, "HEAD", 4) != 0);
    close(fd);
    return answer;
}

static inline httpd *wire_start(const httpd_options *options) {
    httpd *server = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(httpd_start(options, &server, &err), QD_OK);
    assert_true(httpd_port(server) > 0);
    return server;
}

#endif
