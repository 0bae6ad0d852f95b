/*
 * The state of alliance and Solinkup as it begins, and the products that the alliance offers. Knows
 * no envelope.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/open/state.h"

struct open_state *open_state_of(sandbox *sb) {
    if (sb->open == NULL) {
        sb->open = calloc(1, sizeof *sb->open);
    }
    return sb->open;
}

uint32_t state_product_find(const face_call *call, base_str id) {
    int64_t number = 0;
    const world *w = call->sb->world;
    if (!base_str_to_i64(id, &number)) {
        return WORLD_NONE;
    }
    for (uint32_t i = 0; i < world_shop_count(w); i++) {
        uint32_t product = world_shop_at(w, i)->platform == WORLD_DOUYIN
                               ? world_product_find(w, i, number)
                               : WORLD_NONE;
        world_product_state state;
        if (product != WORLD_NONE && world_product_state_at(w, product, call->now, &state) &&
            state.sale == WORLD_ONLINE) {
            return product;
        }
    }
    return WORLD_NONE;
}

uint32_t state_product_at(const face_call *call, base_str title, uint64_t nth,
                          uint64_t *out_total) {
    uint32_t found = WORLD_NONE;
    uint64_t before = 0;
    world *w = call->sb->world;
    for (uint32_t i = 0; i < world_shop_count(w); i++) {
        const world_product_query query = { .shop = i,
                                            .sale_mask = 1U << WORLD_ONLINE,
                                            .name = title };
        uint64_t total = 0;
        uint32_t product = WORLD_NONE;
        uint32_t count = 0;
        uint64_t offset = nth >= before ? nth - before : 0;
        if (world_shop_at(w, i)->platform != WORLD_DOUYIN ||
            world_products(w, &query, call->now, offset, 1, &total, &product, &count, NULL) !=
                QD_OK) {
            continue;
        }
        if (nth >= before && nth < before + total && count == 1) {
            found = product;
        }
        before += total;
    }
    *out_total = before;
    return found;
}

int state_commission(uint32_t product) {
    return 5 + (int)(base_mix(product, 77) % 26);
}

void state_product_write(open_call *call, uint32_t product, base_buf *out) {
    world *w = call->face->sb->world;
    world_product_state state;
    yyjson_doc *doc = NULL;
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    (void)world_product_state_at(w, product, call->face->now, &state);
    (void)world_render_product(w, product, call->face->now, &text);
    (void)!codec_json_read(base_buf_str(&text), 0, &doc, NULL);
    yyjson_val *row = yyjson_doc_get_root(doc);
    const char *name = yyjson_get_str(yyjson_obj_get(row, "name"));
    const char *image = yyjson_get_str(yyjson_obj_get(row, "img"));
    int ratio = state_commission(product);
    base_buf_printf(out,
                    "{\"product_id\":\"%s\",\"promotion_id\":\"3%s\",\"title\":", state.id_text,
                    state.id_text);
    codec_json_quote(out, base_str_of(name != NULL ? name : ""));
    base_buf_add_text(out, ",\"cover\":");
    codec_json_quote(out, base_str_of(image != NULL ? image : ""));
    base_buf_printf(out,
                    ",\"price\":%lld,\"cos_ratio\":%d,\"cos_fee\":%lld,\"in_stock\":%s,"
                    "\"shop_id\":\"%s\",\"shop_name\":",
                    (long long)state.price_fen, ratio, (long long)(state.price_fen * ratio / 100),
                    state.stock > 0 ? "true" : "false", world_shop_at(w, state.shop)->id_text);
    codec_json_quote(out, base_str_of(world_shop_at(w, state.shop)->name));
    base_buf_printf(out,
                    ",\"detail_url\":\"https://haohuo.jinritemai.com/views/product/item2?id=%s\"}",
                    state.id_text);
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}
