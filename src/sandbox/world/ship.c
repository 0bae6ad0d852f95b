/*
 * Writes that ship: packs of one order, several orders in one pack, and waybills that change. A
 * request id makes a repetition harmless.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { DAY = 86400 };
enum { ROLL_RECEIPT = 144 };

static bool tracking_fine(base_str tracking) {
    pack_row row;
    if (tracking.len < 4 || tracking.len >= sizeof row.tracking) {
        return false;
    }
    for (size_t i = 0; i < tracking.len; i++) {
        char c = tracking.ptr[i];
        bool fine =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        if (!fine) {
            return false;
        }
    }
    return true;
}

bool waybill_fine(const world_pack *pack, world_deed *out_deed) {
    *out_deed = !tracking_fine(pack->tracking_no) ? WORLD_BAD_VALUE
                : !company_find(pack)             ? WORLD_NO_COMPANY
                                                  : WORLD_DONE;
    return *out_deed == WORLD_DONE;
}

/* Checks the packs against the lines that have not left yet; *out_mask is what leaves now. */
static world_deed check_packs(const world_pack *packs, size_t count, unsigned open,
                              unsigned *out_mask) {
    *out_mask = 0;
    for (size_t i = 0; i < count; i++) {
        const world_pack *p = &packs[i];
        if (!tracking_fine(p->tracking_no) || (p->line_mask & ~open) != 0) {
            return WORLD_BAD_VALUE;
        }
        if (!company_find(p)) {
            return WORLD_NO_COMPANY;
        }
        *out_mask |= p->line_mask ? p->line_mask : open;
    }
    return WORLD_DONE;
}

/* The lines that have not left. */
static unsigned open_lines(const world *w, uint32_t order, int64_t now) {
    pack_row packs[WORLD_MAX_PACKS];
    unsigned count = order_packs(w, order, now, packs);
    unsigned open = (1u << order_line_count(w, order)) - 1;
    for (unsigned i = 0; i < count; i++) {
        open &= ~packs[i].line_mask;
    }
    return open;
}

static world_deed check_ship(const world *w, uint32_t order, const world_pack *packs, size_t count,
                             int64_t now, unsigned *out_mask) {
    life_state state;
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return WORLD_NOT_FOUND;
    }
    order_fold(w, order, now, &state);
    if (state.status != WORLD_PAID && state.status != WORLD_PARTLY_SHIPPED) {
        return WORLD_WRONG_STATE;
    }
    pack_row there[WORLD_MAX_PACKS];
    if (order_packs(w, order, now, there) + count > WORLD_MAX_PACKS) {
        return WORLD_TOO_MANY;
    }
    return check_packs(packs, count, open_lines(w, order, now), out_mask);
}

void order_own_packs(const world *w, uint32_t order, order_edit *edit) {
    if (!edit->own_packs) {
        pack_row all[WORLD_MAX_PACKS];
        edit->pack_count = order_packs_all(w, order, all);
        memcpy(edit->packs, all, edit->pack_count * sizeof *all);
        edit->own_packs = true;
    }
}

static void set_waybill(pack_row *row, const world_pack *pack) {
    row->company = company_find(pack);
    base_copy(row->tracking, sizeof row->tracking, pack->tracking_no);
}

/* Everything was checked. */
static world_deed do_ship(world *w, uint32_t order, const world_pack *packs, size_t count,
                          unsigned mask, int64_t now) {
    order_edit *edit = order_edit_of(w, order);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    unsigned open = open_lines(w, order, now);
    order_own_packs(w, order, edit);
    unsigned kept = 0;
    for (unsigned i = 0; i < edit->pack_count; i++) {
        if (edit->packs[i].shipped_at <= now) {
            edit->packs[kept++] = edit->packs[i];
        }
    }
    edit->pack_count = kept;
    for (size_t i = 0; i < count; i++) {
        pack_row *row = &edit->packs[edit->pack_count++];
        memset(row, 0, sizeof *row);
        row->shipped_at = now;
        row->line_mask = packs[i].line_mask ? packs[i].line_mask : open;
        set_waybill(row, &packs[i]);
    }
    bool all = count == 0 || mask == open;
    life_cut(&edit->life, now);
    life_add(&edit->life, now, all ? EV_SHIPPED : EV_SHIPPED_PART);
    sales_shipped(w, order, &edit->life, now);
    if (all) {
        int64_t receipt = roll_in(order_seed(w, order), ROLL_RECEIPT, 3 * DAY, 10 * DAY);
        life_add(&edit->life, now + receipt, EV_FINISHED);
    }
    order_written(w, order, edit, now);
    return WORLD_DONE;
}

world_deed world_order_ship(world *w, uint32_t order, const world_pack *packs, size_t count,
                            base_str request_id, int64_t now) {
    int64_t result[2] = { 0, 0 };
    unsigned mask = 0;
    if (order >= w->options.orders) {
        return WORLD_NOT_FOUND;
    }
    if (key_find(w, w->shop_of[order], "ship", request_id, result)) {
        return WORLD_REPEATED;
    }
    world_deed deed = check_ship(w, order, packs, count, now, &mask);
    if (deed == WORLD_DONE) {
        deed = do_ship(w, order, packs, count, mask, now);
    }
    result[0] = order;
    if (deed == WORLD_DONE && !key_keep(w, w->shop_of[order], "ship", request_id, result)) {
        return WORLD_NO_MEMORY;
    }
    return deed;
}

static void pack_id_text(const pack_row *row, char out[40]) {
    snprintf(out, 40, "%.15s_%.23s", row->company->douyin_code, row->tracking);
}

world_deed world_orders_ship_together(world *w, const uint32_t *orders, size_t count,
                                      const world_pack *pack, base_str request_id, int64_t now,
                                      char out_pack_id[40]) {
    int64_t result[2] = { 0, 0 };
    if (count == 0 || orders[0] >= w->options.orders) {
        return count == 0 ? WORLD_BAD_VALUE : WORLD_NOT_FOUND;
    }
    uint32_t shop = w->shop_of[orders[0]];
    world_deed deed = WORLD_DONE;
    bool repeated = key_find(w, shop, "together", request_id, result);
    for (size_t i = 0; i < count && deed == WORLD_DONE && !repeated; i++) {
        unsigned mask;
        deed = check_ship(w, orders[i], pack, 1, now, &mask);
        if (deed == WORLD_DONE && w->shop_of[orders[i]] != shop) {
            deed = WORLD_NOT_FOUND;
        }
        for (size_t k = 0; k < i && deed == WORLD_DONE; k++) {
            deed = orders[k] == orders[i] ? WORLD_BAD_VALUE : WORLD_DONE;
        }
    }
    for (size_t i = 0; i < count && deed == WORLD_DONE && !repeated; i++) {
        unsigned mask = pack->line_mask ? pack->line_mask : open_lines(w, orders[i], now);
        deed = do_ship(w, orders[i], pack, 1, mask, now);
    }
    if (deed != WORLD_DONE) {
        return deed;
    }
    const world_company *company = company_find(pack);
    if (out_pack_id && company) {
        pack_row row = { .company = company };
        base_copy(row.tracking, sizeof row.tracking, pack->tracking_no);
        pack_id_text(&row, out_pack_id);
    } else if (out_pack_id) {
        out_pack_id[0] = '\0';
    }
    if (repeated) {
        return WORLD_REPEATED;
    }
    return key_keep(w, shop, "together", request_id, result) ? WORLD_DONE : WORLD_NO_MEMORY;
}

world_deed world_order_pack_id(const world *w, uint32_t order, unsigned pack, int64_t now,
                               char out_pack_id[40]) {
    pack_row packs[WORLD_MAX_PACKS];
    if (order >= w->options.orders || pack >= order_packs(w, order, now, packs)) {
        return WORLD_NOT_FOUND;
    }
    pack_id_text(&packs[pack], out_pack_id);
    return WORLD_DONE;
}

world_deed world_order_change_waybill(world *w, uint32_t order, base_str pack_id,
                                      const world_pack *pack, int64_t now) {
    pack_row packs[WORLD_MAX_PACKS];
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return WORLD_NOT_FOUND;
    }
    life_state state;
    order_fold(w, order, now, &state);
    unsigned count = order_packs(w, order, now, packs);
    if ((state.status != WORLD_SHIPPED && state.status != WORLD_PARTLY_SHIPPED) || count == 0) {
        return WORLD_WRONG_STATE;
    }
    if (!tracking_fine(pack->tracking_no)) {
        return WORLD_BAD_VALUE;
    }
    if (!company_find(pack)) {
        return WORLD_NO_COMPANY;
    }
    for (unsigned i = 0; i < count; i++) {
        char id[40];
        pack_id_text(&packs[i], id);
        if (pack_id.len > 0 && !base_str_is(pack_id, id)) {
            continue;
        }
        order_edit *edit = order_edit_of(w, order);
        if (!edit) {
            return WORLD_NO_MEMORY;
        }
        /* Packs are kept by time, so those that have left come first. */
        order_own_packs(w, order, edit);
        set_waybill(&edit->packs[i], pack);
        order_written(w, order, edit, now);
        return WORLD_DONE;
    }
    return WORLD_NOT_FOUND;
}
