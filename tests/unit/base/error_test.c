/* What an error object says, and the log line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/base.h"

static void each_status_has_its_name_and_retry_class(void **state) {
    (void)state;
    const struct {
        qd_status status;
        const char *name;
        qd_retry retry;
    } rows[] = {
        { QD_OK, "ok", QD_RETRY_NEVER },
        { QD_E_INVALID, "invalid", QD_RETRY_NEVER },
        { QD_E_NOT_FOUND, "not_found", QD_RETRY_NEVER },
        { QD_E_AUTH, "auth", QD_RETRY_REAUTH },
        { QD_E_LIMITED, "limited", QD_RETRY_UNTIL },
        { QD_E_UNAVAILABLE, "unavailable", QD_RETRY_LATER },
        { QD_E_UNKNOWN_OUTCOME, "unknown_outcome", QD_RETRY_CHECK },
        { QD_E_PLATFORM, "platform", QD_RETRY_NEVER },
        { QD_E_PROTOCOL, "protocol", QD_RETRY_NEVER },
        { QD_E_TIMEOUT, "timeout", QD_RETRY_LATER },
        { QD_E_BUSY, "busy", QD_RETRY_LATER },
        { QD_E_IO, "io", QD_RETRY_NEVER },
        { QD_E_NOMEM, "nomem", QD_RETRY_NEVER },
        { QD_E_CANCELLED, "cancelled", QD_RETRY_NEVER },
        { QD_E_UNSUPPORTED, "unsupported", QD_RETRY_NEVER },
        { QD_E_CORRUPT, "corrupt", QD_RETRY_NEVER },
        { QD_E_STALE, "stale", QD_RETRY_NEVER },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        qd_err err = QD_ERR_INIT;
        assert_int_equal(rows[i].status, i); /* the numbers are a contract */
        assert_string_equal(qd_status_name(rows[i].status), rows[i].name);
        assert_int_equal(base_fail(&err, rows[i].status, "x"), rows[i].status);
        assert_int_equal(err.retry, rows[i].retry);
    }
    assert_string_equal(qd_status_name((qd_status)99), "unknown_status");
}

static void the_questions_answer_by_retry_class(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_LIMITED, "slow down");
    err.limited_until = 1700000000;
    assert_true(qd_err_is_retriable(&err));
    assert_int_equal(qd_err_limited_until(&err), 1700000000);
    base_fail(&err, QD_E_AUTH, "expired");
    assert_int_equal(qd_err_limited_until(&err), 0); /* nothing is left of the one before */
    assert_true(qd_err_needs_auth(&err));
    assert_false(qd_err_is_retriable(&err));
    base_fail(&err, QD_E_UNKNOWN_OUTCOME, "cut off");
    assert_true(qd_err_is_unknown_outcome(&err));
    assert_false(qd_err_is_retriable(&err));
    assert_false(qd_err_is_retriable(NULL));
    assert_false(qd_err_needs_auth(NULL));
    assert_false(qd_err_is_unknown_outcome(NULL));
    assert_int_equal(qd_err_limited_until(NULL), 0);
    qd_err_clear(NULL);
}

static void a_message_is_one_line_and_ends_at_a_whole_character(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_PLATFORM, "line one\r\nline\ttwo\x1b[31m\x7f");
    assert_string_equal(err.message, "line one  line two [31m ");
    char text[1000];
    for (size_t i = 0; i < 999; i++) {
        text[i] = "\xE4\xB8\xAD"[i % 3];
    }
    text[999] = '\0';
    for (int skip = 0; skip < 3; skip++) {
        base_fail(&err, QD_E_PLATFORM, "%.*s%s", skip, "aaa", text);
        size_t len = strlen(err.message);
        assert_true(len >= sizeof err.message - 4);
        assert_true(base_utf8_valid((base_str){ err.message, len }));
    }
}

/* A precision cuts in the middle of a message, and inside a character. */
static void what_a_precision_cut_is_dropped(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_PLATFORM, "%.4s; %.5s; %s", "\xE4\xB8\xAD\xE6\x96\x87",
              "\xE4\xB8\xAD\xE6\x96\x87",
              "\xFF"
              "end");
    assert_string_equal(err.message, "\xE4\xB8\xAD; \xE4\xB8\xAD; end");
}

static void a_message_may_quote_the_error_it_replaces(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_IO, "disk is full");
    base_fail(&err, QD_E_UNAVAILABLE, "cannot store (%s)", err.message);
    assert_string_equal(err.message, "cannot store (disk is full)");
}

static void a_prefix_keeps_everything_but_the_message(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_LIMITED, "too many calls");
    err.limited_until = 7;
    base_copy(err.code, sizeof err.code, BASE_STR("40004"));
    assert_int_equal(base_err_prefix(&err, "shop %d", 5), QD_E_LIMITED);
    assert_string_equal(err.message, "shop 5: too many calls");
    assert_string_equal(err.code, "40004");
    assert_int_equal(err.limited_until, 7);
    for (int i = 0; i < 200; i++) {
        base_err_prefix(&err, "again");
    }
    assert_true(strlen(err.message) < sizeof err.message);
    assert_int_equal(base_fail(NULL, QD_E_BUSY, "x"), QD_E_BUSY);
    assert_int_not_equal(base_err_prefix(NULL, "x"), QD_OK);
}

typedef struct lines {
    int count;
    qd_log_level level;
    char room[16];
    char text[2048];
} lines;

static void keep(void *user, qd_log_level level, const char *room, const char *message) {
    lines *got = user;
    got->count++;
    got->level = level;
    snprintf(got->room, sizeof got->room, "%s", room);
    snprintf(got->text, sizeof got->text, "%s", message);
}

static void the_log_is_silent_until_asked_and_filters_by_level(void **state) {
    (void)state;
    lines got = { 0 };
    base_log(QD_LOG_ERROR, "base", "nobody listens");
    qd_log_set(keep, &got, QD_LOG_WARNING);
    base_log(QD_LOG_INFO, "base", "too fine");
    assert_int_equal(got.count, 0);
    base_log(QD_LOG_WARNING, "store", "disk at %d%%\nsoon full", 97);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.level, QD_LOG_WARNING);
    assert_string_equal(got.room, "store");
    assert_string_equal(got.text, "disk at 97% soon full");
    base_log(QD_LOG_ERROR, "store", "%01500d", 7);
    assert_true(strlen(got.text) < 1500);
    qd_log_set(NULL, NULL, QD_LOG_DEBUG);
    base_log(QD_LOG_ERROR, "base", "nobody listens");
    assert_int_equal(got.count, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_its_name_and_retry_class),
        cmocka_unit_test(the_questions_answer_by_retry_class),
        cmocka_unit_test(a_message_is_one_line_and_ends_at_a_whole_character),
        cmocka_unit_test(what_a_precision_cut_is_dropped),
        cmocka_unit_test(a_message_may_quote_the_error_it_replaces),
        cmocka_unit_test(a_prefix_keeps_everything_but_the_message),
        cmocka_unit_test(the_log_is_silent_until_asked_and_filters_by_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
