/*
 * Runs the built qd (its path is in the environment as QD) as a user would, and keeps what it said.
 */
#ifndef TESTS_E2E_SHELL_H
#define TESTS_E2E_SHELL_H

#include <sys/types.h>

#include "codec/codec.h"
#include "support/check.h"

typedef struct said {
    int code; /* exit code; 128 + signal when it was killed */
    base_buf out, err;
} said;

/* Runs qd with these arguments (NULL ends) and standard input closed. Clear the answer with
 * said_clear(). */
void shell_run(said *s, const char *const *arguments);
#define SHELL_RUN(s, ...) shell_run(s, (const char *const[]){ __VA_ARGS__, NULL })
void said_clear(said *s);

/* Standard output is exactly one JSON document: its root; free the document. */
yyjson_doc *said_json(const said *s);
/* Standard output is empty, standard error is one error object; returns its document. */
yyjson_doc *said_error(const said *s);
/* A text of a document by JSON pointer; fails the test when it is not there. */
const char *json_text(yyjson_doc *doc, const char *pointer);
int64_t json_int(yyjson_doc *doc, const char *pointer);

/* qd sandbox on a free port. */
typedef struct practice {
    pid_t pid;
    char base_url[96];
} practice;
void practice_start(practice *p, const char *orders, const char *seed);
void practice_stop(practice *p);
/* GET of a control page. */
yyjson_doc *practice_get(const practice *p, const char *path);

#endif
