/*
 * qd demo: the main job on a practice world. Starts the sandbox as a child, connects its shops,
 * syncs, audits, and compares the database with the world's truth. Uses the same doors as qd sync
 * and qd audit.
 */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/demo_private.h"

/* With faults a stream may give up after its retries; the next round goes on where it stopped. */
enum { ROUNDS_MAX = 5 };

static const cli_option demo_options[] = {
    { "orders", 'n', CLI_INT, "N", "20000", 0, 10000000, "orders of the world, in all" },
    { "shops", 0, CLI_INT, "N", "4", 1, 1000, "shops, round-robin over the platforms" },
    { "seed", 0, CLI_INT, "S", "1", 0, INT64_MAX, "the same seed gives the same world" },
    { "faults", 0, CLI_TEXT, "F", "none", 0, 0, "none, light, heavy, or names; see qd sandbox" },
    { "workers", 0, CLI_INT, "N", "0", 0, 256, "threads; 0 = by cores" },
    { "keep", 0, CLI_FLAG, NULL, NULL, 0, 0, "leave sandbox and database for playing" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct demo {
    cli_context *context;
    char home[4096];
    bool own_home; /* made by us: removed at the end unless --keep */
    demo_child child;
    store *store;
    jobs_fleet *fleet;
    yyjson_doc *truth;
    demo_shop *shops;
    size_t shop_count;
    double sync_s;
    int64_t orders, gap;
} demo;

/* ---- home ---- */

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static qd_status make_home(demo *d, qd_err *err) {
    const char *temp = getenv("TMPDIR");
    if (d->context->home) {
        qd_status status = base_dir_make(d->context->home, err);
        char *full = status == QD_OK ? realpath(d->context->home, NULL) : NULL;
        bool fits = full && base_copy(d->home, sizeof d->home, base_str_of(full));
        free(full);
        if (status == QD_OK && !fits) {
            status = base_fail(err, QD_E_IO, "--home: the folder cannot be resolved");
        }
        return status;
    }
    snprintf(d->home, sizeof d->home, "%s/qd-demo-XXXXXX", temp && temp[0] ? temp : "/tmp");
    if (!mkdtemp(d->home)) {
        return base_fail(err, QD_E_IO, "cannot make a folder for the demo below %s",
                         temp && temp[0] ? temp : "/tmp");
    }
    d->own_home = true;
    return QD_OK;
}

/* A home with shops would be synced along, real ones among them, and hide what is missing. */
static qd_status expect_no_shops(const demo *d, qd_err *err) {
    store_shop *shops = NULL;
    size_t count = 0;
    qd_status status = store_shop_list(d->store, &shops, &count, err);
    free(shops);
    if (status == QD_OK && count > 0) {
        status = base_fail(err, QD_E_INVALID,
                           "--home: there are shops in %.400s already; the demo "
                           "needs a folder of its own",
                           d->home);
    }
    return status;
}

/* ---- steps ---- */

static qd_status start_sandbox(demo *d, qd_err *err) {
    const cli_context *c = d->context;
    char orders[24], shops[24], seed[24], log[4200];
    const char *faults = cli_text(c, "faults");
    snprintf(orders, sizeof orders, "%lld", (long long)cli_int(c, "orders"));
    snprintf(shops, sizeof shops, "%lld", (long long)cli_int(c, "shops"));
    snprintf(seed, sizeof seed, "%lld", (long long)cli_int(c, "seed"));
    snprintf(log, sizeof log, "%s/sandbox.log", d->home);
    const char *arguments[] = { "qd",       "sandbox", "--port", "0",      "--orders",
                                orders,     "--shops", shops,    "--seed", seed,
                                "--faults", faults,    NULL };
    return demo_child_start(&d->child, (char **)(uintptr_t)arguments, log, cli_flag(c, "keep"),
                            err);
}

static qd_status connect_shops(demo *d, qd_err *err) {
    qd_status status =
        demo_truth_read(d->child.base_url, &d->truth, &d->shops, &d->shop_count, err);
    for (size_t i = 0; status == QD_OK && i < d->shop_count; i++) {
        demo_shop *shop = &d->shops[i];
        (void)base_copy(shop->row.base_url, sizeof shop->row.base_url,
                        base_str_of(d->child.base_url));
        status =
            cli_shop_connect(d->store, &shop->row, demo_secret(d->truth, i), shop->session, err);
    }
    return status;
}

/* The world does not stand still while it is read: what counts is its state after the sync. */
static qd_status read_truth_again(demo *d, qd_err *err) {
    yyjson_doc *doc = NULL;
    demo_shop *shops = NULL;
    size_t count = 0;
    qd_status status = demo_truth_read(d->child.base_url, &doc, &shops, &count, err);
    if (status != QD_OK) {
        return status;
    }
    for (size_t i = 0; i < count && i < d->shop_count; i++) {
        shops[i].row = d->shops[i].row;
        shops[i].audit_gap = d->shops[i].audit_gap;
        shops[i].state = d->shops[i].state;
    }
    yyjson_doc_free(d->truth);
    free(d->shops);
    d->truth = doc;
    d->shops = shops;
    d->shop_count = count;
    return QD_OK;
}

static jobs_options job_options(const demo *d, cli_progress *progress) {
    return (jobs_options){ .fleet = d->fleet,
                           .store = d->store,
                           .workers = (unsigned)cli_int(d->context, "workers"),
                           .progress = cli_progress_show,
                           .progress_user = progress,
                           .cancel = cli_cancel() };
}

/* Runs sync or audit until no stream fails, at most ROUNDS_MAX times. The report of the last round
 * is the caller's. */
static qd_status run_rounds(demo *d, bool audit, jobs_report **out_report, qd_err *err) {
    cli_progress *progress = cli_progress_new(d->context);
    jobs_options options = job_options(d, progress);
    jobs_report *report = NULL;
    const qd_err *worst = NULL;
    qd_status status = QD_OK;
    for (int round = 0; round < ROUNDS_MAX && status == QD_OK; round++) {
        jobs_report_free(report);
        report = NULL;
        worst = NULL;
        status = audit ? jobs_audit(&options, &report, err) : jobs_sync(&options, &report, err);
        if (status != QD_OK) {
            break;
        }
        (void)(audit ? cli_audit_exit(report, &worst) : cli_sync_exit(report, &worst));
        if (!worst || atomic_load(cli_cancel())) {
            break;
        }
    }
    cli_progress_free(progress);
    if (status == QD_OK && worst) {
        *err = *worst;
        status = worst->status;
    }
    *out_report = report;
    return status;
}

static qd_status sync_shops(demo *d, qd_err *err) {
    jobs_report *report = NULL;
    int64_t began = cli_mono_ms();
    qd_status status = run_rounds(d, false, &report, err);
    d->sync_s = (double)(cli_mono_ms() - began) / 1000.0;
    jobs_report_free(report);
    return status;
}

static void take_audit(demo *d, const jobs_shop_report *report) {
    for (size_t i = 0; i < d->shop_count; i++) {
        demo_shop *shop = &d->shops[i];
        if (strcmp(shop->row.t_code, report->shop.t_code) != 0) {
            continue;
        }
        shop->state = "complete";
        shop->audit_gap = 0;
        for (size_t k = 0; k < report->stream_count; k++) {
            const char *state = cli_audit_state(&report->streams[k]);
            shop->audit_gap += report->streams[k].audit.gap;
            if (strcmp(state, "gap") == 0 || strcmp(shop->state, "complete") == 0) {
                shop->state = state;
            }
        }
    }
}

static qd_status audit_shops(demo *d, qd_err *err) {
    jobs_report *report = NULL;
    qd_status status = run_rounds(d, true, &report, err);
    for (size_t i = 0; status == QD_OK && i < report->shop_count; i++) {
        take_audit(d, &report->shops[i]);
    }
    jobs_report_free(report);
    return status;
}

static qd_status compare_shops(demo *d, qd_err *err) {
    qd_status status = read_truth_again(d, err);
    for (size_t i = 0; status == QD_OK && i < d->shop_count; i++) {
        status = demo_compare(d->store, &d->shops[i], err);
        d->orders += d->shops[i].orders;
        d->gap += d->shops[i].gap;
    }
    return status;
}

/* ---- telling ---- */

static yyjson_mut_val *shop_value(yyjson_mut_doc *doc, const demo_shop *shop) {
    yyjson_mut_val *value = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, value, "t_code", shop->row.t_code);
    yyjson_mut_obj_add_str(doc, value, "platform", shop->row.platform);
    yyjson_mut_obj_add_str(doc, value, "name", shop->row.name);
    yyjson_mut_obj_add_int(doc, value, "orders", shop->orders);
    yyjson_mut_obj_add_int(doc, value, "lines", shop->lines);
    yyjson_mut_obj_add_int(doc, value, "products", shop->products);
    yyjson_mut_obj_add_int(doc, value, "skus", shop->skus);
    yyjson_mut_obj_add_int(doc, value, "true_orders", shop->true_orders);
    yyjson_mut_obj_add_int(doc, value, "gap", shop->gap);
    yyjson_mut_obj_add_str(doc, value, "audit", shop->state);
    yyjson_mut_obj_add_str(doc, value, "order_ids_sha256", shop->sha256);
    return value;
}

static int64_t rate(const demo *d) {
    return d->sync_s > 0 ? (int64_t)((double)d->orders / d->sync_s) : 0;
}

static int print_document(const demo *d) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        yyjson_mut_val *shops = yyjson_mut_arr(doc);
        for (size_t i = 0; i < d->shop_count; i++) {
            yyjson_mut_arr_append(shops, shop_value(doc, &d->shops[i]));
        }
        yyjson_mut_obj_add_val(doc, root, "shops", shops);
        yyjson_mut_obj_add_int(doc, root, "orders", d->orders);
        yyjson_mut_obj_add_real(doc, root, "seconds", d->sync_s);
        yyjson_mut_obj_add_int(doc, root, "orders_per_s", rate(d));
        yyjson_mut_obj_add_int(doc, root, "gap", d->gap);
        yyjson_mut_obj_add_bool(doc, root, "ok", d->gap == 0);
        if (cli_flag(d->context, "keep")) {
            yyjson_mut_obj_add_str(doc, root, "home", d->home);
            yyjson_mut_obj_add_str(doc, root, "base_url", d->child.base_url);
            yyjson_mut_obj_add_int(doc, root, "sandbox_pid", d->child.pid);
        }
    }
    int code = cli_print_document(d->context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static const cli_column demo_columns[] = {
    { "t_code", CLI_KIND_TEXT, true },   { "name", CLI_KIND_TEXT, true },
    { "platform", CLI_KIND_TEXT, true }, { "orders", CLI_KIND_INT, true },
    { "lines", CLI_KIND_INT, true },     { "products", CLI_KIND_INT, true },
    { "skus", CLI_KIND_INT, true },      { "audit", CLI_KIND_TEXT, true },
    { "gap", CLI_KIND_INT, true },
};
enum { DEMO_CELLS = sizeof demo_columns / sizeof demo_columns[0] };

static int print_rows(const demo *d) {
    cli_rows *rows = cli_rows_new(d->context, demo_columns, DEMO_CELLS);
    for (size_t i = 0; rows && i < d->shop_count; i++) {
        const demo_shop *s = &d->shops[i];
        cli_cell cells[DEMO_CELLS] = { CLI_CELL_TEXT(s->row.t_code),
                                       CLI_CELL_TEXT(s->row.name),
                                       CLI_CELL_TEXT(s->row.platform),
                                       CLI_CELL_INT(s->orders),
                                       CLI_CELL_INT(s->lines),
                                       CLI_CELL_INT(s->products),
                                       CLI_CELL_INT(s->skus),
                                       CLI_CELL_TEXT(s->state),
                                       CLI_CELL_INT(s->gap) };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    return rows ? cli_rows_end(rows) : CLI_FAILED;
}

/* The closing lines: with the table on standard output, else on standard error. */
static void print_closing(const demo *d) {
    FILE *out = d->context->format == CLI_TABLE ? stdout : stderr;
    base_buf line;
    base_buf_init(&line, 16384);
    base_buf_add_text(&line, "\n");
    cli_thousands(&line, d->orders);
    base_buf_printf(&line, " orders of %zu shops in %.1f s, ", d->shop_count, d->sync_s);
    cli_thousands(&line, rate(d));
    base_buf_add_text(&line, " orders/s\ngap ");
    cli_thousands(&line, d->gap);
    base_buf_add_text(&line, d->gap ? "\n" : ": the database has everything that the world has\n");
    if (cli_flag(d->context, "keep")) {
        base_buf_printf(
            &line,
            "\nkept: sandbox %s (pid %ld), database %s/qiandian.db\ntry:\n"
            "  qd --home %s orders list\n"
            "  qd --home %s sync && qd --home %s audit\n"
            "  sqlite3 %s/qiandian.db 'select status, count(*) from orders group by 1'\n"
            "stop the sandbox: kill %ld\n",
            d->child.base_url, (long)d->child.pid, d->home, d->home, d->home, d->home, d->home,
            (long)d->child.pid);
    }
    fputs(base_buf_text(&line), out);
    base_buf_clear(&line);
}

static int tell(const demo *d) {
    int code = cli_wants_document(d->context) ? print_document(d) : print_rows(d);
    if (!cli_wants_document(d->context)) {
        print_closing(d);
    }
    if (code != CLI_OK) {
        return code;
    }
    return d->gap > 0 ? CLI_GAP : CLI_OK;
}

/* ---- the whole ---- */

static qd_status steps(demo *d, qd_err *err) {
    qd_status status = make_home(d, err);
    if (status == QD_OK) {
        store_options options = STORE_OPTIONS_INIT;
        options.home = d->home;
        status = store_open(&options, &d->store, err);
    }
    if (status == QD_OK) {
        status = expect_no_shops(d, err);
    }
    if (status == QD_OK) {
        status = start_sandbox(d, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(d->store, NULL, &d->fleet, err);
    }
    if (status == QD_OK) {
        status = connect_shops(d, err);
    }
    if (status == QD_OK) {
        status = sync_shops(d, err);
    }
    if (status == QD_OK) {
        status = audit_shops(d, err);
    }
    return status == QD_OK ? compare_shops(d, err) : status;
}

static void clean_up(demo *d, bool keep) {
    jobs_fleet_free(d->fleet);
    store_close(d->store);
    if (!keep) {
        demo_child_stop(&d->child);
        if (d->own_home) {
            (void)nftw(d->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        }
    }
    yyjson_doc_free(d->truth);
    free(d->shops);
}

static int run_demo(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    demo d = { .context = context, .child = { .pid = -1 } };
    cli_signals_catch();
    qd_status status = steps(&d, &err);
    int code = status == QD_OK ? tell(&d) : cli_fail(context, &err);
    clean_up(&d, status == QD_OK && cli_flag(context, "keep"));
    return cli_signal_exit() ? cli_signal_exit() : code;
}

const cli_command cli_demo = { "demo",
                               "",
                               0,
                               0,
                               "a practice world: connect its shops, pull everything, prove it",
                               "qd demo --orders 50000 --faults heavy --keep",
                               demo_options,
                               CLI_ENGINE(run_demo) };
