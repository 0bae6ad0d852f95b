/*
 * The sandbox as a child of qd demo: this program again, on a free port. The child dies with its
 * parent unless it is to be kept; then it has a session of its own. Its standard error is a log
 * file, so that it holds none of the parent's pipes.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/demo_private.h"

/* A world of a million orders takes a while to be born. */
enum { READY_MS = 300000, STOP_MS = 5000 };

/* In the child, between fork and exec: only what is allowed there. */
static void become_sandbox(char **arguments, int ready, const char *log, pid_t parent) {
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int errors = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool good = input >= 0 && errors >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
                dup2(ready, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0;
    if (parent == 0) {
        good = good && setsid() >= 0;
    } else {
        good = good && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
    }
    if (good) {
        execv("/proc/self/exe", arguments);
    }
    _exit(127);
}

/* Reads the ready line; fills base_url. */
static qd_status wait_ready(demo_child *child, int fd, qd_err *err) {
    char line[128];
    size_t len = 0;
    int64_t until = cli_mono_ms() + READY_MS;
    while (len + 1 < sizeof line && !memchr(line, '\n', len)) {
        struct pollfd waiting = { .fd = fd, .events = POLLIN };
        int64_t left = until - cli_mono_ms();
        int ready = left > 0 ? poll(&waiting, 1, (int)left) : 0;
        if (atomic_load(cli_cancel())) {
            return base_fail(err, QD_E_CANCELLED, "interrupted");
        }
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        ssize_t got = ready > 0 ? read(fd, line + len, sizeof line - 1 - len) : 0;
        if (got <= 0) {
            return base_fail(err, QD_E_IO, "the sandbox did not start");
        }
        len += (size_t)got;
    }
    line[len] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    if (strncmp(line, "ready http://", 13) != 0) {
        return base_fail(err, QD_E_PROTOCOL, "the sandbox said '%.60s' instead of ready", line);
    }
    (void)base_copy(child->base_url, sizeof child->base_url, base_str_of(line + 6));
    return QD_OK;
}

/* Waits for the child's end for a while; false when it goes on. */
static bool wait_end(pid_t pid, int *status) {
    const qd_clock *clock = qd_clock_system();
    for (int64_t until = cli_mono_ms() + STOP_MS; waitpid(pid, status, WNOHANG) == 0;) {
        if (cli_mono_ms() >= until) {
            return false;
        }
        clock->sleep_ms(clock->self, 10);
    }
    return true;
}

/* The child ended instead of getting ready: its own last words say why. */
static qd_status explain(demo_child *child, const char *log, qd_err *err) {
    base_buf words;
    int status = 0;
    base_buf_init(&words, LIMIT_CONF_BYTES);
    bool ended = wait_end(child->pid, &status);
    bool usage = ended && WIFEXITED(status) && WEXITSTATUS(status) == CLI_USAGE;
    if (ended) {
        child->pid = -1;
    }
    if (base_file_read(log, LIMIT_CONF_BYTES, &words, NULL) == QD_OK && words.len > 0) {
        const char *text = base_buf_text(&words);
        text += strncmp(text, "qd: ", 4) == 0 ? 4 : 0;
        base_fail(err, usage ? QD_E_INVALID : QD_E_IO, "%.*s", (int)strcspn(text, "\n"), text);
    }
    base_buf_clear(&words);
    return err->status;
}

qd_status demo_child_start(demo_child *child, char **arguments, const char *log, bool outlive,
                           qd_err *err) {
    int ends[2];
    *child = (demo_child){ .pid = -1 };
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return base_fail(err, QD_E_IO, "cannot make a pipe: %s", strerror(errno));
    }
    pid_t parent = outlive ? 0 : getpid();
    child->pid = fork();
    if (child->pid == 0) {
        become_sandbox(arguments, ends[1], log, parent);
    }
    int problem = errno;
    close(ends[1]);
    qd_status status = child->pid < 0
                           ? base_fail(err, QD_E_IO, "cannot fork: %s", strerror(problem))
                           : wait_ready(child, ends[0], err);
    close(ends[0]);
    if (status == QD_E_IO && child->pid > 0) {
        status = explain(child, log, err);
    }
    if (status != QD_OK) {
        demo_child_stop(child);
    }
    return status;
}

void demo_child_stop(demo_child *child) {
    if (child->pid <= 0) {
        return;
    }
    int status;
    kill(child->pid, SIGTERM);
    if (!wait_end(child->pid, &status)) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, &status, 0);
    }
    child->pid = -1;
}
