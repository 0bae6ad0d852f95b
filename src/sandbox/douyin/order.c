/*
 * Reading orders: order.searchList and order.orderDetail (docs 15/1342, 15/1343). Pages from 0, at
 * most 100 rows a page and 50,000 rows a search, both time ranges inclusive at both ends.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum { SEARCH_ROWS = 50000, PAGE_ROWS = 100 };

/* The half-open range of an inclusive pair of parameters; false with the refusal set. */
static bool read_range(dyface_call *call, const char *start, const char *end, int64_t *from,
                       int64_t *to) {
    if (!dyface_has(call, start) && !dyface_has(call, end)) {
        return true;
    }
    if (!dyface_has(call, start)) {
        return dyface_invalid(call, 20011, start, "is required when the end is given");
    }
    *from = dyface_i64(call, start, 0);
    *to = dyface_i64(call, end, call->now);
    if (*from < 0 || *to < *from || *to > DYFACE_LAST_TIME) {
        return dyface_invalid(call, 20011, start, "lies after the end");
    }
    *to += 1;
    return true;
}

/* Every world status whose wire code is code, with and without cash on delivery. */
static uint32_t mask_of_code(int64_t code) {
    uint32_t mask = 0;
    for (int status = 0; status < WORLD_STATUSES; status++) {
        for (int cod = 0; cod < 2; cod++) {
            world_order_state state;
            memset(&state, 0, sizeof state);
            state.status = (world_status)status;
            state.cod = cod == 1;
            if (world_douyin_status(&state) == code) {
                mask |= 1U << status;
            }
        }
    }
    if (code == 105) { /* "paid" stands beside "to ship" in the search filter */
        mask |= 1U << WORLD_PAID;
    }
    return mask;
}

static void none(world_order_query *query) {
    query->created_from = 1; /* nobody's orders */
    query->created_to = 2;
}

static bool read_status(dyface_call *call, world_order_query *query) {
    yyjson_val *list = dyface_array(call, "combine_status");
    if (list == NULL || yyjson_arr_size(list) == 0) {
        return true;
    }
    if (yyjson_arr_size(list) > 1) {
        return dyface_invalid(call, 20012, "combine_status", "holds at most one element");
    }
    yyjson_val *one = yyjson_arr_get_first(list);
    int64_t code = dyface_i64_of(one, "order_status", 0);
    if (code != 0) {
        query->status_mask = mask_of_code(code);
        if (query->status_mask == 0) {
            none(query);
        }
    }
    return true;
}

static bool read_after_sale(dyface_call *call, world_order_query *query) {
    base_str desc = dyface_text(call, "after_sale_status_desc");
    if (desc.len == 0 || base_str_is(desc, "all")) {
        return true;
    }
    if (base_str_is(desc, "in_aftersale")) {
        query->refund_mask = 1U << WORLD_REFUND_ASKED | 1U << WORLD_REFUND_SERVICE;
    } else if (base_str_is(desc, "refund")) {
        query->refund_mask = 1U << WORLD_REFUND_ASKED;
    } else if (base_str_is(desc, "refund_success")) {
        query->refund_mask = 1U << WORLD_REFUND_DONE_PART | 1U << WORLD_REFUND_DONE_ALL;
    } else if (base_str_is(desc, "refund_fail")) {
        query->refund_mask = 1U << WORLD_REFUND_FAILED;
    } else if (base_str_is(desc, "exchange_success")) {
        query->refund_mask = 1U << WORLD_REFUND_EXCHANGED;
    } else if (base_str_is(desc, "aftersale_close")) {
        query->refund_mask = 1U << WORLD_REFUND_CLOSED;
    } else {
        return dyface_invalid(call, 20008, "after_sale_status_desc", "has no such value");
    }
    return true;
}

static bool read_query(dyface_call *call, world_order_query *query) {
    static const char *const not_modelled[] = { "b_type",         "presell_type", "order_type",
                                                "abnormal_order", "trade_type",   "fulfil_status" };
    memset(query, 0, sizeof *query);
    query->shop = call->shop;
    for (size_t i = 0; i < sizeof not_modelled / sizeof not_modelled[0]; i++) {
        if (dyface_has(call, not_modelled[i])) {
            return dyface_invalid(call, 1, not_modelled[i],
                                  "is a filter that the sandbox does not model");
        }
    }
    if (!read_range(call, "create_time_start", "create_time_end", &query->created_from,
                    &query->created_to) ||
        !read_range(call, "update_time_start", "update_time_end", &query->modified_from,
                    &query->modified_to)) {
        return false;
    }
    base_str by = dyface_text(call, "order_by");
    if (by.len > 0 && !base_str_is(by, "create_time") && !base_str_is(by, "update_time")) {
        return dyface_invalid(call, 1, "order_by", "is create_time or update_time");
    }
    query->order_by = base_str_is(by, "update_time") ? WORLD_BY_MODIFIED : WORLD_BY_CREATED;
    query->descending = !dyface_bool(call, "order_asc", false);
    query->product = dyface_text(call, "product");
    query->tracking_no = dyface_text(call, "tracking_no");
    return read_status(call, query) && read_after_sale(call, query);
}

static bool run_search_list(dyface_call *call) {
    uint32_t orders[PAGE_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    world_order_query query;
    qd_err err = QD_ERR_INIT;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 0);
    if (page < 0) {
        return dyface_invalid(call, 10035, "page", "begins with 0");
    }
    if (size < 1 || size > PAGE_ROWS) {
        return dyface_invalid(call, 20008, "size", "is 1 to 100");
    }
    if (page >= SEARCH_ROWS / size) {
        return dyface_invalid(call, 20013, "page", "lies beyond 50,000 rows");
    }
    if (!read_query(call, &query)) {
        return false;
    }
    if (world_orders(call->world, &query, call->now, (uint64_t)(page * size), (uint32_t)size,
                     &total, orders, &count, &err) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:20004", "%s", err.message);
    }
    base_buf_printf(call->out, "{\"page\":%lld,\"total\":%llu,\"size\":%lld,\"shop_order_list\":[",
                    (long long)page, (unsigned long long)total, (long long)size);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            base_buf_add_char(call->out, ',');
        }
        (void)world_render_order(call->world, orders[i], call->now, call->out);
    }
    base_buf_add_text(call->out, "]}");
    face_shift(call->face, BASE_STR("order.searchList"), orders, count);
    return true;
}

uint32_t dyface_order_of(dyface_call *call, const char *param) {
    base_str id = dyface_text(call, param);
    uint32_t order = world_order_find(call->world, call->shop, id);
    if (order == WORLD_NONE && id.len > 0 && id.ptr[id.len - 1] == 'A') {
        id.len--; /* the old methods put the suffix A to every parent id */
        order = world_order_find(call->world, call->shop, id);
    }
    world_order_state state;
    if (order != WORLD_NONE && world_order_state_at(call->world, order, call->now, &state)) {
        return order;
    }
    for (uint32_t shop = 0; shop < world_shop_count(call->world); shop++) {
        if (shop != call->shop && world_order_find(call->world, shop, id) != WORLD_NONE) {
            (void)dyface_fail(call, 50002, "isv.business-failed:20015",
                              "%s: the order belongs to another shop", param);
            return WORLD_NONE;
        }
    }
    (void)dyface_invalid(call, 20014, param, "names no order");
    return WORLD_NONE;
}

static bool run_order_detail(dyface_call *call) {
    uint32_t order = dyface_order_of(call, "shop_order_id");
    if (order == WORLD_NONE) {
        return false;
    }
    base_buf_add_text(call->out, "{\"shop_order_detail\":");
    (void)world_render_order(call->world, order, call->now, call->out);
    base_buf_add_char(call->out, '}');
    return true;
}

static const dyface_method methods[] = {
    { "order.searchList",
      "page*i size*i product:s b_type:i after_sale_status_desc:s tracking_no:s presell_type:i "
      "order_type:i create_time_start:i create_time_end:i abnormal_order:i trade_type:i "
      "combine_status:a update_time_start:i update_time_end:i order_by:s order_asc:b "
      "fulfil_status:s",
      20008, 20008, run_search_list, false },
    { "order.orderDetail", "shop_order_id*s", 20000, 20001, run_order_detail, false },
};

const dyface_method *dyface_order_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
