/*
 * Is a push from the platform? MD5 of app key, raw body and secret by room sign's recipe
 * "douyin-push", and what pushes and SPI calls share about it. Parses nothing.
 */
#include <string.h>

#include "platforms/push_private.h"

qd_status push_refuse(qd_err *err, const char *why) {
    (void)base_fail(err, QD_E_AUTH, "%s", why);
    if (err != NULL) {
        err->retry = QD_RETRY_NEVER;
    }
    return QD_E_AUTH;
}

bool push_sign_fits(sign_context *context, const sign_input *input, base_str text) {
    char wanted[SIGN_TEXT_MAX], given[SIGN_TEXT_MAX];
    if (text.len == 0 || text.len >= sizeof given ||
        sign_make(context, input, wanted, NULL) != QD_OK) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        given[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    }
    return base_secret_equal(base_str_of(wanted), (base_str){ given, text.len });
}

qd_status push_context(const char *platform, const char *recipe, const char *app_key,
                       const char *app_secret, sign_context **out, qd_err *err) {
    *out = NULL;
    if (platform == NULL || strcmp(platform, "douyin") != 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "this platform's signature is not known");
    }
    /* Without a secret anybody could sign. */
    if (app_key == NULL || *app_key == '\0' || app_secret == NULL || *app_secret == '\0') {
        return base_fail(err, QD_E_INVALID, "app_key and app_secret are needed to verify");
    }
    return sign_context_new(sign_recipe_find(recipe), base_str_of(app_secret), out, err);
}

qd_status qd_push_verify(const char *platform, const qd_push_request *request, qd_err *err) {
    sign_context *context;
    qd_status status =
        push_context(platform, "douyin-push", request->app_key, request->app_secret, &context, err);
    if (status != QD_OK) {
        return status;
    }
    base_str app_key = base_str_of(request->app_key), app_id = base_str_of(request->app_id);
    const codec_pair pair = { BASE_STR("app_key"), app_key };
    const sign_input input = { .pairs = &pair,
                               .pair_count = 1,
                               .body = { request->body, request->body ? request->body_len : 0 } };
    if (app_id.len > 0 && !base_secret_equal(app_id, app_key)) {
        status = push_refuse(err, "the push is for another app (header app-id)");
    } else if (request->event_sign == NULL || *request->event_sign == '\0') {
        status = push_refuse(err, "the push is not signed (header event-sign)");
    } else if (!push_sign_fits(context, &input, base_str_of(request->event_sign))) {
        status = push_refuse(err, "the push's signature is wrong: other secret, or a changed body");
    }
    sign_context_free(context);
    return status;
}
