/*
 * The pages where owners authorise, whom the answer to a code names, and the ways in which Douyin's
 * tokens are asked for: self-use, tool apps, test shops, subjects, the old endpoints.
 */
#include "kit.h"

static kit k;

static void open_with(const char *platform, const qd_shop_options *options) {
    kit_open(&k, platform, NULL, options);
}

static char *url_of(const qd_authorise_page *page) {
    char *url = NULL;
    qd_err err;
    if (qd_shop_authorise_url(k.shop, page, &url, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    return url;
}

static void expect_url(const qd_authorise_page *page, const char *wanted) {
    char *url = url_of(page);
    assert_string_equal(url, wanted);
    free(url);
}

static void expect_no_url(const qd_authorise_page *page, qd_status status, const char *why) {
    char *url = NULL;
    qd_err err;
    assert_int_equal(qd_shop_authorise_url(k.shop, page, &url, &err), status);
    if (!strstr(err.message, why)) {
        fail_msg("%s", err.message);
    }
    assert_null(url);
}

/* ---- pages ---- */

static const qd_authorise_page full = { .state = "s 1&2",
                                        .redirect_uri = "https://erp.example/back?a=1",
                                        .service_id = "3601" };

static void each_platform_has_its_page(void **state) {
    (void)state;
    static const struct {
        const char *platform, *environment, *url;
    } cases[] = {
        { "douyin", NULL,
          "https://fuwu.jinritemai.com/authorize?service_id=3601&state=s%201%262"
          "&redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fa%3D1" },
        { "taobao", NULL,
          "https://oauth.taobao.com/authorize?response_type=code&client_id=1234567"
          "&redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fa%3D1&state=s%201%262&view=web" },
        { "taobao", "sandbox",
          "https://oauth.tbsandbox.com/authorize?response_type=code&client_id=1234567"
          "&redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fa%3D1&state=s%201%262&view=web" },
        { "alliance", NULL,
          "https://open.douyin.com/platform/oauth/connect?client_key=1234567&response_type=code"
          "&scope=user_info&redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fa%3D1"
          "&state=s%201%262" },
        { "qianchuan", NULL,
          "https://ad.oceanengine.com/openapi/audit/oauth.html?app_id=1234567&state=s%201%262"
          "&redirect_uri=https%3A%2F%2Ferp.example%2Fback%3Fa%3D1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_with(cases[i].platform, &(qd_shop_options){ .environment = cases[i].environment });
        expect_url(&full, cases[i].url);
        kit_close(&k);
    }
}

static void the_old_page_of_douyin_takes_the_app_key(void **state) {
    (void)state;
    const qd_authorise_page old = { .state = "s", .redirect_uri = "https://e.x/b", .old = true };
    open_with("douyin", NULL);
    expect_url(&old, "https://fxg.jinritemai.com/index.html#/ffa/open/applicationAuthorize?"
                     "app_id=1234567&response_type=code&redirect_uri=https%3A%2F%2Fe.x%2Fb"
                     "&state=s");
    kit_close(&k);
}

static void with_a_base_url_the_page_is_there(void **state) {
    (void)state;
    const qd_shop_options there = { .base_url = "http://127.0.0.1:8088/",
                                    .environment = "sandbox" };
    open_with("douyin", &there);
    const qd_authorise_page page = { .service_id = "3601" };
    expect_url(&page, "http://127.0.0.1:8088/authorize?service_id=3601");
    kit_close(&k);
    open_with("qianchuan", &there); /* the sandbox shows the code without a redirect */
    expect_url(NULL, "http://127.0.0.1:8088/openapi/audit/oauth.html?app_id=1234567");
    kit_close(&k);
}

static void what_a_page_lacks_is_named(void **state) {
    (void)state;
    static const char *const platforms[] = { "taobao", "alliance", "qianchuan" };
    for (size_t i = 0; i < 3; i++) {
        open_with(platforms[i], NULL);
        expect_no_url(NULL, QD_E_INVALID, "redirect_uri");
        kit_close(&k);
    }
    open_with("douyin", NULL);
    expect_no_url(NULL, QD_E_INVALID, "service");
    expect_no_url(&(qd_authorise_page){ .old = true }, QD_E_INVALID, "redirect_uri");
    kit_close(&k);
    open_with("solinkup", NULL);
    expect_no_url(&full, QD_E_UNSUPPORTED, "does not say");
    kit_close(&k);
}

/* ---- whom an answer names ---- */

static void the_answer_to_a_code_names_its_owner(void **state) {
    (void)state;
    static const struct {
        const char *platform, *answer, *id, *name;
    } cases[] = {
        { "douyin",
          "{\"code\":10000,\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"expires_in\":604800,\"shop_id\":4463798,\"shop_name\":\"旗舰店\"}}",
          "4463798", "旗舰店" },
        { "douyin",
          "{\"code\":10000,\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"expires_in\":604800,\"shop_id\":0,\"auth_subject_type\":\"MCN\"}}",
          "", "" },
        { "taobao",
          "{\"top_auth_token_create_response\":{\"token_result\":\"{\\\"access_token\\\":\\\"a\\\","
          "\\\"expires_in\\\":100,\\\"taobao_user_id\\\":\\\"22001\\\","
          "\\\"taobao_user_nick\\\":\\\"%E8%BF%9C%E5%B1%B1\\\"}\"}}",
          "22001", "远山" },
        { "alliance",
          "{\"data\":{\"error_code\":0,\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"expires_in\":100,\"open_id\":\"_000ab\"},\"message\":\"success\"}",
          "_000ab", "" },
        { "qianchuan",
          "{\"code\":0,\"message\":\"OK\",\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"expires_in\":100,\"advertiser_ids\":[17001]}}",
          "17001", "" },
        { "qianchuan",
          "{\"code\":0,\"message\":\"OK\",\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\","
          "\"expires_in\":100,\"advertiser_ids\":[17001,17002]}}",
          "", "" },
        { "solinkup",
          "{\"success\":true,\"code\":\"__200OK\",\"data\":{\"openId\":\"OpenId@1\","
          "\"accessToken\":\"a\",\"refreshToken\":\"r\"}}",
          "OpenId@1", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_authorised owner = { .shop_id = "x" };
        qd_err err;
        open_with(cases[i].platform, NULL);
        kit_rule_times(&k, "http", cases[i].answer, 0);
        if (qd_shop_authorise_as(k.shop, "c", NULL, &owner, &err) != QD_OK) {
            fail_msg("%s: %s", cases[i].platform, err.message);
        }
        assert_string_equal(owner.shop_id, cases[i].id);
        assert_string_equal(owner.name, cases[i].name);
        assert_string_equal(kit_load(&k, "t1").access, "a");
        kit_close(&k);
    }
}

static const char DOUYIN_ANSWER[] =
    "{\"code\":10000,\"data\":{\"access_token\":\"a9\",\"refresh_token\":\"r9\","
    "\"expires_in\":604800,\"shop_id\":\"4463798\"}}";

static void another_shops_consent_is_not_taken(void **state) {
    (void)state;
    qd_err err;
    open_with("douyin", &(qd_shop_options){ .shop_id = "123" });
    kit_rule_times(&k, "/token/create", DOUYIN_ANSWER, 0);
    assert_int_equal(qd_shop_authorise(k.shop, "c", &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "4463798"));
    assert_int_equal(kit_load(&k, "t1").version, 0);
    kit_close(&k);
}

/* ---- Douyin's ways ---- */

#define METHOD "order.searchList"
#define PARAMS "{\"page\":0,\"size\":10}"
#define FINE "{\"code\":10000,\"data\":{}}"

static void expect_asked(const qd_shop_options *options, const char *body) {
    open_with("douyin", options);
    kit_rule_times(&k, "/token/create", DOUYIN_ANSWER, 0);
    kit_rule_times(&k, "/order/searchList", FINE, 0);
    KIT_CALL(&k, METHOD, PARAMS, QD_OK);
    assert_string_equal(k.seen[0].body, body);
    kit_close(&k);
}

static void who_asks_for_a_token_stands_in_the_call(void **state) {
    (void)state;
    expect_asked(&(qd_shop_options){ .shop_id = "4463798" },
                 "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"4463798\"}");
    expect_asked(&(qd_shop_options){ .subject_id = "55", .subject_type = "YunCang" },
                 "{\"auth_id\":\"55\",\"auth_subject_type\":\"YunCang\",\"code\":\"\","
                 "\"grant_type\":\"authorization_self\"}");
    /* A subject's id stands in place of a shop's. */
    expect_asked(&(qd_shop_options){ .shop_id = "1", .subject_id = "55", .subject_type = "MCN" },
                 "{\"auth_id\":\"55\",\"auth_subject_type\":\"MCN\",\"code\":\"\","
                 "\"grant_type\":\"authorization_self\"}");
    expect_asked(&(qd_shop_options){ .environment = "sandbox", .app_kind = "self" },
                 "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"test_shop\":\"1\"}");
}

static void a_tool_app_never_asks_by_itself(void **state) {
    (void)state;
    qd_err err;
    open_with("douyin", &(qd_shop_options){ .shop_id = "4463798", .app_kind = "tool" });
    assert_int_equal(kit_call(&k, METHOD, PARAMS, NULL, NULL, 0, &err), QD_E_AUTH);
    assert_int_equal(k.requests, 0);
    assert_non_null(strstr(err.message, "qd shop auth"));
    kit_rule_times(&k, "/token/create", DOUYIN_ANSWER, 0);
    kit_rule_times(&k, "/order/searchList", FINE, 0);
    assert_int_equal(qd_shop_authorise(k.shop, "c0de", &err), QD_OK);
    assert_string_equal(k.seen[0].body,
                        "{\"code\":\"c0de\",\"grant_type\":\"authorization_code\"}");
    KIT_CALL(&k, METHOD, PARAMS, QD_OK);
    kit_close(&k);
}

static void a_subjects_consent_names_it(void **state) {
    (void)state;
    qd_err err;
    open_with("douyin", &(qd_shop_options){
                            .subject_id = "55", .subject_type = "Colonel", .app_kind = "tool" });
    kit_rule_times(&k, "/token/create", DOUYIN_ANSWER, 0);
    assert_int_equal(qd_shop_authorise(k.shop, "c0de", &err), QD_OK);
    assert_string_equal(k.seen[0].body,
                        "{\"auth_id\":\"55\",\"auth_subject_type\":\"Colonel\",\"code\":\"c0de\","
                        "\"grant_type\":\"authorization_code\"}");
    kit_close(&k);
}

#define OLD_ANSWER                                                                                 \
    "{\"err_no\":0,\"message\":\"success\",\"data\":{\"access_token\":\"o1\","                     \
    "\"refresh_token\":\"or1\",\"expires_in\":604800}}"

static void the_old_endpoints_are_a_token_flow(void **state) {
    (void)state;
    qd_err err;
    const qd_shop_options old = { .app_kind = "self", .token_flow = "oauth2" };
    open_with("douyin", &old);
    kit_rule_times(&k, "/oauth2/", OLD_ANSWER, 0);
    kit_rule_times(&k, "access_token=o1&", FINE, 0);
    KIT_CALL(&k, METHOD, PARAMS, QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(k.seen[0].url,
                        "https://openapi-fxg.jinritemai.com/oauth2/access_token?app_id=1234567"
                        "&app_secret=s3cret-s3cret&grant_type=authorization_self");
    assert_int_equal(k.seen[0].body_len, 0);
    /* A refresh, an exchange. */
    qd_token token = kit_load(&k, "t1");
    token.expires_at = KIT_NOW - 1;
    kit_save(&k, "t1", &token);
    kit_rules_clear(&k);
    kit_rule_times(&k, "/oauth2/", OLD_ANSWER, 0);
    kit_rule_times(&k, "/order/searchList", FINE, 0);
    qd_shop_free(k.shop);
    const qd_shop_options again = {
        .handle = "t1", .app_kind = "tool", .token_flow = "oauth2", .token_store = k.store
    };
    assert_int_equal(qd_shop_new(k.app, &again, &k.shop, &err), QD_OK);
    KIT_CALL(&k, METHOD, PARAMS, QD_OK);
    assert_string_equal(k.seen[0].url,
                        "https://openapi-fxg.jinritemai.com/oauth2/refresh_token?app_id=1234567"
                        "&app_secret=s3cret-s3cret&grant_type=refresh_token&refresh_token=or1");
    kit_rules_clear(&k);
    kit_rule_times(&k, "/oauth2/", OLD_ANSWER, 0);
    assert_int_equal(qd_shop_authorise(k.shop, "c/1", &err), QD_OK);
    assert_string_equal(k.seen[0].url,
                        "https://openapi-fxg.jinritemai.com/oauth2/access_token?app_id=1234567"
                        "&app_secret=s3cret-s3cret&grant_type=authorization_code&code=c%2F1");
    kit_close(&k);
}

static void a_refusal_of_the_old_endpoints_shows_no_secret(void **state) {
    (void)state;
    qd_err err;
    open_with("douyin", &(qd_shop_options){ .app_kind = "self", .token_flow = "oauth2" });
    kit_rule_times(&k, "/oauth2/", "{\"err_no\":30006,\"message\":\"gone\",\"data\":null}", 0);
    assert_int_equal(kit_call(&k, METHOD, PARAMS, NULL, NULL, 0, &err), QD_E_AUTH);
    assert_null(strstr(err.message, "s3cret"));
    assert_string_equal(err.code, "30006");
    kit_close(&k);
}

static void wrong_words_are_refused_when_the_shop_is_made(void **state) {
    (void)state;
    static const struct {
        const char *platform;
        qd_shop_options options;
    } cases[] = {
        { "douyin", { .app_kind = "other" } },
        { "douyin", { .token_flow = "oauth3" } },
        { "douyin", { .subject_id = "5" } },
        { "douyin", { .subject_type = "MCN" } },
        { "douyin", { .subject_id = "5", .subject_type = "Shop" } },
        { "douyin", { .subject_id = "5", .subject_type = "MCN", .token_flow = "oauth2" } },
        { "alliance", { .subject_id = "5", .subject_type = "MCN" } },
        { "solinkup", { .token_flow = "oauth2" } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        qd_shop *shop = NULL;
        open_with(cases[i].platform, NULL);
        if (qd_shop_new(k.app, &cases[i].options, &shop, &err) != QD_E_INVALID) {
            fail_msg("case %zu is taken", i);
        }
        assert_null(shop);
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_platform_has_its_page),
        cmocka_unit_test(the_old_page_of_douyin_takes_the_app_key),
        cmocka_unit_test(with_a_base_url_the_page_is_there),
        cmocka_unit_test(what_a_page_lacks_is_named),
        cmocka_unit_test(the_answer_to_a_code_names_its_owner),
        cmocka_unit_test(another_shops_consent_is_not_taken),
        cmocka_unit_test(who_asks_for_a_token_stands_in_the_call),
        cmocka_unit_test(a_tool_app_never_asks_by_itself),
        cmocka_unit_test(a_subjects_consent_names_it),
        cmocka_unit_test(the_old_endpoints_are_a_token_flow),
        cmocka_unit_test(a_refusal_of_the_old_endpoints_shows_no_secret),
        cmocka_unit_test(wrong_words_are_refused_when_the_shop_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
