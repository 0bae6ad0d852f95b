/*
 * What Solinkup's face lets through and what it refuses: order searches by the guide's rules, a
 * foreign openId, one reading of the signature at a time.
 */
#include "faces_kit.h"

static int setup(void **state) {
    faces *f = calloc(1, sizeof *f);
    const sandbox_options options = { .seed = 7, .shops = 2, .orders = 60, .now = KIT_NOW };
    assert_non_null(f);
    faces_open(f, &options);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    faces *f = *state;
    faces_close(f);
    free(f);
    return 0;
}

static void ask(faces *f, const char *method, const char *extra) {
    char path[96];
    (void)snprintf(path, sizeof path, "/trigger/api/jinritemai/%s/OpenId_1", method);
    faces_solinkup(f, path, method, "", f->token[FACE_ON_SOLINKUP], extra);
}

static void searches_keep_to_the_guides_rules(void **state) {
    faces *f = *state;
    static const struct {
        const char *extra;
        int64_t code;
    } cases[] = {
        { ",\"createTimeStart\":1699000000,\"createTimeEnd\":1700000000", 10000 },
        { ",\"createTimeStart\":1692224000,\"createTimeEnd\":1700000000,\"size\":100", 10000 },
        { ",\"createTimeStart\":1692223999,\"createTimeEnd\":1700000000", 40004 },
        { ",\"createTimeStart\":1700000000,\"createTimeEnd\":1699999999", 40004 },
        { ",\"createTimeStart\":1699000000,\"createTimeEnd\":1700000000,\"page\":-1", 40004 },
        /* size*page <= 50,000, literally */
        { ",\"createTimeStart\":1699000000,\"createTimeEnd\":1700000000,\"size\":100,\"page\":500",
          10000 },
        { ",\"createTimeStart\":1699000000,\"createTimeEnd\":1700000000,\"size\":100,\"page\":501",
          40004 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(f, "listOrder", cases[i].extra);
        if (kit_int(&f->k, "code") != cases[i].code ||
            (cases[i].code == 10000) != (kit_int(&f->k, "err_no") == 0)) {
            fail_msg("%s: %s", cases[i].extra, base_buf_text(&f->k.response.body));
        }
    }
    /* Required ones and types are Solinkup's own refusal. */
    ask(f, "listOrder", ",\"createTimeStart\":1699000000");
    assert_string_equal(kit_text(&f->k, "code"), "__400");
    ask(f, "listOrder",
        ",\"createTimeStart\":1699000000,\"createTimeEnd\":1700000000,\"size\":101");
    assert_string_equal(kit_text(&f->k, "code"), "__400");
}

static void a_search_finds_what_the_detail_shows(void **state) {
    faces *f = *state;
    char extra[80];
    char id[40];
    ask(f, "listOrder",
        ",\"createTimeStart\":1692300000,\"createTimeEnd\":1700000000,\"size\":100");
    yyjson_val *list = codec_json_at(f->k.root, "data.shop_order_list");
    assert_true(yyjson_arr_size(list) > 1);
    assert_int_equal((int64_t)yyjson_arr_size(list), kit_int(&f->k, "data.total"));
    (void)snprintf(id, sizeof id, "%s",
                   yyjson_get_str(yyjson_obj_get(yyjson_arr_get(list, 1), "order_id")));
    (void)snprintf(extra, sizeof extra, ",\"orderId\":\"%s\"", id);
    ask(f, "detailOrder", extra);
    assert_string_equal(kit_text(&f->k, "data.shop_order_detail.order_id"), id);
    ask(f, "detailOrder", ",\"orderId\":\"4\"");
    assert_int_equal(kit_int(&f->k, "code"), 40004);
    /* A status that nobody has finds nobody. */
    ask(f, "listOrder",
        ",\"createTimeStart\":1692300000,\"createTimeEnd\":1700000000,\"orderStatus\":77");
    assert_int_equal(kit_int(&f->k, "data.total"), 0);
}

static void a_foreign_open_id_is_refused(void **state) {
    faces *f = *state;
    faces_solinkup(f, "/trigger/api/jinritemai/getAuthInfo/OpenId%40stranger", "getAuthInfo", "",
                   f->token[FACE_ON_SOLINKUP], "");
    assert_string_equal(kit_text(&f->k, "code"), "__402");
    char path[128];
    (void)snprintf(path, sizeof path, "/trigger/api/jinritemai/getAuthInfo/%s",
                   faces_app(f, FACE_ON_SOLINKUP, "account"));
    faces_solinkup(f, path, "getAuthInfo", "", f->token[FACE_ON_SOLINKUP], "");
    assert_string_equal(kit_text(&f->k, "code"), "__200OK");
}

static const char *code_with(faces *f, const char *readings) {
    char query[96];
    (void)snprintf(query, sizeof query, "set=%s", readings);
    kit_control(&f->k, "POST", "/_sandbox/readings", query);
    ask(f, "getAuthInfo", ""); /* signed as java_demo with hmac-sha256 */
    return kit_text(&f->k, "code");
}

static void readings_can_be_narrowed(void **state) {
    faces *f = *state;
    assert_string_equal(code_with(f, "java_demo"), "__200OK");
    assert_string_equal(code_with(f, "java_demo%2Fhmac-sha256"), "__200OK");
    assert_string_equal(code_with(f, "text_php,java_demo"), "__200OK");
    assert_string_equal(code_with(f, "java_demo%2Fmd5"), "__401");
    assert_string_equal(code_with(f, "java_dispatch"), "__401");
    assert_string_equal(code_with(f, "text_example,text_list"), "__401");
    assert_string_equal(code_with(f, ""), "__200OK");
    kit_send(&f->k, "POST", "/_sandbox/readings", "set=nonsense", "", "");
    assert_int_equal(f->k.response.status, 400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(searches_keep_to_the_guides_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(a_search_finds_what_the_detail_shows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_foreign_open_id_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(readings_can_be_narrowed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
