/*
 * The seller's answers in the methods before afterSale.operate: one method an act, most by the
 * number of the order line. They do the same to the world. Their refusals have no list of codes but
 * for the exchange: its 10007 (the state has changed) and 10002 serve the others, too.
 */
#include "sandbox/douyin/aftersale.h"

#include <string.h>

enum { AGREE = 1, REFUSE = 2, STATE_CHANGED = 10007, INVALID = 10002 };

/* The codes of world_aftersale_reject behind the comments of buyerRefund, 1 to 7, and those of
 * buyerReturn and firmReceive, 1 to 6. */
static int reject_of_comment(int64_t comment, bool refund_only) {
    if (comment < 1 || comment > 6) {
        return 0;
    }
    return (int)comment + (refund_only ? 0 : 10);
}

static bool gone(dyface_call *call) {
    return dyface_fail(call, 50002, "isv.business-failed:10007",
                       "the after-sale's state does not allow it (any more)");
}

static bool done(dyface_call *call, world_deed deed) {
    if (deed == WORLD_WRONG_STATE) {
        return gone(call);
    }
    return dyface_deed(call, deed) && dyface_nothing(call);
}

/* comment and evidence of a refusal. */
static bool read_refusal(dyface_call *call, bool refund_only, world_aftersale_words *words) {
    words->reject_code = reject_of_comment(dyface_i64(call, "comment", 0), refund_only);
    const world_aftersale_reject *reject = world_aftersale_reject_of(words->reject_code);
    if (reject == NULL) {
        return dyface_invalid(call, INVALID, "comment", "is 1 to 6 when refusing");
    }
    if (reject->evidence_needed && words->evidence.len == 0) {
        return dyface_invalid(call, INVALID, "evidence", "is required with this comment");
    }
    words->remark = base_str_of(reject->reason);
    return true;
}

/* order_id, type 1 or 2, comment, evidence: agrees or refuses. */
static bool answer(dyface_call *call, world_aftersale_kind kind, int agree, int refuse,
                   world_aftersale_words *words) {
    world_aftersale_state state;
    int64_t type = dyface_i64(call, "type", 0);
    if (type != AGREE && type != REFUSE) {
        return dyface_invalid(call, INVALID, "type", "is 1 (agree) or 2 (refuse)");
    }
    if (!dyface_urls(call, yyjson_obj_get(call->params, "evidence"), &words->evidence)) {
        return dyface_invalid(call, INVALID, "evidence", "is a URL");
    }
    if (type == REFUSE && !read_refusal(call, kind == WORLD_SALE_REFUND_SHIPPED, words)) {
        return false;
    }
    if (!dyface_sale_of_line(call, dyface_text(call, "order_id"), &state)) {
        return dyface_invalid(call, INVALID, "order_id", "names no order line with an after-sale");
    }
    if (state.kind != kind) {
        return dyface_fail(call, 50002, "isv.business-failed:10002",
                           "the after-sale is not of the type that this method is for");
    }
    return done(call, world_aftersale_act_on(call->world, state.sale,
                                             type == AGREE ? agree : refuse, words, call->now));
}

static bool run_return(dyface_call *call) {
    world_aftersale_words words;
    memset(&words, 0, sizeof words);
    words.address_id = dyface_i64(call, "address_id", 0);
    words.address = dyface_text(call, "receiver_address");
    return answer(call, WORLD_SALE_RETURN, WORLD_ACT_AGREE_RETURN, WORLD_ACT_REFUSE_RETURN, &words);
}

static bool run_refund(dyface_call *call) {
    world_aftersale_words words;
    memset(&words, 0, sizeof words);
    return answer(call, WORLD_SALE_REFUND_SHIPPED, WORLD_ACT_AGREE_REFUND, WORLD_ACT_REFUSE_REFUND,
                  &words);
}

static bool run_receive(dyface_call *call) {
    world_aftersale_words words;
    memset(&words, 0, sizeof words);
    return answer(call, WORLD_SALE_RETURN, WORLD_ACT_AGREE_RETURNED, WORLD_ACT_REFUSE_RETURNED,
                  &words);
}

/* ---- exchanges, by the number of the after-sale ---- */

static bool exchange_of(dyface_call *call, world_aftersale_state *out) {
    if (!dyface_sale_of(call, "aftersale_id", 50002, "isv.business-failed:10004", out)) {
        return false;
    }
    return out->kind == WORLD_SALE_EXCHANGE ||
           dyface_fail(call, 50002, "isv.business-failed:10002", "the after-sale is no exchange");
}

static bool run_exchange(dyface_call *call) {
    world_aftersale_state state;
    world_aftersale_words words;
    bool reject = dyface_bool(call, "is_reject", false);
    memset(&words, 0, sizeof words);
    words.remark = dyface_text(call, "comment");
    words.address_id = dyface_i64(call, "address_id", 0);
    if (!dyface_sale_params(call) || !exchange_of(call, &state)) {
        return false;
    }
    if (!dyface_urls(call, yyjson_obj_get(call->params, "evidence"), &words.evidence)) {
        return dyface_invalid(call, INVALID, "evidence", "holds URLs");
    }
    if (reject && words.remark.len == 0) {
        return dyface_invalid(call, INVALID, "comment", "is required when refusing");
    }
    world_deed deed = world_aftersale_act_on(
        call->world, state.sale, reject ? WORLD_ACT_REFUSE_EXCHANGE : WORLD_ACT_AGREE_EXCHANGE,
        &words, call->now);
    base_str remark = dyface_text(call, "remark");
    if (deed == WORLD_DONE && remark.len > 0) {
        deed = world_aftersale_remark(call->world, state.sale, remark, call->now);
    }
    return done(call, deed);
}

/* is_reject false: action exchange_agree with a waybill, or refund_agree. */
static bool run_confirm(dyface_call *call) {
    world_aftersale_state state;
    world_aftersale_words words;
    base_str action = dyface_text(call, "action");
    bool reject = dyface_bool(call, "is_reject", false);
    bool ships = !reject && base_str_is(action, "exchange_agree");
    memset(&words, 0, sizeof words);
    words.remark = dyface_text(call, "comment");
    words.waybill.company_code = dyface_text(call, "company_code");
    words.waybill.tracking_no = dyface_text(call, "logistics_code");
    if (!dyface_sale_params(call) || !exchange_of(call, &state)) {
        return false;
    }
    if (!reject && !ships && !base_str_is(action, "refund_agree")) {
        return dyface_fail(call, 50002, "isv.business-failed:10002",
                           "action is exchange_agree or refund_agree");
    }
    bool parcel = words.waybill.company_code.len > 0 && words.waybill.tracking_no.len > 0;
    if ((ships && (!parcel || world_waybill_check(&words.waybill) != WORLD_DONE)) ||
        (reject && words.remark.len == 0) ||
        !dyface_urls(call, yyjson_obj_get(call->params, "evidence"), &words.evidence)) {
        return dyface_fail(call, 50002, "isv.business-failed:10002",
                           ships ? "company_code and logistics_code are required to ship"
                                 : "comment is required when refusing");
    }
    int act = reject  ? WORLD_ACT_REFUSE_EXCHANGED
              : ships ? WORLD_ACT_AGREE_EXCHANGED
                      : WORLD_ACT_EXCHANGE_TO_REFUND;
    world_deed deed = world_aftersale_act_on(call->world, state.sale, act, &words, call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_fail(call, 40004, "isv.parameter-invalid:10007",
                           "the after-sale's state does not allow it (any more)");
    }
    return dyface_deed(call, deed) && dyface_nothing(call);
}

/* ---- cash on delivery, and refunds before shipping ---- */

static bool run_compensation(dyface_call *call) {
    world_aftersale_state state;
    base_str urls;
    if (!dyface_urls(call, yyjson_obj_get(call->params, "evidence"), &urls) || urls.len == 0) {
        return dyface_invalid(call, INVALID, "evidence", "is a URL");
    }
    if (!dyface_sale_of_line(call, dyface_text(call, "order_id"), &state)) {
        return dyface_invalid(call, INVALID, "order_id", "names no order line with an after-sale");
    }
    return done(call, world_aftersale_compensated(call->world, state.sale,
                                                  dyface_text(call, "comment"), urls, call->now));
}

/* Type 2 refuses by shipping, with logistics_id and logistics_code. */
static bool run_shop_refund(dyface_call *call) {
    world_aftersale_state state;
    world_aftersale_words words;
    world_pack pack;
    base_str no_key = { NULL, 0 };
    int64_t type = dyface_i64(call, "type", 0);
    memset(&words, 0, sizeof words);
    memset(&pack, 0, sizeof pack);
    if (type != AGREE && type != REFUSE) {
        return dyface_invalid(call, INVALID, "type", "is 1 (agree) or 2 (refuse)");
    }
    if (!dyface_sale_of_line(call, dyface_text(call, "order_id"), &state)) {
        return dyface_invalid(call, INVALID, "order_id", "names no order with an after-sale");
    }
    if (type == AGREE) {
        return done(call, world_aftersale_act_on(call->world, state.sale, WORLD_ACT_AGREE_UNSHIPPED,
                                                 &words, call->now));
    }
    pack.company_id = dyface_i64(call, "logistics_id", 0);
    pack.tracking_no = dyface_text(call, "logistics_code");
    if (pack.company_id <= 0 || pack.tracking_no.len == 0) {
        return dyface_invalid(call, INVALID, "logistics_id and logistics_code",
                              "are required when refusing");
    }
    if (state.kind != WORLD_SALE_REFUND_UNSHIPPED || state.final_at != 0) {
        return gone(call);
    }
    return done(call, world_order_ship(call->world, state.sale.order, &pack, 1, no_key, call->now));
}

static const dyface_method methods[] = {
    { "afterSale.buyerReturn",
      "order_id*s type*i sms:b comment:i evidence:s address_id:i receiver_name:s receiver_tel:s "
      "receiver_province:s receiver_city:s receiver_district:s receiver_address:s",
      INVALID, INVALID, run_return, false },
    { "afterSale.buyerRefund", "order_id*s evidence:s type*i comment:i", INVALID, INVALID,
      run_refund, false },
    { "afterSale.firmReceive", "order_id*s type*i comment:i evidence:s", INVALID, INVALID,
      run_receive, false },
    { "afterSale.buyerExchange",
      "aftersale_id*i is_reject*b sms_id:i comment:s evidence:a address_id:i remark:s", INVALID,
      STATE_CHANGED, run_exchange, false },
    { "afterSale.buyerExchangeConfirm",
      "aftersale_id*i is_reject*b action:s comment:s evidence:a logistics_code:s company_code:s",
      INVALID, STATE_CHANGED, run_confirm, false },
    { "afterSale.uploadCompensation", "order_id*s comment:s evidence*s", INVALID, INVALID,
      run_compensation, false },
    { "refund.shopRefund", "order_id*s logistics_code:s type*i logistics_id:i", INVALID, INVALID,
      run_shop_refund, false },
};

const dyface_method *dyface_aftersale_reply_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
