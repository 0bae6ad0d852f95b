/*
 * The supplier's side of the supply platform: products with their prices and stocks, supply orders
 * that are the shop's own, returns that are decided once.
 */
#include "kept_kit.h"

static kept_kit t;

static int set_up(void **state) {
    (void)state;
    kept_open(&t, 2, 12000);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    kit_close(&t.k);
    return 0;
}

/* spec_prices is JSON text: its quotes are sent escaped. */
#define SKU(code, price, stock)                                                                    \
    "{\\'outer_sku_id\\':\\'" code "\\',\\'supply_price\\':" #price ",\\'stockNum\\':" #stock "}"
#define GOODS(skus)                                                                                      \
    "'category_leaf_id':20597,'name':'乌龙茶','pic':'https://p.example/1|https://p.example/2',"       \
    "'description':'好茶','weight':1.5,'weight_unit':0,'spec_name':'规格','specs':'规格|大,小'," \
    "'spec_prices':'[" skus "]','product_format_new':'{}'"
#define TWO SKU("S-1", 900, 5) "," SKU("S-2", 1900, 7)

static int64_t add(const char *outer) {
    kept_does(&t, "supplyChain.supplyProduct.add", "{'outer_product_id':'%s'," GOODS(TWO) "}",
              outer);
    return kit_int(&t.k, "data.product_id");
}

static int64_t sku_of(size_t nth) {
    char path[40];
    (void)snprintf(path, sizeof path, "/data/sku_list/%zu/sku_id", nth);
    return kept_int(&t, path);
}

/* ---- products ---- */

static void a_product_is_what_was_added(void **state) {
    (void)state;
    int64_t id = add("P-1");
    int64_t sku = sku_of(0);
    assert_true(id > 0 && sku > 0 && sku_of(1) != sku);
    kept_does(&t, "supplyChain.supplyProduct.getSupplyProductDetail", "{'product_id':%lld}",
              (long long)id);
    assert_string_equal(kit_text(&t.k, "data.name"), "乌龙茶");
    assert_string_equal(kit_text(&t.k, "data.outer_product_id"), "P-1");
    assert_string_equal(kit_text(&t.k, "data.img"), "https://p.example/1");
    assert_string_equal(kept_text(&t, "/data/sub_img_list/0"), "https://p.example/2");
    assert_int_equal(kit_int(&t.k, "data.status"), 0);
    assert_int_equal(kept_size(&t, "/data/skus"), 2);
    assert_int_equal(kept_int(&t, "/data/skus/0/supply_price"), 900);
    assert_string_equal(kept_text(&t, "/data/skus/1/outer_sku_id"), "S-2");
    assert_int_equal(kept_int(&t, "/data/skus/1/stock_list/0/total_qty"), 7);
    kept_refuses(&t, "supplyChain.supplyProduct.add", 50002, "isv.business-failed:3200",
                 "{'outer_product_id':'P-1'," GOODS(TWO) "}");
    kept_refuses(&t, "supplyChain.supplyProduct.add", 50002, "isv.business-failed:3206",
                 "{'outer_product_id':'P-2'," GOODS(SKU("S-1", 0, 5)) "}");
    kept_refuses(&t, "supplyChain.supplyProduct.add", 50002, "isv.business-failed:1020",
                 "{'outer_product_id':'P-2'," GOODS("") "}");
    kept_refuses(&t, "supplyChain.supplyProduct.getSupplyProductDetail", 50002,
                 "isv.business-failed:2001", "{'product_id':12}");
}

static void edits_keep_the_ids_of_skus(void **state) {
    (void)state;
    int64_t id = add("P-1");
    int64_t sku = sku_of(1);
    kept_does(&t, "supplyChain.supplyProduct.edit",
              "{'product_id':%lld,'outer_product_id':'P-9'," GOODS(
                  SKU("S-2", 2100, 1) "," SKU("S-3", 300, 4)) "}",
              (long long)id);
    assert_string_equal(kit_text(&t.k, "data.outer_product_id"), "P-9");
    assert_int_equal(sku_of(1), sku);
    assert_int_equal(kept_size(&t, "/data/sku_list"), 3);
    kept_does(&t, "supplyChain.supplyProduct.queryPrice", "{'sku_id':%lld}", (long long)sku);
    assert_int_equal(kept_int(&t, "/data/0/supply_price"), 2100);
    kept_refuses(&t, "supplyChain.supplyProduct.edit", 50002, "isv.business-failed:3207",
                 "{'product_id':12," GOODS(TWO) "}");
    kept_refuses(&t, "supplyChain.supplyProduct.edit", 50002, "isv.business-failed:3206",
                 "{'product_id':%lld," GOODS(SKU("S-2", 0, 1)) "}", (long long)id);
}

static void prices_are_edited_and_asked(void **state) {
    (void)state;
    int64_t id = add("P-1");
    long long sku = sku_of(0);
    kept_does(&t, "supplyChain.supplyProduct.editPrice",
              "{'sku_id':%lld,'supply_price':950,'spec_price_list':[{'distributor_id_list':[7],"
              "'supply_price':800}]}",
              sku);
    kept_does(&t, "supplyChain.supplyProduct.queryPrice", "{'product_id':%lld}", (long long)id);
    assert_int_equal(kept_size(&t, "/data"), 2);
    assert_int_equal(kept_int(&t, "/data/0/supply_price"), 950);
    assert_int_equal(kept_int(&t, "/data/0/spec_price_list/0/supply_price"), 800);
    assert_int_equal(kept_size(&t, "/data/1/spec_price_list"), 0);
    kept_refuses(&t, "supplyChain.supplyProduct.editPrice", 50002, "isv.business-failed:3206",
                 "{'sku_id':%lld,'supply_price':0}", sku);
    kept_refuses(&t, "supplyChain.supplyProduct.editPrice", 50002, "isv.business-failed:3207",
                 "{'sku_id':12,'supply_price':5}");
    kept_refuses(&t, "supplyChain.supplyProduct.editPrice", 50002, "isv.business-failed:3207",
                 "{'sku_id':%lld,'product_id':12,'supply_price':5}", sku);
}

static void products_go_off_and_on_and_are_listed(void **state) {
    char outer[16];
    long long last = 0;
    (void)state;
    for (int i = 0; i < 53; i++) {
        (void)snprintf(outer, sizeof outer, "P-%d", i);
        last = add(outer);
    }
    const char *list = "supplyChain.supplyProduct.getSupplyProductList";
    kept_does(&t, list, "{}");
    assert_int_equal(kept_size(&t, "/data"), 50);
    kept_does(&t, list, "{'page':2,'size':200}");
    assert_int_equal(kept_size(&t, "/data"), 3);
    assert_int_equal(kept_int(&t, "/data/2/product_id"), last);
    kept_does(&t, list, "{'page':3}");
    assert_int_equal(kept_size(&t, "/data"), 0);
    kept_refuses(&t, list, 40004, "isv.parameter-invalid:1020", "{'page':0}");
    kept_does(&t, "supplyChain.supplyProduct.offline", "{'product_id':%lld}", last);
    kept_refuses(&t, "supplyChain.supplyProduct.offline", 50002, "isv.business-failed:3207",
                 "{'product_id':%lld}", last);
    kept_does(&t, list, "{'status':1}");
    assert_int_equal(kept_size(&t, "/data"), 1);
    assert_int_equal(kept_int(&t, "/data/0/product_id"), last);
    kept_does(&t, "supplyChain.supplyProduct.setOnline", "{'product_id':%lld}", last);
    kept_refuses(&t, "supplyChain.supplyProduct.setOnline", 50002, "isv.business-failed:3207",
                 "{'product_id':%lld}", last);
    kept_does(&t, list, "{'status':1}");
    assert_int_equal(kept_size(&t, "/data"), 0);
    kept_does(&t, list, "{'create_start_time':%d}", KIT_NOW + 1);
    assert_int_equal(kept_size(&t, "/data"), 0);
}

static void stock_is_set_raised_and_split_by_warehouse(void **state) {
    (void)state;
    (void)add("P-1");
    long long sku = sku_of(0);
    const char *set = "supplyChain.sku.syncSupplyStock";
    kept_does(&t, set, "{'sku_id':%lld,'stock_num':20}", sku);
    kept_does(&t, set, "{'sku_id':%lld,'stock_num':5,'incremental':true,'idempotent_id':'k'}", sku);
    kept_does(&t, set, "{'sku_id':%lld,'stock_num':5,'incremental':true,'idempotent_id':'k'}", sku);
    kept_does(&t, "supplyChain.sku.stockNum", "{'sku_id':%lld}", sku);
    assert_int_equal(kept_int(&t, "/data/0/total_qty"), 25);
    kept_refuses(&t, set, 40004, "isv.parameter-invalid:1020",
                 "{'sku_id':%lld,'stock_num':-26,'incremental':true,'idempotent_id':'l'}", sku);
    kept_refuses(&t, set, 50002, "isv.business-failed:4003",
                 "{'sku_id':%lld,'stock_num':3,'out_warehouse_id':'W-1'}", sku);
    kept_does(&t, "supplyChain.warehouse.create",
              "{'out_warehouse_id':'W-1','name':'一','intro':'x'}");
    kept_does(&t, set, "{'sku_id':%lld,'stock_num':3,'out_warehouse_id':'W-1'}", sku);
    kept_does(&t, "supplyChain.sku.stockNum", "{'outer_sku_id':'S-1','out_warehouse_id':'W-1'}");
    assert_int_equal(kept_size(&t, "/data"), 1);
    assert_int_equal(kept_int(&t, "/data/0/remain_qty"), 3);
    kept_does(&t, "supplyChain.sku.stockNum", "{'sku_id':%lld}", sku);
    assert_int_equal(kept_size(&t, "/data"), 2);
    kept_refuses(&t, "supplyChain.sku.stockNum", 50002, "isv.business-failed:2001",
                 "{'sku_id':12}");
}

static void categories_and_brands_are_the_shops(void **state) {
    (void)state;
    kept_does(&t, "supplyChain.getSupplierCategory", "{'category_id':0}");
    assert_int_equal(kept_size(&t, "/data"), 2);
    assert_string_equal(kept_text(&t, "/data/1/name"), "食品饮料");
    kept_does(&t, "supplyChain.brand.list", "{'category_id':20597,'brand_name':'山'}");
    assert_int_equal(kept_size(&t, "/data/auth_brand_list"), 1);
    assert_int_equal(kept_int(&t, "/data/auth_brand_list/0/brand_id"), 1002);
    /* Warehouses are the regional ones. */
    kept_does(&t, "supplyChain.warehouse.create",
              "{'out_warehouse_id':'W-1','name':'一','intro':'x'}");
    kept_does(&t, "supplyChain.warehouse.editAddr",
              "{'out_warehouse_id':'W-1','warehouse_addr_list':[{'addr_id1':33,'update_time':1},"
              "{'addr_id1':31,'update_time':1}]}");
    kept_does(&t, "supplyChain.warehouse.editAddr",
              "{'out_warehouse_id':'W-1','warehouse_addr_list':[{'addr_id1':11,'update_time':1}]}");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_int_equal(kept_size(&t, "/data/addr"), 1);
    assert_int_equal(kept_int(&t, "/data/addr/0/addr_id1"), 11);
}

/* ---- orders ---- */

static void supply_orders_are_the_shops_orders(void **state) {
    (void)state;
    kept_does(&t, "order.searchList", "{'page':0,'size':1}");
    int64_t all = kit_int(&t.k, "data.total");
    kept_does(&t, "supplyChain.getSupplyOrderList", "{'page':1,'size':100}");
    assert_int_equal(kit_int(&t.k, "data.total"), all);
    assert_int_equal(kept_size(&t, "/data/order_list"), 100);
    /* Newest first; oldest first when asked. */
    assert_true(kept_int(&t, "/data/order_list/0/create_time") >=
                kept_int(&t, "/data/order_list/99/create_time"));
    kept_does(&t, "supplyChain.getSupplyOrderList", "{'page':1,'size':2,'order_asc':true}");
    assert_true(kept_int(&t, "/data/order_list/0/create_time") <=
                kept_int(&t, "/data/order_list/1/create_time"));
    const char *m = "supplyChain.getSupplyOrderList";
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020", "{'page':0,'size':10}");
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020", "{'page':1,'size':101}");
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020",
                 "{'page':1,'size':9,'order_by':'update_time'}");
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020",
                 "{'page':1,'size':9,'order_status':7}");
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020",
                 "{'page':1,'size':9,'create_time_start':9,'create_time_end':5}");
    int64_t sum = 0;
    static const int statuses[] = { 0, 10, 20, -1 };
    for (size_t i = 0; i < 4; i++) {
        kept_does(&t, m, "{'page':1,'size':1,'order_status':%d}", statuses[i]);
        sum += kit_int(&t.k, "data.total");
        if (kit_int(&t.k, "data.total") > 0) { /* unpaid ones are rare */
            assert_int_equal(kept_int(&t, "/data/order_list/0/order_status"), statuses[i]);
        }
    }
    assert_int_equal(sum, all);
    kept_refuses(&t, "supplyChain.getOrderByOrderNo", 50002, "isv.business-failed:2001",
                 "{'order_no':'GH1'}");
}

static void consigning_ships_the_order(void **state) {
    char number[40], order[40];
    (void)state;
    kept_does(&t, "supplyChain.getSupplyOrderList", "{'page':1,'size':1,'order_status':10}");
    (void)snprintf(number, sizeof number, "%s", kept_text(&t, "/data/order_list/0/order_no"));
    (void)snprintf(order, sizeof order, "%s", kept_text(&t, "/data/order_list/0/shop_order_id"));
    assert_memory_equal(number, "GH", 2);
#define SHIP "{'order_no':'%s','tms_code':'%s','tracking_no':'%s'}"
    kept_refuses(&t, "supplyChain.updateConsign", 50002, "isv.business-failed:2000", SHIP, number,
                 "zhongtong", "ZT10001");
    kept_refuses(&t, "supplyChain.supplyConsign", 40004, "isv.parameter-invalid:1020", SHIP, number,
                 "nobody", "ZT10001");
    kept_refuses(&t, "supplyChain.supplyConsign", 50002, "isv.business-failed:2000", SHIP, "GH1",
                 "zhongtong", "ZT10001");
    kept_does(&t, "supplyChain.supplyConsign", SHIP, number, "zhongtong", "ZT10001");
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/success")));
    kept_refuses(&t, "supplyChain.supplyConsign", 50002, "isv.business-failed:2000", SHIP, number,
                 "zhongtong", "ZT10001");
    kept_does(&t, "supplyChain.getOrderByOrderNo", "{'order_no':'%s'}", number);
    assert_int_equal(kit_int(&t.k, "data.order.order_status"), 20);
    kept_refuses(&t, "supplyChain.updateConsign", 50002, "isv.business-failed:2000",
                 "{'order_no':'%s','tms_code':'shunfeng','tracking_no':'SF20002','old_tracking_no':"
                 "'ZT9'}",
                 number);
    kept_does(&t, "supplyChain.updateConsign",
              "{'order_no':'%s','tms_code':'shunfeng','tracking_no':'SF20002','old_tracking_no':"
              "'ZT10001'}",
              number);
    kept_does(&t, "order.orderDetail", "{'shop_order_id':'%s'}", order);
    assert_int_equal(kit_int(&t.k, "data.shop_order_detail.order_status"), 3);
    assert_string_equal(kept_text(&t, "/data/shop_order_detail/logistics_info/0/tracking_no"),
                        "SF20002");
}

/* ---- returns ---- */

static void returns_are_decided_once(void **state) {
    char one[40], two[40], three[40];
    (void)state;
    const char *list = "supplyChain.queryReturnOrderList";
    kept_does(&t, list, "{'page':1,'size':3,'standard_order_status':4}");
    int64_t open = kit_int(&t.k, "data.total");
    assert_true(open >= 3);
    (void)snprintf(one, sizeof one, "%s", kept_text(&t, "/data/order_list/0/return_order_no"));
    (void)snprintf(two, sizeof two, "%s", kept_text(&t, "/data/order_list/1/return_order_no"));
    (void)snprintf(three, sizeof three, "%s", kept_text(&t, "/data/order_list/2/return_order_no"));
    const char *m = "supplyChain.returnOrder.operate";
#define DECIDE(number, type) "{'return_order_no':'%s','operate_type':'" type "'}", number
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020", DECIDE(one, "PERHAPS"));
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1020", DECIDE(one, "REJECT"));
    kept_refuses(&t, m, 50002, "isv.business-failed:1000", DECIDE("TH1", "CONFIRM_RETURNED"));
    /* Goods are to come back first. */
    kept_refuses(&t, m, 50002, "isv.business-failed:1000", DECIDE(one, "CONFIRM_REFUNDD"));
    kept_does(&t, m, DECIDE(one, "CONFIRM_RETURNED"));
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/success")));
    kept_refuses(&t, m, 50002, "isv.business-failed:1000", DECIDE(one, "CONFIRM_RETURNED"));
    /* Of a batch those that can be. */
    kept_does(&t, "supplyChain.returnOrder.batchOperate",
              "{'return_order_no_list':['%s','%s','TH1'],'operate_type':'REJECT',"
              "'refuse_reason':'人为损坏'}",
              one, two);
    assert_false(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/success")));
    assert_int_equal(kept_size(&t, "/data/success_order_no_list"), 1);
    assert_string_equal(kept_text(&t, "/data/success_order_no_list/0"), two);
    assert_int_equal(kept_size(&t, "/data/failed_order_no_list"), 2);
    kept_does(&t, "supplyChain.queryReturnOrderByOrderNo", "{'after_sale_order_no':'%s'}", two);
    assert_int_equal(kept_int(&t, "/data/return_order_info_list/0/order_dto/standard_order_status"),
                     22);
    assert_string_equal(kept_text(&t, "/data/return_order_info_list/0/order_dto/refuse_reason"),
                        "人为损坏");
    kept_does(&t, list, "{'page':1,'size':3,'standard_order_status':4}");
    assert_int_equal(kit_int(&t.k, "data.total"), open - 2);
    assert_string_equal(kept_text(&t, "/data/order_list/0/return_order_no"), three);
    kept_does(&t, list, "{'page':1,'size':3,'after_sale_order_no':'%s'}", one);
    assert_int_equal(kept_int(&t, "/data/order_list/0/standard_order_status"), 6);
    kept_refuses(&t, list, 40004, "isv.parameter-invalid:1020", "{'page':0,'size':3}");
    kept_refuses(&t, "supplyChain.queryReturnOrderByOrderNo", 50002, "isv.business-failed:1000",
                 "{'after_sale_order_no':'TH1'}");
    kept_refuses(&t, "supplyChain.queryReturnOrderByOrderNo", 40004, "isv.parameter-invalid:1020",
                 "{}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_product_is_what_was_added),
        CASE(edits_keep_the_ids_of_skus),
        CASE(prices_are_edited_and_asked),
        CASE(products_go_off_and_on_and_are_listed),
        CASE(stock_is_set_raised_and_split_by_warehouse),
        CASE(categories_and_brands_are_the_shops),
        CASE(supply_orders_are_the_shops_orders),
        CASE(consigning_ships_the_order),
        CASE(returns_are_decided_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
