/*
 * The Douyin gateway as a function: finds the method, checks what the platform checks in its order
 * and with its codes (guide 212/1427), runs the method, writes the envelope. HTTP 200 also for
 * refusals. Knows no method's meaning.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sandbox/douyin/douyin_private.h"

/* ---- the answer ---- */

bool dyface_fail(dyface_call *call, int code, const char *sub_code, const char *fmt, ...) {
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

/* The same for a text that is in the arena already and may be long. */
static bool fail_text(dyface_call *call, int code, const char *sub_code, const char *text) {
    (void)dyface_fail(call, code, sub_code, "%s", "");
    call->sub_msg = (char *)(uintptr_t)text;
    return false;
}

bool dyface_invalid(dyface_call *call, int n, const char *param, const char *why) {
    char sub_code[48];
    (void)snprintf(sub_code, sizeof sub_code, "isv.parameter-invalid:%d", n);
    return dyface_fail(call, 40004, sub_code, "%s %s", param, why);
}

bool dyface_deed(dyface_call *call, world_deed deed) {
    const char *meaning = world_deed_meaning(deed);
    char sub_code[48];
    switch (deed) {
    case WORLD_DONE:
    case WORLD_REPEATED:
        return true;
    case WORLD_NOT_FOUND:
    case WORLD_BAD_VALUE:
    case WORLD_NO_COMPANY:
        (void)snprintf(sub_code, sizeof sub_code, "isv.parameter-invalid:%d",
                       call->method->invalid_n);
        return dyface_fail(call, 40004, sub_code, "%s", meaning);
    case WORLD_NO_MEMORY:
        return dyface_fail(call, 20000, "isp.service-error:1", "%s", meaning);
    default:
        (void)snprintf(sub_code, sizeof sub_code, "isv.business-failed:%d",
                       call->method->invalid_n);
        return dyface_fail(call, 50002, sub_code, "%s", meaning);
    }
}

static const char *msg_of(int code) {
    switch (code) {
    case 20000:
        return "服务不可用";
    case 30001:
        return "操作权限不足";
    case 40001:
    case 40002:
        return "缺少必选参数";
    case 40003:
    case 40004:
        return "非法的参数";
    case 50001:
        return "平台处理失败";
    case 50002:
        return "业务处理失败";
    case 60000:
        return "触发限流,请稍后重试";
    case 70000:
        return "接口服务已下线";
    default:
        return "其他异常";
    }
}

static void write_tail(dyface_call *call, bool ok) {
    base_buf *out = &call->face->response->body;
    char when[BASE_TIME_TEXT];
    base_time_to_cn(call->now, when);
    base_buf_add_text(out, ",\"log_id\":\"");
    for (const char *p = when; *p != '\0'; p++) {
        if (*p >= '0' && *p <= '9') {
            base_buf_add_char(out, *p);
        }
    }
    char *tail = face_hex_shape(call->face->number, call->face->sb->seed, call->face->arena,
                                "xxxxxxxxxxxxxxxxxx");
    base_buf_add_text(out, tail);
    /* The vendor's SDKs ask for the new fields only. */
    base_str new_only = httpd_header_get(call->face->request, "x-open-no-old-err-code");
    if (!base_str_is(new_only, "1")) {
        int err_no = ok ? 0 : call->code;
        if (strcmp(call->sub_code, "dop.authorization-closed") == 0) {
            err_no = 30006;
        }
        base_buf_printf(out, "\",\"err_no\":%d,\"message\":", err_no);
        codec_json_quote(out, base_str_of(ok ? "success" : call->sub_msg));
        base_buf_add_char(out, '}');
    } else {
        base_buf_add_text(out, "\"}");
    }
}

static void write_refusal(dyface_call *call) {
    base_buf *out = &call->face->response->body;
    base_buf_reset(out);
    base_buf_printf(out,
                    "{\"data\":null,\"code\":%d,\"msg\":\"%s\",\"sub_code\":\"%s\",\"sub_msg\":",
                    call->code, msg_of(call->code), call->sub_code);
    codec_json_quote(out, base_str_of(call->sub_msg));
    write_tail(call, false);
    face_count_refusal(call->face, "douyin", call->code, call->sub_code);
}

/* ---- checks ---- */

/* "/order/searchList" -> "order.searchList" */
static base_str method_of_path(face_call *call, base_str path) {
    char *name = base_arena_dup(call->arena, path);
    for (char *p = name; p != NULL && *p != '\0'; p++) {
        if (*p == '/') {
            *p = '.';
        }
    }
    return base_str_of(name != NULL && *name == '.' ? name + 1 : name);
}

/* Some HTTP libraries put a byte order mark before the JSON; what they sign is the text. */
static base_str without_bom(base_str text) {
    return text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0
               ? (base_str){ text.ptr + 3, text.len - 3 }
               : text;
}

/* What the body holds, whatever its content type says: clients call a form JSON and JSON a form. */
static bool body_is_json(const httpd_request *request) {
    base_str type = httpd_header_get(request, "Content-Type");
    static const char form[] = "application/x-www-form-urlencoded";
    bool says_form =
        type.len >= sizeof form - 1 && strncasecmp(type.ptr, form, sizeof form - 1) == 0;
    base_str body = without_bom(request->body);
    size_t i = 0;
    while (i < body.len && strchr(" \t\r\n", body.ptr[i]) != NULL) {
        i++;
    }
    if (i == body.len) {
        return false;
    }
    if (body.ptr[i] == '{' || body.ptr[i] == '[') {
        return true;
    }
    return !says_form && memmem(body.ptr, body.len, "param_json=", 11) == NULL &&
           memmem(body.ptr, body.len, "app_key=", 8) == NULL;
}

static bool timestamp_read(base_str text, int64_t *out) {
    int64_t number;
    if (base_str_to_i64(text, &number) && number > 0) {
        *out = text.len >= 12 ? number / 1000 : number; /* the Java SDK sends milliseconds */
        return true;
    }
    return text.len == BASE_TIME_TEXT - 1 && base_time_from_cn(text, out);
}

/* The secret behind an app key: the self-use app, the tool app, or alliance's, which calls buyin.*
 * through this gateway. */
static base_str secret_of(dyface_call *call, base_str key) {
    const world_app *app = world_app_of(call->world, WORLD_DOUYIN);
    const world_app *tool = &call->face->sb->tool.app;
    const face_app *alliance = &call->face->sb->apps[FACE_ALLIANCE];
    call->by_tool = base_str_is(key, tool->key);
    if (call->by_tool) {
        return base_str_of(tool->secret);
    }
    call->by_alliance = base_str_is(key, alliance->key);
    if (call->by_alliance) {
        return base_str_of(alliance->secret);
    }
    return base_str_of(base_str_is(key, app->key) ? app->secret : "");
}

static bool check_public(dyface_call *call, const face_params *params, dyface_signed *parts) {
    parts->app_key = face_param_text(params, "app_key");
    parts->timestamp = face_param_text(params, "timestamp");
    parts->v = face_param_text(params, "v");
    parts->sign = face_param_text(params, "sign");
    parts->sign_method = face_param_text(params, "sign_method");
    if (parts->app_key.len == 0) {
        return dyface_fail(call, 40001, "isv.app-id-missing", "app_key is required");
    }
    if (parts->timestamp.len == 0 || parts->v.len == 0) {
        return dyface_fail(call, 40001, "isv.parameter-missing", "%s is required",
                           parts->timestamp.len == 0 ? "timestamp" : "v");
    }
    if (parts->sign.len == 0) {
        return dyface_fail(call, 40001, "isv.signature-missing", "sign is required");
    }
    base_str secret = secret_of(call, parts->app_key);
    if (secret.len == 0) {
        return dyface_fail(call, 40003, "isv.app-id-invalid", "no app has this app_key");
    }
    if (!base_str_is(parts->v, "2")) {
        return dyface_fail(call, 40003, "isv.parameter-invalid", "v is 2");
    }
    int64_t when;
    if (!timestamp_read(parts->timestamp, &when)) {
        return dyface_fail(call, 40003, "isv.timestamp-format-error",
                           "timestamp is unix seconds, milliseconds, or yyyy-MM-dd HH:mm:ss");
    }
    if (!face_time_near(call->face, when, call->face->sb->skew_s)) {
        return dyface_fail(call, 40003, "isv.timestamp-invalid",
                           "timestamp is more than %lld s off (+08:00)",
                           (long long)call->face->sb->skew_s);
    }
    const char *why = dyface_sign_check(call->face, secret, parts);
    return why == NULL || fail_text(call, 40003, "isv.signature-invalid", why);
}

static bool check_token(dyface_call *call, const face_params *params) {
    base_str token = face_param_text(params, "access_token");
    if (token.len == 0) {
        return dyface_fail(call, 40001, "isv.access-token-missing", "access_token is required");
    }
    face_grant grant = call->by_alliance ? dyface_alliance_token(call, token)
                                         : face_token_check(call->face, token, &call->shop);
    bool of_shop = grant != FACE_GRANT_UNKNOWN && !call->by_alliance;
    if (of_shop && face_shop_is_tool(call->face->sb, call->shop) != call->by_tool) {
        return dyface_fail(call, 40003, "isv.access-token-invalid",
                           "access_token belongs to another app");
    }
    if (!call->by_alliance) { /* its tokens are not revoked by chance */
        grant = face_token_chance(call->face, call->shop, grant);
    }
    switch (grant) {
    case FACE_GRANT_OK:
        return true;
    case FACE_GRANT_EXPIRED:
        return dyface_fail(call, 40003, "isv.access-token-expired", "access_token has expired");
    case FACE_GRANT_REVOKED:
        return dyface_fail(call, 30001, "dop.authorization-closed",
                           "the shop has taken its authorisation back");
    case FACE_GRANT_UNKNOWN:
        break;
    }
    uint32_t other;
    if (face_session_check(call->face, token, &other) == FACE_GRANT_OK) {
        return dyface_fail(call, 40003, "isv.access-token-invalid",
                           "access_token belongs to another app");
    }
    return dyface_fail(call, 40003, "isv.access-token-no-existed", "no such access_token");
}

static bool read_param_json(dyface_call *call, base_str text) {
    qd_err err = QD_ERR_INIT;
    yyjson_doc *doc = NULL;
    if (codec_json_read(text, LIMIT_REQUEST_BYTES, &doc, &err) != QD_OK) {
        return dyface_fail(call, 40003, "isv.parameter-format-invalid", "param_json: %s",
                           err.message);
    }
    call->docs[call->doc_count++] = doc;
    call->params = yyjson_doc_get_root(doc);
    if (!yyjson_is_obj(call->params)) {
        return dyface_fail(call, 40003, "isv.parameter-format-invalid",
                           "param_json is a JSON object");
    }
    return true;
}

/* ---- the methods ---- */

static const dyface_method *find_method(base_str name) {
    static const dyface_method *(*const tables[])(size_t *) = {
        dyface_order_methods,
        dyface_order_write_methods,
        dyface_ship_methods,
        dyface_service_methods,
        dyface_old_methods,
        dyface_product_methods,
        dyface_product_write_methods,
        dyface_sku_methods,
        dyface_shop_methods,
        dyface_token_methods,
        dyface_secret_methods,
        dyface_bill_methods,
        dyface_bill_detail_methods,
        dyface_aftersale_methods,
        dyface_aftersale_old_methods,
        dyface_aftersale_write_methods,
        dyface_aftersale_reply_methods,
        dyface_intercept_methods,
    };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        size_t count = 0;
        const dyface_method *rows = tables[t](&count);
        for (size_t i = 0; i < count; i++) {
            if (base_str_is(name, rows[i].name)) {
                return &rows[i];
            }
        }
    }
    return NULL;
}

static bool run(dyface_call *call, const face_params *params, dyface_signed *parts,
                face_fault fault) {
    if (!check_public(call, params, parts)) {
        return false;
    }
    call->method = call->by_alliance ? NULL : find_method(parts->method);
    if (call->method == NULL && !dyface_known_find(call, parts->method)) {
        return false;
    }
    int ban = face_fault_ban(call->face, parts->app_key, parts->method, fault);
    if (ban > 0) {
        return dyface_fail(call, 60000, "isv.traffic-limited", "too many calls of this method");
    }
    if (!read_param_json(call, parts->param_json)) {
        return false;
    }
    if (!call->method->no_token && !check_token(call, params)) {
        return false;
    }
    bool fine = call->known != NULL ? dyface_known_check(call) : dyface_params_check(call);
    return fine && call->method->run(call);
}

static void serve(dyface_call *call, base_str path) {
    face_call *face = call->face;
    face_params params = { NULL, NULL, 0 };
    dyface_signed parts;
    bool json = body_is_json(face->request);
    memset(&parts, 0, sizeof parts);
    if (!face_params_read(face, !json, &params)) {
        face_refuse_plain(face, 400, "too many parameters");
        return;
    }
    base_str from_path = method_of_path(face, path);
    parts.method = face_param_text(&params, "method");
    parts.param_json =
        json ? without_bom(face->request->body) : face_param_text(&params, "param_json");
    if (parts.param_json.len == 0) {
        parts.param_json = BASE_STR("{}"); /* an absent one is signed as the empty object */
    }
    bool same = parts.method.len == 0 || base_str_eq(parts.method, from_path);
    parts.method = parts.method.len == 0 ? from_path : parts.method;
    face_count(&face->sb->methods, parts.method);
    face_fault fault =
        face_fault_draw(face, parts.method, base_str_is(parts.method, "token.refresh"));
    if (face_fault_before(face, fault)) {
        return;
    }
    base_buf_add_text(call->out, "{\"data\":");
    bool ok = same ? run(call, &params, &parts, fault)
                   : dyface_fail(call, 40003, "isv.parameter-invalid",
                                 "method and path name different methods");
    if (ok && call->out->failed) {
        ok = dyface_fail(call, 20000, "isp.service-error:2", "the answer is too long");
    }
    if (ok) {
        base_buf_add_text(call->out,
                          ",\"code\":10000,\"msg\":\"success\",\"sub_code\":\"\",\"sub_msg\":\"\"");
        write_tail(call, true);
    } else {
        write_refusal(call);
    }
    face_fault_after(face, fault);
}

void face_douyin(face_call *face, base_str path) {
    dyface_call call;
    memset(&call, 0, sizeof call);
    call.face = face;
    call.world = face->sb->world;
    call.now = face->now;
    call.out = &face->response->body;
    call.shop = WORLD_NONE;
    if (dyface_is_oauth2(path)) {
        dyface_oauth2(&call, path);
    } else {
        serve(&call, path);
    }
    for (size_t i = 0; i < call.doc_count; i++) {
        yyjson_doc_free(call.docs[i]);
    }
}
