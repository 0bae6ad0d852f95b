/*
 * Batches: several calls in one request, where a platform has such an endpoint. Taobao's
 * /router/batch does (TOP document 104350): one exchange for many small calls, answered in their
 * order, each with its own outcome.
 */
#ifndef QIANDIAN_BATCH_H
#define QIANDIAN_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "qiandian/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls in one request unless the options say otherwise. No source states the platform's own bound:
 * this is ours. */
enum { QD_BATCH_CALLS = 20 };

/* One call; texts are borrowed. No files, and none of Qimen's or DingTalk's methods. */
typedef struct qd_batch_call {
    const char *method;
    const char *params_json; /* a JSON object, NULL = {}; target_app_key may be among them */
} qd_batch_call;

/* What became of it. */
typedef struct qd_batch_result {
    /* The platform's answer; NULL when there is none. Free it with qd_batch_clear(), or take it
     * (set it to NULL) and free it with qd_reply_free(). */
    qd_reply *reply;
    qd_err err; /* status QD_OK on success */
} qd_batch_result;

typedef struct qd_batch_options {
    unsigned flags;      /* QD_CALL_NO_VALIDATE, QD_CALL_NO_RETRY */
    int64_t deadline_ms; /* of each request; 0 = the app's */
    size_t per_request;  /* 0 = QD_BATCH_CALLS */
} qd_batch_options;

/* Makes the calls, per_request of them in each request, one request after the other. Parameters are
 * checked before anything is sent. out_results has `count` places, in the calls' order; each is
 * filled when QD_OK comes back, whatever became of the call.
 *
 * A request is repeated after an unclear outcome only when all its calls are harmless to repeat. A
 * session that the platform refuses is renewed, and the request repeated, when no call of it
 * succeeded. When a request fails for a reason that the next would meet as well (QD_E_AUTH,
 * QD_E_LIMITED, QD_E_TIMEOUT, QD_E_NOMEM), the calls behind it are not sent and get the same error.
 * @retval QD_E_INVALID QD_E_NOT_FOUND the message names the call; nothing was sent
 * @retval QD_E_UNSUPPORTED this platform has no batches  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_call_batch(qd_shop *shop, const qd_batch_call *calls, size_t count,
                                            const qd_batch_options *options,
                                            qd_batch_result *out_results, qd_err *err);
/* Frees the replies and clears the errors. */
QD_API void qd_batch_clear(qd_batch_result *results, size_t count);

#ifdef __cplusplus
}
#endif
#endif
