/*
 * A connection: how it is opened, what its errors mean, how it waits for other processes, and the
 * transaction frame of the writer. What is written is in apply.c.
 *
 * Why these pragmas: docs/decisions/store-sqlite.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/sqlite_private.h"

enum {
    PAGE_BYTES = 8192,
    WRITER_CACHE_KB = 32 * 1024,
    READER_CACHE_KB = 4 * 1024,
    CHECKPOINT_PAGES = 4000, /* 32 MB: then the log is moved into the file */
    LOG_KEEP_BYTES = 64 * 1024 * 1024,
    POLL_MS = 1,
    YIELD_MS = 4 /* what a busy writer leaves to another process that waits */
};

static const char waiting_name[] = "writer-waiting";

/* ---- errors ---- */

static qd_status io_hint(int rc, const char **hint) {
    switch (rc & 0xff) {
    case SQLITE_FULL:
        *hint = "the disk is full: free some space and repeat; what was stored is intact";
        return QD_E_IO;
    case SQLITE_READONLY:
        *hint = "no permission to write the database or its folder";
        return QD_E_IO;
    case SQLITE_CANTOPEN:
        *hint = "cannot open it: see that it is a file and that it and its folder can be written";
        return QD_E_IO;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        *hint = "no permission";
        return QD_E_IO;
    case SQLITE_IOERR:
        *hint = "the disk failed: see the system's log; what was stored is intact";
        return QD_E_IO;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        *hint = "another program holds it: repeat when that is done";
        return QD_E_BUSY;
    case SQLITE_CORRUPT:
        *hint = "it is damaged: bring back a backup, or `sqlite3 FILE .recover`";
        return QD_E_CORRUPT;
    case SQLITE_NOTADB:
        *hint = "it is not a database, or damaged: bring back a backup";
        return QD_E_CORRUPT;
    case SQLITE_NOMEM:
        *hint = "out of memory";
        return QD_E_NOMEM;
    case SQLITE_TOOBIG:
        *hint = "a value is too long";
        return QD_E_INVALID;
    default:
        *hint = NULL;
        return QD_E_IO;
    }
}

qd_status store_db_fail(store_db *db, int rc, const char *what, qd_err *err) {
    const char *hint = NULL;
    qd_status status = io_hint(rc, &hint);
    /* SQLite's own text names tables and constraints, never values. */
    return base_fail(err, status, "%s: cannot %s: %s (SQLite %d: %s)", db->path, what,
                     hint ? hint : "SQLite refused", rc, db->h ? sqlite3_errmsg(db->h) : "");
}

/* ---- waiting for other processes ---- */

/* Called by SQLite while another process writes. Its writer looks at the lock file between two
 * transactions and pauses, so that a bulk load elsewhere cannot starve a token save here. */
static int wait_a_little(void *arg, int tries) {
    store_db *db = arg;
    const qd_clock *clock = qd_clock_system();
    int64_t now = clock->mono_ms(clock->self);
    if (tries == 0) {
        db->wait_until_ms = now + db->store->busy_ms;
    }
    if (now >= db->wait_until_ms) {
        return 0;
    }
    if (!db->waiting && !db->store->read_only) {
        (void)store_lock_try(db->store, waiting_name, NULL, NULL, &db->waiting, NULL);
    }
    clock->sleep_ms(clock->self, POLL_MS);
    return 1;
}

static void stop_waiting(store_db *db) {
    base_lock_release(db->waiting);
    db->waiting = NULL;
}

void store_db_tidy(store_db *db) {
    base_lock *nobody = NULL;
    if (db->wal_pages >= CHECKPOINT_PAGES) {
        /* Passive: takes what readers allow and waits for nobody. A failure shows again at the next
         * write. */
        int left = 0;
        int moved = 0;
        (void)sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &moved);
        db->wal_pages = 0;
    }
    if (store_lock_try(db->store, waiting_name, NULL, NULL, &nobody, NULL) == QD_E_BUSY) {
        const qd_clock *clock = qd_clock_system();
        clock->sleep_ms(clock->self, YIELD_MS);
    }
    base_lock_release(nobody);
}

static int note_wal(void *arg, sqlite3 *h, const char *name, int pages) {
    (void)h;
    (void)name;
    ((store_db *)arg)->wal_pages = pages;
    return SQLITE_OK;
}

/* ---- opening ---- */

/* SQLite gives the log the mode of the file, so the file is made first, for us alone. One that is
 * there is not opened here: closing any descriptor of a file drops every lock that this process
 * holds on it, those of another store's connections too, and the next program to leave would then
 * remove the log under them. */
static qd_status make_private(store_db *db, qd_err *err) {
    struct stat info;
    char room[128];
    if (stat(db->path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return base_fail(err, QD_E_IO, "%s is a folder, a database file is wanted", db->path);
    }
    int fd = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool fine = fd >= 0 || (errno == EEXIST && access(db->path, R_OK | W_OK) == 0);
    if (!fine) {
        int code = errno;
        return base_fail(err, QD_E_IO, "%s: cannot write: %s", db->path,
                         strerror_r(code, room, sizeof room));
    }
    if (fd >= 0) {
        close(fd);
    }
    return QD_OK;
}

static qd_status set_pragmas(store_db *db, bool writable, qd_err *err) {
    char text[512];
    /* page_size counts only while the file is empty. */
    snprintf(text, sizeof text,
             "PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
             "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=%d; PRAGMA cache_size=-%d; "
             "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY;",
             PAGE_BYTES, LOG_KEEP_BYTES, WRITER_CACHE_KB);
    if (!writable) {
        snprintf(text, sizeof text,
                 "PRAGMA query_only=ON; PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY;",
                 READER_CACHE_KB);
    }
    return store_db_exec(db, text, "open it", err);
}

/* To make a new file a WAL one SQLite turns a read lock into an exclusive one, and asks no busy
 * handler while it does: of programs that start together all but one are refused at once. The
 * refused statement let go of its lock, so trying again is all that is needed. */
static qd_status set_pragmas_in_turn(store_db *db, bool writable, qd_err *err) {
    const qd_clock *clock = qd_clock_system();
    int64_t deadline = clock->mono_ms(clock->self) + db->store->busy_ms;
    qd_status status;
    while ((status = set_pragmas(db, writable, err)) == QD_E_BUSY &&
           clock->mono_ms(clock->self) < deadline) {
        clock->sleep_ms(clock->self, POLL_MS);
    }
    return status;
}

qd_status store_db_open(store *store, bool writable, store_db **out_db, qd_err *err) {
    store_db *db = calloc(1, sizeof *db);
    if (!db) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a connection");
    }
    db->path = store->path;
    db->store = store;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    qd_status status = writable ? make_private(db, err) : QD_OK;
    int rc = SQLITE_OK;
    if (status == QD_OK) {
        rc = sqlite3_open_v2(store->path, &db->h, flags, NULL);
        status = rc == SQLITE_OK ? QD_OK : store_db_fail(db, rc, "open it", err);
    }
    if (status == QD_OK) {
        sqlite3_extended_result_codes(db->h, 1);
        sqlite3_busy_handler(db->h, wait_a_little, db);
        sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
        status = set_pragmas_in_turn(db, writable, err);
    }
    if (status == QD_OK && writable) {
        sqlite3_wal_hook(db->h, note_wal, db);
    }
    stop_waiting(db);
    if (status != QD_OK) {
        (void)store_db_close(db);
        return status;
    }
    *out_db = db;
    return QD_OK;
}

qd_status store_db_close(store_db *db) {
    if (!db) {
        return QD_OK;
    }
    store_db_forget(db);
    stop_waiting(db);
    int rc = sqlite3_close(db->h);
    free(db);
    return rc == SQLITE_OK ? QD_OK : QD_E_IO;
}

/* ---- the writer's transaction ---- */

static qd_status step_fixed(store_db *db, store_sql which, const char *what, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_fixed(db, which, &stmt, err);
    return status == QD_OK ? store_db_step(db, stmt, what, err) : status;
}

/* The next numbers of event and payload. In this transaction nobody else can take them. */
static qd_status read_counters(store_db *db, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_fixed(db, STORE_SQL_COUNTERS, &stmt, err);
    if (status == QD_OK) {
        status = store_db_row(db, stmt, &row, "read its counters", err);
    }
    if (row) {
        db->next_event = sqlite3_column_int64(stmt, 0) + 1;
        db->next_payload = sqlite3_column_int64(stmt, 1) + 1;
    }
    if (stmt) {
        sqlite3_reset(stmt);
    }
    return status;
}

qd_status store_db_begin(store_db *db, qd_err *err) {
    qd_status status = step_fixed(db, STORE_SQL_BEGIN, "begin to write", err);
    stop_waiting(db);
    db->epoch_is_fresh = false;
    return status == QD_OK ? read_counters(db, err) : status;
}

qd_status store_db_mark(store_db *db, qd_err *err) {
    db->mark_event = db->next_event;
    db->mark_payload = db->next_payload;
    return step_fixed(db, STORE_SQL_SAVEPOINT, "write", err);
}

qd_status store_db_keep(store_db *db, qd_err *err) {
    return step_fixed(db, STORE_SQL_RELEASE, "write", err);
}

qd_status store_db_undo(store_db *db, qd_err *err) {
    db->next_event = db->mark_event;
    db->next_payload = db->mark_payload;
    if (sqlite3_get_autocommit(db->h)) {
        /* A full disk and its like make SQLite roll back everything. */
        return base_fail(err, QD_E_IO, "%s: the transaction was rolled back", db->path);
    }
    if (db->epoch_is_fresh) {
        db->epoch = 0; /* perhaps taken inside this mark; the next row takes another */
        db->epoch_is_fresh = false;
    }
    qd_status status = step_fixed(db, STORE_SQL_ROLLBACK_TO, "roll back", err);
    return status == QD_OK ? step_fixed(db, STORE_SQL_RELEASE, "roll back", err) : status;
}

qd_status store_db_commit(store_db *db, qd_err *err) {
    qd_status status = step_fixed(db, STORE_SQL_COMMIT, "write", err);
    if (status == QD_OK) {
        db->epoch_is_fresh = false;
    }
    return status;
}

void store_db_abandon(store_db *db) {
    if (!sqlite3_get_autocommit(db->h)) {
        sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL);
    }
    if (db->epoch_is_fresh) {
        db->epoch = 0;
        db->epoch_is_fresh = false;
    }
}

qd_status store_db_collect(store_db *db, sqlite3_stmt *stmt, size_t item_size,
                           store_db_read_fn read, const char *what, void **out_items,
                           size_t *out_count, qd_err *err) {
    char *items = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    qd_status status;
    while ((status = store_db_row(db, stmt, &row, what, err)) == QD_OK && row) {
        if (count == room) {
            room = room ? room * 2 : 64;
            char *more = realloc(items, room * item_size);
            if (!more) {
                status = base_fail(err, QD_E_NOMEM, "%s: out of memory", what);
                break;
            }
            items = more;
        }
        read(stmt, items + count++ * item_size);
    }
    sqlite3_finalize(stmt);
    if (status != QD_OK) {
        free(items);
        return status;
    }
    *out_items = items;
    *out_count = count;
    return QD_OK;
}
