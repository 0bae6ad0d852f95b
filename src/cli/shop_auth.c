/*
 * qd shop auth: where an owner authorises, and the code that comes back from there. How a code
 * becomes a token is the library's; this reads what people paste.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/shop_private.h"

static const cli_option auth_options[] = {
    { "service-id", 0, CLI_TEXT, "ID", NULL, 0, 0,
      "Douyin: the tool app's service in the market; kept with the shop" },
    { "redirect-uri", 0, CLI_TEXT, "URL", NULL, 0, 0, "the app's own page, where the code goes" },
    { "state", 0, CLI_TEXT, "S", NULL, 0, 0,
      "comes back beside the code; the shop's t_code unless given" },
    { "scope", 0, CLI_TEXT, "S", NULL, 0, 0, "alliance: what is asked for" },
    { "old", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "Douyin: the page of fxg.jinritemai.com, which takes the app key" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct authorising {
    cli_context *context;
    store *store;
    jobs_fleet *fleet;
    store_shop row;
    qd_shop *shop;
    qd_authorised owner;
} authorising;

static qd_status open_shop(authorising *a, qd_err *err) {
    qd_status status = cli_store_open(a->context, &a->store, err);
    if (status == QD_OK) {
        status = store_shop_get(a->store, a->context->operands[0], &a->row, err);
        base_wipe(a->row.proxy, sizeof a->row.proxy);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(a->store, NULL, &a->fleet, err);
    }
    return status == QD_OK ? jobs_fleet_shop(a->fleet, a->row.t_code, &a->shop, err) : status;
}

static const char *state_of(const authorising *a) {
    const char *given = cli_text(a->context, "state");
    return given ? given : a->row.t_code;
}

/* ---- the page ---- */

static qd_status keep_service(store *store, store_shop *shop, void *user, qd_err *err) {
    (void)store;
    return shop_text(shop->service_id, sizeof shop->service_id, user, "service-id", err);
}

static int print_page(const authorising *a, const char *url) {
    const cli_context *context = a->context;
    if (!cli_wants_document(context)) {
        if (context->format == CLI_TABLE) {
            fprintf(stderr,
                    "the owner authorises here; then: qd shop auth %s CODE (or the whole "
                    "address that the browser was sent to)\n",
                    a->row.t_code);
        }
        printf("%s\n", url);
        return CLI_OK;
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        yyjson_mut_obj_add_strcpy(doc, root, "t_code", a->row.t_code);
        yyjson_mut_obj_add_strcpy(doc, root, "platform", a->row.platform);
        yyjson_mut_obj_add_strcpy(doc, root, "environment", a->row.environment);
        yyjson_mut_obj_add_strcpy(doc, root, "url", url);
        yyjson_mut_obj_add_strcpy(doc, root, "state", state_of(a));
    }
    int code = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static int show_page(authorising *a, qd_err *err) {
    const char *service = cli_text(a->context, "service-id");
    char *url = NULL;
    const qd_authorise_page page = { .state = state_of(a),
                                     .redirect_uri = cli_text(a->context, "redirect-uri"),
                                     .service_id = service ? service : a->row.service_id,
                                     .scope = cli_text(a->context, "scope"),
                                     .old = cli_flag(a->context, "old") };
    qd_status status = qd_shop_authorise_url(a->shop, &page, &url, err);
    if (status == QD_OK && service && strcmp(service, a->row.service_id) != 0) {
        store_shop changed;
        char kept[sizeof changed.service_id];
        bool fits = base_copy(kept, sizeof kept, base_str_of(service));
        status = fits ? shop_change(a->store, a->row.t_code, keep_service, kept, &changed, err)
                      : base_fail(err, QD_E_INVALID, "--service-id is too long");
    }
    int code = status == QD_OK ? print_page(a, url) : cli_fail(a->context, err);
    free(url);
    return code;
}

/* ---- the code ---- */

static const codec_pair *find_pair(const codec_pair *pairs, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (base_str_is(pairs[i].name, name)) {
            return &pairs[i];
        }
    }
    return NULL;
}

/* A page asked for one shop must not bring another's code. */
static qd_status check_state(const authorising *a, base_str state, qd_err *err) {
    if (state.len == 0 || base_str_is(state, state_of(a))) {
        return QD_OK;
    }
    return base_fail(err, QD_E_INVALID,
                     "the address carries the state %.*s and not %s: it may be another shop's "
                     "(--state S when the page was asked with one)",
                     (int)(state.len < 60 ? state.len : 60), state.ptr, state_of(a));
}

/* The code of "https://...?code=X&state=Y", of "?code=X" or "code=X"; percent-decoded. */
static qd_status code_of_address(const authorising *a, base_str text, base_arena *arena,
                                 base_str *out_code, qd_err *err) {
    static const char *const names[] = { "code", "auth_code", "authCode" };
    codec_pair *pairs = NULL;
    size_t count = 0;
    const char *query = memchr(text.ptr, '?', text.len);
    base_str rest = text;
    if (query) {
        rest = (base_str){ query + 1, text.len - (size_t)(query + 1 - text.ptr) };
    }
    const char *fragment = memchr(rest.ptr, '#', rest.len);
    rest.len = fragment ? (size_t)(fragment - rest.ptr) : rest.len;
    qd_status status = codec_form_parse(rest, arena, &pairs, &count, err);
    if (status != QD_OK) {
        return base_err_prefix(err, "the address");
    }
    const codec_pair *refusal = find_pair(pairs, count, "error");
    if (refusal) {
        return base_fail(err, QD_E_AUTH, "the owner did not authorise: %.*s",
                         (int)(refusal->value.len < 100 ? refusal->value.len : 100),
                         refusal->value.ptr);
    }
    const codec_pair *code = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !code; i++) {
        code = find_pair(pairs, count, names[i]);
    }
    if (!code || code->value.len == 0) {
        return base_fail(err, QD_E_INVALID, "the address holds neither code nor auth_code");
    }
    const codec_pair *state = find_pair(pairs, count, "state");
    *out_code = code->value;
    return state ? check_state(a, state->value, err) : QD_OK;
}

static bool is_address(base_str text) {
    static const char *const begins[] = { "http://",    "https://",  "?",     "code=",
                                          "auth_code=", "authCode=", "error=" };
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        size_t len = strlen(begins[i]);
        if (text.len >= len && memcmp(text.ptr, begins[i], len) == 0) {
            return true;
        }
    }
    return memmem(text.ptr, text.len, "?code=", 6) || memmem(text.ptr, text.len, "?auth_code=", 11);
}

/* Whom the platform's answer names becomes the shop's id where none was known, and the app one that
 * owners authorise. */
static qd_status take_owner(store *store, store_shop *shop, void *user, qd_err *err) {
    const qd_authorised *owner = user;
    (void)store;
    (void)err;
    if (shop->shop_id[0] == '\0') {
        (void)base_copy(shop->shop_id, sizeof shop->shop_id, base_str_of(owner->shop_id));
        if (shop->app_kind[0] == '\0') {
            (void)base_copy(shop->app_kind, sizeof shop->app_kind, BASE_STR("tool"));
        }
    }
    return QD_OK;
}

static qd_status exchange(authorising *a, qd_err *err) {
    base_arena *arena = base_arena_new(LIMIT_CONF_BYTES);
    base_buf text;
    base_str code = { NULL, 0 };
    base_buf_init(&text, 8192);
    qd_status status = arena ? shop_operand(a->context->operands[1], &text, err)
                             : base_fail(err, QD_E_NOMEM, "out of memory for a code");
    if (status == QD_OK) {
        code = base_buf_str(&text);
        if (code.len == 0) {
            status = base_fail(err, QD_E_INVALID, "the code is empty");
        } else if (is_address(code)) {
            status = code_of_address(a, code, arena, &code, err);
        }
    }
    char *copy = status == QD_OK ? base_arena_dup(arena, code) : NULL;
    if (status == QD_OK && !copy) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for a code");
    }
    if (status == QD_OK) {
        status = qd_shop_authorise_as(a->shop, copy, cli_text(a->context, "redirect-uri"),
                                      &a->owner, err);
    }
    base_buf_wipe(&text);
    base_arena_free(arena);
    return status;
}

static int take_code(authorising *a, qd_err *err) {
    qd_status status = exchange(a, err);
    if (status == QD_OK && a->row.shop_id[0] == '\0') {
        status = shop_change(a->store, a->row.t_code, take_owner, &a->owner, &a->row, err);
        if (status != QD_OK) {
            base_err_prefix(err, "the token is stored, the shop's id is not");
        }
    }
    if (status != QD_OK) {
        return cli_fail(a->context, err);
    }
    if (cli_wants_document(a->context)) {
        return shop_print(a->context, &a->row);
    }
    if (a->context->format == CLI_TABLE) {
        const char *name = a->owner.name[0] ? a->owner.name : a->row.name;
        printf("%s is authorised (%s%s%s); next: qd sync --shop %s\n", a->row.t_code, name,
               a->row.shop_id[0] ? ", " : "", a->row.shop_id, a->row.t_code);
    } else {
        printf("%s\n", a->row.t_code);
    }
    return CLI_OK;
}

static int run_auth(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    authorising a = { .context = context };
    qd_status status = open_shop(&a, &err);
    int code = status != QD_OK              ? cli_fail(context, &err)
               : context->operand_count > 1 ? take_code(&a, &err)
                                            : show_page(&a, &err);
    jobs_fleet_free(a.fleet);
    store_close(a.store);
    return code;
}

const cli_command cli_shop_auth = {
    "shop auth",
    "T_CODE [CODE|ADDRESS|-]",
    1,
    2,
    "where an owner authorises the app; with the code that comes back, a token",
    "qd shop auth dy-k3x9m2p4qa 'https://erp.example/back?code=...&state=...'",
    auth_options,
    CLI_ENGINE(run_auth)
};
