/* See support.h. Knows nothing of what is measured. */
#include "support.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- failing ---- */

void bench_die(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    fputs("bench: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void bench_ok(qd_status status, const qd_err *err) {
    if (status != QD_OK) {
        bench_die("%s: %s", qd_status_name(status), err->message);
    }
}

/* ---- options ---- */

static void help(const char *what, const bench_option *options, size_t count) {
    fprintf(stderr, "%s\n\n  -o json  one JSON object on standard output\n", what);
    for (size_t i = 0; i < count; i++) {
        const bench_option *o = &options[i];
        if (o->number != NULL) {
            fprintf(stderr, "  --%s N  %s (%lld)\n", o->name, o->help, (long long)*o->number);
        } else {
            fprintf(stderr, "  --%s on|off  %s (%s)\n", o->name, o->help, *o->on ? "on" : "off");
        }
    }
    exit(2);
}

static bool take(const bench_option *o, const char *value) {
    if (o->number != NULL) {
        return base_str_to_i64(base_str_of(value), o->number) && *o->number > 0;
    }
    *o->on = strcmp(value, "on") == 0;
    return *o->on || strcmp(value, "off") == 0;
}

void bench_options(int argc, char **argv, const char *what, const bench_option *options,
                   size_t count, bool *out_json) {
    *out_json = false;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool good = strcmp(argv[i], "-o") == 0 && strcmp(value, "json") == 0;
        *out_json = *out_json || good;
        for (size_t k = 0; k < count && !good; k++) {
            good = strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, options[k].name) == 0 &&
                   take(&options[k], value);
        }
        if (!good) {
            help(what, options, count);
        }
    }
}

/* ---- measuring ---- */

double bench_wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

double bench_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double bench_peak_mb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static size_t sorted(const double *values, size_t count, double out[BENCH_ROUNDS_MAX]) {
    count = count < BENCH_ROUNDS_MAX ? count : BENCH_ROUNDS_MAX;
    memcpy(out, values, count * sizeof *values);
    qsort(out, count, sizeof *out, by_size);
    return count;
}

double bench_median(const double *values, size_t count) {
    double in_order[BENCH_ROUNDS_MAX];
    count = sorted(values, count, in_order);
    if (count == 0) {
        return 0;
    }
    return (in_order[(count - 1) / 2] + in_order[count / 2]) / 2;
}

double bench_spread(const double *values, size_t count) {
    double in_order[BENCH_ROUNDS_MAX];
    count = sorted(values, count, in_order);
    double median = bench_median(values, count);
    return count == 0 || median <= 0 ? 0 : (in_order[count - 1] - in_order[0]) / median;
}

/* ---- processes ---- */

static void read_all(int fd, void *out, size_t size, const char *what) {
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, (char *)out + got, size - got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            bench_die("%s ended without a result", what);
        }
        got += (size_t)n;
    }
}

static void write_all(int fd, const void *data, size_t size) {
    for (size_t put = 0; put < size;) {
        ssize_t n = write(fd, (const char *)data + put, size - put);
        if (n < 0 && errno != EINTR) {
            _exit(1);
        }
        put += n > 0 ? (size_t)n : 0;
    }
}

void bench_child(bench_work_fn work, void *arg, void *result, size_t size) {
    int pipes[2];
    int status = 0;
    fflush(NULL);
    if (pipe(pipes) != 0) {
        bench_die("pipe: %s", strerror(errno));
    }
    pid_t pid = fork();
    if (pid < 0) {
        bench_die("fork: %s", strerror(errno));
    }
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(pipes[0]);
        work(arg, result);
        write_all(pipes[1], result, size);
        fflush(NULL);
        _exit(0);
    }
    close(pipes[1]);
    read_all(pipes[0], result, size, "a measured process");
    close(pipes[0]);
    waitpid(pid, &status, 0);
}

void bench_server_start(bench_server *server, bench_serve_fn serve, void *arg, void *out_ready,
                        size_t ready_size) {
    int ready[2];
    int stop[2];
    fflush(NULL);
    if (pipe(ready) != 0 || pipe(stop) != 0) {
        bench_die("pipe: %s", strerror(errno));
    }
    server->pid = fork();
    if (server->pid < 0) {
        bench_die("fork: %s", strerror(errno));
    }
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ready[0]);
        close(stop[1]);
        serve(arg, ready[1], stop[0]);
        _exit(0);
    }
    close(ready[1]);
    close(stop[0]);
    server->stop_fd = stop[1];
    read_all(ready[0], out_ready, ready_size, "the server");
    close(ready[0]);
}

void bench_server_stop(bench_server *server) {
    int status = 0;
    close(server->stop_fd);
    waitpid(server->pid, &status, 0);
}

void bench_server_wait(int stop_fd) {
    char byte;
    while (read(stop_fd, &byte, 1) < 0 && errno == EINTR) {
    }
}

/* ---- folders ---- */

void bench_dir_make(char out_path[BENCH_PATH]) {
    const char *base = getenv("TMPDIR");
    snprintf(out_path, BENCH_PATH, "%s/qd-bench-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(out_path) == NULL) {
        bench_die("%s: %s", out_path, strerror(errno));
    }
}

static int drop(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

void bench_dir_remove(const char *path) {
    nftw(path, drop, 16, FTW_DEPTH | FTW_PHYS);
}
