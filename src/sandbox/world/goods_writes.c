/*
 * Writes to products and SKUs: add, edit, delete, put on and off sale, price, code and stock. A
 * product that the seed made gets an array of SKUs of its own before one is added.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

enum { NAME_BYTES = 600, CODE_BYTES = 200, BORN_STOCK = 100 };

void world_sku_input_init(world_sku_input *input) {
    memset(input, 0, sizeof *input);
    input->price_fen = -1;
    input->stock = -1;
}

void world_product_input_init(world_product_input *input) {
    memset(input, 0, sizeof *input);
    input->price_fen = -1;
    input->market_price_fen = -1;
    input->stock = -1;
    input->sale = -1;
}

static bool number_fine(int64_t number, int64_t max) {
    return number >= -1 && number <= max;
}

static bool sku_input_fine(const world_sku_input *in) {
    return number_fine(in->price_fen, price_max_fen) && in->price_fen != 0 &&
           number_fine(in->stock, stock_max) && text_fine(in->code, CODE_BYTES) &&
           text_fine(in->outer_sku_id, CODE_BYTES) && text_fine(in->properties, NAME_BYTES);
}

static bool input_fine(const world_product_input *in) {
    bool fine = text_fine(in->name, NAME_BYTES) && !(in->name.ptr && in->name.len == 0) &&
                text_fine(in->description, TEXT_BYTES) && text_fine(in->pic, TEXT_BYTES) &&
                text_fine(in->outer_id, CODE_BYTES) && text_fine(in->mobile, CODE_BYTES) &&
                text_fine(in->recommend_remark, NAME_BYTES) &&
                number_fine(in->price_fen, price_max_fen) && in->price_fen != 0 &&
                number_fine(in->market_price_fen, price_max_fen) &&
                number_fine(in->stock, stock_max) && in->sale >= -1 && in->sale < WORLD_DELETED &&
                in->sku_count <= WORLD_MAX_SKUS;
    for (size_t i = 0; fine && i < in->sku_count; i++) {
        fine = sku_input_fine(&in->skus[i]);
    }
    return fine;
}

/* Replaces *field when the text is given; false when memory is out. */
static bool set_text(world *w, base_str text, const char **field) {
    const char *kept = text.ptr ? keep_text(w, text) : NULL;
    if (text.ptr && !kept) {
        return false;
    }
    *field = kept ? kept : *field;
    return true;
}

static bool set_texts(world *w, const world_product_input *in, item_row *it) {
    int64_t category = 0;
    if (in->category_id.ptr && base_str_to_i64(in->category_id, &category)) {
        it->category_id = category;
    }
    /* Several pictures come joined by '|'; the first is the main one. */
    base_str pic = in->pic;
    const char *bar = pic.len > 0 ? memchr(pic.ptr, '|', pic.len) : NULL;
    pic.len = bar ? (size_t)(bar - pic.ptr) : pic.len;
    return set_text(w, in->name, &it->name) && set_text(w, in->description, &it->description) &&
           set_text(w, pic, &it->pic) && set_text(w, in->outer_id, &it->outer) &&
           set_text(w, in->mobile, &it->mobile) && set_text(w, in->recommend_remark, &it->remark);
}

/* The value's number in the group by name or id; false when it is not in the group. */
static bool find_value(const spec_row *sp, uint32_t index, unsigned group, base_str name,
                       int64_t id, uint8_t *out) {
    for (unsigned v = 0; v < sp->groups[group].count; v++) {
        if ((id != 0 && spec_value_id(index, group, v) == id) ||
            (id == 0 && name.len > 0 && base_str_is(name, sp->groups[group].values[v]))) {
            *out = (uint8_t)v;
            return true;
        }
    }
    return false;
}

static world_deed sku_make(world *w, const item_row *it, const world_sku_input *in, int64_t now,
                           sku_row *out) {
    memset(out, 0, sizeof *out);
    out->created = now;
    out->modified = now;
    out->price_fen = in->price_fen > 0 ? in->price_fen : it->price_fen;
    out->stock = in->stock >= 0 ? in->stock : 0;
    if (!set_text(w, in->code, &out->code) || !set_text(w, in->outer_sku_id, &out->outer) ||
        !set_text(w, in->properties, &out->properties)) {
        return WORLD_NO_MEMORY;
    }
    if (it->spec == WORLD_NONE || in->properties.ptr) {
        return WORLD_DONE;
    }
    const spec_row *sp = &w->specs[it->spec];
    for (unsigned g = 0; g < sp->group_count; g++) {
        if (!find_value(sp, it->spec, g, in->names[g], in->detail_ids[g], &out->value[g])) {
            return WORLD_BAD_VALUE;
        }
    }
    return WORLD_DONE;
}

static bool same_values(const item_row *it, const sku_row *a) {
    for (unsigned i = 0; i < it->sku_count && it->spec != WORLD_NONE && !a->properties; i++) {
        if (!it->skus[i].properties && memcmp(it->skus[i].value, a->value, sizeof a->value) == 0) {
            return true;
        }
    }
    return false;
}

/* Appends a SKU; the array becomes the item's own. */
static world_deed sku_append(item_row *it, const sku_row *sku) {
    if (it->sku_count >= WORLD_MAX_SKUS) {
        return WORLD_TOO_MANY;
    }
    if (same_values(it, sku)) {
        return WORLD_IN_USE;
    }
    if (!it->own_skus) {
        sku_row *own = calloc(WORLD_MAX_SKUS, sizeof *own);
        if (!own) {
            return WORLD_NO_MEMORY;
        }
        if (it->sku_count > 0) {
            memcpy(own, it->skus, it->sku_count * sizeof *own);
        }
        it->skus = own;
        it->own_skus = true;
    }
    it->skus[it->sku_count++] = *sku;
    return WORLD_DONE;
}

world_deed sku_add_to(world *w, item_row *it, const world_sku_input *in, int64_t now) {
    sku_row made;
    if (!sku_input_fine(in)) {
        return WORLD_BAD_VALUE;
    }
    world_deed deed = sku_make(w, it, in, now, &made);
    return deed == WORLD_DONE ? sku_append(it, &made) : deed;
}

static void item_written(world *w, item_row *it, int64_t now) {
    it->modified = now > it->modified ? now : it->modified;
    w->version++;
}

/* The spec of the input: an existing one, or a new one from its text. */
static world_deed input_spec(world *w, uint32_t shop, const world_product_input *in, int64_t now,
                             uint32_t *out) {
    int64_t id = in->spec_id;
    if (in->specs.ptr && in->specs.len > 0) {
        world_deed deed = world_spec_add(w, shop, in->specs, in->name, now, &id);
        if (deed != WORLD_DONE) {
            return deed;
        }
    }
    if (id <= 0) {
        *out = WORLD_NONE;
        return WORLD_DONE;
    }
    *out = spec_index(w, shop, id);
    return *out == WORLD_NONE ? WORLD_NOT_FOUND : WORLD_DONE;
}

static world_deed item_fill(world *w, item_row *it, const world_product_input *in, int64_t now) {
    world_deed deed = WORLD_DONE;
    it->created = now;
    it->modified = now;
    it->price_fen = in->price_fen;
    it->market_price_fen = in->market_price_fen > 0 ? in->market_price_fen : in->price_fen;
    it->sale = (uint8_t)(in->sale >= 0 ? in->sale : WORLD_ONLINE);
    if (!set_texts(w, in, it)) {
        return WORLD_NO_MEMORY;
    }
    for (size_t i = 0; i < in->sku_count && deed == WORLD_DONE; i++) {
        sku_row sku;
        world_sku_input given = in->skus[i];
        given.price_fen = given.price_fen > 0 ? given.price_fen : in->price_fen;
        deed = sku_make(w, it, &given, now, &sku);
        if (deed == WORLD_DONE) {
            deed = sku_append(it, &sku);
        }
    }
    /* On Taobao, and on Douyin when no spec is named, a product without SKUs sells as one. */
    if (deed == WORLD_DONE && in->sku_count == 0 && it->spec == WORLD_NONE) {
        sku_row only = { .price_fen = in->price_fen,
                         .stock = in->stock >= 0 ? in->stock : BORN_STOCK,
                         .created = now,
                         .modified = now };
        deed = sku_append(it, &only);
    }
    return deed;
}

world_deed world_product_add(world *w, uint32_t shop, const world_product_input *in,
                             base_str idempotency, int64_t now, uint32_t *out_product) {
    int64_t result[2];
    uint32_t spec = WORLD_NONE;
    uint32_t index = WORLD_NONE;
    if (shop >= w->options.shops || !input_fine(in) || in->name.len == 0 || in->price_fen <= 0) {
        return WORLD_BAD_VALUE;
    }
    if (key_find(w, shop, "product", idempotency, result)) {
        *out_product = (uint32_t)result[0];
        return WORLD_REPEATED;
    }
    if (world_product_by_outer(w, shop, in->outer_id) != WORLD_NONE) {
        return WORLD_IN_USE;
    }
    world_deed deed = input_spec(w, shop, in, now, &spec);
    if (deed != WORLD_DONE) {
        return deed;
    }
    item_row *it = item_new(w, shop, &index);
    if (!it) {
        return w->item_count >= MAX_ITEMS ? WORLD_TOO_MANY : WORLD_NO_MEMORY;
    }
    it->spec = spec;
    deed = item_fill(w, it, in, now);
    result[0] = index;
    result[1] = 0;
    if (deed == WORLD_DONE && !key_keep(w, shop, "product", idempotency, result)) {
        deed = WORLD_NO_MEMORY;
    }
    if (deed != WORLD_DONE) {
        it->gone = true; /* its index stays used, nobody sees it */
        return deed;
    }
    w->version++;
    *out_product = index;
    return WORLD_DONE;
}

static item_row *item_to_write(world *w, uint32_t product, int64_t now) {
    return item_at(w, product, now) ? &w->items[product] : NULL;
}

world_deed world_product_edit(world *w, uint32_t product, const world_product_input *in,
                              int64_t now) {
    item_row *it = item_to_write(w, product, now);
    uint32_t spec = WORLD_NONE;
    if (!it) {
        return WORLD_NOT_FOUND;
    }
    if (it->sale == WORLD_DELETED) {
        return WORLD_WRONG_STATE;
    }
    if (!input_fine(in)) {
        return WORLD_BAD_VALUE;
    }
    world_deed deed = input_spec(w, it->shop, in, now, &spec);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (spec != WORLD_NONE && spec != it->spec && it->sku_count > 0) {
        return WORLD_WRONG_STATE; /* its SKUs are made of the other spec */
    }
    it->spec = spec != WORLD_NONE ? spec : it->spec;
    if (!set_texts(w, in, it)) {
        return WORLD_NO_MEMORY;
    }
    it->market_price_fen = in->market_price_fen > 0 ? in->market_price_fen : it->market_price_fen;
    it->price_fen = in->price_fen > 0 ? in->price_fen : it->price_fen;
    it->sale = (uint8_t)(in->sale >= 0 ? in->sale : it->sale);
    for (unsigned i = 0; i < it->sku_count && it->sku_count == 1; i++) {
        /* One price and one number mean the only SKU. */
        it->skus[i].price_fen = in->price_fen > 0 ? in->price_fen : it->skus[i].price_fen;
        it->skus[i].stock = in->stock >= 0 ? in->stock : it->skus[i].stock;
        it->skus[i].modified = now;
    }
    for (size_t i = 0; i < in->sku_count && deed == WORLD_DONE; i++) {
        sku_row sku;
        deed = sku_make(w, it, &in->skus[i], now, &sku);
        deed = deed == WORLD_DONE ? sku_append(it, &sku) : deed;
        deed = deed == WORLD_IN_USE ? WORLD_DONE : deed; /* it is there already */
    }
    item_written(w, it, now);
    return deed;
}

world_deed world_product_delete(world *w, uint32_t product, bool for_ever, int64_t now) {
    item_row *it = item_to_write(w, product, now);
    if (!it || (it->sale == WORLD_DELETED && !for_ever)) {
        return WORLD_NOT_FOUND;
    }
    it->sale = WORLD_DELETED;
    it->gone = for_ever;
    item_written(w, it, now);
    return WORLD_DONE;
}

world_deed world_product_set_sale(world *w, uint32_t product, world_sale sale, int64_t now) {
    item_row *it = item_to_write(w, product, now);
    if (!it) {
        return WORLD_NOT_FOUND;
    }
    if (sale >= WORLD_DELETED) {
        return WORLD_BAD_VALUE;
    }
    if (it->sale == WORLD_DELETED) {
        return WORLD_WRONG_STATE;
    }
    it->sale = (uint8_t)sale;
    item_written(w, it, now);
    return WORLD_DONE;
}
