/*
 * Finding a catalogue method by name or by path, and its parameters in one form whatever carried
 * them.
 */
#include <string.h>

#include "sandbox/generic/generic.h"

const cat_method *generic_find(const char *platform, base_str name) {
    return cat_find(cat_platform_find(platform), name);
}

bool generic_is_retired(const face_call *call, const cat_method *method) {
    return (method->flags & CAT_OFFLINE) != 0 && !call->sb->allow_offline;
}

/* ---- paths ---- */

/* The next segment of *rest, without slashes; false at the end. */
static bool next_segment(base_str *rest, base_str *out) {
    while (rest->len > 0 && rest->ptr[0] == '/') {
        rest->ptr++;
        rest->len--;
    }
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != '/') {
        len++;
    }
    *out = (base_str){ rest->ptr, len };
    rest->ptr += len;
    rest->len -= len;
    return len > 0;
}

static bool path_fits(const char *pattern, base_str path, base_str *out_segment) {
    base_str want = base_str_of(pattern);
    base_str have = path;
    base_str a = { NULL, 0 };
    base_str b = { NULL, 0 };
    bool seen = false;
    for (;;) {
        bool more = next_segment(&want, &a);
        if (more != next_segment(&have, &b)) {
            return false;
        }
        if (!more) {
            return true;
        }
        if (a.ptr[0] == '{') {
            *out_segment = seen ? *out_segment : b;
            seen = true;
        } else if (!base_str_eq(a, b)) {
            return false;
        }
    }
}

const cat_method *generic_find_path(const char *platform, base_str path, base_str *out_segment) {
    const cat_platform *of = cat_platform_find(platform);
    for (size_t i = 0; of != NULL && i < of->method_count; i++) {
        const cat_method *method = cat_method_at(of, i);
        const char *pattern = cat_str(method->path);
        base_str segment = { "", 0 };
        if (*pattern != '\0' && path_fits(pattern, path, &segment)) {
            if (out_segment != NULL) {
                *out_segment = segment;
            }
            return method;
        }
    }
    return NULL;
}

/* ---- parameters ---- */

static bool is_named(base_str name, const char *const *names) {
    for (; names != NULL && *names != NULL; names++) {
        if (base_str_is(name, *names)) {
            return true;
        }
    }
    return false;
}

yyjson_doc *generic_of_pairs(const face_params *params, const char *const *skip) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_doc *out = NULL;
    bool ok = root != NULL;
    yyjson_mut_doc_set_root(doc, root);
    for (size_t i = 0; ok && i < params->count; i++) {
        const codec_pair *pair = &params->items[i];
        if (is_named(pair->name, skip)) {
            continue;
        }
        yyjson_mut_val *key = yyjson_mut_strncpy(doc, pair->name.ptr, pair->name.len);
        yyjson_mut_val *value;
        if (params->is_file != NULL && params->is_file[i]) {
            value = yyjson_mut_obj(doc);
            ok = yyjson_mut_obj_add_uint(doc, value, "size", pair->value.len) &&
                 yyjson_mut_obj_add_uint(doc, value, "hash", generic_hash(pair->value));
        } else {
            value = yyjson_mut_strncpy(doc, pair->value.ptr != NULL ? pair->value.ptr : "",
                                       pair->value.len);
        }
        ok = ok && yyjson_mut_obj_add(root, key, value);
    }
    if (ok) {
        out = yyjson_mut_doc_imut_copy(doc, NULL);
    }
    yyjson_mut_doc_free(doc);
    return out;
}
