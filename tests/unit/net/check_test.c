/*
 * Checks of proxies, base URLs and requests, and the cleaning of messages.
 */
#include "net/net_private.h"
#include "unit/net/client.h"

static void good_proxies_pass(void **state) {
    (void)state;
    static const char *const good[] = { "http://10.0.0.5:3128",      "https://proxy.example:8443",
                                        "socks5://127.0.0.1:1080",   "socks5h://user:word@h:1080",
                                        "http://[2001:db8::1]:3128", "HTTP://proxy.example:80/" };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(net_proxy_check(good[i], NULL), QD_OK);
    }
}

static void bad_proxies_are_named(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        { "", "the proxy is empty" },
        { "10.0.0.5:3128", "is not a URL" },
        { "http://host:99999", "is not a URL" },
        { "http://ho st:3128", "is not a URL" },
        { "ftp://host:21", "must start with" },
        { "http://host", "has no port" },
        { "http://host:3128/path", "must end after the port" },
        { "http://host:3128/?x=1", "must end after the port" },
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        qd_err err = QD_ERR_INIT;
        assert_int_equal(net_proxy_check(bad[i][0], &err), QD_E_INVALID);
        assert_non_null(strstr(err.message, bad[i][1]));
    }
    qd_err err = QD_ERR_INIT;
    assert_int_equal(net_proxy_check("http://me:word@host", &err), QD_E_INVALID);
    assert_null(strstr(err.message, "word"));
    assert_int_equal(net_proxy_check(NULL, NULL), QD_E_INVALID);
}

static void base_urls_are_checked(void **state) {
    (void)state;
    static const char *const good[] = { "https://openapi-fxg.jinritemai.com",
                                        "http://127.0.0.1:8080", "https://host/router/rest",
                                        "http://[::1]:80/" };
    static const char *const bad[][2] = {
        { "", "the base URL is empty" },          { "host.example", "is not a URL" },
        { "ftp://host", "must start with" },      { "https://", "is not a URL" },
        { "https://host/?a=1", "query" },         { "https://host/#x", "query or fragment" },
        { "https://host?", "query or fragment" }, { "https://me:word@host", "user name" },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(net_base_url_check(good[i], NULL), QD_OK);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        qd_err err = QD_ERR_INIT;
        assert_int_equal(net_base_url_check(bad[i][0], &err), QD_E_INVALID);
        assert_non_null(strstr(err.message, bad[i][1]));
    }
}

static void never_called(void *user, const qd_http_reply *reply) {
    (void)user;
    (void)reply;
    fail();
}

static void malformed_requests_are_refused(void **state) {
    (void)state;
    qd_transport *net = client_new();
    const qd_http_header plain[] = { { "X-A", "1" } };
    const qd_http_header split[] = { { "X-A", "1\r\nX-B: 2" } };
    const qd_http_header spaced[] = { { "X A", "1" } };
    const qd_http_header nameless[] = { { "", "1" } };
    qd_http_request bad[9];
    for (size_t i = 0; i < 9; i++) {
        bad[i] = client_request("POST", "http://127.0.0.1:1/", "x");
        bad[i].header_count = 1;
        bad[i].headers = plain;
    }
    bad[0].method = "PUT";
    bad[1].url = "ftp://127.0.0.1/";
    bad[2].url = "http://127.0.0.1/a b";
    bad[3].timeout_ms = 0;
    bad[4].headers = split;
    bad[5].headers = spaced;
    bad[6].headers = nameless;
    bad[7].proxy = "nonsense";
    bad[8].method = "GET"; /* with a body */
    for (size_t i = 0; i < 9; i++) {
        qd_err err = QD_ERR_INIT;
        assert_int_equal(net->submit(net, &bad[i], never_called, NULL, NULL, &err), QD_E_INVALID);
        assert_string_not_equal(err.message, "");
    }
    assert_int_equal(net->run(net, 0), 0);
    net->free(net);
}

static void messages_lose_queries_and_passwords(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        { "Could not resolve host: a.test", "Could not resolve host: a.test" },
        { "bad 'http://h/x?access_token=T&b=1' here", "bad 'http://h/x' here" },
        { "URL http://h/x?secret", "URL http://h/x" },
        { "Unsupported proxy 'http://me:word@h:1' x", "Unsupported proxy 'http://h:1' x" },
        { "mail a@b.test", "mail a@b.test" },
        { "two\r\nlines\x01 ", "two  lines" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[NET_MESSAGE];
        net_clean_message(cases[i][0], out);
        assert_string_equal(out, cases[i][1]);
    }
    char out[NET_MESSAGE];
    char longer[NET_MESSAGE * 2];
    for (size_t i = 0; i + 1 < sizeof(longer); i++) {
        longer[i] = "\xe5\xba\x97"[i % 3];
    }
    longer[sizeof(longer) - 1] = '\0';
    net_clean_message(longer, out);
    assert_true(base_utf8_valid(base_str_of(out)));
    assert_true(strlen(out) > NET_MESSAGE - 5);
}

static void header_lookup_ignores_case(void **state) {
    (void)state;
    const qd_http_header headers[] = { { "X-Tt-Logid", "1" }, { "Date", "now" } };
    const qd_http_reply reply = { .headers = headers, .header_count = 2 };
    assert_string_equal(net_reply_header(&reply, "x-tt-logid"), "1");
    assert_string_equal(net_reply_header(&reply, "DATE"), "now");
    assert_null(net_reply_header(&reply, "Dat"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_proxies_pass),
        cmocka_unit_test(bad_proxies_are_named),
        cmocka_unit_test(base_urls_are_checked),
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(messages_lose_queries_and_passwords),
        cmocka_unit_test(header_lookup_ignores_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
