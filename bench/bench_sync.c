/*
 * Our whole sync beside the limit program, on the same pages, in turn: orders a second, CPU of each
 * process, peak memory, and how near ours comes. See docs/speed.md.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "sync_private.h"

typedef struct figures {
    double rate[BENCH_ROUNDS_MAX], cpu_s[BENCH_ROUNDS_MAX], peak_mb[BENCH_ROUNDS_MAX];
    double server_cpu_s[BENCH_ROUNDS_MAX];
    run_result last;
} figures;

typedef struct server_state {
    double cpu_s, peak_mb;
    int64_t misses;
} server_state;

/* In a child of its own, so that this process never holds a connection that others inherit. */
static void ask_server(void *arg, void *result) {
    const run_options *o = arg;
    server_state *state = result;
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    base_buf_init(&text, 4096);
    pages_ask(o->port, "/_bench/stats", &text);
    bench_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    yyjson_val *root = yyjson_doc_get_root(doc);
    state->cpu_s = yyjson_get_num(yyjson_obj_get(root, "cpu_s"));
    state->peak_mb = yyjson_get_num(yyjson_obj_get(root, "peak_mb"));
    state->misses = yyjson_get_sint(yyjson_obj_get(root, "misses"));
}

static void start_replay(void *arg, void *result) {
    const run_options *o = arg;
    pages_ask(o->port, "/_bench/replay", NULL);
    *(int *)result = 1;
}

static void measure(run_options *o, bench_work_fn work, figures *f, size_t round) {
    server_state before, after;
    memset(&f->last, 0, sizeof f->last);
    bench_child(ask_server, o, &before, sizeof before);
    bench_child(work, o, &f->last, sizeof f->last);
    bench_child(ask_server, o, &after, sizeof after);
    f->rate[round] = (double)f->last.orders / f->last.seconds;
    f->cpu_s[round] = f->last.cpu_s;
    f->peak_mb[round] = f->last.peak_mb;
    f->server_cpu_s[round] = after.cpu_s - before.cpu_s;
}

static void expect_same(const run_result *ours, const run_result *limit) {
    if (ours->orders != limit->orders || ours->lines != limit->lines ||
        ours->products != limit->products || ours->skus != limit->skus ||
        ours->pay_fen != limit->pay_fen || ours->orders == 0) {
        bench_die("the two sides stored different rows: orders %lld/%lld, lines %lld/%lld, "
                  "products %lld/%lld, skus %lld/%lld, fen %lld/%lld",
                  (long long)ours->orders, (long long)limit->orders, (long long)ours->lines,
                  (long long)limit->lines, (long long)ours->products, (long long)limit->products,
                  (long long)ours->skus, (long long)limit->skus, (long long)ours->pay_fen,
                  (long long)limit->pay_fen);
    }
}

/* Of the two runs of a round, so that what else the machine does weighs on both. */
static double ratio_of(const figures *ours, const figures *limit, size_t n) {
    double ratios[BENCH_ROUNDS_MAX];
    for (size_t i = 0; i < n; i++) {
        ratios[i] = ours->rate[i] / limit->rate[i];
    }
    return bench_median(ratios, n);
}

static void print_json(const run_options *o, const figures *ours, const figures *limit, size_t n,
                       const server_state *server) {
    double rate = bench_median(ours->rate, n), most = bench_median(limit->rate, n);
    printf("{\"bench\":\"sync\",\"orders\":%lld,\"raw\":%s,\"rounds\":%zu,\"orders_per_s\":%.0f,"
           "\"limit_orders_per_s\":%.0f,\"ratio\":%.2f,\"spread\":%.2f,\"limit_spread\":%.2f,"
           "\"cpu_s\":%.3f,\"limit_cpu_s\":%.3f,\"cpu_us_per_order\":%.1f,"
           "\"limit_cpu_us_per_order\":%.1f,\"cpu_ratio\":%.2f,\"server_cpu_s\":%.3f,\"limit_"
           "server_cpu_s\":%.3f,"
           "\"peak_mb\":%.1f,\"limit_peak_mb\":%.1f,\"server_peak_mb\":%.1f,\"database_mb\":%.1f,"
           "\"limit_database_mb\":%.1f,\"misses\":%lld}\n",
           (long long)ours->last.orders, o->raw ? "true" : "false", n, rate, most,
           ratio_of(ours, limit, n), bench_spread(ours->rate, n), bench_spread(limit->rate, n),
           bench_median(ours->cpu_s, n), bench_median(limit->cpu_s, n),
           bench_median(ours->cpu_s, n) * 1e6 / (double)ours->last.orders,
           bench_median(limit->cpu_s, n) * 1e6 / (double)limit->last.orders,
           bench_median(limit->cpu_s, n) / bench_median(ours->cpu_s, n),
           bench_median(ours->server_cpu_s, n), bench_median(limit->server_cpu_s, n),
           bench_median(ours->peak_mb, n), bench_median(limit->peak_mb, n), server->peak_mb,
           ours->last.database_mb, limit->last.database_mb, (long long)server->misses);
}

static void print_side(const char *name, const figures *f, size_t n) {
    printf("%-8s %10.0f orders/s  %7.3f s CPU  %6.1f us/order  %7.1f MB peak  %7.1f MB database  "
           "server %6.3f s CPU  spread %2.0f %%\n",
           name, bench_median(f->rate, n), bench_median(f->cpu_s, n),
           bench_median(f->cpu_s, n) * 1e6 / (double)f->last.orders, bench_median(f->peak_mb, n),
           f->last.database_mb, bench_median(f->server_cpu_s, n), 100 * bench_spread(f->rate, n));
}

static void print_table(const run_options *o, const figures *ours, const figures *limit, size_t n,
                        const server_state *server) {
    const run_result *r = &ours->last;
    printf("%lld orders, %lld lines, %lld products, %lld SKUs; raw documents %s; median of %zu "
           "rounds\n",
           (long long)r->orders, (long long)r->lines, (long long)r->products, (long long)r->skus,
           o->raw ? "kept" : "not kept", n);
    print_side("ours", ours, n);
    print_side("limit", limit, n);
    printf("the limit program fetched %lld pages, %.1f MB; the page server peaked at %.0f MB\n",
           (long long)limit->last.pages, (double)limit->last.page_bytes / (1024 * 1024),
           server->peak_mb);
    printf("ratio %.2f in orders/s (target at least 0.5), %.2f in CPU time\n",
           ratio_of(ours, limit, n), bench_median(limit->cpu_s, n) / bench_median(ours->cpu_s, n));
    if (server->misses > 0) {
        printf("%lld requests were answered by the sandbox, not from memory\n",
               (long long)server->misses);
    }
}

int main(int argc, char **argv) {
    pages_options world = { .orders = 20000, .shops = 4 };
    int64_t rounds = 5, chosen = 0;
    bool json;
    run_options o = { .raw = true };
    const bench_option options[] = {
        { "orders", &world.orders, NULL, "orders in all" },
        { "shops", &world.shops, NULL, "shops in all, Douyin and Taobao in turn" },
        { "rounds", &rounds, NULL, "rounds, the median counts" },
        { "raw", NULL, &o.raw, "keep the raw documents" },
    };
    bench_options(argc, argv, "our sync beside a limit program, on the same pages", options,
                  sizeof options / sizeof options[0], &json);
    bench_server server;
    pages_ready ready;
    char dir[BENCH_PATH];
    int started = 0;
    bench_server_start(&server, pages_serve, &world, &ready, sizeof ready);
    bench_dir_make(dir);
    o.port = ready.port;
    o.now = ready.now;
    o.plan_dir = dir;

    static figures ours, limit;
    size_t n = rounds < BENCH_ROUNDS_MAX ? (size_t)rounds : BENCH_ROUNDS_MAX;
    run_result warm_up;
    bench_child(our_sync, &o, &warm_up, sizeof warm_up); /* the server keeps its answers */
    bench_child(start_replay, &o, &started, sizeof started);
    bench_child(limit_prepare, &o, &chosen, sizeof chosen);
    for (size_t r = 0; r < n; r++) {
        measure(&o, r % 2 == 0 ? our_sync : limit_sync, r % 2 == 0 ? &ours : &limit, r);
        measure(&o, r % 2 == 0 ? limit_sync : our_sync, r % 2 == 0 ? &limit : &ours, r);
        expect_same(&ours.last, &limit.last);
    }
    server_state state;
    bench_child(ask_server, &o, &state, sizeof state);
    if (json) {
        print_json(&o, &ours, &limit, n, &state);
    } else {
        print_table(&o, &ours, &limit, n, &state);
    }
    bench_server_stop(&server);
    bench_dir_remove(dir);
    return 0;
}
