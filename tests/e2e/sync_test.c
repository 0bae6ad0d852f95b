/* Connect, pull everything, prove that nothing is missing: against a calm world. */
#include "support/rig.h"

static const sandbox_options WORLD = { .seed = 7, .shops = 4, .orders = 2400 };

static int64_t sum(const jobs_report *report, const char *what) {
    int64_t total = 0;
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            const sync_result *s = &report->shops[i].streams[k].sync;
            total += strcmp(what, "inserted") == 0  ? s->inserted
                     : strcmp(what, "updated") == 0 ? s->updated
                                                    : s->rows;
        }
    }
    return total;
}

static void everything_is_pulled_and_proved(void **state) {
    (void)state;
    rig r;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    jobs_report *report = rig_sync(&r);
    assert_true(sum(report, "inserted") >= 2400);
    jobs_report_free(report);
    report = rig_audit(&r, false);
    assert_int_equal(rig_gap(report), 0);
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            assert_string_equal(report->shops[i].streams[k].audit.state, "complete");
        }
    }
    jobs_report_free(report);
    rig_expect_truth(&r);
    rig_stop(&r);
}

static void a_second_run_adds_nothing_and_makes_no_events(void **state) {
    (void)state;
    rig r;
    rig_start(&r, &WORLD);
    rig_post(&r, "/_sandbox/freeze");
    rig_open(&r);
    rig_connect(&r);
    jobs_report_free(rig_sync(&r));
    store_event *events = NULL;
    size_t before, after;
    qd_err err;
    assert_ok(store_events(r.store, 0, 1000000, &events, &before, &err), &err);
    free(events);
    rig_restart(&r);
    jobs_report *report = rig_sync(&r);
    assert_int_equal(sum(report, "inserted"), 0);
    jobs_report_free(report);
    assert_ok(store_events(r.store, 0, 1000000, &events, &after, &err), &err);
    free(events);
    assert_int_equal(after, before);
    rig_expect_truth(&r);
    rig_stop(&r);
}

/* Orders are paid, shipped, refunded while hours pass: each run brings the rows to the state of its
 * cursor. */
static void changes_arrive_by_increments(void **state) {
    (void)state;
    rig r;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    jobs_report_free(rig_sync(&r));
    int64_t updated = 0;
    static const int hours[] = { 1, 5, 30, 70 };
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "/_sandbox/advance?seconds=%d", hours[i] * 3600);
        rig_post(&r, path);
        rig_restart(&r);
        jobs_report *report = rig_sync(&r);
        updated += sum(report, "updated");
        jobs_report_free(report);
    }
    assert_true(updated > 0);
    rig_expect_truth(&r);
    jobs_report *report = rig_audit(&r, false);
    assert_int_equal(rig_gap(report), 0);
    jobs_report_free(report);
    rig_stop(&r);
}

/* A stream that was never read proves nothing: it must not look complete. */
static void an_unsynced_shop_is_unprovable(void **state) {
    (void)state;
    rig r;
    rig_start(&r, &WORLD);
    rig_open(&r);
    rig_connect(&r);
    jobs_report *report = rig_audit(&r, false);
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            assert_string_equal(report->shops[i].streams[k].audit.state, "unprovable");
        }
    }
    jobs_report_free(report);
    rig_stop(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_pulled_and_proved),
        cmocka_unit_test(a_second_run_adds_nothing_and_makes_no_events),
        cmocka_unit_test(changes_arrive_by_increments),
        cmocka_unit_test(an_unsynced_shop_is_unprovable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
