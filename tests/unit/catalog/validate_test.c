/* What cat_validate() refuses, what it lets pass, and what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "catalog/catalog.h"

static qd_status check(const char *platform, const char *name, const char *json, unsigned flags,
                       qd_err *err) {
    yyjson_doc *doc = yyjson_read(json, strlen(json), 0);
    assert_non_null(doc);
    const cat_method *method = cat_find(cat_platform_find(platform), base_str_of(name));
    assert_non_null(method);
    qd_err_clear(err);
    qd_status status = cat_validate(method, yyjson_doc_get_root(doc), flags, err);
    yyjson_doc_free(doc);
    return status;
}

static void passes(const char *platform, const char *name, const char *json) {
    qd_err err;
    if (check(platform, name, json, 0, &err) != QD_OK) {
        fail_msg("%s refused: %s", json, err.message);
    }
}

/* Refused as the caller's mistake, with every one of the words in the message. */
static void refused(const char *platform, const char *name, const char *json, const char *word_a,
                    const char *word_b) {
    qd_err err;
    assert_int_equal(check(platform, name, json, 0, &err), QD_E_INVALID);
    assert_int_equal(err.status, QD_E_INVALID);
    if (!strstr(err.message, name) || !strstr(err.message, word_a) ||
        !strstr(err.message, word_b)) {
        fail_msg("\"%s\" lacks %s or %s", err.message, word_a, word_b);
    }
}

static const char ORDERS[] = "order.searchList";

static void good_calls_pass(void **state) {
    (void)state;
    passes("douyin", ORDERS, "{\"page\":0,\"size\":100}");
    passes(
        "douyin", ORDERS,
        "{\"page\":0,\"size\":1,\"order_asc\":true,\"combine_status\":[{\"order_status\":\"2\"}]}");
    passes("douyin", "token.create", "{\"code\":\"\",\"grant_type\":\"authorization_self\"}");
    passes("taobao", "taobao.trades.sold.get", "{\"fields\":\"tid,orders\"}");
    passes("douyin", "shop.getExperienceScore", "{\"whatever\":[1]}"); /* nothing is known */
}

static void the_forms_that_platforms_take_pass(void **state) {
    (void)state;
    passes("douyin", ORDERS, "{\"page\":\"0\",\"size\":\"100\",\"order_asc\":\"false\"}");
    passes("douyin", "product.detail", "{\"product_id\":3539925204033339668}");
    passes("douyin", ORDERS, "{\"page\":0,\"size\":10,\"combine_status\":\"[{}]\"}");
    passes("douyin", ORDERS, "{\"page\":0,\"size\":10,\"product\":null}");
    passes("taobao", "taobao.items.seller.list.get",
           "{\"fields\":\"num_iid\",\"num_iids\":\"1,2\"}");
    passes("taobao", "taobao.items.seller.list.get", "{\"fields\":\"num_iid\",\"num_iids\":[1,2]}");
    passes("taobao", "taobao.items.seller.list.get", "{\"fields\":\"num_iid\",\"num_iids\":1}");
    passes("taobao", "taobao.trades.sold.get", "{\"fields\":[\"tid\"],\"type\":\"fixed,cod\"}");
}

static void a_missing_parameter_is_named(void **state) {
    (void)state;
    refused("douyin", ORDERS, "{\"page\":0}", "size", "required");
    refused("douyin", ORDERS, "{\"page\":0,\"size\":null}", "size", "required");
    refused("taobao", "taobao.trade.fullinfo.get", "{\"fields\":\"tid\"}", "tid", "required");
    refused("douyin", "order.logisticsAddMultiPack", "{\"order_id\":\"1\",\"request_id\":\"r\"}",
            "pack_list", "required");
}

static void a_missing_nested_parameter_is_named_with_its_place(void **state) {
    (void)state;
    refused("douyin", "order.batchDecrypt",
            "{\"cipher_infos\":[{\"auth_id\":\"1\",\"cipher_text\":\"x\"},{\"auth_id\":\"2\"}]}",
            "cipher_infos[1].cipher_text", "required");
}

static void an_unknown_parameter_tells_its_neighbour(void **state) {
    (void)state;
    qd_err err;
    refused("douyin", ORDERS, "{\"pgae\":0,\"size\":10}", "pgae", "did you mean page?");
    refused("douyin", ORDERS, "{\"page\":0,\"size\":10,\"order_ascc\":true}", "order_ascc",
            "order_asc?");
    assert_int_equal(check("douyin", ORDERS, "{\"page\":0,\"size\":10,\"brand_new\":1}",
                           CAT_ALLOW_UNKNOWN, &err),
                     QD_OK);
}

static void a_wrong_type_is_refused(void **state) {
    (void)state;
    refused("douyin", ORDERS, "{\"page\":\"first\",\"size\":10}", "page", "integer");
    refused("douyin", ORDERS, "{\"page\":[0],\"size\":10}", "page", "integer");
    refused("douyin", ORDERS, "{\"page\":1.5,\"size\":10}", "page", "integer");
    refused("douyin", ORDERS, "{\"page\":0,\"size\":10,\"order_asc\":\"maybe\"}", "order_asc",
            "true or false");
    refused("douyin", ORDERS, "{\"page\":0,\"size\":10,\"combine_status\":{}}", "combine_status",
            "array");
    refused("douyin", ORDERS, "{\"page\":0,\"size\":10,\"combine_status\":[1]}",
            "combine_status[0]", "object");
    refused("taobao", "taobao.trades.sold.increment.get",
            "{\"fields\":\"tid\",\"start_modified\":\"2026-02-30 00:00:00\","
            "\"end_modified\":\"2026-03-01 00:00:00\"}",
            "start_modified", "yyyy-MM-dd HH:mm:ss");
    refused("douyin", ORDERS, "[]", "object", "JSON");
}

static void declared_bounds_are_kept(void **state) {
    (void)state;
    refused("douyin", ORDERS, "{\"page\":0,\"size\":500}", "size", "500 is more than 100");
    refused("douyin", ORDERS, "{\"page\":-1,\"size\":10}", "page", "less than 0");
    refused("douyin", "product.listV2", "{\"page\":0,\"size\":10}", "page", "less than 1");
    refused(
        "taobao", "taobao.items.seller.list.get",
        "{\"fields\":\"num_iid\",\"num_iids\":\"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,"
        "20,21\"}",
        "num_iids", "21 items");
    refused("douyin", "token.refresh", "{\"refresh_token\":\"x\",\"grant_type\":\"refresh\"}",
            "grant_type", "refresh_token");
    refused("taobao", "taobao.trades.sold.get", "{\"fields\":\"tid\",\"type\":\"fixed,code\"}",
            "type", "cod");
}

/* 61 characters of three bytes each: characters are counted, not bytes, and not shown. */
static void a_long_text_is_refused_without_being_shown(void **state) {
    (void)state;
    char json[512] = "{\"order_id\":\"1\",\"remark\":\"";
    for (int i = 0; i < 60; i++) {
        strncat(json, "店", sizeof(json) - strlen(json) - 1);
    }
    size_t at = strlen(json);
    strncat(json, "\"}", sizeof(json) - strlen(json) - 1);
    passes("douyin", "order.addOrderRemark", json);
    json[at] = '\0';
    strncat(json, "店\"}", sizeof(json) - strlen(json) - 1);
    refused("douyin", "order.addOrderRemark", json, "remark", "61 characters are more than 60");
    qd_err err;
    assert_int_equal(check("douyin", "order.addOrderRemark", json, 0, &err), QD_E_INVALID);
    assert_null(strstr(err.message, "店"));
}

static int warnings;

static void count_warning(void *user, qd_log_level level, const char *room, const char *message) {
    (void)user;
    (void)room;
    warnings += level == QD_LOG_WARNING && strstr(message, "after_sale_status_desc") != NULL;
}

static void what_is_only_inferred_warns(void **state) {
    (void)state;
    warnings = 0;
    qd_log_set(count_warning, NULL, QD_LOG_WARNING);
    passes("douyin", ORDERS, "{\"page\":0,\"size\":10,\"after_sale_status_desc\":\"brand_new\"}");
    qd_log_set(NULL, NULL, QD_LOG_ERROR);
    assert_int_equal(warnings, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_calls_pass),
        cmocka_unit_test(the_forms_that_platforms_take_pass),
        cmocka_unit_test(a_missing_parameter_is_named),
        cmocka_unit_test(a_missing_nested_parameter_is_named_with_its_place),
        cmocka_unit_test(an_unknown_parameter_tells_its_neighbour),
        cmocka_unit_test(a_wrong_type_is_refused),
        cmocka_unit_test(declared_bounds_are_kept),
        cmocka_unit_test(a_long_text_is_refused_without_being_shown),
        cmocka_unit_test(what_is_only_inferred_warns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
