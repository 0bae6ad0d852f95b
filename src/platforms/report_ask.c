/*
 * Asks for a report: cuts the span into pieces that the platform allows, reads every page of each,
 * and keeps the rows as numbers. What becomes of the rows is report_join.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/report_private.h"

enum { MOST_ROUNDS = 4 }; /* readings of a list whose count changes meanwhile */

typedef struct asking {
    qd_report *report;
    qd_shop *shop;
    const qd_report_options *options;
    int longest_days;
    int64_t from, to; /* of the present piece; half-open */
    qd_err *err;
} asking;

/* ---- rows ---- */

report_row *report_row_add(qd_report *report, qd_err *err) {
    if (report->row_count == REPORT_ROWS) {
        base_fail(err, QD_E_NOMEM, "the report has more than %d rows: ask for a shorter span",
                  (int)REPORT_ROWS);
        return NULL;
    }
    if (report->row_count == report->row_room) {
        size_t room = report->row_room ? report->row_room * 2 : 64;
        report_row *rows = realloc(report->rows, room * sizeof *rows);
        if (!rows) {
            base_fail(err, QD_E_NOMEM, "out of memory for a report");
            return NULL;
        }
        report->rows = rows;
        report->row_room = room;
    }
    int64_t *values = calloc(report->column_count ? report->column_count : 1, sizeof *values);
    if (!values) {
        base_fail(err, QD_E_NOMEM, "out of memory for a report");
        return NULL;
    }
    report_row *row = &report->rows[report->row_count];
    memset(row, 0, sizeof *row);
    row->values = values;
    row->sequence = (uint32_t)report->row_count++;
    row->joined = 1;
    return row;
}

static void drop_rows(qd_report *report, size_t from) {
    while (report->row_count > from) {
        free(report->rows[--report->row_count].values);
    }
}

/* A number, or a text that holds one; absent and null are 0. False for anything else. */
static bool read_number(yyjson_val *value, int64_t *out) {
    double number = 0;
    yyjson_val read;
    *out = 0;
    if (!value || yyjson_is_null(value)) {
        return true;
    }
    if (yyjson_is_num(value)) {
        number = yyjson_get_num(value);
    } else if (yyjson_is_str(value) && yyjson_get_len(value) > 0) {
        /* strtod() would take an embedder's locale for the decimal point. */
        const char *text = yyjson_get_str(value);
        const char *end = yyjson_read_number(text, &read, 0, NULL, NULL);
        if (end != text + yyjson_get_len(value)) {
            return false;
        }
        number = yyjson_get_num(&read);
    } else if (!yyjson_is_str(value)) {
        return false;
    }
    if (!(number > -9e11 && number < 9e11)) { /* 900 times 10^9: yuan, or times */
        return false;
    }
    *out = (int64_t)(number * REPORT_SCALE + (number < 0 ? -0.5 : 0.5));
    return true;
}

static qd_status read_keys(asking *a, yyjson_val *from, report_row *row) {
    const char *method = cat_str(a->report->method->name);
    (void)codec_json_i64(yyjson_obj_get(from, "advertiser_id"), &row->advertiser);
    row->advertiser = row->advertiser ? row->advertiser : a->report->advertiser;
    if (a->report->report == QD_REPORT_AD &&
        !codec_json_i64(yyjson_obj_get(from, "ad_id"), &row->ad)) {
        return base_fail(a->err, QD_E_PROTOCOL, "%s: a row without ad_id", method);
    }
    if (a->report->by == QD_REPORT_TOTAL) {
        return QD_OK;
    }
    if (a->report->day_by_day) {
        report_day_write(a->from, row->time);
        return QD_OK;
    }
    yyjson_val *when = yyjson_obj_get(from, "stat_datetime");
    base_str text = { yyjson_is_str(when) ? yyjson_get_str(when) : "", yyjson_get_len(when) };
    if (text.len < 10 || !base_copy(row->time, sizeof row->time, text)) {
        return base_fail(a->err, QD_E_PROTOCOL,
                         "%s: a row without stat_datetime, though time_granularity was asked for",
                         method);
    }
    return QD_OK;
}

static qd_status read_row(asking *a, yyjson_val *from) {
    qd_report *report = a->report;
    report_row *row = report_row_add(report, a->err);
    if (!row) {
        return QD_E_NOMEM;
    }
    row->piece = report->pieces;
    qd_status status = read_keys(a, from, row);
    for (size_t i = 0; status == QD_OK && i < report->column_count; i++) {
        const report_metric *metric = report->columns[i].metric;
        if (metric->unit != REPORT_ID &&
            !read_number(yyjson_obj_get(from, metric->name), &row->values[i])) {
            status = base_fail(a->err, QD_E_PROTOCOL, "%s: %s is no number",
                               cat_str(report->method->name), metric->name);
        }
    }
    return status;
}

/* ---- pages ---- */

static bool add_str(yyjson_mut_doc *doc, const char *name, const char *text) {
    return yyjson_mut_obj_add_strcpy(doc, yyjson_mut_doc_get_root(doc), name, text);
}

static qd_status add_filtering(asking *a, yyjson_mut_doc *doc) {
    yyjson_doc *more = NULL;
    const char *text = a->options->filtering_json;
    yyjson_mut_val *filtering =
        yyjson_mut_obj_add_obj(doc, yyjson_mut_doc_get_root(doc), "filtering");
    if (a->options->marketing_goal) {
        (void)yyjson_mut_obj_add_strcpy(doc, filtering, "marketing_goal",
                                        a->options->marketing_goal);
    }
    if (!text || !*text) {
        return QD_OK;
    }
    qd_status status = codec_json_read(base_str_of(text), LIMIT_REQUEST_BYTES, &more, a->err);
    yyjson_val *root = yyjson_doc_get_root(more);
    if (status != QD_OK || !yyjson_is_obj(root)) {
        yyjson_doc_free(more);
        return base_fail(a->err, QD_E_INVALID, "filtering is no JSON object");
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(root, index, max, key, value) {
        (void)yyjson_mut_obj_remove_key(filtering, yyjson_get_str(key));
        (void)yyjson_mut_obj_add(filtering, yyjson_val_mut_copy(doc, key),
                                 yyjson_val_mut_copy(doc, value));
    }
    yyjson_doc_free(more);
    return QD_OK;
}

static bool add_rest(asking *a, yyjson_mut_doc *doc, int64_t page) {
    const qd_report *report = a->report;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    yyjson_mut_val *fields = yyjson_mut_obj_add_arr(doc, root, "fields");
    char day[BASE_TIME_TEXT];
    bool fine = fields != NULL;
    for (size_t i = 0; fine && i < report->column_count; i++) {
        fine = yyjson_mut_arr_add_str(doc, fields, report->columns[i].metric->name);
    }
    report_day_write(a->from, day);
    fine = fine && add_str(doc, "start_date", day);
    report_day_write(a->to - REPORT_DAY_S, day);
    fine = fine && add_str(doc, "end_date", day);
    if (report->by != QD_REPORT_TOTAL && !report->day_by_day) {
        fine = fine && add_str(doc, "time_granularity",
                               report->by == QD_REPORT_DAILY ? "TIME_GRANULARITY_DAILY"
                                                             : "TIME_GRANULARITY_HOURLY");
    }
    const char *order = report->columns[report->order].metric->name;
    return fine &&
           (report->advertiser == 0 ||
            yyjson_mut_obj_add_int(doc, root, "advertiser_id", report->advertiser)) &&
           add_str(doc, "order_field", order) &&
           add_str(doc, "order_type", report->descending ? "DESC" : "ASC") &&
           yyjson_mut_obj_add_int(doc, root, "page", page) &&
           yyjson_mut_obj_add_int(doc, root, "page_size",
                                  a->options->page_size ? a->options->page_size : REPORT_PAGE_ROWS);
}

/* The parameters of a page, by the same rules as anybody's call, with our own span. */
static qd_status page_params(asking *a, int64_t page, base_buf *out) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_doc *read = NULL;
    if (!doc) {
        return base_fail(a->err, QD_E_NOMEM, "out of memory for a report");
    }
    yyjson_mut_doc_set_root(doc, yyjson_mut_obj(doc));
    qd_status status = add_filtering(a, doc);
    if (status == QD_OK && !add_rest(a, doc, page)) {
        status = base_fail(a->err, QD_E_NOMEM, "out of memory for a report");
    }
    if (status == QD_OK) {
        status = codec_json_write_mut(doc, false, out, a->err);
    }
    if (status == QD_OK && page == 1) {
        read = yyjson_mut_doc_imut_copy(doc, NULL);
        status =
            report_check(a->report->method, yyjson_doc_get_root(read), a->longest_days, a->err);
    }
    yyjson_doc_free(read);
    yyjson_mut_doc_free(doc);
    return status;
}

typedef struct page_info {
    size_t rows;
    int64_t total, pages; /* -1 = not told */
} page_info;

static qd_status ask_page(asking *a, int64_t page, page_info *out) {
    base_buf params;
    qd_reply *reply = NULL;
    /* The catalogue's own rules are asked once, with the first page of the first piece. */
    bool first = page == 1 && a->report->pieces == 0 && a->longest_days <= REPORT_LONGEST_DAYS;
    const qd_call_options options = { .flags = first ? 0 : QD_CALL_NO_VALIDATE };
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    qd_status status = page_params(a, page, &params);
    if (status == QD_OK && a->report->calls++ >= REPORT_CALLS) {
        status =
            base_fail(a->err, QD_E_NOMEM, "the report takes more than %d calls", (int)REPORT_CALLS);
    }
    if (status == QD_OK) {
        status = qd_call_with(a->shop, cat_str(a->report->method->name), base_buf_text(&params),
                              &options, &reply, a->err);
    }
    yyjson_val *data = status == QD_OK ? core_reply_data(reply) : NULL;
    yyjson_val *list = yyjson_obj_get(data, "list");
    if (status == QD_OK && list && !yyjson_is_arr(list) && !yyjson_is_null(list)) {
        status = base_fail(a->err, QD_E_PROTOCOL, "%s: data.list is no list",
                           cat_str(a->report->method->name));
    }
    *out = (page_info){ yyjson_arr_size(list), -1, -1 };
    (void)codec_json_i64(codec_json_at(data, "page_info.total_number"), &out->total);
    (void)codec_json_i64(codec_json_at(data, "page_info.total_page"), &out->pages);
    size_t index;
    size_t max;
    yyjson_val *row;
    yyjson_arr_foreach(list, index, max, row) {
        status = status == QD_OK ? read_row(a, row) : status;
    }
    qd_reply_free(reply);
    base_buf_clear(&params);
    return status;
}

/* A list that changes while it is read may have lost rows from the pages to come: again. */
static qd_status ask_piece(asking *a) {
    size_t before = a->report->row_count;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        int64_t total = -1;
        bool changed = false;
        drop_rows(a->report, before);
        for (int64_t page = 1;; page++) {
            page_info got;
            qd_status status = ask_page(a, page, &got);
            if (status != QD_OK) {
                return status;
            }
            changed = changed || (page > 1 && got.total != total);
            total = got.total;
            /* Rows without any number are left out, so that a page may be short or even empty. */
            if (got.pages >= 0 ? page >= got.pages : got.rows == 0) {
                break;
            }
        }
        if (!changed) {
            return QD_OK;
        }
    }
    return base_fail(a->err, QD_E_UNAVAILABLE,
                     "%s: the number of rows changed while it was read, %d times in a row",
                     cat_str(a->report->method->name), (int)MOST_ROUNDS);
}

qd_status report_ask(qd_report *report, qd_shop *shop, const qd_report_options *options,
                     qd_err *err) {
    asking a = { .report = report, .shop = shop, .options = options, .err = err };
    a.longest_days = options->longest_days > 0 ? options->longest_days : REPORT_LONGEST_DAYS;
    int64_t step = (int64_t)(report->day_by_day ? 1 : a.longest_days) * REPORT_DAY_S;
    for (a.from = report->from; a.from < report->to; a.from = a.to) {
        a.to = a.from + step < report->to ? a.from + step : report->to;
        qd_status status = ask_piece(&a);
        if (status != QD_OK) {
            return status;
        }
        report->pieces++;
    }
    return QD_OK;
}
