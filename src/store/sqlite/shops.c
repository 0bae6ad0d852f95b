/*
 * Shops: their handles, and what may be done with them. How a row looks is in shop_rows.c, apps are
 * in apps.c, tokens in tokens.c.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/shop_rows.h"

enum { CODE_TAIL = 10, CODE_TRIES = 20, SLIPS = 4 };

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

/* ---- add ---- */

static qd_status fail_taken(const store_shop *found, qd_err *err) {
    return base_fail(err, QD_E_INVALID, "this shop is there already as %s", found->t_code);
}

static qd_status add_shop(store *store, store_db *db, void *arg, qd_err *err) {
    store_shop *shop = arg;
    store_shop found;
    bool is_there = false;
    qd_status status = store_shop_find(db, NULL, shop, &found, &is_there, err);
    if (status != QD_OK) {
        return status;
    }
    if (is_there && found.removed_at == 0) {
        return fail_taken(&found, err);
    }
    shop->removed_at = 0;
    if (is_there) {
        memcpy(shop->t_code, found.t_code, sizeof shop->t_code);
        shop->created_at = found.created_at;
        return store_shop_write(db, shop, err);
    }
    shop->created_at = base_now(store->clock);
    for (int i = 0; i < CODE_TRIES; i++) {
        make_code(store, shop->platform, shop->t_code, sizeof shop->t_code);
        status = store_shop_find(db, shop->t_code, NULL, &found, &is_there, err);
        if (status != QD_OK || !is_there) {
            break;
        }
    }
    if (status == QD_OK && is_there) {
        return base_fail(err, QD_E_IO, "the source of randomness gives the same handle again");
    }
    return status == QD_OK ? store_shop_write(db, shop, err) : status;
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

qd_status store_shop_check_new(store *store, const store_shop *shop, qd_err *err) {
    store_shop identity = *shop, found;
    store_db *db = NULL;
    bool is_there = false;
    if (!identity.environment[0]) {
        base_copy(identity.environment, sizeof identity.environment, BASE_STR("production"));
    }
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_shop_find(db, NULL, &identity, &found, &is_there, err);
    }
    store_read_end(store, db);
    return status == QD_OK && is_there && found.removed_at == 0 ? fail_taken(&found, err) : status;
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
    if (best > SLIPS) { /* another word and no slip of the finger */
        return base_fail(err, QD_E_NOT_FOUND, "no shop %.60s", t_code);
    }
    return base_fail(err, QD_E_NOT_FOUND, "no shop %.60s: the nearest is %s", t_code, nearest);
}

static qd_status active_shop(store_db *db, const char *t_code, store_shop *out_shop, qd_err *err) {
    bool found = false;
    qd_status status = store_shop_find(db, t_code, NULL, out_shop, &found, err);
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

/* What was read of one environment says nothing of the other: the cursors are parked as
 * "production/orders" and those of the new environment take their place. The fence grows, so that a
 * job that began before the switch writes nothing more. */
static qd_status switch_cursors(store_db *db, const char *t_code, const char *from, const char *to,
                                qd_err *err) {
    /* ?1 the shop, ?2 the environment that is left, ?3 the one that is entered */
    static const char *const steps[] = {
        "INSERT OR REPLACE INTO cursor (shop, stream, backfill_from, backfill_to, backfilled_to, "
        "complete_to, state, fence, updated_at) SELECT shop, ?2 || '/' || stream, backfill_from, "
        "backfill_to, backfilled_to, complete_to, state, fence, updated_at FROM cursor "
        "WHERE shop = ?1 AND instr(stream, '/') = 0 AND ?3 <> ''",
        "UPDATE cursor SET backfill_from = 0, backfill_to = 0, backfilled_to = 0, complete_to = 0, "
        "state = '', updated_at = 0, fence = fence + 1 "
        "WHERE shop = ?1 AND instr(stream, '/') = 0 AND ?2 <> ?3",
        "UPDATE cursor AS c SET backfill_from = p.backfill_from, backfill_to = p.backfill_to, "
        "backfilled_to = p.backfilled_to, complete_to = p.complete_to, state = p.state, "
        "updated_at = p.updated_at FROM cursor AS p WHERE c.shop = ?1 AND p.shop = ?1 "
        "AND p.stream = ?3 || '/' || c.stream AND ?2 <> ?3",
        "DELETE FROM cursor WHERE shop = ?1 AND substr(stream, 1, length(?3) + 1) = ?3 || '/' "
        "AND ?2 <> ?3",
    };
    qd_status status = QD_OK;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == QD_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        status = store_db_prepare(db, steps[i], &stmt, err);
        if (status == QD_OK) {
            store_db_bind_text(stmt, 1, t_code);
            store_db_bind_text(stmt, 2, from);
            store_db_bind_text(stmt, 3, to);
            status = store_db_step(db, stmt, "switch cursors", err);
        }
        sqlite3_finalize(stmt);
    }
    return status;
}

static qd_status update_shop(store *store, store_db *db, void *arg, qd_err *err) {
    store_shop *shop = arg;
    store_shop stored;
    store_shop same;
    bool taken = false;
    (void)store;
    qd_status status = active_shop(db, shop->t_code, &stored, err);
    if (status == QD_OK) {
        status = store_shop_find(db, NULL, shop, &same, &taken, err);
    }
    if (status == QD_OK && shop->revision != 0 && shop->revision != stored.revision) {
        return base_fail(err, QD_E_STALE, "shop %s was changed meanwhile", shop->t_code);
    }
    if (status == QD_OK && taken && strcmp(same.t_code, shop->t_code) != 0) {
        return fail_taken(&same, err);
    }
    if (status == QD_OK && strcmp(stored.environment, shop->environment) != 0) {
        status = switch_cursors(db, shop->t_code, stored.environment, shop->environment, err);
    }
    return status == QD_OK ? store_shop_write(db, shop, err) : status;
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
        status = store_shop_write(db, &shop, err);
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

/* Reads the next shop to the end of the array; false after the last one. */
static qd_status list_one(store_db *db, sqlite3_stmt *stmt, store_shop **shops, size_t *count,
                          bool *out_more, qd_err *err) {
    qd_status status = store_db_row(db, stmt, out_more, "read shops", err);
    if (status != QD_OK || !*out_more) {
        return status;
    }
    store_shop *more = realloc(*shops, (*count + 1) * sizeof *more);
    if (!more) {
        return base_fail(err, QD_E_NOMEM, "out of memory for shops");
    }
    *shops = more;
    return store_shop_read(db->store, stmt, &more[(*count)++], err);
}

qd_status store_shop_list(store *store, store_shop **out_shops, size_t *out_count, qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    store_shop *shops = NULL;
    size_t count = 0;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_prepare(db,
                                  "SELECT " STORE_SHOP_COLUMNS " FROM shop "
                                  "WHERE removed_at IS NULL ORDER BY created_at, t_code",
                                  &stmt, err);
    }
    for (bool more = true; status == QD_OK && more;) {
        status = list_one(db, stmt, &shops, &count, &more, err);
    }
    sqlite3_finalize(stmt);
    store_read_end(store, db);
    if (status != QD_OK) {
        free(shops);
        return status;
    }
    *out_shops = shops;
    *out_count = count;
    return QD_OK;
}

qd_status store_shop_revision(store *store, const char *t_code, int64_t *out_revision,
                              qd_err *err) {
    store_db *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_read_begin(store, &db, err);
    if (status == QD_OK) {
        status = store_db_fixed(db, STORE_SQL_SHOP_REVISION, &stmt, err);
    }
    if (status == QD_OK) {
        store_db_bind_text(stmt, 1, t_code);
        status = store_db_row(db, stmt, &row, "read a shop", err);
        *out_revision = row ? sqlite3_column_int64(stmt, 0) : 0;
        sqlite3_reset(stmt);
        sqlite3_clear_bindings(stmt);
    }
    store_read_end(store, db);
    return status;
}
