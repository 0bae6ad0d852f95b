/*
 * The explorer: qd api, completion, manual pages. What it tells must be there once, findable, and
 * in the shape that docs/explorer.md promises.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "e2e_shell.h"

/* From the documents: how many methods there are and how many of them are retired. */
enum { TAOBAO = 4220, TAOBAO_RETIRED = 442, DOUYIN = 749 };

#define JSON(...) SHELL_JSON(0, __VA_ARGS__, "-o", "json")
#define REFUSED(code, in_message, ...)                                                             \
    shell_refused(code, in_message, (const char *const[]){ __VA_ARGS__, "-o", "json", NULL })

static const char *member(yyjson_val *row, const char *key) {
    const char *text = yyjson_get_str(yyjson_obj_get(row, key));
    assert_non_null(text);
    return text;
}

/* ---- list, groups ---- */

static void list_has_every_method_once(void **state) {
    (void)state;
    yyjson_doc *doc = JSON("api", "list");
    size_t i, count, taobao = 0, douyin = 0, retired = 0, known = 0;
    const char *platform = "", *method = "";
    yyjson_val *row;
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, row) {
        assert_int_equal(yyjson_obj_size(row), 5);
        const char *its_platform = member(row, "platform"), *its_method = member(row, "method");
        (void)member(row, "title");
        (void)member(row, "group");
        assert_true(yyjson_is_bool(yyjson_obj_get(row, "offline")));
        /* Sorted within a platform: equal names would be neighbours. */
        assert_true(strcmp(platform, its_platform) != 0 || strcmp(method, its_method) < 0);
        platform = its_platform;
        method = its_method;
        taobao += strcmp(platform, "taobao") == 0;
        douyin += strcmp(platform, "douyin") == 0;
        retired +=
            strcmp(platform, "taobao") == 0 && yyjson_get_bool(yyjson_obj_get(row, "offline"));
    }
    for (size_t p = 0; p < cat_platform_count(); p++) {
        known += cat_platform_at(p)->method_count;
    }
    assert_int_equal(count, known);
    assert_int_equal(taobao, TAOBAO);
    assert_int_equal(douyin, DOUYIN);
    assert_int_equal(retired, TAOBAO_RETIRED);
    yyjson_doc_free(doc);
}

static void list_takes_platform_group_and_life(void **state) {
    (void)state;
    yyjson_doc *doc = JSON("api", "list", "--platform", "taobao", "--offline");
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), TAOBAO_RETIRED);
    yyjson_doc_free(doc);
    doc = JSON("api", "list", "-p", "taobao", "--live");
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), TAOBAO - TAOBAO_RETIRED);
    yyjson_doc_free(doc);
    doc = JSON("api", "list", "-p", "taobao", "-g", "trade");
    const cat_group *group = cat_group_find(cat_platform_find("taobao"), BASE_STR("trade"));
    assert_non_null(group);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), group->method_count);
    yyjson_doc_free(doc);
    REFUSED(2, "taobao", "api", "list", "--platform", "tabao");
    REFUSED(3, "did you mean trade", "api", "list", "--group", "trad");
}

static void groups_add_up(void **state) {
    (void)state;
    yyjson_doc *doc = JSON("api", "groups", "--platform", "taobao");
    size_t i, count;
    int64_t methods = 0, retired = 0;
    yyjson_val *row;
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, row) {
        (void)member(row, "group");
        methods += yyjson_get_sint(yyjson_obj_get(row, "methods"));
        retired += yyjson_get_sint(yyjson_obj_get(row, "offline"));
    }
    assert_int_equal(count, 245);
    assert_int_equal(methods, TAOBAO);
    assert_int_equal(retired, TAOBAO_RETIRED);
    yyjson_doc_free(doc);
}

/* ---- search ---- */

static void expect_first(const char *method, yyjson_doc *doc) {
    assert_string_equal(json_text(doc, "/0/method"), method);
    yyjson_doc_free(doc);
}

static void search_finds_by_every_name(void **state) {
    (void)state;
    expect_first("taobao.trade.fullinfo.get", JSON("api", "search", "trade", "fullinfo"));
    expect_first("taobao.trade.fullinfo.get", JSON("api", "search", "taobao_trade_fullinfo_get"));
    expect_first("order.searchList", JSON("api", "search", "order.searchList"));
    expect_first("order.searchList", JSON("api", "search", "订单列表查询"));
    expect_first("taobao.logistics.companies.get", JSON("api", "search", "logistic", "compnaies"));
    yyjson_doc *doc = JSON("api", "search", "order", "--limit", "3", "-p", "douyin");
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 3);
    assert_string_equal(json_text(doc, "/2/platform"), "douyin");
    yyjson_doc_free(doc);
    doc = JSON("api", "search", "zzzzqqqqxxxx");
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 0);
    yyjson_doc_free(doc);
}

/* ---- show ---- */

static void show_has_all_its_keys(void **state) {
    (void)state;
    static const char *const keys[] = { "method",  "platform",
                                        "title",   "group",
                                        "offline", "alias",
                                        "doc",     "note",
                                        "kind",    "key_param",
                                        "auth",    "http",
                                        "path",    "wrapper",
                                        "params",  "wrapper_format",
                                        "page",    "result_key",
                                        "answer",  "params_known",
                                        "windows", "beyond_documents",
                                        "errors",  "example" };
    static const char *const methods[] = { "order.searchList", "taobao.picture.upload",
                                           "taobao.trades.sold.increment.get" };
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        yyjson_doc *doc = JSON("api", "show", methods[m]);
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            assert_non_null(yyjson_obj_get(yyjson_doc_get_root(doc), keys[i]));
        }
        assert_string_equal(json_text(doc, "/method"), methods[m]);
        assert_non_null(strstr(json_text(doc, "/example/command"), methods[m]));
        yyjson_doc_free(doc);
    }
}

static void show_tells_parameters_pages_windows_and_errors(void **state) {
    (void)state;
    yyjson_doc *doc = JSON("api", "show", "order.searchList");
    size_t i, count, seen = 0;
    yyjson_val *param;
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "params"), i, count, param) {
        if (strcmp(member(param, "name"), "size") == 0) {
            assert_string_equal(member(param, "type"), "int");
            assert_true(yyjson_get_bool(yyjson_obj_get(param, "required")));
            assert_int_equal(yyjson_get_sint(yyjson_obj_get(param, "max")), 100);
            seen++;
        }
    }
    assert_int_equal(seen, 1);
    assert_string_equal(json_text(doc, "/page/page_param"), "page");
    assert_int_equal(json_int(doc, "/page/first_page"), 0);
    assert_int_equal(json_int(doc, "/page/size_max"), 100);
    assert_string_equal(json_text(doc, "/windows/0/from_param"), "create_time_start");
    assert_true(yyjson_arr_size(yyjson_doc_ptr_get(doc, "/errors")) > 0);
    (void)json_text(doc, "/errors/0/code");
    assert_non_null(strstr(json_text(doc, "/example/c"), "qd_douyin_order_searchList("));
    yyjson_doc_free(doc);
    doc = JSON("api", "show", "taobao_trade_fullinfo_get");
    assert_string_equal(json_text(doc, "/method"), "taobao.trade.fullinfo.get");
    assert_string_equal(json_text(doc, "/result_key"), "trade");
    assert_non_null(strstr(json_text(doc, "/example/c"), "qd_taobao_trade_fullinfo_get("));
    yyjson_doc_free(doc);
}

static void show_goes_down_to_parameters_and_fields(void **state) {
    (void)state;
    yyjson_doc *doc = JSON("api", "show", "order.searchList.combine_status");
    assert_string_equal(json_text(doc, "/name"), "combine_status");
    assert_string_equal(json_text(doc, "/items"), "object");
    yyjson_doc_free(doc);
    doc = JSON("api", "show", "order.searchList.combine_status.order_status");
    assert_string_equal(json_text(doc, "/name"), "order_status");
    assert_string_equal(json_text(doc, "/type"), "string");
    yyjson_doc_free(doc);
    REFUSED(3, "did you mean order.searchList", "api", "show", "order.searchLits");
    REFUSED(3, "did you mean page", "api", "show", "order.searchList.pge");
    REFUSED(3, "order_status", "api", "show", "order.searchList.combine_status.order_statu");
}

static void show_is_a_page_for_people_and_rows_for_pipes(void **state) {
    (void)state;
    static const char *const parts[] = { "PARAMETERS", "PAGES",   "TIME RANGES", "ANSWER",
                                         "ERRORS",     "EXAMPLE", "IN C" };
    said s;
    SHELL_RUN(&s, "api", "show", "order.searchList", "-o", "table");
    assert_int_equal(s.code, 0);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_non_null(strstr(base_buf_text(&s.out), parts[i]));
    }
    said_clear(&s);
    SHELL_RUN(&s, "api", "show", "order.searchList");
    assert_non_null(strstr(base_buf_text(&s.out), "\nsize\tint\ttrue\t1..100\t"));
    assert_non_null(strstr(base_buf_text(&s.out), "\ncombine_status.order_status\tstring\t"));
    said_clear(&s);
}

static void examples_name_required_parameters(void **state) {
    (void)state;
    static const char *const methods[] = { "taobao.trades.sold.get", "order.orderDetail",
                                           "taobao.item.update", "product.addV2" };
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        yyjson_doc *doc = JSON("api", "show", methods[m]);
        const char *command = json_text(doc, "/example/command");
        size_t i, count;
        yyjson_val *param;
        yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "params"), i, count, param) {
            char wanted[128];
            snprintf(wanted, sizeof wanted, " %s", member(param, "name"));
            if (yyjson_get_bool(yyjson_obj_get(param, "required")) && !strstr(command, wanted)) {
                fail_msg("%s: the example lacks%s", methods[m], wanted);
            }
        }
        yyjson_doc_free(doc);
    }
}

/* ---- OpenAPI ---- */

static void openapi_has_one_path_a_live_method(void **state) {
    (void)state;
    size_t live = 0;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->method_count; i++) {
            live += (cat_method_at(platform, i)->flags & CAT_OFFLINE) == 0;
        }
    }
    yyjson_doc *doc = JSON("api", "openapi");
    assert_string_equal(json_text(doc, "/openapi"), "3.1.0");
    yyjson_val *paths = yyjson_doc_ptr_get(doc, "/paths"), *key, *item;
    assert_int_equal(yyjson_obj_size(paths), live);
    size_t i, count;
    yyjson_obj_foreach(paths, i, count, key, item) {
        yyjson_val *post = yyjson_obj_get(item, "post");
        assert_int_equal(strncmp(yyjson_get_str(key), "/call/", 6), 0);
        (void)member(post, "operationId");
        (void)member(post, "summary");
        assert_non_null(yyjson_ptr_get(post, "/requestBody/content/application~1json/schema"));
        assert_non_null(yyjson_ptr_get(post, "/responses/200"));
    }
    const char *one = "/paths/~1call~1douyin~1order.searchList/post/requestBody/content/"
                      "application~1json/schema/properties/size/maximum";
    assert_int_equal(json_int(doc, one), 100);
    assert_non_null(yyjson_doc_ptr_get(doc, "/components/schemas/Error"));
    yyjson_doc_free(doc);
    doc = JSON("api", "openapi", "--platform", "taobao", "--with-offline");
    assert_int_equal(yyjson_obj_size(yyjson_doc_ptr_get(doc, "/paths")), TAOBAO);
    yyjson_doc_free(doc);
}

/* ---- completion ---- */

static void expect_line(const char *line, const char *const *arguments) {
    said s;
    shell_run(&s, arguments);
    assert_int_equal(s.code, 0);
    assert_string_equal(base_buf_text(&s.err), "");
    char wanted[256], text[256];
    snprintf(wanted, sizeof wanted, "\n%s", line);
    snprintf(text, sizeof text, "\n%.200s", base_buf_text(&s.out));
    if (!strstr(text, wanted) && !strstr(base_buf_text(&s.out), wanted)) {
        fail_msg("no \"%s\" in %s", line, base_buf_text(&s.out));
    }
    said_clear(&s);
}
#define OFFERS(line, ...)                                                                          \
    expect_line(line, (const char *const[]){ "__complete", __VA_ARGS__, NULL })

static void completion_knows_commands_options_methods_and_parameters(void **state) {
    (void)state;
    OFFERS("api", "ap");
    OFFERS("search\t", "api", "s");
    OFFERS("--platform\t", "api", "list", "--pl");
    OFFERS("--select\t", "orders", "list", "--se");
    OFFERS("taobao", "api", "list", "--platform", "t");
    OFFERS("trade\t", "api", "list", "-p", "taobao", "-g", "tra");
    OFFERS("ndjson", "sync", "-o", "n");
    OFFERS("order.searchList\t", "call", "order.sea");
    OFFERS("order.searchList\t", "--home", "/nowhere", "call", "order.sea");
    OFFERS("page=\t", "call", "order.searchList", "pa");
    OFFERS("combine_status:=", "call", "order.searchList", "size=10", "comb");
    OFFERS("img=@\t", "call", "taobao.picture.upload", "i");
    OFFERS("rate_status=RATE_UNBUYER\t", "call", "taobao.trades.sold.get", "rate_status=RATE_UNB");
    OFFERS("order.searchList.page", "api", "show", "order.searchList.pa");
    OFFERS("orders", "sync", "o");
    OFFERS("douyin-push\t", "sign", "douyin-p");
    OFFERS("zsh", "completion", "");
    OFFERS(":files", "call", "taobao.picture.upload", "img=@");
}

static void completion_offers_what_is_not_yet_given_and_only_that(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "__complete", "call", "order.searchList", "page=0", "pag");
    assert_string_equal(base_buf_text(&s.out), "");
    said_clear(&s);
    SHELL_RUN(&s, "__complete", "call", "no.such.method", "");
    assert_int_equal(s.code, 0);
    assert_string_equal(base_buf_text(&s.out), "");
    said_clear(&s);
}

static void completion_offers_shops_and_makes_no_home(void **state) {
    (void)state;
    tempdir home;
    char none[300], t_code[48];
    said s;
    tempdir_make(&home);
    snprintf(none, sizeof none, "%s/none", home.path);
    SHELL_RUN(&s, "__complete", "--home", none, "call", "order.list", "--shop", "");
    assert_int_equal(s.code, 0);
    assert_string_equal(base_buf_text(&s.out), "");
    assert_int_equal(access(none, F_OK), -1);
    said_clear(&s);
    setenv("QD_SECRET", "a-quiet-secret", 1);
    yyjson_doc *doc = JSON("shop", "add", "--platform", "douyin", "--name", "one", "--key", "7001",
                           "--shop-id", "1", "--home", home.path);
    unsetenv("QD_SECRET");
    snprintf(t_code, sizeof t_code, "%s\tone", json_text(doc, "/t_code"));
    OFFERS(t_code, "--home", home.path, "call", "order.list", "--shop", "");
    OFFERS(t_code, "shop", "show", "--home", home.path, "");
    yyjson_doc_free(doc);
    tempdir_remove(&home);
}

static void scripts_ask_the_program(void **state) {
    (void)state;
    static const char *const shells[] = { "bash", "zsh", "fish" };
    said s;
    for (size_t i = 0; i < 3; i++) {
        SHELL_RUN(&s, "completion", shells[i]);
        assert_int_equal(s.code, 0);
        assert_non_null(strstr(base_buf_text(&s.out), "__complete"));
        said_clear(&s);
    }
    REFUSED(2, "bash, zsh", "completion", "tcsh");
}

/* ---- manual pages ---- */

static void there_is_a_page_for_every_command(void **state) {
    (void)state;
    said names, page;
    SHELL_RUN(&names, "__man", "-l");
    assert_int_equal(names.code, 0);
    size_t pages = 0;
    for (const char *at = base_buf_text(&names.out); *at; pages++) {
        char name[64];
        size_t len = strcspn(at, "\n");
        assert_true(base_copy(name, sizeof name, (base_str){ at, len }));
        SHELL_RUN(&page, "__man", name);
        assert_int_equal(page.code, 0);
        assert_int_equal(strncmp(base_buf_text(&page.out), ".TH \"", 5), 0);
        assert_non_null(strstr(base_buf_text(&page.out), "\n.SH SYNOPSIS\n"));
        said_clear(&page);
        at += len + (at[len] != '\0');
    }
    assert_true(pages > 15);
    assert_non_null(strstr(base_buf_text(&names.out), "qd-api-show\n"));
    SHELL_RUN(&page, "__man", "qd-call");
    assert_non_null(strstr(base_buf_text(&page.out), "\\-\\-all\\-pages"));
    said_clear(&page);
    said_clear(&names);
}

/* ---- front and engine ---- */

static void a_front_alone_says_what_it_lacks(void **state) {
    (void)state;
    tempdir home;
    char alone[300], qd[300];
    struct stat st;
    said s;
    tempdir_make(&home);
    snprintf(alone, sizeof alone, "%s/qd", home.path);
    assert_true(base_copy(qd, sizeof qd, base_str_of(getenv("QD"))));
    int from = open(qd, O_RDONLY | O_CLOEXEC);
    int to = open(alone, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_int_equal(fstat(from, &st), 0);
    for (off_t at = 0; at < st.st_size;) {
        assert_true(sendfile(to, from, &at, (size_t)(st.st_size - at)) > 0);
    }
    close(from);
    close(to);
    setenv("QD", alone, 1);
    SHELL_RUN(&s, "--version");
    assert_int_equal(s.code, 0);
    said_clear(&s);
    SHELL_RUN(&s, "doctor", "-ojson");
    setenv("QD", qd, 1);
    assert_int_equal(s.code, 1);
    assert_non_null(strstr(base_buf_text(&s.err), "qd-engine"));
    said_clear(&s);
    tempdir_remove(&home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_has_every_method_once),
        cmocka_unit_test(list_takes_platform_group_and_life),
        cmocka_unit_test(groups_add_up),
        cmocka_unit_test(search_finds_by_every_name),
        cmocka_unit_test(show_has_all_its_keys),
        cmocka_unit_test(show_tells_parameters_pages_windows_and_errors),
        cmocka_unit_test(show_goes_down_to_parameters_and_fields),
        cmocka_unit_test(show_is_a_page_for_people_and_rows_for_pipes),
        cmocka_unit_test(examples_name_required_parameters),
        cmocka_unit_test(openapi_has_one_path_a_live_method),
        cmocka_unit_test(completion_knows_commands_options_methods_and_parameters),
        cmocka_unit_test(completion_offers_what_is_not_yet_given_and_only_that),
        cmocka_unit_test(completion_offers_shops_and_makes_no_home),
        cmocka_unit_test(scripts_ask_the_program),
        cmocka_unit_test(there_is_a_page_for_every_command),
        cmocka_unit_test(a_front_alone_says_what_it_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
