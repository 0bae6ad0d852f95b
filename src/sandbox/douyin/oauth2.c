/*
 * The old token calls /oauth2/access_token and /oauth2/refresh_token: GET or POST, parameters in
 * query or form, not signed but with app_id and app_secret, the old envelope (docs of the v2 era as
 * three public SDKs call them). What is granted is token.c's. An app that names no shop means its
 * first one: in that era a self-use app had one shop.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

static const char access_path[] = "/oauth2/access_token";
static const char refresh_path[] = "/oauth2/refresh_token";

bool dyface_is_oauth2(base_str path) {
    return base_str_is(path, access_path) || base_str_is(path, refresh_path);
}

static const dyface_method *method_of(base_str path) {
    size_t count = 0;
    const dyface_method *rows = dyface_token_methods(&count);
    return base_str_is(path, access_path) ? &rows[0] : &rows[1];
}

static bool check_app(dyface_call *call, const face_params *params) {
    base_str id = face_param_text(params, "app_id");
    const world_app *own = world_app_of(call->world, WORLD_DOUYIN);
    const world_app *tool = &call->face->sb->tool.app;
    if (id.len == 0) {
        return dyface_fail(call, 40001, "isv.app-id-missing", "app_id is required");
    }
    call->by_tool = base_str_is(id, tool->key);
    if (!call->by_tool && !base_str_is(id, own->key)) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:app-id-invalid",
                           "no app has this app_id");
    }
    base_str secret = face_param_text(params, "app_secret");
    return base_secret_equal(secret, base_str_of(call->by_tool ? tool->secret : own->secret)) ||
           dyface_fail(call, 50001, "dop.token-generate-failed:app-secret-invalid",
                       "app_secret is wrong");
}

/* The parameters as the object that the signed calls have; a self-use app's only shop by name. */
static bool make_params(dyface_call *call, const face_params *params) {
    static const char *const skip[] = { "app_id", "app_secret", NULL };
    yyjson_doc *given = generic_of_pairs(params, skip);
    yyjson_mut_doc *doc = yyjson_doc_mut_copy(given, NULL);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    base_str grant = face_param_text(params, "grant_type");
    if (root != NULL && base_str_is(grant, "authorization_self") &&
        face_param_text(params, "shop_id").len == 0 &&
        face_param_text(params, "auth_id").len == 0) {
        (void)yyjson_mut_obj_remove_key(root, "test_shop");
        (void)yyjson_mut_obj_add_str(doc, root, "test_shop", "1"); /* = its first shop */
    }
    yyjson_doc *made = root != NULL ? yyjson_mut_doc_imut_copy(doc, NULL) : NULL;
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(given);
    if (made == NULL) {
        return dyface_fail(call, 20000, "isp.service-error:1", "out of memory");
    }
    call->docs[call->doc_count++] = made;
    call->params = yyjson_doc_get_root(made);
    return true;
}

static bool run(dyface_call *call, const face_params *params, face_fault fault) {
    if (!check_app(call, params)) {
        return false;
    }
    base_str app = face_param_text(params, "app_id");
    if (face_fault_ban(call->face, app, base_str_of(call->method->name), fault) > 0) {
        return dyface_fail(call, 60000, "isv.traffic-limited", "too many calls of this method");
    }
    return make_params(call, params) && dyface_params_check(call) && call->method->run(call);
}

/* Old codes are known but for one: 30006, the authorisation is gone. The others are the base codes
 * of today. */
static void write_refusal(dyface_call *call) {
    bool closed = strcmp(call->sub_code, "dop.authorization-closed") == 0;
    base_buf_reset(call->out);
    base_buf_printf(call->out, "{\"err_no\":%d,\"message\":", closed ? 30006 : call->code);
    codec_json_quote(call->out, base_str_of(call->sub_msg));
    base_buf_add_text(call->out, ",\"data\":null}");
    face_count_refusal(call->face, "douyin", call->code, call->sub_code);
}

void dyface_oauth2(dyface_call *call, base_str path) {
    face_params params = { NULL, NULL, 0 };
    if (!face_params_read(call->face, true, &params)) {
        face_refuse_plain(call->face, 400, "too many parameters");
        return;
    }
    call->method = method_of(path);
    base_str name = base_str_of(base_str_is(path, access_path) ? "oauth2.access_token"
                                                               : "oauth2.refresh_token");
    face_count(&call->face->sb->methods, name);
    face_fault fault = face_fault_draw(call->face, name, base_str_is(path, refresh_path));
    if (face_fault_before(call->face, fault)) {
        return;
    }
    base_buf_add_text(call->out, "{\"data\":");
    if (run(call, &params, fault)) {
        base_buf_add_text(call->out, ",\"err_no\":0,\"message\":\"success\"}");
    } else {
        write_refusal(call);
    }
    face_fault_after(call->face, fault);
}
