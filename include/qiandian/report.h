/*
 * Reports of Qianchuan over any span: the account's (report.advertiser.get) and the plans'
 * (report.ad.get), also through Solinkup (getAdvertiser, getReportAd).
 *
 * A platform answers a bounded span in pages. qd_report_run() splits the span, reads every page of
 * each piece and joins them: counts and amounts of the pieces are added up; quotients (ctr, cpm,
 * roi, *_rate, *_cost) are computed from their added parts, which are asked for beside where the
 * caller did not; nothing is averaged. A metric that a row lacks is 0: the platform leaves out rows
 * whose metrics are all empty.
 */
#ifndef QIANDIAN_REPORT_H
#define QIANDIAN_REPORT_H

#include <stddef.h>

#include "qiandian/app.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qd_report_of {
    QD_REPORT_ADVERTISER = 1, /* one row: the account */
    QD_REPORT_AD = 2          /* one row a plan */
} qd_report_of;

/* DAILY and HOURLY: rows have a stat_datetime. Solinkup has no granularity: days are asked for one
 * by one, hours not at all. */
typedef enum qd_report_by {
    QD_REPORT_TOTAL = 0,
    QD_REPORT_DAILY = 1,
    QD_REPORT_HOURLY = 2
} qd_report_by;

/* Borrowed for the call. */
typedef struct qd_report_options {
    qd_report_of report;
    qd_report_by by;
    const char *from; /* "2026-01-01": the first day */
    const char *to;   /* the last day; it belongs to the span */
    const char *const *fields;
    size_t field_count;
    const char *marketing_goal; /* "ALL", "VIDEO_PROM_GOODS", "LIVE_PROM_GOODS" */
    const char *filtering_json; /* further members of `filtering`, a JSON object; NULL = none */
    const char *advertiser_id;  /* NULL = the shop's own id; Solinkup's shops have none */
    const char *order_field;    /* NULL = stat_cost where it is a field, else the first field */
    bool descending;
    int longest_days; /* most days of one call: 0 = 180 (Solinkup's guide); a public SDK says 30 */
    int page_size;    /* 0 = 500, the most that all sources allow */
} qd_report_options;

typedef struct qd_report qd_report;

/* Blocks until the last page has come; each call has the app's deadline.
 * @retval QD_E_INVALID refused locally: the rule and the value are named
 * @retval QD_E_UNSUPPORTED another platform, hours of Solinkup, or a quotient over several pieces
 * whose parts no source names
 * @retval QD_E_PROTOCOL an answer without what was asked for
 * @retval QD_E_NOMEM more than a million rows, and what qd_call() returns */
QD_API QD_NODISCARD qd_status qd_report_run(qd_shop *shop, const qd_report_options *options,
                                            qd_report **out_report, qd_err *err);
QD_API void qd_report_free(qd_report *report); /* NULL is accepted */
QD_API size_t qd_report_row_count(const qd_report *report);
/* The rows as a JSON array of objects: advertiser_id, ad_id, stat_datetime where there is one, then
 * the fields in the order asked for. Borrowed. */
QD_API const char *qd_report_rows_json(const qd_report *report);
/* {"report","from","to","by","pieces","calls","filled","fields":[{"name","unit","unit_source",
 * "source","kind","parts"}],"rows":[...]}. Borrowed. Units: "yuan", "percent", "ratio", "times",
 * "quotient", "id", "unknown"; unit_source: "presumed", "answers" (the numbers show it), "stated".
 * source: who names the field, "guide" or "sdk". kind: "added" over pieces, "computed" from its
 * parts, "single". */
QD_API const char *qd_report_json(const qd_report *report);

#ifdef __cplusplus
}
#endif
#endif
