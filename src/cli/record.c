/*
 * One object for people: a line a member, and a table for each list of objects in it. What is money
 * or a time is told by the name, as in our tables (_fen; _at, _from, _to, _by). Knows no command.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

enum { COLUMNS_MAX = 64, NAME_COLUMNS = 24 };

static bool ends_with(base_str text, const char *end) {
    size_t len = strlen(end);
    return text.len >= len && memcmp(text.ptr + text.len - len, end, len) == 0;
}

static cli_kind kind_of(base_str name, yyjson_val *value) {
    if (!yyjson_is_int(value)) {
        return CLI_KIND_TEXT;
    }
    if (ends_with(name, "_fen")) {
        return CLI_KIND_FEN;
    }
    bool time = ends_with(name, "_at") || ends_with(name, "_from") || ends_with(name, "_to") ||
                ends_with(name, "_by");
    return time ? CLI_KIND_TIME : CLI_KIND_INT;
}

static base_str name_of(yyjson_val *key) {
    return (base_str){ yyjson_get_str(key), yyjson_get_len(key) };
}

/* A member as a cell; what is neither text nor number becomes compact JSON in *owned. */
static cli_cell cell_of(cli_kind kind, yyjson_val *value, char **owned) {
    *owned = NULL;
    if (!value || yyjson_is_null(value)) {
        return CLI_CELL_NULL;
    }
    if (yyjson_is_int(value)) {
        int64_t number = yyjson_get_sint(value);
        /* A moment that has not come is 0 in documents and nothing for people. */
        return (cli_cell){ .null = kind == CLI_KIND_TIME && number == 0, .i64 = number };
    }
    if (yyjson_is_str(value)) {
        return (cli_cell){ .text = name_of(value) };
    }
    *owned = yyjson_val_write(value, 0, NULL);
    return CLI_CELL_TEXT(*owned ? *owned : "");
}

static bool is_list(yyjson_val *value) {
    return yyjson_is_arr(value) && yyjson_is_obj(yyjson_arr_get_first(value));
}

static void add_text(base_buf *out, cli_kind kind, const cli_cell *cell) {
    char time[BASE_TIME_TEXT], fen[BASE_FEN_TEXT];
    if (cell->null) {
        base_buf_add_char(out, '-');
    } else if (kind == CLI_KIND_TIME) {
        base_time_to_cn(cell->i64, time);
        base_buf_add_text(out, time);
    } else if (kind == CLI_KIND_FEN) {
        base_fen_to_yuan(cell->i64, fen);
        base_buf_add_text(out, fen);
    } else if (kind == CLI_KIND_INT) {
        base_buf_add_i64(out, cell->i64);
    } else {
        cli_pad(out, cell->text, 0, 0, false);
    }
}

static void print_members(yyjson_val *object, const char *prefix) {
    base_buf line;
    base_buf_init(&line, LIMIT_DOCUMENT_BYTES);
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, count, key, value) {
        base_str name = name_of(key);
        if (is_list(value)) {
            continue;
        }
        if (yyjson_is_obj(value)) {
            char inner[64];
            snprintf(inner, sizeof inner, "%s%.*s.", prefix, (int)name.len, name.ptr);
            print_members(value, strlen(inner) < 40 ? inner : prefix);
            continue;
        }
        char *owned = NULL;
        cli_kind kind = kind_of(name, value);
        cli_cell cell = cell_of(kind, value, &owned);
        char label[128];
        snprintf(label, sizeof label, "%s%.*s", prefix, (int)name.len, name.ptr);
        base_buf_reset(&line);
        cli_pad(&line, base_str_of(label), NAME_COLUMNS, 0, false);
        base_buf_add_text(&line, "  ");
        add_text(&line, kind, &cell);
        printf("%s\n", base_buf_text(&line));
        free(owned);
    }
    base_buf_clear(&line);
}

/* A list of objects as a table with the first one's members as columns. */
static int print_list(cli_context *context, yyjson_val *list) {
    cli_column columns[COLUMNS_MAX];
    size_t width = 0, i, count;
    yyjson_val *key, *value, *item;
    yyjson_obj_foreach(yyjson_arr_get_first(list), i, count, key, value) {
        if (width < COLUMNS_MAX) {
            columns[width++] =
                (cli_column){ yyjson_get_str(key), (uint8_t)kind_of(name_of(key), value), true };
        }
    }
    cli_rows *rows = cli_rows_new(context, columns, width);
    if (!rows) {
        return CLI_FAILED;
    }
    yyjson_arr_foreach(list, i, count, item) {
        cli_cell cells[COLUMNS_MAX];
        char *owned[COLUMNS_MAX];
        for (size_t c = 0; c < width; c++) {
            yyjson_val *member = yyjson_obj_get(item, columns[c].name);
            cells[c] = cell_of((cli_kind)columns[c].kind, member, &owned[c]);
        }
        bool good = cli_rows_add(rows, cells);
        for (size_t c = 0; c < width; c++) {
            free(owned[c]);
        }
        if (!good) {
            break;
        }
    }
    return cli_rows_end(rows);
}

/* name, tab or comma, value: as they are in the document. */
static int print_pairs(cli_context *context, yyjson_val *object) {
    static const cli_column columns[] = { { "name", CLI_KIND_TEXT, true },
                                          { "value", CLI_KIND_TEXT, true } };
    cli_rows *rows = cli_rows_new(context, columns, 2);
    size_t i, count;
    yyjson_val *key, *value;
    if (!rows) {
        return CLI_FAILED;
    }
    yyjson_obj_foreach(object, i, count, key, value) {
        char *owned = yyjson_is_str(value) ? NULL : yyjson_val_write(value, 0, NULL);
        cli_cell cells[2] = { { .text = name_of(key) },
                              { .text = owned ? base_str_of(owned) : name_of(value) } };
        bool good = cli_rows_add(rows, cells);
        free(owned);
        if (!good) {
            break;
        }
    }
    return cli_rows_end(rows);
}

int cli_print_record(cli_context *context, const yyjson_mut_doc *doc) {
    if (!doc || cli_wants_document(context)) {
        return cli_print_document(context, doc);
    }
    yyjson_doc *copy = yyjson_mut_doc_imut_copy((yyjson_mut_doc *)(uintptr_t)doc, NULL);
    if (!copy) {
        return cli_print_document(context, NULL);
    }
    yyjson_val *root = yyjson_doc_get_root(copy);
    int status = CLI_OK;
    if (context->format != CLI_TABLE) {
        status = print_pairs(context, root);
    } else {
        print_members(root, "");
        size_t i, count;
        yyjson_val *key, *value;
        yyjson_obj_foreach(root, i, count, key, value) {
            if (is_list(value) && status == CLI_OK) {
                printf("\n%s\n", yyjson_get_str(key));
                status = print_list(context, value);
            }
        }
    }
    yyjson_doc_free(copy);
    return status;
}
