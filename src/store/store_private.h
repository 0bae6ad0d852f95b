/*
 * Inside room store: what its files share. The engine (sqlite/) is behind store_db.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <pthread.h>

#include "codec/codec.h"
#include "store/store.h"

enum {
    STORE_PATH_MAX = 4096,
    STORE_COLUMNS_MAX = 64,                /* a set of columns is one uint64_t */
    STORE_KIND_MAX = 32,                   /* "dy/orders": which dictionary a document takes */
    STORE_BATCH_BYTES = 64 * 1024 * 1024,  /* most that one batch may hold */
    STORE_QUEUE_BYTES = 32 * 1024 * 1024,  /* store_submit blocks while more waits */
    STORE_GROUP_BYTES = 8 * 1024 * 1024,   /* most that one transaction takes from the queue */
    STORE_BUSY_MS = 15000,                 /* how long another process may hold the database */
    STORE_DICT_SAMPLES = 128,              /* documents that a dictionary is trained from */
    STORE_DICT_SAMPLE_BYTES = 1024 * 1024, /* ... or this much of them */
    STORE_DICT_BYTES = 32 * 1024
};

/* ---- tables ---- */

/* Columns that the store treats specially; -1 where the table has none. */
typedef struct store_layout {
    int shop, key, status, payload_id, first_stored_at, stored_at, gone_at;
    bool row_seq; /* has the internal column row_seq after the others */
} store_layout;
const store_layout *store_layout_of(unsigned table);

/* ---- the database ---- */

typedef struct store_db store_db; /* one connection, see sqlite/sqlite_private.h */
typedef struct store_writer store_writer;
typedef struct store_coders store_coders;

enum { STORE_READERS = 8 };

struct store {
    qd_token_store tokens; /* first: a qd_token_store * of ours is a store * */
    char *home;
    char *path; /* the database file */
    char *key_name;
    const qd_clock *clock;
    bool read_only;
    bool keep_raw;
    int group_ms;
    int busy_ms;
    unsigned char key[CODEC_AES_KEY];
    store_coders *coders;
    store_writer *writer; /* NULL when read_only */
    pthread_mutex_t readers_mutex;
    store_db *readers[STORE_READERS]; /* idle ones */
    size_t reader_count;
};

/* key.c: fills store->key and key_name; makes the key file when there is no database yet. */
qd_status store_key_load(store *store, const char *key_file, qd_err *err);
qd_status store_key_check_seal(store *store, base_buf *out, qd_err *err);
qd_status store_key_check_open(store *store, base_str sealed, qd_err *err);

/* <home>/locks/<prefix>-<a>-<b>.lock, with unsafe names replaced by their digest. */
qd_status store_lock_try(store *store, const char *prefix, const char *a, const char *b,
                         base_lock **out_lock, qd_err *err);

void store_tokens_init(store *store);

/* ---- codecs (coders.c): sealing and compression with pooled contexts, from any thread ---- */

store_coders *store_coders_new(store *store);
void store_coders_free(store_coders *coders);
/* aad = the place that the text is bound to, such as "token/<t_code>/<environment>". Appends. */
QD_PRINTF(5, 6)
qd_status store_seal(store *store, base_str plain, base_buf *out, qd_err *err, const char *aad,
                     ...);
QD_PRINTF(5, 6)
qd_status store_unseal(store *store, base_str sealed, base_buf *out, qd_err *err, const char *aad,
                       ...);

/* A document, compressed and sealed. */
typedef struct store_packed {
    int64_t dict_id; /* 0 = none */
    int64_t raw_bytes;
    int64_t raw_hash;
    base_buf sealed;
    base_buf zip; /* scratch */
} store_packed;

/* What a document belongs to; part of what its seal is bound to. */
typedef struct store_doc {
    const char *shop;
    unsigned table;
    base_str key;
} store_doc;
qd_status store_pack(store *store, const store_doc *doc, base_str raw, store_packed *out,
                     qd_err *err);
qd_status store_unpack(store *store, const store_doc *doc, int64_t dict_id, base_str sealed,
                       base_buf *out, qd_err *err);
/* Makes a dictionary (of this database) known; the newest of a kind is used from then on. */
qd_status store_dict_add(store *store, int64_t id, base_str sealed, qd_err *err);

/* ---- batches ---- */

typedef enum store_op_kind {
    STORE_OP_ROW,
    STORE_OP_CHILD,
    STORE_OP_END,
    STORE_OP_GONE,
    STORE_OP_CURSOR
} store_op_kind;

typedef struct store_op {
    struct store_op *next;
    const store_value *values; /* ROW, CHILD: column_count of them */
    int64_t request_seq;       /* ROW */
    int64_t since, gone_at;    /* GONE */
    int64_t dict_id, raw_bytes, raw_hash;
    base_str sealed; /* ROW: the document; ptr NULL = none */
    uint8_t kind;    /* store_op_kind */
    uint8_t table;
} store_op;

struct store_batch {
    store *store;
    base_arena *arena;
    char shop[40];
    store_op *first, *last;
    const store_op *row; /* the row added last: parent of children */
    size_t rows;
    size_t bytes;
    bool failed; /* a row could not be added: the commit says so again and does nothing */
    qd_err failure;
    bool has_cursor;
    char stream[64];
    int64_t fence;
    store_cursor cursor;
    store_packed packed; /* scratch of store_batch_add */
    /* in the writer's queue */
    struct store_batch *next;
    store_done_fn done;
    void *user;
    store_commit_info info;
};

/* ---- the writer (writer.c) ---- */

qd_status store_writer_start(store *store, store_db *db, qd_err *err);
void store_writer_stop(store_writer *writer); /* finishes the queue; closes its connection */
bool store_writer_is_self(const store_writer *writer);
/* Runs `job` on the writer's thread inside a savepoint of the next transaction, ahead of the
 * batches that wait; returns when that is durable. What the job wrote to `arg` counts only with
 * QD_OK. */
typedef qd_status (*store_job_fn)(store *store, store_db *db, void *arg, qd_err *err);
qd_status store_run(store *store, store_job_fn job, void *arg, qd_err *err);

/* ---- the engine (sqlite/) ---- */

/* Opens, migrates and checks the key; loads the dictionaries. read_only connections do none of it.
 */
qd_status store_db_start(store *store, store_db **out_db, qd_err *err);
qd_status store_db_close(store_db *db);

/* One transaction: begin, for each piece of work mark .. (keep or undo), commit or abandon. */
qd_status store_db_begin(store_db *db, qd_err *err);
qd_status store_db_mark(store_db *db, qd_err *err);
qd_status store_db_keep(store_db *db, qd_err *err);
/* @retval QD_E_IO the whole transaction is gone, not only this piece */
qd_status store_db_undo(store_db *db, qd_err *err);
qd_status store_db_commit(store_db *db, qd_err *err);
void store_db_abandon(store_db *db);
/* After the callbacks: moves pages from the log into the file when the log has grown. */
void store_db_tidy(store_db *db);
/* All operations of a batch; fills inserted, updated, unchanged. */
qd_status store_db_apply(store *store, store_db *db, store_batch *batch, qd_err *err);

#endif
