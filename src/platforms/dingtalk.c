/*
 * DingTalk inside TOP: its methods are called with a session and nothing else, the session being
 * the access token of a DingTalk app. Here is how that token is asked for, and how DingTalk tells
 * failures. The token keeper of room core keeps it, one an app over all processes.
 *
 * GET https://oapi.dingtalk.com/gettoken?appkey=&appsecret= -> {errcode, access_token, expires_in
 * 7200} (DingTalk server documents; dingtalk SDK, client/__init__.py). The platform takes the
 * secret in the query only (a form is answered with 40035): no error and no log of ours shows the
 * URL.
 */
#include <string.h>

#include "platforms/taobao_private.h"

static const char TOKEN_HOST[] = "https://oapi.dingtalk.com";
static const char TOKEN_PATH[] = "/gettoken";

bool dingtalk_is_app(const char *app_key) {
    return app_key && strncmp(app_key, "ding", 4) == 0;
}

bool dingtalk_is_method(const char *name) {
    return strncmp(name, "dingtalk.", 9) == 0;
}

/* ---- the token ---- */

bool dingtalk_is_token(const core_request *request) {
    return request->raw_path && strcmp(request->raw_path, TOKEN_PATH) == 0;
}

qd_status dingtalk_app_token(core_token_call *out, qd_err *err) {
    out->method = "dingtalk.gettoken";
    out->path = TOKEN_PATH;
    out->host = TOKEN_HOST;
    base_buf_add_text(&out->params, "{}");
    return base_buf_check(&out->params, "a token call", err);
}

qd_status dingtalk_token_build(const core_request *request, core_built *built, qd_err *err) {
    base_buf query;
    base_str text = { NULL, 0 };
    const char *at = taobao_url(request, TOKEN_PATH);
    if (!at) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a URL");
    }
    base_buf_init(&query, LIMIT_URL_BYTES);
    platforms_query_add(&query, BASE_STR("appkey"), request->app_key);
    platforms_query_add(&query, BASE_STR("appsecret"), request->secret);
    qd_status status = platforms_settle(request->arena, &query, "a URL", &text, err);
    if (status != QD_OK) {
        return status;
    }
    built->url = base_arena_printf(request->arena, "%s?%.*s", at, (int)text.len, text.ptr);
    built->http_method = "GET";
    platforms_header(built, "Accept", "application/json");
    return built->url ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a URL");
}

/* ---- failures ---- */

/* Its numbers mean other things than TOP's: they are told as "dingtalk.40014". 88 only says that
 * the reason is in sub_code. */
static void tell(base_str code, base_str message, base_arena *arena, core_decoded *out) {
    char *own =
        base_arena_printf(arena, "dingtalk.%.*s", (int)(code.len < 20 ? code.len : 20), code.ptr);
    out->ok = false;
    out->code = own ? base_str_of(own) : code;
    out->message = message;
}

static bool tell_errcode(yyjson_val *object, base_arena *arena, core_decoded *out) {
    base_str code = platforms_text(object, "errcode", arena);
    base_str sub = platforms_text(object, "sub_code", arena);
    if (code.len == 0 || base_str_is(code, "0")) {
        return false;
    }
    bool inner = base_str_is(code, "88") && sub.len > 0;
    tell(inner ? sub : code, platforms_text(object, inner ? "sub_msg" : "errmsg", arena), arena,
         out);
    return true;
}

void dingtalk_decode(yyjson_val *data, base_arena *arena, core_decoded *out) {
    yyjson_val *result = yyjson_obj_get(data, "result");
    base_str code = platforms_text(result, "ding_open_errcode", arena);
    bool told = tell_errcode(data, arena, out);
    if (!told && code.len > 0 && !base_str_is(code, "0")) {
        tell(code, platforms_text(result, "error_msg", arena), arena, out);
    }
}

qd_status dingtalk_token_decode(yyjson_val *root, base_arena *arena, core_decoded *out,
                                qd_err *err) {
    out->request_id = platforms_text(root, "request_id", arena);
    out->data = root;
    if (tell_errcode(root, arena, out)) {
        return QD_OK;
    }
    out->ok = yyjson_is_str(yyjson_obj_get(root, "access_token"));
    return out->ok ? QD_OK
                   : base_fail(err, QD_E_PROTOCOL,
                               "neither access_token nor errcode: no answer of DingTalk");
}
