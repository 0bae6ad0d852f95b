/*
 * Cipher text as the platform writes it, taken apart without asking anybody. The forms come from
 * vendors' tests and examples (docs/sensitive.md); nothing here decrypts.
 */
#include <string.h>

#include "platforms/sensitive_private.h"

const char *qd_sensitive_kind_name(qd_sensitive_kind kind) {
    static const char *const names[] = { "unknown", "address", "name",
                                         "phone",   "id_card", "own_phone" };
    return (unsigned)kind < sizeof names / sizeof names[0] ? names[kind] : names[0];
}

const char *qd_sensitive_action_name(qd_sensitive_action action) {
    static const char *const names[] = { "decrypt", "mask", "encrypt", "index" };
    return (unsigned)action < sizeof names / sizeof names[0] ? names[action] : "unknown";
}

static size_t base64_run(const char *at) {
    size_t len = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    return len + strspn(at + len, "=");
}

/* "1##": the version between the mark and two more. */
static bool read_tail(const char *at, char mark, int *out_version) {
    size_t digits = strspn(at, "0123456789");
    int64_t version = 0;
    if (digits == 0 || digits > 4 || !base_str_to_i64((base_str){ at, digits }, &version)) {
        return false;
    }
    *out_version = (int)version;
    return at[digits] == mark && at[digits + 1] == mark && at[digits + 2] == '\0';
}

bool qd_cipher_parse(const char *text, qd_cipher *out_cipher) {
    if (!text || (*text != '$' && *text != '#')) {
        return false;
    }
    char mark = *text;
    qd_cipher found = { .kind = mark == '$' ? QD_SENSITIVE_PHONE : QD_SENSITIVE_UNKNOWN };
    found.index = text + 1;
    found.index_len = base64_run(found.index);
    if (found.index[found.index_len] != mark) {
        return false;
    }
    found.data = found.index + found.index_len + 1;
    found.data_len = base64_run(found.data);
    const char *end = found.data + found.data_len;
    if (*end == '*') {
        found.meta = end + 1;
        found.meta_len = base64_run(found.meta);
        end = found.meta + found.meta_len;
    }
    if (found.data_len == 0 || *end != mark || !read_tail(end + 1, mark, &found.version)) {
        return false;
    }
    if (out_cipher) {
        *out_cipher = found;
    }
    return true;
}

bool qd_cipher_has_index(const char *cipher_text, const char *search_index) {
    enum { GROUP = 4 };
    qd_cipher cipher;
    size_t len = search_index ? strlen(search_index) : 0;
    if (len == 0 || !qd_cipher_parse(cipher_text, &cipher) || len > cipher.index_len) {
        return false;
    }
    if (cipher.kind == QD_SENSITIVE_PHONE) {
        return len == cipher.index_len && memcmp(cipher.index, search_index, len) == 0;
    }
    for (size_t at = 0; at + len <= cipher.index_len; at += GROUP) {
        if (memcmp(cipher.index + at, search_index, len) == 0) {
            return true;
        }
    }
    return false;
}
