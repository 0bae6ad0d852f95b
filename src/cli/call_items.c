/*
 * qd call: what failed of a call that does many things at once. The reply is printed whole; these
 * are for standard error.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/call_private.h"

cli_failed_item *call_items(qd_reply *reply, size_t *out_count) {
    size_t count = qd_reply_failed_items(reply, NULL);
    cli_failed_item *items = count > 0 ? calloc(count, sizeof *items) : NULL;
    size_t at = 0;
    qd_item_error error;
    qd_item_errors it = qd_reply_item_errors(reply);
    while (items && at < count && qd_item_errors_next(&it, &error)) {
        items[at++] = (cli_failed_item){ error.index, error.id, error.code, error.message };
    }
    *out_count = at;
    return items;
}

bool call_part_failed(const calling *c, qd_reply *reply, qd_err *out_err) {
    size_t items = 0;
    size_t failed = qd_reply_failed_items(reply, &items);
    qd_item_errors it = qd_reply_item_errors(reply);
    qd_item_error first;
    if (failed == 0 || !qd_item_errors_next(&it, &first)) {
        return false;
    }
    if (items > 0) {
        base_fail(out_err, QD_E_PLATFORM, "%s: %zu of %zu items failed", c->name, failed, items);
    } else {
        base_fail(out_err, QD_E_PLATFORM, "%s: %zu items failed", c->name, failed);
    }
    const cat_outcome *outcome = cat_outcome_of(c->method);
    char where[96];
    snprintf(where, sizeof where, "data.%s",
             cat_str(outcome->items ? outcome->items : outcome->failed));
    base_copy(out_err->platform, sizeof out_err->platform, base_str_of(cat_str(c->platform->name)));
    base_copy(out_err->code, sizeof out_err->code, base_str_of(first.code));
    base_copy(out_err->sub_code, sizeof out_err->sub_code, base_str_of(where));
    base_copy(out_err->request_id, sizeof out_err->request_id,
              base_str_of(qd_reply_request_id(reply)));
    return true;
}
