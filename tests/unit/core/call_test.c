/* One call: success, every class of failure, what is repeated and what never is, and when. */
#include "fixture.h"

static fixture f;

#define READ_METHOD "order.searchList"
#define READ_PARAMS "{\"page\":0,\"size\":10}"
#define WRITE_METHOD "order.addOrderRemark"
#define KEYED_METHOD "sku.syncStock"

static qd_status call(const char *method, const char *params, const qd_call_options *options,
                      qd_reply **out_reply, qd_err *err) {
    qd_call_options own = options ? *options : (qd_call_options){ 0 };
    own.flags |= strcmp(method, READ_METHOD) == 0 ? 0 : QD_CALL_NO_VALIDATE;
    return qd_call_with(f.shop, method, params, &own, out_reply, err);
}

static void ok(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    (void)request;
    test_answer(it, out, "{\"code\":10000,\"log_id\":\"L1\",\"data\":{\"total\":3,\"x\":[1]}}");
    out->reply.total_us = 77;
}

static void a_reply_holds_what_was_answered(void **state) {
    (void)state;
    test_open(&f, ok, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_OK);
    size_t len = 0;
    assert_non_null(strstr(qd_reply_body(reply, &len), "\"L1\""));
    assert_true(len > 20);
    assert_string_equal(qd_reply_data_json(reply), "{\"total\":3,\"x\":[1]}");
    assert_string_equal(qd_reply_request_id(reply), "L1");
    assert_int_equal(qd_reply_attempts(reply), 1);
    assert_int_equal(qd_reply_http_status(reply), 200);
    assert_int_equal(qd_reply_total_us(reply), 77);
    assert_true(core_reply_seq(reply) > 0);
    assert_non_null(strstr(f.seen[0].url, "token=a1&t=1700000000"));
    assert_string_equal(f.seen[0].body, "{\"page\":0,\"size\":10}");
    qd_reply_free(reply);
    test_close(&f);
}

static void wrong_calls_are_refused_before_anything_is_sent(void **state) {
    (void)state;
    test_open(&f, ok, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(qd_call(f.shop, "order.searchLst", "{}", &reply, &err), QD_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "order.searchList"));
    assert_int_equal(qd_call(f.shop, READ_METHOD, "{\"page\":", &reply, &err), QD_E_INVALID);
    assert_int_equal(qd_call(f.shop, READ_METHOD, "[1]", &reply, &err), QD_E_INVALID);
    assert_int_equal(qd_call(f.shop, READ_METHOD, "{\"pagee\":1}", &reply, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "pagee"));
    assert_null(reply);
    assert_int_equal(f.requests, 0);
    test_close(&f);
}

static void twice_down(fixture *it, int index, const qd_http_request *request,
                       net_fake_reply *out) {
    if (index == 0) {
        out->reply.outcome = QD_HTTP_NOT_SENT;
        snprintf(out->reply.message, sizeof out->reply.message, "connection refused");
    } else if (index == 1) {
        out->reply.status = 502;
        test_answer(it, out, "<html>Bad Gateway</html>");
    } else {
        ok(it, index, request, out);
    }
}

static void reads_come_back_after_growing_pauses(void **state) {
    (void)state;
    test_open(&f, twice_down, NULL);
    f.clock.random = 201 * 402 - 1; /* the longest pause of both rounds */
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_OK);
    assert_int_equal(qd_reply_attempts(reply), 3);
    int64_t first = f.seen[1].at_ms - f.seen[0].at_ms;
    int64_t second = f.seen[2].at_ms - f.seen[1].at_ms;
    assert_true(first > 0 && first <= 200);
    assert_true(second > 0 && second <= 400);
    qd_reply_free(reply);
    test_close(&f);
}

static void always_500(fixture *it, int index, const qd_http_request *request,
                       net_fake_reply *out) {
    (void)index;
    (void)request;
    out->reply.status = 500;
    test_answer(it, out, "oops");
}

static void attempts_and_deadline_end_the_repeating(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    const qd_app_options three = { .max_attempts = 3 };
    test_open(&f, always_500, &three);
    f.clock.random = 199;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_UNAVAILABLE);
    assert_int_equal(f.requests, 3);
    assert_int_equal(err.http_status, 500);
    assert_string_equal(err.platform, "douyin");
    assert_true(qd_err_is_retriable(&err));
    f.requests = 0;
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    assert_int_equal(call(READ_METHOD, READ_PARAMS, &once, &reply, &err), QD_E_UNAVAILABLE);
    assert_int_equal(f.requests, 1);
    f.requests = 0;
    const qd_call_options soon = { .deadline_ms = 150 };
    int64_t start = f.clock.mono_ms;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, &soon, &reply, &err), QD_E_UNAVAILABLE);
    assert_true(f.clock.mono_ms - start <= 150);
    assert_int_equal(f.requests, 1); /* the pause of 199 ms would pass the deadline */
    assert_int_equal(f.seen[0].timeout_ms, 150);
    test_close(&f);
}

static void unclear(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    if (it->number == 0) {
        out->reply.outcome = QD_HTTP_MAYBE_SENT;
    } else if (it->number == 1) {
        always_500(it, index, request, out);
    } else if (it->number == 2) {
        test_answer(it, out, "{\"code\":20001,\"sub_code\":\"isp.service-timeout-error\"}");
    } else if (it->number == 3) {
        test_answer(it, out, "{\"code\":100");
    } else {
        out->reply.outcome = QD_HTTP_TOO_BIG;
    }
}

static void a_write_that_may_have_acted_is_never_repeated(void **state) {
    (void)state;
    for (int64_t how = 0; how < 5; how++) {
        test_open(&f, unclear, NULL);
        f.number = how;
        qd_reply *reply = NULL;
        qd_err err;
        assert_int_equal(call(WRITE_METHOD, "{\"order_id\":\"1\"}", NULL, &reply, &err),
                         QD_E_UNKNOWN_OUTCOME);
        assert_int_equal(f.requests, 1);
        assert_true(qd_err_is_unknown_outcome(&err));
        assert_false(qd_err_is_retriable(&err));
        assert_null(reply);
        test_close(&f);
    }
}

static void a_write_that_was_not_sent_is_repeated(void **state) {
    (void)state;
    test_open(&f, twice_down, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    const qd_call_options harmless = { .assume_idempotent = true };
    /* The second failure, a 502, is unclear: only the caller's word makes it harmless. */
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(f.requests, 2);
    f.requests = 0;
    assert_int_equal(call(WRITE_METHOD, "{}", &harmless, &reply, &err), QD_OK);
    assert_int_equal(f.requests, 3);
    qd_reply_free(reply);
    test_close(&f);
}

static void keyed(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    if (index == 0) {
        out->reply.outcome = QD_HTTP_MAYBE_SENT;
    } else {
        ok(it, index, request, out);
    }
}

static void a_keyed_write_is_repeated_with_the_same_key(void **state) {
    (void)state;
    test_open(&f, keyed, NULL);
    f.clock.random = 0x1234;
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(KEYED_METHOD, "{\"sku_id\":1}", NULL, &reply, &err), QD_OK);
    qd_reply_free(reply);
    assert_int_equal(f.requests, 2);
    assert_non_null(
        strstr(f.seen[0].body, "\"idempotent_id\":\"00000000000012340000000000001234\""));
    assert_string_equal(f.seen[0].body, f.seen[1].body);
    f.requests = 0;
    assert_int_equal(call(KEYED_METHOD, "{\"idempotent_id\":\"mine\"}", NULL, &reply, &err), QD_OK);
    assert_string_equal(f.seen[1].body, "{\"idempotent_id\":\"mine\"}");
    qd_reply_free(reply);
    test_close(&f);
}

static void business_error(fixture *it, int index, const qd_http_request *request,
                           net_fake_reply *out) {
    (void)index;
    (void)request;
    test_answer(it, out,
                "{\"code\":50002,\"sub_code\":\"isv.business-failed:4\",\"msg\":\"no\","
                "\"log_id\":\"L9\",\"data\":null}");
}

static void a_refusal_is_told_with_the_platforms_answer(void **state) {
    (void)state;
    test_open(&f, business_error, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_E_PLATFORM);
    assert_int_equal(f.requests, 1);
    assert_string_equal(err.code, "50002");
    assert_string_equal(err.sub_code, "isv.business-failed:4");
    assert_string_equal(err.request_id, "L9");
    assert_non_null(reply);
    assert_non_null(strstr(qd_reply_body(reply, NULL), "50002"));
    qd_reply_free(reply);
    test_close(&f);
}

static void bad_signature(fixture *it, int index, const qd_http_request *request,
                          net_fake_reply *out) {
    (void)index;
    (void)request;
    test_answer(it, out,
                "{\"code\":40003,\"sub_code\":\"isv.signature-invalid\",\"msg\":\"sign\"}");
}

static void a_wrong_secret_shows_what_was_signed_without_it(void **state) {
    (void)state;
    test_open(&f, bad_signature, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_AUTH);
    assert_int_equal(f.requests, 1);
    assert_string_equal(err.sub_code, "isv.signature-invalid");
    assert_non_null(strstr(err.message, "***app_key7000000000000000001methodorder.searchList"));
    assert_null(strstr(err.message, "s3cret"));
    qd_reply_free(reply);
    test_close(&f);
}

static void limited_once(fixture *it, int index, const qd_http_request *request,
                         net_fake_reply *out) {
    if (index == 0 && it->number == 429) {
        static const qd_http_header after = { "retry-after", "7" };
        out->reply.status = 429;
        out->reply.headers = &after;
        out->reply.header_count = 1;
        test_answer(it, out, "slow down");
    } else if (index == 0) {
        test_answer(it, out, "{\"code\":60000,\"sub_code\":\"isv.traffic-limited\",\"ban\":%d}",
                    (int)it->number);
    } else {
        ok(it, index, request, out);
    }
}

static void a_limit_is_waited_for_or_told(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    test_open(&f, limited_once, NULL);
    f.number = 3;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_OK);
    assert_int_equal(f.seen[1].at_ms - f.seen[0].at_ms, 4000); /* one second more than said */
    qd_reply_free(reply);
    test_close(&f);

    test_open(&f, limited_once, NULL);
    f.number = 31062; /* a quota of the day */
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&err), TEST_NOW + 31063);
    assert_int_equal(f.requests, 1);
    /* The ban is the app's: the next call of the method knows without asking, others may go. */
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&err), TEST_NOW + 31063);
    assert_int_equal(f.requests, 1);
    assert_int_equal(call("order.orderDetail", "{}", NULL, &reply, &err), QD_OK);
    qd_reply_free(reply);
    test_close(&f);

    test_open(&f, limited_once, NULL);
    f.number = 429;
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_OK);
    assert_int_equal(f.seen[1].at_ms - f.seen[0].at_ms, 7000);
    qd_reply_free(reply);
    test_close(&f);
}

static void budgets_space_the_calls(void **state) {
    (void)state;
    const qd_app_options slow = { .calls_per_second = 4 };
    test_open(&f, ok, &slow);
    qd_reply *reply = NULL;
    qd_err err;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_OK);
        qd_reply_free(reply);
    }
    assert_int_equal(f.seen[4].at_ms - f.seen[0].at_ms, 1000);
    const qd_call_options soon = { .deadline_ms = 100 };
    assert_int_equal(call(READ_METHOD, READ_PARAMS, &soon, &reply, &err), QD_E_LIMITED);
    assert_int_equal(f.requests, 5);
    assert_int_equal(call("order.orderDetail", "{}", &soon, &reply, &err),
                     QD_OK); /* its own budget */
    qd_reply_free(reply);
    test_close(&f);
}

static void broken_bodies(fixture *it, int index, const qd_http_request *request,
                          net_fake_reply *out) {
    if (index == 0) {
        test_answer(it, out, "{\"code\":10000,\n\"data\":{\"a\":1");
    } else if (it->number == 0) {
        ok(it, index, request, out);
    } else {
        test_answer(it, out, "[\"not an envelope\"]");
    }
}

static void an_unreadable_answer_is_asked_for_again_then_told(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    test_open(&f, broken_bodies, NULL);
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_OK);
    qd_reply_free(reply);
    test_close(&f);
    const qd_app_options once = { .max_attempts = 1 };
    test_open(&f, broken_bodies, &once);
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "line 2")); /* where it breaks off */
    f.number = 1;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_PROTOCOL);
    assert_null(reply);
    test_close(&f);
}

static void wrong_page(fixture *it, int index, const qd_http_request *request,
                       net_fake_reply *out) {
    (void)index;
    (void)request;
    out->reply.status = 404;
    test_answer(it, out, "<html>not here</html>");
}

static void a_wrong_host_is_named(void **state) {
    (void)state;
    test_open(&f, wrong_page, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    assert_int_equal(call(READ_METHOD, READ_PARAMS, NULL, &reply, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "base URL"));
    assert_int_equal(f.requests, 1);
    test_close(&f);
}

static void strange_clock(fixture *it, int index, const qd_http_request *request,
                          net_fake_reply *out) {
    if (index == 0) {
        test_answer(it, out, "{\"code\":40003,\"sub_code\":\"isv.timestamp-invalid\"}");
    } else {
        ok(it, index, request, out);
    }
    test_date(it, out, TEST_NOW + it->number);
}

static void the_platforms_clock_is_learned_and_used(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    test_open(&f, strange_clock, NULL);
    f.number = 3600;
    assert_false(qd_shop_now_known(f.shop));
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW);
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_OK);
    qd_reply_free(reply);
    assert_true(qd_shop_now_known(f.shop));
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW + 3600);
    assert_non_null(strstr(f.seen[1].url, "t=1700003600"));
    test_close(&f);

    test_open(&f, strange_clock, NULL);
    f.number = -86400 * 300; /* the platform's own host is never a year off: a broken proxy */
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_E_INVALID);
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW);
    const qd_shop_options own = { .handle = "t1",
                                  .base_url = "http://127.0.0.1:1",
                                  .token_store = f.store };
    test_shop(&f, &own);
    f.requests = 0;
    assert_int_equal(call(WRITE_METHOD, "{}", NULL, &reply, &err), QD_OK);
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW - 86400 * 300);
    qd_reply_free(reply);
    test_close(&f);
}

static void a_dry_run_sends_nothing_and_shows_no_secret(void **state) {
    (void)state;
    test_open(&f, ok, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    const qd_call_options dry = { .flags = QD_CALL_DRY_RUN };
    assert_int_equal(call(READ_METHOD, READ_PARAMS, &dry, &reply, &err), QD_OK);
    assert_int_equal(f.requests, 0);
    const char *text = qd_reply_body(reply, NULL);
    yyjson_val *data = core_reply_data(reply);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(data, "method")), "POST");
    assert_non_null(strstr(yyjson_get_str(yyjson_obj_get(data, "url")), "token=***&t="));
    assert_string_equal(yyjson_get_str(yyjson_obj_get(data, "body")), READ_PARAMS);
    assert_non_null(
        yyjson_get_str(yyjson_obj_get(yyjson_obj_get(data, "headers"), "Content-Type")));
    assert_int_equal(strncmp(yyjson_get_str(yyjson_obj_get(data, "string_to_sign")), "***app", 6),
                     0);
    assert_int_equal(yyjson_get_len(yyjson_obj_get(data, "sign")), 64);
    assert_null(strstr(text, "s3cret"));
    assert_null(strstr(text, "a1"));
    qd_reply_free(reply);
    test_close(&f);
}

static void raw_calls_need_no_catalogue(void **state) {
    (void)state;
    test_open(&f, ok, NULL);
    qd_reply *reply = NULL;
    qd_err err;
    const qd_call_options raw = { .raw_path = "/brand/new" };
    assert_int_equal(qd_call_with(f.shop, "brand.new", "{\"a\":1}", &raw, &reply, &err), QD_OK);
    assert_non_null(strstr(f.seen[0].url, "/brand.new?token=a1"));
    qd_reply_free(reply);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_holds_what_was_answered),
        cmocka_unit_test(wrong_calls_are_refused_before_anything_is_sent),
        cmocka_unit_test(reads_come_back_after_growing_pauses),
        cmocka_unit_test(attempts_and_deadline_end_the_repeating),
        cmocka_unit_test(a_write_that_may_have_acted_is_never_repeated),
        cmocka_unit_test(a_write_that_was_not_sent_is_repeated),
        cmocka_unit_test(a_keyed_write_is_repeated_with_the_same_key),
        cmocka_unit_test(a_refusal_is_told_with_the_platforms_answer),
        cmocka_unit_test(a_wrong_secret_shows_what_was_signed_without_it),
        cmocka_unit_test(a_limit_is_waited_for_or_told),
        cmocka_unit_test(budgets_space_the_calls),
        cmocka_unit_test(an_unreadable_answer_is_asked_for_again_then_told),
        cmocka_unit_test(a_wrong_host_is_named),
        cmocka_unit_test(the_platforms_clock_is_learned_and_used),
        cmocka_unit_test(a_dry_run_sends_nothing_and_shows_no_secret),
        cmocka_unit_test(raw_calls_need_no_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
