/*
 * TOP methods that the catalogue knows and the world does not model: parameters checked by the
 * catalogue, also those that travel inside one wrapper parameter; made-up members of the known
 * tree under the method's root.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

/* Not business parameters, so they decide nothing about the answer. */
static const char *const public_names[] = {
    "method",      "app_key",  "session",    "timestamp",      "format",     "v", "sign",
    "sign_method", "simplify", "partner_id", "target_app_key", "customerId", NULL
};
/* The face writes it after the members. */
static const char *const own_members[] = { "request_id", NULL };

static bool run_known(tbface_call *call) {
    generic_answer answer =
        generic_begin(call->face, call->known, yyjson_doc_get_root(call->known_params));
    answer.wrapped = !call->simplify;
    (void)generic_write_members(&answer, own_members, call->out);
    return true;
}

bool tbface_known_lives(tbface_call *call, base_str name) {
    const cat_method *listed = generic_find("taobao", name);
    return listed == NULL || !generic_is_retired(call->face, listed) ||
           tbface_fail(call, 22, "isv.invalid-method", "%.*s is retired", (int)name.len, name.ptr);
}

bool tbface_known_find(tbface_call *call, base_str name) {
    call->known = generic_find("taobao", name);
    if (call->known == NULL) {
        return tbface_fail(call, 22, "isv.invalid-method", "no such method: %.*s", (int)name.len,
                           name.ptr);
    }
    call->known_made = (tbface_method){
        .name = cat_str(call->known->name),
        .params = "",
        .run = run_known,
        .no_session = call->known->auth != CAT_AUTH_SHOP,
    };
    call->method = &call->known_made;
    return true;
}

/* ---- parameters ---- */

/* The object inside the wrapper; an absent one counts as the empty object. */
static bool open_wrapper(tbface_call *call, const char *wrapper) {
    base_str text = tbface_text(call, wrapper);
    qd_err err = QD_ERR_INIT;
    yyjson_doc *doc = NULL;
    if (text.len == 0) {
        text = BASE_STR("{}");
    }
    if (codec_json_read(text, LIMIT_REQUEST_BYTES, &doc, &err) != QD_OK ||
        !yyjson_is_obj(yyjson_doc_get_root(doc))) {
        yyjson_doc_free(doc);
        return tbface_invalid(call, wrapper, "is a JSON object");
    }
    call->known_params = doc;
    return true;
}

/* taobao.openuid.change has a parameter of its own that is called as a public one. */
static yyjson_doc *business_params(tbface_call *call) {
    const char *skip[sizeof public_names / sizeof public_names[0]];
    size_t count = 0;
    for (size_t i = 0; public_names[i] != NULL; i++) {
        if (cat_param_find(call->known, base_str_of(public_names[i])) == NULL) {
            skip[count++] = public_names[i];
        }
    }
    skip[count] = NULL;
    return generic_of_pairs(&call->params, skip);
}

static bool read_params(tbface_call *call) {
    const char *wrapper = cat_str(call->known->wrapper);
    const char *why = "";
    if (call->qimen) {
        if (*wrapper == '\0') {
            return tbface_fail(call, 43, "", "this method takes no body of XML");
        }
        if (face_param_text(&call->params, "customerId").len == 0) {
            return tbface_fail(call, 40, "isv.missing-parameter:customerId",
                               "customerId is required");
        }
        call->known_params = tbface_qimen_params(call, &why);
        return call->known_params != NULL || tbface_invalid(call, wrapper, why);
    }
    if (*wrapper != '\0') {
        return open_wrapper(call, wrapper);
    }
    call->known_params = business_params(call);
    return call->known_params != NULL ||
           tbface_fail(call, 15, "isp.unknown-error", "out of memory");
}

bool tbface_known_check(tbface_call *call) {
    generic_problem problem;
    char sub_code[sizeof call->sub_code];
    if (!read_params(call)) {
        return false;
    }
    if (generic_check(call->known, yyjson_doc_get_root(call->known_params), &problem)) {
        return true;
    }
    if (problem.kind == GENERIC_INVALID) {
        return tbface_invalid(call, problem.name, problem.why);
    }
    (void)snprintf(sub_code, sizeof sub_code, "isv.missing-parameter:%s", problem.name);
    return tbface_fail(call, 40, sub_code, "%s %s", problem.name, problem.why);
}
