/*
 * tables.json -> tables.h (numbers of tables and columns) and store_tables.inc (their description
 * for room store). Writes no SQL.
 */
#include <ctype.h>
#include <string.h>

#include "catalogc.h"

static const char *const TYPES[] = { "text", "int", "fen", "time", "bool", "blob", NULL };
static const char *const TABLE_MEMBERS[] = { "name",   "title", "key",     "recency",
                                             "parent", "event", "columns", NULL };
static const char *const COLUMN_MEMBERS[] = { "name", "type", "doc", NULL };

static const char *upper(const char *text) {
    char *copy = catc_dup(text, strlen(text));
    for (char *p = copy; *p; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    return copy;
}

static void check_name(const catc_place *place, const char *name) {
    bool good = name[0] >= 'a' && name[0] <= 'z';
    for (const char *p = name; *p; p++) {
        good = good && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_');
    }
    if (!good) {
        catc_bad(place, "\"%s\" is no name: lower-case letters, digits and _ only", name);
    }
}

int catc_table_find(const catc_tables *tables, const char *name) {
    for (size_t i = 0; i < tables->count; i++) {
        if (strcmp(tables->tables[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int catc_column_find(const catc_table *table, const char *name) {
    return catc_index(table->columns, name);
}

static void load_columns(const catc_place *place, yyjson_val *array, catc_table *table) {
    size_t i, max;
    yyjson_val *value;
    size_t count = yyjson_arr_size(array);
    table->columns = catc_alloc((count + 1) * sizeof(*table->columns));
    table->types = catc_alloc((count + 1) * sizeof(*table->types));
    table->keys = catc_alloc((count + 1) * sizeof(*table->keys));
    yyjson_arr_foreach(array, i, max, value) {
        catc_place at = catc_item(place, i);
        catc_known(&at, value, COLUMN_MEMBERS);
        const char *name = catc_text_required(&at, value, "name");
        const char *type = catc_text_required(&at, value, "type");
        check_name(&at, name);
        if (catc_index(TYPES, type) < 0) {
            catc_bad(&at, "unknown column type \"%s\"", type);
        }
        if (catc_column_find(table, name) >= 0) {
            catc_bad(&at, "column \"%s\" stands twice", name);
        }
        table->columns[i] = name;
        table->types[i] = type;
    }
    table->column_count = count;
}

/* The column that a table's member names; -1 when the member is absent. */
static int named_column(const catc_place *place, yyjson_val *object, const char *member,
                        const catc_table *table) {
    const char *name = catc_text(place, object, member, NULL);
    if (!name) {
        return -1;
    }
    int column = catc_column_find(table, name);
    if (column < 0) {
        catc_place at = catc_member(place, member);
        catc_bad(&at, "table \"%s\" has no column \"%s\"", table->name, name);
    }
    return column;
}

static void load_key(const catc_place *place, yyjson_val *key, catc_table *table) {
    size_t i, max;
    yyjson_val *value;
    catc_place at_key = catc_member(place, "key");
    if (yyjson_arr_size(key) == 0) {
        catc_bad(&at_key, "a table needs a key");
    }
    yyjson_arr_foreach(key, i, max, value) {
        catc_place at = catc_item(&at_key, i);
        int column = yyjson_is_str(value) ? catc_column_find(table, yyjson_get_str(value)) : -1;
        if (column < 0) {
            catc_bad(&at, "names no column of table \"%s\"", table->name);
        } else {
            table->keys[column] = true;
        }
    }
}

static void write_table(const catc_table *table, catc_out *header, catc_out *columns) {
    const char *big = upper(table->name);
    catc_out_printf(header, "\nenum {\n");
    catc_out_printf(columns, "static const store_column %s_columns[] = {\n", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const char *column = table->columns[i];
        catc_out_printf(header, "    %s_%s = %zu,\n", big, upper(column), i);
        catc_out_printf(columns, "    { \"%s\", STORE_%s, %d },\n", column, upper(table->types[i]),
                        table->keys[i]);
    }
    catc_out_printf(header, "    %s_COLUMNS = %zu\n};\n", big, table->column_count);
    catc_out_printf(columns, "};\n\n");
}

static void load_table(const catc_place *place, yyjson_val *value, catc_tables *tables,
                       catc_out *header, catc_out *columns, catc_out *rows) {
    catc_table *table = &tables->tables[tables->count];
    catc_known(place, value, TABLE_MEMBERS);
    table->name = catc_text_required(place, value, "name");
    check_name(place, table->name);
    if (catc_table_find(tables, table->name) >= 0) {
        catc_bad(place, "table \"%s\" stands twice", table->name);
    }
    tables->count++;
    catc_place at_columns = catc_member(place, "columns");
    load_columns(&at_columns, catc_array(place, value, "columns"), table);
    load_key(place, catc_array(place, value, "key"), table);
    int recency = named_column(place, value, "recency", table);
    table->parent = named_column(place, value, "parent", table);
    const char *event = catc_text(place, value, "event", NULL);
    if (catc_mistakes()) {
        return;
    }
    write_table(table, header, columns);
    catc_out_printf(rows, "    { \"%s\", %s_columns, %zu, %d, %d, ", table->name, table->name,
                    table->column_count, recency, table->parent);
    catc_out_printf(rows, event ? "\"%s\" },\n" : "%s },\n", event ? event : "NULL");
}

void catc_tables_load(const char *path, catc_tables *tables, catc_out *header, catc_out *store) {
    catc_place file = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &file);
    yyjson_val *array = root ? catc_array(&file, root, "tables") : NULL;
    if (!array) {
        if (root) {
            catc_bad(&file, "has no \"tables\"");
        }
        return;
    }
    *tables = (catc_tables){ catc_alloc(yyjson_arr_size(array) * sizeof(catc_table) + 1), 0 };
    catc_out enums = { 0 }, rows = { 0 };
    size_t i, max;
    yyjson_val *value;
    catc_place at_tables = catc_member(&file, "tables");
    catc_out_printf(store, "/* Made by catalogc from catalog/tables.json. */\n");
    yyjson_arr_foreach(array, i, max, value) {
        catc_place at = catc_item(&at_tables, i);
        load_table(&at, value, tables, &enums, store, &rows);
    }
    catc_out_printf(store, "const store_table tables[] = {\n%s};\n", rows.data ? rows.data : "");
    catc_out_printf(header, "/* Made by catalogc from catalog/tables.json: numbers of tables and "
                            "columns. */\n#ifndef QD_TABLES_H\n#define QD_TABLES_H\n\nenum {\n");
    for (size_t t = 0; t < tables->count; t++) {
        catc_out_printf(header, "    TABLE_%s = %zu,\n", upper(tables->tables[t].name), t);
    }
    catc_out_printf(header, "    TABLE_COUNT = %zu\n};\n%s\n#endif\n", tables->count,
                    enums.data ? enums.data : "");
}
