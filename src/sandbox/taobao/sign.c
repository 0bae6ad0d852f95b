/*
 * Is a TOP signature right? All text parameters but sign, sorted by name, names and values joined;
 * md5 of secret + text + secret, hmac (HMAC-MD5) or hmac-sha256 of the text; upper-case hex. Vendor
 * clients differ where a value is empty (Java leaves the pair out, PHP signs the bare name) or
 * begins with "@" (PHP leaves it out though it is sent): both texts are accepted there. Files are
 * not signed; a raw body (Qimen) stands after the pairs.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { SHOWN_BYTES = 2048 };

typedef struct variant {
    bool with_empty; /* the bare name of an empty value */
    bool with_at;    /* values that begin with "@" */
} variant;

static int pair_cmp(const void *a, const void *b) {
    const codec_pair *x = a;
    const codec_pair *y = b;
    return base_str_cmp(x->name, y->name);
}

static bool begins_with_at(base_str value) {
    return value.len > 0 && value.ptr[0] == '@';
}

/* mask hides the session: a refusal is printed and logged. */
static void add_text(base_buf *out, const codec_pair *pairs, size_t count, variant which,
                     bool mask) {
    for (size_t i = 0; i < count; i++) {
        const codec_pair *pair = &pairs[i];
        if (base_str_is(pair->name, "sign") || pair->name.len == 0 ||
            (pair->value.len == 0 && !which.with_empty) ||
            (begins_with_at(pair->value) && !which.with_at)) {
            continue;
        }
        base_buf_add_str(out, pair->name);
        if (mask && base_str_is(pair->name, "session")) {
            base_buf_add_text(out, "***");
        } else {
            base_buf_add_str(out, pair->value);
        }
    }
}

typedef struct claim {
    base_str sign;
    base_str body;
    face_hash hash;
} claim;

static bool matches(base_str secret, const claim *said, const codec_pair *pairs, size_t count,
                    variant which) {
    base_buf text;
    char want[FACE_HEX_MAX];
    base_buf_init(&text, LIMIT_REQUEST_BYTES * 2);
    (void)base_buf_room(&text, 2 * secret.len + said->body.len + LIMIT_HEADER_BYTES);
    if (said->hash == FACE_MD5) {
        base_buf_add_str(&text, secret);
    }
    add_text(&text, pairs, count, which, false);
    base_buf_add_str(&text, said->body);
    if (said->hash == FACE_MD5) {
        base_buf_add_str(&text, secret);
    }
    size_t len =
        text.failed ? 0 : face_digest_hex(said->hash, secret, base_buf_str(&text), true, want);
    base_buf_wipe(&text);
    return face_sign_equal(said->sign, want, len);
}

static const char *explain(face_call *call, const claim *said, const codec_pair *pairs,
                           size_t count, bool ambiguous) {
    static const char *const names[] = { "MD5", "SHA-256", "HMAC-MD5", "HMAC-SHA256" };
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES * 2);
    add_text(&text, pairs, count, (variant){ false, true }, true);
    base_buf_add_str(&text, said->body);
    char *shown =
        face_masked(call->arena, said->hash == FACE_MD5, base_buf_str(&text), SHOWN_BYTES);
    base_buf_clear(&text);
    const char *why = base_arena_printf(
        call->arena, "expected upper-case hex %s of %s (*** = secret, session)%s",
        names[said->hash], shown,
        ambiguous ? "; also tried with the bare names of empty values, and without values that "
                    "begin with @"
                  : "");
    return why != NULL ? why : "signature mismatch";
}

const char *tbface_sign_check(face_call *call, base_str secret, const face_params *params,
                              base_str body) {
    base_str method = face_param_text(params, "sign_method");
    claim said = { face_param_text(params, "sign"), body, FACE_MD5 };
    size_t count = 0;
    bool empty = false;
    bool at = false;
    if (base_str_is(method, "hmac")) {
        said.hash = FACE_HMAC_MD5;
    } else if (base_str_is(method, "hmac-sha256")) {
        said.hash = FACE_HMAC_SHA256;
    } else if (method.len > 0 && !base_str_is(method, "md5")) {
        return "sign_method is md5, hmac or hmac-sha256";
    }
    codec_pair *pairs = base_arena_alloc(call->arena, (params->count + 1) * sizeof *pairs);
    if (pairs == NULL) {
        return "out of memory";
    }
    for (size_t i = 0; i < params->count; i++) {
        if (params->is_file != NULL && params->is_file[i]) {
            continue;
        }
        pairs[count] = params->items[i];
        empty = empty || pairs[count].value.len == 0;
        at = at || begins_with_at(pairs[count++].value);
    }
    qsort(pairs, count, sizeof *pairs, pair_cmp);
    for (unsigned which = 0; which < 4; which++) {
        variant v = { (which & 1U) != 0, (which & 2U) == 0 };
        if ((v.with_empty && !empty) || (!v.with_at && !at)) {
            continue;
        }
        if (matches(secret, &said, pairs, count, v)) {
            return NULL;
        }
    }
    return explain(call, &said, pairs, count, empty || at);
}
