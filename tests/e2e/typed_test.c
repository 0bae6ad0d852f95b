/*
 * The typed API against the sandbox: every kind of parameter once, and answers read through their
 * accessors. What a member looks like on the wire is pinned in tests/unit/core/args_test.c; here it
 * must be what a platform takes.
 */
#include "qiandian/api/douyin/buyin.h"
#include "qiandian/api/douyin/order.h"
#include "qiandian/api/douyin/orderCode.h"
#include "qiandian/api/douyin/product.h"
#include "qiandian/api/douyin/warehouse.h"
#include "qiandian/api/taobao/item.h"
#include "qiandian/api/taobao/trade.h"
#include "support/rig.h"

static rig r;
static qd_app *apps[2];
static qd_shop *douyin, *taobao;
static int64_t taobao_orders;

static const sandbox_options WORLD = { .seed = 11, .shops = 2, .orders = 400 };

static const char *text(yyjson_val *shop, const char *name) {
    return yyjson_get_str(yyjson_obj_get(shop, name));
}

static qd_shop *connect_shop(yyjson_val *truth, size_t place) {
    qd_err err = QD_ERR_INIT;
    qd_shop *shop = NULL;
    const qd_app_options app = { .platform = text(truth, "platform"),
                                 .key = text(truth, "app_key"),
                                 .secret = text(truth, "app_secret"),
                                 .calls_per_second = -1 };
    assert_ok(qd_app_new(&app, &apps[place], &err), &err);
    const qd_shop_options options = { .handle = "typed",
                                      .environment = "sandbox",
                                      .shop_id = text(truth, "shop_id"),
                                      .session = text(truth, "session"),
                                      .base_url = r.base_url };
    assert_ok(qd_shop_new(apps[place], &options, &shop, &err), &err);
    return shop;
}

static int setup(void **state) {
    (void)state;
    base_buf body;
    yyjson_doc *doc = NULL;
    qd_err err = QD_ERR_INIT;
    rig_start(&r, &WORLD);
    rig_post(&r, "/_sandbox/freeze");
    base_buf_init(&body, LIMIT_REPLY_BYTES);
    rig_get(&r, "/_sandbox/truth", &body);
    assert_ok(codec_json_read(base_buf_str(&body), 0, &doc, &err), &err);
    base_buf_clear(&body);
    size_t i, max;
    yyjson_val *shop;
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "shops"), i, max, shop) {
        if (strcmp(text(shop, "platform"), "douyin") == 0) {
            douyin = connect_shop(shop, 0);
        } else {
            taobao = connect_shop(shop, 1);
            taobao_orders = yyjson_get_sint(yyjson_obj_get(shop, "orders"));
        }
    }
    yyjson_doc_free(doc);
    return douyin && taobao ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    qd_shop_free(douyin);
    qd_shop_free(taobao);
    qd_app_free(apps[0]);
    qd_app_free(apps[1]);
    rig_stop(&r);
    return 0;
}

/* ---- reading ---- */

/* Texts, optional numbers and booleans; lists in lists. */
static void all_trades_come_through_pages_and_accessors(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    int64_t trades = 0, lines = 0;
    bool more = true;
    for (int64_t page = 1; more; page++) {
        qd_reply *reply = NULL;
        const qd_taobao_trades_sold_get_args args = {
            .type = "fixed,auction,guarantee_trade,step,independent_simple_trade,"
                    "independent_shop_trade,auto_delivery,ec,cod,game_equipment,shopex_trade,"
                    "netcn_trade,external_trade,instant_trade,b2c_cod,hotel_trade,"
                    "super_market_trade,super_market_cod_trade,taohua,waimai,o2o_offlinetrade,"
                    "nopaid,eticket,tmall_i18n,insurance_plus,finance,pre_auth_type,lazada",
            .fields = "tid,status,payment,created,orders.oid,orders.num",
            .page_no = QD_INT(page),
            .page_size = QD_INT(17),
            .use_has_next = QD_BOOL(true),
        };
        assert_ok(qd_taobao_trades_sold_get(taobao, &args, &reply, &err), &err);
        qd_view answer = qd_reply_view(reply), trade, order;
        for (qd_list it = qd_taobao_trades_sold_get_trades(answer); qd_list_next(&it, &trade);) {
            trades++;
            assert_true(qd_taobao_trade_tid(trade) > 0);
            assert_non_null(qd_taobao_trade_status(trade));
            assert_non_null(strchr(qd_taobao_trade_payment(trade), '.'));
            assert_int_equal(strlen(qd_taobao_trade_created(trade)), 19);
            for (qd_list k = qd_taobao_trade_orders(trade); qd_list_next(&k, &order);) {
                lines++;
                assert_true(qd_taobao_trade_order_num(order) > 0);
            }
        }
        more = qd_taobao_trades_sold_get_has_next(answer);
        qd_reply_free(reply);
    }
    assert_int_equal(trades, taobao_orders);
    assert_true(lines >= trades);
}

/* A required number; the answer's object. */
static void one_trade_is_fetched_by_its_number(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *list = NULL, *one = NULL;
    const qd_taobao_trades_sold_get_args args = { .fields = "tid,status", .page_size = QD_INT(1) };
    assert_ok(qd_taobao_trades_sold_get(taobao, &args, &list, &err), &err);
    qd_view first = qd_view_at(qd_reply_view(list), "trades", 0);
    const qd_taobao_trade_fullinfo_get_args by_id = { .fields = "tid,status",
                                                      .tid = qd_taobao_trade_tid(first) };
    assert_ok(qd_taobao_trade_fullinfo_get(taobao, &by_id, &one, &err), &err);
    qd_view trade = qd_taobao_trade_fullinfo_get_trade(qd_reply_view(one));
    assert_int_equal(qd_taobao_trade_tid(trade), by_id.tid);
    assert_string_equal(qd_taobao_trade_status(trade), qd_taobao_trade_status(first));
    qd_reply_free(list);
    qd_reply_free(one);
}

/* ---- writing: objects in lists in lists ---- */

/* A paid order with one line, and that line's id. */
static bool find_paid(char order_id[64], char line_id[64]) {
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    qd_view order;
    bool found = false;
    const qd_douyin_order_searchList_args args = { .page = 0, .size = 100 };
    assert_ok(qd_douyin_order_searchList(douyin, &args, &reply, &err), &err);
    qd_list it = qd_douyin_order_searchList_shop_order_list(qd_reply_view(reply));
    while (!found && qd_list_next(&it, &order)) {
        qd_view line = qd_view_at(order, "sku_order_list", 0);
        found = strcmp(qd_douyin_order_shop_order_order_status(order), "2") == 0 &&
                qd_view_count(order, "sku_order_list") == 1;
        snprintf(order_id, 64, "%s", qd_douyin_order_shop_order_order_id(order));
        snprintf(line_id, 64, "%s", qd_douyin_order_sku_order_order_id(line));
    }
    qd_reply_free(reply);
    return found;
}

static void an_order_is_shipped_with_nested_structs(void **state) {
    (void)state;
    typedef qd_douyin_order_logisticsAddMultiPack_args_pack_list pack;
    typedef qd_douyin_order_logisticsAddMultiPack_args_pack_list_shipped_order_info shipped;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    char order_id[64], line_id[64];
    assert_true(find_paid(order_id, line_id));
    const shipped lines[] = { { .shipped_order_id = line_id, .shipped_num = QD_INT(1) } };
    const qd_douyin_order_logisticsAddMultiPack_args args = {
        .order_id = order_id,
        .pack_list = QD_ITEMS(pack, { .shipped_order_info = { lines, 1 },
                                      .logistics_code = "SF1234567890",
                                      .company_code = "shunfeng" }),
        .request_id = "typed-1",
    };
    assert_ok(qd_douyin_order_logisticsAddMultiPack(douyin, &args, &reply, &err), &err);
    qd_reply_free(reply);
    reply = NULL;
    const qd_douyin_order_orderDetail_args by_id = { .shop_order_id = order_id };
    assert_ok(qd_douyin_order_orderDetail(douyin, &by_id, &reply, &err), &err);
    qd_view order = qd_douyin_order_orderDetail_shop_order_detail(qd_reply_view(reply));
    assert_int_equal(qd_view_int(order, "order_status"), 3); /* sent (guide 15/1343) */
    assert_non_null(strstr(qd_view_json(order, NULL), "SF1234567890"));
    qd_reply_free(reply);
}

/* ---- the other kinds ---- */

static void lists_of_texts_and_numbers_are_taken(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const qd_douyin_order_queryLogisticsCompanyList_args texts = { .shop_order_ids =
                                                                       QD_TEXTS("1", "2") };
    assert_ok(qd_douyin_order_queryLogisticsCompanyList(douyin, &texts, &reply, &err), &err);
    qd_reply_free(reply);
    const qd_douyin_orderCode_batchGetOrderCodeByShop_args ints = { .order_ids = QD_INTS(1, 2, 3) };
    assert_ok(qd_douyin_orderCode_batchGetOrderCodeByShop(douyin, &ints, &reply, &err), &err);
    qd_reply_free(reply);
}

static void objects_booleans_and_json_are_taken(void **state) {
    (void)state;
    typedef qd_douyin_buyin_doukeCrowdMatch_args_device_fingerprint_info device;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const device info = { .device_fingerprint_id = "d", .device_fingerprint_type = 1 };
    const qd_douyin_buyin_doukeCrowdMatch_args object = { .device_fingerprint_info = &info };
    assert_ok(qd_douyin_buyin_doukeCrowdMatch(douyin, &object, &reply, &err), &err);
    qd_reply_free(reply);
    const qd_douyin_product_qualityDetail_args json = { .product_id = 1,
                                                        .quality_score_version_json = "2" };
    assert_ok(qd_douyin_product_qualityDetail(douyin, &json, &reply, &err), &err);
    qd_reply_free(reply);
}

static void decimals_are_taken(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const qd_taobao_tmall_item_price_update_args args = { .item_id = 1, .item_price = "12.30" };
    assert_ok(qd_taobao_tmall_item_price_update(taobao, &args, &reply, &err), &err);
    qd_reply_free(reply);
}

static void files_are_taken(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const qd_taobao_baike_import_zhubao_picture_args args = {
        .picture = { .name = "a.jpg", .content_type = "image/jpeg", .data = "\xff\xd8\0", .len = 3 }
    };
    assert_ok(qd_taobao_baike_import_zhubao_picture(taobao, &args, &reply, &err), &err);
    qd_reply_free(reply);
}

static void what_is_required_is_named_before_anything_is_sent(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const qd_douyin_warehouse_setPriority_args no_object = { .priorities_json = "{}" };
    assert_int_equal(qd_douyin_warehouse_setPriority(douyin, &no_object, &reply, &err),
                     QD_E_INVALID);
    assert_non_null(strstr(err.message, "warehouse.setPriority: addr: is required"));
    const qd_taobao_trade_fullinfo_get_args no_text = { .tid = 1 };
    assert_int_equal(qd_taobao_trade_fullinfo_get(taobao, &no_text, &reply, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "fields: is required"));
    assert_null(reply);
}

static void extra_json_reaches_what_the_struct_lacks(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    const qd_douyin_order_searchList_args wrong = { .size = 10, .extra_json = "{\"pgae\":1}" };
    assert_int_equal(qd_douyin_order_searchList(douyin, &wrong, &reply, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "did you mean page?"));
    const qd_douyin_order_searchList_args smaller = { .size = 100,
                                                      .extra_json = "{\"size\":\"3\"}" };
    assert_ok(qd_douyin_order_searchList(douyin, &smaller, &reply, &err), &err);
    assert_int_equal(qd_douyin_order_searchList_size(qd_reply_view(reply)), 3);
    qd_reply_free(reply);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_trades_come_through_pages_and_accessors),
        cmocka_unit_test(one_trade_is_fetched_by_its_number),
        cmocka_unit_test(an_order_is_shipped_with_nested_structs),
        cmocka_unit_test(lists_of_texts_and_numbers_are_taken),
        cmocka_unit_test(objects_booleans_and_json_are_taken),
        cmocka_unit_test(decimals_are_taken),
        cmocka_unit_test(files_are_taken),
        cmocka_unit_test(what_is_required_is_named_before_anything_is_sent),
        cmocka_unit_test(extra_json_reaches_what_the_struct_lacks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
