/*
 * Limits and faults on all five faces alike: token buckets a method and an app, a day's quota,
 * every fault by its name, tokens that are revoked or end in the middle, stale timestamps.
 */
#include "faces_kit.h"

static const sandbox_options world = { .shops = 2, .orders = 20 };

static int setup(void **state) {
    faces *f = malloc(sizeof *f);
    assert_non_null(f);
    faces_open(f, &world);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    faces_close(*state);
    free(*state);
    return 0;
}

static void limit(faces *f, const char *query) {
    kit_control(&f->k, "POST", "/_sandbox/limit", query);
}

/* ---- limits ---- */

static void a_bucket_holds_a_seconds_calls_and_fills_again(void **state) {
    faces *f = *state;
    limit(f, "per_second=2");
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        face_platform on = (face_platform)p;
        faces_expect(f, on, '.');
        faces_expect(f, on, '.');
        faces_expect(f, on, 'l');
        kit_sleep(&f->k, 500); /* half a second: one more */
        faces_expect(f, on, '.');
        faces_expect(f, on, 'l');
        kit_sleep(&f->k, 60000); /* it holds two, however long it rests */
        faces_expect(f, on, '.');
        faces_expect(f, on, '.');
        faces_expect(f, on, 'l');
        kit_sleep(&f->k, 60000);
    }
    limit(f, "per_second=0");
    for (int i = 0; i < 20; i++) {
        faces_expect(f, FACE_ON_ALLIANCE, '.');
    }
}

static void the_option_sets_the_limit_of_every_method(void **state) {
    (void)state;
    faces f;
    sandbox_options options = world;
    options.limit = 1;
    faces_open(&f, &options);
    kit_sleep(&f.k, 5000);
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        faces_expect(&f, (face_platform)p, '.');
        faces_expect(&f, (face_platform)p, 'l');
    }
    faces_close(&f);
    options.limit = -1;
    sandbox *none = NULL;
    assert_int_equal(sandbox_new(&options, &none, NULL), QD_E_INVALID);
}

static void methods_and_platforms_have_limits_of_their_own(void **state) {
    faces *f = *state;
    limit(f, "per_second=1&platform=taobao");
    limit(f, "per_second=3&method=order.searchList");
    KIT_TAOBAO(&f->k, "taobao.time.get", NULL);
    assert_int_equal(kit_int(&f->k, "error_response.code"), -1);
    faces_expect(f, FACE_ON_TAOBAO, '.'); /* another method, another bucket */
    faces_expect(f, FACE_ON_TAOBAO, 'l');
    assert_string_equal(kit_text(&f->k, "error_response.sub_code"),
                        "accesscontrol.limited-by-app-api-access-count");
    for (int i = 0; i < 3; i++) {
        faces_expect(f, FACE_ON_DOUYIN, '.');
    }
    faces_expect(f, FACE_ON_DOUYIN, 'l');
    for (int i = 0; i < 9; i++) {
        faces_expect(f, FACE_ON_QIANCHUAN, '.');
    }
    limit(f, "per_second=5&platform=taobao&method=taobao.trades.sold.get"); /* the narrower wins */
    for (int i = 0; i < 5; i++) {
        faces_expect(f, FACE_ON_TAOBAO, '.');
    }
    faces_expect(f, FACE_ON_TAOBAO, 'l');
}

static void a_whole_app_has_a_limit_over_all_its_methods(void **state) {
    faces *f = *state;
    limit(f, "per_second=2&scope=app&platform=taobao");
    faces_expect(f, FACE_ON_TAOBAO, '.');
    KIT_TAOBAO(&f->k, "taobao.time.get", NULL);
    assert_int_equal(kit_int(&f->k, "error_response.code"), -1);
    faces_expect(f, FACE_ON_TAOBAO, 'l');
    assert_string_equal(kit_text(&f->k, "error_response.sub_code"),
                        "accesscontrol.limited-by-app-access-count");
    assert_string_equal(kit_text(&f->k, "error_response.sub_msg"),
                        "This ban will last for 1 more seconds");
}

static void a_days_quota_bans_until_midnight(void **state) {
    faces *f = *state;
    int seconds = 0;
    limit(f, "per_day=2");
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        faces_expect(f, (face_platform)p, '.');
        faces_expect(f, (face_platform)p, '.');
        faces_expect(f, (face_platform)p, 'l');
    }
    faces_expect(f, FACE_ON_TAOBAO, 'l');
    /* KIT_NOW is 2023-11-15 06:13:20 at +08:00 */
    assert_int_equal(sscanf(kit_text(&f->k, "error_response.sub_msg"),
                            "This ban will last for %d more seconds", &seconds),
                     1);
    assert_int_equal(seconds, 17 * 3600 + 46 * 60 + 40);
    kit_pass(&f->k, seconds - 1);
    faces_expect(f, FACE_ON_TAOBAO, 'l');
    kit_pass(&f->k, 1);
    faces_expect(f, FACE_ON_TAOBAO, '.');
}

static void a_frozen_world_goes_on_serving_who_waits(void **state) {
    faces *f = *state;
    limit(f, "per_second=1");
    kit_control(&f->k, "POST", "/_sandbox/freeze", "");
    faces_expect(f, FACE_ON_DOUYIN, '.');
    faces_expect(f, FACE_ON_DOUYIN, 'l');
    kit_sleep(&f->k, 1000);
    faces_expect(f, FACE_ON_DOUYIN, '.');
    faces_expect(f, FACE_ON_DOUYIN, 'l');
    kit_control(&f->k, "POST", "/_sandbox/advance", "seconds=1"); /* the world's second counts */
    faces_expect(f, FACE_ON_DOUYIN, '.');
}

static void token_calls_are_limited_too(void **state) {
    faces *f = *state;
    char code[96], body[256];
    limit(f, "per_second=1&method=client_token");
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"client_credential\",\"client_key\":\"%s\","
                   "\"client_secret\":\"%s\"}",
                   faces_app(f, FACE_ON_ALLIANCE, "app_key"),
                   faces_app(f, FACE_ON_ALLIANCE, "app_secret"));
    faces_post(f, "/oauth/client_token/", "", NULL, NULL, body);
    assert_int_equal(kit_int(&f->k, "data.error_code"), 0);
    faces_post(f, "/oauth/client_token/", "", NULL, NULL, body);
    assert_int_equal(kit_int(&f->k, "data.error_code"), 2119002);
    limit(f, "per_second=1&platform=solinkup");
    faces_code(f, FACE_ON_SOLINKUP, code);
    faces_solinkup(f, "/openapi/oauth2/getAccessToken", "getAccessToken", code, "", "");
    faces_solinkup(f, "/openapi/oauth2/getAccessToken", "getAccessToken", code, "", "");
    assert_string_equal(kit_text(&f->k, "code"), "__429");
    limit(f, "per_second=1&platform=douyin");
    kit_token(&f->k, 0);
    assert_int_equal(kit_douyin(&f->k, "token.create", "{\"grant_type\":\"x\"}", NULL), 60000);
}

static void the_page_refuses_what_it_does_not_know(void **state) {
    faces *f = *state;
    static const char *const bad[] = { "per_second=x", "per_second=-1",
                                       "per_second=1&platform=amazon", "per_second=1&scope=shop",
                                       "per_day=1&scope=app" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        kit_send(&f->k, "POST", "/_sandbox/limit", bad[i], "", "");
        assert_int_equal(f->k.response.status, 400);
    }
    char query[64];
    for (int i = 0; i < FACE_RULES; i++) {
        (void)snprintf(query, sizeof query, "per_second=1&method=m%d", i);
        limit(f, query);
    }
    kit_send(&f->k, "POST", "/_sandbox/limit", "per_second=1&method=one.more", "", "");
    assert_int_equal(f->k.response.status, 400);
}

/* ---- faults ---- */

static void every_fault_by_its_name_on_every_face(void **state) {
    faces *f = *state;
    static const struct {
        const char *name;
        char letter;
    } rows[] = { { "http500", '5' }, { "cut-before", 'c' }, { "cut-after", 'c' }, { "slow", 's' },
                 { "limit", 'l' },   { "garbage", 'g' },    { "truncated", 'h' } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char query[64];
        (void)snprintf(query, sizeof query, "set=%s%%3A1000", rows[i].name);
        kit_control(&f->k, "POST", "/_sandbox/faults", query);
        for (int p = 0; p < FACE_PLATFORMS; p++) {
            faces_expect(f, (face_platform)p, rows[i].letter);
        }
        assert_int_equal(kit_stat(&f->k, "faults", "by_name", rows[i].name), FACE_PLATFORMS);
        kit_pass(&f->k, 3);
    }
    kit_control(&f->k, "POST", "/_sandbox/faults", "set=none");
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        faces_expect(f, (face_platform)p, '.');
    }
}

static void a_fault_may_be_asked_for_on_one_face_only(void **state) {
    faces *f = *state;
    kit_control(&f->k, "POST", "/_sandbox/faults", "set=http500%40alliance%3A1000");
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        faces_expect(f, (face_platform)p, p == FACE_ON_ALLIANCE ? '5' : '.');
    }
    kit_send(&f->k, "POST", "/_sandbox/faults", "set=slow%40amazon", "", "");
    assert_int_equal(f->k.response.status, 400);
}

static void tokens_end_once_in_the_middle(void **state) {
    (void)state;
    static const char *const names[] = { "expire", "revoke" };
    for (size_t n = 0; n < 2; n++) {
        faces f;
        char query[128];
        faces_open(&f, &world);
        (void)snprintf(query, sizeof query, "set=%s%%2C%s%%40taobao", names[n], names[n]);
        kit_control(&f.k, "POST", "/_sandbox/faults", query);
        for (int p = 0; p < FACE_PLATFORMS; p++) {
            face_platform on = (face_platform)p;
            char want = n == 0 || on == FACE_ON_TAOBAO ? 'e' : 'r';
            char seen = '.';
            for (int i = 0; i < 60 && seen == '.'; i++) {
                seen = faces_call(&f, on);
            }
            assert_int_equal(seen, want);
            faces_expect(&f, on, want); /* and stays ended */
            if (on != FACE_ON_TAOBAO) {
                faces_token(&f, on);
                for (int i = 0; i < 60; i++) {
                    faces_expect(&f, on, '.'); /* once a platform */
                }
            }
        }
        assert_int_equal(kit_stat(&f.k, "faults", "by_name", names[n]), FACE_PLATFORMS);
        faces_close(&f);
    }
}

static void sessions_given_by_hand_end_only_when_they_are_named(void **state) {
    faces *f = *state;
    kit_control(&f->k, "POST", "/_sandbox/faults", "set=revoke%2Cexpire");
    for (int i = 0; i < 60; i++) {
        faces_expect(f, FACE_ON_TAOBAO, '.');
    }
    kit_control(&f->k, "POST", "/_sandbox/faults", "set=heavy");
    for (int i = 0; i < 200; i++) {
        assert_int_not_equal(faces_call(f, FACE_ON_SOLINKUP), 'r');
        assert_int_not_equal(faces_outcome(f, FACE_ON_SOLINKUP), 'e');
    }
}

/* Where a platform lists orders; alliance and Qianchuan have no pages that move. */
static void rows_shift_on_every_face_that_lists_orders(void **state) {
    faces *f = *state;
    char path[160];
    kit_pass(&f->k, 60);
    kit_control(&f->k, "POST", "/_sandbox/faults", "set=shift%3A1000");
    faces_expect(f, FACE_ON_DOUYIN, '.');
    faces_expect(f, FACE_ON_TAOBAO, '.');
    (void)snprintf(path, sizeof path, "/trigger/api/jinritemai/listOrder/%s",
                   faces_app(f, FACE_ON_SOLINKUP, "account"));
    faces_solinkup(f, path, "listOrder", "", f->token[FACE_ON_SOLINKUP],
                   ",\"createTimeStart\":1693000000,\"createTimeEnd\":1700000000");
    assert_int_equal(kit_int(&f->k, "code"), 10000);
    assert_true(kit_int(&f->k, "data.total") > 0);
    assert_int_equal(kit_stat(&f->k, "faults", "by_name", "shift"), 3);
}

/* ---- timestamps ---- */

static void stale_timestamps_are_refused(void **state) {
    faces *f = *state;
    static const struct {
        face_platform on;
        int64_t most_s; /* TOP's document: ten minutes; Solinkup's guide: five; Douyin's bound is
                           not known: the sandbox's --skew */
        const char *code;
    } rows[] = { { FACE_ON_DOUYIN, 600, "40003" },
                 { FACE_ON_TAOBAO, 600, "31" },
                 { FACE_ON_SOLINKUP, 300, "__408" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            f->k.stamp = KIT_NOW + sign * rows[i].most_s;
            faces_expect(f, rows[i].on, '.');
            f->k.stamp = KIT_NOW + sign * (rows[i].most_s + 1);
            (void)faces_call(f, rows[i].on);
            assert_string_equal(faces_code_of(f, rows[i].on), rows[i].code);
        }
        f->k.stamp = 0;
    }
}

#define WITH_FACES(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FACES(a_bucket_holds_a_seconds_calls_and_fills_again),
        cmocka_unit_test(the_option_sets_the_limit_of_every_method),
        WITH_FACES(methods_and_platforms_have_limits_of_their_own),
        WITH_FACES(a_whole_app_has_a_limit_over_all_its_methods),
        WITH_FACES(a_days_quota_bans_until_midnight),
        WITH_FACES(a_frozen_world_goes_on_serving_who_waits),
        WITH_FACES(token_calls_are_limited_too),
        WITH_FACES(the_page_refuses_what_it_does_not_know),
        WITH_FACES(every_fault_by_its_name_on_every_face),
        WITH_FACES(a_fault_may_be_asked_for_on_one_face_only),
        cmocka_unit_test(tokens_end_once_in_the_middle),
        WITH_FACES(sessions_given_by_hand_end_only_when_they_are_named),
        WITH_FACES(rows_shift_on_every_face_that_lists_orders),
        WITH_FACES(stale_timestamps_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
