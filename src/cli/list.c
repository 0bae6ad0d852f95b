/*
 * qd orders list|show and qd products list|show: rows of our tables, with the table's columns as
 * keys. One description a noun; a further noun is a further description. Reads the database only.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

enum { COLUMNS_MAX = 64 };

typedef struct noun {
    unsigned table, child_table;
    const char *child_name; /* key of the children in `show` */
    int payload_column;
    int created_column, modified_column;
    const char *const *shown; /* columns of the table for people; NULL ends */
} noun;

static const char *const orders_shown[] = { "order_id", "shop",        "status",     "created_at",
                                            "paid_at",  "pay_fen",     "line_count", "province",
                                            "city",     "modified_at", NULL };
static const char *const products_shown[] = { "product_id", "shop",        "name",
                                              "status",     "price_fen",   "stock",
                                              "sku_count",  "modified_at", NULL };
static const noun orders = { TABLE_ORDERS,      TABLE_ORDER_LINES,  "lines",     ORDERS_PAYLOAD_ID,
                             ORDERS_CREATED_AT, ORDERS_MODIFIED_AT, orders_shown };
static const noun products = { TABLE_PRODUCTS,      TABLE_SKUS,          "skus",
                               PRODUCTS_PAYLOAD_ID, PRODUCTS_CREATED_AT, PRODUCTS_MODIFIED_AT,
                               products_shown };

/* ---- columns ---- */

typedef struct columns {
    cli_column list[COLUMNS_MAX];
    uint16_t from[COLUMNS_MAX]; /* column of the table */
    size_t count;
} columns;

static cli_kind kind_of(uint8_t type) {
    switch (type) {
    case STORE_FEN:
        return CLI_KIND_FEN;
    case STORE_TIME:
        return CLI_KIND_TIME;
    case STORE_INT:
    case STORE_BOOL:
        return CLI_KIND_INT;
    default:
        return CLI_KIND_TEXT;
    }
}

static void add_column(columns *out, const store_table *table, uint16_t i, bool in_table) {
    const store_column *column = &table->columns[i];
    if (column->type != STORE_BLOB && out->count < COLUMNS_MAX) {
        out->from[out->count] = i;
        out->list[out->count++] =
            (cli_column){ column->name, (uint8_t)kind_of(column->type), in_table };
    }
}

static bool is_shown(const char *const *shown, const char *name) {
    for (; *shown; shown++) {
        if (strcmp(*shown, name) == 0) {
            return true;
        }
    }
    return false;
}

/* --columns a,b,c in their order, else all; a table for people then shows the noun's own few. */
static qd_status choose_columns(const store_table *table, const noun *noun, const char *wanted,
                                columns *out, qd_err *err) {
    out->count = 0;
    for (uint16_t i = 0; !wanted && i < table->column_count; i++) {
        add_column(out, table, i, is_shown(noun->shown, table->columns[i].name));
    }
    while (wanted && *wanted) {
        base_str name = { wanted, strcspn(wanted, ",") };
        uint16_t i = 0;
        while (i < table->column_count && !base_str_is(name, table->columns[i].name)) {
            i++;
        }
        if (i == table->column_count) {
            return base_fail(err, QD_E_INVALID, "--columns: %s has no column '%.*s'", table->name,
                             (int)(name.len < 60 ? name.len : 60), name.ptr);
        }
        add_column(out, table, i, true);
        wanted += name.len + (wanted[name.len] == ',');
    }
    return out->count ? QD_OK : base_fail(err, QD_E_INVALID, "--columns is empty");
}

static cli_cell cell_of(const store_value *value) {
    return (
        cli_cell){ .null = value->is_null || !value->set, .i64 = value->i64, .text = value->text };
}

/* ---- list ---- */

static const cli_option list_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "only this shop" },
    { "limit", 'n', CLI_INT, "N", "20", 1, INT64_MAX, "so many rows, newest first" },
    { "all", 'a', CLI_FLAG, NULL, NULL, 0, 0, "every row" },
    { "status", 0, CLI_TEXT, "S", NULL, 0, 0, "only rows of this status" },
    { "since", 0, CLI_TEXT, "TIME", NULL, 0, 0,
      "created at or after: yyyy-MM-dd, \"yyyy-MM-dd HH:mm:ss\" (+08:00), RFC 3339" },
    { "until", 0, CLI_TEXT, "TIME", NULL, 0, 0, "created before" },
    { "by", 0, CLI_TEXT, "WHICH", "created", 0, 0, "created or modified, for --since and --until" },
    { "columns", 'c', CLI_TEXT, "A,B", NULL, 0, 0, "only these columns, in this order" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static qd_status read_time(const char *option, const char *text, int64_t *out, qd_err *err) {
    base_str given = base_str_of(text);
    if (base_time_from_cn(given, out) || base_time_from_rfc3339(given, out)) {
        return QD_OK;
    }
    return base_fail(err, QD_E_INVALID, "--%s: '%.40s' is not a time such as 2026-11-11", option,
                     text);
}

static qd_status read_filter(const cli_context *context, const noun *noun, store_filter *filter,
                             qd_err *err) {
    const char *since = cli_text(context, "since");
    const char *until = cli_text(context, "until");
    const char *by = cli_text(context, "by");
    *filter = (store_filter){ .table = noun->table,
                              .shop = cli_text(context, "shop"),
                              .status = cli_text(context, "status"),
                              .time_column = -1,
                              .limit = cli_flag(context, "all") ? 0 : cli_int(context, "limit"),
                              .newest_first = true };
    bool modified = strcmp(by, "modified") == 0;
    if (!modified && strcmp(by, "created") != 0) {
        return base_fail(err, QD_E_INVALID, "--by takes created or modified, not '%.20s'", by);
    }
    if (since || until) {
        filter->time_column = modified ? noun->modified_column : noun->created_column;
        filter->to = INT64_MAX;
    }
    if (since && read_time("since", since, &filter->from, err) != QD_OK) {
        return err->status;
    }
    return until ? read_time("until", until, &filter->to, err) : QD_OK;
}

typedef struct listing {
    cli_rows *rows;
    const columns *columns;
    int64_t count;
} listing;

static bool list_row(void *user, const store_table *table, const store_value *values) {
    listing *l = user;
    cli_cell cells[COLUMNS_MAX];
    (void)table;
    for (size_t i = 0; i < l->columns->count; i++) {
        cells[i] = cell_of(&values[l->columns->from[i]]);
    }
    l->count++;
    return cli_rows_add(l->rows, cells);
}

/* An unknown shop is told, instead of an empty list. */
static qd_status open_checked(const cli_context *context, store **out_store, qd_err *err) {
    const char *shop = cli_text(context, "shop");
    store_shop row;
    qd_status status = cli_store_open(context, out_store, err);
    if (status == QD_OK && shop) {
        status = store_shop_get(*out_store, shop, &row, err);
    }
    return status;
}

static int run_list(cli_context *context, const noun *noun) {
    qd_err err = QD_ERR_INIT;
    const store_table *table = store_table_at(noun->table);
    store *store = NULL;
    store_filter filter;
    columns chosen;
    listing l = { .columns = &chosen };
    qd_status status = choose_columns(table, noun, cli_text(context, "columns"), &chosen, &err);
    if (status == QD_OK) {
        status = read_filter(context, noun, &filter, &err);
    }
    if (status == QD_OK) {
        status = open_checked(context, &store, &err);
    }
    if (status == QD_OK) {
        l.rows = cli_rows_new(context, chosen.list, chosen.count);
        if (!l.rows) {
            store_close(store);
            return CLI_FAILED;
        }
        status = store_select(store, &filter, list_row, &l, &err);
    }
    store_close(store);
    if (status != QD_OK) {
        cli_rows_drop(l.rows);
        return cli_fail(context, &err);
    }
    int code = cli_rows_end(l.rows);
    if (l.count == 0 && context->format == CLI_TABLE) {
        fputs("no rows\n", stderr);
    }
    return code;
}

/* ---- show ---- */

static const cli_option show_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "the shop, where several have this id" },
    { "raw", 0, CLI_FLAG, NULL, NULL, 0, 0, "also the platform's document, as `raw`" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct showing {
    yyjson_mut_doc *doc;
    yyjson_mut_val *row;  /* of the last row */
    yyjson_mut_val *rows; /* children; NULL while the row itself is read */
    char shop[40];
    int64_t payload_id;
    int payload_column;
    size_t count;
} showing;

static void add_value(yyjson_mut_doc *doc, yyjson_mut_val *object, const store_column *column,
                      const store_value *value) {
    yyjson_mut_val *key = yyjson_mut_str(doc, column->name);
    yyjson_mut_val *made;
    if (value->is_null || !value->set) {
        made = yyjson_mut_null(doc);
    } else if (column->type == STORE_TEXT) {
        made = yyjson_mut_strncpy(doc, value->text.ptr ? value->text.ptr : "", value->text.len);
    } else {
        made = yyjson_mut_sint(doc, value->i64);
    }
    yyjson_mut_obj_add(object, key, made);
}

static bool show_row(void *user, const store_table *table, const store_value *values) {
    showing *s = user;
    yyjson_mut_val *object = yyjson_mut_obj(s->doc);
    for (uint16_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].type != STORE_BLOB) {
            add_value(s->doc, object, &table->columns[i], &values[i]);
        }
    }
    if (s->rows) {
        yyjson_mut_arr_append(s->rows, object);
        return true;
    }
    s->count++;
    s->row = object;
    const store_value *payload = &values[s->payload_column];
    s->payload_id = payload->is_null ? 0 : payload->i64;
    /* The key's first column is the shop in every table that has one. */
    (void)base_copy(s->shop, sizeof s->shop, values[0].text);
    return s->count < 2;
}

static qd_status show_payload(showing *s, store *store, qd_err *err) {
    base_buf text;
    yyjson_doc *raw = NULL;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    qd_status status = s->payload_id
                           ? store_payload(store, s->payload_id, &text, err)
                           : base_fail(err, QD_E_NOT_FOUND, "no raw document is kept of it");
    if (status == QD_OK) {
        status = codec_json_read(base_buf_str(&text), LIMIT_DOCUMENT_BYTES, &raw, err);
    }
    if (status == QD_OK) {
        yyjson_mut_val *value = yyjson_val_mut_copy(s->doc, yyjson_doc_get_root(raw));
        yyjson_mut_obj_add_val(s->doc, s->row, "raw", value);
    }
    yyjson_doc_free(raw);
    base_buf_clear(&text);
    return status;
}

static qd_status show(const cli_context *context, const noun *noun, showing *s, qd_err *err) {
    const char *id = context->operands[0];
    const char *what = store_table_at(noun->table)->name;
    store *store = NULL;
    store_filter filter = {
        .table = noun->table, .shop = cli_text(context, "shop"), .key = id, .time_column = -1
    };
    qd_status status =
        s->doc ? open_checked(context, &store, err) : base_fail(err, QD_E_NOMEM, "out of memory");
    if (status == QD_OK) {
        status = store_select(store, &filter, show_row, s, err);
    }
    if (status == QD_OK && s->count == 0) {
        status = base_fail(err, QD_E_NOT_FOUND, "%s: there is no '%.64s'", what, id);
    } else if (status == QD_OK && s->count > 1) {
        status =
            base_fail(err, QD_E_INVALID, "%s: several shops have '%.64s'; give --shop", what, id);
    }
    if (status == QD_OK) {
        s->rows = yyjson_mut_arr(s->doc);
        filter = (store_filter){
            .table = noun->child_table, .shop = s->shop, .parent = id, .time_column = -1
        };
        status = store_select(store, &filter, show_row, s, err);
        yyjson_mut_obj_add_val(s->doc, s->row, noun->child_name, s->rows);
        yyjson_mut_doc_set_root(s->doc, s->row);
    }
    if (status == QD_OK && cli_flag(context, "raw")) {
        status = show_payload(s, store, err);
    }
    store_close(store);
    return status;
}

static int run_show(cli_context *context, const noun *noun) {
    qd_err err = QD_ERR_INIT;
    showing s = { .doc = yyjson_mut_doc_new(NULL), .payload_column = noun->payload_column };
    qd_status status = show(context, noun, &s, &err);
    int code = status == QD_OK ? cli_print_record(context, s.doc) : cli_fail(context, &err);
    yyjson_mut_doc_free(s.doc);
    return code;
}

/* ---- the nouns ---- */

static int run_orders_list(cli_context *context) {
    return run_list(context, &orders);
}

static int run_orders_show(cli_context *context) {
    return run_show(context, &orders);
}

static int run_products_list(cli_context *context) {
    return run_list(context, &products);
}

static int run_products_show(cli_context *context) {
    return run_show(context, &products);
}

const cli_command cli_orders_list = { "orders list",
                                      "",
                                      0,
                                      0,
                                      "stored orders, newest first",
                                      "qd orders list --status paid --since 2026-11-11 -o csv",
                                      list_options,
                                      run_orders_list };
const cli_command cli_orders_show = { "orders show",
                                      "ORDER_ID",
                                      1,
                                      1,
                                      "one order with its lines",
                                      "qd orders show 4781320682406083640 -o json",
                                      show_options,
                                      run_orders_show };
const cli_command cli_products_list = { "products list",
                                        "",
                                        0,
                                        0,
                                        "stored products, newest first",
                                        "qd products list --status online --all -o csv",
                                        list_options,
                                        run_products_list };
const cli_command cli_products_show = { "products show",
                                        "PRODUCT_ID",
                                        1,
                                        1,
                                        "one product with its SKUs",
                                        "qd products show 3556357046087622442 -o json",
                                        show_options,
                                        run_products_show };
