/*
 * Solinkup (open platform guide): POST with public parameters in the JSON body and `sign` in a
 * header; tokens with absolute ends; the four envelopes that the guide's samples show. Lives as in
 * the guide's sample, where the refresh token ends before the access token. No source names error
 * codes: those here are the sandbox's own.
 */
#include <string.h>

#include "sandbox/open/open.h"
#include "sandbox/open/solinkup.h"
#include "sandbox/open/solinkup_calls.h"
#include "sandbox/open/state.h"

enum {
    SKEW_S = 300, /* the guide: five minutes */
    CODE_PARAM = 400,
    CODE_SIGN = 401,
    CODE_TOKEN = 402,
    CODE_TOKEN_EXPIRED = 403,
    CODE_NO_API = 404,
    CODE_TIME = 408,
    CODE_LIMIT = 429
};

static const open_lives lives = { 7 * 86400, 15143, "AccessToken@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                  "RefreshToken@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };

/* ---- answers ---- */

static const char *msg_code_of(int code) {
    switch (code) {
    case CODE_SIGN:
        return "error.sign";
    case CODE_TOKEN:
        return "error.token.invalid";
    case CODE_TOKEN_EXPIRED:
        return "error.token.expired";
    case CODE_NO_API:
        return "error.method";
    case CODE_TIME:
        return "error.timestamp";
    case CODE_LIMIT:
        return "error.limit";
    default:
        return "error.param";
    }
}

static void write_head(open_call *call, bool ok, const char *code, const char *msg_code) {
    base_buf_reset(call->out);
    base_buf_add_text(call->out, "{\"requestId\":\"");
    open_add_log_id(call, call->out);
    base_buf_printf(call->out, "\",\"success\":%s,\"code\":\"%s\",\"msgCode\":\"%s\",\"message\":",
                    ok ? "true" : "false", code, msg_code);
}

static void write_refusal(open_call *call) {
    char code[24];
    base_buf number;
    base_buf_init(&number, sizeof code - 1);
    base_buf_printf(&number, "__%d", call->code);
    (void)base_copy(code, sizeof code, base_buf_str(&number));
    base_buf_clear(&number);
    write_head(call, false, code, msg_code_of(call->code));
    codec_json_quote(call->out, base_str_of(call->why != NULL ? call->why : ""));
    base_buf_add_text(call->out, ",\"data\":null,\"pager\":null}");
    face_count_refusal(call->face, "solinkup", call->code, "");
}

static void write_own(open_call *call, const char *code, base_str data) {
    write_head(call, true, code, "result.success");
    base_buf_add_text(call->out, "\"操作成功\",\"data\":");
    base_buf_add_str(call->out, data);
    base_buf_add_text(call->out, ",\"pager\":null}");
}

static bool path_begins(const open_call *call, const char *with) {
    size_t len = strlen(with);
    return call->path.len >= len && memcmp(call->path.ptr, with, len) == 0;
}

/* Orders come as Doudian's body, reports as Ocean Engine's: also where they are refused. */
static void write_answer(open_call *call, const solinkup_answer *answer) {
    base_str data = answer->code == 0 ? base_buf_str(&answer->data) : BASE_STR("{}");
    const char *why = answer->code == 0 ? "success" : answer->why;
    base_buf_reset(call->out);
    switch (answer->shape) {
    case SOLINKUP_OCEAN:
        base_buf_printf(call->out, "{\"code\":%d,\"message\":", answer->code);
        codec_json_quote(call->out, base_str_of(answer->code == 0 ? "OK" : why));
        base_buf_add_text(call->out, ",\"request_id\":\"");
        open_add_log_id(call, call->out);
        base_buf_add_text(call->out, "\",\"data\":");
        base_buf_add_str(call->out, data);
        base_buf_add_char(call->out, '}');
        break;
    case SOLINKUP_DOUDIAN:
        base_buf_add_text(call->out, "{\"data\":");
        base_buf_add_str(call->out, data);
        base_buf_printf(call->out, ",\"err_no\":%d,\"message\":", answer->code);
        codec_json_quote(call->out, base_str_of(why));
        base_buf_printf(call->out, ",\"code\":%d,\"msg\":", answer->code ? answer->code : 10000);
        codec_json_quote(call->out, base_str_of(why));
        base_buf_printf(call->out, ",\"sub_code\":\"%s\",\"sub_msg\":",
                        answer->sub_code != NULL ? answer->sub_code : "");
        codec_json_quote(call->out, base_str_of(answer->code ? why : ""));
        base_buf_add_char(call->out, '}');
        break;
    default:
        write_own(call, answer->shape == SOLINKUP_OWN_200 ? "200" : "__200OK", data);
        break;
    }
    if (answer->code > 0) {
        face_count_refusal(call->face, "solinkup", answer->code,
                           answer->sub_code != NULL ? answer->sub_code : "");
    }
}

/* The sample: decryption comes as bare data. */
static void write_decrypted(open_call *call) {
    yyjson_val *items = yyjson_obj_get(yyjson_doc_get_root(call->merged), "cipher_infos");
    base_buf_reset(call->out);
    base_buf_add_text(call->out, "{\"data\":{\"decrypt_infos\":");
    face_secret_open(call->face, WORLD_NONE, items, false, call->out);
    base_buf_add_text(call->out, "}}");
}

static bool write_known(open_call *call) {
    solinkup_answer answer = { .shape = SOLINKUP_OWN };
    if (path_begins(call, "/trigger/api/jinritemai/batchDecrypts/")) {
        write_decrypted(call);
        return true;
    }
    base_buf_init(&answer.data, LIMIT_DOCUMENT_BYTES);
    if (!solinkup_modelled(call, &answer)) {
        generic_answer made =
            generic_begin(call->face, call->known, yyjson_doc_get_root(call->merged));
        generic_write_data(&made, &answer.data);
    }
    bool ok = answer.code != -1 && !answer.data.failed;
    if (ok) {
        write_answer(call, &answer);
    } else if (answer.data.failed) {
        (void)open_fail(call, CODE_PARAM, "the answer is too long");
    }
    base_buf_clear(&answer.data);
    return ok;
}

/* ---- checks ---- */

static bool check_time(open_call *call) {
    int64_t ms = 0;
    base_str text = open_text(call, "timestamp");
    if (!base_str_to_i64(text, &ms) || ms < 1000000000000) {
        return open_fail(call, CODE_TIME, "timestamp is unix milliseconds");
    }
    return face_time_near(call->face, ms / 1000, SKEW_S) ||
           open_fail(call, CODE_TIME, "timestamp is more than five minutes off");
}

static bool check_sign(open_call *call) {
    base_str sign = httpd_header_get(call->face->request, "sign");
    solinkup_signed parts = {
        .access_token = open_text(call, "accessToken"),
        .app_key = open_text(call, "appKey"),
        .auth_code = open_text(call, "authCode"),
        .method = open_text(call, "method"),
        .open_id = open_text(call, "openId"),
        .redirect_url = open_text(call, "redirectUrl"),
        .sign_method = open_text(call, "signMethod"),
        .timestamp = open_text(call, "timestamp"),
        .version = open_text(call, "version"),
        /* The prose says header, the table body: both are read. */
        .sign = sign.len > 0 ? sign : open_text(call, "sign"),
        .only = call->face->sb->open != NULL ? call->face->sb->open->readings : "",
    };
    if (parts.sign.len == 0) {
        return open_fail(call, CODE_SIGN, "the header sign is missing");
    }
    const char *why =
        solinkup_sign_check(call->face->arena, base_str_of(call->app->secret), &parts);
    if (why != NULL && parts.open_id.len == 0 && call->segment.len > 0) {
        parts.open_id = call->segment; /* the openId of the path, where the body has none */
        why = solinkup_sign_check(call->face->arena, base_str_of(call->app->secret), &parts);
    }
    return why == NULL || open_fail(call, CODE_SIGN, "%s", why);
}

/* "/trigger/api/jinritemai/listOrder/{openId}" and method listOrder belong together. */
static bool check_method_value(open_call *call) {
    base_str value = open_text(call, "method");
    char part[96];
    if (path_begins(call, "/trigger/api/")) {
        const char *slash = memchr(call->path.ptr + 13, '/', call->path.len - 13);
        size_t room = slash != NULL ? call->path.len - (size_t)(slash - call->path.ptr) : 0;
        const char *end = room > 1 ? memchr(slash + 1, '/', room - 1) : NULL;
        size_t len = end != NULL ? (size_t)(end - slash - 1) : 0;
        (void)base_copy(part, sizeof part, (base_str){ slash != NULL ? slash + 1 : "", len });
    } else {
        bool create = open_is(call, "/openapi/oauth2/getAccessToken");
        bool refresh = open_is(call, "/openapi/oauth2/refreshAccessToken");
        if (!create && !refresh) {
            return true; /* not stated for templates and flows */
        }
        (void)base_copy(part, sizeof part,
                        create ? BASE_STR("getAccessToken") : BASE_STR("refreshAccessToken"));
    }
    return base_str_is(value, part) || open_fail(call, CODE_NO_API, "method is %s here", part);
}

static bool check_public(open_call *call) {
    base_str key = open_text(call, "appKey");
    if (open_is_get(call)) {
        return open_fail(call, CODE_PARAM, "every call is a POST");
    }
    if (!base_str_is(key, call->app->key)) {
        return open_fail(call, CODE_PARAM, "appKey is missing or unknown");
    }
    if (!base_str_is(open_text(call, "version"), "1")) {
        return open_fail(call, CODE_PARAM, "version is 1");
    }
    return check_time(call) && check_sign(call) && check_method_value(call);
}

static bool check_token(open_call *call) {
    base_str token = open_text(call, "accessToken");
    /* The sample of deleteFlow carries none. */
    if (token.len == 0 && !path_begins(call, "/trigger/")) {
        return true;
    }
    switch (open_token_check(call->face, call->kind, token)) {
    case FACE_GRANT_OK:
        return true;
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_TOKEN_EXPIRED, "accessToken has expired");
    default:
        return open_fail(call, CODE_TOKEN, "accessToken is missing or not valid");
    }
}

/* ---- tokens ---- */

static bool write_pair(open_call *call, const face_pair *pair) {
    base_buf data;
    base_buf_init(&data, 1024);
    base_buf_printf(&data,
                    "{\"openId\":\"%s\",\"accessToken\":\"%s\",\"refreshToken\":\"%s\","
                    "\"accessTokenExpired\":%lld,\"refreshTokenExpired\":%lld}",
                    call->app->account, pair->access, pair->refresh,
                    (long long)pair->access_until * 1000, (long long)pair->refresh_until * 1000);
    write_own(call, "__200OK", base_buf_str(&data));
    base_buf_clear(&data);
    return true;
}

static bool check_params(open_call *call) {
    generic_problem problem;
    return call->known == NULL || open_check(call, &problem) ||
           open_fail(call, CODE_PARAM, "%s %s", problem.name, problem.why);
}

static bool run_get_token(open_call *call) {
    switch (open_code_use(call->face, call->kind, open_text(call, "authCode"))) {
    case FACE_GRANT_OK:
        return write_pair(call, open_pair_new(call->face, call->kind, &lives, false));
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_TOKEN_EXPIRED, "authCode has expired");
    default:
        return open_fail(call, CODE_TOKEN, "authCode is unknown, or was used");
    }
}

static bool run_refresh(open_call *call) {
    switch (open_refresh_check(call->face, call->kind, open_text(call, "refreshToken"))) {
    case FACE_GRANT_OK:
        return write_pair(call, open_pair_new(call->face, call->kind, &lives, true));
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_TOKEN_EXPIRED, "refreshToken has expired");
    default:
        return open_fail(call, CODE_TOKEN, "refreshToken is unknown");
    }
}

/* The openId of a path is the account's, or of the other form that the guide shows
 * ("OpenId_37127491"), of which nothing is known. */
static bool check_open_id(open_call *call) {
    static const char other[] = "OpenId_";
    base_str id = call->segment;
    bool fits = !path_begins(call, "/trigger/") || base_str_is(id, call->app->account) ||
                (id.len > sizeof other - 1 && memcmp(id.ptr, other, sizeof other - 1) == 0);
    return fits || open_fail(call, CODE_TOKEN, "the path's openId is not the token's");
}

static bool run_known(open_call *call) {
    if (call->known == NULL) {
        return open_fail(call, CODE_NO_API, "no such path");
    }
    if (generic_is_retired(call->face, call->known)) {
        return open_fail(call, CODE_NO_API, "this path is retired");
    }
    return check_token(call) && check_open_id(call) && check_params(call) && write_known(call);
}

static bool run(open_call *call) {
    if (!check_public(call)) {
        return false;
    }
    if (open_is_limited(call)) {
        return open_fail(call, CODE_LIMIT, "too many calls");
    }
    if (open_is(call, "/openapi/oauth2/getAccessToken")) {
        return check_params(call) && run_get_token(call);
    }
    if (open_is(call, "/openapi/oauth2/refreshAccessToken")) {
        return check_params(call) && run_refresh(call);
    }
    return run_known(call);
}

void face_solinkup(face_call *face, base_str path) {
    open_serve(face, FACE_SOLINKUP, path, CODE_PARAM, run, write_refusal);
}
