/*
 * Writes to one SKU: add, price, code, stock.
 */
#include "sandbox/world/world_private.h"

enum { CODE_BYTES = 200 };

/* The SKU to write to, or why not. */
static world_deed find_sku(world *w, world_sku_ref ref, int64_t now, item_row **out_item,
                           sku_row **out_sku) {
    if (!item_at(w, ref.product, now) || ref.slot >= w->items[ref.product].sku_count) {
        return WORLD_NOT_FOUND;
    }
    *out_item = &w->items[ref.product];
    *out_sku = &w->items[ref.product].skus[ref.slot];
    return (*out_item)->sale == WORLD_DELETED ? WORLD_WRONG_STATE : WORLD_DONE;
}

static void written(world *w, item_row *it, sku_row *sku, int64_t now) {
    sku->modified = now > sku->modified ? now : sku->modified;
    it->modified = now > it->modified ? now : it->modified;
    w->version++;
}

world_deed world_sku_add(world *w, uint32_t product, const world_sku_input *input,
                         base_str idempotency, int64_t now, world_sku_ref *out_sku,
                         int64_t *out_sku_id) {
    int64_t result[2] = { 0, 0 };
    if (!item_at(w, product, now)) {
        return WORLD_NOT_FOUND;
    }
    item_row *it = &w->items[product];
    if (key_find(w, it->shop, "sku", idempotency, result)) {
        *out_sku = (world_sku_ref){ (uint32_t)result[0], (uint32_t)result[1] };
        *out_sku_id = sku_id(w, out_sku->product, out_sku->slot);
        return WORLD_REPEATED;
    }
    if (it->sale == WORLD_DELETED) {
        return WORLD_WRONG_STATE;
    }
    if (input->price_fen <= 0) {
        return WORLD_BAD_VALUE;
    }
    world_deed deed = sku_add_to(w, it, input, now);
    if (deed != WORLD_DONE) {
        return deed;
    }
    *out_sku = (world_sku_ref){ product, it->sku_count - 1U };
    *out_sku_id = sku_id(w, product, out_sku->slot);
    written(w, it, &it->skus[out_sku->slot], now);
    result[0] = product;
    result[1] = out_sku->slot;
    return key_keep(w, it->shop, "sku", idempotency, result) ? WORLD_DONE : WORLD_NO_MEMORY;
}

world_deed world_sku_set_price(world *w, world_sku_ref ref, int64_t price_fen, int64_t now) {
    item_row *it;
    sku_row *sku;
    world_deed deed = find_sku(w, ref, now, &it, &sku);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (price_fen <= 0 || price_fen > price_max_fen) {
        return WORLD_BAD_VALUE;
    }
    sku->price_fen = price_fen;
    written(w, it, sku, now);
    return WORLD_DONE;
}

world_deed world_sku_set_code(world *w, world_sku_ref ref, base_str code, int64_t now) {
    item_row *it;
    sku_row *sku;
    world_deed deed = find_sku(w, ref, now, &it, &sku);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (!text_fine(code, CODE_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    const char *kept = keep_text(w, code);
    if (!kept) {
        return WORLD_NO_MEMORY;
    }
    sku->code = kept;
    written(w, it, sku, now);
    return WORLD_DONE;
}

world_deed world_sku_set_stock(world *w, world_sku_ref ref, int64_t stock, bool incremental,
                               base_str idempotency, int64_t now) {
    item_row *it;
    sku_row *sku;
    int64_t result[2] = { 0, 0 };
    world_deed deed = find_sku(w, ref, now, &it, &sku);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (key_find(w, it->shop, "stock", idempotency, result)) {
        return WORLD_REPEATED;
    }
    if (stock < -stock_max || stock > stock_max) {
        return WORLD_BAD_VALUE;
    }
    int64_t wanted = incremental ? sku->stock + stock : stock;
    if (wanted < 0 || wanted > stock_max) {
        return WORLD_BAD_VALUE;
    }
    sku->stock = wanted;
    written(w, it, sku, now);
    result[0] = wanted;
    return key_keep(w, it->shop, "stock", idempotency, result) ? WORLD_DONE : WORLD_NO_MEMORY;
}
