/*
 * catalogc, the host tool that compiles catalog/ into const C tables. Shared declarations of its
 * few files. It uses yyjson only, no room, so that every room may depend on what it writes.
 *
 * It reads everything, reports every mistake with its file and JSON pointer, and writes nothing
 * when there was one.
 */
#ifndef CATALOGC_H
#define CATALOGC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <yyjson.h>

#if defined(__GNUC__)
#define CATC_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define CATC_PRINTF(a, b)
#endif

/* ---- memory: lives until the tool ends, freed at once ---- */

void *catc_alloc(size_t size); /* zeroed; the tool ends with 3 when there is none */
char *catc_dup(const char *text, size_t len);
CATC_PRINTF(1, 2) char *catc_format(const char *fmt, ...);
void catc_free_all(void);

/* A growing array of one element size. */
typedef struct catc_vec {
    char *data;
    size_t count, cap, size;
} catc_vec;
void catc_vec_init(catc_vec *vec, size_t element_size);
void *catc_vec_add(catc_vec *vec); /* a zeroed new element; earlier pointers may move */
void *catc_vec_at(const catc_vec *vec, size_t index);

/* ---- output: text that is written only when the file would change ---- */

typedef struct catc_out {
    char *data;
    size_t len, cap;
} catc_out;
CATC_PRINTF(2, 3) void catc_out_printf(catc_out *out, const char *fmt, ...);
void catc_out_add(catc_out *out, const char *text, size_t len);
/* A C string literal's inside: quotes, control characters, trigraphs and non-ASCII escaped. */
void catc_out_escaped(catc_out *out, const char *text, size_t len);
bool catc_out_save(const catc_out *out, const char *folder, const char *name);

/* ---- places and mistakes ---- */

/* Where a value stands; a chain on the stack, turned into a JSON pointer only for a message. */
typedef struct catc_place {
    const struct catc_place *up; /* NULL: this is a file */
    const char *name;            /* file name, or member */
    size_t index;                /* of an array element when name is NULL */
} catc_place;
catc_place catc_member(const catc_place *up, const char *name);
catc_place catc_item(const catc_place *up, size_t index);
/* "file.json:/methods/3/params/0: text" on standard error; counted. */
CATC_PRINTF(2, 3) void catc_bad(const catc_place *place, const char *fmt, ...);
size_t catc_mistakes(void);

/* ---- JSON with checks ---- */

/* NULL (and a mistake) when the file cannot be read or is no JSON object. Lives until the end. */
yyjson_val *catc_read(const char *path, const catc_place *place);
/* Every member must be one of names (NULL-terminated); the nearest one is told. */
void catc_known(const catc_place *place, yyjson_val *object, const char *const *names);
/* Members with a checked type. Absent gives the fallback; required ones are a mistake. */
const char *catc_text(const catc_place *place, yyjson_val *object, const char *name,
                      const char *fallback);
const char *catc_text_required(const catc_place *place, yyjson_val *object, const char *name);
int64_t catc_int(const catc_place *place, yyjson_val *object, const char *name, int64_t low,
                 int64_t high, int64_t fallback);
bool catc_bool(const catc_place *place, yyjson_val *object, const char *name, bool fallback);
yyjson_val *catc_array(const catc_place *place, yyjson_val *object, const char *name);
yyjson_val *catc_object(const catc_place *place, yyjson_val *object, const char *name);
/* Index of text in names (NULL-terminated), -1 when it is none. */
int catc_index(const char *const *names, const char *text);
/* The one of names that is nearest to text; NULL when none is near. */
const char *catc_nearest(const char *const *names, const char *text);

/* ---- tables.json ---- */

typedef struct catc_table {
    const char *name;
    const char **columns; /* NULL-terminated */
    const char **types;
    bool *keys; /* of the primary key */
    int parent; /* column that names the parent row; -1 = none */
    size_t column_count;
} catc_table;
typedef struct catc_tables {
    catc_table *tables;
    size_t count;
} catc_tables;
/* Reads and checks; the two texts become tables.h and store_tables.inc. */
void catc_tables_load(const char *path, catc_tables *tables, catc_out *header, catc_out *store);
int catc_table_find(const catc_tables *tables, const char *name); /* -1 when there is none */
int catc_column_find(const catc_table *table, const char *name);

#endif
