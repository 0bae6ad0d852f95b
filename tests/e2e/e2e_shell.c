/* Runs the built qd as a user would. See e2e_shell.h. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e_shell.h"
#include "net/net.h"

enum { SAID_BYTES = 256 * 1024 * 1024, WAIT_MS = 240000 };

/* Starts qd; its standard output (and standard error, unless NULL) arrive at the pipes. */
static pid_t start(const char *const *arguments, int *out, int *err) {
    int out_ends[2], err_ends[2] = { -1, -1 };
    const char *qd = getenv("QD");
    const char *argv[64] = { "qd" };
    assert_non_null(qd);
    for (size_t i = 0; arguments[i]; i++) {
        assert_true(i + 2 < sizeof argv / sizeof argv[0]);
        argv[i + 1] = arguments[i];
    }
    assert_int_equal(pipe2(out_ends, O_CLOEXEC), 0);
    if (err) {
        assert_int_equal(pipe2(err_ends, O_CLOEXEC), 0);
    }
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, STDIN_FILENO);
        dup2(out_ends[1], STDOUT_FILENO);
        if (err) {
            dup2(err_ends[1], STDERR_FILENO);
        }
        execv(qd, (char *const *)(uintptr_t)argv);
        _exit(126);
    }
    close(out_ends[1]);
    *out = out_ends[0];
    if (err) {
        close(err_ends[1]);
        *err = err_ends[0];
    }
    return pid;
}

/* Reads what is there; false at the end. */
static bool drain(int fd, base_buf *into) {
    char block[65536];
    ssize_t got = read(fd, block, sizeof block);
    if (got <= 0) {
        return false;
    }
    base_buf_add(into, block, (size_t)got);
    return true;
}

void shell_run(said *s, const char *const *arguments) {
    struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
    base_buf_init(&s->out, SAID_BYTES);
    base_buf_init(&s->err, SAID_BYTES);
    pid_t pid = start(arguments, &fds[0].fd, &fds[1].fd);
    int ends[2] = { fds[0].fd, fds[1].fd };
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int ready = poll(fds, 2, WAIT_MS);
        if (ready <= 0) {
            kill(pid, SIGKILL);
            fail_msg("qd %s did not end", arguments[0]);
        }
        for (int i = 0; i < 2; i++) {
            bool open = fds[i].revents == 0 || drain(fds[i].fd, i == 0 ? &s->out : &s->err);
            fds[i].fd = open ? fds[i].fd : -1;
        }
    }
    close(ends[0]);
    close(ends[1]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    s->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (strstr(base_buf_text(&s->err), "Sanitizer")) {
        fail_msg("%s", base_buf_text(&s->err));
    }
}

void said_clear(said *s) {
    base_buf_clear(&s->out);
    base_buf_clear(&s->err);
}

static yyjson_doc *parse(const base_buf *text) {
    qd_err err;
    yyjson_doc *doc = NULL;
    assert_ok(codec_json_read(base_buf_str(text), SAID_BYTES, &doc, &err), &err);
    return doc;
}

yyjson_doc *said_json(const said *s) {
    return parse(&s->out);
}

yyjson_doc *said_error(const said *s) {
    static const char *const keys[] = { "status",   "platform",   "code",
                                        "sub_code", "request_id", "message" };
    assert_string_equal(base_buf_text(&s->out), "");
    yyjson_doc *doc = parse(&s->err);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        yyjson_val *error = yyjson_obj_get(yyjson_doc_get_root(doc), "error");
        assert_true(yyjson_is_str(yyjson_obj_get(error, keys[i])));
    }
    return doc;
}

static yyjson_val *at(yyjson_doc *doc, const char *pointer) {
    yyjson_val *value = yyjson_doc_ptr_get(doc, pointer);
    if (!value) {
        fail_msg("the document has no %s", pointer);
    }
    return value;
}

const char *json_text(yyjson_doc *doc, const char *pointer) {
    const char *text = yyjson_get_str(at(doc, pointer));
    assert_non_null(text);
    return text;
}

int64_t json_int(yyjson_doc *doc, const char *pointer) {
    yyjson_val *value = at(doc, pointer);
    assert_true(yyjson_is_int(value));
    return yyjson_get_sint(value);
}

yyjson_doc *shell_json(int code, const char *const *arguments) {
    said s;
    shell_run(&s, arguments);
    if (s.code != code) {
        fail_msg("qd %s %s: %d: %s%s", arguments[0], arguments[1], s.code, base_buf_text(&s.out),
                 base_buf_text(&s.err));
    }
    yyjson_doc *doc = code == 0 ? said_json(&s) : said_error(&s);
    said_clear(&s);
    return doc;
}

void shell_refused(int code, const char *in_message, const char *const *arguments) {
    yyjson_doc *doc = shell_json(code, arguments);
    const char *message = json_text(doc, "/error/message");
    if (!strstr(message, in_message)) {
        fail_msg("\"%s\" does not say \"%s\"", message, in_message);
    }
    yyjson_doc_free(doc);
}

void home_make(tempdir *home, bool named) {
    unsetenv("QD_KEY");
    tempdir_make(home);
    if (named) {
        setenv("QD_HOME", home->path, 1);
    } else {
        unsetenv("QD_HOME");
    }
}

/* ---- left running ---- */

void running_start(running *r, const char *const *arguments) {
    int out;
    r->pid = start(arguments, &out, NULL);
    r->out = fdopen(out, "r");
    assert_non_null(r->out);
}

bool running_line(running *r, char *out, size_t size) {
    if (!fgets(out, (int)size, r->out)) {
        return false;
    }
    out[strcspn(out, "\n")] = '\0';
    return true;
}

void running_stop(running *r) {
    int status = 0;
    kill(r->pid, SIGINT);
    assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
    fclose(r->out);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGINT);
}

/* ---- the sandbox ---- */

void practice_start(practice *p, const char *orders, const char *seed) {
    const char *const options[] = { "--shops", "2", "--orders", orders, "--seed", seed, NULL };
    practice_start_with(p, options);
}

void practice_start_with(practice *p, const char *const *options) {
    const char *arguments[16] = { "sandbox", "--port", "0" };
    int out;
    for (size_t i = 0; options[i]; i++) {
        assert_true(i + 4 < sizeof arguments / sizeof arguments[0]);
        arguments[i + 3] = options[i];
    }
    base_buf line;
    base_buf_init(&line, SAID_BYTES);
    p->pid = start(arguments, &out, NULL);
    while (!strchr(base_buf_text(&line), '\n')) {
        assert_true(drain(out, &line));
    }
    close(out);
    assert_int_equal(strncmp(base_buf_text(&line), "ready http://127.0.0.1:", 23), 0);
    base_str url = { line.data + 6, strcspn(line.data + 6, "\n") };
    assert_true(base_copy(p->base_url, sizeof p->base_url, url));
    base_buf_clear(&line);
}

void practice_stop(practice *p) {
    int status = 0;
    if (p->pid <= 0) {
        return; /* it never started: kill(0) would mean our whole group */
    }
    kill(p->pid, SIGTERM);
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

typedef struct fetching {
    base_buf body;
    bool done;
} fetching;

static void on_reply(void *user, const qd_http_reply *reply) {
    fetching *f = user;
    assert_int_equal(reply->outcome, QD_HTTP_DONE);
    assert_int_equal(reply->status, 200);
    base_buf_add(&f->body, reply->body, reply->body_len);
    f->done = true;
}

yyjson_doc *practice_get(const practice *p, const char *path) {
    char url[256];
    qd_err err;
    qd_transport *transport = NULL;
    net_curl_options options = { .verify_tls = true };
    snprintf(url, sizeof url, "%s%s", p->base_url, path);
    qd_http_request request = {
        .method = "GET", .url = url, .timeout_ms = 60000, .max_reply_bytes = SAID_BYTES
    };
    fetching f = { .done = false };
    uint64_t id;
    base_buf_init(&f.body, SAID_BYTES);
    assert_ok(net_curl_new(&options, &transport, &err), &err);
    assert_ok(transport->submit(transport, &request, on_reply, &f, &id, &err), &err);
    while (!f.done) {
        transport->run(transport, 1000);
    }
    transport->free(transport);
    yyjson_doc *doc = parse(&f.body);
    base_buf_clear(&f.body);
    return doc;
}

yyjson_val *practice_shop(yyjson_doc *truth, size_t nth) {
    yyjson_val *shops = yyjson_obj_get(yyjson_doc_get_root(truth), "shops");
    yyjson_val *shop = yyjson_arr_get(shops, nth);
    assert_non_null(shop);
    return shop;
}

static const char *member(yyjson_val *shop, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(shop, name));
    assert_non_null(text);
    return text;
}

void practice_add(const practice *p, const char *home, yyjson_val *shop, const char *secret,
                  const char *const *options, char t_code[40]) {
    const char *name = yyjson_get_str(yyjson_obj_get(shop, "name"));
    const char *own = member(shop, "app_secret");
    const char *arguments[32] = { "shop",       "add",
                                  "--platform", member(shop, "platform"),
                                  "--name",     name ? name : "n",
                                  "--key",      member(shop, "app_key"),
                                  "--base-url", p->base_url,
                                  "-ojson" };
    said s;
    size_t count = 11;
    if (home) {
        arguments[count++] = "--home";
        arguments[count++] = home;
    }
    for (; *options; options++) {
        assert_true(count + 1 < sizeof arguments / sizeof arguments[0]);
        arguments[count++] = *options;
    }
    setenv("QD_SECRET", secret ? secret : own, 1);
    shell_run(&s, arguments);
    unsetenv("QD_SECRET");
    if (s.code != 0) {
        fail_msg("%s", base_buf_text(&s.err));
    }
    assert_null(strstr(base_buf_text(&s.out), secret ? secret : own));
    yyjson_doc *doc = said_json(&s);
    assert_true(base_copy(t_code, 40, base_str_of(json_text(doc, "/t_code"))));
    yyjson_doc_free(doc);
    said_clear(&s);
}

void practice_connect(const practice *p, const char *home, yyjson_val *shop, char t_code[40]) {
    const char *session = yyjson_get_str(yyjson_obj_get(shop, "session"));
    const char *const options[] = { "--shop-id", member(shop, "shop_id"),
                                    session ? "--session" : NULL, session, NULL };
    practice_add(p, home, shop, NULL, options, t_code);
}
