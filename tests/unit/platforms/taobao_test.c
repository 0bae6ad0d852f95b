/*
 * What Taobao has beside plain calls: files, wrapped parameters, Qimen's XML, the DingTalk way. The
 * signatures were computed beside the code, with the platform's rule written out in Python.
 */
#include "kit.h"

static const qd_shop_options SHOP = { .session = "tok", .shop_id = "C1" };

static void a_file_is_sent_and_not_signed(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/rest", "{\"picture_upload_response\":{}}", 0);
    KIT_CALL(&k, "taobao.picture.upload",
             "{\"picture_category_id\":0,\"img\":{\"$file\":{\"base64\":\"/9j/\"}},"
             "\"image_input_title\":\"a.jpg\"}",
             QD_OK);
#define PART "--qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\r\nContent-Disposition: form-data; name="
    assert_string_equal(
        k.seen[0].body, PART
        "\"method\"\r\n\r\ntaobao.picture.upload\r\n" PART "\"app_key\"\r\n\r\n1234567\r\n" PART
        "\"session\"\r\n\r\ntok\r\n" PART "\"timestamp\"\r\n\r\n2023-11-15 06:13:20\r\n" PART
        "\"format\"\r\n\r\njson\r\n" PART "\"v\"\r\n\r\n2.0\r\n" PART
        "\"sign_method\"\r\n\r\nmd5\r\n" PART "\"simplify\"\r\n\r\nfalse\r\n" PART
        "\"picture_category_id\"\r\n\r\n0\r\n" PART "\"image_input_title\"\r\n\r\na.jpg\r\n" PART
        "\"sign\"\r\n\r\nDFE2D81D1FC5D985186A0F00CDAB7FA2\r\n" PART
        "\"img\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        "\xff\xd8\xff\r\n--qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a--\r\n");
    assert_non_null(strstr(k.seen[0].headers, "multipart/form-data; boundary=qd-5a5a"));
    kit_close(&k);
}

static void a_file_that_is_none_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "{\"img\":\"a.jpg\"}",
        "{\"img\":{\"$file\":{}}}",
        "{\"img\":{\"$file\":{\"base64\":\"%%\"}}}",
        "{\"img\":{\"$file\":{\"base64\":\"AA==\",\"content_type\":\"a\\r\\nb\"}}}",
    };
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(kit_call(&k, "taobao.picture.upload", wrong[i], &any, NULL, 0, &err),
                         QD_E_INVALID);
        assert_non_null(strstr(err.message, "img"));
    }
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

static void wrapped_parameters_travel_as_one(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/", "{\"x_response\":{\"errcode\":0}}", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "alibaba.fundplatform.account.charge.notify",
                              "{\"b\":1,\"a\":\"x\"}", &any, NULL, 0, &err),
                     QD_OK);
    assert_non_null(strstr(k.seen[0].body, "=%7B%22b%22%3A1%2C%22a%22%3A%22x%22%7D&sign="));
    kit_close(&k);
}

static void dingtalk_has_a_session_and_no_signature(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/", "{\"dingtalk_oapi_user_get_response\":{\"errcode\":0}}", 1);
    kit_rule_times(
        &k, "/", "{\"dingtalk_oapi_user_get_response\":{\"errcode\":60011,\"errmsg\":\"no\"}}", 1);
    kit_rule_times(
        &k, "/", "{\"dingtalk_oapi_user_get_response\":{\"result\":{\"ding_open_errcode\":5}}}", 1);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(
        kit_call(&k, "dingtalk.oapi.user.get", "{\"userid\":\"u\"}", &any, NULL, 0, &err), QD_OK);
    assert_string_equal(k.seen[0].body,
                        "method=dingtalk.oapi.user.get&session=tok"
                        "&timestamp=2023-11-15+06%3A13%3A20&format=json&v=2.0&simplify=false"
                        "&userid=u");
    assert_int_equal(kit_call(&k, "dingtalk.oapi.user.get", "{}", &any, NULL, 0, &err),
                     QD_E_PLATFORM);
    assert_string_equal(err.code, "dingtalk.60011");
    assert_int_equal(kit_call(&k, "dingtalk.oapi.user.get", "{}", &any, NULL, 0, &err),
                     QD_E_PLATFORM);
    assert_string_equal(err.code, "dingtalk.5");
    kit_close(&k);
}

/* ---- Qimen ---- */

static void a_qimen_call_byte_for_byte(void **state) {
    (void)state;
    kit k;
    char data[256];
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "qimen.api.taobao.com",
                   "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response><flag>success</flag>"
                   "<code>0</code><itemInventories><itemInventory><quantity>3</quantity>"
                   "</itemInventory></itemInventories></response>",
                   0);
    /* The caller's order is another one than the catalogue's. */
    assert_int_equal(kit_call(&k, "taobao.qimen.channelinventory.query",
                              "{\"itemCodes\":[\"1\",\"2\"],\"ownerCode\":\"O&1\","
                              "\"warehouseCodes\":[\"W1\"]}",
                              NULL, data, sizeof data, &err),
                     QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(
        k.seen[0].url,
        "https://qimen.api.taobao.com/router/qimen/service"
        "?method=taobao.qimen.channelinventory.query&app_key=1234567&session=tok"
        "&timestamp=2023-11-15%2006%3A13%3A20&format=xml&v=2.0&sign_method=md5&customerId=C1"
        "&sign=246C01C5A32594EC047BB163951140E0");
    assert_string_equal(k.seen[0].headers,
                        "Content-Type: text/xml;charset=utf-8\nAccept: text/xml\n");
    assert_string_equal(k.seen[0].body,
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<request><ownerCode>O&amp;1</ownerCode><warehouseCodes><warehouseCode>W1"
                        "</warehouseCode></warehouseCodes><itemCodes><itemCode>1</itemCode>"
                        "<itemCode>2</itemCode></itemCodes></request>");
    assert_string_equal(data, "{\"response\":{\"flag\":\"success\",\"code\":\"0\","
                              "\"itemInventories\":{\"itemInventory\":[{\"quantity\":\"3\"}]}}}");
    kit_close(&k);
}

static void qimen_hosts_and_public_parameters(void **state) {
    (void)state;
    static const char *const bases[] = { "http://127.0.0.1:9", "http://127.0.0.1:9/router/rest/" };
    qd_err err;
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    for (size_t i = 0; i < 2; i++) {
        kit k;
        kit_open(&k, "taobao", NULL,
                 &(qd_shop_options){ .session = "tok", .base_url = bases[i], .shop_id = "C1" });
        kit_rule_times(&k, "http://127.0.0.1:9/router/qimen/service?",
                       "<response><flag>success</flag></response>", 0);
        assert_int_equal(kit_call(&k, "taobao.qimen.channelinventory.query",
                                  "{\"customerId\":\"C2\",\"target_app_key\":\"9\","
                                  "\"more\":{\"z\":1}}",
                                  &any, NULL, 0, &err),
                         QD_OK);
        assert_non_null(strstr(k.seen[0].url, "&customerId=C2&target_app_key=9&sign="));
        assert_non_null(strstr(k.seen[0].body, "<request><more><z>1</z></more></request>"));
        kit_close(&k);
    }
    kit k;
    kit_open(&k, "taobao", NULL, &(qd_shop_options){ .session = "tok", .environment = "sandbox" });
    kit_rule_times(&k, "http://qimenapi.tbsandbox.com/router/qimen/service?",
                   "<response><flag>success</flag></response>", 0);
    assert_int_equal(kit_call(&k, "taobao.qimen.channelinventory.query", "{}", &any, NULL, 0, &err),
                     QD_OK);
    kit_close(&k);
}

static void qimen_answers(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code;
    } cases[] = {
        { "<response><flag>failure</flag><code>S003</code><message>no stock</message></response>",
          QD_E_PLATFORM, "S003" },
        { "\xef\xbb\xbf <response><flag>failure</flag></response>", QD_E_PLATFORM, "failure" },
        { "{\"response\":{\"flag\":\"failure\",\"code\":\"7x\"}}", QD_E_PLATFORM, "7x" },
        { "{\"qimen_channelinventory_query_response\":{\"response\":{\"flag\":\"failure\",\"code\":"
          "\"8x\"}}}",
          QD_E_PLATFORM, "8x" },
        { "<error_response><code>25</code><msg>Invalid signature</msg></error_response>", QD_E_AUTH,
          "25" },
        { "{\"error_response\":{\"code\":27,\"msg\":\"Invalid session\"}}", QD_E_AUTH, "27" },
        { "<!DOCTYPE a [<!ENTITY x \"y\">]><response><flag>&x;</flag></response>", QD_E_PROTOCOL,
          "" },
        { "<response><flag>success</flag>", QD_E_PROTOCOL, "" },
        { "<html><body>502</body></html>", QD_E_PROTOCOL, "" },
    };
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        qd_err err;
        kit_open(&k, "taobao", NULL, &SHOP);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status =
            kit_call(&k, "taobao.qimen.channelinventory.query", NULL, &once, NULL, 0, &err);
        if (status != cases[i].status) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        kit_close(&k);
    }
}

static void lists_of_objects_keep_the_catalogues_order(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/", "<response><flag>success</flag></response>", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "taobao.qimen.storeprocess.create",
                              "{\"materialitems\":[{\"quantity\":2,\"itemCode\":\"a\"}],"
                              "\"relatedOrders\":[{\"orderCode\":\"r\"}],\"sn\":[1,2]}",
                              &any, NULL, 0, &err),
                     QD_OK);
    const char *body = k.seen[0].body;
    assert_non_null(strstr(body, "<relatedOrders><relatedOrder><orderCode>r</orderCode>"
                                 "</relatedOrder></relatedOrders>"));
    assert_non_null(strstr(body, "<materialitems><item><itemCode>a</itemCode><quantity>2</quantity>"
                                 "</item></materialitems>"));
    assert_non_null(strstr(body, "<sn>1</sn><sn>2</sn>"));
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_sent_and_not_signed),
        cmocka_unit_test(a_file_that_is_none_is_refused),
        cmocka_unit_test(wrapped_parameters_travel_as_one),
        cmocka_unit_test(dingtalk_has_a_session_and_no_signature),
        cmocka_unit_test(a_qimen_call_byte_for_byte),
        cmocka_unit_test(qimen_hosts_and_public_parameters),
        cmocka_unit_test(qimen_answers),
        cmocka_unit_test(lists_of_objects_keep_the_catalogues_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
