/*
 * Group files: one method after the other, its parameters, answer, page and windows.
 */
#include <string.h>

#include "catalog.h"

static const char *const GROUP_MEMBERS[] = { "group", "title", "source", "methods", NULL };
static const char *const METHOD_MEMBERS[] = { "name",    "title",        "doc",        "source",
                                              "kind",    "key",          "auth",       "offline",
                                              "path",    "note",         "names_only", "page",
                                              "windows", "response_key", "wrapper",    "result_key",
                                              "params",  "response",     NULL };
/* In the order of cat_kind and cat_auth. */
static const char *const KINDS[] = { "read", "write", "keyed", NULL };
static const char *const AUTHS[] = { "shop", "app", "none", "optional", NULL };
enum { KEYED = 2 };
enum { OFFLINE = 1, PARAMS_UNKNOWN = 2, PARAMS_NAMES_ONLY = 4 };

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
                        yyjson_val *types, catc_method *method) {
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
    } else if (key && !catc_param_find(catalog, method, key)) {
        catc_bad(&at, "\"%s\" is no parameter of %s", key, method->name);
    }
}

/* The method's texts; the docs pool keeps what only people read. */
static void load_texts(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                       catc_method *method) {
    catc_pool *texts = &catalog->texts;
    method->title = catc_pool_add(&catalog->docs, catc_text(place, object, "title", ""));
    method->doc = catc_pool_add(&catalog->docs, catc_text(place, object, "doc", ""));
    method->path = catc_pool_add(texts, catc_text(place, object, "path", ""));
    method->response_key = catc_pool_add(texts, catc_text(place, object, "response_key", ""));
    method->result_key = catc_pool_add(texts, catc_text(place, object, "result_key", ""));
    method->key = catc_pool_add(texts, catc_text(place, object, "key", ""));
    method->wrapper = catc_pool_add(texts, catc_text(place, object, "wrapper", ""));
}

static void load_method(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        yyjson_val *types, int platform) {
    catc_method method = { .platform = platform, .group = (int)catalog->groups.count - 1 };
    catc_known(place, object, METHOD_MEMBERS);
    method.name = catc_text_required(place, object, "name");
    method.name_at = catc_pool_add(&catalog->texts, method.name);
    load_texts(catalog, place, object, &method);
    load_params(catalog, place, object, types, &method);
    load_kind(catalog, place, object, &method);
    method.auth = load_word(place, object, "auth", AUTHS, "shop");
    method.flags |= catc_bool(place, object, "offline", false) ? OFFLINE : 0;
    method.flags |= catc_bool(place, object, "names_only", false) ? PARAMS_NAMES_ONLY : 0;
    yyjson_val *response = catc_array(place, object, "response");
    method.answer_known = response != NULL;
    if (response) {
        catc_place at = catc_member(place, "response");
        catc_answers_load(catalog, &at, response, types, &method.answer_first,
                          &method.answer_count);
    }
    yyjson_val *page = catc_object(place, object, "page");
    if (page) {
        catc_place at = catc_member(place, "page");
        catc_page_load(catalog, &at, page, &method);
    }
    catc_place at = catc_member(place, "windows");
    catc_windows_load(catalog, &at, catc_array(place, object, "windows"), &method);
    *(catc_method *)catc_vec_add(&catalog->methods) = method;
}

void catc_group_load(catc_catalog *catalog, int platform, const char *name, yyjson_val *types) {
    const catc_platform *owner = catc_vec_at(&catalog->platforms, (size_t)platform);
    char *path = catc_format("%s/%s/%s.json", catalog->folder, owner->name, name);
    catc_place file = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &file);
    if (!root) {
        return;
    }
    catc_known(&file, root, GROUP_MEMBERS);
    const char *group = catc_text_required(&file, root, "group");
    if (strcmp(group, name) != 0) {
        catc_place at = catc_member(&file, "group");
        catc_bad(&at, "is \"%s\", the file says \"%s\"", group, name);
    }
    catc_group *row = catc_vec_add(&catalog->groups);
    row->name = catc_pool_add(&catalog->texts, group);
    row->title = catc_pool_add(&catalog->docs, catc_text(&file, root, "title", ""));
    row->platform = platform;
    yyjson_val *methods = catc_array(&file, root, "methods");
    catc_place at_methods = catc_member(&file, "methods");
    if (!methods) {
        catc_bad(&at_methods, "is required");
    }
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(methods, i, max, value) {
        catc_place at = catc_item(&at_methods, i);
        load_method(catalog, &at, value, types, platform);
    }
}
