/*
 * A lock on a file between threads and processes. Open-file-description locks: unlike POSIX record
 * locks they also exclude threads of one process, are not lost when somebody else closes the file,
 * and the kernel frees them when the holder dies.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

struct base_lock {
    int fd;
};

static int set_lock(int fd, short type) {
    struct flock range = { .l_type = type, .l_whence = SEEK_SET };
    int result = 0;
    do {
        result = fcntl(fd, F_OFD_SETLK, &range);
    } while (result != 0 && errno == EINTR);
    return result;
}

qd_status base_lock_try(const char *path, base_lock **out_lock, qd_err *err) {
    char room[128];
    base_lock *lock = malloc(sizeof *lock);
    if (!lock) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a lock");
    }
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock->fd < 0) {
        int code = errno;
        free(lock);
        return base_fail(err, QD_E_IO, "cannot open the lock file %s: %s", path,
                         strerror_r(code, room, sizeof room));
    }
    if (set_lock(lock->fd, F_WRLCK) != 0) {
        int code = errno;
        close(lock->fd);
        free(lock);
        if (code == EAGAIN || code == EACCES) {
            return base_fail(err, QD_E_BUSY, "%s is locked by somebody else", path);
        }
        return base_fail(err, QD_E_IO, "cannot lock %s: %s", path,
                         strerror_r(code, room, sizeof room));
    }
    *out_lock = lock;
    return QD_OK;
}

void base_lock_release(base_lock *lock) {
    if (!lock) {
        return;
    }
    /* Said aloud: closing alone would leave it locked while a forked child has the file open. */
    set_lock(lock->fd, F_UNLCK);
    close(lock->fd);
    free(lock);
}
