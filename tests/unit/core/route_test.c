/*
 * Switches of a shop that is in use: proxies and environments change under calls that are open, and
 * nothing is lost, mixed up or told that should not be.
 */
#include "fixture.h"

static fixture f;

#define METHOD "order.searchList"
#define PARAMS "{\"page\":0,\"size\":10}"

/* What the transport was given, request by request, and what the test does in between. */
static struct {
    char proxies[64][128];
    void (*meanwhile)(int index);
    int failures; /* so many answers are 503 first */
    int64_t date; /* of the answers; 0 = none */
    const char *valid;
} world;

static void play(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    assert_true(index < 64);
    snprintf(world.proxies[index], sizeof world.proxies[index], "%s",
             request->proxy ? request->proxy : "");
    if (world.date) {
        test_date(it, out, world.date);
    }
    if (world.meanwhile) {
        world.meanwhile(index);
    }
    if (world.failures > 0) {
        world.failures--;
        out->reply.status = 503;
        test_answer(it, out, "down");
        return;
    }
    bool create = test_is(request, "token.create");
    if (create || test_is(request, "token.refresh")) {
        test_answer(it, out,
                    "{\"code\":10000,\"data\":{\"access_token\":\"s1\",\"refresh_token\":\"rs1\","
                    "\"expires_in\":604800}}");
        return;
    }
    char expected[64];
    snprintf(expected, sizeof expected, "token=%s&", world.valid);
    test_answer(it, out,
                !world.valid || strstr(request->url, expected)
                    ? "{\"code\":10000,\"data\":{}}"
                    : "{\"code\":40003,\"sub_code\":\"isv.access-token-expired\"}");
}

static void start(void) {
    memset(&world, 0, sizeof world);
    test_open(&f, play, NULL);
}

static qd_status call(qd_err *err) {
    qd_reply *reply = NULL;
    qd_status status = qd_call(f.shop, METHOD, PARAMS, &reply, err);
    qd_reply_free(reply);
    return status;
}

static bool went_to(int index, const char *host) {
    return strncmp(f.seen[index].url, host, strlen(host)) == 0;
}

static const char PRODUCTION[] = "https://openapi-fxg.jinritemai.com/";
static const char SANDBOX[] = "https://openapi-sandbox.jinritemai.com/";

/* ---- proxies ---- */

static void a_proxy_is_taken_by_the_next_call_and_left_by_the_one_after(void **state) {
    (void)state;
    qd_err err;
    start();
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_set_proxy(f.shop, "http://10.0.0.5:3128", &err), QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_set_proxy(f.shop, "", &err), QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_string_equal(world.proxies[0], "");
    assert_string_equal(world.proxies[1], "http://10.0.0.5:3128");
    assert_string_equal(world.proxies[2], "");
    test_close(&f);
}

static void set_proxy_between(int index) {
    if (index == 0) {
        assert_int_equal(qd_shop_set_proxy(f.shop, "socks5://10.0.0.6:1080", NULL), QD_OK);
    }
}

static void a_call_that_tries_again_takes_the_new_proxy(void **state) {
    (void)state;
    qd_err err;
    start();
    world.failures = 1;
    world.meanwhile = set_proxy_between;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(f.requests, 2);
    assert_string_equal(world.proxies[0], "");
    assert_string_equal(world.proxies[1], "socks5://10.0.0.6:1080");
    test_close(&f);
}

static void of_a_pair_the_called_scheme_chooses(void **state) {
    (void)state;
    qd_err err;
    start();
    const char *pair = "{\"http\":\"http://10.0.0.5:3128\",\"https\":\"http://10.0.0.6:3128\"}";
    assert_int_equal(qd_shop_set_proxy(f.shop, pair, &err), QD_OK);
    assert_int_equal(call(&err), QD_OK); /* production is https */
    assert_int_equal(qd_shop_set_environment(f.shop, "production", "http://127.0.0.1:9", &err),
                     QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_set_proxy(f.shop, "{\"https\":\"http://10.0.0.6:3128\"}", &err),
                     QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_string_equal(world.proxies[0], "http://10.0.0.6:3128");
    assert_string_equal(world.proxies[1], "http://10.0.0.5:3128");
    assert_string_equal(world.proxies[2], ""); /* none for http */
    test_close(&f);
}

static void a_malformed_proxy_is_refused_without_its_password_and_changes_nothing(void **state) {
    (void)state;
    static const struct {
        const char *proxy;
        const char *why;
    } cases[] = {
        { "10.0.0.5:3128", "not a URL" },
        { "ftp://joe:s3cr3t@10.0.0.5:21", "must start with" },
        { "http://joe:s3cr3t@10.0.0.5", "no port" },
        { "http://joe:s3cr3t@10.0.0.5:99999", "not a URL" },
        { "http://joe:s3cr3t@10.0.0.5:3128/path", "end after the port" },
        { "http://joe:s3cr3t@10.0.0.5:31 28", "not a URL" },
        { "{\"http\":\"http://joe:s3cr3t@10.0.0.5:3128\"", "no JSON object" },
        { "{\"http\":\"http://joe:s3cr3t@10.0.0.5:3128\"} x", "no JSON object" },
        { "{\"http\":\"http://joe:s3cr3t@10.0.0.5\"}", "no port" },
        { "{\"http\":\"http://10.0.0.5:1\",\"all\":\"http://joe:s3cr3t@10.0.0.5:1\"}",
          "unknown member \"all\"" },
        { "{\"http\":3128}", "must be a URL as text" },
        { "{\"http\":\"http://10.0.0.5:1\",\"http\":\"http://10.0.0.5:2\"}", "twice" },
        { "{}", "neither" },
        { "{\"http\":null,\"https\":\"\"}", "neither" },
    };
    qd_err err;
    start();
    assert_int_equal(qd_shop_set_proxy(f.shop, "http://10.0.0.9:1", &err), QD_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err_clear(&err);
        assert_int_equal(qd_shop_set_proxy(f.shop, cases[i].proxy, &err), QD_E_INVALID);
        if (!strstr(err.message, cases[i].why) || strstr(err.message, "s3cr3t")) {
            fail_msg("%s: %s", cases[i].proxy, err.message);
        }
        assert_int_equal(qd_shop_set_proxy(f.shop, cases[i].proxy, NULL), QD_E_INVALID);
    }
    assert_int_equal(call(&err), QD_OK);
    assert_string_equal(world.proxies[0], "http://10.0.0.9:1");
    test_close(&f);
}

/* ---- environments ---- */

static void each_environment_has_its_own_token(void **state) {
    (void)state;
    qd_err err;
    qd_token token;
    start();
    assert_int_equal(qd_shop_set_environment(f.shop, "sandbox", NULL, &err), QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_true(test_is(&(qd_http_request){ .url = f.seen[0].url }, "token.create"));
    assert_true(went_to(0, SANDBOX));
    assert_true(went_to(1, SANDBOX));
    assert_non_null(strstr(f.seen[1].url, "token=s1&"));
    assert_int_equal(qd_shop_set_environment(f.shop, NULL, NULL, &err), QD_OK);
    assert_int_equal(call(&err), QD_OK);
    assert_true(went_to(2, PRODUCTION));
    assert_non_null(strstr(f.seen[2].url, "token=a1&"));
    assert_int_equal(f.store->load(f.store, "t1", "production", &token, &err), QD_OK);
    assert_string_equal(token.access, "a1");
    assert_int_equal(f.store->load(f.store, "t1", "sandbox", &token, &err), QD_OK);
    assert_string_equal(token.access, "s1");
    test_close(&f);
}

static void to_sandbox_between(int index) {
    if (index == 0) {
        assert_int_equal(qd_shop_set_environment(f.shop, "sandbox", NULL, NULL), QD_OK);
    }
}

static void what_was_asked_of_one_environment_is_not_repeated_in_the_other(void **state) {
    (void)state;
    qd_err err;
    start();
    world.failures = 1;
    world.meanwhile = to_sandbox_between;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(f.requests, 2);
    assert_true(went_to(0, PRODUCTION));
    assert_true(went_to(1, PRODUCTION));
    assert_non_null(strstr(f.seen[1].url, "token=a1&"));
    assert_int_equal(call(&err), QD_OK);
    assert_true(went_to(f.requests - 1, SANDBOX));
    test_close(&f);
}

static void a_token_renewed_during_the_switch_belongs_to_the_old_environment(void **state) {
    (void)state;
    qd_err err;
    qd_token token;
    start();
    world.valid = "s1";                   /* a1 is refused, a refresh gives s1 */
    world.meanwhile = to_sandbox_between; /* while the first call is on its way */
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(f.requests, 3);
    for (int i = 0; i < f.requests; i++) {
        assert_true(went_to(i, PRODUCTION));
    }
    assert_int_equal(f.store->load(f.store, "t1", "production", &token, &err), QD_OK);
    assert_string_equal(token.access, "s1");
    assert_int_equal(f.store->load(f.store, "t1", "sandbox", &token, &err), QD_OK);
    assert_int_equal(token.version, 0);
    test_close(&f);
}

static void the_clock_of_a_sandbox_is_not_the_platforms(void **state) {
    (void)state;
    qd_err err;
    start();
    world.date = TEST_NOW + 3600;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW + 3600);
    assert_int_equal(qd_shop_set_environment(f.shop, "sandbox", "http://127.0.0.1:9", &err), QD_OK);
    assert_false(qd_shop_now_known(f.shop));
    world.date = TEST_NOW + 400 * 86400; /* it practises another year */
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW + 400 * 86400);
    assert_int_equal(qd_shop_set_environment(f.shop, "production", NULL, &err), QD_OK);
    world.date = 0;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_now(f.shop), TEST_NOW);
    assert_non_null(strstr(f.seen[f.requests - 1].url, "t=1700000000&"));
    test_close(&f);
}

static void a_wrong_environment_is_refused_and_changes_nothing(void **state) {
    (void)state;
    qd_err err;
    start();
    assert_int_equal(qd_shop_set_environment(f.shop, "staging", NULL, &err), QD_E_INVALID);
    assert_int_equal(qd_shop_set_environment(f.shop, "sandbox", "nowhere", &err), QD_E_INVALID);
    assert_int_equal(call(&err), QD_OK);
    assert_true(went_to(0, PRODUCTION));
    test_close(&f);
}

static void a_session_by_hand_stays_in_its_environment(void **state) {
    (void)state;
    qd_err err;
    start();
    world.valid = "hand";
    const qd_shop_options by_hand = { .handle = "t2",
                                      .session = "hand",
                                      .environment = "production",
                                      .app_kind = "tool",
                                      .token_store = f.store };
    test_shop(&f, &by_hand);
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(qd_shop_set_environment(f.shop, "sandbox", NULL, &err), QD_OK);
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_int_equal(f.requests, 1); /* it was not sent there */
    test_close(&f);
}

/* ---- the watcher ---- */

static int looks;

static void look(void *user, qd_shop *shop) {
    looks++;
    assert_ptr_equal(user, &f);
    assert_int_equal(qd_shop_set_proxy(shop, looks > 1 ? "http://10.0.0.7:1" : NULL, NULL), QD_OK);
}

static void the_watcher_is_asked_before_each_attempt(void **state) {
    (void)state;
    qd_err err;
    start();
    looks = 0;
    const qd_shop_options watched = {
        .handle = "t1", .shop_id = "123", .token_store = f.store, .watch = look, .watch_user = &f
    };
    test_shop(&f, &watched);
    world.failures = 1;
    assert_int_equal(call(&err), QD_OK);
    assert_true(looks >= 2);
    assert_string_equal(world.proxies[0], "");
    assert_string_equal(world.proxies[1], "http://10.0.0.7:1");
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_is_taken_by_the_next_call_and_left_by_the_one_after),
        cmocka_unit_test(a_call_that_tries_again_takes_the_new_proxy),
        cmocka_unit_test(of_a_pair_the_called_scheme_chooses),
        cmocka_unit_test(a_malformed_proxy_is_refused_without_its_password_and_changes_nothing),
        cmocka_unit_test(each_environment_has_its_own_token),
        cmocka_unit_test(what_was_asked_of_one_environment_is_not_repeated_in_the_other),
        cmocka_unit_test(a_token_renewed_during_the_switch_belongs_to_the_old_environment),
        cmocka_unit_test(the_clock_of_a_sandbox_is_not_the_platforms),
        cmocka_unit_test(a_wrong_environment_is_refused_and_changes_nothing),
        cmocka_unit_test(a_session_by_hand_stays_in_its_environment),
        cmocka_unit_test(the_watcher_is_asked_before_each_attempt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
