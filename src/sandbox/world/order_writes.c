/*
 * Writes to orders that ship nothing: confirm and cancel cash on delivery, remark and star. Each
 * gives the order a life of its own from now on.
 */
#include <string.h>

#include "sandbox/world/world_private.h"

enum { HOUR = 3600, DAY = 86400, REMARK_BYTES = 3000, REASON_BYTES = 600 };
enum { ROLL_MEMO = 140 };

/* The order and its state; NULL edit when it cannot be written to. */
static world_deed begin(world *w, uint32_t order, int64_t now, life_state *state) {
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return WORLD_NOT_FOUND;
    }
    order_fold(w, order, now, state);
    return WORLD_DONE;
}

world_deed world_order_confirm_cod(world *w, uint32_t order, int64_t now) {
    life_state state;
    world_deed deed = begin(w, order, now, &state);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (order_type(w, order) != WORLD_TYPE_COD || state.status != WORLD_UNPAID) {
        return WORLD_WRONG_STATE;
    }
    order_edit *edit = order_edit_of(w, order);
    if (!edit) {
        return WORLD_NO_MEMORY;
    }
    /* From here it lives on like one that was confirmed by itself. */
    uint64_t seed = order_seed(w, order);
    life_cut(&edit->life, now);
    life_add(&edit->life, now, EV_CONFIRMED);
    life_add(&edit->life, now + roll_in(seed, 141, 6 * HOUR, 2 * DAY), EV_SHIPPED);
    life_add(&edit->life, now + roll_in(seed, 142, 4 * DAY, 9 * DAY), EV_FINISHED);
    order_written(w, order, edit, now);
    return WORLD_DONE;
}

world_deed world_order_cancel(world *w, uint32_t order, base_str reason, int64_t now) {
    life_state state;
    world_deed deed = begin(w, order, now, &state);
    if (deed != WORLD_DONE) {
        return deed;
    }
    bool cod = order_type(w, order) == WORLD_TYPE_COD;
    if (state.status != WORLD_UNPAID && !(cod && state.status == WORLD_PAID)) {
        return WORLD_WRONG_STATE;
    }
    if (!text_fine(reason, REASON_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    order_edit *edit = order_edit_of(w, order);
    const char *kept = reason.len > 0 ? keep_text(w, reason) : NULL;
    if (!edit || (reason.len > 0 && !kept)) {
        return WORLD_NO_MEMORY;
    }
    life_cut(&edit->life, now);
    life_add(&edit->life, now, EV_CANCELLED);
    edit->cancel_reason = kept;
    order_written(w, order, edit, now);
    return WORLD_DONE;
}

bool world_order_memo(const world *w, uint32_t order, int64_t now, base_str *out_text,
                      int *out_star) {
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return false;
    }
    const order_edit *edit = w->edits[order];
    uint64_t turn = roll(order_seed(w, order), ROLL_MEMO);
    bool born = turn % 100 < 8;
    const char *text = born ? words_pick(&words_seller_notes, turn / 100) : "";
    int star = born ? (int)(turn / 100 % 6) : 0;
    if (edit && edit->memo) {
        text = edit->memo;
    }
    if (edit && edit->star >= 0) {
        star = edit->star;
    }
    *out_text = base_str_of(text);
    *out_star = star;
    return true;
}

world_deed world_order_remark(world *w, uint32_t order, base_str remark, int star, int64_t now) {
    life_state state;
    world_deed deed = begin(w, order, now, &state);
    if (deed != WORLD_DONE) {
        return deed;
    }
    if (star < -1 || star > 5 || (remark.ptr && !text_fine(remark, REMARK_BYTES)) ||
        (!remark.ptr && star == -1)) {
        return WORLD_BAD_VALUE;
    }
    order_edit *edit = order_edit_of(w, order);
    const char *kept = remark.ptr ? keep_text(w, remark) : NULL;
    if (!edit || (remark.ptr && !kept)) {
        return WORLD_NO_MEMORY;
    }
    if (kept) {
        edit->memo = kept;
    }
    if (star >= 0) {
        edit->star = star;
    }
    order_written(w, order, edit, now);
    return WORLD_DONE;
}
