/*
 * Lays a call's parameters out by the places that the catalogue gives them: path, query, header,
 * body. For platforms whose calls are plain HTTP; how TOP and the Douyin gateway lay theirs out is
 * in their own files.
 */
#include <string.h>
#include <strings.h>

#include "platforms/platforms_private.h"

bool platforms_is_get(const core_request *request) {
    if (request->http_method) {
        return strcasecmp(request->http_method, "GET") == 0;
    }
    return request->method && request->method->http == CAT_GET;
}

qd_status platforms_json_text(base_arena *arena, yyjson_val *value, base_str *out, qd_err *err) {
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    qd_status status = codec_json_write(value, &text, err);
    if (status != QD_OK) {
        base_buf_clear(&text);
        return status;
    }
    return platforms_settle(arena, &text, "a parameter", out, err);
}

qd_status platforms_value_text(base_arena *arena, yyjson_val *value, base_str *out, qd_err *err) {
    if (yyjson_is_ctn(value)) {
        return platforms_json_text(arena, value, out, err);
    }
    return codec_json_text(value, arena, out)
               ? QD_OK
               : base_fail(err, QD_E_INVALID, "a parameter that cannot be sent as text");
}

/* ---- places ---- */

static cat_place place_of(const core_request *request, base_str name) {
    const cat_param *param = request->method ? cat_param_find(request->method, name) : NULL;
    cat_place place = param ? (cat_place)param->place : CAT_IN_BODY;
    return place == CAT_IN_BODY && platforms_is_get(request) ? CAT_IN_QUERY : place;
}

void platforms_query_add(base_buf *query, base_str name, base_str value) {
    if (query->len > 0) {
        base_buf_add_char(query, '&');
    }
    codec_url_encode(query, name, false);
    base_buf_add_char(query, '=');
    codec_url_encode(query, value, false);
}

static qd_status add_to_query(const core_request *request, base_buf *query, base_str name,
                              yyjson_val *value, qd_err *err) {
    base_str text = { NULL, 0 };
    if (yyjson_is_null(value)) {
        return QD_OK;
    }
    qd_status status = platforms_value_text(request->arena, value, &text, err);
    if (status == QD_OK) {
        platforms_query_add(query, name, text);
    }
    return status;
}

static qd_status add_to_headers(const core_request *request, core_built *built, base_str name,
                                yyjson_val *value, qd_err *err) {
    base_str text = { NULL, 0 };
    char *copy = base_arena_dup(request->arena, name);
    qd_status status = platforms_value_text(request->arena, value, &text, err);
    if (status != QD_OK || yyjson_is_null(value)) {
        return status;
    }
    char *shown = base_arena_dup(request->arena, text);
    if (!copy || !shown) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a header");
    }
    if (built->header_count == CORE_HEADERS - CORE_CALLER_HEADERS) {
        return base_fail(err, QD_E_INVALID, "too many parameters in headers");
    }
    built->headers[built->header_count++] = (qd_http_header){ copy, shown };
    return QD_OK;
}

static qd_status add_to_body(yyjson_mut_doc *body, base_str name, yyjson_val *value, qd_err *err) {
    yyjson_mut_val *key = yyjson_mut_strncpy(body, name.ptr, name.len);
    yyjson_mut_val *copy = yyjson_val_mut_copy(body, value);
    return key && copy && yyjson_mut_obj_add(yyjson_mut_doc_get_root(body), key, copy)
               ? QD_OK
               : base_fail(err, QD_E_NOMEM, "out of memory for a request");
}

/* "/a/{openId}": a parameter of that name, percent-encoded; {appKey} is the app's own. */
static qd_status fill_path(const core_request *request, const char *path, base_buf *out,
                           qd_err *err) {
    while (*path) {
        const char *open = strchr(path, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            base_buf_add_text(out, path);
            return QD_OK;
        }
        base_str name = { open + 1, (size_t)(close - open - 1) };
        base_str text = { NULL, 0 };
        yyjson_val *value = yyjson_obj_getn(request->params, name.ptr, name.len);
        if (value && !codec_json_text(value, request->arena, &text)) {
            text.len = 0;
        }
        if (text.len == 0 && base_str_is(name, "appKey")) {
            text = request->app_key;
        }
        if (text.len == 0) {
            return base_fail(err, QD_E_INVALID, "%s: %.*s stands in the path and is missing",
                             request->method_name, (int)name.len, name.ptr);
        }
        base_buf_add(out, path, (size_t)(open - path));
        codec_url_encode(out, text, false);
        path = close + 1;
    }
    return QD_OK;
}

qd_status platforms_lay_out(const core_request *request, core_built *built, platforms_parts *parts,
                            qd_err *err) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    qd_status status = QD_OK;
    base_buf_init(&parts->query, LIMIT_URL_BYTES);
    parts->body = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = parts->body ? yyjson_mut_obj(parts->body) : NULL;
    if (!root) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    yyjson_mut_doc_set_root(parts->body, root);
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        switch (place_of(request, name)) {
        case CAT_IN_QUERY:
            status = add_to_query(request, &parts->query, name, value, err);
            break;
        case CAT_IN_HEADER:
            status = add_to_headers(request, built, name, value, err);
            break;
        case CAT_IN_PATH: /* by fill_path() */
            break;
        default:
            status = add_to_body(parts->body, name, value, err);
            break;
        }
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

void platforms_parts_clear(platforms_parts *parts) {
    base_buf_clear(&parts->query);
    yyjson_mut_doc_free(parts->body);
    parts->body = NULL;
}

const char *platforms_path(const core_request *request) {
    if (request->raw_path) {
        return request->raw_path;
    }
    return request->method ? cat_str(request->method->path) : "";
}

qd_status platforms_build_url(const core_request *request, const platforms_parts *parts,
                              core_built *built, qd_err *err) {
    const char *path = platforms_path(request);
    base_buf url;
    base_str text = { NULL, 0 };
    if (!*path) {
        return base_fail(err, QD_E_INVALID, "%s: the catalogue has no path: give one",
                         request->method_name);
    }
    base_buf_init(&url, LIMIT_URL_BYTES);
    if (strncmp(path, "http://", 7) != 0 && strncmp(path, "https://", 8) != 0) {
        base_buf_add_text(&url, request->base_url);
        base_buf_add_text(&url, *path == '/' ? "" : "/");
    }
    /* What the caller writes is a URL already; the catalogue's is a pattern. */
    qd_status status = QD_OK;
    if (request->raw_path) {
        base_buf_add_text(&url, path);
    } else {
        status = fill_path(request, path, &url, err);
    }
    if (status != QD_OK) {
        base_buf_clear(&url);
        return status;
    }
    if (parts->query.len > 0) {
        base_buf_add_char(&url, strchr(path, '?') ? '&' : '?');
        base_buf_add_str(&url, base_buf_str(&parts->query));
    }
    status = platforms_settle(request->arena, &url, "a URL", &text, err);
    built->url = text.ptr;
    return status;
}

qd_status platforms_body_json(const core_request *request, const platforms_parts *parts,
                              core_built *built, qd_err *err) {
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    qd_status status = codec_json_write_mut(parts->body, false, &text, err);
    if (status != QD_OK) {
        base_buf_clear(&text);
        return status;
    }
    return platforms_settle(request->arena, &text, "a request body", &built->body, err);
}

bool platforms_fill(platforms_parts *parts, const char *name, base_str value) {
    yyjson_mut_val *root = yyjson_mut_doc_get_root(parts->body);
    if (yyjson_mut_obj_get(root, name)) {
        return true;
    }
    return yyjson_mut_obj_add(root, yyjson_mut_strcpy(parts->body, name),
                              yyjson_mut_strncpy(parts->body, value.ptr, value.len));
}

void platforms_header(core_built *built, const char *name, const char *value) {
    if (built->header_count < CORE_HEADERS) {
        built->headers[built->header_count++] = (qd_http_header){ name, value };
    }
}

qd_status platforms_sign(const core_request *request, core_built *built, codec_pair *out,
                         qd_err *err) {
    char sign[SIGN_TEXT_MAX];
    qd_status status = sign_make(request->signer, &built->signed_input, sign, err);
    if (status != QD_OK) {
        return status;
    }
    const char *copy = base_arena_printf(request->arena, "%s", sign);
    if (!copy) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    *out = (codec_pair){ BASE_STR("sign"), base_str_of(copy) };
    return QD_OK;
}
