/*
 * catalog/tables.json at run time: the generated description, found by number or name, and where
 * the columns are that the store fills or treats specially. Knows no SQL.
 */
#include <string.h>

#include "store/store_private.h"

#include "store_tables.inc"

static store_layout layouts[TABLE_COUNT];
static pthread_once_t layouts_once = PTHREAD_ONCE_INIT;

const store_table *store_table_at(unsigned table) {
    return table < TABLE_COUNT ? &tables[table] : NULL;
}

const store_table *store_table_find(const char *name) {
    for (unsigned i = 0; name && i < TABLE_COUNT; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}

static int column_of(const store_table *table, const char *name) {
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* The key column beside shop: order_id, line_id ... */
static int own_key(const store_table *table) {
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].key && strcmp(table->columns[i].name, "shop") != 0) {
            return i;
        }
    }
    return -1;
}

static void fill_layouts(void) {
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        const store_table *table = &tables[i];
        store_layout *layout = &layouts[i];
        layout->shop = column_of(table, "shop");
        layout->key = own_key(table);
        layout->status = column_of(table, "status");
        layout->payload_id = column_of(table, "payload_id");
        layout->first_stored_at = column_of(table, "first_stored_at");
        layout->stored_at = column_of(table, "stored_at");
        layout->gone_at = column_of(table, "gone_at");
        layout->row_seq = table->recency >= 0;
    }
}

const store_layout *store_layout_of(unsigned table) {
    pthread_once(&layouts_once, fill_layouts);
    return table < TABLE_COUNT ? &layouts[table] : NULL;
}
