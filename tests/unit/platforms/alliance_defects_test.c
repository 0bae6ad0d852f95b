/*
 * The 23 defects of the alliance's Python client that this project's documents hold (facts of
 * document 001): a test each that ours does not have it, named after it. What is one defect there
 * for many calls is shown on one call of each kind.
 */
#include "kit.h"

static const qd_shop_options CREATOR = { .session = "at-user", .shop_id = "_000o" };
static const char FINE[] = "{\"data\":{\"error_code\":0}}";
static const char TOKEN[] = "{\"data\":{\"access_token\":\"clt.1\",\"expires_in\":7200,"
                            "\"error_code\":0}}";
static const char TOKEN_2[] = "{\"data\":{\"access_token\":\"clt.2\",\"expires_in\":7200,"
                              "\"error_code\":0}}";

static void d01_numbers_go_into_a_query_without_type_errors(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "/product/list", "{\"code\":0,\"data\":{}}", 0);
    KIT_CALL(&k, "h5.award_task.products",
             "{\"task_id\":\"7\",\"page\":1,\"page_size\":20,\"order_field\":0,\"order_by\":0}",
             QD_OK);
    assert_non_null(
        strstr(k.seen[0].url, "?task_id=7&page=1&page_size=20&order_field=0&order_by=0"));
    kit_close(&k);
}

static void d02_reserved_characters_and_chinese_are_encoded(void **state) {
    (void)state;
    kit k;
    const qd_shop_options odd = { .session = "at", .shop_id = "o&x=1#+ /\xe6\xb1\x89" };
    kit_open(&k, "alliance", NULL, &odd);
    kit_rule_times(&k, "/", FINE, 0);
    KIT_CALL(&k, "kol.reputation", NULL, QD_OK);
    assert_string_equal(k.seen[0].url, "https://open.douyinec.com/alliance/kol/reputation/"
                                       "?open_id=o%26x%3D1%23%2B%20%2F%E6%B1%89");
    kit_close(&k);
}

static void d03_causes_of_failure_are_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        int http;
        qd_status status;
    } cases[] = {
        { "<html>", 200, QD_E_PROTOCOL },
        { "", 404, QD_E_PROTOCOL },
        { "", 503, QD_E_UNAVAILABLE },
        { "", 429, QD_E_LIMITED },
        { "{\"data\":{\"error_code\":2100005,\"description\":\"no\"}}", 200, QD_E_PLATFORM },
        { "{\"data\":{\"error_code\":10010}}", 200, QD_E_AUTH },
    };
    kit k;
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    kit_open(&k, "alliance", NULL, &CREATOR);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        k.rules[0].status = cases[i].http;
        assert_int_equal(kit_call(&k, "kol.reputation", NULL, &once, NULL, 0, &err),
                         cases[i].status);
        assert_non_null(strstr(err.message, "kol.reputation"));
        k.mono_ms += 3600 * 1000; /* past what a limit banned */
    }
    kit_close(&k);
}

static void nowhere(void *user, const qd_http_request *request, net_fake_reply *out) {
    (void)user;
    (void)request;
    out->reply.outcome = QD_HTTP_NOT_SENT;
    (void)snprintf(out->reply.message, sizeof out->reply.message, "could not resolve host");
}

static qd_transport *nowhere_transport(void *user, qd_err *err) {
    kit *k = user;
    qd_transport *transport = NULL;
    return net_fake_new(nowhere, k, &k->clock, &transport, err) == QD_OK ? transport : NULL;
}

static void d04_a_failure_before_sending_keeps_its_cause(void **state) {
    (void)state;
    kit k;
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_reply *reply = NULL;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    const qd_app_options options = { .platform = "alliance",
                                     .key = "1",
                                     .secret = "2",
                                     .clock = &k.clock,
                                     .transport_make = nowhere_transport,
                                     .transport_user = &k,
                                     .max_attempts = 1 };
    assert_int_equal(qd_app_new(&options, &app, &err), QD_OK);
    assert_int_equal(qd_shop_new(app, &CREATOR, &shop, &err), QD_OK);
    assert_int_equal(qd_call(shop, "kol.reputation", NULL, &reply, &err), QD_E_UNAVAILABLE);
    assert_non_null(strstr(err.message, "could not resolve host"));
    qd_shop_free(shop);
    qd_app_free(app);
    kit_close(&k);
}

/* Reads are repeated after a pause, a write whose outcome is open is not. */
static void d05_failures_are_repeated_with_pauses_and_writes_are_not(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/kol/reputation", "", 1);
    k.rules[0].status = 502;
    kit_rule_times(&k, "/kol/reputation", FINE, 1);
    kit_rule_times(&k, "/store/add", "", 0);
    k.rules[2].status = 502;
    KIT_CALL(&k, "kol.reputation", NULL, QD_OK);
    assert_int_equal(k.requests, 2);
    assert_int_equal(
        kit_call(&k, "store.add", "{\"products\":[{\"product_id\":\"1\"}]}", NULL, NULL, 0, &err),
        QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(k.requests, 3);
    kit_close(&k);
}

static void d06_an_answer_without_data_is_no_crash(void **state) {
    (void)state;
    static const char *const bodies[] = { "{}", "{\"data\":null}", "{\"data\":7}", "null",
                                          "[]", "{\"data\":[]}" };
    static const char *const methods[] = { "kol.reputation", "kol.orders" };
    kit k;
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    kit_open(&k, "alliance", NULL, &CREATOR);
    for (size_t i = 0; i < 6; i++) {
        for (size_t m = 0; m < 2; m++) {
            qd_err err;
            kit_rules_clear(&k);
            kit_rule_times(&k, "/", bodies[i], 0);
            assert_int_equal(kit_call(&k, methods[m], NULL, &once, NULL, 0, &err), QD_E_PROTOCOL);
        }
    }
    kit_close(&k);
}

static void d07_no_call_goes_out_when_the_token_could_not_be_made(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token",
                   "{\"data\":{\"error_code\":10013,\"description\":\"client_secret is wrong\"}}",
                   0);
    assert_int_not_equal(
        kit_call(&k, "product.skus", "{\"product_id\":\"1\"}", NULL, NULL, 0, &err), QD_OK);
    assert_string_equal(err.code, "10013");
    for (int i = 0; i < k.requests; i++) {
        assert_non_null(strstr(k.seen[i].url, "client_token"));
    }
    kit_close(&k);
}

static void d08_a_short_life_is_not_cached_away(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token",
                   "{\"data\":{\"access_token\":\"clt.s\",\"expires_in\":600,\"error_code\":0}}",
                   0);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    k.wall_ms += 200 * 1000;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.rules[0].used, 1); /* 3,000 s of margin would have made a token a call */
    k.wall_ms += 200 * 1000;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.rules[0].used, 2); /* half of its life has passed */
    kit_close(&k);
}

/* Over threads and processes: e2e_tokens_test. */
static void d09_two_shops_of_an_app_make_one_token(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_shop *other = NULL;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token", TOKEN, 0);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    const qd_shop_options second = { .handle = "t2", .token_store = k.store };
    assert_int_equal(qd_shop_new(k.app, &second, &other, &err), QD_OK);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    qd_shop *first = k.shop;
    k.shop = other;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.rules[0].used, 1);
    k.shop = first;
    qd_shop_free(other);
    kit_close(&k);
}

static void d10_a_refused_token_is_made_anew_once_and_the_call_repeated(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token", TOKEN, 1);
    kit_rule_times(&k, "client_token", TOKEN_2, 0);
    kit_rule_times(&k, "/product/skus", FINE, 1);
    kit_rule_times(&k, "/product/skus", "{\"data\":{\"error_code\":2190008}}", 1);
    kit_rule_times(&k, "/product/skus", FINE, 0);
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    k.wall_ms += 60 * 1000;
    KIT_CALL(&k, "product.skus", "{\"product_id\":\"1\"}", QD_OK);
    assert_int_equal(k.rules[1].used, 1);
    assert_non_null(strstr(k.seen[k.requests - 1].headers, "access-token: clt.2\n"));
    kit_close(&k);
}

static void d11_the_code_in_an_error_status_is_read(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", "{\"data\":{\"error_code\":2100005,\"description\":\"bad\"}}", 0);
    k.rules[0].status = 400;
    assert_int_not_equal(kit_call(&k, "kol.reputation", NULL, NULL, NULL, 0, &err), QD_OK);
    assert_string_equal(err.code, "2100005");
    assert_int_equal(err.http_status, 400);
    assert_non_null(strstr(err.message, "bad"));
    kit_close(&k);
}

static qd_status raw(kit *k, const char *path, const char *http, const char *params,
                     const qd_http_header *headers, size_t count, unsigned flags) {
    qd_err err;
    const qd_call_options options = { .flags = QD_CALL_NO_VALIDATE | flags,
                                      .raw_path = path,
                                      .http_method = http,
                                      .headers = headers,
                                      .header_count = count };
    qd_status status = kit_call(k, "own.call", params, &options, NULL, 0, &err);
    if (status != QD_OK) {
        print_message("%s\n", err.message);
    }
    return status;
}

static void d12_a_get_carries_its_parameters(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    assert_int_equal(
        raw(&k, "/alliance/any/", "GET", "{\"a\":1,\"b\":\"x y&\",\"c\":[1,2]}", NULL, 0, 0),
        QD_OK);
    assert_string_equal(k.seen[0].method, "GET");
    assert_string_equal(k.seen[0].url, "https://open.douyinec.com/alliance/any/"
                                       "?a=1&b=x%20y%26&c=%5B1%2C2%5D");
    assert_int_equal(k.seen[0].body_len, 0);
    /* What stands in the path already stays, and a POST has a body. */
    assert_int_equal(raw(&k, "/alliance/any/?z=1", "GET", "{\"a\":1}", NULL, 0, 0), QD_OK);
    assert_non_null(strstr(k.seen[1].url, "/alliance/any/?z=1&a=1"));
    assert_int_equal(raw(&k, "/alliance/any/", "POST", "{\"a\":1}", NULL, 0, 0), QD_OK);
    assert_string_equal(k.seen[2].body, "{\"a\":1}");
    kit_close(&k);
}

static void d13_a_call_with_defaults_posts_no_empty_ids(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    KIT_CALL(&k, "store.add", "{\"products\":[{\"product_id\":\"1\"}]}", QD_OK);
    KIT_CALL(&k, "store.add", NULL, QD_OK);
    assert_string_equal(k.seen[1].body, "{}"); /* nothing of the call before */
    KIT_CALL(&k, "kol.store.list", NULL, QD_OK);
    assert_string_equal(k.seen[2].body, "{}");
    kit_close(&k);
}

static void d14_the_callers_headers_are_not_touched(void **state) {
    (void)state;
    kit k;
    char value[] = "mine";
    const qd_http_header headers[] = { { "X-A", value }, { "Accept", "text/json" } };
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    assert_int_equal(raw(&k, "/alliance/any/", NULL, NULL, headers, 2, 0), QD_OK);
    assert_non_null(strstr(k.seen[0].headers, "access-token: at-user\n"));
    assert_non_null(strstr(k.seen[0].headers, "X-A: mine\n"));
    assert_non_null(strstr(k.seen[0].headers, "Accept: text/json\n"));
    assert_string_equal(headers[0].name, "X-A");
    assert_string_equal(value, "mine");
    assert_string_equal(headers[1].value, "text/json");
    kit_close(&k);
}

/* Own URLs: the platform's hosts get the token, others only when asked to. */
static void d14_a_token_does_not_leak_to_a_foreign_host(void **state) {
    (void)state;
    static const char *const foreign[] = {
        "https://example.com/alliance/any/",
        "https://open.douyinec.com.example.com/",
        "https://open.douyinec.com@example.com/",
        "https://open.douyinec.com:444/",
        "http://open.douyinec.com/alliance/any/",
        "https://example.com/oauth2/access_token/?u=https://open.douyinec.com",
    };
    static const char *const ours[] = { "https://open.douyinec.com/alliance/any/",
                                        "https://OPEN.douyinec.com?a=1",
                                        "https://lianmengapi.snssdk.com/ecom/x" };
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        k.requests = 0;
        assert_int_equal(raw(&k, foreign[i], NULL, NULL, NULL, 0, 0), QD_OK);
        assert_null(strstr(k.seen[0].headers, "at-user"));
        assert_null(strstr(k.seen[0].body, "s3cret"));
        assert_string_equal(k.seen[0].url, foreign[i]);
        assert_int_equal(raw(&k, foreign[i], NULL, NULL, NULL, 0, QD_CALL_SEND_TOKEN), QD_OK);
        assert_non_null(strstr(k.seen[1].headers, "access-token: at-user\n"));
    }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        k.requests = 0;
        assert_int_equal(raw(&k, ours[i], NULL, NULL, NULL, 0, 0), QD_OK);
        assert_non_null(strstr(k.seen[0].headers, "access-token: at-user\n"));
    }
    kit_close(&k);
    /* A base URL of one's own is one's own, and a path goes there. */
    const qd_shop_options own = { .session = "at-user", .base_url = "http://127.0.0.1:1/x" };
    kit_open(&k, "alliance", NULL, &own);
    kit_rule_times(&k, "/", FINE, 0);
    assert_int_equal(raw(&k, "http://127.0.0.1:1/other/", NULL, NULL, NULL, 0, 0), QD_OK);
    assert_int_equal(raw(&k, "/any/", NULL, NULL, NULL, 0, 0), QD_OK);
    assert_string_equal(k.seen[1].url, "http://127.0.0.1:1/x/any/");
    for (int i = 0; i < 2; i++) {
        assert_non_null(strstr(k.seen[i].headers, "access-token: at-user\n"));
    }
    kit_close(&k);
}

static void d15_three_shapes_are_one_form(void **state) {
    (void)state;
    static const struct {
        const char *method, *params, *answer, *data;
    } cases[] = {
        { "kol.orders", NULL, "{\"data\":{\"error_code\":0,\"orders\":[]}}",
          "{\"error_code\":0,\"orders\":[]}" },
        { "colonel.award_task.apply", "{\"task_id\":\"1\"}", "{\"err_no\":0,\"data\":{\"a\":1}}",
          "{\"a\":1}" },
        { "h5.award_task.detail", "{\"task_id\":\"1\"}", "{\"code\":0,\"data\":{\"b\":2}}",
          "{\"b\":2}" },
    };
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    for (size_t i = 0; i < 3; i++) {
        char data[64] = "";
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        assert_int_equal(
            kit_call(&k, cases[i].method, cases[i].params, NULL, data, sizeof data, &err), QD_OK);
        assert_string_equal(data, cases[i].data);
    }
    kit_close(&k);
}

static void d16_a_refused_application_keeps_code_and_words(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", "{\"err_no\":31005,\"err_msg\":\"task has ended\"}", 0);
    assert_int_equal(
        kit_call(&k, "colonel.award_task.apply", "{\"task_id\":\"1\"}", NULL, NULL, 0, &err),
        QD_E_PLATFORM);
    assert_string_equal(err.code, "31005");
    assert_non_null(strstr(err.message, "task has ended"));
    kit_close(&k);
}

static void d17_without_a_token_nothing_is_sent(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options nobody = { .shop_id = "o", .session = "" };
    kit_open(&k, "alliance", NULL, &nobody);
    assert_int_equal(kit_call(&k, "kol.reputation", NULL, NULL, NULL, 0, &err), QD_E_AUTH);
    assert_non_null(strstr(err.message, "qd_shop_authorise"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

static void d18_mobile_pages_fail_like_the_others(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "/task/detail", "", 0);
    k.rules[0].status = 502;
    assert_int_equal(
        kit_call(&k, "h5.award_task.detail", "{\"task_id\":\"1\"}", NULL, NULL, 0, &err),
        QD_E_UNAVAILABLE);
    assert_int_equal(k.requests, 2); /* a read: asked again */
    kit_close(&k);
}

static void d19_a_creator_authorises_and_is_refreshed(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options creator = { .shop_id = "o" };
    kit_open(&k, "alliance", NULL, &creator);
    kit_rule_times(&k, "/oauth/access_token/",
                   "{\"data\":{\"error_code\":0,\"access_token\":\"act.1\",\"expires_in\":1000,"
                   "\"refresh_token\":\"rft.1\",\"refresh_expires_in\":2000,\"open_id\":\"o\"}}",
                   0);
    kit_rule_times(&k, "/oauth/refresh_token/",
                   "{\"data\":{\"error_code\":0,\"access_token\":\"act.2\",\"expires_in\":1000,"
                   "\"refresh_token\":\"rft.1\",\"refresh_expires_in\":2000}}",
                   0);
    kit_rule_times(&k, "/alliance/", FINE, 0);
    assert_int_equal(qd_shop_authorise(k.shop, "code-1", &err), QD_OK);
    KIT_CALL(&k, "kol.reputation", NULL, QD_OK);
    assert_non_null(strstr(k.seen[1].headers, "access-token: act.1\n"));
    k.wall_ms += 1001 * 1000;
    KIT_CALL(&k, "kol.reputation", NULL, QD_OK);
    assert_non_null(strstr(k.seen[3].headers, "access-token: act.2\n"));
    /* Authorising again replaces what there is. */
    assert_int_equal(qd_shop_authorise(k.shop, "code-2", &err), QD_OK);
    assert_string_equal(kit_load(&k, "t1").access, "act.1");
    kit_close(&k);
}

static void d20_bounds_of_pages_are_known(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    assert_int_equal(kit_call(&k, "kol.store.list", "{\"page\":\"x\"}", NULL, NULL, 0, &err),
                     QD_E_INVALID);
    assert_non_null(strstr(err.message, "page"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

static void d21_unknown_parameters_are_named_with_the_nearest(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "alliance", NULL, &CREATOR);
    assert_int_equal(kit_call(&k, "kol.store.list", "{\"page_sise\":20}", NULL, NULL, 0, &err),
                     QD_E_INVALID);
    assert_non_null(strstr(err.message, "page_size"));
    kit_close(&k);
}

static void d22_no_browser_is_pretended(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "alliance", NULL, &CREATOR);
    kit_rule_times(&k, "/", FINE, 0);
    KIT_CALL(&k, "kol.reputation", NULL, QD_OK);
    assert_null(strstr(k.seen[0].headers, "Mozilla"));
    assert_null(strstr(k.seen[0].headers, "Chrome"));
    kit_close(&k);
}

static base_buf logged;

static void keep_log(void *user, qd_log_level level, const char *room, const char *text) {
    (void)user;
    (void)level;
    base_buf_add_text(&logged, room);
    base_buf_add_text(&logged, text);
}

static void d23_no_token_and_no_secret_is_logged(void **state) {
    (void)state;
    kit k;
    qd_err err;
    base_buf_init(&logged, 1 << 20);
    qd_log_set(keep_log, NULL, QD_LOG_DEBUG);
    kit_open(&k, "alliance", NULL, NULL);
    kit_rule_times(&k, "client_token",
                   "{\"data\":{\"access_token\":\"clt.hidden\",\"expires_in\":7200,"
                   "\"error_code\":10013,\"description\":\"no\"}}",
                   0);
    assert_int_not_equal(
        kit_call(&k, "product.skus", "{\"product_id\":\"1\"}", NULL, NULL, 0, &err), QD_OK);
    qd_log_set(NULL, NULL, QD_LOG_ERROR);
    assert_null(strstr(base_buf_text(&logged), "clt.hidden"));
    assert_null(strstr(base_buf_text(&logged), "s3cret"));
    assert_null(strstr(err.message, "clt.hidden"));
    assert_null(strstr(err.message, "s3cret"));
    kit_close(&k);
    base_buf_clear(&logged);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d01_numbers_go_into_a_query_without_type_errors),
        cmocka_unit_test(d02_reserved_characters_and_chinese_are_encoded),
        cmocka_unit_test(d03_causes_of_failure_are_told_apart),
        cmocka_unit_test(d04_a_failure_before_sending_keeps_its_cause),
        cmocka_unit_test(d05_failures_are_repeated_with_pauses_and_writes_are_not),
        cmocka_unit_test(d06_an_answer_without_data_is_no_crash),
        cmocka_unit_test(d07_no_call_goes_out_when_the_token_could_not_be_made),
        cmocka_unit_test(d08_a_short_life_is_not_cached_away),
        cmocka_unit_test(d09_two_shops_of_an_app_make_one_token),
        cmocka_unit_test(d10_a_refused_token_is_made_anew_once_and_the_call_repeated),
        cmocka_unit_test(d11_the_code_in_an_error_status_is_read),
        cmocka_unit_test(d12_a_get_carries_its_parameters),
        cmocka_unit_test(d13_a_call_with_defaults_posts_no_empty_ids),
        cmocka_unit_test(d14_the_callers_headers_are_not_touched),
        cmocka_unit_test(d14_a_token_does_not_leak_to_a_foreign_host),
        cmocka_unit_test(d15_three_shapes_are_one_form),
        cmocka_unit_test(d16_a_refused_application_keeps_code_and_words),
        cmocka_unit_test(d17_without_a_token_nothing_is_sent),
        cmocka_unit_test(d18_mobile_pages_fail_like_the_others),
        cmocka_unit_test(d19_a_creator_authorises_and_is_refreshed),
        cmocka_unit_test(d20_bounds_of_pages_are_known),
        cmocka_unit_test(d21_unknown_parameters_are_named_with_the_nearest),
        cmocka_unit_test(d22_no_browser_is_pretended),
        cmocka_unit_test(d23_no_token_and_no_secret_is_logged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
