/*
 * Fills what the two forms of an after-sale have in common, its lines and parcels, and renders a
 * row of afterSale.List. afterSale.Detail's own part is douyin_aftersale_detail.c's.
 */
#include "sandbox/world/douyin_aftersale.h"

#include <stdio.h>
#include <string.h>

enum { TURN_LABEL = ROLL_SALE + 28, URGES = 2 };

void sale_add_elements(base_buf *out, const char *array) {
    size_t len = array ? strlen(array) : 0;
    if (len > 2) {
        base_buf_add(out, array + 1, len - 2);
    }
}

int64_t sale_discount(const sale_page *p, unsigned who) {
    int64_t fen = 0;
    for (unsigned i = 0; i < p->line_count; i++) {
        const line_row *l = &p->lines[i];
        if (p->state.line_mask >> i & 1) {
            fen += who == 0   ? l->promo_platform_fen
                   : who == 1 ? l->promo_talent_fen
                              : l->promo_shop_fen;
        }
    }
    return fen;
}

/* ---- lines ---- */

static void write_spec_of(const sale_page *p, const line_row *l, unsigned slot, bool text,
                          base_buf *out) {
    const item_row *it = &p->w->items[l->item];
    const category *c = words_category(it->category);
    for (unsigned g = 0; g < 2 && c->group[g]; g++) {
        const char *value = c->value[g][it->skus[slot].value[g]];
        if (text) {
            base_buf_printf(out, "%s%s:%s", g ? ";" : "", c->group[g], value);
        } else {
            base_buf_printf(out, "%s{\"name\":\"%s\",\"value\":\"%s\"}", g ? "," : "", c->group[g],
                            value);
        }
    }
}

typedef struct line_page {
    sale_page *page;
    const line_row *line;
} line_page;

static void write_spec(void *context, base_buf *out) {
    const line_page *at = context;
    write_spec_of(at->page, at->line, at->line->slot, false, out);
}

/* Unshipped 2, shipped 3, received 5, over 255. */
static int line_status(const sale_page *p, unsigned line) {
    bool left = false;
    for (unsigned i = 0; i < p->pack_count; i++) {
        left = left || (p->packs[i].line_mask >> line & 1);
    }
    return p->order.closed ? 255 : p->order.finished ? 5 : left || p->order.shipped ? 3 : 2;
}

static void fill_line_sums(sale_page *p, unsigned index) {
    const line_row *l = &p->lines[index];
    const world_aftersale_state *s = &p->state;
    bool alone = (s->line_mask & (s->line_mask - 1)) == 0;
    SALE_SET(line_pay, value_int(l->pay_fen));
    SALE_SET(line_post, value_int(l->post_fen));
    SALE_SET(line_num, value_int(l->num));
    SALE_SET(line_sum, value_int(l->sum_fen));
    SALE_SET(line_paid, value_int(l->pay_fen - l->post_fen));
    SALE_SET(price, value_int(l->price_fen));
    SALE_SET(line_promo,
             value_int(l->promo_shop_fen + l->promo_platform_fen + l->promo_talent_fen));
    SALE_SET(sale_pay, value_int(alone ? s->refund_fen : s->refund_fen ? l->pay_fen : 0));
    SALE_SET(sale_post, value_int(alone ? s->post_fen : s->refund_fen ? l->post_fen : 0));
    SALE_SET(sale_num, value_int(alone ? s->num : l->num));
}

static void write_line(sale_page *p, unsigned index, base_buf *out) {
    world *w = p->w;
    const line_row *l = &p->lines[index];
    const pack_row *pack = NULL;
    line_page at = { p, l };
    for (unsigned i = 0; i < p->pack_count && !pack; i++) {
        pack = p->packs[i].line_mask >> index & 1 ? &p->packs[i] : NULL;
    }
    base_buf_reset(&w->scratch);
    item_name_born(&w->items[l->item], &w->scratch);
    base_copy(p->name, sizeof p->name, base_buf_str(&w->scratch));
    base_buf_reset(&w->scratch);
    item_pic_url(&w->items[l->item], 1, &w->scratch);
    base_copy(p->pic, sizeof p->pic, base_buf_str(&w->scratch));
    (void)snprintf(p->code, sizeof p->code, "M%u-%04u-%02u", l->item % 9 + 1, l->item + 1,
                   l->slot + 1);
    SALE_SET(line_id,
             value_int((int64_t)order_line_number(w, p->sale.order, index, p->line_count)));
    SALE_SET(line_status, value_int(line_status(p, index)));
    SALE_SET(created, value_int(p->order.created));
    SALE_SET(name, value_text(base_str_of(p->name)));
    SALE_SET(product_id, value_int(item_id(w, l->item)));
    SALE_SET(sku_id, value_int(sku_id(w, l->item, l->slot)));
    SALE_SET(pic, value_word(p->pic));
    SALE_SET(spec, value_call(write_spec, &at));
    SALE_SET(code, value_word(p->code));
    SALE_SET(track, value_word(pack ? pack->tracking : ""));
    SALE_SET(company, value_word(pack ? pack->company->name : ""));
    fill_line_sums(p, index);
    form_write(w->forms[p->detail ? FORM_SALE_DETAIL_LINE : FORM_SALE_LINE], p->values, out);
}

static void write_lines_of(void *context, base_buf *out) {
    sale_page *p = context;
    bool first = true;
    for (unsigned i = 0; i < p->line_count; i++) {
        if (p->state.line_mask >> i & 1) {
            base_buf_add_text(out, first ? "" : ",");
            first = false;
            write_line(p, i, out);
        }
    }
}

/* ---- parcels, notes, reasons ---- */

/* Parcels that carry a line of it. */
static void write_parcels(void *context, base_buf *out) {
    const sale_page *p = context;
    bool first = true;
    for (unsigned i = 0; i < p->pack_count; i++) {
        const pack_row *k = &p->packs[i];
        int64_t since;
        if (!(k->line_mask & p->state.line_mask)) {
            continue;
        }
        int place = parcel_state(&p->order, k, p->now, &since);
        base_buf_printf(out,
                        "%s{\"tracking_no\":\"%s\",\"company_name\":\"%s\",\"company_code\":"
                        "\"%s\",\"logistics_time\":%lld,\"logistics_state\":%d",
                        first ? "" : ",", k->tracking, k->company->name, k->company->douyin_code,
                        (long long)since, place);
        if (p->detail) {
            base_buf_add_text(out, ",\"value_added_services\":[");
            if (place == 3 || place == 4) {
                base_buf_add_text(out, "{\"code\":\"intercept\",\"name\":\"物流拦截\"}");
            }
            base_buf_add_char(out, ']');
        }
        base_buf_add_char(out, '}');
        first = false;
    }
}

static void write_logs(void *context, base_buf *out) {
    const sale_page *p = context;
    base_str memo;
    int star = 0;
    char when[BASE_TIME_TEXT];
    if (!world_order_memo(p->w, p->sale.order, p->now, &memo, &star) || memo.len == 0) {
        return;
    }
    const order_edit *edit = p->w->edits[p->sale.order];
    base_time_to_cn(edit && edit->memo ? edit->touched : p->order.created, when);
    base_buf_add_text(out, "{\"content\":\"");
    form_escape(out, memo);
    base_buf_printf(out, "\",\"op_name\":\"店铺客服\",\"create_time\":\"%s\",\"star\":%d}", when,
                    star);
}

static void write_labels(void *context, base_buf *out) {
    const sale_page *p = context;
    if (roll(p->seed, TURN_LABEL) % 3 == 0) {
        base_buf_printf(out, "{\"code\":%d,\"name\":\"%s\"}", p->state.reason_code * 100 + 1,
                        world_aftersale_reason_text(p->state.reason_code));
    }
}

/* ---- values ---- */

static void fill_state(sale_page *p) {
    const world_aftersale_state *s = &p->state;
    bool one = (s->line_mask & (s->line_mask - 1)) == 0;
    unsigned line = 0;
    while (one && !(s->line_mask >> line & 1)) {
        line++;
    }
    order_id_text(p->w, p->sale.order, p->order_id);
    (void)snprintf(
        p->related, sizeof p->related, "%llu",
        (unsigned long long)(one ? order_line_number(p->w, p->sale.order, line, p->line_count)
                                 : order_number(p->w, p->sale.order)));
    SALE_SET(id, value_int(s->id));
    SALE_SET(order_id, value_word(p->order_id));
    SALE_SET(order_number, value_int((int64_t)order_number(p->w, p->sale.order)));
    SALE_SET(related, value_word(p->related));
    SALE_SET(order_type, value_int(one ? 1 : 2));
    SALE_SET(kind, value_int(s->kind));
    SALE_SET(status, value_int(s->status));
    SALE_SET(applied, value_int(s->applied));
    SALE_SET(modified, value_int(s->modified));
    SALE_SET(deadline, value_int(s->deadline));
    SALE_SET(final, value_int(s->final_at));
    SALE_SET(fen, value_int(s->refund_fen));
    SALE_SET(post, value_int(s->post_fen));
    SALE_SET(num, value_int(s->num));
    SALE_SET(part, value_int(s->part));
    SALE_SET(pay_kind, value_int(s->refund_type));
    SALE_SET(refund_status, value_int(s->refund_status));
    SALE_SET(arb, value_int(s->arbitrate_status));
    SALE_SET(got, value_int(s->got_pkg));
    SALE_SET(sign, value_int(s->refuse_sign));
    SALE_SET(urge, value_int(s->status == WORLD_SALE_RETURNING ? URGES : 0));
    SALE_SET(promo, value_int(s->refunded_at ? sale_discount(p, 0) + sale_discount(p, 1) : 0));
    int audit = p->edit ? p->edit->audit : 0;
    SALE_SET(assistant, value_int(audit == 2 ? 2 : 0));
    SALE_SET(bits, audit ? value_int(audit) : value_word(""));
    form_value hidden = { .kind = VALUE_NONE };
    SALE_SET(tag, p->edit && p->edit->extended_s ? value_int(1) : hidden);
    SALE_SET(remark,
             value_text(base_str_of(p->edit && p->edit->remarks ? p->edit->remarks->text : "")));
}

static void fill_texts(sale_page *p) {
    const world_aftersale_state *s = &p->state;
    const char *arbitration = s->arbitrate_status == 0   ? ""
                              : s->arbitrate_status == 1 ? "仲裁中"
                              : s->arbitrate_status == 4 ? "待商家举证"
                                                         : "仲裁结束";
    SALE_SET(status_text, value_word(world_aftersale_status_text(s->status)));
    SALE_SET(kind_text, value_word(world_aftersale_kind_text(s->kind)));
    SALE_SET(reason_text, value_word(world_aftersale_reason_text(s->reason_code)));
    SALE_SET(pay_text, value_word(s->refund_type == 0   ? "原路退款"
                                  : s->refund_type == 1 ? "货到付款线下退款"
                                                        : "无需退款"));
    SALE_SET(arb_text, value_word(arbitration));
    SALE_SET(logistics_text, value_word(p->order.finished   ? "已签收"
                                        : p->pack_count > 0 ? "已发货"
                                                            : "未发货"));
    SALE_SET(back_text, value_word(s->sent_back ? "已退货" : "未退货"));
}

/* The seller's own parcel of an exchange, a resend, a repair. */
static void find_sent(sale_page *p) {
    if (p->times.shipped == 0) {
        return;
    }
    if (p->edit && p->edit->sent.company) {
        p->sent = p->edit->sent;
        return;
    }
    size_t count = 0;
    const world_company *companies = world_companies(&count);
    uint64_t turn = roll(p->seed, TURN_LABEL + 1);
    p->sent.company = &companies[turn % count];
    p->sent.at = p->times.shipped;
    (void)snprintf(p->sent.tracking, sizeof p->sent.tracking, "%.2sH%012llu",
                   p->sent.company->taobao_code,
                   (unsigned long long)(turn >> 8) % 1000000000000ULL);
}

static void fill_parcels(sale_page *p) {
    static const world_company nobody = { 0, "", "", "" };
    bool there = world_aftersale_return_parcel(p->w, p->sale, p->now, &p->back);
    find_sent(p);
    const world_company *back = there ? p->back.company : &nobody;
    const world_company *sent = p->sent.company ? p->sent.company : &nobody;
    bool resend = p->state.kind == WORLD_SALE_RESEND;
    const world_company *first = resend ? &nobody : sent;
    const world_company *second = resend ? sent : &nobody;
    SALE_SET(back_no, value_word(p->back.tracking));
    SALE_SET(back_name, value_word(back->name));
    SALE_SET(back_code, value_word(back->douyin_code));
    SALE_SET(back_time, value_int(p->back.at));
    SALE_SET(sent_no, value_word(resend ? "" : p->sent.tracking));
    SALE_SET(sent_name, value_word(first->name));
    SALE_SET(sent_code, value_word(first->douyin_code));
    SALE_SET(sent_time, value_int(resend ? 0 : p->sent.at));
    SALE_SET(resend_no, value_word(resend ? p->sent.tracking : ""));
    SALE_SET(resend_name, value_word(second->name));
    SALE_SET(resend_code, value_word(second->douyin_code));
    SALE_SET(resend_time, value_int(resend ? p->sent.at : 0));
}

/* What the buyer wants instead: the next SKU of the same product. */
static void fill_exchange(sale_page *p) {
    unsigned line = 0;
    while (line + 1 < p->line_count && !(p->state.line_mask >> line & 1)) {
        line++;
    }
    const line_row *l = &p->lines[line];
    const item_row *it = &p->w->items[l->item];
    bool wanted = p->state.kind == WORLD_SALE_EXCHANGE;
    unsigned slot = (l->slot + 1) % sku_born_count(it);
    if (wanted) {
        (void)snprintf(p->exchange_code, sizeof p->exchange_code, "M%u-%04u-%02u", l->item % 9 + 1,
                       l->item + 1, slot + 1);
        (void)snprintf(p->exchange_sku, sizeof p->exchange_sku, "%lld",
                       (long long)sku_id(p->w, l->item, slot));
        (void)snprintf(p->exchange_price, sizeof p->exchange_price, "%lld",
                       (long long)l->price_fen);
        base_buf_reset(&p->w->scratch);
        write_spec_of(p, l, slot, true, &p->w->scratch);
        base_copy(p->exchange_spec, sizeof p->exchange_spec, base_buf_str(&p->w->scratch));
        base_buf_reset(&p->w->scratch);
        item_name_born(it, &p->w->scratch);
        base_copy(p->exchange_name, sizeof p->exchange_name, base_buf_str(&p->w->scratch));
        base_buf_reset(&p->w->scratch);
        item_pic_url(it, 1, &p->w->scratch);
        base_copy(p->exchange_pic, sizeof p->exchange_pic, base_buf_str(&p->w->scratch));
    }
    (void)snprintf(p->warehouse, sizeof p->warehouse, "%s", wanted ? "WH-01" : "");
    SALE_SET(exchange_sku, value_word(p->exchange_sku));
    SALE_SET(exchange_code, value_word(p->exchange_code));
    SALE_SET(exchange_num, value_int(wanted ? p->state.num : 0));
    SALE_SET(exchange_pic, value_word(wanted ? p->exchange_pic : ""));
    SALE_SET(exchange_name, value_text(base_str_of(wanted ? p->exchange_name : "")));
    SALE_SET(exchange_price, value_word(p->exchange_price));
    SALE_SET(exchange_spec, value_word(p->exchange_spec));
    SALE_SET(warehouse, value_word(p->warehouse));
}

bool sale_page_open(world *w, world_aftersale sale, int64_t now, sale_page *p) {
    memset(p, 0, sizeof *p);
    if (sale.order >= w->options.orders || (int64_t)w->created[sale.order] > now) {
        return false;
    }
    const order_edit *edit = w->edits[sale.order];
    life_of(w, sale.order, &p->life);
    if (!sale_fold(w, sale.order, &p->life, sale.which, now, &p->state, &p->times)) {
        return false;
    }
    life_fold(&p->life, edit ? edit->touched : 0, now, &p->order);
    p->w = w;
    p->sale = sale;
    p->now = now;
    p->seed = base_mix(order_seed(w, sale.order), sale.which);
    p->edit = sale_edit_at(w, sale, now);
    p->line_count = order_lines(w, sale.order, p->lines);
    p->pack_count = order_packs(w, sale.order, now, p->packs);
    base_str memo;
    int star = 0;
    (void)world_order_memo(w, sale.order, now, &memo, &star);
    SALE_SET(star, value_int(star));
    fill_state(p);
    fill_texts(p);
    fill_parcels(p);
    fill_exchange(p);
    SALE_SET(lines, value_call(write_lines_of, p));
    SALE_SET(parcels, value_call(write_parcels, p));
    SALE_SET(logs, value_call(write_logs, p));
    SALE_SET(labels, value_call(write_labels, p));
    return true;
}

bool world_render_aftersale(world *w, world_aftersale sale, int64_t now, base_buf *out) {
    sale_page page;
    if (!sale_page_open(w, sale, now, &page)) {
        return false;
    }
    form_write(w->forms[FORM_SALE], page.values, out);
    return true;
}
