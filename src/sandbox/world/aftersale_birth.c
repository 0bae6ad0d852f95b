/*
 * Which after-sales an order is born with: kinds, moments, pieces, money and reasons, all from the
 * order's seed. They are written into the order's life; what a life means for an after-sale at a
 * moment stands in aftersales.c.
 */
#include "sandbox/world/aftersale_private.h"

/* Numbers of the rolls, from ROLL_SALE. */
enum {
    TURN_PLOT = ROLL_SALE,
    TURN_UNSHIPPED,
    TURN_CANCEL,
    TURN_END,
    TURN_TIME, /* and seven on */
    TURN_SHARE = ROLL_SALE + 12,
    TURN_REASON = ROLL_SALE + 16
};

world_aftersale_kind sale_unshipped_kind(uint64_t seed) {
    return roll(seed, TURN_UNSHIPPED) % 8 == 0 ? WORLD_SALE_SYSTEM_CANCEL
                                               : WORLD_SALE_REFUND_UNSHIPPED;
}

bool sale_cancelled_by_buyer(uint64_t seed) {
    return roll(seed, TURN_CANCEL) % 2 == 0;
}

/* ---- the plots ---- */

typedef struct teller {
    uint64_t seed;
    life_plan *out;
    unsigned sale;
    unsigned step;
} teller;

static int64_t last_at(const life_plan *life) {
    return life->events[life->count - 1].at;
}

/* The next event, this long after the last. */
static void tell(teller *t, int64_t low_s, int64_t high_s, event_kind kind) {
    int64_t at = last_at(t->out) + roll_in(t->seed, TURN_TIME + t->step % 8, low_s, high_s);
    t->step++;
    life_add_sale(t->out, at, kind, t->sale);
}

static void begin(teller *t, int64_t low_s, int64_t high_s, world_aftersale_kind kind,
                  unsigned lines) {
    bool money = kind <= WORLD_SALE_REFUND_UNSHIPPED || kind == WORLD_SALE_PRICE;
    t->sale++;
    tell(t, low_s, high_s, money ? EV_REFUND_ASKED : EV_SALE_ASKED);
    life_event *event = &t->out->events[t->out->count - 1];
    event->form = (uint8_t)kind;
    event->lines = (uint8_t)lines;
}

static void tell_refused(teller *t, int64_t patience_s) {
    tell(t, 12 * SALE_HOUR, 46 * SALE_HOUR, EV_SALE_REFUSED);
    tell(t, 2 * SALE_HOUR, patience_s, EV_SALE_CLOSED);
}

static void tell_sent_back(teller *t) {
    tell(t, 12 * SALE_HOUR, 46 * SALE_HOUR, EV_SALE_RETURNING);
    tell(t, 6 * SALE_HOUR, 3 * SALE_DAY, EV_SALE_SENT_BACK);
}

/* The way it ends when nothing comes of it. */
static void tell_failure(teller *t) {
    switch (roll(t->seed, TURN_END) % 4) {
    case 0:
        tell_refused(t, 6 * SALE_DAY);
        break;
    case 1:
        tell(t, SALE_HOUR, 2 * SALE_DAY, EV_SALE_CLOSED);
        break;
    case 2:
        tell(t, 12 * SALE_HOUR, 46 * SALE_HOUR, EV_SALE_RETURNING);
        tell(t, 7 * SALE_DAY, 7 * SALE_DAY, EV_SALE_CLOSED);
        break;
    default:
        tell_sent_back(t);
        tell(t, SALE_DAY, 7 * SALE_DAY - SALE_HOUR, EV_SALE_RETURN_REFUSED);
        tell(t, SALE_DAY, 5 * SALE_DAY, EV_SALE_CLOSED);
        break;
    }
}

static void tell_exchange(teller *t, unsigned line) {
    begin(t, 6 * SALE_HOUR, 5 * SALE_DAY, WORLD_SALE_EXCHANGE, line);
    uint64_t end = roll(t->seed, TURN_END) % 8;
    if (end == 0) {
        tell_refused(t, 6 * SALE_DAY);
        return;
    }
    tell_sent_back(t);
    if (end == 1) {
        tell(t, SALE_DAY, 7 * SALE_DAY - SALE_HOUR, EV_SALE_RETURN_REFUSED);
        tell(t, SALE_DAY, 5 * SALE_DAY, EV_SALE_CLOSED);
        return;
    }
    tell(t, SALE_DAY, 7 * SALE_DAY - SALE_HOUR, EV_SALE_SHIPPED);
    tell(t, 2 * SALE_DAY, 5 * SALE_DAY, EV_SALE_RECEIVED);
}

static void tell_resend(teller *t, unsigned line, bool repair) {
    begin(t, 6 * SALE_HOUR, 5 * SALE_DAY, repair ? WORLD_SALE_REPAIR : WORLD_SALE_RESEND, line);
    if (!repair && roll(t->seed, TURN_END) % 6 == 0) {
        tell_refused(t, 6 * SALE_DAY);
        return;
    }
    if (repair) {
        tell_sent_back(t);
    }
    tell(t, 12 * SALE_HOUR, 46 * SALE_HOUR, EV_SALE_TO_SHIP);
    tell(t, 12 * SALE_HOUR, 2 * SALE_DAY, EV_SALE_SHIPPED);
    tell(t, 2 * SALE_DAY, 4 * SALE_DAY, EV_SALE_RECEIVED);
}

/* After receipt; one in seven of all orders. */
static void tell_after_receipt(const world *w, uint32_t order, teller *t) {
    uint64_t turn = roll(t->seed, TURN_PLOT) % 1000;
    unsigned lines = order_line_count(w, order);
    unsigned line = 1U << order_refund_line(w, order, lines);
    if (turn < 30) {
        tell_exchange(t, line);
    } else if (turn < 42) {
        tell_resend(t, line, false);
    } else if (turn < 49) {
        tell_resend(t, line, true);
    } else if (turn < 74) {
        begin(t, SALE_HOUR, 5 * SALE_DAY, WORLD_SALE_PRICE, line);
        tell(t, SALE_MINUTE, 10 * SALE_MINUTE, EV_SALE_DONE);
    } else if (turn < 112) {
        begin(t, 6 * SALE_HOUR, 6 * SALE_DAY, WORLD_SALE_RETURN, line);
        tell_failure(t);
    } else if (turn < 122) {
        begin(t, 6 * SALE_HOUR, 2 * SALE_DAY, WORLD_SALE_REFUND_SHIPPED, line);
        tell_refused(t, 6 * SALE_DAY);
        begin(t, SALE_HOUR, SALE_DAY, WORLD_SALE_EXCHANGE, line);
        tell_sent_back(t);
        tell(t, SALE_HOUR, SALE_DAY, EV_SALE_SHIPPED);
        tell(t, 2 * SALE_DAY, 4 * SALE_DAY, EV_SALE_RECEIVED);
    }
}

void sales_born_withdrawn(uint64_t seed, life_plan *out) {
    uint64_t turn = roll(seed, TURN_PLOT) % 1000;
    if (turn < 980) {
        return;
    }
    /* Over before the earliest parcel leaves, two hours after the money came. */
    teller t = { .seed = seed, .out = out };
    begin(&t, 10 * SALE_MINUTE, 40 * SALE_MINUTE, WORLD_SALE_REFUND_UNSHIPPED, SALE_WHOLE);
    tell(&t, 5 * SALE_MINUTE, 40 * SALE_MINUTE, EV_SALE_CLOSED);
}

/* The money of the life's own late refund goes back; the moments are those of the order's life. */
static void tell_refund(const world *w, uint32_t order, uint64_t late, int64_t done, teller *t) {
    unsigned lines = order_line_count(w, order);
    unsigned mask = late == 0 ? SALE_WHOLE : 1U << order_refund_line(w, order, lines);
    life_event *asked = &t->out->events[t->out->count - 1];
    world_aftersale_kind kind = late < 2 ? WORLD_SALE_REFUND_SHIPPED : WORLD_SALE_RETURN;
    t->sale++;
    asked->sale = (uint8_t)t->sale;
    asked->form = (uint8_t)kind;
    asked->lines = (uint8_t)mask;
    int64_t wait = done - asked->at;
    if (kind == WORLD_SALE_RETURN) {
        life_add_sale(t->out, asked->at + wait / 4, EV_SALE_RETURNING, t->sale);
        life_add_sale(t->out, asked->at + wait / 2, EV_SALE_SENT_BACK, t->sale);
    }
    (void)sale_refund(w, order, t->out, t->sale - 1, done);
}

void sales_born_late(const world *w, uint32_t order, uint64_t late, int64_t finish,
                     life_plan *out) {
    enum { ROLL_REFUND_AT = 67, ROLL_REFUND_DONE = 68 }; /* life.c's, the same moments */
    uint64_t seed = order_seed(w, order);
    teller t = { .seed = seed, .out = out };
    for (unsigned i = 0; i < out->count; i++) {
        t.sale = out->events[i].sale > t.sale ? out->events[i].sale : t.sale;
    }
    if (late >= 4) {
        uint64_t turn = roll(seed, TURN_PLOT) % 1000;
        if (turn >= 960 && turn < 970) { /* three days pass before a receipt */
            begin(&t, 6 * SALE_HOUR, 18 * SALE_HOUR, WORLD_SALE_REFUND_SHIPPED, SALE_WHOLE);
            tell_refused(&t, 8 * SALE_HOUR);
        }
        life_add(out, finish, EV_FINISHED);
        tell_after_receipt(w, order, &t);
        return;
    }
    if (late == 3) {
        life_add(out, finish, EV_FINISHED);
    }
    life_add(out, last_at(out) + roll_in(seed, ROLL_REFUND_AT, 6 * SALE_HOUR, 3 * SALE_DAY),
             EV_REFUND_ASKED);
    int64_t done = last_at(out) + roll_in(seed, ROLL_REFUND_DONE, SALE_HOUR, 3 * SALE_DAY);
    tell_refund(w, order, late, done, &t);
    if (late != 3 && out->events[out->count - 1].kind != EV_REFUND_ALL) {
        life_add(out, finish, EV_FINISHED);
    }
}

/* ---- pieces, money, reasons ---- */

/* Postage comes back only with the whole order, before it left. */
void sale_share_of(const world *w, uint32_t order, unsigned which, world_aftersale_kind kind,
                   unsigned lines, bool money, sale_share *out) {
    line_row rows[WORLD_MAX_LINES];
    unsigned count = order_lines(w, order, rows);
    uint64_t turn = roll(order_seed(w, order), TURN_SHARE + which);
    *out = (sale_share){ 0, 0, 0, false };
    for (unsigned i = 0; i < count; i++) {
        const line_row *l = &rows[i];
        if (!(lines & SALE_WHOLE) && !(lines >> i & 1)) {
            continue;
        }
        int64_t num = l->num;
        int64_t fen = l->pay_fen - l->post_fen;
        if (lines & SALE_WHOLE) {
            fen = l->pay_fen;
            out->post_fen += l->post_fen;
        } else if (kind == WORLD_SALE_RETURN && num > 1 && turn % 3 == 0) {
            num = 1;
            fen = fen / l->num;
            out->part = true;
        } else if (kind == WORLD_SALE_REFUND_SHIPPED && turn % 2 == 0) {
            fen = fen * 3 / 10; /* something was missing or broken */
            out->part = true;
        } else if (kind == WORLD_SALE_PRICE) {
            fen = fen / 20;
            out->part = true;
        }
        out->num += num;
        out->fen += fen;
    }
    out->fen = out->fen < 1 ? 1 : out->fen;
    if (!money) {
        out->fen = out->post_fen = 0;
        out->part = false;
    }
}

int sale_reason_of(uint64_t seed, unsigned which, world_aftersale_kind kind) {
    static const int reasons[WORLD_SALE_KINDS][6] = {
        [WORLD_SALE_RETURN] = { 1, 6, 7, 9, 10, 22 },
        [WORLD_SALE_REFUND_SHIPPED] = { 3, 4, 5, 20, 21, 23 },
        [WORLD_SALE_REFUND_UNSHIPPED] = { 1, 2, 1, 13, 1, 15 },
        [WORLD_SALE_EXCHANGE] = { 7, 8, 16, 16, 22, 33 },
        [WORLD_SALE_SYSTEM_CANCEL] = { 14, 14, 14, 14, 14, 14 },
        [WORLD_SALE_USER_CANCEL] = { 1, 1, 1, 15, 1, 1 },
        [WORLD_SALE_PRICE] = { 15, 15, 15, 15, 15, 15 },
        [WORLD_SALE_RESEND] = { 20, 5, 20, 20, 29, 20 },
        [WORLD_SALE_REPAIR] = { 8, 8, 7, 8, 32, 8 },
    };
    return reasons[kind][roll(seed, TURN_REASON + which) % 6];
}

bool sale_reason_free(int code) {
    return code == 1 || code == 6;
}
