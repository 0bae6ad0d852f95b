/*
 * The door of room jobs (floor 6): turns stored shops into handles and runs sync and audit over
 * many shops and streams with worker threads. Prints nothing.
 */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "store/store.h"
#include "sync/sync.h"

/* The shops of a store as live handles: one qd_app a (platform, app_key), one qd_shop a t_code.
 * Thread-safe. */
typedef struct jobs_fleet jobs_fleet;
QD_NODISCARD qd_status jobs_fleet_new(store *store, const qd_clock *clock, jobs_fleet **out_fleet,
                                      qd_err *err);
void jobs_fleet_free(jobs_fleet *fleet); /* NULL is accepted */
/* Borrowed, alive as long as the fleet. @retval QD_E_NOT_FOUND */
QD_NODISCARD qd_status jobs_fleet_shop(jobs_fleet *fleet, const char *t_code, qd_shop **out_shop,
                                       qd_err *err);

typedef struct jobs_stream_report {
    char stream[32];
    qd_status status;
    qd_err err;
    double seconds;
    sync_result sync;        /* of jobs_sync */
    sync_audit_result audit; /* of jobs_audit */
} jobs_stream_report;

typedef struct jobs_shop_report {
    store_shop shop;
    jobs_stream_report *streams;
    size_t stream_count;
} jobs_shop_report;

typedef struct jobs_report {
    jobs_shop_report *shops;
    size_t shop_count;
    double seconds;
} jobs_report;
void jobs_report_free(jobs_report *report); /* NULL is accepted */

typedef struct jobs_options {
    jobs_fleet *fleet;
    store *store;
    const char *shop;           /* t_code; NULL = all */
    const char *const *streams; /* NULL-terminated; NULL = all of the platform */
    unsigned workers;           /* threads; 0 = by cores, at least 4 */
    int64_t backfill_days;      /* see sync_options */
    bool audit_deep, audit_repair;
    int64_t day_from, day_to;  /* of the audit; 0 = all */
    sync_progress_fn progress; /* called from worker threads, one at a time */
    void *progress_user;
    atomic_bool *cancel;
} jobs_options;

/* Runs every (shop, stream); the failure of one does not stop the others: it stands in its report.
 * @retval QD_OK even when streams failed: read the report
 * @retval QD_E_NOT_FOUND unknown shop or stream (naming what there is)  @retval QD_E_NOMEM  QD_E_IO
 */
QD_NODISCARD qd_status jobs_sync(const jobs_options *options, jobs_report **out_report,
                                 qd_err *err);
QD_NODISCARD qd_status jobs_audit(const jobs_options *options, jobs_report **out_report,
                                  qd_err *err);

#endif
