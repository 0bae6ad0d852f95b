/*
 * Reading after-sales: afterSale.List (docs 17/1295), afterSale.Detail (17/1095) and the reasons to
 * refuse. Pages from 0, at most 100 rows a page and 50,000 rows a search. As the vendor's SDKs
 * describe the ranges, applications and amounts leave their end out, modified and final times
 * include it.
 */
#include "sandbox/douyin/aftersale.h"

#include <stdio.h>
#include <string.h>

enum { LIST_ROWS = 50000, INVALID = 11000 };

/* ---- shared ---- */

bool dyface_sale_find(dyface_call *call, int64_t id, world_aftersale_state *out) {
    world_aftersale sale = world_aftersale_find(call->world, call->shop, id);
    return sale.order != WORLD_NONE && world_aftersale_state_at(call->world, sale, call->now, out);
}

bool dyface_sale_of(dyface_call *call, const char *param, int code, const char *sub_code,
                    world_aftersale_state *out) {
    int64_t id = 0;
    if (base_str_to_i64(dyface_text(call, param), &id) && dyface_sale_find(call, id, out)) {
        return true;
    }
    return dyface_fail(call, code, sub_code, "%s names no after-sale of this shop", param);
}

bool dyface_sale_of_line(dyface_call *call, base_str id, world_aftersale_state *out) {
    world_aftersale_state sales[WORLD_MAX_SALES];
    if (id.len > 0 && id.ptr[id.len - 1] == 'A') {
        id.len--; /* the old methods put the suffix A to every parent id */
    }
    uint32_t order = world_order_find(call->world, call->shop, id);
    if (order == WORLD_NONE) {
        return false;
    }
    int line = world_order_line_find(call->world, order, id);
    unsigned count = world_order_aftersales(call->world, order, call->now, sales);
    while (count-- > 0) {
        if (line < 0 || (sales[count].line_mask >> line & 1)) {
            *out = sales[count];
            return true;
        }
    }
    return false;
}

bool dyface_urls(dyface_call *call, yyjson_val *value, base_str *out) {
    base_buf text;
    size_t i;
    size_t n;
    yyjson_val *url;
    *out = (base_str){ NULL, 0 };
    if (value == NULL || yyjson_is_null(value)) {
        return true;
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    if (yyjson_is_str(value) && yyjson_get_str(value)[0] == '[') {
        base_str json = { yyjson_get_str(value), yyjson_get_len(value) };
        value = dyface_parse_nested(call, json);
    }
    bool fine = yyjson_is_str(value) || yyjson_is_arr(value);
    if (yyjson_is_str(value) && yyjson_get_len(value) > 0) {
        base_buf_add_char(&text, '[');
        face_add_json(&text, value);
        base_buf_add_char(&text, ']');
    }
    yyjson_arr_foreach(value, i, n, url) {
        fine = fine && yyjson_is_str(url);
        base_buf_add_char(&text, i == 0 ? '[' : ',');
        face_add_json(&text, url);
    }
    if (yyjson_arr_size(value) > 0) {
        base_buf_add_char(&text, ']');
    }
    if (fine && text.len > 0) {
        *out = base_str_of(base_arena_dup(call->face->arena, base_buf_str(&text)));
    }
    base_buf_clear(&text);
    return fine;
}

bool dyface_sale_params(dyface_call *call) {
    generic_problem problem;
    const cat_method *known = generic_find("douyin", base_str_of(call->method->name));
    if (known == NULL || generic_check(known, call->params, &problem)) {
        return true;
    }
    if (problem.kind == GENERIC_MISSING) {
        char sub_code[48];
        (void)snprintf(sub_code, sizeof sub_code, "isv.missing-parameter:%d",
                       call->method->missing_n);
        return dyface_fail(call, 40002, sub_code, "%s is required", problem.name);
    }
    return dyface_invalid(call, call->method->invalid_n, problem.name, problem.why);
}

bool dyface_nothing(dyface_call *call) {
    base_buf_add_text(call->out, "{}");
    return true;
}

/* ---- afterSale.List ---- */

/* A range of unix seconds; past is 1 when the platform includes the end. */
static bool read_range(dyface_call *call, const char *start, const char *end, int64_t past,
                       int64_t *from, int64_t *to) {
    if (!dyface_has(call, start) && !dyface_has(call, end)) {
        return true;
    }
    *from = dyface_i64(call, start, 0);
    *to = dyface_i64(call, end, DYFACE_LAST_TIME);
    if (*from < 0 || *to < *from || *to > DYFACE_LAST_TIME) {
        return dyface_invalid(call, INVALID, start, "lies after the end, or is no unix second");
    }
    *to += past;
    *from = *from == 0 ? 1 : *from; /* 0 and 0 mean "any" */
    *to = *to < *from ? *from : *to;
    return true;
}

/* Bits of the numbers in an array; those beyond 63 are nobody's. */
static bool read_bits(dyface_call *call, const char *name, uint64_t *out, bool *out_given) {
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_val *list = dyface_array(call, name);
    *out = 0;
    *out_given = yyjson_arr_size(list) > 0;
    yyjson_arr_foreach(list, i, n, item) {
        int64_t number = -1;
        if (!codec_json_i64(item, &number)) {
            return dyface_invalid(call, INVALID, name, "holds integers");
        }
        *out |= number >= 0 && number < 64 ? 1ULL << number : 0;
    }
    return true;
}

static bool read_statuses(dyface_call *call, world_aftersale_query *q) {
    static const int known[] = { 6, 7, 8, 11, 12, 13, 14, 27, 28, 29, 51, 53 };
    uint64_t all = 0;
    uint64_t asked;
    bool given;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        all |= 1ULL << known[i];
    }
    if (!read_bits(call, "standard_aftersale_status", &asked, &given)) {
        return false;
    }
    /* One source writes 3 where the others write 13. Unknown ones are ignored; when all are, all
     * after-sales are listed. */
    asked |= asked & 1ULL << 3 ? 1ULL << WORLD_SALE_SHIPPED : 0;
    q->status_mask = asked & all;
    if (dyface_has(call, "aftersale_status")) {
        int64_t old = dyface_i64(call, "aftersale_status", 0);
        old = old == 3 ? WORLD_SALE_SHIPPED : old;
        uint64_t bit = old > 0 && old < 64 ? (1ULL << old) & all : 0;
        q->none = q->none || bit == 0 || (q->status_mask != 0 && !(q->status_mask & bit));
        q->status_mask = bit;
    }
    return true;
}

static bool read_masks(dyface_call *call, world_aftersale_query *q) {
    uint64_t bits;
    bool given;
    if (!read_statuses(call, q) || !read_bits(call, "order_flag", &bits, &given)) {
        return false;
    }
    q->star_mask = (uint32_t)bits & 63;
    q->none = q->none || (given && q->star_mask == 0);
    if (!read_bits(call, "order_logistics_state", &bits, &given)) {
        return false;
    }
    q->parcel_mask = (uint32_t)bits & 31;
    q->none = q->none || (given && q->parcel_mask == 0);
    if (!read_bits(call, "agree_refuse_sign", &bits, &given)) {
        return false;
    }
    q->sign_mask = (uint32_t)bits & 7;
    q->none = q->none || (given && q->sign_mask == 0);
    if (!read_bits(call, "arbitrate_status", &bits, &given)) {
        return false;
    }
    /* Asked for, 6 is "over"; in answers it is 255, whose low bits are 7. */
    q->arbitrate_mask = ((uint32_t)bits & 19) | (bits & 64 ? 1U << 7 : 0);
    q->none = q->none || (given && q->arbitrate_mask == 0);
    return true;
}

/* Parameters that are one number each. */
static bool read_numbers(dyface_call *call, world_aftersale_query *q) {
    int64_t kind = dyface_i64(call, "aftersale_type", -1);
    int64_t refund = dyface_i64(call, "refund_type", -1);
    int64_t pay = dyface_i64(call, "pay_type", 1);
    int64_t parcel = dyface_i64(call, "logistics_status", 1);
    int64_t reason = dyface_i64(call, "reason", 0);
    int64_t risk = dyface_i64(call, "risk_flag", -1);
    if (dyface_has(call, "aftersale_type") && (kind < 0 || kind >= WORLD_SALE_KINDS)) {
        return dyface_invalid(call, INVALID, "aftersale_type", "is 0 to 8");
    }
    if (pay < 1 || pay > 3 || parcel < 1 || parcel > 3) {
        return dyface_invalid(call, INVALID, pay < 1 || pay > 3 ? "pay_type" : "logistics_status",
                              "is 1 (all), 2 or 3");
    }
    if (reason < 0 || reason > 2 || (risk != -1 && risk != 1) || refund > 4) {
        return dyface_invalid(call, INVALID, "reason, risk_flag or refund_type",
                              "is out of its range");
    }
    q->kind_mask = kind >= 0 ? 1U << kind : 0;
    q->refund_type_mask = refund >= 0 ? 1U << refund : 0;
    q->cod = pay == 1 ? 0 : pay == 2 ? 1 : 2;
    q->sent_back = parcel == 1 ? 0 : parcel == 2 ? 1 : 2;
    q->no_reason = (int)reason;
    /* Nothing in the world is called a risk, and it has no sub kinds. */
    q->none = q->none || risk == 1 || dyface_i64(call, "aftersale_sub_type", 0) != 0;
    q->fen_from = dyface_i64(call, "amount_start", 0);
    q->fen_to = dyface_i64(call, "amount_end", 0);
    q->none = q->none || (dyface_has(call, "amount_end") && q->fen_to <= q->fen_from);
    return true;
}

static bool read_ids(dyface_call *call, world_aftersale_query *q) {
    q->order = WORLD_NONE;
    if (dyface_has(call, "order_id")) {
        q->order = world_order_find(call->world, call->shop, dyface_text(call, "order_id"));
        q->none = q->none || q->order == WORLD_NONE;
    }
    if (dyface_has(call, "aftersale_id")) {
        q->none =
            q->none || !base_str_to_i64(dyface_text(call, "aftersale_id"), &q->id) || q->id <= 0;
    }
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_val *list = dyface_array(call, "order_logistics_tracking_no");
    if (yyjson_arr_size(list) > WORLD_SALE_TRACKINGS) {
        return dyface_invalid(call, INVALID, "order_logistics_tracking_no", "holds at most 16");
    }
    base_str *texts = base_arena_alloc(call->face->arena, WORLD_SALE_TRACKINGS * sizeof *texts);
    if (texts == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:10000", "out of memory");
    }
    yyjson_arr_foreach(list, i, n, item) {
        if (!codec_json_text(item, call->face->arena, &texts[q->tracking_count++])) {
            return dyface_invalid(call, INVALID, "order_logistics_tracking_no", "holds texts");
        }
    }
    q->trackings = q->tracking_count > 0 ? texts : NULL;
    return true;
}

/* "update_time desc"; without a direction the newest come first. */
static bool read_order(dyface_call *call, world_aftersale_query *q) {
    static const char *const names[] = { "", "apply_time", "update_time", "status_deadline" };
    size_t i;
    size_t n;
    yyjson_val *item;
    yyjson_val *list = dyface_array(call, "order_by");
    if (yyjson_arr_size(list) > WORLD_SALE_ORDERINGS) {
        return dyface_invalid(call, INVALID, "order_by", "holds at most 3");
    }
    yyjson_arr_foreach(list, i, n, item) {
        base_str text = { NULL, 0 };
        (void)codec_json_text(item, call->face->arena, &text);
        const char *space = text.len > 0 ? memchr(text.ptr, ' ', text.len) : NULL;
        base_str name = { text.ptr, space ? (size_t)(space - text.ptr) : text.len };
        base_str way = { space ? space + 1 : "", space ? text.len - name.len - 1 : 0 };
        for (int by = 1; by < 4; by++) {
            if (base_str_is(name, names[by])) {
                q->order_by[i].by = (world_aftersale_by)by;
            }
        }
        q->order_by[i].descending = !base_str_is(way, "asc");
        if (q->order_by[i].by == WORLD_SALE_BY_NOTHING ||
            (way.len > 0 && !base_str_is(way, "asc") && !base_str_is(way, "desc"))) {
            return dyface_invalid(call, INVALID, "order_by",
                                  "is apply_time, update_time or status_deadline, asc or desc");
        }
    }
    return true;
}

static bool read_query(dyface_call *call, world_aftersale_query *q) {
    memset(q, 0, sizeof *q);
    q->shop = call->shop;
    if (dyface_has(call, "store_id_list")) {
        return dyface_invalid(call, INVALID, "store_id_list",
                              "is a filter that the sandbox does not model");
    }
    return read_ids(call, q) && read_masks(call, q) && read_numbers(call, q) &&
           read_range(call, "start_time", "end_time", 0, &q->applied_from, &q->applied_to) &&
           read_range(call, "update_start_time", "update_end_time", 1, &q->modified_from,
                      &q->modified_to) &&
           read_range(call, "aftersale_status_to_final_start_time",
                      "aftersale_status_to_final_end_time", 1, &q->final_from, &q->final_to) &&
           read_order(call, q);
}

static bool run_list(dyface_call *call) {
    world_aftersale sales[SALE_PAGE_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    world_aftersale_query query;
    qd_err err = QD_ERR_INIT;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 0);
    if (!dyface_sale_params(call)) {
        return false;
    }
    if (page < 0) {
        return dyface_invalid(call, INVALID, "page", "begins with 0");
    }
    if (size < 1 || size > SALE_PAGE_ROWS) {
        return dyface_invalid(call, INVALID, "size", "is 1 to 100");
    }
    if (page >= LIST_ROWS / size) {
        return dyface_invalid(call, INVALID, "page", "lies beyond 50,000 rows");
    }
    if (!read_query(call, &query)) {
        return false;
    }
    if (world_aftersales(call->world, &query, call->now, (uint64_t)(page * size), (uint32_t)size,
                         &total, sales, &count, &err) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:10002", "%s", err.message);
    }
    base_buf_add_text(call->out, "{\"items\":[");
    for (uint32_t i = 0; i < count; i++) {
        base_buf_add_text(call->out, i > 0 ? "," : "");
        (void)world_render_aftersale(call->world, sales[i], call->now, call->out);
    }
    uint64_t shown = (uint64_t)(page * size) + count;
    base_buf_printf(call->out, "],\"has_more\":%s,\"total\":%llu,\"page\":%lld,\"size\":%u}",
                    shown < total ? "true" : "false", (unsigned long long)total, (long long)page,
                    count);
    return true;
}

/* ---- afterSale.Detail, afterSale.rejectReasonCodeList ---- */

static bool run_detail(dyface_call *call) {
    world_aftersale_state state;
    if (!dyface_sale_of(call, "after_sale_id", 40004, "isv.parameter-invalid:11000", &state)) {
        return false;
    }
    return world_render_aftersale_detail(call->world, state.sale, call->now,
                                         dyface_bool(call, "need_operation_record", false),
                                         call->out);
}

/* All reasons; of one after-sale those that may be given now: none once it was judged, and none
 * before the goods have left (there, shipping refuses). */
static bool run_reasons(dyface_call *call) {
    size_t count;
    world_aftersale_state state;
    bool one = dyface_has(call, "aftersale_id");
    const world_aftersale_reject *rows = world_aftersale_rejects(&count);
    bool first = true;
    bool there = one && dyface_sale_find(call, dyface_i64(call, "aftersale_id", 0), &state);
    base_buf_add_text(call->out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        if (one && (!there || !world_aftersale_reject_fits(&state, &rows[i]))) {
            continue;
        }
        base_buf_printf(call->out,
                        "%s{\"reject_reason_code\":%d,\"reason\":\"%s\",\"evidence_description\":"
                        "\"%s\",\"evidence_need\":\"%s\",\"image\":\"\",\"order_type\":-1,"
                        "\"pkg\":%d}",
                        first ? "" : ",", rows[i].code, rows[i].reason, rows[i].evidence_text,
                        rows[i].evidence_needed ? "Y" : "N", rows[i].pkg);
        first = false;
    }
    base_buf_add_text(call->out, "]}");
    return true;
}

static const dyface_method methods[] = {
    { "afterSale.List",
      "order_id:s aftersale_type:i aftersale_status:i reason:i logistics_status:i pay_type:i "
      "refund_type:i arbitrate_status:a order_flag:a start_time:i end_time:i amount_start:i "
      "amount_end:i risk_flag:i order_by:a page*i size*i aftersale_id:s "
      "standard_aftersale_status:a need_special_type:b update_start_time:i update_end_time:i "
      "order_logistics_tracking_no:a order_logistics_state:a agree_refuse_sign:a "
      "aftersale_sub_type:i aftersale_status_to_final_start_time:i "
      "aftersale_status_to_final_end_time:i",
      INVALID, INVALID, run_list, false },
    { "afterSale.Detail", "after_sale_id*s need_operation_record:b", INVALID, INVALID, run_detail,
      false },
    { "afterSale.rejectReasonCodeList", "aftersale_id:i", INVALID, INVALID, run_reasons, false },
};

const dyface_method *dyface_aftersale_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
