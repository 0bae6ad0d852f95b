/*
 * The methods that the sandbox's world models, each called with rows that are there: a script whose
 * steps follow each other, what one answers is what the next asks for.
 */
#ifndef TESTS_SUPPORT_MODELLED_H
#define TESTS_SUPPORT_MODELLED_H

#include <stdbool.h>

#include "base/base.h"
#include "qiandian/qiandian.h"

typedef struct modelled_step {
    const char *method;
    const char *params; /* JSON; $name stands for a value that was kept */
    /* "name=/pointer;name=/list/?member=value/pointer": values of the answer's data to keep; '>'
     * goes on inside a text that is JSON itself. NULL = none. */
    const char *keep;
} modelled_step;

enum { MODELLED_VALUES = 96 };

typedef struct modelled_values {
    struct {
        char name[24];
        char text[160];
    } rows[MODELLED_VALUES];
    size_t count;
} modelled_values;

void modelled_set(modelled_values *values, const char *name, const char *text);

/* Further parts of Douyin's script (modelled_kept.c, modelled_aftersale.c), ended by method NULL.
 */
extern const modelled_step modelled_kept[];
extern const modelled_step modelled_aftersale[];
extern const modelled_step modelled_secret[]; /* modelled_secret.c */

/* NULL-terminated by method NULL; NULL for a platform without a world. */
const modelled_step *modelled_script(const char *platform);
bool modelled_is(const char *platform, const char *method);
/* The step's parameters with its values; the caller frees it. Fails the test on a value that was
 * not kept. */
char *modelled_params(const modelled_step *step, const modelled_values *values);
/* Keeps what the step asks for; fails the test when the answer lacks it. */
void modelled_keep(const modelled_step *step, const char *data_json, modelled_values *values);

#endif
