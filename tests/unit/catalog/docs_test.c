/* What the explorer shows: the documents' names, errors of methods, notes, enum titles, prefixes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "catalog/catalog.h"

static const cat_method *method(const char *platform, const char *name) {
    const cat_method *found = cat_find(cat_platform_find(platform), base_str_of(name));
    if (!found) {
        fail_msg("%s has no %s", platform, name);
    }
    return found;
}

static void has_alias(const char *platform, const char *name, const char *alias) {
    char room[128];
    size_t len = cat_alias(method(platform, name), room, sizeof(room));
    assert_string_equal(room, alias);
    assert_int_equal(len, strlen(alias));
}

static void the_documents_names_follow_from_the_wire_names(void **state) {
    (void)state;
    has_alias("taobao", "taobao.trade.fullinfo.get", "taobao_trade_fullinfo_get");
    has_alias("taobao", "ecs.aliyuncs.com.AddDisk.2013-01-10",
              "ecs_aliyuncs_com_AddDisk_2013_01_10");
    has_alias("douyin", "order.list", "DoudianOrderListRequest");
    has_alias("douyin", "spec.specDetail", "DoudianSpecSpecDetailRequest");
    has_alias("douyin", "order.addOrderRemark", "DoudianOrderAddOrderRemarkRequest");
    has_alias("alliance", "kol.reputation", "daren_reputation");
    has_alias("alliance", "buyin.simplePlan", "");
}

static void an_alias_that_does_not_fit_is_cut(void **state) {
    (void)state;
    char room[8] = "xxxxxxx";
    const cat_method *list = method("douyin", "order.list");
    assert_int_equal(cat_alias(list, room, sizeof(room)), strlen("DoudianOrderListRequest"));
    assert_string_equal(room, "Doudian");
    assert_int_equal(cat_alias(list, NULL, 0), strlen("DoudianOrderListRequest"));
}

static void a_sub_code_says_what_it_means(void **state) {
    (void)state;
    const cat_method *list = method("douyin", "order.searchList");
    assert_int_equal(cat_method_error_count(list), 10);
    const cat_method_error *row =
        cat_method_error_find(list, BASE_STR("40004"), BASE_STR("isv.parameter-invalid:20022"));
    assert_non_null(row);
    assert_string_equal(cat_doc_str(row->meaning), "订单查询只支持查询最近90天内的数据");
    assert_null(cat_method_error_find(list, BASE_STR("40004"), BASE_STR("isv.nothing:1")));
    assert_null(
        cat_method_error_find(list, BASE_STR("1"), BASE_STR("isv.parameter-invalid:20022")));
    assert_null(cat_method_error_at(list, 10));
    assert_int_equal(cat_method_error_count(method("douyin", "order.logisticsAdd")), 79);
    assert_int_equal(cat_method_error_count(method("taobao", "taobao.trade.fullinfo.get")), 0);
}

static void values_of_enums_have_meanings(void **state) {
    (void)state;
    size_t titled = 0;
    const cat_platform *taobao = cat_platform_find("taobao");
    for (size_t i = 0; i < taobao->method_count; i++) {
        const cat_method *one = cat_method_at(taobao, i);
        for (size_t p = 0; p < one->param_count; p++) {
            const cat_param *param = cat_param_at(one, p);
            for (size_t v = 0; v < param->enum_count; v++) {
                titled += *cat_enum_title(param, v) != '\0';
            }
            assert_string_equal(cat_enum_title(param, param->enum_count), "");
        }
    }
    assert_true(titled > 1500);
}

static void a_name_is_found_on_every_platform_that_has_it(void **state) {
    (void)state;
    const cat_method *found[8];
    assert_int_equal(cat_find_any(BASE_STR("buyin.simplePlan"), found, 8), 2);
    assert_string_equal(cat_str(cat_platform_of(found[0])->name), "alliance");
    assert_string_equal(cat_str(cat_platform_of(found[1])->name), "douyin");
    /* on both it goes to the Doudian gateway, signed its way */
    assert_string_equal(cat_str(found[0]->host), "https://openapi-fxg.jinritemai.com");
    assert_string_equal(cat_str(found[0]->recipe), "douyin");
    assert_int_equal(cat_find_any(BASE_STR("buyin.simplePlan"), found, 1), 1);
    assert_int_equal(cat_find_any(BASE_STR("taobao.trade.fullinfo.get"), found, 8), 1);
    assert_int_equal(cat_find_any(BASE_STR("no.such.method"), found, 8), 0);
}

static void names_are_completed_from_their_beginning(void **state) {
    (void)state;
    size_t first = 0;
    const cat_platform *douyin = cat_platform_find("douyin");
    assert_int_equal(cat_find_prefix(douyin, BASE_STR("token."), &first), 2);
    assert_string_equal(cat_str(cat_method_at(douyin, first)->name), "token.create");
    assert_int_equal(cat_find_prefix(douyin, BASE_STR(""), &first), 749);
    assert_int_equal(first, 0);
    assert_int_equal(cat_find_prefix(douyin, BASE_STR("order.searchList"), &first), 1);
    assert_int_equal(cat_find_prefix(douyin, BASE_STR("zzz"), &first), 0);
    assert_int_equal(cat_find_prefix(NULL, BASE_STR("a"), &first), 0);
}

static void notes_say_what_the_tables_cannot(void **state) {
    (void)state;
    assert_non_null(
        strstr(cat_note(method("douyin", "order.logisticsAddMultiPack")), "request_id"));
    assert_string_equal(cat_note(method("douyin", "order.searchList")), "");
}

/* Every title, label and meaning is valid UTF-8 and short: labels, no prose. */
static void labels_are_short(void **state) {
    (void)state;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->method_count; i++) {
            const cat_method *one = cat_method_at(platform, i);
            assert_true(strlen(cat_doc_str(one->title)) <= 40 * 3);
            for (size_t e = 0; e < cat_method_error_count(one); e++) {
                const cat_method_error *row = cat_method_error_at(one, e);
                assert_true(strlen(cat_doc_str(row->meaning)) <= 40 * 3);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documents_names_follow_from_the_wire_names),
        cmocka_unit_test(an_alias_that_does_not_fit_is_cut),
        cmocka_unit_test(a_sub_code_says_what_it_means),
        cmocka_unit_test(values_of_enums_have_meanings),
        cmocka_unit_test(a_name_is_found_on_every_platform_that_has_it),
        cmocka_unit_test(names_are_completed_from_their_beginning),
        cmocka_unit_test(notes_say_what_the_tables_cannot),
        cmocka_unit_test(labels_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
