/* A shell's text becomes the JSON that a parameter's type asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"

static const cat_param *param(const char *platform, const char *method, const char *name) {
    const cat_method *found = cat_find(cat_platform_find(platform), base_str_of(method));
    assert_non_null(found);
    const cat_param *one = cat_param_find(found, base_str_of(name));
    assert_non_null(one);
    return one;
}

static void becomes(const cat_param *one, const char *text, const char *json) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *value = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(cat_value_from_text(one, base_str_of(text), doc, &value, &err), QD_OK);
    char *written = yyjson_mut_val_write(value, 0, NULL);
    assert_string_equal(written, json);
    free(written);
    yyjson_mut_doc_free(doc);
}

static void refused(const cat_param *one, const char *text, const char *words) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *value = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(cat_value_from_text(one, base_str_of(text), doc, &value, &err), QD_E_INVALID);
    assert_int_equal(err.status, QD_E_INVALID);
    assert_non_null(strstr(err.message, words));
    assert_null(value);
    yyjson_mut_doc_free(doc);
}

static void the_type_decides(void **state) {
    (void)state;
    const cat_param *size = param("douyin", "order.searchList", "size");
    const cat_param *asc = param("douyin", "order.searchList", "order_asc");
    const cat_param *order_by = param("douyin", "order.searchList", "order_by");
    becomes(size, "12", "12");
    becomes(size, "-12", "-12");
    becomes(size, "99999999999999999999", "99999999999999999999");
    becomes(asc, "true", "true");
    becomes(asc, "0", "false");
    becomes(order_by, "12", "\"12\"");
    becomes(order_by, "", "\"\"");
    becomes(NULL, "12", "\"12\"");
    becomes(param("taobao", "taobao.trade.fullinfo.get", "tid"), "1234567890123456789",
            "1234567890123456789");
}

static void lists_and_objects(void **state) {
    (void)state;
    const cat_param *status = param("douyin", "order.searchList", "combine_status");
    const cat_param *ids = param("taobao", "taobao.items.seller.list.get", "num_iids");
    becomes(status, "[{\"order_status\":\"2\"}]", "[{\"order_status\":\"2\"}]");
    becomes(ids, "1,2", "[\"1\",\"2\"]");
    becomes(ids, "[1,2]", "[1,2]");
    becomes(ids, "", "[]");
    refused(status, "paid", "must be JSON");
    refused(status, "[{", "no JSON");
}

static void what_does_not_fit_is_refused_by_name(void **state) {
    (void)state;
    refused(param("douyin", "order.searchList", "size"), "ten", "size: must be an integer");
    refused(param("douyin", "order.searchList", "size"), "", "size: must be an integer");
    refused(param("douyin", "order.searchList", "size"), "1.5", "size: must be an integer");
    refused(param("douyin", "order.searchList", "order_asc"), "yes", "true or false");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_type_decides),
        cmocka_unit_test(lists_and_objects),
        cmocka_unit_test(what_does_not_fit_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
