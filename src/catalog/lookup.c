/*
 * Finding things in the const tables: platforms, methods, parameters, pages, windows, error
 * classes. No checks of values (validate.c), no streams and maps (model.c).
 */
#include <ctype.h>
#include <string.h>

#include "catalog/catalog_private.h"

size_t cat_platform_count(void) {
    return cat_platforms_count;
}

const cat_platform *cat_platform_at(size_t index) {
    return index < cat_platforms_count ? &cat_platforms[index] : NULL;
}

const cat_platform *cat_platform_find(const char *name) {
    for (size_t i = 0; name && i < cat_platforms_count; i++) {
        if (strcmp(cat_str(cat_platforms[i].name), name) == 0) {
            return &cat_platforms[i];
        }
    }
    return NULL;
}

/* ---- methods ---- */

const cat_method *cat_find(const cat_platform *platform, base_str name) {
    size_t low = 0, high = platform ? platform->method_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const cat_method *method = &cat_methods[platform->method_first + middle];
        int order = base_str_cmp(base_str_of(cat_str(method->name)), name);
        if (order == 0) {
            return method;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

size_t cat_find_any(base_str name, const cat_method **out, size_t max) {
    size_t count = 0;
    for (size_t i = 0; i < cat_platforms_count; i++) {
        const cat_method *method = cat_find(&cat_platforms[i], name);
        if (method && count < max) {
            out[count++] = method;
        }
    }
    return count;
}

/* -1: the name sorts before all names that begin with prefix, 0: it begins so, 1: after. */
static int prefix_order(const cat_method *method, base_str prefix) {
    base_str name = base_str_of(cat_str(method->name));
    if (name.len >= prefix.len) {
        name.len = prefix.len;
    }
    return base_str_cmp(name, prefix);
}

size_t cat_find_prefix(const cat_platform *platform, base_str prefix, size_t *out_first) {
    size_t low = 0, high = platform ? platform->method_count : 0, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (prefix_order(&cat_methods[platform->method_first + middle], prefix) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *out_first = low;
    while (platform && low + count < platform->method_count &&
           prefix_order(&cat_methods[platform->method_first + low + count], prefix) == 0) {
        count++;
    }
    return count;
}

const cat_method *cat_method_at(const cat_platform *platform, size_t index) {
    return platform && index < platform->method_count ? &cat_methods[platform->method_first + index]
                                                      : NULL;
}

enum { NAME_BYTES = 96 }; /* longer names are never near; the longest wire name has 81 */

size_t cat_distance(base_str a, base_str b, size_t most) {
    size_t row[NAME_BYTES + 1];
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap >= most || b.len > NAME_BYTES) {
        return most;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0], best = i;
        int c = tolower((unsigned char)a.ptr[i - 1]);
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = diagonal + (c != tolower((unsigned char)b.ptr[j - 1]));
            diagonal = row[j];
            cost = cost < row[j] + 1 ? cost : row[j] + 1;
            row[j] = cost < row[j - 1] + 1 ? cost : row[j - 1] + 1;
            best = best < row[j] ? best : row[j];
        }
        if (best >= most) {
            return most; /* it can only grow */
        }
    }
    return row[b.len] < most ? row[b.len] : most;
}

const cat_method *cat_nearest(const cat_platform *platform, base_str name) {
    const cat_method *best = NULL;
    size_t near = name.len / 3 + 2;
    for (size_t i = 0; platform && i < platform->method_count && near > 0; i++) {
        const cat_method *method = &cat_methods[platform->method_first + i];
        size_t distance = cat_distance(name, base_str_of(cat_str(method->name)), near);
        if (distance < near) {
            best = method;
            near = distance;
        }
    }
    return best;
}

const cat_platform *cat_platform_of(const cat_method *method) {
    return &cat_platforms[method->platform];
}

const cat_group *cat_group_at(const cat_platform *platform, size_t index) {
    return platform && index < platform->group_count ? &cat_groups[platform->group_first + index]
                                                     : NULL;
}

const cat_group *cat_group_find(const cat_platform *platform, base_str name) {
    for (size_t i = 0; platform && i < platform->group_count; i++) {
        const cat_group *group = &cat_groups[platform->group_first + i];
        if (base_str_is(name, cat_str(group->name))) {
            return group;
        }
    }
    return NULL;
}

const cat_group *cat_group_of(const cat_method *method) {
    return &cat_groups[method->group];
}

/* ---- parameters ---- */

const cat_param *cat_param_at(const cat_method *method, size_t index) {
    return index < method->param_count ? cat_list_param(method->param_first, index) : NULL;
}

const cat_param *cat_param_find(const cat_method *method, base_str name) {
    for (size_t i = 0; i < method->param_count; i++) {
        const cat_param *param = cat_list_param(method->param_first, i);
        if (base_str_is(name, cat_str(param->name))) {
            return param;
        }
    }
    return NULL;
}

const cat_param *cat_field(const cat_param *param, size_t index) {
    return index < param->field_count ? cat_list_param(param->field_first, index) : NULL;
}

const char *cat_enum(const cat_param *param, size_t index) {
    return index < param->enum_count ? cat_str(cat_enums[param->enum_first + index]) : NULL;
}

const char *cat_type_name(cat_type type) {
    static const char *const NAMES[] = { "any",      "string", "int",   "number", "bool",
                                         "datetime", "object", "array", "map",    "file" };
    size_t index = (size_t)type;
    return index < sizeof(NAMES) / sizeof(*NAMES) ? NAMES[index] : "any";
}

/* ---- pages and windows ---- */

const cat_page *cat_page_of(const cat_method *method) {
    return method->page ? &cat_pages[method->page - 1] : NULL;
}

const cat_outcome *cat_outcome_of(const cat_method *method) {
    return method->outcome ? &cat_outcomes[method->outcome - 1] : NULL;
}

bool cat_in_list(cat_text list, base_str text) {
    base_str rest = base_str_of(cat_str(list));
    base_str part;
    while (cat_next_part(&rest, &part)) {
        if (base_str_eq(part, text)) {
            return true;
        }
    }
    return false;
}

const cat_window *cat_window_at(const cat_method *method, size_t index) {
    return index < method->window_count ? &cat_windows[method->window_first + index] : NULL;
}

const cat_window *cat_window_by(const cat_method *method, const char *by) {
    for (size_t i = 0; by && i < method->window_count; i++) {
        const cat_window *window = &cat_windows[method->window_first + i];
        if (strcmp(cat_str(window->by), by) == 0) {
            return window;
        }
    }
    return NULL;
}

/* ---- errors ---- */

/* exact, "prefix*" or "*suffix"; "" fits everything. */
static bool fits(const char *pattern, base_str text) {
    size_t len = strlen(pattern);
    if (len == 0) {
        return true;
    }
    if (pattern[len - 1] == '*') {
        return text.len >= len - 1 && memcmp(text.ptr, pattern, len - 1) == 0;
    }
    if (pattern[0] == '*') {
        return text.len >= len - 1 &&
               memcmp(text.ptr + text.len - (len - 1), pattern + 1, len - 1) == 0;
    }
    return base_str_is(text, pattern);
}

const char *cat_error_meaning(const cat_error_class *error) {
    return cat_str(error->meaning);
}

/* "data.code": where a code inside the data lies, which is no code of the gateway. */
static bool is_inner(base_str sub_code) {
    static const char inner[] = "data.";
    return sub_code.len >= sizeof inner - 1 && memcmp(sub_code.ptr, inner, sizeof inner - 1) == 0;
}

const cat_error_class *cat_classify(const cat_platform *platform, base_str code,
                                    base_str sub_code) {
    bool inner = is_inner(sub_code);
    for (uint32_t i = 0; platform && i < platform->error_count; i++) {
        const cat_error_class *row = &cat_errors[platform->error_first + i];
        const char *row_code = cat_str(row->code);
        const char *row_sub = cat_str(row->sub_code);
        if (is_inner(base_str_of(row_sub)) == inner &&
            (!*row_code || base_str_is(code, row_code)) && fits(row_sub, sub_code)) {
            return row;
        }
    }
    return NULL;
}
