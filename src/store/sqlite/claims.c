/*
 * Who may move a stream, and how far it is: claims, cursors. The lock file dies with its holder;
 * the fence in the cursor's row stops a holder that lost the file and does not know it.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

struct store_claim {
    base_lock *lock;
    char stream[64];
    int64_t fence;
};

typedef struct claim_job {
    const char *shop;
    const char *stream;
    int64_t fence;
} claim_job;

static qd_status raise_fence(store *store, store_db *db, void *arg, qd_err *err) {
    claim_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    (void)store;
    qd_status status = store_db_prepare(
        db,
        "INSERT INTO cursor (shop, stream, backfill_from, backfill_to, backfilled_to, complete_to, "
        "state, fence, updated_at) VALUES (?1, ?2, 0, 0, 0, 0, '', 1, 0) "
        "ON CONFLICT (shop, stream) DO UPDATE SET fence = fence + 1 RETURNING fence",
        &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, job->shop);
        store_db_bind_text(stmt, 2, job->stream);
        status = store_db_row(db, stmt, &row, "claim a stream", err);
    }
    job->fence = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_claim_take(store *store, const char *shop, const char *stream,
                           store_claim **out_claim, qd_err *err) {
    claim_job job = { shop, stream, 0 };
    store_claim *claim = calloc(1, sizeof *claim);
    if (!claim) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a claim");
    }
    qd_status status = QD_OK;
    if (!base_copy(claim->stream, sizeof claim->stream, base_str_of(stream))) {
        status = base_fail(err, QD_E_INVALID, "the name of a stream is at most %zu bytes",
                           sizeof claim->stream - 1);
    }
    if (status == QD_OK) {
        status = store_lock_try(store, "claim", shop, stream, &claim->lock, err);
        if (status == QD_E_BUSY) {
            status = base_fail(err, QD_E_BUSY,
                               "%s of %s: another program or thread works on it; wait or stop that",
                               stream, shop);
        }
    }
    if (status == QD_OK) {
        status = store_run(store, raise_fence, &job, err);
    }
    if (status != QD_OK) {
        store_claim_release(claim);
        return status;
    }
    claim->fence = job.fence;
    *out_claim = claim;
    return QD_OK;
}

void store_claim_release(store_claim *claim) {
    if (claim) {
        base_lock_release(claim->lock);
        free(claim);
    }
}

qd_status store_cursor_get(store *store, const char *shop, const char *stream,
                           store_cursor *out_cursor, qd_err *err) {
    store_cursor cursor;
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    memset(&cursor, 0, sizeof cursor);
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT backfill_from, backfill_to, backfilled_to, complete_to, "
                                  "state, fence, updated_at FROM cursor "
                                  "WHERE shop = ?1 AND stream = ?2",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, shop);
        store_db_bind_text(stmt, 2, stream);
        status = store_db_row(db, stmt, &row, "read a cursor", err);
    }
    if (row) {
        cursor.backfill_from = sqlite3_column_int64(stmt, 0);
        cursor.backfill_to = sqlite3_column_int64(stmt, 1);
        cursor.backfilled_to = sqlite3_column_int64(stmt, 2);
        cursor.complete_to = sqlite3_column_int64(stmt, 3);
        store_db_copy(cursor.state, sizeof cursor.state, stmt, 4);
        cursor.fence = sqlite3_column_int64(stmt, 5);
        cursor.updated_at = sqlite3_column_int64(stmt, 6);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_cursor = cursor;
    }
    return status;
}

void store_batch_set_cursor(store_batch *batch, const store_claim *claim,
                            const store_cursor *cursor) {
    batch->has_cursor = true;
    batch->fence = claim->fence;
    batch->cursor = *cursor;
    memcpy(batch->stream, claim->stream, sizeof batch->stream);
}

/* ---- inside the writer's transaction ---- */

qd_status store_fence_check(store_db *db, const store_batch *batch, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_fixed(db, STORE_SQL_FENCE, &stmt, err);
    if (status != QD_OK) {
        return status;
    }
    store_db_bind_text(stmt, 1, batch->shop);
    store_db_bind_text(stmt, 2, batch->stream);
    status = store_db_row(db, stmt, &row, "read the cursor", err);
    if (status == QD_OK && (!row || sqlite3_column_int64(stmt, 0) != batch->fence)) {
        status = base_fail(err, QD_E_STALE,
                           "%s of %s: another program has taken it over; nothing was written",
                           batch->stream, batch->shop);
    }
    sqlite3_reset(stmt);
    return status;
}

qd_status store_cursor_move(store_db *db, const store_batch *batch, int64_t now, qd_err *err) {
    const store_cursor *cursor = &batch->cursor;
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_fixed(db, STORE_SQL_CURSOR, &stmt, err);
    if (status != QD_OK) {
        return status;
    }
    store_db_bind_text(stmt, 1, batch->shop);
    store_db_bind_text(stmt, 2, batch->stream);
    sqlite3_bind_int64(stmt, 3, cursor->backfill_from);
    sqlite3_bind_int64(stmt, 4, cursor->backfill_to);
    sqlite3_bind_int64(stmt, 5, cursor->backfilled_to);
    sqlite3_bind_int64(stmt, 6, cursor->complete_to);
    store_db_bind_text(stmt, 7, cursor->state);
    sqlite3_bind_int64(stmt, 8, now);
    return store_db_step(db, stmt, "move the cursor", err);
}
