/*
 * A batch becomes rows: the upsert that never goes back in time, children and events. Runs inside a
 * savepoint of the writer; how the transaction ends is writer.c's matter, documents are payload.c's
 * and the cursor claims.c's.
 *
 * A row is inserted first, since most are new; only when its key is there already is it read,
 * compared and updated in the columns that differ.
 */
#include <string.h>

#include "store/sqlite/sqlite_private.h"

enum { SEQ_BITS = 40 };

/* What became of the row that was added last. */
typedef enum row_fate { ROW_NONE, ROW_NEW, ROW_CHANGED, ROW_SAME } row_fate;

typedef struct apply {
    store_db *db;
    store_batch *batch;
    int64_t now;
    const store_op *row;
    row_fate fate;
    bool old; /* what is stored is newer: its children stay too */
    int64_t modified_at;
    bool has_modified;
    qd_err *err;
} apply;

static const char writing[] = "write a row";

/* ---- values ---- */

static void bind_value(sqlite3_stmt *stmt, int place, const store_column *column,
                       const store_value *value) {
    if (!value->set || value->is_null) {
        sqlite3_bind_null(stmt, place);
    } else if (column->type == STORE_TEXT) {
        store_db_bind(stmt, place, value->text);
    } else if (column->type == STORE_BLOB) {
        sqlite3_bind_blob64(stmt, place, value->text.ptr ? value->text.ptr : "", value->text.len,
                            SQLITE_STATIC);
    } else {
        sqlite3_bind_int64(stmt, place, value->i64);
    }
}

static bool same_value(sqlite3_stmt *stored, int column, const store_column *meta,
                       const store_value *value) {
    bool is_null = sqlite3_column_type(stored, column) == SQLITE_NULL;
    if (is_null || value->is_null) {
        return is_null == (value->is_null != 0);
    }
    if (meta->type == STORE_TEXT || meta->type == STORE_BLOB) {
        return base_str_eq(store_db_text(stored, column), value->text);
    }
    return sqlite3_column_int64(stored, column) == value->i64;
}

static const store_value *key_of(const store_op *op) {
    return &op->values[store_layout_of(op->table)->key];
}

/* Programs take numbers in the order in which they first write; inside one, requests have theirs.
 * Claims see to it that two programs do not work on one stream at a time. */
static qd_status row_seq_of(apply *a, int64_t request_seq, int64_t *out_seq) {
    store_db *db = a->db;
    if (db->epoch == 0) {
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        qd_status status = store_db_fixed(db, STORE_SQL_EPOCH, &stmt, a->err);
        if (status == QD_OK) {
            status = store_db_row(db, stmt, &row, writing, a->err);
        }
        if (row) {
            db->epoch = sqlite3_column_int64(stmt, 0);
            db->epoch_is_fresh = true;
        }
        if (stmt) {
            sqlite3_reset(stmt);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    *out_seq = db->epoch << SEQ_BITS | (request_seq & (((int64_t)1 << SEQ_BITS) - 1));
    return QD_OK;
}

/* ---- events ---- */

static qd_status add_event(apply *a, unsigned table, const char *what, base_str ref,
                           const int64_t *modified_at) {
    char kind[32];
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_fixed(a->db, STORE_SQL_EVENT, &stmt, a->err);
    if (status != QD_OK) {
        return status;
    }
    const char *subject = store_table_at(table)->event;
    size_t len = strlen(subject);
    memcpy(kind, subject, len);
    kind[len] = '.';
    base_copy(kind + len + 1, sizeof kind - len - 1, base_str_of(what));
    sqlite3_bind_int64(stmt, 1, a->db->next_event);
    store_db_bind_text(stmt, 2, a->batch->shop);
    store_db_bind_text(stmt, 3, kind);
    store_db_bind(stmt, 4, ref);
    if (modified_at) {
        sqlite3_bind_int64(stmt, 5, *modified_at);
    } else {
        sqlite3_bind_null(stmt, 5);
    }
    sqlite3_bind_int64(stmt, 6, a->now);
    status = store_db_step(a->db, stmt, "write an event", a->err);
    if (status == QD_OK) {
        a->db->next_event++;
    }
    return status;
}

/* The row and its children are complete: counts it and says what happened. */
static qd_status finish_row(apply *a) {
    qd_status status = QD_OK;
    store_commit_info *info = &a->batch->info;
    const int64_t *modified_at = a->has_modified ? &a->modified_at : NULL;
    bool tells = a->row && store_table_at(a->row->table)->event;
    switch (a->fate) {
    case ROW_NONE:
        break;
    case ROW_NEW:
        info->inserted++;
        status =
            tells ? add_event(a, a->row->table, "new", key_of(a->row)->text, modified_at) : QD_OK;
        break;
    case ROW_CHANGED:
        info->updated++;
        status = tells ? add_event(a, a->row->table, "changed", key_of(a->row)->text, modified_at)
                       : QD_OK;
        break;
    case ROW_SAME:
        info->unchanged++;
        break;
    }
    a->fate = ROW_NONE;
    a->row = NULL;
    return status;
}

/* ---- upsert ---- */

/* Columns that the store fills, whatever the document says. */
static bool is_own(const store_layout *layout, int column) {
    return column == layout->shop || column == layout->payload_id ||
           column == layout->first_stored_at || column == layout->stored_at;
}

/* Tries to insert: true in *out_new when the key was not there. */
static qd_status insert_row(apply *a, const store_op *op, base_str parent, int64_t row_seq,
                            bool *out_new) {
    const store_table *t = store_table_at(op->table);
    const store_layout *layout = store_layout_of(op->table);
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_shaped(a->db, STORE_SHAPE_INSERT, op->table, &stmt, a->err);
    if (status != QD_OK) {
        return status;
    }
    for (int i = 0; i < t->column_count; i++) {
        bind_value(stmt, i + 1, &t->columns[i], &op->values[i]);
    }
    store_db_bind_text(stmt, layout->shop + 1, a->batch->shop);
    if (t->parent >= 0) {
        store_db_bind(stmt, t->parent + 1, parent);
    }
    if (layout->payload_id >= 0) {
        store_db_bind_time(stmt, layout->payload_id + 1, op->sealed.ptr ? a->db->next_payload : 0);
    }
    if (layout->first_stored_at >= 0) {
        sqlite3_bind_int64(stmt, layout->first_stored_at + 1, a->now);
    }
    if (layout->stored_at >= 0) {
        sqlite3_bind_int64(stmt, layout->stored_at + 1, a->now);
    }
    if (layout->row_seq) {
        sqlite3_bind_int64(stmt, t->column_count + 1, row_seq);
    }
    status = store_db_step(a->db, stmt, writing, a->err);
    *out_new = status == QD_OK && sqlite3_changes(a->db->h) == 1;
    if (*out_new && op->sealed.ptr) {
        status = store_payload_insert(a->db, a->batch->shop, op, a->err);
    }
    return status;
}

/* What a stored row needs. */
typedef struct change {
    uint64_t mask;      /* columns to write */
    bool matters;       /* more than our own bookkeeping */
    bool back;          /* it was gone and is listed again */
    bool payload;       /* the document is another one */
    int64_t payload_id; /* 0 = it has none yet */
    int64_t row_seq;
} change;

/* Reads the stored row; the statement stays on it until the caller resets it. */
static qd_status find_row(apply *a, const store_op *op, sqlite3_stmt **out_stmt) {
    bool row = false;
    sqlite3_stmt *stmt = NULL;
    qd_status status = store_db_shaped(a->db, STORE_SHAPE_SELECT, op->table, &stmt, a->err);
    if (status != QD_OK) {
        return status;
    }
    store_db_bind_text(stmt, 1, a->batch->shop);
    store_db_bind(stmt, 2, key_of(op)->text);
    status = store_db_row(a->db, stmt, &row, "read a row", a->err);
    if (status == QD_OK && !row) {
        status = base_fail(a->err, QD_E_CORRUPT,
                           "%s: a row of %s is there and cannot be read: run `qd doctor`",
                           a->db->path, store_table_at(op->table)->name);
    }
    *out_stmt = stmt;
    return status;
}

/* Newer or equal: by the recency column, then by the order of requests inside one program. */
static bool is_old(const store_op *op, sqlite3_stmt *stored, int64_t row_seq) {
    const store_table *t = store_table_at(op->table);
    const store_value *fresh = &op->values[t->recency];
    bool known =
        fresh->set && !fresh->is_null && sqlite3_column_type(stored, t->recency) != SQLITE_NULL;
    if (known && fresh->i64 != sqlite3_column_int64(stored, t->recency)) {
        return fresh->i64 < sqlite3_column_int64(stored, t->recency);
    }
    int64_t stored_seq = sqlite3_column_int64(stored, t->column_count);
    return stored_seq >> SEQ_BITS == row_seq >> SEQ_BITS && stored_seq > row_seq;
}

/* The columns that the document carries and that differ. */
static uint64_t differing(const store_op *op, sqlite3_stmt *stored, base_str parent) {
    const store_table *t = store_table_at(op->table);
    const store_layout *layout = store_layout_of(op->table);
    uint64_t mask = 0;
    for (int i = 0; i < t->column_count; i++) {
        const store_value *value = &op->values[i];
        if (i == t->parent) {
            mask |= base_str_eq(store_db_text(stored, i), parent) ? 0 : (uint64_t)1 << i;
        } else if (value->set && !is_own(layout, i) &&
                   !(i == t->recency && value->is_null) /* a known time is never unlearned */ &&
                   !same_value(stored, i, &t->columns[i], value)) {
            mask |= (uint64_t)1 << i;
        }
    }
    return mask;
}

/* Writes what `change` says. */
static qd_status update_row(apply *a, const store_op *op, base_str parent, const change *change) {
    const store_table *t = store_table_at(op->table);
    const store_layout *layout = store_layout_of(op->table);
    sqlite3_stmt *stmt = NULL;
    int place = 1;
    qd_status status = store_db_update(a->db, op->table, change->mask, &stmt, a->err);
    if (status != QD_OK) {
        return status;
    }
    for (int i = 0; i <= t->column_count; i++) {
        if (!(change->mask >> i & 1)) {
            continue;
        }
        if (i == t->column_count) {
            sqlite3_bind_int64(stmt, place, change->row_seq);
        } else if (i == layout->stored_at) {
            sqlite3_bind_int64(stmt, place, a->now);
        } else if (i == layout->payload_id) {
            sqlite3_bind_int64(stmt, place, a->db->next_payload);
        } else if (i == t->parent) {
            store_db_bind(stmt, place, parent);
        } else if (i == layout->gone_at && change->back) {
            sqlite3_bind_null(stmt, place);
        } else {
            bind_value(stmt, place, &t->columns[i], &op->values[i]);
        }
        place++;
    }
    store_db_bind_text(stmt, place, a->batch->shop);
    store_db_bind(stmt, place + 1, key_of(op)->text);
    status = store_db_step(a->db, stmt, writing, a->err);
    if (status == QD_OK && change->payload) {
        status = change->payload_id ? store_payload_update(a->db, op, change->payload_id, a->err)
                                    : store_payload_insert(a->db, a->batch->shop, op, a->err);
    }
    return status;
}

/* Decides about a top row that is stored already. */
static qd_status plan_row(apply *a, const store_op *op, sqlite3_stmt *stored, change *out) {
    const store_table *t = store_table_at(op->table);
    const store_layout *layout = store_layout_of(op->table);
    qd_status status = QD_OK;
    a->old = is_old(op, stored, out->row_seq);
    if (!a->old) {
        out->mask = differing(op, stored, BASE_STR(""));
        if (op->sealed.ptr) {
            out->payload_id = sqlite3_column_int64(stored, layout->payload_id);
            out->payload = true;
            if (out->payload_id) {
                status = store_payload_differs(a->db, op, out->payload_id, &out->payload, a->err);
            }
        }
    }
    if (layout->gone_at >= 0) {
        /* Whatever its age, the document proves that the row is listed: it is not gone. */
        out->back = !op->values[layout->gone_at].set &&
                    sqlite3_column_type(stored, layout->gone_at) != SQLITE_NULL;
        out->mask |= out->back ? (uint64_t)1 << layout->gone_at : 0;
    }
    out->matters = out->mask != 0 || out->payload;
    if (out->payload && !out->payload_id) {
        out->mask |= (uint64_t)1 << layout->payload_id;
    }
    if (out->matters || layout->gone_at >= 0) {
        out->mask |= (uint64_t)1 << layout->stored_at;
    }
    if (!a->old && sqlite3_column_int64(stored, t->column_count) != out->row_seq) {
        out->mask |= (uint64_t)1 << t->column_count;
    }
    a->fate = out->matters ? ROW_CHANGED : ROW_SAME;
    return status;
}

static qd_status apply_row(apply *a, const store_op *op) {
    const store_value *modified = &op->values[store_table_at(op->table)->recency];
    bool is_new = false;
    change change = { .row_seq = 0 };
    qd_status status = finish_row(a);
    if (status == QD_OK) {
        status = row_seq_of(a, op->request_seq, &change.row_seq);
    }
    if (status == QD_OK) {
        status = insert_row(a, op, BASE_STR(""), change.row_seq, &is_new);
    }
    if (status != QD_OK) {
        return status;
    }
    a->row = op;
    a->fate = ROW_NEW;
    a->old = false;
    a->has_modified = modified->set && !modified->is_null;
    a->modified_at = modified->i64;
    if (is_new) {
        return QD_OK;
    }
    sqlite3_stmt *stored = NULL;
    status = find_row(a, op, &stored);
    if (status == QD_OK) {
        status = plan_row(a, op, stored, &change);
    }
    if (stored) {
        sqlite3_reset(stored);
    }
    return status == QD_OK && change.mask ? update_row(a, op, BASE_STR(""), &change) : status;
}

/* ---- children ---- */

/* A child differs: so does the row it belongs to, for whoever reads events. */
static void touch_row(apply *a) {
    if (a->fate == ROW_SAME) {
        a->fate = ROW_CHANGED;
    }
}

static qd_status apply_child(apply *a, const store_op *op) {
    bool is_new = false;
    change change = { .mask = 0 };
    if (a->old) {
        return QD_OK;
    }
    base_str parent = key_of(a->row)->text;
    qd_status status = insert_row(a, op, parent, 0, &is_new);
    if (status != QD_OK || is_new) {
        touch_row(a);
        return status;
    }
    sqlite3_stmt *stored = NULL;
    status = find_row(a, op, &stored);
    if (status == QD_OK) {
        change.mask = differing(op, stored, parent);
    }
    if (stored) {
        sqlite3_reset(stored);
    }
    if (status == QD_OK && change.mask) {
        change.mask |= (uint64_t)1 << store_layout_of(op->table)->stored_at;
        touch_row(a);
        status = update_row(a, op, parent, &change);
    }
    return status;
}

static bool was_added(const apply *a, const store_op *end, base_str key) {
    for (const store_op *op = a->row->next; op && op != end; op = op->next) {
        if (op->kind == STORE_OP_CHILD && op->table == end->table &&
            base_str_eq(key_of(op)->text, key)) {
            return true;
        }
    }
    return false;
}

/* Keys of stored children that the batch has not added, copied into the batch's arena. */
static qd_status list_missing(apply *a, const store_op *end, store_op **out_list) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = store_db_shaped(a->db, STORE_SHAPE_CHILDREN, end->table, &stmt, a->err);
    if (status != QD_OK) {
        return status;
    }
    store_db_bind_text(stmt, 1, a->batch->shop);
    store_db_bind(stmt, 2, key_of(a->row)->text);
    while ((status = store_db_row(a->db, stmt, &row, "read children", a->err)) == QD_OK && row) {
        base_str key = store_db_text(stmt, 0);
        if (was_added(a, end, key)) {
            continue;
        }
        store_op *missing = base_arena_alloc(a->batch->arena, sizeof *missing);
        char *copy = base_arena_dup(a->batch->arena, key);
        if (!missing || !copy) {
            status = base_fail(a->err, QD_E_NOMEM, "out of memory for children");
            break;
        }
        missing->sealed = (base_str){ copy, key.len };
        missing->next = *out_list;
        *out_list = missing;
    }
    sqlite3_reset(stmt);
    return status;
}

static qd_status apply_end(apply *a, const store_op *end) {
    store_op *missing = NULL;
    if (a->old || a->fate == ROW_NEW) {
        return QD_OK; /* a new row has no other children */
    }
    qd_status status = list_missing(a, end, &missing);
    for (; missing && status == QD_OK; missing = missing->next) {
        sqlite3_stmt *stmt = NULL;
        status = store_db_shaped(a->db, STORE_SHAPE_DELETE, end->table, &stmt, a->err);
        if (status == QD_OK) {
            store_db_bind_text(stmt, 1, a->batch->shop);
            store_db_bind(stmt, 2, missing->sealed);
            status = store_db_step(a->db, stmt, "delete a child", a->err);
            touch_row(a);
        }
    }
    return status;
}

/* ---- gone rows ---- */

static qd_status apply_gone(apply *a, const store_op *op) {
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    qd_status status = finish_row(a);
    if (status == QD_OK) {
        status = store_db_shaped(a->db, STORE_SHAPE_GONE, op->table, &stmt, a->err);
    }
    if (status != QD_OK) {
        return status;
    }
    store_db_bind_text(stmt, 1, a->batch->shop);
    sqlite3_bind_int64(stmt, 2, op->since);
    sqlite3_bind_int64(stmt, 3, op->gone_at);
    /* All rows are updated before the first is returned, so events may be added meanwhile. */
    while ((status = store_db_row(a->db, stmt, &row, "mark rows gone", a->err)) == QD_OK && row) {
        int64_t modified_at = sqlite3_column_int64(stmt, 1);
        bool known = sqlite3_column_type(stmt, 1) != SQLITE_NULL;
        a->batch->info.updated++;
        status = store_table_at(op->table)->event
                     ? add_event(a, op->table, "gone", store_db_text(stmt, 0),
                                 known ? &modified_at : NULL)
                     : QD_OK;
        if (status != QD_OK) {
            break;
        }
    }
    sqlite3_reset(stmt);
    return status;
}

static qd_status apply_op(apply *a, const store_op *op) {
    switch (op->kind) {
    case STORE_OP_ROW:
        return apply_row(a, op);
    case STORE_OP_CHILD:
        return apply_child(a, op);
    case STORE_OP_END:
        return apply_end(a, op);
    default:
        return apply_gone(a, op);
    }
}

qd_status store_db_apply(store *store, store_db *db, store_batch *batch, qd_err *err) {
    apply a = { .db = db, .batch = batch, .now = base_now(store->clock), .err = err };
    /* The fence first: an older claimer writes nothing at all. */
    qd_status status = batch->has_cursor ? store_fence_check(db, batch, err) : QD_OK;
    for (const store_op *op = batch->first; op && status == QD_OK; op = op->next) {
        status = apply_op(&a, op);
    }
    if (status == QD_OK) {
        status = finish_row(&a);
    }
    if (status == QD_OK && batch->has_cursor) {
        status = store_cursor_move(db, batch, a.now, err);
    }
    return status;
}
