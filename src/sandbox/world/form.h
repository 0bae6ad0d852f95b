/*
 * Forms: JSON documents as text with blanks, compiled once, filled many times. A form is written
 * with ' for " and blanks in angle brackets:
 *
 *     {'order_id':'<id>','create_time':<created><?paid>,'pay_time':<paid><.>}
 *
 * <name> is a blank, <?name>...<.> is there only when the blank has a value. Blanks are numbers
 * into a table of names that the owner of the form declares.
 */
#ifndef SANDBOX_WORLD_FORM_H
#define SANDBOX_WORLD_FORM_H

#include "base/base.h"

typedef struct doc_form doc_form;

typedef enum value_kind {
    VALUE_NONE, /* writes nothing; hides its optional part */
    VALUE_INT,
    VALUE_TEXT, /* escaped for JSON, without quotes */
    VALUE_RAW,  /* as it is */
    VALUE_FEN,  /* yuan text, "12.30" without quotes */
    VALUE_TIME, /* "yyyy-MM-dd HH:mm:ss" without quotes */
    VALUE_CALL  /* write(context, out) appends it */
} value_kind;

typedef struct form_value {
    value_kind kind;
    union {
        int64_t number;
        base_str text; /* borrowed */
        struct {
            void (*write)(void *context, base_buf *out);
            void *context;
        } call;
    } as;
} form_value;

static inline form_value value_int(int64_t number) {
    return (form_value){ .kind = VALUE_INT, .as.number = number };
}
static inline form_value value_fen(int64_t fen) {
    return (form_value){ .kind = VALUE_FEN, .as.number = fen };
}
/* NONE when it is 0. */
static inline form_value value_time(int64_t utc_s) {
    return (form_value){ .kind = utc_s ? VALUE_TIME : VALUE_NONE, .as.number = utc_s };
}
static inline form_value value_text(base_str text) {
    return (form_value){ .kind = VALUE_TEXT, .as.text = text };
}
static inline form_value value_raw(base_str text) {
    return (form_value){ .kind = VALUE_RAW, .as.text = text };
}
static inline form_value value_word(const char *text) {
    return (form_value){ .kind = VALUE_RAW, .as.text = base_str_of(text) };
}
static inline form_value value_bool(bool truth) {
    return value_word(truth ? "true" : "false");
}
static inline form_value value_call(void (*write)(void *, base_buf *), void *context) {
    return (form_value){ .kind = VALUE_CALL, .as.call = { write, context } };
}

/* Compiles the parts (a NULL ends them; C bounds the length of one literal, not of a form); names[]
 * are the blanks' names. @retval QD_E_INVALID names a blank that is not there */
QD_NODISCARD qd_status form_new(const char *const *parts, const char *const *names, size_t count,
                                doc_form **out_form, qd_err *err);
void form_free(doc_form *form); /* NULL is accepted */
void form_write(const doc_form *form, const form_value *values, base_buf *out);

/* Appends the text escaped for JSON, without quotes. */
void form_escape(base_buf *out, base_str text);

#endif
