/*
 * One platform document -> one row and the rows of its children, by the catalogue's map. Does not
 * fetch anything and does not decide which of two documents is newer: the store does.
 */
#include <string.h>

#include "sync/sync_private.h"

/* tables.json has no wider table; map_row() checks. */
enum { MOST_COLUMNS = 64 };

/* Key columns other than `shop`, which the store fills in. */
static qd_status check_keys(const store_table *table, const store_value *values, const cat_map *map,
                            qd_err *err) {
    for (uint16_t i = 0; i < table->column_count; i++) {
        const store_column *column = &table->columns[i];
        bool ours = strcmp(column->name, "shop") == 0;
        bool filled = values[i].set && !values[i].is_null &&
                      (column->type != STORE_TEXT || values[i].text.len > 0);
        if (column->key && !ours && !filled) {
            return base_fail(err, QD_E_PROTOCOL,
                             "a document of %s has no %s: nothing of it is stored",
                             cat_str(map->name), column->name);
        }
    }
    return QD_OK;
}

static qd_status map_row(const cat_map *map, const sync_scope *scope, base_arena *arena,
                         store_value values[MOST_COLUMNS], qd_err *err) {
    const store_table *table = store_table_at(map->table);
    if (table == NULL || table->column_count > MOST_COLUMNS) {
        return base_fail(err, QD_E_UNSUPPORTED, "map %s has no table", cat_str(map->name));
    }
    memset(values, 0, MOST_COLUMNS * sizeof *values);
    for (size_t i = 0; i < map->column_count; i++) {
        const cat_map_column *column = cat_map_column_at(map, i);
        store_value *value = &values[column->column];
        if (value->set) {
            continue; /* an earlier row of the map gave it */
        }
        qd_status status = sync_convert(column, scope, arena, value, err);
        if (status != QD_OK) {
            (void)base_err_prefix(err, "%s.%s", cat_str(map->name),
                                  table->columns[column->column].name);
            return status;
        }
    }
    return check_keys(table, values, map, err);
}

static qd_status map_children(store_batch *batch, const cat_map *map, const sync_scope *parent,
                              base_arena *arena, qd_err *err) {
    yyjson_val *list = sync_scope_at(parent, cat_str(map->list_path));
    if (list == NULL) {
        return QD_OK; /* not carried: stored children are left alone */
    }
    if (!yyjson_is_arr(list)) {
        return base_fail(err, QD_E_PROTOCOL, "%s: \"%s\" is %s, but a list is wanted there",
                         cat_str(map->name), cat_str(map->list_path), yyjson_get_type_desc(list));
    }
    store_value values[MOST_COLUMNS];
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, max, item) {
        sync_scope scope;
        sync_scope_init(&scope, item, parent, i);
        qd_status status = map_row(map, &scope, arena, values, err);
        if (status == QD_OK) {
            status = store_batch_add_child(batch, map->table, values, err);
        }
        if (status != QD_OK) {
            return status;
        }
    }
    return map->replace ? store_batch_end_children(batch, map->table, err) : QD_OK;
}

qd_status sync_map_document(store_batch *batch, const cat_map *map, yyjson_val *document,
                            base_str raw, int64_t request_seq, base_arena *arena, qd_err *err) {
    if (!yyjson_is_obj(document)) {
        return base_fail(err, QD_E_PROTOCOL, "%s: the row is %s, but an object is wanted there",
                         cat_str(map->name), yyjson_get_type_desc(document));
    }
    store_value values[MOST_COLUMNS];
    sync_scope scope;
    sync_scope_init(&scope, document, NULL, 0);
    qd_status status = map_row(map, &scope, arena, values, err);
    if (status == QD_OK) {
        status = store_batch_add(batch, map->table, values, raw, request_seq, err);
    }
    for (size_t i = 0; i < map->child_count && status == QD_OK; i++) {
        status = map_children(batch, cat_map_child(map, i), &scope, arena, err);
    }
    return status;
}
