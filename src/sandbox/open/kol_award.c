/*
 * Alliance, what a client_token or nobody's token asks: categories, SKUs, links with a pick source;
 * and award tasks, shown by the mobile pages and applied for by the creator. Fields as in kol.c.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/open/kol.h"
#include "sandbox/open/state.h"

enum { TASK_PRODUCTS = 5 };

/* ---- categories, SKUs ---- */

typedef struct category {
    int64_t id, parent;
    const char *name;
} category;

static const category categories[] = {
    { 20000, 0, "服饰内衣" }, { 20001, 20000, "女装" },     { 20002, 20000, "男装" },
    { 20100, 0, "食品饮料" }, { 20101, 20100, "零食坚果" }, { 20102, 20100, "茶叶" },
    { 20200, 0, "智能家居" }, { 20201, 20200, "厨房用品" },
};

static bool has_children(int64_t id) {
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        if (categories[i].parent == id) {
            return true;
        }
    }
    return false;
}

static bool run_categories(open_call *call, base_buf *out) {
    int64_t parent = kol_number(call, "parent_id", 0);
    bool any = false;
    base_buf_add_text(out, "\"categories\":[");
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        const category *at = &categories[i];
        if (at->parent == parent) {
            base_buf_printf(out, "%s{\"id\":%lld,\"name\":\"%s\",\"parent_id\":%lld,\"leaf\":%s}",
                            any ? "," : "", (long long)at->id, at->name, (long long)parent,
                            has_children(at->id) ? "false" : "true");
            any = true;
        }
    }
    base_buf_add_char(out, ']');
    return true;
}

static bool run_skus(open_call *call, base_buf *out) {
    uint32_t product = state_product_find(call->face, kol_text(call, "product_id"));
    if (product == WORLD_NONE) {
        return open_fail(call, KOL_CODE_PARAM, "product_id names no product on sale");
    }
    base_buf_add_text(out, "\"skus\":");
    return world_render_skus(call->face->sb->world, product, call->face->now, out);
}

/* ---- links ---- */

/* The number behind "id=" in a product's URL. */
static base_str id_in(base_str url) {
    const char *at = url.len > 3 ? memmem(url.ptr, url.len, "id=", 3) : NULL;
    size_t len = 0;
    if (at == NULL) {
        return (base_str){ "", 0 };
    }
    at += 3;
    size_t left = url.len - (size_t)(at - url.ptr);
    while (len < left && at[len] >= '0' && at[len] <= '9') {
        len++;
    }
    return (base_str){ at, len };
}

/* The same product and extra give the same source, as long as it is remembered. */
static const state_pick *pick_of(open_call *call, struct open_state *state, uint32_t product,
                                 base_str extra) {
    size_t known = state->picked < STATE_PICKS ? state->picked : STATE_PICKS;
    for (size_t i = 0; i < known; i++) {
        if (state->picks[i].product == product && base_str_is(extra, state->picks[i].extra)) {
            return &state->picks[i];
        }
    }
    state_pick *pick = &state->picks[state->picked++ % STATE_PICKS];
    memset(pick, 0, sizeof *pick);
    pick->product = product;
    (void)base_copy(pick->extra, sizeof pick->extra, extra);
    const char *source = face_hex_shape(base_mix(call->face->sb->seed, product), state->picked,
                                        call->face->arena, "v.xxxxxxxx");
    (void)base_copy(pick->source, sizeof pick->source, base_str_of(source));
    return pick;
}

static bool run_convert(open_call *call, base_buf *out) {
    struct open_state *state = open_state_of(call->face->sb);
    base_str url = kol_text(call, "product_url");
    base_str extra = kol_text(call, "pick_extra");
    uint32_t product = state_product_find(call->face, id_in(url));
    if (state == NULL || product == WORLD_NONE) {
        return open_fail(call, KOL_CODE_PARAM, "product_url names no product on sale (id=...)");
    }
    if (extra.len >= sizeof state->picks[0].extra) {
        return open_fail(call, KOL_CODE_PARAM, "pick_extra is longer than %zu bytes",
                         sizeof state->picks[0].extra - 1);
    }
    const state_pick *pick = pick_of(call, state, product, extra);
    base_buf text;
    base_buf_init(&text, LIMIT_URL_BYTES);
    base_buf_add_str(&text, url);
    base_buf_printf(&text, "%spick_source=%s", memchr(url.ptr, '?', url.len) ? "&" : "?",
                    pick->source);
    base_buf_printf(out, "\"pick_source\":\"%s\",\"product_url\":", pick->source);
    codec_json_quote(out, base_buf_str(&text));
    base_buf_clear(&text);
    return true;
}

/* ---- award tasks ---- */

static const struct {
    const char *id, *title;
    bool open;
} tasks[STATE_TASKS] = { { "7300000000000000001", "秋装爆款冲榜", true },
                         { "7300000000000000002", "零食节达人专场", true },
                         { "7300000000000000003", "已结束的任务", false } };

static size_t task_find(base_str id) {
    size_t i = 0;
    while (i < STATE_TASKS && !base_str_is(id, tasks[i].id)) {
        i++;
    }
    return i;
}

static base_str task_id(open_call *call) {
    return open_is_get(call) ? face_param_text(&call->query, "task_id") : kol_text(call, "task_id");
}

static bool run_task(open_call *call, base_buf *out) {
    size_t task = task_find(task_id(call));
    const struct open_state *state = open_state_of(call->face->sb);
    if (task == STATE_TASKS || state == NULL) {
        return open_fail(call, KOL_CODE_PARAM, "task_id names no task");
    }
    base_buf_printf(out,
                    "\"task_id\":\"%s\",\"task_name\":\"%s\",\"status\":%d,\"product_count\":%d,"
                    "\"apply_count\":%d",
                    tasks[task].id, tasks[task].title, tasks[task].open ? 1 : 2, (int)TASK_PRODUCTS,
                    state->applied[task] ? 1 : 0);
    return true;
}

static bool run_task_products(open_call *call, base_buf *out) {
    size_t task = task_find(task_id(call));
    uint64_t offset;
    uint32_t limit;
    uint64_t total = 0;
    static const base_str any = { "", 0 };
    if (task == STATE_TASKS) {
        return open_fail(call, KOL_CODE_PARAM, "task_id names no task");
    }
    if (!kol_page(call, 20, 100, &offset, &limit)) {
        return false;
    }
    (void)state_product_at(call->face, any, 0, &total);
    total = total < TASK_PRODUCTS ? total : TASK_PRODUCTS;
    base_buf_printf(out, "\"total\":%llu,\"list\":[", (unsigned long long)total);
    for (uint64_t i = offset; i < total && i < offset + limit; i++) {
        uint64_t all = 0;
        base_buf_add_text(out, i > offset ? "," : "");
        state_product_write(call, state_product_at(call->face, any, i, &all), out);
    }
    base_buf_add_char(out, ']');
    return true;
}

static bool run_apply(open_call *call, base_buf *out) {
    size_t task = task_find(task_id(call));
    struct open_state *state = open_state_of(call->face->sb);
    (void)out;
    if (task == STATE_TASKS || state == NULL) {
        return open_fail(call, KOL_CODE_PARAM, "task_id names no task");
    }
    if (!tasks[task].open) {
        return open_fail(call, KOL_CODE_STATE, "the task has ended");
    }
    if (state->applied[task]) {
        return open_fail(call, KOL_CODE_STATE, "the creator has applied for this task already");
    }
    state->applied[task] = true;
    return true;
}

kol_run kol_award_find(base_str name) {
    static const struct {
        const char *name;
        kol_run run;
    } methods[] = {
        { "materials.product.category", run_categories }, { "product.skus", run_skus },
        { "product.picksource.convert", run_convert },    { "h5.award_task.detail", run_task },
        { "h5.award_task.products", run_task_products },  { "colonel.award_task.apply", run_apply }
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (base_str_is(name, methods[i].name)) {
            return methods[i].run;
        }
    }
    return NULL;
}
