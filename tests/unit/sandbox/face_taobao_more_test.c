/*
 * Beside TOP's router: batches, judged as strictly as single calls; the token form of the OAuth
 * host; the levels of a session; DingTalk's token; a quota of the day.
 */
#include "face_kit.h"

#define SEP "\r\n-S-\r\n"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 100, NULL, 0);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

/* ---- batches ---- */

typedef enum batch_sign { SIGN_MD5, SIGN_HMAC, SIGN_HMAC_SHA256 } batch_sign;

/* The query of a batch with a body, signed; session "" = none in the query. */
static void batch_query(kit *k, batch_sign how, const char *session, const char *body, char *out,
                        size_t size) {
    static const char *const names[] = { "md5", "hmac", "hmac-sha256" };
    static const codec_digest digests[] = { CODEC_MD5, CODEC_HMAC_MD5, CODEC_HMAC_SHA256 };
    char text[8192];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    const char *key = kit_shop_text(k, 1, "app_key");
    const char *secret = kit_shop_text(k, 1, "app_secret");
    const char *edge = how == SIGN_MD5 ? secret : "";
    (void)snprintf(text, sizeof text, "%sapp_key%sformatjson%s%ssign_method%stimestamp%sv2.0%s%s",
                   edge, key, *session ? "session" : "", session, names[how], "2023-11-15 06:13:20",
                   body, edge);
    kit_hex(digests[how], secret, text, true, sign);
    (void)snprintf(out, size,
                   "app_key=%s&format=json&v=2.0&sign_method=%s&timestamp=2023-11-15%%2006%%3A13"
                   "%%3A20%s%s&sign=%s",
                   key, names[how], *session ? "&session=" : "", session, sign);
}

static void batch(kit *k, const char *session, const char *body) {
    char query[1024];
    batch_query(k, SIGN_MD5, session, body, query, sizeof query);
    kit_send(k, "POST", "/router/batch", query, "text/plain;charset=UTF-8", body);
}

/* The answers between the separators, each parsed in turn. */
static size_t answers(kit *k, const char *separator, yyjson_doc **docs, size_t room) {
    const char *at = base_buf_text(&k->response.body);
    size_t count = 0;
    while (at != NULL && count < room) {
        const char *end = strstr(at, separator);
        base_str text = { at, end != NULL ? (size_t)(end - at) : strlen(at) };
        assert_int_equal(codec_json_read(text, 0, &docs[count], NULL), QD_OK);
        count++;
        at = end != NULL ? end + strlen(separator) : NULL;
    }
    return count;
}

static int64_t code_of(yyjson_doc *doc) {
    int64_t code = 0;
    (void)codec_json_i64(codec_json_at(yyjson_doc_get_root(doc), "error_response.code"), &code);
    return code;
}

static void each_call_is_judged(void **state) {
    kit *k = *state;
    yyjson_doc *docs[8];
    char body[2048];
    const char *session = kit_shop_text(k, 1, "session");
    (void)snprintf(
        body, sizeof body,
        "method=taobao.time.get" SEP "method=taobao.user.seller.get&session=%s&fields=nick" SEP
        "method=taobao.user.seller.get&fields=nick" SEP
        "method=taobao.user.seller.get&session=nobody&fields=nick" SEP
        "method=taobao.trade.get&session=%s&fields=tid&tid=x" SEP "method=taobao.no.such" SEP "N",
        session, session);
    batch(k, "", body);
    assert_int_equal(answers(k, SEP, docs, 8), 7);
    static const int64_t codes[] = { 0, 0, 26, 27, 41, 22, 21 };
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(code_of(docs[i]), codes[i]);
        yyjson_doc_free(docs[i]);
    }
}

static void shared_parameters_and_an_own_separator(void **state) {
    kit *k = *state;
    yyjson_doc *docs[4];
    const char *session = kit_shop_text(k, 1, "session");
    batch(k, session,
          "#PUBLIC#method=taobao.user.seller.get&fields=nick" SEP "N" SEP "fields=user_id" SEP
          "method=taobao.time.get");
    assert_int_equal(answers(k, SEP, docs, 4), 3);
    yyjson_val *user =
        codec_json_at(yyjson_doc_get_root(docs[0]), "user_seller_get_response.user.nick");
    assert_string_equal(yyjson_get_str(user), kit_shop_text(k, 1, "nick"));
    assert_null(codec_json_at(yyjson_doc_get_root(docs[1]), "user_seller_get_response.user.nick"));
    assert_non_null(codec_json_at(yyjson_doc_get_root(docs[2]), "time_get_response.time"));
    for (size_t i = 0; i < 3; i++) {
        yyjson_doc_free(docs[i]);
    }
    k->header = "top-api-separator";
    k->value = "{mine}";
    batch(k, "", "method=taobao.time.get{mine}method=taobao.time.get");
    assert_int_equal(answers(k, "{mine}", docs, 4), 2);
    yyjson_doc_free(docs[0]);
    yyjson_doc_free(docs[1]);
    k->header = NULL;
}

static void every_signature_of_a_batch_and_one_changed_byte(void **state) {
    kit *k = *state;
    char body[] = "method=taobao.time.get" SEP "method=taobao.time.get";
    for (int how = SIGN_MD5; how <= SIGN_HMAC_SHA256; how++) {
        char query[1024];
        yyjson_doc *docs[2];
        batch_query(k, (batch_sign)how, "", body, query, sizeof query);
        kit_send(k, "POST", "/router/batch", query, "text/plain", body);
        assert_int_equal(answers(k, SEP, docs, 2), 2);
        yyjson_doc_free(docs[0]);
        yyjson_doc_free(docs[1]);
        body[7] ^= 1;
        kit_send(k, "POST", "/router/batch", query, "text/plain", body);
        assert_int_equal(kit_int(k, "error_response.code"), 25); /* one answer: that of all */
        body[7] ^= 1;
        char *at = strstr(query, "format=json&v");
        at[12] = '9'; /* v -> another name */
        kit_send(k, "POST", "/router/batch", query, "text/plain", body);
        assert_true(kit_int(k, "error_response.code") > 0);
    }
}

static void what_no_batch_is(void **state) {
    kit *k = *state;
    char query[1024];
    char many[4096] = "";
    batch(k, "", "");
    assert_int_equal(kit_int(k, "error_response.code"), 40);
    for (int i = 0; i < 41; i++) {
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "%smethod=taobao.time.get",
                       i > 0 ? SEP : "");
    }
    batch(k, "", many);
    assert_int_equal(kit_int(k, "error_response.code"), 41);
    batch_query(k, SIGN_MD5, "", "", query, sizeof query);
    kit_send(k, "GET", "/router/batch", query, "", "");
    assert_int_equal(kit_int(k, "error_response.code"), 9);
    k->stamp = KIT_NOW;
    kit_pass(k, 601);
    batch(k, "", "method=taobao.time.get");
    assert_int_equal(kit_int(k, "error_response.code"), 31);
}

/* ---- the token form ---- */

static void token(kit *k, const char *form, ...) __attribute__((format(printf, 2, 3)));
static void token(kit *k, const char *form, ...) {
    char body[1024];
    va_list args;
    va_start(args, form);
    (void)vsnprintf(body, sizeof body, form, args);
    va_end(args);
    kit_send(k, "POST", "/token", "", "application/x-www-form-urlencoded", body);
}

/* A secret is its bytes, other than a signature, whose hex may be of either case. */
static void shout(char *text) {
    for (; *text != '\0'; text++) {
        *text = *text >= 'a' && *text <= 'f' ? (char)(*text - 32) : *text;
    }
}

static void a_code_and_a_refresh_token(void **state) {
    kit *k = *state;
    char query[64];
    char code[64];
    char first[64];
    char key[64];
    char secret[64];
    (void)snprintf(key, sizeof key, "%s", kit_shop_text(k, 1, "app_key"));
    (void)snprintf(secret, sizeof secret, "%s", kit_shop_text(k, 1, "app_secret"));
    (void)snprintf(query, sizeof query, "shop_id=%s", kit_shop_text(k, 1, "shop_id"));
    kit_control(k, "GET", "/_sandbox/code", query);
    (void)snprintf(code, sizeof code, "%s", kit_text(k, "code"));
    token(k, "grant_type=authorization_code&code=%s&client_id=%s&client_secret=wrong", code, key);
    assert_int_equal(k->response.status, 400);
    assert_string_equal(kit_text(k, "error"), "invalid_client");
    char loud[64];
    (void)snprintf(loud, sizeof loud, "%s", secret);
    shout(loud);
    assert_string_not_equal(loud, secret);
    token(k, "grant_type=authorization_code&code=%s&client_id=%s&client_secret=%s", code, key,
          loud);
    assert_string_equal(kit_text(k, "error"), "invalid_client");
    token(k, "grant_type=password&client_id=%s&client_secret=%s", key, secret);
    assert_string_equal(kit_text(k, "error"), "unsupported_grant_type");
    token(k, "grant_type=authorization_code&code=%s&client_id=%s&client_secret=%s", code, key,
          secret);
    assert_int_equal(k->response.status, 200);
    (void)snprintf(first, sizeof first, "%s", kit_text(k, "access_token"));
    assert_true(strlen(first) > 8);
    assert_int_equal(kit_int(k, "r2_expires_in"), 365 * 86400);
    assert_int_equal(kit_int(k, "r2_valid"), (KIT_NOW + 365LL * 86400) * 1000);
    assert_string_equal(kit_text(k, "taobao_user_id"), kit_shop_text(k, 1, "shop_id"));
    char refresh[64];
    (void)snprintf(refresh, sizeof refresh, "%s", kit_text(k, "refresh_token"));
    token(k, "grant_type=authorization_code&code=%s&client_id=%s&client_secret=%s", code, key,
          secret);
    assert_string_equal(kit_text(k, "error"), "invalid_grant"); /* once */
    token(k, "grant_type=refresh_token&refresh_token=%s&client_id=%s&client_secret=%s", refresh,
          key, secret);
    assert_string_not_equal(kit_text(k, "access_token"), first);
    token(k, "grant_type=refresh_token&refresh_token=%s&client_id=%s&client_secret=%s", refresh,
          key, secret);
    assert_string_equal(kit_text(k, "error"), "invalid_grant"); /* replaced */
    kit_send(k, "POST", "/token", "client_secret=x", "application/x-www-form-urlencoded", "");
    assert_string_equal(kit_text(k, "error"), "invalid_request");
    kit_send(k, "GET", "/token", "", "", "");
    assert_string_equal(kit_text(k, "error"), "invalid_request");
}

/* ---- levels ---- */

static void a_level_that_ended_is_42(void **state) {
    kit *k = *state;
    char query[96];
    static const struct {
        const char *level, *method, *name, *value;
    } cases[] = {
        { "r2", "taobao.trades.sold.get", "fields", "tid" },
        { "r1", "taobao.user.seller.get", "fields", "nick" },
        { "w1", "taobao.item.update.delisting", "num_iid", "1" },
        { "w2", "taobao.item.delete", "num_iid", "1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KIT_TAOBAO(k, cases[i].method, cases[i].name, cases[i].value);
        assert_int_not_equal(kit_int(k, "error_response.code"), 42);
        (void)snprintf(query, sizeof query, "shop_id=%s&level=%s", kit_shop_text(k, 1, "shop_id"),
                       cases[i].level);
        kit_control(k, "POST", "/_sandbox/expire", query);
        KIT_TAOBAO(k, cases[i].method, cases[i].name, cases[i].value);
        assert_int_equal(kit_int(k, "error_response.code"), 42);
        assert_non_null(strstr(kit_text(k, "error_response.sub_msg"), cases[i].level));
    }
    (void)snprintf(query, sizeof query, "shop_id=%s&level=r3", kit_shop_text(k, 1, "shop_id"));
    kit_send(k, "POST", "/_sandbox/expire", query, "", "");
    assert_int_equal(k->response.status, 400);
}

/* ---- DingTalk ---- */

static void gettoken(kit *k, const char *query) {
    kit_send(k, "GET", "/gettoken", query, "", "");
}

static void ding(kit *k, const char *session) {
    char body[512];
    char now[BASE_TIME_TEXT];
    base_buf form;
    base_time_to_cn(k->wall_ms / 1000, now);
    base_buf_init(&form, 4096);
    codec_form_add(&form, BASE_STR("timestamp"), base_str_of(now));
    codec_form_add(&form, BASE_STR("request"), BASE_STR("{\"chatid\":\"c\"}"));
    (void)snprintf(body, sizeof body,
                   "method=dingtalk.oapi.impaas.group.dismiss&session=%s&format=json&v=2.0"
                   "&%s",
                   session, base_buf_text(&form));
    base_buf_clear(&form);
    kit_send(k, "POST", "/router/rest", "", "application/x-www-form-urlencoded", body);
}

static void dingtalks_token(void **state) {
    kit *k = *state;
    char right[256];
    char wrong[256];
    char first[64];
    kit_control(k, "GET", "/_sandbox/truth", "");
    (void)snprintf(right, sizeof right, "appkey=%s&appsecret=%s", kit_text(k, "dingtalk.app_key"),
                   kit_text(k, "dingtalk.app_secret"));
    (void)snprintf(wrong, sizeof wrong, "%s", right);
    wrong[strlen(wrong) - 1] ^= 1;
    gettoken(k, "");
    assert_int_equal(kit_int(k, "errcode"), 40035);
    gettoken(k, wrong);
    assert_int_equal(kit_int(k, "errcode"), 40096);
    (void)snprintf(wrong, sizeof wrong, "%s", right);
    shout(strstr(wrong, "appsecret=") + sizeof "appsecret=" - 1);
    gettoken(k, wrong);
    assert_int_equal(kit_int(k, "errcode"), 40096);
    gettoken(k, right);
    assert_int_equal(kit_int(k, "errcode"), 0);
    assert_int_equal(kit_int(k, "expires_in"), 7200);
    (void)snprintf(first, sizeof first, "%s", kit_text(k, "access_token"));
    ding(k, first);
    if (codec_json_at(k->root, "dingtalk_oapi_impaas_group_dismiss_response") == NULL) {
        fail_msg("%s", base_buf_text(&k->response.body));
    }
    assert_int_equal(kit_int(k, "dingtalk_oapi_impaas_group_dismiss_response.errcode"), -1);
    kit_pass(k, 7000);
    gettoken(k, right); /* the same one, its life begun anew */
    assert_string_equal(kit_text(k, "access_token"), first);
    kit_pass(k, 7199);
    ding(k, first);
    assert_int_equal(kit_int(k, "dingtalk_oapi_impaas_group_dismiss_response.errcode"), -1);
    kit_pass(k, 2);
    ding(k, first);
    assert_int_equal(kit_int(k, "dingtalk_oapi_impaas_group_dismiss_response.errcode"), 42001);
    gettoken(k, right);
    assert_string_not_equal(kit_text(k, "access_token"), first);
}

static void a_quota_of_the_day(void **state) {
    kit *k = *state;
    kit_control(k, "POST", "/_sandbox/limit", "platform=taobao&method=taobao.time.get&per_day=1");
    KIT_TAOBAO(k, "taobao.time.get", "session", "");
    assert_int_equal(kit_int(k, "error_response.code"), -1);
    KIT_TAOBAO(k, "taobao.time.get", "session", "");
    assert_int_equal(kit_int(k, "error_response.code"), 7);
    const char *said = strstr(kit_text(k, "error_response.sub_msg"), "ban will last for ");
    assert_non_null(said);
    assert_true(strtol(said + 18, NULL, 10) > 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_call_is_judged, setup, teardown),
        cmocka_unit_test_setup_teardown(shared_parameters_and_an_own_separator, setup, teardown),
        cmocka_unit_test_setup_teardown(every_signature_of_a_batch_and_one_changed_byte, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_no_batch_is, setup, teardown),
        cmocka_unit_test_setup_teardown(a_code_and_a_refresh_token, setup, teardown),
        cmocka_unit_test_setup_teardown(a_level_that_ended_is_42, setup, teardown),
        cmocka_unit_test_setup_teardown(dingtalks_token, setup, teardown),
        cmocka_unit_test_setup_teardown(a_quota_of_the_day, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
