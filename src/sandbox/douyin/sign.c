/*
 * Is a gateway signature right? string = secret + app_key.. method.. param_json.. timestamp.. v.. +
 * secret; HMAC-SHA256 keyed by the secret, or MD5 when sign_method is md5 or absent; lower-case
 * hex. Checked over the bytes received, then over param_json's canonical forms: vendor clients send
 * unsorted bodies and sign the sorted text (vendor Java SDK 1.1.0), each with its own escaping.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum { SHOWN_BYTES = 2048 };

static void add_middle(base_buf *out, const dyface_signed *parts, base_str param_json) {
    base_buf_add_text(out, "app_key");
    base_buf_add_str(out, parts->app_key);
    base_buf_add_text(out, "method");
    base_buf_add_str(out, parts->method);
    base_buf_add_text(out, "param_json");
    base_buf_add_str(out, param_json);
    base_buf_add_text(out, "timestamp");
    base_buf_add_str(out, parts->timestamp);
    base_buf_add_text(out, "v");
    base_buf_add_str(out, parts->v);
}

static bool matches(base_str secret, const dyface_signed *parts, face_hash hash,
                    base_str param_json) {
    base_buf whole;
    char want[FACE_HEX_MAX];
    base_buf_init(&whole, LIMIT_REQUEST_BYTES * 8);
    (void)base_buf_room(&whole, 2 * secret.len + param_json.len + LIMIT_HEADER_BYTES);
    base_buf_add_str(&whole, secret);
    add_middle(&whole, parts, param_json);
    base_buf_add_str(&whole, secret);
    size_t len =
        whole.failed ? 0 : face_digest_hex(hash, secret, base_buf_str(&whole), false, want);
    base_buf_wipe(&whole);
    return face_sign_equal(parts->sign, want, len);
}

/* What was expected, in the arena. */
static const char *explain(face_call *call, const dyface_signed *parts, face_hash hash,
                           const char *tried) {
    base_buf middle;
    base_buf_init(&middle, LIMIT_REQUEST_BYTES * 2);
    add_middle(&middle, parts, parts->param_json);
    char *shown = face_masked(call->arena, true, base_buf_str(&middle), SHOWN_BYTES);
    base_buf_clear(&middle);
    const char *why = base_arena_printf(
        call->arena, "sign校验失败: expected lower-case hex %s of %s (*** = app secret); tried %s",
        hash == FACE_MD5 ? "MD5" : "HMAC-SHA256", shown, tried);
    return why != NULL ? why : "sign校验失败";
}

static const struct {
    face_escape escape;
    const char *name;
} forms[] = {
    { FACE_ESCAPE_PLAIN, "sorted" },
    { FACE_ESCAPE_GO, "sorted, < > & escaped" },
    { FACE_ESCAPE_GSON, "sorted, < > & = ' escaped" },
    { FACE_ESCAPE_ASCII, "sorted, ASCII only" },
    { FACE_ESCAPE_LEAST, "sorted, U+2028 raw" },
};
enum { FORMS = sizeof forms / sizeof forms[0] };

/* Does one of the canonical forms fit? */
static bool matches_canonical(face_call *call, base_str secret, const dyface_signed *parts,
                              face_hash hash, bool as_floats) {
    bool right = false;
    for (size_t i = 0; i < FORMS && !right; i++) {
        base_buf text;
        base_buf_init(&text, LIMIT_REQUEST_BYTES * 6);
        if (!face_canonical(parts->param_json, forms[i].escape, as_floats, call->arena, &text)) {
            i = FORMS; /* no JSON: there is no canonical form */
        } else {
            right = matches(secret, parts, hash, base_buf_str(&text));
        }
        base_buf_clear(&text);
    }
    return right;
}

const char *dyface_sign_check(face_call *call, base_str secret, const dyface_signed *parts) {
    face_hash hash = FACE_MD5;
    if (base_str_is(parts->sign_method, "hmac-sha256")) {
        hash = FACE_HMAC_SHA256;
    } else if (parts->sign_method.len > 0 && !base_str_is(parts->sign_method, "md5")) {
        return "sign_method is md5 (also when it is absent) or hmac-sha256";
    }
    if (matches(secret, parts, hash, parts->param_json) ||
        matches_canonical(call, secret, parts, hash, false) ||
        matches_canonical(call, secret, parts, hash, true)) {
        return NULL;
    }
    const char *tried = "param_json as received";
    for (size_t i = 0; i < FORMS; i++) {
        const char *more = base_arena_printf(call->arena, "%s; %s", tried, forms[i].name);
        tried = more != NULL ? more : tried;
    }
    return explain(call, parts, hash, tried);
}
