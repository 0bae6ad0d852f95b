/*
 * Inside of room cli (floor 8, the program qd): commands, options, output, errors. The shell
 * contract that other programs rely on is docs/shell.md; exit codes and the shapes of JSON are part
 * of it.
 *
 * One command is one cli_command: its table of options is what the parser, --help and the
 * suggestions read.
 */
#ifndef CLI_CLI_PRIVATE_H
#define CLI_CLI_PRIVATE_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/base.h"
#include "codec/codec.h"
#include "jobs/jobs.h"
#include "store/store.h"

/* ---- exit codes ---- */

typedef enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_NOT_FOUND = 3,
    CLI_AUTH = 4,
    CLI_LIMITED = 5,
    CLI_GAP = 6,
    CLI_BUSY = 7,
    CLI_UNKNOWN = 8,
    CLI_UNPROVABLE = 9,
    CLI_INTERRUPTED = 128 /* plus the signal's number */
} cli_exit;

int cli_exit_of(qd_status status);
/* Over several shops: whichever of the two stands first in 8, 4, 5, 7, 1, 6, 9 (a signal's code
 * before all, 0 after all). */
int cli_exit_worse(int a, int b);

/* ---- commands and options ---- */

/* TEXTS: a text that may be given several times, see cli_nth(). */
typedef enum cli_option_type { CLI_FLAG, CLI_TEXT, CLI_INT, CLI_TEXTS } cli_option_type;

typedef struct cli_option {
    const char *name;  /* without the dashes; NULL ends a table */
    char letter;       /* 0 = none */
    uint8_t type;      /* cli_option_type */
    const char *value; /* how help calls the value */
    const char *fallback;
    int64_t min, max; /* of an INT */
    const char *help;
} cli_option;

typedef struct cli_context cli_context;

typedef struct cli_command {
    const char *name;     /* "shop add" */
    const char *operands; /* as help shows them; "" = none */
    size_t operands_least, operands_most;
    const char *title;
    const char *example;
    const cli_option *options;
    int (*run)(cli_context *context);
} cli_command;

/* Two programs come from this room. qd-engine has every command and links every library. qd, the
 * front, has what needs no network and no server, and hands the other commands over: loading
 * libcurl and what it needs would cost it three times its whole budget (docs/decisions/0006).
 * CLI_ENGINE() marks the run functions that only the engine has. */
#ifdef QD_FRONT
#define CLI_ENGINE(run) cli_run_engine
#else
#define CLI_ENGINE(run) run
#endif
/* Becomes the engine, with the same arguments; comes back only when that is not possible. */
int cli_run_engine(cli_context *context);

/* One a noun or verb; commands.def lists them. */
#define COMMAND(name) extern const cli_command name;
#include "cli/commands.def"
#undef COMMAND
size_t cli_command_count(void);
const cli_command *cli_command_at(size_t index);
/* The options that every command has. */
const cli_option *cli_common_options(void);

/* What scripts call and nobody types: words of completion, manual pages. They print and return an
 * exit code. */
int cli_complete(char **arguments, size_t count);
int cli_manual(cli_context *context, char **arguments, size_t count);

typedef enum cli_format { CLI_TABLE, CLI_JSON, CLI_NDJSON, CLI_CSV, CLI_TSV } cli_format;

enum { CLI_OPTIONS_MAX = 24, CLI_REPEATS_MAX = 16 };

/* One of several values of an option. */
typedef struct cli_repeat {
    size_t option; /* index in the table */
    const char *value;
} cli_repeat;

struct cli_context {
    const cli_command *command;
    cli_format format;
    bool format_given;
    bool terminal;      /* standard output is one */
    bool err_terminal;  /* standard error is one */
    bool verbose;       /* -v: the library's log up to INFO on standard error */
    const char *select; /* JSON pointer, or NULL */
    const char *home;   /* --home as given, or NULL */
    /* Parallel to command->options. */
    const char *texts[CLI_OPTIONS_MAX];
    int64_t numbers[CLI_OPTIONS_MAX];
    bool given[CLI_OPTIONS_MAX];
    cli_repeat repeats[CLI_REPEATS_MAX];
    size_t repeat_count;
    const char **operands;
    size_t operand_count;
    char **argv; /* of the program */
};

/* The value of one of the command's options (its name must be in the table): as given, else the
 * table's fallback; a text without either is NULL. */
const char *cli_text(const cli_context *context, const char *name);
int64_t cli_int(const cli_context *context, const char *name);
bool cli_flag(const cli_context *context, const char *name);
bool cli_given(const cli_context *context, const char *name);
/* The values of a TEXTS one by one, in the order given; NULL past the end. */
const char *cli_nth(const cli_context *context, const char *name, size_t index);

/* Fills the context from the arguments behind the command's name. 0, or -1 when help was asked for
 * and printed, or CLI_USAGE after telling what is wrong. */
int cli_parse(cli_context *context, char **arguments, size_t count);
/* Takes one of the options that every command has (-o, --select, --home, -v) from arguments[*at];
 * 1 = taken, 0 = it is none of them, CLI_USAGE = told. */
int cli_parse_common(cli_context *context, char **arguments, size_t count, size_t *at);
void cli_help(const cli_command *command, FILE *out);
/* The name among `count` that is nearest to a mistyped one; NULL when none is near. */
const char *cli_nearest(const char *wanted, const char *const *names, size_t count);

/* ---- errors ---- */

/* Tells the error on standard error, as the one JSON object with -o json, and returns its exit
 * code. */
int cli_fail(const cli_context *context, const qd_err *err);
/* The same with what the error means and what helps; NULL members are not known. */
typedef struct cli_explanation {
    const char *meaning;   /* our words for the class of error */
    const char *documents; /* what the platform's documents say about it */
    const char *advice;
} cli_explanation;
int cli_fail_explained(const cli_context *context, const qd_err *err,
                       const cli_explanation *explanation);
/* One thing of many that failed. */
typedef struct cli_failed_item {
    size_t index;
    const char *id, *code, *message; /* none is NULL */
} cli_failed_item;
/* The same with those: as "items" of the JSON object, or a line each. explanation may be NULL. */
int cli_fail_items(const cli_context *context, const qd_err *err,
                   const cli_explanation *explanation, const cli_failed_item *items, size_t count);
/* The same for mistakes of usage; returns CLI_USAGE. */
QD_PRINTF(2, 3) int cli_usage(const cli_context *context, const char *fmt, ...);
/* {"status","platform","code","sub_code","request_id","message"} */
yyjson_mut_val *cli_error_value(yyjson_mut_doc *doc, const qd_err *err);

/* ---- output ---- */

/* Does the caller want a document (json, ndjson, or --select) rather than rows? */
bool cli_wants_document(const cli_context *context);
/* Prints a document: --select applies; an array is one line an item in ndjson. Returns an exit
 * code. */
int cli_print_document(const cli_context *context, const yyjson_mut_doc *doc);
/* For one object and people: `name  value` lines, times at +08:00, money in yuan, lists as tables
 * below; tsv and csv get the same lines with the values as they are. Documents where
 * cli_wants_document(). */
int cli_print_record(cli_context *context, const yyjson_mut_doc *doc);
/* The same for JSON text, which is printed as it is where nothing has to be picked from it. */
int cli_print_json(const cli_context *context, base_str text);

/* NAME: a text that a table never cuts. BOOL: true and false; yes and nothing for people. */
typedef enum cli_kind {
    CLI_KIND_TEXT,
    CLI_KIND_INT,
    CLI_KIND_FEN,
    CLI_KIND_TIME,
    CLI_KIND_NAME,
    CLI_KIND_BOOL
} cli_kind;

typedef struct cli_column {
    const char *name;
    uint8_t kind;  /* cli_kind */
    bool in_table; /* machine formats have every column */
} cli_column;

typedef struct cli_cell {
    bool null;
    int64_t i64;
    base_str text;
} cli_cell;

#define CLI_CELL_TEXT(value)                                                                       \
    (cli_cell) {                                                                                   \
        .text = base_str_of(value)                                                                 \
    }
#define CLI_CELL_INT(value)                                                                        \
    (cli_cell) {                                                                                   \
        .i64 = (value)                                                                             \
    }
#define CLI_CELL_NULL                                                                              \
    (cli_cell) {                                                                                   \
        .null = true                                                                               \
    }

/* Rows in whatever format was asked for. JSON is held back (beside memory, in an unnamed file)
 * until the end, so that a failure leaves standard output empty. */
typedef struct cli_rows cli_rows;
/* Columns must outlive the rows. NULL after telling why. */
cli_rows *cli_rows_new(cli_context *context, const cli_column *columns, size_t count);
/* False when writing failed: stop. Texts are copied. */
bool cli_rows_add(cli_rows *rows, const cli_cell *cells);
/* Prints what is left and frees. Returns an exit code. */
int cli_rows_end(cli_rows *rows);
void cli_rows_drop(cli_rows *rows); /* frees without printing; NULL is accepted */

/* Columns that a terminal needs for this text; East Asian wide characters take two. */
size_t cli_width(base_str text);
/* Appends text so that a terminal cannot be commanded by it (control characters become '?'), cut to
 * `most` columns with an ellipsis, and padded to `least`. */
void cli_pad(base_buf *out, base_str text, size_t least, size_t most, bool right);
/* A number with commas: 12,345. */
void cli_thousands(base_buf *out, int64_t number);

/* ---- progress ---- */

/* One line on standard error, only on a terminal: what is being read, rows, rate, time left. */
typedef struct cli_progress cli_progress;
cli_progress *cli_progress_new(const cli_context *context); /* NULL where there is none to show */
void cli_progress_free(cli_progress *progress);             /* wipes the line; NULL is accepted */
/* A sync_progress_fn; user is the cli_progress, NULL does nothing. */
void cli_progress_show(void *user, const sync_progress *state);

/* ---- what most commands need ---- */

/* --home, QD_HOME, the XDG data folder; appends the path. */
QD_NODISCARD qd_status cli_home(const cli_context *context, base_buf *out, qd_err *err);
QD_NODISCARD qd_status cli_store_open(const cli_context *context, store **out_store, qd_err *err);

/* The app key of a stored shop and its secret (clear it), from a store opened for that. */
enum { CLI_APP_KEY_MAX = sizeof(((store_shop *)0)->app_key) };
QD_NODISCARD qd_status cli_shop_keys(const cli_context *context, const char *t_code,
                                     char out_key[CLI_APP_KEY_MAX], base_secret *out_secret,
                                     qd_err *err);

/* A value as the shell gives it: text as it is, @file = the file's content (in `file`, which the
 * caller inits and clears), @- = standard input's, @@text = a text that begins with @. */
QD_NODISCARD qd_status cli_read_value(const char *text, base_buf *file, base_str *out_value,
                                      qd_err *err);

/* From here on SIGINT and SIGTERM set a flag that is read below; a second one ends the program. */
void cli_signals_catch(void);
atomic_bool *cli_cancel(void);
/* 128 + the signal that came; 0 when none did. */
int cli_signal_exit(void);
/* Waits for so long or until a signal came. */
void cli_pause_ms(int64_t ms);
int64_t cli_mono_ms(void);

/* Stores app, shop (its t_code is filled in) and, unless NULL or "", its session. */
QD_NODISCARD qd_status cli_shop_connect(store *store, store_shop *shop, base_str secret,
                                        const char *session, qd_err *err);

/* ---- reports of sync and audit (report.c) ---- */

/* {"shops":[...],"seconds"} of jobs_sync. */
yyjson_mut_doc *cli_sync_document(const jobs_report *report);
/* {"shops":[...],"gap"} of jobs_audit. */
yyjson_mut_doc *cli_audit_document(const jobs_report *report);
/* The exit code over all shops and streams; out_worst: the error that decided it, NULL when none
 * did. */
int cli_sync_exit(const jobs_report *report, const qd_err **out_worst);
int cli_audit_exit(const jobs_report *report, const qd_err **out_worst);
int64_t cli_audit_gap(const jobs_report *report);
/* "complete", "gap" or "unprovable" (also when the audit itself failed). */
const char *cli_audit_state(const jobs_stream_report *stream);
/* Did every stream fail? Then there is nothing to print but the error. */
bool cli_all_failed(const jobs_report *report);

#endif
