/*
 * A store with a clock that stands still, for the conformance suite. The database is
 * QD_TEST_STORE_URL, or SQLite in a folder of its own.
 */
#ifndef TESTS_STORE_CONFORMANCE_H
#define TESTS_STORE_CONFORMANCE_H

#include "store_support.h"

typedef struct world {
    char home[256];
    store *s;
    int64_t now_ms;
    qd_clock clock;
} world;

static int64_t test_wall(void *self) {
    return ((world *)self)->now_ms;
}

static int64_t test_mono(void *self) {
    (void)self;
    return qd_clock_system()->mono_ms(qd_clock_system()->self);
}

UNUSED static void test_sleep(void *self, int64_t ms) {
    ((world *)self)->now_ms += ms;
}

UNUSED static void test_random(void *self, void *out, size_t len) {
    (void)self;
    qd_clock_system()->random(qd_clock_system()->self, out, len);
}

UNUSED static void reopen(world *w) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store_close(w->s);
    w->s = NULL;
    options.home = w->home;
    options.url = getenv("QD_TEST_STORE_URL");
    options.clock = &w->clock;
    OK(store_open(&options, &w->s, &err));
}

UNUSED static int setup(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    make_home(w->home);
    w->now_ms = 1700000000000;
    w->clock = (qd_clock){ w, test_wall, test_mono, test_sleep, test_random };
    reopen(w);
    *state = w;
    return 0;
}

UNUSED static int teardown(void **state) {
    world *w = *state;
    store_close(w->s);
    drop_home(w->home);
    free(w);
    return 0;
}

UNUSED static store_batch *batch_of(world *w) {
    store_batch *batch = store_batch_new(w->s, "dy-shop");
    assert_non_null(batch);
    return batch;
}

UNUSED static store_commit_info commit(store_batch *batch) {
    qd_err err = QD_ERR_INIT;
    store_commit_info info;
    OK(store_commit(batch, &info, &err));
    return info;
}

UNUSED static void add(store_batch *batch, unsigned table, const row *r, const char *raw,
                       int64_t seq) {
    qd_err err = QD_ERR_INIT;
    OK(store_batch_add(batch, table, r->v, base_str_of(raw), seq, &err));
}

UNUSED static void add_child(store_batch *batch, unsigned table, row r) {
    qd_err err = QD_ERR_INIT;
    OK(store_batch_add_child(batch, table, r.v, &err));
}

UNUSED static store_commit_info put_order(world *w, const row *r, const char *raw, int64_t seq) {
    store_batch *batch = batch_of(w);
    add(batch, TABLE_ORDERS, r, raw, seq);
    return commit(batch);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
