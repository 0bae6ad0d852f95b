/*
 * Calls of Qimen that come to us. Walks tests/vectors/qimen/<case>/ (query, body, secret and what
 * the body means): each is accepted as it is and refused with any one byte changed. Then whom a
 * call is for, its time, bodies that are refused, and answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "platforms/platforms.h"
#include "qiandian/qimen.h"

static const char ROOT[] = QD_SOURCE_DIR "/tests/vectors/qimen";
enum { SENT_AT = 1467604211 }; /* 2016-07-04 11:50:11 at +08:00 */

typedef struct call_case {
    base_buf query, body, secret, params;
} call_case;

static void read_file(const char *name, const char *file, base_buf *out) {
    char path[2048];
    qd_err err;
    assert_true(snprintf(path, sizeof path, "%s/%s/%s", ROOT, name, file) < (int)sizeof path);
    base_buf_init(out, LIMIT_CONF_BYTES);
    if (base_file_read(path, LIMIT_CONF_BYTES, out, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
}

static void open_case(const char *name, call_case *c) {
    read_file(name, "query", &c->query);
    read_file(name, "body", &c->body);
    read_file(name, "secret", &c->secret);
    read_file(name, "params.json", &c->params);
}

static void close_case(call_case *c) {
    base_buf_clear(&c->query);
    base_buf_clear(&c->body);
    base_buf_clear(&c->secret);
    base_buf_clear(&c->params);
}

static qd_qimen_request request_of(call_case *c) {
    return (qd_qimen_request){ .secret = base_buf_text(&c->secret),
                               .query = base_buf_text(&c->query),
                               .body = c->body.data,
                               .body_len = c->body.len };
}

static qd_status verify(const qd_qimen_request *request, qd_err *err) {
    qd_qimen *call = NULL;
    qd_status status = qd_qimen_verify(request, &call, err);
    assert_true((status == QD_OK) == (call != NULL));
    qd_qimen_free(call);
    return status;
}

static void refuse_each_changed_byte(const char *name, call_case *c, base_buf *text) {
    qd_qimen_request request = request_of(c);
    /* A name whose empty value is left out of the signature stands in none: nobody can tell. */
    const char *unsigned_name =
        strcmp(name, "empty-left-out") == 0 ? strstr(base_buf_text(text), "session=") : NULL;
    size_t skip = unsigned_name ? (size_t)(unsigned_name - text->data) : text->len;
    for (size_t i = 0; i < text->len; i++) {
        qd_err err;
        if (i >= skip && i < skip + strlen("session=")) {
            continue;
        }
        text->data[i] ^= 1;
        qd_status status = verify(&request, &err);
        if (status != QD_E_AUTH && status != QD_E_PROTOCOL) {
            fail_msg("%s: byte %zu of %.40s: %s", name, i, text->data, qd_status_name(status));
        }
        text->data[i] ^= 1;
    }
}

static void check_case(const char *name) {
    call_case c;
    qd_err err;
    qd_qimen *call = NULL;
    open_case(name, &c);
    qd_qimen_request request = request_of(&c);
    if (qd_qimen_verify(&request, &call, &err) != QD_OK) {
        fail_msg("%s: %s", name, err.message);
    }
    assert_string_equal(qd_qimen_params(call), base_buf_text(&c.params));
    assert_string_equal(qd_qimen_public(call, "v"), "2.0");
    assert_null(qd_qimen_public(call, "nothing"));
    assert_int_equal(qd_qimen_skew_s(call), 0);
    qd_qimen_free(call);
    refuse_each_changed_byte(name, &c, &c.query);
    refuse_each_changed_byte(name, &c, &c.body);
    refuse_each_changed_byte(name, &c, &c.secret);
    close_case(&c);
}

static void every_vector(void **state) {
    (void)state;
    DIR *dir = opendir(ROOT);
    size_t count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            check_case(entry->d_name);
            count++;
        }
    }
    closedir(dir);
    assert_true(count >= 8);
}

static void what_a_call_says(void **state) {
    (void)state;
    call_case c;
    qd_err err;
    qd_qimen *call = NULL;
    open_case("order-with-chinese", &c);
    const qd_qimen_request request = request_of(&c);
    assert_int_equal(qd_qimen_verify(&request, &call, &err), QD_OK);
    assert_string_equal(qd_qimen_method(call), "taobao.qimen.deliveryorder.create");
    assert_string_equal(qd_qimen_customer_id(call), "\xe5\xae\xa2\xe6\x88\xb7 1&2");
    qd_qimen_free(call);
    close_case(&c);
}

static void whom_it_is_for(void **state) {
    (void)state;
    static const struct {
        const char *name, *own;
        qd_status status;
    } cases[] = {
        { "facts-md5", NULL, QD_OK },
        { "facts-md5", "", QD_OK },
        { "facts-md5", "12345678", QD_OK },
        { "facts-md5", "1234567", QD_E_AUTH },
        { "empty-left-out", "998877", QD_OK }, /* target_app_key */
        { "empty-left-out", "998878", QD_E_AUTH },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        call_case c;
        qd_err err;
        open_case(cases[i].name, &c);
        qd_qimen_request request = request_of(&c);
        request.app_key = cases[i].own;
        assert_int_equal(verify(&request, &err), cases[i].status);
        close_case(&c);
    }
}

static void when_it_was_sent(void **state) {
    (void)state;
    static const struct {
        int64_t now, most, skew;
        qd_status status;
    } cases[] = {
        { SENT_AT, 600, 0, QD_OK },
        { SENT_AT + 600, 600, 600, QD_OK },
        { SENT_AT + 601, 600, 0, QD_E_AUTH },
        { SENT_AT - 600, 600, -600, QD_OK },
        { SENT_AT - 601, 600, 0, QD_E_AUTH },
        { SENT_AT + 86400, 0, 86400, QD_OK }, /* only told */
        { 0, 600, 0, QD_OK },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        call_case c;
        qd_err err;
        qd_qimen *call = NULL;
        open_case("facts-md5", &c);
        qd_qimen_request request = request_of(&c);
        request.now = cases[i].now;
        request.max_skew_s = cases[i].most;
        assert_int_equal(qd_qimen_verify(&request, &call, &err), cases[i].status);
        if (call) {
            assert_int_equal(qd_qimen_skew_s(call), cases[i].skew);
        } else {
            assert_int_equal(err.retry, QD_RETRY_NEVER);
        }
        qd_qimen_free(call);
        close_case(&c);
    }
}

/* ---- bodies: signed here, so that only their content is at stake ---- */

static qd_status try_body(const char *body, const char *query_more, qd_err *err) {
    char text[512];
    char query[512];
    char hex[2 * CODEC_DIGEST_MAX + 1];
    unsigned char raw[CODEC_DIGEST_MAX];
    base_buf whole;
    base_buf_init(&whole, LIMIT_REPLY_BYTES);
    snprintf(text, sizeof text, "kapp_key1formatxmlmethodm");
    base_buf_add_text(&whole, text);
    base_buf_add_text(&whole, body);
    base_buf_add_char(&whole, 'k');
    size_t len = codec_digest_once(CODEC_MD5, base_str_of(""), base_buf_str(&whole), raw);
    codec_hex(raw, len, false, hex); /* lower case is accepted, too */
    snprintf(query, sizeof query, "method=m&app_key=1&format=xml%s&sign=%s", query_more, hex);
    base_buf_clear(&whole);
    const qd_qimen_request request = {
        .secret = "k", .query = query, .body = body, .body_len = strlen(body)
    };
    return verify(&request, err);
}

static void bodies(void **state) {
    (void)state;
    static char deep[4096];
    size_t at = (size_t)snprintf(deep, sizeof deep, "<request>");
    for (int i = 0; i < 200; i++) {
        at += (size_t)snprintf(deep + at, sizeof deep - at, "<a>");
    }
    for (int i = 0; i < 200; i++) {
        at += (size_t)snprintf(deep + at, sizeof deep - at, "</a>");
    }
    (void)snprintf(deep + at, sizeof deep - at, "</request>");
    const struct {
        const char *body;
        qd_status status;
    } cases[] = {
        { "<request><a>1</a></request>", QD_OK },
        { "<request/>", QD_OK },
        { "", QD_E_PROTOCOL },
        { "<response/>", QD_E_PROTOCOL },
        { "<request><a></request>", QD_E_PROTOCOL },
        { "{\"a\":1}", QD_E_PROTOCOL },
        { "<!DOCTYPE request [<!ENTITY x \"y\">]><request>&x;</request>", QD_E_PROTOCOL },
        { "<!DOCTYPE request SYSTEM \"file:///etc/passwd\"><request/>", QD_E_PROTOCOL },
        { "<request>&unknown;</request>", QD_E_PROTOCOL },
        { deep, QD_E_PROTOCOL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        qd_err err;
        qd_status status = try_body(cases[i].body, "", &err);
        if (status != cases[i].status) {
            fail_msg("%.60s: %s", cases[i].body, qd_status_name(status));
        }
    }
    qd_err err;
    assert_int_equal(try_body("<request/>", "&sign_method=sha1", &err), QD_E_AUTH);
    assert_int_equal(try_body("<request/>", "&method=other", &err), QD_E_AUTH); /* twice */
    const qd_qimen_request bare = { .secret = "k", .query = "method=m", .body = "", .body_len = 0 };
    assert_int_equal(verify(&bare, &err), QD_E_AUTH);
    const qd_qimen_request open = { .secret = "", .query = "method=m", .body = "", .body_len = 0 };
    assert_int_equal(verify(&open, &err), QD_E_INVALID);
}

/* ---- answers ---- */

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response>"

static void answers(void **state) {
    (void)state;
    char out[512];
    size_t len = 0;
    qd_err err;
    assert_int_equal(qd_qimen_reply(true, NULL, NULL, NULL, out, sizeof out, &len, &err), QD_OK);
    assert_string_equal(out,
                        HEAD "<flag>success</flag><code></code><message></message></response>");
    assert_int_equal(len, strlen(out));
    assert_int_equal(qd_qimen_reply(false, "S003", "no <stock> & more",
                                    "{\"deliveryOrderId\":\"W1\",\"items\":{\"item\":[{\"n\":1},"
                                    "{\"n\":2}]}}",
                                    out, sizeof out, &len, &err),
                     QD_OK);
    assert_string_equal(out, HEAD "<flag>failure</flag><code>S003</code><message>no &lt;stock&gt; "
                                  "&amp; more</message><deliveryOrderId>W1</deliveryOrderId><items>"
                                  "<item><n>1</n></item><item><n>2</n></item></items></response>");
    assert_int_equal(qd_qimen_reply(true, NULL, NULL, "{}", out, 10, &len, &err), QD_E_NOMEM);
    assert_int_equal(len, strlen(HEAD "<flag>success</flag><code></code><message></message>"
                                      "</response>"));
    assert_int_equal(qd_qimen_reply(true, NULL, NULL, "[1]", out, sizeof out, &len, &err),
                     QD_E_INVALID);
    assert_int_equal(qd_qimen_reply(true, NULL, NULL, "{", out, sizeof out, &len, &err),
                     QD_E_INVALID);
    assert_int_equal(qd_qimen_reply(true, NULL, NULL, "{\"a b\":1}", out, sizeof out, &len, &err),
                     QD_E_INVALID);
    assert_non_null(strstr(qd_qimen_answer(QD_E_AUTH), "<code>sign-check-failure</code>"
                                                       "<message>Illegal request</message>"));
    assert_non_null(strstr(qd_qimen_answer(QD_OK), "<flag>success</flag>"));
    assert_non_null(strstr(qd_qimen_answer(QD_E_PROTOCOL), "<flag>failure</flag>"));
    assert_non_null(strstr(qd_qimen_answer(QD_E_IO), "<flag>failure</flag>"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector),   cmocka_unit_test(what_a_call_says),
        cmocka_unit_test(whom_it_is_for), cmocka_unit_test(when_it_was_sent),
        cmocka_unit_test(bodies),         cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
