/* Reading after-sales through the gateway: pages and their borders, filters and their refusals,
 * documents whose every field has the type of the catalogue, and the truth. */
#include "aftersale_kit.h"
#include "catalog/docs.h"

static const char *sha_of(kit *k, yyjson_val *ids) {
    static char hex[2 * CODEC_DIGEST_MAX + 1];
    unsigned char raw[CODEC_DIGEST_MAX];
    base_buf text;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    const char *all[8000];
    size_t count = 0;
    size_t i;
    size_t n;
    yyjson_val *id;
    (void)k;
    yyjson_arr_foreach(ids, i, n, id) {
        all[count++] = yyjson_get_str(id);
    }
    for (size_t a = 1; a < count; a++) {
        for (size_t b = a; b > 0 && strcmp(all[b - 1], all[b]) > 0; b--) {
            const char *t = all[b];
            all[b] = all[b - 1];
            all[b - 1] = t;
        }
    }
    for (size_t a = 0; a < count; a++) {
        base_buf_printf(&text, "%s\n", all[a]);
    }
    size_t len = codec_digest_once(CODEC_SHA256, (base_str){ NULL, 0 }, base_buf_str(&text), raw);
    codec_hex(raw, len, false, hex);
    base_buf_clear(&text);
    return hex;
}

/* All pages, as ids; page sizes at which several rows of one second are torn apart. */
static yyjson_mut_doc *all_pages(kit *k, int size, const char *more) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *ids = yyjson_mut_arr(doc);
    yyjson_mut_doc_set_root(doc, ids);
    bool has_more = true;
    for (int page = 0; has_more; page++) {
        assert_int_equal(
            sale_call(k, "afterSale.List", "{\"page\":%d,\"size\":%d%s}", page, size, more), 10000);
        has_more = yyjson_get_bool(codec_json_at(k->root, "data.has_more"));
        yyjson_val *items = codec_json_at(k->root, "data.items");
        assert_int_equal(kit_int(k, "data.page"), page);
        assert_int_equal(kit_int(k, "data.size"), yyjson_arr_size(items));
        assert_true(!has_more || (int)yyjson_arr_size(items) == size);
        size_t i;
        size_t n;
        yyjson_val *item;
        yyjson_arr_foreach(items, i, n, item) {
            yyjson_mut_arr_add_strcpy(
                doc, ids, yyjson_get_str(codec_json_at(item, "aftersale_info.aftersale_id")));
        }
    }
    assert_int_equal(yyjson_mut_arr_size(ids), kit_int(k, "data.total"));
    return doc;
}

static void pages_join_to_the_truth_at_every_size(void **state) {
    (void)state;
    kit k;
    sale_open(&k);
    kit_read_truth(&k);
    const char *want = kit_shop_text(&k, 0, "aftersale_ids_sha256");
    int64_t count = yyjson_get_sint(yyjson_obj_get(kit_shop(&k, 0), "aftersales"));
    assert_true(count > 300);
    assert_null(yyjson_obj_get(kit_shop(&k, 1), "aftersales")); /* Taobao */
    const char *const orders[] = { "", ",\"order_by\":[\"update_time asc\"]",
                                   ",\"order_by\":[\"apply_time desc\",\"update_time desc\"]" };
    const int sizes[] = { 100, 7, 33 };
    for (int i = 0; i < 3; i++) {
        yyjson_mut_doc *ids = all_pages(&k, sizes[i], orders[i]);
        yyjson_doc *fixed = yyjson_mut_doc_imut_copy(ids, NULL);
        assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(fixed)), count);
        assert_string_equal(sha_of(&k, yyjson_doc_get_root(fixed)), want);
        yyjson_doc_free(fixed);
        yyjson_mut_doc_free(ids);
    }
    kit_close(&k);
}

static void the_truth_lists_them_when_asked(void **state) {
    (void)state;
    kit k;
    sale_open(&k);
    kit_control(&k, "GET", "/_sandbox/truth", "orders=1");
    yyjson_val *shop = yyjson_arr_get_first(yyjson_obj_get(k.root, "shops"));
    yyjson_val *rows = yyjson_obj_get(shop, "aftersale_list");
    assert_int_equal(yyjson_arr_size(rows), yyjson_get_sint(yyjson_obj_get(shop, "aftersales")));
    yyjson_val *one = yyjson_arr_get(rows, 5);
    found sale = { 0 };
    (void)snprintf(sale.id, sizeof sale.id, "%s", yyjson_get_str(yyjson_obj_get(one, "id")));
    int64_t status = yyjson_get_sint(yyjson_obj_get(one, "status"));
    int64_t modified = yyjson_get_sint(yyjson_obj_get(one, "modified"));
    assert_int_equal(sale_status(&k, &sale), status);
    assert_int_equal(sale_int(&k, "aftersale_info.update_time"), modified);
    kit_close(&k);
}

static void pages_begin_with_0_and_end_with_50000_rows(void **state) {
    (void)state;
    kit k;
    sale_open(&k);
    static const struct {
        const char *json;
        int code;
    } rows[] = {
        { "{\"page\":0,\"size\":100}", 10000 },
        { "{\"page\":499,\"size\":100}", 10000 },
        { "{\"page\":500,\"size\":100}", 40004 },
        { "{\"page\":49999,\"size\":1}", 10000 },
        { "{\"page\":50000,\"size\":1}", 40004 },
        { "{\"page\":-1,\"size\":10}", 40004 },
        { "{\"page\":0,\"size\":0}", 40004 },
        { "{\"page\":0,\"size\":101}", 40004 },
        { "{\"page\":0}", 40002 },
        { "{\"size\":10}", 40002 },
        { "{\"page\":\"x\",\"size\":10}", 40004 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (sale_call(&k, "afterSale.List", "%s", rows[i].json) != rows[i].code) {
            fail_msg("%s: %s", rows[i].json, base_buf_text(&k.response.body));
        }
        if (rows[i].code == 40004) {
            assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:11000");
        }
    }
    kit_close(&k);
}

static void windows_have_the_ends_that_the_documents_give(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(sale_status(&k, &sale), 12);
    long long applied = (long long)sale_int(&k, "aftersale_info.apply_time");
    long long modified = (long long)sale_int(&k, "aftersale_info.update_time");
    long long ended = (long long)sale_int(&k, "aftersale_info.aftersale_status_to_final_time");
    long long fen = (long long)sale.fen;
    const struct {
        const char *from, *to;
        long long low, high;
        int rows;
    } windows[] = {
        { "start_time", "end_time", applied, applied + 1, 1 },
        { "start_time", "end_time", applied - 9, applied, 0 }, /* the end is left out */
        { "update_start_time", "update_end_time", modified, modified, 1 },
        { "update_start_time", "update_end_time", modified + 1, modified + 9, 0 },
        { "aftersale_status_to_final_start_time", "aftersale_status_to_final_end_time", ended,
          ended, 1 },
        { "amount_start", "amount_end", fen, fen + 1, 1 },
        { "amount_start", "amount_end", fen - 1, fen, 0 },
    };
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        assert_int_equal(sale_call(&k, "afterSale.List",
                                   "{\"page\":0,\"size\":10,\"aftersale_id\":\"%s\",\"%s\":%lld,"
                                   "\"%s\":%lld}",
                                   sale.id, windows[i].from, windows[i].low, windows[i].to,
                                   windows[i].high),
                         10000);
        if (kit_int(&k, "data.total") != windows[i].rows) {
            fail_msg("%s %lld..%lld", windows[i].from, windows[i].low, windows[i].high);
        }
    }
    assert_int_equal(
        sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":10,\"start_time\":9,\"end_time\":8}"),
        40004);
    kit_close(&k);
}

/* Each filter finds some and not all, and what it finds is what was asked for. */
static void filters_find_some_and_only_those(void **state) {
    (void)state;
    static const struct {
        const char *filter, *path;
        int64_t value; /* of the path in every row; -1 = not looked at */
    } rows[] = {
        { "\"aftersale_type\":3", "aftersale_info.aftersale_type", 3 },
        { "\"aftersale_status\":12", "aftersale_info.aftersale_status", 12 },
        { "\"standard_aftersale_status\":[28]", "aftersale_info.aftersale_status", 28 },
        { "\"standard_aftersale_status\":[28,9999]", "aftersale_info.aftersale_status", 28 },
        { "\"reason\":1", "", -1 },
        { "\"reason\":2", "", -1 },
        { "\"logistics_status\":2", "text_part.return_logistics_text", -1 },
        { "\"pay_type\":2", "", -1 },
        { "\"pay_type\":3", "", -1 },
        { "\"refund_type\":4", "aftersale_info.aftersale_refund_type", 4 },
        { "\"refund_type\":0", "aftersale_info.aftersale_refund_type", 0 },
        { "\"arbitrate_status\":[0]", "aftersale_info.arbitrate_status", 0 },
        { "\"arbitrate_status\":[6]", "aftersale_info.arbitrate_status", 255 },
        { "\"order_flag\":[3]", "order_info.order_flag", 3 },
        { "\"order_logistics_state\":[2]", "", -1 },
        { "\"amount_start\":1", "", -1 },
    };
    kit k;
    sale_open(&k);
    assert_int_equal(sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":1}"), 10000);
    int64_t all = kit_int(&k, "data.total");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":100,%s}", rows[i].filter), 10000);
        int64_t total = kit_int(&k, "data.total");
        if (total <= 0 || total >= all) {
            fail_msg("%s finds %lld of %lld", rows[i].filter, (long long)total, (long long)all);
        }
        size_t n;
        size_t at;
        yyjson_val *item;
        yyjson_arr_foreach(codec_json_at(k.root, "data.items"), at, n, item) {
            int64_t value = -1;
            if (rows[i].value >= 0) {
                assert_true(codec_json_i64(codec_json_at(item, rows[i].path), &value));
                assert_int_equal(value, rows[i].value);
            }
        }
    }
    static const char *const nothing[] = {
        "\"aftersale_id\":\"12\"",
        "\"order_id\":\"12\"",
        "\"risk_flag\":1",
        "\"aftersale_sub_type\":8001",
        "\"agree_refuse_sign\":[1]",
        "\"order_logistics_tracking_no\":[\"X1\"]",
        "\"arbitrate_status\":[2]",
        "\"order_flag\":[9]",
        "\"amount_start\":9,\"amount_end\":9",
    };
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        assert_int_equal(sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":9,%s}", nothing[i]),
                         10000);
        assert_int_equal(kit_int(&k, "data.total"), 0);
        assert_int_equal(yyjson_arr_size(codec_json_at(k.root, "data.items")), 0);
    }
    static const char *const everything[] = { "\"risk_flag\":-1", "\"pay_type\":1",
                                              "\"need_special_type\":true",
                                              "\"standard_aftersale_status\":[9999]" };
    for (size_t i = 0; i < sizeof everything / sizeof everything[0]; i++) {
        assert_int_equal(
            sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":9,%s}", everything[i]), 10000);
        assert_int_equal(kit_int(&k, "data.total"), all);
    }
    kit_close(&k);
}

static void filters_that_cannot_be_answered_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "\"store_id_list\":[1]",
        "\"order_by\":[\"price desc\"]",
        "\"order_by\":[\"apply_time up\"]",
        "\"aftersale_type\":9",
        "\"pay_type\":4",
        "\"logistics_status\":0",
        "\"reason\":3",
        "\"standard_aftersale_status\":[\"x\"]",
        "\"start_time\":-5",
        "\"order_by\":\"apply_time desc\"",
    };
    kit k;
    sale_open(&k);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":9,%s}", rows[i]) != 40004) {
            fail_msg("%s: %s", rows[i], base_buf_text(&k.response.body));
        }
    }
    kit_close(&k);
}

static void a_parcel_of_the_order_finds_its_after_sale(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(sale_status(&k, &sale), 12);
    char tracking[64];
    (void)snprintf(tracking, sizeof tracking, "%s",
                   yyjson_get_str(yyjson_obj_get(
                       yyjson_arr_get_first(sale_value(&k, "aftersale_info.order_logistics")),
                       "tracking_no")));
    assert_int_equal(sale_call(&k, "afterSale.List",
                               "{\"page\":0,\"size\":9,\"order_logistics_tracking_no\":[\"no\","
                               "\"%s\"]}",
                               tracking),
                     10000);
    assert_int_equal(kit_int(&k, "data.total"), 1);
    assert_string_equal(sale_text(&k, "aftersale_info.aftersale_id"), sale.id);
    kit_close(&k);
}

/* ---- documents ---- */

typedef struct seen {
    const char *path[4000];
    size_t count;
} seen;

static bool has_type(yyjson_val *value, uint8_t type) {
    switch (type) {
    case CAT_STRING:
        return yyjson_is_str(value);
    case CAT_INT:
        return yyjson_is_int(value);
    case CAT_BOOL:
        return yyjson_is_bool(value);
    case CAT_OBJECT:
    case CAT_MAP:
        return yyjson_is_obj(value);
    case CAT_ARRAY:
        return yyjson_is_arr(value);
    default:
        return true;
    }
}

/* Every member is in the tree and of its type; `left` counts members of the tree not seen yet. */
static void match(yyjson_val *object, const cat_answer *tree, const char *at, seen *all);

static void match_member(yyjson_val *value, const cat_answer *field, const char *at, seen *all) {
    if (!has_type(value, field->type)) {
        fail_msg("%s has another type", at);
    }
    bool known = false;
    for (size_t i = 0; i < all->count && !known; i++) {
        known = all->path[i] == (const char *)field;
    }
    if (!known) {
        all->path[all->count++] = (const char *)field;
    }
    if (field->type == CAT_OBJECT) {
        match(value, field, at, all);
    } else if (field->type == CAT_ARRAY) {
        size_t i;
        size_t n;
        yyjson_val *item;
        yyjson_arr_foreach(value, i, n, item) {
            if (!has_type(item, field->item)) {
                fail_msg("%s: an item has another type", at);
            }
            if (field->item == CAT_OBJECT) {
                match(item, field, at, all);
            }
        }
    }
}

static void match(yyjson_val *object, const cat_answer *tree, const char *at, seen *all) {
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(object, i, n, key, value) {
        const cat_answer *field = NULL;
        for (size_t f = 0; f < tree->field_count && field == NULL; f++) {
            const cat_answer *one = cat_answer_field(tree, f);
            field = strcmp(cat_doc_str(one->name), yyjson_get_str(key)) == 0 ? one : NULL;
        }
        char path[256];
        (void)snprintf(path, sizeof path, "%s.%s", at, yyjson_get_str(key));
        if (field == NULL) {
            fail_msg("the catalogue has no %s", path);
        }
        match_member(value, field, path, all);
    }
}

static void match_answer(yyjson_val *data, const cat_method *method, seen *all) {
    for (size_t f = 0; f < cat_answer_count(method); f++) {
        const cat_answer *field = cat_answer_at(method, f);
        const char *name = cat_doc_str(field->name);
        yyjson_val *value = yyjson_obj_get(data, name);
        if (value == NULL) {
            fail_msg("the answer has no %s", name);
        }
        match_member(value, field, name, all);
    }
}

/* Fails when a field below is in no document that was seen. */
static void all_seen(const cat_answer *tree, const char *at, const seen *all, size_t *missing) {
    for (size_t f = 0; f < tree->field_count; f++) {
        const cat_answer *field = cat_answer_field(tree, f);
        const char *name = cat_doc_str(field->name);
        char path[256];
        (void)snprintf(path, sizeof path, "%s.%s", at, name);
        bool known = strcmp(name, "given_sku_details") == 0; /* the world gives nothing away */
        for (size_t i = 0; i < all->count && !known; i++) {
            known = all->path[i] == (const char *)field;
        }
        if (!known) {
            print_message("never seen: %s\n", path);
            (*missing)++;
        } else if (strcmp(name, "given_sku_details") != 0) {
            all_seen(field, path, all, missing);
        }
    }
}

static const cat_method *method_of(const char *name) {
    const cat_method *m = cat_find(cat_platform_find("douyin"), base_str_of(name));
    assert_non_null(m);
    return m;
}

static void documents_have_every_field_of_the_catalogue_in_its_type(void **state) {
    (void)state;
    kit k;
    static seen all;
    size_t missing = 0;
    sale_open(&k);
    const cat_method *list = method_of("afterSale.List");
    const cat_method *detail = method_of("afterSale.Detail");
    found sale;
    for (int type = 0; type <= 8; type++) {
        sale_meet(&k, type,
                  type == 3 || type >= 7 ? 14
                  : type == 5            ? 51
                  : type == 4            ? 53
                                         : 12,
                  &sale);
        if (type == 0) {
            (void)sale_call(&k, "afterSale.addOrderRemark",
                            "{\"after_sale_id\":\"%s\",\"remark\":\"记一笔\"}", sale.id);
            (void)sale_call(&k, "order.addOrderRemark",
                            "{\"order_id\":\"%s\",\"remark\":\"红旗\",\"star\":5}", sale.order);
        }
        assert_int_equal(
            sale_call(&k, "afterSale.List", "{\"page\":0,\"size\":40,\"aftersale_type\":%d}", type),
            10000);
        match_answer(yyjson_obj_get(k.root, "data"), list, &all);
        sale_detail(&k, &sale);
        match_answer(yyjson_obj_get(k.root, "data"), detail, &all);
    }
    /* Time that was extended leaves a tag, a refusal its evidence. */
    sale_meet(&k, 0, 11, &sale);
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=1");
    assert_int_equal(
        sale_call(
            &k, "afterSale.operate",
            "{\"type\":112,\"items\":[{\"aftersale_id\":\"%s\",\"remark\":\"不符\","
            "\"reject_reason_code\":12,\"evidence\":[{\"type\":1,\"url\":\"https://a/1\"}]}]}",
            sale.id),
        10000);
    assert_int_equal(kit_int(&k, "code"), 10000);
    sale_detail(&k, &sale);
    match_answer(yyjson_obj_get(k.root, "data"), detail, &all);
    const cat_method *both[] = { list, detail };
    for (int m = 0; m < 2; m++) {
        for (size_t f = 0; f < cat_answer_count(both[m]); f++) {
            const cat_answer *field = cat_answer_at(both[m], f);
            all_seen(field, cat_doc_str(field->name), &all, &missing);
        }
    }
    /* The tag of extended time has a test of its own. */
    assert_true(missing <= 4);
    kit_close(&k);
}

static void detail_of_nothing_is_refused(void **state) {
    (void)state;
    kit k;
    sale_open(&k);
    assert_int_equal(sale_call(&k, "afterSale.Detail", "{\"after_sale_id\":\"12\"}"), 40004);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:11000");
    assert_int_equal(sale_call(&k, "afterSale.Detail", "{}"), 40002);
    kit_close(&k);
}

/* ---- the old readers ---- */

static void old_lists_show_the_orders_that_have_after_sales(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 2, 12, &sale);
    const char *const names[] = { "refund.orderList", "afterSale.orderList" };
    for (int i = 0; i < 2; i++) {
        int64_t seen_rows = 0;
        int64_t total = 1;
        for (int page = 0; seen_rows < total; page++) {
            assert_int_equal(sale_call(&k, names[i], "{\"page\":%d,\"size\":100}", page), 10000);
            total = kit_int(&k, "data.total");
            seen_rows += kit_int(&k, "data.count");
            assert_true(kit_int(&k, "data.count") > 0);
        }
        assert_true(total > 50);
        assert_int_equal(seen_rows, total);
        assert_int_equal(sale_call(&k, names[i], "{\"page\":0,\"type\":5}"), 10000);
        assert_in_range(kit_int(&k, "data.total"), 1, total - 1);
        assert_int_equal(sale_call(&k, names[i], "{\"page\":100}"), 40004);
        assert_int_equal(sale_call(&k, names[i], "{\"type\":6}"), 40004);
        assert_int_equal(sale_call(&k, names[i], "{\"start_time\":\"yesterday\"}"), 40004);
    }
    assert_int_equal(sale_call(&k, "refund.orderList", "{\"type\":3}"), 40004);
    kit_close(&k);
}

static void the_process_of_a_line_tells_all_its_after_sales(void **state) {
    (void)state;
    kit k;
    found sale;
    sale_open(&k);
    sale_meet(&k, 0, 12, &sale);
    assert_int_equal(
        sale_call(&k, "afterSale.refundProcessDetail", "{\"order_id\":\"%s\"}", sale.line), 10000);
    match_answer(yyjson_obj_get(k.root, "data"), method_of("afterSale.refundProcessDetail"),
                 &(seen){ 0 });
    assert_int_equal(kit_int(&k, "data.process_info.aftersale_status"), 12);
    assert_int_equal(kit_int(&k, "data.refund_total_amount"), sale.fen);
    assert_true(yyjson_arr_size(codec_json_at(k.root, "data.logs")) >= 4);
    assert_int_equal(sale_call(&k, "afterSale.refundProcessDetail", "{\"order_id\":\"12\"}"),
                     40004);
    assert_int_equal(
        sale_call(&k, "afterSale.refundListSearch", "{\"aftersale_id\":\"%s\"}", sale.id), 10000);
    match_answer(yyjson_obj_get(k.root, "data"), method_of("afterSale.refundListSearch"),
                 &(seen){ 0 });
    assert_int_equal(kit_int(&k, "data.total"), 1);
    assert_int_equal(sale_call(&k, "afterSale.refundListSearch", "{\"logistics_code\":\"x\"}"),
                     40004);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_join_to_the_truth_at_every_size),
        cmocka_unit_test(the_truth_lists_them_when_asked),
        cmocka_unit_test(pages_begin_with_0_and_end_with_50000_rows),
        cmocka_unit_test(windows_have_the_ends_that_the_documents_give),
        cmocka_unit_test(filters_find_some_and_only_those),
        cmocka_unit_test(filters_that_cannot_be_answered_are_refused),
        cmocka_unit_test(a_parcel_of_the_order_finds_its_after_sale),
        cmocka_unit_test(documents_have_every_field_of_the_catalogue_in_its_type),
        cmocka_unit_test(detail_of_nothing_is_refused),
        cmocka_unit_test(old_lists_show_the_orders_that_have_after_sales),
        cmocka_unit_test(the_process_of_a_line_tells_all_its_after_sales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
