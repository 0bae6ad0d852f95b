/*
 * DingTalk's side of the face: GET /gettoken with appkey and appsecret in the query gives the
 * app's access token for 7,200 s; asked again while it lives, the same one comes back and its life
 * begins anew (DingTalk server documents). Its methods go through TOP's router with that token as
 * session, and tell a bad one inside a success.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/taobao/taobao_private.h"

enum { TOKEN_LIFE_S = 7200 };

void face_dingtalk_init(sandbox *sb) {
    face_dingtalk *app = &sb->dingtalk;
    uint64_t a = base_mix(sb->seed, 0x64696e67ULL);
    char *key = face_hex_shape(a, sb->seed, sb->arena, "dingxxxxxxxxxxxxxxxx");
    char *secret = face_hex_shape(a + 1, sb->seed, sb->arena,
                                  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    (void)base_copy(app->key, sizeof app->key, base_str_of(key));
    (void)base_copy(app->secret, sizeof app->secret, base_str_of(secret));
    base_arena_reset(sb->arena);
}

const char *face_dingtalk_token(face_call *call) {
    face_dingtalk *app = &call->sb->dingtalk;
    if (app->token[0] == '\0' || app->until <= call->now) {
        app->serial++;
        char *text =
            face_hex_shape(base_mix(call->sb->seed ^ 0x6474ULL, app->serial), call->sb->seed,
                           call->arena, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        (void)base_copy(app->token, sizeof app->token, base_str_of(text));
    }
    app->until = call->now + TOKEN_LIFE_S;
    return app->token;
}

face_grant face_dingtalk_check(const face_call *call, base_str token) {
    const face_dingtalk *app = &call->sb->dingtalk;
    if (app->token[0] == '\0' || !base_str_is(token, app->token)) {
        return FACE_GRANT_UNKNOWN;
    }
    return app->until > call->now ? FACE_GRANT_OK : FACE_GRANT_EXPIRED;
}

/* ---- /gettoken ---- */

static void tell(face_call *call, int code, const char *message) {
    base_buf_printf(&call->response->body, "{\"errcode\":%d,\"errmsg\":\"%s\"}", code, message);
    face_count_refusal(call, "dingtalk", code, "");
}

static bool is_secret(const face_call *call, base_str given) {
    return base_secret_equal(given, base_str_of(call->sb->dingtalk.secret));
}

void tbface_gettoken(face_call *call) {
    face_params params = { NULL, NULL, 0 };
    base_str key = { "", 0 };
    base_str secret = { "", 0 };
    /* A form is not looked at: the real endpoint answers 40035 to one. */
    if (face_params_read(call, false, &params)) {
        key = face_param_text(&params, "appkey");
        secret = face_param_text(&params, "appsecret");
    }
    face_count(&call->sb->grants, BASE_STR("gettoken"));
    if (key.len == 0 || secret.len == 0) {
        tell(call, 40035, "missing parameter: appkey or appsecret in the query");
    } else if (!base_str_is(key, call->sb->dingtalk.key) || !is_secret(call, secret)) {
        tell(call, 40096, "appKey or appSecret is not right");
    } else {
        base_buf_printf(&call->response->body,
                        "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"%s\","
                        "\"expires_in\":%d}",
                        face_dingtalk_token(call), TOKEN_LIFE_S);
    }
}
