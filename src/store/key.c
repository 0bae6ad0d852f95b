/*
 * The key of a database: from QD_KEY, or a file of 64 hex digits that is made on first use, once,
 * also when two programs start together. And its check value, which tells a wrong key before
 * anything is read or written with it. Does no encryption of rows: that is coders.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_private.h"

enum { KEY_DIGITS = 2 * CODEC_AES_KEY, KEY_FILE_MAX = 256 };

static const char check_text[] = "qiandian key check";

static int digit_of(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 64 hex digits, white space around them allowed. */
static qd_status parse_key(base_str text, const char *source, unsigned char *out, qd_err *err) {
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[text.len - 1])) {
        text.len--;
    }
    bool good = text.len == KEY_DIGITS;
    for (size_t i = 0; good && i < KEY_DIGITS; i += 2) {
        int high = digit_of(text.ptr[i]);
        int low = digit_of(text.ptr[i + 1]);
        good = high >= 0 && low >= 0;
        out[i / 2] = (unsigned char)(good ? high * 16 + low : 0);
    }
    if (!good) {
        return base_fail(err, QD_E_INVALID, "%s: a key is %d hex digits, nothing else", source,
                         KEY_DIGITS);
    }
    return QD_OK;
}

static qd_status fail_file(qd_err *err, const char *what, const char *path) {
    int code = errno;
    char room[128];
    return base_fail(err, QD_E_IO, "key file %s: cannot %s it: %s", path, what,
                     strerror_r(code, room, sizeof room));
}

static void warn_if_open(const char *path) {
    struct stat info;
    if (stat(path, &info) == 0 && (info.st_mode & 077) != 0) {
        base_log(QD_LOG_WARNING, "store",
                 "key file %s can be read by others (mode %03o): chmod 600 it", path,
                 (unsigned)(info.st_mode & 0777));
    }
}

static qd_status read_key(store *store, const char *path, qd_err *err) {
    base_buf text;
    base_buf_init(&text, KEY_FILE_MAX);
    qd_status status = base_file_read(path, KEY_FILE_MAX, &text, err);
    if (status == QD_E_NOMEM) {
        status = base_fail(err, QD_E_INVALID, "%s: a key is %d hex digits, nothing else", path,
                           KEY_DIGITS);
    }
    if (status == QD_OK) {
        status = parse_key(base_buf_str(&text), path, store->key, err);
    }
    if (status == QD_OK) {
        warn_if_open(path);
    }
    base_buf_wipe(&text);
    return status;
}

static qd_status sync_folder(const char *path, qd_err *err) {
    char folder[STORE_PATH_MAX];
    const char *slash = strrchr(path, '/');
    base_copy(folder, sizeof folder,
              slash ? (base_str){ path, (size_t)(slash - path) } : BASE_STR("."));
    int fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        qd_status status = fail_file(err, "sync the folder of", path);
        if (fd >= 0) {
            close(fd);
        }
        return status;
    }
    close(fd);
    return QD_OK;
}

/* The new key on disk under a name of its own. */
static qd_status write_new(const char *path, base_str text, qd_err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail_file(err, "make", path);
    }
    qd_status status = QD_OK;
    if (write(fd, text.ptr, text.len) != (ssize_t)text.len || fsync(fd) != 0) {
        status = fail_file(err, "write", path);
    }
    if (close(fd) != 0 && status == QD_OK) {
        status = fail_file(err, "write", path);
    }
    if (status != QD_OK) {
        unlink(path);
    }
    return status;
}

/* link() is the step that only one program can win; who loses takes the winner's key. Durable
 * before it returns, since what is sealed with a key that a power cut takes away is lost. */
static qd_status make_key(store *store, const char *path, qd_err *err) {
    unsigned char key[CODEC_AES_KEY];
    unsigned char tag[8];
    char text[KEY_DIGITS + 2];
    char tag_text[2 * sizeof tag + 1];
    char beside[STORE_PATH_MAX];

    store->clock->random(store->clock->self, key, sizeof key);
    qd_clock_system()->random(qd_clock_system()->self, tag, sizeof tag);
    codec_hex(key, sizeof key, false, text);
    text[KEY_DIGITS] = '\n';
    codec_hex(tag, sizeof tag, false, tag_text);
    int length = snprintf(beside, sizeof beside, "%s.new-%s", path, tag_text);
    qd_status status = QD_OK;
    if (length < 0 || (size_t)length >= sizeof beside) {
        status = base_fail(err, QD_E_INVALID, "key file %s: the path is too long", path);
    }
    if (status == QD_OK) {
        status = write_new(beside, (base_str){ text, KEY_DIGITS + 1 }, err);
    }
    if (status == QD_OK) {
        if (link(beside, path) != 0 && errno != EEXIST) {
            status = fail_file(err, "make", path);
        }
        unlink(beside);
    }
    if (status == QD_OK) {
        status = sync_folder(path, err);
    }
    base_wipe(key, sizeof key);
    base_wipe(text, sizeof text);
    return status;
}

/* A database without its key must not get a new one: nothing in it could be read with that. */
static bool has_database(const store *store) {
    struct stat info;
    return stat(store->path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
}

qd_status store_key_load(store *store, const char *key_file, qd_err *err) {
    const char *env = getenv("QD_KEY");
    char path[STORE_PATH_MAX];
    if (env && env[0]) {
        store->key_name = strdup("QD_KEY");
        return store->key_name ? parse_key(base_str_of(env), "QD_KEY", store->key, err)
                               : base_fail(err, QD_E_NOMEM, "out of memory");
    }
    int length = key_file ? snprintf(path, sizeof path, "%s", key_file)
                          : snprintf(path, sizeof path, "%s/qiandian.key", store->home);
    if (length < 0 || (size_t)length >= sizeof path) {
        return base_fail(err, QD_E_INVALID, "key file: the path is too long");
    }
    store->key_name = strdup(path);
    if (!store->key_name) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    /* Two looks: another program may make key and database between our look at the one and at the
     * other. */
    bool database = has_database(store);
    qd_status status = read_key(store, path, err);
    if (status != QD_E_NOT_FOUND) {
        return status;
    }
    if (database || store->read_only) {
        return base_fail(err, QD_E_CORRUPT,
                         "key file %s is missing, and %s cannot be read without it: bring it back "
                         "from your backup or set QD_KEY",
                         path, store->path);
    }
    status = make_key(store, path, err);
    return status == QD_OK ? read_key(store, path, err) : status;
}

qd_status store_key_check_seal(store *store, base_buf *out, qd_err *err) {
    return store_seal(store, base_str_of(check_text), out, err, "key-check");
}

qd_status store_key_check_open(store *store, base_str sealed, qd_err *err) {
    base_buf plain;
    base_buf_init(&plain, KEY_FILE_MAX);
    qd_status status = store_unseal(store, sealed, &plain, err, "key-check");
    if (status == QD_OK && !base_str_is(base_buf_str(&plain), check_text)) {
        status = QD_E_CORRUPT;
    }
    base_buf_clear(&plain);
    if (status == QD_E_CORRUPT) {
        return base_fail(err, QD_E_CORRUPT,
                         "the key in %s does not fit the database %s: nothing was changed; use the "
                         "key that it was made with",
                         store->key_name, store->path);
    }
    return status;
}
