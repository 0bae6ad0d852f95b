/*
 * Solinkup: limits that are checked before anything is sent, canonical JSON as it goes out,
 * envelopes that lie, an answer that is no JSON, and the probe for the signature's reading.
 */
#include "kit.h"
#include "qiandian/probe.h"

static const qd_shop_options SHOP = { .session = "at", .shop_id = "OpenId@9" };
static const char FINE[] = "{\"success\":true,\"code\":\"__200OK\",\"data\":[]}";

static qd_status call(kit *k, const char *method, const char *params, qd_err *err) {
    return kit_call(k, method, params, NULL, NULL, 0, err);
}

/* ---- limits ---- */

static void limits_of_the_guide_are_checked_locally(void **state) {
    (void)state;
    static const struct {
        const char *method, *params;
        const char *says[2]; /* NULL = it is fine */
    } cases[] = {
        { "listOrder", "{\"createTimeEnd\":1700000000}", { "createTimeStart", "required" } },
        { "listOrder", "{\"createTimeStart\":1700000000}", { "createTimeEnd", "required" } },
        { "listOrder",
          "{\"createTimeStart\":1692000000,\"createTimeEnd\":1700000000}",
          { "createTimeStart", "90 days" } },
        { "listOrder", "{\"createTimeStart\":1692224000,\"createTimeEnd\":1700000000}", { NULL } },
        { "listOrder",
          "{\"createTimeStart\":1700000000,\"createTimeEnd\":1699999999}",
          { "createTimeEnd", "before createTimeStart" } },
        { "listOrder",
          "{\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000,\"size\":101}",
          { "size", "100" } },
        { "listOrder",
          "{\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000,\"size\":100,\"page\":499}",
          { NULL } },
        { "listOrder",
          "{\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000,\"size\":100,\"page\":500}",
          { "page", "50,000 rows" } },
        { "listOrder",
          "{\"createTimeStart\":1699990000,\"createTimeEnd\":1700000000,\"page\":-1}",
          { "page", "first page is 0" } },
        { "batchDecrypts", "{}", { "cipher_infos", "required" } },
        { "batchDecrypts",
          "{\"cipher_infos\":[{\"auth_id\":\"1\"}]}",
          { "cipher_infos[0].cipher_text", "required" } },
        { "detailOrder", "{}", { "orderId", "required" } },
    };
    kit k;
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/", "{\"data\":{},\"err_no\":0,\"code\":10000}", 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char method[64];
        qd_err err;
        k.requests = 0;
        (void)snprintf(method, sizeof method, "jinritemai.%s", cases[i].method);
        qd_status status = call(&k, method, cases[i].params, &err);
        bool good = cases[i].says[0] ? status == QD_E_INVALID && k.requests == 0 &&
                                           strstr(err.message, cases[i].says[0]) &&
                                           strstr(err.message, cases[i].says[1])
                                     : status == QD_OK;
        if (!good) {
            fail_msg("%s: %s: %s", cases[i].params, qd_status_name(status), err.message);
        }
    }
    kit_close(&k);
}

static void fifty_texts_are_decrypted_at_once_and_no_more(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/", "{\"data\":{\"decrypt_infos\":[]}}", 0);
    for (int count = 50; count <= 51; count++) {
        base_buf params;
        qd_err err;
        base_buf_init(&params, 1 << 16);
        for (int i = 0; i < count; i++) {
            base_buf_printf(&params, "%s{\"auth_id\":\"%d\",\"cipher_text\":\"c\"}",
                            i ? "," : "{\"cipher_infos\":[", i);
        }
        base_buf_add_text(&params, "]}");
        assert_int_equal(call(&k, "jinritemai.batchDecrypts", base_buf_text(&params), &err),
                         count == 50 ? QD_OK : QD_E_INVALID);
        base_buf_clear(&params);
    }
    assert_int_equal(k.requests, 1);
    kit_close(&k);
}

/* A time of one's own: nothing is presumed of it until an answer has told it. */
static void another_clock_is_not_judged_by_ours(void **state) {
    (void)state;
    kit k;
    const qd_shop_options elsewhere = { .session = "at",
                                        .shop_id = "O",
                                        .base_url = "http://127.0.0.1:1" };
    kit_open(&k, "solinkup", NULL, &elsewhere);
    kit_rule_times(&k, "/", "{\"data\":{},\"err_no\":0,\"code\":10000}", 0);
    KIT_CALL(&k, "jinritemai.listOrder",
             "{\"createTimeStart\":1600000000,\"createTimeEnd\":1600000001}", QD_OK);
    kit_close(&k);
}

/* ---- canonical JSON ---- */

static void the_body_is_canonical(void **state) {
    (void)state;
    static const struct {
        const char *in, *out; /* of the member x */
    } cases[] = {
        { "{\"c\":3,\"b\":2,\"a\":{\"c\":3,\"b\":2,\"a\":1}}",
          "{\"a\":{\"a\":1,\"b\":2,\"c\":3},\"b\":2,\"c\":3}" },
        { "{\"a\":1.0}", "{\"a\":1}" },
        { "{\"a\":\"&<>='/\xc3\xb4\xe6\xb1\x89\xf0\x9f\x98\x80\"}",
          "{\"a\":\"&<>='/\xc3\xb4\xe6\xb1\x89\xf0\x9f\x98\x80\"}" },
        { "{\"a\":\"\\u6c49\\ud83d\\ude00\\/\"}", "{\"a\":\"\xe6\xb1\x89\xf0\x9f\x98\x80/\"}" },
        { "{\"z\":[3,1,2],\"a\":[{\"b\":1,\"a\":2}]}",
          "{\"a\":[{\"a\":2,\"b\":1}],\"z\":[3,1,2]}" },
        { "{\"b\":1.50,\"c\":0.1,\"d\":1e14,\"e\":9007199254740993}",
          "{\"b\":1.5,\"c\":0.1,\"d\":100000000000000,\"e\":9007199254740993}" },
        { "[-0.0,1e15,9223372036854775807,-9223372036854775808,9223372036854775808]",
          "[0,1000000000000000,9223372036854775807,-9223372036854775808,9223372036854775808]" },
        { "\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\\u2028\\u2029\"" },
        { "[]", "[]" },
        { "{}", "{}" },
        { "\"\\u0001\\n\\\"\\\\\"", "\"\\u0001\\n\\\"\\\\\"" },
    };
    kit k;
    const qd_call_options raw = { .flags = QD_CALL_NO_VALIDATE, .raw_path = "/any" };
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/", FINE, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char params[256];
        char want[256];
        qd_err err;
        k.requests = 0;
        (void)snprintf(params, sizeof params, "{\"x\":%s}", cases[i].in);
        (void)snprintf(want, sizeof want, ",\"x\":%s}", cases[i].out);
        assert_int_equal(kit_call(&k, "any", params, &raw, NULL, 0, &err), QD_OK);
        if (!strstr(k.seen[0].body, want)) {
            fail_msg("%s became %s", params, k.seen[0].body);
        }
    }
    kit_close(&k);
}

static void numbers_without_an_agreed_form_are_refused(void **state) {
    (void)state;
    static const char *const beyond[] = { "9223372036854775809", "18446744073709551615", "1e25",
                                          "-1e19", "123456789012345678901234567890" };
    kit k;
    kit_open(&k, "solinkup", NULL, &SHOP);
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        char params[256];
        qd_err err;
        (void)snprintf(params, sizeof params,
                       "{\"cipher_infos\":[{\"auth_id\":%s,\"cipher_text\":\"c\"}]}", beyond[i]);
        assert_int_equal(call(&k, "jinritemai.batchDecrypts", params, &err), QD_E_INVALID);
        assert_non_null(strstr(err.message, "auth_id"));
    }
    qd_err err;
    assert_int_equal(call(&k, "juliangqianchuan.getReportAd",
                          "{\"advertiser_id\":9223372036854775809,\"start_date\":\"2023-11-01\","
                          "\"end_date\":\"2023-11-02\",\"fields\":[\"ctr\"],\"filtering\":{"
                          "\"marketing_goal\":\"ALL\"}}",
                          &err),
                     QD_E_INVALID);
    assert_non_null(strstr(err.message, "advertiser_id"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

/* ---- answers ---- */

/* What says one thing and means another. */
static void envelopes_that_lie_are_no_success(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        bool ok;
    } cases[] = {
        { "{\"success\":false,\"code\":\"200\",\"message\":\"操作成功\",\"data\":[1]}", false },
        { "{\"success\":null,\"code\":\"__200OK\",\"data\":[1]}", false },
        { "{\"success\":true,\"code\":\"__500\",\"data\":[1]}", true }, /* success decides */
        { "{\"success\":\"yes\",\"data\":[1]}", false },
        { "{\"err_no\":0,\"code\":50002,\"sub_code\":\"isv.x\",\"data\":{}}", false },
        { "{\"err_no\":50002,\"code\":10000,\"sub_code\":\"\",\"data\":{}}", false },
        { "{\"code\":0,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{}}", true },
        { "{\"code\":1,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{}}", false },
        { "{\"code\":\"0\",\"message\":\"OK\"}", false },
        { "{\"data\":{\"decrypt_infos\":[]}}", true },
        { "{\"message\":\"OK\"}", false },
        { "\"OK\"", false },
    };
    kit k;
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    kit_open(&k, "solinkup", NULL, &SHOP);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status = kit_call(&k, "jinritemai.getAuthInfo", NULL, &once, NULL, 0, &err);
        if ((status == QD_OK) != cases[i].ok) {
            fail_msg("%s: %s", cases[i].answer, qd_status_name(status));
        }
    }
    kit_close(&k);
}

/* The guide's own sample lacks a comma: tests/data has it as printed. */
static void the_guides_broken_sample_is_told_with_its_position(void **state) {
    (void)state;
    kit k;
    qd_err err;
    base_buf sample;
    base_buf_init(&sample, 1 << 16);
    assert_int_equal(base_file_read(QD_SOURCE_DIR "/tests/data/solinkup_getAuthInfo.invalid.txt",
                                    1 << 16, &sample, &err),
                     QD_OK);
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/", base_buf_text(&sample), 0);
    assert_int_equal(call(&k, "jinritemai.getAuthInfo", NULL, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "jinritemai.getAuthInfo"));
    assert_non_null(strstr(err.message, "line 13 column 11"));
    kit_close(&k);
    base_buf_clear(&sample);
}

/* ---- the probe ---- */

typedef struct tries {
    int count;
    char names[16][QD_PROBE_TEXT];
    qd_status status[16];
} tries;

static void note(void *user, const char *sign_method, const qd_err *err) {
    tries *t = user;
    assert_true(t->count < 16);
    (void)snprintf(t->names[t->count], QD_PROBE_TEXT, "%s", sign_method);
    t->status[t->count++] = err->status;
}

static qd_status probe(kit *k, const qd_shop_options *shop, tries *t, char found[QD_PROBE_TEXT],
                       qd_err *err) {
    const qd_app_options app = { .platform = "solinkup",
                                 .key = "1234567",
                                 .secret = "s3cret-s3cret",
                                 .clock = &k->clock,
                                 .transport_make = kit_transport,
                                 .transport_user = k };
    const qd_probe_options options = { .pause_ms = 250, .told = note, .user = t };
    memset(t, 0, sizeof *t);
    return qd_probe_sign_method(&app, shop, &options, found, err);
}

static const char REFUSED[] = "{\"success\":false,\"code\":\"__401\",\"message\":\"sign\"}";

static void the_probe_tries_seven_readings_and_stops_at_the_first_that_works(void **state) {
    (void)state;
    static const char *const order[] = {
        "java_demo/md5",
        "text_example/md5",
        "java_demo/hmac-sha256",
        "text_example/hmac-sha256",
        "text_php/hmac-sha256",
        "text_list/hmac-sha256",
        "java_dispatch/hmac-sha256",
    };
    char found[QD_PROBE_TEXT];
    tries t;
    kit k;
    qd_err err;
    kit_open(&k, "solinkup", NULL, &SHOP);
    for (int works = 0; works < QD_PROBE_CALLS; works++) {
        kit_rules_clear(&k);
        if (works > 0) {
            kit_rule_times(&k, "/getAuthInfo/", REFUSED, works);
        }
        kit_rule_times(&k, "/getAuthInfo/", FINE, 0);
        int64_t before = k.mono_ms;
        assert_int_equal(probe(&k, &SHOP, &t, found, &err), QD_OK);
        assert_string_equal(found, order[works]);
        assert_int_equal(t.count, works + 1);
        assert_int_equal(k.requests, works + 1);
        assert_int_equal(k.mono_ms - before, works * 250); /* a pause between them */
    }
    for (int i = 0; i < QD_PROBE_CALLS; i++) {
        assert_string_equal(t.names[i], order[i]);
    }
    /* None: told as what it is, after no more than seven. */
    kit_rules_clear(&k);
    kit_rule_times(&k, "/getAuthInfo/", REFUSED, 0);
    assert_int_equal(probe(&k, &SHOP, &t, found, &err), QD_E_AUTH);
    assert_int_equal(k.requests, QD_PROBE_CALLS);
    assert_string_equal(err.code, "__401");
    kit_close(&k);
}

static void the_probe_stops_where_nothing_can_be_learned(void **state) {
    (void)state;
    char found[QD_PROBE_TEXT];
    tries t;
    kit k;
    qd_err err;
    kit_open(&k, "solinkup", NULL, &SHOP);
    kit_rule_times(&k, "/", "", 0);
    k.rules[0].status = 503;
    assert_int_equal(probe(&k, &SHOP, &t, found, &err), QD_E_UNAVAILABLE);
    assert_int_equal(k.requests, 1);
    /* Without a token: the template list, and nothing is refreshed or created. */
    kit_rules_clear(&k);
    kit_rule_times(&k, "/template/list", FINE, 0);
    const qd_shop_options bare = { .shop_id = "O" };
    assert_int_equal(probe(&k, &bare, &t, found, &err), QD_OK);
    assert_int_equal(k.requests, 1);
    /* An expired pair is used as it is. */
    kit_rules_clear(&k);
    kit_rule_times(&k, "/getAuthInfo/", FINE, 0);
    const qd_token old = { .access = "old", .refresh = "r", .expires_at = KIT_NOW - 1 };
    kit_save(&k, "t1", &old);
    const qd_shop_options stored = { .handle = "t1", .shop_id = "O", .token_store = k.store };
    assert_int_equal(probe(&k, &stored, &t, found, &err), QD_OK);
    assert_non_null(strstr(k.seen[0].body, "\"accessToken\":\"old\""));
    assert_string_equal(kit_load(&k, "t1").access, "old");
    kit_close(&k);
    const qd_app_options douyin = { .platform = "douyin", .key = "1", .secret = "2" };
    assert_int_equal(qd_probe_sign_method(&douyin, &SHOP, NULL, found, &err), QD_E_UNSUPPORTED);
}

static void the_java_switch_is_a_reading_of_its_own(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", "java_dispatch/hmac-sha256", &SHOP);
    kit_rule_times(&k, "/", FINE, 0);
    KIT_CALL(&k, "jinritemai.getAuthInfo", NULL, QD_OK);
    assert_non_null(strstr(k.seen[0].body, "\"signMethod\":\"hmac-sha256\""));
    const char *sign = strstr(k.seen[0].headers, "sign: ");
    assert_non_null(sign);
    assert_int_equal(strcspn(sign + 6, "\n"), 32); /* an MD5, though hmac-sha256 is named */
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_the_guide_are_checked_locally),
        cmocka_unit_test(fifty_texts_are_decrypted_at_once_and_no_more),
        cmocka_unit_test(another_clock_is_not_judged_by_ours),
        cmocka_unit_test(the_body_is_canonical),
        cmocka_unit_test(numbers_without_an_agreed_form_are_refused),
        cmocka_unit_test(envelopes_that_lie_are_no_success),
        cmocka_unit_test(the_guides_broken_sample_is_told_with_its_position),
        cmocka_unit_test(the_probe_tries_seven_readings_and_stops_at_the_first_that_works),
        cmocka_unit_test(the_probe_stops_where_nothing_can_be_learned),
        cmocka_unit_test(the_java_switch_is_a_reading_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
