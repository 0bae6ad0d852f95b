/*
 * Finds the reading of Solinkup's signature that a server follows, with a few read-only calls. The
 * order is by likelihood: the Java sample stands in the vendor's gateway package; with signMethod
 * md5 its switch and the guide's table mean the same digest.
 */
#include <string.h>

#include "platforms/platforms_private.h"
#include "qiandian/probe.h"

enum { PAUSE_MS = 1000 };

static const char *const candidates[QD_PROBE_CALLS] = {
    "java_demo/md5",
    "text_example/md5",
    "java_demo/hmac-sha256",
    "text_example/hmac-sha256",
    "text_php/hmac-sha256",
    "text_list/hmac-sha256",
    "java_dispatch/hmac-sha256",
};

/* The token as it is: a renewal would be a write, and one more signature to guess. */
static qd_status read_token(const qd_shop_options *shop, qd_token *out, qd_err *err) {
    const char *environment = shop->environment ? shop->environment : "production";
    memset(out, 0, sizeof *out);
    if (shop->token_store && shop->handle) {
        qd_status status =
            shop->token_store->load(shop->token_store, shop->handle, environment, out, err);
        if (status != QD_OK) {
            return status;
        }
    }
    if (!out->access[0] && shop->session) {
        (void)base_copy(out->access, sizeof out->access, base_str_of(shop->session));
    }
    return QD_OK;
}

static qd_status try_one(const qd_app_options *app, const qd_shop_options *shop, const char *token,
                         const char *sign_method, qd_err *err) {
    qd_app_options with = *app;
    qd_shop_options as = *shop;
    qd_app *made = NULL;
    qd_shop *handle = NULL;
    qd_reply *reply = NULL;
    const qd_call_options once = { .flags = QD_CALL_NO_RETRY };
    with.sign_method = sign_method;
    with.max_attempts = 1;
    as.token_store = NULL;
    as.session = token[0] ? token : NULL;
    qd_status status = qd_app_new(&with, &made, err);
    if (status == QD_OK) {
        status = qd_shop_new(made, &as, &handle, err);
    }
    if (status == QD_OK) {
        status = qd_call_with(handle, token[0] ? "jinritemai.getAuthInfo" : "template.list", NULL,
                              &once, &reply, err);
    }
    qd_reply_free(reply);
    qd_shop_free(handle);
    qd_app_free(made);
    return status;
}

/* The server answered, and not with what was asked for: perhaps because of the signature. */
static bool is_refusal(qd_status status) {
    return status == QD_E_AUTH || status == QD_E_PLATFORM || status == QD_E_INVALID ||
           status == QD_E_NOT_FOUND;
}

qd_status qd_probe_sign_method(const qd_app_options *app, const qd_shop_options *shop,
                               const qd_probe_options *options, char out_sign_method[QD_PROBE_TEXT],
                               qd_err *err) {
    const qd_clock *clock = app->clock ? app->clock : qd_clock_system();
    int64_t pause_ms = options && options->pause_ms > 0 ? options->pause_ms : PAUSE_MS;
    qd_token token;
    qd_err last = QD_ERR_INIT;
    if (!app->platform || strcmp(app->platform, "solinkup") != 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "only Solinkup's signature has several readings");
    }
    qd_status status = read_token(shop, &token, err);
    for (size_t i = 0; status == QD_OK && i < QD_PROBE_CALLS; i++) {
        if (i > 0) {
            clock->sleep_ms(clock->self, pause_ms);
        }
        qd_status got = try_one(app, shop, token.access, candidates[i], &last);
        if (options && options->told) {
            options->told(options->user, candidates[i], &last);
        }
        if (got == QD_OK) {
            (void)base_copy(out_sign_method, QD_PROBE_TEXT, base_str_of(candidates[i]));
            qd_token_clear(&token);
            return QD_OK;
        }
        if (!is_refusal(got)) {
            status = got;
            if (err) {
                *err = last;
            }
        }
    }
    qd_token_clear(&token);
    if (status != QD_OK) {
        return status;
    }
    status =
        base_fail(err, QD_E_AUTH,
                  "none of %d readings of the signature was accepted (is the secret right, the "
                  "token still good?); last: %s",
                  (int)QD_PROBE_CALLS, last.message);
    if (err) {
        (void)base_copy(err->code, sizeof err->code, base_str_of(last.code));
        (void)base_copy(err->platform, sizeof err->platform, base_str_of("solinkup"));
    }
    return status;
}
