/*
 * How long commands of qd take that people wait for while they type: whole processes, from
 * posix_spawn() to their end, wall clock and CPU. Beside them an empty program that is linked with
 * the same libraries: what no program that needs them can go below.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

extern char **environ;

enum { RUNS_MAX = 1000, WORDS = 8 };

typedef struct command {
    const char *key;    /* in the JSON */
    double target_ms;   /* of the wall clock */
    char *words[WORDS]; /* NULL ends; [0] is the program */
    double wall_ms[RUNS_MAX], cpu_ms[RUNS_MAX];
} command;

static double ms(struct timeval t) {
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* One run; its output goes nowhere. */
static void run(command *c, size_t at, posix_spawn_file_actions_t *quiet) {
    pid_t pid;
    int status;
    struct rusage used;
    double start = bench_wall();
    if (posix_spawn(&pid, c->words[0], quiet, NULL, c->words, environ) != 0) {
        bench_die("cannot run %s", c->words[0]);
    }
    if (wait4(pid, &status, 0, &used) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        bench_die("%s: %s failed", c->words[0], c->key);
    }
    c->wall_ms[at] = (bench_wall() - start) * 1e3;
    c->cpu_ms[at] = ms(used.ru_utime) + ms(used.ru_stime);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare);
}

static void print_json(command *commands, size_t count, size_t runs) {
    double limit = commands[0].cpu_ms[runs / 2];
    printf("{\"bench\":\"cli\",\"runs\":%zu", runs);
    for (size_t i = 0; i < count; i++) {
        double cpu = commands[i].cpu_ms[runs / 2];
        printf(",\"%s_ms\":%.2f,\"%s_cpu_ms\":%.2f", commands[i].key, commands[i].wall_ms[runs / 2],
               commands[i].key, cpu);
        if (i > 0) {
            printf(",\"%s_ratio\":%.2f", commands[i].key, cpu / limit);
        }
    }
    puts("}");
}

static void print_table(command *commands, size_t count, size_t runs) {
    double limit = commands[0].cpu_ms[runs / 2];
    printf("process times, median of %zu runs\n  %-14s %8s %8s %8s %8s\n", runs, "", "wall ms",
           "cpu ms", "x empty", "target");
    for (size_t i = 0; i < count; i++) {
        const command *c = &commands[i];
        printf("  %-14s %8.2f %8.2f %8.2f", c->key, c->wall_ms[runs / 2], c->cpu_ms[runs / 2],
               c->cpu_ms[runs / 2] / limit);
        if (c->target_ms > 0) {
            printf(" %8.0f", c->target_ms);
        }
        puts("");
    }
}

int main(int argc, char **argv) {
    int64_t given = 200;
    bool json;
    const bench_option options[] = { { "runs", &given, NULL, "runs of each command" } };
    bench_options(argc, argv, "commands that people wait for, as process times", options, 1, &json);
    size_t runs = given < 1 ? 1 : given > RUNS_MAX ? RUNS_MAX : (size_t)given;
    char *qd = getenv("QD"), empty[] = BENCH_EMPTY;
    if (!qd) {
        bench_die("QD is not set: the path of qd");
    }
    static command commands[] = {
        { .key = "empty" },
        { .key = "version", .target_ms = 5, .words = { NULL, "--version" } },
        { .key = "search",
          .target_ms = 20,
          .words = { NULL, "api", "search", "trade", "fullinfo" } },
        { .key = "search_typo",
          .target_ms = 20,
          .words = { NULL, "api", "search", "lgistics", "ofline" } },
        { .key = "show",
          .target_ms = 5,
          .words = { NULL, "api", "show", "taobao.trades.sold.get", "-otable" } },
        { .key = "methods", .target_ms = 15, .words = { NULL, "__complete", "call", "taobao.t" } },
        { .key = "params",
          .target_ms = 15,
          .words = { NULL, "__complete", "call", "taobao.trades.sold.get", "s" } },
    };
    enum { COUNT = sizeof commands / sizeof commands[0] };
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    for (size_t i = 0; i < COUNT; i++) {
        commands[i].words[0] = i ? qd : empty;
        run(&commands[i], 0, &quiet); /* warms the page cache */
    }
    for (size_t r = 0; r < runs; r++) {
        for (size_t i = 0; i < COUNT; i++) {
            run(&commands[(i + r) % COUNT], r, &quiet);
        }
    }
    posix_spawn_file_actions_destroy(&quiet);
    for (size_t i = 0; i < COUNT; i++) {
        sort(commands[i].wall_ms, runs);
        sort(commands[i].cpu_ms, runs);
    }
    if (json) {
        print_json(commands, COUNT, runs);
    } else {
        print_table(commands, COUNT, runs);
    }
    return 0;
}
