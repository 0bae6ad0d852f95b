/*
 * Fills the form of a Taobao item and its SKUs.
 */
#include "sandbox/world/taobao_slots.h"
#include "sandbox/world/world_private.h"

#define SET(slot, v) (p->values[SLOT_##slot] = (v))

typedef struct item_page {
    world *w;
    uint32_t index;
    const item_row *item;
    base_buf name, pic, outer, props, names;
    form_value values[SLOT_COUNT];
} item_page;

static void add_text_member(base_buf *out, const char *name, base_str text) {
    base_buf_printf(out, ",\"%s\":\"", name);
    form_escape(out, text);
    base_buf_add_char(out, '"');
}

bool render_taobao_sku(world *w, uint32_t index, unsigned slot, base_buf *out) {
    const item_row *it = &w->items[index];
    const sku_row *s = &it->skus[slot];
    char price[BASE_FEN_TEXT];
    char created[BASE_TIME_TEXT];
    char modified[BASE_TIME_TEXT];
    base_buf text;
    base_buf_init(&text, TEXT_BYTES);
    base_fen_to_yuan(s->price_fen, price);
    base_time_to_cn(s->created, created);
    base_time_to_cn(s->modified, modified);
    base_buf_printf(out,
                    "{\"sku_id\":%lld,\"iid\":\"\",\"num_iid\":%lld,\"quantity\":%lld,"
                    "\"with_hold_quantity\":0,\"price\":\"%s\",\"created\":\"%s\","
                    "\"modified\":\"%s\",\"status\":\"normal\",\"barcode\":\"\",\"sku_spec_id\":0",
                    (long long)sku_id(w, index, slot), (long long)item_id(w, index),
                    (long long)s->stock, price, created, modified);
    sku_properties(w, index, slot, false, &text);
    add_text_member(out, "properties", base_buf_str(&text));
    base_buf_reset(&text);
    sku_properties(w, index, slot, true, &text);
    add_text_member(out, "properties_name", base_buf_str(&text));
    base_buf_reset(&text);
    sku_code(w, index, slot, &text);
    add_text_member(out, "outer_id", base_buf_str(&text));
    base_buf_add_char(out, '}');
    base_buf_clear(&text);
    return true;
}

static void write_skus(void *context, base_buf *out) {
    const item_page *p = context;
    for (unsigned i = 0; i < p->item->sku_count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        (void)render_taobao_sku(p->w, p->index, i, out);
    }
}

static void write_images(void *context, base_buf *out) {
    const item_page *p = context;
    for (unsigned i = 0; i < 5; i++) {
        base_buf_printf(out, "%s{\"id\":%lld,\"position\":%u,\"url\":\"", i ? "," : "",
                        (long long)(roll(p->item->seed, 160 + i) >> 20), i);
        base_buf_reset(&p->w->scratch);
        item_pic_url(p->item, i, &p->w->scratch);
        form_escape(out, base_buf_str(&p->w->scratch));
        base_buf_add_text(out, "\"}");
    }
}

static void write_prop_images(void *context, base_buf *out) {
    const item_page *p = context;
    if (p->item->spec == WORLD_NONE) {
        return;
    }
    const spec_row *sp = &p->w->specs[p->item->spec];
    for (unsigned i = 0; i < sp->groups[0].count; i++) {
        base_buf_printf(out,
                        "%s{\"id\":%lld,\"position\":%u,\"properties\":\"%lld:%lld\",\"url\":\"",
                        i ? "," : "", (long long)(roll(p->item->seed, 170 + i) >> 20), i,
                        (long long)sp->groups[0].taobao_pid,
                        (long long)(spec_value_id(p->item->spec, 0, i) % 100000000));
        base_buf_reset(&p->w->scratch);
        item_pic_url(p->item, 10 + i, &p->w->scratch);
        form_escape(out, base_buf_str(&p->w->scratch));
        base_buf_add_text(out, "\"}");
    }
}

static void write_description(void *context, base_buf *out) {
    const item_page *p = context;
    if (p->item->description || !p->item->born) {
        form_escape(out, base_str_of(p->item->description ? p->item->description : ""));
        return;
    }
    for (unsigned i = 20; i < 24; i++) {
        base_buf_add_text(out, "<p><img src=\\\"");
        item_pic_url(p->item, i, out);
        base_buf_add_text(out, "\\\" /></p>");
    }
}

static void fill(item_page *p) {
    const item_row *it = p->item;
    const region *r = words_region(p->w->shops[it->shop].open.sid > 0 ? it->shop : 0);
    int64_t stock = 0;
    int64_t lowest = INT64_MAX;
    for (unsigned i = 0; i < it->sku_count; i++) {
        stock += it->skus[i].stock;
        lowest = it->skus[i].price_fen < lowest ? it->skus[i].price_fen : lowest;
        base_buf_add_text(&p->props, i > 0 ? ";" : "");
        sku_properties(p->w, p->index, i, false, &p->props);
        base_buf_add_text(&p->names, i > 0 ? ";" : "");
        sku_properties(p->w, p->index, i, true, &p->names);
    }
    item_name(it, &p->name);
    item_pic_url(it, 0, &p->pic);
    item_outer(p->w, p->index, &p->outer);
    SET(num_iid, value_int(item_id(p->w, p->index)));
    SET(item_title, value_text(base_buf_str(&p->name)));
    SET(seller_nick, value_word(p->w->shops[it->shop].open.nick));
    SET(approve, value_word(it->sale == WORLD_ONLINE ? "onsale" : "instock"));
    SET(cid,
        value_int(it->category_id ? it->category_id : words_category(it->category)->taobao_cid));
    SET(created, value_time(it->created));
    SET(modified, value_time(it->modified));
    SET(list_time, value_time(it->modified));
    SET(delist_time, value_time(it->modified + 7 * 86400));
    SET(num, value_int(stock));
    SET(price, value_fen(it->sku_count ? lowest : it->price_fen));
    SET(outer_iid, value_text(base_buf_str(&p->outer)));
    SET(item_pic, value_text(base_buf_str(&p->pic)));
    SET(desc, value_call(write_description, p));
    SET(props, value_text(base_buf_str(&p->props)));
    SET(props_name, value_text(base_buf_str(&p->names)));
    SET(state, value_word(r->province));
    SET(city, value_word(r->city));
    SET(sold, value_int((int64_t)(roll(it->seed, 150) % 50000)));
    SET(imgs, value_call(write_images, p));
    SET(prop_imgs, value_call(write_prop_images, p));
    SET(skus, value_call(write_skus, p));
}

bool render_taobao_item(world *w, uint32_t index, base_buf *out) {
    item_page page = { .w = w, .index = index, .item = &w->items[index] };
    base_buf *texts[] = { &page.name, &page.pic, &page.outer, &page.props, &page.names };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        base_buf_init(texts[i], 2 * TEXT_BYTES);
    }
    fill(&page);
    form_write(w->forms[FORM_ITEM], page.values, out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        base_buf_clear(texts[i]);
    }
    return true;
}
