/* Search finds what people mean: by wire name, documents' name, Chinese title, parameter, with
 * typos. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"

enum { MOST = 40 };

typedef struct found {
    cat_hit hits[MOST];
    size_t count, total;
} found;

static found search(const char *words, const cat_search_filter *filter) {
    found f;
    qd_err err = { 0 };
    qd_status status =
        cat_search(base_str_of(words), filter, f.hits, MOST, &f.count, &f.total, &err);
    assert_int_equal(status, QD_OK);
    assert_true(f.count <= MOST && f.count <= f.total);
    return f;
}

static const char *name_of(const cat_hit *hit) {
    return cat_str(hit->method->name);
}

/* The method is among the first `place` hits. */
static void finds(const char *words, const char *method, size_t place) {
    found f = search(words, NULL);
    for (size_t i = 0; i < f.count && i < place; i++) {
        if (strcmp(name_of(&f.hits[i]), method) == 0) {
            return;
        }
    }
    fail_msg("\"%s\" (%zu hits): %s is not among the first %zu; first is %s", words, f.total,
             method, place, f.count ? name_of(&f.hits[0]) : "nothing");
}

static void wire_names_are_found(void **state) {
    (void)state;
    finds("order.searchList", "order.searchList", 1);
    finds("taobao.trades.sold.get", "taobao.trades.sold.get", 1);
    finds("ORDER.SEARCHLIST", "order.searchList", 1);
    finds("ecs.aliyuncs.com.AddDisk.2013-01-10", "ecs.aliyuncs.com.AddDisk.2013-01-10", 1);
    finds("report.advertiser.get", "report.advertiser.get", 1);
}

static void parts_of_wire_names_are_found_in_any_order(void **state) {
    (void)state;
    finds("trade fullinfo", "taobao.trade.fullinfo.get", 1);
    finds("fullinfo trade", "taobao.trade.fullinfo.get", 1);
    finds("sold increment", "taobao.trades.sold.increment.get", 1);
    finds("search list order", "order.searchList", 3);
    finds("logistics online send", "taobao.logistics.online.send", 1);
}

static void names_of_the_documents_are_found(void **state) {
    (void)state;
    finds("taobao_trade_fullinfo_get", "taobao.trade.fullinfo.get", 1);
    finds("DoudianOrderListRequest", "order.list", 1);
    finds("DoudianSpecSpecDetailRequest", "spec.specDetail", 1);
    finds("ecs_aliyuncs_com_AddDisk_2013_01_10", "ecs.aliyuncs.com.AddDisk.2013-01-10", 1);
    finds("daren_storelist", "kol.store.list", 1);
    finds("create_client_token", "client_token", 1);
}

static void chinese_titles_are_found(void **state) {
    (void)state;
    finds("订单 列表", "order.searchList", 3);
    finds("订单列表", "order.searchList", 3);
    finds("订单查询列表", "order.searchList", 3);
    finds("同步 库存", "sku.syncStock", 2);
    finds("获取单笔交易的详细信息", "taobao.trade.fullinfo.get", 1);
    finds("达人 橱窗", "kol.store.list", 3);
}

static void platform_and_group_narrow_a_search(void **state) {
    (void)state;
    finds("solinkup 订单", "jinritemai.listOrder", 3);
    finds("钉钉 企业会话", "dingtalk.oapi.message.corpconversation.asyncsend_v2", 20);
    const cat_platform *taobao = cat_platform_find("taobao");
    cat_search_filter filter = { .platform = taobao };
    found f = search("refund", &filter);
    assert_true(f.total > 10);
    for (size_t i = 0; i < f.count; i++) {
        assert_ptr_equal(cat_platform_of(f.hits[i].method), taobao);
    }
    filter.group = cat_group_find(taobao, BASE_STR("trade"));
    f = search("get", &filter);
    assert_true(f.total > 0 && f.total <= 33);
    for (size_t i = 0; i < f.count; i++) {
        assert_ptr_equal(cat_group_of(f.hits[i].method), filter.group);
    }
}

static void parameters_are_found_by_name_title_and_old_name(void **state) {
    (void)state;
    found f = search("buyer_nick", NULL);
    assert_true(f.total > 5);
    assert_non_null(f.hits[0].param);
    assert_string_equal(cat_str(f.hits[0].param->name), "buyer_nick");
    finds("InstanceId Size SnapshotId", "ecs.aliyuncs.com.AddDisk.2013-01-10", 3);
    finds("instance_id snapshot_id size", "ecs.aliyuncs.com.AddDisk.2013-01-10", 3);
    f = search("用户分组名称", NULL); /* label of group_name */
    assert_true(f.total > 0);
    assert_non_null(f.hits[0].param);
}

static void nested_fields_are_found(void **state) {
    (void)state;
    finds("cipher_infos auth_id", "order.batchDecrypt", 6);
}

static void typos_are_forgiven(void **state) {
    (void)state;
    finds("ordr.searchList", "order.searchList", 1);
    finds("order.serchList", "order.searchList", 1);
    finds("trade fulinfo", "taobao.trade.fullinfo.get", 1);
    finds("DoudianOrdrListRequest", "order.list", 1);
    finds("loigstics", "logistics.newCreateOrder", MOST);
    found f = search("ordr.searchList", NULL);
    assert_true(f.hits[0].typos > 0);
    f = search("order.searchList", NULL);
    assert_int_equal(f.hits[0].typos, 0);
}

static void retired_methods_come_after_live_ones(void **state) {
    (void)state;
    const cat_search_filter live = { .no_offline = true };
    found all = search("taobao get", NULL), few = search("taobao get", &live);
    assert_true(few.total < all.total);
    for (size_t i = 0; i < few.count; i++) {
        assert_int_equal(few.hits[i].method->flags & CAT_OFFLINE, 0);
    }
    for (size_t i = 1; i < all.count; i++) {
        assert_true(all.hits[i - 1].score >= all.hits[i].score);
    }
}

static void what_is_not_there_is_not_found(void **state) {
    (void)state;
    assert_int_equal(search("qwertzuiopqwertz", NULL).total, 0);
    assert_int_equal(search("order qwertzuiopqwertz", NULL).total, 0);
    assert_int_equal(search("", NULL).total, 0);
    assert_int_equal(search(" . , ", NULL).total, 0);
    assert_int_equal(search("\xE8", NULL).count, search("\xE8", NULL).count); /* half a character */
    char longest[5000];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(search(longest, NULL).total, 0);
    assert_true(search("a b c d e f g h i j k l m n o p q r s t u v w x y z", NULL).count <= MOST);
}

static void no_more_are_given_than_asked_for(void **state) {
    (void)state;
    cat_hit one = { 0 };
    size_t count = 9, total = 0;
    qd_err err = { 0 };
    assert_int_equal(cat_search(BASE_STR("get"), NULL, &one, 1, &count, &total, &err), QD_OK);
    assert_int_equal(count, 1);
    assert_true(total > 500);
    assert_int_equal(cat_search(BASE_STR("get"), NULL, NULL, 0, &count, NULL, &err), QD_OK);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire_names_are_found),
        cmocka_unit_test(parts_of_wire_names_are_found_in_any_order),
        cmocka_unit_test(names_of_the_documents_are_found),
        cmocka_unit_test(chinese_titles_are_found),
        cmocka_unit_test(platform_and_group_narrow_a_search),
        cmocka_unit_test(parameters_are_found_by_name_title_and_old_name),
        cmocka_unit_test(nested_fields_are_found),
        cmocka_unit_test(typos_are_forgiven),
        cmocka_unit_test(retired_methods_come_after_live_ones),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(no_more_are_given_than_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
