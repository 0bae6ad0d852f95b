/*
 * Parameters against the catalogue, before anything is sent: unknown and missing names, types,
 * bounds, enums, nested fields. What is certain refuses the call, the rest logs a warning. A
 * message says method, parameter, rule and what to do; the values of texts are not shown, they may
 * be personal.
 */
#include <stdio.h>
#include <string.h>

#include "catalog/catalog_private.h"

/* Where in the parameters we are: "pack_list[0].company_code". */
typedef struct site {
    const struct site *up;
    const char *name; /* NULL: an item */
    size_t index;
} site;

typedef struct check {
    const cat_method *method;
    unsigned flags;
    qd_err *err;
} check;

enum { PLACE_BYTES = 256, SHOWN_BYTES = 40, DEEPEST = 32 };

static void write_site(const site *at, base_buf *out) {
    if (at->up) {
        write_site(at->up, out);
    }
    if (!at->name) {
        base_buf_printf(out, "[%zu]", at->index);
    } else {
        base_buf_add_text(out, at->up ? "." : "");
        base_buf_add_text(out, at->name);
    }
}

/* Refuses when the rule is sure, else warns. */
QD_PRINTF(4, 5)
static qd_status complain(const check *c, const site *at, bool sure, const char *fmt, ...) {
    base_buf place, what;
    va_list args;
    base_buf_init(&place, PLACE_BYTES);
    base_buf_init(&what, PLACE_BYTES);
    write_site(at, &place);
    char text[PLACE_BYTES];
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    const char *method = cat_str(c->method->name);
    qd_status status = QD_OK;
    if (sure) {
        status = base_fail(c->err, QD_E_INVALID, "%s: %s: %s", method, base_buf_text(&place), text);
    } else {
        base_log(QD_LOG_WARNING, "catalog", "%s: %s: %s (not certain, sent all the same)", method,
                 base_buf_text(&place), text);
    }
    base_buf_clear(&place);
    base_buf_clear(&what);
    return status;
}

/* ---- bounds and enums ---- */

static size_t characters(base_str text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    }
    return count;
}

static size_t parts(base_str text) {
    base_str rest = text, part;
    size_t count = 0;
    while (text.len > 0 && cat_next_part(&rest, &part)) {
        count++;
    }
    return count;
}

/* A scalar's text; numbers are written into room. False for what is no scalar. */
static bool scalar_text(yyjson_val *value, char *room, size_t size, base_str *out) {
    int64_t number;
    if (yyjson_is_str(value)) {
        *out = (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
        return true;
    }
    if (yyjson_is_bool(value)) {
        *out = base_str_of(yyjson_get_bool(value) ? "true" : "false");
        return true;
    }
    if (codec_json_i64(value, &number)) {
        (void)snprintf(room, size, "%lld", (long long)number);
        *out = base_str_of(room);
        return true;
    }
    return false;
}

static bool is_in_enum(const cat_param *param, base_str text) {
    for (size_t i = 0; i < param->enum_count; i++) {
        if (base_str_is(text, cat_enum(param, i))) {
            return true;
        }
    }
    return false;
}

static qd_status check_enum(const check *c, const site *at, const cat_param *param,
                            yyjson_val *value) {
    char room[32];
    base_str text, rest, part = { NULL, 0 };
    if (param->enum_count == 0 || !scalar_text(value, room, sizeof(room), &text)) {
        return QD_OK;
    }
    bool good = text.len == 0 || is_in_enum(param, text);
    if (!good && (param->flags & CAT_COMMA_LIST)) {
        rest = text;
        good = true;
        while (good && cat_next_part(&rest, &part)) {
            good = is_in_enum(param, part);
        }
        text = part;
    }
    if (good) {
        return QD_OK;
    }
    const char *near = NULL;
    size_t most = text.len / 3 + 2;
    for (size_t i = 0; i < param->enum_count; i++) {
        size_t distance = cat_distance(text, base_str_of(cat_enum(param, i)), most);
        if (distance < most) {
            near = cat_enum(param, i);
            most = distance;
        }
    }
    int shown = (int)(text.len < SHOWN_BYTES ? text.len : SHOWN_BYTES);
    return complain(c, at, (param->flags & CAT_ENUM_SURE) != 0,
                    "\"%.*s\" is none of its %u values; %s %s", shown, text.ptr, param->enum_count,
                    near ? "did you mean" : "one is", near ? near : cat_enum(param, 0));
}

static qd_status check_range(const check *c, const site *at, const cat_param *param,
                             yyjson_val *value) {
    int64_t number;
    bool sure = (param->flags & CAT_BOUNDS_SURE) != 0;
    if (!codec_json_i64(value, &number)) {
        return QD_OK; /* a fraction, or beyond int64: the platform's own check is as good */
    }
    if ((param->flags & CAT_HAS_MIN) && number < param->min) {
        return complain(c, at, sure, "%lld is less than %lld", (long long)number,
                        (long long)param->min);
    }
    if ((param->flags & CAT_HAS_MAX) && number > param->max) {
        return complain(c, at, sure, "%lld is more than %lld", (long long)number,
                        (long long)param->max);
    }
    return QD_OK;
}

static qd_status check_items(const check *c, const site *at, const cat_param *param, size_t count) {
    if (param->max_items == 0 || count <= param->max_items) {
        return QD_OK;
    }
    return complain(c, at, (param->flags & CAT_BOUNDS_SURE) != 0, "%zu items are more than %u",
                    count, param->max_items);
}

static qd_status check_length(const check *c, const site *at, const cat_param *param,
                              base_str text) {
    size_t count = param->max_length ? characters(text) : 0;
    if (count > param->max_length) {
        return complain(c, at, (param->flags & CAT_BOUNDS_SURE) != 0,
                        "%zu characters are more than %u", count, param->max_length);
    }
    return check_items(c, at, param, parts(text));
}

/* ---- one value ---- */

static qd_status check_object(const check *c, const site *at, uint32_t first, size_t count,
                              yyjson_val *object, unsigned depth);

static qd_status check_scalar(const check *c, const site *at, const cat_param *param, uint8_t type,
                              yyjson_val *value) {
    const char *why = "";
    if (!cat_scalar_fits(param, type, value, &why)) {
        bool time = type == CAT_DATETIME;
        qd_status status =
            complain(c, at, (param->flags & CAT_TYPE_SURE) != 0, "%s%s%s, is %s", why,
                     time ? " " : "", time ? cat_str(param->format) : "",
                     time && yyjson_is_str(value) ? "another text" : yyjson_get_type_desc(value));
        return status;
    }
    qd_status status = check_enum(c, at, param, value);
    if (status == QD_OK && (type == CAT_INT || type == CAT_NUMBER)) {
        status = check_range(c, at, param, value);
    }
    if (status == QD_OK && type == CAT_STRING && yyjson_is_str(value)) {
        status =
            check_length(c, at, param, (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
    }
    return status;
}

static qd_status check_items_of(const check *c, const site *at, const cat_param *param,
                                yyjson_val *list, unsigned depth) {
    size_t i, max;
    yyjson_val *item;
    qd_status status = check_items(c, at, param, yyjson_arr_size(list));
    yyjson_arr_foreach(list, i, max, item) {
        site here = { at, NULL, i };
        if (status != QD_OK) {
            break;
        }
        if (yyjson_is_obj(item) && param->field_count > 0) {
            status = check_object(c, &here, param->field_first, param->field_count, item, depth);
        } else if (param->item != CAT_OBJECT && param->item != CAT_ARRAY &&
                   param->item != CAT_ANY) {
            status = check_scalar(c, &here, param, param->item, item);
        } else if (param->item == CAT_OBJECT && !yyjson_is_obj(item) && !yyjson_is_str(item)) {
            status = complain(c, &here, (param->flags & CAT_TYPE_SURE) != 0,
                              "must be an object, is %s", yyjson_get_type_desc(item));
        }
    }
    return status;
}

/* Objects, arrays and maps; also as JSON text, lists of scalars also as comma text. */
static qd_status check_tree(const check *c, const site *at, const cat_param *param,
                            yyjson_val *value, unsigned depth) {
    yyjson_doc *parsed = NULL;
    yyjson_val *tree = value;
    qd_status status = QD_OK;
    bool is_list = param->type == CAT_ARRAY;
    bool scalars = is_list && param->item != CAT_OBJECT;
    if (yyjson_is_str(value)) {
        base_str text = { yyjson_get_str(value), yyjson_get_len(value) };
        bool json = text.len > 0 && (text.ptr[0] == '{' || text.ptr[0] == '[');
        if (!json && (scalars || text.len == 0)) {
            return check_items(c, at, param, parts(text));
        }
        if (codec_json_read(text, 0, &parsed, NULL) == QD_OK) {
            tree = yyjson_doc_get_root(parsed);
        }
    } else if (scalars && !yyjson_is_ctn(value)) {
        return QD_OK; /* one item stands for a list of one */
    }
    if (is_list ? !yyjson_is_arr(tree) : !yyjson_is_obj(tree)) {
        status = complain(c, at, (param->flags & CAT_TYPE_SURE) != 0, "must be %s, is %s",
                          is_list ? "an array" : "an object", yyjson_get_type_desc(tree));
    } else if (is_list) {
        status = check_items_of(c, at, param, tree, depth);
    } else if (param->field_count > 0 && param->type == CAT_OBJECT) {
        status = check_object(c, at, param->field_first, param->field_count, tree, depth);
    }
    yyjson_doc_free(parsed);
    return status;
}

static qd_status check_value(const check *c, const site *at, const cat_param *param,
                             yyjson_val *value, unsigned depth) {
    switch ((cat_type)param->type) {
    case CAT_ANY:
    case CAT_FILE:
        return QD_OK;
    case CAT_OBJECT:
    case CAT_ARRAY:
    case CAT_MAP:
        return depth >= DEEPEST ? QD_OK : check_tree(c, at, param, value, depth + 1);
    case CAT_STRING:
        if ((param->flags & CAT_COMMA_LIST) && yyjson_is_arr(value)) {
            return check_items(c, at, param, yyjson_arr_size(value));
        }
        break;
    default:
        break;
    }
    return check_scalar(c, at, param, param->type, value);
}

/* ---- one object: unknown names, values, missing names ---- */

static const cat_param *find(uint32_t first, size_t count, base_str name) {
    for (size_t i = 0; i < count; i++) {
        const cat_param *param = cat_list_param(first, i);
        if (base_str_is(name, cat_str(param->name))) {
            return param;
        }
    }
    return NULL;
}

static qd_status check_unknown(const check *c, const site *at, uint32_t first, size_t count) {
    const char *near = NULL;
    base_str name = base_str_of(at->name);
    size_t most = name.len / 3 + 2;
    if ((c->flags & CAT_ALLOW_UNKNOWN) || (c->method->flags & CAT_PARAMS_PARTIAL)) {
        return QD_OK;
    }
    for (size_t i = 0; i < count; i++) {
        const char *known = cat_str(cat_list_param(first, i)->name);
        size_t distance = cat_distance(name, base_str_of(known), most);
        if (distance < most) {
            near = known;
            most = distance;
        }
    }
    bool sure = !(c->method->flags & (CAT_PARAMS_NAMES_ONLY | CAT_BEYOND_DOCUMENTS));
    return near ? complain(c, at, sure, "no such parameter; did you mean %s?", near)
                : complain(c, at, sure, "no such parameter");
}

static qd_status check_object(const check *c, const site *at, uint32_t first, size_t count,
                              yyjson_val *object, unsigned depth) {
    size_t i, max;
    yyjson_val *key, *value;
    qd_status status = QD_OK;
    yyjson_obj_foreach(object, i, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        site here = { at, name.ptr, 0 };
        const cat_param *param = find(first, count, name);
        if (!param) {
            status = check_unknown(c, &here, first, count);
        } else if (!yyjson_is_null(value)) {
            status = check_value(c, &here, param, value, depth);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    for (i = 0; i < count; i++) {
        const cat_param *param = cat_list_param(first, i);
        const char *name = cat_str(param->name);
        yyjson_val *given = yyjson_obj_get(object, name);
        if ((param->flags & CAT_REQUIRED) && (!given || yyjson_is_null(given))) {
            site here = { at, name, 0 };
            status = complain(c, &here, (param->flags & CAT_REQUIRED_SURE) != 0, "is required (%s)",
                              cat_type_name((cat_type)param->type));
            if (status != QD_OK) {
                return status;
            }
        }
    }
    return status;
}

qd_status cat_validate(const cat_method *method, yyjson_val *params, unsigned flags, qd_err *err) {
    check c = { method, flags, err };
    const char *name = cat_str(method->name);
    if (method->flags & CAT_OFFLINE) {
        base_log(QD_LOG_WARNING, "catalog", "%s: the platform has retired this method", name);
    }
    if (params && !yyjson_is_obj(params)) {
        return base_fail(err, QD_E_INVALID, "%s: the parameters must be a JSON object, are %s",
                         name, yyjson_get_type_desc(params));
    }
    if (method->flags & CAT_PARAMS_UNKNOWN) {
        return QD_OK;
    }
    return check_object(&c, NULL, method->param_first, method->param_count, params, 0);
}
