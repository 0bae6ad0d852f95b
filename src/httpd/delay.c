/*
 * Delayed answers: a connection is suspended, so that its daemon thread serves others, and one
 * thread of ours resumes it when it is due. Holds nothing back on its own account.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "httpd/httpd_private.h"

static int64_t now_ms(void) {
    const qd_clock *clock = qd_clock_system();
    return clock->mono_ms(clock->self);
}

static void wake(delay_line *line) {
    uint64_t one = 1;
    /* Fails only when the counter is full, and then the thread is awake anyway. */
    ssize_t written = write(line->wake_fd, &one, sizeof(one));
    (void)written;
}

qd_status delay_init(delay_line *line, qd_err *err) {
    line->running = false;
    line->stopping = false;
    line->head = NULL;
    line->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (line->wake_fd < 0) {
        return base_fail(err, QD_E_IO, "cannot make an event descriptor: errno %d", errno);
    }
    if (pthread_mutex_init(&line->mutex, NULL) != 0) {
        close(line->wake_fd);
        line->wake_fd = -1;
        return base_fail(err, QD_E_NOMEM, "cannot make a lock");
    }
    return QD_OK;
}

/* Resumes what is due (all of it when stopping) and says how long to wait; -1 is for ever. */
static int resume_due(delay_line *line) {
    int64_t now = now_ms();
    while (line->head != NULL && (line->stopping || line->head->due_ms <= now)) {
        exchange *ex = line->head;
        line->head = ex->next_delayed;
        ex->next_delayed = NULL;
        MHD_resume_connection(ex->connection);
    }
    if (line->head == NULL) {
        return -1;
    }
    int64_t wait = line->head->due_ms - now;
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

static void *delay_main(void *arg) {
    delay_line *line = arg;
    for (;;) {
        pthread_mutex_lock(&line->mutex);
        int wait = resume_due(line);
        bool stop = line->stopping;
        pthread_mutex_unlock(&line->mutex);
        if (stop) {
            return NULL;
        }
        struct pollfd watch = { .fd = line->wake_fd, .events = POLLIN };
        if (poll(&watch, 1, wait) > 0) {
            uint64_t count;
            ssize_t got = read(line->wake_fd, &count, sizeof(count));
            (void)got;
        }
    }
}

bool delay_add(delay_line *line, exchange *ex, int64_t delay_ms) {
    bool added = false;
    pthread_mutex_lock(&line->mutex);
    if (line->stopping) {
        goto done;
    }
    if (!line->running) {
        line->running = pthread_create(&line->thread, NULL, delay_main, line) == 0;
        if (!line->running) {
            goto done;
        }
    }
    int64_t now = now_ms();
    ex->due_ms = delay_ms > INT64_MAX - now ? INT64_MAX : now + delay_ms;
    exchange **at = &line->head;
    while (*at != NULL && (*at)->due_ms <= ex->due_ms) {
        at = &(*at)->next_delayed;
    }
    ex->next_delayed = *at;
    *at = ex;
    MHD_suspend_connection(ex->connection);
    if (line->head == ex) {
        wake(line);
    }
    added = true;
done:
    pthread_mutex_unlock(&line->mutex);
    return added;
}

void delay_stop(delay_line *line) {
    pthread_mutex_lock(&line->mutex);
    line->stopping = true;
    bool running = line->running;
    line->running = false;
    wake(line);
    pthread_mutex_unlock(&line->mutex);
    if (running) {
        pthread_join(line->thread, NULL);
    }
}

void delay_clear(delay_line *line) {
    if (line->wake_fd >= 0) {
        close(line->wake_fd);
        line->wake_fd = -1;
        pthread_mutex_destroy(&line->mutex);
    }
}
