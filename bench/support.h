/*
 * What the benchmarks share: options, time, CPU and memory of a process, work in a child process,
 * medians. They end the program with a message when something fails: a figure of a failed run is
 * worth nothing.
 */
#ifndef BENCH_SUPPORT_H
#define BENCH_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/base.h"

/* ---- options ---- */

typedef struct bench_option {
    const char *name; /* "orders": given as --orders VALUE */
    int64_t *number;  /* where a number goes, or NULL */
    bool *on;         /* where on / off goes, or NULL */
    const char *help;
} bench_option;

/* Reads --name VALUE, -o json, --help. Sets *out_json. */
void bench_options(int argc, char **argv, const char *what, const bench_option *options,
                   size_t count, bool *out_json);

/* ---- failing ---- */

QD_PRINTF(1, 2) __attribute__((noreturn)) void bench_die(const char *fmt, ...);
/* Ends the program when status is not QD_OK. */
void bench_ok(qd_status status, const qd_err *err);

/* ---- measuring ---- */

double bench_wall(void); /* seconds of a clock that never goes back */
double bench_cpu(void);  /* user and system seconds of this process, all threads */
double bench_peak_mb(void);

enum { BENCH_ROUNDS_MAX = 64 };
double bench_median(const double *values, size_t count);
/* (largest - smallest) / median: how far the rounds lie apart. */
double bench_spread(const double *values, size_t count);

/* ---- processes ---- */

/* Runs work(arg, result) in a child process and copies `size` bytes of result back. Fork before any
 * thread is made. */
typedef void (*bench_work_fn)(void *arg, void *result);
void bench_child(bench_work_fn work, void *arg, void *result, size_t size);

/* A child that serves until the parent closes its end or dies: `serve` writes what the parent waits
 * for to `ready_fd` and returns when `stop_fd` reads end of file. */
typedef void (*bench_serve_fn)(void *arg, int ready_fd, int stop_fd);
typedef struct bench_server {
    pid_t pid;
    int stop_fd;
} bench_server;
void bench_server_start(bench_server *server, bench_serve_fn serve, void *arg, void *out_ready,
                        size_t ready_size);
void bench_server_stop(bench_server *server);
/* For serve(): blocks until the parent is done. */
void bench_server_wait(int stop_fd);

/* ---- folders ---- */

enum { BENCH_PATH = 256 };
void bench_dir_make(char out_path[BENCH_PATH]);
void bench_dir_remove(const char *path);

#endif
