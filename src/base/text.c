/*
 * Borrowed text: comparing, copying with a bound, numbers, UTF-8 validity. Allocates nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/base_private.h"

base_str base_str_of(const char *text) {
    return (base_str){ text, text ? strlen(text) : 0 };
}

bool base_str_eq(base_str a, base_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool base_str_is(base_str a, const char *text) {
    return base_str_eq(a, base_str_of(text));
}

int base_str_cmp(base_str a, base_str b) {
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool base_str_to_i64(base_str s, int64_t *out) {
    size_t i = 0;
    bool negative = false;
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
        negative = s.ptr[0] == '-';
        i = 1;
    }
    if (i == s.len) {
        return false;
    }
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t value = 0;
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (value > (limit - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    if (negative) {
        *out = value == limit ? INT64_MIN : -(int64_t)value;
    } else {
        *out = (int64_t)value;
    }
    return true;
}

size_t base_utf8_cut(const char *text, size_t len) {
    size_t back = 0;
    while (back < len && back < 3 && ((unsigned char)text[len - 1 - back] & 0xC0) == 0x80) {
        back++;
    }
    if (back == len) {
        return len;
    }
    unsigned char lead = (unsigned char)text[len - 1 - back];
    size_t need = 0;
    if (lead >= 0xF0) {
        need = 3;
    } else if (lead >= 0xE0) {
        need = 2;
    } else if (lead >= 0xC0) {
        need = 1;
    }
    return back < need ? len - 1 - back : len;
}

bool base_copy(char *dst, size_t size, base_str src) {
    if (size == 0) {
        return false;
    }
    size_t len = src.len;
    if (len >= size) {
        len = base_utf8_cut(src.ptr, size - 1);
    }
    if (len > 0) {
        memcpy(dst, src.ptr, len);
    }
    dst[len] = '\0';
    return len == src.len;
}

void base_one_line(char *text) {
    for (char *p = text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F) {
            *p = ' ';
        }
    }
}

/* Length of the well-formed character at p (RFC 3629, table 3-7 of Unicode), 0 when it is none. */
static size_t utf8_char(const unsigned char *p, size_t left) {
    unsigned char lead = p[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t len = 0;
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        len = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        len = 3;
        low = lead == 0xE0 ? 0xA0 : 0x80;  /* no overlong forms */
        high = lead == 0xED ? 0x9F : 0xBF; /* no surrogates */
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        len = 4;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF; /* nothing above U+10FFFF */
    }
    if (len == 0 || left < len || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

/* What a cut or a broken answer left of a character: one bad byte, and no JSON could be written. */
static void drop_broken(char *text) {
    size_t left = strlen(text);
    unsigned char *p = (unsigned char *)text;
    unsigned char *out = p;
    while (left > 0) {
        size_t len = utf8_char(p, left);
        memmove(out, p, len);
        out += len;
        len = len > 0 ? len : 1;
        p += len;
        left -= len;
    }
    *out = '\0';
}

void base_format_line(char *dst, size_t size, const char *fmt, va_list args) {
    int wanted = vsnprintf(dst, size, fmt, args);
    if (wanted < 0) {
        dst[0] = '\0';
    } else if ((size_t)wanted >= size) {
        dst[base_utf8_cut(dst, size - 1)] = '\0';
    }
    base_one_line(dst);
    drop_broken(dst);
}

bool base_utf8_valid(base_str s) {
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t left = s.len;
    while (left > 0) {
        uint64_t word = 0;
        while (left >= sizeof word) {
            memcpy(&word, p, sizeof word);
            if (word & UINT64_C(0x8080808080808080)) {
                break;
            }
            p += sizeof word;
            left -= sizeof word;
        }
        if (left == 0) {
            break;
        }
        size_t len = utf8_char(p, left);
        if (len == 0) {
            return false;
        }
        p += len;
        left -= len;
    }
    return true;
}
