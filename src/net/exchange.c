/*
 * One exchange over a libcurl easy handle: its options, the bounded collection of the answer, and
 * the verdict whether the request may have reached the server. Does not run the transfer (curl.c).
 *
 * Why the verdict is exact: libcurl calls the PREREQ hook after a connection stands (with its TLS
 * and its proxy tunnel, new or reused) and before it writes the first byte of the request. Until
 * then nothing was sent. After it, CURLINFO_REQUEST_SIZE says whether a byte has left.
 *
 * Why the hook also refuses a second start: when a reused connection dies before a byte of the
 * answer came, libcurl (7.88 and later) repeats the request on another connection by itself, a POST
 * too, though the server may have carried it out and crashed or closed before answering. libcurl
 * has no option against that. The repeat passes the hook again, so the hook aborts it and the
 * caller gets MAYBE_SENT instead of a silent double effect.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "net/net_private.h"

enum {
    KEEP_BYTES = 1024 * 1024, /* buffers above this are not kept for the next exchange */
    /* Servers close idle connections after 60 s or so; leaving that race to them costs an unknown
     * outcome now and then, an own connection only a handshake. */
    MAX_IDLE_S = 30
};

static int on_start(void *user, char *remote, char *local, int remote_port, int local_port) {
    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    exchange *ex = user;
    if (ex->starts++ > 0) {
        return CURL_PREREQFUNC_ABORT;
    }
    curl_easy_getinfo(ex->easy, CURLINFO_REQUEST_SIZE, &ex->written_start);
    return CURL_PREREQFUNC_OK;
}

static void fill_headers(exchange *ex, qd_http_reply *reply) {
    for (size_t i = 0; i < ex->reply_header_count && !ex->lines.failed; i++) {
        ex->reply_headers[i].name = ex->lines.data + ex->offsets[i][0];
        ex->reply_headers[i].value = ex->lines.data + ex->offsets[i][1];
        reply->header_count = i + 1;
    }
    reply->headers = ex->reply_headers;
}

static bool pass_on(exchange *ex, const char *data, size_t len, long status) {
    qd_http_reply head = { .outcome = QD_HTTP_DONE, .status = (int)status, .body = "" };
    fill_headers(ex, &head);
    ex->passed_on += len;
    ex->piece_refused = !ex->piece(ex->piece_user, &head, data, len);
    return !ex->piece_refused;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
    exchange *ex = user;
    size_t len = size * count;
    long status = 0;
    if (len > ex->max_reply - ex->reply.len - ex->passed_on) {
        ex->body_too_big = true;
        return 0;
    }
    if (ex->piece) {
        curl_easy_getinfo(ex->easy, CURLINFO_RESPONSE_CODE, &status);
        if (status == 200 || status == 206) {
            return len == 0 || pass_on(ex, data, len, status) ? len : 0;
        }
    }
    base_buf_add(&ex->reply, data, len);
    return ex->reply.failed ? 0 : len;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t on_header(char *data, size_t size, size_t count, void *user) {
    exchange *ex = user;
    size_t len = size * count;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        /* A status line: what an earlier "100 Continue" carried does not belong to the answer. */
        base_buf_reset(&ex->lines);
        ex->reply_header_count = 0;
        ex->head_complete = false;
        return len;
    }
    if (len <= 2 && is_space(data[0])) {
        ex->head_complete = true;
        return len;
    }
    const char *colon = memchr(data, ':', len);
    if (colon == NULL || colon == data) {
        return len;
    }
    if (ex->reply_header_count == LIMIT_HEADERS || ex->lines.len + len + 2 > LIMIT_HEADER_BYTES) {
        ex->head_too_big = true;
        return 0;
    }
    const char *from = colon + 1;
    const char *to = data + len;
    while (from < to && is_space(*from)) {
        from++;
    }
    while (to > from && is_space(to[-1])) {
        to--;
    }
    size_t *offset = ex->offsets[ex->reply_header_count++];
    offset[0] = ex->lines.len;
    base_buf_add(&ex->lines, data, (size_t)(colon - data));
    base_buf_add_char(&ex->lines, '\0');
    offset[1] = ex->lines.len;
    base_buf_add(&ex->lines, from, (size_t)(to - from));
    base_buf_add_char(&ex->lines, '\0');
    return ex->lines.failed ? 0 : len;
}

/* Options that stay for the handle's life. */
static bool set_lasting(exchange *ex, const exchange_setup *setup) {
    CURL *easy = ex->easy;
    long verify = setup->verify_tls ? 1 : 0;
    CURLcode bad = CURLE_OK;
    bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, ex);
    bad |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, ex->error);
    bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    bad |= curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); /* the signature covers the path */
    bad |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    bad |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)MAX_IDLE_S);
    bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, setup->user_agent);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
    bad |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* The shop's proxy or none; what the environment says of proxies is not asked. */
    bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    bad |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_start);
    bad |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, ex);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, ex);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, ex);
    return bad == CURLE_OK && net_watch_attach(setup->watch, easy);
}

exchange *exchange_new(const exchange_setup *setup) {
    exchange *ex = calloc(1, sizeof(*ex));
    if (ex == NULL) {
        return NULL;
    }
    base_buf_init(&ex->request, SIZE_MAX / 2);
    base_buf_init(&ex->reply, SIZE_MAX / 2);
    base_buf_init(&ex->lines, LIMIT_HEADER_BYTES);
    ex->easy = curl_easy_init();
    if (ex->easy == NULL || !set_lasting(ex, setup)) {
        exchange_free(ex);
        return NULL;
    }
    return ex;
}

void exchange_free(exchange *ex) {
    if (ex == NULL) {
        return;
    }
    if (ex->easy != NULL) {
        curl_easy_cleanup(ex->easy);
    }
    curl_slist_free_all(ex->headers);
    base_buf_wipe(&ex->request); /* tokens and secrets travel in bodies */
    base_buf_wipe(&ex->reply);
    base_buf_clear(&ex->lines);
    free(ex);
}

static bool add_header(exchange *ex, const char *line) {
    struct curl_slist *more = curl_slist_append(ex->headers, line);
    if (more == NULL) {
        return false;
    }
    ex->headers = more;
    return true;
}

/* Sends the caller's headers, and none that libcurl would add for a body. */
static bool copy_headers(exchange *ex, const qd_http_request *request) {
    base_buf line;
    base_buf_init(&line, SIZE_MAX / 2);
    bool typed = false;
    bool ok = add_header(ex, "Expect:");
    for (size_t i = 0; ok && i < request->header_count; i++) {
        const qd_http_header *header = &request->headers[i];
        base_buf_reset(&line);
        base_buf_add_text(&line, header->name);
        /* libcurl's own spelling for a header without a value is "Name;". */
        base_buf_add_text(&line, header->value[0] != '\0' ? ": " : ";");
        base_buf_add_text(&line, header->value);
        ok = !line.failed && add_header(ex, base_buf_text(&line));
        typed = typed || curl_strequal(header->name, "Content-Type") != 0;
    }
    if (ok && !typed) {
        ok = add_header(ex, "Content-Type:");
    }
    base_buf_wipe(&line);
    return ok;
}

static long to_long_ms(int64_t ms) {
    return ms > INT_MAX ? (long)INT_MAX : (long)ms;
}

static bool set_request(exchange *ex, const exchange_setup *setup, const qd_http_request *request) {
    CURL *easy = ex->easy;
    int64_t connect_ms = setup->connect_timeout_ms;
    if (connect_ms > request->timeout_ms) {
        connect_ms = request->timeout_ms;
    }
    CURLcode bad = CURLE_OK;
    if (strcmp(request->method, "POST") == 0) {
        bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
        bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDS, base_buf_text(&ex->request));
        bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ex->request.len);
    } else {
        bad |= curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    bad |= curl_easy_setopt(easy, CURLOPT_URL, request->url);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, ex->headers);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy != NULL ? request->proxy : "");
    bad |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, to_long_ms(request->timeout_ms));
    bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, to_long_ms(connect_ms));
    return bad == CURLE_OK;
}

qd_status exchange_prepare(exchange *ex, const exchange_setup *setup,
                           const qd_http_request *request, qd_err *err) {
    ex->max_reply = request->max_reply_bytes > 0 ? request->max_reply_bytes : LIMIT_REPLY_BYTES;
    ex->reply_header_count = 0;
    ex->starts = 0;
    ex->written_start = 0;
    ex->piece = request->piece;
    ex->piece_user = request->piece_user;
    ex->passed_on = 0;
    ex->piece_refused = false;
    ex->body_too_big = false;
    ex->head_too_big = false;
    ex->head_complete = false;
    ex->error[0] = '\0';
    base_buf_reset(&ex->request);
    base_buf_reset(&ex->reply);
    base_buf_reset(&ex->lines);
    base_buf_add(&ex->request, request->body, request->body_len);
    curl_slist_free_all(ex->headers);
    ex->headers = NULL;
    if (ex->request.failed || !copy_headers(ex, request) || !set_request(ex, setup, request)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    return QD_OK;
}

static bool was_written(exchange *ex) {
    long written = 0;
    if (ex->starts == 0) {
        return false;
    }
    curl_easy_getinfo(ex->easy, CURLINFO_REQUEST_SIZE, &written);
    return ex->starts > 1 || written != ex->written_start;
}

static void explain(exchange *ex, CURLcode code, qd_http_reply *reply) {
    if (code == CURLE_OK && reply->outcome == QD_HTTP_DONE) {
        return;
    }
    const char *text = ex->error[0] != '\0' ? ex->error : curl_easy_strerror(code);
    char line[NET_MESSAGE];
    if (ex->head_too_big) {
        snprintf(line, sizeof(line), "the answer's headers are longer than %d bytes or %d lines",
                 (int)LIMIT_HEADER_BYTES, (int)LIMIT_HEADERS);
        text = line;
    } else if (ex->body_too_big) {
        snprintf(line, sizeof(line), "the answer is longer than %zu bytes", ex->max_reply);
        text = line;
    } else if (ex->reply.failed || ex->lines.failed) {
        text = "out of memory for the answer";
    } else if (ex->piece_refused) {
        text = "the caller took no more of the answer";
    } else if (ex->starts > 1) {
        text = "the kept-alive connection was closed before an answer came";
    } else if (code == CURLE_OK) {
        text = "the connection was closed inside the answer's headers";
    }
    net_clean_message(text, reply->message);
}

static void fill_times(exchange *ex, qd_http_reply *reply) {
    curl_off_t total = 0;
    curl_off_t tcp = 0;
    curl_off_t tls = 0;
    long connects = 0;
    curl_easy_getinfo(ex->easy, CURLINFO_TOTAL_TIME_T, &total);
    curl_easy_getinfo(ex->easy, CURLINFO_CONNECT_TIME_T, &tcp);
    curl_easy_getinfo(ex->easy, CURLINFO_APPCONNECT_TIME_T, &tls);
    curl_easy_getinfo(ex->easy, CURLINFO_NUM_CONNECTS, &connects);
    reply->total_us = total;
    if (connects > 0) {
        reply->connect_us = tls > tcp ? tls : tcp;
    }
}

void exchange_result(exchange *ex, CURLcode code, qd_http_reply *reply) {
    long status = 0;
    memset(reply, 0, sizeof(*reply));
    curl_easy_getinfo(ex->easy, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (int)status;
    if (ex->body_too_big || ex->head_too_big) {
        reply->outcome = QD_HTTP_TOO_BIG;
    } else if (ex->piece_refused) {
        reply->outcome = QD_HTTP_CANCELLED;
    } else if (code == CURLE_OK && status > 0 && ex->head_complete) {
        /* A head that ends early is no error to libcurl. */
        reply->outcome = QD_HTTP_DONE;
    } else {
        reply->outcome = was_written(ex) ? QD_HTTP_MAYBE_SENT : QD_HTTP_NOT_SENT;
    }
    reply->body = base_buf_text(&ex->reply);
    reply->body_len = ex->reply.len;
    fill_headers(ex, reply);
    fill_times(ex, reply);
    explain(ex, code, reply);
}

bool exchange_recycle(exchange *ex, const qd_http_reply *reply) {
    /* libcurl keeps a retry count and a rewind mark in the handle after some failures; a fresh
     * handle costs little, and connections live in the multi handle. */
    if (reply->outcome != QD_HTTP_DONE) {
        return false;
    }
    if (ex->reply.cap > KEEP_BYTES) {
        base_buf_clear(&ex->reply);
    }
    if (ex->request.cap > KEEP_BYTES) {
        base_buf_wipe(&ex->request);
    }
    return true;
}
