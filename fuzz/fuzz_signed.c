/*
 * Signed calls with any parameters to the sandbox, so that they come past its signature check.
 * First line: "douyin METHOD", the rest is param_json; or "taobao", the rest is a form.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox.h"
#include "sign/sign.h"
#include "support.h"

enum { CALLS_A_WORLD = 2000, PAIRS = 64, URL_BYTES = 64 * 1024 };

/* Keys of the world's first shop of each platform. */
typedef struct keys {
    char app_key[64], token[128], shop_id[64];
    sign_context *signer;
} keys;

static sandbox *world;
static keys douyin, taobao;

static void respond(const httpd_request *request, base_buf *out) {
    httpd_response response = { .status = 200, .content_type = "application/json" };
    base_buf_init(&response.body, LIMIT_REPLY_BYTES);
    sandbox_handle(world, request, &response);
    for (size_t i = 0; i < response.part_count && out != NULL; i++) {
        base_buf_add_str(out, response.parts[i]);
    }
    if (response.part_count == 0 && out != NULL) {
        base_buf_add_str(out, base_buf_str(&response.body));
    }
    if (response.release != NULL) {
        response.release(response.release_user);
    }
    base_buf_clear(&response.body);
}

static void call_douyin(base_str method, base_str body, base_buf *out) {
    char sign[SIGN_TEXT_MAX], timestamp[24], path[256];
    qd_err err;
    snprintf(timestamp, sizeof timestamp, "%d", (int)FUZZ_NOW);
    codec_pair pairs[4] = { { BASE_STR("app_key"), base_str_of(douyin.app_key) },
                            { BASE_STR("method"), method },
                            { BASE_STR("timestamp"), base_str_of(timestamp) },
                            { BASE_STR("v"), BASE_STR("2") } };
    sign_input input = { pairs, 4, body, BASE_STR("hmac-sha256"), { NULL, 0 } };
    if (sign_make(douyin.signer, &input, sign, &err) != QD_OK) {
        return;
    }
    base_buf query;
    base_buf_init(&query, URL_BYTES);
    for (int i = 0; i < 4; i++) {
        codec_form_add(&query, pairs[i].name, pairs[i].value);
    }
    codec_form_add(&query, BASE_STR("sign_method"), BASE_STR("hmac-sha256"));
    codec_form_add(&query, BASE_STR("sign"), base_str_of(sign));
    codec_form_add(&query, BASE_STR("access_token"), base_str_of(douyin.token));
    snprintf(path, sizeof path, "/%.*s", (int)(method.len < 200 ? method.len : 200), method.ptr);
    for (char *c = path; *c != '\0'; c++) {
        *c = *c == '.' ? '/' : *c;
    }
    httpd_header type = { BASE_STR("Content-Type"), BASE_STR("application/json") };
    httpd_request request = {
        BASE_STR("POST"), base_str_of(path), base_buf_str(&query), body, &type, 1
    };
    respond(&request, out);
    base_buf_clear(&query);
}

static void call_taobao(base_str form, base_arena *arena) {
    char sign[SIGN_TEXT_MAX], timestamp[BASE_TIME_TEXT];
    codec_pair *given = NULL, pairs[PAIRS + 6];
    size_t count = 0, used = 0;
    qd_err err;
    base_time_to_cn(FUZZ_NOW, timestamp);
    if (codec_form_parse(form, arena, &given, &count, &err) != QD_OK) {
        return;
    }
    pairs[used++] = (codec_pair){ BASE_STR("app_key"), base_str_of(taobao.app_key) };
    pairs[used++] = (codec_pair){ BASE_STR("session"), base_str_of(taobao.token) };
    pairs[used++] = (codec_pair){ BASE_STR("timestamp"), base_str_of(timestamp) };
    pairs[used++] = (codec_pair){ BASE_STR("v"), BASE_STR("2.0") };
    pairs[used++] = (codec_pair){ BASE_STR("sign_method"), BASE_STR("md5") };
    for (size_t i = 0; i < count && i < PAIRS; i++) {
        pairs[used++] = given[i];
    }
    sign_input input = { pairs, used, { NULL, 0 }, BASE_STR("md5"), { NULL, 0 } };
    if (sign_make(taobao.signer, &input, sign, &err) != QD_OK) {
        return;
    }
    base_buf body;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; i < used; i++) {
        codec_form_add(&body, pairs[i].name, pairs[i].value);
    }
    codec_form_add(&body, BASE_STR("sign"), base_str_of(sign));
    httpd_header type = { BASE_STR("Content-Type"), BASE_STR("application/x-www-form-urlencoded") };
    httpd_request request = {
        BASE_STR("POST"), BASE_STR("/router/rest"), { NULL, 0 }, base_buf_str(&body), &type, 1
    };
    respond(&request, NULL);
    base_buf_clear(&body);
}

/* ---- the world ---- */

static void copy_text(char *out, size_t size, yyjson_val *object, const char *name) {
    (void)base_copy(out, size, base_str_of(yyjson_get_str(codec_json_at(object, name))));
}

static void read_keys(yyjson_val *shop, const char *recipe, keys *out) {
    qd_err err;
    base_str secret = base_str_of(yyjson_get_str(yyjson_obj_get(shop, "app_secret")));
    copy_text(out->app_key, sizeof out->app_key, shop, "app_key");
    copy_text(out->token, sizeof out->token, shop, "session");
    copy_text(out->shop_id, sizeof out->shop_id, shop, "shop_id");
    sign_context_free(out->signer);
    out->signer = NULL;
    FUZZ_CHECK(sign_context_new(sign_recipe_find(recipe), secret, &out->signer, &err) == QD_OK);
}

static void take_token(void) {
    char params[256];
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    snprintf(params, sizeof params,
             "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"%s\"}",
             douyin.shop_id);
    call_douyin(BASE_STR("token.create"), base_str_of(params), &text);
    FUZZ_CHECK(codec_json_read(base_buf_str(&text), 0, &doc, &err) == QD_OK);
    copy_text(douyin.token, sizeof douyin.token, yyjson_doc_get_root(doc), "data.access_token");
    FUZZ_CHECK(douyin.token[0] != '\0');
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}

static void make_world(void) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    sandbox_options options = {
        .seed = 7, .shops = 2, .orders = 20, .now = FUZZ_NOW, .clock = fuzz_clock()
    };
    sandbox_free(world);
    FUZZ_CHECK(sandbox_new(&options, &world, &err) == QD_OK);
    sandbox_freeze(world, true);
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    FUZZ_CHECK(sandbox_truth(world, &text, &err) == QD_OK);
    FUZZ_CHECK(codec_json_read(base_buf_str(&text), 0, &doc, &err) == QD_OK);
    yyjson_val *shops = codec_json_at(yyjson_doc_get_root(doc), "shops");
    read_keys(yyjson_arr_get(shops, 0), "douyin", &douyin);
    read_keys(yyjson_arr_get(shops, 1), "taobao", &taobao);
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    take_token();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static unsigned calls;
    base_str rest = { (const char *)data, size };
    base_str line = fuzz_line(&rest);
    if (calls++ % CALLS_A_WORLD == 0) {
        make_world(); /* writes of earlier inputs do not pile up */
    }
    if (line.len > 7 && memcmp(line.ptr, "douyin ", 7) == 0) {
        call_douyin((base_str){ line.ptr + 7, line.len - 7 }, rest, NULL);
    } else {
        base_arena *arena = base_arena_new(LIMIT_CALL_ARENA);
        FUZZ_CHECK(arena != NULL);
        call_taobao(rest, arena);
        base_arena_free(arena);
    }
    return 0;
}
