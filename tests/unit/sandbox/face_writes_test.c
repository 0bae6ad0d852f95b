/*
 * Writes through the Douyin face hold state: what was added is shown by detail, what was deleted is
 * gone, and what may not be done is refused (the sdk4 tutorial's steps).
 */
#include "face_kit.h"

static int setup(void **state) {
    kit *k = malloc(sizeof *k);
    assert_non_null(k);
    kit_open(k, 2, 6000, NULL, 0);
    kit_token(k, 0);
    *state = k;
    return 0;
}

static int teardown(void **state) {
    kit_close(*state);
    free(*state);
    return 0;
}

QD_PRINTF(3, 4) static int64_t ask(kit *k, const char *method, const char *fmt, ...) {
    char json[2048];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(json, sizeof json, fmt, args);
    va_end(args);
    return kit_douyin(k, method, json, k->token);
}

static void done(kit *k, int64_t code) {
    if (code != 10000) {
        fail_msg("%s", base_buf_text(&k->response.body));
    }
}

static void a_product_from_add_to_delete(void **state) {
    kit *k = *state;
    done(k, ask(k, "spec.add",
                "{\"specs\":\"颜色|白色,红色,蓝色^尺码|S,M,L\",\"name\":\"规格2021-1\"}"));
    int64_t spec = kit_int(k, "data.id");
    assert_true(spec > 0);
    done(k, ask(k, "spec.specDetail", "{\"id\":%lld}", (long long)spec));
    assert_non_null(strstr(base_buf_text(&k->response.body), "蓝色"));
    done(k, ask(k, "product.add",
                "{\"name\":\"米奇牛仔裤\",\"pic\":\"https://p.example/1\",\"description\":"
                "\"https://p.example/2\",\"market_price\":\"10000\",\"discount_price\":10000,"
                "\"mobile\":\"13400000001\",\"pay_type\":1,\"spec_id\":\"%lld\","
                "\"category_leaf_id\":\"20597\"}",
                (long long)spec));
    long long product = (long long)kit_int(k, "data.product_id");
    assert_true(product > 0);
    done(k, ask(k, "product.detail", "{\"product_id\":\"%lld\"}", product));
    assert_string_equal(kit_text(k, "data.name"), "米奇牛仔裤");
    done(k, ask(k, "product.edit", "{\"product_id\":%lld,\"name\":\"米奇牛仔裤(加厚)\"}", product));
    assert_true(yyjson_get_bool(yyjson_obj_get(k->root, "data")));
    done(k, ask(k, "product.detail", "{\"product_id\":\"%lld\"}", product));
    assert_string_equal(kit_text(k, "data.name"), "米奇牛仔裤(加厚)");
    assert_int_equal(ask(k, "spec.del", "{\"id\":%lld}", (long long)spec), 50002); /* in use */
    done(k, ask(k, "product.del", "{\"product_id\":%lld,\"delete_forever\":true}", product));
    assert_int_equal(ask(k, "product.detail", "{\"product_id\":\"%lld\"}", product), 40004);
}

static void a_sku_is_added_priced_and_stocked(void **state) {
    kit *k = *state;
    done(k,
         ask(k, "product.addV2",
             "{\"product_type\":0,\"category_leaf_id\":20597,\"name\":\"棉布衬衫\",\"pic\":\"x\","
             "\"description\":\"y\",\"reduce_type\":1,\"freight_id\":0,\"mobile\":\"13400000001\","
             "\"commit\":true,\"specs\":\"颜色|白色,红色\",\"spec_prices\":"
             "\"[{\\\"spec_detail_name1\\\":\\\"白色\\\",\\\"stock_num\\\":5,\\\"price\\\":100,"
             "\\\"code\\\":\\\"W1\\\"}]\",\"outer_product_id\":\"SHIRT-1\"}"));
    long long product = (long long)kit_int(k, "data.product_id");
    done(k, ask(k, "sku.list", "{\"product_id\":%lld}", product));
    yyjson_val *first = yyjson_arr_get_first(yyjson_obj_get(k->root, "data"));
    long long sku = (long long)yyjson_get_sint(yyjson_obj_get(first, "id"));
    assert_true(sku > 0);
    done(k, ask(k, "sku.editPrice", "{\"sku_id\":%lld,\"price\":2990}", sku));
    done(k, ask(k, "sku.syncStock", "{\"sku_id\":%lld,\"stock_num\":8}", sku));
    done(k, ask(k, "sku.syncStock",
                "{\"sku_id\":%lld,\"stock_num\":-3,\"incremental\":true,\"idempotent_id\":\"a1\"}",
                sku));
    assert_int_equal(ask(k, "sku.syncStock",
                         "{\"sku_id\":%lld,\"stock_num\":-3,\"incremental\":true,"
                         "\"idempotent_id\":\"a1\"}",
                         sku),
                     40004);
    assert_string_equal(kit_text(k, "sub_code"), "isv.parameter-invalid:40010");
    done(k, ask(k, "sku.editCode", "{\"sku_id\":%lld,\"code\":\"W2\"}", sku));
    done(k, ask(k, "sku.detail", "{\"sku_id\":%lld}", sku));
    assert_int_equal(kit_int(k, "data.price"), 2990);
    assert_string_equal(kit_text(k, "data.code"), "W2");
    done(k, ask(k, "sku.stockNum", "{\"sku_id\":%lld}", sku));
    assert_int_equal(kit_int(k, "data.stock_num"), 5);
    done(k, ask(k, "product.setOffline", "{\"product_id\":%lld}", product));
    assert_int_equal(ask(k, "product.setOffline", "{\"product_id\":%lld}", product), 40004);
    done(k, ask(k, "product.setOnline", "{\"product_id\":%lld}", product));
}

/* The id of the first order with this status, kept in out. */
static bool find_order(kit *k, int status, char out[32]) {
    done(k, ask(k, "order.searchList",
                "{\"page\":0,\"size\":1,\"combine_status\":[{\"order_status\":\"%d\"}]}", status));
    yyjson_val *row = yyjson_arr_get_first(codec_json_at(k->root, "data.shop_order_list"));
    const char *id = yyjson_get_str(yyjson_obj_get(row, "order_id"));
    (void)snprintf(out, 32, "%s", id != NULL ? id : "");
    return id != NULL;
}

static void an_order_is_remarked_shipped_and_its_waybill_changed(void **state) {
    kit *k = *state;
    char id[32];
    assert_true(find_order(k, 2, id));
    done(k,
         ask(k, "order.addOrderRemark",
             "{\"order_id\":\"%s\",\"remark\":\"sh订单\",\"is_add_star\":\"true\",\"star\":\"1\"}",
             id));
    done(k, ask(k, "order.logisticsAdd",
                "{\"order_id\":\"%s\",\"company_code\":\"zhongtong\",\"logistics_code\":"
                "\"ZT100200300\"}",
                id));
    done(k, ask(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", id));
    assert_int_equal(kit_int(k, "data.shop_order_detail.order_status"), 3);
    assert_string_equal(kit_text(k, "data.shop_order_detail.seller_words"), "sh订单");
    assert_int_equal(kit_int(k, "data.shop_order_detail.seller_remark_stars"), 1);
    assert_non_null(strstr(base_buf_text(&k->response.body), "ZT100200300"));
    done(k, ask(k, "order.logisticsEdit",
                "{\"order_id\":\"%s\",\"company_code\":\"zhongtong\",\"logistics_code\":"
                "\"ZT999\"}",
                id));
    done(k, ask(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", id));
    assert_null(strstr(base_buf_text(&k->response.body), "ZT100200300"));
    assert_int_equal(ask(k, "order.logisticsAdd",
                         "{\"order_id\":\"%s\",\"company_code\":\"nobody\",\"logistics_code\":"
                         "\"1\"}",
                         id) == 10000,
                     0);
    assert_int_equal(ask(k, "order.addOrderRemark", "{\"order_id\":\"%s\"}", id), 40002);
}

static void packs_ship_by_their_request_id_once(void **state) {
    kit *k = *state;
    char id[32];
    char line[32];
    char pack[64];
    assert_true(find_order(k, 2, id));
    done(k, ask(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", id));
    yyjson_val *lines = codec_json_at(k->root, "data.shop_order_detail.sku_order_list");
    (void)snprintf(line, sizeof line, "%s",
                   yyjson_get_str(yyjson_obj_get(yyjson_arr_get_first(lines), "order_id")));
    for (int again = 0; again < 2; again++) {
        done(k, ask(k, "order.logisticsAddMultiPack",
                    "{\"order_id\":\"%s\",\"request_id\":\"r-1\",\"pack_list\":[{"
                    "\"logistics_code\":\"SF1000\",\"company_code\":\"shunfeng\","
                    "\"shipped_order_info\":[{\"shipped_order_id\":\"%s\",\"shipped_num\":1}]}]}",
                    id, line));
        const char *got = yyjson_get_str(yyjson_obj_get(
            yyjson_arr_get_first(codec_json_at(k->root, "data.pack_list")), "pack_id"));
        assert_true(got != NULL && got[0] != '\0');
        if (again) {
            assert_string_equal(got, pack);
        }
        (void)snprintf(pack, sizeof pack, "%s", got);
    }
    done(k, ask(k, "order.logisticsEditByPack",
                "{\"order_id\":\"%s\",\"pack_id\":\"%s\",\"logistics_code\":\"SF2000\","
                "\"company_code\":\"shunfeng\"}",
                id, pack));
}

static void cash_on_delivery_is_confirmed_or_cancelled(void **state) {
    kit *k = *state;
    char id[32] = "";
    int found = 0;
    /* An unpaid order of the kind that is paid at the door (pay_type 0). */
    for (int page = 0; page < 30 && found < 2; page++) {
        done(k,
             ask(k, "order.searchList",
                 "{\"page\":%d,\"size\":100,\"combine_status\":[{\"order_status\":\"1\"}]}", page));
        yyjson_val *list = codec_json_at(k->root, "data.shop_order_list");
        char ids[100][32];
        size_t count = 0;
        size_t i;
        size_t n;
        yyjson_val *row;
        if (yyjson_arr_size(list) == 0) {
            break;
        }
        yyjson_arr_foreach(list, i, n, row) {
            (void)snprintf(ids[count++], 32, "%s", yyjson_get_str(yyjson_obj_get(row, "order_id")));
        }
        for (size_t at = 0; at < count && found < 2; at++) {
            if (found == 0 && ask(k, "order.stockUp", "{\"order_id\":\"%s\"}", ids[at]) == 10000) {
                memcpy(id, ids[at], sizeof id);
                found = 1;
            } else if (found == 1 &&
                       ask(k, "order.cancel", "{\"order_id\":\"%s\",\"reason\":\"缺货\"}",
                           ids[at]) == 10000) {
                done(k, ask(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", ids[at]));
                assert_int_equal(kit_int(k, "data.shop_order_detail.order_status"), 4);
                found = 2;
            }
        }
    }
    if (id[0] != '\0') {
        done(k, ask(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", id));
        assert_int_equal(kit_int(k, "data.shop_order_detail.order_status"), 2);
        assert_int_equal(ask(k, "order.stockUp", "{\"order_id\":\"%s\"}", id), 50002);
    }
}

static void service_requests_are_answered_once(void **state) {
    kit *k = *state;
    done(k, ask(k, "order.serviceList", "{}"));
    assert_true(kit_int(k, "data.total") > 0);
    done(k, ask(k, "order.getServiceList", "{\"start_time\":1,\"end_time\":%d,\"status\":0}",
                KIT_NOW));
    yyjson_val *first = yyjson_arr_get_first(codec_json_at(k->root, "data.list"));
    assert_non_null(first);
    long long id = (long long)yyjson_get_sint(yyjson_obj_get(first, "id"));
    done(k, ask(k, "order.replyService", "{\"id\":\"%lld\",\"reply\":\"回复信息\"}", id));
    done(k, ask(k, "order.serviceDetail", "{\"service_id\":%lld}", id));
    assert_string_equal(kit_text(k, "data.detail.reply"), "回复信息");
    assert_int_equal(ask(k, "order.replyService", "{\"id\":%lld,\"reply\":\"又\"}", id), 20000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_product_from_add_to_delete, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sku_is_added_priced_and_stocked, setup, teardown),
        cmocka_unit_test_setup_teardown(an_order_is_remarked_shipped_and_its_waybill_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(packs_ship_by_their_request_id_once, setup, teardown),
        cmocka_unit_test_setup_teardown(cash_on_delivery_is_confirmed_or_cancelled, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(service_requests_are_answered_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
