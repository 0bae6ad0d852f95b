/*
 * Many small allocations with one life. Memory comes in blocks that double up to a size; the bound
 * counts the blocks, so that it really bounds the memory. Not thread-safe.
 */
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { FIRST_BLOCK = 4 * 1024, LARGEST_BLOCK = 256 * 1024 };

typedef struct block {
    struct block *next;
    size_t size; /* usable bytes */
    size_t used;
    alignas(max_align_t) char bytes[];
} block;

struct base_arena {
    block *blocks; /* the one in use first */
    size_t total;  /* usable bytes of all blocks */
    size_t max;
    size_t next_size;
};

base_arena *base_arena_new(size_t max_bytes) {
    base_arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->max = max_bytes < SIZE_MAX / 4 ? max_bytes : SIZE_MAX / 4;
        arena->next_size = FIRST_BLOCK;
    }
    return arena;
}

void base_arena_free(base_arena *arena) {
    if (!arena) {
        return;
    }
    for (block *b = arena->blocks; b;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

void base_arena_reset(base_arena *arena) {
    block *keep = NULL;
    for (block *b = arena->blocks; b;) {
        block *next = b->next;
        if (b->size <= LARGEST_BLOCK && (!keep || b->size > keep->size)) {
            free(keep);
            keep = b;
        } else {
            free(b);
        }
        b = next;
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
    arena->blocks = keep;
    arena->total = keep ? keep->size : 0;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* A new block with room for `size`; what is left of the old one is given up, unless the new one is
 * a large allocation's own: then the old one stays in use. */
static block *block_new(base_arena *arena, size_t size) {
    size_t left = arena->max - arena->total;
    if (size > left) {
        return NULL;
    }
    bool own = size > arena->next_size / 2;
    size_t want = own ? size : smaller(arena->next_size, left);
    block *b = malloc(sizeof *b + want);
    if (!b) {
        return NULL;
    }
    b->size = want;
    b->used = 0;
    arena->total += want;
    if (own && arena->blocks) {
        b->next = arena->blocks->next;
        arena->blocks->next = b;
    } else {
        b->next = arena->blocks;
        arena->blocks = b;
    }
    if (!own && arena->next_size < LARGEST_BLOCK) {
        arena->next_size *= 2;
    }
    return b;
}

static void *take(base_arena *arena, size_t size) {
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 4) {
        return NULL;
    }
    size = size ? (size + align - 1) / align * align : align;
    block *b = arena->blocks;
    if (!b || size > b->size - b->used) {
        b = block_new(arena, size);
        if (!b) {
            return NULL;
        }
    }
    void *result = b->bytes + b->used;
    b->used += size;
    return result;
}

void *base_arena_alloc(base_arena *arena, size_t size) {
    void *result = take(arena, size);
    if (result) {
        memset(result, 0, size);
    }
    return result;
}

char *base_arena_dup(base_arena *arena, base_str s) {
    char *copy = s.len < SIZE_MAX ? take(arena, s.len + 1) : NULL;
    if (copy) {
        if (s.len > 0) {
            memcpy(copy, s.ptr, s.len);
        }
        copy[s.len] = '\0';
    }
    return copy;
}

char *base_arena_printf(base_arena *arena, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int wanted = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = wanted < 0 ? NULL : take(arena, (size_t)wanted + 1);
    if (text) {
        va_start(args, fmt);
        vsnprintf(text, (size_t)wanted + 1, fmt, args);
        va_end(args);
    }
    return text;
}
