/* Urlencoded forms, hexadecimal and base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

static void only_unreserved_bytes_stay(void **state) {
    (void)state;
    base_buf out;
    base_buf_init(&out, 10000);
    codec_url_encode(&out, BASE_STR("AZaz09-._~"), false);
    assert_string_equal(base_buf_text(&out), "AZaz09-._~");
    base_buf_reset(&out);
    codec_url_encode(&out, BASE_STR("a b+c&d=e/\xE4\xB8\xAD*'\0"), false);
    assert_string_equal(base_buf_text(&out), "a%20b%2Bc%26d%3De%2F%E4%B8%AD%2A%27%00");
    base_buf_reset(&out);
    codec_url_encode(&out, BASE_STR(" a b"), true);
    assert_string_equal(base_buf_text(&out), "+a+b");
    base_buf_reset(&out);
    codec_url_encode(&out, base_str_of(NULL), true);
    assert_string_equal(base_buf_text(&out), "");
    base_buf_clear(&out);
    base_buf_init(&out, 6); /* just the room it takes */
    codec_url_encode(&out, BASE_STR("&& "), true);
    assert_true(out.failed);
    base_buf_reset(&out);
    codec_url_encode(&out, BASE_STR("&  "), true);
    assert_string_equal(base_buf_text(&out), "%26++");
    base_buf_clear(&out);
}

static void every_byte_survives_the_round_trip(void **state) {
    (void)state;
    char all[256];
    for (int i = 0; i < 256; i++) {
        all[i] = (char)i;
    }
    base_str bytes = { all, sizeof all };
    base_buf out;
    base_arena *arena = base_arena_new(100000);
    codec_pair *pairs = NULL;
    size_t count = 0;
    base_buf_init(&out, 10000);
    codec_form_add(&out, BASE_STR("first"), base_str_of(NULL));
    codec_form_add(&out, bytes, bytes);
    assert_int_equal(codec_form_parse(base_buf_str(&out), arena, &pairs, &count, NULL), QD_OK);
    assert_int_equal(count, 2);
    assert_true(base_str_is(pairs[0].name, "first"));
    assert_int_equal(pairs[0].value.len, 0);
    assert_true(base_str_eq(pairs[1].name, bytes));
    assert_true(base_str_eq(pairs[1].value, bytes));
    base_buf_clear(&out);
    base_arena_free(arena);
}

static void odd_forms_are_read_without_losing_anything(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *name;
        const char *value;
    } rows[] = {
        { "a=1", "a", "1" },
        { "a", "a", "" },
        { "a=", "a", "" },
        { "=v", "", "v" },
        { "a=b=c", "a", "b=c" },
        { "a+b=%2B+%20", "a b", "+  " },
        { "&&a=1&", "a", "1" },
        { "a=%", "a", "%" },
        { "a=%4", "a", "%4" },
        { "a=%zz%4g%G4", "a", "%zz%4g%G4" },
        { "a=100%&", "a", "100%" },
        { "a=%25%34%31", "a", "%41" },
        { "a=%e4%B8%ad", "a", "\xE4\xB8\xAD" },
        { "%61=x", "a", "x" },
    };
    base_arena *arena = base_arena_new(100000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        codec_pair *pairs = NULL;
        size_t count = 0;
        assert_int_equal(codec_form_parse(base_str_of(rows[i].text), arena, &pairs, &count, NULL),
                         QD_OK);
        assert_int_equal(count, 1);
        assert_true(base_str_is(pairs[0].name, rows[i].name));
        assert_true(base_str_is(pairs[0].value, rows[i].value));
    }
    codec_pair *pairs = NULL;
    size_t count = 7;
    assert_int_equal(codec_form_parse(base_str_of(NULL), arena, &pairs, &count, NULL), QD_OK);
    assert_int_equal(count, 0);
    base_arena_free(arena);
}

static void a_form_has_a_bound_on_pairs_and_on_memory(void **state) {
    (void)state;
    base_buf text;
    base_arena *arena = base_arena_new(1024 * 1024);
    codec_pair *pairs = NULL;
    size_t count = 0;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&text, 100000);
    for (int i = 0; i < LIMIT_FORM_PAIRS; i++) {
        base_buf_add_text(&text, "k=v&");
    }
    assert_int_equal(codec_form_parse(base_buf_str(&text), arena, &pairs, &count, &err), QD_OK);
    assert_int_equal(count, LIMIT_FORM_PAIRS);
    base_buf_add_text(&text, "k=v");
    assert_int_equal(codec_form_parse(base_buf_str(&text), arena, &pairs, &count, &err),
                     QD_E_INVALID);
    base_arena_free(arena);
    arena = base_arena_new(100);
    assert_int_equal(codec_form_parse(BASE_STR("a=1&b=2&c=3&d=4"), arena, &pairs, &count, &err),
                     QD_E_NOMEM);
    base_arena_free(arena);
    base_buf_clear(&text);
}

static void hexadecimal_has_two_cases(void **state) {
    (void)state;
    char out[9];
    codec_hex((const unsigned char *)"\x00\xAB\x1F\xFF", 4, false, out);
    assert_string_equal(out, "00ab1fff");
    codec_hex((const unsigned char *)"\x00\xAB\x1F\xFF", 4, true, out);
    assert_string_equal(out, "00AB1FFF");
    codec_hex(NULL, 0, true, out);
    assert_string_equal(out, "");
}

static void base64_follows_its_rfc(void **state) {
    (void)state;
    /* RFC 4648, section 10, and the two digits that are no letters. */
    const struct {
        const char *plain;
        const char *text;
    } rows[] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
        { "\xFB\xEF\xFF", "++//" },
    };
    base_buf out;
    base_buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        base_buf_reset(&out);
        codec_base64_encode(&out, base_str_of(rows[i].plain));
        assert_string_equal(base_buf_text(&out), rows[i].text);
        base_buf_reset(&out);
        assert_int_equal(codec_base64_decode(base_str_of(rows[i].text), &out, NULL), QD_OK);
        assert_string_equal(base_buf_text(&out), rows[i].plain);
    }
    base_buf_reset(&out);
    base_buf_add_text(&out, "kept");
    const char *bad[] = { "Z",    "Zg",    "Zg=",    "Zg===", "====",     "=",   "Zh==",
                          "Zm9=", "Zm 9v", "Zm9v\n", "Zm-_",  "Zg==Zg==", "Z===" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        qd_err err = QD_ERR_INIT;
        assert_int_equal(codec_base64_decode(base_str_of(bad[i]), &out, &err), QD_E_INVALID);
        assert_string_equal(base_buf_text(&out), "kept");
    }
    assert_int_equal(codec_base64_decode((base_str){ "Zg\0=", 4 }, &out, NULL), QD_E_INVALID);
    base_buf_clear(&out);
    base_buf_init(&out, 2);
    assert_int_equal(codec_base64_decode(BASE_STR("Zm9v"), &out, NULL), QD_E_NOMEM);
    base_buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_unreserved_bytes_stay),
        cmocka_unit_test(every_byte_survives_the_round_trip),
        cmocka_unit_test(odd_forms_are_read_without_losing_anything),
        cmocka_unit_test(a_form_has_a_bound_on_pairs_and_on_memory),
        cmocka_unit_test(hexadecimal_has_two_cases),
        cmocka_unit_test(base64_follows_its_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
