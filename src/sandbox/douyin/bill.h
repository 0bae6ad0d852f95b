/* What the files of bills share: a request's terms, and rows in their two forms. */
#ifndef SANDBOX_DOUYIN_BILL_H
#define SANDBOX_DOUYIN_BILL_H

#include "sandbox/douyin/douyin_private.h"

typedef enum dyface_bill_form { DYFACE_SETTLE, DYFACE_SETTLE_V2, DYFACE_ACCOUNT } dyface_bill_form;

/* start_time, end_time (both inclusive), time_type, order_id, product_id; needed: the two times
 * must be given. False with the refusal set. */
bool dyface_bill_terms(dyface_call *call, bool needed, world_bill_query *out);
/* One row as a JSON object, or as a line of CSV; row NULL: the line of names. */
void dyface_bill_json(const world_shop *shop, dyface_bill_form form, const world_bill *row,
                      base_buf *out);
void dyface_bill_csv(const world_shop *shop, dyface_bill_form form, const world_bill *row,
                     base_buf *out);

#endif
