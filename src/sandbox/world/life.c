/*
 * The lives of orders: which events an order goes through and when, as a pure function of the
 * world's seed and the order; and what a life means at a moment. Writes replace a life by an edited
 * copy. Knows no documents and no lists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* Numbers of the rolls; order.c uses 1..63, after-sales 76..99. */
enum {
    ROLL_PAYS = 64,
    ROLL_DELAY,
    ROLL_REFUND,
    ROLL_REFUND_AT,
    ROLL_REFUND_DONE,
    ROLL_SHIP_AT,
    ROLL_PART,
    ROLL_REST_AT,
    ROLL_FINISH_AT,
    ROLL_LATE,
    ROLL_STIR
};

bool life_add(life_plan *life, int64_t at, event_kind kind) {
    if (life->count == LIFE_EVENTS) {
        return false;
    }
    if (life->count > 0 && at <= life->events[life->count - 1].at) {
        at = life->events[life->count - 1].at + 1;
    }
    life->events[life->count++] = (life_event){ .at = at, .kind = (uint8_t)kind };
    return true;
}

bool life_add_sale(life_plan *life, int64_t at, event_kind kind, unsigned sale) {
    if (!life_add(life, at, kind)) {
        return false;
    }
    life->events[life->count - 1].sale = (uint8_t)sale;
    return true;
}

void life_cut(life_plan *life, int64_t now) {
    while (life->count > 1 && life->events[life->count - 1].at > now) {
        life->count--;
    }
}

static int64_t last_at(const life_plan *life) {
    return life->events[life->count - 1].at;
}

/* The last event begins the order's first after-sale. */
static void begin_sale(life_plan *out, world_aftersale_kind kind, unsigned lines) {
    life_event *event = &out->events[out->count - 1];
    event->sale = 1;
    event->form = (uint8_t)kind;
    event->lines = (uint8_t)lines;
}

/* From creation until it may be shipped; false when it never will. */
static bool live_until_paid(uint64_t seed, bool cod, bool taobao, life_plan *out) {
    int64_t at = last_at(out);
    if (cod) {
        if (roll(seed, ROLL_PAYS) % 100 < 15) {
            life_add(out, at + roll_in(seed, ROLL_DELAY, 10 * MINUTE, DAY), EV_CANCELLED);
            if (!taobao && sale_cancelled_by_buyer(seed)) {
                begin_sale(out, WORLD_SALE_USER_CANCEL, SALE_WHOLE);
            }
            return false;
        }
        life_add(out, at + roll_in(seed, ROLL_DELAY, 5 * MINUTE, 12 * HOUR), EV_CONFIRMED);
        return true;
    }
    if (roll(seed, ROLL_PAYS) % 100 < 6) {
        /* Unpaid orders close by themselves: Douyin after order_expire_time, Taobao in a day. */
        life_add(out, at + (taobao ? DAY : 30 * MINUTE), EV_CANCELLED);
        return false;
    }
    bool quick = roll(seed, ROLL_PAYS) % 10 < 8;
    life_add(out, at + roll_in(seed, ROLL_DELAY, 2, quick ? 90 : 20 * MINUTE), EV_PAID);
    return true;
}

/* After receipt or on the way some money goes back. */
static void live_late_refund(const world *w, uint32_t order, uint64_t seed, life_plan *out) {
    uint64_t late = roll(seed, ROLL_LATE) % 100;
    int64_t shipped = last_at(out);
    int64_t finish = shipped + roll_in(seed, ROLL_FINISH_AT, 3 * DAY, 12 * DAY);
    if (order_on(w, order, WORLD_DOUYIN)) {
        sales_born_late(w, order, late, finish, out);
        return;
    }
    if (late >= 4) {
        life_add(out, finish, EV_FINISHED);
        return;
    }
    bool after_receipt = late == 3;
    if (after_receipt) {
        life_add(out, finish, EV_FINISHED);
    }
    life_add(out, last_at(out) + roll_in(seed, ROLL_REFUND_AT, 6 * HOUR, 3 * DAY), EV_REFUND_ASKED);
    int64_t done = last_at(out) + roll_in(seed, ROLL_REFUND_DONE, HOUR, 3 * DAY);
    if (late == 0) {
        life_add(out, done, EV_REFUND_ALL);
        return;
    }
    life_add(out, done, EV_REFUND_PART);
    if (!after_receipt) {
        life_add(out, finish, EV_FINISHED);
    }
}

static void live_from_paid(const world *w, uint32_t order, uint64_t seed, bool virtual_goods,
                           life_plan *out) {
    unsigned lines = order_line_count(w, order);
    bool douyin = order_on(w, order, WORLD_DOUYIN);
    int64_t paid = last_at(out);
    if (virtual_goods) {
        life_add(out, paid + roll_in(seed, ROLL_SHIP_AT, 1, 30), EV_SHIPPED);
        life_add(out, paid + roll_in(seed, ROLL_FINISH_AT, HOUR, 5 * DAY), EV_FINISHED);
        return;
    }
    if (roll(seed, ROLL_REFUND) % 100 < 3) {
        life_add(out, paid + roll_in(seed, ROLL_REFUND_AT, 10 * MINUTE, 12 * HOUR),
                 EV_REFUND_ASKED);
        if (douyin) {
            begin_sale(out, sale_unshipped_kind(seed), SALE_WHOLE);
        }
        /* Douyin's sellers have two days to answer, and take them. */
        int64_t wait = roll_in(seed, ROLL_REFUND_DONE, 5 * MINUTE, (douyin ? 46 : 6) * HOUR);
        int64_t done = last_at(out) + wait;
        life_add_sale(out, done, EV_REFUND_ALL, douyin ? 1 : 0);
        return;
    }
    if (douyin) {
        sales_born_withdrawn(seed, out);
    }
    int64_t ship = paid + roll_in(seed, ROLL_SHIP_AT, 2 * HOUR, 2 * DAY);
    if (lines > 1 && roll(seed, ROLL_PART) % 100 < 15) {
        life_add(out, ship, EV_SHIPPED_PART);
        ship += roll_in(seed, ROLL_REST_AT, HOUR, DAY);
    }
    life_add(out, ship, EV_SHIPPED);
    live_late_refund(w, order, seed, out);
}

/* A share of the orders changes soon after the world starts, so that modified times move while a
 * client reads: their next event is drawn near, or one is added. */
static void stir(const world *w, uint32_t order, uint64_t seed, life_plan *out) {
    uint32_t period = w->stir_period;
    uint32_t turn = (uint32_t)((order + (w->seed & 0xffff)) % period);
    if (turn > 2) {
        return;
    }
    int64_t start = w->options.start_now;
    int64_t at = start + (turn == 0 ? roll_in(seed, ROLL_STIR, 5, 10 * MINUTE)
                                    : roll_in(seed, ROLL_STIR, 10 * MINUTE, HOUR));
    for (unsigned i = 0; i < out->count; i++) {
        if (out->events[i].at > start) {
            int64_t shift = at - out->events[i].at;
            for (; i < out->count; i++) {
                out->events[i].at += shift;
            }
            return;
        }
    }
    life_add(out, at, EV_TOUCHED);
}

void life_born(const world *w, uint32_t order, life_plan *out) {
    uint64_t seed = order_seed(w, order);
    world_trade_type type = order_type(w, order);
    bool virtual_goods = type == WORLD_TYPE_ETICKET || type == WORLD_TYPE_AUTO_DELIVERY;
    out->count = 0;
    life_add(out, w->created[order], EV_CREATED);
    if (live_until_paid(seed, type == WORLD_TYPE_COD, order_on(w, order, WORLD_TAOBAO), out)) {
        live_from_paid(w, order, seed, virtual_goods, out);
    }
    stir(w, order, seed, out);
}

void life_of(const world *w, uint32_t order, life_plan *out) {
    if (w->edits[order]) {
        *out = w->edits[order]->life;
    } else {
        life_born(w, order, out);
    }
}

/* An after-sale's own events; the order itself goes on as it was. */
static void fold_sale_event(event_kind kind, life_state *s) {
    switch (kind) {
    case EV_SALE_ASKED:
        s->refund = WORLD_REFUND_SERVICE;
        break;
    case EV_SALE_DONE:
        s->refund = WORLD_REFUND_DONE_PART;
        break;
    case EV_SALE_RECEIVED:
        s->refund = WORLD_REFUND_EXCHANGED;
        break;
    case EV_SALE_REFUSED:
    case EV_SALE_RETURN_REFUSED:
        s->refund = WORLD_REFUND_FAILED;
        break;
    case EV_SALE_CLOSED:
        s->refund = WORLD_REFUND_CLOSED;
        break;
    default:
        break;
    }
}

static void fold_event(event_kind kind, int64_t at, life_state *s) {
    switch (kind) {
    case EV_CREATED:
        s->created = at;
        s->status = WORLD_UNPAID;
        break;
    case EV_PAID:
        s->paid = at;
        s->status = WORLD_PAID;
        break;
    case EV_CONFIRMED:
        s->status = WORLD_PAID;
        break;
    case EV_CANCELLED:
        s->closed = at;
        s->status = WORLD_CANCELLED;
        break;
    case EV_SHIPPED_PART:
        s->shipped_part = s->shipped_part ? s->shipped_part : at;
        s->status = WORLD_PARTLY_SHIPPED;
        break;
    case EV_SHIPPED:
        s->shipped = at;
        s->status = WORLD_SHIPPED;
        break;
    case EV_FINISHED:
        s->finished = at;
        /* Cash on delivery: the money comes with the receipt. */
        s->paid = s->paid ? s->paid : at;
        s->status = WORLD_FINISHED;
        break;
    case EV_REFUND_ASKED:
        s->refund = WORLD_REFUND_ASKED;
        s->refund_at = at;
        break;
    case EV_REFUND_PART:
        s->refund = WORLD_REFUND_DONE_PART;
        s->refund_done = at;
        break;
    case EV_REFUND_ALL:
        s->refund = WORLD_REFUND_DONE_ALL;
        s->refund_done = at;
        s->closed = at;
        s->status = WORLD_REFUNDED;
        break;
    case EV_TOUCHED:
        break;
    default:
        fold_sale_event(kind, s);
        break;
    }
}

void life_fold(const life_plan *life, int64_t touched, int64_t now, life_state *out) {
    memset(out, 0, sizeof *out);
    out->changes_at = INT64_MAX;
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].at > now) {
            out->changes_at = life->events[i].at;
            break;
        }
        fold_event((event_kind)life->events[i].kind, life->events[i].at, out);
        out->modified = life->events[i].at;
    }
    if (touched > out->modified && touched <= now) {
        out->modified = touched;
    }
}

void order_fold(const world *w, uint32_t order, int64_t now, life_state *out) {
    const order_edit *edit = w->edits[order];
    life_plan born;
    if (!edit) {
        life_born(w, order, &born);
    }
    life_fold(edit ? &edit->life : &born, edit ? edit->touched : 0, now, out);
}

unsigned order_refund_line(const world *w, uint32_t order, unsigned lines) {
    return (unsigned)(roll(order_seed(w, order), ROLL_REFUND + 40) % lines);
}

static void born_pack(uint64_t seed, unsigned nth, int64_t at, unsigned mask, pack_row *out) {
    size_t count = 0;
    const world_company *companies = world_companies(&count);
    memset(out, 0, sizeof *out);
    out->shipped_at = at;
    out->company = &companies[roll(seed, 120 + nth) % count];
    out->line_mask = mask;
    uint64_t digits = roll(seed, 124 + nth) % 1000000000000ULL;
    snprintf(out->tracking, sizeof out->tracking, "%.2s%013llu", out->company->taobao_code,
             (unsigned long long)digits);
}

unsigned order_packs_all(const world *w, uint32_t order, pack_row out[WORLD_MAX_PACKS]) {
    const order_edit *edit = w->edits[order];
    if (edit && edit->own_packs) {
        memcpy(out, edit->packs, edit->pack_count * sizeof *out);
        return edit->pack_count;
    }
    world_trade_type type = order_type(w, order);
    if (type == WORLD_TYPE_ETICKET || type == WORLD_TYPE_AUTO_DELIVERY) {
        return 0;
    }
    uint64_t seed = order_seed(w, order);
    unsigned all = (1u << order_line_count(w, order)) - 1;
    unsigned count = 0;
    unsigned left = all;
    life_plan l;
    life_of(w, order, &l);
    for (unsigned i = 0; i < l.count; i++) {
        bool part = l.events[i].kind == EV_SHIPPED_PART;
        if (part || l.events[i].kind == EV_SHIPPED) {
            unsigned mask = part ? 1u : left;
            born_pack(seed, count, l.events[i].at, mask, &out[count]);
            left &= ~mask;
            count++;
        }
    }
    return count;
}

unsigned order_packs(const world *w, uint32_t order, int64_t now, pack_row out[WORLD_MAX_PACKS]) {
    unsigned count = order_packs_all(w, order, out);
    unsigned kept = 0;
    for (unsigned i = 0; i < count; i++) {
        if (out[i].shipped_at <= now) {
            out[kept++] = out[i];
        }
    }
    return kept;
}

order_edit *order_edit_of(world *w, uint32_t order) {
    if (w->edits[order]) {
        return w->edits[order];
    }
    shop_row *s = &w->shops[w->shop_of[order]];
    order_edit *edit = calloc(1, sizeof *edit);
    if (!edit || !grow((void **)&s->edited, &s->edited_cap, s->edited_count, sizeof *s->edited)) {
        free(edit);
        return NULL;
    }
    life_born(w, order, &edit->life);
    edit->star = -1;
    s->edited[s->edited_count++] = order;
    w->edits[order] = edit;
    return edit;
}

void order_written(world *w, uint32_t order, order_edit *edit, int64_t now) {
    if (now > edit->touched) {
        edit->touched = now;
    }
    w->version++;
    sales_reindex(w, order, &edit->life);
    rendered_drop(w, order);
}
