/*
 * Audit rows: what a platform counts, what we have. How they are counted is room sync's matter.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

typedef struct audit_job {
    const char *shop;
    const char *stream;
    const store_audit *rows;
    size_t count;
} audit_job;

static qd_status put_rows(store *store, store_db *db, void *arg, qd_err *err) {
    const audit_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    (void)store;
    qd_status status = store_db_prepare(
        db,
        "INSERT OR REPLACE INTO audit (shop, stream, day, platform_count, our_count, gap, state, "
        "checked_at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &stmt, err);
    for (size_t i = 0; i < job->count && status == QD_OK; i++) {
        const store_audit *row = &job->rows[i];
        store_db_bind_text(stmt, 1, job->shop);
        store_db_bind_text(stmt, 2, job->stream);
        store_db_bind_text(stmt, 3, row->day);
        if (row->platform_count < 0) {
            sqlite3_bind_null(stmt, 4);
        } else {
            sqlite3_bind_int64(stmt, 4, row->platform_count);
        }
        sqlite3_bind_int64(stmt, 5, row->our_count);
        sqlite3_bind_int64(stmt, 6, row->gap);
        store_db_bind_text(stmt, 7, row->state);
        sqlite3_bind_int64(stmt, 8, row->checked_at);
        store_db_bind_text(stmt, 9, row->detail);
        status = store_db_step(db, stmt, "write an audit", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_audit_put(store *store, const char *shop, const char *stream,
                          const store_audit *rows, size_t count, qd_err *err) {
    audit_job job = { shop, stream, rows, count };
    return store_run(store, put_rows, &job, err);
}

static void read_row(sqlite3_stmt *stmt, void *out_item) {
    store_audit *row = out_item;
    memset(row, 0, sizeof *row);
    store_db_copy(row->day, sizeof row->day, stmt, 0);
    row->platform_count =
        sqlite3_column_type(stmt, 1) == SQLITE_NULL ? -1 : sqlite3_column_int64(stmt, 1);
    row->our_count = sqlite3_column_int64(stmt, 2);
    row->gap = sqlite3_column_int64(stmt, 3);
    store_db_copy(row->state, sizeof row->state, stmt, 4);
    row->checked_at = sqlite3_column_int64(stmt, 5);
    store_db_copy(row->detail, sizeof row->detail, stmt, 6);
}

qd_status store_audit_list(store *store, const char *shop, const char *stream,
                           store_audit **out_rows, size_t *out_count, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    void *items = NULL;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT day, platform_count, our_count, gap, state, checked_at, "
                                  "detail FROM audit WHERE shop = ?1 AND stream = ?2 "
                                  "ORDER BY day DESC",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, shop);
        store_db_bind_text(stmt, 2, stream);
    }
    if (status == QD_OK) {
        status = store_db_collect(db, stmt, sizeof(store_audit), read_row, "read audits", &items,
                                  out_count, err);
    }
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_rows = items;
    }
    return status;
}
