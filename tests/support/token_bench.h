/*
 * A Douyin shop of a sandbox of its own with its first token pair stored, and programs that call it
 * through the token probe.
 */
#ifndef TESTS_SUPPORT_TOKEN_BENCH_H
#define TESTS_SUPPORT_TOKEN_BENCH_H

#include "support/rig.h"
#include "support/token_probe.h"

#define TOKEN_METHOD "order.searchList"

typedef struct token_bench {
    rig rig;
    store_shop shop;
    bool self_use; /* its app may create tokens: it knows the shop's id */
    char journal[300];
} token_bench;

/* One program's worth of handles. */
typedef struct token_live {
    store *store;
    token_probe probe;
    bool probed;
    qd_app *app;
    qd_shop *shop;
} token_live;

/* Starts sandbox and home; no store stays open, so that the test may fork(). Fails the test on any
 * trouble, as do those below but token_bench_try_open(). Stop it with rig_stop(&b->rig). self_use:
 * the app may create tokens; otherwise only its owner's consent helps. */
void token_bench_start(token_bench *b, uint64_t seed, bool self_use);
/* Opens the home as a program of its own would; clock NULL = the machine's. */
void token_bench_open(token_bench *b, const qd_clock *clock, token_live *l);
/* The same for child processes, which tell by their exit code: asserts nothing. */
bool token_bench_try_open(token_bench *b, probe_step kill_at, const qd_clock *clock, token_live *l,
                          qd_err *err);
void token_bench_close(token_live *l);

/* One call that needs the token. */
qd_status token_bench_call(qd_shop *shop, qd_err *err);
/* What is on disk. */
qd_token token_bench_token(token_live *l, const char *handle, const char *environment);
qd_token token_bench_stored(token_bench *b, token_live *l);
void token_bench_store(token_bench *b, token_live *l, const qd_token *token);
/* A control page about the shop: "expire", "expire?in=60", "revoke". */
void token_bench_post(token_bench *b, const char *page);
/* The owner's consent. */
void token_bench_authorise(token_bench *b, token_live *l);

#endif
