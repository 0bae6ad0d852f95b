/*
 * Bill files: a request gives a number, some polls later a link, and the link a CSV of the world's
 * own settlements. Links die after an hour of the world's time (GreaterWMS' plugin), files after a
 * day (the sandbox's own bound); a file is ready after two polls or five seconds. The file's door
 * takes neither token nor signature, and parts of a file (Range).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/douyin/bill.h"

enum {
    TASKS = 256,
    READY_POLLS = 2,
    READY_S = 5,
    DAY_S = 86400,
    READY_HOUR = 10, /* on the next day, +08:00 */
    LINK_LIFE_S = 3600,
    FILE_LIFE_S = 86400,
    FILE_BYTES = 512 * 1024 * 1024
};

static const char path_of_files[] = "/_files/bill/";

typedef struct bill_task {
    uint64_t number; /* 0 = free */
    dyface_bill_form form;
    world_bill_query query;
    int64_t asked;
    unsigned polls;
} bill_task;

struct face_bills {
    uint64_t last;
    bill_task tasks[TASKS]; /* the newest ones */
};

void face_bills_free(sandbox *sb) {
    free(sb->bills);
}

/* ---- asking ---- */

static bool run_ask(dyface_call *call, dyface_bill_form form) {
    sandbox *sb = call->face->sb;
    world_bill_query query;
    if (!dyface_bill_terms(call, form == DYFACE_SETTLE, &query)) {
        return false;
    }
    if (!query.by_ordered && query.to > world_bills_until(call->now, READY_HOUR)) {
        return dyface_fail(call, 50002, "isv.business-failed:100027",
                           "账单明细未完全生成，暂不支持下载，避免下载的明细数据不全");
    }
    if (sb->bills == NULL) {
        sb->bills = calloc(1, sizeof *sb->bills);
    }
    if (sb->bills == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:100001", "out of memory");
    }
    uint64_t number = ++sb->bills->last;
    sb->bills->tasks[number % TASKS] =
        (bill_task){ .number = number, .form = form, .query = query, .asked = call->now };
    if (query.to - query.from <= DAY_S) {
        sb->bills->tasks[number % TASKS].polls = READY_POLLS; /* one day is made at once */
    }
    base_buf_printf(call->out,
                    "{\"download_id\":\"%s%llu\",\"code\":\"100000\",\"code_msg\":\"成功\"}",
                    form == DYFACE_ACCOUNT ? "A" : "S", (unsigned long long)number);
    return true;
}

static bool run_ask_settle(dyface_call *call) {
    return run_ask(call, DYFACE_SETTLE);
}

static bool run_ask_account(dyface_call *call) {
    return run_ask(call, DYFACE_ACCOUNT);
}

/* ---- polling ---- */

static bill_task *find_task(sandbox *sb, base_str id) {
    int64_t number = 0;
    if (sb->bills == NULL || id.len < 2 ||
        !base_str_to_i64((base_str){ id.ptr + 1, id.len - 1 }, &number) || number <= 0) {
        return NULL;
    }
    bill_task *task = &sb->bills->tasks[(uint64_t)number % TASKS];
    bool fits =
        task->number == (uint64_t)number && (task->form == DYFACE_ACCOUNT) == (id.ptr[0] == 'A');
    return fits ? task : NULL;
}

/* 100000, or why there is no file. */
static int state_of(dyface_call *call, bill_task *task, dyface_bill_form form) {
    if (task == NULL || task->query.shop != call->shop || task->form != form) {
        return 100002;
    }
    if (call->now >= task->asked + FILE_LIFE_S) {
        return 100016;
    }
    bool ready = task->polls >= READY_POLLS || call->now >= task->asked + READY_S;
    task->polls++;
    return ready ? 100000 : 100015;
}

static uint64_t proof_of(const sandbox *sb, uint64_t number, int64_t until) {
    return base_mix(base_mix(sb->seed ^ 0x62696c6cULL, number), (uint64_t)until);
}

static void write_link(dyface_call *call, const bill_task *task) {
    base_str host = httpd_header_get(call->face->request, "Host");
    int64_t until = call->now + LINK_LIFE_S;
    base_buf_printf(call->out, "\"url\":\"http://%.*s%s%c%llu/%lld/%016llx.csv\"",
                    host.len > 0 ? (int)host.len : 9, host.len > 0 ? host.ptr : "127.0.0.1",
                    path_of_files, task->form == DYFACE_ACCOUNT ? 'A' : 'S',
                    (unsigned long long)task->number, (long long)until,
                    (unsigned long long)proof_of(call->face->sb, task->number, until));
}

static const char *meaning_of(int state) {
    switch (state) {
    case 100002:
        return "下载记录不存在";
    case 100015:
        return "文件还未生成";
    case 100016:
        return "文件已经失效";
    default:
        return "成功";
    }
}

/* Its codes stand inside the data. */
static bool run_poll_settle(dyface_call *call) {
    bill_task *task = find_task(call->face->sb, dyface_text(call, "download_id"));
    int state = state_of(call, task, DYFACE_SETTLE);
    base_buf_printf(call->out, "{\"code\":\"%d\",\"code_msg\":\"%s\",", state, meaning_of(state));
    if (state == 100000) {
        write_link(call, task);
    } else {
        base_buf_add_text(call->out, "\"url\":\"\"");
    }
    base_buf_add_char(call->out, '}');
    return true;
}

/* Its codes are the envelope's. */
static bool run_poll_account(dyface_call *call) {
    bill_task *task = find_task(call->face->sb, dyface_text(call, "download_id"));
    int state = state_of(call, task, DYFACE_ACCOUNT);
    if (state == 100015) {
        return dyface_fail(call, 50002, "isv.business-failed:100015", "%s", meaning_of(state));
    }
    if (state != 100000) {
        return dyface_fail(call, 40004,
                           state == 100002 ? "isv.parameter-invalid:100002"
                                           : "isv.parameter-invalid:100016",
                           "%s", meaning_of(state));
    }
    base_buf_add_char(call->out, '{');
    write_link(call, task);
    base_buf_add_char(call->out, '}');
    return true;
}

/* ---- the file ---- */

static bool write_file(face_call *call, const bill_task *task) {
    qd_err err = QD_ERR_INIT;
    world_bill *rows = NULL;
    size_t count = 0;
    base_buf *out = &call->response->body;
    const world_shop *shop = world_shop_at(call->sb->world, task->query.shop);
    int64_t until = world_bills_until(task->asked, READY_HOUR);
    if (world_bills(call->sb->world, &task->query, until - 1, &rows, &count, &err) != QD_OK) {
        return false;
    }
    base_buf_clear(out);
    base_buf_init(out, FILE_BYTES);
    dyface_bill_csv(shop, task->form, NULL, out);
    for (size_t i = 0; i < count; i++) {
        dyface_bill_csv(shop, task->form, &rows[i], out);
    }
    free(rows);
    return !out->failed;
}

static void add_header(httpd_response *response, const char *name, const char *text) {
    response->extra[response->extra_count++] =
        (httpd_header){ base_str_of(name), base_str_of(text) };
}

/* "bytes=100-" or "bytes=100-199" of a file of so many bytes. */
static bool read_range(base_str text, size_t size, size_t *from, size_t *to) {
    static const char unit[] = "bytes=";
    const char *dash = text.len > 6 ? memchr(text.ptr, '-', text.len) : NULL;
    int64_t first = 0, last = (int64_t)size - 1;
    if (dash == NULL || memcmp(text.ptr, unit, sizeof unit - 1) != 0) {
        return false;
    }
    base_str low = { text.ptr + sizeof unit - 1, (size_t)(dash - text.ptr) - (sizeof unit - 1) };
    base_str high = { dash + 1, text.len - (size_t)(dash + 1 - text.ptr) };
    if (!base_str_to_i64(low, &first) || (high.len > 0 && !base_str_to_i64(high, &last)) ||
        first < 0 || first >= (int64_t)size || last < first) {
        return false;
    }
    *from = (size_t)first;
    *to = last < (int64_t)size ? (size_t)last + 1 : size;
    return true;
}

/* Headers are copied when the handler has returned: their texts wait in the thread. */
static void serve_part(face_call *call, const bill_task *task) {
    static _Thread_local char etag[48], range[96];
    httpd_response *response = call->response;
    base_buf *body = &response->body;
    size_t size = body->len, from = 0, to = size;
    (void)snprintf(etag, sizeof etag, "\"bill-%llu\"", (unsigned long long)task->number);
    base_str match = httpd_header_get(call->request, "If-Range");
    bool whole = match.len > 0 && !base_str_is(match, etag);
    response->content_type = "text/csv;charset=UTF-8";
    add_header(response, "ETag", etag);
    add_header(response, "Accept-Ranges", "bytes");
    if (!whole && read_range(httpd_header_get(call->request, "Range"), size, &from, &to)) {
        (void)snprintf(range, sizeof range, "bytes %zu-%zu/%zu", from, to - 1, size);
        add_header(response, "Content-Range", range);
        memmove(body->data, body->data + from, to - from);
        body->len = to - from;
        body->data[body->len] = '\0';
        response->status = 206;
    }
}

/* The storage's own refusal; which one the platform's has, no source tells. */
static void refuse_file(face_call *call, int status, const char *code) {
    call->response->status = status;
    call->response->content_type = "application/xml";
    base_buf_reset(&call->response->body);
    base_buf_printf(&call->response->body, "<Error><Code>%s</Code></Error>", code);
}

static const bill_task *task_of_link(face_call *call, base_str path, bool *out_dead) {
    unsigned long long number = 0, proof = 0;
    long long until = 0;
    char text[160], letter = 0;
    int used = 0;
    *out_dead = false;
    if (path.len >= sizeof text) {
        return NULL;
    }
    (void)base_copy(text, sizeof text, path);
    if (sscanf(text, "/_files/bill/%c%20llu/%20lld/%16llx.csv%n", &letter, &number, &until, &proof,
               &used) != 4 ||
        (size_t)used != path.len || proof != proof_of(call->sb, number, until)) {
        return NULL;
    }
    *out_dead = call->now >= until;
    base_buf id;
    base_buf_init(&id, 32);
    base_buf_printf(&id, "%c%llu", letter, number);
    const bill_task *task = find_task(call->sb, base_buf_str(&id));
    base_buf_clear(&id);
    return task;
}

void face_files(face_call *call, base_str path) {
    bool dead = false;
    face_fault fault = face_fault_draw(call, BASE_STR("bill.file"), false);
    face_count(&call->sb->methods, BASE_STR("bill.file"));
    if (face_fault_before(call, fault)) {
        return;
    }
    const bill_task *task = task_of_link(call, path, &dead);
    if (task == NULL) {
        refuse_file(call, 404, "NoSuchKey");
    } else if (dead) {
        refuse_file(call, 403, "AccessDenied");
    } else if (!write_file(call, task)) {
        refuse_file(call, 500, "InternalError");
    } else {
        serve_part(call, task);
    }
    /* A whole file with something wrong inside cannot be told from a right one: only cuts. */
    bool cut = fault == FACE_FAULT_CUT_AFTER || fault == FACE_FAULT_TRUNCATED ||
               fault == FACE_FAULT_GARBAGE;
    face_fault_after(call, cut ? FACE_FAULT_TRUNCATED : fault);
}

static const dyface_method methods[] = {
    { "order.downloadSettleItemToShop",
      "start_time*s end_time*s time_type*s order_id:s bill_id:s product_id:s pay_type:s "
      "flow_type:s",
      100026, 100026, run_ask_settle, false },
    { "order.downloadToShop", "download_id*s", 100026, 100026, run_poll_settle, false },
    { "order.downloadShopAccountItem",
      "start_time:s end_time:s order_id:s account_type:i biz_type:i time_type:i product_id:s", 500,
      500, run_ask_account, false },
    { "order.downloadShopAccountItemFile", "download_id*s", 500, 500, run_poll_account, false },
};

const dyface_method *dyface_bill_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
