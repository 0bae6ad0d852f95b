/* A misbehaving platform: whatever it does, the end state equals the world's truth. */
#include "support/rig.h"

static void ends_in_truth(const char *faults, uint64_t seed) {
    rig r;
    sandbox_options options = { .seed = seed, .shops = 2, .orders = 600, .faults = faults };
    rig_start(&r, &options);
    rig_open(&r);
    rig_connect(&r);
    rig_sync_until_ok(&r, 6);
    jobs_report *report = rig_audit(&r, false);
    assert_int_equal(rig_gap(report), 0);
    jobs_report_free(report);
    rig_post(&r, "/_sandbox/faults?set=none");
    rig_expect_truth(&r);
    rig_stop(&r);
}

static void server_errors_are_repeated(void **state) {
    (void)state;
    ends_in_truth("http500", 11);
}

static void cut_connections_lose_nothing(void **state) {
    (void)state;
    ends_in_truth("cut-before,cut-after", 12);
}

static void limits_are_waited_out(void **state) {
    (void)state;
    ends_in_truth("limit", 13);
}

static void broken_answers_are_not_stored(void **state) {
    (void)state;
    ends_in_truth("garbage,truncated", 14);
}

static void rows_that_move_between_pages_are_found(void **state) {
    (void)state;
    ends_in_truth("shift", 15);
}

static void a_token_revoked_in_the_middle_is_replaced(void **state) {
    (void)state;
    ends_in_truth("revoke,expire", 16);
}

static void everything_at_once(void **state) {
    (void)state;
    for (uint64_t seed = 21; seed < 24; seed++) {
        ends_in_truth("heavy", seed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_errors_are_repeated),
        cmocka_unit_test(cut_connections_lose_nothing),
        cmocka_unit_test(limits_are_waited_out),
        cmocka_unit_test(broken_answers_are_not_stored),
        cmocka_unit_test(rows_that_move_between_pages_are_found),
        cmocka_unit_test(a_token_revoked_in_the_middle_is_replaced),
        cmocka_unit_test(everything_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
