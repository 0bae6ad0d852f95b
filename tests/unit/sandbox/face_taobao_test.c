/*
 * The Taobao face through sandbox_handle(): TOP's codes in their order, the shapes of answers,
 * fields, types of trades, pages and windows, items and their stock, sessions.
 */
#include "face_kit.h"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 400, NULL, 0);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

static void assert_refused(kit *k, int code) {
    assert_int_equal(k->response.status, 200);
    if (kit_int(k, "error_response.code") != code) {
        fail_msg("want %d, got %s", code, base_buf_text(&k->response.body));
    }
    assert_true(strlen(kit_text(k, "error_response.msg")) > 0);
    assert_true(strlen(kit_text(k, "error_response.sub_msg")) > 0);
    assert_true(strlen(kit_text(k, "error_response.request_id")) > 0);
}

static void codes_of_public_parameters(void **state) {
    kit *k = *state;
    const char *method = "taobao.user.seller.get";
    kit_taobao(k, "", NULL);
    assert_refused(k, 21);
    kit_taobao(k, "taobao.no.such", NULL);
    assert_refused(k, 22);
    KIT_TAOBAO(k, method, "app_key", "");
    assert_refused(k, 28);
    KIT_TAOBAO(k, method, "app_key", "1");
    assert_refused(k, 29);
    KIT_TAOBAO(k, method, "timestamp", "");
    assert_refused(k, 30);
    KIT_TAOBAO(k, method, "timestamp", "1700000000");
    assert_refused(k, 31);
    k->stamp = KIT_NOW - 601;
    KIT_TAOBAO(k, method, "fields", "nick");
    assert_refused(k, 31);
    k->stamp = KIT_NOW + 600;
    KIT_TAOBAO(k, method, "fields", "nick");
    assert_string_equal(kit_text(k, "user_seller_get_response.user.nick"),
                        kit_shop_text(k, 1, "nick"));
    k->stamp = 0;
    KIT_TAOBAO(k, method, "v", "");
    assert_refused(k, 32);
    KIT_TAOBAO(k, method, "v", "1.0");
    assert_refused(k, 33);
    KIT_TAOBAO(k, method, "format", "yaml");
    assert_null(k->doc); /* what is not asked for as JSON comes as XML */
    KIT_TAOBAO(k, method, "format", "json", "fields", "");
    assert_refused(k, 40);
    KIT_TAOBAO(k, method, "sign_method", "sha1");
    assert_refused(k, 25);
    KIT_TAOBAO(k, method, "session", "");
    assert_refused(k, 26);
    KIT_TAOBAO(k, method, "session", "nobody");
    assert_refused(k, 27);
    KIT_TAOBAO(k, method, "session", kit_shop_text(k, 1, "session"));
    assert_refused(k, 40); /* fields */
    KIT_TAOBAO(k, "taobao.trade.get", "fields", "tid", "tid", "abc");
    assert_refused(k, 41);
    kit_send(k, "POST", "/router/batch", "format=json", "text/plain", "N");
    assert_refused(k, 28);
    assert_int_equal(kit_stat(k, "refusals", "by_reason", "taobao 31"), 2);
}

static void parameters_in_the_query_of_a_get(void **state) {
    kit *k = *state;
    char text[512];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    const char *key = kit_shop_text(k, 1, "app_key");
    const char *secret = kit_shop_text(k, 1, "app_secret");
    (void)snprintf(text, sizeof text,
                   "app_key%sformatjsonmethodtaobao.time.getsign_methodhmac-sha256"
                   "timestamp2023-11-15 06:13:20v2.0",
                   key);
    kit_hex(CODEC_HMAC_SHA256, secret, text, true, sign);
    (void)snprintf(text, sizeof text,
                   "method=taobao.time.get&app_key=%s&format=json&v=2.0&sign_method=hmac-sha256"
                   "&timestamp=2023-11-15%%2006%%3A13%%3A20&sign=%s",
                   key, sign);
    kit_send(k, "GET", "/router/rest", text, "", "");
    assert_string_equal(kit_text(k, "time_get_response.time"), "2023-11-15 06:13:20");
    kit_send(k, "POST", "/router/rest", text, "application/x-www-form-urlencoded", "x=1");
    assert_refused(k, 25); /* one more parameter than was signed */
}

/* ---- trades ---- */

#define ALL_TYPES "fixed,cod,auction,guarantee_trade,auto_delivery,step,eticket,nopaid,tmall_i18n"

static void every_type_only_when_asked_for(void **state) {
    kit *k = *state;
    int64_t orders = 0;
    assert_true(codec_json_i64(yyjson_obj_get(kit_shop(k, 1), "orders"), &orders));
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid,type", "type", ALL_TYPES);
    assert_int_equal(kit_int(k, "trades_sold_get_response.total_results"), orders);
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid,type", "page_size", "100");
    int64_t usual = kit_int(k, "trades_sold_get_response.total_results");
    assert_true(usual > 0 && usual < orders);
    yyjson_val *list = codec_json_at(k->root, "trades_sold_get_response.trades.trade");
    size_t i;
    size_t n;
    yyjson_val *row;
    yyjson_arr_foreach(list, i, n, row) {
        const char *type = yyjson_get_str(yyjson_obj_get(row, "type"));
        assert_string_not_equal(type, "eticket");
        assert_string_not_equal(type, "tmall_i18n");
        assert_string_not_equal(type, "nopaid");
        assert_int_equal(yyjson_obj_size(row), 2); /* only the fields asked for */
    }
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "type", "taohua");
    assert_int_equal(kit_int(k, "trades_sold_get_response.total_results"), 0);
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "type", "nonsense");
    assert_refused(k, 41);
}

static void pages_of_trades_hold_every_trade_once(void **state) {
    kit *k = *state;
    char ids[400][24];
    size_t count = 0;
    int64_t orders = 0;
    bool more = true;
    assert_true(codec_json_i64(yyjson_obj_get(kit_shop(k, 1), "orders"), &orders));
    for (int page = 1; more; page++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", page);
        KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "type", ALL_TYPES, "page_no",
                   number, "page_size", "9", "use_has_next", "true");
        assert_int_equal(kit_int(k, "trades_sold_get_response.total_results"), -1);
        more = yyjson_get_bool(codec_json_at(k->root, "trades_sold_get_response.has_next"));
        yyjson_val *list = codec_json_at(k->root, "trades_sold_get_response.trades.trade");
        size_t i;
        size_t n;
        yyjson_val *row;
        yyjson_arr_foreach(list, i, n, row) {
            int64_t tid = 0;
            assert_true(codec_json_i64(yyjson_obj_get(row, "tid"), &tid));
            assert_true(count < 400);
            (void)snprintf(ids[count], sizeof ids[0], "%lld", (long long)tid);
            for (size_t seen = 0; seen < count; seen++) {
                assert_string_not_equal(ids[seen], ids[count]);
            }
            count++;
        }
    }
    assert_int_equal(count, orders);
}

static void windows_of_trades_have_their_bounds(void **state) {
    kit *k = *state;
    const char *method = "taobao.trades.sold.increment.get";
    char now[BASE_TIME_TEXT];
    char day[BASE_TIME_TEXT];
    char more[BASE_TIME_TEXT];
    char old[BASE_TIME_TEXT];
    base_time_to_cn(KIT_NOW, now);
    base_time_to_cn(KIT_NOW - 86400, day);
    base_time_to_cn(KIT_NOW - 86401, more);
    base_time_to_cn(KIT_NOW - 100LL * 86400, old);
    KIT_TAOBAO(k, method, "fields", "tid", "start_modified", day, "end_modified", now);
    assert_true(kit_int(k, "trades_sold_increment_get_response.total_results") >= 0);
    KIT_TAOBAO(k, method, "fields", "tid", "start_modified", more, "end_modified", now);
    assert_refused(k, 41);
    KIT_TAOBAO(k, method, "fields", "tid", "start_modified", now, "end_modified", day);
    assert_refused(k, 41);
    KIT_TAOBAO(k, method, "fields", "tid", "end_modified", day);
    assert_refused(k, 40);
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "start_created", old);
    assert_refused(k, 41);
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "page_size", "101");
    assert_refused(k, 41);
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid", "page_no", "0");
    assert_refused(k, 41);
}

static void one_trade_plain_and_simplified(void **state) {
    kit *k = *state;
    char tid[24];
    KIT_TAOBAO(k, "taobao.trades.sold.get", "fields", "tid,modified", "page_size", "1");
    (void)snprintf(
        tid, sizeof tid, "%lld",
        (long long)yyjson_get_sint(yyjson_obj_get(
            yyjson_arr_get_first(codec_json_at(k->root, "trades_sold_get_response.trades.trade")),
            "tid")));
    KIT_TAOBAO(k, "taobao.trade.fullinfo.get", "fields", "tid,status,orders.oid", "tid", tid);
    assert_true(
        yyjson_is_arr(codec_json_at(k->root, "trade_fullinfo_get_response.trade.orders.order")));
    assert_null(codec_json_at(k->root, "trade_fullinfo_get_response.trade.modified"));
    KIT_TAOBAO(k, "taobao.trade.fullinfo.get", "fields", "tid,status,orders", "tid", tid,
               "simplify", "true");
    assert_true(yyjson_is_arr(codec_json_at(k->root, "trade_fullinfo_get_response.trade.orders")));
    KIT_TAOBAO(k, "taobao.trade.fullinfo.get", "fields", "tid", "tid", "12");
    assert_refused(k, 15);
    KIT_TAOBAO(k, "taobao.trade.memo.add", "tid", tid, "memo", "先联系买家", "flag", "2");
    int64_t code = kit_int(k, "error_response.code");
    KIT_TAOBAO(k, "taobao.trade.memo.update", "tid", tid, "memo", "改期", "flag", "3");
    assert_int_equal(kit_int(k, "error_response.code"), -1);
    KIT_TAOBAO(k, "taobao.trade.memo.add", "tid", tid, "memo", "又一条");
    assert_refused(k, 15); /* there is a memo now */
    assert_true(code == -1 || code == 15);
    KIT_TAOBAO(k, "taobao.trade.fullinfo.get", "fields", "seller_memo,seller_flag", "tid", tid);
    assert_string_equal(kit_text(k, "trade_fullinfo_get_response.trade.seller_memo"), "改期");
}

/* ---- items ---- */

static void lists_of_items_complete_each_other(void **state) {
    kit *k = *state;
    int64_t products = 0;
    assert_true(codec_json_i64(yyjson_obj_get(kit_shop(k, 1), "products"), &products));
    KIT_TAOBAO(k, "taobao.items.onsale.get", "fields", "num_iid,title,skus", "page_size", "200");
    int64_t onsale = kit_int(k, "items_onsale_get_response.total_results");
    yyjson_val *first =
        yyjson_arr_get_first(codec_json_at(k->root, "items_onsale_get_response.items.item"));
    assert_non_null(yyjson_obj_get(first, "title"));
    assert_null(yyjson_obj_get(first, "skus")); /* only whole items carry SKUs */
    char ids[24];
    (void)snprintf(ids, sizeof ids, "%lld",
                   (long long)yyjson_get_sint(yyjson_obj_get(first, "num_iid")));
    KIT_TAOBAO(k, "taobao.items.inventory.get", "fields", "num_iid", "page_size", "200");
    assert_int_equal(onsale + kit_int(k, "items_inventory_get_response.total_results"), products);
    KIT_TAOBAO(k, "taobao.items.seller.list.get", "fields", "num_iid,skus", "num_iids", ids);
    yyjson_val *items = codec_json_at(k->root, "items_seller_list_get_response.items.item");
    assert_int_equal(yyjson_arr_size(items), 1);
    assert_true(yyjson_is_arr(codec_json_at(yyjson_arr_get_first(items), "skus.sku")));
    KIT_TAOBAO(k, "taobao.items.onsale.get", "fields", "num_iid", "page_size", "201");
    assert_refused(k, 41);
}

static void stock_of_a_sku_is_kept(void **state) {
    kit *k = *state;
    char item[24];
    char sku[24];
    char pairs[64];
    KIT_TAOBAO(k, "taobao.items.onsale.get", "fields", "num_iid", "page_size", "1");
    (void)snprintf(
        item, sizeof item, "%lld",
        (long long)yyjson_get_sint(yyjson_obj_get(
            yyjson_arr_get_first(codec_json_at(k->root, "items_onsale_get_response.items.item")),
            "num_iid")));
    KIT_TAOBAO(k, "taobao.item.skus.get", "fields", "sku_id,quantity", "num_iids", item);
    yyjson_val *row =
        yyjson_arr_get_first(codec_json_at(k->root, "item_skus_get_response.skus.sku"));
    (void)snprintf(sku, sizeof sku, "%lld",
                   (long long)yyjson_get_sint(yyjson_obj_get(row, "sku_id")));
    (void)snprintf(pairs, sizeof pairs, "%s:77", sku);
    KIT_TAOBAO(k, "taobao.skus.quantity.update", "num_iid", item, "skuid_quantities", pairs);
    assert_int_equal(kit_int(k, "error_response.code"), -1);
    KIT_TAOBAO(k, "taobao.item.quantity.update", "num_iid", item, "sku_id", sku, "quantity", "3",
               "type", "2");
    assert_int_equal(kit_int(k, "error_response.code"), -1);
    KIT_TAOBAO(k, "taobao.item.sku.get", "fields", "quantity", "sku_id", sku);
    assert_int_equal(kit_int(k, "item_sku_get_response.sku.quantity"), 80);
    KIT_TAOBAO(k, "taobao.item.update.delisting", "num_iid", item);
    KIT_TAOBAO(k, "taobao.item.seller.get", "fields", "approve_status", "num_iid", item);
    assert_string_equal(kit_text(k, "item_seller_get_response.item.approve_status"), "instock");
    KIT_TAOBAO(k, "taobao.item.delete", "num_iid", item);
    KIT_TAOBAO(k, "taobao.item.seller.get", "fields", "approve_status", "num_iid", item);
    assert_refused(k, 15);
}

/* ---- sessions ---- */

static void sessions_end_and_codes_give_new_ones(void **state) {
    kit *k = *state;
    char query[64];
    char code[64];
    (void)snprintf(query, sizeof query, "shop_id=%s", kit_shop_text(k, 1, "shop_id"));
    kit_control(k, "POST", "/_sandbox/expire", query);
    KIT_TAOBAO(k, "taobao.user.seller.get", "fields", "nick");
    assert_refused(k, 27);
    kit_control(k, "GET", "/_sandbox/code", query);
    (void)snprintf(code, sizeof code, "%s", kit_text(k, "code"));
    KIT_TAOBAO(k, "taobao.top.auth.token.create", "code", code, "session", "");
    const char *result = kit_text(k, "top_auth_token_create_response.token_result");
    assert_non_null(strstr(result, "\"access_token\":\"610"));
    kit_read_truth(k);
    assert_non_null(strstr(result, kit_shop_text(k, 1, "session")));
    KIT_TAOBAO(k, "taobao.user.seller.get", "fields", "nick");
    assert_int_equal(kit_int(k, "error_response.code"), -1);
    KIT_TAOBAO(k, "taobao.top.auth.token.create", "code", code, "session", "");
    assert_refused(k, 41);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(codes_of_public_parameters, setup, teardown),
        cmocka_unit_test_setup_teardown(parameters_in_the_query_of_a_get, setup, teardown),
        cmocka_unit_test_setup_teardown(every_type_only_when_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(pages_of_trades_hold_every_trade_once, setup, teardown),
        cmocka_unit_test_setup_teardown(windows_of_trades_have_their_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(one_trade_plain_and_simplified, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_of_items_complete_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(stock_of_a_sku_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(sessions_end_and_codes_give_new_ones, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
