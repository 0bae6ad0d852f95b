/*
 * Tests of the tests: a reader that ignores a platform's rules loses rows in the sandbox's world,
 * and ours, on the same rows at the same time, does not. If the naive one lost nothing, the traps
 * would be dead and the other end-to-end tests would prove nothing.
 */
#include "support/rig.h"

typedef struct shop_hands {
    rig r;
    qd_shop *shop;
    qd_loop *loop;
    const cat_platform *platform;
} shop_hands;

static void take_shop(shop_hands *h, const char *platform, const sandbox_options *world) {
    char t_code[40];
    qd_err err;
    rig_start(&h->r, world);
    rig_open(&h->r);
    rig_connect(&h->r);
    rig_shop(&h->r, platform, 0, t_code);
    h->platform = cat_platform_find(platform);
    assert_ok(jobs_fleet_shop(h->r.fleet, t_code, &h->shop, &err), &err);
    assert_ok(qd_loop_new(qd_shop_app(h->shop), &h->loop, &err), &err);
}

static void leave_shop(shop_hands *h) {
    qd_loop_free(h->loop);
    rig_stop(&h->r);
}

/* ---- collecting ids ---- */

typedef struct ids {
    char text[4096][24];
    size_t count;
    const char *path;
} ids;

static bool has_id(const ids *set, const char *id) {
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->text[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static void add_rows(ids *set, yyjson_val *rows) {
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, max, row) {
        yyjson_val *id = yyjson_obj_get(row, set->path);
        char text[24];
        if (yyjson_is_str(id)) {
            snprintf(text, sizeof text, "%s", yyjson_get_str(id));
        } else {
            snprintf(text, sizeof text, "%lld", (long long)yyjson_get_sint(id));
        }
        if (!has_id(set, text)) {
            assert_true(set->count < 4096);
            memcpy(set->text[set->count++], text, sizeof text);
        }
    }
}

static qd_status on_page(void *user, core_page_result *page, qd_err *err) {
    (void)err;
    add_rows(user, page->rows);
    qd_reply_free(page->reply);
    return QD_OK;
}

/* Pages 0, 1, 2 ... until one is short, as a first draft of a client does. */
static void read_forward(shop_hands *h, int64_t from, int64_t to, ids *out) {
    size_t before;
    int page = 0;
    do {
        char params[256];
        qd_reply *reply = NULL;
        qd_err err;
        before = out->count;
        snprintf(params, sizeof params,
                 "{\"page\":%d,\"size\":20,\"order_by\":\"update_time\",\"order_asc\":true,"
                 "\"update_time_start\":%lld,"
                 "\"update_time_end\":%lld}",
                 page++, (long long)from, (long long)to - 1);
        assert_ok(qd_call(h->shop, "order.searchList", params, &reply, &err), &err);
        add_rows(out, codec_json_at(core_reply_data(reply), "shop_order_list"));
        qd_reply_free(reply);
    } while (out->count > before);
}

static void read_by_the_rules(shop_hands *h, const cat_window *window, const char *method,
                              int64_t from, int64_t to, int32_t page_size, ids *out) {
    qd_err err;
    core_pager_options pager = { .method = cat_find(h->platform, base_str_of(method)),
                                 .window = window,
                                 .from = from,
                                 .to = to,
                                 .page_size = page_size };
    assert_ok(core_pager_walk(h->loop, h->shop, &pager, on_page, out, NULL, &err), &err);
}

/* Orders of the first shop whose last change, in the end, still lies in [from, to), and that are
 * not in `seen`. */
static int lost(shop_hands *h, const ids *seen, int64_t from, int64_t to) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    size_t i, max;
    yyjson_val *order;
    int count = 0;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    rig_get(&h->r, "/_sandbox/truth?orders=1", &text);
    assert_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    yyjson_val *shop = yyjson_arr_get(codec_json_at(yyjson_doc_get_root(doc), "shops"), 0);
    yyjson_arr_foreach(yyjson_obj_get(shop, "order_list"), i, max, order) {
        int64_t modified = yyjson_get_sint(yyjson_obj_get(order, "modified"));
        bool inside = modified >= from && modified < to;
        count += inside && !has_id(seen, yyjson_get_str(yyjson_obj_get(order, "id")));
    }
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    return count;
}

static void reading_forward_loses_rows_that_move(void **state) {
    (void)state;
    const sandbox_options world = { .seed = 51, .shops = 1, .orders = 600, .faults = "shift:1000" };
    static ids naive, ours;
    shop_hands h;
    qd_err err;
    qd_reply *reply = NULL;
    take_shop(&h, "douyin", &world);
    assert_ok(qd_call(h.shop, "order.searchList", "{\"page\":0,\"size\":1}", &reply, &err), &err);
    qd_reply_free(reply);
    int64_t to = qd_shop_now(h.shop) - 60, from = to - 60 * 86400;
    naive = (ids){ .path = "order_id" };
    read_forward(&h, from, to, &naive);
    assert_true(naive.count > 60);
    assert_true(lost(&h, &naive, from, to) > 0);
    const cat_method *method = cat_find(h.platform, BASE_STR("order.searchList"));
    ours = (ids){ .path = "order_id" };
    read_by_the_rules(&h, cat_window_by(method, "modified"), "order.searchList", from, to, 20,
                      &ours);
    assert_int_equal(lost(&h, &ours, from, to), 0);
    leave_shop(&h);
}

/* product.listV2 serves neither end: a client that takes them as served loses what lies exactly
 * there. */
static void taking_open_ends_as_closed_loses_rows_at_the_border(void **state) {
    (void)state;
    const sandbox_options world = { .seed = 52, .shops = 1, .orders = 50 };
    static ids all, naive, ours;
    shop_hands h;
    take_shop(&h, "douyin", &world);
    jobs_report_free(rig_sync(&h.r));
    const cat_method *method = cat_find(h.platform, BASE_STR("product.listV2"));
    const cat_window *rule = cat_window_by(method, "created");
    cat_window closed = *rule;
    closed.from_open = closed.to_open = 0;
    store_shop *shops = NULL;
    size_t count;
    qd_err err;
    int64_t first = 0, now = qd_shop_now(h.shop);
    assert_ok(store_shop_list(h.r.store, &shops, &count, &err), &err);
    assert_ok(store_count(h.r.store, TABLE_PRODUCTS, shops[0].t_code, PRODUCTS_CREATED_AT, 0, now,
                          &first, &err),
              &err);
    free(shops);
    assert_true(first > 10);
    /* Walk the past in steps that end exactly on creations: one second windows around each
     * product's birth. */
    all = (ids){ .path = "product_id" };
    naive = (ids){ .path = "product_id" };
    ours = (ids){ .path = "product_id" };
    read_by_the_rules(&h, rule, "product.listV2", now - 3000 * 86400ll, now, 0, &all);
    assert_int_equal(all.count, first);
    for (int64_t day = 0; day < 3000 && ours.count < 5; day++) {
        int64_t from = now - (day + 1) * 86400;
        static ids one;
        one = (ids){ .path = "product_id" };
        read_by_the_rules(&h, rule, "product.listV2", from, from + 86400, 0, &one);
        if (one.count == 0) {
            continue;
        }
        int64_t low = from,
                high = from + 86400; /* the last second at which the day still holds a product */
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            one = (ids){ .path = "product_id" };
            read_by_the_rules(&h, rule, "product.listV2", middle, high, 0, &one);
            *(one.count > 0 ? &low : &high) = middle;
        }
        read_by_the_rules(&h, rule, "product.listV2", low, low + 1, 0, &ours);
        read_by_the_rules(&h, &closed, "product.listV2", low, low + 1, 0, &naive);
    }
    assert_true(ours.count >= 3);
    assert_int_equal(naive.count, 0);
    leave_shop(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_forward_loses_rows_that_move),
        cmocka_unit_test(taking_open_ends_as_closed_loses_rows_at_the_border),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
