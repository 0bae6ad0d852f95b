/*
 * Settlement of Douyin orders: one row a line of every finished order, at the moment it finished,
 * with amounts that add up. Rows are history: once settled they never change. The truth is counted
 * by a walk of its own over all orders.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

enum { FEE_PERCENT = 2, COMMISSION_PERCENT = 10, SETTLE_ONE_IN_ALLIANCE = 3 };

/* When the order finished, or 0. */
static int64_t finished_at(const life_plan *life, int64_t now) {
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].kind == EV_FINISHED && life->events[i].at <= now) {
            return life->events[i].at;
        }
    }
    return 0;
}

static bool refunded_before(const life_plan *life, int64_t at) {
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].kind == EV_REFUND_PART && life->events[i].at <= at) {
            return true;
        }
    }
    return false;
}

/* What the buyer paid and what others paid for him, less what went back, less what others take. */
static void fill_money(world_bill *row, const line_row *line, bool refunded, bool alliance) {
    row->goods_fen = line->sum_fen;
    row->post_fen = line->post_fen;
    row->total_fen = line->sum_fen + line->post_fen;
    row->shop_coupon_fen = line->promo_shop_fen;
    row->platform_coupon_fen = line->promo_platform_fen;
    row->author_coupon_fen = line->promo_talent_fen;
    row->pay_fen = line->pay_fen;
    int64_t all = row->pay_fen + row->platform_coupon_fen + row->author_coupon_fen;
    row->refund_fen = refunded ? all : 0;
    row->income_fen = all - row->refund_fen;
    row->service_fee_fen = row->income_fen * FEE_PERCENT / 100;
    row->commission_fen = alliance ? row->income_fen * COMMISSION_PERCENT / 100 : 0;
    row->outcome_fen = row->service_fee_fen + row->commission_fen;
    row->settle_fen = row->income_fen - row->outcome_fen;
}

/* The rows of one order that finished at `at`; how many. */
static unsigned rows_of(const world *w, uint32_t order, const life_plan *life, int64_t at,
                        world_bill out[WORLD_MAX_LINES]) {
    line_row lines[WORLD_MAX_LINES];
    unsigned count = order_lines(w, order, lines);
    bool part = refunded_before(life, at);
    unsigned back = part ? order_refund_line(w, order, count) : count;
    uint64_t turn = roll(order_seed(w, order), ROLL_DOC + 7); /* as the document has it */
    for (unsigned i = 0; i < count; i++) {
        world_bill *row = &out[i];
        memset(row, 0, sizeof *row);
        row->order = order;
        row->line = i;
        row->settled = at;
        row->ordered = (int64_t)w->created[order];
        row->product_id = item_id(w, lines[i].item);
        row->num = lines[i].num;
        row->cod = order_type(w, order) == WORLD_TYPE_COD;
        row->line_id = order_line_number(w, order, i, count);
        order_id_text(w, order, row->order_id);
        fill_money(row, &lines[i], i == back, turn % SETTLE_ONE_IN_ALLIANCE == 0);
    }
    return count;
}

/* ---- rows of a range ---- */

typedef struct collecting {
    const world *w;
    const world_bill_query *query;
    int64_t now;
    world_bill *rows;
    size_t count, cap;
    bool failed;
} collecting;

static bool wanted(const world_bill_query *q, const world_bill *row) {
    return (q->order == WORLD_NONE || q->order == row->order) &&
           (q->product_id == 0 || q->product_id == row->product_id);
}

static void collect(collecting *c, uint32_t order) {
    life_plan life;
    world_bill rows[WORLD_MAX_LINES];
    life_of(c->w, order, &life);
    int64_t at = finished_at(&life, c->now);
    int64_t by = c->query->by_ordered ? (int64_t)c->w->created[order] : at;
    if (at == 0 || by < c->query->from || by >= c->query->to) {
        return;
    }
    unsigned count = rows_of(c->w, order, &life, at, rows);
    for (unsigned i = 0; i < count && !c->failed; i++) {
        if (!wanted(c->query, &rows[i])) {
            continue;
        }
        c->failed = !grow((void **)&c->rows, &c->cap, c->count, sizeof *c->rows);
        if (!c->failed) {
            c->rows[c->count++] = rows[i];
        }
    }
}

/* Orders with an event of their born life in the range; those that were written to come apart. */
static void collect_settled(collecting *c, const shop_row *s) {
    size_t at = rows_first(s->events, s->event_count, c->query->from);
    for (; at < s->event_count && row_at(s->events[at]) < c->query->to; at++) {
        uint32_t order = (uint32_t)s->events[at];
        life_plan life;
        if (c->w->edits[order]) {
            continue;
        }
        life_born(c->w, order, &life);
        if (finished_at(&life, c->now) == row_at(s->events[at])) {
            collect(c, order);
        }
    }
    for (size_t i = 0; i < s->edited_count; i++) {
        collect(c, s->edited[i]);
    }
}

static int compare_bills(const void *a, const void *b) {
    const world_bill *left = a, *right = b;
    if (left->settled != right->settled) {
        return left->settled < right->settled ? -1 : 1;
    }
    return (left->line_id > right->line_id) - (left->line_id < right->line_id);
}

qd_status world_bills(const world *w, const world_bill_query *query, int64_t now,
                      world_bill **out_rows, size_t *out_count, qd_err *err) {
    collecting c = { .w = w, .query = query, .now = now };
    const shop_row *s = &w->shops[query->shop];
    if (query->by_ordered || query->order != WORLD_NONE) {
        for (uint32_t i = 0; i < s->order_count; i++) {
            collect(&c, s->first_order + i);
        }
    } else {
        collect_settled(&c, s);
    }
    if (c.failed) {
        free(c.rows);
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for %zu bill rows", c.count);
    }
    if (c.count > 0) {
        qsort(c.rows, c.count, sizeof *c.rows, compare_bills);
    }
    *out_rows = c.rows;
    *out_count = c.count;
    return QD_OK;
}

void world_bill_truth(const world *w, uint32_t shop, int64_t until, uint64_t *out_rows,
                      int64_t *out_settle_fen) {
    const shop_row *s = &w->shops[shop];
    *out_rows = 0;
    *out_settle_fen = 0;
    for (uint32_t i = 0; i < s->order_count && s->open.platform == WORLD_DOUYIN; i++) {
        uint32_t order = s->first_order + i;
        life_plan life;
        world_bill rows[WORLD_MAX_LINES];
        life_of(w, order, &life);
        int64_t at = finished_at(&life, until - 1);
        unsigned count = at != 0 ? rows_of(w, order, &life, at, rows) : 0;
        for (unsigned k = 0; k < count; k++) {
            *out_settle_fen += rows[k].settle_fen;
        }
        *out_rows += count;
    }
}

int64_t world_bills_until(int64_t now, int hour) {
    int64_t today = base_day_start_cn(now);
    return now - today >= hour * 3600 ? today : today - 86400;
}
