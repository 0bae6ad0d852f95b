/*
 * Faults: reproducible, counted, without effect where they say so; the control pages; the door with
 * sockets.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "face_kit.h"

static void a_bad_list_of_faults_names_what_exists(void **state) {
    (void)state;
    static const char *const bad[] = { "thunder", "slow,thunder", "slow:1001", "slow:x",
                                       "http500:600,slow:600" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        qd_err err = QD_ERR_INIT;
        sandbox *sb = NULL;
        sandbox_options options = { .shops = 1, .faults = bad[i], .now = KIT_NOW };
        assert_int_equal(sandbox_new(&options, &sb, &err), QD_E_INVALID);
        assert_non_null(strstr(err.message, "faults:"));
        assert_null(sb);
    }
    assert_string_equal(sandbox_faults()[0].name, "http500");
}

/* What became of a call, as one letter. */
static char outcome(kit *k) {
    if (k->response.finish != HTTPD_SEND) {
        return k->response.finish == HTTPD_CUT ? 'c' : 'h';
    }
    if (k->response.status != 200) {
        return '5';
    }
    if (k->doc == NULL) {
        return 'g';
    }
    if (k->response.delay_ms > 0) {
        assert_true(k->response.delay_ms >= 50 && k->response.delay_ms <= 800);
        return 's';
    }
    return kit_int(k, "code") == 60000 ? 'l' : kit_int(k, "code") == 10000 ? '.' : 'r';
}

static void run(char *out, size_t calls, const char *faults) {
    kit k;
    kit_open(&k, 2, 60, faults, 0);
    for (size_t i = 0; k.token[0] == '\0' && i < 50; i++) {
        char json[128];
        (void)snprintf(json, sizeof json,
                       "{\"grant_type\":\"authorization_self\",\"shop_id\":\"%s\"}",
                       kit_shop_text(&k, 0, "shop_id"));
        if (kit_douyin(&k, "token.create", json, NULL) == 10000) {
            kit_keep_pair(&k);
        }
    }
    for (size_t i = 0; i < calls; i++) {
        (void)kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":1}", k.token);
        out[i] = outcome(&k);
        kit_pass(&k, 3); /* no ban lasts so long */
    }
    out[calls] = '\0';
    kit_close(&k);
}

static void the_same_calls_meet_the_same_faults(void **state) {
    (void)state;
    char one[401];
    char two[401];
    run(one, 400, "heavy");
    run(two, 400, "heavy");
    assert_string_equal(one, two);
    assert_non_null(strchr(one, '.'));
    assert_non_null(strchr(one, '5'));
    assert_non_null(strchr(one, 'r')); /* revoked: nobody made a new token */
    run(one, 400, "none");
    assert_int_equal(strspn(one, "."), 400);
}

static void each_fault_by_its_name(void **state) {
    (void)state;
    static const struct {
        const char *name;
        char letter;
    } rows[] = { { "http500", '5' }, { "cut-before", 'c' }, { "cut-after", 'c' }, { "slow", 's' },
                 { "limit", 'l' },   { "garbage", 'g' },    { "truncated", 'h' } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit k;
        char query[64];
        kit_open(&k, 2, 60, NULL, 0);
        kit_token(&k, 0);
        (void)snprintf(query, sizeof query, "set=%s%%3A1000", rows[i].name);
        kit_control(&k, "POST", "/_sandbox/faults", query);
        for (int n = 0; n < 3; n++) {
            (void)kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":1}", k.token);
            assert_int_equal(outcome(&k), rows[i].letter);
            kit_pass(&k, 3);
        }
        assert_int_equal(kit_stat(&k, "faults", "by_name", rows[i].name), 3);
        kit_close(&k);
    }
}

static int64_t star_of(kit *k, const char *id) {
    char json[64];
    (void)snprintf(json, sizeof json, "{\"shop_order_id\":\"%s\"}", id);
    assert_int_equal(kit_douyin(k, "order.orderDetail", json, k->token), 10000);
    return kit_int(k, "data.shop_order_detail.seller_remark_stars");
}

static void cuts_before_have_no_effect_and_cuts_after_have(void **state) {
    (void)state;
    for (int after = 0; after < 2; after++) {
        kit k;
        char id[32];
        char json[128];
        kit_open(&k, 2, 60, NULL, 0);
        kit_token(&k, 0);
        (void)kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":1}", k.token);
        (void)snprintf(
            id, sizeof id, "%s",
            yyjson_get_str(yyjson_obj_get(
                yyjson_arr_get_first(codec_json_at(k.root, "data.shop_order_list")), "order_id")));
        int64_t star = star_of(&k, id);
        int64_t other = star == 4 ? 5 : 4;
        kit_control(&k, "POST", "/_sandbox/faults",
                    after ? "set=cut-after:1000" : "set=cut-before:1000");
        (void)snprintf(json, sizeof json, "{\"order_id\":\"%s\",\"remark\":\"好\",\"star\":\"%d\"}",
                       id, (int)other);
        (void)kit_douyin(&k, "order.addOrderRemark", json, k.token);
        assert_int_equal(k.response.finish, HTTPD_CUT);
        kit_control(&k, "POST", "/_sandbox/faults", "set=none");
        assert_int_equal(star_of(&k, id), after ? other : star);
        kit_close(&k);
    }
}

static void a_refresh_is_never_answered_into_the_void(void **state) {
    (void)state;
    kit k;
    char json[128];
    kit_open(&k, 2, 0, NULL, 0);
    kit_token(&k, 0);
    kit_pass(&k, 7 * 86400 - 60);
    kit_control(&k, "POST", "/_sandbox/faults", "set=cut-after:1000");
    (void)snprintf(json, sizeof json, "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}",
                   k.refresh);
    (void)kit_douyin(&k, "token.refresh", json, NULL);
    assert_int_equal(k.response.finish, HTTPD_CUT);
    kit_control(&k, "POST", "/_sandbox/faults", "set=none");
    assert_int_equal(kit_douyin(&k, "token.refresh", json, NULL), 10000);
    kit_close(&k);
}

static void a_ban_lasts_as_long_as_it_says(void **state) {
    (void)state;
    kit k;
    int seconds = 0;
    kit_open(&k, 2, 60, NULL, 0);
    kit_control(&k, "POST", "/_sandbox/faults", "set=limit:1000");
    KIT_TAOBAO(&k, "taobao.trades.sold.get", "fields", "tid");
    assert_int_equal(kit_int(&k, "error_response.code"), 7);
    const char *text = kit_text(&k, "error_response.sub_msg");
    assert_int_equal(sscanf(text, "This ban will last for %d more seconds", &seconds), 1);
    assert_true(seconds >= 1 && seconds <= 2);
    kit_control(&k, "POST", "/_sandbox/faults", "set=none");
    KIT_TAOBAO(&k, "taobao.trades.sold.get", "fields", "tid");
    assert_int_equal(kit_int(&k, "error_response.code"), -1); /* a new plan lifts bans */
    kit_control(&k, "POST", "/_sandbox/faults", "set=limit:1000");
    KIT_TAOBAO(&k, "taobao.trades.sold.get", "fields", "tid");
    KIT_TAOBAO(&k, "taobao.time.get", NULL);
    assert_int_equal(kit_int(&k, "error_response.code"), 7);
    kit_close(&k);
}

static void rows_shift_but_not_in_a_frozen_world(void **state) {
    (void)state;
    kit k;
    kit_open(&k, 2, 60, "shift:1000", 0);
    kit_token(&k, 0);
    kit_pass(&k, 60);
    const char *recent = "{\"page\":0,\"size\":5,\"update_time_start\":1700000060}";
    assert_int_equal(kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":5}", k.token), 10000);
    assert_int_equal(kit_stat(&k, "faults", "by_name", "shift"), 1);
    assert_int_equal(kit_douyin(&k, "order.searchList", recent, k.token), 10000);
    assert_true(kit_int(&k, "data.total") >= 1); /* modified just now */
    kit_control(&k, "POST", "/_sandbox/freeze", "");
    int64_t shifts = kit_stat(&k, "faults", "by_name", "shift");
    assert_int_equal(kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":5}", k.token), 10000);
    assert_int_equal(kit_stat(&k, "faults", "by_name", "shift"), shifts);
    kit_close(&k);
}

/* ---- control pages ---- */

static void time_stands_goes_on_and_jumps(void **state) {
    (void)state;
    kit k;
    kit_open(&k, 1, 0, NULL, 1600000000);
    kit_pass(&k, 5);
    assert_int_equal(sandbox_now_ms(k.sb), 1600000005000);
    kit_control(&k, "POST", "/_sandbox/freeze", "");
    kit_pass(&k, 100);
    assert_int_equal(sandbox_now_ms(k.sb), 1600000005000);
    kit_control(&k, "POST", "/_sandbox/advance", "seconds=10");
    assert_int_equal(sandbox_now_ms(k.sb), 1600000015000);
    kit_control(&k, "POST", "/_sandbox/thaw", "");
    kit_pass(&k, 1);
    assert_int_equal(sandbox_now_ms(k.sb), 1600000016000);
    sandbox_freeze(k.sb, true);
    kit_control(&k, "GET", "/_sandbox/truth", "");
    assert_int_equal(kit_int(&k, "as_of"), 1600000016);
    kit_send(&k, "POST", "/_sandbox/advance", "seconds=-1", "", "");
    assert_int_equal(k.response.status, 400);
    kit_send(&k, "GET", "/_sandbox/freeze", "", "", "");
    assert_int_equal(k.response.status, 405);
    kit_send(&k, "GET", "/_sandbox/nothing", "", "", "");
    assert_int_equal(k.response.status, 404);
    kit_close(&k);
}

static void the_truth_lists_orders_when_asked(void **state) {
    (void)state;
    kit k;
    kit_open(&k, 3, 90, NULL, 0);
    kit_control(&k, "GET", "/_sandbox/truth", "orders=1");
    yyjson_val *shops = yyjson_obj_get(k.root, "shops");
    assert_int_equal(yyjson_arr_size(shops), 3);
    size_t i;
    size_t n;
    yyjson_val *shop;
    int64_t all = 0;
    yyjson_arr_foreach(shops, i, n, shop) {
        int64_t orders = -1;
        bool taobao = strcmp(yyjson_get_str(yyjson_obj_get(shop, "platform")), "taobao") == 0;
        assert_true(codec_json_i64(yyjson_obj_get(shop, "orders"), &orders));
        assert_int_equal(yyjson_arr_size(yyjson_obj_get(shop, "order_list")), orders);
        assert_int_equal(yyjson_obj_get(shop, "session") != NULL, taobao);
        assert_int_equal(yyjson_get_len(yyjson_obj_get(shop, "order_ids_sha256")), 64);
        all += orders;
    }
    assert_true(all > 0 && all <= 90);
    kit_close(&k);
}

/* ---- sockets ---- */

static void one_exchange_through_a_socket(void **state) {
    (void)state;
    sandbox *sb = NULL;
    httpd *server = NULL;
    char reply[4096];
    size_t len = 0;
    sandbox_options options = { .shops = 2, .orders = 10, .now = KIT_NOW };
    assert_int_equal(sandbox_new(&options, &sb, NULL), QD_OK);
    assert_int_equal(sandbox_listen(sb, 0, &server, NULL), QD_OK);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(httpd_port(server)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    static const char ask[] = "POST //order/searchList HTTP/1.1\r\nHost: x\r\n"
                              "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
    assert_int_equal(write(fd, ask, sizeof ask - 1), sizeof ask - 1);
    for (ssize_t got = 1; got > 0 && len < sizeof reply - 1;) {
        got = read(fd, reply + len, sizeof reply - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    reply[len] = '\0';
    (void)close(fd);
    assert_non_null(strstr(reply, "HTTP/1.1 200"));
    assert_non_null(strstr(reply, "Date: Tue, 14 Nov 2023 22:13:2"));
    assert_non_null(strstr(reply, "isv.app-id-missing"));
    httpd_stop(server);
    sandbox_free(sb);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_list_of_faults_names_what_exists),
        cmocka_unit_test(the_same_calls_meet_the_same_faults),
        cmocka_unit_test(each_fault_by_its_name),
        cmocka_unit_test(cuts_before_have_no_effect_and_cuts_after_have),
        cmocka_unit_test(a_refresh_is_never_answered_into_the_void),
        cmocka_unit_test(a_ban_lasts_as_long_as_it_says),
        cmocka_unit_test(rows_shift_but_not_in_a_frozen_world),
        cmocka_unit_test(time_stands_goes_on_and_jumps),
        cmocka_unit_test(the_truth_lists_orders_when_asked),
        cmocka_unit_test(one_exchange_through_a_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
