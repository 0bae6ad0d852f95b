/*
 * Reading trades: taobao.trades.sold.get (api 46), taobao.trades.sold.increment.get (api 128), and
 * one trade. Pages from 1, at most 100 rows; increments span at most one day; three months back;
 * newest first. Without `type` only five of the kinds of trade are listed.
 */
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { PAGE_ROWS = 100, DAY_S = 86400, BACK_S = 93 * DAY_S /* three months, and a day's grace */ };

/* Fields that the lists do not serve; trade.fullinfo.get does. */
static const char *const not_in_sold[] = { "buyer_message", "seller_memo", "timeout_action_time",
                                           NULL };
static const char *const not_in_increment[] = { "buyer_message",       "seller_memo",
                                                "timeout_action_time", "trade_from",
                                                "is_part_consign",     NULL };
static const char *const not_in_get[] = { "timeout_action_time", "has_buyer_message",
                                          "seller_flag",         "receiver_name",
                                          "receiver_mobile",     "receiver_phone",
                                          "receiver_country",    "receiver_state",
                                          "receiver_city",       "receiver_district",
                                          "receiver_town",       "receiver_address",
                                          "receiver_zip",        "oaid",
                                          "step_trade_status",   "step_paid_fee",
                                          "trade_from",          "is_part_consign",
                                          "service_orders",      NULL };

/* "guarantee_trade" stands for the fixed price and the auction, too. */
static uint32_t mask_of_type(base_str name) {
    uint32_t both = 1U << WORLD_TYPE_FIXED | 1U << WORLD_TYPE_AUCTION;
    world_trade_type type = world_trade_type_of(name);
    if (type == WORLD_TYPES) {
        return 0;
    }
    return 1U << type | (type == WORLD_TYPE_GUARANTEE ? both : 0);
}

static bool read_types(tbface_call *call, uint32_t *out_mask) {
    static const char known[] =
        ",fixed,auction,guarantee_trade,step,independent_simple_trade,independent_shop_trade,"
        "auto_delivery,ec,cod,game_equipment,shopex_trade,netcn_trade,external_trade,"
        "instant_trade,b2c_cod,hotel_trade,super_market_trade,super_market_cod_trade,taohua,"
        "waimai,o2o_offlinetrade,nopaid,eticket,tmall_i18n,insurance_plus,finance,pre_auth_type,"
        "lazada,fenxiao,";
    base_str list = tbface_text(call, "type");
    base_str name;
    if (list.len == 0) {
        list = BASE_STR("guarantee_trade,auto_delivery,ec,cod,step"); /* api 46: the default */
    }
    for (size_t n = 0; tbface_part(list, ',', n, &name); n++) {
        char *quoted = base_arena_printf(call->face->arena, ",%.*s,", (int)name.len, name.ptr);
        if (name.len == 0 || quoted == NULL || strstr(known, quoted) == NULL) {
            return tbface_invalid(call, "type", "names a type that TOP does not have");
        }
        *out_mask |= mask_of_type(name);
    }
    /* Only types that the world never sells: no rows, rather than all. */
    *out_mask = *out_mask != 0 ? *out_mask : 1U << WORLD_TYPES;
    return true;
}

static bool read_status(tbface_call *call, uint32_t *out_mask) {
    static const char *const also_known = ",TRADE_NO_CREATE_PAY,TRADE_BUYER_SIGNED,PAY_PENDING,"
                                          "WAIT_PRE_AUTH_CONFIRM,PAID_FORBID_CONSIGN,";
    base_str status = tbface_text(call, "status");
    if (status.len == 0) {
        return true;
    }
    for (int i = 0; i < WORLD_STATUSES; i++) {
        world_order_state state;
        memset(&state, 0, sizeof state);
        state.status = (world_status)i;
        const char *name = world_taobao_status(&state);
        bool unpaid = i == WORLD_UNPAID && base_str_is(status, "ALL_WAIT_PAY");
        bool closed =
            (i == WORLD_CANCELLED || i == WORLD_REFUNDED) && base_str_is(status, "ALL_CLOSED");
        if (base_str_is(status, name) || unpaid || closed) {
            *out_mask |= 1U << i;
        }
    }
    if (*out_mask != 0) {
        return true;
    }
    char *quoted = base_arena_printf(call->face->arena, ",%.*s,", (int)status.len, status.ptr);
    *out_mask = 1U << WORLD_STATUSES; /* a status that no trade of the world has */
    return (quoted != NULL && strstr(also_known, quoted) != NULL) ||
           tbface_invalid(call, "status", "is a status that TOP does not have");
}

static bool read_query(tbface_call *call, world_order_query *query) {
    static const char *const not_modelled[] = { "ext_type", "rate_status", "tag", "buyer_open_id",
                                                "buyer_open_uid" };
    for (size_t i = 0; i < sizeof not_modelled / sizeof not_modelled[0]; i++) {
        if (tbface_has(call, not_modelled[i])) {
            return tbface_invalid(call, not_modelled[i],
                                  "is a filter that the sandbox does not model");
        }
    }
    query->shop = call->shop;
    query->descending = true;
    query->buyer_nick = tbface_text(call, "buyer_nick");
    return read_types(call, &query->type_mask) && read_status(call, &query->status_mask);
}

static bool write_trades(tbface_call *call, const world_order_query *query,
                         const char *const *withheld) {
    uint32_t orders[PAGE_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    uint64_t offset = 0;
    uint32_t size = 0;
    world_fields fields;
    qd_err err = QD_ERR_INIT;
    if (!tbface_page(call, PAGE_ROWS, &offset, &size) || !tbface_fields(call, withheld, &fields)) {
        return false;
    }
    if (world_orders(call->world, query, call->now, offset, size, &total, orders, &count, &err) !=
        QD_OK) {
        return tbface_fail(call, 15, "isp.unknown-error", "%s", err.message);
    }
    if (tbface_bool(call, "use_has_next", false)) {
        base_buf_printf(call->out, "\"has_next\":%s,", offset + count < total ? "true" : "false");
    } else {
        base_buf_printf(call->out, "\"total_results\":%llu,", (unsigned long long)total);
    }
    tbface_list_open(call, "trades", "trade");
    for (uint32_t i = 0; i < count; i++) {
        base_buf_reset(&call->scratch);
        (void)world_render_order(call->world, orders[i], call->now, &call->scratch);
        if (i > 0) {
            base_buf_add_char(call->out, ',');
        }
        if (!tbface_document(call, &fields)) {
            return false;
        }
    }
    tbface_list_close(call);
    face_shift(call->face, base_str_of(call->method->name), orders, count);
    return true;
}

static bool run_sold(tbface_call *call) {
    world_order_query query;
    memset(&query, 0, sizeof query);
    if (!read_query(call, &query)) {
        return false;
    }
    query.order_by = WORLD_BY_CREATED;
    query.created_from = tbface_time(call, "start_created", call->now - BACK_S);
    query.created_to = tbface_time(call, "end_created", call->now) + 1;
    if (query.created_from < call->now - BACK_S) {
        return tbface_invalid(call, "start_created", "lies more than three months back");
    }
    if (query.created_to <= query.created_from) {
        return tbface_invalid(call, "end_created", "lies before start_created");
    }
    return write_trades(call, &query, not_in_sold);
}

static bool run_increment(tbface_call *call) {
    world_order_query query;
    memset(&query, 0, sizeof query);
    if (!read_query(call, &query)) {
        return false;
    }
    query.order_by = WORLD_BY_MODIFIED;
    query.modified_from = tbface_time(call, "start_modified", 0);
    query.modified_to = tbface_time(call, "end_modified", 0) + 1;
    if (query.modified_to <= query.modified_from) {
        return tbface_invalid(call, "end_modified", "lies before start_modified");
    }
    if (query.modified_to - 1 - query.modified_from > DAY_S) {
        return tbface_invalid(call, "end_modified", "lies more than one day after start_modified");
    }
    if (query.modified_from < call->now - BACK_S) {
        return tbface_invalid(call, "start_modified", "lies more than three months back");
    }
    return write_trades(call, &query, not_in_increment);
}

uint32_t tbface_trade_of(tbface_call *call) {
    world_order_state state;
    uint32_t order = world_order_find(call->world, call->shop, tbface_text(call, "tid"));
    if (order == WORLD_NONE || !world_order_state_at(call->world, order, call->now, &state)) {
        (void)tbface_fail(call, 15, "isv.trade-not-exist", "tid names no trade of this seller");
        return WORLD_NONE;
    }
    return order;
}

static bool write_one(tbface_call *call, const char *const *withheld) {
    world_fields fields;
    uint32_t order = tbface_trade_of(call);
    if (order == WORLD_NONE || !tbface_fields(call, withheld, &fields)) {
        return false;
    }
    base_buf_reset(&call->scratch);
    (void)world_render_order(call->world, order, call->now, &call->scratch);
    base_buf_add_text(call->out, "\"trade\":");
    return tbface_document(call, &fields);
}

static bool run_get(tbface_call *call) {
    return write_one(call, not_in_get);
}

static bool run_fullinfo(tbface_call *call) {
    return write_one(call, NULL);
}

static const tbface_method methods[] = {
    { "taobao.trades.sold.get",
      "fields*s start_created:d end_created:d status:s buyer_nick:s type:s page_no:i page_size:i "
      "use_has_next:b",
      run_sold, false },
    { "taobao.trades.sold.increment.get",
      "fields*s start_modified*d end_modified*d status:s type:s buyer_nick:s page_no:i "
      "page_size:i use_has_next:b",
      run_increment, false },
    { "taobao.trade.get", "fields*s tid*i", run_get, false },
    { "taobao.trade.fullinfo.get", "fields*s tid*i", run_fullinfo, false },
};

const tbface_method *tbface_trade_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
