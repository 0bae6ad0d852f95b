/*
 * What one run holds: the claim, the cursor, batches on their way to the disk, progress. Reads
 * nothing from a platform.
 */
#include <string.h>

#include "sync/sync_private.h"

/* Texts of one page's rows that had to be made (numbers as text, specs). */
enum { PAGE_ARENA = 64 * 1024 * 1024 };

qd_status sync_job_open(sync_job *job, const sync_options *options, sync_result *result,
                        qd_err *err) {
    memset(job, 0, sizeof *job);
    memset(result, 0, sizeof *result);
    job->options = options;
    job->handle = qd_shop_handle(options->shop);
    job->stream = cat_str(options->stream->name);
    job->phase = "backfill";
    job->result = result;
    job->expected = -1;
    pthread_mutex_init(&job->pending.lock, NULL);
    pthread_cond_init(&job->pending.changed, NULL);
    qd_err_clear(&job->pending.err);
    sync_idset_init(&job->seen);
    sync_idset_init(&job->reading);
    sync_idset_init(&job->refused);
    sync_idset_init(&job->later);
    base_buf_init(&job->raw, LIMIT_DOCUMENT_BYTES);
    job->arena = base_arena_new(PAGE_ARENA);
    if (job->arena == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a sync run");
    }
    core_loop_stop_by(options->loop, options->cancel);
    qd_status status = store_claim_take(options->store, job->handle, job->stream, &job->claim, err);
    if (status == QD_OK) {
        status = store_cursor_get(options->store, job->handle, job->stream, &job->cursor, err);
    }
    return status;
}

void sync_job_close(sync_job *job) {
    qd_status settled = sync_job_settle(job, NULL); /* batches point into this job */
    (void)settled;                                  /* the caller has settled and reported before */
    core_loop_stop_by(job->options->loop, NULL);
    store_claim_release(job->claim);
    base_arena_free(job->arena);
    base_buf_wipe(&job->raw);
    sync_idset_clear(&job->seen);
    sync_idset_clear(&job->reading);
    sync_idset_clear(&job->refused);
    sync_idset_clear(&job->later);
    pthread_cond_destroy(&job->pending.changed);
    pthread_mutex_destroy(&job->pending.lock);
}

void sync_job_tell(sync_job *job) {
    if (job->options->progress != NULL) {
        sync_progress progress = { job->handle, job->stream, job->phase, job->result->rows,
                                   job->expected };
        job->options->progress(job->options->progress_user, &progress);
    }
}

bool sync_job_cancelled(const sync_job *job) {
    return job->options->cancel != NULL && atomic_load(job->options->cancel);
}

/* @locality: the writer's thread */
static void stored(void *user, const store_commit_info *info) {
    sync_pending *pending = user;
    pthread_mutex_lock(&pending->lock);
    pending->open--;
    pending->inserted += (int64_t)info->inserted;
    pending->updated += (int64_t)info->updated;
    pending->unchanged += (int64_t)info->unchanged;
    if (info->status != QD_OK && pending->err.status == QD_OK) {
        pending->err = info->err;
        pending->err.status = info->status;
    }
    pthread_cond_broadcast(&pending->changed);
    pthread_mutex_unlock(&pending->lock);
}

void sync_job_submit(sync_job *job, store_batch *batch) {
    pthread_mutex_lock(&job->pending.lock);
    job->pending.open++;
    pthread_mutex_unlock(&job->pending.lock);
    store_submit(batch, stored, &job->pending);
}

qd_status sync_job_settle(sync_job *job, qd_err *err) {
    sync_pending *pending = &job->pending;
    pthread_mutex_lock(&pending->lock);
    while (pending->open > 0) {
        pthread_cond_wait(&pending->changed, &pending->lock);
    }
    job->result->inserted = pending->inserted;
    job->result->updated = pending->updated;
    job->result->unchanged = pending->unchanged;
    qd_status status = pending->err.status;
    if (status != QD_OK && err != NULL) {
        *err = pending->err;
    }
    pthread_mutex_unlock(&pending->lock);
    return status;
}
