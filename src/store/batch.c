/*
 * Building a batch: operations with copies of their values, documents packed on the way in. Touches
 * no database; what an operation does to the tables is in sqlite/apply.c.
 */
#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

store_batch *store_batch_new(store *store, const char *shop) {
    store_batch *batch = calloc(1, sizeof *batch);
    if (!batch) {
        return NULL;
    }
    batch->arena = base_arena_new(STORE_BATCH_BYTES);
    if (!batch->arena) {
        free(batch);
        return NULL;
    }
    batch->store = store;
    if (!base_copy(batch->shop, sizeof batch->shop, base_str_of(shop))) {
        batch->failed = true;
        base_fail(&batch->failure, QD_E_INVALID, "shop: longer than any t_code");
    }
    base_buf_init(&batch->packed.zip, LIMIT_DOCUMENT_BYTES + 64 * 1024);
    base_buf_init(&batch->packed.sealed, LIMIT_DOCUMENT_BYTES + 128 * 1024);
    return batch;
}

void store_batch_free(store_batch *batch) {
    if (!batch) {
        return;
    }
    base_buf_clear(&batch->packed.zip);
    base_buf_clear(&batch->packed.sealed);
    base_arena_free(batch->arena);
    free(batch);
}

size_t store_batch_rows(const store_batch *batch) {
    return batch->rows;
}

/* The batch lacks something now: whoever commits it all the same is refused with this. */
static qd_status spoil(store_batch *batch, const qd_err *failure, qd_err *err) {
    batch->failed = true;
    batch->failure = *failure;
    batch->row = NULL;
    if (err) {
        *err = *failure;
    }
    return failure->status;
}

static qd_status spoil_full(store_batch *batch, qd_err *err) {
    qd_err failure = QD_ERR_INIT;
    base_fail(&failure, QD_E_NOMEM, "a batch holds at most %d bytes: commit more often",
              STORE_BATCH_BYTES);
    return spoil(batch, &failure, err);
}

static store_op *add_op(store_batch *batch, store_op_kind kind, unsigned table) {
    store_op *op = base_arena_alloc(batch->arena, sizeof *op);
    if (!op) {
        return NULL;
    }
    op->kind = (uint8_t)kind;
    op->table = (uint8_t)table;
    if (batch->last) {
        batch->last->next = op;
    } else {
        batch->first = op;
    }
    batch->last = op;
    batch->bytes += sizeof *op;
    return op;
}

static bool is_text(const store_column *column) {
    return column->type == STORE_TEXT || column->type == STORE_BLOB;
}

static bool has_text(const store_column *column, const store_value *value) {
    return value->set && !value->is_null && is_text(column);
}

/* One block for the values, one for all their texts. */
static const store_value *copy_values(store_batch *batch, const store_table *table,
                                      const store_value *values) {
    size_t size = sizeof *values * table->column_count;
    size_t text_size = 0;
    for (int i = 0; i < table->column_count; i++) {
        text_size += has_text(&table->columns[i], &values[i]) ? values[i].text.len : 0;
    }
    store_value *copy = base_arena_alloc(batch->arena, size);
    char *text = base_arena_alloc(batch->arena, text_size + 1);
    if (!copy || !text) {
        return NULL;
    }
    memcpy(copy, values, size);
    for (int i = 0; i < table->column_count; i++) {
        if (!has_text(&table->columns[i], &values[i])) {
            continue;
        }
        size_t len = values[i].text.len;
        if (len > 0) {
            memcpy(text, values[i].text.ptr, len);
        }
        copy[i].text = (base_str){ text, len };
        text += len;
    }
    batch->bytes += size + text_size;
    return copy;
}

/* The row's own id must be there: nothing can be found again without it. */
static qd_status check_key(unsigned table, const store_value *values, qd_err *err) {
    const store_table *t = store_table_at(table);
    const store_value *key = &values[store_layout_of(table)->key];
    if (!key->set || key->is_null || key->text.len == 0) {
        return base_fail(err, QD_E_INVALID, "%s: a row without %s", t->name,
                         t->columns[store_layout_of(table)->key].name);
    }
    return QD_OK;
}

static qd_status add_document(store_batch *batch, store_op *op, base_str raw, qd_err *err) {
    const store_doc doc = { batch->shop, op->table,
                            op->values[store_layout_of(op->table)->key].text };
    qd_err failure = QD_ERR_INIT;
    if (store_pack(batch->store, &doc, raw, &batch->packed, &failure) != QD_OK) {
        return spoil(batch, &failure, err);
    }
    base_str sealed = base_buf_str(&batch->packed.sealed);
    char *copy = base_arena_alloc(batch->arena, sealed.len);
    if (!copy) {
        return spoil_full(batch, err);
    }
    memcpy(copy, sealed.ptr, sealed.len);
    op->sealed = (base_str){ copy, sealed.len };
    op->dict_id = batch->packed.dict_id;
    op->raw_bytes = batch->packed.raw_bytes;
    op->raw_hash = batch->packed.raw_hash;
    batch->bytes += sealed.len;
    return QD_OK;
}

qd_status store_batch_add(store_batch *batch, unsigned table, const store_value *values,
                          base_str raw, int64_t request_seq, qd_err *err) {
    const store_table *t = store_table_at(table);
    batch->row = NULL; /* children of a row that is refused have no parent */
    if (!t || t->recency < 0) {
        return base_fail(err, QD_E_INVALID, "%s: not a table of rows with a modified time",
                         t ? t->name : "no such table");
    }
    qd_status status = check_key(table, values, err);
    if (status != QD_OK) {
        return status;
    }
    store_op *op = add_op(batch, STORE_OP_ROW, table);
    const store_value *copy = op ? copy_values(batch, t, values) : NULL;
    if (!copy) {
        return spoil_full(batch, err);
    }
    op->values = copy;
    op->request_seq = request_seq;
    batch->row = op;
    batch->rows++;
    if (raw.len > 0 && batch->store->keep_raw && store_layout_of(table)->payload_id >= 0) {
        return add_document(batch, op, raw, err);
    }
    return QD_OK;
}

static qd_status check_child(const store_batch *batch, unsigned table, qd_err *err) {
    const store_table *t = store_table_at(table);
    if (!t || t->parent < 0) {
        return base_fail(err, QD_E_INVALID, "%s: not a table of children",
                         t ? t->name : "no such table");
    }
    /* The parent column of the child has the name of the parent's own key. */
    const store_table *row = batch->row ? store_table_at(batch->row->table) : NULL;
    if (!row || strcmp(row->columns[store_layout_of(batch->row->table)->key].name,
                       t->columns[t->parent].name) != 0) {
        return base_fail(err, QD_E_INVALID, "%s: the row added last is not its parent", t->name);
    }
    return QD_OK;
}

qd_status store_batch_add_child(store_batch *batch, unsigned table, const store_value *values,
                                qd_err *err) {
    qd_status status = check_child(batch, table, err);
    if (status == QD_OK) {
        status = check_key(table, values, err);
    }
    if (status != QD_OK) {
        return status;
    }
    store_op *op = add_op(batch, STORE_OP_CHILD, table);
    const store_value *copy = op ? copy_values(batch, store_table_at(table), values) : NULL;
    if (!copy) {
        return spoil_full(batch, err);
    }
    op->values = copy;
    return QD_OK;
}

qd_status store_batch_end_children(store_batch *batch, unsigned table, qd_err *err) {
    qd_status status = check_child(batch, table, err);
    if (status != QD_OK) {
        return status;
    }
    return add_op(batch, STORE_OP_END, table) ? QD_OK : spoil_full(batch, err);
}

void store_batch_mark_gone(store_batch *batch, unsigned table, int64_t since, int64_t gone_at) {
    const store_layout *layout = store_layout_of(table);
    batch->row = NULL;
    if (!layout || layout->gone_at < 0) {
        qd_err failure = QD_ERR_INIT;
        base_fail(&failure, QD_E_INVALID, "mark gone: a table without gone_at");
        (void)spoil(batch, &failure, NULL);
        return;
    }
    store_op *op = add_op(batch, STORE_OP_GONE, table);
    if (!op) {
        (void)spoil_full(batch, NULL);
        return;
    }
    op->since = since;
    op->gone_at = gone_at;
}
