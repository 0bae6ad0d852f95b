/*
 * The byte cloud warehouse as its users see it: goods come in and are stock, orders hold stock and
 * ship it, everything else belongs to something that is there. What the methods do not tell is read
 * from the records page.
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

/* ---- helpers ---- */

static void create_inbound(const char *number, int64_t teas) {
    kept_does(&t, "yunc.erpInboundCreate",
              "{'biz_order_no':'%s','shop_id':%s,'order_type':'CGRK','action_type':1,"
              "'delivery_mode':1,'warehouse_code':'%s','order_details':[{'line_no':'1',"
              "'biz_order_no':'%s','cargo_code':'%s','expect_qty':%lld,'inventory_type':1,"
              "'inventory_status':1,'is_batch_assigned':0},{'line_no':'2','biz_order_no':'%s',"
              "'erp_sku_id':'CUP-1','expect_qty':4,'inventory_type':1,'inventory_status':1,"
              "'is_batch_assigned':0}]}",
              number, t.shop_id, t.house, number, tea, (long long)teas, number);
}

#define CALLBACK                                                                                   \
    "{'inbound_order_no':'%s','order_type':'CGRK','status':%d,'operate_time':1700000000,"          \
    "'operator':'w','warehouse_code':'%s','out_biz_code':'%s','details':[{'line_no':'%s',"         \
    "'inbound_order_no':'%s','total_qty':%d,'received_qty':%d,'inventory_type':%d,"                \
    "'inventory_status':1,'owner_code':'%s'}]}"

static void receive(const char *number, const char *slip, const char *line, int count, int type) {
    kept_does(&t, "yunc.wmsInboundCallback", CALLBACK, number, 2, t.house, slip, line, number,
              count, count, type, t.owner);
    assert_string_equal(kit_text(&t.k, "data"), "success");
}

/* Ten good teas on the shelf. */
static void stock_up(void) {
    create_inbound("IN-0", 10);
    receive("IN-0", "s0", "1", 10, 1);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
}

#define PERSON "{'province':'浙江','city':'杭州','district':'西湖','detail':'一号','name':'张'}"
#define OUTBOUND                                                                                   \
    "{'delivery_mode':2,'platform_order_no':'%s','erp_order_no':'%s','order_type':1,"              \
    "'expected_qty':%d,'source_platform_code':'DY','source_platform_name':'抖音',"               \
    "'order_time':1700000000,'review_time':1700000000,'express_code':'zhongtong','is_insure':0,"   \
    "'shop_id':%s,'allow_merge':0,'sender_info':" PERSON ",'receiver_info':" PERSON                \
    ",'warehouse_code':'%s','order_details':[{'line_no':'1','cargo_code':'%s','sku_name':'茶',"   \
    "'expected_qty':%d,'inventory_type':1,'inventory_status':1}]}"

static void create_outbound(const char *number, int count) {
    kept_does(&t, "yunc.cloudCreateOutboundOrder", OUTBOUND, "P-1", number, count, t.shop_id,
              t.house, tea, count);
    assert_memory_equal(kit_text(&t.k, "data.logistics_no"), "LFO", 3);
}

#define FEEDBACK                                                                                   \
    "{'order_type':1,'outbound_order_no':'%s','event_type':%d,'warehouse_code':'%s','slip_no':"    \
    "'%s','owner_code':'%s','package_infos':[{'package_no':'B1','logistics':{'logistics_code':"    \
    "'zhongtong','track_no':'%s'},'package_items':[{'cargo_code':'%s','inventory_type':1,"         \
    "'inventory_status':1,'quantity':%d}]}],'order_lines':[{'line_no':'1','cargo_code':'%s',"      \
    "'inventory_type':1,'inventory_status':1,'shipped_qty':%d}]}"

static void ship(const char *number, const char *slip, const char *waybill, int count) {
    kept_does(&t, "yunc.pushOutboundFeedback", FEEDBACK, number, 10, t.house, slip, t.owner,
              waybill, tea, count, tea, count);
}

#define CANCEL                                                                                     \
    "{'erp_order_no':'%s','op_type':%d,'cancel_tag':1,'cancel_reason':'不要了',"                \
    "'platform_order_no':'P-1'%s}"

/* ---- warehouses and cargo ---- */

static void a_shop_has_two_warehouses_and_pushes_cargo(void **state) {
    char again[40];
    (void)state;
    assert_string_not_equal(t.house, t.other_house);
    assert_true(strlen(t.house) <= 16);
    kept_cargo(&t, "TEA-1", again); /* an update, not another one */
    assert_string_equal(again, tea);
    assert_string_not_equal(tea, cup);
    kept_refuses(&t, "yunc.shopWarehouseRefQuery", 50002, "isv.business-failed:3000",
                 "{'shop_id':12}");
    kept_refuses(&t, "yunc.erpCargoSinglePush", 50002, "isv.business-failed:3000",
                 "{'shop_id':%s,'cargo_name':'x','erp_sku_id':'X','barcode':['1'],'status':1,"
                 "'warehouse_code':'NOWHERE'}",
                 t.shop_id);
    kept_does(&t, "yunc.syncCollectInfo",
              "{'warehouse_code':'%s','cargo_code':'%s','owner_code':'%s','update_time':1}",
              t.house, tea, t.owner);
    kept_refuses(&t, "yunc.syncCollectInfo", 50002, "isv.business-failed:7000",
                 "{'warehouse_code':'%s','cargo_code':'CG0','owner_code':'%s','update_time':1}",
                 t.house, t.owner);
    kept_refuses(&t, "yunc.syncCollectInfo", 50002, "isv.business-failed:1003",
                 "{'warehouse_code':'%s','cargo_code':'%s','owner_code':'HZ1','update_time':1}",
                 t.house, tea);
}

/* ---- coming in ---- */

static void what_is_received_becomes_stock(void **state) {
    (void)state;
    create_inbound("IN-1", 10);
    assert_int_equal(kept_record_state(&t, "inbound", "IN-1"), 1);
    receive("IN-1", "s1", "1", 6, 1);
    kept_stock_is(&t, t.house, tea, "1|1", 6, 0);
    assert_int_equal(kept_record_state(&t, "inbound", "IN-1"), 2);
    /* The same report again moves nothing. */
    receive("IN-1", "s1", "1", 6, 1);
    kept_stock_is(&t, t.house, tea, "1|1", 6, 0);
    /* As received: two of them are broken. */
    receive("IN-1", "s2", "1", 2, 2);
    kept_stock_is(&t, t.house, tea, "1|1", 6, 0);
    kept_stock_is(&t, t.house, tea, "2|1", 2, 0);
    /* More than was announced: nothing of it counts. */
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:13003", CALLBACK,
                 "IN-1", 2, t.house, "s3", "1", "IN-1", 3, 3, 1, t.owner);
    kept_stock_is(&t, t.house, tea, "1|1", 6, 0);
    /* wms' own way, by the seller's SKU: the rest, and the order is done. */
    kept_does(&t, "wms.inboundDetailNotify",
              "{'business_no':'IN-1','reciept_no':'R1','business_type':10,'operate_time':"
              "'2023-11-15 00:00:00','sku_list':[{'sku_no':'TEA-1','quantity':2},{'sku_no':"
              "'CUP-1','quantity':4,'quality_level':2}]}");
    kept_stock_is(&t, t.house, tea, "1|1", 8, 0);
    kept_stock_is(&t, t.house, cup, "2|1", 4, 0);
    assert_int_equal(kept_record_state(&t, "inbound", "IN-1"), 3);
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:1004", CALLBACK, "IN-1",
                 2, t.house, "s9", "1", "IN-1", 1, 1, 1, t.owner);
}

#define FMT_ORDER_2                                                                                \
    "{'biz_order_no':'%s','shop_id':%s,'order_type':'CGRK','action_type':1,'delivery_mode':1,"     \
    "'warehouse_code':'%s','order_details':[%s]}"

#define FMT_LINE_1                                                                                 \
    "{'line_no':'1','biz_order_no':'N',%s'expect_qty':1,"                                          \
    "'inventory_type':1,'inventory_status':1,"                                                     \
    "'is_batch_assigned':0}"

static void inbound_orders_are_judged(void **state) {
    (void)state;
    create_inbound("IN-2", 10);
    char known[256], unknown[256], unnamed[256];
    (void)snprintf(known, sizeof known, FMT_LINE_1, "'erp_sku_id':'TEA-1',");
    (void)snprintf(unknown, sizeof unknown, FMT_LINE_1, "'cargo_code':'CG0',");
    (void)snprintf(unnamed, sizeof unnamed, FMT_LINE_1, "");
    const char *m = "yunc.erpInboundCreate";
    char json[2048];
#define REFUSED(sub, number, shop, house, lines)                                                   \
    (void)snprintf(json, sizeof json, FMT_ORDER_2, number, shop, house, lines);                    \
    kept_refuses(&t, m, 50002, sub, "%s", json)
    REFUSED("isv.business-failed:1249", "IN-2", t.shop_id, t.house, known);
    REFUSED("isv.business-failed:62303002", "N", t.shop_id, "NOWHERE", known);
    REFUSED("isv.business-failed:62302630", "N", t.shop_id, t.house, unknown);
    REFUSED("isv.business-failed:100100", "N", t.shop_id, t.house, unnamed);
    REFUSED("isv.business-failed:100102", "N", "12", t.house, known);
#undef REFUSED
    assert_null(kept_record(&t, "inbound", "N"));
    /* Reports about what is not there. */
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:13001", CALLBACK,
                 "NO-1", 2, t.house, "s", "1", "NO-1", 1, 1, 1, t.owner);
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:1003", CALLBACK, "IN-2",
                 2, t.other_house, "s", "1", "IN-2", 1, 1, 1, t.owner);
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:1004", CALLBACK, "IN-2",
                 2, t.house, "s", "9", "IN-2", 1, 1, 1, t.owner);
    kept_refuses(&t, "yunc.wmsInboundCallback", 40002, "isv.missing-parameter:13000", CALLBACK,
                 "IN-2", 2, t.house, "", "1", "IN-2", 1, 1, 1, t.owner);
    kept_refuses(&t, "wms.inboundDetailNotify", 50002, "isv.business-failed:-1",
                 "{'business_no':'NO-1','reciept_no':'R','business_type':10,'operate_time':'x',"
                 "'sku_list':[{'sku_no':'TEA-1','quantity':1}]}");
    kept_refuses(&t, "wms.inboundDetailNotify", 50002, "isv.business-failed:-1",
                 "{'business_no':'IN-2','reciept_no':'R','business_type':10,'operate_time':'x',"
                 "'sku_list':[{'sku_no':'MUG','quantity':1}]}");
}

#define FMT_CANCEL_3                                                                               \
    "{'biz_order_no':'%s','action_type':2,'cancel_reason':'错了','order_type':'CGRK'}"

static void inbound_orders_are_cancelled_before_receipt(void **state) {
    (void)state;
    create_inbound("IN-3", 10);
    char json[256];
    (void)snprintf(json, sizeof json, FMT_CANCEL_3, "IN-3");
    /* Another kind's method does not know it. */
    kept_refuses(&t, "yunc.cloudCancelInboundOrder", 50002, "isv.business-failed:1001",
                 "{'biz_order_no':'IN-3','action_type':2,'cancel_reason':'x'}");
    kept_does(&t, "yunc.erpInboundCancel", "%s", json);
    assert_int_equal(kept_record_state(&t, "inbound", "IN-3"), 4);
    kept_refuses(&t, "yunc.erpInboundCancel", 50002, "isv.business-failed:9003", "%s", json);
    kept_refuses(&t, "yunc.wmsInboundCallback", 50002, "isv.business-failed:1004", CALLBACK, "IN-3",
                 2, t.house, "s", "1", "IN-3", 1, 1, 1, t.owner);
    create_inbound("IN-4", 10);
    receive("IN-4", "s", "1", 1, 1);
    (void)snprintf(json, sizeof json, FMT_CANCEL_3, "IN-4");
    kept_refuses(&t, "yunc.erpInboundCancel", 50002, "isv.business-failed:9003", "%s", json);
    (void)snprintf(json, sizeof json, FMT_CANCEL_3, "NO-1");
    kept_refuses(&t, "yunc.erpInboundCancel", 50002, "isv.business-failed:1001", "%s", json);
}

static void returns_and_business_orders_come_in_alike(void **state) {
    (void)state;
    char number[64];
    kept_does(&t, "yunc.cloudCreateInboundOrder",
              "{'biz_order_no':'RT-1','warehouse_code':'%s','order_details':[{'line_no':'1',"
              "'biz_order_no':'RT-1','cargo_code':'%s','expect_qty':3,'inventory_type':1,"
              "'inventory_status':1,'is_batch_assigned':0}]}",
              t.house, tea);
    (void)snprintf(number, sizeof number, "%s", kit_text(&t.k, "data.logistics_no"));
    /* The warehouse reports under its own number, too. */
    receive(number, "s", "1", 3, 1);
    kept_stock_is(&t, t.house, tea, "1|1", 3, 0);
    kept_does(&t, "yunc.CloudCreateInboundOrderToB",
              "{'action_type':1,'biz_order_no':'TB-1','shop_id':%s,'order_type':'DBRK',"
              "'delivery_mode':1,'warehouse_code':'%s','order_details':[{'line_no':7,"
              "'biz_order_no':'TB-1','cargo_code':'%s','expect_qty':3,'inventory_type':1,"
              "'inventory_status':1,'is_batch_assigned':0}]}",
              t.shop_id, t.house, tea);
    (void)snprintf(number, sizeof number, "%s", kit_text(&t.k, "data.logistics_no"));
    kept_does(&t, "yunc.CloudCancelInboundOrderToB",
              "{'biz_order_no':'TB-1','action_type':2,'cancel_reason':'x','order_type':1,"
              "'shop_id':%s}",
              t.shop_id);
    assert_string_equal(kit_text(&t.k, "data.logistics_no"), number);
    kept_refuses(&t, "yunc.CloudCancelInboundOrderToB", 50002, "isv.business-failed:623023011",
                 "{'biz_order_no':'TB-1','action_type':2,'cancel_reason':'x','order_type':1,"
                 "'shop_id':%s}",
                 t.shop_id);
}

#define FMT_TOLD_5                                                                                 \
    "{'tracking_no':'%s','operator_type':'1','operator_des':'已揽收',"                          \
    "'operator_time':'x'}"

#define FMT_NOTIFY_4                                                                               \
    "{'business_no':'OUT-2','reciept_no':'%s','operate_time':'x','warehouse_no':'%s',"             \
    "'logistics_list':[{'waybill_no':'ZT3','sku_list':[{'sku_no':'%s','quantity':%d}]}]}"

/* ---- going out ---- */

static void an_order_holds_stock_and_shipping_takes_it(void **state) {
    (void)state;
    stock_up();
    create_outbound("OUT-1", 6);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 6);
    /* Four are free. */
    kept_refuses(&t, "yunc.cloudCreateOutboundOrder", 50002, "isv.business-failed:62302635",
                 OUTBOUND, "P-2", "OUT-2", 5, t.shop_id, t.house, tea, 5);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 6);
    assert_null(kept_record(&t, "outbound", "OUT-2"));
    create_outbound("OUT-2", 4);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 10);
    /* A step before shipping moves no stock. */
    kept_does(&t, "yunc.pushOutboundFeedback", FEEDBACK, "OUT-1", 3, t.house, "p0", t.owner, "",
              tea, 6, tea, 6);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 10);
    assert_int_equal(kept_record_state(&t, "outbound", "OUT-1"), 2);
    ship("OUT-1", "p1", "ZT1", 2);
    kept_stock_is(&t, t.house, tea, "1|1", 8, 8);
    ship("OUT-1", "p1", "ZT1", 2); /* the same slip: once */
    kept_stock_is(&t, t.house, tea, "1|1", 8, 8);
    kept_refuses(&t, "yunc.pushOutboundFeedback", 50002, "isv.business-failed:1071", FEEDBACK,
                 "OUT-1", 10, t.house, "p2", t.owner, "ZT1", tea, 5, tea, 5);
    /* Lines and packages disagree. */
    kept_refuses(&t, "yunc.pushOutboundFeedback", 50002, "isv.business-failed:1071", FEEDBACK,
                 "OUT-1", 10, t.house, "p2", t.owner, "ZT1", tea, 3, tea, 4);
    ship("OUT-1", "p2", "ZT2", 4);
    kept_stock_is(&t, t.house, tea, "1|1", 4, 4);
    assert_int_equal(kept_record_state(&t, "outbound", "OUT-1"), 3);
    /* wms' own way. */
    char json[512];
    (void)snprintf(json, sizeof json, FMT_NOTIFY_4, "R1", t.house, tea, 5);
    kept_refuses(&t, "wms.outboundDetailNotify", 50002, "isv.business-failed:-1", "%s", json);
    (void)snprintf(json, sizeof json, FMT_NOTIFY_4, "R1", t.house, "TEA-1", 4);
    kept_does(&t, "wms.outboundDetailNotify", "%s", json);
    kept_stock_is(&t, t.house, tea, "1|1", 0, 0);
    (void)snprintf(json, sizeof json, FMT_NOTIFY_4, "R2", t.house, tea, 1);
    kept_refuses(&t, "wms.outboundDetailNotify", 50002, "isv.business-failed:-1", "%s", json);
    /* Its parcels are known now, others not. */
    (void)snprintf(json, sizeof json, FMT_TOLD_5, "ZT3");
    kept_does(&t, "wms.deliveryInfoNotify", "%s", json);
    (void)snprintf(json, sizeof json, FMT_TOLD_5, "ZT9");
    kept_refuses(&t, "wms.deliveryInfoNotify", 50002, "isv.business-failed:-1", "%s", json);
    kept_does(&t, "yunc.fetchSortingInstruction",
              "{'scene_name':'a','hu_ident_code':'ZT1','labor_id':'1'}");
    assert_int_equal(kit_text(&t.k, "data.sorting_instruction.sorting_grid_no")[0], 'G');
    kept_refuses(&t, "yunc.fetchSortingInstruction", 50002, "isv.business-failed:3000",
                 "{'scene_name':'a','hu_ident_code':'ZT9','labor_id':'1'}");
}

static void outbound_orders_are_judged(void **state) {
    (void)state;
    stock_up();
    create_outbound("OUT-1", 1);
    const char *m = "yunc.cloudCreateOutboundOrder";
    kept_refuses(&t, m, 50002, "isv.business-failed:1249", OUTBOUND, "P", "OUT-1", 1, t.shop_id,
                 t.house, tea, 1);
    kept_refuses(&t, m, 50002, "isv.business-failed:62302630", OUTBOUND, "P", "N", 1, t.shop_id,
                 t.house, "CG0", 1);
    kept_refuses(&t, m, 50002, "isv.business-failed:62302625", OUTBOUND, "P", "N", 1, t.shop_id,
                 "NOWHERE", tea, 1);
    kept_refuses(&t, m, 50002, "isv.business-failed:62302625", OUTBOUND, "P", "N", 1, "12", t.house,
                 tea, 1);
    kept_refuses(&t, m, 40004, "isv.parameter-invalid:1", OUTBOUND, "P", "N", 1, t.shop_id, t.house,
                 tea, 0);
    const char *f = "yunc.pushOutboundFeedback";
    kept_refuses(&t, f, 50002, "isv.business-failed:4001", FEEDBACK, "NO", 10, t.house, "p",
                 t.owner, "Z", tea, 1, tea, 1);
    kept_refuses(&t, f, 50002, "isv.business-failed:12001", FEEDBACK, "OUT-1", 10, t.other_house,
                 "p", t.owner, "Z", tea, 1, tea, 1);
    kept_refuses(&t, f, 40004, "isv.parameter-invalid:4010",
                 "{'order_type':9,'outbound_order_no':'OUT-1','event_type':10,'warehouse_code':"
                 "'%s','slip_no':'p'}",
                 t.house);
    kept_refuses(&t, f, 40004, "isv.parameter-invalid:1004", "{'order_type':1}");
    /* Without a warehouse the platform chooses one that has the goods. */
    kept_does(&t, m, OUTBOUND, "P", "OUT-9", 1, t.shop_id, "", tea, 1);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 2);
}

static void cancelling_frees_stock_until_goods_have_left(void **state) {
    (void)state;
    const char *m = "yunc.cloudCancelOutboundOrder";
    stock_up();
    create_outbound("OUT-1", 6);
    kept_refuses(&t, m, 50002, "isv.business-failed:4001", CANCEL, "NO", 0, "");
    kept_refuses(&t, m, 50002, "isv.business-failed:4005", CANCEL, "OUT-1", 7, "");
    kept_refuses(&t, m, 50002, "isv.business-failed:62302628",
                 "{'erp_order_no':'OUT-1','op_type':0,'cancel_tag':1,'cancel_reason':'x',"
                 "'platform_order_no':'OTHER'}");
    /* A part of it. */
    kept_refuses(&t, m, 50002, "isv.business-failed:62302623", CANCEL, "OUT-1", 0,
                 ",'cancel_details':[{'line_no':'1','cancel_amount':4},{'line_no':'1',"
                 "'cancel_amount':3}]");
    kept_does(&t, m, CANCEL, "OUT-1", 0, ",'cancel_details':[{'line_no':'1','cancel_amount':2}]");
    kept_stock_is(&t, t.house, tea, "1|1", 10, 4);
    kept_does(&t, m, CANCEL, "OUT-1", 0, "");
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    kept_refuses(&t, m, 50002, "isv.business-failed:62302623", CANCEL, "OUT-1", 0, "");
    kept_refuses(&t, "yunc.pushOutboundFeedback", 50002, "isv.business-failed:4007", FEEDBACK,
                 "OUT-1", 10, t.house, "p", t.owner, "Z", tea, 1, tea, 1);
    /* Gone is gone; it may be intercepted on its way. */
    create_outbound("OUT-2", 3);
    ship("OUT-2", "p", "Z1", 1);
    kept_refuses(&t, m, 50002, "isv.business-failed:4004", CANCEL, "OUT-2", 0, "");
    kept_stock_is(&t, t.house, tea, "1|1", 9, 2);
    kept_does(&t, m, CANCEL, "OUT-2", 1, "");
    kept_stock_is(&t, t.house, tea, "1|1", 9, 2);
}

#define FMT_CANCEL_6 "{'erp_order_no':'B-1','op_type':0,'cancel_tag':1,'cancel_reason':'x'%s}"

#define TO_BUSINESS                                                                                \
    "{'warehouse_code':'%s','delivery_mode':1,'erp_order_no':'%s','order_type':2,'expected_qty':"  \
    "1,"                                                                                           \
    "'order_time':1,'shop_id':%s,'shop_name':'店','allow_merge':0,'receiver_info':" PERSON         \
    ",'order_details':[{'line_no':'1','cargo_code':'%s','sku_name':'茶','expected_qty':%d,"       \
    "'inventory_type':1,'inventory_status':1}]}"

static void orders_between_businesses_hold_stock_too(void **state) {
    (void)state;
    stock_up();
    kept_refuses(&t, "yunc.createOutboundOrderToB", 50002, "isv.business-failed:9026", TO_BUSINESS,
                 t.house, "B-1", t.shop_id, tea, 11);
    kept_refuses(&t, "yunc.createOutboundOrderToB", 50002, "isv.business-failed:9026", TO_BUSINESS,
                 t.other_house, "B-1", t.shop_id, tea, 1);
    kept_does(&t, "yunc.createOutboundOrderToB", TO_BUSINESS, t.house, "B-1", t.shop_id, tea, 9);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 9);
    char json[256];
    (void)snprintf(json, sizeof json, FMT_CANCEL_6, ",'platform_order_no':''");
    kept_does(&t, "yunc.cancelOutboundOrderToB", "%s", json);
    kept_stock_is(&t, t.house, tea, "1|1", 10, 0);
    kept_refuses(&t, "yunc.cancelOutboundOrderToB", 50002, "isv.business-failed:62302623", "%s",
                 json);
}

#define FMT_OUT_7                                                                                  \
    "{'warehouse_code':'%s','outbound_order_no':'%s','order_type':'XSCK','event_type':%d,"         \
    "'slip_no':'o1','details':[{'line_no':'1','cargo_code':'%s','shipped_qty':4}]}"

/* ---- reflow ---- */

static void the_reflow_warehouse_has_the_same_books(void **state) {
    (void)state;
    kept_does(&t, "yunc.reflow.inboundCreate",
              "{'warehouse_code':'%s','inbound_order_no':'RI-1','biz_order_no':'b','order_type':"
              "'XTRK','status':1,'order_details':[{'line_no':'1','cargo_code':'%s','cargo_name':"
              "'茶','expect_qty':5}]}",
              t.house, tea);
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
#define REFLOW_IN(slip, event, count)                                                              \
    "{'warehouse_code':'%s','inbound_order_no':'RI-1','order_type':'XTRK','event_type':" #event    \
    ",'slip_no':'" slip "','details':[{'line_no':'1','cargo_code':'%s','total_qty':" #count        \
    ",'received_qty':" #count ",'inventory_type':1,'inventory_status':1}]}",                       \
        t.house, tea
    kept_does(&t, "yunc.reflow.inboundCallback", REFLOW_IN("s1", 2, 2));
    kept_does(&t, "yunc.reflow.inboundCallback", REFLOW_IN("s1", 2, 2));
    kept_does(&t, "yunc.reflow.inboundCallback", REFLOW_IN("s2", 3, 2));
    kept_stock_is(&t, t.house, tea, "1|1", 4, 0);
    assert_int_equal(kept_record_state(&t, "inbound", "RI-1"), 3); /* one never came */
    kept_refuses(&t, "yunc.reflow.inboundCallback", 50002, "isv.business-failed:1001",
                 REFLOW_IN("s3", 2, 1));
    kept_does(&t, "yunc.reflow.outboundCreate",
              "{'warehouse_code':'%s','outbound_order_no':'RO-1','biz_order_no':'b','order_type':"
              "'XSCK','status':1,'order_details':[{'line_no':'1','cargo_code':'%s','cargo_name':"
              "'茶','expect_qty':4}]}",
              t.house, tea);
    kept_stock_is(&t, t.house, tea, "1|1", 4, 4);
    char json[512];
    (void)snprintf(json, sizeof json, FMT_OUT_7, t.house, "NO", 10, tea);
    kept_refuses(&t, "yunc.reflow.outboundCallback", 50002, "isv.business-failed:1202", "%s", json);
    (void)snprintf(json, sizeof json, FMT_OUT_7, "NOWHERE", "RO-1", 10, tea);
    kept_refuses(&t, "yunc.reflow.outboundCallback", 50002, "isv.business-failed:12000", "%s",
                 json);
    (void)snprintf(json, sizeof json, FMT_OUT_7, t.house, "RO-1", 10, tea);
    kept_does(&t, "yunc.reflow.outboundCallback", "%s", json);
    kept_stock_is(&t, t.house, tea, "1|1", 0, 0);
    kept_does(&t, "yunc.reflow.inventoryCheck",
              "{'warehouse_code':'%s','audit_date':'20231115','audit_details':[{"
              "'reflow_order_type':1,'shopid':%s,'order_qty':1},{'reflow_order_type':2,'shopid':%s,"
              "'order_qty':1}]}",
              t.house, t.shop_id, t.shop_id);
    assert_int_equal(kit_int(&t.k, "data.code"), 0);
    kept_does(&t, "yunc.reflow.inventoryCheck",
              "{'warehouse_code':'%s','audit_date':'20231115','audit_details':[{"
              "'reflow_order_type':1,'shopid':%s,'order_qty':7}]}",
              t.house, t.shop_id);
    assert_int_equal(kit_int(&t.k, "data.code"), 1);
    assert_non_null(strstr(kit_text(&t.k, "data.msg"), "1 here, 7 told"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_shop_has_two_warehouses_and_pushes_cargo),
        CASE(what_is_received_becomes_stock),
        CASE(inbound_orders_are_judged),
        CASE(inbound_orders_are_cancelled_before_receipt),
        CASE(returns_and_business_orders_come_in_alike),
        CASE(an_order_holds_stock_and_shipping_takes_it),
        CASE(outbound_orders_are_judged),
        CASE(cancelling_frees_stock_until_goods_have_left),
        CASE(orders_between_businesses_hold_stock_too),
        CASE(the_reflow_warehouse_has_the_same_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
