/*
 * The record of decryptions, which is only added to (the database itself refuses anything else),
 * and the bill files that were asked for. Neither holds personal data.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

/* ---- decryptions ---- */

typedef struct add_job {
    const store_decryption *rows;
    size_t count;
} add_job;

static qd_status add_rows(store *store, store_db *db, void *arg, qd_err *err) {
    const add_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    (void)store;
    qd_status status = store_db_prepare(
        db,
        "INSERT INTO decryption (at, shop, order_id, actor, kind, items, failed, code) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &stmt, err);
    for (size_t i = 0; i < job->count && status == QD_OK; i++) {
        const store_decryption *row = &job->rows[i];
        store_db_bind_time(stmt, 1, row->at);
        store_db_bind_text(stmt, 2, row->shop);
        store_db_bind_text(stmt, 3, row->order_id);
        store_db_bind_text(stmt, 4, row->actor);
        store_db_bind_text(stmt, 5, row->kind);
        sqlite3_bind_int64(stmt, 6, row->items);
        sqlite3_bind_int64(stmt, 7, row->failed);
        store_db_bind_text(stmt, 8, row->code);
        status = store_db_step(db, stmt, "record a decryption", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_decryption_add(store *store, const store_decryption *rows, size_t count,
                               qd_err *err) {
    add_job job = { rows, count };
    return store_run(store, add_rows, &job, err);
}

static void read_decryption(sqlite3_stmt *stmt, void *out_item) {
    store_decryption *row = out_item;
    memset(row, 0, sizeof *row);
    row->id = sqlite3_column_int64(stmt, 0);
    row->at = sqlite3_column_int64(stmt, 1);
    store_db_copy(row->shop, sizeof row->shop, stmt, 2);
    store_db_copy(row->order_id, sizeof row->order_id, stmt, 3);
    store_db_copy(row->actor, sizeof row->actor, stmt, 4);
    store_db_copy(row->kind, sizeof row->kind, stmt, 5);
    row->items = sqlite3_column_int64(stmt, 6);
    row->failed = sqlite3_column_int64(stmt, 7);
    store_db_copy(row->code, sizeof row->code, stmt, 8);
}

qd_status store_decryption_list(store *store, const char *shop, const char *order_id, int64_t limit,
                                store_decryption **out_rows, size_t *out_count, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    void *items = NULL;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(
            db,
            "SELECT id, at, shop, order_id, actor, kind, items, failed, code FROM decryption "
            "WHERE (?1 IS NULL OR shop = ?1) AND (?2 IS NULL OR order_id = ?2) "
            "ORDER BY id DESC LIMIT ?3",
            &stmt, err);
    }
    if (status == QD_OK) {
        if (shop) {
            store_db_bind_text(stmt, 1, shop);
        }
        if (order_id) {
            store_db_bind_text(stmt, 2, order_id);
        }
        sqlite3_bind_int64(stmt, 3, limit > 0 ? limit : -1);
        status = store_db_collect(db, stmt, sizeof(store_decryption), read_decryption,
                                  "read decryptions", &items, out_count, err);
    }
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_rows = items;
    }
    return status;
}

/* ---- bill files ---- */

static qd_status put_bill(store *store, store_db *db, void *arg, qd_err *err) {
    const store_bill *row = arg;
    sqlite3_stmt *stmt = NULL;
    (void)store;
    qd_status status = store_db_prepare(
        db,
        "INSERT OR REPLACE INTO bill_download (shop, request, download_id, asked_at, done_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, row->shop);
        store_db_bind_text(stmt, 2, row->request);
        store_db_bind_text(stmt, 3, row->download_id);
        store_db_bind_time(stmt, 4, row->asked_at);
        store_db_bind_time(stmt, 5, row->done_at);
        status = store_db_step(db, stmt, "remember a bill file", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_bill_put(store *store, const store_bill *row, qd_err *err) {
    store_bill copy = *row;
    return store_run(store, put_bill, &copy, err);
}

qd_status store_bill_get(store *store, const char *shop, const char *request, store_bill *out_row,
                         qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT download_id, asked_at, done_at FROM bill_download "
                                  "WHERE shop = ?1 AND request = ?2",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, shop);
        store_db_bind_text(stmt, 2, request);
        status = store_db_row(db, stmt, &found, "read a bill file", err);
    }
    if (status == QD_OK && found) {
        memset(out_row, 0, sizeof *out_row);
        (void)base_copy(out_row->shop, sizeof out_row->shop, base_str_of(shop));
        (void)base_copy(out_row->request, sizeof out_row->request, base_str_of(request));
        store_db_copy(out_row->download_id, sizeof out_row->download_id, stmt, 0);
        out_row->asked_at = sqlite3_column_int64(stmt, 1);
        out_row->done_at = sqlite3_column_int64(stmt, 2);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    if (status == QD_OK && !found) {
        return base_fail(err, QD_E_NOT_FOUND, "no bill file was asked for with these terms");
    }
    return status;
}
