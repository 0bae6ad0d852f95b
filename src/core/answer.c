/*
 * What an exchange means for the call: success, an error that stays, or one that a repeat, a pause
 * or a new token may cure. The rule above all others: a call that may have taken effect and is not
 * idempotent is never repeated; it ends as QD_E_UNKNOWN_OUTCOME.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

/* A failure after which the platform may have acted, or not. */
static void judge_unclear(core_call *call, qd_status status, verdict *out) {
    if (call->idempotent) {
        call->unclear = call->keyed;
        out->kind = VERDICT_AGAIN;
        out->err.status = status;
        out->err.retry = base_retry_of(status);
    } else {
        out->kind = VERDICT_DONE;
        out->err.status = QD_E_UNKNOWN_OUTCOME;
        out->err.retry = QD_RETRY_CHECK;
    }
}

static void name_platform(const core_call *call, int http_status, verdict *out) {
    base_copy(out->err.platform, sizeof out->err.platform,
              base_str_of(call->shop->app->platform->name));
    out->err.http_status = http_status;
}

static void judge_no_answer(core_call *call, const qd_http_reply *http, verdict *out) {
    call->unclear = call->unclear || (call->keyed && http->outcome != QD_HTTP_NOT_SENT);
    switch (http->outcome) {
    case QD_HTTP_NOT_SENT:
        out->kind = VERDICT_AGAIN;
        base_fail(&out->err, QD_E_UNAVAILABLE, "%s was not sent: %s", call->name, http->message);
        break;
    case QD_HTTP_TOO_BIG:
        /* Asking again would give the same answer. */
        base_fail(&out->err, call->idempotent ? QD_E_PROTOCOL : QD_E_UNKNOWN_OUTCOME,
                  "the answer of %s is longer than %d bytes", call->name, (int)LIMIT_REPLY_BYTES);
        break;
    case QD_HTTP_CANCELLED:
        base_fail(&out->err, call->idempotent ? QD_E_CANCELLED : QD_E_UNKNOWN_OUTCOME,
                  "%s was cancelled", call->name);
        break;
    default:
        base_fail(&out->err, QD_E_UNAVAILABLE, "no answer to %s: %s", call->name, http->message);
        judge_unclear(call, QD_E_UNAVAILABLE, out);
        break;
    }
    name_platform(call, http->status, out);
}

static void set_ban(const core_call *call, int64_t ban_ms, verdict *out) {
    out->kind = VERDICT_LIMITED;
    out->ban_ms = ban_ms;
    out->err.retry = QD_RETRY_UNTIL;
    out->err.limited_until = app_wall_s(call->shop->app) + (ban_ms + 999) / 1000;
}

/* How long a limit lasts when the platform does not say: a second, which the limiter's pace makes
 * the best of; longer for a call that is refused for the fifth time, so that an account which
 * others use up as well is not hammered. */
static int64_t guess_ban_ms(const core_call *call) {
    int64_t ban = 1000;
    for (int i = 4; i < call->limited && ban < 32000; i++) {
        ban *= 2;
    }
    return ban + (int64_t)(app_random(call->shop->app) % 250);
}

/* No envelope: the HTTP status is all that is known. `why` says what is wrong with the body. */
static void judge_by_status(core_call *call, const qd_http_reply *http, const qd_err *why,
                            verdict *out) {
    int status = http->status;
    if (status == 429) {
        int64_t seconds = 0;
        const char *header = net_reply_header(http, "Retry-After");
        bool told = header && base_str_to_i64(base_str_of(header), &seconds) && seconds >= 0 &&
                    seconds <= 86400;
        base_fail(&out->err, QD_E_LIMITED, "HTTP 429: too many calls of %s", call->name);
        set_ban(call, told ? seconds * 1000 : guess_ban_ms(call), out);
    } else if (status >= 500 || status == 408) {
        base_fail(&out->err, QD_E_UNAVAILABLE, "HTTP %d to %s", status, call->name);
        judge_unclear(call, QD_E_UNAVAILABLE, out);
    } else if (status >= 200 && status < 300) {
        /* A proxy's hiccup or a cut body: worth asking again where asking is harmless. */
        base_fail(&out->err, QD_E_PROTOCOL, "the answer of %s: %s", call->name, why->message);
        judge_unclear(call, QD_E_PROTOCOL, out);
    } else {
        base_fail(&out->err, QD_E_PROTOCOL,
                  "HTTP %d to %s is no answer of this platform: is the base URL right?", status,
                  call->name);
    }
    name_platform(call, status, out);
}

static void describe(core_call *call, const core_decoded *decoded, qd_status status, verdict *out) {
    base_str sub = decoded->sub_code;
    base_fail(&out->err, status, "%s: %.*s%s%.*s: %.*s", call->name, (int)decoded->code.len,
              decoded->code.ptr, sub.len ? " " : "", (int)sub.len, sub.ptr ? sub.ptr : "",
              (int)(decoded->message.len < 300 ? decoded->message.len : 300),
              decoded->message.ptr ? decoded->message.ptr : "");
    base_copy(out->err.code, sizeof out->err.code, decoded->code);
    base_copy(out->err.sub_code, sizeof out->err.sub_code, decoded->sub_code);
    base_copy(out->err.request_id, sizeof out->err.request_id, decoded->request_id);
    if (decoded->signature_refused) {
        base_buf text;
        base_buf_init(&text, LIMIT_REQUEST_BYTES);
        request_explain(call, &text);
        qd_err before = out->err;
        char shown[CORE_EXPLAIN_BYTES];
        bool whole = base_copy(shown, sizeof shown, base_buf_str(&text));
        base_fail(&out->err, before.status,
                  "%s; is the secret right? we signed (secret masked): %s%s", before.message, shown,
                  whole ? "" : "...");
        base_copy(out->err.code, sizeof out->err.code, base_str_of(before.code));
        base_copy(out->err.sub_code, sizeof out->err.sub_code, base_str_of(before.sub_code));
        base_copy(out->err.request_id, sizeof out->err.request_id, base_str_of(before.request_id));
        base_buf_clear(&text);
    }
}

/* The work of this write was done by an attempt whose answer was lost: the platform knows its key.
 */
static bool was_done(const core_call *call, const cat_error_class *found,
                     const core_decoded *decoded) {
    const cat_outcome *outcome = call->method ? cat_outcome_of(call->method) : NULL;
    return call->unclear && ((found && found->repeated) ||
                             (outcome && cat_in_list(outcome->repeated, decoded->sub_code)));
}

/* Which right, address or app is missing no repeat tells: our words say it beside the platform's.
 */
static void add_meaning(const cat_error_class *found, bool explained, qd_err *err) {
    if (found && err->status == QD_E_AUTH && found->retry == QD_RETRY_NEVER && !explained) {
        size_t len = strlen(err->message);
        snprintf(err->message + len, sizeof err->message - len, "; %s", cat_error_meaning(found));
    }
}

/* The message with what is known of the token that was sent. */
static base_str explained(core_call *call, const core_decoded *decoded) {
    const core_platform *platform = call->shop->app->platform;
    base_str message = decoded->message;
    if (!platform->explain || !call->needs_token) {
        return message;
    }
    keeper *keep = keeper_of(call);
    qd_token token = { .version = 0 };
    pthread_mutex_lock(&keep->mutex);
    memcpy(token.level_ends, keep->token.level_ends, sizeof token.level_ends);
    token.expires_at = keep->token.expires_at;
    pthread_mutex_unlock(&keep->mutex);
    base_str more = platform->explain(decoded->code, &token,
                                      shop_now(call->holder, call->route->side), call->arena);
    char *both = more.len > 0
                     ? base_arena_printf(call->arena, "%.*s; %.*s",
                                         (int)(message.len < 200 ? message.len : 200),
                                         message.ptr ? message.ptr : "", (int)more.len, more.ptr)
                     : NULL;
    return both ? base_str_of(both) : message;
}

/* The platform's own error: by the catalogue's classes. */
static void judge_refusal(core_call *call, int http_status, const core_decoded *decoded,
                          verdict *out) {
    const cat_error_class *found =
        cat_classify(call->shop->app->catalog, decoded->code, decoded->sub_code);
    qd_status status = found ? (qd_status)found->status : QD_E_PLATFORM;
    if (was_done(call, found, decoded)) {
        base_log(QD_LOG_INFO, "core", "%s: an earlier attempt had done it", call->name);
        out->reply->repeated = true;
        return;
    }
    core_decoded told = *decoded;
    told.message = explained(call, decoded);
    describe(call, &told, status, out);
    name_platform(call, http_status, out);
    add_meaning(found, decoded->signature_refused, &out->err);
    if (found) {
        out->err.retry = (qd_retry)found->retry;
    }
    bool clock_moved =
        atomic_load(&call->shop->sides[call->route->side].clock_offset_s) != call->clock_used;
    if (decoded->clock_refused && clock_moved && !call->clock_retried) {
        out->kind = VERDICT_CLOCK;
    } else if (found && found->token && call->needs_token) {
        out->kind = VERDICT_TOKEN;
        out->revoked = found->token == 2;
    } else if (status == QD_E_LIMITED) {
        int64_t ban = decoded->ban_seconds;
        set_ban(call, ban > 0 ? ban * 1000 + 1000 : guess_ban_ms(call), out);
    } else if (status == QD_E_UNAVAILABLE || status == QD_E_UNKNOWN_OUTCOME) {
        /* The code says that a service behind the gateway failed; what it did before, nobody says.
         */
        judge_unclear(call, QD_E_UNAVAILABLE, out);
    }
}

/* A success of the envelope may hold a failure: the whole answer's, or every item's. */
static void judge_inside(core_call *call, int http_status, verdict *out) {
    const cat_outcome *outcome = call->method ? cat_outcome_of(call->method) : NULL;
    outcome_found found;
    if (!outcome) {
        return;
    }
    outcome_judge(outcome, out->reply->data, call->arena, &found);
    if (found.refused) {
        const core_decoded decoded = { .code = found.code,
                                       .sub_code = found.sub_code,
                                       .message = found.message,
                                       .request_id = base_str_of(out->reply->request_id) };
        judge_refusal(call, http_status, &decoded, out);
        out->inside = true;
    }
}

/* The platform's clock, from an answer of its own: not from a server in trouble (5xx), and not from
 * a copy that a cache has kept (Age). */
static void learn_clock(core_call *call, const qd_http_reply *http) {
    const char *date = net_reply_header(http, "Date");
    if (http->status >= 500 || net_reply_header(http, "Age")) {
        return;
    }
    if (call->holder != call->shop) {
        shop_learn_clock(call->holder, call->route, date);
    }
    if (shop_learn_clock(call->shop, call->route, date)) {
        base_log(QD_LOG_INFO, "core", "the clock of %s is %lld s off ours",
                 call->shop->app->platform->name,
                 (long long)atomic_load(&call->shop->sides[call->route->side].clock_offset_s));
    }
}

static void judge_envelope(core_call *call, const qd_http_reply *http, verdict *out) {
    core_decoded decoded = { 0 };
    qd_err err;
    const core_platform *platform = call->shop->app->platform;
    const base_str body = { out->reply->body, out->reply->body_len };
    qd_status status = platform->parse
                           ? platform->parse(&call->request, body, &out->reply->doc, &err)
                           : codec_json_read(body, 0, &out->reply->doc, &err);
    if (status == QD_OK) {
        status = platform->decode(&call->request, yyjson_doc_get_root(out->reply->doc), call->arena,
                                  &decoded, &err);
    }
    if (status == QD_OK) {
        learn_clock(call, http); /* a proxy's page of its own has no envelope */
    }
    bool fine = http->status >= 200 && http->status < 300;
    if (status == QD_OK && decoded.ok && fine) {
        out->reply->data = decoded.data;
        base_copy(out->reply->request_id, sizeof out->reply->request_id, decoded.request_id);
        judge_inside(call, http->status, out);
    } else if (status == QD_OK && !decoded.ok) {
        out->reply->data = decoded.data;
        base_copy(out->reply->request_id, sizeof out->reply->request_id, decoded.request_id);
        judge_refusal(call, http->status, &decoded, out);
    } else if (status == QD_E_NOMEM) {
        out->err = err;
        judge_unclear(call, QD_E_NOMEM, out);
        out->kind = VERDICT_DONE;
    } else {
        judge_by_status(call, http, &err, out);
    }
}

/* What the reply tells of the call. A key that memory does not suffice for is in no reply, which
 * costs the caller its text alone. */
static void note_call(const core_call *call, qd_reply *reply) {
    yyjson_val *params = yyjson_doc_get_root(call->params);
    reply->method = call->method;
    page_note(reply, call->method, params);
    if (call->keyed) {
        base_buf keys;
        base_buf_init(&keys, LIMIT_REQUEST_BYTES);
        key_write(call->method, params, &keys);
        reply->keys = base_buf_take(&keys);
    }
}

void answer_judge(core_call *call, const qd_http_reply *http, verdict *out) {
    memset(out, 0, sizeof *out);
    if (http->outcome != QD_HTTP_DONE) {
        judge_no_answer(call, http, out);
        return;
    }
    out->reply = reply_new((base_str){ http->body, http->body_len });
    if (!out->reply) {
        base_fail(&out->err, QD_E_NOMEM, "out of memory for an answer of %zu bytes",
                  http->body_len);
        judge_unclear(call, QD_E_NOMEM, out);
        out->kind = VERDICT_DONE;
        return;
    }
    out->reply->attempts = call->attempts;
    out->reply->http_status = http->status;
    out->reply->total_us = http->total_us;
    out->reply->seq = call->seq;
    note_call(call, out->reply);
    judge_envelope(call, http, out);
    bool keep = out->err.status == QD_OK || out->err.status == QD_E_PLATFORM ||
                out->err.status == QD_E_AUTH || out->inside;
    if (!keep) {
        qd_reply_free(out->reply);
        out->reply = NULL;
    }
}
