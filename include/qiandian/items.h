/*
 * Calls that do many things at once: which of them failed, although the call as a whole is a
 * success.
 *
 * Where every item failed the call itself fails: QD_E_PLATFORM with the first item's code, and
 * "data.LIST" as its sub code. Where some failed it succeeds, and these functions tell which; so
 * they do for the reply that comes with an error. What the answer of a method means is the
 * catalogue's ("outcome" of the method); for other methods nothing is told.
 */
#ifndef QIANDIAN_ITEMS_H
#define QIANDIAN_ITEMS_H

#include "qiandian/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One item that failed. Texts live as long as the reply, none is NULL. */
typedef struct qd_item_error {
    size_t index;        /* place in the answer's list, from 0 */
    const char *id;      /* whose it is: an order's id, a product's ... "" when it is not told */
    const char *code;    /* the platform's; "" when it gives none */
    const char *message; /* the platform's words; "" when it gives none */
} qd_item_error;

/* An iterator: for (qd_item_errors it = ...; qd_item_errors_next(&it, &error);). Its members are
 * private. */
typedef struct qd_item_errors {
    const void *next;
    const void *outcome;
    qd_reply *reply;
    size_t index, left;
    bool is_map;
} qd_item_errors;

/* reply may be NULL. One thread at a time may look at a reply. */
QD_API qd_item_errors qd_reply_item_errors(qd_reply *reply);
QD_API bool qd_item_errors_next(qd_item_errors *it, qd_item_error *out_error);

/* How many items the answer tells of, and how many of them failed. out_items (may be NULL): 0 when
 * the answer lists only what failed. */
QD_API size_t qd_reply_failed_items(qd_reply *reply, size_t *out_items);

#ifdef __cplusplus
}
#endif
#endif
