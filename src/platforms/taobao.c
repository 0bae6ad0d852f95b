/*
 * Taobao open platform (TOP): how a call looks on the wire, its envelope, and its sessions.
 *
 * Request: POST {host}/router/rest, every parameter (public ones too) in a urlencoded body, so that
 * neither session nor data stands in a URL (TOP API document). format=json; simplify=false is what
 * the documents' answer trees describe. Sub-object parameters travel as JSON text, lists of scalars
 * joined by commas. A file makes the body multipart/form-data; files are not signed. dingtalk.*
 * methods carry a session and neither key nor signature (dingtalk SDK). Qimen's XML is in qimen.c.
 */
#include <string.h>

#include "platforms/qimen.h"

/* ---- parameters ---- */

enum { PUBLIC_PAIRS = 8 };

typedef struct pair_list {
    codec_pair *pairs;
    size_t count;
    size_t room; /* every public and business parameter, a wrapper, the signature */
    platforms_file *files;
    size_t file_count;
    base_arena *arena;
} pair_list;

/* Empty values are never sent: vendor SDKs disagree on how they are signed. */
static qd_status add(pair_list *list, base_str name, base_str value, qd_err *err) {
    if (value.len == 0) {
        return QD_OK;
    }
    if (list->count == list->room) {
        return base_fail(err, QD_E_INVALID, "more than %zu parameters", list->room);
    }
    list->pairs[list->count++] = (codec_pair){ name, value };
    return QD_OK;
}

static bool is_scalar_list(yyjson_val *value) {
    size_t index;
    size_t max;
    yyjson_val *item;
    yyjson_arr_foreach(value, index, max, item) {
        if (yyjson_is_ctn(item) || yyjson_is_null(item)) {
            return false;
        }
    }
    return yyjson_is_arr(value);
}

static qd_status join(base_arena *arena, yyjson_val *value, base_str *out, qd_err *err) {
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    size_t index;
    size_t max;
    yyjson_val *item;
    yyjson_arr_foreach(value, index, max, item) {
        base_str part = { NULL, 0 };
        if (index > 0) {
            base_buf_add_char(&text, ',');
        }
        if (codec_json_text(item, arena, &part)) {
            base_buf_add_str(&text, part);
        }
    }
    return platforms_settle(arena, &text, "a parameter", out, err);
}

static qd_status wire_text(base_arena *arena, yyjson_val *value, base_str *out, qd_err *err) {
    *out = (base_str){ "", 0 };
    if (yyjson_is_null(value)) {
        return QD_OK;
    }
    if (is_scalar_list(value)) {
        return join(arena, value, out, err);
    }
    if (yyjson_is_ctn(value)) {
        return platforms_json_text(arena, value, out, err);
    }
    return codec_json_text(value, arena, out)
               ? QD_OK
               : base_fail(err, QD_E_INVALID, "a parameter that cannot be sent as text");
}

static qd_status add_param(const core_request *request, pair_list *list, base_str name,
                           yyjson_val *value, qd_err *err) {
    base_str text = { NULL, 0 };
    if (platforms_is_file(request->method, name, value)) {
        return platforms_read_file(request->arena, name, value, &list->files[list->file_count++],
                                   err);
    }
    qd_status status = wire_text(request->arena, value, &text, err);
    return status == QD_OK ? add(list, name, text, err) : status;
}

static qd_status add_params(const core_request *request, pair_list *list, qd_err *err) {
    const cat_method *method = request->method;
    const char *wrapper = method ? cat_str(method->wrapper) : "";
    if (*wrapper && !yyjson_obj_get(request->params, wrapper)) {
        /* These methods take all their arguments inside one. */
        base_str text = { NULL, 0 };
        qd_status status = platforms_json_text(request->arena, request->params, &text, err);
        return status == QD_OK ? add(list, base_str_of(wrapper), text, err) : status;
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        qd_status status = add_param(request, list, name, value, err);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

/* Public parameters; one of the caller's of the same name would be sent twice: theirs is refused.
 */
static qd_status add_public(const core_request *request, pair_list *list, qd_err *err) {
    bool is_signed = request->signer != NULL;
    char time[BASE_TIME_TEXT];
    base_time_to_cn(request->now, time);
    char *timestamp = base_arena_printf(request->arena, "%s", time);
    if (!timestamp) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    const codec_pair fixed[PUBLIC_PAIRS] = {
        { BASE_STR("method"), base_str_of(request->method_name) },
        { BASE_STR("app_key"), request->app_key },
        { BASE_STR("session"), request->token },
        { BASE_STR("timestamp"), base_str_of(timestamp) },
        { BASE_STR("format"), BASE_STR("json") },
        { BASE_STR("v"), BASE_STR("2.0") },
        { BASE_STR("sign_method"), request->sign_method },
        { BASE_STR("simplify"), BASE_STR("false") },
    };
    for (size_t i = 0; i < PUBLIC_PAIRS; i++) {
        bool of_app = fixed[i].value.ptr == request->app_key.ptr ||
                      fixed[i].value.ptr == request->sign_method.ptr;
        if (of_app && !is_signed) {
            continue;
        }
        if (yyjson_obj_getn(request->params, fixed[i].name.ptr, fixed[i].name.len)) {
            return base_fail(err, QD_E_INVALID, "%s: %s is a public parameter that we fill",
                             request->method_name, fixed[i].name.ptr);
        }
        qd_status status = add(list, fixed[i].name, fixed[i].value, err);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

/* ---- building ---- */

static qd_status build_url(const core_request *request, core_built *built, qd_err *err) {
    const char *path =
        request->raw_path ? request->raw_path : cat_str(request->platform->gateway_path);
    size_t base_len = strlen(request->base_url);
    size_t path_len = strlen(path);
    bool whole = !request->raw_path && base_len >= path_len &&
                 strcmp(request->base_url + base_len - path_len, path) == 0;
    built->url = whole ? base_arena_printf(request->arena, "%s", request->base_url)
                       : platforms_url(request->arena, request->base_url, path);
    return built->url ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a URL");
}

static qd_status build_form(const core_request *request, const pair_list *list, core_built *built,
                            qd_err *err) {
    base_buf body;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; i < list->count; i++) {
        codec_form_add(&body, list->pairs[i].name, list->pairs[i].value);
    }
    platforms_header(built, "Content-Type", "application/x-www-form-urlencoded;charset=utf-8");
    return platforms_settle(request->arena, &body, "a request body", &built->body, err);
}

/* Signs what the list holds, then puts the signature behind it. */
static qd_status sign_list(const core_request *request, pair_list *list, core_built *built,
                           qd_err *err) {
    char sign[SIGN_TEXT_MAX];
    built->signed_input =
        (sign_input){ list->pairs, list->count, { NULL, 0 }, request->sign_method, { NULL, 0 } };
    qd_status status = sign_make(request->signer, &built->signed_input, sign, err);
    if (status != QD_OK) {
        return status;
    }
    char *copy = base_arena_printf(request->arena, "%s", sign);
    return copy ? add(list, BASE_STR("sign"), base_str_of(copy), err)
                : base_fail(err, QD_E_NOMEM, "out of memory for a request");
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    if (request->method && request->method->wrap == CAT_WRAP_XML) {
        return qimen_build(request, built, err);
    }
    size_t most = yyjson_obj_size(request->params);
    pair_list list = { .room = PUBLIC_PAIRS + most + 2, .arena = request->arena };
    list.pairs = base_arena_alloc(request->arena, list.room * sizeof *list.pairs);
    list.files = base_arena_alloc(request->arena, most * sizeof *list.files);
    if (!list.pairs || !list.files) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    qd_status status = add_public(request, &list, err);
    if (status == QD_OK) {
        status = add_params(request, &list, err);
    }
    if (status == QD_OK && request->signer) {
        status = sign_list(request, &list, built, err);
    }
    if (status == QD_OK && list.file_count > 0) {
        const platforms_form form = { list.pairs, list.count, list.files, list.file_count };
        status = platforms_multipart(request, &form, built, err);
    } else if (status == QD_OK) {
        status = build_form(request, &list, built, err);
    }
    if (status == QD_OK) {
        status = build_url(request, built, err);
    }
    built->http_method = "POST";
    platforms_header(built, "Accept", "application/json");
    return status;
}

static bool is_dingtalk(const char *name) {
    return strncmp(name, "dingtalk.", 9) == 0;
}

static const char *recipe(const cat_platform *platform, const cat_method *method,
                          const char *name) {
    if (is_dingtalk(name)) {
        return "";
    }
    return method && method->wrap == CAT_WRAP_XML ? "taobao-body" : cat_str(platform->recipe);
}

/* ---- decoding ---- */

/* "trades_sold_get_response": dots become underscores, a leading taobao_ goes (TOP document). */
static const char *root_key(const core_request *request, base_arena *arena) {
    if (request->method && request->method->response_key) {
        return cat_str(request->method->response_key);
    }
    const char *name = request->method_name;
    if (strncmp(name, "taobao.", 7) == 0) {
        name += 7;
    }
    char *key = base_arena_printf(arena, "%s_response", name);
    for (char *c = key; c && *c; c++) {
        *c = *c == '.' ? '_' : *c;
    }
    return key ? key : "";
}

/* The only member, when its name ends in _response: a root that the rule did not foresee. */
static yyjson_val *only_root(yyjson_val *root) {
    static const char tail[] = "_response";
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(root, index, max, key, value) {
        size_t len = yyjson_get_len(key);
        if (len > sizeof tail - 1 &&
            strcmp(yyjson_get_str(key) + len - (sizeof tail - 1), tail) == 0) {
            return value;
        }
    }
    return NULL;
}

/* DingTalk tells failures inside a success: {errcode, errmsg}, or ding_open_errcode in a result.
 * Its numbers mean other things than TOP's: they are told as "dingtalk.40014". */
static void decode_dingtalk(yyjson_val *data, base_arena *arena, core_decoded *out) {
    yyjson_val *result = yyjson_obj_get(data, "result");
    base_str code = platforms_text(data, "errcode", arena);
    base_str message = platforms_text(data, "errmsg", arena);
    if (code.len == 0) {
        code = platforms_text(result, "ding_open_errcode", arena);
        message = platforms_text(result, "error_msg", arena);
    }
    if (code.len > 0 && !base_str_is(code, "0")) {
        out->ok = false;
        char *own = base_arena_printf(arena, "dingtalk.%.*s", (int)(code.len < 40 ? code.len : 40),
                                      code.ptr);
        out->code = own ? base_str_of(own) : code;
        out->message = message;
    }
}

/* Qimen answers in XML, whatever is asked for; TOP's own refusals of a Qimen call may be either. */
static qd_status parse(const core_request *request, base_str body, yyjson_doc **out_doc,
                       qd_err *err) {
    size_t at = 0;
    (void)request;
    while (at < body.len && strchr(" \t\r\n\xEF\xBB\xBF", body.ptr[at]) && body.ptr[at]) {
        at++;
    }
    bool xml = at < body.len && body.ptr[at] == '<';
    return xml ? codec_xml_read((base_str){ body.ptr + at, body.len - at }, 0, out_doc, err)
               : codec_json_read(body, 0, out_doc, err);
}

static qd_status decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    yyjson_val *refused = yyjson_obj_get(root, "error_response");
    if (refused) {
        out->code = platforms_text(refused, "code", arena);
        out->sub_code = platforms_text(refused, "sub_code", arena);
        out->message = platforms_join(arena, platforms_text(refused, "msg", arena),
                                      platforms_text(refused, "sub_msg", arena));
        out->request_id = platforms_text(refused, "request_id", arena);
        out->ban_seconds = platforms_ban_seconds(out->message);
        out->signature_refused = base_str_is(out->code, "25");
        out->clock_refused = base_str_is(out->code, "31");
        if (out->code.len == 0) {
            return base_fail(err, QD_E_PROTOCOL, "an error_response without code");
        }
        return QD_OK;
    }
    if (qimen_decode(root, root, arena, out)) {
        return QD_OK;
    }
    yyjson_val *data = yyjson_obj_get(root, root_key(request, arena));
    if (!data) {
        data = only_root(root);
    }
    if (!data) {
        return base_fail(err, QD_E_PROTOCOL, "no %s: no answer of TOP", root_key(request, arena));
    }
    out->ok = true;
    out->data = data;
    out->request_id = platforms_text(data, "request_id", arena);
    if (is_dingtalk(request->method_name)) {
        decode_dingtalk(data, arena, out);
    } else if (request->method && request->method->wrap == CAT_WRAP_XML) {
        (void)qimen_decode(data, data, arena, out);
    }
    return QD_OK;
}

/* ---- sessions: renewed only where a refresh token was handed out with them ---- */

static qd_status token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    out->method = "taobao.top.auth.token.refresh";
    base_buf_add_text(&out->params, "{\"refresh_token\":");
    codec_json_quote(&out->params, refresh_token);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

static qd_status token_exchange(base_str code, core_token_call *out, qd_err *err) {
    out->method = "taobao.top.auth.token.create";
    base_buf_add_text(&out->params, "{\"code\":");
    codec_json_quote(&out->params, code);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

/* data.token_result is the token as JSON text. */
static qd_status token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
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
        status = platforms_token_text(object, "access_token", true, token->access, err);
    }
    if (status == QD_OK) {
        status = platforms_token_text(object, "refresh_token", false, token->refresh, err);
    }
    if (status == QD_OK) {
        token->expires_at = platforms_end_of_life(object, "expires_in", now);
        token->refresh_expires_at =
            token->refresh[0] ? platforms_end_of_life(object, "re_expires_in", now) : 0;
    }
    yyjson_doc_free(doc);
    return status;
}

const core_platform platforms_taobao = {
    .name = "taobao",
    .build = build,
    .decode = decode,
    .token_refresh = token_refresh,
    .token_read = token_read,
    .token_exchange = token_exchange,
    .parse = parse,
    .recipe = recipe,
    .authorise = "the seller signs in at oauth.taobao.com/authorize; the code goes to "
                 "qd_shop_authorise(), or the session to qd shop add",
};
