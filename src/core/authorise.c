/*
 * A first token from an authorisation code, or a new one after an authorisation was withdrawn. The
 * steps are those of a renewal, blocking and under the same lock: ask, store, only then use. How a
 * code is asked with is the platform's.
 */
#include <string.h>

#include "core/core_private.h"

typedef struct asking {
    qd_shop *shop;
    qd_token fresh;
    bool ended;
    qd_err err;
} asking;

static void answered(void *user, qd_reply *reply, const qd_err *err) {
    asking *ask = user;
    ask->err = *err;
    if (ask->err.status == QD_OK) {
        ask->err.status = ask->shop->app->platform->token_read(
            core_reply_data(reply), qd_shop_now(ask->shop), &ask->fresh, &ask->err);
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
                               .host = how->host };
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
static qd_status take_lock(qd_shop *shop, void **out_lock, qd_err *err) {
    qd_app *app = shop->app;
    int64_t end = app_mono_ms(app) + app->deadline_ms;
    for (;;) {
        qd_status status =
            shop->tokens->try_lock(shop->tokens, shop->handle, shop->environment, out_lock, err);
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
static void forget(qd_shop *shop) {
    keeper *keep = &shop->keeper;
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

qd_status qd_shop_authorise(qd_shop *shop, const char *code, qd_err *err) {
    const core_platform *platform = shop->app->platform;
    core_token_call how = { .method = NULL };
    asking ask = { .shop = shop };
    qd_token stored;
    void *lock = NULL;
    if (!code || !*code) {
        return base_fail(err, QD_E_INVALID, "an authorisation needs its code");
    }
    if (!platform->token_exchange) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has no authorisation by code", platform->name);
    }
    memset(&stored, 0, sizeof stored);
    base_buf_init(&how.params, LIMIT_REQUEST_BYTES);
    qd_status status = platform->token_exchange(base_str_of(code), &how, err);
    if (status == QD_OK) {
        status = take_lock(shop, &lock, err);
    }
    if (status == QD_OK) {
        status = shop->tokens->load(shop->tokens, shop->handle, shop->environment, &stored, err);
    }
    if (status == QD_OK) {
        status = ask_platform(&ask, &how, err);
    }
    if (status == QD_OK) {
        ask.fresh.obtained_at = qd_shop_now(shop);
        status = shop->tokens->save(shop->tokens, shop->handle, shop->environment, &ask.fresh,
                                    stored.version, err);
    }
    if (status == QD_OK) {
        forget(shop);
    } else {
        base_err_prefix(err, "shop %s was not authorised", shop->handle);
    }
    if (lock) {
        shop->tokens->unlock(shop->tokens, lock);
    }
    base_buf_wipe(&how.params);
    qd_token_clear(&stored);
    qd_token_clear(&ask.fresh);
    return status;
}
