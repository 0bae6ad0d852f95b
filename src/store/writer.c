/*
 * The one writer: a bounded queue, a thread, and transactions that take whatever has queued. Each
 * batch is a savepoint, so that one that fails takes nothing with it; a commit that fails fails all
 * that were in it. Small jobs (a token, a claim) go ahead of batches. Knows no SQL.
 */
#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

/* Something to be done in the next transaction while its caller waits. */
typedef struct job {
    struct job *next;
    store_job_fn fn;
    void *arg;
    qd_status status;
    qd_err err;
    bool finished;
} job;

struct store_writer {
    store *store;
    store_db *db;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t work;     /* something was queued, or stop */
    pthread_cond_t progress; /* the queue has shrunk, or something is finished */
    job *jobs, **jobs_end;
    store_batch *batches, **batches_end;
    size_t bytes; /* of the batches that wait */
    uint64_t submitted, finished;
    bool stop;
};

/* What one transaction takes. */
typedef struct group {
    job *jobs;
    store_batch *batches;
    uint64_t batch_count;
} group;

/* ---- one transaction; on the writer's thread ---- */

static void fail_group(const group *group, qd_status status, const qd_err *err) {
    for (job *j = group->jobs; j; j = j->next) {
        j->status = status;
        j->err = *err;
    }
    for (store_batch *b = group->batches; b; b = b->next) {
        memset(&b->info, 0, sizeof b->info);
        b->info.status = status;
        b->info.err = *err;
    }
}

/* Ends a piece of work that gave `status`. False when the whole transaction is lost. */
static bool settle(store_db *db, qd_status *status, qd_err *err) {
    if (*status == QD_OK) {
        *status = store_db_keep(db, err);
    }
    if (*status == QD_OK) {
        return true;
    }
    qd_err lost = QD_ERR_INIT;
    return store_db_undo(db, &lost) == QD_OK;
}

static bool run_pieces(store_writer *writer, const group *group, qd_status *status, qd_err *err) {
    store_db *db = writer->db;
    for (job *j = group->jobs; j; j = j->next) {
        j->status = store_db_mark(db, &j->err);
        if (j->status == QD_OK) {
            j->status = j->fn(writer->store, db, j->arg, &j->err);
        }
        if (!settle(db, &j->status, &j->err)) {
            *status = j->status;
            *err = j->err;
            return false;
        }
    }
    for (store_batch *b = group->batches; b; b = b->next) {
        b->info.status = store_db_mark(db, &b->info.err);
        if (b->info.status == QD_OK) {
            b->info.status = store_db_apply(writer->store, db, b, &b->info.err);
        }
        if (!settle(db, &b->info.status, &b->info.err)) {
            *status = b->info.status;
            *err = b->info.err;
            return false;
        }
        if (b->info.status != QD_OK) {
            b->info.inserted = b->info.updated = b->info.unchanged = 0;
        }
    }
    return true;
}

static void run_group(store_writer *writer, const group *group) {
    qd_err err = QD_ERR_INIT;
    qd_status status = store_db_begin(writer->db, &err);
    bool good = status == QD_OK && run_pieces(writer, group, &status, &err);
    if (good) {
        status = store_db_commit(writer->db, &err);
        good = status == QD_OK;
    }
    if (!good) {
        store_db_abandon(writer->db);
        fail_group(group, status, &err);
    }
}

/* ---- the thread ---- */

/* With the mutex held: all jobs, and batches up to the bound of one transaction. */
static void take_group(store_writer *writer, group *out) {
    size_t bytes = 0;
    *out = (group){ writer->jobs, writer->batches, 0 };
    writer->jobs = NULL;
    writer->jobs_end = &writer->jobs;
    store_batch **at = &out->batches;
    while (*at && (bytes == 0 || bytes + (*at)->bytes <= STORE_GROUP_BYTES)) {
        bytes += (*at)->bytes + 1;
        writer->bytes -= (*at)->bytes;
        out->batch_count++;
        at = &(*at)->next;
    }
    writer->batches = *at;
    *at = NULL;
    if (!writer->batches) {
        writer->batches_end = &writer->batches;
    }
}

/* The batches' callbacks run without the mutex; a job belongs to its waiting caller again as soon
 * as it is finished. */
static void finish_group(store_writer *writer, group *group) {
    pthread_mutex_lock(&writer->mutex);
    for (job *j = group->jobs; j;) {
        job *next = j->next;
        j->finished = true;
        j = next;
    }
    pthread_cond_broadcast(&writer->progress);
    pthread_mutex_unlock(&writer->mutex);
    for (store_batch *b = group->batches; b;) {
        store_batch *next = b->next;
        if (b->done) {
            b->done(b->user, &b->info);
        }
        store_batch_free(b);
        b = next;
    }
    pthread_mutex_lock(&writer->mutex);
    writer->finished += group->batch_count;
    pthread_cond_broadcast(&writer->progress);
    pthread_mutex_unlock(&writer->mutex);
}

static void *write_loop(void *arg) {
    store_writer *writer = arg;
    const qd_clock *clock = qd_clock_system();
    for (;;) {
        pthread_mutex_lock(&writer->mutex);
        while (!writer->jobs && !writer->batches && !writer->stop) {
            pthread_cond_wait(&writer->work, &writer->mutex);
        }
        if (!writer->jobs && !writer->batches) {
            pthread_mutex_unlock(&writer->mutex);
            return NULL;
        }
        if (writer->store->group_ms > 0 && !writer->jobs && !writer->stop) {
            pthread_mutex_unlock(&writer->mutex);
            clock->sleep_ms(clock->self, writer->store->group_ms);
            pthread_mutex_lock(&writer->mutex);
        }
        group group;
        take_group(writer, &group);
        pthread_cond_broadcast(&writer->progress);
        pthread_mutex_unlock(&writer->mutex);
        run_group(writer, &group);
        finish_group(writer, &group);
        store_db_tidy(writer->db);
    }
}

qd_status store_writer_start(store *store, store_db *db, qd_err *err) {
    store_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        return base_fail(err, QD_E_NOMEM, "out of memory for the writer");
    }
    writer->store = store;
    writer->db = db;
    writer->jobs_end = &writer->jobs;
    writer->batches_end = &writer->batches;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->work, NULL);
    pthread_cond_init(&writer->progress, NULL);
    store->writer = writer; /* before the thread looks at it */
    if (pthread_create(&writer->thread, NULL, write_loop, writer) != 0) {
        store->writer = NULL;
        pthread_cond_destroy(&writer->progress);
        pthread_cond_destroy(&writer->work);
        pthread_mutex_destroy(&writer->mutex);
        free(writer);
        return base_fail(err, QD_E_NOMEM, "cannot start the writer's thread");
    }
    return QD_OK;
}

void store_writer_stop(store_writer *writer) {
    if (!writer) {
        return;
    }
    pthread_mutex_lock(&writer->mutex);
    writer->stop = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    store_db_close(writer->db);
    pthread_cond_destroy(&writer->progress);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
}

bool store_writer_is_self(const store_writer *writer) {
    return writer && pthread_equal(pthread_self(), writer->thread);
}

/* ---- the callers' side ---- */

static qd_status fail_read_only(const store *store, qd_err *err) {
    return base_fail(err, QD_E_INVALID, "%s was opened for reading only", store->path);
}

qd_status store_run(store *store, store_job_fn fn, void *arg, qd_err *err) {
    store_writer *writer = store->writer;
    job job = { NULL, fn, arg, QD_OK, QD_ERR_INIT, false };
    if (!writer) {
        return fail_read_only(store, err);
    }
    if (store_writer_is_self(writer)) {
        return base_fail(err, QD_E_INVALID, "a done callback cannot wait for the writer");
    }
    pthread_mutex_lock(&writer->mutex);
    *writer->jobs_end = &job;
    writer->jobs_end = &job.next;
    pthread_cond_signal(&writer->work);
    while (!job.finished) {
        pthread_cond_wait(&writer->progress, &writer->mutex);
    }
    pthread_mutex_unlock(&writer->mutex);
    if (job.status != QD_OK && err) {
        *err = job.err;
    }
    return job.status;
}

static void refuse(store_batch *batch, store_done_fn done, void *user, qd_status status,
                   const qd_err *err) {
    store_commit_info info = { .status = status, .err = *err };
    store_batch_free(batch);
    if (done) {
        done(user, &info);
    }
}

void store_submit(store_batch *batch, store_done_fn done, void *user) {
    store_writer *writer = batch->store->writer;
    qd_err err = QD_ERR_INIT;
    if (!writer) {
        qd_status status = fail_read_only(batch->store, &err);
        refuse(batch, done, user, status, &err);
        return;
    }
    if (batch->failed) {
        err = batch->failure;
        refuse(batch, done, user, err.status, &err);
        return;
    }
    batch->done = done;
    batch->user = user;
    batch->next = NULL;
    pthread_mutex_lock(&writer->mutex);
    /* A callback that submits must not wait for its own thread. */
    while (writer->bytes > STORE_QUEUE_BYTES && !store_writer_is_self(writer)) {
        pthread_cond_wait(&writer->progress, &writer->mutex);
    }
    *writer->batches_end = batch;
    writer->batches_end = &batch->next;
    writer->bytes += batch->bytes;
    writer->submitted++;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->mutex);
}

typedef struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool finished;
    store_commit_info info;
} waiter;

static void wake(void *user, const store_commit_info *info) {
    waiter *waiter = user;
    pthread_mutex_lock(&waiter->mutex);
    waiter->info = *info;
    waiter->finished = true;
    pthread_cond_signal(&waiter->cond);
    pthread_mutex_unlock(&waiter->mutex);
}

qd_status store_commit(store_batch *batch, store_commit_info *out_info, qd_err *err) {
    waiter waiter = { .finished = false };
    if (store_writer_is_self(batch->store->writer)) {
        store_batch_free(batch);
        return base_fail(err, QD_E_INVALID, "a done callback cannot wait for the writer");
    }
    pthread_mutex_init(&waiter.mutex, NULL);
    pthread_cond_init(&waiter.cond, NULL);
    store_submit(batch, wake, &waiter);
    pthread_mutex_lock(&waiter.mutex);
    while (!waiter.finished) {
        pthread_cond_wait(&waiter.cond, &waiter.mutex);
    }
    pthread_mutex_unlock(&waiter.mutex);
    pthread_cond_destroy(&waiter.cond);
    pthread_mutex_destroy(&waiter.mutex);
    if (out_info) {
        *out_info = waiter.info;
    }
    if (waiter.info.status != QD_OK && err) {
        *err = waiter.info.err;
    }
    return waiter.info.status;
}

void store_flush(store *store) {
    store_writer *writer = store->writer;
    if (!writer || store_writer_is_self(writer)) {
        return;
    }
    pthread_mutex_lock(&writer->mutex);
    uint64_t until = writer->submitted;
    while (writer->finished < until) {
        pthread_cond_wait(&writer->progress, &writer->mutex);
    }
    pthread_mutex_unlock(&writer->mutex);
}
