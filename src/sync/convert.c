/*
 * One JSON value -> one column value, by the catalogue's conversion. Accepts numbers as texts and
 * texts as numbers, since platforms send both. Messages name the path and the kind of value, never
 * its content (it may be personal).
 */
#include <string.h>

#include "sync/sync_private.h"

enum { SPEC_BYTES = 4096, LIST_PATH = 128 };

static qd_status refuse(const cat_map_column *column, yyjson_val *value, const char *wanted,
                        qd_err *err) {
    return base_fail(err, QD_E_PROTOCOL,
                     "\"%s\" is %s of the platform's document, but %s is wanted there",
                     cat_str(column->path), yyjson_get_type_desc(value), wanted);
}

static void set_i64(store_value *out, int64_t value) {
    out->set = 1;
    out->is_null = 0;
    out->i64 = value;
}

static void set_null(store_value *out) {
    out->set = 1;
    out->is_null = 1;
}

static void set_text(store_value *out, base_str text) {
    out->set = 1;
    out->is_null = 0;
    out->text = text;
}

static bool is_empty_text(yyjson_val *value) {
    return yyjson_is_str(value) && yyjson_get_len(value) == 0;
}

static base_str text_of(yyjson_val *value) {
    return (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

static qd_status to_int(const cat_map_column *column, yyjson_val *value, store_value *out,
                        qd_err *err) {
    int64_t number;
    if (is_empty_text(value)) {
        set_null(out);
    } else if (codec_json_i64(value, &number)) {
        set_i64(out, number);
    } else {
        return refuse(column, value, "a whole number", err);
    }
    return QD_OK;
}

static qd_status to_yuan(const cat_map_column *column, yyjson_val *value, base_arena *arena,
                         store_value *out, qd_err *err) {
    base_str text;
    int64_t fen;
    if (is_empty_text(value)) {
        set_null(out);
    } else if (codec_json_text(value, arena, &text) && base_fen_from_yuan(text, &fen)) {
        set_i64(out, fen);
    } else {
        return refuse(column, value, "an amount in yuan", err);
    }
    return QD_OK;
}

/* Any of the forms; 0 and "" mean "has not happened". */
static bool read_time(yyjson_val *value, cat_conv conv, int64_t *out_time) {
    int64_t number;
    bool is_number = codec_json_i64(value, &number);
    if (is_number && (conv == CAT_CONV_UNIX || conv == CAT_CONV_UNIX_MS || conv == CAT_CONV_TIME)) {
        bool is_ms = conv == CAT_CONV_UNIX_MS || (conv == CAT_CONV_TIME && number >= 100000000000);
        *out_time = is_ms ? number / 1000 : number;
        return true;
    }
    if (!yyjson_is_str(value) || conv == CAT_CONV_UNIX || conv == CAT_CONV_UNIX_MS) {
        return false;
    }
    return base_time_from_cn(text_of(value), out_time) ||
           (conv == CAT_CONV_TIME && base_time_from_rfc3339(text_of(value), out_time));
}

static qd_status to_time(const cat_map_column *column, yyjson_val *value, store_value *out,
                         qd_err *err) {
    int64_t time = 0;
    if (is_empty_text(value)) {
        set_null(out);
        return QD_OK;
    }
    if (!read_time(value, (cat_conv)column->conv, &time)) {
        return refuse(column, value, "a time", err);
    }
    if (time <= 0) {
        set_null(out);
    } else {
        set_i64(out, time);
    }
    return QD_OK;
}

static qd_status to_text(const cat_map_column *column, yyjson_val *value, base_arena *arena,
                         store_value *out, qd_err *err) {
    base_str text;
    if (!codec_json_text(value, arena, &text)) {
        return refuse(column, value, "a text or a number", err);
    }
    set_text(out, text);
    return QD_OK;
}

/* Platforms write "" and 0 where there is no id. */
static qd_status to_id(const cat_map_column *column, yyjson_val *value, base_arena *arena,
                       store_value *out, qd_err *err) {
    qd_status status = to_text(column, value, arena, out, err);
    if (status == QD_OK && (out->text.len == 0 || base_str_is(out->text, "0"))) {
        out->set = 0;
    }
    return status;
}

static qd_status to_enum(const cat_map_column *column, yyjson_val *value, base_arena *arena,
                         store_value *out, qd_err *err) {
    base_str text;
    if (!codec_json_text(value, arena, &text)) {
        return refuse(column, value, "a code", err);
    }
    const char *ours = "other";
    for (size_t i = 0; i < column->enum_count; i++) {
        const cat_enum_row *row = cat_map_enum(column, i);
        if (base_str_is(text, cat_str(row->wire))) {
            ours = cat_str(row->ours);
            break;
        }
    }
    set_text(out, base_str_of(ours));
    return QD_OK;
}

static qd_status keep(const base_buf *buf, base_arena *arena, store_value *out, qd_err *err) {
    qd_status status = base_buf_check(buf, "a value of a document", err);
    char *copy = status == QD_OK ? base_arena_dup(arena, base_buf_str(buf)) : NULL;
    if (copy == NULL) {
        return base_fail(err, QD_E_NOMEM, "a value of a document does not fit into memory");
    }
    set_text(out, (base_str){ copy, buf->len });
    return QD_OK;
}

static yyjson_val *first_of(yyjson_val *object, const char *a, const char *b) {
    yyjson_val *value = yyjson_obj_get(object, a);
    return value != NULL ? value : yyjson_obj_get(object, b);
}

static void add_pair(base_buf *out, base_str name, base_str value) {
    if (out->len > 0) {
        base_buf_add_char(out, ';');
    }
    base_buf_add_str(out, name);
    if (name.len > 0) {
        base_buf_add_char(out, ':');
    }
    base_buf_add_str(out, value);
}

/* [{"name":"颜色","value":"蓝"}] -> "颜色:蓝" */
static void spec_pairs(yyjson_val *list, base_arena *arena, base_buf *out) {
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, max, item) {
        base_str name = { NULL, 0 }, value = { NULL, 0 };
        (void)codec_json_text(first_of(item, "name", "property_name"), arena, &name);
        (void)codec_json_text(first_of(item, "value", "value_name"), arena, &value);
        if (name.len + value.len > 0) {
            add_pair(out, name, value);
        }
    }
}

/* TOP: "1627207:28341:颜色分类:黑色;20509:28314:尺码:S" -> "颜色分类:黑色;尺码:S" */
static void prop_pairs(base_str text, base_buf *out) {
    const char *p = text.ptr, *end = text.ptr + text.len;
    while (p < end) {
        const char *stop = memchr(p, ';', (size_t)(end - p));
        stop = stop != NULL ? stop : end;
        const char *part = p;
        for (int colons = 0; colons < 2 && part < stop; part++) {
            colons += *part == ':';
        }
        const char *middle = part < stop ? memchr(part, ':', (size_t)(stop - part)) : NULL;
        if (middle != NULL) {
            add_pair(out, (base_str){ part, (size_t)(middle - part) },
                     (base_str){ middle + 1, (size_t)(stop - middle - 1) });
        }
        p = stop + 1;
    }
}

/* The parent document lists its specs with ids: one of their values by id. */
static bool spec_by_id(yyjson_val *specs, base_str id, base_arena *arena, base_buf *out) {
    size_t i, imax, k, kmax;
    yyjson_val *spec, *value;
    yyjson_arr_foreach(specs, i, imax, spec) {
        yyjson_arr_foreach(yyjson_obj_get(spec, "values"), k, kmax, value) {
            base_str have, name = { NULL, 0 }, label = { NULL, 0 };
            if (codec_json_text(yyjson_obj_get(value, "id"), arena, &have) &&
                base_str_eq(have, id)) {
                (void)codec_json_text(yyjson_obj_get(spec, "name"), arena, &name);
                (void)codec_json_text(yyjson_obj_get(value, "name"), arena, &label);
                add_pair(out, name, label);
                return true;
            }
        }
    }
    return false;
}

static qd_status to_spec_ids(yyjson_val *value, const sync_scope *scope, base_arena *arena,
                             store_value *out, qd_err *err) {
    yyjson_doc *parsed = NULL; /* the ids may come as JSON in a text */
    if (yyjson_is_str(value)) {
        qd_err ignored;
        if (codec_json_read(text_of(value), SPEC_BYTES, &parsed, &ignored) != QD_OK) {
            return QD_OK;
        }
        value = yyjson_doc_get_root(parsed);
    }
    yyjson_val *specs =
        scope->parent != NULL ? yyjson_obj_get(scope->parent->document, "specs") : NULL;
    base_buf text;
    base_buf_init(&text, SPEC_BYTES);
    size_t i, max;
    yyjson_val *item;
    bool any = false;
    yyjson_arr_foreach(value, i, max, item) {
        base_str id;
        any = (codec_json_text(item, arena, &id) && spec_by_id(specs, id, arena, &text)) || any;
    }
    qd_status status = any ? keep(&text, arena, out, err) : QD_OK;
    base_buf_clear(&text);
    yyjson_doc_free(parsed);
    return status;
}

static qd_status to_built_text(const cat_map_column *column, yyjson_val *value, base_arena *arena,
                               store_value *out, qd_err *err) {
    base_buf text;
    base_buf_init(&text, column->conv == CAT_CONV_JSON ? LIMIT_DOCUMENT_BYTES : SPEC_BYTES);
    qd_status status = QD_OK;
    if (column->conv == CAT_CONV_JSON) {
        status = codec_json_write(value, &text, err);
    } else if (column->conv == CAT_CONV_PROPS && yyjson_is_str(value)) {
        prop_pairs(text_of(value), &text);
    } else if (column->conv == CAT_CONV_SPEC && yyjson_is_arr(value)) {
        spec_pairs(value, arena, &text);
    } else {
        status = refuse(column, value, "a list of specs", err);
    }
    if (status == QD_OK) {
        status = keep(&text, arena, out, err);
    }
    base_buf_clear(&text);
    return status;
}

/* An item without the member, or with an empty one, adds nothing. */
static qd_status to_sum(const cat_map_column *column, const sync_scope *scope, store_value *out,
                        qd_err *err) {
    char list[LIST_PATH];
    const char *path = cat_str(column->path);
    const char *member = strstr(path, "[].");
    if (member == NULL ||
        !base_copy(list, sizeof list, (base_str){ path, (size_t)(member - path) })) {
        return base_fail(err, QD_E_INVALID, "\"%s\" is no LIST[].MEMBER", path);
    }
    yyjson_val *items = sync_scope_at(scope, list);
    if (items == NULL) {
        return QD_OK;
    }
    if (!yyjson_is_arr(items)) {
        return refuse(column, items, "a list", err);
    }
    int64_t sum = 0;
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(items, i, max, item) {
        int64_t number = 0;
        yyjson_val *value = yyjson_obj_get(item, member + 3);
        if (value == NULL || yyjson_is_null(value) || is_empty_text(value)) {
            continue;
        }
        if (!codec_json_i64(value, &number) || __builtin_add_overflow(sum, number, &sum)) {
            return refuse(column, value, "a whole number", err);
        }
    }
    set_i64(out, sum);
    return QD_OK;
}

qd_status sync_convert(const cat_map_column *column, const sync_scope *scope, base_arena *arena,
                       store_value *out_value, qd_err *err) {
    if (column->conv == CAT_CONV_CONST) {
        set_text(out_value, base_str_of(cat_str(column->path)));
        return QD_OK;
    }
    if (column->conv == CAT_CONV_INDEX) {
        set_i64(out_value, (int64_t)scope->place);
        return QD_OK;
    }
    if (column->conv == CAT_CONV_SUM) {
        return to_sum(column, scope, out_value, err);
    }
    yyjson_val *value = sync_scope_at(scope, cat_str(column->path));
    if (value == NULL) {
        return QD_OK;
    }
    bool flag;
    switch ((cat_conv)column->conv) {
    case CAT_CONV_INT:
    case CAT_CONV_FEN:
        return to_int(column, value, out_value, err);
    case CAT_CONV_BOOL:
        if (!codec_json_bool(value, &flag)) {
            return refuse(column, value, "true or false", err);
        }
        set_i64(out_value, flag);
        return QD_OK;
    case CAT_CONV_YUAN:
        return to_yuan(column, value, arena, out_value, err);
    case CAT_CONV_UNIX:
    case CAT_CONV_UNIX_MS:
    case CAT_CONV_CN_TIME:
    case CAT_CONV_TIME:
        return to_time(column, value, out_value, err);
    case CAT_CONV_ENUM:
        return to_enum(column, value, arena, out_value, err);
    case CAT_CONV_SPEC:
    case CAT_CONV_JSON:
    case CAT_CONV_PROPS:
        return to_built_text(column, value, arena, out_value, err);
    case CAT_CONV_ID:
        return to_id(column, value, arena, out_value, err);
    case CAT_CONV_SPEC_IDS:
        return to_spec_ids(value, scope, arena, out_value, err);
    case CAT_CONV_COUNT:
        if (!yyjson_is_arr(value)) {
            return refuse(column, value, "a list", err);
        }
        set_i64(out_value, (int64_t)yyjson_arr_size(value));
        return QD_OK;
    default:
        return to_text(column, value, arena, out_value, err);
    }
}
