/* What the files of `qd decrypt` share: the texts to ask for, and the answers on their way out. */
#ifndef CLI_DECRYPT_PRIVATE_H
#define CLI_DECRYPT_PRIVATE_H

#include "cli/cli_private.h"
#include "qiandian/sensitive.h"

typedef struct decrypt_field {
    char *order_id;
    char *path; /* in the order's document; "" for a text of the command line */
    char *cipher;
    qd_sensitive_kind kind; /* by the field's name */
} decrypt_field;

typedef struct decrypt_fields {
    decrypt_field *items;
    size_t count, room;
} decrypt_fields;

QD_NODISCARD qd_status decrypt_fields_add(decrypt_fields *fields, const char *order_id,
                                          const char *path, base_str cipher, qd_err *err);
/* Every encrypted field of the stored order's document, each text once.
 * @retval QD_E_NOT_FOUND the order is not stored, or has none */
QD_NODISCARD qd_status decrypt_fields_of_order(decrypt_fields *fields, store *store,
                                               const char *shop, const char *order_id, qd_err *err);
void decrypt_fields_clear(decrypt_fields *fields);

/* Prints all answers; returns an exit code, which says nothing of failed texts. */
int decrypt_print(cli_context *context, const char *shop, qd_sensitive_action action,
                  const decrypt_fields *fields, const qd_sensitive *result);

#endif
