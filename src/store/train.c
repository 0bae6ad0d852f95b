/*
 * Dictionaries: the first documents of a kind (platform and table) are kept as samples, then one is
 * trained from them, saved, and used from then on. A store may have any number of them: each
 * document says which it was packed with. A failure to train costs space only, so it is logged and
 * not tried again before the next start.
 */
#include <stdlib.h>
#include <string.h>

#include "store/coders_private.h"

enum { SAMPLERS_MAX = 64, KIND_LINE = STORE_KIND_MAX + 1 };

struct store_sampler {
    store_sampler *next;
    char kind[STORE_KIND_MAX];
    base_buf data; /* documents, one after the other */
    size_t lengths[STORE_DICT_SAMPLES];
    size_t count;
    bool closed; /* trained, being trained, or given up */
};

void store_samplers_free(store_sampler *samplers) {
    while (samplers) {
        store_sampler *next = samplers->next;
        base_buf_wipe(&samplers->data);
        free(samplers);
        samplers = next;
    }
}

/* Newest of the kind; call with the mutex held. */
static store_dict *newest(store_coders *coders, const char *kind) {
    store_dict *best = NULL;
    for (store_dict *dict = coders->dicts; dict; dict = dict->next) {
        if (strcmp(dict->kind, kind) == 0 && (!best || dict->id > best->id)) {
            best = dict;
        }
    }
    return best;
}

/* Finds or makes it; NULL when there are too many or memory is out. With the mutex held. */
static store_sampler *sampler_of(store_coders *coders, const char *kind) {
    size_t count = 0;
    for (store_sampler *s = coders->samplers; s; s = s->next) {
        if (strcmp(s->kind, kind) == 0) {
            return s;
        }
        count++;
    }
    store_sampler *made = count < SAMPLERS_MAX ? calloc(1, sizeof *made) : NULL;
    if (made) {
        base_copy(made->kind, sizeof made->kind, base_str_of(kind));
        base_buf_init(&made->data, STORE_DICT_SAMPLE_BYTES + LIMIT_DOCUMENT_BYTES);
        made->next = coders->samplers;
        coders->samplers = made;
    }
    return made;
}

static qd_status train(store *store, store_sampler *sampler, qd_err *err) {
    base_str samples[STORE_DICT_SAMPLES];
    base_buf data;
    const char *at = sampler->data.data;
    for (size_t i = 0; i < sampler->count; i++) {
        samples[i] = (base_str){ at, sampler->lengths[i] };
        at += sampler->lengths[i];
    }
    base_buf_init(&data, STORE_DICT_BYTES + 1024);
    qd_status status = codec_zip_train(samples, sampler->count, STORE_DICT_BYTES, &data, err);
    if (status == QD_OK && data.len > 0) {
        status = store_dict_save(store, sampler->kind, base_buf_str(&data), err);
    }
    base_buf_wipe(&data);
    return status;
}

store_dict *store_dict_for(store *store, const char *kind, base_str raw) {
    store_coders *coders = store->coders;
    qd_err err = QD_ERR_INIT;
    pthread_mutex_lock(&coders->mutex);
    store_dict *dict = newest(coders, kind);
    store_sampler *sampler = dict ? NULL : sampler_of(coders, kind);
    bool full = false;
    /* Not on the writer's thread: saving the dictionary would wait for itself. */
    if (sampler && !sampler->closed && !store_writer_is_self(store->writer)) {
        base_buf_add_str(&sampler->data, raw);
        if (!sampler->data.failed) {
            sampler->lengths[sampler->count++] = raw.len;
        }
        full = sampler->count == STORE_DICT_SAMPLES ||
               sampler->data.len >= STORE_DICT_SAMPLE_BYTES || sampler->data.failed;
        sampler->closed = full;
    }
    pthread_mutex_unlock(&coders->mutex);
    if (full) {
        if (train(store, sampler, &err) != QD_OK) {
            base_log(QD_LOG_WARNING, "store", "no compression dictionary for %s: %s", kind,
                     err.message);
        }
        base_buf_wipe(&sampler->data);
        pthread_mutex_lock(&coders->mutex);
        dict = newest(coders, kind);
        pthread_mutex_unlock(&coders->mutex);
    }
    return dict ? dict : &coders->plain;
}

store_dict *store_dict_known(store_coders *coders, int64_t id) {
    if (id == 0) {
        return &coders->plain;
    }
    pthread_mutex_lock(&coders->mutex);
    store_dict *dict = coders->dicts;
    while (dict && dict->id != id) {
        dict = dict->next;
    }
    pthread_mutex_unlock(&coders->mutex);
    return dict;
}

/* Sealed is "<kind>\n<dictionary>". */
qd_status store_dict_add(store *store, int64_t id, base_str sealed, qd_err *err) {
    store_coders *coders = store->coders;
    base_buf plain;
    base_buf_init(&plain, STORE_DICT_BYTES + 1024 + KIND_LINE);
    qd_status status = store_unseal(store, sealed, &plain, err, "dictionary/%lld", (long long)id);
    const char *end = status == QD_OK ? memchr(base_buf_text(&plain), '\n', plain.len) : NULL;
    store_dict *dict = end ? calloc(1, sizeof *dict) : NULL;
    if (dict) {
        size_t line = (size_t)(end - plain.data);
        dict->id = id;
        base_copy(dict->kind, sizeof dict->kind, (base_str){ plain.data, line });
        base_buf_init(&dict->data, STORE_DICT_BYTES + 1024);
        base_buf_add(&dict->data, end + 1, plain.len - line - 1);
        status = base_buf_check(&dict->data, "dictionary", err);
    } else if (status == QD_OK) {
        status = base_fail(err, end ? QD_E_NOMEM : QD_E_CORRUPT, "dictionary %lld: %s",
                           (long long)id, end ? "out of memory" : "not what was stored");
    } else {
        base_err_prefix(err, "dictionary %lld", (long long)id);
    }
    if (dict && status == QD_OK) {
        pthread_mutex_lock(&coders->mutex);
        store_dict *known = coders->dicts;
        while (known && known->id != id) {
            known = known->next;
        }
        if (!known) {
            dict->next = coders->dicts;
            coders->dicts = dict;
            dict = NULL;
        }
        pthread_mutex_unlock(&coders->mutex);
    }
    if (dict) {
        base_buf_wipe(&dict->data);
        free(dict);
    }
    base_buf_wipe(&plain);
    return status;
}
