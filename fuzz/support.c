/* See support.h. */
#include "support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fuzz_fail(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

base_str fuzz_line(base_str *rest) {
    const char *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    base_str line = { rest->ptr, end != NULL ? (size_t)(end - rest->ptr) : rest->len };
    size_t used = end != NULL ? line.len + 1 : line.len;
    rest->ptr += used;
    rest->len -= used;
    return line;
}

/* ---- a folder ---- */

static char folder[64];

static int drop(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_folder(void) {
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_dir(void) {
    if (folder[0] == '\0') {
        const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        snprintf(folder, sizeof folder, "%s/qd-fuzz-XXXXXX", base);
        FUZZ_CHECK(mkdtemp(folder) != NULL);
        FUZZ_CHECK(atexit(remove_folder) == 0);
    }
    return folder;
}

/* ---- a clock ---- */

static int64_t wall_ms(void *self) {
    (void)self;
    return (int64_t)FUZZ_NOW * 1000;
}

static int64_t mono_ms(void *self) {
    const qd_clock *clock = self;
    return clock->mono_ms(clock->self);
}

static void sleep_ms(void *self, int64_t ms) {
    const qd_clock *clock = self;
    clock->sleep_ms(clock->self, ms);
}

static void randomness(void *self, void *out, size_t len) {
    const qd_clock *clock = self;
    clock->random(clock->self, out, len);
}

const qd_clock *fuzz_clock(void) {
    static qd_clock clock;
    union {
        const qd_clock *system;
        void *self;
    } system = { qd_clock_system() };
    clock = (qd_clock){ system.self, wall_ms, mono_ms, sleep_ms, randomness };
    return &clock;
}
