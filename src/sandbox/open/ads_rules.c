/*
 * The judge's reading of a report's parameters: metrics that each report has, what a marketing goal
 * shuts out, which filters go together, days, pages (document 004, its tables for getAdvertiser and
 * getReportAd). Written apart from the client's, so that a mistake is not agreed with.
 */
#include <string.h>

#include "sandbox/open/ads.h"

enum { NONE = ADS_FACTS, MOST_DAYS = 180, MOST_PAGE = 500, MOST_ADS = 100 };
static const char FIRST_DAY[] = "2016-10-26";

/* ---- metrics ---- */

#define COUNT(name, fact)                                                                          \
    { name, fact, NONE, NONE, false, 1, false, false, false }
#define MONEY(name, fact)                                                                          \
    { name, fact, NONE, NONE, true, 1, false, false, false }
#define QUOTIENT(name, top, bottom, times)                                                         \
    { name, top, NONE, bottom, false, times, 0, 0, 0 }
#define PLAN(name, top, bottom, yuan, times)                                                       \
    { name, top, NONE, bottom, yuan, times, true, 0, 0 }
#define VIDEO(name, fact)                                                                          \
    { name, fact, NONE, NONE, false, 1, true, true, false }
#define LIVE(name, fact, yuan)                                                                     \
    { name, fact, NONE, NONE, yuan, 1, true, false, true }

static const ads_metric metrics[] = {
    MONEY("stat_cost", ADS_COST),
    COUNT("show_cnt", ADS_SHOW),
    QUOTIENT("ctr", ADS_CLICK, ADS_SHOW, 100),
    { "cpm_platform", ADS_COST, NONE, ADS_SHOW, true, 1000, false, false, false },
    COUNT("click_cnt", ADS_CLICK),
    COUNT("pay_order_count", ADS_PAY_COUNT),
    MONEY("create_order_amount", ADS_CREATE_AMOUNT),
    COUNT("create_order_count", ADS_CREATE_COUNT),
    MONEY("pay_order_amount", ADS_PAY_AMOUNT),
    QUOTIENT("create_order_roi", ADS_CREATE_AMOUNT, ADS_COST, 1),
    QUOTIENT("pay_order_roi", ADS_PAY_AMOUNT, ADS_COST, 1),
    COUNT("dy_follow", ADS_FOLLOW),
    { "prepay_and_pay_order_roi", ADS_PAY_AMOUNT, ADS_PREPAY_AMOUNT, ADS_COST, false, 1, 0, 0, 0 },
    COUNT("prepay_order_count", ADS_PREPAY_COUNT),
    MONEY("prepay_order_amount", ADS_PREPAY_AMOUNT),
    COUNT("total_play", ADS_PLAY),
    COUNT("play_duration_3s", ADS_PLAY_3S),
    COUNT("play_25_feed_break", ADS_PLAY_25),
    COUNT("play_50_feed_break", ADS_PLAY_50),
    COUNT("play_75_feed_break", ADS_PLAY_75),
    COUNT("play_over", ADS_PLAY_OVER),
    QUOTIENT("play_over_rate", ADS_PLAY_OVER, ADS_PLAY, 100),
    PLAN("convert_cnt", ADS_CONVERT, NONE, false, 1),
    PLAN("convert_cost", ADS_COST, ADS_CONVERT, true, 1),
    PLAN("convert_rate", ADS_CONVERT, ADS_CLICK, false, 100),
    PLAN("conversion_cost", ADS_COST, ADS_CONVERT, true, 1),
    PLAN("conversion_rate", ADS_CONVERT, ADS_CLICK, false, 100),
    VIDEO("dy_share", ADS_SHARE),
    VIDEO("dy_comment", ADS_COMMENT),
    VIDEO("dy_like", ADS_LIKE),
    { "live_pay_order_cost_per_order", ADS_COST, NONE, ADS_PAY_COUNT, true, 1, true, false, true },
    LIVE("luban_live_enter_cnt", ADS_LIVE_ENTER, false),
    LIVE("live_watch_one_minute_count", ADS_LIVE_MINUTE, false),
    LIVE("live_fans_club_join_cnt", ADS_LIVE_FANS, false),
    LIVE("luban_live_slidecart_click_cnt", ADS_LIVE_SLIDE, false),
    LIVE("luban_live_click_product_cnt", ADS_LIVE_PRODUCT, false),
    LIVE("luban_live_comment_cnt", ADS_LIVE_COMMENT, false),
    LIVE("luban_live_share_cnt", ADS_LIVE_SHARE, false),
    LIVE("luban_live_gift_cnt", ADS_LIVE_GIFT, false),
    LIVE("luban_live_gift_amount", ADS_LIVE_GIFT_AMOUNT, true),
    QUOTIENT("cpc_platform", ADS_COST, ADS_CLICK, -1),
    QUOTIENT("pay_order_cost_per_order", ADS_COST, ADS_PAY_COUNT, -1),
    PLAN("ad_id", NONE, NONE, false, 1),
    COUNT("advertiser_id", NONE),
};

/* Metrics that only the SDK knows: numbers of its list for all reports that are no dimension. */
static bool is_further_metric(base_str name) {
    static const char *const no_metrics[] = { "duration", "related_ad_cnt", "related_creative_cnt",
                                              "h_sec" };
    const cat_method *method = generic_find("qianchuan", BASE_STR("report.creative.get"));
    const cat_answer *list = NULL;
    for (size_t i = 0; method != NULL && i < cat_answer_count(method); i++) {
        const cat_answer *at = cat_answer_at(method, i);
        list = strcmp(cat_doc_str(at->name), "list") == 0 ? at : list;
    }
    for (size_t i = 0; i < sizeof no_metrics / sizeof no_metrics[0]; i++) {
        if (base_str_is(name, no_metrics[i])) {
            return false;
        }
    }
    for (size_t i = 0; list != NULL && i < list->field_count; i++) {
        const cat_answer *field = cat_answer_field(list, i);
        const char *known = cat_doc_str(field->name);
        size_t len = strlen(known);
        bool id = len > 3 && strcmp(known + len - 3, "_id") == 0;
        if ((field->type == CAT_INT || field->type == CAT_NUMBER) && !id &&
            base_str_is(name, known)) {
            return true;
        }
    }
    return false;
}

bool ads_metric_find(base_str name, bool plans, ads_metric *out) {
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        if (base_str_is(name, metrics[i].name)) {
            *out = metrics[i];
            return plans || !metrics[i].plans_only;
        }
    }
    *out = (ads_metric){ .name = NULL, .top = NONE, .top_too = NONE, .bottom = NONE };
    return is_further_metric(name);
}

/* Half away from zero, in whole numbers. */
static int64_t divided(int64_t top, int64_t bottom) {
    return bottom == 0 ? 0 : (2 * top + bottom) / (2 * bottom);
}

int64_t ads_metric_value(const ads_metric *metric, const int64_t facts[ADS_FACTS]) {
    if (metric->top == NONE) {
        return 0;
    }
    int64_t top = facts[metric->top];
    top += metric->top_too == NONE ? 0 : facts[metric->top_too];
    if (metric->bottom == NONE) {
        return metric->yuan ? top : top * 100;
    }
    /* Fen by a count is hundredths of yuan already; so is what times -1 marks. */
    int64_t times = metric->times < 0 ? 1 : metric->times;
    bool fen = metric->yuan || metric->times < 0;
    return divided(top * times * (fen ? 1 : 100), facts[metric->bottom]);
}

/* ---- parameters ---- */

static bool refuse(open_call *call, const char **out_why, const char *what, base_str value,
                   const char *rule) {
    *out_why = base_arena_printf(call->face->arena, "%s: %.*s %s", what,
                                 (int)(value.len < 60 ? value.len : 60), value.ptr, rule);
    return false;
}

static base_str text_in(yyjson_val *object, const char *name) {
    yyjson_val *value = yyjson_obj_get(object, name);
    return (base_str){ yyjson_is_str(value) ? yyjson_get_str(value) : "", yyjson_get_len(value) };
}

/* A list or an object, or the JSON text of one: so a query carries it. */
static yyjson_val *nested(yyjson_val *params, const char *name, yyjson_doc **doc) {
    yyjson_val *value = yyjson_obj_get(params, name);
    if (!yyjson_is_str(value)) {
        return value;
    }
    base_str text = { yyjson_get_str(value), yyjson_get_len(value) };
    return codec_json_read(text, LIMIT_REQUEST_BYTES, doc, NULL) == QD_OK
               ? yyjson_doc_get_root(*doc)
               : NULL;
}

static bool read_days(open_call *call, yyjson_val *params, ads_query *q, const char **why) {
    static const char *const names[2] = { "start_date", "end_date" };
    int64_t days[2];
    int64_t first = 0;
    (void)base_time_from_cn(base_str_of(FIRST_DAY), &first);
    for (int i = 0; i < 2; i++) {
        base_str text = text_in(params, names[i]);
        int64_t at = 0;
        if (text.len != 10 || !base_time_from_cn(text, &at)) {
            return refuse(call, why, names[i], text, "is no yyyy-MM-dd");
        }
        if (at < first) {
            return refuse(call, why, names[i], text, "lies before 2016-10-26");
        }
        days[i] = ads_day_of(at);
    }
    q->from_day = days[0];
    q->to_day = days[1];
    if (days[1] < days[0]) {
        return refuse(call, why, "end_date", text_in(params, "end_date"), "lies before start_date");
    }
    return days[1] - days[0] + 1 <= MOST_DAYS ||
           refuse(call, why, "end_date", text_in(params, "end_date"),
                  "makes the span longer than 180 days");
}

static bool check_metric(open_call *call, const ads_query *q, const char *what, base_str name,
                         ads_metric *out, const char **why) {
    base_str goal = text_in(q->filtering, "marketing_goal");
    if (!ads_metric_find(name, q->plans, out)) {
        return refuse(call, why, what, name, "is no metric of this report");
    }
    if (out->name == NULL) {
        out->name = base_arena_dup(call->face->arena, name);
    }
    if (out->not_live && base_str_is(goal, "LIVE_PROM_GOODS")) {
        return refuse(call, why, what, name, "is not there with LIVE_PROM_GOODS");
    }
    if (out->not_video && base_str_is(goal, "VIDEO_PROM_GOODS")) {
        return refuse(call, why, what, name, "is not there with VIDEO_PROM_GOODS");
    }
    return true;
}

static bool read_fields(open_call *call, yyjson_val *params, ads_query *q, const char **why) {
    yyjson_val *list = nested(params, "fields", &q->docs[0]);
    size_t i, max;
    yyjson_val *item;
    if (!yyjson_is_arr(list) || yyjson_arr_size(list) == 0 || yyjson_arr_size(list) > ADS_FIELDS) {
        return refuse(call, why, "fields", BASE_STR(""), "is a list of metrics");
    }
    yyjson_arr_foreach(list, i, max, item) {
        base_str name = { yyjson_is_str(item) ? yyjson_get_str(item) : "", yyjson_get_len(item) };
        if (!check_metric(call, q, "fields", name, &q->fields[q->field_count], why)) {
            return false;
        }
        q->field_count++;
    }
    base_str order = text_in(params, "order_field");
    return check_metric(call, q, "order_field", order.len > 0 ? order : BASE_STR("stat_cost"),
                        &q->order, why);
}

/* ---- filters ---- */

static bool check_ids(open_call *call, const ads_query *q, const char **why) {
    yyjson_val *ads = yyjson_obj_get(q->filtering, "ad_ids");
    yyjson_val *awemes = yyjson_obj_get(q->filtering, "aweme_ids");
    if (!q->plans && ads != NULL) {
        return refuse(call, why, "filtering.ad_ids", BASE_STR(""), "belongs to the plan report");
    }
    if (q->plans && awemes != NULL) {
        return refuse(call, why, "filtering.aweme_ids", BASE_STR(""),
                      "belongs to the account report");
    }
    return yyjson_arr_size(ads) <= MOST_ADS ||
           refuse(call, why, "filtering.ad_ids", BASE_STR(""), "holds at most 100 ids");
}

static bool check_filtering(open_call *call, const ads_query *q, const char **why) {
    static const char *const not_with_aweme[] = { "marketing_scene", "promotion_way",
                                                  "smart_bid_type", "status" };
    bool aweme = base_str_is(text_in(q->filtering, "order_platform"), "ECP_AWEME");
    bool search = base_str_is(text_in(q->filtering, "marketing_scene"), "SEARCH");
    base_str status = text_in(q->filtering, "status");
    for (int i = 0; aweme && i < 4; i++) {
        base_str value = text_in(q->filtering, not_with_aweme[i]);
        if (value.len > 0) {
            return refuse(call, why, not_with_aweme[i], value,
                          "does not go with order_platform ECP_AWEME");
        }
    }
    base_str bid = text_in(q->filtering, "smart_bid_type");
    if (search && bid.len > 0) {
        return refuse(call, why, "smart_bid_type", bid, "does not go with marketing_scene SEARCH");
    }
    if (base_str_is(status, "SYSTEM_DISABLE") || base_str_is(status, "QUOTA_DISABLE")) {
        return refuse(call, why, "status", status, "is not supported here");
    }
    return check_ids(call, q, why);
}

/* ---- pages ---- */

static int64_t number_in(yyjson_val *params, const char *name, int64_t fallback) {
    int64_t number = fallback;
    yyjson_val *value = yyjson_obj_get(params, name);
    return value != NULL && codec_json_i64(value, &number) ? number : fallback;
}

static bool read_rest(open_call *call, yyjson_val *params, ads_query *q, const char **why) {
    base_str by = text_in(params, "time_granularity");
    /* Absent: ASC and 10 as the guide says; the SDK says DESC and 20. */
    q->descending = base_str_is(text_in(params, "order_type"), "DESC");
    q->page = number_in(params, "page", 1);
    q->page_size = number_in(params, "page_size", 10);
    q->hours = base_str_is(by, "TIME_GRANULARITY_DAILY")    ? 1
               : base_str_is(by, "TIME_GRANULARITY_HOURLY") ? 24
                                                            : 0;
    if (q->page < 1 || q->page > INT32_MAX) {
        return refuse(call, why, "page", BASE_STR(""), "begins with 1");
    }
    return (q->page_size >= 1 && q->page_size <= MOST_PAGE) ||
           refuse(call, why, "page_size", BASE_STR(""), "is 1 to 500");
}

bool ads_query_read(open_call *call, bool plans, ads_query *out, const char **out_why) {
    yyjson_val *params = yyjson_doc_get_root(call->merged);
    memset(out, 0, sizeof *out);
    out->plans = plans;
    out->filtering = nested(params, "filtering", &out->docs[1]);
    return read_days(call, params, out, out_why) && check_filtering(call, out, out_why) &&
           read_fields(call, params, out, out_why) && read_rest(call, params, out, out_why);
}

void ads_query_clear(ads_query *query) {
    yyjson_doc_free(query->docs[0]);
    yyjson_doc_free(query->docs[1]);
}
