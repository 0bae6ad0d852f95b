/* qd decrypt log: who decrypted texts of which orders. Reads the database only. */
#include <stdlib.h>

#include "cli/cli_private.h"

static const cli_option log_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "only this shop" },
    { "order", 0, CLI_TEXT, "ID", NULL, 0, 0, "only this order" },
    { "limit", 'n', CLI_INT, "N", "20", 1, INT64_MAX, "so many, newest first" },
    { "all", 'a', CLI_FLAG, NULL, NULL, 0, 0, "every one" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static int print_log(cli_context *context, const store_decryption *list, size_t count) {
    static const cli_column columns[] = {
        { "id", CLI_KIND_INT, false },    { "at", CLI_KIND_TIME, true },
        { "shop", CLI_KIND_NAME, true },  { "order_id", CLI_KIND_NAME, true },
        { "actor", CLI_KIND_TEXT, true }, { "kind", CLI_KIND_TEXT, true },
        { "items", CLI_KIND_INT, true },  { "failed", CLI_KIND_INT, true },
        { "code", CLI_KIND_TEXT, true },
    };
    cli_rows *rows = cli_rows_new(context, columns, sizeof columns / sizeof columns[0]);
    if (!rows) {
        return CLI_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        const store_decryption *row = &list[i];
        const cli_cell cells[] = {
            CLI_CELL_INT(row->id),        CLI_CELL_INT(row->at),     CLI_CELL_TEXT(row->shop),
            CLI_CELL_TEXT(row->order_id), CLI_CELL_TEXT(row->actor), CLI_CELL_TEXT(row->kind),
            CLI_CELL_INT(row->items),     CLI_CELL_INT(row->failed), CLI_CELL_TEXT(row->code),
        };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    int code = cli_rows_end(rows);
    if (count == 0 && context->format == CLI_TABLE) {
        fputs("no rows\n", stderr);
    }
    return code;
}

static int run_log(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop shop;
    store_decryption *list = NULL;
    size_t count = 0;
    const char *t_code = cli_text(context, "shop");
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK && t_code) {
        status = store_shop_get(store, t_code, &shop, &err);
    }
    if (status == QD_OK) {
        int64_t limit = cli_flag(context, "all") ? 0 : cli_int(context, "limit");
        status = store_decryption_list(store, t_code, cli_text(context, "order"), limit, &list,
                                       &count, &err);
    }
    store_close(store);
    int code = status == QD_OK ? print_log(context, list, count) : cli_fail(context, &err);
    free(list);
    return code;
}

const cli_command cli_decrypt_log = { "decrypt log",
                                      "",
                                      0,
                                      0,
                                      "who decrypted texts of which orders",
                                      "qd decrypt log --order 4781320682406083640",
                                      log_options,
                                      run_log };
