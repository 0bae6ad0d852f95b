/*
 * Status codes and the error object that every fallible function fills.
 *
 * A caller owns the qd_err (usually on the stack) and passes its address last; NULL is accepted
 * everywhere. Ask the error what to do (qd_err_is_retriable() and its siblings) instead of decoding
 * codes.
 */
#ifndef QIANDIAN_ERROR_H
#define QIANDIAN_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "qiandian/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stable numbers: new ones are appended, none is ever renumbered. */
typedef enum qd_status {
    QD_OK = 0,
    QD_E_INVALID = 1,   /* the caller's mistake: argument, parameter, configuration, usage */
    QD_E_NOT_FOUND = 2, /* no such method, shop, row, file */
    QD_E_AUTH = 3,      /* needs (new) authorisation: wrong secret, revoked or expired for good */
    QD_E_LIMITED = 4,   /* rate limit or quota; qd_err.limited_until says until when */
    QD_E_UNAVAILABLE =
        5, /* the platform or the way to it failed and the call had no effect: try later */
    QD_E_UNKNOWN_OUTCOME = 6, /* the call may or may not have taken effect: do not repeat blindly */
    QD_E_PLATFORM = 7,        /* the platform understood and refused (business error) */
    QD_E_PROTOCOL =
        8, /* the reply is not what the protocol says: broken JSON, over a bound, wrong type */
    QD_E_TIMEOUT = 9,      /* the caller's deadline passed; nothing was sent */
    QD_E_BUSY = 10,        /* somebody else holds the lock or the claim */
    QD_E_IO = 11,          /* disk or socket of ours: full disk, permission, read-only */
    QD_E_NOMEM = 12,       /* out of memory, or a stated bound was reached */
    QD_E_CANCELLED = 13,   /* the caller asked to stop */
    QD_E_UNSUPPORTED = 14, /* this build or this platform cannot do that */
    QD_E_CORRUPT = 15,     /* stored data fails its check (wrong key, damaged file) */
    QD_E_STALE = 16        /* a fencing number or version has moved on: somebody else took over */
} qd_status;

/* What the program may do next; the coarse answer behind the qd_err_* questions. */
typedef enum qd_retry {
    QD_RETRY_NEVER = 0,  /* repeating cannot help */
    QD_RETRY_LATER = 1,  /* safe to repeat after a pause */
    QD_RETRY_UNTIL = 2,  /* safe to repeat at qd_err.limited_until */
    QD_RETRY_REAUTH = 3, /* repeat after the shop has been authorised again */
    QD_RETRY_CHECK = 4   /* look first whether it took effect */
} qd_retry;

/* Fixed size, no ownership: copy it freely. Every text ends in NUL and holds no secret and no
 * personal data. */
typedef struct qd_err {
    qd_status status;
    qd_retry retry;
    int http_status;       /* 0 when no HTTP answer came */
    int64_t limited_until; /* UTC seconds; 0 when not limited */
    char platform[16];     /* "douyin", "" when no platform was involved */
    char code[32];         /* the platform's code as text, e.g. "40003" */
    char sub_code[96];     /* e.g. "isv.signature-invalid" */
    char request_id[72];   /* log_id (Douyin), request_id (TOP) */
    char message[640];     /* one line: what was wrong, where, what to do */
} qd_err;

/* Zero value; the same as qd_err_clear(). */
#define QD_ERR_INIT                                                                                \
    { QD_OK, QD_RETRY_NEVER, 0, 0, "", "", "", "", "" }

QD_API void qd_err_clear(qd_err *err);

/* The symbol without its prefix in lower case ("unknown_outcome"); "unknown_status" for anything
 * else. */
QD_API const char *qd_status_name(qd_status status);

QD_API bool qd_err_is_retriable(const qd_err *err); /* LATER or UNTIL */
QD_API bool qd_err_needs_auth(const qd_err *err);   /* authorise the shop again, then repeat */
QD_API bool qd_err_is_unknown_outcome(const qd_err *err); /* it may have taken effect */
QD_API int64_t qd_err_limited_until(const qd_err *err);   /* UTC seconds, 0 when not limited */

#ifdef __cplusplus
}
#endif
#endif
