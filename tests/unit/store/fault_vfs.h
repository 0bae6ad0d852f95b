/*
 * A SQLite VFS over the system's own that counts writes and syncs and can fail the nth of them,
 * once or from then on. Registered as the default one, so the store needs to know nothing of it.
 */
#ifndef TESTS_STORE_FAULT_VFS_H
#define TESTS_STORE_FAULT_VFS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

typedef struct fault_state {
    atomic_int calls;     /* writes, syncs and truncations so far */
    atomic_int log_syncs; /* syncs of a write-ahead log */
    atomic_int fail_at;   /* the call that fails, from 1; 0 = none */
    atomic_bool for_good; /* ... and all after it */
    atomic_int failed;
} fault_state;

static fault_state fault;

typedef struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the memory after this struct */
    bool is_log;
} fault_file;

static sqlite3_vfs *fault_real;
static sqlite3_vfs fault_vfs;

static sqlite3_file *real_of(sqlite3_file *file) {
    return ((fault_file *)file)->real;
}

static bool fails_now(void) {
    int call = ++fault.calls;
    int at = fault.fail_at;
    bool fails = at > 0 && (call == at || (call > at && fault.for_good));
    fault.failed += fails;
    return fails;
}

static int fault_close(sqlite3_file *file) {
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int fault_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at) {
    return real_of(file)->pMethods->xRead(real_of(file), out, size, at);
}

static int fault_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at) {
    if (fails_now()) {
        /* A full disk takes a part of the bytes. */
        (void)real_of(file)->pMethods->xWrite(real_of(file), data, size / 2, at);
        return SQLITE_FULL;
    }
    return real_of(file)->pMethods->xWrite(real_of(file), data, size, at);
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return fails_now() ? SQLITE_IOERR_TRUNCATE
                       : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int fault_sync(sqlite3_file *file, int flags) {
    if (fails_now()) {
        return SQLITE_IOERR_FSYNC;
    }
    fault.log_syncs += ((fault_file *)file)->is_log;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *out_size) {
    return real_of(file)->pMethods->xFileSize(real_of(file), out_size);
}

static int fault_lock(sqlite3_file *file, int level) {
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int fault_unlock(sqlite3_file *file, int level) {
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int fault_reserved(sqlite3_file *file, int *out) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int fault_control(sqlite3_file *file, int op, void *arg) {
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int fault_sector(sqlite3_file *file) {
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int fault_device(sqlite3_file *file) {
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int fault_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void fault_shm_barrier(sqlite3_file *file) {
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int fault_shm_unmap(sqlite3_file *file, int remove_it) {
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove_it);
}

/* Version 2: no memory mapping, so every write comes through here. */
static const sqlite3_io_methods fault_methods = {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_device,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
};

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *out_flags) {
    fault_file *f = (fault_file *)file;
    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->real->pMethods = NULL;
    f->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    int rc = fault_real->xOpen(fault_real, name, f->real, flags, out_flags);
    f->base.pMethods = f->real->pMethods ? &fault_methods : NULL;
    return rc;
}

static void fault_install(void) {
    fault_real = sqlite3_vfs_find(NULL);
    fault_vfs = *fault_real;
    fault_vfs.zName = "fault";
    fault_vfs.szOsFile = (int)sizeof(fault_file) + fault_real->szOsFile;
    fault_vfs.xOpen = fault_open;
    sqlite3_vfs_register(&fault_vfs, 1);
}

/* Fails the nth call from now; 0 = none any more. */
static void fault_arm(int nth, bool for_good) {
    fault.fail_at = 0;
    fault.calls = 0;
    fault.failed = 0;
    fault.for_good = for_good;
    fault.fail_at = nth;
}

#endif
