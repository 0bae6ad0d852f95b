/*
 * Qianchuan (巨量千川, Ocean Engine): how a call looks on the wire, its envelope, and its rotating
 * tokens.
 *
 * Request: {host}/open_api/..., the token in the header Access-Token. GET: parameters in the query,
 * arrays and objects as JSON text; POST: a JSON body, or multipart/form-data as soon as there is a
 * file (public Go SDK). Calls are not signed.
 */
#include <stdio.h>
#include <string.h>

#include "platforms/report_private.h"

/* ---- building ---- */

/* Documents disagree on what the platform takes when these are not sent (order ASC or DESC, 10 or
 * 20 rows): what the guide (document 004) states is sent, so that the answer depends on nobody. */
static void send_defaults(const core_request *request, platforms_parts *parts) {
    const cat_method *method = request->method;
    const cat_page *page = method ? cat_page_of(method) : NULL;
    if (!page || (method->flags & CAT_BEYOND_DOCUMENTS)) {
        return;
    }
    char first[16];
    char size[16];
    snprintf(first, sizeof first, "%d", (int)page->first_page);
    snprintf(size, sizeof size, "%d", (int)(page->size_default > 0 ? page->size_default : 10));
    const char *const pairs[][2] = { { "order_type", "ASC" },
                                     { cat_str(page->page_param), first },
                                     { cat_str(page->size_param), size } };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (cat_param_find(method, base_str_of(pairs[i][0])) &&
            !yyjson_obj_get(request->params, pairs[i][0])) {
            platforms_query_add(&parts->query, base_str_of(pairs[i][0]), base_str_of(pairs[i][1]));
        }
    }
}

/* app_id is a number in the documents, any text in a test. */
static bool fill_oauth(const core_request *request, platforms_parts *parts) {
    yyjson_mut_val *root = yyjson_mut_doc_get_root(parts->body);
    int64_t id = 0;
    bool fine = true;
    if (!yyjson_mut_obj_get(root, "app_id") && base_str_to_i64(request->app_key, &id)) {
        fine = yyjson_mut_obj_add_int(parts->body, root, "app_id", id);
    }
    return fine && platforms_fill(parts, "app_id", request->app_key) &&
           platforms_fill(parts, "secret", request->secret);
}

static qd_status body_multipart(const core_request *request, core_built *built, qd_err *err) {
    size_t most = yyjson_obj_size(request->params);
    codec_pair *pairs = base_arena_alloc(request->arena, most * sizeof *pairs);
    platforms_file *files = base_arena_alloc(request->arena, most * sizeof *files);
    platforms_form form = { pairs, 0, files, 0 };
    if (!pairs || !files) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        qd_status status = QD_OK;
        if (platforms_is_file(request->method, name, value)) {
            status =
                platforms_read_file(request->arena, name, value, &files[form.file_count++], err);
        } else if (!yyjson_is_null(value)) {
            pairs[form.pair_count].name = name;
            status =
                platforms_value_text(request->arena, value, &pairs[form.pair_count++].value, err);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    return platforms_multipart(request, &form, built, err);
}

static qd_status build_body(const core_request *request, platforms_parts *parts, core_built *built,
                            qd_err *err) {
    if (platforms_has_file(request)) {
        return body_multipart(request, built, err);
    }
    if (strstr(platforms_path(request), "/oauth2/") && !fill_oauth(request, parts)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    platforms_header(built, "Content-Type", "application/json");
    return platforms_body_json(request, parts, built, err);
}

static qd_status build(const core_request *request, core_built *built, qd_err *err) {
    platforms_parts parts = { .body = NULL };
    bool get = platforms_is_get(request);
    built->http_method = get ? "GET" : "POST";
    if (request->token.len > 0) {
        char *token = base_arena_dup(request->arena, request->token);
        platforms_header(built, "Access-Token", token ? token : "");
    }
    platforms_header(built, "Accept", "application/json");
    if (strcmp(request->environment, "sandbox") == 0) {
        platforms_header(built, "X-Debug-Mode", "1");
    }
    qd_status status = platforms_lay_out(request, built, &parts, err);
    if (status == QD_OK && get) {
        send_defaults(request, &parts);
    } else if (status == QD_OK) {
        status = build_body(request, &parts, built, err);
    }
    if (status == QD_OK) {
        status = platforms_build_url(request, &parts, built, err);
    }
    platforms_parts_clear(&parts);
    return status;
}

/* The two reports have rules that the catalogue's form cannot say. */
static qd_status check(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                       qd_err *err) {
    (void)shop;
    return report_of(method) ? report_check(method, params, REPORT_LONGEST_DAYS, err) : QD_OK;
}

/* ---- decoding: {code, message, request_id, data}; 0 is success ---- */

static qd_status decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    (void)request;
    int64_t code = 0;
    if (!codec_json_i64(yyjson_obj_get(root, "code"), &code)) {
        return base_fail(err, QD_E_PROTOCOL, "no code: no answer of Qianchuan");
    }
    out->ok = code == 0;
    out->data = yyjson_obj_get(root, "data");
    out->request_id = platforms_text(root, "request_id", arena);
    if (!out->ok) {
        out->code = platforms_text(root, "code", arena);
        out->message = platforms_text(root, "message", arena);
        out->ban_seconds = platforms_ban_seconds(out->message);
    }
    return QD_OK;
}

/* ---- tokens: each refresh gives a new pair and ends the old one ---- */

static qd_status token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    out->method = "oauth.refresh_token";
    out->path = "/open_api/oauth2/refresh_token/";
    return platforms_grant(out, "refresh_token", "refresh_token", refresh_token, err);
}

static qd_status token_exchange(base_str code, core_token_call *out, qd_err *err) {
    out->method = "oauth.access_token";
    out->path = "/open_api/oauth2/access_token/";
    return platforms_grant(out, "auth_code", "auth_code", code, err);
}

static qd_status token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
    qd_status status = platforms_token_text(data, "access_token", true, token->access, err);
    if (status == QD_OK) {
        status = platforms_token_text(data, "refresh_token", true, token->refresh, err);
    }
    if (status == QD_OK) {
        token->expires_at = platforms_end_of_life(data, "expires_in", now);
        token->refresh_expires_at = platforms_end_of_life(data, "refresh_token_expires_in", now);
    }
    return status;
}

const core_platform platforms_qianchuan = {
    .name = "qianchuan",
    .build = build,
    .decode = decode,
    .check = check,
    .token_refresh = token_refresh,
    .token_read = token_read,
    .token_exchange = token_exchange,
    .token_owner = platforms_token_owner,
    .authorise_url = platforms_authorise_url,
    .shop_param = "advertiser_id",
    .key_param = "app_id",
    .authorise =
        "the advertiser signs in at ad.oceanengine.com/openapi/audit/oauth.html; the auth_code "
        "goes to qd_shop_authorise() within 10 minutes",
};
