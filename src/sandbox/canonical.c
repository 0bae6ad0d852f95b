/*
 * Canonical texts of param_json, the judge's own: keys sorted by UTF-8 bytes at every depth, no
 * spaces, nulls kept; numbers as the sender wrote them except that a fraction of only zeros is
 * dropped (1.0 -> 1), or as a client prints them that has read them as floats (1.50 -> 1.5,
 * 1e14 -> 100000000000000). Five ways of escaping, because vendor clients differ.
 * Does not know signatures, and shares no code with the signing room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "sandbox/sandbox_private.h"

typedef struct member {
    yyjson_val *key;
    yyjson_val *value;
} member;

typedef struct writer {
    base_buf *out;
    base_arena *arena;
    face_escape escape;
    bool as_floats;
} writer;

static int member_cmp(const void *a, const void *b) {
    const member *x = a;
    const member *y = b;
    base_str kx = { yyjson_get_str(x->key), yyjson_get_len(x->key) };
    base_str ky = { yyjson_get_str(y->key), yyjson_get_len(y->key) };
    int order = base_str_cmp(kx, ky);
    if (order != 0) {
        return order;
    }
    return x->key < y->key ? -1 : 1; /* twice the same key: as it was sent */
}

/* The code point at text[*at], advancing; the text is valid UTF-8 (yyjson checked it). */
static uint32_t next_point(base_str text, size_t *at) {
    const unsigned char *p = (const unsigned char *)text.ptr + *at;
    uint32_t first = p[0];
    size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t point = len == 1   ? first
                     : len == 2 ? first & 0x1fU
                     : len == 3 ? first & 0x0fU
                                : first & 0x07U;
    for (size_t i = 1; i < len && *at + i < text.len; i++) {
        point = (point << 6) | (p[i] & 0x3fU);
    }
    *at += len;
    return point;
}

static const char *short_escape(uint32_t point) {
    switch (point) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    default:
        return NULL;
    }
}

static bool wants_unicode_escape(face_escape escape, uint32_t point) {
    if (point < 0x20) {
        return true;
    }
    if (point == 0x2028 || point == 0x2029) {
        return escape != FACE_ESCAPE_LEAST;
    }
    switch (escape) {
    case FACE_ESCAPE_GO:
        return point == '<' || point == '>' || point == '&';
    case FACE_ESCAPE_GSON:
        return point == '<' || point == '>' || point == '&' || point == '=' || point == '\'';
    case FACE_ESCAPE_ASCII:
        return point > 0x7f;
    case FACE_ESCAPE_PLAIN:
    case FACE_ESCAPE_LEAST:
        break;
    }
    return false;
}

static void write_text(const writer *w, base_str text) {
    base_buf_add_char(w->out, '"');
    size_t at = 0;
    while (at < text.len) {
        size_t begin = at;
        uint32_t point = next_point(text, &at);
        const char *brief = short_escape(point);
        if (brief != NULL) {
            base_buf_add_text(w->out, brief);
        } else if (!wants_unicode_escape(w->escape, point)) {
            base_buf_add(w->out, text.ptr + begin, at - begin);
        } else if (point > 0xffff) {
            uint32_t rest = point - 0x10000;
            base_buf_printf(w->out, "\\u%04x\\u%04x", 0xd800U + (rest >> 10),
                            0xdc00U + (rest & 0x3ffU));
        } else {
            base_buf_printf(w->out, "\\u%04x", point);
        }
    }
    base_buf_add_char(w->out, '"');
}

/* A number with a fraction or an exponent, the shortest way that says the same; false when it is
 * none, or one that would need an exponent. */
static bool write_float(const writer *w, base_str literal) {
    char text[64];
    char *end = NULL;
    if (!base_copy(text, sizeof text, literal) || strpbrk(text, ".eE") == NULL) {
        return false;
    }
    double number = strtod(text, &end);
    double size = number < 0 ? -number : number;
    if (*end != '\0' || size >= 1e18 || (size < 1e-6 && size > 0)) {
        return false;
    }
    if (number == (double)(int64_t)number) {
        base_buf_add_i64(w->out, (int64_t)number); /* -0.0 is 0, too */
        return true;
    }
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*f", digits, number);
        if (strtod(text, NULL) == number) {
            base_buf_add_text(w->out, text);
            return true;
        }
    }
    return false;
}

/* "1.0" and "1.00" become "1"; anything else stays. */
static void write_number(const writer *w, base_str literal) {
    if (w->as_floats && write_float(w, literal)) {
        return;
    }
    const char *dot = memchr(literal.ptr, '.', literal.len);
    if (dot != NULL) {
        size_t whole = (size_t)(dot - literal.ptr);
        size_t zeros = whole + 1;
        while (zeros < literal.len && literal.ptr[zeros] == '0') {
            zeros++;
        }
        if (zeros == literal.len) {
            literal.len = whole;
        }
    }
    base_buf_add_str(w->out, literal);
}

static bool write_value(const writer *w, yyjson_val *value, int depth);

static bool write_object(const writer *w, yyjson_val *object, int depth) {
    size_t count = yyjson_obj_size(object);
    member *members = base_arena_alloc(w->arena, (count + 1) * sizeof(member));
    if (members == NULL) {
        return false;
    }
    size_t i = 0;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    for (yyjson_val *key = yyjson_obj_iter_next(&iter); key != NULL && i < count;
         key = yyjson_obj_iter_next(&iter)) {
        members[i].key = key;
        members[i].value = yyjson_obj_iter_get_val(key);
        i++;
    }
    qsort(members, i, sizeof(member), member_cmp);
    base_buf_add_char(w->out, '{');
    for (size_t k = 0; k < i; k++) {
        if (k > 0) {
            base_buf_add_char(w->out, ',');
        }
        base_str key = { yyjson_get_str(members[k].key), yyjson_get_len(members[k].key) };
        write_text(w, key);
        base_buf_add_char(w->out, ':');
        if (!write_value(w, members[k].value, depth + 1)) {
            return false;
        }
    }
    base_buf_add_char(w->out, '}');
    return true;
}

static bool write_array(const writer *w, yyjson_val *array, int depth) {
    base_buf_add_char(w->out, '[');
    yyjson_arr_iter iter = yyjson_arr_iter_with(array);
    bool first = true;
    for (yyjson_val *item = yyjson_arr_iter_next(&iter); item != NULL;
         item = yyjson_arr_iter_next(&iter)) {
        if (!first) {
            base_buf_add_char(w->out, ',');
        }
        first = false;
        if (!write_value(w, item, depth + 1)) {
            return false;
        }
    }
    base_buf_add_char(w->out, ']');
    return true;
}

static bool write_value(const writer *w, yyjson_val *value, int depth) {
    if (depth > LIMIT_JSON_DEPTH) {
        return false;
    }
    if (yyjson_is_obj(value)) {
        return write_object(w, value, depth);
    }
    if (yyjson_is_arr(value)) {
        return write_array(w, value, depth);
    }
    if (yyjson_is_str(value)) {
        write_text(w, (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
    } else if (yyjson_is_raw(value)) {
        write_number(w, (base_str){ yyjson_get_raw(value), yyjson_get_len(value) });
    } else if (yyjson_is_bool(value)) {
        base_buf_add_text(w->out, yyjson_get_bool(value) ? "true" : "false");
    } else {
        base_buf_add_text(w->out, "null");
    }
    return true;
}

bool face_canonical(base_str text, face_escape escape, bool as_floats, base_arena *arena,
                    base_buf *out) {
    bool ok = false;
    yyjson_read_err why;
    /* yyjson does not write to its input without the in-situ flag. */
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)text.ptr, text.len,
                                       YYJSON_READ_NUMBER_AS_RAW, NULL, &why);
    if (doc != NULL) {
        writer w = { out, arena, escape, as_floats };
        ok = write_value(&w, yyjson_doc_get_root(doc), 0) && !out->failed;
        yyjson_doc_free(doc);
    }
    return ok;
}
