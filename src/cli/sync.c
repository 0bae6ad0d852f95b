/*
 * qd sync and qd audit: run the jobs over shops and streams, show progress, print the report.
 *
 * A run in which some streams failed still prints its report, and the error that decided the exit
 * code on standard error; a run in which all failed prints the error only.
 */
#include <string.h>

#include "cli/cli_private.h"

enum { DAY_S = 86400, WORKERS_MAX = 256, CELLS_MAX = 16 };

typedef struct working {
    store *store;
    jobs_fleet *fleet;
    cli_progress *progress;
    jobs_options options;
} working;

static qd_status work_open(const cli_context *context, working *w, qd_err *err) {
    qd_status status = cli_store_open(context, &w->store, err);
    if (status == QD_OK) {
        status = jobs_fleet_new(w->store, NULL, &w->fleet, err);
    }
    if (status != QD_OK) {
        return status;
    }
    cli_signals_catch();
    w->progress = cli_progress_new(context);
    w->options = (jobs_options){ .fleet = w->fleet,
                                 .store = w->store,
                                 .shop = cli_text(context, "shop"),
                                 .streams = context->operand_count ? context->operands : NULL,
                                 .workers = (unsigned)cli_int(context, "workers"),
                                 .progress = cli_progress_show,
                                 .progress_user = w->progress,
                                 .cancel = cli_cancel() };
    return QD_OK;
}

static void work_close(working *w) {
    cli_progress_free(w->progress);
    jobs_fleet_free(w->fleet);
    store_close(w->store);
}

/* ---- rows of the reports ---- */

static const cli_column sync_columns[] = {
    { "t_code", CLI_KIND_TEXT, true },   { "stream", CLI_KIND_TEXT, true },
    { "status", CLI_KIND_TEXT, true },   { "rows", CLI_KIND_INT, true },
    { "inserted", CLI_KIND_INT, true },  { "updated", CLI_KIND_INT, true },
    { "unchanged", CLI_KIND_INT, true }, { "details", CLI_KIND_INT, false },
    { "pages", CLI_KIND_INT, true },     { "windows", CLI_KIND_INT, false },
    { "rereads", CLI_KIND_INT, false },  { "complete_to", CLI_KIND_TIME, true },
    { "message", CLI_KIND_TEXT, false },
};
enum { SYNC_CELLS = sizeof sync_columns / sizeof sync_columns[0] };

static void sync_row(const jobs_shop_report *shop, const jobs_stream_report *stream,
                     cli_cell *cells) {
    const sync_result *r = &stream->sync;
    const cli_cell row[SYNC_CELLS] = {
        CLI_CELL_TEXT(shop->shop.t_code),
        CLI_CELL_TEXT(stream->stream),
        CLI_CELL_TEXT(qd_status_name(stream->status)),
        CLI_CELL_INT(r->rows),
        CLI_CELL_INT(r->inserted),
        CLI_CELL_INT(r->updated),
        CLI_CELL_INT(r->unchanged),
        CLI_CELL_INT(r->details),
        CLI_CELL_INT(r->pages),
        CLI_CELL_INT(r->windows),
        CLI_CELL_INT(r->rereads),
        r->complete_to ? CLI_CELL_INT(r->complete_to) : CLI_CELL_NULL,
        CLI_CELL_TEXT(stream->status == QD_OK ? "" : stream->err.message),
    };
    memcpy(cells, row, sizeof row);
}

static const cli_column audit_columns[] = {
    { "t_code", CLI_KIND_TEXT, true },   { "stream", CLI_KIND_TEXT, true },
    { "state", CLI_KIND_TEXT, true },    { "platform_count", CLI_KIND_INT, true },
    { "our_count", CLI_KIND_INT, true }, { "gap", CLI_KIND_INT, true },
    { "extra", CLI_KIND_INT, true },     { "repaired", CLI_KIND_INT, true },
    { "days", CLI_KIND_INT, true },      { "detail", CLI_KIND_TEXT, true },
};
enum { AUDIT_CELLS = sizeof audit_columns / sizeof audit_columns[0] };

static void audit_row(const jobs_shop_report *shop, const jobs_stream_report *stream,
                      cli_cell *cells) {
    const sync_audit_result *r = &stream->audit;
    bool counted = stream->status == QD_OK && r->platform_count >= 0;
    const cli_cell row[AUDIT_CELLS] = {
        CLI_CELL_TEXT(shop->shop.t_code),
        CLI_CELL_TEXT(stream->stream),
        CLI_CELL_TEXT(cli_audit_state(stream)),
        counted ? CLI_CELL_INT(r->platform_count) : CLI_CELL_NULL,
        CLI_CELL_INT(r->our_count),
        CLI_CELL_INT(r->gap),
        CLI_CELL_INT(r->extra),
        CLI_CELL_INT(r->repaired),
        CLI_CELL_INT(r->days),
        CLI_CELL_TEXT(stream->status == QD_OK ? r->detail : stream->err.message),
    };
    memcpy(cells, row, sizeof row);
}

static int print_rows(cli_context *context, const jobs_report *report, bool audit) {
    cli_cell cells[CELLS_MAX];
    cli_rows *rows = audit ? cli_rows_new(context, audit_columns, AUDIT_CELLS)
                           : cli_rows_new(context, sync_columns, SYNC_CELLS);
    if (!rows) {
        return CLI_FAILED;
    }
    for (size_t i = 0; i < report->shop_count; i++) {
        const jobs_shop_report *shop = &report->shops[i];
        for (size_t k = 0; k < shop->stream_count; k++) {
            (audit ? audit_row : sync_row)(shop, &shop->streams[k], cells);
            if (!cli_rows_add(rows, cells)) {
                i = report->shop_count - 1;
                break;
            }
        }
    }
    return cli_rows_end(rows);
}

/* Prints the report and gives the exit code of the run. */
static int print_report(cli_context *context, const jobs_report *report, bool audit) {
    const qd_err *worst = NULL;
    int code = audit ? cli_audit_exit(report, &worst) : cli_sync_exit(report, &worst);
    if (worst && cli_all_failed(report)) {
        cli_fail(context, worst);
        return code;
    }
    int printed;
    if (cli_wants_document(context)) {
        yyjson_mut_doc *doc = audit ? cli_audit_document(report) : cli_sync_document(report);
        printed = cli_print_document(context, doc);
        yyjson_mut_doc_free(doc);
    } else {
        printed = print_rows(context, report, audit);
    }
    if (audit && context->format == CLI_TABLE) {
        printf("\ngap %lld\n", (long long)cli_audit_gap(report));
    }
    if (worst) {
        cli_fail(context, worst);
    }
    return code != CLI_OK ? code : printed;
}

/* ---- sync ---- */

static const cli_option sync_options_table[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "only this shop" },
    { "once", 0, CLI_FLAG, NULL, NULL, 0, 0, "one round, then end (the default)" },
    { "watch", 'w', CLI_FLAG, NULL, NULL, 0, 0, "round after round until it is interrupted" },
    { "every", 0, CLI_INT, "SECONDS", "60", 1, DAY_S, "pause between rounds of --watch" },
    { "days", 'd', CLI_INT, "N", "0", 0, 3650,
      "how far back to read; 0 = as far as the platform serves, at most 90 for "
      "orders" },
    { "workers", 0, CLI_INT, "N", "0", 0, WORKERS_MAX, "threads; 0 = by cores" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* One round; in --watch a document is printed by ndjson for each, by json for the last. */
static int sync_round(cli_context *context, const working *w, bool last) {
    qd_err err = QD_ERR_INIT;
    jobs_report *report = NULL;
    int code;
    if (jobs_sync(&w->options, &report, &err) != QD_OK) {
        code = cli_fail(context, &err);
    } else if (!last && context->format == CLI_JSON) {
        const qd_err *worst;
        code = cli_sync_exit(report, &worst);
    } else {
        code = print_report(context, report, false);
    }
    jobs_report_free(report);
    return code;
}

static int run_sync(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    working w = { 0 };
    bool watch = cli_flag(context, "watch");
    if (watch && cli_flag(context, "once")) {
        return cli_usage(context, "give --once or --watch, not both");
    }
    int code = CLI_OK;
    if (work_open(context, &w, &err) != QD_OK) {
        code = cli_fail(context, &err);
        work_close(&w);
        return code;
    }
    w.options.backfill_days = cli_int(context, "days");
    if (!watch) {
        code = sync_round(context, &w, true);
    }
    while (watch && !atomic_load(cli_cancel())) {
        code = sync_round(context, &w, false);
        /* What a round cannot mend by itself ends the watch: a wrong name, a full disk. */
        if (code == CLI_USAGE || code == CLI_NOT_FOUND) {
            break;
        }
        cli_pause_ms(cli_int(context, "every") * 1000);
    }
    work_close(&w);
    return cli_signal_exit() ? cli_signal_exit() : code;
}

const cli_command cli_sync = { "sync",
                               "[STREAM ...]",
                               0,
                               32,
                               "read what is new or changed on the platforms into the database",
                               "qd sync orders --shop dy-4463798 --days 30",
                               sync_options_table,
                               CLI_ENGINE(run_sync) };

/* ---- audit ---- */

static const cli_option audit_options_table[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "only this shop" },
    { "day", 'd', CLI_TEXT, "DAY", NULL, 0, 0, "only this day (yyyy-MM-dd, +08:00); else all" },
    { "deep", 0, CLI_FLAG, NULL, NULL, 0, 0, "compare ids even where the counts agree" },
    { "repair", 0, CLI_FLAG, NULL, NULL, 0, 0, "fetch what is missing, mark what is gone" },
    { "workers", 0, CLI_INT, "N", "0", 0, WORKERS_MAX, "threads; 0 = by cores" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static int run_audit(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    working w = { 0 };
    jobs_report *report = NULL;
    const char *day = cli_text(context, "day");
    int64_t day_from = 0;
    if (day && (strlen(day) != 10 || !base_time_from_cn(base_str_of(day), &day_from))) {
        return cli_usage(context, "--day takes yyyy-MM-dd, not '%.40s'", day);
    }
    int code;
    qd_status status = work_open(context, &w, &err);
    if (status == QD_OK) {
        w.options.audit_deep = cli_flag(context, "deep");
        w.options.audit_repair = cli_flag(context, "repair");
        w.options.day_from = day_from;
        w.options.day_to = day ? day_from + DAY_S : 0;
        status = jobs_audit(&w.options, &report, &err);
    }
    cli_progress_free(w.progress);
    w.progress = NULL;
    code = status == QD_OK ? print_report(context, report, true) : cli_fail(context, &err);
    jobs_report_free(report);
    work_close(&w);
    return cli_signal_exit() ? cli_signal_exit() : code;
}

const cli_command cli_audit = { "audit",
                                "[STREAM ...]",
                                0,
                                32,
                                "compare with what the platforms count, day by day",
                                "qd audit --day 2026-11-11 --repair",
                                audit_options_table,
                                CLI_ENGINE(run_audit) };
