/*
 * A proxy on a free loopback port, as a thread of the test: forwards http calls (absolute URIs) and
 * refuses tunnels (CONNECT), so that nothing ever leaves the machine. It keeps what was asked of
 * it.
 */
#ifndef TESTS_E2E_PROXY_H
#define TESTS_E2E_PROXY_H

#include <pthread.h>
#include <stdbool.h>

typedef struct proxy {
    int listener;
    int port;
    char url[64];           /* http://127.0.0.1:PORT */
    char with_password[96]; /* http://joe:s3cr3t@127.0.0.1:PORT */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t news;
    int forwarded;    /* calls */
    int tunnels;      /* CONNECTs, all refused with 403 */
    int unauthorised; /* ... of both, without joe's password */
    char target[256]; /* of the last one: host:port */
} proxy;

void proxy_start(proxy *p);
void proxy_stop(proxy *p);
int proxy_forwarded(proxy *p);
int proxy_tunnels(proxy *p);
/* Waits until there were more tunnels than so many; false after two minutes. */
bool proxy_wait_tunnel(proxy *p, int more_than);

#endif
