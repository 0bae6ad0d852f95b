/*
 * Distribution (代发), who hands what to whom: a seller hands an order that waits to be shipped, or
 * one line of it, to a supplier, sees what became of it and takes it back as long as no waybill was
 * taken. Every Douyin shop of the world may supply every other and itself, so that one token is
 * enough to try both sides.
 *
 * Facts (vendor's comments in sevencat/ecommerce_sdk): pages from 0, at most 100 rows, at most 100
 * orders a call; bind_status 2 is bound; role_type 1 seller, 2 supplier.
 */
#include "sandbox/douyin/iop.h"

#include <stdio.h>

enum { MOST_ROWS = 100, MOST_ORDERS = 100, BOUND = 2 };

/* ---- shops ---- */

uint32_t iop_shop_of(kept *k, int64_t shop_id) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)shop_id);
    return world_shop_find(k->call->world, WORLD_DOUYIN, base_str_of(text));
}

static bool asks_for_bound(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, "bind_status");
    bool any = yyjson_arr_size(list) == 0;
    size_t i;
    size_t max;
    yyjson_val *one;
    yyjson_arr_foreach(list, i, max, one) {
        int64_t status = 0;
        any = any || (codec_json_i64(one, &status) && status == BOUND);
    }
    return any;
}

/* The shops on the other side, under the names that the method has for them. */
static bool list_shops(kept *k, const char *rows, const char *id, const char *name) {
    kept_page page;
    int64_t seen = 0;
    if (!kept_page_of(k, "page", 0, "page_size", MOST_ROWS, "40004:10000", &page)) {
        return false;
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, rows);
    for (unsigned i = 0; i < world_shop_count(k->call->world) && asks_for_bound(k); i++) {
        const world_shop *shop = world_shop_at(k->call->world, i);
        if (shop->platform != WORLD_DOUYIN || !kept_on_page(&page, &seen)) {
            continue;
        }
        yyjson_mut_val *row = kept_push(k, list, shop->id_text);
        kept_put_i64(k, row, id, shop->shop_id);
        kept_put_text(k, row, name, base_str_of(shop->name));
        kept_put_i64(k, row, "bind_status", BOUND);
        kept_put_i64(k, row, "apply_time", shop->created);
        kept_put_i64(k, row, "band_time", shop->created);
        kept_put_i64(k, row, "refuse_time", 0);
    }
    kept_put_i64(k, k->out, "page", page.offset / page.size);
    kept_put_i64(k, k->out, "page_size", page.size);
    kept_put_i64(k, k->out, "total", seen);
    return true;
}

static bool run_suppliers(kept *k) {
    return list_shops(k, "supplier_shop_list", "supplier_shop_id", "supplier_shop_name");
}

static bool run_sellers(kept *k) {
    return list_shops(k, "seller_shop_list", "seller_shop_id", "seller_shop_name");
}

/* A shop that was handed orders and hands none is a supplier. */
static bool run_role(kept *k) {
    bool supplies = false;
    for (unsigned i = 0; i < world_shop_count(k->call->world); i++) {
        for (const record *it = records_first(k->all, i, KEPT_DISTR); it != NULL;
             it = records_next(it)) {
            supplies = supplies || it->num[KEPT_SUPPLIER] == k->call->shop;
        }
    }
    bool sells = records_first(k->all, k->call->shop, KEPT_DISTR) != NULL;
    kept_put_i64(k, k->out, "role_type", supplies && !sells ? 2 : 1);
    return true;
}

/* ---- orders ---- */

bool iop_order(kept *k, uint32_t seller, base_str id, uint32_t *out_order, int *out_line,
               world_order_state *out_state) {
    uint32_t order = world_order_find(k->call->world, seller, id);
    if (order == WORLD_NONE ||
        !world_order_state_at(k->call->world, order, k->call->now, out_state)) {
        return false;
    }
    *out_order = order;
    /* The parent's id means all, also where a line has the same. */
    bool whole = base_str_is(id, out_state->id_text);
    *out_line = whole ? -1 : world_order_line_find(k->call->world, order, id);
    return true;
}

yyjson_val *iop_document(kept *k, uint32_t order) {
    base_buf text;
    yyjson_doc *doc = NULL;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    if (k->read_count < KEPT_READ &&
        world_render_order(k->call->world, order, k->call->now, &text) &&
        codec_json_read(base_buf_str(&text), 0, &doc, NULL) == QD_OK) {
        k->read[k->read_count++] = doc;
    }
    base_buf_clear(&text);
    return yyjson_doc_get_root(doc);
}

int64_t iop_pieces(kept *k, uint32_t order, int line) {
    yyjson_val *lines = yyjson_obj_get(iop_document(k, order), "sku_order_list");
    int64_t pieces = 0;
    for (size_t i = 0; i < yyjson_arr_size(lines); i++) {
        if (line < 0 || (size_t)line == i) {
            pieces += kept_i64_of(yyjson_arr_get(lines, i), "item_num", 0);
        }
    }
    return pieces;
}

bool iop_pack_named(kept *k, uint32_t order, base_str number, char out_id[40]) {
    for (unsigned i = 0; i < WORLD_MAX_PACKS; i++) {
        if (world_order_pack_id(k->call->world, order, i, k->call->now, out_id) != WORLD_DONE) {
            return false;
        }
        const char *tail = strrchr(out_id, '_');
        if (tail != NULL && base_str_is(number, tail + 1)) {
            return true;
        }
    }
    return false;
}

bool iop_deed(kept *k, world_deed deed, const char *bad) {
    switch (deed) {
    case WORLD_DONE:
    case WORLD_REPEATED:
        return true;
    case WORLD_NO_COMPANY:
    case WORLD_BAD_VALUE:
        return kept_refuse(k, bad, "%s", world_deed_meaning(deed));
    case WORLD_NO_MEMORY:
        return kept_full(k);
    default:
        return kept_refuse(k, k->row->state, "%s", world_deed_meaning(deed));
    }
}

record *iop_find(kept *k, uint32_t seller, base_str id, uint32_t supplier) {
    world_order_state state;
    uint32_t order;
    int line;
    if (seller == WORLD_NONE || !iop_order(k, seller, id, &order, &line, &state)) {
        return NULL;
    }
    record *it =
        records_find(k->all, seller, KEPT_DISTR, line < 0 ? base_str_of(state.id_text) : id);
    return it == NULL || supplier == WORLD_NONE || it->num[KEPT_SUPPLIER] == supplier ? it : NULL;
}

/* ---- handing over ---- */

/* NULL when it may be handed over; else why not. */
static const char *why_not(kept *k, base_str id, uint32_t supplier, base_str *out_id) {
    world_order_state state;
    uint32_t order;
    int line;
    if (supplier == WORLD_NONE) {
        return "厂商不存在";
    }
    if (!iop_order(k, k->call->shop, id, &order, &line, &state)) {
        return "代发单不存在";
    }
    *out_id = line < 0
                  ? base_str_of(base_arena_dup(k->call->face->arena, base_str_of(state.id_text)))
                  : id;
    const record *it = kept_get(k, KEPT_DISTR, *out_id);
    if (it != NULL && it->state != DISTR_CANCELLED) {
        return "代发单已分配";
    }
    if (state.status != WORLD_PAID && (line < 0 || state.status != WORLD_PARTLY_SHIPPED)) {
        return "订单状态不允许分配";
    }
    /* Not the whole and a part of it. */
    yyjson_val *lines = yyjson_obj_get(iop_document(k, order), "sku_order_list");
    const record *whole = kept_get(k, KEPT_DISTR, base_str_of(state.id_text));
    bool taken = line >= 0 && whole != NULL && whole->state != DISTR_CANCELLED;
    for (size_t i = 0; line < 0 && i < yyjson_arr_size(lines); i++) {
        const record *part =
            kept_get(k, KEPT_DISTR, kept_text_of(k, yyjson_arr_get(lines, i), "order_id"));
        taken = taken || (part != NULL && part != it && part->state != DISTR_CANCELLED);
    }
    return taken ? "代发单已分配" : NULL;
}

static bool hand_over(kept *k, base_str id, uint32_t supplier) {
    record *it = kept_get(k, KEPT_DISTR, id);
    if (it == NULL && (it = kept_add(k, KEPT_DISTR, id, NULL)) == NULL) {
        return false;
    }
    it->state = DISTR_GIVEN;
    it->num[KEPT_ID] = k->call->now;
    it->num[KEPT_SUPPLIER] = supplier;
    return kept_tag(k, it, BASE_STR(""));
}

static bool run_distribute(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    size_t i;
    size_t max;
    yyjson_val *one;
    if (yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > MOST_ORDERS) {
        return kept_refuse(k, k->row->state, "1 to 100 orders a call");
    }
    yyjson_mut_val *results = kept_put_list(k, k->out, "distribute_order_reuslts");
    yyjson_arr_foreach(list, i, max, one) {
        base_str id = kept_text_of(k, one, "distr_order_id");
        base_str own = id;
        int64_t shop_id = kept_i64_of(one, "supplier_shop_id", 0);
        uint32_t supplier = iop_shop_of(k, shop_id);
        const char *why = why_not(k, id, supplier, &own);
        if (why == NULL && !hand_over(k, own, supplier)) {
            return false;
        }
        yyjson_mut_val *row = kept_push(k, results, "row");
        kept_put_i64(k, row, "supplier_shop_id", shop_id);
        kept_put_text(k, row, "distr_order_id", why == NULL ? own : id);
        kept_put_i64(k, row, "err_no", why == NULL ? 0 : 10000);
        kept_put_text(k, row, "message", base_str_of(why == NULL ? "success" : why));
    }
    return true;
}

static bool run_take_back(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    size_t i;
    size_t max;
    yyjson_val *one;
    if (yyjson_arr_size(list) > MOST_ORDERS) {
        return kept_refuse(k, k->row->state, "%u were sent", (unsigned)yyjson_arr_size(list));
    }
    yyjson_mut_val *done = kept_put_list(k, k->out, "succ_distr_order_ids");
    yyjson_mut_val *failed = kept_put_object(k, k->out, "fail_distr_order_ids");
    yyjson_arr_foreach(list, i, max, one) {
        base_str id = { "", 0 };
        (void)codec_json_text(one, k->call->face->arena, &id);
        record *it = iop_find(k, k->call->shop, id, WORLD_NONE);
        const char *why = it == NULL                 ? "代发单不存在"
                          : it->state != DISTR_GIVEN ? "代发单状态不允许取消"
                          : records_first_of(it, KEPT_PACK) != NULL ? "代发单已取号"
                                                                    : NULL;
        const char *name = base_arena_dup(k->call->face->arena, id);
        if (why != NULL && name != NULL) {
            kept_put_text(k, failed, name, base_str_of(why));
            continue;
        }
        if (it == NULL || !kept_tag(k, it, BASE_STR("商家取消分配"))) {
            return false;
        }
        it->state = DISTR_CANCELLED;
        kept_push_text(k, done, id);
    }
    return true;
}

static const kept_row rows[] = {
    { "iop.roleGet", run_role, .key = NULL },
    { "iop.sellerSupplierList", run_suppliers, .key = NULL },
    { "iop.getSellerList", run_sellers, .key = NULL },
    { "iop.sellerDistribute", run_distribute, .lines = "distribute_order_list",
      .state = "40004:10000" },
    { "iop.sellerCancleDistribute", run_take_back, .lines = "distr_order_ids",
      .state = "50002:10000" },
};

const kept_row *kept_iop_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
