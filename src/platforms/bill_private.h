/* What the files of bill downloads share. */
#ifndef PLATFORMS_BILL_PRIVATE_H
#define PLATFORMS_BILL_PRIVATE_H

#include "core/core.h"
#include "qiandian/bill.h"

/* ---- bill_file.c: the file beside its target ---- */

typedef struct bill_file {
    int fd; /* -1 = closed */
    int64_t bytes;
    char *path, *part;
} bill_file;

/* Opens and empties <path>.part; nobody else has it until it is closed.
 * @retval QD_E_BUSY  QD_E_NOT_FOUND no such folder  QD_E_IO  QD_E_NOMEM */
QD_NODISCARD qd_status bill_file_open(bill_file *file, const char *path, qd_err *err);
QD_NODISCARD qd_status bill_file_write(bill_file *file, const char *data, size_t len, qd_err *err);
QD_NODISCARD qd_status bill_file_empty(bill_file *file, qd_err *err);
/* Is it a bill, by its first and last bytes? */
QD_NODISCARD qd_status bill_file_check(const bill_file *file, qd_bill_format *out_format,
                                       qd_err *err);
/* On disk, under its name. */
QD_NODISCARD qd_status bill_file_keep(bill_file *file, qd_err *err);
/* Removes the part unless it was kept. Fine for one that was never opened. */
void bill_file_close(bill_file *file);

/* ---- bill_load.c: from a link into the file ---- */

typedef struct bill_job {
    qd_shop *shop;
    const qd_bill_options *options;
    const qd_clock *clock;
    int64_t end_ms; /* monotonic */
    bill_file file;
    qd_bill_result *result;
    int64_t total; /* -1 = not known */
} bill_job;

int64_t bill_left_ms(const bill_job *job);
/* Tells the caller; false when he has had enough. */
bool bill_tell(const bill_job *job, qd_bill_phase phase);
/* Waits in slices. @retval QD_E_CANCELLED  QD_E_TIMEOUT */
QD_NODISCARD qd_status bill_pause(const bill_job *job, int64_t ms, qd_bill_phase phase,
                                  qd_err *err);
/* The whole file. *out_dead: the link is no longer (or never was) good. */
QD_NODISCARD qd_status bill_load(bill_job *job, const char *url, bool *out_dead, qd_err *err);

#endif
