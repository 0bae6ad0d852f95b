/*
 * What the tests of room core share: a clock that stands still, a scripted platform behind the fake
 * transport, and a core_platform of its own (core knows none). Its methods and error classes are
 * the catalogue's Douyin ones; its wire form is as plain as possible.
 */
#ifndef TESTS_UNIT_CORE_FIXTURE_H
#define TESTS_UNIT_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"

/* ---- time and randomness ---- */

typedef struct test_clock {
    qd_clock clock;
    int64_t wall_ms;
    int64_t mono_ms;
    uint64_t random; /* what random() fills in, again and again */
} test_clock;

static inline int64_t test_wall(void *self) {
    return ((test_clock *)self)->wall_ms;
}

static inline int64_t test_mono(void *self) {
    return ((test_clock *)self)->mono_ms;
}

static inline void test_sleep(void *self, int64_t ms) {
    ((test_clock *)self)->wall_ms += ms;
    ((test_clock *)self)->mono_ms += ms;
}

static inline void test_random(void *self, void *out, size_t len) {
    for (size_t i = 0; i < len; i++) {
        ((unsigned char *)out)[i] = (unsigned char)(((test_clock *)self)->random >> (8 * (i % 8)));
    }
}

enum { TEST_NOW = 1700000000 };

static inline void test_clock_init(test_clock *clock) {
    memset(clock, 0, sizeof *clock);
    clock->clock = (qd_clock){ clock, test_wall, test_mono, test_sleep, test_random };
    clock->wall_ms = (int64_t)TEST_NOW * 1000;
    clock->mono_ms = 5000;
}

/* ---- the platform ---- */

static inline qd_status test_build(const core_request *request, core_built *built, qd_err *err) {
    char *now = base_arena_printf(request->arena, "%lld", (long long)request->now);
    codec_pair *pairs = base_arena_alloc(request->arena, 3 * sizeof *pairs);
    base_buf body;
    char sign[SIGN_TEXT_MAX];
    assert_non_null(now);
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    assert_int_equal(codec_json_canonical(request->params, CODEC_JSON_PLAIN, &body, err), QD_OK);
    built->body = base_str_of(base_arena_dup(request->arena, base_buf_str(&body)));
    base_buf_clear(&body);
    pairs[0] = (codec_pair){ BASE_STR("app_key"), request->app_key };
    pairs[1] = (codec_pair){ BASE_STR("method"), base_str_of(request->method_name) };
    pairs[2] = (codec_pair){ BASE_STR("timestamp"), base_str_of(now) };
    built->signed_input = (sign_input){ pairs, 3, built->body, request->sign_method, { NULL, 0 } };
    qd_status status = sign_make(request->signer, &built->signed_input, sign, err);
    built->http_method = "POST";
    built->url = base_arena_printf(request->arena, "%s/%s?token=%.*s&t=%s&sign=%s",
                                   request->base_url, request->method_name, (int)request->token.len,
                                   request->token.ptr, now, sign);
    built->headers[0] = (qd_http_header){ "Content-Type", "application/json" };
    built->header_count = 1;
    return status;
}

static inline base_str test_member(yyjson_val *root, const char *name, base_arena *arena) {
    base_str text = { "", 0 };
    (void)codec_json_text(yyjson_obj_get(root, name), arena, &text);
    return text;
}

static inline qd_status test_decode(const core_request *request, yyjson_val *root,
                                    base_arena *arena, core_decoded *out, qd_err *err) {
    (void)request;
    out->code = test_member(root, "code", arena);
    if (out->code.len == 0) {
        return base_fail(err, QD_E_PROTOCOL, "no code");
    }
    out->ok = base_str_is(out->code, "10000");
    out->data = yyjson_obj_get(root, "data");
    out->request_id = test_member(root, "log_id", arena);
    if (!out->ok) {
        out->sub_code = test_member(root, "sub_code", arena);
        out->message = test_member(root, "msg", arena);
        (void)codec_json_i64(yyjson_obj_get(root, "ban"), &out->ban_seconds);
        out->signature_refused = base_str_is(out->sub_code, "isv.signature-invalid");
        out->clock_refused = base_str_is(out->sub_code, "isv.timestamp-invalid");
    }
    return QD_OK;
}

static inline qd_status test_refresh(const char *shop_id, base_str refresh, core_token_call *out,
                                     qd_err *err) {
    (void)shop_id;
    (void)err;
    out->method = "token.refresh";
    base_buf_printf(&out->params, "{\"refresh_token\":\"%.*s\"}", (int)refresh.len, refresh.ptr);
    return QD_OK;
}

static inline qd_status test_create(const char *shop_id, const char *environment,
                                    core_token_call *out, qd_err *err) {
    (void)environment;
    if (!shop_id) {
        return base_fail(err, QD_E_AUTH, "no token: authorise the shop");
    }
    out->method = "token.create";
    base_buf_printf(&out->params, "{\"shop_id\":\"%s\"}", shop_id);
    return QD_OK;
}

static inline qd_status test_token_read(yyjson_val *data, int64_t now, qd_token *token,
                                        qd_err *err) {
    int64_t life = 0;
    yyjson_val *access = yyjson_obj_get(data, "access_token");
    if (!yyjson_is_str(access)) {
        return base_fail(err, QD_E_PROTOCOL, "no access_token");
    }
    snprintf(token->access, sizeof token->access, "%s", yyjson_get_str(access));
    const char *refresh = yyjson_get_str(yyjson_obj_get(data, "refresh_token"));
    snprintf(token->refresh, sizeof token->refresh, "%s", refresh ? refresh : "");
    if (codec_json_i64(yyjson_obj_get(data, "expires_in"), &life)) {
        token->expires_at = now + life;
    }
    return QD_OK;
}

static const core_platform test_platform = { .name = "douyin",
                                             .build = test_build,
                                             .decode = test_decode,
                                             .token_refresh = test_refresh,
                                             .token_create = test_create,
                                             .token_read = test_token_read };

/* ---- the script ---- */

enum { SCRIPT_MOST = 4096 };

typedef struct test_request {
    char url[512];
    char body[1024];
    int64_t at_ms; /* monotonic */
    int64_t timeout_ms;
} test_request;

typedef struct fixture fixture;
/* Answers request number `index`; writes the body through test_answer(). */
typedef void (*script_fn)(fixture *f, int index, const qd_http_request *request,
                          net_fake_reply *out);

struct fixture {
    test_clock clock;
    qd_app *app;
    qd_shop *shop;
    qd_token_store *store;
    script_fn script;
    int requests;
    test_request seen[SCRIPT_MOST];
    char *texts[SCRIPT_MOST]; /* answers must outlive their callback */
    qd_http_header headers[SCRIPT_MOST];
    int64_t number; /* free for the test */
    void *pointer;
};

static inline void test_script(void *user, const qd_http_request *request, net_fake_reply *out) {
    fixture *f = user;
    assert_true(f->requests < SCRIPT_MOST);
    test_request *seen = &f->seen[f->requests];
    snprintf(seen->url, sizeof seen->url, "%s", request->url);
    snprintf(seen->body, sizeof seen->body, "%.*s", (int)request->body_len,
             request->body ? request->body : "");
    seen->at_ms = f->clock.mono_ms;
    seen->timeout_ms = request->timeout_ms;
    f->script(f, f->requests++, request, out);
}

/* Sets the body of the answer to the newest request. */
QD_PRINTF(3, 4)
static inline void test_answer(fixture *f, net_fake_reply *out, const char *fmt, ...) {
    char text[8192];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    int index = f->requests > 0 ? f->requests - 1 : 0;
    free(f->texts[index]);
    f->texts[index] = strdup(text);
    out->reply.body = f->texts[index];
    out->reply.body_len = strlen(text);
}

static inline void test_date(fixture *f, net_fake_reply *out, int64_t utc_s) {
    static char dates[SCRIPT_MOST][BASE_HTTP_DATE];
    int index = f->requests > 0 ? f->requests - 1 : 0;
    base_time_to_http(utc_s, dates[index]);
    f->headers[index] = (qd_http_header){ "date", dates[index] };
    out->reply.headers = &f->headers[index];
    out->reply.header_count = 1;
}

static inline bool test_is(const qd_http_request *request, const char *method) {
    return strstr(request->url, method) != NULL;
}

static inline qd_transport *test_transport(void *user, qd_err *err) {
    fixture *f = user;
    qd_transport *transport = NULL;
    return net_fake_new(test_script, f, &f->clock.clock, &transport, err) == QD_OK ? transport
                                                                                   : NULL;
}

static inline void test_shop(fixture *f, const qd_shop_options *options) {
    qd_err err;
    qd_shop_free(f->shop);
    if (qd_shop_new(f->app, options, &f->shop, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

/* An app with a memory store, and a shop "t1" (id 123) whose token "a1"/"r1" lives for a day. */
static inline void test_open(fixture *f, script_fn script, const qd_app_options *changes) {
    memset(f, 0, sizeof *f);
    test_clock_init(&f->clock);
    f->script = script;
    f->store = qd_token_store_memory();
    assert_non_null(f->store);
    qd_app_options options = changes ? *changes : (qd_app_options){ 0 };
    options.platform = "douyin";
    options.key = "7000000000000000001";
    options.secret = "s3cret-s3cret";
    options.clock = &f->clock.clock;
    options.transport_make = test_transport;
    options.transport_user = f;
    qd_err err;
    if (core_app_new(&test_platform, &options, &f->app, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    qd_token token = { .access = "a1", .refresh = "r1", .expires_at = TEST_NOW + 86400 };
    assert_int_equal(f->store->save(f->store, "t1", "production", &token, 0, &err), QD_OK);
    const qd_shop_options shop = { .handle = "t1", .shop_id = "123", .token_store = f->store };
    test_shop(f, &shop);
}

static inline void test_close(fixture *f) {
    qd_shop_free(f->shop);
    qd_app_free(f->app);
    if (f->store) {
        f->store->free(f->store);
    }
    for (size_t i = 0; i < SCRIPT_MOST; i++) {
        free(f->texts[i]);
    }
}

static inline qd_token test_stored(fixture *f) {
    qd_token token;
    assert_int_equal(f->store->load(f->store, "t1", "production", &token, NULL), QD_OK);
    return token;
}

#endif
