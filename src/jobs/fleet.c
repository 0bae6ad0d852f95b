/*
 * Stored shops as live handles: one app a (platform, app key), one shop a t_code, both made on
 * first use and kept. Does not run anything.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/jobs_private.h"

typedef struct fleet_app {
    char platform[16];
    char app_key[128];
    qd_app *app;
    struct fleet_app *next;
} fleet_app;

typedef struct fleet_shop {
    qd_shop *shop;
    struct fleet_shop *next;
} fleet_shop;

struct jobs_fleet {
    store *store;
    const qd_clock *clock;
    pthread_mutex_t lock;
    fleet_app *apps;
    fleet_shop *shops;
};

qd_status jobs_fleet_new(store *store, const qd_clock *clock, jobs_fleet **out_fleet, qd_err *err) {
    jobs_fleet *fleet = calloc(1, sizeof *fleet);
    if (fleet == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for the fleet of shops");
    }
    fleet->store = store;
    fleet->clock = clock;
    pthread_mutex_init(&fleet->lock, NULL);
    *out_fleet = fleet;
    return QD_OK;
}

void jobs_fleet_free(jobs_fleet *fleet) {
    if (fleet == NULL) {
        return;
    }
    while (fleet->shops != NULL) {
        fleet_shop *next = fleet->shops->next;
        qd_shop_free(fleet->shops->shop);
        free(fleet->shops);
        fleet->shops = next;
    }
    while (fleet->apps != NULL) {
        fleet_app *next = fleet->apps->next;
        qd_app_free(fleet->apps->app);
        free(fleet->apps);
        fleet->apps = next;
    }
    pthread_mutex_destroy(&fleet->lock);
    free(fleet);
}

static qd_status make_app(jobs_fleet *fleet, const store_shop *row, fleet_app *out, qd_err *err) {
    base_secret secret = { NULL, 0 };
    qd_status status = store_app_secret(fleet->store, row->platform, row->app_key, &secret, err);
    if (status == QD_OK) {
        qd_app_options options = { .platform = row->platform,
                                   .key = row->app_key,
                                   .secret = secret.ptr,
                                   .clock = fleet->clock };
        status = qd_app_new(&options, &out->app, err);
    }
    base_secret_clear(&secret);
    (void)base_copy(out->platform, sizeof out->platform, base_str_of(row->platform));
    (void)base_copy(out->app_key, sizeof out->app_key, base_str_of(row->app_key));
    return status;
}

static qd_status app_of(jobs_fleet *fleet, const store_shop *row, qd_app **out_app, qd_err *err) {
    for (fleet_app *a = fleet->apps; a != NULL; a = a->next) {
        if (strcmp(a->platform, row->platform) == 0 && strcmp(a->app_key, row->app_key) == 0) {
            *out_app = a->app;
            return QD_OK;
        }
    }
    fleet_app *made = calloc(1, sizeof *made);
    qd_status status = made != NULL ? make_app(fleet, row, made, err)
                                    : base_fail(err, QD_E_NOMEM, "out of memory for an app");
    if (status != QD_OK) {
        free(made);
        return status;
    }
    made->next = fleet->apps;
    fleet->apps = made;
    *out_app = made->app;
    return QD_OK;
}

static const char *or_null(const char *text) {
    return text[0] != '\0' ? text : NULL;
}

static qd_status make_shop(jobs_fleet *fleet, const char *t_code, qd_shop **out_shop, qd_err *err) {
    store_shop row;
    qd_app *app = NULL;
    qd_status status = store_shop_get(fleet->store, t_code, &row, err);
    if (status == QD_OK) {
        status = app_of(fleet, &row, &app, err);
    }
    if (status != QD_OK) {
        return status;
    }
    qd_shop_options options = { .handle = row.t_code,
                                .environment = row.environment,
                                .shop_id = or_null(row.shop_id),
                                .base_url = or_null(row.base_url),
                                .proxy = or_null(row.proxy),
                                .token_store = store_tokens(fleet->store) };
    fleet_shop *made = calloc(1, sizeof *made);
    status = made != NULL ? qd_shop_new(app, &options, &made->shop, err)
                          : base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    if (status != QD_OK) {
        free(made);
        return status;
    }
    made->next = fleet->shops;
    fleet->shops = made;
    *out_shop = made->shop;
    return QD_OK;
}

qd_status jobs_fleet_shop(jobs_fleet *fleet, const char *t_code, qd_shop **out_shop, qd_err *err) {
    pthread_mutex_lock(&fleet->lock);
    qd_status status = QD_OK;
    fleet_shop *s = fleet->shops;
    while (s != NULL && strcmp(qd_shop_handle(s->shop), t_code) != 0) {
        s = s->next;
    }
    if (s != NULL) {
        *out_shop = s->shop;
    } else {
        status = make_shop(fleet, t_code, out_shop, err);
    }
    pthread_mutex_unlock(&fleet->lock);
    return status;
}
