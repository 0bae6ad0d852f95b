/*
 * Where a sync's proof has its edges: runs that rested longer than the platform serves, days that
 * were never read, documents that are refused, a clock that was wrong for one answer.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "support/rig.h"

static const sandbox_options WORLD = { .seed = 23, .shops = 2, .orders = 300 };
enum { DAY_S = 86400 };

/* ---- a door in front of the sandbox that changes answers ---- */

typedef struct door {
    sandbox *sandbox;
    httpd *server;
    atomic_bool refuse_details; /* product.detail answers as a platform that suspects us */
    atomic_int wrong_dates;     /* so many answers still carry a date that lies in the future */
    atomic_int ahead_s;
    atomic_bool stop;
    atomic_bool hangs;   /* order.searchList answers in ten minutes */
    atomic_int waiting;  /* calls that it keeps waiting */
    atomic_bool crowded; /* product.listV2 counts more rows than it lists in ranges over 400 days */
    rig r;
} door;

static bool about(const httpd_request *request, const char *what) {
    return memmem(request->path.ptr, request->path.len, what, strlen(what)) != NULL;
}

static int64_t number_after(base_str text, const char *name) {
    const char *at = memmem(text.ptr, text.len, name, strlen(name));
    return at != NULL ? strtoll(at + strlen(name), NULL, 10) : 0;
}

/* As a shop with 20,000 products counts, 10,000 of which the platform lists at once. */
static void crowd(const httpd_request *request, base_buf *body) {
    yyjson_doc *doc = NULL;
    qd_err err;
    int64_t span = number_after(request->body, "\"end_time\":") -
                   number_after(request->body, "\"start_time\":");
    if (span < 400 * DAY_S || codec_json_read(base_buf_str(body), 0, &doc, &err) != QD_OK) {
        return;
    }
    yyjson_mut_doc *mut = yyjson_doc_mut_copy(doc, NULL);
    yyjson_mut_val *data = yyjson_mut_obj_get(yyjson_mut_doc_get_root(mut), "data");
    yyjson_mut_val *total = yyjson_mut_obj_get(data, "total");
    if (yyjson_mut_get_sint(total) > 0) {
        yyjson_mut_set_sint(total, 20000);
        base_buf_reset(body);
        assert_int_equal(codec_json_write_mut(mut, false, body, &err), QD_OK);
    }
    yyjson_mut_doc_free(mut);
    yyjson_doc_free(doc);
}

static void at_the_door(void *user, const httpd_request *request, httpd_response *response) {
    door *d = user;
    sandbox_handle(d->sandbox, request, response);
    if (about(request, "_sandbox")) {
        return;
    }
    if (atomic_load(&d->refuse_details) && about(request, "product/detail")) {
        base_buf_reset(&response->body);
        base_buf_add_text(&response->body,
                          "{\"code\":80000,\"msg\":\"risk control\",\"sub_code\":\"isv.risk\","
                          "\"sub_msg\":\"stopped\",\"log_id\":\"1\"}");
    }
    if (atomic_load(&d->hangs) && about(request, "order/searchList")) {
        response->delay_ms = 600000;
        atomic_fetch_add(&d->waiting, 1);
    }
    if (atomic_load(&d->crowded) && about(request, "product/listV2")) {
        crowd(request, &response->body);
    }
    if (atomic_load(&d->wrong_dates) > 0) {
        atomic_fetch_sub(&d->wrong_dates, 1);
        int64_t now = sandbox_now_ms(d->sandbox) / 1000 + atomic_load(&d->ahead_s);
        base_time_to_http(now, response->date);
    }
}

static void open_door(door *d) {
    qd_err err;
    memset(d, 0, sizeof *d);
    tempdir_make(&d->r.dir);
    assert_ok(sandbox_new(&WORLD, &d->sandbox, &err), &err);
    httpd_options options = { .threads = 1, .handler = at_the_door, .user = d };
    assert_ok(httpd_start(&options, &d->server, &err), &err);
    snprintf(d->r.base_url, sizeof d->r.base_url, "http://127.0.0.1:%u", httpd_port(d->server));
    rig_open(&d->r);
    rig_connect(&d->r);
}

static void close_door(door *d) {
    rig_close(&d->r);
    httpd_stop(d->server);
    sandbox_free(d->sandbox);
    tempdir_remove(&d->r.dir);
}

static void advance(rig *r, int64_t seconds) {
    char path[64];
    snprintf(path, sizeof path, "/_sandbox/advance?seconds=%lld", (long long)seconds);
    rig_post(r, path);
    rig_restart(r);
}

static jobs_report *run(rig *r, const char *t_code, const char *stream, atomic_bool *cancel,
                        sync_progress_fn progress) {
    const char *streams[] = { stream, NULL };
    jobs_options options = { .fleet = r->fleet,
                             .store = r->store,
                             .shop = t_code,
                             .streams = streams,
                             .progress = progress,
                             .progress_user = cancel,
                             .cancel = cancel };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_sync(&options, &report, &err), &err);
    return report;
}

static void sync_ok(rig *r, const char *t_code, const char *stream) {
    jobs_report *report = run(r, t_code, stream, NULL, NULL);
    if (report->shops[0].streams[0].status != QD_OK) {
        fail_msg("%s", report->shops[0].streams[0].err.message);
    }
    jobs_report_free(report);
}

/* Rows that a sync of the last so many days brought. */
static int64_t rows_of_days(rig *r, const char *t_code, int64_t days) {
    const char *streams[] = { "orders", NULL };
    jobs_options options = { .fleet = r->fleet,
                             .store = r->store,
                             .shop = t_code,
                             .streams = streams,
                             .backfill_days = days };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_sync(&options, &report, &err), &err);
    assert_ok(report->shops[0].streams[0].status, &report->shops[0].streams[0].err);
    int64_t rows = report->shops[0].streams[0].sync.rows;
    jobs_report_free(report);
    return rows;
}

static store_cursor cursor_of(rig *r, const char *t_code, const char *stream) {
    store_cursor cursor;
    qd_err err;
    assert_ok(store_cursor_get(r->store, t_code, stream, &cursor, &err), &err);
    return cursor;
}

/* ---- stopping ---- */

static void *stop_when_it_waits(void *user) {
    door *d = user;
    const qd_clock *clock = qd_clock_system();
    while (atomic_load(&d->waiting) == 0) {
        clock->sleep_ms(clock->self, 1);
    }
    atomic_store(&d->stop, true);
    return NULL;
}

/* Ctrl-C while a platform keeps a call waiting: the run ends, not the platform's patience. */
static void a_stop_does_not_wait_for_answers(void **state) {
    (void)state;
    door d;
    char shop[40];
    pthread_t stopper;
    open_door(&d);
    rig_shop(&d.r, "douyin", 0, shop);
    atomic_store(&d.hangs, true);
    assert_int_equal(pthread_create(&stopper, NULL, stop_when_it_waits, &d), 0);
    jobs_report *report = run(&d.r, shop, "orders", &d.stop, NULL);
    pthread_join(stopper, NULL);
    assert_int_equal(report->shops[0].streams[0].status, QD_E_CANCELLED);
    assert_string_equal(report->shops[0].streams[0].err.message, "cancelled");
    jobs_report_free(report);
    close_door(&d);
}

/* ---- rest ---- */

static void stop_at_once(void *user, const sync_progress *progress) {
    (void)progress;
    atomic_store((atomic_bool *)user, true);
}

/* Ctrl-C in the first sync, ten days of holidays: what the platform has stopped to serve must not
 * stop the rest. */
static void a_backfill_that_rested_goes_on(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    atomic_bool cancel = false;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    rig_shop(&r, "taobao", 0, t_code);
    jobs_report *report = run(&r, t_code, "orders", &cancel, stop_at_once);
    assert_int_equal(report->shops[0].streams[0].status, QD_E_CANCELLED);
    jobs_report_free(report);
    store_cursor cursor = cursor_of(&r, t_code, "orders");
    assert_true(cursor.backfill_to > 0 && cursor.backfilled_to < cursor.backfill_to);
    advance(&r, 10 * DAY_S);
    sync_ok(&r, t_code, "orders");
    cursor = cursor_of(&r, t_code, "orders");
    assert_true(cursor.backfilled_to == cursor.backfill_to);
    rig_stop(&r);
}

/* The same for a shop that nobody synced for longer than changes are served. */
static void increments_that_rested_go_on(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    rig_shop(&r, "taobao", 0, t_code);
    sync_ok(&r, t_code, "orders");
    int64_t before = cursor_of(&r, t_code, "orders").complete_to;
    advance(&r, 100 * DAY_S);
    sync_ok(&r, t_code, "orders");
    assert_true(cursor_of(&r, t_code, "orders").complete_to > before + 99 * DAY_S);
    rig_stop(&r);
}

/* ---- audit of a day ---- */

static void expect_unprovable(rig *r, int64_t day) {
    jobs_options options = {
        .fleet = r->fleet, .store = r->store, .day_from = day, .day_to = day + DAY_S
    };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_audit(&options, &report, &err), &err);
    for (size_t i = 0; i < report->shop_count; i++) {
        const jobs_stream_report *orders = &report->shops[i].streams[0];
        assert_string_equal(orders->stream, "orders");
        assert_int_equal(orders->status, QD_OK);
        assert_string_equal(orders->audit.state, "unprovable");
        assert_true(orders->audit.detail[0] != '\0');
    }
    jobs_report_free(report);
}

static void a_day_that_was_never_read_is_unprovable(void **state) {
    (void)state;
    rig r;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    jobs_report_free(rig_sync(&r));
    int64_t today = base_day_start_cn(base_now(qd_clock_system()));
    expect_unprovable(&r, today - 1000 * DAY_S);
    expect_unprovable(&r, today + 10 * DAY_S);
    rig_stop(&r);
}

static void expect_complete(rig *r, const char *t_code, const char *stream, bool repair) {
    const char *streams[] = { stream, NULL };
    jobs_options options = { .fleet = r->fleet,
                             .store = r->store,
                             .shop = t_code,
                             .streams = streams,
                             .audit_repair = repair };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_audit(&options, &report, &err), &err);
    const jobs_stream_report *audited = &report->shops[0].streams[0];
    if (audited->status != QD_OK) {
        fail_msg("%s", audited->err.message);
    }
    assert_int_equal(audited->audit.gap, 0);
    assert_string_equal(audited->audit.state, "complete");
    jobs_report_free(report);
}

/* A shop whose products are more than one listing shows is compared in parts. */
/* --days 5 first, then --days 40: what lies before the five days is read, and only that. */
static void a_larger_past_is_read_when_it_is_asked_for(void **state) {
    (void)state;
    door d;
    char shop[40];
    const int days[] = { 5, 40, 40 };
    int64_t rows[3];
    open_door(&d);
    rig_shop(&d.r, "douyin", 0, shop);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        rows[i] = rows_of_days(&d.r, shop, days[i]);
    }
    store_cursor cursor = cursor_of(&d.r, shop, "orders");
    assert_int_equal(cursor.backfilled_to, cursor.backfill_to);
    assert_true(cursor.complete_to - cursor.backfill_from >= 40 * DAY_S - 3600);
    assert_true(rows[0] > 0);
    assert_true(rows[1] > rows[0]); /* 35 further days */
    assert_true(rows[2] < rows[0]); /* nothing is read again */
    expect_complete(&d.r, shop, "orders", false);
    close_door(&d);
}

static void more_rows_than_a_listing_shows_are_compared_in_parts(void **state) {
    (void)state;
    door d;
    char t_code[40];
    open_door(&d);
    rig_shop(&d.r, "douyin", 0, t_code);
    atomic_store(&d.crowded, true);
    sync_ok(&d.r, t_code, "products");
    expect_complete(&d.r, t_code, "products", false);
    expect_complete(&d.r, t_code, "products", true);
    close_door(&d);
}

/* Taobao lists items without a time range: what came after the last sync is no gap of it. */
static void a_product_newer_than_the_sync_is_no_gap(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    qd_shop *shop = NULL;
    qd_reply *reply = NULL;
    qd_err err;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    rig_shop(&r, "taobao", 0, t_code);
    sync_ok(&r, t_code, "products");
    assert_ok(jobs_fleet_shop(r.fleet, t_code, &shop, &err), &err);
    const qd_call_options as_is = { .flags = QD_CALL_NO_VALIDATE };
    assert_ok(qd_call_with(shop, "taobao.item.add",
                           "{\"location.state\":\"浙江\",\"location.city\":\"杭州\",\"title\":"
                           "\"新品\",\"desc\":\"新品\",\"cid\":1,\"num\":5,"
                           "\"price\":\"9.90\",\"type\":\"fixed\","
                           "\"stuff_status\":\"new\",\"approve_status\":\"onsale\"}",
                           &as_is, &reply, &err),
              &err);
    qd_reply_free(reply);
    expect_complete(&r, t_code, "products", false);
    advance(&r, 600);
    sync_ok(&r, t_code, "products");
    expect_complete(&r, t_code, "products", false);
    rig_stop(&r);
}

/* A repair marks gone what the listing lacks and nothing else, by the store's own clock. */
static atomic_llong behind_ms = 10 * DAY_S * 1000LL;

static int64_t days_ago(void *self) {
    (void)self;
    const qd_clock *clock = qd_clock_system();
    return clock->wall_ms(clock->self) - atomic_load(&behind_ms);
}

static bool first_key(void *user, base_str key) {
    base_copy(user, 40, key);
    return false;
}

static void a_repair_marks_gone_by_the_stores_clock(void **state) {
    (void)state;
    rig r;
    char t_code[40], item[40] = "", params[80];
    qd_shop *shop = NULL;
    qd_reply *reply = NULL;
    qd_err err;
    int64_t before = 0, after = 0;
    qd_clock clock = *qd_clock_system();
    clock.wall_ms = days_ago;
    rig_start(&r, &WORLD);
    store_options options = STORE_OPTIONS_INIT;
    options.home = r.dir.path;
    options.clock = &clock;
    assert_ok(store_open(&options, &r.store, &err), &err);
    assert_ok(jobs_fleet_new(r.store, NULL, &r.fleet, &err), &err);
    rig_connect(&r);
    rig_shop(&r, "taobao", 0, t_code);
    sync_ok(&r, t_code, "products");
    assert_ok(store_count(r.store, TABLE_PRODUCTS, t_code, -1, 0, 0, &before, &err), &err);
    assert_ok(store_keys(r.store, TABLE_PRODUCTS, t_code, -1, 0, 0, first_key, item, &err), &err);
    assert_ok(jobs_fleet_shop(r.fleet, t_code, &shop, &err), &err);
    snprintf(params, sizeof params, "{\"num_iid\":%s}", item);
    assert_ok(qd_call(shop, "taobao.item.delete", params, &reply, &err), &err);
    qd_reply_free(reply);
    atomic_fetch_sub(&behind_ms, 5000); /* stored_at has whole seconds */
    expect_complete(&r, t_code, "products", true);
    assert_ok(store_count(r.store, TABLE_PRODUCTS, t_code, -1, 0, 0, &after, &err), &err);
    assert_int_equal(after, before - 1);
    rig_stop(&r);
}

/* ---- documents ---- */

/* The list has the products, their documents are refused: without SKUs no window is done. */
static void refused_documents_mark_no_window_done(void **state) {
    (void)state;
    door d;
    char t_code[40];
    int64_t skus = 0;
    qd_err err;
    open_door(&d);
    rig_shop(&d.r, "douyin", 0, t_code);
    atomic_store(&d.refuse_details, true);
    jobs_report *report = run(&d.r, t_code, "products", NULL, NULL);
    assert_int_equal(report->shops[0].streams[0].status, QD_E_PLATFORM);
    assert_string_equal(report->shops[0].streams[0].err.code, "80000");
    jobs_report_free(report);
    store_cursor cursor = cursor_of(&d.r, t_code, "products");
    assert_true(cursor.backfilled_to == cursor.backfill_from);
    atomic_store(&d.refuse_details, false);
    sync_ok(&d.r, t_code, "products");
    assert_ok(store_count(d.r.store, TABLE_SKUS, t_code, -1, 0, 0, &skus, &err), &err);
    assert_true(skus > 0);
    close_door(&d);
}

/* ---- the platform's clock ---- */

/* Answers with a date that lies ahead: the cursor must not stay where the world has not been yet.
 */
static void wrong_dates(int answers, int ahead_s) {
    door d;
    char t_code[40];
    open_door(&d);
    rig_shop(&d.r, "taobao", 0, t_code);
    sync_ok(&d.r, t_code, "orders");
    advance(&d.r, 3600);
    atomic_store(&d.ahead_s, ahead_s);
    atomic_store(&d.wrong_dates, answers);
    sync_ok(&d.r, t_code, "orders");
    atomic_store(&d.wrong_dates, 0);
    rig_restart(&d.r);
    sync_ok(&d.r, t_code, "orders");
    int64_t now = sandbox_now_ms(d.sandbox) / 1000;
    int64_t complete_to = cursor_of(&d.r, t_code, "orders").complete_to;
    assert_true(complete_to <= now && complete_to > now - 120);
    close_door(&d);
}

static void one_wrong_date_moves_no_cursor_into_the_future(void **state) {
    (void)state;
    wrong_dates(1, 3 * 3600);
}

/* Wrong for the whole run, by less than what a timestamp is refused for: the next one sees the
 * cursor ahead of the clock and reads again. */
static void a_run_of_wrong_dates_is_mended_by_the_next(void **state) {
    (void)state;
    wrong_dates(1000000, 540);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_does_not_wait_for_answers),
        cmocka_unit_test(a_backfill_that_rested_goes_on),
        cmocka_unit_test(increments_that_rested_go_on),
        cmocka_unit_test(a_day_that_was_never_read_is_unprovable),
        cmocka_unit_test(a_larger_past_is_read_when_it_is_asked_for),
        cmocka_unit_test(more_rows_than_a_listing_shows_are_compared_in_parts),
        cmocka_unit_test(a_product_newer_than_the_sync_is_no_gap),
        cmocka_unit_test(a_repair_marks_gone_by_the_stores_clock),
        cmocka_unit_test(refused_documents_mark_no_window_done),
        cmocka_unit_test(one_wrong_date_moves_no_cursor_into_the_future),
        cmocka_unit_test(a_run_of_wrong_dates_is_mended_by_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
