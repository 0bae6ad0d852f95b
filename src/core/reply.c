/* A reply: the bytes as received, the document, and what the envelope said. Immutable but for the
 * text of its data, which is written on first use. */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

qd_reply *reply_new(base_str body) {
    qd_reply *reply = calloc(1, sizeof *reply);
    char *copy = malloc(body.len + 1);
    if (!reply || !copy) {
        free(reply);
        free(copy);
        return NULL;
    }
    if (body.len > 0) {
        memcpy(copy, body.ptr, body.len);
    }
    copy[body.len] = '\0';
    reply->sent_page = -1;
    reply->sent_size = -1;
    reply->body = copy;
    reply->body_len = body.len;
    return reply;
}

void qd_reply_free(qd_reply *reply) {
    if (reply) {
        yyjson_doc_free(reply->doc);
        reply_texts_free(reply->texts);
        free(reply->data_json);
        free(reply->keys);
        free(reply->body);
        free(reply);
    }
}

const char *qd_reply_body(const qd_reply *reply, size_t *out_len) {
    if (out_len) {
        *out_len = reply->body_len;
    }
    return reply->body;
}

const char *qd_reply_data_json(qd_reply *reply) {
    if (!reply->data_json) {
        base_buf text;
        base_buf_init(&text, 2 * (size_t)LIMIT_REPLY_BYTES);
        if (!reply->data) {
            base_buf_add_text(&text, "null");
        } else if (codec_json_write(reply->data, &text, NULL) != QD_OK) {
            base_buf_clear(&text);
            return NULL;
        }
        reply->data_json = base_buf_take(&text);
    }
    return reply->data_json;
}

const char *qd_reply_request_id(const qd_reply *reply) {
    return reply->request_id;
}

int qd_reply_attempts(const qd_reply *reply) {
    return reply->attempts;
}

int64_t qd_reply_total_us(const qd_reply *reply) {
    return reply->total_us;
}

int qd_reply_http_status(const qd_reply *reply) {
    return reply->http_status;
}

const char *qd_reply_key(const qd_reply *reply, const char **out_param) {
    if (out_param) {
        *out_param = reply->keys && reply->method ? cat_str(reply->method->key_param) : NULL;
    }
    return reply->keys;
}

bool qd_reply_was_done(const qd_reply *reply) {
    return reply->repeated;
}

yyjson_val *core_reply_data(const qd_reply *reply) {
    return reply->data;
}

int64_t core_reply_seq(const qd_reply *reply) {
    return reply->seq;
}

qd_reply *core_reply_part(const qd_reply *whole, base_str body, yyjson_doc *doc, yyjson_val *data,
                          base_str request_id) {
    qd_reply *part = reply_new(body);
    if (!part) {
        yyjson_doc_free(doc);
        return NULL;
    }
    part->doc = doc;
    part->data = data;
    part->attempts = whole->attempts;
    part->http_status = whole->http_status;
    part->total_us = whole->total_us;
    part->seq = whole->seq;
    base_copy(part->request_id, sizeof part->request_id, request_id);
    return part;
}
