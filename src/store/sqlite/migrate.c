/*
 * Brings a database to the version that this program knows, each migration in a transaction of its
 * own; refuses files of other programs and of newer versions. Also the start of the writer's
 * connection: migrate, check the key, load the dictionaries.
 */
#include <stdio.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum { APPLICATION_ID = 0x51444E31 }; /* "QDN1", shown by file(1) */

int store_schema_known(void) {
    return store_migrations[store_migration_count - 1].version;
}

/* One number; *out stays when there is no row. */
static qd_status ask_number(store_db *db, const char *sql, int64_t *out, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_prepare(db, sql, &stmt, err);
    if (status == QD_OK) {
        status = store_db_row(db, stmt, &row, "read it", err);
    }
    if (row) {
        *out = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_db_version(store_db *db, int *out_version, qd_err *err) {
    int64_t application = 0;
    int64_t tables = 0;
    int64_t version = 0;
    qd_status status = ask_number(db, "PRAGMA application_id", &application, err);
    if (status == QD_OK) {
        status = ask_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    }
    if (status != QD_OK) {
        return status;
    }
    if (tables > 0 && application != APPLICATION_ID) {
        return base_fail(err, QD_E_CORRUPT, "%s is a database of another program: name another one",
                         db->path);
    }
    if (tables > 0) {
        status = ask_number(db, "SELECT max(version) FROM store_schema", &version, err);
    }
    if (status == QD_OK && version > store_schema_known()) {
        return base_fail(err, QD_E_UNSUPPORTED,
                         "%s has version %lld, this program knows %d: use a newer program",
                         db->path, (long long)version, store_schema_known());
    }
    *out_version = (int)version;
    return status;
}

static qd_status put_key_check(store_db *db, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    base_buf sealed;
    base_buf_init(&sealed, 1024);
    qd_status status = store_key_check_seal(db->store, &sealed, err);
    if (status == QD_OK) {
        status = store_db_prepare(
            db, "INSERT INTO store_meta (name, value) VALUES ('key_check', ?1)", &stmt, err);
    }
    if (status == QD_OK) {
        sqlite3_bind_blob64(stmt, 1, sealed.data, sealed.len, SQLITE_STATIC);
        status = store_db_step(db, stmt, "write the key check", err);
    }
    sqlite3_finalize(stmt);
    base_buf_clear(&sealed);
    return status;
}

static qd_status run_one(store_db *db, const store_migration *migration, qd_err *err) {
    char sql[160];
    char what[96];
    snprintf(what, sizeof what, "migrate to %s", migration->name);
    qd_status status = store_db_exec(db, migration->sql, what, err);
    if (status == QD_OK) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO store_schema (version, applied_at) VALUES (%d, %lld); "
                 "PRAGMA application_id = %d;",
                 migration->version, (long long)base_now(db->store->clock), APPLICATION_ID);
        status = store_db_exec(db, sql, what, err);
    }
    if (status == QD_OK && migration->version == 1) {
        status = put_key_check(db, err);
    }
    return status;
}

/* Looks again inside the transaction: another program may have been faster. */
static qd_status step_up(store_db *db, bool *out_more, qd_err *err) {
    int version = 0;
    qd_status status = store_db_exec(db, "BEGIN IMMEDIATE", "migrate", err);
    base_lock_release(db->waiting);
    db->waiting = NULL;
    if (status != QD_OK) {
        return status;
    }
    status = store_db_version(db, &version, err);
    int next = 0;
    while (next < store_migration_count && store_migrations[next].version <= version) {
        next++;
    }
    *out_more = next < store_migration_count;
    if (status == QD_OK && *out_more) {
        status = run_one(db, &store_migrations[next], err);
    }
    if (status == QD_OK) {
        status = store_db_exec(db, "COMMIT", "migrate", err);
    }
    if (status != QD_OK) {
        store_db_abandon(db);
    }
    return status;
}

qd_status store_db_migrate(store_db *db, qd_err *err) {
    int version = 0;
    bool more = false;
    qd_status status = store_db_version(db, &version, err);
    if (status != QD_OK || version == store_schema_known()) {
        return status;
    }
    do {
        status = step_up(db, &more, err);
    } while (status == QD_OK && more);
    return status;
}

/* ---- start ---- */

static qd_status check_key(store_db *db, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status =
        store_db_prepare(db, "SELECT value FROM store_meta WHERE name = 'key_check'", &stmt, err);
    if (status == QD_OK) {
        status = store_db_row(db, stmt, &row, "read the key check", err);
    }
    if (status == QD_OK && !row) {
        status = base_fail(err, QD_E_CORRUPT, "%s: its key check is missing: bring back a backup",
                           db->path);
    }
    if (status == QD_OK) {
        status = store_key_check_open(db->store, store_db_text(stmt, 0), err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static qd_status load_dictionaries(store_db *db, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status =
        store_db_prepare(db, "SELECT id, sealed FROM payload_dict ORDER BY id", &stmt, err);
    while (status == QD_OK &&
           (status = store_db_row(db, stmt, &row, "read its dictionaries", err)) == QD_OK && row) {
        status =
            store_dict_add(db->store, sqlite3_column_int64(stmt, 0), store_db_text(stmt, 1), err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_db_start(store *store, store_db **out_db, qd_err *err) {
    store_db *db = NULL;
    int version = 0;
    qd_status status = store_db_open(store, !store->read_only, &db, err);
    if (status == QD_OK) {
        status = store->read_only ? store_db_version(db, &version, err) : store_db_migrate(db, err);
    }
    if (status == QD_OK && store->read_only && version < store_schema_known()) {
        status = base_fail(err, QD_E_UNSUPPORTED,
                           "%s has version %d and %d is needed: open it for writing once",
                           store->path, version, store_schema_known());
    }
    if (status == QD_OK) {
        status = check_key(db, err);
    }
    if (status == QD_OK) {
        status = load_dictionaries(db, err);
    }
    if (status != QD_OK) {
        (void)store_db_close(db);
        return status;
    }
    *out_db = db;
    return QD_OK;
}

/* ---- asked from outside ---- */

int store_schema_version(store *store) {
    int64_t version = 0;
    store_db *db = NULL;
    qd_status status = store_read_begin(store, &db, NULL);
    if (status == QD_OK) {
        status = ask_number(db, "SELECT max(version) FROM store_schema", &version, NULL);
    }
    store_read_end(store, db);
    return status == QD_OK ? (int)version : 0;
}

qd_status store_check(store *store, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db, "PRAGMA integrity_check(1)", &stmt, err);
    }
    if (status == QD_OK) {
        status = store_db_row(db, stmt, &row, "check it", err);
    }
    if (status == QD_OK && (!row || !base_str_is(store_db_text(stmt, 0), "ok"))) {
        base_str found = row ? store_db_text(stmt, 0) : BASE_STR("no answer");
        status = base_fail(err, QD_E_CORRUPT, "%s is damaged (%.*s): bring back a backup",
                           store->path, (int)(found.len < 200 ? found.len : 200), found.ptr);
    }
    sqlite3_finalize(stmt);
    if (status == QD_OK) {
        status = check_key(db, err);
    }
    if (status == QD_OK) {
        status = load_dictionaries(db, err);
    }
    store_read_end(store, db);
    return status;
}
