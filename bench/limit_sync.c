/*
 * The limit program of bench_sync: fetch (libcurl multi, kept-alive connections), parse in place,
 * take the columns out, compress with a trained dictionary, insert in groups; two threads. What is
 * fetched is chosen beforehand: every document once, no counts, no tokens. It proves nothing, seals
 * nothing, retries nothing and checks nothing that the pages say.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "limit_private.h"

enum {
    FETCHES = 4, /* requests in flight */
    PAGES = 24   /* in all: in flight, being parsed, waiting for the writer */
};

typedef struct limit {
    const run_options *options;
    run_result *result;
    limit_list list;
    size_t next;
    CURLM *multi;
    yyjson_alc *alc;
    ZSTD_CCtx *zip;
    ZSTD_CDict *dicts[LIMIT_KINDS];
    limit_db *db;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    limit_page *spare;              /* ready to be fetched into */
    limit_page *ready, **ready_end; /* for the writer */
    bool done;
} limit;

/* ---- pages ---- */

static void reserve(char **memory, size_t *cap, size_t need) {
    if (*cap < need) {
        *cap = need * 2;
        *memory = realloc(*memory, *cap);
        if (*memory == NULL) {
            bench_die("out of memory for a page");
        }
    }
}

static size_t take(char *data, size_t size, size_t count, void *user) {
    limit_page *page = user;
    size_t len = size * count;
    reserve(&page->text, &page->cap, page->len + len + 1);
    memcpy(page->text + page->len, data, len);
    page->len += len;
    return len;
}

static limit_page *take_spare(limit *l) {
    pthread_mutex_lock(&l->lock);
    while (l->spare == NULL) {
        pthread_cond_wait(&l->changed, &l->lock);
    }
    limit_page *page = l->spare;
    l->spare = page->next;
    pthread_mutex_unlock(&l->lock);
    page->len = page->notes_len = page->cell_count = page->row_count = page->packed_len = 0;
    page->next = NULL;
    return page;
}

static void give(limit *l, limit_page *page, bool rows) {
    pthread_mutex_lock(&l->lock);
    if (rows) {
        *l->ready_end = page;
        l->ready_end = &page->next;
        pthread_cond_signal(&l->changed);
    } else {
        page->next = l->spare;
        l->spare = page;
    }
    pthread_mutex_unlock(&l->lock);
}

/* ---- parsing ---- */

/* The end of the value that begins at `at`: brackets counted, texts skipped. */
static const char *value_end(const char *at) {
    int depth = 0;
    do {
        switch (*at) {
        case '"':
            for (at++; *at != '"'; at++) {
                at += *at == '\\';
            }
            break;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            break;
        default:
            break;
        }
        at++;
    } while (depth > 0);
    return at;
}

/* Where an object begins in the page: its first key was parsed in place at the same offset. */
static const char *begin_of(const limit_page *page, yyjson_val *object) {
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    const char *key = yyjson_get_str(yyjson_obj_iter_next(&iter));
    return page->text + (key - page->work) - 2;
}

static void pack(limit *l, limit_page *page, limit_row *row) {
    size_t bound = ZSTD_compressBound(row->raw_len);
    reserve(&page->packed, &page->packed_cap, page->packed_len + bound);
    size_t len =
        ZSTD_compress_usingCDict(l->zip, page->packed + page->packed_len, bound,
                                 page->text + row->raw, row->raw_len, l->dicts[page->kind]);
    if (ZSTD_isError(len)) {
        bench_die("zstd: %s", ZSTD_getErrorName(len));
    }
    row->packed = page->packed_len;
    row->packed_len = (uint32_t)len;
    page->packed_len += len;
}

static void one_document(limit *l, limit_page *page, yyjson_val *document, const char *end) {
    size_t first = page->row_count;
    limit_plan_run((limit_kind)page->kind, document, page);
    if (l->options->raw) {
        limit_row *row = &page->rows[first];
        const char *begin = begin_of(page, document);
        row->raw = (uint32_t)(begin - page->text);
        row->raw_len = (uint32_t)((end != NULL ? end : value_end(begin)) - begin);
        pack(l, page, row);
    }
}

static yyjson_doc *parse(limit *l, limit_page *page) {
    page->text[page->len] = '\0';
    reserve(&page->work, &page->work_cap, page->len + YYJSON_PADDING_SIZE);
    memcpy(page->work, page->text, page->len);
    memset(page->work + page->len, 0, YYJSON_PADDING_SIZE);
    yyjson_doc *doc = yyjson_read_opts(page->work, page->len, YYJSON_READ_INSITU, l->alc, NULL);
    if (doc == NULL) {
        bench_die("a page is no JSON");
    }
    return doc;
}

/* True when the page has rows for the writer. */
static bool handle(limit *l, limit_page *page) {
    yyjson_doc *doc = parse(l, page);
    yyjson_val *list = NULL;
    page->kind = (int)limit_kind_of(yyjson_doc_get_root(doc), &list);
    if (page->kind < LIMIT_KINDS && yyjson_is_arr(list)) {
        yyjson_val *document = yyjson_arr_get_first(list);
        for (size_t i = yyjson_arr_size(list); i > 0; i--) {
            yyjson_val *next = i > 1 ? unsafe_yyjson_get_next(document) : NULL;
            one_document(l, page, document, next != NULL ? begin_of(page, next) - 1 : NULL);
            document = next;
        }
    } else if (page->kind < LIMIT_KINDS) {
        one_document(l, page, list, NULL);
    }
    yyjson_doc_free(doc);
    return page->row_count > 0;
}

/* ---- writing ---- */

static void *write_pages(void *arg) {
    limit *l = arg;
    for (;;) {
        pthread_mutex_lock(&l->lock);
        while (l->ready == NULL && !l->done) {
            pthread_cond_wait(&l->changed, &l->lock);
        }
        limit_page *group = l->ready;
        l->ready = NULL;
        l->ready_end = &l->ready;
        pthread_mutex_unlock(&l->lock);
        if (group == NULL) {
            return NULL;
        }
        limit_page *last = group;
        limit_db_begin(l->db);
        for (limit_page *page = group; page != NULL; page = page->next) {
            limit_db_page(l->db, page);
            last = page;
        }
        limit_db_commit(l->db, last->shop);
        pthread_mutex_lock(&l->lock);
        last->next = l->spare;
        l->spare = group;
        pthread_cond_broadcast(&l->changed);
        pthread_mutex_unlock(&l->lock);
    }
}

/* ---- fetching ---- */

static void start(limit *l, CURL *easy) {
    const limit_wanted *w = &l->list.at[l->next++];
    limit_page *page = take_spare(l);
    page->shop = w->shop;
    curl_easy_setopt(easy, CURLOPT_URL, w->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, w->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, w->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)w->body_len);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, page);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, page);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L * 1024);
    curl_multi_add_handle(l->multi, easy);
}

static limit_page *finish(limit *l, CURLMsg *message) {
    limit_page *page = NULL;
    long status = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&page);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result != CURLE_OK || status != 200) {
        bench_die("fetch: %s, HTTP %ld", curl_easy_strerror(message->data.result), status);
    }
    curl_multi_remove_handle(l->multi, message->easy_handle);
    l->result->pages++;
    l->result->page_bytes += (int64_t)page->len;
    return page;
}

/* The next request leaves before the page is parsed, so the server works meanwhile. */
static void fetch_all(limit *l, CURL **handles) {
    size_t open = 0;
    while (open < FETCHES && l->next < l->list.count) {
        start(l, handles[open++]);
    }
    while (open > 0) {
        int running = 0, queued = 0;
        CURLMsg *message;
        curl_multi_perform(l->multi, &running);
        while ((message = curl_multi_info_read(l->multi, &queued)) != NULL) {
            CURL *easy = message->easy_handle;
            limit_page *page = finish(l, message);
            if (l->next < l->list.count) {
                start(l, easy);
                curl_multi_perform(l->multi, &running);
            } else {
                open--;
            }
            give(l, page, handle(l, page));
        }
        if (open > 0) {
            curl_multi_poll(l->multi, NULL, 0, 100, NULL);
        }
    }
}

/* ---- the run ---- */

static void open_tools(limit *l) {
    l->multi = curl_multi_init();
    l->alc = yyjson_alc_dyn_new();
    l->zip = ZSTD_createCCtx();
    if (l->multi == NULL || l->alc == NULL || l->zip == NULL) {
        bench_die("out of memory for the limit program");
    }
    for (int i = 0; i < LIMIT_KINDS; i++) {
        base_buf dict;
        base_buf_init(&dict, LIMIT_REPLY_BYTES);
        limit_dict_read(l->options->plan_dir, i, &dict);
        l->dicts[i] = ZSTD_createCDict(base_buf_text(&dict), dict.len, 1);
        base_buf_clear(&dict);
    }
    for (int i = 0; i < PAGES; i++) {
        give(l, limit_page_new(), false);
    }
}

static void make_database(const limit *l, const char *home) {
    store_options options = STORE_OPTIONS_INIT;
    store *store = NULL;
    qd_err err;
    options.home = home;
    bench_ok(store_open(&options, &store, &err), &err);
    store_close(store);
    (void)l;
}

void limit_sync(void *arg, void *result) {
    static limit l;
    char home[BENCH_PATH];
    pthread_t writer;
    CURL *handles[FETCHES];
    l.options = arg;
    l.result = result;
    l.ready_end = &l.ready;
    pthread_mutex_init(&l.lock, NULL);
    pthread_cond_init(&l.changed, NULL);
    bench_dir_make(home);
    make_database(&l, home);
    limit_list_read(l.options, true, &l.list);
    limit_plans_make();
    open_tools(&l);
    for (int i = 0; i < FETCHES; i++) {
        handles[i] = curl_easy_init();
    }

    double cpu = bench_cpu(), wall = bench_wall();
    l.db = limit_db_open(home, l.options->now);
    if (pthread_create(&writer, NULL, write_pages, &l) != 0) {
        bench_die("no thread");
    }
    fetch_all(&l, handles);
    pthread_mutex_lock(&l.lock);
    l.done = true;
    pthread_cond_broadcast(&l.changed);
    pthread_mutex_unlock(&l.lock);
    pthread_join(writer, NULL);
    l.result->seconds = bench_wall() - wall;
    l.result->cpu_s = bench_cpu() - cpu;
    l.result->peak_mb = bench_peak_mb();

    limit_db_close(l.db);
    run_count(home, l.result);
    bench_dir_remove(home);
}
