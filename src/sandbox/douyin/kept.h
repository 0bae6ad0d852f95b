/*
 * Methods of the gateway whose state the world's records hold: the byte cloud warehouse, regional
 * warehouses, distribution, supply. Each method is a row of a table: what it does, with which kind
 * of record, named by which parameter, and what it answers when that may not be. The catalogue
 * checks the parameters before (known.c) and gives the shape of the answer (generic/over.c).
 */
#ifndef SANDBOX_DOUYIN_KEPT_H
#define SANDBOX_DOUYIN_KEPT_H

#include "sandbox/douyin/douyin_private.h"

/* Kinds of records. The first group are a shop's; keys in brackets. */
typedef enum kept_kind {
    KEPT_ONCE = 1, /* a call that is answered the same when it comes again [method and its key] */
    KEPT_ALIAS,    /* another number of an order, its key in the tag [number] */
    KEPT_CARGO,    /* [cargo code], tag: erp_sku_id */
    KEPT_STOCK,    /* [warehouse|cargo|type|status], numbers: KEPT_TOTAL, KEPT_HELD */
    KEPT_LOG,      /* of a stock, tag: number of the order, KEPT_TOTAL: by how much */
    KEPT_IN,       /* inbound order [number], tag: warehouse */
    KEPT_OUT,      /* outbound order [number], tag: warehouse */
    KEPT_LINE,     /* of an order [kind/order/line], tag: cargo code */
    KEPT_ADJUST,   /* [adjustment number] */
    KEPT_WAYBILL,  /* [waybill number], tag: number of the order */
    KEPT_EVENT,    /* of an order or waybill, tag: what happened */
    KEPT_CALL,     /* rider called [shop order|erp order] */
    KEPT_PHONE,    /* virtual number [the same] */
    KEPT_QIC,      /* [shop order] */
    KEPT_FILE,     /* [md5] */
    KEPT_EXTRA,    /* value-added service [number] */
    KEPT_LOST,     /* parcel without order [waybill] */
    KEPT_HOUSE,    /* regional warehouse [out_warehouse_id], KEPT_ID: its number */
    KEPT_AREA,     /* of a house: address it serves [house|ids] */
    KEPT_RANK,     /* priorities of an address [ids] */
    KEPT_FENCE,    /* [out_fence_id], KEPT_ID: its number */
    KEPT_BOUND,    /* of a house: fence it has [house|fence], tag: fence */
    KEPT_STORE,    /* [store id], tag: out_warehouse_id */
    KEPT_GOODS,    /* supply product [product id] */
    KEPT_SKU,      /* of a product [sku id], tag: outer code */
    KEPT_SHARE,    /* of a SKU: stock in a warehouse [sku|warehouse], tag: warehouse */
    KEPT_RETURN,   /* what became of a return order [number] */
    KEPT_DISTR,    /* order handed to a supplier [order id]; of the seller's shop */
    KEPT_PACK,     /* of a handed order: waybill [order|pack id], tag: waybill */
    KEPT_KINDS
} kept_kind;

/* Numbers of a record, by kind. */
enum { KEPT_TOTAL = 0, KEPT_HELD = 1, KEPT_SCRATCH = 3 };  /* stock, log */
enum { KEPT_PLAN = 0, KEPT_DONE = 1, KEPT_QUALITY = 2 };   /* line; type * 10 + status */
enum { KEPT_ID = 0, KEPT_FLAVOUR = 0, KEPT_SUPPLIER = 1 }; /* house, order, DISTR */
enum { KEPT_REFLOW = 4 }; /* flavour of the reflow warehouse's orders, in and out */

/* States of warehouse orders: the codes that wmsInboundCallback tells (fact of the vendor's
 * comments in sevencat/ecommerce_sdk: 1 created, 2 in work, 3 done, 4 cancelled). */
enum { ORDER_CREATED = 1, ORDER_WORKING, ORDER_DONE, ORDER_CANCELLED };

typedef struct kept kept;

typedef struct kept_row {
    const char *method;
    bool (*run)(kept *k);
    const char *key;   /* the parameter that names the thing */
    const char *lines; /* the parameter that holds its lines */
    int flavour;       /* orders of one kind that do not answer to each other's methods */
    /* Refusals "50002:4001": code and number of the sub code. Which case is which stands here;
     * where the documents list no number for a case, a sister method's stands in the row. */
    const char *missing; /* no such thing, or it is another shop's */
    const char *state;   /* its state, or a value, forbids it */
    const char *repeat;  /* it is there already; of a cancellation: it has left already */
    const char *house;   /* no such warehouse, or another one; of shipping: no such company */
    const char *goods;   /* no such cargo or line */
    const char *stock;   /* too little stock, or another quantity than is left */
} kept_row;

enum { KEPT_READ = 256 };
struct kept {
    dyface_call *call;
    const kept_row *row;
    records *all;
    yyjson_mut_doc *doc;
    yyjson_doc *read[KEPT_READ]; /* documents of records that the call has read */
    size_t read_count;
    yyjson_mut_val *out; /* what is known of the answer: an object, or what stands for "(data)" */
};

/* NULL when no table has the method. */
const kept_row *kept_find(base_str method);
/* Runs the call's row and writes its answer. */
bool kept_run(dyface_call *call);

/* The tables. */
const kept_row *kept_yunc_in_rows(size_t *out_count);
const kept_row *kept_yunc_out_rows(size_t *out_count);
const kept_row *kept_yunc_stock_rows(size_t *out_count);
const kept_row *kept_yunc_more_rows(size_t *out_count);
const kept_row *kept_warehouse_rows(size_t *out_count);
const kept_row *kept_fence_rows(size_t *out_count);
const kept_row *kept_iop_rows(size_t *out_count);
const kept_row *kept_iop_list_rows(size_t *out_count);
const kept_row *kept_iop_waybill_rows(size_t *out_count);
const kept_row *kept_supply_rows(size_t *out_count);
const kept_row *kept_supply_order_rows(size_t *out_count);

/* ---- refusals ---- */

/* Always false. "50002:4001": the catalogue's meaning of that row stands before the text. */
QD_PRINTF(3, 4) bool kept_refuse(kept *k, const char *refusal, const char *fmt, ...);
/* 20000 isp.service-error:1: a bound of the records is reached, or memory is out. */
bool kept_full(kept *k);

/* ---- parameters ---- */

base_str kept_text(kept *k, const char *name); /* empty when absent */
/* The array or object, also when sent as JSON text; NULL when absent. */
yyjson_val *kept_list(kept *k, yyjson_val *object, const char *name);
yyjson_val *kept_object(kept *k, yyjson_val *object, const char *name);
base_str kept_text_of(kept *k, yyjson_val *object, const char *name);
int64_t kept_i64_of(yyjson_val *object, const char *name, int64_t fallback);

/* ---- the answer ---- */

void kept_put_text(kept *k, yyjson_mut_val *object, const char *name, base_str text);
void kept_put_i64(kept *k, yyjson_mut_val *object, const char *name, int64_t number);
void kept_put_bool(kept *k, yyjson_mut_val *object, const char *name, bool flag);
yyjson_mut_val *kept_put_list(kept *k, yyjson_mut_val *object, const char *name);
yyjson_mut_val *kept_put_object(kept *k, yyjson_mut_val *object, const char *name);
/* A new object at the end of a list; its filler follows from seed. */
yyjson_mut_val *kept_push(kept *k, yyjson_mut_val *list, const char *seed);
void kept_push_text(kept *k, yyjson_mut_val *list, base_str text);
/* A copy of a parameter or of a document's part; nothing when value is NULL. */
void kept_put_copy(kept *k, yyjson_mut_val *object, const char *name, yyjson_val *value);
/* {"code":0,"msg":"success"} or {"code":1,"msg":text}: answers that carry such a pair. */
void kept_answer_pair(kept *k, int64_t code, base_str text);

/* ---- records ---- */

record *kept_get(kept *k, kept_kind kind, base_str key);
/* New, of the call's shop; NULL with the refusal set when there is no room. */
record *kept_add(kept *k, kept_kind kind, base_str key, record *holder);
bool kept_tag(kept *k, record *it, base_str tag);
/* Keeps the call's parameters as the record's document. */
bool kept_params(kept *k, record *it);
/* Keeps this object as the record's document. */
bool kept_keep(kept *k, record *it, yyjson_mut_val *object);
/* The record's document, an object that lives as long as the call; NULL when it has none. */
yyjson_val *kept_document(kept *k, const record *it);
/* Something happened to it. */
bool kept_event(kept *k, record *it, base_str what);
/* Two texts joined by '|', in the arena. */
base_str kept_pair(kept *k, base_str a, base_str b);
/* An id that follows from the world and the text: prefix and `digits` digits, never 0 first. */
base_str kept_number(kept *k, const char *prefix, const char *what, base_str of, unsigned digits);
/* Was the call of this method with this key (a flow number of the caller's) done before? Empty keys
 * never were. Remembering fails with the refusal set when there is no room. */
bool kept_done_before(kept *k, base_str key);
bool kept_done_now(kept *k, base_str key);

/* ---- pages ---- */

typedef struct kept_page {
    int64_t offset, size;
} kept_page;
/* page from first; size at least 1, at most most. False with refusal set. */
bool kept_page_of(kept *k, const char *page, int first, const char *size, int most,
                  const char *refusal, kept_page *out);
/* Is this row, the *seen-th that matches, on the page? Counts it. */
bool kept_on_page(const kept_page *page, int64_t *seen);

/* ---- the cloud warehouse (yunc*.c) ---- */

const world_shop *kept_shop(kept *k);
/* Is it the shop's owner code, or absent? */
bool kept_owner_is(kept *k, base_str owner);
/* Is the shop id in this parameter the call's, or absent? */
bool kept_shop_is(kept *k, const char *param);
bool kept_house_known(kept *k, base_str code);
/* The n-th cloud warehouse of the shop (0, 1). */
base_str kept_house_code(kept *k, unsigned nth);
/* By cargo_code, or erp_sku_id; NULL when there is none (or neither was given). */
record *kept_cargo_of(kept *k, yyjson_val *line);
base_str kept_cargo_code(kept *k, base_str erp_sku);

enum { KEPT_GOOD = 11 }; /* quality: inventory type 1 (good), status 1 (normal) */
int kept_quality_of(yyjson_val *line);
/* The stock, made when missing; NULL with the refusal set. */
record *kept_stock(kept *k, base_str house, base_str cargo, int quality);
record *kept_stock_there(kept *k, base_str house, base_str cargo, int quality); /* or NULL */
/* Changes it and writes the log; false with the refusal set. */
bool kept_stock_move(kept *k, record *stock, int64_t by, base_str ref);
/* An order and its lines of the row's flavour; false with the refusal set. */
bool kept_order_add(kept *k, kept_kind kind, base_str house, record **out_order);
/* The order of this number or of another number of it; NULL when there is none. */
record *kept_order_of(kept *k, kept_kind kind, base_str number);
/* The same for a warehouse's report: of the row's flavour and of this warehouse, unless empty. NULL
 * with the refusal set. */
record *kept_order_open(kept *k, kept_kind kind, base_str number, base_str house);
/* The line of this number, or (number empty) the first of this cargo that is not done. */
record *kept_line_of(kept *k, const record *order, base_str number, base_str cargo);
int64_t kept_line_left(const record *line); /* pieces still to come or to go */
/* Remembers that this parcel is the order's; nothing for an empty number or one that is known. */
bool kept_waybill(kept *k, base_str number, base_str order);
void kept_answer_logistics(kept *k, const record *order);

/* ---- regional warehouses (warehouse.c) ---- */

/* The shop's warehouse of this out_warehouse_id; NULL when there is none. */
record *kept_house(kept *k, base_str out_id);

#endif
