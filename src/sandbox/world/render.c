/*
 * The documents' front: chooses the platform's form, compiles the forms, and keeps rendered orders
 * when the world was asked to (benchmarks).
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

qd_status forms_make(world *w, qd_err *err) {
    qd_status status = form_douyin_order(&w->forms[FORM_ORDER], &w->forms[FORM_LINE], err);
    if (status == QD_OK) {
        status = form_douyin_product(&w->forms[FORM_PRODUCT_ROW], &w->forms[FORM_DETAIL],
                                     &w->forms[FORM_SKU], err);
    }
    if (status == QD_OK) {
        status = form_taobao(&w->forms[FORM_TRADE], &w->forms[FORM_SUB], &w->forms[FORM_ITEM], err);
    }
    if (status == QD_OK) {
        status =
            form_douyin_sale(&w->forms[FORM_SALE], &w->forms[FORM_SALE_LINE],
                             &w->forms[FORM_SALE_DETAIL], &w->forms[FORM_SALE_DETAIL_LINE], err);
    }
    return status;
}

void forms_free(world *w) {
    for (size_t i = 0; i < sizeof w->forms / sizeof w->forms[0]; i++) {
        form_free(w->forms[i]);
        w->forms[i] = NULL;
    }
}

/* ---- kept orders ---- */

void rendered_drop(world *w, uint32_t order) {
    if (w->rendered && w->rendered[order].text) {
        w->rendered_bytes -= w->rendered[order].len;
        free(w->rendered[order].text);
        w->rendered[order].text = NULL;
    }
}

static void keep(world *w, uint32_t order, int64_t now, const char *text, size_t len) {
    if (!w->rendered || w->rendered_bytes + len > PRERENDER_BYTES) {
        return;
    }
    rendered *r = &w->rendered[order];
    rendered_drop(w, order);
    r->text = malloc(len + 1);
    if (!r->text) {
        return; /* rendered again next time */
    }
    life_state state;
    order_fold(w, order, now, &state);
    memcpy(r->text, text, len);
    r->text[len] = '\0';
    r->len = (uint32_t)len;
    r->from = now;
    r->until = state.changes_at;
    w->rendered_bytes += len;
}

bool world_render_order(world *w, uint32_t order, int64_t now, base_buf *out) {
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return false;
    }
    const rendered *r = w->rendered ? &w->rendered[order] : NULL;
    if (r && r->text && now >= r->from && now < r->until) {
        base_buf_add(out, r->text, r->len);
        return true;
    }
    size_t before = out->len;
    bool done = order_on(w, order, WORLD_DOUYIN) ? render_douyin_order(w, order, now, out)
                                                 : render_taobao_trade(w, order, now, out);
    if (done && !out->failed) {
        keep(w, order, now, out->data + before, out->len - before);
    }
    return done;
}

qd_status prerender(world *w, qd_err *err) {
    if (!w->options.prerender) {
        return QD_OK;
    }
    w->rendered = calloc((size_t)w->options.orders + 1, sizeof *w->rendered);
    if (!w->rendered) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for rendered orders");
    }
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    for (uint32_t i = 0; i < w->options.orders && w->rendered_bytes < PRERENDER_BYTES; i++) {
        base_buf_reset(&text);
        (void)world_render_order(w, i, w->options.start_now, &text);
    }
    base_buf_clear(&text);
    return QD_OK;
}

/* ---- products ---- */

bool world_render_product(world *w, uint32_t product, int64_t now, base_buf *out) {
    const item_row *it = item_at(w, product, now);
    if (!it) {
        return false;
    }
    return w->shops[it->shop].open.platform == WORLD_DOUYIN ? render_douyin_row(w, product, out)
                                                            : render_taobao_item(w, product, out);
}

bool world_render_sku(world *w, world_sku_ref ref, int64_t now, base_buf *out) {
    const item_row *it = item_at(w, ref.product, now);
    if (!it || ref.slot >= it->sku_count) {
        return false;
    }
    return w->shops[it->shop].open.platform == WORLD_DOUYIN
               ? render_douyin_sku(w, ref.product, ref.slot, out)
               : render_taobao_sku(w, ref.product, ref.slot, out);
}

bool world_render_skus(world *w, uint32_t product, int64_t now, base_buf *out) {
    const item_row *it = item_at(w, product, now);
    if (!it) {
        return false;
    }
    base_buf_add_char(out, '[');
    for (unsigned i = 0; i < it->sku_count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        (void)world_render_sku(w, (world_sku_ref){ product, i }, now, out);
    }
    base_buf_add_char(out, ']');
    return true;
}
