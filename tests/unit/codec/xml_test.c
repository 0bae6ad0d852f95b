/* XML as the JSON tree that stands for it, both ways, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

static void reads(const char *xml, const char *json) {
    yyjson_doc *doc = NULL;
    qd_err err;
    if (codec_xml_read(base_str_of(xml), 0, &doc, &err) != QD_OK) {
        fail_msg("%s: %s", xml, err.message);
    }
    char *text = yyjson_write(doc, 0, NULL);
    assert_string_equal(text, json);
    free(text);
    yyjson_doc_free(doc);
}

static void an_answer_becomes_a_tree(void **state) {
    (void)state;
    reads("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>\n  <flag>success</flag>\n"
          "  <code>0</code><message/>\n</response>",
          "{\"response\":{\"flag\":\"success\",\"code\":\"0\",\"message\":\"\"}}");
    reads("<a><b>1</b><b>2</b><c>x</c><b>3</b></a>",
          "{\"a\":{\"b\":[\"1\",\"2\",\"3\"],\"c\":\"x\"}}");
    reads("<a>&lt;&amp;&#x6c49;<![CDATA[<raw>]]></a>", "{\"a\":\"<&\xe6\xb1\x89<raw>\"}");
    reads("<!-- x --><n:a xmlns:n=\"u\"><n:b>1</n:b></n:a>", "{\"a\":{\"b\":\"1\"}}");
}

static void a_list_of_one_stays_a_list(void **state) {
    (void)state;
    reads("<r><items><item><a>1</a></item></items></r>",
          "{\"r\":{\"items\":{\"item\":[{\"a\":\"1\"}]}}}");
    reads("<r><itemInventories><itemInventory>1</itemInventory></itemInventories></r>",
          "{\"r\":{\"itemInventories\":{\"itemInventory\":[\"1\"]}}}");
    reads("<r><criteriaList><criteria>1</criteria></criteriaList></r>",
          "{\"r\":{\"criteriaList\":{\"criteria\":[\"1\"]}}}");
    reads("<r><rows list=\"true\"><x>1</x></rows></r>", "{\"r\":{\"rows\":{\"x\":[\"1\"]}}}");
    reads("<r><sender><name>1</name></sender></r>", "{\"r\":{\"sender\":{\"name\":\"1\"}}}");
}

static void refused(const char *xml, const char *why) {
    yyjson_doc *doc = NULL;
    qd_err err;
    assert_int_equal(codec_xml_read(base_str_of(xml), 0, &doc, &err), QD_E_PROTOCOL);
    assert_null(doc);
    if (!strstr(err.message, why)) {
        fail_msg("%s: %s", xml, err.message);
    }
}

static void what_could_do_harm_is_refused(void **state) {
    (void)state;
    refused("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "document type");
    refused("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "document type");
    refused("<a>&nbsp;</a>", "line 1");
    refused("<a>\n<b></a>", "line 2");
    refused("", "line");
    refused("{}", "line 1");
    refused("<a/><b/>", "line 1");
    base_buf wide;
    base_buf_init(&wide, 1 << 20);
    base_buf_add_text(&wide, "<a>");
    for (int i = 0; i < 2000; i++) {
        base_buf_printf(&wide, "<n%d/>", i);
    }
    base_buf_add_text(&wide, "</a>");
    refused(base_buf_text(&wide), "too many names");
    base_buf_reset(&wide);
    for (int i = 0; i < 100; i++) {
        base_buf_add_text(&wide, "<a>");
    }
    refused(base_buf_text(&wide), "too many elements");
    base_buf_clear(&wide);
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_xml_read(BASE_STR("<a>123456</a>"), 10, &doc, NULL), QD_E_PROTOCOL);
}

static qd_status write(const char *json, char out[512]) {
    yyjson_doc *doc = yyjson_read(json, strlen(json), 0);
    base_buf text;
    qd_err err;
    base_buf_init(&text, 500);
    qd_status status = codec_xml_write(yyjson_doc_get_root(doc), "request", &text, &err);
    base_copy(out, 512, status == QD_OK ? base_buf_str(&text) : base_str_of(err.message));
    base_buf_clear(&text);
    yyjson_doc_free(doc);
    return status;
}

static void a_tree_becomes_xml(void **state) {
    (void)state;
    char out[512];
    assert_int_equal(write("{\"b\":\"<&>\",\"a\":1,\"n\":null,\"t\":true,\"e\":\"\",\"items\":{"
                           "\"item\":[{\"x\":1.50},{\"x\":2}]},\"l\":[]}",
                           out),
                     QD_OK);
    assert_string_equal(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<request><b>&lt;&amp;&gt;</b><a>1</a><t>true</t><e></e><items>"
                             "<item><x>1.5</x></item><item><x>2</x></item></items></request>");
    assert_int_equal(write("{}", out), QD_OK);
    assert_string_equal(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<request></request>");
    assert_int_equal(write("{\"a b\":1}", out), QD_E_INVALID);
    assert_int_equal(write("{\"a\":\"\\u0001\"}", out), QD_E_INVALID);
    assert_int_equal(write("{\"a\":[[1]]}", out), QD_E_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_becomes_a_tree),
        cmocka_unit_test(a_list_of_one_stays_a_list),
        cmocka_unit_test(what_could_do_harm_is_refused),
        cmocka_unit_test(a_tree_becomes_xml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
