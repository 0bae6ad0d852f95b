/*
 * SKUs: list (docs 14/82), detail (14/566), add (14/81), addAll, price (14/84), code (14/86), stock
 * (34/155, 34/936).
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

/* sku_id, out_sku_id or code. */
static bool find_sku(dyface_call *call, world_sku_ref *out) {
    bool found = false;
    if (dyface_has(call, "sku_id")) {
        found = world_sku_find(call->world, call->shop, dyface_i64(call, "sku_id", 0), out);
        return found || dyface_invalid(call, call->method->invalid_n, "sku_id", "names no SKU");
    }
    const char *name = dyface_has(call, "code") ? "code" : "out_sku_id";
    base_str code = dyface_text(call, name);
    if (code.len == 0) {
        return dyface_invalid(call, 20011, "sku_id", "or code is required");
    }
    found = world_sku_by_code(call->world, call->shop, code, out);
    return found || dyface_invalid(call, 20050, name, "names no SKU");
}

static bool run_list(dyface_call *call) {
    uint32_t product = dyface_product_of(call);
    return product != WORLD_NONE &&
           (world_render_skus(call->world, product, call->now, call->out) ||
            dyface_invalid(call, 4, "product_id", "names no product"));
}

static bool run_detail(dyface_call *call) {
    world_sku_ref sku;
    return find_sku(call, &sku) && (world_render_sku(call->world, sku, call->now, call->out) ||
                                    dyface_invalid(call, 20050, "sku_id", "names no SKU"));
}

/* ---- adding ---- */

/* "981648008|981648010", or the JSON array of the same. */
static bool read_detail_ids(dyface_call *call, base_str text, int64_t ids[3]) {
    size_t count = 0;
    while (text.len > 0 && (text.ptr[0] == '[' || text.ptr[0] == ' ')) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && count < 3) {
        size_t len = 0;
        while (len < text.len && strchr("|,]", text.ptr[len]) == NULL) {
            len++;
        }
        base_str one = { text.ptr, len };
        while (one.len > 0 && one.ptr[0] == ' ') {
            one.ptr++;
            one.len--;
        }
        if (one.len > 0 && !base_str_to_i64(one, &ids[count++])) {
            return dyface_invalid(call, 4, "spec_detail_ids", "holds a value that is no id");
        }
        size_t step = len < text.len ? len + 1 : len;
        text.ptr += step;
        text.len -= step;
    }
    return true;
}

static bool add_one(dyface_call *call, uint32_t product, const world_sku_input *input,
                    int64_t *out_id) {
    world_sku_ref sku;
    base_str no_key = { NULL, 0 };
    return dyface_deed(call,
                       world_sku_add(call->world, product, input, no_key, call->now, &sku, out_id));
}

static bool run_add(dyface_call *call) {
    int64_t id = 0;
    world_sku_input input;
    world_sku_input_init(&input);
    uint32_t product = dyface_product_of(call);
    if (product == WORLD_NONE ||
        !read_detail_ids(call, dyface_text(call, "spec_detail_ids"), input.detail_ids)) {
        return false;
    }
    input.stock = dyface_i64(call, "stock_num", 0);
    input.price_fen = dyface_i64(call, "price", 0);
    input.code = dyface_text(call, "code");
    input.outer_sku_id = dyface_text(call, "out_sku_id");
    if (!add_one(call, product, &input, &id)) {
        return false;
    }
    base_buf_printf(call->out, "%lld", (long long)id); /* data is the number itself */
    return true;
}

/* The n-th part of "a^b^c"; false past the end. */
static bool part_of(base_str text, char separator, size_t nth, base_str *out) {
    size_t begin = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i == text.len || text.ptr[i] == separator) {
            if (nth == 0) {
                *out = (base_str){ text.ptr + begin, i - begin };
                return text.len > 0;
            }
            nth--;
            begin = i + 1;
        }
    }
    return false;
}

/* Every column of addAll holds one value a SKU, joined by "|"; spec_detail_ids joins rows by "^".
 */
static bool run_add_all(dyface_call *call) {
    uint32_t product = dyface_product_of(call);
    base_str rows = dyface_text(call, "spec_detail_ids");
    base_str row;
    if (product == WORLD_NONE) {
        return false;
    }
    base_buf_add_char(call->out, '[');
    for (size_t n = 0; n < WORLD_MAX_SKUS && part_of(rows, '^', n, &row); n++) {
        world_sku_input input;
        base_str cell;
        int64_t id = 0;
        world_sku_input_init(&input);
        if (!read_detail_ids(call, row, input.detail_ids)) {
            return false;
        }
        if (part_of(dyface_text(call, "stock_num"), '|', n, &cell)) {
            (void)base_str_to_i64(cell, &input.stock);
        }
        if (part_of(dyface_text(call, "price"), '|', n, &cell)) {
            (void)base_str_to_i64(cell, &input.price_fen);
        }
        if (part_of(dyface_text(call, "code"), '|', n, &cell)) {
            input.code = cell;
        }
        if (!add_one(call, product, &input, &id)) {
            return false;
        }
        base_buf_printf(call->out, "%s%lld", n > 0 ? "," : "", (long long)id);
    }
    base_buf_add_char(call->out, ']');
    return true;
}

/* ---- changing ---- */

static bool done_null(dyface_call *call, world_deed deed) {
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "null");
    return true;
}

static bool run_edit_price(dyface_call *call) {
    world_sku_ref sku;
    return find_sku(call, &sku) &&
           done_null(call, world_sku_set_price(call->world, sku, dyface_i64(call, "price", -1),
                                               call->now));
}

/* Here code is the new value, not the way to the SKU. */
static bool run_edit_code(dyface_call *call) {
    world_sku_ref sku;
    if (!dyface_has(call, "sku_id") ||
        !world_sku_find(call->world, call->shop, dyface_i64(call, "sku_id", 0), &sku)) {
        return dyface_invalid(call, 5, "sku_id", "names no SKU");
    }
    return done_null(call,
                     world_sku_set_code(call->world, sku, dyface_text(call, "code"), call->now));
}

static bool run_sync_stock(dyface_call *call) {
    world_sku_ref sku;
    bool incremental = dyface_bool(call, "incremental", false);
    base_str key = dyface_text(call, "idempotent_id");
    if (incremental && key.len == 0) {
        return dyface_invalid(call, 4, "idempotent_id", "is required with incremental");
    }
    if (!find_sku(call, &sku)) {
        return false;
    }
    world_deed deed = world_sku_set_stock(call->world, sku, dyface_i64(call, "stock_num", -1),
                                          incremental, key, call->now);
    if (deed == WORLD_REPEATED) {
        return dyface_invalid(call, 40010, "idempotent_id", "was used before, its work is done");
    }
    return done_null(call, deed);
}

static bool run_stock_num(dyface_call *call) {
    world_sku_ref sku;
    base_buf row;
    if (!find_sku(call, &sku)) {
        return false;
    }
    base_buf_init(&row, LIMIT_DOCUMENT_BYTES);
    (void)world_render_sku(call->world, sku, call->now, &row);
    yyjson_val *value = dyface_parse_nested(call, base_buf_str(&row));
    base_buf_clear(&row);
    base_buf_printf(call->out, "{\"sku_id\":%lld,\"out_sku_id\":%lld,\"code\":",
                    (long long)dyface_i64_of(value, "id", 0),
                    (long long)dyface_i64_of(value, "out_sku_id", 0));
    codec_json_quote(call->out, dyface_text_of(call, value, "code"));
    base_buf_printf(call->out,
                    ",\"sku_type\":0,\"stock_num\":%lld,\"prehold_stock_num\":0,"
                    "\"prom_stock_num\":0,\"step_stock_num\":0,\"prehold_step_stock_num\":0,"
                    "\"prom_step_stock_num\":0,\"stock_num_map\":{},\"prehold_stock_map\":{},"
                    "\"ship_rule_map\":{}}",
                    (long long)world_sku_stock(call->world, sku));
    return true;
}

static const dyface_method methods[] = {
    { "sku.list", "product_id:i out_product_id:s", 3, 4, run_list, false },
    { "sku.detail", "sku_id:i code:s", 20011, 20050, run_detail, false },
    { "sku.add",
      "product_id*i spec_id:i spec_detail_ids*s stock_num*i price*i code:s out_sku_id:s "
      "settlement_price:i",
      3, 4, run_add, false },
    { "sku.addAll",
      "product_id:i out_product_id:s spec_id:s spec_detail_ids*s stock_num*s price*s code:s", 3, 4,
      run_add_all, false },
    { "sku.editPrice", "price*i sku_id:i code:s out_sku_id:s product_id:i", 3, 5, run_edit_price,
      false },
    { "sku.editCode", "code*s sku_id:i product_id:i", 3, 5, run_edit_code, false },
    { "sku.syncStock",
      "stock_num*i sku_id:i code:s out_sku_id:s product_id:i incremental:b idempotent_id:s "
      "step_stock_num:i",
      3, 5, run_sync_stock, false },
    { "sku.stockNum", "sku_id:i code:s out_warehouse_id:s", 20011, 20050, run_stock_num, false },
};

const dyface_method *dyface_sku_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
