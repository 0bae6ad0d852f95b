/*
 * Supply orders and their returns: the shop's own orders as its distributors' would be, under the
 * numbers GH (supply order) and TH (return) with the order's id. Their state is the order's life;
 * shipping a supply order ships the order. A return belongs to an order whose buyer asked for
 * money; what the supplier decides is kept here and does not move the order.
 *
 * Facts (vendor's comments in sevencat/ecommerce_sdk): order_status 0 to be charged, 10 to ship, 20
 * shipped, -1 cancelled; pages from 1, at most 100 rows, newest first; return states 2 to be
 * agreed, 4 to be received, 6 refunded, 22 refused; operate_type CONFIRM_REFUNDD (so spelt),
 * CONFIRM_RETURNED, REJECT.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/iop.h"

enum { MOST_ROWS = 100, MOST_RETURNS = 20000, MOST_BATCH = 100 };
enum { RETURN_TO_AGREE = 2, RETURN_TO_RECEIVE = 4, RETURN_REFUNDED = 6, RETURN_REFUSED = 22 };
enum { TYPE_RETURN = 1, TYPE_REFUND = 3 };

/* ---- numbers ---- */

/* The world's order behind "GH..." or "TH..."; the bare id is understood, too. */
static bool order_named(kept *k, base_str number, const char *prefix, uint32_t *out_order,
                        world_order_state *out_state) {
    int line;
    size_t len = strlen(prefix);
    if (number.len > len && memcmp(number.ptr, prefix, len) == 0) {
        number.ptr += len;
        number.len -= len;
    }
    return number.len > 0 && iop_order(k, k->call->shop, number, out_order, &line, out_state);
}

static base_str number_of(kept *k, const char *prefix, const world_order_state *state) {
    return base_str_of(base_arena_printf(k->call->face->arena, "%s%s", prefix, state->id_text));
}

/* ---- supply orders ---- */

typedef struct status {
    int code;
    const char *biz, *text;
} status;

static status status_of(const world_order_state *state) {
    switch (state->status) {
    case WORLD_UNPAID:
        return (status){ 0, "0", "待扣款" };
    case WORLD_PAID:
        return (status){ 10, "185", "待发货" };
    case WORLD_PARTLY_SHIPPED:
        return (status){ 10, "210", "部分发货" };
    case WORLD_SHIPPED:
        return (status){ 20, "220", "全部发货" };
    case WORLD_FINISHED:
        return (status){ 20, "320", "全部签收" };
    default:
        return (status){ -1, "-1", "已取消" };
    }
}

static uint32_t mask_of(int64_t code) {
    uint32_t mask = 0;
    for (int i = 0; i < WORLD_STATUSES; i++) {
        world_order_state state = { .status = (world_status)i };
        mask |= status_of(&state).code == code ? 1U << i : 0;
    }
    return mask;
}

/* Distributors are other Douyin shops of the world; the shop itself where there is no other. */
static const world_shop *distributor(kept *k, uint32_t order) {
    const world_shop *found = kept_shop(k);
    unsigned count = world_shop_count(k->call->world);
    for (unsigned i = 0; i < count; i++) {
        const world_shop *shop = world_shop_at(k->call->world, (i + order) % count);
        if (shop->platform == WORLD_DOUYIN && shop->index != k->call->shop) {
            found = shop;
        }
    }
    return found;
}

static void write_address(kept *k, yyjson_mut_val *row, yyjson_val *document) {
    static const char *const parts[][4] = { { "province", "province_id", "province_name", NULL },
                                            { "city", "city_id", "city_name", NULL },
                                            { "town", "town_id", "town_name", NULL },
                                            { "town", "district_id", "district_name", NULL },
                                            { "street", "street_id", "street_name", NULL } };
    yyjson_val *from = yyjson_obj_get(document, "post_addr");
    yyjson_mut_val *address = kept_put_object(k, row, "post_addr");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        yyjson_val *place = yyjson_obj_get(from, parts[i][0]);
        kept_put_text(k, address, parts[i][1], kept_text_of(k, place, "id"));
        kept_put_text(k, address, parts[i][2], kept_text_of(k, place, "name"));
    }
    kept_put_text(k, address, "addr_detail", kept_text_of(k, from, "encrypt_detail"));
    kept_put_text(k, row, "post_receiver", kept_text_of(k, document, "encrypt_post_receiver"));
    kept_put_text(k, row, "post_tel", kept_text_of(k, document, "encrypt_post_tel"));
}

static void write_goods(kept *k, yyjson_mut_val *row, yyjson_val *document, int64_t pieces) {
    yyjson_val *line = yyjson_arr_get_first(yyjson_obj_get(document, "sku_order_list"));
    kept_put_text(k, row, "fx_product_id", kept_text_of(k, line, "product_id_str"));
    kept_put_text(k, row, "fx_spu_id", kept_text_of(k, line, "product_id_str"));
    kept_put_text(k, row, "fx_product_name", kept_text_of(k, line, "product_name"));
    kept_put_text(k, row, "product_id", kept_text_of(k, line, "sku_id"));
    kept_put_text(k, row, "product_name", kept_text_of(k, line, "product_name"));
    kept_put_text(k, row, "out_product_code", kept_text_of(k, line, "code"));
    kept_put_i64(k, row, "quantity", pieces);
    kept_put_i64(k, row, "price", kept_i64_of(line, "origin_amount", 0));
}

static void write_order(kept *k, yyjson_mut_val *row, uint32_t order,
                        const world_order_state *state) {
    size_t read = k->read_count;
    yyjson_val *document = iop_document(k, order);
    const world_shop *by = distributor(k, order);
    status now = status_of(state);
    kept_put_text(k, row, "#", base_str_of(state->id_text));
    kept_put_text(k, row, "order_no", number_of(k, "GH", state));
    kept_put_text(k, row, "shop_order_id", base_str_of(state->id_text));
    kept_put_i64(k, row, "order_status", now.code);
    kept_put_text(k, row, "order_status_desc", base_str_of(now.text));
    kept_put_text(k, row, "biz_status", base_str_of(now.biz));
    kept_put_text(k, row, "biz_status_desc", base_str_of(now.text));
    kept_put_i64(k, row, "distributor_id", by->shop_id);
    kept_put_text(k, row, "distributor_name", base_str_of(by->name));
    kept_put_text(k, row, "settlement_type", BASE_STR("1"));
    kept_put_i64(k, row, "total_amount", state->pay_fen);
    kept_put_i64(k, row, "pre_sale_type", 0);
    kept_put_i64(k, row, "trade_pay_time", state->paid);
    kept_put_i64(k, row, "create_time", state->created);
    kept_put_i64(k, row, "ship_time", state->shipped);
    kept_put_i64(k, row, "exp_ship_time", kept_i64_of(document, "exp_ship_time", 0));
    kept_put_i64(k, row, "refund_status",
                 state->refund == WORLD_REFUND_ASKED      ? 1
                 : state->refund == WORLD_REFUND_DONE_ALL ? 2
                                                          : 0);
    kept_put_text(k, row, "buyer_words", kept_text_of(k, document, "buyer_words"));
    kept_put_text(k, row, "shop_words", kept_text_of(k, document, "seller_words"));
    kept_put_text(k, row, "open_address_id", kept_text_of(k, document, "open_id"));
    kept_put_text(k, row, "warehouse_code", BASE_STR(""));
    kept_put_text(k, row, "warehouse_name", BASE_STR(""));
    kept_put_text(k, row, "virtual_warehouse_id", BASE_STR(""));
    kept_put_text(k, row, "settlement_no", BASE_STR(""));
    kept_put_text(k, row, "settlement_time", BASE_STR(""));
    write_address(k, row, document);
    write_goods(k, row, document, iop_pieces(k, order, -1));
    while (k->read_count > read) {
        yyjson_doc_free(k->read[--k->read_count]);
    }
}

/* An inclusive range of parameters as a half-open one. */
static bool read_range(kept *k, const char *start, const char *end, int64_t *from, int64_t *to) {
    if (!dyface_has(k->call, start) && !dyface_has(k->call, end)) {
        return true;
    }
    *from = dyface_i64(k->call, start, 1);
    *to = dyface_i64(k->call, end, k->call->now);
    if (*from < 0 || *to < *from || *to > DYFACE_LAST_TIME) {
        return kept_refuse(k, k->row->state, "%s lies after %s", start, end);
    }
    *to += 1;
    return true;
}

static bool run_list(kept *k) {
    kept_page page;
    world_order_query query = { .shop = k->call->shop,
                                .order_by = WORLD_BY_CREATED,
                                .descending = !dyface_bool(k->call, "order_asc", false),
                                .product = kept_text(k, "fx_product_id") };
    base_str by = kept_text(k, "order_by");
    uint32_t orders[MOST_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    if (by.len > 0 && !base_str_is(by, "create_time")) {
        return kept_refuse(k, k->row->state, "order_by is create_time");
    }
    if (!kept_page_of(k, "page", 1, "size", MOST_ROWS, k->row->state, &page) ||
        !read_range(k, "create_time_start", "create_time_end", &query.created_from,
                    &query.created_to) ||
        !read_range(k, "update_time_start", "update_time_end", &query.modified_from,
                    &query.modified_to)) {
        return false;
    }
    if (dyface_has(k->call, "order_status")) {
        query.status_mask = mask_of(dyface_i64(k->call, "order_status", 0));
        if (query.status_mask == 0) {
            return kept_refuse(k, k->row->state, "order_status is 0, 10, 20 or -1");
        }
    }
    if (world_orders(k->call->world, &query, k->call->now, (uint64_t)page.offset,
                     (uint32_t)page.size, &total, orders, &count, NULL) != QD_OK) {
        return kept_full(k);
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, "order_list");
    for (uint32_t i = 0; i < count; i++) {
        world_order_state state;
        if (world_order_state_at(k->call->world, orders[i], k->call->now, &state)) {
            write_order(k, kept_push(k, list, state.id_text), orders[i], &state);
        }
    }
    kept_put_i64(k, k->out, "total", (int64_t)total);
    return true;
}

static bool run_detail(kept *k) {
    uint32_t order;
    world_order_state state;
    if (!order_named(k, kept_text(k, k->row->key), "GH", &order, &state)) {
        return kept_refuse(k, k->row->missing, "no such order_no");
    }
    write_order(k, kept_put_object(k, k->out, "order"), order, &state);
    return true;
}

/* ---- shipping ---- */

static bool answer_deed(kept *k, world_deed deed) {
    kept_put_bool(k, k->out, "success", true);
    return iop_deed(k, deed, k->row->house);
}

static bool run_consign(kept *k) {
    world_pack packs[WORLD_MAX_PACKS];
    uint32_t order;
    world_order_state state;
    yyjson_val *list = kept_list(k, k->call->params, "package_list");
    size_t count = yyjson_arr_size(list);
    base_str none = { NULL, 0 };
    if (!order_named(k, kept_text(k, k->row->key), "GH", &order, &state)) {
        return kept_refuse(k, k->row->missing, "no such order_no");
    }
    if (count > WORLD_MAX_PACKS) {
        return kept_refuse(k, k->row->house, "at most %d packages", WORLD_MAX_PACKS);
    }
    memset(packs, 0, sizeof packs);
    for (size_t i = 0; i < count; i++) {
        yyjson_val *one = yyjson_arr_get(list, i);
        packs[i].company_code = kept_text_of(k, one, "tms_code");
        packs[i].tracking_no = kept_text_of(k, one, "track_no");
        if (kept_i64_of(one, "ship_cnt", 0) < 1) {
            return kept_refuse(k, k->row->house, "ship_cnt is above 0");
        }
    }
    if (count == 0) {
        packs[0].company_code = kept_text(k, "tms_code");
        packs[0].tracking_no = kept_text(k, "tracking_no");
        count = 1;
    }
    return answer_deed(k,
                       world_order_ship(k->call->world, order, packs, count, none, k->call->now));
}

static bool run_update_consign(kept *k) {
    uint32_t order;
    world_order_state state;
    char pack_id[40] = ""; /* the first */
    base_str old = kept_text(k, "old_tracking_no");
    world_pack pack = { .company_code = kept_text(k, "tms_code"),
                        .tracking_no = kept_text(k, "tracking_no") };
    if (!order_named(k, kept_text(k, k->row->key), "GH", &order, &state)) {
        return kept_refuse(k, k->row->missing, "no such order_no");
    }
    if (old.len > 0 && !iop_pack_named(k, order, old, pack_id)) {
        return kept_refuse(k, k->row->state, "the order has no parcel old_tracking_no");
    }
    return answer_deed(k, world_order_change_waybill(k->call->world, order, base_str_of(pack_id),
                                                     &pack, k->call->now));
}

/* ---- returns ---- */

typedef struct back {
    uint32_t order;
    world_order_state state;
    int type, status;
} back;

/* False when the order's buyer asked for nothing back. */
static bool back_of(kept *k, uint32_t order, back *out) {
    out->order = order;
    if (!world_order_state_at(k->call->world, order, k->call->now, &out->state)) {
        return false;
    }
    bool asked = out->state.refund == WORLD_REFUND_ASKED;
    bool done =
        out->state.refund == WORLD_REFUND_DONE_PART || out->state.refund == WORLD_REFUND_DONE_ALL;
    const record *decided = kept_get(k, KEPT_RETURN, number_of(k, "TH", &out->state));
    out->type = out->state.shipped > 0 ? TYPE_RETURN : TYPE_REFUND;
    out->status = decided != NULL            ? decided->state
                  : done                     ? RETURN_REFUNDED
                  : out->type == TYPE_RETURN ? RETURN_TO_RECEIVE
                                             : RETURN_TO_AGREE;
    return asked || done || decided != NULL;
}

static bool back_named(kept *k, base_str number, back *out) {
    uint32_t order;
    world_order_state state;
    return order_named(k, number, "TH", &order, &state) && back_of(k, order, out);
}

static void write_back(kept *k, yyjson_mut_val *row, const back *it) {
    const world_shop *by = distributor(k, it->order);
    const world_shop *own = kept_shop(k);
    kept_put_text(k, row, "#", base_str_of(it->state.id_text));
    kept_put_text(k, row, "return_order_no", number_of(k, "TH", &it->state));
    kept_put_text(k, row, "trade_order_no", number_of(k, "GH", &it->state));
    kept_put_i64(k, row, "reverse_type", it->type);
    kept_put_i64(k, row, "standard_order_status", it->status);
    kept_put_i64(k, row, "order_status", it->status);
    kept_put_i64(k, row, "supplier_id", own->shop_id);
    kept_put_text(k, row, "supplier_name", base_str_of(own->name));
    kept_put_i64(k, row, "distributor_id", by->shop_id);
    kept_put_text(k, row, "distributor_name", base_str_of(by->name));
    kept_put_i64(k, row, "return_total_cnt", it->state.lines);
    kept_put_i64(k, row, "return_total_amount", it->state.pay_fen);
    kept_put_bool(k, row, "is_settled", it->status == RETURN_REFUNDED);
    kept_put_bool(k, row, "is_finished",
                  it->status == RETURN_REFUNDED || it->status == RETURN_REFUSED);
    kept_put_i64(k, row, "create_time", it->state.created);
    const record *decided = kept_get(k, KEPT_RETURN, number_of(k, "TH", &it->state));
    kept_put_text(k, row, "refuse_reason",
                  base_str_of(it->status == RETURN_REFUSED && decided != NULL ? decided->tag : ""));
}

static bool wanted(kept *k, const back *it) {
    base_str number = kept_text(k, "after_sale_order_no");
    base_str trade = kept_text(k, "channel_trade_order_no");
    return (number.len == 0 || base_str_eq(number, number_of(k, "TH", &it->state))) &&
           (trade.len == 0 || base_str_eq(trade, number_of(k, "GH", &it->state))) &&
           dyface_i64(k->call, "standard_order_status", it->status) == it->status &&
           dyface_i64(k->call, "order_type", it->type) == it->type;
}

/* The orders with money asked back, by creation. */
static uint32_t *find_backs(kept *k, world_order_query *query, uint32_t *out_count) {
    uint64_t total = 0;
    uint32_t *orders = base_arena_alloc(k->call->face->arena, MOST_RETURNS * sizeof *orders);
    query->shop = k->call->shop;
    query->order_by = WORLD_BY_CREATED;
    query->refund_mask =
        1U << WORLD_REFUND_ASKED | 1U << WORLD_REFUND_DONE_PART | 1U << WORLD_REFUND_DONE_ALL;
    if (orders == NULL || world_orders(k->call->world, query, k->call->now, 0, MOST_RETURNS, &total,
                                       orders, out_count, NULL) != QD_OK) {
        (void)kept_full(k);
        return NULL;
    }
    return orders;
}

static bool run_returns(kept *k) {
    kept_page page;
    world_order_query query = { .descending = !dyface_bool(k->call, "order_asc", false) };
    int64_t seen = 0;
    uint32_t count = 0;
    if (!kept_page_of(k, "page", 1, "size", MOST_ROWS, k->row->state, &page) ||
        !read_range(k, "create_date_begin", "create_date_end", &query.created_from,
                    &query.created_to)) {
        return false;
    }
    const uint32_t *orders = find_backs(k, &query, &count);
    if (orders == NULL) {
        return false;
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, "order_list");
    for (uint32_t i = 0; i < count; i++) {
        back it;
        if (back_of(k, orders[i], &it) && wanted(k, &it) && kept_on_page(&page, &seen)) {
            write_back(k, kept_push(k, list, it.state.id_text), &it);
        }
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    kept_put_i64(k, k->out, "total", seen);
    return true;
}

static bool run_return(kept *k) {
    base_str trade = kept_text(k, "channel_trade_order_no");
    base_str number = kept_text(k, "after_sale_order_no");
    back it;
    uint32_t order;
    world_order_state state;
    bool found = number.len > 0
                     ? back_named(k, number, &it)
                     : order_named(k, trade, "GH", &order, &state) && back_of(k, order, &it);
    if (number.len == 0 && trade.len == 0) {
        return kept_refuse(k, k->row->state,
                           "after_sale_order_no or channel_trade_order_no is required");
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    yyjson_mut_val *list = kept_put_list(k, k->out, "return_order_info_list");
    if (!found || !wanted(k, &it)) {
        return kept_refuse(k, k->row->missing, "no such return order");
    }
    yyjson_mut_val *row = kept_push(k, list, it.state.id_text);
    write_back(k, kept_put_object(k, row, "order_dto"), &it);
    return true;
}

/* NULL when it was done; else why not. */
static const char *operate(kept *k, base_str number, bool *out_room) {
    back it;
    base_str type = kept_text(k, "operate_type");
    bool refund = base_str_is(type, "CONFIRM_REFUNDD") || base_str_is(type, "CONFIRM_REFUND");
    bool received = base_str_is(type, "CONFIRM_RETURNED");
    if (!back_named(k, number, &it)) {
        return "售后单不存在";
    }
    int needed = refund ? RETURN_TO_AGREE : received ? RETURN_TO_RECEIVE : it.status;
    if (it.status != needed || (it.status != RETURN_TO_AGREE && it.status != RETURN_TO_RECEIVE)) {
        return "售后单状态不允许操作";
    }
    record *decided = kept_add(k, KEPT_RETURN, number_of(k, "TH", &it.state), NULL);
    *out_room = decided != NULL && kept_tag(k, decided, kept_text(k, "refuse_reason"));
    if (*out_room) {
        decided->state = refund || received ? RETURN_REFUNDED : RETURN_REFUSED;
    }
    return NULL;
}

static bool check_operation(kept *k) {
    static const char *const types[] = { "CONFIRM_REFUNDD", "CONFIRM_REFUND", "CONFIRM_RETURNED",
                                         "REJECT" };
    base_str type = kept_text(k, "operate_type");
    bool known = false;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        known = known || base_str_is(type, types[i]);
    }
    if (!known) {
        return kept_refuse(k, k->row->state,
                           "operate_type is CONFIRM_REFUNDD, CONFIRM_RETURNED or REJECT");
    }
    return !base_str_is(type, "REJECT") || kept_text(k, "refuse_reason").len > 0 ||
           kept_refuse(k, k->row->state, "REJECT needs a refuse_reason");
}

static bool run_operate(kept *k) {
    bool room = true;
    if (!check_operation(k)) {
        return false;
    }
    const char *why = operate(k, kept_text(k, k->row->key), &room);
    if (why != NULL) {
        return kept_refuse(k, k->row->missing, "%s", why);
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    kept_put_bool(k, k->out, "success", true);
    return room;
}

static bool run_operate_all(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    bool room = true;
    size_t failures = 0;
    size_t i;
    size_t max;
    yyjson_val *one;
    if (yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > MOST_BATCH) {
        return kept_refuse(k, k->row->state, "1 to 100 return orders a call");
    }
    if (!check_operation(k)) {
        return false;
    }
    yyjson_mut_val *done = kept_put_list(k, k->out, "success_order_no_list");
    yyjson_mut_val *failed = kept_put_list(k, k->out, "failed_order_no_list");
    yyjson_arr_foreach(list, i, max, one) {
        base_str number = { "", 0 };
        (void)codec_json_text(one, k->call->face->arena, &number);
        bool fine = operate(k, number, &room) == NULL;
        kept_push_text(k, fine ? done : failed, number);
        failures += !fine;
        if (!room) {
            return false;
        }
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    kept_put_bool(k, k->out, "success", failures == 0);
    return true;
}

static const kept_row rows[] = {
    { "supplyChain.getSupplyOrderList", run_list, .state = "40004:1020" },
    { "supplyChain.getOrderByOrderNo", run_detail, .key = "order_no", .missing = "50002:2001" },
    { "supplyChain.supplyConsign", run_consign, .key = "order_no", .missing = "50002:2000",
      .state = "50002:2000", .house = "40004:1020" },
    { "supplyChain.updateConsign", run_update_consign, .key = "order_no", .missing = "50002:2000",
      .state = "50002:2000", .house = "50002:2000" },
    { "supplyChain.queryReturnOrderList", run_returns, .state = "40004:1020" },
    { "supplyChain.queryReturnOrderByOrderNo", run_return, .missing = "50002:1000",
      .state = "40004:1020" },
    { "supplyChain.returnOrder.operate", run_operate, .key = "return_order_no",
      .missing = "50002:1000", .state = "40004:1020" },
    { "supplyChain.returnOrder.batchOperate", run_operate_all, .lines = "return_order_no_list",
      .state = "50002:1020" },
};

const kept_row *kept_supply_order_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
