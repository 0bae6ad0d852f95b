/* Urlencoded forms: what is decoded, encoded and decoded again is the same. */
#include "codec/codec.h"
#include "support.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_str text = { (const char *)data, size };
    base_arena *arena = base_arena_new(LIMIT_REPLY_BYTES);
    codec_pair *pairs = NULL, *again = NULL;
    size_t count = 0, again_count = 0;
    qd_err err;
    FUZZ_CHECK(arena != NULL);
    if (codec_form_parse(text, arena, &pairs, &count, &err) == QD_OK) {
        base_buf form;
        base_buf_init(&form, LIMIT_REPLY_BYTES);
        for (size_t i = 0; i < count; i++) {
            codec_form_add(&form, pairs[i].name, pairs[i].value);
        }
        FUZZ_CHECK(base_buf_check(&form, "form", &err) == QD_OK);
        FUZZ_CHECK(codec_form_parse(base_buf_str(&form), arena, &again, &again_count, &err) ==
                   QD_OK);
        FUZZ_CHECK(count == again_count);
        for (size_t i = 0; i < count; i++) {
            FUZZ_CHECK(base_str_eq(pairs[i].name, again[i].name));
            FUZZ_CHECK(base_str_eq(pairs[i].value, again[i].value));
        }
        base_buf_clear(&form);
    }
    base_buf plain, encoded;
    base_buf_init(&plain, LIMIT_REPLY_BYTES);
    base_buf_init(&encoded, LIMIT_REPLY_BYTES);
    if (codec_base64_decode(text, &plain, &err) == QD_OK) {
        codec_base64_encode(&encoded, base_buf_str(&plain));
        FUZZ_CHECK(base_str_eq(base_buf_str(&encoded), text));
    }
    base_buf_clear(&plain);
    base_buf_clear(&encoded);
    base_arena_free(arena);
    return 0;
}
