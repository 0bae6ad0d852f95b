/*
 * Products and their SKUs as the seed makes them: ids, names, codes, prices, stock; and how they
 * are found. Ids carry the index (id = base + index * stride + noise), so that no table is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

enum { DAY_S = 86400 };
enum { ROLL_ID = 1, ROLL_COUNT, ROLL_PRICE, ROLL_NAME, ROLL_CREATED, ROLL_MODIFIED, ROLL_SALE };
enum { ROLL_CATEGORY = 8, ROLL_STOCK = 32, ROLL_STEP = 64, ROLL_PIC = 96 };

static const int64_t douyin_id_base = 3400000000000000000, douyin_id_stride = 10000000000;
static const int64_t taobao_id_base = 600000000000, taobao_id_stride = 10000;
static const int64_t douyin_sku_base = 1700000000000000, douyin_sku_stride = 1000000;
static const int64_t taobao_sku_base = 4000000000000, taobao_sku_stride = 1000;

static bool item_on_douyin(const world *w, uint32_t index) {
    return w->shops[w->items[index].shop].open.platform == WORLD_DOUYIN;
}

int64_t item_id(const world *w, uint32_t index) {
    bool douyin = item_on_douyin(w, index);
    int64_t stride = douyin ? douyin_id_stride : taobao_id_stride;
    return (douyin ? douyin_id_base : taobao_id_base) + (int64_t)index * stride +
           (int64_t)(roll(w->items[index].seed, ROLL_ID) % (uint64_t)stride);
}

int64_t sku_id(const world *w, uint32_t index, unsigned slot) {
    bool douyin = item_on_douyin(w, index);
    int64_t stride = douyin ? douyin_sku_stride : taobao_sku_stride;
    int64_t nth = (int64_t)index * WORLD_MAX_SKUS + slot;
    return (douyin ? douyin_sku_base : taobao_sku_base) + nth * stride +
           (int64_t)(roll(w->items[index].seed, 200 + slot) % (uint64_t)stride);
}

static unsigned combinations(const category *c) {
    return c->group[1] ? GROUP_VALUES * GROUP_VALUES : GROUP_VALUES;
}

unsigned sku_born_count(const item_row *item) {
    unsigned most = combinations(words_category(item->category));
    unsigned count = 1 + (unsigned)(roll(item->seed, ROLL_COUNT) % BORN_SKUS);
    return count < most ? count : most;
}

int64_t sku_born_price(const item_row *item, unsigned slot) {
    const category *c = words_category(item->category);
    int64_t base = roll_in(item->seed, ROLL_PRICE, c->low_fen, c->high_fen) / 100 * 100 + 90;
    return base + (int64_t)(slot * (roll(item->seed, ROLL_STEP) % 5)) * 100;
}

static void make_skus(const world *w, item_row *it, sku_row *skus) {
    const category *c = words_category(it->category);
    unsigned most = combinations(c);
    unsigned start = (unsigned)(roll(it->seed, ROLL_STEP + 1) % most);
    it->skus = skus;
    it->sku_count = (uint16_t)sku_born_count(it);
    for (unsigned i = 0; i < it->sku_count; i++) {
        unsigned turn = (start + i) % most;
        uint64_t stock = roll(it->seed, ROLL_STOCK + i);
        memset(&skus[i], 0, sizeof skus[i]);
        skus[i].price_fen = sku_born_price(it, i);
        skus[i].stock = stock % 16 == 0 ? 0 : (int64_t)(stock / 16 % 2000);
        skus[i].value[0] = (uint8_t)(c->group[1] ? turn / GROUP_VALUES : turn);
        skus[i].value[1] = (uint8_t)(c->group[1] ? turn % GROUP_VALUES : 0);
        skus[i].created = it->created;
        skus[i].modified = it->modified;
    }
    (void)w;
}

static void make_item(const world *w, const shop_row *s, uint32_t index, uint32_t nth) {
    item_row *it = &w->items[index];
    int64_t start = w->options.start_now;
    memset(it, 0, sizeof *it);
    it->seed = base_mix(w->seed ^ 0x6974656dULL, index);
    it->shop = s->open.index;
    it->born = true;
    it->category = (uint8_t)(roll(it->seed, ROLL_CATEGORY) % words_category_count());
    it->spec = s->first_spec + it->category;
    /* The sellable ones are older than every order. A third comes from one import, all in the same
     * second; a fifth was last changed by one price run. */
    int64_t oldest = start - 400 * DAY_S;
    uint64_t turn = roll(it->seed, ROLL_CREATED);
    if (nth >= s->sellable) {
        it->created = start - 30 * DAY_S + (int64_t)(turn % (29 * DAY_S));
    } else if (turn % 3 == 0) {
        it->created = oldest + 100 * DAY_S;
    } else {
        it->created = oldest + (int64_t)(turn / 3 % (300 * DAY_S));
    }
    turn = roll(it->seed, ROLL_MODIFIED);
    it->modified = it->created + (int64_t)(turn / 5 % (uint64_t)(start - 60 - it->created));
    int64_t price_run = start - 3 * DAY_S;
    if (turn % 5 == 0 && price_run > it->created) {
        it->modified = price_run;
    }
    turn = roll(it->seed, ROLL_SALE) % 100;
    it->sale = (uint8_t)(turn < 82 ? WORLD_ONLINE : WORLD_OFFLINE);
    if (turn >= 97 && s->open.platform == WORLD_DOUYIN) {
        it->sale = WORLD_DELETED; /* Taobao does not list what is deleted */
    }
}

qd_status items_make(world *w, qd_err *err) {
    size_t total = 0;
    for (unsigned i = 0; i < w->options.shops; i++) {
        shop_row *s = &w->shops[i];
        uint64_t seed = base_mix(w->seed ^ 0x676f6f6473ULL, i);
        uint32_t more = s->order_count / 40;
        s->born_items = 60 + (uint32_t)(roll(seed, 1) % 61) + (more < 180 ? more : 180);
        s->sellable = s->born_items * 9 / 10;
        s->first_item = (uint32_t)total;
        total += s->born_items;
    }
    w->item_cap = (uint32_t)total + 1;
    w->items = calloc(w->item_cap, sizeof *w->items);
    w->born_skus = calloc(total * BORN_SKUS + 1, sizeof *w->born_skus);
    if (!w->items || !w->born_skus) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for %zu products", total);
    }
    sku_row *skus = w->born_skus;
    for (unsigned i = 0; i < w->options.shops; i++) {
        const shop_row *s = &w->shops[i];
        for (uint32_t k = 0; k < s->born_items; k++) {
            uint32_t index = s->first_item + k;
            make_item(w, s, index, k);
            make_skus(w, &w->items[index], skus);
            skus += w->items[index].sku_count;
        }
    }
    w->item_count = (uint32_t)total;
    return QD_OK;
}

item_row *item_new(world *w, uint32_t shop_index, uint32_t *out_index) {
    shop_row *s = &w->shops[shop_index];
    size_t cap = w->item_cap;
    if (w->item_count >= MAX_ITEMS ||
        !grow((void **)&w->items, &cap, w->item_count, sizeof *w->items)) {
        return NULL;
    }
    w->item_cap = (uint32_t)cap;
    if (!grow((void **)&s->added, &s->added_cap, s->added_count, sizeof *s->added)) {
        return NULL;
    }
    uint32_t index = w->item_count++;
    s->added[s->added_count++] = index;
    item_row *it = &w->items[index];
    memset(it, 0, sizeof *it);
    it->seed = base_mix(w->seed ^ 0x6974656dULL, index);
    it->shop = shop_index;
    it->spec = WORLD_NONE;
    it->category = (uint8_t)(roll(it->seed, ROLL_CATEGORY) % words_category_count());
    *out_index = index;
    return it;
}

const item_row *item_at(const world *w, uint32_t index, int64_t now) {
    if (index >= w->item_count || w->items[index].gone || w->items[index].created > now) {
        return NULL;
    }
    return &w->items[index];
}

/* ---- texts ---- */

void item_name_born(const item_row *item, base_buf *out) {
    const category *c = words_category(item->category);
    uint64_t turn = roll(item->seed, ROLL_NAME);
    base_buf_printf(out, "%s%s%s %c%03u", words_pick(&words_adjectives, turn),
                    words_pick(&words_adjectives, turn >> 16),
                    c->nouns[(turn >> 24) % GROUP_VALUES], (char)('A' + turn / 64 % 26),
                    (unsigned)(turn >> 40) % 1000);
}

void item_name(const item_row *item, base_buf *out) {
    if (item->name) {
        base_buf_add_text(out, item->name);
    } else {
        item_name_born(item, out);
    }
}

void item_pic_url(const item_row *item, unsigned nth, base_buf *out) {
    if (item->pic && nth == 0) {
        base_buf_add_text(out, item->pic);
        return;
    }
    base_buf_printf(out, "https://p%u-aio.example.com/obj/goods/%016llx%08x_www800-800",
                    nth % 9 + 1, (unsigned long long)roll(item->seed, ROLL_PIC + nth),
                    (unsigned)(item->seed >> 32));
}

void item_outer(const world *w, uint32_t index, base_buf *out) {
    const item_row *it = &w->items[index];
    if (it->outer || !it->born) {
        base_buf_add_text(out, it->outer);
    } else {
        base_buf_printf(out, "SPU%08u", index + 10001);
    }
}

void sku_code(const world *w, uint32_t index, unsigned slot, base_buf *out) {
    const item_row *it = &w->items[index];
    const sku_row *s = &it->skus[slot];
    if (s->code || !it->born || slot >= sku_born_count(it)) {
        base_buf_add_text(out, s->code);
    } else {
        base_buf_printf(out, "M%u-%04u-%02u", index % 9 + 1, index + 1, slot + 1);
    }
}

void sku_properties(const world *w, uint32_t index, unsigned slot, bool names, base_buf *out) {
    const item_row *it = &w->items[index];
    const sku_row *s = &it->skus[slot];
    if (s->properties && !names) {
        base_buf_add_text(out, s->properties);
        return;
    }
    if (it->spec == WORLD_NONE) {
        return;
    }
    const spec_row *sp = &w->specs[it->spec];
    for (unsigned g = 0; g < sp->group_count; g++) {
        const spec_group *group = &sp->groups[g];
        int64_t vid = spec_value_id(it->spec, g, s->value[g]) % 100000000;
        base_buf_printf(out, "%s%lld:%lld", g ? ";" : "", (long long)group->taobao_pid,
                        (long long)vid);
        if (names) {
            base_buf_printf(out, ":%s:%s", group->name, group->values[s->value[g]]);
        }
    }
}

/* ---- finding ---- */

uint32_t world_product_find(const world *w, uint32_t shop_index, int64_t id) {
    if (shop_index >= w->options.shops) {
        return WORLD_NONE;
    }
    bool douyin = w->shops[shop_index].open.platform == WORLD_DOUYIN;
    int64_t base = douyin ? douyin_id_base : taobao_id_base;
    int64_t stride = douyin ? douyin_id_stride : taobao_id_stride;
    if (id < base || (id - base) / stride >= w->item_count) {
        return WORLD_NONE;
    }
    uint32_t index = (uint32_t)((id - base) / stride);
    const item_row *it = &w->items[index];
    return it->shop == shop_index && !it->gone && item_id(w, index) == id ? index : WORLD_NONE;
}

bool world_sku_find(const world *w, uint32_t shop_index, int64_t id, world_sku_ref *out) {
    if (shop_index >= w->options.shops) {
        return false;
    }
    bool douyin = w->shops[shop_index].open.platform == WORLD_DOUYIN;
    int64_t base = douyin ? douyin_sku_base : taobao_sku_base;
    int64_t stride = douyin ? douyin_sku_stride : taobao_sku_stride;
    if (id < base) {
        return false;
    }
    int64_t index = (id - base) / stride / WORLD_MAX_SKUS;
    unsigned slot = (unsigned)((id - base) / stride % WORLD_MAX_SKUS);
    if (index >= w->item_count || w->items[index].shop != shop_index || w->items[index].gone ||
        slot >= w->items[index].sku_count || sku_id(w, (uint32_t)index, slot) != id) {
        return false;
    }
    *out = (world_sku_ref){ (uint32_t)index, slot };
    return true;
}

/* The n-th item of a shop, born ones first; WORLD_NONE behind the last. */
uint32_t shop_item(const shop_row *s, size_t nth) {
    if (nth < s->born_items) {
        return s->first_item + (uint32_t)nth;
    }
    nth -= s->born_items;
    return nth < s->added_count ? s->added[nth] : WORLD_NONE;
}

uint32_t world_product_by_outer(const world *w, uint32_t shop_index, base_str outer_id) {
    if (shop_index >= w->options.shops || outer_id.len == 0) {
        return WORLD_NONE;
    }
    const shop_row *s = &w->shops[shop_index];
    uint32_t found = WORLD_NONE;
    base_buf text;
    base_buf_init(&text, TEXT_BYTES);
    for (size_t i = 0; found == WORLD_NONE && shop_item(s, i) != WORLD_NONE; i++) {
        uint32_t index = shop_item(s, i);
        base_buf_reset(&text);
        item_outer(w, index, &text);
        if (!w->items[index].gone && base_str_eq(base_buf_str(&text), outer_id)) {
            found = index;
        }
    }
    base_buf_clear(&text);
    return found;
}

bool world_sku_by_code(const world *w, uint32_t shop_index, base_str code, world_sku_ref *out) {
    if (shop_index >= w->options.shops || code.len == 0) {
        return false;
    }
    const shop_row *s = &w->shops[shop_index];
    bool found = false;
    base_buf text;
    base_buf_init(&text, TEXT_BYTES);
    for (size_t i = 0; !found && shop_item(s, i) != WORLD_NONE; i++) {
        uint32_t index = shop_item(s, i);
        for (unsigned k = 0; !found && !w->items[index].gone && k < w->items[index].sku_count;
             k++) {
            base_buf_reset(&text);
            sku_code(w, index, k, &text);
            if (base_str_eq(base_buf_str(&text), code)) {
                *out = (world_sku_ref){ index, k };
                found = true;
            }
        }
    }
    base_buf_clear(&text);
    return found;
}

int64_t world_sku_stock(const world *w, world_sku_ref ref) {
    if (ref.product >= w->item_count || w->items[ref.product].gone ||
        ref.slot >= w->items[ref.product].sku_count) {
        return -1;
    }
    return w->items[ref.product].skus[ref.slot].stock;
}

bool world_product_state_at(const world *w, uint32_t index, int64_t now, world_product_state *out) {
    const item_row *it = item_at(w, index, now);
    if (!it) {
        return false;
    }
    memset(out, 0, sizeof *out);
    out->product = index;
    out->shop = it->shop;
    out->id = item_id(w, index);
    snprintf(out->id_text, sizeof out->id_text, "%lld", (long long)out->id);
    out->sale = (world_sale)it->sale;
    out->created = it->created;
    out->modified = it->modified;
    out->skus = it->sku_count;
    out->price_fen = it->price_fen;
    for (unsigned i = 0; i < it->sku_count; i++) {
        const sku_row *s = &it->skus[i];
        out->stock += s->stock;
        if (i == 0 || s->price_fen < out->price_fen) {
            out->price_fen = s->price_fen;
        }
    }
    return true;
}
