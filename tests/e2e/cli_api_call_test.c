/* qd call against a sandbox: parameters, pages, parts of the answer, words for errors. */
#include <string.h>
#include <unistd.h>

#include "e2e_shell.h"

typedef struct bench {
    tempdir home;
    practice world;
    char douyin[40], taobao[40]; /* t_codes */
    int64_t orders[2];           /* of each, as the world says */
} bench;

static bench b;

/* Adds the nth shop of the truth. */
static void connect(yyjson_doc *truth, size_t nth, char t_code[40]) {
    yyjson_val *shop = practice_shop(truth, nth);
    practice_connect(&b.world, b.home.path, shop, t_code);
    b.orders[nth] = yyjson_get_sint(yyjson_obj_get(shop, "orders"));
}

static int start(void **state) {
    (void)state;
    home_make(&b.home, true);
    practice_start(&b.world, "240", "11");
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    connect(truth, 0, b.douyin);
    connect(truth, 1, b.taobao);
    yyjson_doc_free(truth);
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

/* ---- pages ---- */

static void all_pages_joins_the_rows_of_every_page(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "-s", b.douyin, "--all-pages", "size=30", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), b.orders[0]);
    (void)json_text(doc, "/0/order_id");
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "call", "taobao.trades.sold.get", "-s", b.taobao, "fields=tid", "page_size=1",
              "--result", "--select", "/total_results");
    assert_int_equal(s.code, 0);
    long long total = strtoll(base_buf_text(&s.out), NULL, 10);
    assert_true(total > 60); /* several pages */
    said_clear(&s);
    SHELL_RUN(&s, "call", "taobao.trades.sold.get", "-s", b.taobao, "--all-pages", "fields=tid",
              "page_size=30", "-ondjson");
    assert_int_equal(s.code, 0);
    int64_t lines = 0;
    for (const char *at = base_buf_text(&s.out); (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, total);
    said_clear(&s);
}

/* A range by modified time is read from its last page to the first; every order changed within it.
 */
static void all_pages_takes_a_range_by_modified_time(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "-s", b.douyin, "--all-pages", "size=30",
              "update_time_start=1500000000", "update_time_end=1900000000", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), b.orders[0]);
    yyjson_doc_free(doc);
    said_clear(&s);
}

#define REFUSED(code, in_message, ...)                                                             \
    shell_refused(code, in_message,                                                                \
                  (const char *const[]){ "call", __VA_ARGS__, "-o", "json", NULL })

static void all_pages_wants_a_listing(void **state) {
    (void)state;
    REFUSED(2, "has no pages", "order.orderDetail", "-s", b.douyin, "--all-pages",
            "shop_order_id=1");
    REFUSED(2, "--all-pages", "order.searchList", "-s", b.douyin, "--all-pages", "--dry-run");
}

/* ---- parts of the answer ---- */

static void result_is_the_part_that_callers_want(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "taobao.trades.sold.get", "-s", b.taobao, "fields=tid", "page_size=1",
              "--select", "/trades_sold_get_response/trades/trade/0/tid", "-ojson");
    assert_int_equal(s.code, 0);
    char tid[64];
    snprintf(tid, sizeof tid, "tid=%.*s", (int)strcspn(base_buf_text(&s.out), "\n"),
             base_buf_text(&s.out));
    said_clear(&s);
    /* The name that the documents use does as well. */
    SHELL_RUN(&s, "call", "taobao_trade_fullinfo_get", "-s", b.taobao, "fields=tid,status", tid,
              "--result", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(json_int(doc, "/tid"), strtoll(tid + 4, NULL, 10));
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* ---- mistakes ---- */

static void mistakes_name_method_parameter_rule_and_value(void **state) {
    (void)state;
    REFUSED(2, "order.searchList: page: must be an integer, not \"zero\"", "order.searchList", "-s",
            b.douyin, "page=zero", "size=10");
    REFUSED(2, "order.searchList: size: 1000 is more than 100", "order.searchList", "-s", b.douyin,
            "page=0", "size=1000");
    REFUSED(2, "did you mean b_type", "order.searchList", "-s", b.douyin, "page=0", "size=10",
            "b_typ=1");
    REFUSED(2, "size: is required", "order.searchList", "-s", b.douyin, "page=0");
    REFUSED(2, "takes a file", "taobao.picture.upload", "-s", b.taobao, "img=abc");
    REFUSED(2, "Name: value", "order.searchList", "-s", b.douyin, "--header", "nothing");
    REFUSED(3, "order.searchList", "order.searchLits", "-s", b.douyin);
}

static void errors_are_explained_on_demand(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "-s", b.douyin, "page=0", "size=1000",
              "--no-validate", "--explain-error", "-ojson");
    assert_int_equal(s.code, 2);
    yyjson_doc *doc = said_error(&s);
    assert_string_equal(json_text(doc, "/error/code"), "40004");
    assert_true(strlen(json_text(doc, "/error/explanation/meaning")) > 0);
    assert_non_null(strstr(json_text(doc, "/error/explanation/documents"), "订单数"));
    assert_non_null(strstr(json_text(doc, "/error/explanation/advice"), "qd api show"));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "call", "order.searchList", "-s", b.douyin, "page=0", "size=1000",
              "--no-validate", "-e");
    assert_non_null(strstr(base_buf_text(&s.err), "means: "));
    said_clear(&s);
}

/* ---- dry runs ---- */

static void a_dry_run_shows_raw_paths_headers_and_masked_secrets(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "no.such.method", "-s", b.douyin, "--raw", "/no/such/method", "--header",
              "X-One: 1", "--header", "X-Two: two", "--dry-run", "a=1", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_non_null(strstr(json_text(doc, "/url"), "/no/such/method?"));
    assert_string_equal(json_text(doc, "/headers/X-One"), "1");
    assert_string_equal(json_text(doc, "/headers/X-Two"), "two");
    assert_string_equal(json_text(doc, "/body"), "{\"a\":\"1\"}");
    assert_int_equal(strncmp(json_text(doc, "/string_to_sign"), "***", 3), 0);
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_retired_method_warns(void **state) {
    (void)state;
    said list, s;
    SHELL_RUN(&list, "api", "list", "-p", "taobao", "--offline", "-ojson");
    yyjson_doc *doc = said_json(&list);
    SHELL_RUN(&s, "call", json_text(doc, "/0/method"), "-s", b.taobao, "--dry-run",
              "--no-validate");
    assert_int_equal(s.code, 0);
    assert_non_null(strstr(base_buf_text(&s.err), "retired"));
    said_clear(&s);
    said_clear(&list);
    yyjson_doc_free(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pages_joins_the_rows_of_every_page),
        cmocka_unit_test(all_pages_takes_a_range_by_modified_time),
        cmocka_unit_test(all_pages_wants_a_listing),
        cmocka_unit_test(result_is_the_part_that_callers_want),
        cmocka_unit_test(mistakes_name_method_parameter_rule_and_value),
        cmocka_unit_test(errors_are_explained_on_demand),
        cmocka_unit_test(a_dry_run_shows_raw_paths_headers_and_masked_secrets),
        cmocka_unit_test(a_retired_method_warns),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
