/*
 * Turns an httpd_response into a libmicrohttpd response without copying the body. Does not queue
 * it and knows nothing of connections.
 */
#include <stdlib.h>
#include <string.h>

#include "httpd/httpd_private.h"

enum {
    HEADER_MAX = 16 * 1024, /* one header of an answer, name and value */
    HALF_BLOCK = 64 * 1024
};

/* A body of which only the first half is sent. */
typedef struct half_body {
    char *data;
    size_t half;
} half_body;

/* Parts that stay the handler's. */
typedef struct shared_body {
    void (*release)(void *user);
    void *user;
} shared_body;

void answer_add_header(struct MHD_Response *answer, const char *name, const char *value) {
    if (MHD_add_response_header(answer, name, value) != MHD_YES) {
        base_log(QD_LOG_ERROR, "httpd", "answer header %s cannot be sent and is left out", name);
    }
}

static void add_extra(struct MHD_Response *answer, const httpd_header *header) {
    base_buf text;
    base_buf_init(&text, HEADER_MAX);
    base_buf_add_str(&text, header->name);
    base_buf_add_char(&text, '\0');
    base_buf_add_str(&text, header->value);
    if (!text.failed) {
        answer_add_header(answer, text.data, text.data + header->name.len + 1);
    } else {
        base_log(QD_LOG_ERROR, "httpd", "an answer header is too long and is left out");
    }
    base_buf_clear(&text);
}

static ssize_t half_read(void *cls, uint64_t pos, char *out, size_t max) {
    const half_body *body = cls;
    if (pos >= body->half) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t rest = body->half - (size_t)pos;
    size_t take = rest < max ? rest : max;
    memcpy(out, body->data + pos, take);
    return (ssize_t)take;
}

static void half_free(void *cls) {
    half_body *body = cls;
    free(body->data);
    free(body);
}

/* Announces the whole length (at least 2, so that there is a half to miss) and sends half of it. */
static struct MHD_Response *make_half(const httpd_response *response) {
    base_buf all;
    base_buf_init(&all, SIZE_MAX / 2);
    if (response->part_count == 0) {
        base_buf_add_str(&all, base_buf_str(&response->body));
    }
    for (size_t i = 0; i < response->part_count; i++) {
        base_buf_add_str(&all, response->parts[i]);
    }
    size_t len = all.len;
    bool failed = all.failed;
    half_body *body = calloc(1, sizeof(*body));
    if (body == NULL || failed) {
        base_buf_clear(&all);
        free(body);
        return NULL;
    }
    body->half = len / 2;
    body->data = base_buf_take(&all);
    struct MHD_Response *answer = MHD_create_response_from_callback(len < 2 ? 2 : len, HALF_BLOCK,
                                                                    half_read, body, half_free);
    if (answer == NULL) {
        half_free(body);
    }
    return answer;
}

static void shared_free(void *cls) {
    shared_body *shared = cls;
    if (shared->release != NULL) {
        shared->release(shared->user);
    }
    free(shared);
}

static struct MHD_Response *make_shared(const httpd_response *response) {
    struct MHD_IoVec vector[HTTPD_PARTS];
    unsigned count = 0;
    for (size_t i = 0; i < response->part_count && i < HTTPD_PARTS; i++) {
        if (response->parts[i].len > 0) {
            vector[count].iov_base = response->parts[i].ptr;
            vector[count].iov_len = response->parts[i].len;
            count++;
        }
    }
    shared_body *shared = calloc(1, sizeof(*shared));
    if (shared == NULL) {
        return NULL;
    }
    shared->release = response->release;
    shared->user = response->release_user;
    struct MHD_Response *answer =
        MHD_create_response_from_iovec(vector, count, shared_free, shared);
    if (answer == NULL) {
        free(shared);
    }
    return answer;
}

static struct MHD_Response *make_owned(base_buf *body) {
    size_t len = body->len;
    if (len == 0) {
        static char nothing[1];
        return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
    }
    char *data = base_buf_take(body);
    if (data == NULL) {
        return NULL;
    }
    struct MHD_Response *answer = MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);
    if (answer == NULL) {
        free(data);
    }
    return answer;
}

struct MHD_Response *answer_text(const char *text) {
    struct MHD_Response *answer =
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    if (answer != NULL) {
        char date[BASE_HTTP_DATE];
        base_time_to_http(base_now(qd_clock_system()), date);
        answer_add_header(answer, "Date", date);
        answer_add_header(answer, "Content-Type", "text/plain;charset=UTF-8");
    }
    return answer;
}

static void add_headers(struct MHD_Response *answer, const httpd_response *response) {
    char date[BASE_HTTP_DATE];
    if (response->date[0] == '\0') {
        base_time_to_http(base_now(qd_clock_system()), date);
    }
    answer_add_header(answer, "Date", response->date[0] != '\0' ? response->date : date);
    if (response->content_type != NULL) {
        answer_add_header(answer, "Content-Type", response->content_type);
    }
    if (response->location[0] != '\0') {
        answer_add_header(answer, "Location", response->location);
    }
    size_t room = sizeof(response->extra) / sizeof(response->extra[0]);
    for (size_t i = 0; i < response->extra_count && i < room; i++) {
        add_extra(answer, &response->extra[i]);
    }
}

struct MHD_Response *answer_make(httpd_response *response, unsigned *out_status) {
    struct MHD_Response *answer = NULL;
    bool released = false;
    *out_status = (unsigned)response->status;
    if (response->body.failed) {
        base_log(QD_LOG_ERROR, "httpd", "an answer passed its bound or memory is out");
        *out_status = 500;
        answer = answer_text("the answer did not fit into memory\n");
        goto done;
    }
    if (response->status < 200 || response->status > 999) {
        base_log(QD_LOG_ERROR, "httpd", "a handler gave status %d", response->status);
        *out_status = 500;
    }
    if (response->finish == HTTPD_CUT_HALF) {
        answer = make_half(response);
    } else if (response->part_count > 0) {
        answer = make_shared(response);
        released = answer != NULL;
    } else {
        answer = make_owned(&response->body);
    }
    if (answer != NULL) {
        add_headers(answer, response);
    }
done:
    base_buf_clear(&response->body);
    if (response->part_count > 0 && !released && response->release != NULL) {
        response->release(response->release_user);
    }
    return answer;
}
