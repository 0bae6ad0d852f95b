/*
 * Douyin shop gateway (抖店): how a call looks on the wire, and its two envelopes.
 *
 * Request: POST {host}/{method with . as /}, public parameters in the query, canonical param_json
 * in the body (Douyin guide 148/814, vendor SDKs). Vendors' clients differ in how the timestamp is
 * written, in whether sign_method is sent, and in the header x-open-no-old-err-code: the app's
 * "PROFILE/METHOD" chooses, and both envelopes are understood whatever it says. Tokens are
 * in douyin_token.c, push and SPI in push_*.c.
 */
#include <string.h>

#include "platforms/platforms_private.h"

/* ---- building ---- */

/* "/order/searchList": dots become slashes; names are case sensitive. */
static char *path_of(const core_request *request) {
    const char *given = request->raw_path;
    if (!given && request->method && request->method->path) {
        given = cat_str(request->method->path);
    }
    if (given) {
        return base_arena_printf(request->arena, "%s", given);
    }
    char *path = base_arena_printf(request->arena, "/%s", request->method_name);
    for (char *c = path; c && *c; c++) {
        *c = *c == '.' ? '/' : *c;
    }
    return path;
}

/* A raw call without a name is named by its path. */
static const char *name_of(const core_request *request, const char *path) {
    if (*request->method_name) {
        return request->method_name;
    }
    while (*path == '/') {
        path++;
    }
    char *name = base_arena_printf(request->arena, "%s", path);
    for (char *c = name; c && *c; c++) {
        *c = *c == '/' ? '.' : *c;
    }
    return name;
}

/* ---- the forms of a client ---- */

static const char IMPLICIT[] = "md5-implicit"; /* MD5, and sign_method is not sent */

/* Is this one of the words that the profile joins with plus signs? */
static bool profile_has(const core_request *request, const char *word) {
    size_t len = strlen(word);
    base_str rest = request->sign_profile;
    while (rest.len >= len) {
        const char *plus = memchr(rest.ptr, '+', rest.len);
        size_t part = plus ? (size_t)(plus - rest.ptr) : rest.len;
        if (part == len && memcmp(rest.ptr, word, len) == 0) {
            return true;
        }
        if (!plus) {
            break;
        }
        rest = (base_str){ plus + 1, rest.len - part - 1 };
    }
    return false;
}

/* The Go SDK sends seconds, the Java SDK milliseconds, Python and old clients text; the gateway
 * takes all of them. */
static char *timestamp_of(const core_request *request) {
    if (profile_has(request, "text")) {
        char text[BASE_TIME_TEXT];
        base_time_to_cn(request->now, text);
        return base_arena_printf(request->arena, "%s", text);
    }
    return base_arena_printf(request->arena, "%lld%s", (long long)request->now,
                             profile_has(request, "ms") ? "000" : "");
}

static qd_status sign_call(const core_request *request, const char *name, core_built *built,
                           char sign[SIGN_TEXT_MAX], qd_err *err) {
    codec_pair *pairs = base_arena_alloc(request->arena, 4 * sizeof *pairs);
    char *timestamp = timestamp_of(request);
    if (!pairs || !timestamp || !name) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    pairs[0] = (codec_pair){ BASE_STR("app_key"), request->app_key };
    pairs[1] = (codec_pair){ BASE_STR("method"), base_str_of(name) };
    pairs[2] = (codec_pair){ BASE_STR("timestamp"), base_str_of(timestamp) };
    pairs[3] = (codec_pair){ BASE_STR("v"), BASE_STR("2") };
    built->signed_input = (sign_input){ pairs, 4, built->body, request->sign_method, { NULL, 0 } };
    return sign_make(request->signer, &built->signed_input, sign, err);
}

static void add_query(base_buf *url, const char *name, base_str value) {
    base_buf_add_char(url, memchr(url->data, '?', url->len) ? '&' : '?');
    base_buf_add_text(url, name);
    base_buf_add_char(url, '=');
    codec_url_encode(url, value, false);
}

static qd_status build_url(const core_request *request, const char *path, const char *sign,
                           core_built *built, qd_err *err) {
    const codec_pair *pairs = built->signed_input.pairs;
    char *base = platforms_url(request->arena, request->base_url, path);
    if (!base) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a URL");
    }
    base_buf url;
    base_str text = { NULL, 0 };
    base_buf_init(&url, LIMIT_URL_BYTES);
    base_buf_add_text(&url, base);
    if (!url.failed) {
        if (request->token.len > 0) {
            add_query(&url, "access_token", request->token);
        }
        add_query(&url, "app_key", pairs[0].value);
        add_query(&url, "method", pairs[1].value);
        add_query(&url, "sign", base_str_of(sign));
        if (!base_str_is(request->sign_method, IMPLICIT)) {
            add_query(&url, "sign_method", request->sign_method);
        }
        add_query(&url, "timestamp", pairs[2].value);
        add_query(&url, "v", pairs[3].value);
    }
    qd_status status = platforms_settle(request->arena, &url, "a URL", &text, err);
    built->url = text.ptr;
    return status;
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    char sign[SIGN_TEXT_MAX];
    if (douyin_is_oauth2(request)) {
        return douyin_oauth2_build(request, built, err);
    }
    char *path = path_of(request);
    if (!path) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    base_buf body;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    qd_status status = codec_json_canonical(request->params, CODEC_JSON_PLAIN, &body, err);
    if (status != QD_OK) {
        base_buf_clear(&body);
        return status;
    }
    status = platforms_settle(request->arena, &body, "param_json", &built->body, err);
    if (status == QD_OK) {
        status = sign_call(request, name_of(request, path), built, sign, err);
    }
    if (status == QD_OK) {
        status = build_url(request, path, sign, built, err);
    }
    built->http_method = "POST";
    built->headers[0] = (qd_http_header){ "Content-Type", "application/json;charset=UTF-8" };
    built->headers[1] = (qd_http_header){ "Accept", "application/json" };
    built->header_count = 2;
    if (profile_has(request, "new")) {
        built->headers[built->header_count++] = (qd_http_header){ "x-open-no-old-err-code", "1" };
    }
    return status;
}

/* ---- decoding ---- */

/* New: {code 10000, msg, sub_code, sub_msg, log_id, data}; old: {err_no 0, message, data}; answers
 * of today carry both at once. */
static qd_status decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    (void)request;
    yyjson_val *code = yyjson_obj_get(root, "code");
    yyjson_val *err_no = yyjson_obj_get(root, "err_no");
    int64_t new_code = 10000;
    int64_t old_code = 0;
    bool has_new = codec_json_i64(code, &new_code);
    bool has_old = codec_json_i64(err_no, &old_code);
    if (!has_new && !has_old) {
        return base_fail(err, QD_E_PROTOCOL, "neither code nor err_no: no answer of Douyin");
    }
    bool new_fine = new_code == 10000 || (new_code == 0 && has_old);
    out->ok = new_fine && old_code == 0;
    out->data = yyjson_obj_get(root, "data");
    out->request_id = platforms_text(root, "log_id", arena);
    if (out->ok) {
        return QD_OK;
    }
    out->code = platforms_text(root, new_fine ? "err_no" : "code", arena);
    out->sub_code = platforms_text(root, "sub_code", arena);
    base_str msg = platforms_text(root, has_new ? "msg" : "message", arena);
    out->message = platforms_join(arena, msg, platforms_text(root, "sub_msg", arena));
    out->ban_seconds = platforms_ban_seconds(out->message);
    out->signature_refused = base_str_is(out->sub_code, "isv.signature-invalid");
    out->clock_refused = base_str_is(out->sub_code, "isv.timestamp-invalid");
    return QD_OK;
}

const core_platform platforms_douyin = {
    .name = "douyin",
    .build = build,
    .decode = decode,
    .token_refresh = douyin_token_refresh,
    .token_create = douyin_token_create,
    .token_read = douyin_token_read,
    .token_exchange = douyin_token_exchange,
    .token_owner = platforms_token_owner,
    .owner_is_shop = true,
    .authorise_url = platforms_authorise_url,
    .check_asker = douyin_check_asker,
    .recipe = douyin_recipe,
    .authorise = "the owner agrees at the page that qd shop auth names; the code goes to qd shop "
                 "auth or qd_shop_authorise()",
};
