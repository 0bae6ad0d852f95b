/* Douyin's script, sensitive data and bills: see modelled.h. */
#include "support/modelled.h"

#define CIPHERS "{\"cipher_infos\":[{\"auth_id\":\"$se_order\",\"cipher_text\":\"$se_text\"}]}"
/* One day: its file is made at once. */
#define DAY "\"start_time\":\"2023-01-01 00:00:00\",\"end_time\":\"2023-01-01 23:59:59\""

const modelled_step modelled_secret[] = {
    { "order.searchList", "{\"page\":0,\"size\":10,\"combine_status\":[{\"order_status\":\"5\"}]}",
      "se_order=/shop_order_list/0/order_id;se_text=/shop_order_list/0/encrypt_post_receiver" },
    { "order.batchDecrypt", CIPHERS, NULL },
    { "order.batchSensitive", CIPHERS, NULL },
    { "order.batchEncrypt",
      "{\"batch_encrypt_list\":[{\"plain_text\":\"张三\",\"auth_id\":\"$se_order\","
      "\"is_support_index\":true,\"sensitive_type\":2}],\"sensitive_scene\":\"OrderCode\"}",
      NULL },
    { "order.BatchSearchIndex",
      "{\"plain_text_list\":[{\"plain_text\":\"张三\",\"encrypt_type\":2}]}", NULL },
    { "order.getSearchIndex", "{\"plain_text\":\"张三\",\"sensitive_type\":2}", NULL },
    { "order.downloadSettleItemToShop", "{" DAY ",\"time_type\":\"0\"}", "se_bill=/download_id" },
    { "order.downloadToShop", "{\"download_id\":\"$se_bill\"}", NULL },
    { "order.downloadShopAccountItem", "{" DAY "}", "se_account=/download_id" },
    { "order.downloadShopAccountItemFile", "{\"download_id\":\"$se_account\"}", NULL },
    { "order.getSettleBillDetailV2", "{" DAY ",\"size\":10}", NULL },
    { "order.getSettleBillDetailV3", "{" DAY ",\"size\":10}", NULL },
    { "order.getShopAccountItem", "{" DAY ",\"size\":10}", NULL },
    { NULL, NULL, NULL },
};
