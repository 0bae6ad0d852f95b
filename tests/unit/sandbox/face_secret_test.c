/*
 * Sensitive data through the Douyin face: what is decrypted is the world's true receiver, and what
 * a platform refuses is refused: closed orders, changed bytes, other shops' and other orders'
 * texts.
 */
#include "face_kit.h"

static char order_id[24], closed_id[24], other_id[24], phone_cipher[4096], name_cipher[4096],
    detail_cipher[4096];

static void keep(char *out, size_t size, yyjson_val *order, const char *path) {
    const char *text = yyjson_get_str(codec_json_at(order, path));
    assert_non_null(text);
    (void)snprintf(out, size, "%s", text);
}

/* The first order that is open, another open one, and one that is closed. */
static void find_orders(kit *k) {
    *order_id = *closed_id = *other_id = '\0';
    for (int page = 0; page < 8 && !(*closed_id && *other_id); page++) {
        char json[64];
        size_t i, count;
        yyjson_val *row;
        (void)snprintf(json, sizeof json, "{\"page\":%d,\"size\":100}", page);
        assert_int_equal(kit_douyin(k, "order.searchList", json, k->token), 10000);
        yyjson_val *rows = codec_json_at(k->root, "data.shop_order_list");
        yyjson_arr_foreach(rows, i, count, row) {
            bool closed = yyjson_get_int(yyjson_obj_get(row, "order_status")) == 4;
            if (closed) {
                keep(closed_id, sizeof closed_id, row, "order_id");
            } else if (!*order_id) {
                keep(order_id, sizeof order_id, row, "order_id");
                keep(phone_cipher, sizeof phone_cipher, row, "encrypt_post_tel");
                keep(name_cipher, sizeof name_cipher, row, "encrypt_post_receiver");
                keep(detail_cipher, sizeof detail_cipher, row, "post_addr.encrypt_detail");
            } else {
                keep(other_id, sizeof other_id, row, "order_id");
            }
        }
    }
    assert_true(*order_id && *closed_id && *other_id);
}

static void open_world(kit *k) {
    kit_open(k, 4, 800, NULL, 0);
    kit_token(k, 0);
    find_orders(k);
}

static int64_t ask(kit *k, const char *method, const char *id, const char *cipher) {
    static char json[8192];
    (void)snprintf(json, sizeof json,
                   "{\"cipher_infos\":[{\"auth_id\":\"%s\",\"cipher_text\":\"%s\"}]}", id, cipher);
    return kit_douyin(k, method, json, k->token);
}

static yyjson_val *first(kit *k, const char *path) {
    return yyjson_arr_get_first(codec_json_at(k->root, path));
}

static const char *text_of(yyjson_val *row, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(row, name));
    return text ? text : "";
}

/* The truth of one order, as the sandbox tells it. */
static void true_receiver(kit *k, const char *id, char name[64], char phone[64], char detail[96]) {
    size_t i, n, m;
    yyjson_val *shop, *row;
    kit_control(k, "GET", "/_sandbox/truth", "orders=1");
    size_t s;
    *name = '\0';
    yyjson_arr_foreach(yyjson_obj_get(k->root, "shops"), s, m, shop) {
        yyjson_arr_foreach(yyjson_obj_get(shop, "order_list"), i, n, row) {
            if (strcmp(text_of(row, "id"), id) == 0) {
                yyjson_val *to = yyjson_obj_get(row, "receiver");
                (void)snprintf(name, 64, "%s", text_of(to, "name"));
                (void)snprintf(phone, 64, "%s", text_of(to, "phone"));
                (void)snprintf(detail, 96, "%s", text_of(to, "detail"));
            }
        }
    }
    assert_true(*name);
}

static void the_true_receiver_comes_out(void **state) {
    kit k;
    char name[64], phone[64], detail[96];
    (void)state;
    open_world(&k);
    true_receiver(&k, order_id, name, phone, detail);
    assert_int_equal(ask(&k, "order.batchDecrypt", order_id, name_cipher), 10000);
    yyjson_val *row = first(&k, "data.decrypt_infos");
    assert_string_equal(text_of(row, "decrypt_text"), name);
    assert_string_equal(text_of(row, "cipher_text"), name_cipher);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(row, "data_type")), 2);
    assert_int_equal(ask(&k, "order.batchDecrypt", order_id, detail_cipher), 10000);
    assert_string_equal(text_of(first(&k, "data.decrypt_infos"), "decrypt_text"), detail);
    assert_int_equal(ask(&k, "order.batchDecrypt", order_id, phone_cipher), 10000);
    assert_string_equal(text_of(first(&k, "data.decrypt_infos"), "decrypt_text"), phone);
    assert_int_equal(ask(&k, "order.batchSensitive", order_id, name_cipher), 10000);
    assert_non_null(strstr(text_of(first(&k, "data.decrypt_infos"), "decrypt_text"), "**"));
    kit_close(&k);
}

static void virtual_numbers_are_told_apart(void **state) {
    kit k;
    size_t i, count, seen = 0;
    yyjson_val *row;
    static char json[65536];
    (void)state;
    open_world(&k);
    assert_int_equal(kit_douyin(&k, "order.searchList", "{\"page\":0,\"size\":50}", k.token),
                     10000);
    base_buf body;
    base_buf_init(&body, sizeof json - 1);
    base_buf_add_text(&body, "{\"cipher_infos\":[");
    yyjson_arr_foreach(codec_json_at(k.root, "data.shop_order_list"), i, count, row) {
        base_buf_printf(&body, "%s{\"auth_id\":\"%s\",\"cipher_text\":\"%s\"}", i ? "," : "",
                        text_of(row, "order_id"), text_of(row, "encrypt_post_tel"));
    }
    base_buf_add_text(&body, "]}");
    (void)snprintf(json, sizeof json, "%s", base_buf_text(&body));
    base_buf_clear(&body);
    assert_int_equal(kit_douyin(&k, "order.batchDecrypt", json, k.token), 10000);
    yyjson_arr_foreach(codec_json_at(k.root, "data.decrypt_infos"), i, count, row) {
        if (yyjson_is_true(yyjson_obj_get(row, "is_virtual_tel"))) {
            char both[64];
            (void)snprintf(both, sizeof both, "%s-%s", text_of(row, "phone_no_a"),
                           text_of(row, "phone_no_b"));
            assert_string_equal(text_of(row, "decrypt_text"), both);
            assert_true(yyjson_get_int(yyjson_obj_get(row, "expire_time")) > 0);
            seen++;
        }
    }
    assert_int_equal(count, 50);
    assert_true(seen > 3 && seen < 30);
    kit_close(&k);
}

static int64_t refused_with(kit *k, const char *id, const char *cipher) {
    assert_int_equal(ask(k, "order.batchDecrypt", id, cipher), 10000);
    yyjson_val *row = first(k, "data.decrypt_infos");
    assert_string_equal(text_of(row, "decrypt_text"), "");
    return yyjson_get_int(yyjson_obj_get(row, "err_no"));
}

static void closed_orders_are_not_decrypted(void **state) {
    kit k;
    char json[64], cipher[4096];
    (void)state;
    open_world(&k);
    (void)snprintf(json, sizeof json, "{\"shop_order_id\":\"%s\"}", closed_id);
    assert_int_equal(kit_douyin(&k, "order.orderDetail", json, k.token), 10000);
    keep(cipher, sizeof cipher, codec_json_at(k.root, "data.shop_order_detail"),
         "encrypt_post_tel");
    assert_int_equal(refused_with(&k, closed_id, cipher), 200001);
    assert_int_equal(ask(&k, "order.batchSensitive", closed_id, cipher), 10000);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(first(&k, "data.decrypt_infos"), "err_no")), 0);
    kit_close(&k);
}

static void every_byte_counts(void **state) {
    kit k;
    char changed[4096];
    (void)state;
    open_world(&k);
    const char *const texts[] = { name_cipher, phone_cipher };
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; texts[t][i] != '\0'; i++) {
            (void)snprintf(changed, sizeof changed, "%s", texts[t]);
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            assert_int_equal(refused_with(&k, order_id, changed), 300003);
        }
    }
    assert_int_equal(refused_with(&k, other_id, name_cipher), 300003);
    kit_token(&k, 2); /* the other Douyin shop */
    assert_int_equal(refused_with(&k, order_id, name_cipher), 300003);
    kit_close(&k);
}

static void lists_are_bounded(void **state) {
    kit k;
    static char json[65536];
    (void)state;
    open_world(&k);
    size_t at = (size_t)snprintf(json, sizeof json, "{\"cipher_infos\":[");
    for (int i = 0; i < 51; i++) {
        at += (size_t)snprintf(json + at, sizeof json - at,
                               "%s{\"auth_id\":\"%s\",\"cipher_text\":\"#a#b#1##\"}", i ? "," : "",
                               order_id);
    }
    (void)snprintf(json + at, sizeof json - at, "]}");
    assert_int_equal(kit_douyin(&k, "order.batchDecrypt", json, k.token), 40004);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:100000");
    assert_int_equal(kit_douyin(&k, "order.batchDecrypt", "{\"cipher_infos\":[]}", k.token), 40004);
    assert_int_equal(
        kit_douyin(&k, "order.batchDecrypt", "{\"cipher_infos\":[{\"auth_id\":\"1\"}]}", k.token),
        40002);
    kit_close(&k);
}

static void what_is_encrypted_is_found_and_decrypted(void **state) {
    kit k;
    char json[512], cipher[4096], index[256];
    (void)state;
    open_world(&k);
    (void)snprintf(json, sizeof json,
                   "{\"batch_encrypt_list\":[{\"plain_text\":\"13800138000\",\"auth_id\":\"%s\","
                   "\"is_support_index\":true,\"sensitive_type\":3}]}",
                   order_id);
    assert_int_equal(kit_douyin(&k, "order.batchEncrypt", json, k.token), 10000);
    (void)snprintf(cipher, sizeof cipher, "%s",
                   text_of(first(&k, "data.encrypt_infos"), "cipher_text"));
    assert_true(cipher[0] == '$');
    assert_int_equal(kit_douyin(&k, "order.BatchSearchIndex",
                                "{\"plain_text_list\":[{\"plain_text\":\"13800138000\","
                                "\"encrypt_type\":3}]}",
                                k.token),
                     10000);
    (void)snprintf(index, sizeof index, "%s",
                   text_of(first(&k, "data.plain_to_encrypt_index_list"), "search_index"));
    assert_int_equal(strlen(index), 44);
    assert_memory_equal(cipher + 1, index, 44);
    assert_int_equal(kit_douyin(&k, "order.getSearchIndex",
                                "{\"plain_text\":\"13800138000\",\"sensitive_type\":3}", k.token),
                     10000);
    assert_string_equal(kit_text(&k, "data.encrypt_index_text"), index);
    assert_int_equal(ask(&k, "order.batchSensitive", order_id, cipher), 10000);
    assert_string_equal(text_of(first(&k, "data.decrypt_infos"), "decrypt_text"), "13*******00");
    assert_int_equal(kit_douyin(&k, "order.BatchSearchIndex",
                                "{\"plain_text_list\":[{\"plain_text\":\"138001380001\","
                                "\"encrypt_type\":3}]}",
                                k.token),
                     40004);
    assert_string_equal(kit_text(&k, "sub_code"), "isv.parameter-invalid:300002");
    kit_close(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_true_receiver_comes_out),
        cmocka_unit_test(virtual_numbers_are_told_apart),
        cmocka_unit_test(closed_orders_are_not_decrypted),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(what_is_encrypted_is_found_and_decrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
