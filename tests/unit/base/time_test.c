/* Times and their texts, whatever the process's time zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"

static const char *cn(int64_t utc_s) {
    static char text[BASE_TIME_TEXT];
    base_time_to_cn(utc_s, text);
    return text;
}

static int64_t from_cn(const char *text) {
    int64_t s = -1;
    assert_true(base_time_from_cn(base_str_of(text), &s));
    return s;
}

static void beijing_texts_are_eight_hours_ahead(void **state) {
    (void)state;
    assert_string_equal(cn(0), "1970-01-01 08:00:00");
    assert_string_equal(cn(1700000000), "2023-11-15 06:13:20");
    assert_string_equal(cn(-28800), "1970-01-01 00:00:00");
    assert_string_equal(cn(-28801), "-");
    assert_string_equal(cn(INT64_MIN), "-");
    assert_string_equal(cn(INT64_MAX), "-");
    assert_string_equal(cn(INT64_C(253402271999)), "9999-12-31 23:59:59");
    assert_string_equal(cn(INT64_C(253402272000)), "-");
    assert_true(from_cn("2023-11-15 06:13:20") == 1700000000);
    assert_true(from_cn("2023/11/15 06:13:20") == 1700000000);
    assert_true(from_cn("1970-01-01") == -28800);
    assert_true(from_cn("9999-12-31 23:59:59") == INT64_C(253402271999));
}

static void only_real_dates_are_read(void **state) {
    (void)state;
    const char *good[] = { "2024-02-29", "2000-02-29", "2100-02-28", "2099-12-31", "2038-01-19" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char day[BASE_DAY_TEXT];
        base_day_to_cn(from_cn(good[i]), day);
        assert_string_equal(day, good[i]);
    }
    const char *bad[] = { "2023-02-29",
                          "2100-02-29",
                          "1900-02-28",
                          "1969-12-31",
                          "2023-00-10",
                          "2023-13-10",
                          "2023-04-31",
                          "2023-04-00",
                          "2023-01-01 24:00:00",
                          "2023-01-01 23:60:00",
                          "2023-01-01 23:59:60",
                          "2023-1-01 23:59:59",
                          "2023-01-01T23:59:59",
                          "2023-01-01 23:59:5 ",
                          "2023-01-01 +1:59:59",
                          "2023/01-01 23:59:59",
                          "2023/01/01",
                          "0000-00-00 00:00:00",
                          "",
                          "2023-01-01 00:00:00.0" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t s = 42;
        assert_false(base_time_from_cn(base_str_of(bad[i]), &s));
        assert_int_equal(s, 42);
    }
}

/* Every day of the years 1970..2400, which hold every kind of year, follows the one before it. */
static void the_calendar_has_no_seam(void **state) {
    (void)state;
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t expected = -28800;
    for (int year = 1970; year <= 2400; year++) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int days = lengths[month - 1] + (month == 2 && leap);
            for (int day = 1; day <= days; day++, expected += 86400) {
                char text[BASE_DAY_TEXT];
                base_day_to_cn(expected, text);
                int64_t back = 0;
                assert_true(base_time_from_cn(base_str_of(text), &back));
                assert_true(back == expected);
                assert_int_equal(text[8] - '0', day / 10);
                assert_int_equal(text[9] - '0', day % 10);
                assert_int_equal((text[5] - '0') * 10 + text[6] - '0', month);
            }
        }
    }
}

static void a_day_starts_at_midnight_in_beijing(void **state) {
    (void)state;
    int64_t start = from_cn("2023-11-15");
    assert_true(base_day_start_cn(start) == start);
    assert_true(base_day_start_cn(start + 86399) == start);
    assert_true(base_day_start_cn(start - 1) == start - 86400);
    assert_true(base_day_start_cn(0) == -28800);
    assert_true(base_day_start_cn(-28801) == -28800 - 86400);
    assert_true(base_day_start_cn(INT64_MIN) == INT64_MIN);
    assert_true(base_day_start_cn(INT64_MAX) <= INT64_MAX);
}

static void rfc3339_is_read_with_any_offset(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t s;
    } good[] = {
        { "2020-09-10T16:27:56.52842897+08:00", 1599726476 },
        { "2020-09-10T08:27:56Z", 1599726476 },
        { "2020-09-10t08:27:56.5z", 1599726476 },
        { "2020-09-10 03:57:56-04:30", 1599726476 },
        { "1970-01-01T00:00:00+08:00", -28800 },
        { "2016-12-31T23:59:60Z", 1483228800 },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t s = 0;
        assert_true(base_time_from_rfc3339(base_str_of(good[i].text), &s));
        assert_true(s == good[i].s);
    }
    const char *bad[] = { "2020-09-10T16:27:56",
                          "2020-09-10T16:27:56.Z",
                          "2020-09-10T16:27:56+0800",
                          "2020-09-10T16:27:56+24:00",
                          "2020-09-10T16:27:56+08:60",
                          "2020-09-10T16:27:56 +08:00",
                          "2020-09-31T16:27:56Z",
                          "2020-09-10_16:27:56Z",
                          "2020-09-10T16:27:56Zjunk",
                          "2020-09-10T16:27:61Z",
                          "0001-01-01T00:00:00Z",
                          "2020-09-10T16:27:56.5",
                          "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t s = 42;
        assert_false(base_time_from_rfc3339(base_str_of(bad[i]), &s));
        assert_int_equal(s, 42);
    }
}

static void the_http_date_goes_both_ways(void **state) {
    (void)state;
    char text[BASE_HTTP_DATE];
    int64_t s = 0;
    assert_true(base_time_from_http(BASE_STR("Sun, 06 Nov 1994 08:49:37 GMT"), &s));
    assert_int_equal(s, 784111777);
    base_time_to_http(784111777, text);
    assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    base_time_to_http(0, text);
    assert_string_equal(text, "Thu, 01 Jan 1970 00:00:00 GMT");
    base_time_to_http(951782400, text);
    assert_string_equal(text, "Tue, 29 Feb 2000 00:00:00 GMT");
    base_time_to_http(-1, text);
    assert_string_equal(text, "-");
    const char *bad[] = { "Sun, 06 Nov 1994 08:49:37 UTC",
                          "Sun, 06 Nox 1994 08:49:37 GMT",
                          "Sxn, 06 Nov 1994 08:49:37 GMT",
                          "Sun, 31 Nov 1994 08:49:37 GMT",
                          "Sun, 6 Nov 1994 08:49:37 GMT",
                          "Sun Nov  6 08:49:37 1994",
                          "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        s = 42;
        assert_false(base_time_from_http(base_str_of(bad[i]), &s));
        assert_int_equal(s, 42);
    }
}

static int64_t held_wall_ms(void *self) {
    return *(int64_t *)self;
}

static void now_comes_from_the_clock_that_was_given(void **state) {
    (void)state;
    int64_t ms = 1700000000999;
    qd_clock held = { .self = &ms, .wall_ms = held_wall_ms };
    assert_int_equal(base_now(&held), 1700000000);
    ms = -1;
    assert_true(base_now(&held) == -1);
    const qd_clock *real = qd_clock_system();
    struct timespec now = { 0 };
    clock_gettime(CLOCK_REALTIME, &now);
    assert_true(llabs((long long)(base_now(real) - now.tv_sec)) <= 60);
    int64_t before = real->mono_ms(real->self);
    real->sleep_ms(real->self, 2);
    real->sleep_ms(real->self, -5);
    assert_true(real->mono_ms(real->self) - before >= 1);
}

static void randomness_fills_every_byte(void **state) {
    (void)state;
    const qd_clock *real = qd_clock_system();
    unsigned char bytes[1000] = { 0 };
    unsigned char seen[1000] = { 0 };
    for (int round = 0; round < 8; round++) {
        real->random(real->self, bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++) {
            seen[i] |= bytes[i];
        }
    }
    /* A byte stays 0 eight times with a chance of 2^-64. */
    assert_null(memchr(seen, 0, sizeof seen));
    real->random(real->self, bytes, 0);
}

int main(void) {
    setenv("TZ", "America/New_York", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beijing_texts_are_eight_hours_ahead),
        cmocka_unit_test(only_real_dates_are_read),
        cmocka_unit_test(the_calendar_has_no_seam),
        cmocka_unit_test(a_day_starts_at_midnight_in_beijing),
        cmocka_unit_test(rfc3339_is_read_with_any_offset),
        cmocka_unit_test(the_http_date_goes_both_ways),
        cmocka_unit_test(now_comes_from_the_clock_that_was_given),
        cmocka_unit_test(randomness_fills_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
