/* What the files of qd shop share. */
#ifndef CLI_SHOP_PRIVATE_H
#define CLI_SHOP_PRIVATE_H

#include "cli/cli_private.h"

/* The shop as documents show it; no secret in it. */
yyjson_mut_val *shop_value(yyjson_mut_doc *doc, const store_shop *shop);
/* Prints it as a document. Returns an exit code. */
int shop_print(const cli_context *context, const store_shop *shop);

/* Copies an option's text into a column; NULL empties it. */
QD_NODISCARD qd_status shop_text(char *out, size_t size, const char *value, const char *option,
                                 qd_err *err);
/* Would calls of this shop be possible? Everything that needs no network is looked at. */
QD_NODISCARD qd_status shop_check(const store_shop *shop, base_str secret, qd_err *err);

/* Changes a copy of the row; called again when somebody else was faster. */
typedef qd_status (*shop_change_fn)(store *store, store_shop *shop, void *user, qd_err *err);
/* Reads the shop, changes it, checks it and writes it. */
QD_NODISCARD qd_status shop_change(store *store, const char *t_code, shop_change_fn change,
                                   void *user, store_shop *out_shop, qd_err *err);

/* "-" is the first line of standard input, @file a file's, anything else itself; without spaces
 * and line ends around it, in `text`, which the caller inits and wipes. */
QD_NODISCARD qd_status shop_operand(const char *given, base_buf *text, qd_err *err);

#endif
