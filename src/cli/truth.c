/*
 * The world's truth beside our database: the sandbox tells what a correct client must end up with,
 * from its own history; nothing here comes from the pages that were read.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/demo_private.h"

enum { FETCH_MS = 120000 };

/* ---- control pages ---- */

typedef struct fetching {
    base_buf *out;
    qd_err *err;
    qd_status status;
    bool done;
} fetching;

static void on_reply(void *user, const qd_http_reply *reply) {
    fetching *f = user;
    f->done = true;
    if (reply->outcome != QD_HTTP_DONE) {
        f->status = base_fail(f->err, QD_E_UNAVAILABLE, "the sandbox: %s", reply->message);
    } else if (reply->status != 200) {
        f->status = base_fail(f->err, QD_E_PROTOCOL, "the sandbox answered HTTP %d", reply->status);
    } else {
        base_buf_add(f->out, reply->body, reply->body_len);
        f->status = base_buf_check(f->out, "the sandbox's answer", f->err);
    }
}

static qd_status fetch(const char *base_url, const char *path, base_buf *out, qd_err *err) {
    net_curl_options options = { .verify_tls = true };
    qd_transport *transport = NULL;
    qd_status status = net_curl_new(&options, &transport, err);
    if (status != QD_OK) {
        return status;
    }
    char url[256];
    snprintf(url, sizeof url, "%s%s", base_url, path);
    qd_http_request request = {
        .method = "GET", .url = url, .timeout_ms = FETCH_MS, .max_reply_bytes = LIMIT_REPLY_BYTES
    };
    fetching f = { .out = out, .err = err };
    uint64_t id;
    status = transport->submit(transport, &request, on_reply, &f, &id, err);
    while (status == QD_OK && !f.done) {
        transport->run(transport, 1000);
    }
    transport->free(transport);
    return status == QD_OK ? f.status : status;
}

qd_status demo_fetch(const char *base_url, const char *path, yyjson_doc **out_doc, qd_err *err) {
    base_buf json;
    base_buf_init(&json, LIMIT_REPLY_BYTES);
    qd_status status = fetch(base_url, path, &json, err);
    if (status == QD_OK) {
        status = codec_json_read(base_buf_str(&json), 0, out_doc, err);
    }
    base_buf_clear(&json);
    return status;
}

/* ---- reading the truth ---- */

const char *demo_text(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text ? text : "";
}

static int64_t number_of(yyjson_val *object, const char *name) {
    return yyjson_get_sint(yyjson_obj_get(object, name));
}

static void read_shop(yyjson_val *from, demo_shop *shop) {
    (void)base_copy(shop->row.platform, sizeof shop->row.platform,
                    base_str_of(demo_text(from, "platform")));
    (void)base_copy(shop->row.name, sizeof shop->row.name, base_str_of(demo_text(from, "name")));
    (void)base_copy(shop->row.app_key, sizeof shop->row.app_key,
                    base_str_of(demo_text(from, "app_key")));
    (void)base_copy(shop->row.shop_id, sizeof shop->row.shop_id,
                    base_str_of(demo_text(from, "shop_id")));
    (void)base_copy(shop->row.environment, sizeof shop->row.environment, BASE_STR("sandbox"));
    shop->session = demo_text(from, "session");
    shop->true_orders = number_of(from, "orders");
    shop->true_lines = number_of(from, "lines");
    shop->true_products = number_of(from, "products");
    shop->true_skus = number_of(from, "skus");
    shop->true_sha256 = demo_text(from, "order_ids_sha256");
}

qd_status demo_truth_read(const char *base_url, yyjson_doc **out_doc, demo_shop **out_shops,
                          size_t *out_count, qd_err *err) {
    yyjson_doc *doc = NULL;
    qd_status status = demo_fetch(base_url, "/_sandbox/truth", &doc, err);
    if (status != QD_OK) {
        return status;
    }
    yyjson_val *list = yyjson_obj_get(yyjson_doc_get_root(doc), "shops");
    size_t count = yyjson_arr_size(list);
    demo_shop *shops = count ? calloc(count, sizeof *shops) : NULL;
    if (!shops) {
        yyjson_doc_free(doc);
        return count ? base_fail(err, QD_E_NOMEM, "out of memory")
                     : base_fail(err, QD_E_PROTOCOL, "the sandbox's truth names no shop");
    }
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, max, item) {
        read_shop(item, &shops[i]);
    }
    *out_doc = doc;
    *out_shops = shops;
    *out_count = count;
    return QD_OK;
}

base_str demo_secret(yyjson_doc *truth, size_t shop) {
    yyjson_val *list = yyjson_obj_get(yyjson_doc_get_root(truth), "shops");
    return base_str_of(demo_text(yyjson_arr_get(list, shop), "app_secret"));
}

/* ---- comparing ---- */

static bool hash_key(void *user, base_str key) {
    codec_hash_add(user, key);
    codec_hash_add(user, BASE_STR("\n"));
    return true;
}

static qd_status hash_orders(store *store, demo_shop *shop, qd_err *err) {
    unsigned char bytes[CODEC_DIGEST_MAX];
    codec_hash *hash = codec_hash_new(CODEC_SHA256, BASE_STR(""));
    if (!hash) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    codec_hash_begin(hash);
    qd_status status =
        store_keys(store, TABLE_ORDERS, shop->row.t_code, -1, 0, 0, hash_key, hash, err);
    codec_hex(bytes, codec_hash_end(hash, bytes), false, shop->sha256);
    codec_hash_free(hash);
    return status;
}

static int64_t missing(int64_t true_count, int64_t ours) {
    return true_count > ours ? true_count - ours : 0;
}

qd_status demo_compare(store *store, demo_shop *shop, qd_err *err) {
    const struct {
        unsigned table;
        int64_t *count;
    } counts[] = { { TABLE_ORDERS, &shop->orders },
                   { TABLE_ORDER_LINES, &shop->lines },
                   { TABLE_PRODUCTS, &shop->products },
                   { TABLE_SKUS, &shop->skus } };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        qd_status status =
            store_count(store, counts[i].table, shop->row.t_code, -1, 0, 0, counts[i].count, err);
        if (status != QD_OK) {
            return status;
        }
    }
    qd_status status = hash_orders(store, shop, err);
    if (status != QD_OK) {
        return status;
    }
    int64_t gap =
        missing(shop->true_orders, shop->orders) + missing(shop->true_lines, shop->lines) +
        missing(shop->true_products, shop->products) + missing(shop->true_skus, shop->skus);
    if (gap == 0 && strcmp(shop->sha256, shop->true_sha256) != 0) {
        gap = 1;
    }
    shop->gap = gap > shop->audit_gap ? gap : shop->audit_gap;
    return QD_OK;
}
