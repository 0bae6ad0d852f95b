/*
 * The sandbox's world: shops, products, orders and their lives, as the two faces see it. A pure
 * function of (seed, numbers, start time), the present moment `now` (UTC seconds, given with every
 * call, never read from a clock) and the writes made so far.
 *
 * Knows no HTTP, no signature, no envelope and no other room than base and codec. Not thread-safe:
 * the sandbox serialises. Time ranges are half-open [from, to): a face whose platform includes the
 * end passes end + 1, one whose platform excludes the start passes start + 1.
 *
 * A shop, an order, a product is a small number (its index), never a pointer: stable while the
 * world lives. WORLD_NONE is "no such thing".
 */
#ifndef SANDBOX_WORLD_WORLD_H
#define SANDBOX_WORLD_WORLD_H

#include <yyjson.h>

#include "base/base.h"
#include "sandbox/world/records.h"

typedef struct world world;

enum { WORLD_MAX_SHOPS = 4096, WORLD_MAX_ORDERS = 1 << 24, WORLD_MAX_LINES = 4 };
#define WORLD_NONE UINT32_MAX

typedef enum world_platform { WORLD_DOUYIN, WORLD_TAOBAO, WORLD_PLATFORMS } world_platform;

/* ---- life ---- */

typedef struct world_options {
    uint64_t seed;
    unsigned shops;    /* 1..WORLD_MAX_SHOPS; round-robin: Douyin, Taobao, Douyin ... */
    unsigned orders;   /* 0..WORLD_MAX_ORDERS in all; the first shops get one more */
    int64_t start_now; /* UTC seconds, 1,500,000,000 .. 2,200,000,000 */
    bool prerender;    /* keep rendered documents (up to 1 GiB, the rest is rendered each time) */
} world_options;

QD_NODISCARD qd_status world_new(const world_options *options, world **out_world, qd_err *err);
void world_free(world *world); /* NULL is accepted */
int64_t world_start(const world *world);
/* What the faces keep about things that the world does not know; lives as long as the world. */
records *world_records(world *world);

/* ---- apps and shops ---- */

typedef struct world_app {
    char key[24];    /* Douyin 19 digits, Taobao 8 digits */
    char secret[40]; /* Douyin like a UUID, Taobao 32 hex digits */
} world_app;

/* One app a platform. */
const world_app *world_app_of(const world *world, world_platform platform);

typedef struct world_shop {
    world_platform platform;
    uint32_t index;
    int64_t shop_id;  /* Douyin shop id; Taobao seller's numeric user id */
    char id_text[24]; /* the same as text */
    char name[64];    /* Chinese; Taobao's shop title */
    char nick[64];    /* Taobao seller nick; Douyin: the name */
    char session[64]; /* Taobao: the session (access token) text; Douyin "" */
    int64_t sid;      /* Taobao shop number; Douyin = shop_id */
    int64_t created;
    uint32_t order_count;
} world_shop;

unsigned world_shop_count(const world *world);
const world_shop *world_shop_at(const world *world, uint32_t shop); /* NULL beyond the end */
/* By the platform's shop id text, or WORLD_NONE. */
uint32_t world_shop_find(const world *world, world_platform platform, base_str id_text);
/* Taobao: by session text, or by nick. WORLD_NONE when there is none. */
uint32_t world_shop_by_session(const world *world, base_str session);
uint32_t world_shop_by_nick(const world *world, base_str nick);

/* ---- orders: state ---- */

/* One order's life; both platforms' status codes follow from it (world_order_status_*). */
typedef enum world_status {
    WORLD_UNPAID, /* waits for the buyer's money; cash on delivery: for confirmation */
    WORLD_PAID,   /* waits for shipping */
    WORLD_PARTLY_SHIPPED,
    WORLD_SHIPPED,
    WORLD_FINISHED,  /* receipt confirmed */
    WORLD_CANCELLED, /* never paid, or cash on delivery cancelled */
    WORLD_REFUNDED,  /* closed by a whole refund */
    WORLD_STATUSES
} world_status;

typedef enum world_refund {
    WORLD_REFUND_NONE,
    WORLD_REFUND_ASKED,
    WORLD_REFUND_DONE_PART, /* one line's money went back; the order goes on */
    WORLD_REFUND_DONE_ALL,
    /* Douyin's further after-sales; the state is that of the latest. */
    WORLD_REFUND_SERVICE,   /* an exchange, resend or repair goes on */
    WORLD_REFUND_EXCHANGED, /* it came to its end */
    WORLD_REFUND_FAILED,    /* refused by the seller */
    WORLD_REFUND_CLOSED,
    WORLD_REFUNDS
} world_refund;

/* Taobao trade types, in the order of world_trade_type_name(); a Douyin order is FIXED or COD. TOP
 * lists only some of them unless asked for each (the `type` parameter). */
typedef enum world_trade_type {
    WORLD_TYPE_FIXED,
    WORLD_TYPE_COD,
    WORLD_TYPE_AUCTION,
    WORLD_TYPE_GUARANTEE,
    WORLD_TYPE_AUTO_DELIVERY,
    WORLD_TYPE_STEP,
    WORLD_TYPE_ETICKET,
    WORLD_TYPE_NOPAID,
    WORLD_TYPE_TMALL_I18N,
    WORLD_TYPES
} world_trade_type;
/* "fixed", "cod", "auction", "guarantee_trade", "auto_delivery", "step", "eticket", "nopaid",
 * "tmall_i18n" */
const char *world_trade_type_name(world_trade_type type);
/* The type of this wire name, or WORLD_TYPES. */
world_trade_type world_trade_type_of(base_str name);

typedef struct world_order_state {
    uint32_t order;
    uint32_t shop;
    char id_text[24]; /* parent id; a few Douyin ones end in "A" */
    world_status status;
    world_refund refund;
    world_trade_type type;
    bool cod;       /* cash on delivery */
    unsigned lines; /* 1..WORLD_MAX_LINES */
    int64_t created;
    int64_t modified; /* the last event at or before now */
    int64_t paid;     /* 0 = not yet (the same for those below) */
    int64_t shipped;
    int64_t finished;
    int64_t closed;     /* cancelled or refunded */
    int64_t pay_fen;    /* what the buyer pays or paid for the whole order, postage included */
    int64_t changes_at; /* the next event of its life after now; INT64_MAX = none */
} world_order_state;

/* out for order at now; false when there is no such order or it is created after now. */
bool world_order_state_at(const world *world, uint32_t order, int64_t now, world_order_state *out);

/* The parent id as the platform writes it ("4781320682406083640", "...A"), or a line's id, within a
 * shop; WORLD_NONE when unknown. For ids the suffix A may be left out or added (both are accepted
 * for an order whose id carries it). */
uint32_t world_order_find(const world *world, uint32_t shop, base_str id_text);

/* Douyin order_status (1 2 101 3 5 4) and Taobao trade status ("WAIT_BUYER_PAY" ...). */
int world_douyin_status(const world_order_state *state);
const char *world_taobao_status(const world_order_state *state);

/* ---- orders: lists ---- */

typedef enum world_by { WORLD_BY_CREATED, WORLD_BY_MODIFIED } world_by;

/* Zero-initialise, then set what is asked. Every condition given must hold. */
typedef struct world_order_query {
    uint32_t shop;
    int64_t created_from, created_to;   /* half-open; both 0 = any */
    int64_t modified_from, modified_to; /* half-open; both 0 = any */
    uint32_t status_mask;               /* bits 1u << world_status; 0 = any */
    uint32_t type_mask;                 /* bits 1u << world_trade_type; 0 = any */
    uint32_t refund_mask;               /* bits 1u << world_refund; 0 = any */
    base_str product;     /* id of a product in it, or a part of a product's name; empty = any */
    base_str buyer_nick;  /* Taobao: exact (masked) nick; empty = any */
    base_str tracking_no; /* exact; empty = any */
    world_by order_by;
    bool descending;
} world_order_query;

/* Orders that exist at now and match, in order (ties by id, also turned round by descending).
 * out_total: all that match; out_orders[0..*out_count): those at [offset, offset + limit). limit 0
 * only counts. Cheap for created and for modified ranges (no walk over all orders).
 * @retval QD_E_NOMEM */
QD_NODISCARD qd_status world_orders(world *world, const world_order_query *query, int64_t now,
                                    uint64_t offset, uint32_t limit, uint64_t *out_total,
                                    uint32_t *out_orders, uint32_t *out_count, qd_err *err);

/* ---- products: state and lists ---- */

typedef enum world_sale { WORLD_ONLINE, WORLD_OFFLINE, WORLD_DELETED, WORLD_SALES } world_sale;

typedef struct world_product_state {
    uint32_t product;
    uint32_t shop;
    int64_t id; /* Douyin 19 digits; Taobao num_iid 12 digits */
    char id_text[24];
    world_sale sale; /* Taobao: OFFLINE = instock (warehouse) */
    int64_t created;
    int64_t modified;
    int64_t price_fen; /* the lowest SKU price */
    int64_t stock;     /* of all SKUs */
    unsigned skus;
} world_product_state;

/* False when there is none, or it is deleted for ever, or it is created after now. */
bool world_product_state_at(const world *world, uint32_t product, int64_t now,
                            world_product_state *out);
/* By the platform's id, within a shop (also the deleted but not those gone for ever). */
uint32_t world_product_find(const world *world, uint32_t shop, int64_t id);
/* By the seller's own code (out_product_id, outer_id); the first. */
uint32_t world_product_by_outer(const world *world, uint32_t shop, base_str outer_id);

typedef struct world_product_query {
    uint32_t shop;
    uint32_t sale_mask;                 /* bits 1u << world_sale; 0 = online and offline */
    int64_t created_from, created_to;   /* half-open; both 0 = any */
    int64_t modified_from, modified_to; /* half-open; both 0 = any */
    base_str name;                      /* a part of the name; empty = any */
    const int64_t *ids;                 /* only these ids, when id_count > 0 */
    size_t id_count;
    world_by order_by;
    bool descending;
} world_product_query;

QD_NODISCARD qd_status world_products(world *world, const world_product_query *query, int64_t now,
                                      uint64_t offset, uint32_t limit, uint64_t *out_total,
                                      uint32_t *out_products, uint32_t *out_count, qd_err *err);

typedef struct world_sku_ref {
    uint32_t product;
    uint32_t slot; /* within the product */
} world_sku_ref;
/* By SKU id, or by the seller's code, within a shop. */
bool world_sku_find(const world *world, uint32_t shop, int64_t sku_id, world_sku_ref *out);
bool world_sku_by_code(const world *world, uint32_t shop, base_str code, world_sku_ref *out);
/* The stock of one SKU; -1 when there is none. */
int64_t world_sku_stock(const world *world, world_sku_ref sku);

/* ---- documents: each appends one complete JSON value to out ---- */

/* Douyin: one element of order.searchList's shop_order_list = order.orderDetail's
 * shop_order_detail. Taobao: one Trade with every field, simplify=false shape
 * ("orders":{"order":[...]}). False when there is no such order at now. */
bool world_render_order(world *world, uint32_t order, int64_t now, base_buf *out);
/* Douyin: one row of product.listV2's data. Taobao: one Item with every field, skus included. */
bool world_render_product(world *world, uint32_t product, int64_t now, base_buf *out);
/* Douyin product.detail's data: an object with spec_prices, specs, pics. */
bool world_render_product_detail(world *world, uint32_t product, int64_t now, base_buf *out);
/* One SKU: Douyin a row of sku.list (= sku.detail); Taobao a Sku. */
bool world_render_sku(world *world, world_sku_ref sku, int64_t now, base_buf *out);
/* All SKUs of a product as a JSON array of the above. */
bool world_render_skus(world *world, uint32_t product, int64_t now, base_buf *out);

/* TOP's `fields` and `simplify`, on a complete document. fields is the comma-separated parameter:
 * "tid,status,orders" or "orders.oid" (only that member of each); spaces are ignored; a name that
 * does not exist is ignored, as TOP does; "*" or empty keeps everything. Compile once per request:
 * borrowed text, no allocation. */
enum { WORLD_MAX_FIELDS = 256 };
typedef struct world_fields {
    base_str names[WORLD_MAX_FIELDS];
    size_t count;
    bool all;
} world_fields;
/* False when there are more than WORLD_MAX_FIELDS names. */
bool world_fields_parse(base_str text, world_fields *out);
/* Appends document (an object) with only these fields; simplify turns {"order":[...]} members into
 * plain arrays. @retval QD_E_NOMEM  @retval QD_E_PROTOCOL document is no JSON object */
QD_NODISCARD qd_status world_fields_apply(const world_fields *fields, bool simplify,
                                          base_str document, base_buf *out, qd_err *err);
/* The same for a parsed value: nested lists become plain arrays, nothing is filtered. */
QD_NODISCARD qd_status world_simplify(yyjson_val *value, base_buf *out, qd_err *err);

/* ---- writes ---- */

/* Why a write was refused; the face turns it into its platform's envelope. */
typedef enum world_deed {
    WORLD_DONE,
    WORLD_REPEATED,    /* this idempotency key did it before: the first result is given again */
    WORLD_NOT_FOUND,   /* no such order, product, SKU, spec, service request in this shop */
    WORLD_WRONG_STATE, /* the thing's status does not allow it */
    WORLD_BAD_VALUE,   /* a value is missing, out of range or malformed */
    WORLD_IN_USE,      /* the spec is used by a product; the outer code is taken */
    WORLD_NO_COMPANY,  /* the express company is unknown */
    WORLD_TOO_MANY,    /* a bound of the world (products, SKUs of one product, packs) */
    WORLD_NO_MEMORY,
    WORLD_DEEDS
} world_deed;
/* A short Chinese meaning for sub_msg, and a stable English word for logs. */
const char *world_deed_meaning(world_deed deed);
const char *world_deed_name(world_deed deed);

/* One order, one write: modified becomes now. */
world_deed world_order_confirm_cod(world *world, uint32_t order, int64_t now);
world_deed world_order_cancel(world *world, uint32_t order, base_str reason, int64_t now);
/* star: Douyin seller_remark_stars 0..5, Taobao flag 0..5; -1 leaves it. A NULL remark.ptr leaves
 * the text. taobao.trade.memo.add refuses when there is a memo: ask world_order_memo first. */
world_deed world_order_remark(world *world, uint32_t order, base_str remark, int star, int64_t now);
/* The seller's remark and star now; the text is borrowed until the next write. */
bool world_order_memo(const world *world, uint32_t order, int64_t now, base_str *out_text,
                      int *out_star);

typedef struct world_pack {
    int64_t company_id;    /* Douyin logistics_id; 0 = not given */
    base_str company_code; /* "zhongtong", Taobao "ZTO"; empty = not given */
    base_str company_name; /* used when neither of the above is given */
    base_str tracking_no;
    unsigned line_mask; /* bit k: line k travels in it; 0 = all that are not shipped */
} world_pack;
enum { WORLD_MAX_PACKS = 8 };

/* Ships the order in packs (logisticsAdd: one pack, mask 0). Virtual goods: count 0 (Taobao
 * dummy.send). request_id: idempotency key, empty = none. */
world_deed world_order_ship(world *world, uint32_t order, const world_pack *packs, size_t count,
                            base_str request_id, int64_t now);
/* Several orders in one pack (logisticsAddSinglePack): all or none. out_pack_id may be NULL. */
world_deed world_orders_ship_together(world *world, const uint32_t *orders, size_t count,
                                      const world_pack *pack, base_str request_id, int64_t now,
                                      char out_pack_id[40]);
/* The pack's id ("company_tracking"), or WORLD_NOT_FOUND when the order has no such pack. */
world_deed world_order_pack_id(const world *world, uint32_t order, unsigned pack, int64_t now,
                               char out_pack_id[40]);
/* Changes the waybill: pack_id empty = the first pack. */
world_deed world_order_change_waybill(world *world, uint32_t order, base_str pack_id,
                                      const world_pack *pack, int64_t now);
/* The line of this id ("sku_order_id", oid) in the order: 0.., or -1. */
int world_order_line_find(const world *world, uint32_t order, base_str line_id);

/* Products. A text whose ptr is NULL and a number that is -1 are "not given": an edit leaves them,
 * an add takes a default. */
typedef struct world_sku_input {
    base_str names[3];     /* values of the spec's groups, in order ("白色", "S") */
    int64_t detail_ids[3]; /* or their ids; 0 = not given */
    base_str properties;   /* Taobao "pid:vid;pid:vid"; else NULL */
    base_str code;         /* the seller's code */
    base_str outer_sku_id;
    int64_t price_fen;
    int64_t stock;
} world_sku_input;

typedef struct world_product_input {
    base_str name, description, pic, outer_id, mobile, recommend_remark;
    base_str category_id; /* Douyin category_leaf_id, Taobao cid */
    base_str specs;       /* "颜色|白色,红色^尺码|S,M" makes a spec; else spec_id */
    int64_t spec_id;
    int64_t price_fen; /* Douyin discount_price; Taobao price */
    int64_t market_price_fen;
    int64_t stock; /* of a product without SKUs (Taobao num) */
    int sale;      /* world_sale, or -1 */
    const world_sku_input *skus;
    size_t sku_count;
} world_product_input;
/* Everything "not given". */
void world_product_input_init(world_product_input *input);
void world_sku_input_init(world_sku_input *input);

enum { WORLD_MAX_SKUS = 128 }; /* of one product */

world_deed world_product_add(world *world, uint32_t shop, const world_product_input *input,
                             base_str idempotency, int64_t now, uint32_t *out_product);
world_deed world_product_edit(world *world, uint32_t product, const world_product_input *input,
                              int64_t now);
/* for_ever: gone from every list; else it is listed as deleted. */
world_deed world_product_delete(world *world, uint32_t product, bool for_ever, int64_t now);
world_deed world_product_set_sale(world *world, uint32_t product, world_sale sale, int64_t now);

world_deed world_sku_add(world *world, uint32_t product, const world_sku_input *input,
                         base_str idempotency, int64_t now, world_sku_ref *out_sku,
                         int64_t *out_sku_id);
world_deed world_sku_set_price(world *world, world_sku_ref sku, int64_t price_fen, int64_t now);
world_deed world_sku_set_code(world *world, world_sku_ref sku, base_str code, int64_t now);
/* incremental: adds (may be negative; below zero is BAD_VALUE). idempotency empty = none. */
world_deed world_sku_set_stock(world *world, world_sku_ref sku, int64_t stock, bool incremental,
                               base_str idempotency, int64_t now);

/* Specs (Douyin). specs: "颜色|白色,红色^尺码|S,M", 1..3 groups. */
world_deed world_spec_add(world *world, uint32_t shop, base_str specs, base_str name, int64_t now,
                          int64_t *out_spec_id);
world_deed world_spec_delete(world *world, uint32_t shop, int64_t spec_id);
/* spec.specDetail's / spec.add's data: {"id","name","Specs":[{..."values":[...]}],...}. */
bool world_render_spec(world *world, uint32_t shop, int64_t spec_id, base_buf *out);
/* spec.list's data: a JSON array of {"id","name",...}; deleted ones are not in it. */
bool world_render_specs(world *world, uint32_t shop, base_buf *out);

/* Service requests (Douyin order.serviceList). status -1 = any, 0 = open, 1 = answered. Appends a
 * JSON array of the rows at [offset, offset + limit), newest first. */
bool world_render_services(world *world, uint32_t shop, int status, int64_t from, int64_t to,
                           int64_t now, uint64_t offset, uint32_t limit, uint64_t *out_total,
                           base_buf *out);
world_deed world_service_reply(world *world, uint32_t shop, int64_t service_id, base_str reply,
                               int64_t now);

/* ---- express companies ---- */

typedef struct world_company {
    int64_t id;              /* Douyin logistics_id; Taobao company id */
    const char *douyin_code; /* "zhongtong" */
    const char *taobao_code; /* "ZTO" */
    const char *name;        /* "中通快递" */
} world_company;
const world_company *world_companies(size_t *out_count);

/* ---- truth: from the world's own history, not from the lists above ---- */

typedef struct world_truth {
    uint64_t orders;           /* distinct parent orders that exist at now */
    uint64_t lines;            /* their lines */
    uint64_t products;         /* online and offline, not deleted */
    uint64_t skus;             /* of those products */
    int64_t pay_fen;           /* sum over the orders */
    char order_ids_sha256[65]; /* over the ids in byte order, a line feed after each */
} world_truth;

QD_NODISCARD qd_status world_truth_of(const world *world, uint32_t shop, int64_t now,
                                      world_truth *out, qd_err *err);
/* The n-th order of a shop (0 .. world_shop.order_count), by (created, id): for walks over all. */
uint32_t world_shop_order(const world *world, uint32_t shop, uint32_t nth);

/* A hash over everything that the seed decides: equal worlds have equal hashes. */
QD_NODISCARD qd_status world_hash(world *world, int64_t now, char out_hex[65], qd_err *err);

/* Parts of this door: sensitive data, settlements. */
#include "sandbox/world/secrets.h"
#include "sandbox/world/settle.h"

#endif
