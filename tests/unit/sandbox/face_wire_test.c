/*
 * TOP's other forms on the wire: multipart bodies with files, XML answers, Qimen's signed XML
 * bodies, DingTalk's calls with a session only.
 */
#include "face_kit.h"
#include "sandbox/xml.h"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 4, "none", KIT_NOW);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit *k = *state;
    kit_close(k);
    free(k);
    return 0;
}

static const char *answer(kit *k) {
    return base_buf_text(&k->response.body);
}

static void assert_holds(kit *k, const char *text) {
    if (strstr(answer(k), text) == NULL) {
        fail_msg("no '%s' in %s", text, answer(k));
    }
}

/* ---- a signed query; body is what is signed after the pairs ---- */

typedef struct parcel {
    const char *method, *format, *extra_name, *extra_value, *session;
    const char *signed_body; /* NULL = "" */
} parcel;

static void sign_query(kit *k, const parcel *what, base_buf *query) {
    static char text[65536];
    char stamp[BASE_TIME_TEXT];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    const char *all[16][2];
    size_t count = 0;
    base_time_to_cn(k->wall_ms / 1000, stamp);
    const char *const pairs[] = { "method",
                                  what->method,
                                  "app_key",
                                  kit_shop_text(k, 1, "app_key"),
                                  "timestamp",
                                  stamp,
                                  "v",
                                  "2.0",
                                  "format",
                                  what->format,
                                  "session",
                                  what->session,
                                  what->extra_name,
                                  what->extra_value };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i += 2) {
        if (pairs[i] != NULL && pairs[i + 1] != NULL && pairs[i + 1][0] != '\0') {
            all[count][0] = pairs[i];
            all[count++][1] = pairs[i + 1];
        }
    }
    qsort(all, count, sizeof all[0], kit_pair_cmp);
    const char *secret = kit_shop_text(k, 1, "app_secret");
    size_t at = (size_t)snprintf(text, sizeof text, "%s", secret);
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", all[i][0], all[i][1]);
    }
    (void)snprintf(text + at, sizeof text - at, "%s%s",
                   what->signed_body != NULL ? what->signed_body : "", secret);
    kit_hex(CODEC_MD5, "", text, true, sign);
    for (size_t i = 0; i < count; i++) {
        if (all[i][0] != what->extra_name || what->signed_body != NULL) {
            codec_form_add(query, base_str_of(all[i][0]), base_str_of(all[i][1]));
        }
    }
    codec_form_add(query, BASE_STR("sign"), base_str_of(sign));
}

static void send(kit *k, const parcel *what, const char *path, const char *type, const char *body) {
    base_buf query;
    base_buf_init(&query, LIMIT_URL_BYTES);
    sign_query(k, what, &query);
    kit_send(k, "POST", path, base_buf_text(&query), type, body);
    base_buf_clear(&query);
}

/* ---- multipart ---- */

static const char form_type[] = "multipart/form-data; boundary=\"-x-7\"";
#define UPLOAD_HEAD                                                                                \
    "---x-7\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\nproof.jpg\r\n"
#define UPLOAD_FILE                                                                                \
    "---x-7\r\nContent-Disposition: form-data; name=\"file_data\"; filename=\"p.jpg\"\r\n"         \
    "Content-Type: image/jpeg\r\n\r\n\xff\xd8 any \r\n--bytes\r\n"

static void upload(kit *k, const char *type, const char *body) {
    parcel what = { "taobao.trade.voucher.upload",  "json", "file_name", "proof.jpg",
                    kit_shop_text(k, 1, "session"), NULL };
    send(k, &what, "/router/rest", type, body);
}

static void a_file_is_taken_and_not_signed(void **state) {
    kit *k = *state;
    upload(k, form_type, UPLOAD_HEAD UPLOAD_FILE "---x-7--\r\n");
    assert_holds(k, "trade_voucher_upload_response");
    upload(k, form_type, UPLOAD_FILE UPLOAD_HEAD "---x-7--");
    assert_holds(k, "trade_voucher_upload_response");
}

static void a_text_where_a_file_belongs_is_refused(void **state) {
    kit *k = *state;
    upload(k, form_type, UPLOAD_HEAD "---x-7--\r\n");
    assert_string_equal(kit_text(k, "error_response.sub_code"), "isv.missing-parameter:file_data");
    KIT_TAOBAO(k, "taobao.trade.voucher.upload", "file_name", "a.jpg", "file_data", "bytes");
    assert_string_equal(kit_text(k, "error_response.sub_code"), "isv.invalid-parameter:file_data");
    /* a text part is signed: another text than the signed one */
    upload(k, form_type,
           "---x-7\r\nContent-Disposition: form-data; "
           "name=\"file_name\"\r\n\r\nother.jpg\r\n" UPLOAD_FILE "---x-7--\r\n");
    assert_int_equal(kit_int(k, "error_response.code"), 25);
}

static void malformed_multipart_is_refused(void **state) {
    kit *k = *state;
    static const char *const bodies[] = {
        "",
        "preamble\r\n" UPLOAD_HEAD UPLOAD_FILE "---x-7--\r\n",
        UPLOAD_HEAD UPLOAD_FILE,
        UPLOAD_HEAD UPLOAD_FILE "---x-7--\r\nepilogue",
        UPLOAD_HEAD UPLOAD_FILE "---x-7x",
        "---x-7\r\nContent-Type: text/plain\r\n\r\nno name\r\n---x-7--\r\n",
        "---x-7\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n---x-7--\r\n",
        "---x-7\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n---x-7--\r\n",
        "---x-7\nContent-Disposition: form-data; name=\"a\"\n\nx\n---x-7--\n",
        "---x-7\r\nContent-Disposition: form-data; name=\"a\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n---x-7--\r\n",
        "---x-7--\r\n---x-7--",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        upload(k, form_type, bodies[i]);
        if (kit_int(k, "error_response.code") != 43) {
            fail_msg("body %zu: %s", i, answer(k));
        }
    }
    upload(k, "multipart/form-data", UPLOAD_HEAD UPLOAD_FILE "---x-7--\r\n");
    assert_int_equal(kit_int(k, "error_response.code"), 43);
    upload(k, "multipart/mixed; boundary=\"-x-7\"", UPLOAD_HEAD UPLOAD_FILE "---x-7--\r\n");
    assert_int_equal(kit_int(k, "error_response.code"), 43);
}

/* ---- XML answers ---- */

static void answers_come_as_xml(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.trades.sold.get", "format", "xml", "fields", "tid,buyer_nick");
    assert_string_equal(k->response.content_type, "text/xml;charset=UTF-8");
    assert_holds(k, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<trades_sold_get_response>");
    assert_holds(k, "<trades list=\"true\"><trade>");
    assert_holds(k, "<total_results>");
    KIT_TAOBAO(k, "taobao.trades.sold.get", "format", "", "fields", "tid", "simplify", "true");
    assert_holds(k, "<trades list=\"true\"><trade>");
    KIT_TAOBAO(k, "taobao.trade.get", "format", "xml", "fields", "tid");
    assert_holds(k, "<error_response><code>40</code>");
    assert_holds(k, "<sub_code>isv.missing-parameter:tid</sub_code>");
}

static void markup_in_texts_is_escaped_in_xml(void **state) {
    kit *k = *state;
    yyjson_doc *doc = NULL;
    base_arena *arena = base_arena_new(1 << 20);
    base_buf out;
    base_buf_init(&out, 1 << 16);
    (void)k;
    assert_int_equal(codec_json_read(BASE_STR("{\"r\":{\"a\":\"<&\\\"\\u0001>\",\"b\":[1,true],"
                                              "\"1x\":null}}"),
                                     0, &doc, NULL),
                     QD_OK);
    assert_true(face_xml_write(yyjson_doc_get_root(doc), arena, &out));
    assert_non_null(strstr(base_buf_text(&out), "<r><a>&lt;&amp;&quot;&gt;</a><b>1</b><b>true</b>"
                                                "<item/></r>"));
    yyjson_doc_free(doc);
    base_buf_clear(&out);
    base_arena_free(arena);
}

/* ---- Qimen ---- */

#define QIMEN_HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?><request>"
#define QIMEN_BODY QIMEN_HEAD "<itemCode>C1</itemCode><ownerCode>O1</ownerCode></request>"

static void qimen(kit *k, const char *customer, const char *signed_body, const char *sent_body) {
    parcel what = {
        "taobao.qimen.combineitem.synchronize", "xml", "customerId", customer, NULL, signed_body
    };
    send(k, &what, "/router/qimen/service", "text/xml;charset=utf-8", sent_body);
}

static void qimen_takes_a_signed_body_of_xml(void **state) {
    kit *k = *state;
    qimen(k, "c123", QIMEN_BODY, QIMEN_BODY);
    assert_string_equal(k->response.content_type, "text/xml;charset=UTF-8");
    assert_holds(k, "<response><flag>success</flag>");
    /* one item and several, in their wrapper */
    const char *one = QIMEN_HEAD "<itemCode>C1</itemCode><ownerCode>O1</ownerCode><items><item>"
                                 "<itemCode>I1</itemCode><itemId>1</itemId><quantity>2</quantity>"
                                 "</item></items></request>";
    qimen(k, "c123", one, one);
    assert_holds(k, "<flag>success</flag>");
}

static void qimen_refuses_in_its_own_words(void **state) {
    kit *k = *state;
    qimen(k, "c123", QIMEN_BODY, QIMEN_BODY " ");
    assert_holds(k, "<response><flag>failure</flag><code>25</code>");
    qimen(k, "", QIMEN_BODY, QIMEN_BODY);
    assert_holds(k, "<sub_code>isv.missing-parameter:customerId</sub_code>");
    const char *body = QIMEN_HEAD "<ownerCode>O1</ownerCode></request>";
    qimen(k, "c123", body, body);
    assert_holds(k, "<sub_code>isv.missing-parameter:itemCode</sub_code>");
    body = QIMEN_HEAD "<itemCode>C1</itemCode><ownerCode>O1</ownerCode><items><item>"
                      "<itemCode>I1</itemCode><itemId>1</itemId><quantity>two</quantity>"
                      "</item></items></request>";
    qimen(k, "c123", body, body);
    assert_holds(k, "<sub_code>isv.invalid-parameter:items[0].quantity</sub_code>");
}

static void hostile_xml_is_refused(void **state) {
    kit *k = *state;
    static const char *const bodies[] = {
        "<request>",
        "<response/>",
        "not xml",
        "<!DOCTYPE request [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><request>&a;</request>",
        "<!DOCTYPE request [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
        "<request><itemCode>&b;</itemCode></request>",
        "<request>&undeclared;</request>",
        "<?xml version=\"1.0\"?><!DOCTYPE request SYSTEM \"http://127.0.0.1:9/x.dtd\"><request/>",
        "<request>\xff\xfe</request>",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        qimen(k, "c123", bodies[i], bodies[i]);
        assert_holds(k, "<sub_code>isv.invalid-parameter:request</sub_code>");
        assert_null(strstr(answer(k), "root:"));
    }
    base_buf deep;
    base_buf_init(&deep, 1 << 16);
    base_buf_add_text(&deep, "<request>");
    for (int i = 0; i < 200; i++) {
        base_buf_add_text(&deep, "<a>");
    }
    for (int i = 0; i < 200; i++) {
        base_buf_add_text(&deep, "</a>");
    }
    base_buf_add_text(&deep, "</request>");
    qimen(k, "c123", base_buf_text(&deep), base_buf_text(&deep));
    assert_holds(k, "<sub_code>isv.invalid-parameter:request</sub_code>");
    base_buf_clear(&deep);
}

/* Our clients may also send the wrapper as JSON text (the dingtalk SDK does). */
static void a_wrapper_may_come_as_json_text(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.qimen.combineitem.synchronize", "request",
               "{\"itemCode\":\"C1\",\"ownerCode\":\"O1\"}");
    assert_holds(k, "\"flag\":\"success\"");
    KIT_TAOBAO(k, "taobao.qimen.combineitem.synchronize", "request", "{\"itemCode\":\"C1\"}");
    assert_string_equal(kit_text(k, "error_response.sub_code"), "isv.missing-parameter:ownerCode");
    KIT_TAOBAO(k, "taobao.qimen.combineitem.synchronize", "request", "[]");
    assert_string_equal(kit_text(k, "error_response.sub_code"), "isv.invalid-parameter:request");
}

/* ---- DingTalk ---- */

static void dingtalk(kit *k, const char *method, const char *session) {
    base_buf query;
    char stamp[BASE_TIME_TEXT];
    base_time_to_cn(k->wall_ms / 1000, stamp);
    base_buf_init(&query, LIMIT_URL_BYTES);
    codec_form_add(&query, BASE_STR("method"), base_str_of(method));
    codec_form_add(&query, BASE_STR("timestamp"), base_str_of(stamp));
    codec_form_add(&query, BASE_STR("format"), BASE_STR("json"));
    codec_form_add(&query, BASE_STR("v"), BASE_STR("2.0"));
    codec_form_add(&query, BASE_STR("simplify"), BASE_STR("false"));
    codec_form_add(&query, BASE_STR("session"), base_str_of(session));
    codec_form_add(&query, BASE_STR("request"), BASE_STR("{\"chatid\":\"1\"}"));
    kit_send(k, "POST", "/router/rest", base_buf_text(&query), "", "");
    base_buf_clear(&query);
}

static void dingtalk_needs_a_session_only(void **state) {
    kit *k = *state;
    dingtalk(k, "dingtalk.oapi.impaas.group.dismiss", kit_shop_text(k, 1, "session"));
    assert_true(strlen(kit_text(k, "dingtalk_oapi_impaas_group_dismiss_response.request_id")) > 8);
    dingtalk(k, "dingtalk.oapi.impaas.group.dismiss", "");
    assert_int_equal(kit_int(k, "error_response.code"), 26);
    dingtalk(k, "dingtalk.oapi.impaas.group.dismiss", "nonsense");
    assert_int_equal(kit_int(k, "error_response.code"), 27);
    dingtalk(k, "taobao.trades.sold.get", kit_shop_text(k, 1, "session"));
    assert_int_equal(kit_int(k, "error_response.code"), 28);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_taken_and_not_signed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_text_where_a_file_belongs_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_multipart_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_come_as_xml, setup, teardown),
        cmocka_unit_test_setup_teardown(markup_in_texts_is_escaped_in_xml, setup, teardown),
        cmocka_unit_test_setup_teardown(qimen_takes_a_signed_body_of_xml, setup, teardown),
        cmocka_unit_test_setup_teardown(qimen_refuses_in_its_own_words, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_xml_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrapper_may_come_as_json_text, setup, teardown),
        cmocka_unit_test_setup_teardown(dingtalk_needs_a_session_only, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
