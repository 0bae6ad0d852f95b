/* What the files of bench_sync share: the page server, our side and the limit program. */
#ifndef BENCH_SYNC_PRIVATE_H
#define BENCH_SYNC_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support.h"

/* ---- pages.c: the server of pages rendered beforehand ---- */

typedef struct pages_options {
    int64_t orders, shops;
} pages_options;

/* What the server tells when it listens. */
typedef struct pages_ready {
    uint16_t port;
    int64_t now; /* the world stands still at this second */
} pages_ready;

/* A bench_serve_fn: arg is a pages_options. The world is a sandbox; until /_bench/replay every
 * answer comes from it and is kept, afterwards kept answers are served without it. */
void pages_serve(void *arg, int ready_fd, int stop_fd);

/* One request to the server, blocking; out may be NULL. */
void pages_ask(uint16_t port, const char *path, base_buf *out);

/* ---- one measured run ---- */

typedef struct run_options {
    uint16_t port;
    int64_t now;
    bool raw;
    const char *plan_dir; /* what limit_prepare() leaves for limit_sync() */
} run_options;

typedef struct run_result {
    double seconds, cpu_s, peak_mb, database_mb;
    int64_t orders, lines, products, skus, pay_fen, payloads;
    int64_t pages, page_bytes; /* limit program only: what it fetched */
} run_result;

/* bench_work_fn: arg is a run_options, result a run_result. */
void our_sync(void *arg, void *result);
void limit_sync(void *arg, void *result);
/* Once before them, when the server replays: chooses requests so that each document comes once,
 * trains dictionaries; leaves both in plan_dir. result is an int64_t: the requests chosen. */
void limit_prepare(void *arg, void *result);

/* Counts what the database in `home` holds, and its size. */
void run_count(const char *home, run_result *result);

#endif
