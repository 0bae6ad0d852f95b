/*
 * In which texts of a pool something stands: the pool is read once from its first byte to its last,
 * which is faster than visiting the texts in the order in which the tables name them.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_private.h"

bool cat_marks_init(cat_marks *marks, const char *pool, size_t bytes) {
    *marks = (cat_marks){ .pool = pool, .bytes = bytes };
    marks->found = calloc(2, bytes / 8 + 1);
    marks->whole = marks->found ? marks->found + bytes / 8 + 1 : NULL;
    return marks->found != NULL;
}

void cat_marks_free(cat_marks *marks) {
    free(marks->found);
    *marks = (cat_marks){ 0 };
}

void cat_marks_reset(cat_marks *marks) {
    memset(marks->found, 0, 2 * (marks->bytes / 8 + 1));
}

static void set(uint8_t *bits, size_t at) {
    bits[at >> 3] = (uint8_t)(bits[at >> 3] | 1u << (at & 7));
}

/* `small` stands at `at`: marks its text; the text's end. */
static const char *mark(cat_marks *marks, const char *at, size_t len) {
    const char *start = at;
    while (start > marks->pool && start[-1]) {
        start--;
    }
    size_t offset = (size_t)(start - marks->pool);
    set(marks->found, offset);
    if (start == at && at[len] == '\0') {
        set(marks->whole, offset);
    }
    return at + strlen(at);
}

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/* Index of the byte of `small` that is rare in names, so that looking for it skips most of a pool.
 */
static size_t rarest(base_str small) {
    static const char COMMON[] = "eaitnrosdlc_mupg.hybfvkwxqzj"; /* the most common one first */
    size_t best = 0, best_rank = 0;
    for (size_t i = 0; i < small.len; i++) {
        const char *common = memchr(COMMON, small.ptr[i], sizeof(COMMON) - 1);
        size_t rank = common ? (size_t)(common - COMMON) : sizeof(COMMON);
        if (rank > best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

static bool is_here(const char *place, base_str small) {
    for (size_t i = 0; i < small.len; i++) {
        char c = small.ptr[i];
        if (place[i] != c && !(is_letter(c) && place[i] == (c & ~0x20))) {
            return false;
        }
    }
    return true;
}

/* The next place of `small` that differs in case only; rare is the index of its rare byte. */
static const char *next_place(const char *from, const char *end, base_str small, size_t rare) {
    char low = small.ptr[rare], high = (char)(is_letter(low) ? low & ~0x20 : low);
    if ((size_t)(end - from) < small.len) {
        return NULL;
    }
    const char *limit = end - (small.len - 1 - rare); /* behind the last place of the rare byte */
    for (const char *p = from + rare; p < limit; p++) {
        const char *hit = memchr(p, low, (size_t)(limit - p));
        const char *before = hit ? hit : limit;
        const char *other = high == low ? NULL : memchr(p, high, (size_t)(before - p));
        p = other ? other : hit;
        if (!p) {
            break;
        }
        if (is_here(p - rare, small)) {
            return p - rare;
        }
    }
    return NULL;
}

void cat_marks_find(cat_marks *marks, base_str small) {
    const char *end = marks->pool + marks->bytes;
    if (small.len == 0) {
        return;
    }
    size_t rare = rarest(small);
    const char *p = next_place(marks->pool, end, small, rare);
    while (p) {
        p = next_place(mark(marks, p, small.len), end, small, rare);
    }
}

void cat_marks_find_typos(cat_marks *marks, const cat_words *wanted) {
    const char *end = marks->pool + marks->bytes;
    size_t len, most = wanted->len + wanted->len / 2u + 2u; /* separators make it longer */
    for (const char *p = marks->pool; p < end; p += len + 1) {
        cat_words words;
        len = strlen(p);
        if (len + 2 < wanted->len || len > most) {
            continue;
        }
        cat_words_split((base_str){ p, len }, &words);
        if (cat_words_typos(wanted, &words)) {
            set(marks->found, (size_t)(p - marks->pool));
        }
    }
}
