/*
 * What the report files share: the metrics of Qianchuan's two reports, their rules, and a report
 * as it is gathered piece by piece. Knows two platforms: Qianchuan, and Solinkup, which passes the
 * same reports through.
 */
#ifndef PLATFORMS_REPORT_PRIVATE_H
#define PLATFORMS_REPORT_PRIVATE_H

#include "platforms/platforms_private.h"
#include "qiandian/report.h"

/* ---- metrics (report_metrics.c) ---- */

enum { REPORT_ACCOUNT = 1, REPORT_PLAN = 2 };

/* PERCENT_OR_RATIO: no source says which, so the answers are asked, see report_join.c. UNKNOWN:
 * a metric of which the SDK tells the name only. */
typedef enum report_unit {
    REPORT_ID,
    REPORT_TIMES,
    REPORT_YUAN,
    REPORT_PERCENT_OR_RATIO,
    REPORT_QUOTIENT,
    REPORT_UNKNOWN
} report_unit;

typedef struct report_metric {
    const char *name;
    uint8_t reports; /* which of them have it */
    uint8_t unit;    /* report_unit */
    bool guide;      /* named in the guide; else in the SDK only */
    bool not_live;   /* not with marketing_goal LIVE_PROM_GOODS */
    bool not_video;  /* not with VIDEO_PROM_GOODS */
    /* top / bottom, times 1,000 where per_mille; NULL: days add up, unless `apart` */
    const char *top, *top_too, *bottom;
    bool per_mille;
    bool apart; /* a quotient whose parts no source names: days cannot be joined */
} report_metric;

const report_metric *report_metric_find(base_str name); /* NULL when there is none */
const report_metric *report_metric_at(size_t index);    /* NULL past the end */
/* The name that was perhaps meant; NULL when none is near. */
const char *report_metric_near(base_str name);

/* ---- rules (report_rules.c) ---- */

/* The guide bounds a report's span by 180, its unit unstated: days; the SDK says 30 days. */
enum { REPORT_LONGEST_DAYS = 180, REPORT_PAGE_ROWS = 500, REPORT_DAY_S = 86400 };

/* Which of the reports the method is; 0 = none. */
unsigned report_of(const cat_method *method);
/* Checks the parameters of a report beyond the catalogue's rules. longest_days: the span allowed.
 * @retval QD_E_INVALID naming the parameter, the rule and the value */
QD_NODISCARD qd_status report_check(const cat_method *method, yyjson_val *params, int longest_days,
                                    qd_err *err);
/* A day as "yyyy-MM-dd", and back to the day's beginning. */
bool report_day_read(base_str text, int64_t *out_s);
void report_day_write(int64_t utc_s, char out[BASE_TIME_TEXT]);

/* ---- one report (report.c, report_ask.c, report_join.c) ---- */

enum {
    REPORT_COLUMNS = 128,
    REPORT_TIME = 24,
    REPORT_ROWS = 1000000, /* a row holds at most 1 KiB of numbers, most hold 100 bytes */
    REPORT_SCALE = 100000, /* numbers are kept in 1e-5: 1/1000 fen, Ocean Engine's finest unit */
    REPORT_CALLS = 100000  /* of one report: a bound, not a budget */
};

typedef struct report_column {
    const report_metric *metric;
    bool asked;                /* by the caller; else only a part of another column */
    int top, top_too, bottom;  /* columns, -1 = none */
    unsigned percents, ratios; /* answers in which it was the one or the other */
} report_column;

typedef struct report_row {
    int64_t advertiser, ad;
    char time[REPORT_TIME]; /* "" in totals */
    uint32_t piece, sequence;
    uint32_t joined; /* pieces that it was added up from */
    int64_t *values; /* one a column, in 1 / REPORT_SCALE */
} report_row;

struct qd_report {
    /* what was asked */
    qd_report_of report;
    qd_report_by by;
    const cat_method *method;
    int64_t from, to; /* half-open, beginnings of days */
    int64_t advertiser;
    int64_t *ads; /* filtering.ad_ids */
    size_t ad_count;
    report_column columns[REPORT_COLUMNS];
    size_t column_count;
    int order; /* column */
    bool descending;
    bool day_by_day; /* the platform has no granularity: a call a day, the date is ours */
    /* what came */
    report_row *rows;
    size_t row_count, row_room;
    uint32_t pieces;
    int64_t calls;
    size_t filled;
    char *rows_json, *json;
};

/* Asks for every piece and page; appends the rows. */
QD_NODISCARD qd_status report_ask(qd_report *report, qd_shop *shop,
                                  const qd_report_options *options, qd_err *err);
/* A row of zeros; NULL when memory or the bound is reached (err says so). */
report_row *report_row_add(qd_report *report, qd_err *err);
/* Adds up what belongs together, computes quotients, fills in rows of zero, sorts. */
QD_NODISCARD qd_status report_join(qd_report *report, qd_err *err);

#endif
