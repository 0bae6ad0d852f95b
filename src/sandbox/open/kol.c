/*
 * Alliance, the creator's side: his window (list, add, remove), products to choose from, and the
 * orders that came through him. No source states the fields of these answers or the parameters of
 * search, details and orders: those here are the sandbox's own, see docs/platforms/alliance.md.
 */
#include <string.h>

#include "sandbox/open/kol.h"
#include "sandbox/open/state.h"

enum { PAGE_ROWS = 100, ORDER_ROWS = 100, SHARE = 3 }; /* every third order comes through him */

/* ---- parameters: beyond the catalogue's, so the body itself is read ---- */

base_str kol_text(open_call *call, const char *name) {
    return open_text(call, name);
}

int64_t kol_number(open_call *call, const char *name, int64_t fallback) {
    int64_t number = fallback;
    yyjson_val *value = yyjson_obj_get(call->body, name);
    if (value == NULL && open_is_get(call)) {
        base_str text = face_param_text(&call->query, name);
        return text.len > 0 && base_str_to_i64(text, &number) ? number : fallback;
    }
    return value != NULL && codec_json_i64(value, &number) ? number : fallback;
}

bool kol_page(open_call *call, int64_t fallback_size, int64_t most, uint64_t *out_offset,
              uint32_t *out_limit) {
    int64_t page = kol_number(call, "page", 1);
    int64_t size = kol_number(call, "page_size", fallback_size);
    if (page < 1 || page > INT32_MAX) {
        return open_fail(call, KOL_CODE_PARAM, "page begins with 1");
    }
    if (size < 1 || size > most) {
        return open_fail(call, KOL_CODE_PARAM, "page_size is 1 to %lld", (long long)most);
    }
    *out_offset = (uint64_t)(page - 1) * (uint64_t)size;
    *out_limit = (uint32_t)size;
    return true;
}

static struct open_state *state_of(open_call *call) {
    struct open_state *state = open_state_of(call->face->sb);
    if (state == NULL) {
        (void)open_fail(call, KOL_CODE_STATE, "the sandbox is out of memory");
    }
    return state;
}

/* ---- the window ---- */

/* A new creator's window holds the first products on sale. */
static void fill_window(open_call *call, struct open_state *state) {
    uint64_t total = 0;
    static const base_str any = { "", 0 };
    if (state->window_born) {
        return;
    }
    state->window_born = true;
    for (uint64_t i = 0; i < STATE_WINDOW_BORN; i++) {
        uint32_t product = state_product_at(call->face, any, i, &total);
        if (product != WORLD_NONE) {
            state->window[state->shown++] =
                (state_shown){ .product = product, .added_at = world_start(call->face->sb->world) };
        }
    }
}

static size_t window_find(const struct open_state *state, uint32_t product) {
    size_t i = 0;
    while (i < state->shown && state->window[i].product != product) {
        i++;
    }
    return i;
}

static bool run_window_list(open_call *call, base_buf *out) {
    uint64_t offset = 0;
    uint32_t limit = 0;
    struct open_state *state = state_of(call);
    if (state == NULL || !kol_page(call, 20, PAGE_ROWS, &offset, &limit)) {
        return false;
    }
    fill_window(call, state);
    base_buf_printf(out, "\"total\":%zu,\"results\":[", state->shown);
    for (uint64_t i = offset; i < state->shown && i < offset + limit; i++) {
        const state_shown *shown = &state->window[i];
        base_buf_add_text(out, i > offset ? "," : "");
        state_product_write(call, shown->product, out);
        out->len--; /* the object goes on */
        base_buf_printf(out, ",\"hide_status\":%s,\"add_time\":%lld}",
                        shown->hidden ? "true" : "false", (long long)shown->added_at);
    }
    base_buf_add_char(out, ']');
    return true;
}

static const char *add_one(open_call *call, struct open_state *state, base_str id) {
    uint32_t product = state_product_find(call->face, id);
    bool hidden = false;
    if (product == WORLD_NONE) {
        return "no such product on sale";
    }
    size_t at = window_find(state, product);
    if (at == STATE_WINDOW) {
        return "the window is full";
    }
    (void)codec_json_bool(yyjson_obj_get(call->body, "need_hide"), &hidden);
    bool keep = true;
    (void)codec_json_bool(yyjson_obj_get(call->body, "keep_picksource"), &keep);
    state_shown *shown = &state->window[at];
    if (at == state->shown) {
        *shown = (state_shown){ .product = product, .added_at = call->face->now };
        state->shown++;
        keep = false;
    }
    shown->hidden = hidden;
    if (!keep) {
        (void)base_copy(shown->extra, sizeof shown->extra, kol_text(call, "pick_extra"));
    }
    return NULL;
}

static bool run_window_add(open_call *call, base_buf *out) {
    yyjson_val *list = yyjson_obj_get(call->body, "products");
    struct open_state *state = state_of(call);
    size_t i, max;
    yyjson_val *item;
    if (state == NULL) {
        return false;
    }
    if (yyjson_arr_size(list) == 0) {
        return open_fail(call, KOL_CODE_MISSING, "products holds no product");
    }
    fill_window(call, state);
    base_buf_add_text(out, "\"results\":[");
    yyjson_arr_foreach(list, i, max, item) {
        base_str id = { "", 0 };
        (void)codec_json_text(yyjson_obj_get(item, "product_id"), call->face->arena, &id);
        const char *why = add_one(call, state, id);
        base_buf_add_text(out, i > 0 ? "," : "");
        base_buf_add_text(out, "{\"product_id\":");
        codec_json_quote(out, id);
        base_buf_printf(out, ",\"success\":%s,\"message\":\"%s\"}", why == NULL ? "true" : "false",
                        why == NULL ? "" : why);
    }
    base_buf_add_char(out, ']');
    return true;
}

static bool run_window_remove(open_call *call, base_buf *out) {
    struct open_state *state = state_of(call);
    base_str id = kol_text(call, "product_id");
    base_str promotion = kol_text(call, "promotion_id");
    if (state == NULL) {
        return false;
    }
    if (id.len == 0 && promotion.len > 1) {
        id = (base_str){ promotion.ptr + 1, promotion.len - 1 };
    }
    if (id.len == 0) {
        return open_fail(call, KOL_CODE_MISSING, "product_id or promotion_id is missing");
    }
    fill_window(call, state);
    size_t at = 0;
    for (world_product_state product; at < state->shown; at++) {
        if (world_product_state_at(call->face->sb->world, state->window[at].product,
                                   call->face->now, &product) &&
            base_str_is(id, product.id_text)) {
            break;
        }
    }
    if (at == state->shown) {
        return open_fail(call, KOL_CODE_STATE, "the window does not hold this product");
    }
    memmove(&state->window[at], &state->window[at + 1],
            (state->shown - at - 1) * sizeof state->window[0]);
    state->shown--;
    base_buf_add_text(out, "\"results\":[]");
    return true;
}

/* ---- products to choose from ---- */

static bool run_search(open_call *call, base_buf *out) {
    uint64_t offset = 0;
    uint32_t limit = 0;
    uint64_t total = 0;
    base_str title = kol_text(call, "title");
    if (!kol_page(call, 20, PAGE_ROWS, &offset, &limit)) {
        return false;
    }
    base_buf_add_text(out, "\"products\":[");
    for (uint64_t i = offset; i < offset + limit; i++) {
        uint32_t product = state_product_at(call->face, title, i, &total);
        if (product == WORLD_NONE) {
            break;
        }
        base_buf_add_text(out, i > offset ? "," : "");
        state_product_write(call, product, out);
    }
    base_buf_printf(out, "],\"total\":%llu", (unsigned long long)total);
    return true;
}

static bool run_details(open_call *call, base_buf *out) {
    yyjson_val *list = yyjson_obj_get(call->body, "product_ids");
    size_t i, max;
    yyjson_val *item;
    bool any = false;
    if (yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > PAGE_ROWS) {
        return open_fail(call, KOL_CODE_MISSING, "product_ids is a list of 1 to 100 ids");
    }
    base_buf_add_text(out, "\"products\":[");
    yyjson_arr_foreach(list, i, max, item) {
        base_str id = { "", 0 };
        (void)codec_json_text(item, call->face->arena, &id);
        uint32_t product = state_product_find(call->face, id);
        if (product != WORLD_NONE) {
            base_buf_add_text(out, any ? "," : "");
            state_product_write(call, product, out);
            any = true;
        }
    }
    base_buf_add_char(out, ']');
    return true;
}

/* ---- orders ---- */

/* Paid, and one of those that came through the creator. */
static bool is_his(const sandbox *sb, uint32_t order, int64_t now, world_order_state *out) {
    return base_mix(order, 31) % SHARE == 0 && world_order_state_at(sb->world, order, now, out) &&
           out->paid != 0;
}

static const char *flow_point(const world_order_state *order) {
    if (order->refund == WORLD_REFUND_DONE_ALL || order->status == WORLD_REFUNDED) {
        return "REFUND";
    }
    return order->status == WORLD_FINISHED ? "SETTLE" : "PAY_SUCC";
}

static void write_time(base_buf *out, const char *name, int64_t at) {
    char text[BASE_TIME_TEXT] = "";
    if (at != 0) {
        base_time_to_cn(at, text);
    }
    base_buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

static void write_order(open_call *call, const world_order_state *order, base_buf *out) {
    world *w = call->face->sb->world;
    yyjson_doc *doc = NULL;
    base_str id = { "", 0 };
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    (void)world_render_order(w, order->order, call->face->now, &text);
    (void)!codec_json_read(base_buf_str(&text), 0, &doc, NULL);
    yyjson_val *line =
        yyjson_arr_get_first(yyjson_obj_get(yyjson_doc_get_root(doc), "sku_order_list"));
    yyjson_val *name = yyjson_obj_get(line, "product_name");
    (void)codec_json_text(yyjson_obj_get(line, "product_id"), call->face->arena, &id);
    int ratio = state_commission(order->order);
    base_buf_printf(out, "{\"order_id\":\"%s\",\"product_id\":\"%.*s\",\"product_name\":",
                    order->id_text, (int)id.len, id.ptr);
    codec_json_quote(out, base_str_of(yyjson_is_str(name) ? yyjson_get_str(name) : ""));
    base_buf_printf(out,
                    ",\"shop_id\":\"%s\",\"author_openid\":\"%s\",\"flow_point\":\"%s\","
                    "\"pay_goods_amount\":%lld,\"commission_rate\":%d,"
                    "\"estimated_commission\":%lld",
                    world_shop_at(w, order->shop)->id_text, call->app->account, flow_point(order),
                    (long long)order->pay_fen, ratio, (long long)(order->pay_fen * ratio / 100));
    write_time(out, "pay_success_time", order->paid);
    write_time(out, "settle_time", order->status == WORLD_FINISHED ? order->finished : 0);
    write_time(out, "refund_time", order->status == WORLD_REFUNDED ? order->closed : 0);
    base_buf_add_char(out, '}');
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}

/* The creator's order at or after *place (a count over the orders of all Douyin shops). */
static bool next_order(const sandbox *sb, int64_t now, uint64_t *place, world_order_state *out) {
    uint64_t before = 0;
    for (uint32_t s = 0; s < world_shop_count(sb->world); s++) {
        const world_shop *shop = world_shop_at(sb->world, s);
        if (shop->platform != WORLD_DOUYIN) {
            continue;
        }
        for (; *place < before + shop->order_count; (*place)++) {
            uint32_t order = world_shop_order(sb->world, s, (uint32_t)(*place - before));
            if (is_his(sb, order, now, out)) {
                return true;
            }
        }
        before += shop->order_count;
    }
    return false;
}

/* A bound of pay time; false with the refusal set. */
static bool read_time(open_call *call, const char *name, int64_t *out) {
    base_str text = kol_text(call, name);
    return text.len == 0 || base_time_from_cn(text, out) ||
           open_fail(call, KOL_CODE_PARAM, "%s is no yyyy-MM-dd HH:mm:ss", name);
}

static bool run_orders(open_call *call, base_buf *out) {
    int64_t size = kol_number(call, "size", 20);
    int64_t cursor = kol_number(call, "cursor", 0);
    int64_t from = 0;
    int64_t to = INT64_MAX;
    world_order_state order;
    const sandbox *sb = call->face->sb;
    if (size < 1 || size > ORDER_ROWS || cursor < 0) {
        return open_fail(call, KOL_CODE_PARAM, "size is 1 to 100, cursor what the last page told");
    }
    if (!read_time(call, "start_time", &from) || !read_time(call, "end_time", &to)) {
        return false;
    }
    uint64_t place = (uint64_t)cursor;
    int64_t rows = 0;
    bool more = next_order(sb, call->face->now, &place, &order);
    base_buf_add_text(out, "\"orders\":[");
    for (; more && rows < size; place++, more = next_order(sb, call->face->now, &place, &order)) {
        if (order.paid >= from && order.paid < to) {
            base_buf_add_text(out, rows > 0 ? "," : "");
            write_order(call, &order, out);
            rows++;
        }
    }
    base_buf_printf(out, "],\"cursor\":\"%llu\",\"has_more\":%s", (unsigned long long)place,
                    more ? "true" : "false");
    return true;
}

/* Counted by the world's own lives, not by the pages above. */
void face_kol_truth(sandbox *sb, int64_t now, base_buf *out) {
    uint64_t orders = 0;
    int64_t pay_fen = 0;
    for (uint32_t s = 0; s < world_shop_count(sb->world); s++) {
        const world_shop *shop = world_shop_at(sb->world, s);
        for (uint32_t n = 0; shop->platform == WORLD_DOUYIN && n < shop->order_count; n++) {
            world_order_state state;
            uint32_t order = world_shop_order(sb->world, s, n);
            if (base_mix(order, 31) % SHARE == 0 &&
                world_order_state_at(sb->world, order, now, &state) && state.paid != 0) {
                orders++;
                pay_fen += state.pay_fen;
            }
        }
    }
    base_buf_printf(out, ",\"orders\":%llu,\"pay_fen\":%lld", (unsigned long long)orders,
                    (long long)pay_fen);
}

kol_run kol_find(base_str name) {
    static const struct {
        const char *name;
        kol_run run;
    } methods[] = { { "kol.store.list", run_window_list },
                    { "store.add", run_window_add },
                    { "kol.store.remove", run_window_remove },
                    { "kol.materials.products.search", run_search },
                    { "kol.materials.products.details", run_details },
                    { "kol.orders", run_orders } };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (base_str_is(name, methods[i].name)) {
            return methods[i].run;
        }
    }
    return kol_award_find(name);
}
