/*
 * Views of a reply: tolerant reading of its document. Texts that the document does not hold (of
 * numbers, JSON of parts) are made on first use and kept with the reply, once for each value, so
 * that looking again costs no memory. Which fields there are is not known here.
 */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"
#include "qiandian/view.h"

/* A made text of a value. The two kinds never meet: only scalars are texts without quotes. */
typedef struct made_text {
    const yyjson_val *value;
    const char *text;
    bool json;
} made_text;

struct reply_texts {
    base_arena *arena;
    made_text *slots;
    size_t count, room; /* room: a power of two, at least a quarter of it free */
};

enum { FIRST_ROOM = 16 };

void reply_texts_free(reply_texts *texts) {
    if (texts) {
        base_arena_free(texts->arena);
        free(texts->slots);
        free(texts);
    }
}

static reply_texts *texts_of(qd_reply *reply) {
    if (!reply->texts) {
        reply_texts *texts = calloc(1, sizeof *texts);
        base_arena *arena = base_arena_new(4 * (size_t)LIMIT_REPLY_BYTES);
        if (!texts || !arena) {
            base_arena_free(arena);
            free(texts);
            return NULL;
        }
        texts->arena = arena;
        reply->texts = texts;
    }
    return reply->texts;
}

/* The value's slot, or the free one that it gets. */
static made_text *slot_in(made_text *slots, size_t room, const yyjson_val *value, bool json) {
    size_t at = (size_t)(base_mix((uint64_t)(uintptr_t)value, json) & (room - 1));
    while (slots[at].value && (slots[at].value != value || slots[at].json != json)) {
        at = (at + 1) & (room - 1);
    }
    return &slots[at];
}

static bool grow(reply_texts *texts) {
    size_t room = texts->room ? texts->room * 2 : FIRST_ROOM;
    made_text *slots = calloc(room, sizeof *slots);
    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < texts->room; i++) {
        const made_text *old = &texts->slots[i];
        if (old->value) {
            *slot_in(slots, room, old->value, old->json) = *old;
        }
    }
    free(texts->slots);
    texts->slots = slots;
    texts->room = room;
    return true;
}

static const char *make_text(reply_texts *texts, yyjson_val *value, bool json) {
    base_str text = { NULL, 0 };
    if (!json) {
        if (!codec_json_text(value, texts->arena, &text)) {
            return NULL;
        }
        /* A long number stands raw in the document, and does not end in NUL there. */
        return yyjson_is_raw(value) ? base_arena_dup(texts->arena, text) : text.ptr;
    }
    base_buf buf;
    base_buf_init(&buf, 2 * (size_t)LIMIT_REPLY_BYTES);
    const char *made = NULL;
    if (codec_json_write(value, &buf, NULL) == QD_OK) {
        made = base_arena_dup(texts->arena, base_buf_str(&buf));
    }
    base_buf_clear(&buf);
    return made;
}

static const char *kept_text(qd_reply *reply, yyjson_val *value, bool json) {
    reply_texts *texts = texts_of(reply);
    if (!texts || ((texts->count + 1) * 4 > texts->room * 3 && !grow(texts))) {
        return NULL;
    }
    made_text *slot = slot_in(texts->slots, texts->room, value, json);
    if (!slot->value) {
        const char *text = make_text(texts, value, json);
        if (!text) {
            return NULL;
        }
        *slot = (made_text){ value, text, json };
        texts->count++;
    }
    return slot->text;
}

/* ---- values ---- */

/* The member, or the value itself; NULL when it is not there or null. yyjson reads through pointers
 * to what it does not change. */
static yyjson_val *value_of(qd_view view, const char *name) {
    union {
        const void *kept;
        yyjson_val *value;
    } node = { view.node };
    yyjson_val *value = name ? yyjson_obj_get(node.value, name) : node.value;
    return yyjson_is_null(value) ? NULL : value;
}

static qd_view view_of(const qd_view *parent, yyjson_val *value) {
    return (qd_view){ value, value ? parent->reply : NULL };
}

qd_view qd_reply_view(qd_reply *reply) {
    return (qd_view){ reply ? reply->data : NULL, reply };
}

bool qd_view_has(qd_view view, const char *name) {
    return value_of(view, name) != NULL;
}

qd_view qd_view_get(qd_view view, const char *name) {
    return view_of(&view, value_of(view, name));
}

const char *qd_view_text(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    if (!value || yyjson_is_ctn(value)) {
        return NULL;
    }
    if (yyjson_is_bool(value)) {
        return yyjson_get_bool(value) ? "true" : "false";
    }
    return yyjson_is_str(value) ? yyjson_get_str(value) : kept_text(view.reply, value, false);
}

int64_t qd_view_int(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    int64_t number = 0;
    if (yyjson_is_bool(value)) {
        return yyjson_get_bool(value);
    }
    return value && codec_json_i64(value, &number) ? number : 0;
}

bool qd_view_bool(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    bool flag = false;
    return value && codec_json_bool(value, &flag) && flag;
}

double qd_view_double(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    if (!value || yyjson_is_num(value)) {
        return value ? yyjson_get_num(value) : 0;
    }
    /* A text, or an integer too long for 64 bits: read by JSON's rules, whatever the locale. */
    base_str text = yyjson_is_raw(value)
                        ? base_str_of(yyjson_get_raw(value))
                        : (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
    yyjson_val number = { 0 };
    const char *end = NULL;
    if (yyjson_is_raw(value) || (yyjson_is_str(value) && text.len > 0 && text.len < 400)) {
        end = yyjson_read_number(text.ptr, &number, YYJSON_READ_NOFLAG, NULL, NULL);
    }
    return end && *end == '\0' && end == text.ptr + text.len ? yyjson_get_num(&number) : 0;
}

const char *qd_view_json(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    return value ? kept_text(view.reply, value, true) : NULL;
}

/* ---- lists ---- */

static yyjson_val *list_of(qd_view view, const char *name) {
    yyjson_val *value = value_of(view, name);
    if (yyjson_is_obj(value) && yyjson_obj_size(value) == 1) {
        yyjson_val *only = unsafe_yyjson_get_next(unsafe_yyjson_get_first(value));
        value = yyjson_is_arr(only) ? only : value;
    }
    return yyjson_is_arr(value) ? value : NULL;
}

qd_list qd_view_list(qd_view view, const char *name) {
    yyjson_val *list = list_of(view, name);
    size_t count = yyjson_arr_size(list);
    return (qd_list){ count ? unsafe_yyjson_get_first(list) : NULL, count, view.reply };
}

bool qd_list_next(qd_list *list, qd_view *out_view) {
    if (list->left == 0) {
        return false;
    }
    union {
        const void *kept;
        yyjson_val *value;
    } node = { list->next };
    *out_view = (qd_view){ node.value, list->reply };
    list->left--;
    list->next = list->left ? unsafe_yyjson_get_next(node.value) : NULL;
    return true;
}

size_t qd_view_count(qd_view view, const char *name) {
    return yyjson_arr_size(list_of(view, name));
}

qd_view qd_view_at(qd_view view, const char *name, size_t index) {
    return view_of(&view, yyjson_arr_get(list_of(view, name), index));
}
