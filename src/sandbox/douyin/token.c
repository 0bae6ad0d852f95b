/*
 * token.create and token.refresh (docs 162/1600, 162/1601): signed like every call, without an
 * access token. A self-use app names its shop (or another subject, or a test shop), a tool app
 * brings the code of its authorise page; the self-use app may bring a code, too. The windows
 * themselves stand in ../tokens.c.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

static bool write_pair(dyface_call *call, uint32_t shop_index, const face_pair *pair) {
    const world_shop *shop = world_shop_at(call->world, shop_index);
    base_buf_printf(call->out,
                    "{\"access_token\":\"%s\",\"expires_in\":%lld,\"refresh_token\":\"%s\","
                    "\"scope\":\"SCOPE\",\"shop_id\":%s,\"shop_name\":",
                    pair->access, (long long)(pair->access_until - call->now), pair->refresh,
                    shop->id_text);
    codec_json_quote(call->out, base_str_of(shop->name));
    base_buf_printf(call->out, ",\"authority_id\":\"%s\",\"auth_subject_type\":\"%s\"}",
                    shop->id_text, call->face->sb->tokens[shop_index].subject);
    return true;
}

/* Is the shop one of the app that calls? */
static bool is_ours(const dyface_call *call, uint32_t shop) {
    return face_shop_is_tool(call->face->sb, shop) == call->by_tool;
}

/* The kinds of subject that may authorise beside a shop (vendor SDKs' token_create request). */
static bool check_subject(dyface_call *call) {
    static const char *const kinds[] = { "YunCang", "WuLiuShang", "WLGongYingShang", "MiniApp",
                                         "MCN",     "DouKe",      "Colonel" };
    base_str kind = dyface_text(call, "auth_subject_type");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (base_str_is(kind, kinds[i])) {
            return dyface_text(call, "auth_id").len > 0 ||
                   dyface_fail(call, 40002, "isv.missing-parameter:1",
                               "auth_id is required with auth_subject_type");
        }
    }
    return kind.len == 0 ||
           dyface_invalid(call, 1, "auth_subject_type", "is no kind of subject that authorises");
}

/* The shop that shop_id or auth_id names; test_shop "1" is the first one of the app. */
static uint32_t find_shop(dyface_call *call, base_str id) {
    if (id.len > 0) {
        return world_shop_find(call->world, WORLD_DOUYIN, id);
    }
    for (uint32_t i = 0; i < world_shop_count(call->world); i++) {
        if (world_shop_at(call->world, i)->platform == WORLD_DOUYIN && is_ours(call, i)) {
            return i;
        }
    }
    return WORLD_NONE;
}

static bool create_self(dyface_call *call) {
    base_str id = dyface_text(call, "shop_id");
    if (call->by_tool) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:grant-type-invalid",
                           "a tool app's grant_type is authorization_code");
    }
    if (id.len == 0) {
        id = dyface_text(call, "auth_id");
    }
    bool test = base_str_is(dyface_text(call, "test_shop"), "1");
    if (id.len == 0 && !test) {
        return dyface_fail(call, 40002, "isv.missing-parameter:1",
                           "shop_id, auth_id or test_shop is required");
    }
    if (!check_subject(call)) {
        return false;
    }
    uint32_t shop = find_shop(call, id);
    if (shop == WORLD_NONE || !is_ours(call, shop)) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:no-authorization",
                           "%s names no shop that authorised this app",
                           dyface_text(call, "shop_id").len > 0 ? "shop_id" : "auth_id");
    }
    (void)base_copy(call->face->sb->tokens[shop].subject,
                    sizeof call->face->sb->tokens[shop].subject,
                    dyface_text(call, "auth_subject_type"));
    return write_pair(call, shop, face_token_create(call->face, shop));
}

static bool create_by_code(dyface_call *call) {
    uint32_t shop = WORLD_NONE;
    base_str code = dyface_text(call, "code");
    if (code.len == 0) {
        return dyface_fail(call, 40002, "isv.missing-parameter:1", "code is required");
    }
    face_grant grant = face_code_use(call->face, WORLD_DOUYIN, code, &shop);
    if (grant == FACE_GRANT_EXPIRED) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:code-expired",
                           "a code lives ten minutes");
    }
    if (grant != FACE_GRANT_OK || !is_ours(call, shop)) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:code-invalid",
                           "no such code of this app, or it was used");
    }
    return write_pair(call, shop, face_token_create(call->face, shop));
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
    base_str refresh = dyface_text(call, "refresh_token");
    if (face_token_owner(call->face, refresh, &shop) && !is_ours(call, shop)) {
        return dyface_fail(call, 50001, "dop.token-generate-failed:token-invalid",
                           "the refresh token belongs to another app");
    }
    switch (face_token_refresh(call->face, refresh, &shop, &pair)) {
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
