/*
 * Listings of bills by cursor: order.getSettleBillDetailV2, V3 and order.getShopAccountItem. The
 * cursor is opaque and holds the time, too: a client that leaves start_time where it was reads the
 * same rows as one that moves it to next_start_time. Rows of a day are there on the next day at
 * 12:00 (+08:00).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/douyin/bill.h"

enum { READY_HOUR = 12, INVALID = 100026 };

/* ---- the terms of a request ---- */

static bool read_moment(dyface_call *call, const char *name, bool needed, int64_t fallback,
                        int64_t *out) {
    base_str text = dyface_text(call, name);
    *out = fallback;
    if (text.len == 0) {
        return !needed || dyface_invalid(call, INVALID, name, "is required");
    }
    return base_time_from_cn(text, out) ||
           dyface_invalid(call, call->method->invalid_n, name, "is yyyy-MM-dd HH:mm:ss");
}

bool dyface_bill_terms(dyface_call *call, bool needed, world_bill_query *out) {
    base_str order = dyface_text(call, "order_id");
    *out = (world_bill_query){ .shop = call->shop, .order = WORLD_NONE };
    if (!read_moment(call, "start_time", needed, call->now - 7 * 86400, &out->from) ||
        !read_moment(call, "end_time", needed, call->now, &out->to)) {
        return false;
    }
    if (out->to < out->from) {
        return dyface_invalid(call, call->method->invalid_n, "end_time", "lies before start_time");
    }
    out->to++;
    /* Which number means what, no source tells: 1 is the order's time here. */
    out->by_ordered = base_str_is(dyface_text(call, "time_type"), "1");
    out->product_id = dyface_i64(call, "product_id", 0);
    if (order.len > 0) {
        out->order = world_order_find(call->world, call->shop, order);
        out->from = out->order == WORLD_NONE ? out->to : out->from; /* nobody's */
    }
    return true;
}

/* ---- pages ---- */

typedef struct cursor {
    int64_t settled;
    uint64_t line_id;
} cursor;

/* "1763000000-4253...": everything behind it. */
static bool read_cursor(dyface_call *call, cursor *out) {
    base_str text = dyface_text(call, "start_index");
    const char *dash = text.len > 0 ? memchr(text.ptr, '-', text.len) : NULL;
    int64_t line = 0;
    *out = (cursor){ 0, 0 };
    if (text.len == 0) {
        return true;
    }
    size_t head = dash != NULL ? (size_t)(dash - text.ptr) : 0;
    if (dash == NULL || !base_str_to_i64((base_str){ text.ptr, head }, &out->settled) ||
        !base_str_to_i64((base_str){ dash + 1, text.len - head - 1 }, &line)) {
        return dyface_invalid(call, call->method->invalid_n, "start_index",
                              "is the next_start_index of the page before");
    }
    out->line_id = (uint64_t)line;
    return true;
}

static bool is_behind(const world_bill *row, const cursor *at) {
    return row->settled > at->settled ||
           (row->settled == at->settled && row->line_id > at->line_id);
}

static void write_page(dyface_call *call, dyface_bill_form form, const world_bill *rows,
                       size_t count, int64_t size) {
    const world_shop *shop = world_shop_at(call->world, call->shop);
    size_t shown = count < (size_t)size ? count : (size_t)size;
    char next[64] = "", when[BASE_TIME_TEXT] = "";
    if (shown < count) {
        const world_bill *last = &rows[shown - 1];
        (void)snprintf(next, sizeof next, "%lld-%llu", (long long)last->settled,
                       (unsigned long long)last->line_id);
        base_time_to_cn(last->settled, when);
    }
    base_buf_printf(call->out,
                    "{\"code\":\"100000\",\"code_msg\":\"成功\",\"size\":%lld,\"is_end\":%d,"
                    "\"next_start_index\":\"%s\",\"next_start_time\":\"%s\",\"data_size\":%zu,"
                    "\"data\":[",
                    (long long)size, shown == count, next, when, shown);
    for (size_t i = 0; i < shown; i++) {
        base_buf_add_text(call->out, i > 0 ? "," : "");
        dyface_bill_json(shop, form, &rows[i], call->out);
    }
    base_buf_add_text(call->out, "]}");
}

static bool run_page(dyface_call *call, dyface_bill_form form, int64_t most) {
    world_bill_query query;
    cursor at;
    qd_err err = QD_ERR_INIT;
    world_bill *rows = NULL;
    size_t count = 0, skip = 0;
    int64_t size = dyface_i64(call, "size", 100);
    if (size < 1 || size > most) {
        return dyface_invalid(call, call->method->invalid_n, "size", "is out of range");
    }
    if (!dyface_bill_terms(call, false, &query) || !read_cursor(call, &at)) {
        return false;
    }
    int64_t until = world_bills_until(call->now, READY_HOUR);
    if (world_bills(call->world, &query, until - 1, &rows, &count, &err) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:100001", "%s", err.message);
    }
    while (skip < count && !is_behind(&rows[skip], &at)) {
        skip++;
    }
    write_page(call, form, rows != NULL ? rows + skip : NULL, count - skip, size);
    free(rows);
    return true;
}

static bool run_v2(dyface_call *call) {
    return run_page(call, DYFACE_SETTLE_V2, 200);
}

static bool run_v3(dyface_call *call) {
    return run_page(call, DYFACE_SETTLE, 100);
}

static bool run_account(dyface_call *call) {
    return run_page(call, DYFACE_ACCOUNT, 1000);
}

static const dyface_method methods[] = {
    { "order.getSettleBillDetailV2",
      "size:i start_time:s end_time:s order_id:s product_id:s pay_type:s flow_type:s time_type:s "
      "start_index:s",
      INVALID, INVALID, run_v2, false },
    { "order.getSettleBillDetailV3",
      "size:i start_time:s end_time:s order_id:s product_id:s pay_type:s flow_type:s time_type:s "
      "start_index:s",
      INVALID, INVALID, run_v3, false },
    { "order.getShopAccountItem",
      "start_time:s end_time:s order_id:s size:i account_type:i biz_type:i time_type:i "
      "start_index:s product_id:s",
      500, 500, run_account, false },
};

const dyface_method *dyface_bill_detail_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
