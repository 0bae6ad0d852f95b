/*
 * Inside room httpd: the server object, one exchange, and the clock of delayed answers.
 */
#ifndef HTTPD_PRIVATE_H
#define HTTPD_PRIVATE_H

#include <microhttpd.h>
#include <pthread.h>

#include "httpd/httpd.h"

struct exchange;

/* Delayed answers: a list by due time and a thread that resumes them. The thread starts with the
 * first delay, so a server that never delays has none. */
typedef struct delay_line {
    pthread_mutex_t mutex;
    pthread_t thread;
    bool running;
    bool stopping;
    int wake_fd;           /* eventfd: a nearer due time, or the end */
    struct exchange *head; /* the next one due first */
} delay_line;

struct httpd {
    struct MHD_Daemon *daemon;
    int listen_fd;
    uint16_t port;
    size_t max_body;
    httpd_handler_fn handler;
    void *user;
    delay_line delays;
};

typedef enum exchange_stage {
    EXCHANGE_HEAD,   /* headers are being read */
    EXCHANGE_BODY,   /* body is being read */
    EXCHANGE_ANSWER, /* the handler has run; its answer waits for its time */
    EXCHANGE_SENT    /* handed to libmicrohttpd */
} exchange_stage;

enum { EXCHANGE_HEADERS = 24 }; /* more go to the heap */

/* One request and its answer: made when the request line is there, freed when libmicrohttpd says
 * that the exchange is over. Belongs to the connection's daemon thread; only delay fields are
 * shared, under the delay line's lock. */
typedef struct exchange {
    httpd *server;
    struct MHD_Connection *connection;
    exchange_stage stage;
    char *target; /* as received: path?query */
    base_buf body;
    size_t body_seen; /* also counts what was thrown away */
    bool too_long;
    httpd_header few_headers[EXCHANGE_HEADERS];
    httpd_header *headers;
    size_t header_count;
    size_t header_room;
    struct MHD_Response *answer; /* waits between the handler and the queue */
    unsigned answer_status;
    bool cut; /* close instead of answering */
    struct exchange *next_delayed;
    int64_t due_ms;
} exchange;

/* The hooks that libmicrohttpd calls; cls is the server. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_step(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_len, void **context);
void exchange_end(void *cls, struct MHD_Connection *connection, void **context,
                  enum MHD_RequestTerminationCode why);

/* Turns what the handler wrote into a response and takes over its memory, also on failure; NULL
 * when memory is out. *out_status may become 500. */
struct MHD_Response *answer_make(httpd_response *response, unsigned *out_status);
/* A short text of our own. */
struct MHD_Response *answer_text(const char *text);
void answer_add_header(struct MHD_Response *answer, const char *name, const char *value);

/* Has the calling thread more connections than it may keep alive? */
bool crowd_is_dense(void);
/* libmicrohttpd's connection hook, counts the connections of the calling thread. */
void crowd_count(void *cls, struct MHD_Connection *connection, void **socket_context,
                 enum MHD_ConnectionNotificationCode code);

QD_NODISCARD qd_status delay_init(delay_line *line, qd_err *err);
/* Suspends the connection and resumes it delay_ms later; false (nothing happened) when the server
 * is being stopped or no thread can be had. */
bool delay_add(delay_line *line, exchange *ex, int64_t delay_ms);
/* Resumes everything and joins the thread; later delays are refused. */
void delay_stop(delay_line *line);
void delay_clear(delay_line *line);

#endif
