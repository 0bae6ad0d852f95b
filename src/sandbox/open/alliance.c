/*
 * Alliance: client tokens and user tokens of open.douyin.com, the /alliance/ calls of douyinec and
 * the unofficial H5 calls, each with its own success shape (facts of the seed client). No source
 * names error codes: those here are the public ones of open.douyin.com's tokens, see
 * docs/sandbox.md.
 */
#include <string.h>

#include "sandbox/open/kol.h"

enum {
    CODE_PARAM = 10002,
    CODE_CLIENT_KEY = 10003,
    CODE_MISSING = 10005,
    CODE_CODE = 10007,
    CODE_REFRESH = 10010,
    CODE_SECRET = 10013,
    CODE_LIMIT = 2119002,
    CODE_TOKEN = 2190002,
    CODE_TOKEN_EXPIRED = 2190008,
    CODE_NO_API = 2100004
};

static const open_lives lives = { 15 * 86400, 30 * 86400,
                                  "act.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                  "rft.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };

typedef enum form { FORM_DATA, FORM_ERR_NO, FORM_CODE } form;

/* Which of the three success shapes a path answers in. */
static form form_of(const open_call *call) {
    static const char h5[] = "/ecom/";
    if (open_is(call, "/alliance/colonel/award_task/apply")) {
        return FORM_ERR_NO;
    }
    return call->path.len > sizeof h5 - 1 && memcmp(call->path.ptr, h5, sizeof h5 - 1) == 0
               ? FORM_CODE
               : FORM_DATA;
}

/* ---- answers ---- */

static void write_extra(open_call *call, int code, const char *why) {
    base_buf_printf(call->out, ",\"message\":\"%s\",\"extra\":{\"error_code\":%d,\"description\":",
                    code == 0 ? "success" : "error", code);
    codec_json_quote(call->out, base_str_of(why));
    base_buf_add_text(call->out, ",\"logid\":\"");
    open_add_log_id(call, call->out);
    base_buf_printf(call->out, "\",\"now\":%lld}}", (long long)call->face->now * 1000);
}

static void write_refusal(open_call *call) {
    const char *why = call->why != NULL ? call->why : "";
    base_buf_reset(call->out);
    switch (form_of(call)) {
    case FORM_ERR_NO:
        base_buf_printf(call->out, "{\"err_no\":%d,\"err_msg\":", call->code);
        codec_json_quote(call->out, base_str_of(why));
        base_buf_add_char(call->out, '}');
        break;
    case FORM_CODE:
        base_buf_printf(call->out, "{\"code\":%d,\"msg\":", call->code);
        codec_json_quote(call->out, base_str_of(why));
        base_buf_add_text(call->out, ",\"data\":null}");
        break;
    default:
        base_buf_printf(call->out, "{\"data\":{\"error_code\":%d,\"description\":", call->code);
        codec_json_quote(call->out, base_str_of(why));
        base_buf_add_char(call->out, '}');
        write_extra(call, call->code, why);
        break;
    }
    face_count_refusal(call->face, "alliance", call->code, "");
}

/* The members of data: the world's, or made up where it has none. */
static bool write_members(open_call *call, base_buf *out) {
    static const char *const outside[] = { "err_no",     "err_msg",     "code", "msg",
                                           "error_code", "description", NULL };
    kol_run run = kol_find(call->name);
    if (run != NULL) {
        return run(call, out);
    }
    generic_answer answer =
        generic_begin(call->face, call->known, yyjson_doc_get_root(call->merged));
    (void)generic_write_members(&answer, outside, out);
    return true;
}

static bool write_known(open_call *call) {
    base_buf members;
    base_buf_init(&members, LIMIT_DOCUMENT_BYTES);
    bool ok = write_members(call, &members);
    switch (form_of(call)) {
    case FORM_ERR_NO:
        base_buf_add_text(call->out, "{\"err_no\":0,\"err_msg\":\"\",\"data\":{");
        base_buf_add_str(call->out, base_buf_str(&members));
        base_buf_add_text(call->out, "}}");
        break;
    case FORM_CODE:
        base_buf_add_text(call->out, "{\"code\":0,\"msg\":\"\",\"data\":{");
        base_buf_add_str(call->out, base_buf_str(&members));
        base_buf_add_text(call->out, "}}");
        break;
    default:
        base_buf_add_text(call->out, "{\"data\":{");
        base_buf_add_str(call->out, base_buf_str(&members));
        base_buf_add_text(call->out, members.len > 0 ? "," : "");
        base_buf_add_text(call->out, "\"error_code\":0,\"description\":\"\"}");
        write_extra(call, 0, "");
        break;
    }
    ok = ok && (!members.failed || open_fail(call, CODE_PARAM, "the answer is too long"));
    base_buf_clear(&members);
    return ok;
}

/* ---- tokens ---- */

static bool check_client(open_call *call, bool with_secret) {
    if (!base_str_is(open_text(call, "client_key"), call->app->key)) {
        return open_fail(call, CODE_CLIENT_KEY, "client_key is unknown");
    }
    base_str secret = open_text(call, "client_secret");
    if (with_secret && !base_secret_equal(secret, base_str_of(call->app->secret))) {
        return open_fail(call, CODE_SECRET, "client_secret is wrong");
    }
    return true;
}

static bool check_grant(open_call *call, const char *grant) {
    if (!base_str_is(open_text(call, "grant_type"), grant)) {
        return open_fail(call, CODE_PARAM, "grant_type is %s", grant);
    }
    return true;
}

static bool run_client_token(open_call *call) {
    if (!check_grant(call, "client_credential") || !check_client(call, true)) {
        return false;
    }
    base_buf_printf(call->out,
                    "{\"data\":{\"access_token\":\"%s\",\"expires_in\":%d,\"error_code\":0,"
                    "\"description\":\"\"}",
                    open_client_new(call->face), OPEN_CLIENT_LIFE_S);
    write_extra(call, 0, "");
    return true;
}

static void write_pair(open_call *call, const face_pair *pair) {
    int64_t now = call->face->now;
    base_buf_printf(call->out,
                    "{\"data\":{\"access_token\":\"%s\",\"expires_in\":%lld,"
                    "\"refresh_token\":\"%s\",\"refresh_expires_in\":%lld,\"open_id\":\"%s\","
                    "\"scope\":\"user_info,alliance.kol\",\"error_code\":0,\"description\":\"\"}",
                    pair->access, (long long)(pair->access_until - now), pair->refresh,
                    (long long)(pair->refresh_until - now), call->app->account);
    write_extra(call, 0, "");
}

static bool run_access_token(open_call *call) {
    if (!check_grant(call, "authorization_code") || !check_client(call, true)) {
        return false;
    }
    switch (open_code_use(call->face, call->kind, open_text(call, "code"))) {
    case FACE_GRANT_OK:
        write_pair(call, open_pair_new(call->face, call->kind, &lives, false));
        return true;
    case FACE_GRANT_EXPIRED:
        return open_fail(call, CODE_CODE, "code has expired");
    default:
        return open_fail(call, CODE_CODE, "code is unknown, or was used");
    }
}

static bool run_refresh(open_call *call) {
    if (!check_grant(call, "refresh_token") || !check_client(call, false)) {
        return false;
    }
    base_str refresh = open_text(call, "refresh_token");
    if (open_refresh_check(call->face, call->kind, refresh) != FACE_GRANT_OK) {
        return open_fail(call, CODE_REFRESH, "refresh_token is unknown or has expired");
    }
    write_pair(call, open_pair_new(call->face, call->kind, &lives, true));
    return true;
}

/* ---- calls ---- */

static bool check_token(open_call *call) {
    base_str token = httpd_header_get(call->face->request, "access-token");
    bool of_app = call->known->auth == CAT_AUTH_APP;
    if (call->known->auth == CAT_AUTH_NONE ||
        (call->known->auth == CAT_AUTH_OPTIONAL && token.len == 0)) {
        return true;
    }
    if (token.len == 0) {
        return open_fail(call, CODE_TOKEN, "the header access-token is missing");
    }
    face_grant grant = of_app ? open_client_check(call->face, token)
                              : open_token_check(call->face, call->kind, token);
    if (grant == FACE_GRANT_OK) {
        return true;
    }
    return open_fail(call, grant == FACE_GRANT_EXPIRED ? CODE_TOKEN_EXPIRED : CODE_TOKEN,
                     grant == FACE_GRANT_EXPIRED ? "access-token has expired"
                     : of_app                    ? "access-token is no valid client_token"
                                                 : "access-token is no valid user token");
}

static bool check_params(open_call *call) {
    generic_problem problem;
    if (call->known == NULL || open_check(call, &problem)) {
        return true;
    }
    return open_fail(call, problem.kind == GENERIC_MISSING ? CODE_MISSING : CODE_PARAM, "%s %s",
                     problem.name, problem.why);
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
    return check_token(call) && check_params(call) && write_known(call);
}

static bool run(open_call *call) {
    static const struct {
        const char *path;
        bool (*run)(open_call *call);
    } token_calls[] = {
        { "/oauth/client_token", run_client_token },
        { "/oauth/access_token", run_access_token },
        { "/oauth/refresh_token", run_refresh },
    };
    if (open_is_limited(call)) {
        return open_fail(call, CODE_LIMIT, "too many calls");
    }
    for (size_t i = 0; i < sizeof token_calls / sizeof token_calls[0]; i++) {
        if (!open_is(call, token_calls[i].path)) {
            continue;
        }
        if (open_is_get(call)) {
            return open_fail(call, CODE_PARAM, "tokens are asked for by POST with JSON");
        }
        return check_params(call) && token_calls[i].run(call);
    }
    return run_known(call);
}

void face_alliance(face_call *face, base_str path) {
    open_serve(face, FACE_ALLIANCE, path, CODE_PARAM, run, write_refusal);
}
