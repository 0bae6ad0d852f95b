/*
 * Inside room store: a connection to SQLite and its prepared statements.
 */
#ifndef STORE_SQLITE_PRIVATE_H
#define STORE_SQLITE_PRIVATE_H

#include <sqlite3.h>

#include "store/store_private.h"

/* ---- migrations (generated from sql/) ---- */

typedef struct store_migration {
    int version;
    const char *name;
    const char *sql;
} store_migration;
extern const store_migration store_migrations[];
extern const int store_migration_count;

/* ---- statements ---- */

/* Statements that the writer uses all the time, see the table in statements.c. */
typedef enum store_sql {
    STORE_SQL_BEGIN,
    STORE_SQL_COMMIT,
    STORE_SQL_SAVEPOINT,
    STORE_SQL_RELEASE,
    STORE_SQL_ROLLBACK_TO,
    STORE_SQL_COUNTERS,
    STORE_SQL_EPOCH,
    STORE_SQL_EVENT,
    STORE_SQL_PAYLOAD_INSERT,
    STORE_SQL_PAYLOAD_UPDATE,
    STORE_SQL_PAYLOAD_HASH,
    STORE_SQL_FENCE,
    STORE_SQL_CURSOR,
    STORE_SQL_SHOP_REVISION, /* of readers, too: every call asks */
    STORE_SQL_COUNT
} store_sql;

/* Statements made from a table's description. */
typedef enum store_sql_shape {
    STORE_SHAPE_INSERT,   /* all columns, row_seq last; does nothing when the key is there */
    STORE_SHAPE_SELECT,   /* all columns, row_seq last; ?1 shop ?2 key */
    STORE_SHAPE_CHILDREN, /* keys of children; ?1 shop ?2 parent */
    STORE_SHAPE_DELETE,   /* ?1 shop ?2 key */
    STORE_SHAPE_GONE,     /* marks rows gone; returns key, recency */
    STORE_SHAPE_COUNT
} store_sql_shape;

enum { STORE_UPDATES = 48 }; /* cached update statements: one a set of columns */

typedef struct store_update {
    sqlite3_stmt *stmt;
    uint64_t mask;
    uint64_t used; /* when it was used last; the oldest gives way */
    unsigned table;
} store_update;

struct store_db {
    sqlite3 *h;
    const char *path; /* of the database, for messages; borrowed from the store */
    store *store;
    sqlite3_stmt *fixed[STORE_SQL_COUNT];
    sqlite3_stmt *shaped[STORE_SHAPE_COUNT][TABLE_COUNT];
    store_update updates[STORE_UPDATES];
    uint64_t uses;
    /* while waiting for another process */
    base_lock *waiting;
    int64_t wait_until_ms;
    /* of the transaction in hand */
    int64_t epoch;       /* 0 = this program has not written rows yet */
    bool epoch_is_fresh; /* taken in this transaction: lost with it */
    int64_t next_event;
    int64_t next_payload;
    int64_t mark_event, mark_payload; /* the two at the last mark */
    int wal_pages;
};

qd_status store_db_open(store *store, bool writable, store_db **out_db, qd_err *err);
/* Maps SQLite's code to a status and says what, where and what to do. */
qd_status store_db_fail(store_db *db, int rc, const char *what, qd_err *err);
qd_status store_db_exec(store_db *db, const char *sql, const char *what, qd_err *err);
qd_status store_db_prepare(store_db *db, const char *sql, sqlite3_stmt **out_stmt, qd_err *err);
/* The same, kept until the connection closes; reset and unbound by store_db_done(). */
qd_status store_db_fixed(store_db *db, store_sql which, sqlite3_stmt **out_stmt, qd_err *err);
qd_status store_db_shaped(store_db *db, store_sql_shape shape, unsigned table,
                          sqlite3_stmt **out_stmt, qd_err *err);
/* UPDATE of the columns in mask (bit column_count: row_seq), bound in their order, then shop, key.
 */
qd_status store_db_update(store_db *db, unsigned table, uint64_t mask, sqlite3_stmt **out_stmt,
                          qd_err *err);
void store_db_forget(store_db *db); /* finalizes all statements */
/* Steps a statement that gives no row, and resets it. */
qd_status store_db_step(store_db *db, sqlite3_stmt *stmt, const char *what, qd_err *err);
/* Steps to the next row: *out_row says whether there is one. No reset. */
qd_status store_db_row(store_db *db, sqlite3_stmt *stmt, bool *out_row, const char *what,
                       qd_err *err);
/* Every row of stmt through `read` into an array of items that the caller frees; NULL when there is
 * none. Finalizes stmt. */
typedef void (*store_db_read_fn)(sqlite3_stmt *stmt, void *out_item);
qd_status store_db_collect(store_db *db, sqlite3_stmt *stmt, size_t item_size,
                           store_db_read_fn read, const char *what, void **out_items,
                           size_t *out_count, qd_err *err);
void store_db_bind(sqlite3_stmt *stmt, int place, base_str text); /* borrowed until reset */
void store_db_bind_text(sqlite3_stmt *stmt, int place, const char *text);
/* 0 becomes NULL: a time that is not known. */
void store_db_bind_time(sqlite3_stmt *stmt, int place, int64_t value);
base_str store_db_text(sqlite3_stmt *stmt, int column); /* borrowed until the next step */
void store_db_copy(char *dst, size_t size, sqlite3_stmt *stmt, int column);

/* A connection for reading, from the pool; give it back also after a failure. */
qd_status store_read_begin(store *store, store_db **out_db, qd_err *err);
void store_read_end(store *store, store_db *db);

/* claims.c, in the transaction that stores the rows: QD_E_STALE when the batch's claim is not the
 * newest; the cursor that the batch carries. */
qd_status store_fence_check(store_db *db, const store_batch *batch, qd_err *err);
qd_status store_cursor_move(store_db *db, const store_batch *batch, int64_t now, qd_err *err);

/* payload.c, the same: the document of a row, under the next number or in place of an older one;
 * and whether the stored one is another. */
qd_status store_payload_insert(store_db *db, const char *shop, const store_op *op, qd_err *err);
qd_status store_payload_update(store_db *db, const store_op *op, int64_t id, qd_err *err);
qd_status store_payload_differs(store_db *db, const store_op *op, int64_t id, bool *out_differs,
                                qd_err *err);

/* migrate.c */
qd_status store_db_migrate(store_db *db, qd_err *err);
qd_status store_db_version(store_db *db, int *out_version, qd_err *err);

#endif
