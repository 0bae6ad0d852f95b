/*
 * qd call --page-form: one page of any listing in one form. How it is read is the library's
 * (qiandian/page.h).
 */
#include "cli/call_private.h"

/* A number, or null where it is not known. */
static void add_number(base_buf *out, const char *name, int64_t value) {
    base_buf_printf(out, "\"%s\":", name);
    if (value >= 0) {
        base_buf_add_i64(out, value);
    } else {
        base_buf_add_text(out, "null");
    }
    base_buf_add_char(out, ',');
}

static void add_next(base_buf *out, const qd_page *page) {
    if (!page->next) {
        base_buf_add_text(out, "\"next\":null,");
        return;
    }
    base_buf_add_text(out, "\"next\":{");
    codec_json_quote(out, base_str_of(page->next_param));
    base_buf_add_char(out, ':');
    codec_json_quote(out, base_str_of(page->next));
    base_buf_add_text(out, "},");
}

qd_status call_page_form(qd_reply *reply, base_buf *out, qd_err *err) {
    qd_page page;
    qd_view item;
    qd_status status = qd_page_of(reply, &page, err);
    if (status != QD_OK) {
        return status;
    }
    base_buf_add_char(out, '{');
    add_number(out, "total", page.total);
    add_number(out, "page", page.number);
    add_number(out, "size", page.size);
    base_buf_printf(out, "\"has_more\":%s,",
                    page.has_more < 0 ? "null" : (page.has_more ? "true" : "false"));
    add_next(out, &page);
    base_buf_add_text(out, "\"items\":[");
    for (size_t i = 0; qd_list_next(&page.items, &item); i++) {
        const char *json = qd_view_json(item, NULL);
        if (!json && item.node) {
            return base_fail(err, QD_E_NOMEM, "out of memory for a page");
        }
        base_buf_add_text(out, i > 0 ? "," : "");
        base_buf_add_text(out, json ? json : "null");
    }
    base_buf_add_text(out, "]}");
    return base_buf_check(out, "a page", err);
}
