/*
 * Makes and frees a world: apps, shops, and in which order its parts are made from the seed. What
 * the parts are stands in the other files.
 */
#include "sandbox/world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "sandbox/world/aftersale_private.h"

static const int64_t start_min = 1500000000, start_max = 2200000000;

static void hex_text(uint64_t seed, unsigned digits, char *out) {
    static const char hex[] = "0123456789abcdef";
    for (unsigned i = 0; i < digits; i++) {
        out[i] = hex[roll(seed, 1000 + i / 16) >> (i % 16 * 4) & 15];
    }
    out[digits] = '\0';
}

static void make_apps(world *w) {
    uint64_t seed = base_mix(w->seed, 0x617070);
    char hex[64];
    world_app *douyin = &w->apps[WORLD_DOUYIN];
    snprintf(douyin->key, sizeof douyin->key, "7%018llu",
             (unsigned long long)(roll(seed, 1) % 1000000000000000000ULL));
    hex_text(seed, 32, hex);
    snprintf(douyin->secret, sizeof douyin->secret, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
             hex + 12, hex + 16, hex + 20);
    world_app *taobao = &w->apps[WORLD_TAOBAO];
    snprintf(taobao->key, sizeof taobao->key, "%08llu",
             10000000 + (unsigned long long)(roll(seed, 2) % 89999999ULL));
    hex_text(base_mix(seed, 3), 32, taobao->secret);
}

static void make_shop(world *w, uint32_t index) {
    shop_row *s = &w->shops[index];
    uint64_t seed = base_mix(w->seed ^ 0x73686f70ULL, index);
    s->open.index = index;
    s->open.platform = index % 2 == 0 ? WORLD_DOUYIN : WORLD_TAOBAO;
    s->open.created = w->options.start_now - roll_in(seed, 4, 400, 2000) * 86400;
    const category *c = words_category((unsigned)(roll(seed, 1) % words_category_count()));
    snprintf(s->open.name, sizeof s->open.name, "%s%s%s",
             words_pick(&words_shops, index + w->seed % 24), c->third,
             words_pick(&words_shop_tails, roll(seed, 2)));
    if (s->open.platform == WORLD_DOUYIN) {
        s->open.shop_id = 10000000 + (int64_t)index * 7919 + roll_in(seed, 3, 0, 7918);
        s->open.sid = s->open.shop_id;
        memcpy(s->open.nick, s->open.name, sizeof s->open.nick);
    } else {
        char hex[48];
        s->open.shop_id = 2200000000000 + (int64_t)index * 1000000 + roll_in(seed, 3, 0, 999999);
        s->open.sid = 500000000 + (int64_t)index * 1000 + roll_in(seed, 5, 0, 999);
        snprintf(s->open.nick, sizeof s->open.nick, "%.40s%02u", s->open.name, index / 2 + 1);
        hex_text(seed, 40, hex);
        snprintf(s->open.session, sizeof s->open.session, "6100%s%lld", hex,
                 (long long)s->open.shop_id);
    }
    snprintf(s->open.id_text, sizeof s->open.id_text, "%lld", (long long)s->open.shop_id);
}

static qd_status make_shops(world *w, qd_err *err) {
    unsigned shops = w->options.shops;
    w->shops = calloc(shops, sizeof *w->shops);
    if (!w->shops) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for %u shops", shops);
    }
    uint32_t first = 0;
    for (uint32_t i = 0; i < shops; i++) {
        shop_row *s = &w->shops[i];
        make_shop(w, i);
        s->first_order = first;
        s->order_count = w->options.orders / shops + (i < w->options.orders % shops);
        s->open.order_count = s->order_count;
        first += s->order_count;
    }
    return QD_OK;
}

static qd_status check_options(const world_options *o, qd_err *err) {
    if (o->shops < 1 || o->shops > WORLD_MAX_SHOPS) {
        return base_fail(err, QD_E_INVALID, "sandbox: %u shops, must be 1..%d", o->shops,
                         WORLD_MAX_SHOPS);
    }
    if (o->orders >= WORLD_MAX_ORDERS) {
        return base_fail(err, QD_E_INVALID, "sandbox: %u orders, must be below %d", o->orders,
                         WORLD_MAX_ORDERS);
    }
    if (o->start_now < start_min || o->start_now > start_max) {
        return base_fail(err, QD_E_INVALID,
                         "sandbox: the world cannot start at %lld, only from %lld to %lld",
                         (long long)o->start_now, (long long)start_min, (long long)start_max);
    }
    return QD_OK;
}

qd_status world_new(const world_options *options, world **out_world, qd_err *err) {
    qd_status status = check_options(options, err);
    if (status != QD_OK) {
        return status;
    }
    world *w = calloc(1, sizeof *w);
    if (!w) {
        return base_fail(err, QD_E_NOMEM, "sandbox: out of memory");
    }
    w->options = *options;
    w->seed = base_mix(options->seed, 0x776f726c64ULL);
    /* One order in a hundred changes within ten minutes after the start, in small worlds five. */
    uint32_t period = options->orders / 5;
    w->stir_period = period < 1 ? 1 : period > 100 ? 100 : period;
    base_buf_init(&w->scratch, LIMIT_DOCUMENT_BYTES);
    make_apps(w);
    w->texts = base_arena_new(STORED_BYTES);
    w->records = records_new();
    status = w->texts && w->records ? QD_OK : base_fail(err, QD_E_NOMEM, "sandbox: out of memory");
    qd_status (*const parts[])(world *, qd_err *) = { make_shops,  specs_make,  items_make,
                                                      orders_make, events_make, forms_make,
                                                      prerender };
    for (size_t i = 0; status == QD_OK && i < sizeof parts / sizeof parts[0]; i++) {
        status = parts[i](w, err);
    }
    if (status != QD_OK) {
        world_free(w);
        return status;
    }
    *out_world = w;
    return QD_OK;
}

static void free_shops(world *w) {
    for (unsigned i = 0; w->shops && i < w->options.shops; i++) {
        free(w->shops[i].events);
        free(w->shops[i].sales);
        free(w->shops[i].sale_events);
        free(w->shops[i].edited);
        free(w->shops[i].added);
    }
    free(w->shops);
}

void world_free(world *w) {
    if (!w) {
        return;
    }
    free_shops(w);
    records_free(w->records);
    for (unsigned i = 0; i < w->options.orders; i++) {
        if (w->edits) {
            free(w->edits[i]);
        }
        if (w->rendered) {
            free(w->rendered[i].text);
        }
    }
    for (uint32_t i = 0; i < w->item_count; i++) {
        if (w->items[i].own_skus) {
            free(w->items[i].skus);
        }
    }
    free(w->created);
    free(w->shop_of);
    free(w->edits);
    free(w->rendered);
    free(w->items);
    free(w->born_skus);
    free(w->specs);
    free(w->keys);
    free(w->replies);
    base_arena_free(w->texts);
    query_cache_free(w->cache);
    sale_cache_free(w->sale_cache);
    forms_free(w);
    base_buf_clear(&w->scratch);
    free(w);
}

int64_t world_start(const world *w) {
    return w->options.start_now;
}

const world_app *world_app_of(const world *w, world_platform platform) {
    return platform < WORLD_PLATFORMS ? &w->apps[platform] : NULL;
}

unsigned world_shop_count(const world *w) {
    return w->options.shops;
}

const world_shop *world_shop_at(const world *w, uint32_t shop) {
    return shop < w->options.shops ? &w->shops[shop].open : NULL;
}

uint32_t world_shop_find(const world *w, world_platform platform, base_str id_text) {
    for (uint32_t i = 0; i < w->options.shops; i++) {
        const world_shop *s = &w->shops[i].open;
        if (s->platform == platform && base_str_is(id_text, s->id_text)) {
            return i;
        }
    }
    return WORLD_NONE;
}

uint32_t world_shop_by_session(const world *w, base_str session) {
    for (uint32_t i = 0; i < w->options.shops; i++) {
        const world_shop *s = &w->shops[i].open;
        if (s->platform == WORLD_TAOBAO && base_str_is(session, s->session)) {
            return i;
        }
    }
    return WORLD_NONE;
}

uint32_t world_shop_by_nick(const world *w, base_str nick) {
    for (uint32_t i = 0; i < w->options.shops; i++) {
        const world_shop *s = &w->shops[i].open;
        if (s->platform == WORLD_TAOBAO && base_str_is(nick, s->nick)) {
            return i;
        }
    }
    return WORLD_NONE;
}

uint32_t world_shop_order(const world *w, uint32_t shop, uint32_t nth) {
    if (shop >= w->options.shops || nth >= w->shops[shop].order_count) {
        return WORLD_NONE;
    }
    return w->shops[shop].first_order + nth;
}

records *world_records(world *w) {
    return w->records;
}
