/*
 * The loop: a transport, a heap of timers and the open calls of one thread. Every wait of a call (a
 * pause, a slot of the budget, somebody else's lock) is a timer here; nothing sleeps elsewhere.
 * What a call does when its timer fires is call.c's.
 */
#include <stdlib.h>

#include "core/core_private.h"

enum { STOP_LOOK_MS = 100 }; /* how often a waiting loop looks whether it is to stop */

/* ---- timers: a binary heap, each call at most once ---- */

static bool earlier(const core_call *a, const core_call *b) {
    return a->wake_ms < b->wake_ms;
}

static void place(qd_loop *loop, core_call *call, size_t at) {
    loop->heap[at] = call;
    call->heap_at = at + 1;
}

static void sift(qd_loop *loop, core_call *call, size_t at) {
    while (at > 0 && earlier(call, loop->heap[(at - 1) / 2])) {
        place(loop, loop->heap[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= loop->heap_count) {
            break;
        }
        if (child + 1 < loop->heap_count && earlier(loop->heap[child + 1], loop->heap[child])) {
            child++;
        }
        if (!earlier(loop->heap[child], call)) {
            break;
        }
        place(loop, loop->heap[child], at);
        at = child;
    }
    place(loop, call, at);
}

void loop_clear_timer(qd_loop *loop, core_call *call) {
    if (call->heap_at == 0) {
        return;
    }
    size_t at = call->heap_at - 1;
    core_call *last = loop->heap[--loop->heap_count];
    call->heap_at = 0;
    if (last != call) {
        sift(loop, last, at);
    }
}

void loop_set_timer(qd_loop *loop, core_call *call, int64_t wake_ms) {
    loop_clear_timer(loop, call);
    call->wake_ms = wake_ms;
    loop->heap_count++;
    sift(loop, call, loop->heap_count - 1);
}

/* ---- calls ---- */

qd_status loop_add(qd_loop *loop, core_call *call, qd_err *err) {
    if (loop->closing) {
        return base_fail(err, QD_E_CANCELLED, "the loop is being freed");
    }
    if (loop->slots == loop->heap_room) {
        size_t room = loop->heap_room ? loop->heap_room * 2 : 16;
        core_call **heap = realloc(loop->heap, room * sizeof *heap);
        if (!heap) {
            return base_fail(err, QD_E_NOMEM, "out of memory for a call");
        }
        loop->heap = heap;
        loop->heap_room = room;
    }
    loop->slots++;
    loop->open += call->internal ? 0 : 1;
    call->prev = NULL;
    call->next = loop->calls;
    if (loop->calls) {
        loop->calls->prev = call;
    }
    loop->calls = call;
    return QD_OK;
}

void loop_remove(qd_loop *loop, core_call *call) {
    loop_clear_timer(loop, call);
    if (call->prev) {
        call->prev->next = call->next;
    } else {
        loop->calls = call->next;
    }
    if (call->next) {
        call->next->prev = call->prev;
    }
    loop->slots--;
    if (!call->internal) {
        loop->open--;
        loop->ended++;
    }
}

/* ---- making ---- */

qd_status loop_make(qd_app *app, qd_loop **out_loop, qd_err *err) {
    qd_err reason;
    qd_err_clear(&reason);
    qd_loop *loop = calloc(1, sizeof *loop);
    if (!loop) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a loop");
    }
    loop->app = app;
    loop->transport = app->transport_make(app->transport_user, &reason);
    if (!loop->transport) {
        free(loop);
        if (reason.status == QD_OK) {
            return base_fail(err, QD_E_NOMEM, "the transport could not be made");
        }
        if (err) {
            *err = reason;
        }
        return reason.status;
    }
    *out_loop = loop;
    return QD_OK;
}

qd_status qd_loop_new(qd_app *app, qd_loop **out_loop, qd_err *err) {
    *out_loop = NULL;
    qd_status status = loop_make(app, out_loop, err);
    if (status == QD_OK) {
        (*out_loop)->owns_app = true;
        qd_app_ref(app);
    }
    return status;
}

void qd_loop_free(qd_loop *loop) {
    if (!loop) {
        return;
    }
    loop->closing = true;
    while (loop->calls) {
        /* A renewer ends its own token call with it, so take the users' calls first. */
        core_call *call = loop->calls;
        while (call->internal && call->next) {
            call = call->next;
        }
        call_cancel(call, true);
    }
    loop->transport->free(loop->transport);
    if (loop->owns_app) {
        qd_app_free(loop->app);
    }
    free(loop->heap);
    free(loop);
}

/* ---- running ---- */

/* Only timers that are due when it starts: a step that is due at once again waits for the next
 * round, so that the transport gets its turn. */
static void fire_timers(qd_loop *loop) {
    int64_t now = app_mono_ms(loop->app);
    for (size_t most = loop->heap_count; most > 0 && loop->heap_count > 0; most--) {
        core_call *call = loop->heap[0];
        if (call->wake_ms > now) {
            return;
        }
        loop_clear_timer(loop, call);
        call_step(call);
    }
}

static int64_t until_timer(const qd_loop *loop) {
    if (loop->heap_count == 0) {
        return -1;
    }
    int64_t rest = loop->heap[0]->wake_ms - app_mono_ms(loop->app);
    return rest > 0 ? rest : 0;
}

void core_loop_stop_by(qd_loop *loop, const atomic_bool *stop) {
    loop->stop = stop;
}

/* The next call that a stop ends; NULL = none. A renewer in the middle of its token call is left
 * to finish that, and is met again afterwards. */
static core_call *first_to_stop(qd_loop *loop) {
    for (core_call *call = loop->calls; call; call = call->next) {
        if (!call->internal && call->state != CALL_RENEWING) {
            return call;
        }
    }
    return NULL;
}

static void stop_calls(qd_loop *loop) {
    core_call *call;
    while (loop->stop && atomic_load(loop->stop) && (call = first_to_stop(loop)) != NULL) {
        call_cancel(call, true);
    }
}

size_t qd_loop_run(qd_loop *loop, int64_t timeout_ms) {
    int64_t end = app_mono_ms(loop->app) + (timeout_ms > 0 ? timeout_ms : 0);
    uint64_t ended = loop->ended;
    for (;;) {
        stop_calls(loop);
        fire_timers(loop);
        if (loop->ended != ended || loop->open == 0) {
            if (loop->sending > 0) {
                /* Let what was just started leave before the caller does other work. */
                loop->transport->run(loop->transport, 0);
            }
            return loop->open;
        }
        int64_t wait = end - app_mono_ms(loop->app);
        int64_t timer = until_timer(loop);
        wait = wait < 0 ? 0 : wait;
        wait = timer >= 0 && timer < wait ? timer : wait;
        wait = loop->stop && wait > STOP_LOOK_MS ? STOP_LOOK_MS : wait;
        if (loop->sending > 0 || wait == 0) {
            loop->transport->run(loop->transport, wait);
        } else {
            loop->app->clock->sleep_ms(loop->app->clock->self, wait);
        }
        if (loop->ended != ended || app_mono_ms(loop->app) >= end) {
            fire_timers(loop);
            return loop->open;
        }
    }
}

int qd_loop_fd(qd_loop *loop) {
    return loop->transport->fd(loop->transport);
}

int64_t qd_loop_timeout_ms(qd_loop *loop) {
    int64_t net = loop->sending > 0 ? loop->transport->timeout_ms(loop->transport) : -1;
    int64_t timer = until_timer(loop);
    if (net < 0 || timer < 0) {
        return net < 0 ? timer : net;
    }
    return net < timer ? net : timer;
}
