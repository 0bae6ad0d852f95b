/*
 * qd shop add, edit: the shops that there are, their keys and settings. Everything is checked that
 * can be checked without the network; asks no platform.
 */
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/shop_private.h"
#include "platforms/platforms.h"

/* What add and edit have in common. */
#define SETTINGS                                                                                    \
    { "shop-id", 0, CLI_TEXT, "ID", NULL, 0, 0, "the platform's id of the shop" },                  \
        { "base-url", 0, CLI_TEXT, "URL",                                                           \
          NULL,       0, 0,        "the sandbox's host, called instead of the platform's own" },    \
        { "sign-method",                                                                            \
          0,                                                                                        \
          CLI_TEXT,                                                                                 \
          "M",                                                                                      \
          NULL,                                                                                     \
          0,                                                                                        \
          0,                                                                                        \
          "METHOD or PROFILE/METHOD where it is not the platform's default: text_example/md5" },    \
        { "app-kind", 0,                                                                            \
          CLI_TEXT,   "K",                                                                          \
          NULL,       0,                                                                            \
          0,          "self (the app of the shop itself) or tool (its owner authorises the app)" }, \
        { "token-flow",                                                                             \
          0,                                                                                        \
          CLI_TEXT,                                                                                 \
          "F",                                                                                      \
          NULL,                                                                                     \
          0,                                                                                        \
          0,                                                                                        \
          "how tokens are asked for; Douyin: gateway or oauth2 (the old endpoints)" },              \
        { "auth-id", 0, CLI_TEXT, "ID", NULL, 0, 0, "Douyin: who authorised, in place of a shop" }, \
        { "auth-subject-type",                                                                      \
          0,                                                                                        \
          CLI_TEXT,                                                                                 \
          "T",                                                                                      \
          NULL,                                                                                     \
          0,                                                                                        \
          0,                                                                                        \
          "Douyin: YunCang, WuLiuShang, WLGongYingShang, MiniApp, MCN, DouKe or Colonel" },         \
    {                                                                                               \
        "service-id", 0, CLI_TEXT, "ID", NULL, 0, 0,                                                \
            "Douyin: the tool app's service in the market (qd shop auth)"                           \
    }

static const cli_option add_options[] = {
    { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0,
      "douyin, taobao, alliance, qianchuan or solinkup" },
    { "name", 'n', CLI_TEXT, "N", NULL, 0, 0, "what you call the shop" },
    { "key", 'k', CLI_TEXT, "KEY", NULL, 0, 0, "app key of the application" },
    { "secret", 0, CLI_TEXT, "S", NULL, 0, 0,
      "app secret; better in QD_SECRET, or typed when asked for" },
    { "session", 0, CLI_TEXT, "TOKEN", NULL, 0, 0,
      "a token given by hand; it cannot be renewed without you" },
    { "sandbox", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "the platform's own sandbox (--base-url means a sandbox, too)" },
    { "proxy", 0, CLI_TEXT, "URL", NULL, 0, 0,
      "as for qd shop proxy; @FILE keeps a password from the command line" },
    SETTINGS,
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static const cli_option edit_options[] = { { "name", 'n', CLI_TEXT, "N", NULL, 0, 0,
                                             "what you call the shop" },
                                           { "secret", 0, CLI_TEXT, "S", NULL, 0, 0,
                                             "the app's new secret, for all its shops; - reads "
                                             "it from standard input" },
                                           SETTINGS,
                                           { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

/* ---- secrets ---- */

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

/* ---- columns ---- */

qd_status shop_text(char *out, size_t size, const char *value, const char *option, qd_err *err) {
    if (!base_copy(out, size, base_str_of(value ? value : ""))) {
        return base_fail(err, QD_E_INVALID, "--%s is longer than %zu bytes", option, size - 1);
    }
    return QD_OK;
}

/* The settings that were given; the others stay. "off" empties one. */
static qd_status fill_settings(const cli_context *context, store_shop *shop, qd_err *err) {
    const struct {
        const char *option;
        char *out;
        size_t size;
    } settings[] = {
        { "name", shop->name, sizeof shop->name },
        { "shop-id", shop->shop_id, sizeof shop->shop_id },
        { "sign-method", shop->sign_method, sizeof shop->sign_method },
        { "app-kind", shop->app_kind, sizeof shop->app_kind },
        { "token-flow", shop->token_flow, sizeof shop->token_flow },
        { "auth-id", shop->subject_id, sizeof shop->subject_id },
        { "auth-subject-type", shop->subject_type, sizeof shop->subject_type },
        { "service-id", shop->service_id, sizeof shop->service_id },
    };
    const char *name = cli_text(context, "name");
    qd_status status =
        name && !*name ? base_fail(err, QD_E_INVALID, "--name is empty: a shop needs one") : QD_OK;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0] && status == QD_OK; i++) {
        const char *value = cli_text(context, settings[i].option);
        if (value) {
            bool empty = i > 0 && strcmp(value, "off") == 0;
            status = shop_text(settings[i].out, settings[i].size, empty ? "" : value,
                               settings[i].option, err);
        }
    }
    return status;
}

static qd_status check_platform(const char *platform, qd_err *err) {
    if (cat_platform_find(platform)) {
        return QD_OK;
    }
    base_buf known;
    base_buf_init(&known, 1024);
    for (size_t i = 0; i < cat_platform_count(); i++) {
        base_buf_printf(&known, "%s%s", i ? ", " : "", cat_str(cat_platform_at(i)->name));
    }
    qd_status status = base_fail(err, QD_E_INVALID, "there is no platform '%.20s'; there are %s",
                                 platform, base_buf_text(&known));
    base_buf_clear(&known);
    return status;
}

/* The row that the options describe. */
static qd_status fill_shop(const cli_context *context, store_shop *shop, qd_err *err) {
    const char *platform = cli_text(context, "platform");
    const char *base_url = cli_text(context, "base-url");
    const char *proxy = cli_text(context, "proxy");
    const char *key = cli_text(context, "key");
    base_buf text;
    if (!platform || !cli_text(context, "name") || !key) {
        return base_fail(err, QD_E_INVALID, "--%s is missing",
                         !platform                    ? "platform"
                         : !cli_text(context, "name") ? "name"
                                                      : "key");
    }
    qd_status status = check_platform(platform, err);
    if (status == QD_OK && base_url && net_base_url_check(base_url, err) != QD_OK) {
        return base_err_prefix(err, "--base-url");
    }
    base_buf_init(&text, sizeof shop->proxy);
    if (status == QD_OK && proxy) {
        status = shop_operand(proxy, &text, err);
    }
    if (status == QD_OK && core_proxy_check(base_buf_text(&text), err) != QD_OK) {
        status = base_err_prefix(err, "--proxy");
    }
    memset(shop, 0, sizeof *shop);
    bool sandbox = base_url || cli_flag(context, "sandbox");
    (void)base_copy(shop->environment, sizeof shop->environment,
                    base_str_of(sandbox ? "sandbox" : "production"));
    bool fits =
        status == QD_OK &&
        shop_text(shop->platform, sizeof shop->platform, platform, "platform", err) == QD_OK &&
        shop_text(shop->app_key, sizeof shop->app_key, key, "key", err) == QD_OK &&
        shop_text(shop->base_url, sizeof shop->base_url, base_url, "base-url", err) == QD_OK &&
        shop_text(shop->proxy, sizeof shop->proxy, base_buf_text(&text), "proxy", err) == QD_OK &&
        fill_settings(context, shop, err) == QD_OK;
    base_buf_wipe(&text);
    return fits ? QD_OK : err->status;
}

qd_status shop_check(const store_shop *shop, base_str secret, qd_err *err) {
    base_secret copy = { NULL, 0 };
    qd_app *app = NULL;
    qd_shop *handle = NULL;
    qd_status status = base_secret_set(&copy, secret, err);
    if (status == QD_OK) {
        const qd_app_options options = { .platform = shop->platform,
                                         .key = shop->app_key,
                                         .secret = copy.ptr ? copy.ptr : "",
                                         .sign_method = shop->sign_method };
        status = qd_app_new(&options, &app, err);
    }
    if (status == QD_OK) {
        const qd_shop_options options = { .handle = shop->t_code,
                                          .environment = shop->environment,
                                          .shop_id = shop->shop_id,
                                          .base_url = shop->base_url,
                                          .proxy = shop->proxy,
                                          .app_kind = shop->app_kind,
                                          .token_flow = shop->token_flow,
                                          .subject_id = shop->subject_id,
                                          .subject_type = shop->subject_type };
        status = qd_shop_new(app, &options, &handle, err);
    }
    qd_shop_free(handle);
    qd_app_free(app);
    base_secret_clear(&copy);
    return status;
}

/* ---- add ---- */

qd_status cli_shop_connect(store *store, store_shop *shop, base_str secret, const char *session,
                           qd_err *err) {
    /* A shop that is there is refused before the secret of its app is touched. */
    qd_status status = store_shop_check_new(store, shop, err);
    if (status == QD_OK) {
        status = store_app_put(store, shop->platform, shop->app_key, secret, err);
    }
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

/* Only its owner can give this shop a token? */
static bool wants_owner(const store_shop *shop, const char *session) {
    const core_platform *platform = platforms_find(shop->platform);
    bool creates = platform && platform->token_create && strcmp(shop->app_kind, "tool") != 0 &&
                   (shop->shop_id[0] || shop->subject_id[0] || shop->app_kind[0]);
    return !session && !creates;
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
    base_str key = { secret.ptr, secret.len };
    if (status == QD_OK) {
        status = shop_check(&shop, key, &err);
    }
    if (status == QD_OK) {
        status = cli_store_open(context, &store, &err);
    }
    if (status == QD_OK) {
        status = cli_shop_connect(store, &shop, key, session, &err);
    }
    base_secret_clear(&secret);
    store_close(store);
    base_wipe(shop.proxy, sizeof shop.proxy);
    if (status != QD_OK) {
        return cli_fail(context, &err);
    }
    if (cli_wants_document(context)) {
        return shop_print(context, &shop);
    }
    if (context->format == CLI_TABLE) {
        printf("added %s (%s, %s); next: qd %s %s\n", shop.t_code, shop.platform, shop.environment,
               wants_owner(&shop, session) ? "shop auth" : "sync --shop", shop.t_code);
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

/* ---- edit ---- */

/* The base_url belongs to the sandbox: in production it waits for qd shop sandbox T on. */
static qd_status edit_base_url(const char *url, store_shop *shop, qd_err *err) {
    bool sandbox = strcmp(shop->environment, "sandbox") == 0;
    char *out = sandbox ? shop->base_url : shop->sandbox_url;
    size_t size = sandbox ? sizeof shop->base_url : sizeof shop->sandbox_url;
    if (strcmp(url, "off") == 0) {
        url = "";
    } else if (net_base_url_check(url, err) != QD_OK) {
        return base_err_prefix(err, "--base-url");
    }
    return shop_text(out, size, url, "base-url", err);
}

static qd_status edit(store *store, store_shop *shop, void *user, qd_err *err) {
    const cli_context *context = user;
    const char *url = cli_text(context, "base-url");
    (void)store;
    qd_status status = fill_settings(context, shop, err);
    return status == QD_OK && url ? edit_base_url(url, shop, err) : status;
}

/* A secret that was made anew on the platform: every shop of the app has it from now on. */
static qd_status edit_secret(const cli_context *context, store *store, const store_shop *shop,
                             qd_err *err) {
    const char *given = cli_text(context, "secret");
    base_buf text;
    if (!given) {
        return QD_OK;
    }
    base_buf_init(&text, LIMIT_CONF_BYTES);
    qd_status status = shop_operand(given, &text, err);
    if (status == QD_OK && text.len == 0) {
        status = base_fail(err, QD_E_INVALID, "the secret is empty");
    }
    if (status == QD_OK) {
        status = store_app_put(store, shop->platform, shop->app_key, base_buf_str(&text), err);
    }
    base_buf_wipe(&text);
    return status;
}

static int run_edit(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop shop;
    bool any = false;
    for (size_t i = 0; edit_options[i].name; i++) {
        any = any || cli_given(context, edit_options[i].name);
    }
    if (!any) {
        return cli_usage(context, "nothing to change: give one of its options");
    }
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK) {
        status = shop_change(store, context->operands[0], edit, context, &shop, &err);
    }
    if (status == QD_OK) {
        status = edit_secret(context, store, &shop, &err);
    }
    store_close(store);
    if (status != QD_OK) {
        return cli_fail(context, &err);
    }
    if (cli_wants_document(context)) {
        return shop_print(context, &shop);
    }
    printf("%s%s\n", shop.t_code, context->format == CLI_TABLE ? " changed" : "");
    return CLI_OK;
}

const cli_command cli_shop_edit = { "shop edit",
                                    "T_CODE",
                                    1,
                                    1,
                                    "change a shop's name and settings; off empties one",
                                    "qd shop edit sl-k3x9m2p4qa --sign-method text_example/md5",
                                    edit_options,
                                    CLI_ENGINE(run_edit) };
