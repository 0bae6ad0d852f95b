/*
 * Opening and closing a store: options, folders, key, writer; and the locks that live in files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/sqlite/sqlite_private.h"

static const char scheme[] = "sqlite:";

static qd_status fail_nomem(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "out of memory for the store");
}

/* "sqlite:<path>", or <home>/qiandian.db. */
static qd_status set_path(store *store, const char *url, qd_err *err) {
    char path[STORE_PATH_MAX];
    int length = 0;
    if (!url) {
        length = snprintf(path, sizeof path, "%s/qiandian.db", store->home);
    } else if (strncmp(url, scheme, sizeof scheme - 1) == 0) {
        length = snprintf(path, sizeof path, "%s", url + sizeof scheme - 1);
    } else {
        /* Not the URL itself: it may hold a password. */
        return base_fail(err, QD_E_UNSUPPORTED,
                         "store: this build knows only sqlite:<path> as a database");
    }
    if (length <= 0 || (size_t)length >= sizeof path) {
        return base_fail(err, QD_E_INVALID, "store: the path of the database is empty or too long");
    }
    store->path = strdup(path);
    return store->path ? QD_OK : fail_nomem(err);
}

static qd_status make_folders(store *store, qd_err *err) {
    char locks[STORE_PATH_MAX];
    qd_status status = base_dir_make(store->home, err);
    if (status == QD_OK) {
        snprintf(locks, sizeof locks, "%s/locks", store->home);
        status = base_dir_make(locks, err);
    }
    return status;
}

static qd_status check_there(store *store, qd_err *err) {
    struct stat info;
    if (stat(store->path, &info) != 0) {
        return base_fail(err, QD_E_NOT_FOUND, "%s: no database there", store->path);
    }
    return QD_OK;
}

static qd_status start(store *store, const char *key_file, qd_err *err) {
    store_db *db = NULL;
    qd_status status = store->read_only ? check_there(store, err) : make_folders(store, err);
    if (status == QD_OK) {
        status = store_key_load(store, key_file, err);
    }
    if (status == QD_OK) {
        store->coders = store_coders_new(store);
        status = store->coders ? store_db_start(store, &db, err) : fail_nomem(err);
    }
    if (status != QD_OK) {
        return status;
    }
    if (store->read_only) {
        store_read_end(store, db);
        return QD_OK;
    }
    status = store_writer_start(store, db, err);
    if (status != QD_OK) {
        (void)store_db_close(db);
    }
    return status;
}

qd_status store_open(const store_options *options, store **out_store, qd_err *err) {
    if (!options->home || !options->home[0] || strlen(options->home) > STORE_PATH_MAX - 256) {
        return base_fail(err, QD_E_INVALID, "store: a home folder is needed");
    }
    store *made = calloc(1, sizeof *made);
    if (!made) {
        return fail_nomem(err);
    }
    pthread_mutex_init(&made->readers_mutex, NULL);
    made->clock = options->clock ? options->clock : qd_clock_system();
    made->read_only = options->read_only;
    made->keep_raw = options->keep_raw;
    made->group_ms = options->group_ms;
    made->busy_ms = options->busy_ms > 0 ? options->busy_ms : STORE_BUSY_MS;
    store_tokens_init(made);
    made->home = strdup(options->home);
    qd_status status = made->home ? set_path(made, options->url, err) : fail_nomem(err);
    if (status == QD_OK) {
        status = start(made, options->key_file, err);
    }
    if (status != QD_OK) {
        store_close(made);
        return status;
    }
    *out_store = made;
    return QD_OK;
}

void store_close(store *store) {
    if (!store) {
        return;
    }
    for (size_t i = 0; i < store->reader_count; i++) {
        (void)store_db_close(store->readers[i]);
    }
    /* Last: the last connection to close moves the log into the file. */
    store_writer_stop(store->writer);
    store_coders_free(store->coders);
    pthread_mutex_destroy(&store->readers_mutex);
    base_wipe(store->key, sizeof store->key);
    free(store->key_name);
    free(store->path);
    free(store->home);
    free(store);
}

const char *store_home(const store *store) {
    return store->home;
}

const qd_clock *store_clock(const store *store) {
    return store->clock;
}

/* ---- lock files ---- */

static bool is_plain(const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t len = strlen(text);
    return len > 0 && len <= 64 && strspn(text, plain) == len;
}

/* A name that may stand in a file name: as it is, or its digest. */
static void add_name(base_buf *path, const char *name) {
    unsigned char digest[CODEC_DIGEST_MAX];
    char hex[2 * CODEC_DIGEST_MAX + 1];
    base_buf_add_char(path, '-');
    if (is_plain(name)) {
        base_buf_add_text(path, name);
        return;
    }
    size_t size = codec_digest_once(CODEC_SHA256, BASE_STR(""), base_str_of(name), digest);
    codec_hex(digest, size, false, hex);
    base_buf_add_char(path, '=');
    base_buf_add_text(path, hex);
}

qd_status store_lock_try(store *store, const char *prefix, const char *a, const char *b,
                         base_lock **out_lock, qd_err *err) {
    base_buf path;
    base_buf_init(&path, STORE_PATH_MAX);
    base_buf_printf(&path, "%s/locks/%s", store->home, prefix);
    if (a) {
        add_name(&path, a);
    }
    if (b) {
        add_name(&path, b);
    }
    base_buf_add_text(&path, ".lock");
    qd_status status = base_buf_check(&path, "lock file", err);
    if (status == QD_OK) {
        status = base_lock_try(base_buf_text(&path), out_lock, err);
    }
    base_buf_clear(&path);
    return status;
}
