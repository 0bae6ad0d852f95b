/* What the two files of distribution (iop.*) share: an order of a seller's shop, or one line of it,
 * handed to a supplier. */
#ifndef SANDBOX_DOUYIN_IOP_H
#define SANDBOX_DOUYIN_IOP_H

#include "sandbox/douyin/kept.h"

/* distr_status (vendor's comments, sevencat/ecommerce_sdk); 0 is "not handed to anybody". */
enum { DISTR_GIVEN = 1, DISTR_SHIPPED, DISTR_CANCELLED };

/* A handed order is a KEPT_DISTR record of the seller's shop: its state is distr_status, KEPT_ID
 * the time it was handed over, KEPT_SUPPLIER the supplier's shop. Its waybills are KEPT_PACK
 * records, tag the number, document the company, state 1 once shipped. */

/* The handed order of this id in a seller's shop, if it was handed to `supplier` (WORLD_NONE = to
 * anybody); NULL. */
record *iop_find(kept *k, uint32_t seller, base_str id, uint32_t supplier);
/* The shop of this id that orders can be handed to or come from; WORLD_NONE. */
uint32_t iop_shop_of(kept *k, int64_t shop_id);
/* The world's order behind it, and its line (-1 = all of it). False when it does not exist now. */
bool iop_order(kept *k, uint32_t seller, base_str id, uint32_t *out_order, int *out_line,
               world_order_state *out_state);
/* The order's document, as order.searchList has it; NULL when memory is out. */
yyjson_val *iop_document(kept *k, uint32_t order);
/* Pieces of the order, or of its line. */
int64_t iop_pieces(kept *k, uint32_t order, int line);
/* The order's parcel of this waybill number, as the world names it; false when it has none. */
bool iop_pack_named(kept *k, uint32_t order, base_str number, char out_id[40]);
/* Was the order shipped, or its waybill changed? False with the refusal set: bad is that of a
 * company or number which cannot be. */
bool iop_deed(kept *k, world_deed deed, const char *bad);

#endif
