/* Streams and maps: what room sync is told, and that the maps fit the documents that the platform's
 * guides print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"
#include "tables.h"

static const cat_source *source_of(const char *platform, const char *stream, cat_role role,
                                   unsigned part) {
    const cat_stream *found = cat_stream_find(cat_platform_find(platform), stream);
    assert_non_null(found);
    for (size_t i = 0; i < found->source_count; i++) {
        const cat_source *source = cat_source_at(found, i);
        if (source->role == role && source->part == part) {
            return source;
        }
    }
    return NULL;
}

static void orders_are_read_by_created_then_by_modified_time(void **state) {
    (void)state;
    const cat_source *past = source_of("douyin", "orders", CAT_BACKFILL, 0);
    const cat_source *changes = source_of("douyin", "orders", CAT_INCREMENT, 0);
    assert_string_equal(cat_str(past->method), "order.searchList");
    assert_string_equal(cat_str(past->window), "created");
    assert_string_equal(cat_str(changes->window), "modified");
    assert_null(source_of("douyin", "orders", CAT_DETAIL, 0));
    past = source_of("taobao", "orders", CAT_BACKFILL, 0);
    changes = source_of("taobao", "orders", CAT_INCREMENT, 0);
    assert_string_equal(cat_str(past->method), "taobao.trades.sold.get");
    assert_string_equal(cat_str(changes->method), "taobao.trades.sold.increment.get");
    assert_string_equal(cat_str(changes->id_path), "tid");
    assert_non_null(strstr(cat_str(past->fixed), ",orders"));
    assert_int_equal(cat_stream_find(cat_platform_find("taobao"), "orders")->table, TABLE_ORDERS);
}

static void taobao_products_come_from_two_lists(void **state) {
    (void)state;
    const cat_source *onsale = source_of("taobao", "products", CAT_BACKFILL, 0);
    const cat_source *stored = source_of("taobao", "products", CAT_BACKFILL, 1);
    const cat_source *detail = source_of("taobao", "products", CAT_DETAIL, 0);
    assert_string_equal(cat_str(onsale->method), "taobao.items.onsale.get");
    assert_string_equal(cat_str(stored->method), "taobao.items.inventory.get");
    assert_string_equal(cat_str(onsale->window), ""); /* they have no created time */
    assert_string_equal(cat_str(source_of("taobao", "products", CAT_INCREMENT, 1)->window),
                        "modified");
    assert_string_equal(cat_str(detail->method), "taobao.items.seller.list.get");
    assert_string_equal(cat_str(detail->id_param), "num_iids");
    assert_int_equal(detail->batch, 20);
    detail = source_of("douyin", "products", CAT_DETAIL, 0);
    assert_string_equal(cat_str(detail->method), "product.detail");
    assert_int_equal(detail->batch, 1);
    assert_string_equal(cat_str(detail->list_path), "");
}

static void every_source_refers_to_what_is_there(void **state) {
    (void)state;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t s = 0; cat_stream_at(platform, s); s++) {
            const cat_stream *stream = cat_stream_at(platform, s);
            for (size_t i = 0; cat_source_at(stream, i); i++) {
                const cat_source *source = cat_source_at(stream, i);
                const cat_map *map = cat_map_find(cat_str(source->map));
                assert_non_null(cat_find(platform, base_str_of(cat_str(source->method))));
                assert_non_null(map);
                assert_int_equal(map->table, stream->table);
            }
        }
    }
}

static const cat_map_column *column_of(const cat_map *map, unsigned column) {
    for (size_t i = 0; cat_map_column_at(map, i); i++) {
        if (cat_map_column_at(map, i)->column == column) {
            return cat_map_column_at(map, i);
        }
    }
    return NULL;
}

static const char *our_word(const cat_map_column *column, const char *wire) {
    for (size_t i = 0; cat_map_enum(column, i); i++) {
        if (strcmp(cat_str(cat_map_enum(column, i)->wire), wire) == 0) {
            return cat_str(cat_map_enum(column, i)->ours);
        }
    }
    return "other";
}

/* The words of tables.json for the platforms' codes. */
static void statuses_become_our_words(void **state) {
    (void)state;
    const cat_map_column *douyin = column_of(cat_map_find("douyin.order"), ORDERS_STATUS);
    const cat_map_column *taobao = column_of(cat_map_find("taobao.trade"), ORDERS_STATUS);
    assert_int_equal(douyin->conv, CAT_CONV_ENUM);
    assert_string_equal(our_word(douyin, "1"), "unpaid");
    assert_string_equal(our_word(douyin, "2"), "paid");
    assert_string_equal(our_word(douyin, "105"), "paid");
    assert_string_equal(our_word(douyin, "101"), "partly_shipped");
    assert_string_equal(our_word(douyin, "3"), "shipped");
    assert_string_equal(our_word(douyin, "4"), "cancelled");
    assert_string_equal(our_word(douyin, "5"), "done");
    assert_string_equal(our_word(taobao, "WAIT_SELLER_SEND_GOODS"), "paid");
    assert_string_equal(our_word(taobao, "TRADE_CLOSED_BY_TAOBAO"), "cancelled");
    assert_string_equal(our_word(taobao, "A_NEW_ONE"), "other");
    const cat_map_column *product = column_of(cat_map_find("douyin.product"), PRODUCTS_STATUS);
    assert_string_equal(our_word(product, "0"), "online");
    assert_string_equal(our_word(product, "2"), "deleted");
}

static void converters_are_what_the_door_says(void **state) {
    (void)state;
    const cat_map *trade = cat_map_find("taobao.trade");
    const cat_map *detail = cat_map_find("douyin.product_detail");
    assert_int_equal(column_of(trade, ORDERS_PAY_FEN)->conv, CAT_CONV_YUAN);
    assert_int_equal(column_of(trade, ORDERS_MODIFIED_AT)->conv, CAT_CONV_CN_TIME);
    assert_int_equal(column_of(trade, ORDERS_PLATFORM)->conv, CAT_CONV_CONST);
    assert_int_equal(column_of(trade, ORDERS_LINE_COUNT)->conv, CAT_CONV_COUNT);
    assert_int_equal(column_of(detail, PRODUCTS_MODIFIED_AT)->conv, CAT_CONV_TIME);
    assert_int_equal(column_of(cat_map_find("douyin.order"), ORDERS_PAID_AT)->conv, CAT_CONV_UNIX);
    assert_int_equal(column_of(cat_map_find("douyin.order"), ORDERS_PAY_FEN)->conv, CAT_CONV_FEN);
    const cat_map *line = cat_map_child(trade, 0);
    assert_string_equal(cat_str(line->name), "taobao.order_line");
    assert_string_equal(cat_str(line->list_path), "orders.order|orders");
    assert_true(line->replace);
    assert_int_equal(column_of(line, ORDER_LINES_LINE_NO)->conv, CAT_CONV_INDEX);
    const cat_map *sku = cat_map_child(detail, 0);
    assert_int_equal(column_of(sku, SKUS_SPEC)->conv, CAT_CONV_SPEC_IDS);
    assert_int_equal(
        column_of(cat_map_child(cat_map_find("douyin.order"), 0), ORDER_LINES_SPEC)->conv,
        CAT_CONV_SPEC);
    assert_int_equal(column_of(sku, SKUS_SKU_ID)->conv, CAT_CONV_ID);
    assert_int_equal(column_of(cat_map_find("taobao.sku"), SKUS_SPEC)->conv, CAT_CONV_PROPS);
    assert_null(cat_map_child(detail, 1));
    assert_null(cat_map_find("douyin.nothing"));
}

/* ---- the documents that the guides print ---- */

static yyjson_doc *read_data(const char *name) {
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/tests/data/%s", QD_SOURCE_DIR, name);
    yyjson_doc *doc = yyjson_read_file(path, 0, NULL, NULL);
    assert_non_null(doc);
    return doc;
}

/* Is one alternative of the path there? A test's own reading: members, "[0]", and of
 * a sum's "[]" the first item, too. */
static bool is_there(yyjson_val *document, const char *path) {
    while (*path) {
        yyjson_val *at = document;
        size_t len;
        for (; at && *path && *path != '|'; path += len) {
            path += *path == '.';
            len = strcspn(path, ".|[");
            at = yyjson_obj_getn(at, path, len);
            if (path[len] == '[') {
                at = yyjson_arr_get_first(at);
                len += strncmp(path + len, "[0]", 3) == 0 ? 3 : 2;
            }
        }
        if (at && !yyjson_is_null(at)) {
            return true;
        }
        path += strcspn(path, "|");
        path += *path == '|';
    }
    return false;
}

/* Columns of the map that no row finds in the document. */
static size_t count_absent(const cat_map *map, yyjson_val *document) {
    size_t absent = 0;
    for (unsigned column = 0; column < 64; column++) {
        bool mapped = false, found = false;
        for (size_t i = 0; cat_map_column_at(map, i); i++) {
            const cat_map_column *row = cat_map_column_at(map, i);
            const char *path = cat_str(row->path);
            if (row->column != column || row->conv == CAT_CONV_CONST ||
                row->conv == CAT_CONV_INDEX || *path == '^') {
                continue;
            }
            mapped = true;
            found = found || is_there(document, path);
        }
        absent += mapped && !found;
    }
    return absent;
}

static void maps_fit_the_printed_documents(void **state) {
    (void)state;
    static const char *const ORDERS_OF[] = { "douyin_order_searchList.json",
                                             "douyin_order_native.json" };
    static const char *const PRODUCTS_OF[] = { "douyin_product_detail.json",
                                               "douyin_product_native.json" };
    const cat_map *order = cat_map_find("douyin.order");
    const cat_map *product = cat_map_find("douyin.product_detail");
    for (size_t i = 0; i < 2; i++) {
        yyjson_doc *doc = read_data(ORDERS_OF[i]);
        yyjson_val *row =
            yyjson_arr_get_first(codec_json_at(yyjson_doc_get_root(doc), "data.shop_order_list"));
        assert_int_equal(count_absent(order, row), 0);
        yyjson_val *line = yyjson_arr_get_first(yyjson_obj_get(row, "sku_order_list"));
        assert_int_equal(count_absent(cat_map_child(order, 0), line), 0);
        yyjson_doc_free(doc);
        doc = read_data(PRODUCTS_OF[i]);
        row = codec_json_at(yyjson_doc_get_root(doc), "data");
        assert_int_equal(count_absent(product, row), 1); /* sell_num is newer than the guide */
        yyjson_val *sku = yyjson_arr_get_first(yyjson_obj_get(row, "spec_prices"));
        assert_int_equal(count_absent(cat_map_child(product, 0), sku), 0);
        yyjson_doc_free(doc);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_read_by_created_then_by_modified_time),
        cmocka_unit_test(taobao_products_come_from_two_lists),
        cmocka_unit_test(every_source_refers_to_what_is_there),
        cmocka_unit_test(statuses_become_our_words),
        cmocka_unit_test(converters_are_what_the_door_says),
        cmocka_unit_test(maps_fit_the_printed_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
