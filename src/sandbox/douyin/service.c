/*
 * Service requests of buyers: the old order.serviceList (docs 15/74), order.getServiceList
 * (15/266), order.serviceDetail (15/253) and order.replyService (15/75).
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum { PAGE_ROWS = 100, LAST_PAGE = 100000, ALL_ROWS = 100000 };

/* "2020-12-01 00:00:00" or unix seconds. */
static int64_t read_time(dyface_call *call, const char *name, int64_t fallback) {
    int64_t when = fallback;
    base_str text = dyface_text(call, name);
    if (text.len > 0 && !base_str_to_i64(text, &when)) {
        (void)base_time_from_cn(text, &when);
    }
    return when < 0 || when > DYFACE_LAST_TIME ? fallback : when;
}

static bool write_list(dyface_call *call, int64_t first_page, int status) {
    base_buf rows;
    uint64_t total = 0;
    int64_t page = dyface_i64(call, "page", first_page);
    int64_t size = dyface_i64(call, "size", 10);
    if (page < first_page || page > LAST_PAGE || size < 1) {
        return dyface_invalid(call, 10002, "page", "or size is out of its range");
    }
    size = size > PAGE_ROWS ? PAGE_ROWS : size; /* larger is clamped */
    int64_t from = read_time(call, "start_time", 0);
    int64_t to = read_time(call, "end_time", call->now) + 1;
    base_buf_init(&rows, LIMIT_REPLY_BYTES);
    bool ok = world_render_services(call->world, call->shop, status, from, to, call->now,
                                    (uint64_t)((page - first_page) * size), (uint32_t)size, &total,
                                    &rows);
    if (ok) {
        base_buf_printf(call->out, "{\"total\":%llu,\"list\":", (unsigned long long)total);
        base_buf_add_str(call->out, base_buf_str(&rows));
        base_buf_add_char(call->out, '}');
    }
    base_buf_clear(&rows);
    return ok || dyface_fail(call, 20000, "isp.service-error:10001", "the list was not made");
}

static bool run_list_old(dyface_call *call) {
    return write_list(call, 0, (int)dyface_i64(call, "status", -1));
}

static bool run_list(dyface_call *call) {
    if (dyface_has(call, "order_id") || dyface_has(call, "service_id")) {
        return dyface_invalid(call, 10002, "order_id and service_id",
                              "are filters that the sandbox does not model");
    }
    return write_list(call, 1, (int)dyface_i64(call, "status", -1));
}

static bool run_detail(dyface_call *call) {
    base_buf rows;
    uint64_t total = 0;
    int64_t id = dyface_i64(call, "service_id", 0);
    yyjson_val *list = NULL;
    base_buf_init(&rows, LIMIT_REPLY_BYTES);
    if (world_render_services(call->world, call->shop, -1, 0, call->now + 1, call->now, 0, ALL_ROWS,
                              &total, &rows)) {
        list = dyface_parse_nested(call, base_buf_str(&rows));
    }
    base_buf_clear(&rows);
    size_t i;
    size_t n;
    yyjson_val *row;
    yyjson_arr_foreach(list, i, n, row) {
        if (dyface_i64_of(row, "id", -1) == id) {
            base_buf_add_text(call->out, "{\"detail\":");
            face_add_json(call->out, row);
            base_buf_add_text(call->out, ",\"logs\":[]}");
            return true;
        }
    }
    return dyface_invalid(call, 10002, "service_id", "names no service request");
}

static bool run_reply(dyface_call *call) {
    world_deed deed = world_service_reply(call->world, call->shop, dyface_i64(call, "id", 0),
                                          dyface_text(call, "reply"), call->now);
    if (deed == WORLD_WRONG_STATE) {
        return dyface_fail(call, 20000, "isp.service-error:10009",
                           "this service request was answered before");
    }
    if (!dyface_deed(call, deed)) {
        return false;
    }
    base_buf_add_text(call->out, "null");
    return true;
}

static const dyface_method methods[] = {
    { "order.serviceList", "start_time:s end_time:s supply:i page:i status:i size:i", 10002, 10002,
      run_list_old, false },
    { "order.getServiceList",
      "start_time*i end_time*i status:i order_id:i service_id:i order_by:s page:i size:i order:s",
      10002, 10002, run_list, false },
    { "order.serviceDetail", "service_id*i", 10002, 10002, run_detail, false },
    { "order.replyService", "id*i reply*s evidence:s", 10002, 10002, run_reply, false },
};

const dyface_method *dyface_service_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
