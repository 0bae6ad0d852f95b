/*
 * A DingTalk app (its key begins with "ding"): the token is got, kept for all shops of the app,
 * renewed early, and renewed once when DingTalk refuses it.
 */
#include "kit.h"

#define KEY "ding1a2b3c"
#define TOKEN_URL "https://oapi.dingtalk.com/gettoken?appkey=" KEY "&appsecret=s3cret-s3cret"
#define USER_OK "{\"dingtalk_oapi_user_get_response\":{\"errcode\":0,\"name\":\"Z\"}}"
#define METHOD "dingtalk.oapi.user.get"

static void open_app(kit *k, const char *session) {
    kit_open(k, "taobao", NULL, NULL);
    qd_shop_free(k->shop);
    qd_app_free(k->app);
    const qd_app_options app = { .platform = "taobao",
                                 .key = KEY,
                                 .secret = "s3cret-s3cret",
                                 .clock = &k->clock,
                                 .transport_make = kit_transport,
                                 .transport_user = k,
                                 .max_attempts = 2,
                                 .calls_per_second = -1 };
    const qd_shop_options shop = { .handle = "t1", .token_store = k->store, .session = session };
    qd_err err;
    assert_int_equal(qd_app_new(&app, &k->app, &err), QD_OK);
    assert_int_equal(qd_shop_new(k->app, &shop, &k->shop, &err), QD_OK);
}

static qd_status user_get(kit *k, qd_err *err) {
    static const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    return kit_call(k, METHOD, "{\"userid\":\"u\"}", &any, NULL, 0, err);
}

static void the_token_is_got_and_kept(void **state) {
    (void)state;
    kit k;
    qd_err err;
    open_app(&k, NULL);
    kit_rule_times(&k, "gettoken",
                   "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"d1\",\"expires_in\":7200}",
                   1);
    kit_rule_times(&k, "gettoken",
                   "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"d2\",\"expires_in\":7200}",
                   1);
    kit_rule_times(&k, "/router/rest", USER_OK, 0);
    assert_int_equal(user_get(&k, &err), QD_OK);
    assert_int_equal(user_get(&k, &err), QD_OK);
    assert_int_equal(k.requests, 3);
    assert_string_equal(k.seen[0].method, "GET");
    assert_string_equal(k.seen[0].url, TOKEN_URL);
    assert_int_equal(k.seen[0].body_len, 0);
    assert_string_equal(k.seen[1].body, "method=" METHOD "&session=d1"
                                        "&timestamp=2023-11-15+06%3A13%3A20&format=json&v=2.0"
                                        "&simplify=false&userid=u");
    qd_token token = kit_load(&k, "app:taobao:" KEY);
    assert_string_equal(token.access, "d1");
    assert_int_equal(token.expires_at, KIT_NOW + 7200);
    /* Renewed early, before a call could meet its end. */
    k.wall_ms += 7000 * 1000LL;
    k.mono_ms += 7000 * 1000LL;
    assert_int_equal(user_get(&k, &err), QD_OK);
    assert_int_equal(k.requests, 5);
    assert_non_null(strstr(k.seen[4].body, "&session=d2&"));
    kit_close(&k);
}

/* Some of DingTalk's documents say that the same token comes back with its life begun anew. */
static void the_same_token_again_goes_on(void **state) {
    (void)state;
    static const int64_t moments[] = { 6950, 7000, 7190, 7250, 9000 };
    kit k;
    qd_err err;
    open_app(&k, NULL);
    kit_rule_times(&k, "gettoken", "{\"errcode\":0,\"access_token\":\"d1\",\"expires_in\":7200}",
                   0);
    kit_rule_times(&k, "/router/rest", USER_OK, 0);
    assert_int_equal(user_get(&k, &err), QD_OK);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        k.wall_ms = (KIT_NOW + moments[i]) * 1000LL;
        k.mono_ms = moments[i] * 1000LL;
        if (user_get(&k, &err) != QD_OK) {
            fail_msg("after %lld s: %s", (long long)moments[i], err.message);
        }
    }
    assert_true(k.requests <= 6 + 4); /* six calls; the token is not asked for by each */
    assert_int_equal(kit_load(&k, "app:taobao:" KEY).expires_at, KIT_NOW + 7250 + 7200);
    kit_close(&k);
}

static void a_refused_token_is_renewed_once_and_the_call_repeated(void **state) {
    (void)state;
    static const char *const refusals[] = {
        "{\"dingtalk_oapi_user_get_response\":{\"errcode\":33001,\"errmsg\":\"x\"}}",
        "{\"dingtalk_oapi_user_get_response\":{\"errcode\":40001,\"errmsg\":\"x\"}}",
        "{\"dingtalk_oapi_user_get_response\":{\"errcode\":40014,\"errmsg\":\"x\"}}",
        "{\"dingtalk_oapi_user_get_response\":{\"errcode\":42001,\"errmsg\":\"x\"}}",
        "{\"dingtalk_oapi_user_get_response\":{\"errcode\":88,\"sub_code\":\"40014\",\"sub_msg\":"
        "\"x\"}}",
        "{\"dingtalk_oapi_user_get_response\":{\"result\":{\"ding_open_errcode\":40014}}}",
        "{\"error_response\":{\"code\":27,\"msg\":\"Invalid session\"}}",
    };
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        kit k;
        qd_err err;
        open_app(&k, NULL);
        const qd_token old = { .access = "d0",
                               .expires_at = KIT_NOW + 7000,
                               .obtained_at = KIT_NOW - 200 };
        kit_save(&k, "app:taobao:" KEY, &old);
        kit_rule_times(&k, "gettoken",
                       "{\"errcode\":0,\"access_token\":\"d1\",\"expires_in\":7200}", 1);
        kit_rule_times(&k, "=session=d0", refusals[i], 1);
        kit_rule_times(&k, "=session=d1", USER_OK, 1);
        if (user_get(&k, &err) != QD_OK) {
            fail_msg("%s: %s", refusals[i], err.message);
        }
        assert_int_equal(k.requests, 3);
        kit_close(&k);
    }
}

/* DingTalk's 40014 again with the new token: no hammering. */
static void a_token_refused_again_ends_it(void **state) {
    (void)state;
    kit k;
    qd_err err;
    open_app(&k, NULL);
    kit_rule_times(&k, "gettoken", "{\"errcode\":0,\"access_token\":\"d1\",\"expires_in\":7200}",
                   0);
    kit_rule_times(&k, "/router/rest", "{\"dingtalk_oapi_user_get_response\":{\"errcode\":40014}}",
                   0);
    assert_int_equal(user_get(&k, &err), QD_E_AUTH);
    assert_true(k.requests <= 4);
    kit_close(&k);
}

static void a_wrong_secret_is_told_without_it(void **state) {
    (void)state;
    kit k;
    qd_err err;
    open_app(&k, NULL);
    kit_rule_times(&k, "gettoken", "{\"errcode\":40096,\"errmsg\":\"wrong appKey or appSecret\"}",
                   0);
    assert_int_equal(user_get(&k, &err), QD_E_AUTH);
    assert_string_equal(err.code, "dingtalk.40096");
    assert_null(strstr(err.message, "s3cret"));
    kit_close(&k);
}

static void such_an_app_calls_dingtalk_only(void **state) {
    (void)state;
    kit k;
    qd_err err;
    open_app(&k, "tok");
    assert_int_equal(kit_call(&k, "taobao.time.get", "{}", NULL, NULL, 0, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "DingTalk"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

/* A TOP app (digits) goes on with the session that its owner has given. */
static void a_top_app_keeps_its_session_given_by_hand(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &(qd_shop_options){ .session = "hand" });
    kit_rule_times(&k, "/router/rest", USER_OK, 0);
    assert_int_equal(user_get(&k, &err), QD_OK);
    assert_int_equal(k.requests, 1);
    assert_non_null(strstr(k.seen[0].body, "&session=hand&"));
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_is_got_and_kept),
        cmocka_unit_test(the_same_token_again_goes_on),
        cmocka_unit_test(a_refused_token_is_renewed_once_and_the_call_repeated),
        cmocka_unit_test(a_token_refused_again_ends_it),
        cmocka_unit_test(a_wrong_secret_is_told_without_it),
        cmocka_unit_test(such_an_app_calls_dingtalk_only),
        cmocka_unit_test(a_top_app_keeps_its_session_given_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
