/*
 * TOP's batch endpoint on the wire: several calls in one request, their answers in one reply
 * (TOP document 104350; vendor Java SDK, BatchFeature). Splitting, validating and telling each
 * call's outcome is batch.c's.
 *
 * POST {host}/router/batch?public parameters and sign, text/plain. The body has one urlencoded
 * segment a call with its method, "\r\n-S-\r\n" between them, and is signed behind the sorted
 * query. The session stands in each segment (the protocol knows calls of several sessions), so that
 * none stands in a URL. The reply's segments come in the same order; a single one in place of
 * several is a refusal of all.
 */
#include <string.h>

#include "platforms/taobao_private.h"

static const char SEPARATOR[] = "\r\n-S-\r\n";

bool taobao_is_batch(const core_request *request) {
    return strcmp(request->method_name, TAOBAO_BATCH_PATH) == 0;
}

/* ---- the request ---- */

static qd_status add_segment(const core_request *request, yyjson_val *call, base_buf *body,
                             qd_err *err) {
    core_request one = *request;
    base_buf form;
    one.method_name = yyjson_get_str(yyjson_obj_get(call, "method"));
    one.params = yyjson_obj_get(call, "params");
    if (!one.method_name || !yyjson_is_obj(one.params)) {
        return base_fail(err, QD_E_INVALID, "a call of a batch has a method and params");
    }
    one.method = cat_find(request->platform, base_str_of(one.method_name));
    if (dingtalk_is_method(one.method_name) || (one.method && one.method->wrap == CAT_WRAP_XML)) {
        return base_fail(err, QD_E_INVALID, "%s: DingTalk's and Qimen's calls go alone",
                         one.method_name);
    }
    bool needs =
        !one.method || one.method->auth == CAT_AUTH_SHOP || one.method->auth == CAT_AUTH_OPTIONAL;
    base_str target = taobao_public(&one, "target_app_key");
    base_buf_init(&form, LIMIT_REQUEST_BYTES);
    codec_form_add(&form, BASE_STR("method"), base_str_of(one.method_name));
    if (needs && request->token.len > 0) {
        codec_form_add(&form, BASE_STR("session"), request->token);
    }
    if (target.len > 0) {
        codec_form_add(&form, BASE_STR("target_app_key"), target);
    }
    qd_status status = taobao_form_params(&one, &form, err);
    if (body->len > 0) {
        base_buf_add_text(body, SEPARATOR);
    }
    base_buf_add_str(body, base_buf_str(&form));
    body->failed = body->failed || form.failed;
    base_buf_wipe(&form);
    return status;
}

static qd_status build_url(const core_request *request, const codec_pair *pairs, size_t count,
                           core_built *built, qd_err *err) {
    base_buf query;
    base_str text = { NULL, 0 };
    const char *at = taobao_url(request, TAOBAO_BATCH_PATH);
    base_buf_init(&query, LIMIT_URL_BYTES);
    for (size_t i = 0; i < count; i++) {
        platforms_query_add(&query, pairs[i].name, pairs[i].value);
    }
    qd_status status = platforms_settle(request->arena, &query, "a URL", &text, err);
    if (status == QD_OK) {
        built->url =
            at ? base_arena_printf(request->arena, "%s?%.*s", at, (int)text.len, text.ptr) : NULL;
        status = built->url ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a URL");
    }
    return status;
}

static qd_status build_body(const core_request *request, core_built *built, qd_err *err) {
    base_buf body;
    size_t index;
    size_t max;
    yyjson_val *call;
    qd_status status = QD_OK;
    base_buf_init(&body, LIMIT_REQUEST_BYTES);
    yyjson_arr_foreach(yyjson_obj_get(request->params, "calls"), index, max, call) {
        status = status == QD_OK ? add_segment(request, call, &body, err) : status;
    }
    if (status != QD_OK) {
        base_buf_wipe(&body);
        return status;
    }
    return platforms_settle(request->arena, &body, "a batch", &built->body, err);
}

qd_status batch_build(const core_request *request, core_built *built, qd_err *err) {
    enum { PAIRS = 7 };
    char time[BASE_TIME_TEXT];
    base_time_to_cn(request->now, time);
    char *timestamp = base_arena_printf(request->arena, "%s", time);
    codec_pair *pairs = base_arena_alloc(request->arena, PAIRS * sizeof *pairs);
    if (!timestamp || !pairs || !request->signer) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    pairs[0] = (codec_pair){ BASE_STR("app_key"), request->app_key };
    pairs[1] = (codec_pair){ BASE_STR("timestamp"), base_str_of(timestamp) };
    pairs[2] = (codec_pair){ BASE_STR("format"), BASE_STR("json") };
    pairs[3] = (codec_pair){ BASE_STR("v"), BASE_STR("2.0") };
    pairs[4] = (codec_pair){ BASE_STR("sign_method"), request->sign_method };
    pairs[5] = (codec_pair){ BASE_STR("simplify"), BASE_STR("false") };
    qd_status status = build_body(request, built, err);
    if (status != QD_OK) {
        return status;
    }
    built->signed_input =
        (sign_input){ pairs, PAIRS - 1, built->body, request->sign_method, { NULL, 0 } };
    status = platforms_sign(request, built, &pairs[PAIRS - 1], err);
    if (status != QD_OK) {
        return status;
    }
    built->http_method = "POST";
    platforms_header(built, "Content-Type", "text/plain;charset=UTF-8");
    platforms_header(built, "Accept", "application/json");
    return build_url(request, pairs, PAIRS, built, err);
}

/* ---- the reply ---- */

/* The next segment of *rest; false at its end. */
static bool next_segment(base_str *rest, base_str *out) {
    size_t len = sizeof SEPARATOR - 1;
    if (!rest->ptr) {
        return false;
    }
    const char *at = rest->len >= len ? memmem(rest->ptr, rest->len, SEPARATOR, len) : NULL;
    out->ptr = rest->ptr;
    out->len = at ? (size_t)(at - rest->ptr) : rest->len;
    if (at) {
        rest->len -= out->len + len;
        rest->ptr = at + len;
    } else {
        *rest = (base_str){ NULL, 0 };
    }
    return true;
}

/* A segment that is no JSON becomes null: the others are right all the same. */
static void add_answer(base_buf *text, base_str segment) {
    yyjson_doc *doc = NULL;
    qd_err ignored;
    if (codec_json_read(segment, 0, &doc, &ignored) == QD_OK) {
        base_buf_add_str(text, segment);
    } else {
        base_buf_add_text(text, "null");
    }
    yyjson_doc_free(doc);
}

qd_status batch_parse(const core_request *request, base_str body, yyjson_doc **out_doc,
                      qd_err *err) {
    size_t want = yyjson_arr_size(yyjson_obj_get(request->params, "calls"));
    size_t found = 0;
    base_str rest = body;
    base_str segment = { NULL, 0 };
    base_buf text;
    base_buf_init(&text, 2 * (size_t)LIMIT_REPLY_BYTES);
    base_buf_add_text(&text, "{\"responses\":[");
    while (next_segment(&rest, &segment)) {
        base_buf_add_text(&text, found++ > 0 ? "," : "");
        add_answer(&text, segment);
    }
    base_buf_add_text(&text, "]}");
    qd_status status = QD_OK;
    if (found == 1) {
        status = codec_json_read(body, 0, out_doc, err);
        bool refused = status == QD_OK &&
                       yyjson_obj_get(yyjson_doc_get_root(*out_doc), "error_response") != NULL;
        if (status != QD_OK || refused || want != 1) {
            base_buf_clear(&text);
            return status != QD_OK || refused
                       ? status
                       : base_fail(err, QD_E_PROTOCOL, "one answer to %zu calls", want);
        }
        yyjson_doc_free(*out_doc);
        *out_doc = NULL;
    } else if (found != want) {
        base_buf_clear(&text);
        return base_fail(err, QD_E_PROTOCOL, "%zu answers to %zu calls", found, want);
    }
    status = base_buf_check(&text, "the answers of a batch", err);
    if (status == QD_OK) {
        status = codec_json_read(base_buf_str(&text), 2 * (size_t)LIMIT_REPLY_BYTES, out_doc, err);
    }
    base_buf_clear(&text);
    return status;
}

/* Where no call succeeded and one was refused for its session, the whole batch is: a new session
 * and a repeat help all, and nothing has been done yet. */
qd_status batch_decode(const core_request *request, yyjson_val *root, base_arena *arena,
                       core_decoded *out, qd_err *err) {
    yyjson_val *responses = yyjson_obj_get(root, "responses");
    yyjson_val *refused = NULL;
    yyjson_val *one;
    size_t index;
    size_t max;
    if (!yyjson_is_arr(responses)) {
        return base_fail(err, QD_E_PROTOCOL, "neither error_response nor answers of a batch");
    }
    out->ok = true;
    out->data = responses;
    yyjson_arr_foreach(responses, index, max, one) {
        yyjson_val *error = yyjson_obj_get(one, "error_response");
        const cat_error_class *found =
            error ? cat_classify(request->platform, platforms_text(error, "code", arena),
                                 platforms_text(error, "sub_code", arena))
                  : NULL;
        if (!error) {
            return QD_OK;
        }
        refused = found && found->token && !refused ? error : refused;
    }
    if (refused) {
        out->ok = false;
        out->code = platforms_text(refused, "code", arena);
        out->sub_code = platforms_text(refused, "sub_code", arena);
        out->message = platforms_join(arena, platforms_text(refused, "msg", arena),
                                      platforms_text(refused, "sub_msg", arena));
        out->request_id = platforms_text(refused, "request_id", arena);
    }
    return QD_OK;
}
