/*
 * The faces of alliance, Qianchuan and Solinkup: tokens and their lives, signatures, envelopes, and
 * the catalogue's methods behind their paths.
 */
#include <dirent.h>

#include "face_kit.h"
#include "sandbox/open/solinkup.h"

enum { ALLIANCE, QIANCHUAN, SOLINKUP }; /* apps of the truth */

typedef struct bench {
    kit k;
    char access[80], refresh[80];
} bench;

static int setup(void **state) {
    bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    kit_open(&b->k, 2, 4, "none", KIT_NOW);
    *state = b;
    return 0;
}

static int teardown(void **state) {
    bench *b = *state;
    kit_close(&b->k);
    free(b);
    return 0;
}

/* With one header beside the content type. */
static void send(bench *b, const char *method, const char *path, const char *query,
                 const char *header, const char *value, const char *body) {
    kit *k = &b->k;
    bool form = strncmp(body, "grant_type=", 11) == 0;
    k->header = header;
    k->value = value;
    kit_send(k, method, path, query,
             form ? "application/x-www-form-urlencoded" : "application/json", body);
    k->header = NULL;
}

static void assert_int_at(bench *b, const char *path, int64_t want) {
    if (kit_int(&b->k, path) != want) {
        fail_msg("%s is not %lld in %s", path, (long long)want, base_buf_text(&b->k.response.body));
    }
}

static const char *code_of(bench *b, const char *platform) {
    static char code[80];
    char query[64];
    (void)snprintf(query, sizeof query, "platform=%s", platform);
    kit_control(&b->k, "GET", "/_sandbox/code", query);
    (void)snprintf(code, sizeof code, "%s", kit_text(&b->k, "code"));
    assert_true(code[0] != '\0');
    return code;
}

static void keep(bench *b, const char *access, const char *refresh) {
    (void)snprintf(b->access, sizeof b->access, "%s", kit_text(&b->k, access));
    (void)snprintf(b->refresh, sizeof b->refresh, "%s", kit_text(&b->k, refresh));
    assert_true(b->access[0] != '\0' && b->refresh[0] != '\0');
}

/* ---- alliance ---- */

static void client_token(bench *b, const char *secret, char out[80]) {
    char body[256];
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"client_credential\",\"client_key\":\"%s\","
                   "\"client_secret\":\"%s\"}",
                   kit_app_text(&b->k, ALLIANCE, "app_key"), secret);
    send(b, "POST", "/oauth/client_token/", "", NULL, NULL, body);
    (void)snprintf(out, 80, "%s", kit_text(&b->k, "data.access_token"));
}

static int64_t categories(bench *b, const char *token) {
    send(b, "POST", "/alliance/materials/product/category/", "", "access-token", token,
         "{\"parent_id\":0}");
    return kit_int(&b->k, "data.error_code");
}

static void the_two_newest_client_tokens_live(void **state) {
    bench *b = *state;
    char first[80];
    char second[80];
    char third[80];
    client_token(b, kit_app_text(&b->k, ALLIANCE, "app_secret"), first);
    assert_int_at(b, "data.expires_in", 7200);
    assert_int_equal(categories(b, first), 0);
    client_token(b, kit_app_text(&b->k, ALLIANCE, "app_secret"), second);
    assert_int_equal(categories(b, first), 0);
    assert_int_equal(categories(b, second), 0);
    client_token(b, kit_app_text(&b->k, ALLIANCE, "app_secret"), third);
    assert_int_equal(categories(b, first), 2190002);
    assert_int_equal(categories(b, second), 0);
    kit_pass(&b->k, 301); /* the buffer of the one before is over */
    assert_int_equal(categories(b, second), 2190008);
    assert_int_equal(categories(b, third), 0);
    kit_pass(&b->k, 7200);
    assert_int_equal(categories(b, third), 2190008);
    client_token(b, "wrong", first);
    assert_int_at(b, "data.error_code", 10013);
}

static void alliance_user(bench *b) {
    char body[512];
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"authorization_code\",\"client_key\":\"%s\","
                   "\"client_secret\":\"%s\",\"code\":\"%s\"}",
                   kit_app_text(&b->k, ALLIANCE, "app_key"),
                   kit_app_text(&b->k, ALLIANCE, "app_secret"), code_of(b, "alliance"));
    send(b, "POST", "/oauth/access_token/", "", NULL, NULL, body);
    assert_int_at(b, "data.error_code", 0);
    assert_string_equal(kit_text(&b->k, "data.open_id"), kit_app_text(&b->k, ALLIANCE, "account"));
    keep(b, "data.access_token", "data.refresh_token");
    send(b, "POST", "/oauth/access_token/", "", NULL, NULL, body);
    assert_int_at(b, "data.error_code", 10007); /* a code works once */
}

static void alliance_calls_answer_in_three_shapes(void **state) {
    bench *b = *state;
    char query[80];
    alliance_user(b);
    (void)snprintf(query, sizeof query, "open_id=%s", kit_app_text(&b->k, ALLIANCE, "account"));
    send(b, "POST", "/alliance/kol/reputation/", query, "access-token", b->access, "{}");
    assert_int_at(b, "data.error_code", 0);
    send(b, "POST", "/alliance/colonel/award_task/apply/", "", "access-token", b->access,
         "{\"task_id\":\"7300000000000000001\"}");
    assert_int_at(b, "err_no", 0);
    assert_null(codec_json_at(b->k.root, "extra"));
    send(b, "GET", "/ecom/captain/mobile/task/detail", "task_id=7300000000000000001", NULL, NULL,
         "");
    assert_int_at(b, "code", 0);
}

static void alliance_refuses(void **state) {
    bench *b = *state;
    alliance_user(b);
    send(b, "POST", "/alliance/kol/reputation/", "open_id=1", NULL, NULL, "{}");
    assert_int_at(b, "data.error_code", 2190002);
    /* open_id travels in the query, not in the body */
    send(b, "POST", "/alliance/kol/reputation/", "", "access-token", b->access,
         "{\"open_id\":\"1\"}");
    assert_int_at(b, "data.error_code", 10005);
    send(b, "POST", "/alliance/kol/store/list/", "open_id=1", "access-token", b->access,
         "{\"page\":\"x\"}");
    assert_int_at(b, "data.error_code", 10002);
    send(b, "POST", "/alliance/no/such/", "", "access-token", b->access, "{}");
    assert_int_at(b, "data.error_code", 2100004);
    send(b, "POST", "/alliance/colonel/award_task/apply/", "", "access-token", b->access, "{");
    assert_int_at(b, "err_no", 10002);
    send(b, "GET", "/ecom/captain/mobile/task/detail", "", NULL, NULL, "");
    assert_int_at(b, "code", 10005);
    assert_int_equal(categories(b, b->access), 2190002); /* a user's token is no client token */
}

static void alliance_tokens_refresh(void **state) {
    bench *b = *state;
    char body[512];
    char old[80];
    alliance_user(b);
    (void)snprintf(old, sizeof old, "%s", b->access);
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"refresh_token\",\"client_key\":\"%s\","
                   "\"refresh_token\":\"%s\"}",
                   kit_app_text(&b->k, ALLIANCE, "app_key"), b->refresh);
    send(b, "POST", "/oauth/refresh_token/", "", NULL, NULL, body);
    assert_int_at(b, "data.error_code", 0);
    assert_string_equal(kit_text(&b->k, "data.refresh_token"), b->refresh);
    keep(b, "data.access_token", "data.refresh_token");
    send(b, "POST", "/alliance/kol/buyin_id/", "open_id=1", "access-token", old, "{}");
    assert_int_at(b, "data.error_code", 2190008);
    send(b, "POST", "/alliance/kol/buyin_id/", "open_id=1", "access-token", b->access, "{}");
    assert_int_at(b, "data.error_code", 0);
    /* the same as a form, as the alliance's documents have it */
    (void)snprintf(body, sizeof body, "grant_type=refresh_token&client_key=%s&refresh_token=%s",
                   kit_app_text(&b->k, ALLIANCE, "app_key"), b->refresh);
    send(b, "POST", "/oauth/refresh_token/", "", NULL, NULL, body);
    assert_int_at(b, "data.error_code", 0);
}

/* ---- Qianchuan ---- */

static void qianchuan_token(bench *b, const char *grant, const char *name, const char *value) {
    char body[512];
    (void)snprintf(body, sizeof body,
                   "{\"app_id\":%s,\"secret\":\"%s\",\"grant_type\":\"%s\",\"%s\":\"%s\"}",
                   kit_app_text(&b->k, QIANCHUAN, "app_key"),
                   kit_app_text(&b->k, QIANCHUAN, "app_secret"), grant, name, value);
    send(b, "POST",
         strcmp(grant, "auth_code") == 0 ? "/open_api/oauth2/access_token/"
                                         : "/open_api/oauth2/refresh_token/",
         "", NULL, NULL, body);
}

static void report(bench *b, const char *token, const char *more) {
    char query[512];
    (void)snprintf(query, sizeof query,
                   "advertiser_id=%s&start_date=2023-11-01&end_date=2023-11-02&fields="
                   "%%5B%%22stat_cost%%22%%5D%s",
                   kit_app_text(&b->k, QIANCHUAN, "account"), more);
    send(b, "GET", "/open_api/v1.0/qianchuan/report/advertiser/get/", query, "Access-Token", token,
         "");
}

static const char goal[] = "&filtering=%7B%22marketing_goal%22%3A%22ALL%22%7D";

static void qianchuan_refresh_tokens_rotate(void **state) {
    bench *b = *state;
    char old[80];
    qianchuan_token(b, "auth_code", "auth_code", code_of(b, "qianchuan"));
    assert_int_at(b, "code", 0);
    assert_int_at(b, "data.expires_in", 86400);
    keep(b, "data.access_token", "data.refresh_token");
    report(b, b->access, goal);
    assert_int_at(b, "code", 0);
    assert_true(strlen(kit_text(&b->k, "request_id")) > 20);
    (void)snprintf(old, sizeof old, "%s", b->refresh);
    qianchuan_token(b, "refresh_token", "refresh_token", old);
    assert_int_at(b, "code", 0);
    keep(b, "data.access_token", "data.refresh_token");
    assert_string_not_equal(old, b->refresh);
    qianchuan_token(b, "refresh_token", "refresh_token", old);
    assert_int_at(b, "code", 40107);
    kit_pass(&b->k, 86401);
    report(b, b->access, goal);
    assert_int_at(b, "code", 40102);
    kit_pass(&b->k, 30 * 86400);
    qianchuan_token(b, "refresh_token", "refresh_token", b->refresh);
    assert_int_at(b, "code", 40103);
    qianchuan_token(b, "auth_code", "auth_code", "nonsense");
    assert_int_at(b, "code", 40110);
}

static void qianchuan_refuses(void **state) {
    bench *b = *state;
    qianchuan_token(b, "auth_code", "auth_code", code_of(b, "qianchuan"));
    keep(b, "data.access_token", "data.refresh_token");
    report(b, b->access, "");
    assert_int_at(b, "code", 40001);
    assert_non_null(strstr(kit_text(&b->k, "message"), "filtering is required"));
    report(b, b->access, "&filtering=%7B%22marketing_goal%22%3A%22SOME%22%7D");
    assert_non_null(strstr(kit_text(&b->k, "message"), "filtering.marketing_goal"));
    report(b, b->access, "&filtering=7");
    assert_int_at(b, "code", 40001);
    report(b, "", goal);
    assert_int_at(b, "code", 40104);
    report(b, "nonsense", goal);
    assert_int_at(b, "code", 40105);
    send(b, "GET", "/open_api/no/such/", "", "Access-Token", b->access, "");
    assert_int_at(b, "code", 40003);
    send(b, "POST", "/open_api/oauth2/access_token/", "", NULL, NULL,
         "{\"app_id\":1,\"secret\":\"x\",\"grant_type\":\"auth_code\",\"auth_code\":\"y\"}");
    assert_int_at(b, "code", 40111);
}

static void qianchuan_owners_agree_by_redirect(void **state) {
    bench *b = *state;
    char query[256];
    (void)snprintf(query, sizeof query,
                   "app_id=%s&state=a%%26b&redirect_uri=http%%3A%%2F%%2F127.0.0.1%%2Fback",
                   kit_app_text(&b->k, QIANCHUAN, "app_key"));
    send(b, "GET", "/openapi/audit/oauth.html", query, NULL, NULL, "");
    assert_int_equal(b->k.response.status, 302);
    const char *code = strstr(b->k.response.location, "?auth_code=");
    assert_non_null(code);
    assert_non_null(strstr(code, "&state=a%26b"));
    char only[80];
    (void)snprintf(only, sizeof only, "%.32s", code + strlen("?auth_code="));
    qianchuan_token(b, "auth_code", "auth_code", only);
    assert_int_at(b, "code", 0);
}

/* ---- Solinkup ---- */

/* Signs the members that java_demo signs; the openId stands after a path that ends in a slash;
 * extra: further members of the body (",\"a\":1"). */
static void solinkup(bench *b, const char *path, const char *method, const char *auth_code,
                     const char *token, const char *extra, char flip) {
    static char text[2048];
    static char body[4096];
    char whole[160];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    long long ms = b->k.stamp != 0 ? b->k.stamp : b->k.wall_ms;
    const char *key = kit_app_text(&b->k, SOLINKUP, "app_key");
    const char *secret = kit_app_text(&b->k, SOLINKUP, "app_secret");
    (void)snprintf(text, sizeof text,
                   "%s%s%sappKey%s%s%smethod%ssignMethodhmac-sha256timestamp%lldversion1%s", secret,
                   token != NULL ? "accessToken" : "", token != NULL ? token : "", key,
                   auth_code != NULL ? "authCode" : "", auth_code != NULL ? auth_code : "", method,
                   ms, secret);
    kit_hex(CODEC_HMAC_SHA256, secret, text, false, sign);
    if (flip != '\0') {
        sign[0] = sign[0] == flip ? '0' : flip;
    }
    (void)snprintf(body, sizeof body,
                   "{\"appKey\":\"%s\",\"method\":\"%s\",\"version\":\"1\",\"timestamp\":\"%lld\","
                   "\"signMethod\":\"hmac-sha256\"%s%s%s%s%s%s%s}",
                   key, method, ms, token != NULL ? ",\"accessToken\":\"" : "",
                   token != NULL ? token : "", token != NULL ? "\"" : "",
                   auth_code != NULL ? ",\"authCode\":\"" : "", auth_code != NULL ? auth_code : "",
                   auth_code != NULL ? "\"" : "", extra);
    (void)snprintf(whole, sizeof whole, "%s%s", path,
                   path[strlen(path) - 1] == '/' ? kit_app_text(&b->k, SOLINKUP, "account") : "");
    send(b, "POST", whole, "", "sign", sign, body);
}

static void assert_solinkup(bench *b, bool ok, const char *code) {
    if (yyjson_get_bool(yyjson_obj_get(b->k.root, "success")) != ok ||
        strcmp(kit_text(&b->k, "code"), code) != 0) {
        fail_msg("want %s: %s", code, base_buf_text(&b->k.response.body));
    }
}

static void solinkup_token(bench *b) {
    char code[80];
    (void)snprintf(code, sizeof code, "%s", code_of(b, "solinkup"));
    solinkup(b, "/openapi/oauth2/getAccessToken", "getAccessToken", code, NULL, "", '\0');
    assert_solinkup(b, true, "__200OK");
    assert_string_equal(kit_text(&b->k, "data.openId"), kit_app_text(&b->k, SOLINKUP, "account"));
    keep(b, "data.accessToken", "data.refreshToken");
}

static void solinkup_tokens_have_absolute_ends(void **state) {
    bench *b = *state;
    char extra[128];
    solinkup_token(b);
    assert_int_at(b, "data.accessTokenExpired", (KIT_NOW + 7LL * 86400) * 1000);
    assert_true(kit_int(&b->k, "data.refreshTokenExpired") <
                kit_int(&b->k, "data.accessTokenExpired"));
    (void)snprintf(extra, sizeof extra, ",\"refreshToken\":\"%s\"", b->refresh);
    solinkup(b, "/openapi/oauth2/refreshAccessToken", "refreshAccessToken", NULL, NULL, extra,
             '\0');
    assert_solinkup(b, true, "__200OK");
    kit_pass(&b->k, 5 * 3600);
    solinkup(b, "/openapi/oauth2/refreshAccessToken", "refreshAccessToken", NULL, NULL, extra,
             '\0');
    assert_solinkup(b, false, "__403");
    solinkup(b, "/openapi/oauth2/getAccessToken", "getAccessToken", "AuthCode@0", NULL, "", '\0');
    assert_solinkup(b, false, "__402");
}

static void solinkup_answers_in_four_envelopes(void **state) {
    bench *b = *state;
    solinkup_token(b);
    solinkup(b, "/trigger/api/jinritemai/getAuthInfo/", "getAuthInfo", NULL, b->access, "", '\0');
    assert_solinkup(b, true, "__200OK");
    assert_true(yyjson_is_arr(yyjson_obj_get(b->k.root, "data")));
    solinkup(b, "/trigger/api/jinritemai/listOrder/", "listOrder", NULL, b->access,
             ",\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000", '\0');
    assert_int_at(b, "code", 10000);
    assert_int_at(b, "err_no", 0);
    assert_true(yyjson_is_arr(codec_json_at(b->k.root, "data.shop_order_list")));
    solinkup(b, "/trigger/api/jinritemai/batchDecrypts/", "batchDecrypts", NULL, b->access,
             ",\"cipher_infos\":[{\"auth_id\":\"1\",\"cipher_text\":\"x\"}]", '\0');
    assert_int_equal(yyjson_obj_size(b->k.root), 1);
    assert_true(yyjson_is_arr(codec_json_at(b->k.root, "data.decrypt_infos")));
    char extra[256];
    (void)snprintf(
        extra, sizeof extra,
        ",\"advertiser_id\":%s,\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\","
        "\"fields\":[\"stat_cost\"],\"filtering\":{\"marketing_goal\":\"ALL\"}",
        kit_app_text(&b->k, QIANCHUAN, "account"));
    solinkup(b, "/trigger/api/juliangqianchuan/getAdvertiser/", "getAdvertiser", NULL, b->access,
             extra, '\0');
    assert_int_at(b, "code", 0);
    assert_string_equal(kit_text(&b->k, "message"), "OK");
}

static void solinkup_refuses(void **state) {
    bench *b = *state;
    const char *path = "/trigger/api/jinritemai/detailOrder/";
    solinkup_token(b);
    solinkup(b, path, "detailOrder", NULL, b->access, "", '\0');
    assert_solinkup(b, false, "__400");
    solinkup(b, path, "detailOrder", NULL, b->access, ",\"orderId\":\"1\"", 'f');
    assert_solinkup(b, false, "__401");
    assert_null(
        strstr(base_buf_text(&b->k.response.body), kit_app_text(&b->k, SOLINKUP, "app_secret")));
    solinkup(b, path, "listOrder", NULL, b->access, ",\"orderId\":\"1\"", '\0');
    assert_solinkup(b, false, "__404");
    solinkup(b, path, "detailOrder", NULL, "AccessToken@0", ",\"orderId\":\"1\"", '\0');
    assert_solinkup(b, false, "__402");
    solinkup(b, "/openapi/no/such", "x", NULL, NULL, "", '\0');
    assert_solinkup(b, false, "__404");
    b->k.stamp = b->k.wall_ms - 301000;
    solinkup(b, path, "detailOrder", NULL, b->access, ",\"orderId\":\"1\"", '\0');
    assert_solinkup(b, false, "__408");
}

/* ---- Solinkup's vectors ---- */

static base_str pair_of(yyjson_val *pairs, const char *name) {
    return base_str_of(yyjson_get_str(yyjson_obj_get(pairs, name)));
}

static void check_vector(const char *folder) {
    char path[512];
    base_buf text;
    base_buf sign;
    yyjson_doc *doc = NULL;
    base_arena *arena = base_arena_new(1 << 20);
    base_buf_init(&text, 1 << 16);
    base_buf_init(&sign, 1 << 16);
    (void)snprintf(path, sizeof path, "%s/request.json", folder);
    assert_int_equal(base_file_read(path, 1 << 16, &text, NULL), QD_OK);
    if (strstr(base_buf_text(&text), "\"refused\"") != NULL) {
        base_buf_clear(&text); /* base64: see the test below */
        base_arena_free(arena);
        return;
    }
    (void)snprintf(path, sizeof path, "%s/sign.txt", folder);
    assert_int_equal(base_file_read(path, 1 << 16, &sign, NULL), QD_OK);
    while (sign.len > 0 && sign.data[sign.len - 1] == '\n') {
        sign.data[--sign.len] = '\0';
    }
    assert_int_equal(codec_json_read(base_buf_str(&text), 0, &doc, NULL), QD_OK);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *pairs = yyjson_obj_get(root, "pairs");
    base_str secret = pair_of(root, "secret");
    solinkup_signed parts = {
        .access_token = pair_of(pairs, "accessToken"),
        .app_key = pair_of(pairs, "appKey"),
        .auth_code = pair_of(pairs, "authCode"),
        .method = pair_of(pairs, "method"),
        .open_id = pair_of(pairs, "openId"),
        .redirect_url = pair_of(pairs, "redirectUrl"),
        .sign_method = pair_of(pairs, "signMethod"),
        .timestamp = pair_of(pairs, "timestamp"),
        .version = pair_of(pairs, "version"),
        .sign = base_buf_str(&sign),
    };
    const char *why = solinkup_sign_check(arena, secret, &parts);
    if (why != NULL) {
        fail_msg("%s: %s", folder, why);
    }
    for (size_t i = 0; i < sign.len; i++) {
        char was = sign.data[i];
        sign.data[i] = was == '0' ? '1' : '0';
        assert_non_null(solinkup_sign_check(arena, secret, &parts));
        sign.data[i] = was;
    }
    parts.timestamp = BASE_STR("1651218530318");
    assert_non_null(solinkup_sign_check(arena, secret, &parts));
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    base_buf_clear(&sign);
    base_arena_free(arena);
}

static void every_vector_is_accepted_and_its_twins_are_not(void **state) {
    (void)state;
    const char *top = QD_SOURCE_DIR "/tests/vectors/sign/solinkup";
    DIR *dir = opendir(top);
    assert_non_null(dir);
    size_t count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char folder[512];
        if (entry->d_name[0] != '.') {
            (void)snprintf(folder, sizeof folder, "%s/%s", top, entry->d_name);
            check_vector(folder);
            count++;
        }
    }
    (void)closedir(dir);
    assert_true(count >= 26);
}

static void base64_is_refused_because_it_discloses(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(1 << 16);
    solinkup_signed parts = { .app_key = BASE_STR("k"),
                              .sign_method = BASE_STR("base64"),
                              .sign = BASE_STR("c2VjcmV0") };
    assert_non_null(
        strstr(solinkup_sign_check(arena, BASE_STR("secret"), &parts), "discloses the secret"));
    base_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_two_newest_client_tokens_live, setup, teardown),
        cmocka_unit_test_setup_teardown(alliance_calls_answer_in_three_shapes, setup, teardown),
        cmocka_unit_test_setup_teardown(alliance_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(alliance_tokens_refresh, setup, teardown),
        cmocka_unit_test_setup_teardown(qianchuan_refresh_tokens_rotate, setup, teardown),
        cmocka_unit_test_setup_teardown(qianchuan_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(qianchuan_owners_agree_by_redirect, setup, teardown),
        cmocka_unit_test_setup_teardown(solinkup_tokens_have_absolute_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(solinkup_answers_in_four_envelopes, setup, teardown),
        cmocka_unit_test_setup_teardown(solinkup_refuses, setup, teardown),
        cmocka_unit_test(every_vector_is_accepted_and_its_twins_are_not),
        cmocka_unit_test(base64_is_refused_because_it_discloses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
