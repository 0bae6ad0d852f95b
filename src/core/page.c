/*
 * One form for pages: what the catalogue's page rule says of the answer, and for the rest names
 * that many methods share. It asks for nothing; walking over pages is pager.c's.
 */
#include <stdio.h>
#include <string.h>

#include "core/core_private.h"
#include "qiandian/page.h"

/* ---- well-known names, in the order in which they are looked for ---- */

/* Objects of the answer that hold such names besides the data itself. */
static const char *const HOLDERS[] = { "",         "page_info", "pagination",   "page_result",
                                       "page",     "result",    "results",      "data",
                                       "pageInfo", "page_data", "query_result", NULL };
static const char *const TOTALS[] = { "total",         "total_count", "total_num",
                                      "total_number",  "total_cnt",   "total_results",
                                      "total_result",  "totalCount",  "totalNum",
                                      "total_item",    "total_items", "all",
                                      "total_records", NULL };
static const char *const NUMBERS[] = {
    "page",   "page_no",     "page_num", "current_page",    "page_index",
    "pageNo", "page_number", "current",  "current_page_no", NULL
};
static const char *const SIZES[] = { "page_size", "size", "pageSize", "limit", "count", NULL };
static const char *const PAGES[] = { "total_page", "total_pages", "all_pages", "pages", NULL };
static const char *const MORES[] = { "has_more", "has_next", "hasMore",       "hasNext",
                                     "!is_end",  "!is_last", "!is_last_page", NULL };
static const char *const NEXTS[] = { "next_cursor", "next_start_index", "next_page_token",
                                     "nextCursor",  "cursor",           "cursor_id",
                                     NULL };
static const char *const LISTS[] = { "list",  "items",   "data",         "rows", "records",
                                     "datas", "results", "results_list", NULL };

/* What is sent in `size` by some is the number of rows on the page in the answers of others. */
enum { SENT_SIZES = 5, ANSWERED_SIZES = 3 };

typedef struct reading {
    qd_reply *reply;
    yyjson_val *data;
    const cat_method *method; /* NULL for raw calls */
    const cat_page *rule;     /* NULL = none */
    int64_t pages;            /* -1 = not told */
} reading;

static yyjson_val *holder_of(const reading *r, const char *name) {
    yyjson_val *value = *name ? yyjson_obj_get(r->data, name) : r->data;
    return yyjson_is_obj(value) ? value : NULL;
}

/* The first integer of these names in the answer, -1 = none. */
static int64_t number_named(const reading *r, const char *const *names, size_t most) {
    int64_t number = 0;
    for (size_t h = 0; HOLDERS[h]; h++) {
        yyjson_val *holder = holder_of(r, HOLDERS[h]);
        for (size_t i = 0; holder && names[i] && i < most; i++) {
            yyjson_val *value = yyjson_obj_get(holder, names[i]);
            if (value && !yyjson_is_ctn(value) && codec_json_i64(value, &number) && number >= 0) {
                return number;
            }
        }
    }
    return -1;
}

static int flag_at(yyjson_val *value, bool reversed) {
    bool flag = false;
    return value && codec_json_bool(value, &flag) ? flag != reversed : -1;
}

static int more_named(const reading *r) {
    for (size_t h = 0; HOLDERS[h]; h++) {
        yyjson_val *holder = holder_of(r, HOLDERS[h]);
        for (size_t i = 0; holder && MORES[i]; i++) {
            bool reversed = MORES[i][0] == '!';
            int more = flag_at(yyjson_obj_get(holder, MORES[i] + reversed), reversed);
            if (more >= 0) {
                return more;
            }
        }
    }
    return -1;
}

static yyjson_val *at_rule(const reading *r, cat_text path) {
    const char *where = cat_str(path);
    return *where && r->data ? codec_json_at(r->data, where) : NULL;
}

/* ---- items ---- */

/* An array, or an object whose only member is one (TOP). */
static yyjson_val *list_in(yyjson_val *value) {
    if (yyjson_is_obj(value) && yyjson_obj_size(value) == 1) {
        yyjson_val *only = unsafe_yyjson_get_next(unsafe_yyjson_get_first(value));
        value = yyjson_is_arr(only) ? only : value;
    }
    return yyjson_is_arr(value) ? value : NULL;
}

static bool is_of_failures(const char *name) {
    return strncmp(name, "fail", 4) == 0 || strncmp(name, "err", 3) == 0;
}

/* The list of an object: of a well-known name, else the first one of objects, else the first. */
static yyjson_val *find_list(yyjson_val *holder) {
    yyjson_val *best = NULL;
    for (size_t i = 0; LISTS[i]; i++) {
        yyjson_val *list = list_in(yyjson_obj_get(holder, LISTS[i]));
        if (list) {
            return list;
        }
    }
    size_t i;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(holder, i, max, key, value) {
        yyjson_val *list = list_in(value);
        bool better = list && (!best || (yyjson_is_obj(yyjson_arr_get_first(list)) &&
                                         !yyjson_is_obj(yyjson_arr_get_first(best))));
        if (better && !is_of_failures(yyjson_get_str(key))) {
            best = list;
        }
    }
    return best;
}

static yyjson_val *find_items(const reading *r) {
    if (r->rule) {
        const char *path = cat_str(r->rule->list_path);
        yyjson_val *list = r->data ? codec_json_at(r->data, path) : NULL;
        const char *last = strrchr(path, '.');
        char outer[256];
        if (!list && last &&
            base_copy(outer, sizeof outer, (base_str){ path, (size_t)(last - path) })) {
            list = codec_json_at(r->data, outer); /* TOP's simplified form */
        }
        list = list_in(list);
        if (list) {
            return list;
        }
    }
    if (yyjson_is_arr(r->data)) {
        return r->data;
    }
    for (size_t h = 0; HOLDERS[h]; h++) {
        yyjson_val *holder = holder_of(r, HOLDERS[h]);
        yyjson_val *list = holder ? find_list(holder) : NULL;
        if (list) {
            return list;
        }
    }
    return NULL;
}

/* ---- what was sent ---- */

static int64_t sent_number(yyjson_val *params, cat_text rule, const char *const *names,
                           size_t most) {
    int64_t number = -1;
    const char *name = cat_str(rule);
    if (*name) {
        yyjson_val *value = yyjson_obj_get(params, name);
        return value && codec_json_i64(value, &number) ? number : -1;
    }
    for (size_t i = 0; names[i] && i < most; i++) {
        yyjson_val *value = yyjson_obj_get(params, names[i]);
        if (value && codec_json_i64(value, &number)) {
            return number;
        }
    }
    return -1;
}

void page_note(qd_reply *reply, const cat_method *method, yyjson_val *params) {
    const cat_page *rule = method ? cat_page_of(method) : NULL;
    reply->sent_page = sent_number(params, rule ? rule->page_param : 0, NUMBERS, SIZE_MAX);
    reply->sent_size = sent_number(params, rule ? rule->size_param : 0, SIZES, SENT_SIZES);
}

/* ---- the whole ---- */

/* The parameter that asks for a page: the rule's, else the first of these that the method has. */
static const char *page_param(const reading *r) {
    if (r->rule) {
        return cat_str(r->rule->page_param);
    }
    static const char *const CURSORS[] = { "cursor", "start_index", "next_cursor", NULL };
    const char *const *sets[] = { NUMBERS, CURSORS };
    for (size_t s = 0; s < 2 && r->method; s++) {
        for (size_t i = 0; sets[s][i]; i++) {
            if (cat_param_find(r->method, base_str_of(sets[s][i]))) {
                return sets[s][i];
            }
        }
    }
    return NULL;
}

static void read_numbers(reading *r, qd_page *out) {
    const cat_page *rule = r->rule;
    yyjson_val *total = rule ? at_rule(r, rule->total_path) : NULL;
    bool offset = rule && rule->style == CAT_PAGE_OFFSET;
    out->total = -1;
    if (!total || !codec_json_i64(total, &out->total) || out->total < 0) {
        out->total = number_named(r, TOTALS, SIZE_MAX);
    }
    r->pages = number_named(r, PAGES, SIZE_MAX);
    out->size = number_named(r, SIZES, ANSWERED_SIZES);
    if (r->reply->sent_size > 0 && (out->size <= 0 || r->reply->sent_size < out->size)) {
        out->size = r->reply->sent_size; /* an answer's is believed where the platform cut it */
    }
    if (out->size <= 0) {
        out->size = rule && rule->size_default > 0 ? rule->size_default : -1;
    }
    if (rule && rule->style == CAT_PAGE_CURSOR) {
        out->number = -1;
        return;
    }
    out->number = r->reply->sent_page;
    if (out->number < 0 && !offset) {
        out->number = number_named(r, NUMBERS, SIZE_MAX);
    }
    if (out->number < 0 && rule) {
        out->number = offset ? 0 : rule->first_page;
    }
    if (offset && out->number >= 0) {
        out->number = out->size > 0 ? out->number / out->size : -1;
    }
}

/* Number of rows up to the end of this page; -1 = not known. */
static int64_t rows_so_far(const reading *r, const qd_page *page) {
    if (r->rule && r->rule->style == CAT_PAGE_OFFSET) {
        int64_t from = r->reply->sent_page > 0 ? r->reply->sent_page : 0;
        return from < INT64_MAX / 2 ? from + (int64_t)page->count : INT64_MAX;
    }
    if (!r->rule || r->rule->style != CAT_PAGE_NUMBER || page->number < 0 || page->size <= 0 ||
        page->number > INT32_MAX || page->size > INT32_MAX) {
        return -1;
    }
    return (page->number - r->rule->first_page + 1) * page->size;
}

static yyjson_val *next_cursor(const reading *r) {
    yyjson_val *value = r->rule ? at_rule(r, r->rule->next_path) : NULL;
    bool numbers = r->rule && r->rule->style != CAT_PAGE_CURSOR;
    for (size_t h = 0; !value && !numbers && HOLDERS[h]; h++) {
        yyjson_val *holder = holder_of(r, HOLDERS[h]);
        for (size_t i = 0; holder && !value && NEXTS[i]; i++) {
            value = yyjson_obj_get(holder, NEXTS[i]);
        }
    }
    return value && !yyjson_is_null(value) && !yyjson_is_ctn(value) ? value : NULL;
}

static int more_of(const reading *r, const qd_page *page, const char *cursor) {
    int more = -1;
    if (r->rule && r->rule->has_next_path) {
        const char *path = cat_str(r->rule->has_next_path);
        bool reversed = *path == '!';
        more = flag_at(r->data ? codec_json_at(r->data, path + reversed) : NULL, reversed);
    }
    more = more >= 0 ? more : more_named(r);
    if (more >= 0) {
        return more;
    }
    int64_t so_far = rows_so_far(r, page);
    if (page->total >= 0 && so_far >= 0) {
        /* Fewer rows than the size promises, and counted rows left: the platform has cut the size.
         */
        int64_t missing = page->size - (int64_t)page->count;
        bool cut = page->count > 0 && missing > 0 && so_far - missing < page->total &&
                   r->rule->style == CAT_PAGE_NUMBER;
        return so_far < page->total || cut;
    }
    if (page->total >= 0 && (int64_t)page->count >= page->total) {
        return 0;
    }
    if (r->pages >= 0 && page->number >= 0) {
        int64_t first = r->rule ? r->rule->first_page : 1;
        return page->number - first < r->pages - 1;
    }
    if (page->count == 0) {
        return 0;
    }
    bool by_cursor = r->rule && r->rule->style == CAT_PAGE_CURSOR;
    if (by_cursor || cursor) {
        return cursor && *cursor && strcmp(cursor, "0") != 0;
    }
    return page->size > 0 && (int64_t)page->count < page->size ? 0 : -1;
}

static void set_next(const reading *r, const char *cursor, qd_page *page) {
    qd_reply *reply = r->reply;
    bool offset = r->rule && r->rule->style == CAT_PAGE_OFFSET;
    page->next_param = page_param(r);
    if (page->has_more == 0 || !page->next_param) {
        page->next_param = NULL;
        return;
    }
    if (cursor) {
        page->next = *cursor ? cursor : NULL;
    } else if (page->has_more == 1 && page->number >= 0 && page->number < INT64_MAX / 2) {
        int64_t value = offset ? rows_so_far(r, page) : page->number + 1;
        snprintf(reply->page_next, sizeof reply->page_next, "%lld", (long long)value);
        page->next = reply->page_next;
    }
    page->next_param = page->next ? page->next_param : NULL;
}

qd_status qd_page_of(qd_reply *reply, qd_page *out, qd_err *err) {
    memset(out, 0, sizeof *out);
    if (!reply) {
        return base_fail(err, QD_E_INVALID, "no reply");
    }
    reading r = { .reply = reply,
                  .data = reply->data,
                  .method = reply->method,
                  .rule = reply->method ? cat_page_of(reply->method) : NULL };
    r.rule = r.rule && r.rule->style != CAT_PAGE_NONE ? r.rule : NULL;
    read_numbers(&r, out);
    yyjson_val *list = find_items(&r);
    if (!list && out->total != 0) { /* TOP leaves the list out when there is nothing */
        return base_fail(err, QD_E_NOT_FOUND, "the answer%s%s holds no list",
                         reply->method ? " of " : "",
                         reply->method ? cat_str(reply->method->name) : "");
    }
    const qd_view whole = { list, reply };
    out->items = qd_view_list(whole, NULL);
    out->count = qd_view_count(whole, NULL);
    yyjson_val *next = next_cursor(&r);
    const qd_view cursor_view = { next, reply };
    const char *cursor = next ? qd_view_text(cursor_view, NULL) : NULL;
    if (next && !cursor) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a cursor");
    }
    out->has_more = more_of(&r, out, cursor);
    set_next(&r, cursor, out);
    return QD_OK;
}
