/*
 * One exchange: collects a request as libmicrohttpd delivers it, calls the handler once it is
 * complete and hands the answer over, now or later. Path and query stay raw.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "httpd/httpd_private.h"

enum {
    /* A body over the bound is read and thrown away up to this many times the bound, so that the
     * client sees the 413 instead of a reset connection; beyond it the connection is closed. */
    DRAIN_FACTOR = 4
};

base_str httpd_header_get(const httpd_request *request, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < request->header_count; i++) {
        const httpd_header *header = &request->headers[i];
        if (header->name.len == len && strncasecmp(header->name.ptr, name, len) == 0) {
            return header->value;
        }
    }
    return (base_str){ NULL, 0 };
}

/* Called with the request target before libmicrohttpd splits and decodes it. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection) {
    httpd *server = cls;
    exchange *ex = calloc(1, sizeof(*ex));
    if (ex == NULL) {
        return NULL;
    }
    ex->target = strdup(uri);
    if (ex->target == NULL) {
        free(ex);
        return NULL;
    }
    ex->server = server;
    ex->connection = connection;
    ex->headers = ex->few_headers;
    ex->header_room = EXCHANGE_HEADERS;
    base_buf_init(&ex->body, server->max_body);
    return ex;
}

void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode why) {
    (void)cls;
    (void)connection;
    (void)why;
    exchange *ex = *context;
    if (ex == NULL) {
        return;
    }
    *context = NULL;
    if (ex->answer != NULL) {
        MHD_destroy_response(ex->answer);
    }
    if (ex->headers != ex->few_headers) {
        free(ex->headers);
    }
    base_buf_clear(&ex->body);
    free(ex->target);
    free(ex);
}

/* Counts beyond LIMIT_HEADERS without keeping them, so that the caller can refuse. */
static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len) {
    (void)kind;
    exchange *ex = cls;
    if (ex->header_count == LIMIT_HEADERS) {
        ex->header_count++;
        return MHD_NO;
    }
    if (ex->header_count == ex->header_room) {
        httpd_header *more = calloc(LIMIT_HEADERS, sizeof(*more));
        if (more == NULL) {
            ex->header_count = LIMIT_HEADERS + 1;
            return MHD_NO;
        }
        memcpy(more, ex->few_headers, sizeof(ex->few_headers));
        ex->headers = more;
        ex->header_room = LIMIT_HEADERS;
    }
    /* Blanks around a value are no part of it; libmicrohttpd leaves those behind. */
    while (value_len > 0 && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t')) {
        value_len--;
    }
    httpd_header *header = &ex->headers[ex->header_count++];
    header->name = (base_str){ name, name_len };
    header->value = (base_str){ value, value_len };
    return MHD_YES;
}

/* Hands the answer to libmicrohttpd. */
static enum MHD_Result send_answer(exchange *ex) {
    struct MHD_Response *answer = ex->answer;
    ex->answer = NULL;
    ex->stage = EXCHANGE_SENT;
    if (ex->cut || answer == NULL) {
        if (answer != NULL) {
            MHD_destroy_response(answer);
        }
        return MHD_NO;
    }
    if (crowd_is_dense()) {
        answer_add_header(answer, "Connection", "close");
    }
    enum MHD_Result result = MHD_queue_response(ex->connection, ex->answer_status, answer);
    MHD_destroy_response(answer);
    return result;
}

static enum MHD_Result refuse(exchange *ex, unsigned status, const char *text) {
    ex->answer = answer_text(text);
    ex->answer_status = status;
    return send_answer(ex);
}

/* The headers are complete: refuse what can be refused before the body comes. */
static enum MHD_Result step_head(exchange *ex) {
    size_t max = ex->server->max_body;
    ex->stage = EXCHANGE_BODY;
    MHD_get_connection_values_n(ex->connection, MHD_HEADER_KIND, take_header, ex);
    if (ex->header_count > LIMIT_HEADERS) {
        return refuse(ex, 431, "too many headers\n");
    }
    httpd_request head = { .headers = ex->headers, .header_count = ex->header_count };
    base_str length_text = httpd_header_get(&head, "Content-Length");
    int64_t length = 0;
    if (length_text.len > 0 && base_str_to_i64(length_text, &length) && length > 0 &&
        (uint64_t)length > max) {
        /* A client that asks first, or one whose body is not worth reading to the end. */
        bool asks = httpd_header_get(&head, "Expect").len > 0;
        if (asks || (uint64_t)length / DRAIN_FACTOR > max) {
            return refuse(ex, 413, "the request body is too long\n");
        }
    }
    return MHD_YES;
}

static enum MHD_Result step_body(exchange *ex, const char *data, size_t len) {
    size_t max = ex->server->max_body;
    ex->body_seen += len;
    if (ex->body_seen > max) {
        ex->too_long = true;
        base_buf_clear(&ex->body);
        return ex->body_seen / DRAIN_FACTOR > max ? MHD_NO : MHD_YES;
    }
    base_buf_add(&ex->body, data, len);
    return MHD_YES;
}

static void response_init(httpd_response *response) {
    memset(response, 0, sizeof(*response));
    response->status = 200;
    response->content_type = "application/json;charset=UTF-8";
    base_buf_init(&response->body, LIMIT_REPLY_BYTES);
}

/* The request is complete: run the handler, keep its answer, send it now or suspend. */
static enum MHD_Result step_answer(exchange *ex, const char *method) {
    if (ex->too_long) {
        return refuse(ex, 413, "the request body is too long\n");
    }
    if (ex->body.failed) {
        return refuse(ex, 503, "out of memory\n");
    }
    const char *mark = strchr(ex->target, '?');
    size_t path_len = mark != NULL ? (size_t)(mark - ex->target) : strlen(ex->target);
    httpd_request request = {
        .method = base_str_of(method),
        .path = { ex->target, path_len },
        .query = base_str_of(mark != NULL ? mark + 1 : NULL),
        .body = base_buf_str(&ex->body),
        .headers = ex->headers,
        .header_count = ex->header_count,
    };
    httpd_response response;
    response_init(&response);
    ex->server->handler(ex->server->user, &request, &response);
    ex->cut = response.finish == HTTPD_CUT;
    int64_t delay_ms = response.delay_ms;
    ex->answer = answer_make(&response, &ex->answer_status);
    ex->stage = EXCHANGE_ANSWER;
    if (delay_ms > 0 && delay_add(&ex->server->delays, ex, delay_ms)) {
        return MHD_YES;
    }
    return send_answer(ex);
}

enum MHD_Result exchange_step(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **context) {
    (void)cls;
    (void)connection;
    (void)url;
    (void)version;
    exchange *ex = *context;
    if (ex == NULL) {
        return MHD_NO;
    }
    if (ex->stage == EXCHANGE_HEAD) {
        return step_head(ex);
    }
    if (ex->stage == EXCHANGE_BODY && *upload_len > 0) {
        size_t len = *upload_len;
        *upload_len = 0;
        return step_body(ex, upload, len);
    }
    if (ex->stage == EXCHANGE_BODY) {
        return step_answer(ex, method);
    }
    return ex->stage == EXCHANGE_ANSWER ? send_answer(ex) : MHD_NO;
}
