/*
 * Group files: one method after the other, its parameters, answer, errors, page and windows.
 */
#include <string.h>

#include "catalog.h"

static const char *const GROUP_MEMBERS[] = { "group", "title", "source", "methods", "types", NULL };
static const char *const METHOD_MEMBERS[] = {
    "name",       "alias",        "title",      "doc",     "source",
    "beyond",     "kind",         "key",        "auth",    "offline",
    "http",       "host",         "path",       "recipe",  "note",
    "names_only", "partial",      "page",       "windows", "errors",
    "wrapper",    "response_key", "result_key", "params",  "wrapper_format",
    "response",   "outcome",      NULL
};
static const char *const ERROR_MEMBERS[] = { "code", "sub_code", "meaning", NULL };
/* In the order of cat_kind and cat_auth. */
static const char *const KINDS[] = { "read", "write", "keyed", NULL };
static const char *const AUTHS[] = { "shop", "app", "none", "optional", NULL };
/* In the order of cat_http and cat_wrapper. */
static const char *const HTTPS[] = { "post", "get", NULL };
static const char *const WRAPPERS[] = { "none", "json", "xml", NULL };
enum { KEYED = 2 };
enum {
    OFFLINE = 1,
    PARAMS_UNKNOWN = 2,
    PARAMS_NAMES_ONLY = 4,
    PARAMS_PARTIAL = 8,
    BEYOND_DOCUMENTS = 16
};

static int load_word(const catc_place *place, yyjson_val *object, const char *member,
                     const char *const *words, const char *fallback) {
    const char *text = fallback ? catc_text(place, object, member, fallback)
                                : catc_text_required(place, object, member);
    int index = catc_index(words, text);
    if (index < 0) {
        const char *near = catc_nearest(words, text);
        catc_place at = catc_member(place, member);
        catc_bad(&at, "unknown %s \"%s\"%s%s", member, text, near ? "; did you mean " : "",
                 near ? near : "");
        return 0;
    }
    return index;
}

static void load_params(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        const catc_types *types, catc_method *method) {
    yyjson_val *list = yyjson_obj_get(object, "params");
    catc_place at = catc_member(place, "params");
    if (!list) {
        catc_bad(&at, "is required; null when they are not known");
    } else if (yyjson_is_null(list)) {
        method->flags |= PARAMS_UNKNOWN;
    } else if (!yyjson_is_arr(list)) {
        catc_bad(&at, "must be an array or null");
    } else {
        catc_params_load(catalog, &at, list, types, &method->param_first, &method->param_count);
    }
}

static void load_kind(const catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                      catc_method *method) {
    method->kind = load_word(place, object, "kind", KINDS, NULL);
    const char *key = catc_text(place, object, "key", NULL);
    catc_place at = catc_member(place, "key");
    if ((method->kind == KEYED) != (key != NULL)) {
        catc_bad(&at, "a method of kind keyed, and no other, has the key that makes it safe to "
                      "repeat");
    } else if (key && !catc_param_path(catalog, method, key)) {
        catc_bad(&at, "\"%s\" is no parameter of %s", key, method->name);
    }
}

/* The method's texts; the docs pool keeps what only people read. */
static void load_texts(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                       catc_method *method) {
    const struct {
        const char *member;
        catc_pool *pool;
        uint32_t *out;
    } texts[] = {
        { "title", &catalog->docs, &method->title },
        { "alias", &catalog->docs, &method->alias },
        { "note", &catalog->docs, &method->note },
        { "doc", &catalog->docs, &method->doc },
        { "host", &catalog->texts, &method->host },
        { "path", &catalog->texts, &method->path },
        { "recipe", &catalog->texts, &method->recipe },
        { "response_key", &catalog->texts, &method->response_key },
        { "result_key", &catalog->texts, &method->result_key },
        { "key", &catalog->texts, &method->key },
        { "wrapper", &catalog->texts, &method->wrapper },
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        *texts[i].out = catc_pool_add(texts[i].pool, catc_text(place, object, texts[i].member, ""));
    }
}

static void load_flags(const catc_place *place, yyjson_val *object, catc_method *method) {
    static const struct {
        const char *member;
        int flag;
    } FLAGS[] = { { "offline", OFFLINE },
                  { "names_only", PARAMS_NAMES_ONLY },
                  { "partial", PARAMS_PARTIAL },
                  { "beyond", BEYOND_DOCUMENTS } };
    for (size_t i = 0; i < sizeof(FLAGS) / sizeof(*FLAGS); i++) {
        method->flags |= catc_bool(place, object, FLAGS[i].member, false) ? FLAGS[i].flag : 0;
    }
    method->auth = load_word(place, object, "auth", AUTHS, "shop");
    method->http = load_word(place, object, "http", HTTPS, HTTPS[0]);
    method->wrap = load_word(place, object, "wrapper_format", WRAPPERS, WRAPPERS[0]);
    if ((method->wrapper != 0) != (method->wrap != 0)) {
        catc_bad(place, "\"wrapper\" and \"wrapper_format\" stand together");
    }
}

static void load_errors(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                        catc_method *method) {
    size_t i, max, count = yyjson_arr_size(list);
    yyjson_val *value;
    catc_method_error *rows = catc_alloc((count + 1) * sizeof(*rows));
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        catc_known(&at, value, ERROR_MEMBERS);
        rows[i].code = catc_pool_add(&catalog->docs, catc_text_required(&at, value, "code"));
        rows[i].sub_code = catc_pool_add(&catalog->docs, catc_text(&at, value, "sub_code", ""));
        rows[i].meaning = catc_pool_add(&catalog->docs, catc_text(&at, value, "meaning", ""));
        for (size_t j = 0; j < i; j++) {
            if (rows[j].code == rows[i].code && rows[j].sub_code == rows[i].sub_code &&
                rows[j].meaning == rows[i].meaning) {
                catc_bad(&at, "stands twice");
            }
        }
    }
    method->error_first = catc_set_add(&catalog->method_errors, rows, count);
    method->error_count = (uint32_t)count;
}

static void load_listing(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                         catc_method *method) {
    yyjson_val *page = catc_object(place, object, "page");
    if (page) {
        catc_place at = catc_member(place, "page");
        catc_page_load(catalog, &at, page, method);
    }
    catc_place at = catc_member(place, "windows");
    catc_windows_load(catalog, &at, catc_array(place, object, "windows"), method);
}

static void load_method(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        const catc_types *types, int platform) {
    catc_method method = { .platform = platform, .group = (int)catalog->groups.count - 1 };
    catc_known(place, object, METHOD_MEMBERS);
    method.name = catc_text_required(place, object, "name");
    method.name_at = catc_pool_add(&catalog->texts, method.name);
    load_texts(catalog, place, object, &method);
    load_flags(place, object, &method);
    load_params(catalog, place, object, types, &method);
    load_kind(catalog, place, object, &method);
    yyjson_val *response = catc_array(place, object, "response");
    method.answer_known = response != NULL;
    if (response) {
        catc_place at = catc_member(place, "response");
        catc_answers_load(catalog, &at, response, types, &method.answer_first,
                          &method.answer_count);
    }
    catc_place at = catc_member(place, "errors");
    load_errors(catalog, &at, catc_array(place, object, "errors"), &method);
    load_listing(catalog, place, object, &method);
    yyjson_val *outcome = catc_object(place, object, "outcome");
    if (outcome) {
        catc_place at_outcome = catc_member(place, "outcome");
        catc_outcome_load(catalog, &at_outcome, outcome, &method);
    }
    *(catc_method *)catc_vec_add(&catalog->methods) = method;
}

/* A file has its group's name, or that and "-more" where two names differ in case only. */
static void check_group(const catc_catalog *catalog, const catc_place *file, const char *group,
                        const char *name, int platform) {
    size_t len = strlen(group);
    catc_place at = catc_member(file, "group");
    if (strncmp(group, name, len) != 0 || (name[len] && name[len] != '-')) {
        catc_bad(&at, "is \"%s\", the file says \"%s\"", group, name);
    }
    for (size_t i = 0; i + 1 < catalog->groups.count; i++) {
        const catc_group *other = catc_vec_at(&catalog->groups, i);
        if (other->platform == platform && strcmp(other->id, group) == 0) {
            catc_bad(&at, "\"%s\" stands twice", group);
        }
    }
}

void catc_group_load(catc_catalog *catalog, int platform, const char *name,
                     const catc_types *types) {
    const catc_platform *owner = catc_vec_at(&catalog->platforms, (size_t)platform);
    char *path = catc_format("%s/%s/%s.json", catalog->folder, owner->name, name);
    catc_place file = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &file);
    if (!root) {
        return;
    }
    catc_known(&file, root, GROUP_MEMBERS);
    const char *group = catc_text_required(&file, root, "group");
    catc_group *row = catc_vec_add(&catalog->groups);
    row->id = group;
    row->name = catc_pool_add(&catalog->texts, group);
    row->title = catc_pool_add(&catalog->docs, catc_text(&file, root, "title", ""));
    row->platform = platform;
    check_group(catalog, &file, group, name, platform);
    yyjson_val *methods = catc_array(&file, root, "methods");
    row->method_count = (uint32_t)yyjson_arr_size(methods);
    catc_place at_methods = catc_member(&file, "methods");
    if (!methods) {
        catc_bad(&at_methods, "is required");
    }
    catc_types all = *types;
    all.local = catc_object(&file, root, "types");
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(methods, i, max, value) {
        catc_place at = catc_item(&at_methods, i);
        load_method(catalog, &at, value, &all, platform);
    }
}
