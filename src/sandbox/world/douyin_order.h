/* What the files that render a Douyin order share. */
#ifndef SANDBOX_WORLD_DOUYIN_ORDER_H
#define SANDBOX_WORLD_DOUYIN_ORDER_H

#include "sandbox/world/aftersale_private.h"
#include "sandbox/world/douyin_slots.h"

/* One order while it is rendered: the values of its blanks and what they borrow from. */
typedef struct order_page {
    world *w;
    uint32_t order;
    uint64_t seed;
    int64_t now;
    life_state state;
    const life_plan *life;
    unsigned sales; /* after-sales in it, those to come included */
    unsigned line_count;
    line_row lines[WORLD_MAX_LINES];
    unsigned at; /* the line being rendered */
    unsigned pack_count;
    pack_row packs[WORLD_MAX_PACKS];
    form_value values[SLOT_COUNT];
    char id[24], channel[40], open_id[24];
    char receiver[CIPHER_BYTES], tel[CIPHER_BYTES], detail[CIPHER_BYTES];
    char open_cipher[CIPHER_BYTES], card_name[CIPHER_BYTES], card_no[CIPHER_BYTES];
    world_receiver to;
    char latitude[16], longitude[16];
    char warehouse[24];
} order_page;

void write_lines(void *context, base_buf *out);
void write_discounts(void *context, base_buf *out);
/* {"name","value"} of the line's spec, separated by commas. */
void write_line_spec(const order_page *p, unsigned index, base_buf *out);
/* What of a discount is a red packet. */
int64_t redpack_fen(const order_page *p, bool talent, int64_t fen);

#endif
