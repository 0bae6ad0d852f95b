/* Yuan texts and fen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include "base/base.h"

static void yuan_texts_become_fen_exactly(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t fen;
    } rows[] = {
        { "12", 1200 },
        { "12.3", 1230 },
        { "12.34", 1234 },
        { "12.340", 1234 },
        { "0.29", 29 }, /* 0.29 * 100 is 28.999... in floating point */
        { "1.15", 115 },
        { "-0.05", -5 },
        { "-0", 0 },
        { "0.00", 0 },
        { "007.50", 750 },
        { "92233720368547758.07", INT64_MAX },
        { "-92233720368547758.08", INT64_MIN },
        { "92233720368547758.0700", INT64_MAX },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t fen = 42;
        assert_true(base_fen_from_yuan(base_str_of(rows[i].text), &fen));
        assert_true(fen == rows[i].fen);
    }
}

static void what_is_no_amount_is_refused(void **state) {
    (void)state;
    const char *bad[] = { "",
                          "-",
                          ".",
                          ".5",
                          "1.",
                          "-.5",
                          "+1",
                          " 1",
                          "1 ",
                          "1,000.00",
                          "12.345",
                          "12.001",
                          "1.2.3",
                          "1e3",
                          "0x10",
                          "--1",
                          "NaN",
                          "92233720368547758.08",
                          "-92233720368547758.09",
                          "92233720368547759",
                          "922337203685477580",
                          "99999999999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t fen = 42;
        assert_false(base_fen_from_yuan(base_str_of(bad[i]), &fen));
        assert_int_equal(fen, 42);
    }
}

static void fen_print_with_two_digits(void **state) {
    (void)state;
    const struct {
        int64_t fen;
        const char *text;
    } rows[] = {
        { 0, "0.00" },
        { 5, "0.05" },
        { -5, "-0.05" },
        { 1234, "12.34" },
        { -100, "-1.00" },
        { INT64_MAX, "92233720368547758.07" },
        { INT64_MIN, "-92233720368547758.08" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[BASE_FEN_TEXT];
        int64_t back = 0;
        base_fen_to_yuan(rows[i].fen, text);
        assert_string_equal(text, rows[i].text);
        assert_true(base_fen_from_yuan(base_str_of(text), &back));
        assert_true(back == rows[i].fen);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yuan_texts_become_fen_exactly),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(fen_print_with_two_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
