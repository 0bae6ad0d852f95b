/*
 * Applications: their keys, and their secrets sealed. Which shops use them is shops.c's matter.
 */
#include "store/sqlite/sqlite_private.h"

enum { SECRET_MAX = 4096 };

static const char app_aad[] = "app/%s/%s";

typedef struct app_job {
    const char *platform;
    const char *app_key;
    base_str sealed;
} app_job;

static qd_status put_app(store *store, store_db *db, void *arg, qd_err *err) {
    const app_job *job = arg;
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_prepare(
        db,
        "INSERT INTO app (platform, app_key, secret_sealed, created_at) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (platform, app_key) DO UPDATE SET secret_sealed = excluded.secret_sealed",
        &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, job->platform);
        store_db_bind_text(stmt, 2, job->app_key);
        sqlite3_bind_blob64(stmt, 3, job->sealed.ptr, job->sealed.len, SQLITE_STATIC);
        sqlite3_bind_int64(stmt, 4, base_now(store->clock));
        status = store_db_step(db, stmt, "write an app", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_app_put(store *store, const char *platform, const char *app_key, base_str secret,
                        qd_err *err) {
    base_buf sealed;
    if (secret.len > SECRET_MAX) {
        return base_fail(err, QD_E_INVALID, "an app's secret is at most %d bytes", SECRET_MAX);
    }
    base_buf_init(&sealed, SECRET_MAX + CODEC_AES_OVERHEAD);
    qd_status status = store_seal(store, secret, &sealed, err, app_aad, platform, app_key);
    if (status == QD_OK) {
        app_job job = { platform, app_key, base_buf_str(&sealed) };
        status = store_run(store, put_app, &job, err);
    }
    base_buf_clear(&sealed);
    return status;
}

static qd_status open_secret(store *store, base_str sealed, const char *platform,
                             const char *app_key, base_secret *out_secret, qd_err *err) {
    base_buf plain;
    base_buf_init(&plain, SECRET_MAX);
    (void)base_buf_room(&plain, SECRET_MAX);
    qd_status status = store_unseal(store, sealed, &plain, err, app_aad, platform, app_key);
    if (status == QD_OK) {
        status = base_secret_set(out_secret, base_buf_str(&plain), err);
    } else {
        base_err_prefix(err, "app %s of %s", app_key, platform);
    }
    base_buf_wipe(&plain);
    return status;
}

qd_status store_app_secret(store *store, const char *platform, const char *app_key,
                           base_secret *out_secret, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(
            db, "SELECT secret_sealed FROM app WHERE platform = ?1 AND app_key = ?2", &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, platform);
        store_db_bind_text(stmt, 2, app_key);
        status = store_db_row(db, stmt, &row, "read an app", err);
    }
    if (status == QD_OK) {
        status =
            row ? open_secret(store, store_db_text(stmt, 0), platform, app_key, out_secret, err)
                : base_fail(err, QD_E_NOT_FOUND, "no app %s of %s", app_key, platform);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    return status;
}
