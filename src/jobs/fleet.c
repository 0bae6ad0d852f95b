/*
 * Stored shops as live handles: one app a (platform, app key, signature), one shop a t_code, both
 * made on first use and kept. A shop that is changed in the store, by this process or another, is
 * changed here before its next attempt of a call. Does not run anything.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/jobs_private.h"

typedef struct fleet_app {
    char platform[16];
    char app_key[128];
    char sign_method[48];
    qd_app *app;
    struct fleet_app *next;
} fleet_app;

typedef struct fleet_shop {
    jobs_fleet *fleet;
    qd_shop *shop;
    store_shop row;        /* as it was read last; @locks: fleet->lock */
    atomic_llong revision; /* of the row */
    bool replaced;         /* a later one has its t_code; @locks: fleet->lock */
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
        base_wipe(&fleet->shops->row, sizeof fleet->shops->row);
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

static const char *or_null(const char *text) {
    return text[0] != '\0' ? text : NULL;
}

/* ---- apps ---- */

static qd_status make_app(jobs_fleet *fleet, const store_shop *row, fleet_app *out, qd_err *err) {
    base_secret secret = { NULL, 0 };
    qd_status status = store_app_secret(fleet->store, row->platform, row->app_key, &secret, err);
    if (status == QD_OK) {
        qd_app_options options = { .platform = row->platform,
                                   .key = row->app_key,
                                   .secret = secret.ptr,
                                   .sign_method = or_null(row->sign_method),
                                   .clock = fleet->clock };
        status = qd_app_new(&options, &out->app, err);
    }
    base_secret_clear(&secret);
    (void)base_copy(out->platform, sizeof out->platform, base_str_of(row->platform));
    (void)base_copy(out->app_key, sizeof out->app_key, base_str_of(row->app_key));
    (void)base_copy(out->sign_method, sizeof out->sign_method, base_str_of(row->sign_method));
    return status;
}

static qd_status app_of(jobs_fleet *fleet, const store_shop *row, qd_app **out_app, qd_err *err) {
    for (fleet_app *a = fleet->apps; a != NULL; a = a->next) {
        if (strcmp(a->platform, row->platform) == 0 && strcmp(a->app_key, row->app_key) == 0 &&
            strcmp(a->sign_method, row->sign_method) == 0) {
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

/* ---- changes ---- */

/* What a live handle cannot change: it is made anew for whoever asks for the shop next. */
static bool needs_another(const store_shop *a, const store_shop *b) {
    return strcmp(a->app_key, b->app_key) != 0 || strcmp(a->sign_method, b->sign_method) != 0 ||
           strcmp(a->shop_id, b->shop_id) != 0 || strcmp(a->app_kind, b->app_kind) != 0 ||
           strcmp(a->token_flow, b->token_flow) != 0 || strcmp(a->subject_id, b->subject_id) != 0 ||
           strcmp(a->subject_type, b->subject_type) != 0;
}

/* The lock is held. */
static qd_status apply(fleet_shop *s, const store_shop *row, qd_err *err) {
    qd_status status = QD_OK;
    if (strcmp(row->environment, s->row.environment) != 0 ||
        strcmp(row->base_url, s->row.base_url) != 0) {
        status = qd_shop_set_environment(s->shop, row->environment, row->base_url, err);
    }
    if (status == QD_OK && strcmp(row->proxy, s->row.proxy) != 0) {
        status = qd_shop_set_proxy(s->shop, row->proxy, err);
    }
    s->replaced = s->replaced || needs_another(row, &s->row);
    return status;
}

/* A qd_shop_watch_fn. Without news it is one small read; a store that cannot be read or a shop that
 * was removed leaves everything as it was: the call itself will say so. */
static void look(void *user, qd_shop *shop) {
    fleet_shop *s = user;
    int64_t revision = 0;
    store_shop row;
    qd_err err;
    if (store_shop_revision(s->fleet->store, qd_shop_handle(shop), &revision, NULL) != QD_OK ||
        revision == atomic_load(&s->revision)) {
        return;
    }
    pthread_mutex_lock(&s->fleet->lock);
    if (store_shop_get(s->fleet->store, qd_shop_handle(shop), &row, &err) == QD_OK &&
        row.revision != atomic_load(&s->revision)) {
        if (apply(s, &row, &err) == QD_OK) {
            s->row = row;
        } else {
            base_log(QD_LOG_WARNING, "jobs", "shop %s stays as it was: %s", row.t_code,
                     err.message);
        }
        atomic_store(&s->revision, row.revision);
    }
    pthread_mutex_unlock(&s->fleet->lock);
}

/* ---- shops ---- */

/* The lock is held. */
static qd_status make_shop(jobs_fleet *fleet, const char *t_code, qd_shop **out_shop, qd_err *err) {
    qd_app *app = NULL;
    fleet_shop *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    const store_shop *row = &made->row;
    qd_status status = store_shop_get(fleet->store, t_code, &made->row, err);
    if (status == QD_OK) {
        status = app_of(fleet, row, &app, err);
    }
    if (status == QD_OK) {
        qd_shop_options options = { .handle = row->t_code,
                                    .environment = row->environment,
                                    .shop_id = or_null(row->shop_id),
                                    .base_url = or_null(row->base_url),
                                    .proxy = or_null(row->proxy),
                                    .token_store = store_tokens(fleet->store),
                                    .app_kind = or_null(row->app_kind),
                                    .token_flow = or_null(row->token_flow),
                                    .subject_id = or_null(row->subject_id),
                                    .subject_type = or_null(row->subject_type),
                                    .watch = look,
                                    .watch_user = made };
        made->fleet = fleet;
        atomic_init(&made->revision, row->revision);
        status = qd_shop_new(app, &options, &made->shop, err);
    }
    if (status != QD_OK) {
        free(made);
        return status;
    }
    made->next = fleet->shops;
    fleet->shops = made;
    *out_shop = made->shop;
    return QD_OK;
}

/* The lock is held. */
static fleet_shop *find(const jobs_fleet *fleet, const char *t_code) {
    fleet_shop *s = fleet->shops;
    while (s != NULL && (s->replaced || strcmp(s->row.t_code, t_code) != 0)) {
        s = s->next;
    }
    return s;
}

qd_status jobs_fleet_shop(jobs_fleet *fleet, const char *t_code, qd_shop **out_shop, qd_err *err) {
    qd_status status = QD_OK;
    pthread_mutex_lock(&fleet->lock);
    fleet_shop *s = find(fleet, t_code);
    pthread_mutex_unlock(&fleet->lock);
    if (s != NULL) {
        look(s, s->shop);
    }
    pthread_mutex_lock(&fleet->lock);
    s = find(fleet, t_code);
    if (s != NULL) {
        *out_shop = s->shop;
    } else {
        status = make_shop(fleet, t_code, out_shop, err);
    }
    pthread_mutex_unlock(&fleet->lock);
    return status;
}
