/* What the files of room sync share. */
#ifndef SYNC_SYNC_PRIVATE_H
#define SYNC_SYNC_PRIVATE_H

#include <pthread.h>

#include "sync/sync.h"

/* ---- idset.c: distinct ids, exact ---- */

typedef struct sync_idset {
    base_arena *arena;
    base_str *slots; /* open addressing; ptr NULL = free */
    size_t cap;
    size_t count;
} sync_idset;

void sync_idset_init(sync_idset *set); /* call clear even when nothing was added */
void sync_idset_clear(sync_idset *set);
void sync_idset_reset(sync_idset *set); /* empties, keeps some memory */
/* Adds a copy. *out_new (may be NULL) tells whether it was not there. */
QD_NODISCARD qd_status sync_idset_add(sync_idset *set, base_str id, bool *out_new, qd_err *err);
bool sync_idset_has(const sync_idset *set, base_str id);

/* ---- scope.c: paths into documents ---- */

enum { SYNC_INDEX_SLOTS = 256 };

/* A document with its parent's, and an index of its keys: platform documents have about 100 keys an
 * object, and each map asks for about 30 of them. */
typedef struct sync_scope {
    yyjson_val *document;
    const struct sync_scope *parent; /* NULL at the top */
    size_t place;                    /* index in its list */
    bool indexed;
    yyjson_val *keys[SYNC_INDEX_SLOTS]; /* the key nodes */
} sync_scope;

void sync_scope_init(sync_scope *scope, yyjson_val *document, const sync_scope *parent,
                     size_t place);
/* First of the '|' alternatives that is there and not null; NULL when none is. */
yyjson_val *sync_scope_at(const sync_scope *scope, const char *path);

/* ---- convert.c: one JSON value -> one column value ---- */

/* Leaves out_value->set at 0 when the conversion finds nothing to carry.
 * @retval QD_E_PROTOCOL the value cannot be what the column wants (message without its content) */
QD_NODISCARD qd_status sync_convert(const cat_map_column *column, const sync_scope *scope,
                                    base_arena *arena, store_value *out_value, qd_err *err);

/* ---- plan.c: how long the next window is ---- */

typedef struct sync_plan {
    int64_t span_s;    /* of the next window */
    int64_t longest_s; /* 0 = no bound */
    int64_t target;    /* rows a window should hold */
} sync_plan;

void sync_plan_init(sync_plan *plan, int64_t longest_s, int64_t first_span_s, int64_t target);
/* End of the window that begins at from; never past end; at least one second long. */
int64_t sync_plan_next(const sync_plan *plan, int64_t from, int64_t end);
/* A window of `span` seconds held `rows`: aim the next one at the target. */
void sync_plan_learn(sync_plan *plan, int64_t span, int64_t rows);
/* A window of `span` seconds would hold `total` (0 = not known), too many: halve or better.
 * False when one second is already too much. */
bool sync_plan_split(sync_plan *plan, int64_t span, int64_t total);

/* ---- run.c and what it is made of ---- */

/* Batches on their way to the disk. */
typedef struct sync_pending {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t open;
    int64_t inserted, updated, unchanged;
    qd_err err; /* the first failure */
} sync_pending;

typedef struct sync_job {
    const sync_options *options;
    const char *handle;
    const char *stream;
    const char *phase;
    store_claim *claim;
    store_cursor cursor;
    sync_result *result;
    sync_pending pending;
    sync_idset seen;    /* ids of the window, over all sources and readings */
    sync_idset reading; /* ids of the present reading of one source */
    sync_idset refused; /* ids whose documents the platform refused to give */
    qd_err refusal;     /* why, of the first */
    int64_t later_from; /* rows modified from here on also go into `later`; 0 = none does */
    sync_idset later;
    base_arena *arena; /* of the page being mapped */
    base_buf raw;      /* of the row being mapped */
    int64_t expected;  /* of the whole run; -1 = not known */
    bool ids_only;     /* rows are looked at, not stored (an audit that must not repair) */
} sync_job;

QD_NODISCARD qd_status sync_job_open(sync_job *job, const sync_options *options,
                                     sync_result *result, qd_err *err);
void sync_job_close(sync_job *job);
void sync_job_tell(sync_job *job);
bool sync_job_cancelled(const sync_job *job);
/* Hands the batch to the writer and counts it as pending. */
void sync_job_submit(sync_job *job, store_batch *batch);
/* Waits until nothing is pending; the first failure of any batch. */
QD_NODISCARD qd_status sync_job_settle(sync_job *job, qd_err *err);

/* ---- read.c: one window of one source ---- */

typedef struct sync_window_result {
    bool split;    /* nothing is lost, but the window is to be read in smaller parts */
    int64_t total; /* the platform's count, -1 = none */
    int64_t rows;  /* distinct rows read */
} sync_window_result;

/* Reads, maps and submits every row of [from, to); reads again while there are fewer distinct rows
 * than the platform counts. Ids are left in job->seen. split_above: rows that make a window too
 * long (0 = only the platform's cap). */
QD_NODISCARD qd_status sync_read_window(sync_job *job, const cat_source *source, int64_t from,
                                        int64_t to, int64_t split_above,
                                        sync_window_result *out_result, qd_err *err);
/* The same for a range of any size: in halves, and halves of them, where it holds more than the
 * platform lists at once. */
QD_NODISCARD qd_status sync_read_range(sync_job *job, const cat_source *source, int64_t from,
                                       int64_t to, qd_err *err);
/* The window rule of a source (NULL when it has none) and the pager options that go with it. */
QD_NODISCARD qd_status sync_source_pager(const sync_job *job, const cat_source *source,
                                         int64_t from, int64_t to, core_pager_options *out_pager,
                                         qd_err *err);

/* ---- detail.c ---- */

/* Fetches the document of every id in job->seen through the stream's DETAIL source, if it has one.
 * A refused document is no failure when [from, to) of the role does not list its row any more; to
 * see that, the range is read again, and job->seen holds what it lists then. */
QD_NODISCARD qd_status sync_fetch_details(sync_job *job, cat_role role, int64_t from, int64_t to,
                                          qd_err *err);

/* ---- shared by run.c and audit.c ---- */

/* Learns the platform's clock with one small call when no answer has told it yet. */
QD_NODISCARD qd_status sync_learn_now(sync_job *job, qd_err *err);
const cat_source *sync_source_of(const cat_stream *stream, cat_role role, size_t nth);
/* The column of the stream's table in which the time of a window ("created", "modified") lies; -1 =
 * none. */
int sync_time_column(const cat_stream *stream, const char *by);

#endif
