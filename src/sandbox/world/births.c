/*
 * When orders are created: each shop's orders over 88 days, low at night, high on promotion days,
 * some seconds with several orders and, in big shops, flash seconds with more than a hundred, so
 * that page borders fall inside one second. Then the list of all events, sorted by time.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { DAY_S = 86400, HOUR_S = 3600, FLASH_ORDERS = 130, RADIX_BITS = 12 };

/* Orders of an hour of the +08:00 day, out of 1000. */
static const unsigned hour_share[24] = { 20, 10, 5,  3,  2,  4,  12, 25, 40, 52, 60, 58,
                                         55, 50, 48, 50, 52, 50, 48, 62, 85, 95, 74, 40 };

static void *radix_pass(uint64_t *from, uint64_t *to, size_t count, unsigned shift) {
    static const unsigned mask = (1u << RADIX_BITS) - 1;
    size_t at[1u << RADIX_BITS];
    memset(at, 0, sizeof at);
    for (size_t i = 0; i < count; i++) {
        at[from[i] >> shift & mask]++;
    }
    size_t sum = 0;
    for (size_t i = 0; i <= mask; i++) {
        size_t here = at[i];
        at[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) {
        to[at[from[i] >> shift & mask]++] = from[i];
    }
    return to;
}

/* Sorts by the upper 32 bits, stable; spare has room for count. The result is in rows. */
static void sort_by_time(uint64_t *rows, uint64_t *spare, size_t count) {
    for (unsigned shift = 32; shift < 64; shift += 2 * RADIX_BITS) {
        radix_pass(rows, spare, count, shift);
        radix_pass(spare, rows, count, shift + RADIX_BITS > 63 ? 63 : shift + RADIX_BITS);
    }
}

/* A moment of a day, by the day's shape. */
static int64_t moment(base_rng *rng) {
    int64_t turn = base_rng_range(rng, 0, 999);
    int hour = 0;
    while (hour < 23 && turn >= hour_share[hour]) {
        turn -= hour_share[hour];
        hour++;
    }
    return hour * HOUR_S + base_rng_range(rng, 0, HOUR_S - 1);
}

static int64_t random_birth(base_rng *rng, uint64_t shop_seed, int64_t start) {
    int64_t first_day = base_day_start_cn(start) - (int64_t)DAYS_BACK * DAY_S;
    for (;;) {
        int64_t day = base_rng_range(rng, 0, DAYS_BACK);
        /* Every tenth day is a promotion; others are refused often enough to stand behind it. */
        bool promotion = (day + (int64_t)(shop_seed % 10)) % 10 == 0;
        int64_t at = first_day + day * DAY_S + moment(rng);
        if (at < start - (int64_t)DAYS_BACK * DAY_S || at > start - NEWEST_ORDER_S ||
            (!promotion && base_rng_range(rng, 0, 3) == 0)) {
            continue;
        }
        return at;
    }
}

static void shop_births(const world *w, const shop_row *s, uint64_t *rows) {
    base_rng rng;
    uint64_t seed = base_mix(w->seed ^ 0x6269727468ULL, s->open.index);
    base_rng_seed(&rng, seed);
    int64_t flash_at = 0;
    uint32_t flash_left = 0;
    uint32_t flashes = s->order_count >= 1000 ? 1 + s->order_count / 5000 : 0;
    for (uint32_t i = 0; i < s->order_count; i++) {
        int64_t at;
        if (flash_left > 0) {
            at = flash_at;
            flash_left--;
        } else if (flashes > 0) {
            at = flash_at = random_birth(&rng, seed, w->options.start_now);
            flash_left = FLASH_ORDERS + (uint32_t)base_rng_range(&rng, 0, 60);
            flashes--;
        } else if (i > 0 && base_rng_range(&rng, 0, 99) < 12) {
            at = (int64_t)(rows[i - 1] >> 32);
        } else {
            at = random_birth(&rng, seed, w->options.start_now);
        }
        rows[i] = (uint64_t)at << 32;
    }
}

qd_status orders_make(world *w, qd_err *err) {
    size_t n = w->options.orders;
    uint32_t most = 0;
    for (unsigned i = 0; i < w->options.shops; i++) {
        most = w->shops[i].order_count > most ? w->shops[i].order_count : most;
    }
    w->created = calloc(n + 1, sizeof *w->created);
    w->shop_of = calloc(n + 1, sizeof *w->shop_of);
    w->edits = calloc(n + 1, sizeof(order_edit *));
    uint64_t *rows = calloc((size_t)most + 1, sizeof *rows);
    uint64_t *spare = calloc((size_t)most + 1, sizeof *spare);
    qd_status status = QD_E_NOMEM;
    if (!w->created || !w->shop_of || !w->edits || !rows || !spare) {
        base_fail(err, QD_E_NOMEM, "sandbox: no memory for %zu orders", n);
        goto done;
    }
    for (unsigned i = 0; i < w->options.shops; i++) {
        const shop_row *s = &w->shops[i];
        shop_births(w, s, rows);
        sort_by_time(rows, spare, s->order_count);
        for (uint32_t k = 0; k < s->order_count; k++) {
            w->created[s->first_order + k] = (uint32_t)(rows[k] >> 32);
            w->shop_of[s->first_order + k] = i;
        }
    }
    status = QD_OK;
done:
    free(rows);
    free(spare);
    return status;
}

static qd_status shop_events(world *w, shop_row *s, qd_err *err) {
    size_t cap = (size_t)s->order_count * BORN_EVENTS + 1;
    uint64_t *rows = malloc(cap * sizeof *rows);
    uint64_t *spare = malloc(cap * sizeof *spare);
    qd_status status = QD_E_NOMEM;
    if (!rows || !spare) {
        base_fail(err, QD_E_NOMEM, "sandbox: no memory for the events of a shop");
        goto done;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < s->order_count; i++) {
        life_plan l;
        uint32_t order = s->first_order + i;
        life_born(w, order, &l);
        if (!sale_rows_add(s, order, &l)) {
            base_fail(err, QD_E_NOMEM, "sandbox: no memory for the after-sales of a shop");
            goto done;
        }
        for (unsigned k = 0; k < l.count && k < BORN_EVENTS; k++) {
            rows[count++] = (uint64_t)l.events[k].at << 32 | order;
        }
    }
    sort_by_time(rows, spare, count);
    sort_by_time(s->sales, spare, s->sale_count);
    sort_by_time(s->sale_events, spare, s->sale_event_count);
    s->event_count = count;
    s->events = malloc((count + 1) * sizeof *rows);
    if (!s->events) {
        base_fail(err, QD_E_NOMEM, "sandbox: no memory for the events of a shop");
        goto done;
    }
    memcpy(s->events, rows, count * sizeof *rows);
    status = QD_OK;
done:
    free(rows);
    free(spare);
    return status;
}

qd_status events_make(world *w, qd_err *err) {
    for (unsigned i = 0; i < w->options.shops; i++) {
        qd_status status = shop_events(w, &w->shops[i], err);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}
