/*
 * What a TOP call looks like on the wire: parameters from query and form, from multipart parts, or
 * (Qimen) public ones in the query over a body of XML; answers as JSON or, TOP's default, as XML.
 * Everything is made as JSON first, so both forms hold the same tree. Knows no check.
 */
#include <string.h>
#include <strings.h>

#include "sandbox/taobao/taobao_private.h"
#include "sandbox/xml.h"

typedef enum body_kind { BODY_FORM, BODY_PARTS, BODY_XML, BODY_RAW } body_kind;

static bool begins(base_str text, const char *with) {
    size_t len = strlen(with);
    return text.len >= len && strncasecmp(text.ptr, with, len) == 0;
}

/* No form begins so. */
static bool looks_like_xml(base_str body) {
    size_t i = body.len >= 3 && memcmp(body.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < body.len && strchr(" \t\r\n", body.ptr[i]) != NULL) {
        i++;
    }
    return i < body.len && body.ptr[i] == '<';
}

/* XML is taken whatever it is called. */
static body_kind kind_of(const httpd_request *request) {
    base_str type = httpd_header_get(request, "Content-Type");
    if (begins(type, "multipart/")) {
        return BODY_PARTS;
    }
    bool xml = begins(type, "text/xml") || begins(type, "application/xml");
    return (xml && request->body.len > 0) || looks_like_xml(request->body) ? BODY_XML : BODY_FORM;
}

bool tbface_wire_read(tbface_call *call, bool batch) {
    const char *why = "";
    body_kind kind = batch ? BODY_RAW : kind_of(call->face->request);
    bool read = face_params_read(call->face, kind == BODY_FORM, &call->params);
    bool parts =
        !read || kind != BODY_PARTS || face_multipart_read(call->face, &call->params, &why);
    base_str format = face_param_text(&call->params, "format");
    call->qimen = kind == BODY_XML;
    call->xml = call->qimen || !base_str_is(format, "json");
    call->simplify = !call->xml && base_str_is(face_param_text(&call->params, "simplify"), "true");
    if (call->qimen || batch) {
        call->raw_body = call->face->request->body;
    }
    if (!read) {
        return tbface_fail(call, 41, "isv.invalid-parameter", "too many parameters");
    }
    return parts || tbface_fail(call, 43, "", "multipart/form-data: %s", why);
}

/* ---- answers ---- */

static void add_text_member(base_buf *out, const char *name, yyjson_val *value, base_arena *arena) {
    base_str text = { "", 0 };
    (void)(value != NULL && codec_json_text(value, arena, &text));
    base_buf_printf(out, ",\"%s\":", name);
    codec_json_quote(out, text);
}

/* Qimen knows one root, <response>, and tells success by its flag. */
static void write_qimen(tbface_call *call, yyjson_val *root, base_buf *out) {
    yyjson_val *failed = yyjson_obj_get(root, "error_response");
    yyjson_obj_iter iter = yyjson_obj_iter_with(root);
    yyjson_val *inner = yyjson_obj_iter_get_val(yyjson_obj_iter_next(&iter));
    yyjson_val *known = yyjson_obj_get(inner, "response");
    if (failed != NULL) {
        base_arena *arena = call->face->arena;
        base_buf_add_text(out, "{\"response\":{\"flag\":\"failure\"");
        add_text_member(out, "code", yyjson_obj_get(failed, "code"), arena);
        add_text_member(out, "message", yyjson_obj_get(failed, "msg"), arena);
        add_text_member(out, "sub_code", yyjson_obj_get(failed, "sub_code"), arena);
        add_text_member(out, "sub_message", yyjson_obj_get(failed, "sub_msg"), arena);
        add_text_member(out, "request_id", yyjson_obj_get(failed, "request_id"), arena);
        base_buf_add_text(out, "}}");
    } else if (yyjson_is_obj(known) && yyjson_obj_get(known, "flag") != NULL) {
        base_buf_add_text(out, "{\"response\":");
        face_add_json(out, known);
        base_buf_add_char(out, '}');
    } else {
        base_buf_add_text(out,
                          "{\"response\":{\"flag\":\"success\",\"code\":\"\",\"message\":\"\"}}");
    }
}

static bool to_xml(tbface_call *call) {
    yyjson_doc *doc = NULL;
    base_buf xml;
    bool ok = codec_json_read(base_buf_str(call->out), 0, &doc, NULL) == QD_OK;
    base_buf_init(&xml, call->out->max);
    if (ok && call->qimen) {
        base_buf_reset(&call->scratch);
        write_qimen(call, yyjson_doc_get_root(doc), &call->scratch);
        yyjson_doc_free(doc);
        doc = NULL;
        ok = codec_json_read(base_buf_str(&call->scratch), 0, &doc, NULL) == QD_OK;
    }
    ok = ok && face_xml_write(yyjson_doc_get_root(doc), call->face->arena, &xml) && !xml.failed;
    if (ok) {
        base_buf_reset(call->out);
        base_buf_add_str(call->out, base_buf_str(&xml));
    }
    base_buf_clear(&xml);
    yyjson_doc_free(doc);
    return ok;
}

void tbface_wire_finish(tbface_call *call) {
    if (!call->xml) {
        return;
    }
    call->face->response->content_type = "text/xml;charset=UTF-8";
    if (!to_xml(call)) {
        call->face->response->content_type = "application/json;charset=UTF-8";
        face_refuse_plain(call->face, 500, "the answer does not fit into XML");
    }
}
