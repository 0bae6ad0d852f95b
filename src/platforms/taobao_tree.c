/*
 * TOP gives one answer in three forms: JSON {"trades":{"trade":[..]}}, simplified JSON
 * {"trades":[..]}, and XML, whose scalars are all texts. Here the last two become the first, by the
 * tree that the catalogue has of the method's answer. What it does not know stays as it came.
 *
 * Simplified JSON does not say what the items of a list are called: the method's page rule tells
 * (result.items.item), else the rule of TOP's documents (scalars by their type, objects by the
 * list's name in the singular). XML cannot tell an empty text from an empty object or list, nor a
 * text of digits from a number: the catalogue's type decides.
 */
#include <string.h>

#include "platforms/taobao_private.h"

typedef struct shaper {
    const cat_method *method;
    yyjson_mut_doc *doc;
    bool xml;
    bool failed; /* out of memory, or too deep */
} shaper;

/* The fields of the root, or of a field. */
typedef struct holder {
    const cat_method *method; /* NULL: the fields of `answer` */
    const cat_answer *answer;
} holder;

static const cat_answer *field_named(holder of, base_str name) {
    size_t count = of.method ? cat_answer_count(of.method) : of.answer->field_count;
    for (size_t i = 0; i < count; i++) {
        const cat_answer *field =
            of.method ? cat_answer_at(of.method, i) : cat_answer_field(of.answer, i);
        if (base_str_is(name, cat_doc_str(field->name))) {
            return field;
        }
    }
    return NULL;
}

/* ---- what the items of a list are called ---- */

static bool page_rule_item(const cat_method *method, base_str list, base_str *out) {
    const cat_page *page = cat_page_of(method);
    const char *path = page ? cat_str(page->list_path) : "";
    const char *last = strrchr(path, '.');
    if (!last || (size_t)(last - path) < list.len) {
        return false;
    }
    const char *begin = last - list.len;
    if (memcmp(begin, list.ptr, list.len) != 0 || (begin > path && begin[-1] != '.')) {
        return false;
    }
    *out = base_str_of(last + 1);
    return true;
}

static yyjson_mut_val *item_key(shaper *s, const cat_answer *list, base_str name) {
    base_str item = name;
    const char *tail = "";
    if (page_rule_item(s->method, name, &item)) {
        return yyjson_mut_strncpy(s->doc, item.ptr, item.len);
    }
    switch ((cat_type)list->item) {
    case CAT_STRING:
    case CAT_ANY:
    case CAT_DATETIME:
        return yyjson_mut_str(s->doc, "string");
    case CAT_INT:
    case CAT_NUMBER:
        return yyjson_mut_str(s->doc, "number");
    case CAT_BOOL:
        return yyjson_mut_str(s->doc, "boolean");
    default:
        break;
    }
    if (item.len > 5 && memcmp(item.ptr + item.len - 5, "_list", 5) == 0) {
        item.len -= 5;
    } else if (item.len > 3 && memcmp(item.ptr + item.len - 3, "ies", 3) == 0) {
        item.len -= 3;
        tail = "y";
    } else if (item.len > 1 && item.ptr[item.len - 1] == 's') {
        item.len--;
    }
    char text[128];
    size_t tail_len = strlen(tail);
    if (!base_copy(text, sizeof text - tail_len, item)) {
        return yyjson_mut_strncpy(s->doc, item.ptr, item.len);
    }
    memcpy(text + item.len, tail, tail_len + 1);
    return yyjson_mut_strcpy(s->doc, text);
}

/* ---- values ---- */

static yyjson_mut_val *shape(shaper *s, const cat_answer *field, base_str name, yyjson_val *value,
                             unsigned depth);

/* A text of XML as the type that the catalogue knows; what does not fit it stays a text. */
static yyjson_mut_val *scalar(shaper *s, cat_type type, yyjson_val *value) {
    base_str text = { yyjson_get_str(value), yyjson_get_len(value) };
    int64_t number = 0;
    bool flag = false;
    if (!s->xml || !yyjson_is_str(value)) {
        return yyjson_val_mut_copy(s->doc, value);
    }
    if (type == CAT_INT && base_str_to_i64(text, &number)) {
        return yyjson_mut_sint(s->doc, number);
    }
    if (type == CAT_BOOL && codec_json_bool(value, &flag)) {
        return yyjson_mut_bool(s->doc, flag);
    }
    if (type == CAT_NUMBER && text.len > 0) {
        yyjson_mut_val *made = yyjson_mut_null(s->doc);
        const char *end = made ? yyjson_mut_read_number(text.ptr, made, 0, NULL, NULL) : NULL;
        if (end == text.ptr + text.len) {
            return made;
        }
    }
    return yyjson_val_mut_copy(s->doc, value);
}

static yyjson_mut_val *shape_object(shaper *s, holder of, yyjson_val *object, unsigned depth) {
    yyjson_mut_val *made = yyjson_mut_obj(s->doc);
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    if (!made || depth >= LIMIT_JSON_DEPTH) {
        s->failed = true;
        return made;
    }
    yyjson_obj_foreach(object, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        const cat_answer *field = field_named(of, name);
        yyjson_mut_val *inner =
            field ? shape(s, field, name, value, depth + 1) : yyjson_val_mut_copy(s->doc, value);
        if (!yyjson_mut_obj_add(made, yyjson_val_mut_copy(s->doc, key), inner)) {
            s->failed = true;
        }
    }
    return made;
}

static yyjson_mut_val *shape_item(shaper *s, const cat_answer *list, yyjson_val *item,
                                  unsigned depth) {
    if (list->field_count > 0 && yyjson_is_obj(item)) {
        return shape_object(s, (holder){ NULL, list }, item, depth);
    }
    return scalar(s, (cat_type)list->item, item);
}

/* The items, whichever of the three forms they came in, under their key. */
static yyjson_mut_val *shape_list(shaper *s, const cat_answer *list, base_str name,
                                  yyjson_val *value, unsigned depth) {
    yyjson_val *items = value;
    yyjson_mut_val *key = NULL;
    if (yyjson_is_obj(value) && yyjson_obj_size(value) == 1) {
        yyjson_obj_iter iter = yyjson_obj_iter_with(value);
        yyjson_val *inner = yyjson_obj_iter_next(&iter);
        key = yyjson_val_mut_copy(s->doc, inner);
        items = yyjson_obj_iter_get_val(inner);
    } else if (yyjson_is_obj(value)) {
        return yyjson_val_mut_copy(s->doc, value); /* no list of TOP's kind */
    }
    key = key ? key : item_key(s, list, name);
    yyjson_mut_val *wrapped = yyjson_mut_obj(s->doc);
    yyjson_mut_val *made = yyjson_mut_arr(s->doc);
    bool none = yyjson_is_null(items) || (s->xml && items == value && yyjson_get_len(items) == 0);
    if (yyjson_is_arr(items)) {
        size_t index;
        size_t max;
        yyjson_val *item;
        yyjson_arr_foreach(items, index, max, item) {
            s->failed |= !yyjson_mut_arr_append(made, shape_item(s, list, item, depth + 1));
        }
    } else if (!none) {
        s->failed |= !yyjson_mut_arr_append(made, shape_item(s, list, items, depth + 1));
    }
    s->failed |= !yyjson_mut_obj_add(wrapped, key, made);
    return wrapped;
}

static yyjson_mut_val *shape(shaper *s, const cat_answer *field, base_str name, yyjson_val *value,
                             unsigned depth) {
    bool empty = s->xml && yyjson_is_str(value) && yyjson_get_len(value) == 0;
    if (depth >= LIMIT_JSON_DEPTH) {
        s->failed = true;
        return NULL;
    }
    if (field->type == CAT_ARRAY) {
        return shape_list(s, field, name, value, depth);
    }
    if (yyjson_is_obj(value) && field->field_count > 0) {
        return shape_object(s, (holder){ NULL, field }, value, depth);
    }
    if ((field->type == CAT_OBJECT || field->type == CAT_MAP) && empty) {
        return yyjson_mut_obj(s->doc);
    }
    return scalar(s, (cat_type)field->type, value);
}

qd_status taobao_tree(const cat_method *method, bool xml, yyjson_doc **doc, qd_err *err) {
    yyjson_val *root = yyjson_doc_get_root(*doc);
    yyjson_obj_iter iter = yyjson_obj_iter_with(root);
    yyjson_val *key = yyjson_obj_iter_next(&iter);
    yyjson_val *inner = yyjson_obj_iter_get_val(key);
    if (!method || !cat_answer_known(method) || yyjson_obj_size(root) != 1 ||
        yyjson_equals_str(key, "error_response")) {
        return QD_OK;
    }
    shaper s = { .method = method, .doc = yyjson_mut_doc_new(NULL), .xml = xml };
    yyjson_mut_val *made = s.doc ? yyjson_mut_obj(s.doc) : NULL;
    bool empty = xml && yyjson_is_str(inner) && yyjson_get_len(inner) == 0;
    yyjson_mut_val *shaped = NULL;
    yyjson_doc *fresh = NULL;
    if (made) {
        shaped = yyjson_is_obj(inner) || empty
                     ? shape_object(&s, (holder){ method, NULL }, inner, 0)
                     : yyjson_val_mut_copy(s.doc, inner);
    }
    if (made && !s.failed && yyjson_mut_obj_add(made, yyjson_val_mut_copy(s.doc, key), shaped)) {
        yyjson_mut_doc_set_root(s.doc, made);
        fresh = yyjson_mut_doc_imut_copy(s.doc, NULL);
    }
    yyjson_mut_doc_free(s.doc);
    if (!fresh) {
        return base_fail(err, QD_E_NOMEM, "out of memory for an answer, or it is too deep");
    }
    yyjson_doc_free(*doc);
    *doc = fresh;
    return QD_OK;
}
