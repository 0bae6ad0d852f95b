/*
 * An operator's slips with qd: what is refused changes nothing, a new secret is taken, and what the
 * sandbox knows of its shops need not be typed.
 */
#include <string.h>

#include "e2e_shell.h"

typedef struct bench {
    tempdir home;
    practice world;
    yyjson_doc *truth;
    char self[40], tool[40]; /* t_codes of Douyin's shops */
} bench;

static bench b;

static int start(void **state) {
    (void)state;
    static const char *const options[] = { "--shops",      "3", "--orders", "60",
                                           "--tool-shops", "1", NULL };
    unsetenv("QD_SECRET");
    home_make(&b.home, true);
    practice_start_with(&b.world, options);
    b.truth = practice_get(&b.world, "/_sandbox/truth");
    yyjson_doc *doc =
        SHELL_JSON(0, "sandbox", "connect", b.world.base_url, "--platform", "douyin", "-ojson");
    base_copy(b.self, sizeof b.self, base_str_of(json_text(doc, "/0/t_code")));
    base_copy(b.tool, sizeof b.tool, base_str_of(json_text(doc, "/1/t_code")));
    yyjson_doc_free(doc);
    return 0;
}

static int stop(void **state) {
    (void)state;
    yyjson_doc_free(b.truth);
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

/* One order.searchList of the shop: its exit code. */
static int call_code(const char *t_code) {
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "page=0", "size=1");
    int code = s.code;
    said_clear(&s);
    return code;
}

static int edit_code(const char *option, const char *value) {
    said s;
    SHELL_RUN(&s, "shop", "edit", b.self, option, value);
    int code = s.code;
    said_clear(&s);
    return code;
}

static void a_shop_added_twice_keeps_its_apps_secret(void **state) {
    (void)state;
    said s;
    assert_int_equal(call_code(b.self), 0);
    SHELL_RUN(&s, "shop", "add", "--platform", "douyin", "--name", "again", "--key",
              json_text(b.truth, "/shops/0/app_key"), "--shop-id",
              json_text(b.truth, "/shops/0/shop_id"), "--base-url", b.world.base_url, "--secret",
              "a-wrong-one");
    assert_int_equal(s.code, 2);
    assert_non_null(strstr(base_buf_text(&s.err), b.self));
    said_clear(&s);
    assert_int_equal(call_code(b.self), 0);
}

static void a_new_secret_is_taken(void **state) {
    (void)state;
    assert_int_equal(edit_code("--secret", "a-wrong-one"), 0);
    assert_int_equal(call_code(b.self), 4);
    assert_int_equal(edit_code("--secret", ""), 2);
    assert_int_equal(edit_code("--secret", json_text(b.truth, "/shops/0/app_secret")), 0);
    assert_int_equal(call_code(b.self), 0);
}

static void a_shop_keeps_a_name(void **state) {
    (void)state;
    said s;
    assert_int_equal(edit_code("--name", ""), 2);
    SHELL_RUN(&s, "shop", "show", b.self, "-o", "json");
    yyjson_doc *doc = said_json(&s);
    assert_true(*json_text(doc, "/name") != '\0');
    yyjson_doc_free(doc);
    said_clear(&s);
}

/* With --raw the first parameter was sent as the method's name. */
static void a_parameter_is_no_method(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "--raw", "/order/searchList", "--shop", b.self, "page=0", "size=1", "-o",
              "json");
    assert_int_equal(s.code, 2);
    yyjson_doc *doc = said_error(&s);
    assert_non_null(strstr(json_text(doc, "/error/message"), "METHOD is missing"));
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_tool_shop_is_connected_as_one(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "shop", "show", b.tool, "-o", "json");
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/app_kind"), "tool");
    assert_true(*json_text(doc, "/service_id") != '\0');
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "shop", "auth", b.tool); /* and so the page needs no option */
    assert_int_equal(s.code, 0);
    assert_non_null(strstr(base_buf_text(&s.out), "/authorize?service_id="));
    said_clear(&s);
}

static void standard_input_is_a_file(void **state) {
    (void)state;
    said s; /* it is closed here: an empty body, and not the text "-" */
    SHELL_RUN(&s, "push", "read", "-", "--unverified");
    assert_null(strstr(base_buf_text(&s.err), "(1 bytes)"));
    assert_true(s.code != 0);
    said_clear(&s);
}

static void a_failed_text_names_its_platform(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "decrypt", "--shop", b.self, "--text", "#no#cipher#1##", "--order", "1", "-o",
              "json");
    assert_int_equal(s.code, 1);
    assert_non_null(strstr(base_buf_text(&s.err), "\"platform\":\"douyin\""));
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shop_added_twice_keeps_its_apps_secret),
        cmocka_unit_test(a_new_secret_is_taken),
        cmocka_unit_test(a_shop_keeps_a_name),
        cmocka_unit_test(a_parameter_is_no_method),
        cmocka_unit_test(a_tool_shop_is_connected_as_one),
        cmocka_unit_test(standard_input_is_a_file),
        cmocka_unit_test(a_failed_text_names_its_platform),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
