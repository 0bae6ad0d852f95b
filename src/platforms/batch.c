/*
 * qd_call_batch(): checks every call, packs them into requests, and tells each call what became of
 * it. How a request looks is batch_wire.c's; tokens, limits, repeats and deadlines are those of any
 * other call.
 */
#include <string.h>

#include "platforms/taobao_private.h"
#include "qiandian/batch.h"

typedef struct batch {
    qd_shop *shop;
    const cat_platform *catalog;
    const qd_batch_call *calls;
    qd_batch_result *results;
    const qd_batch_options *options;
    base_arena *arena; /* of one answer */
} batch;

/* ---- before anything is sent ---- */

static const char *params_of(const qd_batch_call *call) {
    return call->params_json && *call->params_json ? call->params_json : "{}";
}

/* Public parameters of the whole request cannot differ between its calls. */
static qd_status refuse_format(const qd_batch_call *call, yyjson_val *params, qd_err *err) {
    static const char *const names[] = { "format", "simplify", "partner_id" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (yyjson_obj_get(params, names[i])) {
            return base_fail(err, QD_E_INVALID, "%s: %s is the whole batch's", call->method,
                             names[i]);
        }
    }
    return QD_OK;
}

static qd_status check_one(const batch *b, const qd_batch_call *call, qd_err *err) {
    yyjson_doc *doc = NULL;
    if (!call->method || !*call->method) {
        return base_fail(err, QD_E_INVALID, "a call needs a method");
    }
    const cat_method *method = cat_find(b->catalog, base_str_of(call->method));
    if (!method) {
        const cat_method *near = cat_nearest(b->catalog, base_str_of(call->method));
        return base_fail(err, QD_E_NOT_FOUND, "no method \"%s\"%s%s%s", call->method,
                         near ? ": did you mean " : "", near ? cat_str(near->name) : "",
                         near ? "?" : "");
    }
    qd_status status =
        codec_json_read(base_str_of(params_of(call)), LIMIT_REQUEST_BYTES, &doc, err);
    if (status == QD_E_PROTOCOL) {
        status = base_fail(err, QD_E_INVALID, "%s: parameters: %s", call->method,
                           err ? err->message : "no JSON");
    }
    yyjson_val *params = yyjson_doc_get_root(doc);
    if (status == QD_OK && !yyjson_is_obj(params)) {
        status =
            base_fail(err, QD_E_INVALID, "%s: the parameters are no JSON object", call->method);
    }
    if (status == QD_OK) {
        status = refuse_format(call, params, err);
    }
    if (status == QD_OK && !(b->options->flags & QD_CALL_NO_VALIDATE)) {
        status = core_check_params(b->shop, method, params, err);
    }
    yyjson_doc_free(doc);
    return status;
}

static qd_status check_all(const batch *b, size_t count, qd_err *err) {
    if (strcmp(cat_str(b->catalog->name), "taobao") != 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has no batches", cat_str(b->catalog->name));
    }
    if (b->options->flags & QD_CALL_DRY_RUN) {
        return base_fail(err, QD_E_INVALID, "a batch has no dry run");
    }
    for (size_t i = 0; i < count; i++) {
        qd_status status = check_one(b, &b->calls[i], err);
        if (status != QD_OK) {
            base_err_prefix(err, "call %zu", i + 1);
            return status;
        }
    }
    return QD_OK;
}

/* ---- what became of each ---- */

/* The platform's own refusal of one call, by the catalogue's classes. */
static void tell_refusal(const batch *b, const qd_batch_call *call, const core_decoded *found,
                         qd_err *err) {
    const cat_error_class *row = cat_classify(b->catalog, found->code, found->sub_code);
    qd_status status = row ? (qd_status)row->status : QD_E_PLATFORM;
    const cat_method *method = cat_find(b->catalog, base_str_of(call->method));
    bool write = method && method->kind == CAT_WRITE;
    if (status == QD_E_UNAVAILABLE && write) {
        status = QD_E_UNKNOWN_OUTCOME; /* what the service behind did before, nobody says */
    }
    base_fail(err, status, "%s: %.*s%s%.*s: %.*s", call->method, (int)found->code.len,
              found->code.ptr, found->sub_code.len ? " " : "", (int)found->sub_code.len,
              found->sub_code.len ? found->sub_code.ptr : "",
              (int)(found->message.len < 300 ? found->message.len : 300),
              found->message.len ? found->message.ptr : "");
    base_copy(err->platform, sizeof err->platform, base_str_of(cat_str(b->catalog->name)));
    base_copy(err->code, sizeof err->code, found->code);
    base_copy(err->sub_code, sizeof err->sub_code, found->sub_code);
    base_copy(err->request_id, sizeof err->request_id, found->request_id);
    err->retry = status == QD_E_UNKNOWN_OUTCOME ? QD_RETRY_CHECK
                 : row                          ? (qd_retry)row->retry
                                                : err->retry;
    if (status == QD_E_LIMITED) {
        int64_t ban = found->ban_seconds > 0 ? found->ban_seconds + 1 : 1;
        err->limited_until = base_now(core_app_clock(qd_shop_app(b->shop))) + ban;
    }
}

static qd_status read_one(const batch *b, const qd_batch_call *call, yyjson_val *root,
                          core_decoded *out, qd_err *err) {
    const core_request request = {
        .platform = b->catalog,
        .method = cat_find(b->catalog, base_str_of(call->method)),
        .method_name = call->method,
        .arena = b->arena,
    };
    memset(out, 0, sizeof *out);
    return yyjson_is_obj(root) ? taobao_decode(&request, root, b->arena, out, err)
                               : base_fail(err, QD_E_PROTOCOL, "the answer is no JSON object");
}

/* The part of the answer becomes a reply of its own. */
static void tell_one(const batch *b, const qd_reply *whole, const qd_batch_call *call,
                     yyjson_val *root, qd_batch_result *out) {
    base_buf text;
    yyjson_doc *doc = NULL;
    core_decoded found;
    base_buf_init(&text, 2 * (size_t)LIMIT_REPLY_BYTES);
    base_arena_reset(b->arena);
    qd_err_clear(&out->err);
    qd_status status = codec_json_write(root, &text, &out->err);
    if (status == QD_OK) {
        status =
            codec_json_read(base_buf_str(&text), 2 * (size_t)LIMIT_REPLY_BYTES, &doc, &out->err);
    }
    if (status == QD_OK) {
        status = read_one(b, call, yyjson_doc_get_root(doc), &found, &out->err);
    }
    if (status == QD_OK) {
        if (!found.ok) {
            tell_refusal(b, call, &found, &out->err);
        }
        out->reply = core_reply_part(whole, base_buf_str(&text), doc, found.data, found.request_id);
        doc = NULL;
        if (!out->reply) {
            base_fail(&out->err, QD_E_NOMEM, "out of memory for an answer");
        }
    } else {
        base_err_prefix(&out->err, "the answer of %s", call->method);
    }
    yyjson_doc_free(doc);
    base_buf_clear(&text);
}

/* ---- one request ---- */

static qd_status pack(const batch *b, size_t first, size_t count, base_buf *out, bool *harmless,
                      qd_err *err) {
    *harmless = true;
    base_buf_add_text(out, "{\"calls\":[");
    for (size_t i = first; i < first + count; i++) {
        const cat_method *method = cat_find(b->catalog, base_str_of(b->calls[i].method));
        *harmless = *harmless && method && method->kind == CAT_READ;
        base_buf_add_text(out, i > first ? ",{\"method\":" : "{\"method\":");
        codec_json_quote(out, base_str_of(b->calls[i].method));
        base_buf_add_text(out, ",\"params\":");
        base_buf_add_text(out, params_of(&b->calls[i]));
        base_buf_add_char(out, '}');
    }
    base_buf_add_text(out, "]}");
    return base_buf_check(out, "a batch", err);
}

static void fail_all(const batch *b, size_t first, size_t count, const qd_err *err) {
    for (size_t i = first; i < first + count; i++) {
        b->results[i].err = *err;
    }
}

static qd_status send_chunk(const batch *b, size_t first, size_t count, qd_err *err) {
    base_buf params;
    bool harmless = false;
    qd_reply *reply = NULL;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    qd_status status = pack(b, first, count, &params, &harmless, err);
    if (status == QD_OK) {
        const qd_call_options options = {
            .flags = QD_CALL_NO_VALIDATE | (b->options->flags & (unsigned)QD_CALL_NO_RETRY),
            .deadline_ms = b->options->deadline_ms,
            .raw_path = TAOBAO_BATCH_PATH,
            .assume_idempotent = harmless,
        };
        status =
            qd_call_with(b->shop, TAOBAO_BATCH_PATH, base_buf_text(&params), &options, &reply, err);
    }
    base_buf_clear(&params);
    if (status == QD_OK) {
        yyjson_val *answers = core_reply_data(reply);
        for (size_t i = 0; i < count; i++) {
            tell_one(b, reply, &b->calls[first + i], yyjson_arr_get(answers, i),
                     &b->results[first + i]);
        }
    } else {
        fail_all(b, first, count, err);
    }
    qd_reply_free(reply);
    return status;
}

/* Would the next request meet the same? */
static bool is_lasting(qd_status status) {
    return status == QD_E_AUTH || status == QD_E_LIMITED || status == QD_E_TIMEOUT ||
           status == QD_E_NOMEM;
}

qd_status qd_call_batch(qd_shop *shop, const qd_batch_call *calls, size_t count,
                        const qd_batch_options *options, qd_batch_result *out_results,
                        qd_err *err) {
    static const qd_batch_options none = { .flags = 0 };
    batch b = { .shop = shop,
                .catalog = core_app_catalog(qd_shop_app(shop)),
                .calls = calls,
                .results = out_results,
                .options = options ? options : &none };
    size_t most = b.options->per_request > 0 ? b.options->per_request : QD_BATCH_CALLS;
    qd_err own;
    qd_err_clear(&own);
    qd_status status = check_all(&b, count, &own);
    if (status == QD_OK) {
        b.arena = base_arena_new(LIMIT_CALL_ARENA);
        status = b.arena ? QD_OK : base_fail(&own, QD_E_NOMEM, "out of memory for a batch");
    }
    if (status != QD_OK) {
        if (err) {
            *err = own;
        }
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        out_results[i] = (qd_batch_result){ .reply = NULL };
    }
    for (size_t at = 0; at < count; at += most) {
        size_t part = count - at < most ? count - at : most;
        if (is_lasting(send_chunk(&b, at, part, &own))) {
            fail_all(&b, at + part, count - at - part, &own);
            break;
        }
    }
    base_arena_free(b.arena);
    return QD_OK;
}

void qd_batch_clear(qd_batch_result *results, size_t count) {
    for (size_t i = 0; results && i < count; i++) {
        qd_reply_free(results[i].reply);
        results[i].reply = NULL;
        qd_err_clear(&results[i].err);
    }
}
