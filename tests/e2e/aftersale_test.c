/* After-sales through the built qd against the built sandbox: every page joined is the truth, and
 * what an operation does or is refused for is told. */
#include <string.h>

#include "e2e_shell.h"

typedef struct bench {
    tempdir home;
    practice world;
    char t_code[40];
} bench;

static bench b;

static int start(void **state) {
    (void)state;
    home_make(&b.home, true);
    practice_start(&b.world, "3000", "17");
    yyjson_doc *truth = practice_get(&b.world, "/_sandbox/truth");
    practice_connect(&b.world, NULL, practice_shop(truth, 0), b.t_code);
    yyjson_doc_free(truth);
    return 0;
}

static int stop(void **state) {
    (void)state;
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

static int by_text(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* SHA-256 of the ids in byte order, a line feed after each. */
static void hash_rows(yyjson_val *rows, char hex[2 * CODEC_DIGEST_MAX + 1]) {
    static const char *ids[4000];
    unsigned char raw[CODEC_DIGEST_MAX];
    size_t i;
    size_t n;
    yyjson_val *row;
    base_buf text;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    yyjson_arr_foreach(rows, i, n, row) {
        ids[i] = yyjson_get_str(codec_json_at(row, "aftersale_info.aftersale_id"));
        assert_non_null(ids[i]);
    }
    qsort(ids, yyjson_arr_size(rows), sizeof ids[0], by_text);
    for (i = 0; i < yyjson_arr_size(rows); i++) {
        base_buf_printf(&text, "%s\n", ids[i]);
    }
    size_t len = codec_digest_once(CODEC_SHA256, (base_str){ NULL, 0 }, base_buf_str(&text), raw);
    codec_hex(raw, len, false, hex);
    base_buf_clear(&text);
}

/* The world lives on: the truth before and after the call must agree, else it is asked again. */
static void all_pages_are_exactly_the_truth(void **state) {
    (void)state;
    for (int round = 0; round < 20; round++) {
        said s;
        char hex[2 * CODEC_DIGEST_MAX + 1];
        yyjson_doc *before = practice_get(&b.world, "/_sandbox/truth");
        SHELL_RUN(&s, "call", "afterSale.List", "-s", b.t_code, "--all-pages", "size=30", "-ojson");
        yyjson_doc *after = practice_get(&b.world, "/_sandbox/truth");
        const char *want =
            yyjson_get_str(yyjson_obj_get(practice_shop(before, 0), "aftersale_ids_sha256"));
        bool still = strcmp(want, yyjson_get_str(yyjson_obj_get(practice_shop(after, 0),
                                                                "aftersale_ids_sha256"))) == 0;
        assert_int_equal(s.code, 0);
        yyjson_doc *doc = said_json(&s);
        if (still) {
            size_t rows = yyjson_arr_size(yyjson_doc_get_root(doc));
            assert_true(rows > 100); /* several pages */
            assert_int_equal(
                rows, yyjson_get_uint(yyjson_obj_get(practice_shop(before, 0), "aftersales")));
            hash_rows(yyjson_doc_get_root(doc), hex);
            assert_string_equal(hex, want);
        }
        yyjson_doc_free(doc);
        yyjson_doc_free(before);
        yyjson_doc_free(after);
        said_clear(&s);
        if (still) {
            return;
        }
    }
    fail_msg("the world never stood still");
}

static void an_operation_that_comes_too_late_is_an_error(void **state) {
    (void)state;
    said s;
    SHELL_RUN(&s, "call", "afterSale.List", "-s", b.t_code, "--all-pages", "size=100",
              "standard_aftersale_status:=[12]", "aftersale_type=1", "-ojson");
    assert_int_equal(s.code, 0);
    yyjson_doc *doc = said_json(&s);
    char items[120];
    yyjson_val *row = yyjson_arr_get_first(yyjson_doc_get_root(doc));
    (void)snprintf(items, sizeof items, "items:=[{\"aftersale_id\":\"%s\"}]",
                   yyjson_get_str(codec_json_at(row, "aftersale_info.aftersale_id")));
    yyjson_doc_free(doc);
    said_clear(&s);
    SHELL_RUN(&s, "call", "afterSale.operate", "-s", b.t_code, "type=201", items, "-ojson");
    assert_int_not_equal(s.code, 0);
    assert_non_null(strstr(base_buf_text(&s.err), "20309541"));
    assert_non_null(strstr(base_buf_text(&s.err), "售后状态错误"));
    said_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pages_are_exactly_the_truth),
        cmocka_unit_test(an_operation_that_comes_too_late_is_an_error),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
