/*
 * How a method lists things: "page" and "windows", and the parameters that are always sent with
 * them. Names are checked against the method's own parameters and answer.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog.h"

static const char *const PAGE_MEMBERS[] = { "style",    "param",        "first",   "size",
                                            "size_max", "size_default", "total",   "has_next",
                                            "next",     "list",         "row_cap", "page_cap",
                                            "inferred", "note",         NULL };
static const char *const WINDOW_MEMBERS[] = { "by",        "from",      "to",         "format",
                                              "fixed",     "longest_s", "step_s",     "back_s",
                                              "from_open", "to_open",   "last_first", "inferred",
                                              "note",      NULL };
/* In the order of cat_page_style and cat_time_format. */
static const char *const STYLES[] = { "none", "number", "offset", "cursor", NULL };
static const char *const FORMATS[] = { "unix", "cn_text", "unix_ms", NULL };
static const char *const TIMES[] = { "created", "modified", NULL };
enum { STYLE_CURSOR = 3 };
enum { PARAMS_UNKNOWN = 2, ENUM_SURE = 32 };

/* A member that names a parameter of the method. */
static uint32_t load_param_name(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                                const char *member, const catc_method *method, bool required) {
    const char *name =
        required ? catc_text_required(place, object, member) : catc_text(place, object, member, "");
    bool checked = *name && !(method->flags & PARAMS_UNKNOWN);
    if (checked && !catc_param_find(catalog, method, name)) {
        catc_place at = catc_member(place, member);
        catc_bad(&at, "\"%s\" is no parameter of %s", name, method->name);
    }
    return catc_pool_add(&catalog->texts, name);
}

/* A dotted path into the answer: its first step must be a field of it, when the answer is known. */
uint32_t catc_answer_path(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                          const char *member, const catc_method *method) {
    const char *path = catc_text(place, object, member, "");
    const char *step = path + (*path == '!');
    size_t len = strcspn(step, ".");
    bool found = len == 0 || !method->answer_known;
    for (uint32_t i = 0; !found && i < method->answer_count; i++) {
        const catc_answer *answer = catc_answer_at(catalog, method->answer_first, i);
        const char *name = catc_pool_text(&catalog->docs, answer->name);
        found = strlen(name) == len && strncmp(name, step, len) == 0;
    }
    if (!found) {
        catc_place at = catc_member(place, member);
        catc_bad(&at, "\"%s\": the answer of %s has no field \"%.*s\"", path, method->name,
                 (int)len, step);
    }
    return catc_pool_add(&catalog->texts, path);
}

static int load_word(const catc_place *place, yyjson_val *object, const char *member,
                     const char *const *words) {
    const char *text = catc_text_required(place, object, member);
    int index = catc_index(words, text);
    if (index < 0) {
        catc_place at = catc_member(place, member);
        catc_bad(&at, "unknown %s \"%s\"", member, text);
        return 0;
    }
    return index;
}

void catc_page_load(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                    catc_method *method) {
    catc_page page = { 0 };
    catc_known(place, value, PAGE_MEMBERS);
    catc_inferred_check(place, value);
    page.style = load_word(place, value, "style", STYLES);
    page.page_param = load_param_name(catalog, place, value, "param", method, true);
    page.size_param = load_param_name(catalog, place, value, "size", method, false);
    page.total = catc_answer_path(catalog, place, value, "total", method);
    page.has_next = catc_answer_path(catalog, place, value, "has_next", method);
    page.next = catc_answer_path(catalog, place, value, "next", method);
    page.list = catc_answer_path(catalog, place, value, "list", method);
    if (page.style != STYLE_CURSOR && !yyjson_obj_get(value, "first")) {
        catc_bad(place, "\"first\" is required: 0 or 1");
    }
    page.first = catc_int(place, value, "first", 0, 1, 0);
    page.size_max = catc_int(place, value, "size_max", 1, INT32_MAX, 0);
    page.size_default = catc_int(place, value, "size_default", 1, INT32_MAX, 0);
    page.row_cap = catc_int(place, value, "row_cap", 1, INT64_MAX, 0);
    page.page_cap = catc_int(place, value, "page_cap", 1, INT32_MAX, 0);
    *(catc_page *)catc_vec_add(&catalog->pages) = page;
    method->page = (uint32_t)catalog->pages.count; /* index + 1 */
}

/* Is the text one of the parameter's sure enum values, or a comma list of them? */
static bool in_enum(const catc_catalog *catalog, const catc_param *param, const char *text) {
    while (true) {
        size_t len = strcspn(text, ",");
        bool found = false;
        for (uint32_t i = 0; !found && i < param->enum_count; i++) {
            const catc_word *word = catc_vec_at(&catalog->enums.rows, param->enum_first + i);
            const char *value = catc_pool_text(&catalog->texts, word->value);
            found = strlen(value) == len && strncmp(value, text, len) == 0;
        }
        if (!found || !text[len]) {
            return found;
        }
        text += len + 1;
    }
}

uint32_t catc_fixed(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                    const catc_method *method) {
    if (!value) {
        return 0;
    }
    if (!yyjson_is_obj(value)) {
        catc_bad(place, "must be an object of parameters");
        return 0;
    }
    size_t i, max;
    yyjson_val *key, *item;
    yyjson_obj_foreach(value, i, max, key, item) {
        const char *name = yyjson_get_str(key);
        const catc_param *param = catc_param_find(catalog, method, name);
        catc_place at = catc_member(place, name);
        if (!param && !(method->flags & PARAMS_UNKNOWN)) {
            catc_bad(&at, "is no parameter of %s", method->name);
        } else if (param && (param->flags & ENUM_SURE) && yyjson_is_str(item) &&
                   !in_enum(catalog, param, yyjson_get_str(item))) {
            catc_bad(&at, "\"%s\" is none of the values that %s takes", yyjson_get_str(item),
                     method->name);
        }
    }
    size_t len = 0;
    char *text = yyjson_val_write(value, YYJSON_WRITE_NOFLAG, &len);
    if (!text) {
        catc_bad(place, "cannot be written as JSON");
        return 0;
    }
    uint32_t offset = catc_pool_add(&catalog->texts, catc_dup(text, len));
    free(text);
    return offset;
}

static void load_window(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                        catc_method *method) {
    catc_window window = { 0 };
    catc_known(place, value, WINDOW_MEMBERS);
    catc_inferred_check(place, value);
    window.by = TIMES[load_word(place, value, "by", TIMES)];
    window.by_at = catc_pool_add(&catalog->texts, window.by);
    window.from = load_param_name(catalog, place, value, "from", method, true);
    window.to = load_param_name(catalog, place, value, "to", method, true);
    window.format = load_word(place, value, "format", FORMATS);
    catc_place at = catc_member(place, "fixed");
    window.fixed = catc_fixed(catalog, &at, yyjson_obj_get(value, "fixed"), method);
    window.longest_s = catc_int(place, value, "longest_s", 1, INT64_MAX, 0);
    window.step_s = catc_int(place, value, "step_s", 1, INT64_MAX, 0);
    window.back_s = catc_int(place, value, "back_s", 1, INT64_MAX, 0);
    if (window.longest_s && window.step_s > window.longest_s) {
        catc_bad(place, "step_s is longer than longest_s");
    }
    window.from_open = catc_bool(place, value, "from_open", false);
    window.to_open = catc_bool(place, value, "to_open", false);
    window.last_first = catc_bool(place, value, "last_first", false);
    *(catc_window *)catc_vec_add(&catalog->windows) = window;
}

void catc_windows_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       catc_method *method) {
    size_t i, max;
    yyjson_val *value;
    method->window_first = (uint32_t)catalog->windows.count;
    method->window_count = (uint32_t)yyjson_arr_size(list);
    if (list && !method->page) {
        catc_bad(place, "%s has windows and no page", method->name);
    }
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        load_window(catalog, &at, value, method);
        for (size_t w = method->window_first; w + 1 < catalog->windows.count; w++) {
            const catc_window *old = catc_vec_at(&catalog->windows, w);
            const catc_window *last = catc_vec_at(&catalog->windows, catalog->windows.count - 1);
            if (strcmp(old->by, last->by) == 0) {
                catc_bad(&at, "\"%s\" stands twice", last->by);
            }
        }
    }
}
