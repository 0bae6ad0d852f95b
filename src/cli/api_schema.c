/*
 * Parameters and answers as JSON Schema 2020-12, for the OpenAPI document. Only what is certain
 * becomes a rule of the schema; what is inferred becomes words, so that a client made from the
 * document refuses nothing that the platform would accept.
 */
#include <string.h>

#include "cli/api_openapi.h"

static const char *type_name(uint8_t type) {
    switch ((cat_type)type) {
    case CAT_INT:
        return "integer";
    case CAT_NUMBER:
        return "number";
    case CAT_BOOL:
        return "boolean";
    case CAT_OBJECT:
    case CAT_MAP:
        return "object";
    case CAT_ARRAY:
        return "array";
    case CAT_STRING:
    case CAT_DATETIME:
        return "string";
    default:
        return NULL; /* unknown: every value */
    }
}

static yyjson_mut_val *reference(yyjson_mut_doc *doc, const char *to) {
    yyjson_mut_val *schema = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, schema, "$ref", to);
    return schema;
}

static yyjson_mut_val *of_type(yyjson_mut_doc *doc, uint8_t type) {
    if (type == CAT_FILE) {
        return reference(doc, "#/components/schemas/File");
    }
    yyjson_mut_val *schema = yyjson_mut_obj(doc);
    const char *name = type_name(type);
    if (name) {
        yyjson_mut_obj_add_str(doc, schema, "type", name);
    }
    if (type == CAT_INT) {
        yyjson_mut_obj_add_str(doc, schema, "format", "int64");
    }
    return schema;
}

/* ---- parameters ---- */

/* A text of the catalogue as a value of the schema's type; NULL when it is none. */
static yyjson_mut_val *typed(yyjson_mut_doc *doc, uint8_t type, const char *text) {
    int64_t number;
    switch ((cat_type)type) {
    case CAT_INT:
        return base_str_to_i64(base_str_of(text), &number) ? yyjson_mut_sint(doc, number) : NULL;
    case CAT_BOOL:
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
            return yyjson_mut_bool(doc, text[0] == 't');
        }
        return NULL;
    case CAT_STRING:
    case CAT_DATETIME:
        return yyjson_mut_str(doc, text);
    default:
        return NULL;
    }
}

static void add_enum(yyjson_mut_doc *doc, yyjson_mut_val *schema, const cat_param *param,
                     uint8_t type) {
    bool rule = (param->flags & CAT_ENUM_SURE) && !(param->flags & CAT_COMMA_LIST);
    if (param->enum_count == 0) {
        return;
    }
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < param->enum_count; i++) {
        yyjson_mut_val *value = typed(doc, type, cat_enum(param, i));
        yyjson_mut_arr_append(list, value ? value : yyjson_mut_str(doc, cat_enum(param, i)));
    }
    yyjson_mut_obj_add_val(doc, schema, rule ? "enum" : "x-known-values", list);
}

static void add_bounds(yyjson_mut_doc *doc, yyjson_mut_val *schema, const cat_param *param) {
    bool numeric = param->type == CAT_INT || param->type == CAT_NUMBER;
    if (!(param->flags & CAT_BOUNDS_SURE)) {
        return;
    }
    if (numeric && (param->flags & CAT_HAS_MIN)) {
        yyjson_mut_obj_add_int(doc, schema, "minimum", param->min);
    }
    if (numeric && (param->flags & CAT_HAS_MAX)) {
        yyjson_mut_obj_add_int(doc, schema, "maximum", param->max);
    }
    if (param->type == CAT_STRING && param->max_length) {
        yyjson_mut_obj_add_uint(doc, schema, "maxLength", param->max_length);
    }
    if (param->type == CAT_ARRAY && param->max_items) {
        yyjson_mut_obj_add_uint(doc, schema, "maxItems", param->max_items);
    }
}

/* The title, and in words what is no rule of the schema. */
static void add_description(yyjson_mut_doc *doc, yyjson_mut_val *schema, const cat_param *param) {
    base_buf words, all;
    base_buf_init(&words, LIMIT_DOCUMENT_BYTES);
    base_buf_init(&all, LIMIT_DOCUMENT_BYTES);
    enum { ENUM_SHOWN = 20 };
    api_limit_words(param, ENUM_SHOWN, &words);
    bool unsure = (param->flags & CAT_REQUIRED) && !(param->flags & CAT_REQUIRED_SURE);
    base_buf_add_text(&all, cat_doc_str(param->title));
    if (unsure) {
        base_buf_printf(&all, "%sdocumented as required", all.len ? "; " : "");
    }
    if (words.len > 0) {
        base_buf_printf(&all, "%s%s", all.len ? "; " : "", base_buf_text(&words));
    }
    if (all.len > 0) {
        yyjson_mut_obj_add_strncpy(doc, schema, "description", base_buf_text(&all), all.len);
    }
    base_buf_clear(&words);
    base_buf_clear(&all);
}

typedef const cat_param *(*child_fn)(const void *of, size_t index);

static const cat_param *param_child(const void *of, size_t index) {
    return cat_param_at(of, index);
}

static const cat_param *field_child(const void *of, size_t index) {
    return cat_field(of, index);
}

static yyjson_mut_val *param_schema(yyjson_mut_doc *doc, const cat_param *param, int depth);

static void add_properties(yyjson_mut_doc *doc, yyjson_mut_val *schema, child_fn child,
                           const void *of, int depth) {
    const cat_param *param;
    yyjson_mut_val *required = yyjson_mut_arr(doc);
    yyjson_mut_val *properties = yyjson_mut_obj_add_obj(doc, schema, "properties");
    for (size_t i = 0; depth < API_DEEPEST && (param = child(of, i)) != NULL; i++) {
        const char *name = cat_str(param->name);
        yyjson_mut_obj_add_val(doc, properties, name, param_schema(doc, param, depth + 1));
        if (param->flags & CAT_REQUIRED_SURE) {
            yyjson_mut_arr_add_str(doc, required, name);
        }
    }
    if (yyjson_mut_arr_size(required) > 0) {
        yyjson_mut_obj_add_val(doc, schema, "required", required);
    }
}

static yyjson_mut_val *param_schema(yyjson_mut_doc *doc, const cat_param *param, int depth) {
    yyjson_mut_val *schema = of_type(doc, param->type);
    if (param->type == CAT_ARRAY) {
        yyjson_mut_val *items = of_type(doc, param->item);
        if (param->field_count > 0) {
            add_properties(doc, items, field_child, param, depth);
        } else {
            add_enum(doc, items, param, param->item);
        }
        yyjson_mut_obj_add_val(doc, schema, "items", items);
    } else if (param->field_count > 0) {
        add_properties(doc, schema, field_child, param, depth);
    } else {
        add_enum(doc, schema, param, param->type);
    }
    add_bounds(doc, schema, param);
    add_description(doc, schema, param);
    if (*cat_str(param->fallback)) {
        yyjson_mut_val *value = typed(doc, param->type, cat_str(param->fallback));
        if (value) {
            yyjson_mut_obj_add_val(doc, schema, "default", value);
        }
    }
    return schema;
}

yyjson_mut_val *api_schema_params(yyjson_mut_doc *doc, const cat_method *method) {
    yyjson_mut_val *schema = of_type(doc, CAT_OBJECT);
    if (method->param_count > 0) {
        add_properties(doc, schema, param_child, method, 0);
    }
    return schema;
}

/* ---- answers ---- */

static yyjson_mut_val *answer_schema(yyjson_mut_doc *doc, const cat_answer *answer, int depth);

static void add_answers(yyjson_mut_doc *doc, yyjson_mut_val *schema, const cat_answer *answer,
                        int depth) {
    yyjson_mut_val *properties = yyjson_mut_obj_add_obj(doc, schema, "properties");
    for (size_t i = 0; depth < API_DEEPEST && i < answer->field_count; i++) {
        const cat_answer *field = cat_answer_field(answer, i);
        yyjson_mut_obj_add_val(doc, properties, cat_doc_str(field->name),
                               answer_schema(doc, field, depth + 1));
    }
}

/* Scalars have no type here: platforms send numbers as texts and texts as numbers. */
static yyjson_mut_val *answer_schema(yyjson_mut_doc *doc, const cat_answer *answer, int depth) {
    yyjson_mut_val *schema = yyjson_mut_obj(doc);
    if (answer->type == CAT_ARRAY) {
        yyjson_mut_val *items = yyjson_mut_obj(doc);
        if (answer->field_count > 0) {
            add_answers(doc, items, answer, depth);
        }
        yyjson_mut_obj_add_val(doc, schema, "items", items);
    } else if (answer->field_count > 0) {
        add_answers(doc, schema, answer, depth);
    }
    if (answer->type != CAT_ANY) {
        yyjson_mut_obj_add_str(doc, schema, "x-type", cat_type_name((cat_type)answer->type));
    }
    return schema;
}

yyjson_mut_val *api_schema_answer(yyjson_mut_doc *doc, const cat_method *method) {
    yyjson_mut_val *schema = yyjson_mut_obj(doc);
    if (!cat_answer_known(method)) {
        return schema;
    }
    size_t count = cat_answer_count(method);
    if (count == 1 && strcmp(cat_doc_str(cat_answer_at(method, 0)->name), "(data)") == 0) {
        return answer_schema(doc, cat_answer_at(method, 0), 0);
    }
    yyjson_mut_val *properties = yyjson_mut_obj_add_obj(doc, schema, "properties");
    for (size_t i = 0; i < count; i++) {
        const cat_answer *answer = cat_answer_at(method, i);
        yyjson_mut_obj_add_val(doc, properties, cat_doc_str(answer->name),
                               answer_schema(doc, answer, 0));
    }
    return schema;
}
