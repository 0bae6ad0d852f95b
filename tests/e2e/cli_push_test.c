/* qd push read, tags, spi: a message as it came, with the keys of a shop or by hand. */
#include <string.h>

#include "e2e_shell.h"
#include "support/tempdir.h"

static tempdir home;
static const char body[] =
    "[{\"tag\":\"101\",\"msg_id\":\"7\",\"data\":\"{\\\"p_id\\\":478132068240"
    "6083640,\\\"pay_amount\\\":12000}\"},{\"tag\":\"0\",\"msg_id\":\"0\","
    "\"data\":\"2020-09-10T16:27:56+08:00\"},"
    "{\"tag\":\"99999\",\"msg_id\":\"8\",\"data\":{\"x\":\"中文\"}}]";

static int start(void **state) {
    (void)state;
    tempdir_make(&home);
    setenv("QD_HOME", home.path, 1);
    setenv("QD_SECRET", "an-invented-secret", 1);
    return 0;
}

static int stop(void **state) {
    (void)state;
    unsetenv("QD_SECRET");
    tempdir_remove(&home);
    return 0;
}

/* What qd sign says, which is checked against the facts' vectors elsewhere. */
static void sign(char out[128], const char *recipe, const char *option, const char *signed_text,
                 const char *timestamp) {
    said s;
    SHELL_RUN(&s, "sign", recipe, option, signed_text, "app_key=70001", "-o", "json",
              timestamp ? "--timestamp" : NULL, timestamp);
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_true(base_copy(out, 128, base_str_of(json_text(doc, "/sign"))));
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_signed_push_is_read_with_its_data(void **state) {
    (void)state;
    char good[128];
    said s;
    sign(good, "douyin-push", "--body", body, NULL);
    SHELL_RUN(&s, "push", "read", body, "--key", "70001", "--event-sign", good, "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/0/event"), "TradePaid");
    assert_true(json_int(doc, "/0/data/p_id") == 4781320682406083640);
    assert_string_equal(json_text(doc, "/1/data"), "2020-09-10T16:27:56+08:00");
    assert_string_equal(json_text(doc, "/2/data/x"), "中文"); /* unknown tags stay readable */
    yyjson_doc_free(doc);
    said_clear(&s);
}

static void a_changed_push_needs_authorisation(void **state) {
    (void)state;
    char good[128];
    said s;
    sign(good, "douyin-push", "--body", body, NULL);
    good[0] = good[0] == '0' ? '1' : '0';
    SHELL_RUN(&s, "push", "read", body, "--key", "70001", "--event-sign", good, "-ojson");
    assert_int_equal(s.code, 4);
    yyjson_doc_free(said_error(&s));
    said_clear(&s);
    SHELL_RUN(&s, "push", "read", body, "--unverified", "-ondjson");
    assert_int_equal(s.code, 0);
    said_clear(&s);
    SHELL_RUN(&s, "push", "read", "{\"no\":\"array\"}", "--unverified");
    assert_int_equal(s.code, 1);
    said_clear(&s);
    SHELL_RUN(&s, "push", "read", body);
    assert_int_equal(s.code, 2);
    said_clear(&s);
}

static void a_shops_own_keys_verify(void **state) {
    (void)state;
    char good[128], t_code[64];
    said s;
    SHELL_RUN(&s, "shop", "add", "-p", "douyin", "-n", "a", "-k", "70001", "--shop-id", "1",
              "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_true(base_copy(t_code, sizeof t_code, base_str_of(json_text(doc, "/t_code"))));
    yyjson_doc_free(doc);
    said_clear(&s);
    sign(good, "douyin-push", "--body", body, NULL);
    SHELL_RUN(&s, "push", "read", body, "-s", t_code, "--event-sign", good, "--app-id", "70001");
    assert_int_equal(s.code, 0);
    said_clear(&s);
    SHELL_RUN(&s, "push", "read", body, "-s", t_code, "--event-sign", good, "--app-id", "70002");
    assert_int_equal(s.code, 4);
    said_clear(&s);
}

static void an_spi_call_is_read(void **state) {
    (void)state;
    static const char params[] = "{\"msg_id\":\"5\",\"spi_type\":1}";
    char good[128], query[400];
    said s;
    sign(good, "douyin-spi", "--param-json", params, "1700000000");
    snprintf(query, sizeof query, "app_key=70001&timestamp=1700000000&sign=%s", good);
    SHELL_RUN(&s, "push", "spi", query, "--body", params, "--path", "/sendHome/order/PayMsg", "-k",
              "70001", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/name"), "sendHome.order.PayMsg");
    assert_string_equal(json_text(doc, "/params/msg_id"), "5");
    yyjson_doc_free(doc);
    said_clear(&s);
    snprintf(query, sizeof query, "app_key=70001&timestamp=1700000001&sign=%s", good);
    SHELL_RUN(&s, "push", "spi", query, "--body", params, "-k", "70001");
    assert_int_equal(s.code, 4);
    said_clear(&s);
}

static void the_tags_are_listed(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "push", "tags", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 40);
    yyjson_doc_free(doc);
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_push_is_read_with_its_data),
        cmocka_unit_test(a_changed_push_needs_authorisation),
        cmocka_unit_test(a_shops_own_keys_verify),
        cmocka_unit_test(an_spi_call_is_read),
        cmocka_unit_test(the_tags_are_listed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
