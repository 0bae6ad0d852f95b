/*
 * The scripted transport keeps the contract of the real one, on a clock that only moves when told.
 */
#include <stdlib.h>

#include "unit/net/client.h"

static int64_t virtual_ms;

static int64_t virtual_now(void *self) {
    (void)self;
    return virtual_ms;
}

static void virtual_sleep(void *self, int64_t ms) {
    (void)self;
    virtual_ms += ms;
}

static void virtual_random(void *self, void *out, size_t len) {
    (void)self;
    memset(out, 4, len);
}

static const qd_clock virtual_clock = { NULL, virtual_now, virtual_now, virtual_sleep,
                                        virtual_random };

static const qd_http_header scripted_headers[] = { { "X-Test", "scripted" } };

/* The URL says what to answer: .../<delay>/<body>. */
static void answer(void *user, const qd_http_request *request, net_fake_reply *out) {
    int *asked = user;
    (*asked)++;
    assert_int_equal(out->reply.status, 200);
    const char *path = request->url + strlen("http://fake.test/");
    out->delay_ms = strtol(path, NULL, 10);
    out->reply.body = strchr(path, '/') + 1;
    out->reply.body_len = strlen(out->reply.body);
    out->reply.headers = scripted_headers;
    out->reply.header_count = 1;
}

static qd_transport *fake_new(int *asked) {
    qd_transport *net = NULL;
    qd_err err = QD_ERR_INIT;
    virtual_ms = 1000;
    *asked = 0;
    assert_int_equal(net_fake_new(answer, asked, &virtual_clock, &net, &err), QD_OK);
    return net;
}

static uint64_t ask(qd_transport *net, const char *url, got *g) {
    qd_http_request request = client_request("POST", url, "x");
    request.timeout_ms = 5000;
    request.max_reply_bytes = 10;
    return client_send(net, &request, g);
}

static void answers_come_due_by_the_clock(void **state) {
    (void)state;
    int asked;
    qd_transport *net = fake_new(&asked);
    got now;
    got late;
    got later;
    ask(net, "http://fake.test/300/later", &later);
    ask(net, "http://fake.test/200/late", &late);
    ask(net, "http://fake.test/0/now", &now);
    assert_int_equal(asked, 3);
    assert_int_equal(net->timeout_ms(net), 0);
    assert_int_equal(net->run(net, 0), 1);
    assert_string_equal(now.body, "now");
    assert_string_equal(now.header, "scripted");
    assert_int_equal(net->timeout_ms(net), 200);
    assert_int_equal(net->run(net, 150), 0);
    assert_int_equal(virtual_ms, 1150);
    assert_int_equal(net->run(net, 10000), 1);
    assert_int_equal(virtual_ms, 1200);
    assert_string_equal(late.body, "late");
    assert_int_equal(late.total_us, 200000);
    virtual_ms += 1000;
    assert_int_equal(net->run(net, 0), 1);
    assert_string_equal(later.body, "later");
    assert_int_equal(net->timeout_ms(net), -1);
    assert_int_equal(net->fd(net), -1);
    assert_int_equal(net->run(net, 1000), 0);
    assert_int_equal(virtual_ms, 2200);
    net->free(net);
}

static void time_limit_and_bound_hold(void **state) {
    (void)state;
    int asked;
    qd_transport *net = fake_new(&asked);
    got slow;
    got big;
    got edge;
    ask(net, "http://fake.test/9000/slow", &slow);
    ask(net, "http://fake.test/0/ten-chars!", &edge);
    ask(net, "http://fake.test/0/eleven-char", &big);
    assert_int_equal(net->run(net, 0), 2);
    assert_int_equal(edge.outcome, QD_HTTP_DONE);
    assert_int_equal(big.outcome, QD_HTTP_TOO_BIG);
    assert_int_equal(net->run(net, -1), 1);
    assert_int_equal(slow.outcome, QD_HTTP_MAYBE_SENT);
    assert_int_equal(virtual_ms, 6000);
    net->free(net);
}

static void open_exchanges_can_be_cancelled(void **state) {
    (void)state;
    int asked;
    qd_transport *net = fake_new(&asked);
    got first;
    got second;
    uint64_t id = ask(net, "http://fake.test/100/a", &first);
    ask(net, "http://fake.test/100/b", &second);
    net->cancel(net, id);
    assert_int_equal(first.calls, 1);
    assert_int_equal(first.outcome, QD_HTTP_CANCELLED);
    net->cancel(net, id);
    assert_int_equal(first.calls, 1);
    net->free(net);
    assert_int_equal(second.calls, 1);
    assert_int_equal(second.outcome, QD_HTTP_CANCELLED);
}

typedef struct again {
    qd_transport *net;
    int calls;
} again;

static void ask_again(void *user, const qd_http_reply *reply) {
    again *a = user;
    a->calls++;
    if (reply->outcome == QD_HTTP_DONE && a->calls < 3) {
        qd_http_request request = client_request("GET", "http://fake.test/0/x", NULL);
        assert_int_equal(a->net->submit(a->net, &request, ask_again, a, NULL, NULL), QD_OK);
    }
}

static void callback_may_submit(void **state) {
    (void)state;
    int asked;
    qd_transport *net = fake_new(&asked);
    again a = { net, 0 };
    qd_http_request request = client_request("GET", "http://fake.test/0/x", NULL);
    assert_int_equal(net->submit(net, &request, ask_again, &a, NULL, NULL), QD_OK);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(net->run(net, 0), 1);
        assert_int_equal(a.calls, i);
    }
    net->free(net);
}

static void malformed_request_is_refused(void **state) {
    (void)state;
    int asked;
    qd_transport *net = fake_new(&asked);
    qd_http_request request = client_request("PATCH", "http://fake.test/0/x", NULL);
    qd_err err = QD_ERR_INIT;
    assert_int_equal(net->submit(net, &request, ask_again, NULL, NULL, &err), QD_E_INVALID);
    assert_int_equal(asked, 0);
    net->free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_due_by_the_clock),
        cmocka_unit_test(time_limit_and_bound_hold),
        cmocka_unit_test(open_exchanges_can_be_cancelled),
        cmocka_unit_test(callback_may_submit),
        cmocka_unit_test(malformed_request_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
