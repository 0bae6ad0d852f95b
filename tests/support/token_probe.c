/* See token_probe.h. Knows how Douyin's gateway writes a token into a call and an answer. */
#include "support/token_probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/net.h"

/* ---- the journal ---- */

static void write_line(int fd, probe_step step, const char *access, const char *refresh) {
    char line[2 * PROBE_TEXT + 32];
    int len = snprintf(line, sizeof line, "%d %s %s\n", (int)step, access[0] ? access : "-",
                       refresh[0] ? refresh : "-");
    if (write(fd, line, (size_t)len) != (ssize_t)len) {
        _exit(3);
    }
}

static void pass(token_probe *probe, probe_step step, const char *access, const char *refresh) {
    write_line(probe->journal, step, access, refresh);
    if (step == probe->kill_at) {
        kill(getpid(), SIGKILL);
        for (;;) {
            pause();
        }
    }
}

void token_probe_note(const char *journal, probe_step step, const char *access,
                      const char *refresh) {
    int fd = open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    write_line(fd, step, access, refresh);
    close(fd);
}

int token_probe_read(const char *journal, probe_line *out, int most) {
    FILE *file = fopen(journal, "re");
    int count = 0;
    if (file == NULL) {
        return -1;
    }
    while (count <= most) {
        probe_line line;
        if (fscanf(file, "%d %63s %63s", &line.step, line.access, line.refresh) != 3) {
            break;
        }
        if (count < most) {
            out[count] = line;
        }
        count++;
    }
    fclose(file);
    return count <= most ? count : -1;
}

/* ---- the store ---- */

static void copy(char out[PROBE_TEXT], const char *text) {
    (void)snprintf(out, PROBE_TEXT, "%.*s", PROBE_TEXT - 1, text);
}

static token_probe *of_store(qd_token_store *self) {
    return (token_probe *)self;
}

static qd_status load(qd_token_store *self, const char *handle, const char *environment,
                      qd_token *out_token, qd_err *err) {
    token_probe *probe = of_store(self);
    qd_status status = probe->inner->load(probe->inner, handle, environment, out_token, err);
    if (status == QD_OK) {
        copy(probe->known, out_token->access);
    }
    return status;
}

static qd_status save(qd_token_store *self, const char *handle, const char *environment,
                      const qd_token *token, int64_t expected, qd_err *err) {
    token_probe *probe = of_store(self);
    bool pair = strcmp(probe->known, token->access) != 0;
    bool intent = !pair && token->intent_at != 0;
    if (pair || intent) {
        pass(probe, pair ? PROBE_SAVE : PROBE_INTENT, token->access, token->refresh);
    }
    qd_status status = probe->inner->save(probe->inner, handle, environment, token, expected, err);
    if (status == QD_OK) {
        copy(probe->known, token->access);
        if (pair) {
            copy(probe->fresh, token->access);
        }
        if (pair || intent) {
            pass(probe, pair ? PROBE_SAVED : PROBE_INTENT_SAVED, token->access, token->refresh);
        }
    }
    return status;
}

static qd_status try_lock(qd_token_store *self, const char *handle, const char *environment,
                          void **out_lock, qd_err *err) {
    qd_token_store *inner = of_store(self)->inner;
    return inner->try_lock(inner, handle, environment, out_lock, err);
}

static void unlock(qd_token_store *self, void *lock) {
    qd_token_store *inner = of_store(self)->inner;
    inner->unlock(inner, lock);
}

static void free_nothing(qd_token_store *self) {
    (void)self;
}

bool token_probe_init(token_probe *probe, qd_token_store *inner, const char *journal,
                      probe_step kill_at) {
    memset(probe, 0, sizeof *probe);
    probe->tokens = (qd_token_store){ load, save, try_lock, unlock, free_nothing };
    probe->inner = inner;
    probe->kill_at = kill_at;
    probe->journal = open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return probe->journal >= 0;
}

void token_probe_clear(token_probe *probe) {
    close(probe->journal);
}

/* ---- the transport ---- */

typedef struct probed {
    qd_transport transport;
    qd_transport *inner;
    token_probe *probe;
} probed;

typedef struct exchange {
    token_probe *probe;
    qd_http_done_fn done;
    void *user;
    bool token_call;
} exchange;

/* The text after `mark` up to a quote or an ampersand; "" when it is not there. */
static void text_after(const char *text, size_t len, const char *mark, char out[PROBE_TEXT]) {
    const char *at = text != NULL ? memmem(text, len, mark, strlen(mark)) : NULL;
    size_t used = 0;
    if (at != NULL) {
        const char *end = text + len;
        for (at += strlen(mark); at < end && *at != '"' && *at != '&' && used + 1 < PROBE_TEXT;) {
            out[used++] = *at++;
        }
    }
    out[used] = '\0';
}

static void on_done(void *user, const qd_http_reply *reply) {
    exchange *it = user;
    char access[PROBE_TEXT], refresh[PROBE_TEXT];
    text_after(reply->body, reply->body_len, "\"access_token\":\"", access);
    text_after(reply->body, reply->body_len, "\"refresh_token\":\"", refresh);
    if (it->token_call && access[0] != '\0') {
        pass(it->probe, PROBE_ANSWER, access, refresh);
    }
    it->done(it->user, reply);
    free(it);
}

static qd_status submit(qd_transport *self, const qd_http_request *request, qd_http_done_fn done,
                        void *user, uint64_t *out_id, qd_err *err) {
    probed *it = (probed *)self;
    token_probe *probe = it->probe;
    exchange *open = calloc(1, sizeof *open);
    if (open == NULL) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a probe");
    }
    bool refresh = strstr(request->url, "method=token.refresh") != NULL;
    bool create = strstr(request->url, "method=token.create") != NULL;
    char text[PROBE_TEXT];
    *open = (exchange){ probe, done, user, refresh || create };
    if (open->token_call) {
        text_after(request->body, request->body_len, "\"refresh_token\":\"", text);
        pass(probe, refresh ? PROBE_REFRESH : PROBE_CREATE, "", text);
    } else {
        text_after(request->url, strlen(request->url), "access_token=", text);
        if (probe->fresh[0] != '\0' && strcmp(text, probe->fresh) == 0) {
            pass(probe, PROBE_USE, text, "");
        }
    }
    qd_status status = it->inner->submit(it->inner, request, on_done, open, out_id, err);
    if (status != QD_OK) {
        free(open);
    }
    return status;
}

static void cancel(qd_transport *self, uint64_t id) {
    qd_transport *inner = ((probed *)self)->inner;
    inner->cancel(inner, id);
}

static int run(qd_transport *self, int64_t timeout_ms) {
    qd_transport *inner = ((probed *)self)->inner;
    return inner->run(inner, timeout_ms);
}

static int descriptor(qd_transport *self) {
    qd_transport *inner = ((probed *)self)->inner;
    return inner->fd(inner);
}

static int64_t timeout(qd_transport *self) {
    qd_transport *inner = ((probed *)self)->inner;
    return inner->timeout_ms(inner);
}

static void free_probed(qd_transport *self) {
    qd_transport *inner = ((probed *)self)->inner;
    inner->free(inner);
    free(self);
}

qd_transport *token_probe_transport(void *probe, qd_err *err) {
    net_curl_options options = { .verify_tls = true };
    probed *it = calloc(1, sizeof *it);
    if (it == NULL || net_curl_new(&options, &it->inner, err) != QD_OK) {
        free(it);
        return NULL;
    }
    it->transport = (qd_transport){ submit, cancel, run, descriptor, timeout, free_probed };
    it->probe = probe;
    return &it->transport;
}
