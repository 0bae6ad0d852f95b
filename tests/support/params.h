/*
 * Parameters made from the catalogue: an object with everything that a method takes, and its
 * mutants, each with one certain mistake. Knows nothing of ids that a world would have.
 */
#ifndef TESTS_SUPPORT_PARAMS_H
#define TESTS_SUPPORT_PARAMS_H

#include "catalog/catalog.h"

/* Every parameter that is known, nested ones too, each with a value that its type, values, bounds,
 * lengths and format allow; a list has one item; a file is {"$file":{...}}. Methods whose
 * parameters are not known get one of our own. NULL when memory is out; yyjson_doc_free(). */
yyjson_doc *params_valid(const cat_method *method);

typedef enum params_mistake {
    PARAMS_MISSING, /* a parameter or field that is certainly required is left out */
    PARAMS_MISTYPED /* one of a certain type has a value that cannot be read as such */
} params_mistake;

typedef struct params_rules {
    params_mistake mistake;
    bool as_text;            /* the platform receives texts, so that everything is a valid text */
    const char *const *made; /* parameters that the library adds itself; NULL-terminated, or NULL */
} params_rules;

size_t params_mistake_count(const cat_method *method, yyjson_val *params,
                            const params_rules *rules);
/* The nth of them as JSON (free() it), with the name of the parameter or field that is wrong;
 * NULL when memory is out. */
char *params_mutant(const cat_method *method, yyjson_val *params, const params_rules *rules,
                    size_t nth, char name[96]);

#endif
