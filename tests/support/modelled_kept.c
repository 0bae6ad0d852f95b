/*
 * The script's second part for Douyin: byte cloud warehouse, regional warehouses, distribution,
 * supply. Each method once, on things that the steps before have made.
 */
#include "support/modelled.h"

#define LINE                                                                                       \
    "\"line_no\":\"1\",\"cargo_code\":\"$cargo\",\"inventory_type\":1,\"inventory_status\":1"
#define BATCH "\"is_batch_assigned\":0,\"biz_order_no\":\"m\""
#define PERSON                                                                                     \
    "{\"province\":\"浙江\",\"city\":\"杭州\",\"district\":\"西湖\",\"street\":\"一街\","  \
    "\"detail\":\"一号\",\"name\":\"张\",\"mobile\":\"13400000001\"}"
#define OUT_HEAD                                                                                     \
    "\"delivery_mode\":2,\"order_type\":1,\"expected_qty\":2,\"source_platform_code\":\"DY\","       \
    "\"source_platform_name\":\"抖音\",\"order_time\":$now,\"review_time\":$now,\"express_code\":" \
    "\"zhongtong\",\"is_insure\":0,\"shop_id\":$shop_id,\"shop_name\":\"店\",\"allow_merge\":0,"    \
    "\"sender_info\":" PERSON ",\"receiver_info\":" PERSON
#define OUT_LINES "\"order_details\":[{" LINE ",\"sku_name\":\"茶\",\"expected_qty\":2}]"
#define TOLD                                                                                       \
    "\"total_lines\":1,\"current_page\":1,\"page_size\":1,\"warehouse_code\":\"$house\","          \
    "\"owner_code\":\"$owner\",\"api_time\":$now"
#define BATCH_TOLD                                                                                 \
    "\"cargo_code\":\"$cargo\",\"cargo_type\":1,\"inventory_type\":1,\"inventory_status\":1,"      \
    "\"product_date\":1,\"expire_date\":2,\"receipt_date\":1,\"supplier_id\":\"s\","               \
    "\"scm_inbound_order\":\"m\""
#define FLOW                                                                                       \
    TOLD ",\"snapshot_time\":\"$now\",\"details\":[{" BATCH_TOLD ",\"occur_time\":$now,"           \
         "\"lot_no\":\"l\",\"order_type\":\"CGRK\",\"wms_order_no\":\"w\",\"erp_order_no\":"       \
         "\"MI-1\",\"change_qty\":20,\"unit\":\"件\"}]"
#define SNAPSHOT                                                                                   \
    TOLD ",\"occur_time\":$now,\"details\":[{" BATCH_TOLD ",\"batch_number\":\"b\","               \
         "\"opening_inventory\":0,\"ending_inventory\":20}]"
#define CIRCLE                                                                                     \
    "\"shape\":1,\"circular\":{\"center\":{\"longitude\":120.1,\"latitude\":30.2},\"radius\":"     \
    "1000}"
#define ADDRESS "\"addr\":{\"addr_id1\":33,\"addr_id2\":3301}"
#define SENDER                                                                                      \
    "\"sender\":{\"contact\":{\"name\":\"张\",\"mobile\":\"13400000001\"},\"address\":{"           \
    "\"countryCode\":\"CHN\",\"provinceName\":\"浙江\",\"cityName\":\"杭州\",\"districtName\":" \
    "\"西湖\",\"detailAddress\":\"一号\"}}"
#define GOODS                                                                                      \
    "\"category_leaf_id\":20597,\"name\":\"供货茶\",\"pic\":\"https://p.example/1\","           \
    "\"description\":\"https://p.example/"                                                         \
    "2\",\"weight\":1,\"weight_unit\":0,\"spec_name\":\"规格\","                                 \
    "\"specs\":\"颜色|白色\",\"spec_prices\":\"[{\\\"outer_sku_id\\\":\\\"MS-1\\\","           \
    "\\\"supply_price\\\":900,\\\"stockNum\\\":5}]\",\"product_format_new\":\"{}\""

const modelled_step modelled_kept[] = {
    /* ---- byte cloud warehouse ---- */
    { "yunc.shopWarehouseRefQuery", "{\"shop_id\":$shop_id}",
      "house=/warehouse_list/0/warehouse_code;owner=/owner_code" },
    { "yunc.erpCargoSinglePush",
      "{\"shop_id\":$shop_id,\"cargo_name\":\"茶\",\"erp_sku_id\":\"MT-1\",\"barcode\":[\"69\"],"
      "\"status\":1,\"warehouse_code\":\"$house\"}",
      "cargo=/cargo_code" },
    { "yunc.syncCollectInfo",
      "{\"warehouse_code\":\"$house\",\"cargo_code\":\"$cargo\",\"owner_code\":\"$owner\","
      "\"update_time\":$now}",
      NULL },
    { "yunc.erpInboundCreate",
      "{\"biz_order_no\":\"MI-1\",\"shop_id\":$shop_id,\"order_type\":\"CGRK\",\"action_type\":1,"
      "\"delivery_mode\":1,\"warehouse_code\":\"$house\",\"order_details\":[{" LINE "," BATCH
      ",\"expect_qty\":20}]}",
      NULL },
    { "yunc.wmsInboundCallback",
      "{\"inbound_order_no\":\"MI-1\",\"order_type\":\"CGRK\",\"status\":2,\"operate_time\":$now,"
      "\"operator\":\"w\",\"warehouse_code\":\"$house\",\"out_biz_code\":\"m1\",\"details\":[{"
      "\"line_no\":\"1\",\"inventory_type\":1,\"inventory_status\":1"
      ",\"inbound_order_no\":\"MI-1\",\"total_qty\":15,\"received_qty\":15,\"owner_code\":"
      "\"$owner\"}]}",
      NULL },
    { "wms.inboundDetailNotify",
      "{\"business_no\":\"MI-1\",\"reciept_no\":\"r1\",\"business_type\":10,\"operate_time\":"
      "\"$today\",\"sku_list\":[{\"sku_no\":\"MT-1\",\"quantity\":5}]}",
      NULL },
    { "yunc.syncInventoryLogFlow", "{\"idempotent_no\":\"m1\"," FLOW "}", NULL },
    { "yunc.syncInventoryLogFlowV2",
      "{\"idempotent_no\":\"m2\",\"vendor_no\":\"v\",\"shop_id_out\":1," FLOW "}", NULL },
    { "yunc.syncInventorySnapshot", "{\"idempotent_no\":\"m3\"," SNAPSHOT "}", NULL },
    { "yunc.syncInventorySnapshotV2",
      "{\"idempotent_no\":\"m4\",\"vendor_no\":\"v\",\"shop_id_out\":1," SNAPSHOT "}", NULL },
    { "yunc.realTimeInventoryCallback",
      "{\"idempotent_no\":\"m5\",\"total_lines\":1,\"current_page\":1,\"page_size\":1,"
      "\"occur_time\":$now,\"warehouse_code\":\"$house\",\"owner_code\":\"$owner\",\"details\":[{"
      "\"cargo_code\":\"$cargo\",\"inventory_type\":1,\"inventory_status\":1,\"total_num\":20,"
      "\"can_use_num\":20}]}",
      NULL },
    { "yunc.erpInboundCreate",
      "{\"biz_order_no\":\"MI-2\",\"shop_id\":$shop_id,\"order_type\":\"CGRK\",\"action_type\":1,"
      "\"delivery_mode\":1,\"warehouse_code\":\"$house\",\"order_details\":[{" LINE "," BATCH
      ",\"expect_qty\":20}]}",
      NULL },
    { "yunc.erpInboundCancel",
      "{\"biz_order_no\":\"MI-2\",\"action_type\":2,\"cancel_reason\":\"错\",\"order_type\":"
      "\"CGRK\"}",
      NULL },
    { "yunc.cloudCreateInboundOrder",
      "{\"biz_order_no\":\"MR-1\",\"warehouse_code\":\"$house\",\"order_details\":[{" LINE "," BATCH
      ",\"expect_qty\":1}]}",
      NULL },
    { "yunc.cloudCancelInboundOrder",
      "{\"biz_order_no\":\"MR-1\",\"action_type\":2,\"cancel_reason\":\"错\"}", NULL },
    { "yunc.CloudCreateInboundOrderToB",
      "{\"action_type\":1,\"biz_order_no\":\"MB-1\",\"shop_id\":$shop_id,\"order_type\":\"DBRK\","
      "\"delivery_mode\":1,\"warehouse_code\":\"$house\",\"order_details\":[{\"line_no\":1,"
      "\"biz_order_no\":\"MB-1\",\"cargo_code\":\"$cargo\",\"expect_qty\":1,\"inventory_type\":1,"
      "\"inventory_status\":1,\"is_batch_assigned\":0}]}",
      NULL },
    { "yunc.CloudCancelInboundOrderToB",
      "{\"biz_order_no\":\"MB-1\",\"action_type\":2,\"cancel_reason\":\"错\",\"order_type\":1,"
      "\"shop_id\":$shop_id}",
      NULL },
    { "yunc.cloudCreateOutboundOrder",
      "{\"platform_order_no\":\"$order1\",\"erp_order_no\":\"MO-1\",\"warehouse_code\":\"$"
      "house\"," OUT_HEAD "," OUT_LINES "}",
      "lfo=/logistics_no" },
    { "yunc.synchronizeSN",
      "{\"warehouse_code\":\"$house\",\"order_no\":\"MO-1\",\"order_type\":\"XSCK\","
      "\"owner_code\":\"$owner\",\"occur_time\":$now,\"idempotent_no\":\"sn1\",\"sn_list\":[{"
      "\"sn_code\":\"SN1\",\"cargo_code\":\"$cargo\"}]}",
      NULL },
    { "yunc.pushOutboundFeedback",
      "{\"order_type\":1,\"outbound_order_no\":\"MO-1\",\"event_type\":10,\"warehouse_code\":"
      "\"$house\",\"slip_no\":\"f1\",\"package_infos\":[{\"package_no\":\"1\",\"logistics\":{"
      "\"track_no\":\"MZT1\"}}],\"order_lines\":[{" LINE ",\"shipped_qty\":2}]}",
      NULL },
    { "yunc.fetchSortingInstruction",
      "{\"scene_name\":\"a\",\"hu_ident_code\":\"MZT1\",\"labor_id\":\"1\"}", NULL },
    { "wms.deliveryInfoNotify",
      "{\"tracking_no\":\"MZT1\",\"operator_type\":\"1\",\"operator_des\":\"已揽收\","
      "\"operator_time\":\"$today\"}",
      NULL },
    { "yunc.cloudCreateOutboundOrder",
      "{\"platform_order_no\":\"$order1\",\"erp_order_no\":\"MO-2\",\"warehouse_code\":\"$"
      "house\"," OUT_HEAD "," OUT_LINES "}",
      NULL },
    { "yunc.cloudCancelOutboundOrder",
      "{\"erp_order_no\":\"MO-2\",\"op_type\":0,\"cancel_tag\":1,\"cancel_reason\":\"错\","
      "\"platform_order_no\":\"$order1\"}",
      NULL },
    { "yunc.createOutboundOrderToB",
      "{\"erp_order_no\":\"MO-3\",\"warehouse_code\":\"$house\"," OUT_HEAD "," OUT_LINES "}",
      NULL },
    { "yunc.cancelOutboundOrderToB",
      "{\"erp_order_no\":\"MO-3\",\"op_type\":0,\"cancel_tag\":1,\"cancel_reason\":\"错\"}", NULL },
    { "yunc.CloudCreateOutboundOrderToB",
      "{\"erp_order_no\":\"MO-4\",\"warehouse_code\":\"$house\",\"in_warehouse_code\":"
      "\"OTHER\"," OUT_HEAD "," OUT_LINES "}",
      NULL },
    { "yunc.CloudCancelOutboundOrderToB",
      "{\"erp_order_no\":\"MO-4\",\"op_type\":0,\"cancel_tag\":1,\"cancel_reason\":\"错\"}", NULL },
    { "yunc.cloudCreateOutboundOrder",
      "{\"platform_order_no\":\"$order1\",\"erp_order_no\":\"MO-5\",\"warehouse_code\":\"$"
      "house\"," OUT_HEAD "," OUT_LINES "}",
      NULL },
    { "wms.outboundDetailNotify",
      "{\"business_no\":\"MO-5\",\"reciept_no\":\"r1\",\"operate_time\":\"$today\","
      "\"warehouse_no\":\"$house\",\"logistics_list\":[{\"waybill_no\":\"MZT2\",\"sku_list\":[{"
      "\"sku_no\":\"$cargo\",\"quantity\":2}]}]}",
      NULL },
    { "yunc.adjustInventory",
      "{\"inventory_adjust_no\":\"MA-1\",\"warehouse_code\":\"$house\",\"adjust_reason\":1,"
      "\"adjust_time\":$now,\"remark\":\"盘点\",\"details\":[{\"line_no\":\"1\",\"cargo_code\":"
      "\"$cargo\",\"owner_code\":\"$owner\",\"adjust_list\":[{\"inventory_type\":1,"
      "\"inventory_status\":1,\"adjust_type\":1,\"adjust_qty\":3}]}]}",
      NULL },
    { "yunc.reflow.inboundCreate",
      "{\"warehouse_code\":\"$house\",\"inbound_order_no\":\"ML-1\",\"biz_order_no\":\"b\","
      "\"order_type\":\"XTRK\",\"status\":1,\"order_details\":[{\"line_no\":\"1\",\"cargo_code\":"
      "\"$cargo\",\"cargo_name\":\"茶\",\"expect_qty\":2}]}",
      NULL },
    { "yunc.reflow.inboundCallback",
      "{\"warehouse_code\":\"$house\",\"inbound_order_no\":\"ML-1\",\"order_type\":\"XTRK\","
      "\"event_type\":3,\"slip_no\":\"l1\",\"details\":[{" LINE ",\"total_qty\":2,"
      "\"received_qty\":2}]}",
      NULL },
    { "yunc.reflow.outboundCreate",
      "{\"warehouse_code\":\"$house\",\"outbound_order_no\":\"MK-1\",\"biz_order_no\":\"b\","
      "\"order_type\":\"XSCK\",\"status\":1,\"order_details\":[{\"line_no\":\"1\",\"cargo_code\":"
      "\"$cargo\",\"cargo_name\":\"茶\",\"expect_qty\":2}]}",
      NULL },
    { "yunc.reflow.outboundCallback",
      "{\"warehouse_code\":\"$house\",\"outbound_order_no\":\"MK-1\",\"order_type\":\"XSCK\","
      "\"event_type\":10,\"slip_no\":\"k1\",\"details\":[{" LINE ",\"shipped_qty\":2}]}",
      NULL },
    { "yunc.reflow.inventoryAdjust",
      "{\"warehouse_code\":\"$house\",\"adjust_no\":\"MA-2\",\"adjust_type\":1,\"adjust_time\":$"
      "now,"
      "\"remark\":\"盘点\",\"details\":[{\"line_no\":\"1\",\"cargo_code\":\"$cargo\","
      "\"cargo_name\":\"茶\",\"adjust_list\":[{\"inventory_type\":1,\"inventory_status\":1,"
      "\"adjust_direction\":2,\"adjust_qty\":1}]}]}",
      NULL },
    { "yunc.reflow.inventoryCheck",
      "{\"warehouse_code\":\"$house\",\"audit_date\":\"20231115\",\"audit_details\":[{"
      "\"reflow_order_type\":1,\"shopid\":$shop_id,\"order_qty\":1}]}",
      NULL },
    { "yunc.callAndCancelTransportCapability",
      "{\"store_id\":\"1\",\"platform_order_no\":\"$order1\",\"order_details\":[{"
      "\"platform_order_no\":\"$order1\",\"subplatform_order_no\":\"$order1\"}],\"out_order_no\":"
      "\"MT-1\",\"sender_info\":" PERSON ",\"receiver_info\":" PERSON
      ",\"service_provider\":\"shenzhenshishun\",\"dispatcher_type\":1}",
      NULL },
    { "yunc.queryTransportCapabilityStatus",
      "{\"platform_order_no\":\"$order1\",\"out_order_no\":\"MT-1\"}", NULL },
    { "yunc.getVirtualMobile", "{\"platform_order_no\":\"$order1\",\"out_order_no\":\"MT-1\"}",
      NULL },
    { "yunc.QICOrderCreate", "{\"order_id\":\"$order1\"}", NULL },
    { "yunc.valueAddedOrderCallBack",
      "{\"value_added_order_no\":\"VA$lfo\",\"event_type\":6,\"warehouse_code\":\"$house\","
      "\"biz_order_no\":\"va1\",\"occur_time\":$now,\"operator\":\"w\"}",
      NULL },
    { "yunc.mutilpleGoodsFeedback", "{\"track_no\":\"MZT9\",\"express_code\":\"zhongtong\"}",
      NULL },
    { "yunc.uploadErpFile",
      "{\"bin_file_uri\":\"u\",\"name\":\"n\",\"idempotent\":\"i1\",\"line_number\":1,\"file_md5\":"
      "\"d41d8cd98f00b204e9800998ecf8427e\",\"file_number\":1,\"total_line_number\":1,"
      "\"bin_original_uri\":\"o\"}",
      NULL },

    /* ---- regional warehouses ---- */
    { "warehouse.create", "{\"out_warehouse_id\":\"MH-1\",\"name\":\"一号仓\",\"intro\":\"东\"}",
      NULL },
    { "warehouse.createV2",
      "{\"out_warehouse_id\":\"MH-2\",\"name\":\"二号仓\",\"intro\":\"西\",\"warehouse\":{"
      "\"warehouse_location\":{\"address_id1\":33,\"address_id2\":3301,\"address_id3\":330106},"
      "\"address_detail\":\"一号\"}}",
      NULL },
    { "warehouse.createBatch",
      "{\"out_warehouse_list\":[{\"out_warehouse_id\":\"MH-3\",\"name\":\"三号仓\",\"intro\":"
      "\"南\"}]}",
      NULL },
    { "warehouse.edit", "{\"out_warehouse_id\":\"MH-1\",\"name\":\"一号仓(改)\"}", NULL },
    { "warehouse.info", "{\"out_warehouse_id\":\"MH-1\"}", NULL },
    { "warehouse.list", "{\"page\":0,\"size\":10}", NULL },
    { "warehouse.setAddr", "{\"out_warehouse_id\":\"MH-1\"," ADDRESS "}", NULL },
    { "warehouse.setAddrBatch",
      "{\"out_warehouse_id\":\"MH-1\",\"addr_list\":[{\"addr_id1\":31},{\"addr_id1\":32}]}", NULL },
    { "warehouse.setPriority", "{" ADDRESS ",\"priorities\":{\"MH-1\":0,\"MH-2\":5}}", NULL },
    { "warehouse.removeAddr", "{\"out_warehouse_id\":\"MH-1\"," ADDRESS "}", NULL },
    { "warehouse.createFence", "{\"fence_info\":{\"out_fence_id\":\"MF-1\"," CIRCLE "}}", NULL },
    { "warehouse.setFence", "{\"fence_info\":{\"out_fence_id\":\"MF-1\"," CIRCLE "}}", NULL },
    { "warehouse.getFences", "{\"out_fence_id_list\":[\"MF-1\"]}", NULL },
    { "warehouse.bindFences", "{\"out_warehouse_id\":\"MH-1\",\"out_fence_ids\":[\"MF-1\"]}",
      NULL },
    { "warehouse.unbindFences", "{\"out_warehouse_id\":\"MH-1\",\"out_fence_ids\":[\"MF-1\"]}",
      NULL },
    { "warehouse.bindStore", "{\"store_ids\":[11],\"out_warehouse_id\":\"MH-1\"}", NULL },
    { "warehouse.getWarehouseByStore", "{\"store_ids\":[11]}", NULL },
    { "warehouse.bindFencesByStore", "{\"store_id\":11,\"add_out_fence_ids\":[\"MF-1\"]}", NULL },
    { "warehouse.unbindFencesByStore", "{\"store_id\":11,\"remove_out_fence_ids\":[\"MF-1\"]}",
      NULL },
    { "warehouse.delFence", "{\"out_fence_id\":\"MF-1\"}", NULL },
    { "warehouse.adjustInventory",
      "{\"inventory_adjust_no\":\"MA-3\",\"warehouse_code\":\"MH-1\",\"adjust_reason\":\"1\","
      "\"adjust_time\":$now,\"remark\":\"盘点\",\"details\":[{\"line_no\":\"1\",\"cargo_code\":"
      "\"$cargo\",\"adjust_list\":[{\"inventory_type\":1,\"inventory_status\":1,\"adjust_type\":1,"
      "\"adjust_qty\":3}]}]}",
      NULL },

    /* ---- distribution: the shop hands orders to itself ---- */
    { "order.searchList", "{\"page\":0,\"size\":10,\"combine_status\":[{\"order_status\":\"2\"}]}",
      "given1=/shop_order_list/0/order_id;given2=/shop_order_list/1/order_id" },
    { "iop.roleGet", "{}", NULL },
    { "iop.sellerSupplierList", "{\"page\":0,\"page_size\":10}", NULL },
    { "iop.getSellerList", "{\"page\":0,\"page_size\":10}", NULL },
    { "iop.sellerDistribute",
      "{\"distribute_order_list\":[{\"supplier_shop_id\":$shop_id,\"distr_order_id\":\"$given1\"},"
      "{\"supplier_shop_id\":$shop_id,\"distr_order_id\":\"$given2\"}]}",
      NULL },
    { "iop.sellerCancleDistribute", "{\"distr_order_ids\":[\"$given2\"]}", NULL },
    { "iop.sellerOrderList", "{\"page\":0,\"size\":10}", NULL },
    { "iop.sellerOrderInfo", "{\"distr_order_id\":\"$given1\"}", NULL },
    { "iop.orderList", "{\"page\":0,\"size\":10}", NULL },
    { "iop.orderInfo", "{\"user_id\":$shop_id,\"distr_order_id\":\"$given1\"}", NULL },
    { "iop.waybillGet",
      "{" SENDER ",\"trade_order_list\":[{\"user_id\":$shop_id,\"company_code\":\"zhongtong\","
      "\"order_infos\":[{\"distr_order_id\":\"$given1\",\"items\":[{\"item_name\":\"x\","
      "\"item_count\":1}]}]}]}",
      "waybill=/ebill_infos/0/track_no" },
    { "iop.waybillCancel",
      "{\"user_id\":$shop_id,\"company_code\":\"zhongtong\",\"track_no\":\"$waybill\"}", NULL },
    { "iop.waybillReturn",
      "{\"user_id\":$shop_id,\"distr_order_id\":\"$given1\",\"company_code\":\"zhongtong\","
      "\"track_no\":\"MDF1\"}",
      "delivery=/delivery_id" },
    { "iop.waybillUpdate",
      "{\"user_id\":$shop_id,\"distr_order_id\":\"$given1\",\"company_code\":\"shunfeng\","
      "\"track_no\":\"MSF2\",\"delivery_id\":\"$delivery\"}",
      NULL },

    /* ---- supply ---- */
    { "supplyChain.getSupplierCategory", "{\"category_id\":0}", NULL },
    { "supplyChain.brand.list", "{\"category_id\":20597,\"brand_name\":\"千\"}", NULL },
    { "supplyChain.supplyProduct.getSupplyProductUpdateRule", "{\"category_id\":20597}", NULL },
    { "supplyChain.supplyProduct.add", "{\"outer_product_id\":\"MP-1\"," GOODS "}",
      "goods=/product_id;gsku=/sku_list/0/sku_id" },
    { "supplyChain.supplyProduct.edit", "{\"product_id\":$goods," GOODS "}", NULL },
    { "supplyChain.supplyProduct.editPrice", "{\"sku_id\":$gsku,\"supply_price\":1200}", NULL },
    { "supplyChain.supplyProduct.queryPrice", "{\"sku_id\":$gsku}", NULL },
    { "supplyChain.supplyProduct.offline", "{\"product_id\":$goods}", NULL },
    { "supplyChain.supplyProduct.setOnline", "{\"product_id\":$goods}", NULL },
    { "supplyChain.supplyProduct.getSupplyProductList", "{\"page\":1,\"size\":10}", NULL },
    { "supplyChain.supplyProduct.getSupplyProductDetail", "{\"product_id\":$goods}", NULL },
    { "supplyChain.sku.syncSupplyStock",
      "{\"sku_id\":$gsku,\"stock_num\":9,\"idempotent_id\":\"m\"}", NULL },
    { "supplyChain.sku.stockNum", "{\"sku_id\":$gsku}", NULL },
    { "supplyChain.warehouse.create",
      "{\"out_warehouse_id\":\"MH-4\",\"name\":\"四号仓\",\"intro\":\"北\"}", NULL },
    { "supplyChain.warehouse.editAddr",
      "{\"out_warehouse_id\":\"MH-4\",\"warehouse_addr_list\":[{\"addr_id1\":11,\"update_time\":"
      "$now}]}",
      NULL },
    { "supplyChain.warehouse.list", "{\"page\":1,\"size\":10}", NULL },
    { "supplyChain.getSupplyOrderList", "{\"page\":1,\"size\":10,\"order_status\":10}",
      "supply=/order_list/0/order_no" },
    { "supplyChain.getOrderByOrderNo", "{\"order_no\":\"$supply\"}", NULL },
    { "supplyChain.supplyConsign",
      "{\"order_no\":\"$supply\",\"tms_code\":\"zhongtong\",\"tracking_no\":\"MGH1\"}", NULL },
    { "supplyChain.updateConsign",
      "{\"order_no\":\"$supply\",\"tms_code\":\"zhongtong\",\"tracking_no\":\"MGH2\"}", NULL },
    { "supplyChain.queryReturnOrderList", "{\"page\":1,\"size\":10,\"standard_order_status\":4}",
      "back1=/order_list/0/return_order_no;back2=/order_list/1/return_order_no" },
    { "supplyChain.queryReturnOrderByOrderNo", "{\"after_sale_order_no\":\"$back1\"}", NULL },
    { "supplyChain.returnOrder.operate",
      "{\"return_order_no\":\"$back1\",\"operate_type\":\"CONFIRM_RETURNED\"}", NULL },
    { "supplyChain.returnOrder.batchOperate",
      "{\"return_order_no_list\":[\"$back2\"],\"operate_type\":\"REJECT\",\"refuse_reason\":"
      "\"已发货\"}",
      NULL },
    { NULL, NULL, NULL },
};
