/*
 * qd call on a Douyin shop of the sandbox: pages in one form, items that failed, keys of writes,
 * and the forms in which clients speak.
 */
#include <string.h>

#include "e2e_shell.h"

static struct {
    tempdir home;
    practice world;
    char shop[40];
    int64_t orders;
} b;

static int start(void **state) {
    (void)state;
    home_make(&b.home, true);
    practice_start(&b.world, "120", "5");
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    yyjson_val *shop = practice_shop(truth, 0);
    practice_connect(&b.world, NULL, shop, b.shop);
    b.orders = yyjson_get_sint(yyjson_obj_get(shop, "orders"));
    yyjson_doc_free(truth);
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

/* Runs a call that must do, and returns its document. */
#define CALL(...) SHELL_JSON(0, "call", __VA_ARGS__, "-s", b.shop, "-ojson")

/* ---- pages ---- */

static void the_page_form_leads_from_page_to_page(void **state) {
    (void)state;
    char page[32] = "0";
    int64_t rows = 0;
    for (int pages = 0; *page && pages < 100; pages++) {
        char given[48];
        snprintf(given, sizeof given, "page=%s", page);
        yyjson_doc *doc = CALL("order.searchList", given, "size=25", "--page-form");
        rows += (int64_t)yyjson_arr_size(yyjson_doc_ptr_get(doc, "/items"));
        assert_int_equal(json_int(doc, "/total"), b.orders);
        assert_int_equal(json_int(doc, "/size"), 25);
        assert_int_equal(json_int(doc, "/page"), pages);
        yyjson_val *next = yyjson_doc_ptr_get(doc, "/next/page");
        assert_int_equal(yyjson_get_bool(yyjson_doc_ptr_get(doc, "/has_more")), next != NULL);
        snprintf(page, sizeof page, "%s", next ? yyjson_get_str(next) : "");
        yyjson_doc_free(doc);
    }
    assert_int_equal(rows, b.orders);
}

static void what_is_no_page_is_refused(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "-s", b.shop, "page=0", "size=1", "--page-form",
              "--all-pages", "-ojson");
    assert_int_equal(s.code, 2);
    yyjson_doc_free(said_error(&s));
    said_clear(&s);
    SHELL_RUN(&s, "call", "order.downloadToShop", "-s", b.shop, "download_id=1", "--page-form",
              "--no-validate", "-ojson");
    assert_int_not_equal(s.code, 0);
    yyjson_doc_free(said_error(&s));
    said_clear(&s);
}

/* ---- items ---- */

/* A cipher text of an order, and a broken one. */
static void ciphers(char good[1024], char bad[512]) {
    yyjson_doc *doc = CALL("order.searchList", "page=0", "size=1");
    const char *id = json_text(doc, "/data/shop_order_list/0/order_id");
    const char *text = json_text(doc, "/data/shop_order_list/0/encrypt_post_tel");
    snprintf(good, 1024, "{\"auth_id\":\"%s\",\"cipher_text\":\"%s\"}", id, text);
    snprintf(bad, 512, "{\"auth_id\":\"%s\",\"cipher_text\":\"$x$y$1$$\"}", id);
    yyjson_doc_free(doc);
}

static void items_that_failed_are_told_beside_the_reply(void **state) {
    (void)state;
    char good[1024], bad[512], list[2048];
    said s;
    ciphers(good, bad);
    snprintf(list, sizeof list, "cipher_infos:=[%s,%s]", good, bad);
    SHELL_RUN(&s, "call", "order.batchSensitive", "-s", b.shop, list, "-ojson");
    assert_int_equal(s.code, 1);
    yyjson_doc *out = said_json(&s); /* the reply, whole */
    assert_int_equal(json_int(out, "/code"), 10000);
    assert_int_equal(yyjson_arr_size(yyjson_doc_ptr_get(out, "/data/decrypt_infos")), 2);
    said err = { .out = s.err };
    yyjson_doc *told = said_json(&err);
    assert_string_equal(json_text(told, "/error/status"), "platform");
    assert_string_equal(json_text(told, "/error/sub_code"), "data.decrypt_infos");
    assert_non_null(strstr(json_text(told, "/error/message"), "1 of 2 items failed"));
    assert_int_equal(yyjson_arr_size(yyjson_doc_ptr_get(told, "/error/items")), 1);
    assert_int_equal(json_int(told, "/error/items/0/index"), 1);
    assert_string_equal(json_text(told, "/error/items/0/code"), "300003");
    yyjson_doc_free(told);
    yyjson_doc_free(out);
    said_clear(&s);
}

static void where_all_failed_the_call_failed(void **state) {
    (void)state;
    char good[1024], bad[512], list[1024];
    said s;
    ciphers(good, bad);
    snprintf(list, sizeof list, "cipher_infos:=[%s]", bad);
    SHELL_RUN(&s, "call", "order.batchSensitive", "-s", b.shop, list, "--explain-error", "-ojson");
    assert_int_equal(s.code, 1);
    yyjson_doc *doc = said_error(&s);
    assert_string_equal(json_text(doc, "/error/code"), "300003");
    assert_non_null(strstr(json_text(doc, "/error/explanation/meaning"), "inside the answer"));
    yyjson_doc_free(doc);
    said_clear(&s);
    /* None failed: silence. */
    snprintf(list, sizeof list, "cipher_infos:=[%s]", good);
    SHELL_RUN(&s, "call", "order.batchSensitive", "-s", b.shop, list, "-ojson");
    assert_int_equal(s.code, 0);
    assert_string_equal(base_buf_text(&s.err), "");
    said_clear(&s);
}

/* ---- keys ---- */

static int64_t stock_of(const char *sku) {
    yyjson_doc *doc = CALL("sku.stockNum", sku);
    int64_t stock = json_int(doc, "/data/stock_num");
    yyjson_doc_free(doc);
    return stock;
}

/* What a dry run shows can be repeated by anybody, at any time, once. */
static void a_key_from_a_dry_run_acts_once(void **state) {
    (void)state;
    said s;
    char product[64], sku[64], key[96];
    yyjson_doc *doc = CALL("product.listV2", "page=1", "size=1");
    snprintf(product, sizeof product, "product_id=%lld",
             (long long)json_int(doc, "/data/data/0/product_id"));
    yyjson_doc_free(doc);
    doc = CALL("sku.list", product);
    snprintf(sku, sizeof sku, "sku_id=%lld", (long long)json_int(doc, "/data/0/id"));
    yyjson_doc_free(doc);
    doc = CALL("sku.syncStock", sku, "stock_num=3", "incremental=true", "--dry-run");
    snprintf(key, sizeof key, "idempotent_id=%s", json_text(doc, "/idempotency_key/idempotent_id"));
    yyjson_doc_free(doc);

    int64_t before = stock_of(sku);
    yyjson_doc_free(CALL("sku.syncStock", sku, "stock_num=3", "incremental=true", key));
    assert_int_equal(stock_of(sku), before + 3);
    /* A later process cannot know that its own attempt did it: it is told. */
    SHELL_RUN(&s, "call", "sku.syncStock", "-s", b.shop, sku, "stock_num=3", "incremental=true",
              key, "-ojson");
    assert_int_equal(s.code, 2);
    doc = said_error(&s);
    assert_string_equal(json_text(doc, "/error/sub_code"), "isv.parameter-invalid:40010");
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_int_equal(stock_of(sku), before + 3);
}

/* ---- forms ---- */

static void every_form_of_a_client_is_understood(void **state) {
    (void)state;
    static const struct {
        const char *method;
        bool new_only;
    } forms[] = { { "md5", false },
                  { "md5-implicit", false },
                  { "ms/md5-implicit", false },
                  { "text/hmac-sha256", false },
                  { "new/hmac-sha256", true },
                  { "text+new/md5-implicit", true },
                  { "off", false } };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        said s;
        SHELL_RUN(&s, "shop", "edit", b.shop, "--sign-method", forms[i].method);
        assert_int_equal(s.code, 0);
        said_clear(&s);
        yyjson_doc *doc = CALL("order.searchList", "page=0", "size=1");
        assert_int_equal(json_int(doc, "/data/total"), b.orders);
        assert_int_equal(yyjson_doc_ptr_get(doc, "/err_no") == NULL, forms[i].new_only);
        yyjson_doc_free(doc);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_form_leads_from_page_to_page),
        cmocka_unit_test(what_is_no_page_is_refused),
        cmocka_unit_test(items_that_failed_are_told_beside_the_reply),
        cmocka_unit_test(where_all_failed_the_call_failed),
        cmocka_unit_test(a_key_from_a_dry_run_acts_once),
        cmocka_unit_test(every_form_of_a_client_is_understood),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
