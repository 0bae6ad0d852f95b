/*
 * Distribution seen from both sides: a seller hands orders of its shop to a supplier, who takes
 * waybills and ships the seller's orders with them.
 */
#include "kept_kit.h"

static kept_kit t;
static char supplier[24], seller_token[64], supplier_token[64];

static int set_up(void **state) {
    (void)state;
    kept_open(&t, 4, 16000);
    (void)snprintf(supplier, sizeof supplier, "%s", kit_shop_text(&t.k, 2, "shop_id"));
    (void)snprintf(seller_token, sizeof seller_token, "%s", t.k.token);
    kit_token(&t.k, 2);
    (void)snprintf(supplier_token, sizeof supplier_token, "%s", t.k.token);
    (void)snprintf(t.k.token, sizeof t.k.token, "%s", seller_token);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    kit_close(&t.k);
    return 0;
}

static void as_seller(void) {
    (void)snprintf(t.k.token, sizeof t.k.token, "%s", seller_token);
}

static void as_supplier(void) {
    (void)snprintf(t.k.token, sizeof t.k.token, "%s", supplier_token);
}

#define HAND "{'distribute_order_list':[{'supplier_shop_id':%s,'distr_order_id':'%s'}]}"

static void hand(const char *order) {
    kept_does(&t, "iop.sellerDistribute", HAND, supplier, order);
    assert_int_equal(kept_int(&t, "/data/distribute_order_reuslts/0/err_no"), 0);
}

/* Why it could not be handed over. */
static const char *hand_fails(const char *to, const char *order) {
    kept_does(&t, "iop.sellerDistribute", HAND, to, order);
    assert_int_not_equal(kept_int(&t, "/data/distribute_order_reuslts/0/err_no"), 0);
    return kept_text(&t, "/data/distribute_order_reuslts/0/message");
}

#define SENDER                                                                                     \
    "'sender':{'contact':{'name':'张','mobile':'13400000001'},'address':{'countryCode':'CHN',"    \
    "'provinceName':'浙江','cityName':'杭州','districtName':'西湖','detailAddress':'一号'}}"
#define TAKE                                                                                       \
    "{" SENDER ",'trade_order_list':[{'user_id':%s,'company_code':'%s','order_infos':[{"           \
    "'distr_order_id':'%s','pack_id':'%s','items':[{'item_name':'x','item_count':1}]}]}]}"

/* The waybill's number. */
static void take(const char *order, const char *pack_id, char out[40]) {
    kept_does(&t, "iop.waybillGet", TAKE, t.shop_id, "zhongtong", order, pack_id);
    assert_int_equal(kept_size(&t, "/data/err_infos"), 0);
    (void)snprintf(out, 40, "%s", kept_text(&t, "/data/ebill_infos/0/track_no"));
    assert_true(*out != '\0');
}

/* ---- shops ---- */

static void both_sides_are_listed(void **state) {
    (void)state;
    kept_does(&t, "iop.sellerSupplierList", "{'page':0,'page_size':10}");
    assert_int_equal(kit_int(&t.k, "data.total"), 2);
    assert_int_equal(kept_int(&t, "/data/supplier_shop_list/1/supplier_shop_id"),
                     strtoll(supplier, NULL, 10));
    assert_int_equal(kept_int(&t, "/data/supplier_shop_list/1/bind_status"), 2);
    kept_does(&t, "iop.sellerSupplierList", "{'page':1,'page_size':1}");
    assert_int_equal(kept_size(&t, "/data/supplier_shop_list"), 1);
    kept_does(&t, "iop.sellerSupplierList", "{'page':2,'page_size':1}");
    assert_int_equal(kept_size(&t, "/data/supplier_shop_list"), 0);
    kept_does(&t, "iop.sellerSupplierList", "{'page':0,'page_size':9,'bind_status':[1,3]}");
    assert_int_equal(kit_int(&t.k, "data.total"), 0);
    kept_refuses(&t, "iop.sellerSupplierList", 40004, "isv.parameter-invalid:10000",
                 "{'page':0,'page_size':101}");
    kept_does(&t, "iop.roleGet", "{}");
    assert_int_equal(kit_int(&t.k, "data.role_type"), 1);
    char order[40];
    kept_waiting(&t, 0, order);
    hand(order);
    as_supplier();
    kept_does(&t, "iop.roleGet", "{}");
    assert_int_equal(kit_int(&t.k, "data.role_type"), 2);
    kept_does(&t, "iop.getSellerList", "{'page':0,'page_size':10}");
    assert_int_equal(kept_int(&t, "/data/seller_shop_list/0/seller_shop_id"),
                     strtoll(t.shop_id, NULL, 10));
}

/* ---- handing over ---- */

static void handed_orders_are_what_both_sides_see(void **state) {
    char first[40], second[40];
    (void)state;
    kept_waiting(&t, 0, first);
    kept_waiting(&t, 1, second);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':100}");
    assert_int_equal(kit_int(&t.k, "data.total"), 0);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':100,'distr_status':0}");
    int64_t waiting = kit_int(&t.k, "data.total");
    assert_true(waiting > 2);
    assert_int_equal(kept_int(&t, "/data/distr_order_list/0/distr_status"), 0);
    hand(first);
    hand(second);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':100,'distr_status':0}");
    assert_int_equal(kit_int(&t.k, "data.total"), waiting - 2);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':1}");
    assert_int_equal(kit_int(&t.k, "data.total"), 2);
    assert_string_equal(kept_text(&t, "/data/distr_order_list/0/distr_order_id"), first);
    kept_does(&t, "iop.sellerOrderList", "{'page':1,'size':1}");
    assert_string_equal(kept_text(&t, "/data/distr_order_list/0/distr_order_id"), second);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':9,'distr_order_id':'%s'}", second);
    assert_int_equal(kit_int(&t.k, "data.total"), 1);
    kept_does(&t, "iop.sellerOrderList", "{'page':0,'size':9,'supplier_shop_id':%s}", t.shop_id);
    assert_int_equal(kit_int(&t.k, "data.total"), 0);
    kept_does(&t, "iop.sellerOrderInfo", "{'distr_order_id':'%s'}", first);
    assert_string_equal(kit_text(&t.k, "data.distr_order_detail.shop_order_id"), first);
    assert_int_equal(kit_int(&t.k, "data.distr_order_detail.distr_status"), 1);
    assert_int_equal(kit_int(&t.k, "data.distr_order_detail.order_status"), 2);
    char product[256];
    (void)snprintf(product, sizeof product, "%s",
                   kit_text(&t.k, "data.distr_order_detail.product_name"));
    as_supplier();
    kept_does(&t, "iop.orderList", "{'page':0,'size':9,'distr_status':1}");
    assert_int_equal(kit_int(&t.k, "data.total"), 2);
    assert_int_equal(kept_int(&t, "/data/order_list/0/user_id"), strtoll(t.shop_id, NULL, 10));
    assert_string_equal(kept_text(&t, "/data/order_list/0/product_name"), product);
    kept_does(&t, "iop.orderInfo", "{'user_id':%s,'distr_order_id':'%s'}", t.shop_id, first);
    assert_string_equal(kit_text(&t.k, "data.product_name"), product);
    kept_refuses(&t, "iop.orderInfo", 40004, "isv.parameter-invalid:40000",
                 "{'user_id':%s,'distr_order_id':'%s'}", supplier, first);
    /* The supplier is no seller of these. */
    kept_refuses(&t, "iop.sellerOrderInfo", 50002, "isv.business-failed:40000",
                 "{'distr_order_id':'%s'}", first);
}

/* The order really is the one of order.orderDetail, shown under its product. */
static void the_order_shown_is_the_shops_own(void **state) {
    char order[40], name[256];
    (void)state;
    kept_waiting(&t, 0, order);
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    (void)snprintf(name, sizeof name, "%s",
                   kept_text(&t, "/data/shop_order_detail/sku_order_list/0/product_name"));
    hand(order);
    kept_does(&t, "iop.sellerOrderInfo", "{'distr_order_id':'%s'}", order);
    assert_string_equal(kit_text(&t.k, "data.distr_order_detail.product_name"), name);
}

static void orders_that_cannot_be_handed_over_say_why(void **state) {
    char order[40];
    (void)state;
    kept_waiting(&t, 0, order);
    assert_string_equal(hand_fails("12", order), "厂商不存在");
    assert_string_equal(hand_fails(supplier, "12"), "代发单不存在");
    hand(order);
    assert_string_equal(hand_fails(supplier, order), "代发单已分配");
    kept_does(&t, "order.searchList",
              "{'page':0,'size':1,'combine_status':[{'order_status':'5'}]}");
    char done[40];
    (void)snprintf(done, sizeof done, "%s", kept_text(&t, "/data/shop_order_list/0/order_id"));
    assert_string_equal(hand_fails(supplier, done), "订单状态不允许分配");
    kept_refuses(&t, "iop.sellerDistribute", 40004, "isv.parameter-invalid:10000",
                 "{'distribute_order_list':'[]'}");
    kept_refuses(&t, "iop.orderList", 40004, "isv.parameter-invalid:10000",
                 "{'page':0,'size':9,'start_update_time':100,'end_update_time':50}");
    kept_refuses(&t, "iop.orderList", 40004, "isv.parameter-invalid:10000",
                 "{'page':0,'size':9,'start_update_time':100,'end_update_time':2000}");
    kept_refuses(&t, "iop.orderList", 40004, "isv.parameter-invalid:10000",
                 "{'page':0,'size':101}");
}

static void lists_keep_to_their_times(void **state) {
    char order[40];
    (void)state;
    kept_waiting(&t, 0, order);
    hand(order);
    as_supplier();
    kept_does(&t, "iop.orderList", "{'page':0,'size':9,'start_distr_time':%d,'end_distr_time':%d}",
              KIT_NOW - 60, KIT_NOW);
    assert_int_equal(kit_int(&t.k, "data.total"), 1);
    kept_does(&t, "iop.orderList", "{'page':0,'size':9,'start_distr_time':%d,'end_distr_time':%d}",
              KIT_NOW + 1, KIT_NOW + 60);
    assert_int_equal(kit_int(&t.k, "data.total"), 0);
}

static void a_seller_takes_orders_back_until_a_waybill_is_taken(void **state) {
    char first[40], second[40], number[40], again[40];
    (void)state;
    kept_waiting(&t, 0, first);
    kept_waiting(&t, 1, second);
    hand(first);
    hand(second);
    as_supplier();
    take(second, "", number);
    take(second, "", again); /* the same order and parcel: the same number */
    assert_string_equal(again, number);
    take(second, "p2", again);
    assert_string_not_equal(again, number);
    as_seller();
    kept_does(&t, "iop.sellerCancleDistribute", "{'distr_order_ids':['%s','%s','77']}", first,
              second);
    assert_int_equal(kept_size(&t, "/data/succ_distr_order_ids"), 1);
    assert_string_equal(kept_text(&t, "/data/succ_distr_order_ids/0"), first);
    yyjson_val *failed = yyjson_ptr_get(t.k.root, "/data/fail_distr_order_ids");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(failed, second)), "代发单已取号");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(failed, "77")), "代发单不存在");
    kept_does(&t, "iop.sellerOrderInfo", "{'distr_order_id':'%s'}", first);
    assert_int_equal(kit_int(&t.k, "data.distr_order_detail.distr_status"), 3);
    assert_string_equal(kit_text(&t.k, "data.distr_order_detail.distr_cancel_reason"),
                        "商家取消分配");
    hand(first); /* and may hand it over again */
    /* The numbers go back one by one; then the order can be taken back, too. */
    as_supplier();
#define GIVE_BACK "{'user_id':%s,'company_code':'%s','track_no':'%s'}"
    kept_refuses(&t, "iop.waybillCancel", 50002, "isv.business-failed:88888", GIVE_BACK, t.shop_id,
                 "shunfeng", number);
    kept_does(&t, "iop.waybillCancel", GIVE_BACK, t.shop_id, "zhongtong", number);
    kept_does(&t, "iop.waybillCancel", GIVE_BACK, t.shop_id, "zhongtong", again);
    kept_refuses(&t, "iop.waybillCancel", 50002, "isv.business-failed:88888", GIVE_BACK, t.shop_id,
                 "zhongtong", number);
    as_seller();
    kept_does(&t, "iop.sellerCancleDistribute", "{'distr_order_ids':['%s']}", second);
    assert_int_equal(kept_size(&t, "/data/succ_distr_order_ids"), 1);
    as_supplier();
    kept_does(&t, "iop.waybillGet", TAKE, t.shop_id, "zhongtong", second, "");
    assert_string_equal(kept_text(&t, "/data/err_infos/0/distr_order_id"), second);
    kept_does(&t, "iop.waybillGet", TAKE, t.shop_id, "nobody", first, "");
    assert_int_equal(kept_size(&t, "/data/err_infos"), 1);
}

/* ---- shipping ---- */

#define RETURN "{'user_id':%s,'distr_order_id':'%s','company_code':'%s','track_no':'%s'}"

static void the_suppliers_parcel_ships_the_sellers_order(void **state) {
    char order[40], number[40], delivery[40];
    (void)state;
    kept_waiting(&t, 0, order);
    hand(order);
    as_supplier();
    take(order, "", number);
    kept_does(&t, "iop.orderInfo", "{'user_id':%s,'distr_order_id':'%s'}", t.shop_id, order);
    assert_string_equal(kept_text(&t, "/data/pack_list/0/track_no"), number);
    int64_t pieces = kit_int(&t.k, "data.product_count");
    kept_refuses(&t, "iop.waybillReturn", 50002, "isv.business-failed:41002", RETURN, supplier,
                 order, "zhongtong", number);
    kept_refuses(&t, "iop.waybillReturn", 40004, "isv.parameter-invalid:10000", RETURN, t.shop_id,
                 order, "nobody", number);
    kept_refuses(&t, "iop.waybillReturn", 40004, "isv.parameter-invalid:10000",
                 "{'user_id':%s,'distr_order_id':'%s'}", t.shop_id, order);
    kept_refuses(&t, "iop.waybillReturn", 50002, "isv.business-failed:41007",
                 "{'user_id':%s,'distr_order_id':'%s','pack_list':[{'track_no':'%s','ship_num':"
                 "%lld,'company_code':'zhongtong'}]}",
                 t.shop_id, order, number, (long long)pieces + 1);
    kept_does(&t, "iop.waybillReturn", RETURN, t.shop_id, order, "zhongtong", number);
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/return_result")));
    assert_string_equal(kept_text(&t, "/data/pack_list/0/track_no"), number);
    assert_int_equal(kept_int(&t, "/data/pack_list/0/ship_num"), pieces);
    (void)snprintf(delivery, sizeof delivery, "%s", kit_text(&t.k, "data.delivery_id"));
    kept_refuses(&t, "iop.waybillReturn", 50002, "isv.business-failed:41000", RETURN, t.shop_id,
                 order, "zhongtong", number);
    kept_refuses(&t, "iop.waybillCancel", 50002, "isv.business-failed:88888",
                 "{'user_id':%s,'company_code':'zhongtong','track_no':'%s'}", t.shop_id, number);
    /* The seller's own order is shipped, with that number. */
    as_seller();
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    assert_int_equal(kit_int(&t.k, "data.shop_order_detail.order_status"), 3);
    assert_string_equal(kept_text(&t, "/data/shop_order_detail/logistics_info/0/tracking_no"),
                        number);
    kept_does(&t, "iop.sellerOrderInfo", "{'distr_order_id':'%s'}", order);
    assert_int_equal(kit_int(&t.k, "data.distr_order_detail.distr_status"), 2);
    assert_string_equal(kit_text(&t.k, "data.distr_order_detail.tracking_no"), number);
    kept_does(&t, "iop.sellerCancleDistribute", "{'distr_order_ids':['%s']}", order);
    assert_int_equal(kept_size(&t, "/data/succ_distr_order_ids"), 0);
    /* A wrong number is corrected on both sides. */
    as_supplier();
#define CHANGE                                                                                     \
    "{'user_id':%s,'distr_order_id':'%s','company_code':'shunfeng','track_no':'SF777',"            \
    "'delivery_id':'%s'}"
    kept_refuses(&t, "iop.waybillUpdate", 50002, "isv.business-failed:41005", CHANGE, t.shop_id,
                 order, "1");
    kept_does(&t, "iop.waybillUpdate", CHANGE, t.shop_id, order, delivery);
    as_seller();
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    assert_string_equal(kept_text(&t, "/data/shop_order_detail/logistics_info/0/tracking_no"),
                        "SF777");
    kept_does(&t, "iop.sellerOrderInfo", "{'distr_order_id':'%s'}", order);
    assert_string_equal(kit_text(&t.k, "data.distr_order_detail.tracking_no"), "SF777");
}

static void one_line_of_an_order_is_handed_over_alone(void **state) {
    char order[40] = "", line[40] = "", other[40] = "";
    (void)state;
    kept_does(&t, "order.searchList",
              "{'page':0,'size':100,'combine_status':[{'order_status':'2'}]}");
    yyjson_val *orders = yyjson_ptr_get(t.k.root, "/data/shop_order_list");
    for (size_t i = 0; i < yyjson_arr_size(orders) && *other == '\0'; i++) {
        yyjson_val *one = yyjson_arr_get(orders, i);
        yyjson_val *lines = yyjson_obj_get(one, "sku_order_list");
        if (yyjson_arr_size(lines) == 2) {
            (void)snprintf(order, sizeof order, "%s",
                           yyjson_get_str(yyjson_obj_get(one, "order_id")));
            (void)snprintf(line, sizeof line, "%s",
                           yyjson_get_str(yyjson_ptr_get(lines, "/1/order_id")));
            (void)snprintf(other, sizeof other, "%s",
                           yyjson_get_str(yyjson_ptr_get(lines, "/0/order_id")));
        }
    }
    assert_true(*other != '\0');
    hand(line);
    assert_string_equal(hand_fails(supplier, order), "代发单已分配");
    as_supplier();
    kept_does(&t, "iop.waybillReturn", RETURN, t.shop_id, line, "zhongtong", "ZT555");
    as_seller();
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    assert_int_equal(kit_int(&t.k, "data.shop_order_detail.order_status"), 101);
    kit_pass(&t.k, 5);
    hand(other);
    as_supplier();
    kept_does(&t, "iop.waybillReturn", RETURN, t.shop_id, other, "zhongtong", "ZT556");
    kit_pass(&t.k, 5);
    as_seller();
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    assert_int_equal(kit_int(&t.k, "data.shop_order_detail.order_status"), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(both_sides_are_listed),
        CASE(handed_orders_are_what_both_sides_see),
        CASE(the_order_shown_is_the_shops_own),
        CASE(orders_that_cannot_be_handed_over_say_why),
        CASE(lists_keep_to_their_times),
        CASE(a_seller_takes_orders_back_until_a_waybill_is_taken),
        CASE(the_suppliers_parcel_ships_the_sellers_order),
        CASE(one_line_of_an_order_is_handed_over_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
