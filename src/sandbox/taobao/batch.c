/*
 * TOP's batch endpoint (TOP document 104350; vendor Java SDK, BatchFeature): one signed request,
 * several calls, their answers in the same order. What all calls share (app, time, version,
 * format, signature over query and body) is judged once, and its refusal is the only answer; the
 * rest is judged call by call, as the router does.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum {
    MOST_CALLS = 40, /* chosen: no source states the platform's bound */
    SEPARATOR_BYTES = 64
};

static const char PUBLIC_MARK[] = "#PUBLIC#";

typedef struct splitter {
    base_str rest; /* ptr NULL: at the end */
    base_str separator;
} splitter;

static bool next(splitter *s, base_str *out) {
    if (s->rest.ptr == NULL) {
        return false;
    }
    const char *at = s->rest.len >= s->separator.len
                         ? memmem(s->rest.ptr, s->rest.len, s->separator.ptr, s->separator.len)
                         : NULL;
    *out = s->rest;
    if (at == NULL) {
        s->rest.ptr = NULL;
        return true;
    }
    out->len = (size_t)(at - s->rest.ptr);
    s->rest.len -= out->len + s->separator.len;
    s->rest.ptr = at + s->separator.len;
    return true;
}

static base_str separator_of(const face_call *call) {
    base_str own = httpd_header_get(call->request, "top-api-separator");
    return own.len > 0 ? own : BASE_STR("\r\n-S-\r\n");
}

/* Those of before that `over` does not have, then those of over. "N" stands for none. */
static bool layer(face_call *call, const face_params *before, base_str text, face_params *out) {
    codec_pair *over = NULL;
    size_t count = 0;
    qd_err err;
    bool none = base_str_is(text, "N") || text.len == 0;
    if (!none && codec_form_parse(text, call->arena, &over, &count, &err) != QD_OK) {
        return false;
    }
    codec_pair *all = base_arena_alloc(call->arena, (before->count + count + 1) * sizeof *all);
    if (all == NULL) {
        return false;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        all[used++] = over[i];
    }
    for (size_t i = 0; i < before->count; i++) {
        bool hidden = false;
        for (size_t n = 0; n < count && !hidden; n++) {
            hidden = base_str_eq(before->items[i].name, over[n].name);
        }
        if (!hidden) {
            all[used++] = before->items[i];
        }
    }
    *out = (face_params){ all, NULL, used };
    return true;
}

/* One call of the batch, as the router would answer it. */
static void serve_one(const tbface_call *whole, const face_params *params, base_buf *out) {
    tbface_call one;
    memset(&one, 0, sizeof one);
    one.face = whole->face;
    one.world = whole->world;
    one.now = whole->now;
    one.out = out;
    one.shop = WORLD_NONE;
    one.params = *params;
    one.xml = whole->xml;
    one.simplify = whole->simplify;
    one.in_batch = true;
    base_buf_init(&one.scratch, LIMIT_DOCUMENT_BYTES);
    base_str name = face_param_text(params, "method");
    face_count(&whole->face->sb->methods, name.len > 0 ? name : BASE_STR("(no method)"));
    tbface_serve(&one, name, FACE_FAULT_NONE);
    yyjson_doc_free(one.known_params);
    base_buf_clear(&one.scratch);
}

static size_t count_calls(splitter all) {
    base_str segment;
    size_t count = 0;
    for (bool first = true; next(&all, &segment); first = false) {
        bool shared = first && segment.len >= sizeof PUBLIC_MARK - 1 &&
                      memcmp(segment.ptr, PUBLIC_MARK, sizeof PUBLIC_MARK - 1) == 0;
        count += !shared;
    }
    return count;
}

bool tbface_batch_check(tbface_call *call) {
    splitter all = { call->raw_body, separator_of(call->face) };
    size_t count = count_calls(all);
    if (!base_str_is(call->face->request->method, "POST")) {
        return tbface_fail(call, 9, "", "a batch is posted");
    }
    if (all.separator.len > SEPARATOR_BYTES) {
        return tbface_fail(call, 41, "isv.invalid-parameter", "top-api-separator is too long");
    }
    if (call->raw_body.len == 0) {
        return tbface_fail(call, 40, "isv.missing-parameter", "the batch has no calls");
    }
    return count <= MOST_CALLS || tbface_fail(call, 41, "isv.invalid-parameter",
                                              "more than %d calls in a batch", (int)MOST_CALLS);
}

void tbface_batch_run(tbface_call *call) {
    splitter all = { call->raw_body, separator_of(call->face) };
    face_params shared = call->params;
    base_str segment;
    base_buf one;
    bool first = true;
    base_buf_init(&one, call->out->max);
    for (size_t done = 0; next(&all, &segment); first = false) {
        size_t mark = sizeof PUBLIC_MARK - 1;
        face_params params;
        if (first && segment.len >= mark && memcmp(segment.ptr, PUBLIC_MARK, mark) == 0) {
            base_str text = { segment.ptr + mark, segment.len - mark };
            (void)layer(call->face, &call->params, text, &shared);
            continue;
        }
        base_buf_reset(&one);
        if (!layer(call->face, &shared, segment, &params)) {
            params = shared; /* refused below: it has no method */
            params.count = 0;
        }
        serve_one(call, &params, &one);
        if (done++ > 0) {
            base_buf_add_str(call->out, all.separator);
        }
        base_buf_add_str(call->out, base_buf_str(&one));
    }
    base_buf_clear(&one);
}
