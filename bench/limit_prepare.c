/*
 * What the limit program is told beforehand: which of the requests of a real sync bring documents
 * that no later one brings again (no counts, no tokens, no first looks at windows that were then
 * split), and a trained dictionary a kind of document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "limit_private.h"

enum { SAMPLES = 256, DICT_BYTES = 64 * 1024, SHOPS = 256, PREPARE_BYTES = 1 << 30 };

/* ---- the list ---- */

/* A shop is told apart by the token that its requests carry. */
static const char *shop_of(base_str url, base_str body, base_arena *arena) {
    static struct {
        base_str token;
        const char *name;
    } shops[SHOPS];
    static const char *const names[] = { "access_token=", "session=" };
    base_str token = { "", 0 };
    for (int i = 0; i < 4 && token.len == 0; i++) {
        base_str text = i < 2 ? url : body;
        const char *name = names[i % 2];
        const char *at = text.len > 0 ? memmem(text.ptr, text.len, name, strlen(name)) : NULL;
        if (at != NULL) {
            at += strlen(name);
            size_t rest = (size_t)(text.ptr + text.len - at);
            const char *end = memchr(at, '&', rest);
            token = (base_str){ at, end != NULL ? (size_t)(end - at) : rest };
        }
    }
    for (size_t i = 0; i < SHOPS; i++) {
        if (shops[i].name == NULL) {
            shops[i].token = token;
            shops[i].name = base_arena_printf(arena, "S%zu", i);
        }
        if (base_str_eq(shops[i].token, token)) {
            return shops[i].name;
        }
    }
    bench_die("more than %d shops", SHOPS);
}

static void read_wanted(yyjson_val *item, uint16_t port, base_arena *arena, limit_wanted *out) {
    yyjson_val *body = yyjson_obj_get(item, "body");
    const char *type = yyjson_get_str(yyjson_obj_get(item, "content_type"));
    base_str text = { yyjson_get_str(body), yyjson_get_len(body) };
    out->body = base_arena_dup(arena, text);
    out->body_len = text.len;
    out->url = base_arena_printf(arena, "http://127.0.0.1:%u%s", port,
                                 yyjson_get_str(yyjson_obj_get(item, "target")));
    out->headers = curl_slist_append(NULL, base_arena_printf(arena, "Content-Type: %s", type));
    if (out->body == NULL || out->url == NULL) {
        bench_die("out of memory for the list of requests");
    }
    out->shop = shop_of(base_str_of(out->url), (base_str){ out->body, out->body_len }, arena);
}

static void chosen_path(const char *dir, char out[BENCH_PATH + 32]) {
    snprintf(out, BENCH_PATH + 32, "%s/chosen", dir);
}

void limit_list_read(const run_options *options, bool chosen_only, limit_list *out) {
    base_buf text, chosen;
    yyjson_doc *doc = NULL;
    qd_err err;
    size_t i, max;
    yyjson_val *item;
    char path[BENCH_PATH + 32];
    size_t bound = 8 * (size_t)LIMIT_REPLY_BYTES;
    base_buf_init(&text, bound);
    base_buf_init(&chosen, LIMIT_REPLY_BYTES);
    if (chosen_only) {
        chosen_path(options->plan_dir, path);
        bench_ok(base_file_read(path, LIMIT_REPLY_BYTES, &chosen, &err), &err);
    }
    pages_ask(options->port, "/_bench/requests", &text);
    bench_ok(codec_json_read(base_buf_str(&text), bound, &doc, &err), &err);
    yyjson_val *root = yyjson_doc_get_root(doc);
    out->at = calloc(yyjson_arr_size(root) + 1, sizeof *out->at);
    out->arena = base_arena_new(2 * bound);
    out->count = 0;
    yyjson_arr_foreach(root, i, max, item) {
        if (!chosen_only || (i < chosen.len && chosen.data[i] == '1')) {
            read_wanted(item, options->port, out->arena, &out->at[out->count++]);
        }
    }
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    base_buf_clear(&chosen);
}

/* ---- documents ---- */

typedef struct content {
    uint64_t *ids; /* hashes of kind, shop and id */
    size_t count;
} content;

typedef struct samples {
    base_str at[SAMPLES];
    size_t count;
} samples;

static uint64_t id_hash(limit_kind kind, const char *shop, yyjson_val *document,
                        base_arena *arena) {
    yyjson_val *id = yyjson_obj_get(document, limit_id_name(kind));
    base_str text = { "", 0 };
    if (id == NULL) {
        id = yyjson_obj_get(document, "num_iid");
    }
    (void)codec_json_text(id, arena, &text);
    uint64_t hash = 1469598103934665603U ^ (uint64_t)kind; /* FNV-1a */
    for (size_t i = 0; i < text.len + strlen(shop); i++) {
        unsigned char c = (unsigned char)(i < text.len ? text.ptr[i] : shop[i - text.len]);
        hash = (hash ^ c) * 1099511628211U;
    }
    return hash | 1; /* 0 marks a free slot */
}

static void note_document(limit_kind kind, const char *shop, yyjson_val *document, samples *kinds,
                          content *out, base_arena *arena) {
    out->ids[out->count++] = id_hash(kind, shop, document, arena);
    if (kind < LIMIT_KINDS && kinds[kind].count < SAMPLES) {
        base_buf text;
        qd_err err;
        base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
        bench_ok(codec_json_write(document, &text, &err), &err);
        samples *s = &kinds[kind];
        s->at[s->count++] = (base_str){ base_arena_dup(arena, base_buf_str(&text)), text.len };
        base_buf_clear(&text);
    }
}

static size_t take(char *data, size_t size, size_t count, void *user) {
    base_buf_add(user, data, size * count);
    return size * count;
}

static void look(const limit_wanted *w, CURL *easy, samples *kinds, content *out,
                 base_arena *arena) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    yyjson_val *list = NULL, *document;
    size_t i, max;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    curl_easy_setopt(easy, CURLOPT_URL, w->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, w->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, w->body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)w->body_len);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &text);
    if (curl_easy_perform(easy) != CURLE_OK) {
        bench_die("cannot fetch a page to look at it");
    }
    bench_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    limit_kind kind = limit_kind_of(yyjson_doc_get_root(doc), &list);
    size_t most = yyjson_is_arr(list) ? yyjson_arr_size(list) : 1;
    out->ids = calloc(most + 1, sizeof *out->ids);
    if (kind != LIMIT_NOTHING && yyjson_is_arr(list)) {
        yyjson_arr_foreach(list, i, max, document) {
            note_document(kind, w->shop, document, kinds, out, arena);
        }
    } else if (kind != LIMIT_NOTHING) {
        note_document(kind, w->shop, list, kinds, out, arena);
    }
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}

/* ---- choosing ---- */

static bool add_id(uint64_t *slots, size_t size, uint64_t id) {
    size_t at = (size_t)(id % size);
    while (slots[at] != 0 && slots[at] != id) {
        at = (at + 1) % size;
    }
    bool is_new = slots[at] == 0;
    slots[at] = id;
    return is_new;
}

/* From the last request to the first: those that bring something new. */
static int64_t choose(const content *contents, size_t count, base_buf *out) {
    size_t total = 1;
    int64_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        total += contents[i].count;
        base_buf_add_char(out, '0');
    }
    uint64_t *slots = calloc(2 * total, sizeof *slots);
    for (size_t i = count; i > 0; i--) {
        const content *c = &contents[i - 1];
        size_t fresh = 0;
        for (size_t k = 0; k < c->count; k++) {
            fresh += add_id(slots, 2 * total, c->ids[k]);
        }
        out->data[i - 1] = fresh > 0 ? '1' : '0';
        chosen += fresh > 0;
    }
    free(slots);
    return chosen;
}

static void dict_path(const char *dir, int kind, char out[BENCH_PATH + 32]) {
    snprintf(out, BENCH_PATH + 32, "%s/dict%d", dir, kind);
}

static void write_dict(const char *dir, int kind, const samples *s) {
    char path[BENCH_PATH + 32];
    base_buf dict;
    qd_err err;
    base_buf_init(&dict, DICT_BYTES);
    bench_ok(codec_zip_train(s->at, s->count, DICT_BYTES, &dict, &err), &err);
    dict_path(dir, kind, path);
    bench_ok(base_file_write(path, base_buf_str(&dict), 0600, &err), &err);
    base_buf_clear(&dict);
}

void limit_dict_read(const char *dir, int kind, base_buf *out) {
    char path[BENCH_PATH + 32];
    qd_err err;
    dict_path(dir, kind, path);
    bench_ok(base_file_read(path, LIMIT_REPLY_BYTES, out, &err), &err);
}

void limit_prepare(void *arg, void *result) {
    const run_options *o = arg;
    static samples kinds[LIMIT_KINDS];
    limit_list list;
    char path[BENCH_PATH + 32];
    base_buf chosen;
    qd_err err;
    base_arena *arena = base_arena_new(PREPARE_BYTES);
    CURL *easy = curl_easy_init();
    limit_list_read(o, false, &list);
    content *contents = calloc(list.count + 1, sizeof *contents);
    if (arena == NULL || easy == NULL || contents == NULL) {
        bench_die("out of memory for choosing pages");
    }
    for (size_t i = 0; i < list.count; i++) {
        look(&list.at[i], easy, kinds, &contents[i], arena);
    }
    base_buf_init(&chosen, LIMIT_REPLY_BYTES);
    *(int64_t *)result = choose(contents, list.count, &chosen);
    chosen_path(o->plan_dir, path);
    bench_ok(base_file_write(path, base_buf_str(&chosen), 0600, &err), &err);
    for (int i = 0; i < LIMIT_KINDS; i++) {
        write_dict(o->plan_dir, i, &kinds[i]);
    }
}
