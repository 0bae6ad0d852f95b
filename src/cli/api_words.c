/*
 * Short words for what the catalogue knows of parameters, pages and windows, as `qd api show` puts
 * them into a table. Prints nothing.
 */
#include <string.h>

#include "cli/api_private.h"

static void between(base_buf *out, const char *separator) {
    if (out->len > 0) {
        base_buf_add_text(out, separator);
    }
}

/* ---- parameters ---- */

void api_type_words(const cat_param *param, base_buf *out) {
    base_buf_add_text(out, cat_type_name((cat_type)param->type));
    if (param->type == CAT_ARRAY && param->item != CAT_ANY) {
        base_buf_printf(out, " of %s", cat_type_name((cat_type)param->item));
    }
}

static void range_words(const cat_param *param, base_buf *out) {
    bool least = (param->flags & CAT_HAS_MIN) != 0, most = (param->flags & CAT_HAS_MAX) != 0;
    if (least && most) {
        base_buf_printf(out, "%lld..%lld", (long long)param->min, (long long)param->max);
    } else if (least) {
        base_buf_printf(out, "at least %lld", (long long)param->min);
    } else if (most) {
        base_buf_printf(out, "at most %lld", (long long)param->max);
    }
    if (param->max_items) {
        between(out, "; ");
        base_buf_printf(out, "at most %u items", param->max_items);
    }
    if (param->max_length) {
        between(out, "; ");
        base_buf_printf(out, "at most %u %s", param->max_length,
                        param->type == CAT_FILE ? "bytes" : "characters");
    }
}

static void enum_words(const cat_param *param, size_t most, base_buf *out) {
    if (param->enum_count == 0) {
        return;
    }
    between(out, "; ");
    base_buf_add_text(out, param->flags & CAT_COMMA_LIST ? "some of " : "one of ");
    for (size_t i = 0; i < param->enum_count && i < most; i++) {
        const char *title = cat_enum_title(param, i);
        base_buf_printf(out, "%s%s", i ? ", " : "", cat_enum(param, i));
        if (*title && strcmp(title, cat_enum(param, i)) != 0) {
            base_buf_printf(out, " %s", title);
        }
    }
    if (param->enum_count > most) {
        base_buf_printf(out, " ... (%u values)", param->enum_count);
    }
}

void api_limit_words(const cat_param *param, size_t most, base_buf *out) {
    const char *format = cat_str(param->format), *unit = cat_str(param->unit);
    const char *fallback = cat_str(param->fallback);
    range_words(param, out);
    if (param->flags & CAT_COMMA_LIST) {
        between(out, "; ");
        base_buf_add_text(out, "commas between");
    }
    enum_words(param, most, out);
    if (*format) {
        between(out, "; ");
        base_buf_add_text(out, format);
    }
    if (*unit) {
        between(out, "; ");
        base_buf_printf(out, "in %s", unit);
    }
    if (*fallback) {
        between(out, "; ");
        base_buf_printf(out, "default %s", fallback);
    }
}

/* ---- pages ---- */

void api_page_words(const cat_page *page, base_buf *out) {
    const char *by = cat_str(page->page_param), *size = cat_str(page->size_param);
    if (page->style == CAT_PAGE_CURSOR) {
        base_buf_printf(out, "%s takes %s of the page before", by,
                        *cat_str(page->next_path) ? cat_str(page->next_path) : "the cursor");
    } else if (page->style == CAT_PAGE_OFFSET) {
        base_buf_printf(out, "%s is the number of rows before the page", by);
    } else if (page->style == CAT_PAGE_NUMBER) {
        base_buf_printf(out, "%s counts pages from %d", by, page->first_page);
    } else {
        base_buf_add_text(out, "one page");
    }
    if (*size) {
        base_buf_printf(out, "; %s rows a page", size);
        if (page->size_max) {
            base_buf_printf(out, ", at most %d", page->size_max);
        }
        if (page->size_default) {
            base_buf_printf(out, " (%d when absent)", page->size_default);
        }
    }
    if (page->row_cap) {
        base_buf_printf(out, "; no row beyond %lld is served", (long long)page->row_cap);
    }
    if (page->page_cap) {
        base_buf_printf(out, "; no page beyond %d", page->page_cap);
    }
    if (*cat_str(page->list_path)) {
        base_buf_printf(out, "; rows in %s", cat_str(page->list_path));
    }
    if (*cat_str(page->total_path)) {
        base_buf_printf(out, "; their count in %s", cat_str(page->total_path));
    }
}

static void span_words(int64_t seconds, base_buf *out) {
    enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
    if (seconds % DAY == 0) {
        base_buf_printf(out, "%lld day%s", (long long)(seconds / DAY), seconds == DAY ? "" : "s");
    } else if (seconds % HOUR == 0) {
        base_buf_printf(out, "%lld h", (long long)(seconds / HOUR));
    } else if (seconds % MINUTE == 0) {
        base_buf_printf(out, "%lld min", (long long)(seconds / MINUTE));
    } else {
        base_buf_printf(out, "%lld s", (long long)seconds);
    }
}

void api_window_words(const cat_window *window, base_buf *out) {
    static const char *const formats[] = { "unix seconds", "yyyy-MM-dd HH:mm:ss at +08:00",
                                           "unix milliseconds" };
    base_buf_printf(out, "%s: %s %s .. %s%s, %s", cat_str(window->by), cat_str(window->from_param),
                    window->from_open ? "(excluded)" : "(included)", cat_str(window->to_param),
                    window->to_open ? " (excluded)" : " (included)", formats[window->format % 3]);
    if (window->longest_s) {
        base_buf_add_text(out, "; spans at most ");
        span_words(window->longest_s, out);
    }
    if (window->back_s) {
        base_buf_add_text(out, "; reaches back ");
        span_words(window->back_s, out);
    }
    if (window->last_first) {
        base_buf_add_text(out, "; read the last page first");
    }
    enum { FIXED_SHOWN = 80 };
    if (*cat_str(window->fixed) && strlen(cat_str(window->fixed)) <= FIXED_SHOWN) {
        base_buf_printf(out, "; with %s", cat_str(window->fixed));
    }
}

/* ---- methods ---- */

const char *api_kind_name(const cat_method *method) {
    static const char *const names[] = { "read", "write", "write_keyed" };
    return names[method->kind % 3];
}

const char *api_auth_name(const cat_method *method) {
    static const char *const names[] = { "shop", "app", "none", "optional" };
    return names[method->auth % 4];
}

const char *api_known_name(const cat_method *method) {
    if (method->flags & CAT_PARAMS_UNKNOWN) {
        return "none";
    }
    if (method->flags & CAT_PARAMS_NAMES_ONLY) {
        return "names";
    }
    return method->flags & CAT_PARAMS_PARTIAL ? "partial" : "all";
}
