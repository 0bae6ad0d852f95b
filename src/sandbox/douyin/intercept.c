/*
 * afterSale.applyLogisticsIntercept: the carrier is told to bring parcels back that were picked up
 * and are not out for delivery yet. Each parcel has its own result; a refusal of one is no refusal
 * of the call. No source lists unavailable_reason_code: these are the sandbox's own.
 */
#include "sandbox/douyin/aftersale.h"

enum { MOST_TARGETS = 20 };

static const struct {
    int code;
    const char *text;
} reasons[] = {
    [WORLD_INTERCEPT_DONE] = { 0, "" },
    [WORLD_INTERCEPT_NO_PARCEL] = { 1, "该售后单下没有此包裹" },
    [WORLD_INTERCEPT_DELIVERING] = { 2, "包裹已派送或已签收" },
    [WORLD_INTERCEPT_OVER] = { 3, "售后单已完结" },
};

/* The products of a parcel, out of the after-sale's own document. */
static void write_products(dyface_call *call, yyjson_val *lines, bool first_only) {
    size_t i;
    size_t n;
    yyjson_val *line;
    yyjson_arr_foreach(lines, i, n, line) {
        if ((i == 0) != first_only) {
            continue;
        }
        base_buf_printf(call->out, "%s{\"order_id\":", i > 1 ? "," : "");
        base_buf_add_str(call->out, dyface_text_of(call, line, "sku_order_id"));
        base_buf_add_text(call->out, ",\"product_image\":");
        face_add_json(call->out, yyjson_obj_get(line, "product_image"));
        base_buf_add_text(call->out, ",\"product_name\":");
        face_add_json(call->out, yyjson_obj_get(line, "product_name"));
        base_buf_add_text(call->out, ",\"product_spec\":");
        yyjson_val *spec = yyjson_arr_get_first(yyjson_obj_get(line, "sku_spec"));
        codec_json_quote(call->out, dyface_text_of(call, spec, "value"));
        base_buf_printf(call->out, ",\"tags\":[],\"price\":%lld,\"amount\":%lld}",
                        (long long)dyface_i64_of(line, "price", 0),
                        (long long)dyface_i64_of(line, "item_num", 0));
    }
}

static void write_result(dyface_call *call, const world_intercepted *r, base_str code,
                         base_str tracking, yyjson_val *lines) {
    bool done = r->result == WORLD_INTERCEPT_DONE;
    size_t others = yyjson_arr_size(lines) > 0 ? yyjson_arr_size(lines) - 1 : 0;
    base_buf_add_text(call->out, "{\"company_code\":");
    codec_json_quote(call->out, code);
    base_buf_printf(
        call->out, ",\"company_name\":\"%s\",\"tracking_no\":", r->company ? r->company->name : "");
    codec_json_quote(call->out, tracking);
    base_buf_printf(call->out,
                    ",\"value_amount\":%lld,\"can_intercept\":%s,\"is_success\":%s,"
                    "\"unavailable_reason_code\":%d,\"unavailable_reason\":\"%s\","
                    "\"intercept_cost\":%lld,\"cur_product\":",
                    (long long)r->value_fen, done ? "true" : "false", done ? "true" : "false",
                    reasons[r->result].code, reasons[r->result].text, (long long)r->cost_fen);
    write_products(call, lines, true);
    base_buf_add_text(call->out, ",\"other_products\":[");
    write_products(call, lines, false);
    base_buf_printf(call->out, "],\"other_product_amount\":%zu,\"settlement_mode\":0}", others);
}

/* The after-sale's lines as afterSale.List shows them. */
static yyjson_val *read_lines(dyface_call *call, world_aftersale sale) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    (void)world_render_aftersale(call->world, sale, call->now, &text);
    yyjson_val *row = dyface_parse_nested(call, base_buf_str(&text));
    base_buf_clear(&text);
    return codec_json_at(row, "order_info.related_order_info");
}

static bool run_intercept(dyface_call *call) {
    world_aftersale_state state;
    size_t i;
    size_t n;
    yyjson_val *target;
    yyjson_val *targets = dyface_array(call, "intercept_targets");
    int64_t from = dyface_i64(call, "op_from", 0);
    if (!dyface_sale_params(call)) {
        return false;
    }
    if (from != 1 && from != 3) {
        return dyface_invalid(call, 10000, "op_from", "is 1 (seller) or 3 (service)");
    }
    if (yyjson_arr_size(targets) < 1 || yyjson_arr_size(targets) > MOST_TARGETS) {
        return dyface_invalid(call, 10000, "intercept_targets", "holds 1 to 20 parcels");
    }
    if (!dyface_sale_of(call, "after_sale_id", 50002, "isv.business-failed:10000", &state)) {
        return false;
    }
    yyjson_val *lines = read_lines(call, state.sale);
    int failed = 0;
    world_intercept last = WORLD_INTERCEPT_DONE;
    base_buf_add_text(call->out, "{\"intercept_results\":[");
    yyjson_arr_foreach(targets, i, n, target) {
        world_intercepted result;
        base_str code = dyface_text_of(call, target, "company_code");
        base_str tracking = dyface_text_of(call, target, "tracking_no");
        if (code.len == 0 || tracking.len == 0) {
            return dyface_fail(call, 40002, "isv.missing-parameter:10000",
                               "intercept_targets.%s is required",
                               code.len == 0 ? "company_code" : "tracking_no");
        }
        world_deed deed =
            world_aftersale_intercept(call->world, state.sale, code, tracking, call->now, &result);
        if (!dyface_deed(call, deed)) {
            return false;
        }
        base_buf_add_text(call->out, i > 0 ? "," : "");
        write_result(call, &result, code, tracking, lines);
        failed += result.result != WORLD_INTERCEPT_DONE;
        last = result.result != WORLD_INTERCEPT_DONE ? result.result : last;
    }
    base_buf_printf(call->out,
                    "],\"success_count\":%d,\"failed_count\":%d,\"unavailable_reason_code\":%d,"
                    "\"unavailable_reason\":\"%s\",\"refund_amount\":%lld}",
                    (int)yyjson_arr_size(targets) - failed, failed,
                    failed == 1 ? reasons[last].code : 0, failed == 1 ? reasons[last].text : "",
                    (long long)state.refund_fen);
    return true;
}

static const dyface_method methods[] = {
    { "afterSale.applyLogisticsIntercept", "after_sale_id*i op_from*i intercept_targets*a", 10000,
      10000, run_intercept, false },
};

const dyface_method *dyface_intercept_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
