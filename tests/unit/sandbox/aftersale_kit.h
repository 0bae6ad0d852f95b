/* What the tests of after-sale methods share: after-sales of a kind and status, as the truth tells
 * them, with the world's time moved on until there is one. */
#ifndef TESTS_UNIT_SANDBOX_AFTERSALE_KIT_H
#define TESTS_UNIT_SANDBOX_AFTERSALE_KIT_H

#include "face_kit.h"

typedef struct found {
    char id[24], order[32], line[32];
    int64_t modified, fen;
} found;

/* The world stands still from here on. */
static inline void sale_open(kit *k) {
    kit_open(k, 2, 14000, NULL, 0);
    kit_token(k, 0);
    kit_control(k, "POST", "/_sandbox/freeze", "");
}

/* Asks for a method; the code of the answer. */
QD_PRINTF(3, 4)
static inline int64_t sale_call(kit *k, const char *method, const char *fmt, ...) {
    static char json[8192];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(json, sizeof json, fmt, args);
    va_end(args);
    int64_t code = kit_douyin(k, method, json, k->token);
    if (code == 40003 && strstr(kit_text(k, "sub_code"), "access-token") != NULL) {
        kit_token(k, 0); /* a week has passed */
        code = kit_douyin(k, method, json, k->token);
    }
    return code;
}

/* An after-sale of this type and status; time moves on (a month at most) until there is one. */
static inline void sale_meet(kit *k, int type, int status, found *out) {
    char hours[32];
    (void)snprintf(hours, sizeof hours, "seconds=%d", 4 * 3600);
    for (int step = 0; step < 180; step++) {
        (void)sale_call(k, "afterSale.List",
                        "{\"page\":0,\"size\":1,\"aftersale_type\":%d,"
                        "\"standard_aftersale_status\":[%d]}",
                        type, status);
        if (kit_int(k, "data.total") > 0) {
            yyjson_val *row = yyjson_arr_get_first(codec_json_at(k->root, "data.items"));
            yyjson_val *lines = codec_json_at(row, "order_info.related_order_info");
            (void)snprintf(out->id, sizeof out->id, "%s",
                           yyjson_get_str(codec_json_at(row, "aftersale_info.aftersale_id")));
            (void)snprintf(out->order, sizeof out->order, "%s",
                           yyjson_get_str(codec_json_at(row, "order_info.shop_order_id")));
            (void)snprintf(
                out->line, sizeof out->line, "%s",
                yyjson_get_str(yyjson_obj_get(yyjson_arr_get_first(lines), "sku_order_id")));
            (void)codec_json_i64(codec_json_at(row, "aftersale_info.update_time"), &out->modified);
            (void)codec_json_i64(codec_json_at(row, "aftersale_info.refund_amount"), &out->fen);
            return;
        }
        k->stamp = 0;
        kit_control(k, "POST", "/_sandbox/advance", hours);
    }
    fail_msg("no after-sale of type %d came to status %d", type, status);
}

/* Its row of afterSale.List stays the last answer's first item. */
static inline int64_t sale_status(kit *k, const found *sale) {
    assert_int_equal(sale_call(k, "afterSale.List",
                               "{\"page\":0,\"size\":10,\"aftersale_id\":\"%s\"}", sale->id),
                     10000);
    assert_int_equal(kit_int(k, "data.total"), 1);
    int64_t status = -1;
    yyjson_val *row = yyjson_arr_get_first(codec_json_at(k->root, "data.items"));
    (void)codec_json_i64(codec_json_at(row, "aftersale_info.aftersale_status"), &status);
    return status;
}

/* A value of the row that sale_status() left. */
static inline yyjson_val *sale_value(kit *k, const char *path) {
    return codec_json_at(yyjson_arr_get_first(codec_json_at(k->root, "data.items")), path);
}

static inline const char *sale_text(kit *k, const char *path) {
    const char *text = yyjson_get_str(sale_value(k, path));
    return text != NULL ? text : "";
}

static inline int64_t sale_int(kit *k, const char *path) {
    int64_t number = -1;
    yyjson_val *value = sale_value(k, path);
    return value != NULL && codec_json_i64(value, &number) ? number : -1;
}

static inline void sale_detail(kit *k, const found *sale) {
    assert_int_equal(sale_call(k, "afterSale.Detail",
                               "{\"after_sale_id\":\"%s\",\"need_operation_record\":true}",
                               sale->id),
                     10000);
}

/* The order's own state: order_status of order.orderDetail. */
static inline int64_t sale_order_status(kit *k, const found *sale) {
    assert_int_equal(sale_call(k, "order.orderDetail", "{\"shop_order_id\":\"%s\"}", sale->order),
                     10000);
    return kit_int(k, "data.shop_order_detail.order_status");
}

#endif
