/*
 * The truth: what a correct client must end up with, counted from the world's own history (the
 * arrays of births, lives and goods), not from the lists that serve pages. And the world's hash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "sandbox/world/world_private.h"

static int compare_ids(const void *a, const void *b) {
    return strcmp(a, b);
}

qd_status hash_ids(char (*ids)[24], size_t count, char out[65], qd_err *err) {
    unsigned char digest[CODEC_DIGEST_MAX];
    codec_hash *hash = codec_hash_new(CODEC_SHA256, (base_str){ NULL, 0 });
    if (!hash) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for a digest");
    }
    codec_hash_begin(hash);
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        codec_hash_add(hash, base_str_of(ids[i]));
        codec_hash_add(hash, BASE_STR("\n"));
    }
    size_t len = codec_hash_end(hash, digest);
    codec_hash_free(hash);
    if (len == 0) {
        return base_fail(err, QD_E_NOMEM, "sandbox: the digest failed");
    }
    codec_hex(digest, len, false, out);
    return QD_OK;
}

qd_status world_truth_of(const world *w, uint32_t shop_index, int64_t now, world_truth *out,
                         qd_err *err) {
    if (shop_index >= w->options.shops) {
        return base_fail(err, QD_E_NOT_FOUND, "sandbox: no shop %u", shop_index);
    }
    const shop_row *s = &w->shops[shop_index];
    world_truth truth = { 0 };
    char(*ids)[24] = malloc(((size_t)s->order_count + 1) * sizeof *ids);
    if (!ids) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for %u ids", s->order_count);
    }
    for (uint32_t i = 0; i < s->order_count; i++) {
        uint32_t order = s->first_order + i;
        line_row lines[WORLD_MAX_LINES];
        if ((int64_t)w->created[order] > now) {
            continue;
        }
        unsigned count = order_lines(w, order, lines);
        for (unsigned k = 0; k < count; k++) {
            truth.pay_fen += lines[k].pay_fen;
        }
        truth.lines += count;
        order_id_text(w, order, ids[truth.orders++]);
    }
    for (uint32_t i = 0; i < w->item_count; i++) {
        const item_row *it = &w->items[i];
        if (it->shop == shop_index && !it->gone && it->sale != WORLD_DELETED &&
            it->created <= now) {
            truth.products++;
            truth.skus += it->sku_count;
        }
    }
    qd_status status = hash_ids(ids, (size_t)truth.orders, truth.order_ids_sha256, err);
    free(ids);
    if (status == QD_OK) {
        *out = truth;
    }
    return status;
}

static void hash_number(codec_hash *hash, int64_t number) {
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    }
    codec_hash_add(hash, (base_str){ (const char *)bytes, sizeof bytes });
}

static void hash_order(const world *w, codec_hash *hash, uint32_t order) {
    life_plan l;
    line_row lines[WORLD_MAX_LINES];
    life_of(w, order, &l);
    unsigned count = order_lines(w, order, lines);
    hash_number(hash, (int64_t)order_number(w, order));
    for (unsigned i = 0; i < l.count; i++) {
        hash_number(hash, l.events[i].at << 8 | l.events[i].kind);
    }
    for (unsigned i = 0; i < count; i++) {
        hash_number(hash, item_id(w, lines[i].item));
        hash_number(hash, lines[i].pay_fen);
    }
}

static void hash_item(const world *w, codec_hash *hash, uint32_t index) {
    const item_row *it = &w->items[index];
    hash_number(hash, item_id(w, index));
    hash_number(hash, it->created);
    hash_number(hash, it->modified);
    hash_number(hash, it->sale | it->gone << 8);
    for (unsigned i = 0; i < it->sku_count; i++) {
        hash_number(hash, it->skus[i].price_fen);
        hash_number(hash, it->skus[i].stock);
    }
}

qd_status world_hash(world *w, int64_t now, char out_hex[65], qd_err *err) {
    unsigned char digest[CODEC_DIGEST_MAX];
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    codec_hash *hash = codec_hash_new(CODEC_SHA256, (base_str){ NULL, 0 });
    if (!hash) {
        return base_fail(err, QD_E_NOMEM, "sandbox: no memory for a digest");
    }
    codec_hash_begin(hash);
    for (unsigned i = 0; i < WORLD_PLATFORMS; i++) {
        codec_hash_add(hash, base_str_of(w->apps[i].key));
        codec_hash_add(hash, base_str_of(w->apps[i].secret));
    }
    for (unsigned i = 0; i < w->options.shops; i++) {
        const shop_row *s = &w->shops[i];
        codec_hash_add(hash, base_str_of(s->open.id_text));
        codec_hash_add(hash, base_str_of(s->open.nick));
        codec_hash_add(hash, base_str_of(s->open.session));
        for (uint32_t k = 0; k < s->order_count; k++) {
            hash_order(w, hash, s->first_order + k);
        }
        /* The documents follow from the rest; a few of each shop pin their text, too. */
        for (uint32_t k = 0; k < s->order_count && k < 20; k++) {
            base_buf_reset(&text);
            (void)world_render_order(w, s->first_order + k, now, &text);
            codec_hash_add(hash, base_buf_str(&text));
        }
    }
    for (uint32_t i = 0; i < w->item_count; i++) {
        hash_item(w, hash, i);
    }
    size_t len = codec_hash_end(hash, digest);
    codec_hash_free(hash);
    base_buf_clear(&text);
    if (len == 0) {
        return base_fail(err, QD_E_NOMEM, "sandbox: the digest failed");
    }
    codec_hex(digest, len, false, out_hex);
    return QD_OK;
}
