/*
 * The machine's clock and the kernel's randomness behind the qd_clock vtable. The only place that
 * asks the system for either.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

static int64_t read_ms(clockid_t id) {
    struct timespec now = { 0 };
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *self) {
    (void)self;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *self) {
    (void)self;
    return read_ms(CLOCK_MONOTONIC);
}

static void system_sleep_ms(void *self, int64_t ms) {
    (void)self;
    if (ms <= 0) {
        return;
    }
    struct timespec left = { .tv_sec = (time_t)(ms / 1000),
                             .tv_nsec = (long)(ms % 1000) * 1000000 };
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
}

/* For kernels and sandboxes that refuse getrandom(). Bytes read, 0 on failure. */
static size_t read_urandom(void *out, size_t len) {
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t got = read(fd, out, len);
    close(fd);
    return got > 0 ? (size_t)got : 0;
}

static void system_random(void *self, void *out, size_t len) {
    unsigned char *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        size_t done = got > 0 ? (size_t)got : 0;
        if (got < 0 && errno != EINTR) {
            done = read_urandom(at, len);
            if (done == 0) {
                /* Waiting is the only safe answer: predictable keys and nonces are worse. */
                system_sleep_ms(self, 10);
            }
        }
        at += done;
        len -= done;
    }
}

const qd_clock *qd_clock_system(void) {
    static const qd_clock clock = {
        .self = NULL,
        .wall_ms = system_wall_ms,
        .mono_ms = system_mono_ms,
        .sleep_ms = system_sleep_ms,
        .random = system_random,
    };
    return &clock;
}
