/*
 * The door of room store (floor 2): one SQL database with everything we keep. Knows no platform, no
 * HTTP and no catalogue; rows come as values by the column numbers of catalog/tables.json.
 *
 * Threads: a store may be used from any thread. All writing goes through one writer thread that
 * groups what is submitted into one transaction (a savepoint a batch); readers have connections of
 * their own.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/base.h"
#include "qiandian/sys/token_store.h"
#include "tables.h" /* generated from catalog/tables.json: TABLE_ORDERS, ORDERS_ORDER_ID ... */

/* ---- tables.json at run time ---- */

typedef enum store_type {
    STORE_TEXT,
    STORE_INT,
    STORE_FEN,
    STORE_TIME,
    STORE_BOOL,
    STORE_BLOB
} store_type;

typedef struct store_column {
    const char *name;
    uint8_t type; /* store_type */
    uint8_t key;  /* 1: part of the primary key */
} store_column;

typedef struct store_table {
    const char *name;
    const store_column *columns;
    uint16_t column_count;
    int16_t recency;   /* column that says which row is newer; -1 = none */
    int16_t parent;    /* column that names the parent row (order_lines.order_id); -1 = none */
    const char *event; /* "order": changes make events order.new / order.changed; NULL = none */
} store_table;

const store_table *store_table_at(unsigned table); /* NULL past the end */
const store_table *store_table_find(const char *name);

/* ---- opening ---- */

typedef struct store store;

typedef struct store_options {
    const char *home;      /* state directory; made when missing (0700) */
    const char *url;       /* NULL = "sqlite:<home>/qiandian.db"; other schemes: QD_E_UNSUPPORTED */
    const char *key_file;  /* NULL = <home>/qiandian.key, made on first use with mode 0600; QD_KEY
                              (64 hex digits) in  the environment wins */
    const qd_clock *clock; /* NULL = system */
    bool read_only;        /* no writer; nothing is created */
    bool keep_raw;         /* keep raw documents (payload table) */
    int group_ms; /* how long the writer waits for company; 0 = not at all: it takes what has queued
                     meanwhile */
    int busy_ms;  /* how long another process may hold the database before QD_E_BUSY; 0 = 15 s */
} store_options;
#define STORE_OPTIONS_INIT                                                                         \
    { NULL, NULL, NULL, NULL, false, true, 0, 0 }

/* Runs the migrations that are missing.
 * @retval QD_E_CORRUPT the key does not fit the database, or it is damaged
 * @retval QD_E_UNSUPPORTED a newer program wrote it  @retval QD_E_IO  QD_E_NOT_FOUND (read_only and
 * none there) */
QD_NODISCARD qd_status store_open(const store_options *options, store **out_store, qd_err *err);
/* Finishes what was submitted, then closes. NULL is accepted. */
void store_close(store *store);
const char *store_home(const store *store);
/* The clock of the options: what stored_at and updated_at are told by. */
const qd_clock *store_clock(const store *store);
/* Number of the newest migration that the database has, and that this program knows. */
int store_schema_version(store *store);
int store_schema_known(void);
/* PRAGMA integrity_check and the key check, for `qd doctor`. */
QD_NODISCARD qd_status store_check(store *store, qd_err *err);

/* ---- apps and shops ---- */

typedef struct store_shop {
    char t_code[40];
    char platform[16];
    char name[256];
    char app_key[128];
    char shop_id[64];
    char environment[16]; /* "production" or "sandbox" */
    char base_url[512];
    char proxy[1100]; /* URL, or {"http":URL,"https":URL}; may hold passwords: never print it */
    int64_t created_at;
    int64_t removed_at;     /* 0 = active */
    char sign_method[48];   /* METHOD or PROFILE/METHOD; "" = the platform's default */
    char app_kind[8];       /* "self", "tool"; "" = self where there is a shop_id */
    char token_flow[16];    /* "oauth2" ...; "" = the platform's default */
    char subject_id[64];    /* who authorised when that is no shop (Douyin auth_id) */
    char subject_type[24];  /* YunCang, WuLiuShang ... */
    char service_id[64];    /* of the page where an owner authorises */
    char sandbox_url[512];  /* the base_url of the sandbox while the shop is in production */
    int64_t revision;       /* grows with every change */
    char proxy_shown[1100]; /* the proxy with *** for a password; filled by the store */
} store_shop;

/* Adds or replaces (same platform and app_key). */
QD_NODISCARD qd_status store_app_put(store *store, const char *platform, const char *app_key,
                                     base_str secret, qd_err *err);
/* @retval QD_E_NOT_FOUND */
QD_NODISCARD qd_status store_app_secret(store *store, const char *platform, const char *app_key,
                                        base_secret *out_secret, qd_err *err);
/* Makes the t_code (written into shop). The same (platform, app_key, shop_id, environment) twice:
 * QD_E_INVALID that names the t_code it has (all that check_new looks for), or revives it when it
 * was removed. An empty shop_id is never the same. An empty environment becomes "production". */
QD_NODISCARD qd_status store_shop_add(store *store, store_shop *shop, qd_err *err);
QD_NODISCARD qd_status store_shop_check_new(store *store, const store_shop *shop, qd_err *err);
/* Every column but t_code, platform and created_at. A change of environment changes cursors, too:
 * each environment has its own, and jobs that began before write nothing more. @retval QD_E_STALE
 * the shop was changed since it was read (revision; 0 = not looked at)  @retval QD_E_INVALID
 * another shop has this identity */
QD_NODISCARD qd_status store_shop_update(store *store, const store_shop *shop, qd_err *err);
/* Has a shop changed? A read of microseconds, for whoever keeps what it read. 0 = no such shop. */
QD_NODISCARD qd_status store_shop_revision(store *store, const char *t_code, int64_t *out_revision,
                                           qd_err *err);
/* Marks it removed and wipes its tokens; rows stay. @retval QD_E_NOT_FOUND */
QD_NODISCARD qd_status store_shop_remove(store *store, const char *t_code, qd_err *err);
/* @retval QD_E_NOT_FOUND naming the nearest handle; also for a shop that was removed */
QD_NODISCARD qd_status store_shop_get(store *store, const char *t_code, store_shop *out_shop,
                                      qd_err *err);
/* Active shops ordered by created_at, t_code; free() the array. */
QD_NODISCARD qd_status store_shop_list(store *store, store_shop **out_shops, size_t *out_count,
                                       qd_err *err);

/* Tokens of this database: OS lock files under <home>/locks, compare-and-swap on the version,
 * durable saves (fsync). Lives as long as the store; do not free it. */
qd_token_store *store_tokens(store *store);

/* ---- claims: who may move a stream ---- */

/* One holder per (shop, stream) over all threads and processes: an OS lock that dies with its
 * holder, and a fencing number that grows with every claim and is checked in every commit. */
typedef struct store_claim store_claim;
/* @retval QD_E_BUSY another thread or process works on it */
QD_NODISCARD qd_status store_claim_take(store *store, const char *shop, const char *stream,
                                        store_claim **out_claim, qd_err *err);
void store_claim_release(store_claim *claim); /* NULL is accepted */

typedef struct store_cursor {
    int64_t backfill_from;
    int64_t backfill_to;
    int64_t backfilled_to;
    int64_t complete_to;
    char state[256]; /* small JSON of the stream's own */
    int64_t fence;
    int64_t updated_at;
} store_cursor;
/* All zero when the stream was never started. */
QD_NODISCARD qd_status store_cursor_get(store *store, const char *shop, const char *stream,
                                        store_cursor *out_cursor, qd_err *err);

/* ---- writing ---- */

typedef struct store_value {
    uint8_t set; /* 0: the document did not carry it, the stored column is left alone */
    uint8_t is_null;
    int64_t i64;   /* INT, FEN, TIME, BOOL */
    base_str text; /* TEXT, BLOB; copied by store_batch_add */
} store_value;

/* Rows, child replacements, a cursor and what goes with them: committed together or not at all.
 * Belongs to one thread until it is committed. */
typedef struct store_batch store_batch;
store_batch *store_batch_new(store *store, const char *shop); /* NULL when out of memory */
void store_batch_free(store_batch *batch);                    /* only when it was never submitted */

/* Upserts one row: `values` has column_count entries in the order of tables.json; `shop`,
 * `payload_id`, `first_stored_at` and `stored_at` are filled in by the store. A stored row that is
 * newer (recency column; on a tie, greater request_seq) stays as it is, with its children and
 * payload. `raw` (may be empty) is the document: it is compressed and sealed on the calling thread.
 * request_seq: order in which the requests were started. */
QD_NODISCARD qd_status store_batch_add(store_batch *batch, unsigned table,
                                       const store_value *values, base_str raw, int64_t request_seq,
                                       qd_err *err);
/* A child of the row added last (order_lines after its order): skipped when that row was skipped as
 * old. */
QD_NODISCARD qd_status store_batch_add_child(store_batch *batch, unsigned table,
                                             const store_value *values, qd_err *err);
/* Deletes stored children of the row added last that were not added to this batch since. */
QD_NODISCARD qd_status store_batch_end_children(store_batch *batch, unsigned table, qd_err *err);
/* Sets products.gone_at for rows of the shop that are not gone and were not stored since `since` (a
 * stored_at). In such a table every document of a row, also an old or unchanged one, proves that it
 * is listed: it sets stored_at and takes gone_at back. */
void store_batch_mark_gone(store_batch *batch, unsigned table, int64_t since, int64_t gone_at);
/* Moves the stream's cursor in the same transaction; the claim's fencing number is checked
 * (QD_E_STALE). */
void store_batch_set_cursor(store_batch *batch, const store_claim *claim,
                            const store_cursor *cursor);
size_t store_batch_rows(const store_batch *batch);

typedef struct store_commit_info {
    qd_status status;
    size_t inserted, updated,
        unchanged; /* top-level rows; unchanged = stored row was newer or equal */
    qd_err err;
} store_commit_info;
typedef void (*store_done_fn)(void *user, const store_commit_info *info);
/* Hands the batch to the writer (the store frees it); done is called on the writer's thread after
 * the commit is durable, or with the error. Blocks while more than a bounded number of bytes wait.
 */
void store_submit(store_batch *batch, store_done_fn done, void *user);
/* Submit and wait. out_info may be NULL. Not from a done callback (QD_E_INVALID), as everything
 * that waits for the writer. */
QD_NODISCARD qd_status store_commit(store_batch *batch, store_commit_info *out_info, qd_err *err);
/* Waits until everything submitted so far is durable. */
void store_flush(store *store);

/* ---- audit ---- */

typedef struct store_audit {
    char day[BASE_DAY_TEXT + 1]; /* "yyyy-MM-dd" or "*" */
    int64_t platform_count;      /* -1 = cannot be asked */
    int64_t our_count;
    int64_t gap;
    char state[16]; /* complete, gap, unprovable */
    int64_t checked_at;
    char detail[256];
} store_audit;
QD_NODISCARD qd_status store_audit_put(store *store, const char *shop, const char *stream,
                                       const store_audit *rows, size_t count, qd_err *err);
/* Newest first by day; free() the array. */
QD_NODISCARD qd_status store_audit_list(store *store, const char *shop, const char *stream,
                                        store_audit **out_rows, size_t *out_count, qd_err *err);

/* ---- who decrypted what ---- */

/* One order's share of a run; no personal data. */
typedef struct store_decryption {
    int64_t id, at, items, failed; /* id: filled in when it is read */
    char shop[40], order_id[72], actor[128];
    char kind[16]; /* decrypt, mask, encrypt, index */
    char code[96]; /* of the first that failed; "" */
} store_decryption;
/* On disk when it returns. Rows are never changed or deleted. */
QD_NODISCARD qd_status store_decryption_add(store *store, const store_decryption *rows,
                                            size_t count, qd_err *err);
/* Newest first, limit 0 = all; shop and order_id NULL = any. free() the array. */
QD_NODISCARD qd_status store_decryption_list(store *store, const char *shop, const char *order_id,
                                             int64_t limit, store_decryption **out_rows,
                                             size_t *out_count, qd_err *err);

/* Bill files that were asked for. */
typedef struct store_bill {
    char shop[40], request[160], download_id[160]; /* request: kind and range */
    int64_t asked_at, done_at;                     /* 0 = not yet */
} store_bill;
QD_NODISCARD qd_status store_bill_put(store *store, const store_bill *row, qd_err *err);
/* @retval QD_E_NOT_FOUND */
QD_NODISCARD qd_status store_bill_get(store *store, const char *shop, const char *request,
                                      store_bill *out_row, qd_err *err);

/* ---- reading ---- */

/* Rows of `table` of a shop whose `time_column` lies in [from, to); time_column -1 counts all; rows
 * with gone_at are not counted. */
QD_NODISCARD qd_status store_count(store *store, unsigned table, const char *shop, int time_column,
                                   int64_t from, int64_t to, int64_t *out_count, qd_err *err);
/* Calls `each` with the key (order_id ...) of these rows in byte order until it returns false. */
typedef bool (*store_key_fn)(void *user, base_str key);
QD_NODISCARD qd_status store_keys(store *store, unsigned table, const char *shop, int time_column,
                                  int64_t from, int64_t to, store_key_fn each, void *user,
                                  qd_err *err);

typedef struct store_filter {
    unsigned table;
    const char *shop;   /* NULL = all */
    const char *status; /* NULL = all; exact text of the column `status` */
    const char *key;    /* NULL = all; the row's own id */
    const char *parent; /* NULL = all; the parent's id (order_lines of an order) */
    int time_column;    /* with from/to; -1 = no range */
    int64_t from, to;
    int64_t limit;     /* 0 = no limit */
    bool newest_first; /* by recency column, then key; else by key */
} store_filter;
/* Calls `each` with the row's values in the order of tables.json; texts are borrowed for the call.
 * Stops when it returns false. */
typedef bool (*store_row_fn)(void *user, const store_table *table, const store_value *values);
QD_NODISCARD qd_status store_select(store *store, const store_filter *filter, store_row_fn each,
                                    void *user, qd_err *err);
/* The raw document of a row. @retval QD_E_NOT_FOUND  QD_E_CORRUPT */
QD_NODISCARD qd_status store_payload(store *store, int64_t payload_id, base_buf *out, qd_err *err);
/* Events after `after`, at most limit (free() the array). */
typedef struct store_event {
    int64_t seq;
    char shop[40];
    char kind[32];
    char ref[64];
    int64_t modified_at, at;
} store_event;
QD_NODISCARD qd_status store_events(store *store, int64_t after, size_t limit,
                                    store_event **out_events, size_t *out_count, qd_err *err);

#endif
