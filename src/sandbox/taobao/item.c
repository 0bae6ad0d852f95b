/*
 * Reading items: the lists of what is on sale (api 18) and in the warehouse, whole items (api
 * taobao.item.seller.get, taobao.items.seller.list.get) and SKUs. The lists serve a few fields
 * only: SKUs come with the whole item.
 */
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { PAGE_ROWS = 200, MOST_ITEMS = 20, MOST_SKU_ITEMS = 40 };

/* Of api 18's answer; every other field needs a whole item. */
static const char *const listed[] = {
    "approve_status", "iid",        "num_iid",          "title",    "nick",
    "type",           "cid",        "seller_cids",      "pic_url",  "num",
    "props",          "valid_thru", "list_time",        "price",    "has_discount",
    "has_invoice",    "modified",   "has_warranty",     "outer_id", "has_showcase",
    "delist_time",    "postage_id", "sold_quantity",    "is_ex",    "is_virtual",
    "is_taobao",      "is_cspu",    "first_starts_time"
};

static bool is_listed(base_str name) {
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        if (base_str_is(name, listed[i])) {
            return true;
        }
    }
    return false;
}

static bool list_fields(tbface_call *call, world_fields *out) {
    if (!tbface_fields(call, NULL, out)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (is_listed(out->names[i])) {
            out->names[kept++] = out->names[i];
        }
    }
    out->count = kept;
    return true;
}

static bool read_order(tbface_call *call, world_product_query *query) {
    base_str by = tbface_text(call, "order_by");
    query->descending = true;
    if (by.len == 0 || base_str_is(by, "list_time:desc") || base_str_is(by, "list_time:asc")) {
        query->order_by = WORLD_BY_CREATED;
    } else if (base_str_is(by, "modified:desc") || base_str_is(by, "modified:asc")) {
        query->order_by = WORLD_BY_MODIFIED;
    } else {
        return tbface_invalid(call, "order_by", "is list_time or modified, with :asc or :desc");
    }
    query->descending = by.len == 0 || by.ptr[by.len - 4] == 'd'; /* "desc" or ":asc" */
    return true;
}

static bool write_list(tbface_call *call, uint32_t sale_mask) {
    static const char *const not_modelled[] = { "cid",     "seller_cids", "has_discount",
                                                "is_ex",   "is_taobao",   "has_showcase",
                                                "is_cspu", "is_combine",  "auction_type" };
    uint32_t items[PAGE_ROWS];
    uint32_t count = 0;
    uint32_t size = 0;
    uint64_t offset = 0;
    uint64_t total = 0;
    world_fields fields;
    qd_err err = QD_ERR_INIT;
    world_product_query query;
    memset(&query, 0, sizeof query);
    for (size_t i = 0; i < sizeof not_modelled / sizeof not_modelled[0]; i++) {
        if (tbface_has(call, not_modelled[i])) {
            return tbface_invalid(call, not_modelled[i],
                                  "is a filter that the sandbox does not model");
        }
    }
    query.shop = call->shop;
    query.sale_mask = sale_mask;
    query.name = face_param_text(&call->params, "q");
    if (tbface_has(call, "start_modified") || tbface_has(call, "end_modified")) {
        query.modified_from = tbface_time(call, "start_modified", 1);
        query.modified_to = tbface_time(call, "end_modified", call->now) + 1;
    }
    if (!tbface_page(call, PAGE_ROWS, &offset, &size) || !read_order(call, &query) ||
        !list_fields(call, &fields)) {
        return false;
    }
    if (world_products(call->world, &query, call->now, offset, size, &total, items, &count, &err) !=
        QD_OK) {
        return tbface_fail(call, 15, "isp.unknown-error", "%s", err.message);
    }
    base_buf_printf(call->out, "\"total_results\":%llu,", (unsigned long long)total);
    tbface_list_open(call, "items", "item");
    for (uint32_t i = 0; i < count; i++) {
        base_buf_reset(&call->scratch);
        (void)world_render_product(call->world, items[i], call->now, &call->scratch);
        if (i > 0) {
            base_buf_add_char(call->out, ',');
        }
        if (!tbface_document(call, &fields)) {
            return false;
        }
    }
    tbface_list_close(call);
    return true;
}

static bool run_onsale(tbface_call *call) {
    return write_list(call, 1U << WORLD_ONLINE);
}

static bool run_inventory(tbface_call *call) {
    base_str banner = tbface_text(call, "banner");
    if (banner.len > 0 && !base_str_is(banner, "for_shelved") &&
        !base_str_is(banner, "off_shelf")) {
        return write_list(call, 1U << WORLD_SALES); /* the world has no item of the other kinds */
    }
    return write_list(call, 1U << WORLD_OFFLINE);
}

/* ---- whole items ---- */

uint32_t tbface_item_of(tbface_call *call, world_product_state *out) {
    uint32_t item = world_product_find(call->world, call->shop, tbface_i64(call, "num_iid", 0));
    if (item == WORLD_NONE || !world_product_state_at(call->world, item, call->now, out) ||
        out->sale == WORLD_DELETED) {
        (void)tbface_fail(call, 15, "isv.item-not-exist", "num_iid names no item of this seller");
        return WORLD_NONE;
    }
    return item;
}

static bool run_seller_get(tbface_call *call) {
    world_fields fields;
    world_product_state state;
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE || !tbface_fields(call, NULL, &fields)) {
        return false;
    }
    base_buf_reset(&call->scratch);
    (void)world_render_product(call->world, item, call->now, &call->scratch);
    base_buf_add_text(call->out, "\"item\":");
    return tbface_document(call, &fields);
}

/* Calls each(item) for the ids of num_iids; unknown ones are passed over, as TOP does. */
static bool each_item(tbface_call *call, size_t most, const world_fields *fields,
                      bool (*each)(tbface_call *, uint32_t, const world_fields *, bool *)) {
    base_str part;
    bool first = true;
    base_str ids = tbface_text(call, "num_iids");
    for (size_t n = 0; tbface_part(ids, ',', n, &part); n++) {
        int64_t id = 0;
        world_product_state state;
        if (n >= most) {
            return tbface_invalid(call, "num_iids", "names too many items");
        }
        if (!base_str_to_i64(part, &id)) {
            return tbface_invalid(call, "num_iids", "holds a value that is no id");
        }
        uint32_t item = world_product_find(call->world, call->shop, id);
        if (item == WORLD_NONE || !world_product_state_at(call->world, item, call->now, &state) ||
            state.sale == WORLD_DELETED) {
            continue;
        }
        if (!each(call, item, fields, &first)) {
            return false;
        }
    }
    return true;
}

static bool each_whole(tbface_call *call, uint32_t item, const world_fields *fields, bool *first) {
    base_buf_reset(&call->scratch);
    (void)world_render_product(call->world, item, call->now, &call->scratch);
    base_buf_add_text(call->out, *first ? "" : ",");
    *first = false;
    return tbface_document(call, fields);
}

static bool run_seller_list(tbface_call *call) {
    world_fields fields;
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    tbface_list_open(call, "items", "item");
    if (!each_item(call, MOST_ITEMS, &fields, each_whole)) {
        return false;
    }
    tbface_list_close(call);
    return true;
}

/* ---- SKUs ---- */

static bool each_skus(tbface_call *call, uint32_t item, const world_fields *fields, bool *first) {
    yyjson_doc *doc = NULL;
    base_buf rows;
    base_buf_init(&rows, LIMIT_DOCUMENT_BYTES);
    (void)world_render_skus(call->world, item, call->now, &rows);
    bool ok = codec_json_read(base_buf_str(&rows), LIMIT_DOCUMENT_BYTES, &doc, NULL) == QD_OK;
    base_buf_clear(&rows);
    size_t i;
    size_t n;
    yyjson_val *row;
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, n, row) {
        base_buf_reset(&call->scratch);
        face_add_json(&call->scratch, row);
        base_buf_add_text(call->out, *first ? "" : ",");
        *first = false;
        ok = ok && tbface_document(call, fields);
    }
    yyjson_doc_free(doc);
    return ok || tbface_fail(call, 15, "isp.unknown-error", "the SKUs were not rendered");
}

static bool run_item_skus(tbface_call *call) {
    world_fields fields;
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    tbface_list_open(call, "skus", "sku");
    if (!each_item(call, MOST_SKU_ITEMS, &fields, each_skus)) {
        return false;
    }
    tbface_list_close(call);
    return true;
}

static bool run_item_sku(tbface_call *call) {
    world_fields fields;
    world_sku_ref sku;
    if (!world_sku_find(call->world, call->shop, tbface_i64(call, "sku_id", 0), &sku)) {
        return tbface_fail(call, 15, "isv.sku-not-exist", "sku_id names no SKU of this seller");
    }
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    base_buf_reset(&call->scratch);
    (void)world_render_sku(call->world, sku, call->now, &call->scratch);
    base_buf_add_text(call->out, "\"sku\":");
    return tbface_document(call, &fields);
}

static const tbface_method methods[] = {
    { "taobao.items.onsale.get",
      "fields*s q:s page_no:i page_size:i order_by:s start_modified:d end_modified:d", run_onsale,
      false },
    { "taobao.items.inventory.get",
      "fields*s q:s banner:s page_no:i page_size:i order_by:s start_modified:d end_modified:d",
      run_inventory, false },
    { "taobao.item.seller.get", "fields*s num_iid*i", run_seller_get, false },
    { "taobao.items.seller.list.get", "fields*s num_iids*s", run_seller_list, false },
    { "taobao.item.skus.get", "fields*s num_iids*s", run_item_skus, false },
    { "taobao.item.sku.get", "fields*s sku_id*i num_iid:i", run_item_sku, false },
};

const tbface_method *tbface_item_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
