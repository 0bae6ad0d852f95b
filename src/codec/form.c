/*
 * application/x-www-form-urlencoded and percent-encoding, both ways.
 */
#include "codec/codec_private.h"

static const char hex_upper[] = "0123456789ABCDEF";

/* RFC 3986 unreserved: letters, digits, - . _ ~ */
static const bool unreserved[256] = {
    ['-'] = true, ['.'] = true, ['_'] = true, ['~'] = true, ['0'] = true, ['1'] = true,
    ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
    ['8'] = true, ['9'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true,
    ['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true,
    ['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true, ['a'] = true, ['b'] = true,
    ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true,
    ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
};

void codec_url_encode(base_buf *out, base_str text, bool plus_for_space) {
    const unsigned char *p = (const unsigned char *)text.ptr;
    size_t escapes = 0;
    for (size_t i = 0; i < text.len; i++) {
        escapes += !unreserved[p[i]];
    }
    if (escapes == 0) {
        base_buf_add(out, text.ptr, text.len);
        return;
    }
    size_t spaces = 0;
    for (size_t i = 0; plus_for_space && i < text.len; i++) {
        spaces += p[i] == ' ';
    }
    char *to = escapes < SIZE_MAX / 4 - text.len
                   ? base_buf_room(out, text.len + 2 * (escapes - spaces))
                   : base_buf_room(out, SIZE_MAX / 2);
    if (!to) {
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (unreserved[p[i]]) {
            *to++ = (char)p[i];
        } else if (p[i] == ' ' && plus_for_space) {
            *to++ = '+';
        } else {
            *to++ = '%';
            *to++ = hex_upper[p[i] >> 4];
            *to++ = hex_upper[p[i] & 15];
        }
    }
    out->len = (size_t)(to - out->data);
}

void codec_form_add(base_buf *out, base_str name, base_str value) {
    if (out->len > 0) {
        base_buf_add_char(out, '&');
    }
    codec_url_encode(out, name, true);
    base_buf_add_char(out, '=');
    codec_url_encode(out, value, true);
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; returns the new length. */
static size_t decode(char *text, size_t len) {
    size_t to = 0;
    for (size_t i = 0; i < len; i++) {
        int high = -1;
        int low = -1;
        if (text[i] == '%' && len - i > 2) {
            high = hex_value(text[i + 1]);
            low = hex_value(text[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            text[to++] = (char)(high * 16 + low);
            i += 2;
        } else {
            text[to++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    text[to] = '\0';
    return to;
}

/* The next part up to &, empty ones skipped; false at the end. */
static bool next_part(base_str *rest, base_str *part) {
    while (rest->len > 0) {
        const char *amp = memchr(rest->ptr, '&', rest->len);
        size_t len = amp ? (size_t)(amp - rest->ptr) : rest->len;
        *part = (base_str){ rest->ptr, len };
        size_t gone = amp ? len + 1 : len;
        rest->ptr += gone;
        rest->len -= gone;
        if (len > 0) {
            return true;
        }
    }
    return false;
}

static bool split(base_str part, base_arena *arena, codec_pair *out) {
    const char *equals = memchr(part.ptr, '=', part.len);
    size_t name_len = equals ? (size_t)(equals - part.ptr) : part.len;
    size_t value_at = equals ? name_len + 1 : part.len;
    char *name = base_arena_dup(arena, (base_str){ part.ptr, name_len });
    char *value = base_arena_dup(arena, (base_str){ part.ptr + value_at, part.len - value_at });
    if (!name || !value) {
        return false;
    }
    out->name = (base_str){ name, decode(name, name_len) };
    out->value = (base_str){ value, decode(value, part.len - value_at) };
    return true;
}

qd_status codec_form_parse(base_str text, base_arena *arena, codec_pair **out_pairs,
                           size_t *out_count, qd_err *err) {
    base_str rest = text;
    base_str part;
    size_t count = 0;
    while (next_part(&rest, &part)) {
        if (++count > LIMIT_FORM_PAIRS) {
            return base_fail(err, QD_E_INVALID, "a form of more than %d parameters",
                             LIMIT_FORM_PAIRS);
        }
    }
    codec_pair *pairs = base_arena_alloc(arena, count * sizeof *pairs);
    if (!pairs) {
        return base_fail(err, QD_E_NOMEM, "out of room for a form of %zu parameters", count);
    }
    rest = text;
    for (size_t i = 0; i < count && next_part(&rest, &part); i++) {
        if (!split(part, arena, &pairs[i])) {
            return base_fail(err, QD_E_NOMEM, "out of room for a form of %zu bytes", text.len);
        }
    }
    *out_pairs = pairs;
    *out_count = count;
    return QD_OK;
}
