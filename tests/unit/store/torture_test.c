/*
 * The disk fails at the nth write or sync, for every n, once or for good: each call says so or
 * succeeds, nothing crashes, and what is found afterwards is whole and holds everything that was
 * reported as stored. Also: a token is synced before save() returns.
 */
#include "fault_vfs.h"
#include "store_support.h"

enum { STEPS = 2, ROWS_A_STEP = 3 };

/* What the scenario was told, to be compared with what is there. */
typedef struct told {
    bool shop;
    char t_code[40];
    bool token;
    int64_t cursor; /* the highest that a commit said OK to */
    qd_status last;
} told;

static bool note(told *t, qd_status status, const qd_err *err) {
    t->last = status;
    if (status != QD_OK) {
        /* One line, with the database's name or the reason; never an empty shrug. */
        assert_true(strlen(err->message) > 10);
        assert_null(strchr(err->message, '\n'));
    }
    return status == QD_OK;
}

static qd_status commit_step(store *s, const char *t_code, store_claim *claim, store_cursor *cursor,
                             qd_err *err) {
    store_batch *batch = store_batch_new(s, t_code);
    assert_non_null(batch);
    int64_t step = cursor->complete_to + 1;
    for (int i = 0; i < ROWS_A_STEP; i++) {
        char id[32];
        snprintf(id, sizeof id, "%lld-%d", (long long)step, i);
        row r = order_row(id, "paid", step);
        row l = line_row(id, i);
        assert_int_equal(
            QD_OK, store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR("{\"order\":1}"), step, err));
        assert_int_equal(QD_OK, store_batch_add_child(batch, TABLE_ORDER_LINES, l.v, err));
    }
    store_cursor moved = *cursor;
    moved.complete_to = step;
    store_batch_set_cursor(batch, claim, &moved);
    qd_status status = store_commit(batch, NULL, err);
    if (status == QD_OK) {
        *cursor = moved;
    }
    return status;
}

static void run_steps(store *s, told *t) {
    qd_err err = QD_ERR_INIT;
    store_claim *claim = NULL;
    store_cursor cursor;
    qd_token token;
    memset(&cursor, 0, sizeof cursor);
    memset(&token, 0, sizeof token);
    snprintf(token.access, sizeof token.access, "access");
    qd_token_store *tokens = store_tokens(s);
    t->token = note(t, tokens->save(tokens, t->t_code, "production", &token, 0, &err), &err);
    if (!note(t, store_claim_take(s, t->t_code, "orders", &claim, &err), &err)) {
        return;
    }
    for (int i = 0; i < STEPS; i++) {
        if (note(t, commit_step(s, t->t_code, claim, &cursor, &err), &err)) {
            t->cursor = cursor.complete_to;
        }
    }
    store_claim_release(claim);
}

static void scenario(const char *home, told *t) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_shop shop;
    memset(t, 0, sizeof *t);
    memset(&shop, 0, sizeof shop);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    options.home = home;
    if (!note(t, store_open(&options, &s, &err), &err)) {
        return;
    }
    t->shop = note(t, store_shop_add(s, &shop, &err), &err);
    if (t->shop) {
        memcpy(t->t_code, shop.t_code, sizeof t->t_code);
        run_steps(s, t);
    }
    store_close(s);
}

static void check_what_is_there(const char *home, const told *t) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_cursor cursor;
    qd_token token;
    options.home = home;
    OK(store_open(&options, &s, &err));
    OK(store_check(s, &err));
    if (t->shop) {
        qd_token_store *tokens = store_tokens(s);
        OK(tokens->load(tokens, t->t_code, "production", &token, &err));
        assert_true(token.version == 1 || !t->token);
        OK(store_cursor_get(s, t->t_code, "orders", &cursor, &err));
        assert_true(cursor.complete_to >= t->cursor);
        int64_t rows = cursor.complete_to * ROWS_A_STEP;
        assert_int_equal(rows, count_of(s, TABLE_ORDERS, t->t_code));
        assert_int_equal(rows, count_of(s, TABLE_ORDER_LINES, t->t_code));
        assert_int_equal(rows, count_of(s, TABLE_PAYLOAD, t->t_code));
        assert_int_equal(rows, count_of(s, TABLE_EVENT, t->t_code));
    }
    store_close(s);
}

/* Every n until a run gets through without meeting its fault. */
static void torture(bool for_good) {
    int n = 0;
    int met = 0;
    int refused = 0;
    do {
        char home[256];
        told t;
        make_home(home);
        fault_arm(++n, for_good);
        scenario(home, &t);
        met = fault.failed;
        fault_arm(0, false);
        refused += t.last != QD_OK;
        check_what_is_there(home, &t);
        drop_home(home);
        assert_true(n < 2000);
    } while (met > 0);
    assert_true(n > 20); /* it has to have met something */
    assert_true(!for_good || refused > 20);
}

static void one_failure_at_any_write_leaves_the_database_whole(void **state) {
    (void)state;
    torture(false);
}

static void a_full_disk_from_any_write_on_leaves_the_database_whole(void **state) {
    (void)state;
    torture(true);
}

static void a_full_disk_is_said_and_room_heals_it(void **state) {
    char home[256];
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    (void)state;
    make_home(home);
    options.home = home;
    OK(store_open(&options, &s, &err));
    row r = order_row("1", "paid", 1000);
    fault_arm(1, true);
    store_batch *batch = store_batch_new(s, "dy-shop");
    OK(store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR("{}"), 1, &err));
    assert_int_equal(QD_E_IO, store_commit(batch, NULL, &err));
    assert_non_null(strstr(err.message, "disk is full"));
    assert_non_null(strstr(err.message, home));
    fault_arm(0, false);
    assert_int_equal(0, count_of(s, TABLE_ORDERS, "dy-shop"));
    batch = store_batch_new(s, "dy-shop");
    OK(store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR("{}"), 1, &err));
    OK(store_commit(batch, NULL, &err));
    assert_int_equal(1, count_of(s, TABLE_ORDERS, "dy-shop"));
    assert_string_equal("order.new:1", events_text(s));
    store_close(s);
    drop_home(home);
}

static int syncs_in_callback;

static void note_syncs(void *user, const store_commit_info *info) {
    (void)user;
    assert_int_equal(QD_OK, info->status);
    syncs_in_callback = fault.log_syncs;
}

static void what_is_reported_as_stored_has_been_synced(void **state) {
    char home[256];
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    store_shop shop;
    qd_token token;
    (void)state;
    memset(&token, 0, sizeof token);
    memset(&shop, 0, sizeof shop);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    make_home(home);
    options.home = home;
    OK(store_open(&options, &s, &err));
    OK(store_shop_add(s, &shop, &err));
    qd_token_store *tokens = store_tokens(s);
    for (int i = 0; i < 5; i++) {
        int before = fault.log_syncs;
        OK(tokens->save(tokens, shop.t_code, "production", &token, i, &err));
        assert_true(fault.log_syncs > before);
        before = fault.log_syncs;
        row r = order_row("1", "paid", 1000 + i);
        store_batch *batch = store_batch_new(s, shop.t_code);
        OK(store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR(""), i, &err));
        store_submit(batch, note_syncs, NULL);
        store_flush(s);
        assert_true(syncs_in_callback > before);
    }
    store_close(s);
    drop_home(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_failure_at_any_write_leaves_the_database_whole),
        cmocka_unit_test(a_full_disk_from_any_write_on_leaves_the_database_whole),
        cmocka_unit_test(a_full_disk_is_said_and_room_heals_it),
        cmocka_unit_test(what_is_reported_as_stored_has_been_synced),
    };
    fault_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
