/*
 * What a face keeps about things that the world itself knows nothing of: warehouse orders, stock,
 * supply products, waybills. A record has a kind and a key within a shop, a state, four numbers, a
 * short text and a document; it may hold others (an order its lines) in the order they came.
 *
 * Knows no platform and no meaning: kinds and states are the face's. Pointers stay good until the
 * record is removed. Not thread-safe: the sandbox serialises.
 */
#ifndef SANDBOX_WORLD_RECORDS_H
#define SANDBOX_WORLD_RECORDS_H

#include "base/base.h"

enum {
    RECORDS_MOST = 200000,              /* of all shops together */
    RECORDS_BYTES = 64 * 1024 * 1024,   /* of all keys, tags and documents together */
    RECORD_DOCUMENT_BYTES = 256 * 1024, /* of one document */
    RECORD_KEY_BYTES = 256,             /* of one key, of one tag */
    RECORD_NUMBERS = 4
};

typedef struct records records;

typedef struct record {
    uint32_t shop;
    uint16_t kind;
    uint16_t state;
    char *key;      /* "" = it has none and is found through its holder only */
    char *tag;      /* never NULL */
    char *document; /* JSON; "" = none */
    int64_t num[RECORD_NUMBERS];
    int64_t created, modified;
    uint64_t serial; /* from 1, in the order of birth */
    /* what follows is records.c's */
    struct record *holder, *first, *last, *next, *previous;
    struct record *same_hash;
    uint64_t hash;
    size_t bytes;
} record;

records *records_new(void); /* NULL when memory is out */
void records_free(records *all);

/* NULL when there is none. */
record *records_find(const records *all, uint32_t shop, unsigned kind, base_str key);
/* NULL when the key is taken or too long, or a bound is reached. holder NULL: it stands in the list
 * of its shop and kind. */
record *records_add(records *all, uint32_t shop, unsigned kind, base_str key, record *holder,
                    int64_t now);
/* With all that it holds. */
void records_remove(records *all, record *it);
/* False when it is too long or a bound is reached; the old text stays. */
bool records_set_tag(records *all, record *it, base_str tag);
bool records_set_document(records *all, record *it, base_str json);

/* In the order of birth; NULL = none. */
record *records_first(const records *all, uint32_t shop, unsigned kind);
record *records_first_of(const record *holder, unsigned kind);
/* The next of the same kind at the same holder. */
record *records_next(const record *it);
size_t records_count(const records *all);
/* Will so many more records fit, with keys and tags of any allowed length? To be asked before work
 * that must be done whole or not at all. */
bool records_have_room(const records *all, size_t more);

#endif
