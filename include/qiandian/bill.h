/*
 * Bill files of Douyin shops: asked for, waited for, downloaded, checked, and put in place whole or
 * not at all. One blocking call under a deadline; the number of a file that was asked for can be
 * remembered, so that a program that died goes on with the same file.
 */
#ifndef QIANDIAN_BILL_H
#define QIANDIAN_BILL_H

#include "qiandian/app.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum qd_bill_kind {
    QD_BILL_SETTLEMENT = 0, /* order.downloadSettleItemToShop: settled orders */
    QD_BILL_ACCOUNT = 1     /* order.downloadShopAccountItem: the account's movements */
} qd_bill_kind;
/* "settlement", "account". */
QD_API const char *qd_bill_kind_name(qd_bill_kind kind);

/* As far as the file's first bytes tell; OTHER is not refused. */
typedef enum qd_bill_format {
    QD_BILL_CSV = 0,
    QD_BILL_ZIP = 1,
    QD_BILL_GZIP = 2,
    QD_BILL_OTHER = 3
} qd_bill_format;
/* "csv", "zip", "gzip", "other". */
QD_API const char *qd_bill_format_name(qd_bill_format format);

typedef enum qd_bill_phase {
    QD_BILL_ASKING = 0,
    QD_BILL_WAITING = 1, /* the platform makes the file */
    QD_BILL_LOADING = 2,
    QD_BILL_CHECKING = 3
} qd_bill_phase;

typedef struct qd_bill_progress {
    qd_bill_phase phase;
    int polls;
    int64_t bytes; /* of the file, so far */
    int64_t total; /* -1 = not known */
} qd_bill_progress;

enum {
    QD_BILL_ID_BYTES = 160,
    QD_BILL_DEADLINE_MS = 600000,
    QD_BILL_FIRST_PAUSE_MS = 1000, /* between polls; half as much more with each */
    QD_BILL_LAST_PAUSE_MS = 30000
};
/* Zero-initialise; borrowed for the call. */
typedef struct qd_bill_options {
    qd_bill_kind kind;
    int64_t from, to; /* UTC seconds, half-open */
    const char
        *time_type; /* NULL = "0" (settlement, movement); "1" is taken for the order's time */
    const char *download_id; /* of a request that was remembered; NULL = ask */
    /* Called with a new request's number before it is waited for; a failure ends the call. */
    qd_status (*remember)(void *user, const char *download_id, qd_err *err);
    /* Called now and then, a few times a second; false ends the call (QD_E_CANCELLED). */
    bool (*progress)(void *user, const qd_bill_progress *progress);
    void *user;
    int64_t deadline_ms; /* of everything; 0 = QD_BILL_DEADLINE_MS */
    int64_t max_bytes;   /* a longer file is refused; 0 = 4 GB */
} qd_bill_options;

typedef struct qd_bill_result {
    char download_id[QD_BILL_ID_BYTES];
    int64_t bytes;
    qd_bill_format format;
    int asked;   /* files asked for: 0 when a remembered one was still there */
    int polls;   /* how often the platform was asked whether it is ready */
    int resumed; /* how often a download that was cut went on where it stood */
} qd_bill_result;

/* Writes <path>.part beside the target (mode 0600), and renames it when the file is whole: its
 * length is the one that the server told, a zip has its end, and it is no page of HTML or JSON. On
 * failure path is as it was and the part is gone. out_result is filled as far as it went, also on
 * failure (a number that was remembered stays useful after QD_E_TIMEOUT).
 * The file's link takes neither token nor signature; it is called through the shop's proxy. A link
 * that died is asked for again, a file that has expired (100016) is asked for anew, once each.
 * @retval QD_E_INVALID the range  @retval QD_E_UNSUPPORTED the platform has no bill files
 * @retval QD_E_TIMEOUT not ready (100015) or not here before the deadline
 * @retval QD_E_PLATFORM generation failed (100025), not complete yet (100027)
 * @retval QD_E_NOT_FOUND no such request (100002)  @retval QD_E_PROTOCOL what came is no bill
 * @retval QD_E_BUSY another process downloads to this path  @retval QD_E_IO full disk ...
 * @retval QD_E_CANCELLED  @retval what qd_call() says */
QD_API QD_NODISCARD qd_status qd_bill_download(qd_shop *shop, const char *path,
                                               const qd_bill_options *options,
                                               qd_bill_result *out_result, qd_err *err);

#ifdef __cplusplus
}
#endif
#endif
