/*
 * Our side of bench_sync: store, fleet and sync as `qd sync` runs them, over real sockets. Only the
 * wall clock stands still, at the world's moment, so that every run asks for the same pages.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jobs/jobs.h"
#include "sync_private.h"

/* ---- a clock whose wall stands still ---- */

static int64_t wall_ms(void *self) {
    return *(const int64_t *)self * 1000;
}

static int64_t mono_ms(void *self) {
    (void)self;
    const qd_clock *clock = qd_clock_system();
    return clock->mono_ms(clock->self);
}

static void sleep_ms(void *self, int64_t ms) {
    (void)self;
    const qd_clock *clock = qd_clock_system();
    clock->sleep_ms(clock->self, ms);
}

static void randomness(void *self, void *out, size_t len) {
    (void)self;
    const qd_clock *clock = qd_clock_system();
    clock->random(clock->self, out, len);
}

/* ---- connecting ---- */

static const char *text_of(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text != NULL ? text : "";
}

static void connect_shop(store *store, uint16_t port, yyjson_val *truth) {
    qd_err err;
    store_shop shop = { .created_at = 0 };
    (void)base_copy(shop.platform, sizeof shop.platform, base_str_of(text_of(truth, "platform")));
    (void)base_copy(shop.name, sizeof shop.name, base_str_of(text_of(truth, "name")));
    (void)base_copy(shop.app_key, sizeof shop.app_key, base_str_of(text_of(truth, "app_key")));
    (void)base_copy(shop.shop_id, sizeof shop.shop_id, base_str_of(text_of(truth, "shop_id")));
    (void)base_copy(shop.environment, sizeof shop.environment, BASE_STR("sandbox"));
    snprintf(shop.base_url, sizeof shop.base_url, "http://127.0.0.1:%u", port);
    base_str secret = base_str_of(text_of(truth, "app_secret"));
    bench_ok(store_app_put(store, shop.platform, shop.app_key, secret, &err), &err);
    bench_ok(store_shop_add(store, &shop, &err), &err);
    if (text_of(truth, "session")[0] != '\0') {
        qd_token token = { .obtained_at = 1 };
        (void)base_copy(token.access, sizeof token.access, base_str_of(text_of(truth, "session")));
        qd_token_store *tokens = store_tokens(store);
        bench_ok(tokens->save(tokens, shop.t_code, "sandbox", &token, 0, &err), &err);
    }
}

static void connect_shops(store *store, uint16_t port) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    size_t i, max;
    yyjson_val *shop;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    pages_ask(port, "/_sandbox/truth", &text);
    bench_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    yyjson_arr_foreach(codec_json_at(yyjson_doc_get_root(doc), "shops"), i, max, shop) {
        connect_shop(store, port, shop);
    }
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}

/* ---- counting ---- */

static int64_t ask_number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW) {
        bench_die("%s: %s", sql, sqlite3_errmsg(db));
    }
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

void run_count(const char *home, run_result *result) {
    char path[BENCH_PATH + 32];
    struct stat info;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/qiandian.db", home);
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        bench_die("%s: %s", path, sqlite3_errmsg(db));
    }
    result->orders = ask_number(db, "SELECT count(*) FROM orders");
    result->pay_fen = ask_number(db, "SELECT sum(pay_fen) FROM orders");
    result->lines = ask_number(db, "SELECT count(*) FROM order_lines");
    result->products = ask_number(db, "SELECT count(*) FROM products");
    result->skus = ask_number(db, "SELECT count(*) FROM skus");
    result->payloads = ask_number(db, "SELECT count(*) FROM payload");
    sqlite3_close(db);
    result->database_mb = stat(path, &info) == 0 ? (double)info.st_size / (1024 * 1024) : 0;
}

/* ---- the run ---- */

static void check_report(const jobs_report *report) {
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            const jobs_stream_report *stream = &report->shops[i].streams[k];
            if (stream->status != QD_OK) {
                bench_die("%s of %s: %s", stream->stream, report->shops[i].shop.t_code,
                          stream->err.message);
            }
        }
    }
}

void our_sync(void *arg, void *result) {
    run_options *o = arg;
    run_result *r = result;
    char home[BENCH_PATH];
    qd_err err;
    store *store = NULL;
    jobs_fleet *fleet = NULL;
    jobs_report *report = NULL;
    qd_clock clock = { &o->now, wall_ms, mono_ms, sleep_ms, randomness };
    bench_dir_make(home);
    store_options options = STORE_OPTIONS_INIT;
    options.home = home;
    options.keep_raw = o->raw;
    bench_ok(store_open(&options, &store, &err), &err);
    connect_shops(store, o->port);
    bench_ok(jobs_fleet_new(store, &clock, &fleet, &err), &err);

    jobs_options sync = { .fleet = fleet, .store = store };
    double cpu = bench_cpu(), wall = bench_wall();
    bench_ok(jobs_sync(&sync, &report, &err), &err);
    store_flush(store);
    r->seconds = bench_wall() - wall;
    r->cpu_s = bench_cpu() - cpu;
    r->peak_mb = bench_peak_mb();
    check_report(report);

    jobs_report_free(report);
    jobs_fleet_free(fleet);
    store_close(store);
    run_count(home, r);
    bench_dir_remove(home);
}
