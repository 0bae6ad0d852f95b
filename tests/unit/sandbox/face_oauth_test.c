/*
 * The pages where owners authorise, what their codes are good for, Douyin's two apps, and the old
 * oauth2 calls.
 */
#include "face_kit.h"

enum { SHOPS = 4 /* Douyin, Taobao, Douyin, Taobao; the last Douyin shop is the tool app's */ };

static int setup(void **state) {
    kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    kit_open_with(k, &(sandbox_options){ .shops = SHOPS, .orders = 8, .tool_shops = 1 });
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

QD_PRINTF(3, 4) static void get(kit *k, const char *path, const char *fmt, ...) {
    char query[1024];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(query, sizeof query, fmt, args);
    va_end(args);
    kit_send(k, "GET", path, query, "", "");
}

/* The value of a parameter in the Location header; "" when there is none. */
static const char *back(kit *k, const char *name) {
    static char value[256];
    char mark[64];
    (void)snprintf(mark, sizeof mark, "%s=", name);
    value[0] = '\0';
    for (const char *at = strchr(k->response.location, '?'); at != NULL; at = strchr(at + 1, '&')) {
        if (strncmp(at + 1, mark, strlen(mark)) == 0) {
            at += 1 + strlen(mark);
            (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "&"), at);
            break;
        }
    }
    return value;
}

static void assert_redirected(kit *k, const char *to, const char *state) {
    assert_int_equal(k->response.status, 302);
    assert_int_equal(strncmp(k->response.location, to, strlen(to)), 0);
    assert_string_equal(back(k, "state"), state);
}

static void assert_refused_plainly(kit *k, const char *word) {
    assert_int_equal(k->response.status, 400);
    assert_string_equal(k->response.location, "");
    assert_non_null(strstr(k->response.content_type, "text/html"));
    if (strstr(base_buf_text(&k->response.body), word) == NULL) {
        fail_msg("no '%s' in %s", word, base_buf_text(&k->response.body));
    }
}

/* ---- the pages ---- */

static void every_known_page_redirects_with_code_and_state(void **state) {
    kit *k = *state;
    const char *to = "redirect_uri=https%3A%2F%2Fme.example%2Fcb%3Fx%3D1";
    const char *want = "https://me.example/cb?x=1&";
    get(k, "/authorize", "service_id=%s&state=s1&%s", kit_shop_text(k, 2, "service_id"), to);
    assert_redirected(k, want, "s1");
    assert_int_equal(strlen(back(k, "code")), 36);
    get(k, "/ffa/open/applicationAuthorize", "app_id=%s&response_type=code&%s&state=s2",
        kit_shop_text(k, 0, "app_key"), to);
    assert_redirected(k, want, "s2");
    get(k, "/authorize", "response_type=code&client_id=%s&%s&state=s3&view=web",
        kit_shop_text(k, 1, "app_key"), to);
    assert_redirected(k, want, "s3");
    get(k, "/platform/oauth/connect/",
        "client_key=%s&response_type=code&scope=user_info&%s&state=%%E6%%B1%%89%%20%%26",
        kit_app_text(k, 0, "app_key"), to);
    assert_redirected(k, want, "%E6%B1%89%20%26");
    get(k, "/openapi/audit/oauth.html", "app_id=%s&state=s5&%s", kit_app_text(k, 1, "app_key"), to);
    assert_redirected(k, want, "s5");
    assert_int_equal(strlen(back(k, "auth_code")), 32);
    assert_string_equal(back(k, "code"), "");
}

static void without_redirect_uri_a_page_shows_the_code(void **state) {
    kit *k = *state;
    get(k, "/authorize", "service_id=%s&state=s", kit_shop_text(k, 2, "service_id"));
    assert_int_equal(k->response.status, 200);
    const char *code = strstr(base_buf_text(&k->response.body), "<code>");
    assert_non_null(code);
    assert_int_equal(strcspn(code + 6, "<"), 36);
    get(k, "/authorize", "service_id=%s&deny=1", kit_shop_text(k, 2, "service_id"));
    assert_int_equal(k->response.status, 403);
    assert_null(strstr(base_buf_text(&k->response.body), "works once"));
}

static void an_owner_may_refuse(void **state) {
    kit *k = *state;
    get(k, "/authorize",
        "response_type=code&client_id=%s&redirect_uri=http://127.0.0.1:9/cb&state=s&deny=1",
        kit_shop_text(k, 1, "app_key"));
    assert_redirected(k, "http://127.0.0.1:9/cb?error=access_denied", "s");
    assert_string_equal(back(k, "code"), "");
}

static void bad_requests_get_a_page_and_no_redirect(void **state) {
    kit *k = *state;
    const char *key = kit_shop_text(k, 1, "app_key");
    get(k, "/authorize", "response_type=code&client_id=<b>1&redirect_uri=http://a.b/");
    assert_refused_plainly(k, "&lt;b&gt;1");
    get(k, "/authorize", "service_id=1&redirect_uri=http://a.b/");
    assert_refused_plainly(k, "Unknown app");
    get(k, "/authorize", "response_type=token&client_id=%s&redirect_uri=http://a.b/", key);
    assert_refused_plainly(k, "response_type");
    get(k, "/authorize", "response_type=code&client_id=%s&redirect_uri=javascript:alert(1)", key);
    assert_refused_plainly(k, "redirect_uri");
    get(k, "/authorize", "response_type=code&client_id=%s&redirect_uri=http://", key);
    assert_refused_plainly(k, "redirect_uri");
    get(k, "/authorize", "response_type=code&client_id=%s&redirect_uri=http%%3A%%2F%%2Fa%%23f",
        key);
    assert_refused_plainly(k, "fragment");
    get(k, "/authorize",
        "response_type=code&client_id=%s&redirect_uri=http://a/%%0D%%0ASet-Cookie:x", key);
    assert_refused_plainly(k, "control");
    get(k, "/platform/oauth/connect", "client_key=%s&response_type=code&redirect_uri=http://a/",
        kit_app_text(k, 0, "app_key"));
    assert_refused_plainly(k, "scope");
    get(k, "/authorize", "response_type=code&client_id=%s&redirect_uri=http://a/&shop_id=5", key);
    assert_refused_plainly(k, "shop_id");
    get(k, "/openapi/audit/oauth.html", "app_id=%s&redirect_uri=http://a/&shop_id=5",
        kit_app_text(k, 1, "app_key"));
    assert_refused_plainly(k, "shop_id");
    kit_send(k, "POST", "/authorize", "", "", "");
    assert_int_equal(k->response.status, 405);
}

static void what_is_echoed_can_end_no_header(void **state) {
    kit *k = *state;
    get(k, "/authorize",
        "response_type=code&client_id=%s&redirect_uri=http://a/"
        "%%20%%E6%%B1%%89%%22&state=%%0D%%0AX:y",
        kit_shop_text(k, 1, "app_key"));
    assert_redirected(k, "http://a/%20%E6%B1%89%22?code=", "%0D%0AX%3Ay");
    assert_null(strpbrk(k->response.location, "\r\n \""));
}

static void the_old_page_hands_its_fragment_over(void **state) {
    kit *k = *state;
    get(k, "/index.html", "%s", "");
    assert_int_equal(k->response.status, 200);
    assert_non_null(strstr(base_buf_text(&k->response.body), "/ffa/open/applicationAuthorize"));
}

/* ---- codes and apps ---- */

/* token.create with the keys of the shop at this place. */
static int64_t create_as(kit *k, size_t shop, const char *grant, const char *more) {
    char json[256];
    (void)snprintf(json, sizeof json, "{%s,\"grant_type\":\"%s\"}", more, grant);
    k->app_shop = shop;
    int64_t code = kit_douyin(k, "token.create", json, NULL);
    k->app_shop = 0;
    return code;
}

static int64_t create_by_code(kit *k, size_t shop, const char *code) {
    char more[80];
    (void)snprintf(more, sizeof more, "\"code\":\"%s\"", code);
    return create_as(k, shop, "authorization_code", more);
}

static void page_code(kit *k, size_t shop, char out[64]) {
    get(k, "/authorize", "service_id=%s&redirect_uri=http://a/&shop_id=%s",
        kit_shop_text(k, shop, "service_id"), kit_shop_text(k, shop, "shop_id"));
    assert_int_equal(k->response.status, 302);
    (void)snprintf(out, 64, "%s", back(k, "code"));
}

static void a_code_works_once_for_its_app_for_ten_minutes(void **state) {
    kit *k = *state;
    char code[64], second[64];
    page_code(k, 2, code);
    page_code(k, 2, second); /* a second one does not take the first away */
    assert_int_equal(create_by_code(k, 2, code), 10000);
    assert_string_equal(kit_text(k, "data.authority_id"), kit_shop_text(k, 2, "shop_id"));
    assert_int_equal(create_by_code(k, 2, code), 50001);
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:code-invalid");
    assert_int_equal(create_by_code(k, 0, second), 50001); /* the other app's */
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:code-invalid");
    page_code(k, 2, code);
    kit_pass(k, 601);
    assert_int_equal(create_by_code(k, 2, code), 50001);
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:code-expired");
}

static void a_tool_app_gets_tokens_for_codes_only(void **state) {
    kit *k = *state;
    char code[64], more[96], json[160];
    assert_string_equal(kit_shop_text(k, 0, "app_kind"), "self_use");
    assert_string_equal(kit_shop_text(k, 2, "app_kind"), "tool");
    assert_string_not_equal(kit_shop_text(k, 0, "app_key"), kit_shop_text(k, 2, "app_key"));
    (void)snprintf(more, sizeof more, "\"shop_id\":\"%s\"", kit_shop_text(k, 2, "shop_id"));
    assert_int_equal(create_as(k, 2, "authorization_self", more), 50001);
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:grant-type-invalid");
    assert_int_equal(create_as(k, 0, "authorization_self", more), 50001);
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:no-authorization");
    page_code(k, 2, code);
    assert_int_equal(create_by_code(k, 2, code), 10000);
    kit_keep_pair(k);
    k->app_shop = 2;
    assert_int_equal(kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", k->token), 10000);
    k->app_shop = 0; /* its token, the other app's key */
    assert_int_equal(kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", k->token), 40003);
    assert_string_equal(kit_text(k, "sub_code"), "isv.access-token-invalid");
    (void)snprintf(json, sizeof json, "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}",
                   k->refresh);
    assert_int_equal(kit_douyin(k, "token.refresh", json, NULL), 50001);
    assert_string_equal(kit_text(k, "sub_code"), "dop.token-generate-failed:token-invalid");
    k->app_shop = 2;
    assert_int_equal(kit_douyin(k, "token.refresh", json, NULL), 10000);
}

static void other_subjects_and_test_shops_authorise(void **state) {
    kit *k = *state;
    char more[128];
    const char *id = kit_shop_text(k, 0, "shop_id");
    (void)snprintf(more, sizeof more, "\"auth_id\":\"%s\",\"auth_subject_type\":\"YunCang\"", id);
    assert_int_equal(create_as(k, 0, "authorization_self", more), 10000);
    assert_string_equal(kit_text(k, "data.auth_subject_type"), "YunCang");
    assert_string_equal(kit_text(k, "data.authority_id"), id);
    (void)snprintf(more, sizeof more, "\"auth_id\":\"%s\",\"auth_subject_type\":\"Cloud\"", id);
    assert_int_equal(create_as(k, 0, "authorization_self", more), 40004);
    assert_int_equal(
        create_as(k, 0, "authorization_self", "\"auth_subject_type\":\"MCN\",\"test_shop\":\"1\""),
        40002);
    assert_int_equal(create_as(k, 0, "authorization_self", "\"test_shop\":\"1\""), 10000);
    assert_string_equal(kit_text(k, "data.auth_subject_type"), "");
    assert_int_equal(create_as(k, 0, "authorization_self", "\"test_shop\":\"0\""), 40002);
}

/* ---- the old calls ---- */

static void old(kit *k, const char *verb, const char *path, size_t shop, const char *more) {
    char pairs[512];
    (void)snprintf(pairs, sizeof pairs, "app_id=%s&app_secret=%s&%s",
                   kit_shop_text(k, shop, "app_key"), kit_shop_text(k, shop, "app_secret"), more);
    bool get_it = strcmp(verb, "GET") == 0;
    kit_send(k, verb, path, get_it ? pairs : "", get_it ? "" : "application/x-www-form-urlencoded",
             get_it ? "" : pairs);
}

static void old_token_calls_answer_in_the_old_envelope(void **state) {
    kit *k = *state;
    char more[160], code[64];
    static const char *const verbs[] = { "GET", "POST" };
    for (int i = 0; i < 2; i++) {
        old(k, verbs[i], "/oauth2/access_token", 0, "grant_type=authorization_self");
        assert_int_equal(kit_int(k, "err_no"), 0);
        assert_string_equal(kit_text(k, "message"), "success");
        assert_null(codec_json_at(k->root, "code"));
        assert_true(kit_int(k, "data.expires_in") > 86400);
        (void)snprintf(more, sizeof more, "grant_type=refresh_token&refresh_token=%s",
                       kit_text(k, "data.refresh_token"));
        old(k, verbs[i], "/oauth2/refresh_token", 0, more);
        assert_int_equal(kit_int(k, "err_no"), 0);
        page_code(k, 2, code);
        (void)snprintf(more, sizeof more, "grant_type=authorization_code&code=%s", code);
        old(k, verbs[i], "/oauth2/access_token", 2, more);
        assert_int_equal(kit_int(k, "err_no"), 0);
        old(k, verbs[i], "/oauth2/access_token", 2, more);
        assert_int_equal(kit_int(k, "err_no"), 50001);
    }
    /* the token is as good as one of token.create */
    old(k, "GET", "/oauth2/access_token", 0, "grant_type=authorization_self");
    (void)snprintf(k->token, sizeof k->token, "%s", kit_text(k, "data.access_token"));
    assert_int_equal(kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", k->token), 10000);
}

static void old_token_calls_refuse(void **state) {
    kit *k = *state;
    char query[256], more[160];
    old(k, "GET", "/oauth2/access_token", 2, "grant_type=authorization_self");
    assert_int_equal(kit_int(k, "err_no"), 50001); /* a tool app */
    (void)snprintf(query, sizeof query, "app_id=%s&app_secret=no&grant_type=authorization_self",
                   kit_shop_text(k, 0, "app_key"));
    get(k, "/oauth2/access_token", "%s", query);
    assert_int_equal(kit_int(k, "err_no"), 50001);
    assert_non_null(strstr(kit_text(k, "message"), "app_secret"));
    old(k, "GET", "/oauth2/access_token", 0, "grant_type=authorization_self");
    (void)snprintf(more, sizeof more, "grant_type=refresh_token&refresh_token=%s",
                   kit_text(k, "data.refresh_token"));
    (void)snprintf(query, sizeof query, "shop_id=%s", kit_shop_text(k, 0, "shop_id"));
    kit_control(k, "POST", "/_sandbox/revoke", query);
    old(k, "POST", "/oauth2/refresh_token", 0, more);
    assert_int_equal(kit_int(k, "err_no"), 30006); /* the one old code that is known */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_known_page_redirects_with_code_and_state, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_redirect_uri_a_page_shows_the_code, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_owner_may_refuse, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_requests_get_a_page_and_no_redirect, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_echoed_can_end_no_header, setup, teardown),
        cmocka_unit_test_setup_teardown(the_old_page_hands_its_fragment_over, setup, teardown),
        cmocka_unit_test_setup_teardown(a_code_works_once_for_its_app_for_ten_minutes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_tool_app_gets_tokens_for_codes_only, setup, teardown),
        cmocka_unit_test_setup_teardown(other_subjects_and_test_shops_authorise, setup, teardown),
        cmocka_unit_test_setup_teardown(old_token_calls_answer_in_the_old_envelope, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(old_token_calls_refuse, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
