/*
 * Misbehaviour on order. Every decision comes from the seed, the number of the call and the method,
 * so the same sequence of requests meets the same faults. Which faults exist stands in one table.
 * Does not know a platform's envelope: a face asks, and answers in its own words.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox_private.h"

typedef struct fault_row {
    unsigned light, heavy; /* permille of the calls */
    unsigned alone;        /* when the fault is asked for by its name only */
} fault_row;

static const sandbox_fault names[FACE_FAULTS + 1] = {
    [FACE_FAULT_HTTP500] = { "http500", "HTTP 500, 502 or 503 without effect" },
    [FACE_FAULT_CUT_BEFORE] = { "cut-before", "the connection is cut before the effect" },
    [FACE_FAULT_CUT_AFTER] = { "cut-after", "the connection is cut after the effect" },
    [FACE_FAULT_SLOW] = { "slow", "the answer comes 50 to 800 ms late" },
    [FACE_FAULT_LIMIT] = { "limit", "limit codes; on TOP a ban of 1 or 2 seconds" },
    [FACE_FAULT_GARBAGE] = { "garbage", "a whole answer that is broken JSON" },
    [FACE_FAULT_TRUNCATED] = { "truncated", "half of an answer, then the end of the connection" },
    [FACE_FAULT_SHIFT] = { "shift", "an order of the page just served is modified" },
    [FACE_FAULT_REVOKE] = { "revoke", "one account's tokens are revoked mid-run, once a platform "
                                      "(TOP: revoke@taobao)" },
    [FACE_FAULT_EXPIRE] = { "expire", "one account's token ends early, once a platform (TOP: "
                                      "expire@taobao)" },
    [FACE_FAULTS] = { NULL, NULL },
};

/* heavy: about one call in twenty misbehaves, so that a correct client still ends soon. */
static const fault_row rates[FACE_FAULTS] = {
    [FACE_FAULT_HTTP500] = { 4, 12, 50 },    [FACE_FAULT_CUT_BEFORE] = { 0, 8, 50 },
    [FACE_FAULT_CUT_AFTER] = { 0, 6, 50 },   [FACE_FAULT_SLOW] = { 10, 15, 50 },
    [FACE_FAULT_LIMIT] = { 2, 6, 50 },       [FACE_FAULT_GARBAGE] = { 0, 4, 50 },
    [FACE_FAULT_TRUNCATED] = { 0, 4, 50 },   [FACE_FAULT_SHIFT] = { 10, 40, 50 },
    [FACE_FAULT_REVOKE] = { 0, 1000, 1000 }, [FACE_FAULT_EXPIRE] = { 0, 1000, 1000 },
};

enum { CALLS_BEFORE_ONCE = 12, CALLS_SPREAD = 30 };

const sandbox_fault *sandbox_faults(void) {
    return names;
}

static bool is_once(int fault) {
    return fault == FACE_FAULT_REVOKE || fault == FACE_FAULT_EXPIRE;
}

/* What a name without a platform means. Taobao's sessions cannot be made anew without their seller,
 * so they are revoked and ended only when that platform is named; a preset leaves the tokens of the
 * three further platforms alone, too. */
static bool is_met(int fault, int platform, bool preset) {
    return !is_once(fault) || platform == FACE_ON_DOUYIN || (!preset && platform != FACE_ON_TAOBAO);
}

static qd_status unknown_fault(base_str name, qd_err *err) {
    char known[256];
    size_t at = 0;
    for (int i = 0; i < FACE_FAULTS && at < sizeof known; i++) {
        int n = snprintf(known + at, sizeof known - at, " %s", names[i].name);
        at += n > 0 ? (size_t)n : 0;
    }
    return base_fail(err, QD_E_INVALID, "faults: no fault '%.*s'; there are none light heavy%s",
                     (int)name.len, name.ptr, known);
}

/* Cuts the text after mark off word; ptr is NULL when there is no mark. */
static base_str cut_after(base_str *word, char mark) {
    const char *at = memchr(word->ptr, mark, word->len);
    base_str rest = { NULL, 0 };
    if (at != NULL) {
        rest = (base_str){ at + 1, word->len - (size_t)(at - word->ptr) - 1 };
        word->len = (size_t)(at - word->ptr);
    }
    return rest;
}

static void set_rates(face_plan *out, int fault, face_platform only, bool preset, unsigned rate) {
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        if (only == FACE_PLATFORMS ? is_met(fault, p, preset) : p == (int)only) {
            out->permille[p][fault] = rate;
        }
    }
}

/* NAME, NAME:N, NAME@PLATFORM, NAME@PLATFORM:N */
static qd_status parse_one(base_str word, face_plan *out, qd_err *err) {
    base_str name = word;
    int64_t permille = -1;
    base_str number = cut_after(&name, ':');
    base_str where = cut_after(&name, '@');
    face_platform only = where.ptr != NULL ? face_platform_of(where) : FACE_PLATFORMS;
    bool light = base_str_is(name, "light");
    bool heavy = base_str_is(name, "heavy");
    if (base_str_is(word, "none") || word.len == 0) {
        return QD_OK;
    }
    if (number.ptr != NULL &&
        (!base_str_to_i64(number, &permille) || permille < 0 || permille > 1000)) {
        return base_fail(err, QD_E_INVALID,
                         "faults: after the colon of '%.*s' comes a number from 0 to 1000 "
                         "(calls in a thousand)",
                         (int)word.len, word.ptr);
    }
    if (where.ptr != NULL && only == FACE_PLATFORMS) {
        return base_fail(err, QD_E_INVALID,
                         "faults: after the @ of '%.*s' comes douyin, taobao, alliance, qianchuan "
                         "or solinkup",
                         (int)word.len, word.ptr);
    }
    for (int i = 0; i < FACE_FAULTS; i++) {
        if (light || heavy) {
            set_rates(out, i, only, true, light ? rates[i].light : rates[i].heavy);
        } else if (base_str_is(name, names[i].name)) {
            set_rates(out, i, only, false, permille >= 0 ? (unsigned)permille : rates[i].alone);
            return QD_OK;
        }
    }
    return light || heavy ? QD_OK : unknown_fault(name, err);
}

qd_status face_plan_parse(const char *text, face_plan *out, qd_err *err) {
    face_plan plan;
    memset(&plan, 0, sizeof plan);
    base_str rest = base_str_of(text);
    while (rest.len > 0) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma != NULL ? (size_t)(comma - rest.ptr) : rest.len;
        qd_status st = parse_one((base_str){ rest.ptr, len }, &plan, err);
        if (st != QD_OK) {
            return st;
        }
        size_t step = comma != NULL ? len + 1 : len;
        rest.ptr += step;
        rest.len -= step;
    }
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        unsigned sum = 0;
        for (int i = 0; i < FACE_FAULT_SHIFT; i++) {
            sum += plan.permille[p][i];
        }
        if (sum > 1000) {
            return base_fail(err, QD_E_INVALID, "faults: the shares add up to more than 1000");
        }
    }
    *out = plan;
    return QD_OK;
}

/* FNV-1a: only to tell methods apart. */
static uint64_t hash_of(base_str text) {
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211ULL;
    }
    return hash;
}

static uint64_t draw(const face_call *call, base_str method, uint64_t salt) {
    uint64_t a = base_mix(call->sb->seed, call->number);
    return base_mix(base_mix(a, hash_of(method)), salt);
}

static void count_fault(face_call *call, face_fault fault) {
    face_count(&call->sb->faults, base_str_of(names[fault].name));
}

face_fault face_fault_draw(face_call *call, base_str method, bool harmless) {
    unsigned at = (unsigned)(draw(call, method, 1) % 1000);
    unsigned edge = 0;
    for (int i = 0; i < FACE_FAULT_SHIFT; i++) {
        edge += call->sb->plan.permille[call->platform][i];
        if (at >= edge) {
            continue;
        }
        face_fault fault = (face_fault)i;
        bool loses_answer = fault == FACE_FAULT_CUT_AFTER || fault == FACE_FAULT_GARBAGE ||
                            fault == FACE_FAULT_TRUNCATED;
        if (harmless && loses_answer) {
            fault = FACE_FAULT_CUT_BEFORE;
        }
        if (fault != FACE_FAULT_LIMIT) {
            count_fault(call, fault);
        }
        return fault;
    }
    return FACE_FAULT_NONE;
}

/* Does SHIFT happen on this call? */
static bool draws_shift(const face_call *call, base_str method) {
    unsigned rate = call->sb->plan.permille[call->platform][FACE_FAULT_SHIFT];
    /* A frozen world does not move, or its truth would. */
    return !call->sb->frozen && draw(call, method, 2) % 1000 < rate;
}

bool face_fault_once(face_call *call, face_fault fault) {
    face_plan *plan = &call->sb->plan;
    face_platform here = call->platform;
    uint64_t moment = CALLS_BEFORE_ONCE + base_mix(call->sb->seed, (uint64_t)fault) % CALLS_SPREAD;
    if (plan->permille[here][fault] == 0 || plan->spent[here][fault] || call->number < moment) {
        return false;
    }
    plan->spent[here][fault] = true;
    count_fault(call, fault);
    return true;
}

bool face_fault_before(face_call *call, face_fault fault) {
    if (fault == FACE_FAULT_CUT_BEFORE) {
        call->response->finish = HTTPD_CUT;
        return true;
    }
    if (fault != FACE_FAULT_HTTP500) {
        return false;
    }
    static const int codes[] = { 500, 502, 503 };
    call->response->status = codes[draw(call, BASE_STR("status"), 3) % 3];
    call->response->content_type = "text/html";
    base_buf_reset(&call->response->body);
    base_buf_printf(&call->response->body, "<html><body><h1>%d</h1></body></html>\n",
                    call->response->status);
    return true;
}

void face_fault_after(face_call *call, face_fault fault) {
    httpd_response *response = call->response;
    switch (fault) {
    case FACE_FAULT_SLOW: {
        /* Mostly short, now and then long: the cube of a uniform number. */
        uint64_t u = draw(call, BASE_STR("delay"), 4) % 1000;
        response->delay_ms = 50 + (int64_t)(750 * u * u * u / 1000000000ULL);
        break;
    }
    case FACE_FAULT_CUT_AFTER:
        response->finish = HTTPD_CUT;
        break;
    case FACE_FAULT_TRUNCATED:
        response->finish = HTTPD_CUT_HALF;
        break;
    case FACE_FAULT_GARBAGE:
        response->body.len = response->body.len * 2 / 3;
        base_buf_add_text(&response->body, "\xff<!--");
        break;
    default:
        break;
    }
}

int face_fault_ban(face_call *call, base_str app_key, base_str method, face_fault fault) {
    face_plan *plan = &call->sb->plan;
    uint64_t key = base_mix(hash_of(app_key), hash_of(method)) | 1U;
    int64_t now_ms = call->sb->clock->mono_ms(call->sb->clock->self);
    size_t slot = 0;
    for (size_t i = 0; i < FACE_BANS; i++) {
        if (plan->bans[i].key == key && plan->bans[i].until_ms > now_ms) {
            count_fault(call, FACE_FAULT_LIMIT);
            call->limited = FACE_LIMITED_BY_FAULT;
            return (int)((plan->bans[i].until_ms - now_ms + 999) / 1000);
        }
        if (plan->bans[i].until_ms < plan->bans[slot].until_ms) {
            slot = i;
        }
    }
    if (fault != FACE_FAULT_LIMIT) {
        return face_limit_take(call, app_key, method);
    }
    int seconds = 1 + (int)(draw(call, method, 5) % 2);
    plan->bans[slot].key = key;
    plan->bans[slot].until_ms = now_ms + seconds * 1000;
    count_fault(call, FACE_FAULT_LIMIT);
    call->limited = FACE_LIMITED_BY_FAULT;
    return seconds;
}

void face_shift(face_call *call, base_str method, const uint32_t *orders, uint32_t count) {
    if (count == 0 || !draws_shift(call, method)) {
        return;
    }
    uint64_t pick = draw(call, method, 6);
    uint32_t order = orders[pick % count];
    int star = (int)(pick / count % 6);
    base_str keep = { NULL, 0 };
    if (world_order_remark(call->sb->world, order, keep, star, call->now) == WORLD_DONE) {
        count_fault(call, FACE_FAULT_SHIFT);
    }
}
