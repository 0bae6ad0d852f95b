/*
 * Files that lie outside a platform's gateway (a bill's CSV): one GET through the shop's proxy and
 * the app's transport, unsigned and without a token, piece by piece to the caller. Does not repeat,
 * does not follow redirects and does not touch the disk.
 */
#include <string.h>

#include "core/core_private.h"

typedef struct fetching {
    bool done;
    bool passed; /* something was passed on */
    const core_fetch_options *options;
    core_fetched *out;
} fetching;

static bool on_piece(void *user, const qd_http_reply *head, const char *data, size_t len) {
    fetching *f = user;
    f->passed = true;
    return f->options->piece(f->options->user, head, data, len);
}

static void copy_header(const qd_http_reply *reply, const char *name, char *out, size_t size) {
    const char *value = net_reply_header(reply, name);
    if (value) {
        (void)base_copy(out, size, base_str_of(value));
    }
}

static void on_done(void *user, const qd_http_reply *reply) {
    fetching *f = user;
    bool good = reply->status == 200 || reply->status == 206;
    f->done = true;
    f->out->outcome = reply->outcome;
    /* An embedder's transport may know nothing of pieces. */
    if (good && !f->passed && reply->body_len > 0 &&
        !on_piece(f, reply, reply->body, reply->body_len)) {
        f->out->outcome = QD_HTTP_CANCELLED;
    }
    f->out->status = reply->status;
    (void)base_copy(f->out->message, sizeof f->out->message, base_str_of(reply->message));
    copy_header(reply, "ETag", f->out->etag, sizeof f->out->etag);
    copy_header(reply, "Content-Range", f->out->range, sizeof f->out->range);
}

qd_status core_fetch(qd_shop *shop, const core_fetch_options *options, core_fetched *out_fetched,
                     qd_err *err) {
    qd_app *app = shop->app;
    qd_loop *loop = NULL;
    uint64_t id = 0;
    fetching f = { .options = options, .out = out_fetched };
    if (shop->watch) {
        shop->watch(shop->watch_user, shop);
    }
    shop_route *route = route_take(shop);
    qd_http_request request = { .method = "GET",
                                .url = options->url,
                                .headers = options->headers,
                                .header_count = options->header_count,
                                .proxy = route_proxy(route, options->url),
                                .timeout_ms = options->timeout_ms,
                                .max_reply_bytes = options->max_bytes,
                                .piece = on_piece,
                                .piece_user = &f };
    memset(out_fetched, 0, sizeof *out_fetched);
    qd_status status = app_take_loop(app, &loop, err);
    if (status != QD_OK) {
        route_free(route);
        return status;
    }
    qd_transport *net = loop->transport;
    status = net->submit(net, &request, on_done, &f, &id, err);
    int64_t end = app_mono_ms(app) + options->timeout_ms;
    while (status == QD_OK && !f.done) {
        int64_t left = end - app_mono_ms(app);
        if (left <= 0 || (options->cancel && options->cancel(options->user))) {
            net->cancel(net, id);
        } else {
            net->run(net, left < CORE_FETCH_SLICE_MS ? left : CORE_FETCH_SLICE_MS);
        }
    }
    app_give_loop(app, loop);
    route_free(route);
    return status;
}

const qd_clock *core_app_clock(const qd_app *app) {
    return app->clock;
}
