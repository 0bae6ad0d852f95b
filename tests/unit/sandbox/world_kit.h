/* Helpers of the world's tests: a world in one line, documents as yyjson. */
#ifndef TESTS_UNIT_SANDBOX_WORLD_KIT_H
#define TESTS_UNIT_SANDBOX_WORLD_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "sandbox/world/world.h"

static const int64_t START = 1790000000;

static inline world *make_world(uint64_t seed, unsigned shops, unsigned orders) {
    world *w = NULL;
    qd_err err = { 0 };
    world_options options = { .seed = seed, .shops = shops, .orders = orders, .start_now = START };
    if (world_new(&options, &w, &err) != QD_OK) {
        fail_msg("world_new: %s", err.message);
    }
    return w;
}

/* All orders of a query, in order; free() them. */
static inline uint32_t *list_orders(world *w, const world_order_query *query, int64_t now,
                                    uint64_t *out_total) {
    uint64_t total = 0;
    uint32_t count = 0;
    assert_int_equal(world_orders(w, query, now, 0, 0, &total, NULL, NULL, NULL), QD_OK);
    uint32_t *orders = calloc((size_t)total + 1, sizeof *orders);
    assert_non_null(orders);
    uint64_t done = 0;
    /* In pages, as a client reads. */
    while (done < total) {
        assert_int_equal(world_orders(w, query, now, done, 37, &total, orders + done, &count, NULL),
                         QD_OK);
        assert_true(count > 0 && count <= 37);
        done += count;
    }
    *out_total = total;
    return orders;
}

static inline yyjson_doc *parse(const base_buf *text) {
    qd_err err = { 0 };
    yyjson_doc *doc = NULL;
    if (codec_json_read(base_buf_str(text), 0, &doc, &err) != QD_OK) {
        fail_msg("not JSON: %s in %s", err.message, base_buf_text(text));
    }
    return doc;
}

static inline yyjson_doc *order_doc(world *w, uint32_t order, int64_t now) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    assert_true(world_render_order(w, order, now, &text));
    yyjson_doc *doc = parse(&text);
    base_buf_clear(&text);
    return doc;
}

static inline int64_t number_at(yyjson_val *value, const char *path) {
    int64_t number = 0;
    if (!codec_json_i64(codec_json_at(value, path), &number)) {
        fail_msg("no number at %s", path);
    }
    return number;
}

static inline const char *text_at(yyjson_val *value, const char *path) {
    const char *text = yyjson_get_str(codec_json_at(value, path));
    if (!text) {
        fail_msg("no text at %s", path);
    }
    return text;
}

/* "12.30" as fen. */
static inline int64_t fen_at(yyjson_val *value, const char *path) {
    int64_t fen = 0;
    assert_true(base_fen_from_yuan(base_str_of(text_at(value, path)), &fen));
    return fen;
}

/* The first order of the shop with this status at now (and of this type, if it is one). */
static inline uint32_t find_order(world *w, uint32_t shop, world_status status,
                                  world_trade_type type, int64_t now) {
    for (uint32_t i = 0; i < world_shop_at(w, shop)->order_count; i++) {
        world_order_state s;
        uint32_t order = world_shop_order(w, shop, i);
        if (world_order_state_at(w, order, now, &s) && s.status == status &&
            (type == WORLD_TYPES || s.type == type)) {
            return order;
        }
    }
    fail_msg("no order with status %d", status);
    return WORLD_NONE;
}

#endif
