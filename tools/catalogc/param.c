/*
 * Parameters and answer fields: {"name", "type", ...} lists with nested fields and $ref to
 * types.json or to the group file's own types. Equal rows and equal lists are kept once (set.c).
 */
#include <string.h>

#include "catalog.h"

/* In the order of cat_type. */
static const char *const TYPES[] = { "any",    "string", "int", "number", "bool", "datetime",
                                     "object", "array",  "map", "file",   NULL };
enum { ANY, STRING, INT, NUMBER, BOOL, DATETIME, OBJECT, ARRAY, MAP, FILE_TYPE };

static const char *const PARAM_MEMBERS[] = {
    "name", "alias",       "type",     "items", "in",         "required",  "list",      "default",
    "enum", "enum_titles", "min",      "max",   "max_length", "max_bytes", "max_items", "format",
    "unit", "title",       "inferred", "note",  "fields",     NULL
};
/* In the order of cat_place. */
static const char *const PLACES[] = { "body", "query", "path", "header", NULL };
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

/* "types.json#/types/NAME" or "#/types/NAME" of the same file: the list of that name. */
static yyjson_val *find_type(const catc_types *types, const char *ref) {
    static const char FILE_NAME[] = "types.json", POINTER[] = "#/types/";
    yyjson_val *from = types->local;
    if (strncmp(ref, FILE_NAME, sizeof(FILE_NAME) - 1) == 0) {
        from = types->shared;
        ref += sizeof(FILE_NAME) - 1;
    }
    return strncmp(ref, POINTER, sizeof(POINTER) - 1) == 0
               ? yyjson_obj_get(from, ref + sizeof(POINTER) - 1)
               : NULL;
}

/* The list that a "fields" member means, through $ref; NULL after a mistake. */
static yyjson_val *find_fields(const catc_place *place, yyjson_val *object,
                               const catc_types *types) {
    yyjson_val *value = yyjson_obj_get(object, "fields");
    if (!value || yyjson_is_arr(value)) {
        return value;
    }
    catc_place at = catc_member(place, "fields");
    const char *ref = yyjson_get_str(yyjson_obj_get(value, "$ref"));
    if (!ref || yyjson_obj_size(value) != 1) {
        catc_bad(&at, "must be an array or {\"$ref\": \"[types.json]#/types/NAME\"}");
        return NULL;
    }
    yyjson_val *list = find_type(types, ref);
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

/* What the index-th enum value means; "" when the member is absent. */
static const char *enum_title(const catc_place *place, yyjson_val *titles, size_t index) {
    const char *text = yyjson_get_str(yyjson_arr_get(titles, index));
    if (titles && !text) {
        catc_bad(place, "\"enum_titles\" needs a string for each value");
    }
    return text ? text : "";
}

static void load_enum(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                      catc_param *param) {
    yyjson_val *list = catc_array(place, object, "enum");
    yyjson_val *titles = catc_array(place, object, "enum_titles");
    catc_place at_list = catc_member(place, "enum");
    size_t i, max, count = yyjson_arr_size(list);
    yyjson_val *value;
    catc_word *words = catc_alloc((count + 1) * sizeof(*words));
    if (titles && yyjson_arr_size(titles) != count) {
        catc_bad(place, "\"enum_titles\" and \"enum\" differ in length");
    }
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(&at_list, i);
        const char *text = yyjson_get_str(value);
        if (!text) {
            catc_bad(&at, "enum values are strings, also those of numbers");
        } else if (param->type == INT && !is_integer(text)) {
            catc_bad(&at, "\"%s\" is no integer", text);
        }
        words[i].value = catc_pool_add(&catalog->texts, text);
        words[i].title = catc_pool_add(&catalog->docs, enum_title(place, titles, i));
    }
    param->enum_first = catc_set_add(&catalog->enums, words, count);
    param->enum_count = (uint32_t)count;
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

static void load_flags(const catc_place *place, yyjson_val *object, const catc_types *types,
                       catc_param *param) {
    if (catc_bool(place, object, "required", false)) {
        bool sure = types->required_sure && !catc_inferred(place, object, "required");
        param->flags |= REQUIRED;
        param->flags |= sure ? REQUIRED_SURE : 0;
    }
    param->flags |= catc_inferred(place, object, "type") ? 0 : TYPE_SURE;
    param->flags |= catc_inferred(place, object, "format") ? 0 : FORMAT_SURE;
    param->flags |= catc_bool(place, object, "list", false) ? COMMA_LIST : 0;
    const char *where = catc_text(place, object, "in", PLACES[0]);
    param->place = catc_index(PLACES, where);
    if (param->place < 0) {
        catc_place at = catc_member(place, "in");
        catc_bad(&at, "unknown place \"%s\"", where);
        param->place = 0;
    }
}

static uint32_t load_param(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                           const catc_types *types) {
    catc_param param;
    memset(&param, 0, sizeof(param)); /* the padding too: rows are compared as bytes */
    catc_known(place, object, PARAM_MEMBERS);
    catc_inferred_check(place, object);
    const char *name = catc_text_required(place, object, "name");
    const char *alias = catc_text(place, object, "alias", "");
    if (*alias && strcmp(alias, name) == 0) {
        catc_bad(place, "the alias is the name itself");
    }
    param.name = catc_pool_add(&catalog->texts, name);
    param.alias = catc_pool_add(&catalog->docs, alias);
    param.type = load_type(place, object, "type");
    param.item = load_item(place, object, param.type);
    param.title = catc_pool_add(&catalog->docs, catc_text(place, object, "title", ""));
    param.fallback = catc_pool_add(&catalog->texts, catc_text(place, object, "default", ""));
    param.format = catc_pool_add(&catalog->texts, catc_text(place, object, "format", ""));
    param.unit = catc_pool_add(&catalog->texts, catc_text(place, object, "unit", ""));
    load_flags(place, object, types, &param);
    load_bounds(place, object, &param);
    load_enum(catalog, place, object, &param);
    check_fields(place, object, param.type, param.item);
    yyjson_val *fields = find_fields(place, object, types);
    if (fields) {
        catc_place at = catc_member(place, "fields");
        catc_params_load(catalog, &at, fields, types, &param.field_first, &param.field_count);
    }
    return catc_set_add(&catalog->params, &param, 1);
}

static uint32_t load_answer(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                            const catc_types *types) {
    catc_answer answer;
    memset(&answer, 0, sizeof(answer));
    catc_known(place, object, ANSWER_MEMBERS);
    answer.name = catc_pool_add(&catalog->docs, catc_text_required(place, object, "name"));
    answer.type = load_type(place, object, "type");
    answer.item = load_item(place, object, answer.type);
    check_fields(place, object, answer.type, answer.item);
    yyjson_val *fields = find_fields(place, object, types);
    if (fields) {
        catc_place at = catc_member(place, "fields");
        catc_answers_load(catalog, &at, fields, types, &answer.field_first, &answer.field_count);
    }
    return catc_set_add(&catalog->answers, &answer, 1);
}

/* A name stands once in its list. */
static void check_names(const catc_place *place, yyjson_val *list) {
    size_t i, j, max, others;
    yyjson_val *value, *other;
    yyjson_arr_foreach(list, i, max, value) {
        const char *name = yyjson_get_str(yyjson_obj_get(value, "name"));
        yyjson_arr_foreach(list, j, others, other) {
            if (!name || j >= i) {
                break;
            }
            if (yyjson_equals_str(yyjson_obj_get(other, "name"), name)) {
                catc_place at = catc_item(place, i);
                catc_bad(&at, "\"%s\" stands twice", name);
                break;
            }
        }
    }
}

typedef uint32_t load_fn(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                         const catc_types *types);

/* Rows first, then the list of their numbers. */
static uint32_t load_list(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                          const catc_types *types, catc_set *lists, load_fn *load) {
    size_t i, max, count = yyjson_arr_size(list);
    yyjson_val *value;
    uint32_t *rows = catc_alloc((count + 1) * sizeof(*rows));
    if (++depth > DEEPEST) {
        catc_bad(place, "nested too deeply: do types refer to each other in a circle?");
        count = 0;
    } else {
        check_names(place, list);
        yyjson_arr_foreach(list, i, max, value) {
            catc_place at = catc_item(place, i);
            if (yyjson_is_obj(value)) {
                rows[i] = load(catalog, &at, value, types);
            } else {
                catc_bad(&at, "must be an object");
            }
        }
    }
    depth--;
    return catc_set_add(lists, rows, count);
}

void catc_params_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                      const catc_types *types, uint32_t *out_first, uint32_t *out_count) {
    *out_first = load_list(catalog, place, list, types, &catalog->param_lists, load_param);
    *out_count = (uint32_t)yyjson_arr_size(list);
}

void catc_answers_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       const catc_types *types, uint32_t *out_first, uint32_t *out_count) {
    *out_first = load_list(catalog, place, list, types, &catalog->answer_lists, load_answer);
    *out_count = (uint32_t)yyjson_arr_size(list);
}

const catc_param *catc_param_at(const catc_catalog *catalog, uint32_t first, uint32_t index) {
    const uint32_t *row = catc_vec_at(&catalog->param_lists.rows, first + index);
    return catc_vec_at(&catalog->params.rows, *row);
}

const catc_answer *catc_answer_at(const catc_catalog *catalog, uint32_t first, uint32_t index) {
    const uint32_t *row = catc_vec_at(&catalog->answer_lists.rows, first + index);
    return catc_vec_at(&catalog->answers.rows, *row);
}

const catc_param *catc_param_find(const catc_catalog *catalog, const catc_method *method,
                                  const char *name) {
    for (uint32_t i = 0; i < method->param_count; i++) {
        const catc_param *param = catc_param_at(catalog, method->param_first, i);
        if (strcmp(catc_pool_text(&catalog->texts, param->name), name) == 0) {
            return param;
        }
    }
    return NULL;
}
