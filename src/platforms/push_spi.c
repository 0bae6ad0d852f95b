/*
 * SPI calls: the platform asks, the app answers. Verifies the signature in every form that the
 * vendor's SDKs sign, keeps the parameters that it covers, and writes answers.
 *
 * Sources: the vendor's Go, Java and PHP SDKs (they differ in the escapes of the signed text, in
 * where the parameters stand and in the code for a bad signature).
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/push_private.h"

struct qd_spi {
    base_arena *arena;
    const char *name;
    const char *timestamp;
    base_str params;
    yyjson_doc *doc; /* parsed on first use */
};

/* What came, decoded. */
typedef struct spi_query {
    base_str app_key, param_json, timestamp, sign, sign_v2, sign_method;
} spi_query;

static base_str pair_of(const codec_pair *pairs, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (base_str_is(pairs[i].name, name)) {
            return pairs[i].value;
        }
    }
    return (base_str){ "", 0 };
}

static qd_status read_query(const char *text, base_arena *arena, spi_query *out, qd_err *err) {
    codec_pair *pairs = NULL;
    size_t count = 0;
    base_str query = base_str_of(text);
    if (query.len > LIMIT_URL_BYTES) {
        return base_fail(err, QD_E_PROTOCOL, "a query of %zu bytes, at most %d", query.len,
                         LIMIT_URL_BYTES);
    }
    qd_status status = codec_form_parse(query, arena, &pairs, &count, err);
    if (status != QD_OK) {
        return status == QD_E_INVALID ? base_fail(err, QD_E_PROTOCOL,
                                                  "a query of more than %d pairs", LIMIT_FORM_PAIRS)
                                      : status;
    }
    out->app_key = pair_of(pairs, count, "app_key");
    out->param_json = pair_of(pairs, count, "param_json");
    out->timestamp = pair_of(pairs, count, "timestamp");
    out->sign = pair_of(pairs, count, "sign");
    out->sign_v2 = pair_of(pairs, count, "sign_v2");
    /* Anything but this one means MD5 in the vendor's SDKs. */
    out->sign_method = pair_of(pairs, count, "sign_method");
    if (!base_str_is(out->sign_method, "hmac-sha256")) {
        out->sign_method = BASE_STR("md5");
    }
    return QD_OK;
}

static bool fits(sign_context *context, const spi_query *query, base_str text) {
    const codec_pair pairs[] = { { BASE_STR("app_key"), query->app_key },
                                 { BASE_STR("timestamp"), query->timestamp } };
    const sign_input input = {
        .pairs = pairs, .pair_count = 2, .body = text, .sign_method = query->sign_method
    };
    return push_sign_fits(context, &input, query->sign) ||
           push_sign_fits(context, &input, query->sign_v2);
}

/* As it came, then sorted: unescaped, as Go escapes, as Gson does. */
static bool fits_some_form(sign_context *context, const spi_query *query, base_str params) {
    static const codec_json_style styles[] = { CODEC_JSON_PLAIN, CODEC_JSON_HTML_GO,
                                               CODEC_JSON_HTML_GSON };
    yyjson_doc *doc = NULL;
    base_buf text;
    bool found = fits(context, query, params);
    if (found || codec_json_read(params, LIMIT_REQUEST_BYTES, &doc, NULL) != QD_OK) {
        return found;
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES * 6); /* \u003c is six bytes for one */
    for (size_t i = 0; !found && i < sizeof styles / sizeof styles[0]; i++) {
        base_buf_reset(&text);
        found = codec_json_canonical(yyjson_doc_get_root(doc), styles[i], &text, NULL) == QD_OK &&
                fits(context, query, base_buf_str(&text));
    }
    base_buf_clear(&text);
    yyjson_doc_free(doc);
    return found;
}

/* Finds the parameters that the signature covers. */
static qd_status check(sign_context *context, const qd_spi_request *request, const spi_query *query,
                       base_str *out_params, qd_err *err) {
    base_str body = { request->body, request->body ? request->body_len : 0 };
    if (!base_secret_equal(query->app_key, base_str_of(request->app_key))) {
        return push_refuse(err, "the call is for another app (app_key)");
    }
    if (query->timestamp.len == 0 || query->sign.len + query->sign_v2.len == 0) {
        return push_refuse(err, "the call is not signed (timestamp, sign or sign_v2 is missing)");
    }
    if (body.len > LIMIT_REQUEST_BYTES) {
        return base_fail(err, QD_E_PROTOCOL, "a body of %zu bytes, at most %d", body.len,
                         LIMIT_REQUEST_BYTES);
    }
    if (query->param_json.len > 0 && fits_some_form(context, query, query->param_json)) {
        *out_params = query->param_json;
    } else if ((body.len > 0 || query->param_json.len == 0) &&
               fits_some_form(context, query, body)) {
        *out_params = body;
    } else {
        return push_refuse(err,
                           "the call's signature is wrong: other secret, or changed parameters");
    }
    return QD_OK;
}

qd_status qd_spi_verify(const char *platform, const qd_spi_request *request, qd_spi **out_call,
                        qd_err *err) {
    sign_context *context = NULL;
    spi_query query;
    base_str params;
    *out_call = NULL;
    qd_spi *call = calloc(1, sizeof *call);
    if (call == NULL || (call->arena = base_arena_new(LIMIT_CALL_ARENA)) == NULL) {
        free(call);
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    qd_status status =
        push_context(platform, "douyin-spi", request->app_key, request->app_secret, &context, err);
    if (status == QD_OK) {
        status = read_query(request->query, call->arena, &query, err);
    }
    if (status == QD_OK) {
        status = check(context, request, &query, &params, err);
    }
    if (status == QD_OK) {
        base_str path = base_str_of(request->path);
        call->params.ptr = base_arena_dup(call->arena, params);
        call->params.len = params.len;
        call->timestamp = base_arena_dup(call->arena, query.timestamp);
        call->name = push_spi_name(path);
        status = call->params.ptr && call->timestamp
                     ? QD_OK
                     : base_fail(err, QD_E_NOMEM, "the call's parameters do not fit");
    }
    sign_context_free(context);
    if (status != QD_OK) {
        qd_spi_free(call);
        return status;
    }
    *out_call = call;
    return QD_OK;
}

void qd_spi_free(qd_spi *call) {
    if (call != NULL) {
        yyjson_doc_free(call->doc);
        base_arena_free(call->arena);
        free(call);
    }
}

const char *qd_spi_name(const qd_spi *call) {
    return call->name;
}

const char *qd_spi_params(const qd_spi *call) {
    return call->params.ptr;
}

const char *qd_spi_timestamp(const qd_spi *call) {
    return call->timestamp;
}

qd_status qd_spi_decode(qd_spi *call, const char *type, void *out, size_t size, qd_err *err) {
    const push_shape *shape = push_spi_shape(type);
    if (shape == NULL) {
        return base_fail(err, QD_E_INVALID, "no SPI has the type %.40s", type);
    }
    if (call->doc == NULL) {
        qd_status status = codec_json_read(call->params, LIMIT_REQUEST_BYTES, &call->doc, err);
        if (status != QD_OK) {
            (void)base_err_prefix(err, "parameters of the SPI call");
            return status;
        }
    }
    yyjson_val *root = yyjson_doc_get_root(call->doc);
    if (!yyjson_is_obj(root)) {
        return base_fail(err, QD_E_PROTOCOL, "parameters of the SPI call are no JSON object");
    }
    return push_fill(shape, root, call->arena, out, size)
               ? QD_OK
               : base_fail(err, QD_E_NOMEM, "the call's parameters do not fit");
}

qd_status qd_spi_reply(int code, const char *message, const char *data_json, char *out, size_t size,
                       size_t *out_len, qd_err *err) {
    base_str data = base_str_of(data_json ? data_json : "{}");
    base_buf text;
    yyjson_doc *doc = NULL;
    if (codec_json_read(data, LIMIT_REQUEST_BYTES, &doc, err) != QD_OK) {
        return base_fail(err, QD_E_INVALID, "data of the SPI answer: %s", err ? err->message : "");
    }
    yyjson_doc_free(doc);
    if (message == NULL) {
        message = code == QD_SPI_SUCCESS ? "success" : "failed";
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES * 2);
    base_buf_add_text(&text, "{\"code\":");
    base_buf_add_i64(&text, code);
    base_buf_add_text(&text, ",\"message\":");
    codec_json_quote(&text, base_str_of(message));
    base_buf_add_text(&text, ",\"data\":");
    base_buf_add_str(&text, data);
    base_buf_add_char(&text, '}');
    qd_status status = base_buf_check(&text, "the SPI answer", err);
    if (status == QD_OK && out_len != NULL) {
        *out_len = text.len;
    }
    if (status == QD_OK && text.len >= size) {
        status = base_fail(err, QD_E_NOMEM, "the SPI answer takes %zu bytes, %zu are given",
                           text.len + 1, size);
    } else if (status == QD_OK) {
        memcpy(out, text.data, text.len + 1);
    }
    base_buf_clear(&text);
    return status;
}
