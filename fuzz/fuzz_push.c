/*
 * Push bodies through the parser and every tag's decoder, and as the parameters of an SPI call that
 * is signed here. What is read is read to the end, so that a sanitizer sees a text that is none.
 */
#include <string.h>

#include "codec/codec.h"
#include "qiandian/push/douyin.h"
#include "sign/sign.h"
#include "support.h"

static const char key[] = "7000000000000000001";
static const char secret[] = "secret-0f9d6a1c";

static void try_push(const uint8_t *data, size_t size) {
    qd_push *push = NULL;
    qd_err err;
    if (qd_push_parse("douyin", data, size, &push, &err) != QD_OK) {
        FUZZ_CHECK(push == NULL && err.message[0] != '\0');
        return;
    }
    const qd_push_message *message;
    for (size_t i = 0; (message = qd_push_at(push, i)) != NULL; i++) {
        char room[4096];
        FUZZ_CHECK(strlen(message->tag) > 0 || message->event == NULL);
        FUZZ_CHECK(message->data[message->data_len] == '\0' && message->msg_id != NULL);
        qd_status status = qd_push_decode(message, message->tag, room, sizeof room, &err);
        FUZZ_CHECK(status == QD_OK || status == QD_E_PROTOCOL || status == QD_E_NOMEM ||
                   (status == QD_E_INVALID && message->event == NULL));
        qd_douyin_push_trade_partly_seller_ship ship;
        if (qd_douyin_push_trade_partly_seller_ship_read(message, &ship, &err) == QD_OK) {
            for (size_t j = 0; j < ship.logistics_msg.shipped_order_info.count; j++) {
                qd_texts ids = ship.logistics_msg.shipped_order_info.items[j].shipped_item_ids;
                for (size_t k = 0; k < ids.count; k++) {
                    FUZZ_CHECK(strlen(ids.items[k]) <= size * 8 + 32);
                }
            }
        }
    }
    qd_push_free(push);
}

static void try_spi(const uint8_t *data, size_t size) {
    const codec_pair pairs[] = { { BASE_STR("app_key"), base_str_of(key) },
                                 { BASE_STR("timestamp"), BASE_STR("1") } };
    const sign_input input = { .pairs = pairs,
                               .pair_count = 2,
                               .body = { (const char *)data, size } };
    sign_context *context = NULL;
    char sign[SIGN_TEXT_MAX], query[256];
    qd_spi *call = NULL;
    qd_douyin_spi_send_home home;
    qd_err err;
    FUZZ_CHECK(sign_context_new(sign_recipe_find("douyin-spi"), base_str_of(secret), &context,
                                &err) == QD_OK);
    FUZZ_CHECK(sign_make(context, &input, sign, &err) == QD_OK);
    sign_context_free(context);
    base_buf text = { .data = query, .cap = sizeof query, .max = sizeof query - 1 };
    base_buf_printf(&text, "timestamp=1&app_key=%s&sign=%s", key, sign);
    const qd_spi_request request = { .app_key = key,
                                     .app_secret = secret,
                                     .path = "/demo/spi",
                                     .query = query,
                                     .body = data,
                                     .body_len = size };
    FUZZ_CHECK(qd_spi_verify("douyin", &request, &call, &err) == QD_OK);
    if (qd_douyin_spi_send_home_read(call, &home, &err) == QD_OK && home.msg_body != NULL) {
        FUZZ_CHECK(strlen(home.msg_body) <= size * 8 + 32);
    }
    qd_spi_free(call);
    /* A wrong one goes through every canonical form. */
    query[text.len - 1] ^= 1;
    FUZZ_CHECK(qd_spi_verify("douyin", &request, &call, &err) == QD_E_AUTH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    try_push(data, size);
    try_spi(data, size);
    return 0;
}
