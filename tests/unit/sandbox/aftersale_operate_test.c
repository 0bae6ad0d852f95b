/* Writing to after-sales through the gateway: each operation and what refuses it, remarks, parcels,
 * time, evidence, what warehouses report. */
#include "aftersale_kit.h"

static int64_t operate(kit *k, int type, const found *sale, const char *more) {
    return sale_call(k, "afterSale.operate",
                     "{\"type\":%d,\"items\":[{\"aftersale_id\":\"%s\"%s}]}", type, sale->id, more);
}

static int64_t item_code(kit *k, size_t index) {
    int64_t code = -1;
    yyjson_val *item = yyjson_arr_get(codec_json_at(k->root, "data.items"), index);
    (void)codec_json_i64(yyjson_obj_get(item, "status_code"), &code);
    return code;
}

#define REFUSAL ",\"remark\":\"不符合\",\"reject_reason_code\":3"
#define PROVEN                                                                                     \
    ",\"remark\":\"见图\",\"reject_reason_code\":12,\"evidence\":[{\"type\":1,\"url\":"          \
    "\"https://a.example/1\",\"desc\":\"\"}]"
#define ADDRESS ",\"logistics\":{\"receiver_address_id\":77}"
#define WAYBILL ",\"logistics\":{\"company_code\":\"zhongtong\",\"logistics_code\":\"ZT778899\"}"

static const struct {
    int act, type, from, to;
    const char *needs; /* "" = nothing */
} acts[] = {
    { 101, 0, 6, 7, ADDRESS },  { 102, 0, 6, 27, REFUSAL },  { 111, 0, 11, 12, "" },
    { 112, 0, 11, 29, PROVEN }, { 121, 0, 6, 12, "" },       { 201, 1, 6, 12, "" },
    { 202, 1, 6, 27, REFUSAL }, { 203, 1, 6, 6, "" },        { 301, 3, 6, 7, ADDRESS },
    { 302, 3, 6, 27, REFUSAL }, { 311, 3, 11, 13, WAYBILL }, { 312, 3, 11, 29, PROVEN },
    { 321, 3, 11, 12, "" },     { 401, 2, 6, 12, "" },       { 501, 7, 6, 8, "" },
    { 502, 7, 6, 27, REFUSAL }, { 601, 8, 6, 7, ADDRESS },   { 611, 8, 11, 13, WAYBILL },
};

static void each_operation_does_its_work_once_and_is_refused_elsewhere(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        kit k;
        found sale;
        sale_open(&k);
        sale_meet(&k, acts[i].type, acts[i].from, &sale);
        if (acts[i].needs[0] != '\0') { /* without what it needs it is a bad call */
            assert_int_equal(operate(&k, acts[i].act, &sale, ""), 40004);
            assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:11000");
        }
        /* An older state than the present one. */
        char old[512];
        (void)snprintf(old, sizeof old, "%s,\"update_time\":%lld", acts[i].needs,
                       (long long)sale.modified - 1);
        assert_int_equal(operate(&k, acts[i].act, &sale, old), 10000);
        assert_int_equal(item_code(&k, 0), 20309541);
        assert_int_equal(sale_status(&k, &sale), acts[i].from);
        (void)snprintf(old, sizeof old, "%s,\"update_time\":%lld", acts[i].needs,
                       (long long)sale.modified);
        assert_int_equal(operate(&k, acts[i].act, &sale, old), 10000);
        if (item_code(&k, 0) != 0) {
            fail_msg("%d: %s", acts[i].act, base_buf_text(&k.response.body));
        }
        if (sale_status(&k, &sale) != acts[i].to) {
            fail_msg("%d: %s", acts[i].act, base_buf_text(&k.response.body));
        }
        int64_t modified = sale_int(&k, "aftersale_info.update_time");
        assert_true(modified > sale.modified);
        assert_int_equal(operate(&k, acts[i].act, &sale, acts[i].needs), 10000);
        assert_int_equal(item_code(&k, 0), 0); /* the same again: harmless */
        assert_int_equal(sale_status(&k, &sale), acts[i].to);
        assert_int_equal(sale_int(&k, "aftersale_info.update_time"), modified);
        /* Another act that this status does not allow. */
        assert_int_equal(operate(&k, acts[i].act == 401 ? 201 : 401, &sale, ""), 10000);
        assert_int_equal(item_code(&k, 0), 20309541);
        kit_close(&k);
    }
}

static void one_bad_item_keeps_the_whole_batch_from_being_done(void **state) {
    (void)state;
    kit k;
    found open;
    found over;
    sale_open(&k);
    sale_meet(&k, 1, 6, &open);
    sale_meet(&k, 1, 12, &over);
    assert_int_equal(sale_call(&k, "afterSale.operate",
                               "{\"type\":201,\"items\":[{\"aftersale_id\":\"%s\"},"
                               "{\"aftersale_id\":\"%s\"}]}",
                               open.id, over.id),
                     10000);
    assert_int_equal(item_code(&k, 0), 11005);
    assert_int_equal(item_code(&k, 1), 20309541);
    assert_int_equal(sale_status(&k, &open), 6);
    assert_int_equal(sale_call(&k, "afterSale.operate",
                               "{\"type\":201,\"items\":[{\"aftersale_id\":\"%s\"},"
                               "{\"aftersale_id\":\"12\"}]}",
                               open.id),
                     20000);
    assert_string_equal(kit_text(&k, "sub_code"), "isp.service-error:10000");
    assert_int_equal(sale_status(&k, &open), 6);
    assert_int_equal(sale_call(&k, "afterSale.operate",
                               "{\"type\":201,\"items\":[{\"aftersale_id\":\"%s\"},"
                               "{\"aftersale_id\":\"%s\"}]}",
                               open.id, open.id),
                     40004);
    assert_int_equal(sale_call(&k, "afterSale.operate", "{\"type\":201,\"items\":[]}"), 40004);
    assert_int_equal(operate(&k, 999, &open, ""), 40004);
    assert_int_equal(sale_call(&k, "afterSale.operate", "{\"type\":201}"), 40002);
    kit_close(&k);
}

static void refusing_wants_a_reason_that_fits_and_its_evidence(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 11, &sale);
    assert_int_equal(
        sale_call(&k, "afterSale.rejectReasonCodeList", "{\"aftersale_id\":%s}", sale.id), 10000);
    size_t fitting = yyjson_arr_size(codec_json_at(k.root, "data.items"));
    assert_int_equal(sale_call(&k, "afterSale.rejectReasonCodeList", "{}"), 10000);
    assert_in_range(fitting, 3, yyjson_arr_size(codec_json_at(k.root, "data.items")) - 1);
    static const char *const bad[] = {
        "",
        ",\"reject_reason_code\":12",
        ",\"remark\":\"x\",\"reject_reason_code\":12",
        ",\"remark\":\"x\",\"reject_reason_code\":4711",
        ",\"remark\":\"x\",\"reject_reason_code\":12,\"evidence\":[{\"type\":1}]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(operate(&k, 112, &sale, bad[i]), 40004);
    }
    /* 4 is for refunds alone. */
    assert_int_equal(operate(&k, 112, &sale, ",\"remark\":\"x\",\"reject_reason_code\":4"), 10000);
    assert_int_equal(item_code(&k, 0), 11005);
    assert_int_equal(sale_status(&k, &sale), 11);
    assert_int_equal(operate(&k, 112, &sale, PROVEN), 10000);
    assert_int_equal(item_code(&k, 0), 0);
    sale_detail(&k, &sale);
    assert_non_null(strstr(base_buf_text(&k.response.body), "https://a.example/1"));
    assert_non_null(strstr(base_buf_text(&k.response.body), "见图"));
    assert_int_equal(
        sale_call(&k, "afterSale.rejectReasonCodeList", "{\"aftersale_id\":%s}", sale.id), 10000);
    assert_int_equal(yyjson_arr_size(codec_json_at(k.root, "data.items")), 0); /* judged */
    sale_meet(&k, 2, 6, &sale);
    assert_int_equal(
        sale_call(&k, "afterSale.rejectReasonCodeList", "{\"aftersale_id\":%s}", sale.id), 10000);
    assert_int_equal(yyjson_arr_size(codec_json_at(k.root, "data.items")), 0); /* unshipped */
    kit_close(&k);
}

static void agreeing_with_a_return_checks_address_and_phone(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 6, &sale);
    assert_int_equal(operate(&k, 101, &sale,
                             ",\"logistics\":{\"after_sale_address_detail\":{\"detail\":"
                             "\"西湖路9号\",\"mobile\":\"12ab\"}}"),
                     40004);
    assert_int_equal(operate(&k, 101, &sale,
                             ",\"logistics\":{\"after_sale_address_detail\":{\"detail\":"
                             "\"西湖路9号\",\"mobile\":\"0571-1234567\"}}"),
                     10000);
    assert_int_equal(item_code(&k, 0), 0);
    sale_detail(&k, &sale);
    assert_string_equal(kit_text(&k, "data.process_info.after_sale_info.return_address.detail"),
                        "西湖路9号");
    kit_close(&k);
}

static void a_refund_closes_its_order_for_the_order_list_too(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 2, 6, &sale);
    assert_int_equal(sale_order_status(&k, &sale), 2);
    assert_int_equal(operate(&k, 401, &sale, ""), 10000);
    assert_int_equal(sale_order_status(&k, &sale), 4);
    assert_int_equal(kit_int(&k, "data.shop_order_detail.main_status"), 21);
    long long modified = (long long)kit_int(&k, "data.shop_order_detail.update_time");
    assert_int_equal(sale_call(&k, "order.searchList",
                               "{\"page\":0,\"size\":100,\"update_time_start\":%lld,"
                               "\"update_time_end\":%lld}",
                               modified, modified),
                     10000);
    assert_non_null(strstr(base_buf_text(&k.response.body), sale.order));
    kit_read_truth(&k);
    kit_close(&k);
}

/* ---- remarks, parcels, time, evidence ---- */

static void remarks_are_shown_the_newest_first(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 12, &sale);
    static const char NAME[] = "afterSale.addOrderRemark";
    assert_int_equal(sale_call(&k, NAME, "{\"after_sale_id\":\"%s\",\"remark\":\"一\"}", sale.id),
                     10000);
    assert_int_equal(
        sale_call(&k, NAME, "{\"order_id\":\"%s\",\"remark\":\"二 \\\"q\\\"\"}", sale.order),
        10000);
    (void)sale_status(&k, &sale);
    assert_string_equal(sale_text(&k, "aftersale_info.remark"), "二 \"q\"");
    assert_true(sale_int(&k, "aftersale_info.update_time") > sale.modified);
    sale_detail(&k, &sale);
    yyjson_val *remarks = codec_json_at(k.root, "data.process_info.after_sale_shop_remarks");
    assert_int_equal(yyjson_arr_size(remarks), 2);
    assert_int_equal(sale_call(&k, NAME, "{\"after_sale_id\":\"%s\",\"remark\":\"\"}", sale.id),
                     50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:11000");
    assert_int_equal(sale_call(&k, NAME, "{\"after_sale_id\":\"12\",\"remark\":\"x\"}"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:11003");
    assert_int_equal(sale_call(&k, NAME, "{\"remark\":\"x\"}"), 50002);
    kit_close(&k);
}

static int64_t fill(kit *k, const found *sale, int how, const char *company, const char *number) {
    return sale_call(
        k, "afterSale.fillLogistics",
        "{\"aftersale_id\":%s,\"send_type\":%d,\"company_code\":\"%s\",\"tracking_no\":"
        "\"%s\"}",
        sale->id, how, company, number);
}

static void parcels_are_filled_in_and_the_buyer_receives_them(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 7, 8, &sale);
    assert_int_equal(fill(&k, &sale, 1, "nobody", "ZT123456"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:602001");
    assert_int_equal(fill(&k, &sale, 3, "zhongtong", "ZT123456"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:19009");
    assert_int_equal(fill(&k, &sale, 1, "zhongtong", "ZT123456"), 10000);
    assert_int_equal(fill(&k, &sale, 1, "zhongtong", "ZT123456"), 10000);
    assert_int_equal(sale_status(&k, &sale), 13);
    sale_detail(&k, &sale);
    assert_string_equal(kit_text(&k, "data.process_info.logistics_info.resend.tracking_no"),
                        "ZT123456");
    assert_true(strlen(kit_text(&k, "data.process_info.after_sale_info.post_receiver")) > 10);
    assert_int_equal(fill(&k, &sale, 1, "zhongtong", "ZT999999"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:12001");
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=400000");
    assert_int_equal(sale_status(&k, &sale), 14);
    sale.id[0] = '9';
    assert_int_equal(fill(&k, &sale, 1, "zhongtong", "ZT123456"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:11000");
    sale_meet(&k, 0, 7, &sale); /* for the buyer */
    assert_int_equal(fill(&k, &sale, 3, "shunfeng", "SF100200"), 10000);
    assert_int_equal(sale_status(&k, &sale), 11);
    assert_string_equal(sale_text(&k, "aftersale_info.return_logistics_code"), "SF100200");
    kit_close(&k);
}

static void time_is_extended_in_the_last_two_days_only(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 7, &sale);
    assert_int_equal(sale_call(&k, "afterSale.timeExtend", "{\"aftersale_id\":%s}", sale.id),
                     40004);
    assert_int_equal(fill(&k, &sale, 3, "shunfeng", "SF100200"), 10000);
    assert_int_equal(sale_call(&k, "afterSale.timeExtend", "{\"aftersale_id\":%s}", sale.id),
                     40004);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:10001");
    (void)sale_status(&k, &sale);
    int64_t deadline = sale_int(&k, "aftersale_info.status_deadline");
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=440000"); /* five days and two hours */
    assert_int_equal(sale_call(&k, "afterSale.timeExtend", "{\"aftersale_id\":%s}", sale.id),
                     10000);
    assert_int_equal(sale_status(&k, &sale), 11);
    assert_int_equal(sale_int(&k, "aftersale_info.status_deadline"), deadline + 7 * 86400);
    yyjson_val *tags = sale_value(&k, "aftersale_info.aftersale_tags");
    assert_int_equal(yyjson_arr_size(tags), 1);
    assert_non_null(yyjson_get_str(yyjson_obj_get(yyjson_arr_get_first(tags), "tag_detail_text")));
    assert_true(yyjson_is_obj(yyjson_obj_get(yyjson_arr_get_first(tags), "placeholder")));
    assert_int_equal(sale_call(&k, "afterSale.timeExtend", "{\"aftersale_id\":%s}", sale.id),
                     40004); /* nine days are left */
    kit_close(&k);
}

static void evidence_is_taken_when_the_arbitrator_wants_it(void **state) {
    (void)state;
    kit k;
    sale_open(&k);
    bool wanted = false;
    char id[32] = "";
    for (int hours = 0; hours < 900 && !wanted; hours += 6) {
        if (sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":1,\"arbitrate_status\":[4]}") ==
            40003) {
            continue;
        }
        wanted = kit_int(&k, "data.total") > 0;
        (void)snprintf(id, sizeof id, "%s",
                       wanted ? sale_text(&k, "aftersale_info.aftersale_id") : "");
        if (!wanted) {
            kit_control(&k, "POST", "/_sandbox/advance", "seconds=21600");
        }
    }
    assert_true(wanted);
    assert_int_equal(sale_call(&k, "afterSale.submitEvidence",
                               "{\"aftersale_id\":%s,\"comment\":\"如图\",\"evidence\":["
                               "\"https://a.example/7\"]}",
                               id),
                     10000);
    found sale = { 0 };
    (void)snprintf(sale.id, sizeof sale.id, "%s", id);
    sale_detail(&k, &sale);
    assert_int_equal(kit_int(&k, "data.process_info.arbitrate_info.arbitrate_status"), 1);
    assert_string_equal(
        kit_text(&k, "data.process_info.arbitrate_info.arbitrate_evidence.describe"), "如图");
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(sale_call(&k, "afterSale.submitEvidence",
                               "{\"aftersale_id\":%s,\"comment\":\"x\",\"evidence\":[\"u\"]}",
                               sale.id),
                     50002);
    kit_close(&k);
}

static void warehouses_report_and_the_assistant_refunds(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 2, 6, &sale);
    static const char CANCEL[] = "afterSale.CancelSendGoodsSuccess";
    static const char BACK[] = "afterSale.returnGoodsToWareHouseSuccess";
    assert_int_equal(sale_call(&k, CANCEL, "{\"aftersale_id\":\"%s\",\"op_time\":0}", sale.id),
                     50002);
    assert_int_equal(sale_call(&k, BACK, "{\"aftersale_id\":\"%s\",\"op_time\":1}", sale.id),
                     50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:12001");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sale_call(&k, CANCEL, "{\"aftersale_id\":\"%s\",\"op_time\":1}", sale.id),
                         10000);
        assert_int_equal(sale_status(&k, &sale), 12);
    }
    assert_int_equal(
        yyjson_get_int(yyjson_arr_get_first(sale_value(&k, "aftersale_info.auto_audit_bits"))), 2);
    assert_int_equal(sale_order_status(&k, &sale), 4);
    assert_int_equal(sale_call(&k, CANCEL, "{\"aftersale_id\":\"12\",\"op_time\":1}"), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:11003");
    sale_meet(&k, 0, 11, &sale);
    assert_int_equal(sale_call(&k, CANCEL, "{\"aftersale_id\":\"%s\",\"op_time\":1}", sale.id),
                     50002);
    assert_int_equal(sale_call(&k, BACK,
                               "{\"aftersale_id\":\"%s\",\"op_time\":1,\"tracking_no\":\"X1\"}",
                               sale.id),
                     50002);
    assert_int_equal(sale_call(&k, BACK, "{\"aftersale_id\":\"%s\",\"op_time\":1}", sale.id),
                     10000);
    assert_int_equal(sale_status(&k, &sale), 12);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operation_does_its_work_once_and_is_refused_elsewhere),
        cmocka_unit_test(one_bad_item_keeps_the_whole_batch_from_being_done),
        cmocka_unit_test(refusing_wants_a_reason_that_fits_and_its_evidence),
        cmocka_unit_test(agreeing_with_a_return_checks_address_and_phone),
        cmocka_unit_test(a_refund_closes_its_order_for_the_order_list_too),
        cmocka_unit_test(remarks_are_shown_the_newest_first),
        cmocka_unit_test(parcels_are_filled_in_and_the_buyer_receives_them),
        cmocka_unit_test(time_is_extended_in_the_last_two_days_only),
        cmocka_unit_test(evidence_is_taken_when_the_arbitrator_wants_it),
        cmocka_unit_test(warehouses_report_and_the_assistant_refunds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
