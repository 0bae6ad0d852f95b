/*
 * A small call through qd_call() and, 16 at a time, through qd_submit(), beside bare libcurl that
 * sends the same bytes to the same server over kept-alive connections: one easy handle, and 16 in a
 * multi handle. The server, a process of its own, answers a fixed body. What counts is the CPU time
 * of our process a call; the bare side neither signs, nor parses, nor retries.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "httpd/httpd.h"
#include "qiandian/qiandian.h"
#include "support.h"

enum { AT_ONCE = 16, WAYS = 4 };

static const char answer[] =
    "{\"code\":10000,\"data\":[{\"code\":\"shunfeng\",\"id\":12,\"name\":\"顺丰速运\"},"
    "{\"code\":\"yuantong\",\"id\":15,\"name\":\"圆通速递\"},{\"code\":\"zhongtong\",\"id\":16,"
    "\"name\":\"中通快递\"},{\"code\":\"yunda\",\"id\":9,\"name\":\"韵达快递\"}],"
    "\"log_id\":\"20221120233000010208104163140A1B2C\",\"msg\":\"success\",\"sub_code\":\"\","
    "\"sub_msg\":\"\"}";
static const char method[] = "order.logisticsCompanyList";

/* ---- the server ---- */

static void answer_call(void *user, const httpd_request *request, httpd_response *response) {
    (void)user;
    (void)request;
    response->parts[0] = (base_str){ answer, sizeof answer - 1 };
    response->part_count = 1;
}

static void serve(void *arg, int ready_fd, int stop_fd) {
    httpd_options options = { .handler = answer_call };
    httpd *server = NULL;
    qd_err err;
    (void)arg;
    bench_ok(httpd_start(&options, &server, &err), &err);
    uint16_t port = httpd_port(server);
    if (write(ready_fd, &port, sizeof port) == (ssize_t)sizeof port) {
        bench_server_wait(stop_fd);
    }
    httpd_stop(server);
}

/* ---- ours ---- */

typedef struct side {
    qd_app *app;
    qd_shop *shop;
    qd_loop *loop;
    int64_t left, done;
    CURL *easy;
    CURLM *multi;
    CURL *many[AT_ONCE];
    struct curl_slist *headers;
    char url[1024];
    char body[4096]; /* of the bare side's answers */
    size_t body_len;
} side;

static void make_shop(side *s, uint16_t port) {
    char base_url[64];
    qd_err err;
    snprintf(base_url, sizeof base_url, "http://127.0.0.1:%u", port);
    qd_app_options app = { .platform = "douyin",
                           .key = "7012345678901234567",
                           .secret = "0f9d6a1c-7b35-4e0b-9a53-3a1f6c2b8d47",
                           .calls_per_second = -1 };
    bench_ok(qd_app_new(&app, &s->app, &err), &err);
    qd_shop_options shop = { .handle = "bench",
                             .session = "3f1c2a9e-77a5-4f30-8a8b-1c9a52c1e0aa",
                             .base_url = base_url };
    bench_ok(qd_shop_new(s->app, &shop, &s->shop, &err), &err);
    bench_ok(qd_loop_new(s->app, &s->loop, &err), &err);
}

static void call_one_by_one(side *s, int64_t calls) {
    qd_err err;
    for (int64_t i = 0; i < calls; i++) {
        qd_reply *reply = NULL;
        bench_ok(qd_call(s->shop, method, NULL, &reply, &err), &err);
        qd_reply_free(reply);
    }
}

static void submit(side *s);

static void done(void *user, qd_reply *reply, const qd_err *err) {
    side *s = user;
    bench_ok(err->status, err);
    qd_reply_free(reply);
    s->done++;
    if (s->left > 0) {
        submit(s);
    }
}

static void submit(side *s) {
    qd_err err;
    s->left--;
    bench_ok(qd_submit(s->loop, s->shop, method, NULL, NULL, done, s, &err), &err);
}

static void call_many(side *s, int64_t calls) {
    s->left = calls;
    for (int i = 0; i < AT_ONCE && s->left > 0; i++) {
        submit(s);
    }
    while (qd_loop_run(s->loop, 1000) > 0) {
    }
}

/* ---- bare libcurl ---- */

static size_t take_body(char *data, size_t size, size_t count, void *user) {
    side *s = user;
    size_t len = size * count;
    size_t room = sizeof s->body - s->body_len;
    memcpy(s->body + s->body_len, data, len < room ? len : room);
    s->body_len += len < room ? len : room;
    return len;
}

static CURL *bare_handle(side *s) {
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, s->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, s->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "{}");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 2L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, s);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    return easy;
}

/* As long as what our builder sends, signature and all. */
static void make_bare(side *s, uint16_t port) {
    snprintf(s->url, sizeof s->url,
             "http://127.0.0.1:%u/order/logisticsCompanyList?access_token=3f1c2a9e-77a5-4f30-8a8b-"
             "1c9a52c1e0aa&app_key=7012345678901234567&method=order.logisticsCompanyList&sign="
             "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae&sign_method="
             "hmac-sha256&timestamp=1668960000&v=2",
             port);
    s->headers = curl_slist_append(NULL, "Content-Type: application/json;charset=UTF-8");
    s->headers = curl_slist_append(s->headers, "Accept: application/json");
    s->easy = bare_handle(s);
    s->multi = curl_multi_init();
    for (int i = 0; i < AT_ONCE; i++) {
        s->many[i] = bare_handle(s);
    }
}

static void check_bare(side *s, CURL *easy, CURLcode code) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) {
        bench_die("bare libcurl: %s, HTTP %ld", curl_easy_strerror(code), status);
    }
    s->body_len = 0;
    s->done++;
}

static void bare_one_by_one(side *s, int64_t calls) {
    for (int64_t i = 0; i < calls; i++) {
        check_bare(s, s->easy, curl_easy_perform(s->easy));
    }
}

static void bare_many(side *s, int64_t calls) {
    int64_t open = 0;
    s->left = calls;
    for (; open < AT_ONCE && s->left > 0; open++, s->left--) {
        curl_multi_add_handle(s->multi, s->many[open]);
    }
    while (open > 0) {
        int running = 0, queued = 0;
        curl_multi_perform(s->multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(s->multi, &queued)) != NULL) {
            CURL *easy = message->easy_handle;
            check_bare(s, easy, message->data.result);
            curl_multi_remove_handle(s->multi, easy);
            if (s->left > 0) {
                s->left--;
                curl_multi_add_handle(s->multi, easy);
            } else {
                open--;
            }
        }
        curl_multi_poll(s->multi, NULL, 0, 100, NULL);
    }
}

/* ---- measuring ---- */

typedef struct figure {
    double cpu_us[BENCH_ROUNDS_MAX];
    double calls_per_s[BENCH_ROUNDS_MAX];
} figure;

static void measure(side *s, void (*way)(side *, int64_t), int64_t calls, figure *f, size_t round) {
    double cpu = bench_cpu(), wall = bench_wall();
    way(s, calls);
    f->cpu_us[round] = (bench_cpu() - cpu) * 1e6 / (double)calls;
    f->calls_per_s[round] = (double)calls / (bench_wall() - wall);
}

static void print_json(const double cpu[WAYS], const double rate[WAYS], double spread) {
    printf("{\"bench\":\"call\",\"cpu_us\":%.1f,\"limit_cpu_us\":%.1f,\"ratio\":%.2f,"
           "\"calls_per_s\":%.0f,\"limit_calls_per_s\":%.0f,\"cpu_us_16\":%.1f,"
           "\"limit_cpu_us_16\":%.1f,\"ratio_16\":%.2f,\"calls_per_s_16\":%.0f,"
           "\"limit_calls_per_s_16\":%.0f,\"spread\":%.2f}\n",
           cpu[0], cpu[1], cpu[0] / cpu[1], rate[0], rate[1], cpu[2], cpu[3], cpu[2] / cpu[3],
           rate[2], rate[3], spread);
}

static void print_table(const double cpu[WAYS], const double rate[WAYS]) {
    static const char *const names[WAYS] = { "qd_call, one at a time", "bare libcurl easy",
                                             "qd_submit, 16 at a time", "bare libcurl multi, 16" };
    printf("%-26s %12s %12s\n", "", "CPU us/call", "calls/s");
    for (int i = 0; i < WAYS; i++) {
        printf("%-26s %12.1f %12.0f\n", names[i], cpu[i], rate[i]);
    }
    printf("ratio of CPU: %.2f one at a time, %.2f at 16 (target at most 1.2)\n", cpu[0] / cpu[1],
           cpu[2] / cpu[3]);
}

int main(int argc, char **argv) {
    int64_t rounds = 7, calls = 5000;
    bool json;
    const bench_option options[] = { { "rounds", &rounds, NULL, "rounds, the median counts" },
                                     { "calls", &calls, NULL, "calls a round and way" } };
    bench_options(argc, argv, "a small call beside bare libcurl", options, 2, &json);
    bench_server server;
    uint16_t port = 0;
    bench_server_start(&server, serve, NULL, &port, sizeof port);

    static side s;
    void (*const ways[WAYS])(side *, int64_t) = { call_one_by_one, bare_one_by_one, call_many,
                                                  bare_many };
    static figure figures[WAYS];
    size_t n = rounds < BENCH_ROUNDS_MAX ? (size_t)rounds : BENCH_ROUNDS_MAX;
    make_shop(&s, port);
    make_bare(&s, port);
    for (int w = 0; w < WAYS; w++) {
        ways[w](&s, calls / 10 + 1);
    }
    for (size_t r = 0; r < n; r++) {
        for (int turn = 0; turn < WAYS; turn++) {
            int w = (turn + (int)r) % WAYS;
            measure(&s, ways[w], calls, &figures[w], r);
        }
    }
    double cpu[WAYS], rate[WAYS];
    for (int w = 0; w < WAYS; w++) {
        cpu[w] = bench_median(figures[w].cpu_us, n);
        rate[w] = bench_median(figures[w].calls_per_s, n);
    }
    if (json) {
        print_json(cpu, rate, bench_spread(figures[0].cpu_us, n));
    } else {
        print_table(cpu, rate);
    }
    bench_server_stop(&server);
    return 0;
}
