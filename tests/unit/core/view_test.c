/* Views of a reply: tolerant of how platforms write, calm about what is not there. */
#include "fixture.h"

#include "qiandian/view.h"

static fixture f;
static qd_reply *reply;

static void answer(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    (void)request;
    test_answer(it, out,
                "{\"code\":10000,\"log_id\":\"L1\",\"data\":{"
                "\"id\":69, \"big\":123456789012345678901, \"text\":\"42\", \"price\":12.5,"
                "\"yes\":true, \"one\":1, \"truth\":\"true\", \"no\":0, \"none\":null,"
                "\"a.b\":\"dotted\", \"object\":{\"x\":1},"
                "\"list\":[{\"n\":1},{\"n\":2},{\"n\":3}], \"words\":[\"a\",\"b\"], \"empty\":[],"
                "\"trades\":{\"trade\":[{\"tid\":7},{\"tid\":8}]}}}");
}

static int setup(void **state) {
    (void)state;
    qd_err err = QD_ERR_INIT;
    test_open(&f, answer, NULL);
    return qd_call(f.shop, "order.searchList", "{\"page\":0,\"size\":1}", &reply, &err);
}

static int teardown(void **state) {
    (void)state;
    qd_reply_free(reply);
    test_close(&f);
    return 0;
}

QD_VIEW_TEXT(text_of, "text")
QD_VIEW_INT(id_of, "id")
QD_VIEW_LIST(trades_of, "trades")
QD_VIEW_INT(tid_of, "tid")

static void scalars_are_read_both_ways(void **state) {
    (void)state;
    qd_view v = qd_reply_view(reply);
    assert_int_equal(qd_view_int(v, "id"), 69);
    assert_string_equal(qd_view_text(v, "id"), "69");
    assert_int_equal(qd_view_int(v, "text"), 42);
    assert_string_equal(text_of(v), "42");
    assert_int_equal(id_of(v), 69);
    assert_string_equal(qd_view_text(v, "price"), "12.5");
    assert_true(qd_view_double(v, "price") == 12.5);
    assert_true(qd_view_double(v, "text") == 42.0);
    assert_string_equal(qd_view_text(v, "big"), "123456789012345678901");
    assert_int_equal(qd_view_int(v, "big"), 0);
    assert_true(qd_view_double(v, "big") > 1.2e20);
    assert_true(qd_view_bool(v, "yes") && qd_view_bool(v, "one") && qd_view_bool(v, "truth"));
    assert_false(qd_view_bool(v, "no"));
    assert_string_equal(qd_view_text(v, "yes"), "true");
    assert_int_equal(qd_view_int(v, "yes"), 1);
    assert_string_equal(qd_view_text(v, "a.b"), "dotted");
}

static void a_made_text_stays_and_is_made_once(void **state) {
    (void)state;
    qd_view v = qd_reply_view(reply);
    const char *first = qd_view_text(v, "id");
    for (int i = 0; i < 3; i++) {
        for (size_t k = 0; k < qd_view_count(v, "list"); k++) {
            qd_view item = qd_view_at(v, "list", k);
            assert_int_equal(qd_view_text(item, "n")[0], '1' + (int)k);
            assert_non_null(qd_view_json(item, NULL));
            assert_string_equal(qd_view_json(item, "n"), qd_view_text(item, "n"));
        }
        assert_non_null(qd_view_json(v, "words"));
        assert_non_null(qd_view_json(v, NULL));
        assert_non_null(qd_view_text(v, "price"));
        assert_non_null(qd_view_json(v, "text"));
        assert_non_null(qd_view_json(v, "yes"));
        assert_non_null(qd_view_json(v, "trades"));
    }
    assert_ptr_equal(qd_view_text(v, "id"), first);
    assert_string_equal(first, "69");
    assert_string_equal(qd_view_json(v, "object"), "{\"x\":1}");
    assert_string_equal(qd_view_json(v, "text"), "\"42\"");
}

static void what_is_absent_may_be_asked(void **state) {
    (void)state;
    qd_view v = qd_reply_view(reply);
    qd_view nothing = qd_view_get(qd_view_get(v, "nowhere"), "deeper");
    qd_view item;
    assert_false(qd_view_has(v, "nowhere"));
    assert_false(qd_view_has(v, "none"));
    assert_true(qd_view_has(v, "no"));
    assert_null(qd_view_text(v, "none"));
    assert_null(qd_view_text(v, "object"));
    assert_null(qd_view_text(nothing, NULL));
    assert_null(qd_view_json(nothing, NULL));
    assert_int_equal(qd_view_int(nothing, "x"), 0);
    assert_false(qd_view_bool(nothing, "x"));
    assert_true(qd_view_double(nothing, "x") == 0);
    assert_int_equal(qd_view_count(nothing, NULL), 0);
    assert_false(qd_view_has(qd_view_at(v, "list", 3), NULL));
    qd_list none = qd_view_list(nothing, "list");
    assert_false(qd_list_next(&none, &item));
    assert_false(qd_view_has(qd_reply_view(NULL), NULL));
}

static void lists_are_walked_wrapped_or_not(void **state) {
    (void)state;
    qd_view v = qd_reply_view(reply), item;
    int64_t sum = 0;
    size_t count = 0;
    for (qd_list it = qd_view_list(v, "list"); qd_list_next(&it, &item);) {
        sum = sum * 10 + qd_view_int(item, "n");
        count++;
    }
    assert_int_equal(sum, 123);
    assert_int_equal(count, qd_view_count(v, "list"));
    sum = 0;
    for (qd_list it = trades_of(v); qd_list_next(&it, &item);) {
        sum = sum * 10 + tid_of(item);
    }
    assert_int_equal(sum, 78);
    for (qd_list it = qd_view_list(v, "words"); qd_list_next(&it, &item);) {
        assert_int_equal(strlen(qd_view_text(item, NULL)), 1);
    }
    for (qd_list it = qd_view_list(v, "empty"); qd_list_next(&it, &item);) {
        fail();
    }
    for (qd_list it = qd_view_list(v, "object"); qd_list_next(&it, &item);) {
        fail();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(scalars_are_read_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(a_made_text_stays_and_is_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_absent_may_be_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_are_walked_wrapped_or_not, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
