/*
 * What every store must do with rows, children, events and time: written against the door only, as
 * conformance_test.c.
 */
#include "conformance.h"

static void a_row_never_goes_back_in_time(void **state) {
    world *w = *state;
    row paid = order_row("1", "paid", 1000);
    row shipped = order_row("1", "shipped", 2000);
    row late = order_row("1", "unpaid", 900);
    assert_int_equal(1, put_order(w, &paid, "{\"s\":1}", 1).inserted);
    assert_int_equal(1, put_order(w, &shipped, "{\"s\":2}", 2).updated);
    assert_int_equal(1, put_order(w, &late, "{\"s\":0}", 3).unchanged);
    assert_string_equal("shipped", stored(w->s, TABLE_ORDERS, "1", ORDERS_STATUS));
    assert_string_equal("order.new:1 order.changed:1", events_text(w->s));
    base_buf raw;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&raw, 1024);
    OK(store_payload(w->s, stored_int(w->s, TABLE_ORDERS, "1", ORDERS_PAYLOAD_ID), &raw, &err));
    assert_string_equal("{\"s\":2}", base_buf_text(&raw));
    base_buf_clear(&raw);
}

static void on_a_tie_the_later_request_wins(void **state) {
    world *w = *state;
    row first = order_row("1", "paid", 1000);
    row second = order_row("1", "shipped", 1000);
    put_order(w, &second, "", 7);
    assert_int_equal(1, put_order(w, &first, "", 6).unchanged);
    assert_string_equal("shipped", stored(w->s, TABLE_ORDERS, "1", ORDERS_STATUS));
    assert_int_equal(1, put_order(w, &first, "", 8).updated);
    assert_string_equal("paid", stored(w->s, TABLE_ORDERS, "1", ORDERS_STATUS));
    /* The same again under a later number: unchanged, but the number counts. */
    assert_int_equal(1, put_order(w, &first, "", 10).unchanged);
    assert_int_equal(1, put_order(w, &second, "", 9).unchanged);
    assert_string_equal("paid", stored(w->s, TABLE_ORDERS, "1", ORDERS_STATUS));
    /* A program that starts later counts from 1 again and is later all the same. */
    reopen(w);
    assert_int_equal(1, put_order(w, &second, "", 1).updated);
    assert_string_equal("shipped", stored(w->s, TABLE_ORDERS, "1", ORDERS_STATUS));
}

static void a_column_that_the_document_lacks_stays(void **state) {
    world *w = *state;
    row list = order_row("1", "paid", 1000);
    row detail = order_row("1", "paid", 1000);
    set_text(&list, ORDERS_CITY, "杭州");
    set_int(&list, ORDERS_PAY_FEN, 1234);
    put_order(w, &list, "", 1);
    set_text(&detail, ORDERS_SELLER_NOTE, "急");
    set_null(&detail, ORDERS_PAY_FEN);
    assert_int_equal(1, put_order(w, &detail, "", 2).updated);
    assert_string_equal("杭州", stored(w->s, TABLE_ORDERS, "1", ORDERS_CITY));
    assert_string_equal("急", stored(w->s, TABLE_ORDERS, "1", ORDERS_SELLER_NOTE));
    assert_string_equal("NULL", stored(w->s, TABLE_ORDERS, "1", ORDERS_PAY_FEN));
    /* A document without a modified time is taken, and the known time stays. */
    row bare;
    memset(&bare, 0, sizeof bare);
    set_text(&bare, ORDERS_ORDER_ID, "1");
    set_text(&bare, ORDERS_CITY, "上海");
    set_null(&bare, ORDERS_MODIFIED_AT);
    assert_int_equal(1, put_order(w, &bare, "", 3).updated);
    assert_string_equal("上海", stored(w->s, TABLE_ORDERS, "1", ORDERS_CITY));
    assert_string_equal("1000", stored(w->s, TABLE_ORDERS, "1", ORDERS_MODIFIED_AT));
}

static void the_same_again_is_unchanged_and_no_event(void **state) {
    world *w = *state;
    row r = order_row("1", "paid", 1000);
    put_order(w, &r, "{\"a\":1}", 1);
    int64_t payload = stored_int(w->s, TABLE_ORDERS, "1", ORDERS_PAYLOAD_ID);
    assert_int_equal(1, put_order(w, &r, "{\"a\":1}", 2).unchanged);
    assert_int_equal(1, put_order(w, &r, "", 3).unchanged);
    assert_string_equal("order.new:1", events_text(w->s));
    /* A field that has no column differs: that is a change, and the document is replaced. */
    assert_int_equal(1, put_order(w, &r, "{\"a\":2}", 4).updated);
    assert_string_equal("order.new:1 order.changed:1", events_text(w->s));
    assert_int_equal(payload, stored_int(w->s, TABLE_ORDERS, "1", ORDERS_PAYLOAD_ID));
    assert_int_equal(1, count_of(w->s, TABLE_PAYLOAD, "dy-shop"));
    base_buf raw;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&raw, 1024);
    OK(store_payload(w->s, payload, &raw, &err));
    assert_string_equal("{\"a\":2}", base_buf_text(&raw));
    base_buf_clear(&raw);
    assert_int_equal(QD_E_NOT_FOUND, store_payload(w->s, 999, &raw, &err));
}

static void stored_times_say_first_and_last(void **state) {
    world *w = *state;
    row r = order_row("1", "paid", 1000);
    put_order(w, &r, "", 1);
    w->now_ms += 60000;
    r = order_row("1", "done", 2000);
    put_order(w, &r, "", 2);
    assert_int_equal(1700000000, stored_int(w->s, TABLE_ORDERS, "1", ORDERS_FIRST_STORED_AT));
    assert_int_equal(1700000060, stored_int(w->s, TABLE_ORDERS, "1", ORDERS_STORED_AT));
    assert_string_equal("dy-shop", stored(w->s, TABLE_ORDERS, "1", ORDERS_SHOP));
}

static void put_with_lines(world *w, row order, int64_t seq, const char *const *ids, bool end) {
    qd_err err = QD_ERR_INIT;
    store_batch *batch = batch_of(w);
    add(batch, TABLE_ORDERS, &order, "", seq);
    for (size_t i = 0; ids[i]; i++) {
        add_child(batch, TABLE_ORDER_LINES, line_row(ids[i], 1));
    }
    if (end) {
        OK(store_batch_end_children(batch, TABLE_ORDER_LINES, &err));
    }
    commit(batch);
}

static void children_are_replaced_as_a_whole(void **state) {
    world *w = *state;
    put_with_lines(w, order_row("1", "paid", 1000), 1, (const char *[]){ "a", "b", "c", NULL },
                   true);
    put_with_lines(w, order_row("2", "paid", 1000), 2, (const char *[]){ "x", NULL }, true);
    assert_int_equal(4, count_of(w->s, TABLE_ORDER_LINES, "dy-shop"));
    assert_string_equal("1", stored(w->s, TABLE_ORDER_LINES, "b", ORDER_LINES_ORDER_ID));
    put_with_lines(w, order_row("1", "paid", 2000), 3, (const char *[]){ "b", "d", NULL }, true);
    assert_int_equal(3, count_of(w->s, TABLE_ORDER_LINES, "dy-shop"));
    assert_string_equal("-", stored(w->s, TABLE_ORDER_LINES, "a", ORDER_LINES_ORDER_ID));
    assert_string_equal("1", stored(w->s, TABLE_ORDER_LINES, "d", ORDER_LINES_ORDER_ID));
    assert_string_equal("2", stored(w->s, TABLE_ORDER_LINES, "x", ORDER_LINES_ORDER_ID));
    /* Without the end, the others stay. */
    put_with_lines(w, order_row("1", "paid", 3000), 4, (const char *[]){ "e", NULL }, false);
    assert_int_equal(4, count_of(w->s, TABLE_ORDER_LINES, "dy-shop"));
}

static void children_of_an_old_row_are_left_alone(void **state) {
    world *w = *state;
    put_with_lines(w, order_row("1", "done", 2000), 1, (const char *[]){ "a", NULL }, true);
    put_with_lines(w, order_row("1", "paid", 1000), 2, (const char *[]){ "b", NULL }, true);
    assert_string_equal("-", stored(w->s, TABLE_ORDER_LINES, "b", ORDER_LINES_ORDER_ID));
    assert_string_equal("1", stored(w->s, TABLE_ORDER_LINES, "a", ORDER_LINES_ORDER_ID));
}

static void a_change_in_a_child_is_a_change_of_its_row(void **state) {
    world *w = *state;
    put_with_lines(w, order_row("1", "paid", 1000), 1, (const char *[]){ "a", "b", NULL }, true);
    put_with_lines(w, order_row("1", "paid", 1000), 2, (const char *[]){ "a", "b", NULL }, true);
    assert_string_equal("order.new:1", events_text(w->s));
    put_with_lines(w, order_row("1", "paid", 1000), 3, (const char *[]){ "b", NULL }, true);
    assert_string_equal("order.new:1 order.changed:1", events_text(w->s));
    store_batch *batch = batch_of(w);
    row order = order_row("1", "paid", 1000);
    add(batch, TABLE_ORDERS, &order, "", 4);
    add_child(batch, TABLE_ORDER_LINES, line_row("b", 9));
    assert_int_equal(1, commit(batch).updated);
    assert_string_equal("9", stored(w->s, TABLE_ORDER_LINES, "b", ORDER_LINES_QUANTITY));
}

static void put_product(world *w, const char *id, int64_t modified_at, int64_t seq) {
    store_batch *batch = batch_of(w);
    row r = product_row(id, "cup", modified_at);
    add(batch, TABLE_PRODUCTS, &r, "", seq);
    commit(batch);
}

static void products_that_are_not_listed_any_more_are_gone(void **state) {
    world *w = *state;
    for (int i = 1; i <= 3; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        put_product(w, id, 1000, i);
    }
    w->now_ms += 3600 * 1000;
    int64_t since = w->now_ms / 1000;
    put_product(w, "1", 1000, 10); /* unchanged: but it was listed */
    put_product(w, "2", 900, 11);  /* older than ours: listed as well */
    store_batch *batch = batch_of(w);
    store_batch_mark_gone(batch, TABLE_PRODUCTS, since, since + 5);
    assert_int_equal(1, commit(batch).updated);
    assert_int_equal(2, count_of(w->s, TABLE_PRODUCTS, "dy-shop"));
    assert_string_equal("NULL", stored(w->s, TABLE_PRODUCTS, "2", PRODUCTS_GONE_AT));
    assert_int_equal(since + 5, stored_int(w->s, TABLE_PRODUCTS, "3", PRODUCTS_GONE_AT));
    assert_string_equal("product.new:1 product.new:2 product.new:3 product.gone:3",
                        events_text(w->s));
    /* Marking again tells nothing new; listed again it is back. */
    batch = batch_of(w);
    store_batch_mark_gone(batch, TABLE_PRODUCTS, since, since + 9);
    assert_int_equal(0, commit(batch).updated);
    put_product(w, "3", 1000, 12);
    assert_string_equal("NULL", stored(w->s, TABLE_PRODUCTS, "3", PRODUCTS_GONE_AT));
    assert_int_equal(3, count_of(w->s, TABLE_PRODUCTS, "dy-shop"));
    assert_non_null(strstr(events_text(w->s), "product.gone:3 product.changed:3"));
}

static void rows_without_an_id_are_refused(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_batch *batch = batch_of(w);
    row r = order_row("", "paid", 1);
    assert_int_equal(QD_E_INVALID,
                     store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR(""), 1, &err));
    row line = line_row("a", 1);
    assert_int_equal(QD_E_INVALID, store_batch_add_child(batch, TABLE_ORDER_LINES, line.v, &err));
    assert_int_equal(QD_E_INVALID, store_batch_add(batch, TABLE_SHOP, r.v, BASE_STR(""), 1, &err));
    assert_int_equal(QD_E_INVALID, store_batch_add(batch, 999, r.v, BASE_STR(""), 1, &err));
    row product = product_row("p", "cup", 1);
    add(batch, TABLE_PRODUCTS, &product, "", 1);
    assert_int_equal(QD_E_INVALID, store_batch_add_child(batch, TABLE_ORDER_LINES, line.v, &err));
    assert_int_equal(1, store_batch_rows(batch));
    store_batch_free(batch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_row_never_goes_back_in_time),
        CASE(on_a_tie_the_later_request_wins),
        CASE(a_column_that_the_document_lacks_stays),
        CASE(the_same_again_is_unchanged_and_no_event),
        CASE(stored_times_say_first_and_last),
        CASE(children_are_replaced_as_a_whole),
        CASE(children_of_an_old_row_are_left_alone),
        CASE(a_change_in_a_child_is_a_change_of_its_row),
        CASE(products_that_are_not_listed_any_more_are_gone),
        CASE(rows_without_an_id_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
