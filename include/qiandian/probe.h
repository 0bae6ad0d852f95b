/*
 * Which reading of an ambiguous signature does a platform follow? Solinkup's guide contradicts
 * itself (five readings, three digests); the answer is found by trying, on purpose and seldom.
 */
#ifndef QIANDIAN_PROBE_H
#define QIANDIAN_PROBE_H

#include "qiandian/app.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QD_PROBE_CALLS = 7, QD_PROBE_TEXT = 48 };

/* Told after each try; err->status is QD_OK for the one that works. */
typedef void (*qd_probe_fn)(void *user, const char *sign_method, const qd_err *err);

typedef struct qd_probe_options {
    int64_t pause_ms; /* between two calls; 0 = 1000 */
    qd_probe_fn told; /* may be NULL */
    void *user;
} qd_probe_options;

/* Makes at most QD_PROBE_CALLS read-only calls (getAuthInfo; the template list for a shop without a
 * token), likeliest reading first, and stops at the first that is answered. Writes its name, for
 * qd_app_options.sign_method, which is ignored here. Tokens are read from the shop's store or
 * session, never renewed. options may be NULL. Blocks.
 * @retval QD_E_AUTH none was accepted; err tells the last refusal
 * @retval QD_E_UNSUPPORTED the platform's signature is not ambiguous
 * @retval QD_E_UNAVAILABLE QD_E_LIMITED QD_E_TIMEOUT the way there failed: nothing was learned */
QD_API QD_NODISCARD qd_status qd_probe_sign_method(const qd_app_options *app,
                                                   const qd_shop_options *shop,
                                                   const qd_probe_options *options,
                                                   char out_sign_method[QD_PROBE_TEXT],
                                                   qd_err *err);

#ifdef __cplusplus
}
#endif
#endif
