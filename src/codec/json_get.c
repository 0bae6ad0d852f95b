/*
 * Reading values out of a document the way platforms write them: numbers as text, booleans as
 * numbers, fields by dotted path.
 */
#include "codec/codec_private.h"

yyjson_val *codec_json_at(yyjson_val *value, const char *dotted_path) {
    const char *step = dotted_path;
    while (value && *step) {
        const char *dot = strchr(step, '.');
        size_t len = dot ? (size_t)(dot - step) : strlen(step);
        value = yyjson_obj_getn(value, step, len);
        step += dot ? len + 1 : len;
    }
    return yyjson_is_null(value) ? NULL : value;
}

bool codec_json_text(yyjson_val *value, base_arena *arena, base_str *out) {
    char number[64];
    if (yyjson_is_str(value)) {
        *out = (base_str){ unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value) };
        return true;
    }
    if (yyjson_is_raw(value)) {
        *out = (base_str){ unsafe_yyjson_get_raw(value), unsafe_yyjson_get_len(value) };
        return true;
    }
    if (yyjson_is_bool(value)) {
        *out = unsafe_yyjson_get_bool(value) ? BASE_STR("true") : BASE_STR("false");
        return true;
    }
    if (!yyjson_is_num(value)) {
        return false;
    }
    /* A buffer over local memory: 64 bytes hold every number, so it never grows. */
    base_buf text = { .data = number, .cap = sizeof number, .max = sizeof number - 1 };
    if (!codec_number_put(&text, value)) {
        return false;
    }
    char *copy = base_arena_dup(arena, base_buf_str(&text));
    if (!copy) {
        return false;
    }
    *out = (base_str){ copy, text.len };
    return true;
}

bool codec_json_i64(yyjson_val *value, int64_t *out) {
    if (yyjson_is_uint(value)) {
        uint64_t number = unsafe_yyjson_get_uint(value);
        if (number > (uint64_t)INT64_MAX) {
            return false;
        }
        *out = (int64_t)number;
        return true;
    }
    if (yyjson_is_sint(value)) {
        *out = unsafe_yyjson_get_sint(value);
        return true;
    }
    if (yyjson_is_real(value)) {
        double number = unsafe_yyjson_get_real(value);
        /* The bounds are powers of two, which a double holds exactly; NaN fails both. */
        if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) {
            return false;
        }
        int64_t whole = (int64_t)number;
        if ((double)whole < number || (double)whole > number) {
            return false;
        }
        *out = whole;
        return true;
    }
    if (yyjson_is_str(value)) {
        base_str text = { unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value) };
        return base_str_to_i64(text, out);
    }
    return false;
}

bool codec_json_bool(yyjson_val *value, bool *out) {
    if (yyjson_is_bool(value)) {
        *out = unsafe_yyjson_get_bool(value);
        return true;
    }
    if (yyjson_is_str(value)) {
        base_str text = { unsafe_yyjson_get_str(value), unsafe_yyjson_get_len(value) };
        if (base_str_is(text, "true") || base_str_is(text, "1")) {
            *out = true;
            return true;
        }
        if (base_str_is(text, "false") || base_str_is(text, "0")) {
            *out = false;
            return true;
        }
        return false;
    }
    int64_t number = 0;
    if (yyjson_is_int(value) && codec_json_i64(value, &number) && (number == 0 || number == 1)) {
        *out = number == 1;
        return true;
    }
    return false;
}
