/*
 * The world's after-sales (Douyin), as the faces see them; part of the contract that begins in
 * world.h, with the same rules. An after-sale is a part of its order's life: its events move the
 * order's modified time, and money that goes back changes the order's state. Kinds and statuses are
 * the platform's numbers (docs 17/1095 and 17/1295).
 */
#ifndef SANDBOX_WORLD_AFTERSALES_H
#define SANDBOX_WORLD_AFTERSALES_H

#include "sandbox/world/world.h"

enum { WORLD_MAX_SALES = 4 /* after-sales of one order */ };

typedef enum world_aftersale_kind {
    WORLD_SALE_RETURN,           /* goods and money */
    WORLD_SALE_REFUND_SHIPPED,   /* money, the goods have left */
    WORLD_SALE_REFUND_UNSHIPPED, /* money, the goods have not left */
    WORLD_SALE_EXCHANGE,
    WORLD_SALE_SYSTEM_CANCEL,
    WORLD_SALE_USER_CANCEL,
    WORLD_SALE_PRICE, /* price protection */
    WORLD_SALE_RESEND,
    WORLD_SALE_REPAIR,
    WORLD_SALE_KINDS
} world_aftersale_kind;

typedef enum world_aftersale_status {
    WORLD_SALE_ASKED = 6,
    WORLD_SALE_RETURNING = 7, /* waits for the buyer to send the goods back */
    WORLD_SALE_TO_SHIP = 8,   /* resend, repair: waits for the seller's parcel */
    WORLD_SALE_SENT_BACK = 11,
    WORLD_SALE_DONE = 12,
    WORLD_SALE_SHIPPED = 13, /* the seller's parcel is on its way */
    WORLD_SALE_RECEIVED = 14,
    WORLD_SALE_REFUSED = 27,
    WORLD_SALE_CLOSED = 28,
    WORLD_SALE_RETURN_REFUSED = 29,
    WORLD_SALE_ORDER_CANCELLED = 51,
    WORLD_SALE_REVERSED = 53
} world_aftersale_status;

typedef struct world_aftersale {
    uint32_t order; /* WORLD_NONE = no such after-sale */
    uint32_t which; /* 0 .. WORLD_MAX_SALES - 1 */
} world_aftersale;

typedef struct world_aftersale_state {
    world_aftersale sale;
    uint32_t shop;
    int64_t id; /* 18 digits */
    world_aftersale_kind kind;
    world_aftersale_status status;
    unsigned line_mask; /* the order's lines it is about */
    int64_t num;        /* pieces */
    int64_t refund_fen; /* postage included; 0 when no money is asked for */
    int64_t post_fen;
    bool part;         /* not all the money of its lines */
    int refund_status; /* 0 none, 1 waits, 3 done, 4 failed */
    int refund_type;   /* 0 the way it came, 1 offline (cash on delivery), 4 none */
    int reason_code;
    bool no_reason;       /* the reason is one of the seven days without a reason */
    int arbitrate_status; /* 0 none, 1 goes on, 4 evidence is wanted, 255 over */
    int refuse_sign;      /* 1: agreed to give the money back once the parcel returns */
    bool got_pkg;
    bool sent_back; /* a waybill of the way back is known */
    int64_t applied;
    int64_t modified;
    int64_t deadline; /* of this status; 0 = none */
    int64_t final_at; /* when it came to its end; 0 = it goes on */
    int64_t refunded_at;
    int64_t changes_at; /* its next event after now; INT64_MAX = none */
} world_aftersale_state;

/* False when there is none, or it is asked for after now. */
bool world_aftersale_state_at(const world *world, world_aftersale sale, int64_t now,
                              world_aftersale_state *out);
/* By its number within a shop. */
world_aftersale world_aftersale_find(const world *world, uint32_t shop, int64_t id);
/* Those of an order that exist at now, the oldest first; how many. */
unsigned world_order_aftersales(const world *world, uint32_t order, int64_t now,
                                world_aftersale_state out[WORLD_MAX_SALES]);
/* "退货退款" ..., "待商家处理" ..., "多拍/错拍/不想要" ... */
const char *world_aftersale_kind_text(world_aftersale_kind kind);
const char *world_aftersale_status_text(world_aftersale_status status);
const char *world_aftersale_reason_text(int reason_code);

/* ---- lists ---- */

typedef enum world_aftersale_by {
    WORLD_SALE_BY_NOTHING,
    WORLD_SALE_BY_APPLIED,
    WORLD_SALE_BY_MODIFIED,
    WORLD_SALE_BY_DEADLINE
} world_aftersale_by;

enum { WORLD_SALE_ORDERINGS = 3, WORLD_SALE_TRACKINGS = 16 };

/* Zero-initialise, then set what is asked. Every condition given must hold. */
typedef struct world_aftersale_query {
    uint32_t shop;
    int64_t applied_from, applied_to;   /* half-open; both 0 = any */
    int64_t modified_from, modified_to; /* half-open; both 0 = any */
    int64_t final_from, final_to;       /* half-open; both 0 = any */
    int64_t fen_from, fen_to;           /* half-open; fen_to 0 = any */
    int64_t id;                         /* one after-sale; 0 = any */
    uint32_t order;                     /* one order; WORLD_NONE = any: set it */
    uint32_t kind_mask;                 /* bits 1u << world_aftersale_kind; 0 = any */
    uint64_t status_mask;               /* bits 1ull << world_aftersale_status; 0 = any */
    uint32_t refund_type_mask;          /* bits 1u << refund_type; 0 = any */
    uint32_t star_mask;                 /* bits 1u << star of the order; 0 = any */
    uint32_t parcel_mask;               /* bits 1u << state of the order's parcels; 0 = any */
    uint32_t sign_mask;                 /* bits 1u << refuse_sign; 0 = any */
    uint32_t arbitrate_mask;            /* bits 1u << (arbitrate_status & 7); 0 = any */
    int no_reason;                      /* 1 with, 2 without "no reason"; 0 = any */
    int sent_back;                      /* 1 yes, 2 no; 0 = any */
    int cod;                            /* 1 yes, 2 no; 0 = any */
    bool none;                          /* a condition that nothing meets */
    const base_str *trackings;          /* waybills of the order's parcels: any of these */
    size_t tracking_count;
    struct {
        world_aftersale_by by;
        bool descending;
    } order_by[WORLD_SALE_ORDERINGS]; /* the first counts most; nothing = applied, newest first */
} world_aftersale_query;

/* Like world_orders(). @retval QD_E_NOMEM */
QD_NODISCARD qd_status world_aftersales(world *world, const world_aftersale_query *query,
                                        int64_t now, uint64_t offset, uint32_t limit,
                                        uint64_t *out_total, world_aftersale *out_sales,
                                        uint32_t *out_count, qd_err *err);

/* ---- documents ---- */

/* One element of afterSale.List's items. */
bool world_render_aftersale(world *world, world_aftersale sale, int64_t now, base_buf *out);
/* afterSale.Detail's data; with_records adds what was done and said. */
bool world_render_aftersale_detail(world *world, world_aftersale sale, int64_t now,
                                   bool with_records, base_buf *out);
/* Its records as a JSON array of {"create_time","action","desc","operator","evidence"}. */
void world_render_aftersale_logs(world *world, world_aftersale sale, int64_t now, base_buf *out);
/* The parcel of the way back; false when there is none. */
typedef struct world_aftersale_parcel {
    const world_company *company;
    char tracking[40];
    int64_t at;
} world_aftersale_parcel;
bool world_aftersale_return_parcel(const world *world, world_aftersale sale, int64_t now,
                                   world_aftersale_parcel *out);

/* ---- writes ---- */

/* What the seller does; the numbers are afterSale.operate's types. 401, 5xx and 6xx are not in the
 * vendor's SDKs' text; they stand in shop programs' tables, with the statuses that allow them. */
typedef enum world_aftersale_act {
    WORLD_ACT_AGREE_RETURN = 101,
    WORLD_ACT_REFUSE_RETURN = 102,
    WORLD_ACT_AGREE_RETURNED = 111,
    WORLD_ACT_REFUSE_RETURNED = 112,
    WORLD_ACT_RETURN_TO_REFUND = 121,
    WORLD_ACT_AGREE_REFUND = 201,
    WORLD_ACT_REFUSE_REFUND = 202,
    WORLD_ACT_AGREE_REJECTED_PARCEL = 203,
    WORLD_ACT_AGREE_EXCHANGE = 301,
    WORLD_ACT_REFUSE_EXCHANGE = 302,
    WORLD_ACT_AGREE_EXCHANGED = 311,
    WORLD_ACT_REFUSE_EXCHANGED = 312,
    WORLD_ACT_EXCHANGE_TO_REFUND = 321,
    WORLD_ACT_AGREE_UNSHIPPED = 401,
    WORLD_ACT_AGREE_RESEND = 501,
    WORLD_ACT_REFUSE_RESEND = 502,
    WORLD_ACT_AGREE_REPAIR = 601,
    WORLD_ACT_AGREE_REPAIR_THERE = 602, /* without the goods coming back */
    WORLD_ACT_REFUSE_REPAIR = 603,
    WORLD_ACT_AGREE_REPAIRED = 611,
    WORLD_ACT_REFUSE_REPAIRED = 612,
    WORLD_ACT_REPAIR_TO_REFUND = 621
} world_aftersale_act;

/* What an act needs; a refusal needs a reason code, the second agreement of an exchange a waybill.
 */
bool world_aftersale_act_known(int act);
bool world_aftersale_act_refuses(int act);
bool world_aftersale_act_wants_address(int act);
bool world_aftersale_act_wants_waybill(int act);

/* DONE, or what is wrong with company or number. */
world_deed world_waybill_check(const world_pack *waybill);

typedef struct world_aftersale_words {
    int reject_code;   /* of world_aftersale_reject(); 0 = none */
    base_str remark;   /* what the buyer is told; may be empty */
    base_str evidence; /* a JSON array of URLs; empty = none */
    base_str address;  /* where goods are to be sent back to; empty = the shop's own */
    int64_t address_id;
    world_pack waybill; /* of an act that ships */
    int audit;          /* auto_audit_bits: which assistant did it; 0 = a person */
} world_aftersale_words;

/* Whether it could be done, without doing it: DONE, REPEATED (it was the last thing done here), or
 * why not. */
world_deed world_aftersale_may(const world *world, world_aftersale sale, int act, int64_t now);
/* One act. The buyer's next steps then come by themselves. */
world_deed world_aftersale_act_on(world *world, world_aftersale sale, int act,
                                  const world_aftersale_words *words, int64_t now);
/* The seller's reasons to refuse. */
typedef struct world_aftersale_reject {
    int code;
    const char *reason;
    const char *evidence_text;
    bool evidence_needed;
    int pkg;            /* 0 not received, 1 received, -1 either */
    uint32_t kind_mask; /* of the kinds it may be given for */
} world_aftersale_reject;
const world_aftersale_reject *world_aftersale_rejects(size_t *out_count);
const world_aftersale_reject *world_aftersale_reject_of(int code);
/* May this reason be given for the after-sale now? */
bool world_aftersale_reject_fits(const world_aftersale_state *state,
                                 const world_aftersale_reject *reject);

world_deed world_aftersale_remark(world *world, world_aftersale sale, base_str remark, int64_t now);
/* The parcel of the buyer (filled in by the seller) or, resend and repair, of the seller. */
world_deed world_aftersale_fill_parcel(world *world, world_aftersale sale,
                                       const world_pack *waybill, int64_t now);
/* Seven days more to check what came back; WRONG_STATE unless two days or less are left. */
world_deed world_aftersale_extend(world *world, world_aftersale sale, int64_t now);
/* Evidence for the arbitrator; images is a JSON array of URLs. WRONG_STATE unless it is wanted. */
world_deed world_aftersale_prove(world *world, world_aftersale sale, base_str comment,
                                 base_str images, int64_t now);
/* The proof that money of a cash on delivery order was given back. */
world_deed world_aftersale_compensated(world *world, world_aftersale sale, base_str comment,
                                       base_str evidence, int64_t now);
/* Lets the buyer of a finished order ask once more, which he soon does. WRONG_STATE: not finished;
 * IN_USE: he can ask anyway, or it was opened before. */
world_deed world_order_open_aftersales(world *world, uint32_t order, int64_t now);
/* The seller asks himself, for one line: fen -1 = all of it, num -1 = all pieces. The money goes
 * back within minutes. REPEATED gives the same after-sale again. */
world_deed world_order_own_aftersale(world *world, uint32_t order, unsigned line, int64_t fen,
                                     int64_t num, int reason_code, int64_t now,
                                     world_aftersale *out);

typedef enum world_intercept {
    WORLD_INTERCEPT_DONE, /* now or before */
    WORLD_INTERCEPT_NO_PARCEL,
    WORLD_INTERCEPT_DELIVERING, /* out for delivery, or delivered */
    WORLD_INTERCEPT_OVER        /* the after-sale has come to its end */
} world_intercept;

typedef struct world_intercepted {
    world_intercept result;
    const world_company *company; /* NULL when the code is unknown */
    unsigned line_mask;           /* what travels in it */
    int64_t value_fen;
    int64_t cost_fen;
} world_intercepted;
/* Tells the carrier to bring a parcel of the after-sale's order back; the money follows it. */
world_deed world_aftersale_intercept(world *world, world_aftersale sale, base_str company_code,
                                     base_str tracking_no, int64_t now, world_intercepted *out);

/* ---- truth ---- */

typedef struct world_aftersale_truth {
    uint64_t aftersales;           /* that exist at now */
    char aftersale_ids_sha256[65]; /* over their numbers in byte order, a line feed after each */
} world_aftersale_truth;
QD_NODISCARD qd_status world_aftersale_truth_of(const world *world, uint32_t shop, int64_t now,
                                                world_aftersale_truth *out, qd_err *err);

#endif
