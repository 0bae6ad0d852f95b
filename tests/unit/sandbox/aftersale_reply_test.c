/* The after-sale methods of one act each, after-sales that the seller begins, and parcels that are
 * called back. */
#include "aftersale_kit.h"

static int64_t operate(kit *k, int type, const found *sale, const char *more) {
    return sale_call(k, "afterSale.operate",
                     "{\"type\":%d,\"items\":[{\"aftersale_id\":\"%s\"%s}]}", type, sale->id, more);
}

/* ---- the methods of one act each ---- */

static int64_t answer(kit *k, const char *method, const found *sale, const char *more) {
    return sale_call(k, method, "{\"order_id\":\"%s\"%s}", sale->line, more);
}

static void the_old_methods_do_the_same(void **state) {
    (void)state;
    static const struct {
        const char *method, *more;
        int type, from, to; /* to 0: refused */
    } rows[] = {
        { "afterSale.buyerReturn", ",\"type\":1", 0, 6, 7 },
        { "afterSale.buyerReturn", ",\"type\":2,\"comment\":4", 0, 6, 27 },
        { "afterSale.buyerReturn", ",\"type\":2,\"comment\":2", 0, 6, 0 }, /* no evidence */
        { "afterSale.buyerReturn", ",\"type\":3", 0, 6, 0 },
        { "afterSale.firmReceive",
          ",\"type\":1,\"register\":1,\"package\":1,\"facade\":1,\"function\":1", 0, 11, 12 },
        { "afterSale.firmReceive", ",\"type\":2,\"comment\":2,\"evidence\":\"https://a.example/1\"",
          0, 11, 29 },
        { "afterSale.firmReceive", ",\"type\":1", 1, 6, 0 }, /* not of this kind */
        { "afterSale.buyerRefund", ",\"type\":1", 1, 6, 12 },
        { "afterSale.buyerRefund", ",\"type\":2,\"comment\":5", 1, 6, 27 },
        { "afterSale.buyerRefund", ",\"type\":2,\"comment\":9", 1, 6, 0 },
        { "afterSale.buyerRefund", ",\"type\":1", 1, 12, 0 }, /* over */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        found sale;
        sale_open(&k);
        sale_meet(&k, rows[i].type, rows[i].from, &sale);
        int64_t code = answer(&k, rows[i].method, &sale, rows[i].more);
        if ((code == 10000) != (rows[i].to != 0)) {
            fail_msg("%s%s: %s", rows[i].method, rows[i].more, base_buf_text(&k.response.body));
        }
        assert_int_equal(sale_status(&k, &sale), rows[i].to ? rows[i].to : rows[i].from);
        kit_close(&k);
    }
}

static void exchanges_go_on_in_two_steps(void **state) {
    (void)state;
    static const char FIRST[] = "afterSale.buyerExchange";
    static const char SECOND[] = "afterSale.buyerExchangeConfirm";
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 3, 6, &sale);
    assert_int_equal(sale_call(&k, SECOND,
                               "{\"aftersale_id\":%s,\"is_reject\":true,\"comment\":\"x\"}",
                               sale.id),
                     40004);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:10007");
    assert_int_equal(sale_call(&k, FIRST,
                               "{\"aftersale_id\":%s,\"is_reject\":false,\"address_id\":3,"
                               "\"remark\":\"换L码\"}",
                               sale.id),
                     10000);
    assert_int_equal(sale_status(&k, &sale), 7);
    assert_string_equal(sale_text(&k, "aftersale_info.remark"), "换L码");
    assert_int_equal(
        sale_call(&k, FIRST, "{\"aftersale_id\":%s,\"is_reject\":true,\"comment\":\"x\"}", sale.id),
        50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:10007");
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=260000");
    assert_int_equal(sale_status(&k, &sale), 11);
    assert_int_equal(sale_call(&k, SECOND,
                               "{\"aftersale_id\":%s,\"is_reject\":false,\"action\":"
                               "\"exchange_agree\"}",
                               sale.id),
                     50002);
    assert_int_equal(sale_call(&k, SECOND,
                               "{\"aftersale_id\":%s,\"is_reject\":false,\"action\":"
                               "\"exchange_agree\",\"company_code\":\"yuantong\","
                               "\"logistics_code\":\"YT12345678\"}",
                               sale.id),
                     10000);
    assert_int_equal(sale_status(&k, &sale), 13);
    sale_detail(&k, &sale);
    assert_string_equal(kit_text(&k, "data.process_info.logistics_info.exchange.tracking_no"),
                        "YT12345678");
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(sale_call(&k, FIRST, "{\"aftersale_id\":%s,\"is_reject\":false}", sale.id),
                     50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:10002");
    kit_close(&k);
}

static void a_refund_before_shipping_is_agreed_or_refused_by_shipping(void **state) {
    (void)state;
    for (int agree = 0; agree < 2; agree++) {
        kit k;
        found sale;
        sale_open(&k);
        sale_meet(&k, 2, 6, &sale);
        char more[160];
        (void)snprintf(more, sizeof more, "{\"order_id\":\"%s\",\"type\":%d%s}", sale.order,
                       agree ? 1 : 2,
                       agree ? "" : ",\"logistics_id\":15,\"logistics_code\":\"ZT900900\"");
        assert_int_equal(sale_call(&k, "refund.shopRefund", "%s", more), 10000);
        assert_int_equal(sale_status(&k, &sale), agree ? 12 : 28);
        assert_int_equal(sale_order_status(&k, &sale), agree ? 4 : 3);
        assert_int_equal(
            sale_call(&k, "refund.shopRefund", "{\"order_id\":\"%s\",\"type\":2}", sale.order),
            40004);
        kit_close(&k);
    }
}

static void cash_on_delivery_takes_a_proof_of_the_refund(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(answer(&k, "afterSale.uploadCompensation", &sale,
                            ",\"comment\":\"已转账\",\"evidence\":\"https://a.example/p\""),
                     50002); /* paid online */
    assert_int_equal(sale_call(&k, "afterSale.List",
                               "{\"page\":0,\"size\":1,\"pay_type\":2,"
                               "\"standard_aftersale_status\":[12],\"aftersale_type\":0}"),
                     10000);
    for (int i = 0; i < 200 && kit_int(&k, "data.total") < 1; i++) {
        kit_control(&k, "POST", "/_sandbox/advance", "seconds=21600");
        (void)sale_call(&k, "afterSale.List",
                        "{\"page\":0,\"size\":1,\"pay_type\":2,"
                        "\"standard_aftersale_status\":[12],\"aftersale_type\":%d}",
                        i % 2);
    }
    assert_true(kit_int(&k, "data.total") > 0);
    (void)snprintf(sale.id, sizeof sale.id, "%s", sale_text(&k, "aftersale_info.aftersale_id"));
    yyjson_val *line = yyjson_arr_get_first(sale_value(&k, "order_info.related_order_info"));
    (void)snprintf(sale.line, sizeof sale.line, "%s",
                   yyjson_get_str(yyjson_obj_get(line, "sku_order_id")));
    assert_int_equal(answer(&k, "afterSale.uploadCompensation", &sale,
                            ",\"comment\":\"已转账\",\"evidence\":\"https://a.example/p\""),
                     10000);
    sale_detail(&k, &sale);
    assert_non_null(strstr(base_buf_text(&k.response.body), "https://a.example/p"));
    kit_close(&k);
}

/* ---- after-sales that the seller begins ---- */

static void a_closed_channel_is_opened_and_the_buyer_asks(void **state) {
    (void)state;
    static const char OPEN[] = "afterSale.OpenAfterSaleChannel";
    kit k;
    sale_open(&k);
    /* Finished long ago and never complained about: the oldest finished orders. */
    char order[32] = "";
    int64_t code = 0;
    for (int n = 0; n < 40 && code != 10000; n++) {
        assert_int_equal(sale_call(&k, "order.searchList",
                                   "{\"page\":%d,\"size\":1,\"order_asc\":true,\"combine_status\":"
                                   "[{\"order_status\":\"5\"}]}",
                                   n),
                         10000);
        yyjson_val *row = yyjson_arr_get_first(codec_json_at(k.root, "data.shop_order_list"));
        (void)snprintf(order, sizeof order, "%s", yyjson_get_str(yyjson_obj_get(row, "order_id")));
        code = strchr(order, 'A') ? 0 : sale_call(&k, OPEN, "{\"order_id\":%s}", order);
    }
    assert_int_equal(code, 10000);
    assert_true(yyjson_get_bool(codec_json_at(k.root, "data.conclusion.match_success")));
    assert_int_equal(sale_call(&k, OPEN, "{\"order_id\":%s}", order), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:12000");
    assert_int_equal(sale_call(&k, "afterSale.openOutAfterSale", "{\"order_id\":%s}", order),
                     10000);
    char json[160];
    (void)snprintf(json, sizeof json,
                   "{\"page\":0,\"size\":9,\"order_id\":\"%s\","
                   "\"standard_aftersale_status\":[6]}",
                   order);
    assert_int_equal(sale_call(&k, "afterSale.List", "%s", json), 10000);
    assert_int_equal(kit_int(&k, "data.total"), 0);
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=3600");
    assert_int_equal(sale_call(&k, "afterSale.List", "%s", json), 10000);
    assert_int_equal(kit_int(&k, "data.total"), 1);
    assert_int_equal(sale_call(&k, OPEN, "{\"order_id\":12}"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:11001");
    kit_close(&k);
}

static void the_market_asks_for_a_line_itself(void **state) {
    (void)state;
    static const char ASK[] = "afterSale.ApplyMarketAfterSale";
    kit k;
    sale_open(&k);
    assert_int_equal(sale_call(&k, "order.searchList",
                               "{\"page\":0,\"size\":1,\"after_sale_status_desc\":\"all\","
                               "\"combine_status\":[{\"order_status\":\"2\"}]}"),
                     10000);
    yyjson_val *row = yyjson_arr_get_first(codec_json_at(k.root, "data.shop_order_list"));
    char line[32];
    (void)snprintf(line, sizeof line, "%s",
                   yyjson_get_str(yyjson_obj_get(
                       yyjson_arr_get_first(yyjson_obj_get(row, "sku_order_list")), "order_id")));
    assert_int_equal(sale_call(&k, ASK, "{\"sku_order_id\":%s,\"after_sale_reason\":1}", line),
                     40004);
    assert_int_equal(sale_call(&k, ASK, "{\"sku_order_id\":%s,\"after_sale_reason\":4}", line),
                     40004);
    assert_int_equal(sale_call(&k, ASK, "{\"sku_order_id\":12,\"after_sale_reason\":2}"), 40004);
    char id[32];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sale_call(&k, ASK,
                                   "{\"sku_order_id\":%s,\"after_sale_reason\":1,\"miss_gram\":50,"
                                   "\"refund_amount\":120}",
                                   line),
                         10000);
        const char *got = kit_text(&k, "data.after_sale_id");
        assert_true(i == 0 || strcmp(id, got) == 0);
        (void)snprintf(id, sizeof id, "%s", got);
    }
    found sale = { 0 };
    (void)snprintf(sale.id, sizeof sale.id, "%s", id);
    assert_int_equal(sale_status(&k, &sale), 6);
    assert_int_equal(sale_int(&k, "aftersale_info.refund_amount"), 120);
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=301");
    assert_int_equal(sale_status(&k, &sale), 12);
    kit_read_truth(&k);
    kit_close(&k);
}

/* ---- interception ---- */

static void a_parcel_on_its_way_is_called_back_once_and_for_all(void **state) {
    (void)state;
    static const char CALL[] = "afterSale.applyLogisticsIntercept";
    kit k;
    found sale;
    char company[32] = "";
    char tracking[48] = "";
    sale_open(&k);
    /* A refund that is asked for while the parcel is young. */
    bool young = false;
    for (int i = 0; i < 400 && !young; i++) {
        sale_meet(&k, 1, 6, &sale);
        assert_int_equal(sale_status(&k, &sale), 6);
        yyjson_val *parcel = yyjson_arr_get_first(sale_value(&k, "aftersale_info.order_logistics"));
        (void)snprintf(company, sizeof company, "%s",
                       yyjson_get_str(yyjson_obj_get(parcel, "company_code")));
        (void)snprintf(tracking, sizeof tracking, "%s",
                       yyjson_get_str(yyjson_obj_get(parcel, "tracking_no")));
        assert_int_equal(yyjson_get_int(yyjson_obj_get(parcel, "logistics_state")), 0);
        assert_int_equal(sale_call(&k, CALL,
                                   "{\"after_sale_id\":%s,\"op_from\":1,\"intercept_targets\":[{"
                                   "\"company_code\":\"%s\",\"tracking_no\":\"%s\"},{"
                                   "\"company_code\":\"%s\",\"tracking_no\":\"WRONG1\"}]}",
                                   sale.id, company, tracking, company),
                         10000);
        young = kit_int(&k, "data.success_count") == 1;
        if (!young) {
            assert_int_equal(kit_int(&k, "data.failed_count"), 2);
            assert_int_equal(operate(&k, 201, &sale, ""), 10000);
        }
    }
    assert_true(young);
    assert_int_equal(kit_int(&k, "data.failed_count"), 1);
    assert_int_equal(kit_int(&k, "data.unavailable_reason_code"), 1);
    yyjson_val *results = codec_json_at(k.root, "data.intercept_results");
    assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_arr_get(results, 0), "can_intercept")));
    assert_false(yyjson_get_bool(yyjson_obj_get(yyjson_arr_get(results, 1), "can_intercept")));
    assert_true(yyjson_get_int(yyjson_obj_get(yyjson_arr_get(results, 0), "value_amount")) > 0);
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":%s,\"op_from\":3,\"intercept_targets\":[{"
                               "\"company_code\":\"%s\",\"tracking_no\":\"%s\"}]}",
                               sale.id, company, tracking),
                     10000);
    assert_int_equal(kit_int(&k, "data.success_count"), 1); /* it stays so */
    assert_int_equal(sale_status(&k, &sale), 6);
    yyjson_val *parcel = yyjson_arr_get_first(sale_value(&k, "aftersale_info.order_logistics"));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(parcel, "logistics_state")), 3);
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=260000");
    assert_int_equal(sale_status(&k, &sale), 12); /* it is back, the money went */
    parcel = yyjson_arr_get_first(sale_value(&k, "aftersale_info.order_logistics"));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(parcel, "logistics_state")), 4);
    assert_int_equal(
        yyjson_get_int(yyjson_arr_get_first(sale_value(&k, "aftersale_info.auto_audit_bits"))), 12);
    kit_close(&k);
}

static void what_cannot_be_called_back_is_told_for_each_parcel(void **state) {
    (void)state;
    static const char CALL[] = "afterSale.applyLogisticsIntercept";
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 2, 6, &sale); /* nothing was shipped */
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":%s,\"op_from\":1,\"intercept_targets\":[{"
                               "\"company_code\":\"yunda\",\"tracking_no\":\"YD1\"}]}",
                               sale.id),
                     10000);
    assert_int_equal(kit_int(&k, "data.success_count"), 0);
    assert_int_equal(kit_int(&k, "data.failed_count"), 1);
    assert_int_equal(kit_int(&k, "data.unavailable_reason_code"), 1);
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":%s,\"op_from\":2,\"intercept_targets\":[{"
                               "\"company_code\":\"yunda\",\"tracking_no\":\"YD1\"}]}",
                               sale.id),
                     40004);
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":%s,\"op_from\":1,\"intercept_targets\":[]}",
                               sale.id),
                     40004);
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":%s,\"op_from\":1,\"intercept_targets\":[{"
                               "\"company_code\":\"yunda\"}]}",
                               sale.id),
                     40002);
    assert_int_equal(sale_call(&k, CALL,
                               "{\"after_sale_id\":12,\"op_from\":1,\"intercept_targets\":[{"
                               "\"company_code\":\"yunda\",\"tracking_no\":\"YD1\"}]}"),
                     50002);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_methods_do_the_same),
        cmocka_unit_test(exchanges_go_on_in_two_steps),
        cmocka_unit_test(a_refund_before_shipping_is_agreed_or_refused_by_shipping),
        cmocka_unit_test(cash_on_delivery_takes_a_proof_of_the_refund),
        cmocka_unit_test(a_closed_channel_is_opened_and_the_buyer_asks),
        cmocka_unit_test(the_market_asks_for_a_line_itself),
        cmocka_unit_test(a_parcel_on_its_way_is_called_back_once_and_for_all),
        cmocka_unit_test(what_cannot_be_called_back_is_told_for_each_parcel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
