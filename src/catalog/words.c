/*
 * Words of names and queries: split at separators and camel case, lower-cased; found in each other
 * exactly, as a beginning, inside, or with a typo. Ranks nothing; that is search.c's business.
 */
#include <string.h>

#include "catalog/catalog_private.h"

enum { SHORT_TYPO_BYTES = 4, LONG_TYPO_BYTES = 8 };

/* ASCII only, whatever the locale; all other bytes are letters of words. */
static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_word(char c) {
    return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9') || ((unsigned char)c & 0x80);
}

static char fold(char c) {
    return (char)(is_upper(c) ? c | 0x20 : c);
}

/* Does a new word begin at text[i]? "searchList" has one, "URLList" another before its last L. */
static bool is_hump(base_str text, size_t i) {
    if (i == 0 || !is_upper(text.ptr[i])) {
        return false;
    }
    return is_lower(text.ptr[i - 1]) ||
           (i + 1 < text.len && is_upper(text.ptr[i - 1]) && is_lower(text.ptr[i + 1]));
}

static uint32_t letters_of(const char *text, size_t len) {
    uint32_t letters = 0;
    for (size_t i = 0; i < len; i++) {
        letters |= 1u << ((unsigned char)text[i] & 31);
    }
    return letters;
}

void cat_words_split(base_str text, cat_words *out) {
    bool fresh = true;
    out->count = 0;
    out->len = 0;
    out->letters = 0;
    for (size_t i = 0; i < text.len && out->len < CAT_WORDS_BYTES; i++) {
        if (!is_word(text.ptr[i])) {
            fresh = true;
            continue;
        }
        if ((fresh || is_hump(text, i)) && out->count < CAT_WORDS_MOST) {
            out->words[out->count++] = (cat_word){ out->len, 0, 0 };
        }
        fresh = false;
        out->text[out->len++] = fold(text.ptr[i]);
        out->words[out->count - 1].len++;
    }
    for (size_t i = 0; i < out->count; i++) {
        cat_word *word = &out->words[i];
        word->letters = letters_of(out->text + word->at, word->len);
        out->letters |= word->letters;
    }
}

base_str cat_words_joined(const cat_words *words) {
    return (base_str){ words->text, words->len };
}

static base_str word_at(const cat_words *words, size_t index) {
    const cat_word *word = &words->words[index];
    return (base_str){ words->text + word->at, word->len };
}

size_t cat_find_folded(base_str text, base_str small) {
    if (small.len == 0 || small.len > text.len) {
        return SIZE_MAX;
    }
    const char *last = text.ptr + (text.len - small.len);
    char low = small.ptr[0], high = (char)(is_lower(low) ? low & ~0x20 : low);
    for (const char *p = text.ptr; p <= last; p++) {
        if (*p != low && *p != high) {
            continue;
        }
        size_t j = 1;
        while (j < small.len && fold(p[j]) == small.ptr[j]) {
            j++;
        }
        if (j == small.len) {
            return (size_t)(p - text.ptr);
        }
    }
    return SIZE_MAX;
}

static unsigned bits(uint32_t value) {
    unsigned count = 0;
    for (; value; value &= value - 1) {
        count++;
    }
    return count;
}

/* Letters that had to be changed; 0 = it does not fit. Only ASCII words may be misspelt. */
static unsigned typos(base_str wanted, uint32_t wanted_letters, base_str word, uint32_t letters) {
    size_t most = wanted.len >= LONG_TYPO_BYTES ? 2 : wanted.len >= SHORT_TYPO_BYTES ? 1 : 0;
    size_t gap = wanted.len > word.len ? wanted.len - word.len : word.len - wanted.len;
    /* One changed letter takes at most one bit away and adds one. */
    if (most == 0 || gap > most || bits(wanted_letters ^ letters) > 2 * most ||
        ((unsigned char)wanted.ptr[0] & 0x80)) {
        return 0;
    }
    size_t distance = cat_distance(wanted, word, most + 1);
    return distance <= most ? (unsigned)distance : 0;
}

unsigned cat_words_typos(const cat_words *wanted, const cat_words *in) {
    return typos(cat_words_joined(wanted), wanted->letters, cat_words_joined(in), in->letters);
}

/* The best place of one wanted word among all words of `in`. */
static cat_match match_word(base_str wanted, uint32_t letters, const cat_words *in,
                            bool typos_too) {
    cat_match best = { 0 };
    for (size_t i = 0; i < in->count; i++) {
        base_str word = word_at(in, i);
        cat_match match = { 0 };
        if (wanted.len <= word.len && memcmp(word.ptr, wanted.ptr, wanted.len) == 0) {
            match.quality = wanted.len == word.len ? CAT_MATCH_EXACT : CAT_MATCH_BEGIN;
        } else if (cat_find_folded(word, wanted) != SIZE_MAX) {
            match.quality = CAT_MATCH_INSIDE;
        } else if (typos_too) {
            match.typos = typos(wanted, letters, word, in->words[i].letters);
            match.quality = match.typos ? CAT_MATCH_TYPO : 0;
        }
        if (match.quality > best.quality ||
            (match.quality == best.quality && match.typos < best.typos)) {
            best = match;
        }
        if (best.quality == CAT_MATCH_EXACT) {
            break;
        }
    }
    return best;
}

cat_match cat_words_match(const cat_words *wanted, const cat_words *in, bool typos_too) {
    cat_match all = { 0 };
    for (size_t i = 0; i < wanted->count; i++) {
        cat_match one = match_word(word_at(wanted, i), wanted->words[i].letters, in, typos_too);
        if (one.quality == 0) {
            return (cat_match){ 0 };
        }
        all.quality += one.quality;
        all.typos += one.typos;
    }
    all.quality = wanted->count ? all.quality / (unsigned)wanted->count : 0;
    return all;
}
