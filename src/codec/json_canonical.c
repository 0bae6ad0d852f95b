/*
 * JSON values to text: canonical (sorted keys, for signatures) and in document order. The canonical
 * writer stands on the signing path: no allocation for objects of up to 32 keys.
 */
#include <stdlib.h>

#include "codec/codec_private.h"

enum { FEW_KEYS = 32 };

/* A key beside its first eight bytes as a big-endian number, zeros behind a shorter one: most
 * comparisons end there. */
typedef struct sort_key {
    uint64_t head;
    const yyjson_val *key; /* its value is the next one in the array */
} sort_key;

typedef struct writer {
    base_buf *out;
    codec_json_style style;
    qd_err *err;
} writer;

static base_str text_of(const yyjson_val *value) {
    yyjson_val *v = (yyjson_val *)(uintptr_t)value;
    return (base_str){ unsafe_yyjson_get_str(v), unsafe_yyjson_get_len(v) };
}

static uint64_t head_of(const yyjson_val *key) {
    base_str text = text_of(key);
    size_t len = text.len < 8 ? text.len : 8;
    uint64_t head = 0;
    for (size_t i = 0; i < len; i++) {
        head |= (uint64_t)(unsigned char)text.ptr[i] << (56 - 8 * i);
    }
    return head;
}

/* By bytes; equal keys in document order, so that the last one can be kept. */
static int compare(const sort_key *a, const sort_key *b) {
    if (a->head != b->head) {
        return a->head < b->head ? -1 : 1;
    }
    int order = base_str_cmp(text_of(a->key), text_of(b->key));
    return order != 0 ? order : (a->key > b->key) - (a->key < b->key);
}

static int compare_void(const void *a, const void *b) {
    return compare(a, b);
}

static void sort_few(sort_key *keys, size_t count) {
    for (size_t i = 1; i < count; i++) {
        sort_key moved = keys[i];
        size_t j = i;
        for (; j > 0 && compare(&moved, &keys[j - 1]) < 0; j--) {
            keys[j] = keys[j - 1];
        }
        keys[j] = moved;
    }
}

static qd_status put_value(writer *w, const yyjson_val *value, int depth);

static qd_status put_members(writer *w, const sort_key *keys, size_t count, int depth) {
    bool first = true;
    put_char(w->out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && keys[i].head == keys[i + 1].head &&
            base_str_eq(text_of(keys[i].key), text_of(keys[i + 1].key))) {
            continue; /* a later one has the same key: readers take the last */
        }
        if (!first) {
            put_char(w->out, ',');
        }
        first = false;
        const yyjson_val *key = keys[i].key;
        bool clean = (key->tag & YYJSON_SUBTYPE_NOESC) != 0;
        codec_string_put(w->out, text_of(key), w->style, clean);
        put_char(w->out, ':');
        qd_status status = put_value(w, key + 1, depth + 1);
        if (status != QD_OK) {
            return status;
        }
    }
    put_char(w->out, '}');
    return QD_OK;
}

static qd_status put_object(writer *w, const yyjson_val *object, int depth) {
    sort_key few[FEW_KEYS];
    sort_key *keys = few;
    size_t count = unsafe_yyjson_get_len((yyjson_val *)(uintptr_t)object);
    if (count > FEW_KEYS) {
        keys = malloc(count * sizeof *keys);
        if (!keys) {
            return base_fail(w->err, QD_E_NOMEM, "out of memory for %zu JSON keys", count);
        }
    }
    const yyjson_val *key = object + 1;
    for (size_t i = 0; i < count; i++) {
        keys[i] = (sort_key){ head_of(key), key };
        key = unsafe_yyjson_get_next((yyjson_val *)(uintptr_t)(key + 1));
    }
    if (count > FEW_KEYS) {
        qsort(keys, count, sizeof *keys, compare_void);
    } else {
        sort_few(keys, count);
    }
    qd_status status = put_members(w, keys, count, depth);
    if (keys != few) {
        free(keys);
    }
    return status;
}

static qd_status put_array(writer *w, const yyjson_val *array, int depth) {
    size_t count = unsafe_yyjson_get_len((yyjson_val *)(uintptr_t)array);
    const yyjson_val *item = array + 1;
    put_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            put_char(w->out, ',');
        }
        qd_status status = put_value(w, item, depth + 1);
        if (status != QD_OK) {
            return status;
        }
        item = unsafe_yyjson_get_next((yyjson_val *)(uintptr_t)item);
    }
    put_char(w->out, ']');
    return QD_OK;
}

/* Recursion is bounded: `depth` containers lie around the value. */
static qd_status put_value(writer *w, const yyjson_val *value, int depth) {
    yyjson_val *v = (yyjson_val *)(uintptr_t)value;
    if (depth >= LIMIT_JSON_DEPTH && unsafe_yyjson_is_ctn(v)) {
        return base_fail(w->err, QD_E_INVALID, "JSON is nested deeper than %d levels",
                         LIMIT_JSON_DEPTH);
    }
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_NULL:
        put(w->out, "null", 4);
        return QD_OK;
    case YYJSON_TYPE_BOOL:
        if (unsafe_yyjson_get_bool(v)) {
            put(w->out, "true", 4);
        } else {
            put(w->out, "false", 5);
        }
        return QD_OK;
    case YYJSON_TYPE_STR:
        codec_string_put(w->out, text_of(v), w->style, (v->tag & YYJSON_SUBTYPE_NOESC) != 0);
        return QD_OK;
    case YYJSON_TYPE_ARR:
        return put_array(w, v, depth);
    case YYJSON_TYPE_OBJ:
        return put_object(w, v, depth);
    default:
        if (!codec_number_put(w->out, v)) {
            return base_fail(w->err, QD_E_INVALID, "a JSON number is not finite");
        }
        return QD_OK;
    }
}

qd_status codec_json_canonical(const yyjson_val *value, codec_json_style style, base_buf *out,
                               qd_err *err) {
    if (!value) {
        return base_fail(err, QD_E_INVALID, "there is no JSON value to write");
    }
    writer w = { out, style, err };
    qd_status status = put_value(&w, value, 0);
    put_end(out);
    return status == QD_OK ? base_buf_check(out, "canonical JSON", err) : status;
}

qd_status codec_json_canonical_text(base_str text, codec_json_style style, base_buf *out,
                                    qd_err *err) {
    yyjson_doc *doc = NULL;
    qd_status status = codec_json_read(text, 0, &doc, err);
    if (status == QD_OK) {
        status = codec_json_canonical(yyjson_doc_get_root(doc), style, out, err);
    }
    yyjson_doc_free(doc);
    return status;
}

static qd_status add_written(char *text, size_t len, const yyjson_write_err *failure, base_buf *out,
                             qd_err *err) {
    if (!text) {
        bool memory = failure->code == YYJSON_WRITE_ERROR_MEMORY_ALLOCATION;
        return base_fail(err, memory ? QD_E_NOMEM : QD_E_INVALID, "cannot write JSON: %s",
                         failure->msg ? failure->msg : "no value");
    }
    base_buf_add(out, text, len);
    free(text);
    return base_buf_check(out, "JSON", err);
}

qd_status codec_json_write(const yyjson_val *value, base_buf *out, qd_err *err) {
    size_t len = 0;
    yyjson_write_err failure = { 0 };
    char *text = yyjson_val_write_opts(value, YYJSON_WRITE_NOFLAG, NULL, &len, &failure);
    return add_written(text, len, &failure, out, err);
}

qd_status codec_json_write_mut(const yyjson_mut_doc *doc, bool pretty, base_buf *out, qd_err *err) {
    size_t len = 0;
    yyjson_write_err failure = { 0 };
    yyjson_write_flag flags = pretty ? YYJSON_WRITE_PRETTY_TWO_SPACES : YYJSON_WRITE_NOFLAG;
    char *text = yyjson_mut_write_opts(doc, flags, NULL, &len, &failure);
    return add_written(text, len, &failure, out, err);
}
