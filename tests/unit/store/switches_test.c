/*
 * A shop's row as others see it change: revisions, edits that meet, a proxy's password at rest,
 * cursors of two environments, and what a token remembers.
 */
#include <sqlite3.h>

#include "conformance.h"

static store_shop new_shop(world *w, const char *shop_id) {
    qd_err err = QD_ERR_INIT;
    store_shop shop;
    memset(&shop, 0, sizeof shop);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    snprintf(shop.app_key, sizeof shop.app_key, "key1");
    snprintf(shop.name, sizeof shop.name, "店");
    snprintf(shop.shop_id, sizeof shop.shop_id, "%s", shop_id);
    OK(store_shop_add(w->s, &shop, &err));
    return shop;
}

static store_shop read_shop(world *w, const char *t_code) {
    qd_err err = QD_ERR_INIT;
    store_shop shop;
    OK(store_shop_get(w->s, t_code, &shop, &err));
    return shop;
}

static int64_t revision(world *w, const char *t_code) {
    qd_err err = QD_ERR_INIT;
    int64_t number = -1;
    OK(store_shop_revision(w->s, t_code, &number, &err));
    return number;
}

/* ---- revisions ---- */

static void each_change_of_a_shop_is_seen(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = new_shop(w, "100");
    int64_t first = revision(w, shop.t_code);
    assert_int_equal(first, shop.revision);
    assert_true(first > 0);
    snprintf(shop.sign_method, sizeof shop.sign_method, "text_example/md5");
    snprintf(shop.app_kind, sizeof shop.app_kind, "tool");
    snprintf(shop.token_flow, sizeof shop.token_flow, "oauth2");
    snprintf(shop.service_id, sizeof shop.service_id, "12345");
    snprintf(shop.sandbox_url, sizeof shop.sandbox_url, "http://127.0.0.1:9");
    OK(store_shop_update(w->s, &shop, &err));
    assert_true(revision(w, shop.t_code) > first);
    reopen(w);
    store_shop found = read_shop(w, shop.t_code);
    assert_string_equal(found.sign_method, "text_example/md5");
    assert_string_equal(found.app_kind, "tool");
    assert_string_equal(found.token_flow, "oauth2");
    assert_string_equal(found.service_id, "12345");
    assert_string_equal(found.sandbox_url, "http://127.0.0.1:9");
    int64_t changed = revision(w, shop.t_code);
    OK(store_shop_remove(w->s, shop.t_code, &err));
    assert_true(revision(w, shop.t_code) > changed);
    assert_int_equal(revision(w, "dy-nobody"), 0);
}

static void of_two_edits_that_meet_the_second_has_to_look_again(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = new_shop(w, "100");
    store_shop one = read_shop(w, shop.t_code);
    store_shop two = one;
    snprintf(one.proxy, sizeof one.proxy, "http://10.0.0.5:3128");
    snprintf(two.name, sizeof two.name, "other");
    OK(store_shop_update(w->s, &one, &err));
    assert_int_equal(store_shop_update(w->s, &two, &err), QD_E_STALE);
    assert_string_equal(read_shop(w, shop.t_code).proxy, "http://10.0.0.5:3128");
    assert_string_equal(read_shop(w, shop.t_code).name, "店");
}

static void a_subject_is_the_same_shop_twice(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop = new_shop(w, "");
    store_shop again;
    snprintf(shop.subject_id, sizeof shop.subject_id, "77");
    snprintf(shop.subject_type, sizeof shop.subject_type, "YunCang");
    OK(store_shop_update(w->s, &shop, &err));
    memset(&again, 0, sizeof again);
    memcpy(again.platform, shop.platform, sizeof again.platform);
    memcpy(again.app_key, shop.app_key, sizeof again.app_key);
    memcpy(again.subject_id, shop.subject_id, sizeof again.subject_id);
    snprintf(again.subject_type, sizeof again.subject_type, "WuLiuShang");
    OK(store_shop_add(w->s, &again, &err)); /* the same number of another kind */
    memcpy(again.subject_type, shop.subject_type, sizeof again.subject_type);
    assert_int_equal(store_shop_add(w->s, &again, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, shop.t_code));
}

/* ---- proxies ---- */

/* A column of the shop's row as text, read beside the store. */
static void column(world *w, const char *t_code, const char *sql, char out[256]) {
    char path[320];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    snprintf(path, sizeof path, "%s/qiandian.db", w->home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    sqlite3_bind_text(stmt, 1, t_code, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(stmt, 0);
    snprintf(out, 256, "%s", text ? text : "(null)");
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void a_proxys_password_is_not_readable_in_the_database(void **state) {
    world *w = *state;
    static const struct {
        const char *proxy, *shown;
        bool sealed;
    } cases[] = {
        { "http://joe:s3cr3t@10.0.0.5:3128", "http://joe:***@10.0.0.5:3128", true },
        { "{\"http\":\"http://joe:s3cr3t@a:1\",\"https\":\"socks5://eva:s3cr3t:x@b:2\"}",
          "{\"http\":\"http://joe:***@a:1\",\"https\":\"socks5://eva:***@b:2\"}", true },
        { "http://joe@10.0.0.5:3128", "http://joe@10.0.0.5:3128", false },
        { "http://10.0.0.5:3128", "http://10.0.0.5:3128", false },
        { "", "", false },
    };
    qd_err err = QD_ERR_INIT;
    char text[256];
    store_shop shop = new_shop(w, "100");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shop = read_shop(w, shop.t_code);
        snprintf(shop.proxy, sizeof shop.proxy, "%s", cases[i].proxy);
        OK(store_shop_update(w->s, &shop, &err));
        reopen(w);
        assert_string_equal(read_shop(w, shop.t_code).proxy, cases[i].proxy);
        assert_string_equal(read_shop(w, shop.t_code).proxy_shown, cases[i].shown);
        column(w, shop.t_code, "SELECT proxy FROM shop WHERE t_code = ?1", text);
        assert_string_equal(text, cases[i].shown);
        column(w, shop.t_code, "SELECT instr(proxy_sealed, 's3cr3t') FROM shop WHERE t_code = ?1",
               text);
        assert_string_equal(text, cases[i].sealed ? "0" : "(null)");
    }
    store_shop *list = NULL;
    size_t count = 0;
    shop = read_shop(w, shop.t_code);
    snprintf(shop.proxy, sizeof shop.proxy, "%s", cases[0].proxy);
    OK(store_shop_update(w->s, &shop, &err));
    OK(store_shop_list(w->s, &list, &count, &err));
    assert_string_equal(list[0].proxy, cases[0].proxy);
    assert_string_equal(list[0].proxy_shown, cases[0].shown);
    free(list);
}

/* ---- cursors of two environments ---- */

static void move(world *w, const char *t_code, const store_claim *claim, int64_t complete_to,
                 qd_status expected) {
    qd_err err = QD_ERR_INIT;
    store_cursor cursor = { .complete_to = complete_to, .backfill_to = 5 };
    snprintf(cursor.state, sizeof cursor.state, "{\"n\":%d}", (int)complete_to);
    store_batch *batch = store_batch_new(w->s, t_code);
    assert_non_null(batch);
    store_batch_set_cursor(batch, claim, &cursor);
    assert_int_equal(store_commit(batch, NULL, &err), expected);
}

static void switch_to(world *w, const char *t_code, const char *environment) {
    qd_err err = QD_ERR_INIT;
    store_shop shop = read_shop(w, t_code);
    snprintf(shop.environment, sizeof shop.environment, "%s", environment);
    OK(store_shop_update(w->s, &shop, &err));
}

static store_cursor cursor_of(world *w, const char *t_code) {
    qd_err err = QD_ERR_INIT;
    store_cursor cursor;
    OK(store_cursor_get(w->s, t_code, "orders", &cursor, &err));
    return cursor;
}

static void each_environment_is_read_from_where_it_stopped(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_claim *claim = NULL;
    store_shop shop = new_shop(w, "100");
    OK(store_claim_take(w->s, shop.t_code, "orders", &claim, &err));
    move(w, shop.t_code, claim, 1000, QD_OK);
    switch_to(w, shop.t_code, "sandbox");
    /* The job that began in production writes nothing of the sandbox's, nor moves its cursor. */
    move(w, shop.t_code, claim, 2000, QD_E_STALE);
    store_claim_release(claim);
    assert_int_equal(cursor_of(w, shop.t_code).complete_to, 0);
    assert_string_equal(cursor_of(w, shop.t_code).state, "");
    OK(store_claim_take(w->s, shop.t_code, "orders", &claim, &err));
    move(w, shop.t_code, claim, 70, QD_OK);
    switch_to(w, shop.t_code, "production");
    move(w, shop.t_code, claim, 80, QD_E_STALE);
    store_claim_release(claim);
    assert_int_equal(cursor_of(w, shop.t_code).complete_to, 1000);
    assert_int_equal(cursor_of(w, shop.t_code).backfill_to, 5);
    assert_string_equal(cursor_of(w, shop.t_code).state, "{\"n\":1000}");
    switch_to(w, shop.t_code, "sandbox");
    assert_int_equal(cursor_of(w, shop.t_code).complete_to, 70);
    OK(store_claim_take(w->s, shop.t_code, "orders", &claim, &err));
    move(w, shop.t_code, claim, 90, QD_OK);
    store_claim_release(claim);
}

/* ---- tokens ---- */

static void a_token_remembers_a_refusal_and_its_quiet_time(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    qd_token_store *tokens = store_tokens(w->s);
    store_shop shop = new_shop(w, "100");
    qd_token token = { .access = "a",
                       .quiet_until = 77,
                       .refused_code = "50002",
                       .refused_sub_code = "isv.business-failed:31009",
                       .refused_message = "the platform's words" };
    qd_token found;
    OK(tokens->save(tokens, shop.t_code, "production", &token, 0, &err));
    reopen(w);
    tokens = store_tokens(w->s);
    OK(tokens->load(tokens, shop.t_code, "production", &found, &err));
    assert_int_equal(found.quiet_until, 77);
    assert_string_equal(found.refused_code, "50002");
    assert_string_equal(found.refused_sub_code, "isv.business-failed:31009");
    assert_string_equal(found.refused_message, "the platform's words");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(each_change_of_a_shop_is_seen),
        CASE(of_two_edits_that_meet_the_second_has_to_look_again),
        CASE(a_subject_is_the_same_shop_twice),
        CASE(a_proxys_password_is_not_readable_in_the_database),
        CASE(each_environment_is_read_from_where_it_stopped),
        CASE(a_token_remembers_a_refusal_and_its_quiet_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
