/*
 * What an answer of TOP says: JSON or XML, the root by TOP's rule, error_response, and the failures
 * that DingTalk and Qimen tell inside a success. The three forms of one answer become one tree in
 * taobao_tree.c.
 */
#include <string.h>

#include "platforms/taobao_private.h"

/* "trades_sold_get_response": dots become underscores, a leading taobao_ goes (TOP document). */
static const char *root_key(const core_request *request, base_arena *arena) {
    if (request->method && request->method->response_key) {
        return cat_str(request->method->response_key);
    }
    const char *name = request->method_name;
    if (strncmp(name, "taobao.", 7) == 0) {
        name += 7;
    }
    char *key = base_arena_printf(arena, "%s_response", name);
    for (char *c = key; c && *c; c++) {
        *c = *c == '.' ? '_' : *c;
    }
    return key ? key : "";
}

/* The only member whose name ends in _response: a root that the rule did not foresee. Of two
 * nobody knows which is meant. */
static yyjson_val *only_root(yyjson_val *root) {
    static const char tail[] = "_response";
    yyjson_val *only = NULL;
    size_t found = 0;
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(root, index, max, key, value) {
        size_t len = yyjson_get_len(key);
        if (len > sizeof tail - 1 &&
            strcmp(yyjson_get_str(key) + len - (sizeof tail - 1), tail) == 0) {
            only = value;
            found++;
        }
    }
    return found == 1 ? only : NULL;
}

/* Does the answer begin like XML? Qimen's are, whatever is asked for; a refusal may be either. */
static bool is_xml(base_str *body) {
    while (body->len > 0 && body->ptr[0] && strchr(" \t\r\n\xEF\xBB\xBF", body->ptr[0])) {
        body->ptr++;
        body->len--;
    }
    return body->len > 0 && body->ptr[0] == '<';
}

qd_status taobao_parse(const core_request *request, base_str body, yyjson_doc **out_doc,
                       qd_err *err) {
    base_str begun = body;
    bool qimen = request->method && request->method->wrap == CAT_WRAP_XML;
    if (taobao_is_batch(request)) {
        return batch_parse(request, body, out_doc, err);
    }
    bool xml = is_xml(&begun);
    qd_status status =
        xml ? codec_xml_read(begun, 0, out_doc, err) : codec_json_read(body, 0, out_doc, err);
    bool simple = base_str_is(taobao_public(request, "simplify"), "true");
    if (status == QD_OK && !qimen && (xml || simple)) {
        status = taobao_tree(request->method, xml, out_doc, err);
    }
    return status;
}

static qd_status decode_refusal(yyjson_val *refused, base_arena *arena, core_decoded *out,
                                qd_err *err) {
    out->code = platforms_text(refused, "code", arena);
    out->sub_code = platforms_text(refused, "sub_code", arena);
    out->message = platforms_join(arena, platforms_text(refused, "msg", arena),
                                  platforms_text(refused, "sub_msg", arena));
    out->request_id = platforms_text(refused, "request_id", arena);
    out->ban_seconds = platforms_ban_seconds(out->message);
    out->signature_refused = base_str_is(out->code, "25");
    out->clock_refused = base_str_is(out->code, "31");
    return out->code.len > 0 ? QD_OK
                             : base_fail(err, QD_E_PROTOCOL, "an error_response without code");
}

qd_status taobao_decode(const core_request *request, yyjson_val *root, base_arena *arena,
                        core_decoded *out, qd_err *err) {
    yyjson_val *refused = yyjson_obj_get(root, "error_response");
    if (refused) {
        qd_status status = decode_refusal(refused, arena, out, err);
        /* A batch's body holds the session: what was signed is not shown. */
        out->signature_refused = out->signature_refused && !taobao_is_batch(request);
        return status;
    }
    if (taobao_is_oauth(request)) {
        return taobao_oauth_decode(root, arena, out, err);
    }
    if (dingtalk_is_token(request)) {
        return dingtalk_token_decode(root, arena, out, err);
    }
    if (taobao_is_batch(request)) {
        return batch_decode(request, root, arena, out, err);
    }
    if (qimen_decode(root, root, arena, out)) {
        return QD_OK;
    }
    yyjson_val *data = yyjson_obj_get(root, root_key(request, arena));
    if (!data) {
        data = only_root(root);
    }
    if (!data) {
        return base_fail(err, QD_E_PROTOCOL, "no %s: no answer of TOP", root_key(request, arena));
    }
    out->ok = true;
    out->data = data;
    out->request_id = platforms_text(data, "request_id", arena);
    if (dingtalk_is_method(request->method_name)) {
        dingtalk_decode(data, arena, out);
    } else if (request->method && request->method->wrap == CAT_WRAP_XML) {
        (void)qimen_decode(data, data, arena, out);
    }
    return QD_OK;
}
