/*
 * Answers with a result for each item: all failed is an error, some failed is told beside the
 * success, none failed is silent.
 */
#include "fixture.h"

static fixture f;
static const char *answer;

static void script(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    (void)request;
    out->reply.status = 200;
    test_answer(it, out, "{\"code\":10000,\"log_id\":\"L1\",\"data\":%s}", answer);
}

/* The failures as "index|id|code|message;" in text. */
static void list_of(qd_reply *reply, char *text, size_t size) {
    qd_item_error error;
    text[0] = '\0';
    for (qd_item_errors it = qd_reply_item_errors(reply); qd_item_errors_next(&it, &error);) {
        size_t len = strlen(text);
        snprintf(text + len, size - len, "%zu|%s|%s|%s;", error.index, error.id, error.code,
                 error.message);
    }
}

static const struct {
    const char *method, *data;
    qd_status status;
    const char *code, *sub_code, *items;
} rows[] = {
    /* a status for each */
    { "afterSale.operate",
      "{\"items\":[{\"aftersale_id\":7000000000000000001,\"status_code\":0,\"status_msg\":\"ok\"}]"
      "}",
      QD_OK, "", "", "" },
    { "afterSale.operate",
      "{\"items\":[{\"aftersale_id\":7,\"status_code\":0},{\"aftersale_id\":7000000000000000002,"
      "\"status_code\":3010,\"status_msg\":\"too late\"}]}",
      QD_OK, "", "", "1|7000000000000000002|3010|too late;" },
    { "afterSale.operate",
      "{\"items\":[{\"aftersale_id\":7,\"status_code\":3010,\"status_msg\":\"too late\"},"
      "{\"aftersale_id\":8,\"status_code\":3011}]}",
      QD_E_PLATFORM, "3010", "data.items", "0|7|3010|too late;1|8|3011|;" },
    { "afterSale.operate", "{\"items\":[]}", QD_OK, "", "", "" },
    { "afterSale.operate", "null", QD_OK, "", "", "" },
    /* failures beside successes */
    { "logistics.newCreateOrder",
      "{\"ebill_infos\":[{\"order_id\":\"1\",\"track_no\":\"S1\"}],\"err_infos\":[]}", QD_OK, "",
      "", "" },
    { "logistics.newCreateOrder",
      "{\"ebill_infos\":[{\"order_id\":\"1\"}],\"err_infos\":[{\"order_id\":\"2\",\"err_code\":"
      "\"10101\",\"err_msg\":\"no stock of numbers\"}]}",
      QD_OK, "", "", "0|2|10101|no stock of numbers;" },
    { "logistics.newCreateOrder",
      "{\"ebill_infos\":null,\"err_infos\":[{\"order_id\":\"2\",\"err_code\":\"10101\","
      "\"err_msg\":\"no numbers\"}]}",
      QD_E_PLATFORM, "10101", "data.err_infos", "0|2|10101|no numbers;" },
    /* what succeeded is not listed: never an error of the whole */
    { "trace.batchRecord", "{\"error_traces\":[{\"order_id\":\"5\",\"status_code\":9}]}", QD_OK, "",
      "", "0|5|9|;" },
    /* maps by id, lists of ids */
    { "material.deleteMaterial",
      "{\"success_ids\":[\"1\"],\"failed_map\":{\"77\":{\"code\":8,\"msg\":\"in use\"}}}", QD_OK,
      "", "", "0|77|8|in use;" },
    { "material.deleteMaterial",
      "{\"success_ids\":[],\"failed_map\":{\"77\":{\"code\":8,\"msg\":\"in use\"}}}", QD_E_PLATFORM,
      "8", "data.failed_map", "0|77|8|in use;" },
    { "iop.sellerCancleDistribute",
      "{\"succ_distr_order_ids\":[\"1\"],\"fail_distr_order_ids\":{\"2\":\"gone\"}}", QD_OK, "", "",
      "0|2||gone;" },
    { "supplyChain.returnOrder.batchOperate",
      "{\"success_order_no_list\":[\"a\"],\"failed_order_no_list\":[\"b\",\"c\"]}", QD_OK, "", "",
      "0|b||;1|c||;" },
    /* a truth value for each; an id inside an object; an id that is a list */
    { "shop.batchCreateStore",
      "{\"result_list\":[{\"is_success\":true},{\"is_success\":false,\"msg\":\"taken\",\"store\":"
      "{\"store_code\":\"S2\"}}]}",
      QD_OK, "", "", "1|S2|false|taken;" },
    { "order.queryLogisticsCompanyList",
      "{\"fail_shop_order_id_and_reason\":[{\"fail_code\":\"4\",\"fail_reason\":\"no\","
      "\"order_ids\":[1,2]}]}",
      QD_OK, "", "", "0|[1,2]|4|no;" },
    /* decryption: the whole, or item by item */
    { "order.batchDecrypt",
      "{\"decrypt_infos\":[{\"auth_id\":\"1\",\"err_no\":0,\"decrypt_text\":\"x\"},{\"auth_id\":"
      "\"2\",\"err_no\":200001,\"err_msg\":\"closed\"}],\"custom_err\":{\"err_code\":0}}",
      QD_OK, "", "", "1|2|200001|closed;" },
    { "order.batchDecrypt",
      "{\"decrypt_infos\":[],\"custom_err\":{\"err_code\":9,\"err_msg\":\"quota\"}}", QD_E_PLATFORM,
      "9", "data.custom_err.err_code", "" },
};

static void items_are_told(void **state) {
    (void)state;
    const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };
    test_open(&f, script, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        qd_reply *reply = NULL;
        qd_err err;
        char text[512];
        answer = rows[i].data;
        qd_status status = qd_call_with(f.shop, rows[i].method, "{}", &loose, &reply, &err);
        list_of(reply, text, sizeof text);
        if (status != rows[i].status || strcmp(err.code, rows[i].code) != 0 ||
            strcmp(err.sub_code, rows[i].sub_code) != 0 || strcmp(text, rows[i].items) != 0) {
            fail_msg("%s %s: %s %s %s, items %s", rows[i].method, rows[i].data,
                     qd_status_name(status), err.code, err.sub_code, text);
        }
        assert_non_null(reply);
        qd_reply_free(reply);
    }
    test_close(&f);
}

static void the_message_tells_the_first_failure(void **state) {
    (void)state;
    const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };
    qd_reply *reply = NULL;
    qd_err err;
    size_t items = 9;
    test_open(&f, script, NULL);
    answer = rows[2].data;
    assert_int_equal(qd_call_with(f.shop, rows[2].method, "{}", &loose, &reply, &err),
                     QD_E_PLATFORM);
    assert_non_null(strstr(err.message, "all 2 items failed; the first: too late"));
    assert_string_equal(err.request_id, "L1");
    assert_int_equal(qd_reply_failed_items(reply, &items), 2);
    assert_int_equal(items, 2);
    qd_reply_free(reply);

    /* A method without such items, and no reply at all. */
    answer = "{\"items\":[{\"status_code\":5}]}";
    assert_int_equal(qd_call(f.shop, "order.searchList", "{\"page\":0,\"size\":1}", &reply, &err),
                     QD_OK);
    assert_int_equal(qd_reply_failed_items(reply, &items), 0);
    assert_int_equal(items, 0);
    assert_int_equal(qd_reply_failed_items(NULL, NULL), 0);
    qd_reply_free(reply);
    test_close(&f);
}

static void partly(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    (void)request;
    out->reply.status = 200;
    test_answer(it, out,
                "{\"code\":10001,\"sub_code\":\"isv.business-part-failed:1\",\"msg\":\"part\","
                "\"data\":%s}",
                answer);
}

/* The platform's own word for it: an error that comes with its answer. */
static void a_part_failure_of_the_platform_keeps_its_answer(void **state) {
    (void)state;
    const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };
    qd_reply *reply = NULL;
    qd_err err;
    test_open(&f, partly, NULL);
    answer = rows[1].data;
    assert_int_equal(qd_call_with(f.shop, rows[1].method, "{}", &loose, &reply, &err),
                     QD_E_PLATFORM);
    assert_int_equal(err.retry, QD_RETRY_CHECK);
    assert_non_null(reply);
    assert_int_equal(qd_reply_failed_items(reply, NULL), 1);
    qd_reply_free(reply);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_told),
        cmocka_unit_test(the_message_tells_the_first_failure),
        cmocka_unit_test(a_part_failure_of_the_platform_keeps_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
