/*
 * Lists of orders: ranges by created or modified time with conditions, counted and sliced. A plain
 * created range is two binary searches; anything else collects the matching orders once and keeps
 * the result until the next event or write, so that the pages of one list cost one walk.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

enum { CACHED_LISTS = 8, CACHED_TEXT = 96 };

typedef struct list_row {
    int64_t at; /* by which the list is sorted */
    uint32_t order;
} list_row;

/* A query as a value that can be compared. */
typedef struct list_key {
    world_order_query query; /* its texts point nowhere */
    char texts[3][CACHED_TEXT];
    uint64_t version;
} list_key;

typedef struct list {
    list_key key;
    bool used;
    uint64_t last_use;
    int64_t from, until; /* the moments at which it is right */
    list_row *rows;
    size_t count, cap;
} list;

struct query_cache {
    list lists[CACHED_LISTS];
    uint64_t uses;
};

void query_cache_free(query_cache *cache) {
    for (size_t i = 0; cache && i < CACHED_LISTS; i++) {
        free(cache->lists[i].rows);
    }
    free(cache);
}

static bool make_key(const world *w, const world_order_query *query, list_key *out) {
    memset(out, 0, sizeof *out);
    out->version = w->version;
    world_order_query *q = &out->query;
    q->shop = query->shop;
    q->created_from = query->created_from;
    q->created_to = query->created_to;
    q->modified_from = query->modified_from;
    q->modified_to = query->modified_to;
    q->status_mask = query->status_mask;
    q->type_mask = query->type_mask;
    q->refund_mask = query->refund_mask;
    q->order_by = query->order_by;
    q->descending = query->descending;
    return base_copy(out->texts[0], CACHED_TEXT, query->product) &&
           base_copy(out->texts[1], CACHED_TEXT, query->buyer_nick) &&
           base_copy(out->texts[2], CACHED_TEXT, query->tracking_no);
}

static bool text_within(base_str part, base_str text) {
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (memcmp(text.ptr + i, part.ptr, part.len) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_product(world *w, uint32_t order, base_str wanted) {
    line_row lines[WORLD_MAX_LINES];
    unsigned count = order_lines(w, order, lines);
    int64_t id = 0;
    bool number = base_str_to_i64(wanted, &id);
    for (unsigned i = 0; i < count; i++) {
        if (number && item_id(w, lines[i].item) == id) {
            return true;
        }
        base_buf_reset(&w->scratch);
        item_name_born(&w->items[lines[i].item], &w->scratch);
        if (text_within(wanted, base_buf_str(&w->scratch))) {
            return true;
        }
    }
    return false;
}

static bool has_tracking(const world *w, uint32_t order, int64_t now, base_str wanted) {
    pack_row packs[WORLD_MAX_PACKS];
    unsigned count = order_packs(w, order, now, packs);
    for (unsigned i = 0; i < count; i++) {
        if (base_str_is(wanted, packs[i].tracking)) {
            return true;
        }
    }
    return false;
}

static bool in_range(int64_t at, int64_t from, int64_t to) {
    return (from == 0 && to == 0) || (at >= from && at < to);
}

/* Whether the order, folded at now, is in the list. */
static bool matches(world *w, const world_order_query *q, uint32_t order, const life_state *s,
                    int64_t now) {
    if (s->created > now || !in_range(s->created, q->created_from, q->created_to) ||
        !in_range(s->modified, q->modified_from, q->modified_to)) {
        return false;
    }
    if ((q->status_mask && !(q->status_mask >> s->status & 1)) ||
        (q->refund_mask && !(q->refund_mask >> s->refund & 1)) ||
        (q->type_mask && !(q->type_mask >> order_type(w, order) & 1))) {
        return false;
    }
    if (q->buyer_nick.len > 0) {
        char nick[32];
        order_buyer_nick(w, order, nick);
        if (!base_str_is(q->buyer_nick, nick)) {
            return false;
        }
    }
    return (q->product.len == 0 || has_product(w, order, q->product)) &&
           (q->tracking_no.len == 0 || has_tracking(w, order, now, q->tracking_no));
}

static bool add_row(list *l, int64_t at, uint32_t order) {
    if (!grow((void **)&l->rows, &l->cap, l->count, sizeof *l->rows)) {
        return false;
    }
    l->rows[l->count++] = (list_row){ at, order };
    return true;
}

/* The first order of the shop created at or after the moment, as an offset. */
static uint32_t first_created(const world *w, const shop_row *s, int64_t at) {
    uint32_t low = 0;
    uint32_t high = s->order_count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if ((int64_t)w->created[s->first_order + mid] < at) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* The offsets [*from, *to) of the orders that a created range may hold at now. */
static void created_slice(const world *w, const world_order_query *q, int64_t now, uint32_t *from,
                          uint32_t *to) {
    const shop_row *s = &w->shops[q->shop];
    bool any = q->created_from == 0 && q->created_to == 0;
    int64_t end = any || q->created_to > now + 1 ? now + 1 : q->created_to;
    *from = any ? 0 : first_created(w, s, q->created_from);
    *to = first_created(w, s, end);
    if (*to < *from) {
        *to = *from;
    }
}

static bool collect_by_created(world *w, const world_order_query *q, int64_t now, list *l) {
    uint32_t from;
    uint32_t to;
    created_slice(w, q, now, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        uint32_t order = w->shops[q->shop].first_order + i;
        life_state s;
        order_fold(w, order, now, &s);
        if (matches(w, q, order, &s, now) &&
            !add_row(l, q->order_by == WORLD_BY_CREATED ? s.created : s.modified, order)) {
            return false;
        }
    }
    return true;
}

size_t rows_first(const uint64_t *rows, size_t count, int64_t at) {
    size_t low = 0;
    while (low < count) {
        size_t mid = low + (count - low) / 2;
        if (row_at(rows[mid]) < at) {
            low = mid + 1;
        } else {
            count = mid;
        }
    }
    return low;
}

/* Walks the events of the range; an order is in the list when the event is its last one at now.
 * Orders that were written to have lives of their own and are asked one by one. */
static bool collect_by_events(world *w, const world_order_query *q, int64_t now, list *l) {
    const shop_row *shop = &w->shops[q->shop];
    int64_t end = q->modified_to > now + 1 ? now + 1 : q->modified_to;
    size_t last = rows_first(shop->events, shop->event_count, end);
    for (size_t i = rows_first(shop->events, shop->event_count, q->modified_from); i < last; i++) {
        uint32_t order = (uint32_t)shop->events[i];
        life_state s;
        if (w->edits[order]) {
            continue;
        }
        order_fold(w, order, now, &s);
        if (s.modified == row_at(shop->events[i]) && matches(w, q, order, &s, now) &&
            !add_row(l, q->order_by == WORLD_BY_CREATED ? s.created : s.modified, order)) {
            return false;
        }
    }
    for (size_t i = 0; i < shop->edited_count; i++) {
        uint32_t order = shop->edited[i];
        life_state s;
        order_fold(w, order, now, &s);
        if (matches(w, q, order, &s, now) &&
            !add_row(l, q->order_by == WORLD_BY_CREATED ? s.created : s.modified, order)) {
            return false;
        }
    }
    return true;
}

static int compare_rows(const void *a, const void *b) {
    const list_row *x = a;
    const list_row *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    /* Ids carry the creation time before the index, and indexes rise with it. */
    return x->order < y->order ? -1 : x->order > y->order;
}

int64_t orders_next_change(const world *w, uint32_t shop, int64_t now) {
    const shop_row *s = &w->shops[shop];
    size_t at = rows_first(s->events, s->event_count, now + 1);
    int64_t next = at < s->event_count ? row_at(s->events[at]) : INT64_MAX;
    for (size_t i = 0; i < s->edited_count; i++) {
        life_state state;
        order_fold(w, s->edited[i], now, &state);
        next = state.changes_at < next ? state.changes_at : next;
    }
    return next;
}

static list *find_list(world *w, const list_key *key, bool cacheable, int64_t now) {
    list *oldest = &w->cache->lists[0];
    for (size_t i = 0; i < CACHED_LISTS; i++) {
        list *l = &w->cache->lists[i];
        if (cacheable && l->used && now >= l->from && now < l->until &&
            memcmp(&l->key, key, sizeof *key) == 0) {
            l->last_use = ++w->cache->uses;
            return l;
        }
        if (l->last_use < oldest->last_use) {
            oldest = l;
        }
    }
    oldest->used = false;
    oldest->count = 0;
    oldest->last_use = ++w->cache->uses;
    return oldest;
}

static list *make_list(world *w, const world_order_query *q, int64_t now) {
    if (!w->cache) {
        w->cache = calloc(1, sizeof *w->cache);
        if (!w->cache) {
            return NULL;
        }
    }
    list_key key;
    bool cacheable = make_key(w, q, &key);
    list *l = find_list(w, &key, cacheable, now);
    if (l->used) {
        return l;
    }
    bool by_events = q->modified_from != 0 || q->modified_to != 0;
    if (by_events ? !collect_by_events(w, q, now, l) : !collect_by_created(w, q, now, l)) {
        return NULL;
    }
    if (l->count > 1) {
        qsort(l->rows, l->count, sizeof *l->rows, compare_rows);
    }
    if (cacheable) {
        memcpy(&l->key, &key, sizeof key);
        l->used = true;
        l->from = now;
        l->until = orders_next_change(w, q->shop, now);
    }
    return l;
}

/* Nothing asked but a created range, sorted by it: the orders lie in this order already. */
static bool is_plain(const world_order_query *q) {
    return q->modified_from == 0 && q->modified_to == 0 && q->status_mask == 0 &&
           q->type_mask == 0 && q->refund_mask == 0 && q->product.len == 0 &&
           q->buyer_nick.len == 0 && q->tracking_no.len == 0 && q->order_by == WORLD_BY_CREATED;
}

qd_status world_orders(world *w, const world_order_query *q, int64_t now, uint64_t offset,
                       uint32_t limit, uint64_t *out_total, uint32_t *out_orders,
                       uint32_t *out_count, qd_err *err) {
    uint32_t from = 0;
    uint64_t total = 0;
    const list *l = NULL;
    if (q->shop >= w->options.shops) {
        return base_fail(err, QD_E_INVALID, "sandbox: no shop %u", q->shop);
    }
    if (is_plain(q)) {
        uint32_t to;
        created_slice(w, q, now, &from, &to);
        total = to - from;
    } else {
        l = make_list(w, q, now);
        if (!l) {
            return base_fail(err, QD_E_NOMEM, "sandbox: no memory for a list of orders");
        }
        total = l->count;
    }
    uint32_t count = 0;
    for (uint64_t i = offset; i < total && count < limit; i++) {
        uint64_t at = q->descending ? total - 1 - i : i;
        out_orders[count++] =
            l ? l->rows[at].order : w->shops[q->shop].first_order + from + (uint32_t)at;
    }
    *out_total = total;
    if (out_count) {
        *out_count = count;
    }
    return QD_OK;
}
