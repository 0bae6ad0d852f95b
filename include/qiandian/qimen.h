/*
 * Qimen (奇门) inbound: what a platform or partner sends to the program that stands behind a
 * warehouse or an ERP. The public parameters stand in the query, the business parameters in a body
 * of XML, and both are signed with the app's secret. Nothing here listens on a socket: a program
 * brings the bytes as they came and sends the answer. Calling out is qd_call().
 *
 * The order of things: qd_qimen_verify(), keep what came on disk, answer with qd_qimen_reply().
 * Qimen repeats a call whose answer it did not get: act on the document's own number once.
 */
#ifndef QIANDIAN_QIMEN_H
#define QIANDIAN_QIMEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qiandian/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One request as it came. Everything is borrowed for the call. */
typedef struct qd_qimen_request {
    const char
        *app_key;       /* ours; compared with the query's app_key and target_app_key. NULL = not */
    const char *secret; /* of the app */
    const char *query;  /* behind the '?', still percent-encoded */
    const void *body;   /* the bytes that came, before any decoding */
    size_t body_len;
    int64_t now;        /* UTC seconds, for the skew; 0 = not judged */
    int64_t max_skew_s; /* a timestamp further off is refused; 0 = only told. TOP's rule is 600 */
} qd_qimen_request;

typedef struct qd_qimen qd_qimen; /* a verified call */

/* sign = md5 (also when sign_method is absent), hmac or hmac-sha256 over the query's pairs but
 * sign, sorted by name, and the raw body behind them; hex of either case, compared in constant
 * time. Empty values may be signed as bare names or left out: vendors' SDKs do either. The body is
 * XML with the root request (JSON with format=json, which own scenes may use): no document type and
 * no entities but XML's five, at most 8 MB and 64 levels. One thread at a time.
 * @retval QD_E_AUTH no signature or a wrong one, another app's, no timestamp or one too far off
 * @retval QD_E_PROTOCOL verified, but not readable, or over a bound
 * @retval QD_E_INVALID no secret  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_qimen_verify(const qd_qimen_request *request, qd_qimen **out_call,
                                              qd_err *err);
QD_API void qd_qimen_free(qd_qimen *call); /* NULL is accepted */

/* Texts live as long as the call. */
QD_API const char *qd_qimen_method(const qd_qimen *call);      /* "taobao.qimen.stockout.create" */
QD_API const char *qd_qimen_customer_id(const qd_qimen *call); /* whose goods; "" = none came */
/* Any parameter of the query, decoded; NULL when it was not there. */
QD_API const char *qd_qimen_public(const qd_qimen *call, const char *name);
/* The content of <request> as a JSON object: an element with children is an object, one without is
 * a text, elements of one name are an array (an only child of its plural too). */
QD_API const char *qd_qimen_params(const qd_qimen *call);
/* By how many seconds the call's timestamp is behind (above 0) or ahead of `now`; 0 without now. */
QD_API int64_t qd_qimen_skew_s(const qd_qimen *call);

/* Writes <response><flag>success</flag><code/><message/>...</response> and NUL; flag is failure
 * when success is false. code and message may be NULL. more_json: an object whose members follow,
 * lists as repeated elements ({"items":{"item":[..]}}); NULL = none.
 * @retval QD_E_INVALID more_json is no JSON object, or cannot be written as XML
 * @retval QD_E_NOMEM more than size: *out_len (may be NULL) is what it needs without the NUL */
QD_API QD_NODISCARD qd_status qd_qimen_reply(bool success, const char *code, const char *message,
                                             const char *more_json, char *out, size_t size,
                                             size_t *out_len, qd_err *err);
/* What to answer, with HTTP 200, to a call that qd_qimen_verify() refused: code sign-check-failure
 * for QD_E_AUTH, invalid-request for QD_E_PROTOCOL, system-error for anything else; QD_OK: a bare
 * success. Static XML. */
QD_API const char *qd_qimen_answer(qd_status status);

#ifdef __cplusplus
}
#endif
#endif
