/*
 * One call as a state machine: token, slot of the budget, request, answer, and what the answer
 * means for the next step. Who renews a token is renewal.c's, what an answer means answer.c's, how
 * a request looks the platform's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

int64_t call_rest_ms(const core_call *call) {
    int64_t rest = call->deadline_ms - app_mono_ms(call->loop->app);
    return rest > 0 ? rest : 0;
}

/* ---- life ---- */

static void call_free(core_call *call) {
    base_wipe(call->token, sizeof call->token);
    qd_reply_free(call->answer);
    base_arena_free(call->arena);
    yyjson_doc_free(call->params);
    route_free(call->route);
    qd_shop_free(call->shop);
    free(call->headers);
    free(call->http_method);
    free(call->host);
    free(call->raw_path);
    free(call->name);
    free(call);
}

/* The caller's headers in one block: the pairs, then their texts. */
static qd_status copy_headers(core_call *call, const qd_call_options *options, qd_err *err) {
    size_t count = options->header_count;
    if (count == 0) {
        return QD_OK;
    }
    if (count > CORE_CALLER_HEADERS) {
        return base_fail(err, QD_E_INVALID, "more than %d headers", (int)CORE_CALLER_HEADERS);
    }
    size_t bytes = count * sizeof *call->headers;
    for (size_t i = 0; i < count; i++) {
        bytes += strlen(options->headers[i].name) + strlen(options->headers[i].value) + 2;
    }
    call->headers = malloc(bytes);
    if (!call->headers) {
        return base_fail(err, QD_E_NOMEM, "out of memory for headers");
    }
    char *at = (char *)(call->headers + count);
    for (size_t i = 0; i < count; i++) {
        const char *texts[] = { options->headers[i].name, options->headers[i].value };
        const char **slots[] = { &call->headers[i].name, &call->headers[i].value };
        for (size_t k = 0; k < 2; k++) {
            size_t len = strlen(texts[k]) + 1;
            memcpy(at, texts[k], len);
            *slots[k] = at;
            at += len;
        }
    }
    call->header_count = count;
    return QD_OK;
}

/* A copy of text, or NULL where there is none. */
static char *copy(const char *text, bool *failed) {
    char *made = text ? strdup(text) : NULL;
    *failed = *failed || (text && !made);
    return made;
}

static qd_status copy_texts(core_call *call, const call_setup *setup,
                            const qd_call_options *options, qd_err *err) {
    bool failed = false;
    call->name = copy(setup->name, &failed);
    call->raw_path = copy(setup->path ? setup->path : options->raw_path, &failed);
    call->host = copy(setup->host, &failed);
    call->http_method = copy(options->http_method, &failed);
    call->arena = base_arena_new(LIMIT_CALL_ARENA);
    if (failed || !call->arena) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a call");
    }
    return copy_headers(call, options, err);
}

static qd_status fill(core_call *call, const call_setup *setup, qd_err *err) {
    static const qd_call_options none = { .flags = 0 };
    const qd_call_options *options = setup->options ? setup->options : &none;
    const cat_method *method = setup->method;
    const qd_app *app = setup->shop->app;
    call->method = method;
    call->params = setup->params;
    call->flags = options->flags;
    call->internal = setup->internal;
    call->done = setup->done;
    call->user = setup->user;
    call->keyed = key_carried(method, yyjson_doc_get_root(setup->params));
    call->key_made = setup->key_made;
    call->idempotent = setup->internal || options->assume_idempotent || call->keyed ||
                       (method && method->kind == CAT_READ);
    call->token_optional = !method || method->auth == CAT_AUTH_OPTIONAL;
    call->holder = shop_holder(setup->shop, method, setup->name);
    call->needs_token = !setup->internal && (call->token_optional ||
                                             method->auth == CAT_AUTH_SHOP || call->holder->is_app);
    call->deadline_ms = setup->deadline_ms;
    if (call->deadline_ms == 0) {
        call->deadline_ms =
            app_mono_ms(app) + (options->deadline_ms > 0 ? options->deadline_ms : app->deadline_ms);
    }
    qd_status status = app_recipe(app, method, setup->name, &call->recipe, err);
    return status == QD_OK ? copy_texts(call, setup, options, err) : status;
}

qd_status call_start(qd_loop *loop, const call_setup *setup, core_call **out_call, qd_err *err) {
    core_call *call = calloc(1, sizeof *call);
    if (!call) {
        yyjson_doc_free(setup->params);
        return base_fail(err, QD_E_NOMEM, "out of memory for a call");
    }
    call->loop = loop;
    call->shop = qd_shop_ref(setup->shop);
    call->route = setup->route ? route_ref(setup->route) : route_take(setup->shop);
    qd_status status = fill(call, setup, err);
    if (status == QD_OK) {
        status = loop_add(loop, call, err);
    }
    if (status != QD_OK) {
        call_free(call);
        return status;
    }
    loop_set_timer(loop, call, app_mono_ms(loop->app));
    if (out_call) {
        *out_call = call;
    }
    return QD_OK;
}

/* A write that may have taken effect ends without a definite answer: the same call with the same
 * key is safe, another one is not. */
static void settle_unclear(const core_call *call, qd_err *err) {
    base_buf keys;
    if (!call->unclear || err->status == QD_OK || err->status == QD_E_PLATFORM ||
        err->status == QD_E_INVALID || err->status == QD_E_NOT_FOUND) {
        return;
    }
    base_buf_init(&keys, LIMIT_REQUEST_BYTES);
    key_write(call->method, yyjson_doc_get_root(call->params), &keys);
    err->status = QD_E_UNKNOWN_OUTCOME;
    err->retry = call->key_made ? QD_RETRY_CHECK : QD_RETRY_LATER;
    size_t len = strlen(err->message);
    snprintf(err->message + len, sizeof err->message - len,
             "; it may have taken effect: repeat it with %s=%.200s",
             cat_str(call->method->key_param), base_buf_text(&keys));
    base_buf_clear(&keys);
}

void call_finish(core_call *call, qd_reply *reply, const qd_err *err) {
    qd_call_done_fn done = call->done;
    void *user = call->user;
    qd_err last = *err;
    settle_unclear(call, &last);
    renewal_end(call);
    loop_remove(call->loop, call);
    call_free(call);
    done(user, reply, &last);
}

void call_cancel(core_call *call, bool tell) {
    if (call->state == CALL_SENDING) {
        call->cancelling = true;
        call->loop->transport->cancel(call->loop->transport, call->exchange);
    }
    if (tell) {
        qd_err err;
        base_fail(&err, QD_E_CANCELLED, "cancelled");
        call_finish(call, NULL, &err);
        return;
    }
    renewal_end(call);
    loop_remove(call->loop, call);
    call_free(call);
}

/* ---- waiting ---- */

static void finish_timeout(core_call *call) {
    qd_err err;
    if (call->last.status != QD_OK) {
        err = call->last;
        base_err_prefix(&err, "no time left after %d attempts", call->attempts);
    } else {
        base_fail(&err, QD_E_TIMEOUT, "the deadline passed before %s was sent", call->name);
    }
    call_finish(call, NULL, &err);
}

bool call_wait(core_call *call, int64_t wait_ms, const qd_err *why) {
    if (wait_ms <= call_rest_ms(call)) {
        loop_set_timer(call->loop, call, app_mono_ms(call->loop->app) + wait_ms);
        return true;
    }
    if (why) {
        call_finish(call, NULL, why);
    } else {
        finish_timeout(call);
    }
    return false;
}

/* Exponential with full jitter: many clients that failed together do not come back together. */
static int64_t backoff_ms(const core_call *call) {
    int64_t most = CORE_BACKOFF_BASE_MS;
    for (int i = 1; i < call->attempts && most < CORE_BACKOFF_CAP_MS; i++) {
        most *= 2;
    }
    most = most < CORE_BACKOFF_CAP_MS ? most : CORE_BACKOFF_CAP_MS;
    return (int64_t)(app_random(call->loop->app) % (uint64_t)(most + 1));
}

/* ---- acting on an answer ---- */

static void again(core_call *call, verdict *found) {
    call->state = CALL_READY;
    call->last = found->err;
    qd_reply_free(found->reply);
    if ((call->flags & QD_CALL_NO_RETRY) || call->attempts >= call->shop->app->max_attempts) {
        call_finish(call, NULL, &found->err);
        return;
    }
    call_wait(call, backoff_ms(call), &found->err);
}

static void limited(core_call *call, verdict *found) {
    qd_app *app = call->shop->app;
    call->state = CALL_READY;
    call->last = found->err;
    call->limited++;
    qd_reply_free(found->reply);
    limiter_ban(&app->limits, call->name, app_mono_ms(app) + found->ban_ms);
    if (found->ban_ms <= CORE_QUOTA_MS) { /* a quota is no question of pace */
        limiter_refused(&app->limits, call->name, app_mono_ms(app));
    }
    if ((call->flags & QD_CALL_NO_RETRY) || found->ban_ms > CORE_QUOTA_MS) {
        call_finish(call, NULL, &found->err);
        return;
    }
    call_wait(call, found->ban_ms, &found->err);
}

static void token_refused(core_call *call, verdict *found) {
    keeper_refused(call, found->revoked);
    if ((call->flags & QD_CALL_NO_RETRY) || call->renewals >= CORE_RENEWALS) {
        call_finish(call, found->reply, &found->err);
        return;
    }
    call->renewals++;
    call->state = CALL_READY;
    call->last = found->err;
    qd_reply_free(call->answer);
    call->answer = found->reply;
    call_step(call);
}

static void on_http(void *user, const qd_http_reply *http) {
    core_call *call = user;
    call->loop->sending--;
    if (call->cancelling) {
        return;
    }
    verdict found;
    answer_judge(call, http, &found);
    switch (found.kind) {
    case VERDICT_AGAIN:
        again(call, &found);
        break;
    case VERDICT_LIMITED:
        limited(call, &found);
        break;
    case VERDICT_TOKEN:
        token_refused(call, &found);
        break;
    case VERDICT_CLOCK:
        qd_reply_free(found.reply);
        call->clock_retried = true;
        call->state = CALL_READY;
        call_wait(call, 0, &found.err);
        break;
    default:
        if (found.err.status == QD_OK) {
            limiter_served(&call->shop->app->limits, call->name, app_mono_ms(call->shop->app));
        }
        call_finish(call, found.reply, &found.err);
        break;
    }
}

/* ---- steps ---- */

static void send_request(core_call *call) {
    static atomic_llong sequence;
    qd_app *app = call->shop->app;
    qd_err err;
    qd_err_clear(&err);
    qd_status status = request_build(call, call->needs_token ? call->token : "", &err);
    if (status == QD_OK) {
        int64_t rest = call_rest_ms(call);
        const qd_http_request http = {
            .method = call->built.http_method,
            .url = call->built.url,
            .headers = call->built.headers,
            .header_count = call->built.header_count,
            .body = call->built.body.ptr,
            .body_len = call->built.body.len,
            .proxy = route_proxy(call->route, call->built.url),
            .timeout_ms = rest < app->timeout_ms ? (rest > 0 ? rest : 1) : app->timeout_ms,
            .max_reply_bytes = LIMIT_REPLY_BYTES,
        };
        call->attempts++;
        call->seq = atomic_fetch_add(&sequence, 1) + 1;
        call->state = CALL_SENDING;
        status = call->loop->transport->submit(call->loop->transport, &http, on_http, call,
                                               &call->exchange, &err);
    }
    if (status != QD_OK) {
        call_finish(call, NULL, &err);
        return;
    }
    call->loop->sending++;
}

static void dry_run(core_call *call) {
    qd_err err;
    qd_err_clear(&err);
    qd_reply *reply = NULL;
    if (request_show(call, &reply, &err) != QD_OK) {
        reply = NULL;
    }
    call_finish(call, reply, &err);
}

/* True when a ban holds the call back (it waits, or has ended). */
static bool held_by_ban(core_call *call) {
    qd_app *app = call->shop->app;
    int64_t now = app_mono_ms(app);
    int64_t until = limiter_banned_until(&app->limits, call->name, now);
    if (until == 0) {
        return false;
    }
    qd_err err = call->last;
    if (err.status != QD_E_LIMITED) {
        base_fail(&err, QD_E_LIMITED, "the platform has limited %s for %lld more seconds",
                  call->name, (long long)((until - now + 999) / 1000));
        base_copy(err.platform, sizeof err.platform, base_str_of(app->platform->name));
    }
    err.limited_until = app_wall_s(app) + (until - now + 999) / 1000;
    if ((call->flags & QD_CALL_NO_RETRY) || until - now > CORE_QUOTA_MS) {
        call_finish(call, NULL, &err);
    } else {
        call_wait(call, until - now, &err);
    }
    return true;
}

void call_fail_token(core_call *call, const qd_err *why) {
    if (call->token_optional && why->status == QD_E_AUTH && call->last.status == QD_OK) {
        /* It may go without one, and nobody has refused that yet. */
        renewal_end(call);
        call->needs_token = false;
        call->state = CALL_READY;
        call_step(call);
        return;
    }
    qd_err copy = *why;
    qd_err *err = &copy;
    if (call->last.status == QD_E_AUTH && err->status == QD_E_AUTH && err->code[0] == '\0') {
        /* Name the platform's own refusal, too. */
        qd_err both = call->last;
        base_fail(&both, QD_E_AUTH, "%s; %s", err->message, call->last.message);
        base_copy(both.platform, sizeof both.platform, base_str_of(call->last.platform));
        base_copy(both.code, sizeof both.code, base_str_of(call->last.code));
        base_copy(both.sub_code, sizeof both.sub_code, base_str_of(call->last.sub_code));
        base_copy(both.request_id, sizeof both.request_id, base_str_of(call->last.request_id));
        both.http_status = call->last.http_status;
        both.limited_until = err->limited_until;
        *err = both;
    }
    qd_reply *answer = err->status == QD_E_AUTH ? call->answer : NULL;
    call->answer = answer ? NULL : call->answer;
    call_finish(call, answer, err);
}

/* True when call->token is good to send; otherwise the call waits, renews or has ended. */
static bool have_token(core_call *call) {
    if (!call->needs_token) {
        return true;
    }
    qd_err err;
    qd_err_clear(&err);
    switch (keeper_lend(call, &err)) {
    case LEND_OK:
        return true;
    case LEND_WAIT:
        call->state = CALL_READY;
        call_wait(call, CORE_LOCK_POLL_MS, NULL);
        return false;
    case LEND_RENEW:
        renewal_step(call);
        return false;
    default:
        call_fail_token(call, &err);
        return false;
    }
}

static void step_ready(core_call *call) {
    qd_app *app = call->shop->app;
    route_look(call);
    if (call->flags & QD_CALL_DRY_RUN) {
        dry_run(call);
        return;
    }
    if (call_rest_ms(call) == 0) {
        finish_timeout(call);
        return;
    }
    if (held_by_ban(call) || !have_token(call)) {
        return;
    }
    int64_t wait = limiter_reserve(&app->limits, call->name, app->calls_per_second,
                                   app_mono_ms(app), call_rest_ms(call));
    if (wait < 0) {
        qd_err err;
        base_fail(&err, QD_E_LIMITED, "too many calls of %s wait already: no slot in time",
                  call->name);
        err.limited_until = app_wall_s(app) + (call_rest_ms(call) + 999) / 1000;
        call_finish(call, NULL, &err);
    } else if (wait > 0) {
        call->state = CALL_SLOT;
        call_wait(call, wait, NULL);
    } else {
        send_request(call);
    }
}

/* The slot has come. The token may have changed meanwhile, a ban may have been spoken. */
static void step_slot(core_call *call) {
    call->state = CALL_READY;
    if (!held_by_ban(call) && have_token(call)) {
        send_request(call);
    }
}

void call_step(core_call *call) {
    switch (call->state) {
    case CALL_READY:
        step_ready(call);
        break;
    case CALL_SLOT:
        step_slot(call);
        break;
    case CALL_LOCK:
        renewal_step(call);
        break;
    default: /* somebody else's event moves it on */
        break;
    }
}
