/*
 * Cipher text as the platforms write it. It hides nothing here (there is no plain text behind it):
 * only its form matters, `#index#data*meta#1##` and `$index$data*meta$1$$`.
 */
#include <string.h>

#include "sandbox/world/world_private.h"

static char *add_base64(char *at, uint64_t seed, unsigned first, unsigned len) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint64_t bits = 0;
    for (unsigned i = 0; i < len; i++) {
        if (i % 10 == 0) {
            bits = roll(seed, first + i / 10);
        }
        *at++ = digits[bits & 63];
        bits >>= 6;
    }
    return at;
}

void cipher_text(uint64_t seed, char mark, unsigned index_len, unsigned data_len, bool meta,
                 char out[CIPHER_BYTES]) {
    static const char header[] = "*CgYIASAHKAES";
    char *at = out;
    *at++ = mark;
    at = add_base64(at, seed, 0, index_len);
    *at++ = mark;
    at = add_base64(at, seed, 20, data_len);
    if (meta) {
        memcpy(at, header, sizeof header - 1);
        at = add_base64(at + sizeof header - 1, seed, 40, 40);
    }
    const char tail[] = { mark, '1', mark, mark, '\0' };
    memcpy(at, tail, sizeof tail);
}
