/* The blanks of the Douyin order and order line forms; a line sees its order's values, too. */
#ifndef SANDBOX_WORLD_DOUYIN_SLOTS_H
#define SANDBOX_WORLD_DOUYIN_SLOTS_H

/* clang-format off */
#define DOUYIN_SLOTS(X) \
    X(id) X(shop_id) X(shop_name) X(created) X(modified) X(paid) X(ship_time) \
    X(finish_time) X(exp_ship) X(receipt_time) X(confirm_time) X(status) X(status_desc) \
    X(main_status) X(main_desc) X(pay_type) X(b_type) X(b_desc) X(biz) X(biz_desc) \
    X(order_type) X(order_type_desc) X(trade_type) X(trade_desc) X(order_amount) X(pay_amount) \
    X(promo) X(promo_shop) X(promo_platform) X(promo_talent) X(has_shop) \
    X(post) X(cost_platform) X(coupon_id) X(campaign_id) X(buyer_words) \
    X(seller_words) X(stars) X(cancel_reason) X(channel_no) X(open_id) X(doudian_open_id) \
    X(receiver) X(tel) X(detail) X(mask_receiver) X(mask_tel) X(mask_detail) X(province_id) \
    X(province) X(city_id) X(city) X(town_id) X(town) X(street_id) X(street) X(latitude) \
    X(longitude) X(packs) X(lines) X(phases) X(card_name) X(card_no) X(accept_status) \
    X(arrival) X(order_tag) X(user_tag) X(address_tag) X(car) X(serials) X(discounts) \
    X(line_id) X(product_id) X(sku_id) X(name) X(pic) X(num) X(price) X(sum) X(code) \
    X(outer_sku) X(outer_product) X(cid1) X(cid2) X(cid3) X(spec) X(sale_status) X(sale_type) \
    X(refund_status) X(author_id) X(author_name) X(room_id) X(video_id) X(page_id) X(theme) \
    X(theme_desc) X(ad_type) X(cbiz) X(cbiz_desc) X(send_pay) X(send_pay_desc) X(goods_type) \
    X(is_comment) X(warehouse) X(out_warehouse) X(line_tag) X(campaign) X(account) X(voucher) \
    X(presale) X(bundle) X(write_off) X(store) X(cloud) X(custom) X(rare) X(masked) X(redpack) \
    X(redpack_platform) X(redpack_talent)
/* clang-format on */

enum douyin_slot {
#define ENUM_OF(name) SLOT_##name,
    DOUYIN_SLOTS(ENUM_OF)
#undef ENUM_OF
        SLOT_COUNT
};

#endif
