/* After-sales as the world has them: part of their orders' lives, found by every condition, written
 * to, and the same again from the same seed. */
#include "sandbox/world/aftersales.h"
#include "world_kit.h"

enum { SHOP = 0, DAY = 86400, HOUR = 3600 };

typedef struct all_rows {
    world_aftersale_state *rows;
    size_t count;
} all_rows;

/* Every after-sale of the shop at now, from the orders themselves. */
static all_rows every(const world *w, int64_t now) {
    all_rows all = { calloc(20000, sizeof *all.rows), 0 };
    const world_shop *s = world_shop_at(w, SHOP);
    assert_non_null(all.rows);
    for (uint32_t i = 0; i < s->order_count; i++) {
        all.count +=
            world_order_aftersales(w, world_shop_order(w, SHOP, i), now, all.rows + all.count);
    }
    return all;
}

static world_aftersale_query asked(void) {
    world_aftersale_query q;
    memset(&q, 0, sizeof q);
    q.shop = SHOP;
    q.order = WORLD_NONE;
    return q;
}

/* The query's rows in pages, as ids; how many. */
static size_t list(world *w, const world_aftersale_query *q, int64_t now, uint32_t page,
                   int64_t *out) {
    world_aftersale sales[128];
    uint64_t total = 1;
    uint32_t count = 0;
    size_t done = 0;
    while (done < total) {
        assert_int_equal(world_aftersales(w, q, now, done, page, &total, sales, &count, NULL),
                         QD_OK);
        assert_true(count > 0 || total == 0);
        for (uint32_t i = 0; i < count; i++) {
            world_aftersale_state s;
            assert_true(world_aftersale_state_at(w, sales[i], now, &s));
            out[done++] = s.id;
        }
    }
    assert_int_equal(done, total);
    return done;
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* ---- birth and life ---- */

static void all_kinds_and_statuses_are_born(void **state) {
    (void)state;
    world *w = make_world(21, 2, 8000);
    unsigned kinds[WORLD_SALE_KINDS] = { 0 };
    unsigned statuses[64] = { 0 };
    for (int days = 0; days < 40; days += 2) {
        all_rows all = every(w, START + days * DAY);
        for (size_t i = 0; i < all.count; i++) {
            kinds[all.rows[i].kind]++;
            statuses[all.rows[i].status]++;
        }
        free(all.rows);
    }
    for (int i = 0; i < WORLD_SALE_KINDS; i++) {
        assert_true(kinds[i] > 0);
    }
    static const int known[] = { 6, 7, 8, 11, 12, 13, 14, 27, 28, 29, 51, 53 };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (statuses[known[i]] == 0) {
            fail_msg("no after-sale has status %d", known[i]);
        }
    }
    world_free(w);
}

static void taobao_orders_have_none(void **state) {
    (void)state;
    world *w = make_world(21, 2, 2000);
    world_aftersale_state sales[WORLD_MAX_SALES];
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(
            world_order_aftersales(w, world_shop_order(w, 1, i), START + 60 * DAY, sales), 0);
    }
    world_free(w);
}

/* Each step of an after-sale is a step of its order: its modified time moves with it. */
static void each_step_moves_the_order_and_its_money_is_the_orders(void **state) {
    (void)state;
    world *w = make_world(22, 2, 4000);
    unsigned steps = 0;
    unsigned closed = 0;
    all_rows all = every(w, START + 60 * DAY);
    assert_true(all.count > 100);
    for (size_t i = 0; i < all.count; i++) {
        world_aftersale sale = all.rows[i].sale;
        int64_t now = all.rows[i].applied;
        world_aftersale_state before = { 0 };
        world_aftersale_state s;
        assert_false(world_aftersale_state_at(w, sale, now - 1, &s));
        while (now != INT64_MAX) {
            world_order_state order;
            assert_true(world_aftersale_state_at(w, sale, now, &s));
            assert_true(world_order_state_at(w, sale.order, now, &order));
            assert_int_equal(order.modified, now);
            assert_int_equal(s.modified, now);
            assert_true(s.changes_at > now);
            assert_int_equal(s.id, all.rows[i].id);
            assert_int_equal(s.applied, all.rows[i].applied);
            assert_true(before.status == 0 || before.final_at == 0);
            assert_in_range(s.refund_fen, 0, order.pay_fen);
            assert_in_range(s.post_fen, 0, s.refund_fen);
            assert_int_equal(s.refunded_at != 0, s.refund_status == 3);
            assert_true(s.num > 0 && s.line_mask != 0);
            if (order.status == WORLD_REFUNDED && s.status == WORLD_SALE_DONE &&
                s.kind == WORLD_SALE_REFUND_UNSHIPPED) {
                assert_int_equal(s.refund_fen, order.pay_fen); /* postage, too */
                closed++;
            }
            before = s;
            now = s.changes_at;
            steps++;
        }
        assert_true(s.final_at != 0);
    }
    assert_true(steps > all.count);
    assert_true(closed > 20);
    free(all.rows);
    world_free(w);
}

static void the_order_document_says_the_same(void **state) {
    (void)state;
    world *w = make_world(23, 2, 2000);
    unsigned seen = 0;
    all_rows all = every(w, START);
    for (size_t i = 0; i < all.count; i++) {
        world_aftersale_state sales[WORLD_MAX_SALES];
        uint32_t order = all.rows[i].sale.order;
        unsigned count = world_order_aftersales(w, order, START, sales);
        const world_aftersale_state *last = &sales[count - 1];
        yyjson_doc *doc = order_doc(w, order, START);
        yyjson_val *lines = yyjson_obj_get(yyjson_doc_get_root(doc), "sku_order_list");
        for (size_t line = 0; line < yyjson_arr_size(lines); line++) {
            yyjson_val *info = yyjson_obj_get(yyjson_arr_get(lines, line), "after_sale_info");
            if (last->line_mask >> line & 1) {
                assert_int_equal(number_at(info, "after_sale_status"), last->status);
                assert_int_equal(number_at(info, "after_sale_type"), last->kind);
                assert_int_equal(number_at(info, "refund_status"), last->refund_status);
                seen++;
            } else if (count == 1) {
                assert_int_equal(number_at(info, "after_sale_status"), 0);
            }
        }
        yyjson_doc_free(doc);
    }
    assert_true(seen > 50);
    free(all.rows);
    world_free(w);
}

static void numbers_are_18_digits_unique_and_found_again(void **state) {
    (void)state;
    world *w = make_world(24, 4, 4000);
    all_rows all = every(w, START);
    int64_t *ids = calloc(all.count, sizeof *ids);
    for (size_t i = 0; i < all.count; i++) {
        ids[i] = all.rows[i].id;
        assert_in_range(ids[i], 100000000000000000, 999999999999999999);
        world_aftersale found = world_aftersale_find(w, SHOP, ids[i]);
        assert_int_equal(found.order, all.rows[i].sale.order);
        assert_int_equal(found.which, all.rows[i].sale.which);
        assert_int_equal(world_aftersale_find(w, 2, ids[i]).order, WORLD_NONE);
        assert_int_equal(world_aftersale_find(w, SHOP, ids[i] ^ 1 << 20).order, WORLD_NONE);
    }
    qsort(ids, all.count, sizeof *ids, by_number);
    for (size_t i = 1; i < all.count; i++) {
        assert_true(ids[i] > ids[i - 1]);
    }
    assert_int_equal(world_aftersale_find(w, SHOP, 0).order, WORLD_NONE);
    assert_int_equal(world_aftersale_find(w, SHOP, -5).order, WORLD_NONE);
    assert_int_equal(world_aftersale_find(w, SHOP, INT64_MAX).order, WORLD_NONE);
    free(ids);
    free(all.rows);
    world_free(w);
}

static void the_same_seed_gives_the_same(void **state) {
    (void)state;
    world_aftersale_truth truth[3];
    for (unsigned i = 0; i < 3; i++) {
        world *w = make_world(i == 2 ? 26 : 25, 2, 2000);
        all_rows all = every(w, START + DAY);
        assert_int_equal(world_aftersale_truth_of(w, SHOP, START + DAY, &truth[i], NULL), QD_OK);
        assert_int_equal(truth[i].aftersales, all.count);
        assert_true(all.count > 100);
        free(all.rows);
        world_free(w);
    }
    assert_string_equal(truth[0].aftersale_ids_sha256, truth[1].aftersale_ids_sha256);
    assert_string_not_equal(truth[0].aftersale_ids_sha256, truth[2].aftersale_ids_sha256);
}

/* ---- lists ---- */

static size_t expect(world *w, const world_aftersale_query *q, int64_t now, const all_rows *all,
                     const bool *wanted) {
    int64_t *got = calloc(all->count + 1, sizeof *got);
    int64_t *want = calloc(all->count + 1, sizeof *want);
    size_t wants = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (wanted[i]) {
            want[wants++] = all->rows[i].id;
        }
    }
    assert_int_equal(list(w, q, now, 7, got), wants);
    qsort(got, wants, sizeof *got, by_number);
    qsort(want, wants, sizeof *want, by_number);
    assert_memory_equal(got, want, (wants + 1) * sizeof *want);
    free(got);
    free(want);
    return wants;
}

/* Asks for the query, and for what a look at every row says. */
#define EXPECT(w, q, all, condition)                                                               \
    do {                                                                                           \
        bool *wanted = calloc((all).count + 1, 1);                                                 \
        for (size_t k = 0; k < (all).count; k++) {                                                 \
            const world_aftersale_state *s = &(all).rows[k];                                       \
            wanted[k] = (condition);                                                               \
        }                                                                                          \
        found += expect((w), &(q), START, &(all), wanted) > 0;                                     \
        asks++;                                                                                    \
        free(wanted);                                                                              \
    } while (0)

static void every_condition_finds_exactly_its_rows(void **state) {
    (void)state;
    world *w = make_world(27, 2, 3000);
    all_rows all = every(w, START);
    unsigned asks = 0;
    unsigned found = 0;
    const world_aftersale_state mid = all.rows[all.count / 2];
    world_aftersale_query q = asked();
    EXPECT(w, q, all, s->id != 0);
    q.applied_from = mid.applied;
    q.applied_to = mid.applied + 5 * DAY;
    EXPECT(w, q, all, s->applied >= q.applied_from && s->applied < q.applied_to);
    q = asked();
    q.modified_from = mid.modified;
    q.modified_to = mid.modified + 1;
    EXPECT(w, q, all, s->modified == mid.modified);
    q.modified_to = mid.modified + 9 * DAY;
    EXPECT(w, q, all, s->modified >= q.modified_from && s->modified < q.modified_to);
    q = asked();
    q.final_from = START - 10 * DAY;
    q.final_to = START;
    EXPECT(w, q, all, s->final_at >= q.final_from && s->final_at < q.final_to);
    q = asked();
    q.fen_from = 1000;
    q.fen_to = 20000;
    EXPECT(w, q, all, s->refund_fen >= 1000 && s->refund_fen < 20000);
    q = asked();
    q.kind_mask = 1U << WORLD_SALE_EXCHANGE | 1U << WORLD_SALE_RESEND;
    EXPECT(w, q, all, s->kind == WORLD_SALE_EXCHANGE || s->kind == WORLD_SALE_RESEND);
    q = asked();
    q.status_mask = 1ULL << WORLD_SALE_DONE;
    EXPECT(w, q, all, s->status == WORLD_SALE_DONE);
    q = asked();
    q.refund_type_mask = 1U << 1 | 1U << 4;
    EXPECT(w, q, all, s->refund_type == 1 || s->refund_type == 4);
    q = asked();
    q.arbitrate_mask = 1U << 7;
    EXPECT(w, q, all, s->arbitrate_status == 255);
    q = asked();
    q.no_reason = 1;
    EXPECT(w, q, all, s->no_reason);
    q.no_reason = 2;
    EXPECT(w, q, all, !s->no_reason);
    q = asked();
    q.sent_back = 1;
    EXPECT(w, q, all, s->sent_back);
    q = asked();
    q.id = mid.id;
    EXPECT(w, q, all, s->id == mid.id);
    q = asked();
    q.order = mid.sale.order;
    EXPECT(w, q, all, s->sale.order == mid.sale.order);
    assert_int_equal(asks, found); /* none of them was about nothing */
    q = asked();
    q.none = true;
    EXPECT(w, q, all, s->id == 0);
    free(all.rows);
    world_free(w);
}

static void rows_come_in_the_order_asked_for_over_borders_within_a_second(void **state) {
    (void)state;
    world *w = make_world(28, 2, 6000);
    static int64_t ids[5000];
    static int64_t single[5000];
    for (int by = 0; by < 4; by++) {
        for (int down = 0; down < 2; down++) {
            world_aftersale_query q = asked();
            q.order_by[0].by = (world_aftersale_by)by;
            q.order_by[0].descending = down;
            size_t count = list(w, &q, START, 10, ids);
            assert_true(count > 300);
            assert_int_equal(list(w, &q, START, 1, single), count);
            assert_memory_equal(ids, single, count * sizeof *ids);
            int64_t last = 0;
            for (size_t i = 0; i < count; i++) {
                world_aftersale_state s;
                (void)world_aftersale_state_at(w, world_aftersale_find(w, SHOP, ids[i]), START, &s);
                int64_t key = by == 2   ? s.modified
                              : by == 3 ? (s.deadline ? s.deadline : INT64_MAX / 2)
                                        : s.applied;
                bool falls = down || by == 0; /* without a wish: the newest first */
                assert_true(i == 0 || (falls ? key <= last : key >= last));
                last = key;
            }
        }
    }
    world_free(w);
}

/* ---- writes ---- */

/* The first after-sale of this kind that has this status at some moment; then at that moment. */
static bool meet(const world *w, world_aftersale_kind kind, world_aftersale_status status,
                 world_aftersale *out, int64_t *out_now) {
    all_rows all = every(w, START + 30 * DAY);
    bool found = false;
    for (size_t i = 0; i < all.count && !found; i++) {
        world_aftersale_state s = all.rows[i];
        int64_t now = s.applied;
        while (!found && now != INT64_MAX && s.kind == kind) {
            assert_true(world_aftersale_state_at(w, s.sale, now, &s));
            found = s.status == status && s.changes_at > now + HOUR;
            *out = s.sale;
            *out_now = now + 60;
            now = s.changes_at;
        }
    }
    free(all.rows);
    return found;
}

static const struct {
    int act;
    world_aftersale_kind kind;
    world_aftersale_status from, to, later; /* later: 20 days on, without the seller */
} acts[] = {
    { 101, WORLD_SALE_RETURN, WORLD_SALE_ASKED, WORLD_SALE_RETURNING, WORLD_SALE_SENT_BACK },
    { 102, WORLD_SALE_RETURN, WORLD_SALE_ASKED, WORLD_SALE_REFUSED, WORLD_SALE_CLOSED },
    { 111, WORLD_SALE_RETURN, WORLD_SALE_SENT_BACK, WORLD_SALE_DONE, WORLD_SALE_DONE },
    { 112, WORLD_SALE_RETURN, WORLD_SALE_SENT_BACK, WORLD_SALE_RETURN_REFUSED, WORLD_SALE_CLOSED },
    { 121, WORLD_SALE_RETURN, WORLD_SALE_ASKED, WORLD_SALE_DONE, WORLD_SALE_DONE },
    { 201, WORLD_SALE_REFUND_SHIPPED, WORLD_SALE_ASKED, WORLD_SALE_DONE, WORLD_SALE_DONE },
    { 202, WORLD_SALE_REFUND_SHIPPED, WORLD_SALE_ASKED, WORLD_SALE_REFUSED, WORLD_SALE_CLOSED },
    { 203, WORLD_SALE_REFUND_SHIPPED, WORLD_SALE_ASKED, WORLD_SALE_ASKED, WORLD_SALE_DONE },
    { 301, WORLD_SALE_EXCHANGE, WORLD_SALE_ASKED, WORLD_SALE_RETURNING, WORLD_SALE_SENT_BACK },
    { 302, WORLD_SALE_EXCHANGE, WORLD_SALE_ASKED, WORLD_SALE_REFUSED, WORLD_SALE_CLOSED },
    { 311, WORLD_SALE_EXCHANGE, WORLD_SALE_SENT_BACK, WORLD_SALE_SHIPPED, WORLD_SALE_RECEIVED },
    { 312, WORLD_SALE_EXCHANGE, WORLD_SALE_SENT_BACK, WORLD_SALE_RETURN_REFUSED,
      WORLD_SALE_CLOSED },
    { 321, WORLD_SALE_EXCHANGE, WORLD_SALE_SENT_BACK, WORLD_SALE_DONE, WORLD_SALE_DONE },
    { 401, WORLD_SALE_REFUND_UNSHIPPED, WORLD_SALE_ASKED, WORLD_SALE_DONE, WORLD_SALE_DONE },
    { 501, WORLD_SALE_RESEND, WORLD_SALE_ASKED, WORLD_SALE_TO_SHIP, WORLD_SALE_TO_SHIP },
    { 502, WORLD_SALE_RESEND, WORLD_SALE_ASKED, WORLD_SALE_REFUSED, WORLD_SALE_CLOSED },
    { 601, WORLD_SALE_REPAIR, WORLD_SALE_ASKED, WORLD_SALE_RETURNING, WORLD_SALE_SENT_BACK },
    { 602, WORLD_SALE_REPAIR, WORLD_SALE_ASKED, WORLD_SALE_TO_SHIP, WORLD_SALE_TO_SHIP },
    { 603, WORLD_SALE_REPAIR, WORLD_SALE_ASKED, WORLD_SALE_REFUSED, WORLD_SALE_CLOSED },
    { 611, WORLD_SALE_REPAIR, WORLD_SALE_SENT_BACK, WORLD_SALE_SHIPPED, WORLD_SALE_RECEIVED },
    { 612, WORLD_SALE_REPAIR, WORLD_SALE_SENT_BACK, WORLD_SALE_RETURN_REFUSED, WORLD_SALE_CLOSED },
    { 621, WORLD_SALE_REPAIR, WORLD_SALE_SENT_BACK, WORLD_SALE_DONE, WORLD_SALE_DONE },
};

/* What every list says of it. */
static void assert_listed(world *w, const world_aftersale_state *s, int64_t now) {
    static int64_t ids[9000];
    world_aftersale_query q = asked();
    q.modified_from = s->modified;
    q.modified_to = s->modified + 1;
    q.status_mask = 1ULL << s->status;
    size_t count = list(w, &q, now, 50, ids);
    bool there = false;
    for (size_t i = 0; i < count; i++) {
        there = there || ids[i] == s->id;
    }
    assert_true(there);
}

static void each_act_has_its_state_and_repeating_is_harmless(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        world *w = make_world(29, 2, 8000);
        world_aftersale sale;
        world_aftersale_state s;
        world_order_state order;
        int64_t now = 0;
        world_aftersale_words words = { .remark = BASE_STR("好的"),
                                        .waybill = { .company_code = BASE_STR("zhongtong"),
                                                     .tracking_no = BASE_STR("ZT5555") } };
        if (!meet(w, acts[i].kind, acts[i].from, &sale, &now)) {
            fail_msg("nobody is at %d of kind %d", acts[i].from, acts[i].kind);
        }
        assert_int_equal(world_aftersale_act_on(w, sale, acts[i].act, &words, now), WORLD_DONE);
        assert_true(world_aftersale_state_at(w, sale, now, &s));
        if (s.status != acts[i].to) {
            fail_msg("act %d led to %d, not %d", acts[i].act, s.status, acts[i].to);
        }
        assert_int_equal(s.modified, now);
        assert_true(world_order_state_at(w, sale.order, now, &order));
        assert_int_equal(order.modified, now);
        assert_listed(w, &s, now);
        assert_int_equal(world_aftersale_act_on(w, sale, acts[i].act, &words, now + 9),
                         WORLD_REPEATED);
        world_aftersale_state again;
        assert_true(world_aftersale_state_at(w, sale, now + 9, &again));
        assert_int_equal(again.modified, now);
        assert_true(world_aftersale_state_at(w, sale, now + 20 * DAY, &s));
        if (s.status != acts[i].later) {
            fail_msg("act %d came to %d, not %d", acts[i].act, s.status, acts[i].later);
        }
        world_free(w);
    }
}

static void an_act_that_the_status_or_kind_does_not_allow_is_refused(void **state) {
    (void)state;
    world *w = make_world(30, 2, 6000);
    all_rows all = every(w, START);
    world_aftersale_words words = { .remark = BASE_STR("x") };
    unsigned refused = 0;
    for (size_t i = 0; i < all.count; i++) {
        for (size_t k = 0; k < sizeof acts / sizeof acts[0]; k++) {
            bool final = all.rows[i].final_at != 0;
            bool kind = all.rows[i].kind == acts[k].kind;
            if (final || (!kind && acts[k].act != 201)) {
                assert_int_equal(
                    world_aftersale_act_on(w, all.rows[i].sale, acts[k].act, &words, START),
                    WORLD_WRONG_STATE);
                refused++;
            }
        }
    }
    assert_true(refused > 1000);
    assert_int_equal(world_aftersale_act_on(w, all.rows[0].sale, 999, &words, START),
                     WORLD_BAD_VALUE);
    free(all.rows);
    world_free(w);
}

static void money_of_all_lines_closes_the_order(void **state) {
    (void)state;
    world *w = make_world(31, 2, 6000);
    world_aftersale sale;
    world_aftersale_state s;
    world_order_state order;
    int64_t now = 0;
    world_aftersale_words words = { 0 };
    assert_true(meet(w, WORLD_SALE_REFUND_UNSHIPPED, WORLD_SALE_ASKED, &sale, &now));
    assert_true(world_order_state_at(w, sale.order, now, &order));
    assert_int_equal(order.status, WORLD_PAID);
    assert_int_equal(world_aftersale_act_on(w, sale, 401, &words, now), WORLD_DONE);
    assert_true(world_order_state_at(w, sale.order, now, &order));
    assert_int_equal(order.status, WORLD_REFUNDED);
    assert_int_equal(order.refund, WORLD_REFUND_DONE_ALL);
    assert_int_equal(order.changes_at, INT64_MAX);
    assert_true(world_aftersale_state_at(w, sale, now, &s));
    assert_int_equal(s.refund_fen, order.pay_fen);
    world_free(w);
}

static void shipping_refuses_a_refund_that_was_asked_before(void **state) {
    (void)state;
    world *w = make_world(32, 2, 6000);
    world_aftersale sale;
    world_aftersale_state s;
    int64_t now = 0;
    base_str none = { NULL, 0 };
    world_pack pack = { .company_code = BASE_STR("yunda"), .tracking_no = BASE_STR("YD12345") };
    assert_true(meet(w, WORLD_SALE_REFUND_UNSHIPPED, WORLD_SALE_ASKED, &sale, &now));
    assert_int_equal(world_order_ship(w, sale.order, &pack, 1, none, now), WORLD_DONE);
    assert_true(world_aftersale_state_at(w, sale, now, &s));
    assert_int_equal(s.status, WORLD_SALE_CLOSED);
    assert_int_equal(s.changes_at, INT64_MAX);
    world_free(w);
}

static void a_cancelled_future_leaves_the_lists(void **state) {
    (void)state;
    world *w = make_world(33, 2, 6000);
    all_rows all = every(w, START + 30 * DAY);
    unsigned dropped = 0;
    static int64_t ids[9000];
    base_str none = { NULL, 0 };
    for (size_t i = 0; i < all.count && dropped < 5; i++) {
        world_order_state order;
        uint32_t parent = all.rows[i].sale.order;
        world_pack pack = { .company_code = BASE_STR("yunda"), .tracking_no = BASE_STR("YD1234") };
        if (all.rows[i].applied <= START + HOUR ||
            !world_order_state_at(w, parent, START, &order) || order.status != WORLD_PAID) {
            continue;
        }
        /* Shipped by us: what would have come later is another life. */
        assert_int_equal(world_order_ship(w, parent, &pack, 1, none, START), WORLD_DONE);
        dropped++;
        world_aftersale_query q = asked();
        q.order_by[0].by = WORLD_SALE_BY_APPLIED;
        size_t count = list(w, &q, START + 30 * DAY, 100, ids);
        for (size_t k = 0; k < count; k++) {
            assert_int_not_equal(ids[k], all.rows[i].id);
        }
        world_aftersale_truth truth;
        assert_int_equal(world_aftersale_truth_of(w, SHOP, START + 30 * DAY, &truth, NULL), QD_OK);
        assert_int_equal(truth.aftersales, count);
    }
    assert_true(dropped > 0);
    free(all.rows);
    world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds_and_statuses_are_born),
        cmocka_unit_test(taobao_orders_have_none),
        cmocka_unit_test(each_step_moves_the_order_and_its_money_is_the_orders),
        cmocka_unit_test(the_order_document_says_the_same),
        cmocka_unit_test(numbers_are_18_digits_unique_and_found_again),
        cmocka_unit_test(the_same_seed_gives_the_same),
        cmocka_unit_test(every_condition_finds_exactly_its_rows),
        cmocka_unit_test(rows_come_in_the_order_asked_for_over_borders_within_a_second),
        cmocka_unit_test(each_act_has_its_state_and_repeating_is_harmless),
        cmocka_unit_test(an_act_that_the_status_or_kind_does_not_allow_is_refused),
        cmocka_unit_test(money_of_all_lines_closes_the_order),
        cmocka_unit_test(shipping_refuses_a_refund_that_was_asked_before),
        cmocka_unit_test(a_cancelled_future_leaves_the_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
