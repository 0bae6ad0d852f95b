/*
 * Paths into platform documents: dotted steps, "[n]" for an item, '|' between alternatives, '^' for
 * the parent's document. Does not convert anything.
 */
#include <string.h>

#include "sync/sync_private.h"

/* Fewer keys than this are found faster by walking. */
enum { INDEX_FROM_KEYS = 12, INDEX_UP_TO_KEYS = SYNC_INDEX_SLOTS * 3 / 4 };

/* Names of one object are told apart by their length and by four bytes each of their beginning,
 * middle and end; a whole-name hash of 100 names cost more than all look-ups together. */
static size_t slot_of(const char *key, size_t len) {
    uint32_t part[3] = { 0, 0, 0 };
    if (len >= sizeof part[0]) {
        memcpy(&part[0], key, sizeof part[0]);
        memcpy(&part[1], key + (len - sizeof part[1]) / 2, sizeof part[1]);
        memcpy(&part[2], key + len - sizeof part[2], sizeof part[2]);
    } else if (len > 0) {
        memcpy(&part[0], key, len);
    }
    uint64_t h = ((uint64_t)part[0] << 32 | part[1]) * 0x9E3779B97F4A7C15u;
    h ^= (part[2] + (uint64_t)len) * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(h >> 40) & (SYNC_INDEX_SLOTS - 1);
}

void sync_scope_init(sync_scope *scope, yyjson_val *document, const sync_scope *parent,
                     size_t place) {
    scope->document = document;
    scope->parent = parent;
    scope->place = place;
    size_t size = yyjson_obj_size(document); /* 0 for anything but an object */
    scope->indexed = size >= INDEX_FROM_KEYS && size <= INDEX_UP_TO_KEYS;
    if (!scope->indexed) {
        return;
    }
    memset(scope->keys, 0, sizeof scope->keys);
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(document, i, max, key, value) {
        size_t at = slot_of(yyjson_get_str(key), yyjson_get_len(key));
        while (scope->keys[at] != NULL) {
            at = (at + 1) & (SYNC_INDEX_SLOTS - 1);
        }
        scope->keys[at] = key;
    }
}

static yyjson_val *indexed_child(const sync_scope *scope, const char *name, size_t len) {
    for (size_t at = slot_of(name, len); scope->keys[at] != NULL;
         at = (at + 1) & (SYNC_INDEX_SLOTS - 1)) {
        yyjson_val *key = scope->keys[at];
        if (yyjson_get_len(key) == len && memcmp(yyjson_get_str(key), name, len) == 0) {
            return yyjson_obj_iter_get_val(key);
        }
    }
    return NULL;
}

/* Consumes any "[n]" at *step and goes into the arrays. */
static yyjson_val *items(yyjson_val *value, const char **step, const char *end) {
    while (value != NULL && *step < end && **step == '[') {
        size_t n = 0;
        for ((*step)++; *step < end && **step >= '0' && **step <= '9'; (*step)++) {
            n = n * 10 + (size_t)(**step - '0');
        }
        if (*step < end && **step == ']') {
            (*step)++;
        }
        value = yyjson_arr_get(value, n);
    }
    return value;
}

static yyjson_val *one_path(const sync_scope *scope, const char *path, const char *end) {
    while (path < end && *path == '^') {
        scope = scope->parent;
        path++;
        if (scope == NULL) {
            return NULL;
        }
    }
    yyjson_val *value = scope->document;
    bool top = true;
    while (path < end && value != NULL) {
        const char *step = path;
        while (step < end && *step != '.' && *step != '[') {
            step++;
        }
        size_t len = (size_t)(step - path);
        if (len > 0) {
            value = top && scope->indexed ? indexed_child(scope, path, len)
                                          : yyjson_obj_getn(value, path, len);
        }
        top = false;
        value = items(value, &step, end);
        path = step < end ? step + 1 : end;
    }
    return value == NULL || yyjson_is_null(value) ? NULL : value;
}

yyjson_val *sync_scope_at(const sync_scope *scope, const char *path) {
    for (;;) {
        const char *end = strchr(path, '|');
        yyjson_val *value = one_path(scope, path, end != NULL ? end : path + strlen(path));
        if (value != NULL || end == NULL) {
            return value;
        }
        path = end + 1;
    }
}
