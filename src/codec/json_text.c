/*
 * JSON strings and numbers as text, in the styles that platforms and their SDKs sign. Strings:
 * plain, Go's and Gson's HTML escapes, Python's ASCII. Numbers: as Go prints them.
 */
#include "codec/codec_private.h"

/* What a byte asks for. PLAIN_BIT: always; a style's bit: in this style; LEAD_E2: U+2028/9 may
 * follow. */
enum {
    GO_BIT = CODEC_JSON_HTML_GO,
    GSON_BIT = CODEC_JSON_HTML_GSON,
    ASCII_BIT = CODEC_JSON_ASCII,
    PLAIN_BIT = 8,
    CHECK_BIT = 16 /* start of a longer UTF-8 character, or a stray byte */
};

#define ROW4(v) v, v, v, v
#define ROW16(v) ROW4(v), ROW4(v), ROW4(v), ROW4(v)

static const unsigned char escape_table[256] = {
    ROW16(PLAIN_BIT),          ROW16(PLAIN_BIT),          ['"'] = PLAIN_BIT,
    ['\\'] = PLAIN_BIT,        ['<'] = GO_BIT | GSON_BIT, ['>'] = GO_BIT | GSON_BIT,
    ['&'] = GO_BIT | GSON_BIT, ['='] = GSON_BIT,          ['\''] = GSON_BIT,
    [0x7F] = ASCII_BIT,        [0x80] = ROW16(CHECK_BIT), ROW16(CHECK_BIT),
    ROW16(CHECK_BIT),          ROW16(CHECK_BIT),          ROW16(CHECK_BIT),
    ROW16(CHECK_BIT),          ROW16(CHECK_BIT),          ROW16(CHECK_BIT),
};

static void put_u(base_buf *out, unsigned unit) {
    static const char digits[] = "0123456789abcdef";
    char text[6] = { '\\',
                     'u',
                     digits[unit >> 12 & 15],
                     digits[unit >> 8 & 15],
                     digits[unit >> 4 & 15],
                     digits[unit & 15] };
    put(out, text, sizeof text);
}

static void put_escaped(base_buf *out, unsigned char c, bool ascii) {
    switch (c) {
    case '"':
        put(out, "\\\"", 2);
        return;
    case '\\':
        put(out, "\\\\", 2);
        return;
    case '\n':
        put(out, "\\n", 2);
        return;
    case '\r':
        put(out, "\\r", 2);
        return;
    case '\t':
        put(out, "\\t", 2);
        return;
    case '\b':
    case '\f':
        /* Go before 1.22 has no short form for these two; Python has. */
        if (ascii) {
            put(out, c == '\b' ? "\\b" : "\\f", 2);
            return;
        }
        break;
    default:
        break;
    }
    put_u(out, c);
}

/* The code point at p and its length; length 1 and U+FFFD for a byte that begins none. */
static size_t decode(const unsigned char *p, size_t left, unsigned *out_point) {
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (left < len || !base_utf8_valid((base_str){ (const char *)p, len })) {
        *out_point = 0xFFFD;
        return 1;
    }
    unsigned point = p[0] & (0xFFU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        point = point << 6 | (p[i] & 0x3FU);
    }
    *out_point = point;
    return len;
}

/* One character beyond ASCII; returns the bytes it took. */
static size_t put_wide(base_buf *out, const unsigned char *p, size_t left, codec_json_style style) {
    bool ascii = (style & CODEC_JSON_ASCII) != 0;
    bool lines = (style & CODEC_JSON_RAW_LINES) == 0; /* are escaped */
    unsigned point = 0;
    size_t len = decode(p, left, &point);
    if (ascii && point >= 0x10000) {
        put_u(out, 0xD800 + ((point - 0x10000) >> 10));
        put_u(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
    } else if (ascii || (lines && (point == 0x2028 || point == 0x2029))) {
        put_u(out, point);
    } else if (len == 1) {
        put(out, "\xEF\xBF\xBD", 3);
    } else {
        put(out, (const char *)p, len);
    }
    return len;
}

void codec_string_put(base_buf *out, base_str text, codec_json_style style, bool clean) {
    put_char(out, '"');
    /* U+2028 and U+2029 begin with E2, as little else does. */
    if (clean && style == CODEC_JSON_PLAIN &&
        (text.len == 0 || memchr(text.ptr, 0xE2, text.len) == NULL)) {
        put(out, text.len ? text.ptr : "", text.len);
        put_char(out, '"');
        return;
    }
    const unsigned char *p = (const unsigned char *)text.ptr;
    bool ascii = (style & CODEC_JSON_ASCII) != 0;
    unsigned stop = PLAIN_BIT | CHECK_BIT | ((unsigned)style & (GO_BIT | GSON_BIT | ASCII_BIT));
    size_t from = 0;
    size_t i = 0;
    while (i < text.len) {
        unsigned why = escape_table[p[i]] & stop;
        if (why == 0) {
            i++;
            continue;
        }
        /* Only E2 80 A8/A9 and broken bytes need care among raw UTF-8: run over the rest. */
        if (why == CHECK_BIT && !ascii && p[i] != 0xE2) {
            unsigned point = 0;
            size_t len = decode(p + i, text.len - i, &point);
            if (len > 1) {
                i += len;
                continue;
            }
        }
        if (i > from) {
            put(out, text.ptr + from, i - from);
        }
        if (why == CHECK_BIT) {
            i += put_wide(out, p + i, text.len - i, style);
        } else {
            put_escaped(out, p[i], ascii);
            i++;
        }
        from = i;
    }
    if (i > from) {
        put(out, text.ptr + from, i - from);
    }
    put_char(out, '"');
}

void codec_json_quote(base_buf *out, base_str text) {
    codec_string_put(out, text, CODEC_JSON_PLAIN, false);
    put_end(out);
}

static void put_uint(base_buf *out, uint64_t value) {
    char digits[20];
    char *p = digits + sizeof digits;
    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(out, p, (size_t)(digits + sizeof digits - p));
}

/* The shortest digits that read back as the same double, as digits and a decimal exponent: value =
 * 0.DIGITS * 10^point. yyjson finds them, whatever the locale. */
typedef struct shortest {
    char digits[32];
    int count;
    int point;
} shortest;

static bool find_shortest(const yyjson_val *value, shortest *out) {
    char memory[1024];
    yyjson_alc alc;
    size_t len = 0;
    memset(out, 0, sizeof *out);
    if (!yyjson_alc_pool_init(&alc, memory, sizeof memory)) {
        return false;
    }
    const char *text = yyjson_val_write_opts(value, YYJSON_WRITE_NOFLAG, &alc, &len, NULL);
    if (!text) {
        return false;
    }
    bool after_point = false;
    size_t i = 0;
    for (; i < len && text[i] != 'e' && text[i] != 'E'; i++) {
        char c = text[i];
        if (c == '.') {
            after_point = true;
        } else if (c >= '0' && c <= '9') {
            bool leading = c == '0' && out->count == 0;
            if (!leading && out->count < (int)sizeof out->digits) {
                out->digits[out->count++] = c;
            }
            out->point += after_point ? -(int)leading : !leading;
        }
    }
    if (i < len) {
        int64_t exponent = 0;
        if (!base_str_to_i64((base_str){ text + i + 1, len - i - 1 }, &exponent)) {
            return false;
        }
        out->point += (int)exponent;
    }
    while (out->count > 0 && out->digits[out->count - 1] == '0') {
        out->count--;
    }
    return true;
}

static void put_zeros(base_buf *out, int count) {
    for (int i = 0; i < count; i++) {
        put_char(out, '0');
    }
}

/* Go's encoding/json: plain digits from 1e-6 up to below 1e21, else an exponent of at least two
 * digits, of which a leading zero is dropped when it is negative (1e-7, 1e+21). */
static bool put_real(base_buf *out, const yyjson_val *value) {
    shortest s;
    double real = unsafe_yyjson_get_real((yyjson_val *)(uintptr_t)value);
    if (!find_shortest(value, &s)) {
        return false;
    }
    if (real < 0) { /* -0.0 is written 0: read back it is an integer, which has no sign to keep */
        put_char(out, '-');
    }
    if (s.count == 0) {
        put_char(out, '0');
    } else if (s.point - 1 < -6 || s.point - 1 >= 21) {
        put_char(out, s.digits[0]);
        if (s.count > 1) {
            put_char(out, '.');
            put(out, s.digits + 1, (size_t)s.count - 1);
        }
        int exponent = s.point - 1;
        put(out, exponent < 0 ? "e-" : "e+", 2);
        put_uint(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
    } else if (s.point <= 0) {
        put(out, "0.", 2);
        put_zeros(out, -s.point);
        put(out, s.digits, (size_t)s.count);
    } else if (s.count <= s.point) {
        put(out, s.digits, (size_t)s.count);
        put_zeros(out, s.point - s.count);
    } else {
        put(out, s.digits, (size_t)s.point);
        put_char(out, '.');
        put(out, s.digits + s.point, (size_t)(s.count - s.point));
    }
    return true;
}

bool codec_number_put(base_buf *out, const yyjson_val *value) {
    yyjson_val *v = (yyjson_val *)(uintptr_t)value; /* yyjson's getters take no const */
    if (yyjson_is_raw(v)) {
        put(out, unsafe_yyjson_get_raw(v), unsafe_yyjson_get_len(v));
        return true;
    }
    if (yyjson_is_uint(v)) {
        put_uint(out, unsafe_yyjson_get_uint(v));
        return true;
    }
    if (yyjson_is_sint(v)) {
        int64_t number = unsafe_yyjson_get_sint(v);
        if (number < 0) {
            put_char(out, '-');
        }
        put_uint(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
        return true;
    }
    return yyjson_is_real(v) && put_real(out, v);
}
