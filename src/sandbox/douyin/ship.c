/*
 * Shipping: the express companies (docs 16/541), an order in one pack (16/718), in several
 * (16/562), several orders in one (16/563), and a changed waybill (16/390, 16/539).
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum { TOGETHER_MOST = 400 };

static bool run_companies(dyface_call *call) {
    size_t count = 0;
    const world_company *companies = world_companies(&count);
    base_buf_add_char(call->out, '[');
    for (size_t i = 0; i < count; i++) {
        base_buf_printf(call->out, "%s{\"id\":%lld,\"code\":\"%s\",\"name\":\"%s\"}",
                        i > 0 ? "," : "", (long long)companies[i].id, companies[i].douyin_code,
                        companies[i].name);
    }
    base_buf_add_char(call->out, ']');
    return true;
}

/* company and waybill of an object: the root, or an element of pack_list. */
static bool read_pack(dyface_call *call, yyjson_val *from, world_pack *pack) {
    memset(pack, 0, sizeof *pack);
    pack->company_id = dyface_i64_of(from, "logistics_id", 0);
    pack->company_code = dyface_text_of(call, from, "company_code");
    pack->company_name = dyface_text_of(call, from, "company");
    pack->tracking_no = dyface_text_of(call, from, "logistics_code");
    if (pack->company_id == 0 && pack->company_code.len == 0 && pack->company_name.len == 0) {
        return dyface_fail(call, 40002, "isv.missing-parameter:60011",
                           "company_code (or logistics_id) is required");
    }
    if (pack->tracking_no.len == 0) {
        return dyface_fail(call, 40002, "isv.missing-parameter:60014",
                           "logistics_code is required");
    }
    return true;
}

/* The number is required where orders travel together (16/563), not in several packs (16/562);
 * the world ships whole lines. */
static bool check_line(dyface_call *call, yyjson_val *item, bool number_required) {
    int64_t number = 0;
    yyjson_val *shipped = yyjson_obj_get(item, "shipped_num");
    bool no_id = dyface_text_of(call, item, "shipped_order_id").len == 0;
    bool no_number = shipped == NULL || yyjson_is_null(shipped);
    if (no_id || (no_number && number_required)) {
        return dyface_fail(call, 40002, "isv.missing-parameter:60036",
                           "shipped_order_info.%s is required",
                           no_id ? "shipped_order_id" : "shipped_num");
    }
    return no_number || codec_json_i64(shipped, &number) ||
           dyface_invalid(call, 60033, "shipped_num", "is an integer");
}

static bool check_lines(dyface_call *call, yyjson_val *list, bool number_required) {
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, n, item) {
        if (!check_line(call, item, number_required)) {
            return false;
        }
    }
    return true;
}

/* Lines named by shipped_order_info in this order; a parent id there means all of it. */
static bool read_lines(dyface_call *call, uint32_t order, yyjson_val *list, world_pack *pack) {
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, n, item) {
        base_str id = dyface_text_of(call, item, "shipped_order_id");
        int line = world_order_line_find(call->world, order, id);
        if (line >= 0) {
            pack->line_mask |= 1U << line;
        } else if (world_order_find(call->world, call->shop, id) != order) {
            return dyface_invalid(call, 60033, "shipped_order_id", "names no line of this order");
        }
    }
    return true;
}

static bool run_add(dyface_call *call) {
    world_pack pack;
    if (!read_pack(call, call->params, &pack)) {
        return false;
    }
    uint32_t order = dyface_order_of(call, "order_id");
    base_str no_key = { NULL, 0 };
    if (order == WORLD_NONE ||
        !dyface_deed(call, world_order_ship(call->world, order, &pack, 1, no_key, call->now))) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

/* Echoes what travels in each pack, with its id. */
static void write_packs(dyface_call *call, uint32_t order, yyjson_val *list) {
    size_t i;
    size_t n;
    yyjson_val *item;
    unsigned there = 0;
    char any[40];
    while (world_order_pack_id(call->world, order, there, call->now, any) == WORLD_DONE) {
        there++;
    }
    unsigned before = there - (unsigned)yyjson_arr_size(list); /* the new ones are the last */
    base_buf_add_text(call->out, "{\"pack_list\":[");
    yyjson_arr_foreach(list, i, n, item) {
        char pack_id[40] = "";
        (void)world_order_pack_id(call->world, order, before + (unsigned)i, call->now, pack_id);
        base_buf_printf(call->out, "%s{\"pack_id\":", i > 0 ? "," : "");
        codec_json_quote(call->out, base_str_of(pack_id));
        base_buf_add_text(call->out, ",\"logistics_code\":");
        codec_json_quote(call->out, dyface_text_of(call, item, "logistics_code"));
        base_buf_add_text(call->out, ",\"shipped_order_info\":");
        face_add_json(call->out, yyjson_obj_get(item, "shipped_order_info"));
        base_buf_add_char(call->out, '}');
    }
    base_buf_add_text(call->out, "]}");
}

static bool run_add_multi(dyface_call *call) {
    world_pack packs[WORLD_MAX_PACKS];
    yyjson_val *list = dyface_array(call, "pack_list");
    uint32_t order = dyface_order_of(call, "order_id");
    if (order == WORLD_NONE) {
        return false;
    }
    size_t count = yyjson_arr_size(list);
    if (count == 0 || count > WORLD_MAX_PACKS) {
        return dyface_invalid(call, 60036, "pack_list", "holds 1 to 8 packs");
    }
    for (size_t i = 0; i < count; i++) {
        yyjson_val *item = yyjson_arr_get(list, i);
        yyjson_val *lines = yyjson_obj_get(item, "shipped_order_info");
        if (!yyjson_is_arr(lines) || yyjson_arr_size(lines) == 0) {
            return dyface_fail(call, 40002, "isv.missing-parameter:60036",
                               "pack_list.shipped_order_info is required");
        }
        if (!read_pack(call, item, &packs[i]) || !check_lines(call, lines, false) ||
            !read_lines(call, order, lines, &packs[i])) {
            return false;
        }
    }
    if (!dyface_deed(call, world_order_ship(call->world, order, packs, count,
                                            dyface_text(call, "request_id"), call->now))) {
        return false;
    }
    write_packs(call, order, list);
    return true;
}

static bool run_add_single(dyface_call *call) {
    world_pack pack;
    uint32_t orders[TOGETHER_MOST];
    size_t count = 0;
    char pack_id[40] = "";
    yyjson_val *list = dyface_array(call, "order_id_list");
    if (!read_pack(call, call->params, &pack) ||
        !check_lines(call, dyface_array(call, "shipped_order_info"), true)) {
        return false;
    }
    if (yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > TOGETHER_MOST) {
        return dyface_invalid(call, 60032, "order_id_list", "holds 1 to 400 orders");
    }
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, n, item) {
        base_str id = { NULL, 0 };
        (void)codec_json_text(item, call->face->arena, &id);
        orders[count] = world_order_find(call->world, call->shop, id);
        if (orders[count] == WORLD_NONE) {
            return dyface_fail(call, 50002, "isv.business-failed:60033",
                               "order_id_list: %.*s names no order", (int)id.len, id.ptr);
        }
        count++;
    }
    world_deed deed = world_orders_ship_together(
        call->world, orders, count, &pack, dyface_text(call, "request_id"), call->now, pack_id);
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "{\"pack_id\":");
    codec_json_quote(call->out, base_str_of(pack_id));
    base_buf_add_char(call->out, '}');
    return true;
}

/* logisticsEdit names no pack: the first one. */
static bool run_edit(dyface_call *call) {
    world_pack pack;
    if (!read_pack(call, call->params, &pack)) {
        return false;
    }
    uint32_t order = dyface_order_of(call, "order_id");
    if (order == WORLD_NONE ||
        !dyface_deed(call,
                     world_order_change_waybill(call->world, order, dyface_text(call, "pack_id"),
                                                &pack, call->now))) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static const dyface_method methods[] = {
    { "order.logisticsCompanyList", "", 1, 1, run_companies, false },
    { "order.logisticsAdd", "order_id*s logistics_id:i company:s company_code:s logistics_code:s",
      50049, 60017, run_add, false },
    { "order.logisticsAddMultiPack", "order_id*s pack_list*a request_id*s", 60036, 60017,
      run_add_multi, false },
    { "order.logisticsAddSinglePack",
      "order_id_list*a shipped_order_info*a logistics_code*s request_id*s company:s "
      "company_code:s logistics_id:s",
      60036, 60017, run_add_single, false },
    { "order.logisticsEdit", "order_id*s logistics_id:i company_code:s logistics_code:s company:s",
      60083, 60021, run_edit, false },
    { "order.logisticsEditByPack",
      "order_id*s pack_id*s logistics_code*s company_code:s logistics_id:s", 60083, 60021, run_edit,
      false },
};

const dyface_method *dyface_ship_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
