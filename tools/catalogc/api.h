/*
 * What the files that write the typed headers share (api_*.c). They read the loaded catalogue and
 * change nothing in it. The rules for names stand in docs/typed-api.md.
 */
#ifndef CATALOGC_API_H
#define CATALOGC_API_H

#include "catalog.h"

/* As cat_type in src/catalog/catalog.h, and what is needed of its flags. */
enum {
    API_ANY,
    API_STRING,
    API_INT,
    API_NUMBER,
    API_BOOL,
    API_DATETIME,
    API_OBJECT,
    API_ARRAY,
    API_MAP,
    API_FILE
};

/* ---- api_names.c ---- */

/* A set of texts. */
typedef struct api_names {
    const char **slots;
    size_t count, room;
} api_names;
/* False when it is there already. The text is borrowed. */
bool api_names_add(api_names *names, const char *name);
bool api_names_have(const api_names *names, const char *name);
/* The wanted name, or the first of wanted_2, wanted_3 ... that is free; now taken. */
const char *api_unique(api_names *names, const char *wanted);
/* Letters, digits and single underscores: a part of a longer name. */
const char *api_word(const char *wire);
/* A whole identifier of C and C++. */
const char *api_ident(const char *word);
/* What one item of the list is called: trades -> trade, shop_order_list -> shop_order. */
const char *api_singular(const char *word);

/* ---- api_text.c ---- */

/* Words into a comment with lines of at most 100 bytes, every line behind `indent` blanks. */
void api_comment(catc_out *out, int indent, const char *text);
/* On one line, unable to end the comment that it stands in. */
const char *api_comment_text(const char *text);
/* "name" with escapes. */
void api_quote(catc_out *out, const char *text);

/* ---- one platform ---- */

typedef struct api_platform {
    const catc_catalog *catalog;
    const catc_platform *platform;
    const char **functions; /* of each method, in the platform's order */
    api_names names;        /* everything at file scope, over all its headers */
    api_names wanted;       /* functions, and what accessors would be called */
    api_names clashed;      /* ... by two of them */
} api_platform;

const char *api_function(const api_platform *api, const catc_method *method);
/* api_args.c: the argument structs of a method and the function that gives its descriptors. */
void api_args_write(api_platform *api, const catc_method *method, catc_out *out);
/* api_views.c: accessors. Those of a method's own fields are written beside it, what lies deeper is
 * gathered by the group and written at its end. All of a platform is gathered before the first is
 * written, so that a name which two accessors would have is given to neither. */
typedef struct api_views {
    api_platform *api;
    const char *group;
    catc_vec types;
} api_views;
void api_views_init(api_views *views, api_platform *api, const char *group);
void api_views_gather(api_views *views, const catc_method *method);
void api_views_claim(api_views *views); /* after the group's last method */
void api_views_of_method(api_views *views, const catc_method *method, catc_out *out);
void api_views_of_group(api_views *views, catc_out *out);

/* api_write.c: everything into OUT; false after an I/O error or a mistake. A catc_pass. */
bool api_write(const catc_catalog *catalog, const char *folder);

#endif
