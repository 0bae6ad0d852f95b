/* See kill_vfs.h. */
#include "support/kill_vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct kill_file {
    sqlite3_file base;
    sqlite3_file *real; /* lies behind this struct */
} kill_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs kill_vfs;
static sqlite3_io_methods kill_methods;
static int kill_at;
static atomic_int points;
static bool count_writes;

static void pass_point(void) {
    if (atomic_fetch_add(&points, 1) + 1 == kill_at) {
        kill(getpid(), SIGKILL);
        for (;;) {
            pause();
        }
    }
}

static sqlite3_file *real_of(sqlite3_file *file) {
    return ((kill_file *)file)->real;
}

static int k_close(sqlite3_file *f) {
    return real_of(f)->pMethods->xClose(real_of(f));
}
static int k_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at) {
    return real_of(f)->pMethods->xRead(real_of(f), out, n, at);
}
static int k_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at) {
    if (count_writes) {
        pass_point();
    }
    return real_of(f)->pMethods->xWrite(real_of(f), data, n, at);
}
static int k_truncate(sqlite3_file *f, sqlite3_int64 size) {
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}
static int k_sync(sqlite3_file *f, int flags) {
    pass_point();
    int rc = real_of(f)->pMethods->xSync(real_of(f), flags);
    pass_point();
    return rc;
}
static int k_size(sqlite3_file *f, sqlite3_int64 *size) {
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}
static int k_lock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xLock(real_of(f), level);
}
static int k_unlock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
static int k_reserved(sqlite3_file *f, int *out) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int k_control(sqlite3_file *f, int op, void *arg) {
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int k_sector(sqlite3_file *f) {
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}
static int k_device(sqlite3_file *f) {
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
static int k_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
static int k_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}
static void k_shm_barrier(sqlite3_file *f) {
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}
static int k_shm_unmap(sqlite3_file *f, int delete_it) {
    return real_of(f)->pMethods->xShmUnmap(real_of(f), delete_it);
}

static int k_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                  int *out_flags) {
    (void)vfs;
    kill_file *k = (kill_file *)file;
    k->real = (sqlite3_file *)(k + 1);
    int rc = real_vfs->xOpen(real_vfs, name, k->real, flags, out_flags);
    file->pMethods = rc == SQLITE_OK ? &kill_methods : NULL;
    return rc;
}

void kill_vfs_install(int point) {
    kill_at = point;
    real_vfs = sqlite3_vfs_find(NULL);
    kill_vfs = *real_vfs;
    kill_vfs.zName = "qd-kill";
    kill_vfs.szOsFile = (int)sizeof(kill_file) + real_vfs->szOsFile;
    kill_vfs.xOpen = k_open;
    kill_methods = (sqlite3_io_methods){ .iVersion = 2,
                                         .xClose = k_close,
                                         .xRead = k_read,
                                         .xWrite = k_write,
                                         .xTruncate = k_truncate,
                                         .xSync = k_sync,
                                         .xFileSize = k_size,
                                         .xLock = k_lock,
                                         .xUnlock = k_unlock,
                                         .xCheckReservedLock = k_reserved,
                                         .xFileControl = k_control,
                                         .xSectorSize = k_sector,
                                         .xDeviceCharacteristics = k_device,
                                         .xShmMap = k_shm_map,
                                         .xShmLock = k_shm_lock,
                                         .xShmBarrier = k_shm_barrier,
                                         .xShmUnmap = k_shm_unmap };
    sqlite3_vfs_register(&kill_vfs, 1);
}

void kill_vfs_count_writes(void) {
    count_writes = true;
}

int kill_vfs_points(void) {
    return atomic_load(&points);
}
