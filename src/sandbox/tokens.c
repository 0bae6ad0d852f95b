/*
 * Tokens of the shops. Douyin: pairs with the three refresh windows (vendor SDK's token_create
 * response, Go 1.1.0): more than an hour before the end a refresh gives the same pair back; within
 * the last hour it gives a new one and the old access token lives one hour more; after the end it
 * gives a new one and the old is dead at once. A refresh token that was replaced refreshes nothing.
 * Taobao: one session a shop.
 *
 * Chosen, since no source tells: token.create for a self-use app gives the current pair back while
 * more than an hour of it is left.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/sandbox_private.h"

/* Chosen: all rights of a new session last as long as the session. */
static void set_levels(face_tokens *tokens) {
    for (int i = 0; i < FACE_LEVELS; i++) {
        tokens->level_until[i] = tokens->session_until;
    }
}

qd_status face_tokens_new(sandbox *sb, qd_err *err) {
    unsigned shops = world_shop_count(sb->world);
    sb->tokens = calloc(shops, sizeof(face_tokens));
    if (sb->tokens == NULL) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for %u shops' tokens", shops);
    }
    for (uint32_t i = 0; i < shops; i++) {
        const world_shop *shop = world_shop_at(sb->world, i);
        face_tokens *tokens = &sb->tokens[i];
        tokens->session_until = world_start(sb->world) + FACE_SESSION_LIFE_S;
        set_levels(tokens);
        (void)base_copy(tokens->session, sizeof tokens->session, base_str_of(shop->session));
    }
    return QD_OK;
}

static uint64_t next_secret(sandbox *sb, uint32_t shop, uint64_t salt) {
    sb->tokens[shop].serial++;
    return base_mix(base_mix(sb->seed ^ 0x746f6b656eULL, shop),
                    sb->tokens[shop].serial * 8ULL + salt);
}

static void take_shape(face_call *call, uint64_t secret, const char *shape, char *out,
                       size_t size) {
    char *text = face_hex_shape(secret, call->sb->seed, call->arena, shape);
    (void)base_copy(out, size, base_str_of(text));
}

static face_pair *current_pair(sandbox *sb, uint32_t shop) {
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        if (sb->tokens[shop].pairs[i].state == FACE_PAIR_CURRENT) {
            return &sb->tokens[shop].pairs[i];
        }
    }
    return NULL;
}

/* old (may be NULL) steps back; the next slot, the oldest, takes the new pair. */
static face_pair *new_pair(face_call *call, uint32_t shop, face_pair *old, int64_t old_until) {
    face_tokens *tokens = &call->sb->tokens[shop];
    face_pair *pair = &tokens->pairs[tokens->next];
    tokens->next = (tokens->next + 1) % FACE_PAIRS;
    if (old != NULL) {
        old->state = FACE_PAIR_OLD;
        old->access_until = old_until;
    }
    memset(pair, 0, sizeof *pair);
    take_shape(call, next_secret(call->sb, shop, 1), "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx",
               pair->access, sizeof pair->access);
    take_shape(call, next_secret(call->sb, shop, 2), "xxxxxxxx-xxxx-4xxx-bxxx-xxxxxxxxxxxx",
               pair->refresh, sizeof pair->refresh);
    pair->access_until = call->now + FACE_ACCESS_LIFE_S;
    pair->refresh_until = call->now + FACE_REFRESH_LIFE_S;
    pair->state = FACE_PAIR_CURRENT;
    return pair;
}

/* The windows, for a pair that is current. */
static face_pair *renew(face_call *call, uint32_t shop, face_pair *pair) {
    int64_t left = pair->access_until - call->now;
    if (left > FACE_RENEW_WINDOW_S) {
        face_count(&call->sb->grants, BASE_STR("same_pair"));
        return pair;
    }
    face_count(&call->sb->grants, BASE_STR("new_pair"));
    int64_t old_until = left > 0 ? call->now + FACE_RENEW_WINDOW_S : call->now;
    return new_pair(call, shop, pair, old_until);
}

face_pair *face_token_create(face_call *call, uint32_t shop) {
    face_pair *pair = current_pair(call->sb, shop);
    if (pair != NULL) {
        return renew(call, shop, pair);
    }
    face_count(&call->sb->grants, BASE_STR("new_pair"));
    return new_pair(call, shop, NULL, 0);
}

face_grant face_token_check(face_call *call, base_str access, uint32_t *out_shop) {
    unsigned shops = world_shop_count(call->sb->world);
    for (uint32_t shop = 0; shop < shops; shop++) {
        for (unsigned i = 0; i < FACE_PAIRS; i++) {
            const face_pair *pair = &call->sb->tokens[shop].pairs[i];
            if (pair->state == FACE_PAIR_FREE || !base_str_is(access, pair->access)) {
                continue;
            }
            *out_shop = shop;
            if (pair->state == FACE_PAIR_REVOKED) {
                return FACE_GRANT_REVOKED;
            }
            return pair->access_until > call->now ? FACE_GRANT_OK : FACE_GRANT_EXPIRED;
        }
    }
    return FACE_GRANT_UNKNOWN;
}

face_grant face_token_refresh(face_call *call, base_str refresh, uint32_t *out_shop,
                              face_pair **out_pair) {
    unsigned shops = world_shop_count(call->sb->world);
    for (uint32_t shop = 0; shop < shops; shop++) {
        for (unsigned i = 0; i < FACE_PAIRS; i++) {
            face_pair *pair = &call->sb->tokens[shop].pairs[i];
            if (pair->state == FACE_PAIR_FREE || !base_str_is(refresh, pair->refresh)) {
                continue;
            }
            *out_shop = shop;
            if (pair->state == FACE_PAIR_REVOKED) {
                return FACE_GRANT_REVOKED;
            }
            if (pair->state == FACE_PAIR_OLD) {
                return FACE_GRANT_UNKNOWN;
            }
            if (pair->refresh_until <= call->now) {
                return FACE_GRANT_EXPIRED;
            }
            *out_pair = renew(call, shop, pair);
            return FACE_GRANT_OK;
        }
    }
    return FACE_GRANT_UNKNOWN;
}

bool face_token_owner(const face_call *call, base_str refresh, uint32_t *out_shop) {
    for (uint32_t shop = 0; shop < world_shop_count(call->sb->world); shop++) {
        for (unsigned i = 0; i < FACE_PAIRS; i++) {
            const face_pair *pair = &call->sb->tokens[shop].pairs[i];
            if (pair->state != FACE_PAIR_FREE && base_str_is(refresh, pair->refresh)) {
                *out_shop = shop;
                return true;
            }
        }
    }
    return false;
}

void face_token_revoke(sandbox *sb, uint32_t shop) {
    face_tokens *tokens = &sb->tokens[shop];
    tokens->session_revoked = true;
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        if (tokens->pairs[i].state != FACE_PAIR_FREE) {
            tokens->pairs[i].state = FACE_PAIR_REVOKED;
        }
    }
}

void face_token_expire(sandbox *sb, uint32_t shop, int64_t now, int64_t in_s) {
    face_pair *pair = current_pair(sb, shop);
    if (pair != NULL) {
        pair->access_until = now + in_s;
    }
    sb->tokens[shop].session_until = now + in_s;
}

face_grant face_token_chance(face_call *call, uint32_t shop, face_grant grant) {
    if (grant == FACE_GRANT_OK && face_fault_once(call, FACE_FAULT_REVOKE)) {
        face_token_revoke(call->sb, shop);
        return FACE_GRANT_REVOKED;
    }
    if (grant == FACE_GRANT_OK && face_fault_once(call, FACE_FAULT_EXPIRE)) {
        face_token_expire(call->sb, shop, call->now, 0);
        return FACE_GRANT_EXPIRED;
    }
    return grant;
}

face_grant face_session_check(face_call *call, base_str session, uint32_t *out_shop) {
    unsigned shops = world_shop_count(call->sb->world);
    for (uint32_t shop = 0; shop < shops; shop++) {
        const face_tokens *tokens = &call->sb->tokens[shop];
        if (tokens->session[0] == '\0' || !base_str_is(session, tokens->session)) {
            continue;
        }
        *out_shop = shop;
        if (tokens->session_revoked) {
            return FACE_GRANT_REVOKED;
        }
        return tokens->session_until > call->now ? FACE_GRANT_OK : FACE_GRANT_EXPIRED;
    }
    return FACE_GRANT_UNKNOWN;
}

void face_session_renew(face_call *call, uint32_t shop) {
    face_tokens *tokens = &call->sb->tokens[shop];
    take_shape(call, next_secret(call->sb, shop, 4), "610xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
               tokens->session, sizeof tokens->session);
    take_shape(call, next_secret(call->sb, shop, 5), "611xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
               tokens->session_refresh, sizeof tokens->session_refresh);
    tokens->session_until = call->now + FACE_SESSION_LIFE_S;
    set_levels(tokens);
    tokens->session_revoked = false;
    face_count(&call->sb->grants, BASE_STR("new_session"));
}

face_grant face_session_refresh(face_call *call, base_str refresh, uint32_t *out_shop) {
    unsigned shops = world_shop_count(call->sb->world);
    for (uint32_t shop = 0; shop < shops; shop++) {
        const face_tokens *tokens = &call->sb->tokens[shop];
        if (refresh.len == 0 || !base_str_is(refresh, tokens->session_refresh)) {
            continue;
        }
        *out_shop = shop;
        if (tokens->session_revoked) {
            return FACE_GRANT_REVOKED;
        }
        face_session_renew(call, shop);
        return FACE_GRANT_OK;
    }
    return FACE_GRANT_UNKNOWN;
}

bool face_level_expire(sandbox *sb, uint32_t shop, base_str level, int64_t now, int64_t in_s) {
    static const char *const names[FACE_LEVELS] = { "r1", "r2", "w1", "w2" };
    for (int i = 0; i < FACE_LEVELS; i++) {
        if (base_str_is(level, names[i])) {
            sb->tokens[shop].level_until[i] = now + in_s;
            return true;
        }
    }
    return false;
}
