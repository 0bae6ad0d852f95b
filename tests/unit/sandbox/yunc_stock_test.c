/*
 * The byte cloud warehouse's stock by itself (adjusted, compared with what the warehouse tells) and
 * its smaller services: riders, virtual numbers, serial numbers, inspections, files.
 */
#include "kept_kit.h"

static kept_kit t;
static char tea[40], cup[40];

static int set_up(void **state) {
    (void)state;
    kept_open(&t, 2, 400);
    kept_cargo(&t, "TEA-1", tea);
    kept_cargo(&t, "CUP-1", cup);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    kit_close(&t.k);
    return 0;
}

#define ADJUST                                                                                     \
    "{'inventory_adjust_no':'%s','warehouse_code':'%s','adjust_reason':%d,'adjust_time':1,"        \
    "'remark':'x','details':[{'line_no':'1','cargo_code':'%s','owner_code':'%s','adjust_list':["   \
    "%s]}]}"
#define PIECE(type, way, count)                                                                    \
    "{'inventory_type':" #type ",'inventory_status':1,'adjust_type':" #way ",'adjust_qty':" #count \
    "}"

static void adjust(const char *number, int reason, const char *list) {
    kept_does(&t, "yunc.adjustInventory", ADJUST, number, t.house, reason, tea, t.owner, list);
    assert_string_equal(kit_text(&t.k, "data"), "success");
}

static void counts_and_transfers_change_stock_once(void **state) {
    (void)state;
    adjust("A-1", 1, PIECE(1, 1, 10));
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    adjust("A-1", 1, PIECE(1, 1, 10)); /* the same number */
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    adjust("A-2", 1, PIECE(1, 2, 3));
    kept_stock_is(&t, t.house, tea, "1|1", 7, 0);
    adjust("A-3", 2, PIECE(1, 2, 2) "," PIECE(2, 1, 2));
    kept_stock_is(&t, t.house, tea, "1|1", 5, 0);
    kept_stock_is(&t, t.house, tea, "2|1", 2, 0);
    /* Each change stands in the log with its number. */
    yyjson_val *stock = kept_record(&t, "stock", "");
    assert_null(stock);
    char key[96];
    (void)snprintf(key, sizeof key, "%s|%s|1|1", t.house, tea);
    stock = kept_record(&t, "stock", key);
    yyjson_val *log = yyjson_obj_get(stock, "holds");
    assert_int_equal(yyjson_arr_size(log), 3);
    assert_string_equal(yyjson_get_str(yyjson_ptr_get(log, "/1/tag")), "A-2");
    assert_int_equal(yyjson_get_sint(yyjson_ptr_get(log, "/1/numbers/0")), -3);
}

static void adjustments_that_make_no_sense_change_nothing(void **state) {
    const char *m = "yunc.adjustInventory";
    (void)state;
    adjust("A-1", 1, PIECE(1, 1, 10));
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:840001", ADJUST, "B", t.house, 1, tea,
                 t.owner, PIECE(1, 1, 1) "," PIECE(1, 1, 1));
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:840002", ADJUST, "B", t.house, 2, tea,
                 t.owner, PIECE(1, 2, 2) "," PIECE(2, 1, 1));
    kept_refuses(&t, m, 50002, "isv.business-failed:12001", ADJUST, "B", "NOWHERE", 1, tea, t.owner,
                 PIECE(1, 1, 1));
    kept_refuses(&t, m, 50002, "isv.business-failed:9000", ADJUST, "B", t.house, 1, tea, "HZ1",
                 PIECE(1, 1, 1));
    kept_refuses(&t, m, 50002, "isv.business-failed:7000", ADJUST, "B", t.house, 1, "CG0", t.owner,
                 PIECE(1, 1, 1));
    kept_refuses(&t, m, 50002, "isv.business-failed:7001", ADJUST, "B", t.house, 1, tea, t.owner,
                 PIECE(1, 2, 11));
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1", ADJUST, "B", t.house, 9, tea, t.owner,
                 PIECE(1, 1, 1));
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    assert_null(kept_record(&t, "adjust", "B"));
}

#define TOLD                                                                                       \
    "{'idempotent_no':'%s','total_lines':1,'current_page':1,'page_size':1,'occur_time':1,"         \
    "'api_time':1,'snapshot_time':'1','warehouse_code':'%s','owner_code':'%s',%s'details':[{"      \
    "'cargo_code':'%s','cargo_type':1,'inventory_type':1,'inventory_status':1,'product_date':1,"   \
    "'expire_date':1,'receipt_date':1,'supplier_id':'s','scm_inbound_order':'x','batch_number':"   \
    "'b','opening_inventory':0,'ending_inventory':%d,'total_num':%d,'can_use_num':%d,"             \
    "'occur_time':1,'lot_no':'l','order_type':'x','wms_order_no':'w','erp_order_no':'A-1',"        \
    "'change_qty':%d,'unit':'x'}]}"

static void what_the_warehouse_tells_is_compared(void **state) {
    (void)state;
    adjust("A-1", 1, PIECE(1, 1, 10));
#define TELL(method, number, n)                                                                    \
    kept_does(&t, method, TOLD, number, t.house, t.owner, "", tea, n, n, n, n)
    TELL("yunc.syncInventorySnapshot", "s1", 10);
    assert_int_equal(kit_int(&t.k, "data"), 0);
    TELL("yunc.syncInventorySnapshot", "s2", 9);
    assert_int_equal(kit_int(&t.k, "data"), 1);
    TELL("yunc.realTimeInventoryCallback", "r1", 10);
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
    TELL("yunc.realTimeInventoryCallback", "r2", 12);
    assert_int_equal(kit_int(&t.k, "data.code"), 1);
    assert_non_null(strstr(kit_text(&t.k, "data.msg"), "10 here, 12 told"));
    /* A flow tells changes: those of adjustment A-1. */
    TELL("yunc.syncInventoryLogFlow", "f1", 10);
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
    TELL("yunc.syncInventoryLogFlow", "f2", 4);
    assert_int_equal(kit_int(&t.k, "data.code"), 1);
    kept_does(&t, "yunc.syncInventoryLogFlowV2", TOLD, "v1", t.house, t.owner,
              "'vendor_no':'v','shop_id_out':1,", tea, 1, 1, 1, 1);
    kept_does(&t, "yunc.syncInventorySnapshotV2", TOLD, "v2", t.house, t.owner,
              "'vendor_no':'v','shop_id_out':1,", tea, 1, 1, 1, 1);
    /* Telling changes nothing. */
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    const char *m = "yunc.realTimeInventoryCallback";
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:14001", TOLD, "x", "NOWHERE", t.owner, "",
                 tea, 1, 1, 1, 1);
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:14002", TOLD, "x", t.house, "HZ1", "", tea, 1,
                 1, 1, 1);
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:14003", TOLD, "x", t.house, t.owner, "",
                 "CG0", 1, 1, 1, 1);
}

#define PLACE "{'province':'浙江','city':'杭州','district':'西湖','detail':'一号','name':'张'}"
#define RIDER                                                                                      \
    "{'store_id':'77','platform_order_no':'%s','order_details':[{'platform_order_no':'%s',"        \
    "'subplatform_order_no':'%s'}],'out_order_no':'E-1','sender_info':" PLACE                      \
    ",'receiver_info':" PLACE ",'service_provider':'shenzhenshishun','dispatcher_type':%d}"

static void riders_are_called_for_orders_and_cancelled(void **state) {
    char order[40], number[40];
    (void)state;
    kept_waiting(&t, 0, order);
    const char *call = "yunc.callAndCancelTransportCapability";
    const char *ask = "yunc.queryTransportCapabilityStatus";
    kept_refuses(&t, ask, 50002, "isv.business-failed:4001",
                 "{'platform_order_no':'%s','out_order_no':'E-1'}", order);
    kept_refuses(&t, call, 50002, "isv.business-failed:4001", RIDER, order, order, order, 2);
    kept_refuses(&t, call, 50002, "isv.business-failed:4001", RIDER, "123", "123", "123", 1);
    kept_does(&t, call, RIDER, order, order, order, 1);
    (void)snprintf(number, sizeof number, "%s", kit_text(&t.k, "data.track_no"));
    kept_does(&t, ask, "{'platform_order_no':'%s','out_order_no':'E-1'}", order);
    assert_string_equal(kit_text(&t.k, "data.track_no"), number);
    assert_string_equal(kit_text(&t.k, "data.store_id"), "77");
    assert_string_equal(kit_text(&t.k, "data.service_provider"), "shenzhenshishun");
    assert_int_equal(kit_int(&t.k, "data.shipment_status"), 1);
    kept_does(&t, call, RIDER, order, order, order, 2);
    kept_does(&t, ask, "{'platform_order_no':'%s','out_order_no':'E-1'}", order);
    assert_int_equal(kit_int(&t.k, "data.shipment_status"), 9);
    kept_refuses(&t, call, 50002, "isv.business-failed:4001", RIDER, order, order, order, 2);
}

static void a_virtual_number_stays_until_it_runs_out(void **state) {
    char order[40], phone[40];
    (void)state;
    kept_waiting(&t, 0, order);
#define PHONE "{'platform_order_no':'%s','out_order_no':'E-1'}"
    kept_does(&t, "yunc.getVirtualMobile", PHONE, order);
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/is_new_create")));
    (void)snprintf(phone, sizeof phone, "%s", kit_text(&t.k, "data.mobile_virtual"));
    kept_does(&t, "yunc.getVirtualMobile", PHONE, order);
    assert_false(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/is_new_create")));
    assert_string_equal(kit_text(&t.k, "data.mobile_virtual"), phone);
    kit_pass(&t.k, 31 * 86400);
    kit_token(&t.k, 0);
    kept_does(&t, "yunc.getVirtualMobile", PHONE, order);
    assert_true(yyjson_get_bool(yyjson_ptr_get(t.k.root, "/data/is_new_create")));
    assert_string_not_equal(kit_text(&t.k, "data.mobile_virtual"), phone);
    kept_refuses(&t, "yunc.getVirtualMobile", 50002, "isv.business-failed:4001", PHONE, "123");
}

static void services_belong_to_orders_that_exist(void **state) {
    char order[40];
    (void)state;
    kept_waiting(&t, 0, order);
    kept_does(&t, "yunc.QICOrderCreate", "{'order_id':'%s'}", order);
    kept_does(&t, "yunc.QICOrderCreate", "{'order_id':'%s'}", order);
    kept_refuses(&t, "yunc.QICOrderCreate", 50002, "isv.business-failed:4001", "{'order_id':'1'}");
    kept_refuses(&t, "yunc.QICOrderCreate", 40002, "isv.missing-parameter:1", "{}");
    kept_does(&t, "yunc.cloudCreateInboundOrder",
              "{'biz_order_no':'RT-1','warehouse_code':'%s','order_details':[{'line_no':'1',"
              "'biz_order_no':'RT-1','cargo_code':'%s','expect_qty':3,'inventory_type':1,"
              "'inventory_status':1,'is_batch_assigned':0}]}",
              t.house, tea);
#define EXTRA                                                                                      \
    "{'value_added_order_no':'%s','event_type':%d,'warehouse_code':'%s','biz_order_no':'%s',"      \
    "'occur_time':1,'operator':'w'}"
    kept_does(&t, "yunc.valueAddedOrderCallBack", EXTRA, "VART-1", 5, t.house, "b1");
    kept_refuses(&t, "yunc.valueAddedOrderCallBack", 50002, "isv.business-failed:21000", EXTRA,
                 "VARX-1", 5, t.house, "b2");
    kept_refuses(&t, "yunc.valueAddedOrderCallBack", 50002, "isv.business-failed:1003", EXTRA,
                 "VART-1", 5, t.other_house, "b2");
    kept_refuses(&t, "yunc.valueAddedOrderCallBack", 40004, "isv.parameter-invalid:1004", EXTRA,
                 "VART-1", 1, t.house, "b2");
#define SERIALS                                                                                    \
    "{'warehouse_code':'%s','order_no':'%s','order_type':'XTRK','owner_code':'%s','occur_time':1," \
    "'idempotent_no':'n1','sn_list':[{'sn_code':'SN-1','cargo_code':'%s'}]}"
    kept_does(&t, "yunc.synchronizeSN", SERIALS, t.house, "RT-1", t.owner, tea);
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
    kept_refuses(&t, "yunc.synchronizeSN", 50002, "isv.business-failed:4001", SERIALS, t.house,
                 "RX-1", t.owner, tea);
    kept_refuses(&t, "yunc.synchronizeSN", 50002, "isv.business-failed:1003", SERIALS, "NOWHERE",
                 "RT-1", t.owner, tea);
}

static void parcels_without_orders_and_files_come_once(void **state) {
    (void)state;
    kept_does(&t, "yunc.mutilpleGoodsFeedback", "{'track_no':'X1','express_code':'y'}");
    kept_does(&t, "yunc.mutilpleGoodsFeedback", "{'track_no':'X1','express_code':'y'}");
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
    kept_refuses(&t, "yunc.mutilpleGoodsFeedback", 40002, "isv.missing-parameter:1", "{}");
#define FILE_OF(key, md5, lines)                                                                   \
    "{'bin_file_uri':'u','name':'n','idempotent':'" key "','line_number':" #lines                  \
    ",'file_md5':'" md5 "','file_number':1,'total_line_number':10,'bin_original_uri':'o'}"
    kept_does(&t, "yunc.uploadErpFile", FILE_OF("k1", "aa", 10));
    kept_does(&t, "yunc.uploadErpFile", FILE_OF("k1", "aa", 10));
    kept_refuses(&t, "yunc.uploadErpFile", 50002, "isv.business-failed:30003",
                 FILE_OF("k2", "aa", 10));
    kept_refuses(&t, "yunc.uploadErpFile", 50002, "isv.business-failed:30005",
                 FILE_OF("k3", "bb", 11));
}

static void the_same_seed_and_calls_give_the_same_answers(void **state) {
    char first[40];
    (void)state;
    adjust("A-1", 1, PIECE(1, 1, 10));
    (void)snprintf(first, sizeof first, "%s", tea);
    kit_close(&t.k);
    kept_open(&t, 2, 400);
    kept_cargo(&t, "TEA-1", tea);
    assert_string_equal(tea, first);
    /* And a new world has forgotten everything. */
    char key[96];
    (void)snprintf(key, sizeof key, "%s|%s|1|1", t.house, tea);
    assert_null(kept_record(&t, "stock", key));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(counts_and_transfers_change_stock_once),
        CASE(adjustments_that_make_no_sense_change_nothing),
        CASE(what_the_warehouse_tells_is_compared),
        CASE(riders_are_called_for_orders_and_cancelled),
        CASE(a_virtual_number_stays_until_it_runs_out),
        CASE(services_belong_to_orders_that_exist),
        CASE(parcels_without_orders_and_files_come_once),
        CASE(the_same_seed_and_calls_give_the_same_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
