/*
 * The judge's reading of the catalogue's parameters: required ones there, types, declared bounds
 * and enums, nested fields. Shares the catalogue's facts with the client, not its validation: the
 * rules are read here once more.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/generic/generic.h"

enum { DEEPEST = 24 };

typedef struct place {
    const struct place *up;
    const char *name; /* NULL: an item */
    size_t index;
} place;

static void write_place(const place *at, base_buf *out) {
    if (at->up != NULL) {
        write_place(at->up, out);
    }
    if (at->name == NULL) {
        base_buf_printf(out, "[%zu]", at->index);
    } else {
        base_buf_add_text(out, at->up != NULL ? "." : "");
        base_buf_add_text(out, at->name);
    }
}

static bool refuse(generic_problem *out, const place *at, generic_kind kind, const char *why) {
    base_buf name;
    base_buf_init(&name, sizeof out->name * 4);
    write_place(at, &name);
    out->kind = kind;
    (void)base_copy(out->name, sizeof out->name, base_buf_str(&name));
    (void)base_copy(out->why, sizeof out->why, base_str_of(why));
    base_buf_clear(&name);
    return false;
}

static bool is_absent(yyjson_val *value) {
    return value == NULL || yyjson_is_null(value) ||
           (yyjson_is_str(value) && yyjson_get_len(value) == 0);
}

static base_str str_of(yyjson_val *value) {
    return (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

/* ---- scalars ---- */

static bool is_decimal(base_str text) {
    size_t i = text.len > 0 && text.ptr[0] == '-';
    size_t digits = 0;
    size_t points = 0;
    for (; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (!digit && (text.ptr[i] != '.' || points++ > 0 || digits == 0)) {
            return false;
        }
        digits += digit;
    }
    return digits > 0 && text.ptr[text.len - 1] != '.';
}

static bool is_integer(yyjson_val *value) {
    int64_t number;
    if (yyjson_is_raw(value)) {
        return memchr(yyjson_get_raw(value), '.', yyjson_get_len(value)) == NULL;
    }
    if (yyjson_is_str(value)) { /* unsigned 64 bits exceed what codec_json_i64() takes */
        base_str text = str_of(value);
        return is_decimal(text) && memchr(text.ptr, '.', text.len) == NULL;
    }
    return yyjson_is_uint(value) || codec_json_i64(value, &number);
}

/* y M d H m s S stand for digits, the rest for itself. */
static bool has_shape(base_str text, const char *format) {
    if (text.len != strlen(format)) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (strchr("yMdHmsS", format[i]) != NULL ? !digit : text.ptr[i] != format[i]) {
            return false;
        }
    }
    return true;
}

static bool is_datetime(yyjson_val *value, const char *format) {
    int64_t when;
    if (*format == '\0') {
        return !yyjson_is_ctn(value);
    }
    if (!yyjson_is_str(value)) {
        return false;
    }
    base_str text = str_of(value);
    bool day = strcmp(format, "yyyy-MM-dd") == 0;
    if (day || strcmp(format, "yyyy-MM-dd HH:mm:ss") == 0) {
        /* A day alone is read as its beginning, on every platform that was seen. */
        return base_time_from_cn(text, &when) && text.ptr[4] == '-' &&
               (!day || text.len == BASE_DAY_TEXT - 1);
    }
    return has_shape(text, format);
}

static const char *type_problem(const cat_param *param, uint8_t type, yyjson_val *value) {
    bool flag;
    switch ((cat_type)type) {
    case CAT_STRING:
        return yyjson_is_obj(value) || (yyjson_is_arr(value) && !(param->flags & CAT_COMMA_LIST))
                   ? "is a text"
                   : NULL;
    case CAT_INT:
        return is_integer(value) ? NULL : "is an integer";
    case CAT_NUMBER:
        return yyjson_is_num(value) || yyjson_is_raw(value) ||
                       (yyjson_is_str(value) && is_decimal(str_of(value)))
                   ? NULL
                   : "is a number";
    case CAT_BOOL:
        return codec_json_bool(value, &flag) ? NULL : "is true or false";
    case CAT_DATETIME:
        return is_datetime(value, cat_str(param->format)) ? NULL : "is a time in its format";
    default:
        return NULL;
    }
}

static size_t characters(base_str text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.ptr[i] & 0xc0U) != 0x80U;
    }
    return count;
}

static bool one_of(const cat_param *param, base_str text) {
    for (size_t i = 0; i < param->enum_count; i++) {
        if (base_str_is(text, cat_enum(param, i))) {
            return true;
        }
    }
    return text.len == 0;
}

static size_t comma_count(base_str text) {
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == ',';
    }
    return count;
}

/* The n-th of the parts between commas. */
static base_str comma_part(base_str text, size_t nth) {
    size_t begin = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i == text.len || text.ptr[i] == ',') {
            if (nth-- == 0) {
                return (base_str){ text.ptr + begin, i - begin };
            }
            begin = i + 1;
        }
    }
    return (base_str){ "", 0 };
}

static bool enum_allows(const cat_param *param, yyjson_val *value) {
    char number[24];
    int64_t i64;
    if (param->enum_count == 0 || !(param->flags & CAT_ENUM_SURE) || yyjson_is_ctn(value)) {
        return true;
    }
    if (yyjson_is_bool(value)) {
        return one_of(param, base_str_of(yyjson_get_bool(value) ? "true" : "false"));
    }
    if (!yyjson_is_str(value)) {
        (void)snprintf(number, sizeof number, "%lld",
                       codec_json_i64(value, &i64) ? (long long)i64 : -1LL);
        return one_of(param, base_str_of(number));
    }
    base_str text = str_of(value);
    if (one_of(param, text)) {
        return true;
    }
    size_t parts = (param->flags & CAT_COMMA_LIST) ? comma_count(text) : 0;
    for (size_t i = 0; i < parts; i++) {
        if (!one_of(param, comma_part(text, i))) {
            return false;
        }
    }
    return parts > 0;
}

static const char *bound_problem(const cat_param *param, uint8_t type, yyjson_val *value) {
    int64_t number;
    if (!(param->flags & CAT_BOUNDS_SURE)) {
        return NULL;
    }
    if ((type == CAT_INT || type == CAT_NUMBER) && codec_json_i64(value, &number)) {
        if ((param->flags & CAT_HAS_MIN) && number < param->min) {
            return "is less than it may be";
        }
        if ((param->flags & CAT_HAS_MAX) && number > param->max) {
            return "is more than it may be";
        }
    }
    if (type == CAT_STRING && yyjson_is_str(value)) {
        base_str text = str_of(value);
        if (param->max_length > 0 && characters(text) > param->max_length) {
            return "is too long";
        }
        if (param->max_items > 0 && (param->flags & CAT_COMMA_LIST) &&
            comma_count(text) > param->max_items) {
            return "has too many items";
        }
    }
    return NULL;
}

static bool check_scalar(generic_problem *out, const place *at, const cat_param *param,
                         uint8_t type, yyjson_val *value) {
    const char *why = type_problem(param, type, value);
    if (why != NULL) {
        return !(param->flags & CAT_TYPE_SURE) || refuse(out, at, GENERIC_INVALID, why);
    }
    if (!enum_allows(param, value)) {
        return refuse(out, at, GENERIC_INVALID, "is none of its values");
    }
    why = bound_problem(param, type, value);
    return why == NULL || refuse(out, at, GENERIC_INVALID, why);
}

static bool check_file(generic_problem *out, const place *at, const cat_param *param,
                       yyjson_val *value) {
    int64_t size = 0;
    if (!codec_json_i64(yyjson_obj_get(value, "size"), &size)) {
        return refuse(out, at, GENERIC_INVALID, "is a file: a part of multipart/form-data");
    }
    if (param->max_length > 0 && (param->flags & CAT_BOUNDS_SURE) && size > param->max_length) {
        return refuse(out, at, GENERIC_INVALID, "is too big a file");
    }
    return true;
}

/* ---- trees ---- */

typedef struct fields {
    const cat_method *method; /* its parameters, when holder is NULL */
    const cat_param *holder;  /* else the fields of this parameter */
} fields;

static bool check_object(generic_problem *out, const place *up, fields which, yyjson_val *object,
                         unsigned depth);

static bool check_list(generic_problem *out, const place *at, const cat_param *param,
                       yyjson_val *list, unsigned depth) {
    size_t i, max;
    yyjson_val *item;
    if (param->max_items > 0 && (param->flags & CAT_BOUNDS_SURE) &&
        yyjson_arr_size(list) > param->max_items) {
        return refuse(out, at, GENERIC_INVALID, "has too many items");
    }
    yyjson_arr_foreach(list, i, max, item) {
        place here = { at, NULL, i };
        bool ok = true;
        if (yyjson_is_obj(item) && param->field_count > 0) {
            ok = check_object(out, &here, (fields){ NULL, param }, item, depth);
        } else if (param->item == CAT_OBJECT && !yyjson_is_obj(item)) {
            ok = !(param->flags & CAT_TYPE_SURE) ||
                 refuse(out, &here, GENERIC_INVALID, "is an object");
        } else if (param->item != CAT_ANY && param->item != CAT_ARRAY && !yyjson_is_obj(item)) {
            ok = check_scalar(out, &here, param, param->item, item);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool check_comma_list(generic_problem *out, const place *at, const cat_param *param,
                             base_str text) {
    size_t count = comma_count(text);
    if (param->max_items > 0 && (param->flags & CAT_BOUNDS_SURE) && count > param->max_items) {
        return refuse(out, at, GENERIC_INVALID, "has too many items");
    }
    for (size_t i = 0; i < count && (param->flags & CAT_TYPE_SURE); i++) {
        base_str part = comma_part(text, i);
        bool number = param->item == CAT_INT || param->item == CAT_NUMBER;
        if (number && !is_decimal(part)) {
            return refuse(out, at, GENERIC_INVALID, "is a list of numbers");
        }
    }
    return true;
}

static bool check_tree(generic_problem *out, const place *at, const cat_param *param,
                       yyjson_val *value, unsigned depth) {
    yyjson_doc *parsed = NULL;
    yyjson_val *tree = value;
    bool list = param->type == CAT_ARRAY;
    bool ok = true;
    if (yyjson_is_str(value)) {
        base_str text = str_of(value);
        bool json = text.ptr[0] == '[' || text.ptr[0] == '{';
        if (list && !json && param->item != CAT_OBJECT && param->item != CAT_ARRAY) {
            return check_comma_list(out, at, param, text);
        }
        if (codec_json_read(text, LIMIT_REQUEST_BYTES, &parsed, NULL) == QD_OK) {
            tree = yyjson_doc_get_root(parsed);
        }
    }
    if (list ? !yyjson_is_arr(tree) : !yyjson_is_obj(tree)) {
        ok = !(param->flags & CAT_TYPE_SURE) ||
             refuse(out, at, GENERIC_INVALID, list ? "is a list" : "is an object");
    } else if (list) {
        ok = check_list(out, at, param, tree, depth);
    } else if (param->type == CAT_OBJECT && param->field_count > 0) {
        ok = check_object(out, at, (fields){ NULL, param }, tree, depth);
    }
    yyjson_doc_free(parsed);
    return ok;
}

static bool check_value(generic_problem *out, const place *at, const cat_param *param,
                        yyjson_val *value, unsigned depth) {
    switch ((cat_type)param->type) {
    case CAT_ANY:
        return true;
    case CAT_FILE:
        return check_file(out, at, param, value);
    case CAT_OBJECT:
    case CAT_ARRAY:
    case CAT_MAP:
        return depth >= DEEPEST || check_tree(out, at, param, value, depth + 1);
    default:
        return check_scalar(out, at, param, param->type, value);
    }
}

static bool check_object(generic_problem *out, const place *up, fields which, yyjson_val *object,
                         unsigned depth) {
    size_t count = which.holder != NULL ? which.holder->field_count : which.method->param_count;
    for (size_t i = 0; i < count; i++) {
        const cat_param *param =
            which.holder != NULL ? cat_field(which.holder, i) : cat_param_at(which.method, i);
        place at = { up, cat_str(param->name), 0 };
        yyjson_val *value = yyjson_obj_get(object, at.name);
        if (is_absent(value)) {
            if (param->flags & CAT_REQUIRED_SURE) {
                return refuse(out, &at, GENERIC_MISSING, "is required");
            }
        } else if (!check_value(out, &at, param, value, depth)) {
            return false;
        }
    }
    return true;
}

bool generic_check(const cat_method *method, yyjson_val *params, generic_problem *out) {
    memset(out, 0, sizeof *out);
    return check_object(out, NULL, (fields){ method, NULL }, params, 0);
}
