/* The keeper of records: kinds, keys, lists in the order of birth, bounds, removal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sandbox/world/records.h"

static records *all;

static int set_up(void **state) {
    (void)state;
    all = records_new();
    return all != NULL ? 0 : 1;
}

static int tear_down(void **state) {
    (void)state;
    records_free(all);
    return 0;
}

static record *add(uint32_t shop, unsigned kind, const char *key, record *holder) {
    return records_add(all, shop, kind, base_str_of(key), holder, 1000);
}

static void a_record_is_found_by_shop_kind_and_key(void **state) {
    (void)state;
    record *a = add(1, 1, "x", NULL);
    assert_non_null(a);
    assert_ptr_equal(records_find(all, 1, 1, BASE_STR("x")), a);
    assert_null(records_find(all, 2, 1, BASE_STR("x")));
    assert_null(records_find(all, 1, 2, BASE_STR("x")));
    assert_null(records_find(all, 1, 1, BASE_STR("y")));
    assert_null(add(1, 1, "x", NULL)); /* taken */
    assert_non_null(add(2, 1, "x", NULL));
    assert_int_equal(records_count(all), 2);
    assert_int_equal(a->created, 1000);
    /* A key with a NUL would be found under another name. */
    assert_null(records_add(all, 1, 1, (base_str){ "a\0b", 3 }, NULL, 1));
}

static void lists_keep_the_order_of_birth(void **state) {
    char key[16];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        assert_non_null(add(7, (unsigned)(1 + i % 2), key, NULL));
    }
    int seen = 0;
    for (record *it = records_first(all, 7, 2); it != NULL; it = records_next(it)) {
        (void)snprintf(key, sizeof key, "k%d", 2 * seen + 1);
        assert_string_equal(it->key, key);
        seen++;
    }
    assert_int_equal(seen, 500);
    assert_null(records_first(all, 8, 2));
    /* Out of the middle. */
    records_remove(all, records_find(all, 7, 2, BASE_STR("k3")));
    assert_null(records_find(all, 7, 2, BASE_STR("k3")));
    assert_string_equal(records_next(records_first(all, 7, 2))->key, "k5");
    assert_int_equal(records_count(all), 999);
    assert_non_null(add(7, 2, "k3", NULL)); /* free again, and now the youngest */
}

static void removing_takes_what_is_held_along(void **state) {
    (void)state;
    record *order = add(1, 1, "order", NULL);
    record *line = add(1, 2, "line", order);
    assert_non_null(add(1, 3, "", line)); /* without a key: only through its holder */
    assert_non_null(add(1, 3, "", line));
    assert_null(records_find(all, 1, 3, BASE_STR("")));
    record *event = records_first_of(line, 3);
    assert_non_null(records_next(event));
    assert_null(records_next(records_next(event)));
    assert_null(records_first_of(order, 3));
    records_remove(all, order);
    assert_int_equal(records_count(all), 0);
    assert_null(records_find(all, 1, 2, BASE_STR("line")));
    assert_null(records_first(all, 1, 1));
}

static void texts_are_bounded(void **state) {
    static char big[RECORD_DOCUMENT_BYTES + 1];
    (void)state;
    memset(big, 'a', sizeof big);
    record *it = add(1, 1, "x", NULL);
    assert_true(records_set_document(all, it, (base_str){ big, RECORD_DOCUMENT_BYTES }));
    assert_false(records_set_document(all, it, (base_str){ big, sizeof big }));
    assert_int_equal(strlen(it->document), RECORD_DOCUMENT_BYTES); /* the old one stayed */
    assert_true(records_set_tag(all, it, (base_str){ big, RECORD_KEY_BYTES }));
    assert_false(records_set_tag(all, it, (base_str){ big, RECORD_KEY_BYTES + 1 }));
    assert_null(records_add(all, 1, 1, (base_str){ big, RECORD_KEY_BYTES + 1 }, NULL, 1));
    /* All of them together. */
    size_t fits = 1;
    char key[16];
    for (int i = 0; i < 300; i++) {
        (void)snprintf(key, sizeof key, "d%d", i);
        fits += records_set_document(all, add(1, 1, key, NULL),
                                     (base_str){ big, RECORD_DOCUMENT_BYTES });
    }
    assert_true(fits >= RECORDS_BYTES / RECORD_DOCUMENT_BYTES - 1);
    assert_true(fits <= RECORDS_BYTES / RECORD_DOCUMENT_BYTES);
    /* What goes makes room. */
    records_remove(all, records_find(all, 1, 1, BASE_STR("d0")));
    assert_true(records_set_document(all, records_find(all, 1, 1, BASE_STR("d299")),
                                     (base_str){ big, RECORD_DOCUMENT_BYTES }));
}

static void records_are_bounded(void **state) {
    (void)state;
    record *holder = add(1, 1, "h", NULL);
    for (size_t i = 1; i < RECORDS_MOST; i++) {
        assert_non_null(records_add(all, 1, 2, BASE_STR(""), holder, 1));
    }
    assert_null(records_add(all, 1, 2, BASE_STR(""), holder, 1));
    assert_false(records_have_room(all, 1));
    records_remove(all, records_first_of(holder, 2));
    assert_true(records_have_room(all, 1));
    assert_false(records_have_room(all, 2));
    assert_non_null(records_add(all, 1, 2, BASE_STR(""), holder, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(a_record_is_found_by_shop_kind_and_key),
        CASE(lists_keep_the_order_of_birth),
        CASE(removing_takes_what_is_held_along),
        CASE(texts_are_bounded),
        CASE(records_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
