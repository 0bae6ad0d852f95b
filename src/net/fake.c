/*
 * The scripted transport for tests: a function of the test answers every request, and answers come
 * due by the given clock. It obeys the same contract as the real one: it refuses the same requests,
 * never calls back from submit(), and honours time limits and the bound of the answer.
 */
#include <stdlib.h>
#include <string.h>

#include "net/net_private.h"

typedef struct pending {
    struct pending *next; /* by due time, then in the order of submission */
    uint64_t id;
    qd_http_done_fn done;
    void *user;
    qd_http_reply reply;
    int64_t due_ms;
} pending;

typedef struct fake_transport {
    qd_transport base; /* first: the vtable's self */
    net_fake_fn answer;
    void *user;
    const qd_clock *clock;
    pending *first;
    uint64_t last_id;
    bool closing;
} fake_transport;

static int64_t now_ms(const fake_transport *fake) {
    return fake->clock->mono_ms(fake->clock->self);
}

/* The whole body as one piece, also what came before a cut. */
static void pass_on(const qd_http_request *request, qd_http_reply *reply) {
    bool fits = reply->status == 200 || reply->status == 206;
    if (request->piece == NULL || !fits || reply->body_len == 0) {
        return;
    }
    qd_http_reply head = *reply;
    head.body = "";
    head.body_len = 0;
    if (!request->piece(request->piece_user, &head, reply->body, reply->body_len)) {
        reply->outcome = QD_HTTP_CANCELLED;
    }
    reply->body = "";
    reply->body_len = 0;
}

/* What the real transport would have made of this answer. */
static void obey(const qd_http_request *request, net_fake_reply *scripted) {
    qd_http_reply *reply = &scripted->reply;
    size_t max = request->max_reply_bytes > 0 ? request->max_reply_bytes : LIMIT_REPLY_BYTES;
    if (scripted->delay_ms < 0) {
        scripted->delay_ms = 0;
    }
    if (scripted->delay_ms > request->timeout_ms) {
        scripted->delay_ms = request->timeout_ms;
        *reply = (qd_http_reply){ .outcome = QD_HTTP_MAYBE_SENT, .message = "timed out" };
    } else if (reply->outcome == QD_HTTP_DONE && reply->body_len > max) {
        reply->outcome = QD_HTTP_TOO_BIG;
        reply->body_len = 0;
        base_copy(reply->message, sizeof(reply->message), BASE_STR("the answer is too long"));
    }
    if (reply->body == NULL || reply->body_len == 0) {
        reply->body = "";
        reply->body_len = 0;
    }
    pass_on(request, reply);
    if (reply->total_us == 0) {
        reply->total_us = scripted->delay_ms * 1000;
    }
}

static qd_status fake_submit(qd_transport *self, const qd_http_request *request,
                             qd_http_done_fn done, void *user, uint64_t *out_id, qd_err *err) {
    fake_transport *fake = (fake_transport *)self;
    if (fake->closing) {
        return base_fail(err, QD_E_CANCELLED, "the transport is being closed");
    }
    qd_status status = net_request_check(request, err);
    if (status != QD_OK) {
        return status;
    }
    pending *item = calloc(1, sizeof(*item));
    if (item == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for an exchange");
    }
    net_fake_reply scripted;
    memset(&scripted, 0, sizeof(scripted));
    scripted.reply.status = 200;
    fake->answer(fake->user, request, &scripted);
    obey(request, &scripted);
    item->id = ++fake->last_id;
    item->done = done;
    item->user = user;
    item->reply = scripted.reply;
    item->due_ms = now_ms(fake) + scripted.delay_ms;
    pending **at = &fake->first;
    while (*at != NULL && (*at)->due_ms <= item->due_ms) {
        at = &(*at)->next;
    }
    item->next = *at;
    *at = item;
    if (out_id != NULL) {
        *out_id = item->id;
    }
    return QD_OK;
}

/* Takes the item out of the list before its callback runs, so that the callback may do anything. */
static void finish(pending **at, const qd_http_reply *reply) {
    pending *item = *at;
    *at = item->next;
    item->done(item->user, reply);
    free(item);
}

static void fake_cancel(qd_transport *self, uint64_t id) {
    fake_transport *fake = (fake_transport *)self;
    const qd_http_reply reply = { .outcome = QD_HTTP_CANCELLED,
                                  .body = "",
                                  .message = "cancelled" };
    for (pending **at = &fake->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->id == id) {
            finish(at, &reply);
            return;
        }
    }
}

/* Calls back what is due now; what a callback submits waits for the next run(). */
static int deliver(fake_transport *fake) {
    int called = 0;
    int64_t now = now_ms(fake);
    uint64_t newest = fake->last_id;
    for (;;) {
        pending **at = &fake->first;
        while (*at != NULL && (*at)->id > newest) {
            at = &(*at)->next;
        }
        if (*at == NULL || (*at)->due_ms > now) {
            return called;
        }
        qd_http_reply reply = (*at)->reply;
        finish(at, &reply);
        called++;
    }
}

static int fake_run(qd_transport *self, int64_t timeout_ms) {
    fake_transport *fake = (fake_transport *)self;
    int64_t start = now_ms(fake);
    int called = deliver(fake);
    while (called == 0 && fake->first != NULL) {
        int64_t before = now_ms(fake);
        int64_t wait = fake->first->due_ms - before;
        if (timeout_ms >= 0 && before - start + wait > timeout_ms) {
            wait = timeout_ms - (before - start);
        }
        if (wait > 0) {
            fake->clock->sleep_ms(fake->clock->self, wait);
        }
        called = deliver(fake);
        /* A clock that stands still would make this wait endless. */
        if (now_ms(fake) == before || (timeout_ms >= 0 && now_ms(fake) - start >= timeout_ms)) {
            break;
        }
    }
    return called;
}

static int fake_fd(qd_transport *self) {
    (void)self;
    return -1;
}

static int64_t fake_timeout_ms(qd_transport *self) {
    const fake_transport *fake = (const fake_transport *)self;
    if (fake->first == NULL) {
        return -1;
    }
    int64_t rest = fake->first->due_ms - now_ms(fake);
    return rest > 0 ? rest : 0;
}

static void fake_free(qd_transport *self) {
    fake_transport *fake = (fake_transport *)self;
    if (fake == NULL) {
        return;
    }
    fake->closing = true;
    while (fake->first != NULL) {
        fake_cancel(self, fake->first->id);
    }
    free(fake);
}

qd_status net_fake_new(net_fake_fn answer, void *user, const qd_clock *clock,
                       qd_transport **out_transport, qd_err *err) {
    fake_transport *fake = calloc(1, sizeof(*fake));
    if (fake == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a transport");
    }
    fake->base =
        (qd_transport){ fake_submit, fake_cancel, fake_run, fake_fd, fake_timeout_ms, fake_free };
    fake->answer = answer;
    fake->user = user;
    fake->clock = clock;
    *out_transport = &fake->base;
    return QD_OK;
}
