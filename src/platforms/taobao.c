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

#include "platforms/taobao_private.h"

/* ---- parameters ---- */

enum { PUBLIC_PAIRS = 10 };

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

bool taobao_is_public(const cat_method *method, base_str name) {
    static const char *const names[] = { "target_app_key", "partner_id", "format", "simplify" };
    bool qimen = method && method->wrap == CAT_WRAP_XML;
    bool known = qimen && base_str_is(name, "customerId");
    for (size_t i = 0; !known && i < (qimen ? 2 : sizeof names / sizeof names[0]); i++) {
        known = base_str_is(name, names[i]);
    }
    return known && !(method && cat_param_find(method, name));
}

base_str taobao_public(const core_request *request, const char *name) {
    return taobao_is_public(request->method, base_str_of(name))
               ? platforms_text(request->params, name, request->arena)
               : (base_str){ "", 0 };
}

qd_status taobao_wire_text(base_arena *arena, yyjson_val *value, base_str *out, qd_err *err) {
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
    qd_status status = taobao_wire_text(request->arena, value, &text, err);
    return status == QD_OK ? add(list, name, text, err) : status;
}

/* All parameters as one JSON object, public ones left out. */
static qd_status wrapped(const core_request *request, base_str *out, qd_err *err) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *own = doc ? yyjson_val_mut_copy(doc, request->params) : NULL;
    static const char *const names[] = { "target_app_key", "partner_id", "format", "simplify" };
    base_buf text;
    if (!own) {
        yyjson_mut_doc_free(doc);
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (taobao_is_public(request->method, base_str_of(names[i]))) {
            yyjson_mut_obj_remove_key(own, names[i]);
        }
    }
    yyjson_mut_doc_set_root(doc, own);
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    qd_status status = codec_json_write_mut(doc, false, &text, err);
    yyjson_mut_doc_free(doc);
    if (status != QD_OK) {
        base_buf_clear(&text);
        return status;
    }
    return platforms_settle(request->arena, &text, "a parameter", out, err);
}

static qd_status add_params(const core_request *request, pair_list *list, qd_err *err) {
    const cat_method *method = request->method;
    const char *wrapper = method ? cat_str(method->wrapper) : "";
    if (*wrapper && !yyjson_obj_get(request->params, wrapper)) {
        /* These methods take all their arguments inside one. */
        base_str text = { NULL, 0 };
        qd_status status = wrapped(request, &text, err);
        return status == QD_OK ? add(list, base_str_of(wrapper), text, err) : status;
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        if (taobao_is_public(method, name)) {
            continue; /* add_public() has it */
        }
        qd_status status = add_param(request, list, name, value, err);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

qd_status taobao_form_params(const core_request *request, base_buf *form, qd_err *err) {
    size_t most = yyjson_obj_size(request->params);
    pair_list list = { .room = most + 1, .arena = request->arena };
    list.pairs = base_arena_alloc(request->arena, list.room * sizeof *list.pairs);
    list.files = base_arena_alloc(request->arena, (most + 1) * sizeof *list.files);
    if (!list.pairs || !list.files) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    qd_status status = add_params(request, &list, err);
    if (status == QD_OK && list.file_count > 0) {
        return base_fail(err, QD_E_INVALID, "%s: a file cannot travel in a batch",
                         request->method_name);
    }
    for (size_t i = 0; status == QD_OK && i < list.count; i++) {
        codec_form_add(form, list.pairs[i].name, list.pairs[i].value);
    }
    return status;
}

/* Public parameters that are ours to fill: one of the caller's of the same name would be sent
 * twice, and is refused. */
static qd_status refuse_ours(const core_request *request, const codec_pair *pair, qd_err *err) {
    if (yyjson_obj_getn(request->params, pair->name.ptr, pair->name.len) &&
        !taobao_is_public(request->method, pair->name)) {
        return base_fail(err, QD_E_INVALID, "%s: %.*s is a public parameter that we fill",
                         request->method_name, (int)pair->name.len, pair->name.ptr);
    }
    return QD_OK;
}

static qd_status add_public(const core_request *request, pair_list *list, qd_err *err) {
    bool is_signed = request->signer != NULL;
    char time[BASE_TIME_TEXT];
    base_time_to_cn(request->now, time);
    char *timestamp = base_arena_printf(request->arena, "%s", time);
    if (!timestamp) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    base_str format = taobao_public(request, "format");
    base_str simplify = taobao_public(request, "simplify");
    if (base_str_is(format, "xml")) {
        simplify = (base_str){ "", 0 };
    } else if (simplify.len == 0) {
        simplify = BASE_STR("false");
    }
    const codec_pair fixed[PUBLIC_PAIRS] = {
        { BASE_STR("method"), base_str_of(request->method_name) },
        { BASE_STR("app_key"), is_signed ? request->app_key : (base_str){ "", 0 } },
        { BASE_STR("session"), request->token },
        { BASE_STR("timestamp"), base_str_of(timestamp) },
        { BASE_STR("format"), format.len > 0 ? format : BASE_STR("json") },
        { BASE_STR("v"), BASE_STR("2.0") },
        { BASE_STR("sign_method"), is_signed ? request->sign_method : (base_str){ "", 0 } },
        { BASE_STR("simplify"), simplify },
        { BASE_STR("target_app_key"), taobao_public(request, "target_app_key") },
        { BASE_STR("partner_id"), taobao_public(request, "partner_id") },
    };
    qd_status status = QD_OK;
    for (size_t i = 0; status == QD_OK && i < PUBLIC_PAIRS; i++) {
        bool by_caller = i >= PUBLIC_PAIRS - 2;
        bool skipped = fixed[i].value.len == 0 && (by_caller || !is_signed);
        if (!skipped) {
            status = by_caller ? QD_OK : refuse_ours(request, &fixed[i], err);
            status = status == QD_OK ? add(list, fixed[i].name, fixed[i].value, err) : status;
        }
    }
    return status;
}

/* ---- building ---- */

char *taobao_url(const core_request *request, const char *path) {
    const char *gateway = cat_str(request->platform->gateway_path);
    size_t base_len = strlen(request->base_url);
    size_t tail = strlen(gateway);
    if (base_len >= tail && strcmp(request->base_url + base_len - tail, gateway) == 0) {
        base_len -= tail; /* a base URL with the gateway's path in it */
    }
    return base_arena_printf(request->arena, "%.*s%s", (int)base_len, request->base_url, path);
}

static qd_status build_url(const core_request *request, core_built *built, qd_err *err) {
    built->url = request->raw_path
                     ? platforms_url(request->arena, request->base_url, request->raw_path)
                     : taobao_url(request, cat_str(request->platform->gateway_path));
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
    codec_pair sign;
    built->signed_input =
        (sign_input){ list->pairs, list->count, { NULL, 0 }, request->sign_method, { NULL, 0 } };
    qd_status status = platforms_sign(request, built, &sign, err);
    return status == QD_OK ? add(list, sign.name, sign.value, err) : status;
}

static qd_status build_call(const core_request *request, core_built *built, qd_err *err) {
    size_t most = yyjson_obj_size(request->params);
    pair_list list = { .room = PUBLIC_PAIRS + most + 2, .arena = request->arena };
    list.pairs = base_arena_alloc(request->arena, list.room * sizeof *list.pairs);
    list.files = base_arena_alloc(request->arena, (most + 1) * sizeof *list.files);
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
    bool xml = base_str_is(taobao_public(request, "format"), "xml");
    built->http_method = "POST";
    platforms_header(built, "Accept", xml ? "text/xml" : "application/json");
    return status;
}

static qd_status check_app(const char *app_key, const char *name, qd_err *err) {
    return dingtalk_is_app(app_key) && !dingtalk_is_method(name)
               ? base_fail(err, QD_E_INVALID,
                           "%s: the shop's app is one of DingTalk and calls dingtalk.* only", name)
               : QD_OK;
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    if (taobao_is_oauth(request)) {
        return taobao_oauth_build(request, built, err);
    }
    if (dingtalk_is_token(request)) {
        return dingtalk_token_build(request, built, err);
    }
    if (taobao_is_batch(request)) {
        return batch_build(request, built, err);
    }
    qd_status status = check_app(request->app_key.ptr, request->method_name, err);
    if (status != QD_OK) {
        return status;
    }
    return request->method && request->method->wrap == CAT_WRAP_XML
               ? qimen_build(request, built, err)
               : build_call(request, built, err);
}

static const char *recipe(const cat_platform *platform, const cat_method *method,
                          const char *name) {
    if (dingtalk_is_method(name) || strcmp(name, TAOBAO_OAUTH_NAME) == 0) {
        return "";
    }
    bool body = (method && method->wrap == CAT_WRAP_XML) || strcmp(name, TAOBAO_BATCH_PATH) == 0;
    return body ? "taobao-body" : cat_str(platform->recipe);
}

/* What the values of public parameters may be. */
static qd_status check(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                       qd_err *err) {
    yyjson_val *format = yyjson_obj_get(params, "format");
    yyjson_val *simplify = yyjson_obj_get(params, "simplify");
    bool flag = false;
    qd_status status = check_app(core_app_key(qd_shop_app(shop)), cat_str(method->name), err);
    if (status != QD_OK || !taobao_is_public(method, BASE_STR("format"))) {
        return status;
    }
    bool xml = yyjson_equals_str(format, "xml");
    if (format && !xml && !yyjson_equals_str(format, "json")) {
        return base_fail(err, QD_E_INVALID, "%s: format is json or xml", cat_str(method->name));
    }
    if (simplify && !codec_json_bool(simplify, &flag)) {
        return base_fail(err, QD_E_INVALID, "%s: simplify is true or false", cat_str(method->name));
    }
    return flag && xml ? base_fail(err, QD_E_INVALID, "%s: simplify goes with format=json only",
                                   cat_str(method->name))
                       : QD_OK;
}

/* A DingTalk app's token belongs to the app; a TOP app has none of its own. */
static bool wants_app_token(const char *app_key, const char *method_name) {
    return dingtalk_is_app(app_key) && dingtalk_is_method(method_name);
}

const core_platform platforms_taobao = {
    .name = "taobao",
    .build = build,
    .decode = taobao_decode,
    .token_refresh = taobao_token_refresh,
    .token_read = taobao_token_read,
    .token_exchange = taobao_token_exchange,
    .token_owner = platforms_token_owner,
    .authorise_url = platforms_authorise_url,
    .check_asker = taobao_check_asker,
    .explain = taobao_explain,
    .parse = taobao_parse,
    .check = check,
    .is_public = taobao_is_public,
    .wants_app_token = wants_app_token,
    .app_token = dingtalk_app_token,
    .recipe = recipe,
    .authorise = "the seller signs in at oauth.taobao.com/authorize; the code goes to qd "
                 "shop auth, or the session to qd shop add",
};
