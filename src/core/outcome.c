/*
 * What an answer tells inside a success of the platform's envelope, by the catalogue's "outcome" of
 * the method: one code for the whole, or a result for each item. Which status follows is
 * answer.c's.
 */
#include <stdio.h>
#include <string.h>

#include "core/core_private.h"
#include "qiandian/items.h"
#include "qiandian/view.h"

/* ---- one item ---- */

/* A code's text; false when it says nothing: absent, null, "", or no scalar. Booleans and integers
 * in the room. */
static bool code_text(yyjson_val *value, char room[32], base_str *out) {
    int64_t number = 0;
    if (yyjson_is_str(value)) {
        *out = (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
    } else if (yyjson_is_bool(value)) {
        *out = base_str_of(yyjson_get_bool(value) ? "true" : "false");
    } else if (value && codec_json_i64(value, &number)) {
        snprintf(room, 32, "%lld", (long long)number);
        *out = base_str_of(room);
    } else {
        *out = (base_str){ NULL, 0 };
    }
    return out->len > 0;
}

static bool is_failure(const cat_outcome *outcome, yyjson_val *item) {
    char room[32];
    base_str code;
    const char *path = cat_str(outcome->item_code);
    yyjson_val *value = *path && yyjson_is_obj(item) ? codec_json_at(item, path) : NULL;
    if (!code_text(value, room, &code)) {
        return outcome->failed != 0; /* a list of failures needs no code */
    }
    return !cat_in_list(outcome->item_ok, code);
}

/* ---- walking the items ---- */

static yyjson_val *list_of(const cat_outcome *outcome, yyjson_val *data) {
    const char *path = cat_str(outcome->items ? outcome->items : outcome->failed);
    yyjson_val *list = *path && data ? codec_json_at(data, path) : NULL;
    return yyjson_is_arr(list) || yyjson_is_obj(list) ? list : NULL;
}

static yyjson_val *node_of(const void *kept) {
    union {
        const void *kept;
        yyjson_val *value;
    } node = { kept };
    return node.value;
}

static qd_item_errors walk(const cat_outcome *outcome, yyjson_val *data, qd_reply *reply) {
    yyjson_val *list = list_of(outcome, data);
    bool is_map = yyjson_is_obj(list);
    size_t count = is_map ? yyjson_obj_size(list) : yyjson_arr_size(list);
    return (qd_item_errors){ .next = count ? unsafe_yyjson_get_first(list) : NULL,
                             .outcome = outcome,
                             .reply = reply,
                             .left = count,
                             .is_map = is_map };
}

/* The next item that failed; out_key: of a map, else NULL. NULL at the end. */
static yyjson_val *next_failure(qd_item_errors *it, yyjson_val **out_key) {
    const cat_outcome *outcome = it->outcome;
    while (it->left > 0) {
        yyjson_val *at = node_of(it->next);
        *out_key = it->is_map ? at : NULL;
        yyjson_val *item = it->is_map ? unsafe_yyjson_get_next(at) : at;
        it->left--;
        it->index++;
        it->next = it->left ? unsafe_yyjson_get_next(item) : NULL;
        if (is_failure(outcome, item)) {
            return item;
        }
    }
    return NULL;
}

static base_str text_at(yyjson_val *item, cat_text path, char room[32]) {
    base_str text = { NULL, 0 };
    const char *where = cat_str(path);
    if (*where && yyjson_is_obj(item)) {
        (void)code_text(codec_json_at(item, where), room, &text);
    }
    return text;
}

/* ---- the answer as a whole ---- */

static void judge_items(const cat_outcome *outcome, yyjson_val *data, base_arena *arena,
                        outcome_found *out) {
    qd_item_errors it = walk(outcome, data, NULL);
    size_t count = it.left;
    size_t failed = 0;
    yyjson_val *key;
    yyjson_val *item;
    yyjson_val *first = NULL;
    while ((item = next_failure(&it, &key)) != NULL) {
        first = first ? first : item;
        failed++;
    }
    const char *done = cat_str(outcome->done);
    yyjson_val *fine = *done && data ? codec_json_at(data, done) : NULL;
    size_t fine_count = yyjson_is_obj(fine) ? yyjson_obj_size(fine) : yyjson_arr_size(fine);
    bool all = outcome->items ? failed == count : *done != '\0' && fine_count == 0;
    if (failed == 0 || !all) {
        return;
    }
    char room[32];
    const char *list = cat_str(outcome->items ? outcome->items : outcome->failed);
    base_str words = text_at(first, outcome->item_message, room);
    if (words.len == 0 && yyjson_is_str(first)) {
        words = (base_str){ yyjson_get_str(first), yyjson_get_len(first) };
    }
    char *message =
        failed == 1 ? base_arena_printf(arena, "%.*s", (int)words.len, words.ptr ? words.ptr : "")
                    : base_arena_printf(arena, "all %zu items failed; the first: %.*s", failed,
                                        (int)words.len, words.ptr ? words.ptr : "");
    out->refused = true;
    out->message = base_str_of(message);
    out->sub_code = base_str_of(base_arena_printf(arena, "data.%s", list));
    out->code = base_str_of(base_arena_dup(arena, text_at(first, outcome->item_code, room)));
}

void outcome_judge(const cat_outcome *outcome, yyjson_val *data, base_arena *arena,
                   outcome_found *out) {
    char room[32];
    base_str code = { NULL, 0 };
    const char *path = cat_str(outcome->code);
    *out = (outcome_found){ .refused = false };
    if (*path && data && code_text(codec_json_at(data, path), room, &code) &&
        !cat_in_list(outcome->ok, code)) {
        out->refused = true;
        out->code = base_str_of(base_arena_dup(arena, code));
        out->sub_code = base_str_of(base_arena_printf(arena, "data.%s", path));
        out->message = base_str_of(base_arena_dup(arena, text_at(data, outcome->message, room)));
        return;
    }
    judge_items(outcome, data, arena, out);
}

/* ---- the public side ---- */

qd_item_errors qd_reply_item_errors(qd_reply *reply) {
    const cat_outcome *outcome = reply && reply->method ? cat_outcome_of(reply->method) : NULL;
    return outcome ? walk(outcome, reply->data, reply) : (qd_item_errors){ .left = 0 };
}

/* Any value as text: scalars without quotes, others as JSON. Never NULL. */
static const char *shown(qd_reply *reply, yyjson_val *value) {
    const qd_view view = { value, reply };
    if (!value || yyjson_is_null(value)) {
        return "";
    }
    const char *text = yyjson_is_ctn(value) ? qd_view_json(view, NULL) : qd_view_text(view, NULL);
    return text ? text : "";
}

static const char *member(qd_reply *reply, yyjson_val *item, cat_text path) {
    const char *where = cat_str(path);
    return *where && yyjson_is_obj(item) ? shown(reply, codec_json_at(item, where)) : "";
}

bool qd_item_errors_next(qd_item_errors *it, qd_item_error *out) {
    const cat_outcome *outcome = it->outcome;
    yyjson_val *key = NULL;
    yyjson_val *item = outcome ? next_failure(it, &key) : NULL;
    if (!item) {
        return false;
    }
    bool object = yyjson_is_obj(item);
    *out = (qd_item_error){ .index = it->index - 1,
                            .id = member(it->reply, item, outcome->item_id),
                            .code = member(it->reply, item, outcome->item_code),
                            .message = member(it->reply, item, outcome->item_message) };
    if (key && *out->id == '\0') {
        out->id = shown(it->reply, key);
        out->message = object ? out->message : shown(it->reply, item);
    } else if (!object) {
        out->id = shown(it->reply, item);
    }
    return true;
}

size_t qd_reply_failed_items(qd_reply *reply, size_t *out_items) {
    qd_item_errors it = qd_reply_item_errors(reply);
    const cat_outcome *outcome = it.outcome;
    size_t failed = 0;
    yyjson_val *key;
    if (out_items) {
        *out_items = outcome && outcome->items ? it.left : 0;
    }
    while (outcome && next_failure(&it, &key)) {
        failed++;
    }
    return failed;
}
