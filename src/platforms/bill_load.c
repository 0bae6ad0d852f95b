/*
 * A bill from its link into its file: piece by piece, and where the connection was cut, from there
 * on (Range with If-Range, so that another file is never appended), or from the start where the
 * server told no tag. Nothing of ours goes to the link: no token, no signature.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platforms/bill_private.h"

enum {
    MAX_MB = 4096,
    EXCHANGE_MS = 300000, /* of one exchange; a slower one is cut and goes on */
    CUTS = 6,             /* in a row, without a byte */
    FIRST_PAUSE_MS = 200,
    SLICE_MS = 200
};

int64_t bill_left_ms(const bill_job *job) {
    return job->end_ms - job->clock->mono_ms(job->clock->self);
}

bool bill_tell(const bill_job *job, qd_bill_phase phase) {
    const qd_bill_progress progress = {
        .phase = phase, .polls = job->result->polls, .bytes = job->file.bytes, .total = job->total
    };
    return !job->options->progress || job->options->progress(job->options->user, &progress);
}

qd_status bill_pause(const bill_job *job, int64_t ms, qd_bill_phase phase, qd_err *err) {
    if (ms > bill_left_ms(job)) {
        return base_fail(err, QD_E_TIMEOUT, "the deadline passed");
    }
    while (ms > 0) {
        int64_t slice = ms < SLICE_MS ? ms : SLICE_MS;
        if (!bill_tell(job, phase)) {
            return base_fail(err, QD_E_CANCELLED, "stopped by the caller");
        }
        job->clock->sleep_ms(job->clock->self, slice);
        ms -= slice;
    }
    return QD_OK;
}

/* ---- one exchange ---- */

typedef struct loading {
    bill_job *job;
    char etag[128]; /* of the bytes that are there; "" = none was told */
    bool begun;     /* the first piece of this exchange was seen */
    bool misplaced; /* the server answered with another part than was asked for */
    bool stopped;   /* by the caller */
    qd_status disk; /* what the file said */
    qd_err err;
} loading;

static int64_t number_behind(const char *text, char mark) {
    const char *at = text ? strrchr(text, mark) : NULL;
    int64_t number = -1;
    return at && base_str_to_i64(base_str_of(at + 1), &number) && number >= 0 ? number : -1;
}

/* "bytes 100-199/200": does it go on where the file ends? */
static bool begin_part(loading *l, const char *range) {
    int64_t from = -1;
    const char *dash = range ? strchr(range, '-') : NULL;
    if (!dash || strncmp(range, "bytes ", 6) != 0 ||
        !base_str_to_i64((base_str){ range + 6, (size_t)(dash - range) - 6 }, &from)) {
        return false;
    }
    l->job->total = number_behind(range, '/');
    return from == l->job->file.bytes;
}

static bool begin_whole(loading *l, const qd_http_reply *head) {
    const char *length = net_reply_header(head, "Content-Length");
    l->job->total = -1;
    if (length && !net_reply_header(head, "Content-Encoding")) {
        (void)base_str_to_i64(base_str_of(length), &l->job->total);
    }
    l->disk = bill_file_empty(&l->job->file, &l->err);
    return l->disk == QD_OK;
}

static bool on_piece(void *user, const qd_http_reply *head, const char *data, size_t len) {
    loading *l = user;
    if (!l->begun) {
        const char *etag = net_reply_header(head, "ETag");
        bool weak = etag && strncmp(etag, "W/", 2) == 0; /* not for parts */
        l->begun = true;
        if (head->status == 206) {
            l->misplaced = !begin_part(l, net_reply_header(head, "Content-Range"));
        } else if (!begin_whole(l, head)) {
            return false;
        }
        if (l->misplaced || !base_copy(l->etag, sizeof l->etag, base_str_of(weak ? NULL : etag))) {
            l->etag[0] = '\0';
        }
    }
    if (l->misplaced) {
        return false;
    }
    l->disk = bill_file_write(&l->job->file, data, len, &l->err);
    return l->disk == QD_OK;
}

static bool is_stopped(void *user) {
    loading *l = user;
    l->stopped = l->stopped || !bill_tell(l->job, QD_BILL_LOADING);
    return l->stopped;
}

static int64_t most_bytes(const bill_job *job) {
    return job->options->max_bytes > 0 ? job->options->max_bytes : (int64_t)MAX_MB << 20;
}

static qd_status exchange(loading *l, const char *url, core_fetched *out, qd_err *err) {
    bill_job *job = l->job;
    char range[48];
    qd_http_header headers[3] = { { "Accept-Encoding", "identity" } };
    size_t count = 1;
    if (job->file.bytes > 0 && !l->etag[0]) {
        qd_status status = bill_file_empty(&job->file, err);
        if (status != QD_OK) {
            return status;
        }
    }
    if (job->file.bytes > 0) {
        (void)snprintf(range, sizeof range, "bytes=%lld-", (long long)job->file.bytes);
        headers[count++] = (qd_http_header){ "Range", range };
        headers[count++] = (qd_http_header){ "If-Range", l->etag };
        job->result->resumed++;
    }
    int64_t left = bill_left_ms(job);
    core_fetch_options options = { .url = url,
                                   .headers = headers,
                                   .header_count = count,
                                   .timeout_ms = left < EXCHANGE_MS ? left : EXCHANGE_MS,
                                   .max_bytes = (size_t)(most_bytes(job) - job->file.bytes) + 1,
                                   .piece = on_piece,
                                   .cancel = is_stopped,
                                   .user = l };
    l->begun = false;
    l->misplaced = false;
    return core_fetch(job->shop, &options, out, err);
}

/* ---- what came of it ---- */

typedef enum outcome { LOAD_DONE, LOAD_AGAIN, LOAD_DEAD, LOAD_FAILED } outcome;

static outcome judge_status(const loading *l, const core_fetched *got, qd_err *err) {
    int64_t have = l->job->file.bytes, total = l->job->total;
    if (got->status == 200 || got->status == 206) {
        if (total >= 0 && have != total) {
            base_fail(err, QD_E_UNAVAILABLE, "the bill's file has %lld bytes instead of %lld",
                      (long long)have, (long long)total);
            return LOAD_AGAIN;
        }
        return LOAD_DONE;
    }
    if (got->status == 403 || got->status == 404 || got->status == 410) {
        base_fail(err, QD_E_UNAVAILABLE, "HTTP %d: the bill's link is not good any more",
                  got->status);
        return LOAD_DEAD;
    }
    if (got->status >= 500 || got->status == 429 || got->status == 416) {
        base_fail(err, QD_E_UNAVAILABLE, "HTTP %d to the bill's link", got->status);
        return LOAD_AGAIN;
    }
    base_fail(err, QD_E_PROTOCOL, "HTTP %d to the bill's link", got->status);
    return LOAD_FAILED;
}

static outcome judge(const loading *l, const core_fetched *got, qd_err *err) {
    if (l->disk != QD_OK) {
        *err = l->err;
        return LOAD_FAILED;
    }
    if (l->stopped) {
        base_fail(err, QD_E_CANCELLED, "stopped by the caller");
        return LOAD_FAILED;
    }
    if (got->outcome == QD_HTTP_TOO_BIG || l->job->file.bytes > most_bytes(l->job)) {
        base_fail(err, QD_E_PROTOCOL, "the bill's file is longer than %lld bytes",
                  (long long)most_bytes(l->job));
        return LOAD_FAILED;
    }
    if (got->outcome != QD_HTTP_DONE) {
        base_fail(err, QD_E_UNAVAILABLE, "the download of the bill was cut after %lld bytes: %s",
                  (long long)l->job->file.bytes,
                  l->misplaced ? "another part came than was asked for" : got->message);
        return LOAD_AGAIN;
    }
    return judge_status(l, got, err);
}

qd_status bill_load(bill_job *job, const char *url, bool *out_dead, qd_err *err) {
    loading l = { .job = job };
    int64_t pause = FIRST_PAUSE_MS;
    qd_status status = QD_OK;
    *out_dead = false;
    job->total = -1;
    for (int cuts = 0; cuts < CUTS; cuts++) {
        core_fetched got;
        qd_err passed = QD_ERR_INIT;
        int64_t before = job->file.bytes;
        status = exchange(&l, url, &got, err);
        if (status != QD_OK) {
            return status;
        }
        outcome what = judge(&l, &got, err);
        if (what != LOAD_AGAIN) {
            *out_dead = what == LOAD_DEAD;
            return what == LOAD_DONE ? QD_OK : err->status;
        }
        if (got.status == 416 || l.misplaced) {
            l.etag[0] = '\0'; /* from the start */
        }
        if (job->file.bytes > before) {
            cuts = 0;
            pause = FIRST_PAUSE_MS;
        }
        status = err->status;
        if (bill_pause(job, pause, QD_BILL_LOADING, &passed) != QD_OK) {
            base_err_prefix(err, "%s", passed.message);
            err->status = passed.status;
            return passed.status;
        }
        pause *= 2;
    }
    return status;
}
