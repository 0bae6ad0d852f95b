/*
 * Bill files: polls with growing pauses under the deadline, files that expired, downloads that are
 * cut and go on, and that nothing half stands under the target's name.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit.h"
#include "qiandian/bill.h"
#include "support/tempdir.h"

static const char CSV[] = "settle_time,order_id,settle_amount\r\n2026-11-01 10:00:00,1,990\r\n"
                          "2026-11-01 11:00:00,2,1990\r\n";

/* The platform and the file's server: what each call is answered with, in turn; the last goes on.
 */
typedef struct server {
    kit k;
    const char *polls[8]; /* data of the answer, or the whole answer where it begins with {"code" */
    int poll_count, polled, asked, loads;
    int64_t waited_ms[8]; /* the clock at each poll */
    int cut_after;        /* the first load is cut behind so many bytes; 0 = none */
    int load_status;      /* of the first load; 0 = 200 */
    const char *file;
    bool no_etag, other_file;
    char ranges[8][64];
    char headers_seen[1024];
    char path[300];
    tempdir dir;
    char remembered[8][32];
    int remembered_count;
    bool stop;
} server;

static char body[1024];
static char range_text[64];
static qd_http_header file_headers[3];

static void answer_json(net_fake_reply *out, const char *data) {
    if (strncmp(data, "{\"code\":5", 9) == 0 || strncmp(data, "{\"code\":4", 9) == 0) {
        snprintf(body, sizeof body, "%s", data);
    } else {
        snprintf(body, sizeof body, "{\"code\":10000,\"msg\":\"success\",\"data\":%s}", data);
    }
    out->reply.body = body;
    out->reply.body_len = strlen(body);
}

static const char *header_of(const qd_http_request *request, const char *name) {
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcmp(request->headers[i].name, name) == 0) {
            return request->headers[i].value;
        }
    }
    return "";
}

static void answer_file(server *s, const qd_http_request *request, net_fake_reply *out) {
    const char *file = s->file ? s->file : CSV;
    size_t len = strlen(file), from = 0;
    int load = s->loads++;
    const char *range = header_of(request, "Range");
    assert_true(load < 8);
    snprintf(s->ranges[load], sizeof s->ranges[load], "%s", range);
    for (size_t i = 0; i < request->header_count; i++) {
        assert_null(strstr(request->headers[i].name, "token"));
    }
    assert_string_equal(request->method, "GET");
    assert_null(strstr(request->url, "sign="));
    bool part = *range && (strcmp(header_of(request, "If-Range"), "\"v1\"") == 0) && !s->other_file;
    from = part ? (size_t)strtol(range + 6, NULL, 10) : 0;
    snprintf(range_text, sizeof range_text, part ? "bytes %zu-%zu/%zu" : "%zu", part ? from : len,
             len - 1, len);
    file_headers[0] = (qd_http_header){ part ? "Content-Range" : "Content-Length", range_text };
    file_headers[1] = (qd_http_header){ "ETag", s->other_file ? "\"v2\"" : "\"v1\"" };
    out->reply.headers = file_headers;
    out->reply.header_count = s->no_etag ? 1 : 2;
    out->reply.status = load == 0 && s->load_status ? s->load_status : part ? 206 : 200;
    out->reply.body = file + from;
    out->reply.body_len = len - from;
    if (load == 0 && s->cut_after) {
        out->reply.body_len = (size_t)s->cut_after;
        out->reply.outcome = QD_HTTP_MAYBE_SENT;
        snprintf(out->reply.message, sizeof out->reply.message, "cut");
    }
}

static void answer(void *user, const qd_http_request *request, net_fake_reply *out) {
    server *s = user;
    if (strstr(request->url, "files.example")) {
        answer_file(s, request, out);
    } else if (strstr(request->url, "downloadToShop") || strstr(request->url, "ItemFile")) {
        int at = s->polled < s->poll_count ? s->polled : s->poll_count - 1;
        s->waited_ms[s->polled < 8 ? s->polled : 7] = s->k.mono_ms;
        s->polled++;
        answer_json(out, s->polls[at]);
    } else {
        char id[64];
        snprintf(id, sizeof id, "{\"download_id\":\"d%d\",\"code\":\"100000\"}", ++s->asked);
        answer_json(out, id);
    }
}

static qd_transport *transport(void *user, qd_err *err) {
    server *s = user;
    qd_transport *made = NULL;
    return net_fake_new(answer, s, &s->k.clock, &made, err) == QD_OK ? made : NULL;
}

static const char READY[] = "{\"code\":\"100000\",\"url\":\"https://files.example/b.csv?x=1\"}";
static const char WAIT[] = "{\"code\":\"100015\",\"code_msg\":\"文件还未生成\",\"url\":\"\"}";

static void open_server(server *s) {
    qd_err err;
    memset(s, 0, sizeof *s);
    kit *k = &s->k;
    k->clock = (qd_clock){ k, kit_wall, kit_mono, kit_sleep, kit_random };
    k->wall_ms = (int64_t)KIT_NOW * 1000;
    k->mono_ms = 1;
    k->store = qd_token_store_memory();
    const qd_app_options app = { .platform = "douyin",
                                 .key = "1234567",
                                 .secret = "s3cret-s3cret",
                                 .clock = &k->clock,
                                 .transport_make = transport,
                                 .transport_user = s,
                                 .max_attempts = 1,
                                 .calls_per_second = -1 };
    const qd_shop_options shop = {
        .session = "at", .shop_id = "1", .handle = "t1", .token_store = k->store
    };
    if (qd_app_new(&app, &k->app, &err) != QD_OK ||
        qd_shop_new(k->app, &shop, &k->shop, &err) != QD_OK) {
        fail_msg("%s", err.message);
    }
    tempdir_make(&s->dir);
    snprintf(s->path, sizeof s->path, "%s/bill.csv", s->dir.path);
    s->polls[0] = READY;
    s->poll_count = 1;
}

static void close_server(server *s) {
    char part[310];
    snprintf(part, sizeof part, "%s.part", s->path);
    assert_int_equal(access(part, F_OK), -1); /* whatever happened */
    tempdir_remove(&s->dir);
    kit_close(&s->k);
}

static qd_status remember(void *user, const char *download_id, qd_err *err) {
    server *s = user;
    (void)err;
    assert_true(s->asked == s->remembered_count + 1); /* each, as soon as it is known */
    snprintf(s->remembered[s->remembered_count++], 32, "%s", download_id);
    return QD_OK;
}

static bool progress(void *user, const qd_bill_progress *now) {
    server *s = user;
    assert_true(now->total == -1 || now->bytes <= now->total);
    return !s->stop;
}

static qd_bill_options options_of(server *s) {
    return (qd_bill_options){ .from = 1761926400, /* 2025-11-01 00:00:00 +08:00 */
                              .to = 1762012800,
                              .remember = remember,
                              .progress = progress,
                              .user = s };
}

static void assert_file(const server *s, const char *content) {
    base_buf text;
    qd_err err;
    base_buf_init(&text, 1 << 20);
    assert_int_equal(base_file_read(s->path, 1 << 20, &text, &err), QD_OK);
    assert_string_equal(base_buf_text(&text), content);
    base_buf_clear(&text);
}

static void no_file(const server *s) {
    assert_int_equal(access(s->path, F_OK), -1);
}

static void a_file_is_asked_waited_and_downloaded(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    struct stat info;
    open_server(&s);
    for (int i = 0; i < 4; i++) {
        s.polls[i] = WAIT;
    }
    s.polls[4] = READY;
    s.poll_count = 5;
    qd_bill_options options = options_of(&s);
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
    assert_file(&s, CSV);
    assert_int_equal(stat(s.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(result.asked, 1);
    assert_int_equal(result.polls, 5);
    assert_int_equal(result.bytes, strlen(CSV));
    assert_int_equal(result.format, QD_BILL_CSV);
    assert_string_equal(result.download_id, "d1");
    assert_int_equal(s.remembered_count, 1);
    assert_string_equal(s.remembered[0], "d1");
    for (int i = 2; i < 5; i++) { /* the pauses grow */
        assert_true(s.waited_ms[i] - s.waited_ms[i - 1] > s.waited_ms[i - 1] - s.waited_ms[i - 2]);
    }
    close_server(&s);
}

static void the_deadline_leaves_a_number_to_go_on_with(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    open_server(&s);
    s.polls[0] = WAIT;
    qd_bill_options options = options_of(&s);
    options.deadline_ms = 60000;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_TIMEOUT);
    assert_true(s.k.mono_ms <= 60001);
    assert_string_equal(result.download_id, "d1");
    no_file(&s);
    s.polls[0] = READY;
    options.download_id = result.download_id;
    char id[QD_BILL_ID_BYTES];
    snprintf(id, sizeof id, "%s", result.download_id);
    options.download_id = id;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
    assert_int_equal(s.asked, 1); /* not a second time */
    assert_int_equal(result.asked, 0);
    assert_file(&s, CSV);
    close_server(&s);
}

static void expired_files_are_asked_for_once_more(void **state) {
    (void)state;
    static const struct {
        const char *first, *second;
        qd_bill_kind kind;
        const char *id;
        qd_status status;
        int asked;
    } cases[] = {
        { "{\"code\":\"100016\",\"url\":\"\"}", READY, QD_BILL_SETTLEMENT, "old", QD_OK, 1 },
        { "{\"code\":\"100016\",\"url\":\"\"}", "{\"code\":\"100016\",\"url\":\"\"}",
          QD_BILL_SETTLEMENT, "old", QD_E_PLATFORM, 1 },
        { "{\"code\":\"100002\",\"url\":\"\"}", READY, QD_BILL_SETTLEMENT, "old", QD_OK, 1 },
        { "{\"code\":\"100002\",\"url\":\"\"}", READY, QD_BILL_SETTLEMENT, NULL, QD_E_NOT_FOUND,
          1 },
        { "{\"code\":\"100025\",\"url\":\"\"}", READY, QD_BILL_SETTLEMENT, NULL, QD_E_PLATFORM, 1 },
        { "{\"code\":40004,\"msg\":\"x\",\"sub_code\":\"isv.parameter-invalid:100016\",\"sub_msg\":"
          "\"文件已经失效\",\"data\":null}",
          READY, QD_BILL_ACCOUNT, "old", QD_OK, 1 },
        { "{\"code\":50002,\"msg\":\"x\",\"sub_code\":\"isv.business-failed:100015\",\"sub_msg\":"
          "\"文件还未生成\",\"data\":null}",
          READY, QD_BILL_ACCOUNT, NULL, QD_OK, 1 },
        { "{\"code\":50002,\"msg\":\"x\",\"sub_code\":\"isv.business-failed:100025\",\"sub_msg\":"
          "\"下载文件失败\",\"data\":null}",
          READY, QD_BILL_ACCOUNT, NULL, QD_E_PLATFORM, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server s;
        qd_err err;
        qd_bill_result result;
        open_server(&s);
        s.polls[0] = cases[i].first;
        s.polls[1] = cases[i].second;
        s.poll_count = 2;
        qd_bill_options options = options_of(&s);
        options.kind = cases[i].kind;
        options.download_id = cases[i].id;
        qd_status got = qd_bill_download(s.k.shop, s.path, &options, &result, &err);
        if (got != cases[i].status) {
            fail_msg("case %zu: %s: %s", i, qd_status_name(got), err.message);
        }
        assert_int_equal(s.asked, cases[i].asked);
        if (got != QD_OK) {
            no_file(&s);
        }
        close_server(&s);
    }
}

static void a_cut_download_goes_on(void **state) {
    (void)state;
    for (int way = 0; way < 2; way++) {
        server s;
        qd_err err;
        qd_bill_result result;
        open_server(&s);
        s.cut_after = 50;
        s.no_etag = way == 1; /* nothing to tell that it is the same file */
        qd_bill_options options = options_of(&s);
        assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
        assert_file(&s, CSV);
        assert_int_equal(s.loads, 2);
        assert_string_equal(s.ranges[1], way == 1 ? "" : "bytes=50-");
        assert_int_equal(result.resumed, way == 1 ? 0 : 1);
        close_server(&s);
    }
}

static void another_file_is_never_appended(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    open_server(&s);
    s.cut_after = 50;
    qd_bill_options options = options_of(&s);
    /* From the second load on it is another file: the server answers with the whole of it. */
    s.other_file = false;
    s.polls[0] = READY;
    s.file = CSV;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
    s.loads = 0;
    s.cut_after = 60;
    s.other_file = true; /* its tag is not ours: 200 */
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
    assert_file(&s, CSV);
    close_server(&s);
}

static void dead_links_are_asked_for_again(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    open_server(&s);
    s.load_status = 403;
    qd_bill_options options = options_of(&s);
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_OK);
    assert_int_equal(result.polls, 2);
    assert_int_equal(result.asked, 1);
    assert_file(&s, CSV);
    close_server(&s);
}

static void what_is_no_bill_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *file;
        qd_status status;
        qd_bill_format format;
    } cases[] = {
        { "<html><body>login</body></html>", QD_E_PROTOCOL, QD_BILL_CSV },
        { "{\"error\":1}", QD_E_PROTOCOL, QD_BILL_CSV },
        { "", QD_E_PROTOCOL, QD_BILL_CSV },
        { "PK\3\4 no end of it", QD_E_PROTOCOL, QD_BILL_ZIP },
        { "PK\3\4 and PK\5\6 the end", QD_OK, QD_BILL_ZIP },
        { "\x1f\x8b and eighteen bytes or more", QD_OK, QD_BILL_GZIP },
        { "\xef\xbb\xbf\xe6\x97\xb6,b\n1,2\n", QD_OK, QD_BILL_CSV },
        { "one column\n", QD_OK, QD_BILL_OTHER },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server s;
        qd_err err;
        qd_bill_result result;
        open_server(&s);
        s.file = cases[i].file;
        qd_bill_options options = options_of(&s);
        assert_int_equal(base_file_write(s.path, BASE_STR("before"), 0600, &err), QD_OK);
        assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err),
                         cases[i].status);
        if (cases[i].status == QD_OK) {
            assert_int_equal(result.format, cases[i].format);
            assert_file(&s, cases[i].file);
        } else {
            assert_file(&s, "before");
        }
        close_server(&s);
    }
}

static void bounds_and_the_callers_stop(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    open_server(&s);
    qd_bill_options options = options_of(&s);
    options.max_bytes = 20;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_PROTOCOL);
    no_file(&s);
    options.max_bytes = 0;
    s.stop = true;
    s.polls[0] = WAIT;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_CANCELLED);
    no_file(&s);
    options.to = options.from;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_INVALID);
    snprintf(s.path, sizeof s.path, "%s/no/such/folder", s.dir.path);
    options = options_of(&s);
    s.stop = false;
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_NOT_FOUND);
    snprintf(s.path, sizeof s.path, "%s/bill.csv", s.dir.path);
    close_server(&s);
}

/* The disk takes 40 bytes and no more. */
/* As root a rename would replace /dev/null itself. */
static void what_is_no_plain_file_is_left_alone(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    struct stat info;
    char part[310];
    open_server(&s);
    snprintf(part, sizeof part, "%s.part", s.path);
    s.polls[0] = READY;
    s.poll_count = 1;
    qd_bill_options options = options_of(&s);
    assert_int_equal(mkfifo(s.path, 0600), 0);
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_INVALID);
    assert_int_equal(stat(s.path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(unlink(s.path), 0);
    assert_int_equal(mkdir(s.path, 0700), 0);
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_INVALID);
    assert_int_equal(rmdir(s.path), 0);
    assert_int_equal(symlink("elsewhere", part), 0); /* somebody's link is not followed */
    assert_int_equal(qd_bill_download(s.k.shop, s.path, &options, &result, &err), QD_E_IO);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(s.asked, 0);
    no_file(&s);
    close_server(&s);
}

static void a_full_disk_leaves_nothing_half(void **state) {
    (void)state;
    server s;
    qd_err err;
    qd_bill_result result;
    struct rlimit before, little;
    open_server(&s);
    qd_bill_options options = options_of(&s);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little = before;
    little.rlim_cur = 40;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    qd_status status = qd_bill_download(s.k.shop, s.path, &options, &result, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, QD_E_IO);
    no_file(&s);
    close_server(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_asked_waited_and_downloaded),
        cmocka_unit_test(the_deadline_leaves_a_number_to_go_on_with),
        cmocka_unit_test(expired_files_are_asked_for_once_more),
        cmocka_unit_test(a_cut_download_goes_on),
        cmocka_unit_test(another_file_is_never_appended),
        cmocka_unit_test(dead_links_are_asked_for_again),
        cmocka_unit_test(what_is_no_bill_is_refused),
        cmocka_unit_test(bounds_and_the_callers_stop),
        cmocka_unit_test(what_is_no_plain_file_is_left_alone),
        cmocka_unit_test(a_full_disk_leaves_nothing_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
