/*
 * One page of a listing: its parameters by the catalogue's page and window rules, and what its
 * answer holds. In which order pages are read is pager.c's.
 */
#include <string.h>

#include "core/pager_private.h"

/* ---- parameters ---- */

static qd_status no_memory(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "out of memory for a page");
}

static bool put(pager_list *list, const char *name, yyjson_mut_val *value) {
    yyjson_mut_val *root = yyjson_mut_doc_get_root(list->base);
    yyjson_mut_obj_remove_key(root, name);
    return value && yyjson_mut_obj_add(root, yyjson_mut_strcpy(list->base, name), value);
}

/* Adds every member of a JSON object text. */
static qd_status merge(pager_list *list, const char *json, const char *what, qd_err *err) {
    if (!json || !*json) {
        return QD_OK;
    }
    yyjson_doc *doc = NULL;
    qd_status status = codec_json_read(base_str_of(json), LIMIT_REQUEST_BYTES, &doc, err);
    if (status == QD_OK && !yyjson_is_obj(yyjson_doc_get_root(doc))) {
        status = base_fail(err, QD_E_INVALID, "%s is no JSON object", what);
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_val *root = status == QD_OK ? yyjson_doc_get_root(doc) : NULL;
    yyjson_obj_foreach(root, index, max, key, value) {
        if (!put(list, yyjson_get_str(key), yyjson_val_mut_copy(list->base, value))) {
            status = no_memory(err);
        }
    }
    yyjson_doc_free(doc);
    return status;
}

static bool is_text(const cat_method *method, cat_text name) {
    const cat_param *param = cat_param_find(method, base_str_of(cat_str(name)));
    return param && param->type == CAT_STRING;
}

static yyjson_mut_val *time_value(pager_list *list, const cat_window *window, int64_t at,
                                  cat_text name) {
    if (window->format == CAT_TIME_CN_TEXT) {
        char text[BASE_TIME_TEXT];
        base_time_to_cn(at, text);
        return yyjson_mut_strcpy(list->base, text);
    }
    int64_t value = window->format == CAT_TIME_UNIX_MS ? at * 1000 : at;
    if (is_text(list->method, name)) {
        char *text = base_arena_printf(list->arena, "%lld", (long long)value);
        return text ? yyjson_mut_strcpy(list->base, text) : NULL;
    }
    return yyjson_mut_sint(list->base, value);
}

/* The half-open range in the platform's own ends: whole seconds, each end open or closed. */
static qd_status put_window(pager_list *list, const core_pager_options *options, qd_err *err) {
    const cat_window *window = options->window;
    if (!window) {
        return QD_OK;
    }
    if (options->from >= options->to) {
        return base_fail(err, QD_E_INVALID, "an empty time range");
    }
    if (window->longest_s > 0 && options->to - options->from > window->longest_s) {
        return base_fail(err, QD_E_INVALID, "%s serves at most %lld s at once",
                         cat_str(list->method->name), (long long)window->longest_s);
    }
    int64_t from = options->from - (window->from_open ? 1 : 0);
    int64_t to = options->to - (window->to_open ? 0 : 1);
    if (!put(list, cat_str(window->from_param),
             time_value(list, window, from, window->from_param)) ||
        !put(list, cat_str(window->to_param), time_value(list, window, to, window->to_param))) {
        return no_memory(err);
    }
    return QD_OK;
}

static qd_status fill_base(pager_list *list, const core_pager_options *options, qd_err *err) {
    list->base = yyjson_mut_doc_new(NULL);
    list->arena = base_arena_new(LIMIT_REQUEST_BYTES);
    if (!list->base || !list->arena) {
        return no_memory(err);
    }
    yyjson_mut_doc_set_root(list->base, yyjson_mut_obj(list->base));
    qd_status status = QD_OK;
    if (options->window) {
        status = merge(list, cat_str(options->window->fixed), "the window's fixed part", err);
    }
    if (status == QD_OK) {
        status = merge(list, options->fixed_json, "fixed_json", err);
    }
    return status == QD_OK ? put_window(list, options, err) : status;
}

qd_status pager_list_init(pager_list *list, const qd_shop *shop, const core_pager_options *options,
                          qd_err *err) {
    memset(list, 0, sizeof *list);
    (void)shop;
    list->method = options->method;
    list->page = options->method ? cat_page_of(options->method) : NULL;
    if (!list->page || list->page->style == CAT_PAGE_NONE) {
        return base_fail(err, QD_E_INVALID, "%s lists nothing",
                         options->method ? cat_str(options->method->name) : "(no method)");
    }
    list->first = list->page->style == CAT_PAGE_NUMBER ? list->page->first_page : 0;
    list->page_is_text = is_text(list->method, list->page->page_param);
    list->size_is_text = is_text(list->method, list->page->size_param);
    int32_t most = list->page->size_max > 0 ? list->page->size_max : list->page->size_default;
    list->size = options->page_size > 0 ? options->page_size : most;
    if (list->size <= 0) {
        list->size = 20;
    }
    if (list->page->size_max > 0 && list->size > list->page->size_max) {
        return base_fail(err, QD_E_INVALID, "%s serves at most %d rows a page",
                         cat_str(list->method->name), (int)list->page->size_max);
    }
    return fill_base(list, options, err);
}

void pager_list_clear(pager_list *list) {
    yyjson_mut_doc_free(list->base);
    base_arena_free(list->arena);
    memset(list, 0, sizeof *list);
}

int64_t pager_value(const pager_list *list, int32_t page) {
    return list->page->style == CAT_PAGE_OFFSET ? (int64_t)page * list->size : page;
}

static bool put_number(yyjson_mut_doc *doc, cat_text name, int64_t value, bool text) {
    const char *key = cat_str(name);
    if (*key == '\0') {
        return true; /* the platform has no such parameter */
    }
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    yyjson_mut_obj_remove_key(root, key);
    if (!text) {
        return yyjson_mut_obj_add_int(doc, root, key, value);
    }
    base_buf digits;
    base_buf_init(&digits, 32);
    base_buf_add_i64(&digits, value);
    bool fine = yyjson_mut_obj_add_strcpy(doc, root, key, base_buf_text(&digits));
    base_buf_clear(&digits);
    return fine;
}

qd_status pager_params(const pager_list *list, int32_t size, int64_t page_value,
                       yyjson_doc **out_params, qd_err *err) {
    yyjson_mut_doc *doc = yyjson_mut_doc_mut_copy(list->base, NULL);
    bool fine = doc && put_number(doc, list->page->size_param, size, list->size_is_text);
    if (fine && list->page->style == CAT_PAGE_CURSOR) {
        yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
        fine = list->cursor.len == 0 ||
               yyjson_mut_obj_add_strncpy(doc, root, cat_str(list->page->page_param),
                                          list->cursor.ptr, list->cursor.len);
    } else if (fine) {
        fine = put_number(doc, list->page->page_param, page_value, list->page_is_text);
    }
    *out_params = fine ? yyjson_mut_doc_imut_copy(doc, NULL) : NULL;
    yyjson_mut_doc_free(doc);
    return *out_params ? QD_OK : no_memory(err);
}

/* ---- answers ---- */

/* The list, also where the platform left out its wrapping ("trades.trade" and "trades"). */
static yyjson_val *find_rows(const pager_list *list, yyjson_val *data) {
    const char *path = cat_str(list->page->list_path);
    yyjson_val *rows = codec_json_at(data, path);
    const char *last = strrchr(path, '.');
    if (rows || !last) {
        return rows;
    }
    char outer[256];
    if (!base_copy(outer, sizeof outer, (base_str){ path, (size_t)(last - path) })) {
        return NULL;
    }
    yyjson_val *simple = codec_json_at(data, outer);
    return yyjson_is_arr(simple) ? simple : NULL;
}

static qd_status protocol(const pager_list *list, const char *what, qd_err *err) {
    return base_fail(err, QD_E_PROTOCOL, "the answer of %s: %s", cat_str(list->method->name), what);
}

qd_status pager_read(const pager_list *list, int32_t page, qd_reply *reply, core_page_result *out,
                     qd_err *err) {
    yyjson_val *data = core_reply_data(reply);
    const char *total_path = cat_str(list->page->total_path);
    memset(out, 0, sizeof *out);
    out->reply = reply;
    out->page = page;
    out->total = -1;
    out->rows = data ? find_rows(list, data) : NULL;
    if (out->rows && !yyjson_is_arr(out->rows)) {
        return protocol(list, "its list is no array", err);
    }
    out->row_count = yyjson_arr_size(out->rows);
    yyjson_val *total = *total_path && data ? codec_json_at(data, total_path) : NULL;
    if (total && (!codec_json_i64(total, &out->total) || out->total < 0)) {
        return protocol(list, "its total is no number", err);
    }
    if (*total_path && !total) {
        if (out->row_count > 0 || !yyjson_is_obj(data)) {
            return protocol(list, "it has no total", err);
        }
        out->total = 0; /* TOP leaves both out when there is nothing */
    }
    int64_t before = pager_value(list, page);
    if (list->page->style == CAT_PAGE_NUMBER) {
        before = (int64_t)(page - list->first) * list->size;
    }
    if (out->total > before && out->row_count == 0 && list->page->style != CAT_PAGE_CURSOR) {
        return protocol(list, "it counts rows and shows none", err);
    }
    return QD_OK;
}

int pager_has_next(const pager_list *list, const qd_reply *reply) {
    const char *path = cat_str(list->page->has_next_path);
    bool reversed = *path == '!';
    bool value = false;
    yyjson_val *data = core_reply_data(reply);
    if (*path == '\0' || !data || !codec_json_bool(codec_json_at(data, path + reversed), &value)) {
        return -1;
    }
    return value != reversed;
}

bool pager_next_cursor(pager_list *list, const qd_reply *reply) {
    yyjson_val *data = core_reply_data(reply);
    base_str next = { NULL, 0 };
    if (!data ||
        !codec_json_text(codec_json_at(data, cat_str(list->page->next_path)), list->arena, &next)) {
        return false;
    }
    char *copy = base_arena_dup(list->arena, next);
    bool moved = copy && next.len > 0 && !base_str_eq(next, list->cursor);
    if (moved) {
        list->cursor = (base_str){ copy, next.len };
    }
    return moved;
}

/* ---- bounds ---- */

int64_t pager_count(const pager_list *list, int64_t total) {
    return (total + list->size - 1) / list->size;
}

int32_t pager_smallest(const pager_list *list) {
    const cat_param *param =
        cat_param_find(list->method, base_str_of(cat_str(list->page->size_param)));
    bool bounded =
        param && (param->flags & CAT_HAS_MIN) && param->min > 1 && param->min <= list->size;
    return bounded ? (int32_t)param->min : 1;
}

bool pager_over_cap(const pager_list *list, int64_t total) {
    int64_t pages = pager_count(list, total > 0 ? total : 0);
    int64_t last_page = list->first + pages - 1;
    return (list->page->row_cap > 0 && total > list->page->row_cap) ||
           (list->page->page_cap > 0 && last_page > list->page->page_cap) || pages > LIMIT_PAGES;
}

qd_status pager_fail_cap(const pager_list *list, int64_t total, qd_err *err) {
    base_fail(
        err, QD_E_INVALID,
        "%s has %lld rows in this range and would pass the cap (%lld rows, page %d): split the "
        "range",
        cat_str(list->method->name), (long long)total, (long long)list->page->row_cap,
        (int)list->page->page_cap);
    if (err) {
        base_copy(err->sub_code, sizeof err->sub_code, BASE_STR("row-cap"));
    }
    return QD_E_INVALID;
}
