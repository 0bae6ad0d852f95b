/* Real documents into the tables, column by column, as texts and as native types. */
#include <stdio.h>

#include "support/check.h"
#include "support/tempdir.h"
#include "sync/sync_private.h"

#define SHOP "dy-test"

typedef struct expected {
    const char *column;
    const char *text; /* of a text column; NULL = the number counts */
    int64_t number;
} expected;

typedef struct fixture {
    tempdir dir;
    store *store;
    yyjson_doc *doc;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    qd_err err;
    tempdir_make(&f->dir);
    store_options options = STORE_OPTIONS_INIT;
    options.home = f->dir.path;
    assert_ok(store_open(&options, &f->store, &err), &err);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    yyjson_doc_free(f->doc);
    store_close(f->store);
    tempdir_remove(&f->dir);
    free(f);
    return 0;
}

static yyjson_val *load(fixture *f, const char *name) {
    char path[512];
    base_buf text;
    qd_err err;
    snprintf(path, sizeof path, QD_SOURCE_DIR "/tests/data/%s", name);
    base_buf_init(&text, 1 << 20);
    assert_ok(base_file_read(path, 1 << 20, &text, &err), &err);
    assert_ok(codec_json_read(base_buf_str(&text), 0, &f->doc, &err), &err);
    base_buf_clear(&text);
    return yyjson_doc_get_root(f->doc);
}

static qd_status map_one(fixture *f, const char *map_name, yyjson_val *document, int64_t seq,
                         qd_err *err) {
    base_arena *arena = base_arena_new(1 << 20);
    store_batch *batch = store_batch_new(f->store, SHOP);
    base_buf raw;
    base_buf_init(&raw, 1 << 20);
    assert_int_equal(codec_json_write(document, &raw, err), QD_OK);
    qd_status status = sync_map_document(batch, cat_map_find(map_name), document,
                                         base_buf_str(&raw), seq, arena, err);
    if (status == QD_OK) {
        status = store_commit(batch, NULL, err);
    } else {
        store_batch_free(batch);
    }
    base_buf_clear(&raw);
    base_arena_free(arena);
    return status;
}

typedef struct looking {
    const expected *wanted;
    int rows;
    int64_t payload_id;
} looking;

static bool compare(void *user, const store_table *table, const store_value *values) {
    looking *l = user;
    l->rows++;
    for (const expected *e = l->wanted; e->column != NULL; e++) {
        uint16_t i = 0;
        while (i < table->column_count && strcmp(table->columns[i].name, e->column) != 0) {
            i++;
        }
        if (i == table->column_count) {
            fail_msg("no column %s", e->column);
        }
        bool text = e->text != NULL;
        if (values[i].is_null) {
            fail_msg("%s.%s is NULL", table->name, e->column);
        } else if (text ? !base_str_is(values[i].text, e->text) : values[i].i64 != e->number) {
            fail_msg("%s.%s is \"%.*s\" / %lld, wanted %s / %lld", table->name, e->column,
                     (int)values[i].text.len, values[i].text.ptr, (long long)values[i].i64,
                     text ? e->text : "", (long long)e->number);
        }
    }
    for (uint16_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, "payload_id") == 0) {
            l->payload_id = values[i].i64;
        }
    }
    return true;
}

static int64_t expect_one(fixture *f, unsigned table, const expected *wanted) {
    looking l = { wanted, 0, 0 };
    qd_err err;
    store_filter filter = { .table = table, .shop = SHOP, .time_column = -1 };
    assert_ok(store_select(f->store, &filter, compare, &l, &err), &err);
    assert_int_equal(l.rows, 1);
    return l.payload_id;
}

static const expected ORDER[] = {
    { "shop", SHOP, 0 },
    { "order_id", "4781320682406083640", 0 },
    { "platform", "douyin", 0 },
    { "status", "shipped", 0 },
    { "platform_status", "3", 0 },
    { "order_type", "0", 0 },
    { "created_at", NULL, 1617355413 },
    { "paid_at", NULL, 1617355413 },
    { "shipped_at", NULL, 1617355413 },
    { "finished_at", NULL, 1617355413 },
    { "modified_at", NULL, 1617355413 },
    { "ship_by", NULL, 1617355413 },
    { "pay_fen", NULL, 500 },
    { "total_fen", NULL, 600 },
    { "post_fen", NULL, 10 },
    { "discount_fen", NULL, 1000 },
    { "currency", "CNY", 0 },
    { "buyer_id",
      "#zuLyd4U4J3p+czzXkwg+"
      "ZQ673h7KTcrKOddb5iPGAAE0K3MYJmgXEXof9LDtoScAfMKvdVRqpAL4CEI3SrLwYATIzTF9Qw==",
      0 },
    { "buyer_note", "要xxx", 0 },
    { "seller_note", "注意XX", 0 },
    { "seller_flag", "1", 0 },
    { "receiver_name", "张三", 0 },
    { "receiver_phone", "12345678911", 0 },
    { "receiver_address", "丹棱街1号", 0 },
    { "province", "北京市", 0 },
    { "city", "市辖区", 0 },
    { "district", "海淀区", 0 },
    { "street", "中关村街道", 0 },
    { "carrier", "shunfeng", 0 },
    { "tracking_no", "3617355413", 0 },
    { "cancel_reason", "不想要", 0 },
    { "line_count", NULL, 1 },
    { NULL, NULL, 0 },
};

static const expected LINE[] = {
    { "line_id", "4781320682406083640", 0 },
    { "order_id", "4781320682406083640", 0 },
    { "line_no", NULL, 0 },
    { "product_id", "3473196049974326153", 0 },
    { "sku_id", "3254535", 0 },
    { "outer_product_id", "432655662343", 0 },
    { "outer_sku_id", "djfafj", 0 },
    { "product_name", "衣服", 0 },
    { "spec", "颜色:蓝", 0 },
    { "quantity", NULL, 2 },
    { "price_fen", NULL, 100 },
    { "total_fen", NULL, 200 },
    { "pay_fen", NULL, 500 },
    { "status", "shipped", 0 },
    { "platform_status", "3", 0 },
    { "refund_status", "pending", 0 },
    { "aftersale_status", "6", 0 },
    { "warehouse_id", "3141234234324", 0 },
    { "author_id", "324234453", 0 },
    { "author_name", "XXXX", 0 },
    { "picture_url", "https:xxxxx", 0 },
    { "modified_at", NULL, 1617355413 },
    { NULL, NULL, 0 },
};

static const expected PRODUCT[] = {
    { "product_id", "3539925204033339668", 0 },
    { "platform", "douyin", 0 },
    { "outer_id", "11111", 0 },
    { "name", "xxx爽肤水", 0 },
    { "status", "offline", 0 },
    { "platform_status", "1", 0 },
    { "check_status", "1", 0 },
    { "category_id", "23264", 0 },
    { "price_fen", NULL, 12000 },
    { "market_price_fen", NULL, 12000 },
    { "picture_url",
      "https://xxxx.byted.org/obj/temai/54cbf542128eff94a3549284817c0af5bf5c2960www800-800", 0 },
    { "created_at", NULL, 1617004372 },
    { "modified_at", NULL, 1617004372 },
    { "sku_count", NULL, 1 },
    { "stock", NULL, 13 },
    { NULL, NULL, 0 },
};

static const expected SKU[] = {
    { "sku_id", "1695459998495774", 0 },
    { "product_id", "3539925204033339668", 0 },
    { "outer_id", "aaa", 0 },
    { "price_fen", NULL, 102 },
    { "stock", NULL, 13 },
    { NULL, NULL, 0 },
};

static void order_document(void **state, const char *file) {
    fixture *f = *state;
    qd_err err;
    yyjson_val *order = codec_json_at(load(f, file), "data.shop_order_list");
    assert_ok(map_one(f, "douyin.order", yyjson_arr_get(order, 0), 1, &err), &err);
    int64_t payload = expect_one(f, TABLE_ORDERS, ORDER);
    expect_one(f, TABLE_ORDER_LINES, LINE);
    base_buf raw, wanted;
    base_buf_init(&raw, 1 << 20);
    base_buf_init(&wanted, 1 << 20);
    assert_ok(store_payload(f->store, payload, &raw, &err), &err);
    assert_ok(codec_json_write(yyjson_arr_get(order, 0), &wanted, &err), &err);
    assert_string_equal(base_buf_text(&raw), base_buf_text(&wanted));
    base_buf_clear(&raw);
    base_buf_clear(&wanted);
}

static void an_order_of_texts_maps_exactly(void **state) {
    order_document(state, "douyin_order_searchList.json");
}

static void an_order_of_native_types_maps_exactly(void **state) {
    order_document(state, "douyin_order_native.json");
}

static void product_document(void **state, const char *file) {
    fixture *f = *state;
    qd_err err;
    assert_ok(map_one(f, "douyin.product_detail", codec_json_at(load(f, file), "data"), 1, &err),
              &err);
    expect_one(f, TABLE_PRODUCTS, PRODUCT);
    expect_one(f, TABLE_SKUS, SKU);
}

static void a_product_of_texts_maps_exactly(void **state) {
    product_document(state, "douyin_product_detail.json");
}

static void a_product_of_native_types_maps_exactly(void **state) {
    product_document(state, "douyin_product_native.json");
}

static yyjson_val *parse(fixture *f, const char *text) {
    qd_err err;
    yyjson_doc_free(f->doc);
    f->doc = NULL;
    assert_ok(codec_json_read(base_str_of(text), 0, &f->doc, &err), &err);
    return yyjson_doc_get_root(f->doc);
}

static void a_wrong_type_is_refused_and_named(void **state) {
    fixture *f = *state;
    qd_err err;
    yyjson_val *doc = parse(f, "{\"order_id\":\"1\",\"update_time\":1,\"pay_amount\":\"geheim\"}");
    assert_int_equal(map_one(f, "douyin.order", doc, 1, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "pay_amount"));
    assert_null(strstr(err.message, "geheim"));
    doc = parse(f, "{\"order_id\":\"1\",\"update_time\":1,\"sku_order_list\":{}}");
    assert_int_equal(map_one(f, "douyin.order", doc, 1, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "sku_order_list"));
    doc = parse(f, "{\"update_time\":1}");
    assert_int_equal(map_one(f, "douyin.order", doc, 1, &err), QD_E_PROTOCOL);
    assert_non_null(strstr(err.message, "order_id"));
    doc = parse(f, "[1]");
    assert_int_equal(map_one(f, "douyin.order", doc, 1, &err), QD_E_PROTOCOL);
    int64_t count;
    assert_ok(store_count(f->store, TABLE_ORDERS, SHOP, -1, 0, 0, &count, &err), &err);
    assert_int_equal(count, 0);
}

static void columns_that_are_not_carried_are_left_alone(void **state) {
    fixture *f = *state;
    qd_err err;
    yyjson_val *doc =
        parse(f, "{\"order_id\":\"1\",\"update_time\":10,\"buyer_words\":\"快点\",\"pay_amount\":7,"
                 "\"sku_order_list\":[{\"order_id\":\"1a\"},{\"order_id\":\"1b\"}]}");
    assert_ok(map_one(f, "douyin.order", doc, 1, &err), &err);
    doc = parse(f, "{\"order_id\":\"1\",\"update_time\":11,\"pay_amount\":8}");
    assert_ok(map_one(f, "douyin.order", doc, 2, &err), &err);
    const expected both[] = { { "buyer_note", "快点", 0 },
                              { "pay_fen", NULL, 8 },
                              { NULL, NULL, 0 } };
    expect_one(f, TABLE_ORDERS, both);
    int64_t lines;
    assert_ok(store_count(f->store, TABLE_ORDER_LINES, SHOP, -1, 0, 0, &lines, &err), &err);
    assert_int_equal(lines, 2);
    doc = parse(
        f, "{\"order_id\":\"1\",\"update_time\":12,\"sku_order_list\":[{\"order_id\":\"1b\"}]}");
    assert_ok(map_one(f, "douyin.order", doc, 3, &err), &err);
    assert_ok(store_count(f->store, TABLE_ORDER_LINES, SHOP, -1, 0, 0, &lines, &err), &err);
    assert_int_equal(lines, 1);
    doc = parse(f, "{\"order_id\":\"1\",\"update_time\":9,\"buyer_words\":\"old\"}");
    assert_ok(map_one(f, "douyin.order", doc, 4, &err), &err);
    expect_one(f, TABLE_ORDERS, both);
}

static void a_taobao_trade_maps_in_both_shapes(void **state) {
    fixture *f = *state;
    qd_err err;
    static const char *const shapes[] = {
        "{\"tid\":4006610050012345678,\"status\":\"WAIT_SELLER_SEND_GOODS\",\"payment\":\"12.30\","
        "\"created\":"
        "\"2026-01-02 03:04:05\",\"modified\":\"2026-01-02 "
        "03:04:06\",\"orders\":{\"order\":[{\"oid\":1,\"num\":2,"
        "\"price\":\"6.15\"}]}}",
        "{\"tid\":\"4006610050012345678\",\"status\":\"WAIT_SELLER_SEND_GOODS\",\"payment\":\"12."
        "30\",\"created\":"
        "\"2026-01-02 03:04:05\",\"modified\":\"2026-01-02 "
        "03:04:06\",\"orders\":[{\"oid\":\"1\",\"num\":\"2\","
        "\"price\":\"6.15\"}]}",
    };
    const expected trade[] = { { "order_id", "4006610050012345678", 0 },
                               { "status", "paid", 0 },
                               { "pay_fen", NULL, 1230 },
                               { "created_at", NULL, 1767294245 },
                               { "modified_at", NULL, 1767294246 },
                               { NULL, NULL, 0 } };
    const expected line[] = { { "line_id", "1", 0 },
                              { "quantity", NULL, 2 },
                              { "price_fen", NULL, 615 },
                              { NULL, NULL, 0 } };
    for (size_t i = 0; i < 2; i++) {
        assert_ok(map_one(f, "taobao.trade", parse(f, shapes[i]), (int64_t)i, &err), &err);
        expect_one(f, TABLE_ORDERS, trade);
        expect_one(f, TABLE_ORDER_LINES, line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_order_of_texts_maps_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_order_of_native_types_maps_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_product_of_texts_maps_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_product_of_native_types_maps_exactly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_type_is_refused_and_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_that_are_not_carried_are_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_taobao_trade_maps_in_both_shapes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
