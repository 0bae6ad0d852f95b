/*
 * What outlives a restart: why the platform refused a token, for as long as only the owner can
 * help, and that an unchanged pair is left alone. The rest of the keeper's promise is in
 * token_test.c.
 */
#include "fixture.h"

static fixture f;

/* What the scripted platform believes. */
static struct {
    const char *valid;   /* the access token that it accepts */
    const char *created; /* what a create gives; NULL = refused */
    bool refresh_refused;
    bool revoked; /* old tokens are revoked, not expired */
    int refreshes, creates, calls;
} world;

static void play(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)index;
    bool refresh = test_is(request, "token.refresh");
    const char *given = refresh ? "a1" : world.created;
    char expected[64];
    if (refresh || test_is(request, "token.create")) {
        *(refresh ? &world.refreshes : &world.creates) += 1;
        if (given && !(refresh && world.refresh_refused)) {
            test_answer(
                it, out,
                "{\"code\":10000,\"data\":{\"access_token\":\"%s\",\"refresh_token\":\"r1\","
                "\"expires_in\":604800}}",
                given);
        } else {
            test_answer(it, out, "{\"code\":50002,\"sub_code\":\"isv.business-failed:31009\"}");
        }
        return;
    }
    world.calls++;
    snprintf(expected, sizeof expected, "token=%s&", world.valid);
    test_answer(it, out, "%s",
                strstr(request->url, expected) ? "{\"code\":10000,\"data\":{}}"
                : world.revoked ? "{\"code\":30001,\"sub_code\":\"dop.authorization-closed\"}"
                                : "{\"code\":40003,\"sub_code\":\"isv.access-token-expired\"}");
}

static void start(void) {
    memset(&world, 0, sizeof world);
    world.valid = "a1";
    test_open(&f, play, NULL);
}

static qd_status call(qd_err *err) {
    qd_reply *reply = NULL;
    qd_status status = qd_call(f.shop, "order.searchList", "{\"page\":0,\"size\":10}", &reply, err);
    qd_reply_free(reply);
    return status;
}

/* Changes what is stored, as another process would. */
static void store_token(const qd_token *token) {
    assert_int_equal(
        f.store->save(f.store, "t1", "production", token, test_stored(&f).version, NULL), QD_OK);
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
