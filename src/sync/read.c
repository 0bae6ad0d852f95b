/*
 * One window of one source: every page fetched, mapped and handed to the writer, and the proof that
 * the window is whole: as many distinct rows as the platform counts. Does not move cursors.
 */
#include <string.h>

#include "sync/sync_private.h"

/* Rows move between pages while they are read; a window that still lacks rows after so many
 * readings is not a moving one but a platform that counts what it does not list. */
enum { MOST_READINGS = 5 };

typedef struct reading {
    sync_job *job;
    const cat_source *source;
    const cat_map *map;
    bool keep_raw; /* the row's document is kept: not where the full one is fetched by its id */
    int64_t split_above;
    bool split;
    int64_t highest_total; /* of any answer of this reading */
} reading;

qd_status sync_source_pager(const sync_job *job, const cat_source *source, int64_t from, int64_t to,
                            core_pager_options *out_pager, qd_err *err) {
    const cat_platform *platform = cat_platform_at(job->options->stream->platform);
    memset(out_pager, 0, sizeof *out_pager);
    out_pager->method = cat_find(platform, base_str_of(cat_str(source->method)));
    if (out_pager->method == NULL) {
        return base_fail(err, QD_E_UNSUPPORTED, "stream %s reads %s, which the catalogue lacks",
                         job->stream, cat_str(source->method));
    }
    const char *by = cat_str(source->window);
    out_pager->window = by[0] != '\0' ? cat_window_by(out_pager->method, by) : NULL;
    out_pager->from = from;
    out_pager->to = to;
    const char *fixed = cat_str(source->fixed);
    out_pager->fixed_json = fixed[0] != '\0' ? fixed : NULL;
    return QD_OK;
}

/* Keeps the id of a row that was modified after the range that is being proved. */
static qd_status note_later(reading *r, const sync_scope *scope, base_str id, qd_err *err) {
    int recency = store_table_at(r->map->table)->recency;
    store_value value = { .set = 0 };
    qd_status status = QD_OK;
    for (size_t i = 0; i < r->map->column_count && !value.set && status == QD_OK; i++) {
        const cat_map_column *column = cat_map_column_at(r->map, i);
        if (column->column == recency) {
            status = sync_convert(column, scope, r->job->arena, &value, err);
        }
    }
    bool later = value.set && !value.is_null && value.i64 >= r->job->later_from;
    return status == QD_OK && later ? sync_idset_add(&r->job->later, id, NULL, err) : status;
}

static qd_status one_row(reading *r, store_batch *batch, yyjson_val *row, int64_t seq,
                         qd_err *err) {
    sync_job *job = r->job;
    sync_scope scope;
    sync_scope_init(&scope, row, NULL, 0);
    base_str id;
    yyjson_val *id_value = sync_scope_at(&scope, cat_str(r->source->id_path));
    if (id_value == NULL || !codec_json_text(id_value, job->arena, &id) || id.len == 0) {
        return base_fail(err, QD_E_PROTOCOL, "a row of %s has no %s", cat_str(r->source->method),
                         cat_str(r->source->id_path));
    }
    qd_status status = sync_idset_add(&job->seen, id, NULL, err);
    if (status == QD_OK) {
        status = sync_idset_add(&job->reading, id, NULL, err);
    }
    if (status == QD_OK && job->later_from > 0) {
        status = note_later(r, &scope, id, err);
    }
    if (status != QD_OK || job->ids_only) {
        return status;
    }
    base_buf_reset(&job->raw);
    if (r->keep_raw) {
        status = codec_json_write(row, &job->raw, err);
    }
    return status != QD_OK ? status
                           : sync_map_document(batch, r->map, row, base_buf_str(&job->raw), seq,
                                               job->arena, err);
}

static qd_status store_page(reading *r, const core_page_result *page, qd_err *err) {
    sync_job *job = r->job;
    store_batch *batch = store_batch_new(job->options->store, job->handle);
    if (batch == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a page");
    }
    base_arena_reset(job->arena);
    int64_t seq = core_reply_seq(page->reply);
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(page->rows, i, max, row) {
        qd_status status = one_row(r, batch, row, seq, err);
        if (status != QD_OK) {
            store_batch_free(batch);
            return base_err_prefix(err, "page %d, row %zu", (int)page->page, i);
        }
    }
    sync_job_submit(job, batch);
    return QD_OK;
}

static qd_status on_page(void *user, core_page_result *page, qd_err *err) {
    reading *r = user;
    sync_job *job = r->job;
    qd_status status = QD_OK;
    if (page->total > r->highest_total) {
        r->highest_total = page->total;
    }
    if (sync_job_cancelled(job)) {
        status = base_fail(err, QD_E_CANCELLED, "stopped as asked; completed windows are stored");
    } else if (r->split_above > 0 && page->total > r->split_above) {
        r->split = true;
        status = base_fail(err, QD_E_CANCELLED, "the window holds %lld rows: it is read in parts",
                           (long long)page->total);
    } else if (page->row_count > 0) {
        status = store_page(r, page, err);
    }
    if (status == QD_OK) {
        job->result->pages++;
        job->result->rows += (int64_t)page->row_count;
        sync_job_tell(job);
    }
    qd_reply_free(page->reply);
    return status;
}

/* The platform's cap on page x size: core_pager_walk() says so by this sub code. */
static bool is_row_cap(const qd_err *err) {
    return strcmp(err->sub_code, "row-cap") == 0;
}

qd_status sync_read_window(sync_job *job, const cat_source *source, int64_t from, int64_t to,
                           int64_t split_above, sync_window_result *out_result, qd_err *err) {
    qd_err local; /* the split decision reads it even when the caller wants none */
    err = err != NULL ? err : &local;
    reading r = { .job = job,
                  .source = source,
                  .map = cat_map_find(cat_str(source->map)),
                  .split_above = split_above,
                  .highest_total = -1 };
    r.keep_raw = r.map != NULL && r.map->payload &&
                 sync_source_of(job->options->stream, CAT_DETAIL, 0) == NULL;
    core_pager_options pager;
    qd_status status = r.map == NULL
                           ? base_fail(err, QD_E_UNSUPPORTED, "stream %s has no map", job->stream)
                           : sync_source_pager(job, source, from, to, &pager, err);
    *out_result = (sync_window_result){ false, -1, 0 };
    if (status != QD_OK) {
        return status;
    }
    for (int tries = 1;; tries++) {
        int64_t total = -1;
        r.highest_total = -1;
        sync_idset_reset(&job->reading);
        status = core_pager_walk(job->options->loop, job->options->shop, &pager, on_page, &r,
                                 &total, err);
        if (status != QD_OK && (r.split || is_row_cap(err))) {
            *out_result = (sync_window_result){ true, r.highest_total, 0 };
            return QD_OK;
        }
        /* Read from the last page, rows that leave the window shift others towards pages yet to
         * come, so the last count is the one to meet; read forward, they shift others out of sight,
         * so the highest is. */
        bool last_first = pager.window != NULL && pager.window->last_first;
        int64_t wanted = last_first ? total : r.highest_total;
        int64_t distinct = (int64_t)job->reading.count;
        if (status != QD_OK || wanted <= distinct) {
            *out_result = (sync_window_result){ false, total, distinct };
            return status;
        }
        if (tries == MOST_READINGS) {
            return base_fail(
                err, QD_E_PROTOCOL,
                "%s counts %lld rows but lists %lld in %d readings: the window is not marked done",
                cat_str(source->method), (long long)wanted, (long long)distinct, tries);
        }
        job->result->rereads++;
    }
}

qd_status sync_read_range(sync_job *job, const cat_source *source, int64_t from, int64_t to,
                          qd_err *err) {
    sync_window_result window;
    qd_status status = sync_read_window(job, source, from, to, 0, &window, err);
    if (status != QD_OK || !window.split) {
        return status;
    }
    if (to - from < 2 || cat_str(source->window)[0] == '\0') {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has more rows than it lists",
                         cat_str(source->method));
    }
    int64_t middle = from + (to - from) / 2;
    status = sync_read_range(job, source, from, middle, err);
    return status == QD_OK ? sync_read_range(job, source, middle, to, err) : status;
}
