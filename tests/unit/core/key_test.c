/*
 * Writes that are idempotent by a key: filled in, the same in every attempt, told, and what their
 * unclear endings mean.
 */
#include "fixture.h"

#define STOCK "sku.syncStock"                  /* idempotent_id, known when used before */
#define UPLOAD "material.batchUploadImageSync" /* one key an object of a list */
#define WAYBILL "logistics.newCreateOrder"     /* made of the order's id */

static const char *const NOTHING = "(lost)";
static const char *answers[8]; /* of the attempts in their order; NOTHING: sent, no answer */

static void by_list(fixture *f, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)request;
    assert_true(index < 8 && answers[index]);
    if (answers[index] == NOTHING) {
        out->reply.outcome = QD_HTTP_MAYBE_SENT;
        return;
    }
    out->reply.status = 200;
    test_answer(f, out, "%s", answers[index]);
}

static fixture f;

static void open_with(const char *first, const char *second, const char *third, int attempts) {
    const qd_app_options options = { .max_attempts = attempts };
    test_open(&f, by_list, &options);
    f.clock.random = 0x1234;
    answers[0] = first;
    answers[1] = second;
    answers[2] = third;
    answers[3] = NULL;
}

static const char FINE[] = "{\"code\":10000,\"data\":{}}";
static const char REFUSED[] =
    "{\"code\":40004,\"sub_code\":\"isv.parameter-invalid:40010\",\"msg\":\"used before\"}";
static const char EXISTED[] =
    "{\"code\":40003,\"sub_code\":\"isv.idempotent-id-existed\",\"msg\":\"existed\"}";
static const char KEY[] = "00000000000012340000000000001234"; /* of that randomness */

static qd_status stock(const char *params, unsigned flags, qd_reply **reply, qd_err *err) {
    const qd_call_options options = { .flags = flags };
    return qd_call_with(f.shop, STOCK, params, &options, reply, err);
}

static void a_lost_answer_is_asked_for_again_with_the_same_key(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    const char *param = NULL;
    open_with(NOTHING, NOTHING, FINE, 5);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err), QD_OK);
    assert_int_equal(f.requests, 3);
    assert_string_equal(f.seen[0].body, f.seen[1].body);
    assert_string_equal(f.seen[0].body, f.seen[2].body);
    assert_non_null(strstr(f.seen[0].body, KEY));
    assert_string_equal(qd_reply_key(reply, &param), KEY);
    assert_string_equal(param, "idempotent_id");
    assert_false(qd_reply_was_done(reply));
    qd_reply_free(reply);
    test_close(&f);
}

/* "Used before" is success only when one of our own attempts may have used it. */
static void a_known_key_is_done_after_a_lost_answer_only(void **state) {
    (void)state;
    static const char *const words[] = { REFUSED, EXISTED };
    for (size_t i = 0; i < 2; i++) {
        qd_reply *reply = NULL;
        qd_err err;
        open_with(NOTHING, words[i], NULL, 5);
        assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err), QD_OK);
        assert_true(qd_reply_was_done(reply));
        assert_string_equal(qd_reply_key(reply, NULL), KEY);
        qd_reply_free(reply);
        test_close(&f);

        reply = NULL;
        open_with(words[i], NULL, NULL, 5);
        qd_status status =
            stock("{\"sku_id\":1,\"stock_num\":5,\"idempotent_id\":\"mine\"}", 0, &reply, &err);
        assert_int_equal(status, i == 0 ? QD_E_INVALID : QD_E_PLATFORM);
        qd_reply_free(reply);
        test_close(&f);
    }
}

/* A service that failed behind the gateway may have acted, as well. */
static void a_failed_service_counts_as_a_lost_answer(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    open_with("{\"code\":20000,\"sub_code\":\"isp.service-error:1\"}", REFUSED, NULL, 5);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err), QD_OK);
    assert_true(qd_reply_was_done(reply));
    qd_reply_free(reply);
    test_close(&f);
}

/* What nothing cured ends as unknown, with the key that makes a repeat safe. */
static void an_unclear_end_names_the_key(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    open_with(NOTHING, NOTHING, NULL, 2);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err),
                     QD_E_UNKNOWN_OUTCOME);
    assert_null(reply);
    assert_int_equal(err.retry, QD_RETRY_CHECK);
    char named[96];
    snprintf(named, sizeof named, "repeat it with idempotent_id=%s", KEY);
    assert_non_null(strstr(err.message, named));
    test_close(&f);

    /* The caller's own key: its own repeat is safe. */
    open_with(NOTHING, "{\"code\":60000,\"sub_code\":\"isv.traffic-limited\",\"ban\":90000}", NULL,
              5);
    assert_int_equal(
        stock("{\"sku_id\":1,\"stock_num\":5,\"idempotent_id\":\"mine\"}", 0, &reply, &err),
        QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(err.retry, QD_RETRY_LATER);
    assert_true(qd_err_is_retriable(&err));
    assert_non_null(strstr(err.message, "idempotent_id=mine"));
    test_close(&f);

    /* A refusal is an answer: the key was not used. */
    open_with(NOTHING, "{\"code\":50002,\"sub_code\":\"isv.business-failed:5\"}", NULL, 5);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err), QD_E_PLATFORM);
    qd_reply_free(reply);
    test_close(&f);

    /* What never left had no effect. */
    open_with("{\"code\":60000,\"sub_code\":\"isv.traffic-limited\",\"ban\":90000}", NULL, NULL, 5);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", 0, &reply, &err), QD_E_LIMITED);
    test_close(&f);
}

static void a_dry_run_tells_the_key(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    open_with(NULL, NULL, NULL, 5);
    assert_int_equal(stock("{\"sku_id\":1,\"stock_num\":5}", QD_CALL_DRY_RUN, &reply, &err), QD_OK);
    char told[96];
    snprintf(told, sizeof told, "\"idempotency_key\":{\"idempotent_id\":\"%s\"}", KEY);
    assert_non_null(strstr(qd_reply_data_json(reply), told));
    qd_reply_free(reply);
    test_close(&f);
}

static void each_object_of_a_list_gets_its_own(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    const char *param = NULL;
    open_with(NOTHING, FINE, NULL, 5);
    assert_int_equal(
        qd_call(f.shop, UPLOAD,
                "{\"materials\":[{\"name\":\"a\",\"url\":\"http://x/a.jpg\","
                "\"folder_id\":\"0\",\"material_type\":\"photo\"},{\"request_id\":\"mine\","
                "\"name\":\"b\","
                "\"url\":\"http://x/"
                "b.jpg\",\"folder_id\":\"0\",\"material_type\":\"photo\"},{\"name\":\"c\","
                "\"url\":\"http://x/c.jpg\",\"folder_id\":\"0\",\"material_type\":\"photo\"}]}",
                &reply, &err),
        QD_OK);
    assert_string_equal(qd_reply_key(reply, &param),
                        "00000000000012340000000000001234,mine,00000000000012340000000000001235");
    assert_string_equal(param, "materials.request_id");
    assert_string_equal(f.seen[0].body, f.seen[1].body);
    qd_reply_free(reply);
    test_close(&f);
}

/* The platform gives the old waybill to the same order and pack: two processes must agree. */
static void a_pack_is_named_by_its_order(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };
    open_with(FINE, NULL, NULL, 5);
    assert_int_equal(qd_call_with(f.shop, WAYBILL,
                                  "{\"order_infos\":[{\"order_id\":\"77\"},{\"order_id\":\"78\","
                                  "\"pack_id\":\"p2\"}]}",
                                  &loose, &reply, &err),
                     QD_OK);
    assert_string_equal(qd_reply_key(reply, NULL), "77,p2");
    qd_reply_free(reply);
    test_close(&f);
}

/* Without a key everywhere the write is one like any other. */
static void a_write_without_its_list_is_not_repeated(void **state) {
    (void)state;
    qd_reply *reply = NULL;
    qd_err err;
    const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };
    open_with(NOTHING, NULL, NULL, 5);
    assert_int_equal(qd_call_with(f.shop, UPLOAD, "{}", &loose, &reply, &err),
                     QD_E_UNKNOWN_OUTCOME);
    assert_int_equal(f.requests, 1);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_answer_is_asked_for_again_with_the_same_key),
        cmocka_unit_test(a_known_key_is_done_after_a_lost_answer_only),
        cmocka_unit_test(a_failed_service_counts_as_a_lost_answer),
        cmocka_unit_test(an_unclear_end_names_the_key),
        cmocka_unit_test(a_dry_run_tells_the_key),
        cmocka_unit_test(each_object_of_a_list_gets_its_own),
        cmocka_unit_test(a_pack_is_named_by_its_order),
        cmocka_unit_test(a_write_without_its_list_is_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
