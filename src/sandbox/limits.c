/*
 * Limits as the platforms have them: calls a second and calls a day, of one method of an app or of
 * the whole app. Token buckets that hold one second's calls and fill with the world's time; while
 * the world is frozen they fill with the machine's, so that a client that waits is served.
 * Knows no platform's codes. No source tells a platform's own numbers, so none is set by default.
 */
#include <string.h>

#include "sandbox/sandbox_private.h"

enum { WINDOW = 8, CALL = 1000 /* level of one call */ };

static const char *const names[FACE_PLATFORMS] = { "douyin", "taobao", "alliance", "qianchuan",
                                                   "solinkup" };

const char *face_platform_name(face_platform platform) {
    return names[platform];
}

face_platform face_platform_of(base_str name) {
    int i = 0;
    while (i < FACE_PLATFORMS && !base_str_is(name, names[i])) {
        i++;
    }
    return (face_platform)i;
}

bool face_limit_set(face_limits *limits, const face_rule *rule) {
    face_rule *slot = NULL;
    for (int i = 0; i < FACE_RULES; i++) {
        face_rule *at = &limits->rules[i];
        if (at->used && at->platform == rule->platform && at->whole_app == rule->whole_app &&
            strcmp(at->method, rule->method) == 0) {
            slot = at;
            break;
        }
        slot = slot == NULL && !at->used ? at : slot;
    }
    bool takes_away = rule->per_second == 0 && rule->per_day == 0;
    if (slot == NULL) {
        return takes_away;
    }
    *slot = *rule;
    slot->used = !takes_away;
    memset(limits->buckets, 0, sizeof limits->buckets); /* new bounds, full buckets */
    return true;
}

/* The narrowest rule that speaks of this call: of its method before any, of its platform before
 * any; NULL when there is none. */
static const face_rule *find_rule(const face_call *call, base_str method, bool whole_app) {
    const face_rule *best = NULL;
    int best_rank = -1;
    for (int i = 0; i < FACE_RULES; i++) {
        const face_rule *rule = &call->sb->limits.rules[i];
        bool of_method = rule->method[0] != '\0';
        if (!rule->used || rule->whole_app != whole_app ||
            (rule->platform != FACE_PLATFORMS && rule->platform != call->platform) ||
            (of_method && !base_str_is(method, rule->method))) {
            continue;
        }
        int rank = (of_method ? 2 : 0) + (rule->platform != FACE_PLATFORMS ? 1 : 0);
        if (rank > best_rank) {
            best = rule;
            best_rank = rank;
        }
    }
    return best;
}

/* FNV-1a: only to tell apps and methods apart. */
static uint64_t hash_add(uint64_t hash, base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211ULL;
    }
    return (hash ^ 0xffU) * 1099511628211ULL;
}

static int64_t clock_ms(const sandbox *sb) {
    return sb->clock->mono_ms(sb->clock->self) + sb->advanced_ms;
}

/* The bucket, filled up to now; where none of its window is free the one idle longest is emptied
 * for it. */
static face_bucket *bucket_of(face_call *call, base_str app_key, base_str method,
                              const face_rule *rule) {
    face_bucket *all = call->sb->limits.buckets;
    uint64_t key = hash_add(1469598103934665603ULL, app_key);
    key = hash_add(key, rule->whole_app ? BASE_STR("") : method) | 1U;
    face_bucket *slot = NULL;
    int64_t now_ms = clock_ms(call->sb);
    for (unsigned i = 0; i < WINDOW; i++) {
        face_bucket *at = &all[(key + i) % FACE_BUCKETS];
        if (at->key == key) {
            slot = at;
            break;
        }
        if (slot == NULL || at->key == 0 || at->at_ms < slot->at_ms) {
            slot = slot != NULL && slot->key == 0 ? slot : at;
        }
    }
    int64_t full = rule->per_second * CALL;
    int64_t day = base_day_start_cn(call->now);
    if (slot->key != key) {
        *slot = (face_bucket){ .key = key, .at_ms = now_ms, .level = full, .day = day };
    }
    int64_t passed_ms = now_ms - slot->at_ms;
    slot->level = passed_ms >= 1000 ? full : slot->level + passed_ms * rule->per_second;
    slot->level = slot->level < full ? slot->level : full;
    slot->at_ms = now_ms;
    if (slot->day != day) {
        slot->day = day;
        slot->used_today = 0;
    }
    return slot;
}

/* Seconds until this bucket has room, 0 = it has. */
static int wait_of(face_call *call, const face_rule *rule, const face_bucket *bucket) {
    if (rule->per_day > 0 && bucket->used_today >= rule->per_day) {
        call->limited = FACE_LIMITED_DAY;
        return (int)(bucket->day + 86400 - call->now);
    }
    if (rule->per_second == 0 || bucket->level >= CALL) {
        return 0;
    }
    call->limited = rule->whole_app ? FACE_LIMITED_APP : FACE_LIMITED_METHOD;
    int64_t wait_ms = (CALL - bucket->level + rule->per_second - 1) / rule->per_second;
    return (int)((wait_ms + 999) / 1000);
}

int face_limit_take(face_call *call, base_str app_key, base_str method) {
    face_bucket *taken[2] = { NULL, NULL };
    for (int scope = 0; scope < 2; scope++) {
        const face_rule *rule = find_rule(call, method, scope == 1);
        if (rule == NULL) {
            continue;
        }
        face_bucket *bucket = bucket_of(call, app_key, method, rule);
        int seconds = wait_of(call, rule, bucket);
        if (seconds > 0) {
            return seconds; /* a refused call takes nothing */
        }
        taken[scope] = bucket;
    }
    for (int scope = 0; scope < 2; scope++) {
        if (taken[scope] != NULL) {
            taken[scope]->level -= taken[scope]->level >= CALL ? CALL : 0;
            taken[scope]->used_today++;
        }
    }
    return 0;
}
