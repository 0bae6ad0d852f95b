/* The shell contract without a platform: exit codes, errors, formats, homes, help. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "e2e_shell.h"
#include "support/tempdir.h"

static tempdir home;

static int make_home(void **state) {
    (void)state;
    tempdir_make(&home);
    /* Nothing of the user's own may lead a test astray. */
    unsetenv("QD_HOME");
    unsetenv("QD_SECRET");
    unsetenv("QD_KEY");
    return 0;
}

static int remove_home(void **state) {
    (void)state;
    tempdir_remove(&home);
    return 0;
}

static void expect_error(said *s, int code, const char *status, const char *words) {
    if (s->code != code) {
        fail_msg("exit %d instead of %d: %s", s->code, code, base_buf_text(&s->err));
    }
    yyjson_doc *doc = said_error(s);
    assert_string_equal(json_text(doc, "/error/status"), status);
    if (!strstr(json_text(doc, "/error/message"), words)) {
        fail_msg("'%s' is not in: %s", words, json_text(doc, "/error/message"));
    }
    yyjson_doc_free(doc);
    said_clear(s);
}

/* Adds a shop that nobody will call and gives its t_code. */
static void add_shop(const char *platform, const char *name, char t_code[40]) {
    said s;
    SHELL_RUN(&s, "shop", "add", "--platform", platform, "--name", name, "--key", "7001",
              "--secret", "quiet-secret", "--shop-id", name, "--base-url", "http://127.0.0.1:9",
              "--home", home.path, "-o", "json");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    yyjson_doc *doc = said_json(&s);
    base_copy(t_code, 40, base_str_of(json_text(doc, "/t_code")));
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* ---- usage ---- */

static void version_and_help_end_well(void **state) {
    (void)state;
    static const char *const commands[][3] = {
        { "demo", NULL },
        { "sandbox", NULL },
        { "shop", "add", NULL },
        { "shop", "list", NULL },
        { "shop", "show", NULL },
        { "shop", "remove", NULL },
        { "call", NULL },
        { "sync", NULL },
        { "audit", NULL },
        { "orders", "list", NULL },
        { "orders", "show", NULL },
        { "products", "list", NULL },
        { "products", "show", NULL },
        { "sign", NULL },
        { "doctor", NULL },
    };
    said s;
    SHELL_RUN(&s, "--version");
    assert_int_equal(s.code, 0);
    assert_int_equal(strncmp(base_buf_text(&s.out), "qd ", 3), 0);
    said_clear(&s);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *noun = commands[i][0], *verb = commands[i][1];
        SHELL_RUN(&s, noun, verb ? verb : "--help", verb ? "--help" : NULL);
        assert_int_equal(s.code, 0);
        assert_non_null(strstr(base_buf_text(&s.out), "example:\n  "));
        assert_string_equal(base_buf_text(&s.err), "");
        said_clear(&s);
    }
}

static void mistakes_of_usage_end_with_2_and_a_hint(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "snyc", "-o", "json");
    expect_error(&s, 2, "invalid", "did you mean qd sync");
    SHELL_RUN(&s, "orders", "lits", "-ojson");
    expect_error(&s, 2, "invalid", "did you mean qd orders list");
    SHELL_RUN(&s, "-o", "json", "orders", "list", "--limti", "3");
    expect_error(&s, 2, "invalid", "did you mean --limit");
    SHELL_RUN(&s, "orders", "list", "--limit", "many", "--output=json");
    expect_error(&s, 2, "invalid", "--limit takes a number");
    SHELL_RUN(&s, "orders", "list", "--limit", "-o", "json");
    expect_error(&s, 2, "invalid", "--limit takes a number");
    SHELL_RUN(&s, "orders", "show", "-o", "json");
    expect_error(&s, 2, "invalid", "ORDER_ID is missing");
    SHELL_RUN(&s, "sign", "douyin", "-o", "json", "--mask=1");
    expect_error(&s, 2, "invalid", "takes no value");
    SHELL_RUN(&s, "audit", "--day", "yesterday", "-o", "json");
    expect_error(&s, 2, "invalid", "yyyy-MM-dd");
    SHELL_RUN(&s, "orders", "list", "-o", "yaml");
    assert_int_equal(s.code, 2);
    said_clear(&s);
    SHELL_RUN(&s, "orders", "list", "-o", "xlsx");
    assert_int_equal(s.code, 2);
    assert_non_null(strstr(base_buf_text(&s.err), "xlsx"));
    said_clear(&s);
}

/* ---- shops ---- */

static void what_is_missing_or_malformed_is_named(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "shop", "add", "--name", "x", "--key", "1", "--home", home.path, "-ojson");
    expect_error(&s, 2, "invalid", "--platform");
    SHELL_RUN(&s, "shop", "add", "--platform", "ebay", "--name", "x", "--key", "1", "--home",
              home.path, "-ojson");
    expect_error(&s, 2, "invalid", "there is no platform 'ebay'");
    SHELL_RUN(&s, "shop", "add", "--platform", "douyin", "--name", "x", "--key", "1", "--secret",
              "s", "--base-url", "127.0.0.1:80", "--home", home.path, "-ojson");
    expect_error(&s, 2, "invalid", "--base-url");
    SHELL_RUN(&s, "shop", "add", "--platform", "douyin", "--name", "x", "--key", "1", "--secret",
              "s", "--proxy", "nowhere", "--home", home.path, "-ojson");
    expect_error(&s, 2, "invalid", "--proxy");
    SHELL_RUN(&s, "shop", "add", "--platform", "douyin", "--name", "x", "--key", "1", "--home",
              home.path, "-ojson");
    expect_error(&s, 2, "invalid", "--secret");
}

static void a_shop_comes_and_goes(void **state) {
    (void)state;
    char t_code[40];
    said s;
    add_shop("douyin", "4463798", t_code);
    SHELL_RUN(&s, "--home", home.path, "shop", "list", "-o", "json");
    assert_int_equal(s.code, 0);
    assert_null(strstr(base_buf_text(&s.out), "quiet-secret"));
    yyjson_doc *doc = said_json(&s);
    assert_true(yyjson_is_arr(yyjson_doc_get_root(doc)));
    assert_string_equal(json_text(doc, "/0/t_code"), t_code);
    assert_string_equal(json_text(doc, "/0/environment"), "sandbox");
    yyjson_doc_free(doc);
    said_clear(&s);

    SHELL_RUN(&s, "shop", "show", t_code, "--home", home.path, "-o", "json");
    assert_int_equal(s.code, 0);
    doc = said_json(&s);
    assert_string_equal(json_text(doc, "/token/state"), "none");
    yyjson_doc_free(doc);
    said_clear(&s);

    SHELL_RUN(&s, "shop", "remove", t_code, "--home", home.path);
    assert_int_equal(s.code, 0);
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "-o", "json");
    assert_string_equal(base_buf_text(&s.out), "[]\n");
    said_clear(&s);
}

static void an_unknown_shop_ends_with_3(void **state) {
    (void)state;
    char t_code[40];
    said s;
    add_shop("douyin", "1", t_code);
    SHELL_RUN(&s, "shop", "show", "nobody", "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "nobody");
    SHELL_RUN(&s, "sync", "--shop", "nobody", "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "nobody");
    SHELL_RUN(&s, "orders", "list", "--shop", "nobody", "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "nobody");
    SHELL_RUN(&s, "orders", "show", "12345", "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "12345");
    SHELL_RUN(&s, "sync", "parcels", "--shop", t_code, "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "parcels");
}

static void the_home_may_stand_anywhere_or_in_the_environment(void **state) {
    (void)state;
    char t_code[40];
    said before, after, env;
    add_shop("taobao", "1", t_code);
    SHELL_RUN(&before, "--home", home.path, "shop", "list", "-ojson");
    SHELL_RUN(&after, "shop", "list", "-ojson", "--home", home.path);
    setenv("QD_HOME", home.path, 1);
    SHELL_RUN(&env, "shop", "list", "-ojson");
    unsetenv("QD_HOME");
    assert_non_null(strstr(base_buf_text(&before.out), t_code));
    assert_string_equal(base_buf_text(&before.out), base_buf_text(&after.out));
    assert_string_equal(base_buf_text(&before.out), base_buf_text(&env.out));
    said_clear(&before);
    said_clear(&after);
    said_clear(&env);
}

static void the_key_file_is_for_its_owner_only(void **state) {
    (void)state;
    char t_code[40], path[256];
    struct stat st;
    add_shop("douyin", "1", t_code);
    snprintf(path, sizeof path, "%s/qiandian.key", home.path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* ---- calls that are refused here ---- */

static void a_call_is_refused_locally_and_the_parameter_named(void **state) {
    (void)state;
    char t_code[40];
    said s;
    add_shop("douyin", "1", t_code);
    SHELL_RUN(&s, "call", "order.searchLits", "--shop", t_code, "--home", home.path, "-ojson");
    expect_error(&s, 3, "not_found", "order.searchList");
    SHELL_RUN(&s, "call", "order.searchList", "--home", home.path, "-ojson");
    expect_error(&s, 2, "invalid", "--shop");
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", home.path, "-ojson",
              "page=0");
    expect_error(&s, 2, "invalid", "size");
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", home.path, "-ojson",
              "page=zero", "size=10");
    expect_error(&s, 2, "invalid", "page");
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", home.path, "-ojson",
              "page=0", "size:=[1");
    expect_error(&s, 2, "invalid", "size");
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", home.path, "-ojson",
              "page=0", "size=10", "colour=red");
    expect_error(&s, 2, "invalid", "colour");
}

/* ---- formats ---- */

static void a_pipe_gets_tsv_without_header(void **state) {
    (void)state;
    char t_code[40], line[256];
    said s;
    add_shop("douyin", "88", t_code);
    SHELL_RUN(&s, "shop", "list", "--home", home.path);
    snprintf(line, sizeof line, "%s\tdouyin\t88\t7001\t88\tsandbox\thttp://127.0.0.1:9\t\t",
             t_code);
    assert_int_equal(strncmp(base_buf_text(&s.out), line, strlen(line)), 0);
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "-o", "csv");
    assert_int_equal(strncmp(base_buf_text(&s.out), "t_code,platform,name,", 21), 0);
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "-o", "ndjson");
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/t_code"), t_code);
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void select_picks_one_value(void **state) {
    (void)state;
    char t_code[40];
    said s;
    add_shop("douyin", "88", t_code);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "--select", "/0/shop_id");
    assert_string_equal(base_buf_text(&s.out), "88\n");
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "--select", "/0/shop_id", "-o", "json");
    assert_string_equal(base_buf_text(&s.out), "\"88\"\n");
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "--select", "/7/shop_id", "-o", "json");
    expect_error(&s, 3, "not_found", "/7/shop_id");
}

static void a_table_aligns_chinese_names_and_obeys_no_control_character(void **state) {
    (void)state;
    char a[40], b[40];
    said s;
    add_shop("douyin", "\xE6\x97\x97\xE8\x88\xB0", a); /* two wide characters */
    add_shop("taobao", "ab\033[2Jc", b);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "-o", "table");
    const char *out = base_buf_text(&s.out);
    assert_null(strchr(out, '\033'));
    assert_non_null(
        strstr(out, "\xE6\x97\x97\xE8\x88\xB0    ")); /* padded to the 8 of ab?[2Jc + gap */
    assert_non_null(strstr(out, "ab?[2Jc"));
    said_clear(&s);
}

/* ---- doctor ---- */

static void doctor_is_well_and_sees_an_open_key_and_a_wrong_key(void **state) {
    (void)state;
    char t_code[40], path[256];
    said s;
    SHELL_RUN(&s, "doctor", "--home", home.path, "-ojson");
    assert_int_equal(s.code, 0);
    said_clear(&s);
    add_shop("douyin", "1", t_code);
    SHELL_RUN(&s, "doctor", "--home", home.path, "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_doc_get_root(doc), "ok")));
    yyjson_doc_free(doc);
    said_clear(&s);

    snprintf(path, sizeof path, "%s/qiandian.key", home.path);
    assert_int_equal(chmod(path, 0644), 0);
    SHELL_RUN(&s, "doctor", "--home", home.path, "-ojson");
    assert_int_equal(s.code, 1);
    assert_non_null(strstr(base_buf_text(&s.out), "chmod 600"));
    said_clear(&s);

    setenv("QD_KEY", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 1);
    SHELL_RUN(&s, "doctor", "--home", home.path, "-ojson");
    assert_int_equal(s.code, 1);
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", home.path, "-ojson");
    expect_error(&s, 1, "corrupt", "");
    unsetenv("QD_KEY");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(version_and_help_end_well, make_home, remove_home),
        cmocka_unit_test_setup_teardown(mistakes_of_usage_end_with_2_and_a_hint, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(what_is_missing_or_malformed_is_named, make_home,
                                        remove_home),
        cmocka_unit_test_setup_teardown(a_shop_comes_and_goes, make_home, remove_home),
        cmocka_unit_test_setup_teardown(an_unknown_shop_ends_with_3, make_home, remove_home),
        cmocka_unit_test_setup_teardown(the_home_may_stand_anywhere_or_in_the_environment,
                                        make_home, remove_home),
        cmocka_unit_test_setup_teardown(the_key_file_is_for_its_owner_only, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_call_is_refused_locally_and_the_parameter_named,
                                        make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_pipe_gets_tsv_without_header, make_home, remove_home),
        cmocka_unit_test_setup_teardown(select_picks_one_value, make_home, remove_home),
        cmocka_unit_test_setup_teardown(a_table_aligns_chinese_names_and_obeys_no_control_character,
                                        make_home, remove_home),
        cmocka_unit_test_setup_teardown(doctor_is_well_and_sees_an_open_key_and_a_wrong_key,
                                        make_home, remove_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
