/*
 * Writes to a trade: memo and flag (api taobao.trade.memo.add / update), shipping
 * (taobao.logistics.offline.send, dummy.send, consign.resend) and the express companies.
 */
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { MEMO_BYTES = 1000, MOST_FLAG = 5 };

static bool read_flag(tbface_call *call, int *out) {
    int64_t flag = tbface_i64(call, "flag", -1);
    if (tbface_has(call, "flag") && (flag < 0 || flag > MOST_FLAG)) {
        return tbface_invalid(call, "flag", "is 0 to 5");
    }
    *out = (int)flag;
    return true;
}

static bool write_memo(tbface_call *call, uint32_t order, base_str memo, int flag,
                       const char *time_name) {
    world_order_state state;
    if (!tbface_deed(call, world_order_remark(call->world, order, memo, flag, call->now))) {
        return false;
    }
    (void)world_order_state_at(call->world, order, call->now, &state);
    base_buf_printf(call->out, "\"trade\":{\"tid\":%s,\"%s\":", state.id_text, time_name);
    tbface_add_time(call->out, call->now);
    base_buf_add_char(call->out, '}');
    return true;
}

static bool run_memo_add(tbface_call *call) {
    int flag = -1;
    int old_flag = 0;
    base_str old = { NULL, 0 };
    base_str memo = tbface_text(call, "memo");
    if (memo.len > MEMO_BYTES) {
        return tbface_invalid(call, "memo", "is longer than 1000 bytes");
    }
    uint32_t order = tbface_trade_of(call);
    if (order == WORLD_NONE || !read_flag(call, &flag)) {
        return false;
    }
    if (world_order_memo(call->world, order, call->now, &old, &old_flag) && old.len > 0) {
        return tbface_fail(call, 15, "isv.trade-memo-exist",
                           "the trade has a memo; taobao.trade.memo.update changes it");
    }
    return write_memo(call, order, memo, flag < 0 ? 0 : flag, "created");
}

static bool run_memo_update(tbface_call *call) {
    int flag = -1;
    base_str memo = tbface_text(call, "memo");
    if (tbface_bool(call, "reset", false)) {
        memo = BASE_STR(""); /* emptied, not left */
    }
    if (memo.len > MEMO_BYTES) {
        return tbface_invalid(call, "memo", "is longer than 1000 bytes");
    }
    uint32_t order = tbface_trade_of(call);
    return order != WORLD_NONE && read_flag(call, &flag) &&
           write_memo(call, order, memo, flag, "modified");
}

/* ---- shipping ---- */

static bool shipped(tbface_call *call, world_deed deed) {
    if (!tbface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "\"shipping\":{\"is_success\":true}");
    return true;
}

static void read_pack(tbface_call *call, world_pack *pack) {
    memset(pack, 0, sizeof *pack);
    pack->company_code = tbface_text(call, "company_code");
    pack->tracking_no = tbface_text(call, "out_sid");
}

static bool run_send(tbface_call *call) {
    world_pack pack;
    base_str id;
    base_str no_key = { NULL, 0 };
    uint32_t order = tbface_trade_of(call);
    if (order == WORLD_NONE) {
        return false;
    }
    read_pack(call, &pack);
    for (size_t n = 0; tbface_part(tbface_text(call, "sub_tid"), ',', n, &id); n++) {
        int line = world_order_line_find(call->world, order, id);
        if (line < 0) {
            return tbface_invalid(call, "sub_tid", "names no order of this trade");
        }
        pack.line_mask |= 1U << line;
    }
    return shipped(call, world_order_ship(call->world, order, &pack, 1, no_key, call->now));
}

static bool run_dummy_send(tbface_call *call) {
    base_str no_key = { NULL, 0 };
    uint32_t order = tbface_trade_of(call);
    return order != WORLD_NONE &&
           shipped(call, world_order_ship(call->world, order, NULL, 0, no_key, call->now));
}

static bool run_resend(tbface_call *call) {
    world_pack pack;
    base_str first_pack = { NULL, 0 };
    uint32_t order = tbface_trade_of(call);
    read_pack(call, &pack);
    return order != WORLD_NONE &&
           shipped(call,
                   world_order_change_waybill(call->world, order, first_pack, &pack, call->now));
}

static bool run_companies(tbface_call *call) {
    size_t count = 0;
    world_fields fields;
    const world_company *companies = world_companies(&count);
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    tbface_list_open(call, "logistics_companies", "logistics_company");
    for (size_t i = 0; i < count; i++) {
        base_buf_reset(&call->scratch);
        base_buf_printf(&call->scratch, "{\"id\":%lld,\"code\":\"%s\",\"name\":\"%s\"}",
                        (long long)companies[i].id, companies[i].taobao_code, companies[i].name);
        if (i > 0) {
            base_buf_add_char(call->out, ',');
        }
        if (!tbface_document(call, &fields)) {
            return false;
        }
    }
    tbface_list_close(call);
    return true;
}

static const tbface_method methods[] = {
    { "taobao.trade.memo.add", "tid*i memo*s flag:i", run_memo_add, false },
    { "taobao.trade.memo.update", "tid*i memo:s flag:i reset:b", run_memo_update, false },
    { "taobao.logistics.offline.send", "tid*i out_sid*s company_code*s sub_tid:s is_split:i",
      run_send, false },
    { "taobao.logistics.dummy.send", "tid*i", run_dummy_send, false },
    { "taobao.logistics.consign.resend", "tid*i out_sid*s company_code*s", run_resend, false },
    { "taobao.logistics.companies.get", "fields*s", run_companies, false },
};

const tbface_method *tbface_trade_write_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
