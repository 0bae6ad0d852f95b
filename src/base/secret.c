/*
 * Secrets in memory: a heap copy that is overwritten before it is freed, and comparison whose time
 * does not tell where two texts differ.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

void base_wipe(void *ptr, size_t len) {
    if (ptr && len > 0) {
        explicit_bzero(ptr, len);
    }
}

qd_status base_secret_set(base_secret *secret, base_str value, qd_err *err) {
    char *copy = NULL;
    if (value.len > 0) {
        copy = value.len < SIZE_MAX ? malloc(value.len + 1) : NULL;
        if (!copy) {
            return base_fail(err, QD_E_NOMEM, "out of memory for a secret");
        }
        memcpy(copy, value.ptr, value.len);
        copy[value.len] = '\0';
    }
    base_secret_clear(secret); /* only now: value may be the old text */
    secret->ptr = copy;
    secret->len = value.len;
    return QD_OK;
}

void base_secret_clear(base_secret *secret) {
    if (!secret) {
        return;
    }
    base_wipe(secret->ptr, secret->len);
    free(secret->ptr);
    secret->ptr = NULL;
    secret->len = 0;
}

bool base_secret_equal(base_str a, base_str b) {
    if (a.len != b.len) {
        return false;
    }
    volatile unsigned char differs = 0;
    for (size_t i = 0; i < a.len; i++) {
        differs = (unsigned char)(differs | (a.ptr[i] ^ b.ptr[i]));
    }
    return differs == 0;
}
