/*
 * Walks tests/vectors/request/<platform>/<case>/: call.json says what a caller asks for (app, shop,
 * method, parameters, the moment), sent.http is every byte that then leaves: verb, URL, headers in
 * their order, body. Where signing has a vector of its own, the same signature stands here. Several
 * requests of one call stand apart by a line of "====". A folder is a case; adding one needs no
 * code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platforms/platforms.h"

enum { FILE_MAX = 1 << 16 };

static const char ROOT[] = QD_SOURCE_DIR "/tests/vectors/request";

/* What one case runs with. */
static struct {
    int64_t now_ms;
    base_buf sent;
    size_t requests;
} bench;

static int64_t bench_wall(void *self) {
    (void)self;
    return bench.now_ms;
}

static int64_t bench_mono(void *self) {
    (void)self;
    return 1;
}

static void bench_sleep(void *self, int64_t ms) {
    (void)self;
    (void)ms;
}

static void bench_random(void *self, void *out, size_t len) {
    (void)self;
    memset(out, 0x5a, len);
}

static const qd_clock bench_clock = { NULL, bench_wall, bench_mono, bench_sleep, bench_random };

/* Tokens that a platform gives when it is asked for one; anything else is an empty success. */
static const char *answer_to(const char *url) {
    static const struct {
        const char *part, *answer;
    } rows[] = {
        { "/oauth/client_token/", "{\"data\":{\"access_token\":\"clt.1\",\"expires_in\":7200,"
                                  "\"error_code\":0},\"message\":\"success\"}" },
        { "/oauth/access_token/",
          "{\"data\":{\"access_token\":\"act.1\",\"expires_in\":86400,"
          "\"refresh_token\":\"rft.1\",\"refresh_expires_in\":864000,"
          "\"open_id\":\"_000\",\"error_code\":0},\"message\":\"success\"}" },
        { "/token/create", "{\"code\":10000,\"msg\":\"success\",\"sub_code\":\"\",\"sub_msg\":\"\","
                           "\"data\":{\"access_token\":\"at-1\",\"expires_in\":604800,"
                           "\"refresh_token\":\"rt-1\",\"shop_id\":4463798,\"shop_name\":\"n\"}}" },
        { "/oauth2/access_token", "{\"code\":0,\"message\":\"OK\",\"request_id\":\"1\",\"data\":{"
                                  "\"access_token\":\"a1\",\"expires_in\":86400,"
                                  "\"refresh_token\":\"r1\",\"refresh_token_expires_in\":2592000,"
                                  "\"advertiser_ids\":[1]}}" },
        { "/getAccessToken", "{\"requestId\":\"1\",\"success\":true,\"code\":\"__200OK\",\"data\":{"
                             "\"openId\":\"o\",\"accessToken\":\"a\",\"refreshToken\":\"r\","
                             "\"accessTokenExpired\":4102444800000,"
                             "\"refreshTokenExpired\":4102444800000}}" },
        { "", "{}" },
    };
    size_t i = 0;
    while (strstr(url, rows[i].part) == NULL) {
        i++;
    }
    return rows[i].answer;
}

static void take(void *user, const qd_http_request *request, net_fake_reply *out) {
    (void)user;
    base_buf_add_text(&bench.sent, bench.requests++ > 0 ? "\n====\n" : "");
    base_buf_printf(&bench.sent, "%s ", request->method);
    base_buf_add_text(&bench.sent, request->url);
    base_buf_add_char(&bench.sent, '\n');
    for (size_t i = 0; i < request->header_count; i++) {
        base_buf_add_text(&bench.sent, request->headers[i].name);
        base_buf_add_text(&bench.sent, ": ");
        base_buf_add_text(&bench.sent, request->headers[i].value);
        base_buf_add_char(&bench.sent, '\n');
    }
    base_buf_add_char(&bench.sent, '\n');
    if (request->body_len > 0) {
        base_buf_add(&bench.sent, request->body, request->body_len);
    }
    out->reply.body = answer_to(request->url);
    out->reply.body_len = strlen(out->reply.body);
    out->reply.status = 200;
}

static qd_transport *make_transport(void *user, qd_err *err) {
    qd_transport *transport = NULL;
    return net_fake_new(take, user, &bench_clock, &transport, err) == QD_OK ? transport : NULL;
}

static const char *text(yyjson_val *object, const char *name) {
    return yyjson_get_str(yyjson_obj_get(object, name));
}

static void open_shop(const char *platform, yyjson_val *root, qd_app **out_app,
                      qd_shop **out_shop) {
    qd_err err;
    yyjson_val *at = yyjson_obj_get(root, "shop");
    const qd_app_options app = { .platform = platform,
                                 .key = text(root, "key"),
                                 .secret = text(root, "secret"),
                                 .sign_method = text(root, "sign_method"),
                                 .clock = &bench_clock,
                                 .transport_make = make_transport,
                                 .max_attempts = 1,
                                 .calls_per_second = -1 };
    const qd_shop_options shop = { .environment = text(at, "environment"),
                                   .shop_id = text(at, "shop_id"),
                                   .session = text(at, "session"),
                                   .base_url = text(at, "base_url") };
    if (qd_app_new(&app, out_app, &err) != QD_OK ||
        qd_shop_new(*out_app, &shop, out_shop, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

/* Whether the answer pleases is not asked here: what left is. */
static void ask(qd_shop *shop, yyjson_val *root, qd_err *err) {
    const char *code = text(root, "authorise");
    if (code != NULL) {
        (void)!qd_shop_authorise(shop, code, err);
        return;
    }
    qd_reply *reply = NULL;
    char *params = yyjson_val_write(yyjson_obj_get(root, "params"), 0, NULL);
    (void)!qd_call(shop, text(root, "method"), params != NULL ? params : "{}", &reply, err);
    qd_reply_free(reply);
    free(params);
}

static void check_case(const char *platform, const char *folder) {
    char path[2048];
    base_buf call, wanted;
    yyjson_doc *doc = NULL;
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&call, FILE_MAX);
    base_buf_init(&wanted, FILE_MAX);
    base_buf_init(&bench.sent, FILE_MAX);
    bench.requests = 0;
    (void)snprintf(path, sizeof path, "%s/call.json", folder);
    assert_int_equal(base_file_read(path, FILE_MAX, &call, &err), QD_OK);
    assert_int_equal(codec_json_read(base_buf_str(&call), FILE_MAX, &doc, &err), QD_OK);
    (void)snprintf(path, sizeof path, "%s/sent.http", folder);
    if (base_file_read(path, FILE_MAX, &wanted, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    bench.now_ms = yyjson_get_sint(yyjson_obj_get(root, "now_ms"));
    open_shop(platform, root, &app, &shop);
    ask(shop, root, &err);
    if (!base_str_eq(base_buf_str(&bench.sent), base_buf_str(&wanted))) {
        fail_msg("%s (%s): sent\n%s\n---- and must send\n%s", folder, err.message,
                 base_buf_text(&bench.sent), base_buf_text(&wanted));
    }
    qd_shop_free(shop);
    qd_app_free(app);
    yyjson_doc_free(doc);
    base_buf_clear(&call);
    base_buf_clear(&wanted);
    base_buf_clear(&bench.sent);
}

static size_t walk(const char *platform) {
    char top[1024], folder[1400];
    size_t cases = 0;
    (void)snprintf(top, sizeof top, "%s/%s", ROOT, platform);
    DIR *dir = opendir(top);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            (void)snprintf(folder, sizeof folder, "%s/%s", top, entry->d_name);
            check_case(platform, folder);
            cases++;
        }
    }
    (void)closedir(dir);
    return cases;
}

static void what_leaves_is_pinned(void **state) {
    (void)state;
    static const char *const platforms[] = { "douyin", "taobao", "alliance", "qianchuan",
                                             "solinkup" };
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        assert_true(walk(platforms[i]) >= 5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_leaves_is_pinned) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
