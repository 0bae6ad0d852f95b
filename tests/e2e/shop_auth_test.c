/*
 * qd shop auth and the shop's other settings at the shell, against the sandbox's pages: an owner's
 * consent becomes a token, and only the right one.
 */
#include <string.h>
#include <unistd.h>

#include "e2e_shell.h"
#include "net/net.h"

typedef struct bench {
    tempdir home;
    practice world;
    yyjson_doc *truth;
} bench;

static bench b;

#define BACK "http://127.0.0.1:9/back?from=qd"

static int start(void **state) {
    static const char *const options[] = { "--shops", "5",      "--tool-shops", "2", "--orders",
                                           "30",      "--seed", "17",           NULL };
    (void)state;
    home_make(&b.home, false);
    practice_start_with(&b.world, options);
    b.truth = practice_get(&b.world, "/_sandbox/truth");
    return 0;
}

static int stop(void **state) {
    (void)state;
    yyjson_doc_free(b.truth);
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

static const char *text_of(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    assert_non_null(text);
    return text;
}

/* The nth shop of a list of the truth ("shops", "apps") whose member has this value. */
static yyjson_val *of_truth(const char *list, const char *member, const char *value, int nth) {
    size_t i, count;
    yyjson_val *item;
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(b.truth), list), i, count, item) {
        const char *text = yyjson_get_str(yyjson_obj_get(item, member));
        if (text && strcmp(text, value) == 0 && nth-- == 0) {
            return item;
        }
    }
    fail_msg("the world has no %s with %s %s", list, member, value);
    return NULL;
}

/* qd shop add for keys of the truth and further options. */
#define ADD(keys, t_code, ...)                                                                     \
    practice_add(&b.world, b.home.path, keys, NULL, (const char *const[]){ __VA_ARGS__, NULL },    \
                 t_code)

/* qd shop auth T [WHAT], -o json: exit code; the document (NULL when it failed) and the error. */
static int auth(const char *t_code, const char *what, yyjson_doc **out_doc, char *error,
                size_t size) {
    said s;
    const char *arguments[16] = { "shop", "auth", t_code, "--home", b.home.path, "-ojson" };
    size_t count = 6;
    if (what) {
        arguments[count++] = what;
    } else {
        arguments[count++] = "--redirect-uri";
        arguments[count++] = BACK;
    }
    shell_run(&s, arguments);
    int code = s.code;
    if (out_doc) {
        *out_doc = code == 0 ? said_json(&s) : NULL;
    }
    if (error) {
        snprintf(error, size, "%s", base_buf_text(&s.err));
    }
    said_clear(&s);
    return code;
}

/* Where the page sends the owner's browser after consent. */
typedef struct visit {
    char location[2048];
    bool done;
} visit;

static void on_page(void *user, const qd_http_reply *reply) {
    visit *v = user;
    const char *location = net_reply_header(reply, "Location");
    assert_int_equal(reply->outcome, QD_HTTP_DONE);
    snprintf(v->location, sizeof v->location, "%s", location ? location : "");
    v->done = true;
}

static void consent(const char *t_code, const char *more, char out[2048]) {
    yyjson_doc *doc = NULL;
    char url[2048];
    visit v = { .done = false };
    qd_err err;
    qd_transport *transport = NULL;
    net_curl_options options = { .verify_tls = true };
    uint64_t id;
    assert_int_equal(auth(t_code, NULL, &doc, NULL, 0), 0);
    assert_int_equal(strncmp(json_text(doc, "/url"), b.world.base_url, strlen(b.world.base_url)),
                     0);
    assert_string_equal(json_text(doc, "/state"), t_code);
    snprintf(url, sizeof url, "%s%s", json_text(doc, "/url"), more);
    yyjson_doc_free(doc);
    qd_http_request request = {
        .method = "GET", .url = url, .timeout_ms = 60000, .max_reply_bytes = 65536
    };
    assert_ok(net_curl_new(&options, &transport, &err), &err);
    assert_ok(transport->submit(transport, &request, on_page, &v, &id, &err), &err);
    while (!v.done) {
        transport->run(transport, 1000);
    }
    transport->free(transport);
    assert_int_equal(strncmp(v.location, BACK "&", sizeof BACK), 0);
    snprintf(out, 2048, "%s", v.location);
}

static void call(const char *t_code, int code, char *error, size_t size) {
    said s;
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", b.home.path, "-ojson",
              "page=0", "size=1");
    if (s.code != code) {
        fail_msg("exit %d: %s%s", s.code, base_buf_text(&s.out), base_buf_text(&s.err));
    }
    if (error) {
        snprintf(error, size, "%s", base_buf_text(&s.err));
    }
    said_clear(&s);
}

/* ---- tool apps ---- */

static void a_tool_apps_shop_is_authorised_by_the_address_that_came_back(void **state) {
    (void)state;
    char t_code[40], address[2048], error[2048];
    yyjson_doc *doc = NULL;
    yyjson_val *keys = of_truth("shops", "app_kind", "tool", 0);
    ADD(keys, t_code, "--app-kind", "tool");
    call(t_code, 4, error, sizeof error);
    assert_non_null(strstr(error, "qd shop auth"));
    /* The page needs the service's id; once given it is kept. */
    assert_int_equal(auth(t_code, NULL, NULL, error, sizeof error), 2);
    assert_non_null(strstr(error, "--service-id"));
    said s;
    SHELL_RUN(&s, "shop", "auth", t_code, "--service-id", text_of(keys, "service_id"), "--home",
              b.home.path);
    assert_int_equal(s.code, 0);
    said_clear(&s);
    consent(t_code, "", address);
    assert_int_equal(auth(t_code, address, &doc, NULL, 0), 0);
    assert_string_equal(json_text(doc, "/shop_id"), text_of(keys, "shop_id"));
    assert_string_equal(json_text(doc, "/app_kind"), "tool");
    yyjson_doc_free(doc);
    call(t_code, 0, NULL, 0);
    assert_int_equal(auth(t_code, address, NULL, error, sizeof error), 4); /* a code works once */
    assert_non_null(strstr(error, "code-invalid"));
    call(t_code, 0, NULL, 0); /* and a refused one takes nothing away */
}

static void a_bare_code_and_one_of_a_file_are_taken_too(void **state) {
    (void)state;
    char t_code[40], address[2048], path[256];
    yyjson_val *keys = of_truth("shops", "app_kind", "tool", 0);
    ADD(keys, t_code, "--service-id", text_of(keys, "service_id"));
    consent(t_code, "", address);
    char *code = strstr(address, "&code=") + 6;
    code[strcspn(code, "&")] = '\0';
    assert_int_equal(auth(t_code, code, NULL, NULL, 0), 0);
    consent(t_code, "", address);
    snprintf(path, sizeof path, "@%s/code", b.home.path);
    FILE *file = fopen(path + 1, "w");
    assert_non_null(file);
    fprintf(file, "  %s \r\n", address);
    fclose(file);
    assert_int_equal(auth(t_code, path, NULL, NULL, 0), 0);
    call(t_code, 0, NULL, 0);
}

static void another_shops_address_and_a_refusal_are_not_taken(void **state) {
    (void)state;
    char one[40], two[40], address[2048], error[2048];
    yyjson_val *keys = of_truth("shops", "app_kind", "tool", 0);
    const char *other = text_of(of_truth("shops", "app_kind", "tool", 1), "shop_id");
    ADD(keys, one, "--service-id", text_of(keys, "service_id"));
    ADD(keys, two, "--service-id", text_of(keys, "service_id"), "--shop-id", other, "--app-kind",
        "tool");
    consent(one, "", address);
    assert_int_equal(auth(two, address, NULL, error, sizeof error), 2);
    assert_non_null(strstr(error, one));
    /* The wrong owner, at the right page. */
    consent(two, "", address);
    if (auth(two, address, NULL, error, sizeof error) != 2) {
        fail_msg("%s", error);
    }
    assert_non_null(strstr(error, other));
    call(two, 4, NULL, 0); /* no token of the other shop is stored */
    consent(two, "&deny=1", address);
    assert_int_equal(auth(two, address, NULL, error, sizeof error), 4);
    assert_non_null(strstr(error, "access_denied"));
    assert_int_equal(auth(two, BACK, NULL, NULL, 0), 2); /* no code in it */
    assert_int_equal(auth(two, "?code=", NULL, NULL, 0), 2);
    assert_int_equal(auth(two, "", NULL, NULL, 0), 2);
}

/* ---- the other platforms ---- */

static void every_page_leads_to_a_token(void **state) {
    (void)state;
    static const char *const platforms[] = { "alliance", "qianchuan", "taobao" };
    for (size_t i = 0; i < 3; i++) {
        char t_code[40], address[2048];
        yyjson_doc *doc = NULL;
        bool shop = strcmp(platforms[i], "taobao") == 0;
        yyjson_val *keys = of_truth(shop ? "shops" : "apps", "platform", platforms[i], 0);
        ADD(keys, t_code, "--name", "mine");
        consent(t_code, "", address);
        assert_int_equal(auth(t_code, address, &doc, NULL, 0), 0);
        assert_string_equal(json_text(doc, "/shop_id"),
                            text_of(keys, shop ? "shop_id" : "account"));
        yyjson_doc_free(doc);
        said s;
        SHELL_RUN(&s, "shop", "show", t_code, "--home", b.home.path, "-ojson");
        doc = said_json(&s);
        assert_string_equal(json_text(doc, "/token/state"), "ok");
        yyjson_doc_free(doc);
        said_clear(&s);
    }
}

static void where_no_page_is_known_that_is_said(void **state) {
    (void)state;
    char t_code[40], error[2048];
    ADD(of_truth("apps", "platform", "solinkup", 0), t_code, "--sign-method", "text_example/md5");
    assert_int_equal(auth(t_code, NULL, NULL, error, sizeof error), 1);
    assert_non_null(strstr(error, "does not say"));
}

/* ---- other kinds of apps ---- */

static void douyins_other_ways_to_a_token_work(void **state) {
    (void)state;
    char t_code[40];
    yyjson_val *keys = of_truth("shops", "app_kind", "self_use", 0);
    ADD(keys, t_code, "--app-kind", "self", "--token-flow", "oauth2");
    call(t_code, 0, NULL, 0);
    ADD(keys, t_code, "--auth-id", text_of(keys, "shop_id"), "--auth-subject-type", "YunCang");
    call(t_code, 0, NULL, 0);
    ADD(keys, t_code, "--shop-id", text_of(keys, "shop_id"), "--sign-method", "md5");
    call(t_code, 0, NULL, 0);
}

static void settings_are_changed_and_wrong_ones_refused(void **state) {
    (void)state;
    char t_code[40];
    said s;
    yyjson_val *keys = of_truth("shops", "app_kind", "self_use", 0);
    ADD(keys, t_code, "--shop-id", text_of(keys, "shop_id"));
    static const char *const wrong[][3] = {
        { "--sign-method", "nope", NULL },  { "--app-kind", "other", NULL },
        { "--token-flow", "oauth3", NULL }, { "--auth-id", "5", NULL },
        { "--base-url", "nowhere", NULL },  { NULL }
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        SHELL_RUN(&s, "shop", "edit", t_code, "--home", b.home.path, "-ojson", wrong[i][0],
                  wrong[i][1]);
        assert_int_equal(s.code, 2);
        said_clear(&s);
    }
    SHELL_RUN(&s, "shop", "edit", t_code, "--home", b.home.path, "-ojson", "--name", "新店",
              "--sign-method", "md5");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    assert_string_equal(json_text(doc, "/name"), "新店");
    assert_string_equal(json_text(doc, "/sign_method"), "md5");
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "call", "order.searchList", "--shop", t_code, "--home", b.home.path, "-ojson",
              "page=0", "size=1", "--dry-run");
    assert_non_null(strstr(base_buf_text(&s.out), "sign_method=md5"));
    said_clear(&s);
    SHELL_RUN(&s, "shop", "edit", t_code, "--home", b.home.path, "-ojson", "--sign-method", "off");
    doc = said_json(&s);
    assert_string_equal(json_text(doc, "/sign_method"), "");
    yyjson_doc_free(doc);
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_tool_apps_shop_is_authorised_by_the_address_that_came_back, start, stop),
        cmocka_unit_test_setup_teardown(a_bare_code_and_one_of_a_file_are_taken_too, start, stop),
        cmocka_unit_test_setup_teardown(another_shops_address_and_a_refusal_are_not_taken, start,
                                        stop),
        cmocka_unit_test_setup_teardown(every_page_leads_to_a_token, start, stop),
        cmocka_unit_test_setup_teardown(where_no_page_is_known_that_is_said, start, stop),
        cmocka_unit_test_setup_teardown(douyins_other_ways_to_a_token_work, start, stop),
        cmocka_unit_test_setup_teardown(settings_are_changed_and_wrong_ones_refused, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
