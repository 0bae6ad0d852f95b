/* Finding methods and their neighbours, classifying errors, answers and titles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "catalog/catalog.h"

static void every_method_finds_itself(void **state) {
    (void)state;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->method_count; i++) {
            const cat_method *method = cat_method_at(platform, i);
            assert_ptr_equal(cat_find(platform, base_str_of(cat_str(method->name))), method);
            assert_int_equal(method->platform, p);
        }
        assert_null(cat_method_at(platform, platform->method_count));
    }
}

static void names_are_case_sensitive_and_belong_to_a_platform(void **state) {
    (void)state;
    const cat_platform *douyin = cat_platform_find("douyin");
    assert_null(cat_find(douyin, BASE_STR("order.searchlist")));
    assert_null(cat_find(douyin, BASE_STR("taobao.trades.sold.get")));
    assert_null(cat_find(douyin, BASE_STR("")));
    assert_null(cat_find(NULL, BASE_STR("order.searchList")));
}

static void assert_near(const char *platform, const char *typed, const char *meant) {
    const cat_method *near = cat_nearest(cat_platform_find(platform), base_str_of(typed));
    assert_non_null(near);
    assert_string_equal(cat_str(near->name), meant);
}

static void a_mistyped_name_finds_its_neighbour(void **state) {
    (void)state;
    assert_near("douyin", "order.searchlist", "order.searchList");
    assert_near("douyin", "order.serchList", "order.searchList");
    assert_near("douyin", "product.listv2", "product.listV2");
    assert_near("taobao", "taobao.trades.sold.incremnt.get", "taobao.trades.sold.increment.get");
    assert_null(cat_nearest(cat_platform_find("douyin"), BASE_STR("zzzzzzzzzzzzzzzzzzzzzzzz")));
    char longest[4096];
    memset(longest, 'o', sizeof(longest));
    (void)cat_nearest(cat_platform_find("douyin"), (base_str){ longest, sizeof(longest) });
}

typedef struct error_case {
    const char *platform, *code, *sub_code;
    qd_status status;
    qd_retry retry;
    int token;
} error_case;

/* From Douyin guide 212/1427 and TOP's table of error codes. */
static void errors_are_understood(void **state) {
    (void)state;
    static const error_case CASES[] = {
        { "douyin", "40003", "isv.access-token-expired", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
        { "douyin", "40003", "isv.access-token-no-existed", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
        { "douyin", "40003", "isv.signature-invalid", QD_E_AUTH, QD_RETRY_NEVER, 0 },
        { "douyin", "40003", "isv.parameter-invalid", QD_E_INVALID, QD_RETRY_NEVER, 0 },
        { "douyin", "30001", "dop.authorization-closed", QD_E_AUTH, QD_RETRY_REAUTH, 2 },
        { "douyin", "30001", "isv.app-permissions-insufficient", QD_E_AUTH, QD_RETRY_NEVER, 0 },
        { "douyin", "30006", "", QD_E_AUTH, QD_RETRY_REAUTH, 2 },
        { "douyin", "50001", "dop.token-generate-failed:app-secret-invalid", QD_E_AUTH,
          QD_RETRY_NEVER, 0 },
        { "douyin", "50001", "dop.token-generate-failed:token-expired", QD_E_AUTH, QD_RETRY_REAUTH,
          2 },
        { "douyin", "50002", "isv.business-failed:4", QD_E_PLATFORM, QD_RETRY_NEVER, 0 },
        { "douyin", "60000", "isv.traffic-limited", QD_E_LIMITED, QD_RETRY_LATER, 0 },
        { "douyin", "20000", "isp.service-error:5", QD_E_UNAVAILABLE, QD_RETRY_LATER, 0 },
        { "douyin", "20001", "", QD_E_UNAVAILABLE, QD_RETRY_LATER, 0 },
        { "douyin", "70000", "isp.api-service-off", QD_E_NOT_FOUND, QD_RETRY_NEVER, 0 },
        { "douyin", "80000", "isv.risk-control-failed:1", QD_E_PLATFORM, QD_RETRY_NEVER, 0 },
        { "taobao", "7", "accesscontrol.limited-by-api-access-count", QD_E_LIMITED, QD_RETRY_UNTIL,
          0 },
        { "taobao", "25", "isv.sign-check-failure", QD_E_AUTH, QD_RETRY_NEVER, 0 },
        { "taobao", "29", "", QD_E_AUTH, QD_RETRY_NEVER, 0 },
        { "taobao", "27", "", QD_E_AUTH, QD_RETRY_REAUTH, 1 },
        { "taobao", "22", "", QD_E_INVALID, QD_RETRY_NEVER, 0 },
        { "taobao", "15", "isp.top-remote-connection-timeout", QD_E_UNAVAILABLE, QD_RETRY_LATER,
          0 },
        { "taobao", "50", "isv.invalid-parameter", QD_E_INVALID, QD_RETRY_NEVER, 0 },
        { "taobao", "15", "isv.trade-not-exist", QD_E_PLATFORM, QD_RETRY_NEVER, 0 },
        { "taobao", "15", "isp.top-parse-error", QD_E_INVALID, QD_RETRY_NEVER, 0 },
        { "taobao", "560", "isp.item-service-unavailable", QD_E_UNAVAILABLE, QD_RETRY_LATER, 0 },
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        const error_case *c = &CASES[i];
        const cat_error_class *row = cat_classify(cat_platform_find(c->platform),
                                                  base_str_of(c->code), base_str_of(c->sub_code));
        if (!row || row->status != c->status || row->retry != c->retry || row->token != c->token) {
            fail_msg("%s %s %s is understood otherwise", c->platform, c->code, c->sub_code);
        }
        assert_true(strlen(cat_error_meaning(row)) > 5);
    }
    assert_null(cat_classify(cat_platform_find("douyin"), BASE_STR("12345"), BASE_STR("")));
}

static void parameters_carry_what_is_known(void **state) {
    (void)state;
    const cat_platform *douyin = cat_platform_find("douyin");
    const cat_method *list = cat_find(douyin, BASE_STR("order.searchList"));
    const cat_param *size = cat_param_find(list, BASE_STR("size"));
    assert_int_equal(size->type, CAT_INT);
    assert_true(size->flags & CAT_REQUIRED_SURE);
    assert_int_equal(size->max, 100);
    const cat_param *status = cat_param_find(list, BASE_STR("combine_status"));
    assert_int_equal(status->type, CAT_ARRAY);
    assert_int_equal(status->item, CAT_OBJECT);
    assert_string_equal(cat_str(cat_field(status, 0)->name), "order_status");
    assert_null(cat_field(status, status->field_count));
    assert_null(cat_param_find(list, BASE_STR("pages")));
    assert_string_equal(cat_type_name((cat_type)status->type), "array");
}

static const cat_answer *answer_named(const cat_method *method, const char *name) {
    for (size_t i = 0; i < cat_answer_count(method); i++) {
        const cat_answer *answer = cat_answer_at(method, i);
        if (strcmp(cat_doc_str(answer->name), name) == 0) {
            return answer;
        }
    }
    fail_msg("the answer has no %s", name);
    return NULL;
}

static void answers_and_titles_are_there_for_people(void **state) {
    (void)state;
    const cat_platform *douyin = cat_platform_find("douyin");
    const cat_method *list = cat_find(douyin, BASE_STR("order.searchList"));
    assert_true(cat_answer_known(list));
    const cat_answer *orders = answer_named(list, "shop_order_list");
    assert_int_equal(orders->type, CAT_ARRAY);
    assert_true(orders->field_count > 60);
    assert_true(strlen(cat_doc_str(cat_answer_field(orders, 0)->name)) > 0);
    assert_string_equal(cat_doc_str(list->title), "订单列表查询");
    assert_false(cat_answer_known(cat_find(douyin, BASE_STR("shop.getExperienceScore"))));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_finds_itself),
        cmocka_unit_test(names_are_case_sensitive_and_belong_to_a_platform),
        cmocka_unit_test(a_mistyped_name_finds_its_neighbour),
        cmocka_unit_test(errors_are_understood),
        cmocka_unit_test(parameters_carry_what_is_known),
        cmocka_unit_test(answers_and_titles_are_there_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
