/*
 * The tables of the database against catalog/tables.json, and what the store says to a database
 * that is not its own or newer than it.
 */
#include <sqlite3.h>
#include <sys/wait.h>

#include "store_support.h"

typedef struct world {
    char home[256];
    char path[300];
} world;

static qd_status open_store(const world *w, store **out, qd_err *err) {
    store_options options = STORE_OPTIONS_INIT;
    options.home = w->home;
    return store_open(&options, out, err);
}

static sqlite3 *open_raw(const world *w) {
    sqlite3 *h = NULL;
    assert_int_equal(SQLITE_OK, sqlite3_open(w->path, &h));
    return h;
}

static void run(sqlite3 *h, const char *sql) {
    assert_int_equal(SQLITE_OK, sqlite3_exec(h, sql, NULL, NULL, NULL));
}

static int setup(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    make_home(w->home);
    snprintf(w->path, sizeof w->path, "%s/qiandian.db", w->home);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    world *w = *state;
    drop_home(w->home);
    free(w);
    return 0;
}

static void make_database(const world *w) {
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    OK(open_store(w, &s, &err));
    store_close(s);
}

/* Columns that only the store reads; they come after those of tables.json. */
static const char *internal_column(const char *table) {
    if (strcmp(table, "orders") == 0 || strcmp(table, "products") == 0) {
        return "row_seq";
    }
    return strcmp(table, "payload") == 0 ? "raw_hash" : NULL;
}

static void check_column(sqlite3_stmt *info, const char *table, const char *name, const char *type,
                         int key) {
    char what[128];
    snprintf(what, sizeof what, "%s.%s", table, name);
    char found[128];
    snprintf(found, sizeof found, "%s.%s", table, (const char *)sqlite3_column_text(info, 1));
    assert_string_equal(what, found);
    assert_string_equal(type, (const char *)sqlite3_column_text(info, 2));
    assert_int_equal(key, sqlite3_column_int(info, 5) > 0);
}

static void check_table(sqlite3 *h, const store_table *table) {
    static const char *const types[] = {
        [STORE_TEXT] = "TEXT",    [STORE_INT] = "INTEGER",  [STORE_FEN] = "INTEGER",
        [STORE_TIME] = "INTEGER", [STORE_BOOL] = "INTEGER", [STORE_BLOB] = "BLOB",
    };
    char sql[128];
    sqlite3_stmt *info = NULL;
    snprintf(sql, sizeof sql, "PRAGMA table_info(%s)", table->name);
    assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(h, sql, -1, &info, NULL));
    for (int i = 0; i < table->column_count; i++) {
        const store_column *column = &table->columns[i];
        assert_int_equal(SQLITE_ROW, sqlite3_step(info));
        check_column(info, table->name, column->name, types[column->type], column->key);
    }
    if (internal_column(table->name)) {
        assert_int_equal(SQLITE_ROW, sqlite3_step(info));
        check_column(info, table->name, internal_column(table->name), "INTEGER", 0);
    }
    assert_int_equal(SQLITE_DONE, sqlite3_step(info));
    sqlite3_finalize(info);
}

static void the_database_has_the_columns_of_tables_json(void **state) {
    world *w = *state;
    make_database(w);
    sqlite3 *h = open_raw(w);
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        check_table(h, store_table_at(i));
        assert_true(store_table_at(i)->column_count < 64); /* a set of columns is a uint64_t */
    }
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(SQLITE_OK,
                     sqlite3_prepare_v2(h,
                                        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                        "AND name NOT LIKE 'sqlite_%'",
                                        -1, &stmt, NULL));
    assert_int_equal(SQLITE_ROW, sqlite3_step(stmt));
    assert_int_equal(TABLE_COUNT + 2, sqlite3_column_int(stmt, 0)); /* store_schema, store_meta */
    sqlite3_finalize(stmt);
    sqlite3_close(h);
}

static void tables_are_found_by_name_and_number(void **state) {
    (void)state;
    assert_ptr_equal(store_table_at(TABLE_ORDERS), store_table_find("orders"));
    assert_null(store_table_find("nothing"));
    assert_null(store_table_find(NULL));
    assert_null(store_table_at(TABLE_COUNT));
    assert_string_equal("modified_at", store_table_find("orders")->columns[10].name);
    assert_int_equal(ORDERS_MODIFIED_AT, store_table_find("orders")->recency);
}

static void a_newer_database_is_refused_and_left_alone(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    make_database(w);
    sqlite3 *h = open_raw(w);
    run(h, "INSERT INTO store_schema (version, applied_at) VALUES (9999, 1)");
    sqlite3_close(h);
    assert_int_equal(QD_E_UNSUPPORTED, open_store(w, &s, &err));
    assert_non_null(strstr(err.message, "9999"));
    assert_non_null(strstr(err.message, w->path));
    h = open_raw(w);
    run(h, "DELETE FROM store_schema WHERE version = 9999");
    sqlite3_close(h);
    OK(open_store(w, &s, &err));
    store_close(s);
}

static void a_database_of_another_program_is_refused(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    char url[320];
    store_options options = STORE_OPTIONS_INIT;
    snprintf(w->path, sizeof w->path, "%s/other.db", w->home);
    snprintf(url, sizeof url, "sqlite:%s", w->path);
    sqlite3 *h = open_raw(w);
    run(h, "CREATE TABLE orders (id INTEGER)");
    sqlite3_close(h);
    options.home = w->home;
    options.url = url;
    assert_int_not_equal(QD_OK, store_open(&options, &s, &err));
    char key[300];
    snprintf(key, sizeof key, "%s/qiandian.key", w->home);
    OK(base_file_write(key,
                       BASE_STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
                       0600, &err));
    assert_int_equal(QD_E_CORRUPT, store_open(&options, &s, &err));
    assert_non_null(strstr(err.message, "another program"));
    h = open_raw(w);
    run(h, "INSERT INTO orders VALUES (1)"); /* it is still theirs, as it was */
    sqlite3_close(h);
}

/* Programs that open one new store in the same moment. They all end before anything is asserted, so
 * that a failure leaves none of them behind. */
static int start_together(world *w) {
    enum { PROGRAMS = 6 };
    pid_t children[PROGRAMS];
    int failed = 0;
    int gate[2];
    assert_int_equal(0, pipe(gate));
    for (int i = 0; i < PROGRAMS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            char byte;
            qd_err err = QD_ERR_INIT;
            store *s = NULL;
            close(gate[1]);
            (void)!read(gate[0], &byte, 1); /* ends when the parent closes the gate */
            store_options options = STORE_OPTIONS_INIT;
            options.home = w->home;
            options.busy_ms = 600000; /* a stalled disk is not what this is about */
            qd_status status = store_open(&options, &s, &err);
            if (status != QD_OK) {
                fprintf(stderr, "%s\n", err.message);
            }
            store_close(s);
            _exit(status == QD_OK ? 0 : 1);
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < PROGRAMS; i++) {
        int result = -1;
        bool fine = waitpid(children[i], &result, 0) == children[i] && result == 0;
        failed += fine ? 0 : 1;
    }
    return failed;
}

static void programs_that_start_together_migrate_once(void **state) {
    enum { ROUNDS = 12 }; /* one round does not always meet the moment that matters */
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store *s = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        assert_int_equal(0, start_together(w));
        OK(open_store(w, &s, &err));
        OK(store_check(s, &err));
        assert_int_equal(store_schema_known(), store_schema_version(s));
        store_close(s);
        assert_int_equal(0, unlink(w->path));
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(the_database_has_the_columns_of_tables_json),
        CASE(tables_are_found_by_name_and_number),
        CASE(a_newer_database_is_refused_and_left_alone),
        CASE(a_database_of_another_program_is_refused),
        CASE(programs_that_start_together_migrate_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
