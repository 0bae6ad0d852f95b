/*
 * token.create and token.refresh (docs 162/1600, 162/1601): signed like every call, without an
 * access token. The windows themselves stand in ../tokens.c.
 */
#include "sandbox/douyin/douyin_private.h"

static bool write_pair(dyface_call *call, uint32_t shop_index, const face_pair *pair) {
    const world_shop *shop = world_shop_at(call->world, shop_index);
    base_buf_printf(call->out,
                    "{\"access_token\":\"%s\",\"expires_in\":%lld,\"refresh_token\":\"%s\","
                    "\"scope\":\"SCOPE\",\"shop_id\":%s,\"shop_name\":",
                    pair->access, (long long)(pair->access_until - call->now), pair->refresh,
                    shop->id_text);
    codec_json_quote(call->out, base_str_of(shop->name));
    base_buf_printf(call->out, ",\"authority_id\":\"%s\",\"auth_subject_type\":\"\"}",
                    shop->id_text);
    return true;
}

static bool create_self(dyface_call *call) {
    base_str id = dyface_text(call, "shop_id");
    if (id.len == 0) {
        id = dyface_text(call, "auth_id");
    }
    if (id.len == 0) {
        return dyface_fail(call, 40002, "isv.missing-parameter:1",
                           "shop_id (or auth_id) is required");
    }
    uint32_t shop = world_shop_find(call->world, WORLD_DOUYIN, id);
    if (shop == WORLD_NONE) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:no-authorization",
                           "shop_id names no shop that authorised this app");
    }
    return write_pair(call, shop, face_token_create(call->face, shop));
}

static bool create_by_code(dyface_call *call) {
    uint32_t shop = WORLD_NONE;
    base_str code = dyface_text(call, "code");
    if (code.len == 0) {
        return dyface_fail(call, 40002, "isv.missing-parameter:1", "code is required");
    }
    switch (face_code_use(call->face, WORLD_DOUYIN, code, &shop)) {
    case FACE_GRANT_OK:
        return write_pair(call, shop, face_token_create(call->face, shop));
    case FACE_GRANT_EXPIRED:
        return dyface_fail(call, 50001, "dop.token-generate-failed:code-expired",
                           "a code lives ten minutes");
    default:
        return dyface_fail(call, 50001, "dop.token-generate-failed:code-invalid",
                           "no such code, or it was used");
    }
}

static bool run_create(dyface_call *call) {
    face_count(&call->face->sb->grants, BASE_STR("token.create"));
    base_str grant = dyface_text(call, "grant_type");
    if (base_str_is(grant, "authorization_self")) {
        return create_self(call);
    }
    if (base_str_is(grant, "authorization_code")) {
        return create_by_code(call);
    }
    return dyface_fail(call, 50001, "dop.token-generate-failed:grant-type-invalid",
                       "grant_type is authorization_self or authorization_code");
}

static bool run_refresh(dyface_call *call) {
    uint32_t shop = WORLD_NONE;
    face_pair *pair = NULL;
    face_count(&call->face->sb->grants, BASE_STR("token.refresh"));
    if (!base_str_is(dyface_text(call, "grant_type"), "refresh_token")) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:grant-type-invalid",
                           "grant_type is refresh_token");
    }
    switch (face_token_refresh(call->face, dyface_text(call, "refresh_token"), &shop, &pair)) {
    case FACE_GRANT_OK:
        return write_pair(call, shop, pair);
    case FACE_GRANT_EXPIRED:
        return dyface_fail(call, 50001, "dop.token-generate-failed:token-expired",
                           "the refresh token has expired");
    case FACE_GRANT_REVOKED:
        return dyface_fail(call, 30001, "dop.authorization-closed",
                           "the shop has taken its authorisation back");
    case FACE_GRANT_UNKNOWN:
        break;
    }
    return dyface_fail(call, 50002, "isv.business-failed:31009",
                       "no such refresh token, or it was replaced");
}

static const dyface_method methods[] = {
    { "token.create", "grant_type*s code:s test_shop:s shop_id:s auth_id:s auth_subject_type:s", 1,
      1, run_create, true },
    { "token.refresh", "grant_type*s refresh_token*s", 1, 1, run_refresh, true },
};

const dyface_method *dyface_token_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
