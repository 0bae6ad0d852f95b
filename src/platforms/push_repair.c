/*
 * Old Douyin bodies hold data with its quotes unescaped: [{"tag":"100","data":"{"p_id":1}"}]. That
 * is no JSON, but where the text inside is, its end is certain: this finds it by brackets and
 * strings and escapes the text again. It guesses nothing: whatever does not close as it should
 * leaves the body refused. One pass, no recursion. (A public SDK shows that such bodies come.)
 */
#include "platforms/push_private.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blank(base_str body, size_t at) {
    while (at < body.len && is_blank(body.ptr[at])) {
        at++;
    }
    return at;
}

/* The quote that ends the string which begins at `at`; body.len when it does not end. */
static size_t string_end(base_str body, size_t at) {
    for (at++; at < body.len && body.ptr[at] != '"'; at++) {
        at += body.ptr[at] == '\\';
    }
    return at < body.len ? at : body.len;
}

enum { ESCAPED = 0 };

/* The byte behind the object or list that begins at `at`; ESCAPED when a backslash comes before any
 * quote: then the text is as it should be; body.len when it does not close. */
static size_t value_end(base_str body, size_t at) {
    size_t depth = 0;
    bool quoted = false;
    for (; at < body.len; at++) {
        char c = body.ptr[at];
        if (c == '"') {
            at = string_end(body, at);
            quoted = true;
        } else if (c == '\\') {
            return quoted ? body.len : ESCAPED;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return body.len;
}

/* Behind the key that ends at `quote`: where the inner text begins in `: "{...`; 0 = it is none. */
static size_t inner_start(base_str body, size_t quote) {
    size_t at = skip_blank(body, quote + 1);
    if (at >= body.len || body.ptr[at] != ':') {
        return 0;
    }
    at = skip_blank(body, at + 1);
    if (at >= body.len || body.ptr[at] != '"') {
        return 0;
    }
    size_t inner = skip_blank(body, at + 1);
    bool opens = inner < body.len && (body.ptr[inner] == '{' || body.ptr[inner] == '[');
    return opens ? at + 1 : 0;
}

bool push_repair(base_str body, base_buf *out) {
    bool found = false;
    size_t copied = 0;
    for (size_t at = 0; at < body.len; at++) {
        if (body.ptr[at] != '"') {
            continue;
        }
        size_t end = string_end(body, at);
        base_str key = { body.ptr + at + 1, end - at - 1 < 5 ? end - at - 1 : 5 };
        size_t inner = base_str_is(key, "data") ? inner_start(body, end) : 0;
        at = end;
        if (inner == 0) {
            continue;
        }
        size_t close = value_end(body, skip_blank(body, inner));
        if (close == ESCAPED) {
            continue;
        }
        close = skip_blank(body, close);
        if (close >= body.len || body.ptr[close] != '"') {
            return false;
        }
        base_buf_add(out, body.ptr + copied, inner - 1 - copied);
        codec_json_quote(out, (base_str){ body.ptr + inner, close - inner });
        copied = close + 1;
        at = close;
        found = true;
    }
    base_buf_add(out, body.ptr + copied, body.len - copied);
    return found && !out->failed;
}
