/*
 * The Douyin face through sandbox_handle(): where parameters travel, the order of its refusals,
 * envelopes, tokens and their windows, pages and windows of the lists.
 */
#include "face_kit.h"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 240, NULL, 0);
    kit_token(k, 0);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

static void assert_refused(kit *k, int code, const char *sub_code) {
    assert_int_equal(k->response.status, 200);
    assert_int_equal(kit_int(k, "code"), code);
    assert_string_equal(kit_text(k, "sub_code"), sub_code);
    assert_true(strlen(kit_text(k, "sub_msg")) > 0);
    assert_true(strlen(kit_text(k, "log_id")) > 20);
}

/* ---- envelopes ---- */

static void both_envelopes_unless_only_the_new_is_asked_for(void **state) {
    kit *k = *state;
    assert_int_equal(kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", k->token), 10000);
    assert_int_equal(kit_int(k, "err_no"), 0);
    assert_string_equal(kit_text(k, "message"), "success");
    assert_string_equal(kit_text(k, "msg"), "success");
    assert_string_equal(kit_text(k, "sub_code"), "");
    k->new_only = "1";
    assert_int_equal(kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", k->token), 10000);
    assert_null(yyjson_obj_get(k->root, "err_no"));
    assert_null(yyjson_obj_get(k->root, "message"));
    k->new_only = NULL;
    (void)kit_douyin(k, "order.searchList", "{\"page\":0,\"size\":1}", "nobody");
    assert_refused(k, 40003, "isv.access-token-no-existed");
    assert_int_equal(kit_int(k, "err_no"), 40003);
    assert_true(yyjson_is_null(yyjson_obj_get(k->root, "data")));
}

static void every_answer_carries_the_worlds_time(void **state) {
    kit *k = *state;
    int64_t date = 0;
    kit_control(k, "POST", "/_sandbox/advance", "seconds=86400");
    (void)kit_douyin(k, "shop.brandList", "{}", k->token);
    assert_true(base_time_from_http(base_str_of(k->response.date), &date));
    assert_int_equal(date, KIT_NOW + 86400);
}

/* ---- where parameters travel ---- */

static void form_and_query_and_double_slash(void **state) {
    kit *k = *state;
    char text[1024];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    char form[2048];
    const char *key = kit_shop_text(k, 0, "app_key");
    const char *secret = kit_shop_text(k, 0, "app_secret");
    (void)snprintf(text, sizeof text,
                   "%sapp_key%smethodorder.searchListparam_json{\"page\":\"0\",\"size\":\"1\"}"
                   "timestamp2023-11-15 06:13:20v2%s",
                   secret, key, secret);
    kit_hex(CODEC_MD5, "", text, false, sign);
    (void)snprintf(form, sizeof form,
                   "app_key=%s&method=order.searchList&v=2&timestamp=2023-11-15+06%%3A13%%3A20"
                   "&param_json=%%7B%%22page%%22%%3A%%220%%22%%2C%%22size%%22%%3A%%221%%22%%7D"
                   "&sign=%s&access_token=%s",
                   key, sign, k->token);
    kit_send(k, "POST", "//order/searchList", "", "application/x-www-form-urlencoded", form);
    assert_int_equal(kit_int(k, "code"), 10000);
    kit_send(k, "GET", "/order/searchList", form, "", "");
    assert_int_equal(kit_int(k, "code"), 10000);
    /* The timestamp with slashes, signed as it is sent. */
    kit_send(k, "POST", "/order/list", form, "", "");
    assert_refused(k, 40003, "isv.parameter-invalid"); /* path and method differ */
}

static void unsorted_body_signed_in_sorted_form(void **state) {
    kit *k = *state;
    kit_douyin_as(k, "order.searchList", "{\"page\":0,\"size\":2}", "{\"size\":2, \"page\":0}",
                  k->token);
    assert_int_equal(kit_int(k, "code"), 10000);
    kit_douyin_as(k, "order.searchList", "{\"page\":0,\"size\":3}", "{\"size\":2, \"page\":0}",
                  k->token);
    assert_refused(k, 40003, "isv.signature-invalid");
}

/* ---- the order of refusals ---- */

static void refusals_in_the_platforms_order(void **state) {
    kit *k = *state;
    const char *key = kit_shop_text(k, 0, "app_key");
    char query[256];
    kit_send(k, "POST", "/order/searchList", "", "application/json", "{}");
    assert_refused(k, 40001, "isv.app-id-missing");
    kit_send(k, "POST", "/order/searchList", "app_key=1", "application/json", "{}");
    assert_refused(k, 40001, "isv.parameter-missing");
    kit_send(k, "POST", "/order/searchList", "app_key=1&timestamp=x&v=2", "application/json", "{}");
    assert_refused(k, 40001, "isv.signature-missing");
    kit_send(k, "POST", "/order/searchList", "app_key=1&timestamp=x&v=2&sign=0", "application/json",
             "{}");
    assert_refused(k, 40003, "isv.app-id-invalid");
    (void)snprintf(query, sizeof query, "app_key=%s&timestamp=yesterday&v=2&sign=0", key);
    kit_send(k, "POST", "/order/searchList", query, "application/json", "{}");
    assert_refused(k, 40003, "isv.timestamp-format-error");
    (void)snprintf(query, sizeof query, "app_key=%s&timestamp=%d&v=2&sign=0", key, KIT_NOW - 601);
    kit_send(k, "POST", "/order/searchList", query, "application/json", "{}");
    assert_refused(k, 40003, "isv.timestamp-invalid");
    (void)snprintf(query, sizeof query, "app_key=%s&timestamp=%d000&v=2&sign=0", key, KIT_NOW);
    kit_send(k, "POST", "/order/searchList", query, "application/json", "{}");
    assert_refused(k, 40003, "isv.signature-invalid");
    (void)kit_douyin(k, "no.such", "{}", k->token);
    assert_refused(k, 70000, "isp.api-service-off");
    (void)kit_douyin(k, "order.searchList", "{\"page\":", k->token);
    assert_refused(k, 40003, "isv.parameter-format-invalid");
    (void)kit_douyin(k, "order.searchList", "[]", k->token);
    assert_refused(k, 40003, "isv.parameter-format-invalid");
    (void)kit_douyin(k, "order.searchList", "{}", NULL);
    assert_refused(k, 40001, "isv.access-token-missing");
    (void)kit_douyin(k, "order.searchList", "{}", kit_shop_text(k, 1, "session"));
    assert_refused(k, 40003, "isv.access-token-invalid");
    (void)kit_douyin(k, "order.searchList", "{\"size\":null}", k->token);
    assert_refused(k, 40002, "isv.missing-parameter:20008");
    assert_non_null(strstr(kit_text(k, "sub_msg"), "page"));
    (void)kit_douyin(k, "order.searchList", "{\"page\":\"zero\",\"size\":1}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:20008");
    assert_int_equal(kit_stat(k, "refusals", "by_reason", "douyin 40003 isv.signature-invalid"), 1);
}

static void a_client_of_today_in_a_world_of_the_past(void **state) {
    kit past;
    (void)state;
    kit_open(&past, 2, 20, NULL, 1600000000);
    kit_token(&past, 0); /* stamped with the machine's time */
    past.stamp = 1600000000;
    assert_int_equal(kit_douyin(&past, "shop.brandList", "{}", past.token), 10000);
    past.stamp = 1650000000;
    (void)kit_douyin(&past, "shop.brandList", "{}", past.token);
    assert_refused(&past, 40003, "isv.timestamp-invalid");
    kit_close(&past);
}

/* ---- tokens ---- */

static int64_t refresh(kit *k, const char *token) {
    char json[160];
    (void)snprintf(json, sizeof json, "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}",
                   token);
    return kit_douyin(k, "token.refresh", json, NULL);
}

static int64_t ask(kit *k, const char *token) {
    return kit_douyin(k, "shop.brandList", "{}", token);
}

static void same_pair_until_the_last_hour(void **state) {
    kit *k = *state;
    char access[64];
    char old[64];
    (void)snprintf(access, sizeof access, "%s", k->token);
    (void)snprintf(old, sizeof old, "%s", k->refresh);
    kit_pass(k, 7 * 86400 - 3601);
    assert_int_equal(refresh(k, old), 10000);
    assert_string_equal(kit_text(k, "data.access_token"), access);
    assert_string_equal(kit_text(k, "data.refresh_token"), old);
    assert_int_equal(kit_int(k, "data.expires_in"), 3601);
    kit_pass(k, 1);
    assert_int_equal(refresh(k, old), 10000);
    kit_keep_pair(k);
    assert_string_not_equal(k->token, access);
    assert_string_not_equal(k->refresh, old);
    assert_int_equal(kit_int(k, "data.expires_in"), 7 * 86400);
    assert_int_equal(ask(k, access), 10000); /* one more hour */
    assert_int_equal(ask(k, k->token), 10000);
    assert_int_equal(refresh(k, old), 50002); /* replaced */
    assert_string_equal(kit_text(k, "sub_code"), "isv.business-failed:31009");
    kit_pass(k, 3600);
    (void)ask(k, access);
    assert_refused(k, 40003, "isv.access-token-expired");
    assert_int_equal(ask(k, k->token), 10000);
}

static void after_the_end_the_old_pair_is_dead_at_once(void **state) {
    kit *k = *state;
    char access[64];
    (void)snprintf(access, sizeof access, "%s", k->token);
    kit_pass(k, 7 * 86400);
    (void)ask(k, access);
    assert_refused(k, 40003, "isv.access-token-expired");
    assert_int_equal(refresh(k, k->refresh), 10000);
    kit_keep_pair(k);
    assert_string_not_equal(k->token, access);
    (void)ask(k, access);
    assert_refused(k, 40003, "isv.access-token-expired");
    assert_int_equal(ask(k, k->token), 10000);
    kit_pass(k, 14 * 86400);
    (void)refresh(k, k->refresh);
    assert_refused(k, 50001, "dop.token-generate-failed:token-expired");
    (void)refresh(k, "nobody");
    assert_refused(k, 50002, "isv.business-failed:31009");
}

static void revoked_and_authorised_again(void **state) {
    kit *k = *state;
    char query[64];
    (void)snprintf(query, sizeof query, "shop_id=%s", kit_shop_text(k, 0, "shop_id"));
    kit_control(k, "POST", "/_sandbox/revoke", query);
    (void)ask(k, k->token);
    assert_refused(k, 30001, "dop.authorization-closed");
    assert_int_equal(kit_int(k, "err_no"), 30006);
    (void)refresh(k, k->refresh);
    assert_refused(k, 30001, "dop.authorization-closed");
    kit_token(k, 0); /* self-use: a new one for the asking */
    assert_int_equal(ask(k, k->token), 10000);
    kit_control(k, "POST", "/_sandbox/expire", query);
    (void)ask(k, k->token);
    assert_refused(k, 40003, "isv.access-token-expired");
}

static void a_code_works_once_and_for_ten_minutes(void **state) {
    kit *k = *state;
    char query[64];
    char json[160];
    (void)snprintf(query, sizeof query, "shop_id=%s", kit_shop_text(k, 0, "shop_id"));
    for (int late = 0; late < 2; late++) {
        kit_control(k, "GET", "/_sandbox/code", query);
        (void)snprintf(json, sizeof json, "{\"code\":\"%s\",\"grant_type\":\"authorization_code\"}",
                       kit_text(k, "code"));
        kit_pass(k, late * 600);
        (void)kit_douyin(k, "token.create", json, NULL);
        if (late == 0) {
            assert_int_equal(kit_int(k, "code"), 10000);
            (void)kit_douyin(k, "token.create", json, NULL);
            assert_refused(k, 50001, "dop.token-generate-failed:code-invalid");
        } else {
            assert_refused(k, 50001, "dop.token-generate-failed:code-expired");
        }
    }
    (void)kit_douyin(k, "token.create", "{\"grant_type\":\"authorization_self\",\"shop_id\":1}",
                     NULL);
    assert_refused(k, 50001, "dop.token-generate-failed:no-authorization");
}

/* ---- lists ---- */

static int64_t search(kit *k, const char *json) {
    return kit_douyin(k, "order.searchList", json, k->token);
}

static void pages_of_orders_hold_every_order_once(void **state) {
    kit *k = *state;
    char json[128];
    char ids[240][24];
    size_t count = 0;
    int64_t orders = 0;
    assert_true(codec_json_i64(yyjson_obj_get(kit_shop(k, 0), "orders"), &orders));
    for (int page = 0; page < 20; page++) {
        (void)snprintf(json, sizeof json, "{\"page\":%d,\"size\":7,\"order_asc\":true}", page);
        assert_int_equal(search(k, json), 10000);
        assert_int_equal(kit_int(k, "data.total"), orders);
        yyjson_val *list = codec_json_at(k->root, "data.shop_order_list");
        size_t i;
        size_t n;
        yyjson_val *row;
        yyjson_arr_foreach(list, i, n, row) {
            const char *id = yyjson_get_str(yyjson_obj_get(row, "order_id"));
            assert_non_null(id);
            for (size_t seen = 0; seen < count; seen++) {
                assert_string_not_equal(ids[seen], id);
            }
            assert_true(count < 240);
            (void)snprintf(ids[count++], sizeof ids[0], "%s", id);
        }
    }
    assert_int_equal(count, orders);
}

static void page_and_size_have_their_bounds(void **state) {
    kit *k = *state;
    (void)search(k, "{\"page\":-1,\"size\":10}");
    assert_refused(k, 40004, "isv.parameter-invalid:10035");
    (void)search(k, "{\"page\":0,\"size\":101}");
    assert_refused(k, 40004, "isv.parameter-invalid:20008");
    (void)search(k, "{\"page\":500,\"size\":100}");
    assert_refused(k, 40004, "isv.parameter-invalid:20013");
    assert_int_equal(search(k, "{\"page\":499,\"size\":100}"), 10000);
    (void)kit_douyin(k, "product.listV2", "{\"page\":0,\"size\":10}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:2010004");
    (void)kit_douyin(k, "product.listV2", "{\"page\":101,\"size\":10}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:2010004");
    (void)kit_douyin(k, "product.listV2", "{\"page\":1,\"size\":101}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:2010004");
    assert_int_equal(kit_douyin(k, "product.listV2", "{\"page\":100,\"size\":100}", k->token),
                     10000);
}

static void order_windows_include_both_ends(void **state) {
    kit *k = *state;
    char json[200];
    static const char *const names[] = { "create_time", "update_time" };
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(json, sizeof json, "{\"page\":0,\"size\":1,\"order_by\":\"%s\"}", names[i]);
        assert_int_equal(search(k, json), 10000);
        yyjson_val *first = yyjson_arr_get_first(codec_json_at(k->root, "data.shop_order_list"));
        int64_t when = 0;
        assert_true(codec_json_i64(yyjson_obj_get(first, names[i]), &when));
        (void)snprintf(json, sizeof json,
                       "{\"page\":0,\"size\":1,\"%s_start\":%lld,\"%s_end\":%lld}", names[i],
                       (long long)when, names[i], (long long)when);
        assert_int_equal(search(k, json), 10000);
        assert_true(kit_int(k, "data.total") >= 1);
    }
    (void)search(k, "{\"page\":0,\"size\":1,\"create_time_end\":5}");
    assert_refused(k, 40004, "isv.parameter-invalid:20011");
}

static void product_windows_leave_out_both_ends(void **state) {
    kit *k = *state;
    char json[200];
    assert_int_equal(kit_douyin(k, "product.listV2", "{\"page\":1,\"size\":1}", k->token), 10000);
    yyjson_val *first = yyjson_arr_get_first(codec_json_at(k->root, "data.data"));
    int64_t when = 0;
    int64_t id = 0;
    assert_true(codec_json_i64(yyjson_obj_get(first, "update_time"), &when));
    assert_true(codec_json_i64(yyjson_obj_get(first, "product_id"), &id));
    static const struct {
        int before, after, total;
    } rows[] = { { 0, 0, 0 }, { 0, 1, 0 }, { 1, 0, 0 }, { 1, 1, 1 } };
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(json, sizeof json,
                       "{\"page\":1,\"size\":1,\"product_id\":[%lld],\"update_start_time\":%lld,"
                       "\"update_end_time\":%lld}",
                       (long long)id, (long long)(when - rows[i].before),
                       (long long)(when + rows[i].after));
        assert_int_equal(kit_douyin(k, "product.listV2", json, k->token), 10000);
        assert_int_equal(kit_int(k, "data.total"), rows[i].total);
    }
}

static void details_by_id(void **state) {
    kit *k = *state;
    char json[128];
    assert_int_equal(search(k, "{\"page\":0,\"size\":1}"), 10000);
    yyjson_val *first = yyjson_arr_get_first(codec_json_at(k->root, "data.shop_order_list"));
    char id[32];
    (void)snprintf(id, sizeof id, "%s", yyjson_get_str(yyjson_obj_get(first, "order_id")));
    (void)snprintf(json, sizeof json, "{\"shop_order_id\":\"%s\"}", id);
    assert_int_equal(kit_douyin(k, "order.orderDetail", json, k->token), 10000);
    assert_string_equal(kit_text(k, "data.shop_order_detail.order_id"), id);
    (void)kit_douyin(k, "order.orderDetail", "{\"shop_order_id\":\"12\"}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:20014");
    assert_int_equal(kit_douyin(k, "product.listV2", "{\"page\":1,\"size\":1}", k->token), 10000);
    first = yyjson_arr_get_first(codec_json_at(k->root, "data.data"));
    int64_t product = 0;
    assert_true(codec_json_i64(yyjson_obj_get(first, "product_id"), &product));
    (void)snprintf(json, sizeof json, "{\"product_id\":\"%lld\"}", (long long)product);
    assert_int_equal(kit_douyin(k, "product.detail", json, k->token), 10000);
    assert_int_equal(kit_int(k, "data.product_id"), product);
    (void)kit_douyin(k, "product.detail", "{\"product_id\":\"12\"}", k->token);
    assert_refused(k, 40004, "isv.parameter-invalid:2010058");
}

static void the_old_list_has_old_names_and_suffixed_ids(void **state) {
    kit *k = *state;
    char from[BASE_TIME_TEXT];
    char to[BASE_TIME_TEXT];
    char json[200];
    base_time_to_cn(KIT_NOW - 90 * 86400, from);
    base_time_to_cn(KIT_NOW, to);
    (void)snprintf(json, sizeof json, "{\"start_time\":\"%s\",\"end_time\":\"%s\"}", from, to);
    assert_int_equal(kit_douyin(k, "order.list", json, k->token), 10000);
    yyjson_val *list = codec_json_at(k->root, "data.list");
    assert_int_equal(yyjson_arr_size(list), 10);
    const char *id = yyjson_get_str(yyjson_obj_get(yyjson_arr_get_first(list), "order_id"));
    assert_int_equal(id[strlen(id) - 1], 'A');
    assert_non_null(yyjson_obj_get(yyjson_arr_get_first(list), "child"));
    (void)snprintf(json, sizeof json, "{\"order_id\":\"%s\"}", id);
    assert_int_equal(kit_douyin(k, "order.detail", json, k->token), 10000);
    assert_int_equal(kit_int(k, "data.total"), 1);
}

static void absurd_numbers_are_refused(void **state) {
    kit *k = *state;
    static const struct {
        const char *method, *json;
    } rows[] = {
        { "order.searchList", "{\"page\":9223372036854775807,\"size\":100}" },
        { "order.searchList", "{\"page\":0,\"size\":-9223372036854775808}" },
        { "order.searchList", "{\"page\":0,\"size\":1,\"create_time_start\":1,"
                              "\"create_time_end\":9223372036854775807}" },
        { "order.searchList", "{\"page\":184467440737095516150,\"size\":1}" },
        { "product.listV2", "{\"page\":1,\"size\":1,\"start_time\":9223372036854775807}" },
        { "product.listV2", "{\"page\":9223372036854775807,\"size\":9223372036854775807}" },
        { "order.serviceList", "{\"page\":9223372036854775807,\"size\":9223372036854775807}" },
        { "order.list",
          "{\"start_time\":\"0000-00-00 00:00:00\",\"end_time\":\"9999-99-99 00:00:00\"}" },
        { "product.detail", "{\"product_id\":[1]}" },
        { "order.logisticsAddMultiPack",
          "{\"order_id\":\"1\",\"pack_list\":\"[[[[\",\"request_id\":\"1\"}" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)kit_douyin(k, rows[i].method, rows[i].json, k->token);
        assert_refused(k, 40004, kit_text(k, "sub_code"));
    }
}

static void the_old_list_keeps_its_budget(void **state) {
    kit *k = *state;
    const char *json = "{\"start_time\":\"2023-11-15 00:00:00\",\"end_time\":"
                       "\"2023-11-15 00:00:01\"}";
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(kit_douyin(k, "order.list", json, k->token), 10000);
    }
    (void)kit_douyin(k, "order.list", json, k->token);
    assert_refused(k, 60000, "isv.traffic-limited");
    kit_pass(k, 60);
    assert_int_equal(kit_douyin(k, "order.list", json, k->token), 10000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_envelopes_unless_only_the_new_is_asked_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_answer_carries_the_worlds_time, setup, teardown),
        cmocka_unit_test_setup_teardown(form_and_query_and_double_slash, setup, teardown),
        cmocka_unit_test_setup_teardown(unsorted_body_signed_in_sorted_form, setup, teardown),
        cmocka_unit_test_setup_teardown(refusals_in_the_platforms_order, setup, teardown),
        cmocka_unit_test(a_client_of_today_in_a_world_of_the_past),
        cmocka_unit_test_setup_teardown(same_pair_until_the_last_hour, setup, teardown),
        cmocka_unit_test_setup_teardown(after_the_end_the_old_pair_is_dead_at_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(revoked_and_authorised_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_code_works_once_and_for_ten_minutes, setup, teardown),
        cmocka_unit_test_setup_teardown(pages_of_orders_hold_every_order_once, setup, teardown),
        cmocka_unit_test_setup_teardown(page_and_size_have_their_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(order_windows_include_both_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(product_windows_leave_out_both_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(details_by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(absurd_numbers_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(the_old_list_keeps_its_budget, setup, teardown),
        cmocka_unit_test_setup_teardown(the_old_list_has_old_names_and_suffixed_ids, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
