/*
 * The page server: a sandbox whose answers are kept while our sync runs once, and then served from
 * memory, so that what rendering costs weighs on neither side. An answer is found by its request
 * without what changes from run to run (timestamp, sign). Serves the list of kept requests to the
 * limit program.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/codec.h"
#include "httpd/httpd.h"
#include "sandbox/sandbox.h"
#include "sync_private.h"

enum { SLOTS = 1 << 16, KEY_BYTES = 64 * 1024 };

typedef struct page {
    struct page *next; /* of the same slot */
    struct page *later;
    base_buf key;
    base_buf target, request_body; /* as first asked */
    char content_type[128];        /* of the request */
    base_buf body;
    int status;
    char date[BASE_HTTP_DATE];
} page;

typedef struct pages {
    pthread_mutex_t lock;
    sandbox *sandbox;
    bool replay;
    page *slots[SLOTS];
    page *first, *last;
    int64_t hits, misses;
} pages;

/* ---- keys ---- */

static bool changes(base_str name) {
    return base_str_is(name, "timestamp") || base_str_is(name, "sign");
}

/* Appends the pairs of a query or form but those that change. */
static void add_pairs(base_buf *key, base_str text) {
    while (text.len > 0) {
        const char *end = memchr(text.ptr, '&', text.len);
        size_t len = end != NULL ? (size_t)(end - text.ptr) : text.len;
        const char *equals = memchr(text.ptr, '=', len);
        size_t name = equals != NULL ? (size_t)(equals - text.ptr) : len;
        if (!changes((base_str){ text.ptr, name })) {
            base_buf_add(key, text.ptr, len);
            base_buf_add_char(key, '&');
        }
        size_t used = end != NULL ? len + 1 : len;
        text.ptr += used;
        text.len -= used;
    }
}

static void make_key(const httpd_request *request, base_buf *key) {
    base_buf_add_str(key, request->method);
    base_buf_add_str(key, request->path);
    base_buf_add_char(key, '?');
    add_pairs(key, request->query);
    if (request->body.len > 0 && request->body.ptr[0] == '{') {
        base_buf_add_str(key, request->body);
    } else {
        add_pairs(key, request->body);
    }
}

static size_t slot_of(base_str key) {
    uint64_t hash = 1469598103934665603U; /* FNV-1a */
    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ (unsigned char)key.ptr[i]) * 1099511628211U;
    }
    return (size_t)(hash % SLOTS);
}

static page *find(pages *p, base_str key) {
    page *found = p->slots[slot_of(key)];
    while (found != NULL && !base_str_eq(base_buf_str(&found->key), key)) {
        found = found->next;
    }
    return found;
}

/* ---- keeping ---- */

static void keep(pages *p, base_str key, const httpd_request *request,
                 const httpd_response *response) {
    if (find(p, key) != NULL || response->part_count > 0) {
        return;
    }
    page *kept = calloc(1, sizeof *kept);
    if (kept == NULL) {
        bench_die("out of memory for pages");
    }
    base_buf_init(&kept->key, KEY_BYTES);
    base_buf_init(&kept->target, KEY_BYTES);
    base_buf_init(&kept->request_body, LIMIT_REQUEST_BYTES);
    base_buf_init(&kept->body, LIMIT_REPLY_BYTES);
    base_buf_add_str(&kept->key, key);
    base_buf_add_str(&kept->target, request->path);
    base_buf_add_char(&kept->target, '?');
    base_buf_add_str(&kept->target, request->query);
    base_buf_add_str(&kept->request_body, request->body);
    base_buf_add_str(&kept->body, base_buf_str(&response->body));
    (void)base_copy(kept->content_type, sizeof kept->content_type,
                    httpd_header_get(request, "Content-Type"));
    kept->status = response->status;
    memcpy(kept->date, response->date, sizeof kept->date);
    kept->next = p->slots[slot_of(key)];
    p->slots[slot_of(key)] = kept;
    *(p->last != NULL ? &p->last->later : &p->first) = kept;
    p->last = kept;
}

/* ---- answering ---- */

/* Every kept request in the order in which it came first. */
static void list_requests(pages *p, base_buf *out) {
    base_buf_add_char(out, '[');
    for (const page *at = p->first; at != NULL; at = at->later) {
        base_buf_add_text(out, at == p->first ? "{\"target\":" : ",{\"target\":");
        codec_json_quote(out, base_buf_str(&at->target));
        base_buf_add_text(out, ",\"content_type\":");
        codec_json_quote(out, base_str_of(at->content_type));
        base_buf_add_text(out, ",\"body\":");
        codec_json_quote(out, base_buf_str(&at->request_body));
        base_buf_add_char(out, '}');
    }
    base_buf_add_char(out, ']');
}

static void control(pages *p, base_str path, httpd_response *response) {
    if (base_str_is(path, "/_bench/requests")) {
        base_buf_clear(&response->body);
        base_buf_init(&response->body, 8 * (size_t)LIMIT_REPLY_BYTES);
        list_requests(p, &response->body);
    } else if (base_str_is(path, "/_bench/replay")) {
        p->replay = true;
        base_buf_add_text(&response->body, "{}");
    } else {
        base_buf_printf(&response->body,
                        "{\"cpu_s\":%.6f,\"peak_mb\":%.1f,\"hits\":%lld,\"misses\":%lld}",
                        bench_cpu(), bench_peak_mb(), (long long)p->hits, (long long)p->misses);
    }
}

static void handle(void *user, const httpd_request *request, httpd_response *response) {
    pages *p = user;
    base_buf key;
    pthread_mutex_lock(&p->lock);
    if (request->path.len > 8 && memcmp(request->path.ptr, "/_bench/", 8) == 0) {
        control(p, request->path, response);
        pthread_mutex_unlock(&p->lock);
        return;
    }
    base_buf_init(&key, KEY_BYTES);
    make_key(request, &key);
    page *kept = p->replay ? find(p, base_buf_str(&key)) : NULL;
    if (kept != NULL) {
        p->hits++;
        response->status = kept->status;
        memcpy(response->date, kept->date, sizeof response->date);
        response->parts[0] = base_buf_str(&kept->body);
        response->part_count = 1;
    } else {
        bool page_of_platform = request->path.len < 2 || request->path.ptr[1] != '_';
        sandbox_handle(p->sandbox, request, response);
        if (page_of_platform && !p->replay) {
            keep(p, base_buf_str(&key), request, response);
        }
        p->misses += page_of_platform && p->replay;
    }
    base_buf_clear(&key);
    pthread_mutex_unlock(&p->lock);
}

void pages_serve(void *arg, int ready_fd, int stop_fd) {
    const pages_options *o = arg;
    static pages p = { .lock = PTHREAD_MUTEX_INITIALIZER };
    qd_err err;
    sandbox_options world = {
        .seed = 1, .shops = (unsigned)o->shops, .orders = (unsigned)o->orders, .prerender = false
    };
    bench_ok(sandbox_new(&world, &p.sandbox, &err), &err);
    sandbox_freeze(p.sandbox, true);
    httpd_options options = { .handler = handle, .user = &p, .max_head = 64 * 1024 };
    httpd *server = NULL;
    bench_ok(httpd_start(&options, &server, &err), &err);
    pages_ready ready = { httpd_port(server), sandbox_now_ms(p.sandbox) / 1000 };
    if (write(ready_fd, &ready, sizeof ready) == (ssize_t)sizeof ready) {
        bench_server_wait(stop_fd);
    }
    httpd_stop(server);
}

/* ---- asking ---- */

static size_t take(char *data, size_t size, size_t count, void *user) {
    base_buf_add(user, data, size * count);
    return size * count;
}

void pages_ask(uint16_t port, const char *path, base_buf *out) {
    char url[256];
    base_buf dropped;
    long status = 0;
    base_buf_init(&dropped, LIMIT_REPLY_BYTES);
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, out != NULL ? out : &dropped);
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) {
        bench_die("%s: %s, HTTP %ld", path, curl_easy_strerror(code), status);
    }
    curl_easy_cleanup(easy);
    base_buf_clear(&dropped);
}
