/*
 * How long the next window is: windows aim at a number of rows, since a page walk that is cut
 * starts its window again and platforms cap page x size. Pure arithmetic; knows no platform and no
 * clock.
 */
#include "sync/sync_private.h"

/* A quiet night must not make the next window so long that the morning passes every cap. */
enum { MOST_GROWTH = 4 };

static int64_t clamp(int64_t span, int64_t longest) {
    if (span < 1) {
        return 1;
    }
    return longest > 0 && span > longest ? longest : span;
}

void sync_plan_init(sync_plan *plan, int64_t longest_s, int64_t first_span_s, int64_t target) {
    plan->longest_s = longest_s;
    plan->target = target;
    plan->span_s = clamp(first_span_s, longest_s);
}

int64_t sync_plan_next(const sync_plan *plan, int64_t from, int64_t end) {
    int64_t left = end - from;
    return left <= plan->span_s ? end : from + plan->span_s;
}

void sync_plan_learn(sync_plan *plan, int64_t span, int64_t rows) {
    int64_t most = span > INT64_MAX / MOST_GROWTH ? span : span * MOST_GROWTH;
    int64_t aimed = rows > 0 ? (int64_t)((double)span * (double)plan->target / (double)rows) : most;
    plan->span_s = clamp(aimed < most ? aimed : most, plan->longest_s);
}

bool sync_plan_split(sync_plan *plan, int64_t span, int64_t total) {
    if (span <= 1) {
        return false;
    }
    int64_t aimed = total > plan->target
                        ? (int64_t)((double)span * (double)plan->target / (double)total)
                        : span / 2;
    plan->span_s = clamp(aimed < span / 2 ? aimed : span / 2, plan->longest_s);
    return true;
}
