/*
 * The door of room sandbox (floor 6): the platforms, played by one process. An independent judge:
 * uses base, codec, httpd and, only for methods that the world does not model, catalog; never sign,
 * core or platforms.
 *
 * The world (shops, products, orders, their lives) is seeded: the same seed, numbers and start time
 * give the same world. A face is a function of (request, now); sockets are only a door in front of
 * it.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/base.h"
#include "httpd/httpd.h"

typedef struct sandbox sandbox;

typedef struct sandbox_options {
    uint64_t seed;
    unsigned shops;        /* in all, round-robin over the platforms: Douyin, Taobao, Douyin ... */
    unsigned orders;       /* in all, spread over the shops */
    const char *faults;    /* "none", "light", "heavy" or names joined by commas; NULL = none */
    int64_t now;           /* UTC seconds at which the world's time starts; 0 = the machine's now */
    int64_t skew_s;        /* most a Douyin timestamp may be off (unknown fact); 0 = 600 */
    int64_t limit;         /* calls a second of each method of an app; 0 = no bound */
    unsigned tool_shops;   /* so many of Douyin's shops, the last ones, use a tool app */
    bool prerender;        /* keep rendered documents in memory (benchmarks) */
    bool allow_offline;    /* methods that the catalogue marks retired answer like the others */
    const qd_clock *clock; /* NULL = system; drives the world's time from `now` on */
} sandbox_options;

QD_NODISCARD qd_status sandbox_new(const sandbox_options *options, sandbox **out_sandbox,
                                   qd_err *err);
void sandbox_free(sandbox *sandbox); /* NULL is accepted */

/* The world's now in UTC milliseconds: start + what has passed, or the frozen moment. */
int64_t sandbox_now_ms(sandbox *sandbox);
/* Stops the world's time at its present moment, or lets it go on. */
void sandbox_freeze(sandbox *sandbox, bool frozen);

/* One exchange, without a socket. Thread-safe. response is initialised as httpd does (status 200,
 * body inited). */
void sandbox_handle(sandbox *sandbox, const httpd_request *request, httpd_response *response);

/* What a correct client must end up with: see the shell contract, GET /_sandbox/truth. Appends
 * JSON. */
QD_NODISCARD qd_status sandbox_truth(sandbox *sandbox, base_buf *out, qd_err *err);

/* Serves on 127.0.0.1:port (0 = any free one) until stopped with httpd_stop(). */
QD_NODISCARD qd_status sandbox_listen(sandbox *sandbox, uint16_t port, httpd **out_server,
                                      qd_err *err);

/* The faults that exist, NULL-terminated, each with a line of help: for --help and for errors. */
typedef struct sandbox_fault {
    const char *name;
    const char *help;
} sandbox_fault;
const sandbox_fault *sandbox_faults(void);

#endif
