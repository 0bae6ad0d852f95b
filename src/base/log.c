/*
 * The process-wide log callback. Silent until one is set; formats nothing that nobody wants.
 */
#include <stddef.h>

#include "base/base_private.h"

enum { LINE_BYTES = 1024 };

/* Written once before other threads run (see log.h), so they need no lock. */
static qd_log_fn log_fn;
static void *log_user;
static qd_log_level log_up_to;

void qd_log_set(qd_log_fn fn, void *user, qd_log_level up_to) {
    log_fn = fn;
    log_user = user;
    log_up_to = up_to;
}

void base_log(qd_log_level level, const char *room, const char *fmt, ...) {
    if (!log_fn || level > log_up_to) {
        return;
    }
    char line[LINE_BYTES];
    va_list args;
    va_start(args, fmt);
    base_format_line(line, sizeof line, fmt, args);
    va_end(args);
    log_fn(log_user, level, room, line);
}
