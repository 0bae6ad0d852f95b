/* Writes hold state: what was added is shown, what was deleted is gone, modified becomes now. */
#include "world_kit.h"

static const int64_t NOW = START + 5;

static world_order_state state_of(world *w, uint32_t order, int64_t now) {
    world_order_state s;
    assert_true(world_order_state_at(w, order, now, &s));
    return s;
}

static void remark_and_star_are_shown(void **state) {
    (void)state;
    world *w = make_world(51, 2, 400);
    for (uint32_t shop = 0; shop < 2; shop++) {
        uint32_t order = world_shop_order(w, shop, 3);
        base_str odd = BASE_STR("改\"地址\" <A&B> 🐉\n二");
        assert_int_equal(world_order_remark(w, order, odd, 4, NOW), WORLD_DONE);
        assert_int_equal(state_of(w, order, NOW).modified, NOW);
        yyjson_doc *doc = order_doc(w, order, NOW);
        yyjson_val *root = yyjson_doc_get_root(doc);
        assert_string_equal(text_at(root, shop ? "seller_memo" : "seller_words"), odd.ptr);
        assert_int_equal(number_at(root, shop ? "seller_flag" : "seller_remark_stars"), 4);
        yyjson_doc_free(doc);
        /* Only the star: the text stays. */
        assert_int_equal(world_order_remark(w, order, (base_str){ NULL, 0 }, 1, NOW + 1),
                         WORLD_DONE);
        base_str text;
        int star;
        assert_true(world_order_memo(w, order, NOW + 1, &text, &star));
        assert_true(base_str_eq(text, odd));
        assert_int_equal(star, 1);
        assert_int_equal(world_order_remark(w, order, BASE_STR("x"), 6, NOW), WORLD_BAD_VALUE);
        assert_int_equal(world_order_remark(w, order, BASE_STR("\xff"), 1, NOW), WORLD_BAD_VALUE);
    }
    assert_int_equal(world_order_remark(w, 400, BASE_STR("x"), 1, NOW), WORLD_NOT_FOUND);
    world_free(w);
}

static void a_remark_does_not_stop_a_life(void **state) {
    (void)state;
    world *w = make_world(52, 1, 400);
    world *untouched = make_world(52, 1, 400);
    for (uint32_t order = 0; order < 400; order++) {
        assert_int_equal(world_order_remark(w, order, BASE_STR("r"), 1, NOW), WORLD_DONE);
        world_order_state a = state_of(w, order, START + 40 * 86400);
        world_order_state b = state_of(untouched, order, START + 40 * 86400);
        assert_int_equal(a.status, b.status);
        assert_int_equal(a.finished, b.finished);
    }
    world_free(w);
    world_free(untouched);
}

static void cash_on_delivery_is_confirmed_or_cancelled(void **state) {
    (void)state;
    world *w = make_world(53, 1, 20000);
    unsigned seen = 0;
    for (uint32_t order = 0; order < 20000; order++) {
        world_order_state s = state_of(w, order, NOW);
        if (!s.cod || s.status != WORLD_UNPAID) {
            continue;
        }
        if (seen++ % 2 == 0) {
            assert_int_equal(world_order_confirm_cod(w, order, NOW), WORLD_DONE);
            assert_int_equal(world_order_confirm_cod(w, order, NOW), WORLD_WRONG_STATE);
            s = state_of(w, order, NOW);
            assert_int_equal(s.status, WORLD_PAID);
            assert_int_equal(state_of(w, order, NOW + 30 * 86400).status, WORLD_FINISHED);
        } else {
            assert_int_equal(world_order_cancel(w, order, BASE_STR("不送了"), NOW), WORLD_DONE);
            assert_int_equal(world_order_confirm_cod(w, order, NOW), WORLD_WRONG_STATE);
            s = state_of(w, order, NOW + 30 * 86400);
            assert_int_equal(s.status, WORLD_CANCELLED);
            yyjson_doc *doc = order_doc(w, order, NOW);
            assert_string_equal(text_at(yyjson_doc_get_root(doc), "cancel_reason"), "不送了");
            yyjson_doc_free(doc);
        }
        assert_int_equal(s.modified, NOW);
    }
    assert_true(seen >= 2);
    uint32_t finished = find_order(w, 0, WORLD_FINISHED, WORLD_TYPES, NOW);
    assert_int_equal(world_order_cancel(w, finished, BASE_STR("x"), NOW), WORLD_WRONG_STATE);
    world_free(w);
}

static world_pack make_pack(const char *tracking, unsigned mask) {
    return (
        world_pack){ .company_id = 15, .tracking_no = base_str_of(tracking), .line_mask = mask };
}

static void shipping_shows_the_waybill_once(void **state) {
    (void)state;
    world *w = make_world(54, 2, 2000);
    for (uint32_t shop = 0; shop < 2; shop++) {
        uint32_t order = find_order(w, shop, WORLD_PAID, WORLD_TYPE_FIXED, NOW);
        world_pack pack = make_pack("75417914223203", 0);
        base_str key = BASE_STR("req-1");
        world_pack unknown = pack;
        unknown.company_id = 4242;
        world_pack bad = make_pack("a b", 0);
        assert_int_equal(world_order_ship(w, order, &unknown, 1, key, NOW), WORLD_NO_COMPANY);
        assert_int_equal(world_order_ship(w, order, &bad, 1, key, NOW), WORLD_BAD_VALUE);
        assert_int_equal(world_order_ship(w, order, &pack, 1, key, NOW), WORLD_DONE);
        assert_int_equal(world_order_ship(w, order, &pack, 1, key, NOW + 9), WORLD_REPEATED);
        assert_int_equal(world_order_ship(w, order, &pack, 1, BASE_STR("req-2"), NOW),
                         WORLD_WRONG_STATE);
        world_order_state s = state_of(w, order, NOW + 9);
        assert_int_equal(s.status, WORLD_SHIPPED);
        assert_int_equal(s.modified, NOW);
        assert_int_equal(s.shipped, NOW);
        assert_int_equal(state_of(w, order, NOW + 30 * 86400).status, WORLD_FINISHED);
        char id[40];
        assert_int_equal(world_order_pack_id(w, order, 0, NOW, id), WORLD_DONE);
        assert_string_equal(id, "zhongtong_75417914223203");
        /* Another waybill. */
        world_pack other = { .company_code = BASE_STR("SF"),
                             .tracking_no = BASE_STR("SF99887766") };
        assert_int_equal(world_order_change_waybill(w, order, BASE_STR("none"), &other, NOW + 20),
                         WORLD_NOT_FOUND);
        assert_int_equal(world_order_change_waybill(w, order, base_str_of(id), &other, NOW + 20),
                         WORLD_DONE);
        assert_int_equal(state_of(w, order, NOW + 20).modified, NOW + 20);
        yyjson_doc *doc = order_doc(w, order, NOW + 20);
        yyjson_val *first = yyjson_arr_get_first(
            codec_json_at(yyjson_doc_get_root(doc), shop ? "orders.order" : "logistics_info"));
        assert_string_equal(text_at(first, shop ? "invoice_no" : "tracking_no"), "SF99887766");
        assert_string_equal(text_at(first, shop ? "logistics_company" : "company_name"),
                            "顺丰速运");
        yyjson_doc_free(doc);
    }
    world_free(w);
}

static void packs_of_one_order_leave_one_after_another(void **state) {
    (void)state;
    world *w = make_world(55, 1, 4000);
    uint32_t order = WORLD_NONE;
    for (uint32_t i = 0; i < 4000 && order == WORLD_NONE; i++) {
        world_order_state s = state_of(w, i, NOW);
        order = s.status == WORLD_PAID && s.lines >= 2 ? i : WORLD_NONE;
    }
    assert_int_not_equal(order, WORLD_NONE);
    unsigned all = (1u << state_of(w, order, NOW).lines) - 1;
    world_pack first = make_pack("PACK0001", 1);
    world_pack rest = make_pack("PACK0002", all & ~1u);
    base_str none = { NULL, 0 };
    assert_int_equal(world_order_ship(w, order, &first, 1, none, NOW), WORLD_DONE);
    assert_int_equal(state_of(w, order, NOW).status, WORLD_PARTLY_SHIPPED);
    assert_int_equal(world_order_ship(w, order, &first, 1, none, NOW + 1), WORLD_BAD_VALUE);
    assert_int_equal(world_order_ship(w, order, &rest, 1, none, NOW + 2), WORLD_DONE);
    assert_int_equal(state_of(w, order, NOW + 2).status, WORLD_SHIPPED);
    yyjson_doc *doc = order_doc(w, order, NOW + 2);
    assert_int_equal(yyjson_arr_size(codec_json_at(yyjson_doc_get_root(doc), "logistics_info")), 2);
    yyjson_doc_free(doc);
    world_free(w);
}

static void several_orders_in_one_pack_are_all_or_none(void **state) {
    (void)state;
    world *w = make_world(56, 1, 4000);
    uint32_t paid[3];
    unsigned count = 0;
    for (uint32_t i = 0; i < 4000 && count < 3; i++) {
        if (state_of(w, i, NOW).status == WORLD_PAID) {
            paid[count++] = i;
        }
    }
    uint32_t mixed[2] = { paid[0], find_order(w, 0, WORLD_FINISHED, WORLD_TYPES, NOW) };
    world_pack pack = make_pack("TOGETHER1", 0);
    char id[40];
    base_str key = BASE_STR("k");
    assert_int_equal(world_orders_ship_together(w, mixed, 2, &pack, key, NOW, id),
                     WORLD_WRONG_STATE);
    assert_int_equal(state_of(w, paid[0], NOW).status, WORLD_PAID);
    assert_int_equal(world_orders_ship_together(w, paid, 3, &pack, key, NOW, id), WORLD_DONE);
    assert_string_equal(id, "zhongtong_TOGETHER1");
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(state_of(w, paid[i], NOW).status, WORLD_SHIPPED);
    }
    memset(id, 0, sizeof id);
    assert_int_equal(world_orders_ship_together(w, paid, 3, &pack, key, NOW + 5, id),
                     WORLD_REPEATED);
    assert_string_equal(id, "zhongtong_TOGETHER1");
    world_free(w);
}

static void specs_are_added_shown_and_deleted(void **state) {
    (void)state;
    world *w = make_world(57, 1, 10);
    int64_t id = 0;
    base_str specs = BASE_STR("颜色|白色,红色,蓝色^尺码|S,M,L");
    static const char *const bad[] = { "",       "颜色",  "颜色|",          "|白色",
                                       "a|b,,c", "a|b,b", "a|b^c|d^e|f^g|h" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(world_spec_add(w, 0, base_str_of(bad[i]), BASE_STR("x"), NOW, &id),
                         WORLD_BAD_VALUE);
    }
    assert_int_equal(world_spec_add(w, 0, specs, BASE_STR("规格2021-1"), NOW, &id), WORLD_DONE);
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    assert_true(world_render_spec(w, 0, id, &text));
    yyjson_doc *doc = parse(&text);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_int_equal(number_at(root, "id"), id);
    assert_string_equal(text_at(root, "name"), "规格2021-1");
    yyjson_val *groups = codec_json_at(root, "specs");
    assert_int_equal(yyjson_arr_size(groups), 2);
    assert_int_equal(yyjson_arr_size(codec_json_at(yyjson_arr_get_last(groups), "values")), 3);
    yyjson_doc_free(doc);
    assert_int_equal(world_spec_delete(w, 0, id), WORLD_DONE);
    assert_int_equal(world_spec_delete(w, 0, id), WORLD_NOT_FOUND);
    assert_false(world_render_spec(w, 0, id, &text));
    base_buf_reset(&text);
    assert_true(world_render_specs(w, 0, &text));
    doc = parse(&text);
    assert_true(yyjson_arr_size(yyjson_doc_get_root(doc)) > 0);
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    world_free(w);
}

static void a_product_is_added_edited_and_deleted(void **state) {
    (void)state;
    world *w = make_world(58, 2, 10);
    for (uint32_t shop = 0; shop < 2; shop++) {
        world_truth before;
        world_truth after;
        world_product_input in;
        uint32_t product = WORLD_NONE;
        uint32_t again = WORLD_NONE;
        assert_int_equal(world_truth_of(w, shop, NOW, &before, NULL), QD_OK);
        world_product_input_init(&in);
        assert_int_equal(world_product_add(w, shop, &in, BASE_STR(""), NOW, &product),
                         WORLD_BAD_VALUE);
        in.name = BASE_STR("米奇\"牛仔\"裤");
        in.outer_id = BASE_STR("KZZL025");
        in.price_fen = 10000;
        base_str key = BASE_STR("once");
        assert_int_equal(world_product_add(w, shop, &in, key, NOW, &product), WORLD_DONE);
        assert_int_equal(world_product_add(w, shop, &in, key, NOW, &again), WORLD_REPEATED);
        assert_int_equal(again, product);
        assert_int_equal(world_product_add(w, shop, &in, BASE_STR("two"), NOW, &again),
                         WORLD_IN_USE);
        assert_int_equal(world_product_by_outer(w, shop, in.outer_id), product);
        assert_int_equal(world_truth_of(w, shop, NOW, &after, NULL), QD_OK);
        assert_int_equal(after.products, before.products + 1);
        assert_int_equal(after.skus, before.skus + 1);

        world_product_input edit;
        world_product_input_init(&edit);
        edit.name = BASE_STR("新名字");
        edit.price_fen = 8800;
        assert_int_equal(world_product_edit(w, product, &edit, NOW + 7), WORLD_DONE);
        world_product_state s;
        assert_true(world_product_state_at(w, product, NOW + 7, &s));
        assert_int_equal(s.modified, NOW + 7);
        assert_int_equal(s.price_fen, 8800);
        base_buf text;
        base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
        assert_true(world_render_product(w, product, NOW + 7, &text));
        yyjson_doc *doc = parse(&text);
        assert_string_equal(text_at(yyjson_doc_get_root(doc), shop ? "title" : "name"), "新名字");
        yyjson_doc_free(doc);
        base_buf_clear(&text);

        assert_int_equal(world_product_set_sale(w, product, WORLD_OFFLINE, NOW + 8), WORLD_DONE);
        uint64_t total = 0;
        world_product_query q = { .shop = shop,
                                  .sale_mask = 1u << WORLD_OFFLINE,
                                  .ids = &s.id,
                                  .id_count = 1,
                                  .modified_from = NOW + 8,
                                  .modified_to = NOW + 9 };
        assert_int_equal(world_products(w, &q, NOW + 8, 0, 0, &total, NULL, NULL, NULL), QD_OK);
        assert_int_equal(total, 1);
        assert_int_equal(world_product_delete(w, product, false, NOW + 9), WORLD_DONE);
        assert_int_equal(world_product_delete(w, product, false, NOW + 9), WORLD_NOT_FOUND);
        assert_int_equal(world_product_edit(w, product, &edit, NOW + 9), WORLD_WRONG_STATE);
        assert_int_equal(world_product_find(w, shop, s.id), product);
        assert_int_equal(world_product_delete(w, product, true, NOW + 9), WORLD_DONE);
        assert_int_equal(world_product_find(w, shop, s.id), WORLD_NONE);
        assert_int_equal(world_truth_of(w, shop, NOW + 9, &after, NULL), QD_OK);
        assert_int_equal(after.products, before.products);
        assert_int_equal(after.skus, before.skus);
    }
    world_free(w);
}

static void skus_are_added_priced_coded_and_stocked(void **state) {
    (void)state;
    world *w = make_world(59, 1, 10);
    world_product_input in;
    world_product_input_init(&in);
    in.name = BASE_STR("T恤");
    in.price_fen = 5000;
    in.specs = BASE_STR("颜色|白色,红色^尺码|S,M");
    uint32_t product = WORLD_NONE;
    assert_int_equal(world_product_add(w, 0, &in, BASE_STR(""), NOW, &product), WORLD_DONE);
    world_sku_input sku;
    world_sku_input_init(&sku);
    world_sku_ref ref;
    int64_t id = 0;
    base_str none = { NULL, 0 };
    sku.price_fen = 10100;
    sku.stock = 1;
    sku.code = BASE_STR("code-1");
    sku.names[0] = BASE_STR("白色");
    assert_int_equal(world_sku_add(w, product, &sku, none, NOW, &ref, &id), WORLD_BAD_VALUE);
    sku.names[1] = BASE_STR("M");
    assert_int_equal(world_sku_add(w, product, &sku, BASE_STR("k"), NOW, &ref, &id), WORLD_DONE);
    int64_t repeated = 0;
    assert_int_equal(world_sku_add(w, product, &sku, BASE_STR("k"), NOW, &ref, &repeated),
                     WORLD_REPEATED);
    assert_int_equal(repeated, id);
    assert_int_equal(world_sku_add(w, product, &sku, none, NOW, &ref, &repeated), WORLD_IN_USE);
    assert_true(world_sku_by_code(w, 0, BASE_STR("code-1"), &ref));
    assert_true(world_sku_find(w, 0, id, &ref));
    assert_int_equal(world_sku_set_price(w, ref, 9900, NOW + 1), WORLD_DONE);
    assert_int_equal(world_sku_set_price(w, ref, 0, NOW + 1), WORLD_BAD_VALUE);
    assert_int_equal(world_sku_set_code(w, ref, BASE_STR("code-2"), NOW + 2), WORLD_DONE);
    assert_int_equal(world_sku_set_stock(w, ref, 40, false, BASE_STR("s"), NOW + 3), WORLD_DONE);
    assert_int_equal(world_sku_set_stock(w, ref, 9, true, BASE_STR("s"), NOW + 3), WORLD_REPEATED);
    assert_int_equal(world_sku_set_stock(w, ref, -10, true, BASE_STR("t"), NOW + 3), WORLD_DONE);
    assert_int_equal(world_sku_set_stock(w, ref, -31, true, none, NOW + 3), WORLD_BAD_VALUE);
    assert_int_equal(world_sku_stock(w, ref), 30);
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    assert_true(world_render_skus(w, product, NOW + 3, &text));
    yyjson_doc *doc = parse(&text);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), 1);
    yyjson_val *row = yyjson_arr_get_first(yyjson_doc_get_root(doc));
    assert_int_equal(number_at(row, "id"), id);
    assert_int_equal(number_at(row, "price"), 9900);
    assert_int_equal(number_at(row, "stock_num"), 30);
    assert_string_equal(text_at(row, "code"), "code-2");
    assert_string_equal(text_at(row, "spec_detail_name1"), "白色");
    assert_string_equal(text_at(row, "spec_detail_name2"), "M");
    yyjson_doc_free(doc);
    /* The spec cannot go while the product lives. */
    base_buf_reset(&text);
    assert_true(world_render_product_detail(w, product, NOW + 3, &text));
    doc = parse(&text);
    int64_t spec = number_at(yyjson_doc_get_root(doc), "spec_id");
    yyjson_doc_free(doc);
    assert_int_equal(world_spec_delete(w, 0, spec), WORLD_IN_USE);
    assert_int_equal(world_product_delete(w, product, true, NOW + 4), WORLD_DONE);
    assert_int_equal(world_spec_delete(w, 0, spec), WORLD_DONE);
    base_buf_clear(&text);
    world_free(w);
}

static void a_product_of_the_seed_takes_a_new_sku(void **state) {
    (void)state;
    world *w = make_world(60, 2, 10);
    world_product_query q = { .shop = 1, .sale_mask = 1u << WORLD_ONLINE };
    uint32_t product;
    uint32_t count;
    uint64_t total;
    assert_int_equal(world_products(w, &q, NOW, 0, 1, &total, &product, &count, NULL), QD_OK);
    world_product_state before;
    world_product_state after;
    assert_true(world_product_state_at(w, product, NOW, &before));
    world_sku_input sku;
    world_sku_input_init(&sku);
    sku.price_fen = 100;
    sku.stock = 7;
    sku.properties = BASE_STR("1627207:28341;20509:28383");
    world_sku_ref ref;
    int64_t id;
    unsigned added = 0;
    world_deed deed;
    while ((deed = world_sku_add(w, product, &sku, BASE_STR(""), NOW, &ref, &id)) == WORLD_DONE) {
        added++;
    }
    assert_int_equal(deed, WORLD_TOO_MANY);
    assert_int_equal(added, WORLD_MAX_SKUS - before.skus);
    assert_true(world_product_state_at(w, product, NOW, &after));
    assert_int_equal(after.stock, before.stock + 7 * added);
    assert_int_equal(after.price_fen, 100);
    world_free(w);
}

static void services_are_listed_and_answered_once(void **state) {
    (void)state;
    world *w = make_world(61, 1, 5000);
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    uint64_t open = 0;
    uint64_t all = 0;
    assert_true(world_render_services(w, 0, 0, 0, 0, NOW, 0, 10, &open, &text));
    yyjson_doc *doc = parse(&text);
    yyjson_val *first = yyjson_arr_get_first(yyjson_doc_get_root(doc));
    assert_true(open > 1 && first);
    int64_t id = number_at(first, "id");
    yyjson_doc_free(doc);
    assert_int_equal(world_service_reply(w, 0, id, BASE_STR(""), NOW), WORLD_BAD_VALUE);
    assert_int_equal(world_service_reply(w, 0, id, BASE_STR("已补发"), NOW), WORLD_DONE);
    assert_int_equal(world_service_reply(w, 0, id, BASE_STR("再"), NOW), WORLD_WRONG_STATE);
    assert_int_equal(world_service_reply(w, 0, 1, BASE_STR("x"), NOW), WORLD_NOT_FOUND);
    uint64_t left = 0;
    base_buf_reset(&text);
    assert_true(world_render_services(w, 0, 0, 0, 0, NOW, 0, 10, &left, &text));
    assert_int_equal(left, open - 1);
    base_buf_reset(&text);
    assert_true(world_render_services(w, 0, -1, 0, 0, NOW, 0, 1000, &all, &text));
    doc = parse(&text);
    assert_int_equal(yyjson_arr_size(yyjson_doc_get_root(doc)), all);
    assert_non_null(strstr(base_buf_text(&text), "已补发"));
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remark_and_star_are_shown),
        cmocka_unit_test(a_remark_does_not_stop_a_life),
        cmocka_unit_test(cash_on_delivery_is_confirmed_or_cancelled),
        cmocka_unit_test(shipping_shows_the_waybill_once),
        cmocka_unit_test(packs_of_one_order_leave_one_after_another),
        cmocka_unit_test(several_orders_in_one_pack_are_all_or_none),
        cmocka_unit_test(specs_are_added_shown_and_deleted),
        cmocka_unit_test(a_product_is_added_edited_and_deleted),
        cmocka_unit_test(skus_are_added_priced_coded_and_stocked),
        cmocka_unit_test(a_product_of_the_seed_takes_a_new_sku),
        cmocka_unit_test(services_are_listed_and_answered_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
