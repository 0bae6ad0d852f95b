/*
 * What the methods of the byte cloud warehouse share: the shop's two warehouses and its owner code,
 * cargo, stock with its log, orders and their lines. An order that goes out holds its stock until
 * it is shipped or cancelled; stock is per warehouse, cargo and quality (inventory type and
 * status).
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/kept.h"

/* ---- who and where ---- */

const world_shop *kept_shop(kept *k) {
    return world_shop_at(k->call->world, k->call->shop);
}

bool kept_owner_is(kept *k, base_str owner) {
    char own[40];
    (void)snprintf(own, sizeof own, "HZ%s", kept_shop(k)->id_text);
    return owner.len == 0 || base_str_is(owner, own);
}

/* At most 16 characters (vendor's comment on warehouse_code). */
base_str kept_house_code(kept *k, unsigned nth) {
    const char *id = kept_shop(k)->id_text;
    size_t len = strlen(id);
    return base_str_of(
        base_arena_printf(k->call->face->arena, "YC%s%02u", len > 8 ? id + len - 8 : id, nth + 1));
}

bool kept_house_known(kept *k, base_str code) {
    return base_str_eq(code, kept_house_code(k, 0)) || base_str_eq(code, kept_house_code(k, 1));
}

bool kept_shop_is(kept *k, const char *param) {
    return !dyface_has(k->call, param) || dyface_i64(k->call, param, 0) == kept_shop(k)->shop_id;
}

/* ---- cargo ---- */

base_str kept_cargo_code(kept *k, base_str erp_sku) {
    return kept_number(k, "CG", "cargo", erp_sku, 14);
}

record *kept_cargo_of(kept *k, yyjson_val *line) {
    base_str code = kept_text_of(k, line, "cargo_code");
    base_str erp_sku = kept_text_of(k, line, "erp_sku_id");
    if (code.len == 0 && erp_sku.len > 0) {
        code = kept_cargo_code(k, erp_sku);
    }
    return kept_get(k, KEPT_CARGO, code);
}

/* ---- stock ---- */

int kept_quality_of(yyjson_val *line) {
    int64_t type = kept_i64_of(line, "inventory_type", 1);
    int64_t status = kept_i64_of(line, "inventory_status", 1);
    bool fine = type >= 0 && type <= 9 && status >= 0 && status <= 9;
    return fine ? (int)(type * 10 + status) : -1;
}

static base_str stock_key(kept *k, base_str house, base_str cargo, int quality) {
    char tail[16];
    (void)snprintf(tail, sizeof tail, "%d|%d", quality / 10, quality % 10);
    return kept_pair(k, kept_pair(k, house, cargo), base_str_of(tail));
}

record *kept_stock_there(kept *k, base_str house, base_str cargo, int quality) {
    return kept_get(k, KEPT_STOCK, stock_key(k, house, cargo, quality));
}

record *kept_stock(kept *k, base_str house, base_str cargo, int quality) {
    base_str key = stock_key(k, house, cargo, quality);
    record *stock = kept_get(k, KEPT_STOCK, key);
    return stock != NULL ? stock : kept_add(k, KEPT_STOCK, key, NULL);
}

bool kept_stock_move(kept *k, record *stock, int64_t by, base_str ref) {
    if (by == 0) {
        return true;
    }
    record *log = kept_add(k, KEPT_LOG, BASE_STR(""), stock);
    if (log == NULL || !kept_tag(k, log, ref)) {
        return false;
    }
    log->num[KEPT_TOTAL] = by;
    stock->num[KEPT_TOTAL] += by;
    stock->modified = k->call->now;
    return true;
}

/* ---- orders ---- */

record *kept_order_of(kept *k, kept_kind kind, base_str number) {
    record *order = kept_get(k, kind, number);
    if (order != NULL) {
        return order;
    }
    const record *alias = kept_get(k, KEPT_ALIAS, number);
    return alias != NULL && alias->num[0] == (int64_t)kind
               ? kept_get(k, kind, base_str_of(alias->tag))
               : NULL;
}

record *kept_order_open(kept *k, kept_kind kind, base_str number, base_str house) {
    record *order = kept_order_of(k, kind, number);
    bool reflow = order != NULL && order->num[KEPT_FLAVOUR] == KEPT_REFLOW;
    if (order == NULL || (k->row->flavour != 0 && reflow != (k->row->flavour == KEPT_REFLOW))) {
        (void)kept_refuse(k, k->row->missing, "no such %s order",
                          kind == KEPT_IN ? "inbound" : "outbound");
        return NULL;
    }
    if (house.len > 0 && !base_str_is(house, order->tag)) {
        (void)kept_refuse(k, k->row->house, "the order is warehouse %s's", order->tag);
        return NULL;
    }
    return order;
}

static base_str line_key(kept *k, const record *order, base_str number) {
    char kind[8];
    (void)snprintf(kind, sizeof kind, "%u", (unsigned)order->kind);
    return kept_pair(k, kept_pair(k, base_str_of(kind), base_str_of(order->key)), number);
}

/* Of how many pieces the order wants more. */
int64_t kept_line_left(const record *line) {
    return line->num[KEPT_PLAN] - line->num[KEPT_DONE];
}

record *kept_line_of(kept *k, const record *order, base_str number, base_str cargo) {
    if (number.len > 0) {
        record *line = kept_get(k, KEPT_LINE, line_key(k, order, number));
        return line != NULL && (cargo.len == 0 || base_str_is(cargo, line->tag)) ? line : NULL;
    }
    record *line = records_first_of(order, KEPT_LINE);
    record *last = NULL;
    while (line != NULL && (!base_str_is(cargo, line->tag) || kept_line_left(line) == 0)) {
        last = base_str_is(cargo, line->tag) ? line : last;
        line = records_next(line);
    }
    return line != NULL ? line : last;
}

static bool add_line(kept *k, record *order, yyjson_val *given) {
    base_str number = kept_text_of(k, given, "line_no");
    int64_t wanted = kept_i64_of(given, "expect_qty", kept_i64_of(given, "expected_qty", 0));
    int quality = kept_quality_of(given);
    bool named = kept_text_of(k, given, "cargo_code").len > 0 ||
                 kept_text_of(k, given, "erp_sku_id").len > 0;
    if (!named) {
        return kept_refuse(k, "50002:100100", "line %.*s names no cargo", (int)number.len,
                           number.ptr);
    }
    const record *cargo = kept_cargo_of(k, given);
    if (cargo == NULL) {
        return kept_refuse(k, k->row->goods, "line %.*s: push the cargo first", (int)number.len,
                           number.ptr);
    }
    if (wanted < 1 || wanted > INT32_MAX || quality < 0) {
        return dyface_invalid(k->call, 1, k->row->lines, "holds a quantity that is none");
    }
    if (kept_get(k, KEPT_LINE, line_key(k, order, number)) != NULL) {
        return dyface_invalid(k->call, 1, k->row->lines, "holds a line_no twice");
    }
    record *line = kept_add(k, KEPT_LINE, line_key(k, order, number), order);
    if (line == NULL || !kept_tag(k, line, base_str_of(cargo->key))) {
        return false;
    }
    line->num[KEPT_PLAN] = wanted;
    line->num[KEPT_QUALITY] = quality;
    return true;
}

static bool add_lines(kept *k, record *order) {
    yyjson_val *lines = kept_list(k, k->call->params, k->row->lines);
    size_t i;
    size_t max;
    yyjson_val *given;
    if (yyjson_arr_size(lines) == 0) {
        return dyface_invalid(k->call, 1, k->row->lines, "holds no line");
    }
    yyjson_arr_foreach(lines, i, max, given) {
        if (!add_line(k, order, given)) {
            return false;
        }
    }
    return true;
}

/* The warehouse's own number for it. */
static base_str logistics_of(kept *k, const record *order) {
    return kept_number(k, order->kind == KEPT_IN ? "LFI" : "LFO", "logistics",
                       base_str_of(order->key), 16);
}

static bool add_alias(kept *k, record *order) {
    base_str number = logistics_of(k, order);
    record *alias = kept_add(k, KEPT_ALIAS, number, order);
    if (alias == NULL) {
        return false;
    }
    alias->num[0] = order->kind;
    return kept_tag(k, alias, base_str_of(order->key));
}

bool kept_order_add(kept *k, kept_kind kind, base_str house, record **out_order) {
    base_str number = kept_text(k, k->row->key);
    if (number.len == 0) {
        return dyface_invalid(k->call, 1, k->row->key, "is empty");
    }
    if (kept_order_of(k, kind, number) != NULL) {
        return kept_refuse(k, k->row->repeat, "%.*s is there already", (int)number.len, number.ptr);
    }
    record *order = kept_add(k, kind, number, NULL);
    if (order == NULL) {
        return false;
    }
    order->state = ORDER_CREATED;
    order->num[KEPT_FLAVOUR] = k->row->flavour;
    if (!kept_tag(k, order, house) || !kept_params(k, order) || !add_alias(k, order) ||
        !add_lines(k, order)) {
        records_remove(k->all, order);
        return false;
    }
    *out_order = order;
    return true;
}

void kept_answer_logistics(kept *k, const record *order) {
    kept_put_text(k, k->out, "logistics_no", logistics_of(k, order));
}
