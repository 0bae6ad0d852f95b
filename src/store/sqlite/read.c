/*
 * Reading: a small pool of read connections (in WAL mode they neither wait for the writer nor hold
 * it up), and counting, listing and selecting rows by a table's description.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum { SQL_MAX = 8192 };

/* ---- the pool ---- */

qd_status store_read_begin(store *store, store_db **out_db, qd_err *err) {
    store_db *db = NULL;
    pthread_mutex_lock(&store->readers_mutex);
    if (store->reader_count > 0) {
        db = store->readers[--store->reader_count];
    }
    pthread_mutex_unlock(&store->readers_mutex);
    qd_status status = db ? QD_OK : store_db_open(store, false, &db, err);
    if (status == QD_OK) {
        *out_db = db;
    }
    return status;
}

void store_read_end(store *store, store_db *db) {
    if (!db) {
        return;
    }
    base_lock_release(db->waiting);
    db->waiting = NULL;
    pthread_mutex_lock(&store->readers_mutex);
    if (store->reader_count < STORE_READERS) {
        store->readers[store->reader_count++] = db;
        db = NULL;
    }
    pthread_mutex_unlock(&store->readers_mutex);
    (void)store_db_close(db);
}

/* ---- WHERE ---- */

enum { PLACE_SHOP = 1, PLACE_STATUS, PLACE_KEY, PLACE_PARENT, PLACE_FROM, PLACE_TO, PLACE_LIMIT };

static void add_condition(base_buf *sql, bool *first, const char *column, const char *rest) {
    base_buf_printf(sql, " %s %s %s", *first ? "WHERE" : "AND", column, rest);
    *first = false;
}

/* Every asked-for column must be there: a filter that is silently left out gives wrong rows. */
static qd_status check_filter(const store_filter *f, qd_err *err) {
    const store_table *t = store_table_at(f->table);
    const store_layout *layout = store_layout_of(f->table);
    const char *missing = NULL;
    if (!t) {
        return base_fail(err, QD_E_INVALID, "no table %u", f->table);
    }
    if (f->shop && layout->shop < 0) {
        missing = "shop";
    } else if (f->status && layout->status < 0) {
        missing = "status";
    } else if (f->key && layout->key < 0) {
        missing = "id";
    } else if (f->parent && t->parent < 0) {
        missing = "parent";
    } else if (f->time_column >= 0 && (f->time_column >= t->column_count ||
                                       t->columns[f->time_column].type != STORE_TIME)) {
        missing = "such time";
    }
    if (missing) {
        return base_fail(err, QD_E_INVALID, "%s: it has no column %s", t->name, missing);
    }
    return QD_OK;
}

static void add_where(base_buf *sql, const store_filter *f, bool no_gone) {
    const store_table *t = store_table_at(f->table);
    const store_layout *layout = store_layout_of(f->table);
    bool first = true;
    if (f->shop) {
        add_condition(sql, &first, "shop", "= ?1");
    }
    if (f->status) {
        add_condition(sql, &first, "status", "= ?2");
    }
    if (f->key) {
        add_condition(sql, &first, t->columns[layout->key].name, "= ?3");
    }
    if (f->parent) {
        add_condition(sql, &first, t->columns[t->parent].name, "= ?4");
    }
    if (f->time_column >= 0) {
        add_condition(sql, &first, t->columns[f->time_column].name, ">= ?5");
        add_condition(sql, &first, t->columns[f->time_column].name, "< ?6");
    }
    if (no_gone && layout->gone_at >= 0) {
        add_condition(sql, &first, "gone_at", "IS NULL");
    }
}

static void bind_where(sqlite3_stmt *stmt, const store_filter *f) {
    const char *const texts[] = { f->shop, f->status, f->key, f->parent };
    for (int i = 0; i < 4; i++) {
        if (texts[i]) {
            store_db_bind_text(stmt, PLACE_SHOP + i, texts[i]);
        }
    }
    if (f->time_column >= 0) {
        sqlite3_bind_int64(stmt, PLACE_FROM, f->from);
        sqlite3_bind_int64(stmt, PLACE_TO, f->to);
    }
}

/* The statement for `sql`, which is cleared; *out_db to be given back also after a failure. */
static qd_status prepare(store *store, base_buf *sql, store_db **out_db, sqlite3_stmt **out_stmt,
                         qd_err *err) {
    qd_status status = base_buf_check(sql, "statement", err);
    if (status == QD_OK) {
        status = store_read_begin(store, out_db, err);
    }
    if (status == QD_OK) {
        status = store_db_prepare(*out_db, base_buf_text(sql), out_stmt, err);
    }
    base_buf_clear(sql);
    return status;
}

/* ---- count, keys ---- */

qd_status store_count(store *store, unsigned table, const char *shop, int time_column, int64_t from,
                      int64_t to, int64_t *out_count, qd_err *err) {
    store_filter f = {
        .table = table, .shop = shop, .time_column = time_column, .from = from, .to = to
    };
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    base_buf sql;
    qd_status status = check_filter(&f, err);
    if (status != QD_OK) {
        return status;
    }
    base_buf_init(&sql, SQL_MAX);
    base_buf_printf(&sql, "SELECT count(*) FROM %s", store_table_at(table)->name);
    add_where(&sql, &f, true);
    status = prepare(store, &sql, &db, &stmt, err);
    if (status == QD_OK) {
        bind_where(stmt, &f);
        status = store_db_row(db, stmt, &row, "count rows", err);
    }
    if (row) {
        *out_count = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    return status;
}

qd_status store_keys(store *store, unsigned table, const char *shop, int time_column, int64_t from,
                     int64_t to, store_key_fn each, void *user, qd_err *err) {
    store_filter f = {
        .table = table, .shop = shop, .time_column = time_column, .from = from, .to = to
    };
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    base_buf sql;
    qd_status status = check_filter(&f, err);
    const store_table *t = store_table_at(table);
    if (status == QD_OK && store_layout_of(table)->key < 0) {
        status = base_fail(err, QD_E_INVALID, "%s: it has no key", t->name);
    }
    if (status != QD_OK) {
        return status;
    }
    const char *key = t->columns[store_layout_of(table)->key].name;
    base_buf_init(&sql, SQL_MAX);
    base_buf_printf(&sql, "SELECT %s FROM %s", key, t->name);
    add_where(&sql, &f, true);
    base_buf_printf(&sql, " ORDER BY %s", key);
    status = prepare(store, &sql, &db, &stmt, err);
    if (status == QD_OK) {
        bind_where(stmt, &f);
    }
    while (status == QD_OK && (status = store_db_row(db, stmt, &row, "read keys", err)) == QD_OK &&
           row) {
        if (!each(user, store_db_text(stmt, 0))) {
            break;
        }
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    return status;
}

/* ---- select ---- */

static void add_order(base_buf *sql, const store_filter *f) {
    const store_table *t = store_table_at(f->table);
    const store_layout *layout = store_layout_of(f->table);
    const char *down = f->newest_first ? " DESC" : "";
    base_buf_add_text(sql, " ORDER BY ");
    if (f->newest_first && t->recency >= 0) {
        base_buf_printf(sql, "%s DESC, ", t->columns[t->recency].name);
    }
    if (layout->key >= 0) {
        base_buf_printf(sql, "%s%s", t->columns[layout->key].name, down);
    } else {
        base_buf_add_char(sql, '1');
    }
    if (layout->shop >= 0 && !f->shop) {
        base_buf_add_text(sql, ", shop");
    }
    if (f->limit > 0) {
        base_buf_add_text(sql, " LIMIT ?7");
    }
}

static void read_values(sqlite3_stmt *stmt, const store_table *t, store_value *values) {
    for (int i = 0; i < t->column_count; i++) {
        store_value *value = &values[i];
        *value = (store_value){ .set = 1 };
        if (sqlite3_column_type(stmt, i) == SQLITE_NULL) {
            value->is_null = 1;
        } else if (t->columns[i].type == STORE_TEXT || t->columns[i].type == STORE_BLOB) {
            value->text = store_db_text(stmt, i);
        } else {
            value->i64 = sqlite3_column_int64(stmt, i);
        }
    }
}

qd_status store_select(store *store, const store_filter *filter, store_row_fn each, void *user,
                       qd_err *err) {
    store_value values[STORE_COLUMNS_MAX];
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    base_buf sql;
    qd_status status = check_filter(filter, err);
    if (status != QD_OK) {
        return status;
    }
    const store_table *t = store_table_at(filter->table);
    base_buf_init(&sql, SQL_MAX);
    base_buf_add_text(&sql, "SELECT ");
    for (int i = 0; i < t->column_count; i++) {
        base_buf_printf(&sql, "%s%s", i ? ", " : "", t->columns[i].name);
    }
    base_buf_printf(&sql, " FROM %s", t->name);
    add_where(&sql, filter, false);
    add_order(&sql, filter);
    status = prepare(store, &sql, &db, &stmt, err);
    if (status == QD_OK) {
        bind_where(stmt, filter);
        if (filter->limit > 0) {
            sqlite3_bind_int64(stmt, PLACE_LIMIT, filter->limit);
        }
    }
    while (status == QD_OK && (status = store_db_row(db, stmt, &row, "read rows", err)) == QD_OK &&
           row) {
        read_values(stmt, t, values);
        if (!each(user, t, values)) {
            break;
        }
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    return status;
}

/* ---- events ---- */

static void read_event(sqlite3_stmt *stmt, void *out_item) {
    store_event *event = out_item;
    memset(event, 0, sizeof *event);
    event->seq = sqlite3_column_int64(stmt, 0);
    store_db_copy(event->shop, sizeof event->shop, stmt, 1);
    store_db_copy(event->kind, sizeof event->kind, stmt, 2);
    store_db_copy(event->ref, sizeof event->ref, stmt, 3);
    event->modified_at = sqlite3_column_int64(stmt, 4);
    event->at = sqlite3_column_int64(stmt, 5);
}

qd_status store_events(store *store, int64_t after, size_t limit, store_event **out_events,
                       size_t *out_count, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    void *items = NULL;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT seq, shop, kind, ref, modified_at, at FROM event "
                                  "WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        sqlite3_bind_int64(stmt, 1, after);
        sqlite3_bind_int64(stmt, 2, limit < INT64_MAX ? (int64_t)limit : INT64_MAX);
    }
    if (status == QD_OK) {
        status = store_db_collect(db, stmt, sizeof(store_event), read_event, "read events", &items,
                                  out_count, err);
    }
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_events = items;
    }
    return status;
}
