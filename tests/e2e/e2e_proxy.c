/* See e2e_proxy.h. One connection after the other, one exchange each. */
#include "e2e_proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/check.h"

enum { HEAD_MOST = 65536, WAIT_S = 120 };

static const char JOE[] = "Proxy-Authorization: Basic am9lOnMzY3IzdA=="; /* joe:s3cr3t */

static bool send_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        data += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* Reads to the end of the head; what came behind it stays in place. *out_head: its length. */
static bool read_head(int fd, char *buffer, size_t *out_len, size_t *out_head) {
    size_t len = 0;
    for (;;) {
        ssize_t got = recv(fd, buffer + len, HEAD_MOST - 1 - len, 0);
        if (got <= 0) {
            return false;
        }
        len += (size_t)got;
        buffer[len] = '\0';
        char *end = strstr(buffer, "\r\n\r\n");
        if (end) {
            *out_len = len;
            *out_head = (size_t)(end + 4 - buffer);
            return true;
        }
        if (len == HEAD_MOST - 1) {
            return false;
        }
    }
}

static void note(proxy *p, const char *head, const char *target, bool tunnel) {
    pthread_mutex_lock(&p->mutex);
    *(tunnel ? &p->tunnels : &p->forwarded) += 1;
    p->unauthorised += strstr(head, JOE) ? 0 : 1;
    snprintf(p->target, sizeof p->target, "%s", target);
    pthread_cond_broadcast(&p->news);
    pthread_mutex_unlock(&p->mutex);
}

static int connect_to(int port) {
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The head for the server: its own path, nothing of the proxy, one exchange. */
static bool send_head(int server, char *head, const char *method, const char *path) {
    char line[HEAD_MOST];
    char *rest = NULL;
    snprintf(line, sizeof line, "%s %s HTTP/1.1\r\n", method, path);
    bool fine = send_all(server, line, strlen(line));
    (void)strtok_r(head, "\r\n", &rest); /* the request line */
    for (char *h = strtok_r(NULL, "\r\n", &rest); h && fine; h = strtok_r(NULL, "\r\n", &rest)) {
        if (strncasecmp(h, "Proxy-", 6) == 0 || strncasecmp(h, "Connection:", 11) == 0) {
            continue;
        }
        fine = send_all(server, h, strlen(h)) && send_all(server, "\r\n", 2);
    }
    return fine && send_all(server, "Connection: close\r\n\r\n", 21);
}

static void pump(int from, int to, size_t most) {
    char block[16384];
    while (most > 0) {
        ssize_t got = recv(from, block, most < sizeof block ? most : sizeof block, 0);
        if (got <= 0 || !send_all(to, block, (size_t)got)) {
            return;
        }
        most -= (size_t)got;
    }
}

static void forward(proxy *p, int client, char *buffer, size_t len, size_t head) {
    char method[8], target[256], host[128];
    int port = 0;
    char *copy = strndup(buffer, head);
    const char *length = strcasestr(copy, "\r\nContent-Length:");
    size_t body = length ? strtoul(length + 17, NULL, 10) : 0;
    char *url = strstr(buffer, "http://");
    if (!copy || !url || sscanf(buffer, "%7s http://%127[^:]:%d/", method, host, &port) != 3) {
        free(copy);
        return;
    }
    snprintf(target, sizeof target, "%s:%d", host, port);
    note(p, copy, target, false);
    char *path = strchr(url + 7, '/');
    size_t path_len = strcspn(path, " ");
    char *own = strndup(path, path_len);
    int server = connect_to(port);
    if (strcasestr(copy, "\r\nExpect:")) {
        (void)send_all(client, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    }
    if (server >= 0 && own && send_head(server, copy, method, own)) {
        size_t have = len - head < body ? len - head : body;
        if (send_all(server, buffer + head, have)) {
            pump(client, server, body - have);
            pump(server, client, (size_t)-1);
        }
    }
    if (server >= 0) {
        close(server);
    }
    free(own);
    free(copy);
}

static void serve(proxy *p, int client) {
    static const char refused[] =
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    char *buffer = malloc(HEAD_MOST);
    size_t len = 0, head = 0;
    char target[256] = "";
    if (buffer && read_head(client, buffer, &len, &head)) {
        if (sscanf(buffer, "CONNECT %255s", target) == 1) {
            note(p, buffer, target, true);
            (void)send_all(client, refused, sizeof refused - 1);
        } else {
            forward(p, client, buffer, len, head);
        }
    }
    free(buffer);
    shutdown(client, SHUT_RDWR);
    close(client);
}

static void *run(void *arg) {
    proxy *p = arg;
    for (;;) {
        int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
        if (client >= 0) {
            serve(p, client);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return NULL;
        }
    }
}

void proxy_start(proxy *p) {
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    memset(p, 0, sizeof *p);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->listener >= 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->listener, 64), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &size), 0);
    p->port = ntohs(at.sin_port);
    snprintf(p->url, sizeof p->url, "http://127.0.0.1:%d", p->port);
    snprintf(p->with_password, sizeof p->with_password, "http://joe:s3cr3t@127.0.0.1:%d", p->port);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->news, NULL);
    assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
}

void proxy_stop(proxy *p) {
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
    pthread_cond_destroy(&p->news);
    pthread_mutex_destroy(&p->mutex);
}

int proxy_forwarded(proxy *p) {
    pthread_mutex_lock(&p->mutex);
    int count = p->forwarded;
    pthread_mutex_unlock(&p->mutex);
    return count;
}

int proxy_tunnels(proxy *p) {
    pthread_mutex_lock(&p->mutex);
    int count = p->tunnels;
    pthread_mutex_unlock(&p->mutex);
    return count;
}

bool proxy_wait_tunnel(proxy *p, int more_than) {
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&p->mutex);
    while (p->tunnels <= more_than && rc == 0) {
        rc = pthread_cond_timedwait(&p->news, &p->mutex, &until);
    }
    bool there = p->tunnels > more_than;
    pthread_mutex_unlock(&p->mutex);
    return there;
}
