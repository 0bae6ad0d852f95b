/*
 * Runs the built qd (its path is in the environment as QD) as a user would, and keeps what it said.
 */
#ifndef TESTS_E2E_SHELL_H
#define TESTS_E2E_SHELL_H

#include <stdio.h>
#include <sys/types.h>

#include "codec/codec.h"
#include "support/check.h"
#include "support/tempdir.h"

typedef struct said {
    int code; /* exit code; 128 + signal when it was killed */
    base_buf out, err;
} said;

/* Runs qd with these arguments (NULL ends) and standard input closed. Clear the answer with
 * said_clear(). */
void shell_run(said *s, const char *const *arguments);
#define SHELL_RUN(s, ...) shell_run(s, (const char *const[]){ __VA_ARGS__, NULL })
void said_clear(said *s);

/* Runs qd and returns its document: standard output's when the code is 0, else the error's. Fails
 * the test when qd ends with another code. */
yyjson_doc *shell_json(int code, const char *const *arguments);
#define SHELL_JSON(code, ...) shell_json(code, (const char *const[]){ __VA_ARGS__, NULL })
/* qd ends with this code, and the message of its error holds this text. */
void shell_refused(int code, const char *in_message, const char *const *arguments);

/* A folder for qd's data. QD_KEY is unset; QD_HOME is the folder when named, else unset too, so
 * that only --home leads there. */
void home_make(tempdir *home, bool named);

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
/* The nth shop of the truth. */
yyjson_val *practice_shop(yyjson_doc *truth, size_t nth);
/* qd shop add of a shop or an app of the truth, with these options (NULL ends) behind the usual
 * ones; into the home that QD_HOME names when home is NULL, with the right secret when secret is
 * NULL. The secret is not said. */
void practice_add(const practice *p, const char *home, yyjson_val *shop, const char *secret,
                  const char *const *options, char t_code[40]);
/* The same for a shop with its id, and its session where it has one. */
void practice_connect(const practice *p, const char *home, yyjson_val *shop, char t_code[40]);

#endif
