/*
 * TOP's `fields` and `simplify` on complete documents: which members are asked for, and lists
 * without the object around them. Works on any document, knows no structure by name.
 */
#include <string.h>

#include "codec/codec.h"
#include "sandbox/world/world_private.h"

static base_str trim(base_str text) {
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
        text = (base_str){ text.ptr + 1, text.len - 1 };
    }
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

bool world_fields_parse(base_str text, world_fields *out) {
    out->count = 0;
    out->all = trim(text).len == 0;
    while (text.len > 0) {
        const char *comma = memchr(text.ptr, ',', text.len);
        base_str name = { text.ptr, comma ? (size_t)(comma - text.ptr) : text.len };
        size_t used = name.len + (comma != NULL);
        text = (base_str){ text.ptr + used, text.len - used };
        name = trim(name);
        if (base_str_is(name, "*")) {
            out->all = true;
        } else if (name.len > 0) {
            if (out->count == WORLD_MAX_FIELDS) {
                return false;
            }
            out->names[out->count++] = name;
        }
    }
    return true;
}

/* How much of a member is asked for. */
typedef enum wanted { WANTED_NOT, WANTED_SOME, WANTED_ALL } wanted;

static wanted top_wanted(const world_fields *fields, base_str name) {
    wanted result = fields->all ? WANTED_ALL : WANTED_NOT;
    for (size_t i = 0; i < fields->count && result != WANTED_ALL; i++) {
        base_str f = fields->names[i];
        if (f.len < name.len || memcmp(f.ptr, name.ptr, name.len) != 0) {
            continue;
        }
        if (f.len == name.len) {
            result = WANTED_ALL;
        } else if (f.ptr[name.len] == '.') {
            result = WANTED_SOME;
        }
    }
    return result;
}

/* "orders.oid": is this member of that parent asked for? */
static bool sub_wanted(const world_fields *fields, base_str parent, base_str name) {
    for (size_t i = 0; i < fields->count; i++) {
        base_str f = fields->names[i];
        if (f.len == parent.len + 1 + name.len && memcmp(f.ptr, parent.ptr, parent.len) == 0 &&
            f.ptr[parent.len] == '.' && memcmp(f.ptr + parent.len + 1, name.ptr, name.len) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct writer {
    const world_fields *fields;
    base_str parent; /* whose members are chosen; NULL = all of them */
    bool simplify;
    base_buf *out;
} writer;

static void write_json(const writer *w, yyjson_val *value, unsigned depth);

static void write_scalar(yyjson_val *value, base_buf *out) {
    if (yyjson_is_str(value)) {
        base_buf_add_char(out, '"');
        form_escape(out, (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
        base_buf_add_char(out, '"');
    } else if (yyjson_is_uint(value)) {
        base_buf_printf(out, "%llu", (unsigned long long)yyjson_get_uint(value));
    } else if (yyjson_is_sint(value)) {
        base_buf_add_i64(out, yyjson_get_sint(value));
    } else if (yyjson_is_bool(value)) {
        base_buf_add_text(out, yyjson_get_bool(value) ? "true" : "false");
    } else if (yyjson_is_raw(value)) {
        base_buf_add(out, yyjson_get_raw(value), yyjson_get_len(value));
    } else if (yyjson_is_real(value)) {
        base_buf_printf(out, "%.17g", yyjson_get_real(value));
    } else {
        base_buf_add_text(out, "null");
    }
}

/* The list inside {"order":[...]}, or NULL. */
static yyjson_val *inner_list(yyjson_val *value) {
    if (yyjson_obj_size(value) != 1) {
        return NULL;
    }
    yyjson_obj_iter members = yyjson_obj_iter_with(value);
    yyjson_val *only = yyjson_obj_iter_get_val(yyjson_obj_iter_next(&members));
    return yyjson_is_arr(only) ? only : NULL;
}

static void write_list(const writer *w, yyjson_val *list, unsigned depth) {
    size_t i;
    size_t count;
    yyjson_val *element;
    base_buf_add_char(w->out, '[');
    yyjson_arr_foreach(list, i, count, element) {
        if (i > 0) {
            base_buf_add_char(w->out, ',');
        }
        write_json(w, element, depth + 1);
    }
    base_buf_add_char(w->out, ']');
}

static void write_object(const writer *w, yyjson_val *object, unsigned depth) {
    size_t i;
    size_t count;
    yyjson_val *key;
    yyjson_val *value;
    bool first = true;
    /* The object that only names a list's elements is not what `parent.member` chooses from. */
    bool choose = w->parent.ptr && !inner_list(object);
    base_buf_add_char(w->out, '{');
    yyjson_obj_foreach(object, i, count, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        if (choose && !sub_wanted(w->fields, w->parent, name)) {
            continue;
        }
        writer below = *w;
        if (choose) {
            below.parent.ptr = NULL; /* a chosen member is written whole */
        }
        if (!first) {
            base_buf_add_char(w->out, ',');
        }
        first = false;
        write_scalar(key, w->out);
        base_buf_add_char(w->out, ':');
        write_json(&below, value, depth + 1);
    }
    base_buf_add_char(w->out, '}');
}

/* Depth is bounded: documents come from codec_json_read() or from the world. */
static void write_json(const writer *w, yyjson_val *value, unsigned depth) {
    yyjson_val *list = NULL;
    if (depth > LIMIT_JSON_DEPTH) {
        base_buf_add_text(w->out, "null");
    } else if (yyjson_is_arr(value)) {
        write_list(w, value, depth);
    } else if (!yyjson_is_obj(value)) {
        write_scalar(value, w->out);
    } else if (w->simplify && (list = inner_list(value)) != NULL) {
        write_list(w, list, depth);
    } else {
        write_object(w, value, depth);
    }
}

qd_status world_fields_apply(const world_fields *fields, bool simplify, base_str document,
                             base_buf *out, qd_err *err) {
    if (fields->all && !simplify) {
        base_buf_add_str(out, document);
        return base_buf_check(out, "sandbox document", err);
    }
    yyjson_doc *doc = yyjson_read(document.ptr, document.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (!yyjson_is_obj(root)) {
        yyjson_doc_free(doc);
        return base_fail(err, QD_E_PROTOCOL, "sandbox: the document is no JSON object");
    }
    size_t i;
    size_t count;
    yyjson_val *key;
    yyjson_val *value;
    bool first = true;
    base_buf_add_char(out, '{');
    yyjson_obj_foreach(root, i, count, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        wanted how = top_wanted(fields, name);
        if (how == WANTED_NOT) {
            continue;
        }
        writer w = { fields, { NULL, 0 }, simplify, out };
        if (how == WANTED_SOME) {
            w.parent = name;
        }
        if (!first) {
            base_buf_add_char(out, ',');
        }
        first = false;
        write_scalar(key, out);
        base_buf_add_char(out, ':');
        write_json(&w, value, 1);
    }
    base_buf_add_char(out, '}');
    yyjson_doc_free(doc);
    return base_buf_check(out, "sandbox document", err);
}

qd_status world_simplify(yyjson_val *value, base_buf *out, qd_err *err) {
    writer w = { NULL, { NULL, 0 }, true, out };
    write_json(&w, value, 0);
    return base_buf_check(out, "sandbox document", err);
}
