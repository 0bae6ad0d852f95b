/*
 * Sensitive texts through the public functions: chunks, the caller's order, single failures, failed
 * chunks, virtual numbers, records before texts, and that no error repeats a plain text.
 */
#include "kit.h"
#include "qiandian/sensitive.h"

static const qd_shop_options SHOP = { .session = "at", .shop_id = "1" };

typedef struct seen_record {
    char orders[8][32];
    int64_t items[8], failed[8];
    char code[8][32];
    int count;
    qd_status say;
} seen_record;

static qd_status record(void *user, const qd_sensitive_record *row, qd_err *err) {
    seen_record *seen = user;
    assert_string_equal(row->actor, "anna");
    assert_string_equal(row->shop, "t1");
    assert_int_equal(row->at, KIT_NOW);
    if (seen->count < 8) {
        snprintf(seen->orders[seen->count], 32, "%s", row->order_id);
        snprintf(seen->code[seen->count], 32, "%s", row->code);
        seen->items[seen->count] = row->items;
        seen->failed[seen->count] = row->failed;
    }
    seen->count++;
    return seen->say == QD_OK ? QD_OK : base_fail(err, seen->say, "the disk is full");
}

static qd_sensitive_options options_of(seen_record *seen) {
    return (qd_sensitive_options){ .actor = "anna", .record = record, .record_user = seen };
}

static void add_row(base_buf *out, const char *order, const char *cipher, const char *rest) {
    base_buf_printf(out, "%s{\"auth_id\":\"%s\",\"cipher_text\":\"%s\",%s}",
                    out->len > 0 && out->data[out->len - 1] == '}' ? "," : "", order, cipher, rest);
}

static void begin(base_buf *out) {
    base_buf_init(out, LIMIT_REQUEST_BYTES);
    base_buf_add_text(out, "{\"code\":10000,\"msg\":\"success\",\"data\":{\"decrypt_infos\":[");
}

static const char *end(base_buf *out) {
    base_buf_add_text(out, "],\"custom_err\":{\"err_code\":0,\"err_msg\":\"\"}}}");
    return base_buf_text(out);
}

enum { MANY = 120 };

static void any_number_in_the_callers_order(void **state) {
    (void)state;
    kit k;
    qd_err err;
    static char texts[MANY][8], orders[MANY][8], finds[3][8];
    qd_sensitive_item items[MANY];
    base_buf answers[3];
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    kit_open(&k, "douyin", NULL, &SHOP);
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], 8, "#c%03d", i);
        snprintf(orders[i], 8, "%d", 1000 + i % 3);
        items[i] = (qd_sensitive_item){ .order_id = orders[i], .text = texts[i] };
    }
    for (int c = 0; c < 3; c++) {
        begin(&answers[c]);
        int last = c < 2 ? c * 50 + 49 : MANY - 1;
        for (int i = last; i >= c * 50; i--) { /* the other way round */
            char rest[96];
            snprintf(rest, sizeof rest,
                     "\"decrypt_text\":\"plain %03d\",\"data_type\":2,\"err_no\":0", i);
            add_row(&answers[c], orders[i], texts[i], rest);
        }
        snprintf(finds[c], 8, "=#c%03d", c * 50);
        kit_rule_times(&k, finds[c], end(&answers[c]), 1);
    }
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, items, MANY, &options, &result, &err),
        QD_OK);
    assert_int_equal(k.requests, 3);
    assert_int_equal(qd_sensitive_count(result), MANY);
    assert_int_equal(qd_sensitive_failed(result), 0);
    for (size_t i = 0; i < MANY; i++) {
        char want[16];
        const qd_sensitive_text *text = qd_sensitive_at(result, i);
        snprintf(want, sizeof want, "plain %03d", (int)i);
        assert_string_equal(text->text, want);
        assert_int_equal(text->kind, QD_SENSITIVE_NAME);
    }
    assert_null(qd_sensitive_at(result, MANY));
    assert_int_equal(seen.count, 3); /* one an order */
    assert_string_equal(seen.orders[0], "1000");
    assert_int_equal(seen.items[0] + seen.items[1] + seen.items[2], MANY);
    qd_sensitive_free(result);
    for (int c = 0; c < 3; c++) {
        base_buf_clear(&answers[c]);
    }
    kit_close(&k);
}

static void single_texts_fail_alone(void **state) {
    (void)state;
    kit k;
    qd_err err;
    base_buf answer;
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    const qd_sensitive_item items[] = { { .order_id = "1", .text = "#open" },
                                        { .order_id = "2", .text = "#closed" },
                                        { .order_id = "3", .text = "" },
                                        { .order_id = "4", .text = "#lost" },
                                        { .order_id = "5", .text = "\xff\xfe" } };
    kit_open(&k, "douyin", NULL, &SHOP);
    begin(&answer);
    add_row(&answer, "1", "#open", "\"decrypt_text\":\"张三\",\"err_no\":0");
    add_row(&answer, "2", "#closed",
            "\"decrypt_text\":\"\",\"err_no\":200001,\"err_msg\":\"订单已关闭,不允许解密\"");
    kit_rule_times(&k, "batchDecrypt", end(&answer), 0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, items, 5, &options, &result, &err), QD_OK);
    assert_int_equal(qd_sensitive_failed(result), 4);
    assert_string_equal(qd_sensitive_at(result, 0)->text, "张三");
    const qd_sensitive_text *closed = qd_sensitive_at(result, 1);
    assert_int_equal(closed->status, QD_E_PLATFORM);
    assert_string_equal(closed->code, "200001");
    assert_string_equal(closed->message, "订单已关闭,不允许解密");
    assert_null(closed->text);
    assert_int_equal(qd_sensitive_at(result, 2)->status, QD_E_INVALID);
    assert_int_equal(qd_sensitive_at(result, 3)->status, QD_E_PROTOCOL);
    assert_int_equal(qd_sensitive_at(result, 4)->status, QD_E_INVALID);
    assert_null(strstr(k.seen[0].body, "\xff"));
    assert_int_equal(seen.count, 5);
    assert_string_equal(seen.code[1], "200001");
    assert_int_equal(seen.failed[0], 0);
    assert_int_equal(seen.failed[1], 1);
    qd_sensitive_free(result);
    base_buf_clear(&answer);
    kit_close(&k);
}

/* 50002 isv.business-failed:300008 with the rows beside it: some failed, the others are there. */
static void a_failure_that_carries_answers_is_read(void **state) {
    (void)state;
    kit k;
    qd_err err;
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    const qd_sensitive_item items[] = { { .order_id = "1", .text = "#a" },
                                        { .order_id = "1", .text = "#b" } };
    kit_open(&k, "douyin", NULL, &SHOP);
    kit_rule_times(&k, "batchDecrypt",
                   "{\"code\":50002,\"msg\":\"业务处理失败\",\"sub_code\":"
                   "\"isv.business-failed:300008\",\"sub_msg\":\"部分失败\",\"data\":{"
                   "\"decrypt_infos\":[{\"auth_id\":1,\"cipher_text\":\"#a\",\"decrypt_text\":\"x\""
                   ",\"err_no\":0},{\"auth_id\":1,\"cipher_text\":\"#b\",\"decrypt_text\":\"\","
                   "\"err_no\":300003,\"err_msg\":\"no\"}]}}",
                   0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, items, 2, &options, &result, &err), QD_OK);
    assert_string_equal(qd_sensitive_at(result, 0)->text, "x");
    assert_string_equal(qd_sensitive_at(result, 1)->code, "300003");
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.items[0], 2);
    assert_int_equal(seen.failed[0], 1);
    qd_sensitive_free(result);
    kit_close(&k);
}

static const char REFUSED[] = "{\"code\":40004,\"msg\":\"非法的参数\",\"sub_code\":"
                              "\"isv.parameter-invalid:100000\",\"sub_msg\":\"no\",\"data\":null}";

static void run_with_a_bad_chunk(bool stop, int requests, int good) {
    kit k;
    qd_err err;
    static char texts[MANY][8];
    qd_sensitive_item items[MANY];
    base_buf answer;
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    options.stop_on_error = stop;
    kit_open(&k, "douyin", NULL, &SHOP);
    begin(&answer);
    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], 8, "#c%03d", i);
        items[i] = (qd_sensitive_item){ .order_id = "7", .text = texts[i] };
        add_row(&answer, "7", texts[i], "\"decrypt_text\":\"p\",\"err_no\":0");
    }
    kit_rule_times(&k, "=#c000", REFUSED, 0);
    kit_rule_times(&k, "batchDecrypt", end(&answer), 0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, items, MANY, &options, &result, &err),
        QD_E_INVALID);
    assert_string_equal(err.sub_code, "isv.parameter-invalid:100000");
    assert_int_equal(k.requests, requests);
    assert_int_equal((int)qd_sensitive_count(result) - (int)qd_sensitive_failed(result), good);
    assert_string_equal(qd_sensitive_at(result, 0)->code, "isv.parameter-invalid:100000");
    assert_int_equal(qd_sensitive_at(result, 119)->status, stop ? QD_E_CANCELLED : QD_OK);
    assert_int_equal(seen.failed[0], MANY - good);
    qd_sensitive_free(result);
    base_buf_clear(&answer);
    kit_close(&k);
}

static void a_chunk_that_fails_as_a_whole(void **state) {
    (void)state;
    run_with_a_bad_chunk(false, 3, 70);
    run_with_a_bad_chunk(true, 1, 0);
}

static void nothing_is_handed_out_unrecorded(void **state) {
    (void)state;
    kit k;
    qd_err err;
    seen_record seen = { .say = QD_E_IO };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = (qd_sensitive *)&k;
    const qd_sensitive_item item = { .order_id = "1", .text = "#a" };
    kit_open(&k, "douyin", NULL, &SHOP);
    kit_rule_times(
        &k, "batchDecrypt",
        "{\"code\":10000,\"data\":{\"decrypt_infos\":[{\"auth_id\":\"1\",\"cipher_text\":"
        "\"#a\",\"decrypt_text\":\"王小明\",\"err_no\":0}]}}",
        0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, &item, 1, &options, &result, &err), QD_E_IO);
    assert_null(result);
    assert_null(strstr(err.message, "王小明"));
    assert_int_equal(seen.count, 1);
    /* Without a record, or without a name, nobody is asked at all. */
    int before = k.requests;
    options.record = NULL;
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, &item, 1, &options, &result, &err),
        QD_E_INVALID);
    options = options_of(&seen);
    options.actor = "";
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, &item, 1, &options, &result, &err),
        QD_E_INVALID);
    assert_int_equal(k.requests, before);
    kit_close(&k);
}

static void virtual_numbers_are_split(void **state) {
    (void)state;
    kit k;
    qd_err err;
    base_buf answer;
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    const qd_sensitive_item items[] = { { .order_id = "1", .text = "$told$x$1$$" },
                                        { .order_id = "1", .text = "$dash$x$1$$" },
                                        { .order_id = "1", .text = "$land$x$1$$" },
                                        { .order_id = "1", .text = "$real$x$1$$" } };
    kit_open(&k, "douyin", NULL, &SHOP);
    begin(&answer);
    add_row(&answer, "1", items[0].text,
            "\"decrypt_text\":\"18400913965-7576\",\"err_no\":0,\"is_virtual_tel\":true,"
            "\"phone_no_a\":\"18400913965\",\"phone_no_b\":\"7576\",\"expire_time\":1700600000,"
            "\"data_type\":3");
    add_row(&answer, "1", items[1].text, "\"decrypt_text\":\"18400913965-7576\",\"err_no\":0");
    add_row(&answer, "1", items[2].text, "\"decrypt_text\":\"010-88886666\",\"err_no\":0");
    add_row(&answer, "1", items[3].text,
            "\"decrypt_text\":\"13800138000\",\"err_no\":0,\"is_virtual_tel\":false");
    kit_rule_times(&k, "batchDecrypt", end(&answer), 0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, items, 4, &options, &result, &err), QD_OK);
    for (size_t i = 0; i < 2; i++) {
        const qd_sensitive_text *text = qd_sensitive_at(result, i);
        assert_true(text->is_virtual);
        assert_string_equal(text->text, "18400913965-7576");
        assert_string_equal(text->number, "18400913965");
        assert_string_equal(text->extension, "7576");
        assert_int_equal(text->kind, QD_SENSITIVE_PHONE);
    }
    assert_int_equal(qd_sensitive_at(result, 0)->expires_at, 1700600000);
    for (size_t i = 2; i < 4; i++) {
        assert_false(qd_sensitive_at(result, i)->is_virtual);
        assert_null(qd_sensitive_at(result, i)->number);
    }
    qd_sensitive_free(result);
    base_buf_clear(&answer);
    kit_close(&k);
}

static void encryption_and_search_indexes(void **state) {
    (void)state;
    kit k;
    qd_err err;
    qd_sensitive *result = NULL;
    const qd_sensitive_options options = { .scene = "OrderCode" };
    const qd_sensitive_item items[] = {
        { .order_id = "1", .text = "13800138000", .kind = QD_SENSITIVE_PHONE },
        { .order_id = "1", .text = "张三", .kind = QD_SENSITIVE_NAME, .no_index = true },
        { .order_id = "1", .text = "x", .kind = QD_SENSITIVE_ID_CARD },
    };
    kit_open(&k, "douyin", NULL, &SHOP);
    kit_rule_times(
        &k, "batchEncrypt",
        "{\"code\":10000,\"data\":{\"encrypt_infos\":[{\"auth_id\":\"1\",\"cipher_text\":"
        "\"$p$d$1$$\",\"decrypt_text\":\"13800138000\",\"err_no\":0},{\"auth_id\":\"1\","
        "\"decrypt_text\":\"张三\",\"err_no\":9,\"err_msg\":\"bad 张三\"}]}}",
        0);
    kit_rule_times(&k, "BatchSearchIndex",
                   "{\"code\":10000,\"data\":{\"plain_to_encrypt_index_list\":[{\"plain\":\"张三\","
                   "\"search_index\":\"J6qAML3B\"},{\"plain\":\"13800138000\",\"search_index\":"
                   "\"abc=\"}]}}",
                   0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_ENCRYPT, items, 3, &options, &result, &err), QD_OK);
    assert_non_null(strstr(k.seen[0].body, "\"sensitive_scene\":\"OrderCode\""));
    assert_non_null(strstr(k.seen[0].body, "\"is_support_index\":true"));
    assert_non_null(strstr(k.seen[0].body, "\"is_support_index\":false"));
    assert_string_equal(qd_sensitive_at(result, 0)->text, "$p$d$1$$");
    assert_null(strstr(qd_sensitive_at(result, 1)->message, "张三")); /* withheld */
    assert_int_equal(qd_sensitive_at(result, 2)->status, QD_E_INVALID);
    qd_sensitive_free(result);
    assert_int_equal(qd_sensitive_run(k.shop, QD_SENSITIVE_INDEX, items, 2, NULL, &result, &err),
                     QD_OK);
    assert_string_equal(qd_sensitive_at(result, 0)->text, "abc=");
    assert_string_equal(qd_sensitive_at(result, 1)->text, "J6qAML3B");
    qd_sensitive_free(result);
    kit_rules_clear(&k);
    kit_rule_times(
        &k, "batchEncrypt",
        "{\"code\":40004,\"msg\":\"非法的参数\",\"sub_code\":\"isv.parameter-invalid:1\","
        "\"sub_msg\":\"13800138000 is no phone\",\"data\":null}",
        0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_ENCRYPT, items, 1, &options, &result, &err),
        QD_E_INVALID);
    assert_null(strstr(err.message, "13800138000"));
    assert_null(strstr(qd_sensitive_at(result, 0)->message, "13800138000"));
    qd_sensitive_free(result);
    kit_close(&k);
}

/* The guide's own sample, and what else Solinkup has not. */
static void solinkup_decrypts_the_same_way(void **state) {
    (void)state;
    kit k;
    qd_err err;
    seen_record seen = { .say = QD_OK };
    qd_sensitive_options options = options_of(&seen);
    qd_sensitive *result = NULL;
    const qd_shop_options shop = { .session = "at", .shop_id = "OpenId@9" };
    const qd_sensitive_item item = { .order_id = "4915439432903042609", .text = "$a$b$1$$" };
    kit_open(&k, "solinkup", NULL, &shop);
    kit_rule_times(&k, "/trigger/api/jinritemai/batchDecrypts/OpenId%409",
                   "{\"data\":{\"decrypt_infos\":[{\"auth_id\":\"4915439432903042609\","
                   "\"decrypt_text\":\"\",\"err_msg\":\"订单已关闭,不允许解密\",\"cipher_text\":"
                   "\"$a$b$1$$\",\"is_virtual_tel\":false,\"err_no\":200001}]}}",
                   0);
    assert_int_equal(
        qd_sensitive_run(k.shop, QD_SENSITIVE_DECRYPT, &item, 1, &options, &result, &err), QD_OK);
    assert_string_equal(qd_sensitive_at(result, 0)->code, "200001");
    qd_sensitive_free(result);
    assert_int_equal(qd_sensitive_run(k.shop, QD_SENSITIVE_MASK, &item, 1, NULL, &result, &err),
                     QD_E_UNSUPPORTED);
    assert_null(result);
    kit_close(&k);
}

static void cipher_text_is_known_by_its_form(void **state) {
    (void)state;
    qd_cipher c;
    const char *sample = "$+u8xXdX3gjEOMuebueEscdYqAAM9hOxFjucgAgydcvA=$BaNos2xvXNljXSMeQZEZlJ3t"
                         "JI4oM9JPg6dIqC03Niq9Bn9bIVVUKZZpzR7wWB2DT58wAjL3UUM7Anm9Wc2FGSVG1/6anbGAQ"
                         "XR4lkAbkuXrZg==*CgkIARCtHCABKAESPgo8xOiuiDmw3oesarVkYjaiai4GrWDXuWEcAap69"
                         "zj/Bc3CRQ6P7rx+trUfdcYOfI7LKz2LSb3crWpnb1oPGgA=$1$$";
    assert_true(qd_cipher_parse(sample, &c));
    assert_int_equal(c.kind, QD_SENSITIVE_PHONE);
    assert_int_equal(c.version, 1);
    assert_int_equal(c.index_len, 44);
    assert_memory_equal(c.meta, "CgkIARCt", 8);
    assert_true(qd_cipher_parse("#J6qAML3B#AAAA#1##", &c));
    assert_int_equal(c.kind, QD_SENSITIVE_UNKNOWN);
    assert_null(c.meta);
    assert_memory_equal(c.index, "J6qAML3B", c.index_len);
    assert_true(qd_cipher_parse("##AAAA#1##", NULL)); /* not searchable */
    static const char *const plain[] = {
        NULL,
        "",
        "张三",
        "13800138000",
        "#",
        "#J6qA#AAAA#1#",
        "#J6qA##1##",
        "#J6qA#AA$1##",
        "#J6qA#AAAA##",
        "$J6qA$AAAA$1$$x",
        "#J6qA#AA AA#1##",
        "$a$b#1##",
        "#z0AB==",
    };
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        assert_false(qd_cipher_parse(plain[i], &c));
    }
    assert_true(qd_cipher_has_index("#J6qAML3B#AAAA#1##", "ML3B"));
    assert_true(qd_cipher_has_index("#J6qAML3B#AAAA#1##", "J6qAML3B"));
    assert_false(qd_cipher_has_index("#J6qAML3B#AAAA#1##", "6qAM"));
    assert_false(qd_cipher_has_index("#J6qA#AAAA#1##", ""));
    assert_true(qd_cipher_has_index("$J6qA$AAAA$1$$", "J6qA"));
    assert_false(qd_cipher_has_index("$J6qAML3B$AAAA$1$$", "J6qA"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_in_the_callers_order),
        cmocka_unit_test(single_texts_fail_alone),
        cmocka_unit_test(a_failure_that_carries_answers_is_read),
        cmocka_unit_test(a_chunk_that_fails_as_a_whole),
        cmocka_unit_test(nothing_is_handed_out_unrecorded),
        cmocka_unit_test(virtual_numbers_are_split),
        cmocka_unit_test(encryption_and_search_indexes),
        cmocka_unit_test(solinkup_decrypts_the_same_way),
        cmocka_unit_test(cipher_text_is_known_by_its_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
