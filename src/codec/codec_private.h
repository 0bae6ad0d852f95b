/* What the files of room codec share and nobody else sees. */
#ifndef CODEC_CODEC_PRIVATE_H
#define CODEC_CODEC_PRIVATE_H

#include <string.h>

#include "codec/codec.h"

/* Appends without a call when the memory is there. Does not end the text with NUL: the public
 * function does that once, by put_end(). */
static inline void put(base_buf *out, const char *text, size_t len) {
    if (!out->failed && out->cap - out->len > len) {
        memcpy(out->data + out->len, text, len);
        out->len += len;
    } else {
        base_buf_add(out, text, len);
    }
}

static inline void put_char(base_buf *out, char c) {
    put(out, &c, 1);
}

static inline void put_end(base_buf *out) {
    if (out->data) {
        out->data[out->len] = '\0';
    }
}

/* A number as canonical text: integers exactly, floats as Go prints them, raw numbers as they
 * stood. False when the value is no (finite) number. */
bool codec_number_put(base_buf *out, const yyjson_val *value);

/* A JSON string with quotes. `clean`: the text is known to be ASCII that plain JSON does not
 * escape. Invalid UTF-8 becomes U+FFFD. */
void codec_string_put(base_buf *out, base_str text, codec_json_style style, bool clean);

#endif
