/*
 * Rows of the table shop: read, written, found. A proxy's password is sealed here, and shown as
 * ***. What may be done with shops is in shops.c.
 */
#include <string.h>

#include "store/sqlite/shop_rows.h"

static const char proxy_aad[] = "proxy/%s";

/* ---- proxies ---- */

/* Copies text with every password in front of an '@' of a URL replaced; true when there was one. */
static bool hide_passwords(const char *text, base_buf *out) {
    bool found = false;
    while (*text) {
        const char *slashes = strstr(text, "://");
        const char *start = slashes ? slashes + 3 : text + strlen(text);
        size_t len = strcspn(start, "/\"?# ");
        const char *at = len ? memrchr(start, '@', len) : NULL;
        const char *colon = at ? memchr(start, ':', (size_t)(at - start)) : NULL;
        if (colon) {
            base_buf_add(out, text, (size_t)(colon + 1 - text));
            base_buf_add_text(out, "***");
            text = at;
            found = true;
        } else {
            base_buf_add(out, text, (size_t)(start - text));
            text = start;
        }
    }
    return found;
}

/* Fills proxy_shown; true when it differs from the proxy. */
static bool show_proxy(store_shop *shop) {
    base_buf shown;
    base_buf_init(&shown, sizeof shop->proxy_shown);
    bool hidden = hide_passwords(shop->proxy, &shown);
    (void)base_copy(shop->proxy_shown, sizeof shop->proxy_shown, base_buf_str(&shown));
    base_buf_clear(&shown);
    return hidden;
}

static qd_status open_proxy(store *store, base_str sealed, store_shop *shop, qd_err *err) {
    base_buf plain;
    base_buf_init(&plain, sizeof shop->proxy);
    (void)base_buf_room(&plain, sizeof shop->proxy);
    qd_status status = store_unseal(store, sealed, &plain, err, proxy_aad, shop->t_code);
    if (status == QD_OK) {
        (void)base_copy(shop->proxy, sizeof shop->proxy, base_buf_str(&plain));
    } else {
        base_err_prefix(err, "proxy of %s", shop->t_code);
    }
    base_buf_wipe(&plain);
    return status;
}

/* ---- reading ---- */

qd_status store_shop_read(store *store, sqlite3_stmt *stmt, store_shop *shop, qd_err *err) {
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
    store_db_copy(shop->sign_method, sizeof shop->sign_method, stmt, 10);
    store_db_copy(shop->app_kind, sizeof shop->app_kind, stmt, 11);
    store_db_copy(shop->token_flow, sizeof shop->token_flow, stmt, 12);
    store_db_copy(shop->subject_id, sizeof shop->subject_id, stmt, 13);
    store_db_copy(shop->subject_type, sizeof shop->subject_type, stmt, 14);
    store_db_copy(shop->service_id, sizeof shop->service_id, stmt, 15);
    store_db_copy(shop->sandbox_url, sizeof shop->sandbox_url, stmt, 16);
    shop->revision = sqlite3_column_int64(stmt, 18);
    qd_status status = QD_OK;
    if (sqlite3_column_type(stmt, 17) == SQLITE_BLOB) {
        status = open_proxy(store, store_db_text(stmt, 17), shop, err);
    }
    (void)show_proxy(shop);
    return status;
}

qd_status store_shop_find(store_db *db, const char *t_code, const store_shop *identity,
                          store_shop *out_shop, bool *out_found, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_prepare(
        db,
        t_code ? "SELECT " STORE_SHOP_COLUMNS " FROM shop WHERE t_code = ?1"
               : "SELECT " STORE_SHOP_COLUMNS " FROM shop WHERE platform = ?1 AND app_key = ?2 "
                 "AND environment = ?3 AND ((shop_id = ?4 AND shop_id <> '') OR "
                 "(subject_id = ?5 AND subject_id <> '' AND subject_type = ?6))",
        &stmt, err);
    if (status == QD_OK && t_code) {
        store_db_bind_text(stmt, 1, t_code);
    } else if (status == QD_OK) {
        store_db_bind_text(stmt, 1, identity->platform);
        store_db_bind_text(stmt, 2, identity->app_key);
        store_db_bind_text(stmt, 3, identity->environment);
        store_db_bind_text(stmt, 4, identity->shop_id);
        store_db_bind_text(stmt, 5, identity->subject_id);
        store_db_bind_text(stmt, 6, identity->subject_type);
    }
    *out_found = false;
    if (status == QD_OK) {
        status = store_db_row(db, stmt, out_found, "read a shop", err);
    }
    if (status == QD_OK && *out_found) {
        status = store_shop_read(db->store, stmt, out_shop, err);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* ---- writing ---- */

static void bind_shop(sqlite3_stmt *stmt, const store_shop *shop, base_str sealed) {
    const char *const texts[] = { shop->t_code,   shop->platform,   shop->name,
                                  shop->app_key,  shop->shop_id,    shop->environment,
                                  shop->base_url, shop->proxy_shown };
    const char *const more[] = { shop->sign_method, shop->app_kind,     shop->token_flow,
                                 shop->subject_id,  shop->subject_type, shop->service_id,
                                 shop->sandbox_url };
    int place = 1;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        store_db_bind_text(stmt, place++, texts[i]);
    }
    store_db_bind_time(stmt, place++, shop->created_at);
    store_db_bind_time(stmt, place++, shop->removed_at);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        store_db_bind_text(stmt, place++, more[i]);
    }
    if (sealed.len > 0) {
        sqlite3_bind_blob64(stmt, place, sealed.ptr, sealed.len, SQLITE_STATIC);
    }
}

static qd_status insert(store_db *db, store_shop *shop, base_str sealed, qd_err *err) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_prepare(
        db,
        "INSERT INTO shop (" STORE_SHOP_COLUMNS ") "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
        "?18, 1) ON CONFLICT (t_code) DO UPDATE SET name = ?3, app_key = ?4, shop_id = ?5, "
        "environment = ?6, base_url = ?7, proxy = ?8, removed_at = ?10, sign_method = ?11, "
        "app_kind = ?12, token_flow = ?13, subject_id = ?14, subject_type = ?15, "
        "service_id = ?16, sandbox_url = ?17, proxy_sealed = ?18, revision = revision + 1 "
        "RETURNING revision",
        &stmt, err);
    if (status == QD_OK) {
        bind_shop(stmt, shop, sealed);
        status = store_db_row(db, stmt, &row, "write a shop", err);
    }
    if (row) {
        shop->revision = sqlite3_column_int64(stmt, 0);
        status = store_db_row(db, stmt, &row, "write a shop", err);
    }
    sqlite3_finalize(stmt);
    return status;
}

qd_status store_shop_write(store_db *db, store_shop *shop, qd_err *err) {
    base_buf sealed;
    qd_status status = QD_OK;
    base_buf_init(&sealed, sizeof shop->proxy + CODEC_AES_OVERHEAD);
    if (show_proxy(shop)) {
        status =
            store_seal(db->store, base_str_of(shop->proxy), &sealed, err, proxy_aad, shop->t_code);
    }
    if (status == QD_OK) {
        status = insert(db, shop, base_buf_str(&sealed), err);
    }
    base_buf_clear(&sealed);
    return status;
}
