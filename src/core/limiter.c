/*
 * Rate budgets and bans of app x method, shared by every thread of the process.
 *
 * A budget is a line of slots: each call reserves the next one and is told how long to wait, so
 * calls start in the order in which they asked and none starves. A ban is what the platform said
 * ("limited for N seconds"). What a whole platform account may do is not known here.
 *
 * A pace is what refusals teach: platforms seldom say how often a method may be called, and calls
 * that waited out a ban together would be refused together again. One refusal may be chance; a
 * second soon after it spreads the calls as they came, each further one lengthens the method's
 * interval by half, each answer takes a part of it back: the calls settle a little below what
 * the platform allows.
 */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

enum {
    BUCKETS = sizeof((limiter *)0)->buckets / sizeof(limiter_entry *),
    /* Names of raw calls come from outside: beyond this many methods the rest share one entry. */
    MOST_ENTRIES = 8192,
    SECOND_MS = 1000,
    MOST_PACE_US = 1000000,
    FIRST_PACE_US = 500000, /* at most */
    LEAST_PACE_US = 10000,  /* shorter ones are forgotten */
    PACE_STEP = 16,         /* the part that an answer takes back, */
    FAST_STEP = 4,          /* and after a while without a refusal */
    FAST_MS = 10000,
    SOON_MS = 5000,
    ONE_REFUSAL_MS = 500 /* refusals so near to each other are one: they were sent together */
};

struct limiter_entry {
    limiter_entry *next;
    int64_t slot_us;      /* when the next slot is due */
    int64_t banned_until; /* monotonic ms */
    int64_t pace_us;      /* between two calls; 0 = none */
    int64_t refused_ms;   /* when the pace was last lengthened */
    int64_t second_ms;    /* a second, the calls that began in it, and in the one before it */
    int64_t in_second, in_last;
    char name[];
};

void limiter_init(limiter *limits) {
    memset(limits, 0, sizeof *limits);
    pthread_mutex_init(&limits->mutex, NULL);
}

void limiter_clear(limiter *limits) {
    for (size_t i = 0; i < BUCKETS; i++) {
        while (limits->buckets[i]) {
            limiter_entry *gone = limits->buckets[i];
            limits->buckets[i] = gone->next;
            free(gone);
        }
    }
    pthread_mutex_destroy(&limits->mutex);
}

static size_t bucket_of(const char *name) {
    uint64_t hash = 1469598103934665603U; /* FNV-1a */
    for (const char *c = name; *c; c++) {
        hash = (hash ^ (unsigned char)*c) * 1099511628211U;
    }
    return (size_t)(hash % BUCKETS);
}

static limiter_entry *find(const limiter *limits, const char *name) {
    for (limiter_entry *e = limits->buckets[bucket_of(name)]; e; e = e->next) {
        if (strcmp(e->name, name) == 0) {
            return e;
        }
    }
    return NULL;
}

/* The entry that stands for this method; NULL when there is none. The mutex is held. */
static limiter_entry *known(const limiter *limits, const char *name) {
    limiter_entry *entry = find(limits, name);
    return entry || limits->count < MOST_ENTRIES ? entry : find(limits, "");
}

/* The same, made when it is missing; NULL when out of memory. */
static limiter_entry *entry_of(limiter *limits, const char *name) {
    limiter_entry *entry = known(limits, name);
    if (entry) {
        return entry;
    }
    name = limits->count < MOST_ENTRIES ? name : "";
    size_t len = strlen(name);
    entry = calloc(1, sizeof *entry + len + 1);
    if (entry) {
        memcpy(entry->name, name, len);
        limiter_entry **bucket = &limits->buckets[bucket_of(name)];
        entry->next = *bucket;
        *bucket = entry;
        limits->count++;
    }
    return entry;
}

/* The next slot and when it may be used. A tenth of a second's budget may be sent at once: enough
 * to keep a window of calls full, too little to pass a platform's count per second. Calls at an
 * interval longer than that go one by one. */
static int64_t take_slot(limiter_entry *entry, int64_t interval_us, int64_t now_us,
                         int64_t max_wait_ms) {
    const int64_t burst_us = 100000;
    int64_t slot = entry->slot_us > now_us ? entry->slot_us : now_us;
    int64_t wait_us = slot - now_us - (interval_us < burst_us ? burst_us : 0);
    int64_t wait_ms = wait_us > 0 ? (wait_us + 999) / 1000 : 0;
    if (wait_ms > max_wait_ms) {
        return -1;
    }
    entry->slot_us = slot + interval_us;
    return wait_ms;
}

static void count_call(limiter_entry *entry, int64_t now_ms) {
    if (now_ms - entry->second_ms >= SECOND_MS) {
        entry->in_last = now_ms - entry->second_ms < 2 * SECOND_MS ? entry->in_second : 0;
        entry->in_second = 0;
        entry->second_ms = now_ms;
    }
    entry->in_second++;
}

/* A little longer than the calls' own distance when the platform had enough. */
static int64_t first_pace_us(const limiter_entry *entry) {
    int64_t calls = entry->in_second > entry->in_last ? entry->in_second : entry->in_last;
    int64_t pace_us = 1250 * (int64_t)SECOND_MS / (calls > 1 ? calls : 1);
    pace_us = pace_us > LEAST_PACE_US ? pace_us : LEAST_PACE_US;
    return pace_us < FIRST_PACE_US ? pace_us : FIRST_PACE_US;
}

int64_t limiter_reserve(limiter *limits, const char *method, int per_second, int64_t now_ms,
                        int64_t max_wait_ms) {
    int64_t wait_ms = 0;
    int64_t interval_us = per_second > 0 ? 1000000 / per_second : 0;
    pthread_mutex_lock(&limits->mutex);
    limiter_entry *entry = entry_of(limits, method);
    if (entry) {
        count_call(entry, now_ms);
        interval_us = entry->pace_us > interval_us ? entry->pace_us : interval_us;
    }
    if (entry && interval_us > 0) {
        wait_ms = take_slot(entry, interval_us, now_ms * 1000, max_wait_ms);
    }
    pthread_mutex_unlock(&limits->mutex);
    return wait_ms;
}

void limiter_refused(limiter *limits, const char *method, int64_t now_ms) {
    pthread_mutex_lock(&limits->mutex);
    limiter_entry *entry = entry_of(limits, method);
    bool first = entry && entry->refused_ms == 0;
    if (entry && (first || now_ms - entry->refused_ms >= ONE_REFUSAL_MS)) {
        if (entry->pace_us > 0) {
            int64_t longer = entry->pace_us * 3 / 2;
            entry->pace_us = longer < MOST_PACE_US ? longer : MOST_PACE_US;
        } else if (!first && now_ms - entry->refused_ms <= SOON_MS) {
            entry->pace_us = first_pace_us(entry);
            atomic_fetch_add(&limits->paced, 1);
        }
        entry->refused_ms = now_ms;
    }
    pthread_mutex_unlock(&limits->mutex);
}

void limiter_served(limiter *limits, const char *method, int64_t now_ms) {
    if (atomic_load(&limits->paced) == 0) {
        return;
    }
    pthread_mutex_lock(&limits->mutex);
    limiter_entry *entry = known(limits, method);
    if (entry && entry->pace_us > 0) {
        entry->pace_us -=
            entry->pace_us / (now_ms - entry->refused_ms > FAST_MS ? FAST_STEP : PACE_STEP);
        if (entry->pace_us < LEAST_PACE_US) {
            entry->pace_us = 0;
            atomic_fetch_sub(&limits->paced, 1);
        }
    }
    pthread_mutex_unlock(&limits->mutex);
}

int64_t limiter_banned_until(limiter *limits, const char *method, int64_t now_ms) {
    pthread_mutex_lock(&limits->mutex);
    limiter_entry *entry = known(limits, method);
    int64_t until = entry && entry->banned_until > now_ms ? entry->banned_until : 0;
    pthread_mutex_unlock(&limits->mutex);
    return until;
}

void limiter_ban(limiter *limits, const char *method, int64_t until_ms) {
    pthread_mutex_lock(&limits->mutex);
    limiter_entry *entry = entry_of(limits, method);
    if (entry && entry->banned_until < until_ms) {
        entry->banned_until = until_ms;
    }
    pthread_mutex_unlock(&limits->mutex);
}
