/* Files, folders, locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

static char folder[256];

static const char *in_folder(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state) {
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/qd-base-XXXXXX", base ? base : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int entries(void) {
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        count += e->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

static int remove_folder(void **state) {
    (void)state;
    char path[600];
    DIR *dir = opendir(folder);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            remove(path);
        }
    }
    closedir(dir);
    return rmdir(folder);
}

static void a_file_is_replaced_whole_and_with_its_mode(void **state) {
    (void)state;
    base_buf text;
    struct stat info;
    base_buf_init(&text, 100);
    umask(077);
    assert_int_equal(base_file_write(in_folder("a"), BASE_STR("one"), 0644, NULL), QD_OK);
    assert_int_equal(stat(in_folder("a"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0644);
    assert_int_equal(base_file_write(in_folder("a"), BASE_STR("two\0x"), 0600, NULL), QD_OK);
    assert_int_equal(stat(in_folder("a"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(base_file_read(in_folder("a"), 100, &text, NULL), QD_OK);
    assert_int_equal(text.len, 5);
    assert_memory_equal(text.data, "two\0x", 6);
    assert_int_equal(entries(), 1); /* nothing is left beside it */
    base_buf_clear(&text);
    assert_int_equal(base_file_write(in_folder("empty"), base_str_of(NULL), 0600, NULL), QD_OK);
    assert_int_equal(base_file_read(in_folder("empty"), 0, &text, NULL), QD_OK);
    assert_string_equal(base_buf_text(&text), "");
    base_buf_clear(&text);
}

static void reading_keeps_the_bound_and_says_what_is_wrong(void **state) {
    (void)state;
    base_buf text;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&text, 1000);
    base_buf_add_text(&text, "before ");
    assert_int_equal(base_file_write(in_folder("b"), BASE_STR("0123456789"), 0600, NULL), QD_OK);
    assert_int_equal(base_file_read(in_folder("b"), 9, &text, &err), QD_E_NOMEM);
    assert_non_null(strstr(err.message, "/b: longer than 9 bytes"));
    assert_string_equal(base_buf_text(&text), "before ");
    assert_int_equal(base_file_read(in_folder("b"), 10, &text, &err), QD_OK);
    assert_string_equal(base_buf_text(&text), "before 0123456789");
    assert_int_equal(base_file_read(in_folder("none"), 10, &text, &err), QD_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "/none: No such file"));
    assert_int_equal(base_file_read(folder, 10, &text, &err), QD_E_IO);
    base_buf_clear(&text);
    base_buf_init(&text, 10); /* the buffer's own bound, met exactly and passed */
    assert_int_equal(base_file_read(in_folder("b"), 1000, &text, &err), QD_OK);
    base_buf_clear(&text);
    base_buf_init(&text, 9);
    assert_int_equal(base_file_read(in_folder("b"), 1000, &text, &err), QD_E_NOMEM);
    base_buf_clear(&text);
    base_buf_init(&text, 1000); /* a file whose size is not known beforehand */
    assert_int_equal(base_file_read("/proc/self/stat", 1000, &text, &err), QD_OK);
    assert_true(text.len > 20);
    base_buf_clear(&text);
}

static void a_full_disk_is_reported_and_leaves_the_old_file(void **state) {
    (void)state;
    base_buf text;
    qd_err err = QD_ERR_INIT;
    static char large[64 * 1024];
    memset(large, 'x', sizeof large);
    assert_int_equal(base_file_write(in_folder("c"), BASE_STR("old"), 0600, NULL), QD_OK);
    int before = entries();
    /* A bound on the size of files stops a write in the middle, as a full disk does. */
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct rlimit tight = { .rlim_cur = 4096, .rlim_max = limit.rlim_max };
    void (*old_handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    qd_status status =
        base_file_write(in_folder("c"), (base_str){ large, sizeof large }, 0600, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, old_handler);
    assert_int_equal(status, QD_E_IO);
    assert_non_null(strstr(err.message, in_folder("c")));
    assert_non_null(strstr(err.message, "File too large"));
    assert_int_equal(entries(), before);
    base_buf_init(&text, 100);
    assert_int_equal(base_file_read(in_folder("c"), 100, &text, NULL), QD_OK);
    assert_string_equal(base_buf_text(&text), "old");
    base_buf_clear(&text);
    assert_int_equal(base_file_write(in_folder("no/such"), BASE_STR("x"), 0600, &err),
                     QD_E_NOT_FOUND);
}

static void folders_are_made_with_their_parents(void **state) {
    (void)state;
    struct stat info;
    char path[400];
    qd_err err = QD_ERR_INIT;
    snprintf(path, sizeof path, "%s/d//e/f/", folder);
    assert_int_equal(base_dir_make(path, &err), QD_OK);
    assert_int_equal(base_dir_make(path, &err), QD_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    assert_int_equal(base_file_write(in_folder("file"), BASE_STR("x"), 0600, NULL), QD_OK);
    assert_int_not_equal(base_dir_make(in_folder("file"), &err), QD_OK);
    assert_int_not_equal(base_dir_make(in_folder("file/x"), &err), QD_OK);
    assert_int_equal(base_dir_make("", &err), QD_E_INVALID);
    assert_int_equal(base_dir_make("/", &err), QD_OK);
    snprintf(path, sizeof path, "%s/d/e/f", folder);
    rmdir(path);
    snprintf(path, sizeof path, "%s/d/e", folder);
    rmdir(path);
}

static void a_lock_excludes_this_process_too(void **state) {
    (void)state;
    base_lock *lock = NULL;
    base_lock *second = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(base_lock_try(in_folder("lock"), &lock, &err), QD_OK);
    assert_int_equal(base_lock_try(in_folder("lock"), &second, &err), QD_E_BUSY);
    assert_null(second);
    assert_true(qd_err_is_retriable(&err));
    base_lock_release(lock);
    assert_int_equal(base_lock_try(in_folder("lock"), &second, &err), QD_OK);
    base_lock_release(second);
    base_lock_release(NULL);
    assert_int_equal(base_lock_try(in_folder("no/lock"), &lock, &err), QD_E_IO);
}

/* A child takes the lock and is killed while it holds it; pipes order the two, no sleeping. */
static void a_lock_ends_with_its_holder(void **state) {
    (void)state;
    int ready[2];
    char byte = 0;
    base_lock *lock = NULL;
    qd_err err = QD_ERR_INIT;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        base_lock *held = NULL;
        char result = base_lock_try(in_folder("lock2"), &held, NULL) == QD_OK ? 'y' : 'n';
        if (write(ready[1], &result, 1) == 1) {
            pause();
        }
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    assert_int_equal(base_lock_try(in_folder("lock2"), &lock, &err), QD_E_BUSY);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(base_lock_try(in_folder("lock2"), &lock, &err), QD_OK);
    base_lock_release(lock);
    close(ready[0]);
}

/* A forked child has the file open too; releasing must not wait for its end. */
static void releasing_frees_it_though_a_child_lives(void **state) {
    (void)state;
    int stop[2];
    base_lock *lock = NULL;
    assert_int_equal(base_lock_try(in_folder("lock3"), &lock, NULL), QD_OK);
    assert_int_equal(pipe(stop), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte = 0;
        close(stop[1]);
        _exit(read(stop[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(stop[0]);
    base_lock_release(lock);
    assert_int_equal(base_lock_try(in_folder("lock3"), &lock, NULL), QD_OK);
    base_lock_release(lock);
    close(stop[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_replaced_whole_and_with_its_mode),
        cmocka_unit_test(reading_keeps_the_bound_and_says_what_is_wrong),
        cmocka_unit_test(a_full_disk_is_reported_and_leaves_the_old_file),
        cmocka_unit_test(folders_are_made_with_their_parents),
        cmocka_unit_test(a_lock_excludes_this_process_too),
        cmocka_unit_test(a_lock_ends_with_its_holder),
        cmocka_unit_test(releasing_frees_it_though_a_child_lives),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
