/* See calls.h. */
#include "support/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

enum { IN_FLIGHT = 48, SHOWN = 12 };

/* ---- complaints ---- */

static size_t failures;

QD_PRINTF(1, 2) void calls_complain(const char *fmt, ...) {
    char line[1024];
    va_list args;
    if (failures++ >= SHOWN) {
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    print_error("%s\n", line);
}

void calls_assert_fine(void) {
    size_t count = failures;
    failures = 0;
    if (count > 0) {
        fail_msg("%zu calls ended otherwise than they must", count);
    }
}

/* ---- clients ---- */

const char *calls_member(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text != NULL ? text : "";
}

void calls_client_open(const char *base_url, const char *platform, yyjson_val *keys,
                       const char *secret, const char *session, calls_client *out) {
    qd_err err;
    const qd_app_options app = { .platform = platform,
                                 .key = calls_member(keys, "app_key"),
                                 .secret =
                                     secret != NULL ? secret : calls_member(keys, "app_secret"),
                                 .calls_per_second = -1,
                                 .max_attempts = 2 };
    const qd_shop_options shop = { .handle = "s",
                                   .shop_id = calls_member(keys, "shop_id"),
                                   .session = session,
                                   .base_url = base_url };
    assert_ok(qd_app_new(&app, &out->app, &err), &err);
    assert_ok(qd_shop_new(out->app, &shop, &out->shop, &err), &err);
    assert_ok(qd_loop_new(out->app, &out->loop, &err), &err);
}

void calls_client_close(calls_client *c) {
    qd_loop_free(c->loop);
    qd_shop_free(c->shop);
    qd_app_free(c->app);
}

/* ---- many calls at once ---- */

typedef struct want {
    const cat_method *method;
    const char *code; /* NULL = success */
    const char *about;
    char *params;
} want;

static size_t in_flight;

static void ended(void *user, qd_reply *reply, const qd_err *err) {
    want *w = user;
    in_flight--;
    bool fine = w->code == NULL ? err->status == QD_OK : strcmp(err->code, w->code) == 0;
    if (w->code != NULL && strcmp(w->code, "*") == 0) {
        fine = err->status == QD_OK || err->code[0] != '\0';
    }
    if (!fine) {
        calls_complain("%s %s: wanted %s, got %s %s %s: %s\n    %.300s", cat_str(w->method->name),
                       w->about, w->code != NULL ? w->code : "success", qd_status_name(err->status),
                       err->code, err->sub_code, err->message, w->params);
    }
    qd_reply_free(reply);
    free(w->params);
    free(w);
}

static qd_loop *busy; /* where they are: one loop at a time */

void calls_drain(size_t until) {
    while (in_flight > until) {
        qd_loop_run(busy, 1000);
    }
}

/* Takes params. */
void calls_submit(const calls_client *c, const cat_method *method, char *params, unsigned flags,
                  const char *code, const char *about) {
    qd_err err;
    want *w = malloc(sizeof *w);
    assert_non_null(w);
    assert_non_null(params);
    *w = (want){ method, code, about, params };
    const qd_call_options options = { .flags = flags };
    calls_drain(c->loop == busy ? IN_FLIGHT : 0);
    busy = c->loop;
    qd_status status =
        qd_submit(c->loop, c->shop, cat_str(method->name), params, &options, ended, w, &err);
    if (status != QD_OK) {
        calls_complain("%s %s: not sent: %s\n    %.300s", cat_str(method->name), about, err.message,
                       params);
        free(params);
        free(w);
        return;
    }
    in_flight++;
}
