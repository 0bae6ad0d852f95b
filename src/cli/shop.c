/*
 * qd shop add, list, show, remove: which shops there are and how each is reached. Asks no platform.
 */
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli_private.h"

/* ---- add ---- */

static const cli_option add_options[] = {
    { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0,
      "douyin, taobao, alliance, qianchuan or solinkup" },
    { "name", 'n', CLI_TEXT, "N", NULL, 0, 0, "what you call the shop" },
    { "key", 'k', CLI_TEXT, "KEY", NULL, 0, 0, "app key of the application" },
    { "secret", 0, CLI_TEXT, "S", NULL, 0, 0,
      "app secret; better in QD_SECRET, or typed when asked for" },
    { "shop-id", 0, CLI_TEXT, "ID", NULL, 0, 0, "the platform's id of the shop" },
    { "session", 0, CLI_TEXT, "TOKEN", NULL, 0, 0,
      "a token given by hand; it cannot be renewed without you" },
    { "base-url", 0, CLI_TEXT, "URL", NULL, 0, 0,
      "called instead of the platform's own host; makes it a sandbox shop" },
    { "sandbox", 0, CLI_FLAG, NULL, NULL, 0, 0, "the platform's own sandbox" },
    { "proxy", 0, CLI_TEXT, "URL", NULL, 0, 0, "http://host:port or socks5://host:port" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* Reads one line from the terminal without showing it. */
static bool prompt_secret(char *out, size_t size) {
    struct termios shown, hidden;
    if (isatty(STDIN_FILENO) != 1 || tcgetattr(STDIN_FILENO, &shown) != 0) {
        return false;
    }
    fputs("app secret (not shown): ", stderr);
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0) {
        return false;
    }
    bool good = fgets(out, (int)size, stdin) != NULL;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    out[good ? strcspn(out, "\r\n") : 0] = '\0';
    return good && out[0];
}

/* --secret, else QD_SECRET, else the terminal. */
static qd_status find_secret(const cli_context *context, base_secret *out, qd_err *err) {
    const char *given = cli_text(context, "secret");
    const char *env = getenv("QD_SECRET");
    if (given || (env && env[0])) {
        return base_secret_set(out, base_str_of(given ? given : env), err);
    }
    char typed[512] = "";
    qd_status status;
    if (prompt_secret(typed, sizeof typed)) {
        status = base_secret_set(out, base_str_of(typed), err);
    } else {
        status = base_fail(err, QD_E_INVALID, "no app secret: give --secret, or set QD_SECRET");
    }
    base_wipe(typed, sizeof typed);
    return status;
}

static qd_status fill_text(char *out, size_t size, const char *value, const char *option,
                           qd_err *err) {
    if (!base_copy(out, size, base_str_of(value ? value : ""))) {
        return base_fail(err, QD_E_INVALID, "--%s is longer than %zu bytes", option, size - 1);
    }
    return QD_OK;
}

/* The row that the options describe, everything checked that can be checked without the network. */
static qd_status fill_shop(const cli_context *context, store_shop *shop, qd_err *err) {
    const char *platform = cli_text(context, "platform");
    const char *base_url = cli_text(context, "base-url");
    const char *proxy = cli_text(context, "proxy");
    const char *key = cli_text(context, "key");
    const char *name = cli_text(context, "name");
    if (!platform || !name || !key) {
        return base_fail(err, QD_E_INVALID, "--%s is missing",
                         !platform ? "platform"
                         : !name   ? "name"
                                   : "key");
    }
    if (!cat_platform_find(platform)) {
        base_buf known;
        base_buf_init(&known, 1024);
        for (size_t i = 0; i < cat_platform_count(); i++) {
            base_buf_printf(&known, "%s%s", i ? ", " : "", cat_str(cat_platform_at(i)->name));
        }
        base_fail(err, QD_E_INVALID, "there is no platform '%.20s'; there are %s", platform,
                  base_buf_text(&known));
        base_buf_clear(&known);
        return err->status;
    }
    if (base_url && net_base_url_check(base_url, err) != QD_OK) {
        return base_err_prefix(err, "--base-url");
    }
    if (proxy && net_proxy_check(proxy, err) != QD_OK) {
        return base_err_prefix(err, "--proxy");
    }
    bool sandbox = base_url || cli_flag(context, "sandbox");
    memset(shop, 0, sizeof *shop);
    bool good =
        fill_text(shop->platform, sizeof shop->platform, platform, "platform", err) == QD_OK &&
        fill_text(shop->name, sizeof shop->name, name, "name", err) == QD_OK &&
        fill_text(shop->app_key, sizeof shop->app_key, key, "key", err) == QD_OK &&
        fill_text(shop->shop_id, sizeof shop->shop_id, cli_text(context, "shop-id"), "shop-id",
                  err) == QD_OK &&
        fill_text(shop->base_url, sizeof shop->base_url, base_url, "base-url", err) == QD_OK &&
        fill_text(shop->proxy, sizeof shop->proxy, proxy, "proxy", err) == QD_OK &&
        fill_text(shop->environment, sizeof shop->environment, sandbox ? "sandbox" : "production",
                  "sandbox", err) == QD_OK;
    return good ? QD_OK : err->status;
}

qd_status cli_shop_connect(store *store, store_shop *shop, base_str secret, const char *session,
                           qd_err *err) {
    qd_status status = store_app_put(store, shop->platform, shop->app_key, secret, err);
    if (status == QD_OK) {
        status = store_shop_add(store, shop, err);
    }
    if (status != QD_OK || !session || !session[0]) {
        return status;
    }
    qd_token_store *tokens = store_tokens(store);
    qd_token token, old;
    memset(&token, 0, sizeof token);
    if (!base_copy(token.access, sizeof token.access, base_str_of(session))) {
        return base_fail(err, QD_E_INVALID, "the session is longer than %d bytes",
                         QD_TOKEN_TEXT_MAX - 1);
    }
    token.obtained_at = base_now(NULL);
    /* A shop that comes back after its removal may have had tokens before. */
    status = tokens->load(tokens, shop->t_code, shop->environment, &old, err);
    if (status == QD_OK) {
        status = tokens->save(tokens, shop->t_code, shop->environment, &token, old.version, err);
        qd_token_clear(&old);
    }
    qd_token_clear(&token);
    return status;
}

static yyjson_mut_val *shop_value(yyjson_mut_doc *doc, const store_shop *shop) {
    yyjson_mut_val *value = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_strcpy(doc, value, "t_code", shop->t_code);
    yyjson_mut_obj_add_strcpy(doc, value, "platform", shop->platform);
    yyjson_mut_obj_add_strcpy(doc, value, "name", shop->name);
    yyjson_mut_obj_add_strcpy(doc, value, "app_key", shop->app_key);
    yyjson_mut_obj_add_strcpy(doc, value, "shop_id", shop->shop_id);
    yyjson_mut_obj_add_strcpy(doc, value, "environment", shop->environment);
    yyjson_mut_obj_add_strcpy(doc, value, "base_url", shop->base_url);
    yyjson_mut_obj_add_strcpy(doc, value, "proxy", shop->proxy_shown);
    yyjson_mut_obj_add_int(doc, value, "created_at", shop->created_at);
    return value;
}

static int print_shop(const cli_context *context, const store_shop *shop) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_doc_set_root(doc, shop_value(doc, shop));
    }
    int status = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return status;
}

static int run_add(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store_shop shop;
    store *store = NULL;
    base_secret secret = { NULL, 0 };
    const char *session = cli_text(context, "session");
    qd_status status = fill_shop(context, &shop, &err);
    if (status == QD_OK) {
        status = find_secret(context, &secret, &err);
    }
    if (status == QD_OK) {
        status = cli_store_open(context, &store, &err);
    }
    if (status == QD_OK) {
        base_str key = { secret.ptr, secret.len };
        status = cli_shop_connect(store, &shop, key, session, &err);
    }
    base_secret_clear(&secret);
    store_close(store);
    if (status != QD_OK) {
        return cli_fail(context, &err);
    }
    if (cli_wants_document(context)) {
        return print_shop(context, &shop);
    }
    if (context->format == CLI_TABLE) {
        printf("added %s (%s, %s); next: qd sync --shop %s\n", shop.t_code, shop.platform,
               shop.environment, shop.t_code);
    } else {
        printf("%s\n", shop.t_code);
    }
    return CLI_OK;
}

const cli_command cli_shop_add = {
    "shop add",
    "",
    0,
    0,
    "connect a shop: keys, id, and where it is reached",
    "QD_SECRET=... qd shop add --platform douyin --name 旗舰店 --key 7000000000000000001 "
    "--shop-id 4463798",
    add_options,
    CLI_ENGINE(run_add)
};

/* ---- list ---- */

static const cli_option no_options[] = { { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static const cli_column list_columns[] = {
    { "t_code", CLI_KIND_TEXT, true },     { "platform", CLI_KIND_TEXT, true },
    { "name", CLI_KIND_TEXT, true },       { "app_key", CLI_KIND_TEXT, false },
    { "shop_id", CLI_KIND_TEXT, true },    { "environment", CLI_KIND_TEXT, true },
    { "base_url", CLI_KIND_TEXT, true },   { "proxy", CLI_KIND_TEXT, false },
    { "created_at", CLI_KIND_TIME, true },
};
enum { LIST_COLUMNS = sizeof list_columns / sizeof list_columns[0] };

static int run_list(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop *shops = NULL;
    size_t count = 0;
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK) {
        status = store_shop_list(store, &shops, &count, &err);
    }
    store_close(store);
    if (status != QD_OK) {
        return cli_fail(context, &err);
    }
    int code = CLI_FAILED;
    cli_rows *rows = cli_rows_new(context, list_columns, LIST_COLUMNS);
    for (size_t i = 0; rows && i < count; i++) {
        const store_shop *s = &shops[i];
        cli_cell cells[LIST_COLUMNS] = {
            CLI_CELL_TEXT(s->t_code),    CLI_CELL_TEXT(s->platform),
            CLI_CELL_TEXT(s->name),      CLI_CELL_TEXT(s->app_key),
            CLI_CELL_TEXT(s->shop_id),   CLI_CELL_TEXT(s->environment),
            CLI_CELL_TEXT(s->base_url),  CLI_CELL_TEXT(s->proxy_shown),
            CLI_CELL_INT(s->created_at),
        };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    if (rows) {
        code = cli_rows_end(rows);
    }
    if (count == 0 && context->format == CLI_TABLE) {
        fputs("no shop yet: qd shop add --help, or qd demo\n", stderr);
    }
    free(shops);
    return code;
}

const cli_command cli_shop_list = {
    "shop list", "",      0, 0, "the shops that are connected", "qd shop list -o json",
    no_options,  run_list
};

/* ---- show ---- */

/* One word for where the shop's token stands. */
static const char *token_state(const qd_token *token, int64_t now) {
    if (token->revoked) {
        return "revoked";
    }
    if (token->version == 0) {
        return "none";
    }
    return token->expires_at && token->expires_at <= now ? "expired" : "ok";
}

static qd_status add_token(yyjson_mut_doc *doc, yyjson_mut_val *value, store *store,
                           const store_shop *shop, qd_err *err) {
    qd_token token;
    qd_token_store *tokens = store_tokens(store);
    qd_status status = tokens->load(tokens, shop->t_code, shop->environment, &token, err);
    if (status != QD_OK) {
        return status;
    }
    yyjson_mut_val *v = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, v, "state", token_state(&token, base_now(NULL)));
    yyjson_mut_obj_add_bool(doc, v, "can_refresh", token.refresh[0] != '\0');
    yyjson_mut_obj_add_int(doc, v, "obtained_at", token.obtained_at);
    yyjson_mut_obj_add_int(doc, v, "expires_at", token.expires_at);
    yyjson_mut_obj_add_int(doc, v, "refresh_expires_at", token.refresh_expires_at);
    yyjson_mut_obj_add_int(doc, v, "failures", token.failures);
    yyjson_mut_obj_add_val(doc, value, "token", v);
    qd_token_clear(&token);
    return QD_OK;
}

static qd_status add_streams(yyjson_mut_doc *doc, yyjson_mut_val *value, store *store,
                             const store_shop *shop, qd_err *err) {
    const cat_platform *platform = cat_platform_find(shop->platform);
    yyjson_mut_val *streams = yyjson_mut_arr(doc);
    const cat_stream *stream;
    for (size_t i = 0; platform && (stream = cat_stream_at(platform, i)) != NULL; i++) {
        store_cursor cursor;
        int64_t rows = 0;
        const char *name = cat_str(stream->name);
        qd_status status = store_cursor_get(store, shop->t_code, name, &cursor, err);
        if (status == QD_OK) {
            status = store_count(store, stream->table, shop->t_code, -1, 0, 0, &rows, err);
        }
        if (status != QD_OK) {
            return status;
        }
        yyjson_mut_val *v = yyjson_mut_arr_add_obj(doc, streams);
        yyjson_mut_obj_add_str(doc, v, "stream", name);
        yyjson_mut_obj_add_int(doc, v, "rows", rows);
        yyjson_mut_obj_add_int(doc, v, "backfill_from", cursor.backfill_from);
        yyjson_mut_obj_add_int(doc, v, "backfill_to", cursor.backfill_to);
        yyjson_mut_obj_add_int(doc, v, "backfilled_to", cursor.backfilled_to);
        yyjson_mut_obj_add_int(doc, v, "complete_to", cursor.complete_to);
    }
    yyjson_mut_obj_add_val(doc, value, "streams", streams);
    return QD_OK;
}

static int run_show(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop shop;
    int code = CLI_FAILED;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK) {
        status = store_shop_get(store, context->operands[0], &shop, &err);
    }
    if (status == QD_OK && doc) {
        yyjson_mut_val *value = shop_value(doc, &shop);
        yyjson_mut_doc_set_root(doc, value);
        status = add_token(doc, value, store, &shop, &err);
        if (status == QD_OK) {
            status = add_streams(doc, value, store, &shop, &err);
        }
    }
    store_close(store);
    code = status == QD_OK ? cli_print_record(context, doc) : cli_fail(context, &err);
    yyjson_mut_doc_free(doc);
    return code;
}

const cli_command cli_shop_show = { "shop show",
                                    "T_CODE",
                                    1,
                                    1,
                                    "one shop: token, cursors, stored rows",
                                    "qd shop show dy-4463798",
                                    no_options,
                                    CLI_ENGINE(run_show) };

/* ---- remove ---- */

static int run_remove(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop shop;
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK) {
        status = store_shop_get(store, context->operands[0], &shop, &err);
    }
    if (status == QD_OK) {
        status = store_shop_remove(store, shop.t_code, &err);
    }
    store_close(store);
    if (status != QD_OK) {
        return cli_fail(context, &err);
    }
    if (cli_wants_document(context)) {
        return print_shop(context, &shop);
    }
    printf("%s%s\n", shop.t_code,
           context->format == CLI_TABLE ? " removed; its rows stay, its tokens are wiped" : "");
    return CLI_OK;
}

const cli_command cli_shop_remove = { "shop remove",
                                      "T_CODE",
                                      1,
                                      1,
                                      "forget a shop's tokens and leave it out; its rows stay",
                                      "qd shop remove dy-4463798",
                                      no_options,
                                      CLI_ENGINE(run_remove) };
