/*
 * Reading products: product.listV2 (docs 14/633), the old product.list (14/57) and product.detail
 * (14/56). listV2: pages from 1 to 100, at most 10,000 rows, its time windows leave out both ends.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum { PAGE_ROWS = 100, LIST_ROWS = 10000, MOST_IDS = 100 };

/* The half-open range of a pair whose two ends are left out. */
static bool read_range(dyface_call *call, const char *start, const char *end, int64_t *from,
                       int64_t *to) {
    if (!dyface_has(call, start) && !dyface_has(call, end)) {
        return true;
    }
    *from = dyface_i64(call, start, 0);
    *to = dyface_i64(call, end, DYFACE_LAST_TIME);
    if (*from < 0 || *to < 0 || *from > DYFACE_LAST_TIME || *to > DYFACE_LAST_TIME) {
        return dyface_invalid(call, 2010004, start, "and its end are unix seconds");
    }
    *from += 1;
    if (*to <= *from) { /* nothing lies strictly between */
        *from = 1;
        *to = 2;
    }
    return true;
}

static bool read_ids(dyface_call *call, int64_t *ids, world_product_query *query) {
    yyjson_val *list = dyface_array(call, "product_id");
    if (list == NULL) {
        return true;
    }
    if (yyjson_arr_size(list) > MOST_IDS) {
        return dyface_invalid(call, 2010004, "product_id", "holds at most 100 ids");
    }
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, n, item) {
        if (!codec_json_i64(item, &ids[query->id_count])) {
            return dyface_invalid(call, 2010004, "product_id", "holds a value that is no id");
        }
        query->id_count++;
    }
    query->ids = ids;
    return true;
}

/* Status filters shared by both lists; passed = everything in the world. */
static bool read_status(dyface_call *call, world_product_query *query, bool *out_none) {
    if (dyface_has(call, "status")) {
        int64_t status = dyface_i64(call, "status", -1);
        if (status < 0 || status > 2) {
            return dyface_invalid(call, 2010004, "status", "is 0, 1 or 2");
        }
        query->sale_mask = 1U << status; /* world_sale has the platform's order */
    }
    *out_none = (dyface_has(call, "check_status") && dyface_i64(call, "check_status", 3) != 3) ||
                (dyface_has(call, "product_type") && dyface_i64(call, "product_type", 0) != 0);
    return true;
}

/* Writes "[row,row]"; the total is known when it returns true. */
static bool write_rows(dyface_call *call, const world_product_query *query, uint64_t offset,
                       uint32_t limit, base_buf *rows, uint64_t *out_total, uint32_t *out_count) {
    uint32_t products[PAGE_ROWS];
    qd_err err = QD_ERR_INIT;
    if (world_products(call->world, query, call->now, offset, limit, out_total, products, out_count,
                       &err) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:20053", "%s", err.message);
    }
    base_buf_add_char(rows, '[');
    for (uint32_t i = 0; i < *out_count; i++) {
        if (i > 0) {
            base_buf_add_char(rows, ',');
        }
        (void)world_render_product(call->world, products[i], call->now, rows);
    }
    base_buf_add_char(rows, ']');
    return true;
}

static bool run_list_v2(dyface_call *call) {
    int64_t ids[MOST_IDS];
    bool nothing = false;
    uint64_t total = 0;
    uint32_t count = 0;
    world_product_query query;
    memset(&query, 0, sizeof query);
    query.shop = call->shop;
    query.descending = true;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 0);
    if (page < 1 || page > 100) {
        return dyface_invalid(call, 2010004, "page", "is 1 to 100");
    }
    if (size < 1 || size > PAGE_ROWS) {
        return dyface_invalid(call, 2010004, "size", "is 1 to 100");
    }
    if (page * size > LIST_ROWS) {
        return dyface_invalid(call, 2010004, "page", "times size is at most 10,000");
    }
    if (dyface_bool(call, "use_cursor", false)) {
        return dyface_invalid(call, 2010004, "use_cursor", "is not modelled by the sandbox");
    }
    if (!read_status(call, &query, &nothing) ||
        !read_range(call, "start_time", "end_time", &query.created_from, &query.created_to) ||
        !read_range(call, "update_start_time", "update_end_time", &query.modified_from,
                    &query.modified_to) ||
        !read_ids(call, ids, &query)) {
        return false;
    }
    query.name = dyface_has(call, "name") ? dyface_text(call, "name") : BASE_STR("");
    if (nothing) {
        query.created_from = 1;
        query.created_to = 2;
    }
    base_buf_add_text(call->out, "{\"data\":");
    if (!write_rows(call, &query, (uint64_t)((page - 1) * size), (uint32_t)size, call->out, &total,
                    &count)) {
        return false;
    }
    base_buf_printf(call->out, ",\"page\":%lld,\"size\":%lld,\"total\":%llu}", (long long)page,
                    (long long)size, (unsigned long long)total);
    return true;
}

/* Old: pages from 0 to 99, "data" inside "data". */
static bool run_list_old(dyface_call *call) {
    bool nothing = false;
    uint64_t total = 0;
    uint32_t count = 0;
    world_product_query query;
    memset(&query, 0, sizeof query);
    query.shop = call->shop;
    query.name = BASE_STR("");
    query.descending = true;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 10);
    if (page < 0 || page > 99) {
        return dyface_invalid(call, 2010004, "page", "is 0 to 99");
    }
    if (size < 1 || size > PAGE_ROWS) {
        return dyface_invalid(call, 2010004, "size", "is 1 to 100");
    }
    if (!read_status(call, &query, &nothing)) {
        return false;
    }
    if (nothing) {
        query.created_from = 1;
        query.created_to = 2;
    }
    base_buf_add_text(call->out, "{\"data\":");
    if (!write_rows(call, &query, (uint64_t)(page * size), (uint32_t)size, call->out, &total,
                    &count)) {
        return false;
    }
    base_buf_printf(call->out,
                    ",\"all\":%llu,\"all_pages\":%llu,\"count\":%u,\"current_page\":%lld,"
                    "\"page_size\":%lld}",
                    (unsigned long long)total,
                    (unsigned long long)((total + (uint64_t)size - 1) / (uint64_t)size), count,
                    (long long)page, (long long)size);
    return true;
}

uint32_t dyface_product_of(dyface_call *call) {
    world_product_state state;
    uint32_t product = WORLD_NONE;
    if (dyface_has(call, "product_id")) {
        product = world_product_find(call->world, call->shop, dyface_i64(call, "product_id", 0));
    } else if (dyface_has(call, "out_product_id") || dyface_has(call, "outer_product_id")) {
        const char *name =
            dyface_has(call, "out_product_id") ? "out_product_id" : "outer_product_id";
        product = world_product_by_outer(call->world, call->shop, dyface_text(call, name));
        if (product == WORLD_NONE) {
            (void)dyface_invalid(call, 4, name, "names no product");
            return WORLD_NONE;
        }
    } else {
        (void)dyface_fail(call, 40002, "isv.missing-parameter:3",
                          "product_id or out_product_id is required");
        return WORLD_NONE;
    }
    if (product == WORLD_NONE || !world_product_state_at(call->world, product, call->now, &state)) {
        (void)dyface_invalid(call, 2010058, "product_id", "names no product");
        return WORLD_NONE;
    }
    return product;
}

static bool run_detail(dyface_call *call) {
    uint32_t product = dyface_product_of(call);
    return product != WORLD_NONE &&
           (world_render_product_detail(call->world, product, call->now, call->out) ||
            dyface_invalid(call, 2010058, "product_id", "names no product"));
}

static const dyface_method methods[] = {
    { "product.listV2",
      "page*i size*i status:i check_status:i product_type:i start_time:i end_time:i "
      "update_start_time:i update_end_time:i store_id:i name:s product_id:a use_cursor:b "
      "cursor_id:s",
      2010003, 2010004, run_list_v2, false },
    { "product.list", "page:i size:i status:i check_status:i", 2010003, 2010004, run_list_old,
      false },
    { "product.detail", "product_id:i out_product_id:s show_draft:s", 2010003, 2010004, run_detail,
      false },
};

const dyface_method *dyface_product_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
