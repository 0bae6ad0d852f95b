/* Settlement of Douyin orders, row by row. Part of world.h. */
#ifndef SANDBOX_WORLD_SETTLE_H
#define SANDBOX_WORLD_SETTLE_H

#include "sandbox/world/world.h"

/* One line of a finished order; amounts in fen. income = pay + coupons of others - refund,
 * outcome = service fee + commission, settle = income - outcome. */
typedef struct world_bill {
    uint32_t order;
    unsigned line;
    int64_t settled, ordered;
    char order_id[24];
    uint64_t line_id;
    int64_t product_id, num;
    bool cod;
    int64_t total_fen, goods_fen, post_fen, shop_coupon_fen, platform_coupon_fen, author_coupon_fen;
    int64_t pay_fen, refund_fen, income_fen, service_fee_fen, commission_fen, outcome_fen;
    int64_t settle_fen;
} world_bill;

typedef struct world_bill_query {
    uint32_t shop;
    int64_t from, to;   /* half-open, of the settlement */
    bool by_ordered;    /* of the order's creation instead */
    uint32_t order;     /* WORLD_NONE = any */
    int64_t product_id; /* 0 = any */
} world_bill_query;

/* In the order of settlement, then of the line's id; free() the array (NULL when there is none).
 * @retval QD_E_NOMEM */
QD_NODISCARD qd_status world_bills(const world *world, const world_bill_query *query, int64_t now,
                                   world_bill **out_rows, size_t *out_count, qd_err *err);
/* Of everything that settled before `until`. */
void world_bill_truth(const world *world, uint32_t shop, int64_t until, uint64_t *out_rows,
                      int64_t *out_settle_fen);
/* Bills are ready on the next day at this hour (+08:00): rows before this moment are. */
int64_t world_bills_until(int64_t now, int hour);

#endif
