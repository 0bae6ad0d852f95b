/*
 * Runs of rows that stand once: equal rows, equal lists of them, are written a single time however
 * often the catalogue says them. Rows are compared byte by byte, see catc_set_add().
 */
#include <string.h>

#include "catalog.h"

typedef struct run {
    uint32_t first, count;
    uint64_t hash;
} run;

enum { FIRST_SLOTS = 1024 };

static uint64_t hash(const unsigned char *bytes, size_t len) {
    uint64_t h = 14695981039346656037ULL; /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        h = (h ^ bytes[i]) * 1099511628211ULL;
    }
    return h ^ (h >> 29);
}

void catc_set_init(catc_set *set, size_t row_size) {
    *set = (catc_set){ 0 };
    catc_vec_init(&set->rows, row_size);
    catc_vec_init(&set->runs, sizeof(run));
    set->slot_count = FIRST_SLOTS;
    set->slots = catc_alloc(FIRST_SLOTS * sizeof(*set->slots));
}

static void put(catc_set *set, size_t index, uint64_t h) {
    size_t slot = h & (set->slot_count - 1);
    while (set->slots[slot]) {
        slot = (slot + 1) & (set->slot_count - 1);
    }
    set->slots[slot] = (uint32_t)index + 1;
}

static void grow(catc_set *set) {
    set->slot_count *= 2;
    set->slots = catc_alloc(set->slot_count * sizeof(*set->slots));
    for (size_t i = 0; i < set->runs.count; i++) {
        put(set, i, ((run *)catc_vec_at(&set->runs, i))->hash);
    }
}

uint32_t catc_set_add(catc_set *set, const void *rows, size_t count) {
    if (count == 0) {
        return 0;
    }
    size_t bytes = count * set->rows.size;
    uint64_t h = hash(rows, bytes);
    size_t slot = h & (set->slot_count - 1);
    for (; set->slots[slot]; slot = (slot + 1) & (set->slot_count - 1)) {
        const run *known = catc_vec_at(&set->runs, set->slots[slot] - 1);
        if (known->hash == h && known->count == count &&
            memcmp(catc_vec_at(&set->rows, known->first), rows, bytes) == 0) {
            return known->first;
        }
    }
    run *fresh = catc_vec_add(&set->runs);
    *fresh = (run){ (uint32_t)set->rows.count, (uint32_t)count, h };
    for (size_t i = 0; i < count; i++) {
        memcpy(catc_vec_add(&set->rows), (const char *)rows + i * set->rows.size, set->rows.size);
    }
    uint32_t first = fresh->first;
    put(set, set->runs.count - 1, h);
    if (set->runs.count * 2 > set->slot_count) {
        grow(set);
    }
    return first;
}
