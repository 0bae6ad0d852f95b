/* What the files of Douyin's after-sale methods share. */
#ifndef SANDBOX_DOUYIN_AFTERSALE_H
#define SANDBOX_DOUYIN_AFTERSALE_H

#include "sandbox/douyin/douyin_private.h"
#include "sandbox/world/aftersales.h"

enum { SALE_PAGE_ROWS = 100 };

/* The after-sale of this number in the caller's shop, that exists now; false when there is none. */
bool dyface_sale_find(dyface_call *call, int64_t id, world_aftersale_state *out);
/* The same by a parameter; refuses with this code and sub code. */
bool dyface_sale_of(dyface_call *call, const char *param, int code, const char *sub_code,
                    world_aftersale_state *out);
/* The latest after-sale about an order line (or, of a parent id, about the order). */
bool dyface_sale_of_line(dyface_call *call, base_str id, world_aftersale_state *out);
/* A JSON array of texts, as JSON text in the arena: from an array, a text with JSON or with one
 * URL. Empty when absent; false when it is something else. */
bool dyface_urls(dyface_call *call, yyjson_val *value, base_str *out);
/* What the catalogue is certain of, nested values too; false with the refusal set. */
bool dyface_sale_params(dyface_call *call);
/* "data": {} */
bool dyface_nothing(dyface_call *call);
/* One row of the old order.list (old.c). */
bool dyface_old_order(dyface_call *call, uint32_t order);

#endif
