/*
 * Goods that leave a cloud warehouse: orders to buyers, between businesses and of the reflow
 * warehouse. An order holds its stock from its creation; the warehouse's report ships it, which
 * lowers stock and what is held; cancelling sets it free and is too late once a piece has left.
 *
 * Wire values from the vendor's comments (sevencat/ecommerce_sdk): event 10 is shipped, 21 short,
 * 20 (reflow) cancelled, the others are steps before; op_type 0 cancels, 1 intercepts; slip_no is
 * unique.
 */
#include "sandbox/douyin/kept.h"

enum { TO_BUYER = 1, TO_BUSINESS, TO_BUSINESS_OLD };
enum { EVENT_SHIPPED = 10, EVENT_CANCELLED = 20, EVENT_SHORT = 21 };

/* ---- holding ---- */

static record *stock_of(kept *k, const record *order, const record *line) {
    return kept_stock(k, base_str_of(order->tag), base_str_of(line->tag),
                      (int)line->num[KEPT_QUALITY]);
}

static int64_t free_of(const record *stock) {
    return stock->num[KEPT_TOTAL] - stock->num[KEPT_HELD];
}

/* Sets free what the lines before `end` hold (NULL = all). */
static void release(kept *k, const record *order, const record *end) {
    for (record *line = records_first_of(order, KEPT_LINE); line != NULL && line != end;
         line = records_next(line)) {
        record *stock = stock_of(k, order, line);
        if (stock != NULL) {
            stock->num[KEPT_HELD] -= kept_line_left(line);
        }
    }
}

/* All lines or none. */
static bool hold(kept *k, const record *order) {
    for (record *line = records_first_of(order, KEPT_LINE); line != NULL;
         line = records_next(line)) {
        record *stock = stock_of(k, order, line);
        if (stock != NULL && free_of(stock) >= line->num[KEPT_PLAN]) {
            stock->num[KEPT_HELD] += line->num[KEPT_PLAN];
            continue;
        }
        release(k, order, line);
        return stock != NULL &&
               kept_refuse(k, k->row->stock, "%s: %lld wanted, %lld free", line->tag,
                           (long long)line->num[KEPT_PLAN], (long long)free_of(stock));
    }
    return true;
}

static bool create_in(kept *k, base_str house, record **out_order) {
    if (!kept_order_add(k, KEPT_OUT, house, out_order)) {
        return false;
    }
    if (hold(k, *out_order)) {
        return true;
    }
    records_remove(k->all, *out_order);
    return false;
}

static bool run_create(kept *k) {
    record *order = NULL;
    base_str house = kept_text(k, "warehouse_code");
    base_str into = kept_text(k, "in_warehouse_code");
    bool chosen = house.len > 0;
    house = chosen ? house : kept_house_code(k, 0);
    if (!kept_house_known(k, house) || (into.len > 0 && base_str_eq(into, house))) {
        return kept_refuse(k, k->row->house, "yunc.shopWarehouseRefQuery lists the warehouses");
    }
    if (!kept_owner_is(k, kept_text(k, "owner_code")) || !kept_shop_is(k, "shop_id") ||
        !kept_shop_is(k, "shopid")) {
        return kept_refuse(k, k->row->missing, "owner_code or shop_id is another shop's");
    }
    bool fine = create_in(k, house, &order);
    /* Who names no warehouse leaves the choice to the platform. */
    if (!fine && !chosen) {
        fine = create_in(k, kept_house_code(k, 1), &order);
    }
    if (!fine) {
        return false;
    }
    kept_answer_logistics(k, order);
    kept_answer_pair(k, 0, BASE_STR(""));
    return true;
}

/* ---- cancelling ---- */

static bool any_left_the_house(const record *order) {
    for (const record *line = records_first_of(order, KEPT_LINE); line != NULL;
         line = records_next(line)) {
        if (line->num[KEPT_DONE] > 0) {
            return true;
        }
    }
    return false;
}

static bool cancel_all(kept *k, record *order, base_str why) {
    if (!kept_event(k, order, why)) {
        return false;
    }
    release(k, order, NULL);
    order->state = ORDER_CANCELLED;
    return true;
}

/* One line of cancel_details; counted into SCRATCH first, so that all of it fits or none. */
static bool cancel_line(kept *k, const record *order, yyjson_val *given, bool apply) {
    const record *cargo = kept_cargo_of(k, given);
    int64_t amount = kept_i64_of(given, "cancel_amount", 0);
    record *line = kept_line_of(k, order, kept_text_of(k, given, "line_no"),
                                base_str_of(cargo != NULL ? cargo->key : ""));
    if (line == NULL || amount < 1 || amount > kept_line_left(line) - line->num[KEPT_SCRATCH]) {
        return kept_refuse(k, k->row->state, "cancel_details: more than is left of a line");
    }
    if (!apply) {
        line->num[KEPT_SCRATCH] += amount;
        return true;
    }
    record *stock = stock_of(k, order, line);
    if (stock == NULL) {
        return false;
    }
    stock->num[KEPT_HELD] -= amount;
    line->num[KEPT_PLAN] -= amount;
    return true;
}

static bool cancel_lines(kept *k, record *order, yyjson_val *details) {
    size_t i;
    size_t max;
    yyjson_val *given;
    bool fine = true;
    yyjson_arr_foreach(details, i, max, given) {
        fine = fine && cancel_line(k, order, given, false);
    }
    int64_t left = 0;
    for (record *line = records_first_of(order, KEPT_LINE); line != NULL;
         line = records_next(line)) {
        left += kept_line_left(line) - line->num[KEPT_SCRATCH];
        line->num[KEPT_SCRATCH] = 0;
    }
    if (!fine) {
        return false;
    }
    if (left == 0) {
        return cancel_all(k, order, kept_text(k, "cancel_reason"));
    }
    yyjson_arr_foreach(details, i, max, given) {
        fine = fine && cancel_line(k, order, given, true);
    }
    return fine && kept_event(k, order, kept_text(k, "cancel_reason"));
}

/* The shop's order that the outbound order says it is for. */
static bool is_for(kept *k, const record *order, base_str platform_order) {
    yyjson_val *document = kept_document(k, order);
    return platform_order.len == 0 ||
           base_str_eq(kept_text_of(k, document, "platform_order_no"), platform_order);
}

static bool run_cancel(kept *k) {
    int64_t how = dyface_i64(k->call, "op_type", 0);
    record *order = kept_order_of(k, KEPT_OUT, kept_text(k, k->row->key));
    bool mine = order != NULL &&
                (order->num[KEPT_FLAVOUR] == k->row->flavour ||
                 order->num[KEPT_FLAVOUR] + k->row->flavour == TO_BUSINESS + TO_BUSINESS_OLD);
    if (!mine) {
        return kept_refuse(k, k->row->missing, "no such outbound order");
    }
    if (!is_for(k, order, kept_text(k, "platform_order_no"))) {
        return kept_refuse(k, "50002:62302628", "the order is for another platform_order_no");
    }
    if (!kept_owner_is(k, kept_text(k, "owner_code"))) {
        return kept_refuse(k, "50002:100100", "owner_code is another shop's");
    }
    if (how != 0 && how != 1) {
        return kept_refuse(k, "50002:4005", "op_type is 0 (cancel) or 1 (intercept)");
    }
    if (order->state == ORDER_CANCELLED) {
        return kept_refuse(k, k->row->state, "it is cancelled already");
    }
    kept_answer_logistics(k, order);
    if (any_left_the_house(order)) {
        return how == 1 ? kept_event(k, order, BASE_STR("interception asked for"))
                        : kept_refuse(k, k->row->repeat, "goods have left the warehouse");
    }
    yyjson_val *details = kept_list(k, k->call->params, "cancel_details");
    return yyjson_arr_size(details) > 0 ? cancel_lines(k, order, details)
                                        : cancel_all(k, order, kept_text(k, "cancel_reason"));
}

/* ---- reports ---- */

/* Adds one position of a report to its line, or (apply) carries it out. */
static bool ship_line(kept *k, const record *order, record *line, int64_t count, bool apply) {
    if (line == NULL || count < 0 ||
        (!apply && count > kept_line_left(line) - line->num[KEPT_SCRATCH])) {
        return kept_refuse(k, k->row->stock, "the order wants no such quantity of a line");
    }
    if (!apply) {
        line->num[KEPT_SCRATCH] += count;
        return true;
    }
    record *stock = stock_of(k, order, line);
    if (stock == NULL || !kept_stock_move(k, stock, -count, base_str_of(order->key))) {
        return false;
    }
    stock->num[KEPT_HELD] -= count;
    line->num[KEPT_DONE] += count;
    return true;
}

/* list: positions with line_no, cargo (or sku_no) and a number under `count`. */
static bool ship_list(kept *k, const record *order, yyjson_val *list, const char *count,
                      bool apply) {
    size_t i;
    size_t max;
    yyjson_val *given;
    yyjson_arr_foreach(list, i, max, given) {
        base_str cargo = kept_text_of(k, given, "cargo_code");
        base_str sku = kept_text_of(k, given, "sku_no");
        if (sku.len > 0) {
            cargo = kept_get(k, KEPT_CARGO, sku) != NULL ? sku : kept_cargo_code(k, sku);
        }
        record *line = kept_line_of(k, order, kept_text_of(k, given, "line_no"), cargo);
        if (!ship_line(k, order, line, kept_i64_of(given, count, 0), apply)) {
            return false;
        }
    }
    return true;
}

/* The SKUs of every parcel of logistics_list. */
static bool ship_parcels(kept *k, const record *order, yyjson_val *parcels, bool apply) {
    size_t i;
    size_t max;
    yyjson_val *parcel;
    yyjson_arr_foreach(parcels, i, max, parcel) {
        if (!ship_list(k, order, kept_list(k, parcel, "sku_list"), "quantity", apply)) {
            return false;
        }
    }
    return true;
}

/* Lines left, after a report; what was counted is forgotten. */
static int64_t end_counting(const record *order, int64_t *out_counted) {
    int64_t left = 0;
    *out_counted = 0;
    for (record *line = records_first_of(order, KEPT_LINE); line != NULL;
         line = records_next(line)) {
        *out_counted += line->num[KEPT_SCRATCH];
        left += kept_line_left(line) - line->num[KEPT_SCRATCH];
        line->num[KEPT_SCRATCH] = 0;
    }
    return left;
}

bool kept_waybill(kept *k, base_str number, base_str order) {
    record *known = number.len > 0 ? kept_get(k, KEPT_WAYBILL, number) : NULL;
    if (number.len == 0 || known != NULL) {
        return true;
    }
    record *waybill = kept_add(k, KEPT_WAYBILL, number, NULL);
    return waybill != NULL && kept_tag(k, waybill, order);
}

static bool keep_waybills(kept *k, const record *order) {
    yyjson_val *packages = kept_list(k, k->call->params, "package_infos");
    yyjson_val *parcels = kept_list(k, k->call->params, "logistics_list");
    size_t i;
    size_t max;
    yyjson_val *one;
    bool fine = true;
    yyjson_arr_foreach(packages, i, max, one) {
        yyjson_val *logistics = kept_object(k, one, "logistics");
        fine = fine &&
               kept_waybill(k, kept_text_of(k, logistics, "track_no"), base_str_of(order->key));
    }
    yyjson_arr_foreach(parcels, i, max, one) {
        fine = fine && kept_waybill(k, kept_text_of(k, one, "waybill_no"), base_str_of(order->key));
    }
    return fine;
}

/* Packages that list their contents list what the lines tell (1071). */
static bool packages_agree(kept *k, int64_t shipped) {
    yyjson_val *packages = kept_list(k, k->call->params, "package_infos");
    size_t i;
    size_t max;
    size_t n;
    size_t items_max;
    yyjson_val *package;
    yyjson_val *item;
    int64_t packed = 0;
    bool any = false;
    yyjson_arr_foreach(packages, i, max, package) {
        yyjson_val *items = kept_list(k, package, "package_items");
        yyjson_arr_foreach(items, n, items_max, item) {
            packed += kept_i64_of(item, "quantity", 0);
            any = true;
        }
    }
    return !any || packed == shipped ||
           kept_refuse(k, k->row->stock, "packages hold %lld pieces, lines tell %lld",
                       (long long)packed, (long long)shipped);
}

/* Everything is checked before anything moves. */
static bool ship(kept *k, record *order, base_str slip, yyjson_val *lines, yyjson_val *parcels) {
    int64_t shipped = 0;
    bool fits =
        ship_list(k, order, lines, "shipped_qty", false) && ship_parcels(k, order, parcels, false);
    int64_t left = end_counting(order, &shipped);
    if (!fits || !packages_agree(k, shipped)) {
        return false;
    }
    if (shipped == 0) {
        return kept_refuse(k, k->row->stock, "nothing is shipped");
    }
    /* A log for each position, a waybill for each parcel, the slip: no more than JSON values came.
     */
    if (!records_have_room(k->all, k->call->face->request->body.len / 8 + 1)) {
        return kept_full(k);
    }
    if (!kept_done_now(k, slip) || !keep_waybills(k, order) ||
        !ship_list(k, order, lines, "shipped_qty", true) ||
        !ship_parcels(k, order, parcels, true)) {
        return false;
    }
    order->state = left == 0 ? ORDER_DONE : ORDER_WORKING;
    order->modified = k->call->now;
    return true;
}

static bool step(kept *k, record *order, int64_t event) {
    const char *text = base_arena_printf(k->call->face->arena, "event %lld", (long long)event);
    if (!kept_event(k, order, base_str_of(text))) {
        return false;
    }
    order->state = order->state == ORDER_CREATED ? ORDER_WORKING : order->state;
    return true;
}

/* slip_no, event_type and lines of pushOutboundFeedback and reflow.outboundCallback. */
static bool report(kept *k, record *order) {
    int64_t event = dyface_i64(k->call, "event_type", 0);
    base_str slip = kept_pair(k, base_str_of(order->key), kept_text(k, "slip_no"));
    if (kept_done_before(k, slip)) {
        return true;
    }
    if (order->state == ORDER_CANCELLED) {
        return kept_refuse(k, k->row->state, "the order is cancelled");
    }
    if (event == EVENT_CANCELLED) {
        return any_left_the_house(order)
                   ? kept_refuse(k, k->row->stock, "goods have left the warehouse")
                   : cancel_all(k, order, BASE_STR("cancelled by the warehouse"));
    }
    if (event != EVENT_SHIPPED) {
        return kept_done_now(k, slip) && step(k, order, event);
    }
    return ship(k, order, slip, kept_list(k, k->call->params, k->row->lines), NULL);
}

static bool run_feedback(kept *k) {
    static const char *const needed[] = { "outbound_order_no", "warehouse_code", "slip_no",
                                          "order_type", "event_type" };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!dyface_has(k->call, needed[i])) {
            return kept_refuse(k, "40004:1004", "%s is required", needed[i]);
        }
    }
    int64_t type = dyface_i64(k->call, "order_type", 0);
    if (type < 1 || type > 4) {
        return kept_refuse(k, "40004:4010", "order_type is 1 to 4");
    }
    record *order = kept_order_open(k, KEPT_OUT, kept_text(k, "outbound_order_no"),
                                    kept_text(k, "warehouse_code"));
    return order != NULL && report(k, order);
}

static bool run_reflow_callback(kept *k) {
    if (!dyface_has(k->call, "slip_no")) {
        return kept_refuse(k, "50002:1001", "slip_no is required");
    }
    record *order = kept_order_open(k, KEPT_OUT, kept_text(k, "outbound_order_no"),
                                    kept_text(k, "warehouse_code"));
    if (order == NULL || !report(k, order)) {
        return false;
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    return true;
}

static bool run_detail_notify(kept *k) {
    record *order =
        kept_order_open(k, KEPT_OUT, kept_text(k, "business_no"), kept_text(k, "warehouse_no"));
    if (order == NULL) {
        return false;
    }
    base_str slip = kept_pair(k, base_str_of(order->key), kept_text(k, "reciept_no"));
    if (kept_done_before(k, slip)) {
        return true;
    }
    if (order->state == ORDER_CANCELLED || order->state == ORDER_DONE) {
        return kept_refuse(k, k->row->state, "the order is cancelled or done");
    }
    return ship(k, order, slip, NULL, kept_list(k, k->call->params, "logistics_list"));
}

/* Where a parcel is: only of waybills that some report named. */
static bool run_delivery_notify(kept *k) {
    record *waybill = kept_get(k, KEPT_WAYBILL, kept_text(k, "tracking_no"));
    if (waybill == NULL) {
        return kept_refuse(k, k->row->missing, "no parcel has this tracking_no");
    }
    return kept_event(k, waybill, kept_text(k, "operator_des"));
}

static const kept_row rows[] = {
    { "yunc.cloudCreateOutboundOrder", run_create, "erp_order_no", "order_details", TO_BUYER,
      .missing = "50002:62302625", .repeat = "50002:1249", .house = "50002:62302625",
      .goods = "50002:62302630", .stock = "50002:62302635" },
    { "yunc.createOutboundOrderToB", run_create, "erp_order_no", "order_details", TO_BUSINESS,
      .missing = "50002:10001", .repeat = "50002:1249", .house = "50002:10001",
      .goods = "50002:100100", .stock = "50002:9026" },
    { "yunc.CloudCreateOutboundOrderToB", run_create, "erp_order_no", "order_details",
      TO_BUSINESS_OLD, .missing = "50002:10001", .repeat = "50002:1249", .house = "50002:10001",
      .goods = "50002:100100", .stock = "50002:9026" },
    { "yunc.reflow.outboundCreate", run_create, "outbound_order_no", "order_details", KEPT_REFLOW,
      .missing = "50002:13001", .repeat = "50002:13002", .house = "50002:12000",
      .goods = "50002:1000", .stock = "50002:1000" },
    { "yunc.cloudCancelOutboundOrder", run_cancel, "erp_order_no", "cancel_details", TO_BUYER,
      .missing = "50002:4001", .state = "50002:62302623", .repeat = "50002:4004" },
    { "yunc.cancelOutboundOrderToB", run_cancel, "erp_order_no", NULL, TO_BUSINESS,
      .missing = "50002:4004", .state = "50002:62302623", .repeat = "50002:100102" },
    { "yunc.CloudCancelOutboundOrderToB", run_cancel, "erp_order_no", "cancel_details",
      TO_BUSINESS_OLD, .missing = "50002:4001", .state = "50002:62302623", .repeat = "50002:4004" },
    { "yunc.pushOutboundFeedback", run_feedback, "outbound_order_no", "order_lines", TO_BUYER,
      .missing = "50002:4001", .state = "50002:4007", .house = "50002:12001",
      .stock = "50002:1071" },
    { "yunc.reflow.outboundCallback", run_reflow_callback, "outbound_order_no", "details",
      KEPT_REFLOW, .missing = "50002:1202", .state = "50002:1001", .house = "50002:12000",
      .stock = "50002:1001" },
    { "wms.outboundDetailNotify", run_detail_notify, "business_no", "logistics_list", 0,
      .missing = "50002:-1", .state = "50002:-1", .house = "50002:-1", .stock = "50002:-1" },
    { "wms.deliveryInfoNotify", run_delivery_notify, "tracking_no", NULL, 0,
      .missing = "50002:-1" },
};

const kept_row *kept_yunc_out_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
