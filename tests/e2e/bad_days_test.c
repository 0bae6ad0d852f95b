/* Bad days of a merchant: wrong keys, ended tokens, a second process, answers nobody can read. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "net/net.h"
#include "support/rig.h"

static const sandbox_options WORLD = { .seed = 41, .shops = 2, .orders = 300 };

static jobs_report *sync_shop(rig *r, const char *t_code) {
    jobs_options options = { .fleet = r->fleet, .store = r->store, .shop = t_code };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_sync(&options, &report, &err), &err);
    return report;
}

static void shop_id_of(rig *r, const char *t_code, char out[64]) {
    store_shop shop;
    qd_err err;
    assert_ok(store_shop_get(r->store, t_code, &shop, &err), &err);
    base_copy(out, 64, base_str_of(shop.shop_id));
}

static int64_t order_count(rig *r, const char *t_code) {
    int64_t count;
    qd_err err;
    assert_ok(store_count(r->store, TABLE_ORDERS, t_code, -1, 0, 0, &count, &err), &err);
    return count;
}

static void start(rig *r) {
    rig_start(r, &WORLD);
    rig_open(r);
    rig_connect(r);
}

static void a_wrong_secret_is_an_authorisation_error_without_the_secret(void **state) {
    (void)state;
    static const char *const platforms[] = { "douyin", "taobao" };
    rig r;
    start(&r);
    for (size_t i = 0; i < 2; i++) {
        char t_code[40];
        store_shop shop;
        qd_err err;
        rig_shop(&r, platforms[i], 0, t_code);
        assert_ok(store_shop_get(r.store, t_code, &shop, &err), &err);
        base_str wrong = BASE_STR("wrong-secret-of-a-tired-evening");
        assert_ok(store_app_put(r.store, shop.platform, shop.app_key, wrong, &err), &err);
    }
    rig_restart(&r);
    for (size_t i = 0; i < 2; i++) {
        char t_code[40];
        rig_shop(&r, platforms[i], 0, t_code);
        jobs_report *report = sync_shop(&r, t_code);
        const jobs_stream_report *s = &report->shops[0].streams[0];
        assert_int_equal(s->status, QD_E_AUTH);
        assert_string_equal(s->err.code, i == 0 ? "40003" : "25");
        assert_null(strstr(s->err.message, "tired-evening"));
        jobs_report_free(report);
        assert_int_equal(order_count(&r, t_code), 0);
    }
    rig_stop(&r);
}

/* Something happens to the token of a synced shop: how many calls of this name the next sync makes.
 */
static int64_t token_calls_after(const char *event, const char *counter) {
    rig r;
    char t_code[40], shop_id[64], path[160];
    start(&r);
    rig_shop(&r, "douyin", 0, t_code);
    shop_id_of(&r, t_code, shop_id);
    jobs_report_free(rig_sync(&r));
    int64_t before = rig_stat(&r, counter);
    snprintf(path, sizeof path, "/_sandbox/%s?shop_id=%s", event, shop_id);
    rig_post(&r, path);
    rig_post(&r, "/_sandbox/advance?seconds=600"); /* so that there is something to ask for */
    rig_restart(&r);
    jobs_report_free(rig_sync(&r));
    int64_t calls = rig_stat(&r, counter) - before;
    rig_stop(&r);
    return calls;
}

static void an_expired_token_is_refreshed_once(void **state) {
    (void)state;
    assert_int_equal(token_calls_after("expire", "/tokens/by_answer/token.refresh"), 1);
}

static void a_revoked_self_use_shop_gets_one_new_token(void **state) {
    (void)state;
    assert_int_equal(token_calls_after("revoke", "/tokens/by_answer/token.create"), 1);
}

static void a_shop_with_only_a_session_says_authorise_again(void **state) {
    (void)state;
    rig r;
    char t_code[40], shop_id[64], path[160];
    start(&r);
    rig_shop(&r, "taobao", 0, t_code);
    shop_id_of(&r, t_code, shop_id);
    snprintf(path, sizeof path, "/_sandbox/revoke?shop_id=%s", shop_id);
    rig_post(&r, path);
    jobs_report *report = sync_shop(&r, t_code);
    assert_int_equal(report->shops[0].streams[0].status, QD_E_AUTH);
    assert_true(qd_err_needs_auth(&report->shops[0].streams[0].err));
    assert_non_null(strstr(report->shops[0].streams[0].err.message, "authorise"));
    jobs_report_free(report);
    rig_stop(&r);
}

static void a_second_process_on_the_same_shop_is_turned_away(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    int held[2];
    char byte;
    start(&r);
    rig_shop(&r, "douyin", 0, t_code);
    rig_close(&r);
    assert_int_equal(pipe(held), 0);
    pid_t child = fork();
    if (child == 0) {
        qd_err err;
        store_claim *claim = NULL;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        rig_open(&r);
        bool ok = store_claim_take(r.store, t_code, "orders", &claim, &err) == QD_OK;
        if (write(held[1], ok ? "y" : "n", 1) == 1) {
            for (;;) {
                pause();
            }
        }
        _exit(1);
    }
    assert_int_equal(read(held[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    rig_open(&r);
    jobs_report *report = sync_shop(&r, t_code);
    assert_int_equal(report->shops[0].streams[0].status, QD_E_BUSY);
    assert_int_equal(report->shops[0].streams[1].status, QD_OK); /* products are free */
    jobs_report_free(report);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    report = sync_shop(&r, t_code); /* the dead holder holds nothing */
    assert_int_equal(report->shops[0].streams[0].status, QD_OK);
    jobs_report_free(report);
    rig_stop(&r);
}

/* ---- answers nobody can read: a door in front of the sandbox that changes them ---- */

typedef enum tampering {
    LEAVE,
    DROP_A_ROW,       /* one row of each full page is missing, the count stays */
    DROP_AND_RECOUNT, /* the same row is missing and the count says so too */
    BROKEN_JSON,
    DEEP_JSON,
    WRONG_TYPE,
    HUGE_BODY
} tampering;

typedef struct door {
    sandbox *sandbox;
    httpd *server;
    atomic_int tampering;
    rig r;
} door;

/* Takes the first row out of shop_order_list. A consistent liar (recount) hides the first row of
 * the whole listing and counts one less on every page. */
static void drop_row(base_buf *body, bool recount) {
    yyjson_doc *doc = NULL;
    qd_err err;
    if (codec_json_read(base_buf_str(body), 0, &doc, &err) != QD_OK) {
        return;
    }
    yyjson_mut_doc *mut = yyjson_doc_mut_copy(doc, NULL);
    yyjson_mut_val *data = yyjson_mut_obj_get(yyjson_mut_doc_get_root(mut), "data");
    yyjson_mut_val *rows = yyjson_mut_obj_get(data, "shop_order_list");
    yyjson_mut_val *total = yyjson_mut_obj_get(data, "total");
    bool first_page = yyjson_mut_get_int(yyjson_mut_obj_get(data, "page")) == 0;
    if (yyjson_mut_get_sint(total) > 0) {
        if (first_page || !recount) {
            yyjson_mut_arr_remove_first(rows);
        }
        if (recount) {
            yyjson_mut_set_sint(total, yyjson_mut_get_sint(total) - 1);
        }
        base_buf_reset(body);
        assert_int_equal(codec_json_write_mut(mut, false, body, &err), QD_OK);
    }
    yyjson_mut_doc_free(mut);
    yyjson_doc_free(doc);
}

static void repeat(base_buf *body, const char *text, size_t times) {
    for (size_t i = 0; i < times; i++) {
        base_buf_add_text(body, text);
    }
}

static void at_the_door(void *user, const httpd_request *request, httpd_response *response) {
    door *d = user;
    sandbox_handle(d->sandbox, request, response);
    if (memmem(request->path.ptr, request->path.len, "order/searchList", 16) == NULL) {
        return;
    }
    base_buf *body = &response->body;
    switch ((tampering)atomic_load(&d->tampering)) {
    case LEAVE:
        break;
    case DROP_A_ROW:
    case DROP_AND_RECOUNT:
        drop_row(body, atomic_load(&d->tampering) == DROP_AND_RECOUNT);
        break;
    case BROKEN_JSON:
        body->len = body->len / 2;
        break;
    case DEEP_JSON:
        base_buf_reset(body);
        base_buf_add_text(body, "{\"code\":10000,\"data\":");
        repeat(body, "[", 5000);
        repeat(body, "]", 5000);
        base_buf_add_char(body, '}');
        break;
    case WRONG_TYPE:
        base_buf_reset(body);
        base_buf_add_text(
            body,
            "{\"code\":10000,\"msg\":\"success\",\"err_no\":0,\"data\":{\"total\":1,\"page\":0,"
            "\"size\":100,"
            "\"shop_order_list\":[{\"order_id\":\"1\",\"update_time\":1,\"pay_amount\":[]}]}}");
        break;
    case HUGE_BODY:
        base_buf_clear(body);
        base_buf_init(body, (size_t)LIMIT_REPLY_BYTES * 2);
        base_buf_add_text(body, "{\"data\":\"");
        repeat(body, "0123456789abcdef", (size_t)LIMIT_REPLY_BYTES / 16 + 1024);
        base_buf_add_text(body, "\"}");
        break;
    }
}

static void open_door(door *d, tampering kind) {
    qd_err err;
    memset(d, 0, sizeof *d);
    atomic_store(&d->tampering, kind);
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

/* The stream fails, and no window of it is marked done. */
static void refuses(tampering kind, qd_status wanted) {
    door d;
    char t_code[40];
    store_cursor cursor;
    qd_err err;
    open_door(&d, kind);
    rig_shop(&d.r, "douyin", 0, t_code);
    jobs_report *report = sync_shop(&d.r, t_code);
    const jobs_stream_report *orders = &report->shops[0].streams[0];
    assert_string_equal(orders->stream, "orders");
    assert_int_equal(orders->status, wanted);
    assert_true(orders->err.message[0] != '\0');
    assert_ok(store_cursor_get(d.r.store, t_code, "orders", &cursor, &err), &err);
    assert_true(cursor.backfilled_to == cursor.backfill_from);
    jobs_report_free(report);
    /* and when the platform is well again, nothing is missing */
    atomic_store(&d.tampering, LEAVE);
    report = sync_shop(&d.r, t_code);
    assert_int_equal(report->shops[0].streams[0].status, QD_OK);
    jobs_report_free(report);
    assert_int_equal(order_count(&d.r, t_code), 150);
    close_door(&d);
}

static void broken_json_marks_no_window_done(void **state) {
    (void)state;
    refuses(BROKEN_JSON, QD_E_PROTOCOL);
}

static void deep_json_marks_no_window_done(void **state) {
    (void)state;
    refuses(DEEP_JSON, QD_E_PROTOCOL);
}

static void a_wrong_type_marks_no_window_done(void **state) {
    (void)state;
    refuses(WRONG_TYPE, QD_E_PROTOCOL);
}

static void a_body_over_the_bound_marks_no_window_done(void **state) {
    (void)state;
    refuses(HUGE_BODY, QD_E_PROTOCOL);
}

static void a_page_that_lacks_a_row_marks_no_window_done(void **state) {
    (void)state;
    refuses(DROP_A_ROW, QD_E_PROTOCOL);
}

/* A platform whose pages and counts lie alike cannot be caught while it lies; the first honest
 * audit is red, and a repair makes it whole. */
static void a_lying_page_handler_turns_the_gap_red(void **state) {
    (void)state;
    door d;
    char t_code[40];
    open_door(&d, DROP_AND_RECOUNT);
    rig_shop(&d.r, "douyin", 0, t_code);
    jobs_report_free(sync_shop(&d.r, t_code));
    assert_true(order_count(&d.r, t_code) < 150);
    atomic_store(&d.tampering, LEAVE);
    jobs_options options = { .fleet = d.r.fleet, .store = d.r.store, .shop = t_code };
    jobs_report *report = NULL;
    qd_err err;
    assert_ok(jobs_audit(&options, &report, &err), &err);
    assert_int_equal(rig_gap(report), 1);
    assert_int_equal(order_count(&d.r, t_code), 149); /* an audit looks; only a repair stores */
    assert_string_equal(report->shops[0].streams[0].audit.state, "gap");
    jobs_report_free(report);
    options.audit_repair = true;
    assert_ok(jobs_audit(&options, &report, &err), &err);
    assert_int_equal(rig_gap(report), 0);
    jobs_report_free(report);
    assert_int_equal(order_count(&d.r, t_code), 150);
    close_door(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_secret_is_an_authorisation_error_without_the_secret),
        cmocka_unit_test(an_expired_token_is_refreshed_once),
        cmocka_unit_test(a_revoked_self_use_shop_gets_one_new_token),
        cmocka_unit_test(a_shop_with_only_a_session_says_authorise_again),
        cmocka_unit_test(a_second_process_on_the_same_shop_is_turned_away),
        cmocka_unit_test(broken_json_marks_no_window_done),
        cmocka_unit_test(deep_json_marks_no_window_done),
        cmocka_unit_test(a_wrong_type_marks_no_window_done),
        cmocka_unit_test(a_body_over_the_bound_marks_no_window_done),
        cmocka_unit_test(a_page_that_lacks_a_row_marks_no_window_done),
        cmocka_unit_test(a_lying_page_handler_turns_the_gap_red),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
