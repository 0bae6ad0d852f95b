/*
 * Distribution (代发), what both sides see: the seller's and the supplier's lists and single
 * orders, drawn from the world's order and from what became of it since it was handed over.
 *
 * Facts (vendor's comments in sevencat/ecommerce_sdk): pages from 0, at most 100 rows, spans of at
 * most half an hour; after_sale_status 1 none, 2 running; distr_status 0 is for the seller's list
 * only and gives what nobody was handed yet.
 */
#include <string.h>

#include "sandbox/douyin/iop.h"

enum { MOST_ROWS = 100, MOST_WAITING = 20000, SPAN_S = 1800 };

/* ---- what an order looks like ---- */

static void write_place(kept *k, yyjson_mut_val *row, yyjson_val *address, const char *from,
                        const char *name, const char *id) {
    yyjson_val *place = yyjson_obj_get(address, from);
    kept_put_text(k, row, name, kept_text_of(k, place, "name"));
    kept_put_text(k, row, id, kept_text_of(k, place, "id"));
}

static void write_goods(kept *k, yyjson_mut_val *row, yyjson_val *order, int line, int64_t pieces) {
    yyjson_val *lines = yyjson_obj_get(order, "sku_order_list");
    yyjson_val *one = yyjson_arr_get(lines, line < 0 ? 0 : (size_t)line);
    yyjson_val *specs = yyjson_obj_get(one, "spec");
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    size_t i;
    size_t max;
    yyjson_val *spec;
    yyjson_arr_foreach(specs, i, max, spec) {
        base_buf_add_text(&text, i > 0 ? ";" : "");
        base_buf_add_str(&text, kept_text_of(k, spec, "name"));
        base_buf_add_char(&text, ':');
        base_buf_add_str(&text, kept_text_of(k, spec, "value"));
    }
    base_str code = kept_text_of(k, one, "code");
    kept_put_text(k, row, "sku_spec", base_buf_str(&text));
    kept_put_copy(k, row, "spec", specs);
    kept_put_text(k, row, "product_name", kept_text_of(k, one, "product_name"));
    kept_put_text(k, row, "product_id", kept_text_of(k, one, "product_id_str"));
    kept_put_i64(k, row, "product_price", kept_i64_of(one, "origin_amount", 0));
    kept_put_i64(k, row, "product_count", pieces);
    kept_put_text(k, row, "out_sku_id", code.len > 0 ? code : kept_text_of(k, one, "out_sku_id"));
    base_buf_clear(&text);
}

/* The waybills taken or shipped. */
static void write_packs(kept *k, yyjson_mut_val *row, const record *it) {
    yyjson_mut_val *list = kept_put_list(k, row, "pack_list");
    const record *pack = it != NULL ? records_first_of(it, KEPT_PACK) : NULL;
    kept_put_text(k, row, "tracking_no", base_str_of(pack != NULL ? pack->tag : ""));
    kept_put_text(k, row, "company_name", base_str_of(pack != NULL ? pack->document : ""));
    for (; pack != NULL; pack = records_next(pack)) {
        yyjson_mut_val *one = kept_push(k, list, pack->tag);
        kept_put_text(k, one, "deliver_id",
                      kept_number(k, "", "delivery", base_str_of(pack->tag), 16));
        kept_put_text(k, one, "track_no", base_str_of(pack->tag));
        kept_put_text(k, one, "company_code", base_str_of(pack->document));
    }
}

/* it NULL: not handed over. Both sides' names; the tree of the answer chooses. */
static void write_order(kept *k, yyjson_mut_val *row, uint32_t seller, base_str id,
                        const record *it) {
    world_order_state state;
    uint32_t order = WORLD_NONE;
    int line = -1;
    if (!iop_order(k, seller, id, &order, &line, &state)) {
        return;
    }
    yyjson_val *document = iop_document(k, order);
    yyjson_val *address = yyjson_obj_get(document, "post_addr");
    const world_shop *sold = world_shop_at(k->call->world, seller);
    const world_shop *by =
        it != NULL ? world_shop_at(k->call->world, (uint32_t)it->num[KEPT_SUPPLIER]) : NULL;
    int64_t trouble = state.refund == WORLD_REFUND_ASKED ? 2 : 1;
    kept_put_text(k, row, "#", id);
    kept_put_text(k, row, "distr_order_id", id);
    kept_put_text(k, row, "shop_order_id", base_str_of(state.id_text));
    kept_put_i64(k, row, "order_status", world_douyin_status(&state));
    kept_put_i64(k, row, "distr_status", it != NULL ? it->state : 0);
    kept_put_i64(k, row, "distr_time", it != NULL ? it->num[KEPT_ID] : 0);
    kept_put_i64(k, row, "after_sale_status", trouble);
    kept_put_i64(k, row, "aftersale_status", trouble);
    kept_put_i64(k, row, "distr_order_aftersale_status", trouble);
    kept_put_i64(k, row, "supplier_shop_id", by != NULL ? by->shop_id : 0);
    kept_put_text(k, row, "supplier_shop_name", base_str_of(by != NULL ? by->name : ""));
    kept_put_i64(k, row, "user_id", sold->shop_id);
    kept_put_text(k, row, "user_name", base_str_of(sold->name));
    kept_put_i64(k, row, "pay_time", state.paid);
    kept_put_i64(k, row, "ship_time", state.shipped);
    kept_put_i64(k, row, "exp_ship_time", kept_i64_of(document, "exp_ship_time", 0));
    kept_put_text(k, row, "seller_words", kept_text_of(k, document, "seller_words"));
    kept_put_text(k, row, "buyer_words", kept_text_of(k, document, "buyer_words"));
    kept_put_text(k, row, "receiver_id", kept_text_of(k, document, "open_id"));
    kept_put_text(k, row, "distr_cancel_reason",
                  base_str_of(it != NULL && it->state == DISTR_CANCELLED ? it->tag : ""));
    (void)kept_put_list(k, row, "serial_number_list");
    write_place(k, row, address, "province", "province", "province_id");
    write_place(k, row, address, "city", "city", "city_id");
    write_place(k, row, address, "town", "district", "district_id");
    write_place(k, row, address, "street", "street", "street_id");
    write_goods(k, row, document, line, iop_pieces(k, order, line));
    write_packs(k, row, it);
}

/* ---- lists ---- */

typedef struct span {
    int64_t from, to; /* both included; both 0 = any */
} span;

static bool read_span(kept *k, const char *start, const char *end, int64_t unit, span *out) {
    *out = (span){ dyface_i64(k->call, start, 0) / unit, dyface_i64(k->call, end, 0) / unit };
    if (out->to == 0 && out->from > 0) {
        out->to = out->from + SPAN_S;
    }
    return (out->from == 0 && out->to == 0) ||
           (out->to >= out->from && out->to - out->from <= SPAN_S) ||
           kept_refuse(k, k->row->state, "%s to %s: half an hour at most, end not before start",
                       start, end);
}

static bool within(const span *range, int64_t when) {
    return (range->from == 0 && range->to == 0) || (when >= range->from && when <= range->to);
}

typedef struct filter {
    span updated, second; /* second: handed over (supplier), paid (seller) */
    kept_page page;
    int64_t seen;
    int64_t status;    /* -1 = any */
    uint32_t supplier; /* WORLD_NONE = any */
} filter;

static bool text_fits(kept *k, yyjson_mut_val *row, const char *param, const char *field,
                      bool part) {
    base_str wanted = kept_text(k, param);
    const char *have = yyjson_mut_get_str(yyjson_mut_obj_get(row, field));
    if (wanted.len == 0 || have == NULL) {
        return wanted.len == 0;
    }
    return part ? memmem(have, strlen(have), wanted.ptr, wanted.len) != NULL
                : base_str_is(wanted, have);
}

static bool number_fits(kept *k, yyjson_mut_val *row, const char *param) {
    int64_t wanted = dyface_i64(k->call, param, -1);
    return wanted < 0 || yyjson_mut_get_sint(yyjson_mut_obj_get(row, param)) == wanted;
}

/* The seller's filters that only the row itself can answer. */
static bool asks_for_more(kept *k) {
    static const char *const names[] = { "product_name",  "product_id",        "shop_order_id",
                                         "order_status",  "after_sale_status", "province_id",
                                         "distr_order_id" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dyface_has(k->call, names[i])) {
            return true;
        }
    }
    return false;
}

static bool row_fits(kept *k, yyjson_mut_val *row) {
    return text_fits(k, row, "product_name", "product_name", true) &&
           text_fits(k, row, "product_id", "product_id", false) &&
           text_fits(k, row, "shop_order_id", "shop_order_id", false) &&
           text_fits(k, row, "distr_order_id", "distr_order_id", false) &&
           text_fits(k, row, "province_id", "province_id", false) &&
           number_fits(k, row, "order_status") && number_fits(k, row, "after_sale_status");
}

/* Puts it on the list when it matches and the page has come to it. */
static void offer(kept *k, yyjson_mut_val *list, filter *f, uint32_t seller, base_str id,
                  const record *it) {
    bool look = f->supplier == WORLD_NONE && asks_for_more(k);
    yyjson_mut_val *row = NULL;
    if (look) {
        /* Such searches are rare: each order is drawn and, when it does not match, dropped. */
        size_t read = k->read_count;
        row = yyjson_mut_obj(k->doc);
        write_order(k, row, seller, id, it);
        while (k->read_count > read) {
            yyjson_doc_free(k->read[--k->read_count]);
        }
        if (!row_fits(k, row)) {
            return;
        }
    }
    if (!kept_on_page(&f->page, &f->seen)) {
        return;
    }
    if (row == NULL) {
        size_t read = k->read_count;
        row = yyjson_mut_obj(k->doc);
        write_order(k, row, seller, id, it);
        while (k->read_count > read) {
            yyjson_doc_free(k->read[--k->read_count]);
        }
    }
    (void)yyjson_mut_arr_append(list, row);
}

static bool read_filter(kept *k, bool seller, filter *f) {
    *f = (filter){ .status = dyface_i64(k->call, "distr_status", -1),
                   .supplier = seller ? WORLD_NONE : k->call->shop };
    /* The vendor's comments call the seller's second span milliseconds, its unit elsewhere seconds:
     * both are understood. */
    const char *from = seller ? "start_deal_time" : "start_distr_time";
    const char *to = seller ? "end_deal_time" : "end_distr_time";
    int64_t unit = dyface_i64(k->call, from, 0) > 100000000000 ? 1000 : 1;
    return kept_page_of(k, "page", 0, "size", MOST_ROWS, k->row->state, &f->page) &&
           read_span(k, "start_update_time", "end_update_time", 1, &f->updated) &&
           read_span(k, from, to, unit, &f->second);
}

static int64_t paid_at(kept *k, uint32_t seller, const record *it) {
    world_order_state state;
    uint32_t order;
    int line;
    return iop_order(k, seller, base_str_of(it->key), &order, &line, &state) ? state.paid : 0;
}

/* The handed orders of one seller's shop. */
static void offer_handed(kept *k, yyjson_mut_val *list, filter *f, uint32_t seller) {
    uint32_t asked = iop_shop_of(k, dyface_i64(k->call, "supplier_shop_id", -1));
    bool any = f->supplier != WORLD_NONE || !dyface_has(k->call, "supplier_shop_id");
    for (const record *it = records_first(k->all, seller, KEPT_DISTR); it != NULL;
         it = records_next(it)) {
        bool mine = f->supplier == WORLD_NONE || it->num[KEPT_SUPPLIER] == f->supplier;
        int64_t second = f->supplier != WORLD_NONE ? it->num[KEPT_ID] : 0;
        if (f->supplier == WORLD_NONE && (f->second.from > 0 || f->second.to > 0)) {
            second = paid_at(k, seller, it);
        }
        if (mine && (any || it->num[KEPT_SUPPLIER] == asked) &&
            (f->status < 0 || it->state == f->status) && within(&f->updated, it->modified) &&
            within(&f->second, second)) {
            offer(k, list, f, seller, base_str_of(it->key), it);
        }
    }
}

/* Orders that wait to be shipped and that nobody was handed: whole ones. */
static bool offer_waiting(kept *k, yyjson_mut_val *list, filter *f) {
    world_order_query query = { .shop = k->call->shop, .status_mask = 1U << WORLD_PAID };
    uint32_t *orders = base_arena_alloc(k->call->face->arena, MOST_WAITING * sizeof *orders);
    uint32_t count = 0;
    uint64_t total = 0;
    if (orders == NULL || world_orders(k->call->world, &query, k->call->now, 0, MOST_WAITING,
                                       &total, orders, &count, NULL) != QD_OK) {
        return kept_full(k);
    }
    for (uint32_t i = 0; i < count; i++) {
        world_order_state state;
        if (!world_order_state_at(k->call->world, orders[i], k->call->now, &state)) {
            continue;
        }
        const record *it = kept_get(k, KEPT_DISTR, base_str_of(state.id_text));
        if ((it == NULL || it->state == DISTR_CANCELLED) && within(&f->updated, state.modified) &&
            within(&f->second, state.paid)) {
            base_str id =
                base_str_of(base_arena_dup(k->call->face->arena, base_str_of(state.id_text)));
            offer(k, list, f, k->call->shop, id, NULL);
        }
    }
    return true;
}

static bool run_seller_list(kept *k) {
    filter f;
    if (!read_filter(k, true, &f)) {
        return false;
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, "distr_order_list");
    if (f.status == 0) {
        if (!offer_waiting(k, list, &f)) {
            return false;
        }
    } else {
        offer_handed(k, list, &f, k->call->shop);
    }
    kept_put_i64(k, k->out, "page", f.page.offset / f.page.size);
    kept_put_i64(k, k->out, "size", f.page.size);
    kept_put_i64(k, k->out, "total", f.seen);
    return true;
}

static bool run_supplier_list(kept *k) {
    filter f;
    if (!read_filter(k, false, &f)) {
        return false;
    }
    yyjson_mut_val *list = kept_put_list(k, k->out, "order_list");
    for (unsigned i = 0; i < world_shop_count(k->call->world); i++) {
        offer_handed(k, list, &f, i);
    }
    kept_put_i64(k, k->out, "total", f.seen);
    return true;
}

static bool run_seller_info(kept *k) {
    const record *it = iop_find(k, k->call->shop, kept_text(k, k->row->key), WORLD_NONE);
    if (it == NULL) {
        return kept_refuse(k, k->row->missing, "no order of this distr_order_id was handed over");
    }
    write_order(k, kept_put_object(k, k->out, "distr_order_detail"), k->call->shop,
                base_str_of(it->key), it);
    return true;
}

static bool run_supplier_info(kept *k) {
    uint32_t seller = iop_shop_of(k, dyface_i64(k->call, "user_id", -1));
    const record *it = iop_find(k, seller, kept_text(k, k->row->key), k->call->shop);
    if (it == NULL) {
        return kept_refuse(k, k->row->missing, "no order of this id and user_id was handed to us");
    }
    write_order(k, k->out, seller, base_str_of(it->key), it);
    return true;
}

static const kept_row rows[] = {
    { "iop.sellerOrderList", run_seller_list, .state = "40004:10000" },
    { "iop.sellerOrderInfo", run_seller_info, .key = "distr_order_id", .missing = "50002:40000" },
    { "iop.orderList", run_supplier_list, .state = "40004:10000" },
    { "iop.orderInfo", run_supplier_info, .key = "distr_order_id", .missing = "40004:40000" },
};

const kept_row *kept_iop_list_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
