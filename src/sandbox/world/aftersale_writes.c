/*
 * What a seller does to an after-sale: the acts of afterSale.operate, each with the kinds and
 * statuses that allow it, what the order's life becomes, and the buyer's next steps, which come by
 * themselves. Remarks, parcels, evidence and after-sales that the seller begins are
 * aftersale_deeds.c's.
 */
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { TURN_NEXT = ROLL_SALE + 26, WORDS_BYTES = 3000, EVIDENCE_BYTES = 20000 };

/* ---- acts ---- */

#define KIND(name) (1U << WORLD_SALE_##name)
#define AT(name) (1ULL << WORLD_SALE_##name)

typedef struct rule {
    int act;
    uint32_t kinds;
    uint64_t from; /* statuses */
    event_kind to; /* EV_REFUND_PART: the money goes back; EV_TOUCHED: the status stays */
    bool address, waybill;
} rule;

/* The statuses are those with which shop programs offer the act. 201 is given for refunds before
 * shipping, too, as some sources have it; 401 is their own. */
static const rule rules[] = {
    { 101, KIND(RETURN), AT(ASKED) | AT(REFUSED), EV_SALE_RETURNING, true, false },
    { 102, KIND(RETURN), AT(ASKED), EV_SALE_REFUSED, false, false },
    { 111, KIND(RETURN), AT(RETURNING) | AT(SENT_BACK) | AT(RETURN_REFUSED), EV_REFUND_PART, false,
      false },
    { 112, KIND(RETURN), AT(SENT_BACK), EV_SALE_RETURN_REFUSED, false, false },
    { 121, KIND(RETURN), AT(ASKED) | AT(REFUSED), EV_REFUND_PART, false, false },
    { 201, KIND(REFUND_SHIPPED) | KIND(REFUND_UNSHIPPED), AT(ASKED) | AT(REFUSED), EV_REFUND_PART,
      false, false },
    { 202, KIND(REFUND_SHIPPED), AT(ASKED), EV_SALE_REFUSED, false, false },
    { 203, KIND(REFUND_SHIPPED), AT(ASKED), EV_TOUCHED, false, false },
    { 301, KIND(EXCHANGE), AT(ASKED) | AT(REFUSED), EV_SALE_RETURNING, true, false },
    { 302, KIND(EXCHANGE), AT(ASKED), EV_SALE_REFUSED, false, false },
    { 311, KIND(EXCHANGE), AT(RETURNING) | AT(SENT_BACK) | AT(RETURN_REFUSED), EV_SALE_SHIPPED,
      false, true },
    { 312, KIND(EXCHANGE), AT(SENT_BACK), EV_SALE_RETURN_REFUSED, false, false },
    { 321, KIND(EXCHANGE), AT(ASKED) | AT(RETURNING) | AT(SENT_BACK) | AT(RETURN_REFUSED),
      EV_REFUND_PART, false, false },
    { 401, KIND(REFUND_UNSHIPPED), AT(ASKED), EV_REFUND_PART, false, false },
    { 501, KIND(RESEND), AT(ASKED) | AT(REFUSED), EV_SALE_TO_SHIP, false, false },
    { 502, KIND(RESEND), AT(ASKED), EV_SALE_REFUSED, false, false },
    { 601, KIND(REPAIR), AT(ASKED) | AT(REFUSED), EV_SALE_RETURNING, true, false },
    { 602, KIND(REPAIR), AT(ASKED) | AT(REFUSED), EV_SALE_TO_SHIP, false, false },
    { 603, KIND(REPAIR), AT(ASKED), EV_SALE_REFUSED, false, false },
    { 611, KIND(REPAIR), AT(RETURNING) | AT(SENT_BACK) | AT(TO_SHIP), EV_SALE_SHIPPED, false,
      true },
    { 612, KIND(REPAIR), AT(SENT_BACK), EV_SALE_RETURN_REFUSED, false, false },
    { 621, KIND(REPAIR),
      AT(ASKED) | AT(RETURNING) | AT(TO_SHIP) | AT(SENT_BACK) | AT(REFUSED) | AT(RETURN_REFUSED),
      EV_REFUND_PART, false, false },
};

static const rule *rule_of(int act) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].act == act) {
            return &rules[i];
        }
    }
    return NULL;
}

bool world_aftersale_act_known(int act) {
    return rule_of(act) != NULL;
}
bool world_aftersale_act_refuses(int act) {
    const rule *r = rule_of(act);
    return r && (r->to == EV_SALE_REFUSED || r->to == EV_SALE_RETURN_REFUSED);
}
bool world_aftersale_act_wants_address(int act) {
    const rule *r = rule_of(act);
    return r && r->address;
}
bool world_aftersale_act_wants_waybill(int act) {
    const rule *r = rule_of(act);
    return r && r->waybill;
}

world_deed world_aftersale_may(const world *w, world_aftersale sale, int act, int64_t now) {
    world_aftersale_state state;
    const rule *r = rule_of(act);
    if (!r) {
        return WORLD_BAD_VALUE;
    }
    if (!world_aftersale_state_at(w, sale, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    const sale_edit *edit = sale_edit_at(w, sale, now);
    if (edit && edit->last_act == act) {
        return WORLD_REPEATED;
    }
    bool allowed = (r->kinds >> state.kind & 1) && (r->from >> state.status & 1);
    return allowed ? WORLD_DONE : WORLD_WRONG_STATE;
}

/* ---- lives ---- */

void sale_cut(life_plan *life, unsigned which, int64_t now) {
    unsigned kept = 0;
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].sale != which + 1 || life->events[i].at <= now) {
            life->events[kept++] = life->events[i];
        }
    }
    life->count = kept;
}

bool sale_insert(life_plan *life, int64_t at, event_kind kind, unsigned which) {
    if (life->count == LIFE_EVENTS) {
        return false;
    }
    unsigned i = life->count++;
    while (i > 0 && life->events[i - 1].at > at) {
        life->events[i] = life->events[i - 1];
        i--;
    }
    life->events[i] = (life_event){ .at = at, .kind = (uint8_t)kind, .sale = (uint8_t)(which + 1) };
    return true;
}

/* The lines whose whole money this after-sale gives back. */
static unsigned whole_lines(const world *w, uint32_t order, const life_plan *life, unsigned which) {
    const life_event *first = NULL;
    for (unsigned i = 0; i < life->count && !first; i++) {
        first = life->events[i].sale == which + 1 ? &life->events[i] : NULL;
    }
    if (!first || first->form == WORLD_SALE_PRICE) {
        return 0;
    }
    const order_edit *edit = w->edits[order];
    const sale_edit *own = edit ? edit->sales[which] : NULL;
    sale_share share;
    sale_share_of(w, order, which, (world_aftersale_kind)first->form, first->lines, true, &share);
    bool part =
        own && own->own ? own->fen >= 0 || (own->num >= 0 && own->num < share.num) : share.part;
    unsigned all = (1U << order_line_count(w, order)) - 1;
    return part ? 0 : first->lines & SALE_WHOLE ? all : first->lines & all;
}

bool sale_refund(const world *w, uint32_t order, life_plan *life, unsigned which, int64_t at) {
    unsigned all = (1U << order_line_count(w, order)) - 1;
    unsigned back = whole_lines(w, order, life, which);
    for (unsigned i = 0; i < life->count; i++) {
        const life_event *event = &life->events[i];
        if (event->kind == EV_REFUND_PART && event->sale > 0 && event->at <= at) {
            back |= whole_lines(w, order, life, event->sale - 1U);
        }
    }
    bool whole = back == all;
    unsigned kept = 0;
    for (unsigned i = 0; whole && i < life->count; i++) {
        if (life->events[i].at <= at) {
            life->events[kept++] = life->events[i];
        }
    }
    life->count = whole ? kept : life->count;
    return sale_insert(life, at, whole ? EV_REFUND_ALL : EV_REFUND_PART, which);
}

/* An order on its way arrives one day, whatever was planned for it before. */
static bool order_goes_on(life_plan *life, int64_t now) {
    bool shipped = false;
    for (unsigned i = 0; i < life->count; i++) {
        event_kind kind = (event_kind)life->events[i].kind;
        shipped = shipped || kind == EV_SHIPPED;
        if (kind == EV_FINISHED || kind == EV_REFUND_ALL || kind == EV_CANCELLED) {
            return true;
        }
    }
    if (!shipped || life->count == LIFE_EVENTS) {
        return !shipped;
    }
    bool ok = sale_insert(life, now + 7 * SALE_DAY, EV_FINISHED, 0);
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].kind == EV_FINISHED) {
            life->events[i].sale = 0;
        }
    }
    return ok;
}

void sales_shipped(const world *w, uint32_t order, life_plan *life, int64_t now) {
    for (unsigned i = 0; i < sales_in(life); i++) {
        world_aftersale_state state;
        if (sale_fold(w, order, life, i, now, &state, NULL) &&
            state.kind == WORLD_SALE_REFUND_UNSHIPPED && state.final_at == 0) {
            sale_cut(life, i, now);
            (void)sale_insert(life, now, EV_SALE_CLOSED, i);
        }
    }
}

bool sale_comes_back(const world *w, world_aftersale sale, life_plan *life, int64_t now) {
    unsigned kept = 0;
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].kind != EV_FINISHED || life->events[i].at <= now) {
            life->events[kept++] = life->events[i];
        }
    }
    life->count = kept;
    sale_cut(life, sale.which, now);
    return sale_refund(w, sale.order, life, sale.which, now + 3 * SALE_DAY) &&
           order_goes_on(life, now);
}

/* What the buyer, the carrier and the platform do after it. */
static bool next_steps(const world *w, world_aftersale sale, event_kind done, life_plan *life,
                       int64_t now) {
    uint64_t seed = base_mix(order_seed(w, sale.order), (uint64_t)now);
    switch (done) {
    case EV_SALE_RETURNING: {
        int64_t sent = now + roll_in(seed, TURN_NEXT, 6 * SALE_HOUR, 3 * SALE_DAY);
        return sale_insert(life, sent, EV_SALE_SENT_BACK, sale.which);
    }
    case EV_SALE_REFUSED:
    case EV_SALE_RETURN_REFUSED:
        return sale_insert(life, now + 7 * SALE_DAY, EV_SALE_CLOSED, sale.which);
    case EV_SALE_SHIPPED:
        return sale_insert(life, now + roll_in(seed, TURN_NEXT, 2 * SALE_DAY, 5 * SALE_DAY),
                           EV_SALE_RECEIVED, sale.which);
    case EV_TOUCHED:
        return sale_comes_back(w, sale, life, now);
    default:
        return true;
    }
}

static bool live_on(const world *w, world_aftersale sale, const rule *r, life_plan *life,
                    int64_t now) {
    bool ok = true;
    sale_cut(life, sale.which, now);
    if (r->to == EV_REFUND_PART) {
        ok = sale_refund(w, sale.order, life, sale.which, now);
    } else if (r->to != EV_TOUCHED) {
        ok = sale_insert(life, now, r->to, sale.which);
    }
    return ok && next_steps(w, sale, r->to, life, now) && order_goes_on(life, now);
}

/* ---- the edit of an after-sale ---- */

sale_edit *sale_edit_of(world *w, world_aftersale sale) {
    order_edit *order = order_edit_of(w, sale.order);
    if (!order || sale.which >= WORLD_MAX_SALES) {
        return NULL;
    }
    if (!order->sales[sale.which]) {
        sale_edit *edit = base_arena_alloc(w->texts, sizeof *edit);
        if (!edit) {
            return NULL;
        }
        memset(edit, 0, sizeof *edit);
        edit->fen = edit->num = -1;
        order->sales[sale.which] = edit;
    }
    return order->sales[sale.which];
}

void sale_written(world *w, world_aftersale sale, int64_t now) {
    order_edit *order = w->edits[sale.order];
    sale_edit *edit = order->sales[sale.which];
    if (now > edit->touched) {
        edit->touched = now;
    }
    order_written(w, sale.order, order, now);
}

bool sale_note_add(world *w, sale_note **list, base_str text, base_str evidence, int act,
                   int64_t now) {
    sale_note *note = base_arena_alloc(w->texts, sizeof *note);
    const char *kept = keep_text(w, text);
    const char *proof = evidence.len > 0 ? keep_text(w, evidence) : NULL;
    if (!note || !kept || (evidence.len > 0 && !proof)) {
        return false;
    }
    *note = (sale_note){ *list, now, kept, proof, act };
    *list = note;
    return true;
}

static world_deed check_words(const rule *r, const world_aftersale_words *words) {
    world_deed deed = WORLD_DONE;
    if (!text_fine(words->remark, WORDS_BYTES) || !text_fine(words->evidence, EVIDENCE_BYTES) ||
        !text_fine(words->address, WORDS_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    if (r->waybill) {
        (void)waybill_fine(&words->waybill, &deed);
    }
    return deed;
}

static bool keep_words(world *w, const rule *r, const world_aftersale_words *words, sale_edit *edit,
                       int64_t now) {
    edit->last_act = r->act;
    edit->audit = words->audit ? words->audit : edit->audit;
    edit->reject_code = words->reject_code ? words->reject_code : edit->reject_code;
    edit->refuse_sign = edit->refuse_sign || r->to == EV_TOUCHED;
    if (r->address) {
        edit->address_id = words->address_id;
        edit->address = words->address.len > 0 ? keep_text(w, words->address) : NULL;
    }
    if (r->waybill) {
        edit->sent.company = company_find(&words->waybill);
        edit->sent.at = now;
        base_copy(edit->sent.tracking, sizeof edit->sent.tracking, words->waybill.tracking_no);
    }
    return sale_note_add(w, &edit->records, words->remark, words->evidence, r->act, now);
}

world_deed world_aftersale_act_on(world *w, world_aftersale sale, int act,
                                  const world_aftersale_words *words, int64_t now) {
    world_deed deed = world_aftersale_may(w, sale, act, now);
    if (deed != WORLD_DONE) {
        return deed;
    }
    const rule *r = rule_of(act);
    deed = check_words(r, words);
    if (deed != WORLD_DONE) {
        return deed;
    }
    sale_edit *edit = sale_edit_of(w, sale);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    life_plan life = w->edits[sale.order]->life;
    if (!live_on(w, sale, r, &life, now)) {
        return WORLD_TOO_MANY;
    }
    if (!keep_words(w, r, words, edit, now)) {
        return WORLD_NO_MEMORY;
    }
    w->edits[sale.order]->life = life;
    sale_written(w, sale, now);
    return WORLD_DONE;
}

/* ---- reasons to refuse ---- */

#define ANY_RETURN (KIND(RETURN) | KIND(EXCHANGE) | KIND(REPAIR))
#define ANY_FIRST (ANY_RETURN | KIND(REFUND_SHIPPED) | KIND(RESEND))

/* The texts and the evidence they need are those of afterSale.buyerRefund and buyerReturn; no
 * source lists the codes of rejectReasonCodeList: these are the sandbox's own. */
static const world_aftersale_reject rejects[] = {
    { 1, "商品退回后才能退款", "需提供发货物流进度截图", true, -1, KIND(REFUND_SHIPPED) },
    { 2, "买家已签收", "需提供发货物流进度截图", true, 1, KIND(REFUND_SHIPPED) },
    { 3, "买家误操作/取消申请", "请保留好短信确认凭证", false, -1, ANY_FIRST },
    { 4, "问题已解决,待用户收货", "请保留好短信确认凭证", false, 0, KIND(REFUND_SHIPPED) },
    { 5, "协商一致,用户取消退款", "请保留好短信确认凭证", false, -1, ANY_FIRST },
    { 6, "商品影响二次销售", "请提供影响二次销售凭证", true, 1, KIND(REFUND_SHIPPED) | ANY_RETURN },
    { 11, "未收到货(未填写退货单号)", "", false, 1, ANY_RETURN },
    { 12, "退货与原订单不符(商品不符、退货地址不符)", "请提供退货与原订单不符凭证", true, 1,
      ANY_RETURN },
    { 13, "退回商品影响二次销售/订单超出售后时效(订单完成超7天)", "请提供影响二次销售凭证", true, 1,
      ANY_RETURN },
    { 14, "买家误操作/取消申请", "请保留好短信确认凭证", false, -1, ANY_RETURN },
    { 15, "已与买家协商补偿,包括差价、赠品、额外补偿", "请保留好沟通凭证", false, -1, ANY_RETURN },
    { 16, "已与买家协商补发商品/已与买家协商换货", "请保留好沟通凭证", false, -1, ANY_RETURN },
};

const world_aftersale_reject *world_aftersale_rejects(size_t *out_count) {
    *out_count = sizeof rejects / sizeof rejects[0];
    return rejects;
}

const world_aftersale_reject *world_aftersale_reject_of(int code) {
    for (size_t i = 0; i < sizeof rejects / sizeof rejects[0]; i++) {
        if (rejects[i].code == code) {
            return &rejects[i];
        }
    }
    return NULL;
}

bool world_aftersale_reject_fits(const world_aftersale_state *state,
                                 const world_aftersale_reject *reject) {
    bool asks = state->status == WORLD_SALE_ASKED || state->status == WORLD_SALE_SENT_BACK;
    return asks && (reject->kind_mask >> state->kind & 1);
}
