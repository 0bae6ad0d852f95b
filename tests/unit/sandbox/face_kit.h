/*
 * What the tests of the sandbox's faces share: a clock that stands still, a sandbox without
 * sockets, requests signed here (with room codec, so that the judge does not confirm itself).
 */
#ifndef TESTS_UNIT_SANDBOX_FACE_KIT_H
#define TESTS_UNIT_SANDBOX_FACE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "sandbox/sandbox.h"

enum { KIT_NOW = 1700000000 };

typedef struct kit {
    int64_t wall_ms, mono_ms; /* the machine's clock */
    qd_clock clock;
    sandbox *sb;
    yyjson_doc *truth;
    httpd_response response;
    yyjson_doc *doc; /* of the last answer; NULL when it was no JSON */
    yyjson_val *root;
    char token[64]; /* of the first Douyin shop, once kit_token() was called */
    char refresh[64];
    const char *new_only;       /* value of x-open-no-old-err-code, or NULL */
    int64_t stamp;              /* timestamp to send; 0 = the machine's now */
    const char *header, *value; /* one more header to send, or NULL */
    size_t app_shop;            /* whose app key signs Douyin's calls: a place in the truth */
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
    memset(out, 7, len);
}

static inline void kit_pass(kit *k, int64_t seconds) {
    k->wall_ms += seconds * 1000;
    k->mono_ms += seconds * 1000;
}

static inline void kit_read_truth(kit *k) {
    base_buf text;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    assert_int_equal(sandbox_truth(k->sb, &text, NULL), QD_OK);
    yyjson_doc_free(k->truth);
    k->truth = NULL;
    assert_int_equal(codec_json_read(base_buf_str(&text), 0, &k->truth, NULL), QD_OK);
    base_buf_clear(&text);
}

/* The machine's clock stands at KIT_NOW; seed and clock are the kit's. */
static inline void kit_open_with(kit *k, const sandbox_options *wanted) {
    qd_err err = QD_ERR_INIT;
    memset(k, 0, sizeof *k);
    k->wall_ms = KIT_NOW * 1000LL;
    k->mono_ms = 5000;
    k->clock = (qd_clock){ k, kit_wall, kit_mono, kit_sleep, kit_random };
    sandbox_options options = *wanted;
    options.seed = 7;
    options.clock = &k->clock;
    qd_status status = sandbox_new(&options, &k->sb, &err);
    if (status != QD_OK) {
        fail_msg("sandbox_new: %s", err.message);
    }
    kit_read_truth(k);
}

/* The world starts at now (0 = KIT_NOW). */
static inline void kit_open(kit *k, unsigned shops, unsigned orders, const char *faults,
                            int64_t now) {
    kit_open_with(
        k, &(sandbox_options){ .shops = shops, .orders = orders, .faults = faults, .now = now });
}

static inline void kit_close(kit *k) {
    sandbox_free(k->sb);
    yyjson_doc_free(k->truth);
    yyjson_doc_free(k->doc);
    base_buf_clear(&k->response.body);
}

static inline yyjson_val *kit_shop(kit *k, size_t index) {
    return yyjson_arr_get(yyjson_obj_get(yyjson_doc_get_root(k->truth), "shops"), index);
}

static inline const char *kit_shop_text(kit *k, size_t index, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(kit_shop(k, index), name));
    assert_non_null(text);
    return text;
}

/* The same of the truth's apps: alliance, Qianchuan, Solinkup. */
static inline const char *kit_app_text(kit *k, size_t index, const char *name) {
    yyjson_val *apps = yyjson_obj_get(yyjson_doc_get_root(k->truth), "apps");
    const char *text = yyjson_get_str(yyjson_obj_get(yyjson_arr_get(apps, index), name));
    assert_non_null(text);
    return text;
}

/* ---- one exchange ---- */

static inline void kit_send(kit *k, const char *method, const char *path, const char *query,
                            const char *type, const char *body) {
    httpd_header headers[3] = { { base_str_of("Content-Type"), base_str_of(type) } };
    size_t count = 1;
    if (k->new_only != NULL) {
        headers[count++] =
            (httpd_header){ BASE_STR("x-open-no-old-err-code"), base_str_of(k->new_only) };
    }
    if (k->header != NULL) {
        headers[count++] = (httpd_header){ base_str_of(k->header), base_str_of(k->value) };
    }
    httpd_request request = { .method = base_str_of(method),
                              .path = base_str_of(path),
                              .query = base_str_of(query),
                              .body = base_str_of(body),
                              .headers = headers,
                              .header_count = count };
    base_buf_clear(&k->response.body);
    memset(&k->response, 0, sizeof k->response);
    k->response.status = 200;
    base_buf_init(&k->response.body, LIMIT_REPLY_BYTES);
    sandbox_handle(k->sb, &request, &k->response);
    yyjson_doc_free(k->doc);
    k->doc = NULL;
    if (codec_json_read(base_buf_str(&k->response.body), 0, &k->doc, NULL) != QD_OK) {
        k->doc = NULL;
    }
    k->root = yyjson_doc_get_root(k->doc);
}

static inline void kit_control(kit *k, const char *method, const char *path, const char *query) {
    kit_send(k, method, path, query, "", "");
    assert_int_equal(k->response.status, 200);
}

static inline const char *kit_text(kit *k, const char *path) {
    const char *text = yyjson_get_str(codec_json_at(k->root, path));
    return text != NULL ? text : "";
}

static inline int64_t kit_int(kit *k, const char *path) {
    int64_t number = -1;
    yyjson_val *value = codec_json_at(k->root, path);
    if (value == NULL || !codec_json_i64(value, &number)) {
        return -1;
    }
    return number;
}

/* A counter of /_sandbox/stats. */
static inline int64_t kit_stat(kit *k, const char *group, const char *key, const char *name) {
    kit_control(k, "GET", "/_sandbox/stats", "");
    yyjson_val *rows = yyjson_obj_get(yyjson_obj_get(k->root, group), key);
    int64_t count = 0;
    yyjson_val *row = yyjson_obj_get(rows, name);
    return row != NULL && codec_json_i64(row, &count) ? count : 0;
}

/* ---- Douyin ---- */

static inline void kit_hex(codec_digest how, const char *key, const char *text, bool upper,
                           char out[2 * CODEC_DIGEST_MAX + 1]) {
    unsigned char raw[CODEC_DIGEST_MAX];
    size_t len = codec_digest_once(how, base_str_of(key), base_str_of(text), raw);
    codec_hex(raw, len, upper, out);
}

/* Signs `signed_json`, sends `sent_json` as the body. */
static inline void kit_douyin_as(kit *k, const char *method, const char *signed_json,
                                 const char *sent_json, const char *token) {
    static char text[65536];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    char query[1024];
    char path[128];
    long long stamp = k->stamp != 0 ? k->stamp : k->wall_ms / 1000;
    const char *key = kit_shop_text(k, k->app_shop, "app_key");
    const char *secret = kit_shop_text(k, k->app_shop, "app_secret");
    (void)snprintf(text, sizeof text, "%sapp_key%smethod%sparam_json%stimestamp%lldv2%s", secret,
                   key, method, signed_json, stamp, secret);
    kit_hex(CODEC_HMAC_SHA256, secret, text, false, sign);
    (void)snprintf(query, sizeof query,
                   "app_key=%s&method=%s&timestamp=%lld&v=2&sign_method=hmac-sha256&sign=%s"
                   "&access_token=%s",
                   key, method, stamp, sign, token != NULL ? token : "");
    (void)snprintf(path, sizeof path, "/%s", method);
    for (char *p = path; *p != '\0'; p++) {
        *p = *p == '.' ? '/' : *p;
    }
    kit_send(k, "POST", path, query, "application/json", sent_json);
}

/* Signs and sends; returns the answer's code. */
static inline int64_t kit_douyin(kit *k, const char *method, const char *json, const char *token) {
    kit_douyin_as(k, method, json, json, token);
    return kit_int(k, "code");
}

static inline void kit_keep_pair(kit *k) {
    assert_int_equal(kit_int(k, "code"), 10000);
    (void)snprintf(k->token, sizeof k->token, "%s", kit_text(k, "data.access_token"));
    (void)snprintf(k->refresh, sizeof k->refresh, "%s", kit_text(k, "data.refresh_token"));
}

/* token.create for the shop at this place of the truth. */
static inline void kit_token(kit *k, size_t shop) {
    char json[128];
    (void)snprintf(json, sizeof json, "{\"grant_type\":\"authorization_self\",\"shop_id\":\"%s\"}",
                   kit_shop_text(k, shop, "shop_id"));
    (void)kit_douyin(k, "token.create", json, NULL);
    kit_keep_pair(k);
}

/* ---- Taobao ---- */

static inline int kit_pair_cmp(const void *a, const void *b) {
    return strcmp(((const char *const *)a)[0], ((const char *const *)b)[0]);
}

/* pairs: name, value, name, value ..., NULL: business parameters, and public ones to add or, with
 * the same name as one of the usual, to replace it. Shop 1 is the first Taobao shop. */
static inline void kit_taobao(kit *k, const char *method, const char *const *pairs) {
    static char text[65536];
    char stamp[BASE_TIME_TEXT];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    const char *all[64][2];
    size_t count = 0;
    base_time_to_cn(k->stamp != 0 ? k->stamp : k->wall_ms / 1000, stamp);
    const char *const usual[] = { "method",      method,
                                  "app_key",     kit_shop_text(k, 1, "app_key"),
                                  "timestamp",   stamp,
                                  "v",           "2.0",
                                  "format",      "json",
                                  "sign_method", "md5",
                                  "session",     kit_shop_text(k, 1, "session"),
                                  NULL };
    for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i += 2) {
        all[count][0] = pairs[i];
        all[count++][1] = pairs[i + 1];
    }
    size_t given = count;
    for (size_t i = 0; usual[i] != NULL; i += 2) {
        bool seen = false;
        for (size_t n = 0; n < given; n++) {
            seen = seen || strcmp(all[n][0], usual[i]) == 0;
        }
        if (!seen) {
            all[count][0] = usual[i];
            all[count++][1] = usual[i + 1];
        }
    }
    qsort(all, count, sizeof all[0], kit_pair_cmp);
    const char *secret = kit_shop_text(k, 1, "app_secret");
    size_t at = (size_t)snprintf(text, sizeof text, "%s", secret);
    base_buf form;
    base_buf_init(&form, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; i < count; i++) {
        if (all[i][1][0] == '\0') {
            continue; /* left out, as we do it */
        }
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", all[i][0], all[i][1]);
        codec_form_add(&form, base_str_of(all[i][0]), base_str_of(all[i][1]));
    }
    (void)snprintf(text + at, sizeof text - at, "%s", secret);
    kit_hex(CODEC_MD5, "", text, true, sign);
    codec_form_add(&form, base_str_of("sign"), base_str_of(sign));
    kit_send(k, "POST", "/router/rest", "", "application/x-www-form-urlencoded;charset=utf-8",
             base_buf_text(&form));
    base_buf_clear(&form);
}

#define KIT_TAOBAO(k, method, ...)                                                                 \
    kit_taobao((k), (method), (const char *const[]){ __VA_ARGS__, NULL })

#endif
