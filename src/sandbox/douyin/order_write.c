/*
 * Writes to an order before it travels: confirm or cancel cash on delivery (docs 15/69, 15/72),
 * order.orderCancel, remark with star (15/568). What they do stands in the world.
 */
#include "sandbox/douyin/douyin_private.h"

enum { REMARK_CHARACTERS = 60, MOST_STAR = 5 };

static size_t characters(base_str text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.ptr[i] & 0xc0U) != 0x80U;
    }
    return count;
}

static bool done_null(dyface_call *call, world_deed deed) {
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "null"); /* the old methods answer with no data */
    return true;
}

static bool run_stock_up(dyface_call *call) {
    uint32_t order = dyface_order_of(call, "order_id");
    return order != WORLD_NONE &&
           done_null(call, world_order_confirm_cod(call->world, order, call->now));
}

static bool run_cancel(dyface_call *call) {
    uint32_t order = dyface_order_of(call, "order_id");
    return order != WORLD_NONE &&
           done_null(call, world_order_cancel(call->world, order, dyface_text(call, "reason"),
                                              call->now));
}

static bool run_order_cancel(dyface_call *call) {
    uint32_t order = dyface_order_of(call, "shop_order_id");
    if (order == WORLD_NONE ||
        !dyface_deed(call, world_order_cancel(call->world, order,
                                              dyface_text(call, "cancel_reason"), call->now))) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static bool run_remark(dyface_call *call) {
    base_str remark = dyface_text(call, "remark");
    int64_t star = -1;
    if (characters(remark) > REMARK_CHARACTERS) {
        return dyface_fail(call, 50002, "isv.business-failed:50056",
                           "remark has more than 60 characters");
    }
    if (dyface_has(call, "star")) {
        star = dyface_i64(call, "star", -1);
        if (star < 0 || star > MOST_STAR) {
            return dyface_invalid(call, 50002, "star", "is 0 to 5");
        }
    }
    if (!dyface_bool(call, "is_add_star", true)) {
        star = -1; /* a star is given only when it is to be added */
    }
    uint32_t order = dyface_order_of(call, "order_id");
    if (order == WORLD_NONE ||
        !dyface_deed(call, world_order_remark(call->world, order, remark, (int)star, call->now))) {
        return false;
    }
    base_buf_add_text(call->out, "{}");
    return true;
}

static const dyface_method methods[] = {
    { "order.stockUp", "order_id*s", 50001, 20014, run_stock_up, false },
    { "order.cancel", "order_id*s reason:s", 50001, 20014, run_cancel, false },
    { "order.orderCancel", "shop_order_id*s cancel_reason*s", 50001, 50004, run_order_cancel,
      false },
    { "order.addOrderRemark", "order_id*s remark*s is_add_star:b star:i", 50002, 50002, run_remark,
      false },
};

const dyface_method *dyface_order_write_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
