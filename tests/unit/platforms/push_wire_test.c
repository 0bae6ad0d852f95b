/*
 * Pushes as they come over the wire: signatures (vector: guide 215/1977, four public SDKs agree),
 * bodies good, old, broken and hostile, and the answers.
 */
#include "platforms/push_private.h"
#include "qiandian/push.h"
#include "qiandian/push/douyin.h"

#include "kit.h"

#define KEY "7000000000000000001"
#define SECRET "11112222-3333-4444-5555-666677778888"
#define SIGN "0007ede07320c97ff49bd1935d05be49"
static const char test_body[] =
    "[{\"tag\":\"0\",\"msg_id\":\"0\",\"data\":\"2020-09-10T16:27:56.52842897+08:00\"}]";

static qd_push_request request_of(const char *body) {
    return (qd_push_request){ .app_key = KEY,
                              .app_secret = SECRET,
                              .app_id = KEY,
                              .event_sign = SIGN,
                              .body = body,
                              .body_len = strlen(body) };
}

static void the_platforms_signature_is_accepted(void **state) {
    (void)state;
    qd_push_request request = request_of(test_body);
    qd_err err;
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_OK);
    request.app_id = NULL; /* a server that drops unknown headers */
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_OK);
    request.event_sign = "0007EDE07320C97FF49BD1935D05BE49";
    assert_int_equal(qd_push_verify("douyin", &request, NULL), QD_OK);
}

static void one_changed_byte_is_refused(void **state) {
    (void)state;
    char body[sizeof test_body] = "", sign[] = SIGN;
    qd_push_request request = request_of(body);
    qd_err err;
    request.body_len = sizeof test_body - 1;
    for (size_t i = 0; i < sizeof body - 1; i++) {
        memcpy(body, test_body, sizeof body);
        body[i] ^= 1;
        assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
    }
    assert_false(qd_err_needs_auth(&err)); /* refuse it; the shop is fine */
    assert_null(strstr(err.message, SECRET));
    memcpy(body, test_body, sizeof body);
    request.event_sign = sign;
    for (size_t i = 0; i < sizeof sign - 1; i++) {
        sign[i] ^= 1;
        assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
        sign[i] ^= 1;
    }
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_OK);
    request.body_len--;
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
}

static void other_apps_and_missing_things_are_refused(void **state) {
    (void)state;
    qd_push_request request = request_of(test_body);
    qd_err err;
    request.app_id = "7000000000000000002";
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
    assert_non_null(strstr(err.message, "app-id"));
    request = request_of(test_body);
    request.event_sign = "";
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
    request.event_sign = NULL;
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
    request.event_sign = SIGN SIGN SIGN SIGN SIGN;
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_AUTH);
    request = request_of(test_body);
    request.app_secret = "";
    assert_int_equal(qd_push_verify("douyin", &request, &err), QD_E_INVALID);
    assert_int_equal(qd_push_verify("taobao", &request, &err), QD_E_UNSUPPORTED);
}

static qd_push *parse(const char *body) {
    qd_push *push = NULL;
    qd_err err;
    if (qd_push_parse("douyin", body, strlen(body), &push, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    return push;
}

static void the_test_message_is_read(void **state) {
    (void)state;
    qd_push *push = parse(test_body);
    qd_douyin_push_test test;
    qd_err err;
    assert_int_equal(qd_push_count(push), 1);
    assert_null(qd_push_at(push, 1));
    assert_false(qd_push_was_repaired(push));
    const qd_push_message copy = *qd_push_at(push, 0); /* a copy serves as well */
    assert_string_equal(copy.event, "Test");
    assert_int_equal(qd_douyin_push_test_read(&copy, &test, &err), QD_OK);
    assert_string_equal(test.data, "2020-09-10T16:27:56.52842897+08:00");
    assert_int_equal(test.time, 1599726476);
    qd_push_free(push);
}

static void unknown_tags_stay_readable(void **state) {
    (void)state;
    qd_push *push = parse("[{\"tag\":\"999\",\"msg_id\":\"a\",\"data\":\"{\\\"b\\\":[1,2.50]}\"},"
                          "{\"tag\":998,\"data\":{\"b\": [1, 20000000000000000000000]}},"
                          "{\"tag\":\"997\",\"more\":1}]");
    char room[64];
    qd_err err;
    assert_int_equal(qd_push_count(push), 3);
    assert_null(qd_push_at(push, 0)->event);
    assert_null(qd_push_at(push, 0)->title);
    assert_string_equal(qd_push_at(push, 0)->data, "{\"b\":[1,2.50]}");
    assert_string_equal(qd_push_at(push, 1)->tag, "998");
    assert_string_equal(qd_push_at(push, 1)->data, "{\"b\":[1,20000000000000000000000]}");
    assert_string_equal(qd_push_at(push, 2)->msg_id, "");
    assert_string_equal(qd_push_at(push, 2)->data, "");
    assert_int_equal(qd_push_decode(qd_push_at(push, 0), "999", room, sizeof room, &err),
                     QD_E_INVALID);
    qd_push_free(push);
    push = parse("[]");
    assert_int_equal(qd_push_count(push), 0);
    qd_push_free(push);
}

static void old_bodies_with_bare_quotes_are_repaired(void **state) {
    (void)state;
    qd_push *push =
        parse("[{\"tag\":\"101\",\"msg_id\":\"1\",\"data\":\"{\"p_id\":12,\"t\":\"a}\\\"]b\"}\"},"
              "{\"tag\":\"999\",\"data\" : \"[{\"a\":{}}] \",\"msg_id\":\"2\"},"
              "{\"tag\":\"101\",\"data\":\"{\\\"p_id\\\":13}\"},{\"tag\":\"5\",\"data\":\"{}\"}]");
    qd_douyin_push_trade_paid paid;
    qd_err err;
    assert_true(qd_push_was_repaired(push));
    assert_int_equal(qd_push_count(push), 4);
    assert_string_equal(qd_push_at(push, 0)->data, "{\"p_id\":12,\"t\":\"a}\\\"]b\"}");
    assert_string_equal(qd_push_at(push, 1)->data, "[{\"a\":{}}] ");
    assert_string_equal(qd_push_at(push, 1)->msg_id, "2");
    assert_int_equal(qd_douyin_push_trade_paid_read(qd_push_at(push, 0), &paid, &err), QD_OK);
    assert_int_equal(paid.order.p_id, 12);
    assert_int_equal(qd_douyin_push_trade_paid_read(qd_push_at(push, 2), &paid, &err), QD_OK);
    assert_int_equal(paid.order.p_id, 13);
    qd_push_free(push);
}

static void broken_bodies_are_refused_with_a_place(void **state) {
    (void)state;
    static const struct {
        const char *body, *says;
    } cases[] = {
        { "", "" },
        { "{}", "array" },
        { "[1]", "message 0" },
        { "[{\"tag\":\"1\"},{\"msg_id\":\"1\"}]", "message 1 of the push has no tag" },
        { "[{\"tag\":\"1\"", "line 1" },
        { "[{\"tag\":\"1\",\"data\":\"{\"a\":1\"}]", "line 1" },
        { "[{\"tag\":\"1\",\"data\":\"{\"a\":1}x\"}]", "line 1" },
        { "[{\"tag\":\"1\",\"data\":\"{\"a\":\"b\"", "line 1" },
        { "[{\"tag\":\"1\",\"data\":\"{\"a\"\\\"", "line 1" },
        { "[{\"tag\":\"\xff\"}]", "line 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_push *push = NULL;
        qd_err err;
        qd_status got = qd_push_parse("douyin", cases[i].body, strlen(cases[i].body), &push, &err);
        if (got != QD_E_PROTOCOL || push || !strstr(err.message, cases[i].says)) {
            fail_msg("%s: %s %s", cases[i].body, qd_status_name(got), err.message);
        }
    }
    qd_push *push = NULL;
    assert_int_equal(qd_push_parse("douyin", NULL, 0, &push, NULL), QD_E_PROTOCOL);
    assert_int_equal(qd_push_parse("taobao", "[]", 2, &push, NULL), QD_E_UNSUPPORTED);
}

static void broken_data_is_refused_when_decoded(void **state) {
    (void)state;
    base_buf body;
    qd_douyin_push_trade_paid paid;
    qd_err err;
    base_buf_init(&body, 1 << 20);
    base_buf_add_text(&body, "[{\"tag\":\"101\",\"data\":\"not JSON\"},{\"tag\":\"101\",\"data\":"
                             "\"[]\"},{\"tag\":\"101\"},{\"tag\":\"101\",\"data\":\"");
    for (int i = 0; i < 100; i++) {
        base_buf_add_text(&body, "{\\\"a\\\":");
    }
    base_buf_add_text(&body, "\"}]");
    qd_push *push = parse(base_buf_text(&body));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(qd_douyin_push_trade_paid_read(qd_push_at(push, i), &paid, &err),
                         QD_E_PROTOCOL);
        assert_non_null(strstr(err.message, "data of tag 101"));
    }
    assert_string_equal(qd_push_at(push, 0)->data, "not JSON");
    qd_push_free(push);
    base_buf_clear(&body);
}

static qd_status parse_repeated(const char *part, size_t bytes, qd_err *err) {
    size_t len = strlen(part);
    char *body = malloc(bytes + len);
    qd_push *push = NULL;
    assert_non_null(body);
    body[0] = '[';
    for (size_t at = 1; at < bytes; at += len) {
        memcpy(body + at, part, len);
    }
    qd_status status = qd_push_parse("douyin", body, bytes, &push, err);
    qd_push_free(push);
    free(body);
    return status;
}

static void huge_and_deep_bodies_are_refused_quickly(void **state) {
    (void)state;
    qd_err err;
    assert_int_equal(parse_repeated(" ", LIMIT_REQUEST_BYTES + 1, &err), QD_E_PROTOCOL);
    assert_int_equal(parse_repeated("[", 1 << 20, &err), QD_E_PROTOCOL);
    /* What a repair that starts over at each candidate would take minutes for. */
    assert_int_equal(parse_repeated("\"data\":\"{", 1 << 20, &err), QD_E_PROTOCOL);
    assert_int_equal(parse_repeated("\"data\":\"{\\", 1 << 20, &err), QD_E_PROTOCOL);
    assert_int_equal(parse_repeated("\"data\":\"{}\",", 1 << 20, &err), QD_E_PROTOCOL);
}

static void answers_are_what_the_platform_expects(void **state) {
    (void)state;
    assert_string_equal(qd_push_reply(QD_OK), "{\"code\":0,\"msg\":\"success\"}");
    assert_non_null(strstr(qd_push_reply(QD_E_AUTH), "\"code\":40041,"));
    assert_non_null(strstr(qd_push_reply(QD_E_PROTOCOL), "\"code\":40041,"));
    assert_non_null(strstr(qd_push_reply(QD_E_IO), "\"code\":40044,"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_platforms_signature_is_accepted),
        cmocka_unit_test(one_changed_byte_is_refused),
        cmocka_unit_test(other_apps_and_missing_things_are_refused),
        cmocka_unit_test(the_test_message_is_read),
        cmocka_unit_test(unknown_tags_stay_readable),
        cmocka_unit_test(old_bodies_with_bare_quotes_are_repaired),
        cmocka_unit_test(broken_bodies_are_refused_with_a_place),
        cmocka_unit_test(broken_data_is_refused_when_decoded),
        cmocka_unit_test(huge_and_deep_bodies_are_refused_quickly),
        cmocka_unit_test(answers_are_what_the_platform_expects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
