/* See modelled.h. Values such as $now, $shop_id and $code are the test's own, see
 * all_methods_test.c. */
#include "support/modelled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "support/check.h"

static const modelled_step douyin[] = {
    { "order.searchList", "{\"page\":0,\"size\":10,\"combine_status\":[{\"order_status\":\"2\"}]}",
      "order1=/shop_order_list/0/order_id;order2=/shop_order_list/1/order_id;"
      "order3=/shop_order_list/2/order_id;line2=/shop_order_list/1/sku_order_list/0/order_id;"
      "line3=/shop_order_list/2/sku_order_list/0/order_id" },
    { "order.searchList", "{\"page\":0,\"size\":100,\"combine_status\":[{\"order_status\":\"1\"}]}",
      "cod1=/shop_order_list/?pay_type=0/order_id" },
    { "order.orderDetail", "{\"shop_order_id\":\"$order1\"}", NULL },
    { "order.list",
      "{\"start_time\":\"$day_ago\",\"end_time\":\"$today\",\"order_by\":\"create_time\","
      "\"page\":0,\"size\":5}",
      "old=/list/0/order_id" },
    { "order.detail", "{\"order_id\":\"$old\"}", NULL },
    { "order.addOrderRemark", "{\"order_id\":\"$order1\",\"remark\":\"备注\",\"star\":1}", NULL },
    { "order.logisticsCompanyList", "{}", NULL },
    { "order.logisticsAdd",
      "{\"order_id\":\"$order1\",\"company_code\":\"zhongtong\",\"logistics_code\":\"ZT100\"}",
      NULL },
    { "order.logisticsEdit",
      "{\"order_id\":\"$order1\",\"company_code\":\"zhongtong\",\"logistics_code\":\"ZT200\"}",
      NULL },
    { "order.logisticsAddMultiPack",
      "{\"order_id\":\"$order2\",\"request_id\":\"m-1\",\"pack_list\":[{\"logistics_code\":"
      "\"SF1000\",\"company_code\":\"shunfeng\",\"shipped_order_info\":[{\"shipped_order_id\":"
      "\"$line2\",\"shipped_num\":1}]}]}",
      "pack=/pack_list/0/pack_id" },
    { "order.logisticsEditByPack",
      "{\"order_id\":\"$order2\",\"pack_id\":\"$pack\",\"logistics_code\":\"SF2000\","
      "\"company_code\":\"shunfeng\"}",
      NULL },
    { "order.logisticsAddSinglePack",
      "{\"order_id_list\":[\"$order3\"],\"request_id\":\"s-1\",\"logistics_code\":\"SF3000\","
      "\"company_code\":\"shunfeng\",\"shipped_order_info\":[{\"shipped_order_id\":\"$line3\","
      "\"shipped_num\":1}]}",
      NULL },
    { "order.stockUp", "{\"order_id\":\"$cod1\"}", NULL },
    { "order.cancel", "{\"order_id\":\"$cod1\",\"reason\":\"缺货\"}", NULL },
    /* The next one to be paid at the door: the first has left this list. */
    { "order.searchList", "{\"page\":0,\"size\":100,\"combine_status\":[{\"order_status\":\"1\"}]}",
      "cod2=/shop_order_list/?pay_type=0/order_id" },
    { "order.orderCancel", "{\"shop_order_id\":\"$cod2\",\"cancel_reason\":\"缺货\"}", NULL },
    { "order.serviceList", "{}", NULL },
    { "order.getServiceList", "{\"start_time\":1,\"end_time\":$now,\"status\":0}",
      "service=/list/0/id" },
    { "order.serviceDetail", "{\"service_id\":$service}", NULL },
    { "order.replyService", "{\"id\":$service,\"reply\":\"好的\"}", NULL },
    { "spec.add", "{\"specs\":\"颜色|白色,红色^尺码|S,M\",\"name\":\"一\"}", "spec=/id" },
    { "spec.specDetail", "{\"id\":$spec}",
      "white=/specs/0/values/0/id;red=/specs/0/values/1/id;s=/specs/1/values/0/id;"
      "m=/specs/1/values/1/id" },
    { "spec.list", "{}", NULL },
    { "spec.add", "{\"specs\":\"颜色|白色\",\"name\":\"二\"}", "spare=/id" },
    { "spec.del", "{\"id\":$spare}", NULL },
    { "product.add",
      "{\"name\":\"牛仔裤\",\"pic\":\"https://p.example/1\",\"description\":"
      "\"https://p.example/2\",\"market_price\":10000,\"discount_price\":10000,\"mobile\":"
      "\"13400000001\",\"pay_type\":1,\"spec_id\":$spec,\"category_leaf_id\":20597}",
      "product=/product_id" },
    { "sku.add",
      "{\"product_id\":$product,\"spec_id\":$spec,\"spec_detail_ids\":\"$white|$s\","
      "\"stock_num\":5,\"price\":100,\"code\":\"W-S\"}",
      "sku=" },
    { "sku.addAll",
      "{\"product_id\":$product,\"spec_id\":\"$spec\",\"spec_detail_ids\":\"$white|$m^$red|$m\","
      "\"stock_num\":\"1|2\",\"price\":\"100|200\",\"code\":\"W-M|R-M\"}",
      NULL },
    { "sku.list", "{\"product_id\":$product}", NULL },
    { "sku.detail", "{\"sku_id\":$sku}", NULL },
    { "sku.editPrice", "{\"product_id\":$product,\"sku_id\":$sku,\"price\":2990}", NULL },
    { "sku.editCode", "{\"product_id\":$product,\"sku_id\":$sku,\"code\":\"W-S-2\"}", NULL },
    { "sku.syncStock",
      "{\"product_id\":$product,\"sku_id\":$sku,\"stock_num\":8,\"incremental\":false}", NULL },
    { "sku.stockNum", "{\"sku_id\":$sku}", NULL },
    { "product.addV2",
      "{\"product_type\":0,\"category_leaf_id\":20597,\"name\":\"衬衫\",\"pic\":\"x\","
      "\"description\":\"y\",\"pay_type\":1,\"reduce_type\":1,\"freight_id\":0,\"mobile\":"
      "\"13400000001\",\"commit\":true,\"specs\":\"颜色|白色,红色\",\"spec_prices\":"
      "\"[{\\\"spec_detail_name1\\\":\\\"白色\\\",\\\"stock_num\\\":5,\\\"price\\\":100,"
      "\\\"code\\\":\\\"W1\\\"}]\",\"outer_product_id\":\"SHIRT-1\"}",
      NULL },
    { "product.edit", "{\"product_id\":$product,\"name\":\"牛仔裤(加厚)\"}", NULL },
    { "product.editV2", "{\"product_id\":$product,\"name\":\"牛仔裤\",\"commit\":true}", NULL },
    { "product.detail", "{\"product_id\":\"$product\"}", NULL },
    { "product.list", "{\"page\":0,\"size\":10}", NULL },
    { "product.listV2", "{\"page\":1,\"size\":10}", NULL },
    { "product.setOffline", "{\"product_id\":$product}", NULL },
    { "product.setOnline", "{\"product_id\":$product}", NULL },
    { "product.del", "{\"product_id\":$product,\"delete_forever\":true}", NULL },
    { "shop.brandList", "{}", NULL },
    { "shop.getShopCategory", "{\"cid\":0}", NULL },
    { "token.create",
      "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"$shop_id\"}",
      "refresh=/refresh_token" },
    { "token.refresh", "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"$refresh\"}", NULL },
    { NULL, NULL, NULL },
};

static const modelled_step taobao[] = {
    { "taobao.trades.sold.get",
      "{\"fields\":\"tid,status,type\",\"status\":\"WAIT_SELLER_SEND_GOODS\",\"page_size\":10}",
      "tid=/trades/trade/0/tid;tid2=/trades/trade/1/tid" },
    { "taobao.trades.sold.increment.get",
      "{\"fields\":\"tid,status\",\"start_modified\":\"$day_ago\",\"end_modified\":\"$today\"}",
      NULL },
    { "taobao.trade.get", "{\"fields\":\"tid,status\",\"tid\":$tid}", NULL },
    { "taobao.trade.fullinfo.get", "{\"fields\":\"tid,orders\",\"tid\":$tid}", NULL },
    { "taobao.trade.memo.add", "{\"tid\":$tid,\"memo\":\"备注\",\"flag\":1}", NULL },
    { "taobao.trade.memo.update", "{\"tid\":$tid,\"memo\":\"新备注\",\"flag\":2}", NULL },
    { "taobao.logistics.companies.get", "{\"fields\":\"id,code,name,reg_mail_no\"}", NULL },
    { "taobao.logistics.offline.send",
      "{\"tid\":$tid,\"out_sid\":\"ZT100\",\"company_code\":\"ZTO\"}", NULL },
    { "taobao.logistics.consign.resend",
      "{\"tid\":$tid,\"out_sid\":\"ZT200\",\"company_code\":\"ZTO\"}", NULL },
    { "taobao.logistics.dummy.send", "{\"tid\":$tid2}", NULL },
    { "taobao.items.onsale.get", "{\"fields\":\"num_iid,title\",\"page_size\":10}", NULL },
    { "taobao.items.inventory.get", "{\"fields\":\"num_iid,title\",\"page_size\":10}", NULL },
    { "taobao.item.add",
      "{\"location.state\":\"浙江\",\"location.city\":\"杭州\",\"num\":10,\"type\":\"fixed\","
      "\"stuff_status\":\"new\",\"title\":\"衬衫\",\"desc\":\"棉\",\"cid\":50010850,\"price\":"
      "\"10.00\",\"approve_status\":\"onsale\",\"sku_properties\":\"1627207:28320,1627207:28324\","
      "\"sku_quantities\":\"3,7\",\"sku_prices\":\"10.00,12.00\",\"sku_outer_ids\":\"A-1,A-2\"}",
      "item=/item/num_iid" },
    { "taobao.item.seller.get", "{\"fields\":\"num_iid,title,skus\",\"num_iid\":$item}", NULL },
    { "taobao.items.seller.list.get", "{\"fields\":\"num_iid,sku\",\"num_iids\":\"$item\"}", NULL },
    { "taobao.item.skus.get", "{\"fields\":\"sku_id,quantity\",\"num_iids\":\"$item\"}",
      "sku=/skus/sku/0/sku_id" },
    { "taobao.item.sku.get", "{\"fields\":\"sku_id,quantity\",\"sku_id\":$sku,\"num_iid\":$item}",
      NULL },
    { "taobao.item.update", "{\"num_iid\":$item,\"title\":\"衬衫(加厚)\"}", NULL },
    { "taobao.item.quantity.update", "{\"num_iid\":$item,\"sku_id\":$sku,\"quantity\":4}", NULL },
    { "taobao.skus.quantity.update", "{\"num_iid\":$item,\"skuid_quantities\":\"$sku:5\"}", NULL },
    { "taobao.item.update.delisting", "{\"num_iid\":$item}", NULL },
    { "taobao.item.update.listing", "{\"num_iid\":$item,\"num\":12}", NULL },
    { "taobao.item.delete", "{\"num_iid\":$item}", NULL },
    { "taobao.user.seller.get", "{\"fields\":\"user_id,nick\"}", NULL },
    { "taobao.shop.seller.get", "{\"fields\":\"sid,title\"}", NULL },
    /* Retired: refused, or answered where that is allowed. */
    { "taobao.shop.get", "{\"fields\":\"sid,title\",\"nick\":\"$nick\"}", NULL },
    { "taobao.time.get", "{}", NULL },
    /* The code is the other shop's: its session is replaced, ours stays. */
    { "taobao.top.auth.token.create", "{\"code\":\"$code\"}",
      "refresh=/token_result>/refresh_token" },
    { "taobao.top.auth.token.refresh", "{\"refresh_token\":\"$refresh\"}", NULL },
    { NULL, NULL, NULL },
};

/* Of the other platforms only what has to do with tokens needs true values. */
static const modelled_step alliance[] = {
    { "client_token",
      "{\"grant_type\":\"client_credential\",\"client_key\":\"$key\",\"client_secret\":\"$"
      "secret\"}",
      NULL },
    { "kol.store.list", "{\"open_id\":\"$account\",\"page\":1,\"page_size\":20}",
      "product=/results/0/product_id;promotion=/results/0/promotion_id" },
    { "store.add",
      "{\"open_id\":\"$account\",\"products\":[{\"product_id\":\"$product\"}],\"need_hide\":false,"
      "\"pick_extra\":\"a\",\"keep_picksource\":true}",
      NULL },
    { "kol.store.remove", "{\"open_id\":\"$account\",\"product_id\":\"$product\"}", NULL },
    { "kol.materials.products.search", "{\"open_id\":\"$account\"}", NULL },
    { "kol.materials.products.details", "{\"open_id\":\"$account\",\"product_ids\":[\"$product\"]}",
      NULL },
    { "product.skus", "{\"product_id\":\"$product\"}", NULL },
    { "product.picksource.convert",
      "{\"product_url\":\"https://haohuo.jinritemai.com/views/product/item2?id=$product\","
      "\"pick_extra\":\"a\"}",
      NULL },
    { "h5.award_task.detail", "{\"task_id\":\"7300000000000000001\"}", NULL },
    { "h5.award_task.products",
      "{\"task_id\":\"7300000000000000001\",\"product_info\":\"a\",\"page\":1,\"page_size\":20,"
      "\"order_field\":0,\"order_by\":0}",
      NULL },
    { "colonel.award_task.apply", "{\"task_id\":\"7300000000000000001\"}", NULL },
    { NULL, NULL, NULL },
};

static const modelled_step qianchuan[] = {
    { "report.advertiser.get",
      "{\"advertiser_id\":$account,\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\","
      "\"fields\":[\"stat_cost\",\"ctr\"],"
      "\"filtering\":{\"marketing_goal\":\"ALL\"},\"order_field\":\"stat_cost\","
      "\"order_type\":\"DESC\",\"page\":1,\"page_size\":10}",
      NULL },
    { "report.ad.get",
      "{\"advertiser_id\":$account,\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\","
      "\"fields\":[\"stat_cost\",\"ctr\"],"
      "\"filtering\":{\"marketing_goal\":\"ALL\"},\"order_field\":\"stat_cost\","
      "\"order_type\":\"DESC\",\"page\":1,\"page_size\":10}",
      NULL },
    { "oauth.access_token",
      "{\"app_id\":$key,\"secret\":\"$secret\",\"grant_type\":\"auth_code\",\"auth_code\":\"$"
      "code\"}",
      "refresh=/refresh_token" },
    { "oauth.refresh_token",
      "{\"app_id\":$key,\"secret\":\"$secret\",\"grant_type\":\"refresh_token\",\"refresh_token\":"
      "\"$refresh\"}",
      "access=/access_token" },
    { "oauth.advertiser_get",
      "{\"app_id\":$key,\"secret\":\"$secret\",\"access_token\":\"$access\"}", NULL },
    { "oauth.app_access_token", "{\"app_id\":$key,\"secret\":\"$secret\"}", NULL },
    { "oauth.authorize", "{\"app_id\":$key,\"redirect_uri\":\"https://shop.example/\"}", NULL },
    { NULL, NULL, NULL },
};

static const modelled_step solinkup[] = {
    { "jinritemai.getAuthInfo", "{\"openId\":\"$account\"}", NULL },
    { "jinritemai.listOrder",
      "{\"openId\":\"$account\",\"createTimeStart\":1698700000,\"createTimeEnd\":1700028800,"
      "\"page\":0,\"size\":2}",
      "order=/shop_order_list/0/order_id" },
    { "jinritemai.detailOrder", "{\"openId\":\"$account\",\"orderId\":\"$order\"}", NULL },
    { "jinritemai.batchDecrypts",
      "{\"openId\":\"$account\",\"cipher_infos\":[{\"auth_id\":\"1\",\"cipher_text\":\"x\"}]}",
      NULL },
    { "juliangqianchuan.getAdvertiser",
      "{\"openId\":\"$account\",\"advertiser_id\":$advertiser,\"start_date\":\"2023-11-01\",\"end_"
      "date\":\"2023-11-02\",\"fields\":[\"stat_cost\",\"ctr\"],"
      "\"filtering\":{\"marketing_goal\":\"ALL\"},\"order_field\":\"stat_cost\","
      "\"order_type\":\"DESC\",\"page\":1,\"page_size\":10}",
      NULL },
    { "juliangqianchuan.getReportAd",
      "{\"openId\":\"$account\",\"advertiser_id\":$advertiser,\"start_date\":\"2023-11-01\",\"end_"
      "date\":\"2023-11-02\",\"fields\":[\"stat_cost\",\"ctr\"],"
      "\"filtering\":{\"marketing_goal\":\"ALL\"},\"order_field\":\"stat_cost\","
      "\"order_type\":\"DESC\",\"page\":1,\"page_size\":10}",
      NULL },
    { "template.list", "{\"appKey\":\"$key\"}", "template=/0/templateId" },
    { "deleteFlowByParentTemplateId",
      "{\"openId\":\"$account\",\"parentTemplateId\":\"ParentTemplateId_$template\"}", NULL },
    { "getAccessToken", "{\"authCode\":\"$code\"}", "refresh=/refreshToken" },
    { "refreshAccessToken", "{\"refreshToken\":\"$refresh\"}", NULL },
    { NULL, NULL, NULL },
};

/* Douyin's parts, one behind the other. */
static const modelled_step *whole_douyin(void) {
    static modelled_step whole[256];
    static const modelled_step *const parts[] = { douyin, modelled_kept, modelled_aftersale,
                                                  modelled_secret };
    size_t count = 0;
    if (whole[0].method != NULL) {
        return whole;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        for (const modelled_step *step = parts[i]; step->method != NULL; step++) {
            assert_true(count + 1 < sizeof whole / sizeof whole[0]);
            whole[count++] = *step;
        }
    }
    return whole;
}

const modelled_step *modelled_script(const char *platform) {
    const struct {
        const char *platform;
        const modelled_step *steps;
    } scripts[] = { { "douyin", whole_douyin() },
                    { "taobao", taobao },
                    { "alliance", alliance },
                    { "qianchuan", qianchuan },
                    { "solinkup", solinkup } };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (strcmp(scripts[i].platform, platform) == 0) {
            return scripts[i].steps;
        }
    }
    return NULL;
}

bool modelled_is(const char *platform, const char *method) {
    const modelled_step *step = modelled_script(platform);
    for (; step != NULL && step->method != NULL; step++) {
        if (strcmp(step->method, method) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

static char *find(modelled_values *values, const char *name) {
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->rows[i].name, name) == 0) {
            return values->rows[i].text;
        }
    }
    return NULL;
}

void modelled_set(modelled_values *values, const char *name, const char *text) {
    char *room = find(values, name);
    if (room == NULL) {
        assert_true(values->count < MODELLED_VALUES);
        (void)base_copy(values->rows[values->count].name, sizeof values->rows[0].name,
                        base_str_of(name));
        room = values->rows[values->count++].text;
    }
    assert_true(base_copy(room, sizeof values->rows[0].text, base_str_of(text)));
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

char *modelled_params(const modelled_step *step, const modelled_values *values) {
    base_buf out;
    base_buf_init(&out, LIMIT_REQUEST_BYTES);
    for (const char *p = step->params; *p != '\0';) {
        char name[24];
        size_t len = 0;
        if (*p != '$') {
            base_buf_add_char(&out, *p++);
            continue;
        }
        p++;
        while (is_name(p[len])) {
            len++;
        }
        assert_true(base_copy(name, sizeof name, (base_str){ p, len }));
        const char *text = find((modelled_values *)(uintptr_t)values, name);
        if (text == NULL) {
            fail_msg("%s: no $%s was kept", step->method, name);
        }
        base_buf_add_text(&out, text);
        p += len;
    }
    char *copy = strdup(base_buf_text(&out));
    assert_non_null(copy);
    base_buf_clear(&out);
    return copy;
}

/* ---- keeping ---- */

/* The item of a list whose member reads as value. */
static yyjson_val *pick(yyjson_val *list, const char *member, const char *value) {
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, max, item) {
        char text[64] = "";
        yyjson_val *found = yyjson_obj_get(item, member);
        if (yyjson_is_str(found)) {
            (void)base_copy(text, sizeof text, base_str_of(yyjson_get_str(found)));
        } else {
            (void)snprintf(text, sizeof text, "%lld", (long long)yyjson_get_sint(found));
        }
        if (strcmp(text, value) == 0) {
            return item;
        }
    }
    return NULL;
}

static yyjson_val *resolve(yyjson_val *root, char *path) {
    char *query = strstr(path, "/?");
    if (query != NULL) {
        char *equals = strchr(query, '=');
        char *rest = equals != NULL ? strchr(equals, '/') : NULL;
        assert_non_null(rest);
        char value[32];
        assert_true(
            base_copy(value, sizeof value, (base_str){ equals + 1, (size_t)(rest - equals - 1) }));
        *query = '\0';
        *equals = '\0';
        root = pick(yyjson_ptr_get(root, path), query + 2, value);
        path = rest;
    }
    return yyjson_ptr_get(root, path);
}

static bool keep_value(modelled_values *values, const char *name, yyjson_val *found) {
    char number[32];
    if (yyjson_is_str(found)) {
        modelled_set(values, name, yyjson_get_str(found));
    } else if (yyjson_is_int(found)) {
        (void)snprintf(number, sizeof number, "%lld", (long long)yyjson_get_sint(found));
        modelled_set(values, name, number);
    } else {
        return false;
    }
    return true;
}

static bool keep_one(modelled_values *values, yyjson_val *root, const char *name, char *path) {
    char *inner = strchr(path, '>');
    if (inner == NULL) {
        return keep_value(values, name, resolve(root, path));
    }
    yyjson_doc *doc = NULL;
    *inner = '\0';
    const char *text = yyjson_get_str(resolve(root, path));
    bool ok = text != NULL && codec_json_read(base_str_of(text), 0, &doc, NULL) == QD_OK &&
              keep_value(values, name, resolve(yyjson_doc_get_root(doc), inner + 1));
    yyjson_doc_free(doc);
    return ok;
}

void modelled_keep(const modelled_step *step, const char *data_json, modelled_values *values) {
    char rules[320];
    yyjson_doc *doc = NULL;
    if (step->keep == NULL) {
        return;
    }
    assert_true(base_copy(rules, sizeof rules, base_str_of(step->keep)));
    assert_int_equal(codec_json_read(base_str_of(data_json), 0, &doc, NULL), QD_OK);
    for (char *rule = rules; rule != NULL;) {
        char *next = strchr(rule, ';');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *equals = strchr(rule, '=');
        assert_non_null(equals);
        *equals = '\0';
        if (!keep_one(values, yyjson_doc_get_root(doc), rule, equals + 1)) {
            fail_msg("%s: no %s in %.400s", step->method, rule, data_json);
        }
        rule = next;
    }
    yyjson_doc_free(doc);
}
