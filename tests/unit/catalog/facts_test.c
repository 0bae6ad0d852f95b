/*
 * Facts pinned by hand from the platforms' documents, not read from the catalogue: whoever edits
 * catalog/ and loses one of these loses orders.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "catalog/catalog.h"

enum { DAY_S = 86400 };

static const cat_method *method(const char *platform, const char *name) {
    const cat_method *found = cat_find(cat_platform_find(platform), base_str_of(name));
    if (!found) {
        fail_msg("%s has no %s", platform, name);
    }
    return found;
}

static size_t in_group(const char *platform, const char *group) {
    const cat_platform *p = cat_platform_find(platform);
    size_t count = 0;
    for (size_t i = 0; cat_method_at(p, i); i++) {
        count += strcmp(cat_str(cat_group_of(cat_method_at(p, i))->name), group) == 0;
    }
    return count;
}

static void the_groups_are_complete(void **state) {
    (void)state;
    assert_int_equal(in_group("douyin", "order"), 63);
    assert_int_equal(in_group("douyin", "product"), 80);
    assert_int_equal(in_group("douyin", "sku"), 10);
    assert_int_equal(in_group("douyin", "spec"), 4);
    assert_int_equal(in_group("douyin", "shop"), 20);
    assert_int_equal(in_group("douyin", "token"), 2);
    assert_int_equal(in_group("taobao", "trade"), 33); /* TbJiaoYi */
    assert_int_equal(in_group("taobao", "item"), 95);  /* TbShangPin */
    assert_int_equal(in_group("taobao", "shop"), 15);  /* TbDianPu */
    assert_int_equal(cat_platform_find("douyin")->method_count, 749);
    assert_int_equal(cat_platform_find("taobao")->method_count, 4220);
}

static void douyin_orders_are_listed_from_page_0(void **state) {
    (void)state;
    const cat_page *page = cat_page_of(method("douyin", "order.searchList"));
    assert_non_null(page);
    assert_int_equal(page->style, CAT_PAGE_NUMBER);
    assert_string_equal(cat_str(page->page_param), "page");
    assert_string_equal(cat_str(page->size_param), "size");
    assert_int_equal(page->first_page, 0);
    assert_int_equal(page->size_max, 100);
    assert_int_equal(page->row_cap, 50000);
    assert_string_equal(cat_str(page->total_path), "total");
    assert_string_equal(cat_str(page->list_path), "shop_order_list");
}

static void douyin_orders_are_asked_by_created_and_by_modified_time(void **state) {
    (void)state;
    const cat_method *list = method("douyin", "order.searchList");
    const cat_window *created = cat_window_by(list, "created");
    const cat_window *modified = cat_window_by(list, "modified");
    assert_non_null(created);
    assert_non_null(modified);
    assert_string_equal(cat_str(created->from_param), "create_time_start");
    assert_string_equal(cat_str(created->to_param), "create_time_end");
    assert_string_equal(cat_str(created->fixed),
                        "{\"order_by\":\"create_time\",\"order_asc\":true}");
    assert_string_equal(cat_str(modified->from_param), "update_time_start");
    assert_string_equal(cat_str(modified->to_param), "update_time_end");
    assert_string_equal(cat_str(modified->fixed),
                        "{\"order_by\":\"update_time\",\"order_asc\":true}");
    assert_int_equal(created->format, CAT_TIME_UNIX);
    assert_int_equal(modified->format, CAT_TIME_UNIX);
    assert_int_equal(modified->last_first, 1);
    /* the wider reading: both ends are served */
    assert_int_equal(created->from_open + created->to_open, 0);
    assert_int_equal(modified->from_open + modified->to_open, 0);
}

/* Pages from 1 to 100, at most 10,000 rows, both ends of a window left out. */
static void douyin_products_have_caps_and_open_windows(void **state) {
    (void)state;
    const cat_method *list = method("douyin", "product.listV2");
    const cat_page *page = cat_page_of(list);
    assert_int_equal(page->first_page, 1);
    assert_int_equal(page->size_max, 100);
    assert_int_equal(page->page_cap, 100);
    assert_int_equal(page->row_cap, 10000);
    assert_string_equal(cat_str(page->list_path), "data");
    assert_string_equal(cat_str(page->total_path), "total");
    const cat_window *created = cat_window_by(list, "created");
    const cat_window *modified = cat_window_by(list, "modified");
    assert_string_equal(cat_str(created->from_param), "start_time");
    assert_string_equal(cat_str(created->to_param), "end_time");
    assert_string_equal(cat_str(modified->from_param), "update_start_time");
    assert_string_equal(cat_str(modified->to_param), "update_end_time");
    assert_true(created->from_open && created->to_open);
    assert_true(modified->from_open && modified->to_open);
}

static void douyin_old_order_list_ends_at_page_99(void **state) {
    (void)state;
    const cat_page *page = cat_page_of(method("douyin", "order.list"));
    assert_int_equal(page->first_page, 0);
    assert_int_equal(page->page_cap, 99);
    assert_int_equal(page->row_cap, 10000);
}

static void douyin_bills_are_read_by_cursor(void **state) {
    (void)state;
    const cat_page *page = cat_page_of(method("douyin", "order.getSettleBillDetailV2"));
    assert_int_equal(page->style, CAT_PAGE_CURSOR);
    assert_string_equal(cat_str(page->next_path), "next_start_index");
    assert_string_equal(cat_str(page->has_next_path), "!is_end");
}

/* Of the 28 order types only 5 are served when none is asked for (TOP api 46). */
static void taobao_asks_for_every_order_type(void **state) {
    (void)state;
    static const char TYPES[] =
        "{\"type\":\"fixed,auction,guarantee_trade,step,independent_simple_trade,"
        "independent_shop_trade,auto_delivery,ec,cod,game_equipment,shopex_trade,netcn_trade,"
        "external_trade,instant_trade,b2c_cod,hotel_trade,super_market_trade,"
        "super_market_cod_trade,taohua,waimai,o2o_offlinetrade,nopaid,eticket,tmall_i18n,"
        "insurance_plus,finance,pre_auth_type,lazada\"}";
    const cat_window *sold = cat_window_by(method("taobao", "taobao.trades.sold.get"), "created");
    const cat_window *changed =
        cat_window_by(method("taobao", "taobao.trades.sold.increment.get"), "modified");
    assert_string_equal(cat_str(sold->fixed), TYPES);
    assert_string_equal(cat_str(changed->fixed), TYPES);
}

/* TOP api 46 and 128: three months back; increments of at most one day, 30 minutes advised, read
 * from the last page to the first. */
static void taobao_windows_follow_the_documents(void **state) {
    (void)state;
    const cat_method *sold = method("taobao", "taobao.trades.sold.get");
    const cat_window *created = cat_window_by(sold, "created");
    assert_string_equal(cat_str(created->from_param), "start_created");
    assert_string_equal(cat_str(created->to_param), "end_created");
    assert_int_equal(created->format, CAT_TIME_CN_TEXT);
    assert_int_equal(created->back_s, 90 * DAY_S);
    const cat_page *page = cat_page_of(sold);
    assert_int_equal(page->first_page, 1);
    assert_int_equal(page->size_max, 100);
    assert_string_equal(cat_str(page->total_path), "total_results");
    assert_string_equal(cat_str(page->list_path), "trades.trade");

    const cat_window *changed =
        cat_window_by(method("taobao", "taobao.trades.sold.increment.get"), "modified");
    assert_string_equal(cat_str(changed->from_param), "start_modified");
    assert_int_equal(changed->longest_s, DAY_S);
    assert_int_equal(changed->step_s, 1800);
    assert_int_equal(changed->back_s, 90 * DAY_S);
    assert_int_equal(changed->last_first, 1);
    assert_int_equal(changed->from_open + changed->to_open, 0);
}

static void taobao_items_come_200_a_page_and_20_a_detail_call(void **state) {
    (void)state;
    assert_int_equal(cat_page_of(method("taobao", "taobao.items.onsale.get"))->size_max, 200);
    assert_int_equal(cat_page_of(method("taobao", "taobao.items.inventory.get"))->size_max, 200);
    const cat_param *ids =
        cat_param_find(method("taobao", "taobao.items.seller.list.get"), BASE_STR("num_iids"));
    assert_int_equal(ids->max_items, 20);
}

static void writes_are_not_repeated_unless_they_have_a_key(void **state) {
    (void)state;
    const cat_method *ship = method("douyin", "order.logisticsAddMultiPack");
    assert_int_equal(ship->kind, CAT_WRITE_KEYED);
    assert_string_equal(cat_str(ship->key_param), "request_id");
    const cat_method *stock = method("douyin", "sku.syncStock");
    assert_int_equal(stock->kind, CAT_WRITE_KEYED);
    assert_string_equal(cat_str(stock->key_param), "idempotent_id");
    assert_int_equal(method("douyin", "order.logisticsAdd")->kind, CAT_WRITE);
    assert_int_equal(method("douyin", "product.del")->kind, CAT_WRITE);
    assert_int_equal(method("douyin", "order.batchDecrypt")->kind, CAT_READ);
    assert_int_equal(method("taobao", "taobao.trade.memo.update")->kind, CAT_WRITE);
    assert_int_equal(method("taobao", "taobao.trade.fullinfo.get")->kind, CAT_READ);
    /* token calls carry no token of a shop */
    assert_int_equal(method("douyin", "token.create")->auth, CAT_AUTH_APP);
    assert_int_equal(method("douyin", "token.refresh")->auth, CAT_AUTH_APP);
}

static void retired_and_unknown_are_marked(void **state) {
    (void)state;
    assert_true(method("taobao", "taobao.shop.get")->flags & CAT_OFFLINE);
    assert_false(method("taobao", "taobao.shop.seller.get")->flags & CAT_OFFLINE);
    assert_true(method("douyin", "shop.getExperienceScore")->flags & CAT_PARAMS_UNKNOWN);
    assert_true(method("douyin", "order.queryOrderLogistics")->flags & CAT_PARAMS_NAMES_ONLY);
}

static void platforms_say_how_they_are_reached(void **state) {
    (void)state;
    const cat_platform *douyin = cat_platform_find("douyin");
    const cat_platform *taobao = cat_platform_find("taobao");
    assert_string_equal(cat_str(douyin->production), "https://openapi-fxg.jinritemai.com");
    assert_string_equal(cat_str(douyin->sandbox), "https://openapi-sandbox.jinritemai.com");
    assert_string_equal(cat_str(douyin->sign_method), "hmac-sha256");
    assert_int_equal(douyin->token_life_s, 7 * DAY_S);
    assert_int_equal(douyin->refresh_life_s, 14 * DAY_S);
    assert_int_equal(douyin->refresh_margin_s, 3000);
    assert_int_equal(douyin->clock_skew_s, 0); /* in no source */
    assert_string_equal(cat_str(taobao->gateway_path), "/router/rest");
    assert_int_equal(taobao->clock_skew_s, 600);
    assert_null(cat_platform_find("nowhere"));
    assert_null(cat_platform_at(cat_platform_count()));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_groups_are_complete),
        cmocka_unit_test(douyin_orders_are_listed_from_page_0),
        cmocka_unit_test(douyin_orders_are_asked_by_created_and_by_modified_time),
        cmocka_unit_test(douyin_products_have_caps_and_open_windows),
        cmocka_unit_test(douyin_old_order_list_ends_at_page_99),
        cmocka_unit_test(douyin_bills_are_read_by_cursor),
        cmocka_unit_test(taobao_asks_for_every_order_type),
        cmocka_unit_test(taobao_windows_follow_the_documents),
        cmocka_unit_test(taobao_items_come_200_a_page_and_20_a_detail_call),
        cmocka_unit_test(writes_are_not_repeated_unless_they_have_a_key),
        cmocka_unit_test(retired_and_unknown_are_marked),
        cmocka_unit_test(platforms_say_how_they_are_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
