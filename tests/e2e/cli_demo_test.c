/* qd demo as a user runs it: the gap is 0, the temporary home is gone, --keep leaves what it says.
 */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e_shell.h"
#include "support/tempdir.h"

static tempdir temp;

/* Temporary homes go below a folder of the test's own, so that it can see whether they are gone. */
static int make_temp(void **state) {
    (void)state;
    tempdir_make(&temp);
    setenv("TMPDIR", temp.path, 1);
    unsetenv("QD_HOME");
    unsetenv("QD_KEY");
    return 0;
}

static int remove_temp(void **state) {
    (void)state;
    unsetenv("TMPDIR");
    tempdir_remove(&temp);
    return 0;
}

static int entries(const char *path) {
    int count = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

static void expect_whole(yyjson_doc *doc, int64_t orders, size_t shops) {
    yyjson_val *root = yyjson_doc_get_root(doc), *shop;
    size_t i, count;
    int64_t sum = 0;
    assert_int_equal(json_int(doc, "/orders"), orders);
    assert_int_equal(json_int(doc, "/gap"), 0);
    assert_true(yyjson_get_bool(yyjson_obj_get(root, "ok")));
    assert_true(json_int(doc, "/orders_per_s") > 0);
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(root, "shops")), shops);
    yyjson_arr_foreach(yyjson_obj_get(root, "shops"), i, count, shop) {
        assert_int_equal(yyjson_get_sint(yyjson_obj_get(shop, "gap")), 0);
        assert_true(yyjson_get_sint(yyjson_obj_get(shop, "products")) > 0);
        sum += yyjson_get_sint(yyjson_obj_get(shop, "orders"));
    }
    assert_int_equal(sum, orders);
}

static void a_demo_ends_with_gap_0_and_leaves_nothing(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "demo", "--orders", "600", "--seed", "5", "-o", "json");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    yyjson_doc *doc = said_json(&s);
    expect_whole(doc, 600, 4);
    assert_string_equal(json_text(doc, "/shops/0/platform"), "douyin");
    assert_string_equal(json_text(doc, "/shops/1/platform"), "taobao");
    yyjson_doc_free(doc);
    assert_string_equal(base_buf_text(&s.err), "");
    said_clear(&s);
    assert_int_equal(entries(temp.path), 0);
}

static void a_table_is_for_people(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "demo", "--orders", "100", "--shops", "2", "-o", "table");
    assert_int_equal(s.code, 0);
    assert_int_equal(strncmp(base_buf_text(&s.out), "t_code", 6), 0);
    assert_non_null(strstr(base_buf_text(&s.out), "\ngap 0"));
    said_clear(&s);
}

static void an_unknown_fault_is_told_with_those_that_there_are(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "demo", "--orders", "10", "--faults", "earthquake", "-o", "json");
    assert_int_equal(s.code, 2);
    yyjson_doc *doc = said_error(&s);
    assert_non_null(strstr(json_text(doc, "/error/message"), "earthquake"));
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_int_equal(entries(temp.path), 0);
}

static void what_is_kept_can_be_used_and_stopped(void **state) {
    (void)state;
    said s;
    char home[256], id[64];
    SHELL_RUN(&s, "demo", "--orders", "200", "--shops", "2", "--keep", "-o", "json");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    base_copy(home, sizeof home, base_str_of(json_text(doc, "/home")));
    pid_t pid = (pid_t)json_int(doc, "/sandbox_pid");
    assert_int_equal(strncmp(json_text(doc, "/base_url"), "http://127.0.0.1:", 17), 0);
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_int_equal(kill(pid, 0), 0);

    SHELL_RUN(&s, "--home", home, "orders", "list", "--limit", "3", "-o", "json");
    assert_int_equal(s.code, 0);
    doc = said_json(&s);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 3);
    base_copy(id, sizeof id, base_str_of(json_text(doc, "/0/order_id")));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "orders", "show", id, "--raw", "--home", home, "-o", "json");
    assert_int_equal(s.code, 0);
    doc = said_json(&s);
    assert_string_equal(json_text(doc, "/order_id"), id);
    assert_true(yyjson_is_obj(yyjson_doc_ptr_get(doc, "/raw")));
    assert_true(yyjson_arr_size(yyjson_doc_ptr_get(doc, "/lines")) > 0);
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "sync", "--home", home, "-o", "json");
    assert_int_equal(s.code, 0);
    said_clear(&s);
    assert_int_equal(kill(pid, SIGTERM), 0);
}

static void a_home_with_shops_is_left_alone(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "shop", "add", "--platform", "douyin", "--name", "mine", "--key", "1", "--secret",
              "s", "--home", temp.path);
    assert_int_equal(s.code, 0);
    said_clear(&s);
    SHELL_RUN(&s, "demo", "--orders", "10", "--home", temp.path, "-o", "json");
    assert_int_equal(s.code, 2);
    yyjson_doc_free(said_error(&s));
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_demo_ends_with_gap_0_and_leaves_nothing, make_temp,
                                        remove_temp),
        cmocka_unit_test_setup_teardown(a_table_is_for_people, make_temp, remove_temp),
        cmocka_unit_test_setup_teardown(an_unknown_fault_is_told_with_those_that_there_are,
                                        make_temp, remove_temp),
        cmocka_unit_test_setup_teardown(what_is_kept_can_be_used_and_stopped, make_temp,
                                        remove_temp),
        cmocka_unit_test_setup_teardown(a_home_with_shops_is_left_alone, make_temp, remove_temp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
