/*
 * Every error of TOP that the sources list: what a caller is told (status, what helps), whether it
 * was asked again, and whether the session was touched. And the root of an answer, with its
 * exceptions.
 */
#include "kit.h"

static const qd_shop_options SHOP = { .session = "tok", .shop_id = "C1" };

#define READ "taobao.time.get"
#define READ_SESSION "taobao.user.seller.get"
#define WRITE "taobao.trade.memo.add"

typedef struct row {
    const char *code, *sub_code, *sub_msg;
    qd_status status;
    qd_retry retry;
    int requests; /* of a read; the kit's app asks twice at most */
} row;

/* protocol facts, section 6: the table of codes and the ownership of sub codes. */
static const row ROWS[] = {
    { "3", "", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    { "4", "", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "5", "", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "6", "", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "8", "", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "9", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "10", "", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "11", "isv.permission-api-package-limit", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "11", "isv.permission-ip-whitelist-limit", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "12", "", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "13", "", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "15", "", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    { "21", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "22", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "23", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "24", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "25", "", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "26", "", "", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
    { "27", "", "", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
    { "28", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "29", "", "", QD_E_AUTH, QD_RETRY_NEVER, 1 },
    { "30", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "31", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "32", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "33", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "34", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "40", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "41", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "42", "", "", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
    { "43", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "44", "", "", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
    { "47", "", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "50", "", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    { "501", "", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    { "530", "isp.remote-service-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "530", "isv.item-not-exist", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    /* limits */
    { "7", "accesscontrol.limited-by-app-access-count", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "accesscontrol.limited-by-api-access-count", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "accesscontrol.limited-by-app-api-access-count", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "accesscontrol.limited-by-dynamic-access-count", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "15", "isp.call-limited", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "15", "isp.system-busy", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "15", "isv.access-limited-by-api-access-count", "", QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "accesscontrol.limited-by-api-access-count", "This ban will last for 2 more seconds",
      QD_E_LIMITED, QD_RETRY_UNTIL, 2 },
    { "7", "accesscontrol.limited-by-app-access-count", "This ban will last for 31062 more seconds",
      QD_E_LIMITED, QD_RETRY_UNTIL, 1 },
    /* services behind the platform: theirs to mend */
    { "15", "isp.top-remote-connection-timeout", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.top-remote-connection-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.top-remote-service-unavailable", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.top-remote-unknown-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.remote-connection-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.remote-service-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.remote-service-timeout", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "50", "isp.unknown-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.trade-service-unavailable", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.top-remote-connection-timeout-tmall", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    { "15", "isp.item-update-service-error:GENERIC_FAILURE", "", QD_E_UNAVAILABLE, QD_RETRY_LATER,
      2 },
    { "15", "ism.json-decode-error", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 2 },
    /* ... and those that only look so */
    { "15", "isp.top-mapping-parse-error", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "15", "isp.top-parse-error", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "15", "isp.runtime-max-limit", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    /* the caller's */
    { "15", "isv.trade-not-exist", "", QD_E_PLATFORM, QD_RETRY_NEVER, 1 },
    { "50", "isv.invalid-parameter", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
    { "15", "isv.missing-parameter:tid", "", QD_E_INVALID, QD_RETRY_NEVER, 1 },
};

/* code < 0: as a text, which XML makes of it. */
static void answer_of(const row *r, bool xml, char *out, size_t size) {
    if (xml) {
        snprintf(out, size,
                 "<?xml version=\"1.0\" encoding=\"utf-8\" ?><error_response><code>%s</code>"
                 "<msg>a message</msg><sub_code>%s</sub_code><sub_msg>%s</sub_msg>"
                 "<request_id>rid9</request_id></error_response>",
                 r->code, r->sub_code, r->sub_msg);
    } else {
        snprintf(out, size,
                 "{\"error_response\":{\"code\":%s,\"msg\":\"a message\",\"sub_code\":\"%s\","
                 "\"sub_msg\":\"%s\",\"request_id\":\"rid9\"}}",
                 r->code, r->sub_code, r->sub_msg);
    }
}

static void check_row(const row *r, bool xml) {
    kit k;
    qd_err err;
    char answer[512];
    answer_of(r, xml, answer, sizeof answer);
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/rest", answer, 0);
    const qd_call_options options = { .deadline_ms = r->status == QD_E_LIMITED ? 3500 : 0 };
    bool session = r->code[0] == '2' || r->code[0] == '4';
    qd_status status = kit_call(&k, session ? READ_SESSION : READ,
                                session ? "{\"fields\":\"nick\"}" : "{}", &options, NULL, 0, &err);
    bool counted = r->status != QD_E_LIMITED || r->requests == 1 ? k.requests == r->requests
                                                                 : k.requests >= r->requests;
    if (status != r->status || err.retry != r->retry || !counted) {
        fail_msg("%s %s %s: %s, retry %d, %d requests: %s", r->code, r->sub_code, r->sub_msg,
                 qd_status_name(status), (int)err.retry, k.requests, err.message);
    }
    assert_string_equal(err.code, r->code);
    assert_string_equal(err.sub_code, r->sub_code);
    assert_string_equal(err.request_id, "rid9");
    assert_string_equal(err.platform, "taobao");
    kit_close(&k);
}

static void every_error_means_what_the_sources_say(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        check_row(&ROWS[i], false);
        check_row(&ROWS[i], true);
    }
}

/* A quota: no sleeping, the time is told, and nothing of that method is sent before. */
static void a_quota_keeps_further_calls_back(void **state) {
    (void)state;
    static const char quota[] =
        "{\"error_response\":{\"code\":7,\"msg\":\"App Call Limited\",\"sub_code\":"
        "\"accesscontrol.limited-by-app-api-access-count\",\"sub_msg\":\"This ban will last for "
        "31062 more seconds\"}}";
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "=method=taobao.time.get", quota, 1);
    kit_rule_times(&k, "=method=taobao.user.seller.get", "{\"user_seller_get_response\":{}}", 0);
    const qd_call_options patient = { .deadline_ms = 100000000 };
    assert_int_equal(kit_call(&k, READ, "{}", &patient, NULL, 0, &err), QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&err), KIT_NOW + 31063);
    assert_int_equal(k.wall_ms, (int64_t)KIT_NOW * 1000);
    assert_int_equal(kit_call(&k, READ, "{}", &patient, NULL, 0, &err), QD_E_LIMITED);
    assert_int_equal(qd_err_limited_until(&err), KIT_NOW + 31063);
    assert_int_equal(k.requests, 1);
    KIT_CALL(&k, READ_SESSION, "{\"fields\":\"nick\"}", QD_OK); /* other methods go on */
    kit_close(&k);
}

/* A write whose service failed behind the platform is not repeated. */
static void a_write_is_not_repeated_blindly(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/",
                   "{\"error_response\":{\"code\":15,\"sub_code\":\"isp.remote-service-timeout\"}}",
                   0);
    assert_int_equal(kit_call(&k, WRITE, "{\"tid\":1,\"memo\":\"x\"}", NULL, NULL, 0, &err),
                     QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(k.requests, 1);
    kit_close(&k);
}

/* ---- the root ---- */

static void roots_of_answers(void **state) {
    (void)state;
    static const struct {
        const char *method, *answer;
        bool good;
    } cases[] = {
        { "taobao.time.get", "{\"time_get_response\":{}}", true },
        { "taobao.time.get", "{\"taobao_time_get_response\":{}}", true }, /* the only one */
        { "taobao.time.get", "{\"other_response\":{},\"more\":1}", true },
        { "taobao.time.get", "{\"a_response\":{},\"b_response\":{}}", false },
        { "taobao.time.get", "{\"time_get\":{}}", false },
        { "tmall.a.b-c.d", "{\"tmall_a_b-c_d_response\":{},\"x_response\":{}}", true },
        { "alibaba.a.b", "{\"alibaba_a_b_response\":{},\"x_response\":{}}", true },
        { "taobao.a.b-c", "{\"a_b-c_response\":{},\"x_response\":{}}", true },
        { "taobao.a.b-c", "{\"taobao_a_b_c_response\":{},\"x_response\":{}}", false },
        { "taobao.a.taobao.b", "{\"a_taobao_b_response\":{},\"x_response\":{}}", true },
    };
    const qd_call_options raw = { .flags = QD_CALL_NO_VALIDATE | QD_CALL_NO_RETRY,
                                  .raw_path = "/router/rest" };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kit k;
        qd_err err;
        kit_open(&k, "taobao", NULL, &SHOP);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status = kit_call(&k, cases[i].method, "{}", &raw, NULL, 0, &err);
        if ((status == QD_OK) != cases[i].good) {
            fail_msg("%s %s: %s", cases[i].method, cases[i].answer, qd_status_name(status));
        }
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_means_what_the_sources_say),
        cmocka_unit_test(a_quota_keeps_further_calls_back),
        cmocka_unit_test(a_write_is_not_repeated_blindly),
        cmocka_unit_test(roots_of_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
