/* Qianchuan: bytes on the wire, its envelope, files, tokens that rotate. */
#include "kit.h"
#include "qiandian/report.h"

static const qd_shop_options ADVERTISER = { .session = "at", .shop_id = "16900000001" };

static void a_report_byte_for_byte(void **state) {
    (void)state;
    kit k;
    char data[128];
    qd_err err;
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    kit_rule_times(&k, "/report/ad/get/",
                   "{\"code\":0,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{\"list\":[]}}",
                   0);
    assert_int_equal(
        kit_call(&k, "report.ad.get",
                 "{\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\",\"fields\":["
                 "\"stat_cost\",\"ctr\"],\"filtering\":{\"marketing_goal\":\"ALL\"}}",
                 NULL, data, sizeof data, &err),
        QD_OK);
    assert_string_equal(k.seen[0].method, "GET");
    /* advertiser_id is the shop's own; page, page_size and order_type are always sent. */
    assert_string_equal(
        k.seen[0].url,
        "https://ad.oceanengine.com/open_api/v1.0/qianchuan/report/ad/get/"
        "?start_date=2023-11-01&end_date=2023-11-02&fields=%5B%22stat_cost%22%2C%22ctr%22%5D"
        "&filtering=%7B%22marketing_goal%22%3A%22ALL%22%7D&advertiser_id=16900000001"
        "&order_type=ASC&page=1&page_size=10");
    assert_string_equal(k.seen[0].headers, "Access-Token: at\nAccept: application/json\n");
    assert_int_equal(k.seen[0].body_len, 0);
    assert_string_equal(data, "{\"list\":[]}");
    kit_close(&k);
}

static void a_write_is_a_json_body(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options sandbox = { .session = "at",
                                      .environment = "sandbox",
                                      .base_url = "http://127.0.0.1:1/q/",
                                      .shop_id = "7" };
    kit_open(&k, "qianchuan", NULL, &sandbox);
    kit_rule_times(&k, "/", "{\"code\":\"0\",\"data\":{}}", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "keyword.check", "{\"keywords\":[\"a\"]}", &any, NULL, 0, &err),
                     QD_OK);
    assert_string_equal(k.seen[0].method, "POST");
    assert_string_equal(k.seen[0].url,
                        "http://127.0.0.1:1/q/open_api/v1.0/qianchuan/keyword/check/");
    assert_string_equal(k.seen[0].body, "{\"keywords\":[\"a\"],\"advertiser_id\":7}");
    assert_non_null(strstr(k.seen[0].headers, "X-Debug-Mode: 1\n"));
    kit_close(&k);
}

static void a_file_is_a_part_of_multipart(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    kit_rule_times(&k, "/audience_file/upload/", "{\"code\":0,\"data\":{}}", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "audience_file.upload",
                              "{\"advertiser_id\":7,\"file\":{\"$file\":{\"name\":\"a\\\"b.zip\","
                              "\"content_type\":\"application/zip\",\"base64\":\"AAEC/w==\"}}}",
                              &any, NULL, 0, &err),
                     QD_OK);
    static const char expected[] =
        "--qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\r\n"
        "Content-Disposition: form-data; name=\"advertiser_id\"\r\n\r\n7\r\n"
        "--qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\r\n"
        "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b.zip\"\r\n"
        "Content-Type: application/zip\r\n\r\n\0\1\2\xff\r\n"
        "--qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a--\r\n";
    assert_int_equal(k.seen[0].body_len, sizeof expected - 1);
    assert_memory_equal(k.seen[0].body, expected, sizeof expected - 1);
    assert_non_null(strstr(k.seen[0].headers, "Content-Type: multipart/form-data; "
                                              "boundary=qd-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n"));
    kit_close(&k);
}

static void envelopes(void **state) {
    (void)state;
    static const struct {
        const char *answer;
        qd_status status;
        const char *code;
    } cases[] = {
        { "{\"code\":0}", QD_OK, "" },
        { "{\"code\":40105,\"message\":\"no\",\"request_id\":\"R\"}", QD_E_PLATFORM, "40105" },
        { "{\"message\":\"OK\"}", QD_E_PROTOCOL, "" },
        { "[0]", QD_E_PROTOCOL, "" },
        { "gateway down", QD_E_PROTOCOL, "" },
    };
    kit k;
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY | QD_CALL_NO_VALIDATE };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", cases[i].answer, 0);
        qd_status status = kit_call(&k, "report.ad.get", NULL, &once, NULL, 0, &err);
        if (status != cases[i].status && !(i == 1 && status == QD_E_AUTH)) {
            fail_msg("%s: %s: %s", cases[i].answer, qd_status_name(status), err.message);
        }
        assert_string_equal(err.code, cases[i].code);
    }
    /* An error status with a body that claims success is no success. */
    kit_rules_clear(&k);
    kit_rule_times(&k, "/", "{\"code\":0,\"data\":{}}", 0);
    k.rules[0].status = 502;
    qd_err err;
    assert_int_equal(kit_call(&k, "report.ad.get", NULL, &once, NULL, 0, &err), QD_E_UNAVAILABLE);
    kit_close(&k);
}

static void a_refresh_rotates_the_pair(void **state) {
    (void)state;
    kit k;
    const qd_shop_options advertiser = { .shop_id = "7" };
    kit_open(&k, "qianchuan", NULL, &advertiser);
    const qd_token pair = { .access = "old", .refresh = "r1", .expires_at = KIT_NOW - 1 };
    kit_save(&k, "t1", &pair);
    kit_rule_times(&k, "oauth2/refresh_token",
                   "{\"code\":0,\"data\":{\"access_token\":\"new\",\"refresh_token\":\"r2\","
                   "\"expires_in\":86400,\"refresh_token_expires_in\":2592000}}",
                   1);
    kit_rule_times(&k, "/report/", "{\"code\":0,\"data\":{}}", 0);
    KIT_CALL(&k, "report.ad.get",
             "{\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\",\"fields\":[\"ctr\"],"
             "\"filtering\":{\"marketing_goal\":\"ALL\"}}",
             QD_OK);
    assert_string_equal(k.seen[0].url, "https://ad.oceanengine.com/open_api/oauth2/refresh_token/");
    assert_string_equal(k.seen[0].body,
                        "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"r1\",\"app_id\":"
                        "1234567,\"secret\":\"s3cret-s3cret\"}");
    assert_non_null(strstr(k.seen[1].headers, "Access-Token: new\n"));
    qd_token kept = kit_load(&k, "t1");
    assert_string_equal(kept.refresh, "r2");
    assert_int_equal(kept.expires_at, KIT_NOW + 86400);
    assert_int_equal(kept.refresh_expires_at, KIT_NOW + 2592000);
    kit_close(&k);
}

static void without_a_token_the_error_says_how_to_get_one(void **state) {
    (void)state;
    kit k;
    qd_err err;
    const qd_shop_options advertiser = { .shop_id = "7" };
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    kit_open(&k, "qianchuan", NULL, &advertiser);
    assert_int_equal(kit_call(&k, "report.ad.get", NULL, &any, NULL, 0, &err), QD_E_AUTH);
    assert_non_null(strstr(err.message, "auth_code"));
    kit_close(&k);
}

/* Where numbers come as texts: as JSON writes them, whatever the program's locale says of commas.
 */
static void a_report_takes_texts_for_numbers_only_where_they_are(void **state) {
    (void)state;
    static const char *const texts[] = { "1.5", "0x10", "1,5", " 1", "nan", "1e" };
    static const char *const fields[] = { "stat_cost" };
    const qd_report_options day = { .report = QD_REPORT_ADVERTISER,
                                    .from = "2023-01-01",
                                    .to = "2023-01-01",
                                    .fields = fields,
                                    .field_count = 1,
                                    .marketing_goal = "ALL" };
    kit k;
    qd_err err;
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char answer[200];
        qd_report *report = NULL;
        snprintf(answer, sizeof answer,
                 "{\"code\":0,\"data\":{\"list\":[{\"stat_cost\":\"%s\"}],\"page_info\":{"
                 "\"total_number\":1,\"total_page\":1}}}",
                 texts[i]);
        kit_rules_clear(&k);
        kit_rule_times(&k, "/", answer, 0);
        assert_int_equal(qd_report_run(k.shop, &day, &report, &err), i ? QD_E_PROTOCOL : QD_OK);
        qd_report_free(report);
    }
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_byte_for_byte),
        cmocka_unit_test(a_write_is_a_json_body),
        cmocka_unit_test(a_file_is_a_part_of_multipart),
        cmocka_unit_test(envelopes),
        cmocka_unit_test(a_report_takes_texts_for_numbers_only_where_they_are),
        cmocka_unit_test(a_refresh_rotates_the_pair),
        cmocka_unit_test(without_a_token_the_error_says_how_to_get_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
