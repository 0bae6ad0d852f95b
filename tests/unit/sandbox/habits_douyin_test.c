/*
 * Client programs of the Douyin gateway as they are known to send (protocol facts of their public
 * sources; the requests here are written from the described habits): each is served unchanged.
 */
#include "wire_kit.h"

static const char *key(wire *w) {
    return kit_shop_text(w->k, 0, "app_key");
}

static const char *token(wire *w) {
    return w->f.token[FACE_ON_DOUYIN];
}

#define NOW_S "1700000000"
#define NOW_MS "1700000000000"
#define NOW_TEXT "2023-11-15 06:13:20"
#define NOW_SLASH "2023/11/15 06:13:20"

/* The vendor's Go SDK: a double slash, a content type that names itself, sorted query, UTF-8 as it
 * is, new error codes only. */
static void vendor_go_sdk(void **state) {
    wire *w = *state;
    static const char headers[] = "Content-Type: Content-Type: application/json\r\n"
                                  "from: sdk\r\nsdk-type: golang\r\n"
                                  "sdk-version: doudian-sdk-golang-1.1.0\r\n"
                                  "x-open-no-old-err-code: 1\r\nAccept-Encoding: gzip\r\n";
    const char *json =
        "{\"order_by\":\"create_time\",\"page\":0,\"product\":\"<汉 & 😀>\",\"size\":10}";
    char target[1024];
    wire_sign sign;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", json, NOW_S, sign);
    (void)snprintf(target, sizeof target,
                   "//order/searchList?access_token=%s&app_key=%s&method=order.searchList&sign=%s"
                   "&sign_method=hmac-sha256&timestamp=" NOW_S "&v=2",
                   token(w), key(w), sign);
    wire_ask(w, "POST", target, headers, json);
    wire_expect_served(w, FACE_ON_DOUYIN, "the Go SDK");
    assert_null(yyjson_obj_get(w->k->root, "err_no"));
    /* token calls: one slash, nulls for unset fields, shop_id as a number */
    char body[256];
    (void)snprintf(body, sizeof body,
                   "{\"auth_id\":null,\"auth_subject_type\":null,\"code\":\"\",\"grant_type\":"
                   "\"authorization_self\",\"shop_id\":%s,\"test_shop\":null}",
                   kit_shop_text(w->k, 0, "shop_id"));
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "token.create", body, NOW_S, sign);
    (void)snprintf(target, sizeof target,
                   "/token/create?app_key=%s&method=token.create&sign=%s&sign_method=hmac-sha256"
                   "&timestamp=" NOW_S "&v=2",
                   key(w), sign);
    wire_ask(w, "POST", target, headers, body);
    wire_expect_served(w, FACE_ON_DOUYIN, "the Go SDK's token call");
}

/* The vendor's Java SDK: the body in the order of its fields, the signature over the sorted text
 * with < > & = ' escaped as Gson does, milliseconds, no sign_method, an empty access_token, braces
 * and all left as they are in the query. */
static void vendor_java_sdk(void **state) {
    wire *w = *state;
    static const char headers[] = "from: sdk\r\nsdk-type: java\r\n"
                                  "sdk-version: doudian-sdk-java-1.1.0\r\n"
                                  "x-open-no-old-err-code: 1\r\naccept: */*\r\n"
                                  "Content-Type: application/json;charset=UTF-8\r\n";
    const char *sent = "{\"size\":10,\"page\":0,\"product\":\"a\\u0026b \\u003d \\u003c汉\\u003e\","
                       "\"combine_status\":null,\"order_asc\":false}";
    const char *sorted = "{\"combine_status\":null,\"order_asc\":false,\"page\":0,"
                         "\"product\":\"a\\u0026b \\u003d \\u003c汉\\u003e\",\"size\":10}";
    const char *raw = "{\"size\":10,\"page\":0,\"product\":\"a&b = <汉> it's\"}";
    const char *gson = "{\"page\":0,\"product\":\"a\\u0026b \\u003d \\u003c汉\\u003e it\\u0027s\","
                       "\"size\":10}";
    const char *const pairs[][2] = { { sent, sorted }, { raw, gson } };
    char target[1024];
    wire_sign sign;
    for (size_t i = 0; i < 2; i++) {
        wire_douyin_sign(w, CODEC_MD5, "order.searchList", pairs[i][1], NOW_MS, sign);
        (void)snprintf(target, sizeof target,
                       "/order/searchList?app_key=%s&method=order.searchList&v=2&sign=%s"
                       "&timestamp=" NOW_MS "&access_token=%s&extra={raw|text}",
                       key(w), sign, token(w));
        wire_ask(w, "POST", target, headers, pairs[i][0]);
        wire_expect_served(w, FACE_ON_DOUYIN, "the Java SDK");
    }
    char body[160];
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"authorization_self\",\"code\":\"\","
                   "\"shop_id\":\"%s\"}",
                   kit_shop_text(w->k, 0, "shop_id"));
    char text[160];
    (void)snprintf(text, sizeof text,
                   "{\"code\":\"\",\"grant_type\":\"authorization_self\","
                   "\"shop_id\":\"%s\"}",
                   kit_shop_text(w->k, 0, "shop_id"));
    wire_douyin_sign(w, CODEC_MD5, "token.create", text, NOW_MS, sign);
    (void)snprintf(target, sizeof target,
                   "/token/create?app_key=%s&method=token.create&v=2&sign=%s&timestamp=" NOW_MS
                   "&access_token=",
                   key(w), sign);
    wire_ask(w, "POST", target, headers, body);
    wire_expect_served(w, FACE_ON_DOUYIN, "the Java SDK's token call");
}

/* The vendor's PHP SDK: quotes in the content type, nulls for unset public fields, [] for empty
 * lists, slashes and CJK raw; {} where there is no parameter. */
static void vendor_php_sdk(void **state) {
    wire *w = *state;
    static const char headers[] = "Content-type:application/json;charset='utf-8'\r\nfrom:sdk\r\n"
                                  "sdk-type:php\r\nsdk-version:doudian-sdk-php-1.1.0\r\n"
                                  "x-open-no-old-err-code:1\r\n";
    static const struct {
        const char *method, *path, *json;
    } rows[] = { { "order.searchList", "/order/searchList",
                   "{\"after_sale_status_desc\":null,\"combine_status\":[],\"order_asc\":null,"
                   "\"page\":0,\"product\":\"a/b 汉\",\"size\":10}" },
                 { "order.logisticsCompanyList", "/order/logisticsCompanyList", "{}" } };
    char target[1024];
    wire_sign sign;
    for (size_t i = 0; i < 2; i++) {
        wire_douyin_sign(w, CODEC_HMAC_SHA256, rows[i].method, rows[i].json, NOW_S, sign);
        (void)snprintf(target, sizeof target,
                       "%s?app_key=%s&method=%s&v=2&sign=%s&timestamp=" NOW_S
                       "&access_token=%s&sign_method=hmac-sha256",
                       rows[i].path, key(w), rows[i].method, sign, token(w));
        wire_ask(w, "POST", target, headers, rows[i].json);
        wire_expect_served(w, FACE_ON_DOUYIN, "the PHP SDK");
    }
}

/* A Java client (sdk4-jinritemai): everything in the query, an empty form as the body, dates with
 * slashes, every value a text, nested values as JSON inside a text. */
static void java_client_with_all_in_the_query(void **state) {
    wire *w = *state;
    const char *json = "{\"combine_status\":\"[{\\\"order_status\\\":\\\"2\\\"}]\",\"page\":\"0\","
                       "\"size\":\"10\"}";
    wire_sign sign;
    base_buf target;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", json, NOW_SLASH, sign);
    base_buf_init(&target, 4096);
    const char *const pairs[] = {
        "app_key",     key(w),        "access_token", token(w),  "method", "order.searchList",
        "param_json",  json,          "timestamp",    NOW_SLASH, "v",      "2",
        "sign_method", "hmac-sha256", "sign",         sign,      NULL,
    };
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        wire_add(&target, pairs[i], pairs[i + 1]);
    }
    char whole[4096];
    (void)snprintf(whole, sizeof whole, "/order/searchList?%s", base_buf_text(&target));
    wire_ask(w, "POST", whole,
             "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
             "Connection: keep-alive\r\n",
             "");
    wire_expect_served(w, FACE_ON_DOUYIN, "sdk4");
    base_buf_clear(&target);
}

/* A Java client of the first days: a form, MD5, no sign_method, a date as text; GET for oauth2. */
static void java_client_with_a_form_and_md5(void **state) {
    wire *w = *state;
    const char *json = "{\"page\":\"0\",\"size\":\"10\"}";
    wire_sign sign;
    base_buf form;
    char target[512];
    wire_douyin_sign(w, CODEC_MD5, "product.list", json, NOW_TEXT, sign);
    base_buf_init(&form, 4096);
    const char *const pairs[] = { "app_key", key(w),       "method", "product.list", "access_token",
                                  token(w),  "param_json", json,     "timestamp",    NOW_TEXT,
                                  "v",       "2",          "sign",   sign,           NULL };
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        wire_add(&form, pairs[i], pairs[i + 1]);
    }
    wire_ask(w, "POST", "/product/list", "Content-Type: application/x-www-form-urlencoded\r\n",
             base_buf_text(&form));
    if (kit_int(w->k, "code") != 70000) { /* retired in the catalogue: the signature was right */
        wire_expect_served(w, FACE_ON_DOUYIN, "the form client");
    }
    base_buf_clear(&form);
    (void)snprintf(target, sizeof target,
                   "/oauth2/access_token?app_id=%s&app_secret=%s&grant_type=authorization_self",
                   key(w), kit_shop_text(w->k, 0, "app_secret"));
    wire_ask(w, "GET", target, "", "");
    assert_int_equal(kit_int(w->k, "err_no"), 0);
}

/* A Python client: \uXXXX in what it signs and sends, the space of the date as %20; for tokens the
 * parameters both in the query and in the body. */
static void python_client(void **state) {
    wire *w = *state;
    static const char headers[] = "User-Agent: Some DouYin SDK(https://example.com/)\r\n"
                                  "Accept-Encoding: gzip, deflate\r\nAccept: application/json\r\n"
                                  "Connection: keep-alive\r\nContent-Type: application/json\r\n";
    const char *json = "{\"page\":0,\"product\":\"\\u6c49 & <\\ud83d\\ude00>\",\"size\":10}";
    char target[2048];
    wire_sign sign;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", json, NOW_TEXT, sign);
    (void)snprintf(target, sizeof target,
                   "/order/searchList?app_key=%s&method=order.searchList&access_token=%s"
                   "&timestamp=2023-11-15%%2006:13:20&v=2&sign=%s&sign_method=hmac-sha256",
                   key(w), token(w), sign);
    wire_ask(w, "POST", target, headers, json);
    wire_expect_served(w, FACE_ON_DOUYIN, "the Python client");
    char body[160];
    base_buf quoted;
    (void)snprintf(body, sizeof body,
                   "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"%s\"}",
                   kit_shop_text(w->k, 0, "shop_id"));
    base_buf_init(&quoted, 1024);
    codec_url_encode(&quoted, base_str_of(body), false);
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "token.create", body, NOW_TEXT, sign);
    (void)snprintf(target, sizeof target,
                   "/token/create?app_key=%s&method=token.create&param_json=%s"
                   "&timestamp=2023-11-15%%2006:13:20&v=2&sign=%s&sign_method=hmac-sha256",
                   key(w), base_buf_text(&quoted), sign);
    wire_ask(w, "POST", target, headers, body);
    wire_expect_served(w, FACE_ON_DOUYIN, "the Python client's token call");
    base_buf_clear(&quoted);
}

/* ---- oddities that no one client has all of ---- */

/* order.searchList with this body; the query ends in `tail`. */
static void odd(wire *w, const char *who, const char *signed_json, const char *headers,
                const char *tail, const char *body) {
    char target[2048];
    wire_sign sign;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", signed_json, NOW_S, sign);
    (void)snprintf(target, sizeof target,
                   "/order/searchList?app_key=%s&method=order.searchList&timestamp=" NOW_S
                   "&v=2&sign_method=hmac-sha256&access_token=%s&sign=%s%s",
                   key(w), token(w), sign, tail);
    wire_ask(w, "POST", target, headers, body);
    wire_expect_served(w, FACE_ON_DOUYIN, who);
}

static void content_types_of_all_kinds(void **state) {
    wire *w = *state;
    static const char json[] = "{\"page\":0,\"size\":10}";
    static const char *const types[] = {
        "",
        "Content-Type: \r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/json\r\n",
        "content-type: APPLICATION/JSON; Charset=\"UTF-8\"\r\n",
        "Content-Type: application/json;charset='utf-8'\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/octet-stream\r\n",
        "Content-Type: Content-Type: application/json\r\n",
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        odd(w, types[i], json, types[i], "", json);
        odd(w, "a byte order mark", json, types[i], "", "\xef\xbb\xbf{\"page\":0,\"size\":10}");
        odd(w, "spaces in the body", json, types[i], "", "  {\"size\" : 10 ,\r\n\t\"page\":0}");
    }
}

static void a_form_is_read_whatever_it_is_called(void **state) {
    wire *w = *state;
    static const char *const types[] = { "", "Content-Type: text/plain\r\n",
                                         "Content-Type: application/json\r\n",
                                         "Content-Type: APPLICATION/X-WWW-FORM-URLENCODED\r\n" };
    const char *json = "{\"page\":0,\"size\":10}";
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        odd(w, types[i], json, types[i], "", "param_json=%7b%22page%22%3a0,%22size%22%3a10%7d");
    }
}

static void escapes_and_repeats_in_the_query(void **state) {
    wire *w = *state;
    const char *json = "{\"page\":0,\"size\":10}";
    char target[1024];
    wire_sign sign;
    odd(w, "repeated parameters", json, "", "&v=3&method=shop.brandList&sign=x", json);
    odd(w, "empty names and broken escapes", json, "", "&&=&a=%&b=%zz&c", json);
    odd(w, "param_json empty in the query", json, "", "&param_json=", json);
    wire_douyin_sign(w, CODEC_MD5, "order.searchList", json, NOW_TEXT, sign);
    static const char *const stamps[] = { "2023-11-15+06:13:20", "2023-11-15%2006%3A13%3A20",
                                          "2023-11-15%2006%3a13%3a20" };
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++) {
        (void)snprintf(target, sizeof target,
                       "/order/searchList?app_key=%s&timestamp=%s&v=2&access_token=%s&sign=%s"
                       "&param_json=%%7b%%22page%%22%%3a0%%2c%%22size%%22%%3a10%%7d",
                       key(w), stamps[i], token(w), sign);
        wire_ask(w, "POST", target, "", "");
        wire_expect_served(w, FACE_ON_DOUYIN, stamps[i]);
        wire_ask(w, "GET", target, "", "");
        wire_expect_served(w, FACE_ON_DOUYIN, "GET");
    }
}

static void hex_of_either_case(void **state) {
    wire *w = *state;
    const char *json = "{\"page\":0,\"size\":10}";
    char target[1024];
    wire_sign sign;
    wire_douyin_sign(w, CODEC_HMAC_SHA256, "order.searchList", json, NOW_S, sign);
    for (char *p = sign; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' ? *p - 'a' + 'A' : *p);
    }
    (void)snprintf(target, sizeof target,
                   "/order/searchList?app_key=%s&timestamp=" NOW_S
                   "&v=2&access_token=%s&sign=%s&sign_method=hmac-sha256",
                   key(w), token(w), sign);
    wire_ask(w, "POST", target, "", json);
    wire_expect_served(w, FACE_ON_DOUYIN, "upper-case hex");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WIRE(vendor_go_sdk),
        WITH_WIRE(vendor_java_sdk),
        WITH_WIRE(vendor_php_sdk),
        WITH_WIRE(java_client_with_all_in_the_query),
        WITH_WIRE(java_client_with_a_form_and_md5),
        WITH_WIRE(python_client),
        WITH_WIRE(content_types_of_all_kinds),
        WITH_WIRE(a_form_is_read_whatever_it_is_called),
        WITH_WIRE(escapes_and_repeats_in_the_query),
        WITH_WIRE(hex_of_either_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
