/*
 * What the files of `qd api` share: finding a method by any of its names, words for what the
 * catalogue knows of a parameter, examples.
 */
#ifndef CLI_API_PRIVATE_H
#define CLI_API_PRIVATE_H

#include "catalog/catalog.h"
#include "cli/cli_private.h"

/* Deeper nesting than any method has: a bound, not a rule. */
enum { API_DEEPEST = 16, API_NAME = 160 };

/* ---- api_find.c ---- */

/* What METHOD[.param[.field]] names. */
typedef struct api_target {
    const cat_method *method;
    const cat_param *params[API_DEEPEST]; /* the way down; none = the method itself */
    size_t param_count;
} api_target;

/* --platform of the command: NULL when it was not given. 0, or an exit code after telling. */
int api_platform_option(const cli_context *context, const cat_platform **out_platform);
/* --group NAME; needs no --platform, and may then name the group of several. True when the method
 * is in it (or there is no --group). */
bool api_in_group(const cli_context *context, const cat_method *method);
/* Tells and returns CLI_NOT_FOUND when --group names no group of the platform (NULL = any). */
int api_group_option(const cli_context *context, const cat_platform *platform);

/* The method of this name (wire name, or what the documents call it) on the platform; NULL
 * platform: on any.
 * @retval QD_E_NOT_FOUND naming the nearest
 * @retval QD_E_INVALID several platforms have it */
QD_NODISCARD qd_status api_find_method(const cat_platform *platform, const char *name,
                                       const cat_method **out_method, qd_err *err);
/* The same for METHOD.param.field. */
QD_NODISCARD qd_status api_find(const cat_platform *platform, const char *name, api_target *out,
                                qd_err *err);

/* ---- api_words.c: short words for people ---- */

/* "int", "array of object", "datetime". */
void api_type_words(const cat_param *param, base_buf *out);
/* "1..100; at most 20 items; one of A, B, C; default 40"; "" when nothing is known. most: so many
 * values of an enum are named. */
void api_limit_words(const cat_param *param, size_t most, base_buf *out);
/* One line about each: how the method pages, and how a window is asked for. */
void api_page_words(const cat_page *page, base_buf *out);
void api_window_words(const cat_window *window, base_buf *out);
const char *api_kind_name(const cat_method *method);  /* "read", "write", "write_keyed" */
const char *api_auth_name(const cat_method *method);  /* "shop", "app", "none", "optional" */
const char *api_known_name(const cat_method *method); /* "all", "partial", "names", "none" */

/* ---- api_example.c ---- */

/* A command and a piece of C that would call the method: required parameters, else its first page
 * or window, with values that the catalogue allows. */
void api_example_command(const cat_method *method, base_buf *out);
void api_example_c(const cat_method *method, base_buf *out);

/* ---- api_document.c ---- */

/* Everything that is known of a method, of a parameter, as JSON. */
yyjson_mut_val *api_method_value(yyjson_mut_doc *doc, const cat_method *method);
yyjson_mut_val *api_param_value(yyjson_mut_doc *doc, const cat_param *param, int depth);

#endif
