/*
 * The door of room catalog (floor 2): what is known of every platform and method, as const tables
 * that catalogc made from catalog/. Lookup, validation of parameters, stream and mapping
 * descriptions. No network, no state; everything may be used from any thread.
 *
 * All texts are 32-bit offsets into one string pool (cat_str()), so the tables need no relocation
 * and no start-up. Offset 0 is "".
 */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "base/base.h"
#include "codec/codec.h"

typedef uint32_t cat_text;
const char *cat_str(cat_text offset);
/* Titles, documents' names, links, answers' trees and errors of methods lie in a pool of their own
 * (docs.h, at the end of this file): a program that never asks for them does not link it. */
const char *cat_doc_str(cat_text offset);

/* ---- parameters ---- */

/* ANY: not known, every JSON value passes. NUMBER: decimal. DATETIME: text in the format. */
typedef enum cat_type {
    CAT_ANY = 0,
    CAT_STRING,
    CAT_INT,
    CAT_NUMBER,
    CAT_BOOL,
    CAT_DATETIME,
    CAT_OBJECT,
    CAT_ARRAY,
    CAT_MAP,
    CAT_FILE
} cat_type;

enum {
    CAT_REQUIRED = 1,      /* the documents call it required */
    CAT_REQUIRED_SURE = 2, /* ... and that is certain enough to refuse a call without it */
    CAT_HAS_MIN = 4,
    CAT_HAS_MAX = 8,
    CAT_BOUNDS_SURE = 16, /* min, max, lengths, items are declared (refuse), else inferred (warn) */
    CAT_ENUM_SURE = 32,
    CAT_TYPE_SURE = 64,
    CAT_COMMA_LIST = 128, /* a STRING of several values with commas between */
    CAT_FORMAT_SURE = 256
};

/* Where the parameter travels; BODY is the platform's usual place (its business parameters). */
typedef enum cat_place { CAT_IN_BODY, CAT_IN_QUERY, CAT_IN_PATH, CAT_IN_HEADER } cat_place;

typedef struct cat_param {
    cat_text name, title; /* wire name; title by cat_doc_str(), as every title */
    cat_text alias;       /* what the documents call it when that is not the wire name; doc_str */
    cat_text fallback;    /* the platform's default, "" = none; never sent by us */
    cat_text format;      /* of DATETIME: "yyyy-MM-dd HH:mm:ss"; else a hint */
    cat_text unit;
    int64_t min, max;
    uint32_t flags;
    uint32_t max_length, max_items; /* characters (of a FILE bytes), items; 0 = not known */
    uint32_t enum_first;            /* into the enum pool, see cat_enum() */
    uint32_t field_first;           /* of OBJECT, or ARRAY of objects: use cat_field() */
    uint16_t enum_count, field_count;
    uint8_t type;  /* cat_type */
    uint8_t item;  /* cat_type of an ARRAY's items */
    uint8_t place; /* cat_place */
} cat_param;

/* ---- paging and windows ---- */

typedef enum cat_page_style {
    CAT_PAGE_NONE = 0,
    CAT_PAGE_NUMBER,
    CAT_PAGE_OFFSET,
    CAT_PAGE_CURSOR
} cat_page_style;

typedef struct cat_page {
    cat_text page_param, size_param;
    cat_text total_path;    /* dotted, inside the reply's data; "" = the platform tells none */
    cat_text has_next_path; /* "" = none; a leading '!' reverses it ("!is_end") */
    cat_text next_path;     /* CURSOR: where the next value of page_param lies; "" = none */
    cat_text list_path;     /* dotted; "" = the data itself is the list */
    int32_t first_page;     /* 0 or 1 */
    int32_t size_max, size_default; /* default: the platform's, when none is sent; 0 = not known */
    int64_t row_cap;                /* most page*size that is served; 0 = none known */
    int32_t page_cap;               /* highest page number; 0 = none known */
    uint8_t style;                  /* cat_page_style */
} cat_page;

typedef enum cat_time_format { CAT_TIME_UNIX, CAT_TIME_CN_TEXT, CAT_TIME_UNIX_MS } cat_time_format;

/* One way of asking a method for a time range. */
typedef struct cat_window {
    cat_text by; /* "created" or "modified" */
    cat_text from_param, to_param;
    cat_text fixed;    /* JSON object of parameters that belong to this way of asking ("" = none) */
    int64_t longest_s; /* longest span; 0 = none known */
    int64_t step_s;    /* span that we ask for in increments; 0 = longest_s */
    int64_t back_s;    /* how far back the platform serves; 0 = no bound known */
    uint8_t format;    /* cat_time_format */
    uint8_t from_open, to_open; /* 1: rows at exactly that end are NOT served */
    uint8_t last_first;         /* 1: pages must be read from the last to the first */
} cat_window;

/* ---- methods ---- */

/* What an answer of a method tells inside a success of the platform's envelope: one code for the
 * whole, or a result for each item. Paths are dotted, from the reply's data. A code that is absent,
 * null or "" is fine, as are those of `ok`. */
typedef struct cat_outcome {
    cat_text code, message, ok;     /* ok: codes with commas between; code "" = there is none */
    cat_text items;                 /* list or map with one result an item; "" = none */
    cat_text failed;                /* list or map of failures only; "" = none */
    cat_text done;                  /* list or map of what succeeded, beside `failed`; "" = none */
    cat_text item_id, item_code;    /* members of an item; without an id a map's key stands for it,
                                       and an item that is no object is its own id */
    cat_text item_message, item_ok; /* item_ok as `ok` */
    cat_text repeated; /* sub codes with commas: the key of this write was used before */
    cat_text key_from; /* member beside the key whose value becomes the key when none is given */
} cat_outcome;

/* WRITE_KEYED: idempotent by key_param, when the call carries it. */
typedef enum cat_kind { CAT_READ, CAT_WRITE, CAT_WRITE_KEYED } cat_kind;
typedef enum cat_auth { CAT_AUTH_SHOP, CAT_AUTH_APP, CAT_AUTH_NONE, CAT_AUTH_OPTIONAL } cat_auth;
enum {
    CAT_OFFLINE = 1,           /* retired: kept, marked, a warning when called */
    CAT_PARAMS_UNKNOWN = 2,    /* the parameters are not known: any pass */
    CAT_PARAMS_NAMES_ONLY = 4, /* names without types */
    CAT_PARAMS_PARTIAL = 8,    /* there are more than the known ones: any other name passes */
    CAT_BEYOND_DOCUMENTS = 16  /* not in the documents this project implements; from public SDKs */
};
typedef enum cat_http { CAT_POST, CAT_GET } cat_http;
/* How the parameters inside a wrapper are written. */
typedef enum cat_wrapper { CAT_WRAP_NONE, CAT_WRAP_JSON, CAT_WRAP_XML } cat_wrapper;

typedef struct cat_method {
    cat_text name, title;  /* wire name; title for people */
    cat_text path;         /* "" = derived from the name by the platform's rule */
    cat_text host;         /* base URL where it is not the platform's; "" = the platform's */
    cat_text recipe;       /* of signing, where it is not the platform's; "" = the platform's */
    cat_text doc;          /* link or "api <id>"; cat_doc_str() */
    cat_text response_key; /* TOP: root of the answer; "" = by rule */
    cat_text result_key;   /* the part that most callers want; "" = none */
    cat_text key_param;    /* of WRITE_KEYED; dotted where each object of a list has its own */
    cat_text wrapper;      /* the parameter inside which flattened arguments travel; "" = none */
    uint32_t param_first, window_first; /* use cat_param_at(), cat_window_at() */
    uint32_t page;                      /* index + 1; 0 = no list */
    uint16_t param_count, group;
    uint8_t window_count, platform;
    uint8_t kind;    /* cat_kind */
    uint8_t auth;    /* cat_auth */
    uint8_t flags;   /* CAT_OFFLINE ... */
    uint8_t http;    /* cat_http */
    uint8_t wrap;    /* cat_wrapper; the parameters are those inside the wrapper */
    uint8_t outcome; /* index + 1 of its cat_outcome; 0 = none */
} cat_method;

typedef struct cat_group {
    cat_text name, title; /* "trade", "交易" */
    uint16_t method_count;
    uint8_t platform;
} cat_group;

/* How errors of a platform are understood; the first row that matches wins. */
typedef struct cat_error_class {
    cat_text code;         /* "" = any */
    cat_text sub_code;     /* exact, "prefix*" or "*suffix"; "" = any */
    cat_text meaning;      /* our words, see cat_error_meaning() */
    uint8_t status, retry; /* qd_status, qd_retry */
    uint8_t token;         /* 0 = nothing to do with the token, 1 = expired: refresh, 2 = revoked */
    uint8_t repeated;      /* 1: the key of a write was used before, its work is done */
} cat_error_class;

typedef struct cat_platform {
    cat_text name, title;
    cat_text production, sandbox;        /* base URLs, without the gateway's path */
    cat_text gateway_path;               /* "/router/rest"; "" = each method has its own path */
    cat_text recipe, sign_method;        /* defaults, see room sign */
    uint32_t method_first, method_count; /* sorted by name, byte order */
    uint32_t group_first, group_count, error_first, error_count, stream_first, stream_count;
    int32_t calls_per_second;             /* app x method budget we keep to; 0 = none known */
    int32_t clock_skew_s;                 /* most that a timestamp may be off; 0 = not known */
    int64_t token_life_s, refresh_life_s; /* 0 = not known */
    int32_t refresh_margin_s;             /* we refresh this long before expiry */
    uint8_t index;
    uint8_t required_sure; /* its "required" flags are certain enough to refuse a call */
} cat_platform;

size_t cat_platform_count(void);
const cat_platform *cat_platform_at(size_t index);
const cat_platform *cat_platform_find(const char *name); /* NULL when there is none */

/* Exact wire name (binary search); NULL when unknown. */
const cat_method *cat_find(const cat_platform *platform, base_str name);
/* The same on every platform: the methods of that name, at most max; their number. */
size_t cat_find_any(base_str name, const cat_method **out, size_t max);
/* Methods whose wire name begins with prefix (byte order): index of the first, for cat_method_at(),
 * and their number. */
size_t cat_find_prefix(const cat_platform *platform, base_str prefix, size_t *out_first);
/* The unknown name's nearest neighbour by edit distance, NULL when nothing is near. */
const cat_method *cat_nearest(const cat_platform *platform, base_str name);
const cat_method *cat_method_at(const cat_platform *platform, size_t index);
const cat_platform *cat_platform_of(const cat_method *method);
const cat_group *cat_group_of(const cat_method *method);
/* index < platform->group_count; in the order of platform.json. */
const cat_group *cat_group_at(const cat_platform *platform, size_t index);
const cat_group *cat_group_find(const cat_platform *platform, base_str name);
const cat_param *cat_param_at(const cat_method *method, size_t index);
const cat_param *cat_param_find(const cat_method *method, base_str name);
const cat_param *cat_field(const cat_param *param, size_t index);
const char *cat_enum(const cat_param *param, size_t index);
const cat_page *cat_page_of(const cat_method *method); /* NULL when the method lists nothing */
const cat_outcome *cat_outcome_of(const cat_method *method); /* NULL: its envelope says all */
/* Is the text one of a comma list's parts? */
bool cat_in_list(cat_text list, base_str text);
const cat_window *cat_window_at(const cat_method *method, size_t index);
/* NULL when there is none. */
const cat_window *cat_window_by(const cat_method *method, const char *by);
const char *cat_type_name(cat_type type);
/* NULL when no row matches. A code inside the data has the path to it as its sub code
 * ("data.code"); only rows that name such a path fit it. */
const cat_error_class *cat_classify(const cat_platform *platform, base_str code, base_str sub_code);

/* ---- validation ---- */

/* Flag: parameters that the catalogue lacks pass silently (else refused, with the nearest name). */
enum { CAT_ALLOW_UNKNOWN = 1 };
/* Checks params (an object) against the method: unknown, missing and mistyped parameters, declared
 * bounds, enums, formats, nested fields. Inferred constraints only log a warning. Never refuses
 * what the platform would accept: "12" passes for an integer, 12 for a string.
 * @retval QD_E_INVALID naming method, parameter, rule and value */
QD_NODISCARD qd_status cat_validate(const cat_method *method, yyjson_val *params, unsigned flags,
                                    qd_err *err);
/* A shell's text `value` as the JSON that the parameter's type asks for (12 -> 12, true -> true,
 * text otherwise); NULL param means text. The result belongs to doc. */
QD_NODISCARD qd_status cat_value_from_text(const cat_param *param, base_str value,
                                           yyjson_mut_doc *doc, yyjson_mut_val **out, qd_err *err);

/* ---- streams and mapping (catalog/<platform>/model.json) ---- */

/* Times: 0 and "" are NULL. */
typedef enum cat_conv {
    CAT_CONV_TEXT = 0, /* scalar as text */
    CAT_CONV_INT,
    CAT_CONV_BOOL, /* 0 / 1 */
    CAT_CONV_FEN,  /* integer fen */
    CAT_CONV_YUAN, /* "12.30" -> fen */
    CAT_CONV_UNIX, /* seconds */
    CAT_CONV_UNIX_MS,
    CAT_CONV_CN_TIME,  /* "yyyy-MM-dd HH:mm:ss" at +08:00 */
    CAT_CONV_ENUM,     /* by the column's enum rows; unknown values become "other" */
    CAT_CONV_SPEC,     /* [{name,value}] or [{property_name,value_name}] -> "name:value;..." */
    CAT_CONV_JSON,     /* the value as compact JSON text */
    CAT_CONV_CONST,    /* the text in `path` itself */
    CAT_CONV_TIME,     /* unix s, unix ms (13 digits), the forms of base_time_from_cn(), RFC 3339 */
    CAT_CONV_COUNT,    /* number of items of the array */
    CAT_CONV_INDEX,    /* place of this document in its list, from 0; path is empty */
    CAT_CONV_PROPS,    /* TOP: "pid:vid:name:value;..." -> "name:value;..." */
    CAT_CONV_ID,       /* text; "", 0 and "0" give no value */
    CAT_CONV_SPEC_IDS, /* value ids (array, or its JSON text), looked up in the parent document's
                         specs[] {name, values[] {id, name}}; no id found = no value */
    CAT_CONV_SUM       /* LIST[].MEMBER: whole numbers of a list's items, added */
} cat_conv;

typedef struct cat_enum_row {
    cat_text wire, ours;
} cat_enum_row;

typedef struct cat_map_column {
    cat_text path; /* dotted, "[0]" for a first item, '|' between alternatives (first present wins),
                      leading '^' starts at the parent row's document */
    uint32_t enum_first;
    uint16_t enum_count;
    uint16_t column; /* in tables.json; of several rows the first that gives a value wins */
    uint8_t conv;    /* cat_conv */
} cat_map_column;

/* One document -> one row, and the rows of its children. */
typedef struct cat_map {
    cat_text name;      /* "douyin.order" */
    cat_text list_path; /* of a child map: where its items lie in the parent's document */
    uint32_t column_first, child_first; /* child_first indexes cat_map_child() */
    uint16_t column_count, child_count;
    uint16_t table;  /* index in tables.json */
    uint8_t replace; /* child map: stored rows of the parent that the document lacks are deleted */
    uint8_t payload; /* the raw document is kept with this row */
} cat_map;

const cat_map *cat_map_find(const char *name);
const cat_map *cat_map_child(const cat_map *map, size_t index);
const cat_map_column *cat_map_column_at(const cat_map *map, size_t index);
const cat_enum_row *cat_map_enum(const cat_map_column *column, size_t index);

typedef enum cat_role {
    CAT_BACKFILL = 0,  /* by created time, the whole past */
    CAT_INCREMENT = 1, /* by modified time, again and again */
    CAT_DETAIL = 2     /* fetched per id (or batch of ids) of what the other sources listed */
} cat_role;

/* One way in which a stream's rows are read. */
typedef struct cat_source {
    cat_text method;
    cat_text fixed;     /* JSON object of parameters always sent ("fields", "type" ...) */
    cat_text window;    /* "created", "modified"; "" = none (detail) */
    cat_text id_param;  /* DETAIL: where the ids go */
    cat_text id_path;   /* list sources: where a row's id lies; DETAIL: the same in its answer */
    cat_text list_path; /* DETAIL: where the documents lie; "" = the data itself is the document */
    cat_text map;       /* cat_map name */
    int32_t batch;      /* DETAIL: ids a call, comma-joined when > 1 */
    uint8_t role;       /* cat_role */
    uint8_t part;       /* sources of one role with different parts complete each other */
} cat_source;

typedef struct cat_stream {
    cat_text name; /* "orders", "products" */
    cat_text title;
    uint32_t source_first;
    uint16_t source_count;
    uint16_t table; /* where its rows are counted */
    int32_t lag_s;  /* safety lag: windows end this long before the platform's now */
    uint8_t platform;
} cat_stream;

const cat_stream *cat_stream_find(const cat_platform *platform, const char *name);
const cat_stream *cat_stream_at(const cat_platform *platform, size_t index);
const cat_source *cat_source_at(const cat_stream *stream, size_t index);

/* Titles, answers, errors, search: a part of this door in a file of its own. */
#include "catalog/docs.h"

#endif
