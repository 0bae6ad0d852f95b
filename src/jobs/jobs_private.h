/* What the files of room jobs share. */
#ifndef JOBS_JOBS_PRIVATE_H
#define JOBS_JOBS_PRIVATE_H

#include "jobs/jobs.h"

/* The loop of a worker for an app: made on first use, freed by jobs_loops_free(). One worker's own.
 */
typedef struct jobs_loop {
    qd_app *app;
    qd_loop *loop;
} jobs_loop;

typedef struct jobs_loops {
    jobs_loop *items;
    size_t count;
} jobs_loops;

QD_NODISCARD qd_status jobs_loops_get(jobs_loops *loops, qd_app *app, qd_loop **out_loop,
                                      qd_err *err);
void jobs_loops_free(jobs_loops *loops);

/* What the workers do with one (shop, stream). */
typedef void (*jobs_work_fn)(const jobs_options *options, const sync_options *sync,
                             jobs_stream_report *report);
QD_NODISCARD qd_status jobs_run(const jobs_options *options, jobs_work_fn work,
                                jobs_report **out_report, qd_err *err);

#endif
