/*
 * Calls: any method of a platform by its wire name, parameters as JSON.
 *
 * qd_call() blocks; it is a loop over the asynchronous calls below and takes a loop of its own from
 * a pool, so any number of threads may call with the same shop at once.
 */
#ifndef QIANDIAN_CALL_H
#define QIANDIAN_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "qiandian/app.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qd_reply qd_reply;

enum {
    QD_CALL_NO_VALIDATE = 1, /* parameters are sent as they are */
    QD_CALL_NO_RETRY = 2,    /* one attempt */
    QD_CALL_DRY_RUN =
        4, /* build and sign, send nothing: the reply holds the request (secrets masked) */
    QD_CALL_SEND_TOKEN = 8 /* raw calls: the token (and the app's secret where a call carries it)
                              goes to a host that is none of the platform's, too */
};

typedef struct qd_call_options {
    unsigned flags;
    int64_t deadline_ms;  /* 0 = the app's */
    const char *raw_path; /* for methods that the catalogue lacks: path or URL; NULL = by the
                             platform's rule. A URL of a foreign host is called without a token. */
    /* One method may be retried after an unknown outcome when the caller knows that repeating is
     * harmless. */
    bool assume_idempotent;
    /* "GET" or "POST" for raw calls; NULL = POST. A method of the catalogue has its own. */
    const char *http_method;
    /* Headers besides the platform's own, at most 16; one of the same name replaces the platform's.
     * Copied. */
    const qd_http_header *headers;
    size_t header_count;
} qd_call_options;

/* params_json: a JSON object, NULL = {}. A file travels as
 *   {"$file": {"name": "a.jpg", "content_type": "image/jpeg", "base64": "..."}}
 * where name ("file") and content_type (application/octet-stream) may be left out; it becomes a
 * part of multipart/form-data. Public parameters (app key, time, token, signature) are ours to
 * fill, and so are the shop's own id (open_id, openId, advertiser_id) and the app's key
 * (client_key, appKey, app_id) where the method has such a parameter and the call does not give it.
 * On failure *out_reply is NULL, except for QD_E_PLATFORM and QD_E_AUTH, where it holds the
 * platform's answer when there was one. Free the reply with qd_reply_free().
 * @retval QD_E_NOT_FOUND unknown method (err names the nearest)
 * @retval QD_E_INVALID refused locally: missing, mistyped, unknown parameter
 * @retval QD_E_AUTH  QD_E_LIMITED  QD_E_UNAVAILABLE  QD_E_UNKNOWN_OUTCOME  QD_E_PLATFORM
 * QD_E_PROTOCOL QD_E_TIMEOUT  QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_call(qd_shop *shop, const char *method, const char *params_json,
                                      qd_reply **out_reply, qd_err *err);
QD_API QD_NODISCARD qd_status qd_call_with(qd_shop *shop, const char *method,
                                           const char *params_json, const qd_call_options *options,
                                           qd_reply **out_reply, qd_err *err);

/* ---- replies: immutable, one owner ---- */

QD_API void qd_reply_free(qd_reply *reply); /* NULL is accepted */
/* The whole answer as received; borrowed. */
QD_API const char *qd_reply_body(const qd_reply *reply, size_t *out_len);
/* Compact JSON of the envelope's inner part (Douyin: data; TOP: below the response root); borrowed,
 * NUL-terminated; made on first use (@locality: one thread). NULL when out of memory. */
QD_API const char *qd_reply_data_json(qd_reply *reply);
QD_API const char *qd_reply_request_id(const qd_reply *reply);
QD_API int qd_reply_attempts(const qd_reply *reply);
QD_API int64_t qd_reply_total_us(const qd_reply *reply); /* of the last exchange */
QD_API int qd_reply_http_status(const qd_reply *reply);

/* The key that made a write safe to repeat: the caller's, or one that we filled in because the call
 * gave none. A later process repeats the call safely with the same key. Several (one an object of
 * a list) have commas between. NULL when the method has none; borrowed. out_param (may be NULL):
 * the parameter, such as "idempotent_id" or "materials.request_id". */
QD_API const char *qd_reply_key(const qd_reply *reply, const char **out_param);
/* An attempt whose answer was lost had done the work: the platform refused the repeat because it
 * knew the key. Then the reply is that refusal, and what the first answer told is not in it. */
QD_API bool qd_reply_was_done(const qd_reply *reply);

/* ---- asynchronous: a loop belongs to one thread ---- */

typedef struct qd_loop qd_loop;
/* The loop makes its transport with the app's maker. */
QD_API QD_NODISCARD qd_status qd_loop_new(qd_app *app, qd_loop **out_loop, qd_err *err);
QD_API void qd_loop_free(qd_loop *loop); /* ends what is open: CANCELLED; NULL is accepted */
/* Called once for each submitted call, from qd_loop_run(), or with QD_E_CANCELLED from
 * qd_loop_free(); never from qd_submit(). Takes ownership of reply (may be NULL); err is borrowed,
 * err->status is QD_OK on success. It may submit further calls; it must not run or free the loop.
 */
typedef void (*qd_call_done_fn)(void *user, qd_reply *reply, const qd_err *err);
/* Failures that are known at once (validation) are returned and `done` is not called. */
QD_API QD_NODISCARD qd_status qd_submit(qd_loop *loop, qd_shop *shop, const char *method,
                                        const char *params_json, const qd_call_options *options,
                                        qd_call_done_fn done, void *user, qd_err *err);
/* Makes progress for at most timeout_ms, returns when at least one call has ended or the time is
 * up. Returns the number of calls still open. */
QD_API size_t qd_loop_run(qd_loop *loop, int64_t timeout_ms);
/* For a host loop: wait for fd readable at most timeout, then qd_loop_run(loop, 0). */
QD_API int qd_loop_fd(qd_loop *loop);
QD_API int64_t qd_loop_timeout_ms(qd_loop *loop); /* -1 = for ever */

#ifdef __cplusplus
}
#endif
#endif
