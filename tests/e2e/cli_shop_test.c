/* qd against a sandbox of its own: call, sync, audit and lists, with the exit codes that count. */
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "e2e_shell.h"

typedef struct bench {
    tempdir home;
    practice world;
    char douyin[40], taobao[40]; /* t_codes */
} bench;

static bench b;

static int start(void **state) {
    (void)state;
    home_make(&b.home, false);
    practice_start(&b.world, "240", "9");
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    practice_connect(&b.world, b.home.path, practice_shop(truth, 0), b.douyin);
    practice_connect(&b.world, b.home.path, practice_shop(truth, 1), b.taobao);
    yyjson_doc_free(truth);
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

static void sync_all(void) {
    said s;
    SHELL_RUN(&s, "sync", "--home", b.home.path, "-o", "json");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/shops/0/t_code"), b.douyin);
    assert_string_equal(json_text(doc, "/shops/0/streams/0/status"), "ok");
    assert_true(json_int(doc, "/shops/0/streams/0/complete_to") > 0);
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* ---- call ---- */

static void a_call_gives_the_platforms_reply(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "--shop", b.douyin, "--home", b.home.path, "-o",
              "json", "page=0", "size=5");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(json_int(doc, "/code"), 10000);
    assert_int_equal(yyjson_arr_size(yyjson_doc_ptr_get(doc, "/data/shop_order_list")), 5);
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "call", "taobao.trades.sold.get", "--shop", b.taobao, "--home", b.home.path,
              "fields=tid", "page_size:=3", "-o", "json");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    doc = said_json(&s);
    assert_true(yyjson_is_obj(yyjson_doc_ptr_get(doc, "/trades_sold_get_response")));
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_dry_run_sends_nothing_and_shows_no_secret(void **state) {
    (void)state;
    said s;
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    const char *secret = json_text(truth, "/shops/0/app_secret");
    SHELL_RUN(&s, "call", "order.searchList", "--shop", b.douyin, "--home", b.home.path, "-o",
              "json", "page=0", "size=5", "--dry-run");
    assert_int_equal(s.code, 0);
    assert_null(strstr(base_buf_text(&s.out), secret));
    yyjson_doc_free(said_json(&s));
    yyjson_doc_free(truth);
    said_clear(&s);
}

static void an_unknown_method_goes_with_raw_only(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.noSuchThing", "--shop", b.douyin, "--home", b.home.path, "-ojson");
    assert_int_equal(s.code, 3);
    yyjson_doc_free(said_error(&s));
    said_clear(&s);
    /* With --raw the platform decides: it refuses in its own words. */
    SHELL_RUN(&s, "call", "order.noSuchThing", "--shop", b.douyin, "--home", b.home.path, "-ojson",
              "--raw", "/order/noSuchThing");
    assert_int_equal(s.code, 3);
    yyjson_doc *doc = said_error(&s);
    assert_string_equal(json_text(doc, "/error/platform"), "douyin");
    assert_true(json_text(doc, "/error/code")[0] != '\0');
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_wrong_secret_ends_with_4_and_the_platforms_code(void **state) {
    (void)state;
    char t_code[40];
    said s;
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    SHELL_RUN(&s, "shop", "remove", b.douyin, "--home", b.home.path);
    said_clear(&s);
    const char *const options[] = { "--shop-id", json_text(truth, "/shops/0/shop_id"), NULL };
    practice_add(&b.world, b.home.path, practice_shop(truth, 0), "not-the-secret-at-all", options,
                 t_code);
    yyjson_doc_free(truth);
    SHELL_RUN(&s, "sync", "--shop", t_code, "--home", b.home.path, "-o", "json");
    assert_int_equal(s.code, 4);
    yyjson_doc *doc = said_error(&s);
    assert_string_equal(json_text(doc, "/error/status"), "auth");
    assert_string_equal(json_text(doc, "/error/platform"), "douyin");
    assert_true(json_text(doc, "/error/code")[0] != '\0');
    assert_null(strstr(base_buf_text(&s.err), "not-the-secret-at-all"));
    yyjson_doc_free(doc);
    said_clear(&s);
    /* Over several shops the healthy one is still read, and the worst code counts. */
    SHELL_RUN(&s, "sync", "--home", b.home.path, "-o", "json");
    assert_int_equal(s.code, 4);
    doc = said_json(&s);
    assert_non_null(strstr(base_buf_text(&s.err), "\"status\":\"auth\""));
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* ---- audit ---- */

static void delete_orders(int count) {
    char path[256], sql[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/qiandian.db", b.home.path);
    snprintf(sql, sizeof sql,
             "DELETE FROM orders WHERE (shop, order_id) IN "
             "(SELECT shop, order_id FROM orders WHERE platform = 'douyin' LIMIT %d)",
             count);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), count);
    sqlite3_close(db);
}

static int64_t audit(int code, const char *option) {
    said s;
    SHELL_RUN(&s, "audit", "--home", b.home.path, "-o", "json", option);
    if (s.code != code) {
        fail_msg("exit %d instead of %d: %s%s", s.code, code, base_buf_text(&s.out),
                 base_buf_text(&s.err));
    }
    yyjson_doc *doc = said_json(&s);
    int64_t gap = json_int(doc, "/gap");
    const char *state = json_text(doc, "/shops/0/streams/0/state");
    assert_string_equal(state, gap > 0 ? "gap" : "complete");
    yyjson_doc_free(doc);
    said_clear(&s);
    return gap;
}

static void an_audit_finds_what_is_missing_and_repairs_it(void **state) {
    (void)state;
    sync_all();
    assert_int_equal(audit(0, NULL), 0);
    delete_orders(3);
    assert_int_equal(audit(6, NULL), 3);
    (void)audit(0, "--repair");
    assert_int_equal(audit(0, NULL), 0);
}

/* ---- lists ---- */

static void rows_have_the_tables_columns_as_keys(void **state) {
    (void)state;
    said s;
    sync_all();
    SHELL_RUN(&s, "orders", "list", "--shop", b.taobao, "--all", "--home", b.home.path, "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    yyjson_val *first = yyjson_arr_get_first(yyjson_doc_get_root(doc));
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 120);
    assert_string_equal(json_text(doc, "/0/shop"), b.taobao);
    assert_true(yyjson_is_int(yyjson_obj_get(first, "pay_fen")));
    assert_true(yyjson_is_int(yyjson_obj_get(first, "modified_at")));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "orders", "list", "--home", b.home.path, "-ojson");
    doc = said_json(&s);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 20);
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "orders", "list", "--home", b.home.path, "--columns", "order_id,pay_fen", "-n1");
    assert_int_equal(s.code, 0);
    assert_non_null(strchr(base_buf_text(&s.out), '\t'));
    said_clear(&s);
    SHELL_RUN(&s, "products", "list", "--shop", b.douyin, "--home", b.home.path, "-o", "csv");
    assert_int_equal(s.code, 0);
    assert_int_equal(strncmp(base_buf_text(&s.out), "shop,product_id,platform,", 25), 0);
    said_clear(&s);
}

static void a_time_range_and_a_status_narrow_the_list(void **state) {
    (void)state;
    said s;
    sync_all();
    SHELL_RUN(&s, "orders", "list", "--home", b.home.path, "--all", "--until", "2001-01-01",
              "-ojson");
    assert_string_equal(base_buf_text(&s.out), "[]\n");
    said_clear(&s);
    SHELL_RUN(&s, "orders", "list", "--home", b.home.path, "--all", "--status", "done", "-ojson");
    yyjson_doc *doc = said_json(&s);
    size_t i, count;
    yyjson_val *row;
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, row) {
        assert_string_equal(yyjson_get_str(yyjson_obj_get(row, "status")), "done");
    }
    assert_true(count > 0 && count < 240);
    yyjson_doc_free(doc);
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_gives_the_platforms_reply, start, stop),
        cmocka_unit_test_setup_teardown(a_dry_run_sends_nothing_and_shows_no_secret, start, stop),
        cmocka_unit_test_setup_teardown(an_unknown_method_goes_with_raw_only, start, stop),
        cmocka_unit_test_setup_teardown(a_wrong_secret_ends_with_4_and_the_platforms_code, start,
                                        stop),
        cmocka_unit_test_setup_teardown(an_audit_finds_what_is_missing_and_repairs_it, start, stop),
        cmocka_unit_test_setup_teardown(rows_have_the_tables_columns_as_keys, start, stop),
        cmocka_unit_test_setup_teardown(a_time_range_and_a_status_narrow_the_list, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
