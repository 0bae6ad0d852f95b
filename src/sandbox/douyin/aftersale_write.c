/*
 * Writes to after-sales: afterSale.operate with its results for each item, remarks, parcels, more
 * time, evidence, what warehouses report, and after-sales that the seller begins. The old methods
 * with one act each are aftersale_reply.c's.
 */
#include "sandbox/douyin/aftersale.h"

#include <string.h>

enum { MOST_ITEMS = 20, INVALID = 11000 };
enum { ITEM_FINE = 0, ITEM_NOT_DONE = 11005, ITEM_WRONG_STATE = 20309541 };

/* ---- afterSale.operate ---- */

typedef struct item {
    world_aftersale_state state;
    world_aftersale_words words;
    int status; /* ITEM_ */
    const char *message;
} item;

static void item_fails(item *it, int status, const char *message) {
    it->status = status;
    it->message = message;
}

/* Digits, or an area code, a hyphen and digits. */
static bool phone_fine(base_str text) {
    size_t hyphens = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool hyphen = text.ptr[i] == '-' && i > 0;
        hyphens += hyphen;
        if (!hyphen && (text.ptr[i] < '0' || text.ptr[i] > '9')) {
            return false;
        }
    }
    return text.len >= 7 && text.len <= 20 && hyphens <= 1 && (hyphens == 1 || text.len == 11);
}

static bool read_address(dyface_call *call, yyjson_val *logistics, world_aftersale_words *words) {
    yyjson_val *detail = yyjson_obj_get(logistics, "after_sale_address_detail");
    words->address_id = dyface_i64_of(logistics, "receiver_address_id", 0);
    words->address = dyface_text_of(call, detail, "detail");
    if (words->address_id <= 0 && words->address.len == 0) {
        return dyface_invalid(call, INVALID, "items.logistics.receiver_address_id",
                              "(or after_sale_address_detail) is required to agree");
    }
    base_str mobile = dyface_text_of(call, detail, "mobile");
    return mobile.len == 0 || phone_fine(mobile) ||
           dyface_invalid(call, INVALID, "items.logistics.after_sale_address_detail.mobile",
                          "is no phone number");
}

static bool read_waybill(dyface_call *call, yyjson_val *logistics, world_pack *out) {
    out->company_code = dyface_text_of(call, logistics, "company_code");
    out->tracking_no = dyface_text_of(call, logistics, "logistics_code");
    return (out->company_code.len > 0 && out->tracking_no.len > 0) ||
           dyface_invalid(call, INVALID, "items.logistics",
                          "needs company_code and logistics_code to ship");
}

/* evidence: objects {type, url, desc}; kept as their URLs. */
static bool read_evidence(dyface_call *call, yyjson_val *list, base_str *out) {
    base_buf text;
    size_t i;
    size_t n;
    yyjson_val *one;
    bool fine = true;
    *out = (base_str){ NULL, 0 };
    if (yyjson_arr_size(list) == 0) {
        return true;
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    yyjson_arr_foreach(list, i, n, one) {
        base_str url = dyface_text_of(call, one, "url");
        fine = fine && url.len > 0;
        base_buf_add_char(&text, i == 0 ? '[' : ',');
        codec_json_quote(&text, url);
    }
    base_buf_add_char(&text, ']');
    *out = base_str_of(base_arena_dup(call->face->arena, base_buf_str(&text)));
    base_buf_clear(&text);
    return fine || dyface_invalid(call, INVALID, "items.evidence", "needs url");
}

static bool read_refusal(dyface_call *call, yyjson_val *from, item *it) {
    it->words.reject_code = (int)dyface_i64_of(from, "reject_reason_code", 0);
    const world_aftersale_reject *reject = world_aftersale_reject_of(it->words.reject_code);
    if (reject == NULL) {
        return dyface_invalid(call, INVALID, "items.reject_reason_code",
                              "is one of afterSale.rejectReasonCodeList when refusing");
    }
    if (it->words.remark.len == 0) {
        return dyface_invalid(call, INVALID, "items.remark", "is required when refusing");
    }
    if (reject->evidence_needed && it->words.evidence.len == 0) {
        return dyface_invalid(call, INVALID, "items.evidence",
                              "is required: evidence_need of this reason is Y");
    }
    if (!world_aftersale_reject_fits(&it->state, reject)) {
        item_fails(it, ITEM_NOT_DONE, "该拒绝原因不适用于此售后单");
    }
    return true;
}

static bool read_item(dyface_call *call, int type, yyjson_val *from, item *it) {
    int64_t id = 0;
    memset(it, 0, sizeof *it);
    it->message = "success";
    if (!base_str_to_i64(dyface_text_of(call, from, "aftersale_id"), &id) ||
        !dyface_sale_find(call, id, &it->state)) {
        return dyface_fail(call, 20000, "isp.service-error:10000",
                           "items.aftersale_id names no after-sale of this shop");
    }
    yyjson_val *logistics = yyjson_obj_get(from, "logistics");
    it->words.remark = dyface_text_of(call, from, "remark");
    if (it->words.remark.len == 0) {
        it->words.remark = dyface_text_of(call, from, "reason");
    }
    if (!read_evidence(call, yyjson_obj_get(from, "evidence"), &it->words.evidence) ||
        (world_aftersale_act_wants_address(type) && !read_address(call, logistics, &it->words)) ||
        (world_aftersale_act_wants_waybill(type) &&
         !read_waybill(call, logistics, &it->words.waybill))) {
        return false;
    }
    world_deed may = world_aftersale_may(call->world, it->state.sale, type, call->now);
    int64_t version = dyface_i64_of(from, "update_time", 0);
    if (may == WORLD_REPEATED) {
        return true; /* done before, whatever it needed then */
    }
    if (may != WORLD_DONE) {
        item_fails(it, ITEM_WRONG_STATE, "售后状态错误");
    } else if (version > 0 && version != it->state.modified) {
        item_fails(it, ITEM_WRONG_STATE, "售后单已更新,请重新获取");
    }
    return !world_aftersale_act_refuses(type) || may != WORLD_DONE || read_refusal(call, from, it);
}

static bool same_twice(const item *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (items[i].state.id == items[k].state.id) {
                return true;
            }
        }
    }
    return false;
}

/* One that fails keeps all others from being done (the method's description says so). */
static void do_items(dyface_call *call, int type, item *items, size_t count) {
    bool fine = true;
    for (size_t i = 0; i < count; i++) {
        world_deed deed = WORLD_DONE;
        if (world_aftersale_act_wants_waybill(type) && items[i].status == ITEM_FINE) {
            deed = world_waybill_check(&items[i].words.waybill);
        }
        if (deed != WORLD_DONE) {
            item_fails(&items[i], ITEM_NOT_DONE, world_deed_meaning(deed));
        }
        fine = fine && items[i].status == ITEM_FINE;
    }
    for (size_t i = 0; i < count; i++) {
        if (!fine && items[i].status == ITEM_FINE) {
            item_fails(&items[i], ITEM_NOT_DONE, "同批次存在失败的售后单,未执行");
        } else if (fine) {
            world_deed deed = world_aftersale_act_on(call->world, items[i].state.sale, type,
                                                     &items[i].words, call->now);
            if (deed != WORLD_DONE && deed != WORLD_REPEATED) {
                item_fails(&items[i], ITEM_NOT_DONE, world_deed_meaning(deed));
            }
        }
    }
}

static bool run_operate(dyface_call *call) {
    int64_t type = dyface_i64(call, "type", 0);
    yyjson_val *list = dyface_array(call, "items");
    size_t count = yyjson_arr_size(list);
    if (!dyface_sale_params(call)) {
        return false;
    }
    if (type < 0 || type > 10000 || !world_aftersale_act_known((int)type)) {
        return dyface_invalid(call, INVALID, "type", "is no operation");
    }
    if (count < 1 || count > MOST_ITEMS) {
        return dyface_invalid(call, INVALID, "items", "holds 1 to 20 after-sales");
    }
    item *items = base_arena_alloc(call->face->arena, count * sizeof *items);
    if (items == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:10002", "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_item(call, (int)type, yyjson_arr_get(list, i), &items[i])) {
            return false;
        }
    }
    if (same_twice(items, count)) {
        return dyface_invalid(call, INVALID, "items", "name an after-sale twice");
    }
    do_items(call, (int)type, items, count);
    base_buf_add_text(call->out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        base_buf_printf(
            call->out, "%s{\"aftersale_id\":%lld,\"status_code\":%d,\"status_msg\":\"%s\"}",
            i > 0 ? "," : "", (long long)items[i].state.id, items[i].status, items[i].message);
    }
    base_buf_add_text(call->out, "]}");
    return true;
}

/* ---- remark, parcel, time, evidence ---- */

static bool run_remark(dyface_call *call) {
    world_aftersale_state state;
    int64_t id = 0;
    base_str remark = dyface_text(call, "remark");
    if (yyjson_obj_get(call->params, "remark") == NULL) {
        return dyface_fail(call, 40002, "isv.missing-parameter:11000", "remark is required");
    }
    if (remark.len == 0 || (!dyface_has(call, "after_sale_id") && !dyface_has(call, "order_id"))) {
        return dyface_fail(call, 50002, "isv.business-failed:11000",
                           "remark, and after_sale_id or order_id, are required");
    }
    bool there = dyface_has(call, "after_sale_id")
                     ? base_str_to_i64(dyface_text(call, "after_sale_id"), &id) &&
                           dyface_sale_find(call, id, &state)
                     : dyface_sale_of_line(call, dyface_text(call, "order_id"), &state);
    if (!there) {
        return dyface_fail(call, 50002, "isv.business-failed:11003", "no such after-sale");
    }
    return dyface_deed(call, world_aftersale_remark(call->world, state.sale, remark, call->now)) &&
           dyface_nothing(call);
}

/* send_type 1: the seller resends; 3: returns and exchanges, 4: repairs, both filled in for the
 * buyer. */
static bool run_fill(dyface_call *call) {
    world_aftersale_state state;
    world_pack pack;
    memset(&pack, 0, sizeof pack);
    pack.company_code = dyface_text(call, "company_code");
    pack.tracking_no = dyface_text(call, "tracking_no");
    int64_t how = dyface_i64(call, "send_type", 0);
    if (!dyface_sale_of(call, "aftersale_id", 50002, "isv.business-failed:11000", &state)) {
        return false;
    }
    bool fits =
        (how == 1 && state.kind == WORLD_SALE_RESEND) ||
        (how == 3 && (state.kind == WORLD_SALE_RETURN || state.kind == WORLD_SALE_EXCHANGE)) ||
        (how == 4 && state.kind == WORLD_SALE_REPAIR);
    if (!fits) {
        return dyface_fail(call, 50002, "isv.business-failed:19009",
                           "send_type is not for after-sales of this type");
    }
    world_deed deed = world_aftersale_fill_parcel(call->world, state.sale, &pack, call->now);
    if (deed == WORLD_BAD_VALUE || deed == WORLD_NO_COMPANY) {
        return dyface_fail(call, 50002, "isv.business-failed:602001", "%s",
                           world_deed_meaning(deed));
    }
    return dyface_deed(call, deed) && dyface_nothing(call);
}

static bool run_extend(dyface_call *call) {
    world_aftersale_state state;
    if (!dyface_sale_of(call, "aftersale_id", 40004, "isv.parameter-invalid:11003", &state)) {
        return false;
    }
    world_deed deed = world_aftersale_extend(call->world, state.sale, call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_fail(call, 40004, "isv.parameter-invalid:10001",
                           "only within the last two days of the seven after the goods were sent");
    }
    return dyface_deed(call, deed) && dyface_nothing(call);
}

static bool run_prove(dyface_call *call) {
    world_aftersale_state state;
    base_str urls;
    if (!dyface_sale_params(call) ||
        !dyface_sale_of(call, "aftersale_id", 40004, "isv.parameter-invalid:11003", &state)) {
        return false;
    }
    if (!dyface_urls(call, yyjson_obj_get(call->params, "evidence"), &urls) || urls.len == 0) {
        return dyface_invalid(call, INVALID, "evidence", "holds URLs");
    }
    world_deed deed = world_aftersale_prove(call->world, state.sale, dyface_text(call, "comment"),
                                            urls, call->now);
    return dyface_deed(call, deed) && dyface_nothing(call);
}

/* ---- what warehouses report; the assistant then gives the money back ---- */

static bool assist(dyface_call *call, const world_aftersale_state *state, int act) {
    world_aftersale_words words;
    memset(&words, 0, sizeof words);
    words.audit = 2;
    world_deed deed = world_aftersale_act_on(call->world, state->sale, act, &words, call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_fail(call, 50002, "isv.business-failed:12001",
                           "the after-sale was judged before, or is not of this kind");
    }
    return dyface_deed(call, deed) && dyface_nothing(call);
}

static bool op_time_fine(dyface_call *call) {
    int64_t at = dyface_i64(call, "op_time", 0);
    return (at > 0 && at <= DYFACE_LAST_TIME) ||
           dyface_fail(call, 50002, "isv.business-failed:11000", "op_time is no unix second");
}

static bool run_cancel_send(dyface_call *call) {
    world_aftersale_state state;
    if (!op_time_fine(call) ||
        !dyface_sale_of(call, "aftersale_id", 50002, "isv.business-failed:11003", &state)) {
        return false;
    }
    return assist(call, &state, WORLD_ACT_AGREE_UNSHIPPED);
}

static bool run_returned(dyface_call *call) {
    world_aftersale_state state;
    world_aftersale_parcel parcel;
    if (!op_time_fine(call) ||
        !dyface_sale_of(call, "aftersale_id", 50002, "isv.business-failed:11000", &state)) {
        return false;
    }
    base_str tracking = dyface_text(call, "tracking_no");
    bool there = world_aftersale_return_parcel(call->world, state.sale, call->now, &parcel);
    if (there && tracking.len > 0 && !base_str_is(tracking, parcel.tracking)) {
        return dyface_fail(call, 50002, "isv.business-failed:11000",
                           "tracking_no is not the buyer's parcel");
    }
    if (!there) {
        return dyface_fail(call, 50002, "isv.business-failed:12001", "nothing was sent back");
    }
    return assist(call, &state, WORLD_ACT_AGREE_RETURNED);
}

/* ---- after-sales that the seller begins ---- */

static uint32_t order_of(dyface_call *call) {
    world_order_state state;
    uint32_t order = world_order_find(call->world, call->shop, dyface_text(call, "order_id"));
    if (order != WORLD_NONE && world_order_state_at(call->world, order, call->now, &state)) {
        return order;
    }
    (void)dyface_fail(call, 50002, "isv.business-failed:11001", "order_id: no order of this shop");
    return WORLD_NONE;
}

static bool run_channel(dyface_call *call) {
    uint32_t order = order_of(call);
    if (order == WORLD_NONE) {
        return false;
    }
    world_deed deed = world_order_open_aftersales(call->world, order, call->now);
    if (deed == WORLD_IN_USE) {
        return dyface_fail(call, 50002, "isv.business-failed:12000",
                           "the buyer can ask already: it is open");
    }
    if (deed != WORLD_WRONG_STATE && !dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out,
                      deed == WORLD_DONE
                          ? "{\"conclusion\":{\"match_conclusion\":1,\"match_message\":\"\","
                            "\"can_apply_type_list\":[0,1,3],\"match_success\":true}}"
                          : "{\"conclusion\":{\"match_conclusion\":0,\"match_message\":"
                            "\"订单未完成,不支持打开售后通道\",\"can_apply_type_list\":[],"
                            "\"match_success\":false}}");
    return true;
}

static bool run_out(dyface_call *call) {
    uint32_t order = order_of(call);
    if (order == WORLD_NONE) {
        return false;
    }
    world_deed deed = world_order_open_aftersales(call->world, order, call->now);
    return (deed == WORLD_IN_USE || dyface_deed(call, deed)) && dyface_nothing(call);
}

/* 1 too little weight, 2 out of stock, 3 rejected. */
static bool run_market(dyface_call *call) {
    static const int reasons[] = { 0, 5, 14, 13 };
    world_aftersale sale;
    world_aftersale_state state;
    base_str id = dyface_text(call, "sku_order_id");
    int64_t reason = dyface_i64(call, "after_sale_reason", 0);
    int64_t fen = dyface_i64(call, "refund_amount", -1);
    int64_t num = dyface_i64(call, "item_count", -1);
    if (reason < 1 || reason > 3) {
        return dyface_invalid(call, INVALID, "after_sale_reason", "is 1, 2 or 3");
    }
    if (reason == 1 && (fen <= 0 || dyface_i64(call, "miss_gram", 0) <= 0)) {
        return dyface_invalid(call, INVALID, "miss_gram and refund_amount",
                              "are required when weight is missing");
    }
    uint32_t order = world_order_find(call->world, call->shop, id);
    int line = order == WORLD_NONE ? -1 : world_order_line_find(call->world, order, id);
    if (line < 0) {
        return dyface_invalid(call, 11003, "sku_order_id", "names no order line of this shop");
    }
    world_deed deed =
        world_order_own_aftersale(call->world, order, (unsigned)line, reason == 1 ? fen : -1,
                                  reason == 3 ? num : -1, reasons[reason], call->now, &sale);
    if (!dyface_deed(call, deed)) {
        return false;
    }
    (void)world_aftersale_state_at(call->world, sale, call->now, &state);
    base_buf_printf(call->out, "{\"after_sale_id\":\"%lld\"}", (long long)state.id);
    return true;
}

static const dyface_method methods[] = {
    { "afterSale.operate", "type*i items*a store_id:i", INVALID, INVALID, run_operate, false },
    { "afterSale.addOrderRemark", "order_id:s after_sale_id:s remark:s", INVALID, INVALID,
      run_remark, false },
    { "afterSale.fillLogistics",
      "aftersale_id*i send_type*i company_code*s tracking_no*s book_time_begin:i book_time_end:i "
      "store_id:i pick_up_type:i",
      12001, 12001, run_fill, false },
    { "afterSale.timeExtend", "aftersale_id*i", 10001, 10001, run_extend, false },
    { "afterSale.submitEvidence", "aftersale_id*i comment*s evidence*a", INVALID, 12001, run_prove,
      false },
    { "afterSale.CancelSendGoodsSuccess", "aftersale_id*s op_time*i", INVALID, INVALID,
      run_cancel_send, false },
    { "afterSale.returnGoodsToWareHouseSuccess",
      "aftersale_id*s op_time*i tracking_no:s logistics_company_code:s", INVALID, 11004,
      run_returned, false },
    { "afterSale.OpenAfterSaleChannel", "order_id*i", 11001, 11001, run_channel, false },
    { "afterSale.openOutAfterSale", "order_id*i", 11001, 11001, run_out, false },
    { "afterSale.ApplyMarketAfterSale",
      "sku_order_id*i miss_gram:i refund_amount:i item_count:i after_sale_reason*i store_id:i",
      INVALID, INVALID, run_market, false },
};

const dyface_method *dyface_aftersale_write_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
