/*
 * The shop handle: where and as whom its calls go, its token store, and what we know of the
 * platform's clock. Tokens themselves are keeper.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

static char *dup_or_null(const char *text, bool *failed) {
    if (!text || !*text) {
        return NULL;
    }
    char *copy = strdup(text);
    *failed = *failed || !copy;
    return copy;
}

static void init(qd_shop *shop, qd_app *app) {
    atomic_init(&shop->refs, 1);
    atomic_init(&shop->clock_offset_s, 0);
    atomic_init(&shop->clock_known, false);
    keeper_init(&shop->keeper);
    shop->app = qd_app_ref(app);
}

/* Where calls go: the caller's host, or the platform's by environment. */
static qd_status pick_base_url(qd_shop *shop, const qd_shop_options *options, qd_err *err) {
    const char *url = options->base_url;
    shop->own_host = url && *url;
    if (!shop->own_host) {
        bool sandbox = strcmp(shop->environment, "sandbox") == 0;
        url = cat_str(sandbox ? shop->app->catalog->sandbox : shop->app->catalog->production);
        if (!*url) {
            return base_fail(err, QD_E_INVALID, "%s has no %s host: give a base_url",
                             shop->app->platform->name, shop->environment);
        }
    }
    qd_status status = net_base_url_check(url, err);
    if (status != QD_OK) {
        return status;
    }
    shop->base_url = strdup(url);
    if (!shop->base_url) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    for (size_t len = strlen(shop->base_url); len > 0 && shop->base_url[len - 1] == '/';) {
        shop->base_url[--len] = '\0';
    }
    return QD_OK;
}

static qd_status fill(qd_shop *shop, const qd_shop_options *options, qd_err *err) {
    bool failed = false;
    const char *environment = options->environment ? options->environment : "production";
    if (strcmp(environment, "production") != 0 && strcmp(environment, "sandbox") != 0) {
        return base_fail(err, QD_E_INVALID, "unknown environment \"%s\": production or sandbox",
                         environment);
    }
    if (options->proxy && *options->proxy) {
        qd_status status = net_proxy_check(options->proxy, err);
        if (status != QD_OK) {
            return status;
        }
    }
    shop->environment = strdup(environment);
    shop->handle = strdup(options->handle ? options->handle : "");
    shop->shop_id = dup_or_null(options->shop_id, &failed);
    shop->proxy = dup_or_null(options->proxy, &failed);
    shop->tokens = options->token_store;
    if (!shop->tokens) {
        shop->tokens = qd_token_store_memory();
        shop->owns_tokens = true;
    }
    if (failed || !shop->environment || !shop->handle || !shop->tokens) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    if (options->session && strlen(options->session) >= QD_TOKEN_TEXT_MAX) {
        return base_fail(err, QD_E_INVALID, "the session is longer than %d bytes",
                         QD_TOKEN_TEXT_MAX - 1);
    }
    qd_status status = base_secret_set(&shop->session, base_str_of(options->session), err);
    return status == QD_OK ? pick_base_url(shop, options, err) : status;
}

/* Where the app's own token lives: the same host, proxy and store under the app's handle. */
static qd_status make_app_holder(qd_shop *shop, qd_err *err) {
    qd_app *app = shop->app;
    qd_shop *holder = calloc(1, sizeof *holder);
    char *handle = NULL;
    if (!holder || asprintf(&handle, "app:%s:%s", app->platform->name, app->key) < 0) {
        free(holder);
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    init(holder, app);
    shop->app_holder = holder;
    holder->is_app = true;
    holder->handle = handle;
    holder->tokens = shop->tokens;
    holder->own_host = shop->own_host;
    holder->environment = strdup(shop->environment);
    holder->base_url = strdup(shop->base_url);
    holder->proxy = shop->proxy ? strdup(shop->proxy) : NULL;
    bool fine = holder->environment && holder->base_url && (holder->proxy || !shop->proxy);
    return fine ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a shop");
}

qd_shop *shop_holder(qd_shop *shop, const cat_method *method, const char *name) {
    const core_platform *platform = shop->app->platform;
    bool wanted = (method && method->auth == CAT_AUTH_APP) ||
                  (platform->wants_app_token && platform->wants_app_token(shop->app->key, name));
    return wanted && shop->app_holder ? shop->app_holder : shop;
}

qd_status qd_shop_new(qd_app *app, const qd_shop_options *options, qd_shop **out_shop,
                      qd_err *err) {
    *out_shop = NULL;
    qd_shop *shop = calloc(1, sizeof *shop);
    if (!shop) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    init(shop, app);
    qd_status status = fill(shop, options, err);
    if (status == QD_OK && app->platform->app_token) {
        status = make_app_holder(shop, err);
    }
    if (status != QD_OK) {
        qd_shop_free(shop);
        return status;
    }
    *out_shop = shop;
    return QD_OK;
}

qd_shop *qd_shop_ref(qd_shop *shop) {
    atomic_fetch_add_explicit(&shop->refs, 1, memory_order_relaxed);
    return shop;
}

void qd_shop_free(qd_shop *shop) {
    if (!shop || atomic_fetch_sub_explicit(&shop->refs, 1, memory_order_acq_rel) > 1) {
        return;
    }
    qd_shop_free(shop->app_holder);
    keeper_clear(&shop->keeper);
    if (shop->owns_tokens && shop->tokens) {
        shop->tokens->free(shop->tokens);
    }
    base_secret_clear(&shop->session);
    free(shop->base_url);
    free(shop->proxy);
    free(shop->shop_id);
    free(shop->environment);
    free(shop->handle);
    qd_app_free(shop->app);
    free(shop);
}

const char *qd_shop_handle(const qd_shop *shop) {
    return shop->handle;
}

qd_app *qd_shop_app(const qd_shop *shop) {
    return shop->app;
}

int64_t qd_shop_now(const qd_shop *shop) {
    return app_wall_s(shop->app) + atomic_load(&shop->clock_offset_s);
}

bool qd_shop_now_known(const qd_shop *shop) {
    return atomic_load(&shop->clock_known);
}

bool shop_learn_clock(qd_shop *shop, const char *date) {
    int64_t theirs = 0;
    if (!date || !base_time_from_http(base_str_of(date), &theirs)) {
        return false;
    }
    int64_t offset = theirs - app_wall_s(shop->app);
    int64_t size = offset < 0 ? -offset : offset;
    if (!shop->own_host && size > CORE_DATE_BOUND_S) {
        return false; /* a proxy's or a broken clock: the platforms' own are right */
    }
    int64_t before = atomic_load(&shop->clock_offset_s);
    int64_t moved = offset > before ? offset - before : before - offset;
    atomic_store(&shop->clock_known, true);
    /* Headers have whole seconds and answers take their time: a second's difference is none. */
    if (moved > 1) {
        atomic_store(&shop->clock_offset_s, offset);
    }
    return moved > 60;
}
