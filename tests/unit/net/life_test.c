/*
 * The life of exchanges: many at once, cancelled, submitted from callbacks, ended by free(), driven
 * by a host's own loop.
 */
#include <poll.h>

#include "unit/net/client.h"
#include "unit/net/raw_server.h"

static bool answer_ok(const raw_request *request) {
    return raw_ok(request, "ok");
}

/* Never answers /hang; the connection stays open until the client or the test ends it. */
static bool answer_unless_hang(const raw_request *request) {
    return strstr(request->text, "/hang") != NULL || raw_ok(request, "ok");
}

static void many_exchanges_at_once_all_end_and_connections_are_kept(void **state) {
    (void)state;
    enum { MANY = 100 };
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got *replies = calloc(MANY, sizeof(*replies));
    assert_non_null(replies);
    char url[256];
    client_url(url, server->port, "/");
    qd_http_request request = client_request("POST", url, "x");
    for (int round = 0; round < 2; round++) {
        int called = 0;
        for (int i = 0; i < MANY; i++) {
            client_send(net, &request, &replies[i]);
        }
        for (int i = 0; i < 1000 && called < MANY; i++) {
            called += net->run(net, 1000);
        }
        assert_int_equal(called, MANY);
        for (int i = 0; i < MANY; i++) {
            assert_int_equal(replies[i].calls, 1);
            assert_int_equal(replies[i].outcome, QD_HTTP_DONE);
        }
    }
    /* More than the default of kept connections, and yet the second round needed no new one. */
    assert_int_equal(raw_connections(server), MANY);
    free(replies);
    net->free(net);
    raw_stop(server);
}

static void cancelled_exchange_is_called_back_before_cancel_returns(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_unless_hang);
    qd_transport *net = client_new();
    got hanging;
    got other;
    char url[256];
    client_url(url, server->port, "/hang");
    qd_http_request request = client_request("POST", url, "x");
    uint64_t id = client_send(net, &request, &hanging);
    client_url(url, server->port, "/");
    client_send(net, &request, &other);
    client_wait(net, &other);
    net->cancel(net, id + 1000); /* unknown: ignored */
    assert_int_equal(hanging.calls, 0);
    net->cancel(net, id);
    assert_int_equal(hanging.calls, 1);
    assert_int_equal(hanging.outcome, QD_HTTP_CANCELLED);
    net->cancel(net, id);
    assert_int_equal(hanging.calls, 1);
    assert_int_equal(net->run(net, 0), 0);
    net->free(net);
    raw_stop(server);
}

/* A chain: each answer starts the next exchange, the last one cancels the hanging one. */
typedef struct chain {
    qd_transport *net;
    const char *url;
    int left;
    int ended;
    uint64_t self_id;
    uint64_t hanging_id;
} chain;

static void chain_next(void *user, const qd_http_reply *reply) {
    chain *c = user;
    assert_int_equal(reply->outcome, QD_HTTP_DONE);
    c->net->cancel(c->net, c->self_id); /* its own, over already: ignored */
    assert_string_equal(reply->body, "ok");
    if (--c->left == 0) {
        c->net->cancel(c->net, c->hanging_id);
        c->ended = 1;
        return;
    }
    qd_http_request request = client_request("POST", c->url, "x");
    qd_err err = QD_ERR_INIT;
    assert_int_equal(c->net->submit(c->net, &request, chain_next, c, &c->self_id, &err), QD_OK);
}

static void callbacks_may_submit_and_cancel(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_unless_hang);
    qd_transport *net = client_new();
    got hanging;
    char hang_url[256];
    char url[256];
    client_url(hang_url, server->port, "/hang");
    client_url(url, server->port, "/");
    qd_http_request request = client_request("POST", hang_url, "x");
    qd_err err = QD_ERR_INIT;
    chain c = { .net = net, .url = url, .left = 5 };
    c.hanging_id = client_send(net, &request, &hanging);
    request.url = url;
    assert_int_equal(net->submit(net, &request, chain_next, &c, &c.self_id, &err), QD_OK);
    for (int i = 0; i < 100 && !c.ended; i++) {
        net->run(net, 1000);
    }
    assert_int_equal(c.ended, 1);
    assert_int_equal(hanging.calls, 1);
    assert_int_equal(hanging.outcome, QD_HTTP_CANCELLED);
    net->free(net);
    raw_stop(server);
}

/* Tries to start another one from the callback that free() makes. */
static void resubmit(void *user, const qd_http_reply *reply) {
    chain *c = user;
    qd_http_request request = client_request("GET", c->url, NULL);
    qd_err err = QD_ERR_INIT;
    assert_int_equal(reply->outcome, QD_HTTP_CANCELLED);
    assert_int_equal(c->net->submit(c->net, &request, resubmit, c, NULL, &err), QD_E_CANCELLED);
    c->ended++;
}

static void free_cancels_what_is_open(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_unless_hang);
    qd_transport *net = client_new();
    char url[256];
    client_url(url, server->port, "/hang");
    chain c = { .net = net, .url = url };
    qd_http_request request = client_request("GET", url, NULL);
    qd_err err = QD_ERR_INIT;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(net->submit(net, &request, resubmit, &c, NULL, &err), QD_OK);
    }
    net->run(net, 20);
    net->free(net);
    assert_int_equal(c.ended, 3);
    raw_stop(server);
}

static void host_loop_can_wait_on_the_descriptor(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got g;
    char url[256];
    assert_true(net->fd(net) >= 0);
    assert_int_equal(net->timeout_ms(net), -1);
    client_url(url, server->port, "/");
    qd_http_request request = client_request("GET", url, NULL);
    client_send(net, &request, &g);
    for (int i = 0; i < 1000 && g.calls == 0; i++) {
        struct pollfd watch = { .fd = net->fd(net), .events = POLLIN };
        int64_t wait = net->timeout_ms(net);
        assert_true(poll(&watch, 1, wait < 0 ? 20000 : (int)wait) >= 0);
        net->run(net, 0);
    }
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    assert_int_equal(net->timeout_ms(net), -1);
    assert_int_equal(net->run(net, 60000), 0); /* nothing open: returns at once */
    net->free(net);
    raw_stop(server);
}

/* Connections stay known to the set between exchanges; when their server goes away, a host that
 * waits on the descriptor must not be woken again and again for nothing. */
static void a_connection_closed_while_idle_wakes_no_host(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_ok);
    qd_transport *net = client_new();
    got g;
    char url[256];
    client_url(url, server->port, "/");
    qd_http_request request = client_request("GET", url, NULL);
    client_send(net, &request, &g);
    while (g.calls == 0) {
        net->run(net, 1000);
    }
    assert_int_equal(g.outcome, QD_HTTP_DONE);
    struct pollfd watch = { .fd = net->fd(net), .events = POLLIN };
    raw_stop(server);
    assert_int_equal(poll(&watch, 1, 0), 0);
    net->free(net);
}

static void run_returns_after_its_time(void **state) {
    (void)state;
    raw_server *server = raw_start(answer_unless_hang);
    qd_transport *net = client_new();
    const qd_clock *clock = qd_clock_system();
    got g;
    char url[256];
    client_url(url, server->port, "/hang");
    qd_http_request request = client_request("GET", url, NULL);
    client_send(net, &request, &g);
    int64_t before = clock->mono_ms(clock->self);
    assert_int_equal(net->run(net, 50), 0);
    int64_t took = clock->mono_ms(clock->self) - before;
    assert_true(took >= 50 && took < 10000);
    net->free(net);
    assert_int_equal(g.outcome, QD_HTTP_CANCELLED);
    raw_stop(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_exchanges_at_once_all_end_and_connections_are_kept),
        cmocka_unit_test(cancelled_exchange_is_called_back_before_cancel_returns),
        cmocka_unit_test(callbacks_may_submit_and_cancel),
        cmocka_unit_test(free_cancels_what_is_open),
        cmocka_unit_test(host_loop_can_wait_on_the_descriptor),
        cmocka_unit_test(a_connection_closed_while_idle_wakes_no_host),
        cmocka_unit_test(run_returns_after_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
