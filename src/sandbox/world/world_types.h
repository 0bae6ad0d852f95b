/* The world's records: lives, packs, goods, shops, and the world itself. */
#ifndef SANDBOX_WORLD_WORLD_TYPES_H
#define SANDBOX_WORLD_WORLD_TYPES_H

#include "sandbox/world/aftersales.h"
#include "sandbox/world/form.h"
#include "sandbox/world/world.h"

enum {
    LIFE_EVENTS = 32, /* of one order, writes included */
    BORN_EVENTS = 16, /* that the seed gives it at most */
    SPEC_GROUPS = 3,
    SPEC_VALUES = 60,
    BORN_SKUS = 12,
    DAYS_BACK = 88,
    NEWEST_ORDER_S = 900,
    /* Texts that writes may bring, each; and of all of them together. */
    TEXT_BYTES = 256 * 1024,
    STORED_BYTES = 256 * 1024 * 1024,
    MAX_ITEMS = 4000000,
    MAX_SPECS = 1000000,
    MAX_KEYS = 1 << 20,
    PRERENDER_BYTES = 1 << 30
};

/* The platforms stop far below. */
static const int64_t price_max_fen = 10000000000;
static const int64_t stock_max = 100000000;

/* ---- lives of orders ---- */

typedef enum event_kind {
    EV_CREATED,
    EV_PAID,
    EV_CONFIRMED, /* cash on delivery */
    EV_CANCELLED,
    EV_SHIPPED_PART,
    EV_SHIPPED,
    EV_FINISHED,
    EV_REFUND_ASKED,
    EV_REFUND_PART,
    EV_REFUND_ALL,
    EV_TOUCHED, /* a note, a flag: nothing but modified moves */
    /* Of an after-sale; also EV_REFUND_* and EV_CANCELLED when they belong to one. */
    EV_SALE_ASKED, /* no money is asked for: exchange, resend, repair */
    EV_SALE_RETURNING,
    EV_SALE_TO_SHIP,
    EV_SALE_SENT_BACK,
    EV_SALE_DONE, /* money went back beside the order's lines: price protection */
    EV_SALE_SHIPPED,
    EV_SALE_RECEIVED,
    EV_SALE_REFUSED,
    EV_SALE_RETURN_REFUSED,
    EV_SALE_CLOSED
} event_kind;

typedef struct life_event {
    int64_t at;
    uint8_t kind;  /* event_kind */
    uint8_t sale;  /* the after-sale it belongs to, from 1; 0 = none */
    uint8_t form;  /* of the first event of an after-sale: world_aftersale_kind */
    uint8_t lines; /* of the same: bit k = line k; SALE_WHOLE = the whole order's money */
} life_event;
enum { SALE_WHOLE = 0x80 };

/* Strictly rising times; the first is EV_CREATED. */
typedef struct life_plan {
    unsigned count;
    life_event events[LIFE_EVENTS];
} life_plan;

/* What a life means at a moment. */
typedef struct life_state {
    world_status status;
    world_refund refund;
    int64_t created, modified, paid, shipped_part, shipped, finished, closed, refund_at,
        refund_done;
    int64_t changes_at;
} life_state;

typedef struct pack_row {
    int64_t shipped_at;
    const world_company *company;
    char tracking[40];
    unsigned line_mask;
    int64_t intercepted; /* when the carrier was told to bring it back; 0 = it was not */
} pack_row;

typedef struct sale_edit sale_edit; /* aftersale_private.h */

/* What writes made of an order; heap, one per order that was written to. */
typedef struct order_edit {
    life_plan life;  /* instead of the natural one */
    int64_t touched; /* the last write */
    const char *memo;
    const char *cancel_reason;
    int star; /* -1 = as born */
    bool own_packs;
    unsigned pack_count;
    pack_row packs[WORLD_MAX_PACKS];
    sale_edit *sales[WORLD_MAX_SALES]; /* in the world's arena */
    int64_t channel_at;                /* when the seller opened after-sales again */
} order_edit;

/* ---- goods ---- */

typedef struct spec_group {
    const char *name;
    const char *const *values;
    unsigned count;
    int64_t taobao_pid;
} spec_group;

typedef struct spec_row {
    uint32_t shop;
    const char *name;
    unsigned group_count;
    spec_group groups[SPEC_GROUPS];
    int64_t created;
    bool deleted;
} spec_row;

typedef struct sku_row {
    int64_t price_fen;
    int64_t stock;
    int64_t created, modified;
    uint8_t value[SPEC_GROUPS];
    const char *code; /* NULL = as born */
    const char *outer;
    const char *properties;
} sku_row;

typedef struct item_row {
    uint64_t seed;
    int64_t created, modified;
    uint32_t shop;
    uint32_t spec; /* index of w->specs, WORLD_NONE = none */
    uint8_t category;
    uint8_t sale;
    bool gone;
    bool born; /* by the seed, not by a write */
    uint16_t sku_count;
    sku_row *skus; /* one array; the world's own for the born until one is added */
    bool own_skus;
    const char *name, *description, *pic, *outer, *mobile, *remark; /* NULL = as born */
    int64_t category_id;                                            /* 0 = as born */
    int64_t price_fen;                                              /* of a product without SKUs */
    int64_t market_price_fen;                                       /* 0 = as born */
} item_row;

/* ---- shops ---- */

typedef struct shop_row {
    world_shop open;
    uint32_t first_order, order_count;
    uint32_t first_item, born_items;
    uint32_t sellable; /* the first of the born items: old enough for every order */
    uint32_t first_spec, born_specs;
    uint64_t *events; /* time << 32 | order, sorted */
    size_t event_count;
    /* After-sales (Douyin), time << 32 | order << 2 | which, sorted: by when each is asked for, and
     * all their events as born. */
    uint64_t *sales;
    size_t sale_count, sale_cap;
    uint64_t *sale_events;
    size_t sale_event_count, sale_event_cap;
    uint32_t *edited; /* orders with an edit */
    size_t edited_count, edited_cap;
    uint32_t *added; /* items made by writes */
    size_t added_count, added_cap;
} shop_row;

typedef struct key_row {
    uint64_t hash[2];
    int64_t result[2];
} key_row;

typedef struct service_reply {
    int64_t id;
    int64_t at;
    const char *reply;
} service_reply;

typedef struct rendered {
    char *text;
    uint32_t len;
    int64_t from, until;
} rendered;

typedef struct query_cache query_cache;

struct world {
    world_options options;
    uint64_t seed;
    world_app apps[WORLD_PLATFORMS];
    shop_row *shops;
    uint32_t *created; /* of each order, by (shop, created) */
    uint32_t *shop_of; /* of each order */
    order_edit **edits;
    item_row *items;
    uint32_t item_count, item_cap;
    sku_row *born_skus;
    spec_row *specs;
    uint32_t spec_count, spec_cap;
    base_arena *texts;
    key_row *keys; /* open addressing, MAX_KEYS at most */
    size_t key_count, key_cap;
    service_reply *replies;
    size_t reply_count, reply_cap;
    records *records; /* what the faces keep */
    uint64_t version; /* rises with every write */
    query_cache *cache;
    struct sale_cache *sale_cache;
    rendered *rendered; /* prerender only */
    size_t rendered_bytes;
    doc_form *forms[12];
    base_buf scratch;
    uint32_t stir_period;
};

#endif
