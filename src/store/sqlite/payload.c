/*
 * Raw documents and the dictionaries they are packed with, as rows. Packing is coders.c.
 */
#include <string.h>

#include "store/coders_private.h"
#include "store/sqlite/sqlite_private.h"

/* ---- dictionaries ---- */

typedef struct dict_job {
    base_str plain;
    int64_t id;
    base_buf sealed;
} dict_job;

/* The seal is bound to the id, so it is made where the id is known. */
static qd_status put_dict(store *store, store_db *db, void *arg, qd_err *err) {
    dict_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status =
        store_db_prepare(db, "SELECT coalesce(max(id), 0) + 1 FROM payload_dict", &stmt, err);
    if (status == QD_OK) {
        status = store_db_row(db, stmt, &row, "number a dictionary", err);
    }
    job->id = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == QD_OK) {
        status =
            store_seal(store, job->plain, &job->sealed, err, "dictionary/%lld", (long long)job->id);
    }
    if (status == QD_OK) {
        status = store_db_prepare(
            db, "INSERT INTO payload_dict (id, sealed, created_at) VALUES (?1, ?2, ?3)", &stmt,
            err);
    }
    if (status == QD_OK) {
        sqlite3_bind_int64(stmt, 1, job->id);
        sqlite3_bind_blob64(stmt, 2, job->sealed.data, job->sealed.len, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 3, base_now(store->clock));
        status = store_db_step(db, stmt, "write a dictionary", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* On disk before the first document is packed with it. */
qd_status store_dict_save(store *store, const char *kind, base_str data, qd_err *err) {
    base_buf plain;
    dict_job job = { .id = 0 };
    base_buf_init(&plain, data.len + STORE_KIND_MAX + 1);
    base_buf_init(&job.sealed, data.len + STORE_KIND_MAX + 1 + CODEC_AES_OVERHEAD);
    base_buf_add_text(&plain, kind);
    base_buf_add_char(&plain, '\n');
    base_buf_add_str(&plain, data);
    job.plain = base_buf_str(&plain);
    qd_status status = base_buf_check(&plain, "dictionary", err);
    if (status == QD_OK) {
        status = store_run(store, put_dict, &job, err);
    }
    if (status == QD_OK) {
        status = store_dict_add(store, job.id, base_buf_str(&job.sealed), err);
    }
    base_buf_wipe(&plain);
    base_buf_clear(&job.sealed);
    return status;
}

/* One that another process has made since we opened. */
static qd_status load_dict(store_db *db, int64_t id, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status =
        store_db_prepare(db, "SELECT sealed FROM payload_dict WHERE id = ?1", &stmt, err);
    if (status == QD_OK) {
        sqlite3_bind_int64(stmt, 1, id);
        status = store_db_row(db, stmt, &row, "read a dictionary", err);
    }
    if (status == QD_OK) {
        status = row ? store_dict_add(db->store, id, store_db_text(stmt, 0), err)
                     : base_fail(err, QD_E_CORRUPT, "%s: dictionary %lld is missing", db->path,
                                 (long long)id);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* ---- documents: writing, inside the writer's transaction ---- */

qd_status store_payload_insert(store_db *db, const char *shop, const store_op *op, qd_err *err) {
    int64_t id = db->next_payload;
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_fixed(db, STORE_SQL_PAYLOAD_INSERT, &stmt, err);
    if (status != QD_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, op->dict_id);
    store_db_bind_text(stmt, 3, shop);
    store_db_bind_text(stmt, 4, store_table_at(op->table)->name);
    store_db_bind(stmt, 5, op->values[store_layout_of(op->table)->key].text);
    sqlite3_bind_int64(stmt, 6, op->raw_bytes);
    sqlite3_bind_blob64(stmt, 7, op->sealed.ptr, op->sealed.len, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 8, op->raw_hash);
    status = store_db_step(db, stmt, "write a document", err);
    if (status == QD_OK) {
        db->next_payload = id + 1;
    }
    return status;
}

qd_status store_payload_update(store_db *db, const store_op *op, int64_t id, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_fixed(db, STORE_SQL_PAYLOAD_UPDATE, &stmt, err);
    if (status != QD_OK) {
        return status;
    }
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, op->dict_id);
    sqlite3_bind_int64(stmt, 3, op->raw_bytes);
    sqlite3_bind_blob64(stmt, 4, op->sealed.ptr, op->sealed.len, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, op->raw_hash);
    return store_db_step(db, stmt, "write a document", err);
}

qd_status store_payload_differs(store_db *db, const store_op *op, int64_t id, bool *out_differs,
                                qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    *out_differs = true;
    qd_status status = store_db_fixed(db, STORE_SQL_PAYLOAD_HASH, &stmt, err);
    if (status == QD_OK) {
        sqlite3_bind_int64(stmt, 1, id);
        status = store_db_row(db, stmt, &row, "read a document", err);
    }
    if (row) {
        *out_differs = sqlite3_column_int64(stmt, 0) != op->raw_hash ||
                       sqlite3_column_int64(stmt, 1) != op->raw_bytes;
    }
    if (stmt) {
        sqlite3_reset(stmt);
    }
    return status;
}

/* ---- documents: reading ---- */

static qd_status open_row(store_db *db, sqlite3_stmt *stmt, base_buf *out, qd_err *err) {
    char shop[40];
    char table[64];
    int64_t dict_id = sqlite3_column_int64(stmt, 0);
    store_db_copy(shop, sizeof shop, stmt, 1);
    store_db_copy(table, sizeof table, stmt, 2);
    store_doc doc = { shop, 0, store_db_text(stmt, 3) };
    while (doc.table < TABLE_COUNT && strcmp(store_table_at(doc.table)->name, table) != 0) {
        doc.table++;
    }
    if (doc.table == TABLE_COUNT) {
        return base_fail(err, QD_E_CORRUPT, "%s: a document of an unknown table", db->path);
    }
    qd_status status = QD_OK;
    if (!store_dict_known(db->store->coders, dict_id)) {
        status = load_dict(db, dict_id, err);
    }
    return status == QD_OK
               ? store_unpack(db->store, &doc, dict_id, store_db_text(stmt, 4), out, err)
               : status;
}

qd_status store_payload(store *store, int64_t payload_id, base_buf *out, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(
            db, "SELECT dictionary_id, shop, doc_table, doc_key, sealed FROM payload WHERE id = ?1",
            &stmt, err);
    }
    if (status == QD_OK) {
        sqlite3_bind_int64(stmt, 1, payload_id);
        status = store_db_row(db, stmt, &row, "read a document", err);
    }
    if (status == QD_OK) {
        status = row ? open_row(db, stmt, out, err)
                     : base_fail(err, QD_E_NOT_FOUND, "no document %lld", (long long)payload_id);
    }
    if (status != QD_OK && status != QD_E_NOT_FOUND) {
        base_err_prefix(err, "document %lld", (long long)payload_id);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    return status;
}
