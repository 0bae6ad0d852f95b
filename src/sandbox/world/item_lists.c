/*
 * Lists of products: a shop has hundreds, so each list is one walk and one sort.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

typedef struct goods_row {
    int64_t at;
    uint32_t item;
} goods_row;

static bool in_range(int64_t at, int64_t from, int64_t to) {
    return (from == 0 && to == 0) || (at >= from && at < to);
}

static bool name_has(world *w, const item_row *it, base_str part) {
    if (part.len == 0) {
        return true;
    }
    base_buf_reset(&w->scratch);
    item_name(it, &w->scratch);
    base_str name = base_buf_str(&w->scratch);
    for (size_t i = 0; i + part.len <= name.len; i++) {
        if (memcmp(name.ptr + i, part.ptr, part.len) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches(world *w, const world_product_query *q, uint32_t index, int64_t now) {
    const item_row *it = item_at(w, index, now);
    unsigned mask = q->sale_mask ? q->sale_mask : 1u << WORLD_ONLINE | 1u << WORLD_OFFLINE;
    if (!it || !(mask >> it->sale & 1) || !in_range(it->created, q->created_from, q->created_to) ||
        !in_range(it->modified, q->modified_from, q->modified_to)) {
        return false;
    }
    bool listed = q->id_count == 0;
    for (size_t i = 0; !listed && i < q->id_count; i++) {
        listed = item_id(w, index) == q->ids[i];
    }
    return listed && name_has(w, it, q->name);
}

static int compare_rows(const void *a, const void *b) {
    const goods_row *x = a;
    const goods_row *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->item < y->item ? -1 : x->item > y->item; /* ids rise with the index */
}

qd_status world_products(world *w, const world_product_query *q, int64_t now, uint64_t offset,
                         uint32_t limit, uint64_t *out_total, uint32_t *out_products,
                         uint32_t *out_count, qd_err *err) {
    if (q->shop >= w->options.shops) {
        return base_fail(err, QD_E_INVALID, "sandbox: no shop %u", q->shop);
    }
    const shop_row *s = &w->shops[q->shop];
    size_t most = s->born_items + s->added_count;
    goods_row *rows = malloc((most + 1) * sizeof *rows);
    if (!rows) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for a list of products");
    }
    size_t total = 0;
    for (size_t i = 0; i < most; i++) {
        uint32_t index = shop_item(s, i);
        if (matches(w, q, index, now)) {
            const item_row *it = &w->items[index];
            rows[total++] =
                (goods_row){ q->order_by == WORLD_BY_CREATED ? it->created : it->modified, index };
        }
    }
    qsort(rows, total, sizeof *rows, compare_rows);
    uint32_t count = 0;
    for (uint64_t i = offset; i < total && count < limit; i++) {
        out_products[count++] = rows[q->descending ? total - 1 - i : i].item;
    }
    free(rows);
    *out_total = total;
    if (out_count) {
        *out_count = count;
    }
    return QD_OK;
}
