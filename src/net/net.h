/*
 * The door of room net (floor 1): HTTP transports. Knows no platform.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/base.h"
#include "qiandian/sys/transport.h"

typedef struct net_curl_options {
    bool verify_tls;            /* true in production */
    size_t max_connections;     /* kept alive over all hosts; 0 = 64; grows with what is open */
    int64_t connect_timeout_ms; /* 0 = 5000 */
    const char *user_agent;     /* NULL = "qiandian/<version>" */
} net_curl_options;

/* libcurl multi over one epoll descriptor: connection reuse, HTTP/2, gzip/br, proxies, deadlines.
 * Sends a request at most once (libcurl's own repeat on a dead kept-alive connection is refused:
 * MAYBE_SENT), follows no redirect, asks the environment for no proxy, adds no Content-Type. How
 * many exchanges are open at once is the caller's affair. One thread at a time. The caller frees it
 * with its free member. */
QD_NODISCARD qd_status net_curl_new(const net_curl_options *options, qd_transport **out_transport,
                                    qd_err *err);

/* A scripted transport for tests: each request is handed to `answer` (from submit(); status is 200
 * and the rest zero when it comes), which fills the reply (borrowed texts must stay alive until the
 * callback has run). delay_ms is virtual: run() returns it due once the clock has passed, and waits
 * with the clock's own sleep_ms. A delay beyond the request's time limit becomes MAYBE_SENT, a body
 * beyond its bound TOO_BIG. */
typedef struct net_fake_reply {
    qd_http_reply reply;
    int64_t delay_ms;
} net_fake_reply;
typedef void (*net_fake_fn)(void *user, const qd_http_request *request, net_fake_reply *out);
QD_NODISCARD qd_status net_fake_new(net_fake_fn answer, void *user, const qd_clock *clock,
                                    qd_transport **out_transport, qd_err *err);

/* Value of a reply header, case-insensitive; NULL when absent. */
const char *net_reply_header(const qd_http_reply *reply, const char *name);
/* "http://..." or "socks5://..." with host and port? On failure err says what is wrong. */
QD_NODISCARD qd_status net_proxy_check(const char *proxy, qd_err *err);
/* An absolute http(s) URL with a host, no query or fragment? */
QD_NODISCARD qd_status net_base_url_check(const char *url, qd_err *err);

#endif
