/*
 * The token keeper's renewing half. One renewer a shop and process (keeper.renewer), one a shop
 * over all processes (the store's lock). The order of its steps is the promise:
 *
 *   lock, read the store again (somebody may have been faster), write the intent, ask, store the
 *   new pair, only then use it, unlock.
 *
 * A process that dies after asking leaves its intent behind. The next one asks with the old refresh
 * token once more (the platform may not have acted), then, where the platform has such a way,
 * creates a new token, then tells the owner.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

struct renewal {
    void *lock;
    int64_t poll_ms;
    qd_token stored; /* as in the store, under the lock */
    bool creating;
    bool interrupted; /* the store held the intent of somebody who died */
    bool revoked;     /* of the keeper, as it was when the lock was taken */
    bool by_hand;
    core_call *child;
};

static void answered(void *user, qd_reply *reply, const qd_err *err);

void renewal_end(core_call *call) {
    qd_shop *shop = call->holder;
    renewal *renew = call->renewal;
    if (renew) {
        if (renew->child) {
            call_cancel(renew->child, false);
        }
        if (renew->lock) {
            shop->tokens->unlock(shop->tokens, renew->lock);
        }
        qd_token_clear(&renew->stored);
        free(renew);
        call->renewal = NULL;
    }
    if (call->is_renewer) {
        keeper *keep = keeper_of(call);
        call->is_renewer = false;
        pthread_mutex_lock(&keep->mutex);
        keep->renewer = NULL;
        pthread_mutex_unlock(&keep->mutex);
    }
}

static const char *environment_of(const core_call *call) {
    return shop_side_name(call->route->side);
}

static int64_t now_of(const core_call *call) {
    return shop_now(call->holder, call->route->side);
}

/* ---- endings ---- */

static void go_on(core_call *call) {
    renewal_end(call);
    call->state = CALL_READY;
    call_step(call);
}

/* Makes the stored token the one that is lent. */
static void adopt(core_call *call, const qd_token *token, int64_t same_until) {
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    keep->token = *token;
    keep->refused = false;
    keep->revoked = false;
    keep->by_hand = false;
    keep->quiet_until = token->quiet_until;
    keep->same_until = same_until;
    keep->has_unsaved = false;
    qd_token_clear(&keep->unsaved);
    pthread_mutex_unlock(&keep->mutex);
}

/* The old token still works: use it and do not ask again for a while. */
static bool fall_back(core_call *call) {
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    bool good = keep->token.access[0] != '\0' && !keep->refused && !keep->revoked &&
                !keep->has_unsaved && !keep->token.revoked &&
                !keeper_is_expired(call->holder, call->route, &keep->token, 0);
    if (good) {
        keep->quiet_until = now_of(call) + CORE_REFUSED_BASE_S;
    }
    pthread_mutex_unlock(&keep->mutex);
    if (good) {
        go_on(call);
    }
    return good;
}

static void give_up(core_call *call, const qd_err *err) {
    if (!fall_back(call)) {
        call_fail_token(call, err);
    }
}

/* ---- storing ---- */

static qd_status save(core_call *call, qd_token *token, qd_err *err) {
    qd_shop *shop = call->holder;
    int64_t expected = call->renewal->stored.version;
    qd_status status =
        shop->tokens->save(shop->tokens, shop->handle, environment_of(call), token, expected, err);
    if (status == QD_OK) {
        token->version = expected + 1;
        call->renewal->stored = *token;
    }
    return status;
}

/* The platform's words, so that they can be told again when nothing is asked any more. */
static void remember(qd_token *token, const qd_err *why) {
    if (why && why->code[0]) {
        base_copy(token->refused_code, sizeof token->refused_code, base_str_of(why->code));
        base_copy(token->refused_sub_code, sizeof token->refused_sub_code,
                  base_str_of(why->sub_code));
        base_copy(token->refused_message, sizeof token->refused_message, base_str_of(why->message));
    }
}

/* Writes down a refusal: when to try again, why, and that only the owner can help if that is so. */
static void save_refusal(core_call *call, const qd_err *why, bool revoked, int64_t retry_after,
                         bool count) {
    qd_token token = call->renewal->stored;
    token.intent_at = 0;
    token.retry_after = retry_after;
    token.failures += count ? 1 : 0;
    token.revoked = token.revoked || revoked;
    remember(&token, why);
    qd_err err;
    if (save(call, &token, &err) == QD_OK) {
        keeper *keep = keeper_of(call);
        pthread_mutex_lock(&keep->mutex);
        if (strcmp(keep->token.access, token.access) == 0) {
            keep->token = token;
        }
        pthread_mutex_unlock(&keep->mutex);
    } else {
        base_log(QD_LOG_WARNING, "core", "a refused token renewal could not be written down: %s",
                 err.message);
    }
    qd_token_clear(&token);
}

/* ---- the answer ---- */

/* The same pair is no news: its life goes on as it was, and it is left alone until its last hour.
 */
static int64_t keep_unchanged(core_call *call, qd_token *fresh) {
    const qd_token *old = &call->renewal->stored;
    int64_t now = now_of(call);
    if (old->expires_at > now && (fresh->expires_at == 0 || old->expires_at < fresh->expires_at)) {
        fresh->expires_at = old->expires_at;
    }
    fresh->obtained_at = old->obtained_at ? old->obtained_at : now;
    int64_t last_hour = fresh->expires_at - CORE_LAST_HOUR_S;
    return last_hour > now ? last_hour : now + CORE_SAME_S;
}

static void store_pair(core_call *call, qd_token *fresh) {
    qd_shop *shop = call->holder;
    qd_token *stored = &call->renewal->stored;
    int64_t same_until = 0;
    qd_err err;
    fresh->obtained_at = now_of(call);
    if (fresh->refresh[0] == '\0') {
        base_copy(fresh->refresh, sizeof fresh->refresh, base_str_of(stored->refresh));
        fresh->refresh_expires_at = stored->refresh_expires_at;
    }
    if (strcmp(fresh->access, stored->access) == 0) {
        fresh->quiet_until = keep_unchanged(call, fresh);
        same_until = now_of(call) + CORE_SAME_S;
    }
    qd_status status = save(call, fresh, &err);
    if (status == QD_OK) {
        adopt(call, fresh, same_until);
        go_on(call);
        return;
    }
    if (status != QD_E_STALE) {
        /* Not on disk: it must not be used, and must not be lost either. */
        keeper *keep = keeper_of(call);
        pthread_mutex_lock(&keep->mutex);
        keep->unsaved = *fresh;
        keep->unsaved.version = stored->version;
        keep->has_unsaved = true;
        pthread_mutex_unlock(&keep->mutex);
        base_err_prefix(&err, "the new token could not be stored");
        call_fail_token(call, &err);
        return;
    }
    /* Somebody authorised the shop by hand meanwhile: theirs counts. */
    if (shop->tokens->load(shop->tokens, shop->handle, environment_of(call), stored, &err) ==
        QD_OK) {
        adopt(call, stored, 0);
        go_on(call);
    } else {
        call_fail_token(call, &err);
    }
}

static void ask(core_call *call);

static bool is_refusal(qd_status status) {
    return status == QD_E_AUTH || status == QD_E_PLATFORM || status == QD_E_INVALID ||
           status == QD_E_NOT_FOUND;
}

/* Refused for a reason that no other token cures: the secret, the app's rights, its address. */
static void refused_app(core_call *call, const qd_err *err) {
    qd_err told = *err;
    save_refusal(call, NULL, false, 0, false);
    base_err_prefix(&told, "no new token for shop %s", call->holder->handle);
    give_up(call, &told);
}

/* Was the refresh token refused for good, and nothing else is left to try? */
static bool only_owner_helps(const core_call *call) {
    const qd_shop *shop = call->holder;
    return call->renewal->stored.revoked && !shop->is_app &&
           (call->renewal->by_hand || !shop_may_create(shop));
}

static void refused(core_call *call, const qd_err *err) {
    renewal *renew = call->renewal;
    qd_shop *shop = call->holder;
    if (err->status == QD_E_AUTH && err->retry == QD_RETRY_NEVER) {
        refused_app(call, err);
        return;
    }
    if (!renew->creating && !renew->by_hand && shop_may_create(shop)) {
        renew->creating = true;
        ask(call);
        return;
    }
    int64_t pause = CORE_REFUSED_BASE_S;
    for (int32_t i = 0; i < renew->stored.failures && pause < CORE_REFUSED_CAP_S; i++) {
        pause *= 2;
    }
    pause = pause < CORE_REFUSED_CAP_S ? pause : CORE_REFUSED_CAP_S;
    int64_t retry_after = app_wall_s(shop->app) + pause;
    save_refusal(call, err, err->status == QD_E_AUTH, retry_after, true);
    qd_err told = *err;
    told.status = QD_E_AUTH;
    told.retry = QD_RETRY_REAUTH;
    told.limited_until = retry_after;
    char next[48] = "";
    if (!only_owner_helps(call)) {
        snprintf(next, sizeof next, "%snext attempt in %lld s", shop->is_app ? "" : "; ",
                 (long long)pause);
    }
    base_err_prefix(&told, "%sno new token for %s %s (%s%s)",
                    renew->interrupted ? "an earlier renewal was cut off and " : "",
                    shop->is_app ? "app" : "shop", shop->is_app ? shop->app->key : shop->handle,
                    shop->is_app ? "" : "authorise it again", next);
    give_up(call, &told);
}

static void answered(void *user, qd_reply *reply, const qd_err *err) {
    core_call *call = user;
    qd_err why = *err;
    qd_token fresh;
    memset(&fresh, 0, sizeof fresh);
    call->renewal->child = NULL;
    if (why.status == QD_OK) {
        why.status = call->holder->app->platform->token_read(core_reply_data(reply), now_of(call),
                                                             &fresh, &why);
    }
    qd_reply_free(reply);
    if (why.status == QD_OK) {
        store_pair(call, &fresh);
    } else if (is_refusal(why.status)) {
        refused(call, &why);
    } else {
        if (why.status == QD_E_LIMITED) {
            int64_t most = app_wall_s(call->holder->app) + CORE_REFUSED_CAP_S;
            save_refusal(call, NULL, false, why.limited_until < most ? why.limited_until : most,
                         false);
        }
        /* Otherwise the intent stays: whether the platform acted is not known. */
        base_err_prefix(&why, "the token could not be renewed");
        give_up(call, &why);
    }
    qd_token_clear(&fresh);
}

/* ---- asking ---- */

/* Nothing is asked any more; why was told once, and is told again. */
static qd_status fail_as_remembered(core_call *call, qd_err *err) {
    const qd_token *stored = &call->renewal->stored;
    char why[sizeof stored->refused_message + 64];
    snprintf(why, sizeof why, "authorise it again, since the platform said: %s",
             stored->refused_message);
    keeper_fail_auth(call->holder, why, err);
    base_copy(err->code, sizeof err->code, base_str_of(stored->refused_code));
    base_copy(err->sub_code, sizeof err->sub_code, base_str_of(stored->refused_sub_code));
    return QD_E_AUTH;
}

/* Params of the token call: refresh, or create. */
static qd_status compose(core_call *call, core_token_call *out, qd_err *err) {
    qd_shop *shop = call->holder;
    const core_platform *platform = shop->app->platform;
    renewal *renew = call->renewal;
    const qd_token *stored = &renew->stored;
    bool revoked = renew->revoked || stored->revoked;
    shop_fill_asker(shop, call->route->side, out);
    if (shop->is_app) {
        return platform->app_token(out, err);
    }
    bool too_old = stored->refresh_expires_at > 0 &&
                   !(call->route->own_host && !shop_now_known(shop, call->route->side)) &&
                   now_of(call) >= stored->refresh_expires_at;
    if (!renew->creating && !revoked && !too_old && stored->refresh[0] && platform->token_refresh) {
        return platform->token_refresh(shop->shop_id, base_str_of(stored->refresh), out, err);
    }
    if (stored->refused_code[0] && revoked && (renew->by_hand || !shop_may_create(shop))) {
        return fail_as_remembered(call, err);
    }
    bool can = shop_may_create(shop) || (!shop->tool && !revoked); /* else it says what lacks */
    if (platform->token_create && can && !renew->by_hand) {
        renew->creating = true;
        return platform->token_create(shop->shop_id, environment_of(call), out, err);
    }
    const char *why = "its session is no longer accepted and cannot be renewed: authorise it again";
    if (revoked) {
        why = "its authorisation was withdrawn: authorise the shop again";
    } else if (stored->access[0] == '\0' && !renew->by_hand) {
        why = "it has no token yet";
    }
    return keeper_fail_auth(shop, why, err);
}

static qd_status start_child(core_call *call, core_token_call *ask_for, qd_err *err) {
    qd_app *app = call->holder->app;
    yyjson_doc *params = NULL;
    qd_status status = codec_json_read(base_buf_str(&ask_for->params), 0, &params, err);
    if (status != QD_OK) {
        return status;
    }
    const call_setup setup = {
        .shop = call->holder,
        .method = cat_find(app->catalog, base_str_of(ask_for->method)),
        .name = ask_for->method,
        .params = params,
        .done = answered,
        .user = call,
        .internal = true,
        .path = ask_for->path,
        .host = ask_for->host,
        .deadline_ms = call->deadline_ms,
        .route = call->route,
    };
    return call_start(call->loop, &setup, &call->renewal->child, err);
}

/* Intent first: whoever finds it knows that a pair may exist which nobody has stored. */
static void ask(core_call *call) {
    renewal *renew = call->renewal;
    core_token_call ask_for = { .method = NULL };
    qd_err err;
    qd_err_clear(&err);
    base_buf_init(&ask_for.params, LIMIT_REQUEST_BYTES);
    qd_status status = compose(call, &ask_for, &err);
    bool no_way = status != QD_OK;
    if (status == QD_OK && renew->stored.intent_at == 0) {
        qd_token intent = renew->stored;
        intent.intent_at = app_wall_s(call->holder->app);
        status = save(call, &intent, &err);
        qd_token_clear(&intent);
    }
    if (status == QD_OK) {
        status = start_child(call, &ask_for, &err);
    }
    base_buf_wipe(&ask_for.params);
    if (status == QD_OK) {
        call->state = CALL_RENEWING;
    } else if (status == QD_E_STALE) {
        go_on(call);
    } else {
        if (no_way && renew->revoked && !renew->stored.revoked && renew->stored.version > 0) {
            save_refusal(call, &call->last, true, 0, false);
        }
        give_up(call, &err);
    }
}

/* ---- under the lock ---- */

/* A pair that an earlier attempt could not store: the disk may take it now. True when dealt with.
 */
static bool store_unsaved(core_call *call) {
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    bool pending = keep->has_unsaved && keep->unsaved.version == call->renewal->stored.version;
    qd_token token = keep->unsaved;
    if (!pending) {
        keep->has_unsaved = false;
    }
    pthread_mutex_unlock(&keep->mutex);
    if (pending) {
        store_pair(call, &token);
    }
    qd_token_clear(&token);
    return pending;
}

/* Somebody else was faster: theirs is another one than the one we may not use. */
static bool somebody_was_faster(core_call *call) {
    keeper *keep = keeper_of(call);
    const qd_token *stored = &call->renewal->stored;
    if (stored->access[0] == '\0' || stored->revoked ||
        keeper_is_expired(call->holder, call->route, stored, 0)) {
        return false;
    }
    pthread_mutex_lock(&keep->mutex);
    bool other = strcmp(stored->access, keep->token.access) != 0;
    pthread_mutex_unlock(&keep->mutex);
    if (other) {
        adopt(call, stored, 0);
        go_on(call);
    }
    return other;
}

/* A refused renewal is not repeated before its time; with a token that still works it need not. */
static bool in_pause(core_call *call) {
    const qd_token *stored = &call->renewal->stored;
    int64_t rest = stored->retry_after - app_wall_s(call->holder->app);
    if (rest <= 0 || rest > CORE_REFUSED_CAP_S || only_owner_helps(call)) {
        return false;
    }
    char at[BASE_TIME_TEXT];
    base_time_to_cn(stored->retry_after, at);
    qd_err err;
    if (stored->failures > 0) {
        base_fail(&err, QD_E_AUTH,
                  "shop %s: the platform refused a new token %d times; next attempt at %s: "
                  "authorise it again%s%s",
                  call->holder->handle, (int)stored->failures, at,
                  stored->refused_message[0] ? "; it said: " : "", stored->refused_message);
        base_copy(err.code, sizeof err.code, base_str_of(stored->refused_code));
        base_copy(err.sub_code, sizeof err.sub_code, base_str_of(stored->refused_sub_code));
    } else {
        base_fail(&err, QD_E_LIMITED, "shop %s: token calls are limited until %s",
                  call->holder->handle, at);
    }
    err.limited_until = stored->retry_after;
    base_copy(err.platform, sizeof err.platform, base_str_of(call->holder->app->platform->name));
    give_up(call, &err);
    return true;
}

/* The platform refuses the very pair that it gives back as current: asking again would spin. */
static bool is_spinning(core_call *call) {
    qd_shop *shop = call->holder;
    keeper *keep = keeper_of(call);
    const qd_token *stored = &call->renewal->stored;
    int64_t now = now_of(call);
    pthread_mutex_lock(&keep->mutex);
    bool same = keep->refused && strcmp(stored->access, keep->token.access) == 0;
    bool spinning = same && !keep->revoked && now < keep->same_until;
    pthread_mutex_unlock(&keep->mutex);
    /* A new app token makes the one before the last invalid: a platform that refuses the token it
     * has just made gets no second chance at once, or every other process would lose theirs. */
    bool too_soon = shop->is_app && same && stored->obtained_at > 0 &&
                    now < stored->obtained_at + CORE_APP_TOKEN_S;
    if (too_soon) {
        qd_err err;
        keeper_fail_auth(shop, "the platform refuses the token that it has just made", &err);
        call_fail_token(call, &err);
        return true;
    }
    if (spinning) {
        qd_err err;
        keeper_fail_auth(shop,
                         "the platform refuses its token and gives the same one again: authorise "
                         "it again",
                         &err);
        call_fail_token(call, &err);
    }
    return spinning;
}

static void locked(core_call *call) {
    qd_shop *shop = call->holder;
    renewal *renew = call->renewal;
    qd_err err;
    qd_err_clear(&err);
    if (shop->tokens->load(shop->tokens, shop->handle, environment_of(call), &renew->stored,
                           &err) != QD_OK) {
        call_fail_token(call, &err);
        return;
    }
    renew->interrupted = renew->stored.intent_at != 0;
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    renew->revoked = keep->revoked;
    renew->by_hand = keep->by_hand;
    pthread_mutex_unlock(&keep->mutex);
    if (!store_unsaved(call) && !somebody_was_faster(call) && !in_pause(call) &&
        !is_spinning(call)) {
        ask(call);
    }
}

void renewal_step(core_call *call) {
    qd_shop *shop = call->holder;
    qd_err err;
    qd_err_clear(&err);
    if (!call->renewal) {
        call->renewal = calloc(1, sizeof *call->renewal);
        if (!call->renewal) {
            base_fail(&err, QD_E_NOMEM, "out of memory for a token");
            call_fail_token(call, &err);
            return;
        }
        call->renewal->poll_ms = CORE_LOCK_POLL_MS;
    }
    renewal *renew = call->renewal;
    qd_status status = shop->tokens->try_lock(shop->tokens, shop->handle, environment_of(call),
                                              &renew->lock, &err);
    if (status == QD_OK) {
        locked(call);
    } else if (status == QD_E_BUSY) {
        renew->lock = NULL;
        if (fall_back(call)) {
            return;
        }
        call->state = CALL_LOCK;
        int64_t pause = renew->poll_ms;
        renew->poll_ms = pause * 2 < CORE_LOCK_POLL_MAX_MS ? pause * 2 : CORE_LOCK_POLL_MAX_MS;
        base_fail(&err, QD_E_TIMEOUT, "the deadline passed while another process renews the token");
        call_wait(call, pause, &err);
    } else {
        call_fail_token(call, &err);
    }
}
