/*
 * What calls to alliance and Solinkup have changed, and what there is to change: the creator's
 * window, converted links, award tasks, templates. Products and orders are those of the world's
 * Douyin shops.
 */
#ifndef SANDBOX_OPEN_STATE_H
#define SANDBOX_OPEN_STATE_H

#include "sandbox/open/open.h"

enum {
    STATE_WINDOW = 200, /* products that the creator's window holds */
    STATE_WINDOW_BORN = 3,
    STATE_PICKS = 256, /* converted links that are remembered */
    STATE_TASKS = 3,
    STATE_TEMPLATES = 3
};

typedef struct state_shown {
    uint32_t product;
    bool hidden;
    int64_t added_at;
    char extra[32];
} state_shown;

typedef struct state_pick {
    uint32_t product;
    char extra[32];
    char source[24];
} state_pick;

struct open_state {
    state_shown window[STATE_WINDOW];
    size_t shown;
    bool window_born;              /* holds, or held, what it began with */
    state_pick picks[STATE_PICKS]; /* a ring */
    size_t picked;
    bool applied[STATE_TASKS];
    bool template_gone[STATE_TEMPLATES];
    char
        readings[64]; /* of Solinkup's signature that are accepted; "" = all, see solinkup_sign.c */
};

/* NULL when memory is out. */
struct open_state *open_state_of(sandbox *sb);

/* ---- the alliance's products: what the world's Douyin shops sell ---- */

/* By the platform's id, or WORLD_NONE. */
uint32_t state_product_find(const face_call *call, base_str id);
/* The nth on sale of all Douyin shops whose name holds `title` (empty = any); WORLD_NONE past the
 * end. out_total: how many there are. */
uint32_t state_product_at(const face_call *call, base_str title, uint64_t nth, uint64_t *out_total);
/* {"product_id","title","price",...}; price and commission in fen, ratio in percent. */
void state_product_write(open_call *call, uint32_t product, base_buf *out);
/* Percent of the price that a creator earns with it. */
int state_commission(uint32_t product);

#endif
