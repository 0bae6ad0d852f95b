/*
 * Further writes to after-sales: remarks, parcels that the seller fills in, more time, evidence,
 * parcels that are called back, and after-sales that the seller begins himself.
 */
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { REMARK_BYTES = 3000, IMAGES_BYTES = 20000, TURN_CHANNEL = ROLL_SALE + 27 };

/* The after-sale at now and its edit; the edit is made. */
static world_deed begin(world *w, world_aftersale sale, int64_t now, world_aftersale_state *state,
                        sale_edit **out_edit) {
    if (!world_aftersale_state_at(w, sale, now, state)) {
        return WORLD_NOT_FOUND;
    }
    *out_edit = sale_edit_of(w, sale);
    return *out_edit ? WORLD_DONE : WORLD_NO_MEMORY;
}

world_deed world_aftersale_remark(world *w, world_aftersale sale, base_str remark, int64_t now) {
    world_aftersale_state state;
    sale_edit *edit;
    if (remark.len == 0 || !text_fine(remark, REMARK_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    world_deed deed = begin(w, sale, now, &state, &edit);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (!sale_note_add(w, &edit->remarks, remark, (base_str){ NULL, 0 }, 0, now)) {
        return WORLD_NO_MEMORY;
    }
    sale_written(w, sale, now);
    return WORLD_DONE;
}

/* ---- parcels ---- */

world_deed world_waybill_check(const world_pack *waybill) {
    world_deed deed;
    (void)waybill_fine(waybill, &deed);
    return deed;
}

static bool same_parcel(const world_aftersale_parcel *parcel, const world_pack *waybill) {
    return parcel->company != NULL && parcel->company == company_find(waybill) &&
           base_str_is(waybill->tracking_no, parcel->tracking);
}

world_deed world_aftersale_fill_parcel(world *w, world_aftersale sale, const world_pack *waybill,
                                       int64_t now) {
    world_aftersale_state state;
    world_deed deed = WORLD_DONE;
    if (!world_aftersale_state_at(w, sale, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    const sale_edit *before = sale_edit_at(w, sale, now);
    bool ours = state.kind == WORLD_SALE_RESEND ||
                (state.kind == WORLD_SALE_REPAIR && state.status == WORLD_SALE_TO_SHIP);
    if (before && same_parcel(ours ? &before->sent : &before->back, waybill)) {
        return WORLD_REPEATED;
    }
    if (!waybill_fine(waybill, &deed)) {
        return deed;
    }
    bool allowed = ours ? state.status == WORLD_SALE_TO_SHIP : state.status == WORLD_SALE_RETURNING;
    if (!allowed) {
        return WORLD_WRONG_STATE;
    }
    sale_edit *edit = sale_edit_of(w, sale);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    life_plan *life = &w->edits[sale.order]->life;
    if (life->count + 2 > LIFE_EVENTS) {
        return WORLD_TOO_MANY;
    }
    world_aftersale_parcel *parcel = ours ? &edit->sent : &edit->back;
    parcel->company = company_find(waybill);
    parcel->at = now;
    base_copy(parcel->tracking, sizeof parcel->tracking, waybill->tracking_no);
    sale_cut(life, sale.which, now);
    (void)sale_insert(life, now, ours ? EV_SALE_SHIPPED : EV_SALE_SENT_BACK, sale.which);
    if (ours) {
        (void)sale_insert(life, now + 3 * SALE_DAY, EV_SALE_RECEIVED, sale.which);
    }
    sale_written(w, sale, now);
    return WORLD_DONE;
}

world_deed world_aftersale_extend(world *w, world_aftersale sale, int64_t now) {
    world_aftersale_state state;
    sale_edit *edit;
    if (!world_aftersale_state_at(w, sale, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    if (state.status != WORLD_SALE_SENT_BACK || state.deadline - now > 2 * SALE_DAY ||
        state.deadline <= now) {
        return WORLD_WRONG_STATE;
    }
    world_deed deed = begin(w, sale, now, &state, &edit);
    if (deed != WORLD_DONE) {
        return deed;
    }
    edit->extended_s += 7 * SALE_DAY;
    sale_written(w, sale, now);
    return WORLD_DONE;
}

/* ---- evidence ---- */

world_deed world_aftersale_prove(world *w, world_aftersale sale, base_str comment, base_str images,
                                 int64_t now) {
    world_aftersale_state state;
    sale_edit *edit;
    if (!text_fine(comment, REMARK_BYTES) || !text_fine(images, IMAGES_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    if (!world_aftersale_state_at(w, sale, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    if (state.arbitrate_status != 4 && state.arbitrate_status != 1) {
        return WORLD_WRONG_STATE;
    }
    world_deed deed = begin(w, sale, now, &state, &edit);
    if (deed != WORLD_DONE) {
        return deed;
    }
    edit->proof_text = keep_text(w, comment);
    edit->proof_images = keep_text(w, images);
    if (!edit->proof_text || !edit->proof_images) {
        return WORLD_NO_MEMORY;
    }
    edit->proved = true;
    sale_written(w, sale, now);
    return WORLD_DONE;
}

world_deed world_aftersale_compensated(world *w, world_aftersale sale, base_str comment,
                                       base_str evidence, int64_t now) {
    world_aftersale_state state;
    sale_edit *edit;
    if (!text_fine(comment, REMARK_BYTES) || !text_fine(evidence, IMAGES_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    if (!world_aftersale_state_at(w, sale, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    if (order_type(w, sale.order) != WORLD_TYPE_COD ||
        (state.status != WORLD_SALE_DONE && state.status != WORLD_SALE_SENT_BACK)) {
        return WORLD_WRONG_STATE;
    }
    world_deed deed = begin(w, sale, now, &state, &edit);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (!sale_note_add(w, &edit->records, comment, evidence, 0, now)) {
        return WORLD_NO_MEMORY;
    }
    sale_written(w, sale, now);
    return WORLD_DONE;
}

/* ---- after-sales that the seller begins ---- */

static bool add_sale(life_plan *life, int64_t at, world_aftersale_kind kind, unsigned lines,
                     unsigned which) {
    if (which >= WORLD_MAX_SALES || life->count + 2 > LIFE_EVENTS) {
        return false;
    }
    (void)sale_insert(life, at, EV_REFUND_ASKED, which);
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].sale == which + 1) {
            life->events[i].form = (uint8_t)kind;
            life->events[i].lines = (uint8_t)lines;
        }
    }
    return true;
}

world_deed world_order_open_aftersales(world *w, uint32_t order, int64_t now) {
    world_aftersale_state sales[WORLD_MAX_SALES];
    life_state state;
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return WORLD_NOT_FOUND;
    }
    order_fold(w, order, now, &state);
    if (state.status != WORLD_FINISHED) {
        return WORLD_WRONG_STATE;
    }
    unsigned count = world_order_aftersales(w, order, now, sales);
    const order_edit *before = w->edits[order];
    bool open = now - state.finished < 15 * SALE_DAY || (before && before->channel_at);
    for (unsigned i = 0; i < count; i++) {
        open = open || sales[i].final_at == 0;
    }
    if (open) {
        return WORLD_IN_USE;
    }
    order_edit *edit = order_edit_of(w, order);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    int64_t asks = now + roll_in(order_seed(w, order), TURN_CHANNEL, 10 * SALE_MINUTE, SALE_HOUR);
    if (!add_sale(&edit->life, asks, WORLD_SALE_REFUND_SHIPPED, 1, sales_in(&edit->life))) {
        return WORLD_TOO_MANY;
    }
    edit->channel_at = now;
    order_written(w, order, edit, now);
    return WORLD_DONE;
}

/* The after-sale of this line that goes on, or that the seller began. */
static bool present_sale(const world *w, uint32_t order, unsigned line, int64_t now,
                         world_aftersale_state *out, bool *out_own) {
    world_aftersale_state sales[WORLD_MAX_SALES];
    unsigned count = world_order_aftersales(w, order, now, sales);
    for (unsigned i = 0; i < count; i++) {
        const sale_edit *edit = sale_edit_at(w, sales[i].sale, now);
        *out_own = edit && edit->own;
        if ((sales[i].line_mask >> line & 1) && (sales[i].final_at == 0 || *out_own)) {
            *out = sales[i];
            return true;
        }
    }
    return false;
}

static world_deed begin_own(world *w, uint32_t order, unsigned line, bool whole, bool shipped,
                            int64_t now, world_aftersale *out) {
    order_edit *edit = order_edit_of(w, order);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    *out = (world_aftersale){ order, sales_in(&edit->life) };
    life_plan life = edit->life;
    unsigned lines = whole && !shipped ? (unsigned)SALE_WHOLE : 1U << line;
    if (!add_sale(&life, now, shipped ? WORLD_SALE_REFUND_SHIPPED : WORLD_SALE_REFUND_UNSHIPPED,
                  lines, out->which)) {
        return WORLD_TOO_MANY;
    }
    edit->life = life;
    return WORLD_DONE;
}

world_deed world_order_own_aftersale(world *w, uint32_t order, unsigned line, int64_t fen,
                                     int64_t num, int reason_code, int64_t now,
                                     world_aftersale *out) {
    world_aftersale_state there;
    life_state state;
    line_row rows[WORLD_MAX_LINES];
    bool own = false;
    if (order >= w->options.orders || (int64_t)w->created[order] > now ||
        line >= order_lines(w, order, rows)) {
        return WORLD_NOT_FOUND;
    }
    order_fold(w, order, now, &state);
    if (present_sale(w, order, line, now, &there, &own)) {
        *out = there.sale;
        return own && there.reason_code == reason_code ? WORLD_REPEATED : WORLD_WRONG_STATE;
    }
    if (state.paid == 0 || state.closed != 0) {
        return WORLD_WRONG_STATE;
    }
    if (fen < -1 || fen == 0 || fen > rows[line].pay_fen || num < -1 || num == 0 ||
        num > rows[line].num) {
        return WORLD_BAD_VALUE;
    }
    bool all = order_line_count(w, order) == 1 && fen < 0 && (num < 0 || num == rows[line].num);
    world_deed deed = begin_own(w, order, line, all, state.shipped != 0, now, out);
    if (deed != WORLD_DONE) {
        return deed;
    }
    sale_edit *edit = sale_edit_of(w, *out);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    edit->own = true;
    edit->fen = fen;
    edit->num = num;
    edit->reason_code = reason_code;
    (void)sale_refund(w, order, &w->edits[order]->life, out->which, now + 5 * SALE_MINUTE);
    sale_written(w, *out, now);
    return WORLD_DONE;
}

/* ---- parcels that are called back ---- */

static int find_pack(const order_edit *edit, const world_company *company, base_str tracking_no,
                     int64_t now) {
    for (unsigned i = 0; i < edit->pack_count; i++) {
        const pack_row *pack = &edit->packs[i];
        if (pack->shipped_at <= now && pack->company == company &&
            base_str_is(tracking_no, pack->tracking)) {
            return (int)i;
        }
    }
    return -1;
}

static void weigh(const world *w, uint32_t order, const pack_row *pack, world_intercepted *out) {
    line_row rows[WORLD_MAX_LINES];
    unsigned count = order_lines(w, order, rows);
    out->line_mask = pack->line_mask;
    for (unsigned i = 0; i < count; i++) {
        out->value_fen += pack->line_mask >> i & 1 ? rows[i].pay_fen : 0;
    }
}

world_deed world_aftersale_intercept(world *w, world_aftersale sale, base_str company_code,
                                     base_str tracking_no, int64_t now, world_intercepted *out) {
    enum { CARRIED_S = 70 * SALE_HOUR, COST_FEN = 800 };
    world_aftersale_state state;
    life_state order;
    sale_edit *edit;
    memset(out, 0, sizeof *out);
    world_deed deed = begin(w, sale, now, &state, &edit);
    if (deed != WORLD_DONE) {
        return deed;
    }
    order_edit *mine = w->edits[sale.order];
    world_pack wanted = { .company_code = company_code, .tracking_no = tracking_no };
    out->company = company_find(&wanted);
    out->cost_fen = COST_FEN;
    order_own_packs(w, sale.order, mine);
    int at = out->company ? find_pack(mine, out->company, tracking_no, now) : -1;
    if (at < 0) {
        out->result = WORLD_INTERCEPT_NO_PARCEL;
        return WORLD_DONE;
    }
    pack_row *pack = &mine->packs[at];
    weigh(w, sale.order, pack, out);
    if (pack->intercepted) {
        out->result = WORLD_INTERCEPT_DONE; /* and it stays so */
        return WORLD_REPEATED;
    }
    order_fold(w, sale.order, now, &order);
    if (state.final_at != 0) {
        out->result = WORLD_INTERCEPT_OVER;
        return WORLD_DONE;
    }
    if (order.finished || order.closed || now - pack->shipped_at > CARRIED_S) {
        out->result = WORLD_INTERCEPT_DELIVERING;
        return WORLD_DONE;
    }
    bool money = state.kind == WORLD_SALE_REFUND_SHIPPED || state.kind == WORLD_SALE_RETURN;
    life_plan life = mine->life;
    if (money && !sale_comes_back(w, sale, &life, now)) {
        return WORLD_TOO_MANY;
    }
    mine->life = life;
    pack->intercepted = now;
    edit->audit = money ? 12 : edit->audit; /* "the parcel was called back" */
    out->result = WORLD_INTERCEPT_DONE;
    sale_written(w, sale, now);
    return WORLD_DONE;
}
