/* Real limits: buckets that refuse until time has passed, and a day's quota that is no pause. */
#include "support/rig.h"

static void a_tight_limit_is_waited_out(void **state) {
    (void)state;
    rig r;
    sandbox_options options = { .seed = 17, .shops = 2, .orders = 60, .limit = 25 };
    rig_start(&r, &options);
    rig_open(&r);
    rig_connect(&r);
    rig_sync_until_ok(&r, 6);
    assert_true(rig_stat(&r, "/refusals/total") > 0); /* it was met */
    jobs_report *report = rig_audit(&r, false);
    assert_int_equal(rig_gap(report), 0);
    jobs_report_free(report);
    rig_post(&r, "/_sandbox/limit?per_second=0");
    rig_expect_truth(&r);
    rig_stop(&r);
}

/* TOP tells how long: hours are not waited for, and are told to the user. */
static void a_days_quota_ends_the_sync_and_tells_until_when(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    qd_err err;
    jobs_report *report = NULL;
    sandbox_options world = { .seed = 18, .shops = 2, .orders = 400 };
    rig_start(&r, &world);
    rig_open(&r);
    rig_connect(&r);
    rig_post(&r, "/_sandbox/limit?per_day=1&platform=taobao");
    rig_shop(&r, "taobao", 0, t_code);
    jobs_options options = { .fleet = r.fleet, .store = r.store, .shop = t_code };
    assert_ok(jobs_sync(&options, &report, &err), &err);
    const jobs_stream_report *orders = &report->shops[0].streams[0];
    assert_int_equal(orders->status, QD_E_LIMITED);
    assert_true(qd_err_limited_until(&orders->err) > 0);
    assert_true(rig_stat(&r, "/refusals/by_reason/taobao 7 "
                             "accesscontrol.limited-by-api-access-count") > 0);
    assert_true(orders->seconds < 60);
    jobs_report_free(report);
    rig_post(&r, "/_sandbox/limit?per_day=0&platform=taobao");
    rig_restart(&r);
    rig_sync_until_ok(&r, 6);
    rig_expect_truth(&r);
    rig_stop(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tight_limit_is_waited_out),
        cmocka_unit_test(a_days_quota_ends_the_sync_and_tells_until_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
