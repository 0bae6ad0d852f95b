/*
 * Signing: any pairs and body, with every recipe. First line: pairs as a form; the rest is the
 * body. The masked text never holds the secret.
 */
#include <string.h>

#include "sign/sign.h"
#include "support.h"

static const char secret[] = "\x01secret-0f9d6a1c\x02";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const methods[] = { "", "md5", "hmac", "hmac-sha256" };
    base_str rest = { (const char *)data, size };
    base_str line = fuzz_line(&rest);
    base_arena *arena = base_arena_new(LIMIT_REPLY_BYTES);
    sign_input input = { .body = rest };
    codec_pair *pairs = NULL;
    qd_err err;
    FUZZ_CHECK(arena != NULL);
    if (codec_form_parse(line, arena, &pairs, &input.pair_count, &err) != QD_OK) {
        base_arena_free(arena);
        return 0;
    }
    input.pairs = pairs;
    input.sign_method = base_str_of(methods[size % 4]);
    const sign_recipe *recipe;
    for (size_t i = 0; (recipe = sign_recipe_at(i)) != NULL; i++) {
        sign_context *context = NULL;
        char sign[SIGN_TEXT_MAX];
        base_buf text;
        base_buf_init(&text, LIMIT_REPLY_BYTES);
        FUZZ_CHECK(sign_context_new(recipe, base_str_of(secret), &context, &err) == QD_OK);
        if (sign_make(context, &input, sign, &err) == QD_OK) {
            FUZZ_CHECK(strlen(sign) > 0);
        }
        if (sign_explain(context, &input, true, &text, &err) == QD_OK && text.len > 0) {
            bool given = memmem(data, size, "secret-0f9d6a1c", 15) != NULL ||
                         memchr(data, '%', size) != NULL;
            FUZZ_CHECK(given || memmem(text.data, text.len, secret, sizeof secret - 1) == NULL);
        }
        base_buf_clear(&text);
        sign_context_free(context);
    }
    base_arena_free(arena);
    return 0;
}
