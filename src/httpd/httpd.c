/*
 * Starts and stops the server: the listening socket, libmicrohttpd's threads and their connection
 * limit. Does not look into requests.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd/httpd_private.h"

enum {
    BACKLOG = 1024, /* connections that wait in the kernel while all threads are full */
    DEFAULT_HEAD = 32 * 1024,
    DEFAULT_IDLE_S = 60,
    MAX_THREADS = 64
};

/* Connections of the daemon thread that asks; each belongs to one server. */
static _Thread_local int thread_connections;

void crowd_count(void *cls, struct MHD_Connection *connection, void **socket_context,
                 enum MHD_ConnectionNotificationCode code) {
    (void)cls;
    (void)connection;
    (void)socket_context;
    thread_connections += code == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1;
}

bool crowd_is_dense(void) {
    return thread_connections > HTTPD_KEPT_A_THREAD;
}

/* libmicrohttpd would decode the path and the query in place; both stay as received. */
static size_t keep_raw(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls;
    (void)connection;
    return strlen(text);
}

QD_PRINTF(2, 0) static void take_log(void *cls, const char *format, va_list args) {
    (void)cls;
    char line[256];
    vsnprintf(line, sizeof(line), format, args);
    line[strcspn(line, "\r\n")] = '\0';
    base_log(QD_LOG_DEBUG, "httpd", "%s", line);
}

static qd_status bind_failure(const char *address, uint16_t port, int number, qd_err *err) {
    qd_status status = QD_E_IO;
    if (number == EADDRINUSE) {
        return base_fail(err, QD_E_BUSY, "port %u at %s is taken", (unsigned)port, address);
    }
    if (number == EADDRNOTAVAIL || number == EAFNOSUPPORT) {
        status = QD_E_INVALID;
    }
    char text[96];
    return base_fail(err, status, "cannot listen at %s port %u: %s", address, (unsigned)port,
                     strerror_r(number, text, sizeof(text)));
}

/* The port that the kernel chose, when asked for any. */
static uint16_t bound_port(int fd) {
    struct sockaddr_storage bound;
    socklen_t len = sizeof(bound);
    memset(&bound, 0, sizeof(bound));
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return 0;
    }
    if (bound.ss_family == AF_INET6) {
        return ntohs(((const struct sockaddr_in6 *)&bound)->sin6_port);
    }
    return ntohs(((const struct sockaddr_in *)&bound)->sin_port);
}

static qd_status listen_open(httpd *server, const char *address, uint16_t port, qd_err *err) {
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    char service[8];
    snprintf(service, sizeof(service), "%u", (unsigned)port);
    if (getaddrinfo(address, service, &hints, &found) != 0) {
        return base_fail(err, QD_E_INVALID, "\"%s\" is no address to listen at", address);
    }
    qd_status status = QD_OK;
    int on = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* A restarted server may take its port at once, though old connections linger in TIME_WAIT. */
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        status = bind_failure(address, port, errno, err);
        if (fd >= 0) {
            close(fd);
        }
    } else {
        server->listen_fd = fd;
        server->port = bound_port(fd);
    }
    freeaddrinfo(found);
    return status;
}

static qd_status daemon_start(httpd *server, const httpd_options *options, qd_err *err) {
    unsigned threads = options->threads == 0 ? 1 : options->threads;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem pool[] = {
        /* A pool of one is none: libmicrohttpd wants at least two. */
        { threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    int idle = options->idle_timeout_s > 0 ? options->idle_timeout_s : DEFAULT_IDLE_S;
    size_t head = options->max_head > 0 ? options->max_head : DEFAULT_HEAD;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, exchange_step, server, MHD_OPTION_EXTERNAL_LOGGER, take_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)HTTPD_CONNECTIONS_A_THREAD * threads, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)idle, MHD_OPTION_CONNECTION_MEMORY_LIMIT, head, MHD_OPTION_URI_LOG_CALLBACK,
        exchange_begin, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_end, server,
        MHD_OPTION_NOTIFY_CONNECTION, crowd_count, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_raw,
        NULL, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    if (server->daemon == NULL) {
        server->listen_fd = -1; /* closed by libmicrohttpd, also when it fails */
        return base_fail(err, QD_E_IO, "cannot start the HTTP server's threads");
    }
    return QD_OK;
}

qd_status httpd_start(const httpd_options *options, httpd **out_server, qd_err *err) {
    qd_status status = QD_E_NOMEM;
    if (options->handler == NULL || options->threads > MAX_THREADS) {
        return base_fail(err, QD_E_INVALID, "a server needs a handler and at most %d threads",
                         (int)MAX_THREADS);
    }
    httpd *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a server");
    }
    server->listen_fd = -1;
    server->handler = options->handler;
    server->user = options->user;
    server->max_body = options->max_body > 0 ? options->max_body : LIMIT_REQUEST_BYTES;
    status = delay_init(&server->delays, err);
    if (status != QD_OK) {
        goto done;
    }
    status = listen_open(server, options->address != NULL ? options->address : "127.0.0.1",
                         options->port, err);
    if (status != QD_OK) {
        goto done;
    }
    status = daemon_start(server, options, err);
    if (status == QD_OK) {
        *out_server = server;
        server = NULL;
    }
done:
    httpd_stop(server);
    return status;
}

uint16_t httpd_port(const httpd *server) {
    return server->port;
}

void httpd_stop(httpd *server) {
    if (server == NULL) {
        return;
    }
    if (server->daemon != NULL) {
        /* libmicrohttpd must not be stopped while a connection is suspended. */
        delay_stop(&server->delays);
        MHD_stop_daemon(server->daemon); /* closes the listening socket */
    } else if (server->listen_fd >= 0) {
        close(server->listen_fd);
    }
    delay_clear(&server->delays);
    free(server);
}
