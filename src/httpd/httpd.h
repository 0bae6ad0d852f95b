/*
 * The door of room httpd (floor 1): a small HTTP/1.1 server over libmicrohttpd. Knows no platform.
 *
 * Known trap: libmicrohttpd 0.9.75 with internal epoll stalls when exactly 128 connections of one
 * daemon thread are ready at once, so a thread takes at most 120 (HTTPD_CONNECTIONS_A_THREAD) and
 * further ones wait in the kernel's queue; a test holds this. Of these a thread keeps at most 112
 * alive after their answer ("Connection: close" for the rest), so that clients that idle never lock
 * out the ones that wait.
 */
#ifndef HTTPD_HTTPD_H
#define HTTPD_HTTPD_H

#include "base/base.h"

enum { HTTPD_CONNECTIONS_A_THREAD = 120, HTTPD_KEPT_A_THREAD = 112 };

typedef struct httpd_header {
    base_str name;
    base_str value;
} httpd_header;

/* Borrowed by the handler until it returns. */
typedef struct httpd_request {
    base_str method;
    base_str path;  /* as received, not decoded, without the query */
    base_str query; /* raw, without "?" */
    base_str body;
    const httpd_header *headers;
    size_t header_count;
} httpd_request;

/* How the exchange is to be ended; the sandbox's faults need the cuts. */
typedef enum httpd_finish {
    HTTPD_SEND = 0,
    HTTPD_CUT = 1,     /* close without answering a byte */
    HTTPD_CUT_HALF = 2 /* send headers and half of the body, then close */
} httpd_finish;

enum { HTTPD_PARTS = 4 };

/* Filled by the handler; comes with the defaults set. The server takes over body's memory after the
 * handler returns (it is inited to LIMIT_REPLY_BYTES; init it again for another bound; one that has
 * failed becomes a 500). Alternatively shared bytes stay the handler's: with part_count > 0 the
 * parts are sent in order instead of body and must live until release(), which is called once, from
 * any thread, also when the exchange fails. */
typedef struct httpd_response {
    int status;               /* 200 by default */
    const char *content_type; /* static text; "application/json;charset=UTF-8" by default */
    base_buf body;
    int64_t delay_ms; /* answer not before this much later; other connections go on */
    httpd_finish finish;
    char date[BASE_HTTP_DATE]; /* Date header; "" = the machine's own */
    char location[512];        /* Location header when not "" */
    httpd_header
        extra[8]; /* texts must be static or live in body's life: copied when the handler returns */
    size_t extra_count;
    base_str parts[HTTPD_PARTS];
    size_t part_count;
    void (*release)(void *user); /* NULL for bytes that outlive the server */
    void *release_user;
} httpd_response;

typedef void (*httpd_handler_fn)(void *user, const httpd_request *request,
                                 httpd_response *response);

typedef struct httpd_options {
    const char *address; /* NULL = "127.0.0.1" */
    uint16_t port;       /* 0 = any free one */
    unsigned threads;    /* 0 = 1; the handler is called from these, at once from several */
    /* Longer bodies get 413 and the handler is not called; 0 = LIMIT_REQUEST_BYTES. */
    size_t max_body;
    int idle_timeout_s; /* 0 = 60 */
    /* Longest request line and headers together, roughly; 0 = 32 KB. A longer one gets 414 or 431.
     * libmicrohttpd clears this much memory with each request (64 KB halve the rate of small ones),
     * so raise it only where clients put whole documents into the query. */
    size_t max_head;
    httpd_handler_fn handler;
    void *user;
} httpd_options;

typedef struct httpd httpd;
/* Returns when connections are accepted. The texts of options are not kept.
 * @retval QD_E_BUSY the port is taken  @retval QD_E_INVALID bad address  @retval QD_E_IO */
QD_NODISCARD qd_status httpd_start(const httpd_options *options, httpd **out_server, qd_err *err);
uint16_t httpd_port(const httpd *server);
/* Ends open connections and joins the threads; never from the handler. NULL is accepted. */
void httpd_stop(httpd *server);

/* Value of a header, case-insensitive; empty when absent. */
base_str httpd_header_get(const httpd_request *request, const char *name);

#endif
