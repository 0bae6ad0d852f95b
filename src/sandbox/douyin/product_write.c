/*
 * Writes to products: add and edit in their old (docs 14/59, 14/60) and V2 forms (14/249, 14/250),
 * delete (14/61), put on sale and take off (14/251, 14/252).
 */
#include <stdio.h>

#include "sandbox/douyin/douyin_private.h"

/* Texts of one SKU of spec_prices ("spec_detail_name1", "spec_detail_id1") or of spec_prices_v2
 * ("sell_properties"). */
static void read_sku(dyface_call *call, yyjson_val *from, world_sku_input *sku) {
    yyjson_val *properties = yyjson_obj_get(from, "sell_properties");
    yyjson_val *ids = yyjson_obj_get(from, "spec_detail_ids");
    world_sku_input_init(sku);
    for (size_t i = 0; i < 3; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "spec_detail_name%zu", i + 1);
        sku->names[i] = dyface_text_of(call, from, name);
        (void)snprintf(name, sizeof name, "spec_detail_id%zu", i + 1);
        sku->detail_ids[i] = dyface_i64_of(from, name, 0);
        if (yyjson_is_arr(ids)) {
            (void)codec_json_i64(yyjson_arr_get(ids, i), &sku->detail_ids[i]);
        }
        if (yyjson_is_arr(properties)) {
            sku->names[i] = dyface_text_of(call, yyjson_arr_get(properties, i), "value_name");
        }
    }
    sku->code = dyface_text_of(call, from, "code");
    sku->outer_sku_id = dyface_text_of(call, from, "outer_sku_id");
    sku->price_fen = dyface_i64_of(from, "price", sku->price_fen);
    sku->stock = dyface_i64_of(from, "stock_num", sku->stock);
}

static bool read_skus(dyface_call *call, world_product_input *input) {
    yyjson_val *list = dyface_array(call, "spec_prices_v2");
    if (list == NULL) {
        list = dyface_array(call, "spec_prices");
    }
    size_t count = yyjson_arr_size(list);
    if (count == 0) {
        return true;
    }
    if (count > WORLD_MAX_SKUS) {
        return dyface_invalid(call, 2010004, "spec_prices", "holds too many SKUs");
    }
    world_sku_input *skus = base_arena_alloc(call->face->arena, count * sizeof *skus);
    if (skus == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:2010001", "out of memory");
    }
    int64_t lowest = -1;
    for (size_t i = 0; i < count; i++) {
        read_sku(call, yyjson_arr_get(list, i), &skus[i]);
        if (skus[i].price_fen > 0 && (lowest < 0 || skus[i].price_fen < lowest)) {
            lowest = skus[i].price_fen;
        }
    }
    if (input->price_fen < 0) {
        input->price_fen = lowest; /* V2 names prices by SKU only */
    }
    input->skus = skus;
    input->sku_count = count;
    return true;
}

static bool read_input(dyface_call *call, world_product_input *input) {
    world_product_input_init(input);
    input->name = dyface_text(call, "name");
    input->description = dyface_text(call, "description");
    input->pic = dyface_text(call, "pic");
    input->mobile = dyface_text(call, "mobile");
    input->recommend_remark = dyface_text(call, "recommend_remark");
    input->category_id = dyface_text(call, "category_leaf_id");
    input->specs = dyface_text(call, "specs");
    input->outer_id = dyface_text(call, "outer_product_id");
    if (input->outer_id.ptr == NULL) {
        input->outer_id = dyface_text(call, "out_product_id");
    }
    input->spec_id = dyface_i64(call, "spec_id", input->spec_id);
    input->price_fen = dyface_i64(call, "discount_price", input->price_fen);
    input->market_price_fen = dyface_i64(call, "market_price", input->market_price_fen);
    return read_skus(call, input);
}

static void write_time(dyface_call *call, int64_t when) {
    char text[BASE_TIME_TEXT];
    base_time_to_cn(when, text);
    base_buf_printf(call->out, "\"create_time\":\"%s\"", text);
}

static bool add(dyface_call *call, world_product_state *out) {
    world_product_input input;
    uint32_t product = WORLD_NONE;
    base_str no_key = { NULL, 0 };
    if (!read_input(call, &input)) {
        return false;
    }
    if (!dyface_bool(call, "commit", true)) {
        input.sale = WORLD_OFFLINE; /* saved, not handed in */
    }
    return dyface_deed(call, world_product_add(call->world, call->shop, &input, no_key, call->now,
                                               &product)) &&
           (world_product_state_at(call->world, product, call->now, out) ||
            dyface_fail(call, 20000, "isp.service-error:2010012", "the product was not kept"));
}

static bool run_add_old(dyface_call *call) {
    world_product_state state;
    if (!add(call, &state)) {
        return false;
    }
    base_buf_printf(call->out, "{\"product_id\":%lld,", (long long)state.id);
    write_time(call, state.created);
    base_buf_add_char(call->out, '}');
    return true;
}

static void write_new_skus(dyface_call *call, uint32_t product) {
    static const char *const copied[] = { "out_sku_id",      "outer_sku_id",    "code",
                                          "spec_detail_id1", "spec_detail_id2", "spec_detail_id3" };
    base_buf rows;
    base_buf_init(&rows, LIMIT_DOCUMENT_BYTES);
    (void)world_render_skus(call->world, product, call->now, &rows);
    yyjson_val *list = dyface_parse_nested(call, base_buf_str(&rows));
    base_buf_clear(&rows);
    size_t i;
    size_t n;
    yyjson_val *row;
    base_buf_add_text(call->out, ",\"sku\":[");
    yyjson_arr_foreach(list, i, n, row) {
        base_buf_printf(call->out, "%s{\"sku_id\":%lld", i > 0 ? "," : "",
                        (long long)dyface_i64_of(row, "id", 0));
        for (size_t k = 0; k < sizeof copied / sizeof copied[0]; k++) {
            yyjson_val *value = yyjson_obj_get(row, copied[k]);
            if (value != NULL) {
                base_buf_printf(call->out, ",\"%s\":", copied[k]);
                face_add_json(call->out, value);
            }
        }
        base_buf_add_char(call->out, '}');
    }
    base_buf_add_char(call->out, ']');
}

static bool run_add_v2(dyface_call *call) {
    world_product_state state;
    if (!add(call, &state)) {
        return false;
    }
    base_buf_printf(call->out, "{\"product_id\":%lld,\"out_product_id\":%lld,\"outer_product_id\":",
                    (long long)state.id, (long long)dyface_i64(call, "out_product_id", 0));
    codec_json_quote(call->out, dyface_text(call, "outer_product_id"));
    base_buf_add_char(call->out, ',');
    write_time(call, state.created);
    write_new_skus(call, state.product);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool edit(dyface_call *call) {
    world_product_input input;
    uint32_t product = dyface_product_of(call);
    if (product == WORLD_NONE || !read_input(call, &input)) {
        return false;
    }
    return dyface_deed(call, world_product_edit(call->world, product, &input, call->now));
}

static bool run_edit_old(dyface_call *call) {
    if (!edit(call)) {
        return false;
    }
    base_buf_add_text(call->out, "true");
    return true;
}

static bool run_edit_v2(dyface_call *call) {
    if (!edit(call)) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static bool run_del(dyface_call *call) {
    uint32_t product = dyface_product_of(call);
    if (product == WORLD_NONE) {
        return false;
    }
    world_deed deed = world_product_delete(call->world, product,
                                           dyface_bool(call, "delete_forever", false), call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_invalid(call, 7, "product_id", "names a product that is deleted already");
    }
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static bool set_sale(dyface_call *call, world_sale sale) {
    uint32_t product = dyface_product_of(call);
    world_product_state state;
    if (product == WORLD_NONE) {
        return false;
    }
    if (world_product_state_at(call->world, product, call->now, &state) && state.sale == sale) {
        return dyface_invalid(call, 2010021, "product_id", "names a product that is so already");
    }
    world_deed deed = world_product_set_sale(call->world, product, sale, call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_invalid(call, 2010022, "product_id", "names a deleted product");
    }
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static bool run_online(dyface_call *call) {
    return set_sale(call, WORLD_ONLINE);
}

static bool run_offline(dyface_call *call) {
    return set_sale(call, WORLD_OFFLINE);
}

#define EDITED                                                                                     \
    "name:s pic:s description:s mobile:s recommend_remark:s category_leaf_id:s specs:s "           \
    "discount_price:i market_price:i spec_prices:a spec_prices_v2:a outer_product_id:s "           \
    "out_product_id:s commit:b"

static const dyface_method methods[] = {
    { "product.add",
      "name*s pic*s description*s mobile*s market_price*i discount_price*i spec_id:i pay_type:i "
      "category_leaf_id:s out_product_id:s recommend_remark:s specs:s spec_prices:a commit:b",
      2010003, 2010004, run_add_old, false },
    { "product.addV2",
      "product_type*i category_leaf_id*i name*s pic*s description*s reduce_type*i freight_id*i "
      "mobile*s commit*b pay_type:i specs:s discount_price:i market_price:i spec_prices:a "
      "spec_prices_v2:a "
      "outer_product_id:s out_product_id:s recommend_remark:s",
      2010003, 2010004, run_add_v2, false },
    { "product.edit", "product_id*i spec_id:i " EDITED, 2010003, 2010004, run_edit_old, false },
    { "product.editV2", "product_id*i commit*b " EDITED, 2010003, 2010004, run_edit_v2, false },
    { "product.del", "product_id:i out_product_id:s delete_forever:b", 3, 4, run_del, false },
    { "product.setOnline", "product_id*i", 20024, 2010022, run_online, false },
    { "product.setOffline", "product_id*i", 20024, 2010022, run_offline, false },
};

const dyface_method *dyface_product_write_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
