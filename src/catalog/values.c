/*
 * Single values: does a JSON scalar fit a parameter's type, and which JSON does a shell's text
 * mean. Bounds, enums and nesting are validate.c's.
 */
#include <string.h>

#include "catalog/catalog_private.h"

bool cat_next_part(base_str *rest, base_str *out_part) {
    if (!rest->ptr) {
        return false;
    }
    const char *comma = memchr(rest->ptr, ',', rest->len);
    out_part->ptr = rest->ptr;
    out_part->len = comma ? (size_t)(comma - rest->ptr) : rest->len;
    if (comma) {
        rest->len -= out_part->len + 1;
        rest->ptr = comma + 1;
    } else {
        *rest = (base_str){ NULL, 0 };
    }
    return true;
}

static base_str text_of(yyjson_val *value) {
    return (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

static bool is_digits(base_str text) {
    size_t start = text.len > 0 && text.ptr[0] == '-';
    for (size_t i = start; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return text.len > start;
}

/* Digits with at most one point among them. */
static bool is_decimal(base_str text) {
    const char *point = memchr(text.ptr, '.', text.len);
    if (!point) {
        return is_digits(text);
    }
    size_t before = (size_t)(point - text.ptr);
    base_str fraction = { point + 1, text.len - before - 1 };
    return is_digits((base_str){ text.ptr, before }) && is_digits(fraction) && *point == '.' &&
           fraction.ptr[0] != '-';
}

/* The text has the shape of the format: y M d H m s S stand for digits, the rest for itself. */
static bool has_shape(base_str text, const char *format) {
    if (text.len != strlen(format)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        bool place = strchr("yMdHmsS", format[i]) != NULL;
        if (place ? !digit : text.ptr[i] != format[i]) {
            return false;
        }
    }
    return true;
}

static bool is_datetime(base_str text, const char *format) {
    int64_t when;
    if (!*format) {
        return true;
    }
    if (strcmp(format, "yyyy-MM-dd HH:mm:ss") == 0) { /* a day alone is read as its beginning */
        return base_time_from_cn(text, &when) && memchr(text.ptr, '-', text.len);
    }
    if (strcmp(format, "yyyy-MM-dd") == 0) {
        return base_time_from_cn(text, &when) && has_shape(text, format);
    }
    return has_shape(text, format);
}

bool cat_scalar_fits(const cat_param *param, uint8_t type, yyjson_val *value,
                     const char **out_why) {
    int64_t number;
    bool flag, text = yyjson_is_str(value);
    bool numeric = yyjson_is_num(value) || yyjson_is_raw(value);
    switch ((cat_type)type) {
    case CAT_STRING:
        *out_why = "must be text";
        return text || numeric || yyjson_is_bool(value);
    case CAT_INT:
        *out_why = "must be an integer";
        return codec_json_i64(value, &number) || yyjson_is_raw(value) ||
               (text && is_digits(text_of(value)));
    case CAT_NUMBER:
        *out_why = "must be a number";
        return numeric || (text && yyjson_get_len(value) > 0 && is_decimal(text_of(value)));
    case CAT_BOOL:
        *out_why = "must be true or false";
        return codec_json_bool(value, &flag);
    case CAT_DATETIME:
        *out_why = "must be a time as";
        return text && (!(param->flags & CAT_FORMAT_SURE) ||
                        is_datetime(text_of(value), cat_str(param->format)));
    default:
        return true;
    }
}

/* ---- text from a shell ---- */

static qd_status refuse(const cat_param *param, const char *what, qd_err *err) {
    return base_fail(err, QD_E_INVALID, "%s: %s", cat_str(param->name), what);
}

static yyjson_mut_val *as_text(yyjson_mut_doc *doc, base_str value) {
    return yyjson_mut_strncpy(doc, value.ptr ? value.ptr : "", value.len);
}

/* NULL when the text is no scalar of that type. */
static yyjson_mut_val *scalar_from_text(uint8_t type, base_str value, yyjson_mut_doc *doc) {
    int64_t number;
    switch ((cat_type)type) {
    case CAT_INT:
        if (base_str_to_i64(value, &number)) {
            return yyjson_mut_sint(doc, number);
        }
        /* more digits than an int64 has: kept as they are, never rounded */
        return is_digits(value) && value.ptr[value.ptr[0] == '-'] != '0'
                   ? yyjson_mut_rawncpy(doc, value.ptr, value.len)
                   : NULL;
    case CAT_NUMBER: {
        yyjson_doc *parsed = NULL;
        yyjson_mut_val *out = NULL;
        if (value.len > 0 && is_decimal(value) &&
            codec_json_read(value, 0, &parsed, NULL) == QD_OK) {
            out = yyjson_mut_rawncpy(doc, value.ptr, value.len);
        }
        yyjson_doc_free(parsed);
        return out;
    }
    case CAT_BOOL:
        if (base_str_is(value, "true") || base_str_is(value, "1")) {
            return yyjson_mut_true(doc);
        }
        return base_str_is(value, "false") || base_str_is(value, "0") ? yyjson_mut_false(doc)
                                                                      : NULL;
    default:
        return as_text(doc, value);
    }
}

static qd_status list_from_text(const cat_param *param, base_str value, yyjson_mut_doc *doc,
                                yyjson_mut_val **out, qd_err *err) {
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    base_str rest = value, part;
    while (value.len > 0 && cat_next_part(&rest, &part)) {
        yyjson_mut_val *item = scalar_from_text(param->item, part, doc);
        if (!item) {
            return refuse(param, "an item of the list has not the type that it must have", err);
        }
        if (!yyjson_mut_arr_append(list, item)) {
            return base_fail(err, QD_E_NOMEM, "out of memory");
        }
    }
    *out = list;
    return list ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
}

static qd_status json_from_text(const cat_param *param, base_str value, yyjson_mut_doc *doc,
                                yyjson_mut_val **out, qd_err *err) {
    yyjson_doc *parsed = NULL;
    qd_status status = codec_json_read(value, 0, &parsed, err);
    if (status != QD_OK) {
        if (err && status == QD_E_PROTOCOL) { /* the caller's text, not a platform's */
            err->status = QD_E_INVALID;
        }
        (void)base_err_prefix(err, "%s: no JSON", cat_str(param->name));
        return status == QD_E_PROTOCOL ? QD_E_INVALID : status;
    }
    *out = yyjson_val_mut_copy(doc, yyjson_doc_get_root(parsed));
    yyjson_doc_free(parsed);
    return *out ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
}

qd_status cat_value_from_text(const cat_param *param, base_str value, yyjson_mut_doc *doc,
                              yyjson_mut_val **out, qd_err *err) {
    yyjson_mut_val *made = NULL;
    bool json = value.len > 0 && (value.ptr[0] == '{' || value.ptr[0] == '[');
    uint8_t type = param ? param->type : (uint8_t)CAT_STRING;
    if (type == CAT_OBJECT || type == CAT_ARRAY || type == CAT_MAP) {
        if (json) {
            return json_from_text(param, value, doc, out, err);
        }
        if (type == CAT_ARRAY && param->item != CAT_OBJECT) {
            return list_from_text(param, value, doc, out, err);
        }
        return refuse(
            param,
            type == CAT_ARRAY ? "must be JSON such as [{...}]" : "must be JSON such as {...}", err);
    }
    made = scalar_from_text(type, value, doc);
    if (!made && param && !(param->flags & CAT_TYPE_SURE)) {
        made = as_text(doc, value);
    }
    if (!made) {
        static const char *const WHAT[] = { "", "", "must be an integer", "must be a number",
                                            "must be true or false" };
        return type >= CAT_INT && type <= CAT_BOOL ? refuse(param, WHAT[type], err)
                                                   : base_fail(err, QD_E_NOMEM, "out of memory");
    }
    *out = made;
    return QD_OK;
}
