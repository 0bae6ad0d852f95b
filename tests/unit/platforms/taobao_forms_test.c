/*
 * One answer of TOP in its three forms, JSON, simplified JSON and XML, read as one tree; and the
 * public parameters that a call may give among its own.
 */
#include "kit.h"

static const qd_shop_options SHOP = { .session = "tok", .shop_id = "C1" };

typedef struct forms {
    const char *method, *params;
    const char *plain, *simple, *xml;
    const char *tree; /* NULL: that of plain as it came */
} forms;

static const forms CASES[] = {
    /* numbers, booleans, texts of digits, nested lists, a list of one, an empty text */
    { "taobao.trades.sold.get", "\"fields\":\"tid\"",
      "{\"trades_sold_get_response\":{\"total_results\":2,\"has_next\":false,\"trades\":{\"trade\":"
      "[{\"tid\":900719925474099267,\"payment\":\"12.50\",\"seller_memo\":\"\",\"buyer_rate\":true,"
      "\"created\":\"2023-11-15 06:13:20\",\"orders\":{\"order\":[{\"oid\":7,\"num\":2,"
      "\"title\":\"12\"}]}},{\"tid\":2}]},\"request_id\":\"r1\"}}",
      "{\"trades_sold_get_response\":{\"total_results\":2,\"has_next\":false,\"trades\":"
      "[{\"tid\":900719925474099267,\"payment\":\"12.50\",\"seller_memo\":\"\",\"buyer_rate\":true,"
      "\"created\":\"2023-11-15 06:13:20\",\"orders\":[{\"oid\":7,\"num\":2,"
      "\"title\":\"12\"}]},{\"tid\":2}],\"request_id\":\"r1\"}}",
      "<?xml version=\"1.0\" encoding=\"utf-8\" ?><trades_sold_get_response><total_results>2"
      "</total_results><has_next>false</has_next><trades list=\"true\"><trade><tid>"
      "900719925474099267</tid><payment>12.50</payment><seller_memo></seller_memo><buyer_rate>true"
      "</buyer_rate><created>2023-11-15 06:13:20</created><orders list=\"true\"><order><oid>7</oid>"
      "<num>2</num><title>12</title></order></orders></trade><trade><tid>2</tid></trade></trades>"
      "<request_id>r1</request_id></trades_sold_get_response>",
      NULL },
    /* an empty list */
    { "taobao.trades.sold.get", "\"fields\":\"tid\"",
      "{\"trades_sold_get_response\":{\"total_results\":0,\"trades\":{\"trade\":[]}}}",
      "{\"trades_sold_get_response\":{\"total_results\":0,\"trades\":[]}}",
      "<trades_sold_get_response><total_results>0</total_results><trades list=\"true\"/>"
      "</trades_sold_get_response>",
      NULL },
    /* a list of scalars in an object; no list=\"true\" */
    { "taobao.item.seller.get", "\"fields\":\"num_iid\",\"num_iid\":1",
      "{\"item_seller_get_response\":{\"item\":{\"num_iid\":1,\"has_invoice\":false,"
      "\"price\":\"5.00\",\"skus\":{\"sku\":[{\"sku_id\":9,\"quantity\":4}]}}}}",
      "{\"item_seller_get_response\":{\"item\":{\"num_iid\":1,\"has_invoice\":false,"
      "\"price\":\"5.00\",\"skus\":[{\"sku_id\":9,\"quantity\":4}]}}}",
      "<item_seller_get_response><item><num_iid>1</num_iid><has_invoice>false</has_invoice>"
      "<price>5.00</price><skus><sku><sku_id>9</sku_id><quantity>4</quantity></sku></skus></item>"
      "</item_seller_get_response>",
      NULL },
    /* what the catalogue does not know stays as it came: here XML's text */
    { "taobao.time.get", "",
      "{\"time_get_response\":{\"time\":\"2023-11-15 06:13:20\",\"new_flag\":\"1\"}}",
      "{\"time_get_response\":{\"time\":\"2023-11-15 06:13:20\",\"new_flag\":\"1\"}}",
      "<time_get_response><time>2023-11-15 06:13:20</time><new_flag>1</new_flag>"
      "</time_get_response>",
      NULL },
};

static void ask(const forms *f, const char *more, const char *answer, char *out, size_t size) {
    kit k;
    qd_err err;
    char params[256];
    snprintf(params, sizeof params, "{%s%s%s}", f->params, *f->params && *more ? "," : "", more);
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/rest", answer, 0);
    if (kit_call(&k, f->method, params, NULL, out, size, &err) != QD_OK) {
        fail_msg("%s %s: %s", f->method, params, err.message);
    }
    kit_close(&k);
}

static void three_forms_are_one_tree(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char plain[4096];
        char simple[4096];
        char xml[4096];
        ask(&CASES[i], "", CASES[i].plain, plain, sizeof plain);
        ask(&CASES[i], "\"simplify\":true", CASES[i].simple, simple, sizeof simple);
        ask(&CASES[i], "\"format\":\"xml\"", CASES[i].xml, xml, sizeof xml);
        assert_non_null(strstr(CASES[i].plain, plain)); /* plain JSON is not touched */
        assert_string_equal(simple, plain);
        assert_string_equal(xml, plain);
    }
}

/* A form that was not asked for is understood, too: some answers of TOP are XML whatever is asked.
 */
static void xml_that_nobody_asked_for(void **state) {
    (void)state;
    char plain[4096];
    char xml[4096];
    ask(&CASES[0], "", CASES[0].plain, plain, sizeof plain);
    ask(&CASES[0], "", CASES[0].xml, xml, sizeof xml);
    assert_string_equal(xml, plain);
}

static void public_parameters_travel_signed_in_the_body(void **state) {
    (void)state;
    kit k;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "/router/rest", "{\"time_get_response\":{}}", 0);
    KIT_CALL(&k, "taobao.time.get",
             "{\"target_app_key\":\"778899\",\"partner_id\":\"erp-1\",\"simplify\":\"true\"}",
             QD_OK);
    assert_string_equal(
        k.seen[0].body,
        "method=taobao.time.get&app_key=1234567&session=tok"
        "&timestamp=2023-11-15+06%3A13%3A20&format=json"
        "&v=2.0&sign_method=md5&simplify=true&target_app_key=778899&partner_id=erp-1"
        "&sign=B7AA74D3C7C8DD5FF44FA956F81F4F23");
    KIT_CALL(&k, "taobao.time.get", "{\"format\":\"xml\"}", QD_OK);
    assert_non_null(strstr(k.seen[1].body, "&format=xml&"));
    assert_null(strstr(k.seen[1].body, "simplify"));
    assert_non_null(strstr(k.seen[1].headers, "Accept: text/xml"));
    kit_close(&k);
}

static void public_parameters_have_their_rules(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "{\"format\":\"yaml\"}",
        "{\"simplify\":\"maybe\"}",
        "{\"format\":\"xml\",\"simplify\":true}",
        "{\"app_key\":\"1\"}",
        "{\"customerId\":\"c\"}", /* Qimen's only */
        "{\"partner\":\"erp\"}",
    };
    kit k;
    kit_open(&k, "taobao", NULL, &SHOP);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        KIT_CALL(&k, "taobao.time.get", wrong[i], QD_E_INVALID);
    }
    assert_int_equal(k.requests, 0);
    kit_close(&k);
}

/* Not inside the one parameter that carries all the others. */
static void public_parameters_of_wrapped_and_qimen_calls(void **state) {
    (void)state;
    kit k;
    qd_err err;
    kit_open(&k, "taobao", NULL, &SHOP);
    kit_rule_times(&k, "qimen.api", "<response><flag>success</flag></response>", 0);
    kit_rule_times(&k, "/", "{\"x_response\":{\"errcode\":0}}", 0);
    const qd_call_options any = { .flags = QD_CALL_NO_VALIDATE };
    assert_int_equal(kit_call(&k, "alibaba.fundplatform.account.charge.notify",
                              "{\"a\":\"x\",\"target_app_key\":\"77\"}", &any, NULL, 0, &err),
                     QD_OK);
    assert_non_null(strstr(k.seen[0].body, "=%7B%22a%22%3A%22x%22%7D&sign="));
    assert_non_null(strstr(k.seen[0].body, "&target_app_key=77&"));
    KIT_CALL(&k, "taobao.qimen.channelinventory.query",
             "{\"ownerCode\":\"O\",\"customerId\":\"C9\",\"target_app_key\":\"9\"}", QD_OK);
    assert_non_null(strstr(k.seen[1].url, "&customerId=C9&target_app_key=9&sign="));
    assert_null(strstr(k.seen[1].body, "customerId"));
    /* A method's own parameter of that name stays one. */
    KIT_CALL(&k, "taobao.openuid.change", "{\"open_uid\":\"u\",\"target_app_key\":\"9\"}", QD_OK);
    assert_non_null(strstr(k.seen[2].body, "&open_uid=u&target_app_key=9&sign="));
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_forms_are_one_tree),
        cmocka_unit_test(xml_that_nobody_asked_for),
        cmocka_unit_test(public_parameters_travel_signed_in_the_body),
        cmocka_unit_test(public_parameters_have_their_rules),
        cmocka_unit_test(public_parameters_of_wrapped_and_qimen_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
