/*
 * Rows of a list in every format: json (held back until the end), ndjson, csv (RFC 4180, with a
 * header), tsv (no header; tab, line feed and backslash as \t \n \\), and a table for people (money
 * in yuan, times at +08:00). Machine formats have fen and UTC seconds. Knows no command.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

enum {
    /* So many rows decide how wide a table's columns are; the rest follows them. */
    TABLE_ROWS = 1000,
    CELL_COLUMNS = 40,
    NAME_COLUMNS = 200,
    BUFFER_BYTES = 64 * 1024 * 1024,
    FLUSH_BYTES = 64 * 1024,
    /* --select needs the whole document in memory. */
    SELECT_BYTES = 1024 * 1024 * 1024
};

struct cli_rows {
    cli_context *context;
    const cli_column *columns;
    size_t column_count;
    cli_format format;
    int64_t count;
    base_buf out;
    FILE *held; /* JSON until the end: an unnamed file */
    bool failed;
    bool reader_gone; /* standard output is a pipe that nobody reads any more */
    /* table only: cells of the first rows, and widths once they are known */
    char **cells;
    size_t cell_count;
    size_t *widths;
    bool sized;
};

static void tell_io(const cli_rows *rows, const char *what) {
    qd_err err = QD_ERR_INIT;
    base_fail(&err, QD_E_IO, "%s", what);
    cli_fail(rows->context, &err);
}

/* ---- one value ---- */

static void add_csv(base_buf *out, base_str text) {
    bool quote = false;
    for (size_t i = 0; i < text.len && !quote; i++) {
        quote = memchr(",\"\r\n", text.ptr[i], 4) != NULL;
    }
    if (!quote) {
        base_buf_add_str(out, text);
        return;
    }
    base_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            base_buf_add_char(out, '"');
        }
        base_buf_add_char(out, text.ptr[i]);
    }
    base_buf_add_char(out, '"');
}

static void add_tsv(base_buf *out, base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '\t':
            base_buf_add_text(out, "\\t");
            break;
        case '\n':
            base_buf_add_text(out, "\\n");
            break;
        case '\r':
            base_buf_add_text(out, "\\r");
            break;
        case '\\':
            base_buf_add_text(out, "\\\\");
            break;
        default:
            base_buf_add_char(out, text.ptr[i]);
        }
    }
}

static bool is_text(const cli_column *column) {
    return column->kind == CLI_KIND_TEXT || column->kind == CLI_KIND_NAME;
}

static void add_machine(base_buf *out, cli_format format, const cli_column *column,
                        const cli_cell *cell) {
    bool json = format == CLI_JSON || format == CLI_NDJSON;
    if (cell->null) {
        if (json) {
            base_buf_add_text(out, "null");
        }
    } else if (column->kind == CLI_KIND_BOOL) {
        base_buf_add_text(out, cell->i64 ? "true" : "false");
    } else if (!is_text(column)) {
        base_buf_add_i64(out, cell->i64);
    } else if (json) {
        codec_json_quote(out, cell->text);
    } else if (format == CLI_CSV) {
        add_csv(out, cell->text);
    } else {
        add_tsv(out, cell->text);
    }
}

/* For people: yuan, +08:00, a dash for nothing. */
static void add_people(base_buf *out, const cli_column *column, const cli_cell *cell) {
    char time[BASE_TIME_TEXT], fen[BASE_FEN_TEXT];
    if (cell->null) {
        base_buf_add_text(out, "-");
    } else if (column->kind == CLI_KIND_TIME) {
        base_time_to_cn(cell->i64, time);
        base_buf_add_text(out, time);
    } else if (column->kind == CLI_KIND_FEN) {
        base_fen_to_yuan(cell->i64, fen);
        base_buf_add_text(out, fen);
    } else if (column->kind == CLI_KIND_INT) {
        base_buf_add_i64(out, cell->i64);
    } else if (column->kind == CLI_KIND_BOOL) {
        base_buf_add_text(out, cell->i64 ? "yes" : "");
    } else {
        base_buf_add_str(out, cell->text);
    }
}

/* ---- table ---- */

static bool right_aligned(const cli_column *column) {
    return column->kind == CLI_KIND_INT || column->kind == CLI_KIND_FEN;
}

/* So many columns of a terminal a cell may take. */
static size_t widest_cell(const cli_column *column) {
    return column->kind == CLI_KIND_NAME ? NAME_COLUMNS : CELL_COLUMNS;
}

/* One line from cells of the columns that a table shows; NULL = their names. */
static void table_line(cli_rows *rows, char *const *cells) {
    size_t last = 0;
    for (size_t i = 0; i < rows->column_count; i++) {
        if (rows->columns[i].in_table) {
            last = i;
        }
    }
    for (size_t i = 0; i <= last; i++) {
        if (!rows->columns[i].in_table) {
            continue;
        }
        bool right = right_aligned(&rows->columns[i]);
        size_t least = i == last && !right ? 0 : rows->widths[i];
        base_str text = base_str_of(cells ? cells[i] : rows->columns[i].name);
        cli_pad(&rows->out, text, least, widest_cell(&rows->columns[i]), right);
        base_buf_add_text(&rows->out, i == last ? "\n" : "  ");
    }
}

static void table_size(cli_rows *rows) {
    if (rows->sized) {
        return;
    }
    rows->sized = true;
    for (size_t i = 0; i < rows->column_count; i++) {
        rows->widths[i] = cli_width(base_str_of(rows->columns[i].name));
    }
    assert(rows->column_count > 0);
    for (size_t i = 0; i < rows->cell_count; i++) {
        size_t width = cli_width(base_str_of(rows->cells[i]));
        size_t most = widest_cell(&rows->columns[i % rows->column_count]);
        width = width > most ? most : width;
        size_t *widest = &rows->widths[i % rows->column_count];
        *widest = width > *widest ? width : *widest;
    }
    if (rows->count > 0) {
        table_line(rows, NULL);
    }
    for (size_t i = 0; i < rows->cell_count; i += rows->column_count) {
        table_line(rows, rows->cells + i);
    }
    for (size_t i = 0; i < rows->cell_count; i++) {
        free(rows->cells[i]);
    }
    rows->cell_count = 0;
}

static bool table_add(cli_rows *rows, const cli_cell *cells) {
    char **line = rows->cells + rows->cell_count;
    base_buf text;
    bool good = true;
    for (size_t i = 0; i < rows->column_count; i++) {
        base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
        if (rows->columns[i].in_table) {
            add_people(&text, &rows->columns[i], &cells[i]);
        }
        base_buf_add(&text, "", 0);
        line[i] = text.data ? base_buf_take(&text) : calloc(1, 1);
        good = good && line[i];
    }
    rows->cell_count += rows->column_count;
    if (!good) {
        return false;
    }
    if (rows->sized) {
        rows->cell_count = 0;
        table_line(rows, line);
        for (size_t i = 0; i < rows->column_count; i++) {
            free(line[i]);
        }
    } else if (rows->count >= TABLE_ROWS) {
        table_size(rows);
    }
    return true;
}

/* ---- rows ---- */

static bool flush(cli_rows *rows) {
    FILE *to = rows->held ? rows->held : stdout;
    if (rows->out.failed ||
        fwrite(base_buf_text(&rows->out), 1, rows->out.len, to) != rows->out.len) {
        rows->reader_gone = rows->reader_gone || (!rows->out.failed && errno == EPIPE);
        rows->failed = true;
    }
    base_buf_reset(&rows->out);
    return !rows->failed;
}

cli_rows *cli_rows_new(cli_context *context, const cli_column *columns, size_t count) {
    cli_rows *rows = calloc(1, sizeof *rows);
    if (rows) {
        rows->context = context;
        rows->columns = columns;
        rows->column_count = count;
        /* --select picks from the whole array, whatever the format. */
        rows->format = context->select ? CLI_JSON : context->format;
        base_buf_init(&rows->out, context->select ? SELECT_BYTES : BUFFER_BYTES);
        rows->widths = calloc(count, sizeof *rows->widths);
        rows->cells =
            rows->format == CLI_TABLE ? calloc((TABLE_ROWS + 1) * count, sizeof(char *)) : NULL;
        rows->held = rows->format == CLI_JSON && !context->select ? tmpfile() : NULL;
    }
    bool good = rows && rows->widths && (rows->format != CLI_TABLE || rows->cells) &&
                (rows->format != CLI_JSON || context->select || rows->held);
    if (!good) {
        qd_err err = QD_ERR_INIT;
        base_fail(&err, QD_E_NOMEM, "out of memory, or no room for temporary files");
        cli_fail(context, &err);
        cli_rows_drop(rows);
        return NULL;
    }
    if (rows->format == CLI_JSON) {
        base_buf_add_char(&rows->out, '[');
    }
    for (size_t i = 0; rows->format == CLI_CSV && i < count; i++) {
        base_buf_add_text(&rows->out, columns[i].name);
        base_buf_add_text(&rows->out, i + 1 == count ? "\r\n" : ",");
    }
    return rows;
}

static void add_object(cli_rows *rows, const cli_cell *cells) {
    for (size_t i = 0; i < rows->column_count; i++) {
        base_buf_add_char(&rows->out, i == 0 ? '{' : ',');
        codec_json_quote(&rows->out, base_str_of(rows->columns[i].name));
        base_buf_add_char(&rows->out, ':');
        add_machine(&rows->out, CLI_JSON, &rows->columns[i], &cells[i]);
    }
    base_buf_add_char(&rows->out, '}');
}

bool cli_rows_add(cli_rows *rows, const cli_cell *cells) {
    bool separated = rows->format == CLI_CSV || rows->format == CLI_TSV;
    rows->count++;
    if (rows->format == CLI_TABLE) {
        rows->failed = !table_add(rows, cells) || rows->failed;
    } else if (!separated) {
        if (rows->format == CLI_JSON && rows->count > 1) {
            base_buf_add_char(&rows->out, ',');
        }
        add_object(rows, cells);
        base_buf_add_text(&rows->out, rows->format == CLI_NDJSON ? "\n" : "");
    }
    for (size_t i = 0; separated && i < rows->column_count; i++) {
        add_machine(&rows->out, rows->format, &rows->columns[i], &cells[i]);
        const char *end = rows->format == CLI_CSV ? "\r\n" : "\n";
        const char *between = rows->format == CLI_CSV ? "," : "\t";
        base_buf_add_text(&rows->out, i + 1 == rows->column_count ? end : between);
    }
    if (!rows->context->select && rows->out.len >= FLUSH_BYTES) {
        flush(rows);
    }
    return !rows->failed && !rows->out.failed;
}

/* What was held back goes to standard output. */
static bool release(cli_rows *rows) {
    char block[64 * 1024];
    size_t len;
    if (fflush(rows->held) != 0 || fseek(rows->held, 0, SEEK_SET) != 0) {
        return false;
    }
    while ((len = fread(block, 1, sizeof block, rows->held)) > 0) {
        if (fwrite(block, 1, len, stdout) != len) {
            return false;
        }
    }
    return !ferror(rows->held);
}

int cli_rows_end(cli_rows *rows) {
    int status = CLI_OK;
    if (rows->format == CLI_TABLE) {
        table_size(rows);
    }
    if (rows->context->select) {
        base_buf_add_char(&rows->out, ']');
        status = cli_print_json(rows->context, base_buf_str(&rows->out));
    } else {
        base_buf_add_text(&rows->out, rows->format == CLI_JSON ? "]\n" : "");
        errno = 0;
        bool good = flush(rows) && (!rows->held || release(rows)) && fflush(stdout) == 0;
        if (!good && (rows->reader_gone || errno == EPIPE)) {
            status = CLI_FAILED; /* the reader has seen enough (| head): nothing to tell */
        } else if (!good) {
            tell_io(rows, "cannot write the rows: standard output is closed or the disk is full");
            status = CLI_FAILED;
        }
    }
    cli_rows_drop(rows);
    return status;
}

void cli_rows_drop(cli_rows *rows) {
    if (!rows) {
        return;
    }
    for (size_t i = 0; i < rows->cell_count; i++) {
        free(rows->cells[i]);
    }
    if (rows->held) {
        fclose(rows->held);
    }
    base_buf_clear(&rows->out);
    free(rows->cells);
    free(rows->widths);
    free(rows);
}
