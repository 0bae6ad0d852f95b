/*
 * Runs a recipe: writes the text it describes and hashes it. Which text that is stands in
 * recipes.c.
 *
 * The text goes into one buffer that the context keeps, and is hashed with one keyed hash a digest,
 * so a signature costs no allocation once the buffer has grown. The buffer may hold the secret: it
 * is given all its room before the first byte and wiped when the context goes.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sign/sign_private.h"

enum { DIGEST_KINDS = 4 };

struct sign_context {
    const sign_recipe *recipe;
    base_secret secret;
    codec_hash *hashes[DIGEST_KINDS]; /* by codec_digest; made on first use */
    base_buf text;
};

static const char MASK[] = "***";

qd_status sign_context_new(const sign_recipe *recipe, base_str secret, sign_context **out_context,
                           qd_err *err) {
    sign_context *context = calloc(1, sizeof *context);
    if (!context) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a signing context");
    }
    context->recipe = recipe;
    base_buf_init(&context->text, LIMIT_REQUEST_BYTES);
    qd_status status = base_secret_set(&context->secret, secret, err);
    if (status != QD_OK) {
        sign_context_free(context);
        return status;
    }
    *out_context = context;
    return QD_OK;
}

void sign_context_free(sign_context *context) {
    if (!context) {
        return;
    }
    for (size_t i = 0; i < DIGEST_KINDS; i++) {
        codec_hash_free(context->hashes[i]);
    }
    base_buf_wipe(&context->text);
    base_secret_clear(&context->secret);
    free(context);
}

const sign_recipe *sign_context_recipe(const sign_context *context) {
    return context->recipe;
}

static qd_status find_profile(const sign_recipe *recipe, base_str name,
                              const sign_profile **out_profile, qd_err *err) {
    if (name.len == 0) {
        *out_profile = &recipe->profiles[0];
        return QD_OK;
    }
    for (const sign_profile *p = recipe->profiles; p->name; p++) {
        if (base_str_is(name, p->name)) {
            *out_profile = p;
            return QD_OK;
        }
    }
    return base_fail(err, QD_E_INVALID, "recipe %s has no profile \"%.*s\"", recipe->name,
                     (int)(name.len < 64 ? name.len : 64), name.ptr);
}

static bool same_method(const sign_recipe *recipe, base_str given, base_str name) {
    if (recipe->method_any_case) {
        return given.len == name.len && strncasecmp(given.ptr, name.ptr, given.len) == 0;
    }
    return base_str_eq(given, name);
}

static qd_status find_hash(const sign_recipe *recipe, const sign_input *input,
                           const sign_hash **out_hash, qd_err *err) {
    base_str method = input->sign_method;
    const sign_profile *profile = NULL;
    qd_status status = find_profile(recipe, input->profile, &profile, err);
    if (status != QD_OK) {
        return status;
    }
    const sign_hash *hashes = profile->hashes ? profile->hashes : recipe->hashes;
    if (method.len == 0) {
        *out_hash = &hashes[0];
        return QD_OK;
    }
    for (const sign_hash *h = hashes; h->name.len > 0; h++) {
        if (same_method(recipe, method, h->name)) {
            *out_hash = h;
            return QD_OK;
        }
    }
    if (recipe->refused && same_method(recipe, method, base_str_of(recipe->refused))) {
        return base_fail(err, QD_E_INVALID, "sign_method %s is refused: %s", recipe->refused,
                         recipe->refused_why);
    }
    return base_fail(err, QD_E_INVALID, "recipe %s has no sign_method \"%.*s\"", recipe->name,
                     (int)(method.len < 64 ? method.len : 64), method.ptr);
}

/* Where the text goes: room for all of it was made before, see most_bytes(). */
typedef struct writer {
    char *at;
    char *end;
    bool full;
} writer;

/* Labels and most values are a few bytes long: two overlapping moves beat a call of memcpy(). */
static inline void copy(char *to, const char *from, size_t len) {
    if (len > 16) {
        memcpy(to, from, len);
    } else if (len >= 8) {
        uint64_t first;
        uint64_t last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else if (len >= 4) {
        uint32_t first;
        uint32_t last;
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else {
        for (size_t i = 0; i < len; i++) {
            to[i] = from[i];
        }
    }
}

static inline void put(writer *out, base_str text) {
    if (text.len > (size_t)(out->end - out->at)) {
        out->full = true;
        return;
    }
    copy(out->at, text.ptr, text.len);
    out->at += text.len;
}

/* The first pair of that name that has a value; NULL when there is none. */
static const codec_pair *find_pair(const sign_input *input, base_str name) {
    for (size_t i = 0; i < input->pair_count; i++) {
        if (input->pairs[i].name.len == name.len && input->pairs[i].value.len > 0 &&
            memcmp(input->pairs[i].name.ptr, name.ptr, name.len) == 0) {
            return &input->pairs[i];
        }
    }
    return NULL;
}

/* Names in byte order; the same name twice keeps the order in which it came. */
static bool comes_before(const codec_pair *a, const codec_pair *b) {
    int order = base_str_cmp(a->name, b->name);
    return order < 0 || (order == 0 && a < b);
}

/* Shell sort: no allocation, and quick for the 10 to 20 pairs that a call has. */
static void sort_pairs(const codec_pair **pairs, size_t count) {
    for (size_t gap = count / 2 ? count / 2 : 1; count > 1 && gap > 0; gap /= 2) {
        for (size_t i = gap; i < count; i++) {
            const codec_pair *moving = pairs[i];
            size_t at = i;
            while (at >= gap && comes_before(moving, pairs[at - gap])) {
                pairs[at] = pairs[at - gap];
                at -= gap;
            }
            pairs[at] = moving;
        }
    }
}

static qd_status write_sorted(const sign_input *input, writer *out, qd_err *err) {
    const codec_pair *sorted[LIMIT_FORM_PAIRS];
    size_t count = 0;
    for (size_t i = 0; i < input->pair_count; i++) {
        const codec_pair *pair = &input->pairs[i];
        if (pair->name.len == 0 || pair->value.len == 0 ||
            base_str_eq(pair->name, BASE_STR("sign"))) {
            continue;
        }
        if (count == LIMIT_FORM_PAIRS) {
            return base_fail(err, QD_E_INVALID, "more than %d parameters to sign",
                             (int)LIMIT_FORM_PAIRS);
        }
        sorted[count++] = pair;
    }
    sort_pairs(sorted, count);
    for (size_t i = 0; i < count; i++) {
        put(out, sorted[i]->name);
        put(out, sorted[i]->value);
    }
    return QD_OK;
}

static qd_status write_pair(const sign_recipe *recipe, const sign_step *step,
                            const sign_input *input, writer *out, qd_err *err) {
    const codec_pair *pair = find_pair(input, step->name);
    if (!pair && step->fallback.len == 0) {
        if (step->kind == STEP_PAIR_MAYBE) {
            return QD_OK;
        }
        return base_fail(err, QD_E_INVALID, "recipe %s needs the parameter %s", recipe->name,
                         step->name.ptr);
    }
    put(out, step->label);
    put(out, pair ? pair->value : step->fallback);
    return QD_OK;
}

static qd_status write_steps(const sign_context *context, const sign_input *input, base_str secret,
                             writer *out, qd_err *err) {
    const sign_profile *profile = NULL;
    qd_status status = find_profile(context->recipe, input->profile, &profile, err);
    const sign_step *step = profile ? profile->steps : NULL;
    for (; status == QD_OK && step->kind != STEP_END; step++) {
        switch (step->kind) {
        case STEP_SECRET:
            put(out, secret);
            break;
        case STEP_BODY:
            put(out, step->label);
            put(out, input->body);
            break;
        case STEP_SORTED:
            status = write_sorted(input, out, err);
            break;
        default:
            status = write_pair(context->recipe, step, input, out, err);
            break;
        }
    }
    return status;
}

/* No recipe writes more than this: every pair and the body once, the secret twice, the labels. */
static size_t most_bytes(const sign_context *context, const sign_input *input) {
    size_t size = input->body.len + 2 * (context->secret.len + sizeof MASK) + 256;
    for (size_t i = 0; i < input->pair_count; i++) {
        size += input->pairs[i].name.len + input->pairs[i].value.len;
    }
    return size;
}

/* Appends the string to sign. */
static qd_status write_text(const sign_context *context, const sign_input *input, bool mask,
                            base_buf *out, qd_err *err) {
    base_str secret =
        mask ? base_str_of(MASK) : (base_str){ context->secret.ptr, context->secret.len };
    size_t room = most_bytes(context, input);
    writer into = { base_buf_room(out, room), NULL, false };
    if (!into.at) {
        return base_buf_check(out, "the string to sign", err);
    }
    into.end = into.at + room;
    qd_status status = write_steps(context, input, secret, &into, err);
    if (status == QD_OK && into.full) {
        status = base_fail(err, QD_E_NOMEM, "recipe %s writes more than its room",
                           context->recipe->name);
    }
    if (status == QD_OK) {
        *into.at = '\0';
        out->len = (size_t)(into.at - out->data);
    }
    return status;
}

static qd_status keyed_hash(sign_context *context, codec_digest digest, codec_hash **out_hash,
                            qd_err *err) {
    codec_hash **slot = &context->hashes[digest];
    if (!*slot) {
        *slot = codec_hash_new(digest, (base_str){ context->secret.ptr, context->secret.len });
        if (!*slot) {
            return base_fail(err, QD_E_NOMEM, "out of memory for a keyed hash");
        }
    }
    *out_hash = *slot;
    return QD_OK;
}

qd_status sign_make(sign_context *context, const sign_input *input, char out_sign[SIGN_TEXT_MAX],
                    qd_err *err) {
    const sign_hash *how = NULL;
    codec_hash *hash = NULL;
    qd_status status = find_hash(context->recipe, input, &how, err);
    if (status == QD_OK) {
        status = keyed_hash(context, how->digest, &hash, err);
    }
    if (status != QD_OK) {
        return status;
    }
    base_buf_reset(&context->text);
    status = write_text(context, input, false, &context->text, err);
    if (status != QD_OK) {
        return status;
    }
    base_str secret = { context->secret.ptr, context->secret.len };
    unsigned char digest[CODEC_DIGEST_MAX];
    codec_hash_begin(hash);
    if (how->wrap) {
        codec_hash_add(hash, secret);
    }
    codec_hash_add(hash, base_buf_str(&context->text));
    if (how->wrap) {
        codec_hash_add(hash, secret);
    }
    size_t len = codec_hash_end(hash, digest);
    if (len == 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "the digest of sign_method %s is not available",
                         how->name.ptr);
    }
    codec_hex(digest, len, context->recipe->upper, out_sign);
    return QD_OK;
}

qd_status sign_explain(sign_context *context, const sign_input *input, bool mask, base_buf *out,
                       qd_err *err) {
    const sign_hash *how = NULL;
    qd_status status = find_hash(context->recipe, input, &how, err);
    return status == QD_OK ? write_text(context, input, mask, out, err) : status;
}
