/*
 * The token keeper's lending half: which token a call may send, and who renews it. One token a shop
 * and process in memory; the store has the truth. Asking for new ones is renewal.c's.
 */
#include <string.h>

#include "core/core_private.h"

void keeper_init(keeper *keep) {
    pthread_mutex_init(&keep->mutex, NULL);
}

void keeper_clear(keeper *keep) {
    qd_token_clear(&keep->token);
    qd_token_clear(&keep->unsaved);
    pthread_mutex_destroy(&keep->mutex);
}

keeper *keeper_of(core_call *call) {
    return &call->holder->sides[call->route->side].keeper;
}

bool keeper_is_expired(const qd_shop *shop, const shop_route *route, const qd_token *token,
                       int64_t margin_s) {
    /* A caller's host may live in another year (the sandbox does): until its clock is known, the
     * platform itself has to say that a token is too old. */
    bool clock_unknown = route->own_host && !shop_now_known(shop, route->side);
    return !clock_unknown && token->expires_at > 0 &&
           shop_now(shop, route->side) >= token->expires_at - margin_s;
}

qd_status keeper_fail_auth(const qd_shop *shop, const char *why, qd_err *err) {
    const char *how = shop->is_app ? NULL : shop->app->platform->authorise;
    base_fail(err, QD_E_AUTH, "%s %s: %s%s%s", shop->is_app ? "app" : "shop",
              shop->is_app ? shop->app->key : (*shop->handle ? shop->handle : "(no handle)"), why,
              how ? ": " : "", how ? how : "");
    if (err) {
        base_copy(err->platform, sizeof err->platform, base_str_of(shop->app->platform->name));
    }
    return QD_E_AUTH;
}

/* Reads the stored token once; the session given by hand stands in when there is none. */
static qd_status load(qd_shop *shop, int side, qd_err *err) {
    keeper *keep = &shop->sides[side].keeper;
    qd_status status =
        shop->tokens->load(shop->tokens, shop->handle, shop_side_name(side), &keep->token, err);
    if (status != QD_OK) {
        return status;
    }
    keep->loaded = true;
    keep->quiet_until = keep->token.quiet_until;
    keep->by_hand =
        keep->token.access[0] == '\0' && shop->session.len > 0 && shop->session_side == side;
    if (keep->by_hand) {
        keep->token.revoked = false;
        base_copy(keep->token.access, sizeof keep->token.access,
                  (base_str){ shop->session.ptr, shop->session.len });
    }
    return QD_OK;
}

/* How long before its end a token is renewed: never more than half of its life, since a short one
 * would be renewed by every call. */
static int64_t margin_of(const qd_shop *shop, const qd_token *token) {
    int64_t margin = shop->app->catalog->refresh_margin_s;
    int64_t life = token->obtained_at > 0 ? token->expires_at - token->obtained_at : 0;
    margin = margin > 0 ? margin : 300;
    return life > 0 && margin > life / 2 ? life / 2 : margin;
}

/* Is it time to ask for the next token although this one still works? Also when the refresh token
 * ends before the access token (seen at Solinkup). */
static bool is_due(core_call *call) {
    const qd_shop *shop = call->holder;
    const keeper *keep = keeper_of(call);
    bool can = shop->is_app ||
               (keep->token.refresh[0] != '\0' && shop->app->platform->token_refresh != NULL);
    if (!can || shop_now(shop, call->route->side) < keep->quiet_until ||
        app_wall_s(shop->app) < keep->token.retry_after) {
        return false;
    }
    qd_token first = { .expires_at = keep->token.expires_at };
    int64_t refresh_end = keep->token.refresh_expires_at;
    if (!shop->is_app && refresh_end > 0 && refresh_end < first.expires_at) {
        first.expires_at = refresh_end;
    }
    return keeper_is_expired(shop, call->route, &first, margin_of(shop, &keep->token));
}

/* The mutex is held. */
static lend_result decide(core_call *call, qd_err *err) {
    qd_shop *shop = call->holder;
    keeper *keep = keeper_of(call);
    if (!keep->loaded && load(shop, call->route->side, err) != QD_OK) {
        return LEND_FAIL;
    }
    bool good = keep->token.access[0] != '\0' && !keep->refused && !keep->revoked &&
                !keep->has_unsaved && !keep->token.revoked &&
                !keeper_is_expired(shop, call->route, &keep->token, 0);
    if (good && (keep->renewer || !is_due(call))) {
        base_copy(call->token, sizeof call->token, base_str_of(keep->token.access));
        return LEND_OK;
    }
    if (keep->renewer) {
        return LEND_WAIT;
    }
    keep->renewer = call;
    call->is_renewer = true;
    return LEND_RENEW;
}

lend_result keeper_lend(core_call *call, qd_err *err) {
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    lend_result result = decide(call, err);
    pthread_mutex_unlock(&keep->mutex);
    return result;
}

void keeper_refused(core_call *call, bool revoked) {
    keeper *keep = keeper_of(call);
    pthread_mutex_lock(&keep->mutex);
    if (strcmp(keep->token.access, call->token) == 0) {
        keep->refused = true;
        keep->revoked = keep->revoked || revoked;
    }
    pthread_mutex_unlock(&keep->mutex);
}

qd_status core_shop_token_info(qd_shop *shop, qd_token *out_token, qd_err *err) {
    qd_token token;
    shop_route *route = route_take(shop);
    qd_status status =
        shop->tokens->load(shop->tokens, shop->handle, shop_side_name(route->side), &token, err);
    route_free(route);
    if (status == QD_OK) {
        base_wipe(token.access, sizeof token.access);
        base_wipe(token.refresh, sizeof token.refresh);
        *out_token = token;
    }
    return status;
}
