/*
 * Whole small files: read with a bound, replaced atomically and durably; folders. Not for data that
 * grows: that is the store's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

enum { READ_STEP = 64 * 1024, REASON_BYTES = 128, PATH_BYTES = 4096 };

/* The text of errno; strerror_r because plain strerror() is not thread-safe. */
static qd_status fail_errno(qd_err *err, const char *what, const char *path) {
    int code = errno;
    char room[REASON_BYTES];
    const char *reason = strerror_r(code, room, sizeof room);
    qd_status status = code == ENOENT || code == ENOTDIR ? QD_E_NOT_FOUND : QD_E_IO;
    return base_fail(err, status, "cannot %s %s: %s", what, path, reason);
}

static qd_status read_all(int fd, const char *path, size_t max, base_buf *out, qd_err *err) {
    size_t total = 0;
    struct stat info;
    size_t step = READ_STEP;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 0 &&
        (uintmax_t)info.st_size <= max) {
        step = (size_t)info.st_size + 1; /* the one more finds the end in the same read */
    }
    for (;;) {
        if (step > max - total + 1) {
            step = max - total + 1;
        }
        /* The byte beyond max goes to a place of its own: out may be bounded by max itself. */
        size_t fits = step > out->max - out->len ? out->max - out->len : step;
        char beyond = 0;
        char *room = fits > 0 ? base_buf_room(out, fits) : &beyond;
        if (!room) {
            return base_fail(err, QD_E_NOMEM, "%s: out of memory", path);
        }
        ssize_t got = read(fd, room, fits > 0 ? fits : 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_errno(err, "read", path);
        }
        if (got == 0) {
            return QD_OK;
        }
        if (fits == 0 || (size_t)got > max - total) {
            return base_fail(err, QD_E_NOMEM, "%s: longer than %zu bytes", path,
                             fits == 0 ? total : max);
        }
        out->len += (size_t)got;
        total += (size_t)got;
        step = READ_STEP;
    }
}

qd_status base_file_read(const char *path, size_t max, base_buf *out, qd_err *err) {
    size_t before = out->len;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(err, "open", path);
    }
    qd_status status = read_all(fd, path, max < SIZE_MAX ? max : SIZE_MAX - 1, out, err);
    close(fd);
    if (status != QD_OK) {
        out->len = before;
    }
    if (out->data) {
        out->data[out->len] = '\0';
    }
    return status;
}

static bool write_all(int fd, base_str data) {
    while (data.len > 0) {
        ssize_t done = write(fd, data.ptr, data.len);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return false;
        }
        data.ptr += done;
        data.len -= (size_t)done;
    }
    return true;
}

/* The folder that holds path, "." when it names none. False when it does not fit. */
static bool folder_of(const char *path, char *out, size_t size) {
    const char *slash = strrchr(path, '/');
    if (!slash) {
        return base_copy(out, size, BASE_STR("."));
    }
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    return base_copy(out, size, (base_str){ path, len });
}

static bool sync_folder(const char *path) {
    char folder[PATH_BYTES];
    if (!folder_of(path, folder, sizeof folder)) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool done = fsync(fd) == 0 || errno == EINVAL; /* file systems that cannot sync a folder */
    int code = errno;
    close(fd);
    errno = code;
    return done;
}

qd_status base_file_write(const char *path, base_str data, unsigned mode, qd_err *err) {
    char temp[PATH_BYTES];
    qd_status status = QD_E_IO;
    int fd = -1;
    if ((size_t)snprintf(temp, sizeof temp, "%s.tmp-XXXXXX", path) >= sizeof temp) {
        errno = ENAMETOOLONG;
        return fail_errno(err, "write", path);
    }
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(err, "make a file beside", path);
    }
    if (fchmod(fd, (mode_t)(mode & 07777)) != 0 || !write_all(fd, data) || fsync(fd) != 0) {
        status = fail_errno(err, "write", path);
        goto done;
    }
    int closed = close(fd);
    fd = -1;
    if (closed != 0) {
        status = fail_errno(err, "write", path);
        goto done;
    }
    if (rename(temp, path) != 0) {
        status = fail_errno(err, "replace", path);
        goto done;
    }
    temp[0] = '\0';
    if (!sync_folder(path)) {
        status = fail_errno(err, "make durable (it is written) the folder of", path);
        goto done;
    }
    status = QD_OK;
done:
    if (fd >= 0) {
        close(fd);
    }
    if (temp[0]) {
        unlink(temp);
    }
    return status;
}

/* One step of mkdir -p; true when the folder is there afterwards. */
static bool make_one(const char *path) {
    if (mkdir(path, 0700) == 0) {
        return true;
    }
    int code = errno;
    struct stat info;
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            return true;
        }
        code = EEXIST;
    }
    errno = code;
    return false;
}

qd_status base_dir_make(const char *path, qd_err *err) {
    char step[PATH_BYTES];
    if (!path[0]) {
        return base_fail(err, QD_E_INVALID, "cannot make a folder without a name");
    }
    if (!base_copy(step, sizeof step, base_str_of(path))) {
        errno = ENAMETOOLONG;
        return fail_errno(err, "make the folder", path);
    }
    for (char *p = step + 1; *p; p++) {
        if (*p != '/') {
            continue;
        }
        *p = '\0';
        if (!make_one(step)) {
            return fail_errno(err, "make the folder", step);
        }
        *p = '/';
    }
    return make_one(step) ? QD_OK : fail_errno(err, "make the folder", path);
}
