/* zstd with and without a dictionary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "codec/codec.h"

enum { SAMPLES = 400, SAMPLE_BYTES = 1024 };

static char sample_text[SAMPLES][SAMPLE_BYTES];
static base_str samples[SAMPLES];

/* Documents that resemble each other as orders do. */
static int make_samples(void **state) {
    (void)state;
    base_rng rng;
    base_rng_seed(&rng, 1);
    for (size_t i = 0; i < SAMPLES; i++) {
        int len = snprintf(
            sample_text[i], SAMPLE_BYTES,
            "{\"order_id\":\"%lld\",\"order_status\":%lld,\"create_time\":%lld,"
            "\"pay_amount\":%lld,\"post_addr\":{\"province\":{\"name\":\"\xE6\xB5"
            "\x99\xE6\xB1\x9F\xE7\x9C\x81\",\"id\":\"%lld\"}},\"sku_order_list\":[{"
            "\"product_id\":%lld,\"item_num\":%lld,\"goods_price\":%lld}]}",
            (long long)base_rng_range(&rng, INT64_C(4900000000000000000),
                                      INT64_C(4999999999999999999)),
            (long long)base_rng_range(&rng, 1, 5),
            (long long)base_rng_range(&rng, 1700000000, 1710000000),
            (long long)base_rng_range(&rng, 1, 100000), (long long)base_rng_range(&rng, 1, 99),
            (long long)base_rng_range(&rng, 1, INT64_MAX), (long long)base_rng_range(&rng, 1, 9),
            (long long)base_rng_range(&rng, 1, 100000));
        samples[i] = (base_str){ sample_text[i], (size_t)len };
    }
    return 0;
}

static void round_trip(codec_zip *zip, base_str text) {
    base_buf packed;
    base_buf plain;
    base_buf_init(&packed, 10 * 1024 * 1024);
    base_buf_init(&plain, 10 * 1024 * 1024);
    base_buf_add_text(&packed, "p");
    base_buf_add_text(&plain, "u");
    assert_int_equal(codec_zip_pack(zip, text, &packed, NULL), QD_OK);
    base_str frame = { packed.data + 1, packed.len - 1 };
    assert_int_equal(codec_zip_unpack(zip, frame, text.len, &plain, NULL), QD_OK);
    assert_int_equal(plain.len, text.len + 1);
    assert_memory_equal(plain.data + 1, text.ptr ? text.ptr : "", text.len);
    assert_int_equal(plain.data[plain.len], 0);
    base_buf_clear(&packed);
    base_buf_clear(&plain);
}

static size_t packed_size(codec_zip *zip, base_str text) {
    base_buf packed;
    base_buf_init(&packed, 100000);
    assert_int_equal(codec_zip_pack(zip, text, &packed, NULL), QD_OK);
    size_t size = packed.len;
    base_buf_clear(&packed);
    return size;
}

static void texts_come_back_with_and_without_dictionary(void **state) {
    (void)state;
    base_buf dict;
    base_buf_init(&dict, 16 * 1024);
    assert_int_equal(codec_zip_train(samples, SAMPLES, 8 * 1024, &dict, NULL), QD_OK);
    assert_true(dict.len > 0 && dict.len <= 8 * 1024);
    codec_zip *with = codec_zip_new(base_buf_str(&dict));
    codec_zip *without = codec_zip_new(base_str_of(NULL));
    base_buf_clear(&dict); /* the objects keep their own copy */
    assert_non_null(with);
    assert_non_null(without);
    size_t large_len = 3 * 1024 * 1024;
    char *large = calloc(1, large_len);
    assert_non_null(large);
    for (size_t i = 0; i < 20; i++) {
        round_trip(with, samples[i]);
        round_trip(without, samples[i]);
        assert_true(packed_size(with, samples[i]) * 2 < packed_size(without, samples[i]));
    }
    round_trip(with, base_str_of(NULL));
    round_trip(without, BASE_STR("x"));
    round_trip(without, (base_str){ large, large_len });
    round_trip(with, (base_str){ large, large_len });
    free(large);
    codec_zip_free(with);
    codec_zip_free(without);
    codec_zip_free(NULL);
}

static void what_is_damaged_or_too_long_is_refused(void **state) {
    (void)state;
    codec_zip *zip = codec_zip_new(base_str_of(NULL));
    base_buf packed;
    base_buf plain;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&packed, 10000);
    base_buf_init(&plain, 10000);
    base_buf_add_text(&plain, "kept");
    assert_int_equal(codec_zip_pack(zip, samples[0], &packed, NULL), QD_OK);
    assert_int_equal(codec_zip_unpack(zip, base_buf_str(&packed), samples[0].len - 1, &plain, &err),
                     QD_E_CORRUPT);
    for (size_t len = 0; len < packed.len; len++) {
        assert_int_equal(codec_zip_unpack(zip, (base_str){ packed.data, len }, 10000, &plain, &err),
                         QD_E_CORRUPT);
    }
    for (size_t i = 0; i < packed.len; i++) {
        packed.data[i] = (char)(packed.data[i] ^ 0x10);
        qd_status status = codec_zip_unpack(zip, base_buf_str(&packed), 1000, &plain, &err);
        if (status == QD_OK) { /* a bit of the frame that means nothing: then the text is right */
            assert_memory_equal(plain.data + 4, samples[0].ptr, samples[0].len);
            plain.len = 4;
        } else {
            assert_int_equal(status, QD_E_CORRUPT);
        }
        packed.data[i] = (char)(packed.data[i] ^ 0x10);
    }
    assert_string_equal(base_buf_text(&plain), "kept");
    base_buf small;
    base_buf_init(&small, samples[0].len - 1);
    assert_int_equal(codec_zip_unpack(zip, base_buf_str(&packed), 10000, &small, &err), QD_E_NOMEM);
    base_buf_clear(&small);
    base_buf_clear(&packed);
    base_buf_clear(&plain);
    codec_zip_free(zip);
}

/* A frame of somebody else that does not say how long its content is could hold anything. */
static void a_frame_without_its_size_is_refused(void **state) {
    (void)state;
    char frame[2000];
    ZSTD_CCtx *stream = ZSTD_createCCtx();
    ZSTD_inBuffer in = { samples[0].ptr, samples[0].len, 0 };
    ZSTD_outBuffer out = { frame, sizeof frame, 0 };
    ZSTD_CCtx_setParameter(stream, ZSTD_c_contentSizeFlag, 0);
    assert_int_equal(ZSTD_compressStream2(stream, &out, &in, ZSTD_e_end), 0);
    codec_zip *zip = codec_zip_new(base_str_of(NULL));
    base_buf plain;
    base_buf_init(&plain, 10000);
    assert_int_equal(codec_zip_unpack(zip, (base_str){ frame, out.pos }, 10000, &plain, NULL),
                     QD_E_CORRUPT);
    base_buf_clear(&plain);
    codec_zip_free(zip);
    ZSTD_freeCCtx(stream);
}

static void another_dictionary_is_noticed(void **state) {
    (void)state;
    base_buf first;
    base_buf second;
    base_buf packed;
    base_buf plain;
    base_buf_init(&first, 10000);
    base_buf_init(&second, 10000);
    base_buf_init(&packed, 10000);
    base_buf_init(&plain, 10000);
    assert_int_equal(codec_zip_train(samples, SAMPLES, 4096, &first, NULL), QD_OK);
    assert_int_equal(codec_zip_train(samples + 100, SAMPLES - 100, 2048, &second, NULL), QD_OK);
    codec_zip *one = codec_zip_new(base_buf_str(&first));
    codec_zip *two = codec_zip_new(base_buf_str(&second));
    codec_zip *none = codec_zip_new(base_str_of(NULL));
    assert_int_equal(codec_zip_pack(one, samples[3], &packed, NULL), QD_OK);
    assert_int_equal(codec_zip_unpack(two, base_buf_str(&packed), 10000, &plain, NULL),
                     QD_E_CORRUPT);
    assert_int_equal(codec_zip_unpack(none, base_buf_str(&packed), 10000, &plain, NULL),
                     QD_E_CORRUPT);
    assert_int_equal(codec_zip_unpack(one, base_buf_str(&packed), 10000, &plain, NULL), QD_OK);
    codec_zip_free(one);
    codec_zip_free(two);
    codec_zip_free(none);
    base_buf_clear(&first);
    base_buf_clear(&second);
    base_buf_clear(&packed);
    base_buf_clear(&plain);
}

static void too_few_samples_give_no_dictionary(void **state) {
    (void)state;
    base_buf dict;
    base_buf_init(&dict, 10000);
    assert_int_equal(codec_zip_train(NULL, 0, 4096, &dict, NULL), QD_OK);
    assert_int_equal(dict.len, 0);
    assert_int_equal(codec_zip_train(samples, 2, 4096, &dict, NULL), QD_OK);
    assert_int_equal(dict.len, 0);
    codec_zip *zip = codec_zip_new(base_buf_str(&dict));
    round_trip(zip, samples[0]);
    codec_zip_free(zip);
    base_buf_clear(&dict);
    base_buf_init(&dict, 100);
    assert_int_equal(codec_zip_train(samples, SAMPLES, 4096, &dict, NULL), QD_E_NOMEM);
    base_buf_clear(&dict);
}

static void a_tight_buffer_packs_what_fits(void **state) {
    (void)state;
    static char zeros[20000];
    codec_zip *zip = codec_zip_new(base_str_of(NULL));
    base_buf out;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&out, 100); /* far below zstd's worst case, far above what zeros take */
    assert_int_equal(codec_zip_pack(zip, (base_str){ zeros, sizeof zeros }, &out, &err), QD_OK);
    base_buf_clear(&out);
    assert_int_equal(codec_zip_pack(zip, samples[0], &out, &err), QD_E_NOMEM);
    assert_true(out.failed);
    base_buf_clear(&out);
    codec_zip_free(zip);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_with_and_without_dictionary),
        cmocka_unit_test(what_is_damaged_or_too_long_is_refused),
        cmocka_unit_test(a_frame_without_its_size_is_refused),
        cmocka_unit_test(another_dictionary_is_noticed),
        cmocka_unit_test(too_few_samples_give_no_dictionary),
        cmocka_unit_test(a_tight_buffer_packs_what_fits),
    };
    return cmocka_run_group_tests(tests, make_samples, NULL);
}
