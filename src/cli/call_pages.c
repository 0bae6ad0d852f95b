/*
 * qd call --all-pages: walks every page of a listing in the order that loses no row, and joins the
 * rows into one JSON array.
 */
#include <string.h>

#include "cli/call_private.h"

/* The rows are held in memory until the last page has come: a walk that has to begin again must be
 * able to take them back. */
enum { ROWS_BYTES = 1024 * 1024 * 1024 };

typedef struct joining {
    const calling *calling;
    cli_progress *progress;
    base_buf *out;
    int64_t rows;
    int32_t first_page;
    bool backward;
} joining;

static void show_progress(const joining *j, int64_t total) {
    sync_progress state = { .shop = j->calling->t_code,
                            .stream = j->calling->name,
                            .phase = "pages",
                            .rows = j->rows,
                            .expected = total };
    cli_progress_show(j->progress, &state);
}

/* A core_page_fn. */
static qd_status add_page(void *user, core_page_result *page, qd_err *err) {
    joining *j = user;
    size_t i, count;
    yyjson_val *row;
    qd_status status = QD_OK;
    /* Rows left the list while it was read: the walk begins again with the first page. */
    if (!j->backward && j->rows > 0 && page->page == j->first_page &&
        cat_page_of(j->calling->method)->style != CAT_PAGE_CURSOR) {
        base_buf_reset(j->out);
        base_buf_add_char(j->out, '[');
        j->rows = 0;
    }
    yyjson_arr_foreach(page->rows, i, count, row) {
        base_buf_add_text(j->out, j->rows > 0 ? "," : "");
        status = codec_json_write(row, j->out, err);
        if (status != QD_OK) {
            break;
        }
        j->rows++;
    }
    show_progress(j, page->total);
    qd_reply_free(page->reply);
    if (status == QD_OK && atomic_load(cli_cancel())) {
        status = base_fail(err, QD_E_CANCELLED, "stopped after %lld rows", (long long)j->rows);
    }
    return status;
}

/* ---- the range that the caller asked for ---- */

/* A parameter as UTC seconds; false when it is not given, or no such time. */
static bool time_of(yyjson_val *params, const cat_window *window, cat_text name, int64_t *out) {
    yyjson_val *value = yyjson_obj_get(params, cat_str(name));
    if (window->format == CAT_TIME_CN_TEXT) {
        base_str text = { yyjson_get_str(value), yyjson_get_len(value) };
        return yyjson_is_str(value) && base_time_from_cn(text, out);
    }
    if (!value || !codec_json_i64(value, out)) {
        return false;
    }
    if (window->format == CAT_TIME_UNIX_MS) {
        bool whole = *out % 1000 == 0;
        *out /= 1000;
        return whole;
    }
    return true;
}

/* The window whose both ends are given, when its pages must be read from the last to the first;
 * other ranges are parameters like any other. */
static void find_window(const cat_method *method, yyjson_val *params, core_pager_options *options) {
    for (size_t i = 0; i < method->window_count; i++) {
        const cat_window *window = cat_window_at(method, i);
        int64_t from, to;
        if (window->last_first && time_of(params, window, window->from_param, &from) &&
            time_of(params, window, window->to_param, &to)) {
            options->window = window;
            options->from = from + (window->from_open ? 1 : 0);
            options->to = to + (window->to_open ? 0 : 1);
            return;
        }
    }
}

/* ---- page size ---- */

/* The caller's own page size counts; page numbers are the walk's. */
static int32_t take_page_size(const cat_page *page, yyjson_mut_val *params) {
    yyjson_mut_val *given = yyjson_mut_obj_remove_key(params, cat_str(page->size_param));
    (void)yyjson_mut_obj_remove_key(params, cat_str(page->page_param));
    int64_t size = 0;
    if (yyjson_mut_is_int(given)) {
        size = yyjson_mut_get_sint(given);
    } else if (yyjson_mut_is_str(given)) {
        (void)base_str_to_i64(base_str_of(yyjson_mut_get_str(given)), &size);
    }
    return size > 0 && size <= INT32_MAX ? (int32_t)size : 0;
}

static qd_status walk(const calling *c, yyjson_mut_doc *doc, base_buf *out, qd_err *err) {
    const cat_page *page = cat_page_of(c->method);
    core_pager_options options = { .method = c->method };
    joining j = { .calling = c, .out = out, .first_page = page->first_page };
    qd_loop *loop = NULL;
    base_buf fixed;
    base_buf_init(&fixed, LIMIT_REQUEST_BYTES);
    options.page_size = take_page_size(page, yyjson_mut_doc_get_root(doc));
    yyjson_doc *params = yyjson_mut_doc_imut_copy(doc, NULL);
    qd_status status = params ? codec_json_write_mut(doc, false, &fixed, err)
                              : base_fail(err, QD_E_NOMEM, "out of memory");
    if (status == QD_OK) {
        find_window(c->method, yyjson_doc_get_root(params), &options);
        j.backward = options.window != NULL;
        options.fixed_json = base_buf_text(&fixed);
        status = qd_loop_new(qd_shop_app(c->shop), &loop, err);
    }
    if (status == QD_OK) {
        j.progress = cli_progress_new(c->context);
        base_buf_add_char(out, '[');
        status = core_pager_walk(loop, c->shop, &options, add_page, &j, NULL, err);
        base_buf_add_char(out, ']');
        cli_progress_free(j.progress);
    }
    qd_loop_free(loop);
    yyjson_doc_free(params);
    base_buf_clear(&fixed);
    return status;
}

qd_status call_pages(const calling *c, const char *params_json, base_buf *out, qd_err *err) {
    if (!c->method || !cat_page_of(c->method)) {
        return base_fail(err, QD_E_INVALID, "%s: --all-pages: the method has no pages", c->name);
    }
    yyjson_doc *read = NULL;
    qd_status status = codec_json_read(base_str_of(params_json), 0, &read, err);
    yyjson_mut_doc *doc = status == QD_OK ? yyjson_doc_mut_copy(read, NULL) : NULL;
    if (status == QD_OK) {
        status = doc ? walk(c, doc, out, err) : base_fail(err, QD_E_NOMEM, "out of memory");
    }
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(read);
    return status == QD_OK ? base_buf_check(out, "the rows", err) : status;
}
