// The typed API from C++17: argument structs by assignment, answers by accessors.
#include "qiandian/api/taobao/trade.h"

int count(qd_shop *shop, qd_err *err);
int count(qd_shop *shop, qd_err *err) {
    qd_taobao_trades_sold_get_args args{};
    args.fields = "tid";
    args.page_no = QD_INT(1);
    args.use_has_next = QD_BOOL(true);
    qd_reply *reply = nullptr;
    int trades = 0;
    if (qd_taobao_trades_sold_get(shop, &args, &reply, err) == QD_OK) {
        qd_view trade;
        qd_list it = qd_taobao_trades_sold_get_trades(qd_reply_view(reply));
        while (qd_list_next(&it, &trade)) {
            trades += qd_taobao_trade_tid(trade) > 0;
        }
    }
    qd_reply_free(reply);
    return trades;
}

int ship(qd_shop *shop, qd_err *err);
int ship(qd_shop *shop, qd_err *err) {
    qd_taobao_alibaba_omni_saas_order_create_args_goods_details goods[2] = {};
    goods[0].goods_id = "1";
    goods[1].goods_id = "2";
    qd_taobao_alibaba_omni_saas_order_create_args args{};
    args.goods_details.items = goods;
    args.goods_details.count = 2;
    qd_reply *reply = nullptr;
    qd_status status = qd_taobao_alibaba_omni_saas_order_create(shop, &args, &reply, err);
    qd_reply_free(reply);
    return status;
}
