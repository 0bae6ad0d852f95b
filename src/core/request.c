/*
 * Builds and signs one attempt through the platform's builder, and shows what was built without a
 * secret or a token in it.
 */
#include <string.h>
#include <strings.h>

#include "core/core_private.h"

/* Stands for token and secret in what is shown; then "***" is written over it. Neither looks so. */
static const char PLACEHOLDER[] = "qd0token0is0masked0here";

/* The caller's host stands for every host; else a method may have its own, in production. */
static const char *host_of(const core_call *call) {
    const shop_route *route = call->route;
    if (route->own_host || route->side != SHOP_PRODUCTION) {
        return route->base_url;
    }
    if (call->host) {
        return call->host;
    }
    bool own = call->method && call->method->host != 0;
    return own ? cat_str(call->method->host) : route->base_url;
}

/* "https://host:1" of a URL; its length. */
static size_t origin_len(const char *url) {
    const char *scheme = strstr(url, "://");
    return scheme ? (size_t)(scheme + 3 - url) + strcspn(scheme + 3, "/?#") : 0;
}

static bool same_origin(const char *url, const char *base) {
    size_t len = origin_len(url);
    return len > 0 && len == origin_len(base) && strncasecmp(url, base, len) == 0;
}

/* Would a token go to whom it was given for? A caller's URL may lie anywhere. */
static bool is_trusted(const core_call *call) {
    const char *path = call->raw_path;
    const cat_platform *platform = call->shop->app->catalog;
    bool url = path && (strncmp(path, "http://", 7) == 0 || strncmp(path, "https://", 8) == 0);
    if (!url || (call->flags & QD_CALL_SEND_TOKEN) || same_origin(path, call->route->base_url)) {
        return true;
    }
    if (same_origin(path, cat_str(platform->production)) ||
        same_origin(path, cat_str(platform->sandbox))) {
        return true;
    }
    for (size_t i = 0; i < platform->method_count; i++) {
        const cat_method *method = cat_method_at(platform, i);
        if (method->host != 0 && same_origin(path, cat_str(method->host))) {
            return true;
        }
    }
    return false;
}

/* The caller's headers come last; of the same name they replace the platform's. */
static void add_headers(core_call *call) {
    core_built *built = &call->built;
    for (size_t i = 0; i < call->header_count; i++) {
        size_t at = 0;
        while (at < built->header_count &&
               strcasecmp(built->headers[at].name, call->headers[i].name) != 0) {
            at++;
        }
        if (at < CORE_HEADERS) {
            built->headers[at] = call->headers[i];
            built->header_count += at == built->header_count ? 1 : 0;
        }
    }
}

/* shown: nobody sends it, so that the secret stays out. */
static qd_status build(core_call *call, const char *token, bool shown, qd_err *err) {
    qd_shop *shop = call->shop;
    qd_app *app = shop->app;
    const char *shop_id = shop->shop_id;
    base_arena_reset(call->arena);
    memset(&call->built, 0, sizeof call->built);
    call->clock_used = atomic_load(&shop->sides[call->route->side].clock_offset_s);
    call->request = (core_request){
        .platform = app->catalog,
        .method = call->method,
        .method_name = call->name,
        .raw_path = call->raw_path,
        .base_url = host_of(call),
        .own_host = call->route->own_host,
        .environment = shop_side_name(call->route->side),
        .http_method = call->http_method,
        .shop_id = shop_id ? shop_id : "",
        .app_key = base_str_of(app->key),
        .secret = shown ? base_str_of(PLACEHOLDER) : (base_str){ app->secret.ptr, app->secret.len },
        .sign_method = base_str_of(app->sign_method),
        .sign_profile = base_str_of(app->sign_profile),
        .token = base_str_of(token),
        .params = yyjson_doc_get_root(call->params),
        .now = app_wall_s(app) + call->clock_used,
        .random = { app_random(app), app_random(app) },
        .arena = call->arena,
    };
    bool trusted = is_trusted(call);
    if (!call->request.secret.ptr || !trusted) {
        call->request.secret = base_str_of("");
    }
    call->request.token = trusted ? call->request.token : base_str_of("");
    qd_status status =
        call->recipe ? app_take_signer(app, call->recipe, &call->request.signer, err) : QD_OK;
    if (status == QD_OK) {
        status = app->platform->build(&call->request, &call->built, err);
        add_headers(call);
    }
    if (call->request.signer) {
        app_give_signer(app, call->request.signer);
        call->request.signer = NULL;
    }
    call->request.secret = base_str_of("");
    return status;
}

qd_status request_build(core_call *call, const char *token, qd_err *err) {
    return build(call, token, false, err);
}

void request_explain(core_call *call, base_buf *out) {
    enum { MOST = 64 };
    const sign_input *input = &call->built.signed_input;
    codec_pair pairs[MOST];
    sign_context *signer = NULL;
    if (!call->recipe) {
        base_buf_add_text(out, "(nothing: such calls are not signed)");
        return;
    }
    if (input->pair_count > MOST ||
        app_take_signer(call->shop->app, call->recipe, &signer, NULL) != QD_OK) {
        base_buf_add_text(out, "(too many parameters to show)");
        return;
    }
    sign_input masked = *input;
    for (size_t i = 0; i < input->pair_count; i++) {
        pairs[i] = input->pairs[i];
        if (call->request.token.len > 0 && base_str_eq(pairs[i].value, call->request.token)) {
            pairs[i].value = BASE_STR("***");
        }
    }
    masked.pairs = pairs;
    if (sign_explain(signer, &masked, true, out, NULL) != QD_OK) {
        base_buf_add_text(out, "(cannot be shown)");
    }
    app_give_signer(call->shop->app, signer);
}

/* Appends text with every placeholder shown as stars. */
static void add_masked(base_buf *out, base_str text) {
    size_t len = sizeof PLACEHOLDER - 1;
    while (text.len > 0) {
        const char *at = memmem(text.ptr, text.len, PLACEHOLDER, len);
        size_t before = at ? (size_t)(at - text.ptr) : text.len;
        base_buf_add(out, text.ptr, before);
        if (at) {
            base_buf_add_text(out, "***");
            before += len;
        }
        text.ptr += before;
        text.len -= before;
    }
}

static void quote_masked(base_buf *out, base_str value) {
    base_buf shown;
    base_buf_init(&shown, LIMIT_REPLY_BYTES);
    add_masked(&shown, value);
    codec_json_quote(out, base_buf_str(&shown));
    base_buf_clear(&shown);
}

/* Appends "name":"value" to an object that was begun. */
static void add_member(base_buf *out, const char *name, base_str value) {
    if (out->len > 1) {
        base_buf_add_char(out, ',');
    }
    codec_json_quote(out, base_str_of(name));
    base_buf_add_char(out, ':');
    quote_masked(out, value);
}

static void write_headers(const core_built *built, base_buf *out) {
    base_buf_add_text(out, ",\"headers\":{");
    for (size_t i = 0; i < built->header_count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        codec_json_quote(out, base_str_of(built->headers[i].name));
        base_buf_add_char(out, ':');
        quote_masked(out, base_str_of(built->headers[i].value));
    }
    base_buf_add_char(out, '}');
}

/* The signature as sent: over the secret itself, though nobody sees it. */
static qd_status write_sign(core_call *call, base_buf *out, qd_err *err) {
    char sign[SIGN_TEXT_MAX];
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    sign_context *signer = NULL;
    if (!call->recipe) {
        return QD_OK;
    }
    qd_status status = app_take_signer(call->shop->app, call->recipe, &signer, err);
    if (status != QD_OK) {
        return status;
    }
    status = sign_explain(signer, &call->built.signed_input, true, &text, err);
    if (status == QD_OK) {
        status = sign_make(signer, &call->built.signed_input, sign, err);
    }
    app_give_signer(call->shop->app, signer);
    if (status == QD_OK) {
        add_member(out, "string_to_sign", base_buf_str(&text));
        add_member(out, "sign", base_str_of(sign));
    }
    base_buf_clear(&text);
    return status;
}

/* The key of an idempotent write: whoever sends the call with it repeats none. */
static void write_key(const core_call *call, base_buf *out) {
    base_buf keys;
    if (!call->keyed) {
        return;
    }
    base_buf_init(&keys, LIMIT_REQUEST_BYTES);
    key_write(call->method, yyjson_doc_get_root(call->params), &keys);
    base_buf_add_text(out, ",\"idempotency_key\":{");
    codec_json_quote(out, base_str_of(cat_str(call->method->key_param)));
    base_buf_add_char(out, ':');
    codec_json_quote(out, base_buf_str(&keys));
    base_buf_add_char(out, '}');
    base_buf_clear(&keys);
}

qd_status request_show(core_call *call, qd_reply **out_reply, qd_err *err) {
    base_buf out;
    base_buf_init(&out, 2 * (size_t)LIMIT_REPLY_BYTES);
    qd_status status = build(call, call->needs_token ? PLACEHOLDER : "", true, err);
    if (status == QD_OK) {
        base_buf_add_char(&out, '{');
        add_member(&out, "method", base_str_of(call->built.http_method));
        add_member(&out, "url", base_str_of(call->built.url));
        write_headers(&call->built, &out);
        add_member(&out, "body", call->built.body);
        status = write_sign(call, &out, err);
        write_key(call, &out);
        base_buf_add_char(&out, '}');
    }
    if (status == QD_OK) {
        status = base_buf_check(&out, "the shown request", err);
    }
    qd_reply *reply = status == QD_OK ? reply_new(base_buf_str(&out)) : NULL;
    if (reply) {
        status =
            codec_json_read(base_buf_str(&out), 2 * (size_t)LIMIT_REPLY_BYTES, &reply->doc, err);
    } else if (status == QD_OK) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for the shown request");
    }
    base_buf_clear(&out);
    if (status != QD_OK) {
        qd_reply_free(reply);
        return status;
    }
    reply->data = yyjson_doc_get_root(reply->doc);
    *out_reply = reply;
    return QD_OK;
}
