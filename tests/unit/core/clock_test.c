/*
 * The platform's clock: from which answers it is learned, from which never; and bans that are a
 * used-up quota, which nobody sleeps through.
 */
#include "fixture.h"

static qd_status call(fixture *f, const qd_call_options *options, qd_err *err) {
    qd_reply *reply = NULL;
    qd_status status =
        qd_call_with(f->shop, "order.searchList", "{\"page\":0,\"size\":10}", options, &reply, err);
    qd_reply_free(reply);
    return status;
}

/* ---- the clock ---- */

typedef struct answer_case {
    const char *what;
    int status;
    const char *body;
    bool age;
    bool learned;
} answer_case;

static const answer_case ANSWERS[] = {
    { "an answer", 200, "{\"code\":10000}", false, true },
    { "a refusal", 200, "{\"code\":50002}", false, true },
    { "a refusal with a status of its own", 400, "{\"code\":50002}", false, true },
    { "a copy from a cache", 200, "{\"code\":10000}", true, false },
    { "a server in trouble", 502, "<html>Bad Gateway</html>", false, false },
    { "a server in trouble that speaks the platform's words", 500, "{\"code\":20000}", false,
      false },
    { "a proxy's page", 403, "<html>no</html>", false, false },
    { "a page of somebody else's", 200, "<html>log in to this network</html>", false, false },
};

static void script_answer(fixture *f, int index, const qd_http_request *request,
                          net_fake_reply *out) {
    static qd_http_header headers[2];
    static char date[BASE_HTTP_DATE];
    const answer_case *row = f->pointer;
    (void)index;
    (void)request;
    base_time_to_http(TEST_NOW + 3000, date);
    headers[0] = (qd_http_header){ "Date", date };
    headers[1] = (qd_http_header){ "age", "120" };
    out->reply.headers = headers;
    out->reply.header_count = row->age ? 2 : 1;
    out->reply.status = row->status;
    test_answer(f, out, "%s", row->body);
}

static void only_the_platforms_own_answers_tell_its_clock(void **state) {
    (void)state;
    static const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
        fixture *f = calloc(1, sizeof *f);
        qd_err err;
        test_open(f, script_answer, NULL);
        f->pointer = (void *)(uintptr_t)&ANSWERS[i];
        (void)call(f, &once, &err);
        int64_t want = TEST_NOW + (ANSWERS[i].learned ? 3000 : 0);
        if (qd_shop_now(f->shop) != want || qd_shop_now_known(f->shop) != ANSWERS[i].learned) {
            fail_msg("%s: %lld", ANSWERS[i].what, (long long)(qd_shop_now(f->shop) - TEST_NOW));
        }
        test_close(f);
        free(f);
    }
}

/* The first refuses the timestamp and tells the time; the next has to carry it. */
static void script_skew(fixture *f, int index, const qd_http_request *request,
                        net_fake_reply *out) {
    char want[32];
    snprintf(want, sizeof want, "t=%d", TEST_NOW + 900);
    test_date(f, out, TEST_NOW + 900);
    bool right = strstr(request->url, want) != NULL;
    assert_true(index < 2);
    test_answer(f, out, "{\"code\":%d,\"sub_code\":\"%s\"}", right && f->number ? 10000 : 40002,
                right && f->number ? "" : "isv.timestamp-invalid");
}

static void a_refused_timestamp_is_repeated_once(void **state) {
    (void)state;
    fixture *f = calloc(1, sizeof *f);
    qd_err err;
    test_open(f, script_skew, NULL);
    f->number = 1;
    assert_int_equal(call(f, NULL, &err), QD_OK);
    assert_int_equal(f->requests, 2);
    test_close(f);
    test_open(f, script_skew, NULL);
    assert_int_not_equal(call(f, NULL, &err), QD_OK); /* still refused: told, not asked again */
    assert_int_equal(f->requests, 2);
    test_close(f);
    free(f);
}

/* ---- bans ---- */

static void script_ban(fixture *f, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)request;
    if (index == 0) {
        test_answer(f, out, "{\"code\":60000,\"sub_code\":\"isv.traffic-limited\",\"ban\":%d}",
                    (int)f->number);
    } else {
        test_answer(f, out, "{\"code\":10000}");
    }
}

static void a_short_ban_is_waited_for_a_long_one_is_a_quota(void **state) {
    (void)state;
    static const struct {
        int ban;
        bool waited;
    } cases[] = { { 2, true }, { 58, true }, { 61, false }, { 90, false }, { 31062, false } };
    static const qd_call_options patient = { .deadline_ms = 48LL * 3600 * 1000 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = calloc(1, sizeof *f);
        qd_err err;
        test_open(f, script_ban, NULL);
        f->number = cases[i].ban;
        int64_t began = f->clock.mono_ms;
        assert_int_equal(call(f, &patient, &err), cases[i].waited ? QD_OK : QD_E_LIMITED);
        if (cases[i].waited) {
            assert_int_equal(f->requests, 2);
            assert_true(f->clock.mono_ms - began >= cases[i].ban * 1000);
        } else {
            assert_int_equal(f->clock.mono_ms, began);
            assert_int_equal(qd_err_limited_until(&err), TEST_NOW + cases[i].ban + 1);
            /* Nothing more of this app and method is sent before. */
            f->clock.mono_ms += 1000;
            f->clock.wall_ms += 1000;
            assert_int_equal(call(f, &patient, &err), QD_E_LIMITED);
            assert_int_equal(f->requests, 1);
            assert_int_equal(qd_err_limited_until(&err), TEST_NOW + cases[i].ban + 1);
            f->clock.mono_ms += cases[i].ban * 1000LL;
            f->clock.wall_ms += cases[i].ban * 1000LL;
            assert_int_equal(call(f, &patient, &err), QD_OK);
        }
        test_close(f);
        free(f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_platforms_own_answers_tell_its_clock),
        cmocka_unit_test(a_refused_timestamp_is_repeated_once),
        cmocka_unit_test(a_short_ban_is_waited_for_a_long_one_is_a_quota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
