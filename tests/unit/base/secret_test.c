/* Secrets, seeded randomness and tokens in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "qiandian/sys/token_store.h"

static void a_secret_is_replaced_and_cleared(void **state) {
    (void)state;
    base_secret secret = { 0 };
    assert_int_equal(base_secret_set(&secret, BASE_STR("first"), NULL), QD_OK);
    assert_string_equal(secret.ptr, "first");
    /* from itself */
    assert_int_equal(base_secret_set(&secret, (base_str){ secret.ptr + 1, 3 }, NULL), QD_OK);
    assert_string_equal(secret.ptr, "irs");
    assert_int_equal(secret.len, 3);
    assert_int_equal(base_secret_set(&secret, base_str_of(NULL), NULL), QD_OK);
    assert_null(secret.ptr);
    base_secret_clear(&secret);
    base_secret_clear(NULL);
}

static void secrets_compare_whole(void **state) {
    (void)state;
    assert_true(base_secret_equal(BASE_STR("abc"), BASE_STR("abc")));
    assert_false(base_secret_equal(BASE_STR("abc"), BASE_STR("abd")));
    assert_false(base_secret_equal(BASE_STR("xbc"), BASE_STR("abc")));
    assert_false(base_secret_equal(BASE_STR("abc"), BASE_STR("abcd")));
    assert_true(base_secret_equal(base_str_of(NULL), BASE_STR("")));
    char text[] = "secret";
    base_wipe(text, sizeof text);
    assert_memory_equal(text, "\0\0\0\0\0\0", 7);
    base_wipe(NULL, 0);
}

/* The worlds of the sandbox depend on these very numbers. */
static void a_seed_gives_the_same_numbers_everywhere(void **state) {
    (void)state;
    base_rng rng;
    base_rng_seed(&rng, 0);
    /* The first four outputs of splitmix64 from 0, as its authors' code gives them. */
    assert_true(rng.state[0] == UINT64_C(0xE220A8397B1DCDAF));
    assert_true(rng.state[1] == UINT64_C(0x6E789E6AA1B965F4));
    assert_true(rng.state[2] == UINT64_C(0x06C45D188009454F));
    assert_true(rng.state[3] == UINT64_C(0xF88BB8A8724C81EC));
    /* xoshiro256** from the state 1, 2, 3, 4, whose first outputs its authors' code gives. */
    rng = (base_rng){ { 1, 2, 3, 4 } };
    assert_true(base_rng_next(&rng) == UINT64_C(11520));
    assert_true(base_rng_next(&rng) == UINT64_C(0));
    assert_true(base_rng_next(&rng) == UINT64_C(1509978240));
    assert_true(base_rng_next(&rng) == UINT64_C(1215971899390074240));
}

static void a_range_is_reached_at_both_ends_and_never_left(void **state) {
    (void)state;
    base_rng rng;
    int counts[7] = { 0 };
    base_rng_seed(&rng, 7);
    for (int i = 0; i < 7000; i++) {
        int64_t n = base_rng_range(&rng, -3, 3);
        assert_true(n >= -3 && n <= 3);
        counts[n + 3]++;
    }
    for (int i = 0; i < 7; i++) {
        assert_true(counts[i] > 800 && counts[i] < 1200);
    }
    assert_int_equal(base_rng_range(&rng, 5, 5), 5);
    bool negative = false;
    bool positive = false;
    for (int i = 0; i < 64; i++) {
        int64_t n = base_rng_range(&rng, INT64_MIN, INT64_MAX);
        negative = negative || n < 0;
        positive = positive || n > 0;
        assert_true(base_rng_range(&rng, INT64_MIN, INT64_MIN + 1) <= INT64_MIN + 1);
        assert_true(base_rng_range(&rng, INT64_MAX - 1, INT64_MAX) >= INT64_MAX - 1);
    }
    assert_true(negative && positive);
}

static void mixing_depends_on_both_and_on_their_order(void **state) {
    (void)state;
    assert_true(base_mix(1, 2) == base_mix(1, 2));
    assert_true(base_mix(1, 2) != base_mix(2, 1));
    assert_true(base_mix(0, 0) != base_mix(0, 1));
    assert_true(base_mix(0, 0) != base_mix(1, 0));
    assert_true(base_mix(0, 0) != 0);
}

static void a_token_is_saved_only_over_the_version_that_was_read(void **state) {
    (void)state;
    qd_token_store *store = qd_token_store_memory();
    qd_token token = { 0 };
    qd_err err = QD_ERR_INIT;
    assert_non_null(store);
    memset(&token, 0xAA, sizeof token);
    assert_int_equal(store->load(store, "t1", "production", &token, &err), QD_OK);
    assert_int_equal(token.version, 0);
    assert_string_equal(token.access, "");
    base_copy(token.access, sizeof token.access, BASE_STR("A1"));
    assert_int_equal(store->save(store, "t1", "production", &token, 0, &err), QD_OK);
    assert_int_equal(store->save(store, "t1", "production", &token, 0, &err), QD_E_STALE);
    assert_null(strstr(err.message, "A1"));
    qd_token again = { 0 };
    assert_int_equal(store->load(store, "t1", "production", &again, &err), QD_OK);
    assert_int_equal(again.version, 1);
    assert_string_equal(again.access, "A1");
    assert_int_equal(store->load(store, "t1", "sandbox", &again, &err), QD_OK);
    assert_int_equal(again.version, 0); /* environments are apart */
    qd_token_clear(&token);
    assert_string_equal(token.access, "");
    qd_token_clear(NULL);
    store->free(store);
}

static void a_token_lock_has_one_holder(void **state) {
    (void)state;
    qd_token_store *store = qd_token_store_memory();
    void *lock = NULL;
    void *other = NULL;
    void *third = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(store->try_lock(store, "t1", "production", &lock, &err), QD_OK);
    assert_int_equal(store->try_lock(store, "t1", "production", &third, &err), QD_E_BUSY);
    assert_null(third);
    assert_int_equal(store->try_lock(store, "t2", "production", &other, &err), QD_OK);
    store->unlock(store, lock);
    store->unlock(store, NULL);
    assert_int_equal(store->try_lock(store, "t1", "production", &lock, &err), QD_OK);
    store->unlock(store, lock);
    store->unlock(store, other);
    store->free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_replaced_and_cleared),
        cmocka_unit_test(secrets_compare_whole),
        cmocka_unit_test(a_seed_gives_the_same_numbers_everywhere),
        cmocka_unit_test(a_range_is_reached_at_both_ends_and_never_left),
        cmocka_unit_test(mixing_depends_on_both_and_on_their_order),
        cmocka_unit_test(a_token_is_saved_only_over_the_version_that_was_read),
        cmocka_unit_test(a_token_lock_has_one_holder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
