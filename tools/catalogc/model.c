/*
 * model.json: streams (how rows are read) and maps (how a document becomes rows). Every name is
 * checked: methods, windows, parameters, maps, tables, columns, converters.
 */
#include <string.h>

#include "catalog.h"

static const char *const MODEL_MEMBERS[] = { "source", "streams", "maps", NULL };
static const char *const STREAM_MEMBERS[] = { "name", "title", "table", "lag_s", "sources", NULL };
static const char *const SOURCE_MEMBERS[] = { "role",  "part", "method", "window", "id", "id_param",
                                              "batch", "list", "map",    "fixed",  NULL };
static const char *const MAP_MEMBERS[] = { "name",    "table",    "list",    "replace",
                                           "payload", "children", "columns", NULL };
static const char *const COLUMN_MEMBERS[] = { "column", "conv", "path", "enum", NULL };
static const char *const ROLES[] = { "backfill", "increment", "detail", NULL };
enum { ROLE_DETAIL = 2 };

/* In the order of cat_conv, each with the column types that it may fill. */
static const char *const CONVS[] = { "text",  "int",     "bool",     "fen",   "yuan",
                                     "unix",  "unix_ms", "cn_time",  "enum",  "spec",
                                     "json",  "const",   "time",     "count", "index",
                                     "props", "id",      "spec_ids", "sum",   NULL };
static const char *const CONV_TYPES[] = { "text", "int",  "bool", "fen",  "fen",  "time", "time",
                                          "time", "text", "text", "text", "text", "time", "int",
                                          "int",  "text", "text", "text", "int" };
enum { CONV_ENUM = 8, CONV_INDEX = 14 };

static const catc_method *find_method(const catc_catalog *catalog, const catc_platform *platform,
                                      const char *name) {
    for (uint32_t i = 0; i < platform->method_count; i++) {
        const catc_method *method = catc_vec_at(&catalog->methods, platform->method_first + i);
        if (strcmp(method->name, name) == 0) {
            return method;
        }
    }
    return NULL;
}

static int find_map(const catc_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->maps.count; i++) {
        if (strcmp(((catc_map *)catc_vec_at(&catalog->maps, i))->name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* Index of the table that the member names; 0 after a mistake. */
static int load_table(const catc_catalog *catalog, const catc_place *place, yyjson_val *object) {
    const char *name = catc_text_required(place, object, "table");
    int table = catc_table_find(&catalog->tables, name);
    if (table < 0) {
        catc_place at = catc_member(place, "table");
        catc_bad(&at, "tables.json has no table \"%s\"", name);
        return 0;
    }
    return table;
}

/* ---- maps ---- */

/* Steps of letters, digits and _, "." between, "[0]" behind, '|' between alternatives, '^' first.
 */
static void check_path(const catc_place *place, const char *path) {
    const char *step = path + (*path == '^');
    size_t len = strcspn(step, ".|[");
    bool good = len > 0;
    for (size_t i = 0; good && step[i]; i++) {
        char c = step[i], next = step[i + 1];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '-';
        if (c == '[') {
            good = strncmp(step + i, "[0]", 3) == 0;
            i += good ? 2 : 0;
        } else if (c == '.' || c == '|') {
            good = next && next != '.' && next != '|' && next != '[';
        } else {
            good = word || (c == '^' && step[i - 1] == '|');
        }
    }
    if (!good) {
        catc_place at = catc_member(place, "path");
        catc_bad(&at, "\"%s\" is no path such as a.b[0].c|^d", path);
    }
}

/* LIST[].MEMBER: a path, and one name in its items. */
static void check_sum(const catc_place *place, const char *path) {
    char list[128];
    const char *mark = strstr(path, "[].");
    size_t len = mark != NULL ? (size_t)(mark - path) : 0;
    if (mark == NULL || len >= sizeof list || mark[3 + strcspn(mark + 3, ".|[^")] != '\0') {
        catc_place at = catc_member(place, "path");
        catc_bad(&at, "\"%s\" is no LIST[].MEMBER", path);
        return;
    }
    memcpy(list, path, len);
    list[len] = '\0';
    check_path(place, list);
    check_path(place, mark + 3);
}

static void load_enum(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                      catc_map_column *column) {
    yyjson_val *words = catc_object(place, object, "enum");
    if ((column->conv == CONV_ENUM) != (words != NULL)) {
        catc_bad(place, "a column with conv \"enum\", and no other, has \"enum\"");
    }
    size_t i, max;
    yyjson_val *key, *value;
    column->enum_first = (uint32_t)catalog->map_enums.count;
    column->enum_count = (uint32_t)yyjson_obj_size(words);
    if (words == NULL) {
        return; /* yyjson_obj_foreach() would step over NULL */
    }
    yyjson_obj_foreach(words, i, max, key, value) {
        catc_pair *pair = catc_vec_add(&catalog->map_enums);
        pair->wire = catc_pool_add(&catalog->texts, yyjson_get_str(key));
        pair->ours = catc_pool_add(&catalog->texts, yyjson_get_str(value));
        if (!yyjson_is_str(value)) {
            catc_bad(place, "enum: our word for \"%s\" must be a string", yyjson_get_str(key));
        }
    }
}

static void load_column(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        const catc_table *table) {
    catc_map_column column = { 0 };
    catc_known(place, object, COLUMN_MEMBERS);
    const char *name = catc_text_required(place, object, "column");
    const char *conv = catc_text_required(place, object, "conv");
    const char *path = catc_text(place, object, "path", "");
    column.column = catc_column_find(table, name);
    column.conv = catc_index(CONVS, conv);
    if (column.column < 0) {
        const char *near = catc_nearest(table->columns, name);
        catc_bad(place, "table \"%s\" has no column \"%s\"%s%s", table->name, name,
                 near ? "; did you mean " : "", near ? near : "");
    }
    if (column.conv < 0) {
        const char *near = catc_nearest(CONVS, conv);
        catc_bad(place, "unknown conv \"%s\"%s%s", conv, near ? "; did you mean " : "",
                 near ? near : "");
    }
    if (column.column >= 0 && column.conv >= 0) {
        const char *type = table->types[column.column];
        if (strcmp(type, CONV_TYPES[column.conv]) != 0) {
            catc_bad(place, "conv \"%s\" gives %s, column \"%s\" is %s", conv,
                     CONV_TYPES[column.conv], name, type);
        }
        load_enum(catalog, place, object, &column);
    }
    if ((column.conv == CONV_INDEX) != !*path) {
        catc_bad(place, "every conv but \"index\" needs a path");
    } else if (strcmp(conv, "sum") == 0) {
        check_sum(place, path);
    } else if (*path && strcmp(conv, "const") != 0) {
        check_path(place, path);
    }
    column.path = catc_pool_add(&catalog->texts, path);
    *(catc_map_column *)catc_vec_add(&catalog->map_columns) = column;
}

static bool is_mapped(const catc_catalog *catalog, const catc_map *map, int column) {
    for (uint32_t i = 0; i < map->column_count; i++) {
        const catc_map_column *row = catc_vec_at(&catalog->map_columns, map->column_first + i);
        if (row->column == column) {
            return true;
        }
    }
    return false;
}

/* The store fills in the shop; every other key column and the parent's id come from the map. */
static void check_keys(const catc_catalog *catalog, const catc_place *place, const catc_map *map,
                       const catc_table *table) {
    for (size_t c = 0; c < table->column_count; c++) {
        bool needed =
            (table->keys[c] && strcmp(table->columns[c], "shop") != 0) || (int)c == table->parent;
        if (needed && !is_mapped(catalog, map, (int)c)) {
            catc_bad(place, "map \"%s\" lacks column \"%s\" of \"%s\"", map->name,
                     table->columns[c], table->name);
        }
    }
}

static void load_map(catc_catalog *catalog, const catc_place *place, yyjson_val *object) {
    catc_map map = { 0 };
    catc_known(place, object, MAP_MEMBERS);
    map.name = catc_text_required(place, object, "name");
    if (find_map(catalog, map.name) >= 0) {
        catc_bad(place, "map \"%s\" stands twice", map.name);
    }
    map.name_at = catc_pool_add(&catalog->texts, map.name);
    map.table = load_table(catalog, place, object);
    const char *list = catc_text(place, object, "list", "");
    map.is_child = *list != '\0';
    map.list = catc_pool_add(&catalog->texts, list);
    map.replace = catc_bool(place, object, "replace", false);
    map.payload = catc_bool(place, object, "payload", false);
    const catc_table *table = &catalog->tables.tables[map.table];
    yyjson_val *columns = catc_array(place, object, "columns");
    catc_place at_columns = catc_member(place, "columns");
    map.column_first = (uint32_t)catalog->map_columns.count;
    size_t i, max;
    yyjson_val *value;
    yyjson_arr_foreach(columns, i, max, value) {
        catc_place at = catc_item(&at_columns, i);
        load_column(catalog, &at, value, table);
    }
    map.column_count = (uint32_t)yyjson_arr_size(columns);
    check_keys(catalog, place, &map, table);
    *(catc_map *)catc_vec_add(&catalog->maps) = map;
}

/* After all maps are there: children by name. */
static void load_children(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                          size_t index) {
    catc_map *map = catc_vec_at(&catalog->maps, index);
    yyjson_val *children = catc_array(place, object, "children");
    catc_place at_children = catc_member(place, "children");
    size_t i, max;
    yyjson_val *value;
    map->child_first = (uint32_t)catalog->map_children.count;
    map->child_count = (uint32_t)yyjson_arr_size(children);
    yyjson_arr_foreach(children, i, max, value) {
        catc_place at = catc_item(&at_children, i);
        const char *name = yyjson_is_str(value) ? yyjson_get_str(value) : "";
        int child = find_map(catalog, name);
        if (child < 0) {
            catc_bad(&at, "there is no map \"%s\"", name);
        } else if (!((catc_map *)catc_vec_at(&catalog->maps, (size_t)child))->is_child) {
            catc_bad(&at, "map \"%s\" does not say in which \"list\" its items lie", name);
        }
        *(uint32_t *)catc_vec_add(&catalog->map_children) = (uint32_t)(child < 0 ? 0 : child);
    }
}

static void load_maps(catc_catalog *catalog, const catc_place *place, yyjson_val *list) {
    size_t i, max, first = catalog->maps.count;
    yyjson_val *value;
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        load_map(catalog, &at, value);
    }
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i);
        load_children(catalog, &at, value, first + i);
    }
}

/* ---- streams ---- */

static bool has_window(const catc_catalog *catalog, const catc_method *method, const char *by) {
    for (uint32_t i = 0; i < method->window_count; i++) {
        const catc_window *window = catc_vec_at(&catalog->windows, method->window_first + i);
        if (strcmp(window->by, by) == 0) {
            return true;
        }
    }
    return false;
}

static void check_source(const catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                         const catc_method *method, int role) {
    const char *window = catc_text(place, object, "window", "");
    const char *id_param = catc_text(place, object, "id_param", "");
    catc_place at_window = catc_member(place, "window"), at_id = catc_member(place, "id_param");
    if (*window && !has_window(catalog, method, window)) {
        catc_bad(&at_window, "%s has no window by \"%s\"", method->name, window);
    }
    if (role == ROLE_DETAIL && !catc_param_find(catalog, method, id_param)) {
        catc_bad(&at_id, "\"%s\" is no parameter of %s", id_param, method->name);
    } else if (role != ROLE_DETAIL && !method->page) {
        catc_bad(place, "%s has no page: it lists nothing", method->name);
    } else if (role != ROLE_DETAIL && *id_param) {
        catc_bad(&at_id, "only a detail source has it");
    }
}

static void load_source(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        const catc_platform *platform, int table) {
    catc_source source = { 0 };
    catc_known(place, object, SOURCE_MEMBERS);
    const char *role = catc_text_required(place, object, "role");
    const char *name = catc_text_required(place, object, "method");
    const char *map = catc_text_required(place, object, "map");
    const catc_method *method = find_method(catalog, platform, name);
    catc_place at_method = catc_member(place, "method"), at_map = catc_member(place, "map");
    catc_place at_fixed = catc_member(place, "fixed"), at_role = catc_member(place, "role");
    source.role = catc_index(ROLES, role);
    int map_index = find_map(catalog, map);
    if (source.role < 0) {
        catc_bad(&at_role, "unknown role \"%s\"", role);
    } else if (!method) {
        catc_bad(&at_method, "there is no method \"%s\"", name);
    } else {
        check_source(catalog, place, object, method, source.role);
        source.fixed = catc_fixed(catalog, &at_fixed, yyjson_obj_get(object, "fixed"), method);
    }
    if (map_index < 0) {
        catc_bad(&at_map, "there is no map \"%s\"", map);
    } else if (((catc_map *)catc_vec_at(&catalog->maps, (size_t)map_index))->table != table) {
        catc_bad(&at_map, "map \"%s\" fills another table than the stream", map);
    }
    source.method = catc_pool_add(&catalog->texts, name);
    source.window = catc_pool_add(&catalog->texts, catc_text(place, object, "window", ""));
    source.id_param = catc_pool_add(&catalog->texts, catc_text(place, object, "id_param", ""));
    source.id = catc_pool_add(&catalog->texts, catc_text_required(place, object, "id"));
    source.list = catc_pool_add(&catalog->texts, catc_text(place, object, "list", ""));
    source.map = catc_pool_add(&catalog->texts, map);
    source.batch = catc_int(place, object, "batch", 1, 1000, 1);
    source.part = (int)catc_int(place, object, "part", 0, 255, 0);
    *(catc_source *)catc_vec_add(&catalog->sources) = source;
}

static void load_streams(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                         int index) {
    catc_platform *platform = catc_vec_at(&catalog->platforms, (size_t)index);
    size_t i, j, max, max_sources;
    yyjson_val *value, *source;
    platform->stream_first = (uint32_t)catalog->streams.count;
    platform->stream_count = (uint32_t)yyjson_arr_size(list);
    yyjson_arr_foreach(list, i, max, value) {
        catc_place at = catc_item(place, i), at_sources = catc_member(&at, "sources");
        catc_known(&at, value, STREAM_MEMBERS);
        catc_stream *stream = catc_vec_add(&catalog->streams);
        stream->name = catc_pool_add(&catalog->texts, catc_text_required(&at, value, "name"));
        stream->title = catc_pool_add(&catalog->docs, catc_text(&at, value, "title", ""));
        stream->table = load_table(catalog, &at, value);
        stream->lag_s = catc_int(&at, value, "lag_s", 0, 86400, 0);
        stream->platform = index;
        stream->source_first = (uint32_t)catalog->sources.count;
        yyjson_val *sources = catc_array(&at, value, "sources");
        stream->source_count = (uint32_t)yyjson_arr_size(sources);
        if (stream->source_count == 0) {
            catc_bad(&at_sources, "a stream needs a source");
        }
        yyjson_arr_foreach(sources, j, max_sources, source) {
            catc_place at_source = catc_item(&at_sources, j);
            load_source(catalog, &at_source, source, platform, stream->table);
        }
    }
}

void catc_model_load(catc_catalog *catalog, int platform) {
    const catc_platform *owner = catc_vec_at(&catalog->platforms, (size_t)platform);
    char *path = catc_format("%s/%s/model.json", catalog->folder, owner->name);
    FILE *probe = fopen(path, "rb");
    if (!probe) {
        return; /* a platform may be callable without being synchronised */
    }
    fclose(probe);
    catc_place file = { NULL, path, 0 };
    yyjson_val *root = catc_read(path, &file);
    if (!root) {
        return;
    }
    catc_known(&file, root, MODEL_MEMBERS);
    catc_place at_maps = catc_member(&file, "maps"), at_streams = catc_member(&file, "streams");
    load_maps(catalog, &at_maps, catc_array(&file, root, "maps"));
    load_streams(catalog, &at_streams, catc_array(&file, root, "streams"), platform);
}
