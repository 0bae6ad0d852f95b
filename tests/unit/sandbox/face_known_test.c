/*
 * Methods of the catalogue that the world does not model: answered with plausible data of the known
 * tree after the same checks, retired and unknown ones refused, the same call answered the same.
 */
#include "face_kit.h"
#include "sandbox/generic/generic.h"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 4, "none", KIT_NOW);
    kit_token(k, 0);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit *k = *state;
    kit_close(k);
    free(k);
    return 0;
}

static void assert_douyin(kit *k, int64_t code, const char *sub_code) {
    assert_int_equal(kit_int(k, "code"), code);
    assert_string_equal(kit_text(k, "sub_code"), sub_code);
}

static void assert_top(kit *k, int64_t code, const char *sub_code) {
    assert_int_equal(kit_int(k, "error_response.code"), code);
    assert_string_equal(kit_text(k, "error_response.sub_code"), sub_code);
}

static char *body(kit *k) {
    char *text = strdup(base_buf_text(&k->response.body));
    assert_non_null(text);
    return text;
}

/* Two answers, up to the tail (after it stands the log id). */
static void assert_same_data(const char *a, const char *b, const char *tail) {
    const char *end_a = strstr(a, tail);
    const char *end_b = strstr(b, tail);
    assert_non_null(end_a);
    assert_non_null(end_b);
    assert_int_equal(end_a - a, end_b - b);
    assert_memory_equal(a, b, (size_t)(end_a - a));
}

/* ---- Douyin ---- */

static void douyin_answers_the_known_tree(void **state) {
    kit *k = *state;
    const char *json = "{\"page\":0,\"publish_status\":1,\"size\":20}";
    assert_int_equal(kit_douyin(k, "product.auditList", json, k->token), 10000);
    yyjson_val *rows = codec_json_at(k->root, "data.records");
    assert_true(yyjson_is_arr(rows));
    assert_in_range(yyjson_arr_size(rows), 1, 3);
    assert_int_equal(kit_int(k, "data.total"), (int64_t)yyjson_arr_size(rows));
    assert_int_equal(kit_int(k, "err_no"), 0);
    assert_true(strlen(kit_text(k, "log_id")) > 20);
}

static void douyin_pages_come_to_an_end(void **state) {
    kit *k = *state;
    const char *json = "{\"page\":9,\"publish_status\":1,\"size\":20}";
    assert_int_equal(kit_douyin(k, "product.auditList", json, k->token), 10000);
    assert_int_equal(yyjson_arr_size(codec_json_at(k->root, "data.records")), 0);
    assert_in_range(kit_int(k, "data.total"), 1, 3);
}

static void douyin_the_same_call_is_answered_the_same(void **state) {
    kit *k = *state;
    const char *tail = ",\"code\":10000";
    assert_int_equal(kit_douyin(k, "shop.getStoreDetail", "{\"store_id\":7}", k->token), 10000);
    char *first = body(k);
    assert_int_equal(kit_douyin(k, "shop.getStoreDetail", "{\"store_id\":7}", k->token), 10000);
    char *again = body(k);
    assert_same_data(first, again, tail);
    assert_int_equal(kit_douyin(k, "shop.getStoreDetail", "{\"store_id\":8}", k->token), 10000);
    char *other = body(k);
    assert_string_not_equal(strstr(first, "store_detail"), strstr(other, "store_detail"));
    free(first);
    free(again);
    free(other);
}

static void douyin_refuses_what_the_catalogue_calls_certain(void **state) {
    kit *k = *state;
    (void)kit_douyin(k, "product.auditList", "{\"page\":1,\"size\":20}", k->token);
    assert_douyin(k, 40002, "isv.missing-parameter:1");
    assert_non_null(strstr(kit_text(k, "sub_msg"), "publish_status"));
    (void)kit_douyin(k, "product.auditList", "{\"page\":\"x\",\"publish_status\":1,\"size\":20}",
                     k->token);
    assert_douyin(k, 40004, "isv.parameter-invalid:1");
    assert_non_null(strstr(kit_text(k, "sub_msg"), "page"));
    (void)kit_douyin(k, "product.auditList", "{\"page\":{},\"publish_status\":1,\"size\":20}",
                     k->token);
    assert_douyin(k, 40004, "isv.parameter-invalid:1");
    /* decimal text stands for a number */
    assert_int_equal(kit_douyin(k, "product.auditList",
                                "{\"page\":\"1\",\"publish_status\":\"1\",\"size\":20}", k->token),
                     10000);
    (void)kit_douyin(k, "security.batchReportOrderSecurityEvent", "{\"events\":5,\"event_type\":1}",
                     k->token);
    assert_douyin(k, 40004, "isv.parameter-invalid:1");
}

static void douyin_checks_signature_and_token_first(void **state) {
    kit *k = *state;
    const char *json = "{\"store_id\":7}";
    kit_douyin_as(k, "shop.getStoreDetail", "{\"store_id\":6}", json, k->token);
    assert_douyin(k, 40003, "isv.signature-invalid");
    (void)kit_douyin(k, "shop.getStoreDetail", json, NULL);
    assert_douyin(k, 40001, "isv.access-token-missing");
    (void)kit_douyin(k, "shop.getStoreDetail", json, "nonsense");
    assert_douyin(k, 40003, "isv.access-token-no-existed");
}

static void douyin_unknown_method(void **state) {
    kit *k = *state;
    (void)kit_douyin(k, "no.such.method", "{}", k->token);
    assert_douyin(k, 70000, "isp.api-service-off");
}

/* ---- retired methods ---- */

static void retired_methods_are_refused_unless_allowed(void **state) {
    kit *k = *state;
    kit open;
    kit_open(&open, 2, 4, "none", KIT_NOW);
    sandbox_free(open.sb);
    sandbox_options options = {
        .seed = 7,
        .shops = 2,
        .orders = 4,
        .now = KIT_NOW,
        .clock = &open.clock,
        .allow_offline = true,
    };
    assert_int_equal(sandbox_new(&options, &open.sb, NULL), QD_OK);
    KIT_TAOBAO(k, "taobao.item.add.rules.get", "category_id", "1");
    assert_top(k, 22, "isv.invalid-method");
    assert_non_null(strstr(kit_text(k, "error_response.sub_msg"), "retired"));
    KIT_TAOBAO(k, "taobao.shop.get", "fields", "sid", "nick", kit_shop_text(k, 1, "nick"));
    assert_top(k, 22, "isv.invalid-method"); /* the world models it; retired all the same */
    KIT_TAOBAO(&open, "taobao.shop.get", "fields", "sid", "nick", kit_shop_text(k, 1, "nick"));
    assert_true(kit_int(&open, "shop_get_response.shop.sid") > 0);
    KIT_TAOBAO(&open, "taobao.item.add.rules.get", "category_id", "1");
    assert_true(strlen(kit_text(&open, "item_add_rules_get_response.request_id")) > 8);
    kit_close(&open);
}

/* ---- TOP ---- */

static void top_answers_under_the_methods_root(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.trade.amount.get", "tid", "123", "fields", "payment,created");
    assert_non_null(codec_json_at(k->root, "trade_amount_get_response.trade_amount"));
    assert_true(strlen(kit_text(k, "trade_amount_get_response.request_id")) > 8);
    KIT_TAOBAO(k, "tmall.item.outerid.update", "item_id", "123");
    assert_true(strlen(kit_text(k, "tmall_item_outerid_update_response.request_id")) > 8);
}

static void top_lists_are_wrapped_unless_simplified(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.items.custom.get", "outer_id", "A1", "fields", "num_iid");
    yyjson_val *items = codec_json_at(k->root, "items_custom_get_response.items");
    assert_true(yyjson_is_obj(items));
    assert_in_range(yyjson_arr_size(yyjson_obj_get(items, "item")), 1, 3);
    KIT_TAOBAO(k, "taobao.items.custom.get", "outer_id", "A1", "fields", "num_iid", "simplify",
               "true");
    items = codec_json_at(k->root, "items_custom_get_response.items");
    assert_true(yyjson_is_arr(items));
    assert_in_range(yyjson_arr_size(items), 1, 3);
}

static void top_names_the_parameter_in_its_sub_code(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.trade.receivetime.delay", "tid", "123");
    assert_top(k, 40, "isv.missing-parameter:days");
    KIT_TAOBAO(k, "taobao.trade.receivetime.delay", "tid", "12x", "days", "3");
    assert_top(k, 41, "isv.invalid-parameter:tid");
    /* the world's own methods in the same words */
    KIT_TAOBAO(k, "taobao.trade.get", "fields", "tid");
    assert_top(k, 40, "isv.missing-parameter:tid");
    KIT_TAOBAO(k, "taobao.trade.get", "fields", "tid", "tid", "x");
    assert_top(k, 41, "isv.invalid-parameter:tid");
}

static void top_checks_signature_and_session_first(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.trade.receivetime.delay", "tid", "123", "sign_method", "none");
    assert_top(k, 25, "");
    KIT_TAOBAO(k, "taobao.trade.receivetime.delay", "tid", "123", "session", "");
    assert_top(k, 26, "");
    KIT_TAOBAO(k, "taobao.trade.receivetime.delay", "tid", "123", "session", "6100");
    assert_top(k, 27, "");
}

static void top_unknown_method(void **state) {
    kit *k = *state;
    KIT_TAOBAO(k, "taobao.no.such.method", NULL);
    assert_top(k, 22, "isv.invalid-method");
}

/* ---- every known tree ---- */

static void every_known_tree_gives_an_object_of_its_own(void **state) {
    kit *k = *state;
    face_call call = { .sb = k->sb };
    base_buf out;
    base_buf_init(&out, LIMIT_REPLY_BYTES);
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->method_count; i++) {
            generic_answer answer = generic_begin(&call, cat_method_at(platform, i), NULL);
            yyjson_doc *doc = NULL;
            qd_err err = QD_ERR_INIT;
            answer.wrapped = (i & 1U) != 0;
            base_buf_reset(&out);
            generic_write_data(&answer, &out);
            if (codec_json_read(base_buf_str(&out), 0, &doc, &err) != QD_OK) {
                fail_msg("%s: %s", cat_str(answer.method->name), err.message);
            }
            yyjson_doc_free(doc);
        }
    }
    base_buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(douyin_answers_the_known_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(douyin_pages_come_to_an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(douyin_the_same_call_is_answered_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(douyin_refuses_what_the_catalogue_calls_certain, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(douyin_checks_signature_and_token_first, setup, teardown),
        cmocka_unit_test_setup_teardown(douyin_unknown_method, setup, teardown),
        cmocka_unit_test_setup_teardown(retired_methods_are_refused_unless_allowed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(top_answers_under_the_methods_root, setup, teardown),
        cmocka_unit_test_setup_teardown(top_lists_are_wrapped_unless_simplified, setup, teardown),
        cmocka_unit_test_setup_teardown(top_names_the_parameter_in_its_sub_code, setup, teardown),
        cmocka_unit_test_setup_teardown(top_checks_signature_and_session_first, setup, teardown),
        cmocka_unit_test_setup_teardown(top_unknown_method, setup, teardown),
        cmocka_unit_test_setup_teardown(every_known_tree_gives_an_object_of_its_own, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
