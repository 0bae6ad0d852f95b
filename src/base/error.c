/*
 * The error object: filling it, putting context before it, asking it. Does not know any platform's
 * codes; whoever decodes them fills code, sub_code and request_id after base_fail().
 */
#include <stdio.h>
#include <string.h>

#include "base/base_private.h"

void qd_err_clear(qd_err *err) {
    if (err) {
        memset(err, 0, sizeof *err);
    }
}

const char *qd_status_name(qd_status status) {
    switch (status) {
    case QD_OK:
        return "ok";
    case QD_E_INVALID:
        return "invalid";
    case QD_E_NOT_FOUND:
        return "not_found";
    case QD_E_AUTH:
        return "auth";
    case QD_E_LIMITED:
        return "limited";
    case QD_E_UNAVAILABLE:
        return "unavailable";
    case QD_E_UNKNOWN_OUTCOME:
        return "unknown_outcome";
    case QD_E_PLATFORM:
        return "platform";
    case QD_E_PROTOCOL:
        return "protocol";
    case QD_E_TIMEOUT:
        return "timeout";
    case QD_E_BUSY:
        return "busy";
    case QD_E_IO:
        return "io";
    case QD_E_NOMEM:
        return "nomem";
    case QD_E_CANCELLED:
        return "cancelled";
    case QD_E_UNSUPPORTED:
        return "unsupported";
    case QD_E_CORRUPT:
        return "corrupt";
    case QD_E_STALE:
        return "stale";
    }
    return "unknown_status";
}

bool qd_err_is_retriable(const qd_err *err) {
    return err && (err->retry == QD_RETRY_LATER || err->retry == QD_RETRY_UNTIL);
}

bool qd_err_needs_auth(const qd_err *err) {
    return err && err->retry == QD_RETRY_REAUTH;
}

bool qd_err_is_unknown_outcome(const qd_err *err) {
    return err && err->retry == QD_RETRY_CHECK;
}

int64_t qd_err_limited_until(const qd_err *err) {
    return err ? err->limited_until : 0;
}

qd_retry base_retry_of(qd_status status) {
    switch (status) {
    case QD_E_LIMITED:
        return QD_RETRY_UNTIL;
    case QD_E_UNAVAILABLE:
    case QD_E_TIMEOUT:
    case QD_E_BUSY:
        return QD_RETRY_LATER;
    case QD_E_AUTH:
        return QD_RETRY_REAUTH;
    case QD_E_UNKNOWN_OUTCOME:
        return QD_RETRY_CHECK;
    case QD_OK:
    case QD_E_INVALID:
    case QD_E_NOT_FOUND:
    case QD_E_PLATFORM:
    case QD_E_PROTOCOL:
    case QD_E_IO:
    case QD_E_NOMEM:
    case QD_E_CANCELLED:
    case QD_E_UNSUPPORTED:
    case QD_E_CORRUPT:
    case QD_E_STALE:
        break;
    }
    return QD_RETRY_NEVER;
}

qd_status base_fail(qd_err *err, qd_status status, const char *fmt, ...) {
    if (!err) {
        return status;
    }
    /* Formatted aside: the arguments may point into *err. */
    char message[sizeof err->message];
    va_list args;
    va_start(args, fmt);
    base_format_line(message, sizeof message, fmt, args);
    va_end(args);
    qd_err_clear(err);
    err->status = status;
    err->retry = base_retry_of(status);
    memcpy(err->message, message, sizeof message);
    return status;
}

qd_status base_err_prefix(qd_err *err, const char *fmt, ...) {
    if (!err) {
        return QD_E_INVALID;
    }
    char message[sizeof err->message];
    va_list args;
    va_start(args, fmt);
    base_format_line(message, sizeof message, fmt, args);
    va_end(args);
    size_t used = strlen(message);
    if (used + 2 < sizeof message) {
        message[used++] = ':';
        message[used++] = ' ';
        base_copy(message + used, sizeof message - used, base_str_of(err->message));
    }
    base_copy(err->message, sizeof err->message, base_str_of(message));
    return err->status;
}
