/*
 * Fills the form of a Douyin order: status, times, sums over the lines, receiver, packs, phases.
 * The lines themselves are douyin_line.c's.
 */
#include "sandbox/world/douyin_order.h"

#include <stdio.h>
#include <string.h>

enum { HOUR = 3600, PRESALE_ONE_IN = 40 };
static const int64_t campaign_base = 7000000000000000000;

#define SET(slot, v) (p->values[SLOT_##slot] = (v))

static const struct {
    int code;
    const char *text;
} status_texts[WORLD_STATUSES] = {
    { 1, "待支付" }, { 2, "待发货" }, { 101, "部分发货" }, { 3, "已发货" },
    { 5, "已完成" }, { 4, "已取消" }, { 4, "已取消" },
};

static void fill_status(order_page *p) {
    const life_state *s = &p->state;
    bool cod = order_type(p->w, p->order) == WORLD_TYPE_COD;
    int code = status_texts[s->status].code;
    const char *text = status_texts[s->status].text;
    SET(status, value_int(code));
    SET(status_desc, value_word(cod && s->status == WORLD_UNPAID ? "待确认" : text));
    if (s->status == WORLD_REFUNDED) {
        code = s->finished ? 39 : s->shipped ? 22 : 21;
        text = s->finished ? "收货后退款完结" : s->shipped ? "发货后退款完结" : "发货前退款完结";
    }
    SET(main_status, value_int(code));
    SET(main_desc, value_word(text));
    SET(created, value_int(s->created));
    SET(modified, value_int(s->modified));
    SET(paid, value_int(s->paid));
    SET(ship_time, value_int(s->shipped ? s->shipped : s->shipped_part));
    SET(finish_time, value_int(s->finished ? s->finished : s->closed));
    SET(confirm_time, value_int(s->finished));
    SET(receipt_time, value_int(s->finished ? s->finished - 7 * HOUR : 0));
    SET(exp_ship, value_int(s->paid ? s->paid + 48 * HOUR : 0));
    SET(accept_status, value_int(s->status == WORLD_CANCELLED ? 2 : s->status != WORLD_UNPAID));
    static const int pay_types[] = { 1, 2, 2, 1, 4, 5, 8, 9 };
    SET(pay_type, value_int(cod ? 0 : pay_types[roll(p->seed, ROLL_DOC) % 8]));
    const order_edit *edit = p->w->edits[p->order];
    const char *reason = "";
    if (edit && edit->cancel_reason) {
        reason = edit->cancel_reason;
    } else if (s->status == WORLD_CANCELLED || s->status == WORLD_REFUNDED) {
        reason = words_pick(&words_reasons, roll(p->seed, ROLL_DOC + 1));
    }
    SET(cancel_reason, value_text(base_str_of(reason)));
}

static void fill_money(order_page *p) {
    line_row sum = { 0 };
    for (unsigned i = 0; i < p->line_count; i++) {
        const line_row *l = &p->lines[i];
        sum.sum_fen += l->sum_fen;
        sum.post_fen += l->post_fen;
        sum.pay_fen += l->pay_fen;
        sum.promo_shop_fen += l->promo_shop_fen;
        sum.promo_platform_fen += l->promo_platform_fen;
        sum.promo_talent_fen += l->promo_talent_fen;
    }
    SET(order_amount, value_int(sum.sum_fen + sum.post_fen));
    SET(pay_amount, value_int(sum.pay_fen));
    SET(post, value_int(sum.post_fen));
    SET(promo_shop, value_int(sum.promo_shop_fen));
    SET(promo_platform, value_int(sum.promo_platform_fen));
    SET(promo_talent, value_int(sum.promo_talent_fen));
    SET(promo, value_int(sum.promo_shop_fen + sum.promo_platform_fen + sum.promo_talent_fen));
    SET(cost_platform, value_int(sum.promo_platform_fen + sum.promo_talent_fen));
    int64_t packs[2] = { redpack_fen(p, false, sum.promo_platform_fen),
                         redpack_fen(p, true, sum.promo_talent_fen) };
    SET(redpack_platform, value_int(packs[0]));
    SET(redpack_talent, value_int(packs[1]));
    SET(redpack, value_int(packs[0] + packs[1]));
    SET(coupon_id, value_int((int64_t)(roll(p->seed, ROLL_DOC + 2) >> 2)));
    SET(campaign_id, value_int(campaign_base + p->order));
}

static void fill_receiver(order_page *p) {
    uint64_t turn = roll(p->seed, ROLL_DOC + 3);
    const region *r = words_region(turn);
    bool meta = (turn >> 40 & 7) == 0;
    SET(province_id, value_word(r->province_id));
    SET(province, value_word(r->province));
    SET(city_id, value_word(r->city_id));
    SET(city, value_word(r->city));
    SET(town_id, value_word(r->town_id));
    SET(town, value_word(r->town));
    SET(street_id, value_word(r->street_id));
    SET(street, value_word(r->street));
    world_receiver *to = &p->to;
    receiver_of(p->w, p->order, to);
    cipher_of_order(p->w, p->order, WORLD_SECRET_NAME, roll(p->seed, ROLL_DOC + 4), turn >> 40 & 1,
                    to->name, p->receiver);
    cipher_of_order(p->w, p->order, WORLD_SECRET_PHONE, roll(p->seed, ROLL_DOC + 5), meta,
                    to->phone, p->tel);
    cipher_of_order(p->w, p->order, WORLD_SECRET_ADDRESS, roll(p->seed, ROLL_DOC + 6),
                    turn >> 41 & 1, to->detail, p->detail);
    SET(receiver, value_word(p->receiver));
    SET(tel, value_word(p->tel));
    SET(detail, value_word(p->detail));
    SET(mask_receiver, value_word(to->mask_name));
    SET(mask_tel, value_word(to->mask_phone));
    SET(mask_detail, value_word(to->mask_detail));
    SET(masked, value_int(1));
    snprintf(p->latitude, sizeof p->latitude, "%u.%06u", 20 + (unsigned)(turn >> 48) % 25,
             (unsigned)(turn >> 10) % 1000000);
    snprintf(p->longitude, sizeof p->longitude, "%u.%06u", 90 + (unsigned)(turn >> 52) % 40,
             (unsigned)(turn >> 12) % 1000000);
    SET(latitude, value_word(p->latitude));
    SET(longitude, value_word(p->longitude));
}

static void fill_words(order_page *p) {
    base_str memo;
    int star = 0;
    (void)world_order_memo(p->w, p->order, p->now, &memo, &star);
    SET(seller_words, value_text(memo));
    SET(stars, value_int(star));
    SET(buyer_words, value_text(base_str_of(order_buyer_note(p->w, p->order))));
    uint64_t turn = roll(p->seed, ROLL_DOC + 7);
    bool lite = turn % 10 == 0;
    bool alliance = turn % 3 == 0;
    SET(b_type, value_int(lite ? 11 : 2));
    SET(b_desc, value_word(lite ? "抖音极速版" : "抖音"));
    SET(biz, value_int(2));
    SET(biz_desc, value_word("小店"));
    SET(cbiz, value_int(alliance ? 2 : 8));
    SET(cbiz_desc, value_word(alliance ? "精选联盟" : "小店自卖"));
    SET(send_pay, value_int(alliance ? 2 : 4));
    SET(send_pay_desc, value_word(alliance ? "联盟" : "自主经营"));
    if (p->state.paid) {
        snprintf(p->channel, sizeof p->channel, "PAY%020llu", (unsigned long long)turn);
    }
    SET(channel_no, value_word(p->channel));
    snprintf(p->open_id, sizeof p->open_id, "%llu", (unsigned long long)(turn >> 14));
    SET(open_id, value_word(p->open_id));
    cipher_text(roll(p->seed, ROLL_DOC + 8), '#', 0, 94, false, p->open_cipher);
    /* "#...==" without the trailing version: an id that cannot be decrypted. */
    p->open_cipher[1] = 'z';
    memcpy(p->open_cipher + 96, "==", 3);
    SET(doudian_open_id, value_word(p->open_cipher));
    if (turn >> 20 & 15) {
        SET(card_name, value_word(""));
        SET(card_no, value_word(""));
    } else {
        char card[24];
        snprintf(card, sizeof card, "1101011990%02u%02u%04u", (unsigned)(turn >> 24) % 12 + 1,
                 (unsigned)(turn >> 28) % 28 + 1, (unsigned)(turn >> 33) % 10000);
        cipher_of_order(p->w, p->order, WORLD_SECRET_NAME, turn, true, p->to.name, p->card_name);
        cipher_of_order(p->w, p->order, WORLD_SECRET_ID_CARD, turn + 1, true, card, p->card_no);
        SET(card_name, value_word(p->card_name));
        SET(card_no, value_word(p->card_no));
    }
    SET(serials, value_word((turn >> 24 & 31) ? "" : "\"546443524543534\""));
    SET(arrival, value_int((turn >> 30 & 15) ? 0 : p->state.created + 72 * HOUR));
    form_value shown = value_int(1);
    form_value hidden = { .kind = VALUE_NONE };
    SET(order_tag, turn >> 34 & 7 ? hidden : shown);
    SET(user_tag, turn >> 37 & 3 ? hidden : shown);
    SET(address_tag, turn >> 40 & 15 ? hidden : shown);
    SET(car, turn >> 44 & 63 ? hidden : shown);
}

static const char added_service[] =
    "{\"key\":\"sf_upgrade\",\"text\":\"音尊达\",\"help_doc\":\"\",\"url\":\"\"}";

static void write_pack(order_page *p, const pack_row *k, base_buf *out) {
    base_buf_printf(out,
                    "{\"company\":\"%s\",\"company_name\":\"%s\",\"delivery_id\":\"%s_%s\","
                    "\"tracking_no\":\"%s\",\"ship_time\":%lld,\"hour_up_pickup_code\":\"\","
                    "\"added_services\":[%s],\"product_info\":[",
                    k->company->douyin_code, k->company->name, k->company->douyin_code, k->tracking,
                    k->tracking, (long long)k->shipped_at,
                    roll(p->seed, ROLL_DOC + 15) % 16 ? "" : added_service);
    bool first = true;
    for (unsigned i = 0; i < p->line_count; i++) {
        const line_row *l = &p->lines[i];
        const item_row *it = &p->w->items[l->item];
        long long id = (long long)item_id(p->w, l->item);
        if (!(k->line_mask >> i & 1)) {
            continue;
        }
        base_buf_printf(out,
                        "%s{\"product_id\":%lld,\"product_id_str\":\"%lld\",\"sku_id\":%lld,"
                        "\"sku_order_id\":\"%llu\",\"product_count\":%lld,\"price\":%lld,"
                        "\"outer_sku_id\":\"\",\"product_name\":\"",
                        first ? "" : ",", id, id, (long long)sku_id(p->w, l->item, l->slot),
                        (unsigned long long)order_line_number(p->w, p->order, i, p->line_count),
                        (long long)l->num, (long long)l->price_fen);
        base_buf_reset(&p->w->scratch);
        item_name_born(it, &p->w->scratch);
        form_escape(out, base_buf_str(&p->w->scratch));
        base_buf_add_text(out, "\",\"sku_specs\":[");
        write_line_spec(p, i, out);
        base_buf_add_text(out, "]}");
        first = false;
    }
    base_buf_add_text(out, "]}");
}

static void write_packs(void *context, base_buf *out) {
    order_page *p = context;
    for (unsigned i = 0; i < p->pack_count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        write_pack(p, &p->packs[i], out);
    }
}

/* A deposit presale has two phases whose sums make up the order's. */
static void write_phases(void *context, base_buf *out) {
    const order_page *p = context;
    const line_row *l = &p->lines[0];
    long long deposit = (long long)(l->sum_fen / 5);
    for (unsigned i = 0; i < 2; i++) {
        long long sum = i == 0 ? deposit : (long long)l->sum_fen - deposit;
        long long post = i == 0 ? 0 : (long long)l->post_fen;
        long long promo =
            i == 0 ? 0
                   : (long long)(l->promo_shop_fen + l->promo_platform_fen + l->promo_talent_fen);
        long long paid = (long long)p->state.paid;
        base_buf_printf(
            out,
            "%s{\"phase_order_id\":\"%llu%u\",\"total_phase\":2,\"current_phase\":%u,"
            "\"pay_success\":%s,\"sku_order_id\":\"%s\",\"campaign_id\":%lld,"
            "\"phase_payable_price\":%lld,\"phase_pay_type\":2,\"phase_open_time\":%lld,"
            "\"phase_pay_time\":%lld,\"phase_close_time\":%lld,\"channel_payment_no\":\"%s\","
            "\"phase_order_amount\":%lld,\"phase_sum_amount\":%lld,\"phase_post_amount\":%lld,"
            "\"phase_pay_amount\":%lld,\"phase_promotion_amount\":%lld,"
            "\"current_phase_status_desc\":\"%s\",\"sku_price\":%lld}",
            i ? "," : "", (unsigned long long)order_number(p->w, p->order), i + 1, i + 1,
            paid ? "true" : "false", p->id, (long long)campaign_base + p->order, sum + post - promo,
            (long long)p->state.created, paid, (long long)p->state.created + 1800, p->channel,
            sum + post, sum, post, sum + post - promo, promo, paid ? "已支付" : "已开始但未支付",
            (long long)l->price_fen);
    }
}

static void fill_shape(order_page *p) {
    const world_shop *shop = &order_shop(p->w, p->order)->open;
    order_id_text(p->w, p->order, p->id);
    SET(id, value_word(p->id));
    SET(shop_id, value_int(shop->shop_id));
    SET(shop_name, value_word(shop->name));
    bool presale = p->line_count == 1 && roll(p->seed, ROLL_DOC + 9) % PRESALE_ONE_IN == 0;
    bool cards = p->w->items[p->lines[0].item].category == CATEGORY_CARDS;
    SET(order_type, value_int(cards && p->line_count == 1 ? 2 : 0));
    SET(order_type_desc, value_word(cards && p->line_count == 1 ? "虚拟商品订单" : "普通订单"));
    SET(trade_type, value_int(presale ? 2 : 0));
    SET(trade_desc, value_word(presale ? "定金预售" : "普通"));
    SET(presale, value_int(presale));
    SET(phases, presale ? value_call(write_phases, p) : value_word(""));
    SET(packs, value_call(write_packs, p));
    SET(lines, value_call(write_lines, p));
    SET(discounts, value_call(write_discounts, p));
    snprintf(p->warehouse, sizeof p->warehouse, "%u", 49574800 + p->w->shop_of[p->order] * 10);
    SET(warehouse, value_word(p->warehouse));
    SET(out_warehouse, value_word("WH-01"));
}

bool render_douyin_order(world *w, uint32_t order, int64_t now, base_buf *out) {
    order_page page = { .w = w, .order = order, .seed = order_seed(w, order), .now = now };
    life_plan l;
    life_of(w, order, &l);
    const order_edit *edit = w->edits[order];
    life_fold(&l, edit ? edit->touched : 0, now, &page.state);
    page.life = &l;
    page.sales = sales_in(&l);
    page.line_count = order_lines(w, order, page.lines);
    page.pack_count = order_packs(w, order, now, page.packs);
    fill_shape(&page);
    fill_status(&page);
    fill_money(&page);
    fill_receiver(&page);
    fill_words(&page);
    form_write(w->forms[FORM_ORDER], page.values, out);
    return true;
}
