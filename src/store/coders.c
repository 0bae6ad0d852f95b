/*
 * Sealing (AES-256-GCM) and packing (zstd with a dictionary, then sealing) from any thread. The
 * contexts are not thread-safe and dear to make, so each is taken from a free list and put back.
 * Where dictionaries come from: train.c. Knows no SQL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/coders_private.h"

enum { AAD_MAX = 512 };

store_coders *store_coders_new(store *store) {
    unsigned char digest[CODEC_DIGEST_MAX];
    store_coders *coders = calloc(1, sizeof *coders);
    base_str key = { (const char *)store->key, sizeof store->key };
    if (!coders) {
        return NULL;
    }
    if (codec_digest_once(CODEC_HMAC_SHA256, key, BASE_STR("raw hash"), digest) == 0) {
        free(coders);
        return NULL;
    }
    memcpy(&coders->hash_seed, digest, sizeof coders->hash_seed);
    base_wipe(digest, sizeof digest);
    pthread_mutex_init(&coders->mutex, NULL);
    return coders;
}

static void free_dict(store_dict *dict) {
    for (size_t i = 0; i < dict->idle; i++) {
        codec_zip_free(dict->zips[i]);
    }
    base_buf_wipe(&dict->data);
    free(dict);
}

void store_coders_free(store_coders *coders) {
    if (!coders) {
        return;
    }
    for (size_t i = 0; i < coders->idle; i++) {
        codec_aes_free(coders->aes[i]);
    }
    for (store_dict *dict = coders->dicts; dict;) {
        store_dict *next = dict->next;
        free_dict(dict);
        dict = next;
    }
    for (size_t i = 0; i < coders->plain.idle; i++) {
        codec_zip_free(coders->plain.zips[i]);
    }
    store_samplers_free(coders->samplers);
    pthread_mutex_destroy(&coders->mutex);
    base_wipe(coders, sizeof *coders);
    free(coders);
}

static codec_aes *take_aes(store *store) {
    store_coders *coders = store->coders;
    codec_aes *aes = NULL;
    pthread_mutex_lock(&coders->mutex);
    if (coders->idle > 0) {
        aes = coders->aes[--coders->idle];
    }
    pthread_mutex_unlock(&coders->mutex);
    return aes ? aes : codec_aes_new(store->key, store->clock);
}

static void give_aes(store *store, codec_aes *aes) {
    store_coders *coders = store->coders;
    pthread_mutex_lock(&coders->mutex);
    if (coders->idle < STORE_IDLE_CONTEXTS) {
        coders->aes[coders->idle++] = aes;
        aes = NULL;
    }
    pthread_mutex_unlock(&coders->mutex);
    codec_aes_free(aes);
}

static codec_zip *take_zip(store_coders *coders, store_dict *dict) {
    codec_zip *zip = NULL;
    pthread_mutex_lock(&coders->mutex);
    if (dict->idle > 0) {
        zip = dict->zips[--dict->idle];
    }
    pthread_mutex_unlock(&coders->mutex);
    return zip ? zip : codec_zip_new(base_buf_str(&dict->data));
}

static void give_zip(store_coders *coders, store_dict *dict, codec_zip *zip) {
    pthread_mutex_lock(&coders->mutex);
    if (dict->idle < STORE_IDLE_CONTEXTS) {
        dict->zips[dict->idle++] = zip;
        zip = NULL;
    }
    pthread_mutex_unlock(&coders->mutex);
    codec_zip_free(zip);
}

/* Seals or opens, bound to aad. */
static qd_status crypt(store *store, bool seal, base_str aad, base_str in, base_buf *out,
                       qd_err *err) {
    codec_aes *aes = take_aes(store);
    if (!aes) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a cipher");
    }
    qd_status status =
        seal ? codec_aes_seal(aes, aad, in, out, err) : codec_aes_open(aes, aad, in, out, err);
    give_aes(store, aes);
    return status;
}

/* The aad as text; two places can never give the same one, because parts hold no '/'. */
QD_PRINTF(3, 0)
static qd_status format_aad(char *text, qd_err *err, const char *fmt, va_list args) {
    int length = vsnprintf(text, AAD_MAX, fmt, args);
    if (length < 0 || length >= AAD_MAX) {
        return base_fail(err, QD_E_INVALID, "a name is too long to be sealed");
    }
    return QD_OK;
}

qd_status store_seal(store *store, base_str plain, base_buf *out, qd_err *err, const char *aad,
                     ...) {
    char text[AAD_MAX];
    va_list args;
    va_start(args, aad);
    qd_status status = format_aad(text, err, aad, args);
    va_end(args);
    return status == QD_OK ? crypt(store, true, base_str_of(text), plain, out, err) : status;
}

qd_status store_unseal(store *store, base_str sealed, base_buf *out, qd_err *err, const char *aad,
                       ...) {
    char text[AAD_MAX];
    va_list args;
    va_start(args, aad);
    qd_status status = format_aad(text, err, aad, args);
    va_end(args);
    return status == QD_OK ? crypt(store, false, base_str_of(text), sealed, out, err) : status;
}

/* ---- documents ---- */

/* Which dictionary a document takes: the letters of the platform in t_code, and the table. */
void store_doc_kind(const store_doc *doc, char out[STORE_KIND_MAX]) {
    size_t letters = strcspn(doc->shop, "-");
    snprintf(out, STORE_KIND_MAX, "%.*s/%s", (int)(letters < 8 ? letters : 8), doc->shop,
             store_table_at(doc->table)->name);
}

static qd_status doc_aad(const store_doc *doc, int64_t dict_id, char text[AAD_MAX], qd_err *err) {
    int length = snprintf(text, AAD_MAX, "payload/%lld/%s/%s/%.*s", (long long)dict_id, doc->shop,
                          store_table_at(doc->table)->name, (int)doc->key.len, doc->key.ptr);
    if (length < 0 || length >= AAD_MAX) {
        return base_fail(err, QD_E_INVALID, "%s: an id of %zu bytes is too long",
                         store_table_at(doc->table)->name, doc->key.len);
    }
    return QD_OK;
}

/* Four lanes of multiply and rotate, seeded by the key: 8 KB in less than a microsecond. It tells
 * equal documents, it does not protect anything. */
static int64_t hash_of(uint64_t seed, base_str text) {
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t lane[4] = { seed, seed + odd, seed ^ odd, seed * odd + text.len };
    size_t at = 0;
    for (; at + 32 <= text.len; at += 32) {
        uint64_t word[4];
        memcpy(word, text.ptr + at, sizeof word);
        for (int i = 0; i < 4; i++) {
            lane[i] = (lane[i] ^ word[i]) * odd;
            lane[i] = lane[i] << 29 | lane[i] >> 35;
        }
    }
    uint64_t rest[4] = { 0, 0, 0, 0 };
    if (at < text.len) {
        memcpy(rest, text.ptr + at, text.len - at);
    }
    uint64_t sum = text.len;
    for (int i = 0; i < 4; i++) {
        sum = base_mix(sum, lane[i] ^ rest[i] * odd);
        sum = base_mix(sum, rest[i]);
    }
    return (int64_t)sum;
}

qd_status store_pack(store *store, const store_doc *doc, base_str raw, store_packed *out,
                     qd_err *err) {
    char aad[AAD_MAX];
    char kind[STORE_KIND_MAX];
    if (raw.len > LIMIT_DOCUMENT_BYTES) {
        return base_fail(err, QD_E_INVALID, "%s %.*s: a document of %zu bytes, at most %d are kept",
                         store_table_at(doc->table)->name, (int)doc->key.len, doc->key.ptr, raw.len,
                         LIMIT_DOCUMENT_BYTES);
    }
    store_doc_kind(doc, kind);
    store_dict *dict = store_dict_for(store, kind, raw);
    codec_zip *zip = take_zip(store->coders, dict);
    if (!zip) {
        return base_fail(err, QD_E_NOMEM, "out of memory for compression");
    }
    base_buf_reset(&out->zip);
    base_buf_reset(&out->sealed);
    qd_status status = codec_zip_pack(zip, raw, &out->zip, err);
    give_zip(store->coders, dict, zip);
    if (status == QD_OK) {
        status = doc_aad(doc, dict->id, aad, err);
    }
    if (status == QD_OK) {
        status = crypt(store, true, base_str_of(aad), base_buf_str(&out->zip), &out->sealed, err);
    }
    out->dict_id = dict->id;
    out->raw_bytes = (int64_t)raw.len;
    out->raw_hash = hash_of(store->coders->hash_seed, raw);
    return status;
}

qd_status store_unpack(store *store, const store_doc *doc, int64_t dict_id, base_str sealed,
                       base_buf *out, qd_err *err) {
    char aad[AAD_MAX];
    base_buf packed;
    store_dict *dict = store_dict_known(store->coders, dict_id);
    if (!dict) {
        return base_fail(err, QD_E_NOT_FOUND, "dictionary %lld is not loaded", (long long)dict_id);
    }
    base_buf_init(&packed, LIMIT_DOCUMENT_BYTES + 64 * 1024);
    qd_status status = doc_aad(doc, dict_id, aad, err);
    if (status == QD_OK) {
        status = crypt(store, false, base_str_of(aad), sealed, &packed, err);
    }
    codec_zip *zip = status == QD_OK ? take_zip(store->coders, dict) : NULL;
    if (zip) {
        status = codec_zip_unpack(zip, base_buf_str(&packed), LIMIT_DOCUMENT_BYTES, out, err);
        give_zip(store->coders, dict, zip);
    } else if (status == QD_OK) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for decompression");
    }
    base_buf_clear(&packed);
    return status;
}
