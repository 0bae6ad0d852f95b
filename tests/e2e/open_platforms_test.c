/*
 * Alliance, Solinkup and Qianchuan through qd against a sandbox of its own: reports over more than
 * a year's half equal the world, calls change what later calls see, the probe finds the reading of
 * the signature that the server follows.
 */
#include <string.h>

#include "e2e_shell.h"
#include "net/net.h"

typedef struct bench {
    tempdir home;
    practice world;
    char alliance[40], qianchuan[40], solinkup[40]; /* t_codes */
    yyjson_doc *truth;
} bench;

static bench b;

static int start(void **state) {
    size_t i, max;
    yyjson_val *shop;
    (void)state;
    home_make(&b.home, false);
    practice_start(&b.world, "240", "9");
    yyjson_doc *doc =
        SHELL_JSON(0, "sandbox", "connect", b.world.base_url, "--home", b.home.path, "-ojson");
    yyjson_val *list = yyjson_doc_get_root(doc);
    list = yyjson_is_arr(list) ? list : yyjson_obj_get(list, "shops");
    yyjson_arr_foreach(list, i, max, shop) {
        const char *platform = yyjson_get_str(yyjson_obj_get(shop, "platform"));
        char *into = strcmp(platform, "alliance") == 0    ? b.alliance
                     : strcmp(platform, "qianchuan") == 0 ? b.qianchuan
                     : strcmp(platform, "solinkup") == 0  ? b.solinkup
                                                          : NULL;
        if (into) {
            (void)base_copy(into, 40, base_str_of(yyjson_get_str(yyjson_obj_get(shop, "t_code"))));
        }
    }
    yyjson_doc_free(doc);
    assert_true(b.alliance[0] && b.qianchuan[0] && b.solinkup[0]);
    b.truth = practice_get(&b.world, "/_sandbox/truth");
    return 0;
}

static int stop(void **state) {
    (void)state;
    yyjson_doc_free(b.truth);
    practice_stop(&b.world);
    tempdir_remove(&b.home);
    return 0;
}

/* qd with -o json and the home; its document. */
static yyjson_doc *run_json(const char *const *arguments, int code) {
    const char *all[24];
    size_t n = 0;
    while (arguments[n]) {
        all[n] = arguments[n];
        n++;
    }
    assert_true(n + 5 <= sizeof all / sizeof all[0]);
    all[n++] = "--home";
    all[n++] = b.home.path;
    all[n++] = "-o";
    all[n++] = "json";
    all[n] = NULL;
    return shell_json(code, all);
}
#define RUN(code, ...) run_json((const char *const[]){ __VA_ARGS__, NULL }, code)

static yyjson_val *root(yyjson_doc *doc) {
    return yyjson_doc_get_root(doc);
}

static int64_t hundredths(yyjson_val *row, const char *name) {
    yyjson_val *value = yyjson_obj_get(row, name);
    assert_true(yyjson_is_num(value));
    return (int64_t)(yyjson_get_num(value) * 100 + 0.5);
}

static int64_t sum(yyjson_val *rows, const char *name) {
    int64_t all = 0;
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, max, row) {
        all += hundredths(row, name);
    }
    return all;
}

/* ---- reports ---- */

static yyjson_val *told(const char *name) {
    yyjson_val *report = yyjson_ptr_get(root(b.truth), "/apps/1/report");
    return yyjson_obj_get(report, name);
}

#define SPAN                                                                                       \
    "--from", yyjson_get_str(told("from")), "--to", yyjson_get_str(told("to")), "--fields",        \
        "stat_cost,show_cnt,click_cnt,ctr"

static void expect_whole(yyjson_val *row) {
    assert_int_equal(hundredths(row, "stat_cost"), yyjson_get_sint(told("stat_cost_fen")));
    assert_int_equal(hundredths(row, "show_cnt"), yyjson_get_sint(told("show_cnt")) * 100);
    assert_int_equal(hundredths(row, "click_cnt"), yyjson_get_sint(told("click_cnt")) * 100);
    double ctr = (double)yyjson_get_sint(told("click_cnt")) * 100 /
                 (double)yyjson_get_sint(told("show_cnt"));
    double off = yyjson_get_num(yyjson_obj_get(row, "ctr")) - ctr;
    assert_true(off > -0.006 && off < 0.006);
}

/* 365 days: three pieces by the guide, thirteen by the SDK; on Qianchuan and through Solinkup. */
static void a_joined_account_report_equals_the_world(void **state) {
    (void)state;
    const char *advertiser = yyjson_get_str(yyjson_ptr_get(root(b.truth), "/apps/1/account"));
    yyjson_doc *docs[] = {
        RUN(0, "report", "advertiser", "--shop", b.qianchuan, SPAN),
        RUN(0, "report", "advertiser", "--shop", b.qianchuan, "--longest-days", "30", SPAN),
        RUN(0, "report", "advertiser", "--shop", b.solinkup, "--advertiser", advertiser, SPAN),
    };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(yyjson_arr_size(root(docs[i])), 1);
        expect_whole(yyjson_arr_get_first(root(docs[i])));
        yyjson_doc_free(docs[i]);
    }
    yyjson_doc *meta = RUN(0, "report", "advertiser", "--shop", b.qianchuan, "--longest-days", "30",
                           "--meta", SPAN);
    assert_int_equal(json_int(meta, "/pieces"), 13);
    assert_string_equal(json_text(meta, "/fields/0/unit"), "yuan");
    assert_string_equal(json_text(meta, "/fields/0/unit_source"), "presumed");
    assert_string_equal(json_text(meta, "/fields/3/kind"), "computed");
    yyjson_doc_free(meta);
}

static void joined_plan_reports_equal_the_world_plan_by_plan(void **state) {
    (void)state;
    yyjson_doc *doc = RUN(0, "report", "ad", "--shop", b.qianchuan, "--page-size", "3", SPAN);
    size_t i, max, n, most;
    yyjson_val *plan, *row;
    size_t found = 0;
    yyjson_arr_foreach(told("plans"), i, max, plan) {
        yyjson_arr_foreach(root(doc), n, most, row) {
            if (yyjson_get_sint(yyjson_obj_get(row, "ad_id")) ==
                yyjson_get_sint(yyjson_obj_get(plan, "ad_id"))) {
                assert_int_equal(hundredths(row, "stat_cost"),
                                 yyjson_get_sint(yyjson_obj_get(plan, "stat_cost_fen")));
                assert_int_equal(hundredths(row, "show_cnt"),
                                 yyjson_get_sint(yyjson_obj_get(plan, "show_cnt")) * 100);
                found++;
            }
        }
    }
    assert_true(found > 8);
    assert_int_equal(found, yyjson_arr_size(root(doc)));
    yyjson_doc_free(doc);
}

static void days_over_a_year_add_up(void **state) {
    (void)state;
    yyjson_doc *doc = RUN(0, "report", "ad", "--shop", b.qianchuan, "--by", "day", SPAN);
    assert_true(yyjson_arr_size(root(doc)) > 1000); /* more than two pages of 500 */
    assert_int_equal(sum(root(doc), "stat_cost"), yyjson_get_sint(told("stat_cost_fen")));
    assert_int_equal(sum(root(doc), "show_cnt"), yyjson_get_sint(told("show_cnt")) * 100);
    yyjson_doc_free(doc);
    doc = RUN(0, "report", "advertiser", "--shop", b.qianchuan, "--by", "day", SPAN);
    assert_int_equal(yyjson_arr_size(root(doc)), 365);
    assert_int_equal(sum(root(doc), "stat_cost"), yyjson_get_sint(told("stat_cost_fen")));
    yyjson_doc_free(doc);
}

static void rules_are_told_by_name(void **state) {
    (void)state;
    yyjson_doc *doc = RUN(2, "report", "ad", "--shop", b.qianchuan, "--from", "2026-01-01", "--to",
                          "2026-01-02", "--goal", "LIVE_PROM_GOODS", "--fields", "dy_share");
    assert_non_null(strstr(json_text(doc, "/error/message"), "LIVE_PROM_GOODS"));
    yyjson_doc_free(doc);
    doc = RUN(2, "report", "ad", "--shop", b.qianchuan, "--from", "2026-01-01");
    assert_non_null(strstr(json_text(doc, "/error/message"), "--to is missing"));
    yyjson_doc_free(doc);
    doc =
        RUN(2, "call", "report.ad.get", "--shop", b.qianchuan, "start_date=2026-01-01",
            "end_date=2026-08-01", "fields:=[\"ctr\"]", "filtering:={\"marketing_goal\":\"ALL\"}");
    assert_non_null(strstr(json_text(doc, "/error/message"), "213 days"));
    yyjson_doc_free(doc);
}

/* ---- alliance ---- */

static void a_creators_window_holds_what_was_put_there(void **state) {
    (void)state;
    yyjson_doc *found = RUN(0, "call", "kol.materials.products.search", "--shop", b.alliance, "-j",
                            "{\"page\":2,\"page_size\":3}");
    char product[200];
    char id[40];
    (void)snprintf(id, sizeof id, "%s", json_text(found, "/data/products/0/product_id"));
    (void)snprintf(product, sizeof product,
                   "products:=[{\"product_id\":\"%s\"},{\"product_id\":\"1\"}]", id);
    yyjson_doc_free(found);
    yyjson_doc *doc = RUN(0, "call", "kol.store.list", "--shop", b.alliance);
    int64_t before = json_int(doc, "/data/total");
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "store.add", "--shop", b.alliance, product);
    assert_true(yyjson_get_bool(yyjson_ptr_get(root(doc), "/data/results/0/success")));
    assert_false(yyjson_get_bool(yyjson_ptr_get(root(doc), "/data/results/1/success")));
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "kol.store.list", "--shop", b.alliance);
    assert_int_equal(json_int(doc, "/data/total"), before + 1);
    assert_string_equal(json_text(doc, "/data/results/3/product_id"), id);
    yyjson_doc_free(doc);
    (void)snprintf(product, sizeof product, "product_id=%s", id);
    yyjson_doc_free(RUN(0, "call", "kol.store.remove", "--shop", b.alliance, product));
    doc = RUN(1, "call", "kol.store.remove", "--shop", b.alliance, product);
    assert_string_equal(json_text(doc, "/error/code"), "2100009");
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "kol.store.list", "--shop", b.alliance);
    assert_int_equal(json_int(doc, "/data/total"), before);
    yyjson_doc_free(doc);
}

static void a_creators_orders_equal_the_world(void **state) {
    (void)state;
    char params[64] = "{\"size\":7}";
    int64_t orders = 0;
    int64_t paid = 0;
    for (bool more = true; more;) {
        yyjson_doc *doc = RUN(0, "call", "kol.orders", "--shop", b.alliance, "-j", params);
        size_t i, max;
        yyjson_val *order;
        yyjson_arr_foreach(yyjson_ptr_get(root(doc), "/data/orders"), i, max, order) {
            paid += yyjson_get_sint(yyjson_obj_get(order, "pay_goods_amount"));
            orders++;
        }
        more = yyjson_get_bool(yyjson_ptr_get(root(doc), "/data/has_more"));
        (void)snprintf(params, sizeof params, "{\"size\":7,\"cursor\":\"%s\"}",
                       json_text(doc, "/data/cursor"));
        yyjson_doc_free(doc);
    }
    /* Time goes on meanwhile: somebody may have paid since the truth was told. */
    yyjson_doc *later = practice_get(&b.world, "/_sandbox/truth");
    assert_true(orders > 10);
    assert_true(orders >= json_int(b.truth, "/apps/0/orders"));
    assert_true(orders <= json_int(later, "/apps/0/orders"));
    assert_true(paid >= json_int(b.truth, "/apps/0/pay_fen"));
    assert_true(paid <= json_int(later, "/apps/0/pay_fen"));
    yyjson_doc_free(later);
}

static void links_and_tasks_have_state(void **state) {
    (void)state;
    char url[160];
    char source[40];
    yyjson_doc *doc = RUN(0, "call", "kol.materials.products.search", "--shop", b.alliance);
    (void)snprintf(url, sizeof url, "product_url=%s",
                   json_text(doc, "/data/products/0/detail_url"));
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "product.picksource.convert", "--shop", b.alliance, url, "pick_extra=a");
    (void)snprintf(source, sizeof source, "%s", json_text(doc, "/data/pick_source"));
    assert_non_null(strstr(json_text(doc, "/data/product_url"), source));
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "product.picksource.convert", "--shop", b.alliance, url, "pick_extra=a");
    assert_string_equal(json_text(doc, "/data/pick_source"), source);
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "product.picksource.convert", "--shop", b.alliance, url, "pick_extra=b");
    assert_string_not_equal(json_text(doc, "/data/pick_source"), source);
    yyjson_doc_free(doc);
    yyjson_doc_free(RUN(0, "call", "colonel.award_task.apply", "--shop", b.alliance,
                        "task_id=7300000000000000001"));
    doc = RUN(1, "call", "colonel.award_task.apply", "--shop", b.alliance,
              "task_id=7300000000000000001");
    assert_string_equal(json_text(doc, "/error/code"), "2100009");
    yyjson_doc_free(doc);
    doc =
        RUN(0, "call", "h5.award_task.detail", "--shop", b.alliance, "task_id=7300000000000000001");
    assert_int_equal(json_int(doc, "/data/apply_count"), 1);
    yyjson_doc_free(doc);
}

/* ---- Solinkup ---- */

static void a_deleted_template_is_gone(void **state) {
    (void)state;
    char id[80];
    yyjson_doc *doc = RUN(0, "call", "template.list", "--shop", b.solinkup);
    size_t before = yyjson_arr_size(yyjson_ptr_get(root(doc), "/data"));
    (void)snprintf(id, sizeof id, "parentTemplateId=ParentTemplateId_%s",
                   json_text(doc, "/data/0/templateId"));
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "deleteFlowByParentTemplateId", "--shop", b.solinkup, id);
    assert_string_equal(json_text(doc, "/code"), "200");
    yyjson_doc_free(doc);
    yyjson_doc_free(RUN(1, "call", "deleteFlowByParentTemplateId", "--shop", b.solinkup, id));
    doc = RUN(0, "call", "template.list", "--shop", b.solinkup);
    assert_int_equal(yyjson_arr_size(yyjson_ptr_get(root(doc), "/data")), before - 1);
    yyjson_doc_free(doc);
}

static void orders_are_those_of_the_shop(void **state) {
    (void)state;
    char from[64], to[64], order[80], id[40];
    int64_t now = json_int(b.truth, "/as_of");
    (void)snprintf(from, sizeof from, "createTimeStart=%lld", (long long)now - 80 * 86400);
    (void)snprintf(to, sizeof to, "createTimeEnd=%lld", (long long)now);
    yyjson_doc *doc =
        RUN(0, "call", "jinritemai.listOrder", "--shop", b.solinkup, from, to, "size=2", "page=1");
    assert_true(json_int(doc, "/data/total") > 10);
    assert_int_equal(yyjson_arr_size(yyjson_ptr_get(root(doc), "/data/shop_order_list")), 2);
    (void)snprintf(id, sizeof id, "%s", json_text(doc, "/data/shop_order_list/1/order_id"));
    yyjson_doc_free(doc);
    (void)snprintf(order, sizeof order, "orderId=%s", id);
    doc = RUN(0, "call", "jinritemai.detailOrder", "--shop", b.solinkup, order);
    assert_string_equal(json_text(doc, "/data/shop_order_detail/order_id"), id);
    yyjson_doc_free(doc);
    doc = RUN(0, "call", "jinritemai.listOrder", "--shop", b.solinkup, from, to, "--all-pages");
    assert_true(yyjson_arr_size(root(doc)) > 10);
    yyjson_doc_free(doc);
    doc = RUN(1, "call", "jinritemai.detailOrder", "--shop", b.solinkup, "orderId=1");
    assert_string_equal(json_text(doc, "/error/code"), "40004");
    yyjson_doc_free(doc);
    (void)snprintf(from, sizeof from, "createTimeStart=%lld", (long long)now - 95 * 86400);
    /* The time of a base URL of our own is not known yet: the platform itself refuses. */
    doc = RUN(1, "call", "jinritemai.listOrder", "--shop", b.solinkup, from, to);
    assert_non_null(strstr(json_text(doc, "/error/message"), "90 days"));
    yyjson_doc_free(doc);
}

static void on_posted(void *user, const qd_http_reply *reply) {
    assert_int_equal(reply->status, 200);
    *(bool *)user = true;
}

static void accept_only(const char *readings) {
    char url[256];
    qd_err err;
    uint64_t id;
    bool done = false;
    qd_transport *transport = NULL;
    net_curl_options options = { .verify_tls = true };
    (void)snprintf(url, sizeof url, "%s/_sandbox/readings?set=%s", b.world.base_url, readings);
    const qd_http_request request = {
        .method = "POST", .url = url, .body = "", .timeout_ms = 60000, .max_reply_bytes = 4096
    };
    assert_ok(net_curl_new(&options, &transport, &err), &err);
    assert_ok(transport->submit(transport, &request, on_posted, &done, &id, &err), &err);
    while (!done) {
        transport->run(transport, 1000);
    }
    transport->free(transport);
}

static void the_probe_finds_and_keeps_the_reading(void **state) {
    (void)state;
    static const char *const readings[][2] = {
        { "text_php", "text_php/hmac-sha256" },
        { "java_dispatch/hmac-sha256", "java_dispatch/hmac-sha256" },
        { "text_list", "text_list/hmac-sha256" },
    };
    for (size_t i = 0; i < 3; i++) {
        accept_only(readings[i][0]);
        yyjson_doc_free(RUN(1, "call", "jinritemai.getAuthInfo", "--shop", b.solinkup));
        yyjson_doc *doc = RUN(0, "shop", "probe", b.solinkup, "--pause-ms", "1");
        assert_string_equal(json_text(doc, "/sign_method"), readings[i][1]);
        yyjson_doc_free(doc);
        yyjson_doc_free(RUN(0, "call", "jinritemai.getAuthInfo", "--shop", b.solinkup));
    }
    accept_only("text_list/md5"); /* none of the seven */
    yyjson_doc *doc = RUN(4, "shop", "probe", b.solinkup, "--pause-ms", "1");
    assert_non_null(strstr(json_text(doc, "/error/message"), "none of 7"));
    yyjson_doc_free(doc);
    accept_only("");
    yyjson_doc_free(RUN(0, "call", "jinritemai.getAuthInfo", "--shop", b.solinkup));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_joined_account_report_equals_the_world),
        cmocka_unit_test(joined_plan_reports_equal_the_world_plan_by_plan),
        cmocka_unit_test(days_over_a_year_add_up),
        cmocka_unit_test(rules_are_told_by_name),
        cmocka_unit_test(a_creators_window_holds_what_was_put_there),
        cmocka_unit_test(a_creators_orders_equal_the_world),
        cmocka_unit_test(links_and_tasks_have_state),
        cmocka_unit_test(a_deleted_template_is_gone),
        cmocka_unit_test(orders_are_those_of_the_shop),
        cmocka_unit_test(the_probe_finds_and_keeps_the_reading),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
