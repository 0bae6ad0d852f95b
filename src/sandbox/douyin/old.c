/*
 * The old order.list and order.detail (docs 15/55, 15/68): times as text, parent ids with the
 * suffix A, pages from 0 to 99, ten rows unless asked. Their rows are the same orders with the old
 * names, copied from the present document.
 */
#include <string.h>

#include "sandbox/douyin/aftersale.h"

enum { PAGE_ROWS = 100, LAST_PAGE = 99, CALLS_A_MINUTE = 1000 };

typedef struct old_field {
    const char *name; /* in the old answer */
    const char *from; /* dotted path in the present document */
} old_field;

static const old_field parent_fields[] = {
    { "shop_id", "shop_id" },
    { "open_id", "open_id" },
    { "order_status", "order_status" },
    { "order_type", "order_type" },
    { "post_addr", "post_addr" },
    { "post_receiver", "encrypt_post_receiver" },
    { "post_tel", "encrypt_post_tel" },
    { "buyer_words", "buyer_words" },
    { "seller_words", "seller_words" },
    { "create_time", "create_time" },
    { "update_time", "update_time" },
    { "pay_time", "pay_time" },
    { "pay_type", "pay_type" },
    { "exp_ship_time", "exp_ship_time" },
    { "logistics_time", "ship_time" },
    { "cancel_reason", "cancel_reason" },
    { "post_amount", "post_amount" },
    { "order_total_amount", "order_amount" },
    { "b_type", "b_type" },
    { "sub_b_type", "sub_b_type" },
};

static const old_field child_fields[] = {
    { "order_id", "order_id" },
    { "pid", "parent_order_id" },
    { "final_status", "order_status" },
    { "product_id", "product_id" },
    { "product_name", "product_name" },
    { "product_pic", "product_pic" },
    { "combo_id", "sku_id" },
    { "combo_amount", "origin_amount" },
    { "combo_num", "item_num" },
    { "code", "code" },
    { "spec_desc", "spec" },
    { "create_time", "create_time" },
    { "update_time", "update_time" },
    { "pay_time", "pay_time" },
    { "pay_type", "pay_type" },
    { "total_amount", "order_amount" },
};

static void copy_fields(yyjson_val *from, const old_field *fields, size_t count, base_buf *out) {
    for (size_t i = 0; i < count; i++) {
        yyjson_val *value = codec_json_at(from, fields[i].from);
        if (value != NULL) {
            base_buf_printf(out, ",\"%s\":", fields[i].name);
            face_add_json(out, value);
        }
    }
}

static void write_children(yyjson_val *lines, base_buf *out) {
    size_t i;
    size_t n;
    yyjson_val *line;
    base_buf_printf(out, ",\"child_num\":%zu,\"child\":[", yyjson_arr_size(lines));
    yyjson_arr_foreach(lines, i, n, line) {
        base_buf_printf(out, "%s{\"is_comment\":0", i > 0 ? "," : "");
        copy_fields(line, child_fields, sizeof child_fields / sizeof child_fields[0], out);
        base_buf_add_char(out, '}');
    }
    base_buf_add_char(out, ']');
}

bool dyface_old_order(dyface_call *call, uint32_t order) {
    world_order_state state;
    yyjson_doc *doc = NULL;
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    bool ok = world_order_state_at(call->world, order, call->now, &state) &&
              world_render_order(call->world, order, call->now, &text) &&
              codec_json_read(base_buf_str(&text), LIMIT_DOCUMENT_BYTES, &doc, NULL) == QD_OK;
    base_buf_clear(&text);
    if (!ok) {
        return dyface_fail(call, 20000, "isp.service-error:20004", "the order was not rendered");
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    size_t len = strlen(state.id_text);
    base_buf_printf(call->out, "{\"order_id\":\"%s%s\"", state.id_text,
                    len > 0 && state.id_text[len - 1] == 'A' ? "" : "A");
    copy_fields(root, parent_fields, sizeof parent_fields / sizeof parent_fields[0], call->out);
    write_children(yyjson_obj_get(root, "sku_order_list"), call->out);
    base_buf_add_char(call->out, '}');
    yyjson_doc_free(doc);
    return true;
}

/* Every world status with this old code; 0 when there is none. */
static uint32_t mask_of(int64_t code) {
    uint32_t mask = 0;
    for (int status = 0; status < WORLD_STATUSES; status++) {
        world_order_state state;
        memset(&state, 0, sizeof state);
        state.status = (world_status)status;
        if (world_douyin_status(&state) == code) {
            mask |= 1U << status;
        }
    }
    return mask;
}

static bool read_query(dyface_call *call, world_order_query *query) {
    int64_t from;
    int64_t to;
    memset(query, 0, sizeof *query);
    query->shop = call->shop;
    if (!base_time_from_cn(dyface_text(call, "start_time"), &from) ||
        !base_time_from_cn(dyface_text(call, "end_time"), &to) || to < from) {
        return dyface_invalid(call, 20011, "start_time",
                              "and end_time are yyyy-MM-dd HH:mm:ss, in order");
    }
    bool by_update = base_str_is(dyface_text(call, "order_by"), "update_time");
    query->order_by = by_update ? WORLD_BY_MODIFIED : WORLD_BY_CREATED;
    /* Sources disagree on is_desc; 1 = newest first is what two of three say. */
    query->descending = dyface_i64(call, "is_desc", 1) == 1;
    *(by_update ? &query->modified_from : &query->created_from) = from;
    *(by_update ? &query->modified_to : &query->created_to) = to + 1;
    if (dyface_has(call, "order_status")) {
        query->status_mask = mask_of(dyface_i64(call, "order_status", 0));
        if (query->status_mask == 0) {
            return dyface_invalid(call, 20012, "order_status",
                                  "is a status that the sandbox does not model");
        }
    }
    return true;
}

/* The one rate that a source names: order.list, 1000 calls a minute and access token. */
static bool within_budget(dyface_call *call) {
    face_tokens *tokens = &call->face->sb->tokens[call->shop];
    int64_t minute = call->now / 60;
    if (tokens->list_minute != minute) {
        tokens->list_minute = minute;
        tokens->list_calls = 0;
    }
    return ++tokens->list_calls <= CALLS_A_MINUTE ||
           dyface_fail(call, 60000, "isv.traffic-limited", "more than 1000 calls in this minute");
}

static bool run_list(dyface_call *call) {
    uint32_t orders[PAGE_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    world_order_query query;
    qd_err err = QD_ERR_INIT;
    int64_t page = dyface_i64(call, "page", 0);
    int64_t size = dyface_i64(call, "size", 10);
    if (page < 0 || page > LAST_PAGE) {
        return dyface_invalid(call, 10035, "page", "is 0 to 99");
    }
    if (size < 1 || size > PAGE_ROWS) {
        return dyface_invalid(call, 20008, "size", "is 1 to 100");
    }
    if (!within_budget(call) || !read_query(call, &query)) {
        return false;
    }
    if (world_orders(call->world, &query, call->now, (uint64_t)(page * size), (uint32_t)size,
                     &total, orders, &count, &err) != QD_OK) {
        return dyface_fail(call, 20000, "isp.service-error:20004", "%s", err.message);
    }
    base_buf_printf(call->out, "{\"total\":%llu,\"count\":%u,\"list\":[", (unsigned long long)total,
                    count);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            base_buf_add_char(call->out, ',');
        }
        if (!dyface_old_order(call, orders[i])) {
            return false;
        }
    }
    base_buf_add_text(call->out, "]}");
    face_shift(call->face, BASE_STR("order.list"), orders, count);
    return true;
}

static bool run_detail(dyface_call *call) {
    uint32_t order = dyface_order_of(call, "order_id");
    if (order == WORLD_NONE) {
        return false;
    }
    base_buf_add_text(call->out, "{\"total\":1,\"count\":1,\"list\":[");
    if (!dyface_old_order(call, order)) {
        return false;
    }
    base_buf_add_text(call->out, "]}");
    return true;
}

static const dyface_method methods[] = {
    { "order.list", "start_time*s end_time*s order_status:i order_by:s is_desc:i page:i size:i",
      20011, 20008, run_list, false },
    { "order.detail", "order_id*s", 20000, 20001, run_detail, false },
};

const dyface_method *dyface_old_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
