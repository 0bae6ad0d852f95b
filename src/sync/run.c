/*
 * One run of one stream: the past by created time, then changes by modified time. The cursor moves
 * in the same transaction order as the rows, and only after every row of its window is on disk.
 */
#include <string.h>

#include "sync/sync_private.h"

enum {
    DAY_S = 86400,
    DEFAULT_DAYS = 90, /* what merchants work with, and what TOP serves at most */
    DEFAULT_WINDOW_ROWS = 3000,
    BACK_MARGIN_S = 3600,    /* stay inside the platform's reach while a long backfill runs */
    RESTED_MARGIN_S = 600,   /* a cursor this near to its end has rested too long */
    MEND_MARGIN_S = 3600,    /* how long a run with a wrong clock may have taken, amply */
    LONG_INCREMENT_S = DAY_S /* first guess after a pause, when the platform sets no length */
};
/* Streams without a bound on age (products) are read from here: 2012-01-01, before any of these
 * platforms' shops could be authorised for their present APIs. */
static const int64_t EPOCH_S = 1325347200;

/* A window may hold this many times the aimed rows before it is read in parts. */
enum { TOLERATED_ROWS = 4 };

const cat_source *sync_source_of(const cat_stream *stream, cat_role role, size_t nth) {
    for (size_t i = 0; i < stream->source_count; i++) {
        const cat_source *source = cat_source_at(stream, i);
        if (source->role == (uint8_t)role && nth-- == 0) {
            return source;
        }
    }
    return NULL;
}

int sync_time_column(const cat_stream *stream, const char *by) {
    const store_table *table = store_table_at(stream->table);
    const char *name = strcmp(by, "created") == 0 ? "created_at" : "modified_at";
    for (uint16_t i = 0; table != NULL && i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static const cat_window *window_of(const sync_job *job, const cat_source *source) {
    const cat_platform *platform = cat_platform_at(job->options->stream->platform);
    const cat_method *method = cat_find(platform, base_str_of(cat_str(source->method)));
    const char *by = cat_str(source->window);
    return method != NULL && by[0] != '\0' ? cat_window_by(method, by) : NULL;
}

qd_status sync_learn_now(sync_job *job, qd_err *err) {
    const sync_options *o = job->options;
    if (qd_shop_now_known(o->shop)) {
        return QD_OK;
    }
    const cat_source *source = cat_source_at(o->stream, 0);
    int64_t now = qd_shop_now(o->shop), total;
    core_pager_options pager;
    qd_status status = sync_source_pager(job, source, now - 1, now, &pager, err);
    if (status == QD_OK) {
        status = core_pager_count(o->loop, o->shop, &pager, &total, err);
    }
    /* A refusal tells the time as well: only a platform that cannot be reached, or keys that are
     * wrong, end here. */
    bool told = status == QD_E_PLATFORM || status == QD_E_INVALID;
    return told && qd_shop_now_known(o->shop) ? QD_OK : status;
}

/* Stores the cursor when everything before it is on disk. */
static qd_status move_cursor(sync_job *job, qd_err *err) {
    qd_status status = sync_job_settle(job, err);
    if (status != QD_OK) {
        return status;
    }
    store_batch *batch = store_batch_new(job->options->store, job->handle);
    if (batch == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a cursor");
    }
    store_batch_set_cursor(batch, job->claim, &job->cursor);
    sync_job_submit(
        job, batch); /* a failure shows in the next settle: later windows cannot overtake it */
    return QD_OK;
}

/* Where the past begins that these options ask for, seen from its end; never before what the
 * platform serves. */
static int64_t start_of_past(const sync_job *job, int64_t to) {
    const sync_options *o = job->options;
    const cat_window *window = window_of(job, sync_source_of(o->stream, CAT_BACKFILL, 0));
    bool grows = o->stream->table == TABLE_ORDERS;
    int64_t days = o->backfill_days > 0 ? o->backfill_days : grows ? DEFAULT_DAYS : 0;
    int64_t from = days > 0 ? to - days * DAY_S : EPOCH_S;
    if (window != NULL && window->back_s > 0 && from < to - window->back_s + BACK_MARGIN_S) {
        from = to - window->back_s + BACK_MARGIN_S;
    }
    return from;
}

/* The first run fixes the past. A later one that asks for more of it reads what lies before; where
 * the first past was never finished, all of it. Changes are no concern: complete_to is older than
 * this reading, so the increments bring what changes after it. */
static qd_status begin(sync_job *job, qd_err *err) {
    const sync_options *o = job->options;
    store_cursor *c = &job->cursor;
    int64_t to = qd_shop_now(o->shop) - o->stream->lag_s;
    int64_t from = start_of_past(job, to);
    bool first = c->backfill_to == 0;
    if (!first && (o->backfill_days <= 0 || from >= c->backfill_from)) {
        return QD_OK;
    }
    c->updated_at = base_now(store_clock(o->store));
    if (first) {
        c->backfill_to = c->complete_to = to; /* what changes from `to` on is the increments' */
    } else if (c->backfilled_to >= c->backfill_to) {
        c->backfill_to = c->backfill_from;
    }
    c->backfill_from = c->backfilled_to = from;
    return move_cursor(job, err);
}

/* Platforms serve windows only so far back. A cursor that rested longer goes on where they still
 * serve: what lies before would be refused for ever, and nobody can read it any more. */
static void skip_unserved(const sync_job *job, const cat_window *window, int64_t *cursor) {
    int64_t now = qd_shop_now(job->options->shop);
    if (window == NULL || window->back_s <= 0 ||
        *cursor >= now - window->back_s + RESTED_MARGIN_S) {
        return;
    }
    char before[BASE_TIME_TEXT], after[BASE_TIME_TEXT];
    int64_t from = now - window->back_s + BACK_MARGIN_S;
    base_time_to_cn(*cursor, before);
    base_time_to_cn(from, after);
    base_log(QD_LOG_WARNING, "sync", "%s of %s: from %s to %s is no longer served and is skipped",
             job->stream, job->handle, before, after);
    *cursor = from;
}

/* A cursor in the platform's future was moved by a clock that was wrong. Changes since that run
 * have not been read, so it goes back to before it: reading twice costs little. */
static void mend_cursor(sync_job *job) {
    store_cursor *c = &job->cursor;
    int64_t now = qd_shop_now(job->options->shop);
    if (c->complete_to <= now) {
        return;
    }
    int64_t since = base_now(store_clock(job->options->store)) - c->updated_at;
    int64_t from = now - job->options->stream->lag_s - (since > 0 ? since : 0) - MEND_MARGIN_S;
    from = from > c->backfill_from ? from : c->backfill_from;
    char before[BASE_TIME_TEXT], after[BASE_TIME_TEXT];
    base_time_to_cn(c->complete_to, before);
    base_time_to_cn(from, after);
    base_log(QD_LOG_WARNING, "sync",
             "%s of %s: its cursor (%s) is ahead of the platform's clock; changes from %s on are "
             "read again",
             job->stream, job->handle, before, after);
    c->complete_to = from < c->complete_to ? from : c->complete_to;
}

/* Reads [from, to) of every source of the role. */
static qd_status read_all_parts(sync_job *job, cat_role role, int64_t from, int64_t to,
                                int64_t split_above, sync_window_result *out_sum, qd_err *err) {
    *out_sum = (sync_window_result){ false, 0, 0 };
    sync_idset_reset(&job->seen);
    const cat_source *source;
    for (size_t i = 0; (source = sync_source_of(job->options->stream, role, i)) != NULL; i++) {
        sync_window_result part;
        qd_status status = sync_read_window(job, source, from, to, split_above, &part, err);
        if (status != QD_OK) {
            return status;
        }
        out_sum->rows += part.rows;
        out_sum->total += part.total > 0 ? part.total : 0;
        if (part.split) {
            out_sum->split = true;
            return QD_OK;
        }
    }
    return sync_fetch_details(job, role, from, to, err);
}

/* Walks [*cursor, end) window by window and moves *cursor (a member of job->cursor). */
static qd_status walk_windows(sync_job *job, cat_role role, sync_plan *plan, int64_t *cursor,
                              int64_t end, qd_err *err) {
    while (*cursor < end) {
        int64_t from = *cursor, to = sync_plan_next(plan, from, end);
        sync_window_result window;
        int64_t limit = to - from > 1 ? plan->target * TOLERATED_ROWS : 0;
        qd_status status = read_all_parts(job, role, from, to, limit, &window, err);
        if (status != QD_OK) {
            char text[BASE_TIME_TEXT];
            base_time_to_cn(from, text);
            (void)base_err_prefix(err, "%s of %s, window from %s (%lld s)", job->stream,
                                  job->handle, text, (long long)(to - from));
            return status;
        }
        if (window.split) {
            if (!sync_plan_split(plan, to - from, window.total)) {
                return base_fail(
                    err, QD_E_PROTOCOL,
                    "%s of %s: one second holds %lld rows, more than the platform serves",
                    job->stream, job->handle, (long long)window.total);
            }
            continue;
        }
        if (role == CAT_INCREMENT) {
            /* The answer that set the end may have had a wrong date: believe the newest, too. */
            int64_t seen = qd_shop_now(job->options->shop) - job->options->stream->lag_s;
            end = seen < end ? seen : end;
            to = to < end ? to : end;
            if (to <= from) {
                return QD_OK;
            }
        }
        *cursor = to;
        status = move_cursor(job, err);
        if (status != QD_OK) {
            return status;
        }
        job->result->windows++;
        sync_plan_learn(plan, to - from, window.rows);
    }
    return QD_OK;
}

/* How many rows the past holds: for the plan and the progress bar; -1 when the platform cannot
 * tell. */
static int64_t count_past(sync_job *job, const cat_source *source, int64_t from, int64_t to) {
    core_pager_options pager;
    qd_err ignored;
    int64_t total = -1;
    if (sync_source_pager(job, source, from, to, &pager, &ignored) != QD_OK ||
        core_pager_count(job->options->loop, job->options->shop, &pager, &total, &ignored) !=
            QD_OK) {
        return -1;
    }
    return total;
}

static qd_status backfill(sync_job *job, qd_err *err) {
    store_cursor *c = &job->cursor;
    const cat_source *source = sync_source_of(job->options->stream, CAT_BACKFILL, 0);
    if (source == NULL || c->backfilled_to >= c->backfill_to) {
        return QD_OK;
    }
    job->phase = "backfill";
    int64_t target =
        job->options->window_rows > 0 ? job->options->window_rows : DEFAULT_WINDOW_ROWS;
    const cat_window *window = window_of(job, source);
    skip_unserved(job, window, &c->backfilled_to);
    if (c->backfilled_to >= c->backfill_to) {
        c->backfilled_to = c->backfill_to;
        return move_cursor(job, err);
    }
    int64_t span = c->backfill_to - c->backfilled_to;
    sync_plan plan;
    if (window == NULL) { /* the whole listing is one window */
        sync_plan_init(&plan, 0, span, INT32_MAX);
        return walk_windows(job, CAT_BACKFILL, &plan, &c->backfilled_to, c->backfill_to, err);
    }
    sync_plan_init(&plan, window->longest_s, span, target);
    int64_t total = window->longest_s > 0 && span > window->longest_s
                        ? -1
                        : count_past(job, source, c->backfilled_to, c->backfill_to);
    if (total > target) {
        (void)sync_plan_split(&plan, span, total);
    }
    job->expected = total;
    return walk_windows(job, CAT_BACKFILL, &plan, &c->backfilled_to, c->backfill_to, err);
}

static qd_status increments(sync_job *job, qd_err *err) {
    const sync_options *o = job->options;
    const cat_source *source = sync_source_of(o->stream, CAT_INCREMENT, 0);
    if (source == NULL) {
        return QD_OK;
    }
    job->phase = "increment";
    job->expected = -1;
    const cat_window *window = window_of(job, source);
    if (window == NULL) {
        return base_fail(err, QD_E_UNSUPPORTED, "stream %s: %s has no window by modified time",
                         job->stream, cat_str(source->method));
    }
    mend_cursor(job);
    skip_unserved(job, window, &job->cursor.complete_to);
    int64_t longest = window->step_s > 0 ? window->step_s : window->longest_s;
    int64_t target = o->window_rows > 0 ? o->window_rows : DEFAULT_WINDOW_ROWS;
    sync_plan plan;
    sync_plan_init(&plan, longest, longest > 0 ? longest : LONG_INCREMENT_S, target);
    int64_t end = qd_shop_now(o->shop) - o->stream->lag_s;
    return walk_windows(job, CAT_INCREMENT, &plan, &job->cursor.complete_to, end, err);
}

qd_status sync_run(const sync_options *options, sync_result *out_result, qd_err *err) {
    sync_job job;
    qd_status status = sync_job_open(&job, options, out_result, err);
    if (status == QD_OK) {
        status = sync_learn_now(&job, err);
    }
    if (status == QD_OK) {
        status = begin(&job, err);
    }
    if (status == QD_OK) {
        status = backfill(&job, err);
    }
    if (status == QD_OK) {
        status = increments(&job, err);
    }
    qd_err settle_err;
    qd_status settled = sync_job_settle(&job, &settle_err);
    if (status == QD_OK && settled != QD_OK) {
        status = settled;
        if (err != NULL) {
            *err = settle_err;
        }
    }
    out_result->complete_to = status == QD_OK ? job.cursor.complete_to : 0;
    sync_job_close(&job);
    return status;
}
