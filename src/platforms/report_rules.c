/*
 * What the guide demands of a report's parameters beyond types and required ones, checked before
 * anything is sent (document 004, its tables for getAdvertiser and getReportAd; a public SDK of the
 * ocean engine where it says more). Each refusal names the parameter, the rule and the value. Where
 * no source states a rule, none is made up: order_platform ALL restricts nothing.
 */
#include <stdio.h>
#include <string.h>

#include "platforms/report_private.h"

enum { SHOWN = 60, MOST_ADS = 100 };
static const char FIRST_DAY[] = "2016-10-26"; /* the SDK: there are no data before */

typedef struct checking {
    const char *method;
    unsigned report;
    yyjson_val *params, *filtering;
    qd_err *err;
} checking;

unsigned report_of(const cat_method *method) {
    static const struct {
        const char *name;
        unsigned report;
    } reports[] = { { "report.advertiser.get", REPORT_ACCOUNT },
                    { "report.ad.get", REPORT_PLAN },
                    { "juliangqianchuan.getAdvertiser", REPORT_ACCOUNT },
                    { "juliangqianchuan.getReportAd", REPORT_PLAN } };
    for (size_t i = 0; method && i < sizeof reports / sizeof reports[0]; i++) {
        if (strcmp(cat_str(method->name), reports[i].name) == 0) {
            return reports[i].report;
        }
    }
    return 0;
}

static base_str text_of(yyjson_val *object, const char *name) {
    yyjson_val *value = yyjson_obj_get(object, name);
    return (base_str){ yyjson_is_str(value) ? yyjson_get_str(value) : "", yyjson_get_len(value) };
}

static bool is(const checking *c, const char *name, const char *value) {
    return base_str_is(text_of(c->filtering, name), value);
}

static int shown(base_str text) {
    return (int)(text.len < SHOWN ? text.len : SHOWN);
}

/* ---- days ---- */

bool report_day_read(base_str text, int64_t *out_s) {
    return text.len == 10 && base_time_from_cn(text, out_s);
}

void report_day_write(int64_t utc_s, char out[BASE_TIME_TEXT]) {
    base_time_to_cn(utc_s, out);
    out[10] = '\0';
}

static qd_status check_day(const checking *c, const char *name, int64_t *out) {
    base_str text = text_of(c->params, name);
    int64_t first = 0;
    (void)report_day_read(base_str_of(FIRST_DAY), &first);
    if (!report_day_read(text, out)) {
        return base_fail(c->err, QD_E_INVALID, "%s: %s: \"%.*s\" is no day: yyyy-MM-dd", c->method,
                         name, shown(text), text.ptr);
    }
    if (*out < first) {
        return base_fail(c->err, QD_E_INVALID, "%s: %s: %.*s: there are no data before %s (SDK)",
                         c->method, name, shown(text), text.ptr, FIRST_DAY);
    }
    return QD_OK;
}

static qd_status check_span(const checking *c, int longest_days) {
    int64_t from = 0;
    int64_t to = 0;
    qd_status status = check_day(c, "start_date", &from);
    if (status == QD_OK) {
        status = check_day(c, "end_date", &to);
    }
    if (status != QD_OK) {
        return status;
    }
    if (to < from) {
        return base_fail(c->err, QD_E_INVALID, "%s: end_date: %.10s lies before start_date %.10s",
                         c->method, text_of(c->params, "end_date").ptr,
                         text_of(c->params, "start_date").ptr);
    }
    long long days = (long long)((to - from) / REPORT_DAY_S) + 1;
    if (days > longest_days) {
        return base_fail(c->err, QD_E_INVALID,
                         "%s: end_date: %lld days with both ends; at most %d in one call (the "
                         "guide says 180, the SDK 30); `qd report` splits longer spans",
                         c->method, days, longest_days);
    }
    return QD_OK;
}

/* ---- metrics ---- */

static qd_status check_goal(const checking *c, const char *where, const report_metric *metric) {
    bool live = is(c, "marketing_goal", "LIVE_PROM_GOODS");
    bool video = is(c, "marketing_goal", "VIDEO_PROM_GOODS");
    if ((live && metric->not_live) || (video && metric->not_video)) {
        return base_fail(c->err, QD_E_INVALID,
                         "%s: %s: %s is not there with filtering.marketing_goal=%s (guide)",
                         c->method, where, metric->name,
                         live ? "LIVE_PROM_GOODS" : "VIDEO_PROM_GOODS");
    }
    return QD_OK;
}

static qd_status check_metric(const checking *c, const char *where, base_str name) {
    const report_metric *metric = report_metric_find(name);
    if (!metric) {
        const char *near = report_metric_near(name);
        return base_fail(c->err, QD_E_INVALID, "%s: %s: \"%.*s\" is no metric of the reports%s%s%s",
                         c->method, where, shown(name), name.ptr, near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : "");
    }
    if (!(metric->reports & c->report)) {
        return base_fail(c->err, QD_E_INVALID,
                         "%s: %s: %s belongs to the plan report (report.ad.get, getReportAd), not "
                         "to the account's (guide)",
                         c->method, where, metric->name);
    }
    return check_goal(c, where, metric);
}

static qd_status check_fields(const checking *c) {
    size_t index;
    size_t max;
    yyjson_val *field;
    yyjson_val *fields = yyjson_obj_get(c->params, "fields");
    if (yyjson_is_arr(fields) && yyjson_arr_size(fields) == 0) {
        return base_fail(c->err, QD_E_INVALID, "%s: fields: [] asks for nothing", c->method);
    }
    yyjson_arr_foreach(fields, index, max, field) {
        char where[32];
        (void)snprintf(where, sizeof where, "fields[%zu]", index);
        base_str name = { yyjson_is_str(field) ? yyjson_get_str(field) : "",
                          yyjson_get_len(field) };
        qd_status status = check_metric(c, where, name);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

static qd_status check_order(const checking *c) {
    base_str order = text_of(c->params, "order_field");
    if (order.len == 0) {
        return QD_OK;
    }
    const report_metric *metric = report_metric_find(order);
    if (metric && metric->unit == REPORT_ID) {
        return base_fail(c->err, QD_E_INVALID, "%s: order_field: %s is no metric to order by",
                         c->method, metric->name);
    }
    return check_metric(c, "order_field", order);
}

/* ---- filtering ---- */

/* The guide's table of combinations: which filters order_platform=ECP_AWEME and
 * marketing_scene=SEARCH shut out. */
static qd_status check_combinations(const checking *c) {
    static const struct {
        const char *filter;
        bool with_aweme, with_search;
    } table[] = { { "marketing_scene", false, true },
                  { "promotion_way", false, true },
                  { "smart_bid_type", false, false },
                  { "status", false, true } };
    bool aweme = is(c, "order_platform", "ECP_AWEME");
    bool search = is(c, "marketing_scene", "SEARCH");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        base_str value = text_of(c->filtering, table[i].filter);
        const char *with = aweme && !table[i].with_aweme     ? "order_platform=ECP_AWEME"
                           : search && !table[i].with_search ? "marketing_scene=SEARCH"
                                                             : NULL;
        if (value.len > 0 && with) {
            return base_fail(c->err, QD_E_INVALID,
                             "%s: filtering.%s: %.*s does not go with filtering.%s (guide)",
                             c->method, table[i].filter, shown(value), value.ptr, with);
        }
    }
    return QD_OK;
}

static qd_status check_filtering(const checking *c) {
    static const char *const unsupported[] = { "SYSTEM_DISABLE", "QUOTA_DISABLE" };
    size_t ads = yyjson_arr_size(yyjson_obj_get(c->filtering, "ad_ids"));
    if (ads > MOST_ADS) {
        return base_fail(c->err, QD_E_INVALID, "%s: filtering.ad_ids: %zu ids, at most %d (guide)",
                         c->method, ads, (int)MOST_ADS);
    }
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++) {
        if (is(c, "status", unsupported[i])) {
            return base_fail(c->err, QD_E_INVALID,
                             "%s: filtering.status: %s is a status that the reports cannot be "
                             "filtered by (guide)",
                             c->method, unsupported[i]);
        }
    }
    return check_combinations(c);
}

static qd_status check_page(const checking *c) {
    int64_t size = 0;
    yyjson_val *value = yyjson_obj_get(c->params, "page_size");
    if (value && codec_json_i64(value, &size) && (size < 1 || size > REPORT_PAGE_ROWS)) {
        return base_fail(c->err, QD_E_INVALID,
                         "%s: page_size: %lld is not 1 to %d (guide; the SDK says 1,000)",
                         c->method, (long long)size, (int)REPORT_PAGE_ROWS);
    }
    return QD_OK;
}

qd_status report_check(const cat_method *method, yyjson_val *params, int longest_days,
                       qd_err *err) {
    const checking c = { .method = cat_str(method->name),
                         .report = report_of(method),
                         .params = params,
                         .filtering = yyjson_obj_get(params, "filtering"),
                         .err = err };
    qd_status status = check_span(&c, longest_days);
    if (status == QD_OK) {
        status = check_filtering(&c);
    }
    if (status == QD_OK) {
        status = check_fields(&c);
    }
    if (status == QD_OK) {
        status = check_order(&c);
    }
    return status == QD_OK ? check_page(&c) : status;
}
