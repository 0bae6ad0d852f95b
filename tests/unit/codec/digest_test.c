/* Digests against the vectors of their RFCs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <string.h>

#include "codec/codec.h"

static char repeated[200];

static base_str repeat(char c, size_t len) {
    memset(repeated, c, len);
    return (base_str){ repeated, len };
}

/* One-shot, then twice through one object and in two pieces. */
static void check(codec_digest digest, base_str key, base_str data, const char *expected) {
    unsigned char out[CODEC_DIGEST_MAX];
    char text[2 * CODEC_DIGEST_MAX + 1];
    size_t size = codec_digest_once(digest, key, data, out);
    assert_int_equal(size, codec_digest_size(digest));
    codec_hex(out, size, false, text);
    assert_string_equal(text, expected);
    codec_hash *hash = codec_hash_new(digest, key);
    assert_non_null(hash);
    for (int round = 0; round < 3; round++) {
        size_t half = data.len / 2;
        codec_hash_begin(hash);
        codec_hash_add(hash, (base_str){ data.ptr, half });
        codec_hash_add(hash, (base_str){ data.ptr + half, data.len - half });
        assert_int_equal(codec_hash_end(hash, out), size);
        codec_hex(out, size, false, text);
        assert_string_equal(text, expected);
        assert_int_equal(codec_hash_end(hash, out), 0); /* no begin before it */
        codec_hash_begin(hash); /* one that is given up halfway leaves no trace */
        codec_hash_add(hash, BASE_STR("something else"));
    }
    codec_hash_free(hash);
}

static void plain_hashes(void **state) {
    (void)state;
    /* RFC 1321, A.5 and FIPS 180-2, B.1 */
    check(CODEC_MD5, base_str_of(NULL), BASE_STR(""), "d41d8cd98f00b204e9800998ecf8427e");
    check(CODEC_MD5, BASE_STR("ignored"), BASE_STR("abc"), "900150983cd24fb0d6963f7d28e17f72");
    check(CODEC_MD5, base_str_of(NULL), BASE_STR("message digest"),
          "f96b697d7cb7938d525a2f31aaf161d0");
    check(CODEC_SHA256, base_str_of(NULL), BASE_STR(""),
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check(CODEC_SHA256, BASE_STR("ignored"), BASE_STR("abc"),
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hmac_md5_of_rfc_2202(void **state) {
    (void)state;
    check(CODEC_HMAC_MD5, repeat(0x0B, 16), BASE_STR("Hi There"),
          "9294727a3638bb1c13f48ef8158bfc9d");
    check(CODEC_HMAC_MD5, BASE_STR("Jefe"), BASE_STR("what do ya want for nothing?"),
          "750c783e6ab0b503eaa86e310a5db738");
    check(CODEC_HMAC_MD5, repeat((char)0xAA, 80),
          BASE_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
          "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
    check(CODEC_HMAC_MD5, repeat((char)0xAA, 80),
          BASE_STR("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
          "6f630fad67cda0ee1fb1f562db3aa53e");
}

static void hmac_sha256_of_rfc_4231(void **state) {
    (void)state;
    char data[50];
    memset(data, 0xDD, sizeof data);
    check(CODEC_HMAC_SHA256, repeat(0x0B, 20), BASE_STR("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check(CODEC_HMAC_SHA256, BASE_STR("Jefe"), BASE_STR("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check(CODEC_HMAC_SHA256, repeat((char)0xAA, 20), (base_str){ data, sizeof data },
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check(CODEC_HMAC_SHA256, repeat((char)0xAA, 131),
          BASE_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    check(CODEC_HMAC_SHA256, repeat((char)0xAA, 131),
          BASE_STR("This is a test using a larger than block-size key and a larger than "
                   "block-size data. The key needs to be hashed before being used by the HMAC "
                   "algorithm."),
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    /* No key and no message at all. */
    check(CODEC_HMAC_SHA256, base_str_of(NULL), BASE_STR(""),
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    codec_hash_free(NULL);
    assert_int_equal(codec_digest_size(CODEC_MD5), 16);
    assert_int_equal(codec_digest_size(CODEC_HMAC_MD5), 16);
    assert_int_equal(codec_digest_size(CODEC_SHA256), 32);
    assert_int_equal(codec_digest_size(CODEC_HMAC_SHA256), 32);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_hashes),
        cmocka_unit_test(hmac_md5_of_rfc_2202),
        cmocka_unit_test(hmac_sha256_of_rfc_4231),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
