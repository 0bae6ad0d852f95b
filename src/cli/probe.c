/*
 * qd shop probe: finds which reading of Solinkup's ambiguous signature the platform follows, with
 * at most seven read-only calls and a pause between them, and remembers it for the shop. Never done
 * unless an operator asks for it.
 */
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/probe.h"

static const cli_option options[] = { { "pause-ms", 0, CLI_INT, "N", "1000", 1, 600000,
                                        "pause between two calls" },
                                      { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static void told(void *user, const char *sign_method, const qd_err *err) {
    const cli_context *context = user;
    if (context->verbose || (context->err_terminal && context->format == CLI_TABLE)) {
        fprintf(stderr, "qd: %-26s %s\n", sign_method,
                err->status == QD_OK ? "works" : qd_status_name(err->status));
    }
}

static const char *or_null(const char *text) {
    return text[0] ? text : NULL;
}

static qd_status probe(cli_context *context, store *store, store_shop *row, qd_err *err) {
    base_secret secret = { NULL, 0 };
    char found[QD_PROBE_TEXT];
    qd_status status = store_app_secret(store, row->platform, row->app_key, &secret, err);
    if (status == QD_OK) {
        const qd_app_options app = { .platform = row->platform,
                                     .key = row->app_key,
                                     .secret = secret.ptr };
        const qd_shop_options shop = { .handle = row->t_code,
                                       .environment = row->environment,
                                       .shop_id = or_null(row->shop_id),
                                       .base_url = or_null(row->base_url),
                                       .proxy = or_null(row->proxy),
                                       .token_store = store_tokens(store) };
        const qd_probe_options how = { cli_int(context, "pause-ms"), told, context };
        status = qd_probe_sign_method(&app, &shop, &how, found, err);
    }
    base_secret_clear(&secret);
    if (status == QD_OK) {
        (void)base_copy(row->sign_method, sizeof row->sign_method, base_str_of(found));
        status = store_shop_update(store, row, err);
    }
    return status;
}

static int print_found(cli_context *context, const store_shop *row) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *value = doc ? yyjson_mut_obj(doc) : NULL;
    if (doc) {
        yyjson_mut_doc_set_root(doc, value);
        yyjson_mut_obj_add_str(doc, value, "t_code", row->t_code);
        yyjson_mut_obj_add_str(doc, value, "sign_method", row->sign_method);
    }
    int code = cli_print_record(context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static int run_probe(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    store *store = NULL;
    store_shop row;
    memset(&row, 0, sizeof row);
    qd_status status = cli_store_open(context, &store, &err);
    if (status == QD_OK) {
        status = store_shop_get(store, context->operands[0], &row, &err);
    }
    if (status == QD_OK) {
        status = probe(context, store, &row, &err);
    }
    store_close(store);
    return status == QD_OK ? print_found(context, &row) : cli_fail(context, &err);
}

const cli_command cli_shop_probe = {
    "shop probe",
    "T_CODE",
    1,
    1,
    "Solinkup: find the reading of the signature that works, and remember it",
    "qd shop probe so-1",
    options,
    CLI_ENGINE(run_probe)
};
