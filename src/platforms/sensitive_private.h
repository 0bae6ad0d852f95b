/* What the files of sensitive data share. */
#ifndef PLATFORMS_SENSITIVE_PRIVATE_H
#define PLATFORMS_SENSITIVE_PRIVATE_H

#include "core/core.h"
#include "qiandian/sensitive.h"

/* One item's answer and the memory behind it. */
typedef struct sensitive_entry {
    qd_sensitive_text open;
    base_secret text, number, extension;
    char code[96];
    char message[256];
} sensitive_entry;

struct qd_sensitive {
    size_t count, failed;
    sensitive_entry *entries;
};

/* A run in hand. */
typedef struct sensitive_run {
    qd_shop *shop;
    qd_sensitive_action action;
    const qd_sensitive_options *options;
    const qd_sensitive_item *items;
    const char *method;
    qd_sensitive *result;
} sensitive_run;

/* The platform's method for the action; NULL when it has none. */
const char *sensitive_method(const qd_app *app, qd_sensitive_action action);
void sensitive_fail(sensitive_entry *entry, qd_status status, const char *code,
                    const char *message);
/* Asks for the items whose numbers stand in `picked` (1..QD_SENSITIVE_CHUNK) and fills their
 * entries. After a failure none of them is filled. */
QD_NODISCARD qd_status sensitive_ask(const sensitive_run *run, const size_t *picked, size_t count,
                                     int64_t deadline_ms, qd_err *err);

#endif
