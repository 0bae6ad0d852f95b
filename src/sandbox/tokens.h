/*
 * The apps of the platforms, what their owners have given them: codes, pairs of tokens, sessions.
 * Part of sandbox_private.h, which every file of the room includes.
 */
#ifndef SANDBOX_TOKENS_H
#define SANDBOX_TOKENS_H

#include "base/base.h"
#include "sandbox/faults.h"
#include "sandbox/sandbox.h"
#include "sandbox/world/world.h"

enum { FACE_PAIRS = 8 }; /* token pairs remembered for one shop */

typedef enum face_pair_state {
    FACE_PAIR_FREE,
    FACE_PAIR_CURRENT,
    FACE_PAIR_OLD, /* replaced: its access token lives until access_until, it refreshes nothing */
    FACE_PAIR_REVOKED /* the seller took the authorisation back */
} face_pair_state;

typedef struct face_pair {
    char access[64];
    char refresh[64];
    int64_t access_until;
    int64_t refresh_until;
    face_pair_state state;
} face_pair;

/* Rights of a TOP session: r1 and r2 to read, w1 and w2 to write. */
typedef enum face_level {
    FACE_LEVEL_R1,
    FACE_LEVEL_R2,
    FACE_LEVEL_W1,
    FACE_LEVEL_W2,
    FACE_LEVELS
} face_level;

/* One shop's tokens: Douyin's pairs; for Taobao the current session and its end. */
typedef struct face_tokens {
    face_pair pairs[FACE_PAIRS];
    unsigned next;
    uint32_t serial;
    char subject[24];    /* auth_subject_type of the last authorisation; "" = a shop */
    int64_t list_minute; /* of the world's time, and the calls of order.list in it */
    unsigned list_calls;
    char session[64];
    char session_refresh[64];
    int64_t session_until;
    int64_t level_until[FACE_LEVELS]; /* the session's rights end apart from it */
    bool session_revoked;
} face_tokens;

/* The app whose own token DingTalk's methods are called with. */
typedef struct face_dingtalk {
    char key[32];
    char secret[64];
    char token[48]; /* "" = none yet */
    int64_t until;
    uint32_t serial;
} face_dingtalk;

/* The three platforms on which the world has no shops: one app each, with one account that has
 * authorised it. */
typedef enum face_app_kind {
    FACE_ALLIANCE,
    FACE_QIANCHUAN,
    FACE_SOLINKUP,
    FACE_APPS,
} face_app_kind;

typedef struct face_app {
    char key[48];
    char secret[48];
    char account[48]; /* open_id, advertiser_id, openId */
    face_pair pairs[FACE_PAIRS];
    unsigned next;
    uint32_t serial;
    char client[2][64]; /* alliance: the two newest client tokens, the newest first */
    int64_t client_until[2];
} face_app;

/* Authorisation codes that are out: each works once, for ten minutes, for one platform. */
enum { FACE_CODES = 64 };
typedef struct face_codes {
    struct {
        char text[64]; /* "" = free or used */
        face_platform platform;
        uint32_t shop; /* of the world's platforms; else 0 */
        int64_t until;
    } rows[FACE_CODES];
    unsigned next;
    uint64_t serial;
} face_codes;

/* Douyin's second app, a tool app (工具型): the last `shops` of Douyin's shops have authorised it
 * instead of the self-use app. */
typedef struct face_tool {
    world_app app;
    unsigned shops;
} face_tool;

/* ---- tokens (tokens.c) ---- */

typedef enum face_grant {
    FACE_GRANT_OK,
    FACE_GRANT_UNKNOWN, /* no such token or code */
    FACE_GRANT_EXPIRED,
    FACE_GRANT_REVOKED
} face_grant;

enum {
    FACE_ACCESS_LIFE_S = 7 * 86400, /* vendor SDKs, 2023 */
    FACE_REFRESH_LIFE_S = 14 * 86400,
    FACE_RENEW_WINDOW_S = 3600,
    FACE_CODE_LIFE_S = 600,
    FACE_SESSION_LIFE_S = 365 * 86400
};

/* The shop's current pair, a new one when there is none, it is revoked, or it ends within the
 * hour. */
face_pair *face_token_create(face_call *call, uint32_t shop);
/* Which shop an access token is of; out_shop is set for EXPIRED and REVOKED, too. */
face_grant face_token_check(face_call *call, base_str access, uint32_t *out_shop);
/* Douyin's three windows. out_pair is the pair to answer with. */
face_grant face_token_refresh(face_call *call, base_str refresh, uint32_t *out_shop,
                              face_pair **out_pair);
/* Whose refresh token it is, or was. */
bool face_token_owner(const face_call *call, base_str refresh, uint32_t *out_shop);
void face_token_revoke(sandbox *sb, uint32_t shop);
/* The access token's (or session's) life ends in_s seconds from now. */
void face_token_expire(sandbox *sb, uint32_t shop, int64_t now, int64_t in_s);
/* A good token of the shop may be revoked, or end, by chance (FACE_FAULT_REVOKE, _EXPIRE). */
face_grant face_token_chance(face_call *call, uint32_t shop, face_grant grant);
/* Taobao: sessions. */
face_grant face_session_check(face_call *call, base_str session, uint32_t *out_shop);
face_grant face_session_refresh(face_call *call, base_str refresh, uint32_t *out_shop);
void face_session_renew(face_call *call, uint32_t shop);
/* The level of this name ("r2") ends in_s seconds from now; false when there is none. */
bool face_level_expire(sandbox *sb, uint32_t shop, base_str level, int64_t now, int64_t in_s);
/* DingTalk: the app, and its access token (same one again while it lives, its life begun anew). */
void face_dingtalk_init(sandbox *sb);
const char *face_dingtalk_token(face_call *call);
face_grant face_dingtalk_check(const face_call *call, base_str token);
QD_NODISCARD qd_status face_tokens_new(sandbox *sb, qd_err *err);

/* ---- authorisation codes (codes.c) ---- */

/* A fresh code for a shop (0 where a platform has one account), and its use: once, within ten
 * minutes, on its platform. The text lives as long as the code. */
const char *face_code_issue(face_call *call, face_platform platform, uint32_t shop);
face_grant face_code_take(face_call *call, face_platform platform, base_str code,
                          uint32_t *out_shop);
/* The same for the world's shops. */
const char *face_code_make(face_call *call, uint32_t shop);
face_grant face_code_use(face_call *call, world_platform platform, base_str code,
                         uint32_t *out_shop);

/* ---- Douyin's two apps (codes.c) ---- */

void face_tool_init(sandbox *sb, unsigned shops);
bool face_shop_is_tool(const sandbox *sb, uint32_t shop);
/* The app that the shop has authorised. */
const world_app *face_app_of_shop(const sandbox *sb, uint32_t shop);
/* The number of an app on the service market (service_id of the authorise page). */
void face_service_id(const world_app *app, char out[8]);

/* ---- tokens of the three further platforms (open/apps.c) ---- */

void face_apps_init(sandbox *sb);
/* "alliance"; FACE_APPS when there is none of that name. */
const char *face_app_name(face_app_kind kind);
face_app_kind face_app_of(base_str name);
const char *face_app_code(face_call *call, face_app_kind kind);
void face_app_revoke(sandbox *sb, face_app_kind kind);
void face_app_expire(sandbox *sb, face_app_kind kind, int64_t now, int64_t in_s);

#endif
