/*
 * Many threads and processes at one database.
 */
#include <pthread.h>
#include <sys/wait.h>

#include "store_support.h"

enum { THREADS = 8, ROUNDS = 12 };

typedef struct world {
    char home[256];
    store *s;
    store_shop shop;
} world;

static int setup(void **state) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    make_home(w->home);
    options.home = w->home;
    OK(store_open(&options, &w->s, &err));
    snprintf(w->shop.platform, sizeof w->shop.platform, "douyin");
    OK(store_shop_add(w->s, &w->shop, &err));
    *state = w;
    return 0;
}

/* A fork copies no threads, so nobody forks while the writer runs: close, fork, open again. */
static pid_t fork_child(world *w) {
    store_close(w->s);
    w->s = NULL;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    return pid;
}

static void open_again(world *w) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    options.home = w->home;
    OK(store_open(&options, &w->s, &err));
}

static int teardown(void **state) {
    world *w = *state;
    store_close(w->s);
    drop_home(w->home);
    free(w);
    return 0;
}

/* ---- compare and swap ---- */

typedef struct racer {
    world *w;
    int saved, stale, other;
} racer;

/* Adds one to the version ROUNDS times, whatever the others do. */
static void *race(void *arg) {
    racer *r = arg;
    qd_token_store *tokens = store_tokens(r->w->s);
    while (r->saved < ROUNDS && r->other == 0) {
        qd_err err = QD_ERR_INIT;
        qd_token token;
        qd_status status = tokens->load(tokens, r->w->shop.t_code, "production", &token, &err);
        if (status == QD_OK) {
            snprintf(token.access, sizeof token.access, "%lld", (long long)token.version + 1);
            status =
                tokens->save(tokens, r->w->shop.t_code, "production", &token, token.version, &err);
        }
        r->saved += status == QD_OK;
        r->stale += status == QD_E_STALE;
        r->other += status != QD_OK && status != QD_E_STALE;
    }
    return NULL;
}

static void every_save_of_eight_threads_counts_once(void **state) {
    world *w = *state;
    pthread_t threads[THREADS];
    racer racers[THREADS];
    qd_err err = QD_ERR_INIT;
    qd_token token;
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (racer){ w, 0, 0, 0 };
        assert_int_equal(0, pthread_create(&threads[i], NULL, race, &racers[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(ROUNDS, racers[i].saved);
        assert_int_equal(0, racers[i].other);
    }
    qd_token_store *tokens = store_tokens(w->s);
    OK(tokens->load(tokens, w->shop.t_code, "production", &token, &err));
    assert_int_equal(THREADS * ROUNDS, token.version);
    assert_int_equal(token.version, strtoll(token.access, NULL, 10));
}

/* ---- locks between processes ---- */

static void locks_hold_between_processes_and_die_with_their_holder(void **state) {
    world *w = *state;
    int up[2];
    int down[2];
    char byte = 0;
    qd_err err = QD_ERR_INIT;
    void *lock = NULL;
    store_claim *claim = NULL;
    assert_int_equal(0, pipe(up));
    assert_int_equal(0, pipe(down));
    pid_t pid = fork_child(w);
    if (pid == 0) {
        close(up[0]);
        close(down[1]);
        store_options options = STORE_OPTIONS_INIT;
        store *s = NULL;
        options.home = w->home;
        qd_token_store *tokens = store_open(&options, &s, &err) == QD_OK ? store_tokens(s) : NULL;
        if (!tokens ||
            tokens->try_lock(tokens, w->shop.t_code, "production", &lock, &err) != QD_OK ||
            store_claim_take(s, w->shop.t_code, "orders", &claim, &err) != QD_OK) {
            fprintf(stderr, "%s\n", err.message);
            _exit(1);
        }
        (void)!write(up[1], "x", 1);
        (void)!read(down[0], &byte, 1);
        _exit(0); /* without letting go */
    }
    close(up[1]); /* so that a child that dies ends the read */
    close(down[0]);
    open_again(w);
    assert_int_equal(1, read(up[0], &byte, 1));
    qd_token_store *tokens = store_tokens(w->s);
    assert_int_equal(QD_E_BUSY,
                     tokens->try_lock(tokens, w->shop.t_code, "production", &lock, &err));
    assert_int_equal(QD_E_BUSY, store_claim_take(w->s, w->shop.t_code, "orders", &claim, &err));
    assert_int_equal(1, write(down[1], "x", 1));
    int result = -1;
    assert_int_equal(pid, waitpid(pid, &result, 0));
    assert_int_equal(0, result);
    OK(tokens->try_lock(tokens, w->shop.t_code, "production", &lock, &err));
    tokens->unlock(tokens, lock);
    OK(store_claim_take(w->s, w->shop.t_code, "orders", &claim, &err));
    store_cursor cursor;
    OK(store_cursor_get(w->s, w->shop.t_code, "orders", &cursor, &err));
    assert_int_equal(2, cursor.fence);
    store_claim_release(claim);
    close(up[0]);
    close(down[1]);
}

/* ---- bulk writing, reading meanwhile, another process in between ---- */

static store_batch *bulk_batch(store *s, const char *shop, int from, int count) {
    store_batch *batch = store_batch_new(s, shop);
    for (int i = from; i < from + count; i++) {
        qd_err err = QD_ERR_INIT;
        char id[24];
        snprintf(id, sizeof id, "%08d", i);
        row r = order_row(id, "paid", 1000);
        row l = line_row(id, 1);
        OK(store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR("{\"x\":1}"), i, &err));
        OK(store_batch_add_child(batch, TABLE_ORDER_LINES, l.v, &err));
    }
    return batch;
}

static void reading_sees_whole_batches_while_writing_goes_on(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    int64_t last = 0;
    enum { BATCHES = 60, SIZE = 25 };
    for (int i = 0; i < BATCHES; i++) {
        store_submit(bulk_batch(w->s, "dy-shop", i * SIZE, SIZE), NULL, NULL);
        int64_t orders = 0;
        OK(store_count(w->s, TABLE_ORDERS, "dy-shop", -1, 0, 0, &orders, &err));
        assert_int_equal(0, orders % SIZE);
        assert_true(orders >= last);
        last = orders;
    }
    store_flush(w->s);
    assert_int_equal(BATCHES * SIZE, count_of(w->s, TABLE_ORDERS, "dy-shop"));
    assert_int_equal(BATCHES * SIZE, count_of(w->s, TABLE_ORDER_LINES, "dy-shop"));
}

static void two_processes_write_one_database(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    enum { BATCHES = 30, SIZE = 20 };
    pid_t pid = fork_child(w);
    if (pid == 0) {
        store_options options = STORE_OPTIONS_INIT;
        store *s = NULL;
        options.home = w->home;
        if (store_open(&options, &s, &err) != QD_OK) {
            _exit(1);
        }
        for (int i = 0; i < BATCHES; i++) {
            if (store_commit(bulk_batch(s, "dy-child", i * SIZE, SIZE), NULL, &err) != QD_OK) {
                fprintf(stderr, "%s\n", err.message);
                _exit(2);
            }
        }
        store_close(s);
        _exit(0);
    }
    open_again(w);
    for (int i = 0; i < BATCHES; i++) {
        OK(store_commit(bulk_batch(w->s, "dy-parent", i * SIZE, SIZE), NULL, &err));
    }
    int result = -1;
    assert_int_equal(pid, waitpid(pid, &result, 0));
    assert_int_equal(0, result);
    assert_int_equal(BATCHES * SIZE, count_of(w->s, TABLE_ORDERS, "dy-parent"));
    assert_int_equal(BATCHES * SIZE, count_of(w->s, TABLE_ORDERS, "dy-child"));
    store_event *events = NULL;
    size_t count = 0;
    OK(store_events(w->s, 0, 100000, &events, &count, &err));
    assert_int_equal(2 * BATCHES * SIZE, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal((int64_t)i + 1, events[i].seq); /* one sequence for both */
    }
    free(events);
    OK(store_check(w->s, &err));
}

static store *callback_store;
static qd_status callback_status;

static void call_from_callback(void *user, const store_commit_info *info) {
    qd_err err = QD_ERR_INIT;
    (void)user;
    assert_int_equal(QD_OK, info->status);
    /* What was committed can be read already; waiting for the writer here would be for ever. */
    assert_int_equal(1, count_of(callback_store, TABLE_ORDERS, "dy-shop"));
    callback_status = store_app_put(callback_store, "douyin", "k", BASE_STR("x"), &err);
}

static void a_callback_may_read_and_is_told_not_to_wait(void **state) {
    world *w = *state;
    callback_store = w->s;
    callback_status = QD_OK;
    store_submit(bulk_batch(w->s, "dy-shop", 0, 1), call_from_callback, NULL);
    store_flush(w->s);
    assert_int_equal(QD_E_INVALID, callback_status);
}

static void closing_finishes_what_was_submitted(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    for (int i = 0; i < 40; i++) {
        store_submit(bulk_batch(w->s, "dy-shop", i * 10, 10), NULL, NULL);
    }
    store_close(w->s);
    w->s = NULL;
    options.home = w->home;
    options.group_ms = 5; /* waiting for company changes nothing but the time */
    OK(store_open(&options, &w->s, &err));
    OK(store_commit(bulk_batch(w->s, "dy-other", 0, 10), NULL, &err));
    assert_int_equal(400, count_of(w->s, TABLE_ORDERS, "dy-shop"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(every_save_of_eight_threads_counts_once),
        CASE(locks_hold_between_processes_and_die_with_their_holder),
        CASE(reading_sees_whole_batches_while_writing_goes_on),
        CASE(two_processes_write_one_database),
        CASE(a_callback_may_read_and_is_told_not_to_wait),
        CASE(closing_finishes_what_was_submitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
