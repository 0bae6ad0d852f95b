/* Typed arguments: what each kind of member becomes on the wire, what absent means, what is refused
 * and how it is named. */
#include "fixture.h"

#include "qiandian/args.h"

static fixture f;

typedef struct pack_args {
    const char *code;
    int64_t number;
    qd_opt_int weight;
    const char *extra_json;
} pack_args;

typedef struct all_args {
    const char *text;
    const char *decimal;
    int64_t number;
    qd_opt_int opt_number;
    bool flag;
    qd_opt_bool opt_flag;
    const char *tree_json;
    qd_texts texts;
    qd_ints ints;
    qd_file file;
    const pack_args *pack;
    struct {
        const pack_args *items;
        size_t count;
    } packs;
    const char *extra_json;
} all_args;

static const qd_arg PACK[] = {
    QD_ARG_ROW(QD_ARG_TEXT, pack_args, code, "pack.code"),
    QD_ARG_ROW(QD_ARG_INT, pack_args, number, "number"),
    QD_ARG_ROW(QD_ARG_OPT_INT, pack_args, weight, "weight"),
    QD_ARG_ROW(QD_ARG_EXTRA, pack_args, extra_json, ""),
};
static const qd_arg ALL[] = {
    QD_ARG_ROW(QD_ARG_TEXT, all_args, text, "text"),
    QD_ARG_ROW(QD_ARG_DECIMAL, all_args, decimal, "decimal"),
    QD_ARG_ROW(QD_ARG_INT, all_args, number, "number"),
    QD_ARG_ROW(QD_ARG_OPT_INT, all_args, opt_number, "opt_number"),
    QD_ARG_ROW(QD_ARG_BOOL, all_args, flag, "flag"),
    QD_ARG_ROW(QD_ARG_OPT_BOOL, all_args, opt_flag, "opt_flag"),
    QD_ARG_ROW(QD_ARG_JSON, all_args, tree_json, "tree"),
    QD_ARG_ROW(QD_ARG_TEXTS, all_args, texts, "texts"),
    QD_ARG_ROW(QD_ARG_INTS, all_args, ints, "ints"),
    QD_ARG_ROW(QD_ARG_FILE, all_args, file, "file"),
    QD_ARG_TREE(QD_ARG_OBJECT, all_args, pack, "pack", PACK, pack_args),
    QD_ARG_TREE(QD_ARG_OBJECTS, all_args, packs, "packs", PACK, pack_args),
    QD_ARG_ROW(QD_ARG_EXTRA, all_args, extra_json, ""),
};
static const qd_api API = { "order.searchList", ALL, sizeof ALL / sizeof ALL[0] };

static void ok(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    (void)request;
    test_answer(it, out, "{\"code\":10000,\"log_id\":\"L1\",\"data\":{\"total\":3}}");
}

static qd_status call(const qd_api *api, const void *args, qd_err *err) {
    const qd_call_options options = { .flags = QD_CALL_NO_VALIDATE };
    qd_reply *reply = NULL;
    qd_status status = qd_call_args(f.shop, api, args, &options, &reply, err);
    qd_reply_free(reply);
    return status;
}

/* What was sent; members stand in byte order there. */
static void expect(const all_args *args, const char *body) {
    qd_err err = QD_ERR_INIT;
    test_open(&f, ok, NULL);
    if (call(&API, args, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    assert_string_equal(f.seen[0].body, body);
    test_close(&f);
}

static void refuse(const all_args *args, const char *message) {
    qd_err err = QD_ERR_INIT;
    test_open(&f, ok, NULL);
    assert_int_equal(call(&API, args, &err), QD_E_INVALID);
    if (!strstr(err.message, message)) {
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
    }
    assert_int_equal(f.requests, 0);
    test_close(&f);
}

static void absent_members_are_not_sent(void **state) {
    (void)state;
    expect(&(all_args){ .number = 0 }, "{\"flag\":false,\"number\":0}");
    expect(NULL, "{}");
}

static void zero_and_false_are_not_absent(void **state) {
    (void)state;
    expect(&(all_args){ .opt_number = QD_INT(0), .opt_flag = QD_BOOL(false), .text = "" },
           "{\"flag\":false,\"number\":0,\"opt_flag\":false,\"opt_number\":0,\"text\":\"\"}");
    expect(&(all_args){ .texts = { (const char *const[]){ NULL }, 0 } },
           "{\"flag\":false,\"number\":0,\"texts\":[]}");
}

static void every_kind_has_its_form(void **state) {
    (void)state;
    expect(&(all_args){ .text = "\xe5\xba\x97\"",
                        .decimal = "12.5",
                        .number = INT64_MAX,
                        .flag = true,
                        .tree_json = "[1,{\"a\":null}]",
                        .texts = QD_TEXTS("a", "b"),
                        .ints = QD_INTS(1, -2) },
           "{\"decimal\":12.5,\"flag\":true,\"ints\":[1,-2],\"number\":9223372036854775807,"
           "\"text\":\"\xe5\xba\x97\\\"\",\"texts\":[\"a\",\"b\"],\"tree\":[1,{\"a\":null}]}");
    expect(&(all_args){ .file = { .name = "a.txt", .data = "hi", .len = 2 } },
           "{\"file\":{\"$file\":{\"base64\":\"aGk=\",\"name\":\"a.txt\"}},\"flag\":false,"
           "\"number\":0}");
}

static void objects_and_lists_of_them_nest(void **state) {
    (void)state;
    const pack_args one = { .code = "x", .weight = QD_INT(5), .extra_json = "{\"more\":[1]}" };
    expect(
        &(all_args){ .pack = &one,
                     .packs = QD_ITEMS(pack_args, { .code = "a", .number = 1 }, { .number = 2 }) },
        "{\"flag\":false,\"number\":0,"
        "\"pack\":{\"more\":[1],\"number\":0,\"pack.code\":\"x\",\"weight\":5},"
        "\"packs\":[{\"number\":1,\"pack.code\":\"a\"},{\"number\":2}]}");
}

static void extra_members_are_added_replace_and_remove(void **state) {
    (void)state;
    expect(&(all_args){ .text = "a", .extra_json = "{\"text\":7,\"new\":[],\"number\":null}" },
           "{\"flag\":false,\"new\":[],\"text\":7}");
}

static void what_cannot_be_written_is_refused_by_name(void **state) {
    (void)state;
    const pack_args bad[] = { { .code = "a" }, { .code = "\xff" } };
    refuse(&(all_args){ .decimal = "1,5" }, "order.searchList: decimal: must be a number");
    refuse(&(all_args){ .decimal = "" }, "decimal: must be a number");
    refuse(&(all_args){ .tree_json = "{" }, "tree: ");
    refuse(&(all_args){ .text = "\xc3(" }, "text: is not UTF-8");
    refuse(&(all_args){ .extra_json = "[1]" }, "extra_json: must be a JSON object");
    refuse(&(all_args){ .texts = QD_TEXTS("a", NULL) }, "texts[1]: is NULL");
    refuse(&(all_args){ .packs = { bad, 2 } }, "packs[1].pack.code: is not UTF-8");
}

static void a_missing_text_is_the_validations_to_name(void **state) {
    (void)state;
    static const qd_arg rows[] = { QD_ARG_ROW(QD_ARG_TEXT, all_args, text, "shop_order_id"),
                                   QD_ARG_ROW(QD_ARG_EXTRA, all_args, extra_json, "") };
    static const qd_api api = { "order.orderDetail", rows, 2 };
    const all_args none = { .text = NULL };
    qd_reply *reply = NULL;
    qd_err err = QD_ERR_INIT;
    test_open(&f, ok, NULL);
    assert_int_equal(qd_call_args(f.shop, &api, &none, NULL, &reply, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "shop_order_id: is required"));
    assert_null(reply);
    assert_int_equal(f.requests, 0);
    test_close(&f);
}

static void a_kind_from_a_newer_header_is_unsupported(void **state) {
    (void)state;
    static const qd_arg rows[] = { QD_ARG_ROW(99, all_args, text, "text") };
    static const qd_api api = { "order.searchList", rows, 1 };
    qd_err err = QD_ERR_INIT;
    test_open(&f, ok, NULL);
    assert_int_equal(call(&api, &(all_args){ .text = "a" }, &err), QD_E_UNSUPPORTED);
    test_close(&f);
}

static void note(void *user, qd_reply *reply, const qd_err *err) {
    assert_int_equal(err->status, QD_OK);
    qd_reply_free(reply);
    ++*(int *)user;
}

static void asynchronous_calls_take_them_too(void **state) {
    (void)state;
    const qd_call_options options = { .flags = QD_CALL_NO_VALIDATE };
    qd_loop *loop = NULL;
    qd_err err = QD_ERR_INIT;
    int ended = 0;
    test_open(&f, ok, NULL);
    assert_int_equal(qd_loop_new(f.app, &loop, &err), QD_OK);
    assert_int_equal(qd_submit_args(loop, f.shop, &API, &(all_args){ .text = "a" }, &options, note,
                                    &ended, &err),
                     QD_OK);
    assert_int_equal(qd_submit_args(loop, f.shop, &API, &(all_args){ .decimal = "x" }, &options,
                                    note, &ended, &err),
                     QD_E_INVALID);
    while (qd_loop_run(loop, 1000) > 0) {
    }
    assert_int_equal(ended, 1);
    qd_loop_free(loop);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_members_are_not_sent),
        cmocka_unit_test(zero_and_false_are_not_absent),
        cmocka_unit_test(every_kind_has_its_form),
        cmocka_unit_test(objects_and_lists_of_them_nest),
        cmocka_unit_test(extra_members_are_added_replace_and_remove),
        cmocka_unit_test(what_cannot_be_written_is_refused_by_name),
        cmocka_unit_test(a_missing_text_is_the_validations_to_name),
        cmocka_unit_test(a_kind_from_a_newer_header_is_unsupported),
        cmocka_unit_test(asynchronous_calls_take_them_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
