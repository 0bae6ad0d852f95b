/*
 * The server as a whole: crowds of connections, speed of large answers, delays, stopping, ports.
 */
#include <semaphore.h>
#include <stdatomic.h>

#include "unit/httpd/wire.h"

enum { PAGE = 800 * 1024 };

static char page[PAGE];
static atomic_int handled;
static sem_t gate_reached;
static sem_t gate_open;

static void answer(void *user, const httpd_request *request, httpd_response *response) {
    (void)user;
    atomic_fetch_add(&handled, 1);
    if (base_str_is(request->path, "/page")) {
        base_buf_add(&response->body, page, PAGE);
    } else if (base_str_is(request->path, "/shared")) {
        response->parts[0] = (base_str){ page, PAGE / 2 };
        response->parts[1] = (base_str){ page + PAGE / 2, PAGE / 2 };
        response->part_count = 2;
    } else if (base_str_is(request->path, "/gate")) {
        sem_post(&gate_reached);
        sem_wait(&gate_open);
    } else if (base_str_is(request->path, "/slow")) {
        response->delay_ms = 300;
        base_buf_add_text(&response->body, "slow");
    } else if (base_str_is(request->path, "/never")) {
        response->delay_ms = INT64_MAX;
    } else {
        base_buf_add_text(&response->body, "quick");
    }
}

static httpd *start(unsigned threads) {
    httpd_options options = { .handler = answer, .threads = threads };
    return wire_start(&options);
}

enum { MOST = 160 };

/* Sends on the connection, or on a new one where the server gave the old one up. */
static void ask(uint16_t port, int *fd, const char *path) {
    char request[64];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path);
    if (*fd < 0) {
        *fd = wire_connect(port);
    }
    wire_text(*fd, request);
}

static void take(int *fd, const char *expected) {
    char *text = wire_read(*fd, true);
    assert_string_equal(wire_body(text), expected);
    if (strstr(text, "Connection: close") != NULL) {
        close(*fd);
        *fd = -1;
    }
    free(text);
}

static void close_all(const int *fds, int count) {
    for (int i = 0; i < count; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
}

/* `count` clients connect, all send, all get their answer, several times. */
static void check_crowd(uint16_t port, int count) {
    int fds[MOST];
    for (int i = 0; i < count; i++) {
        fds[i] = wire_connect(port);
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < count; i++) {
            ask(port, &fds[i], "/a");
        }
        for (int i = 0; i < count; i++) {
            take(&fds[i], "quick");
        }
    }
    close_all(fds, count);
}

/* Holds the only thread in a handler until `count` other connections are ready at once. Were more
 * than HTTPD_CONNECTIONS_A_THREAD allowed, libmicrohttpd 0.9.75 would fall asleep at exactly 128
 * (tried with 1,000), and wire_read() would give up. */
static void check_ready_at_once(uint16_t port, int count) {
    int fds[MOST];
    int gate = wire_connect(port);
    for (int i = 0; i < count; i++) {
        fds[i] = wire_connect(port);
    }
    for (int round = 0; round < 4; round++) {
        ask(port, &gate, "/gate");
        sem_wait(&gate_reached);
        for (int i = 0; i < count; i++) {
            ask(port, &fds[i], "/a");
        }
        sem_post(&gate_open);
        take(&gate, "");
        for (int i = 0; i < count; i++) {
            take(&fds[i], "quick");
        }
    }
    close_all(fds, count);
    close_all(&gate, 1);
}

static void crowds_around_the_trap_are_all_answered(void **state) {
    (void)state;
    static const int counts[] = { 1, 118, 119, 120, 121, 126, 127, 128, 129, 160 };
    sem_init(&gate_reached, 0, 0);
    sem_init(&gate_open, 0, 0);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        httpd *server = start(1);
        check_ready_at_once(httpd_port(server), counts[i]);
        httpd_stop(server);
    }
    sem_destroy(&gate_open);
    sem_destroy(&gate_reached);
}

static void idle_clients_do_not_lock_out_new_ones(void **state) {
    (void)state;
    enum { CLIENTS = 300 };
    int fds[CLIENTS];
    int kept = 0;
    httpd *server = start(1);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = -1;
        ask(httpd_port(server), &fds[i], "/a");
        take(&fds[i], "quick");
        kept += fds[i] >= 0;
    }
    assert_int_equal(kept, HTTPD_KEPT_A_THREAD);
    close_all(fds, CLIENTS);
    httpd_stop(server);
}

static void crowd_over_two_threads_is_answered(void **state) {
    (void)state;
    httpd *server = start(2);
    check_crowd(httpd_port(server), 160);
    check_crowd(httpd_port(server), 128);
    httpd_stop(server);
}

static void check_page(int fd, const char *path) {
    char request[64];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path);
    wire_text(fd, request);
    char *text = wire_read(fd, true);
    assert_memory_equal(wire_body(text), page, PAGE);
    free(text);
}

/* Nagle's algorithm against delayed acknowledgements would cost 40 ms an answer: 2 s for these. */
static void large_answers_do_not_stall(void **state) {
    (void)state;
    enum { ROUNDS = 50 };
    httpd *server = start(1);
    int fd = wire_connect(httpd_port(server));
    for (size_t i = 0; i < PAGE; i++) {
        page[i] = (char)('a' + i % 23);
    }
    int64_t least = INT64_MAX;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t before = wire_now_ms();
        check_page(fd, i % 2 == 0 ? "/page" : "/shared");
        int64_t took = wire_now_ms() - before;
        least = took < least ? took : least;
    }
    /* A stall would hit every answer; a busy machine does not. */
    assert_true(least < 40);
    close(fd);
    httpd_stop(server);
}

static void pipelined_requests_are_answered_in_order(void **state) {
    (void)state;
    httpd *server = start(1);
    int fd = wire_connect(httpd_port(server));
    wire_text(fd, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n"
                  "Connection: close\r\n\r\n");
    char *text = calloc(1, WIRE_MAX);
    assert_non_null(text);
    size_t len = 0;
    ssize_t got;
    while ((got = recv(fd, text + len, WIRE_MAX - 1 - len, 0)) > 0) {
        len += (size_t)got;
    }
    const char *slow = strstr(text, "\r\n\r\nslow");
    assert_non_null(slow);
    assert_non_null(strstr(slow, "\r\n\r\nquick"));
    free(text);
    close(fd);
    httpd_stop(server);
}

static void delayed_answer_does_not_block_others(void **state) {
    (void)state;
    httpd *server = start(1);
    int64_t before = wire_now_ms();
    int slow = wire_connect(httpd_port(server));
    int slower = wire_connect(httpd_port(server));
    wire_text(slow, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    wire_text(slower, "GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
    char *text = wire_ask(httpd_port(server), "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_string_equal(wire_body(text), "quick");
    free(text);
    /* The slow one has not been answered yet when the quick one has. */
    char byte;
    assert_int_equal(recv(slow, &byte, 1, MSG_DONTWAIT), -1);
    text = wire_read(slow, true);
    assert_string_equal(wire_body(text), "slow");
    assert_true(wire_now_ms() - before >= 300);
    free(text);
    /* The connection is good for another request. */
    wire_text(slow, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    text = wire_read(slow, true);
    assert_string_equal(wire_body(text), "quick");
    free(text);
    close(slow);
    close(slower);
    httpd_stop(server);
}

static void stop_ends_open_connections_promptly(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 2; threads++) {
        enum { OPEN = 20 };
        int fds[OPEN];
        httpd *server = start(threads);
        int before = atomic_load(&handled);
        for (int i = 0; i < OPEN; i++) {
            fds[i] = wire_connect(httpd_port(server));
            /* Idle, half a request, and an answer that is far away. */
            if (i % 3 == 1) {
                wire_text(fds[i], "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            } else if (i % 3 == 2) {
                wire_text(fds[i], "GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
            }
        }
        while (atomic_load(&handled) < before + OPEN / 3) {
            char *text = wire_ask(httpd_port(server), "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            free(text);
        }
        int64_t start_ms = wire_now_ms();
        httpd_stop(server);
        assert_true(wire_now_ms() - start_ms < 5000);
        for (int i = 0; i < OPEN; i++) {
            char *text = wire_read(fds[i], true);
            free(text);
            assert_true(wire_closed(fds[i]));
            close(fds[i]);
        }
    }
    httpd_stop(NULL);
}

static void port_and_address_failures_are_told_apart(void **state) {
    (void)state;
    httpd *first = start(1);
    httpd *second = NULL;
    qd_err err = QD_ERR_INIT;
    httpd_options options = { .handler = answer, .port = httpd_port(first) };
    assert_int_equal(httpd_start(&options, &second, &err), QD_E_BUSY);
    assert_non_null(strstr(err.message, "taken"));
    /* The port can be had again at once, though a connection was open. */
    int fd = wire_connect(httpd_port(first));
    wire_text(fd, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    free(wire_read(fd, true));
    httpd_stop(first);
    assert_int_equal(httpd_start(&options, &second, &err), QD_OK);
    assert_int_equal(httpd_port(second), options.port);
    httpd_stop(second);
    close(fd);
    options.port = 0;
    options.address = "no.such.address.";
    assert_int_equal(httpd_start(&options, &second, &err), QD_E_INVALID);
    options.address = "203.0.113.7"; /* reserved for documentation: nobody's own */
    assert_int_equal(httpd_start(&options, &second, &err), QD_E_INVALID);
    options.address = NULL;
    options.handler = NULL;
    assert_int_equal(httpd_start(&options, &second, &err), QD_E_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crowds_around_the_trap_are_all_answered),
        cmocka_unit_test(idle_clients_do_not_lock_out_new_ones),
        cmocka_unit_test(crowd_over_two_threads_is_answered),
        cmocka_unit_test(large_answers_do_not_stall),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(delayed_answer_does_not_block_others),
        cmocka_unit_test(stop_ends_open_connections_promptly),
        cmocka_unit_test(port_and_address_failures_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
