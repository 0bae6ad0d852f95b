/*
 * What the tests of kept methods share (warehouse, distribution, supply): a world with a Douyin
 * shop, calls that must do or be refused, and the records page for what no method tells.
 */
#ifndef TESTS_UNIT_SANDBOX_KEPT_KIT_H
#define TESTS_UNIT_SANDBOX_KEPT_KIT_H

#include "face_kit.h"

typedef struct kept_kit {
    kit k;
    const char *shop_id;
    char house[40], other_house[40], owner[40];
} kept_kit;

/* Calls with a format for the parameters; single quotes stand for double ones. */
static inline void kept_call(kept_kit *t, const char *method, const char *fmt, va_list args) {
    static char json[65536];
    (void)vsnprintf(json, sizeof json, fmt, args);
    for (char *p = json; *p != '\0'; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    (void)kit_douyin(&t->k, method, json, t->k.token);
}

/* A text or number of the answer by JSON pointer, which also goes into lists. */
static inline const char *kept_text(kept_kit *t, const char *pointer) {
    const char *text = yyjson_get_str(yyjson_ptr_get(t->k.root, pointer));
    return text != NULL ? text : "";
}

static inline int64_t kept_int(kept_kit *t, const char *pointer) {
    int64_t number = -1;
    yyjson_val *value = yyjson_ptr_get(t->k.root, pointer);
    return value != NULL && codec_json_i64(value, &number) ? number : -1;
}

static inline size_t kept_size(kept_kit *t, const char *pointer) {
    return yyjson_arr_size(yyjson_ptr_get(t->k.root, pointer));
}

/* It answers; the answer is in t->k.root. */
QD_PRINTF(3, 4)
static inline void kept_does(kept_kit *t, const char *method, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    kept_call(t, method, fmt, args);
    va_end(args);
    if (kit_int(&t->k, "code") != 10000) {
        fail_msg("%s: %s", method, base_buf_text(&t->k.response.body));
    }
}

/* It is refused with this code and sub code ("50002", "isv.business-failed:4001"). */
QD_PRINTF(5, 6)
static inline void kept_refuses(kept_kit *t, const char *method, int64_t code, const char *sub_code,
                                const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    kept_call(t, method, fmt, args);
    va_end(args);
    if (kit_int(&t->k, "code") != code || strcmp(kit_text(&t->k, "sub_code"), sub_code) != 0) {
        fail_msg("%s: wanted %lld %s, got %s", method, (long long)code, sub_code,
                 base_buf_text(&t->k.response.body));
    }
}

/* One record of the page, by kind and key; NULL. */
static inline yyjson_val *kept_record(kept_kit *t, const char *kind, const char *key) {
    char query[96];
    (void)snprintf(query, sizeof query, "shop_id=%s&kind=%s", t->shop_id, kind);
    kit_control(&t->k, "GET", "/_sandbox/records", query);
    yyjson_val *rows = yyjson_obj_get(t->k.root, "records");
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, max, row) {
        if (strcmp(yyjson_get_str(yyjson_obj_get(row, "key")), key) == 0) {
            return row;
        }
    }
    return NULL;
}

static inline int64_t kept_record_number(kept_kit *t, const char *kind, const char *key, size_t n) {
    yyjson_val *row = kept_record(t, kind, key);
    return row == NULL ? -1 : yyjson_get_sint(yyjson_arr_get(yyjson_obj_get(row, "numbers"), n));
}

static inline int64_t kept_record_state(kept_kit *t, const char *kind, const char *key) {
    yyjson_val *row = kept_record(t, kind, key);
    return row == NULL ? -1 : yyjson_get_sint(yyjson_obj_get(row, "state"));
}

/* Stock of (warehouse, cargo, quality "1|1"): what is there, and what orders hold of it. */
static inline void kept_stock_is(kept_kit *t, const char *house, const char *cargo,
                                 const char *quality, int64_t total, int64_t held) {
    char key[160];
    (void)snprintf(key, sizeof key, "%s|%s|%s", house, cargo, quality);
    assert_int_equal(kept_record_number(t, "stock", key, 0), total);
    assert_int_equal(kept_record_number(t, "stock", key, 1), held);
}

static inline void kept_open(kept_kit *t, unsigned shops, unsigned orders) {
    kit_open(&t->k, shops, orders, NULL, 0);
    t->shop_id = kit_shop_text(&t->k, 0, "shop_id");
    kit_token(&t->k, 0);
    kept_does(t, "yunc.shopWarehouseRefQuery", "{'shop_id':%s}", t->shop_id);
    (void)snprintf(t->house, sizeof t->house, "%s",
                   kept_text(t, "/data/warehouse_list/0/warehouse_code"));
    (void)snprintf(t->other_house, sizeof t->other_house, "%s",
                   kept_text(t, "/data/warehouse_list/1/warehouse_code"));
    (void)snprintf(t->owner, sizeof t->owner, "%s", kit_text(&t->k, "data.owner_code"));
    assert_true(*t->house != '\0' && *t->other_house != '\0' && *t->owner != '\0');
}

/* Pushes a cargo; its code is written into out. */
static inline void kept_cargo(kept_kit *t, const char *erp_sku, char out[40]) {
    kept_does(t, "yunc.erpCargoSinglePush",
              "{'shop_id':%s,'cargo_name':'茶','erp_sku_id':'%s','barcode':['69'],'status':1,"
              "'warehouse_code':'%s'}",
              t->shop_id, erp_sku, t->house);
    (void)snprintf(out, 40, "%s", kit_text(&t->k, "data.cargo_code"));
    assert_true(strlen(out) > 2);
}

/* An order of the shop that waits to be shipped: the nth. */
static inline void kept_waiting(kept_kit *t, unsigned nth, char out[40]) {
    char path[64];
    kept_does(t, "order.searchList",
              "{'page':0,'size':100,'order_by':'create_time','combine_status':[{'order_status':"
              "'2'}]}");
    (void)snprintf(path, sizeof path, "/data/shop_order_list/%u/order_id", nth);
    (void)snprintf(out, 40, "%s", kept_text(t, path));
    assert_true(*out != '\0');
}

#endif
