/*
 * Runs the built qd (its path is in the environment as QD) as a user would, and keeps what it said.
 */
#ifndef TESTS_E2E_SHELL_H
#define TESTS_E2E_SHELL_H

#include <stdio.h>
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

/* qd with these arguments, left running; its standard output is read line by line. */
typedef struct running {
    pid_t pid;
    FILE *out;
} running;
void running_start(running *r, const char *const *arguments);
/* The next line without its end; waits for it. False at the end. */
bool running_line(running *r, char *out, size_t size);
/* Ends it with SIGINT and waits. */
void running_stop(running *r);

/* qd sandbox on a free port. */
typedef struct practice {
    pid_t pid;
    char base_url[96];
} practice;
void practice_start(practice *p, const char *orders, const char *seed);
/* The same with options of one's own behind --port 0. */
void practice_start_with(practice *p, const char *const *options);
void practice_stop(practice *p);
/* GET of a control page. */
yyjson_doc *practice_get(const practice *p, const char *path);

#endif
