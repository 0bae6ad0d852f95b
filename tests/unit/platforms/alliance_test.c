/* The alliance: bytes on the wire, three envelopes, the token of the app and that of a creator. */
#include "kit.h"

static const qd_shop_options CREATOR = { .session = "at", .shop_id = "o/&1" };

static void a_call_byte_for_byte(void **state) {
    (void)state;
    kit k;
    char data[128];
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/kol/store/list", "{\"data\":{\"error_code\":0,\"total\":3}}", 0);
    assert_int_equal(kit_call(&k, "kol.store.list", "{\"page_size\":20,\"page\":1}", NULL, data,
                              sizeof data, &err),
                     QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    /* open_id is the shop's own; reserved characters do not break the query. */
    assert_string_equal(k.seen[0].url,
                        "https://open.douyinec.com/alliance/kol/store/list/?open_id=o%2F%261");
    assert_string_equal(k.seen[0].headers, "access-token: at\nAccept: application/json\n"
                                           "Content-Type: application/json\n");
    assert_string_equal(k.seen[0].body, "{\"page_size\":20,\"page\":1}");
    assert_string_equal(data, "{\"error_code\":0,\"total\":3}");
    /* Without parameters an empty object; an open_id of the call's own wins. */
    kit_rule_times(&k, "/kol/buyin_id", "{\"data\":{\"error_code\":0}}", 0);
    KIT_CALL(&k, "kol.buyin_id", "{\"open_id\":\"x\"}", QD_OK);
    assert_string_equal(k.seen[1].url,
                        "https://open.douyinec.com/alliance/kol/buyin_id/?open_id=x");
    assert_string_equal(k.seen[1].body, "{}");
    kit_close(&k);
}

static void pages_of_award_tasks_are_gets_of_another_host(void **state) {
    (void)state;
    kit k;
    char data[128];
    qd_err err;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "lianmengapi", "{\"code\":0,\"data\":{\"list\":[]}}", 0);
    assert_int_equal(kit_call(&k, "h5.award_task.products",
                              "{\"task_id\":\"7 7\",\"product_info\":\"\xe6\xb1\x89&+#\","
                              "\"page\":1}",
                              NULL, data, sizeof data, &err),
                     QD_OK);
    assert_string_equal(k.seen[0].method, "GET");
    assert_string_equal(k.seen[0].url,
                        "https://lianmengapi.snssdk.com/ecom/captain/mobile/task/promotion/product/"
                        "list?task_id=7%207&product_info=%E6%B1%89%26%2B%23&page=1");
    assert_string_equal(k.seen[0].headers, "Accept: application/json\n");
    assert_int_equal(k.seen[0].body_len, 0);
    assert_string_equal(data, "{\"list\":[]}");
    kit_close(&k);
}

static void methods_of_the_shop_gateway_are_signed(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "openapi-fxg", "{\"code\":10000,\"data\":{}}", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    qd_err err;
    assert_int_equal(kit_call(&k, "buyin.colonelActivityDetail", "{\"page\":0,\"activity_id\":1}",
                              &any, NULL, 0, &err),
                     QD_OK);
    assert_string_equal(
        k.seen[0].url,
        "https://openapi-fxg.jinritemai.com/buyin/colonelActivityDetail?access_token=at"
        "&app_key=1234567&method=buyin.colonelActivityDetail"
        "&sign=92ea533947bce00ac931fb116312cb96dfb73a632bacb6fa07150791e0859775"
        "&sign_method=hmac-sha256&timestamp=1700000000&v=2");
    assert_string_equal(k.seen[0].body, "{\"activity_id\":1,\"page\":0}");
    kit_close(&k);
}

static void envelopes(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code, *data, *request_id;
    } cases[] = {
        { "{\"data\":{\"error_code\":0,\"a\":1}}", QD_OK, "", "{\"error_code\":0,\"a\":1}", "" },
        { "{\"data\":{\"error_code\":\"0\"},\"extra\":{\"error_code\":0,\"logid\":\"L\"}}", QD_OK,
          "", "{\"error_code\":\"0\"}", "" },
        { "{\"err_no\":0}", QD_OK, "", "{\"err_no\":0}", "" },
        { "{\"code\":0,\"data\":[1]}", QD_OK, "", "[1]", "" },
        { "{\"code\":10000,\"err_no\":0,\"data\":{}}", QD_OK, "", "{}", "" },
        { "{\"data\":{\"error_code\":2100005,\"description\":\"bad\"},\"extra\":{\"logid\":"
          "\"L2\"}}",
          QD_E_PLATFORM, "2100005", NULL, "L2" },
        { "{\"err_no\":7,\"err_tips\":\"no\"}", QD_E_PLATFORM, "7", NULL, "" },
        { "{\"code\":4,\"msg\":\"no\",\"data\":null}", QD_E_PLATFORM, "4", NULL, "" },
        { "{\"data\":{\"error_code\":0},\"extra\":{\"error_code\":9}}", QD_E_PLATFORM, "9", NULL,
          "" },
        { "{\"data\":{\"a\":1}}", QD_E_PROTOCOL, "", NULL, "" },
        { "[]", QD_E_PROTOCOL, "", NULL, "" },
        { "<html>", QD_E_PROTOCOL, "", NULL, "" },
    };
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char data[128] = "";
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status = kit_call(&k, "kol.buyin_id", NULL, &once, data, sizeof data, &err);
        if (status != cases[i].status) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        assert_string_equal(err.request_id, cases[i].request_id);
        if (cases[i].data) {
            assert_string_equal(data, cases[i].data);
        }
    }
    kit_close(&k);
}

/* ---- the token of the app ---- */

static const char CLIENT_TOKEN[] = "{\"data\":{\"access_token\":\"clt.1\",\"expires_in\":7200,"
                                   "\"error_code\":0}}";
static const char CLIENT_TOKEN_2[] = "{\"data\":{\"access_token\":\"clt.2\",\"expires_in\":7200,"
                                     "\"error_code\":0}}";
static const char FINE[] = "{\"data\":{\"error_code\":0}}";

static void the_apps_token_is_made_once_and_kept_for_all_shops(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token", CLIENT_TOKEN, 0);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.requests, 2);
    assert_string_equal(k.seen[0].url, "https://open.douyin.com/oauth/client_token/");
    assert_string_equal(k.seen[0].body, "{\"grant_type\":\"client_credential\",\"client_key\":"
                                        "\"1234567\",\"client_secret\":\"s3cret-s3cret\"}");
    assert_null(strstr(k.seen[0].headers, "access-token"));
    assert_non_null(strstr(k.seen[1].headers, "access-token: clt.1\n"));
    qd_token kept = kit_load(&k, "app:alliance:1234567");
    assert_string_equal(kept.access, "clt.1");
    assert_int_equal(kept.expires_at, KIT_NOW + 7200);
    assert_int_equal(kit_load(&k, "t1").version, 0);

    /* Another shop, as in another process, finds it in the store. */
    qd_shop *first = k.shop;
    const qd_shop_options other = { .handle = "t2", .token_store = k.store };
    qd_err err;
    assert_int_equal(qd_shop_new(k.app, &other, &k.shop, &err), QD_OK);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.requests, 3);
    qd_shop_free(k.shop);
    k.shop = first;
    kit_close(&k);
}

static void the_apps_token_is_renewed_early_by_one(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token", CLIENT_TOKEN, 1);
    kit_rule_times(&k, "client_token", CLIENT_TOKEN_2, 1);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    const qd_shop_options other = { .handle = "t2", .token_store = k.store };
    qd_shop *second = NULL;
    qd_shop *first = k.shop;
    qd_err err;
    assert_int_equal(qd_shop_new(k.app, &other, &second, &err), QD_OK);
    k.shop = second;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    k.wall_ms += (int64_t)4300 * 1000; /* 7200 - 3000 have passed */
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_string_equal(kit_load(&k, "app:alliance:1234567").access, "clt.2");
    /* The first shop looks into the store before it asks: a third token would end the first. */
    k.shop = first;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_non_null(strstr(k.seen[k.requests - 1].headers, "access-token: clt.2\n"));
    assert_int_equal(k.rules[0].used + k.rules[1].used, 2);
    qd_shop_free(second);
    kit_close(&k);
}

static void a_short_life_is_not_renewed_by_every_call(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token",
                   "{\"data\":{\"access_token\":\"c\",\"expires_in\":600,\"error_code\":0}}", 0);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    for (int i = 0; i < 3; i++) {
        KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    }
    assert_int_equal(k.rules[0].used, 1);
    kit_close(&k);
}

static void a_wrong_secret_is_told_and_asked_once(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token",
                   "{\"data\":{\"error_code\":10013,\"description\":\"client_secret\"}}", 0);
    assert_int_equal(kit_call(&k, "product.skus", "{\"product_id\":\"1\"}", NULL, NULL, 0, &err),
                     QD_E_AUTH);
    assert_non_null(strstr(err.message, "10013"));
    assert_non_null(strstr(err.message, "1234567"));
    assert_null(strstr(err.message, "s3cret"));
    assert_int_equal(kit_call(&k, "product.skus", "{\"product_id\":\"1\"}", NULL, NULL, 0, &err),
                     QD_E_AUTH);
    assert_int_equal(k.requests, 1); /* the pause holds */
    kit_close(&k);
}

/* ---- the creator's token ---- */

static void a_creators_token_is_refreshed_with_a_form(void **state) {
    (void)state;
    kit k;
    const qd_shop_options creator = { .shop_id = "o1" };
    kit_open(&k, "alliance", NULL, &creator);
    const qd_token pair = { .access = "old", .refresh = "r&1", .expires_at = KIT_NOW - 1 };
    kit_save(&k, "t1", &pair);
    kit_rule_times(&k, "refresh_token",
                   "{\"data\":{\"access_token\":\"new\",\"refresh_token\":\"r2\",\"expires_in\":"
                   "\"1296000\",\"refresh_expires_in\":\"2592000\",\"error_code\":\"0\"}}",
                   0);
    kit_rule_times(&k, "/kol/buyin_id", FINE, 0);
    KIT_CALL(&k, "kol.buyin_id", NULL, QD_OK);
    assert_string_equal(k.seen[0].url, "https://open.douyin.com/oauth/refresh_token/");
    assert_non_null(strstr(k.seen[0].headers, "application/x-www-form-urlencoded"));
    assert_string_equal(k.seen[0].body,
                        "grant_type=refresh_token&refresh_token=r%261&client_key=1234567");
    qd_token kept = kit_load(&k, "t1");
    assert_string_equal(kept.access, "new");
    assert_string_equal(kept.refresh, "r2");
    assert_int_equal(kept.expires_at, KIT_NOW + 1296000);
    assert_int_equal(kept.refresh_expires_at, KIT_NOW + 2592000);
    kit_close(&k);
}

static void without_a_token_the_error_says_how_to_get_one(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options creator = { .shop_id = "o1" };
    kit_open(&k, "alliance", NULL, &creator);
    assert_int_equal(kit_call(&k, "kol.buyin_id", NULL, NULL, NULL, 0, &err), QD_E_AUTH);
    assert_non_null(strstr(err.message, "open.douyin.com/platform/oauth/connect"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

static void a_code_becomes_a_stored_pair(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options creator = { .shop_id = "o1" };
    kit_open(&k, "alliance", NULL, &creator);
    kit_rule_times(&k, "/oauth/access_token/",
                   "{\"data\":{\"error_code\":10007,\"description\":\"code\"}}", 1);
    kit_rule_times(&k, "/oauth/access_token/",
                   "{\"data\":{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":"
                   "1296000,\"refresh_expires_in\":2592000,\"error_code\":0}}",
                   1);
    kit_rule_times(&k, "/kol/buyin_id", FINE, 0);
    assert_int_equal(kit_call(&k, "kol.buyin_id", NULL, NULL, NULL, 0, &err), QD_E_AUTH);
    assert_int_equal(qd_shop_authorise(k.shop, "", &err), QD_E_INVALID);
    assert_int_equal(qd_shop_authorise(k.shop, "old", &err), QD_E_PLATFORM);
    assert_string_equal(err.code, "10007");
    assert_int_equal(k.requests, 1);
    assert_int_equal(qd_shop_authorise(k.shop, "c\"1", &err), QD_OK);
    assert_string_equal(k.seen[1].body,
                        "{\"grant_type\":\"authorization_code\",\"code\":\"c\\\"1\","
                        "\"client_key\":\"1234567\",\"client_secret\":\"s3cret-s3cret\"}");
    assert_string_equal(kit_load(&k, "t1").refresh, "r");
    KIT_CALL(&k, "kol.buyin_id", NULL, QD_OK);
    assert_non_null(strstr(k.seen[2].headers, "access-token: a\n"));
    kit_close(&k);
}

static void a_token_called_expired_is_renewed_and_one_just_made_is_not(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token", CLIENT_TOKEN, 1);
    kit_rule_times(&k, "client_token", CLIENT_TOKEN_2, 0);
    kit_rule_times(&k, "/product/skus",
                   "{\"data\":{\"error_code\":2190008,\"description\":\"expired\"}}", 1);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    /* Refused at once: another one would end the other processes' tokens. */
    assert_int_equal(kit_call(&k, "product.skus", "{\"product_id\":\"1\"}", NULL, NULL, 0, &err),
                     QD_E_AUTH);
    assert_non_null(strstr(err.message, "just made"));
    assert_int_equal(k.rules[0].used + k.rules[1].used, 1);
    k.wall_ms += 60000;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.rules[0].used + k.rules[1].used, 2);
    kit_close(&k);
}

/* ---- any path, own headers, and what is shown ---- */

static void any_path_or_url_with_own_headers(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    const qd_http_header headers[] = { { "X-Trace", "1" }, { "ACCEPT", "text/json" } };
    qd_call_options raw = { .raw_path = "/alliance/new/{x}/",
                            .headers = headers,
                            .header_count = 2 };
    assert_int_equal(kit_call(&k, "", "{\"a\":1}", &raw, NULL, 0, &err), QD_OK);
    assert_string_equal(k.seen[0].url, "https://open.douyinec.com/alliance/new/{x}/");
    assert_string_equal(k.seen[0].headers, "access-token: at\nACCEPT: text/json\n"
                                           "Content-Type: application/json\nX-Trace: 1\n");
    raw = (qd_call_options){ .raw_path = "https://example.com/p?q=1", .http_method = "GET" };
    assert_int_equal(kit_call(&k, "", "{\"a\":[1],\"n\":null}", &raw, NULL, 0, &err), QD_OK);
    assert_string_equal(k.seen[1].method, "GET");
    assert_string_equal(k.seen[1].url, "https://example.com/p?q=1&a=%5B1%5D");
    raw.header_count = 17;
    raw.headers = headers;
    assert_int_equal(kit_call(&k, "", "{}", &raw, NULL, 0, &err), QD_E_INVALID);
    kit_close(&k);
}

static void a_dry_run_shows_neither_token_nor_secret(void **state) {
    (void)state;
    kit k;
    char shown[1024];
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    const qd_call_options dry = { .flags = QD_CALL_DRY_RUN | QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "kol.buyin_id", NULL, &dry, shown, sizeof shown, &err), QD_OK);
    assert_non_null(strstr(shown, "\"access-token\":\"***\""));
    assert_null(strstr(shown, "string_to_sign"));
    assert_int_equal(kit_call(&k, "client_token", NULL, &dry, shown, sizeof shown, &err), QD_OK);
    assert_non_null(strstr(shown, "\\\"client_secret\\\":\\\"***\\\""));
    assert_null(strstr(shown, "s3cret"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_byte_for_byte),
        cmocka_unit_test(pages_of_award_tasks_are_gets_of_another_host),
        cmocka_unit_test(methods_of_the_shop_gateway_are_signed),
        cmocka_unit_test(envelopes),
        cmocka_unit_test(the_apps_token_is_made_once_and_kept_for_all_shops),
        cmocka_unit_test(the_apps_token_is_renewed_early_by_one),
        cmocka_unit_test(a_short_life_is_not_renewed_by_every_call),
        cmocka_unit_test(a_wrong_secret_is_told_and_asked_once),
        cmocka_unit_test(a_creators_token_is_refreshed_with_a_form),
        cmocka_unit_test(without_a_token_the_error_says_how_to_get_one),
        cmocka_unit_test(a_code_becomes_a_stored_pair),
        cmocka_unit_test(a_token_called_expired_is_renewed_and_one_just_made_is_not),
        cmocka_unit_test(any_path_or_url_with_own_headers),
        cmocka_unit_test(a_dry_run_shows_neither_token_nor_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
