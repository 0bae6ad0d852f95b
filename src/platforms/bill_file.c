/*
 * A bill's file while it comes: <path>.part beside the target, locked, and renamed over it when it
 * is whole and on disk. What a kill leaves behind is emptied by the next one. Knows no network.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platforms/bill_private.h"

enum {
    HEAD_BYTES = 4096,
    TAIL_BYTES = 66000, /* a zip's end record and the longest comment behind it */
    GZIP_LEAST = 18
};

static qd_status fail_errno(qd_err *err, const char *what, const char *path) {
    int code = errno;
    char room[128];
    const char *reason = strerror_r(code, room, sizeof room);
    qd_status status = code == ENOENT || code == ENOTDIR ? QD_E_NOT_FOUND : QD_E_IO;
    return base_fail(err, status, "cannot %s %s: %s", what, path, reason);
}

/* Another process may have renamed its part away between our opening and our lock. */
static bool is_still_there(const bill_file *file) {
    struct stat by_fd, by_name;
    return fstat(file->fd, &by_fd) == 0 && stat(file->part, &by_name) == 0 &&
           by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_name.st_dev;
}

static qd_status open_locked(bill_file *file, qd_err *err) {
    enum { TRIES = 16 };
    for (int i = 0; i < TRIES; i++) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        file->fd = open(file->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file->fd < 0) {
            return fail_errno(err, "write", file->part);
        }
        if (fcntl(file->fd, F_OFD_SETLK, &lock) != 0) {
            close(file->fd);
            file->fd = -1;
            return base_fail(err, QD_E_BUSY, "%s is being written by somebody else", file->part);
        }
        if (is_still_there(file)) {
            return bill_file_empty(file, err);
        }
        close(file->fd);
        file->fd = -1;
    }
    return base_fail(err, QD_E_BUSY, "%s is being written by somebody else", file->part);
}

/* A rename would put a file in the place of a device or a pipe (/dev/null, /dev/stdout), and a
 * folder would refuse it only after the whole download. */
static qd_status check_target(const char *path, qd_err *err) {
    struct stat there;
    if (stat(path, &there) != 0 || S_ISREG(there.st_mode)) {
        return QD_OK; /* what else may be wrong with the path is told when the part is made */
    }
    return base_fail(err, QD_E_INVALID, "%s is %s: a bill becomes a file of its own", path,
                     S_ISDIR(there.st_mode) ? "a folder" : "no plain file");
}

qd_status bill_file_open(bill_file *file, const char *path, qd_err *err) {
    qd_status status = check_target(path, err);
    if (status != QD_OK) {
        return status;
    }
    size_t len = strlen(path);
    file->path = strdup(path);
    file->part = malloc(len + sizeof ".part");
    if (!file->path || !file->part) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a path");
    }
    (void)snprintf(file->part, len + sizeof ".part", "%s.part", path);
    return open_locked(file, err);
}

qd_status bill_file_empty(bill_file *file, qd_err *err) {
    file->bytes = 0;
    if (ftruncate(file->fd, 0) != 0 || lseek(file->fd, 0, SEEK_SET) < 0) {
        return fail_errno(err, "empty", file->part);
    }
    return QD_OK;
}

qd_status bill_file_write(bill_file *file, const char *data, size_t len, qd_err *err) {
    while (len > 0) {
        ssize_t put = write(file->fd, data, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return fail_errno(err, "write", file->part);
        }
        data += put;
        len -= (size_t)put;
        file->bytes += put;
    }
    return QD_OK;
}

/* ---- what it is ---- */

static bool zip_has_its_end(const bill_file *file) {
    char *tail = malloc(TAIL_BYTES);
    size_t want = file->bytes < TAIL_BYTES ? (size_t)file->bytes : TAIL_BYTES;
    ssize_t got = tail ? pread(file->fd, tail, want, (off_t)(file->bytes - (int64_t)want)) : -1;
    bool found = got > 0 && memmem(tail, (size_t)got, "PK\5\6", 4) != NULL;
    free(tail);
    return found;
}

static bool begins(const char *head, size_t len, const char *with, size_t with_len) {
    return len >= with_len && memcmp(head, with, with_len) == 0;
}

qd_status bill_file_check(const bill_file *file, qd_bill_format *out_format, qd_err *err) {
    char head[HEAD_BYTES];
    ssize_t got = pread(file->fd, head, sizeof head, 0);
    if (got < 0) {
        return fail_errno(err, "read", file->part);
    }
    size_t len = (size_t)got, at = 0;
    if (len == 0) {
        return base_fail(err, QD_E_PROTOCOL, "the bill's file is empty");
    }
    if (begins(head, len, "PK\3\4", 4) || begins(head, len, "PK\5\6", 4)) {
        *out_format = QD_BILL_ZIP;
        return zip_has_its_end(file)
                   ? QD_OK
                   : base_fail(err, QD_E_PROTOCOL, "the bill's zip has no end: it was cut");
    }
    if (begins(head, len, "\x1f\x8b", 2)) {
        *out_format = QD_BILL_GZIP;
        return file->bytes >= GZIP_LEAST ? QD_OK
                                         : base_fail(err, QD_E_PROTOCOL, "the bill's gzip was cut");
    }
    at = begins(head, len, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < len && strchr(" \t\r\n", head[at]) && head[at] != '\0') {
        at++;
    }
    if (at < len && (head[at] == '<' || head[at] == '{' || head[at] == '[')) {
        return base_fail(err, QD_E_PROTOCOL, "the link gave %s instead of a bill",
                         head[at] == '<' ? "a page of HTML or XML" : "JSON");
    }
    const char *line_end = memchr(head, '\n', len);
    size_t line = line_end ? (size_t)(line_end - head) : len;
    bool text = memchr(head, '\0', len) == NULL;
    bool cells = memchr(head, ',', line) != NULL || memchr(head, '\t', line) != NULL;
    *out_format = text && cells ? QD_BILL_CSV : QD_BILL_OTHER;
    return QD_OK;
}

/* ---- the end ---- */

/* The new name is on disk, too. */
static qd_status sync_folder(const bill_file *file, qd_err *err) {
    char *folder = strdup(file->path);
    if (!folder) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a path");
    }
    char *slash = strrchr(folder, '/');
    if (slash) {
        slash[slash == folder] = '\0';
    }
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    qd_status status =
        fd >= 0 && fsync(fd) == 0 ? QD_OK : fail_errno(err, "sync the folder of", file->path);
    if (fd >= 0) {
        close(fd);
    }
    free(folder);
    return status;
}

qd_status bill_file_keep(bill_file *file, qd_err *err) {
    if (fsync(file->fd) != 0) {
        return fail_errno(err, "write", file->part);
    }
    if (rename(file->part, file->path) != 0) {
        return fail_errno(err, "rename to", file->path);
    }
    close(file->fd);
    file->fd = -1;
    return sync_folder(file, err);
}

void bill_file_close(bill_file *file) {
    if (file->fd >= 0) {
        (void)unlink(file->part);
        close(file->fd); /* after the unlink: nobody can lock what is about to go */
        file->fd = -1;
    }
    free(file->path);
    free(file->part);
    file->path = NULL;
    file->part = NULL;
}
