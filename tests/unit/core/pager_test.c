/* The pager against a list that moves while it is read: order, completeness, caps, interval ends.
 */
#include "fixture.h"

static fixture f;

/* The platform's list: numbers 1..count in this order; some leave at a given request. */
static struct {
    int64_t rows[20000];
    int count;
    int leave_at; /* request index at which `leaving` rows at the front go; -1 never */
    int leaving;
    int grow_at; /* request index at which one row is appended */
    int clamp;   /* largest page served; 0 = none */
    bool no_total;
    bool lying; /* counts rows and shows none */
} list;

static int64_t number_in(const char *body, const char *name) {
    yyjson_doc *doc = yyjson_read(body, strlen(body), 0);
    int64_t value = -1;
    codec_json_i64(yyjson_obj_get(yyjson_doc_get_root(doc), name), &value);
    yyjson_doc_free(doc);
    return value;
}

static void drop_front(void) {
    memmove(list.rows, list.rows + list.leaving,
            (size_t)(list.count - list.leaving) * sizeof list.rows[0]);
    list.count -= list.leaving;
}

static void serve(fixture *it, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)request;
    const char *body = it->seen[index].body;
    bool product = strstr(it->seen[index].url, "product.listV2") != NULL;
    if (index == list.leave_at) {
        drop_front();
    }
    if (index == list.grow_at) {
        list.rows[list.count] = 1000000 + list.count;
        list.count++;
    }
    int64_t page = number_in(body, "page") - (product ? 1 : 0);
    int64_t size = number_in(body, "size");
    if (list.clamp && size > list.clamp) {
        size = list.clamp;
    }
    base_buf text;
    base_buf_init(&text, 1 << 20);
    base_buf_printf(&text, "{\"code\":10000,\"data\":{\"%s\":[",
                    product ? "data" : "shop_order_list");
    for (int64_t i = page * size; i < (page + 1) * size && i < list.count && !list.lying; i++) {
        base_buf_printf(&text, "%s%lld", i > page * size ? "," : "", (long long)list.rows[i]);
    }
    base_buf_add_char(&text, ']');
    if (!list.no_total) {
        base_buf_printf(&text, ",\"total\":%d", list.count);
    }
    base_buf_add_text(&text, "}}");
    free(it->texts[index]);
    it->texts[index] = base_buf_take(&text);
    out->reply.body = it->texts[index];
    out->reply.body_len = strlen(it->texts[index]);
}

typedef struct seen_rows {
    char had[20001];
    int pages;
    int32_t order[500];
    int stop_after;
    int in_flight; /* requests made when the first page was handled */
} seen_rows;

static seen_rows seen;

static qd_status each(void *user, core_page_result *page, qd_err *err) {
    (void)user;
    size_t index;
    size_t max;
    yyjson_val *row;
    yyjson_arr_foreach(page->rows, index, max, row) {
        int64_t value = 0;
        assert_true(codec_json_i64(row, &value));
        if (value <= 20000) {
            seen.had[value] = 1;
        }
    }
    assert_int_equal(yyjson_arr_size(page->rows), page->row_count);
    if (seen.pages == 0) {
        seen.in_flight = f.requests;
    }
    seen.order[seen.pages++] = page->page;
    qd_reply_free(page->reply);
    return seen.pages == seen.stop_after ? base_fail(err, QD_E_CANCELLED, "enough") : QD_OK;
}

static qd_status walk(const char *method, const char *by, core_pager_options *changes,
                      int64_t *out_total, qd_err *err) {
    core_pager_options options = changes ? *changes : (core_pager_options){ 0 };
    options.method = cat_find(core_app_catalog(f.app), base_str_of(method));
    assert_non_null(options.method);
    options.window = by ? cat_window_by(options.method, by) : NULL;
    if (options.from == 0) {
        options.from = TEST_NOW - 1000;
        options.to = TEST_NOW;
    }
    qd_loop *loop = NULL;
    assert_int_equal(qd_loop_new(f.app, &loop, err), QD_OK);
    memset(&seen.had, 0, sizeof seen.had);
    int stop = seen.stop_after;
    memset(&seen, 0, sizeof seen);
    seen.stop_after = stop;
    qd_status status = core_pager_walk(loop, f.shop, &options, each, NULL, out_total, err);
    qd_loop_free(loop);
    return status;
}

static void start(int count) {
    test_open(&f, serve, NULL);
    memset(&list, 0, sizeof list);
    memset(&seen, 0, sizeof seen);
    list.leave_at = -1;
    list.grow_at = -1;
    list.count = count;
    for (int i = 0; i < count; i++) {
        list.rows[i] = i + 1;
    }
}

static int missing(int from, int to) {
    int count = 0;
    for (int i = from; i <= to; i++) {
        count += seen.had[i] ? 0 : 1;
    }
    return count;
}

static void forward_reads_every_page_in_order_and_ahead(void **state) {
    (void)state;
    start(950);
    int64_t total = 0;
    qd_err err;
    core_pager_options options = { .prefetch = 3 };
    assert_int_equal(walk("order.searchList", "created", &options, &total, &err), QD_OK);
    assert_int_equal(total, 950);
    assert_int_equal(seen.pages, 10);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(seen.order[i], i); /* order.searchList counts pages from 0 */
    }
    assert_int_equal(missing(1, 950), 0);
    assert_int_equal(seen.in_flight, 4);
    assert_int_equal(f.requests, 10);
    test_close(&f);
}

static void the_interval_is_sent_in_the_platforms_ends(void **state) {
    (void)state;
    qd_err err;
    int64_t total = 0;
    start(1);
    core_pager_options options = { .from = 1000, .to = 2000, .fixed_json = "{\"size\":7,\"x\":1}" };
    /* size and x: fixed parameters are merged, the pager's own size wins. */
    assert_int_equal(walk("order.searchList", "created", &options, &total, &err), QD_E_INVALID);
    options.fixed_json = "{\"order_asc\":false}";
    assert_int_equal(walk("order.searchList", "created", &options, &total, &err), QD_OK);
    assert_int_equal(number_in(f.seen[0].body, "create_time_start"), 1000);
    assert_int_equal(number_in(f.seen[0].body, "create_time_end"), 1999); /* both ends served */
    assert_non_null(strstr(f.seen[0].body, "\"order_asc\":false"));
    assert_int_equal(walk("product.listV2", "modified", &options, &total, &err), QD_E_INVALID);
    options.fixed_json = NULL;
    assert_int_equal(walk("product.listV2", "modified", &options, &total, &err), QD_OK);
    assert_int_equal(number_in(f.seen[1].body, "update_start_time"), 999);
    assert_int_equal(number_in(f.seen[1].body, "update_end_time"), 2000); /* neither end served */
    assert_int_equal(number_in(f.seen[1].body, "page"), 1);
    options.to = options.from;
    assert_int_equal(walk("order.searchList", "created", &options, &total, &err), QD_E_INVALID);
    test_close(&f);
}

static void backward_loses_nothing_when_rows_leave(void **state) {
    (void)state;
    qd_err err;
    int64_t total = 0;
    for (int at = 0; at < 12; at++) {
        start(1000);
        list.leave_at = at;
        list.leaving = 150;
        assert_int_equal(walk("order.searchList", "modified", NULL, &total, &err), QD_OK);
        assert_int_equal(missing(151, 1000), 0);
        test_close(&f);
    }
    start(1000);
    assert_int_equal(walk("order.searchList", "modified", NULL, &total, &err), QD_OK);
    assert_int_equal(seen.order[0], 9); /* the last page first, the first one last */
    assert_int_equal(seen.order[9], 0);
    assert_int_equal(seen.pages, 10);
    assert_int_equal(missing(1, 1000), 0);
    test_close(&f);
}

static void forward_reads_again_when_the_list_shrank(void **state) {
    (void)state;
    qd_err err;
    int64_t total = 0;
    for (int at = 1; at < 10; at++) {
        start(1000);
        list.leave_at = at;
        list.leaving = 30;
        assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_OK);
        assert_int_equal(missing(31, 1000), 0);
        assert_int_equal(total, 970);
        test_close(&f);
    }
}

static void a_list_that_grows_is_read_to_its_end(void **state) {
    (void)state;
    start(200);
    list.grow_at = 1; /* with the last page: 201 rows, so there is a third one */
    qd_err err;
    int64_t total = 0;
    assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_OK);
    assert_int_equal(total, 201);
    assert_int_equal(seen.pages, 3);
    test_close(&f);
}

static void a_clamped_page_size_loses_nothing(void **state) {
    (void)state;
    start(250);
    list.clamp = 20;
    qd_err err;
    int64_t total = 0;
    assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_OK);
    assert_int_equal(missing(1, 250), 0);
    test_close(&f);
}

static void without_a_total_a_short_page_ends_the_list(void **state) {
    (void)state;
    /* A listing must tell what the catalogue says that it tells. */
    start(150);
    list.no_total = true;
    qd_err err;
    int64_t total = 0;
    assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_E_PROTOCOL);
    test_close(&f);
}

static void a_page_that_counts_and_shows_none_is_no_empty_list(void **state) {
    (void)state;
    start(150);
    list.lying = true;
    qd_err err;
    int64_t total = 0;
    assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_E_PROTOCOL);
    assert_int_equal(walk("order.searchList", "modified", NULL, &total, &err), QD_E_PROTOCOL);
    assert_int_equal(seen.pages, 0);
    test_close(&f);
}

static void caps_are_told_before_anything_is_delivered(void **state) {
    (void)state;
    qd_err err;
    int64_t total = 0;
    start(10001);
    assert_int_equal(walk("product.listV2", "created", NULL, &total, &err), QD_E_INVALID);
    assert_string_equal(err.sub_code, "row-cap");
    assert_int_equal(total, 10001);
    assert_int_equal(seen.pages, 0);
    /* 20 a page: 100 pages are all that is served. */
    list.count = 2001;
    core_pager_options small = { .page_size = 20 };
    assert_int_equal(walk("product.listV2", "created", &small, &total, &err), QD_E_INVALID);
    assert_string_equal(err.sub_code, "row-cap");
    list.count = 2000;
    assert_int_equal(walk("product.listV2", "created", &small, &total, &err), QD_OK);
    assert_int_equal(missing(1, 2000), 0);
    small.page_size = 101;
    assert_int_equal(walk("product.listV2", "created", &small, &total, &err), QD_E_INVALID);
    test_close(&f);
}

static void the_callback_can_end_the_walk(void **state) {
    (void)state;
    start(1000);
    seen.stop_after = 2;
    qd_err err;
    int64_t total = 0;
    core_pager_options options = { .prefetch = 4 };
    assert_int_equal(walk("order.searchList", "created", &options, &total, &err), QD_E_CANCELLED);
    assert_string_equal(err.message, "enough");
    assert_int_equal(seen.pages, 2);
    test_close(&f);
}

static void counting_asks_for_one_row(void **state) {
    (void)state;
    start(777);
    qd_err err;
    int64_t total = 0;
    qd_loop *loop = NULL;
    core_pager_options options = {
        .method = cat_find(core_app_catalog(f.app), BASE_STR("order.searchList")),
        .from = 1,
        .to = 2,
    };
    options.window = cat_window_by(options.method, "created");
    assert_int_equal(qd_loop_new(f.app, &loop, &err), QD_OK);
    assert_int_equal(core_pager_count(loop, f.shop, &options, &total, &err), QD_OK);
    assert_int_equal(total, 777);
    assert_int_equal(f.requests, 1);
    assert_int_equal(number_in(f.seen[0].body, "size"), 1);
    options.method = cat_find(core_app_catalog(f.app), BASE_STR("order.orderDetail"));
    options.window = NULL;
    assert_int_equal(core_pager_count(loop, f.shop, &options, &total, &err), QD_E_INVALID);
    qd_loop_free(loop);
    test_close(&f);
}

static void an_empty_list_calls_nobody(void **state) {
    (void)state;
    start(0);
    qd_err err;
    int64_t total = -5;
    assert_int_equal(walk("order.searchList", "created", NULL, &total, &err), QD_OK);
    assert_int_equal(total, 0);
    assert_int_equal(walk("order.searchList", "modified", NULL, &total, &err), QD_OK);
    assert_int_equal(seen.pages, 0);
    assert_int_equal(f.requests, 2);
    test_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_reads_every_page_in_order_and_ahead),
        cmocka_unit_test(the_interval_is_sent_in_the_platforms_ends),
        cmocka_unit_test(backward_loses_nothing_when_rows_leave),
        cmocka_unit_test(forward_reads_again_when_the_list_shrank),
        cmocka_unit_test(a_list_that_grows_is_read_to_its_end),
        cmocka_unit_test(a_clamped_page_size_loses_nothing),
        cmocka_unit_test(without_a_total_a_short_page_ends_the_list),
        cmocka_unit_test(a_page_that_counts_and_shows_none_is_no_empty_list),
        cmocka_unit_test(caps_are_told_before_anything_is_delivered),
        cmocka_unit_test(the_callback_can_end_the_walk),
        cmocka_unit_test(counting_asks_for_one_row),
        cmocka_unit_test(an_empty_list_calls_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
