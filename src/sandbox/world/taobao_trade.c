/*
 * Fills the form of a Taobao trade and of its orders. Names are masked and the address is cut, as
 * TOP gives them to an app without the right to see more; `oaid` stands for the receiver.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/world/taobao_slots.h"
#include "sandbox/world/world_private.h"

enum { DAY = 86400 };

typedef struct trade_page {
    world *w;
    uint32_t order;
    uint64_t seed;
    int64_t now;
    world_order_state state;
    life_state life;
    bool refund_part;
    line_row lines[WORLD_MAX_LINES];
    unsigned pack_count;
    pack_row packs[WORLD_MAX_PACKS];
    form_value values[SLOT_COUNT];
    char buyer_nick[32], buyer_uid[64], oaid[CIPHER_BYTES], name[32], mobile[16], address[64];
    char alipay_no[40], title[256], pic[160];
} trade_page;

#define SET(slot, v) (p->values[SLOT_##slot] = (v))

static void item_texts(world *w, const item_row *it, char title[256], char pic[160]) {
    base_buf_reset(&w->scratch);
    item_name_born(it, &w->scratch);
    base_copy(title, 256, base_buf_str(&w->scratch));
    base_buf_reset(&w->scratch);
    item_pic_url(it, 1, &w->scratch);
    base_copy(pic, 160, base_buf_str(&w->scratch));
}

/* Money of one order: total = price * num - its own discount; divide = its share of what is paid.
 */
static int64_t line_total(const line_row *l) {
    return l->sum_fen - l->promo_shop_fen;
}
static int64_t line_divide(const line_row *l) {
    return line_total(l) - l->promo_platform_fen;
}

static void fill_order_status(trade_page *p, unsigned index) {
    const life_state *s = &p->life;
    const char *status = world_taobao_status(&p->state);
    int64_t shipped = s->shipped;
    for (unsigned i = 0; i < p->pack_count; i++) {
        if (p->packs[i].line_mask >> index & 1) {
            shipped = p->packs[i].shipped_at;
            SET(company, value_word(p->packs[i].company->name));
            SET(invoice, value_text(base_str_of(p->packs[i].tracking)));
        }
    }
    if (s->status == WORLD_PARTLY_SHIPPED) {
        status = shipped ? "WAIT_BUYER_CONFIRM_GOODS" : "WAIT_SELLER_SEND_GOODS";
    }
    unsigned refunded = order_refund_line(p->w, p->order, p->state.lines);
    bool mine = s->refund != WORLD_REFUND_NONE && (!p->refund_part || refunded == index);
    bool done = s->refund == WORLD_REFUND_DONE_ALL || s->refund == WORLD_REFUND_DONE_PART;
    if (mine && done) {
        status = "TRADE_CLOSED";
    }
    SET(order_status, value_word(status));
    SET(refund, value_word(!mine ? "NO_REFUND" : done ? "SUCCESS" : "WAIT_SELLER_AGREE"));
    if (mine) {
        SET(refund_id, value_int((int64_t)order_line_number(p->w, p->order, index, 2) / 10));
    }
    SET(order_consign, value_time(shipped));
    SET(order_end, value_time(s->finished ? s->finished : s->closed));
}

static void write_order(trade_page *p, unsigned index, base_buf *out) {
    world *w = p->w;
    const line_row *l = &p->lines[index];
    const item_row *it = &w->items[l->item];
    char title[256];
    char pic[160];
    char outer[24];
    char code[48];
    base_buf names;
    base_buf_init(&names, 4096);
    item_texts(w, it, title, pic);
    sku_properties(w, l->item, l->slot, true, &names);
    snprintf(outer, sizeof outer, "SPU%08u", l->item + 10001);
    snprintf(code, sizeof code, "M%u-%04u-%02u", l->item % 9 + 1, l->item + 1, l->slot + 1);
    SET(oid, value_int((int64_t)order_line_number(w, p->order, index, p->state.lines)));
    SET(num_iid, value_int(item_id(w, l->item)));
    SET(item_title, value_text(base_str_of(title)));
    SET(item_pic, value_word(pic));
    SET(item_price, value_fen(l->price_fen));
    SET(item_num, value_int(l->num));
    SET(sku_id, value_int(sku_id(w, l->item, l->slot)));
    SET(sku_names, value_text(base_buf_str(&names)));
    SET(outer_iid, value_word(outer));
    SET(outer_sku, value_word(code));
    SET(cid, value_int(words_category(it->category)->taobao_cid));
    SET(order_total, value_fen(line_total(l)));
    SET(order_payment, value_fen(line_divide(l)));
    SET(order_discount, value_fen(l->promo_shop_fen));
    SET(divide, value_fen(line_divide(l)));
    SET(part, value_fen(l->promo_platform_fen));
    fill_order_status(p, index);
    form_write(w->forms[FORM_SUB], p->values, out);
    base_buf_clear(&names);
}

static void write_orders(void *context, base_buf *out) {
    const trade_page *trade = context;
    for (unsigned i = 0; i < trade->state.lines; i++) {
        trade_page own = *trade;
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        write_order(&own, i, out);
    }
}

static void write_promotions(void *context, base_buf *out) {
    const trade_page *p = context;
    bool first = true;
    for (unsigned i = 0; i < p->state.lines; i++) {
        const line_row *l = &p->lines[i];
        unsigned long long oid = order_line_number(p->w, p->order, i, p->state.lines);
        int64_t fees[2] = { l->promo_shop_fen, l->promo_platform_fen };
        static const char *const names[2] = { "店铺优惠券", "跨店满减" };
        for (unsigned k = 0; k < 2; k++) {
            char fee[BASE_FEN_TEXT];
            if (fees[k] == 0) {
                continue;
            }
            base_fen_to_yuan(fees[k], fee);
            base_buf_printf(out,
                            "%s{\"id\":%llu,\"promotion_name\":\"%s\",\"discount_fee\":\"%s\","
                            "\"promotion_desc\":\"%s:省%s元\",\"promotion_id\":\"coupon-%llu_%u\"}",
                            first ? "" : ",", oid, names[k], fee, names[k], fee, oid / 7, k);
            first = false;
        }
    }
}

static void write_logistics(void *context, base_buf *out) {
    const trade_page *p = context;
    for (unsigned i = 0; i < p->state.lines; i++) {
        const line_row *l = &p->lines[i];
        base_buf_printf(out,
                        "%s{\"trade_id\":%s,\"sub_trade_id\":%llu,\"item_id\":\"%lld\","
                        "\"item_code\":\"M%u-%04u-%02u\",\"need_consign_num\":%lld,"
                        "\"store_code\":\"WH-01\",\"type\":\"\",\"biz_delivery_type\":0}",
                        i ? "," : "", p->state.id_text,
                        (unsigned long long)order_line_number(p->w, p->order, i, p->state.lines),
                        (long long)item_id(p->w, l->item), l->item % 9 + 1, l->item + 1,
                        l->slot + 1, (long long)l->num);
    }
}

static void fill_money(trade_page *p) {
    int64_t total = 0;
    int64_t discount = 0;
    int64_t post = 0;
    int64_t num = 0;
    for (unsigned i = 0; i < p->state.lines; i++) {
        const line_row *l = &p->lines[i];
        total += l->sum_fen;
        discount += l->promo_platform_fen;
        post += l->post_fen;
        num += l->num;
    }
    bool finished = p->life.finished != 0;
    SET(payment, value_fen(p->state.pay_fen));
    SET(total_fee, value_fen(total));
    SET(discount_fee, value_fen(discount));
    SET(post_fee, value_fen(post));
    SET(received, value_fen(finished ? p->state.pay_fen : 0));
    SET(commission, value_fen(finished ? p->state.pay_fen / 50 : 0));
    SET(num, value_int(num));
    SET(price, value_fen(p->lines[0].price_fen));
    SET(point, value_int(finished ? p->state.pay_fen / 1000 : 0));
    bool step = p->state.type == WORLD_TYPE_STEP;
    SET(step_status, value_word(!step           ? ""
                                : p->state.paid ? "FRONT_PAID_FINAL_PAID"
                                                : "FRONT_NOPAID_FINAL_NOPAID"));
    SET(step_paid, value_fen(step && p->state.paid ? p->state.pay_fen : 0));
}

static void fill_people(trade_page *p) {
    const world_shop *seller = &order_shop(p->w, p->order)->open;
    uint64_t turn = roll(p->seed, ROLL_DOC + 3);
    const region *r = words_region(turn);
    order_buyer_nick(p->w, p->order, p->buyer_nick);
    SET(title, value_word(seller->name));
    SET(seller_nick, value_word(seller->nick));
    SET(buyer_nick, value_word(p->buyer_nick));
    snprintf(p->buyer_uid, sizeof p->buyer_uid, "AAF%016llx%016llx",
             (unsigned long long)roll(p->seed, ROLL_DOC + 10), (unsigned long long)turn);
    SET(buyer_uid, value_word(p->buyer_uid));
    cipher_text(roll(p->seed, ROLL_DOC + 11), 'o', 0, 88, false, p->oaid);
    SET(oaid, value_word(p->oaid));
    snprintf(p->name, sizeof p->name, "%s**", words_pick(&words_surnames, turn >> 8));
    snprintf(p->mobile, sizeof p->mobile, "1%u********%u", (unsigned)(turn >> 16) % 7 + 3,
             (unsigned)(turn >> 20) % 10);
    snprintf(p->address, sizeof p->address, "%s%s***", r->street,
             words_pick(&words_roads, turn >> 24));
    SET(name, value_word(p->name));
    SET(mobile, value_word(p->mobile));
    SET(address, value_word(p->address));
    SET(state, value_word(r->province));
    SET(city, value_word(r->city));
    SET(district, value_word(r->town));
    SET(town, value_word(r->street));
    SET(zip, value_word(r->zip));
    base_str memo;
    int star = 0;
    (void)world_order_memo(p->w, p->order, p->now, &memo, &star);
    SET(seller_memo, value_text(memo));
    SET(flag, value_int(star));
    const char *note = order_buyer_note(p->w, p->order);
    SET(buyer_message, value_text(base_str_of(note)));
    SET(has_message, value_bool(note[0] != '\0'));
}

static void fill_shape(trade_page *p) {
    const life_state *s = &p->life;
    bool virtual_goods =
        p->state.type == WORLD_TYPE_ETICKET || p->state.type == WORLD_TYPE_AUTO_DELIVERY;
    item_texts(p->w, &p->w->items[p->lines[0].item], p->title, p->pic);
    SET(tid, value_word(p->state.id_text));
    SET(type, value_word(world_trade_type_name(p->state.type)));
    SET(status, value_word(world_taobao_status(&p->state)));
    SET(created, value_time(s->created));
    SET(modified, value_time(s->modified));
    SET(pay_time, value_time(s->paid));
    SET(consign_time, value_time(p->state.shipped));
    SET(end_time, value_time(s->finished ? s->finished : s->closed));
    SET(timeout, value_time(s->status == WORLD_SHIPPED ? s->shipped + 10 * DAY : 0));
    snprintf(p->alipay_no, sizeof p->alipay_no, "2026%024llu",
             (unsigned long long)(roll(p->seed, ROLL_DOC + 12) % 100000000000000000ULL));
    SET(alipay_no, value_word(s->paid ? p->alipay_no : ""));
    SET(alipay_id, value_int(s->paid ? (int64_t)(roll(p->seed, ROLL_DOC + 13) >> 20) : 0));
    SET(pic, value_word(p->pic));
    SET(num_iid, value_int(item_id(p->w, p->lines[0].item)));
    if (p->state.cod) {
        SET(has_cod, value_int(1));
    }
    static const char *const cod_states[WORLD_STATUSES] = {
        "NEW_CREATED", "NEW_CREATED", "ACCEPTED_BY_COMPANY", "ACCEPTED_BY_COMPANY", "SIGN_IN",
        "CANCELED",    "CLOSED"
    };
    SET(cod_status, value_word(cod_states[s->status]));
    SET(shipping_type, value_word(virtual_goods ? "virtual" : "express"));
    SET(trade_from, value_word(roll(p->seed, ROLL_DOC + 14) % 4 ? "WAP,WAP" : "TAOBAO"));
    SET(market, value_word(p->state.type == WORLD_TYPE_ETICKET ? "eticket" : ""));
    SET(eticket, value_word(""));
    SET(part_consign, value_bool(s->shipped_part != 0));
    SET(orders, value_call(write_orders, p));
    SET(promotions, value_call(write_promotions, p));
    SET(logistics, value_call(write_logistics, p));
}

bool render_taobao_trade(world *w, uint32_t order, int64_t now, base_buf *out) {
    trade_page page = { .w = w, .order = order, .seed = order_seed(w, order), .now = now };
    life_plan l;
    if (!world_order_state_at(w, order, now, &page.state)) {
        return false;
    }
    life_of(w, order, &l);
    const order_edit *edit = w->edits[order];
    life_fold(&l, edit ? edit->touched : 0, now, &page.life);
    for (unsigned i = 0; i < l.count; i++) {
        page.refund_part |= l.events[i].kind == EV_REFUND_PART;
    }
    (void)order_lines(w, order, page.lines);
    page.pack_count = order_packs(w, order, now, page.packs);
    fill_shape(&page);
    fill_money(&page);
    fill_people(&page);
    form_write(w->forms[FORM_TRADE], page.values, out);
    return true;
}
