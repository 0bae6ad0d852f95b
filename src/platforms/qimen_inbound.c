/*
 * Qimen inbound: verifies and reads what is sent to us, and writes answers. Calls of ours are
 * qimen.c's. The signature's text is written out here and not taken from room sign, since a
 * receiver has to accept both readings of empty values (vendors' PHP and Java SDKs differ).
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/platforms_private.h"
#include "qiandian/qimen.h"

struct qd_qimen {
    base_arena *arena;
    codec_pair *pairs; /* of the query, decoded */
    size_t pair_count;
    const char *method, *customer_id, *params;
    int64_t skew_s;
};

static const char *pair_of(const qd_qimen *call, const char *name) {
    for (size_t i = 0; i < call->pair_count; i++) {
        if (base_str_is(call->pairs[i].name, name)) {
            return call->pairs[i].value.ptr;
        }
    }
    return NULL;
}

static qd_status refuse(qd_err *err, const char *why) {
    (void)base_fail(err, QD_E_AUTH, "%s", why);
    if (err) {
        err->retry = QD_RETRY_NEVER;
    }
    return QD_E_AUTH;
}

/* ---- the signature ---- */

static int pair_cmp(const void *a, const void *b) {
    return base_str_cmp(((const codec_pair *)a)->name, ((const codec_pair *)b)->name);
}

static bool digest_of(const char *method, codec_digest *out) {
    if (!method || !*method || strcmp(method, "md5") == 0) {
        *out = CODEC_MD5;
    } else if (strcmp(method, "hmac") == 0) {
        *out = CODEC_HMAC_MD5;
    } else if (strcmp(method, "hmac-sha256") == 0) {
        *out = CODEC_HMAC_SHA256;
    } else {
        return false;
    }
    return true;
}

/* The signature of sorted pairs and body in upper-case hex; false when there is none to compute. */
static bool make_sign(const codec_pair *sorted, size_t count, const qd_qimen_request *request,
                      codec_digest digest, bool bare_names, char out[2 * CODEC_DIGEST_MAX + 1]) {
    base_str secret = base_str_of(request->secret);
    unsigned char raw[CODEC_DIGEST_MAX];
    codec_hash *hash = codec_hash_new(digest, secret);
    if (!hash) {
        return false;
    }
    if (digest == CODEC_MD5) {
        codec_hash_add(hash, secret);
    }
    for (size_t i = 0; i < count; i++) {
        bool skipped =
            base_str_is(sorted[i].name, "sign") || (sorted[i].value.len == 0 && !bare_names);
        if (!skipped) {
            codec_hash_add(hash, sorted[i].name);
            codec_hash_add(hash, sorted[i].value);
        }
    }
    if (request->body && request->body_len > 0) {
        codec_hash_add(hash, (base_str){ request->body, request->body_len });
    }
    if (digest == CODEC_MD5) {
        codec_hash_add(hash, secret);
    }
    size_t len = codec_hash_end(hash, raw);
    codec_hash_free(hash);
    codec_hex(raw, len, true, out);
    return len > 0;
}

static bool sign_fits(const char *wanted, const char *given) {
    char upper[2 * CODEC_DIGEST_MAX + 1];
    size_t len = strlen(given);
    if (len == 0 || len >= sizeof upper) {
        return false;
    }
    for (size_t i = 0; i <= len; i++) {
        upper[i] = given[i] >= 'a' && given[i] <= 'f' ? (char)(given[i] - 'a' + 'A') : given[i];
    }
    return base_secret_equal(base_str_of(wanted), (base_str){ upper, len });
}

static qd_status check_sign(const qd_qimen *call, const qd_qimen_request *request, qd_err *err) {
    const char *given = pair_of(call, "sign");
    codec_digest digest = CODEC_MD5;
    if (!given || !*given) {
        return refuse(err, "the call is not signed");
    }
    if (!digest_of(pair_of(call, "sign_method"), &digest)) {
        return refuse(err, "sign_method is none of md5, hmac and hmac-sha256");
    }
    codec_pair *sorted = base_arena_alloc(call->arena, (call->pair_count + 1) * sizeof *sorted);
    if (!sorted) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a signature");
    }
    if (call->pair_count > 0) {
        memcpy(sorted, call->pairs, call->pair_count * sizeof *sorted);
        qsort(sorted, call->pair_count, sizeof *sorted, pair_cmp);
    }
    bool fits = false;
    for (int bare = 0; bare < 2 && !fits; bare++) {
        char wanted[2 * CODEC_DIGEST_MAX + 1];
        fits = make_sign(sorted, call->pair_count, request, digest, bare == 1, wanted) &&
               sign_fits(wanted, given);
    }
    return fits ? QD_OK
                : refuse(err, "the call's signature is wrong: other secret, or a changed call");
}

/* ---- whom it is for, and when ---- */

static qd_status check_app(const qd_qimen *call, const qd_qimen_request *request, qd_err *err) {
    const char *own = request->app_key;
    const char *app = pair_of(call, "app_key");
    const char *target = pair_of(call, "target_app_key");
    bool ours =
        !own || !*own || (app && strcmp(app, own) == 0) || (target && strcmp(target, own) == 0);
    return ours ? QD_OK : refuse(err, "the call is for another app");
}

static qd_status check_time(qd_qimen *call, const qd_qimen_request *request, qd_err *err) {
    const char *text = pair_of(call, "timestamp");
    int64_t when = 0;
    if (request->now == 0) {
        return QD_OK;
    }
    if (!text || !base_time_from_cn(base_str_of(text), &when)) {
        return refuse(err, "the call has no timestamp (yyyy-MM-dd HH:mm:ss, GMT+8)");
    }
    call->skew_s = request->now - when;
    int64_t size = call->skew_s < 0 ? -call->skew_s : call->skew_s;
    if (request->max_skew_s == 0 || size <= request->max_skew_s) {
        return QD_OK;
    }
    (void)base_fail(err, QD_E_AUTH, "the call's timestamp is %lld s off, at most %lld are allowed",
                    (long long)size, (long long)request->max_skew_s);
    if (err) {
        err->retry = QD_RETRY_NEVER;
    }
    return QD_E_AUTH;
}

/* ---- what came ---- */

static qd_status read_query(qd_qimen *call, const char *text, qd_err *err) {
    base_str query = base_str_of(text);
    qd_status status =
        query.len > LIMIT_URL_BYTES
            ? base_fail(err, QD_E_PROTOCOL, "a query of %zu bytes, at most %d", query.len,
                        LIMIT_URL_BYTES)
            : codec_form_parse(query, call->arena, &call->pairs, &call->pair_count, err);
    if (status == QD_E_INVALID) {
        return base_fail(err, QD_E_PROTOCOL, "a query of more than %d pairs", LIMIT_FORM_PAIRS);
    }
    for (size_t i = 0; status == QD_OK && i < call->pair_count; i++) {
        char *value = base_arena_dup(call->arena, call->pairs[i].value);
        bool whole = value && strlen(value) == call->pairs[i].value.len;
        if (!whole) {
            return base_fail(err, value ? QD_E_PROTOCOL : QD_E_NOMEM,
                             "a parameter of the query cannot be read");
        }
        call->pairs[i].value.ptr = value;
        for (size_t before = 0; before < i; before++) {
            if (base_str_eq(call->pairs[before].name, call->pairs[i].name)) {
                return refuse(err, "a parameter of the query came twice");
            }
        }
    }
    return status;
}

static qd_status read_body(qd_qimen *call, const qd_qimen_request *request, qd_err *err) {
    base_str body = { request->body, request->body ? request->body_len : 0 };
    const char *format = pair_of(call, "format");
    bool json = format && strcmp(format, "json") == 0;
    base_buf text;
    yyjson_doc *doc = NULL;
    base_str out = { NULL, 0 };
    if (body.len > LIMIT_REQUEST_BYTES) {
        return base_fail(err, QD_E_PROTOCOL, "a body of %zu bytes, at most %d", body.len,
                         LIMIT_REQUEST_BYTES);
    }
    qd_status status = json ? codec_json_read(body, LIMIT_REQUEST_BYTES, &doc, err)
                            : codec_xml_read(body, LIMIT_REQUEST_BYTES, &doc, err);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *params = json ? root : yyjson_obj_get(root, "request");
    if (status == QD_OK && !params) {
        status = base_fail(err, QD_E_PROTOCOL, "the body's root is not <request>");
    }
    if (status == QD_OK) {
        base_buf_init(&text, 8 * (size_t)LIMIT_REQUEST_BYTES);
        if (yyjson_is_obj(params)) {
            status = codec_json_write(params, &text, err);
        } else {
            base_buf_add_text(&text, "{}"); /* <request/> */
        }
        if (status == QD_OK) {
            status = platforms_settle(call->arena, &text, "a call", &out, err);
        } else {
            base_buf_clear(&text);
        }
    }
    yyjson_doc_free(doc);
    call->params = out.ptr;
    return status;
}

qd_status qd_qimen_verify(const qd_qimen_request *request, qd_qimen **out_call, qd_err *err) {
    *out_call = NULL;
    /* Without a secret anybody could sign. */
    if (!request->secret || !*request->secret) {
        return base_fail(err, QD_E_INVALID, "the app's secret is needed to verify");
    }
    qd_qimen *call = calloc(1, sizeof *call);
    if (call) {
        call->arena = base_arena_new(LIMIT_CALL_ARENA);
    }
    if (!call || !call->arena) {
        qd_qimen_free(call);
        return base_fail(err, QD_E_NOMEM, "out of memory for a call");
    }
    qd_status status = read_query(call, request->query, err);
    if (status == QD_OK) {
        status = check_sign(call, request, err);
    }
    if (status == QD_OK) {
        status = check_app(call, request, err);
    }
    if (status == QD_OK) {
        status = check_time(call, request, err);
    }
    if (status == QD_OK) {
        status = read_body(call, request, err);
    }
    if (status != QD_OK) {
        qd_qimen_free(call);
        return status;
    }
    call->method = pair_of(call, "method") ? pair_of(call, "method") : "";
    call->customer_id = pair_of(call, "customerId") ? pair_of(call, "customerId") : "";
    *out_call = call;
    return QD_OK;
}

void qd_qimen_free(qd_qimen *call) {
    if (call) {
        base_arena_free(call->arena);
        free(call);
    }
}

const char *qd_qimen_method(const qd_qimen *call) {
    return call->method;
}

const char *qd_qimen_customer_id(const qd_qimen *call) {
    return call->customer_id;
}

const char *qd_qimen_public(const qd_qimen *call, const char *name) {
    return pair_of(call, name);
}

const char *qd_qimen_params(const qd_qimen *call) {
    return call->params;
}

int64_t qd_qimen_skew_s(const qd_qimen *call) {
    return call->skew_s;
}

/* ---- answers ---- */

static void add_text(base_buf *json, const char *name, const char *value) {
    base_buf_printf(json, ",\"%s\":", name);
    codec_json_quote(json, base_str_of(value));
}

/* {"flag","code","message"} and the members of more. */
static qd_status compose(base_buf *json, const char *more_json, qd_err *err) {
    yyjson_doc *more = NULL;
    base_buf members;
    if (!more_json || !*more_json) {
        base_buf_add_char(json, '}');
        return base_buf_check(json, "an answer", err);
    }
    qd_status status = codec_json_read(base_str_of(more_json), LIMIT_REQUEST_BYTES, &more, err);
    yyjson_val *root = yyjson_doc_get_root(more);
    if (status == QD_E_PROTOCOL || (status == QD_OK && !yyjson_is_obj(root))) {
        status = base_fail(err, QD_E_INVALID, "more_json is no JSON object");
    }
    base_buf_init(&members, LIMIT_REQUEST_BYTES);
    if (status == QD_OK) {
        status = codec_json_write(root, &members, err);
    }
    if (status == QD_OK) {
        base_buf_add_text(json, yyjson_obj_size(root) > 0 ? "," : "");
        base_buf_add(json, members.data + 1, members.len - 1);
        status = base_buf_check(json, "an answer", err);
    }
    base_buf_clear(&members);
    yyjson_doc_free(more);
    return status;
}

qd_status qd_qimen_reply(bool success, const char *code, const char *message, const char *more_json,
                         char *out, size_t size, size_t *out_len, qd_err *err) {
    base_buf json;
    base_buf xml;
    yyjson_doc *doc = NULL;
    base_buf_init(&json, 2 * (size_t)LIMIT_REQUEST_BYTES);
    base_buf_init(&xml, 4 * (size_t)LIMIT_REQUEST_BYTES);
    base_buf_printf(&json, "{\"flag\":\"%s\"", success ? "success" : "failure");
    add_text(&json, "code", code ? code : "");
    add_text(&json, "message", message ? message : "");
    qd_status status = compose(&json, more_json, err);
    if (status == QD_OK) {
        status = codec_json_read(base_buf_str(&json), 2 * (size_t)LIMIT_REQUEST_BYTES, &doc, err);
    }
    if (status == QD_OK) {
        status = codec_xml_write(yyjson_doc_get_root(doc), "response", &xml, err);
    }
    if (status == QD_OK) {
        if (out_len) {
            *out_len = xml.len;
        }
        if (xml.len >= size) {
            status = base_fail(err, QD_E_NOMEM, "the answer needs %zu bytes", xml.len + 1);
        } else {
            memcpy(out, xml.data, xml.len);
            out[xml.len] = '\0';
        }
    }
    yyjson_doc_free(doc);
    base_buf_clear(&xml);
    base_buf_clear(&json);
    return status;
}

#define ANSWER(flag, code, message)                                                                \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response><flag>" flag "</flag><code>" code       \
    "</code><message>" message "</message></response>"

const char *qd_qimen_answer(qd_status status) {
    switch (status) {
    case QD_OK:
        return ANSWER("success", "", "");
    case QD_E_AUTH:
        return ANSWER("failure", "sign-check-failure", "Illegal request");
    case QD_E_PROTOCOL:
        return ANSWER("failure", "invalid-request", "The request cannot be read");
    default:
        return ANSWER("failure", "system-error", "Try again later");
    }
}
