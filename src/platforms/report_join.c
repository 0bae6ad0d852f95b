/*
 * Joins the pieces of a report: totals are added up by account and plan, quotients are computed
 * from their added parts, rows that the platform left out become rows of zeros, and all of them are
 * put in order. Nothing is averaged.
 *
 * No source says whether ctr and the *_rate are percent or ratios. A row tells: beside its own
 * quotient stand the parts, and their quotient is the same or a hundredth of it. Where no row tells
 * (all zero, or no agreement), percent is presumed: the guide's sample has a ctr of 16.66.
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/report_private.h"

/* ---- percent or ratio ---- */

static long double quotient(const report_row *row, const report_column *column) {
    if (column->top < 0 || column->bottom < 0 || row->values[column->bottom] == 0) {
        return 0;
    }
    long double top = (long double)row->values[column->top];
    if (column->top_too >= 0) {
        top += (long double)row->values[column->top_too];
    }
    return top / (long double)row->values[column->bottom] *
           (column->metric->per_mille ? 1000.0L : 1.0L);
}

/* Two decimals of either reading, at most: what does not agree to 0.01 is not the number. */
static bool agrees(long double computed, int64_t told) {
    long double want = computed * REPORT_SCALE;
    long double off =
        want > (long double)told ? want - (long double)told : (long double)told - want;
    return off <= (want * 0.01L > 1001.0L ? want * 0.01L : 1001.0L);
}

static void learn_units(qd_report *report) {
    for (size_t c = 0; c < report->column_count; c++) {
        report_column *column = &report->columns[c];
        if (column->metric->unit != REPORT_PERCENT_OR_RATIO || column->top < 0) {
            continue;
        }
        for (size_t i = 0; i < report->row_count; i++) {
            long double ratio = quotient(&report->rows[i], column);
            if (ratio < 0.0005L) { /* too small: two decimals would hide it */
                continue;
            }
            bool percent = agrees(ratio * 100, report->rows[i].values[c]);
            bool plain = agrees(ratio, report->rows[i].values[c]);
            column->percents += percent && !plain;
            column->ratios += plain && !percent;
        }
    }
}

/* ---- joining ---- */

static int compare_keys(const report_row *a, const report_row *b) {
    int order = strcmp(a->time, b->time);
    if (order == 0) {
        order = (a->advertiser > b->advertiser) - (a->advertiser < b->advertiser);
    }
    return order ? order : (a->ad > b->ad) - (a->ad < b->ad);
}

static int by_key(const void *x, const void *y) {
    const report_row *a = x;
    const report_row *b = y;
    int order = compare_keys(a, b);
    if (order == 0) {
        order = (a->piece > b->piece) - (a->piece < b->piece);
    }
    return order ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void add_up(const qd_report *report, report_row *into, const report_row *row) {
    for (size_t c = 0; c < report->column_count; c++) {
        if (__builtin_add_overflow(into->values[c], row->values[c], &into->values[c])) {
            into->values[c] = INT64_MAX; /* nobody has so much of anything */
        }
    }
    into->joined++;
    into->piece = row->piece;
}

/* Rows of one key: of one piece the later counts (it slid to another page), of several pieces they
 * are added up. */
static void merge(qd_report *report) {
    size_t kept = 0;
    qsort(report->rows, report->row_count, sizeof *report->rows, by_key);
    for (size_t i = 0; i < report->row_count; i++) {
        report_row *row = &report->rows[i];
        report_row *next = i + 1 < report->row_count ? &report->rows[i + 1] : NULL;
        report_row *last = kept > 0 ? &report->rows[kept - 1] : NULL;
        if (next && compare_keys(row, next) == 0 && row->piece == next->piece) {
            free(row->values);
        } else if (last && compare_keys(last, row) == 0) {
            add_up(report, last, row);
            free(row->values);
        } else {
            report->rows[kept++] = *row;
        }
    }
    report->row_count = kept;
}

/* To as many decimals as the platform writes: two, of a plain ratio four. */
static int64_t rounded(long double value, int decimals) {
    long double step = decimals == 2 ? 1000.0L : 10.0L;
    long double steps = value * REPORT_SCALE / step;
    return (int64_t)(steps + (steps < 0 ? -0.5L : 0.5L)) * (int64_t)step;
}

static void compute(qd_report *report) {
    for (size_t c = 0; c < report->column_count; c++) {
        report_column *column = &report->columns[c];
        bool rate = column->metric->unit == REPORT_PERCENT_OR_RATIO;
        bool percent = rate && column->percents >= column->ratios;
        if (!column->metric->bottom) {
            continue;
        }
        for (size_t i = 0; i < report->row_count; i++) {
            report_row *row = &report->rows[i];
            if (row->joined > 1) {
                row->values[c] = rounded(quotient(row, column) * (percent ? 100.0L : 1.0L),
                                         rate && !percent ? 4 : 2);
            }
        }
    }
}

/* ---- rows that were left out ---- */

/* Rows are in the order of their keys, so those of a day lie together. */
static bool has_row(const qd_report *report, size_t count, int64_t ad, const char *day) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(report->rows[middle].time, day) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < count && strncmp(report->rows[low].time, day, strlen(day)) == 0; low++) {
        if (report->rows[low].ad == ad) {
            return true;
        }
    }
    return false;
}

static qd_status fill_day(qd_report *report, size_t count, int64_t ad, const char *day,
                          const char *clock, qd_err *err) {
    if (has_row(report, count, ad, day)) {
        return QD_OK;
    }
    report_row *row = report_row_add(report, err);
    if (!row) {
        return QD_E_NOMEM;
    }
    row->advertiser = report->advertiser;
    row->ad = ad;
    size_t len = strlen(day);
    memcpy(row->time, day, len + 1);
    if (len > 0) {
        (void)base_copy(row->time + len, sizeof row->time - len, base_str_of(clock));
    }
    report->filled++;
    return QD_OK;
}

/* The account's row, and those of plans that were asked for by id, are there even when the platform
 * has nothing to say of them. Hours are left as they came. */
static qd_status fill(qd_report *report, qd_err *err) {
    bool plans = report->report == QD_REPORT_AD;
    size_t count = report->row_count;
    size_t keys = plans ? report->ad_count : 1;
    char clock[REPORT_TIME] = "";
    qd_status status = QD_OK;
    if (report->by == QD_REPORT_HOURLY) {
        return QD_OK;
    }
    if (count > 0 && strlen(report->rows[0].time) > 10) {
        memcpy(clock, report->rows[0].time + 10, strlen(report->rows[0].time + 10) + 1);
    }
    for (size_t k = 0; status == QD_OK && k < keys; k++) {
        int64_t ad = plans ? report->ads[k] : 0;
        if (report->by == QD_REPORT_TOTAL) {
            status = fill_day(report, count, ad, "", "", err);
        }
        for (int64_t at = report->from;
             report->by == QD_REPORT_DAILY && status == QD_OK && at < report->to;
             at += REPORT_DAY_S) {
            char day[BASE_TIME_TEXT];
            report_day_write(at, day);
            status = fill_day(report, count, ad, day, clock, err);
        }
    }
    return status;
}

/* ---- order ---- */

/* qsort() hands over no context: the column's values are copied to where the comparison sees them.
 */
typedef struct sortable {
    report_row row;
    int64_t value;
} sortable;

static int by_value(const void *x, const void *y) {
    const sortable *a = x;
    const sortable *b = y;
    int order = strcmp(a->row.time, b->row.time);
    if (order == 0) {
        order = (a->value > b->value) - (a->value < b->value);
    }
    return order ? order : compare_keys(&a->row, &b->row);
}

static qd_status put_in_order(qd_report *report, qd_err *err) {
    if (report->row_count == 0) {
        return QD_OK;
    }
    sortable *list = malloc(report->row_count * sizeof *list);
    if (!list) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a report");
    }
    for (size_t i = 0; i < report->row_count; i++) {
        int64_t value = report->rows[i].values[report->order];
        list[i] = (sortable){ report->rows[i], report->descending ? -value : value };
    }
    qsort(list, report->row_count, sizeof *list, by_value);
    for (size_t i = 0; i < report->row_count; i++) {
        report->rows[i] = list[i].row;
    }
    free(list);
    return QD_OK;
}

qd_status report_join(qd_report *report, qd_err *err) {
    learn_units(report);
    merge(report);
    compute(report);
    qd_status status = fill(report, err);
    return status == QD_OK ? put_in_order(report, err) : status;
}
