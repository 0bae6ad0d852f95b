/* See modelled.h: Douyin's after-sales. Lists give the numbers; each act has an after-sale of its
 * own in the status that it needs, so that none of them waits for another. */
#include "support/modelled.h"

#define LIST(type, status)                                                                         \
    "{\"page\":0,\"size\":10,\"aftersale_type\":" #type ",\"standard_aftersale_status\":[" #status \
    "]}"
#define ID(nth, name) name "=/items/" #nth "/aftersale_info/aftersale_id"
#define LINE(nth, name) name "=/items/" #nth "/order_info/related_order_info/0/sku_order_id"

const modelled_step modelled_aftersale[] = {
    { "afterSale.List", LIST(2, 6),
      ID(0, "as_cancel") ";" ID(1, "as_agree") ";refund=/items/2/order_info/shop_order_id" },
    { "afterSale.CancelSendGoodsSuccess", "{\"aftersale_id\":\"$as_cancel\",\"op_time\":$now}",
      NULL },
    { "afterSale.operate", "{\"type\":401,\"items\":[{\"aftersale_id\":\"$as_agree\"}]}", NULL },
    { "refund.shopRefund", "{\"order_id\":\"$refund\",\"type\":1}", NULL },
    { "afterSale.List", LIST(1, 6), LINE(0, "as_money") },
    { "afterSale.buyerRefund", "{\"order_id\":\"$as_money\",\"type\":1}", NULL },
    /* The parcel is on its way. */
    { "afterSale.List",
      "{\"page\":0,\"size\":1,\"aftersale_type\":1,\"standard_aftersale_status\":[6],"
      "\"order_logistics_state\":[0],\"order_by\":[\"apply_time desc\"]}",
      ID(0, "as_parcel") ";company=/items/0/aftersale_info/order_logistics/0/company_code;"
                         "track=/items/0/aftersale_info/order_logistics/0/tracking_no" },
    { "afterSale.applyLogisticsIntercept",
      "{\"after_sale_id\":$as_parcel,\"op_from\":1,\"intercept_targets\":[{\"company_code\":"
      "\"$company\",\"tracking_no\":\"$track\"}]}",
      NULL },
    { "afterSale.List", LIST(0, 6), LINE(0, "as_return") },
    { "afterSale.buyerReturn", "{\"order_id\":\"$as_return\",\"type\":1}", NULL },
    { "afterSale.List", LIST(0, 7), ID(0, "as_buyer") },
    { "afterSale.fillLogistics",
      "{\"aftersale_id\":$as_buyer,\"send_type\":3,\"company_code\":\"shunfeng\",\"tracking_no\":"
      "\"SF77001\"}",
      NULL },
    { "afterSale.List", LIST(0, 11), ID(0, "as_back") ";" LINE(1, "as_check") },
    { "afterSale.returnGoodsToWareHouseSuccess", "{\"aftersale_id\":\"$as_back\",\"op_time\":$now}",
      NULL },
    { "afterSale.firmReceive", "{\"order_id\":\"$as_check\",\"type\":1}", NULL },
    { "afterSale.List", LIST(3, 6), ID(0, "as_swap") },
    { "afterSale.buyerExchange", "{\"aftersale_id\":$as_swap,\"is_reject\":false,\"address_id\":7}",
      NULL },
    { "afterSale.List", LIST(3, 11), ID(0, "as_swapped") },
    { "afterSale.buyerExchangeConfirm",
      "{\"aftersale_id\":$as_swapped,\"is_reject\":false,\"action\":\"exchange_agree\","
      "\"company_code\":\"yuantong\",\"logistics_code\":\"YT770011\"}",
      NULL },
    /* The goods came five days ago and are not judged yet. */
    { "afterSale.List",
      "{\"page\":0,\"size\":1,\"standard_aftersale_status\":[11],\"order_by\":"
      "[\"status_deadline asc\"]}",
      ID(0, "as_late") },
    { "afterSale.timeExtend", "{\"aftersale_id\":$as_late}", NULL },
    { "afterSale.List", "{\"page\":0,\"size\":1,\"arbitrate_status\":[4]}", ID(0, "as_judged") },
    { "afterSale.submitEvidence",
      "{\"aftersale_id\":$as_judged,\"comment\":\"如图\",\"evidence\":[\"https://a.example/1\"]}",
      NULL },
    { "afterSale.List",
      "{\"page\":0,\"size\":1,\"pay_type\":2,\"standard_aftersale_status\":[12],"
      "\"aftersale_type\":0}",
      LINE(0, "as_cod") },
    { "afterSale.uploadCompensation",
      "{\"order_id\":\"$as_cod\",\"comment\":\"已转账\",\"evidence\":\"https://a.example/2\"}",
      NULL },
    { "afterSale.Detail", "{\"after_sale_id\":\"$as_late\",\"need_operation_record\":true}", NULL },
    { "afterSale.addOrderRemark", "{\"after_sale_id\":\"$as_late\",\"remark\":\"备注\"}", NULL },
    { "afterSale.rejectReasonCodeList", "{\"aftersale_id\":$as_late}", NULL },
    { "afterSale.refundProcessDetail", "{\"order_id\":\"$as_cod\"}", NULL },
    { "afterSale.refundListSearch", "{\"page\":0,\"size\":5}", NULL },
    { "afterSale.orderList", "{\"page\":0,\"size\":5}", NULL },
    { "refund.orderList", "{\"page\":0,\"size\":5}", NULL },
    { "order.searchList",
      "{\"page\":0,\"size\":20,\"order_asc\":true,\"combine_status\":[{\"order_status\":\"5\"}]}",
      "as_old=/shop_order_list/0/sku_order_list/0/order_id;"
      "as_sold=/shop_order_list/1/sku_order_list/0/order_id" },
    { "afterSale.openOutAfterSale", "{\"order_id\":$as_old}", NULL },
    { "afterSale.OpenAfterSaleChannel", "{\"order_id\":$as_sold}", NULL },
    { "afterSale.ApplyMarketAfterSale", "{\"sku_order_id\":$as_sold,\"after_sale_reason\":2}",
      NULL },
    { NULL, NULL, NULL },
};
