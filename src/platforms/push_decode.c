/*
 * One decoder for every struct that descriptors describe: a JSON object into members. Tolerant:
 * what is absent or of another shape leaves zero. It copies nothing that it can borrow, and knows
 * no tag.
 */
#include <string.h>

#include "platforms/push_private.h"
#include "qiandian/args.h"

bool push_time(base_str text, int64_t *out) {
    const int64_t milliseconds_from = 100000000000; /* as seconds that is the year 5138 */
    int64_t value;
    if (base_str_to_i64(text, &value)) {
        *out = value >= milliseconds_from ? value / 1000 : value;
        return true;
    }
    return base_time_from_rfc3339(text, out) || base_time_from_cn(text, out);
}

/* NUL-terminated; NULL for null and absent values. False: the arena is full. */
static bool text_of(yyjson_val *value, base_arena *arena, const char **out) {
    base_str text;
    base_buf json;
    *out = NULL;
    if (value == NULL || yyjson_is_null(value)) {
        return true;
    }
    if (yyjson_is_str(value)) {
        *out = yyjson_get_str(value);
        return true;
    }
    if (codec_json_text(value, arena, &text)) {
        *out = base_arena_dup(arena, text);
        return *out != NULL;
    }
    base_buf_init(&json, LIMIT_REQUEST_BYTES);
    if (codec_json_write(value, &json, NULL) == QD_OK) {
        *out = base_arena_dup(arena, base_buf_str(&json));
    }
    base_buf_clear(&json);
    return *out != NULL;
}

static void time_of(yyjson_val *value, int64_t *out) {
    int64_t number;
    char digits[24];
    base_buf text = { .data = digits, .cap = sizeof digits, .max = sizeof digits - 1 };
    if (yyjson_is_str(value)) {
        (void)push_time((base_str){ yyjson_get_str(value), yyjson_get_len(value) }, out);
    } else if (codec_json_i64(value, &number)) {
        base_buf_add_i64(&text, number);
        (void)push_time(base_buf_str(&text), out);
    }
}

/* A list's values one after the other; a value that is no list counts as a list of itself, as one
 * source shows s_ids. */
static size_t list_len(yyjson_val *value) {
    if (value == NULL || yyjson_is_null(value)) {
        return 0;
    }
    return yyjson_is_arr(value) ? yyjson_arr_size(value) : 1;
}

static yyjson_val *list_first(yyjson_val *value) {
    return yyjson_is_arr(value) ? yyjson_arr_get_first(value) : value;
}

static bool fill_ints(yyjson_val *value, base_arena *arena, void *out) {
    size_t count = list_len(value);
    yyjson_val *item = list_first(value);
    int64_t *items = count ? base_arena_alloc(arena, count * sizeof *items) : NULL;
    qd_ints list = { items, count };
    if (count && !items) {
        return false;
    }
    for (size_t i = 0; i < count; i++, item = unsafe_yyjson_get_next(item)) {
        (void)codec_json_i64(item, &items[i]);
    }
    memcpy(out, &list, sizeof list);
    return true;
}

static bool fill_texts(yyjson_val *value, base_arena *arena, void *out) {
    size_t count = list_len(value);
    yyjson_val *item = list_first(value);
    const char **items = count ? base_arena_alloc(arena, count * sizeof *items) : NULL;
    qd_texts list = { items, count };
    if (count && !items) {
        return false;
    }
    for (size_t i = 0; i < count; i++, item = unsafe_yyjson_get_next(item)) {
        if (!text_of(item, arena, &items[i])) {
            return false;
        }
        items[i] = items[i] ? items[i] : ""; /* a null in a list */
    }
    memcpy(out, &list, sizeof list);
    return true;
}

static bool fill_objects(const push_row *row, yyjson_val *value, base_arena *arena, void *out) {
    const push_shape shape = { row->rows, row->row_count };
    size_t count = list_len(value);
    yyjson_val *item = list_first(value);
    char *items = count ? base_arena_alloc(arena, count * row->size) : NULL;
    struct {
        const void *items;
        size_t count;
    } list = { items, count };
    if (count && !items) {
        return false;
    }
    for (size_t i = 0; i < count; i++, item = unsafe_yyjson_get_next(item)) {
        if (!push_fill(&shape, item, arena, items + i * row->size, row->size)) {
            return false;
        }
    }
    memcpy(out, &list, sizeof list);
    return true;
}

static bool fill_row(const push_row *row, yyjson_val *object, base_arena *arena, char *at) {
    const push_shape shape = { row->rows, row->row_count };
    yyjson_val *value = yyjson_obj_get(object, row->name);
    int64_t number = 0;
    const char *text = NULL;
    if (value == NULL && row->other) {
        value = yyjson_obj_get(object, row->other);
    }
    switch ((push_type)row->type) {
    case PUSH_INT:
        (void)codec_json_i64(value, &number);
        memcpy(at, &number, sizeof number);
        return true;
    case PUSH_TIME:
        time_of(value, &number);
        memcpy(at, &number, sizeof number);
        return true;
    case PUSH_TEXT:
        if (!text_of(value, arena, &text)) {
            return false;
        }
        memcpy(at, &text, sizeof text);
        return true;
    case PUSH_INTS:
        return fill_ints(value, arena, at);
    case PUSH_TEXTS:
        return fill_texts(value, arena, at);
    case PUSH_FLAT:
        return push_fill(&shape, object, arena, at, row->size);
    case PUSH_OBJECT:
        return push_fill(&shape, value, arena, at, row->size);
    case PUSH_OBJECTS:
        return fill_objects(row, value, arena, at);
    }
    return true;
}

bool push_fill(const push_shape *shape, yyjson_val *object, base_arena *arena, void *out,
               size_t size) {
    memset(out, 0, size);
    for (size_t i = 0; i < shape->row_count; i++) {
        const push_row *row = &shape->rows[i];
        size_t width = row->type == PUSH_OBJECTS ? sizeof(qd_texts) : row->size;
        if (row->offset + width <= size &&
            !fill_row(row, object, arena, (char *)out + row->offset)) {
            return false;
        }
    }
    return true;
}
