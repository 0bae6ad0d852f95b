/*
 * Sessions of TOP apart from its router: POST /token of oauth.taobao.com with a code or a refresh
 * token (TOP document 102635), and the levels of a session, whose ends are refused with 42.
 *
 * Which level a method needs is in no source. Chosen: reads of trades and refunds (buyers' data)
 * r2, other reads r1; deletions w2, other writes w1.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

/* ---- levels ---- */

static face_level level_of(const char *name, bool write) {
    if (write) {
        return strstr(name, ".delete") != NULL ? FACE_LEVEL_W2 : FACE_LEVEL_W1;
    }
    bool buyers = strstr(name, ".trade") != NULL || strstr(name, ".refund") != NULL;
    return buyers ? FACE_LEVEL_R2 : FACE_LEVEL_R1;
}

bool tbface_level_check(tbface_call *call) {
    static const char *const names[FACE_LEVELS] = { "r1", "r2", "w1", "w2" };
    const cat_method *listed = generic_find("taobao", base_str_of(call->method->name));
    if (call->shop == WORLD_NONE) {
        return true;
    }
    face_level level = level_of(call->method->name, listed != NULL && listed->kind != CAT_READ);
    return call->face->sb->tokens[call->shop].level_until[level] > call->now ||
           tbface_fail(call, 42, "", "the session's level %s has ended", names[level]);
}

/* ---- the members of a token ---- */

static void add_end(base_buf *json, const char *name, int64_t until, int64_t now) {
    base_buf_printf(json, "\"%s_expires_in\":%lld,\"%s_valid\":%lld,", name,
                    (long long)(until > now ? until - now : 0), name, (long long)until * 1000);
}

void tbface_token_members(const face_call *call, uint32_t shop_index, base_buf *json) {
    const world_shop *shop = world_shop_at(call->sb->world, shop_index);
    const face_tokens *tokens = &call->sb->tokens[shop_index];
    long long left = (long long)(tokens->session_until - call->now);
    base_buf_printf(json,
                    "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%lld,"
                    "\"expire_time\":%lld,\"refresh_token\":\"%s\",\"re_expires_in\":%lld,"
                    "\"refresh_token_valid_time\":%lld,",
                    tokens->session, left, (long long)tokens->session_until * 1000,
                    tokens->session_refresh, left, (long long)tokens->session_until * 1000);
    add_end(json, "r1", tokens->level_until[FACE_LEVEL_R1], call->now);
    add_end(json, "r2", tokens->level_until[FACE_LEVEL_R2], call->now);
    add_end(json, "w1", tokens->level_until[FACE_LEVEL_W1], call->now);
    add_end(json, "w2", tokens->level_until[FACE_LEVEL_W2], call->now);
    base_buf_printf(json, "\"taobao_user_id\":\"%s\",\"taobao_user_nick\":\"", shop->id_text);
    codec_url_encode(json, base_str_of(shop->nick), false);
    base_buf_add_text(json, "\"}");
}

/* ---- /token ---- */

static void refuse(face_call *call, const char *error, const char *why) {
    call->response->status = 400; /* RFC 6749, 5.2 */
    base_buf_reset(&call->response->body);
    base_buf_printf(&call->response->body, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error,
                    why);
    face_count_refusal(call, "taobao oauth", 400, error);
}

static bool is_app(const face_call *call, const face_params *params) {
    const world_app *app = world_app_of(call->sb->world, WORLD_TAOBAO);
    return base_str_is(face_param_text(params, "client_id"), app->key) &&
           base_secret_equal(face_param_text(params, "client_secret"), base_str_of(app->secret));
}

static void by_code(face_call *call, const face_params *params) {
    uint32_t shop = WORLD_NONE;
    face_grant grant = face_code_use(call, WORLD_TAOBAO, face_param_text(params, "code"), &shop);
    if (grant == FACE_GRANT_OK) {
        face_session_renew(call, shop);
        tbface_token_members(call, shop, &call->response->body);
    } else {
        refuse(call, "invalid_grant",
               grant == FACE_GRANT_EXPIRED ? "the code has expired"
                                           : "the code is unknown, or was used");
    }
}

static void by_refresh(face_call *call, const face_params *params) {
    uint32_t shop = WORLD_NONE;
    if (face_session_refresh(call, face_param_text(params, "refresh_token"), &shop) ==
        FACE_GRANT_OK) {
        tbface_token_members(call, shop, &call->response->body);
    } else {
        refuse(call, "invalid_grant", "the refresh token is unknown, replaced or revoked");
    }
}

void tbface_oauth_token(face_call *call) {
    face_params params = { NULL, NULL, 0 };
    bool readable = face_params_read(call, true, &params);
    base_str grant = face_param_text(&params, "grant_type");
    base_str query = call->request->query;
    face_count(&call->sb->grants, BASE_STR("oauth.token"));
    if (!base_str_is(call->request->method, "POST") || !readable) {
        refuse(call, "invalid_request", "POST a form");
    } else if (query.len > 0 && memmem(query.ptr, query.len, "client_secret=", 14) != NULL) {
        refuse(call, "invalid_request", "the secret belongs into the body (RFC 6749, 2.3.1)");
    } else if (!is_app(call, &params)) {
        refuse(call, "invalid_client", "client_id or client_secret is not right");
    } else if (base_str_is(grant, "authorization_code")) {
        by_code(call, &params);
    } else if (base_str_is(grant, "refresh_token")) {
        by_refresh(call, &params);
    } else {
        refuse(call, "unsupported_grant_type", "authorization_code or refresh_token");
    }
}
