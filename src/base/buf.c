/*
 * A growing byte buffer with a bound given at init and sticky failure. Growing may move the bytes;
 * a writer of secrets takes all its room first, so that no unwiped copy stays behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { FIRST_BYTES = 128 };

void base_buf_init(base_buf *buf, size_t max) {
    memset(buf, 0, sizeof *buf);
    /* Keeps len + 1 and the doubling far from overflow. */
    buf->max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4;
}

void base_buf_clear(base_buf *buf) {
    size_t max = buf->max;
    free(buf->data);
    base_buf_init(buf, max);
}

void base_buf_wipe(base_buf *buf) {
    if (buf->data) {
        base_wipe(buf->data, buf->cap);
    }
    base_buf_clear(buf);
}

void base_buf_reset(base_buf *buf) {
    buf->len = 0;
    buf->failed = false;
    if (buf->data) {
        buf->data[0] = '\0';
    }
}

char *base_buf_room(base_buf *buf, size_t len) {
    if (buf->failed || buf->len > buf->max || len > buf->max - buf->len) {
        buf->failed = true;
        return NULL;
    }
    size_t need = buf->len + len + 1;
    if (need > buf->cap) {
        size_t cap = buf->cap ? buf->cap * 2 : FIRST_BYTES;
        if (cap > buf->max + 1) {
            cap = buf->max + 1;
        }
        if (cap < need) {
            cap = need;
        }
        char *data = realloc(buf->data, cap);
        if (!data) {
            buf->failed = true;
            return NULL;
        }
        buf->data = data;
        buf->cap = cap;
    }
    /* Terminated here for who fills the room exactly, and in base_buf_text() for who fills less. */
    buf->data[need - 1] = '\0';
    return buf->data + buf->len;
}

void base_buf_add(base_buf *buf, const void *data, size_t len) {
    char *room = base_buf_room(buf, len);
    if (room && len > 0) {
        memcpy(room, data, len);
        buf->len += len;
    }
}

void base_buf_add_str(base_buf *buf, base_str s) {
    base_buf_add(buf, s.ptr, s.len);
}

void base_buf_add_text(base_buf *buf, const char *text) {
    if (text) {
        base_buf_add(buf, text, strlen(text));
    }
}

void base_buf_add_char(base_buf *buf, char c) {
    base_buf_add(buf, &c, 1);
}

void base_buf_add_i64(base_buf *buf, int64_t value) {
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--p = '-';
    }
    base_buf_add(buf, p, (size_t)(digits + sizeof digits - p));
}

void base_buf_printf(base_buf *buf, const char *fmt, ...) {
    if (buf->failed) {
        return;
    }
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    /* First into the memory that is there; most texts fit. */
    size_t spare = buf->cap - buf->len;
    int wanted = vsnprintf(spare ? buf->data + buf->len : NULL, spare, fmt, args);
    if (wanted < 0) {
        buf->failed = true;
    } else if ((size_t)wanted < spare && (size_t)wanted <= buf->max - buf->len) {
        buf->len += (size_t)wanted;
    } else if (base_buf_room(buf, (size_t)wanted)) {
        vsnprintf(buf->data + buf->len, (size_t)wanted + 1, fmt, again);
        buf->len += (size_t)wanted;
    }
    if (buf->data) {
        buf->data[buf->len] = '\0';
    }
    va_end(again);
    va_end(args);
}

const char *base_buf_text(const base_buf *buf) {
    if (!buf->data) {
        return "";
    }
    if (buf->data[buf->len] != '\0') {
        buf->data[buf->len] = '\0';
    }
    return buf->data;
}

base_str base_buf_str(const base_buf *buf) {
    return (base_str){ buf->data, buf->len };
}

qd_status base_buf_check(const base_buf *buf, const char *what, qd_err *err) {
    if (!buf->failed) {
        return QD_OK;
    }
    return base_fail(err, QD_E_NOMEM, "%s: longer than its bound of %zu bytes, or out of memory",
                     what, buf->max);
}

char *base_buf_take(base_buf *buf) {
    if (buf->failed || (!buf->data && !base_buf_room(buf, 0))) {
        return NULL;
    }
    char *data = buf->data;
    data[buf->len] = '\0';
    base_buf_init(buf, buf->max);
    return data;
}
