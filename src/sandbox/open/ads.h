/*
 * The advertiser of Qianchuan's practice account: its plans, what each of them did on each day, and
 * the two reports over that. Qianchuan's face and Solinkup's give the same numbers.
 */
#ifndef SANDBOX_OPEN_ADS_H
#define SANDBOX_OPEN_ADS_H

#include "sandbox/open/open.h"

/* ---- the world of ads (ads_world.c) ---- */

/* Amounts are in fen. */
typedef enum ads_fact {
    ADS_COST,
    ADS_SHOW,
    ADS_CLICK,
    ADS_PAY_COUNT,
    ADS_CREATE_AMOUNT,
    ADS_CREATE_COUNT,
    ADS_PAY_AMOUNT,
    ADS_FOLLOW,
    ADS_PREPAY_COUNT,
    ADS_PREPAY_AMOUNT,
    ADS_PLAY,
    ADS_PLAY_3S,
    ADS_PLAY_25,
    ADS_PLAY_50,
    ADS_PLAY_75,
    ADS_PLAY_OVER,
    ADS_CONVERT,
    ADS_SHARE, /* of videos only, as the two below */
    ADS_COMMENT,
    ADS_LIKE,
    ADS_LIVE_ENTER, /* of live rooms only, as all below */
    ADS_LIVE_MINUTE,
    ADS_LIVE_FANS,
    ADS_LIVE_SLIDE,
    ADS_LIVE_PRODUCT,
    ADS_LIVE_COMMENT,
    ADS_LIVE_SHARE,
    ADS_LIVE_GIFT,
    ADS_LIVE_GIFT_AMOUNT,
    ADS_FACTS
} ads_fact;

enum { ADS_PLANS = 14, ADS_DAY_S = 86400, ADS_CN_S = 8 * 3600 };

typedef struct ads_plan {
    int64_t id, aweme;
    int64_t first_day; /* days since 1970-01-01 at +08:00 */
    bool live;         /* marketing_goal LIVE_PROM_GOODS, else VIDEO_PROM_GOODS */
    bool by_aweme;     /* order_platform ECP_AWEME, else QIANCHUAN */
    const char *scene, *way, *bid, *status;
} ads_plan;

ads_plan ads_plan_at(const sandbox *sb, unsigned plan);
/* What the plan did on a day, or (0..23) in an hour of it; the hours of a day add up to it. */
void ads_facts_of(const sandbox *sb, unsigned plan, int64_t day, int hour, int64_t now,
                  int64_t out[ADS_FACTS]);
int64_t ads_day_of(int64_t utc_s);
int64_t ads_account(const sandbox *sb);

/* Appends ,"report":{...}: what a year to now adds up to, of all plans and of each. */
void face_ads_truth(const sandbox *sb, int64_t now, base_buf *out);

/* ---- metrics and rules (ads_rules.c) ---- */

typedef struct ads_metric {
    const char *name;
    uint8_t top, top_too, bottom; /* ads_fact; ADS_FACTS = none */
    bool yuan;                    /* amounts of fen, written in yuan */
    int times;                    /* of a quotient: 1, 100 (percent), 1,000 */
    bool plans_only, not_live, not_video;
} ads_metric;

/* Known to the reports, though the world may have nothing to count for it (all zero). */
bool ads_metric_find(base_str name, bool plans, ads_metric *out);
/* The metric of a row in hundredths. */
int64_t ads_metric_value(const ads_metric *metric, const int64_t facts[ADS_FACTS]);

enum { ADS_FIELDS = 128 };

/* One request, read and judged; texts are borrowed from its documents. */
typedef struct ads_query {
    bool plans;
    int64_t from_day, to_day; /* both belong to it */
    int hours;                /* 0 = a row for the span, 1 = a row a day, 24 = a row an hour */
    ads_metric fields[ADS_FIELDS];
    size_t field_count;
    ads_metric order;
    bool descending;
    int64_t page, page_size;
    yyjson_val *filtering;
    yyjson_doc *docs[2];
} ads_query;

/* False with the reason, in the arena; clear out in either case. */
bool ads_query_read(open_call *call, bool plans, ads_query *out, const char **out_why);
void ads_query_clear(ads_query *query);

/* ---- reports (ads_report.c) ---- */

/* 40001 and 40002 are the public codes of Ocean Engine, see docs/sandbox.md. */
enum { ADS_CODE_PARAM = 40001, ADS_CODE_PERMISSION = 40002 };

/* Is the call's method one of the reports? */
bool ads_is_report(const open_call *call);
/* Appends the report's data; else 0 rows and the code, with the reason in out_why. 0 = fine. */
int ads_report(open_call *call, base_buf *out, const char **out_why);

#endif
