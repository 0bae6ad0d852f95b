/*
 * The 40 Douyin push tags whose fields are known, a struct each, and the SPI calls. Fill one with
 * the function of its name:
 *
 *     qd_douyin_push_trade_paid paid;
 *     if (strcmp(message->tag, "101") == 0 && qd_douyin_push_trade_paid_read(message, &paid, &err)
 *         == QD_OK) { ... paid.order.p_id, paid.pay_amount ... }
 *
 * Names are the platform's (misspelt ones too), members its wire names; what many tags share is a
 * member `order`, `aftersale` or `refund`, which lies flat on the wire. Not every tag of such a
 * group fills all of it: 0, NULL and empty lists mean absent. Money is fen. Members that are named
 * ..._time are UTC seconds, whether the platform sent seconds, milliseconds or RFC 3339. Where
 * public sources differ about a field, all readings are here (Douyin message-docs/30, 31, 60, 1165;
 * vendors' and public SDKs).
 */
#ifndef QIANDIAN_PUSH_DOUYIN_H
#define QIANDIAN_PUSH_DOUYIN_H

#include "qiandian/args.h"
#include "qiandian/push.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- parts ---- */

typedef struct qd_douyin_push_order {
    int64_t p_id;  /* parent order */
    qd_ints s_ids; /* its sub orders */
    int64_t shop_id;
    int64_t order_status;
    int64_t order_type;
    int64_t biz; /* biz_id in one source */
} qd_douyin_push_order;

typedef struct qd_douyin_push_area {
    const char *name;
    const char *id;
} qd_douyin_push_area;

typedef struct qd_douyin_push_addr {
    qd_douyin_push_area province, city, town, street;
    const char *detail;
    const char *encrypt_detail;
} qd_douyin_push_addr;

typedef struct qd_douyin_push_receiver {
    const char *addr; /* text, or the JSON of it */
    const char *name;
    const char *tel;
    const char *encrypt_name;
    const char *encrypt_tel;
    qd_douyin_push_addr addr_struct;
} qd_douyin_push_receiver;

typedef struct qd_douyin_push_logistics {
    const char *express_company_id;
    const char *express_company;
    const char *logistics_code;
} qd_douyin_push_logistics;

typedef struct qd_douyin_push_shipped {
    int64_t shipped_order_id;
    int64_t product_id;
    int64_t sku_id;
    int64_t sku_num;
    int64_t shipped_num;
    qd_texts shipped_item_ids;
} qd_douyin_push_shipped;

typedef struct qd_douyin_push_pack {
    const char *express_company_id;
    const char *logistics_code;
    const char *pack_id;
    struct {
        const qd_douyin_push_shipped *items;
        size_t count;
    } shipped_order_info;
} qd_douyin_push_pack;

typedef struct qd_douyin_push_photo {
    const char *format;
    int64_t height, width;
} qd_douyin_push_photo;

typedef struct qd_douyin_push_video {
    const char *duration; /* of unknown shape: its text, or JSON */
    const char *format;
    const char *vid;
    int64_t height, width;
} qd_douyin_push_video;

typedef struct qd_douyin_push_material {
    const char *material_id, *folder_id, *material_type, *name;
    const char *byte_url, *origin_url;
    int64_t audit_status;
    const char *audit_status_desc;
    int64_t operate_status;
    int64_t size;
    const char *create_at, *update_at, *delete_at; /* create_time ...: their form is not known */
    qd_douyin_push_photo photo_info;
} qd_douyin_push_material;

typedef struct qd_douyin_push_aftersale {
    int64_t aftersale_id;
    int64_t aftersale_status; /* after_sale_status in tag 227 */
    int64_t aftersale_type;
    int64_t p_id;
    int64_t s_id;
    int64_t shop_id;
} qd_douyin_push_aftersale;

typedef struct qd_douyin_push_refund {
    int64_t refund_amount;
    int64_t refund_post_amount;
    int64_t refund_voucher_num;
    const char *reason_code; /* a number in some sources, text in one */
    int64_t update_time;
    const char *latest_record;
} qd_douyin_push_refund;

/* ---- structs of the tags ---- */

typedef struct qd_douyin_push_test {
    const char *data; /* plain text: when the address was checked */
    int64_t time;
} qd_douyin_push_test;

typedef struct qd_douyin_push_trade_create {
    qd_douyin_push_order order;
    int64_t create_time;
} qd_douyin_push_trade_create;

typedef struct qd_douyin_push_trade_paid {
    qd_douyin_push_order order;
    int64_t create_time;
    int64_t pay_amount;
    int64_t pay_time;
    int64_t pay_type;
} qd_douyin_push_trade_paid;

typedef struct qd_douyin_push_trade_seller_ship {
    qd_douyin_push_order order;
    int64_t update_time;
    qd_douyin_push_logistics logistics_msg;
    qd_douyin_push_receiver receiver_msg;
} qd_douyin_push_trade_seller_ship, qd_douyin_push_trade_logistics_changed;

typedef struct qd_douyin_push_trade_success {
    qd_douyin_push_order order;
    int64_t complete_time;
} qd_douyin_push_trade_success;

typedef struct qd_douyin_push_trade_address_changed {
    qd_douyin_push_order order;
    int64_t update_time;
    qd_douyin_push_receiver receiver_msg;
} qd_douyin_push_trade_address_changed;

typedef struct qd_douyin_push_trade_canceled {
    qd_douyin_push_order order;
    int64_t create_time;
    int64_t cancel_time;
    const char *cancel_reason;
} qd_douyin_push_trade_canceled;

typedef struct qd_douyin_push_trade_partly_seller_ship {
    qd_douyin_push_order order;
    int64_t update_time;
    qd_douyin_push_pack logistics_msg;
    qd_douyin_push_receiver receiver_msg;
} qd_douyin_push_trade_partly_seller_ship;

typedef struct qd_douyin_push_trade_amount_changed {
    qd_douyin_push_order order;
    int64_t modify_time;
    int64_t post_amount;
    int64_t total_amount;
} qd_douyin_push_trade_amount_changed;

typedef struct qd_douyin_push_trade_pending {
    qd_douyin_push_order order;
} qd_douyin_push_trade_pending;

/* The buyer asks for another address, whatever the event is called. */
typedef struct qd_douyin_push_trade_amount_changed_applied {
    int64_t p_id, shop_id;
    int64_t apply_time;
    qd_douyin_push_receiver receiver_msg;      /* as it is */
    qd_douyin_push_receiver post_receiver_msg; /* as it shall be */
} qd_douyin_push_trade_amount_changed_applied;

typedef struct qd_douyin_push_trade_memo_modify {
    int64_t p_id, shop_id;
    const char *remark;
    int64_t star;
    int64_t update_time;
} qd_douyin_push_trade_memo_modify;

typedef struct qd_douyin_push_trade_appointment_v2 {
    qd_douyin_push_order order; /* p_id comes as text */
    int64_t exp_delivery_time;
} qd_douyin_push_trade_appointment_v2;

typedef struct qd_douyin_push_material_audit_result_for_shop {
    qd_douyin_push_material material;
    int64_t shop_id;
    const char *video_info; /* JSON of unknown shape */
} qd_douyin_push_material_audit_result_for_shop;

typedef struct qd_douyin_push_material_audit_result_for_bscp {
    qd_douyin_push_material material;
    const char *supplier_id;
    qd_douyin_push_video video_info;
} qd_douyin_push_material_audit_result_for_bscp;

/* Most after-sale tags: the members that one does not send are absent. */
typedef struct qd_douyin_push_refund_created {
    qd_douyin_push_aftersale aftersale;
    qd_douyin_push_refund refund;
    int64_t apply_time;    /* 200, 211, 224 */
    int64_t agree_time;    /* 201, 202 */
    int64_t return_time;   /* 203 */
    int64_t refuse_time;   /* 204, 205; one source has it in 202 and 203 */
    int64_t success_time;  /* 206, 225 */
    int64_t close_time;    /* 207 */
    int64_t modify_time;   /* 208 */
    const char *addr;      /* 202: where the goods go, text or JSON */
    const char *logistics; /* 203: text or JSON */
} qd_douyin_push_refund_created, qd_douyin_push_refund_agreed,
    qd_douyin_push_refund_return_apply_agreed, qd_douyin_push_refund_buyer_return_goods,
    qd_douyin_push_refund_refused, qd_douyin_push_refund_return_apply_refused,
    qd_douyin_push_refund_success, qd_douyin_push_refund_closed, qd_douyin_push_refund_modified,
    qd_douyin_push_refund_exchange_comfirmed, qd_douyin_push_refund_special_refund,
    qd_douyin_push_refund_special_refund_success, qd_douyin_push_refund_resend_fill_logistics,
    qd_douyin_push_refund_audit_agree_resend;

typedef struct qd_douyin_push_refund_expiration_change {
    qd_douyin_push_aftersale aftersale;
    int64_t status_deadline; /* as sent; presumably UTC seconds */
} qd_douyin_push_refund_expiration_change;

/* The seven steps of an arbitration. */
typedef struct qd_douyin_push_refund_arbitrate_applied {
    qd_douyin_push_aftersale aftersale;
    const char *arbitrate_id;
    int64_t arbitrate_status;
    int64_t arbitrate_conclusion; /* 216 */
} qd_douyin_push_refund_arbitrate_applied, qd_douyin_push_refund_arbitrate_submiting,
    qd_douyin_push_refund_arbitrate_submited, qd_douyin_push_refund_arbitrate_cancelled,
    qd_douyin_push_refund_arbitrate_audited, qd_douyin_push_refund_arbitrate_service_intervene,
    qd_douyin_push_refund_arbitrate_discuss_upload;

typedef struct qd_douyin_push_product_change {
    int64_t product_id, out_product_id, shop_id;
    int64_t event; /* its codes are not documented */
    const char *check_reject_reason;
    int64_t update_time;
} qd_douyin_push_product_change;

typedef struct qd_douyin_push_channel {
    int64_t channel_id, channel_main_product_id, channel_type;
} qd_douyin_push_channel;

typedef struct qd_douyin_push_product_status {
    const char *check_status, *draft_status, *status;
} qd_douyin_push_product_status;

typedef struct qd_douyin_push_product_info_change {
    int64_t product_id, shop_id;
    int64_t msg_type;
    qd_douyin_push_channel channel_info;
    qd_douyin_push_product_status status;
} qd_douyin_push_product_info_change;

/* ---- SPI ---- */

/* The twelve calls sendHome.*: a message of spi_type (1 paid, 2 finished, 4 rejected, 5 refund
 * asked, 6 refund decided, 21 product, 31 delivery) whose text is JSON. */
typedef struct qd_douyin_spi_send_home {
    const char *msg_id;
    const char *msg_body;
    int64_t spi_type;
} qd_douyin_spi_send_home;

/* The platform's example, demo.spi. */
typedef struct qd_douyin_spi_demo {
    const char *arg_1;
} qd_douyin_spi_demo;

#ifdef __cplusplus
}
#endif

#include "qiandian/push/douyin_read.h" /* the functions */
#endif
