/*
 * A Qimen body as the object that the catalogue describes. XML tells no lists: one element or
 * several of a name, often inside a wrapper (<orderLines><orderLine>..): what the catalogue calls a
 * list becomes one.
 */
#include "sandbox/taobao/taobao_private.h"
#include "sandbox/xml.h"

static yyjson_mut_val *shaped(yyjson_mut_doc *doc, const cat_param *param, yyjson_val *value);

static const cat_param *field_named(const cat_param *param, const char *name) {
    for (size_t i = 0; i < param->field_count; i++) {
        const cat_param *field = cat_field(param, i);
        if (base_str_is(base_str_of(name), cat_str(field->name))) {
            return field;
        }
    }
    return NULL;
}

static yyjson_mut_val *shaped_object(yyjson_mut_doc *doc, const cat_param *param,
                                     yyjson_val *value) {
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    size_t i, max;
    yyjson_val *key, *member;
    if (!yyjson_is_obj(value)) {
        return yyjson_val_mut_copy(doc, value);
    }
    yyjson_obj_foreach(value, i, max, key, member) {
        const cat_param *field = field_named(param, yyjson_get_str(key));
        yyjson_mut_val *made =
            field != NULL ? shaped(doc, field, member) : yyjson_val_mut_copy(doc, member);
        if (!yyjson_mut_obj_add(object, yyjson_val_mut_copy(doc, key), made)) {
            return NULL;
        }
    }
    return object;
}

/* <lines><line/></lines>: the one member of the wrapper, when it is no field of the items. */
static yyjson_val *unwrapped(const cat_param *param, yyjson_val *value) {
    yyjson_obj_iter iter = yyjson_obj_iter_with(value);
    yyjson_val *key = yyjson_obj_iter_next(&iter);
    if (key == NULL || yyjson_obj_size(value) != 1 ||
        field_named(param, yyjson_get_str(key)) != NULL) {
        return value;
    }
    return yyjson_obj_iter_get_val(key);
}

static yyjson_mut_val *shaped_list(yyjson_mut_doc *doc, const cat_param *param, yyjson_val *value) {
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    yyjson_val *inner = unwrapped(param, value);
    size_t i, max;
    yyjson_val *item;
    if (yyjson_is_str(inner) && yyjson_get_len(inner) == 0) {
        return list;
    }
    if (!yyjson_is_arr(inner)) {
        return yyjson_mut_arr_append(list, shaped_object(doc, param, inner)) ? list : NULL;
    }
    yyjson_arr_foreach(inner, i, max, item) {
        if (!yyjson_mut_arr_append(list, shaped_object(doc, param, item))) {
            return NULL;
        }
    }
    return list;
}

static yyjson_mut_val *shaped(yyjson_mut_doc *doc, const cat_param *param, yyjson_val *value) {
    if (param->type == CAT_ARRAY) {
        return shaped_list(doc, param, value);
    }
    return shaped_object(doc, param, value);
}

yyjson_doc *tbface_qimen_params(tbface_call *call, const char **out_why) {
    yyjson_doc *raw = face_xml_read(call->raw_body, "request", out_why);
    yyjson_mut_doc *doc = raw != NULL ? yyjson_mut_doc_new(NULL) : NULL;
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_doc *out = NULL;
    size_t i, max;
    yyjson_val *key, *member;
    bool ok = root != NULL;
    yyjson_obj_foreach(raw != NULL ? yyjson_doc_get_root(raw) : NULL, i, max, key, member) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        const cat_param *param = cat_param_find(call->known, name);
        yyjson_mut_val *made =
            param != NULL ? shaped(doc, param, member) : yyjson_val_mut_copy(doc, member);
        ok = ok && yyjson_mut_obj_add(root, yyjson_val_mut_copy(doc, key), made);
    }
    if (ok) {
        yyjson_mut_doc_set_root(doc, root);
        out = yyjson_mut_doc_imut_copy(doc, NULL);
    }
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(raw);
    return out;
}
