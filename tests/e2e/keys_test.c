/*
 * Writes with a key while the sandbox cuts connections after the effect: each takes effect exactly
 * once, whatever became of the answers.
 */
#include "support/rig.h"

enum { WRITES = 40 };

static int64_t number_at(qd_reply *reply, const char *pointer) {
    int64_t number = -1;
    assert_true(codec_json_i64(yyjson_ptr_get(core_reply_data(reply), pointer), &number));
    return number;
}

static int64_t ask(qd_shop *shop, const char *method, const char *params, const char *pointer) {
    qd_reply *reply = NULL;
    qd_err err;
    assert_ok(qd_call(shop, method, params, &reply, &err), &err);
    int64_t number = number_at(reply, pointer);
    qd_reply_free(reply);
    return number;
}

/* One more piece in stock, by a call that may have to be repeated by hand: with the same key. */
static void add_one(qd_shop *shop, int64_t sku, int *out_done, int *out_unclear) {
    char params[256];
    char key[64] = "";
    for (int round = 0; round < 5; round++) {
        qd_reply *reply = NULL;
        qd_err err;
        snprintf(params, sizeof params,
                 "{\"sku_id\":%lld,\"stock_num\":1,\"incremental\":true,\"idempotent_id\":\"%s\"}",
                 (long long)sku, key);
        qd_status status = qd_call(shop, "sku.syncStock", params, &reply, &err);
        if (status == QD_OK) {
            *out_done += qd_reply_was_done(reply) || qd_reply_attempts(reply) > 1;
            qd_reply_free(reply);
            return;
        }
        if (strcmp(err.sub_code, "isv.parameter-invalid:40010") == 0) {
            qd_reply_free(reply); /* our key of the round before */
            assert_true(*key != '\0');
            return;
        }
        assert_int_equal(status, QD_E_UNKNOWN_OUTCOME);
        const char *told = strstr(err.message, "idempotent_id=");
        assert_non_null(told);
        snprintf(key, sizeof key, "%.32s", told + strlen("idempotent_id="));
        (*out_unclear)++;
    }
    fail_msg("five rounds did not do");
}

static void each_write_takes_effect_once(void **state) {
    (void)state;
    rig r;
    char t_code[40];
    char params[96];
    qd_shop *shop = NULL;
    qd_err err;
    int done = 0;
    int unclear = 0;
    const sandbox_options options = { .shops = 2, .orders = 20, .seed = 7 };
    rig_start(&r, &options);
    rig_open(&r);
    rig_connect(&r);
    rig_shop(&r, "douyin", 0, t_code);
    assert_ok(jobs_fleet_shop(r.fleet, t_code, &shop, &err), &err);
    int64_t product = ask(shop, "product.listV2", "{\"page\":1,\"size\":1}", "/data/0/product_id");
    snprintf(params, sizeof params, "{\"product_id\":%lld}", (long long)product);
    int64_t sku = ask(shop, "sku.list", params, "/0/id");
    snprintf(params, sizeof params, "{\"sku_id\":%lld}", (long long)sku);
    int64_t before = ask(shop, "sku.stockNum", params, "/stock_num");

    rig_post(&r, "/_sandbox/faults?set=cut-after:400");
    for (int i = 0; i < WRITES; i++) {
        add_one(shop, sku, &done, &unclear);
    }
    rig_post(&r, "/_sandbox/faults?set=none");
    assert_int_equal(ask(shop, "sku.stockNum", params, "/stock_num"), before + WRITES);
    assert_true(rig_stat(&r, "/faults/by_name/cut-after") > WRITES / 4);
    assert_true(done > 0); /* some answers were lost, and the repeat found its work done */
    rig_stop(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_write_takes_effect_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
