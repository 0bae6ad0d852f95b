/*
 * TOP's router as a function: public parameters in TOP's order of checks and with its codes, the
 * method, the answer under its root (method without "taobao.", dots as underscores, "_response") or
 * error_response, as JSON. Bodies and XML are wire.c's. Knows no method's meaning.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { SKEW_S = 600 }; /* TOP's own rule: ten minutes */

/* ---- the answer ---- */

bool tbface_fail(tbface_call *call, int code, const char *sub_code, const char *fmt, ...) {
    va_list args;
    char line[640];
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    call->code = code;
    (void)base_copy(call->sub_code, sizeof call->sub_code, base_str_of(sub_code));
    call->sub_msg = base_arena_dup(call->face->arena, base_str_of(line));
    return false;
}

bool tbface_invalid(tbface_call *call, const char *param, const char *why) {
    char sub_code[sizeof call->sub_code];
    (void)snprintf(sub_code, sizeof sub_code, "isv.invalid-parameter:%s", param);
    return tbface_fail(call, 41, sub_code, "%s %s", param, why);
}

bool tbface_deed(tbface_call *call, world_deed deed) {
    const char *meaning = world_deed_meaning(deed);
    switch (deed) {
    case WORLD_DONE:
    case WORLD_REPEATED:
        return true;
    case WORLD_NOT_FOUND:
        return tbface_fail(call, 15, "isv.not-exist", "%s", meaning);
    case WORLD_WRONG_STATE:
        return tbface_fail(call, 15, "isv.wrong-status", "%s", meaning);
    case WORLD_NO_COMPANY:
        return tbface_fail(call, 15, "isv.invalid-parameter:company_code", "%s", meaning);
    case WORLD_NO_MEMORY:
        return tbface_fail(call, 15, "isp.unknown-error", "%s", meaning);
    default:
        return tbface_fail(call, 15, "isv.invalid-parameter", "%s", meaning);
    }
}

static const char *msg_of(int code) {
    static const struct {
        int code;
        const char *msg;
    } rows[] = {
        { 7, "App Call Limited" },
        { 9, "Http Action Not Allowed" },
        { 15, "Remote service error" },
        { 21, "Missing method" },
        { 22, "Invalid method" },
        { 23, "Invalid format" },
        { 24, "Missing signature" },
        { 25, "Invalid signature" },
        { 26, "Missing session" },
        { 27, "Invalid session" },
        { 28, "Missing app key" },
        { 29, "Invalid app key" },
        { 30, "Missing timestamp" },
        { 31, "Invalid timestamp" },
        { 32, "Missing version" },
        { 33, "Invalid version" },
        { 40, "Missing required arguments" },
        { 41, "Invalid arguments" },
        { 42, "Insufficient session permissions" },
        { 43, "Parameter error" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            return rows[i].msg;
        }
    }
    return "Remote service error";
}

static void add_request_id(tbface_call *call) {
    char *id = face_hex_shape(call->face->number ^ 0x746f70ULL, call->face->sb->seed,
                              call->face->arena, "16xxxxxxxxxx");
    base_buf_printf(call->out, "\"request_id\":\"%s\"}}", id != NULL ? id : "");
}

static void write_refusal(tbface_call *call) {
    base_buf_reset(call->out);
    base_buf_printf(call->out, "{\"error_response\":{\"code\":%d,\"msg\":\"%s\",", call->code,
                    msg_of(call->code));
    if (call->sub_code[0] != '\0') {
        base_buf_printf(call->out, "\"sub_code\":\"%s\",", call->sub_code);
    }
    base_buf_add_text(call->out, "\"sub_msg\":");
    codec_json_quote(call->out, base_str_of(call->sub_msg));
    base_buf_add_char(call->out, ',');
    add_request_id(call);
    face_count_refusal(call->face, "taobao", call->code, call->sub_code);
}

/* "taobao.trades.sold.get" -> "trades_sold_get_response" */
static void write_root(tbface_call *call) {
    static const char space[] = "taobao.";
    const char *name = call->method->name;
    const char *key = call->known != NULL ? cat_str(call->known->response_key) : "";
    if (*key != '\0') {
        base_buf_printf(call->out, "{\"%s\":{", key);
        return;
    }
    if (strncmp(name, space, sizeof space - 1) == 0) {
        name += sizeof space - 1;
    }
    base_buf_add_text(call->out, "{\"");
    for (; *name != '\0'; name++) {
        base_buf_add_char(call->out, *name == '.' ? '_' : *name);
    }
    base_buf_add_text(call->out, "_response\":{");
}

/* ---- checks ---- */

static bool check_app_and_time(tbface_call *call) {
    const world_app *app = world_app_of(call->world, WORLD_TAOBAO);
    base_str key = face_param_text(&call->params, "app_key");
    base_str stamp = face_param_text(&call->params, "timestamp");
    base_str version = face_param_text(&call->params, "v");
    base_str format = face_param_text(&call->params, "format");
    int64_t when = 0;
    if (key.len == 0 && !call->dingtalk) {
        return tbface_fail(call, 28, "", "app_key is required");
    }
    if (!base_str_is(key, app->key) && !call->dingtalk) {
        return tbface_fail(call, 29, "", "no app has this app_key");
    }
    if (stamp.len == 0) {
        return tbface_fail(call, 30, "", "timestamp is required");
    }
    if (stamp.len != BASE_TIME_TEXT - 1 || stamp.ptr[4] != '-' ||
        !base_time_from_cn(stamp, &when)) {
        return tbface_fail(call, 31, "", "timestamp is yyyy-MM-dd HH:mm:ss");
    }
    if (!face_time_near(call->face, when, SKEW_S)) {
        return tbface_fail(call, 31, "", "timestamp is more than ten minutes off (GMT+8)");
    }
    if (version.len == 0) {
        return tbface_fail(call, 32, "", "v is required");
    }
    if (!base_str_is(version, "2.0") && !(call->qimen && base_str_is(version, "1.0"))) {
        return tbface_fail(call, 33, "", "v is 2.0");
    }
    if (format.len > 0 && !base_str_is(format, "json") && !base_str_is(format, "xml")) {
        return tbface_fail(call, 23, "", "format is json, or xml (also when it is absent)");
    }
    return true;
}

static bool check_sign(tbface_call *call) {
    const world_app *app = world_app_of(call->world, WORLD_TAOBAO);
    if (call->dingtalk) {
        return true;
    }
    if (face_param_text(&call->params, "sign").len == 0) {
        return tbface_fail(call, 24, "", "sign is required");
    }
    const char *why =
        tbface_sign_check(call->face, base_str_of(app->secret), &call->params, call->raw_body);
    if (why == NULL) {
        return true;
    }
    (void)tbface_fail(call, 25, "", "%s", "");
    call->sub_msg = (char *)(uintptr_t)why; /* may be longer than a line */
    return false;
}

static bool check_session(tbface_call *call) {
    base_str session = face_param_text(&call->params, "session");
    /* Qimen's customerId stands for the seller. */
    bool optional = call->qimen || (call->known != NULL && call->known->auth == CAT_AUTH_OPTIONAL);
    bool needless = !call->dingtalk && (call->method->no_session || optional);
    if (needless && (!optional || session.len == 0)) {
        return true;
    }
    if (session.len == 0) {
        return tbface_fail(call, 26, "", "session is required");
    }
    face_grant grant = face_session_check(call->face, session, &call->shop);
    grant = face_token_chance(call->face, call->shop, grant);
    switch (grant) {
    case FACE_GRANT_OK:
        return true;
    case FACE_GRANT_EXPIRED:
        return tbface_fail(call, 27, "", "the session has expired");
    case FACE_GRANT_REVOKED:
        return tbface_fail(call, 27, "", "the seller has taken the authorisation back");
    case FACE_GRANT_UNKNOWN:
        break;
    }
    return tbface_fail(call, 27, "", "no such session");
}

/* ---- the methods ---- */

static const tbface_method *find_method(base_str name) {
    static const tbface_method *(*const tables[])(size_t *) = {
        tbface_trade_methods,      tbface_trade_write_methods, tbface_item_methods,
        tbface_item_write_methods, tbface_user_methods,
    };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        size_t count = 0;
        const tbface_method *rows = tables[t](&count);
        for (size_t i = 0; i < count; i++) {
            if (base_str_is(name, rows[i].name)) {
                return &rows[i];
            }
        }
    }
    return NULL;
}

/* dingtalk.* with a session and nothing else of TOP's (dingtalk SDK): session, timestamp, v. */
static bool is_dingtalk_way(const tbface_call *call, base_str name) {
    static const char space[] = "dingtalk.";
    return name.len >= sizeof space - 1 && memcmp(name.ptr, space, sizeof space - 1) == 0 &&
           face_param_text(&call->params, "app_key").len == 0 &&
           face_param_text(&call->params, "sign").len == 0;
}

static const char *limit_sub_code(face_limited by) {
    switch (by) {
    case FACE_LIMITED_APP:
        return "accesscontrol.limited-by-app-access-count";
    case FACE_LIMITED_METHOD:
        return "accesscontrol.limited-by-app-api-access-count";
    default:
        return "accesscontrol.limited-by-api-access-count";
    }
}

/* An access token of DingTalk's own that has ended is told inside a success. */
static bool check_dingtalk(tbface_call *call, bool *out_told) {
    base_str session = face_param_text(&call->params, "session");
    face_grant grant = face_dingtalk_check(call->face, session);
    *out_told = grant == FACE_GRANT_EXPIRED;
    if (*out_told) {
        face_count_refusal(call->face, "dingtalk", 42001, "");
        write_root(call);
        base_buf_add_text(call->out, "\"errcode\":42001,\"errmsg\":\"access_token expired\"");
    }
    return grant == FACE_GRANT_OK || *out_told;
}

static bool find(tbface_call *call, base_str name) {
    if (name.len == 0) {
        return tbface_fail(call, 21, "", "method is required");
    }
    call->method = find_method(name);
    if (!tbface_known_lives(call, name) ||
        (call->method == NULL && !tbface_known_find(call, name))) {
        return false;
    }
    call->dingtalk = !call->in_batch && is_dingtalk_way(call, name);
    return true;
}

static bool run(tbface_call *call, base_str name, face_fault fault) {
    bool told = false;
    if (!find(call, name)) {
        return false;
    }
    if (!call->in_batch && (!check_app_and_time(call) || !check_sign(call))) {
        return false;
    }
    int ban = face_fault_ban(call->face, face_param_text(&call->params, "app_key"), name, fault);
    if (ban > 0) {
        return tbface_fail(call, 7, limit_sub_code(call->face->limited),
                           "This ban will last for %d more seconds", ban);
    }
    if (call->dingtalk && check_dingtalk(call, &told)) {
        if (told) {
            return true;
        }
    } else if (!check_session(call) || !tbface_level_check(call)) {
        return false;
    }
    if (call->known != NULL ? !tbface_known_check(call) : !tbface_params_check(call)) {
        return false;
    }
    write_root(call);
    return call->method->run(call);
}

void tbface_serve(tbface_call *call, base_str name, face_fault fault) {
    bool ok = call->code == 0 && run(call, name, fault);
    if (ok && call->out->failed) {
        ok = tbface_fail(call, 15, "isp.runtime-max-limit", "the answer is too long");
    }
    if (ok) {
        if (call->out->data[call->out->len - 1] != '{') {
            base_buf_add_char(call->out, ',');
        }
        add_request_id(call);
    } else {
        write_refusal(call);
    }
    tbface_wire_finish(call);
}

/* What all calls of a batch share. */
static void serve_batch(tbface_call *call) {
    if (check_app_and_time(call) && check_sign(call) && tbface_batch_check(call)) {
        tbface_batch_run(call);
    } else {
        write_refusal(call);
        tbface_wire_finish(call);
    }
}

void face_taobao(face_call *face, base_str path) {
    tbface_call call;
    bool batch = base_str_is(path, "/router/batch");
    bool token = base_str_is(path, "/token");
    bool gettoken = base_str_is(path, "/gettoken");
    memset(&call, 0, sizeof call);
    call.face = face;
    call.world = face->sb->world;
    call.now = face->now;
    call.out = &face->response->body;
    call.shop = WORLD_NONE;
    base_buf_init(&call.scratch, LIMIT_DOCUMENT_BYTES);
    if (!token && !gettoken) {
        (void)tbface_wire_read(&call, batch);
    }
    base_str name = batch || token || gettoken ? path : face_param_text(&call.params, "method");
    bool once = token || base_str_is(name, "taobao.top.auth.token.refresh");
    face_count(&face->sb->methods, name.len > 0 ? name : BASE_STR("(no method)"));
    face_fault fault = face_fault_draw(face, name, once);
    if (!face_fault_before(face, fault)) {
        if (token) {
            tbface_oauth_token(face);
        } else if (gettoken) {
            tbface_gettoken(face);
        } else if (batch) {
            serve_batch(&call);
        } else {
            tbface_serve(&call, name, fault);
        }
        face_fault_after(face, fault);
    }
    yyjson_doc_free(call.known_params);
    base_buf_clear(&call.scratch);
}
