/* Reading JSON: what is refused, where, and in which words; values as platforms write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

static yyjson_doc *parse(const char *text) {
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_json_read(base_str_of(text), 0, &doc, NULL), QD_OK);
    return doc;
}

static void refuse(base_str text, const char *where, const char *what) {
    yyjson_doc *doc = NULL;
    qd_err err = QD_ERR_INIT;
    /* A copy without a byte behind it: the sanitizer sees a read beyond the end. */
    char *exact = malloc(text.len ? text.len : 1);
    assert_non_null(exact);
    if (text.len > 0) {
        memcpy(exact, text.ptr, text.len);
    }
    assert_int_equal(codec_json_read((base_str){ exact, text.len }, 0, &doc, &err), QD_E_PROTOCOL);
    free(exact);
    assert_null(doc);
    if (!strstr(err.message, where) || !strstr(err.message, what)) {
        fail_msg("\"%s\" lacks \"%s\" or \"%s\"", err.message, where, what);
    }
    assert_true(base_utf8_valid(base_str_of(err.message)));
}

static void broken_text_is_refused_with_its_place(void **state) {
    (void)state;
    refuse(BASE_STR(""), "line 1 column 1", "empty");
    refuse((base_str){ NULL, 0 }, "line 1 column 1", "empty");
    refuse(BASE_STR("   "), "", "");
    refuse(BASE_STR("{\"a\":1"), "line 1 column 7", "ends in the middle (6 bytes)");
    refuse(BASE_STR("{\"a\":\n  [1, tru"), "line 2", "");
    refuse(BASE_STR("\"abc"), "", "ends in the middle");
    refuse(BASE_STR("{\"a\":\n\n  x}"), "line 3 column 3", "found \"x}\"");
    refuse(BASE_STR("{} {}"), "line 1 column 4", "more text after the document, found \"{}\"");
    refuse(BASE_STR("\xEF\xBB\xBF{}"), "line 1 column 1", "byte order mark");
    refuse(BASE_STR("{\"a\":\"\xFF\"}"), "line 1 column", "invalid UTF-8");
    refuse(BASE_STR("{\"a\":\"\xED\xA0\x80\"}"), "line 1 column", "invalid UTF-8");
    refuse(BASE_STR("[1,\0]"), "line 1 column 4", "found \".]\"");
    refuse(BASE_STR("[\"a\nb\"]"), "line", "");
    refuse(BASE_STR("[01]"), "line 1 column", "");
    refuse(BASE_STR("[1,]"), "line 1 column", "");
    refuse(BASE_STR("{'a':1}"), "line 1 column 2", "found \"'a':1}\"");
    refuse(BASE_STR("[NaN]"), "line 1 column 2", "found \"NaN]\"");
    refuse(BASE_STR("[/* c */]"), "line 1 column 2", "");
    refuse(BASE_STR("<html>502</html>"), "line 1 column 1", "found \"<html>502</html>\"");
}

static void an_error_shows_at_most_twenty_bytes(void **state) {
    (void)state;
    yyjson_doc *doc = NULL;
    qd_err err = QD_ERR_INIT;
    base_str text = BASE_STR("[x2345678901234567890SECRET]");
    assert_int_equal(codec_json_read(text, 0, &doc, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "\"x2345678901234567890\""));
    assert_null(strstr(err.message, "SECRET"));
    /* The cut falls inside a character, or the bytes are none. */
    refuse(BASE_STR("[x23456789012345678\xE4\xB8\xAD\xE4\xB8\xAD]"), "", "\"x23456789012345678\"");
    refuse(BASE_STR("[x\xFF\x01\"\x7F]"), "", "\"x....]\"");
}

static void a_text_over_the_bound_is_refused_before_it_is_read(void **state) {
    (void)state;
    yyjson_doc *doc = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(codec_json_read(BASE_STR("[1,2]"), 4, &doc, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "5 bytes"));
    assert_int_equal(codec_json_read(BASE_STR("[1,2]"), 5, &doc, &err), QD_OK);
    yyjson_doc_free(doc);
    doc = NULL;
    /* Nobody looks at the bytes: there are none behind this length. */
    base_str large = { "", (size_t)LIMIT_REPLY_BYTES + 1 };
    assert_int_equal(codec_json_read(large, 0, &doc, &err), QD_E_PROTOCOL);
    assert_null(doc);
}

/* levels containers around a number, each of them with `padding` numbers before the next. */
static char *nested(size_t levels, size_t padding, bool objects) {
    base_buf text;
    base_buf_init(&text, 10 * 1024 * 1024);
    for (size_t i = 0; i < levels; i++) {
        base_buf_add_text(&text, objects ? "{\"k\":" : "[");
        for (size_t p = 0; p < padding; p++) {
            base_buf_add_text(&text, objects ? "0,\"k\":" : "0,");
        }
    }
    base_buf_add_text(&text, "7");
    for (size_t i = 0; i < levels; i++) {
        base_buf_add_char(&text, objects ? '}' : ']');
    }
    char *result = base_buf_take(&text);
    assert_non_null(result);
    return result;
}

static void depth_is_bounded(void **state) {
    (void)state;
    for (size_t padding = 0; padding < 4; padding++) {
        for (int objects = 0; objects < 2; objects++) {
            char *text = nested(LIMIT_JSON_DEPTH, padding, objects != 0);
            base_buf out;
            base_buf_init(&out, 100000);
            yyjson_doc *doc = parse(text);
            assert_int_equal(
                codec_json_canonical(yyjson_doc_get_root(doc), CODEC_JSON_PLAIN, &out, NULL),
                QD_OK);
            base_buf_clear(&out);
            yyjson_doc_free(doc);
            free(text);
            text = nested(LIMIT_JSON_DEPTH + 1, padding, objects != 0);
            qd_err err = QD_ERR_INIT;
            doc = NULL;
            assert_int_equal(codec_json_read(base_str_of(text), 0, &doc, &err), QD_E_PROTOCOL);
            assert_non_null(strstr(err.message, "64 levels"));
            assert_null(doc);
            free(text);
        }
    }
    char *text = nested(1000 * 1000, 0, false);
    yyjson_doc *doc = NULL;
    assert_int_equal(codec_json_read(base_str_of(text), 0, &doc, NULL), QD_E_PROTOCOL);
    free(text);
    /* Many shallow ones beside each other are not deep. */
    base_buf wide;
    base_buf_init(&wide, 100000);
    base_buf_add_char(&wide, '[');
    for (int i = 0; i < 1000; i++) {
        base_buf_add_text(&wide, "[[{\"a\":[]}],1],");
    }
    base_buf_add_text(&wide, "0]");
    yyjson_doc_free(parse(base_buf_text(&wide)));
    base_buf_clear(&wide);
}

static void fields_are_found_by_dotted_path(void **state) {
    (void)state;
    yyjson_doc *doc = parse("{\"a\":{\"b\":{\"c\":5,\"n\":null,\"l\":[1]},\"\":6},\"ab\":1}");
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_int_equal(yyjson_get_int(codec_json_at(root, "a.b.c")), 5);
    assert_ptr_equal(codec_json_at(root, ""), root);
    assert_null(codec_json_at(root, "a.b.n"));
    assert_null(codec_json_at(root, "a.b.n.x"));
    assert_null(codec_json_at(root, "a.b.c.d"));
    assert_null(codec_json_at(root, "a.b.l.0"));
    assert_null(codec_json_at(root, "a.x"));
    assert_null(codec_json_at(root, "abc"));
    assert_null(codec_json_at(NULL, "a"));
    assert_null(codec_json_at(NULL, ""));
    yyjson_doc_free(doc);
}

static void scalars_read_in_every_dress(void **state) {
    (void)state;
    yyjson_doc *doc = parse("{\"text\":\"x\\u4e2d\",\"int\":-12,\"big\":12345678901234567890123,"
                            "\"huge\":18446744073709551615,\"real\":1.50,\"whole\":3.0,"
                            "\"yes\":true,\"no\":false,\"null\":null,\"list\":[],\"s1\":\"1\","
                            "\"sfalse\":\"false\",\"one\":1,\"two\":2,\"num\":\"-77\","
                            "\"far\":1e300,\"edge\":9223372036854775807,\"part\":\"7.5\"}");
    yyjson_val *root = yyjson_doc_get_root(doc);
    base_arena *arena = base_arena_new(4096);
    const struct {
        const char *name;
        const char *text; /* NULL: none */
        int64_t number;   /* 42: none */
        int boolean;      /* -1: none */
    } rows[] = {
        { "text", "x\xE4\xB8\xAD", 42, -1 },
        { "int", "-12", -12, -1 },
        { "big", "12345678901234567890123", 42, -1 },
        { "huge", "18446744073709551615", 42, -1 },
        { "real", "1.5", 42, -1 },
        { "whole", "3", 3, -1 },
        { "yes", "true", 42, 1 },
        { "no", "false", 42, 0 },
        { "null", NULL, 42, -1 },
        { "list", NULL, 42, -1 },
        { "s1", "1", 1, 1 },
        { "sfalse", "false", 42, 0 },
        { "one", "1", 1, 1 },
        { "two", "2", 2, -1 },
        { "num", "-77", -77, -1 },
        { "far", "1e+300", 42, -1 },
        { "edge", "9223372036854775807", INT64_MAX, -1 },
        { "part", "7.5", 42, -1 },
        { "absent", NULL, 42, -1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        yyjson_val *value = yyjson_obj_get(root, rows[i].name);
        base_str text = BASE_STR("untouched");
        int64_t number = 42;
        bool boolean = false;
        assert_int_equal(codec_json_text(value, arena, &text), rows[i].text != NULL);
        assert_true(base_str_is(text, rows[i].text ? rows[i].text : "untouched"));
        assert_int_equal(codec_json_i64(value, &number), rows[i].number != 42);
        assert_true(number == rows[i].number);
        assert_int_equal(codec_json_bool(value, &boolean), rows[i].boolean >= 0);
        assert_int_equal(boolean, rows[i].boolean > 0);
    }
    base_arena_free(arena);
    yyjson_doc_free(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(an_error_shows_at_most_twenty_bytes),
        cmocka_unit_test(a_text_over_the_bound_is_refused_before_it_is_read),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(fields_are_found_by_dotted_path),
        cmocka_unit_test(scalars_read_in_every_dress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
