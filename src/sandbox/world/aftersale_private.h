/* What the files of the world's after-sales share. */
#ifndef SANDBOX_WORLD_AFTERSALE_PRIVATE_H
#define SANDBOX_WORLD_AFTERSALE_PRIVATE_H

#include "sandbox/world/aftersales.h"
#include "sandbox/world/world_private.h"

enum { SALE_MINUTE = 60, SALE_HOUR = 3600, SALE_DAY = 86400 };
enum { ROLL_SALE = 76 /* .. 99 belong to the after-sales of an order */ };

/* ---- what writes made of one; in the world's arena ---- */

typedef struct sale_note {
    struct sale_note *next; /* the one before */
    int64_t at;
    const char *text;
    const char *evidence; /* a JSON array, or NULL */
    int act;              /* of a record; 0 = a remark */
} sale_note;

struct sale_edit {
    int64_t touched;
    int last_act;
    sale_note *remarks, *records;      /* the newest first */
    world_aftersale_parcel back, sent; /* company NULL = as born */
    int64_t extended_s;
    int64_t address_id;
    const char *address; /* NULL = the shop's own */
    int reject_code;
    int audit;
    bool refuse_sign, proved, own;
    const char *proof_text, *proof_images;
    int64_t fen, num; /* of its own, when own is set; -1 = all */
    int reason_code;
};

/* ---- birth (aftersale_birth.c) ---- */

/* Whether this order's refund before shipping was the system's, and the like. */
world_aftersale_kind sale_unshipped_kind(uint64_t seed);
bool sale_cancelled_by_buyer(uint64_t seed);
/* A buyer who asks before shipping and thinks better of it. */
void sales_born_withdrawn(uint64_t seed, life_plan *out);
/* From shipping on: receipt at finish, and what after-sales come before or behind it. late is what
 * the life decided about refunds. */
void sales_born_late(const world *w, uint32_t order, uint64_t late, int64_t finish, life_plan *out);

/* Pieces and money that are asked for. */
typedef struct sale_share {
    int64_t num, fen, post_fen;
    bool part;
} sale_share;
void sale_share_of(const world *w, uint32_t order, unsigned which, world_aftersale_kind kind,
                   unsigned lines, bool money, sale_share *out);
int sale_reason_of(uint64_t seed, unsigned which, world_aftersale_kind kind);
bool sale_reason_free(int code);

/* ---- state (aftersales.c) ---- */

/* When it came to what. */
typedef struct sale_times {
    int64_t returning, sent_back, to_ship, shipped, received, refused, return_refused, done, closed;
} sale_times;

bool sale_fold(const world *w, uint32_t order, const life_plan *life, unsigned which, int64_t now,
               world_aftersale_state *out, sale_times *out_times);
int64_t sale_number(const world *w, world_aftersale sale);
const sale_edit *sale_edit_at(const world *w, world_aftersale sale, int64_t now);
/* The number of after-sales in a life, those to come included. */
unsigned sales_in(const life_plan *life);
/* Douyin's states of a parcel on its way to the buyer: 0 on its way, 1 rejected, 2 signed, 3 comes
 * back, 4 is back. */
int parcel_state(const life_state *state, const pack_row *pack, int64_t now, int64_t *out_since);
/* What an order line shows of after-sales: the latest that is about it. False when none is. */
bool sale_of_line(const world *w, uint32_t order, const life_plan *life, unsigned line, int64_t now,
                  world_aftersale_state *out);

/* ---- index (aftersale_list.c) ---- */

/* Adds the after-sales of a born life to the shop's index, unsorted; false without memory. */
bool sale_rows_add(shop_row *s, uint32_t order, const life_plan *life);
/* A write changed the order's life: its rows of the index follow. */
void sales_reindex(world *w, uint32_t order, const life_plan *life);
void sale_cache_free(struct sale_cache *cache);

/* ---- writes (aftersale_writes.c) ---- */

/* The edit of an after-sale, made when missing; NULL when out of memory. */
sale_edit *sale_edit_of(world *w, world_aftersale sale);
/* Ends a write: touched, index, and what order_written() does. */
void sale_written(world *w, world_aftersale sale, int64_t now);
/* Drops what would happen to it after now; other events stay. */
void sale_cut(life_plan *life, unsigned which, int64_t now);
/* Puts an event where it belongs by time; false when the life is full. */
bool sale_insert(life_plan *life, int64_t at, event_kind kind, unsigned which);
/* Money goes back for its lines at that moment: the event, and what it ends. */
bool sale_refund(const world *w, uint32_t order, life_plan *life, unsigned which, int64_t at);
/* The parcel turns round before it is received; in three days it is here and the money goes. */
bool sale_comes_back(const world *w, world_aftersale sale, life_plan *life, int64_t now);
/* The order was shipped: a refund that was asked for before is closed. */
void sales_shipped(const world *w, uint32_t order, life_plan *life, int64_t now);
bool sale_note_add(world *w, sale_note **list, base_str text, base_str evidence, int act,
                   int64_t now);

qd_status form_douyin_sale(doc_form **out_row, doc_form **out_line, doc_form **out_detail,
                           doc_form **out_detail_line, qd_err *err);

#endif
