/*
 * Time and randomness as a vtable, so that a test can hold them still (weaker stability promise:
 * sys/).
 */
#ifndef QIANDIAN_SYS_CLOCK_H
#define QIANDIAN_SYS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "qiandian/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All functions may be called from any thread. */
typedef struct qd_clock {
    void *self;
    int64_t (*wall_ms)(void *self);                    /* UTC milliseconds since 1970 */
    int64_t (*mono_ms)(void *self);                    /* never goes back */
    void (*sleep_ms)(void *self, int64_t ms);          /* blocks the calling thread */
    void (*random)(void *self, void *out, size_t len); /* fills with unpredictable bytes */
} qd_clock;

/* The machine's own clock and the kernel's randomness; static, never freed. */
QD_API const qd_clock *qd_clock_system(void);

#ifdef __cplusplus
}
#endif
#endif
