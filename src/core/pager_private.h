/* What the two halves of the pager share: pager.c walks, pager_list.c asks and reads one page. */
#ifndef CORE_PAGER_PRIVATE_H
#define CORE_PAGER_PRIVATE_H

#include "core/core_private.h"

typedef struct pager_list {
    const cat_method *method;
    const cat_page *page;
    yyjson_mut_doc *base; /* every parameter but page and size */
    base_arena *arena;    /* texts of cursors and conversions */
    int32_t first;        /* number of the first page */
    int32_t size;
    bool page_is_text; /* the parameter's type is a string */
    bool size_is_text;
    base_str cursor; /* CURSOR: the next value; empty = none yet */
} pager_list;

/* @retval QD_E_INVALID the method lists nothing, an empty or too long range, bad fixed_json */
QD_NODISCARD qd_status pager_list_init(pager_list *list, const qd_shop *shop,
                                       const core_pager_options *options, qd_err *err);
void pager_list_clear(pager_list *list);
/* The value of the page parameter for the page of that number. */
int64_t pager_value(const pager_list *list, int32_t page);
QD_NODISCARD qd_status pager_params(const pager_list *list, int32_t size, int64_t page_value,
                                    yyjson_doc **out_params, qd_err *err);
/* Fills rows, row_count, total, page and reply (not owned until QD_OK).
 * @retval QD_E_PROTOCOL the list or the total is not what the catalogue says */
QD_NODISCARD qd_status pager_read(const pager_list *list, int32_t page, qd_reply *reply,
                                  core_page_result *out, qd_err *err);
/* 1 there is a next page, 0 there is none, -1 the platform does not tell. */
int pager_has_next(const pager_list *list, const qd_reply *reply);
/* Takes the next cursor out of the answer; false when there is none. */
bool pager_next_cursor(pager_list *list, const qd_reply *reply);
/* Pages that total rows need. */
int64_t pager_count(const pager_list *list, int64_t total);
/* The smallest page that may be asked for. */
int32_t pager_smallest(const pager_list *list);
bool pager_over_cap(const pager_list *list, int64_t total);
/* QD_E_INVALID with sub_code "row-cap": the range has to be split. */
qd_status pager_fail_cap(const pager_list *list, int64_t total, qd_err *err);

#endif
