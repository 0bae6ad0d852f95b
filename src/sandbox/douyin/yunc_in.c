/*
 * Goods that come into a cloud warehouse: orders of purchase, of return, between businesses and of
 * the reflow warehouse; their cancellation; what the warehouse reports. What is received grows the
 * stock of (warehouse, cargo, quality as received); a report with a number that was there before is
 * answered the same and moves nothing. More than was announced is refused.
 *
 * Wire values from the vendor's comments (sevencat/ecommerce_sdk): received_qty is this report's,
 * total_qty all so far; status 2 in work, 3 done, 4 cancelled; reflow events 2 part, 3 all, 4
 * cancelled.
 */
#include "sandbox/douyin/kept.h"

enum { PURCHASE = 1, RETURNED, BUSINESS };

static bool run_create(kept *k) {
    record *order = NULL;
    base_str house = kept_text(k, "warehouse_code");
    if (!kept_house_known(k, house)) {
        return kept_refuse(k, k->row->house, "yunc.shopWarehouseRefQuery lists the warehouses");
    }
    if (!kept_owner_is(k, kept_text(k, "owner_code")) || !kept_shop_is(k, "shop_id") ||
        !kept_shop_is(k, "shopid")) {
        return kept_refuse(k, k->row->missing, "owner_code or shop_id is another shop's");
    }
    if (!kept_order_add(k, KEPT_IN, house, &order)) {
        return false;
    }
    kept_answer_logistics(k, order);
    kept_answer_pair(k, 0, BASE_STR(""));
    return true;
}

/* ---- cancelling ---- */

static bool run_cancel(kept *k) {
    record *order = kept_order_of(k, KEPT_IN, kept_text(k, k->row->key));
    if (order == NULL || order->num[KEPT_FLAVOUR] != k->row->flavour) {
        return kept_refuse(k, k->row->missing, "no such order");
    }
    if (!kept_owner_is(k, kept_text(k, "owner_code")) || !kept_shop_is(k, "shop_id")) {
        return kept_refuse(k, "50002:100100", "owner_code or shop_id is another shop's");
    }
    if (order->state != ORDER_CREATED) {
        return kept_refuse(k, k->row->state,
                           order->state == ORDER_CANCELLED ? "it is cancelled already"
                                                           : "the warehouse has begun");
    }
    if (!kept_event(k, order, kept_text(k, "cancel_reason"))) {
        return false;
    }
    order->state = ORDER_CANCELLED;
    kept_answer_logistics(k, order);
    return true;
}

/* ---- reports ---- */

typedef struct receipt {
    record *line;
    int quality;
    int64_t count;
    bool refused; /* by the warehouse: done with, but no stock */
} receipt;

enum { MOST_RECEIPTS = 2000 };

typedef struct report {
    record *order;
    receipt *items;
    size_t count;
} report;

static bool report_open(kept *k, report *out, record *order) {
    *out = (report){ .order = order };
    out->items = base_arena_alloc(k->call->face->arena, MOST_RECEIPTS * sizeof *out->items);
    return out->items != NULL || kept_full(k);
}

/* Each line's sum over the whole report must fit: SCRATCH collects it. */
static bool report_fits(report *r) {
    bool fits = true;
    for (size_t i = 0; i < r->count; i++) {
        record *line = r->items[i].line;
        line->num[KEPT_SCRATCH] += r->items[i].count;
        fits = fits && line->num[KEPT_SCRATCH] <= kept_line_left(line);
    }
    for (size_t i = 0; i < r->count; i++) {
        r->items[i].line->num[KEPT_SCRATCH] = 0;
    }
    return fits;
}

static bool all_done(const record *order) {
    for (const record *line = records_first_of(order, KEPT_LINE); line != NULL;
         line = records_next(line)) {
        if (kept_line_left(line) > 0) {
            return false;
        }
    }
    return true;
}

static bool report_apply(kept *k, report *r, bool finished) {
    for (size_t i = 0; i < r->count; i++) {
        const receipt *item = &r->items[i];
        record *stock =
            kept_stock(k, base_str_of(r->order->tag), base_str_of(item->line->tag), item->quality);
        if (stock == NULL || (!item->refused && !kept_stock_move(k, stock, item->count,
                                                                 base_str_of(r->order->key)))) {
            return false;
        }
        item->line->num[KEPT_DONE] += item->count;
        item->line->modified = k->call->now;
    }
    r->order->modified = k->call->now;
    r->order->state = finished || all_done(r->order) ? ORDER_DONE : ORDER_WORKING;
    return true;
}

/* Adds one; line, quality and count must make sense. */
static bool report_add(kept *k, report *r, record *line, int quality, int64_t count, bool refused) {
    if (line == NULL) {
        return kept_refuse(k, k->row->goods, "the order has no such line or cargo");
    }
    if (count < 0 || count > INT32_MAX || quality < 0 || r->count == MOST_RECEIPTS) {
        return dyface_invalid(k->call, 1, k->row->lines, "holds a quantity that is none");
    }
    r->items[r->count++] = (receipt){ line, quality, count, refused };
    return true;
}

static bool report_end(kept *k, report *r, base_str slip, bool finished) {
    if (!report_fits(r)) {
        return kept_refuse(k, k->row->stock, "more is received than was announced");
    }
    /* A stock and a log each, and the slip. */
    if (!records_have_room(k->all, 2 * r->count + 1)) {
        return kept_full(k);
    }
    return kept_done_now(k, slip) && report_apply(k, r, finished);
}

static bool still_open(kept *k, const record *order) {
    return order->state == ORDER_CREATED || order->state == ORDER_WORKING ||
           kept_refuse(k, k->row->state,
                       order->state == ORDER_CANCELLED ? "the order is cancelled"
                                                       : "the order is done");
}

/* details of wmsInboundCallback and reflow.inboundCallback. */
static bool read_details(kept *k, report *r) {
    yyjson_val *details = kept_list(k, k->call->params, k->row->lines);
    size_t i;
    size_t max;
    yyjson_val *given;
    yyjson_arr_foreach(details, i, max, given) {
        record *line = kept_line_of(k, r->order, kept_text_of(k, given, "line_no"),
                                    kept_text_of(k, given, "cargo_code"));
        if (!report_add(k, r, line, kept_quality_of(given), kept_i64_of(given, "received_qty", 0),
                        false)) {
            return false;
        }
    }
    yyjson_val *rejected = kept_list(k, k->call->params, "rejection_details");
    yyjson_arr_foreach(rejected, i, max, given) {
        record *line = kept_line_of(k, r->order, kept_text_of(k, given, "line_no"), BASE_STR(""));
        if (!report_add(k, r, line, KEPT_GOOD, kept_i64_of(given, "rejection_qty", 0), true)) {
            return false;
        }
    }
    return true;
}

static bool cancel_by_warehouse(kept *k, record *order) {
    if (order->state != ORDER_CREATED) {
        return kept_refuse(k, k->row->state, "goods were received, or it is cancelled already");
    }
    if (!kept_event(k, order, BASE_STR("cancelled by the warehouse"))) {
        return false;
    }
    order->state = ORDER_CANCELLED;
    return true;
}

/* event: 2 part, 3 all, 4 cancelled, 5 and 6 on the shelf; others only happen. */
static bool report_event(kept *k, record *order, int64_t event, base_str slip) {
    report r;
    if (event == 4) {
        return cancel_by_warehouse(k, order);
    }
    if (event != 2 && event != 3) {
        const char *text = base_arena_printf(k->call->face->arena, "event %lld", (long long)event);
        return order->state != ORDER_CANCELLED ? kept_event(k, order, base_str_of(text))
                                               : still_open(k, order);
    }
    return still_open(k, order) && report_open(k, &r, order) && read_details(k, &r) &&
           report_end(k, &r, slip, event == 3);
}

static bool answer_done(kept *k) {
    kept_answer_pair(k, 0, BASE_STR(""));
    if (base_str_is(base_str_of(k->row->method), "yunc.wmsInboundCallback")) {
        k->out = yyjson_mut_strcpy(k->doc, "success");
    }
    return true;
}

static bool run_callback(kept *k) {
    base_str slip = kept_text(k, "out_biz_code");
    int64_t status = dyface_i64(k->call, "status", 0);
    record *order = kept_order_open(k, KEPT_IN, kept_text(k, "inbound_order_no"),
                                    kept_text(k, "warehouse_code"));
    if (order == NULL) {
        return false;
    }
    if (status == 2 && slip.len == 0) {
        return kept_refuse(k, "40002:13000", "out_biz_code tells parts of a receipt apart");
    }
    slip = slip.len > 0 ? kept_pair(k, base_str_of(order->key), slip) : slip;
    if (kept_done_before(k, slip)) {
        return answer_done(k);
    }
    return report_event(k, order, status, slip) && answer_done(k);
}

static bool run_reflow_callback(kept *k) {
    base_str slip = kept_text(k, "slip_no");
    record *order = kept_order_open(k, KEPT_IN, kept_text(k, "inbound_order_no"),
                                    kept_text(k, "warehouse_code"));
    if (order == NULL) {
        return false;
    }
    slip = kept_pair(k, base_str_of(order->key), slip);
    if (kept_done_before(k, slip)) {
        return answer_done(k);
    }
    return report_event(k, order, dyface_i64(k->call, "event_type", 0), slip) && answer_done(k);
}

/* wms.inboundDetailNotify: SKUs by cargo code or erp_sku_id, quality 1 good, 2 defective; the whole
 * of it is one receipt, reciept_no tells receipts apart. */
static bool run_detail_notify(kept *k) {
    report r;
    size_t i;
    size_t max;
    yyjson_val *given;
    record *order =
        kept_order_open(k, KEPT_IN, kept_text(k, "business_no"), kept_text(k, "warehouse_no"));
    if (order == NULL) {
        return false;
    }
    base_str slip = kept_pair(k, base_str_of(order->key), kept_text(k, "reciept_no"));
    if (kept_done_before(k, slip)) {
        return true;
    }
    if (!still_open(k, order) || !report_open(k, &r, order)) {
        return false;
    }
    yyjson_val *skus = kept_list(k, k->call->params, "sku_list");
    yyjson_arr_foreach(skus, i, max, given) {
        base_str sku = kept_text_of(k, given, "sku_no");
        base_str cargo = kept_get(k, KEPT_CARGO, sku) != NULL ? sku : kept_cargo_code(k, sku);
        record *line = kept_line_of(k, order, kept_text_of(k, given, "line_no"), cargo);
        int quality = kept_i64_of(given, "quality_level", 1) == 2 ? 21 : KEPT_GOOD;
        if (!report_add(k, &r, line, quality, kept_i64_of(given, "quantity", 0), false)) {
            return false;
        }
    }
    return report_end(k, &r, slip, false);
}

static const kept_row rows[] = {
    { "yunc.erpInboundCreate", run_create, "biz_order_no", "order_details", PURCHASE,
      .missing = "50002:100102", .repeat = "50002:1249", .house = "50002:62303002",
      .goods = "50002:62302630" },
    { "yunc.cloudCreateInboundOrder", run_create, "biz_order_no", "order_details", RETURNED,
      .missing = "50002:62303002", .repeat = "50002:1249", .house = "50002:62303002",
      .goods = "50002:62302630" },
    { "yunc.CloudCreateInboundOrderToB", run_create, "biz_order_no", "order_details", BUSINESS,
      .missing = "50002:62303002", .repeat = "50002:1249", .house = "50002:62303002",
      .goods = "50002:62302630" },
    { "yunc.reflow.inboundCreate", run_create, "inbound_order_no", "order_details", KEPT_REFLOW,
      .missing = "50002:13001", .repeat = "50002:1001", .house = "50002:12000",
      .goods = "50002:1001" },
    { "yunc.erpInboundCancel", run_cancel, "biz_order_no", NULL, PURCHASE, .missing = "50002:1001",
      .state = "50002:9003" },
    { "yunc.cloudCancelInboundOrder", run_cancel, "biz_order_no", NULL, RETURNED,
      .missing = "50002:1001", .state = "50002:623023011" },
    { "yunc.CloudCancelInboundOrderToB", run_cancel, "biz_order_no", NULL, BUSINESS,
      .missing = "50002:1001", .state = "50002:623023011" },
    { "yunc.wmsInboundCallback", run_callback, "inbound_order_no", "details", PURCHASE,
      .missing = "50002:13001", .state = "50002:1004", .house = "50002:1003", .goods = "50002:1004",
      .stock = "50002:13003" },
    { "yunc.reflow.inboundCallback", run_reflow_callback, "inbound_order_no", "details",
      KEPT_REFLOW, .missing = "50002:1202", .state = "50002:1001", .house = "50002:12000",
      .goods = "50002:1001", .stock = "50002:1001" },
    { "wms.inboundDetailNotify", run_detail_notify, "business_no", "sku_list", 0,
      .missing = "50002:-1", .state = "50002:-1", .house = "50002:-1", .goods = "50002:-1",
      .stock = "50002:-1" },
};

const kept_row *kept_yunc_in_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
