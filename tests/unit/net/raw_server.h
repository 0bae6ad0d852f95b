/*
 * A scripted server on a raw socket for the tests of room net: a thread a connection reads whole
 * requests and lets the test's function answer byte by byte, so that it can misbehave exactly.
 */
#ifndef TESTS_NET_RAW_SERVER_H
#define TESTS_NET_RAW_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RAW_CONNECTIONS = 512, RAW_REQUEST = 256 * 1024 };

typedef struct raw_server raw_server;

/* One request as received: head, empty line, body. */
typedef struct raw_request {
    raw_server *server;
    int fd;
    const char *text; /* ends in NUL */
    size_t len;
    int connection; /* which connection of the server, from 1 */
    int number;     /* which request of this connection, from 1 */
} raw_request;

/* True keeps the connection for another request. */
typedef bool (*raw_fn)(const raw_request *request);

struct raw_server {
    raw_fn answer;
    int listen_fd;
    int port;
    pthread_t thread;
    pthread_mutex_t mutex;
    int connections;
    int requests;
    char last[4096]; /* the latest request, cut to fit */
    int fds[RAW_CONNECTIONS];
    pthread_t threads[RAW_CONNECTIONS];
};

typedef struct raw_connection {
    raw_server *server;
    int number;
    int fd;
} raw_connection;

static inline void raw_send(int fd, const char *text) {
    size_t len = strlen(text);
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        text += sent;
        len -= (size_t)sent;
    }
}

/* A complete answer with this body. */
static inline bool raw_ok(const raw_request *request, const char *body) {
    char head[128];
    snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", strlen(body));
    raw_send(request->fd, head);
    raw_send(request->fd, body);
    return true;
}

static inline size_t raw_body_length(const char *head) {
    const char *found = strcasestr(head, "\r\nContent-Length:");
    return found == NULL ? 0 : strtoul(found + 17, NULL, 10);
}

/* Reads one whole request; 0 when the peer has closed or sent garbage. */
static inline size_t raw_read(int fd, char *text) {
    size_t len = 0;
    for (;;) {
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n");
        if (end != NULL && len >= (size_t)(end - text) + 4 + raw_body_length(text)) {
            return len;
        }
        ssize_t count = recv(fd, text + len, RAW_REQUEST - 1 - len, 0);
        if (count <= 0) {
            return 0;
        }
        len += (size_t)count;
    }
}

static inline void *raw_serve(void *arg) {
    raw_connection *connection = arg;
    raw_server *server = connection->server;
    char *text = malloc(RAW_REQUEST);
    raw_request request = { server, connection->fd, text, 0, connection->number, 0 };
    bool more = text != NULL;
    while (more && (request.len = raw_read(request.fd, text)) > 0) {
        request.number++;
        pthread_mutex_lock(&server->mutex);
        server->requests++;
        snprintf(server->last, sizeof(server->last), "%s", text);
        pthread_mutex_unlock(&server->mutex);
        more = server->answer(&request);
    }
    shutdown(request.fd, SHUT_RDWR);
    free(text);
    free(connection);
    return NULL;
}

static inline void *raw_accept(void *arg) {
    raw_server *server = arg;
    for (;;) {
        int fd = accept(server->listen_fd, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        raw_connection *connection = calloc(1, sizeof(*connection));
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        pthread_mutex_lock(&server->mutex);
        int index = server->connections;
        if (connection == NULL || index == RAW_CONNECTIONS) {
            pthread_mutex_unlock(&server->mutex);
            close(fd);
            free(connection);
            continue;
        }
        server->connections++;
        server->fds[index] = fd;
        *connection = (raw_connection){ server, index + 1, fd };
        pthread_create(&server->threads[index], NULL, raw_serve, connection);
        pthread_mutex_unlock(&server->mutex);
    }
}

static inline int raw_listen(int *out_port) {
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 256) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        perror("listen");
        exit(1);
    }
    *out_port = ntohs(address.sin_port);
    return fd;
}

static inline raw_server *raw_start(raw_fn answer) {
    raw_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        exit(1);
    }
    server->answer = answer;
    server->listen_fd = raw_listen(&server->port);
    pthread_mutex_init(&server->mutex, NULL);
    pthread_create(&server->thread, NULL, raw_accept, server);
    return server;
}

static inline void raw_stop(raw_server *server) {
    shutdown(server->listen_fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listen_fd);
    for (int i = 0; i < server->connections; i++) {
        shutdown(server->fds[i], SHUT_RDWR);
        pthread_join(server->threads[i], NULL);
        close(server->fds[i]);
    }
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

static inline int raw_requests(raw_server *server) {
    pthread_mutex_lock(&server->mutex);
    int count = server->requests;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

static inline int raw_connections(raw_server *server) {
    pthread_mutex_lock(&server->mutex);
    int count = server->connections;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

static inline bool raw_saw(raw_server *server, const char *text) {
    pthread_mutex_lock(&server->mutex);
    bool found = strstr(server->last, text) != NULL;
    pthread_mutex_unlock(&server->mutex);
    return found;
}

#endif
