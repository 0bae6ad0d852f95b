/*
 * Solinkup: bytes on the wire in the readings of its signature, four envelopes, tokens. The
 * signatures were computed beside the code, with the guide's rule written out in Python.
 */
#include "kit.h"

static const qd_shop_options SHOP = { .session = "at", .shop_id = "OpenId@9" };
static const char LIST[] = "{\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000,"
                           "\"page\":0,\"size\":100}";

static void a_call_byte_for_byte(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/trigger/", "{\"data\":{},\"err_no\":0,\"code\":10000}", 0);
    KIT_CALL(&k, "jinritemai.listOrder", LIST, QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(k.seen[0].url,
                        "https://api.solinkup.com/trigger/api/jinritemai/listOrder/OpenId%409");
    assert_string_equal(k.seen[0].body,
                        "{\"accessToken\":\"at\",\"appKey\":\"1234567\",\"createTimeEnd\":"
                        "1700000000,\"createTimeStart\":1699990000,\"method\":\"listOrder\","
                        "\"page\":0,\"signMethod\":\"hmac-sha256\",\"size\":100,\"timestamp\":"
                        "\"1700000000000\",\"version\":\"1\"}");
    assert_non_null(
        strstr(k.seen[0].headers,
               "sign: 797089be4db4502d082cf577bbcc7825ec38f94255640299c3d776e3d15dbe8e\n"));
    kit_close(&k);
}

static void the_reading_of_the_guide_is_a_setting(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", "text_example/md5", &SHOP);
    kit_rule_times(&k, "/trigger/", "{\"data\":{},\"err_no\":0,\"code\":10000}", 0);
    KIT_CALL(&k, "jinritemai.listOrder", LIST, QD_OK);
    assert_non_null(strstr(k.seen[0].body, "\"signMethod\":\"md5\""));
    assert_non_null(strstr(k.seen[0].headers, "sign: 95b2d19d0604ed04d6204b59171ac8a5\n"));
    kit_close(&k);
    static const char *const wrong[] = { "base64", "java_demo/base64", "nonsense/md5", "/sha1" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const qd_app_options options = {
            .platform = "solinkup", .key = "1", .secret = "2", .sign_method = wrong[i]
        };
        qd_app *app = NULL;
        qd_err err;
        assert_int_equal(qd_app_new(&options, &app, &err), QD_E_INVALID);
    }
}

static void flows_and_templates(void **state) {
    (void)state;
    kit k;
    qd_err err;
    char data[64];
    const qd_shop_options shop = { .session = "at", .shop_id = "O@1" };
    kit_open(&k, "solinkup", NULL, &shop);
    kit_rule_times(&k, "/openapi/", "{\"success\":true,\"code\":\"200\",\"data\":null}", 0);
    assert_int_equal(kit_call(&k, "deleteFlowByParentTemplateId", "{\"parentTemplateId\":\"P\"}",
                              NULL, data, sizeof data, &err),
                     QD_OK);
    assert_string_equal(data, "null");
    assert_string_equal(k.seen[0].body,
                        "{\"accessToken\":\"at\",\"appKey\":\"1234567\",\"method\":"
                        "\"deleteFlowByParentTemplateId\",\"openId\":\"O@1\",\"parentTemplateId\":"
                        "\"P\",\"signMethod\":\"hmac-sha256\",\"timestamp\":\"1700000000000\","
                        "\"version\":\"1\"}");
    /* openId is signed where it travels in the body. */
    assert_non_null(
        strstr(k.seen[0].headers,
               "sign: 2c538874a1a4522f92c97f89cd659b2be4fa07849857247fc9b9e07c11049262\n"));
    KIT_CALL(&k, "template.list", NULL, QD_OK);
    assert_string_equal(k.seen[1].url,
                        "https://api.solinkup.com/openapi/oauth2/1234567/template/list");
    assert_null(strstr(k.seen[1].body, "\"method\""));
    kit_close(&k);
}

static void envelopes(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code, *data;
    } cases[] = {
        { "{\"requestId\":\"R\",\"success\":true,\"code\":\"__200OK\",\"data\":[1]}", QD_OK, "",
          "[1]" },
        { "{\"success\":\"true\",\"code\":\"200\",\"data\":null}", QD_OK, "", "null" },
        { "{\"success\":false,\"code\":\"__500\",\"msgCode\":\"m\",\"message\":\"no\"}",
          QD_E_PLATFORM, "__500", NULL },
        { "{\"success\":false}", QD_E_PLATFORM, "false", NULL },
        { "{\"data\":{\"a\":1},\"err_no\":0,\"message\":\"success\",\"code\":10000,\"sub_code\":"
          "\"\"}",
          QD_OK, "", "{\"a\":1}" },
        { "{\"err_no\":50002,\"code\":50002,\"sub_code\":\"isv.x\",\"msg\":\"no\"}", QD_E_PLATFORM,
          "50002", NULL },
        { "{\"code\":0,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{}}", QD_OK, "", "{}" },
        { "{\"code\":40000,\"message\":\"no\",\"request_id\":\"R\"}", QD_E_PLATFORM, "40000",
          NULL },
        { "{\"data\":{\"decrypt_infos\":[]}}", QD_OK, "", "{\"decrypt_infos\":[]}" },
        { "{\"code\":0}", QD_E_PROTOCOL, "", NULL },
        { "7", QD_E_PROTOCOL, "", NULL },
    };
    kit k;
    kit_open(&k, "solinkup", NULL, &SHOP);
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char data[64] = "";
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status =
            kit_call(&k, "jinritemai.getAuthInfo", NULL, &once, data, sizeof data, &err);
        /* A class of the catalogue may know the code better than "platform". */
        bool refused = cases[i].status == QD_E_PLATFORM && status != QD_OK;
        if (status != cases[i].status && !refused) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        if (cases[i].data) {
            assert_string_equal(data, cases[i].data);
        }
    }
    kit_close(&k);
}

/* The guide's own sample of getAuthInfo lacks a comma after spec_val. */
static void an_answer_that_is_no_json_is_told_with_its_position(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/",
                   "{\n    \"success\": true,\n    \"data\": [\n        {\n"
                   "          \"spec_val\":\"x\" \n          \"shop_id\":124124124\n"
                   "        }\n    ]\n}",
                   0);
    assert_int_equal(kit_call(&k, "jinritemai.getAuthInfo", NULL, NULL, NULL, 0, &err),
                     QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "jinritemai.getAuthInfo"));
    assert_non_null(strstr(err.message, "line 6 column 11"));
    assert_int_equal(k.requests, 2); /* asked again: it may have been a hiccup */
    kit_close(&k);
}

static void tokens_end_at_points_in_time(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", NULL, &(qd_shop_options){ .shop_id = "OpenId@9" });
    const qd_token pair = { .access = "old", .refresh = "r1", .expires_at = KIT_NOW - 1 };
    kit_save(&k, "t1", &pair);
    kit_rule_times(&k, "refreshAccessToken",
                   "{\"success\":true,\"code\":\"__200OK\",\"data\":{\"openId\":\"O\","
                   "\"accessToken\":\"new\",\"refreshToken\":\"r2\",\"accessTokenExpired\":"
                   "1700604800123,\"refreshTokenExpired\":1700015143000}}",
                   0);
    kit_rule_times(&k, "/trigger/", "{\"success\":true,\"data\":[]}", 0);
    KIT_CALL(&k, "jinritemai.getAuthInfo", NULL, QD_OK);
    assert_string_equal(k.seen[0].url,
                        "https://api.solinkup.com/openapi/oauth2/refreshAccessToken");
    assert_string_equal(k.seen[0].body,
                        "{\"appKey\":\"1234567\",\"method\":\"refreshAccessToken\","
                        "\"refreshToken\":\"r1\",\"signMethod\":\"hmac-sha256\",\"timestamp\":"
                        "\"1700000000000\",\"version\":\"1\"}");
    assert_non_null(
        strstr(k.seen[0].headers,
               "sign: aa8f632fce94220b98341b014d2ddccf97f760ba4c3ddd4c8791b1258392d5f1\n"));
    qd_token kept = kit_load(&k, "t1");
    assert_int_equal(kept.expires_at, 1700604800);
    assert_int_equal(kept.refresh_expires_at, 1700015143);
    /* The refresh token ends first: it is used in time, or the shop would be lost with it. */
    int before = k.rules[0].used;
    k.wall_ms = (int64_t)1700015000 * 1000;
    KIT_CALL(&k, "jinritemai.getAuthInfo", NULL, QD_OK);
    assert_int_equal(k.rules[0].used, before + 1);
    KIT_CALL(&k, "jinritemai.getAuthInfo", NULL, QD_OK); /* the same pair came back: enough */
    assert_int_equal(k.rules[0].used, before + 1);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_byte_for_byte),
        cmocka_unit_test(the_reading_of_the_guide_is_a_setting),
        cmocka_unit_test(flows_and_templates),
        cmocka_unit_test(envelopes),
        cmocka_unit_test(an_answer_that_is_no_json_is_told_with_its_position),
        cmocka_unit_test(tokens_end_at_points_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
