/* Settings: where values come from, and what is said about bad ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

static const base_conf_row rows[] = {
    { "home", "QD_TEST_HOME", BASE_CONF_TEXT, NULL, 0, 0, "", "Where the data lies." },
    { "sync.workers", "QD_TEST_SYNC_WORKERS", BASE_CONF_INT, "4", 1, 64, "", "Shops at a time." },
    { "call.timeout", "QD_TEST_CALL_TIMEOUT", BASE_CONF_INT, "30000", 1, 600000, "ms",
      "How long a call may take." },
    { "log.color", "QD_TEST_LOG_COLOR", BASE_CONF_BOOL, "true", 0, 0, "", "Colours." },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static char path[256];

static void write_conf(const char *text) {
    assert_int_equal(base_file_write(path, base_str_of(text), 0600, NULL), QD_OK);
}

static int make_file(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/qd-conf-XXXXXX", base ? base : "/tmp");
    int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static void the_environment_beats_the_file_beats_the_default(void **state) {
    (void)state;
    base_conf *conf = NULL;
    write_conf("\xEF\xBB\xBF# a comment\r\n\n  sync.workers = 8 \r\ncall.timeout=5\n"
               "home = /srv/a b#c = d\nlog.color = no");
    assert_int_equal(base_conf_load(rows, ROWS, path, &conf, NULL), QD_OK);
    assert_int_equal(base_conf_int(conf, "sync.workers"), 8);
    assert_int_equal(base_conf_int(conf, "call.timeout"), 5);
    assert_string_equal(base_conf_text(conf, "home"), "/srv/a b#c = d");
    assert_false(base_conf_bool(conf, "log.color"));
    base_conf_free(conf);
    setenv("QD_TEST_SYNC_WORKERS", "9", 1);
    setenv("QD_TEST_LOG_COLOR", "", 1); /* empty is as good as unset */
    assert_int_equal(base_conf_load(rows, ROWS, path, &conf, NULL), QD_OK);
    assert_int_equal(base_conf_int(conf, "sync.workers"), 9);
    assert_false(base_conf_bool(conf, "log.color"));
    base_conf_free(conf);
    unsetenv("QD_TEST_SYNC_WORKERS");
    unsetenv("QD_TEST_LOG_COLOR");
    assert_int_equal(base_conf_load(rows, ROWS, "/no/such/file", &conf, NULL), QD_OK);
    assert_int_equal(base_conf_int(conf, "sync.workers"), 4);
    assert_null(base_conf_text(conf, "home"));
    assert_true(base_conf_bool(conf, "log.color"));
    base_conf_free(conf);
    assert_int_equal(base_conf_load(rows, ROWS, NULL, &conf, NULL), QD_OK);
    base_conf_free(conf);
    base_conf_free(NULL);
}

static void a_bad_line_is_named_by_file_and_number(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *line;
        const char *reason;
    } bad[] = {
        { "sync.workers = 8\nsync.wrkers = 9\n", ":2:", "no setting named \"sync.wrkers\"" },
        { "\n\nsync.workers = 0\n", ":3:", "sync.workers must be a whole number from 1 to 64" },
        { "call.timeout = 5s\n", ":1:", "from 1 to 600000 ms" },
        { "sync.workers =\n", ":1:", "whole number" },
        { "log.color = maybe\n", ":1:", "true or false" },
        { "# fine\nhome\n", ":2:", "name = value" },
        { " = 4\n", ":1:", "no setting" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        base_conf *conf = NULL;
        qd_err err = QD_ERR_INIT;
        write_conf(bad[i].text);
        assert_int_equal(base_conf_load(rows, ROWS, path, &conf, &err), QD_E_INVALID);
        assert_null(conf);
        assert_non_null(strstr(err.message, path));
        assert_non_null(strstr(err.message, bad[i].line));
        assert_non_null(strstr(err.message, bad[i].reason));
    }
}

static void a_bad_variable_is_named(void **state) {
    (void)state;
    base_conf *conf = NULL;
    qd_err err = QD_ERR_INIT;
    setenv("QD_TEST_SYNC_WORKERS", "many", 1);
    assert_int_equal(base_conf_load(rows, ROWS, NULL, &conf, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "QD_TEST_SYNC_WORKERS"));
    unsetenv("QD_TEST_SYNC_WORKERS");
}

static void a_file_that_is_too_long_or_binary_is_refused(void **state) {
    (void)state;
    base_conf *conf = NULL;
    qd_err err = QD_ERR_INIT;
    char *large = calloc(1, LIMIT_CONF_BYTES + 2);
    assert_non_null(large);
    memset(large, '#', LIMIT_CONF_BYTES + 1);
    write_conf(large);
    free(large);
    assert_int_equal(base_conf_load(rows, ROWS, path, &conf, &err), QD_E_NOMEM);
    assert_int_equal(base_file_write(path, BASE_STR("home = a\0b\n"), 0600, NULL), QD_OK);
    assert_int_equal(base_conf_load(rows, ROWS, path, &conf, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, ":1:"));
    assert_int_equal(base_conf_load(rows, ROWS, "/", &conf, &err), QD_E_IO);
}

static void the_table_describes_itself(void **state) {
    (void)state;
    base_buf text;
    base_buf_init(&text, 10000);
    base_conf_describe(rows, ROWS, &text);
    const char *line = "| `call.timeout` | `QD_TEST_CALL_TIMEOUT` | `30000` | 1 to 600000 ms | "
                       "How long a call may take. |\n";
    assert_non_null(strstr(base_buf_text(&text), line));
    assert_non_null(strstr(base_buf_text(&text), "| `home` | `QD_TEST_HOME` | unset | text |"));
    base_buf_clear(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_beats_the_file_beats_the_default),
        cmocka_unit_test(a_bad_line_is_named_by_file_and_number),
        cmocka_unit_test(a_bad_variable_is_named),
        cmocka_unit_test(a_file_that_is_too_long_or_binary_is_refused),
        cmocka_unit_test(the_table_describes_itself),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
