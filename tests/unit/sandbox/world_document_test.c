/* The world's documents: valid, of realistic size, with sums that agree and types that are native.
 */
#include "world_kit.h"

static void check_sums(yyjson_val *value) {
    int64_t promo = number_at(value, "promotion_amount");
    int64_t shop = number_at(value, "promotion_shop_amount");
    int64_t platform = number_at(value, "promotion_platform_amount");
    int64_t talent = number_at(value, "promotion_talent_amount");
    assert_int_equal(promo, shop + platform + talent);
    assert_int_equal(number_at(value, "platform_cost_amount"),
                     number_at(value, "only_platform_cost_amount") +
                         number_at(value, "author_cost_amount"));
    assert_int_equal(number_at(value, "promotion_redpack_amount"),
                     number_at(value, "promotion_redpack_platform_amount") +
                         number_at(value, "promotion_redpack_talent_amount"));
    assert_int_equal(number_at(value, "order_amount"), number_at(value, "pay_amount") + promo);
}

static void check_douyin(world *w, yyjson_val *root, uint32_t order) {
    static const char *const summed[] = { "order_amount",
                                          "pay_amount",
                                          "promotion_amount",
                                          "promotion_shop_amount",
                                          "promotion_talent_amount",
                                          "post_amount",
                                          "promotion_platform_amount",
                                          "shop_cost_amount" };
    world_order_state s;
    assert_true(world_order_state_at(w, order, START, &s));
    yyjson_val *lines = codec_json_at(root, "sku_order_list");
    assert_int_equal(yyjson_arr_size(lines), s.lines);
    check_sums(root);
    assert_int_equal(number_at(root, "pay_amount"), s.pay_fen);
    assert_int_equal(number_at(root, "update_time"), s.modified);
    assert_int_equal(number_at(root, "create_time"), s.created);
    assert_int_equal(number_at(root, "order_status"), world_douyin_status(&s));
    assert_int_equal(number_at(root, "total_promotion_amount"),
                     number_at(root, "promotion_amount") +
                         number_at(root, "post_promotion_amount"));
    assert_int_equal(number_at(root, "post_origin_amount"),
                     number_at(root, "post_amount") + number_at(root, "post_promotion_amount"));
    assert_string_equal(text_at(root, "order_id"), s.id_text);
    for (size_t i = 0; i < sizeof summed / sizeof summed[0]; i++) {
        int64_t sum = 0;
        size_t k;
        size_t n;
        yyjson_val *line;
        yyjson_arr_foreach(lines, k, n, line) {
            sum += number_at(line, summed[i]);
        }
        assert_int_equal(number_at(root, summed[i]), sum);
    }
    size_t k;
    size_t n;
    yyjson_val *line;
    yyjson_arr_foreach(lines, k, n, line) {
        check_sums(line);
        assert_string_equal(text_at(line, "parent_order_id"), s.id_text);
        assert_true(yyjson_is_int(codec_json_at(line, "product_id")));
        assert_int_equal(number_at(line, "product_id"), number_at(line, "product_id_str"));
        assert_int_equal(number_at(line, "sum_amount"),
                         number_at(line, "origin_amount") * number_at(line, "item_num"));
        assert_int_equal(world_order_line_find(w, order, base_str_of(text_at(line, "order_id"))),
                         k);
    }
    const char *tel = text_at(root, "encrypt_post_tel");
    assert_true(tel[0] == '$' && strcmp(tel + strlen(tel) - 4, "$1$$") == 0);
    const char *name = text_at(root, "encrypt_post_receiver");
    assert_true(name[0] == '#' && strcmp(name + strlen(name) - 4, "#1##") == 0);
}

static void douyin_orders_are_whole_and_their_sums_agree(void **state) {
    (void)state;
    world *w = make_world(31, 1, 1500);
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    size_t bytes = 0;
    for (uint32_t order = 0; order < 1500; order++) {
        base_buf_reset(&text);
        assert_true(world_render_order(w, order, START, &text));
        assert_true(base_utf8_valid(base_buf_str(&text)));
        bytes += text.len;
        yyjson_doc *doc = parse(&text);
        check_douyin(w, yyjson_doc_get_root(doc), order);
        yyjson_doc_free(doc);
    }
    assert_in_range(bytes / 1500, 6000, 10000);
    assert_false(world_render_order(w, 1500, START, &text));
    assert_false(world_render_order(w, 0, START - 100 * 86400, &text));
    base_buf_clear(&text);
    world_free(w);
}

static void a_phased_order_is_paid_in_parts_that_add_up(void **state) {
    (void)state;
    world *w = make_world(32, 1, 600);
    unsigned phased = 0;
    for (uint32_t order = 0; order < 600; order++) {
        yyjson_doc *doc = order_doc(w, order, START);
        yyjson_val *root = yyjson_doc_get_root(doc);
        yyjson_val *phases = codec_json_at(root, "order_phase_list");
        int64_t sum = 0;
        size_t i;
        size_t n;
        yyjson_val *phase;
        yyjson_arr_foreach(phases, i, n, phase) {
            int64_t amount = number_at(phase, "phase_order_amount");
            assert_int_equal(amount, number_at(phase, "phase_sum_amount") +
                                         number_at(phase, "phase_post_amount"));
            assert_int_equal(amount, number_at(phase, "phase_pay_amount") +
                                         number_at(phase, "phase_promotion_amount"));
            sum += amount;
        }
        if (yyjson_arr_size(phases) > 0) {
            phased++;
            assert_int_equal(sum, number_at(root, "order_amount"));
        }
        yyjson_doc_free(doc);
    }
    assert_true(phased > 0);
    world_free(w);
}

static void taobao_trades_are_whole_and_their_sums_agree(void **state) {
    (void)state;
    world *w = make_world(33, 2, 2000);
    size_t bytes = 0;
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    for (uint32_t i = 0; i < 1000; i++) {
        world_order_state s;
        uint32_t order = world_shop_order(w, 1, i);
        assert_true(world_order_state_at(w, order, START, &s));
        base_buf_reset(&text);
        assert_true(world_render_order(w, order, START, &text));
        assert_true(base_utf8_valid(base_buf_str(&text)));
        bytes += text.len;
        yyjson_doc *doc = parse(&text);
        yyjson_val *root = yyjson_doc_get_root(doc);
        assert_string_equal(text_at(root, "status"), world_taobao_status(&s));
        assert_string_equal(text_at(root, "type"), world_trade_type_name(s.type));
        assert_int_equal(number_at(root, "tid_str"), number_at(root, "tid"));
        char modified[BASE_TIME_TEXT];
        base_time_to_cn(s.modified, modified);
        assert_string_equal(text_at(root, "modified"), modified);
        assert_int_equal(codec_json_at(root, "pay_time") != NULL, s.paid != 0);
        yyjson_val *orders = codec_json_at(root, "orders.order");
        assert_int_equal(yyjson_arr_size(orders), s.lines);
        int64_t sum = fen_at(root, "post_fee");
        size_t k;
        size_t n;
        yyjson_val *line;
        yyjson_arr_foreach(orders, k, n, line) {
            sum += fen_at(line, "divide_order_fee");
            assert_int_equal(fen_at(line, "total_fee"),
                             fen_at(line, "price") * number_at(line, "num") -
                                 fen_at(line, "discount_fee"));
        }
        assert_int_equal(fen_at(root, "payment"), sum);
        assert_int_equal(sum, s.pay_fen);
        yyjson_doc_free(doc);
    }
    assert_in_range(bytes / 1000, 5000, 10000);
    base_buf_clear(&text);
    world_free(w);
}

static void products_and_skus_agree(void **state) {
    (void)state;
    world *w = make_world(34, 2, 100);
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    for (uint32_t shop = 0; shop < 2; shop++) {
        uint32_t found[400];
        uint32_t count = 0;
        uint64_t total = 0;
        world_product_query q = { .shop = shop };
        assert_int_equal(world_products(w, &q, START, 0, 400, &total, found, &count, NULL), QD_OK);
        for (uint32_t i = 0; i < count; i++) {
            world_product_state s;
            assert_true(world_product_state_at(w, found[i], START, &s));
            base_buf_reset(&text);
            assert_true(world_render_product(w, found[i], START, &text));
            yyjson_doc *row = parse(&text);
            yyjson_val *root = yyjson_doc_get_root(row);
            assert_int_equal(number_at(root, shop ? "num_iid" : "product_id"), s.id);
            base_buf_reset(&text);
            assert_int_equal(world_render_product_detail(w, found[i], START, &text), shop == 0);
            yyjson_doc *detail = shop == 0 ? parse(&text) : NULL;
            yyjson_val *skus = shop == 0 ? codec_json_at(yyjson_doc_get_root(detail), "spec_prices")
                                         : codec_json_at(root, "skus.sku");
            assert_int_equal(yyjson_arr_size(skus), s.skus);
            int64_t stock = 0;
            size_t k;
            size_t n;
            yyjson_val *sku;
            yyjson_arr_foreach(skus, k, n, sku) {
                world_sku_ref ref;
                assert_true(world_sku_find(w, shop, number_at(sku, "sku_id"), &ref));
                assert_int_equal(ref.product, found[i]);
                assert_int_equal(ref.slot, k);
                stock += number_at(sku, shop ? "quantity" : "stock_num");
                assert_true(world_sku_by_code(
                    w, shop, base_str_of(text_at(sku, shop ? "outer_id" : "code")), &ref));
            }
            assert_int_equal(stock, s.stock);
            yyjson_doc_free(detail);
            yyjson_doc_free(row);
        }
    }
    base_buf_clear(&text);
    world_free(w);
}

static void expect_fields(const char *fields, bool simplify, const char *expected) {
    static const char document[] =
        "{\"tid\":4900000000000000001,\"status\":\"A\\\"\\u4e2d\",\"orders\":{\"order\":[{\"oid\":"
        "1,"
        "\"title\":\"x\"},{\"oid\":2,\"title\":\"y\"}]},\"trade_ext\":{\"a\":1,\"b\":[]},\"e\":"
        "{\"f\":[]}}";
    world_fields parsed;
    base_buf out;
    base_buf_init(&out, 4096);
    assert_true(world_fields_parse(base_str_of(fields), &parsed));
    assert_int_equal(world_fields_apply(&parsed, simplify, base_str_of(document), &out, NULL),
                     QD_OK);
    assert_string_equal(base_buf_text(&out), expected);
    base_buf_clear(&out);
}

static void fields_choose_and_simplify_flattens(void **state) {
    (void)state;
    expect_fields("tid", false, "{\"tid\":4900000000000000001}");
    expect_fields(" status , nothing,tid", false,
                  "{\"tid\":4900000000000000001,\"status\":\"A\\\"中\"}");
    expect_fields(
        "orders", false,
        "{\"orders\":{\"order\":[{\"oid\":1,\"title\":\"x\"},{\"oid\":2,\"title\":\"y\"}]}}");
    expect_fields("orders.oid", false, "{\"orders\":{\"order\":[{\"oid\":1},{\"oid\":2}]}}");
    expect_fields("orders.oid", true, "{\"orders\":[{\"oid\":1},{\"oid\":2}]}");
    expect_fields("orders.oid,orders", true,
                  "{\"orders\":[{\"oid\":1,\"title\":\"x\"},{\"oid\":2,\"title\":\"y\"}]}");
    expect_fields("trade_ext.a,e", true, "{\"trade_ext\":{\"a\":1},\"e\":[]}");
    expect_fields("nothing", false, "{}");
    expect_fields("", true,
                  "{\"tid\":4900000000000000001,\"status\":\"A\\\"中\",\"orders\":[{\"oid\":1,"
                  "\"title\":\"x\"},{\"oid\":2,\"title\":\"y\"}],\"trade_ext\":{\"a\":1,\"b\":[]},"
                  "\"e\":[]}");
    world_fields parsed;
    base_buf out;
    base_buf_init(&out, 4096);
    assert_true(world_fields_parse(BASE_STR("a"), &parsed));
    assert_int_equal(world_fields_apply(&parsed, false, BASE_STR("[1]"), &out, NULL),
                     QD_E_PROTOCOL);
    for (unsigned i = 0; i <= WORLD_MAX_FIELDS; i++) {
        base_buf_printf(&out, "f%u,", i);
    }
    assert_false(world_fields_parse(base_buf_str(&out), &parsed));
    base_buf_clear(&out);
}

static void prerendered_documents_are_the_same(void **state) {
    (void)state;
    world *plain = make_world(35, 2, 300);
    world *kept = NULL;
    world_options options = {
        .seed = 35, .shops = 2, .orders = 300, .start_now = START, .prerender = true
    };
    assert_int_equal(world_new(&options, &kept, NULL), QD_OK);
    base_buf a;
    base_buf b;
    base_buf_init(&a, LIMIT_DOCUMENT_BYTES);
    base_buf_init(&b, LIMIT_DOCUMENT_BYTES);
    for (unsigned pass = 0; pass < 3; pass++) {
        int64_t now = START + pass * 900;
        for (uint32_t order = 0; order < 300; order++) {
            if (pass == 2 && order % 7 == 0) {
                assert_int_equal(world_order_remark(plain, order, BASE_STR("n"), 1, now),
                                 WORLD_DONE);
                assert_int_equal(world_order_remark(kept, order, BASE_STR("n"), 1, now),
                                 WORLD_DONE);
            }
            base_buf_reset(&a);
            base_buf_reset(&b);
            assert_true(world_render_order(plain, order, now, &a));
            assert_true(world_render_order(kept, order, now, &b));
            assert_string_equal(base_buf_text(&a), base_buf_text(&b));
        }
    }
    base_buf_clear(&a);
    base_buf_clear(&b);
    world_free(plain);
    world_free(kept);
}

static void a_document_that_does_not_fit_says_so(void **state) {
    (void)state;
    world *w = make_world(36, 2, 10);
    base_buf small;
    base_buf_init(&small, 500);
    for (uint32_t order = 0; order < 10; order++) {
        (void)world_render_order(w, order, START, &small);
        assert_true(small.failed);
        assert_true(small.len <= 500);
        base_buf_reset(&small);
    }
    base_buf_clear(&small);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(douyin_orders_are_whole_and_their_sums_agree),
        cmocka_unit_test(a_phased_order_is_paid_in_parts_that_add_up),
        cmocka_unit_test(taobao_trades_are_whole_and_their_sums_agree),
        cmocka_unit_test(products_and_skus_agree),
        cmocka_unit_test(fields_choose_and_simplify_flattens),
        cmocka_unit_test(prerendered_documents_are_the_same),
        cmocka_unit_test(a_document_that_does_not_fit_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
