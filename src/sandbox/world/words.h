/* The words from which the world's texts are made: see words.c. */
#ifndef SANDBOX_WORLD_WORDS_H
#define SANDBOX_WORLD_WORDS_H

#include <stddef.h>
#include <stdint.h>

typedef struct words {
    const char *const *items;
    size_t count;
} words;

typedef struct region {
    const char *province_id, *province;
    const char *city_id, *city;
    const char *town_id, *town;
    const char *street_id, *street;
    const char *zip;
} region;

enum { GROUP_VALUES = 6, CATEGORY_CARDS = 7 /* virtual goods */ };

typedef struct category {
    int64_t first_cid, second_cid, third_cid;
    const char *first, *second, *third;
    int64_t taobao_cid;
    const char *const *nouns; /* GROUP_VALUES of them */
    const char *group[2];     /* spec groups; the second may be NULL */
    int64_t taobao_pid[2];
    const char *const *value[2]; /* GROUP_VALUES each */
    int64_t low_fen, high_fen;
} category;

extern const words words_surnames, words_given, words_adjectives, words_shops, words_shop_tails,
    words_roads, words_buyer_notes, words_seller_notes, words_reasons, words_talents,
    words_complaints;

const region *words_region(uint64_t number);
const category *words_category(unsigned index);
unsigned words_category_count(void);
/* One of the list. */
const char *words_pick(const words *list, uint64_t number);

#endif
