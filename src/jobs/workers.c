/*
 * Runs one piece of work for every (shop, stream) of a selection on a few threads. Streams of the
 * largest shops are not known beforehand, so each worker takes the next pair when it is free.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs/jobs_private.h"

enum { LEAST_WORKERS = 4, MOST_WORKERS = 64 };

qd_status jobs_loops_get(jobs_loops *loops, qd_app *app, qd_loop **out_loop, qd_err *err) {
    for (size_t i = 0; i < loops->count; i++) {
        if (loops->items[i].app == app) {
            *out_loop = loops->items[i].loop;
            return QD_OK;
        }
    }
    jobs_loop *items = realloc(loops->items, (loops->count + 1) * sizeof *items);
    if (items == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a loop");
    }
    loops->items = items;
    qd_status status = qd_loop_new(app, &items[loops->count].loop, err);
    if (status == QD_OK) {
        items[loops->count].app = app;
        *out_loop = items[loops->count++].loop;
    }
    return status;
}

void jobs_loops_free(jobs_loops *loops) {
    for (size_t i = 0; i < loops->count; i++) {
        qd_loop_free(loops->items[i].loop);
    }
    free(loops->items);
    *loops = (jobs_loops){ NULL, 0 };
}

/* ---- the selection ---- */

static bool wanted(const jobs_options *options, const char *stream) {
    if (options->streams == NULL) {
        return true;
    }
    for (const char *const *s = options->streams; *s != NULL; s++) {
        if (strcmp(*s, stream) == 0) {
            return true;
        }
    }
    return false;
}

static qd_status add_streams(const jobs_options *options, jobs_shop_report *shop, qd_err *err) {
    const cat_platform *platform = cat_platform_find(shop->shop.platform);
    if (platform == NULL) {
        return base_fail(err, QD_E_UNSUPPORTED,
                         "shop %s: platform %s is not in this program's catalogue",
                         shop->shop.t_code, shop->shop.platform);
    }
    shop->streams = calloc(platform->stream_count + 1, sizeof *shop->streams);
    if (shop->streams == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a report");
    }
    for (size_t i = 0; i < platform->stream_count; i++) {
        const char *name = cat_str(cat_stream_at(platform, i)->name);
        if (wanted(options, name)) {
            jobs_stream_report *report = &shop->streams[shop->stream_count++];
            (void)base_copy(report->stream, sizeof report->stream, base_str_of(name));
            report->audit.state = "unprovable";
        }
    }
    return QD_OK;
}

/* Every asked-for stream must exist on some platform, so that a misspelt one is not silently
 * nothing. */
static qd_status check_names(const jobs_options *options, qd_err *err) {
    for (const char *const *s = options->streams; s != NULL && *s != NULL; s++) {
        bool found = false;
        base_buf known;
        base_buf_init(&known, 512);
        for (size_t p = 0; p < cat_platform_count(); p++) {
            const cat_platform *platform = cat_platform_at(p);
            for (size_t i = 0; i < platform->stream_count; i++) {
                const char *name = cat_str(cat_stream_at(platform, i)->name);
                found = found || strcmp(name, *s) == 0;
                if (strstr(base_buf_text(&known), name) == NULL) {
                    base_buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", name);
                }
            }
        }
        qd_status status = found ? QD_OK
                                 : base_fail(err, QD_E_NOT_FOUND, "no stream \"%s\"; there are: %s",
                                             *s, base_buf_text(&known));
        base_buf_clear(&known);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

static qd_status select_shops(const jobs_options *options, jobs_report *report, qd_err *err) {
    store_shop *shops = NULL;
    size_t count = 0;
    qd_status status;
    if (options->shop != NULL) {
        shops = calloc(1, sizeof *shops);
        count = 1;
        status = shops != NULL ? store_shop_get(options->store, options->shop, shops, err)
                               : base_fail(err, QD_E_NOMEM, "out of memory for a shop");
    } else {
        status = store_shop_list(options->store, &shops, &count, err);
    }
    if (status == QD_OK) {
        report->shops = calloc(count + 1, sizeof *report->shops);
        status = report->shops != NULL ? QD_OK
                                       : base_fail(err, QD_E_NOMEM, "out of memory for a report");
    }
    for (size_t i = 0; i < count && status == QD_OK; i++) {
        report->shops[i].shop = shops[i];
        report->shop_count = i + 1;
        status = add_streams(options, &report->shops[i], err);
    }
    free(shops);
    return status;
}

void jobs_report_free(jobs_report *report) {
    if (report == NULL) {
        return;
    }
    for (size_t i = 0; i < report->shop_count; i++) {
        free(report->shops[i].streams);
    }
    free(report->shops);
    free(report);
}

/* ---- the workers ---- */

typedef struct crew {
    const jobs_options *options;
    jobs_work_fn work;
    jobs_report *report;
    pthread_mutex_t lock; /* next pair, and the progress callback */
    size_t next_stream, next_shop;
} crew;

/* Goes over the streams first (all shops' orders before all shops' products), so that one shop's
 * budget is not used by all workers at once. */
static bool next_pair(crew *c, jobs_shop_report **out_shop, jobs_stream_report **out_stream) {
    size_t most = 0;
    for (size_t i = 0; i < c->report->shop_count; i++) {
        most = c->report->shops[i].stream_count > most ? c->report->shops[i].stream_count : most;
    }
    while (c->next_stream < most) {
        if (c->next_shop == c->report->shop_count) {
            c->next_shop = 0;
            c->next_stream++;
            continue;
        }
        jobs_shop_report *shop = &c->report->shops[c->next_shop++];
        if (c->next_stream < shop->stream_count) {
            *out_shop = shop;
            *out_stream = &shop->streams[c->next_stream];
            return true;
        }
    }
    return false;
}

static void tell(void *user, const sync_progress *progress) {
    crew *c = user;
    pthread_mutex_lock(&c->lock);
    c->options->progress(c->options->progress_user, progress);
    pthread_mutex_unlock(&c->lock);
}

static void one_pair(crew *c, jobs_loops *loops, const jobs_shop_report *shop,
                     jobs_stream_report *report) {
    sync_options sync = { .store = c->options->store,
                          .backfill_days = c->options->backfill_days,
                          .progress = c->options->progress != NULL ? tell : NULL,
                          .progress_user = c,
                          .cancel = c->options->cancel };
    const qd_clock *clock = qd_clock_system();
    int64_t start = clock->mono_ms(clock->self);
    report->status =
        jobs_fleet_shop(c->options->fleet, shop->shop.t_code, &sync.shop, &report->err);
    if (report->status == QD_OK) {
        report->status = jobs_loops_get(loops, qd_shop_app(sync.shop), &sync.loop, &report->err);
    }
    if (report->status == QD_OK) {
        sync.stream = cat_stream_find(cat_platform_find(shop->shop.platform), report->stream);
        c->work(c->options, &sync, report);
    }
    report->seconds = (double)(clock->mono_ms(clock->self) - start) / 1000.0;
}

static void *worker(void *arg) {
    crew *c = arg;
    jobs_loops loops = { NULL, 0 };
    for (;;) {
        jobs_shop_report *shop;
        jobs_stream_report *stream;
        pthread_mutex_lock(&c->lock);
        bool more = next_pair(c, &shop, &stream);
        pthread_mutex_unlock(&c->lock);
        if (!more) {
            break;
        }
        one_pair(c, &loops, shop, stream);
    }
    jobs_loops_free(&loops);
    return NULL;
}

static unsigned worker_count(const jobs_options *options, const jobs_report *report) {
    size_t pairs = 0;
    for (size_t i = 0; i < report->shop_count; i++) {
        pairs += report->shops[i].stream_count;
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = options->workers > 0    ? options->workers
                   : cores > LEAST_WORKERS ? (size_t)cores
                                           : LEAST_WORKERS;
    count = count > MOST_WORKERS ? MOST_WORKERS : count;
    return (unsigned)(count > pairs ? pairs : count);
}

qd_status jobs_run(const jobs_options *options, jobs_work_fn work, jobs_report **out_report,
                   qd_err *err) {
    jobs_report *report = calloc(1, sizeof *report);
    qd_status status = report != NULL ? check_names(options, err)
                                      : base_fail(err, QD_E_NOMEM, "out of memory for a report");
    if (status == QD_OK) {
        status = select_shops(options, report, err);
    }
    if (status != QD_OK) {
        jobs_report_free(report);
        return status;
    }
    const qd_clock *clock = qd_clock_system();
    int64_t start = clock->mono_ms(clock->self);
    crew c = { .options = options, .work = work, .report = report };
    pthread_mutex_init(&c.lock, NULL);
    pthread_t threads[MOST_WORKERS];
    unsigned count = worker_count(options, report), running = 0;
    while (running < count && pthread_create(&threads[running], NULL, worker, &c) == 0) {
        running++;
    }
    if (running == 0 && count > 0) {
        (void)worker(&c); /* no threads to be had: this one does it all */
    }
    for (unsigned i = 0; i < running; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_mutex_destroy(&c.lock);
    report->seconds = (double)(clock->mono_ms(clock->self) - start) / 1000.0;
    *out_report = report;
    return QD_OK;
}
