/*
 * multipart/form-data (RFC 7578), strictly: a boundary of RFC 2046, CRLF everywhere, one
 * Content-Disposition a part, nothing before the first or after the last boundary, no transfer
 * encoding. The whole body is there already; nothing is copied but names. Knows no method.
 */
#include <string.h>
#include <strings.h>

#include "sandbox/sandbox_private.h"

enum { BOUNDARY_MAX = 70, HEADERS_MAX = 8192 };

typedef struct reader {
    base_str rest;
    base_str mark; /* "\r\n--boundary" */
    base_arena *arena;
    const char *why;
} reader;

static bool refuse(reader *r, const char *why) {
    r->why = why;
    return false;
}

static void skip(reader *r, size_t len) {
    r->rest.ptr += len;
    r->rest.len -= len;
}

static bool eat(reader *r, const char *text) {
    size_t len = strlen(text);
    if (r->rest.len < len || memcmp(r->rest.ptr, text, len) != 0) {
        return false;
    }
    skip(r, len);
    return true;
}

static bool same_word(base_str text, const char *word) {
    return text.len == strlen(word) && strncasecmp(text.ptr, word, text.len) == 0;
}

static base_str trim(base_str text) {
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

/* ---- header values: token; name=value; name="quoted" ---- */

/* Takes `name=value` from *rest, unquoted into the arena; false when there is none left or it is
 * malformed (then *rest keeps text). */
static bool next_option(base_str *rest, base_arena *arena, base_str *out_name,
                        base_str *out_value) {
    *rest = trim(*rest);
    if (rest->len == 0 || rest->ptr[0] != ';') {
        return false;
    }
    base_str text = trim((base_str){ rest->ptr + 1, rest->len - 1 });
    const char *equals = text.len > 0 ? memchr(text.ptr, '=', text.len) : NULL;
    if (equals == NULL) {
        return false;
    }
    *out_name = trim((base_str){ text.ptr, (size_t)(equals - text.ptr) });
    base_str value = { equals + 1, text.len - (size_t)(equals - text.ptr) - 1 };
    if (value.len == 0 || value.ptr[0] != '"') {
        const char *end = value.len > 0 ? memchr(value.ptr, ';', value.len) : NULL;
        size_t len = end != NULL ? (size_t)(end - value.ptr) : value.len;
        *out_value = trim((base_str){ value.ptr, len });
        *rest = (base_str){ value.ptr + len, value.len - len };
        return true;
    }
    char *copy = base_arena_dup(arena, value);
    size_t len = 0;
    size_t i = 1;
    for (; copy != NULL && i < value.len && value.ptr[i] != '"'; i++) {
        if (value.ptr[i] == '\\' && i + 1 < value.len) {
            i++;
        }
        copy[len++] = value.ptr[i];
    }
    if (copy == NULL || i >= value.len) {
        return false; /* no quote at the end */
    }
    *out_value = (base_str){ copy, len };
    *rest = (base_str){ value.ptr + i + 1, value.len - i - 1 };
    return true;
}

static bool boundary_of(base_str type, base_arena *arena, base_str *out) {
    static const char kind[] = "multipart/form-data";
    base_str name;
    base_str value;
    if (type.len < sizeof kind - 1 || strncasecmp(type.ptr, kind, sizeof kind - 1) != 0) {
        return false;
    }
    base_str rest = { type.ptr + sizeof kind - 1, type.len - (sizeof kind - 1) };
    while (next_option(&rest, arena, &name, &value)) {
        if (!same_word(name, "boundary")) {
            continue;
        }
        for (size_t i = 0; i < value.len; i++) {
            unsigned char c = (unsigned char)value.ptr[i];
            if (c < 0x20 || c > 0x7e) {
                return false;
            }
        }
        *out = value;
        return value.len > 0 && value.len <= BOUNDARY_MAX && value.ptr[value.len - 1] != ' ';
    }
    return false;
}

/* ---- parts ---- */

typedef struct part {
    base_str name;
    bool is_file;
} part;

static bool read_disposition(reader *r, base_str value, part *out) {
    static const char kind[] = "form-data";
    base_str option;
    base_str text;
    if (value.len < sizeof kind - 1 || strncasecmp(value.ptr, kind, sizeof kind - 1) != 0) {
        return refuse(r, "a part's Content-Disposition is not form-data");
    }
    base_str rest = { value.ptr + sizeof kind - 1, value.len - (sizeof kind - 1) };
    while (next_option(&rest, r->arena, &option, &text)) {
        if (same_word(option, "name")) {
            out->name = text;
        } else if (same_word(option, "filename") || same_word(option, "filename*")) {
            out->is_file = true;
        }
    }
    return trim(rest).len == 0 || refuse(r, "a part's Content-Disposition is malformed");
}

static bool read_headers(reader *r, part *out) {
    size_t taken = 0;
    while (!eat(r, "\r\n")) {
        const char *end = memmem(r->rest.ptr, r->rest.len, "\r\n", 2);
        size_t len = end != NULL ? (size_t)(end - r->rest.ptr) : 0;
        const char *colon = len > 0 ? memchr(r->rest.ptr, ':', len) : NULL;
        taken += len;
        if (colon == NULL || taken > HEADERS_MAX) {
            return refuse(r, "a part's headers are malformed or too long");
        }
        base_str name = { r->rest.ptr, (size_t)(colon - r->rest.ptr) };
        base_str value = trim((base_str){ colon + 1, len - name.len - 1 });
        if (same_word(name, "Content-Disposition")) {
            if (out->name.ptr != NULL) {
                return refuse(r, "a part has two Content-Dispositions");
            }
            if (!read_disposition(r, value, out)) {
                return false;
            }
        } else if (same_word(name, "Content-Transfer-Encoding") && !same_word(value, "binary") &&
                   !same_word(value, "8bit") && !same_word(value, "7bit")) {
            return refuse(r, "a part has a transfer encoding");
        }
        skip(r, len + 2);
    }
    return out->name.len > 0 || refuse(r, "a part has no name");
}

static bool read_data(reader *r, base_str *out) {
    const char *end = memmem(r->rest.ptr, r->rest.len, r->mark.ptr, r->mark.len);
    if (end == NULL) {
        return refuse(r, "a part has no end");
    }
    *out = (base_str){ r->rest.ptr, (size_t)(end - r->rest.ptr) };
    skip(r, out->len + r->mark.len);
    return true;
}

static bool is_seen(const face_params *params, base_str name) {
    for (size_t i = 0; i < params->count; i++) {
        if (base_str_eq(params->items[i].name, name)) {
            return true;
        }
    }
    return false;
}

static bool read_parts(reader *r, codec_pair *items, bool *is_file, face_params *params) {
    for (size_t n = 0; !eat(r, "--"); n++) {
        part now = { { NULL, 0 }, false };
        base_str data;
        if (!eat(r, "\r\n")) {
            return refuse(r, "a boundary is followed by something else");
        }
        if (!read_headers(r, &now) || !read_data(r, &data)) {
            return false;
        }
        if (n == LIMIT_FORM_PAIRS) {
            return refuse(r, "too many parts");
        }
        if (!is_seen(params, now.name)) {
            items[params->count] = (codec_pair){ now.name, data };
            is_file[params->count++] = now.is_file;
        }
    }
    (void)eat(r, "\r\n");
    return r->rest.len == 0 || refuse(r, "text after the last boundary");
}

bool face_multipart_read(face_call *call, face_params *params, const char **out_why) {
    base_str type = httpd_header_get(call->request, "Content-Type");
    base_str boundary;
    *out_why = "out of memory";
    size_t most = params->count + LIMIT_FORM_PAIRS;
    codec_pair *items = base_arena_alloc(call->arena, most * sizeof *items);
    bool *is_file = base_arena_alloc(call->arena, most * sizeof *is_file);
    if (items == NULL || is_file == NULL) {
        return false;
    }
    if (!boundary_of(type, call->arena, &boundary)) {
        *out_why = "the Content-Type has no good boundary";
        return false;
    }
    char *mark = base_arena_printf(call->arena, "\r\n--%.*s", (int)boundary.len, boundary.ptr);
    if (mark == NULL) {
        return false;
    }
    for (size_t i = 0; i < params->count; i++) {
        items[i] = params->items[i];
    }
    params->items = items;
    params->is_file = is_file;
    reader r = { call->request->body, base_str_of(mark), call->arena, "" };
    bool ok = eat(&r, mark + 2) ? read_parts(&r, items, is_file, params)
                                : refuse(&r, "the body does not begin with the boundary");
    *out_why = r.why;
    return ok;
}
