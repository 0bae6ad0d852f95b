/*
 * Misbehaviour and limits of the faces: what a plan of faults holds, and the buckets that count
 * calls. Part of sandbox_private.h, which every file of the room includes.
 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "base/base.h"

typedef struct face_call face_call;

/* The faces. The first two are the world's platforms, in its order. */
typedef enum face_platform {
    FACE_ON_DOUYIN,
    FACE_ON_TAOBAO,
    FACE_ON_ALLIANCE,
    FACE_ON_QIANCHUAN,
    FACE_ON_SOLINKUP,
    FACE_PLATFORMS
} face_platform;
/* "douyin"; FACE_PLATFORMS when there is none of that name. */
const char *face_platform_name(face_platform platform);
face_platform face_platform_of(base_str name);

/* ---- faults ---- */

typedef enum face_fault {
    FACE_FAULT_NONE = -1,
    FACE_FAULT_HTTP500,
    FACE_FAULT_CUT_BEFORE,
    FACE_FAULT_CUT_AFTER,
    FACE_FAULT_SLOW,
    FACE_FAULT_LIMIT,
    FACE_FAULT_GARBAGE,
    FACE_FAULT_TRUNCATED,
    FACE_FAULT_SHIFT,  /* drawn apart: the caller is served well, the rows move */
    FACE_FAULT_REVOKE, /* once a platform in a sandbox's life */
    FACE_FAULT_EXPIRE, /* once a platform in a sandbox's life */
    FACE_FAULTS
} face_fault;

enum { FACE_BANS = 32 };

typedef struct face_plan {
    /* Of the calls; for revoke and expire: on or off. */
    unsigned permille[FACE_PLATFORMS][FACE_FAULTS];
    bool spent[FACE_PLATFORMS][FACE_FAULTS]; /* revoke, expire: has happened */
    struct {
        uint64_t key; /* hash of app and method; 0 = free */
        int64_t until_ms;
    } bans[FACE_BANS];
} face_plan;

/* "none", "light", "heavy", names, name:permille, name@platform or name@platform:permille, joined
 * by commas; NULL = none.
 * @retval QD_E_INVALID naming what exists */
QD_NODISCARD qd_status face_plan_parse(const char *text, face_plan *out, qd_err *err);

/* The fault of this call, from the seed, its number and the method; never CUT_AFTER, GARBAGE or
 * TRUNCATED when harmless is set (a repeat would not find the same answer). */
face_fault face_fault_draw(face_call *call, base_str method, bool harmless);
/* REVOKE or EXPIRE: true once on each platform, when its seeded moment has come. */
bool face_fault_once(face_call *call, face_fault fault);
/* HTTP500 and CUT_BEFORE: answers at once, true when the call is over. */
bool face_fault_before(face_call *call, face_fault fault);
/* SLOW, CUT_AFTER, GARBAGE, TRUNCATED: bends the answer that is there. */
void face_fault_after(face_call *call, face_fault fault);
/* Seconds (1 or more) for which this method of this app is refused: an old ban of a fault goes on,
 * LIMIT begins one, or a limit's bucket is empty (call->limited tells which); 0 = go on, and the
 * buckets have counted the call. */
int face_fault_ban(face_call *call, base_str app_key, base_str method, face_fault fault);
/* SHIFT's effect: one of these orders gets another star, so that its modified time becomes now. */
void face_shift(face_call *call, base_str method, const uint32_t *orders, uint32_t count);

/* ---- limits (limits.c) ---- */

enum { FACE_RULES = 32, FACE_BUCKETS = 1024, FACE_RULE_METHOD = 96 };

/* What a refused call ran into. */
typedef enum face_limited {
    FACE_LIMITED_NOT,
    FACE_LIMITED_BY_FAULT,
    FACE_LIMITED_METHOD, /* this app's calls of this method */
    FACE_LIMITED_APP,    /* this app's calls of all methods together */
    FACE_LIMITED_DAY     /* this app's calls of this method today (+08:00) */
} face_limited;

typedef struct face_rule {
    bool used;
    face_platform platform; /* FACE_PLATFORMS = each */
    bool whole_app;
    char method[FACE_RULE_METHOD]; /* "" = each */
    int64_t per_second;            /* 0 = no bound */
    int64_t per_day;               /* 0 = no bound */
} face_rule;

typedef struct face_bucket {
    uint64_t key; /* hash of app, method and rule; 0 = free */
    int64_t at_ms;
    int64_t level; /* thousandths of a call that are left */
    int64_t day;   /* of used_today */
    int64_t used_today;
} face_bucket;

typedef struct face_limits {
    face_rule rules[FACE_RULES];
    face_bucket buckets[FACE_BUCKETS];
} face_limits;

enum { FACE_LIMIT_MAX = 1000000 }; /* most a rule may allow, a second or a day */

/* Sets the rule of the same platform, method and scope, or takes it away when both bounds are 0.
 * False when there are too many. */
bool face_limit_set(face_limits *limits, const face_rule *rule);
/* Takes this call out of its buckets. The seconds until there is room again, 0 when there is. */
int face_limit_take(face_call *call, base_str app_key, base_str method);

#endif
