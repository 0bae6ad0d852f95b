/*
 * The forms in which vendors' clients of Douyin speak, and the forms of its answers. Signatures
 * were computed beside the code with the rule of guide 148/814 written out in Python.
 */
#include "kit.h"

static const char FINE[] = "{\"code\":10000,\"msg\":\"success\",\"data\":{}}";
static const qd_shop_options with_session = { .session = "given" };

/* KIT_NOW is 2023-11-15 06:13:20 at +08:00. */
static const struct {
    const char *sign_method;
    const char *timestamp; /* as it stands in the URL */
    const char *sent;      /* NULL: no sign_method is sent */
    const char *sign;
    bool new_only;
} forms[] = {
    { NULL, "1700000000", "hmac-sha256",
      "259fa1faf1e2e7fa3a8e37add6ad15fa49ba04430f5158e2062a042d6dbaf11a", false },
    { "md5", "1700000000", "md5", "d541fd93562bbab9107cb9140cf5b588", false },
    { "md5-implicit", "1700000000", NULL, "d541fd93562bbab9107cb9140cf5b588", false },
    { "seconds/hmac-sha256", "1700000000", "hmac-sha256",
      "259fa1faf1e2e7fa3a8e37add6ad15fa49ba04430f5158e2062a042d6dbaf11a", false },
    { "ms/hmac-sha256", "1700000000000", "hmac-sha256",
      "3d0f0a70c6c85f8799c5434c2b3c8270ce1c406b9200fc2ace665bbae16f4199", false },
    { "ms/md5-implicit", "1700000000000", NULL, "b839e2f06158412fa629ee563295f7e0", false },
    { "text/hmac-sha256", "2023-11-15%2006%3A13%3A20", "hmac-sha256",
      "fd6e862a4fc6a7e2eb8b50d2cd63c4705b5f111afe41a529920bad2db19b5ae9", false },
    { "text/md5-implicit", "2023-11-15%2006%3A13%3A20", NULL, "ba1fb424e90b456c9dd5818774627015",
      false },
    { "new/hmac-sha256", "1700000000", "hmac-sha256",
      "259fa1faf1e2e7fa3a8e37add6ad15fa49ba04430f5158e2062a042d6dbaf11a", true },
    { "ms+new/md5-implicit", "1700000000000", NULL, "b839e2f06158412fa629ee563295f7e0", true },
    { "text+new/md5", "2023-11-15%2006%3A13%3A20", "md5", "ba1fb424e90b456c9dd5818774627015",
      true },
};

/* The value of a query parameter, up to the next one; false when there is none. */
static bool query(const char *url, const char *name, char *out, size_t size) {
    char key[64];
    snprintf(key, sizeof key, "%s=", name);
    for (const char *at = strchr(url, '?'); at; at = strchr(at + 1, '&')) {
        if (strncmp(at + 1, key, strlen(key)) == 0) {
            at += 1 + strlen(key);
            snprintf(out, size, "%.*s", (int)strcspn(at, "&"), at);
            return true;
        }
    }
    return false;
}

static void each_form_is_sent_and_signed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        kit k;
        char text[128];
        kit_open(&k, "douyin", forms[i].sign_method, &with_session);
        kit_rule_times(&k, "/", FINE, 0);
        KIT_CALL(&k, "order.searchList", "{\"size\":10,\"page\":0}", QD_OK);
        const kit_request *seen = &k.seen[0];
        assert_true(query(seen->url, "timestamp", text, sizeof text));
        assert_string_equal(text, forms[i].timestamp);
        assert_true(query(seen->url, "sign", text, sizeof text));
        assert_string_equal(text, forms[i].sign);
        bool sent = query(seen->url, "sign_method", text, sizeof text);
        assert_int_equal(sent, forms[i].sent != NULL);
        assert_true(!sent || strcmp(text, forms[i].sent) == 0);
        bool header = strstr(seen->headers, "x-open-no-old-err-code: 1\n") != NULL;
        assert_int_equal(header, forms[i].new_only);
        kit_close(&k);
    }
}

static void unknown_forms_are_refused_at_once(void **state) {
    (void)state;
    static const char *const wrong[] = { "sha1", "minutes/md5", "md5-implicit/md5",
                                         "new+text/md5" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const qd_app_options options = {
            .platform = "douyin", .key = "1", .secret = "s", .sign_method = wrong[i]
        };
        qd_app *app = NULL;
        qd_err err;
        qd_status status = qd_app_new(&options, &app, &err);
        if (status != QD_E_INVALID) {
            fail_msg("%s: %s", wrong[i], qd_status_name(status));
        }
        qd_app_free(app);
    }
}

/* Old, new, both at once; data of every shape. */
static const struct {
    const char *answer, *data;
} answers[] = {
    { "{\"log_id\":\"L\",\"code\":10000,\"msg\":\"success\",\"sub_code\":\"\",\"sub_msg\":\"\","
      "\"data\":{\"a\":1}}",
      "{\"a\":1}" },
    { "{\"err_no\":0,\"message\":\"success\",\"data\":{\"a\":1}}", "{\"a\":1}" },
    { "{\"data\":{\"a\":1},\"err_no\":0,\"message\":\"success\",\"code\":10000,\"msg\":\"success\","
      "\"sub_code\":\"\",\"sub_msg\":\"\",\"log_id\":\"L\"}",
      "{\"a\":1}" },
    { "{\"code\":10000,\"data\":[1,2]}", "[1,2]" },
    { "{\"err_no\":0,\"data\":[{\"id\":\"1A\"}]}", "[{\"id\":\"1A\"}]" },
    { "{\"err_no\":0,\"message\":\"success\",\"data\":1605}", "1605" },
    { "{\"code\":\"10000\",\"data\":7}", "7" },
    { "{\"code\":10000,\"data\":null}", "null" },
    { "{\"code\":10000}", "null" },
    { "{\"err_no\":\"0\",\"data\":\"text\"}", "\"text\"" },
    { "{\"code\":0,\"err_no\":0,\"data\":true}", "true" },
};

static void answers_of_every_shape_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        kit k;
        char data[256];
        qd_err err;
        kit_open(&k, "douyin", NULL, &with_session);
        kit_rule_times(&k, "/", answers[i].answer, 0);
        qd_status status = kit_call(&k, "product.list", "{\"page\":\"0\",\"size\":\"10\"}", NULL,
                                    data, sizeof data, &err);
        if (status != QD_OK || strcmp(data, answers[i].data) != 0) {
            fail_msg("%s: %s %s", answers[i].answer, qd_status_name(status), err.message);
        }
        kit_close(&k);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_sent_and_signed),
        cmocka_unit_test(unknown_forms_are_refused_at_once),
        cmocka_unit_test(answers_of_every_shape_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
