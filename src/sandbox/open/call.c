/*
 * One call of the three further platforms as it arrives: query, JSON body and path, the method of
 * the catalogue behind the path, and its parameters gathered from their places. Knows no code and
 * no envelope.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sandbox/open/open.h"

bool open_fail(open_call *call, int code, const char *fmt, ...) {
    va_list args;
    char line[640];
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    call->code = code;
    call->why = base_arena_dup(call->face->arena, base_str_of(line));
    return false;
}

static base_str without_tail_slash(base_str path) {
    if (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    return path;
}

bool open_is(const open_call *call, const char *path) {
    return base_str_eq(call->path, without_tail_slash(base_str_of(path)));
}

bool open_is_get(const open_call *call) {
    return base_str_is(call->face->request->method, "GET");
}

/* "OpenId%40x" -> "OpenId@x": a form of one nameless value decodes it. */
static base_str decoded(base_arena *arena, base_str text) {
    codec_pair *pairs = NULL;
    size_t count = 0;
    if (text.len > 0 && codec_form_parse(text, arena, &pairs, &count, NULL) == QD_OK &&
        count == 1 && pairs[0].value.len == 0) {
        return pairs[0].name;
    }
    return text;
}

static bool begins_with(base_str text, base_str start) {
    return text.len >= start.len && strncasecmp(text.ptr, start.ptr, start.len) == 0;
}

/* A urlencoded form as the object of texts that it stands for: the alliance's documents give its
 * refresh call this form. */
static bool read_form(open_call *call, base_str text) {
    codec_pair *pairs = NULL;
    size_t count = 0;
    qd_err err = QD_ERR_INIT;
    if (codec_form_parse(text, call->face->arena, &pairs, &count, &err) != QD_OK) {
        return open_fail(call, 0, "the form: %s", err.message);
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    bool ok = root != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        ok = yyjson_mut_obj_add(root, yyjson_mut_strncpy(doc, pairs[i].name.ptr, pairs[i].name.len),
                                yyjson_mut_strncpy(doc, pairs[i].value.ptr, pairs[i].value.len));
    }
    call->body_doc = ok ? yyjson_mut_doc_imut_copy(doc, NULL) : NULL;
    call->body = yyjson_doc_get_root(call->body_doc);
    yyjson_mut_doc_free(doc);
    return call->body != NULL || open_fail(call, 0, "the form does not fit into memory");
}

static bool read_body(open_call *call) {
    qd_err err = QD_ERR_INIT;
    base_str text = call->face->request->body;
    base_str type = httpd_header_get(call->face->request, "Content-Type");
    if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0) {
        text = (base_str){ text.ptr + 3, text.len - 3 }; /* a byte order mark */
    }
    if (text.len == 0) {
        return true;
    }
    if (text.ptr[0] != '{' && begins_with(type, BASE_STR("application/x-www-form-urlencoded"))) {
        return read_form(call, text);
    }
    if (begins_with(type, BASE_STR("multipart/"))) {
        const char *why = "";
        call->has_parts = true;
        return face_multipart_read(call->face, &call->query, &why) ||
               open_fail(call, 0, "multipart/form-data: %s", why);
    }
    if (codec_json_read(text, LIMIT_REQUEST_BYTES, &call->body_doc, &err) != QD_OK) {
        return open_fail(call, 0, "the body is no JSON: %s", err.message);
    }
    call->body = yyjson_doc_get_root(call->body_doc);
    if (!yyjson_is_obj(call->body)) {
        call->body = NULL;
        return open_fail(call, 0, "the body is no JSON object");
    }
    return true;
}

/* Reads query and body and finds the method. False when the body is no JSON object (code stays 0,
 * why is set). */
static bool begin(open_call *call, face_call *face, face_app_kind kind, base_str path) {
    base_str segment = { "", 0 };
    memset(call, 0, sizeof *call);
    call->face = face;
    call->kind = kind;
    call->app = &face->sb->apps[kind];
    call->out = &face->response->body;
    call->path = without_tail_slash(path);
    call->known = generic_find_path(face_app_name(kind), path, &segment);
    call->segment = decoded(face->arena, segment);
    call->name = call->known != NULL ? base_str_of(cat_str(call->known->name)) : call->path;
    base_str name = call->name;
    face_count(&face->sb->methods, name);
    bool token_call = memmem(path.ptr, path.len, "oauth", 5) != NULL;
    call->fault = face_fault_draw(face, name, token_call);
    if (!face_params_read(face, false, &call->query)) {
        return open_fail(call, 0, "too many parameters");
    }
    return read_body(call);
}

static void end(open_call *call) {
    yyjson_doc_free(call->merged);
    yyjson_doc_free(call->body_doc);
}

void open_serve(face_call *face, face_app_kind kind, base_str path, int unreadable,
                bool (*run)(open_call *call), void (*refuse)(open_call *call)) {
    open_call call;
    bool readable = begin(&call, face, kind, path);
    if (!readable) {
        call.code = unreadable;
    }
    if (!face_fault_before(face, call.fault)) {
        if (!readable || !run(&call)) {
            refuse(&call);
        }
        face_fault_after(face, call.fault);
    }
    end(&call);
}

bool open_is_limited(open_call *call) {
    return face_fault_ban(call->face, base_str_of(call->app->key), call->name, call->fault) > 0;
}

base_str open_text(open_call *call, const char *name) {
    base_str text = { "", 0 };
    yyjson_val *value = yyjson_obj_get(call->body, name);
    if (value == NULL || !codec_json_text(value, call->face->arena, &text)) {
        return (base_str){ "", 0 };
    }
    return text;
}

/* ---- parameters from their places ---- */

/* Of the query, or of a multipart body's parts. */
static bool add_pair(open_call *call, yyjson_mut_doc *doc, const char *name) {
    const face_params *from = &call->query;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    for (size_t i = 0; i < from->count; i++) {
        const codec_pair *pair = &from->items[i];
        if (!base_str_is(pair->name, name)) {
            continue;
        }
        if (from->is_file != NULL && from->is_file[i]) {
            yyjson_mut_val *file = yyjson_mut_obj_add_obj(doc, root, name);
            return yyjson_mut_obj_add_uint(doc, file, "size", pair->value.len) &&
                   yyjson_mut_obj_add_uint(doc, file, "hash", generic_hash(pair->value));
        }
        return pair->value.len == 0 ||
               yyjson_mut_obj_add_strncpy(doc, root, name, pair->value.ptr, pair->value.len);
    }
    return true;
}

static bool add_str(yyjson_mut_doc *doc, const char *name, base_str text) {
    return text.len == 0 ||
           yyjson_mut_obj_add_strncpy(doc, yyjson_mut_doc_get_root(doc), name, text.ptr, text.len);
}

static bool add_param(open_call *call, yyjson_mut_doc *doc, const cat_param *param) {
    const char *name = cat_str(param->name);
    switch ((cat_place)param->place) {
    case CAT_IN_QUERY:
        return add_pair(call, doc, name);
    case CAT_IN_PATH:
        return add_str(doc, name, call->segment);
    case CAT_IN_HEADER:
        return add_str(doc, name, httpd_header_get(call->face->request, name));
    default:
        break;
    }
    if (call->known->http == CAT_GET || call->has_parts) {
        return add_pair(call, doc, name);
    }
    yyjson_val *value = yyjson_obj_get(call->body, name);
    return value == NULL || yyjson_mut_obj_add_val(doc, yyjson_mut_doc_get_root(doc), name,
                                                   yyjson_val_mut_copy(doc, value));
}

static bool merge(open_call *call) {
    yyjson_doc_free(call->merged); /* an earlier check's */
    call->merged = NULL;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    bool ok = root != NULL;
    yyjson_mut_doc_set_root(doc, root);
    for (size_t i = 0; ok && i < call->known->param_count; i++) {
        ok = add_param(call, doc, cat_param_at(call->known, i));
    }
    if (ok) {
        call->merged = yyjson_mut_doc_imut_copy(doc, NULL);
    }
    yyjson_mut_doc_free(doc);
    return call->merged != NULL;
}

bool open_check(open_call *call, generic_problem *out) {
    if (!merge(call)) {
        out->kind = GENERIC_INVALID;
        (void)base_copy(out->name, sizeof out->name, BASE_STR("(request)"));
        (void)base_copy(out->why, sizeof out->why, BASE_STR("does not fit into memory"));
        return false;
    }
    return generic_check(call->known, yyjson_doc_get_root(call->merged), out);
}

void open_add_log_id(open_call *call, base_buf *out) {
    char when[BASE_TIME_TEXT];
    base_time_to_cn(call->face->now, when);
    for (const char *p = when; *p != '\0'; p++) {
        if (*p >= '0' && *p <= '9') {
            base_buf_add_char(out, *p);
        }
    }
    char *tail = face_hex_shape(call->face->number, call->face->sb->seed ^ (uint64_t)call->kind,
                                call->face->arena, "xxxxxxxxxxxxxxxxxx");
    base_buf_add_text(out, tail);
}
