/*
 * What outlives a restart: why the platform refused a token, for as long as only the owner can
 * help, and that an unchanged pair is left alone. The rest of the keeper's promise is in
 * token_test.c.
 */
#include "token_world.h"

static fixture f;
static token_world world;

static void start(void) {
    token_world_open(&f, &world);
    world.next = "a1"; /* the same pair comes back */
    world.next_refresh = "r1";
}

static qd_status call(qd_err *err) {
    return token_world_call(&f, err);
}

static void store_token(const qd_token *token) {
    token_world_store(&f, token);
}

/* The handle of another process, or of this one after a restart. */
static void restart(const char *app_kind, const char *shop_id) {
    const qd_shop_options options = {
        .handle = "t1", .shop_id = shop_id, .app_kind = app_kind, .token_store = f.store
    };
    test_shop(&f, &options);
}

static void why_only_the_owner_helps_is_told_again_and_again(void **state) {
    (void)state;
    static const char *const ids[] = { NULL, "123" }; /* a tool app never creates, id or not */
    for (size_t i = 0; i < 2; i++) {
        start();
        qd_err err;
        world.valid = "none";
        world.refresh_refused = true;
        world.created = "a9";
        restart("tool", ids[i]);
        assert_int_equal(call(&err), QD_E_AUTH);
        assert_string_equal(err.sub_code, "isv.business-failed:31009");
        assert_null(strstr(err.message, "next attempt")); /* there will be none */
        assert_non_null(strstr(err.message, "authorise it again"));
        for (int round = 0; round < 4; round++) {
            restart("tool", ids[i]);
            assert_int_equal(call(&err), QD_E_AUTH);
            assert_string_equal(err.code, "50002");
            assert_string_equal(err.sub_code, "isv.business-failed:31009");
            assert_non_null(strstr(err.message, "authorise it again"));
            assert_true(qd_err_needs_auth(&err));
            test_sleep(&f.clock, 40000); /* past the pause of a refusal */
        }
        assert_int_equal(world.refreshes, 1);
        assert_int_equal(world.creates, 0);
        /* The owner consents: the reason is gone with the old pair. */
        qd_token token = { .access = "a5", .refresh = "r5", .expires_at = TEST_NOW + 604800 };
        store_token(&token);
        world.valid = "a5";
        assert_int_equal(call(&err), QD_OK);
        test_close(&f);
    }
}

static void a_withdrawn_authorisation_is_remembered_with_the_platforms_words(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.revoked = true;
    restart(NULL, NULL);
    assert_int_equal(call(&err), QD_E_AUTH);
    int sent = world.calls;
    restart(NULL, NULL);
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_string_equal(err.sub_code, "dop.authorization-closed");
    assert_int_equal(world.calls, sent); /* nothing is sent with what was withdrawn */
    test_close(&f);
}

static void in_the_pause_of_a_refusal_its_reason_is_told(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.refresh_refused = true;
    assert_int_equal(call(&err), QD_E_AUTH);
    restart(NULL, "123");
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_string_equal(err.sub_code, "isv.business-failed:31009");
    assert_non_null(strstr(err.message, "next attempt"));
    test_close(&f);
}

static void an_unchanged_pair_is_left_alone_over_restarts(void **state) {
    (void)state;
    start();
    qd_err err;
    qd_token token = test_stored(&f);
    token.expires_at = TEST_NOW + 2900; /* due, yet good */
    store_token(&token);
    for (int i = 0; i < 5; i++) {
        restart(NULL, "123");
        assert_int_equal(call(&err), QD_OK);
        test_sleep(&f.clock, 5000);
    }
    assert_int_equal(world.refreshes, 1);
    test_sleep(&f.clock, (int64_t)1500 * 1000); /* half of its life is over */
    restart(NULL, "123");
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 2);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_only_the_owner_helps_is_told_again_and_again),
        cmocka_unit_test(a_withdrawn_authorisation_is_remembered_with_the_platforms_words),
        cmocka_unit_test(in_the_pause_of_a_refusal_its_reason_is_told),
        cmocka_unit_test(an_unchanged_pair_is_left_alone_over_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
