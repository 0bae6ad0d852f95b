/*
 * The two reports: plans that match the filters, their facts added up over the span (or each day,
 * each hour), put in order, cut into pages. As the platform does, rows whose metrics are all empty
 * are counted and left out: a page of ten may hold seven.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/open/ads.h"

typedef struct ads_row {
    int64_t order; /* the metric that rows are put in order by */
    int64_t ad;
    int64_t day;
    int hour;
    int64_t facts[ADS_FACTS];
} ads_row;

bool ads_is_report(const open_call *call) {
    const char *name = call->known != NULL ? cat_str(call->known->name) : "";
    return strcmp(name, "report.advertiser.get") == 0 || strcmp(name, "report.ad.get") == 0 ||
           strcmp(name, "juliangqianchuan.getAdvertiser") == 0 ||
           strcmp(name, "juliangqianchuan.getReportAd") == 0;
}

static bool is_of_plans(const open_call *call) {
    const char *name = cat_str(call->known->name);
    return strcmp(name, "report.ad.get") == 0 || strcmp(name, "juliangqianchuan.getReportAd") == 0;
}

/* ---- filters ---- */

/* Absent: any; else the plan's own value, or one that stands for all. */
static bool fits(yyjson_val *filtering, const char *name, const char *value, const char *all) {
    const char *want = yyjson_get_str(yyjson_obj_get(filtering, name));
    return want == NULL || *want == '\0' || strcmp(want, value) == 0 || strcmp(want, all) == 0;
}

static bool is_listed(yyjson_val *filtering, const char *name, int64_t id) {
    yyjson_val *list = yyjson_obj_get(filtering, name);
    size_t i, max;
    yyjson_val *item;
    if (yyjson_arr_size(list) == 0) {
        return true;
    }
    yyjson_arr_foreach(list, i, max, item) {
        int64_t number = 0;
        if (codec_json_i64(item, &number) && number == id) {
            return true;
        }
    }
    return false;
}

static bool matches(const ads_query *q, const ads_plan *plan) {
    yyjson_val *f = q->filtering;
    const char *platform = yyjson_get_str(yyjson_obj_get(f, "order_platform"));
    bool any = platform != NULL && strcmp(platform, "ALL") == 0;
    bool aweme = platform != NULL && strcmp(platform, "ECP_AWEME") == 0;
    return (any || plan->by_aweme == aweme) &&
           fits(f, "marketing_goal", plan->live ? "LIVE_PROM_GOODS" : "VIDEO_PROM_GOODS", "ALL") &&
           fits(f, "marketing_scene", plan->scene, "ALL") &&
           fits(f, "promotion_way", plan->way, plan->way) &&
           fits(f, "smart_bid_type", plan->bid, plan->bid) &&
           fits(f, "status", plan->status, "ALL_INCLUDE_DELETED") &&
           is_listed(f, "ad_ids", plan->id) && is_listed(f, "aweme_ids", plan->aweme);
}

/* ---- rows ---- */

/* Of one plan: one row, one a day, or one an hour; into rows, or added to those that are there. */
static void add_plan(open_call *call, const ads_query *q, unsigned plan, ads_row *rows) {
    ads_plan of = ads_plan_at(call->face->sb, plan);
    int hours = q->hours == 24 ? 24 : 1;
    for (int64_t day = q->from_day; day <= q->to_day; day++) {
        for (int hour = 0; hour < hours; hour++) {
            int64_t facts[ADS_FACTS];
            int64_t at = q->hours == 0 ? 0 : (day - q->from_day) * hours + hour;
            ads_row *row = &rows[at];
            row->ad = q->plans ? of.id : 0;
            row->day = day;
            row->hour = hour;
            ads_facts_of(call->face->sb, plan, day, q->hours == 24 ? hour : -1, call->face->now,
                         facts);
            for (int i = 0; i < ADS_FACTS; i++) {
                row->facts[i] += facts[i];
            }
        }
    }
}

static int by_order(const void *x, const void *y) {
    const ads_row *a = x;
    const ads_row *b = y;
    if (a->order != b->order) {
        return a->order < b->order ? -1 : 1;
    }
    if (a->ad != b->ad) {
        return a->ad < b->ad ? -1 : 1;
    }
    return a->day != b->day ? (a->day < b->day ? -1 : 1) : a->hour - b->hour;
}

static size_t gather(open_call *call, const ads_query *q, ads_row *rows, size_t each) {
    size_t used = 0;
    for (unsigned plan = 0; plan < ADS_PLANS; plan++) {
        ads_plan of = ads_plan_at(call->face->sb, plan);
        if (matches(q, &of)) {
            add_plan(call, q, plan, rows + (q->plans ? used : 0));
            used = q->plans ? used + each : each;
        }
    }
    for (size_t i = 0; i < used; i++) {
        int64_t value = ads_metric_value(&q->order, rows[i].facts);
        rows[i].order = q->descending ? -value : value;
    }
    if (used > 0) {
        qsort(rows, used, sizeof *rows, by_order);
    }
    return used;
}

/* ---- writing ---- */

static bool is_empty(const ads_query *q, const ads_row *row) {
    for (size_t i = 0; i < q->field_count; i++) {
        if (ads_metric_value(&q->fields[i], row->facts) != 0) {
            return false;
        }
    }
    return true;
}

/* Hundredths with as many decimals as they need. */
static void write_hundredths(int64_t value, base_buf *out) {
    base_buf_printf(out, "%lld", (long long)(value / 100));
    if (value % 100 != 0) {
        base_buf_printf(out, value % 10 == 0 ? ".%lld" : ".%02lld",
                        (long long)(value % 10 == 0 ? value % 100 / 10 : value % 100));
    }
}

static void write_row(open_call *call, const ads_query *q, const ads_row *row, base_buf *out) {
    char when[BASE_TIME_TEXT];
    base_buf_printf(out, "{\"advertiser_id\":%lld", (long long)ads_account(call->face->sb));
    if (q->plans) {
        base_buf_printf(out, ",\"ad_id\":%lld", (long long)row->ad);
    }
    if (q->hours > 0) {
        base_time_to_cn(row->day * ADS_DAY_S - ADS_CN_S + row->hour * 3600, when);
        base_buf_printf(out, ",\"stat_datetime\":\"%.*s\"", q->hours == 1 ? 10 : 19, when);
    }
    for (size_t i = 0; i < q->field_count; i++) {
        const char *name = q->fields[i].name;
        if (strcmp(name, "ad_id") != 0 && strcmp(name, "advertiser_id") != 0) {
            base_buf_printf(out, ",\"%s\":", name);
            write_hundredths(ads_metric_value(&q->fields[i], row->facts), out);
        }
    }
    base_buf_add_char(out, '}');
}

static void write_page(open_call *call, const ads_query *q, const ads_row *rows, size_t count,
                       base_buf *out) {
    int64_t first = (q->page - 1) * q->page_size;
    bool any = false;
    base_buf_add_text(out, "{\"list\":[");
    for (int64_t i = first; i < first + q->page_size && i < (int64_t)count; i++) {
        if (!is_empty(q, &rows[i])) {
            base_buf_add_text(out, any ? "," : "");
            write_row(call, q, &rows[i], out);
            any = true;
        }
    }
    base_buf_printf(out,
                    "],\"page_info\":{\"page\":%lld,\"page_size\":%lld,\"total_number\":%zu,"
                    "\"total_page\":%lld}}",
                    (long long)q->page, (long long)q->page_size, count,
                    (long long)(((int64_t)count + q->page_size - 1) / q->page_size));
}

int ads_report(open_call *call, base_buf *out, const char **out_why) {
    ads_query query;
    int64_t advertiser = 0;
    int code = 0;
    yyjson_val *params = yyjson_doc_get_root(call->merged);
    (void)codec_json_i64(yyjson_obj_get(params, "advertiser_id"), &advertiser);
    if (advertiser != ads_account(call->face->sb)) {
        *out_why = "advertiser_id: this account has not authorised the app";
        return ADS_CODE_PERMISSION;
    }
    if (!ads_query_read(call, is_of_plans(call), &query, out_why)) {
        ads_query_clear(&query);
        return ADS_CODE_PARAM;
    }
    size_t each = query.hours == 0 ? 1
                                   : (size_t)(query.to_day - query.from_day + 1) *
                                         (size_t)(query.hours == 24 ? 24 : 1);
    ads_row *rows = calloc(each * (query.plans ? ADS_PLANS : 1), sizeof *rows);
    if (rows == NULL) {
        *out_why = "the sandbox is out of memory";
        code = ADS_CODE_PARAM;
    } else {
        write_page(call, &query, rows, gather(call, &query, rows, each), out);
    }
    free(rows);
    ads_query_clear(&query);
    return code;
}
