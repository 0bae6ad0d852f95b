/*
 * The token store over the database: sealed, saved by compare-and-swap in one durable transaction,
 * locked by a file that the kernel frees when its holder dies. When to refresh is the token
 * keeper's matter (room core).
 */
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum {
    LEVELS_BYTES = 24 * QD_TOKEN_LEVELS,
    SEALED_MAX = 2 * QD_TOKEN_TEXT_MAX + LEVELS_BYTES + 64
};

static const char token_aad[] = "token/%s/%s";

/* "1 END END ..." behind the pair, where the platform told ends of levels; the number is the form's
 * version. A reader that does not know it ends at the NUL before. */
static void pack_levels(const qd_token *token, base_buf *out) {
    bool any = false;
    for (size_t i = 0; i < QD_TOKEN_LEVELS; i++) {
        any = any || token->level_ends[i] != 0;
    }
    if (any) {
        base_buf_add(out, "\0001", 2);
        for (size_t i = 0; i < QD_TOKEN_LEVELS; i++) {
            base_buf_add_char(out, ' ');
            base_buf_add_i64(out, token->level_ends[i]);
        }
    }
}

static void unpack_levels(base_str text, qd_token *token) {
    if (text.len < 2 || text.ptr[0] != '1') {
        return;
    }
    const char *at = text.ptr + 1;
    const char *end = text.ptr + text.len;
    for (size_t i = 0; i < QD_TOKEN_LEVELS && at < end; i++) {
        const char *begin = ++at;
        while (at < end && *at != ' ') {
            at++;
        }
        (void)base_str_to_i64((base_str){ begin, (size_t)(at - begin) }, &token->level_ends[i]);
    }
}

/* The pair in one text, with a NUL between. Taken at full size at once, so that no copy of a token
 * stays behind where a buffer has moved. */
static qd_status pack_pair(const qd_token *token, base_buf *out, qd_err *err) {
    size_t access = strnlen(token->access, QD_TOKEN_TEXT_MAX);
    size_t refresh = strnlen(token->refresh, QD_TOKEN_TEXT_MAX);
    if (access == QD_TOKEN_TEXT_MAX || refresh == QD_TOKEN_TEXT_MAX) {
        return base_fail(err, QD_E_INVALID, "a token longer than %d bytes", QD_TOKEN_TEXT_MAX - 1);
    }
    if (!base_buf_room(out, access + 1 + refresh + LEVELS_BYTES)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a token");
    }
    base_buf_add(out, token->access, access + 1);
    base_buf_add(out, token->refresh, refresh);
    pack_levels(token, out);
    return QD_OK;
}

static qd_status unpack_pair(base_str pair, qd_token *token, qd_err *err) {
    const char *end = pair.len > 0 ? memchr(pair.ptr, '\0', pair.len) : NULL;
    size_t access = end ? (size_t)(end - pair.ptr) : 0;
    base_str rest = { end ? end + 1 : NULL, end ? pair.len - access - 1 : 0 };
    const char *more = rest.len > 0 ? memchr(rest.ptr, '\0', rest.len) : NULL;
    size_t refresh = more ? (size_t)(more - rest.ptr) : rest.len;
    if (!end || !base_copy(token->access, sizeof token->access, (base_str){ pair.ptr, access }) ||
        !base_copy(token->refresh, sizeof token->refresh, (base_str){ rest.ptr, refresh })) {
        return base_fail(err, QD_E_CORRUPT, "token: not what was stored");
    }
    if (more) {
        unpack_levels((base_str){ more + 1, rest.len - refresh - 1 }, token);
    }
    return QD_OK;
}

/* ---- load ---- */

/* Handles that are no shop of ours are an embedder's own, or an app's; a shop that was removed
 * gives no token. */
static qd_status check_handle(store_db *db, const char *handle, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_prepare(
        db, "SELECT 1 FROM shop WHERE t_code = ?1 AND removed_at IS NOT NULL", &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, handle);
        status = store_db_row(db, stmt, &row, "read a shop", err);
    }
    if (status == QD_OK && row) {
        status = base_fail(err, QD_E_NOT_FOUND, "shop %s was removed: add it again", handle);
    }
    sqlite3_finalize(stmt);
    return status;
}

static qd_status open_token(store *store, sqlite3_stmt *stmt, const char *handle,
                            const char *environment, qd_token *token, qd_err *err) {
    base_buf pair;
    base_buf_init(&pair, SEALED_MAX);
    (void)base_buf_room(&pair, SEALED_MAX);
    qd_status status =
        store_unseal(store, store_db_text(stmt, 1), &pair, err, token_aad, handle, environment);
    if (status == QD_OK) {
        status = unpack_pair(base_buf_str(&pair), token, err);
    } else {
        base_err_prefix(err, "token of %s", handle);
    }
    base_buf_wipe(&pair);
    token->version = sqlite3_column_int64(stmt, 0);
    token->expires_at = sqlite3_column_int64(stmt, 2);
    token->refresh_expires_at = sqlite3_column_int64(stmt, 3);
    token->obtained_at = sqlite3_column_int64(stmt, 4);
    token->intent_at = sqlite3_column_int64(stmt, 5);
    token->retry_after = sqlite3_column_int64(stmt, 6);
    token->failures = sqlite3_column_int(stmt, 7);
    token->revoked = sqlite3_column_int(stmt, 8) != 0;
    token->quiet_until = sqlite3_column_int64(stmt, 9);
    store_db_copy(token->refused_code, sizeof token->refused_code, stmt, 10);
    store_db_copy(token->refused_sub_code, sizeof token->refused_sub_code, stmt, 11);
    store_db_copy(token->refused_message, sizeof token->refused_message, stmt, 12);
    return status;
}

static qd_status load(qd_token_store *self, const char *handle, const char *environment,
                      qd_token *out_token, qd_err *err) {
    store *owner = (store *)self;
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_token token;
    memset(&token, 0, sizeof token);
    qd_status status = store_read_begin(owner, &db, err);
    if (status == QD_OK) {
        status = check_handle(db, handle, err);
    }
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT version, sealed, expires_at, refresh_expires_at, "
                                  "obtained_at, intent_at, retry_after, failures, revoked, "
                                  "quiet_until, refused_code, refused_sub_code, refused_message "
                                  "FROM token WHERE t_code = ?1 AND environment = ?2",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, handle);
        store_db_bind_text(stmt, 2, environment);
        status = store_db_row(db, stmt, &row, "read a token", err);
    }
    if (status == QD_OK && row) {
        status = open_token(owner, stmt, handle, environment, &token, err);
    }
    sqlite3_finalize(stmt);
    store_read_end(owner, db);
    if (status == QD_OK) {
        *out_token = token;
    }
    base_wipe(&token, sizeof token);
    return status;
}

/* ---- save ---- */

typedef struct save_job {
    const char *handle;
    const char *environment;
    const qd_token *token;
    int64_t expected;
    base_str sealed;
} save_job;

static qd_status check_version(store_db *db, const save_job *job, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_prepare(
        db, "SELECT version FROM token WHERE t_code = ?1 AND environment = ?2", &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, job->handle);
        store_db_bind_text(stmt, 2, job->environment);
        status = store_db_row(db, stmt, &row, "read a token", err);
    }
    int64_t version = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    if (status == QD_OK && version != job->expected) {
        return base_fail(err, QD_E_STALE, "token of %s: version %lld is stored, %lld was expected",
                         job->handle, (long long)version, (long long)job->expected);
    }
    return status;
}

static qd_status run_save(store *store, store_db *db, void *arg, qd_err *err) {
    const save_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    (void)store;
    qd_status status = check_handle(db, job->handle, err);
    if (status == QD_OK) {
        status = check_version(db, job, err);
    }
    if (status == QD_OK) {
        status = store_db_prepare(
            db,
            "INSERT OR REPLACE INTO token (t_code, environment, version, sealed, expires_at, "
            "refresh_expires_at, obtained_at, intent_at, retry_after, failures, revoked, "
            "quiet_until, refused_code, refused_sub_code, refused_message) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, job->handle);
        store_db_bind_text(stmt, 2, job->environment);
        sqlite3_bind_int64(stmt, 3, job->expected + 1);
        sqlite3_bind_blob64(stmt, 4, job->sealed.ptr, job->sealed.len, SQLITE_STATIC);
        store_db_bind_time(stmt, 5, job->token->expires_at);
        store_db_bind_time(stmt, 6, job->token->refresh_expires_at);
        store_db_bind_time(stmt, 7, job->token->obtained_at);
        store_db_bind_time(stmt, 8, job->token->intent_at);
        store_db_bind_time(stmt, 9, job->token->retry_after);
        sqlite3_bind_int(stmt, 10, job->token->failures);
        sqlite3_bind_int(stmt, 11, job->token->revoked);
        store_db_bind_time(stmt, 12, job->token->quiet_until);
        store_db_bind_text(stmt, 13, job->token->refused_code);
        store_db_bind_text(stmt, 14, job->token->refused_sub_code);
        store_db_bind_text(stmt, 15, job->token->refused_message);
        status = store_db_step(db, stmt, "write a token", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static qd_status save(qd_token_store *self, const char *handle, const char *environment,
                      const qd_token *token, int64_t expected, qd_err *err) {
    store *owner = (store *)self;
    base_buf pair;
    base_buf sealed;
    base_buf_init(&pair, SEALED_MAX);
    base_buf_init(&sealed, SEALED_MAX);
    qd_status status = pack_pair(token, &pair, err);
    if (status == QD_OK) {
        status =
            store_seal(owner, base_buf_str(&pair), &sealed, err, token_aad, handle, environment);
    }
    if (status == QD_OK) {
        save_job job = { handle, environment, token, expected, base_buf_str(&sealed) };
        status = store_run(owner, run_save, &job, err);
    }
    base_buf_wipe(&pair);
    base_buf_clear(&sealed);
    return status;
}

/* ---- lock ---- */

static qd_status try_lock(qd_token_store *self, const char *handle, const char *environment,
                          void **out_lock, qd_err *err) {
    base_lock *lock = NULL;
    qd_status status = store_lock_try((store *)self, "token", handle, environment, &lock, err);
    if (status == QD_OK) {
        *out_lock = lock;
    } else {
        base_err_prefix(err, "token of %s", handle);
    }
    return status;
}

static void unlock(qd_token_store *self, void *lock) {
    (void)self;
    base_lock_release(lock);
}

/* It lives as long as the store, whoever holds it: see the door. */
static void free_nothing(qd_token_store *self) {
    (void)self;
}

void store_tokens_init(store *store) {
    store->tokens = (qd_token_store){ load, save, try_lock, unlock, free_nothing };
}

qd_token_store *store_tokens(store *store) {
    return &store->tokens;
}
