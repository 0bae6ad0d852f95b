/*
 * A token's ends of levels (TOP's r1, r2, w1, w2) are kept sealed behind the pair; a pair without
 * them, as earlier versions wrote it, is read as before.
 */
#include "store_support.h"

static void levels_come_back(void **state) {
    (void)state;
    char home[256];
    qd_err err;
    store *s = NULL;
    store_options options = STORE_OPTIONS_INIT;
    make_home(home);
    options.home = home;
    OK(store_open(&options, &s, &err));
    qd_token_store *tokens = store_tokens(s);
    qd_token token = { .access = "a",
                       .refresh = "r",
                       .expires_at = 1700000000,
                       .level_ends = { 1700000001, 0, INT64_C(1) << 40, 1700000004 } };
    qd_token plain = { .access = "b", .refresh = "q" };
    qd_token bare = { .access = "c", .level_ends = { 0, 7, 0, 0 } };
    OK(tokens->save(tokens, "levels", "production", &token, 0, &err));
    OK(tokens->save(tokens, "plain", "production", &plain, 0, &err));
    OK(tokens->save(tokens, "bare", "production", &bare, 0, &err));
    store_close(s);
    OK(store_open(&options, &s, &err));
    tokens = store_tokens(s);
    qd_token got;
    OK(tokens->load(tokens, "levels", "production", &got, &err));
    assert_string_equal(got.access, "a");
    assert_string_equal(got.refresh, "r");
    assert_memory_equal(got.level_ends, token.level_ends, sizeof got.level_ends);
    OK(tokens->load(tokens, "plain", "production", &got, &err));
    assert_string_equal(got.refresh, "q");
    assert_memory_equal(got.level_ends, plain.level_ends, sizeof got.level_ends);
    OK(tokens->load(tokens, "bare", "production", &got, &err));
    assert_string_equal(got.refresh, "");
    assert_int_equal(got.level_ends[1], 7);
    store_close(s);
    drop_home(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
