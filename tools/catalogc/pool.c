/*
 * The string pool of the generated tables: every distinct text once, found by its offset. Written
 * as chunks, because a C string literal may have 4095 bytes.
 */
#include <string.h>

#include "catalog.h"

static size_t hash(const char *text) {
    size_t h = 14695981039346656037ULL; /* FNV-1a */
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 1099511628211ULL;
    }
    return h;
}

static const char *text_at(const catc_pool *pool, size_t index) {
    return *(const char **)catc_vec_at(&pool->texts, index);
}

void catc_pool_init(catc_pool *pool) {
    *pool = (catc_pool){ 0 };
    catc_vec_init(&pool->texts, sizeof(const char *));
    catc_vec_init(&pool->offsets, sizeof(uint32_t));
    pool->slot_count = 1024;
    pool->slots = catc_alloc(pool->slot_count * sizeof(*pool->slots));
    (void)catc_pool_add(pool, "");
}

static void grow(catc_pool *pool) {
    pool->slot_count *= 2;
    pool->slots = catc_alloc(pool->slot_count * sizeof(*pool->slots));
    for (size_t i = 0; i < pool->texts.count; i++) {
        size_t slot = hash(text_at(pool, i)) & (pool->slot_count - 1);
        while (pool->slots[slot]) {
            slot = (slot + 1) & (pool->slot_count - 1);
        }
        pool->slots[slot] = (uint32_t)i + 1;
    }
}

uint32_t catc_pool_add(catc_pool *pool, const char *text) {
    text = text ? text : "";
    size_t slot = hash(text) & (pool->slot_count - 1);
    while (pool->slots[slot]) {
        size_t index = pool->slots[slot] - 1;
        if (strcmp(text_at(pool, index), text) == 0) {
            return *(uint32_t *)catc_vec_at(&pool->offsets, index);
        }
        slot = (slot + 1) & (pool->slot_count - 1);
    }
    size_t bytes = strlen(text) + 1;
    if (bytes > CATC_CHUNK_BYTES) {
        catc_place at = { NULL, "catalogue", 0 };
        catc_bad(&at, "a text of %zu bytes is too long: \"%.40s...\"", bytes, text);
    }
    uint32_t offset = pool->next;
    *(const char **)catc_vec_add(&pool->texts) = text;
    *(uint32_t *)catc_vec_add(&pool->offsets) = offset;
    pool->slots[slot] = (uint32_t)pool->texts.count;
    pool->next += (uint32_t)bytes;
    if (pool->texts.count * 2 > pool->slot_count) {
        grow(pool);
    }
    return offset;
}

const char *catc_pool_text(const catc_pool *pool, uint32_t offset) {
    size_t low = 0, high = pool->offsets.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (*(uint32_t *)catc_vec_at(&pool->offsets, middle) <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return text_at(pool, low);
}

/* Index after the last text that fits into the chunk which begins at `first`. */
static size_t chunk_end(const catc_pool *pool, size_t first, size_t *out_bytes) {
    size_t bytes = 0, i = first;
    while (i < pool->texts.count) {
        size_t size = strlen(text_at(pool, i)) + 1;
        if (i > first && bytes + size > CATC_CHUNK_BYTES) {
            break;
        }
        bytes += size;
        i++;
    }
    *out_bytes = bytes;
    return i;
}

void catc_pool_write(const catc_pool *pool, const char *name, catc_out *out) {
    size_t bytes, chunk = 0;
    catc_out_printf(out, "static const struct {\n");
    for (size_t i = 0; i < pool->texts.count; chunk++) {
        i = chunk_end(pool, i, &bytes);
        catc_out_printf(out, "    char c%zu[%zu];\n", chunk, bytes);
    }
    catc_out_printf(out, "} %s = {\n", name);
    for (size_t i = 0; i < pool->texts.count;) {
        size_t end = chunk_end(pool, i, &bytes);
        for (; i < end; i++) {
            catc_out_printf(out, "    \"");
            catc_out_escaped(out, text_at(pool, i), strlen(text_at(pool, i)));
            catc_out_printf(out, i + 1 < end ? "\\000\"\n" : "\",\n"); /* the literal's own NUL */
        }
    }
    catc_out_printf(out, "};\n");
}
