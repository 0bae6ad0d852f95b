/*
 * Where and as whom a shop's calls go: environment, host, proxies. An operator may change them
 * while calls are open, so a route is never changed but replaced as a whole; each attempt of a call
 * takes the one of its moment. Tokens and clocks, which belong to an environment, are in shop_side.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/core_private.h"

static const char *const side_names[SHOP_SIDES] = { "production", "sandbox" };

const char *shop_side_name(int side) {
    return side_names[side];
}

qd_status shop_side_find(const char *environment, int *out_side, qd_err *err) {
    if (!environment || !*environment) {
        *out_side = SHOP_PRODUCTION;
        return QD_OK;
    }
    for (int side = 0; side < SHOP_SIDES; side++) {
        if (strcmp(environment, side_names[side]) == 0) {
            *out_side = side;
            return QD_OK;
        }
    }
    return base_fail(err, QD_E_INVALID, "unknown environment \"%.40s\": production or sandbox",
                     environment);
}

/* ---- proxies ---- */

/* One value of the pair; null and "" mean none. */
static qd_status read_pair_value(const char *name, yyjson_val *value, char **out, qd_err *err) {
    if (yyjson_is_null(value) || (yyjson_is_str(value) && yyjson_get_len(value) == 0)) {
        return QD_OK;
    }
    if (!yyjson_is_str(value)) {
        return base_fail(err, QD_E_INVALID, "the proxy for %s must be a URL as text", name);
    }
    if (*out) {
        return base_fail(err, QD_E_INVALID, "the proxy for %s is given twice", name);
    }
    const char *url = yyjson_get_str(value);
    bool whole = strlen(url) == yyjson_get_len(value);
    if (net_proxy_check(whole ? url : " ", err) != QD_OK) {
        return base_err_prefix(err, "for %s", name);
    }
    *out = strdup(url);
    return *out ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a proxy");
}

static qd_status read_pair(const char *text, char *out[2], qd_err *err) {
    yyjson_doc *doc = NULL;
    size_t index, max;
    yyjson_val *key;
    yyjson_val *value;
    qd_err why;
    qd_err_clear(&why);
    if (codec_json_read(base_str_of(text), LIMIT_CONF_BYTES, &doc, &why) != QD_OK) {
        /* Where, but not what: the text may hold a password. */
        return base_fail(err, why.status == QD_E_NOMEM ? QD_E_NOMEM : QD_E_INVALID,
                         "the proxy begins with { and is no JSON object such as "
                         "{\"http\":\"http://10.0.0.5:3128\",\"https\":\"http://10.0.0.5:3128\"}");
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    qd_status status = QD_OK;
    yyjson_obj_foreach(root, index, max, key, value) {
        const char *name = yyjson_get_str(key);
        int which = strcmp(name, "https") == 0 ? 1 : 0;
        if (status != QD_OK) {
            break;
        }
        if (which == 0 && strcmp(name, "http") != 0) {
            status = base_fail(err, QD_E_INVALID,
                               "the proxy has an unknown member \"%.40s\": http and https", name);
        } else {
            status = read_pair_value(name, value, &out[which], err);
        }
    }
    if (status == QD_OK && !out[0] && !out[1]) {
        status = base_fail(err, QD_E_INVALID,
                           "the proxy names neither a proxy for http nor one for https");
    }
    yyjson_doc_free(doc);
    return status;
}

static qd_status read_proxies(const char *text, char *out[2], qd_err *err) {
    if (!text || !*text) {
        return QD_OK;
    }
    if (*text == '{') {
        return read_pair(text, out, err);
    }
    qd_status status = net_proxy_check(text, err);
    for (int i = 0; i < 2 && status == QD_OK; i++) {
        out[i] = strdup(text);
        status = out[i] ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for a proxy");
    }
    return status;
}

static void free_proxies(char *proxy[2]) {
    for (int i = 0; i < 2; i++) {
        if (proxy[i]) {
            base_wipe(proxy[i], strlen(proxy[i]));
        }
        free(proxy[i]);
        proxy[i] = NULL;
    }
}

qd_status core_proxy_check(const char *proxy, qd_err *err) {
    char *read[2] = { NULL, NULL };
    qd_status status = read_proxies(proxy, read, err);
    free_proxies(read);
    return status;
}

const char *route_proxy(const shop_route *route, const char *url) {
    return route->proxy[strncasecmp(url, "https:", 6) == 0 ? 1 : 0];
}

/* ---- routes ---- */

shop_route *route_ref(shop_route *route) {
    atomic_fetch_add_explicit(&route->refs, 1, memory_order_relaxed);
    return route;
}

void route_free(shop_route *route) {
    if (!route || atomic_fetch_sub_explicit(&route->refs, 1, memory_order_acq_rel) > 1) {
        return;
    }
    free_proxies(route->proxy);
    free(route->base_url);
    free(route);
}

/* Where calls go: the caller's host, or the platform's by environment. */
static qd_status pick_base_url(const qd_app *app, const char *url, shop_route *route, qd_err *err) {
    route->own_host = url && *url;
    if (!route->own_host) {
        bool sandbox = route->side == SHOP_SANDBOX;
        url = cat_str(sandbox ? app->catalog->sandbox : app->catalog->production);
        if (!*url) {
            return base_fail(err, QD_E_INVALID, "%s has no %s host: give a base_url",
                             app->platform->name, shop_side_name(route->side));
        }
    }
    qd_status status = net_base_url_check(url, err);
    if (status != QD_OK) {
        return status;
    }
    route->base_url = strdup(url);
    if (!route->base_url) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    for (size_t len = strlen(route->base_url); len > 0 && route->base_url[len - 1] == '/';) {
        route->base_url[--len] = '\0';
    }
    return QD_OK;
}

qd_status route_make(const qd_app *app, const route_setup *setup, shop_route **out_route,
                     qd_err *err) {
    shop_route *route = calloc(1, sizeof *route);
    if (!route) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    }
    atomic_init(&route->refs, 1);
    qd_status status = shop_side_find(setup->environment, &route->side, err);
    if (status == QD_OK) {
        status = pick_base_url(app, setup->base_url, route, err);
    }
    if (status == QD_OK) {
        status = read_proxies(setup->proxy, route->proxy, err);
    }
    if (status != QD_OK) {
        route_free(route);
        return status;
    }
    *out_route = route;
    return QD_OK;
}

shop_route *route_take(qd_shop *shop) {
    pthread_mutex_lock(&shop->route_mutex);
    shop_route *route = shop->route ? route_ref(shop->route) : NULL;
    pthread_mutex_unlock(&shop->route_mutex);
    return route;
}

void route_put(qd_shop *shop, shop_route *route) {
    pthread_mutex_lock(&shop->route_mutex);
    shop_route *old = shop->route;
    shop->route = route;
    pthread_mutex_unlock(&shop->route_mutex);
    route_free(old);
}

void route_look(core_call *call) {
    qd_shop *shop = call->shop;
    if (call->internal || call->is_renewer) {
        return;
    }
    if (shop->watch) {
        shop->watch(shop->watch_user, shop);
    }
    shop_route *now = route_take(shop);
    /* What was asked of one environment is not repeated in the other. */
    if (now->side == call->route->side || call->attempts == 0) {
        shop_route *old = call->route;
        call->route = now;
        now = old;
    }
    route_free(now);
}

/* ---- switches ---- */

/* A copy of the route that the shop has; the two writers below differ in what they change. */
static qd_status remake(qd_shop *shop, const route_setup *setup, const char *const proxy[2],
                        qd_err *err) {
    shop_route *made = NULL;
    qd_status status = route_make(shop->app, setup, &made, err);
    for (int i = 0; i < 2 && status == QD_OK && proxy; i++) {
        made->proxy[i] = proxy[i] ? strdup(proxy[i]) : NULL;
        if (proxy[i] && !made->proxy[i]) {
            status = base_fail(err, QD_E_NOMEM, "out of memory for a proxy");
        }
    }
    if (status == QD_OK) {
        route_put(shop, made);
    } else {
        route_free(made);
    }
    return status;
}

qd_status qd_shop_set_proxy(qd_shop *shop, const char *proxy, qd_err *err) {
    pthread_mutex_lock(&shop->switch_mutex);
    shop_route *old = route_take(shop);
    const route_setup setup = { .environment = shop_side_name(old->side),
                                .base_url = old->own_host ? old->base_url : NULL,
                                .proxy = proxy };
    qd_status status = remake(shop, &setup, NULL, err);
    route_free(old);
    pthread_mutex_unlock(&shop->switch_mutex);
    return status;
}

qd_status qd_shop_set_environment(qd_shop *shop, const char *environment, const char *base_url,
                                  qd_err *err) {
    pthread_mutex_lock(&shop->switch_mutex);
    shop_route *old = route_take(shop);
    const route_setup setup = { .environment = environment, .base_url = base_url };
    const char *const proxy[2] = { old->proxy[0], old->proxy[1] };
    qd_status status = remake(shop, &setup, proxy, err);
    route_free(old);
    if (status == QD_OK) {
        /* Another host may live in another year: what its clock says is learned anew. */
        shop_route *now = route_take(shop);
        shop_forget_clock(shop, now->side);
        route_free(now);
    }
    pthread_mutex_unlock(&shop->switch_mutex);
    return status;
}
