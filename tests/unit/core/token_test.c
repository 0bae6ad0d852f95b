/*
 * The token keeper's promise, attacked from every side: one refresher, the new pair stored before
 * it is used, an intent that outlives a death, no hammering, an unchanged pair left alone.
 */
#include "token_world.h"

static fixture f;
static token_world world;

static void start(void) {
    token_world_open(&f, &world);
}

static qd_status call(qd_err *err) {
    return token_world_call(&f, err);
}

static void store_token(const qd_token *token) {
    token_world_store(&f, token);
}

static void an_expired_token_is_renewed_once_and_stored_before_use(void **state) {
    (void)state;
    start();
    world.valid = "none"; /* a1 is not accepted any more */
    qd_err err;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(world.calls, 2);
    assert_non_null(strstr(f.seen[1].body, "\"refresh_token\":\"r1\""));
    qd_token token = test_stored(&f);
    assert_string_equal(token.access, "a2");
    assert_string_equal(token.refresh, "r-a2");
    assert_int_equal(token.expires_at, TEST_NOW + 604800);
    assert_int_equal(token.intent_at, 0);
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    test_close(&f);
}

static void a_token_near_its_end_is_renewed_before_it_is_refused(void **state) {
    (void)state;
    start();
    qd_err err;
    assert_int_equal(call(&err), QD_OK);
    test_sleep(&f.clock, (86400 - 2000) * (int64_t)1000); /* within the margin of 3000 s */
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(world.calls, 2); /* none was refused */
    test_close(&f);
}

static void an_unchanged_pair_is_no_reason_to_ask_again(void **state) {
    (void)state;
    start();
    qd_token token = test_stored(&f);
    token.expires_at = TEST_NOW + 2900;
    store_token(&token);
    world.next = "a1"; /* the same access token comes back */
    qd_err err;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(call(&err), QD_OK);
        test_sleep(&f.clock, 100);
    }
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(test_stored(&f).expires_at, TEST_NOW + 2900); /* its life did not grow */
    test_close(&f);
}

static void a_token_that_is_refused_and_given_again_does_not_spin(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.next = "a1";
    /* give() makes a1 valid again; take that back with each call. */
    for (int i = 0; i < 10; i++) {
        world.valid = "none";
        qd_status status = call(&err);
        assert_true(status == QD_OK || status == QD_E_AUTH);
        world.valid = "none";
    }
    assert_true(world.refreshes <= 1);
    assert_int_equal(call(&err), QD_E_AUTH);
    test_close(&f);
}

static void another_process_was_faster(void **state) {
    (void)state;
    start();
    qd_err err;
    assert_int_equal(call(&err), QD_OK); /* a1 is in memory now */
    qd_token token = { .access = "a9", .refresh = "r9", .expires_at = TEST_NOW + 604800 };
    store_token(&token);
    world.valid = "a9";
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes + world.creates, 0);
    test_close(&f);
}

static void a_death_between_asking_and_storing_is_survived(void **state) {
    (void)state;
    qd_err err;
    /* The platform had not acted: the old refresh token still works. */
    start();
    qd_token token = test_stored(&f);
    token.intent_at = TEST_NOW - 5;
    token.expires_at = TEST_NOW - 1;
    store_token(&token);
    world.valid = "none";
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(world.creates, 0);
    assert_int_equal(test_stored(&f).intent_at, 0);
    test_close(&f);
    /* It had: the old pair is gone. A self-use app makes a new one. */
    start();
    store_token(&token);
    world.valid = "none";
    world.refresh_refused = true;
    world.created = "a7";
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(world.creates, 1);
    assert_string_equal(test_stored(&f).access, "a7");
    test_close(&f);
    /* Neither: the owner is told why. */
    start();
    store_token(&token);
    world.valid = "none";
    world.refresh_refused = true;
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_non_null(strstr(err.message, "cut off"));
    assert_non_null(strstr(err.message, "authorise"));
    assert_true(qd_err_needs_auth(&err));
    test_close(&f);
}

static void a_refused_renewal_is_not_hammered(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.refresh_refused = true;
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_string_equal(err.sub_code, "isv.business-failed:31009");
    int asked = world.refreshes + world.creates;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(call(&err), QD_E_AUTH);
        assert_int_equal(qd_err_limited_until(&err), TEST_NOW + 30);
        test_sleep(&f.clock, 100);
    }
    assert_int_equal(world.refreshes + world.creates, asked);
    assert_int_equal(test_stored(&f).failures, 1);
    test_sleep(&f.clock, 30000);
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_true(world.refreshes + world.creates > asked);
    assert_int_equal(test_stored(&f).failures, 2);
    assert_int_equal(test_stored(&f).retry_after, TEST_NOW + 32 + 60); /* twice as long */
    /* The owner authorises the shop again: at once it works. */
    qd_token token = { .access = "a5", .refresh = "r5", .expires_at = TEST_NOW + 604800 };
    store_token(&token);
    world.valid = "a5";
    assert_int_equal(call(&err), QD_OK);
    test_close(&f);
}

static void a_wrong_secret_is_told_each_time_and_blocks_nothing(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.wrong_secret = true;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(call(&err), QD_E_AUTH);
        assert_string_equal(err.sub_code, "isv.signature-invalid");
        assert_null(strstr(err.message, "authorise"));
    }
    assert_int_equal(world.creates, 0);
    assert_int_equal(test_stored(&f).intent_at, 0);
    world.wrong_secret = false; /* put right: at once it works */
    assert_int_equal(call(&err), QD_OK);
    test_close(&f);
}

static void a_revoked_token_is_replaced_where_the_app_may(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.revoked = true;
    world.created = "a3";
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 0);
    assert_int_equal(world.creates, 1);
    test_close(&f);

    start();
    world.valid = "none";
    world.revoked = true;
    const qd_shop_options no_id = { .handle = "t1", .token_store = f.store };
    test_shop(&f, &no_id);
    assert_int_equal(call(&err), QD_E_AUTH);
    assert_int_equal(world.refreshes + world.creates, 0);
    assert_string_equal(err.sub_code, "dop.authorization-closed"); /* the platform's own word */
    assert_non_null(strstr(err.message, "authorise the shop"));
    assert_true(test_stored(&f).revoked);
    test_close(&f);
}

static void a_session_by_hand_is_used_and_never_renewed(void **state) {
    (void)state;
    start();
    qd_err err;
    const qd_shop_options by_hand = {
        .handle = "t2", .shop_id = "123", .session = "a1", .token_store = f.store
    };
    test_shop(&f, &by_hand);
    assert_int_equal(call(&err), QD_OK);
    world.valid = "none";
    qd_reply *reply = NULL;
    assert_int_equal(qd_call(f.shop, METHOD, PARAMS, &reply, &err), QD_E_AUTH);
    assert_non_null(reply); /* the platform's answer is at hand */
    assert_non_null(strstr(qd_reply_body(reply, NULL), "expired"));
    qd_reply_free(reply);
    assert_int_equal(world.refreshes + world.creates, 0);
    assert_non_null(strstr(err.message, "authorise it again"));
    assert_string_equal(err.sub_code, "isv.access-token-expired");
    test_close(&f);
}

static void a_first_token_is_created_for_a_self_use_app(void **state) {
    (void)state;
    start();
    qd_err err;
    world.valid = "none";
    world.created = "a4";
    qd_token none = { 0 };
    store_token(&none);
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.creates, 1);
    assert_int_equal(world.calls, 1);
    assert_non_null(strstr(f.seen[0].body, "\"shop_id\":\"123\""));
    test_close(&f);
}

static void a_failing_token_service_does_not_stop_a_token_that_works(void **state) {
    (void)state;
    start();
    qd_err err;
    qd_token token = test_stored(&f);
    token.expires_at = TEST_NOW + 1000; /* due, yet good */
    store_token(&token);
    world.token_status = 503;
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.calls, 1);
    int asked = world.refreshes;
    assert_int_equal(call(&err), QD_OK); /* and it is not asked again at once */
    assert_int_equal(world.refreshes, asked);
    test_sleep(&f.clock, (int64_t)1001 * 1000);
    assert_int_equal(call(&err), QD_E_UNAVAILABLE); /* now it is needed */
    test_close(&f);
}

/* ---- a store that misbehaves ---- */

typedef struct bad_store {
    qd_token_store door;
    qd_token_store *real;
    int saves_until_trouble; /* counts down; at 0 trouble begins */
    qd_status trouble;       /* QD_E_IO: the disk is full. QD_E_STALE: somebody was faster */
} bad_store;

static qd_status bad_load(qd_token_store *self, const char *handle, const char *environment,
                          qd_token *out, qd_err *err) {
    bad_store *bad = (bad_store *)self;
    return bad->real->load(bad->real, handle, environment, out, err);
}

static qd_status bad_save(qd_token_store *self, const char *handle, const char *environment,
                          const qd_token *token, int64_t expected, qd_err *err) {
    bad_store *bad = (bad_store *)self;
    if (bad->trouble != QD_OK && bad->saves_until_trouble-- <= 0) {
        if (bad->trouble == QD_E_STALE) {
            qd_token other = { .access = "b1", .refresh = "rb", .expires_at = TEST_NOW + 604800 };
            assert_int_equal(
                bad->real->save(bad->real, handle, environment, &other, expected, NULL), QD_OK);
            world.valid = "b1";
        }
        qd_status status = bad->trouble;
        if (status == QD_E_STALE) {
            bad->trouble = QD_OK;
        }
        return base_fail(err, status, "no");
    }
    return bad->real->save(bad->real, handle, environment, token, expected, err);
}

static qd_status bad_try_lock(qd_token_store *self, const char *handle, const char *environment,
                              void **out_lock, qd_err *err) {
    bad_store *bad = (bad_store *)self;
    return bad->real->try_lock(bad->real, handle, environment, out_lock, err);
}

static void bad_unlock(qd_token_store *self, void *lock) {
    bad_store *bad = (bad_store *)self;
    bad->real->unlock(bad->real, lock);
}

static void bad_free(qd_token_store *self) {
    (void)self;
}

static bad_store bad;

static void start_bad(int saves, qd_status trouble) {
    start();
    bad = (bad_store){
        { bad_load, bad_save, bad_try_lock, bad_unlock, bad_free }, f.store, saves, trouble
    };
    const qd_shop_options shop = { .handle = "t1", .shop_id = "123", .token_store = &bad.door };
    test_shop(&f, &shop);
    world.valid = "none";
}

static void a_pair_that_the_disk_refuses_is_kept_and_not_used(void **state) {
    (void)state;
    start_bad(1, QD_E_IO); /* the intent is stored, the pair is not */
    qd_err err;
    assert_int_equal(call(&err), QD_E_IO);
    assert_int_equal(world.refreshes, 1);
    assert_int_equal(world.calls, 1);
    assert_string_equal(test_stored(&f).access, "a1");
    assert_true(test_stored(&f).intent_at > 0);
    assert_int_equal(call(&err), QD_E_IO); /* still full */
    assert_int_equal(world.calls, 1);
    bad.trouble = QD_OK; /* room again: what was got is stored, and used, and not asked for twice */
    assert_int_equal(call(&err), QD_OK);
    assert_int_equal(world.refreshes, 1);
    assert_string_equal(test_stored(&f).access, "a2");
    test_close(&f);
}

static void without_an_intent_on_disk_nothing_is_asked(void **state) {
    (void)state;
    start_bad(0, QD_E_IO);
    qd_err err;
    assert_int_equal(call(&err), QD_E_IO);
    assert_int_equal(world.refreshes, 0);
    test_close(&f);
}

static void a_lost_compare_and_swap_takes_the_others_token(void **state) {
    (void)state;
    for (int saves = 0; saves < 2; saves++) { /* at the intent, and at the pair */
        start_bad(saves, QD_E_STALE);
        qd_err err;
        assert_int_equal(call(&err), QD_OK);
        assert_int_equal(world.refreshes, saves);
        assert_string_equal(test_stored(&f).access, "b1");
        test_close(&f);
    }
}

/* ---- the lock ---- */

static void *held;
static int64_t release_at;

static void sleep_and_release(void *self, int64_t ms) {
    test_sleep(self, ms);
    if (held && f.clock.mono_ms >= release_at) {
        f.store->unlock(f.store, held);
        held = NULL;
    }
}

static void a_lock_of_another_process_is_waited_for_within_the_deadline(void **state) {
    (void)state;
    qd_err err;
    start();
    f.clock.clock.sleep_ms = sleep_and_release;
    world.valid = "none";
    assert_int_equal(f.store->try_lock(f.store, "t1", "production", &held, &err), QD_OK);
    release_at = f.clock.mono_ms + 1500;
    assert_int_equal(call(&err), QD_OK);
    assert_true(f.clock.mono_ms >= release_at);
    test_close(&f);

    start();
    f.clock.clock.sleep_ms = sleep_and_release;
    world.valid = "none";
    assert_int_equal(f.store->try_lock(f.store, "t1", "production", &held, &err), QD_OK);
    release_at = INT64_MAX;
    qd_reply *reply = NULL;
    const qd_call_options soon = { .deadline_ms = 2000 };
    int64_t begun = f.clock.mono_ms;
    assert_int_equal(qd_call_with(f.shop, METHOD, PARAMS, &soon, &reply, &err), QD_E_TIMEOUT);
    assert_true(f.clock.mono_ms - begun <= 2000);
    assert_int_equal(world.refreshes, 0);
    f.store->unlock(f.store, held);
    held = NULL;
    assert_int_equal(call(&err), QD_OK);
    test_close(&f);
}

static void count_end(void *user, qd_reply *reply, const qd_err *err) {
    int *ended = user;
    ended[err->status == QD_E_CANCELLED ? 1 : 0]++;
    qd_reply_free(reply);
}

static void slow_token(fixture *it, int index, const qd_http_request *request,
                       net_fake_reply *out) {
    token_world_play(it, index, request, out);
    out->delay_ms = test_is(request, "token.") ? 5000 : 0;
}

static void many_calls_of_one_loop_share_one_renewal(void **state) {
    (void)state;
    start();
    f.script = slow_token;
    world.valid = "none";
    int ended[2] = { 0, 0 };
    qd_loop *loop = NULL;
    qd_err err;
    assert_int_equal(qd_loop_new(f.app, &loop, &err), QD_OK);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(qd_submit(loop, f.shop, METHOD, PARAMS, NULL, count_end, ended, &err),
                         QD_OK);
    }
    while (qd_loop_run(loop, 1000) > 0) {
    }
    assert_int_equal(ended[0], 30);
    assert_int_equal(world.refreshes, 1);
    qd_loop_free(loop);
    test_close(&f);
}

static void freeing_a_loop_gives_the_lock_back(void **state) {
    (void)state;
    start();
    f.script = slow_token;
    world.valid = "none";
    int ended[2] = { 0, 0 };
    qd_loop *loop = NULL;
    qd_err err;
    assert_int_equal(qd_loop_new(f.app, &loop, &err), QD_OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(qd_submit(loop, f.shop, METHOD, PARAMS, NULL, count_end, ended, &err),
                         QD_OK);
    }
    qd_loop_run(loop, 100);
    assert_int_equal(world.refreshes, 1); /* under way */
    void *lock = NULL;
    assert_int_equal(f.store->try_lock(f.store, "t1", "production", &lock, &err), QD_E_BUSY);
    qd_loop_free(loop);
    assert_int_equal(ended[1], 5);
    assert_int_equal(f.store->try_lock(f.store, "t1", "production", &lock, &err), QD_OK);
    f.store->unlock(f.store, lock);
    assert_int_equal(call(&err), QD_OK); /* and the next one finds the intent and renews */
    test_close(&f);
}

static void what_is_told_of_a_token_has_no_text(void **state) {
    (void)state;
    start();
    qd_token token;
    qd_err err;
    assert_int_equal(core_shop_token_info(f.shop, &token, &err), QD_OK);
    assert_int_equal(token.expires_at, TEST_NOW + 86400);
    assert_string_equal(token.access, "");
    assert_string_equal(token.refresh, "");
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expired_token_is_renewed_once_and_stored_before_use),
        cmocka_unit_test(a_token_near_its_end_is_renewed_before_it_is_refused),
        cmocka_unit_test(an_unchanged_pair_is_no_reason_to_ask_again),
        cmocka_unit_test(a_token_that_is_refused_and_given_again_does_not_spin),
        cmocka_unit_test(another_process_was_faster),
        cmocka_unit_test(a_death_between_asking_and_storing_is_survived),
        cmocka_unit_test(a_refused_renewal_is_not_hammered),
        cmocka_unit_test(a_wrong_secret_is_told_each_time_and_blocks_nothing),
        cmocka_unit_test(a_revoked_token_is_replaced_where_the_app_may),
        cmocka_unit_test(a_session_by_hand_is_used_and_never_renewed),
        cmocka_unit_test(a_first_token_is_created_for_a_self_use_app),
        cmocka_unit_test(a_failing_token_service_does_not_stop_a_token_that_works),
        cmocka_unit_test(a_pair_that_the_disk_refuses_is_kept_and_not_used),
        cmocka_unit_test(without_an_intent_on_disk_nothing_is_asked),
        cmocka_unit_test(a_lost_compare_and_swap_takes_the_others_token),
        cmocka_unit_test(a_lock_of_another_process_is_waited_for_within_the_deadline),
        cmocka_unit_test(many_calls_of_one_loop_share_one_renewal),
        cmocka_unit_test(freeing_a_loop_gives_the_lock_back),
        cmocka_unit_test(what_is_told_of_a_token_has_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
