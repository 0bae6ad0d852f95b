/*
 * The typed API: the trades that a Taobao shop sold last week, with their orders.
 *
 *   qd sandbox --port 8321 --seed 1 --shops 2 --orders 200
 *   curl -s http://127.0.0.1:8321/_sandbox/truth      (shows app_key, app_secret, session)
 *   example_typed http://127.0.0.1:8321 APP_KEY APP_SECRET SESSION
 *
 * A misspelt parameter or field does not compile. docs/typed-api.md says how the names are made.
 */
#include <stdio.h>

#include "qiandian/api/taobao/trade.h"
#include "qiandian/qiandian.h"

static void show(qd_view trade) {
    qd_view order;
    printf("%lld  %s  %s\n", (long long)qd_taobao_trade_tid(trade), qd_taobao_trade_status(trade),
           qd_taobao_trade_payment(trade));
    for (qd_list it = qd_taobao_trade_orders(trade); qd_list_next(&it, &order);) {
        printf("    %lld x %s\n", (long long)qd_taobao_trade_order_num(order),
               qd_taobao_trade_order_title(order));
    }
}

static int list(qd_shop *shop, qd_err *err) {
    for (int64_t page = 1;; page++) {
        qd_reply *reply = NULL;
        const qd_taobao_trades_sold_get_args args = {
            .fields = "tid,status,payment,orders.num,orders.title",
            .page_no = QD_INT(page),
            .page_size = QD_INT(50),
            .use_has_next = QD_BOOL(true),
        };
        if (qd_taobao_trades_sold_get(shop, &args, &reply, err) != QD_OK) {
            qd_reply_free(reply);
            return 1;
        }
        qd_view answer = qd_reply_view(reply), trade;
        for (qd_list it = qd_taobao_trades_sold_get_trades(answer); qd_list_next(&it, &trade);) {
            show(trade);
        }
        bool more = qd_taobao_trades_sold_get_has_next(answer);
        qd_reply_free(reply);
        if (!more) {
            return 0;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: %s BASE_URL APP_KEY APP_SECRET SESSION\n", argv[0]);
        return 2;
    }
    qd_err err = QD_ERR_INIT;
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    int failed = 1;
    const qd_app_options app_options = { .platform = "taobao", .key = argv[2], .secret = argv[3] };
    const qd_shop_options shop_options = {
        .handle = "example", .environment = "sandbox", .session = argv[4], .base_url = argv[1]
    };
    if (qd_app_new(&app_options, &app, &err) == QD_OK &&
        qd_shop_new(app, &shop_options, &shop, &err) == QD_OK) {
        failed = list(shop, &err);
    }
    if (failed) {
        fprintf(stderr, "%s: %s\n", qd_status_name(err.status), err.message);
    }
    qd_shop_free(shop);
    qd_app_free(app);
    return failed;
}
