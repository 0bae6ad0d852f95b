/*
 * The sockets that the transport's epoll descriptor watches. libcurl forgets a connection's socket
 * after every exchange and names it again in the next; here it stays registered in between, which
 * saves two system calls an exchange. Knows nothing of requests.
 *
 * What makes that safe: sockets are opened and closed through the callbacks below, so a number that
 * the system gives out again is never taken for the connection it was before. A socket that libcurl
 * makes in another way (its resolver's) is registered and taken out each time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net_private.h"

enum {
    WATCH_IN = 1, /* as registered */
    WATCH_OUT = 2,
    WATCH_WANTED = 4, /* libcurl waits for it now */
    WATCH_OURS = 8,   /* opened here, so that its closing is seen here, too */
    REGISTERED = WATCH_IN | WATCH_OUT,
    FIRST_ROOM = 64
};

static unsigned char *flags_of(net_watch *watch, int fd) {
    size_t wanted = (size_t)fd + 1;
    if (wanted > watch->room) {
        size_t room = watch->room ? watch->room : FIRST_ROOM;
        while (room < wanted) {
            room *= 2;
        }
        unsigned char *more = realloc(watch->flags, room);
        if (more == NULL) {
            return NULL;
        }
        memset(more + watch->room, 0, room - watch->room);
        watch->flags = more;
        watch->room = room;
    }
    return &watch->flags[fd];
}

static void take_out(net_watch *watch, int fd) {
    struct epoll_event event = { .events = 0, .data = { .fd = fd } };
    /* Fails when it is closed already: then it is gone from the set. */
    epoll_ctl(watch->epoll_fd, EPOLL_CTL_DEL, fd, &event);
}

static void put_in(net_watch *watch, int fd, int wanted, bool there) {
    struct epoll_event event = { .events = 0, .data = { .fd = fd } };
    event.events =
        (wanted & WATCH_IN ? (uint32_t)EPOLLIN : 0) | (wanted & WATCH_OUT ? (uint32_t)EPOLLOUT : 0);
    int first = there ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int second = there ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (epoll_ctl(watch->epoll_fd, first, fd, &event) != 0 &&
        epoll_ctl(watch->epoll_fd, second, fd, &event) != 0) {
        base_log(QD_LOG_ERROR, "net", "cannot watch a socket: errno %d", errno);
    }
}

void net_watch_set(net_watch *watch, int fd, int what) {
    unsigned char *flags = flags_of(watch, fd);
    unsigned char none = 0;
    if (flags == NULL) {
        flags = &none; /* out of memory: registered each time */
    }
    int wanted = (what & CURL_POLL_IN ? WATCH_IN : 0) | (what & CURL_POLL_OUT ? WATCH_OUT : 0);
    int there = *flags & REGISTERED;
    if (what == CURL_POLL_REMOVE) {
        if ((*flags & WATCH_OURS) != 0 && there == WATCH_IN && !watch->exact) {
            *flags &= (unsigned char)~WATCH_WANTED;
            return;
        }
        take_out(watch, fd);
        *flags &= WATCH_OURS;
        return;
    }
    if (there != wanted) {
        put_in(watch, fd, wanted, there != 0);
    }
    *flags = (unsigned char)((*flags & WATCH_OURS) | WATCH_WANTED | wanted);
}

bool net_watch_wanted(net_watch *watch, int fd) {
    unsigned char *flags = flags_of(watch, fd);
    if (flags == NULL || (*flags & WATCH_WANTED) != 0) {
        return true;
    }
    take_out(watch, fd);
    *flags &= WATCH_OURS;
    return false;
}

void net_watch_exact(net_watch *watch) {
    for (size_t fd = 0; fd < watch->room && !watch->exact; fd++) {
        if ((watch->flags[fd] & REGISTERED) != 0) {
            (void)net_watch_wanted(watch, (int)fd);
        }
    }
    watch->exact = true;
}

/* The socket options are those libcurl would use, and the descriptor is not inherited. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    unsigned char *flags = fd >= 0 ? flags_of(user, fd) : NULL;
    if (flags != NULL) {
        *flags = WATCH_OURS;
    }
    return fd;
}

static int on_close(void *user, curl_socket_t fd) {
    net_watch *watch = user;
    unsigned char *flags = flags_of(watch, fd);
    if (flags != NULL) {
        /* Not left to close(): a child that was forked meanwhile would keep it in the set. */
        if ((*flags & REGISTERED) != 0) {
            take_out(watch, fd);
        }
        *flags = 0;
    }
    return close(fd);
}

bool net_watch_attach(net_watch *watch, CURL *easy) {
    CURLcode bad = CURLE_OK;
    bad |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    bad |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, watch);
    bad |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    bad |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, watch);
    return bad == CURLE_OK;
}

void net_watch_free(net_watch *watch) {
    if (watch->epoll_fd >= 0) {
        close(watch->epoll_fd);
    }
    free(watch->flags);
    watch->flags = NULL;
    watch->room = 0;
}
