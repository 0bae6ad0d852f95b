/*
 * Keeps records: a chained hash table over (shop, kind, key) and, for each holder, a list in the
 * order of birth. A record without a holder hangs at a hidden one of its shop and kind. Bounded in
 * number and bytes; whoever adds is told when there is no room.
 */
#include "sandbox/world/records.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 256, ROOT_KIND = UINT16_MAX };

struct records {
    record **buckets;
    size_t bucket_count;
    size_t count; /* without the hidden ones */
    size_t linked;
    size_t bytes;
    uint64_t serial;
};

records *records_new(void) {
    records *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return NULL;
    }
    all->bucket_count = FIRST_BUCKETS;
    all->buckets = calloc(all->bucket_count, sizeof(record *));
    if (all->buckets == NULL) {
        free(all);
        return NULL;
    }
    return all;
}

static void record_free(record *it) {
    free(it->key);
    free(it->tag);
    free(it->document);
    free(it);
}

static void free_held(record *holder) {
    record *it = holder->first;
    while (it != NULL) {
        record *next = it->next;
        free_held(it);
        record_free(it);
        it = next;
    }
}

void records_free(records *all) {
    if (all == NULL) {
        return;
    }
    /* Everything hangs below a hidden holder, and those are all in the table. */
    for (size_t i = 0; i < all->bucket_count; i++) {
        record *it = all->buckets[i];
        record **roots = &all->buckets[i];
        *roots = NULL;
        while (it != NULL) {
            record *next = it->same_hash;
            if (it->kind == ROOT_KIND) {
                it->same_hash = *roots;
                *roots = it;
            }
            it = next;
        }
    }
    for (size_t i = 0; i < all->bucket_count; i++) {
        while (all->buckets[i] != NULL) {
            record *root = all->buckets[i];
            all->buckets[i] = root->same_hash;
            free_held(root);
            record_free(root);
        }
    }
    free(all->buckets);
    free(all);
}

/* ---- the table ---- */

/* FNV-1a over the key, mixed with where it belongs. */
static uint64_t hash_of(uint32_t shop, unsigned kind, base_str key) {
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ (unsigned char)key.ptr[i]) * 1099511628211ULL;
    }
    return base_mix(base_mix(hash, shop), kind);
}

static bool is_it(const record *it, uint64_t hash, uint32_t shop, unsigned kind, base_str key) {
    return it->hash == hash && it->shop == shop && it->kind == kind && base_str_is(key, it->key);
}

static record *find(const records *all, uint32_t shop, unsigned kind, base_str key) {
    uint64_t hash = hash_of(shop, kind, key);
    record *it = all->buckets[hash & (all->bucket_count - 1)];
    while (it != NULL && !is_it(it, hash, shop, kind, key)) {
        it = it->same_hash;
    }
    return it;
}

record *records_find(const records *all, uint32_t shop, unsigned kind, base_str key) {
    return key.len == 0 ? NULL : find(all, shop, kind, key);
}

/* A table that stays small is only slower. */
static void make_room(records *all) {
    if (all->linked < all->bucket_count) {
        return;
    }
    size_t wanted = all->bucket_count * 2;
    record **wider = calloc(wanted, sizeof *wider);
    if (wider == NULL) {
        return;
    }
    for (size_t i = 0; i < all->bucket_count; i++) {
        record *it = all->buckets[i];
        while (it != NULL) {
            record *next = it->same_hash;
            it->same_hash = wider[it->hash & (wanted - 1)];
            wider[it->hash & (wanted - 1)] = it;
            it = next;
        }
    }
    free(all->buckets);
    all->buckets = wider;
    all->bucket_count = wanted;
}

static void link_hash(records *all, record *it) {
    make_room(all);
    record **bucket = &all->buckets[it->hash & (all->bucket_count - 1)];
    it->same_hash = *bucket;
    *bucket = it;
    all->linked++;
}

static void unlink_hash(records *all, const record *it) {
    record **at = &all->buckets[it->hash & (all->bucket_count - 1)];
    while (*at != NULL && *at != it) {
        at = &(*at)->same_hash;
    }
    if (*at == it) {
        *at = it->same_hash;
        all->linked--;
    }
}

/* ---- births and deaths ---- */

static char *copy_of(base_str text) {
    char *copy = malloc(text.len + 1);
    if (copy != NULL) {
        if (text.len > 0) {
            memcpy(copy, text.ptr, text.len);
        }
        copy[text.len] = '\0';
    }
    return copy;
}

static record *make(records *all, uint32_t shop, unsigned kind, base_str key, int64_t now) {
    record *it = calloc(1, sizeof *it);
    if (it == NULL) {
        return NULL;
    }
    it->shop = shop;
    it->kind = (uint16_t)kind;
    it->key = copy_of(key);
    it->tag = copy_of(BASE_STR(""));
    it->document = copy_of(BASE_STR(""));
    it->created = now;
    it->modified = now;
    it->bytes = key.len;
    it->hash = hash_of(shop, kind, key);
    if (it->key == NULL || it->tag == NULL || it->document == NULL) {
        record_free(it);
        return NULL;
    }
    it->serial = ++all->serial;
    return it;
}

/* The hidden holder; made when missing. */
static record *root_of(records *all, uint32_t shop, unsigned kind, bool may_make) {
    char digits[8];
    size_t len = 0;
    for (unsigned n = kind; len == 0 || n > 0; n /= 10) {
        digits[len++] = (char)('0' + n % 10);
    }
    base_str key = { digits, len };
    record *root = find(all, shop, ROOT_KIND, key);
    if (root == NULL && may_make) {
        root = make(all, shop, ROOT_KIND, key, 0);
        if (root != NULL) {
            link_hash(all, root);
        }
    }
    return root;
}

record *records_add(records *all, uint32_t shop, unsigned kind, base_str key, record *holder,
                    int64_t now) {
    bool full = all->count >= RECORDS_MOST || all->bytes + key.len > RECORDS_BYTES;
    bool bad_key = key.len > RECORD_KEY_BYTES ||
                   (key.len > 0 && memchr(key.ptr, '\0', key.len) != NULL) ||
                   records_find(all, shop, kind, key) != NULL;
    if (full || bad_key) {
        return NULL;
    }
    holder = holder != NULL ? holder : root_of(all, shop, kind, true);
    record *it = holder != NULL ? make(all, shop, kind, key, now) : NULL;
    if (it == NULL) {
        return NULL;
    }
    it->holder = holder;
    it->previous = holder->last;
    if (holder->last != NULL) {
        holder->last->next = it;
    } else {
        holder->first = it;
    }
    holder->last = it;
    if (key.len > 0) {
        link_hash(all, it);
    }
    all->count++;
    all->bytes += it->bytes;
    return it;
}

void records_remove(records *all, record *it) {
    while (it->first != NULL) {
        records_remove(all, it->first);
    }
    record **before = it->previous != NULL ? &it->previous->next : &it->holder->first;
    record **behind = it->next != NULL ? &it->next->previous : &it->holder->last;
    *before = it->next;
    *behind = it->previous;
    if (*it->key != '\0') {
        unlink_hash(all, it);
    }
    all->count--;
    all->bytes -= it->bytes;
    record_free(it);
}

/* ---- texts ---- */

static bool set_text(records *all, record *it, char **field, base_str text, size_t most) {
    size_t old = strlen(*field);
    if (text.len > most || all->bytes - old + text.len > RECORDS_BYTES) {
        return false;
    }
    char *copy = copy_of(text);
    if (copy == NULL) {
        return false;
    }
    free(*field);
    *field = copy;
    size_t len = strlen(copy); /* a NUL inside ends it */
    all->bytes += len - old;
    it->bytes += len - old;
    return true;
}

bool records_set_tag(records *all, record *it, base_str tag) {
    return set_text(all, it, &it->tag, tag, RECORD_KEY_BYTES);
}

bool records_set_document(records *all, record *it, base_str json) {
    return set_text(all, it, &it->document, json, RECORD_DOCUMENT_BYTES);
}

/* ---- lists ---- */

static record *from(record *it, unsigned kind) {
    while (it != NULL && it->kind != kind) {
        it = it->next;
    }
    return it;
}

record *records_first(const records *all, uint32_t shop, unsigned kind) {
    /* Looking makes nothing. */
    const record *root = root_of((records *)(uintptr_t)all, shop, kind, false);
    return root != NULL ? root->first : NULL;
}

record *records_first_of(const record *holder, unsigned kind) {
    return from(holder->first, kind);
}

record *records_next(const record *it) {
    return from(it->next, it->kind);
}

size_t records_count(const records *all) {
    return all->count;
}

bool records_have_room(const records *all, size_t more) {
    return more <= RECORDS_MOST - all->count &&
           more * 2 * RECORD_KEY_BYTES <= RECORDS_BYTES - all->bytes;
}
