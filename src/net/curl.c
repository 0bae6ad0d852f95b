/*
 * The libcurl transport: a multi handle driven by one epoll descriptor, so that a host may wait on
 * it beside its own descriptors. Callbacks of the caller run only from run(), cancel() and free(),
 * never inside libcurl, so that they may submit and cancel. What a single exchange is lies in
 * exchange.c.
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "net/net_private.h"

enum {
    KEPT_CONNECTIONS = 64,
    KEPT_EXCHANGES = 16, /* idle handles with their buffers */
    EVENTS = 64,
    CONNECT_TIMEOUT_MS = 5000
};

typedef struct curl_transport {
    qd_transport base; /* first: the vtable's self */
    exchange_setup setup;
    CURLM *multi;
    net_watch watch;
    int64_t due_ms; /* when libcurl wants its timer, by the monotonic clock; -1 = not at all */
    exchange *open;
    size_t open_count;
    exchange *idle;
    size_t idle_count;
    size_t kept_connections;
    uint64_t last_id;
    bool closing;
} curl_transport;

static int64_t now_ms(void) {
    const qd_clock *clock = qd_clock_system();
    return clock->mono_ms(clock->self);
}

/* libcurl tells which sockets to watch for what. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known) {
    (void)easy;
    (void)known;
    net_watch_set(&((curl_transport *)user)->watch, fd, what);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
    (void)multi;
    curl_transport *net = user;
    net->due_ms = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
    return 0;
}

static void link_in(exchange **list, exchange *ex) {
    ex->prev = NULL;
    ex->next = *list;
    if (*list != NULL) {
        (*list)->prev = ex;
    }
    *list = ex;
}

static void link_out(exchange **list, exchange *ex) {
    if (ex->prev != NULL) {
        ex->prev->next = ex->next;
    } else {
        *list = ex->next;
    }
    if (ex->next != NULL) {
        ex->next->prev = ex->prev;
    }
    ex->prev = NULL;
    ex->next = NULL;
}

static exchange *take_idle(curl_transport *net) {
    exchange *ex = net->idle;
    if (ex == NULL) {
        return exchange_new(&net->setup);
    }
    link_out(&net->idle, ex);
    net->idle_count--;
    return ex;
}

/* Takes a finished exchange out, tells the caller, and keeps or frees it. */
static void finish(curl_transport *net, exchange *ex, qd_http_reply *reply) {
    curl_multi_remove_handle(net->multi, ex->easy);
    link_out(&net->open, ex);
    net->open_count--;
    ex->done(ex->user, reply);
    if (exchange_recycle(ex, reply) && net->idle_count < KEPT_EXCHANGES) {
        link_in(&net->idle, ex);
        net->idle_count++;
    } else {
        exchange_free(ex);
    }
}

static int deliver(curl_transport *net) {
    int called = 0;
    int left = 0;
    for (;;) {
        CURLMsg *message = curl_multi_info_read(net->multi, &left);
        if (message == NULL) {
            return called;
        }
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        exchange *ex = NULL;
        CURLcode code = message->data.result; /* the message dies with the handle's removal */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&ex);
        qd_http_reply reply;
        exchange_result(ex, code, &reply);
        finish(net, ex, &reply);
        called++;
    }
}

static qd_status net_submit(qd_transport *self, const qd_http_request *request,
                            qd_http_done_fn done, void *user, uint64_t *out_id, qd_err *err) {
    curl_transport *net = (curl_transport *)self;
    if (net->closing) {
        return base_fail(err, QD_E_CANCELLED, "the transport is being closed");
    }
    qd_status status = net_request_check(request, err);
    if (status != QD_OK) {
        return status;
    }
    exchange *ex = take_idle(net);
    if (ex == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for an exchange");
    }
    status = exchange_prepare(ex, &net->setup, request, err);
    if (status != QD_OK) {
        exchange_free(ex);
        return status;
    }
    if (net->open_count >= net->kept_connections) {
        /* libcurl counts busy connections too: a smaller cache would close them after one use. */
        net->kept_connections = net->open_count + 1;
        curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS, (long)net->kept_connections);
    }
    ex->done = done;
    ex->user = user;
    ex->id = ++net->last_id;
    if (curl_multi_add_handle(net->multi, ex->easy) != CURLM_OK) {
        exchange_free(ex);
        return base_fail(err, QD_E_NOMEM, "out of memory for an exchange");
    }
    link_in(&net->open, ex);
    net->open_count++;
    if (out_id != NULL) {
        *out_id = ex->id;
    }
    return QD_OK;
}

static void net_cancel(qd_transport *self, uint64_t id) {
    curl_transport *net = (curl_transport *)self;
    exchange *ex = net->open;
    while (ex != NULL && ex->id != id) {
        ex = ex->next;
    }
    if (ex == NULL) {
        return;
    }
    qd_http_reply reply = { .outcome = QD_HTTP_CANCELLED, .body = "", .message = "cancelled" };
    finish(net, ex, &reply);
}

static void drive_timer(curl_transport *net) {
    int running = 0;
    if (net->due_ms >= 0 && now_ms() >= net->due_ms) {
        net->due_ms = -1;
        curl_multi_socket_action(net->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void drive(curl_transport *net, const struct epoll_event *events, int count) {
    int running = 0;
    for (int i = 0; i < count; i++) {
        if (!net_watch_wanted(&net->watch, events[i].data.fd)) {
            continue;
        }
        int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(net->multi, events[i].data.fd, what, &running);
    }
    drive_timer(net);
}

/* The shorter of the caller's rest and libcurl's timer, for epoll_wait(). */
static int wait_ms(const curl_transport *net, int64_t deadline_ms) {
    int64_t until = deadline_ms;
    if (net->due_ms >= 0 && (until < 0 || net->due_ms < until)) {
        until = net->due_ms;
    }
    if (until < 0) {
        return -1;
    }
    int64_t wait = until - now_ms();
    if (wait <= 0) {
        return 0;
    }
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

static int net_run(qd_transport *self, int64_t timeout_ms) {
    curl_transport *net = (curl_transport *)self;
    int64_t now = now_ms();
    int64_t deadline = timeout_ms < 0 ? -1 : now + (timeout_ms < INT_MAX ? timeout_ms : INT_MAX);
    /* What was just submitted wants to start: no need to ask the kernel for that. */
    drive_timer(net);
    int called = deliver(net);
    while (called == 0 && net->open != NULL) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(net->watch.epoll_fd, events, EVENTS, wait_ms(net, deadline));
        drive(net, events, count > 0 ? count : 0);
        called = deliver(net);
        if (deadline >= 0 && now_ms() >= deadline) {
            break;
        }
    }
    return called;
}

static int net_fd(qd_transport *self) {
    net_watch *watch = &((curl_transport *)self)->watch;
    net_watch_exact(watch);
    return watch->epoll_fd;
}

static int64_t net_timeout_ms(qd_transport *self) {
    const curl_transport *net = (const curl_transport *)self;
    if (net->due_ms < 0 || net->open == NULL) {
        return -1;
    }
    int64_t rest = net->due_ms - now_ms();
    return rest > 0 ? rest : 0;
}

static void net_free(qd_transport *self) {
    curl_transport *net = (curl_transport *)self;
    if (net == NULL) {
        return;
    }
    net->closing = true;
    while (net->open != NULL) {
        net_cancel(self, net->open->id);
    }
    while (net->idle != NULL) {
        exchange *ex = net->idle;
        link_out(&net->idle, ex);
        exchange_free(ex);
    }
    if (net->multi != NULL) {
        curl_multi_cleanup(net->multi); /* closes the connections, which calls on_socket() */
    }
    net_watch_free(&net->watch);
    free(net);
}

static CURLcode global_result;

static void global_init(void) {
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool set_multi(curl_transport *net) {
    CURLMcode bad = CURLM_OK;
    bad |= curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    bad |= curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
    bad |= curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    bad |= curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
    bad |= curl_multi_setopt(net->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    bad |= curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS, (long)net->kept_connections);
    return bad == CURLM_OK;
}

qd_status net_curl_new(const net_curl_options *options, qd_transport **out_transport, qd_err *err) {
    /* Never undone: libcurl's global state is shared with whoever else uses it in the process. */
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, global_init);
    if (global_result != CURLE_OK) {
        return base_fail(err, QD_E_UNSUPPORTED, "libcurl does not start: %s",
                         curl_easy_strerror(global_result));
    }
    curl_transport *net = calloc(1, sizeof(*net));
    if (net == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a transport");
    }
    net->base = (qd_transport){ net_submit, net_cancel, net_run, net_fd, net_timeout_ms, net_free };
    net->due_ms = -1;
    net->kept_connections =
        options->max_connections > 0 ? options->max_connections : KEPT_CONNECTIONS;
    net->setup.verify_tls = options->verify_tls;
    net->setup.connect_timeout_ms =
        options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    const char *agent =
        options->user_agent != NULL ? options->user_agent : "qiandian/" QD_VERSION_TEXT;
    snprintf(net->setup.user_agent, sizeof(net->setup.user_agent), "%s", agent);
    net->watch.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    net->setup.watch = &net->watch;
    net->multi = curl_multi_init();
    if (net->watch.epoll_fd < 0 || net->multi == NULL || !set_multi(net)) {
        net_free(&net->base);
        return base_fail(err, QD_E_NOMEM, "cannot make a transport: out of memory or descriptors");
    }
    *out_transport = &net->base;
    return QD_OK;
}
