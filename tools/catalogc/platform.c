/*
 * platform.json: hosts, recipe, token lives, error classes; then the platform's groups in the order
 * that it names them. Methods are sorted by name, and a name stands once.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog.h"

static const char *const PLATFORM_MEMBERS[] = { "name",
                                                "title",
                                                "source",
                                                "hosts",
                                                "gateway_path",
                                                "recipe",
                                                "sign_method",
                                                "clock_skew_s",
                                                "token_life_s",
                                                "refresh_life_s",
                                                "refresh_margin_s",
                                                "calls_per_second",
                                                "required_refuses",
                                                "note",
                                                "alias",
                                                "groups",
                                                "errors",
                                                NULL };
static const char *const HOST_MEMBERS[] = { "production", "sandbox", NULL };
static const char *const ERROR_MEMBERS[] = { "code",    "sub_code", "status",   "retry", "token",
                                             "meaning", "note",     "repeated", NULL };
/* In the order of cat_alias_style. */
static const char *const STYLES[] = { "none", "snake", "camel", NULL };
static const char *const ALIAS_MEMBERS[] = { "style", "prefix", "suffix", NULL };
static const char *const TYPES_MEMBERS[] = { "title", "types", NULL };

/* Names as qd_status_name() gives them, and their enumerators. */
static const char *const STATUSES[] = { "invalid",  "not_found",   "auth",
                                        "limited",  "unavailable", "unknown_outcome",
                                        "platform", "protocol",    NULL };
static const char *const STATUS_ENUMS[] = { "QD_E_INVALID",     "QD_E_NOT_FOUND",
                                            "QD_E_AUTH",        "QD_E_LIMITED",
                                            "QD_E_UNAVAILABLE", "QD_E_UNKNOWN_OUTCOME",
                                            "QD_E_PLATFORM",    "QD_E_PROTOCOL" };
static const char *const RETRIES[] = { "never", "later", "until", "reauth", "check", NULL };
static const char *const RETRY_ENUMS[] = { "QD_RETRY_NEVER", "QD_RETRY_LATER", "QD_RETRY_UNTIL",
                                           "QD_RETRY_REAUTH", "QD_RETRY_CHECK" };
static const char *const TOKENS[] = { "none", "expired", "revoked", NULL };

static int load_word(const catc_place *place, yyjson_val *object, const char *member,
                     const char *const *words, const char *fallback) {
    const char *text = catc_text(place, object, member, fallback);
    int index = text ? catc_index(words, text) : -1;
    if (index < 0) {
        catc_place at = catc_member(place, member);
        catc_bad(&at, text ? "unknown %s \"%s\"" : "%s is required%s", member, text ? text : "");
        return 0;
    }
    return index;
}

/* exact, "prefix*" or "*suffix": a star nowhere else. */
static void check_pattern(const catc_place *place, const char *text) {
    const char *star = strchr(text, '*');
    bool good = !star || (text[1] && !strchr(star + 1, '*') && (star == text || !star[1]));
    if (!good) {
        catc_place at = catc_member(place, "sub_code");
        catc_bad(&at, "\"%s\": a star may stand at the beginning or at the end", text);
    }
}

static void load_error(catc_catalog *catalog, const catc_place *place, yyjson_val *value) {
    catc_known(place, value, ERROR_MEMBERS);
    const char *code = catc_text(place, value, "code", "");
    const char *sub_code = catc_text(place, value, "sub_code", "");
    if (!*code && !*sub_code) {
        catc_bad(place, "needs a code or a sub_code");
    }
    check_pattern(place, sub_code);
    catc_error *row = catc_vec_add(&catalog->errors);
    row->code = catc_pool_add(&catalog->texts, code);
    row->sub_code = catc_pool_add(&catalog->texts, sub_code);
    row->meaning = catc_pool_add(&catalog->texts, catc_text_required(place, value, "meaning"));
    row->status = STATUS_ENUMS[load_word(place, value, "status", STATUSES, NULL)];
    row->retry = RETRY_ENUMS[load_word(place, value, "retry", RETRIES, NULL)];
    row->token = load_word(place, value, "token", TOKENS, "none");
    row->repeated = catc_bool(place, value, "repeated", false);
}

static void load_errors(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                        catc_platform *platform) {
    size_t i, max;
    yyjson_val *value;
    platform->error_first = (uint32_t)catalog->errors.count;
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        load_error(catalog, &at, value);
    }
    platform->error_count = (uint32_t)catalog->errors.count - platform->error_first;
}

static void load_facts(catc_catalog *catalog, const catc_place *place, yyjson_val *root,
                       catc_platform *platform) {
    catc_pool *texts = &catalog->texts;
    yyjson_val *hosts = catc_object(place, root, "hosts");
    catc_place at_hosts = catc_member(place, "hosts");
    catc_known(&at_hosts, hosts, HOST_MEMBERS);
    platform->name_at = catc_pool_add(texts, platform->name);
    platform->title = catc_pool_add(&catalog->docs, catc_text(place, root, "title", ""));
    platform->production = catc_pool_add(texts, catc_text_required(&at_hosts, hosts, "production"));
    platform->sandbox = catc_pool_add(texts, catc_text(&at_hosts, hosts, "sandbox", ""));
    platform->gateway_path = catc_pool_add(texts, catc_text(place, root, "gateway_path", ""));
    platform->recipe = catc_pool_add(texts, catc_text_required(place, root, "recipe"));
    platform->sign_method = catc_pool_add(texts, catc_text_required(place, root, "sign_method"));
    platform->clock_skew_s = catc_int(place, root, "clock_skew_s", 1, INT32_MAX, 0);
    platform->token_life_s = catc_int(place, root, "token_life_s", 1, INT64_MAX, 0);
    platform->refresh_life_s = catc_int(place, root, "refresh_life_s", 1, INT64_MAX, 0);
    platform->refresh_margin_s = catc_int(place, root, "refresh_margin_s", 1, INT32_MAX, 0);
    platform->calls_per_second = catc_int(place, root, "calls_per_second", 1, INT32_MAX, 0);
    if (!yyjson_is_bool(yyjson_obj_get(root, "required_refuses"))) {
        catc_place at = catc_member(place, "required_refuses");
        catc_bad(&at, "is required: is a missing required parameter certain enough to refuse?");
    }
    platform->required_sure = catc_bool(place, root, "required_refuses", false);
}

/* What the documents call a method, made from its wire name. */
static void load_alias(catc_catalog *catalog, const catc_place *place, yyjson_val *root,
                       catc_platform *platform) {
    yyjson_val *alias = catc_object(place, root, "alias");
    catc_place at = catc_member(place, "alias");
    catc_known(&at, alias, ALIAS_MEMBERS);
    platform->alias_style = load_word(&at, alias, "style", STYLES, STYLES[0]);
    platform->alias_prefix = catc_pool_add(&catalog->docs, catc_text(&at, alias, "prefix", ""));
    platform->alias_suffix = catc_pool_add(&catalog->docs, catc_text(&at, alias, "suffix", ""));
}

/* The platform's types.json, if it has one. */
static yyjson_val *load_types(const catc_catalog *catalog, const char *name) {
    char *path = catc_format("%s/%s/types.json", catalog->folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    fclose(file);
    catc_place at = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &at);
    if (!root) {
        return NULL;
    }
    catc_known(&at, root, TYPES_MEMBERS);
    return catc_object(&at, root, "types");
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const catc_method *)a)->name, ((const catc_method *)b)->name);
}

static void sort_methods(const catc_catalog *catalog, const catc_place *place,
                         catc_platform *platform) {
    platform->method_count = (uint32_t)catalog->methods.count - platform->method_first;
    if (platform->method_count == 0) {
        catc_bad(place, "has no methods");
        return;
    }
    catc_method *first = catc_vec_at(&catalog->methods, platform->method_first);
    qsort(first, platform->method_count, sizeof(*first), by_name);
    for (uint32_t i = 1; i < platform->method_count; i++) {
        if (strcmp(first[i - 1].name, first[i].name) == 0) {
            catc_bad(place, "method \"%s\" stands twice in this platform's groups", first[i].name);
        }
    }
}

static void load_groups(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                        int index) {
    const catc_platform *platform = catc_vec_at(&catalog->platforms, (size_t)index);
    catc_types types = { load_types(catalog, platform->name), NULL, platform->required_sure != 0 };
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        if (!yyjson_is_str(value)) {
            catc_bad(&at, "must be the name of a group file");
            continue;
        }
        catc_group_load(catalog, index, yyjson_get_str(value), &types);
    }
}

void catc_platform_load(catc_catalog *catalog, const char *name) {
    char *path = catc_format("%s/%s/platform.json", catalog->folder, name);
    catc_place file = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &file);
    if (!root) {
        return;
    }
    catc_known(&file, root, PLATFORM_MEMBERS);
    int index = (int)catalog->platforms.count;
    catc_platform row = { .name = catc_text_required(&file, root, "name") };
    if (strcmp(row.name, name) != 0) {
        catc_place at = catc_member(&file, "name");
        catc_bad(&at, "is \"%s\", the folder says \"%s\"", row.name, name);
    }
    row.name = catc_dup(name, strlen(name));
    load_facts(catalog, &file, root, &row);
    load_alias(catalog, &file, root, &row);
    catc_place at_errors = catc_member(&file, "errors");
    load_errors(catalog, &at_errors, catc_array(&file, root, "errors"), &row);
    row.group_first = (uint32_t)catalog->groups.count;
    row.method_first = (uint32_t)catalog->methods.count;
    *(catc_platform *)catc_vec_add(&catalog->platforms) = row;
    catc_place at_groups = catc_member(&file, "groups");
    load_groups(catalog, &at_groups, catc_array(&file, root, "groups"), index);
    catc_platform *kept = catc_vec_at(&catalog->platforms, (size_t)index);
    kept->group_count = (uint32_t)catalog->groups.count - kept->group_first;
    sort_methods(catalog, &file, kept);
    catc_model_load(catalog, index);
}
