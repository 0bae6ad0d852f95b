/*
 * Regional warehouses as a shop that keeps several sees them: made, listed page by page, the
 * addresses they serve, fences, stores.
 */
#include "kept_kit.h"

static kept_kit t;

static int set_up(void **state) {
    (void)state;
    kept_open(&t, 2, 40);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    kit_close(&t.k);
    return 0;
}

static void create(const char *out_id, const char *name) {
    kept_does(&t, "warehouse.create", "{'out_warehouse_id':'%s','name':'%s','intro':'介绍'}",
              out_id, name);
    assert_true(kit_int(&t.k, "data") > 0);
}

static void what_was_made_can_be_read_and_edited(void **state) {
    (void)state;
    create("W-1", "一号仓");
    int64_t id = kit_int(&t.k, "data");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_int_equal(kit_int(&t.k, "data.warehouse_id"), id);
    assert_string_equal(kit_text(&t.k, "data.name"), "一号仓");
    assert_string_equal(kit_text(&t.k, "data.intro"), "介绍");
    assert_int_equal(kept_size(&t, "/data/addr"), 0);
    kit_pass(&t.k, 60);
    kept_does(&t, "warehouse.edit",
              "{'out_warehouse_id':'W-1','name':'总仓','address_id1':33,'address_id2':3301,"
              "'address_detail':'文三路'}");
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data")));
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_string_equal(kit_text(&t.k, "data.name"), "总仓");
    assert_string_equal(kit_text(&t.k, "data.intro"), "介绍");
    assert_string_equal(kit_text(&t.k, "data.address_detail"), "文三路");
    assert_int_equal(kept_int(&t, "/data/warehouse_location/address_id2"), 3301);
    assert_int_equal(kit_int(&t.k, "data.update_time") - kit_int(&t.k, "data.create_time"), 60);
    assert_int_equal(kit_int(&t.k, "data.shop_id"), strtoll(t.shop_id, NULL, 10));
    kept_refuses(&t, "warehouse.info", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'NO'}");
    kept_refuses(&t, "warehouse.edit", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'NO','name':'x'}");
    kept_refuses(&t, "warehouse.create", 50002, "isv.business-failed:2",
                 "{'out_warehouse_id':'W-1','name':'x','intro':'y'}");
    kept_does(&t, "warehouse.createV2",
              "{'out_warehouse_id':'W-2','name':'二号','intro':'y','warehouse':{"
              "'warehouse_location':{'address_id1':31,'address_id2':3101,'address_id3':310101},"
              "'address_detail':'外滩'}}");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-2'}");
    assert_string_equal(kit_text(&t.k, "data.address_detail"), "外滩");
    assert_int_equal(kept_int(&t, "/data/warehouse_location/address_id3"), 310101);
}

static void a_batch_is_made_whole_or_not_at_all(void **state) {
    (void)state;
#define HOUSE(id) "{'out_warehouse_id':'" id "','name':'n','intro':'i'}"
    kept_does(&t, "warehouse.createBatch",
              "{'out_warehouse_list':[" HOUSE("A") "," HOUSE("B") "]}");
    assert_true(kept_int(&t, "/data/A") > 0 && kept_int(&t, "/data/B") > 0);
    kept_refuses(&t, "warehouse.createBatch", 50002, "isv.business-failed:2",
                 "{'out_warehouse_list':[" HOUSE("C") "," HOUSE("B") "]}");
    kept_refuses(&t, "warehouse.createBatch", 50002, "isv.business-failed:2",
                 "{'out_warehouse_list':[" HOUSE("C") "," HOUSE("C") "]}");
    kept_refuses(&t, "warehouse.info", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'C'}");
}

static void lists_have_pages_from_zero(void **state) {
    char name[16];
    (void)state;
    for (int i = 0; i < 205; i++) {
        (void)snprintf(name, sizeof name, "W-%03d", i);
        create(name, i % 2 == 0 ? "双仓" : "单仓");
    }
    kept_does(&t, "warehouse.list", "{'page':0,'size':100}");
    assert_int_equal(kit_int(&t.k, "data.total"), 205);
    assert_int_equal(kept_size(&t, "/data/warehouses"), 100);
    assert_string_equal(kept_text(&t, "/data/warehouses/0/out_warehouse_id"), "W-000");
    kept_does(&t, "warehouse.list", "{'page':1,'size':300}"); /* clamped to 100 */
    assert_int_equal(kept_size(&t, "/data/warehouses"), 100);
    assert_string_equal(kept_text(&t, "/data/warehouses/0/out_warehouse_id"), "W-100");
    kept_does(&t, "warehouse.list", "{'page':2,'size':100}");
    assert_int_equal(kept_size(&t, "/data/warehouses"), 5);
    kept_does(&t, "warehouse.list", "{'page':3,'size':100}");
    assert_int_equal(kept_size(&t, "/data/warehouses"), 0);
    assert_int_equal(kit_int(&t.k, "data.total"), 205);
    kept_does(&t, "warehouse.list", "{'page':100,'size':1}");
    assert_string_equal(kept_text(&t, "/data/warehouses/0/out_warehouse_id"), "W-100");
    kept_refuses(&t, "warehouse.list", 50002, "isv.business-failed:2", "{'page':101,'size':1}");
    kept_refuses(&t, "warehouse.list", 50002, "isv.business-failed:2", "{'page':-1,'size':1}");
    kept_refuses(&t, "warehouse.list", 50002, "isv.business-failed:2",
                 "{'page':0,'size':1,'order_by':'name'}");
    kept_does(&t, "warehouse.list",
              "{'page':0,'size':2,'order_by':'create_time','rank':'desc','warehouse_name':'双'}");
    assert_int_equal(kit_int(&t.k, "data.total"), 103);
    assert_string_equal(kept_text(&t, "/data/warehouses/0/out_warehouse_id"), "W-204");
    kept_does(&t, "warehouse.list",
              "{'page':0,'size':9,'out_warehouse_ids':['W-003','W-009','X']}");
    assert_int_equal(kit_int(&t.k, "data.total"), 2);
    kit_pass(&t.k, 5);
    kept_does(&t, "warehouse.edit", "{'out_warehouse_id':'W-007','name':'新'}");
    kept_does(&t, "warehouse.list", "{'page':0,'size':1,'order_by':'update_time','rank':'desc'}");
    assert_string_equal(kept_text(&t, "/data/warehouses/0/out_warehouse_id"), "W-007");
    /* The supply side sees the same ones; its pages begin with 1. */
    kept_does(&t, "supplyChain.warehouse.list", "{'page':1,'size':100}");
    assert_int_equal(kit_int(&t.k, "data.total"), 205);
    assert_string_equal(kept_text(&t, "/data/warehouse_list/0/out_warehouse_id"), "W-000");
}

#define ADDR(a, b, c) "'addr':{'addr_id1':" #a ",'addr_id2':" #b ",'addr_id3':" #c "}"

static void warehouses_serve_addresses(void **state) {
    (void)state;
    create("W-1", "一");
    create("W-2", "二");
    kept_does(&t, "warehouse.setAddr", "{'out_warehouse_id':'W-1'," ADDR(33, 3301, 0) "}");
    kept_does(&t, "warehouse.setAddr", "{'out_warehouse_id':'W-1'," ADDR(33, 3301, 0) "}");
    kept_does(&t, "warehouse.setAddrBatch",
              "{'out_warehouse_id':'W-1','addr_list':[{'addr_id1':31},{'addr_id1':32}]}");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_int_equal(kept_size(&t, "/data/addr"), 3);
    assert_int_equal(kept_int(&t, "/data/addr/0/addr_id2"), 3301);
    kept_does(&t, "warehouse.list", "{'page':0,'size':9," ADDR(33, 3301, 0) "}");
    assert_int_equal(kit_int(&t.k, "data.total"), 1);
    kept_does(&t, "warehouse.removeAddr", "{'out_warehouse_id':'W-1'," ADDR(33, 3301, 0) "}");
    kept_does(&t, "warehouse.list", "{'page':0,'size':9," ADDR(33, 3301, 0) "}");
    assert_int_equal(kit_int(&t.k, "data.total"), 0);
    kept_refuses(&t, "warehouse.removeAddr", 40004, "isv.parameter-invalid:2",
                 "{'out_warehouse_id':'W-1'," ADDR(33, 3301, 0) "}");
    kept_refuses(&t, "warehouse.removeAddr", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'NO'," ADDR(33, 3301, 0) "}");
    /* A district needs its city. */
    kept_refuses(&t, "warehouse.setAddr", 50002, "isv.business-failed:2",
                 "{'out_warehouse_id':'W-1'," ADDR(33, 0, 330106) "}");
    kept_refuses(&t, "warehouse.setAddr", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'NO'," ADDR(33, 3301, 0) "}");
    kept_does(&t, "warehouse.setPriority",
              "{" ADDR(33, 3301, 0) ",'priorities':{'W-1':0,'W-2':5}}");
    kept_refuses(&t, "warehouse.setPriority", 40004, "isv.parameter-invalid:2",
                 "{" ADDR(33, 3301, 0) ",'priorities':{'W-1':6}}");
    kept_refuses(&t, "warehouse.setPriority", 50002, "isv.business-failed:20002",
                 "{" ADDR(33, 3301, 0) ",'priorities':{'NO':1}}");
    assert_non_null(kept_record(&t, "priority", "33-3301-0-0"));
}

#define FENCE(id, radius)                                                                          \
    "{'fence_info':{'out_fence_id':'" id "','shape':1,'circular':{'center':{'longitude':120.25,"   \
    "'latitude':30.5},'radius':" #radius "}}}"

static void fences_are_made_bound_and_deleted(void **state) {
    (void)state;
    create("W-1", "一");
    kept_does(&t, "warehouse.createFence", FENCE("F-1", 100));
    char id[32];
    (void)snprintf(id, sizeof id, "%s", kit_text(&t.k, "data.fence_id"));
    kept_refuses(&t, "warehouse.createFence", 50002, "isv.business-failed:1006", FENCE("F-1", 100));
    kept_refuses(&t, "warehouse.createFence", 40002, "isv.missing-parameter:2",
                 "{'fence_info':{'out_fence_id':'F-9','shape':1}}");
    kept_does(&t, "warehouse.setFence", FENCE("F-1", 250));
    kept_refuses(&t, "warehouse.setFence", 40004, "isv.parameter-invalid:2", FENCE("F-9", 1));
    kept_does(&t, "warehouse.getFences", "{'out_fence_id_list':['F-1','F-9']}");
    assert_int_equal(kept_size(&t, "/data/fences"), 1);
    assert_int_equal(kept_int(&t, "/data/fences/0/circular/radius"), 250);
    assert_true(yyjson_is_null(yyjson_ptr_get(t.k.root, "/data/fences/0/polygon")));
    kept_does(&t, "warehouse.bindFences", "{'out_warehouse_id':'W-1','out_fence_ids':['F-1']}");
    kept_refuses(&t, "warehouse.bindFences", 40004, "isv.parameter-invalid:2",
                 "{'out_warehouse_id':'W-1','out_fence_ids':['F-9']}");
    kept_refuses(&t, "warehouse.bindFences", 40004, "isv.parameter-invalid:2",
                 "{'out_warehouse_id':'NO','out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_string_equal(kept_text(&t, "/data/out_fence_ids/0"), "F-1");
    kept_does(&t, "warehouse.unbindFences", "{'out_warehouse_id':'W-1','out_fence_ids':['F-1']}");
    kept_refuses(&t, "warehouse.unbindFences", 40004, "isv.parameter-invalid:2",
                 "{'out_warehouse_id':'W-1','out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.bindFences", "{'out_warehouse_id':'W-1','out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.delFence", "{'fence_id':%s}", id);
    kept_refuses(&t, "warehouse.delFence", 40004, "isv.parameter-invalid:2", "{'fence_id':%s}", id);
    kept_does(&t, "warehouse.getFences", "{}");
    assert_int_equal(kept_size(&t, "/data/fences"), 0);
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_int_equal(kept_size(&t, "/data/out_fence_ids"), 0);
}

static void stores_have_one_warehouse_and_its_fences(void **state) {
    (void)state;
    create("W-1", "一");
    create("W-2", "二");
    kept_does(&t, "warehouse.createFence", FENCE("F-1", 100));
    kept_refuses(&t, "warehouse.bindFencesByStore", 40004, "isv.parameter-invalid:2",
                 "{'store_id':11,'add_out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.bindStore", "{'store_ids':[11,12],'out_warehouse_id':'W-1'}");
    kept_does(&t, "warehouse.bindStore", "{'store_ids':[11],'out_warehouse_id':'W-1'}");
    kept_refuses(&t, "warehouse.bindStore", 50002, "isv.business-failed:500",
                 "{'store_ids':[13,12],'out_warehouse_id':'W-2'}");
    kept_does(&t, "warehouse.bindFencesByStore", "{'store_id':11,'add_out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.getWarehouseByStore", "{'store_ids':[11,12,13]}");
    yyjson_val *map = yyjson_ptr_get(t.k.root, "/data/warehouse_info_map");
    assert_int_equal(yyjson_obj_size(map), 2);
    assert_string_equal(kept_text(&t, "/data/warehouse_info_map/12/outWarehouseId"), "W-1");
    assert_string_equal(kept_text(&t, "/data/warehouse_info_map/12/OutFenceIds/0"), "F-1");
    kept_does(&t, "warehouse.unbindFencesByStore",
              "{'store_id':12,'remove_out_fence_ids':['F-1']}");
    kept_does(&t, "warehouse.info", "{'out_warehouse_id':'W-1'}");
    assert_int_equal(kept_size(&t, "/data/out_fence_ids"), 0);
}

static void stock_of_a_regional_warehouse_is_adjusted(void **state) {
    char tea[40];
    (void)state;
    create("W-1", "一");
    kept_cargo(&t, "TEA-1", tea);
#define ADJUST                                                                                     \
    "{'inventory_adjust_no':'%s','warehouse_code':'%s','adjust_reason':'1','adjust_time':1,"       \
    "'remark':'x','details':[{'line_no':'1','cargo_code':'%s','adjust_list':[{"                    \
    "'inventory_type':1,'inventory_status':1,'adjust_type':1,'adjust_qty':4}]}]}"
    kept_does(&t, "warehouse.adjustInventory", ADJUST, "A", "W-1", tea);
    assert_int_equal(kit_int(&t.k, "data.err_no"), 0);
    kept_stock_is(&t, "W-1", tea, "1|1", 4, 0);
    kept_refuses(&t, "warehouse.adjustInventory", 50002, "isv.business-failed:12001", ADJUST, "B",
                 "NO", tea);
}

static void shops_do_not_see_each_others_warehouses(void **state) {
    (void)state;
    kit_close(&t.k);
    kept_open(&t, 4, 40);
    create("W-1", "一");
    kit_token(&t.k, 2);
    kept_refuses(&t, "warehouse.info", 50002, "isv.business-failed:20002",
                 "{'out_warehouse_id':'W-1'}");
    create("W-1", "另一");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(what_was_made_can_be_read_and_edited),
        CASE(a_batch_is_made_whole_or_not_at_all),
        CASE(lists_have_pages_from_zero),
        CASE(warehouses_serve_addresses),
        CASE(fences_are_made_bound_and_deleted),
        CASE(stores_have_one_warehouse_and_its_fences),
        CASE(stock_of_a_regional_warehouse_is_adjusted),
        CASE(shops_do_not_see_each_others_warehouses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
