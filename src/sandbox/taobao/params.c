/*
 * Parameters of a TOP call: presence and types by the method's hand-written rule, typed access,
 * `fields`, pages, and the two shapes of lists.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

base_str tbface_text(const tbface_call *call, const char *name) {
    base_str value = face_param_text(&call->params, name);
    return value.len > 0 ? value : (base_str){ NULL, 0 };
}

bool tbface_has(const tbface_call *call, const char *name) {
    return tbface_text(call, name).len > 0;
}

int64_t tbface_i64(const tbface_call *call, const char *name, int64_t fallback) {
    int64_t number = fallback;
    (void)base_str_to_i64(tbface_text(call, name), &number);
    return number;
}

bool tbface_bool(const tbface_call *call, const char *name, bool fallback) {
    base_str text = tbface_text(call, name);
    return text.len == 0 ? fallback : base_str_is(text, "true");
}

static bool read_time(base_str text, int64_t *out) {
    return text.len == BASE_TIME_TEXT - 1 && text.ptr[4] == '-' && base_time_from_cn(text, out);
}

int64_t tbface_time(const tbface_call *call, const char *name, int64_t fallback) {
    int64_t when = fallback;
    (void)read_time(tbface_text(call, name), &when);
    return when;
}

int64_t tbface_fen(const tbface_call *call, const char *name) {
    int64_t fen = -1;
    (void)base_fen_from_yuan(tbface_text(call, name), &fen);
    return fen;
}

bool tbface_part(base_str text, char separator, size_t nth, base_str *out) {
    size_t begin = 0;
    for (size_t i = 0; i <= text.len && text.len > 0; i++) {
        if (i == text.len || text.ptr[i] == separator) {
            if (nth == 0) {
                *out = (base_str){ text.ptr + begin, i - begin };
                return true;
            }
            nth--;
            begin = i + 1;
        }
    }
    return false;
}

/* ---- the rule "tid*i memo:s" ---- */

static bool fits(base_str text, char type) {
    int64_t number;
    switch (type) {
    case 'i':
        return base_str_to_i64(text, &number);
    case 'b':
        return base_str_is(text, "true") || base_str_is(text, "false");
    case 'd':
        return read_time(text, &number);
    case 'n':
        return base_fen_from_yuan(text, &number);
    default:
        return true;
    }
}

bool tbface_params_check(tbface_call *call) {
    const char *at = call->method->params;
    while (*at != '\0') {
        char name[64];
        size_t len = strcspn(at, "*:");
        if (at[len] == '\0') {
            break;
        }
        (void)base_copy(name, sizeof name, (base_str){ at, len });
        base_str value = tbface_text(call, name);
        if (value.len == 0 && at[len] == '*') {
            char sub_code[96];
            (void)snprintf(sub_code, sizeof sub_code, "isv.missing-parameter:%s", name);
            return tbface_fail(call, 40, sub_code, "%s is required", name);
        }
        if (value.len > 0 && !fits(value, at[len + 1])) {
            return tbface_invalid(call, name, "is not of its type");
        }
        at += len + 2;
        at += strspn(at, " ");
    }
    return true;
}

/* ---- fields, pages, lists ---- */

static bool is_withheld(base_str name, const char *const *withheld) {
    const char *dot = memchr(name.ptr, '.', name.len);
    if (dot != NULL) {
        name.len = (size_t)(dot - name.ptr);
    }
    for (; withheld != NULL && *withheld != NULL; withheld++) {
        if (base_str_is(name, *withheld)) {
            return true;
        }
    }
    return false;
}

bool tbface_fields(tbface_call *call, const char *const *withheld, world_fields *out) {
    if (!world_fields_parse(tbface_text(call, "fields"), out)) {
        return tbface_invalid(call, "fields", "names too many");
    }
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (!is_withheld(out->names[i], withheld)) {
            out->names[kept++] = out->names[i];
        }
    }
    out->count = kept;
    return true;
}

bool tbface_page(tbface_call *call, int64_t size_max, uint64_t *out_offset, uint32_t *out_size) {
    int64_t page = tbface_i64(call, "page_no", 1);
    int64_t size = tbface_i64(call, "page_size", 40);
    if (page < 1 || page > INT32_MAX) {
        return tbface_invalid(call, "page_no", "begins with 1");
    }
    if (size < 1 || size > size_max) {
        return tbface_invalid(call, "page_size", "is out of its range");
    }
    *out_offset = (uint64_t)((page - 1) * size);
    *out_size = (uint32_t)size;
    return true;
}

void tbface_list_open(tbface_call *call, const char *list, const char *item) {
    if (call->simplify) {
        base_buf_printf(call->out, "\"%s\":[", list);
    } else {
        base_buf_printf(call->out, "\"%s\":{\"%s\":[", list, item);
    }
}

void tbface_list_close(tbface_call *call) {
    base_buf_add_text(call->out, call->simplify ? "]" : "]}");
}

bool tbface_document(tbface_call *call, const world_fields *fields) {
    qd_err err = QD_ERR_INIT;
    if (world_fields_apply(fields, call->simplify, base_buf_str(&call->scratch), call->out, &err) !=
        QD_OK) {
        return tbface_fail(call, 15, "isp.unknown-error", "%s", err.message);
    }
    return true;
}

void tbface_add_time(base_buf *out, int64_t utc_s) {
    char text[BASE_TIME_TEXT];
    base_time_to_cn(utc_s, text);
    base_buf_printf(out, "\"%s\"", text);
}
