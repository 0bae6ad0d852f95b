/*
 * The second half of the door of room catalog: what people read. Titles, the documents' names,
 * trees of answers, known errors of single methods, search. Included by catalog.h; never include it
 * alone. A program that calls nothing of this does not link the pool behind it.
 */
#ifndef CATALOG_DOCS_H
#define CATALOG_DOCS_H

#include "catalog/catalog.h"

/* ---- answers ---- */

/* One field of an answer (of the reply's data: below Douyin's `data`, below TOP's root). */
typedef struct cat_answer {
    cat_text name; /* cat_doc_str(); "(data)": the data itself */
    uint32_t field_first;
    uint16_t field_count;
    uint8_t type; /* cat_type */
    uint8_t item; /* cat_type of an ARRAY's items */
} cat_answer;
/* False when the method's answer is not known. */
bool cat_answer_known(const cat_method *method);
size_t cat_answer_count(const cat_method *method);
const cat_answer *cat_answer_at(const cat_method *method, size_t index);
const cat_answer *cat_answer_field(const cat_answer *answer, size_t index);

/* ---- errors ---- */

/* Our words for an error that cat_classify() found. */
const char *cat_error_meaning(const cat_error_class *error);

/* An error that the platform's documents list for one method; all by cat_doc_str(). */
typedef struct cat_method_error {
    cat_text code, sub_code; /* "50002", "isv.business-failed:100001" */
    cat_text meaning;        /* the platform's own short words, "" = none */
} cat_method_error;
size_t cat_method_error_count(const cat_method *method);
const cat_method_error *cat_method_error_at(const cat_method *method, size_t index);
/* The row of this sub code ("" in the row fits any); NULL when the documents list none. */
const cat_method_error *cat_method_error_find(const cat_method *method, base_str code,
                                              base_str sub_code);

/* ---- names and labels ---- */

/* What the documents that this project implements call the method: taobao_trade_fullinfo_get,
 * DoudianOrderListRequest, create_client_token. Written into room (NUL-terminated, cut when it does
 * not fit); its whole length; 0 when there is no such name. */
size_t cat_alias(const cat_method *method, char *room, size_t size);
/* What the value cat_enum(param, index) means; "" = not known. */
const char *cat_enum_title(const cat_param *param, size_t index);
/* Our note on the method, "" = none: what a caller has to know beyond the tables. */
const char *cat_note(const cat_method *method);

/* ---- search ---- */

typedef struct cat_search_filter {
    const cat_platform *platform; /* NULL = all */
    const cat_group *group;       /* NULL = all */
    bool no_offline;              /* leave out what the platform has retired */
} cat_search_filter;

typedef struct cat_hit {
    const cat_method *method;
    const cat_param *param; /* the parameter that matched; NULL when the method itself did */
    uint32_t score;         /* only its order means something */
    uint8_t typos;          /* letters that had to be changed */
} cat_hit;

/* Methods that have something of every word: in wire name, the documents' name, title, parameters'
 * names and titles. ASCII without regard to case; separators and camel case split words; words of
 * four letters and more may be misspelt (one letter, from eight on two). Best first; equal ones
 * live before offline, then by platform and name. A NULL filter takes all.
 * @param out at most max of them; out_total (may be NULL) says how many there are
 * @retval QD_E_NOMEM */
QD_NODISCARD qd_status cat_search(base_str words, const cat_search_filter *filter, cat_hit *out,
                                  size_t max, size_t *out_count, size_t *out_total, qd_err *err);

#endif
