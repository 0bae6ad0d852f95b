/*
 * The smallest useful program: lists the first orders of a Douyin shop.
 *
 *   qd sandbox --port 8321 --seed 1 --shops 2 --orders 200
 *   curl -s http://127.0.0.1:8321/_sandbox/truth          (shows app_key, app_secret, shop_id)
 *   example_call http://127.0.0.1:8321 APP_KEY APP_SECRET SHOP_ID
 *
 * Tokens live in memory here; a program that runs on keeps them with libqiandian-store.
 */
#include <stdio.h>

#include "qiandian/qiandian.h"

static int complain(const char *what, const qd_err *err) {
    fprintf(stderr, "%s: %s: %s\n", what, qd_status_name(err->status), err->message);
    if (qd_err_needs_auth(err)) {
        fprintf(stderr, "authorise the shop again, then repeat\n");
    } else if (qd_err_is_unknown_outcome(err)) {
        fprintf(stderr, "look first whether it took effect\n");
    } else if (qd_err_is_retriable(err)) {
        fprintf(stderr, "repeating later is safe\n");
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: %s BASE_URL APP_KEY APP_SECRET SHOP_ID\n", argv[0]);
        return 2;
    }
    qd_err err = QD_ERR_INIT;
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_reply *reply = NULL;
    int failed = 0;
    const qd_app_options app_options = { .platform = "douyin", .key = argv[2], .secret = argv[3] };
    if (qd_app_new(&app_options, &app, &err) != QD_OK) {
        return complain("app", &err);
    }
    const qd_shop_options shop_options = {
        .handle = "example", .environment = "sandbox", .shop_id = argv[4], .base_url = argv[1]
    };
    if (qd_shop_new(app, &shop_options, &shop, &err) != QD_OK) {
        failed = complain("shop", &err);
    } else if (qd_call(shop, "order.searchList", "{\"page\":0,\"size\":10}", &reply, &err) !=
               QD_OK) {
        failed = complain("order.searchList", &err);
    } else {
        const char *data = qd_reply_data_json(reply);
        printf("%s\n", data ? data : "out of memory");
        fprintf(stderr, "request %s, %d attempt(s), %lld us\n", qd_reply_request_id(reply),
                qd_reply_attempts(reply), (long long)qd_reply_total_us(reply));
    }
    qd_reply_free(reply);
    qd_shop_free(shop);
    qd_app_free(app);
    return failed;
}
