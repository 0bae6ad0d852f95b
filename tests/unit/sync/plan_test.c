/* Windows: lengths, learning, splitting. */
#include <stdio.h>

#include "support/check.h"
#include "sync/sync_private.h"

static void windows_never_pass_the_end_and_are_never_empty(void **state) {
    (void)state;
    sync_plan plan;
    sync_plan_init(&plan, 0, 100, 50);
    assert_int_equal(sync_plan_next(&plan, 1000, 5000), 1100);
    assert_int_equal(sync_plan_next(&plan, 4950, 5000), 5000);
    sync_plan_init(&plan, 0, 0, 50);
    assert_int_equal(sync_plan_next(&plan, 1000, 5000), 1001);
}

static void a_platform_length_is_never_passed(void **state) {
    (void)state;
    sync_plan plan;
    sync_plan_init(&plan, 1800, 86400, 3000);
    assert_int_equal(sync_plan_next(&plan, 0, 86400), 1800);
    sync_plan_learn(&plan, 1800, 0);
    assert_int_equal(sync_plan_next(&plan, 0, 86400), 1800);
}

static void quiet_windows_grow_and_busy_ones_shrink(void **state) {
    (void)state;
    sync_plan plan;
    sync_plan_init(&plan, 0, 1000, 300);
    sync_plan_learn(&plan, 1000, 0);
    assert_int_equal(plan.span_s, 4000);
    sync_plan_learn(&plan, 1000, 600);
    assert_int_equal(plan.span_s, 500);
    sync_plan_learn(&plan, 1000, 1);
    assert_int_equal(plan.span_s, 4000);
}

static void splitting_goes_on_down_to_one_second(void **state) {
    (void)state;
    sync_plan plan;
    sync_plan_init(&plan, 0, 90 * 86400, 3000);
    int64_t span = plan.span_s;
    int steps = 0;
    while (sync_plan_split(&plan, span, -1)) {
        assert_true(plan.span_s < span);
        span = plan.span_s;
        steps++;
    }
    assert_int_equal(span, 1);
    assert_true(steps < 30);
    sync_plan_init(&plan, 0, 1000, 100);
    assert_true(sync_plan_split(&plan, 1000, 1000));
    assert_int_equal(plan.span_s, 100);
}

static void an_id_is_counted_once(void **state) {
    (void)state;
    sync_idset set;
    qd_err err;
    sync_idset_init(&set);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5000; i++) {
            char id[32];
            int len = snprintf(id, sizeof id, "4736605172296%06d%s", i, i % 7 == 0 ? "A" : "");
            bool is_new;
            assert_ok(sync_idset_add(&set, (base_str){ id, (size_t)len }, &is_new, &err), &err);
            assert_int_equal(is_new, round == 0);
        }
    }
    assert_int_equal(set.count, 5000);
    assert_true(sync_idset_has(&set, BASE_STR("4736605172296000007A")));
    assert_false(sync_idset_has(&set, BASE_STR("4736605172296000007")));
    sync_idset_reset(&set);
    assert_int_equal(set.count, 0);
    assert_false(sync_idset_has(&set, BASE_STR("4736605172296000007A")));
    sync_idset_clear(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_never_pass_the_end_and_are_never_empty),
        cmocka_unit_test(a_platform_length_is_never_passed),
        cmocka_unit_test(quiet_windows_grow_and_busy_ones_shrink),
        cmocka_unit_test(splitting_goes_on_down_to_one_second),
        cmocka_unit_test(an_id_is_counted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
