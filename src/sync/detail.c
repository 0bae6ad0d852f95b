/*
 * Documents that are fetched one by one (or in small batches of ids) after a listing named them:
 * several calls in flight, each answer mapped and handed to the writer.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/sync_private.h"

enum { IN_FLIGHT = 8 };

typedef struct fetching {
    sync_job *job;
    const cat_source *source;
    const cat_method *method;
    const cat_map *map;
    size_t open;
    qd_status status; /* the first failure */
    qd_err err;
} fetching;

/* One call under way. */
typedef struct asked {
    fetching *f;
    char ids[]; /* joined by commas */
} asked;

static void fail(fetching *f, qd_status status, const qd_err *err) {
    if (f->status == QD_OK) {
        f->status = status;
        f->err = *err;
    }
}

static qd_status store_documents(fetching *f, qd_reply *reply, qd_err *err) {
    sync_job *job = f->job;
    sync_scope scope;
    sync_scope_init(&scope, core_reply_data(reply), NULL, 0);
    const char *list_path = cat_str(f->source->list_path);
    yyjson_val *found = list_path[0] != '\0' ? sync_scope_at(&scope, list_path) : scope.document;
    if (found == NULL) {
        return QD_OK; /* none of the ids is there any more */
    }
    store_batch *batch = store_batch_new(job->options->store, job->handle);
    if (batch == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a document");
    }
    base_arena_reset(job->arena);
    size_t count = yyjson_is_arr(found) ? yyjson_arr_size(found) : 1;
    qd_status status = QD_OK;
    for (size_t i = 0; i < count && status == QD_OK; i++) {
        yyjson_val *document = yyjson_is_arr(found) ? yyjson_arr_get(found, i) : found;
        base_buf_reset(&job->raw);
        if (f->map->payload) {
            status = codec_json_write(document, &job->raw, err);
        }
        if (status == QD_OK) {
            status = sync_map_document(batch, f->map, document, base_buf_str(&job->raw),
                                       core_reply_seq(reply), job->arena, err);
        }
    }
    if (status != QD_OK) {
        store_batch_free(batch);
        return base_err_prefix(err, "%s", cat_str(f->source->method));
    }
    sync_job_submit(job, batch);
    job->result->details += (int64_t)count;
    return QD_OK;
}

/* What a platform says of a product that was deleted between listing and asking, and of much else.
 */
static bool may_be_gone(const qd_err *err) {
    return err->status == QD_E_NOT_FOUND || err->status == QD_E_PLATFORM ||
           err->status == QD_E_INVALID;
}

static qd_status note_refused(sync_job *job, const char *ids, const qd_err *why, qd_err *err) {
    qd_status status = QD_OK;
    if (job->refused.count == 0) {
        job->refusal = *why;
    }
    while (*ids != '\0' && status == QD_OK) {
        size_t len = strcspn(ids, ",");
        status = sync_idset_add(&job->refused, (base_str){ ids, len }, NULL, err);
        ids += len + (ids[len] == ',');
    }
    return status;
}

static void on_detail(void *user, qd_reply *reply, const qd_err *err) {
    asked *call = user;
    fetching *f = call->f;
    f->open--;
    if (err->status == QD_OK) {
        qd_err local;
        qd_err_clear(&local);
        qd_status status = f->status == QD_OK ? store_documents(f, reply, &local) : QD_OK;
        if (status != QD_OK) {
            fail(f, status, &local);
        }
    } else if (may_be_gone(err)) {
        qd_err local;
        qd_status status = note_refused(f->job, call->ids, err, &local);
        if (status != QD_OK) {
            fail(f, status, &local);
        }
    } else {
        fail(f, err->status, err);
    }
    free(call);
    qd_reply_free(reply);
    sync_job_tell(f->job);
}

/* {fixed..., id_param: ids} */
static qd_status make_params(const fetching *f, base_str ids, yyjson_mut_doc **out_doc,
                             qd_err *err) {
    const char *fixed = cat_str(f->source->fixed);
    yyjson_doc *parsed = NULL;
    qd_status status = QD_OK;
    if (fixed[0] != '\0') {
        status = codec_json_read(base_str_of(fixed), 0, &parsed, err);
    }
    yyjson_mut_doc *doc = status == QD_OK ? yyjson_mut_doc_new(NULL) : NULL;
    yyjson_mut_val *root = NULL, *value = NULL;
    if (doc != NULL) {
        root = parsed != NULL ? yyjson_val_mut_copy(doc, yyjson_doc_get_root(parsed))
                              : yyjson_mut_obj(doc);
    }
    if (root != NULL) {
        const char *name = cat_str(f->source->id_param);
        status = cat_value_from_text(cat_param_find(f->method, base_str_of(name)), ids, doc, &value,
                                     err);
        if (status == QD_OK && yyjson_mut_obj_add_val(doc, root, name, value)) {
            yyjson_mut_doc_set_root(doc, root);
            *out_doc = doc;
            doc = NULL;
        }
    }
    if (status == QD_OK && *out_doc == NULL) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(parsed);
    return status;
}

static qd_status start(fetching *f, base_str ids, qd_err *err) {
    yyjson_mut_doc *doc = NULL;
    qd_status status = make_params(f, ids, &doc, err);
    yyjson_doc *frozen = NULL;
    asked *call = calloc(1, sizeof *call + ids.len + 1);
    if (status == QD_OK) {
        frozen = yyjson_mut_doc_imut_copy(doc, NULL);
    }
    if (call != NULL && frozen != NULL) {
        call->f = f;
        memcpy(call->ids, ids.ptr, ids.len);
        status = core_submit(f->job->options->loop, f->job->options->shop, f->method,
                             yyjson_doc_get_root(frozen), NULL, on_detail, call, err);
        f->open += status == QD_OK;
    } else if (status == QD_OK) {
        status = base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    if (status != QD_OK) {
        free(call);
    }
    yyjson_doc_free(frozen);
    yyjson_mut_doc_free(doc);
    return status;
}

/* The next id of the set from *at on; false at the end. */
static bool next_id(const sync_idset *set, size_t *at, base_str *out_id) {
    while (*at < set->cap) {
        base_str id = set->slots[(*at)++];
        if (id.ptr != NULL) {
            *out_id = id;
            return true;
        }
    }
    return false;
}

static qd_status fetch_all(fetching *f, qd_err *err) {
    base_buf ids;
    base_buf_init(&ids, LIMIT_URL_BYTES);
    size_t at = 0;
    bool more = true;
    int batch = f->source->batch > 1 ? f->source->batch : 1;
    while ((more || f->open > 0) && f->status == QD_OK) {
        if (sync_job_cancelled(f->job)) {
            f->status = base_fail(&f->err, QD_E_CANCELLED,
                                  "stopped as asked; completed windows are stored");
            break;
        }
        base_buf_reset(&ids);
        base_str id;
        for (int i = 0;
             i < batch && f->open < IN_FLIGHT && (more = next_id(&f->job->seen, &at, &id)); i++) {
            base_buf_add_text(&ids, i > 0 ? "," : "");
            base_buf_add_str(&ids, id);
        }
        if (ids.len > 0) {
            qd_err local;
            qd_status status = start(f, base_buf_str(&ids), &local);
            if (status != QD_OK) {
                fail(f, status, &local);
            }
        } else if (f->open > 0) {
            (void)qd_loop_run(f->job->options->loop, 1000);
        }
    }
    while (f->open > 0) { /* the answers point at this frame */
        (void)qd_loop_run(f->job->options->loop, 1000);
    }
    base_buf_clear(&ids);
    if (f->status != QD_OK && err != NULL) {
        *err = f->err;
    }
    return f->status;
}

static qd_status fetch_documents(sync_job *job, const cat_source *source, qd_err *err) {
    const cat_stream *stream = job->options->stream;
    fetching f = { .job = job, .source = source, .status = QD_OK };
    f.method = cat_find(cat_platform_at(stream->platform), base_str_of(cat_str(source->method)));
    f.map = cat_map_find(cat_str(source->map));
    if (f.method == NULL || f.map == NULL) {
        return base_fail(err, QD_E_UNSUPPORTED, "stream %s: the catalogue lacks %s or its map",
                         job->stream, cat_str(source->method));
    }
    return fetch_all(&f, err);
}

/* Leaves the ids that the range lists now in job->seen. */
static qd_status list_again(sync_job *job, cat_role role, int64_t from, int64_t to, qd_err *err) {
    const bool ids_only = job->ids_only;
    const int64_t rows = job->result->rows;
    const cat_source *source;
    qd_status status = QD_OK;
    job->ids_only = true;
    sync_idset_reset(&job->seen);
    for (size_t i = 0;
         status == QD_OK && (source = sync_source_of(job->options->stream, role, i)) != NULL; i++) {
        status = sync_read_range(job, source, from, to, err);
    }
    job->ids_only = ids_only;
    job->result->rows = rows;
    return status;
}

/* The platform would not give some documents. That is natural for a row that is listed no more; a
 * row that still is one lacks its document, and the range is not whole. */
static qd_status check_refused(sync_job *job, cat_role role, int64_t from, int64_t to,
                               qd_err *err) {
    qd_status status = list_again(job, role, from, to, err);
    for (size_t i = 0; i < job->refused.cap && status == QD_OK; i++) {
        base_str id = job->refused.slots[i];
        if (id.ptr == NULL) {
            continue;
        }
        if (sync_idset_has(&job->seen, id)) {
            status = job->refusal.status;
            if (err != NULL) {
                *err = job->refusal;
            }
        } else {
            base_log(QD_LOG_INFO, "sync", "%s of %s: %.*s was deleted meanwhile", job->stream,
                     job->handle, (int)id.len, id.ptr);
        }
    }
    return status;
}

qd_status sync_fetch_details(sync_job *job, cat_role role, int64_t from, int64_t to, qd_err *err) {
    const cat_source *source = sync_source_of(job->options->stream, CAT_DETAIL, 0);
    if (source == NULL || job->seen.count == 0) {
        return QD_OK;
    }
    const char *before = job->phase;
    job->phase = "detail";
    sync_idset_reset(&job->refused);
    qd_status status = fetch_documents(job, source, err);
    if (status == QD_OK && job->refused.count > 0) {
        status = check_refused(job, role, from, to, err);
    }
    job->phase = before;
    return status;
}
