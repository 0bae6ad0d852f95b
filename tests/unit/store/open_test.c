/*
 * Opening: the key file, and every way in which a home, a key or a database can be bad. Each gives
 * an error that names the path; none harms what is there.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store_support.h"

typedef struct world {
    char home[256];
    char db[300];
    char key[300];
    store_options options;
} world;

static int setup(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    make_home(w->home);
    snprintf(w->db, sizeof w->db, "%s/qiandian.db", w->home);
    snprintf(w->key, sizeof w->key, "%s/qiandian.key", w->home);
    w->options = (store_options)STORE_OPTIONS_INIT;
    w->options.home = w->home;
    w->options.busy_ms = 50;
    unsetenv("QD_KEY");
    *state = w;
    return 0;
}

static int teardown(void **state) {
    world *w = *state;
    unsetenv("QD_KEY");
    drop_home(w->home);
    free(w);
    return 0;
}

static void expect(world *w, qd_status wanted, const char *named) {
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    qd_status status = store_open(&w->options, &s, &err);
    if (status == QD_OK) {
        store_close(s);
    }
    if (status != wanted) {
        fprintf(stderr, "%s: %s\n", qd_status_name(status), err.message);
    }
    assert_int_equal(wanted, status);
    if (!strstr(err.message, named)) {
        fprintf(stderr, "no \"%s\" in: %s\n", named, err.message);
    }
    assert_non_null(strstr(err.message, named));
    assert_null(strchr(err.message, '\n'));
}

/* A database with one order and one app secret. */
static void make_database(world *w) {
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    OK(store_open(&w->options, &s, &err));
    OK(store_app_put(s, "douyin", "k", BASE_STR("secret"), &err));
    store_batch *batch = store_batch_new(s, "dy-shop");
    row r = order_row("1", "paid", 1000);
    OK(store_batch_add(batch, TABLE_ORDERS, r.v, BASE_STR("{\"a\":1}"), 1, &err));
    OK(store_commit(batch, NULL, &err));
    store_close(s);
}

static void check_database(world *w) {
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    base_secret secret = { NULL, 0 };
    OK(store_open(&w->options, &s, &err));
    OK(store_check(s, &err));
    OK(store_app_secret(s, "douyin", "k", &secret, &err));
    assert_string_equal("secret", secret.ptr);
    base_secret_clear(&secret);
    assert_int_equal(1, count_of(s, TABLE_ORDERS, "dy-shop"));
    store_close(s);
}

static void write_text(const char *path, const char *text) {
    qd_err err = QD_ERR_INIT;
    OK(base_file_write(path, base_str_of(text), 0600, &err));
}

static void the_key_file_and_the_database_are_private(void **state) {
    world *w = *state;
    struct stat info;
    make_database(w);
    assert_int_equal(0, stat(w->key, &info));
    assert_int_equal(0600, info.st_mode & 0777);
    assert_int_equal(65, info.st_size);
    assert_int_equal(0, stat(w->db, &info));
    assert_int_equal(0600, info.st_mode & 0777);
    check_database(w);
}

static char logged[512];

static void keep_log(void *user, qd_log_level level, const char *room, const char *message) {
    (void)user;
    (void)level;
    (void)room;
    snprintf(logged, sizeof logged, "%s", message);
}

static void a_key_file_that_others_can_read_is_warned_about(void **state) {
    world *w = *state;
    make_database(w);
    logged[0] = '\0';
    qd_log_set(keep_log, NULL, QD_LOG_WARNING);
    assert_int_equal(0, chmod(w->key, 0644));
    check_database(w);
    qd_log_set(NULL, NULL, QD_LOG_ERROR);
    assert_non_null(strstr(logged, w->key));
    assert_non_null(strstr(logged, "chmod 600"));
}

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_B "ff112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void the_environment_wins_over_the_file(void **state) {
    world *w = *state;
    setenv("QD_KEY", KEY_A, 1);
    make_database(w);
    assert_int_equal(-1, access(w->key, F_OK));
    write_text(w->key, KEY_B "\n");
    check_database(w);
    unsetenv("QD_KEY");
    expect(w, QD_E_CORRUPT, w->key);
    setenv("QD_KEY", "12", 1);
    expect(w, QD_E_INVALID, "QD_KEY");
}

static void a_wrong_key_destroys_nothing(void **state) {
    world *w = *state;
    base_buf good;
    qd_err err = QD_ERR_INIT;
    base_buf_init(&good, 100);
    make_database(w);
    OK(base_file_read(w->key, 100, &good, &err));
    write_text(w->key, KEY_B "\n");
    expect(w, QD_E_CORRUPT, "does not fit");
    expect(w, QD_E_CORRUPT, w->key);
    write_text(w->key, "not a key");
    expect(w, QD_E_INVALID, w->key);
    assert_int_equal(0, unlink(w->key));
    expect(w, QD_E_CORRUPT, w->key); /* a new key would make the data unreadable */
    assert_int_equal(-1, access(w->key, F_OK));
    write_text(w->key, base_buf_text(&good));
    check_database(w);
    base_buf_clear(&good);
}

static void a_folder_in_place_of_the_database_is_named(void **state) {
    world *w = *state;
    assert_int_equal(0, mkdir(w->db, 0700));
    expect(w, QD_E_IO, w->db);
}

static void a_home_that_cannot_be_made_is_named(void **state) {
    world *w = *state;
    char home[400];
    write_text(w->key, KEY_A);
    snprintf(home, sizeof home, "%s/below", w->key); /* below a file */
    w->options.home = home;
    expect(w, QD_E_IO, w->key);
    w->options.home = "";
    expect(w, QD_E_INVALID, "home");
}

static void a_file_that_is_no_database_is_named(void **state) {
    world *w = *state;
    write_text(w->key, KEY_A);
    write_text(w->db, "this is not a database, although it is long enough to be looked at: "
                      "0123456789012345678901234567890123456789");
    expect(w, QD_E_CORRUPT, w->db);
}

static void a_truncated_database_is_named_and_not_written(void **state) {
    world *w = *state;
    struct stat before;
    struct stat after;
    make_database(w);
    assert_int_equal(0, stat(w->db, &before));
    assert_int_equal(0, truncate(w->db, before.st_size / 2));
    expect(w, QD_E_CORRUPT, w->db);
    assert_int_equal(0, stat(w->db, &after));
    assert_int_equal(before.st_size / 2, after.st_size);
}

static void a_locked_database_is_busy_after_the_bound(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    sqlite3 *h = NULL;
    make_database(w);
    OK(store_open(&w->options, &s, &err));
    assert_int_equal(SQLITE_OK, sqlite3_open(w->db, &h));
    assert_int_equal(SQLITE_OK, sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    assert_int_equal(QD_E_BUSY, store_app_put(s, "douyin", "k", BASE_STR("x"), &err));
    assert_non_null(strstr(err.message, w->db));
    assert_int_equal(1, count_of(s, TABLE_ORDERS, "dy-shop")); /* reading goes on */
    assert_int_equal(SQLITE_OK, sqlite3_exec(h, "ROLLBACK", NULL, NULL, NULL));
    OK(store_app_put(s, "douyin", "k", BASE_STR("secret"), &err));
    sqlite3_close(h);
    store_close(s);
    check_database(w);
}

static void read_only_reads_and_makes_nothing(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    store_claim *claim = NULL;
    w->options.read_only = true;
    expect(w, QD_E_NOT_FOUND, w->db);
    assert_int_equal(-1, access(w->key, F_OK));
    assert_int_equal(-1, access(w->db, F_OK));
    w->options.read_only = false;
    make_database(w);
    w->options.read_only = true;
    check_database(w);
    OK(store_open(&w->options, &s, &err));
    assert_int_equal(QD_E_INVALID, store_app_put(s, "douyin", "k", BASE_STR("x"), &err));
    assert_int_equal(QD_E_INVALID, store_claim_take(s, "dy-shop", "orders", &claim, &err));
    store_batch *batch = store_batch_new(s, "dy-shop");
    assert_int_equal(QD_E_INVALID, store_commit(batch, NULL, &err));
    store_flush(s);
    store_close(s);
}

static void other_databases_are_not_supported_yet(void **state) {
    world *w = *state;
    w->options.url = "postgres://user:password@host/db";
    expect(w, QD_E_UNSUPPORTED, "sqlite:");
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    (void)!store_open(&w->options, &s, &err);
    assert_null(strstr(err.message, "password"));
}

/* Two stores of one process on one file, then another program comes and goes: it must see that it
 * is not the last, and leave the log where it is. */
static void a_second_store_keeps_the_first_ones_locks(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *first = NULL;
    store *second = NULL;
    store_shop shop = { .platform = "douyin", .app_key = "1", .name = "one" };
    struct stat info;
    char log_path[320];
    char byte = 0;
    int go[2];
    int status = 0;
    snprintf(log_path, sizeof log_path, "%s-wal", w->db);
    assert_int_equal(0, pipe(go));
    pid_t child = fork(); /* before there are threads */
    if (child == 0) {
        store *guest = NULL;
        bool fine = read(go[0], &byte, 1) == 1 && store_open(&w->options, &guest, &err) == QD_OK;
        store_close(guest);
        _exit(fine ? 0 : 1);
    }
    OK(store_open(&w->options, &first, &err));
    OK(store_open(&w->options, &second, &err));
    OK(store_shop_add(first, &shop, &err));
    assert_int_equal(1, write(go[1], "g", 1));
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(0, stat(log_path, &info));
    store_close(second);
    store_close(first);
    close(go[0]);
    close(go[1]);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(the_key_file_and_the_database_are_private),
        CASE(a_key_file_that_others_can_read_is_warned_about),
        CASE(the_environment_wins_over_the_file),
        CASE(a_wrong_key_destroys_nothing),
        CASE(a_folder_in_place_of_the_database_is_named),
        CASE(a_home_that_cannot_be_made_is_named),
        CASE(a_file_that_is_no_database_is_named),
        CASE(a_truncated_database_is_named_and_not_written),
        CASE(a_locked_database_is_busy_after_the_bound),
        CASE(read_only_reads_and_makes_nothing),
        CASE(other_databases_are_not_supported_yet),
        CASE(a_second_store_keeps_the_first_ones_locks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
