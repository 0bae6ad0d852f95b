/*
 * Client programs of Taobao's TOP as they are known to send (protocol facts of their public
 * sources; the requests here are written from the described habits): each is served unchanged.
 */
#include "wire_kit.h"

#define NOW_TEXT "2023-11-15 06:13:20"

static const char *key(wire *w) {
    return kit_shop_text(w->k, 1, "app_key");
}

static const char *session(wire *w) {
    return kit_shop_text(w->k, 1, "session");
}

/* Adds the pairs (name, value ... NULL) to a form. */
static void add_all(base_buf *form, const char *const *pairs) {
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        wire_add(form, pairs[i], pairs[i + 1]);
    }
}

static void expect_text(wire *w, const char *who, const char *text) {
    if (w->k->response.status != 200 || strstr(base_buf_text(&w->k->response.body), text) == NULL) {
        fail_msg("%s: no '%s' in HTTP %d %s", who, text, w->k->response.status,
                 base_buf_text(&w->k->response.body));
    }
}

static const char form_type[] = "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n";

/* A Go client: everything in the body, HMAC or MD5, simplify=true, the machine's time. */
static void go_client_with_all_in_the_body(void **state) {
    wire *w = *state;
    static const struct {
        codec_digest how;
        const char *name;
    } rows[] = { { CODEC_MD5, "md5" },
                 { CODEC_HMAC_MD5, "hmac" },
                 { CODEC_HMAC_SHA256, "hmac-sha256" } };
    for (size_t i = 0; i < 3; i++) {
        const char *const pairs[] = { "method",      "taobao.trades.sold.get",
                                      "app_key",     key(w),
                                      "session",     session(w),
                                      "timestamp",   NOW_TEXT,
                                      "format",      "json",
                                      "v",           "2.0",
                                      "simplify",    "true",
                                      "sign_method", rows[i].name,
                                      "fields",      "tid,status,orders",
                                      "page_size",   "2",
                                      "partner_id",  "",
                                      NULL };
        base_buf form;
        wire_sign sign;
        base_buf_init(&form, 8192);
        wire_top_sign(w, rows[i].how, pairs, "", true, sign);
        add_all(&form, pairs);
        wire_add(&form, "sign", sign);
        wire_ask(w, "POST", "/router/rest", form_type, base_buf_text(&form));
        wire_expect_served(w, FACE_ON_TAOBAO, rows[i].name);
        assert_true(yyjson_is_arr(codec_json_at(w->k->root, "trades_sold_get_response.trades")));
        base_buf_clear(&form);
    }
}

/* The vendor's Java SDK: public parameters in the query, business ones in the body, pairs without a
 * value neither signed nor sent. */
static void vendor_java_sdk(void **state) {
    wire *w = *state;
    const char *const public[] = { "app_key",     key(w),
                                   "format",      "json",
                                   "method",      "taobao.trade.fullinfo.get",
                                   "partner_id",  "top-sdk-java-20230101",
                                   "session",     session(w),
                                   "sign_method", "hmac",
                                   "timestamp",   NOW_TEXT,
                                   "v",           "2.0",
                                   NULL };
    const char *const all[] = { public[0],  public[1],  public[2],    public[3],  public[4],
                                public[5],  public[6],  public[7],    public[8],  public[9],
                                public[10], public[11], public[12],   public[13], public[14],
                                public[15], "fields",   "tid,status", "tid",      "1",
                                NULL };
    char target[4096];
    base_buf query;
    wire_sign sign;
    base_buf_init(&query, 4096);
    wire_top_sign(w, CODEC_HMAC_MD5, all, "", true, sign);
    add_all(&query, public);
    wire_add(&query, "sign", sign);
    (void)snprintf(target, sizeof target, "/router/rest?%s", base_buf_text(&query));
    wire_ask(w, "POST", target,
             "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
             "Accept: text/xml,text/javascript\r\nUser-Agent: top-sdk-java\r\n"
             "Accept-Encoding: gzip\r\n",
             "fields=tid%2Cstatus&tid=1");
    /* no such trade: the signature was right, the refusal is the business's */
    assert_int_equal(kit_int(w->k, "error_response.code"), 15);
    base_buf_clear(&query);
}

/* The vendor's PHP SDK: the bare name of an empty value is signed, a value that begins with @ is
 * sent and not signed; upper-case MD5. */
static void vendor_php_sdk(void **state) {
    wire *w = *state;
    const char *const signed_pairs[] = { "app_key",     key(w),
                                         "buyer_nick",  "",
                                         "fields",      "tid",
                                         "format",      "json",
                                         "method",      "taobao.trades.sold.get",
                                         "partner_id",  "top-sdk-php-20180326",
                                         "session",     session(w),
                                         "sign_method", "md5",
                                         "timestamp",   NOW_TEXT,
                                         "v",           "2.0",
                                         NULL };
    char target[4096];
    base_buf query;
    wire_sign sign;
    base_buf_init(&query, 4096);
    wire_top_sign(w, CODEC_MD5, signed_pairs, "", true, sign);
    for (size_t i = 0; signed_pairs[i] != NULL; i += 2) {
        bool business = i == 2 || i == 4;
        if (!business) {
            wire_add(&query, signed_pairs[i], signed_pairs[i + 1]);
        }
    }
    wire_add(&query, "sign", sign);
    (void)snprintf(target, sizeof target, "/router/rest?%s", base_buf_text(&query));
    wire_ask(w, "POST", target,
             "content-type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
             "User-Agent: top-sdk-php\r\n",
             "buyer_nick=&fields=tid&memo=%40all");
    wire_expect_served(w, FACE_ON_TAOBAO, "the PHP SDK");
    base_buf_clear(&query);
}

/* A Python SDK for DingTalk: a POST with everything in the query, no body, a session and no
 * signature; lists as JSON. */
static void dingtalk_sdk(void **state) {
    wire *w = *state;
    const char *const pairs[] = { "method",    "dingtalk.corp.role.list",
                                  "session",   session(w),
                                  "timestamp", NOW_TEXT,
                                  "format",    "json",
                                  "v",         "2.0",
                                  "simplify",  "false",
                                  "size",      "20",
                                  "offset",    "0",
                                  NULL };
    static const char *const headers[] = { "", "Content-Length: 0\r\n",
                                           "Content-Type: application/json\r\n" };
    char target[4096];
    base_buf query;
    base_buf_init(&query, 4096);
    add_all(&query, pairs);
    (void)snprintf(target, sizeof target, "/router/rest?%s", base_buf_text(&query));
    for (size_t i = 0; i < 3; i++) {
        base_buf_reset(&w->out);
        base_buf_printf(&w->out, "POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target, headers[i]);
        wire_exchange(w, base_buf_str(&w->out));
        wire_expect_served(w, FACE_ON_TAOBAO, "the DingTalk SDK");
    }
    base_buf_clear(&query);
}

/* A file as multipart/form-data: not signed; texts before and after it. */
static void uploads(void **state) {
    wire *w = *state;
    const char *const pairs[] = { "method",      "taobao.trade.voucher.upload",
                                  "app_key",     key(w),
                                  "session",     session(w),
                                  "timestamp",   NOW_TEXT,
                                  "format",      "json",
                                  "v",           "2.0",
                                  "sign_method", "md5",
                                  "file_name",   "凭证.jpg",
                                  NULL };
    base_buf body;
    wire_sign sign;
    base_buf_init(&body, 8192);
    wire_top_sign(w, CODEC_MD5, pairs, "", true, sign);
    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        base_buf_printf(&body,
                        "--b0undary\r\nContent-Disposition: form-data; name=\"%s\"\r\n"
                        "Content-Type: text/plain; charset=UTF-8\r\n\r\n%s\r\n",
                        pairs[i], pairs[i + 1]);
    }
    base_buf_printf(&body,
                    "--b0undary\r\nContent-Disposition: form-data; name=\"sign\"\r\n\r\n%s\r\n"
                    "--b0undary\r\nContent-Disposition: form-data; name=\"file_data\"; "
                    "filename=\"a.jpg\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                    "\xff\xd8-any bytes-\r\n--b0undary--\r\n",
                    sign);
    wire_ask(w, "POST", "/router/rest", "Content-Type: multipart/form-data; boundary=b0undary\r\n",
             base_buf_text(&body));
    wire_expect_served(w, FACE_ON_TAOBAO, "an upload");
    base_buf_clear(&body);
}

/* Qimen: XML under a signed query, whatever the content type is called; customerId for the seller.
 */
static void qimen_callers(void **state) {
    wire *w = *state;
    static const char *const types[] = { "Content-Type: text/xml;charset=utf-8\r\n",
                                         "Content-Type: application/xml\r\n",
                                         "Content-Type: text/plain;charset=utf-8\r\n", "" };
    const char *xml =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<request><criteriaList><criteria>"
        "<warehouseCode>W1</warehouseCode><ownerCode>O1</ownerCode>"
        "<itemCode>汉&amp;1</itemCode></criteria></criteriaList></request>";
    for (size_t i = 0; i < 4; i++) {
        const char *const pairs[] = { "method",      "taobao.qimen.inventory.query",
                                      "timestamp",   NOW_TEXT,
                                      "format",      "xml",
                                      "app_key",     key(w),
                                      "v",           i == 1 ? "1.0" : "2.0",
                                      "sign_method", "md5",
                                      "customerId",  "c123",
                                      NULL };
        char target[2048];
        base_buf query;
        wire_sign sign;
        base_buf_init(&query, 2048);
        wire_top_sign(w, CODEC_MD5, pairs, xml, i != 2, sign);
        add_all(&query, pairs);
        wire_add(&query, "sign", sign);
        (void)snprintf(target, sizeof target, "/router/qimen/service?%s", base_buf_text(&query));
        wire_ask(w, "POST", target, types[i], xml);
        expect_text(w, types[i], "<flag>success</flag>");
        base_buf_clear(&query);
    }
}

/* %20 or +, escapes of either case, a parameter in both query and body, HTTP/1.0. */
static void oddities_of_forms(void **state) {
    wire *w = *state;
    static const char *const stamps[] = { "2023-11-15+06%3A13%3A20", "2023-11-15%2006:13:20",
                                          "2023-11-15%2006%3a13%3a20" };
    const char *const pairs[] = { "app_key",   key(w),     "fields",      "tid,status",
                                  "format",    "json",     "method",      "taobao.trades.sold.get",
                                  "session",   session(w), "sign_method", "md5",
                                  "timestamp", NOW_TEXT,   "v",           "2.0",
                                  NULL };
    wire_sign sign;
    wire_top_sign(w, CODEC_MD5, pairs, "", false, sign); /* lower case */
    for (size_t i = 0; i < 3; i++) {
        char rest[2048];
        char target[2100];
        (void)snprintf(rest, sizeof rest,
                       "app_key=%s&fields=tid%%2cstatus&format=json&method=taobao.trades.sold.get"
                       "&session=%s&sign_method=md5&timestamp=%s&v=2.0&sign=%s",
                       key(w), session(w), stamps[i], sign);
        (void)snprintf(target, sizeof target, "/router/rest?%s", rest);
        wire_ask(w, "POST", "/router/rest", "", rest);
        wire_expect_served(w, FACE_ON_TAOBAO, "a form without a content type");
        wire_ask(w, "GET", target, "", "");
        wire_expect_served(w, FACE_ON_TAOBAO, "GET");
        wire_ask(w, "POST", target, form_type, rest);
        wire_expect_served(w, FACE_ON_TAOBAO, "all of it twice");
        base_buf_reset(&w->out);
        base_buf_printf(&w->out, "GET %s HTTP/1.0\r\n\r\n", target);
        wire_exchange(w, base_buf_str(&w->out));
        wire_expect_served(w, FACE_ON_TAOBAO, "HTTP/1.0");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WIRE(go_client_with_all_in_the_body),
        WITH_WIRE(vendor_java_sdk),
        WITH_WIRE(vendor_php_sdk),
        WITH_WIRE(dingtalk_sdk),
        WITH_WIRE(uploads),
        WITH_WIRE(qimen_callers),
        WITH_WIRE(oddities_of_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
