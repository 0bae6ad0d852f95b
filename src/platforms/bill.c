/*
 * A bill file from the request to its place: ask, poll until it is made, download, check, rename.
 * Its answers tell what happened in three places (data.code, the number behind a sub code, an
 * error's code); all are read. What a download is lies in bill_load.c, the file in bill_file.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platforms/bill_private.h"

/* data.code of order.downloadToShop, and the numbers of downloadShopAccountItemFile's sub codes. */
enum {
    CODE_FINE = 100000,
    CODE_NO_RECORD = 100002,
    CODE_NOT_READY = 100015,
    CODE_EXPIRED = 100016,
    CODE_FAILED = 100025,
    URL_BYTES = 4096,
    RELINKS = 2
};

static const struct {
    const char *ask, *poll;
} methods[] = {
    [QD_BILL_SETTLEMENT] = { "order.downloadSettleItemToShop", "order.downloadToShop" },
    [QD_BILL_ACCOUNT] = { "order.downloadShopAccountItem", "order.downloadShopAccountItemFile" },
};

const char *qd_bill_kind_name(qd_bill_kind kind) {
    return kind == QD_BILL_ACCOUNT ? "account" : "settlement";
}

const char *qd_bill_format_name(qd_bill_format format) {
    static const char *const names[] = { "csv", "zip", "gzip", "other" };
    return (unsigned)format < sizeof names / sizeof names[0] ? names[format] : "other";
}

/* ---- calls ---- */

static int code_of_text(const char *text) {
    const char *colon = strrchr(text, ':');
    int64_t code = 0;
    (void)base_str_to_i64(base_str_of(colon ? colon + 1 : text), &code);
    return code >= 100000 && code <= 999999 ? (int)code : 0;
}

/* What the answer says of the file; 0 = nothing. */
static int code_of(const qd_reply *reply, const qd_err *err) {
    int64_t code = 0;
    yyjson_val *data = reply ? core_reply_data(reply) : NULL;
    if (codec_json_i64(yyjson_obj_get(data, "code"), &code) && code > 0) {
        return (int)code;
    }
    code = code_of_text(err->sub_code);
    return code ? (int)code : code_of_text(err->code);
}

/* A member of the data as text into out. */
static bool read_text(const qd_reply *reply, const char *name, char *out, size_t size) {
    yyjson_val *value = reply ? yyjson_obj_get(core_reply_data(reply), name) : NULL;
    const char *text = yyjson_get_str(value);
    if (yyjson_is_uint(value)) {
        int len = snprintf(out, size, "%llu", (unsigned long long)yyjson_get_uint(value));
        return len > 0 && (size_t)len < size;
    }
    return text && *text && base_copy(out, size, base_str_of(text));
}

static qd_status call(const bill_job *job, const char *method, base_buf *params,
                      qd_reply **out_reply, qd_err *err) {
    int64_t left = bill_left_ms(job);
    if (left <= 0) {
        return base_fail(err, QD_E_TIMEOUT, "the deadline passed");
    }
    /* To ask for a file twice makes two files and harms nobody. */
    qd_call_options options = { .deadline_ms = left, .assume_idempotent = true };
    qd_status status = base_buf_check(params, "the parameters", err);
    if (status == QD_OK) {
        status = qd_call_with(job->shop, method, base_buf_text(params), &options, out_reply, err);
    }
    return status;
}

/* ---- asking ---- */

static qd_status ask(bill_job *job, qd_err *err) {
    const qd_bill_options *options = job->options;
    const char *type = options->time_type ? options->time_type : "0";
    char from[BASE_TIME_TEXT], to[BASE_TIME_TEXT];
    base_buf params;
    qd_reply *reply = NULL;
    base_time_to_cn(options->from, from);
    base_time_to_cn(options->to - 1, to); /* the platform's ranges have their end */
    base_buf_init(&params, 1024);
    base_buf_printf(&params, "{\"start_time\":\"%s\",\"end_time\":\"%s\",\"time_type\":", from, to);
    if (options->kind == QD_BILL_ACCOUNT && (!strcmp(type, "0") || !strcmp(type, "1"))) {
        base_buf_add_text(&params, type); /* there it is a number */
    } else {
        codec_json_quote(&params, base_str_of(type));
    }
    base_buf_add_char(&params, '}');
    job->result->download_id[0] = '\0';
    (void)bill_tell(job, QD_BILL_ASKING);
    qd_status status = call(job, methods[options->kind].ask, &params, &reply, err);
    if (status == QD_OK && !read_text(reply, "download_id", job->result->download_id,
                                      sizeof job->result->download_id)) {
        status = base_fail(err, QD_E_PROTOCOL, "%s: the answer has no download_id (code %d)",
                           methods[options->kind].ask, code_of(reply, err));
    }
    qd_reply_free(reply);
    base_buf_clear(&params);
    job->result->asked += status == QD_OK;
    if (status == QD_OK && options->remember) {
        status = options->remember(options->user, job->result->download_id, err);
    }
    return status;
}

/* ---- polling ---- */

/* One poll: a link, a code, or an error. */
static qd_status poll(const bill_job *job, char url[URL_BYTES], int *out_code, qd_err *err) {
    const char *method = methods[job->options->kind].poll;
    base_buf params;
    qd_reply *reply = NULL;
    qd_err_clear(err);
    base_buf_init(&params, 1024);
    base_buf_add_text(&params, "{\"download_id\":");
    codec_json_quote(&params, base_str_of(job->result->download_id));
    base_buf_add_char(&params, '}');
    job->result->polls++;
    qd_status status = call(job, method, &params, &reply, err);
    *out_code = code_of(reply, err);
    bool fine = *out_code == 0 || *out_code == CODE_FINE;
    if (status == QD_OK && fine && !read_text(reply, "url", url, URL_BYTES)) {
        *out_code = CODE_NOT_READY;
        fine = false;
    }
    if (status == QD_OK && !fine) {
        status = base_fail(err, QD_E_PLATFORM, "%s: %d", method, *out_code);
        (void)snprintf(err->code, sizeof err->code, "%d", *out_code);
    }
    qd_reply_free(reply);
    base_buf_clear(&params);
    return status;
}

static qd_status fail_code(const bill_job *job, int code, qd_err *err) {
    const char *id = job->result->download_id;
    qd_err before = *err;
    switch (code) {
    case CODE_NO_RECORD:
        base_fail(err, QD_E_NOT_FOUND, "the platform has no request %s (100002)", id);
        break;
    case CODE_EXPIRED:
        base_fail(err, QD_E_PLATFORM, "the bill's file %s has expired again (100016)", id);
        break;
    case CODE_FAILED:
        base_fail(err, QD_E_PLATFORM, "the platform failed to make the bill's file %s (100025)",
                  id);
        break;
    default:
        return err->status;
    }
    (void)base_copy(err->platform, sizeof err->platform, BASE_STR("douyin"));
    (void)base_copy(err->code, sizeof err->code, base_str_of(before.code));
    (void)base_copy(err->sub_code, sizeof err->sub_code, base_str_of(before.sub_code));
    (void)base_copy(err->request_id, sizeof err->request_id, base_str_of(before.request_id));
    return err->status;
}

/* Polls until there is a link, or a code that more polls cannot change. */
static qd_status wait_for_link(const bill_job *job, char url[URL_BYTES], int *out_code,
                               qd_err *err) {
    int64_t pause = QD_BILL_FIRST_PAUSE_MS;
    for (;;) {
        qd_err passed = QD_ERR_INIT;
        qd_status status = poll(job, url, out_code, err);
        bool later = *out_code == CODE_NOT_READY || (status != QD_OK && qd_err_is_retriable(err));
        if (status == QD_OK || !later) {
            return status;
        }
        status = bill_pause(job, pause, QD_BILL_WAITING, &passed);
        if (status != QD_OK) {
            bool late = status == QD_E_TIMEOUT && *out_code == CODE_NOT_READY;
            *out_code = 0;
            return late ? base_fail(err, status,
                                    "the bill's file %s is not made yet (100015): ask for the "
                                    "same again later",
                                    job->result->download_id)
                        : base_fail(err, status, "%s", passed.message);
        }
        pause += pause / 2;
        pause = pause < QD_BILL_LAST_PAUSE_MS ? pause : QD_BILL_LAST_PAUSE_MS;
    }
}

/* ---- the whole way ---- */

/* A request that is gone is made anew, once; a link that died is asked for again. */
static qd_status fetch(bill_job *job, qd_err *err) {
    char url[URL_BYTES];
    bool remembered = job->result->download_id[0] != '\0', again = false;
    int relinks = 0;
    for (;;) {
        int code = 0;
        bool dead = false;
        qd_status status = job->result->download_id[0] ? QD_OK : ask(job, err);
        if (status != QD_OK) {
            return status;
        }
        status = wait_for_link(job, url, &code, err);
        bool gone = code == CODE_EXPIRED || (code == CODE_NO_RECORD && remembered);
        if (status != QD_OK && gone && !again) {
            again = true;
            job->result->download_id[0] = '\0';
            continue;
        }
        if (status != QD_OK) {
            return fail_code(job, code, err);
        }
        status = bill_load(job, url, &dead, err);
        if (!dead || relinks++ == RELINKS) {
            return status;
        }
        status = bill_pause(job, QD_BILL_FIRST_PAUSE_MS, QD_BILL_WAITING, err);
        if (status != QD_OK) {
            return status;
        }
    }
}

static qd_status check(const qd_shop *shop, const qd_bill_options *options, qd_err *err) {
    const char *platform = cat_str(core_app_catalog(qd_shop_app(shop))->name);
    const char *id = options->download_id;
    if (strcmp(platform, "douyin") != 0) {
        return base_fail(err, QD_E_UNSUPPORTED, "%s has no bill files", platform);
    }
    if ((unsigned)options->kind > QD_BILL_ACCOUNT) {
        return base_fail(err, QD_E_INVALID, "there is no such kind of bill");
    }
    if (options->from <= 0 || options->to <= options->from) {
        return base_fail(err, QD_E_INVALID, "the bill's time range is empty");
    }
    if (id && strlen(id) >= QD_BILL_ID_BYTES) {
        return base_fail(err, QD_E_INVALID, "a download id has at most %d bytes",
                         QD_BILL_ID_BYTES - 1);
    }
    return QD_OK;
}

qd_status qd_bill_download(qd_shop *shop, const char *path, const qd_bill_options *options,
                           qd_bill_result *out_result, qd_err *err) {
    qd_err own = QD_ERR_INIT;
    qd_err *reason = err ? err : &own;
    bill_job job = { .shop = shop, .options = options, .file = { .fd = -1 }, .total = -1 };
    int64_t deadline = options->deadline_ms > 0 ? options->deadline_ms : QD_BILL_DEADLINE_MS;
    memset(out_result, 0, sizeof *out_result);
    job.result = out_result;
    job.clock = core_app_clock(qd_shop_app(shop));
    job.end_ms = job.clock->mono_ms(job.clock->self) + deadline;
    qd_status status = check(shop, options, reason);
    if (status == QD_OK) {
        (void)base_copy(out_result->download_id, sizeof out_result->download_id,
                        base_str_of(options->download_id));
        status = bill_file_open(&job.file, path, reason);
    }
    if (status == QD_OK) {
        status = fetch(&job, reason);
    }
    if (status == QD_OK) {
        (void)bill_tell(&job, QD_BILL_CHECKING);
        out_result->bytes = job.file.bytes;
        status = bill_file_check(&job.file, &out_result->format, reason);
    }
    if (status == QD_OK) {
        status = bill_file_keep(&job.file, reason);
    }
    bill_file_close(&job.file);
    return status;
}
