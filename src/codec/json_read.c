/*
 * JSON text to a yyjson document, with bounds on bytes and depth and an error that says where.
 */
#include "codec/codec_private.h"

enum { EXCERPT_BYTES = 20 };

/* What stands at `at`, printable and short: enough to recognise, too little to leak a document. */
static void excerpt(base_str text, size_t at, char out[EXCERPT_BYTES + 1]) {
    size_t left = text.len - at;
    base_str shown = { text.ptr + at, left < EXCERPT_BYTES ? left : EXCERPT_BYTES };
    bool valid = base_utf8_valid(shown);
    /* The cut may fall inside a character. */
    for (size_t cut = 1; !valid && cut <= 3 && cut < shown.len; cut++) {
        base_str less = { shown.ptr, shown.len - cut };
        if (base_utf8_valid(less)) {
            shown = less;
            valid = true;
        }
    }
    for (size_t i = 0; i < shown.len; i++) {
        unsigned char c = (unsigned char)shown.ptr[i];
        bool hidden = c < 0x20 || c == 0x7F || c == '"' || (c >= 0x80 && !valid);
        out[i] = hidden ? '.' : (char)c;
    }
    out[shown.len] = '\0';
}

/* What yyjson's codes mean, shorter and without its "invalid". */
static const char *reason_of(const yyjson_read_err *failure) {
    const struct {
        yyjson_read_code code;
        const char *reason;
    } reasons[] = {
        { YYJSON_READ_ERROR_UNEXPECTED_CONTENT, "more text after the document" },
        { YYJSON_READ_ERROR_UNEXPECTED_CHARACTER, "unexpected character" },
        { YYJSON_READ_ERROR_JSON_STRUCTURE, "broken structure" },
        { YYJSON_READ_ERROR_INVALID_NUMBER, "broken number" },
        { YYJSON_READ_ERROR_INVALID_STRING, "broken string or invalid UTF-8" },
        { YYJSON_READ_ERROR_LITERAL, "broken literal" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == failure->code) {
            return reasons[i].reason;
        }
    }
    return failure->msg ? failure->msg : "not JSON";
}

static qd_status describe(base_str text, const yyjson_read_err *failure, qd_err *err) {
    size_t line = 0;
    size_t column = 0;
    size_t chars = 0;
    if (failure->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) {
        return base_fail(err, QD_E_NOMEM, "out of memory for %zu bytes of JSON", text.len);
    }
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0) {
        return base_fail(err, QD_E_PROTOCOL,
                         "JSON line 1 column 1: a byte order mark stands before the document");
    }
    if (!yyjson_locate_pos(text.ptr, text.len, failure->pos, &line, &column, &chars)) {
        line = 1;
        column = failure->pos + 1;
    }
    if (failure->code == YYJSON_READ_ERROR_UNEXPECTED_END || failure->pos >= text.len) {
        return base_fail(err, QD_E_PROTOCOL,
                         "JSON line %zu column %zu: the text ends in the middle (%zu bytes)", line,
                         column, text.len);
    }
    char found[EXCERPT_BYTES + 1];
    excerpt(text, failure->pos, found);
    return base_fail(err, QD_E_PROTOCOL, "JSON line %zu column %zu: %s, found \"%s\"", line, column,
                     reason_of(failure), found);
}

/* The values of an immutable document stand in one array in document order and a container knows
 * where it ends, so depth needs no recursion. A container that spans fewer values than levels are
 * left cannot pass the bound and is skipped whole. */
static bool depth_fits(yyjson_doc *doc) {
    const yyjson_val *ends[LIMIT_JSON_DEPTH];
    const yyjson_val *value = doc->root;
    const yyjson_val *end = value + yyjson_doc_get_val_count(doc);
    size_t depth = 0;
    while (value < end) {
        if (!unsafe_yyjson_is_ctn((yyjson_val *)(uintptr_t)value)) {
            value++;
            continue;
        }
        while (depth > 0 && value >= ends[depth - 1]) {
            depth--;
        }
        if (depth == LIMIT_JSON_DEPTH) {
            return false;
        }
        const yyjson_val *next = unsafe_yyjson_get_next((yyjson_val *)(uintptr_t)value);
        if ((size_t)(next - value) <= LIMIT_JSON_DEPTH - depth) {
            value = next;
            continue;
        }
        ends[depth++] = next;
        value++;
    }
    return true;
}

qd_status codec_json_read(base_str text, size_t max_bytes, yyjson_doc **out_doc, qd_err *err) {
    size_t bound = max_bytes ? max_bytes : LIMIT_REPLY_BYTES;
    if (text.len > bound) {
        return base_fail(err, QD_E_PROTOCOL, "JSON of %zu bytes is longer than the bound of %zu",
                         text.len, bound);
    }
    if (text.len == 0) {
        return base_fail(err, QD_E_PROTOCOL, "JSON line 1 column 1: the text is empty");
    }
    yyjson_read_err failure = { 0 };
    /* Without the in-situ flag yyjson copies the text and does not write to it. Its memory is at
     * most 16 bytes a byte of text ("[[[["), which the bound on bytes bounds too. */
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)text.ptr, text.len,
                                       YYJSON_READ_BIGNUM_AS_RAW, NULL, &failure);
    if (!doc) {
        return describe(text, &failure, err);
    }
    if (!depth_fits(doc)) {
        yyjson_doc_free(doc);
        return base_fail(err, QD_E_PROTOCOL, "JSON is nested deeper than %d levels",
                         LIMIT_JSON_DEPTH);
    }
    *out_doc = doc;
    return QD_OK;
}
