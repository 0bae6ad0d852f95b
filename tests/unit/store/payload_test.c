/*
 * Raw documents: what goes in comes out, whatever dictionary it was packed with, and nobody without
 * the key or with a row moved to another place reads anything.
 */
#include <sqlite3.h>
#include <sys/wait.h>

#include "store_support.h"

typedef struct world {
    char home[256];
    char db[300];
    store *s;
} world;

static void open_store(world *w) {
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    options.home = w->home;
    OK(store_open(&options, &w->s, &err));
}

static int setup(void **state) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    make_home(w->home);
    snprintf(w->db, sizeof w->db, "%s/qiandian.db", w->home);
    open_store(w);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    world *w = *state;
    store_close(w->s);
    drop_home(w->home);
    free(w);
    return 0;
}

/* About 3 KB of JSON that is alike and yet its own. */
static void make_document(int i, base_buf *out) {
    base_buf_reset(out);
    base_buf_printf(out, "{\"order_id\":\"%d\",\"shop\":\"店铺\"", i);
    for (int f = 0; f < 60; f++) {
        base_buf_printf(out, ",\"a_field_of_the_platform_%d\":\"value %d of %d\"", f, f,
                        f % 9 == 0 ? i * 7919 + f : f);
    }
    base_buf_add_char(out, '}');
}

static void put_documents(world *w, const char *shop, unsigned table, int from, int count) {
    qd_err err = QD_ERR_INIT;
    base_buf raw;
    base_buf_init(&raw, 64 * 1024);
    store_batch *batch = store_batch_new(w->s, shop);
    for (int i = from; i < from + count; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        row order = order_row(id, "paid", 1000);
        row product = product_row(id, "cup", 1000);
        make_document(i, &raw);
        OK(store_batch_add(batch, table, table == TABLE_ORDERS ? order.v : product.v,
                           base_buf_str(&raw), i, &err));
    }
    OK(store_commit(batch, NULL, &err));
    base_buf_clear(&raw);
}

static void expect_document(world *w, unsigned table, int payload_column, int i) {
    qd_err err = QD_ERR_INIT;
    char id[16];
    base_buf wanted;
    base_buf found;
    base_buf_init(&wanted, 64 * 1024);
    base_buf_init(&found, 64 * 1024);
    snprintf(id, sizeof id, "%d", i);
    make_document(i, &wanted);
    OK(store_payload(w->s, stored_int(w->s, table, id, payload_column), &found, &err));
    assert_string_equal(base_buf_text(&wanted), base_buf_text(&found));
    base_buf_clear(&wanted);
    base_buf_clear(&found);
}

static int64_t ask(const world *w, const char *sql) {
    sqlite3 *h = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(SQLITE_OK, sqlite3_open(w->db, &h));
    assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(h, sql, -1, &stmt, NULL));
    assert_int_equal(SQLITE_ROW, sqlite3_step(stmt));
    int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(h);
    return value;
}

static void run(const world *w, const char *sql) {
    sqlite3 *h = NULL;
    assert_int_equal(SQLITE_OK, sqlite3_open(w->db, &h));
    assert_int_equal(SQLITE_OK, sqlite3_exec(h, sql, NULL, NULL, NULL));
    sqlite3_close(h);
}

static void documents_come_out_as_they_went_in(void **state) {
    world *w = *state;
    put_documents(w, "dy-shop", TABLE_ORDERS, 0, 300); /* enough for a dictionary */
    put_documents(w, "dy-shop", TABLE_ORDERS, 300, 50);
    put_documents(w, "tb-shop", TABLE_PRODUCTS, 0, 300); /* another kind: another dictionary */
    put_documents(w, "tb-shop", TABLE_PRODUCTS, 300, 50);
    assert_int_equal(2, ask(w, "SELECT count(*) FROM payload_dict"));
    assert_int_equal(3, ask(w, "SELECT count(DISTINCT dictionary_id) FROM payload"));
    assert_true(ask(w, "SELECT avg(length(sealed)) FROM payload WHERE dictionary_id > 0") * 2 <
                ask(w, "SELECT avg(length(sealed)) FROM payload WHERE dictionary_id = 0"));
    for (int round = 0; round < 2; round++) {
        expect_document(w, TABLE_ORDERS, ORDERS_PAYLOAD_ID, 0);
        expect_document(w, TABLE_ORDERS, ORDERS_PAYLOAD_ID, 255);
        expect_document(w, TABLE_ORDERS, ORDERS_PAYLOAD_ID, 349);
        expect_document(w, TABLE_PRODUCTS, PRODUCTS_PAYLOAD_ID, 10);
        expect_document(w, TABLE_PRODUCTS, PRODUCTS_PAYLOAD_ID, 349);
        store_close(w->s); /* and once more by a program that has to load the dictionaries */
        open_store(w);
    }
    put_documents(w, "dy-shop", TABLE_ORDERS, 350, 5); /* the old dictionary goes on being used */
    assert_int_equal(2, ask(w, "SELECT count(*) FROM payload_dict"));
    assert_int_equal(0, ask(w, "SELECT dictionary_id FROM payload ORDER BY id DESC LIMIT 1") == 0);
    expect_document(w, TABLE_ORDERS, ORDERS_PAYLOAD_ID, 354);
}

static void a_dictionary_of_another_process_is_found_when_needed(void **state) {
    world *w = *state;
    int up[2];
    int down[2];
    char byte = 0;
    assert_int_equal(0, pipe(up));
    assert_int_equal(0, pipe(down));
    store_close(w->s); /* a fork copies no threads */
    w->s = NULL;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(down[1]);
        (void)!read(down[0], &byte, 1); /* until the parent has opened: it knows no dictionary */
        open_store(w);
        put_documents(w, "dy-shop", TABLE_ORDERS, 0, 300);
        put_documents(w, "dy-shop", TABLE_ORDERS, 300, 10);
        store_close(w->s);
        (void)!write(up[1], "x", 1);
        _exit(0);
    }
    close(up[1]); /* so that a child that dies ends the read */
    close(down[0]);
    open_store(w);
    assert_int_equal(1, write(down[1], "x", 1));
    assert_int_equal(1, read(up[0], &byte, 1));
    int result = -1;
    assert_int_equal(pid, waitpid(pid, &result, 0));
    assert_int_equal(0, result);
    expect_document(w, TABLE_ORDERS, ORDERS_PAYLOAD_ID, 305);
    close(up[0]);
    close(down[1]);
}

static void a_document_in_another_place_is_refused(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    base_buf out;
    base_buf_init(&out, 64 * 1024);
    put_documents(w, "dy-shop", TABLE_ORDERS, 1, 3);
    run(w, "UPDATE payload SET sealed = (SELECT sealed FROM payload WHERE id = 2) WHERE id = 1");
    assert_int_equal(QD_E_CORRUPT, store_payload(w->s, 1, &out, &err));
    assert_non_null(strstr(err.message, "document 1"));
    run(w, "UPDATE payload SET shop = 'dy-other' WHERE id = 3");
    assert_int_equal(QD_E_CORRUPT, store_payload(w->s, 3, &out, &err));
    assert_int_equal(0, out.len);
    OK(store_payload(w->s, 2, &out, &err));
    run(w, "UPDATE payload SET dictionary_id = 77 WHERE id = 2");
    assert_int_equal(QD_E_CORRUPT, store_payload(w->s, 2, &out, &err));
    base_buf_clear(&out);
}

/* The bytes of the database and its log hold no word of a document, a secret or a token. */
static void nothing_sealed_can_be_read_in_the_file(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_shop shop;
    qd_token token;
    static const char *const words[] = { "a_field_of_the_platform", "TOPSECRET-APP",
                                         "TOPSECRET-TOKEN" };
    memset(&shop, 0, sizeof shop);
    memset(&token, 0, sizeof token);
    snprintf(shop.platform, sizeof shop.platform, "douyin");
    snprintf(token.access, sizeof token.access, "TOPSECRET-TOKEN");
    OK(store_shop_add(w->s, &shop, &err));
    OK(store_app_put(w->s, "douyin", "k", BASE_STR("TOPSECRET-APP"), &err));
    qd_token_store *tokens = store_tokens(w->s);
    OK(tokens->save(tokens, shop.t_code, "production", &token, 0, &err));
    put_documents(w, "dy-shop", TABLE_ORDERS, 0, 300);
    const char *const files[] = { "qiandian.db", "qiandian.db-wal" };
    for (size_t i = 0; i < 2; i++) {
        char path[400];
        base_buf bytes;
        base_buf_init(&bytes, 64 * 1024 * 1024);
        snprintf(path, sizeof path, "%s/%s", w->home, files[i]);
        OK(base_file_read(path, bytes.max, &bytes, &err));
        for (size_t word = 0; word < 3; word++) {
            assert_null(memmem(bytes.data, bytes.len, words[word], strlen(words[word])));
        }
        base_buf_clear(&bytes);
    }
}

static void documents_may_be_left_out(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store_close(w->s);
    options.home = w->home;
    options.keep_raw = false;
    OK(store_open(&options, &w->s, &err));
    put_documents(w, "dy-shop", TABLE_ORDERS, 0, 3);
    assert_int_equal(0, count_of(w->s, TABLE_PAYLOAD, "dy-shop"));
    assert_string_equal("NULL", stored(w->s, TABLE_ORDERS, "1", ORDERS_PAYLOAD_ID));
}

static void a_document_over_the_bound_is_refused_with_its_batch(void **state) {
    world *w = *state;
    qd_err err = QD_ERR_INIT;
    char *huge = calloc(1, LIMIT_DOCUMENT_BYTES + 1);
    assert_non_null(huge);
    memset(huge, 'x', LIMIT_DOCUMENT_BYTES + 1);
    row r = order_row("1", "paid", 1000);
    store_batch *batch = store_batch_new(w->s, "dy-shop");
    base_str raw = { huge, LIMIT_DOCUMENT_BYTES + 1 };
    assert_int_equal(QD_E_INVALID, store_batch_add(batch, TABLE_ORDERS, r.v, raw, 1, &err));
    assert_non_null(strstr(err.message, "orders 1"));
    assert_int_equal(QD_E_INVALID, store_commit(batch, NULL, &err)); /* not a part of it */
    assert_int_equal(0, count_of(w->s, TABLE_ORDERS, "dy-shop"));
    raw.len--;
    batch = store_batch_new(w->s, "dy-shop");
    OK(store_batch_add(batch, TABLE_ORDERS, r.v, raw, 1, &err));
    OK(store_commit(batch, NULL, &err));
    free(huge);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(documents_come_out_as_they_went_in),
        CASE(a_dictionary_of_another_process_is_found_when_needed),
        CASE(a_document_in_another_place_is_refused),
        CASE(nothing_sealed_can_be_read_in_the_file),
        CASE(documents_may_be_left_out),
        CASE(a_document_over_the_bound_is_refused_with_its_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
