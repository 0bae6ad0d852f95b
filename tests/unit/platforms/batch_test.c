/*
 * Batches: what a request looks like byte for byte, how many calls it takes, which answer belongs
 * to which call, and what each is told. The signature was computed beside the code.
 */
#include "kit.h"

#include "qiandian/batch.h"

static const qd_shop_options SHOP = { .session = "tok" };

#define TIME_OK "{\"time_get_response\":{\"time\":\"t\",\"request_id\":\"q1\"}}"
#define SEP "\r\n-S-\r\n"

static const qd_batch_call TWO[] = {
    { "taobao.time.get", NULL },
    { "taobao.trade.get", "{\"fields\":[\"tid\",\"status\"],\"tid\":42}" },
};

static qd_status run(kit *k, const qd_batch_call *calls, size_t count,
                     const qd_batch_options *options, qd_batch_result *results, qd_err *err) {
    return qd_call_batch(k->shop, calls, count, options, results, err);
}

static void a_request_byte_for_byte(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_batch_result got[2];
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/batch",
                   TIME_OK SEP "{\"trade_get_response\":{\"trade\":{\"tid\":42}}}", 0);
    assert_int_equal(run(&k, TWO, 2, NULL, got, &err), QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(k.seen[0].url,
                        "https://eco.taobao.com/router/batch?app_key=1234567"
                        "&timestamp=2023-11-15%2006%3A13%3A20&format=json&v=2.0&sign_method=md5"
                        "&simplify=false&sign=5050A341296704F57495ED57DFC2FACC");
    assert_string_equal(k.seen[0].body,
                        "method=taobao.time.get&session=tok" SEP
                        "method=taobao.trade.get&session=tok&fields=tid%2Cstatus&tid=42");
    assert_non_null(strstr(k.seen[0].headers, "Content-Type: text/plain;charset=UTF-8\n"));
    assert_int_equal(got[0].err.status, QD_OK);
    assert_string_equal(qd_reply_data_json(got[0].reply), "{\"time\":\"t\",\"request_id\":\"q1\"}");
    assert_string_equal(qd_reply_request_id(got[0].reply), "q1");
    assert_string_equal(qd_reply_body(got[0].reply, NULL), TIME_OK);
    assert_string_equal(qd_reply_data_json(got[1].reply), "{\"trade\":{\"tid\":42}}");
    qd_batch_clear(got, 2);
    kit_close(&k);
}

/* Each call has its own outcome. */
static void one_refusal_is_one_calls(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_batch_result got[4];
    const qd_batch_call calls[] = {
        { "taobao.time.get", "{}" },
        { "taobao.trade.memo.add", "{\"tid\":1,\"memo\":\"x\"}" },
        { "taobao.time.get", "{}" },
        { "taobao.time.get", "{}" },
    };
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/batch",
                   TIME_OK SEP
                   "{\"error_response\":{\"code\":15,\"msg\":\"m\",\"sub_code\":"
                   "\"isp.remote-service-timeout\",\"request_id\":\"q2\"}}" SEP "<html>" SEP
                   "{\"error_response\":{\"code\":7,\"sub_msg\":\"This ban will last for 9 more "
                   "seconds\"}}",
                   0);
    assert_int_equal(run(&k, calls, 4, NULL, got, &err), QD_OK);
    assert_int_equal(k.requests, 1); /* a write is among them: nothing is repeated */
    assert_int_equal(got[0].err.status, QD_OK);
    assert_int_equal(got[1].err.status, QD_E_UNKNOWN_OUTCOME);
    assert_string_equal(got[1].err.sub_code, "isp.remote-service-timeout");
    assert_string_equal(got[1].err.request_id, "q2");
    assert_int_equal(got[2].err.status, QD_E_PROTOCOL);
    assert_int_equal(got[3].err.status, QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&got[3].err), KIT_NOW + 10);
    qd_batch_clear(got, 4);
    kit_close(&k);
}

static void many_calls_are_split(void **state) {
    (void)state;
    enum { MANY = 47 };
    kit k;
    qd_err err;
    qd_batch_call calls[MANY];
    qd_batch_result got[MANY];
    char answers[4096] = "";
    char rest[4096] = "";
    for (int i = 0; i < MANY; i++) {
        calls[i] = (qd_batch_call){ "taobao.time.get", NULL };
        char *to = i < 20 ? answers : rest;
        if (i < 20 || i >= 40) {
            snprintf(to + strlen(to), 4096 - strlen(to), "%s" TIME_OK, *to ? SEP : "");
        }
    }
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/batch", answers, 2);
    kit_rule_times(&k, "/router/batch", rest, 1);
    assert_int_equal(run(&k, calls, MANY, NULL, got, &err), QD_OK);
    assert_int_equal(k.requests, 3);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(got[i].err.status, QD_OK);
    }
    qd_batch_clear(got, MANY);
    kit_rules_clear(&k);
    kit_rule_times(&k, "/router/batch", TIME_OK SEP TIME_OK, 1);
    kit_rule_times(&k, "/router/batch", TIME_OK, 1);
    const qd_batch_options two = { .per_request = 2 };
    assert_int_equal(run(&k, calls, 3, &two, got, &err), QD_OK);
    assert_int_equal(k.requests, 2);
    assert_int_equal(got[2].err.status, QD_OK);
    qd_batch_clear(got, 3);
    kit_close(&k);
}

/* One segment instead of several: a refusal of all. */
static void a_refusal_of_all_is_each_calls(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        int requests; /* of the two: AUTH and LIMITED end the rest */
    } cases[] = {
        { "{\"error_response\":{\"code\":25,\"msg\":\"Invalid signature\"}}", QD_E_AUTH, 1 },
        { "{\"error_response\":{\"code\":41,\"msg\":\"Invalid arguments\"}}", QD_E_INVALID, 2 },
        { TIME_OK, QD_E_PROTOCOL, 2 }, /* one answer to two calls */
        { TIME_OK SEP TIME_OK SEP TIME_OK, QD_E_PROTOCOL, 2 },
        { "<html>", QD_E_PROTOCOL, 2 },
    };
    const qd_batch_call calls[] = { TWO[0], TWO[1], TWO[0], TWO[1] };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        qd_err err;
        qd_batch_result got[4];
        const qd_batch_options options = { .flags = QD_CALL_NO_RETRY, .per_request = 2 };
        kit_open(&k, "taobao", NULL, &SHOP);
        kit_rule_times(&k, "/router/batch", cases[i].answer, 0);
        assert_int_equal(run(&k, calls, 4, &options, got, &err), QD_OK);
        for (size_t n = 0; n < 4; n++) {
            if (got[n].err.status != cases[i].status) {
                fail_msg("%s: call %zu: %s %s", cases[i].answer, n,
                         qd_status_name(got[n].err.status), got[n].err.message);
            }
            assert_null(got[n].reply);
            assert_null(strstr(got[n].err.message, "tok"));
        }
        assert_int_equal(k.requests, cases[i].requests);
        qd_batch_clear(got, 4);
        kit_close(&k);
    }
}

/* No call succeeded and the session was refused: renewed, then all of them again. */
static void a_session_is_renewed_for_all(void **state) {
    (void)state;
    static const char refused[] = "{\"error_response\":{\"code\":27,\"msg\":\"Invalid session\"}}";
    char both[256];
    kit k;
    qd_err err;
    qd_batch_result got[2];
    snprintf(both, sizeof both, "%s" SEP "%s", refused, refused);
    kit_open(&k, "taobao", NULL, NULL);
    const qd_token token = { .access = "s0", .refresh = "r0", .expires_at = KIT_NOW + 86400 };
    kit_save(&k, "t1", &token);
    kit_rule_times(&k, "=session=s0", both, 1);
    kit_rule_times(&k, "=auth.token.refresh",
                   "{\"top_auth_token_refresh_response\":{\"token_result\":\"{\\\"access_token\\\":"
                   "\\\"s1\\\",\\\"refresh_token\\\":\\\"r1\\\",\\\"expires_in\\\":86400}\"}}",
                   1);
    kit_rule_times(&k, "=session=s1", TIME_OK SEP TIME_OK, 1);
    const qd_batch_call calls[] = { TWO[0], TWO[0] };
    assert_int_equal(run(&k, calls, 2, NULL, got, &err), QD_OK);
    assert_int_equal(got[0].err.status, QD_OK);
    assert_int_equal(got[1].err.status, QD_OK);
    assert_int_equal(k.requests, 3);
    qd_batch_clear(got, 2);
    kit_close(&k);
}

static void mistakes_are_told_before_anything_is_sent(void **state) {
    (void)state;
    static const struct {
        qd_batch_call call;
        qd_status status;
        const char *said;
    } cases[] = {
        { { "taobao.no.such.method", NULL }, QD_E_NOT_FOUND, "call 2" },
        { { "taobao.trade.get", "{\"tid\":\"x\",\"fields\":\"tid\"}" }, QD_E_INVALID, "tid" },
        { { "taobao.trade.get", "[1]" }, QD_E_INVALID, "object" },
        { { "taobao.trade.get", "{" }, QD_E_INVALID, "parameters" },
        { { "taobao.time.get", "{\"format\":\"xml\"}" }, QD_E_INVALID, "whole batch" },
        { { NULL, NULL }, QD_E_INVALID, "method" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        qd_err err;
        qd_batch_result got[2];
        const qd_batch_call calls[] = { TWO[0], cases[i].call };
        kit_open(&k, "taobao", NULL, &SHOP);
        assert_int_equal(run(&k, calls, 2, NULL, got, &err), cases[i].status);
        if (!strstr(err.message, cases[i].said)) {
            fail_msg("%s", err.message);
        }
        assert_int_equal(k.requests, 0);
        kit_close(&k);
    }
    kit k;
    qd_err err;
    qd_batch_result got[2];
    kit_open(&k, "douyin", NULL, NULL);
    assert_int_equal(run(&k, TWO, 2, NULL, got, &err), QD_E_UNSUPPORTED);
    kit_close(&k);
}

/* What cannot travel in a batch fails as a request, and says so. */
static void files_and_qimen_go_alone(void **state) {
    (void)state;
    static const qd_batch_call alone[] = {
        { "taobao.picture.upload", "{\"picture_category_id\":0,\"image_input_title\":\"a\","
                                   "\"img\":{\"$file\":{\"base64\":\"/9j/\"}}}" },
        { "taobao.qimen.channelinventory.query", "{\"ownerCode\":\"o\"}" },
    };
    for (size_t i = 0; i < 2; i++) {
        kit k;
        qd_err err;
        qd_batch_result got[1];
        kit_open(&k, "taobao", NULL, &SHOP);
        assert_int_equal(run(&k, &alone[i], 1, NULL, got, &err), QD_OK);
        assert_int_equal(got[0].err.status, QD_E_INVALID);
        assert_int_equal(k.requests, 0);
        qd_batch_clear(got, 1);
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_byte_for_byte),
        cmocka_unit_test(one_refusal_is_one_calls),
        cmocka_unit_test(many_calls_are_split),
        cmocka_unit_test(a_refusal_of_all_is_each_calls),
        cmocka_unit_test(a_session_is_renewed_for_all),
        cmocka_unit_test(mistakes_are_told_before_anything_is_sent),
        cmocka_unit_test(files_and_qimen_go_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
