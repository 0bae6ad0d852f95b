/*
 * Lists of after-sales. A shop keeps them sorted by when they are asked for, and all their events
 * by time: a plain range is two binary searches, a range of modified times walks its events, and
 * what was collected with further conditions is kept until the shop's next event or write, so that
 * the pages of one list cost one walk. And the truth about them, from the lives.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { CACHED_LISTS = 4, SALE_BITS = 2 };

/* ---- the index ---- */

static uint64_t row_of(int64_t at, uint32_t order, unsigned which) {
    return (uint64_t)at << 32 | (uint64_t)order << SALE_BITS | which;
}
static world_aftersale row_sale(uint64_t row) {
    return (world_aftersale){ (uint32_t)row >> SALE_BITS, (uint32_t)row & 3 };
}

bool sale_rows_add(shop_row *s, uint32_t order, const life_plan *life) {
    unsigned known = 0;
    for (unsigned i = 0; i < life->count; i++) {
        const life_event *event = &life->events[i];
        if (event->sale == 0) {
            continue;
        }
        if (!grow((void **)&s->sales, &s->sale_cap, s->sale_count, sizeof *s->sales) ||
            !grow((void **)&s->sale_events, &s->sale_event_cap, s->sale_event_count,
                  sizeof *s->sale_events)) {
            return false;
        }
        uint64_t row = row_of(event->at, order, event->sale - 1U);
        s->sale_events[s->sale_event_count++] = row;
        if (event->sale > known) {
            known = event->sale;
            s->sales[s->sale_count++] = row;
        }
    }
    return true;
}

void sales_reindex(world *w, uint32_t order, const life_plan *life) {
    shop_row *s = &w->shops[w->shop_of[order]];
    size_t kept = 0;
    if (s->open.platform != WORLD_DOUYIN) {
        return;
    }
    for (size_t i = 0; i < s->sale_count; i++) {
        if (row_sale(s->sales[i]).order != order) {
            s->sales[kept++] = s->sales[i];
        }
    }
    s->sale_count = kept;
    unsigned known = 0;
    for (unsigned i = 0; i < life->count; i++) {
        const life_event *event = &life->events[i];
        if (event->sale <= known ||
            !grow((void **)&s->sales, &s->sale_cap, s->sale_count, sizeof *s->sales)) {
            continue;
        }
        known = event->sale;
        uint64_t row = row_of(event->at, order, known - 1);
        size_t at = s->sale_count++;
        while (at > 0 && s->sales[at - 1] > row) {
            s->sales[at] = s->sales[at - 1];
            at--;
        }
        s->sales[at] = row;
    }
}

/* ---- lists ---- */

typedef struct list_row {
    int64_t keys[WORLD_SALE_ORDERINGS];
    int64_t id;
    world_aftersale sale;
} list_row;

typedef struct list {
    world_aftersale_query query; /* without its trackings */
    uint64_t version;
    bool used;
    uint64_t last_use;
    int64_t from, until; /* the moments at which it is right */
    list_row *rows;
    size_t count, cap;
} list;

struct sale_cache {
    list lists[CACHED_LISTS];
    uint64_t uses;
};

void sale_cache_free(struct sale_cache *cache) {
    for (size_t i = 0; cache && i < CACHED_LISTS; i++) {
        free(cache->lists[i].rows);
    }
    free(cache);
}

static bool in_range(int64_t at, int64_t from, int64_t to) {
    return (from == 0 && to == 0) || (at >= from && at < to);
}

static bool parcels_match(const world *w, const world_aftersale_query *q, uint32_t order,
                          int64_t now) {
    pack_row packs[WORLD_MAX_PACKS];
    life_state state;
    unsigned count = order_packs(w, order, now, packs);
    bool number = q->tracking_count == 0;
    bool place = q->parcel_mask == 0;
    order_fold(w, order, now, &state);
    for (unsigned i = 0; i < count; i++) {
        int64_t since;
        place = place || (q->parcel_mask >> parcel_state(&state, &packs[i], now, &since) & 1);
        for (size_t k = 0; k < q->tracking_count; k++) {
            number = number || base_str_is(q->trackings[k], packs[i].tracking);
        }
    }
    return number && place;
}

static bool masked(uint64_t mask, unsigned bit) {
    return mask == 0 || (bit < 64 && (mask >> bit & 1));
}

static bool matches(const world *w, const world_aftersale_query *q, const world_aftersale_state *s,
                    int64_t now) {
    bool cod = order_type(w, s->sale.order) == WORLD_TYPE_COD;
    if (q->none || !in_range(s->applied, q->applied_from, q->applied_to) ||
        !in_range(s->modified, q->modified_from, q->modified_to) ||
        !in_range(s->final_at, q->final_from, q->final_to) || s->refund_fen < q->fen_from ||
        (q->fen_to != 0 && s->refund_fen >= q->fen_to) || (q->id != 0 && s->id != q->id) ||
        (q->order != WORLD_NONE && s->sale.order != q->order)) {
        return false;
    }
    if (!masked(q->kind_mask, s->kind) || !masked(q->status_mask, s->status) ||
        !masked(q->refund_type_mask, (unsigned)s->refund_type) ||
        !masked(q->sign_mask, (unsigned)s->refuse_sign) ||
        !masked(q->arbitrate_mask, (unsigned)s->arbitrate_status & 7) ||
        (q->no_reason != 0 && (q->no_reason == 1) != s->no_reason) ||
        (q->sent_back != 0 && (q->sent_back == 1) != s->sent_back) ||
        (q->cod != 0 && (q->cod == 1) != cod)) {
        return false;
    }
    base_str memo;
    int star = 0;
    if (q->star_mask != 0 && (!world_order_memo(w, s->sale.order, now, &memo, &star) ||
                              !masked(q->star_mask, (unsigned)star))) {
        return false;
    }
    return (q->tracking_count == 0 && q->parcel_mask == 0) ||
           parcels_match(w, q, s->sale.order, now);
}

static int64_t key_of(const world_aftersale_state *s, world_aftersale_by by) {
    switch (by) {
    case WORLD_SALE_BY_APPLIED:
        return s->applied;
    case WORLD_SALE_BY_MODIFIED:
        return s->modified;
    case WORLD_SALE_BY_DEADLINE:
        return s->deadline ? s->deadline : INT64_MAX / 2; /* none: behind all others */
    case WORLD_SALE_BY_NOTHING:
        break;
    }
    return 0;
}

static bool add_if(const world *w, const world_aftersale_query *q, world_aftersale sale,
                   int64_t now, list *l) {
    world_aftersale_state s;
    if (!world_aftersale_state_at(w, sale, now, &s) || !matches(w, q, &s, now)) {
        return true;
    }
    if (!grow((void **)&l->rows, &l->cap, l->count, sizeof *l->rows)) {
        return false;
    }
    list_row *row = &l->rows[l->count++];
    row->sale = sale;
    row->id = q->order_by[0].descending ? -s.id : s.id;
    for (unsigned i = 0; i < WORLD_SALE_ORDERINGS; i++) {
        int64_t key = key_of(&s, q->order_by[i].by);
        row->keys[i] = q->order_by[i].descending ? -key : key;
    }
    return true;
}

/* Those whose last event may lie in the range; orders that were written to are asked each. */
static bool collect_by_events(const world *w, const world_aftersale_query *q, int64_t now,
                              list *l) {
    const shop_row *s = &w->shops[q->shop];
    int64_t end = q->modified_to > now + 1 ? now + 1 : q->modified_to;
    size_t last = rows_first(s->sale_events, s->sale_event_count, end);
    for (size_t i = rows_first(s->sale_events, s->sale_event_count, q->modified_from); i < last;
         i++) {
        world_aftersale sale = row_sale(s->sale_events[i]);
        world_aftersale_state state;
        if (w->edits[sale.order] || !world_aftersale_state_at(w, sale, now, &state) ||
            state.modified != row_at(s->sale_events[i])) {
            continue;
        }
        if (!add_if(w, q, sale, now, l)) {
            return false;
        }
    }
    for (size_t i = 0; i < s->edited_count; i++) {
        for (unsigned k = 0; k < WORLD_MAX_SALES; k++) {
            if (!add_if(w, q, (world_aftersale){ s->edited[i], k }, now, l)) {
                return false;
            }
        }
    }
    return true;
}

/* The rows [*from, *to) that are asked for in the range, at now. */
static void applied_slice(const shop_row *s, const world_aftersale_query *q, int64_t now,
                          size_t *from, size_t *to) {
    bool any = q->applied_from == 0 && q->applied_to == 0;
    int64_t end = any || q->applied_to > now + 1 ? now + 1 : q->applied_to;
    *from = any ? 0 : rows_first(s->sales, s->sale_count, q->applied_from);
    *to = rows_first(s->sales, s->sale_count, end);
    *to = *to < *from ? *from : *to;
}

static bool collect(const world *w, const world_aftersale_query *q, int64_t now, list *l) {
    const shop_row *s = &w->shops[q->shop];
    if (q->id != 0) {
        world_aftersale sale = world_aftersale_find(w, q->shop, q->id);
        return sale.order == WORLD_NONE || add_if(w, q, sale, now, l);
    }
    if (q->order != WORLD_NONE) {
        bool ok = true;
        for (unsigned k = 0; k < WORLD_MAX_SALES && ok; k++) {
            ok = add_if(w, q, (world_aftersale){ q->order, k }, now, l);
        }
        return ok;
    }
    if (q->modified_from != 0 || q->modified_to != 0) {
        return collect_by_events(w, q, now, l);
    }
    size_t from;
    size_t to;
    applied_slice(s, q, now, &from, &to);
    for (size_t i = from; i < to; i++) {
        if (!add_if(w, q, row_sale(s->sales[i]), now, l)) {
            return false;
        }
    }
    return true;
}

static int compare_rows(const void *a, const void *b) {
    const list_row *x = a;
    const list_row *y = b;
    for (unsigned i = 0; i < WORLD_SALE_ORDERINGS; i++) {
        if (x->keys[i] != y->keys[i]) {
            return x->keys[i] < y->keys[i] ? -1 : 1;
        }
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Is it this query's list, and still right? */
static bool serves(const world *w, const list *l, const world_aftersale_query *q, int64_t now) {
    return l->used && q->tracking_count == 0 && l->version == w->version && now >= l->from &&
           now < l->until && memcmp(&l->query, q, sizeof *q) == 0;
}

/* The one that serves, or the one that was not used for longest. */
static list *find_list(world *w, const world_aftersale_query *q, int64_t now) {
    list *oldest = &w->sale_cache->lists[0];
    for (size_t i = 0; i < CACHED_LISTS; i++) {
        list *l = &w->sale_cache->lists[i];
        if (serves(w, l, q, now)) {
            return l;
        }
        oldest = l->last_use < oldest->last_use ? l : oldest;
    }
    return oldest;
}

static list *make_list(world *w, const world_aftersale_query *q, int64_t now) {
    if (!w->sale_cache) {
        w->sale_cache = calloc(1, sizeof *w->sale_cache);
        if (!w->sale_cache) {
            return NULL;
        }
    }
    list *l = find_list(w, q, now);
    l->last_use = ++w->sale_cache->uses;
    if (serves(w, l, q, now)) {
        return l;
    }
    l->used = false;
    l->count = 0;
    if (!collect(w, q, now, l)) {
        return NULL;
    }
    if (l->count > 1) {
        qsort(l->rows, l->count, sizeof *l->rows, compare_rows);
    }
    if (q->tracking_count == 0) {
        memcpy(&l->query, q, sizeof *q);
        l->version = w->version;
        l->used = true;
        l->from = now;
        l->until = orders_next_change(w, q->shop, now);
    }
    return l;
}

/* Nothing asked but a range of applications, sorted by it: they lie in this order already. */
static bool is_plain(const world_aftersale_query *q) {
    world_aftersale_query plain;
    memset(&plain, 0, sizeof plain);
    plain.shop = q->shop;
    plain.applied_from = q->applied_from;
    plain.applied_to = q->applied_to;
    plain.order = WORLD_NONE;
    plain.order_by[0] = q->order_by[0];
    return q->order_by[0].by <= WORLD_SALE_BY_APPLIED && memcmp(&plain, q, sizeof plain) == 0;
}

/* The query as a value: no padding, no texts, an order by. */
static void tidy(const world_aftersale_query *from, world_aftersale_query *out) {
    memcpy(out, from, sizeof *out);
    if (out->order_by[0].by == WORLD_SALE_BY_NOTHING) {
        out->order_by[0].by = WORLD_SALE_BY_APPLIED;
        out->order_by[0].descending = true;
    }
}

qd_status world_aftersales(world *w, const world_aftersale_query *query, int64_t now,
                           uint64_t offset, uint32_t limit, uint64_t *out_total,
                           world_aftersale *out_sales, uint32_t *out_count, qd_err *err) {
    world_aftersale_query q;
    const list *l = NULL;
    size_t from = 0;
    uint64_t total = 0;
    tidy(query, &q);
    if (q.shop >= w->options.shops) {
        return base_fail(err, QD_E_INVALID, "sandbox: no shop %u", q.shop);
    }
    const shop_row *s = &w->shops[q.shop];
    if (is_plain(&q)) {
        size_t to;
        applied_slice(s, &q, now, &from, &to);
        total = to - from;
    } else {
        l = make_list(w, &q, now);
        if (!l) {
            return base_fail(err, QD_E_NOMEM, "sandbox: no memory for a list of after-sales");
        }
        total = l->count;
    }
    uint32_t count = 0;
    for (uint64_t i = offset; i < total && count < limit; i++) {
        uint64_t at = q.order_by[0].descending ? total - 1 - i : i;
        out_sales[count++] = l ? l->rows[i].sale : row_sale(s->sales[from + at]);
    }
    *out_total = total;
    if (out_count) {
        *out_count = count;
    }
    return QD_OK;
}

/* ---- truth ---- */

qd_status world_aftersale_truth_of(const world *w, uint32_t shop, int64_t now,
                                   world_aftersale_truth *out, qd_err *err) {
    if (shop >= w->options.shops) {
        return base_fail(err, QD_E_NOT_FOUND, "sandbox: no shop %u", shop);
    }
    const shop_row *s = &w->shops[shop];
    char(*ids)[24] = NULL;
    size_t cap = 0;
    size_t count = 0;
    qd_status status = QD_OK;
    for (uint32_t i = 0; i < s->order_count && status == QD_OK; i++) {
        world_aftersale_state sales[WORLD_MAX_SALES];
        unsigned here = world_order_aftersales(w, s->first_order + i, now, sales);
        for (unsigned k = 0; k < here && status == QD_OK; k++) {
            if (!grow((void **)&ids, &cap, count, sizeof *ids)) {
                status = base_fail(err, QD_E_NOMEM, "sandbox: no memory for ids");
            } else {
                (void)snprintf(ids[count++], sizeof *ids, "%lld", (long long)sales[k].id);
            }
        }
    }
    out->aftersales = count;
    if (status == QD_OK) {
        char nothing[1][24];
        status = hash_ids(ids ? ids : nothing, count, out->aftersale_ids_sha256, err);
    }
    free(ids);
    return status;
}
