/*
 * Files in parameters and the multipart/form-data body that carries them (RFC 7578). How a file
 * looks in the parameters' JSON is told in qiandian/call.h. Which parts are signed is the
 * platform's.
 */
#include <string.h>

#include "platforms/platforms_private.h"

bool platforms_is_file(const cat_method *method, base_str name, yyjson_val *value) {
    const cat_param *param = method ? cat_param_find(method, name) : NULL;
    return (param && param->type == CAT_FILE && !yyjson_is_null(value)) ||
           (yyjson_is_obj(value) && yyjson_obj_size(value) == 1 && yyjson_obj_get(value, "$file"));
}

bool platforms_has_file(const core_request *request) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        if (platforms_is_file(request->method, name, value)) {
            return true;
        }
    }
    return false;
}

/* A line that can stand in a part's header. */
static bool is_line(base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

qd_status platforms_read_file(base_arena *arena, base_str name, yyjson_val *value,
                              platforms_file *out, qd_err *err) {
    yyjson_val *file = yyjson_obj_get(value, "$file");
    base_str coded = platforms_text(file, "base64", arena);
    base_buf data;
    out->param = name;
    out->name = platforms_text(file, "name", arena);
    out->type = platforms_text(file, "content_type", arena);
    if (!yyjson_is_str(yyjson_obj_get(file, "base64"))) {
        return base_fail(err, QD_E_INVALID,
                         "%.*s is a file: {\"$file\": {\"name\": ..., \"content_type\": ..., "
                         "\"base64\": ...}}",
                         (int)name.len, name.ptr);
    }
    out->name = out->name.len ? out->name : BASE_STR("file");
    out->type = out->type.len ? out->type : BASE_STR("application/octet-stream");
    if (!is_line(out->type)) {
        return base_fail(err, QD_E_INVALID, "%.*s: its content_type is no line of text",
                         (int)name.len, name.ptr);
    }
    base_buf_init(&data, LIMIT_REQUEST_BYTES);
    qd_status status = codec_base64_decode(coded, &data, err);
    if (status != QD_OK) {
        base_buf_clear(&data);
        return base_fail(err, status, "%.*s: its base64 is no base64 or too long", (int)name.len,
                         name.ptr);
    }
    return platforms_settle(arena, &data, "a file", &out->data, err);
}

/* As browsers write names: quotes and line ends percent-encoded (WHATWG form data). */
static void add_quoted(base_buf *out, const char *label, base_str text) {
    base_buf_add_text(out, label);
    base_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' || (unsigned char)c < 0x20 || c == 0x7f) {
            base_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        } else {
            base_buf_add_char(out, c);
        }
    }
    base_buf_add_char(out, '"');
}

static void add_part(base_buf *out, const char *boundary, base_str param,
                     const platforms_file *file, base_str data) {
    base_buf_printf(out, "--%s\r\nContent-Disposition: form-data; ", boundary);
    add_quoted(out, "name=", param);
    if (file) {
        add_quoted(out, "; filename=", file->name);
        base_buf_add_text(out, "\r\nContent-Type: ");
        base_buf_add_str(out, file->type);
    }
    base_buf_add_text(out, "\r\n\r\n");
    base_buf_add_str(out, data);
    base_buf_add_text(out, "\r\n");
}

static bool occurs(const platforms_form *form, const char *boundary) {
    size_t len = strlen(boundary);
    for (size_t i = 0; i < form->pair_count; i++) {
        if (memmem(form->pairs[i].value.ptr, form->pairs[i].value.len, boundary, len)) {
            return true;
        }
    }
    for (size_t i = 0; i < form->file_count; i++) {
        if (memmem(form->files[i].data.ptr, form->files[i].data.len, boundary, len)) {
            return true;
        }
    }
    return false;
}

qd_status platforms_multipart(const core_request *request, const platforms_form *form,
                              core_built *built, qd_err *err) {
    uint64_t first = request->random[0];
    char *boundary = NULL;
    do {
        boundary =
            base_arena_printf(request->arena, "qd-%016llx%016llx", (unsigned long long)first++,
                              (unsigned long long)request->random[1]);
    } while (boundary && occurs(form, boundary));
    char *type =
        boundary ? base_arena_printf(request->arena, "multipart/form-data; boundary=%s", boundary)
                 : NULL;
    if (!type) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    base_buf body;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; i < form->pair_count; i++) {
        add_part(&body, boundary, form->pairs[i].name, NULL, form->pairs[i].value);
    }
    for (size_t i = 0; i < form->file_count; i++) {
        add_part(&body, boundary, form->files[i].param, &form->files[i], form->files[i].data);
    }
    base_buf_printf(&body, "--%s--\r\n", boundary);
    platforms_header(built, "Content-Type", type);
    return platforms_settle(request->arena, &body, "a request with files", &built->body, err);
}
