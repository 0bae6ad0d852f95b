/*
 * The limit program of bench_sync: pages fetched, parsed, compressed and inserted, and nothing
 * else. Two threads: one fetches, parses, takes the columns out and compresses, the other inserts.
 */
#ifndef BENCH_LIMIT_PRIVATE_H
#define BENCH_LIMIT_PRIVATE_H

#include <curl/curl.h>
#include <yyjson.h>

#include "catalog/catalog.h"
#include "store/store.h"
#include "sync_private.h"

/* ---- values of one row, in the order of tables.json ---- */

typedef enum cell_kind { CELL_NONE = 0, CELL_TEXT, CELL_INT } cell_kind;

typedef struct cell {
    const char *text;
    int64_t number;
    uint32_t len;
    uint8_t kind; /* cell_kind */
    uint8_t rank; /* of the map's row that gave it: the lowest wins */
} cell;

/* A fetched page and what was made of it. Grows to the largest page and is used again. */
typedef struct limit_row {
    uint8_t table;
    uint32_t cells;        /* index of its first one */
    uint32_t raw, raw_len; /* the document in `text`; raw_len 0 = a child row */
    size_t packed;         /* in `packed` */
    uint32_t packed_len;   /* 0 = not kept */
} limit_row;

enum { LIMIT_CELLS = 64 * 1024, LIMIT_ROWS = 4096 };

typedef struct limit_page {
    struct limit_page *next;
    const char *shop;
    char *text; /* as received */
    size_t len, cap;
    char *work; /* parsed in place: values point into it */
    size_t work_cap;
    char *notes; /* texts that the page does not hold as such: numbers, specs */
    size_t notes_len, notes_cap;
    cell *cells;
    size_t cell_count;
    limit_row *rows;
    size_t row_count;
    char *packed;
    size_t packed_len, packed_cap;
    int kind; /* limit_kind */
} limit_page;

limit_page *limit_page_new(void);
char *limit_note(limit_page *page, size_t len); /* room for a text */

/* ---- limit_plan.c: columns of a document in one pass over its keys ---- */

typedef enum limit_kind {
    LIMIT_DOUYIN_ORDERS,
    LIMIT_DOUYIN_PRODUCT,
    LIMIT_TAOBAO_TRADES,
    LIMIT_TAOBAO_ITEMS,
    LIMIT_KINDS,
    LIMIT_LIST = LIMIT_KINDS, /* names products; needed for their ids only */
    LIMIT_NOTHING             /* tokens, counts */
} limit_kind;

void limit_plans_make(void);
/* What a parsed page is; out_list is its array of documents, or the one document. */
limit_kind limit_kind_of(yyjson_val *root, yyjson_val **out_list);
/* Adds the document's row and its children's to the page. */
void limit_plan_run(limit_kind kind, yyjson_val *document, limit_page *page);
/* The column by which a kind's rows are known apart: its id in the document. */
const char *limit_id_name(limit_kind kind);

/* ---- limit_prepare.c: what is fetched, and the dictionaries; chosen outside the measured time
 * ---- */

typedef struct limit_wanted {
    const char *url, *body;
    size_t body_len;
    const char *shop;
    struct curl_slist *headers;
} limit_wanted;

typedef struct limit_list {
    limit_wanted *at;
    size_t count;
    base_arena *arena;
} limit_list;

/* The server's kept requests; chosen_only: without those that limit_prepare() left out. */
void limit_list_read(const run_options *options, bool chosen_only, limit_list *out);
void limit_dict_read(const char *dir, int kind, base_buf *out);

/* ---- limit_rows.c: SQLite ---- */

typedef struct limit_db limit_db;
limit_db *limit_db_open(const char *home, int64_t now);
void limit_db_begin(limit_db *db);
void limit_db_page(limit_db *db, const limit_page *page);
void limit_db_commit(limit_db *db, const char *shop);
void limit_db_close(limit_db *db);

#endif
