/*
 * A transport and a token store that stand before the real ones, write every step of a token's
 * renewal into a journal on disk, and can kill their process at one of them. The journal outlives
 * the process, so that a test can say afterwards what had happened and what must be on disk.
 *
 * One call at a time: it is no judge of threads.
 */
#ifndef TESTS_SUPPORT_TOKEN_PROBE_H
#define TESTS_SUPPORT_TOKEN_PROBE_H

#include <stdbool.h>

#include "qiandian/qiandian.h"

/* In the order in which a renewal takes them. */
typedef enum probe_step {
    PROBE_NONE = 0,
    PROBE_INTENT,       /* about to write the intent */
    PROBE_INTENT_SAVED, /* it is on disk */
    PROBE_REFRESH,      /* about to ask with a refresh token */
    PROBE_CREATE,       /* about to ask for a new pair without one */
    PROBE_ANSWER,       /* a pair has arrived and nobody has seen it yet */
    PROBE_SAVE,         /* about to store it */
    PROBE_SAVED,        /* it is on disk */
    PROBE_USE,          /* about to send a call with a pair that this process has stored */
    PROBE_STEPS
} probe_step;

enum { PROBE_TEXT = 64, PROBE_LINES = 4096 };

/* A line of the journal. */
typedef struct probe_line {
    int step;
    char access[PROBE_TEXT];  /* "-" where the step has none */
    char refresh[PROBE_TEXT]; /* the same */
} probe_line;

typedef struct token_probe {
    qd_token_store tokens; /* give this one to the shop */
    qd_token_store *inner;
    int journal;
    probe_step kill_at;
    char known[PROBE_TEXT]; /* access token last read or written */
    char fresh[PROBE_TEXT]; /* access token that this process has stored */
} token_probe;

/* inner is borrowed. kill_at: the process dies by SIGKILL at this step. False when the journal
 * cannot be opened. */
bool token_probe_init(token_probe *probe, qd_token_store *inner, const char *journal,
                      probe_step kill_at);
void token_probe_clear(token_probe *probe);
/* For qd_app_options, with the probe as the user: libcurl behind the probe. */
qd_transport *token_probe_transport(void *probe, qd_err *err);

/* Appends a line as the probe does: what a test has found on disk. */
void token_probe_note(const char *journal, probe_step step, const char *access,
                      const char *refresh);
/* Reads the journal; -1 when it has more than `most` lines or cannot be read. */
int token_probe_read(const char *journal, probe_line *out, int most);

#endif
