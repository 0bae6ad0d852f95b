/*
 * qd shop list, show, remove: which shops there are and how each stands. Asks no platform. What
 * adds and changes shops is in shop_add.c, shop_auth.c and shop_switch.c.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/shop_private.h"

yyjson_mut_val *shop_value(yyjson_mut_doc *doc, const store_shop *shop) {
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
    yyjson_mut_obj_add_strcpy(doc, value, "sign_method", shop->sign_method);
    yyjson_mut_obj_add_strcpy(doc, value, "app_kind", shop->app_kind);
    yyjson_mut_obj_add_strcpy(doc, value, "token_flow", shop->token_flow);
    yyjson_mut_obj_add_strcpy(doc, value, "subject_id", shop->subject_id);
    yyjson_mut_obj_add_strcpy(doc, value, "subject_type", shop->subject_type);
    yyjson_mut_obj_add_strcpy(doc, value, "service_id", shop->service_id);
    yyjson_mut_obj_add_strcpy(doc, value, "sandbox_url", shop->sandbox_url);
    return value;
}

int shop_print(const cli_context *context, const store_shop *shop) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_doc_set_root(doc, shop_value(doc, shop));
    }
    int status = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return status;
}

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
    if (token->access[0] == '\0') {
        return "none"; /* or asked for, and not yet there */
    }
    return token->expires_at && token->expires_at <= now ? "expired" : "ok";
}

/* TOP: when the session's rights to read and to write end, where that was told. */
static void add_levels(yyjson_mut_doc *doc, yyjson_mut_val *value, const qd_token *token) {
    static const char *const names[QD_TOKEN_LEVELS] = { "r1", "r2", "w1", "w2" };
    yyjson_mut_val *levels = NULL;
    for (size_t i = 0; i < QD_TOKEN_LEVELS; i++) {
        if (token->level_ends[i] != 0) {
            levels = levels ? levels : yyjson_mut_obj_add_obj(doc, value, "levels");
            yyjson_mut_obj_add_int(doc, levels, names[i], token->level_ends[i]);
        }
    }
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
    add_levels(doc, v, &token);
    if (token.refused_code[0]) {
        yyjson_mut_val *refused = yyjson_mut_obj_add_obj(doc, v, "refused");
        yyjson_mut_obj_add_strcpy(doc, refused, "code", token.refused_code);
        yyjson_mut_obj_add_strcpy(doc, refused, "sub_code", token.refused_sub_code);
        yyjson_mut_obj_add_strcpy(doc, refused, "message", token.refused_message);
    }
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
        return shop_print(context, &shop);
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
