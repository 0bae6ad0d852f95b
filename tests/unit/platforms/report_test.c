/*
 * Qianchuan's reports: what is refused before anything is sent, and how spans are split, read and
 * joined. The platform is a script that knows two plans and what they did on each day.
 */
#include "kit.h"
#include "qiandian/report.h"

/* ---- the rules ---- */

static const qd_shop_options ADVERTISER = { .session = "at", .shop_id = "16900000001" };
static const qd_shop_options SOLINKUP = { .session = "at", .shop_id = "OpenId@9" };

typedef struct refusal {
    const char *method; /* "ad" or "advertiser" */
    const char *days, *fields, *filtering, *more;
    const char *says[2]; /* the parameter, and the rule or value */
} refusal;

#define DAYS "\"start_date\":\"2023-11-01\",\"end_date\":\"2023-11-02\""
#define COST "[\"stat_cost\"]"
#define ALL "{\"marketing_goal\":\"ALL\"}"

static const refusal refusals[] = {
    /* fields of each report */
    { "ad", DAYS, "[]", ALL, "", { "fields", "asks for nothing" } },
    { "ad", DAYS, "[\"stat_cosst\"]", ALL, "", { "fields[0]", "did you mean stat_cost?" } },
    { "ad", DAYS, "[\"ctr\",\"campaign_id\"]", ALL, "", { "fields[1]", "campaign_id" } },
    { "advertiser", DAYS, "[\"convert_cnt\"]", ALL, "", { "fields[0]", "plan report" } },
    { "advertiser", DAYS, "[\"ad_id\"]", ALL, "", { "fields[0]", "plan report" } },
    { "advertiser", DAYS, "[\"dy_like\"]", ALL, "", { "fields[0]", "plan report" } },
    /* the marketing goal */
    { "ad", DAYS, COST, "{}", "", { "marketing_goal", "required" } },
    { "ad", DAYS, COST, "{\"marketing_goal\":\"LIVE\"}", "", { "marketing_goal", "LIVE" } },
    { "ad",
      DAYS,
      "[\"dy_share\"]",
      "{\"marketing_goal\":\"LIVE_PROM_GOODS\"}",
      "",
      { "dy_share", "LIVE_PROM_GOODS" } },
    { "ad",
      DAYS,
      "[\"dy_comment\"]",
      "{\"marketing_goal\":\"LIVE_PROM_GOODS\"}",
      "",
      { "dy_comment", "LIVE_PROM_GOODS" } },
    { "ad",
      DAYS,
      "[\"live_pay_order_cost_per_order\"]",
      "{\"marketing_goal\":\"VIDEO_PROM_GOODS\"}",
      "",
      { "live_pay_order_cost_per_order", "VIDEO_PROM_GOODS" } },
    /* filters */
    { "advertiser",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"ad_ids\":[1]}",
      "",
      { "filtering.ad_ids", "no such parameter" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"aweme_ids\":[1]}",
      "",
      { "filtering.aweme_ids", "no such parameter" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\",\"marketing_scene\":\"FEED\"}",
      "",
      { "filtering.marketing_scene", "order_platform=ECP_AWEME" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\",\"promotion_way\":\"SIMPLE\"}",
      "",
      { "filtering.promotion_way", "order_platform=ECP_AWEME" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\",\"status\":\"AUDIT\"}",
      "",
      { "filtering.status", "order_platform=ECP_AWEME" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\",\"smart_bid_type\":"
      "\"SMART_BID_CUSTOM\"}",
      "",
      { "filtering.smart_bid_type", "order_platform=ECP_AWEME" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"marketing_scene\":\"SEARCH\",\"smart_bid_type\":"
      "\"SMART_BID_CUSTOM\"}",
      "",
      { "filtering.smart_bid_type", "marketing_scene=SEARCH" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"status\":\"SYSTEM_DISABLE\"}",
      "",
      { "filtering.status", "SYSTEM_DISABLE" } },
    { "ad",
      DAYS,
      COST,
      "{\"marketing_goal\":\"ALL\",\"status\":\"QUOTA_DISABLE\"}",
      "",
      { "filtering.status", "QUOTA_DISABLE" } },
    /* order and pages */
    { "ad", DAYS, COST, ALL, ",\"order_field\":\"ad_name\"", { "order_field", "ad_name" } },
    { "ad", DAYS, COST, ALL, ",\"order_field\":\"ad_id\"", { "order_field", "ad_id" } },
    { "ad", DAYS, COST, ALL, ",\"order_type\":\"UP\"", { "order_type", "UP" } },
    { "ad", DAYS, COST, ALL, ",\"page_size\":501", { "page_size", "501" } },
    { "ad", DAYS, COST, ALL, ",\"page_size\":0", { "page_size", "0" } },
    /* days */
    { "ad",
      "\"start_date\":\"2023-11-02\",\"end_date\":\"2023-11-01\"",
      COST,
      ALL,
      "",
      { "end_date", "2023-11-01" } },
    { "ad",
      "\"start_date\":\"2016-10-25\",\"end_date\":\"2016-10-27\"",
      COST,
      ALL,
      "",
      { "start_date", "2016-10-25" } },
    { "ad",
      "\"start_date\":\"2023-02-30\",\"end_date\":\"2023-03-01\"",
      COST,
      ALL,
      "",
      { "start_date", "yyyy-MM-dd" } },
    { "ad",
      "\"start_date\":\"2023-01-01\",\"end_date\":\"2023-06-30\"",
      COST,
      ALL,
      "",
      { "end_date", "181 days" } },
};

static void try_refusal(kit *k, const refusal *r, bool solinkup) {
    char params[1024];
    char method[64];
    qd_err err;
    (void)snprintf(params, sizeof params, "{%s%s,\"fields\":%s,\"filtering\":%s%s}",
                   solinkup ? "\"advertiser_id\":7," : "", r->days, r->fields, r->filtering,
                   r->more);
    (void)snprintf(method, sizeof method, solinkup ? "juliangqianchuan.get%s" : "report.%s.get",
                   !solinkup                      ? r->method
                   : strcmp(r->method, "ad") == 0 ? "ReportAd"
                                                  : "Advertiser");
    if (kit_call(k, method, params, NULL, NULL, 0, &err) != QD_E_INVALID ||
        !strstr(err.message, method) || !strstr(err.message, r->says[0]) ||
        !strstr(err.message, r->says[1])) {
        fail_msg("%s %s: %s: %s", method, params, qd_status_name(err.status), err.message);
    }
}

static void rules_are_checked_before_anything_is_sent(void **state) {
    (void)state;
    kit k;
    for (int solinkup = 0; solinkup < 2; solinkup++) {
        kit_open(&k, solinkup ? "solinkup" : "qianchuan", NULL, solinkup ? &SOLINKUP : &ADVERTISER);
        for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
            try_refusal(&k, &refusals[i], solinkup);
        }
        assert_int_equal(k.requests, 0);
        kit_close(&k);
    }
}

static void more_than_a_hundred_plans_are_refused(void **state) {
    (void)state;
    kit k;
    base_buf ids;
    qd_err err;
    base_buf_init(&ids, 4096);
    base_buf_add_text(&ids, "{" DAYS ",\"fields\":" COST
                            ",\"filtering\":{\"marketing_goal\":\"ALL\",\"ad_ids\":[0");
    for (int i = 1; i < 101; i++) {
        base_buf_printf(&ids, ",%d", i);
    }
    base_buf_add_text(&ids, "]}}");
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    assert_int_equal(kit_call(&k, "report.ad.get", base_buf_text(&ids), NULL, NULL, 0, &err),
                     QD_E_INVALID);
    assert_non_null(strstr(err.message, "filtering.ad_ids"));
    assert_non_null(strstr(err.message, "100"));
    assert_int_equal(k.requests, 0);
    kit_close(&k);
    base_buf_clear(&ids);
}

/* Names that only the sample or only the SDK has, both spellings, and the ends of each bound. */
static void what_sources_disagree_on_is_accepted(void **state) {
    (void)state;
    static const char *const fine[] = {
        "[\"pay_order_roi\",\"convert_cost\",\"conversion_cost\",\"convert_rate\","
        "\"conversion_rate\",\"ecp_cpa_platform\",\"all_order_pay_gmv_7days\",\"ad_id\"]",
        "[\"dy_like\",\"luban_live_gift_amount\"]",
    };
    kit k;
    char params[512];
    kit_open(&k, "qianchuan", NULL, &ADVERTISER);
    kit_rule_times(&k, "/", "{\"code\":0,\"data\":{}}", 0);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(params, sizeof params,
                       "{\"start_date\":\"2023-01-01\",\"end_date\":\"2023-06-29\",\"fields\":%s,"
                       "\"filtering\":" ALL ",\"page_size\":500}",
                       fine[i]);
        KIT_CALL(&k, "report.ad.get", params, QD_OK);
    }
    KIT_CALL(&k, "report.ad.get",
             "{" DAYS ",\"fields\":" COST ",\"filtering\":{\"marketing_goal\":\"ALL\","
             "\"marketing_scene\":\"SEARCH\",\"promotion_way\":\"SIMPLE\",\"status\":\"AUDIT\"}}",
             QD_OK);
    KIT_CALL(&k, "report.ad.get",
             "{" DAYS ",\"fields\":" COST ",\"filtering\":{\"marketing_goal\":\"ALL\","
             "\"smart_bid_type\":\"SMART_BID_NO_BID\"}}",
             QD_OK);
    /* Whoever asks for it sends what they like. */
    qd_err err;
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "report.ad.get", "{\"fields\":[\"new\"]}", &any, NULL, 0, &err),
                     QD_OK);
    kit_close(&k);
}

static void solinkup_always_sends_order_and_page_size(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "solinkup", NULL, &SOLINKUP);
    kit_rule_times(&k, "/", "{\"code\":0,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{}}", 0);
    KIT_CALL(&k, "juliangqianchuan.getReportAd",
             "{\"advertiser_id\":7," DAYS ",\"fields\":" COST ",\"filtering\":" ALL "}", QD_OK);
    assert_non_null(strstr(k.seen[0].body, "\"order_type\":\"ASC\",\"page\":1,\"page_size\":10,"));
    kit_close(&k);
}

/* ---- splitting and joining ---- */

/* The platform: two plans; on day n plan 1 has 10 clicks of 1,000 shows for n fen, plan 2 on odd
 * days 90 clicks of 100 shows ... so that an average of quotients is not their quotient. */
typedef struct script {
    qd_clock clock;
    qd_app *app;
    qd_shop *shop;
    int calls;
    int64_t longest; /* days of the longest call */
    bool ratio;      /* ctr as a ratio, else percent */
    bool solinkup;
    int grows; /* so many answers tell one row more than the one before */
    char last[4096];
} script;

static int64_t wall(void *self) {
    (void)self;
    return (int64_t)KIT_NOW * 1000;
}

static int64_t mono(void *self) {
    (void)self;
    return 1;
}

static void no_sleep(void *self, int64_t ms) {
    (void)self;
    (void)ms;
}

static void text_between(const char *text, const char *from, char end, char *out, size_t size) {
    const char *at = strstr(text, from);
    size_t n = 0;
    assert_non_null(at);
    for (at += strlen(from); *at && *at != end && n + 1 < size; at++) {
        out[n++] = *at;
    }
    out[n] = '\0';
}

static int64_t day_number(const char *day) {
    int64_t at = 0;
    assert_true(base_time_from_cn((base_str){ day, 10 }, &at));
    return (at + 8 * 3600) / 86400 - 19358; /* 2023-01-01 is day 0 */
}

typedef struct sums {
    int64_t cost_fen, show, click;
} sums;

static void add_day(int plan, int64_t day, sums *out) {
    if (plan == 1) {
        out->show += 1000;
        out->click += 10;
        out->cost_fen += day + 1;
    } else if (day % 2 == 1) {
        out->show += 100;
        out->click += 90;
        out->cost_fen += 3;
    }
}

static void write_row(const script *s, int plan, const sums *of, const char *date, base_buf *out) {
    base_buf_printf(out,
                    "{\"advertiser_id\":7,\"ad_id\":%d%s%s%s,\"stat_cost\":%lld.%02lld,"
                    "\"show_cnt\":%lld,\"click_cnt\":\"%lld\",\"ctr\":%.*f}",
                    plan, date ? ",\"stat_datetime\":\"" : "", date ? date : "", date ? "\"" : "",
                    (long long)(of->cost_fen / 100), (long long)(of->cost_fen % 100),
                    (long long)of->show, (long long)of->click, s->ratio ? 4 : 2,
                    of->show ? (double)of->click * (s->ratio ? 1 : 100) / (double)of->show : 0.0);
}

/* A page of two rows at most; empty rows are left out, as the platform does. */
static void write_page(script *s, int64_t from, int64_t to, bool daily, int page, base_buf *out) {
    int total = daily ? (int)(to - from + 1) * 2 : 2;
    bool any = false;
    base_buf_add_text(out,
                      "{\"code\":0,\"message\":\"OK\",\"request_id\":\"R\",\"data\":{\"list\":[");
    for (int i = (page - 1) * 2; i < page * 2 && i < total; i++) {
        sums of = { 0, 0, 0 };
        char date[BASE_TIME_TEXT];
        int64_t day = daily ? from + i / 2 : from;
        for (int64_t at = day; at <= (daily ? day : to); at++) {
            add_day(i % 2 + 1, at, &of);
        }
        base_time_to_cn((day + 19358) * 86400 - 8 * 3600, date);
        date[10] = '\0';
        if (of.show > 0) {
            base_buf_add_text(out, any ? "," : "");
            write_row(s, i % 2 + 1, &of, daily ? date : NULL, out);
            any = true;
        }
    }
    total += s->calls <= s->grows ? s->calls : 0;
    base_buf_printf(out,
                    "],\"page_info\":{\"page\":%d,\"page_size\":2,\"total_number\":%d,"
                    "\"total_page\":%d}}}",
                    page, total, (total + 1) / 2);
}

static void play(void *user, const qd_http_request *request, net_fake_reply *out) {
    static base_buf answer;
    script *s = user;
    char from[16];
    char to[16];
    char page[16];
    int64_t number = 0;
    const char *text = s->solinkup ? request->body : request->url;
    (void)snprintf(s->last, sizeof s->last, "%.*s", (int)(s->solinkup ? request->body_len : 4000),
                   text);
    text_between(s->last,
                 s->solinkup ? "\"start_date\":\"" : "start_date=", s->solinkup ? '"' : '&', from,
                 sizeof from);
    text_between(s->last, s->solinkup ? "\"end_date\":\"" : "end_date=", s->solinkup ? '"' : '&',
                 to, sizeof to);
    text_between(s->last, s->solinkup ? "\"page\":" : "&page=", s->solinkup ? ',' : '&', page,
                 sizeof page);
    int64_t days = day_number(to) - day_number(from) + 1;
    s->longest = days > s->longest ? days : s->longest;
    s->calls++;
    base_buf_clear(&answer);
    base_buf_init(&answer, 1 << 20);
    assert_true(base_str_to_i64(base_str_of(page), &number));
    write_page(s, day_number(from), day_number(to), strstr(s->last, "GRANULARITY_DAILY") != NULL,
               (int)number, &answer);
    out->reply.status = 200;
    out->reply.body = base_buf_text(&answer);
    out->reply.body_len = answer.len;
}

static qd_transport *script_transport(void *user, qd_err *err) {
    script *s = user;
    qd_transport *transport = NULL;
    return net_fake_new(play, s, &s->clock, &transport, err) == QD_OK ? transport : NULL;
}

static void script_open(script *s, bool solinkup) {
    qd_err err;
    memset(s, 0, sizeof *s);
    s->solinkup = solinkup;
    s->clock = (qd_clock){ s, wall, mono, no_sleep, kit_random };
    const qd_app_options app = { .platform = solinkup ? "solinkup" : "qianchuan",
                                 .key = "1",
                                 .secret = "2",
                                 .clock = &s->clock,
                                 .transport_make = script_transport,
                                 .transport_user = s,
                                 .calls_per_second = -1 };
    assert_int_equal(qd_app_new(&app, &s->app, &err), QD_OK);
    assert_int_equal(
        qd_shop_new(s->app,
                    solinkup ? &SOLINKUP : &(qd_shop_options){ .session = "at", .shop_id = "7" },
                    &s->shop, &err),
        QD_OK);
}

static void script_close(script *s) {
    qd_shop_free(s->shop);
    qd_app_free(s->app);
}

static qd_report *run(script *s, const qd_report_options *options) {
    qd_report *report = NULL;
    qd_err err;
    if (qd_report_run(s->shop, options, &report, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    return report;
}

static const char *const FIELDS[] = { "stat_cost", "ctr" };
static const qd_report_options PLANS = { .report = QD_REPORT_AD,
                                         .from = "2023-01-01",
                                         .to = "2023-01-30",
                                         .fields = FIELDS,
                                         .field_count = 2,
                                         .marketing_goal = "ALL",
                                         .longest_days = 7 };

static void pieces_are_added_up_and_quotients_computed(void **state) {
    (void)state;
    script s;
    script_open(&s, false);
    qd_report *report = run(&s, &PLANS);
    /* Plan 1: 300 of 30,000 clicked, 1 + 2 + ... + 30 fen. Plan 2: 15 days of 90 of 100. */
    assert_string_equal(qd_report_rows_json(report),
                        "[{\"advertiser_id\":7,\"ad_id\":2,\"stat_cost\":0.45,\"ctr\":90},"
                        "{\"advertiser_id\":7,\"ad_id\":1,\"stat_cost\":4.65,\"ctr\":1}]");
    assert_int_equal(s.longest, 7);
    assert_int_equal(s.calls, 5);
    /* The parts were asked for, though the caller did not. */
    assert_non_null(strstr(s.last, "click_cnt"));
    assert_non_null(strstr(s.last, "show_cnt"));
    assert_non_null(strstr(s.last, "order_type=ASC"));
    const char *meta = qd_report_json(report);
    assert_non_null(strstr(meta, "\"pieces\":5"));
    assert_non_null(strstr(meta, "{\"name\":\"stat_cost\",\"unit\":\"yuan\",\"unit_source\":"
                                 "\"presumed\",\"source\":\"guide\",\"kind\":\"added\"}"));
    assert_non_null(
        strstr(meta, "\"name\":\"ctr\",\"unit\":\"percent\",\"unit_source\":\"answers\""));
    assert_non_null(strstr(meta, "\"parts\":[\"click_cnt\",\"show_cnt\"]"));
    qd_report_free(report);
    script_close(&s);
}

static void a_ratio_stays_a_ratio(void **state) {
    (void)state;
    script s;
    script_open(&s, false);
    s.ratio = true;
    qd_report *report = run(&s, &PLANS);
    assert_non_null(strstr(qd_report_rows_json(report), "\"ctr\":0.9}"));
    assert_non_null(strstr(qd_report_rows_json(report), "\"ctr\":0.01}"));
    assert_non_null(
        strstr(qd_report_json(report), "\"unit\":\"ratio\",\"unit_source\":\"answers\""));
    qd_report_free(report);
    script_close(&s);
}

static void days_are_set_side_by_side_over_all_pages(void **state) {
    (void)state;
    script s;
    script_open(&s, false);
    qd_report_options days = PLANS;
    days.by = QD_REPORT_DAILY;
    days.to = "2023-01-09";
    days.filtering_json = "{\"ad_ids\":[1,2]}";
    qd_report *report = run(&s, &days);
    assert_int_equal(qd_report_row_count(report), 18);
    assert_int_equal(s.calls, 7 + 2); /* two rows a page */
    /* Plan 2 did nothing on even days: the platform leaves the row out, here it is zero. */
    const char *rows = qd_report_rows_json(report);
    assert_non_null(strstr(rows, "[{\"advertiser_id\":7,\"ad_id\":2,\"stat_datetime\":"
                                 "\"2023-01-01\",\"stat_cost\":0,\"ctr\":0},{\"advertiser_id\":7,"
                                 "\"ad_id\":1,\"stat_datetime\":\"2023-01-01\",\"stat_cost\":0.01,"
                                 "\"ctr\":1}"));
    assert_non_null(strstr(rows, "\"ad_id\":2,\"stat_datetime\":\"2023-01-03\",\"stat_cost\":0,"
                                 "\"ctr\":0}"));
    assert_non_null(strstr(rows, "\"ad_id\":2,\"stat_datetime\":\"2023-01-04\",\"stat_cost\":0.03,"
                                 "\"ctr\":90}"));
    assert_non_null(strstr(qd_report_json(report), "\"filled\":5"));
    qd_report_free(report);
    script_close(&s);
}

static void solinkup_is_asked_day_by_day(void **state) {
    (void)state;
    script s;
    qd_err err;
    qd_report *none = NULL;
    script_open(&s, true);
    qd_report_options days = PLANS;
    days.by = QD_REPORT_DAILY;
    days.to = "2023-01-04";
    days.advertiser_id = "7";
    qd_report *report = run(&s, &days);
    assert_int_equal(s.calls, 4);
    assert_int_equal(s.longest, 1);
    assert_null(strstr(s.last, "time_granularity"));
    assert_int_equal(qd_report_row_count(report), 6);
    assert_non_null(strstr(qd_report_rows_json(report),
                           "\"ad_id\":2,\"stat_datetime\":\"2023-01-04\",\"stat_cost\":0.03"));
    qd_report_free(report);
    days.by = QD_REPORT_HOURLY;
    assert_int_equal(qd_report_run(s.shop, &days, &none, &err), QD_E_UNSUPPORTED);
    script_close(&s);
}

static void a_list_that_changes_is_read_again(void **state) {
    (void)state;
    script s;
    script_open(&s, false);
    qd_report_options days = PLANS;
    days.by = QD_REPORT_DAILY;
    days.to = "2023-01-03";
    s.grows = 2;
    qd_report *report = run(&s, &days);
    assert_int_equal(qd_report_row_count(report), 4); /* 3 of plan 1, 1 of plan 2; none twice */
    qd_report_free(report);
    script_close(&s);
}

static void quotients_without_known_parts_are_not_joined(void **state) {
    (void)state;
    static const char *const lone[] = { "live_pay_order_cost_per_order" };
    script s;
    qd_err err;
    qd_report *report = NULL;
    script_open(&s, false);
    qd_report_options options = PLANS;
    options.fields = lone;
    options.field_count = 1;
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "live_pay_order_cost_per_order"));
    assert_int_equal(s.calls, 0);
    options.to = "2023-01-07"; /* fits one call: the platform's own number */
    report = run(&s, &options);
    qd_report_free(report);
    script_close(&s);
}

static void mistakes_of_a_report_are_told(void **state) {
    (void)state;
    script s;
    qd_err err;
    qd_report *report = NULL;
    script_open(&s, false);
    qd_report_options options = PLANS;
    options.to = "2022-12-31";
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_INVALID);
    options = PLANS;
    options.from = "1 Jan";
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_INVALID);
    options = PLANS;
    options.filtering_json = "[1]";
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_INVALID);
    options = PLANS;
    options.filtering_json = "{\"status\":\"QUOTA_DISABLE\"}";
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_INVALID);
    assert_non_null(strstr(err.message, "QUOTA_DISABLE"));
    options = PLANS;
    options.field_count = 0;
    assert_int_equal(qd_report_run(s.shop, &options, &report, &err), QD_E_INVALID);
    assert_null(report);
    assert_int_equal(s.calls, 0);
    script_close(&s);
    kit k;
    kit_open(&k, "alliance", NULL, NULL);
    assert_int_equal(qd_report_run(k.shop, &PLANS, &report, &err), QD_E_UNSUPPORTED);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_checked_before_anything_is_sent),
        cmocka_unit_test(more_than_a_hundred_plans_are_refused),
        cmocka_unit_test(what_sources_disagree_on_is_accepted),
        cmocka_unit_test(solinkup_always_sends_order_and_page_size),
        cmocka_unit_test(pieces_are_added_up_and_quotients_computed),
        cmocka_unit_test(a_ratio_stays_a_ratio),
        cmocka_unit_test(days_are_set_side_by_side_over_all_pages),
        cmocka_unit_test(solinkup_is_asked_day_by_day),
        cmocka_unit_test(a_list_that_changes_is_read_again),
        cmocka_unit_test(quotients_without_known_parts_are_not_joined),
        cmocka_unit_test(mistakes_of_a_report_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
