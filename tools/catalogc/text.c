/*
 * Memory, growing arrays and output texts of catalogc. A host tool of one run: everything is kept
 * until the end and freed at once, so no caller needs to.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "catalogc.h"

typedef struct block {
    struct block *next;
    size_t used, size;
} block;

enum { BLOCK_BYTES = 1 << 20, ALIGNMENT = 16 };

static block *blocks;

static _Noreturn void out_of_memory(void) {
    fputs("catalogc: out of memory\n", stderr);
    exit(3);
}

void *catc_alloc(size_t size) {
    const size_t head = (sizeof(block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!blocks || blocks->size - blocks->used < size) {
        size_t want = size > BLOCK_BYTES ? size : (size_t)BLOCK_BYTES;
        block *fresh = calloc(1, head + want);
        if (!fresh) {
            out_of_memory();
        }
        fresh->size = want;
        fresh->next = blocks;
        blocks = fresh;
    }
    char *place = (char *)blocks + head + blocks->used;
    blocks->used += size;
    return place;
}

void catc_free_all(void) {
    while (blocks) {
        block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

char *catc_dup(const char *text, size_t len) {
    char *copy = catc_alloc(len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *catc_format(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        out_of_memory();
    }
    char *text = catc_alloc((size_t)len + 1);
    va_start(args, fmt);
    vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return text;
}

/* ---- arrays ---- */

void catc_vec_init(catc_vec *vec, size_t element_size) {
    *vec = (catc_vec){ NULL, 0, 0, element_size };
}

void *catc_vec_add(catc_vec *vec) {
    if (vec->count == vec->cap) {
        size_t cap = vec->cap ? vec->cap * 2 : 64;
        char *data = catc_alloc(cap * vec->size);
        if (vec->count) {
            memcpy(data, vec->data, vec->count * vec->size);
        }
        vec->data = data;
        vec->cap = cap;
    }
    return vec->data + vec->size * vec->count++;
}

void *catc_vec_at(const catc_vec *vec, size_t index) {
    return vec->data + vec->size * index;
}

/* ---- output ---- */

void catc_out_add(catc_out *out, const char *text, size_t len) {
    if (out->cap - out->len < len + 1) {
        size_t cap = (out->cap ? out->cap * 2 : 4096) + len;
        char *data = catc_alloc(cap);
        if (out->len) {
            memcpy(data, out->data, out->len);
        }
        out->data = data;
        out->cap = cap;
    }
    memcpy(out->data + out->len, text, len);
    out->len += len;
    out->data[out->len] = '\0';
}

void catc_out_printf(catc_out *out, const char *fmt, ...) {
    char small[512];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(small, sizeof(small), fmt, args);
    va_end(args);
    if (len < 0) {
        out_of_memory();
    }
    if ((size_t)len < sizeof(small)) {
        catc_out_add(out, small, (size_t)len);
        return;
    }
    char *large = catc_alloc((size_t)len + 1);
    va_start(args, fmt);
    vsnprintf(large, (size_t)len + 1, fmt, args);
    va_end(args);
    catc_out_add(out, large, (size_t)len);
}

void catc_out_escaped(catc_out *out, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c == '?') {
            catc_out_printf(out, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            catc_out_printf(out, "\\%03o", c);
        } else {
            catc_out_add(out, (const char *)&c, 1);
        }
    }
}

static bool same_as_file(const char *path, const catc_out *out) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    char *old = catc_alloc(out->len + 1);
    size_t got = fread(old, 1, out->len + 1, file);
    fclose(file);
    return got == out->len && (got == 0 || memcmp(old, out->data, got) == 0);
}

bool catc_out_save(const catc_out *out, const char *folder, const char *name) {
    char *path = catc_format("%s/%s", folder, name);
    if (same_as_file(path, out)) {
        return true; /* the build need not compile it again */
    }
    FILE *file = fopen(path, "wb");
    if (!file) {
        fprintf(stderr, "catalogc: cannot write %s: %s\n", path, strerror(errno));
        return false;
    }
    bool good = fwrite(out->data, 1, out->len, file) == out->len;
    good = fclose(file) == 0 && good;
    if (!good) {
        fprintf(stderr, "catalogc: cannot write %s: %s\n", path, strerror(errno));
    }
    return good;
}
