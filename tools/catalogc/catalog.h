/*
 * catalogc's picture of the catalogue while it reads it: rows as they will be written, in growing
 * arrays that refer to each other by index. The columns are those of src/catalog/catalog.h.
 */
#ifndef CATALOGC_CATALOG_H
#define CATALOGC_CATALOG_H

#include "catalogc.h"

/* ---- strings: each distinct text once; 0 is "" ---- */

typedef struct catc_pool {
    catc_vec texts;   /* const char *, in the order of their offsets */
    catc_vec offsets; /* uint32_t */
    uint32_t *slots;  /* hash table of indexes + 1 */
    size_t slot_count;
    uint32_t next; /* offset of the next text */
} catc_pool;
enum { CATC_CHUNK_BYTES = 4000 };
void catc_pool_init(catc_pool *pool);
uint32_t catc_pool_add(catc_pool *pool, const char *text); /* NULL is "" */
/* "static const struct {...} NAME = {...};" */
void catc_pool_write(const catc_pool *pool, const char *name, catc_out *out);

/* ---- rows ---- */

typedef struct catc_param {
    const char *name; /* for the checks */
    uint32_t name_at, title, fallback, format, unit;
    int64_t min, max;
    uint32_t flags, max_length, max_items, enum_first, enum_count, field_first, field_count;
    int type, item;
} catc_param;

typedef struct catc_word {
    const char *text;
    uint32_t at;
} catc_word;

typedef struct catc_answer {
    const char *name;
    uint32_t name_at, field_first, field_count;
    int type, item;
} catc_answer;

typedef struct catc_page {
    uint32_t page_param, size_param, total, has_next, next, list;
    int64_t first, size_max, size_default, row_cap, page_cap;
    int style;
} catc_page;

typedef struct catc_window {
    const char *by;
    uint32_t by_at, from, to, fixed;
    int64_t longest_s, step_s, back_s;
    int format, from_open, to_open, last_first;
} catc_window;

typedef struct catc_method {
    const char *name;
    uint32_t name_at, title, path, doc, response_key, result_key, key, wrapper;
    uint32_t param_first, param_count, window_first, window_count, page;
    uint32_t answer_first, answer_count;
    int answer_known, group, platform, kind, auth, flags;
} catc_method;

typedef struct catc_group {
    uint32_t name, title;
    int platform;
} catc_group;

typedef struct catc_error {
    uint32_t code, sub_code, meaning;
    const char *status, *retry; /* enumerators */
    int token;
} catc_error;

typedef struct catc_platform {
    const char *name;
    uint32_t name_at, title, production, sandbox, gateway_path, recipe, sign_method;
    uint32_t method_first, method_count, group_first, group_count, error_first, error_count;
    uint32_t stream_first, stream_count;
    int64_t calls_per_second, clock_skew_s, token_life_s, refresh_life_s, refresh_margin_s;
} catc_platform;

typedef struct catc_map_column {
    uint32_t path, enum_first, enum_count;
    int column, conv;
} catc_map_column;

typedef struct catc_map {
    const char *name;
    uint32_t name_at, list, column_first, column_count, child_first, child_count;
    int table, replace, payload, is_child;
} catc_map;

typedef struct catc_source {
    uint32_t method, fixed, window, id_param, id, list, map;
    int64_t batch;
    int role, part;
} catc_source;

typedef struct catc_stream {
    uint32_t name, title, source_first, source_count;
    int table, platform;
    int64_t lag_s;
} catc_stream;

typedef struct catc_pair {
    uint32_t wire, ours;
} catc_pair;

typedef struct catc_catalog {
    const char *folder;
    catc_tables tables;
    catc_pool texts, docs;
    catc_vec params, enums, pages, windows, methods, groups, errors, platforms;
    catc_vec answers;
    catc_vec streams, sources, maps, map_columns, map_enums, map_children;
} catc_catalog;

/* One platform's folder: platform.json, its group files, types.json. */
void catc_platform_load(catc_catalog *catalog, const char *name);
/* One group file. types is the platform's types object (NULL when it has none). */
void catc_group_load(catc_catalog *catalog, int platform, const char *name, yyjson_val *types);
/* Lists of parameters or answer fields; the result is the range in catalog->params or ->answers. */
void catc_params_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                      yyjson_val *types, uint32_t *out_first, uint32_t *out_count);
void catc_answers_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       yyjson_val *types, uint32_t *out_first, uint32_t *out_count);
/* The list that a "fields" member means, through $ref; NULL after a mistake. */
yyjson_val *catc_fields(const catc_place *place, yyjson_val *object, yyjson_val *types);
/* One of the method's parameters; NULL when there is none. */
const catc_param *catc_param_find(const catc_catalog *catalog, const catc_method *method,
                                  const char *name);
/* "page" and "windows" of a method whose parameters and answer are loaded. */
void catc_page_load(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                    catc_method *method);
void catc_windows_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       catc_method *method);
/* A JSON object of parameters that a method is sent: checked, as compact text in the pool. */
uint32_t catc_fixed(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                    const catc_method *method);
/* model.json, after the platform's methods. */
void catc_model_load(catc_catalog *catalog, int platform);
/* "inferred": names of members that are not certain. */
bool catc_inferred(const catc_place *place, yyjson_val *object, const char *name);
void catc_inferred_check(const catc_place *place, yyjson_val *object);
/* Writes gen/catalog/(star).c; false after an I/O error. */
bool catc_write(const catc_catalog *catalog, const char *folder);

#endif
