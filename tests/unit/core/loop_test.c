/* The loop under a host's own poll(), with the real transport; and the limiter's slots. */
#include "fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/core_private.h"

/* A port on which nobody listens: bound, so that nobody else takes it meanwhile. */
static int closed_port(char *url, size_t size) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

static void note(void *user, qd_reply *reply, const qd_err *err) {
    *(qd_err *)user = *err;
    assert_null(reply);
}

static void a_host_can_wait_on_the_loops_descriptor(void **state) {
    (void)state;
    char url[64];
    int fd = closed_port(url, sizeof url);
    const qd_app_options options = { .key = "1", .secret = "2", .max_attempts = 2 };
    const qd_shop_options shop_options = { .handle = "t", .session = "s", .base_url = url };
    qd_app *app = NULL;
    qd_shop *shop = NULL;
    qd_loop *loop = NULL;
    qd_err err;
    qd_err ended = QD_ERR_INIT;
    assert_int_equal(core_app_new(&test_platform, &options, &app, &err), QD_OK);
    assert_int_equal(qd_shop_new(app, &shop_options, &shop, &err), QD_OK);
    assert_int_equal(qd_loop_new(app, &loop, &err), QD_OK);
    assert_int_equal(qd_loop_timeout_ms(loop), -1);
    assert_int_equal(qd_submit(loop, shop, "order.searchList", "{\"page\":0,\"size\":1}", NULL,
                               note, &ended, &err),
                     QD_OK);
    assert_int_equal(ended.status, QD_OK);
    for (int rounds = 0; qd_loop_run(loop, 0) > 0; rounds++) {
        assert_true(rounds < 10000);
        int64_t wait = qd_loop_timeout_ms(loop);
        struct pollfd poller = { .fd = qd_loop_fd(loop), .events = POLLIN };
        assert_true(poller.fd >= 0);
        poll(&poller, 1, wait < 0 || wait > 1000 ? 1000 : (int)wait);
    }
    assert_int_equal(ended.status, QD_E_UNAVAILABLE);
    qd_loop_free(loop);
    qd_shop_free(shop);
    qd_app_free(app);
    close(fd);
}

static void resubmit(void *user, qd_reply *reply, const qd_err *err) {
    fixture *f = user;
    assert_int_equal(err->status, QD_OK);
    qd_reply_free(reply);
    if (--f->number > 0) {
        assert_int_equal(qd_submit(f->pointer, f->shop, "order.searchList",
                                   "{\"page\":0,\"size\":1}", NULL, resubmit, f, NULL),
                         QD_OK);
    }
}

static void play(fixture *f, int index, const qd_http_request *request, net_fake_reply *out) {
    (void)request;
    test_answer(f, out, "{\"code\":10000}");
    out->delay_ms = index % 7;
}

static void a_callback_may_submit_the_next_call(void **state) {
    (void)state;
    static fixture f;
    qd_loop *loop = NULL;
    test_open(&f, play, NULL);
    assert_int_equal(qd_loop_new(f.app, &loop, NULL), QD_OK);
    f.pointer = loop;
    f.number = 1;
    resubmit(&f, NULL, &(qd_err)QD_ERR_INIT);
    f.number = 200;
    resubmit(&f, NULL, &(qd_err)QD_ERR_INIT);
    while (qd_loop_run(loop, 1000) > 0) {
    }
    assert_int_equal(f.requests, 199);
    qd_loop_free(loop);
    test_close(&f);
}

static void slots_are_given_in_the_order_of_asking(void **state) {
    (void)state;
    limiter limits;
    limiter_init(&limits);
    /* 4 a second: one each 250 ms, nothing at once. */
    for (int64_t i = 0; i < 5; i++) {
        assert_int_equal(limiter_reserve(&limits, "m", 4, 1000, 10000), i * 250);
    }
    assert_int_equal(limiter_reserve(&limits, "m", 4, 1000, 1000), -1); /* nothing reserved */
    assert_int_equal(limiter_reserve(&limits, "m", 4, 1000, 1250), 1250);
    assert_int_equal(limiter_reserve(&limits, "m", 4, 100000, 0), 0); /* unused time is not saved */
    assert_int_equal(limiter_reserve(&limits, "m", 4, 100000, 1000), 250);
    assert_int_equal(limiter_reserve(&limits, "other", 4, 1000, 0), 0);
    assert_int_equal(limiter_reserve(&limits, "m", 0, 1000, 0), 0); /* no budget */
    limiter_clear(&limits);
}

/* A platform that allows two calls a second and does not say so, played for two minutes with eight
 * callers that always have another call: nearly all of what it allows is used, and few are refused.
 * A refused call, and whoever's turn comes in the second after it, asks for a slot again then. */
static void refusals_teach_a_pace(void **state) {
    (void)state;
    enum { CALLERS = 8, ALLOWED = 2, MS = 120000, BAN_MS = 1000 };
    int64_t due[CALLERS] = { 0 };
    bool has_slot[CALLERS] = { false };
    int64_t second = -1, banned_until = 0;
    int in_second = 0, served = 0, refused = 0;
    limiter limits;
    limiter_init(&limits);
    for (int64_t now = 0; now < MS; now++) {
        for (int i = 0; i < CALLERS; i++) {
            if (due[i] > now) {
                continue;
            }
            if (now < banned_until) {
                due[i] = banned_until;
                has_slot[i] = false;
                continue;
            }
            int64_t wait = has_slot[i] ? 0 : limiter_reserve(&limits, "m", 0, now, MS);
            has_slot[i] = wait > 0;
            if (wait > 0) {
                due[i] = now + wait;
                continue;
            }
            in_second = now / 1000 == second ? in_second + 1 : 1;
            second = now / 1000;
            if (in_second > ALLOWED) {
                refused++;
                limiter_refused(&limits, "m", now);
                banned_until = now + BAN_MS;
            } else {
                served++;
                limiter_served(&limits, "m", now);
            }
            due[i] = now + 1;
        }
    }
    assert_true(served > ALLOWED * MS / 1000 * 7 / 10);
    assert_true(refused < served / 4);
    limiter_clear(&limits);
}

static int64_t last_of(limiter *limits, int calls, int64_t now_ms) {
    int64_t wait = 0;
    for (int i = 0; i < calls; i++) {
        wait = limiter_reserve(limits, "m", 0, now_ms, 60000);
    }
    return wait;
}

static void one_refusal_is_chance_and_two_are_a_pace(void **state) {
    (void)state;
    limiter limits;
    limiter_init(&limits);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(limiter_reserve(&limits, "m", 0, 1000 + i * 10, 10000), 0);
    }
    limiter_refused(&limits, "m", 1500);
    limiter_refused(&limits, "m", 1600); /* sent with the one before */
    assert_int_equal(last_of(&limits, 50, 1700), 0);
    limiter_refused(&limits, "m", 2400); /* a hundred calls in that second: 12.5 ms each */
    assert_in_range(last_of(&limits, 41, 3000), 400, 500);
    assert_int_equal(limiter_reserve(&limits, "other", 0, 3000, 0), 0);
    for (int i = 0; i < 8; i++) {
        limiter_served(&limits, "m", 13000); /* long after: soon forgotten */
    }
    assert_int_equal(last_of(&limits, 50, 13000), 0);
    limiter_refused(&limits, "m", 20000);
    limiter_refused(&limits, "m", 30000); /* far apart: chance again */
    assert_int_equal(last_of(&limits, 50, 30000), 0);
    limiter_clear(&limits);
}

static void names_from_outside_cannot_grow_the_limiter(void **state) {
    (void)state;
    limiter limits;
    limiter_init(&limits);
    for (int i = 0; i < 20000; i++) {
        char name[32];
        snprintf(name, sizeof name, "raw.%d", i);
        limiter_ban(&limits, name, 100);
    }
    assert_true(limits.count <= 8193);
    assert_int_equal(limiter_banned_until(&limits, "raw.19999", 50), 100); /* by the shared entry */
    limiter_clear(&limits);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_can_wait_on_the_loops_descriptor),
        cmocka_unit_test(a_callback_may_submit_the_next_call),
        cmocka_unit_test(slots_are_given_in_the_order_of_asking),
        cmocka_unit_test(refusals_teach_a_pace),
        cmocka_unit_test(one_refusal_is_chance_and_two_are_a_pace),
        cmocka_unit_test(names_from_outside_cannot_grow_the_limiter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
