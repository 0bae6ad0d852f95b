/*
 * The judge's own hashing on OpenSSL: hex digests, comparison in constant time, masked texts.
 * Knows no platform's recipe; those stand beside each face.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sandbox/sandbox_private.h"

static size_t digest(face_hash hash, base_str key, base_str text, unsigned char *out) {
    unsigned len = 0;
    const void *data = text.len > 0 ? text.ptr : "";
    const char *secret = key.len > 0 ? key.ptr : "";
    switch (hash) {
    case FACE_MD5:
        return EVP_Digest(data, text.len, out, &len, EVP_md5(), NULL) == 1 ? len : 0;
    case FACE_SHA256:
        return EVP_Digest(data, text.len, out, &len, EVP_sha256(), NULL) == 1 ? len : 0;
    case FACE_HMAC_MD5:
        return HMAC(EVP_md5(), secret, (int)key.len, data, text.len, out, &len) != NULL ? len : 0;
    case FACE_HMAC_SHA256:
        return HMAC(EVP_sha256(), secret, (int)key.len, data, text.len, out, &len) != NULL ? len
                                                                                           : 0;
    }
    return 0;
}

size_t face_digest_hex(face_hash hash, base_str key, base_str text, bool upper,
                       char out[FACE_HEX_MAX]) {
    static const char low[] = "0123456789abcdef";
    static const char high[] = "0123456789ABCDEF";
    unsigned char raw[EVP_MAX_MD_SIZE];
    const char *digits = upper ? high : low;
    size_t len = digest(hash, key, text, raw);
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[raw[i] >> 4];
        out[2 * i + 1] = digits[raw[i] & 15U];
    }
    out[2 * len] = '\0';
    return 2 * len;
}

/* Neither is a secret of ours: got is the sender's own. */
static bool has_letters(base_str text, char first, char last) {
    bool found = false;
    for (size_t i = 0; i < text.len; i++) {
        found = found || (text.ptr[i] >= first && text.ptr[i] <= last);
    }
    return found;
}

bool face_sign_equal(base_str got, const char *want, size_t want_len) {
    char same_case[FACE_HEX_MAX];
    bool upper = has_letters(got, 'A', 'F');
    if (want_len == 0 || got.len != want_len || want_len >= sizeof same_case ||
        (upper && has_letters(got, 'a', 'f'))) {
        return false;
    }
    for (size_t i = 0; i < want_len; i++) {
        unsigned c = (unsigned char)want[i];
        unsigned letter = (unsigned)-(int)(c >> 6); /* all ones for A-F and a-f, else 0 */
        same_case[i] = (char)(upper ? c & ~(letter & 0x20U) : c | (letter & 0x20U));
    }
    return CRYPTO_memcmp(got.ptr, same_case, want_len) == 0;
}

char *face_hex_shape(uint64_t a, uint64_t b, base_arena *arena, const char *shape) {
    static const char digits[] = "0123456789abcdef";
    char *out = base_arena_dup(arena, base_str_of(shape));
    uint64_t bits = 0;
    unsigned left = 0;
    for (char *p = out; p != NULL && *p != '\0'; p++) {
        if (*p != 'x') {
            continue;
        }
        if (left == 0) {
            a = base_mix(a, b);
            bits = a;
            left = 16;
        }
        *p = digits[bits & 15U];
        bits >>= 4;
        left--;
    }
    return out;
}

char *face_masked(base_arena *arena, bool wrapped, base_str middle, size_t limit) {
    const char *mask = wrapped ? "***" : "";
    bool cut = middle.len > limit;
    size_t len = cut ? limit : middle.len;
    while (cut && len > 0 && ((unsigned char)middle.ptr[len] & 0xc0U) == 0x80U) {
        len--; /* not inside a character */
    }
    char *out = base_arena_printf(arena, "%s%.*s%s%s", mask, (int)len, middle.ptr,
                                  cut ? "...(cut)" : "", mask);
    return out != NULL ? out : (char *)(uintptr_t) "(no memory)";
}
