/* What the files that render an after-sale share: its blanks, and one after-sale being rendered. */
#ifndef SANDBOX_WORLD_DOUYIN_AFTERSALE_H
#define SANDBOX_WORLD_DOUYIN_AFTERSALE_H

#include "sandbox/world/aftersale_private.h"

/* clang-format off */
#define SALE_SLOTS(X) \
    X(id) X(order_type) X(kind) X(status) X(related) X(applied) X(modified) X(deadline) X(fen) \
    X(post) X(num) X(part) X(pay_kind) X(refund_status) X(arb) X(star) X(remark) X(back_no) \
    X(back_name) X(back_code) X(back_time) X(sent_no) X(sent_name) X(sent_code) X(sent_time) \
    X(got) X(parcels) X(sign) X(labels) X(bits) X(assistant) X(final) X(promo) X(order_id) \
    X(order_number) X(lines) X(logs) X(urge) X(exchange_sku) X(exchange_code) X(exchange_num) \
    X(exchange_pic) X(exchange_name) X(exchange_price) X(exchange_spec) X(warehouse) \
    X(logistics_text) X(status_text) X(kind_text) X(back_text) X(pay_text) X(reason_text) \
    X(arb_text) X(tag) X(line_id) X(line_status) X(line_pay) X(line_post) X(line_num) X(created) \
    X(name) X(product_id) X(pic) X(spec) X(code) X(track) X(company) X(sale_pay) X(sale_post) \
    X(sale_num) X(line_promo) X(price) X(sku_id) X(line_sum) X(line_paid) X(pay_type) X(reason) \
    X(reason_remark) X(evidence) X(back_num) X(platform_fen) X(kol_fen) X(shop_fen) X(returned) \
    X(real_fen) X(receiver) X(tel) X(address) X(return_address) X(address_id) X(refunded) \
    X(role) X(method) X(open_address) X(arb_id) X(arb_needed) X(arb_deadline) X(arb_opinion) \
    X(arb_end) X(arb_created) X(arb_updated) X(arb_images) X(arb_describe) X(remarks) \
    X(price_detail) X(price_from) X(price_to) X(records) X(resend_no) X(resend_name) \
    X(resend_code) X(resend_time) X(voucher)
/* clang-format on */

enum sale_slot {
#define SALE_SLOT_OF(name) SALE_##name##_SLOT,
    SALE_SLOTS(SALE_SLOT_OF)
#undef SALE_SLOT_OF
        SALE_SLOT_COUNT
};

typedef struct sale_page {
    world *w;
    world_aftersale sale;
    int64_t now;
    uint64_t seed;
    life_plan life;
    life_state order;
    world_aftersale_state state;
    sale_times times;
    const sale_edit *edit; /* NULL = none */
    unsigned line_count;
    line_row lines[WORLD_MAX_LINES];
    unsigned pack_count;
    pack_row packs[WORLD_MAX_PACKS];
    bool detail; /* lines and parcels in the form of afterSale.Detail */
    yyjson_doc *order_doc;
    form_value values[SALE_SLOT_COUNT];
    char related[24], order_id[24], warehouse[24], pic[128], name[256], code[48];
    char exchange_name[256], exchange_pic[128], exchange_code[48], exchange_spec[96];
    char exchange_sku[24], exchange_price[24];
    char arb_deadline[BASE_TIME_TEXT], open_address[48];
    world_aftersale_parcel back, sent;
} sale_page;

#define SALE_SET(slot, v) (p->values[SALE_##slot##_SLOT] = (v))

/* False when there is no such after-sale at now. */
bool sale_page_open(world *w, world_aftersale sale, int64_t now, sale_page *p);
/* A JSON array's elements, or nothing: texts of writes are kept as arrays. */
void sale_add_elements(base_buf *out, const char *array);
/* "fen" of the platform's, the talents' or the shop's discounts on its lines. */
int64_t sale_discount(const sale_page *p, unsigned who);

#endif
