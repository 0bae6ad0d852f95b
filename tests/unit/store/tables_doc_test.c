/*
 * docs/tables.md against catalog/tables.json, and its queries against a database. QD_UPDATE_DOCS=1
 * writes the column part anew instead of comparing it.
 */
#include <sqlite3.h>

#include "codec/codec.h"
#include "store_support.h"

enum { DOC_MAX = 256 * 1024, QUERIES = 11 };

static const char doc_path[] = QD_SOURCE_DIR "/docs/tables.md";
static const char begin_mark[] = "<!-- columns -->\n";
static const char end_mark[] = "<!-- /columns -->\n";

static const char *text_of(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text ? text : "";
}

static bool is_key(yyjson_val *table, const char *name) {
    size_t index = 0;
    size_t count = 0;
    yyjson_val *key = NULL;
    yyjson_arr_foreach(yyjson_obj_get(table, "key"), index, count, key) {
        if (strcmp(yyjson_get_str(key), name) == 0) {
            return true;
        }
    }
    return false;
}

static void render_table(yyjson_val *table, base_buf *out) {
    size_t index = 0;
    size_t count = 0;
    yyjson_val *column = NULL;
    base_buf_printf(out, "\n### %s\n\n%s.\n\n| column | type | meaning |\n|---|---|---|\n",
                    text_of(table, "name"), text_of(table, "title"));
    yyjson_arr_foreach(yyjson_obj_get(table, "columns"), index, count, column) {
        const char *name = text_of(column, "name");
        base_buf_printf(out, "| %s | %s%s | %s |\n", name, text_of(column, "type"),
                        is_key(table, name) ? ", key" : "", text_of(column, "doc"));
    }
}

static void render(base_buf *out) {
    qd_err err = QD_ERR_INIT;
    base_buf json;
    yyjson_doc *doc = NULL;
    size_t index = 0;
    size_t count = 0;
    yyjson_val *table = NULL;
    base_buf_init(&json, DOC_MAX);
    OK(base_file_read(QD_SOURCE_DIR "/catalog/tables.json", DOC_MAX, &json, &err));
    OK(codec_json_read(base_buf_str(&json), 0, &doc, &err));
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "tables"), index, count, table) {
        render_table(table, out);
    }
    base_buf_add_char(out, '\n');
    yyjson_doc_free(doc);
    base_buf_clear(&json);
}

static void the_document_has_the_columns_of_tables_json(void **state) {
    qd_err err = QD_ERR_INIT;
    base_buf doc;
    base_buf wanted;
    (void)state;
    base_buf_init(&doc, DOC_MAX);
    base_buf_init(&wanted, DOC_MAX);
    OK(base_file_read(doc_path, DOC_MAX, &doc, &err));
    const char *begin = strstr(base_buf_text(&doc), begin_mark);
    const char *end = strstr(base_buf_text(&doc), end_mark);
    assert_true(begin && end);
    begin += sizeof begin_mark - 1;
    render(&wanted);
    if (getenv("QD_UPDATE_DOCS")) {
        base_buf whole;
        base_buf_init(&whole, DOC_MAX);
        base_buf_add(&whole, doc.data, (size_t)(begin - doc.data));
        base_buf_add_str(&whole, base_buf_str(&wanted));
        base_buf_add_text(&whole, end);
        OK(base_file_write(doc_path, base_buf_str(&whole), 0644, &err));
        base_buf_clear(&whole);
    } else {
        assert_int_equal(wanted.len, end - begin);
        assert_memory_equal(wanted.data, begin, wanted.len);
    }
    base_buf_clear(&doc);
    base_buf_clear(&wanted);
}

/* Two orders of 2 lines, and products of the same SKU codes in two shops. */
static void fill(store *s, const char *shop, int64_t price) {
    qd_err err = QD_ERR_INIT;
    int64_t now = base_now(qd_clock_system());
    store_batch *batch = store_batch_new(s, shop);
    for (int i = 0; i < 2; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        row order = order_row(id, i ? "paid" : "shipped", now - 3600);
        set_int(&order, ORDERS_PAID_AT, now - 7200);
        set_int(&order, ORDERS_PAY_FEN, 2 * price);
        if (i == 0) {
            set_int(&order, ORDERS_SHIPPED_AT, now - 3600);
        }
        OK(store_batch_add(batch, TABLE_ORDERS, order.v, BASE_STR(""), i, &err));
        for (int j = 0; j < 2; j++) {
            char line_id[32];
            snprintf(line_id, sizeof line_id, "%d-%d", i, j);
            row line = line_row(line_id, 20);
            set_text(&line, ORDER_LINES_PRODUCT_ID, "p");
            set_text(&line, ORDER_LINES_OUTER_SKU_ID, "CUP-1");
            set_text(&line, ORDER_LINES_REFUND_STATUS, j ? "refunded" : "none");
            set_int(&line, ORDER_LINES_PAY_FEN, price);
            OK(store_batch_add_child(batch, TABLE_ORDER_LINES, line.v, &err));
        }
    }
    row product = product_row("p", "cup", now);
    row sku = sku_row("s", 3);
    set_text(&product, PRODUCTS_STATUS, "online");
    set_text(&sku, SKUS_OUTER_ID, "CUP-1");
    set_int(&sku, SKUS_PRICE_FEN, price);
    OK(store_batch_add(batch, TABLE_PRODUCTS, product.v, BASE_STR(""), 9, &err));
    OK(store_batch_add_child(batch, TABLE_SKUS, sku.v, &err));
    OK(store_commit(batch, NULL, &err));
    store_claim *claim = NULL;
    OK(store_claim_take(s, shop, "orders", &claim, &err));
    store_claim_release(claim);
    store_decryption who = { .at = now, .order_id = "1", .actor = "anna", .kind = "decrypt" };
    snprintf(who.shop, sizeof who.shop, "%s", shop);
    OK(store_decryption_add(s, &who, 1, &err));
}

/* Runs one query; the number of rows it gives. */
static int rows_of(sqlite3 *h, base_str sql) {
    sqlite3_stmt *stmt = NULL;
    int rows = 0;
    if (sqlite3_prepare_v2(h, sql.ptr, (int)sql.len, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s in: %.*s\n", sqlite3_errmsg(h), (int)sql.len, sql.ptr);
        assert_true(false);
    }
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        rows++;
    }
    sqlite3_finalize(stmt);
    return rows;
}

static void every_query_of_the_document_runs_and_finds_something(void **state) {
    char home[256];
    char path[300];
    qd_err err = QD_ERR_INIT;
    store_options options = STORE_OPTIONS_INIT;
    store *s = NULL;
    sqlite3 *h = NULL;
    base_buf doc;
    int queries = 0;
    (void)state;
    make_home(home);
    snprintf(path, sizeof path, "%s/qiandian.db", home);
    options.home = home;
    OK(store_open(&options, &s, &err));
    fill(s, "dy-one", 1000);
    fill(s, "tb-two", 1200);
    assert_int_equal(SQLITE_OK, sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL));
    base_buf_init(&doc, DOC_MAX);
    OK(base_file_read(doc_path, DOC_MAX, &doc, &err));
    const char *at = base_buf_text(&doc);
    while ((at = strstr(at, "```sql\n")) != NULL) {
        at += strlen("```sql\n");
        const char *end = strstr(at, "```\n");
        assert_non_null(end);
        base_str sql = { at, (size_t)(end - at) };
        bool needs_many_events = memmem(sql.ptr, sql.len, "> 1000", 6) != NULL;
        int rows = rows_of(h, sql);
        assert_true(rows > 0 || needs_many_events);
        queries++;
        at = end;
    }
    assert_int_equal(QUERIES, queries);
    base_buf_clear(&doc);
    sqlite3_close(h);
    store_close(s);
    drop_home(home);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_has_the_columns_of_tables_json),
        cmocka_unit_test(every_query_of_the_document_runs_and_finds_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
