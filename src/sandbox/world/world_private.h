/* What the files of the world share and the faces do not see; its records are world_types.h's. */
#ifndef SANDBOX_WORLD_WORLD_PRIVATE_H
#define SANDBOX_WORLD_WORLD_PRIVATE_H

#include "sandbox/world/form.h"
#include "sandbox/world/words.h"
#include "sandbox/world/world.h"
#include "sandbox/world/world_types.h"

/* ---- randomness: the n-th number of a thing's seed ---- */

static inline uint64_t roll(uint64_t seed, unsigned n) {
    return base_mix(seed, n);
}
/* Uniform enough in [low, high]. */
static inline int64_t roll_in(uint64_t seed, unsigned n, int64_t low, int64_t high) {
    return low + (int64_t)(roll(seed, n) % (uint64_t)(high - low + 1));
}

/* ---- orders ---- */

typedef struct line_row {
    uint32_t item;
    unsigned slot;
    int64_t num;
    int64_t price_fen, sum_fen, promo_shop_fen, promo_platform_fen, promo_talent_fen;
    int64_t post_fen, pay_fen;
} line_row;

static inline uint64_t order_seed(const world *w, uint32_t order) {
    return base_mix(w->seed ^ 0x6f72646572ULL, order);
}
static inline const shop_row *order_shop(const world *w, uint32_t order) {
    return &w->shops[w->shop_of[order]];
}
static inline bool order_on(const world *w, uint32_t order, world_platform platform) {
    return order_shop(w, order)->open.platform == platform;
}
uint64_t order_number(const world *w, uint32_t order); /* the parent id as a number */
bool order_has_suffix(const world *w, uint32_t order);
void order_id_text(const world *w, uint32_t order, char out[24]);
unsigned order_line_count(const world *w, uint32_t order);
uint64_t order_line_number(const world *w, uint32_t order, unsigned index, unsigned lines);
unsigned order_lines(const world *w, uint32_t order, line_row out[WORLD_MAX_LINES]);
world_trade_type order_type(const world *w, uint32_t order);
void order_buyer_nick(const world *w, uint32_t order, char out[32]); /* masked */

void life_of(const world *w, uint32_t order, life_plan *out); /* edits included */
void life_born(const world *w, uint32_t order, life_plan *out);
void life_fold(const life_plan *life, int64_t touched, int64_t now, life_state *out);
void order_fold(const world *w, uint32_t order, int64_t now, life_state *out);
/* The packs that have left at or before now. */
unsigned order_packs(const world *w, uint32_t order, int64_t now, pack_row out[WORLD_MAX_PACKS]);
/* All of them, also those still to come; for edits. */
unsigned order_packs_all(const world *w, uint32_t order, pack_row out[WORLD_MAX_PACKS]);
/* The line whose money goes back in a part refund. */
unsigned order_refund_line(const world *w, uint32_t order, unsigned lines);
/* Buyer's note or "". */
const char *order_buyer_note(const world *w, uint32_t order);

qd_status orders_make(world *w, qd_err *err);
qd_status events_make(world *w, qd_err *err);

/* The edit of an order, made when missing (life copied); NULL when out of memory. */
order_edit *order_edit_of(world *w, uint32_t order);
/* Ends a write: touched, version, cache. */
void order_written(world *w, uint32_t order, order_edit *edit, int64_t now);
/* The packs become the order's own list, so that it can change. */
void order_own_packs(const world *w, uint32_t order, order_edit *edit);
/* company and number, checked; false when the company is unknown or the number malformed. */
bool waybill_fine(const world_pack *pack, world_deed *out_deed);
/* Drops what would happen after now. */
void life_cut(life_plan *life, int64_t now);
/* Appends an event, after the last one. */
bool life_add(life_plan *life, int64_t at, event_kind kind);
/* The same for an event of after-sale `sale` (from 1). */
bool life_add_sale(life_plan *life, int64_t at, event_kind kind, unsigned sale);

/* Rows of a shop's indexes have their moment in the upper half and are sorted by it. */
static inline int64_t row_at(uint64_t row) {
    return (int64_t)(row >> 32);
}
/* The first of them at or after the moment. */
size_t rows_first(const uint64_t *rows, size_t count, int64_t at);
/* The next moment after now at which an order of the shop changes. */
int64_t orders_next_change(const world *w, uint32_t shop, int64_t now);

void query_cache_free(query_cache *cache);

/* ---- goods ---- */

qd_status items_make(world *w, qd_err *err);
qd_status specs_make(world *w, qd_err *err);
int64_t item_id(const world *w, uint32_t item);
int64_t sku_id(const world *w, uint32_t item, unsigned slot);
int64_t spec_id(uint32_t spec);
uint32_t spec_index(const world *w, uint32_t shop, int64_t id);
int64_t spec_group_id(uint32_t spec, unsigned group);
int64_t spec_value_id(uint32_t spec, unsigned group, unsigned value);
/* The groups as JSON objects, separated by commas. */
void spec_groups_write(const spec_row *sp, uint32_t index, base_buf *out);
int64_t sku_born_price(const item_row *item, unsigned slot);
unsigned sku_born_count(const item_row *item);
void item_name_born(const item_row *item, base_buf *out);
void item_name(const item_row *item, base_buf *out);
void item_pic_url(const item_row *item, unsigned nth, base_buf *out);
void item_outer(const world *w, uint32_t item, base_buf *out);
void sku_code(const world *w, uint32_t item, unsigned slot, base_buf *out);
/* "pid:vid;pid:vid" and the same with names. */
void sku_properties(const world *w, uint32_t item, unsigned slot, bool names, base_buf *out);
/* The product as it is offered now; NULL when gone or not yet there. */
const item_row *item_at(const world *w, uint32_t item, int64_t now);
/* A slot for a new item; NULL when out of room. */
/* The n-th product of a shop, the born first; WORLD_NONE behind the last. */
uint32_t shop_item(const shop_row *s, size_t nth);
item_row *item_new(world *w, uint32_t shop, uint32_t *out_index);

/* Appends a SKU made of the input. */
world_deed sku_add_to(world *w, item_row *it, const world_sku_input *input, int64_t now);

/* ---- texts and keys that writes bring ---- */

/* A copy that lives as long as the world; NULL when it is too long or memory is out. */
const char *keep_text(world *w, base_str text);
/* Valid UTF-8 of at most max bytes? */
bool text_fine(base_str text, size_t max);
/* Whether the key is known; then its results. Empty keys are never known. */
bool key_find(const world *w, uint32_t shop, const char *what, base_str key, int64_t result[2]);
bool key_keep(world *w, uint32_t shop, const char *what, base_str key, const int64_t result[2]);
const world_company *company_find(const world_pack *pack);

/* Makes room for one more element of a growing array; false when out of memory. */
bool grow(void **array, size_t *cap, size_t count, size_t element);

/* SHA-256 over the ids in byte order, each with a line feed behind it; sorts them. */
qd_status hash_ids(char (*ids)[24], size_t count, char out[65], qd_err *err);

/* ---- documents ---- */

enum { CIPHER_BYTES = 256, ROLL_DOC = 256 /* documents roll from here on */ };
/* Something in the form of cipher text, with nothing behind it. */
void cipher_text(uint64_t seed, char mark, unsigned index_len, unsigned data_len, bool meta,
                 char out[CIPHER_BYTES]);
/* Cipher text of the order's shop, see world_unseal(); plain has at most 60 bytes. */
void cipher_of_order(const world *w, uint32_t order, world_secret kind, uint64_t nonce, bool meta,
                     const char *plain, char out[CIPHER_BYTES]);
void receiver_of(const world *w, uint32_t order, world_receiver *out);

qd_status forms_make(world *w, qd_err *err);
void forms_free(world *w);
enum {
    FORM_ORDER,
    FORM_LINE,
    FORM_PRODUCT_ROW,
    FORM_DETAIL,
    FORM_SKU,
    FORM_TRADE,
    FORM_SUB,
    FORM_ITEM,
    FORM_SALE,
    FORM_SALE_LINE,
    FORM_SALE_DETAIL,
    FORM_SALE_DETAIL_LINE
};
qd_status form_douyin_order(doc_form **out_order, doc_form **out_line, qd_err *err);
qd_status form_douyin_product(doc_form **out_row, doc_form **out_detail, doc_form **out_sku,
                              qd_err *err);
qd_status form_taobao(doc_form **out_trade, doc_form **out_sub, doc_form **out_item, qd_err *err);
bool render_douyin_order(world *w, uint32_t order, int64_t now, base_buf *out);
bool render_taobao_trade(world *w, uint32_t order, int64_t now, base_buf *out);
bool render_douyin_row(world *w, uint32_t item, base_buf *out);
bool render_taobao_item(world *w, uint32_t item, base_buf *out);
bool render_douyin_sku(world *w, uint32_t item, unsigned slot, base_buf *out);
bool render_taobao_sku(world *w, uint32_t item, unsigned slot, base_buf *out);
void rendered_drop(world *w, uint32_t order);
qd_status prerender(world *w, qd_err *err);

#endif
