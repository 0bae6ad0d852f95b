/*
 * Inside room store: what coders.c and train.c share.
 */
#ifndef STORE_CODERS_PRIVATE_H
#define STORE_CODERS_PRIVATE_H

#include "store/store_private.h"

enum { STORE_IDLE_CONTEXTS = 16 }; /* kept for the next caller; more are freed */

/* A dictionary, there until the store closes; `data` never changes. */
typedef struct store_dict {
    struct store_dict *next;
    int64_t id;
    char kind[STORE_KIND_MAX];
    base_buf data;
    codec_zip *zips[STORE_IDLE_CONTEXTS];
    size_t idle;
} store_dict;

typedef struct store_sampler store_sampler; /* documents of one kind, until it has a dictionary */

struct store_coders {
    pthread_mutex_t mutex; /* guards every list here, never held while working */
    codec_aes *aes[STORE_IDLE_CONTEXTS];
    size_t idle;
    store_dict *dicts;
    store_dict plain; /* id 0: no dictionary */
    store_sampler *samplers;
    uint64_t hash_seed;
};

void store_doc_kind(const store_doc *doc, char out[STORE_KIND_MAX]);
/* The dictionary to pack `raw` with, never NULL; the document may become a sample, and the call
 * that brings the last sample trains. */
store_dict *store_dict_for(store *store, const char *kind, base_str raw);
store_dict *store_dict_known(store_coders *coders, int64_t id); /* NULL = not loaded */
void store_samplers_free(store_sampler *samplers);
/* Saves a trained dictionary in the database and makes it known (sqlite/payload.c). */
qd_status store_dict_save(store *store, const char *kind, base_str data, qd_err *err);

#endif
