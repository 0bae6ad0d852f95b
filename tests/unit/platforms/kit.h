/*
 * What the tests of the platforms share: a clock that stands still, a transport that keeps every
 * request and answers by a script, and shops of any platform with a token store.
 */
#ifndef TESTS_UNIT_PLATFORMS_KIT_H
#define TESTS_UNIT_PLATFORMS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platforms/platforms.h"

enum { KIT_NOW = 1700000000, KIT_MOST = 32 };

typedef struct kit_request {
    char method[8];
    char url[1024];
    char headers[1024]; /* "Name: value\n" ... */
    char body[8192];
    size_t body_len;
} kit_request;

/* What answers: the text of the first rule whose `part` is in the URL and, when it begins with '=',
 * in the body; used up when times > 0. */
typedef struct kit_rule {
    const char *part;
    const char *answer;
    int times; /* 0 = always */
    int used;
    int status; /* 0 = 200 */
} kit_rule;

typedef struct kit {
    qd_clock clock;
    int64_t wall_ms, mono_ms;
    kit_request seen[KIT_MOST];
    int requests;
    kit_rule rules[16];
    size_t rule_count;
    qd_token_store *store;
    qd_app *app;
    qd_shop *shop;
} kit;

static inline int64_t kit_wall(void *self) {
    return ((kit *)self)->wall_ms;
}

static inline int64_t kit_mono(void *self) {
    return ((kit *)self)->mono_ms;
}

static inline void kit_sleep(void *self, int64_t ms) {
    ((kit *)self)->wall_ms += ms;
    ((kit *)self)->mono_ms += ms;
}

static inline void kit_random(void *self, void *out, size_t len) {
    (void)self;
    memset(out, 0x5a, len);
}

static inline void kit_answer(void *user, const qd_http_request *request, net_fake_reply *out) {
    kit *k = user;
    assert_true(k->requests < KIT_MOST);
    kit_request *seen = &k->seen[k->requests++];
    snprintf(seen->method, sizeof seen->method, "%s", request->method);
    snprintf(seen->url, sizeof seen->url, "%s", request->url);
    seen->headers[0] = '\0';
    for (size_t i = 0; i < request->header_count; i++) {
        size_t at = strlen(seen->headers);
        snprintf(seen->headers + at, sizeof seen->headers - at, "%s: %s\n",
                 request->headers[i].name, request->headers[i].value);
    }
    seen->body_len = request->body ? request->body_len : 0;
    assert_true(seen->body_len < sizeof seen->body);
    if (seen->body_len > 0) {
        memcpy(seen->body, request->body, seen->body_len);
    }
    seen->body[seen->body_len] = '\0';
    for (size_t i = 0; i < k->rule_count; i++) {
        kit_rule *rule = &k->rules[i];
        bool fits = *rule->part == '=' ? strstr(seen->body, rule->part + 1) != NULL
                                       : strstr(seen->url, rule->part) != NULL;
        if (fits && (rule->times == 0 || rule->used < rule->times)) {
            rule->used++;
            out->reply.body = rule->answer;
            out->reply.body_len = strlen(rule->answer);
            out->reply.status = rule->status ? rule->status : 200;
            return;
        }
    }
    fail_msg("nobody expects %s %s", seen->method, seen->url);
}

static inline qd_transport *kit_transport(void *user, qd_err *err) {
    kit *k = user;
    qd_transport *transport = NULL;
    return net_fake_new(kit_answer, k, &k->clock, &transport, err) == QD_OK ? transport : NULL;
}

/* The rules stay; options of app and shop that are not given are the kit's. */
static inline void kit_open(kit *k, const char *platform, const char *sign_method,
                            const qd_shop_options *changes) {
    memset(k, 0, sizeof *k);
    k->clock = (qd_clock){ k, kit_wall, kit_mono, kit_sleep, kit_random };
    k->wall_ms = (int64_t)KIT_NOW * 1000;
    k->mono_ms = 1;
    k->store = qd_token_store_memory();
    const qd_app_options app = { .platform = platform,
                                 .key = "1234567",
                                 .secret = "s3cret-s3cret",
                                 .sign_method = sign_method,
                                 .clock = &k->clock,
                                 .transport_make = kit_transport,
                                 .transport_user = k,
                                 .max_attempts = 2,
                                 .calls_per_second = -1 };
    qd_shop_options shop = changes ? *changes : (qd_shop_options){ 0 };
    shop.handle = "t1";
    shop.token_store = k->store;
    qd_err err;
    if (qd_app_new(&app, &k->app, &err) != QD_OK ||
        qd_shop_new(k->app, &shop, &k->shop, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

static inline void kit_close(kit *k) {
    qd_shop_free(k->shop);
    qd_app_free(k->app);
    k->store->free(k->store);
}

static inline void kit_rule_times(kit *k, const char *part, const char *answer, int times) {
    assert_true(k->rule_count < 16);
    k->rules[k->rule_count++] = (kit_rule){ .part = part, .answer = answer, .times = times };
}

static inline void kit_rules_clear(kit *k) {
    k->rule_count = 0;
    k->requests = 0;
}

/* The answer's data as JSON in data (may be NULL). */
static inline qd_status kit_call(kit *k, const char *method, const char *params,
                                 const qd_call_options *options, char *data, size_t size,
                                 qd_err *err) {
    qd_reply *reply = NULL;
    qd_status status = qd_call_with(k->shop, method, params, options, &reply, err);
    if (data && status == QD_OK) {
        snprintf(data, size, "%s", qd_reply_data_json(reply));
    }
    qd_reply_free(reply);
    return status;
}

#define KIT_CALL(k, method, params, status)                                                        \
    do {                                                                                           \
        qd_err kit_err;                                                                            \
        qd_status kit_got = kit_call(k, method, params, NULL, NULL, 0, &kit_err);                  \
        if (kit_got != (status)) {                                                                 \
            fail_msg("%s: %s: %s", method, qd_status_name(kit_got), kit_err.message);              \
        }                                                                                          \
    } while (0)

static inline void kit_save(kit *k, const char *handle, const qd_token *token) {
    qd_token now;
    qd_err err;
    assert_int_equal(k->store->load(k->store, handle, "production", &now, &err), QD_OK);
    assert_int_equal(k->store->save(k->store, handle, "production", token, now.version, &err),
                     QD_OK);
}

static inline qd_token kit_load(kit *k, const char *handle) {
    qd_token token;
    qd_err err;
    assert_int_equal(k->store->load(k->store, handle, "production", &token, &err), QD_OK);
    return token;
}

#endif
