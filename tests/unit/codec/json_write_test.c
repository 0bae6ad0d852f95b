/* Writing JSON: the canonical text of every style, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "codec/codec.h"

static void same(const char *in, codec_json_style style, const char *expected) {
    base_buf out;
    base_buf_init(&out, 100000);
    qd_err err = QD_ERR_INIT;
    if (codec_json_canonical_text(base_str_of(in), style, &out, &err) != QD_OK) {
        fail_msg("%s: %s", in, err.message);
    }
    assert_string_equal(base_buf_text(&out), expected);
    base_buf_clear(&out);
}

static void keys_are_sorted_by_bytes_at_every_depth(void **state) {
    (void)state;
    same("{}", CODEC_JSON_PLAIN, "{}");
    same(" [ ] ", CODEC_JSON_PLAIN, "[]");
    /* Vector A1 of the official Go SDK's rule (shop order.searchList). */
    same("{\"size\": 10, \"page\": 0, \"order_by\": \"create_time\"}", CODEC_JSON_PLAIN,
         "{\"order_by\":\"create_time\",\"page\":0,\"size\":10}");
    same("{\"b\":[{\"z\":1,\"a\":[{\"y\":1,\"x\":2}]},3],\"a\":{\"d\":{},\"c\":[]}}",
         CODEC_JSON_PLAIN,
         "{\"a\":{\"c\":[],\"d\":{}},\"b\":[{\"a\":[{\"x\":2,\"y\":1}],\"z\":1},3]}");
    /* Bytes, not letters: upper case first, then _, then lower case, then what is beyond ASCII. A
     * shorter key stands before a longer one that begins with it, at 8 bytes and around it. */
    same("{\"\xE4\xB8\xAD\":1,\"b\":2,\"_\":3,\"B\":4,\"\":5,\"aaaaaaaab\":6,\"aaaaaaaa\":7,"
         "\"aaaaaaa\":8,\"aaaaaaaaa\":9,\"\\u0000\":10,\"\\uFF5E\":11,\"\\uD83D\\uDE00\":12}",
         CODEC_JSON_PLAIN,
         "{\"\":5,\"\\u0000\":10,\"B\":4,\"_\":3,\"aaaaaaa\":8,\"aaaaaaaa\":7,\"aaaaaaaaa\":9,"
         "\"aaaaaaaab\":6,\"b\":2,\"\xE4\xB8\xAD\":1,\"\xEF\xBD\x9E\":11,\"\xF0\x9F\x98\x80\":12}");
}

static void of_equal_keys_the_last_one_counts(void **state) {
    (void)state;
    same("{\"a\":1,\"b\":2,\"a\":3,\"a\":{\"x\":1,\"x\":2}}", CODEC_JSON_PLAIN,
         "{\"a\":{\"x\":2},\"b\":2}");
    same("{\"long_key_name\":1,\"long_key_name\":2,\"long_key_name2\":3}", CODEC_JSON_PLAIN,
         "{\"long_key_name\":2,\"long_key_name2\":3}");
    same("{\"k\":1,\"\\u006b\":2}", CODEC_JSON_PLAIN, "{\"k\":2}");
}

static void many_keys_sort_like_few(void **state) {
    (void)state;
    base_buf in;
    base_buf expected;
    base_buf out;
    base_buf_init(&in, 100000);
    base_buf_init(&expected, 100000);
    base_buf_init(&out, 100000);
    for (int count = 31; count <= 34; count++) {
        base_buf_reset(&in);
        base_buf_reset(&expected);
        base_buf_reset(&out);
        for (int i = 0; i < count; i++) {
            /* 37 has no divisor in common with the counts: every key comes once, out of order */
            base_buf_printf(&in, "%s\"key_%03d\":%d", i ? "," : "{", i * 37 % count, i);
        }
        base_buf_add_text(&in, ",\"key_000\":\"last\"}");
        base_buf_add_text(&expected, "{\"key_000\":\"last\"");
        for (int k = 1; k < count; k++) {
            int i = 0;
            while (i * 37 % count != k) {
                i++;
            }
            base_buf_printf(&expected, ",\"key_%03d\":%d", k, i);
        }
        base_buf_add_text(&expected, "}");
        assert_int_equal(codec_json_canonical_text(base_buf_str(&in), CODEC_JSON_PLAIN, &out, NULL),
                         QD_OK);
        assert_string_equal(base_buf_text(&out), base_buf_text(&expected));
    }
    base_buf_clear(&in);
    base_buf_clear(&expected);
    base_buf_clear(&out);
}

static void each_style_escapes_its_own_way(void **state) {
    (void)state;
    const char *html = "[\"<a href='x'>&amp;=/</a>\"]";
    same(html, CODEC_JSON_PLAIN, html);
    same(html, CODEC_JSON_HTML_GO, "[\"\\u003ca href='x'\\u003e\\u0026amp;=/\\u003c/a\\u003e\"]");
    same(html, CODEC_JSON_HTML_GSON,
         "[\"\\u003ca href\\u003d\\u0027x\\u0027\\u003e\\u0026amp;\\u003d/\\u003c/a\\u003e\"]");
    same(html, CODEC_JSON_ASCII, html);
    const char *controls = "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\\u007f\"]";
    const char *plain = "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0000\\u001f\x7F\"]";
    same(controls, CODEC_JSON_PLAIN, plain);
    same(controls, CODEC_JSON_HTML_GO, plain);
    same(controls, CODEC_JSON_HTML_GSON, plain);
    same(controls, CODEC_JSON_ASCII, "[\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\"]");
    /* 中, é, U+2028, U+2029, U+202A, U+2068, an emoji */
    const char *wide = "[\"\\u4e2d\\u00e9\\u2028x\\u2029\\u202a\\u2068\\uD83D\\uDE00!\"]";
    const char *raw = "[\"\xE4\xB8\xAD\xC3\xA9\\u2028x\\u2029\xE2\x80\xAA\xE2\x81\xA8"
                      "\xF0\x9F\x98\x80!\"]";
    same(wide, CODEC_JSON_PLAIN, raw);
    same(wide, CODEC_JSON_HTML_GO, raw);
    same(wide, CODEC_JSON_HTML_GSON, raw);
    same(wide, CODEC_JSON_ASCII,
         "[\"\\u4e2d\\u00e9\\u2028x\\u2029\\u202a\\u2068\\ud83d\\ude00!\"]");
    same("[\"\xE2\x80\xA8 \xE2\x80\xA9 \xE2\x80\xAA\"]", CODEC_JSON_PLAIN,
         "[\"\\u2028 \\u2029 \xE2\x80\xAA\"]"); /* also where nothing else is escaped */
    /* PHP with JSON_UNESCAPED_LINE_TERMINATORS, Python: a switch. */
    same("[\"<\\u2028 \xE2\x80\xA9\\n\"]", CODEC_JSON_RAW_LINES,
         "[\"<\xE2\x80\xA8 \xE2\x80\xA9\\n\"]");
    same("[\"<\\u2028\"]", CODEC_JSON_RAW_LINES | CODEC_JSON_HTML_GO, "[\"\\u003c\xE2\x80\xA8\"]");
    same("[\"\\u2028\"]", CODEC_JSON_RAW_LINES | CODEC_JSON_ASCII, "[\"\\u2028\"]");
    same("[\"\\uDBFF\\uDFFF\\u0080\"]", CODEC_JSON_ASCII, "[\"\\udbff\\udfff\\u0080\"]");
    /* Keys like values. */
    same("{\"<\xE4\xB8\xAD\":1}", CODEC_JSON_HTML_GO, "{\"\\u003c\xE4\xB8\xAD\":1}");
    same("{\"<\xE4\xB8\xAD\":1}", CODEC_JSON_ASCII, "{\"<\\u4e2d\":1}");
}

static void numbers_stay_what_they_are(void **state) {
    (void)state;
    same("[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615]", CODEC_JSON_PLAIN,
         "[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615]");
    same("[18446744073709551616,-9223372036854775809,123456789012345678901234567890]",
         CODEC_JSON_PLAIN,
         "[18446744073709551616,-9223372036854775809,123456789012345678901234567890]");
    same("[4999999999999999999,7000000000000000001]", CODEC_JSON_PLAIN,
         "[4999999999999999999,7000000000000000001]");
    /* What Go 1.x prints for these float64 values. */
    const struct {
        const char *in;
        const char *out;
    } rows[] = {
        { "1.0", "1" },
        { "-1.0", "-1" },
        { "100.0", "100" },
        { "1e2", "100" },
        { "0.1", "0.1" },
        { "1.10", "1.1" },
        { "0.30000000000000004", "0.30000000000000004" },
        { "12.34", "12.34" },
        { "-0.05", "-0.05" },
        { "0.0", "0" },
        { "-0.0", "0" },
        { "0.000001", "0.000001" },
        { "0.00000123", "0.00000123" },
        { "0.000000999", "9.99e-7" },
        { "1e-7", "1e-7" },
        { "1.5e-7", "1.5e-7" },
        { "1e-10", "1e-10" },
        { "5e-324", "5e-324" },
        { "1e20", "100000000000000000000" },
        { "123456789012345680000.0", "123456789012345680000" },
        { "999999999999999900000.0", "999999999999999900000" },
        { "1e21", "1e+21" },
        { "1.7976931348623157e308", "1.7976931348623157e+308" },
        { "-2.5e25", "-2.5e+25" },
        { "9007199254740993.0", "9007199254740992" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        same(rows[i].in, CODEC_JSON_PLAIN, rows[i].out);
        same(rows[i].in, CODEC_JSON_ASCII, rows[i].out);
    }
    same("[true,false,null,\"\"]", CODEC_JSON_PLAIN, "[true,false,null,\"\"]");
}

static void writing_appends_and_keeps_the_bound(void **state) {
    (void)state;
    base_buf out;
    qd_err err = QD_ERR_INIT;
    const char *text = "{\"a\":\"0123456789\"}";
    base_buf_init(&out, 2 + strlen(text));
    base_buf_add_text(&out, "x=");
    assert_int_equal(codec_json_canonical_text(base_str_of(text), CODEC_JSON_PLAIN, &out, &err),
                     QD_OK);
    assert_memory_equal(out.data, "x={\"a\":\"0123456789\"}", strlen(text) + 3);
    assert_int_equal(codec_json_canonical_text(BASE_STR("1"), CODEC_JSON_PLAIN, &out, &err),
                     QD_E_NOMEM);
    base_buf_clear(&out);
    base_buf_init(&out, 10);
    assert_int_equal(codec_json_canonical_text(base_str_of(text), CODEC_JSON_PLAIN, &out, &err),
                     QD_E_NOMEM);
    base_buf_clear(&out);
    base_buf_init(&out, 100);
    assert_int_equal(codec_json_canonical_text(BASE_STR("{"), CODEC_JSON_PLAIN, &out, &err),
                     QD_E_PROTOCOL);
    assert_int_equal(codec_json_canonical(NULL, CODEC_JSON_PLAIN, &out, &err), QD_E_INVALID);
    assert_int_equal(out.len, 0);
    base_buf_clear(&out);
}

static void documents_are_written_in_their_own_order(void **state) {
    (void)state;
    yyjson_doc *doc = NULL;
    base_buf out;
    base_str text = BASE_STR("{\"b\":1,\"a\":[1.5,99999999999999999999,\"\xE4\xB8\xAD/\"]}");
    base_buf_init(&out, 1000);
    assert_int_equal(codec_json_read(text, 0, &doc, NULL), QD_OK);
    assert_int_equal(codec_json_write(yyjson_doc_get_root(doc), &out, NULL), QD_OK);
    assert_true(base_str_eq(base_buf_str(&out), text));
    assert_int_equal(codec_json_write(NULL, &out, NULL), QD_E_INVALID);
    yyjson_doc_free(doc);
    base_buf_clear(&out);
    base_buf_init(&out, 12);
    yyjson_mut_doc *made = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(made);
    yyjson_mut_doc_set_root(made, root);
    yyjson_mut_obj_add_int(made, root, "n", 5);
    assert_int_equal(codec_json_write_mut(made, false, &out, NULL), QD_OK);
    assert_string_equal(base_buf_text(&out), "{\"n\":5}");
    assert_int_equal(codec_json_write_mut(made, true, &out, NULL), QD_E_NOMEM);
    base_buf_clear(&out);
    base_buf_init(&out, 100);
    assert_int_equal(codec_json_write_mut(made, true, &out, NULL), QD_OK);
    assert_string_equal(base_buf_text(&out), "{\n  \"n\": 5\n}");
    yyjson_mut_doc_free(made);
    base_buf_clear(&out);
}

static void quoting_makes_any_bytes_a_json_string(void **state) {
    (void)state;
    base_buf out;
    base_buf_init(&out, 1000);
    codec_json_quote(&out, BASE_STR("a\"b\\\n\x01/<"));
    assert_string_equal(base_buf_text(&out), "\"a\\\"b\\\\\\n\\u0001/<\"");
    base_buf_reset(&out);
    codec_json_quote(&out, base_str_of(NULL));
    assert_string_equal(base_buf_text(&out), "\"\"");
    base_buf_reset(&out);
    /* A stray byte, a cut character, a surrogate, a NUL; good ones around them stay. */
    codec_json_quote(&out, BASE_STR("\x80\xE4\xB8\xAD\xE4\xB8x\xED\xA0\x80\0\xF0\x9F\x98"));
    assert_string_equal(base_buf_text(&out),
                        "\"\xEF\xBF\xBD\xE4\xB8\xAD\xEF\xBF\xBD\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF"
                        "\xBD\xEF\xBF\xBD\\u0000\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_json_read(base_buf_str(&out), 0, &doc, NULL), QD_OK);
    yyjson_doc_free(doc);
    base_buf_clear(&out);
    base_buf_init(&out, 3);
    codec_json_quote(&out, BASE_STR("ab"));
    assert_true(out.failed);
    base_buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_sorted_by_bytes_at_every_depth),
        cmocka_unit_test(of_equal_keys_the_last_one_counts),
        cmocka_unit_test(many_keys_sort_like_few),
        cmocka_unit_test(each_style_escapes_its_own_way),
        cmocka_unit_test(numbers_stay_what_they_are),
        cmocka_unit_test(writing_appends_and_keeps_the_bound),
        cmocka_unit_test(documents_are_written_in_their_own_order),
        cmocka_unit_test(quoting_makes_any_bytes_a_json_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
