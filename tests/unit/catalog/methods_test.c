/*
 * Single methods, written down from the documents: title, api id, kind, wrapper, result, the number
 * of parameters and some of them with type and whether they are required. Not read from the
 * catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"

typedef struct method_fact {
    const char *platform, *name, *title, *doc; /* NULL: ours, or none */
    const char *wrapper, *result_key;
    cat_kind kind;
    bool offline;
    int params;       /* -1: the sources differ */
    const char *some; /* "name type, name=alias type!", "!" for required */
} method_fact;

static const method_fact FACTS[] = {
    { "taobao", "taobao.trade.fullinfo.get", "获取单笔交易的详细信息", "api 54", "", "trade",
      CAT_READ, false, 3, "fields string!, tid int!" },
    { "taobao", "taobao.trades.sold.get", "查询卖家已卖出的交易数据(根据创建时间)", "api 46", "",
      "", CAT_READ, false, 13, "fields string!, start_created datetime" },
    { "taobao", "taobao.logistics.online.send", "在线订单发货处理(支持货到付款)", "api 10687", "",
      "shipping", CAT_WRITE, false, 9, "tid int!, company_code string!, sub_tid array" },
    { "taobao", "taobao.item.quantity.update", "宝贝/SKU库存修改", "api 10591", "", "item",
      CAT_WRITE, false, 5, "num_iid int!, quantity int!, sku_id int" },
    { "taobao", "taobao.refunds.receive.get", "查询卖家收到的退款列表", "api 52", "", "", CAT_READ,
      false, 11, "fields array!, status string" },
    { "taobao", "taobao.tmc.messages.consume", "消费多条消息", "api 21986", "", "messages",
      CAT_WRITE, false, 2, "group_name string, quantity int" },
    { "taobao", "taobao.top.auth.token.create", "获取Access Token", "api 25388", "", "token_result",
      CAT_WRITE, false, 2, "code string!, uuid string" },
    { "taobao", "taobao.picture.upload", "上传单张图片", "api 140", "", "picture", CAT_WRITE, false,
      6, "picture_category_id int!, img file!" },
    { "taobao", "taobao.item.add", "添加一个商品", "api 22", "", "item", CAT_WRITE, false, 123,
      "location.state=location_state string!, num int!" },
    { "taobao", "taobao.qimen.deliveryorder.confirm", "发货单确认接口", "api 26001", "request",
      "response", CAT_WRITE, false, 4, "deliveryOrder=delivery_order object, packages array" },
    { "taobao", "taobao.qimen.entryorder.create", "入库单创建接口", "api 25991", "request",
      "response", CAT_WRITE, false, 3,
      "entryOrder=entry_order object, orderLines=order_lines array" },
    { "taobao", "dingtalk.oapi.message.corpconversation.asyncsend_v2", "企业会话消息异步发送接口",
      "api 37692", "", "", CAT_WRITE, false, 5, "agent_id int!, msg string!" },
    { "taobao", "alibaba.fundplatform.account.query.info", "查询账户信息", "api 31023", "", "",
      CAT_READ, false, 1, "account_id int!" },
    { "taobao", "ecs.aliyuncs.com.AddDisk.2013-01-10", "为实例增加磁盘设备", "api 22453", "", "",
      CAT_WRITE, true, 4, "InstanceId=instance_id string!, Size=size int!" },
    { "taobao", "taobao.tbk.item.get", "淘宝客商品查询", "api 24515", "", "", CAT_READ, false, 14,
      "fields array!, q string" },
    { "taobao", "taobao.simba.campaigns.get", "取得一组推广计划", "api 10557", "", "campaigns",
      CAT_READ, false, 2, "nick string, type int" },
    { "taobao", "alibaba.tuike.offer.get", "推广商品查询接口", "api 27457", "", "", CAT_READ, false,
      2, "isv_code string!, query_string string!" },
    { "taobao", "taobao.fenxiao.orders.get", "查询采购单信息", "api 180", "", "", CAT_READ, false,
      12, "status string, start_created datetime" },
    { "taobao", "cainiao.waybill.ii.get", "电子面单云打印接口", "api 26869", "", "modules",
      CAT_WRITE, false, 1, "param_waybill_cloud_print_apply_new_request object!" },
    { "taobao", "taobao.crm.members.get", "获取卖家的会员(基本查询)", "api 10838", "", "", CAT_READ,
      false, 11, "current_page int!, buyer_nick string" },
    { "taobao", "tmall.item.add.schema.get", "天猫发布商品规则获取", "api 23256", "",
      "add_item_result", CAT_READ, false, 4, "category_id int!, type string" },
    { "taobao", "taobao.user.seller.get", "查询卖家用户信息", "api 21349", "", "user", CAT_READ,
      false, 1, "fields array!" },
    { "taobao", "taobao.shop.seller.get", "卖家店铺基础信息查询", "api 42908", "", "shop", CAT_READ,
      false, 1, "fields string!" },
    { "taobao", "taobao.wlb.order.create", "创建物流宝订单", "api 10630", "", "", CAT_WRITE, false,
      28, "order_sub_type string!, out_biz_code string!" },
    { "taobao", "alibaba.einvoice.createreq", "ERP开票请求接口", "api 25794", "", "is_success",
      CAT_WRITE, false, 34, "business_type int!, platform_code string!" },
    { "taobao", "taobao.xhotel.order.update", "酒店订单发货接口", "api 23026", "", "", CAT_WRITE,
      false, 7, "tid int!, opt_type int!" },
    { "douyin", "order.searchList", "订单列表查询", NULL, "", "", CAT_READ, false, 18,
      "product string, b_type int" },
    { "douyin", "order.logisticsAdd", "订单发货接口", NULL, "", "", CAT_WRITE, false, 13,
      "order_id string!, logistics_id int" },
    { "douyin", "afterSale.List", "售后列表接口", NULL, "", "", CAT_READ, false, 29,
      "order_id string, aftersale_type int" },
    { "douyin", "afterSale.operate", "售后审核接口聚合版", NULL, "", "", CAT_WRITE, false, 3,
      "type int!, items array!" },
    { "douyin", "warehouse.list", "批量查询区域仓", NULL, "", "", CAT_READ, false, 8,
      "out_warehouse_id string, addr object" },
    { "douyin", "logistics.newCreateOrder", NULL, NULL, "", "", CAT_WRITE_KEYED, false, 7,
      "sender_info object!, logistics_code string!" },
    { "douyin", "buyin.kolOrderAds", NULL, NULL, "", "", CAT_READ, false, 10,
      "size int, start_time string" },
    { "douyin", "material.uploadImageSync", "同步上传素材", NULL, "", "", CAT_WRITE, false, 6,
      "folder_id string!, url string" },
    { "douyin", "address.list", "售后地址列表接口", NULL, "", "", CAT_READ, false, 7,
      "page_size int!, page_no int!" },
    { "douyin", "product.addV2", "发布商品", NULL, "", "", CAT_WRITE, false, 90,
      "product_type int!, category_leaf_id int!" },
    { "douyin", "token.refresh", NULL, NULL, "", "", CAT_WRITE, false, 2,
      "refresh_token string!, grant_type string!" },
    { "douyin", "sms.send", "短信发送", NULL, "", "", CAT_WRITE, false, 12,
      "sms_account string!, sign string!" },
    { "douyin", "iop.orderList", "【厂商】查询代打订单列表", NULL, "", "", CAT_READ, false, 7,
      "start_update_time int, page int!" },
    { "douyin", "yunc.cloudCreateOutboundOrder", "云仓出库接单", NULL, "", "", CAT_WRITE, false, 31,
      "delivery_mode int!, platform_order_no string!" },
    { "alliance", "client_token", "生成 client_token", NULL, "", "", CAT_WRITE, false, 3,
      "grant_type string!, client_key string!" },
    { "alliance", "store.add", "添加商品到橱窗", NULL, "", "", CAT_WRITE, false, 5,
      "open_id string!, products array" },
    { "alliance", "h5.award_task.products", "赏金任务商品列表", NULL, "", "", CAT_READ, false, 6,
      "task_id string!, order_field int" },
    { "qianchuan", "report.ad.get", "计划报表", NULL, "", "", CAT_READ, false, -1,
      "advertiser_id int!, filtering object!" },
    { "qianchuan", "report.advertiser.get", "账户报表", NULL, "", "", CAT_READ, false, -1,
      "start_date datetime!, fields array!" },
    { "solinkup", "jinritemai.listOrder", "订单列表", NULL, "", "", CAT_READ, false, 8,
      "openId string!, createTimeStart int!" },
    { "solinkup", "jinritemai.batchDecrypts", "批量解密", NULL, "", "", CAT_READ, false, 2,
      "openId string!, cipher_infos array!" },
    { "solinkup", "getAccessToken", "换取 accessToken", NULL, "", "", CAT_WRITE, false, 1,
      "authCode string!" },
};

/* "location.state=location_state string!" */
static void check_param(const method_fact *fact, const cat_method *method, const char *spec) {
    char name[64], type[16];
    assert_int_equal(sscanf(spec, "%63s %15[a-z]", name, type), 2);
    char *alias = strchr(name, '=');
    if (alias) {
        *alias++ = '\0';
    }
    const cat_param *param = cat_param_find(method, base_str_of(name));
    if (!param) {
        fail_msg("%s has no %s", fact->name, name);
    }
    size_t end = strcspn(spec, ",");
    bool required = spec[end - 1] == '!';
    assert_string_equal(cat_doc_str(param->alias), alias ? alias : "");
    if (strcmp(cat_type_name((cat_type)param->type), type) != 0 ||
        ((param->flags & CAT_REQUIRED) != 0) != required) {
        fail_msg("%s.%s: %s, flags %x", fact->name, name, cat_type_name((cat_type)param->type),
                 param->flags);
    }
}

static void methods_are_as_documented(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(FACTS) / sizeof(*FACTS); i++) {
        const method_fact *fact = &FACTS[i];
        const cat_method *method =
            cat_find(cat_platform_find(fact->platform), base_str_of(fact->name));
        if (!method) {
            fail_msg("%s has no %s", fact->platform, fact->name);
        }
        if (fact->title) {
            assert_string_equal(cat_doc_str(method->title), fact->title);
        }
        if (fact->doc) {
            assert_string_equal(cat_doc_str(method->doc), fact->doc);
        }
        assert_string_equal(cat_str(method->wrapper), fact->wrapper);
        assert_string_equal(cat_str(method->result_key), fact->result_key);
        assert_int_equal((method->flags & CAT_OFFLINE) != 0, fact->offline);
        if (method->kind != (uint8_t)fact->kind ||
            (fact->params >= 0 && method->param_count != fact->params)) {
            fail_msg("%s: kind %d, %d parameters", fact->name, method->kind, method->param_count);
        }
        for (const char *spec = fact->some; spec; spec = strchr(spec, ',')) {
            spec += strspn(spec, ", ");
            check_param(fact, method, spec);
        }
    }
}

static const cat_param *param(const char *platform, const char *method, const char *name) {
    const cat_method *found = cat_find(cat_platform_find(platform), base_str_of(method));
    assert_non_null(found);
    const cat_param *one = cat_param_find(found, base_str_of(name));
    assert_non_null(one);
    return one;
}

static void bounds_are_as_documented(void **state) {
    (void)state;
    const cat_param *p = param("taobao", "taobao.tmc.messages.consume", "quantity");
    assert_string_equal(cat_str(p->fallback), "100");
    assert_true((p->flags & CAT_HAS_MAX) && p->max == 200);
    p = param("taobao", "taobao.picture.upload", "img");
    assert_int_equal(p->max_length, 3145728); /* bytes */
    p = param("taobao", "taobao.crm.members.get", "buyer_nick");
    assert_int_equal(p->max_length, 1000);
    p = param("taobao", "taobao.logistics.online.send", "sub_tid");
    assert_int_equal(p->max_items, 20);
    p = param("taobao", "taobao.wlb.order.create", "out_biz_code");
    assert_int_equal(p->max_length, 128);
    p = param("solinkup", "jinritemai.batchDecrypts", "cipher_infos");
    assert_int_equal(p->max_items, 50);
    assert_int_equal(p->field_count, 2);
    assert_string_equal(cat_str(cat_field(p, 0)->name), "auth_id");
    assert_true(cat_field(p, 0)->flags & CAT_REQUIRED_SURE);
    p = param("solinkup", "jinritemai.listOrder", "openId");
    assert_int_equal(p->place, CAT_IN_PATH);
    p = param("alliance", "kol.store.list", "open_id");
    assert_int_equal(p->place, CAT_IN_QUERY);
    p = param("qianchuan", "report.ad.get", "filtering");
    assert_string_equal(cat_str(cat_field(p, 0)->name), "ad_ids");
    assert_int_equal(cat_field(p, 0)->max_items, 100);
}

static void wrappers_say_their_format(void **state) {
    (void)state;
    const cat_platform *taobao = cat_platform_find("taobao");
    const cat_method *qimen = cat_find(taobao, BASE_STR("taobao.qimen.entryorder.create"));
    assert_int_equal(qimen->wrap, CAT_WRAP_XML);
    const cat_method *ding =
        cat_find(taobao, BASE_STR("dingtalk.oapi.impaas.conversation.updateentranceid"));
    assert_int_equal(ding->wrap, CAT_WRAP_JSON);
    assert_string_equal(cat_str(ding->wrapper), "request");
    assert_int_equal(ding->param_count, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_as_documented),
        cmocka_unit_test(bounds_are_as_documented),
        cmocka_unit_test(wrappers_say_their_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
