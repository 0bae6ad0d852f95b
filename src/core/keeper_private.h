/* How a call gets the token that it sends; the second half of core_private.h, which includes it. */
#ifndef CORE_KEEPER_PRIVATE_H
#define CORE_KEEPER_PRIVATE_H

#include "core/core_private.h"

/* ---- keeper.c: lends tokens; renewal.c: gets new ones ---- */

typedef enum lend_result {
    LEND_OK = 0,
    LEND_WAIT,  /* another call of this process renews it */
    LEND_RENEW, /* this call is the renewer now */
    LEND_FAIL
} lend_result;

/* Writes the token into call->token. */
lend_result keeper_lend(core_call *call, qd_err *err);
/* The platform refused what was lent: forgotten only if it is still the one that is kept. */
void keeper_refused(core_call *call, bool revoked);
void keeper_init(keeper *keep);
void keeper_clear(keeper *keep);
/* The keeper of the call's holder and environment. */
keeper *keeper_of(core_call *call);
/* Would this token be lent, seen from the platform's now? */
bool keeper_is_expired(const qd_shop *shop, const shop_route *route, const qd_token *token,
                       int64_t margin_s);
/* The error for a shop that nothing but its owner can help. */
qd_status keeper_fail_auth(const qd_shop *shop, const char *why, qd_err *err);

/* Begins, or goes on with, the renewal that LEND_RENEW has given to this call. */
void renewal_step(core_call *call);
/* Gives the lock and the part of the renewer back; fine when the call is none. */
void renewal_end(core_call *call);

#endif
