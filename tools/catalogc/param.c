/*
 * Parameters and answer fields: {"name", "type", ...} lists with nested fields and $ref to
 * types.json. Lists that are referred to are loaded once.
 */
#include <string.h>

#include "catalog.h"

/* In the order of cat_type. */
static const char *const TYPES[] = { "any",    "string", "int", "number", "bool", "datetime",
                                     "object", "array",  "map", "file",   NULL };
enum { ANY, STRING, INT, NUMBER, BOOL, DATETIME, OBJECT, ARRAY, MAP, FILE_TYPE };

static const char *const PARAM_MEMBERS[] = { "name",   "type",       "items",     "required",
                                             "list",   "default",    "enum",      "min",
                                             "max",    "max_length", "max_bytes", "max_items",
                                             "format", "unit",       "title",     "inferred",
                                             "note",   "fields",     NULL };
static const char *const ANSWER_MEMBERS[] = { "name", "type", "items", "note", "fields", NULL };

/* As in src/catalog/catalog.h. */
enum {
    REQUIRED = 1,
    REQUIRED_SURE = 2,
    HAS_MIN = 4,
    HAS_MAX = 8,
    BOUNDS_SURE = 16,
    ENUM_SURE = 32,
    TYPE_SURE = 64,
    COMMA_LIST = 128,
    FORMAT_SURE = 256
};
enum { DEEPEST = 24 }; /* types that refer to each other in a circle end here */

static int depth;

/* Field lists that were loaded: types.json is read once, used often. */
typedef struct loaded {
    yyjson_val *list;
    uint32_t first, count;
} loaded;
static catc_vec loaded_params, loaded_answers;

static const loaded *find_loaded(catc_vec *all, yyjson_val *list) {
    for (size_t i = 0; i < all->count; i++) {
        const loaded *one = catc_vec_at(all, i);
        if (one->list == list) {
            return one;
        }
    }
    return NULL;
}

static void keep_loaded(catc_vec *all, yyjson_val *list, uint32_t first, uint32_t count) {
    if (!all->size) {
        catc_vec_init(all, sizeof(loaded));
    }
    loaded *one = catc_vec_add(all);
    *one = (loaded){ list, first, count };
}

yyjson_val *catc_fields(const catc_place *place, yyjson_val *object, yyjson_val *types) {
    yyjson_val *value = yyjson_obj_get(object, "fields");
    if (!value || yyjson_is_arr(value)) {
        return value;
    }
    static const char PREFIX[] = "types.json#/types/";
    catc_place at = catc_member(place, "fields");
    const char *ref = yyjson_get_str(yyjson_obj_get(value, "$ref"));
    if (!ref || yyjson_obj_size(value) != 1 || strncmp(ref, PREFIX, sizeof(PREFIX) - 1) != 0) {
        catc_bad(&at, "must be an array or {\"$ref\": \"%sNAME\"}", PREFIX);
        return NULL;
    }
    yyjson_val *list = yyjson_obj_get(types, ref + sizeof(PREFIX) - 1);
    if (!yyjson_is_arr(list)) {
        catc_bad(&at, "\"%s\" is not there", ref);
        return NULL;
    }
    return list;
}

bool catc_inferred(const catc_place *place, yyjson_val *object, const char *name) {
    yyjson_val *list = catc_array(place, object, "inferred");
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value) {
        if (yyjson_equals_str(value, name)) {
            return true;
        }
    }
    return false;
}

void catc_inferred_check(const catc_place *place, yyjson_val *object) {
    yyjson_val *list = catc_array(place, object, "inferred");
    catc_place at_list = catc_member(place, "inferred");
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(&at_list, i);
        if (!yyjson_is_str(value)) {
            catc_bad(&at, "must be the name of a member");
        }
    }
}

static int load_type(const catc_place *place, yyjson_val *object, const char *member) {
    const char *text = catc_text(place, object, member, NULL);
    int type = text ? catc_index(TYPES, text) : ANY;
    if (type < 0) {
        const char *near = catc_nearest(TYPES, text);
        catc_place at = catc_member(place, member);
        catc_bad(&at, "unknown type \"%s\"%s%s", text, near ? "; did you mean " : "",
                 near ? near : "");
        return ANY;
    }
    return type;
}

static int load_item(const catc_place *place, yyjson_val *object, int type) {
    if (yyjson_obj_get(object, "items") && type != ARRAY && type != MAP) {
        catc_bad(place, "only an array or a map has items");
    }
    return load_type(place, object, "items");
}

static void check_fields(const catc_place *place, yyjson_val *object, int type, int item) {
    bool may = type == ANY || type == OBJECT || item == OBJECT || (type == ARRAY && item == ANY);
    if (yyjson_obj_get(object, "fields") && !may) {
        catc_bad(place, "only an object or an array of objects has fields");
    }
}

static bool is_integer(const char *text) {
    text += *text == '-';
    return *text && strspn(text, "0123456789") == strlen(text);
}

static void load_enum(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                      catc_param *param) {
    yyjson_val *list = catc_array(place, object, "enum");
    catc_place at_list = catc_member(place, "enum");
    size_t i, max;
    yyjson_val *value;
    param->enum_first = (uint32_t)catalog->enums.count;
    param->enum_count = (uint32_t)yyjson_arr_size(list);
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(&at_list, i);
        const char *text = yyjson_get_str(value);
        if (!text) {
            catc_bad(&at, "enum values are strings, also those of numbers");
        } else if (param->type == INT && !is_integer(text)) {
            catc_bad(&at, "\"%s\" is no integer", text);
        }
        catc_word *word = catc_vec_add(&catalog->enums);
        *word = (catc_word){ text ? text : "", catc_pool_add(&catalog->texts, text) };
    }
    if (list && !catc_inferred(place, object, "enum")) {
        param->flags |= ENUM_SURE;
    }
}

static void load_bounds(const catc_place *place, yyjson_val *object, catc_param *param) {
    if (yyjson_obj_get(object, "min")) {
        param->min = catc_int(place, object, "min", INT64_MIN, INT64_MAX, 0);
        param->flags |= HAS_MIN;
    }
    if (yyjson_obj_get(object, "max")) {
        param->max = catc_int(place, object, "max", INT64_MIN, INT64_MAX, 0);
        param->flags |= HAS_MAX;
    }
    if ((param->flags & HAS_MIN) && (param->flags & HAS_MAX) && param->min > param->max) {
        catc_bad(place, "min is greater than max");
    }
    const char *length = param->type == FILE_TYPE ? "max_bytes" : "max_length";
    param->max_length = (uint32_t)catc_int(place, object, length, 1, UINT32_MAX, 0);
    param->max_items = (uint32_t)catc_int(place, object, "max_items", 1, UINT32_MAX, 0);
    static const char *const BOUNDS[] = { "min", "max", "max_length", "max_bytes", "max_items" };
    bool sure = true;
    for (size_t i = 0; i < sizeof(BOUNDS) / sizeof(*BOUNDS); i++) {
        sure = sure && !catc_inferred(place, object, BOUNDS[i]);
    }
    param->flags |= sure ? BOUNDS_SURE : 0;
}

static void load_param(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                       yyjson_val *types, uint32_t index) {
    catc_param param = { 0 };
    catc_known(place, object, PARAM_MEMBERS);
    catc_inferred_check(place, object);
    param.name = catc_text_required(place, object, "name");
    param.name_at = catc_pool_add(&catalog->texts, param.name);
    param.type = load_type(place, object, "type");
    param.item = load_item(place, object, param.type);
    param.title = catc_pool_add(&catalog->docs, catc_text(place, object, "title", ""));
    param.fallback = catc_pool_add(&catalog->texts, catc_text(place, object, "default", ""));
    param.format = catc_pool_add(&catalog->texts, catc_text(place, object, "format", ""));
    param.unit = catc_pool_add(&catalog->texts, catc_text(place, object, "unit", ""));
    if (catc_bool(place, object, "required", false)) {
        param.flags |= REQUIRED;
        param.flags |= catc_inferred(place, object, "required") ? 0 : REQUIRED_SURE;
    }
    param.flags |= catc_inferred(place, object, "type") ? 0 : TYPE_SURE;
    param.flags |= catc_inferred(place, object, "format") ? 0 : FORMAT_SURE;
    param.flags |= catc_bool(place, object, "list", false) ? COMMA_LIST : 0;
    load_bounds(place, object, &param);
    load_enum(catalog, place, object, &param);
    check_fields(place, object, param.type, param.item);
    yyjson_val *fields = catc_fields(place, object, types);
    if (fields) {
        catc_place at = catc_member(place, "fields");
        catc_params_load(catalog, &at, fields, types, &param.field_first, &param.field_count);
    }
    *(catc_param *)catc_vec_at(&catalog->params, index) = param;
}

static void load_answer(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        yyjson_val *types, uint32_t index) {
    catc_answer answer = { 0 };
    catc_known(place, object, ANSWER_MEMBERS);
    answer.name = catc_text_required(place, object, "name");
    answer.name_at = catc_pool_add(&catalog->docs, answer.name);
    answer.type = load_type(place, object, "type");
    answer.item = load_item(place, object, answer.type);
    check_fields(place, object, answer.type, answer.item);
    yyjson_val *fields = catc_fields(place, object, types);
    if (fields) {
        catc_place at = catc_member(place, "fields");
        catc_answers_load(catalog, &at, fields, types, &answer.field_first, &answer.field_count);
    }
    *(catc_answer *)catc_vec_at(&catalog->answers, index) = answer;
}

/* A name stands once in its list. */
static void check_names(const catc_place *place, yyjson_val *list) {
    size_t i, j, max;
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value) {
        const char *name = yyjson_get_str(yyjson_obj_get(value, "name"));
        for (j = 0; name && j < i; j++) {
            if (yyjson_equals_str(yyjson_obj_get(yyjson_arr_get(list, j), "name"), name)) {
                catc_place at = catc_item(place, i);
                catc_bad(&at, "\"%s\" stands twice", name);
                break;
            }
        }
    }
}

typedef void load_fn(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                     yyjson_val *types, uint32_t index);

/* Makes room for the whole list first, so that it stays together, then loads one by one. */
static void load_list(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                      yyjson_val *types, catc_vec *rows, catc_vec *seen, load_fn *load,
                      uint32_t *out_first, uint32_t *out_count) {
    const loaded *known = find_loaded(seen, list);
    if (known) {
        *out_first = known->first;
        *out_count = known->count;
        return;
    }
    size_t i, max;
    yyjson_val *value;
    if (++depth > DEEPEST) {
        catc_bad(place, "nested too deeply: do types refer to each other in a circle?");
    } else {
        check_names(place, list);
        *out_first = (uint32_t)rows->count;
        *out_count = (uint32_t)yyjson_arr_size(list);
        for (i = 0; i < *out_count; i++) {
            (void)catc_vec_add(rows);
        }
        yyjson_arr_foreach(list, i, max, value) {
            catc_place at = catc_item(place, i);
            if (yyjson_is_obj(value)) {
                load(catalog, &at, value, types, *out_first + (uint32_t)i);
            } else {
                catc_bad(&at, "must be an object");
            }
        }
        keep_loaded(seen, list, *out_first, *out_count);
    }
    depth--;
}

void catc_params_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                      yyjson_val *types, uint32_t *out_first, uint32_t *out_count) {
    load_list(catalog, place, list, types, &catalog->params, &loaded_params, load_param, out_first,
              out_count);
}

void catc_answers_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       yyjson_val *types, uint32_t *out_first, uint32_t *out_count) {
    load_list(catalog, place, list, types, &catalog->answers, &loaded_answers, load_answer,
              out_first, out_count);
}

const catc_param *catc_param_find(const catc_catalog *catalog, const catc_method *method,
                                  const char *name) {
    for (uint32_t i = 0; i < method->param_count; i++) {
        const catc_param *param = catc_vec_at(&catalog->params, method->param_first + i);
        if (param->name && strcmp(param->name, name) == 0) {
            return param;
        }
    }
    return NULL;
}
