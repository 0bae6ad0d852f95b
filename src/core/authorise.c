/*
 * A first token from an authorisation code, or a new one after an authorisation was withdrawn. The
 * steps are those of a renewal, blocking and under the same lock: ask, store, only then use. How a
 * code is asked with, and the page where an owner gets one, are the platform's.
 */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

typedef struct asking {
    qd_shop *shop;
    shop_route *route;
    qd_token fresh;
    qd_authorised owner;
    bool ended;
    qd_err err;
} asking;

static void answered(void *user, qd_reply *reply, const qd_err *err) {
    asking *ask = user;
    ask->err = *err;
    if (ask->err.status == QD_OK) {
        const core_platform *platform = ask->shop->app->platform;
        ask->err.status = platform->token_read(
            core_reply_data(reply), shop_now(ask->shop, ask->route->side), &ask->fresh, &ask->err);
        if (ask->err.status == QD_OK && platform->token_owner) {
            platform->token_owner(core_reply_data(reply), platform->name, &ask->owner);
        }
    }
    qd_reply_free(reply);
    ask->ended = true;
}

/* One attempt: a code works once, so that a second would only hide what became of the first. */
static qd_status ask_platform(asking *ask, core_token_call *how, qd_err *err) {
    enum { LOOK_MS = 60000 };
    static const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    qd_app *app = ask->shop->app;
    qd_loop *loop = NULL;
    yyjson_doc *params = NULL;
    qd_status status = codec_json_read(base_buf_str(&how->params), 0, &params, err);
    if (status == QD_OK) {
        status = app_take_loop(app, &loop, err);
    }
    if (status != QD_OK) {
        yyjson_doc_free(params);
        return status;
    }
    const call_setup setup = { .shop = ask->shop,
                               .method = cat_find(app->catalog, base_str_of(how->method)),
                               .name = how->method,
                               .params = params,
                               .options = &once,
                               .done = answered,
                               .user = ask,
                               .internal = true,
                               .path = how->path,
                               .host = how->host,
                               .route = ask->route };
    status = call_start(loop, &setup, NULL, err);
    while (status == QD_OK && !ask->ended) {
        qd_loop_run(loop, LOOK_MS);
    }
    app_give_loop(app, loop);
    if (status == QD_OK && ask->err.status != QD_OK) {
        status = ask->err.status;
        if (err) {
            *err = ask->err;
        }
    }
    return status;
}

/* Somebody may renew the old token just now; ours comes after theirs. */
static qd_status take_lock(qd_shop *shop, const char *environment, void **out_lock, qd_err *err) {
    qd_app *app = shop->app;
    int64_t end = app_mono_ms(app) + app->deadline_ms;
    for (;;) {
        qd_status status =
            shop->tokens->try_lock(shop->tokens, shop->handle, environment, out_lock, err);
        if (status != QD_E_BUSY) {
            return status;
        }
        if (app_mono_ms(app) >= end) {
            return base_fail(err, QD_E_TIMEOUT, "the token of shop %s stays locked", shop->handle);
        }
        app->clock->sleep_ms(app->clock->self, CORE_LOCK_POLL_MAX_MS);
    }
}

/* Calls that begin from now on read the store again. */
static void forget(qd_shop *shop, int side) {
    keeper *keep = &shop->sides[side].keeper;
    pthread_mutex_lock(&keep->mutex);
    keep->loaded = false;
    keep->refused = false;
    keep->revoked = false;
    keep->has_unsaved = false;
    keep->quiet_until = 0;
    keep->same_until = 0;
    qd_token_clear(&keep->unsaved);
    pthread_mutex_unlock(&keep->mutex);
}

/* A shop whose id nobody knew has one now; it is set once and never changed. An app that needed an
 * owner to learn it does not make tokens by itself. */
static void take_over_id(qd_shop *shop, const char *id) {
    char *none = NULL;
    char *copy = *id ? strdup(id) : NULL;
    if (copy && !shop->shop_id) {
        atomic_store(&shop->tool, atomic_load(&shop->tool) || !shop->self);
    }
    if (copy && !atomic_compare_exchange_strong(&shop->shop_id, &none, copy)) {
        free(copy);
    }
}

/* The wrong owner's consent must not become this shop's token. */
static qd_status check_owner(const asking *ask, qd_err *err) {
    const char *ours = ask->shop->shop_id;
    const char *theirs = ask->owner.shop_id;
    if (!ask->shop->app->platform->owner_is_shop || !ours || !*theirs ||
        strcmp(ours, theirs) == 0) {
        return QD_OK;
    }
    return base_fail(err, QD_E_INVALID,
                     "the owner of shop %s authorised, and this is shop %s: its own owner has to",
                     theirs, ours);
}

/* Under the lock: ask, store, then forget what was lent before. */
static qd_status exchange(asking *ask, core_token_call *how, qd_err *err) {
    qd_shop *shop = ask->shop;
    qd_token_store *tokens = shop->tokens;
    const char *environment = shop_side_name(ask->route->side);
    qd_token stored;
    memset(&stored, 0, sizeof stored);
    qd_status status = tokens->load(tokens, shop->handle, environment, &stored, err);
    if (status == QD_OK) {
        status = ask_platform(ask, how, err);
    }
    if (status == QD_OK) {
        status = check_owner(ask, err);
    }
    if (status == QD_OK) {
        ask->fresh.obtained_at = shop_now(shop, ask->route->side);
        status = tokens->save(tokens, shop->handle, environment, &ask->fresh, stored.version, err);
    }
    if (status == QD_OK) {
        take_over_id(shop, ask->owner.shop_id);
        forget(shop, ask->route->side);
    }
    qd_token_clear(&stored);
    return status;
}

qd_status qd_shop_authorise_as(qd_shop *shop, const char *code, const char *redirect_uri,
                               qd_authorised *out_authorised, qd_err *err) {
    const core_platform *platform = shop->app->platform;
    core_token_call how = { .method = NULL };
    asking ask = { .shop = shop };
    void *lock = NULL;
    if (!code || !*code) {
        return base_fail(err, QD_E_INVALID, "an authorisation needs its code");
    }
    if (!platform->token_exchange) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has no authorisation by code", platform->name);
    }
    ask.route = route_take(shop);
    base_buf_init(&how.params, LIMIT_REQUEST_BYTES);
    shop_fill_asker(shop, ask.route->side, &how);
    how.asker.redirect_uri = redirect_uri ? redirect_uri : "";
    qd_status status = platform->token_exchange(base_str_of(code), &how, err);
    if (status == QD_OK) {
        status = take_lock(shop, shop_side_name(ask.route->side), &lock, err);
    }
    if (status == QD_OK) {
        status = exchange(&ask, &how, err);
    }
    if (status != QD_OK) {
        base_err_prefix(err, "shop %s was not authorised", shop->handle);
    } else if (out_authorised) {
        *out_authorised = ask.owner;
    }
    if (lock) {
        shop->tokens->unlock(shop->tokens, lock);
    }
    base_buf_wipe(&how.params);
    qd_token_clear(&ask.fresh);
    route_free(ask.route);
    return status;
}

qd_status qd_shop_authorise(qd_shop *shop, const char *code, qd_err *err) {
    return qd_shop_authorise_as(shop, code, NULL, NULL, err);
}

qd_status qd_shop_authorise_url(qd_shop *shop, const qd_authorise_page *page, char **out_url,
                                qd_err *err) {
    static const qd_authorise_page none = { .state = NULL };
    const core_platform *platform = shop->app->platform;
    base_buf url;
    if (!platform->authorise_url) {
        return base_fail(err, QD_E_UNSUPPORTED, "no page is known where %s is authorised",
                         platform->name);
    }
    shop_route *route = route_take(shop);
    const core_authorise_page about = { .asked = page ? page : &none,
                                        .app_key = shop->app->key,
                                        .environment = shop_side_name(route->side),
                                        .base_url = route->own_host ? route->base_url : NULL };
    base_buf_init(&url, LIMIT_URL_BYTES);
    qd_status status = platform->authorise_url(&about, platform->name, &url, err);
    if (status == QD_OK) {
        status = base_buf_check(&url, "the page's URL", err);
    }
    if (status == QD_OK) {
        *out_url = base_buf_take(&url);
    }
    base_buf_clear(&url);
    route_free(route);
    return status;
}
