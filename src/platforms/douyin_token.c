/*
 * How Douyin's tokens are asked for, by whom, and what the answer says. Two ways: the methods
 * token.create and token.refresh, signed calls without an access token (the default), and the old
 * endpoints {host}/oauth2/access_token and refresh_token, unsigned with the secret in the query
 * (an early vendor SDK); a shop's token_flow "oauth2" chooses the latter.
 */
#include <string.h>

#include "platforms/platforms_private.h"

#define OAUTH2_CREATE "oauth2.access_token"
#define OAUTH2_REFRESH "oauth2.refresh_token"

/* ---- who asks ---- */

/* Kinds of subjects that are no shop (vendor SDK, token.create auth_subject_type). */
static const char *const subjects[] = { "YunCang", "WuLiuShang", "WLGongYingShang", "MiniApp",
                                        "MCN",     "DouKe",      "Colonel" };

static bool is_oauth2(const core_token_call *out) {
    return out->asker.token_flow && strcmp(out->asker.token_flow, "oauth2") == 0;
}

qd_status douyin_check_asker(const core_asker *asker, qd_err *err) {
    bool known = !*asker->subject_type;
    bool gateway = !*asker->token_flow || strcmp(asker->token_flow, "gateway") == 0;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        known = known || strcmp(asker->subject_type, subjects[i]) == 0;
    }
    if (!known) {
        return base_fail(err, QD_E_INVALID,
                         "unknown subject type \"%.30s\": YunCang, WuLiuShang, WLGongYingShang, "
                         "MiniApp, MCN, DouKe or Colonel",
                         asker->subject_type);
    }
    if (!gateway && strcmp(asker->token_flow, "oauth2") != 0) {
        return base_fail(err, QD_E_INVALID, "unknown token flow \"%.20s\": gateway or oauth2",
                         asker->token_flow);
    }
    if (!gateway && *asker->subject_type) {
        return base_fail(err, QD_E_INVALID, "the oauth2 endpoints know no subject types");
    }
    return QD_OK;
}

static void add_text(base_buf *params, const char *name, const char *value) {
    base_buf_add_text(params, params->len > 1 ? "," : "");
    codec_json_quote(params, base_str_of(name));
    base_buf_add_char(params, ':');
    codec_json_quote(params, base_str_of(value));
}

static void add_subject(core_token_call *out) {
    if (out->asker.subject_id && *out->asker.subject_id) {
        add_text(&out->params, "auth_id", out->asker.subject_id);
        add_text(&out->params, "auth_subject_type", out->asker.subject_type);
    }
}

/* ---- asking ---- */

static qd_status finish(core_token_call *out, qd_err *err) {
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

static void begin(core_token_call *out, bool refresh, const char *grant) {
    bool old = is_oauth2(out);
    out->method =
        refresh ? (old ? OAUTH2_REFRESH : "token.refresh") : (old ? OAUTH2_CREATE : "token.create");
    out->path = !old ? NULL : refresh ? "/oauth2/refresh_token" : "/oauth2/access_token";
    base_buf_add_char(&out->params, '{');
    if (!old && strcmp(grant, "authorization_self") == 0) {
        add_text(&out->params, "code", ""); /* required, and empty for self-use apps */
    }
    add_text(&out->params, "grant_type", grant);
}

qd_status douyin_token_refresh(const char *shop_id, base_str refresh_token, core_token_call *out,
                               qd_err *err) {
    (void)shop_id;
    begin(out, true, "refresh_token");
    base_buf_add_text(&out->params, ",\"refresh_token\":");
    codec_json_quote(&out->params, refresh_token);
    return finish(out, err);
}

/* Self-use apps get a token for their own shop whenever they ask; a test shop is named by test_shop
 * where no shop_id is given (Douyin guide), a subject by its own id in place of shop_id. */
qd_status douyin_token_create(const char *shop_id, const char *environment, core_token_call *out,
                              qd_err *err) {
    bool test = strcmp(environment, "sandbox") == 0;
    bool named = shop_id && *shop_id;
    bool subject = out->asker.subject_id && *out->asker.subject_id;
    bool old = is_oauth2(out);
    if (!named && !subject && !old && !(test && out->asker.self)) {
        base_fail(err, QD_E_AUTH,
                  "no token: a self-use app needs the shop's id (qd shop add --shop-id), another "
                  "app its owner's authorisation (qd shop auth)");
        if (err) {
            base_copy(err->platform, sizeof err->platform, BASE_STR("douyin"));
        }
        return QD_E_AUTH;
    }
    begin(out, false, "authorization_self");
    if (old) {
        return finish(out, err); /* the app has one shop */
    }
    add_subject(out);
    if (named && !subject) {
        add_text(&out->params, "shop_id", shop_id);
    }
    if (test) {
        add_text(&out->params, "test_shop", "1");
    }
    return finish(out, err);
}

qd_status douyin_token_exchange(base_str code, core_token_call *out, qd_err *err) {
    begin(out, false, "authorization_code");
    base_buf_add_text(&out->params, ",\"code\":");
    codec_json_quote(&out->params, code);
    if (!is_oauth2(out)) {
        add_subject(out);
    }
    return finish(out, err);
}

/* ---- the old endpoints ---- */

bool douyin_is_oauth2(const core_request *request) {
    return !request->method && (strcmp(request->method_name, OAUTH2_CREATE) == 0 ||
                                strcmp(request->method_name, OAUTH2_REFRESH) == 0);
}

const char *douyin_recipe(const cat_platform *platform, const cat_method *method,
                          const char *name) {
    bool old =
        !method && name && (strcmp(name, OAUTH2_CREATE) == 0 || strcmp(name, OAUTH2_REFRESH) == 0);
    return old ? "" : cat_str(platform->recipe);
}

/* POST with everything in the query, as the vendor SDK sends it. */
qd_status douyin_oauth2_build(const core_request *request, core_built *built, qd_err *err) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    base_buf url;
    base_str text = { NULL, 0 };
    const char *path = request->raw_path ? request->raw_path : "/oauth2/access_token";
    base_buf_init(&url, LIMIT_URL_BYTES);
    base_buf_printf(&url, "%s%s?app_id=", request->base_url, path);
    codec_url_encode(&url, request->app_key, false);
    base_buf_add_text(&url, "&app_secret=");
    codec_url_encode(&url, request->secret, false);
    yyjson_obj_foreach(request->params, index, max, key, value) {
        base_buf_printf(&url, "&%s=", yyjson_get_str(key));
        codec_url_encode(&url, (base_str){ yyjson_get_str(value), yyjson_get_len(value) }, false);
    }
    qd_status status = platforms_settle(request->arena, &url, "a URL", &text, err);
    built->http_method = "POST";
    built->url = text.ptr;
    platforms_header(built, "Accept", "application/json");
    return status;
}

/* ---- answers ---- */

/* expires_in is a duration, seven days; the refresh token lives fourteen (vendor SDKs). */
qd_status douyin_token_read(yyjson_val *data, int64_t now, qd_token *token, qd_err *err) {
    int64_t life = 0;
    qd_status status = platforms_token_text(data, "access_token", true, token->access, err);
    if (status == QD_OK) {
        status = platforms_token_text(data, "refresh_token", false, token->refresh, err);
    }
    if (status != QD_OK) {
        return status;
    }
    const cat_platform *catalog = cat_platform_find("douyin");
    if (!codec_json_i64(yyjson_obj_get(data, "expires_in"), &life) || life <= 0) {
        life = catalog->token_life_s;
    }
    if (life > 1000000000) {
        life -= now; /* one SDK calls it a point in time */
    }
    token->expires_at = life > 0 ? now + life : 0;
    token->refresh_expires_at =
        token->refresh[0] && catalog->refresh_life_s > 0 ? now + catalog->refresh_life_s : 0;
    return QD_OK;
}
