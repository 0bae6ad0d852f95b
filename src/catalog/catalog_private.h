/*
 * What catalogc writes into gen/catalog/ and the room's own files read. The rows are the door's
 * structs; every index and offset was checked by catalogc.
 */
#ifndef CATALOG_PRIVATE_H
#define CATALOG_PRIVATE_H

#include "catalog/catalog.h"

/* texts.c */
extern const size_t cat_texts_bytes; /* of the pool behind cat_str() */

/* methods.c */
extern const cat_platform cat_platforms[];
extern const size_t cat_platforms_count;
extern const cat_group cat_groups[];
extern const cat_method cat_methods[]; /* by platform, then by name */
extern const cat_error_class cat_errors[];

/* params.c */
extern const cat_param cat_params[]; /* a row's fields have smaller numbers than itself */
extern const size_t cat_params_count;
extern const uint16_t cat_param_lists[]; /* rows of cat_params; a list is a range of these */
extern const cat_text cat_enums[];
extern const cat_page cat_pages[];
extern const cat_window cat_windows[];
extern const cat_outcome cat_outcomes[];

/* model.c */
extern const cat_stream cat_streams[];
extern const cat_source cat_sources[];
extern const cat_map cat_maps[];
extern const size_t cat_maps_count;
extern const cat_map_column cat_map_columns[];
extern const cat_enum_row cat_map_enums[];
extern const uint32_t cat_map_children[];

/* docs.c */
extern const size_t cat_docs_bytes; /* of the pool behind cat_doc_str() */
typedef struct cat_method_doc {
    cat_text alias, note;
    uint32_t answer_first, error_first; /* in cat_answer_lists, cat_method_errors */
    uint16_t answer_count, error_count;
    uint8_t answer_known;
} cat_method_doc;
/* What the documents make of a wire name: SNAKE a_b_c, CAMEL PrefixABCSuffix. */
typedef enum cat_alias_style { CAT_ALIAS_NONE, CAT_ALIAS_SNAKE, CAT_ALIAS_CAMEL } cat_alias_style;
typedef struct cat_alias_rule {
    cat_text prefix, suffix;
    uint8_t style;
} cat_alias_rule;
extern const cat_answer cat_answers[];
extern const uint16_t cat_answer_lists[];
extern const cat_method_doc cat_method_docs[]; /* by the method's index */
extern const cat_method_error cat_method_errors[];
extern const cat_text cat_enum_titles[];       /* beside cat_enums */
extern const cat_alias_rule cat_alias_rules[]; /* by the platform's index */

static inline const cat_param *cat_list_param(uint32_t first, size_t index) {
    return &cat_params[cat_param_lists[first + index]];
}

/* Does the scalar fit the type as a platform takes it? "12" fits INT, 12 fits STRING; out_why is
 * what it must be. Only for types of scalars. */
bool cat_scalar_fits(const cat_param *param, uint8_t type, yyjson_val *value, const char **out_why);
/* The parts of a comma list, one by one: true while there is one. */
bool cat_next_part(base_str *rest, base_str *out_part);

/* Edit distance of two names without regard to case; `most` or more is told as `most`. */
size_t cat_distance(base_str a, base_str b, size_t most);

/* ---- words (words.c) ---- */

enum { CAT_WORDS_BYTES = 160, CAT_WORDS_MOST = 24 };

typedef struct cat_word {
    uint16_t at, len;
    uint32_t letters; /* one bit a letter: words with too different bits need no closer look */
} cat_word;

/* A name or a word of a query, without separators, lower-cased, and where its words lie in it. */
typedef struct cat_words {
    char text[CAT_WORDS_BYTES];
    uint16_t len, count;
    uint32_t letters; /* of all words */
    cat_word words[CAT_WORDS_MOST];
} cat_words;

/* Average over the wanted words; 0 = one of them is not there. */
typedef struct cat_match {
    unsigned quality, typos;
} cat_match;
enum { CAT_MATCH_TYPO = 40, CAT_MATCH_INSIDE = 42, CAT_MATCH_BEGIN = 70, CAT_MATCH_EXACT = 100 };

void cat_words_split(base_str text, cat_words *out);
base_str cat_words_joined(const cat_words *words);
cat_match cat_words_match(const cat_words *wanted, const cat_words *in, bool typos_too);
/* Letters that differ when both are read without their separators; 0 = too many, or none. */
unsigned cat_words_typos(const cat_words *wanted, const cat_words *in);
/* Where `small` (lower case) lies in text without regard to case; SIZE_MAX = nowhere. */
size_t cat_find_folded(base_str text, base_str small);

/* ---- pools (pools.c): in which texts something stands, found in one sequential pass ---- */

/* Two bits for each byte of a pool, set at the beginning of a text. */
typedef struct cat_marks {
    const char *pool;
    size_t bytes;
    uint8_t *found, *whole; /* it stands in the text; it is the text */
} cat_marks;

bool cat_marks_init(cat_marks *marks, const char *pool, size_t bytes);
void cat_marks_free(cat_marks *marks);
void cat_marks_reset(cat_marks *marks);
/* Marks all texts that have `small` (lower case) in them, without regard to case. */
void cat_marks_find(cat_marks *marks, base_str small);
/* Marks as found the texts that are the wanted words but for a typo. */
void cat_marks_find_typos(cat_marks *marks, const cat_words *wanted);
static inline bool cat_marked(const uint8_t *bits, cat_text at) {
    return (bits[at >> 3] >> (at & 7)) & 1;
}

#endif
