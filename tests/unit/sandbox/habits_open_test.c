/*
 * Client programs of alliance, Qianchuan and Solinkup as they are known to send (protocol facts;
 * the requests here are written from the described habits): each is served unchanged.
 */
#include "wire_kit.h"

#define NOW_MS "1700000000000"

/* ---- alliance: a Python class (document 001) ---- */

static const char browser[] =
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/95.0.4638.69 Safari/537.36\r\nAccept-Encoding: gzip, deflate\r\n"
    "Accept: application/json\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n";

static void alliance_python_class(void **state) {
    wire *w = *state;
    char body[512], headers[1024], target[512], client[96];
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\": \"client_credential\", \"client_key\": \"%s\", "
                   "\"client_secret\": \"%s\"}",
                   faces_app(&w->f, FACE_ON_ALLIANCE, "app_key"),
                   faces_app(&w->f, FACE_ON_ALLIANCE, "app_secret"));
    wire_ask(w, "POST", "/oauth/client_token/", browser, body);
    wire_expect_served(w, FACE_ON_ALLIANCE, "client_token");
    (void)snprintf(client, sizeof client, "%s", kit_text(w->k, "data.access_token"));

    /* open_id stands in the query as it is; {} where there are no parameters */
    (void)snprintf(headers, sizeof headers, "%saccess-token: %s\r\n", browser,
                   w->f.token[FACE_ON_ALLIANCE]);
    (void)snprintf(target, sizeof target, "/alliance/kol/buyin_id/?open_id=%s",
                   faces_app(&w->f, FACE_ON_ALLIANCE, "account"));
    wire_ask(w, "POST", target, headers, "{}");
    wire_expect_served(w, FACE_ON_ALLIANCE, "kol/buyin_id");
    (void)snprintf(target, sizeof target, "/alliance/kol/store/list/?open_id=%s",
                   faces_app(&w->f, FACE_ON_ALLIANCE, "account"));
    wire_ask(w, "POST", target, headers, "{\"page\": 1, \"page_size\": 20}");
    wire_expect_served(w, FACE_ON_ALLIANCE, "kol/store/list");
    (void)snprintf(headers, sizeof headers, "%saccess-token: %s\r\n", browser, client);
    wire_ask(w, "POST", "/alliance/materials/product/category/", headers, "{\"parent_id\": 0}");
    wire_expect_served(w, FACE_ON_ALLIANCE, "materials/product/category");

    /* the H5 page's calls: GET with a browser's name and nothing else */
    wire_ask(w, "GET", "/ecom/captain/mobile/task/detail?task_id=7300000000000000001",
             "User-Agent: Mozilla/5.0\r\n", "");
    assert_int_equal(kit_int(w->k, "code"), 0);
}

/* ---- Solinkup: the guide's samples (document 004) ---- */

typedef struct reading {
    const char *profile, *sign_method;
    codec_digest how;
    bool names_method; /* signMethod is signed */
    const char *version;
} reading;

static const reading readings[] = {
    { "text_php", "hmac-sha256", CODEC_HMAC_SHA256, false, "v" },
    { "text_php", "md5", CODEC_MD5, false, "v" },
    { "text_list", "hmac-sha256", CODEC_HMAC_SHA256, false, "version" },
    { "text_list", "md5", CODEC_MD5, false, "version" },
    { "text_example", "hmac-sha256", CODEC_HMAC_SHA256, true, "v" },
    { "text_example", "md5", CODEC_MD5, true, "v" },
    { "java_demo", "hmac-sha256", CODEC_HMAC_SHA256, true, "version" },
    { "java_demo", "hmac-sha256", CODEC_MD5, true, "version" }, /* its switch knows it not */
    { "java_demo", "md5", CODEC_MD5, true, "version" },
    { "java_demo", "MD5", CODEC_MD5, true, "version" },
    { "java_demo", "sha256", CODEC_SHA256, true, "version" },
    { "text_php", NULL, CODEC_HMAC_SHA256, false, "v" }, /* signMethod is not sent at all */
    { "java_demo", NULL, CODEC_MD5, false, "version" },
};

static void solinkup_sign(wire *w, const reading *how, const char *method, const char *token,
                          wire_sign out) {
    char text[1024];
    const char *secret = faces_app(&w->f, FACE_ON_SOLINKUP, "app_secret");
    bool named = how->names_method && how->sign_method != NULL;
    (void)snprintf(text, sizeof text, "%saccessToken%sappKey%smethod%s%s%stimestamp" NOW_MS "%s1%s",
                   secret, token, faces_app(&w->f, FACE_ON_SOLINKUP, "app_key"), method,
                   named ? "signMethod" : "", named ? how->sign_method : "", how->version, secret);
    kit_hex(how->how, how->how == CODEC_HMAC_SHA256 ? secret : "", text, false, out);
}

static void solinkup_in_every_profile(void **state) {
    wire *w = *state;
    const char *token = w->f.token[FACE_ON_SOLINKUP];
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        const reading *how = &readings[i];
        char body[1024], headers[512], path[128], named[64] = "";
        wire_sign sign;
        solinkup_sign(w, how, "getAuthInfo", token, sign);
        if (how->sign_method != NULL) {
            (void)snprintf(named, sizeof named, ",\"signMethod\":\"%s\"", how->sign_method);
        }
        for (int number = 0; number < 2; number++) { /* timestamps as texts and as numbers */
            const char *quote = number ? "" : "\"";
            (void)snprintf(body, sizeof body,
                           "{\n  \"method\": \"getAuthInfo\",\n  \"appKey\": \"%s\",\n"
                           "  \"accessToken\": \"%s\",\n  \"timestamp\": %s" NOW_MS "%s,\n"
                           "  \"version\": %s1%s%s\n}",
                           faces_app(&w->f, FACE_ON_SOLINKUP, "app_key"), token, quote, quote,
                           quote, quote, named);
            (void)snprintf(headers, sizeof headers,
                           "Content-Type: application/json\r\nsign: %s\r\n", sign);
            (void)snprintf(path, sizeof path, "/trigger/api/jinritemai/getAuthInfo/%s",
                           faces_app(&w->f, FACE_ON_SOLINKUP, "account")); /* its @ as it is */
            wire_ask(w, "POST", path, headers, body);
            wire_expect_served(w, FACE_ON_SOLINKUP, how->profile);
        }
        /* the table lists sign among the body's members */
        (void)snprintf(body, sizeof body,
                       "{\"method\":\"getAuthInfo\",\"appKey\":\"%s\",\"accessToken\":\"%s\","
                       "\"timestamp\":" NOW_MS ",\"version\":\"1\",\"sign\":\"%s\"%s}",
                       faces_app(&w->f, FACE_ON_SOLINKUP, "app_key"), token, sign, named);
        wire_ask(w, "POST", path, "", body);
        wire_expect_served(w, FACE_ON_SOLINKUP, how->profile);
    }
}

static void solinkup_base64_is_refused_since_it_holds_the_secret(void **state) {
    wire *w = *state;
    char text[1024], body[2048];
    const char *secret = faces_app(&w->f, FACE_ON_SOLINKUP, "app_secret");
    const char *key = faces_app(&w->f, FACE_ON_SOLINKUP, "app_key");
    base_buf sign;
    base_buf_init(&sign, 4096);
    (void)snprintf(text, sizeof text,
                   "%saccessToken%sappKey%smethodgetAuthInfosignMethodbase64timestamp" NOW_MS
                   "version1%s",
                   secret, w->f.token[FACE_ON_SOLINKUP], key, secret);
    codec_base64_encode(&sign, base_str_of(text));
    (void)snprintf(body, sizeof body,
                   "{\"method\":\"getAuthInfo\",\"appKey\":\"%s\",\"accessToken\":\"%s\","
                   "\"timestamp\":" NOW_MS ",\"version\":\"1\",\"signMethod\":\"base64\","
                   "\"sign\":\"%s\"}",
                   key, w->f.token[FACE_ON_SOLINKUP], base_buf_text(&sign));
    wire_ask(w, "POST", "/trigger/api/jinritemai/getAuthInfo/OpenId_1", "", body);
    assert_string_equal(kit_text(w->k, "code"), "__401");
    base_buf_clear(&sign);
}

/* ---- Qianchuan: a Go client of Ocean Engine ---- */

static void ocean_engine_go_client(void **state) {
    wire *w = *state;
    char headers[512], target[1024], body[512];
    (void)snprintf(headers, sizeof headers,
                   "User-Agent: Go-http-client/1.1\r\nAccess-Token: %s\r\nX-Debug-Mode: 1\r\n"
                   "Accept-Encoding: gzip\r\n",
                   w->f.token[FACE_ON_QIANCHUAN]);
    /* url.Values sorted; arrays and objects as JSON text */
    (void)snprintf(target, sizeof target,
                   "/open_api/v1.0/qianchuan/report/advertiser/get/?advertiser_id=%s"
                   "&end_date=2023-11-02&fields=%%5B%%22stat_cost%%22%%2C%%22show_cnt%%22%%5D"
                   "&filtering=%%7B%%22marketing_goal%%22%%3A%%22ALL%%22%%7D&page=1&page_size=20"
                   "&start_date=2023-11-01",
                   faces_app(&w->f, FACE_ON_QIANCHUAN, "account"));
    wire_ask(w, "GET", target, headers, "");
    wire_expect_served(w, FACE_ON_QIANCHUAN, "the Go client");
    wire_ask(w, "GET", target, "access-token: nonsense\r\n", "");
    assert_int_equal(kit_int(w->k, "code"), 40105);
    /* tokens: app_id as a number; the base path of the client ends in a slash */
    char code[96];
    faces_code(&w->f, FACE_ON_QIANCHUAN, code);
    (void)snprintf(body, sizeof body,
                   "{\"app_id\":%s,\"auth_code\":\"%s\",\"grant_type\":\"auth_code\","
                   "\"secret\":\"%s\"}",
                   faces_app(&w->f, FACE_ON_QIANCHUAN, "app_key"), code,
                   faces_app(&w->f, FACE_ON_QIANCHUAN, "app_secret"));
    wire_ask(w, "POST", "/open_api//oauth2/access_token/",
             "Content-Type: application/json;charset=utf-8\r\n", body);
    wire_expect_served(w, FACE_ON_QIANCHUAN, "the Go client's token call");
}

/* A byte order mark, no content type, a form's type over JSON. */
static void oddities_of_json_bodies(void **state) {
    wire *w = *state;
    static const char *const types[] = { "", "Content-Type: text/plain\r\n",
                                         "Content-Type: application/x-www-form-urlencoded\r\n" };
    char headers[512], target[256];
    (void)snprintf(target, sizeof target, "/alliance/kol/store/list?open_id=%s",
                   faces_app(&w->f, FACE_ON_ALLIANCE, "account"));
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(headers, sizeof headers, "%sAccess-Token: %s\r\n", types[i],
                       w->f.token[FACE_ON_ALLIANCE]);
        wire_ask(w, "POST", target, headers, "\xef\xbb\xbf{\"page\":1,\"page_size\":20}");
        wire_expect_served(w, FACE_ON_ALLIANCE, types[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WIRE(alliance_python_class),
        WITH_WIRE(solinkup_in_every_profile),
        WITH_WIRE(solinkup_base64_is_refused_since_it_holds_the_secret),
        WITH_WIRE(ocean_engine_go_client),
        WITH_WIRE(oddities_of_json_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
