/*
 * One form for the pages of every platform, whatever its methods call them: by the catalogue's page
 * rules and by the names that methods without a rule use.
 */
#include "kit.h"

typedef struct row {
    const char *platform, *method, *params, *answer; /* answer: the whole body, or Douyin's data */
    int64_t total, number, size;
    int has_more;
    const char *next; /* "param=value", NULL = none */
    size_t count;
    const char *first; /* JSON of the first item; NULL = not compared */
} row;

#define TRADES                                                                                     \
    "{\"trades_sold_get_response\":{\"total_results\":41,\"trades\":{\"trade\":["                  \
    "{\"tid\":\"1\"},{\"tid\":\"2\"}]}}}"
#define PAGE_INFO                                                                                  \
    "\"page_info\":{\"page\":\"2\",\"page_size\":\"10\",\"total_number\":\"25\","                  \
    "\"total_page\":\"3\"}"
#define REPORT                                                                                     \
    "{\"advertiser_id\":1,\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\",\"fields\":["  \
    "\"stat_cost\"],\"filtering\":{\"marketing_goal\":\"ALL\"},\"page\":2,\"page_size\":10,"       \
    "\"order_type\":\"ASC\"}"
#define LIST_ORDER                                                                                 \
    "{\"openId\":\"o\",\"createTimeStart\":1699000000,\"createTimeEnd\":1699086400,\"page\":1,"    \
    "\"size\":2}"

static const row rows[] = {
    /* Douyin: total and a page from 0 */
    { "douyin", "order.searchList", "{\"page\":0,\"size\":2}",
      "{\"total\":5,\"page\":0,\"size\":2,\"shop_order_list\":[{\"order_id\":\"1\"},{}]}", 5, 0, 2,
      1, "page=1", 2, "{\"order_id\":\"1\"}" },
    { "douyin", "order.searchList", "{\"page\":2,\"size\":2}",
      "{\"total\":5,\"page\":2,\"size\":2,\"shop_order_list\":[{}]}", 5, 2, 2, 0, NULL, 1, "{}" },
    { "douyin", "order.searchList", "{\"page\":0,\"size\":2}",
      "{\"total\":0,\"page\":0,\"size\":2,\"shop_order_list\":[]}", 0, 0, 2, 0, NULL, 0, NULL },
    { "douyin", "order.searchList", "{\"page\":0,\"size\":2}",
      "{\"total\":0,\"shop_order_list\":null}", 0, 0, 2, 0, NULL, 0, NULL },
    /* the platform cut the page size without a word: more rows are left than it seems */
    { "douyin", "warehouse.list", "{\"page\":1,\"size\":4}", "{\"total\":8,\"warehouses\":[{},{}]}",
      8, 1, 4, 1, "page=2", 2, NULL },
    /* has_more beats arithmetic */
    { "douyin", "afterSale.List", "{\"page\":0,\"size\":2}",
      "{\"items\":[{},{}],\"has_more\":true,\"total\":2}", 2, 0, 2, 1, "page=1", 2, NULL },
    { "douyin", "afterSale.List", "{\"page\":0,\"size\":2}",
      "{\"items\":[{},{}],\"has_more\":false,\"total\":9}", 9, 0, 2, 0, NULL, 2, NULL },
    /* numbers from outside do not overflow */
    { "douyin", "afterSale.List", "{\"page\":9223372036854775807,\"size\":2}",
      "{\"items\":[{},{}],\"has_more\":true}", -1, INT64_MAX, 2, 1, NULL, 2, NULL },
    { "douyin", "openCloud.ddpGetShopList", "{\"page_no\":9223372036854775807,\"page_size\":2}",
      "{\"total_page\":9223372036854775807,\"shops\":[{},{}]}", -1, INT64_MAX, 2, 0, NULL, 2,
      NULL },
    /* a page from 1 under another name */
    { "douyin", "address.list",
      "{\"page_no\":1,\"page_size\":1,\"order_by\":\"desc\",\"order_field\":\"update_time\"}",
      "{\"total\":3,\"address_list\":[{}]}", 3, 1, 1, 1, "page_no=2", 1, NULL },
    /* is_end 0/1 and a cursor */
    { "douyin", "order.getSettleBillDetailV2", "{\"size\":\"2\"}",
      "{\"code\":\"100000\",\"size\":2,\"is_end\":0,\"next_start_index\":\"77:1\",\"data\":[{},{}]"
      "}",
      -1, -1, 2, 1, "start_index=77:1", 2, NULL },
    { "douyin", "order.getSettleBillDetailV2", "{\"size\":\"2\",\"start_index\":\"77:1\"}",
      "{\"code\":\"100000\",\"size\":2,\"is_end\":1,\"next_start_index\":\"\",\"data\":[{}]}", -1,
      -1, 2, 0, NULL, 1, NULL },
    /* total_cnt beside a page */
    { "douyin", "order.getSettleBillDetail",
      "{\"page\":\"0\",\"size\":\"1\",\"start_time\":\"2023-11-01 00:00:00\",\"end_time\":"
      "\"2023-11-02 00:00:00\",\"time_type\":\"0\"}",
      "{\"code\":\"100000\",\"page\":0,\"size\":1,\"total_cnt\":2,\"data\":[{\"a\":1}]}", 2, 0, 1,
      1, "page=1", 1, "{\"a\":1}" },
    /* current_page and all_pages; the total is called all */
    { "douyin", "product.list", "{\"page\":\"0\",\"size\":\"2\"}",
      "{\"all\":3,\"all_pages\":2,\"count\":2,\"current_page\":0,\"page_size\":2,\"data\":[{},{}]}",
      3, 0, 2, 1, "page=1", 2, NULL },
    /* no total at all: a full page tells nothing, a short one is the last */
    { "douyin", "freightTemplate.list", "{\"page\":\"0\",\"size\":\"2\"}", "{\"List\":[{},{}]}", -1,
      0, 2, -1, NULL, 2, NULL },
    { "douyin", "freightTemplate.list", "{\"page\":\"1\",\"size\":\"2\"}", "{\"List\":[{}]}", -1, 1,
      2, 0, NULL, 1, NULL },
    /* methods without a page rule */
    { "douyin", "buyin.kolOrderAds", "{\"size\":2,\"cursor\":\"0\"}",
      "{\"orders\":[{\"order_id\":\"1\"},{}],\"cursor\":\"c2\"}", -1, -1, 2, 1, "cursor=c2", 2,
      "{\"order_id\":\"1\"}" },
    { "douyin", "buyin.kolOrderAds", "{\"size\":2,\"cursor\":\"c9\"}",
      "{\"orders\":[],\"cursor\":\"0\"}", -1, -1, 2, 0, NULL, 0, NULL },
    { "douyin", "openCloud.ddpGetShopList", "{\"page_no\":1,\"page_size\":2}",
      "{\"total_results\":2,\"shops\":[{},{}]}", 2, 1, 2, 0, NULL, 2, NULL },
    { "douyin", "brand.list", "{}",
      "{\"brand_ids\":[1],\"total\":9,\"has_more\":true,\"brand_list\":[{\"id\":1}]}", 9, -1, -1, 1,
      NULL, 1, "{\"id\":1}" },
    /* the data is the list */
    { "douyin", "order.logisticsCompanyList", "{}", "[{\"id\":1},{\"id\":2}]", -1, -1, -1, -1, NULL,
      2, "{\"id\":1}" },
    /* TOP: total_results, has_next, and a list inside an object */
    { "taobao", "taobao.trades.sold.get", "{\"fields\":\"tid\",\"page_no\":1,\"page_size\":2}",
      TRADES, 41, 1, 2, 1, "page_no=2", 2, "{\"tid\":\"1\"}" },
    { "taobao", "taobao.trades.sold.get",
      "{\"fields\":\"tid\",\"page_no\":3,\"page_size\":2,\"use_has_next\":true}",
      "{\"trades_sold_get_response\":{\"has_next\":false,\"trades\":{\"trade\":[{\"tid\":\"1\"}]}}"
      "}",
      -1, 3, 2, 0, NULL, 1, NULL },
    { "taobao", "taobao.trades.sold.get", "{\"fields\":\"tid\"}",
      "{\"trades_sold_get_response\":{\"total_results\":0}}", 0, 1, 40, 0, NULL, 0, NULL },
    { "taobao", "taobao.items.onsale.get", "{\"fields\":\"num_iid\",\"page_no\":2,\"page_size\":1}",
      "{\"items_onsale_get_response\":{\"total_results\":2,\"items\":[{\"num_iid\":5}]}}", 2, 2, 1,
      0, NULL, 1, "{\"num_iid\":5}" },
    /* alliance: a method without a page rule, H5 and gateway */
    { "alliance", "kol.store.list", "{\"page\":1,\"page_size\":2}",
      "{\"data\":{\"error_code\":0,\"total\":3,\"results\":[{},{}],\"page\":1}}", 3, 1, 2, -1, NULL,
      2, NULL },
    { "alliance", "buyin.kolOrderAds", "{\"size\":2,\"cursor\":\"0\"}",
      "{\"code\":10000,\"data\":{\"orders\":[{}],\"cursor\":\"c2\"}}", -1, -1, 2, 1, "cursor=c2", 1,
      NULL },
    /* Qianchuan: page_info with numbers as text, and a cursor in it */
    { "qianchuan", "report.advertiser.get", REPORT,
      "{\"code\":0,\"message\":\"OK\",\"data\":{\"list\":[{\"stat_cost\":1}]," PAGE_INFO "}}", 25,
      2, 10, 1, "page=3", 1, "{\"stat_cost\":1}" },
    { "qianchuan", "aweme.order.get", "{\"advertiser_id\":1}",
      "{\"code\":0,\"data\":{\"fail_list\":[{\"x\":1}],\"list\":[{\"id\":1}],\"page_info\":{"
      "\"has_more\":true,\"count\":1,\"cursor\":20}}}",
      -1, -1, -1, 1, "cursor=20", 1, "{\"id\":1}" },
    /* Solinkup passes Douyin's pages through */
    { "solinkup", "jinritemai.listOrder", LIST_ORDER,
      "{\"code\":0,\"message\":\"OK\",\"data\":{\"page\":1,\"size\":2,\"total\":3,"
      "\"shop_order_list\":[{\"order_id\":\"1\"}]}}",
      3, 1, 2, 0, NULL, 1, "{\"order_id\":\"1\"}" },
};

static const qd_shop_options with_session = { .session = "given", .shop_id = "7" };
static const qd_call_options loose = { .flags = QD_CALL_NO_VALIDATE };

static void compare(const row *at, qd_reply *reply) {
    qd_page page;
    qd_err err;
    char next[64] = "";
    if (qd_page_of(reply, &page, &err) != QD_OK) {
        fail_msg("%s: %s", at->method, err.message);
    }
    if (page.next) {
        snprintf(next, sizeof next, "%s=%s", page.next_param, page.next);
    }
    if (page.total != at->total || page.number != at->number || page.size != at->size ||
        page.has_more != at->has_more || page.count != at->count ||
        strcmp(next, at->next ? at->next : "") != 0) {
        fail_msg("%s %s: total %lld, page %lld, size %lld, has_more %d, next %s, %zu rows",
                 at->method, at->answer, (long long)page.total, (long long)page.number,
                 (long long)page.size, page.has_more, next, page.count);
    }
    qd_view item;
    size_t count = 0;
    while (qd_list_next(&page.items, &item)) {
        if (count++ == 0 && at->first) {
            assert_string_equal(qd_view_json(item, NULL), at->first);
        }
    }
    assert_int_equal(count, at->count);
}

static void pages_have_one_form(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        char body[1024];
        qd_reply *reply = NULL;
        qd_err err;
        bool douyin = strcmp(rows[i].platform, "douyin") == 0;
        snprintf(body, sizeof body, douyin ? "{\"code\":10000,\"data\":%s}" : "%s", rows[i].answer);
        kit_open(&k, rows[i].platform, NULL, &with_session);
        kit_rule_times(&k, "/", body, 0);
        if (qd_call_with(k.shop, rows[i].method, rows[i].params, &loose, &reply, &err) != QD_OK) {
            fail_msg("%s: %s", rows[i].method, err.message);
        }
        compare(&rows[i], reply);
        qd_reply_free(reply);
        kit_close(&k);
    }
}

static void what_lists_nothing_is_told(void **state) {
    (void)state;
    kit k;
    qd_reply *reply = NULL;
    qd_page page;
    qd_err err;
    kit_open(&k, "douyin", NULL, &with_session);
    kit_rule_times(&k, "/", "{\"code\":10000,\"data\":{\"url\":\"u\",\"failed_list\":[{}]}}", 0);
    assert_int_equal(qd_call_with(k.shop, "product.detail", "{}", &loose, &reply, &err), QD_OK);
    assert_int_equal(qd_page_of(reply, &page, &err), QD_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "product.detail"));
    assert_int_equal(qd_page_of(NULL, &page, &err), QD_E_INVALID);
    qd_reply_free(reply);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_have_one_form),
        cmocka_unit_test(what_lists_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
