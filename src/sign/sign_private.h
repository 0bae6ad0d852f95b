/* What the files of room sign share and nobody else sees: the shape of a recipe. */
#ifndef SIGN_SIGN_PRIVATE_H
#define SIGN_SIGN_PRIVATE_H

#include "sign/sign.h"

typedef enum step_kind {
    STEP_END = 0,
    STEP_SECRET,     /* the secret itself; it shows in the string to sign */
    STEP_PAIR,       /* label, then the value of the pair `name`; `fallback` when it is absent */
    STEP_PAIR_MAYBE, /* the same; nothing when the pair is absent or empty */
    STEP_VALUE,      /* the value of the pair `name` without a label */
    STEP_BODY,       /* label, then the body */
    STEP_SORTED      /* every pair but `sign` and empty values, by name in byte order */
} step_kind;

typedef struct sign_step {
    step_kind kind;
    base_str name;     /* of the pair */
    base_str label;    /* written before its value */
    base_str fallback; /* empty = the pair is needed */
} sign_step;

/* One way of hashing. `wrap`: the secret stands before and after the text while hashing, yet is no
 * part of the string to sign (TOP's md5). */
typedef struct sign_hash {
    base_str name; /* sign_method; the empty one ends the list */
    codec_digest digest;
    bool wrap;
} sign_hash;

typedef struct sign_profile {
    const char *name;
    const sign_step *steps;
    const sign_hash *hashes; /* NULL = the recipe's */
} sign_profile;

struct sign_recipe {
    const char *name;
    const char *title;
    const sign_profile *profiles; /* the first is the default; a NULL name ends */
    const sign_hash *hashes;      /* the first is the default */
    bool upper;                   /* upper-case hex */
    bool method_any_case;         /* sign_method is compared without regard to case */
    const char *refused;          /* a sign_method that is known and never made */
    const char *refused_why;
};

#endif
