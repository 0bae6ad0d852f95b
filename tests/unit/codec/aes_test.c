/* AES-256-GCM: a known answer, round trips, and every byte counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "codec/codec.h"

/* Test case 16 of the GCM specification (McGrew and Viega), also used by NIST: key, nonce, text,
 * additional data, cipher text, tag. */
static const unsigned char key16[CODEC_AES_KEY] =
    "\xfe\xff\xe9\x92\x86\x65\x73\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08\xfe\xff\xe9\x92\x86\x65\x73"
    "\x1c\x6d\x6a\x8f\x94\x67\x30\x83\x08";
static const char nonce16[] = "\xca\xfe\xba\xbe\xfa\xce\xdb\xad\xde\xca\xf8\x88";
static const char plain16[] =
    "\xd9\x31\x32\x25\xf8\x84\x06\xe5\xa5\x59\x09\xc5\xaf\xf5\x26\x9a\x86\xa7\xa9\x53\x15\x34\xf7"
    "\xda\x2e\x4c\x30\x3d\x8a\x31\x8a\x72\x1c\x3c\x0c\x95\x95\x68\x09\x53\x2f\xcf\x0e\x24\x49\xa6"
    "\xb5\x25\xb1\x6a\xed\xf5\xaa\x0d\xe6\x57\xba\x63\x7b\x39";
static const char aad16[] =
    "\xfe\xed\xfa\xce\xde\xad\xbe\xef\xfe\xed\xfa\xce\xde\xad\xbe\xef\xab\xad\xda\xd2";
static const char sealed16[] =
    "\xca\xfe\xba\xbe\xfa\xce\xdb\xad\xde\xca\xf8\x88"
    "\x52\x2d\xc1\xf0\x99\x56\x7d\x07\xf4\x7f\x37\xa3\x2a\x84\x42\x7d\x64\x3a\x8c\xdc\xbf\xe5\xc0"
    "\xc9\x75\x98\xa2\xbd\x25\x55\xd1\xaa\x8c\xb0\x8e\x48\x59\x0d\xbb\x3d\xa7\xb0\x8b\x10\x56\x82"
    "\x88\x38\xc5\xf6\x1e\x63\x93\xba\x7a\x0a\xbc\xc9\xf6\x62"
    "\x76\xfc\x6e\xce\x0f\x4e\x17\x68\xcd\xdf\x88\x53\xbb\x2d\x55\x1b";

#define OF(array) ((base_str){ array, sizeof array - 1 })

static void fixed_nonce(void *self, void *out, size_t len) {
    memcpy(out, self, len);
}

static void the_known_answer(void **state) {
    (void)state;
    char nonce[12];
    memcpy(nonce, nonce16, sizeof nonce);
    qd_clock clock = { .self = nonce, .random = fixed_nonce };
    codec_aes *aes = codec_aes_new(key16, &clock);
    base_buf out;
    assert_non_null(aes);
    base_buf_init(&out, 1000);
    for (int round = 0; round < 2; round++) {
        base_buf_reset(&out);
        assert_int_equal(codec_aes_seal(aes, OF(aad16), OF(plain16), &out, NULL), QD_OK);
        assert_int_equal(out.len, sizeof sealed16 - 1);
        assert_memory_equal(out.data, sealed16, out.len);
        base_buf_reset(&out);
        assert_int_equal(codec_aes_open(aes, OF(aad16), OF(sealed16), &out, NULL), QD_OK);
        assert_int_equal(out.len, sizeof plain16 - 1);
        assert_memory_equal(out.data, plain16, out.len);
    }
    base_buf_clear(&out);
    codec_aes_free(aes);
    codec_aes_free(NULL);
}

static void texts_of_any_length_come_back(void **state) {
    (void)state;
    static char large[70000];
    memset(large, 'x', sizeof large);
    codec_aes *aes = codec_aes_new(key16, NULL);
    base_buf sealed;
    base_buf plain;
    base_buf_init(&sealed, 100000);
    base_buf_init(&plain, 100000);
    size_t lengths[] = { 0, 1, 15, 16, 17, 4096, sizeof large };
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        base_str text = { large, lengths[i] };
        base_buf_reset(&sealed);
        base_buf_reset(&plain);
        base_buf_add_text(&plain, "before");
        assert_int_equal(codec_aes_seal(aes, BASE_STR("payload/1"), text, &sealed, NULL), QD_OK);
        assert_int_equal(sealed.len, text.len + CODEC_AES_OVERHEAD);
        assert_int_equal(
            codec_aes_open(aes, BASE_STR("payload/1"), base_buf_str(&sealed), &plain, NULL), QD_OK);
        assert_int_equal(plain.len, text.len + 6);
        assert_memory_equal(plain.data + 6, text.ptr, text.len);
        assert_int_equal(plain.data[plain.len], 0);
    }
    base_buf_reset(&sealed);
    assert_int_equal(codec_aes_seal(aes, base_str_of(NULL), BASE_STR("a"), &sealed, NULL), QD_OK);
    assert_int_equal(codec_aes_seal(aes, base_str_of(NULL), BASE_STR("a"), &sealed, NULL), QD_OK);
    assert_memory_not_equal(sealed.data, sealed.data + 29, 12); /* a nonce is never used twice */
    base_buf_clear(&sealed);
    base_buf_clear(&plain);
    codec_aes_free(aes);
}

static void one_changed_bit_anywhere_is_noticed(void **state) {
    (void)state;
    codec_aes *aes = codec_aes_new(key16, NULL);
    base_buf sealed;
    base_buf plain;
    base_str aad = BASE_STR("token/t1");
    qd_err err = QD_ERR_INIT;
    base_buf_init(&sealed, 1000);
    base_buf_init(&plain, 1000);
    base_buf_add_text(&plain, "kept");
    assert_int_equal(codec_aes_seal(aes, aad, BASE_STR("access token"), &sealed, NULL), QD_OK);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.data[i] = (char)(sealed.data[i] ^ 1);
        assert_int_equal(codec_aes_open(aes, aad, base_buf_str(&sealed), &plain, &err),
                         QD_E_CORRUPT);
        assert_string_equal(base_buf_text(&plain), "kept");
        sealed.data[i] = (char)(sealed.data[i] ^ 1);
    }
    for (size_t len = 0; len < sealed.len; len++) {
        assert_int_equal(codec_aes_open(aes, aad, (base_str){ sealed.data, len }, &plain, &err),
                         QD_E_CORRUPT);
    }
    assert_int_equal(codec_aes_open(aes, BASE_STR("token/t2"), base_buf_str(&sealed), &plain, &err),
                     QD_E_CORRUPT);
    unsigned char other[CODEC_AES_KEY];
    memcpy(other, key16, sizeof other);
    other[31] ^= 1;
    codec_aes *wrong = codec_aes_new(other, NULL);
    assert_int_equal(codec_aes_open(wrong, aad, base_buf_str(&sealed), &plain, &err), QD_E_CORRUPT);
    assert_string_equal(base_buf_text(&plain), "kept");
    assert_int_equal(codec_aes_open(aes, aad, base_buf_str(&sealed), &plain, &err), QD_OK);
    assert_string_equal(base_buf_text(&plain), "keptaccess token");
    codec_aes_free(wrong);
    codec_aes_free(aes);
    base_buf_clear(&sealed);
    base_buf_clear(&plain);
}

static void a_full_buffer_is_an_error_of_its_own(void **state) {
    (void)state;
    codec_aes *aes = codec_aes_new(key16, NULL);
    base_buf out;
    base_buf_init(&out, 30);
    assert_int_equal(codec_aes_seal(aes, base_str_of(NULL), BASE_STR("abc"), &out, NULL),
                     QD_E_NOMEM);
    base_buf_clear(&out);
    codec_aes_free(aes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answer),
        cmocka_unit_test(texts_of_any_length_come_back),
        cmocka_unit_test(one_changed_bit_anywhere_is_noticed),
        cmocka_unit_test(a_full_buffer_is_an_error_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
