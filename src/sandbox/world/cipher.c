/*
 * Cipher text as Douyin writes it, with the plain text really behind it: `#index#data*meta#1##` for
 * names, addresses and identity cards, `$index$data*meta$1$$` for phones (docs/sensitive.md). The
 * data is bound to its shop and its order, and every byte of the whole text counts. It hides
 * made-up people from nobody: mixing with the world's seed stands where a platform has a cipher.
 */
#include <string.h>

#include "sandbox/world/world_private.h"

enum {
    NONCE_BYTES = 8,
    PROOF_BYTES = 8,
    HEAD_BYTES = 3, /* kind, length */
    BLOCK = 16,
    PHONE_INDEX_BYTES = 32,
    GROUP_BYTES = 3, /* of index for a character of a name or an address: four base64 digits */
    META_DIGITS = 40,
    DATA_BYTES = NONCE_BYTES + PROOF_BYTES + (WORLD_PLAIN_BYTES + HEAD_BYTES + BLOCK)
};
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char meta_head[] = "*CgYIASAHKAES";

/* ---- base64 ---- */

static char *add_digits(char *at, uint64_t seed, unsigned first, unsigned len) {
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

static char *add_base64(char *at, const unsigned char *data, size_t len) {
    for (size_t i = 0; i < len; i += 3) {
        uint32_t v = (uint32_t)data[i] << 16;
        v |= i + 1 < len ? (uint32_t)data[i + 1] << 8 : 0;
        v |= i + 2 < len ? data[i + 2] : 0;
        *at++ = digits[v >> 18];
        *at++ = digits[v >> 12 & 63];
        *at++ = i + 1 < len ? digits[v >> 6 & 63] : '=';
        *at++ = i + 2 < len ? digits[v & 63] : '=';
    }
    return at;
}

void cipher_text(uint64_t seed, char mark, unsigned index_len, unsigned data_len, bool meta,
                 char out[CIPHER_BYTES]) {
    char *at = out;
    *at++ = mark;
    at = add_digits(at, seed, 0, index_len);
    *at++ = mark;
    at = add_digits(at, seed, 20, data_len);
    if (meta) {
        memcpy(at, meta_head, sizeof meta_head - 1);
        at = add_digits(at + sizeof meta_head - 1, seed, 40, META_DIGITS);
    }
    const char tail[] = { mark, '1', mark, mark, '\0' };
    memcpy(at, tail, sizeof tail);
}

/* ---- the index: the same plain text has the same, in every shop of the app ---- */

static uint64_t hash_bytes(uint64_t seed, const void *data, size_t len) {
    const unsigned char *at = data;
    uint64_t hash = base_mix(seed, len);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = 0;
        for (size_t k = 0; k < 8 && i + k < len; k++) {
            word |= (uint64_t)at[i + k] << 8 * k;
        }
        hash = base_mix(hash, word);
    }
    return hash;
}

static size_t character_len(const char *at, size_t left) {
    unsigned char c = (unsigned char)*at;
    size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return len < left ? len : left;
}

static char *add_index(const world *w, world_secret kind, base_str plain, char *at) {
    uint64_t seed = base_mix(w->seed ^ 0x696e646578ULL, kind);
    unsigned char bytes[PHONE_INDEX_BYTES];
    if (kind == WORLD_SECRET_PHONE) {
        uint64_t hash = hash_bytes(seed, plain.ptr, plain.len);
        for (unsigned i = 0; i < PHONE_INDEX_BYTES; i++) {
            bytes[i] = (unsigned char)(roll(hash, i / 8) >> 8 * (i % 8));
        }
        return add_base64(at, bytes, sizeof bytes);
    }
    for (size_t i = 0; i < plain.len;) {
        size_t len = character_len(plain.ptr + i, plain.len - i);
        uint64_t hash = hash_bytes(seed, plain.ptr + i, len);
        memcpy(bytes, &(uint32_t){ (uint32_t)hash }, GROUP_BYTES);
        at = add_base64(at, bytes, GROUP_BYTES);
        i += len;
    }
    return at;
}

bool world_search_index(const world *w, world_secret kind, base_str plain, base_buf *out) {
    char index[WORLD_CIPHER_BYTES];
    if (plain.len == 0 || plain.len > WORLD_PLAIN_BYTES) {
        return false;
    }
    char *end = add_index(w, kind, plain, index);
    base_buf_add(out, index, (size_t)(end - index));
    return true;
}

/* ---- sealing ---- */

typedef struct seal {
    const world *w;
    uint64_t bound; /* to the shop and the order */
    world_secret kind;
    uint64_t nonce;
    bool index, meta;
} seal;

static uint64_t bound_of(const world *w, uint32_t shop, base_str auth_id) {
    uint32_t order = world_order_find(w, shop, auth_id);
    uint64_t what =
        order != WORLD_NONE ? order + 1ULL : hash_bytes(1, auth_id.ptr, auth_id.len) | 1ULL << 63;
    return base_mix(base_mix(w->seed ^ 0x7365616cULL, shop), what);
}

static void stream(uint64_t key, unsigned char *data, size_t len) {
    for (size_t i = 0; i < len; i++) {
        data[i] ^= (unsigned char)(roll(key, (unsigned)(i / 8)) >> 8 * (i % 8));
    }
}

/* nonce, (kind, length, plain text, zeros) under the stream, proof */
static size_t seal_data(const seal *s, base_str plain, unsigned char out[DATA_BYTES]) {
    size_t inner = (HEAD_BYTES + plain.len + BLOCK - 1) / BLOCK * BLOCK;
    unsigned char *body = out + NONCE_BYTES;
    memset(out, 0, NONCE_BYTES + inner + PROOF_BYTES);
    memcpy(out, &s->nonce, NONCE_BYTES);
    body[0] = (unsigned char)(s->kind | (unsigned)s->index << 4 | (unsigned)s->meta << 5);
    body[1] = (unsigned char)(plain.len & 255);
    body[2] = (unsigned char)(plain.len >> 8);
    memcpy(body + HEAD_BYTES, plain.ptr, plain.len);
    stream(base_mix(s->bound, s->nonce), body, inner);
    uint64_t proof = hash_bytes(s->bound ^ 0x70726f6f66ULL, out, NONCE_BYTES + inner);
    memcpy(body + inner, &proof, PROOF_BYTES);
    return NONCE_BYTES + inner + PROOF_BYTES;
}

static size_t seal_text(const seal *s, base_str plain, char out[WORLD_CIPHER_BYTES]) {
    unsigned char data[DATA_BYTES];
    char mark = s->kind == WORLD_SECRET_PHONE ? '$' : '#';
    char *at = out;
    *at++ = mark;
    at = s->index ? add_index(s->w, s->kind, plain, at) : at;
    *at++ = mark;
    at = add_base64(at, data, seal_data(s, plain, data));
    if (s->meta) {
        memcpy(at, meta_head, sizeof meta_head - 1);
        at = add_digits(at + sizeof meta_head - 1, s->nonce, 40, META_DIGITS);
    }
    *at++ = mark;
    *at++ = '1';
    *at++ = mark;
    *at++ = mark;
    *at = '\0';
    return (size_t)(at - out);
}

void cipher_of_order(const world *w, uint32_t order, world_secret kind, uint64_t nonce, bool meta,
                     const char *plain, char out[CIPHER_BYTES]) {
    char text[WORLD_CIPHER_BYTES];
    uint32_t shop = w->shop_of[order];
    seal s = { .w = w, .kind = kind, .nonce = nonce, .index = true, .meta = meta };
    s.bound = base_mix(base_mix(w->seed ^ 0x7365616cULL, shop), order + 1ULL);
    size_t len = seal_text(&s, base_str_of(plain), text);
    (void)base_copy(out, CIPHER_BYTES, (base_str){ text, len });
}

bool world_seal(const world *w, uint32_t shop, base_str auth_id, world_secret kind, base_str plain,
                bool with_index, base_buf *out) {
    char text[WORLD_CIPHER_BYTES];
    if (plain.len == 0 || plain.len > WORLD_PLAIN_BYTES || !base_utf8_valid(plain)) {
        return false;
    }
    seal s = { .w = w, .kind = kind, .index = with_index, .meta = false };
    s.bound = bound_of(w, shop, auth_id);
    s.nonce = hash_bytes(s.bound, plain.ptr, plain.len);
    base_buf_add(out, text, seal_text(&s, plain, text));
    return true;
}

/* ---- opening ---- */

/* The bytes behind the second mark; 0 when there is no such part. */
static size_t read_data(base_str text, unsigned char out[DATA_BYTES]) {
    const char *second = text.len > 4 ? memchr(text.ptr + 1, *text.ptr, text.len - 1) : NULL;
    size_t len = 0;
    uint32_t bits = 0;
    unsigned have = 0;
    for (const char *at = second ? second + 1 : ""; second && at < text.ptr + text.len; at++) {
        const char *digit = *at != '\0' ? strchr(digits, *at) : NULL;
        if (!digit || len == DATA_BYTES) {
            break;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[len++] = (unsigned char)(bits >> have);
        }
    }
    return len;
}

bool world_unseal(const world *w, uint32_t shop, base_str auth_id, base_str text,
                  world_secret *out_kind, base_buf *out) {
    unsigned char data[DATA_BYTES];
    char again[WORLD_CIPHER_BYTES];
    size_t len = read_data(text, data);
    if (len < NONCE_BYTES + BLOCK + PROOF_BYTES) {
        return false;
    }
    seal s = { .w = w, .bound = bound_of(w, shop, auth_id) };
    memcpy(&s.nonce, data, NONCE_BYTES);
    unsigned char *body = data + NONCE_BYTES;
    size_t inner = len - NONCE_BYTES - PROOF_BYTES;
    stream(base_mix(s.bound, s.nonce), body, inner);
    s.kind = (world_secret)(body[0] & 15);
    s.index = (body[0] >> 4 & 1) != 0;
    s.meta = (body[0] >> 5 & 1) != 0;
    base_str plain = { (const char *)body + HEAD_BYTES, body[1] | (size_t)body[2] << 8 };
    bool sane = body[0] < 64 && s.kind >= WORLD_SECRET_ADDRESS && s.kind <= WORLD_SECRET_ID_CARD &&
                plain.len > 0 && plain.len <= inner - HEAD_BYTES && base_utf8_valid(plain);
    /* Made again from what it holds, it is the same to the last byte, or it was changed. */
    if (!sane || !base_str_eq(text, (base_str){ again, seal_text(&s, plain, again) })) {
        return false;
    }
    *out_kind = s.kind;
    base_buf_add_str(out, plain);
    return true;
}

/* ---- masks ---- */

void world_mask(world_secret kind, base_str plain, base_buf *out) {
    size_t first = plain.len > 0 ? character_len(plain.ptr, plain.len) : 0;
    if (kind == WORLD_SECRET_PHONE || kind == WORLD_SECRET_ID_CARD) {
        for (size_t i = 0; i < plain.len; i++) {
            bool shown = i < 2 || i + 2 >= plain.len;
            base_buf_add_char(out, shown ? plain.ptr[i] : '*');
        }
        return;
    }
    if (kind == WORLD_SECRET_ADDRESS && first < plain.len) {
        first += character_len(plain.ptr + first, plain.len - first);
    }
    base_buf_add(out, plain.ptr, first);
    base_buf_add_text(out, kind == WORLD_SECRET_NAME ? "**" : "******");
}
