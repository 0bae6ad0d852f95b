/*
 * Distribution, the supplier's parcels: takes waybill numbers for handed orders, gives them back,
 * ships with them (the seller's own order is shipped with it) and changes them afterwards.
 *
 * Facts: at most ten orders a call of waybillGet, the same order and pack_id get the same number
 * again; with pack_list the numbers of pieces add up to all that is left (41007) and company_code
 * and track_no of the call do not count (vendor's comments and error rows, sevencat/ecommerce_sdk).
 */
#include <string.h>

#include "sandbox/douyin/iop.h"

enum { MOST_TAKEN = 10 };

/* A handed order that is the call's to work on; NULL with the refusal set. */
static record *mine(kept *k, uint32_t *out_seller) {
    *out_seller = iop_shop_of(k, dyface_i64(k->call, "user_id", -1));
    record *it = iop_find(k, *out_seller, kept_text(k, "distr_order_id"), k->call->shop);
    if (it == NULL) {
        (void)kept_refuse(k, k->row->missing, "no order of this id and user_id was handed to us");
    }
    return it;
}

static bool company_known(base_str code) {
    size_t count = 0;
    const world_company *all = world_companies(&count);
    for (size_t i = 0; i < count; i++) {
        if (base_str_is(code, all[i].douyin_code)) {
            return true;
        }
    }
    return false;
}

static base_str delivery_id(kept *k, base_str number) {
    return kept_number(k, "", "delivery", number, 16);
}

/* ---- numbers ---- */

/* A waybill of a handed order; of the seller's shop, as the order is. */
static record *add_pack(kept *k, record *it, base_str key, base_str number, base_str company) {
    record *pack = records_add(k->all, it->shop, KEPT_PACK, key, it, k->call->now);
    if (pack == NULL || !kept_tag(k, pack, number) ||
        !records_set_document(k->all, pack, company) ||
        !kept_waybill(k, number, base_str_of(it->key))) {
        (void)kept_full(k);
        return NULL;
    }
    it->modified = k->call->now;
    return pack;
}

static void fail_one(kept *k, yyjson_mut_val *list, base_str id, base_str pack_id,
                     const char *why) {
    yyjson_mut_val *row = kept_push(k, list, "error");
    kept_put_text(k, row, "distr_order_id", id);
    kept_put_text(k, row, "pack_id", pack_id);
    kept_put_text(k, row, "err_code", BASE_STR("41000"));
    kept_put_text(k, row, "err_msg", base_str_of(why));
}

/* False when there is no room; an order that cannot have a number goes to err_infos. */
static bool take_one(kept *k, uint32_t seller, base_str company, yyjson_val *given,
                     yyjson_mut_val *done, yyjson_mut_val *failed) {
    base_str id = kept_text_of(k, given, "distr_order_id");
    base_str pack_id = kept_text_of(k, given, "pack_id");
    record *it = iop_find(k, seller, id, k->call->shop);
    const char *why = it == NULL                 ? "代发单不存在"
                      : it->state != DISTR_GIVEN ? "代发单状态不允许取号"
                      : !company_known(company)  ? "物流公司不存在"
                                                 : NULL;
    if (why != NULL) {
        fail_one(k, failed, id, pack_id, why);
        return true;
    }
    base_str key = kept_pair(k, kept_pair(k, base_str_of(it->key), company), pack_id);
    record *pack = records_find(k->all, it->shop, KEPT_PACK, key);
    base_str turn = base_str_of(base_arena_printf(k->call->face->arena, "%s|%llu", key.ptr,
                                                  (unsigned long long)it->num[2]));
    if (pack == NULL) {
        it->num[2]++; /* a number that was given back never comes again */
        pack = add_pack(k, it, key, kept_number(k, "DF", "waybill", turn, 13), company);
    }
    if (pack == NULL) {
        return false;
    }
    yyjson_mut_val *row = kept_push(k, done, pack->tag);
    kept_put_text(k, row, "distr_order_id", id);
    kept_put_text(k, row, "pack_id", pack_id);
    kept_put_text(k, row, "track_no", base_str_of(pack->tag));
    kept_put_text(k, row, "extra", BASE_STR(""));
    kept_put_text(k, row, "extra_resp", BASE_STR(""));
    kept_put_text(k, row, "sub_waybill_codes", BASE_STR(""));
    return true;
}

static bool run_take(kept *k) {
    yyjson_val *trades = kept_list(k, k->call->params, k->row->lines);
    yyjson_mut_val *done = kept_put_list(k, k->out, "ebill_infos");
    yyjson_mut_val *failed = kept_put_list(k, k->out, "err_infos");
    size_t count = 0;
    size_t i;
    size_t max;
    size_t n;
    size_t infos_max;
    yyjson_val *trade;
    yyjson_val *given;
    yyjson_arr_foreach(trades, i, max, trade) {
        count += yyjson_arr_size(kept_list(k, trade, "order_infos"));
    }
    if (count == 0 || count > MOST_TAKEN) {
        return kept_refuse(k, k->row->state, "%u were sent", (unsigned)count);
    }
    yyjson_arr_foreach(trades, i, max, trade) {
        uint32_t seller = iop_shop_of(k, kept_i64_of(trade, "user_id", -1));
        base_str company = kept_text_of(k, trade, "company_code");
        yyjson_val *infos = kept_list(k, trade, "order_infos");
        yyjson_arr_foreach(infos, n, infos_max, given) {
            if (!take_one(k, seller, company, given, done, failed)) {
                return false;
            }
        }
    }
    return true;
}

/* The waybill of this number among a seller's handed orders. */
static record *pack_of(kept *k, uint32_t seller, base_str number) {
    const record *it = seller != WORLD_NONE ? records_first(k->all, seller, KEPT_DISTR) : NULL;
    for (; it != NULL; it = records_next(it)) {
        record *pack = records_first_of(it, KEPT_PACK);
        while (pack != NULL && !base_str_is(number, pack->tag)) {
            pack = records_next(pack);
        }
        if (pack != NULL && it->num[KEPT_SUPPLIER] == k->call->shop) {
            return pack;
        }
    }
    return NULL;
}

static bool run_give_back(kept *k) {
    uint32_t seller = iop_shop_of(k, dyface_i64(k->call, "user_id", -1));
    record *pack = pack_of(k, seller, kept_text(k, k->row->key));
    if (pack == NULL || !base_str_is(kept_text(k, "company_code"), pack->document)) {
        return kept_refuse(k, k->row->missing, "no such waybill of this user_id and company_code");
    }
    if (pack->state != 0) {
        return kept_refuse(k, k->row->state, "the parcel is on its way");
    }
    record *waybill = kept_get(k, KEPT_WAYBILL, base_str_of(pack->tag));
    if (waybill != NULL) {
        records_remove(k->all, waybill);
    }
    pack->holder->modified = k->call->now;
    records_remove(k->all, pack);
    kept_put_bool(k, k->out, "return_result", true);
    return true;
}

/* ---- shipping ---- */

typedef struct parcels {
    world_pack items[WORLD_MAX_PACKS];
    int64_t pieces[WORLD_MAX_PACKS];
    size_t count;
} parcels;

/* From pack_list, else from the call's own company_code and track_no; none when it has neither. */
static bool read_parcels(kept *k, int64_t all, int line, parcels *out) {
    yyjson_val *list = kept_list(k, k->call->params, "pack_list");
    int64_t sum = 0;
    memset(out, 0, sizeof *out);
    out->count = yyjson_arr_size(list);
    if (out->count > WORLD_MAX_PACKS) {
        return kept_refuse(k, "40004:10000", "at most %d parcels", WORLD_MAX_PACKS);
    }
    for (size_t i = 0; i < out->count; i++) {
        yyjson_val *one = yyjson_arr_get(list, i);
        out->items[i].company_code = kept_text_of(k, one, "company_code");
        out->items[i].tracking_no = kept_text_of(k, one, "track_no");
        out->pieces[i] = kept_i64_of(one, "ship_num", 0);
        sum += out->pieces[i] > 0 ? out->pieces[i] : all + 1;
    }
    if (out->count == 0) {
        out->items[0].company_code = kept_text(k, "company_code");
        out->items[0].tracking_no = kept_text(k, "track_no");
        out->pieces[0] = all;
        out->count = 1;
        sum = all;
    }
    if (sum != all) {
        return kept_refuse(k, k->row->stock, "%lld pieces are left, the parcels hold %lld",
                           (long long)all, (long long)sum);
    }
    for (size_t i = 0; i < out->count; i++) {
        out->items[i].line_mask = line < 0 ? 0 : 1U << line;
        if (out->items[i].company_code.len == 0 || out->items[i].tracking_no.len == 0) {
            return kept_refuse(k, "40004:10000", "company_code and track_no are required");
        }
    }
    return true;
}

static bool shipped(kept *k, world_deed deed) {
    return iop_deed(k, deed, "40004:10000");
}

static bool keep_parcels(kept *k, record *it, const parcels *all) {
    yyjson_mut_val *list = kept_put_list(k, k->out, "pack_list");
    for (size_t i = 0; i < all->count; i++) {
        base_str number = all->items[i].tracking_no;
        record *pack = pack_of(k, it->shop, number);
        if (pack == NULL || pack->holder != it) {
            base_str key = kept_pair(k, base_str_of(it->key), number);
            pack = add_pack(k, it, key, number, all->items[i].company_code);
        }
        if (pack == NULL) {
            return false;
        }
        pack->state = 1;
        yyjson_mut_val *row = kept_push(k, list, pack->tag);
        kept_put_text(k, row, "deliver_id", delivery_id(k, number));
        kept_put_text(k, row, "track_no", number);
        kept_put_i64(k, row, "ship_num", all->pieces[i]);
        kept_put_text(k, row, "company_code", all->items[i].company_code);
    }
    kept_put_bool(k, k->out, "return_result", true);
    kept_put_text(k, k->out, "delivery_id", delivery_id(k, all->items[0].tracking_no));
    return true;
}

/* Numbers that were taken and not used go. */
static void drop_unused(kept *k, record *it) {
    record *pack = records_first_of(it, KEPT_PACK);
    while (pack != NULL) {
        record *next = records_next(pack);
        if (pack->state == 0) {
            records_remove(k->all, pack);
        }
        pack = next;
    }
}

static bool run_ship(kept *k) {
    uint32_t seller;
    uint32_t order;
    int line;
    world_order_state state;
    parcels all;
    record *it = mine(k, &seller);
    if (it == NULL) {
        return false;
    }
    if (it->state != DISTR_GIVEN ||
        !iop_order(k, seller, base_str_of(it->key), &order, &line, &state)) {
        return kept_refuse(k, k->row->state, "it is shipped or was taken back");
    }
    base_str none = { NULL, 0 };
    if (!read_parcels(k, iop_pieces(k, order, line), line, &all) ||
        !shipped(
            k, world_order_ship(k->call->world, order, all.items, all.count, none, k->call->now)) ||
        !keep_parcels(k, it, &all)) {
        return false;
    }
    it->state = DISTR_SHIPPED;
    it->modified = k->call->now;
    drop_unused(k, it);
    return true;
}

static bool run_change(kept *k) {
    uint32_t seller;
    uint32_t order;
    int line;
    world_order_state state;
    char pack_id[40];
    base_str wanted = kept_text(k, "delivery_id");
    record *it = mine(k, &seller);
    if (it == NULL) {
        return false;
    }
    if (it->state != DISTR_SHIPPED ||
        !iop_order(k, seller, base_str_of(it->key), &order, &line, &state)) {
        return kept_refuse(k, k->row->state, "it is not shipped");
    }
    record *pack = records_first_of(it, KEPT_PACK);
    while (pack != NULL && !base_str_eq(wanted, delivery_id(k, base_str_of(pack->tag)))) {
        pack = records_next(pack);
    }
    if (pack == NULL || !iop_pack_named(k, order, base_str_of(pack->tag), pack_id)) {
        return kept_refuse(k, k->row->stock, "no parcel has this delivery_id");
    }
    world_pack changed = { .company_code = kept_text(k, "company_code"),
                           .tracking_no = kept_text(k, "track_no") };
    if (!shipped(k, world_order_change_waybill(k->call->world, order, base_str_of(pack_id),
                                               &changed, k->call->now)) ||
        !kept_tag(k, pack, changed.tracking_no) ||
        !records_set_document(k->all, pack, changed.company_code) ||
        !kept_waybill(k, changed.tracking_no, base_str_of(it->key))) {
        return false;
    }
    it->modified = k->call->now;
    kept_put_bool(k, k->out, "return_result", true);
    kept_put_text(k, k->out, "delivery_id", delivery_id(k, changed.tracking_no));
    return true;
}

static const kept_row rows[] = {
    { "iop.waybillGet", run_take, .lines = "trade_order_list", .state = "40004:10000" },
    { "iop.waybillCancel", run_give_back, .key = "track_no", .missing = "50002:88888",
      .state = "50002:88888" },
    { "iop.waybillReturn", run_ship, .key = "distr_order_id", .missing = "50002:41002",
      .state = "50002:41000", .stock = "50002:41007" },
    { "iop.waybillUpdate", run_change, .key = "distr_order_id", .missing = "50002:41002",
      .state = "50002:41000", .stock = "50002:41005" },
};

const kept_row *kept_iop_waybill_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
