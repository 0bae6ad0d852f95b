/*
 * Every Douyin tag against the list of its fields (tests/data/douyin_push_fields.json: message-docs
 * and public SDKs together): a sample is made from the list, decoded, and each field looked up
 * where its descriptor says; then again with numbers as texts and texts as numbers. Below, structs
 * as a program reads them.
 */
#include "platforms/push_private.h"
#include "qiandian/push/douyin.h"

#include "kit.h"

enum { WHEN = 1599726476, ROOM = 4096 };
static const char when_text[] = "2020-09-10T16:27:56.52842897+08:00";

typedef struct maker {
    yyjson_mut_doc *doc;
    int64_t next;
    bool swapped; /* numbers as text, text as numbers */
} maker;

static yyjson_mut_val *make(maker *m, yyjson_val *spec) {
    char text[32];
    if (yyjson_is_obj(spec)) {
        yyjson_mut_val *object = yyjson_mut_obj(m->doc);
        size_t i, most;
        yyjson_val *key, *value;
        yyjson_obj_foreach(spec, i, most, key, value) {
            yyjson_mut_obj_add(object, yyjson_mut_strcpy(m->doc, yyjson_get_str(key)),
                               make(m, value));
        }
        return object;
    }
    if (yyjson_is_arr(spec)) {
        yyjson_mut_val *list = yyjson_mut_arr(m->doc);
        yyjson_mut_arr_append(list, make(m, yyjson_arr_get_first(spec)));
        yyjson_mut_arr_append(list, make(m, yyjson_arr_get_first(spec)));
        return list;
    }
    const char *type = yyjson_get_str(spec);
    if (strcmp(type, "time") == 0) {
        return m->swapped ? yyjson_mut_sint(m->doc, WHEN) : yyjson_mut_strcpy(m->doc, when_text);
    }
    snprintf(text, sizeof text, "%lld", (long long)++m->next);
    bool number = (strcmp(type, "int") == 0) != m->swapped;
    return number ? yyjson_mut_sint(m->doc, m->next) : yyjson_mut_strcpy(m->doc, text);
}

/* The row of a wire name, also within the parts that lie flat; *at becomes its place. */
static const push_row *row_of(const push_row *rows, size_t count, const char *name,
                              const char **at) {
    for (size_t i = 0; i < count; i++) {
        const push_row *row = &rows[i];
        const char *inner = *at + row->offset;
        if (row->type == PUSH_FLAT) {
            const push_row *found = row_of(row->rows, row->row_count, name, &inner);
            if (found) {
                *at = inner;
                return found;
            }
        } else if (strcmp(row->name, name) == 0 || (row->other && strcmp(row->other, name) == 0)) {
            *at = inner;
            return row;
        }
    }
    return NULL;
}

static int64_t number_of(yyjson_val *value) {
    int64_t number = 0;
    if (yyjson_is_str(value) && strcmp(yyjson_get_str(value), when_text) == 0) {
        return WHEN;
    }
    assert_true(codec_json_i64(value, &number));
    return number;
}

static void text_is(const char *got, yyjson_val *value) {
    char wanted[32];
    if (yyjson_is_str(value)) {
        assert_string_equal(got, yyjson_get_str(value));
    } else {
        snprintf(wanted, sizeof wanted, "%lld", (long long)number_of(value));
        assert_string_equal(got, wanted);
    }
}

static void same(const push_row *rows, size_t count, const char *at, yyjson_val *object);

static void list_is(const push_row *row, const char *at, yyjson_val *list) {
    qd_texts texts; /* all lists look alike */
    memcpy(&texts, at, sizeof texts);
    assert_int_equal(texts.count, 2);
    for (size_t i = 0; i < 2; i++) {
        yyjson_val *value = yyjson_arr_get(list, i);
        if (row->type == PUSH_INTS) {
            assert_int_equal(((const int64_t *)(const void *)texts.items)[i], number_of(value));
        } else if (row->type == PUSH_TEXTS) {
            text_is(texts.items[i], value);
        } else {
            assert_int_equal(row->type, PUSH_OBJECTS);
            const char *item = (const char *)(const void *)texts.items + i * row->size;
            same(row->rows, row->row_count, item, value);
        }
    }
}

static void same(const push_row *rows, size_t count, const char *at, yyjson_val *object) {
    size_t i, most;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, most, key, value) {
        const char *place = at, *text;
        int64_t number;
        const push_row *row = row_of(rows, count, yyjson_get_str(key), &place);
        if (!row) {
            fail_msg("no member for %s", yyjson_get_str(key));
            return;
        }
        switch ((push_type)row->type) {
        case PUSH_INT:
        case PUSH_TIME:
            memcpy(&number, place, sizeof number);
            assert_int_equal(number, number_of(value));
            break;
        case PUSH_TEXT:
            memcpy(&text, place, sizeof text);
            text_is(text, value);
            break;
        case PUSH_OBJECT:
            same(row->rows, row->row_count, place, value);
            break;
        case PUSH_INTS:
        case PUSH_TEXTS:
        case PUSH_OBJECTS:
            list_is(row, place, value);
            break;
        case PUSH_FLAT:
            fail();
        }
    }
}

static qd_push *parse(const char *body) {
    qd_push *push = NULL;
    qd_err err;
    if (qd_push_parse("douyin", body, strlen(body), &push, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    return push;
}

static void try_tag(const char *tag, yyjson_val *spec, bool swapped) {
    maker m = { yyjson_mut_doc_new(NULL), 1600000000, swapped };
    yyjson_mut_val *root = make(&m, spec);
    yyjson_mut_doc_set_root(m.doc, root);
    yyjson_doc *sample = yyjson_mut_doc_imut_copy(m.doc, NULL);
    char *data = yyjson_write(sample, 0, NULL), *out = calloc(1, ROOM);
    base_buf body;
    qd_err err;
    base_buf_init(&body, 1 << 20);
    base_buf_printf(&body, "[{\"tag\":\"%s\",\"msg_id\":\"m1\",\"data\":", tag);
    codec_json_quote(&body, base_str_of(data));
    base_buf_add_text(&body, "}]");
    qd_push *push = parse(base_buf_text(&body));
    const qd_push_message *message = qd_push_at(push, 0);
    assert_non_null(message->event);
    assert_string_equal(message->data, data);
    if (qd_push_decode(message, tag, out, ROOM, &err) != QD_OK) {
        fail_msg("%s: %s", tag, err.message);
    }
    const push_tag *known = push_tag_find(base_str_of(tag));
    same(known->shape.rows, known->shape.row_count, out, yyjson_doc_get_root(sample));
    qd_push_free(push);
    base_buf_clear(&body);
    free(out);
    free(data);
    yyjson_doc_free(sample);
    yyjson_mut_doc_free(m.doc);
}

static void every_tag_decodes_every_field(void **state) {
    (void)state;
    base_buf file;
    yyjson_doc *doc = NULL;
    qd_err err;
    size_t i, most;
    yyjson_val *tag, *spec;
    qd_push_kind kind;
    base_buf_init(&file, 1 << 20);
    assert_int_equal(
        base_file_read(QD_SOURCE_DIR "/tests/data/douyin_push_fields.json", 1 << 20, &file, &err),
        QD_OK);
    assert_int_equal(codec_json_read(base_buf_str(&file), 0, &doc, &err), QD_OK);
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, most, tag, spec) {
        try_tag(yyjson_get_str(tag), spec, false);
        try_tag(yyjson_get_str(tag), spec, true);
        assert_true(qd_push_kind_at("douyin", i + 1, &kind)); /* 0 is the test */
        assert_string_equal(kind.tag, yyjson_get_str(tag));
    }
    assert_int_equal(most, 39);
    assert_false(qd_push_kind_at("douyin", 40, &kind));
    assert_false(qd_push_kind_at("taobao", 0, &kind));
    yyjson_doc_free(doc);
    base_buf_clear(&file);
}

static void paid_is_read_as_a_program_does(void **state) {
    (void)state;
    qd_push *push = parse("[{\"tag\":101,\"msg_id\":7,\"data\":\"{\\\"p_id\\\":4616616141284183276,"
                          "\\\"s_ids\\\":[4616616141284183276,\\\"4616616141284183277\\\"],"
                          "\\\"shop_id\\\":2,\\\"biz_id\\\":8,\\\"pay_time\\\":1700000000123,"
                          "\\\"pay_amount\\\":\\\"990\\\",\\\"pay_type\\\":1.5,"
                          "\\\"create_time\\\":null}\"}]");
    const qd_push_message *message = qd_push_at(push, 0);
    qd_douyin_push_trade_paid paid;
    qd_douyin_push_trade_create create;
    qd_err err;
    assert_string_equal(message->tag, "101");
    assert_string_equal(message->msg_id, "7");
    assert_string_equal(message->event, "TradePaid");
    assert_int_equal(qd_douyin_push_trade_paid_read(message, &paid, &err), QD_OK);
    assert_int_equal(paid.order.p_id, 4616616141284183276);
    assert_int_equal(paid.order.s_ids.count, 2);
    assert_int_equal(paid.order.s_ids.items[1], 4616616141284183277);
    assert_int_equal(paid.order.biz, 8);
    assert_int_equal(paid.pay_time, 1700000000);
    assert_int_equal(paid.pay_amount, 990);
    assert_int_equal(paid.pay_type, 0);
    assert_int_equal(paid.create_time, 0);
    assert_int_equal(qd_douyin_push_trade_create_read(message, &create, &err), QD_E_INVALID);
    assert_string_equal(err.message, "the message has tag 101, not 100");
    qd_push_free(push);
}

static void nested_things_are_read_as_a_program_does(void **state) {
    (void)state;
    qd_push *push =
        parse("[{\"tag\":\"108\",\"data\":{\"s_ids\":12,\"logistics_msg\":{\"pack_id\":\"k\","
              "\"shipped_order_info\":[{\"shipped_order_id\":\"9\",\"shipped_num\":2,"
              "\"shipped_item_ids\":[\"a\",5,null]}]},\"receiver_msg\":{\"addr\":{\"town\":1},"
              "\"addr_struct\":{\"city\":{\"name\":\"\\u676d\\u5dde\"}}}}},"
              "{\"tag\":\"203\",\"data\":{\"reason_code\":8,\"logistics\":{\"no\":\"SF1\"},"
              "\"update_time\":\"2020-09-10T16:27:56+08:00\",\"return_time\":[1]}},"
              "{\"tag\":\"227\",\"data\":{\"after_sale_status\":6}},"
              "{\"tag\":\"417\",\"data\":{\"status\":{\"status\":\"0\"},\"channel_info\":7}}]");
    qd_douyin_push_trade_partly_seller_ship ship;
    qd_douyin_push_refund_buyer_return_goods goods;
    qd_douyin_push_refund_audit_agree_resend resend;
    qd_douyin_push_product_info_change change;
    qd_err err;
    assert_int_equal(qd_douyin_push_trade_partly_seller_ship_read(qd_push_at(push, 0), &ship, &err),
                     QD_OK);
    assert_int_equal(ship.order.s_ids.count, 1);
    assert_int_equal(ship.order.s_ids.items[0], 12);
    assert_string_equal(ship.logistics_msg.pack_id, "k");
    assert_int_equal(ship.logistics_msg.shipped_order_info.count, 1);
    const qd_douyin_push_shipped *item = &ship.logistics_msg.shipped_order_info.items[0];
    assert_int_equal(item->shipped_order_id, 9);
    assert_int_equal(item->shipped_item_ids.count, 3);
    assert_string_equal(item->shipped_item_ids.items[0], "a");
    assert_string_equal(item->shipped_item_ids.items[1], "5");
    assert_string_equal(item->shipped_item_ids.items[2], "");
    assert_string_equal(ship.receiver_msg.addr, "{\"town\":1}");
    assert_string_equal(ship.receiver_msg.addr_struct.city.name, "杭州");
    assert_null(ship.receiver_msg.tel);
    assert_int_equal(
        qd_douyin_push_refund_buyer_return_goods_read(qd_push_at(push, 1), &goods, &err), QD_OK);
    assert_string_equal(goods.refund.reason_code, "8");
    assert_string_equal(goods.logistics, "{\"no\":\"SF1\"}");
    assert_int_equal(goods.refund.update_time, WHEN);
    assert_int_equal(goods.return_time, 0);
    assert_int_equal(
        qd_douyin_push_refund_audit_agree_resend_read(qd_push_at(push, 2), &resend, &err), QD_OK);
    assert_int_equal(resend.aftersale.aftersale_status, 6);
    assert_int_equal(qd_douyin_push_product_info_change_read(qd_push_at(push, 3), &change, &err),
                     QD_OK);
    assert_string_equal(change.status.status, "0");
    assert_int_equal(change.channel_info.channel_id, 0);
    qd_push_free(push);
}

/* A program built when the struct was shorter gets what it has room for. */
static void shorter_structs_are_not_overrun(void **state) {
    (void)state;
    qd_push *push = parse("[{\"tag\":\"101\",\"data\":{\"p_id\":1,\"create_time\":5,"
                          "\"pay_type\":3}}]");
    char room[sizeof(qd_douyin_push_trade_paid)];
    qd_err err;
    memset(room, 0x5a, sizeof room);
    size_t size = offsetof(qd_douyin_push_trade_paid, pay_type);
    assert_int_equal(qd_push_decode(qd_push_at(push, 0), "101", room, size, &err), QD_OK);
    for (size_t i = size; i < sizeof room; i++) {
        assert_int_equal(room[i], 0x5a);
    }
    assert_int_equal(qd_push_decode(qd_push_at(push, 0), "101", room, 3, &err), QD_OK);
    qd_push_free(push);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tag_decodes_every_field),
        cmocka_unit_test(paid_is_read_as_a_program_does),
        cmocka_unit_test(nested_things_are_read_as_a_program_does),
        cmocka_unit_test(shorter_structs_are_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
