/*
 * SPI calls: every form of signature that the vendor's SDKs make, each with a case in which one
 * changed byte is refused. The texts that are signed are written out here and hashed by OpenSSL's
 * digests, not by the recipe under test.
 */
#include "platforms/push_private.h"
#include "qiandian/push/douyin.h"

#include "kit.h"

#define KEY "7000000000000000001"
#define SECRET "11112222-3333-4444-5555-666677778888"
#define STAMP "1700000000"

/* What the caller sends, unsorted, and the forms that vendors sign of it. */
static const char sent[] = "{\"b\":\"<a&b>='1'\",\"a\":1}";
static const char plain[] = "{\"a\":1,\"b\":\"<a&b>='1'\"}";
static const char go[] = "{\"a\":1,\"b\":\"\\u003ca\\u0026b\\u003e='1'\"}";
static const char gson[] = "{\"a\":1,\"b\":\"\\u003ca\\u0026b\\u003e\\u003d\\u00271\\u0027\"}";

static void sign_of(const char *params, bool hmac, char out[80]) {
    unsigned char digest[CODEC_DIGEST_MAX];
    char text[1024];
    snprintf(text, sizeof text, SECRET "app_key" KEY "param_json%stimestamp" STAMP SECRET, params);
    size_t len = codec_digest_once(hmac ? CODEC_HMAC_SHA256 : CODEC_MD5, BASE_STR(SECRET),
                                   base_str_of(text), digest);
    codec_hex(digest, len, false, out);
}

typedef struct call {
    const char *params; /* in the query */
    const char *body;
    const char *sign, *sign_v2, *method;
    const char *key;
} call;

static qd_status verify(const call *c, qd_spi **out, qd_err *err) {
    base_buf query;
    qd_spi *got = NULL;
    base_buf_init(&query, 1 << 16);
    codec_form_add(&query, BASE_STR("timestamp"), BASE_STR(STAMP));
    codec_form_add(&query, BASE_STR("app_key"), base_str_of(c->key ? c->key : KEY));
    if (c->params) {
        codec_form_add(&query, BASE_STR("param_json"), base_str_of(c->params));
    }
    if (c->sign) {
        codec_form_add(&query, BASE_STR("sign"), base_str_of(c->sign));
    }
    if (c->sign_v2) {
        codec_form_add(&query, BASE_STR("sign_v2"), base_str_of(c->sign_v2));
    }
    if (c->method) {
        codec_form_add(&query, BASE_STR("sign_method"), base_str_of(c->method));
    }
    const qd_spi_request request = { .app_key = KEY,
                                     .app_secret = SECRET,
                                     .path = "/hooks/sendHome/order/PayMsg/",
                                     .query = base_buf_text(&query),
                                     .body = c->body,
                                     .body_len = c->body ? strlen(c->body) : 0 };
    qd_status status = qd_spi_verify("douyin", &request, &got, err);
    base_buf_clear(&query);
    if (out) {
        *out = got;
    } else {
        qd_spi_free(got);
    }
    return status;
}

static void every_form_is_accepted_and_its_change_refused(void **state) {
    (void)state;
    static const char *const forms[] = { sent, plain, go, gson };
    static const char *const methods[] = { NULL, "md5", "hmac-sha256", "whatever" };
    char sign[80], changed[sizeof sent];
    qd_err err;
    for (int i = 0; i < 4 * 4 * 4; i++) {
        const char *method = methods[i / 4 % 4];
        bool in_body = i / 16 % 2, v2 = i / 32 % 2;
        sign_of(forms[i % 4], method && strcmp(method, "hmac-sha256") == 0, sign);
        call c = { .params = in_body ? NULL : sent,
                   .body = in_body ? sent : NULL,
                   .sign = v2 ? "00" : sign,
                   .sign_v2 = v2 ? sign : NULL,
                   .method = method };
        qd_spi *got = NULL;
        if (verify(&c, &got, &err) != QD_OK) {
            fail_msg("form %d: %s", i, err.message);
        }
        assert_string_equal(qd_spi_params(got), sent);
        assert_string_equal(qd_spi_timestamp(got), STAMP);
        qd_spi_free(got);
        sign[i % 32] ^= 1;
        assert_int_equal(verify(&c, NULL, &err), QD_E_AUTH);
        sign[i % 32] ^= 1;
        memcpy(changed, sent, sizeof sent);
        changed[6] = 'X';
        *(in_body ? &c.body : &c.params) = changed;
        assert_int_equal(verify(&c, NULL, &err), QD_E_AUTH);
    }
    assert_false(qd_err_needs_auth(&err));
}

/* A POST whose query has a param_json of its own: what the signature covers is what counts. */
static void the_signed_parameters_are_given_out(void **state) {
    (void)state;
    char sign[80];
    qd_spi *got = NULL;
    qd_err err;
    sign_of(plain, false, sign);
    call c = { .params = "{}", .body = sent, .sign = sign };
    assert_int_equal(verify(&c, &got, &err), QD_OK);
    assert_string_equal(qd_spi_params(got), sent);
    qd_spi_free(got);
    c = (call){ .params = sent, .body = "{\"evil\":1}", .sign = sign };
    assert_int_equal(verify(&c, &got, &err), QD_OK);
    assert_string_equal(qd_spi_params(got), sent);
    qd_spi_free(got);
}

static void calls_without_what_it_takes_are_refused(void **state) {
    (void)state;
    char sign[80];
    qd_err err;
    qd_spi *got = NULL;
    sign_of(plain, false, sign);
    assert_int_equal(verify(&(call){ .params = sent }, NULL, &err), QD_E_AUTH);
    assert_int_equal(verify(&(call){ .params = sent, .sign = "" }, NULL, &err), QD_E_AUTH);
    assert_int_equal(verify(&(call){ .params = sent, .sign = sign, .key = "8" }, NULL, &err),
                     QD_E_AUTH);
    qd_spi_request request = { .app_key = KEY, .app_secret = SECRET, .query = "app_key=" KEY };
    assert_int_equal(qd_spi_verify("douyin", &request, &got, &err), QD_E_AUTH);
    request.query = NULL;
    assert_int_equal(qd_spi_verify("douyin", &request, &got, &err), QD_E_AUTH);
    assert_int_equal(qd_spi_verify("solinkup", &request, &got, &err), QD_E_UNSUPPORTED);
    request.app_secret = NULL;
    assert_int_equal(qd_spi_verify("douyin", &request, &got, &err), QD_E_INVALID);
    assert_null(got);
}

static void send_home_is_read(void **state) {
    (void)state;
    static const char params[] =
        "{\"spi_type\":\"1\",\"msg_id\":77,\"msg_body\":\"{\\\"order\\\":1}\"}";
    char sign[80];
    qd_douyin_spi_send_home home;
    qd_douyin_spi_demo demo;
    qd_spi *got = NULL;
    qd_err err;
    sign_of(params, true, sign);
    call c = { .body = params, .sign = sign, .method = "hmac-sha256" };
    assert_int_equal(verify(&c, &got, &err), QD_OK);
    assert_string_equal(qd_spi_name(got), "sendHome.order.PayMsg");
    assert_int_equal(qd_douyin_spi_send_home_read(got, &home, &err), QD_OK);
    assert_int_equal(home.spi_type, 1);
    assert_string_equal(home.msg_id, "77");
    assert_string_equal(home.msg_body, "{\"order\":1}");
    assert_int_equal(qd_douyin_spi_demo_read(got, &demo, &err), QD_OK);
    assert_null(demo.arg_1);
    assert_int_equal(qd_spi_decode(got, "other", &demo, sizeof demo, &err), QD_E_INVALID);
    qd_spi_free(got);
    assert_null(push_spi_name(BASE_STR("/xsendHome/order/PayMsg")));
    assert_null(push_spi_name(BASE_STR("/")));
    sign_of("no JSON", false, sign);
    c = (call){ .params = "no JSON", .sign = sign };
    assert_int_equal(verify(&c, &got, &err), QD_OK);
    assert_int_equal(qd_douyin_spi_demo_read(got, &demo, &err), QD_E_PROTOCOL);
    qd_spi_free(got);
}

static void answers_are_written(void **state) {
    (void)state;
    char out[80];
    size_t len = 0;
    qd_err err;
    assert_int_equal(qd_spi_reply(QD_SPI_SUCCESS, NULL, NULL, out, sizeof out, &len, &err), QD_OK);
    assert_string_equal(out, "{\"code\":0,\"message\":\"success\",\"data\":{}}");
    assert_int_equal(len, strlen(out));
    assert_int_equal(qd_spi_reply(QD_SPI_BAD_SIGNATURE, "bad \"sign\"", "{\"a\":1}", out,
                                  sizeof out, NULL, &err),
                     QD_OK);
    assert_string_equal(out,
                        "{\"code\":100001,\"message\":\"bad \\\"sign\\\"\",\"data\":{\"a\":1}}");
    assert_int_equal(qd_spi_reply(0, NULL, NULL, out, len, &len, &err), QD_E_NOMEM);
    assert_int_equal(len, 40);
    assert_int_equal(qd_spi_reply(0, NULL, "{", out, sizeof out, NULL, &err), QD_E_INVALID);
    assert_int_equal(qd_spi_reply(0, NULL, "{", out, sizeof out, NULL, NULL), QD_E_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_accepted_and_its_change_refused),
        cmocka_unit_test(the_signed_parameters_are_given_out),
        cmocka_unit_test(calls_without_what_it_takes_are_refused),
        cmocka_unit_test(send_home_is_read),
        cmocka_unit_test(answers_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
