/*
 * The limit program's inserts: one connection, one prepared statement a table, the pragmas and the
 * durability of our store (WAL, synchronous FULL, passive checkpoints), the same tables with the
 * same indexes, one event a document, one cursor a transaction.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit_private.h"

enum { TABLES = 4, CHECKPOINT_PAGES = 4000 };

static const unsigned table_ids[TABLES] = { TABLE_ORDERS, TABLE_ORDER_LINES, TABLE_PRODUCTS,
                                            TABLE_SKUS };

/* Columns that the store fills in; -1 = the table has none. */
typedef struct table {
    const store_table *meta;
    sqlite3_stmt *insert;
    int shop, key, payload_id, first_stored_at, stored_at;
} table;

struct limit_db {
    sqlite3 *h;
    int64_t now, payload_id, event_seq;
    int wal_pages;
    table tables[TABLES];
    sqlite3_stmt *payload, *event, *cursor, *begin, *commit;
};

static void check(limit_db *db, int rc, const char *what) {
    if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW) {
        bench_die("%s: %s", what, sqlite3_errmsg(db->h));
    }
}

static sqlite3_stmt *prepare(limit_db *db, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    check(db, sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL), sql);
    return stmt;
}

static void step(limit_db *db, sqlite3_stmt *stmt) {
    check(db, sqlite3_step(stmt), sqlite3_sql(stmt));
    sqlite3_reset(stmt);
}

static int note_wal(void *arg, sqlite3 *h, const char *name, int pages) {
    (void)h;
    (void)name;
    ((limit_db *)arg)->wal_pages = pages;
    return SQLITE_OK;
}

static int column_of(const store_table *meta, const char *name) {
    for (int i = 0; i < meta->column_count; i++) {
        if (strcmp(meta->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* The pages hold every row once, so none is compared with an older self. */
static void prepare_table(limit_db *db, table *t, unsigned id) {
    base_buf sql;
    t->meta = store_table_at(id);
    base_buf_init(&sql, 64 * 1024);
    base_buf_printf(&sql, "INSERT OR REPLACE INTO %s (", t->meta->name);
    for (int i = 0; i < t->meta->column_count; i++) {
        base_buf_printf(&sql, "%s%s", i > 0 ? ", " : "", t->meta->columns[i].name);
        if (t->meta->columns[i].key) {
            t->key = i; /* shop comes first, the id last */
        }
    }
    base_buf_add_text(&sql, ") VALUES (");
    for (int i = 0; i < t->meta->column_count; i++) {
        base_buf_add_text(&sql, i > 0 ? ", ?" : "?");
    }
    base_buf_add_text(&sql, ")");
    t->insert = prepare(db, base_buf_text(&sql));
    t->shop = column_of(t->meta, "shop");
    t->payload_id = column_of(t->meta, "payload_id");
    t->first_stored_at = column_of(t->meta, "first_stored_at");
    t->stored_at = column_of(t->meta, "stored_at");
    base_buf_clear(&sql);
}

limit_db *limit_db_open(const char *home, int64_t now) {
    char path[BENCH_PATH + 32];
    limit_db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        bench_die("out of memory for a database");
    }
    snprintf(path, sizeof path, "%s/qiandian.db", home);
    db->now = now;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    check(db, sqlite3_open_v2(path, &db->h, flags, NULL), path);
    check(db,
          sqlite3_exec(db->h,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                       "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; "
                       "PRAGMA temp_store=MEMORY",
                       NULL, NULL, NULL),
          "pragmas");
    sqlite3_wal_hook(db->h, note_wal, db);
    for (int i = 0; i < TABLES; i++) {
        prepare_table(db, &db->tables[i], table_ids[i]);
    }
    db->payload = prepare(db, "INSERT INTO payload (id, dictionary_id, shop, doc_table, doc_key, "
                              "raw_bytes, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)");
    db->event = prepare(db, "INSERT INTO event (seq, shop, kind, ref, modified_at, at) VALUES "
                            "(?, ?, ?, ?, ?, ?)");
    db->cursor = prepare(db, "INSERT OR REPLACE INTO cursor (shop, stream, complete_to, fence) "
                             "VALUES (?, 'orders', ?, 1)");
    db->begin = prepare(db, "BEGIN IMMEDIATE");
    db->commit = prepare(db, "COMMIT");
    return db;
}

static void bind_text(sqlite3_stmt *stmt, int place, const char *text) {
    sqlite3_bind_text(stmt, place, text, -1, SQLITE_STATIC);
}

static void insert_payload(limit_db *db, const limit_page *page, const limit_row *row,
                           const table *t, const cell *key) {
    db->payload_id++;
    sqlite3_bind_int64(db->payload, 1, db->payload_id);
    sqlite3_bind_int64(db->payload, 2, page->kind + 1);
    bind_text(db->payload, 3, page->shop);
    bind_text(db->payload, 4, t->meta->name);
    sqlite3_bind_text(db->payload, 5, key->text, (int)key->len, SQLITE_STATIC);
    sqlite3_bind_int64(db->payload, 6, row->raw_len);
    sqlite3_bind_blob(db->payload, 7, page->packed + row->packed, (int)row->packed_len,
                      SQLITE_STATIC);
    step(db, db->payload);
}

static void insert_event(limit_db *db, const limit_page *page, const table *t, const cell *key,
                         const cell *modified) {
    sqlite3_bind_int64(db->event, 1, ++db->event_seq);
    bind_text(db->event, 2, page->shop);
    bind_text(db->event, 3, t->meta == store_table_at(TABLE_ORDERS) ? "order.new" : "product.new");
    sqlite3_bind_text(db->event, 4, key->text, (int)key->len, SQLITE_STATIC);
    sqlite3_bind_int64(db->event, 5, modified->number);
    sqlite3_bind_int64(db->event, 6, db->now);
    step(db, db->event);
}

static void insert_row(limit_db *db, const limit_page *page, const limit_row *row) {
    table *t = db->tables;
    while (t->meta != store_table_at(row->table)) {
        t++;
    }
    const cell *cells = &page->cells[row->cells];
    const cell *key = &cells[t->key];
    if (row->packed_len > 0) {
        insert_payload(db, page, row, t, key);
    }
    sqlite3_stmt *stmt = t->insert;
    for (int i = 0; i < t->meta->column_count; i++) {
        const cell *c = &cells[i];
        if (c->kind == CELL_TEXT) {
            sqlite3_bind_text(stmt, i + 1, c->text, (int)c->len, SQLITE_STATIC);
        } else if (c->kind == CELL_INT) {
            sqlite3_bind_int64(stmt, i + 1, c->number);
        } else if (i == t->shop) {
            bind_text(stmt, i + 1, page->shop);
        } else if (i == t->payload_id && row->packed_len > 0) {
            sqlite3_bind_int64(stmt, i + 1, db->payload_id);
        } else if (i == t->first_stored_at || i == t->stored_at) {
            sqlite3_bind_int64(stmt, i + 1, db->now);
        } else {
            sqlite3_bind_null(stmt, i + 1);
        }
    }
    step(db, stmt);
    if (t->meta->event != NULL) {
        insert_event(db, page, t, key, &cells[t->meta->recency]);
    }
}

void limit_db_begin(limit_db *db) {
    step(db, db->begin);
}

void limit_db_page(limit_db *db, const limit_page *page) {
    for (size_t i = 0; i < page->row_count; i++) {
        insert_row(db, page, &page->rows[i]);
    }
}

void limit_db_commit(limit_db *db, const char *shop) {
    bind_text(db->cursor, 1, shop);
    sqlite3_bind_int64(db->cursor, 2, db->now);
    step(db, db->cursor);
    step(db, db->commit);
    if (db->wal_pages >= CHECKPOINT_PAGES) {
        int left = 0, moved = 0;
        (void)sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
        db->wal_pages = 0;
    }
}

void limit_db_close(limit_db *db) {
    for (int i = 0; i < TABLES; i++) {
        sqlite3_finalize(db->tables[i].insert);
    }
    sqlite3_finalize(db->payload);
    sqlite3_finalize(db->event);
    sqlite3_finalize(db->cursor);
    sqlite3_finalize(db->begin);
    sqlite3_finalize(db->commit);
    sqlite3_close(db->h);
    free(db);
}
