/*
 * qd report advertiser and qd report ad: Qianchuan's reports over any span, split, read and joined
 * by the library. Numbers come as the platform has them; --meta says in which unit.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/report.h"

enum { FIELDS_MAX = 96, CELLS_MAX = FIELDS_MAX + 3, REPORT_BYTES = 1024 * 1024 * 1024 };

static const cli_option options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of a Qianchuan or Solinkup shop" },
    { "from", 0, CLI_TEXT, "DAY", NULL, 0, 0, "first day, yyyy-MM-dd" },
    { "to", 0, CLI_TEXT, "DAY", NULL, 0, 0, "last day; it belongs to the span" },
    { "fields", 'f', CLI_TEXT, "A,B", "stat_cost,show_cnt,click_cnt,ctr", 0, 0,
      "metrics, joined by commas" },
    { "goal", 'g', CLI_TEXT, "GOAL", "ALL", 0, 0,
      "marketing_goal: ALL, VIDEO_PROM_GOODS or LIVE_PROM_GOODS" },
    { "by", 0, CLI_TEXT, "STEP", "total", 0, 0, "total, day or hour" },
    { "filter", 0, CLI_TEXT, "JSON", NULL, 0, 0,
      "further members of filtering, such as {\"ad_ids\":[1,2]}; or @file" },
    { "advertiser", 0, CLI_TEXT, "ID", NULL, 0, 0,
      "advertiser_id; else the shop's own (a Solinkup shop has none)" },
    { "order", 0, CLI_TEXT, "FIELD", NULL, 0, 0,
      "metric to order by; else stat_cost, or the first field" },
    { "desc", 0, CLI_FLAG, NULL, NULL, 0, 0, "from high to low" },
    { "longest-days", 0, CLI_INT, "N", "180", 1, 3660,
      "most days in one call: 180 by the guide, 30 by a public SDK" },
    { "page-size", 0, CLI_INT, "N", "500", 1, 500, "rows of a page" },
    { "meta", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "one JSON document: units of the fields, calls made, and the rows" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* ---- what is asked for ---- */

typedef struct asked {
    qd_report_options options;
    char *fields; /* cut at its commas */
    const char *names[FIELDS_MAX];
    base_buf filter;
} asked;

static qd_status read_fields(const cli_context *context, asked *a, qd_err *err) {
    a->fields = strdup(cli_text(context, "fields"));
    if (!a->fields) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    for (char *at = a->fields; at;) {
        char *comma = strchr(at, ',');
        if (comma) {
            *comma++ = '\0';
        }
        at += strspn(at, " ");
        if (*at && a->options.field_count == FIELDS_MAX) {
            return base_fail(err, QD_E_INVALID, "--fields: more than %d", (int)FIELDS_MAX);
        }
        if (*at) {
            a->names[a->options.field_count++] = at;
        }
        at = comma;
    }
    a->options.fields = a->names;
    return QD_OK;
}

static qd_status read_step(const cli_context *context, asked *a, qd_err *err) {
    static const char *const steps[] = { "total", "day", "hour" };
    const char *given = cli_text(context, "by");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(given, steps[i]) == 0) {
            a->options.by = (qd_report_by)i;
            return QD_OK;
        }
    }
    return base_fail(err, QD_E_INVALID, "--by takes total, day or hour, not '%.20s'", given);
}

static qd_status read_asked(const cli_context *context, qd_report_of report, asked *a,
                            qd_err *err) {
    static const char *const needed[] = { "shop", "from", "to" };
    base_str filter = { NULL, 0 };
    a->options = (qd_report_options){ .report = report,
                                      .from = cli_text(context, "from"),
                                      .to = cli_text(context, "to"),
                                      .marketing_goal = cli_text(context, "goal"),
                                      .advertiser_id = cli_text(context, "advertiser"),
                                      .order_field = cli_text(context, "order"),
                                      .descending = cli_flag(context, "desc"),
                                      .longest_days = (int)cli_int(context, "longest-days"),
                                      .page_size = (int)cli_int(context, "page-size") };
    base_buf_init(&a->filter, LIMIT_REQUEST_BYTES);
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!cli_text(context, needed[i])) {
            return base_fail(err, QD_E_INVALID, "--%s is missing", needed[i]);
        }
    }
    qd_status status = read_fields(context, a, err);
    if (status == QD_OK) {
        status = read_step(context, a, err);
    }
    if (status == QD_OK && cli_text(context, "filter")) {
        status = cli_read_value(cli_text(context, "filter"), &a->filter, &filter, err);
        a->options.filtering_json = filter.ptr;
    }
    return status;
}

/* ---- printing ---- */

typedef struct table {
    cli_column columns[CELLS_MAX];
    size_t count;
    cli_rows *rows;
    base_arena *arena;
} table;

static bool add_row(table *t, yyjson_val *row) {
    cli_cell cells[CELLS_MAX];
    for (size_t i = 0; i < t->count; i++) {
        base_str text = { "", 0 };
        (void)codec_json_text(yyjson_obj_get(row, t->columns[i].name), t->arena, &text);
        cells[i] = (cli_cell){ .text = text };
    }
    bool good = cli_rows_add(t->rows, cells);
    base_arena_reset(t->arena);
    return good;
}

/* People see which unit a number is in; programs ask for --meta. */
static void tell_units(const cli_context *context, yyjson_val *meta) {
    size_t i, max;
    yyjson_val *field;
    if (context->format != CLI_TABLE || !context->err_terminal) {
        return;
    }
    fputs("units:", stderr);
    yyjson_arr_foreach(yyjson_obj_get(meta, "fields"), i, max, field) {
        fprintf(stderr, "%s %s %s (%s)", i ? "," : "",
                yyjson_get_str(yyjson_obj_get(field, "name")),
                yyjson_get_str(yyjson_obj_get(field, "unit")),
                yyjson_get_str(yyjson_obj_get(field, "unit_source")));
    }
    fputc('\n', stderr);
}

static int print_rows(cli_context *context, const asked *a, yyjson_val *meta) {
    table t = { .count = 0, .arena = base_arena_new(LIMIT_CALL_ARENA) };
    int code = CLI_FAILED;
    t.columns[t.count++] = (cli_column){ "advertiser_id", CLI_KIND_NAME, true };
    if (a->options.report == QD_REPORT_AD) {
        t.columns[t.count++] = (cli_column){ "ad_id", CLI_KIND_NAME, true };
    }
    if (a->options.by != QD_REPORT_TOTAL) {
        t.columns[t.count++] = (cli_column){ "stat_datetime", CLI_KIND_NAME, true };
    }
    for (size_t i = 0; i < a->options.field_count; i++) {
        const char *name = a->names[i];
        if (strcmp(name, "advertiser_id") != 0 && strcmp(name, "ad_id") != 0) {
            t.columns[t.count++] = (cli_column){ name, CLI_KIND_TEXT, true };
        }
    }
    t.rows = t.arena ? cli_rows_new(context, t.columns, t.count) : NULL;
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(yyjson_obj_get(meta, "rows"), i, max, row) {
        if (!t.rows || !add_row(&t, row)) {
            break;
        }
    }
    if (t.rows) {
        code = cli_rows_end(t.rows);
        tell_units(context, meta);
    }
    base_arena_free(t.arena);
    return code;
}

static int print_report(cli_context *context, const asked *a, const qd_report *report) {
    qd_err err = QD_ERR_INIT;
    yyjson_doc *doc = NULL;
    if (cli_flag(context, "meta")) {
        return cli_print_json(context, base_str_of(qd_report_json(report)));
    }
    if (cli_wants_document(context)) {
        return cli_print_json(context, base_str_of(qd_report_rows_json(report)));
    }
    if (codec_json_read(base_str_of(qd_report_json(report)), REPORT_BYTES, &doc, &err) != QD_OK) {
        return cli_fail(context, &err);
    }
    int code = print_rows(context, a, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return code;
}

/* ---- the commands ---- */

static int run_report(cli_context *context, qd_report_of of) {
    qd_err err = QD_ERR_INIT;
    asked a = { .fields = NULL };
    store *store = NULL;
    jobs_fleet *fleet = NULL;
    qd_shop *shop = NULL;
    qd_report *report = NULL;
    qd_status status = read_asked(context, of, &a, &err);
    if (status == QD_OK) {
        status = cli_store_open(context, &store, &err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(store, NULL, &fleet, &err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(fleet, cli_text(context, "shop"), &shop, &err);
    }
    if (status == QD_OK) {
        status = qd_report_run(shop, &a.options, &report, &err);
    }
    int code = status == QD_OK ? print_report(context, &a, report) : cli_fail(context, &err);
    qd_report_free(report);
    jobs_fleet_free(fleet);
    store_close(store);
    base_buf_clear(&a.filter);
    free(a.fields);
    return code;
}

static int run_advertiser(cli_context *context) {
    return run_report(context, QD_REPORT_ADVERTISER);
}

static int run_ad(cli_context *context) {
    return run_report(context, QD_REPORT_AD);
}

const cli_command cli_report_advertiser = {
    "report advertiser",
    "",
    0,
    0,
    "Qianchuan: the account's report over any span, split and joined",
    "qd report advertiser --shop qc-17 --from 2025-01-01 --to 2025-12-31 --fields stat_cost,ctr",
    options,
    CLI_ENGINE(run_advertiser)
};

const cli_command cli_report_ad = {
    "report ad",
    "",
    0,
    0,
    "Qianchuan: the plans' report over any span, split and joined",
    "qd report ad --shop qc-17 --from 2025-01-01 --to 2025-12-31 --by day --goal VIDEO_PROM_GOODS",
    options,
    CLI_ENGINE(run_ad)
};
