/*
 * The rest of the byte cloud warehouse: its warehouses and cargo, serial numbers, riders, virtual
 * numbers, quality inspection, value-added services, parcels without order, files. Each belongs to
 * something that was there before, or is refused.
 *
 * Wire values from the vendor's comments (sevencat/ecommerce_sdk): dispatcher_type 1 calls a rider,
 * 2 cancels; shipment_status 1 calling, 9 cancelled; value-added events 2 to 6.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/kept.h"

/* ---- warehouses and cargo ---- */

static bool run_houses(kept *k) {
    static const char *const names[] = { "华东云仓", "华南云仓" };
    char owner[40];
    if (!kept_shop_is(k, "shop_id")) {
        return kept_refuse(k, k->row->missing, "shop_id is not this token's shop");
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, "warehouse_list");
    for (unsigned i = 0; i < 2; i++) {
        yyjson_mut_val *house = kept_push(k, list, names[i]);
        kept_put_text(k, house, "warehouse_code", kept_house_code(k, i));
        kept_put_text(k, house, "warehouse_name", base_str_of(names[i]));
    }
    (void)snprintf(owner, sizeof owner, "HZ%s", kept_shop(k)->id_text);
    kept_put_text(k, k->out, "owner_code", base_str_of(owner));
    kept_put_text(k, k->out, "owner_name", base_str_of(kept_shop(k)->name));
    return true;
}

/* New or changed: one method for both. */
static bool run_cargo(kept *k) {
    base_str erp_sku = kept_text(k, "erp_sku_id");
    base_str code = kept_cargo_code(k, erp_sku);
    if (!kept_shop_is(k, "shop_id") || !kept_house_known(k, kept_text(k, "warehouse_code"))) {
        return kept_refuse(k, k->row->missing, "shop_id or warehouse_code is not this shop's");
    }
    record *cargo = kept_get(k, KEPT_CARGO, code);
    if (cargo == NULL) {
        cargo = kept_add(k, KEPT_CARGO, code, NULL);
        if (cargo == NULL || !kept_tag(k, cargo, erp_sku)) {
            return false;
        }
    }
    cargo->state = (uint16_t)(dyface_i64(k->call, "status", 0) & 0xff);
    kept_put_text(k, k->out, "erp_sku_id", erp_sku);
    kept_put_text(k, k->out, "cargo_code", code);
    return kept_params(k, cargo);
}

static bool check_who(kept *k) {
    return (kept_house_known(k, kept_text(k, "warehouse_code")) &&
            kept_owner_is(k, kept_text(k, "owner_code"))) ||
           kept_refuse(k, k->row->house, "warehouse_code or owner_code is not this shop's");
}

/* What the warehouse measured of a new cargo. */
static bool run_collect(kept *k) {
    if (!check_who(k)) {
        return false;
    }
    record *cargo = kept_cargo_of(k, k->call->params);
    if (cargo == NULL) {
        return kept_refuse(k, k->row->missing, "push the cargo first");
    }
    k->out = yyjson_mut_sint(k->doc, 0);
    return kept_event(k, cargo, BASE_STR("measured"));
}

/* ---- serial numbers and value-added services ---- */

static record *any_order(kept *k, base_str number) {
    record *order = kept_order_of(k, KEPT_OUT, number);
    return order != NULL ? order : kept_order_of(k, KEPT_IN, number);
}

static bool run_serials(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    base_str key = kept_text(k, "idempotent_no");
    size_t i;
    size_t max;
    yyjson_val *one;
    record *order = any_order(k, kept_text(k, k->row->key));
    kept_answer_pair(k, 0, BASE_STR(""));
    if (!check_who(k)) {
        return false;
    }
    if (order == NULL) {
        return kept_refuse(k, k->row->missing, "no order has this order_no");
    }
    if (kept_done_before(k, key)) {
        return true;
    }
    yyjson_arr_foreach(list, i, max, one) {
        if (kept_line_of(k, order, BASE_STR(""), kept_text_of(k, one, "cargo_code")) == NULL) {
            return kept_refuse(k, k->row->goods, "the order has no such cargo");
        }
    }
    yyjson_arr_foreach(list, i, max, one) {
        if (!kept_event(k, order, kept_text_of(k, one, "sn_code"))) {
            return false;
        }
    }
    return kept_done_now(k, key);
}

/* No method makes value-added orders: each warehouse order has one, "VA" and its number. */
static bool run_extra(kept *k) {
    base_str number = kept_text(k, k->row->key);
    int64_t event = dyface_i64(k->call, "event_type", 0);
    bool named = number.len > 2 && memcmp(number.ptr, "VA", 2) == 0;
    record *order = named ? any_order(k, (base_str){ number.ptr + 2, number.len - 2 }) : NULL;
    if (order == NULL) {
        return kept_refuse(k, k->row->missing, "it is VA and the number of a warehouse order");
    }
    if (!base_str_is(kept_text(k, "warehouse_code"), order->tag)) {
        return kept_refuse(k, k->row->house, "the order is warehouse %s's", order->tag);
    }
    if (event < 2 || event > 6) {
        return kept_refuse(k, "40004:1004", "event_type is 2 to 6");
    }
    record *extra = kept_get(k, KEPT_EXTRA, number);
    if (extra == NULL && (extra = kept_add(k, KEPT_EXTRA, number, order)) == NULL) {
        return false;
    }
    k->out = yyjson_mut_strcpy(k->doc, "success");
    base_str slip = kept_text(k, "biz_order_no");
    if (kept_done_before(k, slip)) {
        return true;
    }
    extra->state = (uint16_t)event;
    return kept_done_now(k, slip) && kept_params(k, extra);
}

/* ---- riders ---- */

static base_str pair_key(kept *k) {
    return kept_pair(k, kept_text(k, "platform_order_no"), kept_text(k, "out_order_no"));
}

/* A shop order of the world, or one that some outbound order says it is for. */
static bool order_exists(kept *k, base_str number) {
    uint32_t order = world_order_find(k->call->world, k->call->shop, number);
    world_order_state state;
    if (order != WORLD_NONE && world_order_state_at(k->call->world, order, k->call->now, &state)) {
        return true;
    }
    for (const record *out = records_first(k->all, k->call->shop, KEPT_OUT); out != NULL;
         out = records_next(out)) {
        char quoted[80];
        (void)snprintf(quoted, sizeof quoted, "\"platform_order_no\":\"%.*s\"", (int)number.len,
                       number.ptr);
        if (number.len > 0 && strstr(out->document, quoted) != NULL) {
            return true;
        }
    }
    return false;
}

enum { RIDER_CALLED = 1, RIDER_CANCELLED = 9 };

static void answer_rider(kept *k, const record *call) {
    base_str key = base_str_of(call->key);
    kept_put_text(k, k->out, "track_no", kept_number(k, "TC", "rider", key, 14));
    kept_put_text(k, k->out, "logistics_track_no", kept_number(k, "TCL", "label", key, 12));
    kept_put_text(k, k->out, "service_provider", base_str_of(call->tag));
}

static bool run_rider(kept *k) {
    int64_t type = dyface_i64(k->call, "dispatcher_type", 0);
    base_str key = pair_key(k);
    record *call = kept_get(k, KEPT_CALL, key);
    if (type != 1 && type != 2) {
        return dyface_invalid(k->call, 1, "dispatcher_type", "is 1 (call) or 2 (cancel)");
    }
    if (type == 2) {
        if (call == NULL || call->state == RIDER_CANCELLED) {
            return kept_refuse(k, k->row->missing, "no rider is called for these orders");
        }
        call->state = RIDER_CANCELLED;
        call->modified = k->call->now;
        answer_rider(k, call);
        return true;
    }
    if (!order_exists(k, kept_text(k, "platform_order_no"))) {
        return kept_refuse(k, k->row->missing, "no such platform_order_no");
    }
    if (kept_object(k, k->call->params, "sender_info") == NULL ||
        kept_object(k, k->call->params, "receiver_info") == NULL) {
        return dyface_fail(k->call, 40002, "isv.missing-parameter:1",
                           "sender_info and receiver_info are required to call a rider");
    }
    if (call == NULL && (call = kept_add(k, KEPT_CALL, key, NULL)) == NULL) {
        return false;
    }
    if (!kept_params(k, call) || !kept_tag(k, call, kept_text(k, "service_provider"))) {
        return false;
    }
    call->state = RIDER_CALLED;
    answer_rider(k, call);
    return true;
}

static bool run_rider_status(kept *k) {
    const record *call = kept_get(k, KEPT_CALL, pair_key(k));
    char when[BASE_TIME_TEXT];
    if (call == NULL) {
        return kept_refuse(k, k->row->missing, "no rider was called for these orders");
    }
    base_time_to_cn(call->modified, when);
    answer_rider(k, call);
    kept_put_text(k, k->out, "platform_order_no", kept_text(k, "platform_order_no"));
    kept_put_text(k, k->out, "out_order_no", kept_text(k, "out_order_no"));
    kept_put_text(k, k->out, "shop_id", base_str_of(kept_shop(k)->id_text));
    kept_put_copy(k, k->out, "store_id", yyjson_obj_get(kept_document(k, call), "store_id"));
    kept_put_i64(k, k->out, "shipment_status", call->state);
    kept_put_i64(k, k->out, "shipment_error", 0);
    kept_put_text(k, k->out, "occurred_time", base_str_of(when));
    return true;
}

enum { PHONE_LIFE_S = 30 * 86400 };

/* A new one when there is none or it has run out. */
static bool run_phone(kept *k) {
    base_str key = pair_key(k);
    char when[BASE_TIME_TEXT];
    record *phone = kept_get(k, KEPT_PHONE, key);
    bool is_new = phone == NULL || k->call->now >= phone->num[KEPT_ID];
    if (!order_exists(k, kept_text(k, "platform_order_no"))) {
        return kept_refuse(k, k->row->missing, "no such platform_order_no");
    }
    if (phone == NULL && (phone = kept_add(k, KEPT_PHONE, key, NULL)) == NULL) {
        return false;
    }
    phone->num[KEPT_ID] = is_new ? k->call->now + PHONE_LIFE_S : phone->num[KEPT_ID];
    phone->state = (uint16_t)(phone->state + (is_new ? 1 : 0));
    base_time_to_cn(phone->num[KEPT_ID], when);
    base_str turn = base_str_of(
        base_arena_printf(k->call->face->arena, "%s#%u", phone->key, (unsigned)phone->state));
    base_str extension = kept_number(k, "", "extension", turn, 4);
    const char *number = base_arena_printf(k->call->face->arena, "184%s-%.*s",
                                           kept_number(k, "", "phone", turn, 8).ptr,
                                           (int)extension.len, extension.ptr);
    kept_put_bool(k, k->out, "is_new_create", is_new);
    kept_put_text(k, k->out, "mobile_virtual", base_str_of(number));
    kept_put_text(k, k->out, "expire_time", base_str_of(when));
    return true;
}

/* ---- what is told once ---- */

static bool run_qic(kept *k) {
    base_str number = kept_text(k, k->row->key);
    if (number.len == 0) {
        return dyface_fail(k->call, 40002, "isv.missing-parameter:1", "order_id is required");
    }
    if (!order_exists(k, number)) {
        return kept_refuse(k, k->row->missing, "no such order_id");
    }
    if (kept_get(k, KEPT_QIC, number) != NULL) {
        return true;
    }
    record *order = kept_add(k, KEPT_QIC, number, NULL);
    return order != NULL && kept_params(k, order);
}

static bool run_lost(kept *k) {
    base_str number = kept_text(k, k->row->key);
    if (number.len == 0) {
        return dyface_fail(k->call, 40002, "isv.missing-parameter:1", "track_no is required");
    }
    bool known = kept_get(k, KEPT_WAYBILL, number) != NULL;
    kept_answer_pair(k, known, BASE_STR("an order has this parcel"));
    if (known) {
        return true;
    }
    record *lost = kept_get(k, KEPT_LOST, number);
    if (lost == NULL && (lost = kept_add(k, KEPT_LOST, number, NULL)) == NULL) {
        return false;
    }
    return kept_params(k, lost);
}

static bool run_sorting(kept *k) {
    base_str number = kept_text(k, k->row->key);
    if (kept_get(k, KEPT_WAYBILL, number) == NULL) {
        return kept_refuse(k, k->row->missing, "no parcel has this number");
    }
    yyjson_mut_val *told = kept_put_object(k, k->out, "sorting_instruction");
    kept_put_text(k, told, "sorting_grid_no", kept_number(k, "G", "grid", number, 3));
    (void)kept_put_object(k, told, "extend");
    return true;
}

/* The same key is the same upload; the same content under another key is refused. */
static bool run_file(kept *k) {
    base_str key = kept_text(k, "idempotent");
    base_str md5 = kept_text(k, k->row->key);
    int64_t lines = dyface_i64(k->call, "line_number", 0);
    int64_t total = dyface_i64(k->call, "total_line_number", 0);
    kept_answer_pair(k, 0, BASE_STR(""));
    if (kept_done_before(k, key)) {
        return true;
    }
    if (lines < 1 || lines > total) {
        return kept_refuse(k, k->row->stock, "line_number is 1 to total_line_number");
    }
    if (kept_get(k, KEPT_FILE, md5) != NULL) {
        return kept_refuse(k, k->row->repeat, "this file_md5 was uploaded");
    }
    record *file = kept_add(k, KEPT_FILE, md5, NULL);
    return file != NULL && kept_tag(k, file, kept_text(k, "name")) && kept_done_now(k, key);
}

static const kept_row rows[] = {
    { "yunc.shopWarehouseRefQuery", run_houses, .missing = "50002:3000" },
    { "yunc.erpCargoSinglePush", run_cargo, .key = "erp_sku_id", .missing = "50002:3000" },
    { "yunc.syncCollectInfo", run_collect, .key = "cargo_code", .missing = "50002:7000",
      .house = "50002:1003" },
    { "yunc.synchronizeSN", run_serials, .key = "order_no", .lines = "sn_list",
      .missing = "50002:4001", .goods = "50002:7000", .house = "50002:1003" },
    { "yunc.valueAddedOrderCallBack", run_extra, .key = "value_added_order_no",
      .missing = "50002:21000", .house = "50002:1003" },
    { "yunc.callAndCancelTransportCapability", run_rider, .key = "platform_order_no",
      .missing = "50002:4001" },
    { "yunc.queryTransportCapabilityStatus", run_rider_status, .key = "platform_order_no",
      .missing = "50002:4001" },
    { "yunc.getVirtualMobile", run_phone, .key = "platform_order_no", .missing = "50002:4001" },
    { "yunc.QICOrderCreate", run_qic, .key = "order_id", .missing = "50002:4001" },
    { "yunc.mutilpleGoodsFeedback", run_lost, .key = "track_no" },
    { "yunc.fetchSortingInstruction", run_sorting, .key = "hu_ident_code",
      .missing = "50002:3000" },
    { "yunc.uploadErpFile", run_file, .key = "file_md5", .repeat = "50002:30003",
      .stock = "50002:30005" },
};

const kept_row *kept_yunc_more_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
