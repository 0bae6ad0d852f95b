/* What a caller of room sign notices beside the vectors: refusals, reuse, one changed byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sign/sign.h"

#define PAIR(name, value)                                                                          \
    { BASE_STR(name), BASE_STR(value) }

static sign_context *context_of(const char *recipe, const char *secret) {
    sign_context *context = NULL;
    assert_non_null(sign_recipe_find(recipe));
    assert_int_equal(
        sign_context_new(sign_recipe_find(recipe), base_str_of(secret), &context, NULL), QD_OK);
    return context;
}

static void recipes_are_listed_and_found(void **state) {
    (void)state;
    const char *names[] = { "douyin", "douyin-push", "douyin-spi",
                            "taobao", "taobao-body", "solinkup" };
    for (size_t i = 0; i < 6; i++) {
        assert_non_null(sign_recipe_find(names[i]));
        assert_true(strlen(sign_recipe_title(sign_recipe_find(names[i]))) > 10);
    }
    assert_null(sign_recipe_at(6));
    assert_null(sign_recipe_find("douyin2"));
    assert_null(sign_recipe_find(NULL));
}

static void unknown_ways_are_refused_by_name(void **state) {
    (void)state;
    const codec_pair pairs[] = { PAIR("app_key", "1"), PAIR("method", "m"),
                                 PAIR("timestamp", "2") };
    char sign[SIGN_TEXT_MAX];
    qd_err err;
    sign_context *douyin = context_of("douyin", "s");
    sign_input input = { pairs, 3, BASE_STR("{}"), BASE_STR("sha1"), { NULL, 0 } };
    assert_int_equal(sign_make(douyin, &input, sign, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "sha1"));
    input.sign_method = BASE_STR("MD5"); /* Douyin's names are lower case */
    assert_int_equal(sign_make(douyin, &input, sign, &err), QD_E_INVALID);
    input.sign_method = BASE_STR("md5");
    input.profile = BASE_STR("text_php");
    assert_int_equal(sign_make(douyin, &input, sign, &err), QD_E_INVALID);
    input.profile = (base_str){ NULL, 0 };
    input.pair_count = 2;
    assert_int_equal(sign_make(douyin, &input, sign, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "timestamp"));
    sign_context_free(douyin);
}

static void base64_is_refused_since_it_discloses_the_secret(void **state) {
    (void)state;
    const codec_pair pairs[] = { PAIR("appKey", "k"), PAIR("method", "m") };
    char sign[SIGN_TEXT_MAX];
    qd_err err;
    sign_context *context = context_of("solinkup", "s");
    sign_input input = { pairs, 2, { NULL, 0 }, BASE_STR("base64"), { NULL, 0 } };
    assert_int_equal(sign_make(context, &input, sign, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "disclose"));
    sign_context_free(context);
}

static void one_context_makes_all_methods_again_and_again(void **state) {
    (void)state;
    const codec_pair pairs[] = { PAIR("b", "2"), PAIR("a", "1") };
    const char *methods[] = { "md5", "hmac", "hmac-sha256" };
    char first[3][SIGN_TEXT_MAX];
    char again[SIGN_TEXT_MAX];
    sign_context *context = context_of("taobao", "secret");
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 3; i++) {
            sign_input input = { pairs, 2, { NULL, 0 }, base_str_of(methods[i]), { NULL, 0 } };
            assert_int_equal(sign_make(context, &input, round ? again : first[i], NULL), QD_OK);
            if (round) {
                assert_string_equal(again, first[i]);
            }
        }
    }
    assert_int_equal(strlen(first[0]), 32);
    assert_int_equal(strlen(first[1]), 32);
    assert_int_equal(strlen(first[2]), 64);
    assert_string_not_equal(first[0], first[1]);
    sign_context_free(context);
}

static void one_changed_byte_changes_every_signature(void **state) {
    (void)state;
    const codec_pair pairs[] = { PAIR("app_key", "1"), PAIR("appKey", "1"), PAIR("method", "m"),
                                 PAIR("timestamp", "2") };
    codec_pair changed[] = { PAIR("app_key", "9"), PAIR("appKey", "9"), PAIR("method", "m"),
                             PAIR("timestamp", "2") };
    for (size_t i = 0; sign_recipe_at(i); i++) {
        char a[SIGN_TEXT_MAX];
        char b[SIGN_TEXT_MAX];
        char c[SIGN_TEXT_MAX];
        sign_context *context = context_of(sign_recipe_name(sign_recipe_at(i)), "s1");
        sign_context *other = context_of(sign_recipe_name(sign_recipe_at(i)), "s2");
        sign_input input = { pairs, 4, BASE_STR("{}"), { NULL, 0 }, { NULL, 0 } };
        assert_int_equal(sign_make(context, &input, a, NULL), QD_OK);
        assert_int_equal(sign_make(other, &input, b, NULL), QD_OK);
        input.pairs = changed;
        assert_int_equal(sign_make(context, &input, c, NULL), QD_OK);
        assert_string_not_equal(a, b);
        assert_string_not_equal(a, c);
        sign_context_free(context);
        sign_context_free(other);
    }
}

static void more_pairs_than_a_form_may_have_are_refused(void **state) {
    (void)state;
    static codec_pair pairs[LIMIT_FORM_PAIRS + 1];
    static char names[LIMIT_FORM_PAIRS + 1][8];
    for (size_t i = 0; i <= LIMIT_FORM_PAIRS; i++) {
        names[i][0] = (char)('a' + i % 26);
        names[i][1] = (char)('a' + i / 26 % 26);
        pairs[i].name = base_str_of(names[i]);
        pairs[i].value = BASE_STR("v");
    }
    char sign[SIGN_TEXT_MAX];
    sign_context *context = context_of("taobao", "s");
    sign_input input = { pairs, LIMIT_FORM_PAIRS, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    assert_int_equal(sign_make(context, &input, sign, NULL), QD_OK);
    input.pair_count++;
    assert_int_equal(sign_make(context, &input, sign, NULL), QD_E_INVALID);
    sign_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipes_are_listed_and_found),
        cmocka_unit_test(unknown_ways_are_refused_by_name),
        cmocka_unit_test(base64_is_refused_since_it_discloses_the_secret),
        cmocka_unit_test(one_context_makes_all_methods_again_and_again),
        cmocka_unit_test(one_changed_byte_changes_every_signature),
        cmocka_unit_test(more_pairs_than_a_form_may_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
