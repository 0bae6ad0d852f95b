/*
 * Methods of the catalogue that the world does not model: are the parameters as the catalogue has
 * them, and an answer made up from the known tree. Knows no envelope and no error code: a face asks
 * and answers in its platform's words.
 */
#ifndef SANDBOX_GENERIC_GENERIC_H
#define SANDBOX_GENERIC_GENERIC_H

#include "catalog/catalog.h"
#include "sandbox/sandbox_private.h"

/* ---- methods ---- */

/* NULL when the catalogue has no such platform or method. */
const cat_method *generic_find(const char *platform, base_str name);
/* By path, where each method has its own: a "{name}" in the catalogue's path stands for any one
 * segment, a slash at the end may be there or not. out_segment (may be NULL): what stood for the
 * first such segment, as received. */
const cat_method *generic_find_path(const char *platform, base_str path, base_str *out_segment);
/* Is the method retired, and this sandbox told to say so? */
bool generic_is_retired(const face_call *call, const cat_method *method);

/* ---- parameters (check.c) ---- */

typedef enum generic_kind { GENERIC_FINE, GENERIC_MISSING, GENERIC_INVALID } generic_kind;

typedef struct generic_problem {
    generic_kind kind;
    char name[128]; /* dotted: "goods[0].price" */
    char why[160];
} generic_problem;

/* Judges an object of parameters; only what the catalogue calls certain is refused. Texts may stand
 * for numbers, booleans and (as JSON) for objects and lists, texts with commas for lists of
 * scalars; null and "" stand for absent. Names that the catalogue lacks are ignored, as the
 * platforms do. A file is an object as generic_of_pairs() makes it. */
bool generic_check(const cat_method *method, yyjson_val *params, generic_problem *out);

/* A form's or a query's parameters as an object of texts, without those named in skip
 * (NULL-terminated); a part of a multipart body that has a file name becomes {"size":n,"hash":h}.
 * The caller frees it; NULL when memory is out. */
yyjson_doc *generic_of_pairs(const face_params *params, const char *const *skip);

/* ---- answers (answer.c, values.c) ---- */

typedef struct generic_answer {
    const cat_method *method;
    yyjson_val *params; /* an object, or NULL */
    uint64_t seed;      /* of generic_seed() */
    int64_t base_s;     /* times lie in the month before it */
    bool wrapped;       /* TOP: {"items":{"item":[...]}} for lists */
    /* kept by answer.c */
    uint32_t rows;  /* of the outermost lists */
    uint32_t total; /* what total fields tell */
} generic_answer;

/* The same world, method and parameters give the same number. */
uint64_t generic_seed(const face_call *call, const cat_method *method, yyjson_val *params);
/* All set for one call. */
generic_answer generic_begin(const face_call *call, const cat_method *method, yyjson_val *params);
/* The data of the answer as one JSON value; {} when the tree is not known. */
void generic_write_data(generic_answer *answer, base_buf *out);
/* Its members without braces, leaving out those named in skip; false when there were none. */
bool generic_write_members(generic_answer *answer, const char *const *skip, base_buf *out);

/* One field of the tree, made up from the seed; depth counts from 1 at the data's own members. */
void generic_write_field(const generic_answer *answer, const cat_answer *field, uint64_t seed,
                         unsigned depth, base_buf *out);
/* The data again, with the members of state (an object of the same shape; for a tree "(data)" the
 * value itself) in place of made-up ones (over.c). */
void generic_write_over(generic_answer *answer, yyjson_mut_val *state, base_buf *out);

/* Writes a field that tells whether something failed, as nothing did; false for other fields. */
bool generic_write_fine(const generic_answer *answer, const cat_answer *field, unsigned depth,
                        base_buf *out);
/* One scalar that a field of this name and type (cat_type) might hold. */
void generic_write_scalar(const generic_answer *answer, const char *name, uint8_t type,
                          uint64_t seed, base_buf *out);
uint64_t generic_hash(base_str text);

#endif
