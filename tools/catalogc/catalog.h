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
const char *catc_pool_text(const catc_pool *pool, uint32_t offset);
/* "static const struct {...} NAME = {...};" */
void catc_pool_write(const catc_pool *pool, const char *name, catc_out *out);

/* ---- runs of rows: each distinct run once ---- */

typedef struct catc_set {
    catc_vec rows;
    catc_vec runs;   /* what was added, see set.c */
    uint32_t *slots; /* hash table of indexes + 1 */
    size_t slot_count;
} catc_set;
void catc_set_init(catc_set *set, size_t row_size);
/* Index of the first of `count` rows, which may be those of an equal run added before. Rows are
 * compared as bytes: they hold no pointers, and their padding is zero. */
uint32_t catc_set_add(catc_set *set, const void *rows, size_t count);

/* ---- rows ---- */

/* A list is a range in param_lists (answer_lists), whose numbers are rows in params (answers). */
typedef struct catc_param {
    uint32_t name, title, alias, fallback, format, unit; /* title and alias: docs pool */
    int64_t min, max;
    uint32_t flags, max_length, max_items, enum_first, enum_count, field_first, field_count;
    int type, item, place;
} catc_param;

typedef struct catc_word {
    uint32_t value, title; /* texts pool, docs pool */
} catc_word;

typedef struct catc_answer {
    uint32_t name, field_first, field_count; /* name: docs pool */
    int type, item;
} catc_answer;

/* An error that the documents list for one method; docs pool. */
typedef struct catc_method_error {
    uint32_t code, sub_code, meaning;
} catc_method_error;

typedef struct catc_page {
    uint32_t page_param, size_param, total, has_next, next, list;
    int64_t first, size_max, size_default, row_cap, page_cap;
    int style;
} catc_page;

typedef struct catc_outcome {
    uint32_t code, message, ok, items, failed, done;
    uint32_t item_id, item_code, item_message, item_ok, repeated, key_from;
} catc_outcome;

typedef struct catc_window {
    const char *by;
    uint32_t by_at, from, to, fixed;
    int64_t longest_s, step_s, back_s;
    int format, from_open, to_open, last_first;
} catc_window;

typedef struct catc_method {
    const char *name;
    uint32_t name_at, title, path, host, recipe, response_key, result_key, key, wrapper;
    uint32_t doc, alias, note; /* docs pool */
    uint32_t param_first, param_count, window_first, window_count, page;
    uint32_t answer_first, answer_count, error_first, error_count;
    uint32_t outcome; /* index + 1 */
    int answer_known, group, platform, kind, auth, flags, http, wrap;
} catc_method;

typedef struct catc_group {
    const char *id;
    uint32_t name, title, method_count;
    int platform;
} catc_group;

typedef struct catc_error {
    uint32_t code, sub_code, meaning;
    const char *status, *retry; /* enumerators */
    int token, repeated;
} catc_error;

typedef struct catc_platform {
    const char *name;
    uint32_t name_at, title, production, sandbox, gateway_path, recipe, sign_method;
    uint32_t method_first, method_count, group_first, group_count, error_first, error_count;
    uint32_t stream_first, stream_count;
    int64_t calls_per_second, clock_skew_s, token_life_s, refresh_life_s, refresh_margin_s;
    int required_sure, alias_style;
    uint32_t alias_prefix, alias_suffix; /* docs pool */
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
    catc_set params, param_lists, enums, answers, answer_lists, method_errors, outcomes;
    catc_vec pages, windows, methods, groups, errors, platforms;
    catc_vec streams, sources, maps, map_columns, map_enums, map_children;
} catc_catalog;

/* One platform's folder: platform.json, its group files, types.json. */
void catc_platform_load(catc_catalog *catalog, const char *name);
/* Where "fields" may refer to: types.json and the group file's own types. Members may be NULL. */
typedef struct catc_types {
    yyjson_val *shared, *local;
    bool required_sure; /* of the platform: its "required" is certain enough to refuse a call */
} catc_types;
/* One group file. */
void catc_group_load(catc_catalog *catalog, int platform, const char *name,
                     const catc_types *types);
/* Lists of parameters or answer fields; the result is a range in catalog->param_lists or
 * ->answer_lists. */
void catc_params_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                      const catc_types *types, uint32_t *out_first, uint32_t *out_count);
void catc_answers_load(catc_catalog *catalog, const catc_place *place, yyjson_val *list,
                       const catc_types *types, uint32_t *out_first, uint32_t *out_count);
/* The index-th parameter of the list that begins at first (method->param_first,
 * param->field_first), and the same for answers. */
const catc_param *catc_param_at(const catc_catalog *catalog, uint32_t first, uint32_t index);
const catc_answer *catc_answer_at(const catc_catalog *catalog, uint32_t first, uint32_t index);
/* One of the method's parameters; NULL when there is none. */
const catc_param *catc_param_find(const catc_catalog *catalog, const catc_method *method,
                                  const char *name);
/* A member that is a dotted path into the answer: its first step must be a field of it, when the
 * answer is known. */
uint32_t catc_answer_path(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                          const char *member, const catc_method *method);
/* Does the dotted path lead to a parameter, through lists of objects? */
bool catc_param_path(const catc_catalog *catalog, const catc_method *method, const char *path);
/* "outcome" of a method whose key and answer are loaded. */
void catc_outcome_load(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                       catc_method *method);
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
/* Further passes over the loaded catalogue (typed headers, api_*.c) have this shape and a line in
 * main.c's table of commands. */
typedef bool catc_pass(const catc_catalog *catalog, const char *folder);

#endif
