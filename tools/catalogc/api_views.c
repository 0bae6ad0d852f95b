/*
 * Accessors of the typed headers. The fields of a method's answer are named after the method; what
 * lies deeper is named after the group and the member that holds it, so that the orders of ten
 * methods share their accessors. Of fields that differ between answers the accessor takes the kind
 * that can tell both: text for scalars, a view for the rest. Where order.status and a trade's
 * order_status would have one name, each says whose it is.
 */
#include <string.h>

#include "api.h"

typedef struct field {
    const char *name; /* wire name; NULL = the data itself */
    const char *word;
    const char *kind; /* of the macros QD_VIEW_... */
    const char *of;   /* what an object or an item is; NULL = not known */
} field;

typedef struct type {
    const char *name;
    catc_vec fields;
    catc_vec walked; /* uint32_t: lists of fields that are in it already */
} type;

void api_views_init(api_views *views, api_platform *api, const char *group) {
    *views = (api_views){ .api = api, .group = api_word(group) };
    catc_vec_init(&views->types, sizeof(type));
}

static const char *kind_of(const catc_answer *answer) {
    switch (answer->type) {
    case API_STRING:
    case API_DATETIME:
    case API_NUMBER:
    case API_FILE:
        return "TEXT";
    case API_INT:
        return "INT";
    case API_BOOL:
        return "BOOL";
    case API_ARRAY:
        return "LIST";
    default:
        return "OBJECT";
    }
}

static bool is_scalar(const char *kind) {
    return strcmp(kind, "OBJECT") != 0 && strcmp(kind, "LIST") != 0;
}

/* The type of what the answer holds, without the group: "trade". */
static const char *type_name(const catc_catalog *catalog, const catc_answer *answer) {
    const char *name = catc_pool_text(&catalog->docs, answer->name);
    const char *word = strcmp(name, "(data)") == 0 ? "data" : api_word(name);
    return answer->type == API_ARRAY ? api_singular(word) : word;
}

static field field_of(const catc_catalog *catalog, const catc_answer *answer) {
    const char *name = catc_pool_text(&catalog->docs, answer->name);
    bool whole = strcmp(name, "(data)") == 0;
    return (field){ whole ? NULL : name, whole ? "data" : api_word(name), kind_of(answer),
                    answer->field_count ? type_name(catalog, answer) : NULL };
}

static void merge(type *into, const field *fresh) {
    for (size_t i = 0; i < into->fields.count; i++) {
        field *old = catc_vec_at(&into->fields, i);
        bool same = old->name && fresh->name ? strcmp(old->name, fresh->name) == 0
                                             : old->name == fresh->name;
        if (!same) {
            continue;
        }
        if (strcmp(old->kind, fresh->kind) != 0) {
            old->kind = is_scalar(old->kind) && is_scalar(fresh->kind) ? "TEXT" : "OBJECT";
        }
        old->of = old->of ? old->of : fresh->of;
        return;
    }
    *(field *)catc_vec_add(&into->fields) = *fresh;
}

static size_t find_type(api_views *views, const char *name) {
    for (size_t i = 0; i < views->types.count; i++) {
        if (strcmp(((type *)catc_vec_at(&views->types, i))->name, name) == 0) {
            return i;
        }
    }
    type *fresh = catc_vec_add(&views->types);
    fresh->name = name;
    catc_vec_init(&fresh->fields, sizeof(field));
    catc_vec_init(&fresh->walked, sizeof(uint32_t));
    return views->types.count - 1;
}

static bool walked_before(type *one, uint32_t first) {
    for (size_t i = 0; i < one->walked.count; i++) {
        if (*(uint32_t *)catc_vec_at(&one->walked, i) == first) {
            return true;
        }
    }
    *(uint32_t *)catc_vec_add(&one->walked) = first;
    return false;
}

/* Gathers what lies below an answer that has fields. */
static void gather(api_views *views, const catc_answer *answer) {
    const catc_catalog *catalog = views->api->catalog;
    if (!answer->field_count) {
        return;
    }
    size_t at = find_type(views, type_name(catalog, answer));
    if (walked_before(catc_vec_at(&views->types, at), answer->field_first)) {
        return;
    }
    for (uint32_t i = 0; i < answer->field_count; i++) {
        const catc_answer *below = catc_answer_at(catalog, answer->field_first, i);
        field one = field_of(catalog, below);
        merge(catc_vec_at(&views->types, at), &one);
        gather(views, below);
    }
}

/* ---- names ---- */

static const char *prefix_of(const api_views *views, const type *one) {
    const char *platform = api_word(views->api->platform->name);
    return strcmp(one->name, views->group) == 0
               ? catc_format("qd_%s_%s", platform, one->name)
               : catc_format("qd_%s_%s_%s", platform, views->group, one->name);
}

static void claim(api_platform *api, const char *prefix, const field *one) {
    const char *name = catc_format("%s_%s", prefix, one->word);
    if (!api_names_add(&api->wanted, name)) {
        (void)api_names_add(&api->clashed, name);
    }
}

void api_views_gather(api_views *views, const catc_method *method) {
    const catc_catalog *catalog = views->api->catalog;
    for (uint32_t i = 0; i < method->answer_count; i++) {
        const catc_answer *answer = catc_answer_at(catalog, method->answer_first, i);
        field one = field_of(catalog, answer);
        claim(views->api, api_function(views->api, method), &one);
        gather(views, answer);
    }
}

void api_views_claim(api_views *views) {
    for (size_t i = 0; i < views->types.count; i++) {
        const type *one = catc_vec_at(&views->types, i);
        for (size_t k = 0; k < one->fields.count; k++) {
            claim(views->api, prefix_of(views, one), catc_vec_at(&one->fields, k));
        }
    }
}

/* ---- writing ---- */

static void write_accessor(api_views *views, const char *prefix, const field *one,
                           const char *owner, catc_out *out) {
    api_platform *api = views->api;
    const char *name = catc_format("%s_%s", prefix, one->word);
    if (api_names_have(&api->clashed, name)) {
        name = catc_format("%s_of_%s", name, owner);
    }
    catc_out_printf(out, "QD_VIEW_%s(%s, ", one->kind, api_unique(&api->names, name));
    if (one->name) {
        api_quote(out, one->name);
    } else {
        catc_out_printf(out, "NULL");
    }
    catc_out_printf(out, one->of ? ") /* of %s */\n" : ")\n", one->of);
}

void api_views_of_method(api_views *views, const catc_method *method, catc_out *out) {
    const catc_catalog *catalog = views->api->catalog;
    for (uint32_t i = 0; i < method->answer_count; i++) {
        field one = field_of(catalog, catc_answer_at(catalog, method->answer_first, i));
        write_accessor(views, api_function(views->api, method), &one, "reply", out);
    }
}

void api_views_of_group(api_views *views, catc_out *out) {
    for (size_t i = 0; i < views->types.count; i++) {
        const type *one = catc_vec_at(&views->types, i);
        catc_out_printf(out, "\n/* ---- views of %s ---- */\n\n", one->name);
        for (size_t k = 0; k < one->fields.count; k++) {
            write_accessor(views, prefix_of(views, one), catc_vec_at(&one->fields, k), one->name,
                           out);
        }
    }
}
