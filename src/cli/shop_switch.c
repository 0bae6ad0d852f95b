/*
 * qd shop sandbox, proxy: where a shop's calls go, as deliberate acts of its operator. Programs
 * that run take a change with their next call. Also the frame of every change of a shop.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/shop_private.h"

enum { CHANGE_TRIES = 20 };

/* ---- changing ---- */

static qd_status change_once(store *store, const char *t_code, shop_change_fn change, void *user,
                             store_shop *out_shop, qd_err *err) {
    base_secret secret = { NULL, 0 };
    qd_status status = store_shop_get(store, t_code, out_shop, err);
    if (status == QD_OK) {
        status = store_app_secret(store, out_shop->platform, out_shop->app_key, &secret, err);
    }
    if (status == QD_OK) {
        status = change(store, out_shop, user, err);
    }
    if (status == QD_OK) {
        status = shop_check(out_shop, (base_str){ secret.ptr, secret.len }, err);
    }
    if (status == QD_OK) {
        status = store_shop_update(store, out_shop, err);
    }
    base_secret_clear(&secret);
    base_wipe(out_shop->proxy, sizeof out_shop->proxy);
    /* As it is stored now: with the proxy as it may be shown. */
    return status == QD_OK ? store_shop_get(store, t_code, out_shop, err) : status;
}

qd_status shop_change(store *store, const char *t_code, shop_change_fn change, void *user,
                      store_shop *out_shop, qd_err *err) {
    qd_status status = QD_E_STALE;
    for (int i = 0; i < CHANGE_TRIES && status == QD_E_STALE; i++) {
        status = change_once(store, t_code, change, user, out_shop, err);
        base_wipe(out_shop->proxy, sizeof out_shop->proxy);
    }
    return status;
}

static qd_status read_line(base_buf *text, qd_err *err) {
    int c;
    while ((c = getchar()) != EOF && c != '\n') {
        base_buf_add_char(text, (char)c);
    }
    return base_buf_check(text, "standard input", err);
}

qd_status shop_operand(const char *given, base_buf *text, qd_err *err) {
    base_buf file;
    base_str value = { NULL, 0 };
    qd_status status;
    base_buf_init(&file, LIMIT_REQUEST_BYTES);
    (void)base_buf_room(text, text->max > 4096 ? 4096 : text->max);
    if (strcmp(given, "-") == 0) {
        status = read_line(&file, err);
        value = base_buf_str(&file);
    } else {
        status = cli_read_value(given, &file, &value, err);
    }
    if (status == QD_OK) {
        const char *line = value.len > 0 ? memchr(value.ptr, '\n', value.len) : NULL;
        value.len = line ? (size_t)(line - value.ptr) : value.len;
        while (value.len > 0 && strchr(" \t\r", value.ptr[0])) {
            value.ptr++;
            value.len--;
        }
        while (value.len > 0 && strchr(" \t\r", value.ptr[value.len - 1])) {
            value.len--;
        }
        base_buf_add_str(text, value);
        status = base_buf_check(text, "the value", err);
    }
    base_buf_wipe(&file);
    return status;
}

typedef struct switching {
    const char *value;
    shop_change_fn change;
} switching;

static int run_switch(cli_context *context, switching *how, store_shop *shop) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK && how->value) {
        status = shop_change(store, context->operands[0], how->change, how, shop, &err);
    } else if (status == QD_OK) {
        status = store_shop_get(store, context->operands[0], shop, &err);
        base_wipe(shop->proxy, sizeof shop->proxy);
    }
    store_close(store);
    return status == QD_OK ? CLI_OK : cli_fail(context, &err);
}

static const cli_option no_options[] = { { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

/* ---- sandbox ---- */

/* The host of --base-url is the sandbox's: it is put by while the shop is in production, so that
 * nothing of production is sent there, and is back with the sandbox. */
static qd_status switch_sandbox(store *store, store_shop *shop, void *user, qd_err *err) {
    const switching *how = user;
    bool on = strcmp(how->value, "on") == 0;
    bool is_on = strcmp(shop->environment, "sandbox") == 0;
    (void)store;
    (void)err;
    if (on == is_on) {
        return QD_OK;
    }
    char *from = on ? shop->sandbox_url : shop->base_url;
    char *to = on ? shop->base_url : shop->sandbox_url;
    (void)base_copy(to, sizeof shop->base_url, base_str_of(from));
    from[0] = '\0';
    (void)base_copy(shop->environment, sizeof shop->environment,
                    base_str_of(on ? "sandbox" : "production"));
    return QD_OK;
}

static int run_sandbox(cli_context *context) {
    store_shop shop;
    switching how = { context->operands[1], switch_sandbox };
    if (strcmp(how.value, "on") != 0 && strcmp(how.value, "off") != 0) {
        return cli_usage(context, "'%.20s' is neither on nor off", how.value);
    }
    int code = run_switch(context, &how, &shop);
    if (code != CLI_OK || cli_wants_document(context)) {
        return code == CLI_OK ? shop_print(context, &shop) : code;
    }
    if (context->format != CLI_TABLE) {
        printf("%s\n", shop.environment);
    } else if (shop.base_url[0]) {
        printf("%s is in %s now, at %s\n", shop.t_code, shop.environment, shop.base_url);
    } else {
        printf("%s is in %s now\n", shop.t_code, shop.environment);
    }
    return CLI_OK;
}

const cli_command cli_shop_sandbox = {
    "shop sandbox",
    "T_CODE on|off",
    2,
    2,
    "call the platform's sandbox or its production; each has its own tokens and cursors",
    "qd shop sandbox dy-k3x9m2p4qa on",
    no_options,
    CLI_ENGINE(run_sandbox)
};

/* ---- proxy ---- */

static qd_status switch_proxy(store *store, store_shop *shop, void *user, qd_err *err) {
    const switching *how = user;
    (void)store;
    return base_copy(shop->proxy, sizeof shop->proxy, base_str_of(how->value))
               ? QD_OK
               : base_fail(err, QD_E_INVALID, "the proxy is longer than %zu bytes",
                           sizeof shop->proxy - 1);
}

static int run_proxy(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store_shop shop;
    base_buf text;
    switching how = { NULL, switch_proxy };
    base_buf_init(&text, LIMIT_CONF_BYTES);
    if (context->operand_count > 1) {
        qd_status status = shop_operand(context->operands[1], &text, &err);
        bool off = status == QD_OK && base_str_is(base_buf_str(&text), "off");
        if (status == QD_OK && text.len == 0) {
            status = base_fail(&err, QD_E_INVALID, "the proxy is empty; off takes it away");
        }
        if (status == QD_OK && !off) {
            status = core_proxy_check(base_buf_text(&text), &err);
        }
        if (status != QD_OK) {
            base_buf_wipe(&text);
            return cli_fail(context, &err);
        }
        how.value = off ? "" : base_buf_text(&text);
    }
    int code = run_switch(context, &how, &shop);
    base_buf_wipe(&text);
    if (code != CLI_OK || cli_wants_document(context)) {
        return code == CLI_OK ? shop_print(context, &shop) : code;
    }
    if (context->format != CLI_TABLE) {
        printf("%s\n", shop.proxy_shown);
    } else if (shop.proxy_shown[0]) {
        printf("%s is called through %s\n", shop.t_code, shop.proxy_shown);
    } else {
        printf("%s is called without a proxy\n", shop.t_code);
    }
    return CLI_OK;
}

const cli_command cli_shop_proxy = {
    "shop proxy",
    "T_CODE [URL|PAIR|off]",
    1,
    2,
    "the proxy of a shop's calls, one for all or one each for http and https; - reads it from "
    "standard input",
    "qd shop proxy dy-k3x9m2p4qa "
    "'{\"http\":\"http://10.0.0.5:3128\",\"https\":\"http://10.0.0.5:3128\"}'",
    no_options,
    CLI_ENGINE(run_proxy)
};
