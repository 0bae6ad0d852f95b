/*
 * Qianchuan on Ocean Engine's open_api: OAuth (code once, access 24 h, rotating refresh 30 days)
 * and the calls of the catalogue; envelope {code, message, request_id, data}. No source of ours
 * holds the table of return codes: those here are the public ones, see docs/sandbox.md.
 */
#include <string.h>

#include "sandbox/open/ads.h"
#include "sandbox/open/open.h"

enum {
    CODE_PARAM = 40001,
    CODE_NO_API = 40003,
    CODE_LIMIT = 40100,
    CODE_TOKEN_EXPIRED = 40102,
    CODE_REFRESH_EXPIRED = 40103,
    CODE_TOKEN_MISSING = 40104,
    CODE_TOKEN = 40105,
    CODE_REFRESH = 40107,
    CODE_CODE = 40110,
    CODE_SECRET = 40111
};

static const open_lives lives = { 86400, 30 * 86400, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };

/* ---- answers ---- */

static void write_head(open_call *call, int code, const char *message) {
    base_buf_reset(call->out);
    base_buf_printf(call->out, "{\"code\":%d,\"message\":", code);
    codec_json_quote(call->out, base_str_of(message));
    base_buf_add_text(call->out, ",\"request_id\":\"");
    open_add_log_id(call, call->out);
    base_buf_add_text(call->out, "\",\"data\":");
}

static void write_refusal(open_call *call) {
    write_head(call, call->code, call->why != NULL ? call->why : "");
    base_buf_add_text(call->out, "{}}");
    face_count_refusal(call->face, "qianchuan", call->code, "");
}

static bool write_report(open_call *call) {
    const char *why = "";
    write_head(call, 0, "OK");
    int code = ads_report(call, call->out, &why);
    base_buf_add_char(call->out, '}');
    return code == 0 || open_fail(call, code, "%s", why);
}

static bool write_known(open_call *call) {
    if (ads_is_report(call)) {
        return write_report(call);
    }
    generic_answer answer =
        generic_begin(call->face, call->known, yyjson_doc_get_root(call->merged));
    write_head(call, 0, "OK");
    generic_write_data(&answer, call->out);
    base_buf_add_char(call->out, '}');
    return true;
}

/* ---- OAuth ---- */

static bool check_app(open_call *call, base_str app_id, base_str secret) {
    if (!base_str_is(app_id, call->app->key) ||
        !base_secret_equal(secret, base_str_of(call->app->secret))) {
        return open_fail(call, CODE_SECRET, "app_id or secret is wrong");
    }
    return true;
}

static bool write_pair(open_call *call, const face_pair *pair) {
    int64_t now = call->face->now;
    write_head(call, 0, "OK");
    base_buf_printf(call->out,
                    "{\"access_token\":\"%s\",\"expires_in\":%lld,\"refresh_token\":\"%s\","
                    "\"refresh_token_expires_in\":%lld,\"advertiser_id\":%s,"
                    "\"advertiser_ids\":[%s]}}",
                    pair->access, (long long)(pair->access_until - now), pair->refresh,
                    (long long)(pair->refresh_until - now), call->app->account, call->app->account);
    return true;
}

static bool run_access_token(open_call *call) {
    if (!check_app(call, open_text(call, "app_id"), open_text(call, "secret"))) {
        return false;
    }
    if (!base_str_is(open_text(call, "grant_type"), "auth_code")) {
        return open_fail(call, CODE_PARAM, "grant_type is auth_code");
    }
    switch (open_code_use(call->face, call->kind, open_text(call, "auth_code"))) {
    case FACE_GRANT_OK:
        return write_pair(call, open_pair_new(call->face, call->kind, &lives, false));
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_CODE, "auth_code has expired");
    default:
        return open_fail(call, CODE_CODE, "auth_code is unknown, or was used");
    }
}

static bool run_refresh(open_call *call) {
    if (!check_app(call, open_text(call, "app_id"), open_text(call, "secret"))) {
        return false;
    }
    if (!base_str_is(open_text(call, "grant_type"), "refresh_token")) {
        return open_fail(call, CODE_PARAM, "grant_type is refresh_token");
    }
    switch (open_refresh_check(call->face, call->kind, open_text(call, "refresh_token"))) {
    case FACE_GRANT_OK:
        return write_pair(call, open_pair_new(call->face, call->kind, &lives, false));
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_REFRESH_EXPIRED, "refresh_token has expired");
    default:
        return open_fail(call, CODE_REFRESH, "refresh_token is unknown, or was replaced");
    }
}

/* ---- calls ---- */

static bool check_token(open_call *call, base_str token) {
    if (token.len == 0) {
        return open_fail(call, CODE_TOKEN_MISSING, "Access-Token is missing");
    }
    switch (open_token_check(call->face, call->kind, token)) {
    case FACE_GRANT_OK:
        return true;
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_TOKEN_EXPIRED, "Access-Token has expired");
    default:
        return open_fail(call, CODE_TOKEN, "Access-Token is not valid");
    }
}

/* Which advertisers have authorised: app and token travel in the query. */
static bool run_advertisers(open_call *call) {
    if (!check_app(call, face_param_text(&call->query, "app_id"),
                   face_param_text(&call->query, "secret")) ||
        !check_token(call, face_param_text(&call->query, "access_token"))) {
        return false;
    }
    write_head(call, 0, "OK");
    base_buf_printf(call->out,
                    "{\"list\":[{\"advertiser_id\":%s,\"advertiser_name\":\"千店练习账户\","
                    "\"is_valid\":true}]}}",
                    call->app->account);
    return true;
}

static bool check_params(open_call *call) {
    generic_problem problem;
    return call->known == NULL || open_check(call, &problem) ||
           open_fail(call, CODE_PARAM, "%s %s", problem.name, problem.why);
}

static bool run_known(open_call *call) {
    if (call->known == NULL) {
        return open_fail(call, CODE_NO_API, "no such path");
    }
    if (generic_is_retired(call->face, call->known)) {
        return open_fail(call, CODE_NO_API, "this path is retired");
    }
    if (open_is_get(call) != (call->known->http == CAT_GET)) {
        return open_fail(call, CODE_PARAM, "this path is called by %s",
                         call->known->http == CAT_GET ? "GET" : "POST");
    }
    if (call->known->auth != CAT_AUTH_NONE &&
        !check_token(call, httpd_header_get(call->face->request, "Access-Token"))) {
        return false;
    }
    return check_params(call) && write_known(call);
}

/* A token of the app itself: nothing that is known takes it. */
static bool run_app_token(open_call *call) {
    return check_app(call, open_text(call, "app_id"), open_text(call, "secret")) && run_known(call);
}

static bool run(open_call *call) {
    static const struct {
        const char *path;
        bool get;
        bool (*run)(open_call *call);
    } oauth[] = {
        { "/open_api/oauth2/access_token", false, run_access_token },
        { "/open_api/oauth2/refresh_token", false, run_refresh },
        { "/open_api/oauth2/app_access_token", false, run_app_token },
        { "/open_api/oauth2/advertiser/get", true, run_advertisers },
    };
    if (open_is_limited(call)) {
        return open_fail(call, CODE_LIMIT, "too many calls");
    }
    for (size_t i = 0; i < sizeof oauth / sizeof oauth[0]; i++) {
        if (!open_is(call, oauth[i].path)) {
            continue;
        }
        if (open_is_get(call) != oauth[i].get) {
            return open_fail(call, CODE_PARAM, "this path is called by %s",
                             oauth[i].get ? "GET" : "POST");
        }
        return check_params(call) && oauth[i].run(call);
    }
    return run_known(call);
}

void face_qianchuan(face_call *face, base_str path) {
    open_serve(face, FACE_QIANCHUAN, path, CODE_PARAM, run, write_refusal);
}
