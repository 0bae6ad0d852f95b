/*
 * The proof: what a platform counts against what we have, by created day where the platform can be
 * asked by day, in one sum where it cannot; by ids where the counts differ. Does not move cursors.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/sync_private.h"

enum { DAY_S = 86400, REACH_MARGIN_S = 3600, EXAMPLES = 3 };

typedef struct auditing {
    const sync_audit_options *options;
    sync_job *job;
    sync_audit_result *result;
    store_audit *rows;
    size_t row_count, row_cap;
    int time_column;    /* -1: counts are not by time */
    char examples[160]; /* ids that are missing, for the detail */
    int example_count;
} auditing;

/* ---- counting ---- */

static qd_status platform_count(auditing *a, int64_t from, int64_t to, int64_t *out_count,
                                qd_err *err) {
    const sync_options *o = a->job->options;
    *out_count = 0;
    const cat_source *source;
    for (size_t i = 0; (source = sync_source_of(o->stream, CAT_BACKFILL, i)) != NULL; i++) {
        core_pager_options pager;
        int64_t part = -1;
        qd_status status = sync_source_pager(a->job, source, from, to, &pager, err);
        if (status == QD_OK) {
            status = core_pager_count(o->loop, o->shop, &pager, &part, err);
        }
        if (status != QD_OK) {
            return status;
        }
        if (part < 0) {
            *out_count = -1;
            return QD_OK;
        }
        *out_count += part;
    }
    return QD_OK;
}

/* ---- ids ---- */

typedef struct comparing {
    sync_idset ours;
    qd_status status;
    qd_err *err;
} comparing;

static bool add_ours(void *user, base_str key) {
    comparing *c = user;
    c->status = sync_idset_add(&c->ours, key, NULL, c->err);
    return c->status == QD_OK;
}

static void note_example(auditing *a, base_str id) {
    size_t used = strlen(a->examples);
    if (a->example_count++ < EXAMPLES && used + id.len + 3 < sizeof a->examples) {
        (void)base_copy(a->examples + used, sizeof a->examples - used,
                        a->example_count > 1 ? BASE_STR(", ") : BASE_STR(""));
        used = strlen(a->examples);
        (void)base_copy(a->examples + used, sizeof a->examples - used, id);
    }
}

/* Reads the range again (a repair stores what is found) and compares ids: missing = the platform
 * lists it and we did not have it before; extra = we had it and the platform does not list it. */
static qd_status compare_ids(auditing *a, int64_t from, int64_t to, int64_t *out_missing,
                             int64_t *out_extra, qd_err *err) {
    const sync_options *o = a->job->options;
    comparing c = { .status = QD_OK, .err = err };
    sync_idset_init(&c.ours);
    sync_idset_reset(&a->job->seen);
    sync_idset_reset(&a->job->later);
    /* A listing without a time range also has what came after the last sync: that is not missing,
     * the next one reads it. */
    a->job->later_from = a->time_column < 0 ? to : 0;
    qd_status status = store_keys(o->store, o->stream->table, a->job->handle, a->time_column, from,
                                  to, add_ours, &c, err);
    status = status == QD_OK ? c.status : status;
    const cat_source *source;
    for (size_t i = 0;
         status == QD_OK && (source = sync_source_of(o->stream, CAT_BACKFILL, i)) != NULL; i++) {
        status = sync_read_range(a->job, source, from, to, err);
    }
    *out_missing = 0;
    size_t both = 0;
    const sync_idset *seen = &a->job->seen;
    for (size_t i = 0; status == QD_OK && i < seen->cap; i++) {
        if (seen->slots[i].ptr == NULL) {
            continue;
        }
        if (sync_idset_has(&c.ours, seen->slots[i])) {
            both++;
        } else if (!sync_idset_has(&a->job->later, seen->slots[i])) {
            (*out_missing)++;
            note_example(a, seen->slots[i]);
        }
    }
    *out_extra = (int64_t)(c.ours.count - both);
    sync_idset_clear(&c.ours);
    return status;
}

/* ---- one day (or the whole) ---- */

static store_audit *next_row(auditing *a, qd_err *err) {
    if (a->row_count == a->row_cap) {
        size_t cap = a->row_cap == 0 ? 128 : a->row_cap * 2;
        store_audit *rows = realloc(a->rows, cap * sizeof *rows);
        if (rows == NULL) {
            (void)base_fail(err, QD_E_NOMEM, "out of memory for audit rows");
            return NULL;
        }
        a->rows = rows;
        a->row_cap = cap;
    }
    store_audit *row = &a->rows[a->row_count++];
    memset(row, 0, sizeof *row);
    return row;
}

static void set_text(char *out, size_t size, const char *text) {
    (void)base_copy(out, size, base_str_of(text));
}

/* One range, and what comparing its ids has found. */
typedef struct finding {
    int64_t from, to;
    int64_t since; /* the store's clock, before the range was listed */
    int64_t missing, extra;
} finding;

static qd_status repair_range(auditing *a, const finding *found, qd_err *err) {
    const sync_options *o = a->job->options;
    qd_status status = sync_fetch_details(a->job, CAT_BACKFILL, found->from, found->to, err);
    if (status == QD_OK) {
        status = sync_job_settle(a->job, err);
    }
    /* Only a listing without a time range tells that a row it lacks is gone. */
    if (status == QD_OK && found->extra > 0 && a->time_column < 0) {
        store_batch *batch = store_batch_new(o->store, a->job->handle);
        if (batch == NULL) {
            return base_fail(err, QD_E_NOMEM, "out of memory for a repair");
        }
        store_batch_mark_gone(batch, o->stream->table, found->since, qd_shop_now(o->shop));
        sync_job_submit(a->job, batch);
        status = sync_job_settle(a->job, err);
    }
    a->result->repaired += status == QD_OK ? found->missing : 0;
    return status;
}

static qd_status judge(auditing *a, store_audit *row, int64_t from, int64_t to, qd_err *err) {
    const sync_options *o = a->job->options;
    finding found = { from, to, base_now(store_clock(o->store)), 0, 0 };
    qd_status status = store_count(o->store, o->stream->table, a->job->handle, a->time_column, from,
                                   to, &row->our_count, err);
    if (status == QD_OK) {
        status = platform_count(a, from, to, &row->platform_count, err);
    }
    if (status != QD_OK) {
        return status;
    }
    row->checked_at = qd_shop_now(o->shop);
    bool counts = row->platform_count >= 0;
    if (!counts || row->platform_count != row->our_count || a->options->deep) {
        status = compare_ids(a, from, to, &found.missing, &found.extra, err);
        row->platform_count = (int64_t)a->job->seen.count;
        if (status == QD_OK && a->options->repair) {
            status = repair_range(a, &found, err);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    row->gap = a->options->repair ? 0 : found.missing;
    a->result->extra += found.extra;
    set_text(row->state, sizeof row->state, row->gap > 0 ? "gap" : "complete");
    base_buf detail;
    base_buf_init(&detail, sizeof row->detail - 1);
    if (found.missing > 0) {
        base_buf_printf(&detail, "%s: %lld (%s%s)", a->options->repair ? "fetched" : "missing",
                        (long long)found.missing, a->examples,
                        a->example_count > EXAMPLES ? " ..." : "");
    } else if (found.extra > 0) {
        base_buf_printf(&detail, "%lld stored here are no longer listed by the platform",
                        (long long)found.extra);
    }
    set_text(row->detail, sizeof row->detail, base_buf_text(&detail));
    base_buf_clear(&detail);
    return QD_OK;
}

static qd_status one_range(auditing *a, int64_t from, int64_t to, bool by_day, qd_err *err) {
    if (sync_job_cancelled(a->job)) {
        return base_fail(err, QD_E_CANCELLED, "stopped as asked");
    }
    store_audit *row = next_row(a, err);
    if (row == NULL) {
        return QD_E_NOMEM;
    }
    if (by_day) {
        base_day_to_cn(from, row->day);
    } else {
        set_text(row->day, sizeof row->day, "*");
    }
    a->examples[0] = '\0';
    a->example_count = 0;
    qd_status status = judge(a, row, from, to, err);
    if (status != QD_OK) {
        a->row_count--;
        (void)base_err_prefix(err, "audit of %s of %s, day %s", a->job->stream, a->job->handle,
                              row->day);
        return status;
    }
    a->result->platform_count += row->platform_count;
    a->result->our_count += row->our_count;
    a->result->gap += row->gap;
    a->result->days++;
    if (row->detail[0] != '\0' && a->result->detail[0] == '\0') {
        set_text(a->result->detail, sizeof a->result->detail, row->detail);
    }
    sync_job_tell(a->job);
    return QD_OK;
}

/* ---- the whole stream ---- */

/* Days are worth asking one by one where a window by created time is served and rows grow with
 * time. */
static bool goes_by_day(const sync_options *o, const cat_window *window) {
    return window != NULL && o->stream->table == TABLE_ORDERS;
}

static qd_status by_days(auditing *a, const cat_window *window, qd_err *err) {
    const store_cursor *c = &a->job->cursor;
    int64_t from = c->backfill_from, end = c->complete_to;
    int64_t reach = window->back_s > 0
                        ? qd_shop_now(a->job->options->shop) - window->back_s + REACH_MARGIN_S
                        : from;
    from = from > reach ? from : reach;
    from = a->options->day_from > from ? a->options->day_from : from;
    end = a->options->day_to > 0 && a->options->day_to < end ? a->options->day_to : end;
    qd_status status = QD_OK;
    while (from < end && status == QD_OK) {
        int64_t next = base_day_start_cn(from) + DAY_S;
        next = next < end ? next : end;
        status = one_range(a, from, next, true, err);
        from = next;
    }
    return status;
}

/* The asked-for days were never read, or the platform serves them no more: that proves nothing. */
static qd_status nothing_to_judge(auditing *a, qd_err *err) {
    const sync_options *o = a->job->options;
    const store_cursor *c = &a->job->cursor;
    char from[BASE_TIME_TEXT], to[BASE_TIME_TEXT];
    base_buf detail;
    base_time_to_cn(c->backfill_from, from);
    base_time_to_cn(c->complete_to, to);
    base_buf_init(&detail, sizeof a->result->detail - 1);
    base_buf_printf(&detail, "nothing to compare: synced from %s to %s", from, to);
    set_text(a->result->detail, sizeof a->result->detail, base_buf_text(&detail));
    base_buf_clear(&detail);
    a->result->state = "unprovable";
    a->result->platform_count = -1;
    return store_count(o->store, o->stream->table, a->job->handle,
                       sync_time_column(o->stream, "created"), a->options->day_from,
                       a->options->day_to > 0 ? a->options->day_to : INT64_MAX,
                       &a->result->our_count, err);
}

static qd_status run(auditing *a, qd_err *err) {
    const sync_options *o = a->job->options;
    const store_cursor *c = &a->job->cursor;
    a->job->phase = "audit";
    if (c->backfill_to == 0 || c->backfilled_to < c->backfill_to) {
        a->result->state = "unprovable";
        a->result->platform_count = -1;
        set_text(a->result->detail, sizeof a->result->detail,
                 c->backfill_to == 0 ? "never synced: run qd sync first"
                                     : "the first sync has not finished: run qd sync again");
        return store_count(o->store, o->stream->table, a->job->handle, -1, 0, 0,
                           &a->result->our_count, err);
    }
    const cat_source *source = sync_source_of(o->stream, CAT_BACKFILL, 0);
    const cat_platform *platform = cat_platform_at(o->stream->platform);
    const cat_method *method =
        source != NULL ? cat_find(platform, base_str_of(cat_str(source->method))) : NULL;
    const cat_window *window = method != NULL && cat_str(source->window)[0] != '\0'
                                   ? cat_window_by(method, cat_str(source->window))
                                   : NULL;
    qd_status status = sync_learn_now(a->job, err);
    if (status == QD_OK && goes_by_day(o, window)) {
        a->time_column = sync_time_column(o->stream, "created");
        status = by_days(a, window, err);
    } else if (status == QD_OK) {
        a->time_column = window != NULL ? sync_time_column(o->stream, "created") : -1;
        status = one_range(a, c->backfill_from, c->complete_to, false, err);
    }
    if (status == QD_OK && a->result->days == 0) {
        return nothing_to_judge(a, err);
    }
    if (a->row_count > 0) {
        qd_err put_err;
        qd_status put = store_audit_put(o->store, a->job->handle, a->job->stream, a->rows,
                                        a->row_count, &put_err);
        if (status == QD_OK && put != QD_OK) {
            status = put;
            if (err != NULL) {
                *err = put_err;
            }
        }
    }
    a->result->state = a->result->gap > 0 ? "gap" : "complete";
    return status;
}

qd_status sync_audit(const sync_audit_options *options, sync_audit_result *out_result,
                     qd_err *err) {
    sync_result counts;
    sync_job job;
    auditing a = { .options = options, .job = &job, .result = out_result };
    memset(out_result, 0, sizeof *out_result);
    out_result->state = "unprovable";
    qd_status status = sync_job_open(&job, &options->base, &counts, err);
    job.ids_only = !options->repair;
    if (status == QD_OK) {
        status = run(&a, err);
    }
    if (status != QD_OK) {
        out_result->state = "unprovable";
    }
    free(a.rows);
    sync_job_close(&job);
    return status;
}
