/*
 * Solinkup (数环通): how a call looks on the wire, its four envelopes, and its tokens.
 *
 * Request: POST, public and business parameters in one JSON body, the signature in the header
 * `sign` (open platform guide; its table lists sign among the body's parameters). Business
 * parameters are not signed in any reading of the guide. Which of its four readings signs is the
 * app's setting, see docs/platforms/solinkup.md.
 */
#include <string.h>

#include "platforms/report_private.h"

/* ---- building ---- */

/* "listOrder" of "jinritemai.listOrder". */
static base_str method_value(const core_request *request) {
    const char *dot = strrchr(request->method_name, '.');
    return base_str_of(dot ? dot + 1 : request->method_name);
}

/* The template list's value of `method` is stated nowhere. (Flow deletion's sample has neither
 * method nor token, though the table demands both: they are sent and signed.) */
static bool has_no_method(const core_request *request) {
    return strstr(platforms_path(request), "/template/list") != NULL;
}

static bool fill_public(const core_request *request, platforms_parts *parts) {
    char *timestamp = base_arena_printf(request->arena, "%lld", (long long)request->now * 1000);
    bool fine = timestamp && platforms_fill(parts, "appKey", request->app_key) &&
                platforms_fill(parts, "timestamp", base_str_of(timestamp)) &&
                platforms_fill(parts, "version", BASE_STR("1")) &&
                platforms_fill(parts, "signMethod", request->sign_method);
    if (fine && !has_no_method(request)) {
        fine = platforms_fill(parts, "method", method_value(request));
    }
    if (fine && request->token.len > 0) {
        fine = platforms_fill(parts, "accessToken", request->token);
    }
    return fine;
}

/* As for Qianchuan itself: sources differ on what is taken when these are not sent. */
static bool fill_report(const core_request *request, platforms_parts *parts) {
    yyjson_mut_doc *doc = parts->body;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    const cat_page *page = request->method ? cat_page_of(request->method) : NULL;
    if (!page || !report_of(request->method)) {
        return true;
    }
    return platforms_fill(parts, "order_type", BASE_STR("ASC")) &&
           (yyjson_mut_obj_get(root, "page") ||
            yyjson_mut_obj_add_int(doc, root, "page", page->first_page)) &&
           (yyjson_mut_obj_get(root, "page_size") ||
            yyjson_mut_obj_add_int(doc, root, "page_size", page->size_default));
}

/* Every text of the body goes in; the recipe picks the public ones. */
static qd_status sign_body(const core_request *request, yyjson_val *root, core_built *built,
                           char sign[SIGN_TEXT_MAX], qd_err *err) {
    codec_pair *pairs = base_arena_alloc(request->arena, yyjson_obj_size(root) * sizeof *pairs);
    if (!pairs) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    size_t count = 0;
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(root, index, max, key, value) {
        base_str text = { NULL, 0 };
        if (codec_json_text(value, request->arena, &text)) {
            const char *name = base_arena_dup(
                request->arena, (base_str){ yyjson_get_str(key), yyjson_get_len(key) });
            const char *copy = base_arena_dup(request->arena, text);
            if (!name || !copy) {
                return base_fail(err, QD_E_NOMEM, "out of memory for a request");
            }
            pairs[count++] = (codec_pair){ base_str_of(name), { copy, text.len } };
        }
    }
    built->signed_input =
        (sign_input){ pairs, count, built->body, request->sign_method, request->sign_profile };
    if (!request->signer) {
        return base_fail(err, QD_E_UNSUPPORTED, "the catalogue names no signing recipe");
    }
    return sign_make(request->signer, &built->signed_input, sign, err);
}

/* The body is canonical (the guide's first step), though no server can demand it: the order of
 * members is not signed. */
static qd_status build_body(const core_request *request, platforms_parts *parts, core_built *built,
                            qd_err *err) {
    char sign[SIGN_TEXT_MAX];
    base_buf text;
    if (!fill_public(request, parts) || !fill_report(request, parts)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    yyjson_doc *doc = yyjson_mut_doc_imut_copy(parts->body, NULL);
    if (!doc) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    qd_status status = codec_json_canonical(yyjson_doc_get_root(doc), CODEC_JSON_PLAIN, &text, err);
    if (status == QD_OK) {
        status = platforms_settle(request->arena, &text, "a request body", &built->body, err);
    }
    base_buf_clear(&text);
    if (status == QD_OK) {
        status = sign_body(request, yyjson_doc_get_root(doc), built, sign, err);
    }
    yyjson_doc_free(doc);
    if (status == QD_OK) {
        char *copy = base_arena_printf(request->arena, "%s", sign);
        platforms_header(built, "sign", copy ? copy : "");
    }
    return status;
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    platforms_parts parts = { .body = NULL };
    built->http_method = "POST";
    platforms_header(built, "Content-Type", "application/json;charset=utf-8");
    platforms_header(built, "Accept", "application/json");
    qd_status status = platforms_lay_out(request, built, &parts, err);
    if (status == QD_OK) {
        status = build_body(request, &parts, built, err);
    }
    if (status == QD_OK) {
        status = platforms_build_url(request, &parts, built, err);
    }
    platforms_parts_clear(&parts);
    return status;
}

/* ---- what the guide allows ---- */

static int64_t number_of(yyjson_val *params, const char *name, int64_t fallback) {
    int64_t number = fallback;
    yyjson_val *value = yyjson_obj_get(params, name);
    return value && codec_json_i64(value, &number) ? number : fallback;
}

/* Orders of the last 90 days, at most 100 rows a page; size*page <= 50,000, which at size 100 would
 * let page 500 reach row 50,100: (page+1)*size is the reading that is never refused. */
static qd_status check_orders(const qd_shop *shop, const char *name, yyjson_val *params,
                              qd_err *err) {
    enum { BACK_S = 90 * REPORT_DAY_S, SLACK_S = 300, MOST_ROWS = 50000 };
    int64_t from = number_of(params, "createTimeStart", 0);
    int64_t to = number_of(params, "createTimeEnd", 0);
    int64_t page = number_of(params, "page", 0);
    int64_t size = number_of(params, "size", 1);
    size = size > 0 ? size : 1; /* the catalogue refuses others */
    if (to < from) {
        return base_fail(err, QD_E_INVALID,
                         "%s: createTimeEnd: %lld lies before createTimeStart %lld", name,
                         (long long)to, (long long)from);
    }
    if (core_shop_clock_fits(shop) && from < qd_shop_now(shop) - BACK_S - SLACK_S) {
        return base_fail(err, QD_E_INVALID,
                         "%s: createTimeStart: %lld lies more than 90 days back (guide)", name,
                         (long long)from);
    }
    if (page < 0) {
        return base_fail(err, QD_E_INVALID, "%s: page: %lld: the first page is 0", name,
                         (long long)page);
    }
    if (page >= MOST_ROWS / size) {
        return base_fail(err, QD_E_INVALID,
                         "%s: page: %lld at size %lld lies beyond 50,000 rows (guide): ask for a "
                         "shorter time range",
                         name, (long long)page, (long long)size);
    }
    return QD_OK;
}

/* The longest whole number of canonical JSON is 2^63 (platforms' languages differ beyond: some
 * round, some write an exponent). */
static qd_status check_numbers(yyjson_val *value, const char *method, const char *name,
                               qd_err *err) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *item;
    qd_status status = QD_OK;
    bool beyond = yyjson_is_raw(value) ||
                  (yyjson_is_uint(value) && yyjson_get_uint(value) > (uint64_t)1 << 63) ||
                  (yyjson_is_real(value) && (yyjson_get_real(value) > 9223372036854775808.0 ||
                                             yyjson_get_real(value) < -9223372036854775808.0));
    if (beyond) {
        return base_fail(err, QD_E_INVALID,
                         "%s: %s: a number beyond 2^63 has no agreed form: send it as text", method,
                         name);
    }
    yyjson_arr_foreach(value, index, max, item) {
        status = status == QD_OK ? check_numbers(item, method, name, err) : status;
    }
    yyjson_obj_foreach(value, index, max, key, item) {
        status = status == QD_OK ? check_numbers(item, method, yyjson_get_str(key), err) : status;
    }
    return status;
}

static qd_status check(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                       qd_err *err) {
    const char *name = cat_str(method->name);
    qd_status status = check_numbers(params, name, "parameters", err);
    if (status == QD_OK && report_of(method)) {
        status = report_check(method, params, REPORT_LONGEST_DAYS, err);
    } else if (status == QD_OK && strcmp(name, "jinritemai.listOrder") == 0) {
        status = check_orders(shop, name, params, err);
    }
    return status;
}

/* ---- decoding ---- */

/* Solinkup's own: success says it all; code is "__200OK" here and "200" there. */
static void decode_own(yyjson_val *root, base_arena *arena, core_decoded *out) {
    bool success = false;
    out->ok = codec_json_bool(yyjson_obj_get(root, "success"), &success) && success;
    out->request_id = platforms_text(root, "requestId", arena);
    if (!out->ok) {
        out->code = platforms_text(root, "code", arena);
        out->sub_code = platforms_text(root, "msgCode", arena);
        out->message = platforms_text(root, "message", arena);
        out->code = out->code.len ? out->code : BASE_STR("false");
        out->ban_seconds = platforms_ban_seconds(out->message);
    }
}

/* Ocean Engine's, passed through: 0 is success. */
static void decode_ocean(yyjson_val *root, base_arena *arena, core_decoded *out) {
    int64_t code = -1;
    (void)codec_json_i64(yyjson_obj_get(root, "code"), &code);
    out->ok = code == 0;
    out->request_id = platforms_text(root, "request_id", arena);
    if (!out->ok) {
        out->code = platforms_text(root, "code", arena);
        out->message = platforms_text(root, "message", arena);
    }
}

/* Four shapes in the guide's samples: Solinkup's own (success), the shop gateway's passed through
 * (err_no or sub_code), Ocean Engine's passed through (request_id and a number as code), and bare
 * data. */
static qd_status decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    if (yyjson_obj_get(root, "success")) {
        decode_own(root, arena, out);
    } else if (yyjson_obj_get(root, "err_no") || yyjson_obj_get(root, "sub_code")) {
        return platforms_douyin.decode(request, root, arena, out, err);
    } else if (yyjson_is_num(yyjson_obj_get(root, "code")) && yyjson_obj_get(root, "request_id")) {
        decode_ocean(root, arena, out);
    } else if (yyjson_obj_get(root, "data")) {
        out->ok = true;
    } else {
        return base_fail(err, QD_E_PROTOCOL,
                         "neither success nor err_no nor code nor data: no answer of Solinkup");
    }
    out->data = yyjson_obj_get(root, "data");
    return QD_OK;
}

/* ---- tokens ---- */

static qd_status token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    out->method = "refreshAccessToken";
    out->path = "/openapi/oauth2/refreshAccessToken";
    base_buf_add_text(&out->params, "{\"refreshToken\":");
    codec_json_quote(&out->params, refresh_token);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

static qd_status token_exchange(base_str code, core_token_call *out, qd_err *err) {
    out->method = "getAccessToken";
    out->path = "/openapi/oauth2/getAccessToken";
    base_buf_add_text(&out->params, "{\"authCode\":");
    codec_json_quote(&out->params, code);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

/* Points in time in milliseconds; how long they live is not documented, and in the guide's sample
 * the refresh token ends first. */
static int64_t instant(yyjson_val *data, const char *name) {
    int64_t ms = 0;
    return codec_json_i64(yyjson_obj_get(data, name), &ms) && ms > 0 ? ms / 1000 : 0;
}

static qd_status token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
    (void)now;
    qd_status status = platforms_token_text(data, "accessToken", true, token->access, err);
    if (status == QD_OK) {
        status = platforms_token_text(data, "refreshToken", false, token->refresh, err);
    }
    if (status == QD_OK) {
        token->expires_at = instant(data, "accessTokenExpired");
        token->refresh_expires_at = token->refresh[0] ? instant(data, "refreshTokenExpired") : 0;
    }
    return status;
}

const core_platform platforms_solinkup = {
    .name = "solinkup",
    .build = build,
    .decode = decode,
    .check = check,
    .token_refresh = token_refresh,
    .token_read = token_read,
    .token_exchange = token_exchange,
    .token_owner = platforms_token_owner,
    .authorise_url = platforms_authorise_url,
    .shop_param = "openId",
    .key_param = "appKey",
    .authorise =
        "the shop authorises the flow at Solinkup; the authCode goes to qd_shop_authorise()",
};
