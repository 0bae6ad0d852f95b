/* The two kinds of work: sync and audit of one (shop, stream). */
#include "jobs/jobs_private.h"

static void do_sync(const jobs_options *options, const sync_options *sync,
                    jobs_stream_report *report) {
    (void)options;
    report->status = sync_run(sync, &report->sync, &report->err);
}

static void do_audit(const jobs_options *options, const sync_options *sync,
                     jobs_stream_report *report) {
    sync_audit_options audit = { .base = *sync,
                                 .day_from = options->day_from,
                                 .day_to = options->day_to,
                                 .deep = options->audit_deep,
                                 .repair = options->audit_repair };
    report->status = sync_audit(&audit, &report->audit, &report->err);
}

qd_status jobs_sync(const jobs_options *options, jobs_report **out_report, qd_err *err) {
    return jobs_run(options, do_sync, out_report, err);
}

qd_status jobs_audit(const jobs_options *options, jobs_report **out_report, qd_err *err) {
    return jobs_run(options, do_audit, out_report, err);
}
