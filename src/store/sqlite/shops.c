/*
 * Applications and shops: the small tables that people fill. Secrets are sealed here; tokens are in
 * tokens.c.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum { CODE_TAIL = 10, CODE_TRIES = 20, SECRET_MAX = 4096 };

static const char app_aad[] = "app/%s/%s";

#define SHOP_COLUMNS_SQL                                                                           \
    "t_code, platform, name, app_key, shop_id, environment, base_url, proxy, created_at, "         \
    "removed_at"

/* ---- apps ---- */

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

/* ---- handles ---- */

/* Short forms that people know; any other platform gives its first two letters. */
static void platform_letters(const char *platform, char out[3]) {
    static const char *const known[][2] = { { "douyin", "dy" },
                                            { "taobao", "tb" },
                                            { "qianchuan", "qc" } };
    base_copy(out, 3, base_str_of(platform));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(platform, known[i][0]) == 0) {
            base_copy(out, 3, base_str_of(known[i][1]));
        }
    }
}

/* 32 signs that nobody confuses when reading aloud: 5 bits each, 50 in all. */
static void make_code(store *store, const char *platform, char *out, size_t size) {
    static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char random[CODE_TAIL];
    char tail[CODE_TAIL + 1];
    char letters[3] = "";
    base_buf text;
    store->clock->random(store->clock->self, random, sizeof random);
    for (int i = 0; i < CODE_TAIL; i++) {
        tail[i] = signs[random[i] % 32];
    }
    tail[CODE_TAIL] = '\0';
    platform_letters(platform, letters);
    base_buf_init(&text, size);
    base_buf_printf(&text, "%s-%s", letters, tail);
    base_copy(out, size, base_buf_str(&text));
    base_buf_clear(&text);
}

/* ---- one shop ---- */

static void read_shop(sqlite3_stmt *stmt, store_shop *shop) {
    memset(shop, 0, sizeof *shop);
    store_db_copy(shop->t_code, sizeof shop->t_code, stmt, 0);
    store_db_copy(shop->platform, sizeof shop->platform, stmt, 1);
    store_db_copy(shop->name, sizeof shop->name, stmt, 2);
    store_db_copy(shop->app_key, sizeof shop->app_key, stmt, 3);
    store_db_copy(shop->shop_id, sizeof shop->shop_id, stmt, 4);
    store_db_copy(shop->environment, sizeof shop->environment, stmt, 5);
    store_db_copy(shop->base_url, sizeof shop->base_url, stmt, 6);
    store_db_copy(shop->proxy, sizeof shop->proxy, stmt, 7);
    shop->created_at = sqlite3_column_int64(stmt, 8);
    shop->removed_at = sqlite3_column_int64(stmt, 9);
}

/* By handle, or by identity when t_code is NULL. */
static qd_status find_shop(store_db *db, const char *t_code, const store_shop *identity,
                           store_shop *out_shop, bool *out_found, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_prepare(
        db,
        t_code ? "SELECT " SHOP_COLUMNS_SQL " FROM shop WHERE t_code = ?1"
               : "SELECT " SHOP_COLUMNS_SQL " FROM shop WHERE platform = ?1 AND app_key = ?2 "
                 "AND shop_id = ?3 AND environment = ?4 AND shop_id <> ''",
        &stmt, err);
    if (status == QD_OK && t_code) {
        store_db_bind_text(stmt, 1, t_code);
    } else if (status == QD_OK) {
        store_db_bind_text(stmt, 1, identity->platform);
        store_db_bind_text(stmt, 2, identity->app_key);
        store_db_bind_text(stmt, 3, identity->shop_id);
        store_db_bind_text(stmt, 4, identity->environment);
    }
    *out_found = false;
    if (status == QD_OK) {
        status = store_db_row(db, stmt, out_found, "read a shop", err);
    }
    if (*out_found) {
        read_shop(stmt, out_shop);
    }
    sqlite3_finalize(stmt);
    return status;
}

static qd_status write_shop(store_db *db, const store_shop *shop, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_prepare(db,
                                        "INSERT INTO shop (" SHOP_COLUMNS_SQL ") "
                                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                                        "ON CONFLICT (t_code) DO UPDATE SET name = ?3, "
                                        "app_key = ?4, shop_id = ?5, environment = ?6, "
                                        "base_url = ?7, proxy = ?8, removed_at = ?10",
                                        &stmt, err);
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, shop->t_code);
        store_db_bind_text(stmt, 2, shop->platform);
        store_db_bind_text(stmt, 3, shop->name);
        store_db_bind_text(stmt, 4, shop->app_key);
        store_db_bind_text(stmt, 5, shop->shop_id);
        store_db_bind_text(stmt, 6, shop->environment);
        store_db_bind_text(stmt, 7, shop->base_url);
        store_db_bind_text(stmt, 8, shop->proxy);
        store_db_bind_time(stmt, 9, shop->created_at);
        store_db_bind_time(stmt, 10, shop->removed_at);
        status = store_db_step(db, stmt, "write a shop", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

static qd_status add_shop(store *store, store_db *db, void *arg, qd_err *err) {
    store_shop *shop = arg;
    store_shop found;
    bool is_there = false;
    qd_status status = find_shop(db, NULL, shop, &found, &is_there, err);
    if (status != QD_OK) {
        return status;
    }
    if (is_there && found.removed_at == 0) {
        return base_fail(err, QD_E_INVALID, "this shop is there already as %s", found.t_code);
    }
    shop->removed_at = 0;
    if (is_there) {
        memcpy(shop->t_code, found.t_code, sizeof shop->t_code);
        shop->created_at = found.created_at;
        return write_shop(db, shop, err);
    }
    shop->created_at = base_now(store->clock);
    for (int i = 0; i < CODE_TRIES; i++) {
        make_code(store, shop->platform, shop->t_code, sizeof shop->t_code);
        status = find_shop(db, shop->t_code, NULL, &found, &is_there, err);
        if (status != QD_OK || !is_there) {
            break;
        }
    }
    if (status == QD_OK && is_there) {
        return base_fail(err, QD_E_IO, "the source of randomness gives the same handle again");
    }
    return status == QD_OK ? write_shop(db, shop, err) : status;
}

qd_status store_shop_add(store *store, store_shop *shop, qd_err *err) {
    store_shop made = *shop;
    if (!made.platform[0]) {
        return base_fail(err, QD_E_INVALID, "a shop needs a platform");
    }
    if (!made.environment[0]) {
        base_copy(made.environment, sizeof made.environment, BASE_STR("production"));
    }
    qd_status status = store_run(store, add_shop, &made, err);
    if (status == QD_OK) {
        *shop = made;
    }
    return status;
}

/* ---- not found: the nearest handle ---- */

/* Levenshtein; handles are short. */
static size_t distance(const char *a, const char *b) {
    size_t row[sizeof(((store_shop *)0)->t_code) + 1];
    size_t width = strlen(b);
    for (size_t j = 0; j <= width; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            size_t best = corner + (a[i] != b[j]);
            best = row[j + 1] + 1 < best ? row[j + 1] + 1 : best;
            best = row[j] + 1 < best ? row[j] + 1 : best;
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    return row[width];
}

static qd_status fail_unknown(store_db *db, const char *t_code, qd_err *err) {
    char nearest[40] = "";
    size_t best = SIZE_MAX;
    bool row = false;
    sqlite3_stmt *stmt = NULL;
    if (strlen(t_code) < sizeof nearest &&
        store_db_prepare(db, "SELECT t_code FROM shop WHERE removed_at IS NULL ORDER BY t_code",
                         &stmt, NULL) == QD_OK) {
        while (store_db_row(db, stmt, &row, "read shops", NULL) == QD_OK && row) {
            char candidate[40];
            store_db_copy(candidate, sizeof candidate, stmt, 0);
            size_t d = distance(t_code, candidate);
            if (d < best) {
                best = d;
                memcpy(nearest, candidate, sizeof nearest);
            }
        }
        sqlite3_finalize(stmt);
    }
    if (!nearest[0]) {
        return base_fail(err, QD_E_NOT_FOUND, "no shop %.60s: add one first", t_code);
    }
    return base_fail(err, QD_E_NOT_FOUND, "no shop %.60s: the nearest is %s", t_code, nearest);
}

static qd_status active_shop(store_db *db, const char *t_code, store_shop *out_shop, qd_err *err) {
    bool found = false;
    qd_status status = find_shop(db, t_code, NULL, out_shop, &found, err);
    if (status == QD_OK && !found) {
        return fail_unknown(db, t_code, err);
    }
    if (status == QD_OK && out_shop->removed_at != 0) {
        return base_fail(err, QD_E_NOT_FOUND, "shop %s was removed: add it again to revive it",
                         t_code);
    }
    return status;
}

qd_status store_shop_get(store *store, const char *t_code, store_shop *out_shop, qd_err *err) {
    store_shop shop;
    store_db *db = NULL;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = active_shop(db, t_code, &shop, err);
    }
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_shop = shop;
    }
    return status;
}

/* ---- change, remove, list ---- */

static qd_status update_shop(store *store, store_db *db, void *arg, qd_err *err) {
    store_shop *shop = arg;
    store_shop stored;
    store_shop same;
    bool taken = false;
    (void)store;
    qd_status status = active_shop(db, shop->t_code, &stored, err);
    if (status == QD_OK) {
        status = find_shop(db, NULL, shop, &same, &taken, err);
    }
    if (status == QD_OK && taken && strcmp(same.t_code, shop->t_code) != 0) {
        return base_fail(err, QD_E_INVALID, "this shop is there already as %s", same.t_code);
    }
    return status == QD_OK ? write_shop(db, shop, err) : status;
}

qd_status store_shop_update(store *store, const store_shop *shop, qd_err *err) {
    store_shop copy = *shop;
    copy.removed_at = 0;
    return store_run(store, update_shop, &copy, err);
}

static qd_status remove_shop(store *store, store_db *db, void *arg, qd_err *err) {
    store_shop shop;
    sqlite3_stmt *stmt = NULL;
    qd_status status = active_shop(db, arg, &shop, err);
    if (status == QD_OK) {
        status = store_db_prepare(db, "DELETE FROM token WHERE t_code = ?1", &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, arg);
        status = store_db_step(db, stmt, "wipe tokens", err);
    }
    sqlite3_finalize(stmt);
    if (status == QD_OK) {
        shop.removed_at = base_now(store->clock);
        status = write_shop(db, &shop, err);
    }
    return status;
}

qd_status store_shop_remove(store *store, const char *t_code, qd_err *err) {
    char copy[64];
    if (!base_copy(copy, sizeof copy, base_str_of(t_code))) {
        return base_fail(err, QD_E_NOT_FOUND, "no shop of so long a handle");
    }
    return store_run(store, remove_shop, copy, err);
}

static void read_listed_shop(sqlite3_stmt *stmt, void *out_item) {
    read_shop(stmt, out_item);
}

qd_status store_shop_list(store *store, store_shop **out_shops, size_t *out_count, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    void *items = NULL;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT " SHOP_COLUMNS_SQL " FROM shop WHERE removed_at IS NULL "
                                  "ORDER BY created_at, t_code",
                                  &stmt, err);
    }
    if (status == QD_OK) {
        status = store_db_collect(db, stmt, sizeof(store_shop), read_listed_shop, "read shops",
                                  &items, out_count, err);
    }
    store_read_end(store, db);
    if (status == QD_OK) {
        *out_shops = items;
    }
    return status;
}
