/*
 * Douyin alliance (精选联盟): how a call looks on the wire, its three envelopes, and its two kinds
 * of token.
 *
 * Request: POST {host}/alliance/... with the token in the header access-token, open_id in the
 * query, the rest as JSON; the award task's pages are GETs without a token (seed client). The
 * client_token belongs to the app: one issuer, since only the newest two are valid. A creator's
 * token comes from the OAuth of open.douyin.com. Methods of the shop gateway in this catalogue are
 * laid out, signed and read by douyin.c.
 */
#include <string.h>

#include "platforms/platforms_private.h"

static const char OAUTH_HOST[] = "https://open.douyin.com";

static bool is_gateway(const core_request *request) {
    return request->method && request->method->recipe != 0;
}

/* ---- building ---- */

/* The OAuth calls carry key and secret of the app; refresh_token/ takes the key only, as a form
 * (Douyin open platform, refresh access token). */
static bool fill_oauth(const core_request *request, platforms_parts *parts) {
    bool refresh = strstr(platforms_path(request), "refresh_token") != NULL;
    return platforms_fill(parts, "client_key", request->app_key) &&
           (refresh || platforms_fill(parts, "client_secret", request->secret));
}

static qd_status body_form(const core_request *request, const platforms_parts *parts,
                           core_built *built, qd_err *err) {
    base_buf body;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    yyjson_mut_obj_iter iter;
    yyjson_mut_obj_iter_init(yyjson_mut_doc_get_root(parts->body), &iter);
    for (yyjson_mut_val *key; (key = yyjson_mut_obj_iter_next(&iter));) {
        yyjson_mut_val *value = yyjson_mut_obj_iter_get_val(key);
        if (yyjson_mut_is_str(value)) {
            codec_form_add(&body, (base_str){ yyjson_mut_get_str(key), yyjson_mut_get_len(key) },
                           (base_str){ yyjson_mut_get_str(value), yyjson_mut_get_len(value) });
        }
    }
    return platforms_settle(request->arena, &body, "a request body", &built->body, err);
}

static qd_status build_body(const core_request *request, platforms_parts *parts, core_built *built,
                            qd_err *err) {
    const char *path = platforms_path(request);
    bool oauth = strncmp(path, "/oauth/", 7) == 0;
    if (oauth && !fill_oauth(request, parts)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    if (oauth && strstr(path, "refresh_token")) {
        platforms_header(built, "Content-Type", "application/x-www-form-urlencoded");
        return body_form(request, parts, built, err);
    }
    platforms_header(built, "Content-Type", "application/json");
    return platforms_body_json(request, parts, built, err);
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    if (is_gateway(request)) {
        core_request signed_call = *request;
        if (base_str_is(request->sign_method, "none")) {
            signed_call.sign_method =
                base_str_of(cat_str(cat_platform_find("douyin")->sign_method));
        }
        return platforms_douyin.build(&signed_call, built, err);
    }
    platforms_parts parts = { .body = NULL };
    bool get = platforms_is_get(request);
    built->http_method = get ? "GET" : "POST";
    if (request->token.len > 0) {
        char *token = base_arena_dup(request->arena, request->token);
        platforms_header(built, "access-token", token ? token : "");
    }
    platforms_header(built, "Accept", "application/json");
    qd_status status = platforms_lay_out(request, built, &parts, err);
    if (status == QD_OK && !get) {
        status = build_body(request, &parts, built, err);
    }
    if (status == QD_OK) {
        status = platforms_build_url(request, &parts, built, err);
    }
    platforms_parts_clear(&parts);
    return status;
}

/* ---- decoding ---- */

/* The member as text where it is there; which of them count is in decode(). */
static bool code_of(yyjson_val *object, const char *name, base_arena *arena, base_str *out) {
    *out = platforms_text(object, name, arena);
    return out->len > 0;
}

static base_str first_text(yyjson_val *a, yyjson_val *b, base_arena *arena) {
    static const char *const names[] = { "description", "err_msg", "message", "msg",
                                         "err_tips",    "toast",   "sub_msg" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        base_str text = platforms_text(a, names[i], arena);
        text = text.len ? text : platforms_text(b, names[i], arena);
        if (text.len > 0) {
            return text;
        }
    }
    return (base_str){ "", 0 };
}

/* Seen: {data: {error_code}}, {err_no}, {code, data}; the open platform's own answers carry
 * {extra: {error_code, sub_error_code, logid}} beside. None of them is no success. */
static qd_status decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    if (is_gateway(request)) {
        return platforms_douyin.decode(request, root, arena, out, err);
    }
    yyjson_val *data = yyjson_obj_get(root, "data");
    yyjson_val *extra = yyjson_obj_get(root, "extra");
    yyjson_val *const places[] = { data, extra, root, root };
    static const char *const names[] = { "error_code", "error_code", "err_no", "code" };
    bool told = false;
    for (size_t i = 0; i < 4; i++) {
        base_str code;
        if (!code_of(places[i], names[i], arena, &code)) {
            continue;
        }
        told = true;
        bool fine = base_str_is(code, "0") || (i == 3 && base_str_is(code, "10000"));
        if (!fine && out->code.len == 0) {
            out->code = code;
        }
    }
    if (!told) {
        return base_fail(err, QD_E_PROTOCOL,
                         "neither data.error_code nor err_no nor code: no answer of the alliance");
    }
    out->ok = out->code.len == 0;
    out->data = data ? data : root;
    out->request_id = platforms_text(extra, "logid", arena);
    if (out->request_id.len == 0) {
        out->request_id = platforms_text(root, "log_id", arena);
    }
    if (!out->ok) {
        out->sub_code = platforms_text(extra, "sub_error_code", arena);
        out->message = first_text(yyjson_is_obj(data) ? data : root, root, arena);
        out->ban_seconds = platforms_ban_seconds(out->message);
    }
    return QD_OK;
}

/* ---- tokens ---- */

static qd_status app_token(core_token_call *out, qd_err *err) {
    out->method = "client_token";
    out->path = "/oauth/client_token/";
    out->host = OAUTH_HOST;
    base_buf_add_text(&out->params, "{\"grant_type\":\"client_credential\"}");
    return base_buf_check(&out->params, "a token call", err);
}

static qd_status token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    out->method = "oauth.refresh_token";
    out->path = "/oauth/refresh_token/";
    out->host = OAUTH_HOST;
    return platforms_grant(out, "refresh_token", "refresh_token", refresh_token, err);
}

static qd_status token_exchange(base_str code, core_token_call *out, qd_err *err) {
    out->method = "oauth.access_token";
    out->path = "/oauth/access_token/";
    out->host = OAUTH_HOST;
    return platforms_grant(out, "authorization_code", "code", code, err);
}

static qd_status token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
    qd_status status = platforms_token_text(data, "access_token", true, token->access, err);
    if (status == QD_OK) {
        status = platforms_token_text(data, "refresh_token", false, token->refresh, err);
    }
    if (status == QD_OK) {
        token->expires_at = platforms_end_of_life(data, "expires_in", now);
        token->refresh_expires_at =
            token->refresh[0] ? platforms_end_of_life(data, "refresh_expires_in", now) : 0;
    }
    return status;
}

const core_platform platforms_alliance = {
    .name = "alliance",
    .build = build,
    .decode = decode,
    .token_refresh = token_refresh,
    .token_read = token_read,
    .token_exchange = token_exchange,
    .token_owner = platforms_token_owner,
    .authorise_url = platforms_authorise_url,
    .app_token = app_token,
    .shop_param = "open_id",
    .key_param = "client_key",
    .authorise = "the creator signs in at open.douyin.com/platform/oauth/connect; the code goes to "
                 "qd_shop_authorise()",
};
