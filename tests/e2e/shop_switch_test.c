/*
 * qd shop proxy and sandbox as an operator uses them: refused when malformed, no password shown,
 * and taken by programs that run, at the shell and in this process.
 */
#include <string.h>
#include <unistd.h>

#include "e2e_proxy.h"
#include "e2e_shell.h"
#include "jobs/jobs.h"

typedef struct bench {
    tempdir home;
    practice world;
    proxy proxy;
    char shop[40]; /* t_code of the Douyin shop */
} bench;

static bench b;

static void connect_shop(void) {
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    practice_connect(&b.world, b.home.path, practice_shop(truth, 0), b.shop);
    yyjson_doc_free(truth);
}

static int start(void **state) {
    (void)state;
    home_make(&b.home, false);
    practice_start(&b.world, "20", "31");
    proxy_start(&b.proxy); /* after the fork of the sandbox */
    connect_shop();
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    proxy_stop(&b.proxy);
    tempdir_remove(&b.home);
    return 0;
}

/* qd shop VERB T VALUE; returns the exit code. */
static int shop_verb(const char *verb, const char *value, char *out, size_t size) {
    said s;
    SHELL_RUN(&s, "shop", verb, b.shop, value, "--home", b.home.path, "-ojson");
    if (out) {
        snprintf(out, size, "%s%s", base_buf_text(&s.out), base_buf_text(&s.err));
    }
    int code = s.code;
    said_clear(&s);
    return code;
}

static void call(int code) {
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "--shop", b.shop, "--home", b.home.path, "-ojson",
              "page=0", "size=1", "--no-retry");
    if (s.code != code) {
        fail_msg("exit %d: %s%s", s.code, base_buf_text(&s.out), base_buf_text(&s.err));
    }
    assert_null(strstr(base_buf_text(&s.err), "s3cr3t"));
    said_clear(&s);
}

/* ---- at the shell ---- */

static void a_proxy_is_gone_through_and_off_again(void **state) {
    (void)state;
    char text[2048];
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 0);
    assert_int_equal(shop_verb("proxy", b.proxy.with_password, text, sizeof text), 0);
    assert_null(strstr(text, "s3cr3t"));
    assert_non_null(strstr(text, "joe:***@"));
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 1);
    assert_int_equal(b.proxy.unauthorised, 0); /* the whole password went there */
    assert_string_equal(b.proxy.target, b.world.base_url + 7);
    said s;
    SHELL_RUN(&s, "shop", "show", b.shop, "--home", b.home.path, "-ojson");
    assert_null(strstr(base_buf_text(&s.out), "s3cr3t"));
    said_clear(&s);
    SHELL_RUN(&s, "shop", "list", "--home", b.home.path, "-ocsv");
    assert_non_null(strstr(base_buf_text(&s.out), "joe:***@"));
    said_clear(&s);
    assert_int_equal(shop_verb("proxy", "off", NULL, 0), 0);
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 1);
}

static void of_a_pair_the_scheme_of_the_target_chooses(void **state) {
    (void)state;
    char pair[256];
    snprintf(pair, sizeof pair, "{\"https\":\"%s\"}", b.proxy.url);
    assert_int_equal(shop_verb("proxy", pair, NULL, 0), 0);
    call(0); /* the sandbox is http: directly */
    assert_int_equal(proxy_forwarded(&b.proxy), 0);
    snprintf(pair, sizeof pair, "{\"http\":\"%s\",\"https\":\"http://127.0.0.1:9\"}", b.proxy.url);
    assert_int_equal(shop_verb("proxy", pair, NULL, 0), 0);
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 1);
}

static void a_proxy_that_is_not_there_is_named_without_its_password(void **state) {
    (void)state;
    said s;
    assert_int_equal(shop_verb("proxy", "http://joe:s3cr3t@127.0.0.1:9", NULL, 0), 0);
    SHELL_RUN(&s, "-v", "call", "order.searchList", "--shop", b.shop, "--home", b.home.path,
              "page=0", "size=1", "--no-retry");
    assert_int_equal(s.code, 1);
    assert_null(strstr(base_buf_text(&s.err), "s3cr3t"));
    said_clear(&s);
}

static void malformed_switches_are_refused_and_change_nothing(void **state) {
    (void)state;
    static const char *const proxies[] = { "nowhere",
                                           "http://127.0.0.1",
                                           "gopher://127.0.0.1:70",
                                           "http://joe:s3cr3t@127.0.0.1:3128/x",
                                           "{\"http\":\"http://joe:s3cr3t@127.0.0.1:1\"",
                                           "{\"all\":\"http://joe:s3cr3t@127.0.0.1:1\"}",
                                           "{\"http\":[]}",
                                           "{}",
                                           "" };
    char text[2048];
    call(0); /* gets its token */
    assert_int_equal(shop_verb("proxy", b.proxy.url, NULL, 0), 0);
    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++) {
        assert_int_equal(shop_verb("proxy", proxies[i], text, sizeof text), 2);
        assert_non_null(strstr(text, "\"message\":\""));
        assert_null(strstr(text, "s3cr3t"));
    }
    assert_int_equal(shop_verb("sandbox", "yes", NULL, 0), 2);
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 1);
}

static void the_sandbox_is_left_with_its_host_and_found_again(void **state) {
    (void)state;
    char text[2048];
    call(0); /* gets its token */
    assert_int_equal(shop_verb("proxy", b.proxy.url, NULL, 0), 0);
    call(0);
    assert_int_equal(shop_verb("sandbox", "off", text, sizeof text), 0);
    assert_non_null(strstr(text, "\"environment\":\"production\""));
    assert_non_null(strstr(text, "\"base_url\":\"\""));
    call(1); /* the proxy refuses the way out */
    assert_int_equal(proxy_forwarded(&b.proxy), 1);
    assert_true(proxy_tunnels(&b.proxy) > 0);
    assert_string_equal(b.proxy.target, "openapi-fxg.jinritemai.com:443");
    said s;
    SHELL_RUN(&s, "shop", "show", b.shop, "--home", b.home.path, "-ojson");
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/token/state"), "none"); /* of production */
    yyjson_doc_free(doc);
    said_clear(&s);
    assert_int_equal(shop_verb("sandbox", "on", text, sizeof text), 0);
    assert_non_null(strstr(text, b.world.base_url));
    call(0);
    assert_int_equal(proxy_forwarded(&b.proxy), 2); /* with the token that it had there */
}

/* ---- while a program runs ---- */

static void next_round(running *r) {
    char line[65536];
    assert_true(running_line(r, line, sizeof line));
    assert_non_null(strstr(line, "\"status\":\"ok\""));
}

static void a_running_sync_takes_what_another_process_sets(void **state) {
    (void)state;
    running r;
    const char *const watch[] = { "sync", "orders", "--shop",    b.shop,     "--watch", "--every",
                                  "1",    "--home", b.home.path, "-ondjson", NULL };
    running_start(&r, watch);
    next_round(&r);
    assert_int_equal(proxy_forwarded(&b.proxy), 0);
    assert_int_equal(shop_verb("proxy", b.proxy.url, NULL, 0), 0);
    next_round(&r); /* may have been on its way */
    next_round(&r);
    assert_true(proxy_forwarded(&b.proxy) > 0);
    assert_int_equal(shop_verb("proxy", "off", NULL, 0), 0);
    next_round(&r);
    int last = proxy_forwarded(&b.proxy);
    next_round(&r);
    assert_int_equal(proxy_forwarded(&b.proxy), last);
    /* Production, and nothing of it reaches anybody: the proxy stands in the way. */
    assert_int_equal(shop_verb("proxy", b.proxy.url, NULL, 0), 0);
    int tunnels = proxy_tunnels(&b.proxy);
    assert_int_equal(shop_verb("sandbox", "off", NULL, 0), 0);
    assert_true(proxy_wait_tunnel(&b.proxy, tunnels));
    assert_string_equal(b.proxy.target, "openapi-fxg.jinritemai.com:443");
    assert_int_equal(shop_verb("sandbox", "on", NULL, 0), 0);
    next_round(&r);
    running_stop(&r);
}

static void a_live_handle_takes_a_switch_with_its_next_call(void **state) {
    (void)state;
    store_options options = STORE_OPTIONS_INIT;
    store *store = NULL;
    jobs_fleet *fleet = NULL;
    qd_shop *shop = NULL;
    qd_shop *again = NULL;
    qd_err err;
    options.home = b.home.path;
    assert_ok(store_open(&options, &store, &err), &err);
    assert_ok(jobs_fleet_new(store, NULL, &fleet, &err), &err);
    assert_ok(jobs_fleet_shop(fleet, b.shop, &shop, &err), &err);
    for (int round = 0; round < 4; round++) {
        bool through = round % 2 == 1;
        qd_reply *reply = NULL;
        int before = proxy_forwarded(&b.proxy);
        assert_int_equal(shop_verb("proxy", through ? b.proxy.url : "off", NULL, 0), 0);
        assert_ok(qd_call(shop, "order.searchList", "{\"page\":0,\"size\":1}", &reply, &err), &err);
        qd_reply_free(reply);
        assert_int_equal(proxy_forwarded(&b.proxy) > before, through);
    }
    /* What a live handle cannot change comes with the handle that is asked for next. */
    said s;
    SHELL_RUN(&s, "shop", "edit", b.shop, "--sign-method", "md5", "--home", b.home.path);
    assert_int_equal(s.code, 0);
    said_clear(&s);
    assert_ok(jobs_fleet_shop(fleet, b.shop, &again, &err), &err);
    assert_ptr_not_equal(again, shop);
    qd_reply *reply = NULL;
    const qd_call_options dry = { .flags = QD_CALL_DRY_RUN };
    assert_ok(
        qd_call_with(again, "order.searchList", "{\"page\":0,\"size\":1}", &dry, &reply, &err),
        &err);
    assert_non_null(strstr(qd_reply_body(reply, NULL), "sign_method=md5"));
    qd_reply_free(reply);
    jobs_fleet_free(fleet);
    store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_proxy_is_gone_through_and_off_again, start, stop),
        cmocka_unit_test_setup_teardown(of_a_pair_the_scheme_of_the_target_chooses, start, stop),
        cmocka_unit_test_setup_teardown(a_proxy_that_is_not_there_is_named_without_its_password,
                                        start, stop),
        cmocka_unit_test_setup_teardown(malformed_switches_are_refused_and_change_nothing, start,
                                        stop),
        cmocka_unit_test_setup_teardown(the_sandbox_is_left_with_its_host_and_found_again, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_running_sync_takes_what_another_process_sets, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_live_handle_takes_a_switch_with_its_next_call, start,
                                        stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
