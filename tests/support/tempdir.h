/* A folder of a test's own, removed with what is in it. */
#ifndef TESTS_SUPPORT_TEMPDIR_H
#define TESTS_SUPPORT_TEMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct tempdir {
    char path[128];
} tempdir;

static inline void tempdir_make(tempdir *dir) {
    const char *base = getenv("TMPDIR");
    snprintf(dir->path, sizeof dir->path, "%s/qd-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(dir->path) == NULL) {
        perror(dir->path);
        abort();
    }
}

static inline int tempdir_drop(const char *path, const struct stat *info, int kind,
                               struct FTW *at) {
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void tempdir_remove(tempdir *dir) {
    nftw(dir->path, tempdir_drop, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
