/* Rows of the table shop, between shops.c and shop_rows.c. */
#ifndef STORE_SHOP_ROWS_H
#define STORE_SHOP_ROWS_H

#include "store/sqlite/sqlite_private.h"

#define STORE_SHOP_COLUMNS                                                                         \
    "t_code, platform, name, app_key, shop_id, environment, base_url, proxy, created_at, "         \
    "removed_at, sign_method, app_kind, token_flow, subject_id, subject_type, service_id, "        \
    "sandbox_url, proxy_sealed, revision"

/* The row under stmt (STORE_SHOP_COLUMNS). @retval QD_E_CORRUPT its proxy cannot be unsealed */
qd_status store_shop_read(store *store, sqlite3_stmt *stmt, store_shop *shop, qd_err *err);
/* By handle, or by identity when t_code is NULL. */
qd_status store_shop_find(store_db *db, const char *t_code, const store_shop *identity,
                          store_shop *out_shop, bool *out_found, qd_err *err);
/* Inserts or replaces by t_code; fills revision and proxy_shown. */
qd_status store_shop_write(store_db *db, store_shop *shop, qd_err *err);

#endif
