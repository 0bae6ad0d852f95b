/*
 * What a platform sends on its own: pushes (messages about orders, after-sales, products) and SPI
 * calls (the platform asks, the app answers). Verified against the app's secret, parsed, and
 * decoded into the structs of qiandian/push/douyin.h. Nothing here listens on a socket: a program
 * brings the bytes as they came and sends the answer. Douyin is the only platform whose pushes are
 * known; every other name gives QD_E_UNSUPPORTED.
 *
 * The order of things: qd_push_verify() on the raw body, qd_push_parse(), keep what came on disk,
 * answer with qd_push_reply(), then work. A push is a hint: fetch the order again before you act.
 */
#ifndef QIANDIAN_PUSH_H
#define QIANDIAN_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qiandian/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- pushes ---- */

/* One request as it came. Everything is borrowed for the call. */
typedef struct qd_push_request {
    const char *app_key; /* ours */
    const char *app_secret;
    const char *app_id;     /* header app-id; NULL or "" = none came, then it is not compared */
    const char *event_sign; /* header event-sign: hex, upper or lower case */
    const void *body;       /* the bytes that came, before any decoding */
    size_t body_len;
} qd_push_request;

/* event-sign = MD5(app_key + body + secret) in hex (Douyin guide 215/1977), compared in constant
 * time. Neither age nor repetition is checked: a push carries no time of its own, and msg_id is
 * what tells a repeated one.
 * @retval QD_E_AUTH another app's, no signature, or a wrong one (do not authorise again: refuse)
 * @retval QD_E_INVALID no app_key or secret  @retval QD_E_UNSUPPORTED  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_push_verify(const char *platform, const qd_push_request *request,
                                             qd_err *err);

typedef struct qd_push qd_push;           /* the messages of one body */
typedef struct qd_push_item qd_push_item; /* private */

/* Texts live as long as the qd_push. */
typedef struct qd_push_message {
    const char *tag;    /* "100" */
    const char *event;  /* "TradeCreate"; NULL when the tag is unknown */
    const char *title;  /* the platform's name of it, in Chinese; NULL when the tag is unknown */
    const char *msg_id; /* "" when none came */
    const char *data;   /* JSON of known and unknown tags alike; plain text for the test, tag "0" */
    size_t data_len;
    qd_push_item *item; /* private */
} qd_push_message;

/* Reads a JSON array of {tag, msg_id, data}. Tag and msg_id may be numbers; data may be a value
 * instead of the text of one. Old bodies that hold data with its quotes unescaped
 * ("data":"{"p_id":1}") are repaired where the end of the value is certain, and refused elsewhere.
 * Free it with qd_push_free(). One thread at a time.
 * @retval QD_E_PROTOCOL not such an array, more than 8 MB  @retval QD_E_UNSUPPORTED
 * @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_push_parse(const char *platform, const void *body, size_t body_len,
                                            qd_push **out_push, qd_err *err);
QD_API void qd_push_free(qd_push *push); /* NULL is accepted */
QD_API size_t qd_push_count(const qd_push *push);
/* NULL past the end. */
QD_API const qd_push_message *qd_push_at(const qd_push *push, size_t index);
QD_API bool qd_push_was_repaired(const qd_push *push);

/* Fills the struct of a tag; use the typed functions of qiandian/push/douyin.h, which call this
 * with tag and size. Numbers are read where texts came and the other way round; what is absent,
 * null or of another shape is 0, NULL or an empty list, and message->data still has it. Texts and
 * lists live as long as the qd_push; the message may be a copy.
 * @retval QD_E_INVALID the message has another tag
 * @retval QD_E_PROTOCOL its data is no JSON object  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_push_decode(const qd_push_message *message, const char *tag,
                                             void *out, size_t size, qd_err *err);

/* What to answer with HTTP 200: success for QD_OK; code 40041 (not verified, not readable) for
 * QD_E_AUTH and QD_E_PROTOCOL, code 40044 (not processed) for anything else. Static JSON. Douyin
 * wants it within 5 seconds, for the test message, too. */
QD_API const char *qd_push_reply(qd_status status);

/* The known tags, ascending; for menus and documentation. */
typedef struct qd_push_kind {
    const char *tag, *event, *title; /* static */
} qd_push_kind;
/* False past the end, and for a platform without pushes. */
QD_API bool qd_push_kind_at(const char *platform, size_t index, qd_push_kind *out_kind);

/* ---- SPI calls ---- */

/* One request as it came. Everything is borrowed for the call. */
typedef struct qd_spi_request {
    const char *app_key; /* ours */
    const char *app_secret;
    const char *path;  /* of the URL, to tell which SPI it is; may be NULL */
    const char *query; /* behind the '?', still percent-encoded */
    const void *body;  /* of a POST; may be NULL */
    size_t body_len;
} qd_spi_request;

typedef struct qd_spi qd_spi; /* a verified call */

/* The parameters stand in the query's param_json or in the body; the signature of either is
 * accepted, as it came or in the canonical form (sorted keys; unescaped, escaped as Go or as Gson
 * does), in sign or sign_v2, by HMAC-SHA256 when sign_method says so and by MD5 otherwise. All of
 * these are seen in vendors' SDKs. The platform states no greatest age: compare
 * qd_spi_timestamp() with the clock where replays matter.
 * @retval QD_E_AUTH another app's, no signature, no timestamp, or a wrong one
 * @retval QD_E_INVALID no app_key or secret  @retval QD_E_PROTOCOL over a bound
 * @retval QD_E_UNSUPPORTED  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_spi_verify(const char *platform, const qd_spi_request *request,
                                            qd_spi **out_call, qd_err *err);
QD_API void qd_spi_free(qd_spi *call); /* NULL is accepted */

/* Texts live as long as the call. */
QD_API const char *qd_spi_name(const qd_spi *call); /* "sendHome.order.PayMsg"; NULL = unknown */
QD_API const char *qd_spi_params(
    const qd_spi *call); /* as they came; JSON, if the caller is right */
QD_API const char *qd_spi_timestamp(const qd_spi *call); /* as it came */
/* Fills a struct, see the typed functions in qiandian/push/douyin.h; tolerant as qd_push_decode().
 * @retval QD_E_INVALID no such type  @retval QD_E_PROTOCOL no JSON object  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_spi_decode(qd_spi *call, const char *type, void *out, size_t size,
                                            qd_err *err);

/* Codes of an answer (vendors' SDKs; one of them says 10001 for a bad signature). A single SPI may
 * have its own. */
enum {
    QD_SPI_SUCCESS = 0,
    QD_SPI_BAD_SIGNATURE = 100001,
    QD_SPI_BAD_PARAMETER = 100002,
    QD_SPI_INTERNAL = 100003
};
/* Writes {"code":C,"message":"...","data":{...}} and NUL. message NULL = "success" or "failed";
 * data_json NULL = {}.
 * @retval QD_E_INVALID data_json is no JSON
 * @retval QD_E_NOMEM more than size: *out_len (may be NULL) is what it needs without the NUL */
QD_API QD_NODISCARD qd_status qd_spi_reply(int code, const char *message, const char *data_json,
                                           char *out, size_t size, size_t *out_len, qd_err *err);

#ifdef __cplusplus
}
#endif
#endif
