/*
 * Compiled by misspelt.sh as it is, and once with each mistake, which must be an error: the typed
 * API's promise to whoever misspells a parameter or a field.
 */
#include "qiandian/api/taobao/trade.h"

#ifdef PARAMETER
#define FIELDS feilds
#else
#define FIELDS fields
#endif
#ifdef METHOD
#define GET qd_taobao_trade_fulinfo_get
#else
#define GET qd_taobao_trade_fullinfo_get
#endif
#ifdef ANSWER
#define STATUS qd_taobao_trade_statsu
#else
#define STATUS qd_taobao_trade_status
#endif
#ifdef TYPE
#define TID "42"
#else
#define TID 42
#endif

const char *ask(qd_shop *shop, qd_reply **out_reply, qd_err *err);
const char *ask(qd_shop *shop, qd_reply **out_reply, qd_err *err) {
    const qd_taobao_trade_fullinfo_get_args args = { .FIELDS = "tid,status", .tid = TID };
    if (GET(shop, &args, out_reply, err) != QD_OK) {
        return 0;
    }
    return STATUS(qd_taobao_trade_fullinfo_get_trade(qd_reply_view(*out_reply)));
}
