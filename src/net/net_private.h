/*
 * Inside room net: one exchange over libcurl, and helpers that both transports share.
 */
#ifndef NET_PRIVATE_H
#define NET_PRIVATE_H

#include <curl/curl.h>

#include "net/net.h"

enum { NET_MESSAGE = sizeof(((qd_http_reply *)0)->message) };

/* A request that no transport would send: bad method, URL, header, proxy, bound or time. */
QD_NODISCARD qd_status net_request_check(const qd_http_request *request, qd_err *err);
/* One line without control characters, URL queries and user names ("http://name:word@host"). */
void net_clean_message(const char *text, char out[NET_MESSAGE]);

/* ---- watch.c: the sockets in the transport's epoll set ---- */

typedef struct net_watch {
    int epoll_fd;
    unsigned char *flags; /* by descriptor */
    size_t room;
    bool exact; /* a host waits on epoll_fd: nothing idle may wake it */
} net_watch;

/* Opens and closes the handle's sockets through the watch, which must outlive its connections. */
bool net_watch_attach(net_watch *watch, CURL *easy);
/* what: CURL_POLL_IN, OUT, INOUT or REMOVE */
void net_watch_set(net_watch *watch, int fd, int what);
/* Is an event of this socket for libcurl? A connection that idles, and is closed from afar, is
 * not: it leaves the set, and libcurl sees for itself before it uses it again. */
bool net_watch_wanted(net_watch *watch, int fd);
/* From now on only what libcurl wants is in the set. */
void net_watch_exact(net_watch *watch);
void net_watch_free(net_watch *watch); /* after the last connection */

/* ---- exchange.c ---- */

/* Options that are the same for every exchange of a transport. */
typedef struct exchange_setup {
    net_watch *watch;
    bool verify_tls;
    int64_t connect_timeout_ms;
    char user_agent[96];
} exchange_setup;

/* One request and its answer on one easy handle; reused for later requests after a good end. */
typedef struct exchange {
    struct exchange *prev, *next; /* in the transport's list of open or idle ones */
    uint64_t id;
    qd_http_done_fn done;
    void *user;
    CURL *easy;
    struct curl_slist *headers; /* of the request */
    base_buf request;           /* copy of its body */
    size_t max_reply;
    qd_http_piece_fn piece; /* of the request; NULL = the body is collected */
    void *piece_user;
    size_t passed_on; /* bytes given to it */
    bool piece_refused;
    base_buf reply;                              /* body of the answer */
    base_buf lines;                              /* answer headers: name NUL value NUL ... */
    size_t offsets[LIMIT_HEADERS][2];            /* of name and value in lines */
    qd_http_header reply_headers[LIMIT_HEADERS]; /* points into lines, made at the end */
    size_t reply_header_count;
    int starts;         /* how often libcurl was about to write the request */
    long written_start; /* CURLINFO_REQUEST_SIZE at that moment: bytes for a proxy's CONNECT */
    bool body_too_big;
    bool head_too_big;
    bool head_complete; /* the empty line after the headers has come */
    char error[CURL_ERROR_SIZE];
} exchange;

/* NULL when memory is out. */
exchange *exchange_new(const exchange_setup *setup);
void exchange_free(exchange *ex); /* NULL is accepted; not while it is in a multi handle */
/* Copies the request into the handle; the exchange is ready for curl_multi_add_handle(). */
QD_NODISCARD qd_status exchange_prepare(exchange *ex, const exchange_setup *setup,
                                        const qd_http_request *request, qd_err *err);
/* Fills reply, which borrows the exchange's buffers. */
void exchange_result(exchange *ex, CURLcode code, qd_http_reply *reply);
/* Makes it ready for another request; false when it should be freed instead. */
bool exchange_recycle(exchange *ex, const qd_http_reply *reply);

#endif
