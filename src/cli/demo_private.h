/* Inside of qd demo: the sandbox as a child (child.c) and its truth (truth.c). */
#ifndef CLI_DEMO_PRIVATE_H
#define CLI_DEMO_PRIVATE_H

#include <sys/types.h>

#include "cli/cli_private.h"

typedef struct demo_child {
    pid_t pid; /* -1 = none */
    char base_url[96];
} demo_child;

/* Starts this program again with these arguments (NULL-terminated, the first is its name) and waits
 * for the ready line. Its standard error goes to the log file. Unless it is to outlive us, it dies
 * with us. @retval QD_E_INVALID it did not like its arguments; err has its words */
QD_NODISCARD qd_status demo_child_start(demo_child *child, char **arguments, const char *log,
                                        bool outlive, qd_err *err);
/* Ends it and waits for its end. Nothing when there is none. */
void demo_child_stop(demo_child *child);

/* A control page of the sandbox: a JSON document, to be freed. */
QD_NODISCARD qd_status demo_fetch(const char *base_url, const char *path, yyjson_doc **out_doc,
                                  qd_err *err);
/* A text member; "" when it is not there. */
const char *demo_text(yyjson_val *object, const char *name);

/* One shop of the demo: what the world says, and what we have. */
typedef struct demo_shop {
    store_shop row;
    const char *session; /* borrowed from the truth */
    int64_t true_orders, true_lines, true_products, true_skus;
    const char *true_sha256;
    int64_t orders, lines, products, skus;
    char sha256[65];
    int64_t audit_gap;
    int64_t gap;       /* orders and products that the world has and we lack; see demo_compare */
    const char *state; /* of the audit: the worst of its streams */
} demo_shop;

/* Asks for /_sandbox/truth and reads it into shops (allocated; texts are borrowed from *out_doc).
 * Secrets are looked up again with demo_secret(). */
QD_NODISCARD qd_status demo_truth_read(const char *base_url, yyjson_doc **out_doc,
                                       demo_shop **out_shops, size_t *out_count, qd_err *err);
base_str demo_secret(yyjson_doc *truth, size_t shop);
/* Counts our rows of the shop, hashes our order ids as the truth does, and sets gap: rows that are
 * missing by count or, when the counts agree and the ids differ, one at least; never less than what
 * the audit found. */
QD_NODISCARD qd_status demo_compare(store *store, demo_shop *shop, qd_err *err);

#endif
