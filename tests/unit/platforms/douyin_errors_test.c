/*
 * Every code of Douyin's tables and what it asks of the caller: again later, a new authorisation, a
 * pause, another call, or nothing. Base codes: guide 212/1427 as listed by vendors' SDKs; codes
 * inside the data: api-docs of the bill methods.
 */
#include "kit.h"

typedef struct row {
    const char *code, *sub_code;
    qd_status status;
    qd_retry retry;
} row;

/* One row a code and sub code of the sources; a number stands for {n}. */
static const row rows[] = {
    { "10001", "isv.business-part-failed", QD_E_PLATFORM, QD_RETRY_CHECK },
    { "10001", "isv.business-part-failed:200001", QD_E_PLATFORM, QD_RETRY_CHECK },
    { "20000", "dop.service-error", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "20000", "isp.service-error:10002", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "20001", "isp.service-timeout-error", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "20001", "isp.service-timeout-error:20301", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "30001", "dop.no-permissions", QD_E_AUTH, QD_RETRY_NEVER },
    { "30001", "isv.app-permissions-insufficient", QD_E_AUTH, QD_RETRY_NEVER },
    { "30001", "dop.authorization-no-existed", QD_E_AUTH, QD_RETRY_REAUTH },
    { "30001", "dop.app-forbidden", QD_E_AUTH, QD_RETRY_NEVER },
    { "30001", "dop.authorization-closed", QD_E_AUTH, QD_RETRY_REAUTH },
    { "30002", "isv.invalid_ip", QD_E_AUTH, QD_RETRY_NEVER },
    { "40001", "isv.parameter-missing", QD_E_INVALID, QD_RETRY_NEVER },
    { "40001", "isv.signature-missing", QD_E_INVALID, QD_RETRY_NEVER },
    { "40001", "isv.app-id-missing", QD_E_INVALID, QD_RETRY_NEVER },
    { "40001", "isv.access-token-missing", QD_E_AUTH, QD_RETRY_REAUTH },
    { "40002", "isv.parameter-missing:60036", QD_E_INVALID, QD_RETRY_NEVER },
    { "40002", "isv.missing-parameter:60036", QD_E_INVALID, QD_RETRY_NEVER },
    { "40003", "isv.parameter-invalid", QD_E_INVALID, QD_RETRY_NEVER },
    { "40003", "isv.parameter-format-invalid", QD_E_INVALID, QD_RETRY_NEVER },
    { "40003", "isv.signature-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "40003", "isv.access-token-expired", QD_E_AUTH, QD_RETRY_REAUTH },
    { "40003", "isv.access-token-no-existed", QD_E_AUTH, QD_RETRY_REAUTH },
    { "40003", "isv.access-token-invalid", QD_E_AUTH, QD_RETRY_REAUTH },
    { "40003", "isv.app-id-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "40003", "isv.app-id-expired", QD_E_AUTH, QD_RETRY_NEVER },
    { "40003", "isv.authorization-type-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "40003", "isv.idempotent-id-existed", QD_E_PLATFORM, QD_RETRY_NEVER },
    { "40003", "isv.timestamp-invalid", QD_E_INVALID, QD_RETRY_NEVER },
    { "40003", "isv.timestamp-format-error", QD_E_INVALID, QD_RETRY_NEVER },
    { "40004", "isv.parameter-invalid:100003", QD_E_INVALID, QD_RETRY_NEVER },
    { "50001", "dop.token-generate-failed:app-id-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "50001", "dop.token-generate-failed:app-secret-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "50001", "dop.token-generate-failed:grant-type-invalid", QD_E_AUTH, QD_RETRY_NEVER },
    { "50001", "dop.token-generate-failed:app-forbidden", QD_E_AUTH, QD_RETRY_NEVER },
    { "50001", "dop.token-generate-failed:code-invalid", QD_E_AUTH, QD_RETRY_REAUTH },
    { "50001", "dop.token-generate-failed:code-expired", QD_E_AUTH, QD_RETRY_REAUTH },
    { "50001", "dop.token-generate-failed:no-authorization", QD_E_AUTH, QD_RETRY_REAUTH },
    { "50001", "dop.token-generate-failed:token-expired", QD_E_AUTH, QD_RETRY_REAUTH },
    { "50001", "dop.token-generate-failed:token-invalid", QD_E_AUTH, QD_RETRY_REAUTH },
    { "50002", "isv.business-failed:100009", QD_E_PLATFORM, QD_RETRY_NEVER },
    { "50002", "isv.business-failed:31009", QD_E_AUTH, QD_RETRY_REAUTH },
    { "60000", "isv.traffic-limited", QD_E_LIMITED, QD_RETRY_UNTIL },
    { "60000", "isp.traffic-limited:628002006", QD_E_LIMITED, QD_RETRY_UNTIL },
    { "70000", "isp.api-service-off", QD_E_NOT_FOUND, QD_RETRY_NEVER },
    { "70000", "isp.comment-service-off", QD_E_NOT_FOUND, QD_RETRY_NEVER },
    { "80000", "isv.risk-control-failed", QD_E_PLATFORM, QD_RETRY_NEVER },
    { "80000", "isv.risk-control-failed:60002", QD_E_PLATFORM, QD_RETRY_NEVER },
    { "90000", "isv.env-suspected", QD_E_PLATFORM, QD_RETRY_NEVER },
    { "90000", "dop.unknown-error", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "90000", "isp.unknown-error", QD_E_UNAVAILABLE, QD_RETRY_LATER },
    { "30000", "", QD_E_PLATFORM, QD_RETRY_NEVER }, /* in no table */
};

static const qd_shop_options with_session = { .session = "given" };
static const qd_call_options once = { .flags = QD_CALL_NO_RETRY };

static qd_status ask(const char *method, const char *params, const qd_call_options *options,
                     const char *answer, int *out_requests, qd_err *err) {
    kit k;
    kit_open(&k, "douyin", NULL, &with_session);
    kit_rule_times(&k, "/", answer, 0);
    qd_status status = kit_call(&k, method, params, options, NULL, 0, err);
    *out_requests = k.requests;
    kit_close(&k);
    return status;
}

static const char READ[] = "order.searchList";
static const char READ_PARAMS[] = "{\"page\":0,\"size\":10}";

static void every_code_has_its_class(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const row *at = &rows[i];
        char answer[512];
        int requests;
        qd_err err;
        snprintf(answer, sizeof answer,
                 "{\"code\":%s,\"msg\":\"words\",\"sub_code\":\"%s\",\"sub_msg\":\"more words\","
                 "\"log_id\":\"L1\",\"data\":null}",
                 at->code, at->sub_code);
        qd_status status = ask(READ, READ_PARAMS, &once, answer, &requests, &err);
        if (status != at->status || err.retry != at->retry || strcmp(err.code, at->code) != 0 ||
            strcmp(err.sub_code, at->sub_code) != 0 || strcmp(err.request_id, "L1") != 0) {
            fail_msg("%s %s: %s, retry %d: %s", at->code, at->sub_code, qd_status_name(status),
                     (int)err.retry, err.message);
        }
        if (!strstr(err.message, "more words")) {
            fail_msg("%s: the platform's words are missing: %s", at->sub_code, err.message);
        }
        assert_int_equal(requests, 1);
    }
}

/* Old gateways know err_no alone; both at once say the same. */
static void old_numbers_mean_the_same(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code;
    } answers[] = {
        { "{\"err_no\":30006,\"message\":\"cancelled\",\"data\":null}", QD_E_AUTH, "30006" },
        { "{\"err_no\":30006,\"message\":\"cancelled\",\"code\":30001,\"msg\":\"m\","
          "\"sub_code\":\"dop.authorization-closed\",\"sub_msg\":\"s\"}",
          QD_E_AUTH, "30001" },
        { "{\"err_no\":50002,\"message\":\"refused\"}", QD_E_PLATFORM, "50002" },
        { "{\"err_no\":7,\"message\":\"in no table\",\"data\":null}", QD_E_PLATFORM, "7" },
        { "{\"message\":\"success\",\"data\":{}}", QD_E_PROTOCOL, "" },
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        int requests;
        qd_err err;
        qd_status status = ask(READ, READ_PARAMS, &once, answers[i].answer, &requests, &err);
        if (status != answers[i].status || strcmp(err.code, answers[i].code) != 0) {
            fail_msg("%s: %s %s", answers[i].answer, qd_status_name(status), err.message);
        }
    }
}

/* Which right or address is missing is said, and nothing is tried again. */
static void a_missing_right_is_named(void **state) {
    (void)state;
    int requests;
    qd_err err;
    assert_int_equal(ask(READ, READ_PARAMS, NULL,
                         "{\"code\":30001,\"sub_code\":\"isv.app-permissions-insufficient\"}",
                         &requests, &err),
                     QD_E_AUTH);
    assert_int_equal(requests, 1);
    assert_non_null(strstr(err.message, "order.searchList"));
    assert_non_null(strstr(err.message, "lacks the right to call this method"));
    assert_false(qd_err_needs_auth(&err));
    assert_int_equal(
        ask(READ, READ_PARAMS, NULL,
            "{\"code\":30002,\"sub_code\":\"isv.invalid_ip\",\"sub_msg\":\"10.1.2.3\"}", &requests,
            &err),
        QD_E_AUTH);
    assert_int_equal(requests, 1);
    assert_non_null(strstr(err.message, "10.1.2.3"));
    assert_non_null(strstr(err.message, "trusted addresses"));
}

/* A failing service: a read is asked again, a write may have acted. */
static void a_failing_service_is_tried_again_by_reads_only(void **state) {
    (void)state;
    int requests;
    qd_err err;
    static const char broken[] = "{\"code\":20000,\"sub_code\":\"isp.service-error:1\"}";
    assert_int_equal(ask(READ, READ_PARAMS, NULL, broken, &requests, &err), QD_E_UNAVAILABLE);
    assert_int_equal(requests, 2); /* the kit's attempts */
    assert_true(qd_err_is_retriable(&err));
    assert_int_equal(
        ask("order.logisticsEdit",
            "{\"order_id\":\"1\",\"logistics_code\":\"SF1\",\"company_code\":\"shunfeng\"}", NULL,
            broken, &requests, &err),
        QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(requests, 1);
}

/* ---- codes inside the data ---- */

static const struct {
    const char *method, *params, *answer;
    qd_status status;
    qd_retry retry;
    const char *code, *sub_code;
} inside[] = {
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":\"100000\",\"url\":\"u\"}",
      QD_OK, QD_RETRY_NEVER, "", "" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":\"\",\"url\":\"u\"}", QD_OK,
      QD_RETRY_NEVER, "", "" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"url\":\"u\"}", QD_OK, QD_RETRY_NEVER,
      "", "" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":\"100002\"}", QD_E_NOT_FOUND,
      QD_RETRY_NEVER, "100002", "data.code" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":100015}", QD_E_PLATFORM,
      QD_RETRY_LATER, "100015", "data.code" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":\"100016\"}", QD_E_NOT_FOUND,
      QD_RETRY_NEVER, "100016", "data.code" },
    { "order.downloadToShop", "{\"download_id\":\"1\"}", "{\"code\":\"100025\"}", QD_E_PLATFORM,
      QD_RETRY_NEVER, "100025", "data.code" },
    { "order.getSettleBillDetailV2", "{\"size\":\"10\"}",
      "{\"code\":\"60000\",\"code_msg\":\"words\"}", QD_E_PLATFORM, QD_RETRY_NEVER, "60000",
      "data.code" }, /* no traffic limit: that is the gateway's */
    { "order.BatchSearchIndex", "{\"plain_text_list\":[{\"plain_text\":\"x\",\"encrypt_type\":2}]}",
      "{\"custom_err\":{\"err_code\":5,\"err_msg\":\"words\"}}", QD_E_PLATFORM, QD_RETRY_NEVER, "5",
      "data.custom_err.err_code" },
    { "order.BatchSearchIndex", "{\"plain_text_list\":[{\"plain_text\":\"x\",\"encrypt_type\":2}]}",
      "{\"custom_err\":{\"err_code\":0,\"err_msg\":\"\"}}", QD_OK, QD_RETRY_NEVER, "", "" },
    { "logistics.cancelOrder", "{\"logistics_code\":\"sf\",\"track_no\":\"1\"}",
      "{\"cancel_result\":{\"success\":false}}", QD_E_PLATFORM, QD_RETRY_NEVER, "false",
      "data.cancel_result.success" },
};

static void codes_inside_the_data_are_errors(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        char answer[512];
        int requests;
        qd_err err;
        snprintf(answer, sizeof answer,
                 "{\"code\":10000,\"msg\":\"success\",\"log_id\":\"L2\",\"data\":%s}",
                 inside[i].answer);
        qd_status status = ask(inside[i].method, inside[i].params, NULL, answer, &requests, &err);
        if (status != inside[i].status || err.retry != inside[i].retry ||
            strcmp(err.code, inside[i].code) != 0 ||
            strcmp(err.sub_code, inside[i].sub_code) != 0) {
            fail_msg("%s %s: %s, retry %d, %s %s: %s", inside[i].method, inside[i].answer,
                     qd_status_name(status), (int)err.retry, err.code, err.sub_code, err.message);
        }
        assert_int_equal(requests, 1);
        assert_true(status == QD_OK || strcmp(err.request_id, "L2") == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_class),
        cmocka_unit_test(old_numbers_mean_the_same),
        cmocka_unit_test(a_missing_right_is_named),
        cmocka_unit_test(a_failing_service_is_tried_again_by_reads_only),
        cmocka_unit_test(codes_inside_the_data_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
