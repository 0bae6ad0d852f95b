/*
 * The library is silent: whoever embeds it may hand in a callback. Messages hold no secret and no
 * personal data.
 */
#ifndef QIANDIAN_LOG_H
#define QIANDIAN_LOG_H

#include "qiandian/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qd_log_level {
    QD_LOG_ERROR = 0,
    QD_LOG_WARNING = 1,
    QD_LOG_INFO = 2,
    QD_LOG_DEBUG = 3
} qd_log_level;

/* May be called from any thread of the library; `message` is one line, borrowed for the call. */
typedef void (*qd_log_fn)(void *user, qd_log_level level, const char *room, const char *message);

/* Sets the process-wide callback; NULL (the start) silences. Set it before other threads use the
 * library. */
QD_API void qd_log_set(qd_log_fn fn, void *user, qd_log_level up_to);

#ifdef __cplusplus
}
#endif
#endif
