/*
 * The HTTP transport vtable: how calls reach a platform. The library ships one over libcurl;
 * embedders may bring their own, and tests use a scripted one (weaker stability promise: sys/).
 *
 * A transport belongs to one thread at a time (@locality: the thread that runs its loop).
 */
#ifndef QIANDIAN_SYS_TRANSPORT_H
#define QIANDIAN_SYS_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "qiandian/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qd_http_header {
    const char *name;
    const char *value;
} qd_http_header;

struct qd_http_reply;
/* A piece of the body of a 200 or 206 answer, as it comes: head has its status and headers, no
 * body. Not called for an empty body. It may not touch the transport; false ends the exchange as
 * QD_HTTP_CANCELLED. */
typedef bool (*qd_http_piece_fn)(void *user, const struct qd_http_reply *head, const char *data,
                                 size_t len);

/* Borrowed for the length of submit(); the transport copies what it keeps. */
typedef struct qd_http_request {
    const char *method; /* "GET" or "POST" */
    const char *url;    /* complete, already encoded; sent as it is, double slashes too */
    const qd_http_header *headers; /* sent as they are; Content-Type only if it is among them */
    size_t header_count;
    const char *body; /* NULL when there is none */
    size_t body_len;
    const char *proxy;      /* "http://host:port", NULL for none */
    int64_t timeout_ms;     /* whole exchange; > 0 */
    size_t max_reply_bytes; /* a longer body (after decompression) ends the exchange: TOO_BIG;
                               0 = the library's own bound of 32 MB */
    qd_http_piece_fn piece; /* takes what would be collected as the body; NULL = it is collected */
    void *piece_user;
} qd_http_request;

typedef enum qd_http_outcome {
    QD_HTTP_DONE = 0, /* a complete answer is here */
    QD_HTTP_NOT_SENT =
        1, /* no request byte reached the server: no effect (resolve, connect, TLS failed) */
    QD_HTTP_MAYBE_SENT = 2, /* cut or timed out after bytes left: it may have taken effect */
    QD_HTTP_TOO_BIG = 3,    /* the answer passed max_reply_bytes, or its headers 64 KB */
    QD_HTTP_CANCELLED = 4
} qd_http_outcome;

/* Borrowed by the callback for its own length. Other outcomes than DONE may carry the part of an
 * answer that came. */
typedef struct qd_http_reply {
    qd_http_outcome outcome;
    int status; /* HTTP status, 0 without an answer */
    const char *body;
    size_t body_len;
    const qd_http_header *headers; /* answer headers, names as received */
    size_t header_count;
    int64_t connect_us; /* resolve, TCP and TLS together; 0 on a reused connection */
    int64_t total_us;
    char message[192]; /* one line when outcome is not DONE; no URL query, no secret */
} qd_http_reply;

typedef void (*qd_http_done_fn)(void *user, const qd_http_reply *reply);

typedef struct qd_transport qd_transport;
struct qd_transport {
    /* Starts an exchange; `done` is called exactly once, from run(), cancel() or free(), never from
     * submit(). It may submit and cancel, but not free the transport. After a failure it is not
     * called. @retval QD_E_INVALID  QD_E_NOMEM  QD_E_CANCELLED (inside free()) */
    qd_status (*submit)(qd_transport *self, const qd_http_request *request, qd_http_done_fn done,
                        void *user, uint64_t *out_id, qd_err *err);
    /* Ends an exchange; its callback gets CANCELLED before cancel() returns. Unknown ids are
     * ignored. */
    void (*cancel)(qd_transport *self, uint64_t id);
    /* Waits up to timeout_ms (0 not at all, negative for ever) until a callback is due, calls those
     * that are due and returns how many. Returns 0 at once when no exchange is open. */
    int (*run)(qd_transport *self, int64_t timeout_ms);
    /* A descriptor that becomes readable when run(0) has work; -1 when there is none. */
    int (*fd)(qd_transport *self);
    /* How long the host may wait on fd() before run(0) is due; -1 for ever. */
    int64_t (*timeout_ms)(qd_transport *self);
    /* Cancels what is open, with its callbacks. NULL is not accepted: there is no vtable in it. */
    void (*free)(qd_transport *self);
};

#ifdef __cplusplus
}
#endif
#endif
