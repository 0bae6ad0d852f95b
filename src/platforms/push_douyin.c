/*
 * Douyin's pushes and SPI calls as data: which tag is which event, and where each wire field goes
 * in the structs of qiandian/push/douyin.h. The reading is push_decode.c's.
 *
 * Sources: Douyin message-docs/30 (orders), 31 (after-sales), 60 (products), 1165 (material), and
 * the public SDKs that show the fields; where they differ, a row has both names or the struct both
 * members. SPI names are the vendor's folders.
 */
#include <string.h>

#include "platforms/push_private.h"
#include "qiandian/push/douyin.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define P(name) qd_douyin_push_##name
/* The size of a member that has the type that its row says; any other does not compile. */
#define SIZE_OF(type, member, wanted) sizeof(_Generic(((type *)0)->member, wanted : (wanted)0))
#define LIST_OF(type, member, wanted) sizeof(_Generic(((type *)0)->member, wanted : (wanted){ 0 }))

#define AS(type, member, wire, other)                                                              \
    { wire, other, NULL, 0, SIZE_OF(type, member, int64_t), offsetof(type, member), PUSH_INT }
#define INT(type, member) AS(type, member, #member, NULL)
#define TIME(type, member)                                                                         \
    { #member, NULL, NULL, 0, SIZE_OF(type, member, int64_t), offsetof(type, member), PUSH_TIME }
#define TEXT_AS(type, member, wire)                                                                \
    { wire, NULL, NULL, 0, SIZE_OF(type, member, const char *), offsetof(type, member), PUSH_TEXT }
#define TEXT(type, member) TEXT_AS(type, member, #member)
#define INTS(type, member)                                                                         \
    { #member, NULL, NULL, 0, LIST_OF(type, member, qd_ints), offsetof(type, member), PUSH_INTS }
#define TEXTS(type, member)                                                                        \
    { #member, NULL, NULL, 0, LIST_OF(type, member, qd_texts), offsetof(type, member), PUSH_TEXTS }
#define PART(kind, type, member, rows)                                                             \
    { #member, NULL, rows, COUNT(rows), sizeof(((type *)0)->member), offsetof(type, member), kind }
#define FLAT(type, member, rows) PART(PUSH_FLAT, type, member, rows)
#define OBJECT(type, member, rows) PART(PUSH_OBJECT, type, member, rows)
#define OBJECTS(type, member, rows)                                                                \
    {                                                                                              \
#member, NULL, rows, COUNT(rows), sizeof(*((type *)0)->member.items),                      \
            offsetof(type, member), PUSH_OBJECTS                                                   \
    }

/* ---- parts ---- */

static const push_row order_rows[] = {
    INT(P(order), p_id),         INTS(P(order), s_ids),     INT(P(order), shop_id),
    INT(P(order), order_status), INT(P(order), order_type), AS(P(order), biz, "biz", "biz_id"),
};
static const push_row area_rows[] = { TEXT(P(area), name), TEXT(P(area), id) };
static const push_row addr_rows[] = {
    OBJECT(P(addr), province, area_rows),
    OBJECT(P(addr), city, area_rows),
    OBJECT(P(addr), town, area_rows),
    OBJECT(P(addr), street, area_rows),
    TEXT(P(addr), detail),
    TEXT(P(addr), encrypt_detail),
};
static const push_row receiver_rows[] = {
    TEXT(P(receiver), addr),        TEXT(P(receiver), name),
    TEXT(P(receiver), tel),         TEXT(P(receiver), encrypt_name),
    TEXT(P(receiver), encrypt_tel), OBJECT(P(receiver), addr_struct, addr_rows),
};
static const push_row logistics_rows[] = {
    TEXT(P(logistics), express_company_id),
    TEXT(P(logistics), express_company),
    TEXT(P(logistics), logistics_code),
};
static const push_row shipped_item_rows[] = {
    INT(P(shipped), shipped_order_id), INT(P(shipped), product_id),
    INT(P(shipped), sku_id),           INT(P(shipped), sku_num),
    INT(P(shipped), shipped_num),      TEXTS(P(shipped), shipped_item_ids),
};
static const push_row pack_rows[] = {
    TEXT(P(pack), express_company_id),
    TEXT(P(pack), logistics_code),
    TEXT(P(pack), pack_id),
    OBJECTS(P(pack), shipped_order_info, shipped_item_rows),
};
static const push_row photo_rows[] = { TEXT(P(photo), format), INT(P(photo), height),
                                       INT(P(photo), width) };
static const push_row video_rows[] = { TEXT(P(video), duration), TEXT(P(video), format),
                                       TEXT(P(video), vid), INT(P(video), height),
                                       INT(P(video), width) };
static const push_row material_rows[] = {
    TEXT(P(material), material_id),
    TEXT(P(material), folder_id),
    TEXT(P(material), material_type),
    TEXT(P(material), name),
    TEXT(P(material), byte_url),
    TEXT(P(material), origin_url),
    INT(P(material), audit_status),
    TEXT(P(material), audit_status_desc),
    INT(P(material), operate_status),
    INT(P(material), size),
    TEXT_AS(P(material), create_at, "create_time"),
    TEXT_AS(P(material), update_at, "update_time"),
    TEXT_AS(P(material), delete_at, "delete_time"),
    OBJECT(P(material), photo_info, photo_rows),
};
static const push_row aftersale_rows[] = {
    INT(P(aftersale), aftersale_id),
    AS(P(aftersale), aftersale_status, "aftersale_status", "after_sale_status"),
    INT(P(aftersale), aftersale_type),
    INT(P(aftersale), p_id),
    INT(P(aftersale), s_id),
    INT(P(aftersale), shop_id),
};
static const push_row refund_part_rows[] = {
    INT(P(refund), refund_amount),      INT(P(refund), refund_post_amount),
    INT(P(refund), refund_voucher_num), TEXT(P(refund), reason_code),
    TIME(P(refund), update_time),       TEXT(P(refund), latest_record),
};

/* ---- tags ---- */

static const push_row create_rows[] = {
    FLAT(P(trade_create), order, order_rows),
    TIME(P(trade_create), create_time),
};
static const push_row paid_rows[] = {
    FLAT(P(trade_paid), order, order_rows), TIME(P(trade_paid), create_time),
    INT(P(trade_paid), pay_amount),         TIME(P(trade_paid), pay_time),
    INT(P(trade_paid), pay_type),
};
static const push_row shipped_rows[] = {
    FLAT(P(trade_seller_ship), order, order_rows),
    TIME(P(trade_seller_ship), update_time),
    OBJECT(P(trade_seller_ship), logistics_msg, logistics_rows),
    OBJECT(P(trade_seller_ship), receiver_msg, receiver_rows),
};
static const push_row success_rows[] = {
    FLAT(P(trade_success), order, order_rows),
    TIME(P(trade_success), complete_time),
};
static const push_row address_changed_rows[] = {
    FLAT(P(trade_address_changed), order, order_rows),
    TIME(P(trade_address_changed), update_time),
    OBJECT(P(trade_address_changed), receiver_msg, receiver_rows),
};
static const push_row canceled_rows[] = {
    FLAT(P(trade_canceled), order, order_rows),
    TIME(P(trade_canceled), create_time),
    TIME(P(trade_canceled), cancel_time),
    TEXT(P(trade_canceled), cancel_reason),
};
static const push_row partly_seller_ship_rows[] = {
    FLAT(P(trade_partly_seller_ship), order, order_rows),
    TIME(P(trade_partly_seller_ship), update_time),
    OBJECT(P(trade_partly_seller_ship), logistics_msg, pack_rows),
    OBJECT(P(trade_partly_seller_ship), receiver_msg, receiver_rows),
};
static const push_row amount_changed_rows[] = {
    FLAT(P(trade_amount_changed), order, order_rows),
    TIME(P(trade_amount_changed), modify_time),
    INT(P(trade_amount_changed), post_amount),
    INT(P(trade_amount_changed), total_amount),
};
static const push_row pending_rows[] = {
    FLAT(P(trade_pending), order, order_rows),
};
static const push_row amount_changed_applied_rows[] = {
    INT(P(trade_amount_changed_applied), p_id),
    INT(P(trade_amount_changed_applied), shop_id),
    TIME(P(trade_amount_changed_applied), apply_time),
    OBJECT(P(trade_amount_changed_applied), receiver_msg, receiver_rows),
    OBJECT(P(trade_amount_changed_applied), post_receiver_msg, receiver_rows),
};
static const push_row memo_modify_rows[] = {
    INT(P(trade_memo_modify), p_id),         INT(P(trade_memo_modify), shop_id),
    TEXT(P(trade_memo_modify), remark),      INT(P(trade_memo_modify), star),
    TIME(P(trade_memo_modify), update_time),
};
static const push_row appointment_v2_rows[] = {
    FLAT(P(trade_appointment_v2), order, order_rows),
    TIME(P(trade_appointment_v2), exp_delivery_time),
};
static const push_row material_shop_rows[] = {
    FLAT(P(material_audit_result_for_shop), material, material_rows),
    INT(P(material_audit_result_for_shop), shop_id),
    TEXT(P(material_audit_result_for_shop), video_info),
};
static const push_row material_bscp_rows[] = {
    FLAT(P(material_audit_result_for_bscp), material, material_rows),
    TEXT(P(material_audit_result_for_bscp), supplier_id),
    OBJECT(P(material_audit_result_for_bscp), video_info, video_rows),
};
static const push_row refund_rows[] = {
    FLAT(P(refund_created), aftersale, aftersale_rows),
    FLAT(P(refund_created), refund, refund_part_rows),
    TIME(P(refund_created), apply_time),
    TIME(P(refund_created), agree_time),
    TIME(P(refund_created), return_time),
    TIME(P(refund_created), refuse_time),
    TIME(P(refund_created), success_time),
    TIME(P(refund_created), close_time),
    TIME(P(refund_created), modify_time),
    TEXT(P(refund_created), addr),
    TEXT(P(refund_created), logistics),
};
static const push_row expiration_rows[] = {
    FLAT(P(refund_expiration_change), aftersale, aftersale_rows),
    INT(P(refund_expiration_change), status_deadline),
};
static const push_row arbitrate_rows[] = {
    FLAT(P(refund_arbitrate_applied), aftersale, aftersale_rows),
    TEXT(P(refund_arbitrate_applied), arbitrate_id),
    INT(P(refund_arbitrate_applied), arbitrate_status),
    INT(P(refund_arbitrate_applied), arbitrate_conclusion),
};
static const push_row product_change_rows[] = {
    INT(P(product_change), product_id),
    INT(P(product_change), out_product_id),
    INT(P(product_change), shop_id),
    INT(P(product_change), event),
    TEXT(P(product_change), check_reject_reason),
    TIME(P(product_change), update_time),
};
static const push_row channel_rows[] = {
    INT(P(channel), channel_id),
    INT(P(channel), channel_main_product_id),
    INT(P(channel), channel_type),
};
static const push_row product_status_rows[] = {
    TEXT(P(product_status), check_status),
    TEXT(P(product_status), draft_status),
    TEXT(P(product_status), status),
};
static const push_row product_info_change_rows[] = {
    INT(P(product_info_change), product_id),
    INT(P(product_info_change), shop_id),
    INT(P(product_info_change), msg_type),
    OBJECT(P(product_info_change), channel_info, channel_rows),
    OBJECT(P(product_info_change), status, product_status_rows),
};

#define TAG(tag, event, title, rows)                                                               \
    {                                                                                              \
        { tag, event, title }, {                                                                   \
            rows, COUNT(rows)                                                                      \
        }                                                                                          \
    }

static const push_tag tags[] = {
    { { "0", "Test", "推送地址校验消息" }, { NULL, 0 } },
    TAG("100", "TradeCreate", "订单创建消息", create_rows),
    TAG("101", "TradePaid", "订单支付确认消息", paid_rows),
    TAG("102", "TradeSellerShip", "卖家发货消息", shipped_rows),
    TAG("103", "TradeSuccess", "交易完成消息", success_rows),
    TAG("104", "TradeLogisticsChanged", "发货物流信息变更消息", shipped_rows),
    TAG("105", "TradeAddressChanged", "买家收货信息变更消息", address_changed_rows),
    TAG("106", "TradeCanceled", "订单取消消息", canceled_rows),
    TAG("108", "TradePartlySellerShip", "卖家部分发货消息", partly_seller_ship_rows),
    TAG("109", "TradeAmountChanged", "订单金额修改消息", amount_changed_rows),
    TAG("110", "TradePending", "订单已支付待处理", pending_rows),
    TAG("111", "TradeAmountChangedApplied", "买家收货信息变更申请消息",
        amount_changed_applied_rows),
    TAG("113", "TradeMemoModify", "卖家添加备注消息", memo_modify_rows),
    TAG("126", "TradeAppointmentV2", "订单发货时效变更", appointment_v2_rows),
    TAG("137", "MaterialAuditResultForShop", "店铺素材审核结果", material_shop_rows),
    TAG("138", "MaterialAuditResultForBSCP", "供应商素材审核结果", material_bscp_rows),
    TAG("200", "RefundCreated", "买家发起售后申请消息", refund_rows),
    TAG("201", "RefundAgreed", "同意退款消息", refund_rows),
    TAG("202", "RefundReturnApplyAgreed", "同意退货申请消息", refund_rows),
    TAG("203", "RefundBuyerReturnGoods", "买家退货给卖家消息", refund_rows),
    TAG("204", "RefundRefused", "拒绝退款消息", refund_rows),
    TAG("205", "RefundReturnApplyRefused", "拒绝退货申请消息", refund_rows),
    TAG("206", "RefundSuccess", "退款成功消息", refund_rows),
    TAG("207", "RefundClosed", "售后关闭消息", refund_rows),
    TAG("208", "RefundModified", "买家修改售后申请消息", refund_rows),
    TAG("209", "RefundExpirationChange", "售后超时时长变更消息", expiration_rows),
    TAG("211", "RefundExchangeComfirmed", "确认换货并二次发货消息", refund_rows),
    TAG("212", "RefundArbitrateApplied", "买家发起客服仲裁消息", arbitrate_rows),
    TAG("213", "RefundArbitrateSubmiting", "客服要求商家上传凭证消息", arbitrate_rows),
    TAG("214", "RefundArbitrateSubmited", "商家上传仲裁凭证消息", arbitrate_rows),
    TAG("215", "RefundArbitrateCancelled", "买家取消仲裁消息", arbitrate_rows),
    TAG("216", "RefundArbitrateAudited", "客服仲裁结果消息", arbitrate_rows),
    TAG("217", "RefundArbitrateServiceIntervene", "仲裁客服介入消息", arbitrate_rows),
    TAG("218", "RefundArbitrateDiscussUpload", "协商期上传凭证消息", arbitrate_rows),
    TAG("224", "RefundSpecialRefund", "特殊权益售后消息", refund_rows),
    TAG("225", "RefundSpecialRefundSuccess", "特殊权益售后退款成功消息", refund_rows),
    TAG("226", "RefundResendFillLogistics", "补寄商家发货", refund_rows),
    TAG("227", "RefundAuditAgreeResend", "同意补寄申请", refund_rows),
    TAG("400", "ProductChange", "商品变更消息", product_change_rows),
    TAG("417", "ProductInfoChange", "抖店商品内容变更消息", product_info_change_rows),
};

const push_tag *push_tag_at(size_t index) {
    return index < COUNT(tags) ? &tags[index] : NULL;
}

const push_tag *push_tag_find(base_str tag) {
    for (size_t i = 0; i < COUNT(tags); i++) {
        if (base_str_is(tag, tags[i].kind.tag)) {
            return &tags[i];
        }
    }
    return NULL;
}

/* ---- SPI ---- */

static const push_row send_home_rows[] = { TEXT(qd_douyin_spi_send_home, msg_id),
                                           TEXT(qd_douyin_spi_send_home, msg_body),
                                           INT(qd_douyin_spi_send_home, spi_type) };
static const push_row demo_rows[] = { TEXT(qd_douyin_spi_demo, arg_1) };
static const push_shape send_home = { send_home_rows, COUNT(send_home_rows) };
static const push_shape demo = { demo_rows, COUNT(demo_rows) };

const push_shape *push_spi_shape(const char *type) {
    if (strcmp(type, "sendHome") == 0) {
        return &send_home;
    }
    return strcmp(type, "demo") == 0 ? &demo : NULL;
}

/* Path and name differ in their dots only. */
static const char *const spi_names[] = {
    "demo.spi",
    "sendHome.afterSale.applyRefundMsg",
    "sendHome.afterSale.auditResultMsg",
    "sendHome.afterSale.cancelOrderMsg",
    "sendHome.afterSale.closeRefundMsg",
    "sendHome.afterSale.completeRefundMsg",
    "sendHome.afterSale.modifyRefundMsg",
    "sendHome.delivery.deliveryStatusChange",
    "sendHome.order.PayMsg",
    "sendHome.order.acceptMsg",
    "sendHome.order.finishMsg",
    "sendHome.order.rejectMsg",
    "sendHome.product.productStatusChange",
};

/* The program's own prefix may stand before it. */
static bool ends_with(base_str path, const char *name) {
    size_t len = strlen(name);
    if (path.len < len || (path.len > len && path.ptr[path.len - len - 1] != '/')) {
        return false;
    }
    const char *end = path.ptr + path.len - len;
    for (size_t i = 0; i < len; i++) {
        if ((end[i] == '/' ? '.' : end[i]) != name[i]) {
            return false;
        }
    }
    return true;
}

const char *push_spi_name(base_str path) {
    while (path.len > 0 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    for (size_t i = 0; i < COUNT(spi_names); i++) {
        if (ends_with(path, spi_names[i])) {
            return spi_names[i];
        }
    }
    return NULL;
}
