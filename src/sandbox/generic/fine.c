/*
 * What the catalogue's "outcome" of a method says of failures inside an answer, turned round: an
 * answer that is made up tells of none.
 */
#include <string.h>

#include "sandbox/generic/generic.h"

/* Is the name the last step of the path? */
static bool ends_in(const char *path, const char *name) {
    const char *dot = strrchr(path, '.');
    return *path != '\0' && strcmp(dot != NULL ? dot + 1 : path, name) == 0;
}

/* The codes, with commas between, one of which the field would hold; NULL when it is no code. */
static const char *codes_of(const cat_outcome *outcome, const char *name, unsigned depth) {
    const char *code = cat_str(outcome->code);
    if (ends_in(code, name) && (strchr(code, '.') != NULL) == (depth > 1)) {
        return cat_str(outcome->ok);
    }
    return depth > 1 && ends_in(cat_str(outcome->item_code), name) ? cat_str(outcome->item_ok)
                                                                   : NULL;
}

bool generic_write_fine(const generic_answer *answer, const cat_answer *field, unsigned depth,
                        base_buf *out) {
    const cat_outcome *outcome = cat_outcome_of(answer->method);
    const char *name = cat_doc_str(field->name);
    if (outcome == NULL) {
        return false;
    }
    if (depth == 1 && *name != '\0' && strcmp(cat_str(outcome->failed), name) == 0) {
        base_buf_add_text(out, field->type == CAT_ARRAY ? "[]" : "{}");
        return true;
    }
    const char *codes = field->field_count == 0 ? codes_of(outcome, name, depth) : NULL;
    if (codes == NULL) {
        return false;
    }
    base_buf_printf(out, field->type == CAT_STRING ? "\"%.*s\"" : "%.*s", (int)strcspn(codes, ","),
                    codes);
    return true;
}
