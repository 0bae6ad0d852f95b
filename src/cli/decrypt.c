/*
 * qd decrypt: the encrypted fields of stored orders, or single texts, as plain text on standard
 * output and nowhere else. Each order is recorded (who, when, how many; never a text) before
 * anything is shown; qd decrypt log lists the records.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/decrypt_private.h"

static const cli_option decrypt_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of the shop" },
    { "text", 't', CLI_TEXTS, "CIPHER", NULL, 0, 0,
      "a single cipher text instead of whole orders; may be given several times" },
    { "order", 0, CLI_TEXT, "ID", NULL, 0, 0, "the order that --text belongs to" },
    { "mask", 'm', CLI_FLAG, NULL, NULL, 0, 0, "masked texts instead (13********5)" },
    { "by", 0, CLI_TEXT, "NAME", NULL, 0, 0, "who asks, for the record; else the system's user" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct decrypting {
    cli_context *context;
    const char *t_code;
    store *store;
    jobs_fleet *fleet;
    qd_shop *shop;
    char platform[32];
    char actor[128];
    decrypt_fields fields;
} decrypting;

static void read_actor(decrypting *d) {
    const char *given = cli_text(d->context, "by");
    char room[4096];
    struct passwd entry, *found = NULL;
    if (!given && getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found) {
        given = found->pw_name;
    }
    if (given && *given) {
        (void)base_copy(d->actor, sizeof d->actor, base_str_of(given));
    } else {
        (void)snprintf(d->actor, sizeof d->actor, "uid %ld", (long)getuid());
    }
}

static qd_status open_shop(decrypting *d, qd_err *err) {
    store_shop row;
    qd_status status = cli_store_open(d->context, &d->store, err);
    if (status == QD_OK) {
        status = store_shop_get(d->store, d->t_code, &row, err);
    }
    if (status == QD_OK) {
        (void)base_copy(d->platform, sizeof d->platform, base_str_of(row.platform));
        status = jobs_fleet_new(d->store, NULL, &d->fleet, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(d->fleet, d->t_code, &d->shop, err);
    }
    return status;
}

static qd_status read_fields(decrypting *d, qd_err *err) {
    const cli_context *context = d->context;
    const char *text;
    qd_status status = QD_OK;
    for (size_t i = 0; status == QD_OK && (text = cli_nth(context, "text", i)) != NULL; i++) {
        status =
            decrypt_fields_add(&d->fields, cli_text(context, "order"), "", base_str_of(text), err);
    }
    for (size_t i = 0; status == QD_OK && i < context->operand_count; i++) {
        status =
            decrypt_fields_of_order(&d->fields, d->store, d->t_code, context->operands[i], err);
    }
    return status;
}

/* A qd_sensitive_record_fn: on disk before a text is shown. */
static qd_status record(void *user, const qd_sensitive_record *told, qd_err *err) {
    decrypting *d = user;
    store_decryption row = { .at = told->at, .items = told->items, .failed = told->failed };
    (void)base_copy(row.shop, sizeof row.shop, base_str_of(told->shop));
    (void)base_copy(row.order_id, sizeof row.order_id, base_str_of(told->order_id));
    (void)base_copy(row.actor, sizeof row.actor, base_str_of(told->actor));
    (void)base_copy(row.kind, sizeof row.kind, base_str_of(qd_sensitive_action_name(told->action)));
    (void)base_copy(row.code, sizeof row.code, base_str_of(told->code));
    return store_decryption_add(d->store, &row, 1, err);
}

static qd_status ask(decrypting *d, qd_sensitive_action action, qd_sensitive **out_result,
                     qd_err *err) {
    qd_sensitive_options options = { .actor = d->actor, .record = record, .record_user = d };
    qd_sensitive_item *items = calloc(d->fields.count, sizeof *items);
    if (!items) {
        return base_fail(err, QD_E_NOMEM, "out of memory for %zu texts", d->fields.count);
    }
    for (size_t i = 0; i < d->fields.count; i++) {
        const decrypt_field *field = &d->fields.items[i];
        items[i] = (qd_sensitive_item){ .order_id = field->order_id,
                                        .text = field->cipher,
                                        .kind = field->kind };
    }
    qd_status status =
        qd_sensitive_run(d->shop, action, items, d->fields.count, &options, out_result, err);
    free(items);
    return status;
}

/* The report, and the error that decides the exit code when some text failed. */
static int finish(decrypting *d, qd_sensitive_action action, const qd_sensitive *result,
                  qd_status status, qd_err *err) {
    size_t count = qd_sensitive_count(result), failed = qd_sensitive_failed(result);
    bool nothing = status != QD_OK && failed == count;
    if (nothing) {
        return cli_fail(d->context, err);
    }
    int code = decrypt_print(d->context, d->t_code, action, &d->fields, result);
    if (code != CLI_OK || failed == 0) {
        return code;
    }
    for (size_t i = 0; status == QD_OK && i < count; i++) {
        const qd_sensitive_text *text = qd_sensitive_at(result, i);
        if (text->status != QD_OK) {
            status = base_fail(err, QD_E_PLATFORM, "%zu of %zu texts failed; the first: %s %s",
                               failed, count, text->code, text->message);
            (void)base_copy(err->code, sizeof err->code, base_str_of(text->code));
            (void)base_copy(err->platform, sizeof err->platform, base_str_of(d->platform));
        }
    }
    (void)cli_fail(d->context, err);
    return CLI_FAILED;
}

static int check_options(const cli_context *context) {
    bool texts = cli_nth(context, "text", 0) != NULL;
    if (!cli_text(context, "shop")) {
        return cli_usage(context, "--shop is missing; qd shop list shows the t_codes");
    }
    if (texts && !cli_text(context, "order")) {
        return cli_usage(context, "--text needs --order: a text is decrypted for its order");
    }
    if (texts == (context->operand_count > 0) || (!texts && cli_given(context, "order"))) {
        return cli_usage(context, "give order ids, or --text with --order");
    }
    return CLI_OK;
}

static int run_decrypt(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    decrypting d = { .context = context, .t_code = cli_text(context, "shop") };
    qd_sensitive_action action =
        cli_flag(context, "mask") ? QD_SENSITIVE_MASK : QD_SENSITIVE_DECRYPT;
    qd_sensitive *result = NULL;
    int code = check_options(context);
    if (code != CLI_OK) {
        return code;
    }
    read_actor(&d);
    qd_status status = open_shop(&d, &err);
    if (status == QD_OK) {
        status = read_fields(&d, &err);
    }
    if (status == QD_OK) {
        status = ask(&d, action, &result, &err);
    }
    code = result ? finish(&d, action, result, status, &err) : cli_fail(context, &err);
    qd_sensitive_free(result);
    decrypt_fields_clear(&d.fields);
    jobs_fleet_free(d.fleet);
    store_close(d.store);
    return code;
}

const cli_command cli_decrypt = {
    "decrypt",
    "[ORDER_ID ...]",
    0,
    512,
    "names, phones and addresses of orders as plain text; each is recorded",
    "qd decrypt --shop dy-4463798 4781320682406083640",
    decrypt_options,
    CLI_ENGINE(run_decrypt)
};
