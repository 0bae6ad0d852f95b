/*
 * Tokens in memory, for embedders without a database: one process, gone with it. Every handle is
 * known; one that was never saved has version 0.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "qiandian/sys/token_store.h"

typedef struct token_entry {
    struct token_entry *next;
    char *handle;
    char *environment;
    qd_token token;
    bool locked;
} token_entry;

typedef struct memory_store {
    qd_token_store door; /* first, so that the two pointers are the same */
    pthread_mutex_t mutex;
    token_entry *entries;
} memory_store;

void qd_token_clear(qd_token *token) {
    base_wipe(token, token ? sizeof *token : 0);
}

static void entry_free(token_entry *entry) {
    if (entry) {
        qd_token_clear(&entry->token);
        free(entry->handle);
        free(entry->environment);
        free(entry);
    }
}

/* Finds the entry or makes it; the mutex is held. NULL when out of memory. */
static token_entry *entry_of(memory_store *store, const char *handle, const char *environment) {
    for (token_entry *e = store->entries; e; e = e->next) {
        if (strcmp(e->handle, handle) == 0 && strcmp(e->environment, environment) == 0) {
            return e;
        }
    }
    token_entry *entry = calloc(1, sizeof *entry);
    if (!entry) {
        return NULL;
    }
    entry->handle = strdup(handle);
    entry->environment = strdup(environment);
    if (!entry->handle || !entry->environment) {
        entry_free(entry);
        return NULL;
    }
    entry->next = store->entries;
    store->entries = entry;
    return entry;
}

static qd_status no_memory(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "out of memory for a token");
}

static qd_status memory_load(qd_token_store *self, const char *handle, const char *environment,
                             qd_token *out_token, qd_err *err) {
    memory_store *store = (memory_store *)self;
    pthread_mutex_lock(&store->mutex);
    token_entry *entry = entry_of(store, handle, environment);
    if (entry) {
        *out_token = entry->token;
    }
    pthread_mutex_unlock(&store->mutex);
    return entry ? QD_OK : no_memory(err);
}

static qd_status memory_save(qd_token_store *self, const char *handle, const char *environment,
                             const qd_token *token, int64_t expected, qd_err *err) {
    memory_store *store = (memory_store *)self;
    qd_status status = QD_OK;
    pthread_mutex_lock(&store->mutex);
    token_entry *entry = entry_of(store, handle, environment);
    if (!entry) {
        status = no_memory(err);
    } else if (entry->token.version != expected) {
        status = base_fail(err, QD_E_STALE, "the token of %s was saved by somebody else", handle);
    } else {
        entry->token = *token;
        entry->token.version = expected + 1;
    }
    pthread_mutex_unlock(&store->mutex);
    return status;
}

static qd_status memory_try_lock(qd_token_store *self, const char *handle, const char *environment,
                                 void **out_lock, qd_err *err) {
    memory_store *store = (memory_store *)self;
    qd_status status = QD_OK;
    pthread_mutex_lock(&store->mutex);
    token_entry *entry = entry_of(store, handle, environment);
    if (!entry) {
        status = no_memory(err);
    } else if (entry->locked) {
        status = base_fail(err, QD_E_BUSY, "the token of %s is being refreshed", handle);
    } else {
        entry->locked = true;
        *out_lock = entry;
    }
    pthread_mutex_unlock(&store->mutex);
    return status;
}

static void memory_unlock(qd_token_store *self, void *lock) {
    memory_store *store = (memory_store *)self;
    token_entry *entry = lock;
    if (!entry) {
        return;
    }
    pthread_mutex_lock(&store->mutex);
    entry->locked = false;
    pthread_mutex_unlock(&store->mutex);
}

static void memory_free(qd_token_store *self) {
    memory_store *store = (memory_store *)self;
    if (!store) {
        return;
    }
    for (token_entry *e = store->entries; e;) {
        token_entry *next = e->next;
        entry_free(e);
        e = next;
    }
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

qd_token_store *qd_token_store_memory(void) {
    memory_store *store = calloc(1, sizeof *store);
    if (!store) {
        return NULL;
    }
    if (pthread_mutex_init(&store->mutex, NULL) != 0) {
        free(store);
        return NULL;
    }
    store->door.load = memory_load;
    store->door.save = memory_save;
    store->door.try_lock = memory_try_lock;
    store->door.unlock = memory_unlock;
    store->door.free = memory_free;
    return &store->door;
}
