/*
 * The readers before afterSale.List: orders that have after-sales (afterSale.orderList after
 * shipping, refund.orderList before it), the refund process of an order line, and the search of
 * 2021. Times are text, pages begin with 0, ten rows unless asked.
 */
#include "sandbox/douyin/aftersale.h"

#include <stdlib.h>
#include <string.h>

enum { LAST_PAGE = 99, INVALID = 11000, BATCH = 500 };

/* ---- orders with after-sales ---- */

typedef struct old_row {
    int64_t at;
    uint32_t order;
} old_row;

typedef struct old_query {
    int64_t from, to;
    bool by_update, newest_first;
    world_aftersale_query sales;
} old_query;

/* 1 all, 2 the seller decides, 3 goods have come, 4 arbitration, 5 refunded, 7 the buyer sends. */
static bool read_type(dyface_call *call, bool shipped, world_aftersale_query *q) {
    int64_t type = dyface_i64(call, "type", 1);
    switch (type) {
    case 1:
        return true;
    case 2:
        q->status_mask = 1ULL << WORLD_SALE_ASKED;
        return true;
    case 5:
        q->status_mask = 1ULL << WORLD_SALE_DONE | 1ULL << WORLD_SALE_REVERSED;
        return true;
    case 3:
    case 4:
    case 7:
        q->status_mask = type == 3   ? 1ULL << WORLD_SALE_SENT_BACK
                         : type == 7 ? 1ULL << WORLD_SALE_RETURNING
                                     : 0;
        q->arbitrate_mask = type == 4 ? 1U << 1 | 1U << 4 : 0;
        return shipped || dyface_invalid(call, INVALID, "type", "is 1, 2 or 5");
    default:
        return dyface_invalid(call, INVALID, "type", "is 1, 2, 3, 4, 5 or 7");
    }
}

static bool read_query(dyface_call *call, bool shipped, old_query *q) {
    static const uint32_t unshipped =
        1U << WORLD_SALE_REFUND_UNSHIPPED | 1U << WORLD_SALE_SYSTEM_CANCEL;
    base_str by = dyface_text(call, "order_by");
    memset(q, 0, sizeof *q);
    q->to = call->now;
    if ((dyface_has(call, "start_time") &&
         !base_time_from_cn(dyface_text(call, "start_time"), &q->from)) ||
        (dyface_has(call, "end_time") &&
         !base_time_from_cn(dyface_text(call, "end_time"), &q->to)) ||
        q->to < q->from) {
        return dyface_invalid(call, INVALID, "start_time",
                              "and end_time are yyyy-MM-dd HH:mm:ss, in order");
    }
    if (by.len > 0 && !base_str_is(by, "create_time") && !base_str_is(by, "update_time")) {
        return dyface_invalid(call, INVALID, "order_by", "is create_time or update_time");
    }
    q->by_update = base_str_is(by, "update_time");
    /* As in order.list; sources disagree on is_desc. */
    q->newest_first = dyface_bool(call, "is_desc", true);
    q->sales.shop = call->shop;
    q->sales.order = WORLD_NONE;
    q->sales.kind_mask =
        shipped ? ~unshipped & ((1U << WORLD_SALE_KINDS) - 1) & ~(1U << WORLD_SALE_USER_CANCEL)
                : unshipped;
    return read_type(call, shipped, &q->sales);
}

static int compare_rows(const void *a, const void *b) {
    const old_row *x = a;
    const old_row *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The orders, each once, the oldest first; NULL when memory is out. */
static old_row *collect(dyface_call *call, const old_query *q, size_t *out_count) {
    world_aftersale batch[BATCH];
    uint64_t total = 0;
    uint32_t count = 0;
    size_t rows = 0;
    size_t kept = 0;
    if (world_aftersales(call->world, &q->sales, call->now, 0, 0, &total, batch, NULL, NULL) !=
        QD_OK) {
        return NULL;
    }
    old_row *list = calloc((size_t)total + 1, sizeof *list);
    for (uint64_t at = 0; list != NULL && at < total; at += count) {
        if (world_aftersales(call->world, &q->sales, call->now, at, BATCH, &total, batch, &count,
                             NULL) != QD_OK ||
            count == 0) {
            break;
        }
        for (uint32_t i = 0; i < count; i++) {
            world_order_state state;
            (void)world_order_state_at(call->world, batch[i].order, call->now, &state);
            int64_t when = q->by_update ? state.modified : state.created;
            if (when >= q->from && when <= q->to) {
                list[rows++] = (old_row){ when, batch[i].order };
            }
        }
    }
    if (list != NULL) {
        qsort(list, rows, sizeof *list, compare_rows);
    }
    for (size_t i = 0; i < rows; i++) {
        if (i == 0 || list[i].order != list[i - 1].order) {
            list[kept++] = list[i];
        }
    }
    *out_count = kept;
    return list;
}

static bool write_orders(dyface_call *call, bool shipped) {
    old_query query;
    size_t total = 0;
    bool ok = true;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 10);
    if (page < 0 || page > LAST_PAGE || size < 1 || size > SALE_PAGE_ROWS) {
        return dyface_invalid(call, INVALID, "page or size", "is out of its range");
    }
    if (!read_query(call, shipped, &query)) {
        return false;
    }
    old_row *rows = collect(call, &query, &total);
    if (rows == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:10002", "out of memory");
    }
    size_t from = (size_t)(page * size);
    size_t count = from >= total ? 0 : total - from > (size_t)size ? (size_t)size : total - from;
    base_buf_printf(call->out, "{\"total\":%zu,\"count\":%zu,\"list\":[", total, count);
    for (size_t i = 0; i < count && ok; i++) {
        size_t at = query.newest_first ? total - 1 - from - i : from + i;
        base_buf_add_text(call->out, i > 0 ? "," : "");
        ok = dyface_old_order(call, rows[at].order);
    }
    free(rows);
    base_buf_add_text(call->out, "]}");
    return ok;
}

static bool run_shipped(dyface_call *call) {
    return write_orders(call, true);
}

static bool run_unshipped(dyface_call *call) {
    return write_orders(call, false);
}

/* ---- afterSale.refundProcessDetail ---- */

/* The row of afterSale.List, which knows the order line's product. */
static yyjson_val *row_of(dyface_call *call, world_aftersale sale) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    (void)world_render_aftersale(call->world, sale, call->now, &text);
    yyjson_val *row = dyface_parse_nested(call, base_buf_str(&text));
    base_buf_clear(&text);
    return row;
}

static void add_time(base_buf *out, const char *name, int64_t at) {
    char text[BASE_TIME_TEXT] = "";
    if (at > 0) {
        base_time_to_cn(at, text);
    }
    base_buf_printf(out, "\"%s\":\"%s\"", name, text);
}

static void write_process(dyface_call *call, const world_aftersale_state *s) {
    world_aftersale_parcel parcel = { 0 };
    bool there = world_aftersale_return_parcel(call->world, s->sale, call->now, &parcel);
    base_buf_add_char(call->out, '{');
    add_time(call->out, "apply_time", s->applied);
    base_buf_printf(call->out,
                    ",\"reason\":\"%s\",\"type_desc\":\"%s\",\"apply_remark\":\"\",\"evidence\":[]"
                    ",",
                    world_aftersale_reason_text(s->reason_code),
                    world_aftersale_kind_text(s->kind));
    add_time(call->out, "logistics_time", parcel.at);
    base_buf_printf(call->out,
                    ",\"logistics_code\":\"%s\",\"logistics_name\":\"%s\",\"aftersale_id\":%lld,"
                    "\"aftersale_status\":%d,\"refund_type\":%d,\"refund_status\":%d}",
                    parcel.tracking, there ? parcel.company->name : "", (long long)s->id,
                    (int)s->status, s->refund_type, s->refund_status);
}

static void write_order_info(dyface_call *call, const world_aftersale_state *s, yyjson_val *line) {
    world_order_state order;
    (void)world_order_state_at(call->world, s->sale.order, call->now, &order);
    base_str pid = base_str_of(order.id_text);
    pid.len -= pid.len > 0 && pid.ptr[pid.len - 1] == 'A';
    base_buf_add_text(call->out, "{\"order_id\":");
    base_buf_add_str(call->out, dyface_text_of(call, line, "sku_order_id"));
    base_buf_add_text(call->out, ",\"pid\":");
    base_buf_add_str(call->out, pid);
    int status = world_douyin_status(&order);
    base_buf_printf(call->out, ",\"order_status\":%d,\"final_status\":%d,\"status_desc\":\"%s\",",
                    status, status, world_aftersale_status_text(s->status));
    add_time(call->out, "create_time", order.created);
    base_buf_add_char(call->out, ',');
    add_time(call->out, "receipt_time", order.finished);
    base_buf_printf(
        call->out,
        ",\"combo_num\":%lld,\"combo_amount\":%lld,\"total_amount\":%lld,"
        "\"pay_amount\":%lld,\"shop_id\":%lld,\"product_id\":%lld,\"product_name\":",
        (long long)dyface_i64_of(line, "item_num", 0), (long long)dyface_i64_of(line, "price", 0),
        (long long)(dyface_i64_of(line, "price", 0) * dyface_i64_of(line, "item_num", 0)),
        (long long)dyface_i64_of(line, "pay_amount", 0),
        (long long)world_shop_at(call->world, call->shop)->shop_id,
        (long long)dyface_i64_of(line, "product_id", 0));
    face_add_json(call->out, yyjson_obj_get(line, "product_name"));
    base_buf_add_text(call->out, ",\"product_img\":");
    face_add_json(call->out, yyjson_obj_get(line, "product_image"));
    base_buf_add_char(call->out, '}');
}

/* The lines of the row whose number was asked for; the first otherwise. */
static yyjson_val *line_of(dyface_call *call, yyjson_val *row, base_str id) {
    size_t i;
    size_t n;
    yyjson_val *line;
    yyjson_val *lines = codec_json_at(row, "order_info.related_order_info");
    yyjson_arr_foreach(lines, i, n, line) {
        if (base_str_eq(dyface_text_of(call, line, "sku_order_id"), id)) {
            return line;
        }
    }
    return yyjson_arr_get_first(lines);
}

static bool run_process(dyface_call *call) {
    world_aftersale_state last;
    world_aftersale_state sales[WORLD_MAX_SALES];
    base_str id = dyface_text(call, "order_id");
    if (!dyface_sale_of_line(call, id, &last)) {
        return dyface_invalid(call, INVALID, "order_id", "names no order line with an after-sale");
    }
    yyjson_val *row = row_of(call, last.sale);
    base_buf_add_text(call->out, "{\"order_info\":");
    write_order_info(call, &last, line_of(call, row, id));
    base_buf_add_text(call->out, ",\"process_info\":");
    write_process(call, &last);
    base_buf_printf(call->out,
                    ",\"aftersale_info\":{\"aftersale_type\":%d,\"aftersale_type_text\":\"%s\"},"
                    "\"logs\":",
                    (int)last.kind, world_aftersale_kind_text(last.kind));
    world_render_aftersale_logs(call->world, last.sale, call->now, call->out);
    base_buf_printf(call->out,
                    ",\"refund_total_amount\":%lld,\"refund_post_amount\":%lld,"
                    "\"process_info_list\":[",
                    (long long)last.refund_fen, (long long)last.post_fen);
    unsigned count = world_order_aftersales(call->world, last.sale.order, call->now, sales);
    bool first = true;
    for (unsigned i = 0; i < count; i++) {
        if (sales[i].line_mask & last.line_mask) {
            base_buf_printf(call->out, "%s{\"process_info\":", first ? "" : ",");
            first = false;
            write_process(call, &sales[i]);
            base_buf_add_text(call->out, ",\"logs\":");
            world_render_aftersale_logs(call->world, sales[i].sale, call->now, call->out);
            base_buf_add_char(call->out, '}');
        }
    }
    base_buf_add_text(call->out, "]}");
    return true;
}

/* ---- afterSale.refundListSearch ---- */

static bool read_search(dyface_call *call, world_aftersale_query *q) {
    memset(q, 0, sizeof *q);
    q->shop = call->shop;
    q->order = WORLD_NONE;
    if (dyface_has(call, "logistics_code")) {
        return dyface_invalid(call, INVALID, "logistics_code",
                              "is a filter that the sandbox does not model");
    }
    if (dyface_has(call, "order_id")) {
        q->order = world_order_find(call->world, call->shop, dyface_text(call, "order_id"));
        q->none = q->order == WORLD_NONE;
    }
    if (dyface_has(call, "aftersale_id")) {
        q->none =
            q->none || !base_str_to_i64(dyface_text(call, "aftersale_id"), &q->id) || q->id <= 0;
    }
    int64_t from = 0;
    int64_t to = call->now;
    if ((dyface_has(call, "start_time") &&
         !base_time_from_cn(dyface_text(call, "start_time"), &from)) ||
        (dyface_has(call, "end_time") && !base_time_from_cn(dyface_text(call, "end_time"), &to)) ||
        to < from) {
        return dyface_invalid(call, INVALID, "start_time",
                              "and end_time are yyyy-MM-dd HH:mm:ss, in order");
    }
    q->applied_from = from > 0 ? from : 1;
    q->applied_to = to + 1;
    int64_t kind = dyface_i64(call, "type", -1);
    int64_t status = dyface_i64(call, "status", -1);
    int64_t refund = dyface_i64(call, "refund_type", -1);
    int64_t pay = dyface_i64(call, "pay_type", 1);
    int64_t parcel = dyface_i64(call, "logistics_status", 1);
    int64_t judge = dyface_i64(call, "arbitrate_status", -1);
    q->none = q->none || dyface_i64(call, "risk_flag", -1) == 1 || kind >= WORLD_SALE_KINDS ||
              status > 63 || refund > 4 || judge > 255;
    if (q->none) {
        return true;
    }
    q->kind_mask = kind >= 0 ? 1U << kind : 0;
    q->status_mask = status > 0 ? 1ULL << status : 0;
    q->refund_type_mask = refund >= 0 ? 1U << refund : 0;
    q->cod = pay == 2 ? 1 : pay == 3 ? 2 : 0;
    q->sent_back = parcel == 2 ? 1 : parcel == 3 ? 2 : 0;
    q->arbitrate_mask = judge >= 0 ? 1U << ((judge == 6 ? 255 : judge) & 7) : 0;
    bool by_update = base_str_is(dyface_text(call, "order_by"), "update_time");
    q->order_by[0].by = by_update ? WORLD_SALE_BY_MODIFIED : WORLD_SALE_BY_APPLIED;
    q->order_by[0].descending = dyface_bool(call, "is_desc", true);
    return true;
}

static void write_items(dyface_call *call, const world_aftersale_state *s, yyjson_val *row) {
    size_t i;
    size_t n;
    yyjson_val *line;
    yyjson_arr_foreach(codec_json_at(row, "order_info.related_order_info"), i, n, line) {
        base_buf_printf(call->out, "%s{\"order_id\":", i > 0 ? "," : "");
        base_buf_add_str(call->out, dyface_text_of(call, line, "sku_order_id"));
        base_buf_printf(call->out, ",\"product_id\":%lld,\"product_name\":",
                        (long long)dyface_i64_of(line, "product_id", 0));
        face_add_json(call->out, yyjson_obj_get(line, "product_name"));
        base_buf_add_text(call->out, ",\"product_img\":");
        face_add_json(call->out, yyjson_obj_get(line, "product_image"));
        base_buf_printf(call->out,
                        ",\"num\":%lld,\"pay_amount\":%lld,\"post_amount\":%lld,\"refund_amount\":"
                        "%lld,\"refund_post_amount\":%lld,\"part_type\":%d,\"sku_spec\":",
                        (long long)dyface_i64_of(line, "aftersale_item_num", 0),
                        (long long)dyface_i64_of(line, "pay_amount", 0),
                        (long long)dyface_i64_of(line, "post_amount", 0),
                        (long long)dyface_i64_of(line, "aftersale_pay_amount", 0),
                        (long long)dyface_i64_of(line, "aftersale_post_amount", 0), s->part);
        face_add_json(call->out, yyjson_obj_get(line, "sku_spec"));
        base_buf_add_text(call->out, ",\"aftersale_service\":[\"七天无理由\"],");
        add_time(call->out, "create_time", dyface_i64_of(line, "create_time", 0));
        base_buf_add_char(call->out, '}');
    }
}

static void write_found(dyface_call *call, const world_aftersale_state *s, yyjson_val *row) {
    world_aftersale_parcel parcel = { 0 };
    bool back = world_aftersale_return_parcel(call->world, s->sale, call->now, &parcel);
    world_order_state order;
    (void)world_order_state_at(call->world, s->sale.order, call->now, &order);
    base_str pid = base_str_of(order.id_text);
    pid.len -= pid.len > 0 && pid.ptr[pid.len - 1] == 'A';
    base_buf_add_text(call->out, "{\"pid\":");
    base_buf_add_str(call->out, pid);
    base_buf_add_text(call->out, ",\"order_id\":");
    base_buf_add_str(call->out,
                     dyface_text_of(call, codec_json_at(row, "aftersale_info"), "related_id"));
    base_buf_printf(call->out, ",\"aftersale_id\":%lld,", (long long)s->id);
    add_time(call->out, "apply_time", s->applied);
    base_buf_printf(call->out, ",\"aftersale_type\":%d,\"deadline_type\":%d,", (int)s->kind,
                    s->deadline ? 1 : 0);
    add_time(call->out, "status_deadline", s->deadline);
    const char *text = world_aftersale_status_text(s->status);
    base_buf_printf(call->out,
                    ",\"reason_desc\":\"%s\",\"aftersale_status\":%d,\"aftersale_status_desc\":"
                    "\"%s\",\"aftersale_process_desc\":\"%s\",\"return_status_desc\":\"%s\","
                    "\"refund_type\":%d,\"aftersale_refund_type_desc\":\"%s\",\"refund_status\":%d,"
                    "\"part_type\":%d,\"post_receiver\":\"\",\"arbitrate_status\":%d,"
                    "\"urge_sms_cnt\":0,\"aftersale_items\":[",
                    world_aftersale_reason_text(s->reason_code), (int)s->status, text, text,
                    s->sent_back ? "已退货" : "未退货", s->refund_type,
                    s->refund_type == 0   ? "原路退款"
                    : s->refund_type == 1 ? "货到付款线下退款"
                                          : "无需退款",
                    s->refund_status, s->part, s->arbitrate_status);
    write_items(call, s, row);
    base_buf_printf(call->out,
                    "],\"aftersale_record_items\":[{\"order_id\":%s,\"aftersale_id\":%lld,"
                    "\"aftersale_order_type\":1,\"op_type\":\"%s\",\"role\":\"商家\",\"op_name\":"
                    "\"店铺客服\",",
                    base_arena_dup(call->face->arena, pid), (long long)s->id, text);
    add_time(call->out, "op_time", s->modified);
    base_buf_printf(call->out,
                    ",\"conclusion\":0,\"comment\":\"\",\"evidence\":[],\"remark\":\"\","
                    "\"got_pkg\":%d,\"refund_type\":%d,\"logistics_code\":\"%s\",\"company_code\":"
                    "\"%s\",\"company_name\":\"%s\"}]}",
                    s->got_pkg, s->refund_type, parcel.tracking,
                    back ? parcel.company->douyin_code : "", back ? parcel.company->name : "");
}

static bool run_search(dyface_call *call) {
    world_aftersale sales[SALE_PAGE_ROWS];
    world_aftersale_query query;
    uint64_t total = 0;
    uint32_t count = 0;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 10);
    if (page < 0 || size < 1 || size > SALE_PAGE_ROWS || page > LAST_PAGE) {
        return dyface_invalid(call, INVALID, "page or size", "is out of its range");
    }
    if (!read_search(call, &query)) {
        return false;
    }
    if (world_aftersales(call->world, &query, call->now, (uint64_t)(page * size), (uint32_t)size,
                         &total, sales, &count, NULL) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:10002", "out of memory");
    }
    base_buf_add_text(call->out, "{\"aftersale_list\":[");
    for (uint32_t i = 0; i < count; i++) {
        world_aftersale_state state;
        size_t docs = call->doc_count;
        (void)world_aftersale_state_at(call->world, sales[i], call->now, &state);
        base_buf_add_text(call->out, i > 0 ? "," : "");
        write_found(call, &state, row_of(call, sales[i]));
        while (call->doc_count > docs) {
            yyjson_doc_free(call->docs[--call->doc_count]);
        }
    }
    base_buf_printf(call->out, "],\"total\":%llu}", (unsigned long long)total);
    return true;
}

static const dyface_method methods[] = {
    { "afterSale.orderList", "start_time:s end_time:s order_by:s page:i type:i is_desc:b size:i",
      INVALID, INVALID, run_shipped, false },
    { "refund.orderList", "start_time:s end_time:s order_by:s page:i type:i is_desc:b size:i",
      INVALID, INVALID, run_unshipped, false },
    { "afterSale.refundProcessDetail", "order_id*s", INVALID, INVALID, run_process, false },
    { "afterSale.refundListSearch",
      "order_id:s aftersale_id:s risk_flag:i start_time:s end_time:s type:i status:i pay_type:i "
      "refund_type:i arbitrate_status:i logistics_status:i logistics_code:s page:i size:i "
      "is_desc:b order_by:s",
      INVALID, INVALID, run_search, false },
};

const dyface_method *dyface_aftersale_old_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
