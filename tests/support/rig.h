/*
 * A rig for end-to-end tests: the sandbox as a process of its own on a free loopback port, a store
 * in a temporary folder, the world's shops connected, and the comparison of the database with the
 * world's truth.
 */
#ifndef TESTS_SUPPORT_RIG_H
#define TESTS_SUPPORT_RIG_H

#include "jobs/jobs.h"
#include "sandbox/sandbox.h"
#include "support/check.h"
#include "support/tempdir.h"

typedef struct rig {
    tempdir dir;
    pid_t sandbox;
    int stop_fd; /* closing it ends the sandbox */
    char base_url[64];
    store *store; /* NULL while closed */
    jobs_fleet *fleet;
} rig;

/* Starts the sandbox; fork()s, so call it before the test makes threads. Fails the test on any
 * trouble. */
void rig_start(rig *r, const sandbox_options *options);
void rig_stop(rig *r);

/* Opens and closes the store and the fleet (a restart of our program, as far as it can be told
 * apart). */
void rig_open(rig *r);
void rig_close(rig *r);
/* Both: forgets what the process knew, the platform's clock too. */
void rig_restart(rig *r);
/* Connects every shop of the world. */
void rig_connect(rig *r);

/* Control endpoints: body of the answer in out (may be NULL). */
void rig_get(rig *r, const char *path, base_buf *out);
void rig_post(rig *r, const char *path);
/* A number of /_sandbox/stats by JSON pointer; 0 when it is not there: counters appear with the
 * first event. */
int64_t rig_stat(rig *r, const char *pointer);

/* The t_code of the nth shop of a platform ("douyin", 0). */
void rig_shop(rig *r, const char *platform, int nth, char out[40]);

/* Runs sync (or audit) of everything, fails the test when a stream failed; returns the report for
 * looking at. */
jobs_report *rig_sync(rig *r);
jobs_report *rig_audit(rig *r, bool repair);
/* Runs sync until no stream fails, at most `rounds` times (heavy faults). */
void rig_sync_until_ok(rig *r, int rounds);

/* Compares the database with the world: order ids, products, SKUs of every shop; and for each order
 * whose last change lies before the stream's cursor its status, amount and number of lines. Freezes
 * the world. */
void rig_expect_truth(rig *r);
/* Gap over all shops of an audit report. */
int64_t rig_gap(const jobs_report *report);

#endif
