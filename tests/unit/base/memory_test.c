/* Bounded buffers and arenas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static void a_buffer_holds_exactly_its_bound(void **state) {
    (void)state;
    base_buf buf;
    base_buf_init(&buf, 10);
    assert_string_equal(base_buf_text(&buf), "");
    base_buf_add_text(&buf, "12345");
    base_buf_add_text(&buf, NULL);
    base_buf_add_str(&buf, BASE_STR("67890"));
    assert_string_equal(base_buf_text(&buf), "1234567890");
    assert_int_equal(base_buf_check(&buf, "it", NULL), QD_OK);
    base_buf_add_char(&buf, 'x');
    assert_true(buf.failed);
    qd_err err = QD_ERR_INIT;
    assert_int_equal(base_buf_check(&buf, "the reply", &err), QD_E_NOMEM);
    assert_non_null(strstr(err.message, "the reply"));
    assert_non_null(strstr(err.message, "10 bytes"));
    assert_true(base_str_is(base_buf_str(&buf), "1234567890"));
    base_buf_clear(&buf);
}

static void failure_sticks_until_reset(void **state) {
    (void)state;
    base_buf buf;
    base_buf_init(&buf, 4);
    base_buf_add_text(&buf, "ab");
    base_buf_add_text(&buf, "too long");
    base_buf_add_char(&buf, 'c');
    base_buf_add_i64(&buf, 1);
    base_buf_printf(&buf, "d");
    assert_null(base_buf_room(&buf, 0));
    assert_null(base_buf_take(&buf));
    assert_string_equal(base_buf_text(&buf), "ab");
    base_buf_reset(&buf);
    base_buf_add_text(&buf, "abcd");
    assert_string_equal(base_buf_text(&buf), "abcd");
    base_buf_wipe(&buf);
    assert_null(buf.data);
    base_buf_add_text(&buf, "wxyz"); /* usable again, with the same bound */
    base_buf_add_char(&buf, '!');
    assert_true(buf.failed);
    base_buf_clear(&buf);
}

static void numbers_and_formats_grow_the_buffer(void **state) {
    (void)state;
    base_buf buf;
    base_buf_init(&buf, 100000);
    base_buf_add_i64(&buf, INT64_MIN);
    base_buf_add_char(&buf, ' ');
    base_buf_add_i64(&buf, INT64_MAX);
    base_buf_add_char(&buf, ' ');
    base_buf_add_i64(&buf, 0);
    assert_string_equal(base_buf_text(&buf), "-9223372036854775808 9223372036854775807 0");
    base_buf_reset(&buf);
    for (int i = 0; i < 1000; i++) {
        base_buf_printf(&buf, "%03d,", i);
    }
    assert_int_equal(buf.len, 4000);
    assert_memory_equal(buf.data + 3996, "999,", 5);
    base_buf_printf(&buf, "%05000d", 1);
    assert_int_equal(buf.len, 9000);
    base_buf_clear(&buf);
}

static void a_format_that_does_not_fit_leaves_the_text_as_it_was(void **state) {
    (void)state;
    base_buf buf;
    base_buf_init(&buf, 12);
    base_buf_printf(&buf, "%s", "12345678");
    base_buf_printf(&buf, "%s", "9abc");
    assert_string_equal(base_buf_text(&buf), "123456789abc");
    assert_false(buf.failed);
    base_buf_printf(&buf, "%s", "");
    assert_false(buf.failed);
    base_buf_printf(&buf, "%d", 7);
    assert_true(buf.failed);
    assert_string_equal(base_buf_text(&buf), "123456789abc");
    base_buf_clear(&buf);
}

static void room_may_be_filled_in_part(void **state) {
    (void)state;
    base_buf buf;
    base_buf_init(&buf, 1000);
    char *room = base_buf_room(&buf, 500);
    assert_non_null(room);
    memset(room, 'a', 500);
    buf.len = 3;
    assert_string_equal(base_buf_text(&buf), "aaa");
    char *text = base_buf_take(&buf);
    assert_string_equal(text, "aaa");
    free(text);
    assert_int_equal(buf.len, 0);
    text = base_buf_take(&buf);
    assert_string_equal(text, ""); /* an empty one is a text too */
    free(text);
    assert_null(base_buf_room(&buf, 1001));
    base_buf_clear(&buf);
    base_buf_init(&buf, SIZE_MAX);
    assert_null(base_buf_room(&buf, SIZE_MAX));
    base_buf_clear(&buf);
}

static void an_arena_gives_aligned_zeroed_memory(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(1024 * 1024);
    assert_non_null(arena);
    for (size_t round = 0; round < 2; round++) {
        for (size_t size = 0; size < 700; size++) {
            unsigned char *p = base_arena_alloc(arena, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(p[i], 0);
            }
            memset(p, 0xAA, size); /* the next round must not see this */
        }
        base_arena_reset(arena);
    }
    assert_string_equal(base_arena_dup(arena, (base_str){ "hello", 4 }), "hell");
    assert_string_equal(base_arena_dup(arena, base_str_of(NULL)), "");
    assert_string_equal(base_arena_printf(arena, "%s-%d", "shop", 7), "shop-7");
    base_arena_free(arena);
    base_arena_free(NULL);
}

static void an_arena_keeps_its_bound(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(10000);
    size_t given = 0;
    while (base_arena_alloc(arena, 100)) {
        given += 100;
        assert_true(given <= 10000);
    }
    assert_true(given > 7000);
    base_arena_reset(arena);
    assert_null(base_arena_alloc(arena, 10001));
    assert_null(base_arena_alloc(arena, SIZE_MAX));
    assert_non_null(base_arena_alloc(arena, 3000));
    base_arena_free(arena);
    arena = base_arena_new(0);
    assert_null(base_arena_alloc(arena, 1));
    base_arena_free(arena);
}

static void large_pieces_do_not_waste_the_small_block(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(8 * 1024 * 1024);
    char *first = base_arena_alloc(arena, 16);
    char *large = base_arena_alloc(arena, 1024 * 1024);
    char *second = base_arena_alloc(arena, 16);
    assert_non_null(first);
    assert_non_null(large);
    assert_ptr_equal(second, first + 16);
    memset(large, 1, 1024 * 1024);
    for (int i = 0; i < 20; i++) {
        base_arena_reset(arena); /* what was large is freed, so this never runs out */
        assert_non_null(base_arena_alloc(arena, 5 * 1024 * 1024));
    }
    base_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_holds_exactly_its_bound),
        cmocka_unit_test(failure_sticks_until_reset),
        cmocka_unit_test(numbers_and_formats_grow_the_buffer),
        cmocka_unit_test(a_format_that_does_not_fit_leaves_the_text_as_it_was),
        cmocka_unit_test(room_may_be_filled_in_part),
        cmocka_unit_test(an_arena_gives_aligned_zeroed_memory),
        cmocka_unit_test(an_arena_keeps_its_bound),
        cmocka_unit_test(large_pieces_do_not_waste_the_small_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
