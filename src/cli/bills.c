/*
 * qd bills download: a bill file of a shop, asked for, waited for and put in place whole. The
 * platform's number of the request is kept in the database, so that a command that was killed or
 * ran out of time goes on with the same file when it is given again.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/bill.h"

enum { DAY_S = 86400, REDRAW_MS = 100, BAR = 24 };

static const cli_option download_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of the shop" },
    { "from", 0, CLI_TEXT, "DAY", NULL, 0, 0,
      "first day, yyyy-MM-dd (+08:00), or a moment \"yyyy-MM-dd HH:mm:ss\"" },
    { "to", 0, CLI_TEXT, "DAY", NULL, 0, 0, "last day, included; or the moment behind the last" },
    { "kind", 'k', CLI_TEXT, "KIND", "settlement", 0, 0,
      "settlement (settled orders) or account (movements of the account)" },
    { "time-type", 0, CLI_TEXT, "N", "0", 0, 0,
      "what the range is of: 0 the settlement, 1 the order" },
    { "file", 'f', CLI_TEXT, "OUT", NULL, 0, 0, "where to write; replaced only by a whole file" },
    { "deadline", 0, CLI_INT, "SECONDS", "600", 1, DAY_S, "how long to wait at most" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct downloading {
    cli_context *context;
    store *store;
    jobs_fleet *fleet;
    qd_shop *shop;
    store_bill row;
    qd_bill_options options;
    int64_t drawn_ms;
    bool drawn;
} downloading;

/* ---- progress ---- */

static void draw(downloading *d, const qd_bill_progress *now) {
    static const char *const words[] = { "asking for the file", "the platform makes the file",
                                         "downloading", "checking" };
    base_buf line;
    base_buf_init(&line, 512);
    base_buf_add_char(&line, '\r');
    if (now->phase == QD_BILL_LOADING && now->total > 0) {
        int filled = (int)(now->bytes * BAR / now->total);
        base_buf_add_char(&line, '[');
        for (int i = 0; i < BAR; i++) {
            base_buf_add_char(&line, i < filled ? '=' : i == filled ? '>' : ' ');
        }
        base_buf_add_text(&line, "] ");
    }
    if (now->phase == QD_BILL_LOADING) {
        cli_thousands(&line, now->bytes);
        base_buf_add_text(&line, now->total > 0 ? " of " : " bytes");
        if (now->total > 0) {
            cli_thousands(&line, now->total);
            base_buf_add_text(&line, " bytes");
        }
    }
    base_buf_printf(&line, "  %s", words[now->phase]);
    if (now->phase == QD_BILL_WAITING) {
        base_buf_printf(&line, " (asked %d times)", now->polls);
    }
    base_buf_add_text(&line, "\033[K");
    fputs(base_buf_text(&line), stderr);
    fflush(stderr);
    base_buf_clear(&line);
    d->drawn = true;
}

static bool on_progress(void *user, const qd_bill_progress *now) {
    downloading *d = user;
    const cli_context *context = d->context;
    bool shown =
        context->err_terminal && context->format != CLI_JSON && context->format != CLI_NDJSON;
    int64_t at = cli_mono_ms();
    if (shown && at - d->drawn_ms >= REDRAW_MS) {
        d->drawn_ms = at;
        draw(d, now);
    }
    return !atomic_load(cli_cancel());
}

/* ---- what is asked for ---- */

/* A day, whose end counts as the end of the range, or a moment. */
static qd_status read_moment(const char *option, const char *text, bool is_end, int64_t *out,
                             qd_err *err) {
    base_str given = base_str_of(text);
    if (!text) {
        return base_fail(err, QD_E_INVALID, "--%s is missing: a day such as 2026-11-01", option);
    }
    if (!base_time_from_cn(given, out) && !base_time_from_rfc3339(given, out)) {
        return base_fail(err, QD_E_INVALID, "--%s: '%.40s' is not a day such as 2026-11-01", option,
                         text);
    }
    *out += is_end && given.len == BASE_DAY_TEXT - 1 ? DAY_S : 0;
    return QD_OK;
}

static qd_status read_options(downloading *d, qd_err *err) {
    const cli_context *context = d->context;
    const char *kind = cli_text(context, "kind");
    qd_bill_options *o = &d->options;
    if (!cli_text(context, "shop")) {
        return base_fail(err, QD_E_INVALID, "--shop is missing; qd shop list shows the t_codes");
    }
    if (!cli_text(context, "file")) {
        return base_fail(err, QD_E_INVALID, "--file is missing: where to write the bill");
    }
    o->kind = strcmp(kind, "account") == 0 ? QD_BILL_ACCOUNT : QD_BILL_SETTLEMENT;
    if (strcmp(kind, qd_bill_kind_name(o->kind)) != 0) {
        return base_fail(err, QD_E_INVALID, "--kind takes settlement or account, not '%.20s'",
                         kind);
    }
    qd_status status = read_moment("from", cli_text(context, "from"), false, &o->from, err);
    if (status == QD_OK) {
        status = read_moment("to", cli_text(context, "to"), true, &o->to, err);
    }
    if (status == QD_OK && o->to <= o->from) {
        status = base_fail(err, QD_E_INVALID, "--to lies before --from");
    }
    o->time_type = cli_text(context, "time-type");
    if (status == QD_OK && strlen(o->time_type) > 8) {
        status = base_fail(err, QD_E_INVALID, "--time-type takes 0 or 1");
    }
    o->deadline_ms = cli_int(context, "deadline") * 1000;
    return status;
}

/* ---- the request that is remembered ---- */

static void name_request(downloading *d) {
    const qd_bill_options *o = &d->options;
    char from[BASE_TIME_TEXT], to[BASE_TIME_TEXT];
    base_time_to_cn(o->from, from);
    base_time_to_cn(o->to, to);
    (void)base_copy(d->row.shop, sizeof d->row.shop, base_str_of(cli_text(d->context, "shop")));
    (void)snprintf(d->row.request, sizeof d->row.request, "%s %s %s %s", qd_bill_kind_name(o->kind),
                   from, to, o->time_type);
}

/* One that is done is asked for anew. */
static qd_status recall(downloading *d, qd_err *err) {
    store_bill found;
    qd_status status = store_bill_get(d->store, d->row.shop, d->row.request, &found, err);
    if (status == QD_OK && found.done_at == 0) {
        d->row = found;
        d->options.download_id = d->row.download_id;
    }
    return status == QD_E_NOT_FOUND ? QD_OK : status;
}

static qd_status remember(void *user, const char *download_id, qd_err *err) {
    downloading *d = user;
    store_bill row = d->row;
    row.asked_at = base_now(NULL);
    row.done_at = 0;
    (void)base_copy(row.download_id, sizeof row.download_id, base_str_of(download_id));
    return store_bill_put(d->store, &row, err);
}

static qd_status mark_done(downloading *d, const qd_bill_result *result, qd_err *err) {
    store_bill row;
    qd_status status = store_bill_get(d->store, d->row.shop, d->row.request, &row, err);
    if (status == QD_OK) {
        row.done_at = base_now(NULL);
        (void)base_copy(row.download_id, sizeof row.download_id, base_str_of(result->download_id));
        status = store_bill_put(d->store, &row, err);
    }
    return status;
}

/* ---- the command ---- */

static qd_status open_shop(downloading *d, qd_err *err) {
    store_shop row;
    qd_status status = cli_store_open(d->context, &d->store, err);
    if (status == QD_OK) {
        status = store_shop_get(d->store, d->row.shop, &row, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(d->store, NULL, &d->fleet, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(d->fleet, d->row.shop, &d->shop, err);
    }
    return status;
}

static int print_result(const downloading *d, const qd_bill_result *result, int64_t began_ms) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (!doc) {
        return cli_print_document(d->context, NULL);
    }
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_strcpy(doc, root, "shop", d->row.shop);
    yyjson_mut_obj_add_str(doc, root, "kind", qd_bill_kind_name(d->options.kind));
    yyjson_mut_obj_add_int(doc, root, "time_from", d->options.from);
    yyjson_mut_obj_add_int(doc, root, "time_to", d->options.to);
    yyjson_mut_obj_add_strcpy(doc, root, "file", cli_text(d->context, "file"));
    yyjson_mut_obj_add_int(doc, root, "bytes", result->bytes);
    yyjson_mut_obj_add_str(doc, root, "format", qd_bill_format_name(result->format));
    yyjson_mut_obj_add_strcpy(doc, root, "download_id", result->download_id);
    yyjson_mut_obj_add_int(doc, root, "asked", result->asked);
    yyjson_mut_obj_add_int(doc, root, "polls", result->polls);
    yyjson_mut_obj_add_int(doc, root, "resumed", result->resumed);
    yyjson_mut_obj_add_real(doc, root, "seconds", (double)(cli_mono_ms() - began_ms) / 1000.0);
    int code = cli_print_record(d->context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static int run_download(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    downloading d = { .context = context };
    qd_bill_result result = { .bytes = 0 };
    int64_t began_ms = cli_mono_ms();
    d.options.remember = remember;
    d.options.progress = on_progress;
    d.options.user = &d;
    cli_signals_catch();
    qd_status status = read_options(&d, &err);
    if (status == QD_OK) {
        name_request(&d);
        status = open_shop(&d, &err);
    }
    if (status == QD_OK) {
        status = recall(&d, &err);
    }
    if (status == QD_OK) {
        status = qd_bill_download(d.shop, cli_text(context, "file"), &d.options, &result, &err);
    }
    if (d.drawn) {
        fputs("\r\033[K", stderr);
    }
    if (status == QD_OK) {
        status = mark_done(&d, &result, &err);
    }
    int code = status == QD_OK ? print_result(&d, &result, began_ms) : cli_fail(context, &err);
    jobs_fleet_free(d.fleet);
    store_close(d.store);
    return code;
}

const cli_command cli_bills_download = {
    "bills download",
    "",
    0,
    0,
    "a bill file of a shop, whole or not at all",
    "qd bills download --shop dy-4463798 --from 2026-11-01 --to 2026-11-30 --file november.csv",
    download_options,
    CLI_ENGINE(run_download)
};
