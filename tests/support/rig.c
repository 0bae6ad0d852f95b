/* See rig.h. */
#include "support/rig.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "net/net.h"

/* ---- the sandbox's process ---- */

static void serve(const sandbox_options *options, int port_fd, int stop_fd) {
    sandbox *sandbox = NULL;
    httpd *server = NULL;
    qd_err err;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (sandbox_new(options, &sandbox, &err) != QD_OK ||
        sandbox_listen(sandbox, 0, &server, &err) != QD_OK) {
        fprintf(stderr, "sandbox: %s\n", err.message);
        _exit(1);
    }
    uint16_t port = httpd_port(server);
    char byte;
    if (write(port_fd, &port, sizeof port) == (ssize_t)sizeof port) {
        while (read(stop_fd, &byte, 1) < 0 && errno == EINTR) {
        }
    }
    httpd_stop(server);
    sandbox_free(sandbox);
    _exit(0);
}

void rig_start(rig *r, const sandbox_options *options) {
    int port_pipe[2], stop_pipe[2];
    uint16_t port = 0;
    memset(r, 0, sizeof *r);
    tempdir_make(&r->dir);
    assert_int_equal(pipe(port_pipe), 0);
    assert_int_equal(pipe(stop_pipe), 0);
    r->sandbox = fork();
    assert_true(r->sandbox >= 0);
    if (r->sandbox == 0) {
        close(port_pipe[0]);
        close(stop_pipe[1]);
        serve(options, port_pipe[1], stop_pipe[0]);
    }
    close(port_pipe[1]);
    close(stop_pipe[0]);
    r->stop_fd = stop_pipe[1];
    assert_int_equal(read(port_pipe[0], &port, sizeof port), sizeof port);
    close(port_pipe[0]);
    snprintf(r->base_url, sizeof r->base_url, "http://127.0.0.1:%u", port);
}

void rig_stop(rig *r) {
    int status = 0;
    rig_close(r);
    close(r->stop_fd);
    waitpid(r->sandbox, &status, 0);
    tempdir_remove(&r->dir);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- control ---- */

typedef struct answer {
    base_buf *out;
    bool ended;
    int status;
} answer;

static void answered(void *user, const qd_http_reply *reply) {
    answer *a = user;
    a->ended = true;
    a->status = reply->status;
    if (a->out != NULL) {
        base_buf_add(a->out, reply->body, reply->body_len);
    }
}

static void request(rig *r, const char *method, const char *path, base_buf *out) {
    char url[256];
    qd_transport *transport = NULL;
    uint64_t id;
    qd_err err;
    answer a = { out, false, 0 };
    snprintf(url, sizeof url, "%s%s", r->base_url, path);
    net_curl_options options = { .verify_tls = true };
    assert_ok(net_curl_new(&options, &transport, &err), &err);
    qd_http_request http = {
        .method = method, .url = url, .timeout_ms = 60000, .max_reply_bytes = LIMIT_REPLY_BYTES * 8u
    };
    if (strcmp(method, "POST") == 0) {
        http.body = "";
    }
    assert_ok(transport->submit(transport, &http, answered, &a, &id, &err), &err);
    while (!a.ended) {
        transport->run(transport, 1000);
    }
    transport->free(transport);
    assert_int_equal(a.status, 200);
}

void rig_get(rig *r, const char *path, base_buf *out) {
    request(r, "GET", path, out);
}

void rig_post(rig *r, const char *path) {
    request(r, "POST", path, NULL);
}

static yyjson_doc *get_json(rig *r, const char *path) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    base_buf_init(&text, LIMIT_REPLY_BYTES * 8u);
    rig_get(r, path, &text);
    assert_ok(codec_json_read(base_buf_str(&text), LIMIT_REPLY_BYTES * 8u, &doc, &err), &err);
    base_buf_clear(&text);
    return doc;
}

int64_t rig_stat(rig *r, const char *pointer) {
    yyjson_doc *doc = get_json(r, "/_sandbox/stats");
    int64_t number = 0;
    (void)codec_json_i64(yyjson_doc_ptr_get(doc, pointer), &number);
    yyjson_doc_free(doc);
    return number;
}

/* ---- the store ---- */

void rig_open(rig *r) {
    qd_err err;
    store_options options = STORE_OPTIONS_INIT;
    options.home = r->dir.path;
    assert_ok(store_open(&options, &r->store, &err), &err);
    assert_ok(jobs_fleet_new(r->store, NULL, &r->fleet, &err), &err);
}

void rig_restart(rig *r) {
    rig_close(r);
    rig_open(r);
}

void rig_close(rig *r) {
    jobs_fleet_free(r->fleet);
    store_close(r->store);
    r->fleet = NULL;
    r->store = NULL;
}

static const char *text_of(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text != NULL ? text : "";
}

static void connect_one(rig *r, yyjson_val *truth) {
    qd_err err;
    store_shop shop = { .created_at = 0 };
    base_copy(shop.platform, sizeof shop.platform, base_str_of(text_of(truth, "platform")));
    base_copy(shop.name, sizeof shop.name, base_str_of(text_of(truth, "name")));
    base_copy(shop.app_key, sizeof shop.app_key, base_str_of(text_of(truth, "app_key")));
    base_copy(shop.shop_id, sizeof shop.shop_id, base_str_of(text_of(truth, "shop_id")));
    base_copy(shop.environment, sizeof shop.environment, BASE_STR("sandbox"));
    base_copy(shop.base_url, sizeof shop.base_url, base_str_of(r->base_url));
    base_str secret = base_str_of(text_of(truth, "app_secret"));
    assert_ok(store_app_put(r->store, shop.platform, shop.app_key, secret, &err), &err);
    assert_ok(store_shop_add(r->store, &shop, &err), &err);
    if (text_of(truth, "session")[0] != '\0') {
        qd_token token = { .obtained_at = 1 };
        base_copy(token.access, sizeof token.access, base_str_of(text_of(truth, "session")));
        qd_token_store *tokens = store_tokens(r->store);
        assert_ok(tokens->save(tokens, shop.t_code, "sandbox", &token, 0, &err), &err);
    }
}

void rig_connect(rig *r) {
    yyjson_doc *doc = get_json(r, "/_sandbox/truth");
    size_t i, max;
    yyjson_val *shop;
    yyjson_arr_foreach(codec_json_at(yyjson_doc_get_root(doc), "shops"), i, max, shop) {
        connect_one(r, shop);
    }
    assert_true(max > 0);
    yyjson_doc_free(doc);
}

void rig_shop(rig *r, const char *platform, int nth, char out[40]) {
    store_shop *shops = NULL;
    size_t count = 0;
    qd_err err;
    assert_ok(store_shop_list(r->store, &shops, &count, &err), &err);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (strcmp(shops[i].platform, platform) == 0 && nth-- == 0) {
            base_copy(out, 40, base_str_of(shops[i].t_code));
        }
    }
    free(shops);
    assert_true(out[0] != '\0');
}

/* ---- running ---- */

static const jobs_stream_report *first_failure(const jobs_report *report) {
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            if (report->shops[i].streams[k].status != QD_OK) {
                return &report->shops[i].streams[k];
            }
        }
    }
    return NULL;
}

static jobs_report *checked(jobs_report *report) {
    const jobs_stream_report *failure = first_failure(report);
    if (failure != NULL) {
        fail_msg("%s: %s", failure->stream, failure->err.message);
    }
    return report;
}

jobs_report *rig_sync(rig *r) {
    jobs_options options = { .fleet = r->fleet, .store = r->store };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_sync(&options, &report, &err), &err);
    return checked(report);
}

jobs_report *rig_audit(rig *r, bool repair) {
    jobs_options options = { .fleet = r->fleet, .store = r->store, .audit_repair = repair };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_audit(&options, &report, &err), &err);
    return checked(report);
}

void rig_sync_until_ok(rig *r, int rounds) {
    jobs_options options = { .fleet = r->fleet, .store = r->store };
    qd_err err, last = QD_ERR_INIT;
    for (int i = 0; i < rounds; i++) {
        jobs_report *report = NULL;
        assert_ok(jobs_sync(&options, &report, &err), &err);
        const jobs_stream_report *failure = first_failure(report);
        if (failure != NULL) {
            last = failure->err;
        }
        jobs_report_free(report);
        if (failure == NULL) {
            return;
        }
    }
    fail_msg("still failing after %d rounds: %s", rounds, last.message);
}

int64_t rig_gap(const jobs_report *report) {
    int64_t gap = 0;
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            gap += report->shops[i].streams[k].audit.gap;
        }
    }
    return gap;
}

/* ---- truth ---- */

typedef struct digesting {
    codec_hash *hash;
    int64_t count;
} digesting;

static bool add_key(void *user, base_str key) {
    digesting *d = user;
    codec_hash_add(d->hash, key);
    codec_hash_add(d->hash, BASE_STR("\n"));
    d->count++;
    return true;
}

static void expect_ids(rig *r, const char *t_code, yyjson_val *truth) {
    qd_err err;
    unsigned char bytes[CODEC_DIGEST_MAX];
    char hex[2 * CODEC_DIGEST_MAX + 1];
    digesting d = { codec_hash_new(CODEC_SHA256, BASE_STR("")), 0 };
    codec_hash_begin(d.hash);
    assert_ok(store_keys(r->store, TABLE_ORDERS, t_code, -1, 0, 0, add_key, &d, &err), &err);
    codec_hex(bytes, codec_hash_end(d.hash, bytes), false, hex);
    codec_hash_free(d.hash);
    assert_int_equal(d.count, yyjson_get_int(yyjson_obj_get(truth, "orders")));
    assert_string_equal(hex, text_of(truth, "order_ids_sha256"));
}

static void expect_count(rig *r, unsigned table, const char *t_code, yyjson_val *truth,
                         const char *name) {
    int64_t count;
    qd_err err;
    assert_ok(store_count(r->store, table, t_code, -1, 0, 0, &count, &err), &err);
    assert_int_equal(count, yyjson_get_int(yyjson_obj_get(truth, name)));
}

typedef struct row_check {
    yyjson_val *truth;
    int64_t before;
    int rows, compared;
} row_check;

static bool check_row(void *user, const store_table *table, const store_value *values) {
    row_check *c = user;
    (void)table;
    c->rows++;
    int64_t modified = yyjson_get_sint(yyjson_obj_get(c->truth, "modified"));
    if (modified < c->before) {
        c->compared++;
        assert_int_equal(values[ORDERS_MODIFIED_AT].i64, modified);
        assert_int_equal(values[ORDERS_PAY_FEN].i64,
                         yyjson_get_sint(yyjson_obj_get(c->truth, "pay_fen")));
        assert_int_equal(values[ORDERS_LINE_COUNT].i64,
                         yyjson_get_sint(yyjson_obj_get(c->truth, "lines")));
        assert_true(base_str_is(values[ORDERS_PLATFORM_STATUS].text, text_of(c->truth, "status")));
    }
    return true;
}

/* Every order once; rows that the cursor has passed in their last state, with all their lines. */
static int expect_rows(rig *r, const char *t_code, yyjson_val *truth) {
    store_cursor cursor;
    qd_err err;
    size_t i, max;
    yyjson_val *order;
    int compared = 0;
    int64_t lines = 0, stored;
    assert_ok(store_cursor_get(r->store, t_code, "orders", &cursor, &err), &err);
    yyjson_arr_foreach(yyjson_obj_get(truth, "order_list"), i, max, order) {
        row_check c = { order, cursor.complete_to, 0, 0 };
        store_filter filter = {
            .table = TABLE_ORDERS, .shop = t_code, .key = text_of(order, "id"), .time_column = -1
        };
        assert_ok(store_select(r->store, &filter, check_row, &c, &err), &err);
        assert_int_equal(c.rows, 1);
        compared += c.compared;
        lines += yyjson_get_sint(yyjson_obj_get(order, "lines"));
    }
    assert_ok(store_count(r->store, TABLE_ORDER_LINES, t_code, -1, 0, 0, &stored, &err), &err);
    assert_int_equal(stored, lines);
    return compared;
}

/* The t_code under which the shop with this platform id was connected. */
static void handle_of(rig *r, const char *shop_id, char out[40]) {
    store_shop *shops = NULL;
    size_t count = 0;
    qd_err err;
    out[0] = '\0';
    assert_ok(store_shop_list(r->store, &shops, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(shops[i].shop_id, shop_id) == 0) {
            base_copy(out, 40, base_str_of(shops[i].t_code));
        }
    }
    free(shops);
    assert_true(out[0] != '\0');
}

void rig_expect_truth(rig *r) {
    rig_post(r, "/_sandbox/freeze");
    yyjson_doc *doc = get_json(r, "/_sandbox/truth?orders=1");
    size_t i, max;
    yyjson_val *shop;
    int compared = 0;
    yyjson_arr_foreach(codec_json_at(yyjson_doc_get_root(doc), "shops"), i, max, shop) {
        char t_code[40];
        handle_of(r, text_of(shop, "shop_id"), t_code);
        expect_ids(r, t_code, shop);
        expect_count(r, TABLE_PRODUCTS, t_code, shop, "products");
        expect_count(r, TABLE_SKUS, t_code, shop, "skus");
        compared += expect_rows(r, t_code, shop);
    }
    assert_true(max > 0 && compared > 0);
    yyjson_doc_free(doc);
}
