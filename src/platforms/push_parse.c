/*
 * The messages of one push body, and their decoding on demand. Owns the parsed documents and the
 * arena that messages, lists and texts live in. Verifies nothing: see push_verify.c.
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/push_private.h"
#include "qiandian/push/douyin.h"

struct qd_push_item {
    qd_push_message message;
    qd_push *push;
    const push_tag *known; /* NULL = unknown tag */
    yyjson_doc *data;      /* parsed on first use */
};

struct qd_push {
    base_arena *arena;
    yyjson_doc *body; /* holds most texts */
    qd_push_item *items;
    size_t count;
    bool repaired;
};

static qd_status full(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "the push does not fit in %d bytes", LIMIT_CALL_ARENA);
}

/* A scalar as text, an object or list as JSON, "" for what is absent or null. False: no room. */
static bool text_of(base_arena *arena, yyjson_val *value, base_str *out) {
    base_buf json;
    *out = (base_str){ "", 0 };
    if (value == NULL || yyjson_is_null(value)) {
        return true;
    }
    if (yyjson_is_str(value)) {
        *out = (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
        return true;
    }
    base_buf_init(&json, LIMIT_REQUEST_BYTES * 2);
    if (codec_json_write(value, &json, NULL) == QD_OK) {
        char *copy = base_arena_dup(arena, base_buf_str(&json));
        *out = (base_str){ copy, copy ? json.len : 0 };
    } else {
        out->ptr = NULL;
    }
    base_buf_clear(&json);
    return out->ptr != NULL;
}

static qd_status read_item(qd_push *push, size_t index, yyjson_val *value, qd_err *err) {
    qd_push_item *item = &push->items[index];
    base_str tag, msg_id, data;
    if (!yyjson_is_obj(value)) {
        return base_fail(err, QD_E_PROTOCOL, "message %zu of the push is no JSON object", index);
    }
    if (!text_of(push->arena, yyjson_obj_get(value, "tag"), &tag) ||
        !text_of(push->arena, yyjson_obj_get(value, "msg_id"), &msg_id) ||
        !text_of(push->arena, yyjson_obj_get(value, "data"), &data)) {
        return full(err);
    }
    if (tag.len == 0) {
        return base_fail(err, QD_E_PROTOCOL, "message %zu of the push has no tag", index);
    }
    item->push = push;
    item->known = push_tag_find(tag);
    item->message = (qd_push_message){ .tag = tag.ptr,
                                       .event = item->known ? item->known->kind.event : NULL,
                                       .title = item->known ? item->known->kind.title : NULL,
                                       .msg_id = msg_id.ptr,
                                       .data = data.ptr,
                                       .data_len = data.len,
                                       .item = item };
    return QD_OK;
}

/* Strictly first; the error is the strict one unless a repair helps. */
static qd_status read_body(qd_push *push, base_str body, qd_err *err) {
    qd_status status = codec_json_read(body, LIMIT_REQUEST_BYTES, &push->body, err);
    base_buf repaired;
    if (status != QD_E_PROTOCOL || body.len > LIMIT_REQUEST_BYTES) {
        return status;
    }
    base_buf_init(&repaired, LIMIT_REQUEST_BYTES * 2); /* escapes make it longer */
    if (push_repair(body, &repaired) &&
        codec_json_read(base_buf_str(&repaired), LIMIT_REQUEST_BYTES * 2, &push->body, NULL) ==
            QD_OK) {
        push->repaired = true;
        status = QD_OK;
        qd_err_clear(err);
    }
    base_buf_clear(&repaired);
    return status;
}

static qd_status read_items(qd_push *push, qd_err *err) {
    yyjson_val *root = yyjson_doc_get_root(push->body), *value;
    size_t index, count;
    if (!yyjson_is_arr(root)) {
        return base_fail(err, QD_E_PROTOCOL, "a push is a JSON array of messages, this is not");
    }
    push->items = base_arena_alloc(push->arena, yyjson_arr_size(root) * sizeof *push->items);
    if (push->items == NULL) {
        return full(err);
    }
    yyjson_arr_foreach(root, index, count, value) {
        qd_status status = read_item(push, index, value, err);
        if (status != QD_OK) {
            return status;
        }
        push->count++;
    }
    return QD_OK;
}

qd_status qd_push_parse(const char *platform, const void *body, size_t body_len, qd_push **out_push,
                        qd_err *err) {
    *out_push = NULL;
    if (platform == NULL || strcmp(platform, "douyin") != 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "pushes of this platform are not known");
    }
    qd_push *push = calloc(1, sizeof *push);
    if (push == NULL || (push->arena = base_arena_new(LIMIT_CALL_ARENA)) == NULL) {
        free(push);
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    qd_status status = read_body(push, (base_str){ body, body ? body_len : 0 }, err);
    if (status == QD_OK) {
        status = read_items(push, err);
    }
    if (status != QD_OK) {
        qd_push_free(push);
        return status;
    }
    *out_push = push;
    return QD_OK;
}

void qd_push_free(qd_push *push) {
    if (push == NULL) {
        return;
    }
    for (size_t i = 0; i < push->count; i++) {
        yyjson_doc_free(push->items[i].data);
    }
    yyjson_doc_free(push->body);
    base_arena_free(push->arena);
    free(push);
}

size_t qd_push_count(const qd_push *push) {
    return push->count;
}

const qd_push_message *qd_push_at(const qd_push *push, size_t index) {
    return index < push->count ? &push->items[index].message : NULL;
}

bool qd_push_was_repaired(const qd_push *push) {
    return push->repaired;
}

bool qd_push_kind_at(const char *platform, size_t index, qd_push_kind *out_kind) {
    bool known = platform != NULL && strcmp(platform, "douyin") == 0;
    const push_tag *tag = known ? push_tag_at(index) : NULL;
    if (tag != NULL) {
        *out_kind = tag->kind;
    }
    return tag != NULL;
}

/* The test's data is plain text, not JSON. */
static void fill_test(const qd_push_message *message, void *out, size_t size) {
    qd_douyin_push_test test = { .data = message->data, .time = 0 };
    (void)push_time((base_str){ message->data, message->data_len }, &test.time);
    memset(out, 0, size);
    memcpy(out, &test, size < sizeof test ? size : sizeof test);
}

qd_status qd_push_decode(const qd_push_message *message, const char *tag, void *out, size_t size,
                         qd_err *err) {
    qd_push_item *item = message->item;
    if (item->known == NULL || strcmp(item->known->kind.tag, tag) != 0) {
        return base_fail(err, QD_E_INVALID, "the message has tag %.20s, not %.20s", message->tag,
                         tag);
    }
    if (item->known->shape.rows == NULL) {
        fill_test(message, out, size);
        return QD_OK;
    }
    if (item->data == NULL) {
        qd_status status = codec_json_read((base_str){ message->data, message->data_len },
                                           LIMIT_REQUEST_BYTES * 2, &item->data, err);
        if (status != QD_OK) {
            base_err_prefix(err, "data of tag %s", item->known->kind.tag);
            return status;
        }
    }
    yyjson_val *root = yyjson_doc_get_root(item->data);
    if (!yyjson_is_obj(root)) {
        return base_fail(err, QD_E_PROTOCOL, "data of tag %s is no JSON object",
                         item->known->kind.tag);
    }
    return push_fill(&item->known->shape, root, item->push->arena, out, size) ? QD_OK : full(err);
}

const char *qd_push_reply(qd_status status) {
    switch (status) {
    case QD_OK:
        return "{\"code\":0,\"msg\":\"success\"}";
    case QD_E_AUTH:
    case QD_E_PROTOCOL:
        return "{\"code\":40041,\"msg\":\"not verified or not readable\"}";
    default:
        return "{\"code\":40044,\"msg\":\"not processed\"}";
    }
}
