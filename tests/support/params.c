/* See params.h. Values are made in one walk over the catalogue's tree, mistakes in another one over
 * the catalogue's tree and the object at once. */
#include "support/params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 8 };

/* ---- valid values ---- */

/* "yyyy-MM-dd HH:mm:ss" -> "2024-05-06 07:08:09", and so any other shape. */
static yyjson_mut_val *moment(yyjson_mut_doc *doc, const char *format) {
    static const struct {
        char letter;
        const char *digits;
    } parts[] = { { 'y', "2024" }, { 'M', "05" }, { 'd', "06" },  { 'H', "07" },
                  { 'm', "08" },   { 's', "09" }, { 'S', "000" }, { 'h', "07" } };
    char text[64];
    size_t len = 0;
    size_t run = 0;
    format = *format != '\0' ? format : "yyyy-MM-dd HH:mm:ss";
    for (size_t i = 0; format[i] != '\0' && len < sizeof text - 1; i++) {
        run = i > 0 && format[i] == format[i - 1] ? run + 1 : 0;
        text[len] = format[i];
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            if (format[i] == parts[k].letter) {
                text[len] = parts[k].digits[run % strlen(parts[k].digits)];
            }
        }
        len++;
    }
    text[len] = '\0';
    return yyjson_mut_strcpy(doc, text);
}

static int64_t within(const cat_param *param, int64_t value) {
    if ((param->flags & CAT_HAS_MAX) && value > param->max) {
        value = param->max;
    }
    return (param->flags & CAT_HAS_MIN) && value < param->min ? param->min : value;
}

static yyjson_mut_val *first_of_enum(yyjson_mut_doc *doc, const cat_param *param, uint8_t type) {
    const char *text = cat_enum(param, 0);
    int64_t number;
    bool flag;
    if ((type == CAT_INT || type == CAT_NUMBER) && base_str_to_i64(base_str_of(text), &number)) {
        return yyjson_mut_sint(doc, number);
    }
    if (type == CAT_BOOL) {
        flag = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
        return yyjson_mut_bool(doc, flag);
    }
    return yyjson_mut_strcpy(doc, text);
}

/* A text of the parameter's own name, as long as it may be. */
static yyjson_mut_val *word(yyjson_mut_doc *doc, const cat_param *param) {
    char text[64];
    (void)base_copy(text, sizeof text, base_str_of(cat_str(param->name)));
    size_t len = strlen(text);
    if (param->max_length > 0 && len > param->max_length) {
        len = param->max_length;
    }
    return yyjson_mut_strncpy(doc, text, len);
}

static yyjson_mut_val *file(yyjson_mut_doc *doc) {
    yyjson_mut_val *outer = yyjson_mut_obj(doc);
    yyjson_mut_val *inner = yyjson_mut_obj(doc);
    bool ok = outer != NULL && inner != NULL &&
              yyjson_mut_obj_add_str(doc, inner, "name", "picture.png") &&
              yyjson_mut_obj_add_str(doc, inner, "content_type", "image/png") &&
              yyjson_mut_obj_add_str(doc, inner, "base64", "iVBORw0KGgo=") &&
              yyjson_mut_obj_add_val(doc, outer, "$file", inner);
    return ok ? outer : NULL;
}

static yyjson_mut_val *scalar(yyjson_mut_doc *doc, const cat_param *param, uint8_t type) {
    if (param->enum_count > 0) {
        return first_of_enum(doc, param, type);
    }
    switch ((cat_type)type) {
    case CAT_INT:
    case CAT_NUMBER:
        return yyjson_mut_sint(doc, within(param, 1));
    case CAT_BOOL:
        return yyjson_mut_true(doc);
    case CAT_DATETIME:
        return moment(doc, cat_str(param->format));
    case CAT_FILE:
        return file(doc);
    default:
        return word(doc, param);
    }
}

/* A method's parameters, or the fields of one. */
typedef struct members {
    const cat_method *method;
    const cat_param *holder;
} members;

static size_t member_count(members of) {
    return of.holder != NULL ? of.holder->field_count : of.method->param_count;
}

static const cat_param *member_at(members of, size_t i) {
    return of.holder != NULL ? cat_field(of.holder, i) : cat_param_at(of.method, i);
}

static yyjson_mut_val *value_of(yyjson_mut_doc *doc, const cat_param *param, unsigned depth);

static yyjson_mut_val *object_of(yyjson_mut_doc *doc, members of, unsigned depth) {
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    size_t count = member_count(of);
    for (size_t i = 0; object != NULL && i < count; i++) {
        const cat_param *param = member_at(of, i);
        if (depth >= DEEPEST && !(param->flags & CAT_REQUIRED)) {
            continue;
        }
        yyjson_mut_val *value = value_of(doc, param, depth);
        yyjson_mut_val *key = yyjson_mut_str(doc, cat_str(param->name));
        object = value != NULL && yyjson_mut_obj_add(object, key, value) ? object : NULL;
    }
    if (object != NULL && count == 0 && !yyjson_mut_obj_add_str(doc, object, "k", "v")) {
        return NULL;
    }
    return object;
}

static yyjson_mut_val *value_of(yyjson_mut_doc *doc, const cat_param *param, unsigned depth) {
    if (param->type == CAT_OBJECT || param->type == CAT_MAP) {
        return object_of(doc, (members){ NULL, param }, depth + 1);
    }
    if (param->type != CAT_ARRAY) {
        return scalar(doc, param, param->type);
    }
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    yyjson_mut_val *item;
    if (param->field_count > 0 || param->item == CAT_OBJECT || param->item == CAT_MAP) {
        item = object_of(doc, (members){ NULL, param }, depth + 1);
    } else if (param->item == CAT_ARRAY) {
        item = yyjson_mut_arr(doc);
        item = yyjson_mut_arr_add_str(doc, item, "x") ? item : NULL;
    } else {
        item = scalar(doc, param, param->item);
    }
    return yyjson_mut_arr_append(list, item) ? list : NULL;
}

yyjson_doc *params_valid(const cat_method *method) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    if (method->flags & CAT_PARAMS_UNKNOWN) {
        root = yyjson_mut_obj_add_int(doc, root, "anything", 1) ? root : NULL;
    } else if (method->param_count > 0) {
        root = object_of(doc, (members){ method, NULL }, 0);
    }
    yyjson_mut_doc_set_root(doc, root);
    yyjson_doc *out = root != NULL ? yyjson_mut_doc_imut_copy(doc, NULL) : NULL;
    yyjson_mut_doc_free(doc);
    return out;
}

/* ---- mistakes ---- */

typedef struct search {
    const cat_method *method;
    const params_rules *rules;
    size_t nth, seen; /* the site that is wanted; sites met so far */
    char *name;
} search;

/* What no reading takes for this type; NULL where everything passes. */
static yyjson_mut_val *misfit(yyjson_mut_doc *doc, const cat_param *param, bool as_text) {
    yyjson_mut_val *value = NULL;
    switch ((cat_type)param->type) {
    case CAT_INT:
    case CAT_NUMBER:
        return yyjson_mut_str(doc, "x1");
    case CAT_BOOL:
        return yyjson_mut_str(doc, "perhaps");
    case CAT_DATETIME:
        return (param->flags & CAT_FORMAT_SURE) && param->format != 0
                   ? yyjson_mut_str(doc, "tomorrow")
                   : NULL;
    case CAT_STRING:
        if (as_text) {
            return NULL;
        }
        value = yyjson_mut_obj(doc);
        return yyjson_mut_obj_add_int(doc, value, "no", 1) ? value : NULL;
    case CAT_OBJECT:
    case CAT_MAP:
        return yyjson_mut_int(doc, 7);
    case CAT_ARRAY:
        if (param->item == CAT_OBJECT) {
            return yyjson_mut_int(doc, 7);
        }
        if (param->item == CAT_INT || param->item == CAT_NUMBER) {
            value = yyjson_mut_arr(doc);
            return yyjson_mut_arr_add_str(doc, value, "x") ? value : NULL;
        }
        return NULL;
    default:
        return NULL;
    }
}

/* Is it sent as a text whatever its type is: in a query, a form? */
static bool is_text(const search *s, const cat_param *param) {
    bool form = s->rules->as_text || s->method->http == CAT_GET || param->place != CAT_IN_BODY;
    for (size_t i = 0; i < s->method->param_count && !form; i++) {
        form = cat_param_at(s->method, i)->type == CAT_FILE; /* then all of it is multipart */
    }
    return form;
}

/* The last step of the key that makes a write repeatable: we fill that in. */
static bool is_key(const search *s, const cat_param *param) {
    const char *path = s->method->kind == CAT_WRITE_KEYED ? cat_str(s->method->key_param) : "";
    const char *dot = strrchr(path, '.');
    return strcmp(dot != NULL ? dot + 1 : path, cat_str(param->name)) == 0;
}

/* The key that a write needs to be repeatable, keys of the app; without what stands in the path
 * there is nothing to send. */
static bool is_made(const search *s, const cat_param *param) {
    const char *const *made = s->rules->made;
    while (made != NULL && *made != NULL && strcmp(*made, cat_str(param->name)) != 0) {
        made++;
    }
    return (made != NULL && *made != NULL) || param->place == CAT_IN_PATH || is_key(s, param);
}

static bool is_site(const cat_param *param, const search *s, yyjson_mut_doc *doc) {
    if (s->rules->mistake == PARAMS_MISSING) {
        return (param->flags & CAT_REQUIRED_SURE) != 0 && !is_made(s, param);
    }
    return (param->flags & CAT_TYPE_SURE) != 0 && misfit(doc, param, is_text(s, param)) != NULL;
}

/* Makes the mistake at this member of object. */
static void spoil(yyjson_mut_doc *doc, yyjson_mut_val *object, const cat_param *param, search *s) {
    const char *name = cat_str(param->name);
    (void)base_copy(s->name, 96, base_str_of(name));
    if (s->rules->mistake == PARAMS_MISSING) {
        yyjson_mut_obj_remove_key(object, name);
    } else {
        yyjson_mut_obj_put(object, yyjson_mut_str(doc, name),
                           misfit(doc, param, is_text(s, param)));
    }
}

/* True when the site was found and spoilt. */
static bool walk(yyjson_mut_doc *doc, yyjson_mut_val *object, members of, search *s) {
    for (size_t i = 0; i < member_count(of); i++) {
        const cat_param *param = member_at(of, i);
        yyjson_mut_val *value = yyjson_mut_obj_get(object, cat_str(param->name));
        if (value == NULL) {
            continue;
        }
        if (is_site(param, s, doc) && s->seen++ == s->nth) {
            spoil(doc, object, param, s);
            return true;
        }
        if (param->type == CAT_ARRAY) {
            value = yyjson_mut_arr_get_first(value);
        }
        bool tree = param->type == CAT_ARRAY || param->type == CAT_OBJECT;
        if (tree && param->field_count > 0 && yyjson_mut_is_obj(value) &&
            walk(doc, value, (members){ NULL, param }, s)) {
            return true;
        }
    }
    return false;
}

static char *search_and_write(const cat_method *method, yyjson_val *params, search *s) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_val_mut_copy(doc, params);
    char *out = NULL;
    yyjson_mut_doc_set_root(doc, root);
    if (root != NULL && walk(doc, root, (members){ method, NULL }, s)) {
        out = yyjson_mut_write(doc, 0, NULL);
    }
    yyjson_mut_doc_free(doc);
    return out;
}

size_t params_mistake_count(const cat_method *method, yyjson_val *params,
                            const params_rules *rules) {
    char name[96];
    search s = { method, rules, SIZE_MAX, 0, name };
    free(search_and_write(method, params, &s));
    return s.seen;
}

char *params_mutant(const cat_method *method, yyjson_val *params, const params_rules *rules,
                    size_t nth, char name[96]) {
    search s = { method, rules, nth, 0, name };
    name[0] = '\0';
    return search_and_write(method, params, &s);
}
