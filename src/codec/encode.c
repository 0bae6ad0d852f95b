/*
 * Bytes as text: hexadecimal and base64 (RFC 4648, the standard alphabet, padded, strict).
 */
#include "codec/codec_private.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void codec_hex(const unsigned char *data, size_t len, bool upper, char *out) {
    /* A letter lies this far behind where the digits would go on. */
    const unsigned gap = upper ? 'A' - '9' - 1 : 'a' - '9' - 1;
    for (size_t i = 0; i < len; i++) {
        unsigned high = data[i] >> 4;
        unsigned low = data[i] & 15U;
        out[2 * i] = (char)('0' + high + (high > 9 ? gap : 0));
        out[2 * i + 1] = (char)('0' + low + (low > 9 ? gap : 0));
    }
    out[2 * len] = '\0';
}

void codec_base64_encode(base_buf *out, base_str data) {
    const unsigned char *p = (const unsigned char *)data.ptr;
    size_t left = data.len;
    if (left == 0) {
        return;
    }
    char *to = base_buf_room(out, left < SIZE_MAX / 4 ? (left + 2) / 3 * 4 : SIZE_MAX / 2);
    if (!to) {
        return;
    }
    out->len += (left + 2) / 3 * 4;
    for (; left > 0; to += 4) {
        size_t taken = left < 3 ? left : 3;
        unsigned group = (unsigned)p[0] << 16;
        group |= taken > 1 ? (unsigned)p[1] << 8 : 0;
        group |= taken > 2 ? p[2] : 0;
        to[0] = base64_digits[group >> 18];
        to[1] = base64_digits[group >> 12 & 63];
        to[2] = '=';
        to[3] = '=';
        if (taken > 1) {
            to[2] = base64_digits[group >> 6 & 63];
        }
        if (taken > 2) {
            to[3] = base64_digits[group & 63];
        }
        p += taken;
        left -= taken;
    }
}

static int base64_value(char c) {
    const char *at = c ? memchr(base64_digits, c, sizeof base64_digits - 1) : NULL;
    return at ? (int)(at - base64_digits) : -1;
}

qd_status codec_base64_decode(base_str text, base_buf *out, qd_err *err) {
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=') {
        padding++;
    }
    if (text.len % 4 != 0) {
        return base_fail(err, QD_E_INVALID, "base64 of %zu characters is not whole groups of four",
                         text.len);
    }
    size_t digits = text.len - padding;
    size_t bytes = text.len / 4 * 3 - padding;
    char *to = base_buf_room(out, bytes);
    if (!to) {
        return base_buf_check(out, "base64", err);
    }
    unsigned group = 0;
    size_t done = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = base64_value(text.ptr[i]);
        if (value < 0) {
            to[0] = '\0';
            return base_fail(err, QD_E_INVALID, "base64: character %zu is not of its alphabet",
                             i + 1);
        }
        group = (group << 6 | (unsigned)value) & 0xFFFFFF;
        size_t phase = i % 4;
        if (phase > 0) {
            /* 6, 4 or 2 bits are left over after this byte */
            to[done++] = (char)(group >> (6 - 2 * phase) & 0xFF);
        }
    }
    unsigned unused = padding == 1 ? group & 3 : padding == 2 ? group & 15 : 0;
    if (unused != 0) {
        to[0] = '\0';
        return base_fail(err, QD_E_INVALID, "base64: bits behind the last byte are not zero");
    }
    out->len += bytes;
    out->data[out->len] = '\0';
    return QD_OK;
}
