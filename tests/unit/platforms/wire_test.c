/*
 * The exact bytes that leave for each platform, and what their envelopes are read as. The
 * signatures were computed beside the code, with the platform's rule written out in Python.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platforms/platforms.h"

static struct {
    char url[1024];
    char body[4096];
    char type[128];
    char method[8];
    const char *answer;
    int requests;
} wire;

static int64_t fixed_wall(void *self) {
    (void)self;
    return (int64_t)1700000000 * 1000;
}

static int64_t fixed_mono(void *self) {
    (void)self;
    return 1;
}

static void no_sleep(void *self, int64_t ms) {
    (void)self;
    (void)ms;
}

static void no_random(void *self, void *out, size_t len) {
    (void)self;
    memset(out, 0, len);
}

static const qd_clock clock_1700000000 = { NULL, fixed_wall, fixed_mono, no_sleep, no_random };

static void answer(void *user, const qd_http_request *request, net_fake_reply *out) {
    (void)user;
    wire.requests++;
    snprintf(wire.method, sizeof wire.method, "%s", request->method);
    snprintf(wire.url, sizeof wire.url, "%s", request->url);
    snprintf(wire.body, sizeof wire.body, "%.*s", (int)request->body_len,
             request->body ? request->body : "");
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcmp(request->headers[i].name, "Content-Type") == 0) {
            snprintf(wire.type, sizeof wire.type, "%s", request->headers[i].value);
        }
    }
    out->reply.body = wire.answer;
    out->reply.body_len = strlen(wire.answer);
}

static qd_transport *make(void *user, qd_err *err) {
    qd_transport *transport = NULL;
    return net_fake_new(answer, user, &clock_1700000000, &transport, err) == QD_OK ? transport
                                                                                   : NULL;
}

typedef struct setup {
    const char *platform;
    const char *sign_method;
    const char *base_url;
    const char *environment;
} setup;

static qd_status call(const setup *how, const char *method, const char *params, unsigned flags,
                      const char *raw_path, char *out_data, size_t size, qd_err *err) {
    const qd_app_options app_options = { .platform = how->platform,
                                         .key = "7000000000000000001",
                                         .secret = "11112222-3333-4444-5555-666677778888",
                                         .sign_method = how->sign_method,
                                         .clock = &clock_1700000000,
                                         .transport_make = make,
                                         .max_attempts = 1 };
    const qd_shop_options shop_options = { .handle = "t",
                                           .session = "tok&en",
                                           .base_url = how->base_url,
                                           .environment = how->environment };
    const qd_call_options options = { .flags = flags, .raw_path = raw_path };
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_reply *reply = NULL;
    assert_int_equal(qd_app_new(&app_options, &app, err), QD_OK);
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, err), QD_OK);
    qd_status status = qd_call_with(shop, method, params, &options, &reply, err);
    if (out_data && status == QD_OK) {
        snprintf(out_data, size, "%s", qd_reply_data_json(reply));
    }
    qd_reply_free(reply);
    qd_shop_free(shop);
    qd_app_free(app);
    return status;
}

static const setup DOUYIN = { "douyin", NULL, NULL, NULL };
static const setup TAOBAO = { "taobao", NULL, NULL, NULL };

static void a_douyin_call_byte_for_byte(void **state) {
    (void)state;
    char data[256];
    qd_err err;
    wire.answer = "{\"data\":{\"total\":0},\"err_no\":0,\"message\":\"success\",\"code\":10000,"
                  "\"msg\":\"success\",\"sub_code\":\"\",\"sub_msg\":\"\",\"log_id\":\"L\"}";
    /* Vector A1 of the vendor's Go SDK: the parameters come unsorted. */
    assert_int_equal(call(&DOUYIN, "order.searchList",
                          "{\"size\":10,\"page\":0,\"order_by\":\"create_time\"}", 0, NULL, data,
                          sizeof data, &err),
                     QD_OK);
    assert_string_equal(wire.method, "POST");
    assert_string_equal(wire.url,
                        "https://openapi-fxg.jinritemai.com/order/searchList"
                        "?access_token=tok%26en&app_key=7000000000000000001"
                        "&method=order.searchList"
                        "&sign=acb8a3b36e431043d38af589e5f11b590f466c579d5af98dc58ededeccba4718"
                        "&sign_method=hmac-sha256&timestamp=1700000000&v=2");
    assert_string_equal(wire.body, "{\"order_by\":\"create_time\",\"page\":0,\"size\":10}");
    assert_string_equal(wire.type, "application/json;charset=UTF-8");
    assert_string_equal(data, "{\"total\":0}");
    /* No parameters are an empty object (vector A2). */
    assert_int_equal(call(&DOUYIN, "order.logisticsCompanyList", NULL, 0, NULL, NULL, 0, &err),
                     QD_OK);
    assert_string_equal(wire.body, "{}");
    assert_non_null(
        strstr(wire.url, "8fffcde89e957d39b1423daf521e5e52e4a6a3ddd7f6d574f18831d6add65435"));
}

static void douyin_hosts_and_raw_paths(void **state) {
    (void)state;
    qd_err err;
    wire.answer = "{\"code\":10000,\"data\":null}";
    const setup sandbox = { "douyin", NULL, NULL, "sandbox" };
    assert_int_equal(
        call(&sandbox, "shop.brandList", "{}", QD_CALL_NO_VALIDATE, NULL, NULL, 0, &err), QD_OK);
    assert_int_equal(
        strncmp(wire.url, "https://openapi-sandbox.jinritemai.com/shop/brandList?", 54), 0);
    const setup own = { "douyin", "md5", "http://127.0.0.1:99/base//", NULL };
    assert_int_equal(call(&own, "a.b", "{}", 0, "/a/b?x=1", NULL, 0, &err), QD_OK);
    assert_int_equal(strncmp(wire.url, "http://127.0.0.1:99/base/a/b?x=1&access_token=", 46), 0);
    assert_non_null(strstr(wire.url, "sign_method=md5"));
    assert_int_equal(call(&own, "", "{}", 0, "/new/thing", NULL, 0, &err), QD_OK);
    assert_non_null(strstr(wire.url, "&method=new.thing&"));
}

static void douyin_envelopes(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code, *data;
    } cases[] = {
        { "{\"err_no\":0,\"message\":\"success\",\"data\":[1]}", QD_OK, "", "[1]" },
        { "{\"code\":10000,\"data\":7}", QD_OK, "", "7" },
        { "{\"code\":\"10000\",\"data\":null}", QD_OK, "", "null" },
        { "{\"code\":0,\"err_no\":0,\"data\":{}}", QD_OK, "", "{}" },
        { "{\"err_no\":30006,\"message\":\"cancelled\"}", QD_E_AUTH, "30006", NULL },
        { "{\"code\":50002,\"err_no\":50002,\"msg\":\"no\",\"sub_msg\":\"why\"}", QD_E_PLATFORM,
          "50002", NULL },
        { "{\"code\":10000,\"err_no\":7,\"message\":\"odd\"}", QD_E_PLATFORM, "7", NULL },
        { "{\"code\":10001,\"sub_code\":\"isv.business-part-failed\"}", QD_E_PLATFORM, "10001",
          NULL },
        { "{\"code\":60000}", QD_E_LIMITED, "60000", NULL },
        { "{\"code\":70000,\"sub_code\":\"isp.api-service-off\"}", QD_E_NOT_FOUND, "70000", NULL },
        { "{\"data\":{}}", QD_E_PROTOCOL, "", NULL },
        { "[]", QD_E_PROTOCOL, "", NULL },
        { "null", QD_E_PROTOCOL, "", NULL },
        { "", QD_E_PROTOCOL, "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char data[128] = "";
        qd_err err;
        wire.answer = cases[i].answer;
        qd_status status = call(&DOUYIN, "order.searchList", "{\"page\":0,\"size\":1}",
                                QD_CALL_NO_RETRY, NULL, data, sizeof data, &err);
        if (status != cases[i].status) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        if (cases[i].data) {
            assert_string_equal(data, cases[i].data);
        }
    }
}

static void a_taobao_call_byte_for_byte(void **state) {
    (void)state;
    char data[256];
    qd_err err;
    wire.answer = "{\"items_onsale_get_response\":{\"items\":{\"item\":[]},\"request_id\":\"R\"}}";
    assert_int_equal(call(&TAOBAO, "taobao.items.onsale.get",
                          "{\"fields\":[\"num_iid\",\"title\"],\"q\":\"\",\"page_no\":1,"
                          "\"has_discount\":true,\"nick\":null,\"seller_cids\":\"a b&c\"}",
                          QD_CALL_NO_VALIDATE, NULL, data, sizeof data, &err),
                     QD_OK);
    assert_string_equal(wire.method, "POST");
    assert_string_equal(wire.url, "https://eco.taobao.com/router/rest");
    assert_string_equal(wire.type, "application/x-www-form-urlencoded;charset=utf-8");
    assert_string_equal(wire.body, "method=taobao.items.onsale.get&app_key=7000000000000000001"
                                   "&session=tok%26en&timestamp=2023-11-15+06%3A13%3A20"
                                   "&format=json&v=2.0&sign_method=md5&simplify=false"
                                   "&fields=num_iid%2Ctitle&page_no=1&has_discount=true"
                                   "&seller_cids=a+b%26c"
                                   "&sign=7351324F406F69DA6C4FCC2291C38B44");
    assert_string_equal(data, "{\"items\":{\"item\":[]},\"request_id\":\"R\"}");
}

static void taobao_objects_travel_as_json_text(void **state) {
    (void)state;
    qd_err err;
    wire.answer = "{\"x_y_response\":{}}";
    const setup own = { "taobao", "hmac-sha256", "http://127.0.0.1:99/router/rest/", NULL };
    assert_int_equal(call(&own, "x.y", "{\"o\":{\"b\":1,\"a\":[2]},\"l\":[{\"c\":3}]}", 0,
                          "/router/rest", NULL, 0, &err),
                     QD_OK);
    assert_non_null(strstr(wire.body, "&o=%7B%22b%22%3A1%2C%22a%22%3A%5B2%5D%7D&l=%5B%7B%22c%22"));
    /* One of ours given by the caller would travel twice. */
    assert_int_equal(call(&TAOBAO, "taobao.items.onsale.get", "{\"app_key\":\"1\"}",
                          QD_CALL_NO_VALIDATE, NULL, NULL, 0, &err),
                     QD_E_INVALID);
}

static void taobao_base_urls_get_the_gateways_path_once(void **state) {
    (void)state;
    static const char *const given[] = { "http://127.0.0.1:99", "http://127.0.0.1:99/",
                                         "http://127.0.0.1:99/router/rest" };
    qd_err err;
    wire.answer = "{\"time_get_response\":{}}";
    for (size_t i = 0; i < 3; i++) {
        const setup how = { "taobao", NULL, given[i], NULL };
        assert_int_equal(
            call(&how, "taobao.items.onsale.get", "{}", QD_CALL_NO_VALIDATE, NULL, NULL, 0, &err),
            QD_OK);
        assert_string_equal(wire.url, "http://127.0.0.1:99/router/rest");
    }
}

static void taobao_envelopes(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code, *sub_code;
    } cases[] = {
        { "{\"trades_sold_get_response\":{}}", QD_OK, "", "" },
        { "{\"unforeseen_response\":{}}", QD_OK, "", "" },
        { "{\"error_response\":{\"code\":25,\"msg\":\"Invalid signature\"}}", QD_E_AUTH, "25", "" },
        { "{\"error_response\":{\"code\":27,\"msg\":\"Invalid session\"}}", QD_E_AUTH, "27", "" },
        { "{\"error_response\":{\"code\":\"15\",\"sub_code\":\"isv.trade-not-exist\"}}",
          QD_E_PLATFORM, "15", "isv.trade-not-exist" },
        { "{\"error_response\":{\"code\":15,\"sub_code\":\"isp.remote-service-timeout\"}}",
          QD_E_UNAVAILABLE, "15", "isp.remote-service-timeout" },
        { "{\"error_response\":{\"msg\":\"no code\"}}", QD_E_PROTOCOL, "", "" },
        { "{\"something\":{}}", QD_E_PROTOCOL, "", "" },
        { "<html>", QD_E_PROTOCOL, "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        wire.answer = cases[i].answer;
        qd_status status = call(&TAOBAO, "taobao.trades.sold.get", "{\"fields\":\"tid\"}",
                                QD_CALL_NO_RETRY, NULL, NULL, 0, &err);
        if (status != cases[i].status) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
        assert_string_equal(err.sub_code, cases[i].sub_code);
    }
}

static void a_taobao_ban_lasts_as_long_as_it_says(void **state) {
    (void)state;
    qd_err err;
    wire.answer = "{\"error_response\":{\"code\":7,\"msg\":\"App Call Limited\",\"sub_code\":"
                  "\"accesscontrol.limited-by-api-access-count\",\"sub_msg\":"
                  "\"This ban will last for 31062 more seconds\"}}";
    assert_int_equal(
        call(&TAOBAO, "taobao.trades.sold.get", "{\"fields\":\"tid\"}", 0, NULL, NULL, 0, &err),
        QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&err), 1700000000 + 31063);
}

static void tokens_are_asked_for_and_read_as_each_platform_has_it(void **state) {
    (void)state;
    core_token_call ask = { .method = NULL };
    qd_token token;
    qd_err err;
    base_buf_init(&ask.params, 4096);
    assert_int_equal(platforms_douyin.token_create("123", "sandbox", &ask, &err), QD_OK);
    assert_string_equal(ask.method, "token.create");
    assert_string_equal(base_buf_text(&ask.params),
                        "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"123\","
                        "\"test_shop\":\"1\"}");
    base_buf_reset(&ask.params);
    assert_int_equal(platforms_douyin.token_refresh(NULL, BASE_STR("r\"1"), &ask, &err), QD_OK);
    assert_string_equal(base_buf_text(&ask.params),
                        "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"r\\\"1\"}");
    base_buf_reset(&ask.params);
    assert_int_equal(platforms_douyin.token_create(NULL, "production", &ask, &err), QD_E_AUTH);
    assert_int_equal(platforms_douyin.token_create(NULL, "production", &ask, NULL), QD_E_AUTH);
    assert_null(platforms_taobao.token_create);
    assert_int_equal(platforms_taobao.token_refresh(NULL, BASE_STR("r"), &ask, &err), QD_OK);
    assert_string_equal(ask.method, "taobao.top.auth.token.refresh");

    memset(&token, 0, sizeof token);
    const char *douyin = "{\"access_token\":\"A\",\"expires_in\":604800,\"refresh_token\":\"R\"}";
    yyjson_doc *doc = yyjson_read(douyin, strlen(douyin), 0);
    assert_int_equal(platforms_douyin.token_read(yyjson_doc_get_root(doc), 1000, &token, &err),
                     QD_OK);
    assert_string_equal(token.access, "A");
    assert_int_equal(token.expires_at, 605800);
    assert_int_equal(token.refresh_expires_at, 1210600);
    yyjson_doc_free(doc);

    const char *top = "{\"token_result\":\"{\\\"access_token\\\":\\\"B\\\",\\\"expires_in\\\":9,"
                      "\\\"refresh_token\\\":\\\"S\\\",\\\"re_expires_in\\\":20}\"}";
    memset(&token, 0, sizeof token);
    doc = yyjson_read(top, strlen(top), 0);
    assert_int_equal(platforms_taobao.token_read(yyjson_doc_get_root(doc), 1000, &token, &err),
                     QD_OK);
    assert_string_equal(token.access, "B");
    assert_int_equal(token.expires_at, 1009);
    assert_int_equal(token.refresh_expires_at, 1020);
    yyjson_doc_free(doc);

    doc = yyjson_read("{\"x\":1}", 7, 0);
    assert_int_equal(platforms_douyin.token_read(yyjson_doc_get_root(doc), 1000, &token, &err),
                     QD_E_PROTOCOL);
    assert_int_equal(platforms_taobao.token_read(yyjson_doc_get_root(doc), 1000, &token, &err),
                     QD_E_PROTOCOL);
    yyjson_doc_free(doc);
    base_buf_clear(&ask.params);
}

static void codes_are_exchanged_as_each_platform_has_it(void **state) {
    (void)state;
    static const struct {
        const core_platform *platform;
        const char *method, *params;
    } cases[] = {
        { &platforms_douyin, "token.create",
          "{\"grant_type\":\"authorization_code\",\"code\":\"c\"}" },
        { &platforms_taobao, "taobao.top.auth.token.create", "{\"code\":\"c\"}" },
        { &platforms_alliance, "oauth.access_token",
          "{\"grant_type\":\"authorization_code\",\"code\":\"c\"}" },
        { &platforms_qianchuan, "oauth.access_token",
          "{\"grant_type\":\"auth_code\",\"auth_code\":\"c\"}" },
        { &platforms_solinkup, "getAccessToken", "{\"authCode\":\"c\"}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        core_token_call ask = { .method = NULL };
        qd_err err;
        base_buf_init(&ask.params, 4096);
        assert_int_equal(cases[i].platform->token_exchange(BASE_STR("c"), &ask, &err), QD_OK);
        assert_string_equal(ask.method, cases[i].method);
        assert_string_equal(base_buf_text(&ask.params), cases[i].params);
        base_buf_clear(&ask.params);
    }
}

static void apps_and_shops_refuse_what_cannot_work(void **state) {
    (void)state;
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_err err;
    qd_app_options options = { .platform = "ebay", .key = "1", .secret = "2" };
    assert_int_equal(qd_app_new(&options, &app, &err), QD_E_INVALID);
    options.platform = "douyin";
    options.key = "";
    assert_int_equal(qd_app_new(&options, &app, &err), QD_E_INVALID);
    options.key = "1";
    options.sign_method = "sha1";
    assert_int_equal(qd_app_new(&options, &app, &err), QD_E_INVALID);
    assert_null(app);
    options.sign_method = NULL;
    assert_int_equal(qd_app_new(&options, &app, &err), QD_OK);
    qd_shop_options shop_options = { .handle = "t", .base_url = "ftp://x" };
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_E_INVALID);
    shop_options = (qd_shop_options){ .handle = "t", .proxy = "nonsense" };
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_E_INVALID);
    shop_options = (qd_shop_options){ .handle = "t", .environment = "staging" };
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_E_INVALID);
    assert_null(shop);
    shop_options = (qd_shop_options){ .handle = "t" };
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_OK);
    qd_app_free(app); /* the shop keeps it alive */
    assert_string_equal(qd_shop_handle(shop), "t");
    assert_string_equal(core_app_key(qd_shop_app(shop)), "1");
    qd_shop_free(shop);
    qd_shop_free(NULL);
    qd_app_free(NULL);
    assert_string_equal(qd_version(), QD_VERSION_TEXT);
    assert_non_null(platforms_find("taobao"));
    assert_null(platforms_find("pdd"));
    assert_null(platforms_at(5));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_douyin_call_byte_for_byte),
        cmocka_unit_test(douyin_hosts_and_raw_paths),
        cmocka_unit_test(douyin_envelopes),
        cmocka_unit_test(a_taobao_call_byte_for_byte),
        cmocka_unit_test(taobao_objects_travel_as_json_text),
        cmocka_unit_test(taobao_base_urls_get_the_gateways_path_once),
        cmocka_unit_test(taobao_envelopes),
        cmocka_unit_test(a_taobao_ban_lasts_as_long_as_it_says),
        cmocka_unit_test(tokens_are_asked_for_and_read_as_each_platform_has_it),
        cmocka_unit_test(codes_are_exchanged_as_each_platform_has_it),
        cmocka_unit_test(apps_and_shops_refuse_what_cannot_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
