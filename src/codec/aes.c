/*
 * AES-256-GCM over OpenSSL: sealed = nonce(12) + cipher text + tag(16). Nonces are random, so one
 * key serves about 2^32 texts (NIST SP 800-38D, 8.3), more than a store will hold.
 */
#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

#include "codec/codec_private.h"

enum { NONCE_BYTES = 12, TAG_BYTES = 16 };

static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;
static EVP_CIPHER *gcm;

struct codec_aes {
    EVP_CIPHER_CTX *seal;
    EVP_CIPHER_CTX *open;
    const qd_clock *clock;
};

static void fetch(void) {
    gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

codec_aes *codec_aes_new(const unsigned char key[CODEC_AES_KEY], const qd_clock *clock) {
    pthread_once(&fetch_once, fetch);
    codec_aes *aes = gcm ? calloc(1, sizeof *aes) : NULL;
    if (!aes) {
        return NULL;
    }
    aes->clock = clock ? clock : qd_clock_system();
    aes->seal = EVP_CIPHER_CTX_new();
    aes->open = EVP_CIPHER_CTX_new();
    /* The key schedule is computed here; each text only sets its nonce. */
    if (!aes->seal || !aes->open || EVP_EncryptInit_ex2(aes->seal, gcm, key, NULL, NULL) != 1 ||
        EVP_DecryptInit_ex2(aes->open, gcm, key, NULL, NULL) != 1) {
        codec_aes_free(aes);
        return NULL;
    }
    return aes;
}

void codec_aes_free(codec_aes *aes) {
    if (aes) {
        EVP_CIPHER_CTX_free(aes->seal); /* wipes the key */
        EVP_CIPHER_CTX_free(aes->open);
        free(aes);
    }
}

/* OpenSSL counts in int. */
static bool sizes_fit(base_str aad, base_str text) {
    return aad.len <= INT_MAX && text.len <= INT_MAX - CODEC_AES_OVERHEAD;
}

static bool seal_into(codec_aes *aes, base_str aad, base_str plain, unsigned char *to) {
    EVP_CIPHER_CTX *ctx = aes->seal;
    unsigned char *text = to + NONCE_BYTES;
    int done = 0;
    int rest = 0;
    aes->clock->random(aes->clock->self, to, NONCE_BYTES);
    if (EVP_EncryptInit_ex2(ctx, NULL, NULL, to, NULL) != 1) {
        return false;
    }
    if (aad.len > 0 &&
        EVP_EncryptUpdate(ctx, NULL, &done, (const unsigned char *)aad.ptr, (int)aad.len) != 1) {
        return false;
    }
    done = 0;
    if (plain.len > 0 && EVP_EncryptUpdate(ctx, text, &done, (const unsigned char *)plain.ptr,
                                           (int)plain.len) != 1) {
        return false;
    }
    return EVP_EncryptFinal_ex(ctx, text + done, &rest) == 1 &&
           (size_t)done + (size_t)rest == plain.len &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, text + plain.len) == 1;
}

qd_status codec_aes_seal(codec_aes *aes, base_str aad, base_str plain, base_buf *out, qd_err *err) {
    if (!sizes_fit(aad, plain)) {
        return base_fail(err, QD_E_INVALID, "a text of %zu bytes is too long to encrypt",
                         plain.len);
    }
    char *room = base_buf_room(out, plain.len + CODEC_AES_OVERHEAD);
    if (!room) {
        return base_buf_check(out, "an encrypted text", err);
    }
    if (!seal_into(aes, aad, plain, (unsigned char *)room)) {
        room[0] = '\0';
        return base_fail(err, QD_E_NOMEM, "encryption failed in the library");
    }
    out->len += plain.len + CODEC_AES_OVERHEAD;
    return QD_OK;
}

static bool open_into(codec_aes *aes, base_str aad, base_str sealed, unsigned char *to) {
    EVP_CIPHER_CTX *ctx = aes->open;
    const unsigned char *nonce = (const unsigned char *)sealed.ptr;
    size_t len = sealed.len - CODEC_AES_OVERHEAD;
    unsigned char tag[TAG_BYTES];
    int done = 0;
    int rest = 0;
    memcpy(tag, nonce + NONCE_BYTES + len, TAG_BYTES);
    if (EVP_DecryptInit_ex2(ctx, NULL, NULL, nonce, NULL) != 1) {
        return false;
    }
    if (aad.len > 0 &&
        EVP_DecryptUpdate(ctx, NULL, &done, (const unsigned char *)aad.ptr, (int)aad.len) != 1) {
        return false;
    }
    done = 0;
    if (len > 0 && EVP_DecryptUpdate(ctx, to, &done, nonce + NONCE_BYTES, (int)len) != 1) {
        return false;
    }
    return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
           EVP_DecryptFinal_ex(ctx, to + done, &rest) == 1;
}

qd_status codec_aes_open(codec_aes *aes, base_str aad, base_str sealed, base_buf *out,
                         qd_err *err) {
    if (sealed.len < CODEC_AES_OVERHEAD || !sizes_fit(aad, sealed)) {
        return base_fail(err, QD_E_CORRUPT, "%zu bytes are no encrypted text", sealed.len);
    }
    size_t len = sealed.len - CODEC_AES_OVERHEAD;
    char *room = base_buf_room(out, len);
    if (!room) {
        return base_buf_check(out, "a decrypted text", err);
    }
    if (!open_into(aes, aad, sealed, (unsigned char *)room)) {
        base_wipe(room, len); /* nobody may see what was not authentic */
        return base_fail(err, QD_E_CORRUPT,
                         "an encrypted text fails its check: wrong key, wrong place or damaged");
    }
    out->len += len;
    return QD_OK;
}
