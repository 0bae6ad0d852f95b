/*
 * What the tests of room store share: a home of their own, rows made in one line, and looking.
 * Uses the door only.
 */
#ifndef TESTS_STORE_SUPPORT_H
#define TESTS_STORE_SUPPORT_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

#define UNUSED __attribute__((unused))
#define OK(call) assert_ok_((call), &err, #call, __FILE__, __LINE__)

UNUSED static void assert_ok_(qd_status status, const qd_err *err, const char *what,
                              const char *file, int line) {
    if (status != QD_OK) {
        fprintf(stderr, "%s: %s: %s\n", what, qd_status_name(status), err->message);
        _fail(file, line);
    }
}

/* A folder that only this test uses, below TMPDIR. */
UNUSED static void make_home(char out[256]) {
    const char *tmp = getenv("TMPDIR");
    snprintf(out, 256, "%s/qd-store-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(out));
}

static int drop_one(const char *path, const struct stat *info, int type, struct FTW *where) {
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

UNUSED static void drop_home(const char *home) {
    assert_int_equal(0, nftw(home, drop_one, 16, FTW_DEPTH | FTW_PHYS));
}

typedef struct row {
    store_value v[64];
} row;

UNUSED static void set_text(row *r, int column, const char *text) {
    r->v[column] = (store_value){ .set = 1, .text = base_str_of(text) };
}

UNUSED static void set_int(row *r, int column, int64_t value) {
    r->v[column] = (store_value){ .set = 1, .i64 = value };
}

UNUSED static void set_null(row *r, int column) {
    r->v[column] = (store_value){ .set = 1, .is_null = 1 };
}

UNUSED static row order_row(const char *id, const char *status, int64_t modified_at) {
    row r;
    memset(&r, 0, sizeof r);
    set_text(&r, ORDERS_ORDER_ID, id);
    set_text(&r, ORDERS_STATUS, status);
    set_int(&r, ORDERS_CREATED_AT, modified_at - 100);
    set_int(&r, ORDERS_MODIFIED_AT, modified_at);
    return r;
}

UNUSED static row line_row(const char *id, int64_t quantity) {
    row r;
    memset(&r, 0, sizeof r);
    set_text(&r, ORDER_LINES_LINE_ID, id);
    set_int(&r, ORDER_LINES_QUANTITY, quantity);
    return r;
}

UNUSED static row product_row(const char *id, const char *name, int64_t modified_at) {
    row r;
    memset(&r, 0, sizeof r);
    set_text(&r, PRODUCTS_PRODUCT_ID, id);
    set_text(&r, PRODUCTS_NAME, name);
    set_int(&r, PRODUCTS_MODIFIED_AT, modified_at);
    return r;
}

UNUSED static row sku_row(const char *id, int64_t stock) {
    row r;
    memset(&r, 0, sizeof r);
    set_text(&r, SKUS_SKU_ID, id);
    set_int(&r, SKUS_STOCK, stock);
    return r;
}

/* One column of the first row that the filter gives, as text; "NULL" and "-" (no row). */
typedef struct look {
    int column;
    char text[256];
    size_t rows;
} look;

UNUSED static bool look_at(void *user, const store_table *table, const store_value *values) {
    look *l = user;
    const store_value *v = &values[l->column];
    if (l->rows++ > 0) {
        return true;
    }
    if (v->is_null) {
        snprintf(l->text, sizeof l->text, "NULL");
    } else if (table->columns[l->column].type == STORE_TEXT) {
        base_copy(l->text, sizeof l->text, v->text);
    } else {
        snprintf(l->text, sizeof l->text, "%lld", (long long)v->i64);
    }
    return true;
}

UNUSED static const char *stored(store *s, unsigned table, const char *key, int column) {
    static look l;
    qd_err err = QD_ERR_INIT;
    store_filter f = { .table = table, .key = key, .time_column = -1 };
    memset(&l, 0, sizeof l);
    l.text[0] = '-';
    l.column = column;
    OK(store_select(s, &f, look_at, &l, &err));
    return l.text;
}

UNUSED static int64_t stored_int(store *s, unsigned table, const char *key, int column) {
    return strtoll(stored(s, table, key, column), NULL, 10);
}

UNUSED static int64_t count_of(store *s, unsigned table, const char *shop) {
    qd_err err = QD_ERR_INIT;
    int64_t count = -1;
    OK(store_count(s, table, shop, -1, 0, 0, &count, &err));
    return count;
}

/* The kinds and references of all events: "order.new:1 order.changed:1". */
UNUSED static const char *events_text(store *s) {
    static char text[4096];
    qd_err err = QD_ERR_INIT;
    store_event *events = NULL;
    size_t count = 0;
    size_t len = 0;
    text[0] = '\0';
    OK(store_events(s, 0, 100, &events, &count, &err));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal((int64_t)i + 1, events[i].seq);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s:%s", i ? " " : "",
                                events[i].kind, events[i].ref);
    }
    free(events);
    return text;
}

#endif
