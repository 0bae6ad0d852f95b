/*
 * qd sandbox connect: every shop and account of a running sandbox becomes a shop of ours, keys and
 * tokens included, so that anyone can practise without copying them. What a real platform asks of a
 * merchant is qd shop add and qd shop auth.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/demo_private.h"

static const cli_option connect_options[] = { { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0,
                                                "only the shops of this platform" },
                                              { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

typedef struct connecting {
    const char *base_url;
    const char *platform; /* NULL = all */
    store *store;
    jobs_fleet *fleet;
    store_shop *known; /* those that are there already */
    size_t known_count;
    store_shop *done;
    size_t count, room;
} connecting;

/* The shop that we have under the same keys already; NULL. */
static const store_shop *find_known(const connecting *c, const store_shop *shop) {
    for (size_t i = 0; i < c->known_count; i++) {
        const store_shop *k = &c->known[i];
        if (strcmp(k->platform, shop->platform) == 0 && strcmp(k->app_key, shop->app_key) == 0 &&
            strcmp(k->shop_id, shop->shop_id) == 0 && strcmp(k->environment, "sandbox") == 0) {
            return k;
        }
    }
    return NULL;
}

/* A sandbox that was started again listens elsewhere: the shop of last time moves with it. */
static qd_status put_shop(connecting *c, store_shop *shop, base_str secret, const char *session,
                          qd_err *err) {
    const store_shop *known = find_known(c, shop);
    if (!known) {
        return cli_shop_connect(c->store, shop, secret, session, err);
    }
    *shop = *known;
    (void)base_copy(shop->base_url, sizeof shop->base_url, base_str_of(c->base_url));
    qd_status status = store_app_put(c->store, shop->platform, shop->app_key, secret, err);
    return status == QD_OK ? store_shop_update(c->store, shop, err) : status;
}

/* The owner says yes at once: the sandbox gives the code that a redirect would bring. */
static qd_status authorise(connecting *c, const store_shop *shop, qd_err *err) {
    char path[96];
    yyjson_doc *doc = NULL;
    qd_shop *handle = NULL;
    snprintf(path, sizeof path, "/_sandbox/code?platform=%s", shop->platform);
    qd_status status = demo_fetch(c->base_url, path, &doc, err);
    if (status == QD_OK) {
        status = jobs_fleet_shop(c->fleet, shop->t_code, &handle, err);
    }
    if (status == QD_OK) {
        status = qd_shop_authorise(handle, demo_text(yyjson_doc_get_root(doc), "code"), err);
    }
    yyjson_doc_free(doc);
    return status;
}

static qd_status connect_one(connecting *c, yyjson_val *from, const char *id_name, bool by_code,
                             qd_err *err) {
    const char *platform = demo_text(from, "platform");
    store_shop shop;
    if (c->platform && strcmp(c->platform, platform) != 0) {
        return QD_OK;
    }
    const char *name = demo_text(from, "name");
    memset(&shop, 0, sizeof shop);
    bool fits =
        base_copy(shop.platform, sizeof shop.platform, base_str_of(platform)) &&
        base_copy(shop.name, sizeof shop.name, base_str_of(name[0] ? name : platform)) &&
        base_copy(shop.app_key, sizeof shop.app_key, base_str_of(demo_text(from, "app_key"))) &&
        base_copy(shop.shop_id, sizeof shop.shop_id, base_str_of(demo_text(from, id_name))) &&
        base_copy(shop.base_url, sizeof shop.base_url, base_str_of(c->base_url)) &&
        base_copy(shop.environment, sizeof shop.environment, BASE_STR("sandbox"));
    if (fits && strcmp(demo_text(from, "app_kind"), "tool") == 0) { /* codes only, by its service */
        fits = base_copy(shop.app_kind, sizeof shop.app_kind, BASE_STR("tool")) &&
               base_copy(shop.service_id, sizeof shop.service_id,
                         base_str_of(demo_text(from, "service_id")));
    }
    if (!fits || !shop.platform[0] || !shop.app_key[0]) {
        return base_fail(err, QD_E_PROTOCOL,
                         "%s is no sandbox of this version: its truth names a "
                         "shop without platform and app_key",
                         c->base_url);
    }
    base_str secret = base_str_of(demo_text(from, "app_secret"));
    qd_status status = put_shop(c, &shop, secret, demo_text(from, "session"), err);
    if (status == QD_OK && by_code) {
        status = authorise(c, &shop, err);
    }
    if (status == QD_OK) {
        c->done[c->count++] = shop;
    }
    return status;
}

static qd_status connect_list(connecting *c, yyjson_val *list, const char *id_name, bool by_code,
                              qd_err *err) {
    size_t i, max;
    yyjson_val *item;
    qd_status status = QD_OK;
    yyjson_arr_foreach(list, i, max, item) {
        if (status == QD_OK && c->count < c->room) {
            status = connect_one(c, item, id_name, by_code, err);
        }
    }
    return status;
}

static qd_status connect_all(connecting *c, qd_err *err) {
    yyjson_doc *doc = NULL;
    qd_status status = demo_fetch(c->base_url, "/_sandbox/truth", &doc, err);
    if (status == QD_OK) {
        status = store_shop_list(c->store, &c->known, &c->known_count, err);
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *shops = yyjson_obj_get(root, "shops");
    yyjson_val *apps = yyjson_obj_get(root, "apps");
    c->room = yyjson_arr_size(shops) + yyjson_arr_size(apps);
    c->done = c->room ? calloc(c->room, sizeof *c->done) : NULL;
    if (status == QD_OK && !c->done) {
        status = c->room ? base_fail(err, QD_E_NOMEM, "out of memory")
                         : base_fail(err, QD_E_PROTOCOL, "%s is no sandbox: it names no shop",
                                     c->base_url);
    }
    if (status == QD_OK) {
        status = connect_list(c, shops, "shop_id", false, err);
    }
    if (status == QD_OK) {
        status = connect_list(c, apps, "account", true, err);
    }
    yyjson_doc_free(doc);
    if (status == QD_OK && c->count == 0) {
        status = base_fail(err, QD_E_NOT_FOUND, "the sandbox has no shop of platform %s",
                           c->platform ? c->platform : "");
    }
    return status;
}

static const cli_column connect_columns[] = {
    { "t_code", CLI_KIND_TEXT, true },  { "platform", CLI_KIND_TEXT, true },
    { "name", CLI_KIND_TEXT, true },    { "app_key", CLI_KIND_TEXT, false },
    { "shop_id", CLI_KIND_TEXT, true }, { "base_url", CLI_KIND_TEXT, true },
};
enum { CONNECT_COLUMNS = sizeof connect_columns / sizeof connect_columns[0] };

static int print_done(cli_context *context, const connecting *c) {
    cli_rows *rows = cli_rows_new(context, connect_columns, CONNECT_COLUMNS);
    for (size_t i = 0; rows && i < c->count; i++) {
        const store_shop *s = &c->done[i];
        cli_cell cells[CONNECT_COLUMNS] = { CLI_CELL_TEXT(s->t_code),  CLI_CELL_TEXT(s->platform),
                                            CLI_CELL_TEXT(s->name),    CLI_CELL_TEXT(s->app_key),
                                            CLI_CELL_TEXT(s->shop_id), CLI_CELL_TEXT(s->base_url) };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    return rows ? cli_rows_end(rows) : CLI_FAILED;
}

/* Only the loopback: the keys of a world stand open on its pages, and nothing else is a sandbox. */
static qd_status check_url(const char *url, qd_err *err) {
    qd_status status = net_base_url_check(url, err);
    if (status == QD_OK && strncmp(url, "http://", 7) != 0) {
        status = base_fail(err, QD_E_INVALID, "a sandbox is at http://127.0.0.1:PORT");
    }
    return status;
}

static int run_connect(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    connecting c = { .platform = cli_text(context, "platform") };
    char url[256];
    size_t len = strlen(context->operands[0]);
    while (len > 0 && context->operands[0][len - 1] == '/') {
        len--;
    }
    qd_status status = base_copy(url, sizeof url, (base_str){ context->operands[0], len })
                           ? check_url(url, &err)
                           : base_fail(&err, QD_E_INVALID, "the address is too long");
    c.base_url = url;
    if (status == QD_OK) {
        status = cli_store_open(context, &c.store, &err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(c.store, NULL, &c.fleet, &err);
    }
    if (status == QD_OK) {
        status = connect_all(&c, &err);
    }
    int code = status == QD_OK ? print_done(context, &c) : cli_fail(context, &err);
    jobs_fleet_free(c.fleet);
    store_close(c.store);
    free(c.known);
    free(c.done);
    return code;
}

const cli_command cli_sandbox_connect = {
    "sandbox connect",
    "URL",
    1,
    1,
    "makes every shop and account of a running sandbox a shop of yours",
    "qd sandbox connect http://127.0.0.1:8088",
    connect_options,
    CLI_ENGINE(run_connect)
};
