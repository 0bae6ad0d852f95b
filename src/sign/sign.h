/*
 * The door of room sign (floor 2): how a request is signed, as recipes that are data. Knows no
 * network.
 */
#ifndef SIGN_SIGN_H
#define SIGN_SIGN_H

#include "base/base.h"
#include "codec/codec.h"

/* Names: douyin, douyin-push, douyin-spi, taobao, taobao-body, solinkup. */
typedef struct sign_recipe sign_recipe;
const sign_recipe *sign_recipe_find(const char *name); /* NULL when there is none */
const sign_recipe *sign_recipe_at(size_t index);       /* NULL past the end */
const char *sign_recipe_name(const sign_recipe *recipe);
/* One line for --help: what it signs and from which source it is known. */
const char *sign_recipe_title(const sign_recipe *recipe);

/* What goes in. Pairs in any order; values as sent, before URL encoding. */
typedef struct sign_input {
    const codec_pair *pairs; /* public and business parameters that the recipe may pick or sort */
    size_t pair_count;
    base_str body;        /* raw body (taobao-body, douyin-push), param_json (douyin) */
    base_str sign_method; /* "md5", "hmac", "hmac-sha256"; empty = md5 */
    base_str profile;     /* solinkup; empty = the documented default */
} sign_input;

/* A recipe bound to one secret: one keyed hash context a method of signing, made on first use and
 * reused. Not thread-safe: one per app and thread. */
typedef struct sign_context sign_context;
QD_NODISCARD qd_status sign_context_new(const sign_recipe *recipe, base_str secret,
                                        sign_context **out_context, qd_err *err);
const sign_recipe *sign_context_recipe(const sign_context *context);
void sign_context_free(sign_context *context); /* wipes; NULL is accepted */

enum { SIGN_TEXT_MAX = 96 };
/* Writes the signature as the platform wants it (case, encoding) and NUL.
 * Empty values are left out as the platforms' rules say (a caller must not send them either); a TOP
 * value that begins with "@" is signed like any other, since it is sent.
 * @retval QD_E_INVALID unknown sign_method or profile, a pair that the recipe needs is missing,
 * more than LIMIT_FORM_PAIRS pairs */
QD_NODISCARD qd_status sign_make(sign_context *context, const sign_input *input,
                                 char out_sign[SIGN_TEXT_MAX], qd_err *err);
/* The text that is hashed; with mask, every place where the secret stands shows "***". For `qd
 * sign`, --dry-run and the explanation of a refused signature. */
QD_NODISCARD qd_status sign_explain(sign_context *context, const sign_input *input, bool mask,
                                    base_buf *out, qd_err *err);

#endif
