/*
 * What the files of `qd call` share.
 */
#ifndef CLI_CALL_PRIVATE_H
#define CLI_CALL_PRIVATE_H

#include "catalog/catalog.h"
#include "cli/cli_private.h"
#include "core/core.h"

/* What the program has open for one call. */
typedef struct calling {
    cli_context *context;
    store *store;
    jobs_fleet *fleet;
    qd_shop *shop;
    const cat_platform *platform;
    const cat_method *method; /* NULL for raw calls of what the catalogue lacks */
    const char *name;         /* the wire name */
    const char *t_code;
} calling;

/* ---- call_params.c ---- */

/* --param-json and the operands behind the method as one JSON object; appends its text. */
QD_NODISCARD qd_status call_params(const calling *c, base_buf *out, qd_err *err);

/* ---- call_pages.c ---- */

/* --all-pages: every page's rows as one JSON array in out. */
QD_NODISCARD qd_status call_pages(const calling *c, const char *params_json, base_buf *out,
                                  qd_err *err);

/* ---- call_explain.c ---- */

/* Tells the error as cli_fail() does, the items of the reply (may be NULL) that failed, and with
 * --explain-error what its code and sub code mean and what helps. Returns the exit code. */
int call_fail(const calling *c, qd_reply *reply, const qd_err *err);

/* ---- call_items.c ---- */

/* The items of the reply (may be NULL) that failed; free() them, their texts are the reply's. NULL
 * when there are none, or no memory. */
cli_failed_item *call_items(qd_reply *reply, size_t *out_count);
/* A success of which some items failed, as an error with the code of the first. False when there
 * are none. */
bool call_part_failed(const calling *c, qd_reply *reply, qd_err *out_err);

/* ---- call_page.c ---- */

/* --page-form: {"total","page","size","has_more","next","items"} of the reply. */
QD_NODISCARD qd_status call_page_form(qd_reply *reply, base_buf *out, qd_err *err);

#endif
