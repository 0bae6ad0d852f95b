/* Rate budgets and bans of app x method, over all threads of the process; see limiter.c. */
#ifndef CORE_LIMITER_PRIVATE_H
#define CORE_LIMITER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef struct limiter_entry limiter_entry;
typedef struct limiter {
    pthread_mutex_t mutex;
    limiter_entry *buckets[128];
    size_t count;
    atomic_int paced; /* methods that have a pace */
} limiter;

void limiter_init(limiter *limits);
void limiter_clear(limiter *limits);
/* Reserves the next slot of the method and returns how long to wait for it, at most max_wait_ms;
 * -1: the slot would come later than that, nothing was reserved. per_second 0 = no budget but what
 * refusals have taught. */
int64_t limiter_reserve(limiter *limits, const char *method, int per_second, int64_t now_ms,
                        int64_t max_wait_ms);
/* The platform said "too often", and for how long it may have said so or not. The second time
 * within seconds the method's calls begin to keep a distance, a longer one with each further
 * refusal. */
void limiter_refused(limiter *limits, const char *method, int64_t now_ms);
/* ... which each answer shortens. */
void limiter_served(limiter *limits, const char *method, int64_t now_ms);
/* Until when (monotonic ms) the platform has banned the method; 0 = it has not. */
int64_t limiter_banned_until(limiter *limits, const char *method, int64_t now_ms);
void limiter_ban(limiter *limits, const char *method, int64_t until_ms);

#endif
