/*
 * Supply products (supplyChain.supplyProduct.*, supplyChain.sku.*): made, edited, priced, put on
 * and off, listed; the stock of their SKUs, in all or by regional warehouse; brands and categories.
 *
 * Facts (vendor's comments in sevencat/ecommerce_sdk): spec_prices is JSON text with stockNum (so
 * spelt), a stock is above 0, a list's page begins with 1, its size is 50 at most and by default;
 * pictures are joined by "|". No source names the values of status: here 0 is online, 1 offline, as
 * in product.listV2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/douyin/kept.h"

enum { ONLINE = 0, OFFLINE = 1, LIST_ROWS = 50, MOST_SKUS = 600 };
enum { PRICE = 1, STOCK = 0 }; /* numbers of a SKU; STOCK also of a share */

/* ---- finding ---- */

static record *product_of(kept *k) {
    record *product = kept_get(k, KEPT_GOODS, kept_text(k, "product_id"));
    base_str outer = kept_text(k, "outer_product_id");
    if (product == NULL ||
        (outer.len > 0 && strcmp(k->row->method, "supplyChain.supplyProduct.edit") != 0 &&
         !base_str_is(outer, product->tag))) {
        (void)kept_refuse(k, k->row->missing, "no such product_id");
        return NULL;
    }
    return product;
}

static record *sku_of(kept *k) {
    record *sku = kept_get(k, KEPT_SKU, kept_text(k, "sku_id"));
    base_str outer = kept_text(k, "outer_sku_id");
    if (sku == NULL && !dyface_has(k->call, "sku_id") && outer.len > 0) {
        for (const record *product = records_first(k->all, k->call->shop, KEPT_GOODS);
             product != NULL && sku == NULL; product = records_next(product)) {
            sku = records_first_of(product, KEPT_SKU);
            while (sku != NULL && !base_str_is(outer, sku->tag)) {
                sku = records_next(sku);
            }
        }
    }
    base_str product = kept_text(k, "product_id");
    if (sku == NULL || (product.len > 0 && !base_str_is(product, sku->holder->key))) {
        (void)kept_refuse(k, k->row->missing, "no such SKU");
        return NULL;
    }
    return sku;
}

static int64_t number_of(base_str text) {
    int64_t number = 0;
    (void)base_str_to_i64(text, &number);
    return number;
}

/* ---- making ---- */

static int64_t first_of(yyjson_val *given, const char *const *names, int64_t fallback) {
    for (; *names != NULL; names++) {
        if (yyjson_obj_get(given, *names) != NULL) {
            return kept_i64_of(given, *names, fallback);
        }
    }
    return fallback;
}

static base_str outer_of(kept *k, yyjson_val *given) {
    base_str outer = kept_text_of(k, given, "outer_sku_id");
    return outer.len > 0 ? outer : kept_text_of(k, given, "code");
}

static int64_t price_of(yyjson_val *given) {
    static const char *const names[] = { "supply_price", "price", NULL };
    return first_of(given, names, 0);
}

static int64_t stock_of(yyjson_val *given) {
    static const char *const names[] = { "stockNum", "stock_num", NULL };
    return first_of(given, names, 0);
}

static bool add_sku(kept *k, record *product, yyjson_val *given, size_t nth) {
    const char *name =
        base_arena_printf(k->call->face->arena, "%s#%u", product->key, (unsigned)nth);
    record *sku =
        kept_add(k, KEPT_SKU, kept_number(k, "", "supply sku", base_str_of(name), 18), product);
    if (sku == NULL || !kept_tag(k, sku, outer_of(k, given)) ||
        !kept_keep(k, sku, yyjson_val_mut_copy(k->doc, given))) {
        return false;
    }
    sku->num[PRICE] = price_of(given);
    sku->num[STOCK] = stock_of(given);
    return true;
}

/* The SKU of an edit that the product had under this code keeps its id and its stock. */
static record *same_sku(kept *k, const record *product, yyjson_val *given) {
    base_str outer = outer_of(k, given);
    record *sku = records_first_of(product, KEPT_SKU);
    while (sku != NULL && (outer.len == 0 || !base_str_is(outer, sku->tag))) {
        sku = records_next(sku);
    }
    return sku;
}

static bool fill_skus(kept *k, record *product, yyjson_val *list) {
    size_t i;
    size_t max;
    yyjson_val *given;
    yyjson_arr_foreach(list, i, max, given) {
        record *sku = same_sku(k, product, given);
        if (sku == NULL) {
            if (!add_sku(k, product, given, (size_t)++product->num[2])) {
                return false;
            }
            continue;
        }
        sku->num[PRICE] = price_of(given);
        sku->modified = k->call->now;
    }
    return true;
}

static yyjson_val *read_skus(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, "spec_prices");
    if (yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > MOST_SKUS) {
        (void)kept_refuse(k, k->row->state, "spec_prices is the JSON of 1 to 600 SKUs");
        return NULL;
    }
    size_t i;
    size_t max;
    yyjson_val *given;
    yyjson_arr_foreach(list, i, max, given) {
        if (price_of(given) < 1 || stock_of(given) < 0) {
            (void)kept_refuse(k, "50002:3206",
                              "a SKU's supply_price is above 0, its stock not "
                              "below");
            return NULL;
        }
    }
    return list;
}

static bool outer_taken(kept *k, base_str outer, const record *except) {
    for (const record *it = records_first(k->all, k->call->shop, KEPT_GOODS); it != NULL;
         it = records_next(it)) {
        if (it != except && outer.len > 0 && base_str_is(outer, it->tag)) {
            (void)kept_refuse(k, "50002:3200", "%s is product %s's", it->tag, it->key);
            return true;
        }
    }
    return false;
}

static void answer_product(kept *k, const record *product) {
    yyjson_mut_val *list = kept_put_list(k, k->out, "sku_list");
    kept_put_i64(k, k->out, "product_id", number_of(base_str_of(product->key)));
    kept_put_text(k, k->out, "outer_product_id", base_str_of(product->tag));
    kept_put_i64(k, k->out, "create_time", product->created);
    for (const record *sku = records_first_of(product, KEPT_SKU); sku != NULL;
         sku = records_next(sku)) {
        yyjson_mut_val *row = kept_push(k, list, sku->key);
        kept_put_text(k, row, "outer_sku_id", base_str_of(sku->tag));
        kept_put_i64(k, row, "sku_id", number_of(base_str_of(sku->key)));
    }
}

static bool run_add(kept *k) {
    base_str outer = kept_text(k, "outer_product_id");
    yyjson_val *skus = read_skus(k);
    char turn[24];
    if (skus == NULL || outer_taken(k, outer, NULL)) {
        return false;
    }
    (void)snprintf(turn, sizeof turn, "%zu", records_count(k->all));
    base_str id = kept_number(k, "", "supply product", base_str_of(turn), 18);
    while (kept_get(k, KEPT_GOODS, id) != NULL) {
        id = kept_number(k, "", "supply product", id, 18);
    }
    record *product = kept_add(k, KEPT_GOODS, id, NULL);
    if (product == NULL) {
        return false;
    }
    product->state = ONLINE;
    if (!kept_tag(k, product, outer) || !kept_params(k, product) || !fill_skus(k, product, skus)) {
        records_remove(k->all, product);
        return false;
    }
    answer_product(k, product);
    return true;
}

static bool run_edit(kept *k) {
    base_str outer = kept_text(k, "outer_product_id");
    record *product = product_of(k);
    yyjson_val *skus = product != NULL ? read_skus(k) : NULL;
    if (skus == NULL || outer_taken(k, outer, product) || !fill_skus(k, product, skus) ||
        !kept_params(k, product) || (outer.len > 0 && !kept_tag(k, product, outer))) {
        return false;
    }
    answer_product(k, product);
    return true;
}

/* ---- state and price ---- */

static bool set_state(kept *k, unsigned from, unsigned to) {
    record *product = product_of(k);
    if (product == NULL) {
        return false;
    }
    if (product->state != from) {
        return kept_refuse(k, k->row->state, "it is %s already",
                           to == ONLINE ? "online" : "offline");
    }
    product->state = (uint16_t)to;
    product->modified = k->call->now;
    return true;
}

static bool run_offline(kept *k) {
    return set_state(k, ONLINE, OFFLINE);
}

static bool run_online(kept *k) {
    return set_state(k, OFFLINE, ONLINE);
}

static bool run_price(kept *k) {
    record *sku = sku_of(k);
    yyjson_val *special = kept_list(k, k->call->params, "spec_price_list");
    size_t i;
    size_t max;
    yyjson_val *one;
    if (sku == NULL) {
        return false;
    }
    int64_t price = dyface_i64(k->call, "supply_price", sku->num[PRICE]);
    bool fine = price > 0;
    yyjson_arr_foreach(special, i, max, one) {
        fine = fine && kept_i64_of(one, "supply_price", 0) > 0;
    }
    if (!fine) {
        return kept_refuse(k, k->row->state, "supply_price is above 0");
    }
    sku->num[PRICE] = price;
    sku->holder->modified = k->call->now;
    return kept_params(k, sku);
}

static void write_special(kept *k, yyjson_mut_val *row, const char *name, const record *sku) {
    yyjson_val *list = kept_list(k, kept_document(k, sku), "spec_price_list");
    if (list != NULL) {
        kept_put_copy(k, row, name, list);
    } else {
        (void)kept_put_list(k, row, name);
    }
}

static void write_price(kept *k, yyjson_mut_val *list, const record *sku) {
    yyjson_mut_val *row = kept_push(k, list, sku->key);
    kept_put_i64(k, row, "sku_id", number_of(base_str_of(sku->key)));
    kept_put_i64(k, row, "supply_price", sku->num[PRICE]);
    write_special(k, row, "spec_price_list", sku);
}

/* Of a SKU, or of all SKUs of a product. */
static bool run_query_price(kept *k) {
    k->out = yyjson_mut_arr(k->doc);
    if (dyface_has(k->call, "sku_id")) {
        const record *sku = sku_of(k);
        if (sku != NULL) {
            write_price(k, k->out, sku);
        }
        return sku != NULL;
    }
    const record *product = product_of(k);
    if (product == NULL) {
        return false;
    }
    for (const record *sku = records_first_of(product, KEPT_SKU); sku != NULL;
         sku = records_next(sku)) {
        write_price(k, k->out, sku);
    }
    return true;
}

/* ---- stock ---- */

/* In all: no warehouse; else the SKU's share of it. NULL when there is none and may_make is not
 * set, or with the refusal set. */
static record *share_of(kept *k, record *sku, base_str house, bool may_make) {
    if (house.len == 0) {
        return sku;
    }
    base_str key = kept_pair(k, base_str_of(sku->key), house);
    record *share = kept_get(k, KEPT_SHARE, key);
    if (share == NULL && may_make) {
        share = kept_add(k, KEPT_SHARE, key, sku);
        return share != NULL && kept_tag(k, share, house) ? share : NULL;
    }
    return share;
}

static bool run_sync_stock(kept *k) {
    record *sku = sku_of(k);
    base_str house = kept_text(k, "out_warehouse_id");
    base_str once = kept_text(k, "idempotent_id");
    if (sku == NULL) {
        return false;
    }
    if (house.len > 0 && kept_house(k, house) == NULL) {
        return kept_refuse(k, k->row->house, "no such out_warehouse_id");
    }
    if (kept_done_before(k, once)) {
        return true;
    }
    record *share = share_of(k, sku, house, true);
    if (share == NULL) {
        return false;
    }
    int64_t told = dyface_i64(k->call, "stock_num", 0);
    int64_t stock = told + (dyface_bool(k->call, "incremental", false) ? share->num[STOCK] : 0);
    if (told > INT32_MAX || told < INT32_MIN || stock < 0 || stock > INT32_MAX) {
        return kept_refuse(k, k->row->stock, "the stock would be %lld", (long long)stock);
    }
    share->num[STOCK] = stock;
    share->modified = k->call->now;
    return kept_done_now(k, once);
}

static void write_stock(kept *k, yyjson_mut_val *list, base_str house, int64_t stock) {
    yyjson_mut_val *row = kept_push(k, list, "stock");
    kept_put_text(k, row, "out_warehouse_id", house);
    kept_put_i64(k, row, "total_qty", stock);
    kept_put_i64(k, row, "alloc_qty", 0);
    kept_put_i64(k, row, "remain_qty", stock);
}

/* The warehouses' shares; the stock in all as the warehouse "" when there are none. */
static void write_stocks(kept *k, yyjson_mut_val *list, const record *sku, base_str only) {
    const record *share = records_first_of(sku, KEPT_SHARE);
    if (only.len == 0) {
        write_stock(k, list, BASE_STR(""), sku->num[STOCK]);
    }
    for (; share != NULL; share = records_next(share)) {
        if (only.len == 0 || base_str_is(only, share->tag)) {
            write_stock(k, list, base_str_of(share->tag), share->num[STOCK]);
        }
    }
}

static bool run_stock(kept *k) {
    const record *sku = sku_of(k);
    if (sku == NULL) {
        return false;
    }
    k->out = yyjson_mut_arr(k->doc);
    write_stocks(k, k->out, sku, kept_text(k, "out_warehouse_id"));
    return true;
}

/* ---- reading ---- */

/* The pictures of "a|b|c": the first, or the others as a list. */
static void write_pictures(kept *k, yyjson_mut_val *row, base_str pictures, bool others) {
    yyjson_mut_val *list = others ? kept_put_list(k, row, "sub_img_list") : NULL;
    bool first = true;
    for (size_t begin = 0; begin <= pictures.len;) {
        size_t end = begin;
        while (end < pictures.len && pictures.ptr[end] != '|') {
            end++;
        }
        base_str one = { pictures.ptr + begin, end - begin };
        if (first) {
            kept_put_text(k, row, "img", one);
        } else if (list != NULL) {
            kept_push_text(k, list, one);
        }
        first = false;
        begin = end + 1;
    }
}

static void write_head(kept *k, yyjson_mut_val *row, const record *product, yyjson_val *told,
                       bool detail) {
    kept_put_text(k, row, "#", base_str_of(product->key));
    kept_put_i64(k, row, "product_id", number_of(base_str_of(product->key)));
    kept_put_text(k, row, "outer_product_id", base_str_of(product->tag));
    kept_put_text(k, row, "name", kept_text_of(k, told, "name"));
    kept_put_i64(k, row, "status", product->state);
    kept_put_i64(k, row, "sub_status", product->state);
    kept_put_i64(k, row, "create_time", product->created);
    kept_put_i64(k, row, "update_time", product->modified);
    kept_put_i64(k, row, "standard_brand_id", kept_i64_of(told, "standard_brand_id", 0));
    write_pictures(k, row, kept_text_of(k, told, "pic"), detail);
}

static bool in_range(kept *k, const char *from, const char *to, int64_t when) {
    return (!dyface_has(k->call, from) || when >= dyface_i64(k->call, from, 0)) &&
           (!dyface_has(k->call, to) || when <= dyface_i64(k->call, to, 0));
}

static bool run_list(kept *k) {
    int64_t page = dyface_i64(k->call, "page", 1);
    int64_t size = dyface_i64(k->call, "size", LIST_ROWS);
    int64_t seen = 0;
    if (page < 1 || page > INT32_MAX || size < 1) {
        return kept_refuse(k, k->row->state, "page begins with 1");
    }
    size = size > LIST_ROWS ? LIST_ROWS : size;
    kept_page range = { (page - 1) * size, size };
    k->out = yyjson_mut_arr(k->doc);
    for (const record *it = records_first(k->all, k->call->shop, KEPT_GOODS); it != NULL;
         it = records_next(it)) {
        bool fits = dyface_i64(k->call, "status", it->state) == it->state &&
                    dyface_i64(k->call, "sub_status", it->state) == it->state &&
                    in_range(k, "create_start_time", "create_end_time", it->created) &&
                    in_range(k, "update_start_time", "update_end_time", it->modified);
        if (fits && kept_on_page(&range, &seen)) {
            write_head(k, kept_push(k, k->out, it->key), it, kept_document(k, it), false);
        }
    }
    return true;
}

static void write_sku(kept *k, yyjson_mut_val *list, const record *sku, bool priced, bool stocked) {
    yyjson_mut_val *row = kept_push(k, list, sku->key);
    kept_put_i64(k, row, "sku_id", number_of(base_str_of(sku->key)));
    kept_put_text(k, row, "outer_sku_id", base_str_of(sku->tag));
    kept_put_i64(k, row, "product_id", number_of(base_str_of(sku->holder->key)));
    kept_put_i64(k, row, "status", sku->holder->state);
    kept_put_i64(k, row, "sub_status", sku->holder->state);
    kept_put_i64(k, row, "create_time", sku->created);
    kept_put_i64(k, row, "update_time", sku->modified);
    kept_put_i64(k, row, "supply_price", priced ? sku->num[PRICE] : 0);
    yyjson_mut_val *stocks = kept_put_list(k, row, "stock_list");
    if (priced) {
        write_special(k, row, "spec_price", sku);
    } else {
        (void)kept_put_list(k, row, "spec_price");
    }
    if (stocked) {
        write_stocks(k, stocks, sku, BASE_STR(""));
    }
}

/* Prices and stocks unless they are asked not to come. */
static bool run_detail(kept *k) {
    const record *product = product_of(k);
    if (product == NULL) {
        return false;
    }
    yyjson_val *told = kept_document(k, product);
    bool priced = dyface_bool(k->call, "query_sku_price", true);
    bool stocked = dyface_bool(k->call, "query_sku_stock", true);
    write_head(k, k->out, product, told, true);
    kept_put_text(k, k->out, "description", kept_text_of(k, told, "description"));
    kept_put_text(k, k->out, "recommend_remark", kept_text_of(k, told, "recommend_remark"));
    kept_put_copy(k, k->out, "extends", kept_object(k, told, "extends"));
    kept_put_copy(k, k->out, "quality_list", kept_list(k, told, "quality_list"));
    yyjson_mut_val *skus = kept_put_list(k, k->out, "skus");
    for (const record *sku = records_first_of(product, KEPT_SKU); sku != NULL;
         sku = records_next(sku)) {
        write_sku(k, skus, sku, priced, stocked);
    }
    return true;
}

/* ---- categories and brands: those of the shop ---- */

static bool run_categories(kept *k) {
    size_t count = 0;
    const dyface_category *all = dyface_categories(&count);
    int64_t parent = dyface_i64(k->call, "category_id", 0);
    k->out = yyjson_mut_arr(k->doc);
    for (size_t i = 0; i < count; i++) {
        if (all[i].parent == parent) {
            yyjson_mut_val *row = kept_push(k, k->out, all[i].name);
            kept_put_i64(k, row, "id", all[i].id);
            kept_put_text(k, row, "name", base_str_of(all[i].name));
            kept_put_i64(k, row, "parent_id", all[i].parent);
            kept_put_i64(k, row, "level", all[i].level);
            kept_put_bool(k, row, "is_leaf", all[i].leaf);
        }
    }
    return true;
}

/* Those whose Chinese or English name holds the text. */
static bool run_brands(kept *k) {
    static const struct {
        int id;
        const char *cn, *en;
    } brands[] = { { 1001, "千店", "QIANDIAN" }, { 1002, "山茶", "CAMELLIA" } };
    base_str part = kept_text(k, "brand_name");
    yyjson_mut_val *list = kept_put_list(k, k->out, "auth_brand_list");
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++) {
        if (memmem(brands[i].cn, strlen(brands[i].cn), part.ptr, part.len) != NULL ||
            memmem(brands[i].en, strlen(brands[i].en), part.ptr, part.len) != NULL) {
            yyjson_mut_val *row = kept_push(k, list, brands[i].en);
            kept_put_i64(k, row, "brand_id", brands[i].id);
            kept_put_text(k, row, "name_cn", base_str_of(brands[i].cn));
            kept_put_text(k, row, "name_en", base_str_of(brands[i].en));
        }
    }
    return true;
}

static const kept_row rows[] = {
    { "supplyChain.getSupplierCategory", run_categories, .key = "category_id" },
    { "supplyChain.brand.list", run_brands, .key = "category_id" },
    { "supplyChain.supplyProduct.add", run_add, .key = "outer_product_id", .state = "50002:1020" },
    { "supplyChain.supplyProduct.edit", run_edit, .key = "product_id", .missing = "50002:3207",
      .state = "50002:3207" },
    { "supplyChain.supplyProduct.editPrice", run_price, .key = "sku_id", .missing = "50002:3207",
      .state = "50002:3206" },
    { "supplyChain.supplyProduct.offline", run_offline, .key = "product_id",
      .missing = "50002:3207", .state = "50002:3207" },
    { "supplyChain.supplyProduct.setOnline", run_online, .key = "product_id",
      .missing = "50002:3207", .state = "50002:3207" },
    { "supplyChain.supplyProduct.getSupplyProductList", run_list, .state = "40004:1020" },
    { "supplyChain.supplyProduct.getSupplyProductDetail", run_detail, .key = "product_id",
      .missing = "50002:2001" },
    { "supplyChain.supplyProduct.queryPrice", run_query_price, .key = "sku_id",
      .missing = "50002:2001" },
    { "supplyChain.sku.stockNum", run_stock, .key = "sku_id", .missing = "50002:2001" },
    { "supplyChain.sku.syncSupplyStock", run_sync_stock, .key = "sku_id", .missing = "50002:2001",
      .house = "50002:4003", .stock = "40004:1020" },
};

const kept_row *kept_supply_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
