/*
 * Prepared statements: the fixed ones, and those made from a table's description and kept. Also the
 * few lines of binding and stepping that everybody here needs.
 */
#include <limits.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum { SQL_MAX = 8192 };

static const char *const fixed_sql[STORE_SQL_COUNT] = {
    [STORE_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_SQL_COMMIT] = "COMMIT",
    [STORE_SQL_SAVEPOINT] = "SAVEPOINT piece",
    [STORE_SQL_RELEASE] = "RELEASE piece",
    [STORE_SQL_ROLLBACK_TO] = "ROLLBACK TO piece",
    [STORE_SQL_COUNTERS] = "SELECT (SELECT max(seq) FROM event), (SELECT max(id) FROM payload)",
    [STORE_SQL_EPOCH] = "INSERT INTO store_meta (name, value) VALUES ('epoch', 1) "
                        "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    [STORE_SQL_EVENT] = "INSERT INTO event (seq, shop, kind, ref, modified_at, at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [STORE_SQL_PAYLOAD_INSERT] = "INSERT INTO payload (id, dictionary_id, shop, doc_table, "
                                 "doc_key, raw_bytes, sealed, raw_hash) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STORE_SQL_PAYLOAD_UPDATE] =
        "UPDATE payload SET dictionary_id = ?2, raw_bytes = ?3, sealed = ?4, "
        "raw_hash = ?5 WHERE id = ?1",
    [STORE_SQL_PAYLOAD_HASH] = "SELECT raw_hash, raw_bytes FROM payload WHERE id = ?1",
    [STORE_SQL_FENCE] = "SELECT fence FROM cursor WHERE shop = ?1 AND stream = ?2",
    [STORE_SQL_CURSOR] = "UPDATE cursor SET backfill_from = ?3, backfill_to = ?4, "
                         "backfilled_to = ?5, complete_to = ?6, state = ?7, updated_at = ?8 "
                         "WHERE shop = ?1 AND stream = ?2",
    [STORE_SQL_SHOP_REVISION] = "SELECT revision FROM shop WHERE t_code = ?1",
};

/* ---- basics ---- */

qd_status store_db_exec(store_db *db, const char *sql, const char *what, qd_err *err) {
    int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? QD_OK : store_db_fail(db, rc, what, err);
}

qd_status store_db_prepare(store_db *db, const char *sql, sqlite3_stmt **out_stmt, qd_err *err) {
    int rc = sqlite3_prepare_v2(db->h, sql, -1, out_stmt, NULL);
    return rc == SQLITE_OK ? QD_OK : store_db_fail(db, rc, "prepare a statement", err);
}

static qd_status prepare_kept(store_db *db, const char *sql, sqlite3_stmt **out_stmt, qd_err *err) {
    int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, out_stmt, NULL);
    return rc == SQLITE_OK ? QD_OK : store_db_fail(db, rc, "prepare a statement", err);
}

qd_status store_db_step(store_db *db, sqlite3_stmt *stmt, const char *what, qd_err *err) {
    int rc = sqlite3_step(stmt);
    qd_status status =
        rc == SQLITE_DONE || rc == SQLITE_ROW ? QD_OK : store_db_fail(db, rc, what, err);
    sqlite3_reset(stmt);
    return status;
}

qd_status store_db_row(store_db *db, sqlite3_stmt *stmt, bool *out_row, const char *what,
                       qd_err *err) {
    int rc = sqlite3_step(stmt);
    *out_row = rc == SQLITE_ROW;
    if (rc == SQLITE_DONE || rc == SQLITE_ROW) {
        return QD_OK;
    }
    return store_db_fail(db, rc, what, err);
}

void store_db_bind(sqlite3_stmt *stmt, int place, base_str text) {
    sqlite3_bind_text64(stmt, place, text.ptr ? text.ptr : "", text.len, SQLITE_STATIC,
                        SQLITE_UTF8);
}

void store_db_bind_text(sqlite3_stmt *stmt, int place, const char *text) {
    sqlite3_bind_text(stmt, place, text, -1, SQLITE_STATIC);
}

void store_db_bind_time(sqlite3_stmt *stmt, int place, int64_t value) {
    if (value == 0) {
        sqlite3_bind_null(stmt, place);
    } else {
        sqlite3_bind_int64(stmt, place, value);
    }
}

base_str store_db_text(sqlite3_stmt *stmt, int column) {
    const void *ptr = sqlite3_column_blob(stmt, column);
    int len = sqlite3_column_bytes(stmt, column);
    return (base_str){ ptr, len > 0 ? (size_t)len : 0 };
}

void store_db_copy(char *dst, size_t size, sqlite3_stmt *stmt, int column) {
    base_copy(dst, size, store_db_text(stmt, column));
}

void store_db_forget(store_db *db) {
    for (int i = 0; i < STORE_SQL_COUNT; i++) {
        sqlite3_finalize(db->fixed[i]);
        db->fixed[i] = NULL;
    }
    for (int shape = 0; shape < STORE_SHAPE_COUNT; shape++) {
        for (int table = 0; table < TABLE_COUNT; table++) {
            sqlite3_finalize(db->shaped[shape][table]);
            db->shaped[shape][table] = NULL;
        }
    }
    for (int i = 0; i < STORE_UPDATES; i++) {
        sqlite3_finalize(db->updates[i].stmt);
        db->updates[i] = (store_update){ NULL, 0, 0, 0 };
    }
}

qd_status store_db_fixed(store_db *db, store_sql which, sqlite3_stmt **out_stmt, qd_err *err) {
    qd_status status = QD_OK;
    if (!db->fixed[which]) {
        status = prepare_kept(db, fixed_sql[which], &db->fixed[which], err);
    }
    *out_stmt = db->fixed[which];
    return status;
}

/* ---- from the description of a table ---- */

static void add_columns(base_buf *sql, unsigned table) {
    const store_table *t = store_table_at(table);
    for (int i = 0; i < t->column_count; i++) {
        base_buf_printf(sql, "%s%s", i ? ", " : "", t->columns[i].name);
    }
    if (store_layout_of(table)->row_seq) {
        base_buf_add_text(sql, ", row_seq");
    }
}

static void add_insert(base_buf *sql, unsigned table) {
    const store_table *t = store_table_at(table);
    int count = t->column_count + (store_layout_of(table)->row_seq ? 1 : 0);
    base_buf_printf(sql, "INSERT INTO %s (", t->name);
    add_columns(sql, table);
    base_buf_add_text(sql, ") VALUES (");
    for (int i = 0; i < count; i++) {
        base_buf_add_text(sql, i ? ", ?" : "?");
    }
    base_buf_add_text(sql, ") ON CONFLICT DO NOTHING");
}

static void add_gone(base_buf *sql, unsigned table) {
    const store_table *t = store_table_at(table);
    base_buf_printf(sql,
                    "UPDATE %s SET gone_at = ?3 WHERE shop = ?1 AND gone_at IS NULL AND stored_at "
                    "< ?2 RETURNING %s, %s",
                    t->name, t->columns[store_layout_of(table)->key].name,
                    t->columns[t->recency].name);
}

static void add_shape(base_buf *sql, store_sql_shape shape, unsigned table) {
    const store_table *t = store_table_at(table);
    const char *key = t->columns[store_layout_of(table)->key].name;
    switch (shape) {
    case STORE_SHAPE_INSERT:
        add_insert(sql, table);
        break;
    case STORE_SHAPE_SELECT:
        base_buf_add_text(sql, "SELECT ");
        add_columns(sql, table);
        base_buf_printf(sql, " FROM %s WHERE shop = ?1 AND %s = ?2", t->name, key);
        break;
    case STORE_SHAPE_CHILDREN:
        base_buf_printf(sql, "SELECT %s FROM %s WHERE shop = ?1 AND %s = ?2", key, t->name,
                        t->columns[t->parent].name);
        break;
    case STORE_SHAPE_DELETE:
        base_buf_printf(sql, "DELETE FROM %s WHERE shop = ?1 AND %s = ?2", t->name, key);
        break;
    case STORE_SHAPE_GONE:
        add_gone(sql, table);
        break;
    case STORE_SHAPE_COUNT:
        break;
    }
}

qd_status store_db_shaped(store_db *db, store_sql_shape shape, unsigned table,
                          sqlite3_stmt **out_stmt, qd_err *err) {
    sqlite3_stmt **kept = &db->shaped[shape][table];
    qd_status status = QD_OK;
    if (!*kept) {
        base_buf sql;
        base_buf_init(&sql, SQL_MAX);
        add_shape(&sql, shape, table);
        status = base_buf_check(&sql, "statement", err);
        if (status == QD_OK) {
            status = prepare_kept(db, base_buf_text(&sql), kept, err);
        }
        base_buf_clear(&sql);
    }
    *out_stmt = *kept;
    return status;
}

static qd_status prepare_update(store_db *db, unsigned table, uint64_t mask,
                                sqlite3_stmt **out_stmt, qd_err *err) {
    const store_table *t = store_table_at(table);
    const char *separator = " SET ";
    base_buf sql;
    base_buf_init(&sql, SQL_MAX);
    base_buf_printf(&sql, "UPDATE %s", t->name);
    for (int i = 0; i <= t->column_count; i++) {
        if (mask >> i & 1) {
            base_buf_printf(&sql, "%s%s = ?", separator,
                            i < t->column_count ? t->columns[i].name : "row_seq");
            separator = ", ";
        }
    }
    base_buf_printf(&sql, " WHERE shop = ? AND %s = ?",
                    t->columns[store_layout_of(table)->key].name);
    qd_status status = base_buf_check(&sql, "statement", err);
    if (status == QD_OK) {
        status = prepare_kept(db, base_buf_text(&sql), out_stmt, err);
    }
    base_buf_clear(&sql);
    return status;
}

qd_status store_db_update(store_db *db, unsigned table, uint64_t mask, sqlite3_stmt **out_stmt,
                          qd_err *err) {
    store_update *oldest = &db->updates[0];
    for (int i = 0; i < STORE_UPDATES; i++) {
        store_update *update = &db->updates[i];
        if (update->stmt && update->mask == mask && update->table == table) {
            update->used = ++db->uses;
            *out_stmt = update->stmt;
            return QD_OK;
        }
        if (update->used < oldest->used) {
            oldest = update;
        }
    }
    sqlite3_finalize(oldest->stmt);
    *oldest = (store_update){ NULL, mask, ++db->uses, table };
    qd_status status = prepare_update(db, table, mask, &oldest->stmt, err);
    *out_stmt = oldest->stmt;
    return status;
}
