/* The blanks of the Taobao trade, its orders, and the item. An order sees its trade's values. */
#ifndef SANDBOX_WORLD_TAOBAO_SLOTS_H
#define SANDBOX_WORLD_TAOBAO_SLOTS_H

/* clang-format off */
#define TAOBAO_SLOTS(X) \
    X(tid) X(sid) X(title) X(type) X(seller_nick) X(buyer_nick) X(buyer_uid) X(oaid) \
    X(created) X(modified) X(pay_time) X(end_time) X(consign_time) X(timeout) X(status) \
    X(payment) X(total_fee) X(discount_fee) X(post_fee) X(received) X(commission) X(alipay_no) \
    X(alipay_id) X(pic) X(num_iid) X(price) X(num) X(cod_status) X(has_cod) X(shipping_type) \
    X(point) X(state) X(city) X(district) X(town) X(address) X(zip) X(name) X(mobile) X(flag) \
    X(seller_memo) X(buyer_message) X(has_message) X(step_status) X(step_paid) X(trade_from) \
    X(part_consign) X(orders) X(promotions) X(logistics) X(eticket) X(market) X(oid) \
    X(item_title) X(item_pic) X(sku_id) X(sku_names) X(outer_iid) X(outer_sku) X(refund) \
    X(refund_id) X(order_status) X(order_total) X(order_payment) X(order_discount) X(divide) \
    X(part) X(cid) X(company) X(invoice) X(order_consign) X(order_end) X(item_price) \
    X(item_num) X(desc) X(approve) X(list_time) X(delist_time) X(props) X(props_name) X(skus) \
    X(imgs) X(prop_imgs) X(sold)
/* clang-format on */

enum taobao_slot {
#define ENUM_OF(name) SLOT_##name,
    TAOBAO_SLOTS(ENUM_OF)
#undef ENUM_OF
        SLOT_COUNT
};

#endif
