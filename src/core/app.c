/*
 * The application handle: copies of the options, and what all its shops share: the secret, the
 * limiter, a pool of signing contexts and a pool of loops for blocking calls. It makes no call
 * itself.
 */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

int64_t app_mono_ms(const qd_app *app) {
    return app->clock->mono_ms(app->clock->self);
}

int64_t app_wall_s(const qd_app *app) {
    return base_now(app->clock);
}

uint64_t app_random(const qd_app *app) {
    uint64_t value = 0;
    app->clock->random(app->clock->self, &value, sizeof value);
    return value;
}

static qd_transport *make_curl(void *user, qd_err *err) {
    (void)user;
    const net_curl_options options = { .verify_tls = true };
    qd_transport *transport = NULL;
    return net_curl_new(&options, &transport, err) == QD_OK ? transport : NULL;
}

static int64_t or_default(int64_t value, int64_t fallback) {
    return value > 0 ? value : fallback;
}

static qd_status fill(qd_app *app, const qd_app_options *options, qd_err *err) {
    const char *method = options->sign_method && *options->sign_method
                             ? options->sign_method
                             : cat_str(app->catalog->sign_method);
    app->clock = options->clock ? options->clock : qd_clock_system();
    app->transport_make = options->transport_make ? options->transport_make : make_curl;
    app->transport_user = options->transport_user;
    app->timeout_ms = or_default(options->timeout_ms, CORE_TIMEOUT_MS);
    app->deadline_ms = or_default(options->deadline_ms, CORE_DEADLINE_MS);
    app->max_attempts = (int)or_default(options->max_attempts, CORE_ATTEMPTS);
    app->calls_per_second =
        options->calls_per_second ? options->calls_per_second : app->catalog->calls_per_second;
    if (app->calls_per_second < 0) {
        app->calls_per_second = 0;
    }
    const char *slash = strchr(method, '/'); /* "PROFILE/METHOD" */
    app->key = strdup(options->key);
    app->sign_method = strdup(slash ? slash + 1 : method);
    app->sign_profile = slash ? strndup(method, (size_t)(slash - method)) : NULL;
    if (!app->key || !app->sign_method || (slash && !app->sign_profile)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for an app");
    }
    return base_secret_set(&app->secret, base_str_of(options->secret), err);
}

/* "" and "none": calls are not signed. */
static qd_status recipe_named(const char *name, const sign_recipe **out_recipe, qd_err *err) {
    *out_recipe = NULL;
    if (!*name || strcmp(name, "none") == 0) {
        return QD_OK;
    }
    *out_recipe = sign_recipe_find(name);
    return *out_recipe ? QD_OK : base_fail(err, QD_E_UNSUPPORTED, "no signing recipe \"%s\"", name);
}

/* A sign_method that the recipe lacks is told now, not by the first call. */
static qd_status check_signing(qd_app *app, qd_err *err) {
    const codec_pair pairs[] = { { BASE_STR("app_key"), BASE_STR("0") },
                                 { BASE_STR("method"), BASE_STR("0") },
                                 { BASE_STR("timestamp"), BASE_STR("0") } };
    const sign_input input = { pairs, sizeof pairs / sizeof pairs[0], BASE_STR("{}"),
                               base_str_of(app->sign_method), base_str_of(app->sign_profile) };
    const sign_recipe *recipe = NULL;
    sign_context *signer = NULL;
    char sign[SIGN_TEXT_MAX];
    qd_status status = recipe_named(cat_str(app->catalog->recipe), &recipe, err);
    if (status != QD_OK || !recipe) {
        return status;
    }
    status = app_take_signer(app, recipe, &signer, err);
    if (status == QD_OK) {
        status = sign_make(signer, &input, sign, err);
        app_give_signer(app, signer);
    }
    return status;
}

qd_status app_recipe(const qd_app *app, const cat_method *method, const char *name,
                     const sign_recipe **out_recipe, qd_err *err) {
    const char *recipe = cat_str(app->catalog->recipe);
    if (method && method->recipe != 0) {
        recipe = cat_str(method->recipe);
    } else if (app->platform->recipe) {
        recipe = app->platform->recipe(app->catalog, method, name);
    }
    return recipe_named(recipe, out_recipe, err);
}

qd_status core_app_new(const core_platform *platform, const qd_app_options *options,
                       qd_app **out_app, qd_err *err) {
    *out_app = NULL;
    const cat_platform *catalog = cat_platform_find(platform->name);
    if (!catalog) {
        return base_fail(err, QD_E_INVALID, "the catalogue has no platform \"%s\"", platform->name);
    }
    if (!options->key || !*options->key) {
        return base_fail(err, QD_E_INVALID, "an app needs its key");
    }
    qd_app *app = calloc(1, sizeof *app);
    if (!app) {
        return base_fail(err, QD_E_NOMEM, "out of memory for an app");
    }
    atomic_init(&app->refs, 1);
    app->platform = platform;
    app->catalog = catalog;
    limiter_init(&app->limits);
    pthread_mutex_init(&app->mutex, NULL);
    qd_status status = fill(app, options, err);
    if (status == QD_OK) {
        status = check_signing(app, err);
    }
    if (status != QD_OK) {
        qd_app_free(app);
        return status;
    }
    *out_app = app;
    return QD_OK;
}

qd_app *qd_app_ref(qd_app *app) {
    atomic_fetch_add_explicit(&app->refs, 1, memory_order_relaxed);
    return app;
}

void qd_app_free(qd_app *app) {
    if (!app || atomic_fetch_sub_explicit(&app->refs, 1, memory_order_acq_rel) > 1) {
        return;
    }
    for (size_t i = 0; i < app->loop_count; i++) {
        qd_loop_free(app->loops[i]);
    }
    for (size_t i = 0; i < app->signer_count; i++) {
        sign_context_free(app->signers[i]);
    }
    limiter_clear(&app->limits);
    pthread_mutex_destroy(&app->mutex);
    base_secret_clear(&app->secret);
    free(app->sign_profile);
    free(app->sign_method);
    free(app->key);
    free(app);
}

const cat_platform *core_app_catalog(const qd_app *app) {
    return app->catalog;
}

const char *core_app_key(const qd_app *app) {
    return app->key;
}

qd_status app_take_signer(qd_app *app, const sign_recipe *recipe, sign_context **out_signer,
                          qd_err *err) {
    *out_signer = NULL;
    pthread_mutex_lock(&app->mutex);
    for (size_t i = app->signer_count; i-- > 0 && !*out_signer;) {
        if (sign_context_recipe(app->signers[i]) == recipe) {
            *out_signer = app->signers[i];
            app->signers[i] = app->signers[--app->signer_count];
        }
    }
    pthread_mutex_unlock(&app->mutex);
    if (*out_signer) {
        return QD_OK;
    }
    return sign_context_new(recipe, (base_str){ app->secret.ptr, app->secret.len }, out_signer,
                            err);
}

void app_give_signer(qd_app *app, sign_context *signer) {
    pthread_mutex_lock(&app->mutex);
    bool keep = app->signer_count < CORE_IDLE_SIGNERS;
    if (keep) {
        app->signers[app->signer_count++] = signer;
    }
    pthread_mutex_unlock(&app->mutex);
    if (!keep) {
        sign_context_free(signer);
    }
}

qd_status app_take_loop(qd_app *app, qd_loop **out_loop, qd_err *err) {
    pthread_mutex_lock(&app->mutex);
    *out_loop = app->loop_count ? app->loops[--app->loop_count] : NULL;
    pthread_mutex_unlock(&app->mutex);
    return *out_loop ? QD_OK : loop_make(app, out_loop, err);
}

void app_give_loop(qd_app *app, qd_loop *loop) {
    pthread_mutex_lock(&app->mutex);
    bool keep = app->loop_count < CORE_IDLE_LOOPS;
    if (keep) {
        app->loops[app->loop_count++] = loop;
    }
    pthread_mutex_unlock(&app->mutex);
    if (!keep) {
        qd_loop_free(loop);
    }
}
