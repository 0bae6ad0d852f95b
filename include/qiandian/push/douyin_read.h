/*
 * One function a Douyin push tag and a known kind of SPI call, typed; included by douyin.h. Each
 * passes tag and size to qd_push_decode() or qd_spi_decode(), whose comments tell what can fail.
 */
#ifndef QIANDIAN_PUSH_DOUYIN_READ_H
#define QIANDIAN_PUSH_DOUYIN_READ_H

#include "qiandian/push/douyin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* qd_status qd_douyin_push_NAME_read(const qd_push_message *, qd_douyin_push_NAME *out, qd_err *)
 */
#define QD_DOUYIN_PUSH_READ(name, tag)                                                             \
    QD_NODISCARD static inline qd_status qd_douyin_push_##name##_read(                             \
        const qd_push_message *message, qd_douyin_push_##name *out, qd_err *err) {                 \
        return qd_push_decode(message, tag, out, sizeof *out, err);                                \
    }

QD_DOUYIN_PUSH_READ(test, "0")                             /* the address is being checked */
QD_DOUYIN_PUSH_READ(trade_create, "100")                   /* order created */
QD_DOUYIN_PUSH_READ(trade_paid, "101")                     /* paid */
QD_DOUYIN_PUSH_READ(trade_seller_ship, "102")              /* shipped */
QD_DOUYIN_PUSH_READ(trade_success, "103")                  /* finished */
QD_DOUYIN_PUSH_READ(trade_logistics_changed, "104")        /* logistics changed */
QD_DOUYIN_PUSH_READ(trade_address_changed, "105")          /* address changed */
QD_DOUYIN_PUSH_READ(trade_canceled, "106")                 /* cancelled */
QD_DOUYIN_PUSH_READ(trade_partly_seller_ship, "108")       /* partly shipped */
QD_DOUYIN_PUSH_READ(trade_amount_changed, "109")           /* amount changed */
QD_DOUYIN_PUSH_READ(trade_pending, "110")                  /* paid, waiting */
QD_DOUYIN_PUSH_READ(trade_amount_changed_applied, "111")   /* another address is asked for */
QD_DOUYIN_PUSH_READ(trade_memo_modify, "113")              /* seller's memo */
QD_DOUYIN_PUSH_READ(trade_appointment_v2, "126")           /* time of shipping changed */
QD_DOUYIN_PUSH_READ(material_audit_result_for_shop, "137") /* shop's material audited */
QD_DOUYIN_PUSH_READ(material_audit_result_for_bscp, "138") /* supplier's material audited */
QD_DOUYIN_PUSH_READ(refund_created, "200")                 /* after-sale asked for */
QD_DOUYIN_PUSH_READ(refund_agreed, "201")                  /* refund agreed */
QD_DOUYIN_PUSH_READ(refund_return_apply_agreed, "202")     /* return agreed */
QD_DOUYIN_PUSH_READ(refund_buyer_return_goods, "203")      /* buyer sent the goods back */
QD_DOUYIN_PUSH_READ(refund_refused, "204")                 /* refund refused */
QD_DOUYIN_PUSH_READ(refund_return_apply_refused, "205")    /* return refused */
QD_DOUYIN_PUSH_READ(refund_success, "206")                 /* refunded */
QD_DOUYIN_PUSH_READ(refund_closed, "207")                  /* closed */
QD_DOUYIN_PUSH_READ(refund_modified, "208")                /* changed by the buyer */
QD_DOUYIN_PUSH_READ(refund_expiration_change, "209")       /* deadline changed */
QD_DOUYIN_PUSH_READ(refund_exchange_comfirmed, "211")      /* exchange confirmed, shipped again */
QD_DOUYIN_PUSH_READ(refund_arbitrate_applied, "212")       /* arbitration asked for */
QD_DOUYIN_PUSH_READ(refund_arbitrate_submiting, "213")     /* evidence wanted */
QD_DOUYIN_PUSH_READ(refund_arbitrate_submited, "214")      /* evidence given */
QD_DOUYIN_PUSH_READ(refund_arbitrate_cancelled, "215")     /* arbitration cancelled */
QD_DOUYIN_PUSH_READ(refund_arbitrate_audited, "216")       /* arbitration decided */
QD_DOUYIN_PUSH_READ(refund_arbitrate_service_intervene, "217") /* service steps in */
QD_DOUYIN_PUSH_READ(refund_arbitrate_discuss_upload, "218") /* evidence given while negotiating */
QD_DOUYIN_PUSH_READ(refund_special_refund, "224")           /* special right used */
QD_DOUYIN_PUSH_READ(refund_special_refund_success, "225")   /* special right refunded */
QD_DOUYIN_PUSH_READ(refund_resend_fill_logistics, "226")    /* resend shipped */
QD_DOUYIN_PUSH_READ(refund_audit_agree_resend, "227")       /* resend agreed */
QD_DOUYIN_PUSH_READ(product_change, "400")                  /* product changed */
QD_DOUYIN_PUSH_READ(product_info_change, "417")             /* product's content changed */

/* qd_status qd_douyin_spi_NAME_read(qd_spi *, qd_douyin_spi_NAME *out, qd_err *) */
#define QD_DOUYIN_SPI_READ(name, type)                                                             \
    QD_NODISCARD static inline qd_status qd_douyin_spi_##name##_read(                              \
        qd_spi *call, qd_douyin_spi_##name *out, qd_err *err) {                                    \
        return qd_spi_decode(call, type, out, sizeof *out, err);                                   \
    }

QD_DOUYIN_SPI_READ(send_home, "sendHome")
QD_DOUYIN_SPI_READ(demo, "demo")

#undef QD_DOUYIN_PUSH_READ
#undef QD_DOUYIN_SPI_READ

#ifdef __cplusplus
}
#endif
#endif
