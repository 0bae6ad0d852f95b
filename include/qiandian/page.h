/*
 * One form for the pages of all lists: total, page, size, items, whether there is more and how to
 * ask for it, whatever a method calls them.
 *
 * The catalogue's page rule says where they lie. What it leaves open, and methods without a rule,
 * are read by well-known names (docs/pages.md lists them); what no name tells is unknown, never
 * guessed.
 */
#ifndef QIANDIAN_PAGE_H
#define QIANDIAN_PAGE_H

#include "qiandian/view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Texts and items live as long as the reply. */
typedef struct qd_page {
    int64_t total;  /* rows on all pages; -1 = not told */
    int64_t number; /* this page as the platform counts (from 0 or from 1); -1 = it has no numbers,
                       or it is not known */
    int64_t size;   /* rows that a page may hold; -1 = not known */
    size_t count;   /* rows on this page */
    int has_more;   /* 1: there are further pages, 0: this is the last, -1: not told */
    /* What the next page is asked for with: the parameter's name and its value as text; both NULL
     * when this is the last page, or nothing tells. */
    const char *next_param;
    const char *next;
    qd_list items;
} qd_page;

/* @retval QD_E_NOT_FOUND the answer holds no list
 * @retval QD_E_INVALID reply is NULL  @retval QD_E_NOMEM */
QD_API QD_NODISCARD qd_status qd_page_of(qd_reply *reply, qd_page *out_page, qd_err *err);

#ifdef __cplusplus
}
#endif
#endif
