/*
 * Sessions of TOP: how a code becomes one, how it is renewed, what the answer says. Two ways are
 * known: the methods taobao.top.auth.token.create and .refresh (the default), and the form of
 * https://oauth.taobao.com/token. Their answers hold the same members. Only apps of the service
 * market get a refresh token (TOP, taobao.top.auth.token.refresh); the others' sessions end.
 */
#include <string.h>

#include "platforms/taobao_private.h"

static const char OAUTH_HOST[] = "https://oauth.taobao.com";
static const char OAUTH_SANDBOX[] = "https://oauth.tbsandbox.com";
static const char OAUTH_PATH[] = "/token";

/* ---- what is asked ---- */

static bool is_oauth2(const core_token_call *out) {
    return out->asker.token_flow && strcmp(out->asker.token_flow, "oauth2") == 0;
}

qd_status taobao_check_asker(const core_asker *asker, qd_err *err) {
    bool known = !*asker->token_flow || strcmp(asker->token_flow, "top") == 0 ||
                 strcmp(asker->token_flow, "oauth2") == 0;
    if (*asker->subject_type) {
        return base_fail(err, QD_E_INVALID, "on taobao shops authorise, no other subjects");
    }
    return known
               ? QD_OK
               : base_fail(err, QD_E_INVALID, "taobao's token flow is top or oauth2, not \"%.20s\"",
                           asker->token_flow);
}

static void add_text(base_buf *params, const char *name, base_str value) {
    base_buf_add_char(params, params->len > 1 ? ',' : '{');
    codec_json_quote(params, base_str_of(name));
    base_buf_add_char(params, ':');
    codec_json_quote(params, value);
}

static qd_status oauth_call(core_token_call *out, const char *grant, const char *name,
                            base_str value, qd_err *err) {
    base_str back = base_str_of(out->asker.redirect_uri);
    out->method = TAOBAO_OAUTH_NAME;
    out->path = OAUTH_PATH;
    out->host = OAUTH_HOST;
    add_text(&out->params, "grant_type", base_str_of(grant));
    add_text(&out->params, name, value);
    if (back.len > 0) {
        add_text(&out->params, "redirect_uri", back);
    }
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

static qd_status one_param(core_token_call *out, const char *method, const char *name,
                           base_str value, qd_err *err) {
    out->method = method;
    base_buf_printf(&out->params, "{\"%s\":", name);
    codec_json_quote(&out->params, value);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

qd_status taobao_token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    if (is_oauth2(out)) {
        return oauth_call(out, "refresh_token", "refresh_token", refresh_token, err);
    }
    return one_param(out, "taobao.top.auth.token.refresh", "refresh_token", refresh_token, err);
}

qd_status taobao_token_exchange(base_str code, core_token_call *out, qd_err *err) {
    if (is_oauth2(out)) {
        return oauth_call(out, "authorization_code", "code", code, err);
    }
    return one_param(out, "taobao.top.auth.token.create", "code", code, err);
}

/* ---- the form of oauth.taobao.com ---- */

bool taobao_is_oauth(const core_request *request) {
    return request->raw_path && strcmp(request->raw_path, OAUTH_PATH) == 0 &&
           strcmp(request->method_name, TAOBAO_OAUTH_NAME) == 0;
}

qd_status taobao_oauth_build(const core_request *request, core_built *built, qd_err *err) {
    base_buf body;
    bool sandbox = !request->own_host && strcmp(request->environment, "sandbox") == 0;
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    codec_form_add(&body, BASE_STR("client_id"), request->app_key);
    codec_form_add(&body, BASE_STR("client_secret"), request->secret);
    yyjson_obj_foreach(request->params, index, max, key, value) {
        if (yyjson_is_str(value)) {
            codec_form_add(&body, (base_str){ yyjson_get_str(key), yyjson_get_len(key) },
                           (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
        }
    }
    built->http_method = "POST";
    built->url = sandbox ? base_arena_printf(request->arena, "%s%s", OAUTH_SANDBOX, OAUTH_PATH)
                         : taobao_url(request, OAUTH_PATH);
    platforms_header(built, "Content-Type", "application/x-www-form-urlencoded;charset=utf-8");
    platforms_header(built, "Accept", "application/json");
    qd_status status = platforms_settle(request->arena, &body, "a request body", &built->body, err);
    return status == QD_OK && !built->url ? base_fail(err, QD_E_NOMEM, "out of memory for a URL")
                                          : status;
}

/* A refusal is {"error","error_description"} (RFC 6749), told as "oauth.invalid_grant". */
qd_status taobao_oauth_decode(yyjson_val *root, base_arena *arena, core_decoded *out, qd_err *err) {
    base_str error = platforms_text(root, "error", arena);
    out->data = root;
    out->ok = error.len == 0 && yyjson_is_str(yyjson_obj_get(root, "access_token"));
    if (error.len > 0) {
        char *code = base_arena_printf(arena, "oauth.%.*s", (int)(error.len < 24 ? error.len : 24),
                                       error.ptr);
        out->code = code ? base_str_of(code) : error;
        out->message = platforms_text(root, "error_description", arena);
    }
    return out->ok || error.len > 0
               ? QD_OK
               : base_fail(err, QD_E_PROTOCOL,
                           "neither access_token nor error: no answer of TOP's OAuth");
}

/* ---- what is answered ---- */

/* A life in seconds from now, else an absolute end in milliseconds; 0 = not told. */
static int64_t end_of(yyjson_val *object, const char *life, const char *valid, int64_t now) {
    int64_t ms = 0;
    int64_t end = platforms_end_of_life(object, life, now);
    bool told = end == 0 && codec_json_i64(yyjson_obj_get(object, valid), &ms);
    return told && ms > 0 ? ms / 1000 : end;
}

static qd_status read_token(yyjson_val *object, int64_t now, qd_token *token, qd_err *err) {
    qd_status status = platforms_token_text(object, "access_token", true, token->access, err);
    if (status == QD_OK) {
        status = platforms_token_text(object, "refresh_token", false, token->refresh, err);
    }
    if (status == QD_OK) {
        static const char *const levels[QD_TOKEN_LEVELS][2] = { { "r1_expires_in", "r1_valid" },
                                                                { "r2_expires_in", "r2_valid" },
                                                                { "w1_expires_in", "w1_valid" },
                                                                { "w2_expires_in", "w2_valid" } };
        for (size_t i = 0; i < QD_TOKEN_LEVELS; i++) {
            token->level_ends[i] = end_of(object, levels[i][0], levels[i][1], now);
        }
        token->expires_at = end_of(object, "expires_in", "expire_time", now);
        token->refresh_expires_at =
            token->refresh[0] ? end_of(object, "re_expires_in", "refresh_token_valid_time", now)
                              : 0;
    }
    return status;
}

/* data.token_result is the token as JSON text; oauth.taobao.com answers it bare. */
qd_status taobao_token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
    yyjson_val *text = yyjson_obj_get(data, "token_result");
    yyjson_doc *doc = NULL;
    yyjson_val *object = data;
    qd_status status = QD_OK;
    if (yyjson_is_str(text)) {
        base_str json = { yyjson_get_str(text), yyjson_get_len(text) };
        status = codec_json_read(json, LIMIT_CONF_BYTES, &doc, err);
        object = yyjson_doc_get_root(doc);
    }
    if (status == QD_OK) {
        status = read_token(object, now, token, err);
    }
    yyjson_doc_free(doc);
    return status;
}

/* ---- levels ---- */

/* 42: the session lives, but its right to what the method does has ended. */
base_str taobao_explain(base_str code, const qd_token *token, int64_t now, base_arena *arena) {
    static const char *const names[QD_TOKEN_LEVELS] = { "r1", "r2", "w1", "w2" };
    base_buf text;
    base_str out = { "", 0 };
    bool told = false;
    if (!base_str_is(code, "42")) {
        return out;
    }
    base_buf_init(&text, LIMIT_CONF_BYTES);
    for (size_t i = 0; i < QD_TOKEN_LEVELS; i++) {
        char at[BASE_TIME_TEXT];
        int64_t end = token->level_ends[i];
        if (end > 0 && end <= now) {
            base_time_to_cn(end, at);
            base_buf_printf(&text, "%slevel %s of the session ended at %s", told ? ", " : "",
                            names[i], at);
            told = true;
        }
    }
    if (!told) {
        base_buf_add_text(&text, "none of the levels' known ends has passed: the seller may have "
                                 "granted less");
    }
    if (platforms_settle(arena, &text, "an explanation", &out, NULL) != QD_OK) {
        out = (base_str){ "", 0 };
    }
    return out;
}
