/*
 * What stands on the disk may be damaged: sealed and packed bytes of any kind are opened or
 * refused, and a refusal leaves the output as it was. What we packed ourselves opens again.
 */
#include "codec/codec.h"
#include "support.h"

enum { MOST_BYTES = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char key[CODEC_AES_KEY] = { 1, 2, 3 };
    static codec_aes *aes;
    static codec_zip *plain_zip, *dict_zip;
    base_str input = { (const char *)data, size };
    base_buf packed, out;
    qd_err err;
    if (aes == NULL) {
        aes = codec_aes_new(key, NULL);
        plain_zip = codec_zip_new((base_str){ NULL, 0 });
        dict_zip = codec_zip_new(BASE_STR("{\"order_id\":\"48\",\"sku_order_list\":[{\"code\":"));
        FUZZ_CHECK(aes != NULL && plain_zip != NULL && dict_zip != NULL);
    }
    base_buf_init(&packed, 4 * MOST_BYTES);
    base_buf_init(&out, 4 * MOST_BYTES);
    base_buf_add_text(&out, "kept");
    FUZZ_CHECK(codec_aes_open(aes, BASE_STR("place"), input, &out, &err) == QD_E_CORRUPT);
    FUZZ_CHECK(base_str_is(base_buf_str(&out), "kept"));
    codec_zip *zip = size % 2 == 0 ? plain_zip : dict_zip;
    if (codec_zip_unpack(zip, input, MOST_BYTES, &out, &err) != QD_OK) {
        FUZZ_CHECK(base_str_is(base_buf_str(&out), "kept"));
    }
    base_buf_reset(&out);
    if (codec_zip_pack(zip, input, &packed, &err) == QD_OK) {
        FUZZ_CHECK(codec_zip_unpack(zip, base_buf_str(&packed), size, &out, &err) == QD_OK);
        FUZZ_CHECK(base_str_eq(base_buf_str(&out), input));
    }
    base_buf_clear(&packed);
    base_buf_clear(&out);
    return 0;
}
