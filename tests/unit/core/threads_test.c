/*
 * Eight threads, one shop, one expired token, the machine's own clock: one refresh. Meant to run
 * under the thread sanitizer, too.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, CALLS = 20 };

static qd_app *app;
static qd_shop *shop;
static atomic_int refreshes;
static atomic_int failures;
static atomic_bool renewed;

/* Runs on the calling thread of each loop; answers are constants. */
static void play(void *user, const qd_http_request *request, net_fake_reply *out) {
    (void)user;
    const char *text = "{\"code\":10000,\"data\":{}}";
    if (test_is(request, "token.refresh")) {
        atomic_fetch_add(&refreshes, 1);
        atomic_store(&renewed, true);
        out->delay_ms = 20;
        text = "{\"code\":10000,\"data\":{\"access_token\":\"a2\",\"refresh_token\":\"r2\","
               "\"expires_in\":604800}}";
    } else if (!strstr(request->url, "token=a2&")) {
        text = "{\"code\":40003,\"sub_code\":\"isv.access-token-expired\"}";
    }
    out->reply.body = text;
    out->reply.body_len = strlen(text);
}

static qd_transport *make(void *user, qd_err *err) {
    qd_transport *transport = NULL;
    return net_fake_new(play, user, qd_clock_system(), &transport, err) == QD_OK ? transport : NULL;
}

static void *work(void *unused) {
    (void)unused;
    for (int i = 0; i < CALLS; i++) {
        qd_reply *reply = NULL;
        qd_err err;
        if (qd_call(shop, "order.searchList", "{\"page\":0,\"size\":1}", &reply, &err) != QD_OK) {
            atomic_fetch_add(&failures, 1);
        }
        qd_reply_free(reply);
    }
    return NULL;
}

static void eight_threads_renew_once(void **state) {
    (void)state;
    const qd_app_options options = { .key = "7000000000000000001",
                                     .secret = "s",
                                     .transport_make = make };
    qd_err err;
    qd_token_store *store = qd_token_store_memory();
    assert_int_equal(core_app_new(&test_platform, &options, &app, &err), QD_OK);
    qd_token token = { .access = "a1", .refresh = "r1" };
    assert_int_equal(store->save(store, "t", "production", &token, 0, &err), QD_OK);
    const qd_shop_options shop_options = { .handle = "t", .shop_id = "1", .token_store = store };
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_OK);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&failures), 0);
    assert_int_equal(atomic_load(&refreshes), 1);
    assert_int_equal(store->load(store, "t", "production", &token, &err), QD_OK);
    assert_string_equal(token.access, "a2");
    assert_int_equal(token.version, 3); /* the first, the intent, the new pair */
    qd_shop_free(shop);
    qd_app_free(app);
    store->free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(eight_threads_renew_once) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
