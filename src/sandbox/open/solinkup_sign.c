/*
 * Is a Solinkup signature right? The guide's prose, snippets, example and Java sample disagree on
 * the keys, on the label of version, and on what signMethod means; which one the server follows is
 * not known, so each reading is accepted: secret + pairs + secret, lower-case hex. "base64" is
 * refused always: it is the text itself and discloses the secret. The key of the HMAC is the
 * secret (the snippet leaves it out).
 */
#include <string.h>

#include "sandbox/open/solinkup.h"

enum { SHOWN_BYTES = 1024 };

typedef struct reading {
    const char *name;
    bool sample_keys; /* authCode, openId and redirectUrl, too */
    bool sign_method; /* signMethod is signed */
    const char *version;
} reading;

/* The default first: the sample stands in the vendor's gateway package. */
static const reading readings[] = {
    { "java_demo", true, true, "version" },
    { "text_example", false, true, "v" },
    { "text_php", false, false, "v" },
    { "text_list", false, false, "version" },
};

static void add_pair(base_buf *out, const char *label, base_str value) {
    if (value.len > 0) {
        base_buf_add_text(out, label);
        base_buf_add_str(out, value);
    }
}

/* In byte order of the labels; "v" and "version" both come last. */
static void add_pairs(base_buf *out, const reading *how, const solinkup_signed *parts) {
    base_str none = { "", 0 };
    add_pair(out, "accessToken", parts->access_token);
    add_pair(out, "appKey", parts->app_key);
    add_pair(out, "authCode", how->sample_keys ? parts->auth_code : none);
    add_pair(out, "method", parts->method);
    add_pair(out, "openId", how->sample_keys ? parts->open_id : none);
    add_pair(out, "redirectUrl", how->sample_keys ? parts->redirect_url : none);
    add_pair(out, "signMethod", how->sign_method ? parts->sign_method : none);
    add_pair(out, "timestamp", parts->timestamp);
    add_pair(out, how->version, parts->version);
}

static bool matches(base_str secret, const reading *how, const solinkup_signed *parts,
                    face_hash hash) {
    base_buf text;
    char want[FACE_HEX_MAX];
    base_buf_init(&text, LIMIT_HEADER_BYTES * 2);
    (void)base_buf_room(&text, LIMIT_HEADER_BYTES);
    base_buf_add_str(&text, secret);
    add_pairs(&text, how, parts);
    base_buf_add_str(&text, secret);
    size_t len = text.failed ? 0 : face_digest_hex(hash, secret, base_buf_str(&text), false, want);
    base_buf_wipe(&text);
    return face_sign_equal(parts->sign, want, len);
}

/* What signMethod may mean: as the tables say, and as the sample's switch does. */
typedef struct meaning {
    face_hash hash;
    bool documented, by_switch;
} meaning;

static void mean(meaning out[2], size_t *count, face_hash hash, bool documented, bool by_switch) {
    for (size_t i = 0; i < *count; i++) {
        if (out[i].hash == hash) {
            out[i].documented = out[i].documented || documented;
            out[i].by_switch = out[i].by_switch || by_switch;
            return;
        }
    }
    out[(*count)++] = (meaning){ hash, documented, by_switch };
}

static size_t meanings_of(const reading *how, base_str sign_method, meaning out[2]) {
    size_t count = 0;
    bool hmac = base_str_is(sign_method, "hmac-sha256");
    bool md5 = base_str_is(sign_method, "md5") || base_str_is(sign_method, "MD5");
    bool sha = base_str_is(sign_method, "sha256");
    if (hmac || sign_method.len == 0) {
        mean(out, &count, FACE_HMAC_SHA256, true, false);
    }
    if (md5 || sign_method.len == 0) {
        mean(out, &count, FACE_MD5, true, how->sample_keys);
    }
    if (sha && how->sample_keys) {
        mean(out, &count, FACE_SHA256, true, true);
    }
    if (hmac && how->sample_keys) {
        mean(out, &count, FACE_MD5, false, true);
    }
    return count;
}

/* ---- which readings are accepted ---- */

static const char DISPATCH[] = "java_dispatch";

/* The next of a list with commas, split at its slash; false at the end. */
static bool next_item(base_str *rest, base_str *name, base_str *method) {
    const char *comma = rest->len > 0 ? memchr(rest->ptr, ',', rest->len) : NULL;
    size_t len = comma != NULL ? (size_t)(comma - rest->ptr) : rest->len;
    const char *slash = len > 0 ? memchr(rest->ptr, '/', len) : NULL;
    if (rest->len == 0) {
        return false;
    }
    size_t head = slash != NULL ? (size_t)(slash - rest->ptr) : len;
    *name = (base_str){ rest->ptr, head };
    *method = (base_str){ slash != NULL ? slash + 1 : "", slash != NULL ? len - head - 1 : 0 };
    len += comma != NULL;
    rest->ptr += len;
    rest->len -= len;
    return true;
}

static bool is_accepted(const solinkup_signed *parts, const reading *how, const meaning *what) {
    base_str rest = base_str_of(parts->only != NULL ? parts->only : "");
    base_str name;
    base_str method;
    if (rest.len == 0) {
        return true;
    }
    while (next_item(&rest, &name, &method)) {
        bool named = (what->documented && base_str_is(name, how->name)) ||
                     (what->by_switch && base_str_is(name, DISPATCH));
        if (named && (method.len == 0 || base_str_eq(method, parts->sign_method))) {
            return true;
        }
    }
    return false;
}

bool solinkup_readings_check(base_str list) {
    base_str name;
    base_str method;
    while (next_item(&list, &name, &method)) {
        bool known = base_str_is(name, DISPATCH);
        for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
            known = known || base_str_is(name, readings[i].name);
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

const char *solinkup_sign_check(base_arena *arena, base_str secret, const solinkup_signed *parts) {
    if (base_str_is(parts->sign_method, "base64")) {
        return "signMethod base64 discloses the secret and is refused";
    }
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        meaning means[2];
        size_t count = meanings_of(&readings[i], parts->sign_method, means);
        for (size_t h = 0; h < count; h++) {
            if (is_accepted(parts, &readings[i], &means[h]) &&
                matches(secret, &readings[i], parts, means[h].hash)) {
                return NULL;
            }
        }
    }
    meaning known[2];
    if (meanings_of(&readings[0], parts->sign_method, known) == 0) {
        return "signMethod is hmac-sha256, md5, or sha256";
    }
    base_buf middle;
    base_buf_init(&middle, LIMIT_HEADER_BYTES * 2);
    solinkup_signed shown = *parts;
    shown.access_token = parts->access_token.len > 0 ? BASE_STR("***") : parts->access_token;
    add_pairs(&middle, &readings[0], &shown);
    const char *why = base_arena_printf(
        arena,
        "expected lower-case hex %s of %s (*** = secret, token); also tried text_example, "
        "text_php and text_list",
        known[0].hash == FACE_HMAC_SHA256 ? "HMAC-SHA256"
        : known[0].hash == FACE_SHA256    ? "SHA-256"
                                          : "MD5",
        face_masked(arena, true, base_buf_str(&middle), SHOWN_BYTES));
    base_buf_clear(&middle);
    return why != NULL ? why : "signature mismatch";
}
