/*
 * Sessions of TOP: both ways of asking for one, byte for byte; lives and levels as told in seconds
 * or as absolute milliseconds; renewal; what a shop without a refresh token is told; which level
 * has ended when a call is refused with 42.
 */
#include "kit.h"

#define TOKEN_JSON                                                                                 \
    "{\"access_token\":\"s1\",\"token_type\":\"Bearer\",\"expires_in\":86400,"                     \
    "\"refresh_token\":\"r1\",\"re_expires_in\":172800,\"r1_expires_in\":86400,"                   \
    "\"r2_expires_in\":259200,\"w1_expires_in\":86400,\"w2_expires_in\":300,"                      \
    "\"taobao_user_id\":\"263685215\",\"taobao_user_nick\":\"%E5%BA%97%E9%93%BA\"}"

static void open_flow(kit *k, const char *flow) {
    kit_open(k, "taobao", NULL, &(qd_shop_options){ .token_flow = flow });
}

static void check_token(kit *k) {
    qd_token token = kit_load(k, "t1");
    assert_string_equal(token.access, "s1");
    assert_string_equal(token.refresh, "r1");
    assert_int_equal(token.expires_at, KIT_NOW + 86400);
    assert_int_equal(token.refresh_expires_at, KIT_NOW + 172800);
    assert_int_equal(token.level_ends[0], KIT_NOW + 86400);
    assert_int_equal(token.level_ends[1], KIT_NOW + 259200);
    assert_int_equal(token.level_ends[2], KIT_NOW + 86400);
    assert_int_equal(token.level_ends[3], KIT_NOW + 300);
}

/* The default: a method of TOP, signed like any other. */
static void a_code_by_the_method(void **state) {
    (void)state;
    static const char *const flows[] = { NULL, "top" };
    for (size_t i = 0; i < 2; i++) {
        kit k;
        qd_err err;
        qd_authorised who;
        open_flow(&k, flows[i]);
        kit_rule_times(&k, "=method=taobao.top.auth.token.create",
                       "{\"top_auth_token_create_response\":{\"token_result\":\"{"
                       "\\\"access_token\\\":\\\"s1\\\",\\\"expires_in\\\":86400,"
                       "\\\"refresh_token\\\":\\\"r1\\\",\\\"re_expires_in\\\":172800,"
                       "\\\"r1_expires_in\\\":86400,\\\"r2_expires_in\\\":259200,"
                       "\\\"w1_expires_in\\\":86400,\\\"w2_expires_in\\\":300,"
                       "\\\"taobao_user_id\\\":\\\"263685215\\\","
                       "\\\"taobao_user_nick\\\":\\\"%E5%BA%97%E9%93%BA\\\"}\"}}",
                       1);
        assert_int_equal(qd_shop_authorise_as(k.shop, "c-1", NULL, &who, &err), QD_OK);
        assert_string_equal(k.seen[0].url, "https://eco.taobao.com/router/rest");
        assert_non_null(strstr(k.seen[0].body, "&code=c-1&sign="));
        assert_string_equal(who.shop_id, "263685215");
        assert_string_equal(who.name, "\xe5\xba\x97\xe9\x93\xba");
        check_token(&k);
        kit_close(&k);
    }
}

static void a_code_by_the_form(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_authorised who;
    open_flow(&k, "oauth2");
    kit_rule_times(&k, "oauth.taobao.com", TOKEN_JSON, 1);
    assert_int_equal(qd_shop_authorise_as(k.shop, "c&1", "https://erp.example/cb?x=1", &who, &err),
                     QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(k.seen[0].url, "https://oauth.taobao.com/token");
    assert_string_equal(k.seen[0].body, "client_id=1234567&client_secret=s3cret-s3cret"
                                        "&grant_type=authorization_code&code=c%261"
                                        "&redirect_uri=https%3A%2F%2Ferp.example%2Fcb%3Fx%3D1");
    assert_string_equal(who.shop_id, "263685215");
    assert_string_equal(who.name, "\xe5\xba\x97\xe9\x93\xba");
    check_token(&k);
    kit_close(&k);
}

static void the_form_in_the_sandbox_and_at_an_own_host(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL,
             &(qd_shop_options){ .token_flow = "oauth2", .environment = "sandbox" });
    kit_rule_times(&k, "https://oauth.tbsandbox.com/token", TOKEN_JSON, 1);
    assert_int_equal(qd_shop_authorise(k.shop, "c", &err), QD_OK);
    kit_close(&k);
    kit_open(
        &k, "taobao", NULL,
        &(qd_shop_options){ .token_flow = "oauth2", .base_url = "http://127.0.0.1:9/router/rest" });
    kit_rule_times(&k, "http://127.0.0.1:9/token", TOKEN_JSON, 1);
    assert_int_equal(qd_shop_authorise(k.shop, "c", &err), QD_OK);
    kit_close(&k);
}

static void refusals_of_the_form(void **state) {
    (void)state;
    static const struct {
        const char *answer, *code;
        int status;
        qd_status want;
    } cases[] = {
        { "{\"error\":\"invalid_client\",\"error_description\":\"x\"}", "oauth.invalid_client", 400,
          QD_E_AUTH },
        { "{\"error\":\"invalid_grant\"}", "oauth.invalid_grant", 400, QD_E_AUTH },
        { "{\"error\":\"invalid_grant\"}", "oauth.invalid_grant", 200, QD_E_AUTH },
        { "{\"error_response\":{\"code\":29,\"msg\":\"Invalid App Key\"}}", "29", 200, QD_E_AUTH },
        { "{\"hello\":1}", "", 200, QD_E_PROTOCOL },
        { "<html>", "", 200, QD_E_PROTOCOL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        qd_err err;
        open_flow(&k, "oauth2");
        kit_rule_times(&k, "/", cases[i].answer, 0);
        k.rules[0].status = cases[i].status;
        qd_status status = qd_shop_authorise(k.shop, "c", &err);
        if (status != cases[i].want) {
            fail_msg("%s: %s %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        assert_null(strstr(err.message, "s3cret"));
        kit_close(&k);
    }
}

static void a_session_is_renewed_by_its_flow(void **state) {
    (void)state;
    static const struct {
        const char *flow, *part, *answer;
    } cases[] = {
        { NULL, "=method=taobao.top.auth.token.refresh",
          "{\"top_auth_token_refresh_response\":{\"token_result\":\"{\\\"access_token\\\":"
          "\\\"s1\\\",\\\"refresh_token\\\":\\\"r1\\\",\\\"expires_in\\\":86400}\"}}" },
        { "oauth2", "=&grant_type=refresh_token&refresh_token=r0", TOKEN_JSON },
    };
    for (size_t i = 0; i < 2; i++) {
        kit k;
        const qd_token old = { .access = "s0", .refresh = "r0", .expires_at = KIT_NOW - 5 };
        open_flow(&k, cases[i].flow);
        kit_save(&k, "t1", &old);
        kit_rule_times(&k, cases[i].part, cases[i].answer, 1);
        kit_rule_times(&k, "=session=s1", "{\"user_seller_get_response\":{}}", 1);
        KIT_CALL(&k, "taobao.user.seller.get", "{\"fields\":\"nick\"}", QD_OK);
        assert_int_equal(k.requests, 2);
        assert_string_equal(kit_load(&k, "t1").refresh, "r1");
        kit_close(&k);
    }
}

/* Seconds win; absolute milliseconds stand in for them. */
static void ends_in_milliseconds(void **state) {
    (void)state;
    kit k;
    qd_err err;
    open_flow(&k, "oauth2");
    kit_rule_times(&k, "/token",
                   "{\"access_token\":\"s1\",\"expire_time\":1700000500000,\"refresh_token\":"
                   "\"r1\",\"refresh_token_valid_time\":1700000900000,\"r1_valid\":"
                   "1700000100000,\"w2_valid\":\"1700000200000\"}",
                   1);
    assert_int_equal(qd_shop_authorise(k.shop, "c", &err), QD_OK);
    qd_token token = kit_load(&k, "t1");
    assert_int_equal(token.expires_at, 1700000500);
    assert_int_equal(token.refresh_expires_at, 1700000900);
    assert_int_equal(token.level_ends[0], 1700000100);
    assert_int_equal(token.level_ends[1], 0);
    assert_int_equal(token.level_ends[3], 1700000200);
    kit_close(&k);
}

/* An app that is not of the service market got no refresh token: its owner has to act. */
static void a_session_without_refresh_says_what_to_do(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_token old = { .access = "s0", .expires_at = KIT_NOW + 86400 };
    kit_open(&k, "taobao", NULL, NULL);
    kit_save(&k, "t1", &old);
    kit_rule_times(&k, "/", "{\"error_response\":{\"code\":27,\"msg\":\"Invalid session\"}}", 0);
    assert_int_equal(
        kit_call(&k, "taobao.user.seller.get", "{\"fields\":\"nick\"}", NULL, NULL, 0, &err),
        QD_E_AUTH);
    assert_true(qd_err_needs_auth(&err));
    assert_non_null(strstr(err.message, "oauth.taobao.com/authorize"));
    assert_int_equal(k.requests, 1);
    kit_close(&k);
}

static void a_refusal_42_names_the_level_that_ended(void **state) {
    (void)state;
    static const char refused[] =
        "{\"error_response\":{\"code\":42,\"msg\":\"Insufficient session permissions\"}}";
    kit k;
    qd_err err;
    const qd_token old = { .access = "s0",
                           .expires_at = KIT_NOW + 86400,
                           .level_ends = { KIT_NOW + 86400, KIT_NOW - 60, KIT_NOW + 86400, 0 } };
    kit_open(&k, "taobao", NULL, NULL);
    kit_save(&k, "t1", &old);
    kit_rule_times(&k, "/", refused, 0);
    assert_int_equal(
        kit_call(&k, "taobao.user.seller.get", "{\"fields\":\"nick\"}", NULL, NULL, 0, &err),
        QD_E_AUTH);
    assert_string_equal(err.code, "42");
    if (!strstr(err.message, "level r2 of the session ended at 2023-11-15 06:12:20")) {
        fail_msg("%s", err.message);
    }
    assert_null(strstr(err.message, "level r1"));
    kit_close(&k);
}

static void a_flow_that_is_none_is_refused(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_shop *shop = NULL;
    kit_open(&k, "taobao", NULL, NULL);
    const qd_shop_options wrong = { .token_flow = "magic" };
    assert_int_equal(qd_shop_new(k.app, &wrong, &shop, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "magic"));
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_by_the_method),
        cmocka_unit_test(a_code_by_the_form),
        cmocka_unit_test(the_form_in_the_sandbox_and_at_an_own_host),
        cmocka_unit_test(refusals_of_the_form),
        cmocka_unit_test(a_session_is_renewed_by_its_flow),
        cmocka_unit_test(ends_in_milliseconds),
        cmocka_unit_test(a_session_without_refresh_says_what_to_do),
        cmocka_unit_test(a_refusal_42_names_the_level_that_ended),
        cmocka_unit_test(a_flow_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
