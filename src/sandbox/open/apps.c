/*
 * The apps of the three further platforms and their tokens: pairs of access and refresh token, and
 * alliance's client tokens with their rule of two (the newest and, for five minutes, the one
 * before; docs of open.douyin.com as told by the seed client). Knows no envelope.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/open/open.h"

static void shape(sandbox *sb, uint64_t salt, const char *pattern, char *out, size_t size) {
    base_arena *arena = sb->arena;
    char *text = face_hex_shape(base_mix(sb->seed, salt), sb->seed, arena, pattern);
    (void)base_copy(out, size, base_str_of(text));
}

/* Digits only: the hex digits a..f become 1..6. */
static void shape_digits(sandbox *sb, uint64_t salt, const char *pattern, char *out, size_t size) {
    shape(sb, salt, pattern, out, size);
    for (char *p = out; *p != '\0'; p++) {
        if (*p >= 'a' && *p <= 'f') {
            *p = (char)('1' + (*p - 'a'));
        }
    }
}

void face_apps_init(sandbox *sb) {
    static const char hex32[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    face_app *alliance = &sb->apps[FACE_ALLIANCE];
    face_app *ads = &sb->apps[FACE_QIANCHUAN];
    face_app *link = &sb->apps[FACE_SOLINKUP];
    shape(sb, 101, "awxxxxxxxxxxxxxx", alliance->key, sizeof alliance->key);
    shape(sb, 102, hex32, alliance->secret, sizeof alliance->secret);
    shape(sb, 103, "_000xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", alliance->account,
          sizeof alliance->account);
    shape_digits(sb, 111, "17xxxxxxxxxxxxxx", ads->key, sizeof ads->key);
    shape(sb, 112, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ads->secret, sizeof ads->secret);
    shape_digits(sb, 113, "17xxxxxxxxxxxxxx", ads->account, sizeof ads->account);
    shape(sb, 121, "AppKey@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", link->key, sizeof link->key);
    shape(sb, 122, "AppSecret@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", link->secret, sizeof link->secret);
    shape(sb, 123, "OpenId@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", link->account, sizeof link->account);
    base_arena_reset(sb->arena);
}

static const char *const app_names[FACE_APPS] = { "alliance", "qianchuan", "solinkup" };

const char *face_app_name(face_app_kind kind) {
    return app_names[kind];
}

face_app_kind face_app_of(base_str name) {
    int i = 0;
    while (i < FACE_APPS && !base_str_is(name, app_names[i])) {
        i++;
    }
    return (face_app_kind)i;
}

static uint64_t next_salt(face_app *app, face_app_kind kind, uint64_t what) {
    app->serial++;
    return 1000 + (uint64_t)kind * 1000003ULL + app->serial * 16ULL + what;
}

/* ---- codes ---- */

static face_platform platform_of(face_app_kind kind) {
    return (face_platform)(FACE_ON_ALLIANCE + (int)kind);
}

const char *face_app_code(face_call *call, face_app_kind kind) {
    return face_code_issue(call, platform_of(kind), 0);
}

face_grant open_code_use(face_call *call, face_app_kind kind, base_str code) {
    uint32_t shop;
    return face_code_take(call, platform_of(kind), code, &shop);
}

/* ---- pairs ---- */

static face_pair *current_pair(face_app *app) {
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        if (app->pairs[i].state == FACE_PAIR_CURRENT) {
            return &app->pairs[i];
        }
    }
    return NULL;
}

face_pair *open_pair_new(face_call *call, face_app_kind kind, const open_lives *lives,
                         bool keep_refresh) {
    face_app *app = &call->sb->apps[kind];
    face_pair *old = current_pair(app);
    face_pair made;
    memset(&made, 0, sizeof made);
    shape(call->sb, next_salt(app, kind, 2), lives->access_shape, made.access, sizeof made.access);
    made.access_until = call->now + lives->access_s;
    made.state = FACE_PAIR_CURRENT;
    if (keep_refresh && old != NULL) {
        (void)base_copy(made.refresh, sizeof made.refresh, base_str_of(old->refresh));
        made.refresh_until = old->refresh_until;
    } else {
        shape(call->sb, next_salt(app, kind, 3), lives->refresh_shape, made.refresh,
              sizeof made.refresh);
        made.refresh_until = call->now + lives->refresh_s;
    }
    if (old != NULL) {
        old->state = FACE_PAIR_OLD;
        old->access_until = call->now;
    }
    face_pair *slot = &app->pairs[app->next];
    app->next = (app->next + 1) % FACE_PAIRS;
    *slot = made;
    face_count(&call->sb->grants, BASE_STR("new_pair"));
    return slot;
}

/* The faults revoke and expire, on a good token of the face's own platform. */
static face_grant meets_end(face_call *call, face_app_kind kind) {
    if (call->platform == platform_of(kind) && face_fault_once(call, FACE_FAULT_REVOKE)) {
        face_app_revoke(call->sb, kind);
        return FACE_GRANT_REVOKED;
    }
    if (call->platform == platform_of(kind) && face_fault_once(call, FACE_FAULT_EXPIRE)) {
        face_app_expire(call->sb, kind, call->now, 0);
        return FACE_GRANT_EXPIRED;
    }
    return FACE_GRANT_OK;
}

face_grant open_token_check(face_call *call, face_app_kind kind, base_str access) {
    const face_app *app = &call->sb->apps[kind];
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        const face_pair *pair = &app->pairs[i];
        if (pair->state == FACE_PAIR_FREE || !base_str_is(access, pair->access)) {
            continue;
        }
        if (pair->state == FACE_PAIR_REVOKED) {
            return FACE_GRANT_REVOKED;
        }
        if (pair->access_until <= call->now) {
            return FACE_GRANT_EXPIRED;
        }
        return meets_end(call, kind);
    }
    return FACE_GRANT_UNKNOWN;
}

face_grant open_refresh_check(face_call *call, face_app_kind kind, base_str refresh) {
    face_app *app = &call->sb->apps[kind];
    const face_pair *now = current_pair(app);
    if (now != NULL && refresh.len > 0 && base_str_is(refresh, now->refresh)) {
        return now->refresh_until > call->now ? FACE_GRANT_OK : FACE_GRANT_EXPIRED;
    }
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        if (app->pairs[i].state == FACE_PAIR_REVOKED && refresh.len > 0 &&
            base_str_is(refresh, app->pairs[i].refresh)) {
            return FACE_GRANT_REVOKED;
        }
    }
    return FACE_GRANT_UNKNOWN;
}

void face_app_revoke(sandbox *sb, face_app_kind kind) {
    for (unsigned i = 0; i < FACE_PAIRS; i++) {
        if (sb->apps[kind].pairs[i].state != FACE_PAIR_FREE) {
            sb->apps[kind].pairs[i].state = FACE_PAIR_REVOKED;
        }
    }
    if (kind == FACE_ALLIANCE) {
        memset(sb->apps[kind].client, 0, sizeof sb->apps[kind].client);
    }
}

void face_app_expire(sandbox *sb, face_app_kind kind, int64_t now, int64_t in_s) {
    face_pair *pair = current_pair(&sb->apps[kind]);
    if (pair != NULL) {
        pair->access_until = now + in_s;
    }
    if (kind == FACE_ALLIANCE) {
        sb->apps[kind].client_until[0] = now + in_s;
    }
}

/* ---- client tokens ---- */

const char *open_client_new(face_call *call) {
    face_app *app = &call->sb->apps[FACE_ALLIANCE];
    int64_t buffer_end = call->now + OPEN_CLIENT_BUFFER_S;
    memcpy(app->client[1], app->client[0], sizeof app->client[0]);
    app->client_until[1] = app->client_until[0] < buffer_end ? app->client_until[0] : buffer_end;
    shape(call->sb, next_salt(app, FACE_ALLIANCE, 4), "clt.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
          app->client[0], sizeof app->client[0]);
    app->client_until[0] = call->now + OPEN_CLIENT_LIFE_S;
    face_count(&call->sb->grants, BASE_STR("client_token"));
    return app->client[0];
}

face_grant open_client_check(face_call *call, base_str token) {
    const face_app *app = &call->sb->apps[FACE_ALLIANCE];
    for (int i = 0; i < 2; i++) {
        if (token.len > 0 && base_str_is(token, app->client[i])) {
            return app->client_until[i] > call->now ? meets_end(call, FACE_ALLIANCE)
                                                    : FACE_GRANT_EXPIRED;
        }
    }
    return FACE_GRANT_UNKNOWN;
}
