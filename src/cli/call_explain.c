/*
 * qd call --explain-error: what a failed call's code and sub code mean, from the platform's classes
 * of errors and from the rows that its documents list for the method, and what to do about it.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/call_private.h"

static const char *advice_of(const qd_err *err) {
    switch (err->retry) {
    case QD_RETRY_LATER:
        return "the same call may work after a pause; qd repeats it unless --no-retry";
    case QD_RETRY_UNTIL:
        return "wait until the time that the error names, then call again";
    case QD_RETRY_REAUTH:
        return "authorise the shop again, or give qd shop add its new token or secret";
    case QD_RETRY_CHECK:
        return "look first whether it took effect: repeating may do it twice";
    case QD_RETRY_NEVER:
        break;
    }
    if (err->status == QD_E_AUTH) {
        return "no repeat helps: set right what is named above, in the app's console or with qd "
               "shop "
               "add";
    }
    if (err->status == QD_E_INVALID || err->status == QD_E_PLATFORM) {
        return "change the call: qd api show METHOD has its parameters and limits";
    }
    return NULL;
}

/* A code without a class: where it stands says what it is. */
static const char *meaning_of(const qd_err *err) {
    return strncmp(err->sub_code, "data.", 5) == 0
               ? "the gateway took the call; what was asked for failed, as the code inside the "
                 "answer's data says"
               : NULL;
}

/* The documents' row of a sub code; many rows have only the number behind its last colon. */
static const cat_method_error *row_of(const cat_method *method, const qd_err *err) {
    const cat_method_error *row =
        cat_method_error_find(method, base_str_of(err->code), base_str_of(err->sub_code));
    const char *colon = strrchr(err->sub_code, ':');
    const char *number = colon ? colon + 1 : NULL;
    if (strncmp(err->sub_code, "data.", 5) == 0) {
        number = err->code; /* the documents list those numbers as sub codes, too */
    }
    for (size_t i = 0; !row && number && *number && i < cat_method_error_count(method); i++) {
        const cat_method_error *at = cat_method_error_at(method, i);
        const char *code = cat_doc_str(at->sub_code);
        const char *tail = strrchr(code, ':');
        row = tail && strcmp(tail + 1, number) == 0 ? at : NULL;
    }
    return row;
}

static cli_explanation explain(const calling *c, const qd_err *err) {
    cli_explanation explanation = { .advice = advice_of(err) };
    if (err->code[0] || err->sub_code[0]) {
        const cat_error_class *found =
            cat_classify(c->platform, base_str_of(err->code), base_str_of(err->sub_code));
        const cat_method_error *row = c->method ? row_of(c->method, err) : NULL;
        explanation.meaning = found ? cat_error_meaning(found) : meaning_of(err);
        explanation.documents = row ? cat_doc_str(row->meaning) : NULL;
    }
    return explanation;
}

int call_fail(const calling *c, qd_reply *reply, const qd_err *err) {
    size_t count = 0;
    cli_failed_item *items = call_items(reply, &count);
    cli_explanation explanation = explain(c, err);
    bool explained = cli_flag(c->context, "explain-error");
    int code = cli_fail_items(c->context, err, explained ? &explanation : NULL, items, count);
    free(items);
    return code;
}
