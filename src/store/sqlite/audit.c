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

static void read_row(sqlite3_stmt *stmt, store_audit *row) {
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
    store_audit *rows = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
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
    while (status == QD_OK &&
           (status = store_db_row(db, stmt, &row, "read audits", err)) == QD_OK && row) {
        if (count == room) {
            room = room ? room * 2 : 64;
            store_audit *more = realloc(rows, room * sizeof *rows);
            if (!more) {
                status = base_fail(err, QD_E_NOMEM, "out of memory for audits");
                break;
            }
            rows = more;
        }
        read_row(stmt, &rows[count++]);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    if (status != QD_OK) {
        free(rows);
        return status;
    }
    *out_rows = rows;
    *out_count = count;
    return QD_OK;
}
