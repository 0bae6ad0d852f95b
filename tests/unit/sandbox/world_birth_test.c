/* The world as the seed makes it: reproducible, complete, its lists right, its lives moving on. */
#include "world_kit.h"

#include <time.h>

static void same_seed_same_world(void **state) {
    (void)state;
    char hash[4][65];
    const uint64_t seeds[4] = { 7, 7, 8, 7 };
    for (unsigned i = 0; i < 4; i++) {
        world *w = make_world(seeds[i], 4, i == 3 ? 399 : 400);
        assert_int_equal(world_hash(w, START, hash[i], NULL), QD_OK);
        world_free(w);
    }
    assert_string_equal(hash[0], hash[1]);
    assert_string_not_equal(hash[0], hash[2]);
    assert_string_not_equal(hash[0], hash[3]);
}

static void options_out_of_range_are_refused(void **state) {
    (void)state;
    world *w = NULL;
    qd_err err;
    world_options none = { .seed = 1, .shops = 0, .orders = 1, .start_now = START };
    world_options early = { .seed = 1, .shops = 1, .orders = 1, .start_now = 5 };
    world_options many = {
        .seed = 1, .shops = 1, .orders = WORLD_MAX_ORDERS + 1, .start_now = START
    };
    assert_int_equal(world_new(&none, &w, &err), QD_E_INVALID);
    assert_int_equal(world_new(&early, &w, &err), QD_E_INVALID);
    assert_int_equal(world_new(&many, &w, &err), QD_E_INVALID);
    assert_null(w);
    world_free(NULL);
}

static void orders_are_spread_evenly_and_lie_in_the_past(void **state) {
    (void)state;
    world *w = make_world(3, 4, 1003);
    unsigned total = 0;
    for (uint32_t shop = 0; shop < 4; shop++) {
        const world_shop *s = world_shop_at(w, shop);
        assert_int_equal(s->platform, shop % 2 ? WORLD_TAOBAO : WORLD_DOUYIN);
        assert_int_equal(s->order_count, shop < 3 ? 251 : 250);
        total += s->order_count;
        for (uint32_t i = 0; i < s->order_count; i++) {
            world_order_state o;
            assert_true(world_order_state_at(w, world_shop_order(w, shop, i), START, &o));
            assert_in_range(o.created, START - 88 * 86400, START - 900);
            assert_int_equal(o.shop, shop);
        }
        assert_int_equal(world_shop_order(w, shop, s->order_count), WORLD_NONE);
    }
    assert_int_equal(total, 1003);
    assert_null(world_shop_at(w, 4));
    world_free(w);
}

static void an_empty_world_and_more_shops_than_orders(void **state) {
    (void)state;
    for (unsigned orders = 0; orders < 4; orders++) {
        world *w = make_world(5, 3, orders);
        world_truth truth;
        uint64_t seen = 0;
        for (uint32_t shop = 0; shop < 3; shop++) {
            assert_int_equal(world_truth_of(w, shop, START, &truth, NULL), QD_OK);
            seen += truth.orders;
            assert_true(truth.products >= 40);
        }
        assert_int_equal(seen, orders);
        world_free(w);
    }
}

static void apps_and_shops_look_like_the_platforms(void **state) {
    (void)state;
    world *w = make_world(3, 6, 10);
    assert_int_equal(strlen(world_app_of(w, WORLD_DOUYIN)->key), 19);
    assert_int_equal(strlen(world_app_of(w, WORLD_DOUYIN)->secret), 36);
    assert_int_equal(strlen(world_app_of(w, WORLD_TAOBAO)->key), 8);
    assert_int_equal(strlen(world_app_of(w, WORLD_TAOBAO)->secret), 32);
    for (uint32_t i = 0; i < 6; i++) {
        const world_shop *s = world_shop_at(w, i);
        assert_true(base_utf8_valid(base_str_of(s->name)));
        assert_true(base_utf8_valid(base_str_of(s->nick)));
        assert_int_equal(world_shop_find(w, s->platform, base_str_of(s->id_text)), i);
        if (s->platform == WORLD_TAOBAO) {
            assert_int_equal(world_shop_by_session(w, base_str_of(s->session)), i);
            assert_int_equal(world_shop_by_nick(w, base_str_of(s->nick)), i);
        }
    }
    assert_int_equal(world_shop_by_session(w, base_str_of("")), WORLD_NONE);
    world_free(w);
}

static void ids_are_19_digits_and_found_again(void **state) {
    (void)state;
    world *w = make_world(11, 2, 2000);
    unsigned suffixed = 0;
    for (uint32_t shop = 0; shop < 2; shop++) {
        for (uint32_t i = 0; i < 1000; i++) {
            uint32_t order = world_shop_order(w, shop, i);
            world_order_state o;
            assert_true(world_order_state_at(w, order, START, &o));
            size_t len = strlen(o.id_text);
            bool suffix = o.id_text[len - 1] == 'A';
            suffixed += suffix;
            assert_int_equal(len, suffix ? 20 : 19);
            assert_true(!suffix || shop == 0);
            assert_int_equal(world_order_find(w, shop, base_str_of(o.id_text)), order);
            assert_int_equal(world_order_find(w, 1 - shop, base_str_of(o.id_text)), WORLD_NONE);
            o.id_text[5] = o.id_text[5] == '1' ? '2' : '1';
            assert_int_equal(world_order_find(w, shop, base_str_of(o.id_text)), WORLD_NONE);
        }
    }
    assert_in_range(suffixed, 10, 80);
    assert_int_equal(world_order_find(w, 0, base_str_of("")), WORLD_NONE);
    assert_int_equal(world_order_find(w, 0, base_str_of("A")), WORLD_NONE);
    assert_int_equal(world_order_find(w, 0, base_str_of("-1")), WORLD_NONE);
    world_free(w);
}

static void lives_go_forward_only(void **state) {
    (void)state;
    world *w = make_world(12, 2, 1200);
    unsigned seen[WORLD_STATUSES] = { 0 };
    unsigned refunds[WORLD_REFUNDS] = { 0 };
    for (uint32_t order = 0; order < 1200; order++) {
        world_order_state born;
        world_order_state last = { 0 };
        assert_true(world_order_state_at(w, order, START, &born));
        int64_t now = born.created;
        assert_false(world_order_state_at(w, order, now - 1, &born));
        for (unsigned step = 0; step < 20 && now != INT64_MAX; step++) {
            world_order_state s;
            assert_true(world_order_state_at(w, order, now, &s));
            assert_int_equal(s.modified, now);
            assert_true(s.modified > last.modified);
            assert_true(s.changes_at > now);
            assert_true(!s.paid || s.paid >= s.created);
            assert_true(!s.shipped || s.shipped > s.created);
            assert_true(!s.finished || s.finished > s.shipped);
            seen[s.status]++;
            refunds[s.refund]++;
            last = s;
            now = s.changes_at;
        }
        assert_true(last.status == WORLD_FINISHED || last.status == WORLD_CANCELLED ||
                    last.status == WORLD_REFUNDED);
    }
    for (unsigned i = 0; i < WORLD_STATUSES; i++) {
        assert_true(seen[i] > 0);
    }
    for (unsigned i = 0; i < WORLD_REFUNDS; i++) {
        assert_true(refunds[i] > 0);
    }
    world_free(w);
}

static void modified_times_move_while_a_client_reads(void **state) {
    (void)state;
    const unsigned sizes[] = { 6, 100, 5000 };
    for (unsigned k = 0; k < 3; k++) {
        world *w = make_world(13, 2, sizes[k]);
        unsigned moved = 0;
        for (uint32_t order = 0; order < sizes[k]; order++) {
            world_order_state a;
            world_order_state b;
            assert_true(world_order_state_at(w, order, START, &a));
            assert_true(world_order_state_at(w, order, START + 600, &b));
            moved += a.modified != b.modified;
        }
        assert_true(moved >= 5);
        assert_true(moved * 100 >= sizes[k]);
        world_free(w);
    }
}

static int compare_numbers(const void *a, const void *b) {
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void created_ranges_are_half_open_and_sorted(void **state) {
    (void)state;
    world *w = make_world(14, 2, 3000);
    for (uint32_t shop = 0; shop < 2; shop++) {
        int64_t times[1500];
        uint64_t total = 0;
        world_order_query all = { .shop = shop };
        uint32_t *orders = list_orders(w, &all, START, &total);
        assert_int_equal(total, 1500);
        for (uint32_t i = 0; i < 1500; i++) {
            world_order_state s;
            assert_true(world_order_state_at(w, orders[i], START, &s));
            times[i] = s.created;
        }
        int64_t sorted[1500];
        memcpy(sorted, times, sizeof times);
        qsort(sorted, 1500, sizeof sorted[0], compare_numbers);
        assert_memory_equal(sorted, times, sizeof times);
        free(orders);
        /* A border on a time that several orders share: they are all in or all out. */
        for (uint32_t i = 1; i < 1500; i += 97) {
            world_order_query before = { .shop = shop, .created_from = 1, .created_to = times[i] };
            world_order_query after = { .shop = shop,
                                        .created_from = times[i],
                                        .created_to = START };
            uint64_t head = 0;
            uint64_t tail = 0;
            assert_int_equal(world_orders(w, &before, START, 0, 0, &head, NULL, NULL, NULL), QD_OK);
            assert_int_equal(world_orders(w, &after, START, 0, 0, &tail, NULL, NULL, NULL), QD_OK);
            assert_int_equal(head + tail, 1500);
            assert_true(head <= i && (head == 0 || times[head - 1] < times[i]));
        }
    }
    world_free(w);
}

static void many_orders_share_a_second_in_a_big_shop(void **state) {
    (void)state;
    world *w = make_world(15, 1, 6000);
    unsigned most = 0;
    unsigned run = 0;
    int64_t last = 0;
    for (uint32_t i = 0; i < 6000; i++) {
        world_order_state s;
        assert_true(world_order_state_at(w, world_shop_order(w, 0, i), START, &s));
        run = s.created == last ? run + 1 : 1;
        last = s.created;
        most = run > most ? run : most;
    }
    assert_true(most > 100);
    world_free(w);
}

/* The list by modified time against a walk over all states. */
static void check_modified(world *w, uint32_t shop, int64_t from, int64_t to, int64_t now,
                           uint32_t status_mask) {
    world_order_query q = { .shop = shop,
                            .modified_from = from,
                            .modified_to = to,
                            .status_mask = status_mask,
                            .order_by = WORLD_BY_MODIFIED };
    uint64_t total = 0;
    uint32_t *orders = list_orders(w, &q, now, &total);
    uint64_t expected = 0;
    for (uint32_t i = 0; i < world_shop_at(w, shop)->order_count; i++) {
        world_order_state s;
        assert_true(world_order_state_at(w, world_shop_order(w, shop, i), now, &s));
        expected += s.modified >= from && s.modified < to &&
                    (status_mask == 0 || (status_mask >> s.status & 1));
    }
    assert_int_equal(total, expected);
    int64_t last = 0;
    for (uint64_t i = 0; i < total; i++) {
        world_order_state s;
        assert_true(world_order_state_at(w, orders[i], now, &s));
        assert_in_range(s.modified, from, to - 1);
        assert_true(s.modified > last || (s.modified == last && orders[i] > orders[i - 1]));
        last = s.modified;
    }
    q.descending = true;
    uint32_t *backwards = list_orders(w, &q, now, &total);
    for (uint64_t i = 0; i < total; i++) {
        assert_int_equal(backwards[i], orders[total - 1 - i]);
    }
    free(orders);
    free(backwards);
}

static void modified_ranges_follow_the_lives(void **state) {
    (void)state;
    world *w = make_world(16, 2, 2000);
    for (uint32_t shop = 0; shop < 2; shop++) {
        check_modified(w, shop, 1, START + 1, START, 0);
        check_modified(w, shop, START - 7 * 86400, START - 6 * 86400, START, 0);
        check_modified(w, shop, START - 86400, START + 700, START + 599, 0);
        check_modified(w, shop, START, START + 601, START + 600, 0);
        check_modified(w, shop, START - 30 * 86400, START + 1, START, 1u << WORLD_SHIPPED);
        /* A write moves an order to the end of the list. */
        uint32_t order = world_shop_order(w, shop, 5);
        assert_int_equal(world_order_remark(w, order, BASE_STR("到"), 2, START + 60), WORLD_DONE);
        check_modified(w, shop, START - 86400, START + 700, START + 599, 0);
        check_modified(w, shop, 1, START + 700, START + 59, 0);
        check_modified(w, shop, START + 60, START + 61, START + 60, 0);
    }
    world_free(w);
}

static void lists_filter_by_type_product_and_waybill(void **state) {
    (void)state;
    world *w = make_world(17, 2, 2000);
    uint64_t sum = 0;
    for (unsigned t = 0; t < WORLD_TYPES; t++) {
        uint64_t total = 0;
        world_order_query q = { .shop = 1, .type_mask = 1u << t };
        free(list_orders(w, &q, START, &total));
        sum += total;
        assert_int_equal(world_trade_type_of(base_str_of(world_trade_type_name(t))), t);
    }
    assert_int_equal(sum, 1000);
    assert_int_equal(world_trade_type_of(BASE_STR("nothing")), WORLD_TYPES);
    uint32_t shipped = find_order(w, 0, WORLD_SHIPPED, WORLD_TYPES, START);
    yyjson_doc *doc = order_doc(w, shipped, START);
    yyjson_val *pack =
        yyjson_arr_get_first(codec_json_at(yyjson_doc_get_root(doc), "logistics_info"));
    yyjson_val *line =
        yyjson_arr_get_first(codec_json_at(yyjson_doc_get_root(doc), "sku_order_list"));
    uint64_t total = 0;
    world_order_query by_pack = { .shop = 0,
                                  .tracking_no = base_str_of(text_at(pack, "tracking_no")) };
    uint32_t *found = list_orders(w, &by_pack, START, &total);
    assert_int_equal(total, 1);
    assert_int_equal(found[0], shipped);
    free(found);
    world_order_query by_product = { .shop = 0,
                                     .product = base_str_of(text_at(line, "product_id_str")) };
    found = list_orders(w, &by_product, START, &total);
    bool there = false;
    for (uint64_t i = 0; i < total; i++) {
        there |= found[i] == shipped;
    }
    assert_true(there && total < 500);
    free(found);
    yyjson_doc_free(doc);
    world_free(w);
}

static void products_are_listed_by_status_time_and_id(void **state) {
    (void)state;
    world *w = make_world(18, 2, 8000);
    for (uint32_t shop = 0; shop < 2; shop++) {
        uint32_t found[400];
        uint32_t count = 0;
        uint64_t total = 0;
        uint64_t parts[WORLD_SALES] = { 0 };
        world_truth truth;
        assert_int_equal(world_truth_of(w, shop, START, &truth, NULL), QD_OK);
        for (unsigned sale = 0; sale < WORLD_SALES; sale++) {
            world_product_query q = { .shop = shop, .sale_mask = 1u << sale };
            assert_int_equal(world_products(w, &q, START, 0, 0, &parts[sale], NULL, NULL, NULL),
                             QD_OK);
        }
        world_product_query q = { .shop = shop, .order_by = WORLD_BY_MODIFIED };
        assert_int_equal(world_products(w, &q, START, 0, 400, &total, found, &count, NULL), QD_OK);
        assert_int_equal(total, parts[WORLD_ONLINE] + parts[WORLD_OFFLINE]);
        assert_int_equal(total, truth.products);
        assert_true(total > 100 && parts[WORLD_OFFLINE] > 0);
        assert_int_equal(parts[WORLD_DELETED] > 0, shop == 0);
        int64_t last = 0;
        uint64_t skus = 0;
        for (uint32_t i = 0; i < count; i++) {
            world_product_state s;
            assert_true(world_product_state_at(w, found[i], START, &s));
            assert_true(s.modified >= last && s.modified < START);
            last = s.modified;
            skus += s.skus;
            assert_in_range(s.skus, 1, 12);
            assert_int_equal(strlen(s.id_text), shop == 0 ? 19 : 12);
            assert_int_equal(world_product_find(w, shop, s.id), found[i]);
            assert_int_equal(world_product_find(w, shop, s.id + 1), WORLD_NONE);
            world_product_query one = { .shop = shop, .ids = &s.id, .id_count = 1 };
            assert_int_equal(world_products(w, &one, START, 0, 0, &total, NULL, NULL, NULL), QD_OK);
            assert_int_equal(total, 1);
        }
        assert_int_equal(skus, truth.skus);
    }
    world_free(w);
}

/* The truth's hash, computed here from the documents. */
static int compare_texts(const void *a, const void *b) {
    return strcmp(a, b);
}

static void truth_equals_what_the_documents_say(void **state) {
    (void)state;
    world *w = make_world(19, 2, 700);
    for (uint32_t shop = 0; shop < 2; shop++) {
        char ids[350][24];
        base_buf all;
        base_buf_init(&all, LIMIT_REPLY_BYTES);
        for (uint32_t i = 0; i < 350; i++) {
            yyjson_doc *doc = order_doc(w, world_shop_order(w, shop, i), START);
            yyjson_val *root = yyjson_doc_get_root(doc);
            if (shop == 0) {
                assert_true(base_copy(ids[i], 24, base_str_of(text_at(root, "order_id"))));
            } else {
                snprintf(ids[i], 24, "%lld", (long long)number_at(root, "tid"));
            }
            yyjson_doc_free(doc);
        }
        qsort(ids, 350, sizeof ids[0], compare_texts);
        for (unsigned i = 0; i < 350; i++) {
            base_buf_add_text(&all, ids[i]);
            base_buf_add_char(&all, '\n');
        }
        unsigned char digest[CODEC_DIGEST_MAX];
        char hex[65];
        size_t len = codec_digest_once(CODEC_SHA256, BASE_STR(""), base_buf_str(&all), digest);
        codec_hex(digest, len, false, hex);
        world_truth truth;
        assert_int_equal(world_truth_of(w, shop, START, &truth, NULL), QD_OK);
        assert_int_equal(truth.orders, 350);
        assert_string_equal(truth.order_ids_sha256, hex);
        base_buf_clear(&all);
    }
    world_truth truth;
    assert_int_equal(world_truth_of(w, 2, START, &truth, NULL), QD_E_NOT_FOUND);
    world_free(w);
}

static void a_big_world_is_made_quickly(void **state) {
    (void)state;
    clock_t before = clock();
    world *w = make_world(20, 8, 100000);
    /* 40 ms in an optimised build; the bound leaves room for sanitizers. */
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 2.0);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_world),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(orders_are_spread_evenly_and_lie_in_the_past),
        cmocka_unit_test(an_empty_world_and_more_shops_than_orders),
        cmocka_unit_test(apps_and_shops_look_like_the_platforms),
        cmocka_unit_test(ids_are_19_digits_and_found_again),
        cmocka_unit_test(lives_go_forward_only),
        cmocka_unit_test(modified_times_move_while_a_client_reads),
        cmocka_unit_test(created_ranges_are_half_open_and_sorted),
        cmocka_unit_test(many_orders_share_a_second_in_a_big_shop),
        cmocka_unit_test(modified_ranges_follow_the_lives),
        cmocka_unit_test(lists_filter_by_type_product_and_waybill),
        cmocka_unit_test(products_are_listed_by_status_time_and_id),
        cmocka_unit_test(truth_equals_what_the_documents_say),
        cmocka_unit_test(a_big_world_is_made_quickly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
