/*
 * A cloud warehouse's stock by itself: adjustments (counts, transfers), and the warehouse's own
 * figures compared with ours. A comparison changes nothing; where the answer has a code and a text
 * (or a number), they tell the differences.
 *
 * Wire values from the vendor's comments and error rows (sevencat/ecommerce_sdk): reason 1 is a
 * count and holds one adjustment a line, 2 a transfer and holds two that sum to zero; direction 1
 * is up, 2 down; a snapshot's ending_inventory is what is on the shelf.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/kept.h"

enum { COUNTED = 1, TRANSFERRED = 2, UP = 1, DOWN = 2 };

/* ---- adjustments ---- */

typedef struct change {
    record *stock;
    int64_t by;
} change;

enum { MOST_CHANGES = 2000 };

typedef struct changes {
    change *items;
    size_t count;
    base_str house;
    int64_t reason;
    const char *direction; /* the parameter's name */
} changes;

static bool add_change(kept *k, changes *all, const record *cargo, yyjson_val *given,
                       int64_t *sum) {
    int64_t way = kept_i64_of(given, all->direction, 0);
    int64_t count = kept_i64_of(given, "adjust_qty", 0);
    int quality = kept_quality_of(given);
    if ((way != UP && way != DOWN) || count < 1 || count > INT32_MAX || quality < 0 ||
        all->count == MOST_CHANGES) {
        return dyface_invalid(k->call, 1, "details", "hold a direction or quantity that is none");
    }
    record *stock = kept_stock(k, all->house, base_str_of(cargo->key), quality);
    if (stock == NULL) {
        return false;
    }
    *sum += way == UP ? count : -count;
    all->items[all->count++] = (change){ stock, way == UP ? count : -count };
    return true;
}

static bool add_detail(kept *k, changes *all, yyjson_val *detail) {
    const record *cargo = kept_cargo_of(k, detail);
    yyjson_val *list = kept_list(k, detail, "adjust_list");
    yyjson_val *given;
    int64_t sum = 0;
    size_t i;
    size_t max;
    base_str owner = kept_text_of(k, detail, "owner_code");
    if (!kept_owner_is(k, owner.len > 0 ? owner : kept_text_of(k, detail, "owner_id"))) {
        return kept_refuse(k, "50002:9000", "owner_code is another shop's");
    }
    if (cargo == NULL) {
        return kept_refuse(k, k->row->goods, "push the cargo first");
    }
    if (all->reason == COUNTED && yyjson_arr_size(list) != 1) {
        return kept_refuse(k, "40004:840001", "a count holds one adjustment a line");
    }
    yyjson_arr_foreach(list, i, max, given) {
        if (!add_change(k, all, cargo, given, &sum)) {
            return false;
        }
    }
    return all->reason == COUNTED || (yyjson_arr_size(list) == 2 && sum == 0) ||
           kept_refuse(k, "40004:840002", "a transfer holds two adjustments that sum to zero");
}

/* What is held for orders stays. */
static bool changes_fit(const changes *all) {
    bool fits = true;
    for (size_t i = 0; i < all->count; i++) {
        record *stock = all->items[i].stock;
        stock->num[KEPT_SCRATCH] += all->items[i].by;
    }
    for (size_t i = 0; i < all->count; i++) {
        record *stock = all->items[i].stock;
        fits = fits && stock->num[KEPT_TOTAL] + stock->num[KEPT_SCRATCH] >= stock->num[KEPT_HELD];
    }
    for (size_t i = 0; i < all->count; i++) {
        all->items[i].stock->num[KEPT_SCRATCH] = 0;
    }
    return fits;
}

static bool apply(kept *k, const changes *all, base_str number) {
    if (!records_have_room(k->all, all->count + 1)) {
        return kept_full(k);
    }
    record *done = kept_add(k, KEPT_ADJUST, number, NULL);
    if (done == NULL || !kept_tag(k, done, all->house) || !kept_params(k, done)) {
        return false;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (!kept_stock_move(k, all->items[i].stock, all->items[i].by, number)) {
            return false;
        }
    }
    return true;
}

static bool adjust(kept *k, const char *reason, const char *direction) {
    yyjson_val *details = kept_list(k, k->call->params, "details");
    base_str number = kept_text(k, k->row->key);
    changes all = { .house = kept_text(k, "warehouse_code"),
                    .reason = dyface_i64(k->call, reason, 0),
                    .direction = direction };
    size_t i;
    size_t max;
    yyjson_val *detail;
    if (!kept_house_known(k, all.house) && kept_house(k, all.house) == NULL) {
        return kept_refuse(k, k->row->house, "no such warehouse");
    }
    if (kept_get(k, KEPT_ADJUST, number) != NULL) {
        return true; /* the same number: done, once */
    }
    if (all.reason != COUNTED && all.reason != TRANSFERRED) {
        return dyface_invalid(k->call, 1, reason, "is 1 (count) or 2 (transfer)");
    }
    all.items = base_arena_alloc(k->call->face->arena, MOST_CHANGES * sizeof *all.items);
    if (all.items == NULL) {
        return kept_full(k);
    }
    yyjson_arr_foreach(details, i, max, detail) {
        if (!add_detail(k, &all, detail)) {
            return false;
        }
    }
    if (!changes_fit(&all)) {
        return kept_refuse(k, k->row->stock, "less would be there than orders hold");
    }
    return apply(k, &all, number);
}

static bool run_adjust(kept *k) {
    if (!adjust(k, "adjust_reason", "adjust_type")) {
        return false;
    }
    if (strcmp(k->row->method, "yunc.adjustInventory") == 0) {
        k->out = yyjson_mut_strcpy(k->doc, "success");
        return true;
    }
    kept_put_i64(k, k->out, "err_no", 0);
    kept_put_text(k, k->out, "message", BASE_STR("success"));
    return true;
}

static bool run_reflow_adjust(kept *k) {
    if (!adjust(k, "adjust_type", "adjust_direction")) {
        return false;
    }
    kept_answer_pair(k, 0, BASE_STR(""));
    return true;
}

/* ---- comparisons ---- */

typedef struct differences {
    int64_t count;
    char first[200];
} differences;

static void differ(differences *d, base_str what, int64_t ours, int64_t theirs) {
    if (d->count++ == 0) {
        (void)snprintf(d->first, sizeof d->first, "%.*s: %lld here, %lld told", (int)what.len,
                       what.ptr, (long long)ours, (long long)theirs);
    }
}

static bool check_who(kept *k) {
    if (!kept_house_known(k, kept_text(k, "warehouse_code"))) {
        return kept_refuse(k, k->row->house, "no such warehouse");
    }
    return kept_owner_is(k, kept_text(k, "owner_code")) ||
           kept_refuse(k, k->row->missing, "owner_code is another shop's");
}

/* The stock that a detail is about, one without goods when there is none; NULL with the refusal set
 * for an unknown cargo. */
static const record *stock_told(kept *k, yyjson_val *detail) {
    static const record nothing;
    const record *cargo = kept_cargo_of(k, detail);
    int quality = kept_quality_of(detail);
    if (cargo == NULL || quality < 0) {
        (void)kept_refuse(k, k->row->goods, "no such cargo");
        return NULL;
    }
    const record *stock =
        kept_stock_there(k, kept_text(k, "warehouse_code"), base_str_of(cargo->key), quality);
    return stock != NULL ? stock : &nothing;
}

/* What our log tells of the order's pieces of this stock. */
static int64_t logged(const record *stock, base_str one, base_str other) {
    int64_t sum = 0;
    for (const record *log = records_first_of(stock, KEPT_LOG); log != NULL;
         log = records_next(log)) {
        if (base_str_is(one, log->tag) || base_str_is(other, log->tag)) {
            sum += log->num[KEPT_TOTAL];
        }
    }
    return sum;
}

/* What the whole message tells of the same. */
static int64_t told_of(kept *k, yyjson_val *details, yyjson_val *like) {
    static const char *const same[] = { "cargo_code", "inventory_type", "inventory_status",
                                        "erp_order_no", "wms_order_no" };
    size_t i;
    size_t max;
    yyjson_val *detail;
    int64_t sum = 0;
    yyjson_arr_foreach(details, i, max, detail) {
        bool equal = true;
        for (size_t n = 0; n < sizeof same / sizeof same[0]; n++) {
            equal = equal &&
                    base_str_eq(kept_text_of(k, detail, same[n]), kept_text_of(k, like, same[n]));
        }
        sum += equal ? kept_i64_of(detail, "change_qty", 0) : 0;
    }
    return sum;
}

enum { MOST_COMPARED = 500 };

/* how: the field that tells our figure; NULL = the log. */
static bool compare(kept *k, const char *how, differences *out) {
    yyjson_val *details = kept_list(k, k->call->params, "details");
    size_t i;
    size_t max;
    yyjson_val *detail;
    *out = (differences){ 0, "" };
    if (!check_who(k)) {
        return false;
    }
    if (yyjson_arr_size(details) > MOST_COMPARED) {
        return dyface_invalid(k->call, 1, "details", "hold more than 500 rows: use pages");
    }
    yyjson_arr_foreach(details, i, max, detail) {
        const record *stock = stock_told(k, detail);
        if (stock == NULL) {
            return false;
        }
        int64_t told = how != NULL ? kept_i64_of(detail, how, 0) : told_of(k, details, detail);
        int64_t ours = how != NULL ? stock->num[KEPT_TOTAL]
                                   : logged(stock, kept_text_of(k, detail, "erp_order_no"),
                                            kept_text_of(k, detail, "wms_order_no"));
        int64_t can_use = kept_i64_of(detail, "can_use_num", told - stock->num[KEPT_HELD]);
        if (told != ours) {
            differ(out, kept_text_of(k, detail, "cargo_code"), ours, told);
        } else if (how != NULL && can_use != ours - stock->num[KEPT_HELD]) {
            differ(out, kept_text_of(k, detail, "cargo_code"), ours - stock->num[KEPT_HELD],
                   can_use);
        }
    }
    return true;
}

static void answer_differences(kept *k, const differences *d) {
    char text[260];
    (void)snprintf(text, sizeof text, "%lld rows differ, the first: %s", (long long)d->count,
                   d->first);
    kept_answer_pair(k, d->count > 0 ? 1 : 0, base_str_of(text));
}

static bool tell_differences(kept *k, const char *how) {
    differences d;
    if (!compare(k, how, &d)) {
        return false;
    }
    answer_differences(k, &d);
    return true;
}

static bool run_log_flow(kept *k) {
    return tell_differences(k, NULL);
}

static bool run_real_time(kept *k) {
    return tell_differences(k, "total_num");
}

/* V1 answers a number: how many rows differ. V2 answers nothing. */
static bool run_snapshot(kept *k) {
    differences d;
    if (!compare(k, "ending_inventory", &d)) {
        return false;
    }
    if (strcmp(k->row->method, "yunc.syncInventorySnapshot") == 0) {
        k->out = yyjson_mut_sint(k->doc, d.count);
    }
    return true;
}

/* How many reflow orders of a day there are: type 1 in, 2 out, 3 adjustments; the day is +08:00. */
static int64_t reflow_count(kept *k, int64_t type, int64_t day) {
    static const kept_kind kinds[] = { KEPT_IN, KEPT_OUT, KEPT_ADJUST };
    base_str house = kept_text(k, "warehouse_code");
    int64_t count = 0;
    for (const record *it = records_first(k->all, k->call->shop, kinds[type - 1]); it != NULL;
         it = records_next(it)) {
        bool same_day = it->created >= day && it->created < day + 86400;
        bool reflow = type == 3 ? strstr(it->document, "\"adjust_no\"") != NULL
                                : it->num[KEPT_FLAVOUR] == KEPT_REFLOW;
        count += same_day && reflow && base_str_is(house, it->tag);
    }
    return count;
}

static bool run_reflow_check(kept *k) {
    yyjson_val *details = kept_list(k, k->call->params, "audit_details");
    base_str date = kept_text(k, "audit_date");
    char text[12];
    int64_t day = 0;
    differences d = { 0, "" };
    size_t i;
    size_t max;
    yyjson_val *detail;
    if (!kept_house_known(k, kept_text(k, "warehouse_code"))) {
        return kept_refuse(k, k->row->house, "no such warehouse");
    }
    (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2s", date.len == 8 ? date.ptr : "",
                   date.len == 8 ? date.ptr + 4 : "", date.len == 8 ? date.ptr + 6 : "");
    if (!base_time_from_cn(base_str_of(text), &day)) {
        return dyface_invalid(k->call, 1, "audit_date", "is yyyyMMdd");
    }
    yyjson_arr_foreach(details, i, max, detail) {
        int64_t type = kept_i64_of(detail, "reflow_order_type", 0);
        int64_t told = kept_i64_of(detail, "order_qty", -1);
        if (type < 1 || type > 3) {
            return dyface_invalid(k->call, 1, "reflow_order_type", "is 1, 2 or 3");
        }
        bool own = kept_i64_of(detail, "shopid", 0) == kept_shop(k)->shop_id;
        int64_t ours = own ? reflow_count(k, type, day) : 0;
        if (ours != told) {
            static const char *const names[] = { "inbound", "outbound", "adjustments" };
            differ(&d, base_str_of(names[type - 1]), ours, told);
        }
    }
    answer_differences(k, &d);
    return true;
}

static const kept_row rows[] = {
    { "yunc.adjustInventory", run_adjust, "inventory_adjust_no", "details", 0,
      .house = "50002:12001", .goods = "50002:7000", .stock = "50002:7001" },
    { "warehouse.adjustInventory", run_adjust, "inventory_adjust_no", "details", 0,
      .house = "50002:12001", .goods = "50002:7000", .stock = "50002:7001" },
    { "yunc.reflow.inventoryAdjust", run_reflow_adjust, "adjust_no", "details", 0,
      .house = "50002:12000", .goods = "50002:7000", .stock = "50002:7001" },
    { "yunc.reflow.inventoryCheck", run_reflow_check, "audit_date", "audit_details", 0,
      .house = "50002:12000" },
    { "yunc.realTimeInventoryCallback", run_real_time, "idempotent_no", "details", 0,
      .missing = "40004:14002", .house = "40004:14001", .goods = "40004:14003" },
    { "yunc.syncInventoryLogFlow", run_log_flow, "idempotent_no", "details", 0,
      .missing = "40004:1002", .house = "40004:1002", .goods = "40004:1001" },
    { "yunc.syncInventoryLogFlowV2", run_log_flow, "idempotent_no", "details", 0,
      .missing = "40004:1002", .house = "40004:1002", .goods = "40004:1001" },
    { "yunc.syncInventorySnapshot", run_snapshot, "idempotent_no", "details", 0,
      .missing = "50002:1003", .house = "50002:1003", .goods = "50002:1004" },
    { "yunc.syncInventorySnapshotV2", run_snapshot, "idempotent_no", "details", 0,
      .missing = "50002:1003", .house = "50002:1003", .goods = "40004:1004" },
};

const kept_row *kept_yunc_stock_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
