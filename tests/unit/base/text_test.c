/* Borrowed text: comparing, cutting, numbers, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "base/base.h"

static void texts_compare_by_bytes(void **state) {
    (void)state;
    assert_true(base_str_eq(base_str_of(NULL), BASE_STR("")));
    assert_true(base_str_is(BASE_STR("abc"), "abc"));
    assert_false(base_str_is(BASE_STR("abc"), "ab"));
    assert_true(base_str_is(base_str_of(NULL), NULL));
    assert_true(base_str_cmp(BASE_STR("a"), BASE_STR("ab")) < 0);
    assert_true(base_str_cmp(BASE_STR("b"), BASE_STR("ab")) > 0);
    assert_true(base_str_cmp(BASE_STR("z"), BASE_STR("\xE4\xB8\xAD")) < 0); /* unsigned bytes */
    assert_int_equal(base_str_cmp(base_str_of(NULL), base_str_of("")), 0);
}

static void only_whole_decimal_numbers_are_numbers(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t value;
    } good[] = {
        { "0", 0 },
        { "-0", 0 },
        { "+7", 7 },
        { "007", 7 },
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
        { "-9223372036854775807", -INT64_MAX },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t value = 42;
        assert_true(base_str_to_i64(base_str_of(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    const char *bad[] = { "",
                          "-",
                          "+",
                          " 1",
                          "1 ",
                          "1.0",
                          "1e3",
                          "0x1F",
                          "--1",
                          "9223372036854775808",
                          "-9223372036854775809",
                          "99999999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t value = 42;
        assert_false(base_str_to_i64(base_str_of(bad[i]), &value));
        assert_int_equal(value, 42);
    }
    int64_t value = 0;
    assert_false(base_str_to_i64((base_str){ "1\0002", 3 }, &value));
    assert_true(base_str_to_i64((base_str){ "12345", 2 }, &value));
    assert_int_equal(value, 12);
}

static void a_copy_never_ends_inside_a_character(void **state) {
    (void)state;
    char out[8];
    assert_true(base_copy(out, sizeof out, BASE_STR("1234567")));
    assert_string_equal(out, "1234567");
    assert_false(base_copy(out, sizeof out, BASE_STR("12345678")));
    assert_string_equal(out, "1234567");
    assert_false(base_copy(out, sizeof out, BASE_STR("12345\xE4\xB8\xAD")));
    assert_string_equal(out, "12345");
    assert_true(base_copy(out, sizeof out, BASE_STR("1234\xE4\xB8\xAD")));
    assert_string_equal(out, "1234\xE4\xB8\xAD");
    assert_false(base_copy(out, sizeof out, BASE_STR("1234\xF0\x9F\x98\x80")));
    assert_string_equal(out, "1234");
    assert_false(base_copy(out, 1, BASE_STR("a")));
    assert_string_equal(out, "");
    assert_true(base_copy(out, 1, base_str_of(NULL)));
    assert_false(base_copy(out, 0, BASE_STR("")));
    /* Bytes that are no UTF-8 at all still get copied up to the end. */
    assert_false(base_copy(out, sizeof out, BASE_STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80")));
    assert_int_equal(strlen(out), 7);
}

static void utf8_is_checked_to_the_letter(void **state) {
    (void)state;
    const char *good[] = { "",
                           "plain",
                           "\xC2\x80",
                           "\xDF\xBF",
                           "\xE0\xA0\x80",
                           "\xED\x9F\xBF",
                           "\xEE\x80\x80",
                           "\xEF\xBF\xBF",
                           "\xF0\x90\x80\x80",
                           "\xF4\x8F\xBF\xBF",
                           "eight by\xE4\xB8\xAD then eight more bytes" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(base_utf8_valid(base_str_of(good[i])));
    }
    const char *bad[] = {
        "\x80",             /* a continuation alone */
        "\xC0\xAF",         /* overlong */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xED\xBF\xBF",     /* surrogate */
        "\xF4\x90\x80\x80", /* beyond U+10FFFF */
        "\xF5\x80\x80\x80", /* never a lead */
        "\xFF",
        "\xC3",         /* cut */
        "\xE4\xB8",     /* cut */
        "\xF0\x9F\x98", /* cut */
        "\xE4\x41\x80", /* a letter inside */
        "12345678\xE4\xB8",
        ("1234567\xFF"
         "12345678"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(base_utf8_valid(base_str_of(bad[i])));
    }
    assert_true(base_utf8_valid((base_str){ "a\0b", 3 }));
    assert_true(base_utf8_valid((base_str){ NULL, 0 }));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_compare_by_bytes),
        cmocka_unit_test(only_whole_decimal_numbers_are_numbers),
        cmocka_unit_test(a_copy_never_ends_inside_a_character),
        cmocka_unit_test(utf8_is_checked_to_the_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
