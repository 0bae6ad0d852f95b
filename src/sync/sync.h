/*
 * The door of room sync (floor 5): windows, cursors, mapping, audit of one (shop, stream). Knows
 * streams and maps from the catalogue; no method name stands here. Who runs what when is room jobs'
 * business.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include <stdatomic.h>

#include "catalog/catalog.h"
#include "core/core.h"
#include "store/store.h"

/* What a run tells while it works; called from its thread. */
typedef struct sync_progress {
    const char *shop;   /* t_code */
    const char *stream; /* "orders" */
    const char *phase;  /* "backfill", "increment", "detail", "audit" */
    int64_t rows;       /* stored by this run so far */
    int64_t expected;   /* estimate of the end; -1 = not known */
} sync_progress;
typedef void (*sync_progress_fn)(void *user, const sync_progress *progress);

typedef struct sync_options {
    store *store;
    qd_loop *loop; /* @locality: the calling thread's */
    qd_shop *shop;
    const cat_stream *stream;
    int64_t backfill_days; /* how far back the first run reads; 0 = as far as the platform serves,
                              at most 90 for streams that grow (orders). A later run that asks for
                              more than was read reads what lies before. */
    int64_t window_rows;   /* rows a window should hold; 0 = 3000 */
    sync_progress_fn progress; /* may be NULL */
    void *progress_user;
    atomic_bool *cancel; /* may be NULL */
} sync_options;

typedef struct sync_result {
    int64_t rows, inserted, updated, unchanged; /* top-level rows of lists */
    int64_t details;                            /* documents fetched one by one */
    int64_t pages;
    int64_t windows;     /* completed */
    int64_t rereads;     /* windows read again because rows were fewer than counted */
    int64_t complete_to; /* UTC seconds: everything before is stored */
} sync_result;

/* Claims the stream, finishes the backfill and reads changes up to the platform's now less the
 * stream's lag. A cut run goes on where the last completed window ended.
 * @retval QD_E_BUSY another process works on it
 * @retval QD_E_AUTH  QD_E_LIMITED  QD_E_UNAVAILABLE  QD_E_PROTOCOL  QD_E_IO  QD_E_CANCELLED ...
 * out_result is filled with what was done until then */
QD_NODISCARD qd_status sync_run(const sync_options *options, sync_result *out_result, qd_err *err);

typedef struct sync_audit_options {
    sync_options base;
    int64_t day_from, day_to; /* UTC seconds at +08:00 day starts; 0 = all that was synced */
    bool deep;                /* compare ids even where the counts agree */
    bool repair;              /* fetch and store what is missing, mark what is gone */
} sync_audit_options;

typedef struct sync_audit_result {
    int64_t platform_count; /* -1 = cannot be asked */
    int64_t our_count;
    int64_t gap;   /* on the platform, not with us */
    int64_t extra; /* with us, no longer on the platform */
    int64_t repaired;
    int64_t days;
    const char *state; /* "complete", "gap", "unprovable"; static */
    char detail[256];
} sync_audit_result;

/* Compares the platform's counts with ours, by created day where the platform can tell, and by ids
 * where the counts differ. Writes the audit table. */
QD_NODISCARD qd_status sync_audit(const sync_audit_options *options, sync_audit_result *out_result,
                                  qd_err *err);

/* ---- mapping, for other rooms that hold a document (and for tests) ---- */

/* Adds the document's row and its children to the batch by the catalogue's map. raw: the document's
 * text ("" = do not keep it). @retval QD_E_PROTOCOL a key is missing or a value cannot be
 * converted, naming path and value's type */
QD_NODISCARD qd_status sync_map_document(store_batch *batch, const cat_map *map,
                                         yyjson_val *document, base_str raw, int64_t request_seq,
                                         base_arena *arena, qd_err *err);

#endif
