/*
 * An answer in which what the sandbox knows stands over what it makes up: the catalogue's tree
 * decides which fields there are and of which type, a state tells the values of some, the rest is
 * filled in. A member named "#" seeds its object, so that a thing looks the same in every answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/generic/generic.h"

enum { DEEPEST_STATE = 12 };

static void write_over(generic_answer *answer, const cat_answer *field, yyjson_mut_val *state,
                       uint64_t seed, unsigned depth, base_buf *out);

static void write_raw(yyjson_mut_val *state, base_buf *out) {
    size_t len = 0;
    char *text = yyjson_mut_val_write(state, 0, &len);
    if (text == NULL) {
        base_buf_add_text(out, "null");
        return;
    }
    base_buf_add(out, text, len);
    free(text);
}

/* ---- scalars, in the type of the tree ---- */

/* The text of a scalar; numbers in room. */
static base_str text_of(yyjson_mut_val *state, char room[40]) {
    if (yyjson_mut_is_str(state)) {
        return (base_str){ yyjson_mut_get_str(state), yyjson_mut_get_len(state) };
    }
    if (yyjson_mut_is_raw(state)) {
        return (base_str){ yyjson_mut_get_raw(state), yyjson_mut_get_len(state) };
    }
    room[0] = '\0';
    if (yyjson_mut_is_bool(state)) {
        (void)snprintf(room, 40, "%s", yyjson_mut_get_bool(state) ? "true" : "false");
    } else if (yyjson_mut_is_uint(state)) {
        (void)snprintf(room, 40, "%llu", (unsigned long long)yyjson_mut_get_uint(state));
    } else if (yyjson_mut_is_int(state)) {
        (void)snprintf(room, 40, "%lld", (long long)yyjson_mut_get_sint(state));
    } else if (yyjson_mut_is_real(state)) {
        (void)snprintf(room, 40, "%.10g", yyjson_mut_get_real(state));
    }
    return base_str_of(room);
}

static bool is_number(base_str text) {
    char room[40];
    char *end = room;
    if (text.len == 0 || !base_copy(room, sizeof room, text)) {
        return false;
    }
    (void)strtod(room, &end);
    return *end == '\0' && strspn(room, "+-.0123456789eE") == text.len && room[0] != '+';
}

static void write_scalar(yyjson_mut_val *state, uint8_t type, base_buf *out) {
    char room[40];
    if (yyjson_mut_is_ctn(state)) {
        write_raw(state, out);
        return;
    }
    base_str text = text_of(state, room);
    switch ((cat_type)type) {
    case CAT_INT:
    case CAT_NUMBER:
        base_buf_add_str(out, is_number(text) ? text : BASE_STR("0"));
        break;
    case CAT_BOOL:
        base_buf_add_text(out,
                          base_str_is(text, "true") || base_str_is(text, "1") ? "true" : "false");
        break;
    case CAT_STRING:
    case CAT_DATETIME:
        codec_json_quote(out, text);
        break;
    default:
        write_raw(state, out);
        break;
    }
}

/* ---- trees ---- */

static void write_key(base_str name, bool first, base_buf *out) {
    if (!first) {
        base_buf_add_char(out, ',');
    }
    codec_json_quote(out, name);
    base_buf_add_char(out, ':');
}

static uint64_t seed_of(yyjson_mut_val *state, uint64_t seed) {
    yyjson_mut_val *key = yyjson_mut_obj_get(state, "#");
    char room[40];
    return key != NULL ? base_mix(generic_hash(text_of(key, room)), 1) : seed;
}

/* nth walks the fields of a tree's node, or of the method when holder is NULL. */
static const cat_answer *nth(const generic_answer *answer, const cat_answer *holder, size_t index) {
    return holder != NULL ? cat_answer_field(holder, index) : cat_answer_at(answer->method, index);
}

static void write_object(generic_answer *answer, const cat_answer *holder, yyjson_mut_val *state,
                         uint64_t seed, unsigned depth, base_buf *out) {
    size_t count = holder != NULL ? holder->field_count : cat_answer_count(answer->method);
    seed = seed_of(state, seed);
    base_buf_add_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        const cat_answer *field = nth(answer, holder, i);
        base_str name = base_str_of(cat_doc_str(field->name));
        yyjson_mut_val *known = yyjson_mut_obj_getn(state, name.ptr, name.len);
        uint64_t own = base_mix(seed, generic_hash(name));
        write_key(name, i == 0, out);
        if (known == NULL) {
            generic_write_field(answer, field, own, depth + 1, out);
        } else {
            write_over(answer, field, known, own, depth + 1, out);
        }
    }
    base_buf_add_char(out, '}');
}

static void write_list(generic_answer *answer, const cat_answer *list, yyjson_mut_val *state,
                       uint64_t seed, unsigned depth, base_buf *out) {
    yyjson_mut_val *item;
    size_t i;
    size_t max;
    base_buf_add_char(out, '[');
    yyjson_mut_arr_foreach(state, i, max, item) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        if (list->field_count > 0 && yyjson_mut_is_obj(item)) {
            write_object(answer, list, item, base_mix(seed, i + 1), depth, out);
        } else {
            write_scalar(item, list->item, out);
        }
    }
    base_buf_add_char(out, ']');
}

static void write_map(generic_answer *answer, const cat_answer *map, yyjson_mut_val *state,
                      uint64_t seed, unsigned depth, base_buf *out) {
    yyjson_mut_val *key;
    yyjson_mut_val *value;
    size_t i;
    size_t max;
    base_buf_add_char(out, '{');
    yyjson_mut_obj_foreach(state, i, max, key, value) {
        write_key((base_str){ yyjson_mut_get_str(key), yyjson_mut_get_len(key) }, i == 0, out);
        if (map->field_count > 0 && yyjson_mut_is_obj(value)) {
            write_object(answer, map, value, base_mix(seed, i + 1), depth, out);
        } else {
            write_raw(value, out);
        }
    }
    base_buf_add_char(out, '}');
}

static void write_over(generic_answer *answer, const cat_answer *field, yyjson_mut_val *state,
                       uint64_t seed, unsigned depth, base_buf *out) {
    if (depth > DEEPEST_STATE || yyjson_mut_is_null(state)) {
        base_buf_add_text(out, "null");
    } else if (field->type == CAT_ARRAY && yyjson_mut_is_arr(state)) {
        write_list(answer, field, state, seed, depth, out);
    } else if (field->type == CAT_MAP && yyjson_mut_is_obj(state)) {
        write_map(answer, field, state, seed, depth, out);
    } else if (field->field_count > 0 && yyjson_mut_is_obj(state)) {
        write_object(answer, field, state, seed, depth, out);
    } else {
        write_scalar(state, field->type, out);
    }
}

void generic_write_over(generic_answer *answer, yyjson_mut_val *state, base_buf *out) {
    if (cat_answer_known(answer->method) && cat_answer_count(answer->method) == 1) {
        const cat_answer *only = cat_answer_at(answer->method, 0);
        if (strcmp(cat_doc_str(only->name), "(data)") == 0) {
            write_over(answer, only, state, answer->seed, 0, out);
            return;
        }
    }
    if (!cat_answer_known(answer->method)) {
        write_raw(state, out);
        return;
    }
    write_object(answer, NULL, state, answer->seed, 0, out);
}
