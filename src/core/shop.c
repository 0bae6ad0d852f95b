/*
 * The shop handle: as whom its calls go, its token store, and what we know of the platform's clock.
 * Where they go is route.c's, tokens are keeper.c's.
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
    atomic_init(&shop->shop_id, NULL);
    pthread_mutex_init(&shop->switch_mutex, NULL);
    pthread_mutex_init(&shop->route_mutex, NULL);
    for (int side = 0; side < SHOP_SIDES; side++) {
        atomic_init(&shop->sides[side].clock_offset_s, 0);
        atomic_init(&shop->sides[side].clock_known, false);
        keeper_init(&shop->sides[side].keeper);
    }
    shop->app = qd_app_ref(app);
}

static qd_status check_words(const qd_shop_options *options, const qd_shop *shop, qd_err *err) {
    const char *kind = options->app_kind;
    if (kind && *kind && strcmp(kind, "tool") != 0 && strcmp(kind, "self") != 0) {
        return base_fail(err, QD_E_INVALID, "unknown app_kind \"%.20s\": self or tool", kind);
    }
    if (!shop->subject_id != !shop->subject_type) {
        return base_fail(
            err, QD_E_INVALID,
            "subject_id and subject_type (--auth-id, --auth-subject-type) go together");
    }
    const core_platform *platform = shop->app->platform;
    bool plain = !shop->subject_id && !shop->token_flow;
    if (plain) {
        return QD_OK;
    }
    if (!platform->check_asker) {
        return base_fail(err, QD_E_INVALID, "%s knows neither subjects nor token flows",
                         platform->name);
    }
    core_token_call call = { .method = NULL };
    shop_fill_asker(shop, SHOP_PRODUCTION, &call);
    return platform->check_asker(&call.asker, err);
}

static qd_status fill(qd_shop *shop, const qd_shop_options *options, qd_err *err) {
    bool failed = false;
    const route_setup setup = { options->environment, options->base_url, options->proxy };
    qd_status status = route_make(shop->app, &setup, &shop->route, err);
    if (status != QD_OK) {
        return status;
    }
    shop->handle = strdup(options->handle ? options->handle : "");
    atomic_store(&shop->shop_id, dup_or_null(options->shop_id, &failed));
    shop->token_flow = dup_or_null(options->token_flow, &failed);
    shop->subject_id = dup_or_null(options->subject_id, &failed);
    shop->subject_type = dup_or_null(options->subject_type, &failed);
    shop->tool = options->app_kind && strcmp(options->app_kind, "tool") == 0;
    shop->self = options->app_kind && strcmp(options->app_kind, "self") == 0;
    shop->watch = options->watch;
    shop->watch_user = options->watch_user;
    shop->session_side = shop->route->side;
    shop->tokens = options->token_store;
    if (!shop->tokens) {
        shop->tokens = qd_token_store_memory();
        shop->owns_tokens = true;
    }
    if (failed || !shop->handle || !shop->tokens) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    if (options->session && strlen(options->session) >= QD_TOKEN_TEXT_MAX) {
        return base_fail(err, QD_E_INVALID, "the session is longer than %d bytes",
                         QD_TOKEN_TEXT_MAX - 1);
    }
    status = check_words(options, shop, err);
    return status == QD_OK ? base_secret_set(&shop->session, base_str_of(options->session), err)
                           : status;
}

/* Where the app's own token lives: the same store under the app's handle. Its calls go the way of
 * the shop's call that needs the token. */
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
    return QD_OK;
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
    for (int side = 0; side < SHOP_SIDES; side++) {
        keeper_clear(&shop->sides[side].keeper);
    }
    if (shop->owns_tokens && shop->tokens) {
        shop->tokens->free(shop->tokens);
    }
    base_secret_clear(&shop->session);
    route_free(shop->route);
    pthread_mutex_destroy(&shop->route_mutex);
    pthread_mutex_destroy(&shop->switch_mutex);
    free(atomic_load(&shop->shop_id));
    free(shop->token_flow);
    free(shop->subject_id);
    free(shop->subject_type);
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

bool shop_may_create(const qd_shop *shop) {
    return shop->app->platform->token_create && !shop->is_app && !shop->tool &&
           (shop->shop_id || shop->subject_id || shop->self);
}

void shop_fill_asker(const qd_shop *shop, int side, core_token_call *out) {
    const char *shop_id = shop->shop_id;
    out->asker = (core_asker){ .shop_id = shop_id ? shop_id : "",
                               .environment = shop_side_name(side),
                               .subject_id = shop->subject_id ? shop->subject_id : "",
                               .subject_type = shop->subject_type ? shop->subject_type : "",
                               .token_flow = shop->token_flow ? shop->token_flow : "",
                               .redirect_uri = "",
                               .tool = shop->tool,
                               .self = shop->self };
}

/* ---- the platform's clock ---- */

int64_t shop_now(const qd_shop *shop, int side) {
    return app_wall_s(shop->app) + atomic_load(&shop->sides[side].clock_offset_s);
}

bool shop_now_known(const qd_shop *shop, int side) {
    return atomic_load(&shop->sides[side].clock_known);
}

void shop_forget_clock(qd_shop *shop, int side) {
    atomic_store(&shop->sides[side].clock_known, false);
    atomic_store(&shop->sides[side].clock_offset_s, 0);
    if (shop->app_holder) {
        shop_forget_clock(shop->app_holder, side);
    }
}

static int side_of(const qd_shop *shop) {
    /* Only the pointer and its count change behind it. */
    shop_route *route = route_take((qd_shop *)(uintptr_t)shop);
    int side = route ? route->side : SHOP_PRODUCTION;
    route_free(route);
    return side;
}

int64_t qd_shop_now(const qd_shop *shop) {
    return shop_now(shop, side_of(shop));
}

bool qd_shop_now_known(const qd_shop *shop) {
    return shop_now_known(shop, side_of(shop));
}

const char *core_shop_id(const qd_shop *shop) {
    const char *id = shop->shop_id;
    return id ? id : "";
}

bool core_shop_clock_fits(const qd_shop *shop) {
    shop_route *route = route_take((qd_shop *)(uintptr_t)shop);
    bool fits = !route || !route->own_host || shop_now_known(shop, route->side);
    route_free(route);
    return fits;
}

bool shop_learn_clock(qd_shop *shop, const shop_route *route, const char *date) {
    shop_side *at = &shop->sides[route->side];
    int64_t theirs = 0;
    if (!date || !base_time_from_http(base_str_of(date), &theirs)) {
        return false;
    }
    int64_t offset = theirs - app_wall_s(shop->app);
    int64_t size = offset < 0 ? -offset : offset;
    if (!route->own_host && size > CORE_DATE_BOUND_S) {
        return false; /* a proxy's or a broken clock: the platforms' own are right */
    }
    int64_t before = atomic_load(&at->clock_offset_s);
    int64_t moved = offset > before ? offset - before : before - offset;
    atomic_store(&at->clock_known, true);
    /* Headers have whole seconds and answers take their time: a second's difference is none. */
    if (moved > 1) {
        atomic_store(&at->clock_offset_s, offset);
    }
    return moved > 60;
}
