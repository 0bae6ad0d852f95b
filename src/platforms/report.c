/*
 * A report of Qianchuan over any span, as embedders call it: what is asked for is turned into
 * columns, the pieces are asked for (report_ask.c) and joined (report_join.c), and the result is
 * written as JSON with the unit of each field.
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/report_private.h"

/* ---- columns ---- */

static int column_find(const qd_report *report, const char *name) {
    for (size_t i = 0; name && i < report->column_count; i++) {
        if (strcmp(report->columns[i].metric->name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static qd_status column_add(qd_report *report, base_str name, bool asked, int *out, qd_err *err) {
    const report_metric *metric = report_metric_find(name);
    if (!metric) {
        const char *near = report_metric_near(name);
        return base_fail(err, QD_E_INVALID, "fields: \"%.*s\" is no metric of the reports%s%s%s",
                         (int)(name.len < 60 ? name.len : 60), name.ptr,
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    int at = column_find(report, metric->name);
    if (at < 0) {
        if (report->column_count == REPORT_COLUMNS) {
            return base_fail(err, QD_E_INVALID, "fields: more than %d", (int)REPORT_COLUMNS);
        }
        at = (int)report->column_count++;
        report->columns[at] =
            (report_column){ .metric = metric, .top = -1, .top_too = -1, .bottom = -1 };
    }
    report->columns[at].asked = report->columns[at].asked || asked;
    if (out) {
        *out = at;
    }
    return QD_OK;
}

/* A quotient over several pieces needs its parts, asked for beside. */
static qd_status add_parts(qd_report *report, size_t at, qd_err *err) {
    const report_metric *metric = report->columns[at].metric;
    const char *const names[3] = { metric->top, metric->top_too, metric->bottom };
    int found[3] = { -1, -1, -1 };
    qd_status status = QD_OK;
    if (metric->apart) {
        return base_fail(err, QD_E_UNSUPPORTED,
                         "fields: %s is a quotient whose parts no source names: it cannot be "
                         "joined over calls; ask for days (DAILY), or a span that fits one call",
                         metric->name);
    }
    for (size_t i = 0; status == QD_OK && i < 3; i++) {
        if (names[i]) {
            status = column_add(report, base_str_of(names[i]), false, &found[i], err);
        }
    }
    report->columns[at].top = found[0];
    report->columns[at].top_too = found[1];
    report->columns[at].bottom = found[2];
    return status;
}

static qd_status make_columns(qd_report *report, const qd_report_options *options, bool several,
                              qd_err *err) {
    qd_status status = QD_OK;
    if (options->field_count == 0) {
        return base_fail(err, QD_E_INVALID, "fields: none is asked for");
    }
    for (size_t i = 0; status == QD_OK && i < options->field_count; i++) {
        status = column_add(report, base_str_of(options->fields[i]), true, NULL, err);
    }
    const char *order = options->order_field;
    if (!order) {
        order = column_find(report, "stat_cost") >= 0 ? "stat_cost" : options->fields[0];
    }
    if (status == QD_OK) {
        status = column_add(report, base_str_of(order), false, &report->order, err);
    }
    for (size_t i = 0, count = report->column_count; several && status == QD_OK && i < count; i++) {
        status = add_parts(report, i, err);
    }
    /* In one piece parts are not needed; where they are there they still tell the unit. */
    for (size_t i = 0; !several && i < report->column_count; i++) {
        report_column *column = &report->columns[i];
        column->top = column_find(report, column->metric->top);
        column->top_too = column_find(report, column->metric->top_too);
        column->bottom = column_find(report, column->metric->bottom);
    }
    return status;
}

/* ---- what is asked for ---- */

static qd_status find_method(qd_report *report, qd_shop *shop, qd_err *err) {
    const cat_platform *platform = core_app_catalog(qd_shop_app(shop));
    bool plans = report->report == QD_REPORT_AD;
    static const char *const names[2][2] = {
        { "report.advertiser.get", "report.ad.get" },
        { "juliangqianchuan.getAdvertiser", "juliangqianchuan.getReportAd" },
    };
    for (size_t i = 0; i < 2 && !report->method; i++) {
        report->method = cat_find(platform, base_str_of(names[i][plans]));
    }
    if (!report->method) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has no such reports: Qianchuan and Solinkup do",
                         cat_str(platform->name));
    }
    /* On Qianchuan the shop is the advertiser; the rows of zeros need its number, too. */
    if (report->advertiser == 0 && strcmp(cat_str(platform->name), "qianchuan") == 0) {
        (void)base_str_to_i64(base_str_of(core_shop_id(shop)), &report->advertiser);
    }
    bool granular = cat_param_find(report->method, BASE_STR("time_granularity")) != NULL;
    if (!granular && report->by == QD_REPORT_HOURLY) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s: no source gives it hours: ask for days",
                         cat_str(report->method->name));
    }
    report->day_by_day = !granular && report->by == QD_REPORT_DAILY;
    return QD_OK;
}

static qd_status read_span(qd_report *report, const qd_report_options *options, qd_err *err) {
    const char *const texts[2] = { options->from, options->to };
    int64_t *const into[2] = { &report->from, &report->to };
    for (size_t i = 0; i < 2; i++) {
        if (!texts[i] || !report_day_read(base_str_of(texts[i]), into[i])) {
            return base_fail(err, QD_E_INVALID, "%s: \"%.40s\" is no day: yyyy-MM-dd",
                             i ? "to" : "from", texts[i] ? texts[i] : "");
        }
    }
    if (report->to < report->from) {
        return base_fail(err, QD_E_INVALID, "to: %s lies before from %s", options->to,
                         options->from);
    }
    report->to += REPORT_DAY_S;
    return QD_OK;
}

/* filtering.ad_ids: plans that must have a row. */
static qd_status read_ads(qd_report *report, const qd_report_options *options, qd_err *err) {
    yyjson_doc *doc = NULL;
    const char *text = options->filtering_json;
    if (!text || !*text) {
        return QD_OK;
    }
    qd_status status = codec_json_read(base_str_of(text), LIMIT_REQUEST_BYTES, &doc, err);
    if (status != QD_OK) {
        base_err_prefix(err, "filtering");
        return status == QD_E_PROTOCOL ? base_fail(err, QD_E_INVALID, "%s", err ? err->message : "")
                                       : status;
    }
    yyjson_val *list = yyjson_obj_get(yyjson_doc_get_root(doc), "ad_ids");
    size_t index;
    size_t max;
    yyjson_val *id;
    size_t count = yyjson_arr_size(list);
    report->ads = count ? calloc(count, sizeof *report->ads) : NULL;
    if (count && !report->ads) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for a report");
    }
    yyjson_arr_foreach(list, index, max, id) {
        if (report->ads && codec_json_i64(id, &report->ads[report->ad_count])) {
            report->ad_count++;
        }
    }
    yyjson_doc_free(doc);
    return status;
}

static qd_status prepare(qd_report *report, qd_shop *shop, const qd_report_options *options,
                         qd_err *err) {
    int longest = options->longest_days > 0 ? options->longest_days : REPORT_LONGEST_DAYS;
    report->report = options->report;
    report->by = options->by;
    report->descending = options->descending;
    if (options->longest_days < 0 || options->page_size < 0 ||
        (options->report != QD_REPORT_ADVERTISER && options->report != QD_REPORT_AD)) {
        return base_fail(err, QD_E_INVALID, "a negative bound, or no such report");
    }
    if (options->advertiser_id &&
        !base_str_to_i64(base_str_of(options->advertiser_id), &report->advertiser)) {
        return base_fail(err, QD_E_INVALID, "advertiser_id: \"%.40s\" is no number",
                         options->advertiser_id);
    }
    qd_status status = find_method(report, shop, err);
    if (status == QD_OK) {
        status = read_span(report, options, err);
    }
    if (status == QD_OK) {
        bool several = report->by == QD_REPORT_TOTAL &&
                       report->to - report->from > (int64_t)longest * REPORT_DAY_S;
        status = make_columns(report, options, several, err);
    }
    return status == QD_OK ? read_ads(report, options, err) : status;
}

/* ---- JSON ---- */

/* Decimals as few as the number needs. */
static void write_number(base_buf *out, int64_t value) {
    char digits[8];
    uint64_t rest = (uint64_t)(value < 0 ? -value : value) % REPORT_SCALE;
    size_t len = 5;
    base_buf_add_text(out, value < 0 ? "-" : "");
    base_buf_printf(out, "%llu",
                    (unsigned long long)((uint64_t)(value < 0 ? -value : value) / REPORT_SCALE));
    for (size_t i = len; i-- > 0; rest /= 10) {
        digits[i] = (char)('0' + rest % 10);
    }
    while (len > 0 && digits[len - 1] == '0') {
        len--;
    }
    if (len > 0) {
        base_buf_add_char(out, '.');
        base_buf_add(out, digits, len);
    }
}

static void write_row(const qd_report *report, const report_row *row, base_buf *out) {
    base_buf_printf(out, "{\"advertiser_id\":%lld", (long long)row->advertiser);
    if (report->report == QD_REPORT_AD) {
        base_buf_printf(out, ",\"ad_id\":%lld", (long long)row->ad);
    }
    if (row->time[0]) {
        base_buf_add_text(out, ",\"stat_datetime\":");
        codec_json_quote(out, base_str_of(row->time));
    }
    for (size_t c = 0; c < report->column_count; c++) {
        if (report->columns[c].asked && report->columns[c].metric->unit != REPORT_ID) {
            base_buf_printf(out, ",\"%s\":", report->columns[c].metric->name);
            write_number(out, row->values[c]);
        }
    }
    base_buf_add_char(out, '}');
}

static void write_unit(const report_column *column, base_buf *out) {
    static const char *const names[] = { "id", "times", "yuan", "", "quotient", "unknown" };
    const char *unit = names[column->metric->unit];
    const char *source = "presumed";
    switch ((report_unit)column->metric->unit) {
    case REPORT_PERCENT_OR_RATIO:
        unit = column->percents >= column->ratios ? "percent" : "ratio";
        source = column->percents + column->ratios > 0 ? "answers" : "presumed";
        break;
    case REPORT_ID:
    case REPORT_TIMES:
        source = "stated";
        break;
    default:
        break;
    }
    base_buf_printf(out, "\"unit\":\"%s\",\"unit_source\":\"%s\"", unit, source);
}

static void write_field(const qd_report *report, const report_column *column, base_buf *out) {
    const report_metric *metric = column->metric;
    bool joined = report->by == QD_REPORT_TOTAL && report->pieces > 1;
    base_buf_printf(out, "{\"name\":\"%s\",", metric->name);
    write_unit(column, out);
    base_buf_printf(out, ",\"source\":\"%s\",\"kind\":\"%s\"", metric->guide ? "guide" : "sdk",
                    !joined          ? "single"
                    : metric->bottom ? "computed"
                                     : "added");
    if (metric->bottom) {
        base_buf_printf(out, ",\"parts\":[\"%s\"", metric->top);
        if (metric->top_too) {
            base_buf_printf(out, ",\"%s\"", metric->top_too);
        }
        base_buf_printf(out, ",\"%s\"]", metric->bottom);
    }
    base_buf_add_char(out, '}');
}

static void write_rows(const qd_report *report, base_buf *out) {
    base_buf_add_char(out, '[');
    for (size_t i = 0; i < report->row_count; i++) {
        base_buf_add_text(out, i ? "," : "");
        write_row(report, &report->rows[i], out);
    }
    base_buf_add_char(out, ']');
}

static void write_head(const qd_report *report, base_buf *out) {
    static const char *const by[] = { "total", "daily", "hourly" };
    char from[BASE_TIME_TEXT];
    char to[BASE_TIME_TEXT];
    bool first = true;
    report_day_write(report->from, from);
    report_day_write(report->to - REPORT_DAY_S, to);
    base_buf_printf(out,
                    "{\"report\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\",\"pieces\":%u,"
                    "\"calls\":%lld,\"filled\":%zu,\"fields\":[",
                    cat_str(report->method->name), from, to, by[report->by], report->pieces,
                    (long long)report->calls, report->filled);
    for (size_t c = 0; c < report->column_count; c++) {
        if (report->columns[c].asked) {
            base_buf_add_text(out, first ? "" : ",");
            write_field(report, &report->columns[c], out);
            first = false;
        }
    }
    base_buf_add_text(out, "],\"rows\":");
}

static qd_status write_json(qd_report *report, qd_err *err) {
    base_buf rows;
    base_buf all;
    base_buf_init(&rows, 1024 * 1024 * 1024);
    base_buf_init(&all, 1024 * 1024 * 1024);
    write_rows(report, &rows);
    write_head(report, &all);
    base_buf_add_str(&all, base_buf_str(&rows));
    base_buf_add_char(&all, '}');
    qd_status status = base_buf_check(&rows, "a report", err);
    if (status == QD_OK) {
        status = base_buf_check(&all, "a report", err);
    }
    report->rows_json = status == QD_OK ? base_buf_take(&rows) : NULL;
    report->json = status == QD_OK ? base_buf_take(&all) : NULL;
    base_buf_clear(&rows);
    base_buf_clear(&all);
    return status;
}

/* ---- public ---- */

qd_status qd_report_run(qd_shop *shop, const qd_report_options *options, qd_report **out_report,
                        qd_err *err) {
    *out_report = NULL;
    qd_report *report = calloc(1, sizeof *report);
    if (!report) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a report");
    }
    qd_status status = prepare(report, shop, options, err);
    if (status == QD_OK) {
        status = report_ask(report, shop, options, err);
    }
    if (status == QD_OK) {
        status = report_join(report, err);
    }
    if (status == QD_OK) {
        status = write_json(report, err);
    }
    if (status != QD_OK) {
        qd_report_free(report);
        return status;
    }
    *out_report = report;
    return QD_OK;
}

void qd_report_free(qd_report *report) {
    if (!report) {
        return;
    }
    for (size_t i = 0; i < report->row_count; i++) {
        free(report->rows[i].values);
    }
    free(report->rows);
    free(report->ads);
    free(report->rows_json);
    free(report->json);
    free(report);
}

size_t qd_report_row_count(const qd_report *report) {
    return report->row_count;
}

const char *qd_report_rows_json(const qd_report *report) {
    return report->rows_json;
}

const char *qd_report_json(const qd_report *report) {
    return report->json;
}
