/*
 * Bills through the Douyin face: files and listings have every settled row of the world once, their
 * amounts add up, and a file is not there before it is made, nor after it has died.
 */
#include "face_kit.h"

enum { DAY = 86400 };

static void open_world(kit *k) {
    kit_open(k, 2, 600, NULL, 0);
    kit_token(k, 0);
}

static yyjson_val *true_bills(kit *k) {
    return yyjson_obj_get(kit_shop(k, 0), "bills");
}

static int64_t bill_number(kit *k, const char *name) {
    int64_t number = -1;
    assert_true(codec_json_i64(yyjson_obj_get(true_bills(k), name), &number));
    return number;
}

/* start_time and end_time of everything that is settled and ready. */
static void whole_range(kit *k, char out[128]) {
    char from[BASE_TIME_TEXT], to[BASE_TIME_TEXT];
    base_time_to_cn(bill_number(k, "until") - 200 * DAY, from);
    base_time_to_cn(bill_number(k, "until") - 1, to);
    (void)snprintf(out, 128, "\"start_time\":\"%s\",\"end_time\":\"%s\"", from, to);
}

static void ask_for(kit *k, const char *method, char id[32]) {
    char range[128], json[256];
    whole_range(k, range);
    (void)snprintf(json, sizeof json, "{%s,\"time_type\":\"0\"}", range);
    assert_int_equal(kit_douyin(k, method, json, k->token), 10000);
    (void)snprintf(id, 32, "%s", kit_text(k, "data.download_id"));
    assert_true(*id);
}

static void poll(kit *k, const char *method, const char *id) {
    char json[96];
    (void)snprintf(json, sizeof json, "{\"download_id\":\"%s\"}", id);
    (void)kit_douyin(k, method, json, k->token);
}

static void keep_path(kit *k, char path[160]) {
    const char *url = kit_text(k, "data.url");
    const char *at = strstr(url, "/_files/");
    assert_memory_equal(url, "http://127.0.0.1/", 17);
    assert_non_null(at);
    (void)snprintf(path, 160, "%s", at);
}

/* Rows of the CSV behind its line of names, and the sum of a column. */
static size_t read_csv(kit *k, const char *column, int64_t *out_sum) {
    char *text = strdup(base_buf_text(&k->response.body)), *line_at = NULL;
    size_t rows = 0, wanted = 0;
    *out_sum = 0;
    char *line = strtok_r(text, "\r\n", &line_at);
    for (char *cell_at = NULL, *cell = strtok_r(line, ",", &cell_at);
         cell && strcmp(cell, column) != 0; cell = strtok_r(NULL, ",", &cell_at)) {
        wanted++;
    }
    while ((line = strtok_r(NULL, "\r\n", &line_at)) != NULL) {
        for (size_t i = 0; i < wanted; i++) {
            line = strchr(line, ',') + 1;
        }
        int64_t value = 0;
        assert_true(base_str_to_i64((base_str){ line, strcspn(line, ",") }, &value));
        *out_sum += value;
        rows++;
    }
    free(text);
    return rows;
}

static void a_file_has_every_settled_row(void **state) {
    kit k;
    char id[32], path[160];
    int64_t sum;
    (void)state;
    open_world(&k);
    assert_true(bill_number(&k, "rows") > 50);
    ask_for(&k, "order.downloadSettleItemToShop", id);
    poll(&k, "order.downloadToShop", id);
    assert_string_equal(kit_text(&k, "data.code"), "100015");
    poll(&k, "order.downloadToShop", id);
    assert_string_equal(kit_text(&k, "data.code"), "100015");
    poll(&k, "order.downloadToShop", id);
    assert_string_equal(kit_text(&k, "data.code"), "100000");
    keep_path(&k, path);
    kit_send(&k, "GET", path, "", "", "");
    assert_int_equal(k.response.status, 200);
    assert_int_equal(read_csv(&k, "settle_amount", &sum), bill_number(&k, "rows"));
    assert_int_equal(sum, bill_number(&k, "settle_fen"));
    /* One changed character, and it is nobody's file. */
    path[strlen("/_files/bill/S")]++;
    kit_send(&k, "GET", path, "", "", "");
    assert_int_equal(k.response.status, 404);
    kit_close(&k);
}

static void links_and_files_die(void **state) {
    kit k;
    char id[32], path[160];
    int64_t sum;
    (void)state;
    open_world(&k);
    ask_for(&k, "order.downloadShopAccountItem", id);
    poll(&k, "order.downloadShopAccountItemFile", id);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:100015");
    poll(&k, "order.downloadToShop", id); /* the other kind's */
    assert_string_equal(kit_text(&k, "data.code"), "100002");
    kit_pass(&k, 5);
    poll(&k, "order.downloadShopAccountItemFile", id);
    keep_path(&k, path);
    kit_send(&k, "GET", path, "", "", "");
    assert_int_equal(read_csv(&k, "account_amount", &sum), bill_number(&k, "rows"));
    assert_int_equal(sum, bill_number(&k, "settle_fen"));
    kit_pass(&k, 3600);
    kit_send(&k, "GET", path, "", "", "");
    assert_int_equal(k.response.status, 403);
    poll(&k, "order.downloadShopAccountItemFile", id);
    keep_path(&k, path);
    kit_send(&k, "GET", path, "", "", "");
    assert_int_equal(k.response.status, 200);
    kit_pass(&k, 86400);
    poll(&k, "order.downloadShopAccountItemFile", id);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:100016");
    poll(&k, "order.downloadShopAccountItemFile", "A77");
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:100002");
    kit_close(&k);
}

static void days_that_are_not_complete_are_refused(void **state) {
    kit k;
    char from[BASE_TIME_TEXT], to[BASE_TIME_TEXT], json[256];
    (void)state;
    open_world(&k);
    base_time_to_cn(bill_number(&k, "until") - DAY, from);
    base_time_to_cn(bill_number(&k, "until"), to);
    (void)snprintf(json, sizeof json,
                   "{\"start_time\":\"%s\",\"end_time\":\"%s\",\"time_type\":\"0\"}", from, to);
    assert_int_equal(kit_douyin(&k, "order.downloadSettleItemToShop", json, k.token), 50002);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.business-failed:100027");
    kit_close(&k);
}

static void walk(kit *k, const char *method, const char *column, int size, bool move) {
    char range[128], json[512], index[64] = "", start[BASE_TIME_TEXT] = "";
    int64_t rows = 0, sum = 0;
    whole_range(k, range);
    for (int page = 0; page < 1000; page++) {
        size_t i, count;
        yyjson_val *row;
        (void)snprintf(json, sizeof json, "{%s,\"size\":%d,\"start_index\":\"%s\"}", range, size,
                       index);
        if (move && *start) { /* as the documents ask */
            (void)snprintf(json, sizeof json,
                           "{\"start_time\":\"%s\",%s,\"size\":%d,\"start_index\":\"%s\"}", start,
                           strstr(range, "\"end_time\""), size, index);
        }
        assert_int_equal(kit_douyin(k, method, json, k->token), 10000);
        yyjson_arr_foreach(codec_json_at(k->root, "data.data"), i, count, row) {
            sum += yyjson_get_sint(yyjson_obj_get(row, column));
        }
        rows += (int64_t)count;
        assert_int_equal(kit_int(k, "data.data_size"), count);
        (void)snprintf(index, sizeof index, "%s", kit_text(k, "data.next_start_index"));
        (void)snprintf(start, sizeof start, "%s", kit_text(k, "data.next_start_time"));
        if (kit_int(k, "data.is_end") == 1) {
            break;
        }
        assert_int_equal(count, size);
    }
    assert_int_equal(rows, bill_number(k, "rows"));
    assert_int_equal(sum, bill_number(k, "settle_fen"));
}

static void listings_have_every_row_once(void **state) {
    kit k;
    (void)state;
    open_world(&k);
    /* Past noon, when also the listings have the day before. */
    kit_pass(&k, 6 * 3600);
    kit_read_truth(&k);
    walk(&k, "order.getSettleBillDetailV3", "settle_amount", 7, true);
    walk(&k, "order.getSettleBillDetailV3", "settle_amount", 100, false);
    walk(&k, "order.getSettleBillDetailV2", "settle_amount", 200, false);
    walk(&k, "order.getShopAccountItem", "account_amount", 13, true);
    assert_int_equal(kit_douyin(&k, "order.getSettleBillDetailV3", "{\"size\":101}", k.token),
                     40004);
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_every_settled_row),
        cmocka_unit_test(links_and_files_die),
        cmocka_unit_test(days_that_are_not_complete_are_refused),
        cmocka_unit_test(listings_have_every_row_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
