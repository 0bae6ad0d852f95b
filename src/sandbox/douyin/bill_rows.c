/*
 * Rows of bills with the names that the platform's listings have (api-docs 46/1430 and
 * getSettleBillDetailV2, V3). The files have the same columns; no source tells the columns of the
 * platform's own files. Amounts are in fen.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/bill.h"

typedef struct cell {
    const char *name;
    bool number;
    int64_t value;
    char text[64];
} cell;

enum { MOST = 40 };

typedef struct cells {
    cell list[MOST];
    size_t count;
} cells;

static void add_number(cells *c, const char *name, int64_t value) {
    c->list[c->count++] = (cell){ .name = name, .number = true, .value = value };
}

static void add_text(cells *c, const char *name, const char *text) {
    cell *made = &c->list[c->count++];
    *made = (cell){ .name = name };
    (void)snprintf(made->text, sizeof made->text, "%s", text);
}

static void add_time(cells *c, const char *name, int64_t at) {
    char text[BASE_TIME_TEXT];
    base_time_to_cn(at, text);
    add_text(c, name, text);
}

static void add_id(cells *c, const char *name, const char *before, uint64_t id) {
    char text[48];
    (void)snprintf(text, sizeof text, "%s%llu", before, (unsigned long long)id);
    add_text(c, name, text);
}

static void fill_settle(const world_shop *shop, bool v2, const world_bill *row, cells *c) {
    add_time(c, "settle_time", row->settled);
    add_id(c, "request_no", "ST", row->line_id);
    add_text(c, "shop_order_id", row->order_id);
    add_id(c, "order_id", "", row->line_id);
    add_number(c, "settle_amount", row->settle_fen);
    add_text(c, "pay_type_desc", row->cod ? "货到付款" : "在线支付");
    add_time(c, "order_time", row->ordered);
    add_id(c, "product_id", "", (uint64_t)row->product_id);
    add_number(c, "goods_count", row->num);
    add_text(c, "flow_type_desc", row->commission_fen > 0 ? "精选联盟" : "自营");
    add_number(c, "total_amount", row->total_fen);
    add_number(c, "total_goods_amount", row->goods_fen);
    add_number(c, "post_amount", row->post_fen);
    add_number(c, "shop_coupon", row->shop_coupon_fen);
    add_number(c, "platform_coupon", row->platform_coupon_fen);
    add_number(c, "author_coupon", row->author_coupon_fen);
    add_number(c, "real_pay_amount", row->pay_fen);
    add_number(c, "total_income", row->income_fen);
    add_number(c, "platform_service_fee", row->service_fee_fen);
    add_number(c, "commission", row->commission_fen);
    add_number(c, "total_outcome", row->outcome_fen);
    add_text(c, "remark", "");
    if (v2) {
        add_number(c, "shop_id", shop->shop_id);
        add_number(c, "refund_before_settlement", row->refund_fen);
        add_text(c, "trade_type", "1");
    } else {
        add_number(c, "refund_before_settle", row->refund_fen);
        add_number(c, "is_contains_refund_before_settle", row->refund_fen > 0);
        add_number(c, "trade_type", 1);
    }
}

static void fill_account(const world_shop *shop, const world_bill *row, cells *c) {
    add_time(c, "bill_time", row->settled);
    add_number(c, "fund_flow", 1);
    add_text(c, "fund_flow_desc", "入账");
    add_number(c, "account_amount", row->settle_fen);
    add_text(c, "account_bill_desc", "订单结算");
    add_text(c, "biz_type_desc", "");
    add_id(c, "order_id", "", row->line_id);
    add_text(c, "shop_order_id", row->order_id);
    add_time(c, "business_order_create_time", row->ordered);
    add_id(c, "product_id", "", (uint64_t)row->product_id);
    add_number(c, "pay_amount", row->pay_fen);
    add_number(c, "promotion_amount", row->platform_coupon_fen);
    add_number(c, "author_coupon_subsidy", row->author_coupon_fen);
    add_number(c, "refund_amount", row->refund_fen);
    add_number(c, "platform_service_fee", row->service_fee_fen);
    add_number(c, "commission", row->commission_fen);
    add_number(c, "post_amount", row->post_fen);
    add_number(c, "account_type", 1);
    add_id(c, "account_trade_no", "AT", row->line_id);
    add_text(c, "shop_id", shop->id_text);
    add_text(c, "remark", "");
}

static void fill(const world_shop *shop, dyface_bill_form form, const world_bill *row, cells *c) {
    static const world_bill nothing;
    c->count = 0;
    row = row != NULL ? row : &nothing;
    if (form == DYFACE_ACCOUNT) {
        fill_account(shop, row, c);
    } else {
        fill_settle(shop, form == DYFACE_SETTLE_V2, row, c);
    }
}

void dyface_bill_json(const world_shop *shop, dyface_bill_form form, const world_bill *row,
                      base_buf *out) {
    cells c;
    fill(shop, form, row, &c);
    for (size_t i = 0; i < c.count; i++) {
        base_buf_printf(out, "%s\"%s\":", i > 0 ? "," : "{", c.list[i].name);
        if (c.list[i].number) {
            base_buf_add_i64(out, c.list[i].value);
        } else {
            codec_json_quote(out, base_str_of(c.list[i].text));
        }
    }
    base_buf_add_char(out, '}');
}

/* No text of ours needs quotes. */
void dyface_bill_csv(const world_shop *shop, dyface_bill_form form, const world_bill *row,
                     base_buf *out) {
    cells c;
    fill(shop, form, row, &c);
    for (size_t i = 0; i < c.count; i++) {
        base_buf_add_text(out, i > 0 ? "," : "");
        if (row == NULL) {
            base_buf_add_text(out, c.list[i].name);
        } else if (c.list[i].number) {
            base_buf_add_i64(out, c.list[i].value);
        } else {
            base_buf_add_text(out, c.list[i].text);
        }
    }
    base_buf_add_text(out, "\r\n");
}
