/*
 * What every store must do, whatever database is behind it: shops, tokens, claims, batches,
 * reading. Written against the door only; rows are in rows_test.c.
 */
#include <pthread.h>

#include "conformance.h"

/* ---- shops and apps ---- */

static store_shop douyin_shop(const char *shop_id) {
    store_shop shop;
    memset(&shop, 0, sizeof shop);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    snprintf(shop.name, sizeof shop.name, "店");
    snprintf(shop.app_key, sizeof shop.app_key, "key1");
    snprintf(shop.shop_id, sizeof shop.shop_id, "%s", shop_id);
    snprintf(shop.environment, sizeof shop.environment, "production");
    return shop;
}

static void shops_are_added_found_changed_and_removed(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = douyin_shop("100");
    store_shop other = douyin_shop("101");
    store_shop found;
    OK(store_shop_add(w->s, &shop, &err));
    assert_int_equal(13, strlen(shop.t_code));
    assert_memory_equal("dy-", shop.t_code, 3);
    assert_int_equal(1700000000, shop.created_at);
    w->now_ms += 1000;
    OK(store_shop_add(w->s, &other, &err));
    assert_string_not_equal(shop.t_code, other.t_code);

    store_shop again = douyin_shop("100");
    assert_int_equal(QD_E_INVALID, store_shop_add(w->s, &again, &err));
    assert_non_null(strstr(err.message, shop.t_code));

    snprintf(shop.proxy, sizeof shop.proxy, "http://127.0.0.1:8080");
    OK(store_shop_update(w->s, &shop, &err));
    reopen(w);
    OK(store_shop_get(w->s, shop.t_code, &found, &err));
    assert_string_equal("http://127.0.0.1:8080", found.proxy);
    assert_string_equal("店", found.name);

    store_shop *list = NULL;
    size_t count = 0;
    OK(store_shop_list(w->s, &list, &count, &err));
    assert_int_equal(2, count);
    assert_string_equal(shop.t_code, list[0].t_code);
    assert_string_equal(other.t_code, list[1].t_code);
    free(list);

    OK(store_shop_remove(w->s, shop.t_code, &err));
    assert_int_equal(QD_E_NOT_FOUND, store_shop_get(w->s, shop.t_code, &found, &err));
    assert_int_equal(QD_E_NOT_FOUND, store_shop_remove(w->s, shop.t_code, &err));
    OK(store_shop_list(w->s, &list, &count, &err));
    assert_int_equal(1, count);
    free(list);

    again = douyin_shop("100");
    OK(store_shop_add(w->s, &again, &err));
    assert_string_equal(shop.t_code, again.t_code); /* its rows are still under this handle */
}

static void a_mistyped_handle_gets_the_nearest_one(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = douyin_shop("100");
    store_shop found;
    assert_int_equal(QD_E_NOT_FOUND, store_shop_get(w->s, "dy-x", &found, &err));
    OK(store_shop_add(w->s, &shop, &err));
    char typed[40];
    memcpy(typed, shop.t_code, sizeof typed);
    typed[5] = '0';
    assert_int_equal(QD_E_NOT_FOUND, store_shop_get(w->s, typed, &found, &err));
    assert_non_null(strstr(err.message, shop.t_code));
    assert_int_equal(QD_E_NOT_FOUND, store_shop_get(w->s, "flagship", &found, &err));
    assert_null(strstr(err.message, shop.t_code));
}

static void shops_whose_id_is_not_known_yet_are_kept_apart(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop one = douyin_shop("");
    store_shop two = douyin_shop("");
    OK(store_shop_add(w->s, &one, &err));
    OK(store_shop_add(w->s, &two, &err));
    snprintf(one.shop_id, sizeof one.shop_id, "77");
    snprintf(two.shop_id, sizeof two.shop_id, "77");
    OK(store_shop_update(w->s, &one, &err));
    assert_int_equal(QD_E_INVALID, store_shop_update(w->s, &two, &err));
    assert_non_null(strstr(err.message, one.t_code));
}

static void an_app_gives_its_secret_back(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    base_secret secret = { NULL, 0 };
    OK(store_app_put(w->s, "douyin", "key1", BASE_STR("s3cret"), &err));
    OK(store_app_put(w->s, "taobao", "key1", BASE_STR("other"), &err));
    OK(store_app_put(w->s, "douyin", "key1", BASE_STR("s3cret2"), &err));
    reopen(w);
    OK(store_app_secret(w->s, "douyin", "key1", &secret, &err));
    assert_string_equal("s3cret2", secret.ptr);
    base_secret_clear(&secret);
    assert_int_equal(QD_E_NOT_FOUND, store_app_secret(w->s, "douyin", "key2", &secret, &err));
}

/* ---- tokens ---- */

static void tokens_are_saved_by_version(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = douyin_shop("100");
    qd_token token;
    qd_token loaded;
    memset(&token, 0, sizeof token);
    OK(store_shop_add(w->s, &shop, &err));
    qd_token_store *tokens = store_tokens(w->s);
    OK(tokens->load(tokens, shop.t_code, "production", &loaded, &err));
    assert_int_equal(0, loaded.version);
    OK(tokens->load(tokens, "an-embedders-own", "production", &loaded, &err));
    assert_int_equal(0, loaded.version);

    snprintf(token.access, sizeof token.access, "access-1");
    snprintf(token.refresh, sizeof token.refresh, "refresh-1");
    token.expires_at = 1700003600;
    token.intent_at = 1700000001;
    OK(tokens->save(tokens, shop.t_code, "production", &token, 0, &err));
    assert_int_equal(QD_E_STALE, tokens->save(tokens, shop.t_code, "production", &token, 0, &err));
    reopen(w);
    tokens = store_tokens(w->s);
    OK(tokens->load(tokens, shop.t_code, "production", &loaded, &err));
    assert_int_equal(1, loaded.version);
    assert_string_equal("access-1", loaded.access);
    assert_string_equal("refresh-1", loaded.refresh);
    assert_int_equal(1700003600, loaded.expires_at);
    assert_int_equal(1700000001, loaded.intent_at);

    loaded.intent_at = 0;
    loaded.revoked = true;
    loaded.failures = 3;
    OK(tokens->save(tokens, shop.t_code, "production", &loaded, 1, &err));
    OK(tokens->load(tokens, shop.t_code, "production", &loaded, &err));
    assert_int_equal(2, loaded.version);
    assert_int_equal(0, loaded.intent_at);
    assert_true(loaded.revoked);
    assert_int_equal(3, loaded.failures);

    OK(tokens->load(tokens, shop.t_code, "sandbox", &loaded, &err));
    assert_int_equal(0, loaded.version);
    OK(store_shop_remove(w->s, shop.t_code, &err));
    shop = douyin_shop("100");
    OK(store_shop_add(w->s, &shop, &err));
    OK(tokens->load(tokens, shop.t_code, "production", &loaded, &err));
    assert_int_equal(0, loaded.version); /* wiped with the removal */
    assert_string_equal("", loaded.access);
}

static void a_token_has_one_lock_holder(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    void *lock = NULL;
    void *second = NULL;
    qd_token_store *tokens = store_tokens(w->s);
    OK(tokens->try_lock(tokens, "dy-1", "production", &lock, &err));
    assert_int_equal(QD_E_BUSY, tokens->try_lock(tokens, "dy-1", "production", &second, &err));
    OK(tokens->try_lock(tokens, "dy-1", "sandbox", &second, &err));
    tokens->unlock(tokens, second);
    tokens->unlock(tokens, lock);
    OK(tokens->try_lock(tokens, "dy-1", "production", &lock, &err));
    tokens->unlock(tokens, lock);
}

/* ---- claims and cursors ---- */

static void a_stream_has_one_claimer_and_an_older_one_cannot_write(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_claim *claim = NULL;
    store_claim *second = NULL;
    store_cursor cursor;
    OK(store_cursor_get(w->s, "dy-shop", "orders", &cursor, &err));
    assert_int_equal(0, cursor.fence);
    OK(store_claim_take(w->s, "dy-shop", "orders", &claim, &err));
    assert_int_equal(QD_E_BUSY, store_claim_take(w->s, "dy-shop", "orders", &second, &err));
    assert_non_null(strstr(err.message, "orders"));

    row r = order_row("1", "paid", 1000);
    store_batch *batch = batch_of(w);
    add(batch, TABLE_ORDERS, &r, "", 1);
    cursor.backfill_from = 1;
    cursor.complete_to = 5000;
    snprintf(cursor.state, sizeof cursor.state, "{\"page\":2}");
    store_batch_set_cursor(batch, claim, &cursor);
    commit(batch);
    store_cursor read;
    OK(store_cursor_get(w->s, "dy-shop", "orders", &read, &err));
    assert_int_equal(5000, read.complete_to);
    assert_int_equal(1, read.backfill_from);
    assert_int_equal(1, read.fence);
    assert_string_equal("{\"page\":2}", read.state);
    assert_int_equal(1700000000, read.updated_at);

    /* Somebody else takes over after the first one has let go; its late batch is refused whole. */
    batch = batch_of(w);
    r = order_row("2", "paid", 1000);
    add(batch, TABLE_ORDERS, &r, "", 2);
    store_batch_set_cursor(batch, claim, &cursor);
    store_claim_release(claim);
    OK(store_claim_take(w->s, "dy-shop", "orders", &second, &err));
    assert_int_equal(QD_E_STALE, store_commit(batch, NULL, &err));
    assert_int_equal(1, count_of(w->s, TABLE_ORDERS, "dy-shop"));
    assert_string_equal("order.new:1", events_text(w->s));
    store_claim_release(second);
}

/* ---- many at once ---- */

typedef struct tally {
    pthread_mutex_t mutex;
    size_t done, ok;
} tally;

static void note_done(void *user, const store_commit_info *info) {
    tally *t = user;
    pthread_mutex_lock(&t->mutex);
    t->done++;
    t->ok += info->status == QD_OK;
    pthread_mutex_unlock(&t->mutex);
}

static void a_batch_that_fails_takes_nothing_with_it(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    tally t = { .done = 0 };
    store_claim *old = NULL;
    store_claim *claim = NULL;
    store_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    pthread_mutex_init(&t.mutex, NULL);
    OK(store_claim_take(w->s, "dy-shop", "orders", &old, &err));
    for (int i = 0; i < 30; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        row r = order_row(id, "paid", 1000);
        store_batch *batch = batch_of(w);
        add(batch, TABLE_ORDERS, &r, "", i);
        if (i % 3 == 0) {
            store_batch_set_cursor(batch, old, &cursor);
        }
        if (i == 0) {
            store_claim_release(old);
            OK(store_claim_take(w->s, "dy-shop", "orders", &claim, &err));
            old = claim;
        }
        store_submit(batch, note_done, &t);
    }
    store_flush(w->s);
    assert_int_equal(30, t.done);
    assert_int_equal(29, t.ok); /* the first was stale */
    assert_int_equal(29, count_of(w->s, TABLE_ORDERS, "dy-shop"));
    store_event *events = NULL;
    size_t count = 0;
    OK(store_events(w->s, 0, 100, &events, &count, &err));
    assert_int_equal(29, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal((int64_t)i + 1, events[i].seq); /* no holes, in the order submitted */
        assert_int_equal((int64_t)i + 1, strtoll(events[i].ref, NULL, 10));
    }
    free(events);
    store_claim_release(claim);
    pthread_mutex_destroy(&t.mutex);
}

/* ---- reading ---- */

static bool collect_keys(void *user, base_str key) {
    char *text = user;
    size_t len = strlen(text);
    snprintf(text + len, 256 - len, "%.*s ", (int)key.len, key.ptr);
    return true;
}

static void rows_are_counted_listed_and_selected(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    static const char *const ids[] = { "10", "9", "11A", "11" };
    int64_t count = 0;
    char keys[256] = "";
    for (int i = 0; i < 4; i++) {
        row r = order_row(ids[i], i % 2 ? "paid" : "done", 1000 + i);
        put_order(w, &r, "", i + 1);
    }
    OK(store_count(w->s, TABLE_ORDERS, "dy-shop", ORDERS_MODIFIED_AT, 1000, 1003, &count, &err));
    assert_int_equal(3, count);
    OK(store_count(w->s, TABLE_ORDERS, "other", -1, 0, 0, &count, &err));
    assert_int_equal(0, count);
    OK(store_keys(w->s, TABLE_ORDERS, "dy-shop", ORDERS_CREATED_AT, 0, 5000, collect_keys, keys,
                  &err));
    assert_string_equal("10 11 11A 9 ", keys);

    store_filter f = { .table = TABLE_ORDERS,
                       .shop = "dy-shop",
                       .status = "paid",
                       .time_column = -1,
                       .newest_first = true,
                       .limit = 1 };
    look l = { .column = ORDERS_ORDER_ID };
    OK(store_select(w->s, &f, look_at, &l, &err));
    assert_int_equal(1, l.rows);
    assert_string_equal("11", l.text);
    f = (store_filter){ .table = TABLE_ORDERS, .parent = "x", .time_column = -1 };
    assert_int_equal(QD_E_INVALID, store_select(w->s, &f, look_at, &l, &err));
    f = (store_filter){ .table = TABLE_ORDERS, .time_column = ORDERS_STATUS };
    assert_int_equal(QD_E_INVALID, store_select(w->s, &f, look_at, &l, &err));
}

static void audits_are_replaced_by_day(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_audit rows[2] = { { .day = "2024-01-01",
                              .platform_count = 10,
                              .our_count = 9,
                              .gap = 1,
                              .state = "gap",
                              .checked_at = 5 },
                            { .day = "2024-01-02",
                              .platform_count = -1,
                              .our_count = 3,
                              .state = "unprovable",
                              .checked_at = 5,
                              .detail = "why" } };
    store_audit *list = NULL;
    size_t count = 0;
    OK(store_audit_put(w->s, "dy-shop", "orders", rows, 2, &err));
    rows[0].our_count = 10;
    rows[0].gap = 0;
    OK(store_audit_put(w->s, "dy-shop", "orders", rows, 1, &err));
    OK(store_audit_list(w->s, "dy-shop", "orders", &list, &count, &err));
    assert_int_equal(2, count);
    assert_string_equal("2024-01-02", list[0].day);
    assert_int_equal(-1, list[0].platform_count);
    assert_string_equal("why", list[0].detail);
    assert_int_equal(10, list[1].our_count);
    free(list);
}

static void the_database_passes_its_own_check(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    row r = order_row("1", "paid", 1000);
    put_order(w, &r, "{}", 1);
    OK(store_check(w->s, &err));
    assert_int_equal(store_schema_known(), store_schema_version(w->s));
    assert_string_equal(w->home, store_home(w->s));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(shops_are_added_found_changed_and_removed),
        CASE(a_mistyped_handle_gets_the_nearest_one),
        CASE(shops_whose_id_is_not_known_yet_are_kept_apart),
        CASE(an_app_gives_its_secret_back),
        CASE(tokens_are_saved_by_version),
        CASE(a_token_has_one_lock_holder),
        CASE(a_stream_has_one_claimer_and_an_older_one_cannot_write),
        CASE(a_batch_that_fails_takes_nothing_with_it),
        CASE(rows_are_counted_listed_and_selected),
        CASE(audits_are_replaced_by_day),
        CASE(the_database_passes_its_own_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
