/*
 * A set of ids: open addressing over texts in an arena. Exact: two ids are the same only when their
 * bytes are. Does not forget single ids.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/sync_private.h"

/* Ids of one window or one day of one shop; a day of 4 million orders still fits. */
enum { ARENA_BYTES = 512 * 1024 * 1024, FIRST_CAP = 1024 };

static size_t hash(base_str id) {
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < id.len; i++) {
        h = (h ^ (unsigned char)id.ptr[i]) * 1099511628211u;
    }
    return (size_t)(h ^ (h >> 32));
}

static base_str *slot_of(const sync_idset *set, base_str id) {
    size_t at = hash(id) & (set->cap - 1);
    while (set->slots[at].ptr != NULL && !base_str_eq(set->slots[at], id)) {
        at = (at + 1) & (set->cap - 1);
    }
    return &set->slots[at];
}

static bool grow(sync_idset *set) {
    sync_idset bigger = *set;
    bigger.cap = set->cap == 0 ? FIRST_CAP : set->cap * 2;
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i].ptr != NULL) {
            *slot_of(&bigger, set->slots[i]) = set->slots[i];
        }
    }
    free(set->slots);
    *set = bigger;
    return true;
}

void sync_idset_init(sync_idset *set) {
    *set = (sync_idset){ NULL, NULL, 0, 0 };
}

void sync_idset_clear(sync_idset *set) {
    base_arena_free(set->arena);
    free(set->slots);
    sync_idset_init(set);
}

void sync_idset_reset(sync_idset *set) {
    if (set->arena != NULL) {
        base_arena_reset(set->arena);
    }
    if (set->slots != NULL) {
        memset(set->slots, 0, set->cap * sizeof *set->slots);
    }
    set->count = 0;
}

qd_status sync_idset_add(sync_idset *set, base_str id, bool *out_new, qd_err *err) {
    if (set->arena == NULL) {
        set->arena = base_arena_new(ARENA_BYTES);
    }
    if (set->arena == NULL || ((set->count + 1) * 4 > set->cap * 3 && !grow(set))) {
        return base_fail(err, QD_E_NOMEM, "out of memory for the ids of a window");
    }
    base_str *slot = slot_of(set, id);
    bool is_new = slot->ptr == NULL;
    if (is_new) {
        char *copy = base_arena_dup(set->arena, id);
        if (copy == NULL) {
            return base_fail(err, QD_E_NOMEM, "out of memory for the ids of a window");
        }
        *slot = (base_str){ copy, id.len };
        set->count++;
    }
    if (out_new != NULL) {
        *out_new = is_new;
    }
    return QD_OK;
}

bool sync_idset_has(const sync_idset *set, base_str id) {
    return set->cap > 0 && slot_of(set, id)->ptr != NULL;
}
