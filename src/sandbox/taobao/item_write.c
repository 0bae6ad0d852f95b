/*
 * Writes to items: add, update, delete, put on sale and take off, stock of an item or of its SKUs.
 */
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { MOST_QUANTITIES = 20, MOST_STOCK = 1000000000 };

/* "\"item\":{\"iid\":"..","num_iid":..,"<time_name>":"..." without the closing brace */
static void open_item(tbface_call *call, int64_t id, const char *time_name, int64_t when) {
    base_buf_printf(call->out, "\"item\":{\"iid\":\"%lld\",\"num_iid\":%lld,\"%s\":", (long long)id,
                    (long long)id, time_name);
    tbface_add_time(call->out, when);
}

/* sku_properties "a:b;c:d,a:b;c:e", sku_quantities "1,2", sku_prices "1.00,2.00" */
static bool read_skus(tbface_call *call, world_product_input *input) {
    base_str all = tbface_text(call, "sku_properties");
    base_str part;
    size_t count = 0;
    while (tbface_part(all, ',', count, &part)) {
        count++;
    }
    if (count == 0) {
        return true;
    }
    world_sku_input *skus =
        count <= WORLD_MAX_SKUS ? base_arena_alloc(call->face->arena, count * sizeof *skus) : NULL;
    if (skus == NULL) {
        return tbface_invalid(call, "sku_properties", "names too many SKUs");
    }
    for (size_t i = 0; i < count; i++) {
        world_sku_input_init(&skus[i]);
        (void)tbface_part(all, ',', i, &skus[i].properties);
        if (!tbface_part(tbface_text(call, "sku_quantities"), ',', i, &part) ||
            !base_str_to_i64(part, &skus[i].stock)) {
            return tbface_invalid(call, "sku_quantities", "has no number for each SKU");
        }
        if (!tbface_part(tbface_text(call, "sku_prices"), ',', i, &part) ||
            !base_fen_from_yuan(part, &skus[i].price_fen)) {
            return tbface_invalid(call, "sku_prices", "has no price for each SKU");
        }
        if (tbface_part(tbface_text(call, "sku_outer_ids"), ',', i, &part)) {
            skus[i].code = part;
        }
    }
    input->skus = skus;
    input->sku_count = count;
    return true;
}

static bool read_input(tbface_call *call, world_product_input *input) {
    base_str status = tbface_text(call, "approve_status");
    world_product_input_init(input);
    input->name = tbface_text(call, "title");
    input->description = tbface_text(call, "desc");
    input->pic = tbface_text(call, "pic_path");
    input->outer_id = tbface_text(call, "outer_id");
    input->category_id = tbface_text(call, "cid");
    input->price_fen = tbface_fen(call, "price");
    input->stock = tbface_i64(call, "num", -1);
    if (base_str_is(status, "instock")) {
        input->sale = WORLD_OFFLINE;
    } else if (base_str_is(status, "onsale")) {
        input->sale = WORLD_ONLINE;
    } else if (status.len > 0) {
        return tbface_invalid(call, "approve_status", "is onsale or instock");
    }
    return read_skus(call, input);
}

static bool run_add(tbface_call *call) {
    uint32_t item = WORLD_NONE;
    world_product_input input;
    world_product_state state;
    base_str no_key = { NULL, 0 };
    if (!read_input(call, &input) ||
        !tbface_deed(
            call, world_product_add(call->world, call->shop, &input, no_key, call->now, &item)) ||
        !world_product_state_at(call->world, item, call->now, &state)) {
        return call->code != 0 ? false
                               : tbface_fail(call, 15, "isp.unknown-error", "nothing was kept");
    }
    open_item(call, state.id, "created", state.created);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool run_update(tbface_call *call) {
    world_product_input input;
    world_product_state state;
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE || !read_input(call, &input) ||
        !tbface_deed(call, world_product_edit(call->world, item, &input, call->now))) {
        return false;
    }
    open_item(call, state.id, "modified", call->now);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool run_delete(tbface_call *call) {
    world_product_state state;
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE ||
        !tbface_deed(call, world_product_delete(call->world, item, true, call->now))) {
        return false;
    }
    open_item(call, state.id, "created", state.created);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool set_sale(tbface_call *call, world_sale sale, int64_t num) {
    world_product_state state;
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE) {
        return false;
    }
    if (state.sale == sale) {
        return tbface_fail(call, 15, "isv.wrong-status", "the item is so already");
    }
    if (num > 0 && state.skus <= 1) {
        world_product_input input;
        world_product_input_init(&input);
        input.stock = num;
        if (!tbface_deed(call, world_product_edit(call->world, item, &input, call->now))) {
            return false;
        }
    }
    if (!tbface_deed(call, world_product_set_sale(call->world, item, sale, call->now))) {
        return false;
    }
    open_item(call, state.id, "modified", call->now);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool run_listing(tbface_call *call) {
    int64_t num = tbface_i64(call, "num", 0);
    if (num < 1) {
        return tbface_invalid(call, "num", "is at least 1");
    }
    return set_sale(call, WORLD_ONLINE, num);
}

static bool run_delisting(tbface_call *call) {
    return set_sale(call, WORLD_OFFLINE, 0);
}

/* ---- stock ---- */

static bool set_stock(tbface_call *call, world_sku_ref sku, uint32_t item, int64_t quantity) {
    int64_t type = tbface_i64(call, "type", 1);
    base_str no_key = { NULL, 0 };
    if (type != 1 && type != 2) {
        return tbface_invalid(call, "type", "is 1 (set) or 2 (add)");
    }
    if (sku.product != item) {
        return tbface_fail(call, 15, "isv.sku-not-exist", "the SKU belongs to another item");
    }
    return tbface_deed(
        call, world_sku_set_stock(call->world, sku, quantity, type == 2, no_key, call->now));
}

static void add_sku_row(tbface_call *call, world_sku_ref sku, base_str id, bool first) {
    base_buf_printf(call->out,
                    "%s{\"sku_id\":%.*s,\"quantity\":%lld,\"modified\":", first ? "" : ",",
                    (int)id.len, id.ptr, (long long)world_sku_stock(call->world, sku));
    tbface_add_time(call->out, call->now);
    base_buf_add_char(call->out, '}');
}

static void open_stock(tbface_call *call, uint32_t item) {
    world_product_state state;
    (void)world_product_state_at(call->world, item, call->now, &state);
    open_item(call, state.id, "modified", call->now);
    base_buf_printf(call->out, ",\"num\":%lld", (long long)state.stock);
}

static bool run_quantity(tbface_call *call) {
    world_product_state state;
    world_sku_ref sku;
    world_product_input input;
    int64_t quantity = tbface_i64(call, "quantity", -1);
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE) {
        return false;
    }
    if (quantity < -MOST_STOCK || quantity > MOST_STOCK) {
        return tbface_invalid(call, "quantity", "is out of its range");
    }
    if (tbface_has(call, "sku_id") || tbface_has(call, "outer_id")) {
        bool found =
            tbface_has(call, "sku_id")
                ? world_sku_find(call->world, call->shop, tbface_i64(call, "sku_id", 0), &sku)
                : world_sku_by_code(call->world, call->shop, tbface_text(call, "outer_id"), &sku);
        if (!found) {
            return tbface_fail(call, 15, "isv.sku-not-exist", "names no SKU of this seller");
        }
        if (!set_stock(call, sku, item, quantity)) {
            return false;
        }
        open_stock(call, item);
        base_buf_add_char(call->out, '}');
        return true;
    }
    if (tbface_i64(call, "type", 1) == 2) {
        quantity += state.stock;
    }
    world_product_input_init(&input);
    input.stock = quantity;
    if (quantity < 0 ||
        !tbface_deed(call, world_product_edit(call->world, item, &input, call->now))) {
        return call->code != 0 ? false : tbface_invalid(call, "quantity", "is below zero");
    }
    open_stock(call, item);
    base_buf_add_char(call->out, '}');
    return true;
}

/* Looks at every pair before the first is written: all or nothing. */
static bool read_quantity(tbface_call *call, base_str pair, bool by_code, world_sku_ref *out_sku,
                          base_str *out_id, int64_t *out_quantity) {
    base_str quantity;
    int64_t id = 0;
    if (!tbface_part(pair, ':', 0, out_id) || !tbface_part(pair, ':', 1, &quantity) ||
        !base_str_to_i64(quantity, out_quantity) || (!by_code && !base_str_to_i64(*out_id, &id))) {
        return tbface_invalid(call, by_code ? "outerid_quantities" : "skuid_quantities",
                              "is id:quantity;id:quantity");
    }
    bool found = by_code ? world_sku_by_code(call->world, call->shop, *out_id, out_sku)
                         : world_sku_find(call->world, call->shop, id, out_sku);
    return found || tbface_fail(call, 15, "isv.sku-not-exist", "%.*s names no SKU of this seller",
                                (int)out_id->len, out_id->ptr);
}

static bool run_skus_quantity(tbface_call *call) {
    world_product_state state;
    world_sku_ref skus[MOST_QUANTITIES];
    int64_t quantities[MOST_QUANTITIES];
    base_str ids[MOST_QUANTITIES];
    base_str pair;
    size_t count = 0;
    bool by_code = !tbface_has(call, "skuid_quantities");
    base_str list = tbface_text(call, by_code ? "outerid_quantities" : "skuid_quantities");
    uint32_t item = tbface_item_of(call, &state);
    if (item == WORLD_NONE) {
        return false;
    }
    if (list.len == 0) {
        return tbface_fail(call, 40, "isv.missing-parameter", "skuid_quantities is required");
    }
    for (; tbface_part(list, ';', count, &pair); count++) {
        if (count == MOST_QUANTITIES) {
            return tbface_invalid(call, "skuid_quantities", "names more than 20 SKUs");
        }
        if (!read_quantity(call, pair, by_code, &skus[count], &ids[count], &quantities[count])) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!set_stock(call, skus[i], item, quantities[i])) {
            return false;
        }
    }
    open_stock(call, item);
    base_buf_add_char(call->out, ',');
    tbface_list_open(call, "skus", "sku");
    for (size_t i = 0; i < count && !by_code; i++) {
        add_sku_row(call, skus[i], ids[i], i == 0);
    }
    tbface_list_close(call);
    base_buf_add_char(call->out, '}');
    return true;
}

static const tbface_method methods[] = {
    { "taobao.item.add",
      "location.state*s location.city*s num*i type*s stuff_status*s title*s desc*s cid*i price:n "
      "approve_status:s outer_id:s sku_properties:s sku_quantities:s sku_prices:s sku_outer_ids:s",
      run_add, false },
    { "taobao.item.update",
      "num_iid*i title:s desc:s cid:i num:i price:n approve_status:s outer_id:s sku_properties:s "
      "sku_quantities:s sku_prices:s sku_outer_ids:s",
      run_update, false },
    { "taobao.item.delete", "num_iid*i", run_delete, false },
    { "taobao.item.update.listing", "num_iid*i num*i", run_listing, false },
    { "taobao.item.update.delisting", "num_iid*i", run_delisting, false },
    { "taobao.item.quantity.update", "num_iid*i quantity*i sku_id:i outer_id:s type:i",
      run_quantity, false },
    { "taobao.skus.quantity.update", "num_iid*i type:i skuid_quantities:s outerid_quantities:s",
      run_skus_quantity, false },
};

const tbface_method *tbface_item_write_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
