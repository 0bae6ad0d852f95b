/*
 * The practice advertiser: reports that add up to the world's truth however they are cut, filters,
 * order, pages, rows that are left out, and rules that refuse; the same through Solinkup's face.
 */
#include "face_kit.h"

enum { ALLIANCE, QIANCHUAN, SOLINKUP }; /* apps of the truth */

typedef struct bench {
    kit k;
    char access[80];
} bench;

static yyjson_val *truth_report(bench *b) {
    yyjson_val *apps = yyjson_obj_get(yyjson_doc_get_root(b->k.truth), "apps");
    return yyjson_obj_get(yyjson_arr_get(apps, QIANCHUAN), "report");
}

static void send(bench *b, const char *method, const char *path, const char *query,
                 const char *token, const char *body) {
    kit *k = &b->k;
    k->header = "Access-Token";
    k->value = token;
    kit_send(k, method, path, query, "application/json", body);
    k->header = NULL;
}

static int setup(void **state) {
    bench *b = calloc(1, sizeof *b);
    char body[512];
    char code[80];
    assert_non_null(b);
    kit_open(&b->k, 2, 4, "none", KIT_NOW);
    kit_control(&b->k, "GET", "/_sandbox/code", "platform=qianchuan");
    (void)snprintf(code, sizeof code, "%s", kit_text(&b->k, "code"));
    (void)snprintf(body, sizeof body,
                   "{\"app_id\":%s,\"secret\":\"%s\",\"grant_type\":\"auth_code\",\"auth_code\":"
                   "\"%s\"}",
                   kit_app_text(&b->k, QIANCHUAN, "app_key"),
                   kit_app_text(&b->k, QIANCHUAN, "app_secret"), code);
    send(b, "POST", "/open_api/oauth2/access_token/", "", "", body);
    (void)snprintf(b->access, sizeof b->access, "%s", kit_text(&b->k, "data.access_token"));
    assert_true(b->access[0] != '\0');
    *state = b;
    return 0;
}

static int teardown(void **state) {
    bench *b = *state;
    kit_close(&b->k);
    free(b);
    return 0;
}

/* Parameters as JSON texts, encoded. */
static int64_t ask(bench *b, bool plans, const char *from, const char *to, const char *fields,
                   const char *filtering, const char *more) {
    base_buf query;
    base_buf_init(&query, 1 << 16);
    base_buf_printf(&query, "advertiser_id=%s&start_date=%s&end_date=%s",
                    kit_app_text(&b->k, QIANCHUAN, "account"), from, to);
    base_buf_add_text(&query, "&fields=");
    codec_url_encode(&query, base_str_of(fields), false);
    base_buf_add_text(&query, "&filtering=");
    codec_url_encode(&query, base_str_of(filtering), false);
    base_buf_add_text(&query, more);
    send(b, "GET",
         plans ? "/open_api/v1.0/qianchuan/report/ad/get/"
               : "/open_api/v1.0/qianchuan/report/advertiser/get/",
         base_buf_text(&query), b->access, "");
    base_buf_clear(&query);
    return kit_int(&b->k, "code");
}

/* The sum of a number over the rows, in hundredths. */
static int64_t sum(bench *b, const char *name) {
    int64_t all = 0;
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(codec_json_at(b->k.root, "data.list"), i, max, row) {
        all += (int64_t)(yyjson_get_num(yyjson_obj_get(row, name)) * 100 + 0.5);
    }
    return all;
}

static int64_t truth_of(bench *b, const char *name) {
    return yyjson_get_sint(yyjson_obj_get(truth_report(b), name));
}

#define FIELDS "[\"stat_cost\",\"show_cnt\",\"click_cnt\",\"pay_order_amount\"]"
#define ALL "{\"marketing_goal\":\"ALL\"}"

/* KIT_NOW is 2023-11-15: the truth's year begins on 2022-11-16. */
static const char *const PIECES[][2] = { { "2022-11-16", "2023-05-14" },
                                         { "2023-05-15", "2023-11-10" },
                                         { "2023-11-11", "2023-11-15" } };

static void pieces_add_up_to_the_truth(void **state) {
    bench *b = *state;
    for (int plans = 0; plans < 2; plans++) {
        int64_t cost = 0, shows = 0, clicks = 0, paid = 0;
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(
                ask(b, plans, PIECES[i][0], PIECES[i][1], FIELDS, ALL, "&page_size=500"), 0);
            cost += sum(b, "stat_cost");
            shows += sum(b, "show_cnt") / 100;
            clicks += sum(b, "click_cnt") / 100;
            paid += sum(b, "pay_order_amount");
        }
        assert_true(cost > 0);
        assert_int_equal(cost, truth_of(b, "stat_cost_fen"));
        assert_int_equal(shows, truth_of(b, "show_cnt"));
        assert_int_equal(clicks, truth_of(b, "click_cnt"));
        assert_int_equal(paid, truth_of(b, "pay_order_amount_fen"));
    }
}

static void days_and_hours_add_up_to_the_whole(void **state) {
    bench *b = *state;
    assert_int_equal(ask(b, false, "2023-11-01", "2023-11-03", FIELDS, ALL, ""), 0);
    int64_t cost = sum(b, "stat_cost");
    int64_t shows = sum(b, "show_cnt");
    static const char *const steps[] = {
        "&time_granularity=TIME_GRANULARITY_DAILY&page_size=500",
        "&time_granularity=TIME_GRANULARITY_HOURLY&page_size=500"
    };
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ask(b, false, "2023-11-01", "2023-11-03", FIELDS, ALL, steps[i]), 0);
        assert_int_equal(sum(b, "stat_cost"), cost);
        assert_int_equal(sum(b, "show_cnt"), shows);
        assert_int_equal(kit_int(&b->k, "data.page_info.total_number"), i == 0 ? 3 : 72);
        yyjson_val *first = yyjson_arr_get_first(codec_json_at(b->k.root, "data.list"));
        assert_non_null(yyjson_obj_get(first, "stat_datetime"));
    }
}

static void filters_split_the_whole(void **state) {
    bench *b = *state;
    static const char *const parts[][3] = {
        { "{\"marketing_goal\":\"VIDEO_PROM_GOODS\"}", "{\"marketing_goal\":\"LIVE_PROM_GOODS\"}",
          ALL },
        { "{\"marketing_goal\":\"ALL\",\"promotion_way\":\"STANDARD\"}",
          "{\"marketing_goal\":\"ALL\",\"promotion_way\":\"SIMPLE\"}", ALL },
        { "{\"marketing_goal\":\"ALL\",\"marketing_scene\":\"FEED\"}",
          "{\"marketing_goal\":\"ALL\",\"marketing_scene\":\"SEARCH\"}", ALL },
        { "{\"marketing_goal\":\"ALL\",\"order_platform\":\"QIANCHUAN\"}",
          "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\"}",
          "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ALL\"}" },
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t cost[3];
        for (size_t n = 0; n < 3; n++) {
            assert_int_equal(ask(b, false, "2023-10-01", "2023-11-15", FIELDS, parts[i][n], ""), 0);
            cost[n] = sum(b, "stat_cost");
            assert_true(cost[n] > 0);
        }
        assert_int_equal(cost[0] + cost[1], cost[2]);
    }
}

static void pages_hold_every_plan_once_in_order_and_leave_out_empty_ones(void **state) {
    bench *b = *state;
    int64_t seen[32];
    size_t count = 0;
    int64_t last = INT64_MAX;
    int64_t pages = 1;
    for (int64_t page = 1; page <= pages; page++) {
        char more[80];
        (void)snprintf(more, sizeof more, "&page_size=3&order_type=DESC&page=%d", (int)page);
        assert_int_equal(ask(b, true, "2023-11-01", "2023-11-15", FIELDS,
                             "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ALL\"}", more),
                         0);
        pages = kit_int(&b->k, "data.page_info.total_page");
        size_t i, max;
        yyjson_val *row;
        yyjson_arr_foreach(codec_json_at(b->k.root, "data.list"), i, max, row) {
            int64_t cost = (int64_t)(yyjson_get_num(yyjson_obj_get(row, "stat_cost")) * 100 + 0.5);
            int64_t id = yyjson_get_sint(yyjson_obj_get(row, "ad_id"));
            assert_true(cost <= last);
            last = cost;
            for (size_t n = 0; n < count; n++) {
                assert_int_not_equal(seen[n], id);
            }
            seen[count++] = id;
        }
    }
    /* The plan that never ran is counted and not listed. */
    assert_int_equal(kit_int(&b->k, "data.page_info.total_number"), 14);
    assert_int_equal(count, 13);
}

static void quotients_are_of_the_sums(void **state) {
    bench *b = *state;
    assert_int_equal(ask(b, false, "2023-11-01", "2023-11-15",
                         "[\"stat_cost\",\"show_cnt\",\"click_cnt\",\"ctr\",\"cpm_platform\"]", ALL,
                         ""),
                     0);
    yyjson_val *row = yyjson_arr_get_first(codec_json_at(b->k.root, "data.list"));
    double clicks = yyjson_get_num(yyjson_obj_get(row, "click_cnt"));
    double shows = yyjson_get_num(yyjson_obj_get(row, "show_cnt"));
    double off = yyjson_get_num(yyjson_obj_get(row, "ctr")) - clicks * 100 / shows;
    assert_true(off < 0.006 && off > -0.006);
}

static void rules_refuse_with_the_parameter_named(void **state) {
    bench *b = *state;
    static const struct {
        bool plans;
        const char *from, *to, *fields, *filtering, *more, *says;
    } cases[] = {
        { false, "2023-05-18", "2023-11-15", FIELDS, ALL, "", "180 days" },
        { false, "2023-11-15", "2023-11-14", FIELDS, ALL, "", "end_date" },
        { false, "2016-10-25", "2016-10-27", FIELDS, ALL, "", "2016-10-26" },
        { false, "2023-11-14", "2023-11-15", "[]", ALL, "", "fields" },
        { false, "2023-11-14", "2023-11-15", "[\"nonsense\"]", ALL, "", "nonsense" },
        { false, "2023-11-14", "2023-11-15", "[\"campaign_id\"]", ALL, "", "campaign_id" },
        { false, "2023-11-14", "2023-11-15", "[\"dy_like\"]", ALL, "", "dy_like" },
        { true, "2023-11-14", "2023-11-15", "[\"dy_like\"]",
          "{\"marketing_goal\":\"LIVE_PROM_GOODS\"}", "", "LIVE_PROM_GOODS" },
        { true, "2023-11-14", "2023-11-15", "[\"luban_live_gift_cnt\"]",
          "{\"marketing_goal\":\"VIDEO_PROM_GOODS\"}", "", "VIDEO_PROM_GOODS" },
        { false, "2023-11-14", "2023-11-15", FIELDS, "{\"marketing_goal\":\"ALL\",\"ad_ids\":[1]}",
          "", "ad_ids" },
        { true, "2023-11-14", "2023-11-15", FIELDS,
          "{\"marketing_goal\":\"ALL\",\"aweme_ids\":[1]}", "", "aweme_ids" },
        { true, "2023-11-14", "2023-11-15", FIELDS,
          "{\"marketing_goal\":\"ALL\",\"order_platform\":\"ECP_AWEME\",\"status\":\"AUDIT\"}", "",
          "ECP_AWEME" },
        { true, "2023-11-14", "2023-11-15", FIELDS,
          "{\"marketing_goal\":\"ALL\",\"marketing_scene\":\"SEARCH\",\"smart_bid_type\":"
          "\"SMART_BID_CUSTOM\"}",
          "", "SEARCH" },
        { true, "2023-11-14", "2023-11-15", FIELDS,
          "{\"marketing_goal\":\"ALL\",\"status\":\"SYSTEM_DISABLE\"}", "", "SYSTEM_DISABLE" },
        { true, "2023-11-14", "2023-11-15", FIELDS, ALL, "&order_field=title", "order_field" },
        { true, "2023-11-14", "2023-11-15", FIELDS, ALL, "&page_size=501", "page_size" },
        { true, "2023-11-14", "2023-11-15", FIELDS, ALL, "&page=0", "page" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t code = ask(b, cases[i].plans, cases[i].from, cases[i].to, cases[i].fields,
                           cases[i].filtering, cases[i].more);
        if (code != 40001 || strstr(kit_text(&b->k, "message"), cases[i].says) == NULL) {
            fail_msg("%s: %s", cases[i].says, base_buf_text(&b->k.response.body));
        }
    }
    /* The longest span is served, with both spellings and the sample's own field. */
    assert_int_equal(ask(b, true, "2023-05-20", "2023-11-15",
                         "[\"convert_cost\",\"conversion_cost\",\"pay_order_roi\"]", ALL, ""),
                     0);
}

static void another_advertiser_has_not_authorised(void **state) {
    bench *b = *state;
    send(b, "GET", "/open_api/v1.0/qianchuan/report/advertiser/get/",
         "advertiser_id=7&start_date=2023-11-01&end_date=2023-11-02&fields=%5B%22ctr%22%5D"
         "&filtering=%7B%22marketing_goal%22%3A%22ALL%22%7D",
         b->access, "");
    assert_int_equal(kit_int(&b->k, "code"), 40002);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_add_up_to_the_truth, setup, teardown),
        cmocka_unit_test_setup_teardown(days_and_hours_add_up_to_the_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(filters_split_the_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(
            pages_hold_every_plan_once_in_order_and_leave_out_empty_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(quotients_are_of_the_sums, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_refuse_with_the_parameter_named, setup, teardown),
        cmocka_unit_test_setup_teardown(another_advertiser_has_not_authorised, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
