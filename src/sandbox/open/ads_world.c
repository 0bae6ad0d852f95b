/*
 * The practice advertiser's plans and what they did, day by day: a function of the seed, so that a
 * year of it takes no memory and every report over it adds up. Also its truth, summed here plan by
 * plan and day by day, apart from the code that serves reports.
 */
#include <string.h>

#include "sandbox/open/ads.h"

enum { OLDEST_DAYS = 420, SPARSE = 6, TRUTH_DAYS = 365 };

int64_t ads_day_of(int64_t utc_s) {
    return (utc_s + ADS_CN_S) / ADS_DAY_S;
}

int64_t ads_account(const sandbox *sb) {
    int64_t id = 0;
    (void)base_str_to_i64(base_str_of(sb->apps[FACE_QIANCHUAN].account), &id);
    return id;
}

/* Every value of each filter is taken by some plan. The last plan never runs: the platform leaves
 * such rows out. */
ads_plan ads_plan_at(const sandbox *sb, unsigned plan) {
    static const char *const scenes[] = { "FEED", "FEED", "SEARCH" };
    static const char *const statuses[] = { "DELIVERY_OK", "DELIVERY_OK", "DISABLE", "TIME_DONE",
                                            "DELETED" };
    uint64_t seed = base_mix(sb->seed, 4000 + plan);
    int64_t start_day = ads_day_of(world_start(sb->world));
    return (ads_plan){
        .id = 1700000000000000 + (int64_t)(seed % 90000000000000ULL) / 100 * 100 + plan,
        .aweme = 60000000000 + (int64_t)(base_mix(sb->seed, 4100 + plan % 3) % 1000000000ULL),
        .first_day = start_day - (int64_t)(plan < 3 ? OLDEST_DAYS : seed % OLDEST_DAYS),
        .live = plan % 3 == 2,
        .by_aweme = plan % 5 == 4,
        .scene = scenes[plan % 3],
        .way = plan % 2 == 0 ? "STANDARD" : "SIMPLE",
        .bid = plan % 4 == 3 ? "SMART_BID_CONSERVATIVE" : "SMART_BID_CUSTOM",
        .status = statuses[plan % 5],
    };
}

/* low .. low + span - 1, another number for each purpose. */
static int64_t pick(uint64_t seed, uint64_t purpose, int64_t low, int64_t span) {
    return low + (int64_t)(base_mix(seed, purpose) % (uint64_t)span);
}

static void live_facts(uint64_t seed, int64_t facts[ADS_FACTS]) {
    facts[ADS_LIVE_ENTER] = facts[ADS_CLICK] + pick(seed, 30, 0, 40);
    facts[ADS_LIVE_MINUTE] = facts[ADS_LIVE_ENTER] * pick(seed, 31, 10, 50) / 100;
    facts[ADS_LIVE_FANS] = facts[ADS_LIVE_ENTER] / 50;
    facts[ADS_LIVE_SLIDE] = facts[ADS_LIVE_ENTER] / 4;
    facts[ADS_LIVE_PRODUCT] = facts[ADS_LIVE_ENTER] / 6;
    facts[ADS_LIVE_COMMENT] = pick(seed, 32, 0, 90);
    facts[ADS_LIVE_SHARE] = pick(seed, 33, 0, 20);
    facts[ADS_LIVE_GIFT] = pick(seed, 34, 0, 8);
    facts[ADS_LIVE_GIFT_AMOUNT] = facts[ADS_LIVE_GIFT] * pick(seed, 35, 10, 990);
}

static void day_facts(uint64_t seed, bool live, int64_t facts[ADS_FACTS]) {
    facts[ADS_SHOW] = pick(seed, 1, 300, 9000);
    facts[ADS_CLICK] = facts[ADS_SHOW] * pick(seed, 2, 8, 70) / 1000;
    facts[ADS_COST] = facts[ADS_CLICK] * pick(seed, 3, 25, 160) + pick(seed, 4, 0, 100);
    facts[ADS_CREATE_COUNT] = facts[ADS_CLICK] * pick(seed, 5, 0, 9) / 100;
    facts[ADS_PAY_COUNT] = facts[ADS_CREATE_COUNT] * pick(seed, 6, 60, 41) / 100;
    facts[ADS_CREATE_AMOUNT] = facts[ADS_CREATE_COUNT] * pick(seed, 7, 1900, 18000);
    facts[ADS_PAY_AMOUNT] = facts[ADS_PAY_COUNT] * pick(seed, 7, 1900, 18000);
    facts[ADS_PREPAY_COUNT] = pick(seed, 8, 0, 3);
    facts[ADS_PREPAY_AMOUNT] = facts[ADS_PREPAY_COUNT] * pick(seed, 9, 1000, 5000);
    facts[ADS_FOLLOW] = facts[ADS_CLICK] / pick(seed, 10, 8, 40);
    facts[ADS_CONVERT] = facts[ADS_PAY_COUNT] + facts[ADS_PREPAY_COUNT];
    facts[ADS_PLAY] = facts[ADS_SHOW] * pick(seed, 11, 50, 50) / 100;
    facts[ADS_PLAY_3S] = facts[ADS_PLAY] * pick(seed, 12, 30, 40) / 100;
    facts[ADS_PLAY_25] = facts[ADS_PLAY_3S] * 3 / 4;
    facts[ADS_PLAY_50] = facts[ADS_PLAY_3S] / 2;
    facts[ADS_PLAY_75] = facts[ADS_PLAY_3S] / 3;
    facts[ADS_PLAY_OVER] = facts[ADS_PLAY_3S] / 5;
    if (live) {
        live_facts(seed, facts);
    } else {
        facts[ADS_SHARE] = pick(seed, 20, 0, 30);
        facts[ADS_COMMENT] = pick(seed, 21, 0, 50);
        facts[ADS_LIKE] = pick(seed, 22, 0, 400);
    }
}

void ads_facts_of(const sandbox *sb, unsigned plan, int64_t day, int hour, int64_t now,
                  int64_t out[ADS_FACTS]) {
    ads_plan of = ads_plan_at(sb, plan);
    uint64_t seed = base_mix(base_mix(sb->seed, (uint64_t)of.id), (uint64_t)day);
    memset(out, 0, ADS_FACTS * sizeof out[0]);
    if (day < of.first_day || day > ads_day_of(now) || plan == ADS_PLANS - 1 ||
        seed % SPARSE == 0) {
        return;
    }
    day_facts(seed, of.live, out);
    for (int i = 0; hour >= 0 && i < ADS_FACTS; i++) {
        out[i] = out[i] * (hour + 1) / 24 - out[i] * hour / 24;
    }
}

/* ---- truth ---- */

static const char *const truth_names[] = {
    "stat_cost_fen",        "show_cnt",           "click_cnt",  "pay_order_count",
    "pay_order_amount_fen", "create_order_count", "convert_cnt"
};
static const ads_fact truth_facts[] = { ADS_COST,       ADS_SHOW,         ADS_CLICK,  ADS_PAY_COUNT,
                                        ADS_PAY_AMOUNT, ADS_CREATE_COUNT, ADS_CONVERT };
enum { TRUTH_FACTS = sizeof truth_facts / sizeof truth_facts[0] };

static void write_sums(const int64_t sums[ADS_FACTS], base_buf *out) {
    for (size_t i = 0; i < TRUTH_FACTS; i++) {
        base_buf_printf(out, ",\"%s\":%lld", truth_names[i], (long long)sums[truth_facts[i]]);
    }
}

static void write_day(int64_t day, base_buf *out) {
    char text[BASE_TIME_TEXT];
    base_time_to_cn(day * ADS_DAY_S - ADS_CN_S, text);
    base_buf_printf(out, "\"%.10s\"", text);
}

void face_ads_truth(const sandbox *sb, int64_t now, base_buf *out) {
    int64_t all[ADS_FACTS] = { 0 };
    int64_t to = ads_day_of(now);
    base_buf plans;
    base_buf_init(&plans, LIMIT_REPLY_BYTES);
    for (unsigned plan = 0; plan < ADS_PLANS; plan++) {
        int64_t sums[ADS_FACTS] = { 0 };
        ads_plan of = ads_plan_at(sb, plan);
        for (int64_t day = to - TRUTH_DAYS + 1; !of.by_aweme && day <= to; day++) {
            int64_t facts[ADS_FACTS];
            ads_facts_of(sb, plan, day, -1, now, facts);
            for (int i = 0; i < ADS_FACTS; i++) {
                sums[i] += facts[i];
                all[i] += facts[i];
            }
        }
        if (!of.by_aweme) {
            base_buf_printf(&plans, "%s{\"ad_id\":%lld", plans.len > 0 ? "," : "",
                            (long long)of.id);
            write_sums(sums, &plans);
            base_buf_add_char(&plans, '}');
        }
    }
    base_buf_add_text(out, ",\"report\":{\"order_platform\":\"QIANCHUAN\",\"from\":");
    write_day(to - TRUTH_DAYS + 1, out);
    base_buf_add_text(out, ",\"to\":");
    write_day(to, out);
    write_sums(all, out);
    base_buf_add_text(out, ",\"plans\":[");
    base_buf_add_str(out, base_buf_str(&plans));
    base_buf_add_text(out, "]}");
    base_buf_clear(&plans);
}
