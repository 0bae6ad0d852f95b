/*
 * Fills the form of one line of a Douyin order, and the discount details that orders and lines
 * share. A line starts as a copy of its order's page and replaces what is its own.
 */
#include "sandbox/world/douyin_order.h"

#include <stdio.h>
#include <string.h>

#define SET(slot, v) (p->values[SLOT_##slot] = (v))
#define NUMBER(slot) ((long long)p->values[SLOT_##slot].as.number)

typedef enum gift { GIFT_COUPON, GIFT_FULL, GIFT_REDPACK } gift;
typedef enum giver { GIVER_SHOP, GIVER_PLATFORM, GIVER_TALENT } giver;

/* In which form the giver of this order gives; the same on all its lines. */
static gift gift_of(const order_page *p, giver who) {
    uint64_t turn = roll(p->seed, ROLL_DOC + 20 + who);
    return (gift)(turn % (who == GIVER_SHOP ? 2 : 3));
}

int64_t redpack_fen(const order_page *p, bool talent, int64_t fen) {
    return gift_of(p, talent ? GIVER_TALENT : GIVER_PLATFORM) == GIFT_REDPACK ? fen : 0;
}

static void write_gift(const order_page *p, giver who, gift what, long long fen, base_buf *out) {
    static const char *const coupon_names[] = { "店铺满减券", "平台满减券", "达人专属券" };
    static const int coupon_types[] = { 23, 3, 32 };
    if (what == GIFT_COUPON) {
        base_buf_printf(out,
                        "{\"coupon_id\":%lld,\"coupon_meta_id\":\"%lld\",\"coupon_name\":\"%s\","
                        "\"coupon_type\":%d,\"coupon_amount\":%lld",
                        NUMBER(coupon_id), NUMBER(coupon_id) / 1000, coupon_names[who],
                        coupon_types[who], fen);
    } else if (what == GIFT_FULL) {
        base_buf_printf(out,
                        "{\"campaign_id\":%lld,\"campaign_name\":\"%s\",\"campaign_type\":%d,"
                        "\"campaign_sub_type\":%d,\"campaign_amount\":%lld",
                        NUMBER(campaign_id), who == GIVER_SHOP ? "店铺满减" : "限时满减",
                        who == GIVER_SHOP ? 100 : 110, who != GIVER_SHOP, fen);
    } else {
        base_buf_printf(out, "{\"redpack_trans_id\":\"%lld\",\"redpack_amount\":%lld",
                        NUMBER(coupon_id) / 10, fen);
    }
    base_buf_printf(out,
                    ",\"share_discount_cost\":{\"platform_cost\":%lld,\"shop_cost\":%lld,"
                    "\"author_cost\":%lld}}",
                    who == GIVER_PLATFORM ? fen : 0, who == GIVER_SHOP ? fen : 0,
                    who == GIVER_TALENT ? fen : 0);
}

static void write_giver(const order_page *p, giver who, const char *name, long long fen,
                        base_buf *out) {
    gift what = gift_of(p, who);
    base_buf_printf(out, "\"%s_discount_detail\":{\"total_amount\":%lld,\"coupon_amount\":%lld,",
                    name, fen, what == GIFT_COUPON ? fen : 0);
    base_buf_add_text(out, "\"coupon_info\":[");
    if (what == GIFT_COUPON) {
        write_gift(p, who, what, fen, out);
    }
    base_buf_printf(out, "],\"full_discount_amount\":%lld,\"full_discount_info\":[",
                    what == GIFT_FULL ? fen : 0);
    if (what == GIFT_FULL) {
        write_gift(p, who, what, fen, out);
    }
    base_buf_add_char(out, ']');
    if (who != GIVER_SHOP) {
        base_buf_printf(out, ",\"redpack_amount\":%lld,\"redpack_info\":[",
                        what == GIFT_REDPACK ? fen : 0);
        if (what == GIFT_REDPACK) {
            write_gift(p, who, what, fen, out);
        }
        base_buf_add_char(out, ']');
    }
    base_buf_add_text(out, who == GIVER_PLATFORM ? ",\"gold_coin_amount\":0}" : "}");
}

/* A giver that gives nothing is left out, as the platform leaves out what is unset. */
void write_discounts(void *context, base_buf *out) {
    const order_page *p = context;
    static const char *const names[3] = { "shop", "platform", "kol" };
    const long long fen[3] = { NUMBER(promo_shop), NUMBER(promo_platform), NUMBER(promo_talent) };
    bool first = true;
    base_buf_add_char(out, '{');
    for (unsigned i = 0; i < 3; i++) {
        if (fen[i] > 0) {
            if (!first) {
                base_buf_add_char(out, ',');
            }
            first = false;
            write_giver(p, (giver)i, names[i], fen[i], out);
        }
    }
    base_buf_add_char(out, '}');
}

static void fill_amounts(order_page *p, const line_row *l) {
    int64_t promo = l->promo_shop_fen + l->promo_platform_fen + l->promo_talent_fen;
    SET(num, value_int(l->num));
    SET(price, value_int(l->price_fen));
    SET(sum, value_int(l->sum_fen));
    SET(order_amount, value_int(l->sum_fen + l->post_fen));
    SET(pay_amount, value_int(l->pay_fen));
    SET(post, value_int(l->post_fen));
    SET(promo, value_int(promo));
    SET(promo_shop, value_int(l->promo_shop_fen));
    SET(promo_platform, value_int(l->promo_platform_fen));
    SET(promo_talent, value_int(l->promo_talent_fen));
    SET(cost_platform, value_int(l->promo_platform_fen + l->promo_talent_fen));
    SET(redpack_platform, value_int(redpack_fen(p, false, l->promo_platform_fen)));
    SET(redpack_talent, value_int(redpack_fen(p, true, l->promo_talent_fen)));
    SET(redpack, value_int(NUMBER(redpack_platform) + NUMBER(redpack_talent)));
    SET(campaign, value_bool(l->promo_shop_fen > 0));
    if (l->promo_shop_fen > 0) {
        SET(has_shop, value_int(1));
    }
}

static void fill_after_sale(order_page *p, unsigned index) {
    world_aftersale_state sale;
    bool there = p->sales > 0 && sale_of_line(p->w, p->order, p->life, index, p->now, &sale);
    SET(sale_status, value_int(there ? (int64_t)sale.status : 0));
    SET(sale_type, value_int(there ? (int64_t)sale.kind : 0));
    SET(refund_status, value_int(there ? sale.refund_status : 0));
}

/* A line that has left while another has not is shipped on its own. */
static void fill_line_status(order_page *p, unsigned index) {
    int64_t shipped = 0;
    for (unsigned i = 0; i < p->pack_count; i++) {
        if (p->packs[i].line_mask >> index & 1) {
            shipped = p->packs[i].shipped_at;
        }
    }
    if (p->pack_count > 0) {
        SET(ship_time, value_int(shipped));
    }
    if (p->state.status == WORLD_PARTLY_SHIPPED) {
        SET(status, value_int(shipped ? 3 : 2));
        SET(status_desc, value_word(shipped ? "已发货" : "待发货"));
        SET(main_status, value_int(shipped ? 3 : 2));
        SET(main_desc, value_word(shipped ? "已发货" : "待发货"));
    }
}

void write_line_spec(const order_page *p, unsigned index, base_buf *out) {
    const line_row *l = &p->lines[index];
    const item_row *it = &p->w->items[l->item];
    const category *c = words_category(it->category);
    const sku_row *s = &it->skus[l->slot];
    for (unsigned g = 0; g < 2 && c->group[g]; g++) {
        base_buf_printf(out, "%s{\"name\":\"%s\",\"value\":\"%s\"}", g ? "," : "", c->group[g],
                        c->value[g][s->value[g]]);
    }
}

static void write_spec(void *context, base_buf *out) {
    const order_page *p = context;
    write_line_spec(p, p->at, out);
}

static void fill_source(order_page *p, uint64_t seed) {
    uint64_t turn = roll(seed, ROLL_DOC + 1);
    bool live = turn % 3 == 0;
    bool video = turn % 3 == 1;
    bool alliance = p->values[SLOT_cbiz].as.number == 2;
    form_value hidden = { .kind = VALUE_NONE };
    form_value shown = value_int(1);
    SET(author_id, value_int(alliance ? (int64_t)(turn >> 20) : 0));
    SET(author_name, value_word(alliance ? words_pick(&words_talents, turn >> 8) : ""));
    SET(room_id, value_int(live ? (int64_t)(turn >> 2 | 1) : 0));
    SET(video_id, value_int(video ? (int64_t)(turn >> 3 | 1) : 0));
    SET(page_id, value_int((int64_t)(turn >> 24)));
    SET(ad_type, value_word(live ? "live" : video ? "video" : ""));
    SET(theme, value_word(live ? "1" : "0"));
    SET(theme_desc, value_word(live ? "直播间" : "其他"));
    SET(is_comment, value_int(p->state.finished ? (int64_t)(turn >> 12) % 3 : 0));
    SET(line_tag, p->values[SLOT_presale].as.number ? shown : hidden);
    SET(bundle, turn >> 16 & 31 ? hidden : shown);
    SET(custom, turn >> 21 & 63 ? hidden : shown);
    SET(cloud, turn >> 27 & 31 ? hidden : shown);
    SET(store, turn >> 32 & 63 ? hidden : shown);
    SET(rare, turn >> 38 & 7 ? hidden : shown);
    SET(masked, p->values[SLOT_rare]);
}

static void write_line(order_page *p, unsigned index, base_buf *out) {
    world *w = p->w;
    const line_row *l = &p->lines[index];
    const item_row *it = &w->items[l->item];
    const category *c = words_category(it->category);
    uint64_t seed = base_mix(p->seed, index + 1);
    char name[256];
    char pic[128];
    char code[48];
    char outer[24];
    p->at = index;
    base_buf *scratch = &w->scratch;
    base_buf_reset(scratch);
    item_name_born(it, scratch);
    base_copy(name, sizeof name, base_buf_str(scratch));
    base_buf_reset(scratch);
    item_pic_url(it, 1, scratch);
    base_copy(pic, sizeof pic, base_buf_str(scratch));
    snprintf(code, sizeof code, "M%u-%04u-%02u", l->item % 9 + 1, l->item + 1, l->slot + 1);
    snprintf(outer, sizeof outer, "SPU%08u", l->item + 10001);
    bool cards = it->category == CATEGORY_CARDS;
    form_value hidden = { .kind = VALUE_NONE };
    SET(line_id, value_int((int64_t)order_line_number(w, p->order, index, p->line_count)));
    SET(product_id, value_int(item_id(w, l->item)));
    SET(sku_id, value_int(sku_id(w, l->item, l->slot)));
    SET(name, value_text(base_str_of(name)));
    SET(pic, value_word(pic));
    SET(code, value_word(code));
    SET(outer_sku, value_word(""));
    SET(outer_product, value_word(outer));
    SET(cid1, value_int(c->first_cid));
    SET(cid2, value_int(c->second_cid));
    SET(cid3, value_int(c->third_cid));
    SET(spec, value_call(write_spec, p));
    SET(discounts, value_call(write_discounts, p));
    SET(goods_type, value_int(cards));
    SET(account, cards ? value_int(1) : hidden);
    SET(write_off, cards ? value_int(1) : hidden);
    SET(voucher, cards ? value_int(15) : hidden);
    SET(coupon_id, value_int((int64_t)(roll(seed, ROLL_DOC) >> 2)));
    fill_amounts(p, l);
    fill_line_status(p, index);
    fill_after_sale(p, index);
    fill_source(p, seed);
    form_write(w->forms[FORM_LINE], p->values, out);
}

void write_lines(void *context, base_buf *out) {
    const order_page *order = context;
    for (unsigned i = 0; i < order->line_count; i++) {
        order_page line_page = *order;
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        write_line(&line_page, i, out);
    }
}
