/*
 * The record of decryptions: kept in order, found by shop and order, never changed or deleted; and
 * bill files that were asked for.
 */
#include <sqlite3.h>

#include "store_support.h"

static store *open_home(const char *home) {
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    store_options options = STORE_OPTIONS_INIT;
    options.home = home;
    OK(store_open(&options, &s, &err));
    return s;
}

static store_decryption row_of(const char *shop, const char *order, int64_t failed) {
    store_decryption row = { .at = 1700000000, .items = 3, .failed = failed };
    snprintf(row.shop, sizeof row.shop, "%s", shop);
    snprintf(row.order_id, sizeof row.order_id, "%s", order);
    snprintf(row.actor, sizeof row.actor, "anna");
    snprintf(row.kind, sizeof row.kind, "decrypt");
    snprintf(row.code, sizeof row.code, "%s", failed ? "200001" : "");
    return row;
}

static void decryptions_are_kept(void **state) {
    (void)state;
    char home[256], path[300];
    qd_err err = QD_ERR_INIT;
    store_decryption *rows = NULL;
    size_t count = 0;
    make_home(home);
    store *s = open_home(home);
    const store_decryption made[] = { row_of("a", "1", 0), row_of("a", "2", 1),
                                      row_of("b", "1", 0) };
    OK(store_decryption_add(s, made, 3, &err));
    store_close(s);
    s = open_home(home);
    OK(store_decryption_list(s, NULL, NULL, 0, &rows, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].shop, "b");
    assert_int_equal(rows[0].id, 3);
    free(rows);
    OK(store_decryption_list(s, "a", "2", 0, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].code, "200001");
    assert_string_equal(rows[0].actor, "anna");
    assert_int_equal(rows[0].items, 3);
    assert_int_equal(rows[0].failed, 1);
    free(rows);
    OK(store_decryption_list(s, NULL, "1", 1, &rows, &count, &err));
    assert_int_equal(count, 1);
    free(rows);
    store_close(s);
    /* Not even with another program. */
    sqlite3 *h = NULL;
    snprintf(path, sizeof path, "%s/qiandian.db", home);
    assert_int_equal(SQLITE_OK, sqlite3_open(path, &h));
    assert_int_not_equal(SQLITE_OK, sqlite3_exec(h, "DELETE FROM decryption", NULL, NULL, NULL));
    assert_int_not_equal(SQLITE_OK,
                         sqlite3_exec(h, "UPDATE decryption SET actor = 'x'", NULL, NULL, NULL));
    sqlite3_close(h);
    drop_home(home);
}

static void bill_files_are_remembered(void **state) {
    (void)state;
    char home[256];
    qd_err err = QD_ERR_INIT;
    store_bill bill = { .shop = "a", .request = "settlement 1 2", .download_id = "d1" };
    store_bill found;
    make_home(home);
    store *s = open_home(home);
    assert_int_equal(store_bill_get(s, "a", "settlement 1 2", &found, &err), QD_E_NOT_FOUND);
    bill.asked_at = 5;
    OK(store_bill_put(s, &bill, &err));
    OK(store_bill_get(s, "a", "settlement 1 2", &found, &err));
    assert_string_equal(found.download_id, "d1");
    assert_int_equal(found.done_at, 0);
    bill.done_at = 9;
    OK(store_bill_put(s, &bill, &err));
    OK(store_bill_get(s, "a", "settlement 1 2", &found, &err));
    assert_int_equal(found.done_at, 9);
    assert_int_equal(store_bill_get(s, "b", "settlement 1 2", &found, &err), QD_E_NOT_FOUND);
    store_close(s);
    drop_home(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decryptions_are_kept),
        cmocka_unit_test(bill_files_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
