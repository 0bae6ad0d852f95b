/*
 * Sample values: what a caller could give for a parameter, from what the catalogue knows of it
 * (enums, bounds, formats, first page, windows). Plausible, not random; values of the platform's
 * own objects (ids) are made up.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/api_sample.h"

enum { FIELDS_SHOWN = 4, PAGE_ROWS = 10 };
/* 2026-01-01 00:00:00 +08:00 */
#define SAMPLE_FROM INT64_C(1767196800)

/* ---- which parameters ---- */

static bool names(cat_text text, const cat_param *param) {
    return *cat_str(text) && strcmp(cat_str(text), cat_str(param->name)) == 0;
}

bool api_sample_wants(const cat_method *method, const cat_param *param) {
    const cat_page *page = cat_page_of(method);
    const cat_window *window = cat_window_at(method, 0);
    if (param->flags & CAT_REQUIRED) {
        return true;
    }
    if (page && (names(page->size_param, param) ||
                 (names(page->page_param, param) && page->style == CAT_PAGE_NUMBER))) {
        return true;
    }
    return window && (names(window->from_param, param) || names(window->to_param, param));
}

/* ---- scalars ---- */

static void add_time(cat_time_format format, int64_t when, base_buf *out) {
    char text[BASE_TIME_TEXT];
    if (format == CAT_TIME_CN_TEXT) {
        base_time_to_cn(when, text);
        base_buf_add_text(out, text);
    } else {
        base_buf_add_i64(out, format == CAT_TIME_UNIX_MS ? when * 1000 : when);
    }
}

/* Page, page size and ends of the window have values of their own. */
static bool special(const cat_method *method, const cat_param *param, base_buf *out) {
    const cat_page *page = cat_page_of(method);
    const cat_window *window = cat_window_at(method, 0);
    enum { DAY = 86400 };
    if (page && page->style == CAT_PAGE_NUMBER && names(page->page_param, param)) {
        base_buf_add_i64(out, page->first_page);
        return true;
    }
    if (page && names(page->size_param, param)) {
        bool small = page->size_max > 0 && page->size_max < PAGE_ROWS;
        base_buf_add_i64(out, small ? page->size_max : PAGE_ROWS);
        return true;
    }
    if (window && names(window->from_param, param)) {
        add_time((cat_time_format)window->format, SAMPLE_FROM, out);
        return true;
    }
    if (window && names(window->to_param, param)) {
        int64_t span = window->longest_s && window->longest_s < DAY ? window->longest_s : DAY;
        add_time((cat_time_format)window->format, SAMPLE_FROM + span, out);
        return true;
    }
    return false;
}

static void add_number(const cat_param *param, base_buf *out) {
    int64_t number = 1;
    if ((param->flags & CAT_HAS_MIN) && number < param->min) {
        number = param->min;
    }
    if ((param->flags & CAT_HAS_MAX) && number > param->max) {
        number = param->max;
    }
    base_buf_add_i64(out, number);
}

/* The format's letters as digits of a day: yyyy-MM-dd HH:mm:ss. */
static void add_moment(const char *format, base_buf *out) {
    static const struct {
        const char *letters, *digits;
    } parts[] = { { "yyyy", "2026" }, { "MM", "01" }, { "dd", "01" },  { "HH", "00" },
                  { "mm", "00" },     { "ss", "00" }, { "SSS", "000" } };
    enum { PARTS = sizeof parts / sizeof parts[0] };
    const char *at = *format ? format : "yyyy-MM-dd HH:mm:ss";
    while (*at) {
        size_t i = 0;
        while (i < PARTS && strncmp(at, parts[i].letters, strlen(parts[i].letters)) != 0) {
            i++;
        }
        if (i < PARTS) {
            base_buf_add_text(out, parts[i].digits);
            at += strlen(parts[i].letters);
        } else {
            base_buf_add_char(out, *at++);
        }
    }
}

/* Names of scalars that the answer has: what a list of wished fields may hold. */
static bool add_fields(const cat_method *method, base_buf *out) {
    const cat_answer *at = cat_answer_known(method) ? cat_answer_at(method, 0) : NULL;
    size_t count = 0;
    for (int depth = 0; at && at->field_count && depth < API_DEEPEST; depth++) {
        const cat_answer *deeper = cat_answer_field(at, 0);
        if (deeper->field_count == 0) {
            break;
        }
        at = deeper;
    }
    for (size_t i = 0; at && i < at->field_count && count < FIELDS_SHOWN; i++) {
        const cat_answer *field = cat_answer_field(at, i);
        if (field->field_count == 0) {
            base_buf_printf(out, "%s%s", count++ ? "," : "", cat_doc_str(field->name));
        }
    }
    return count > 0;
}

static bool is_id(const char *name) {
    size_t len = strlen(name);
    return len >= 2 && (strcmp(name + len - 2, "id") == 0 || strcmp(name + len - 2, "Id") == 0 ||
                        strcmp(name + len - 2, "ID") == 0);
}

static void add_string(const cat_method *method, const cat_param *param, base_buf *out) {
    const char *name = cat_str(param->name);
    if (strcmp(name, "fields") == 0 && add_fields(method, out)) {
        return;
    }
    const char *text = is_id(name) ? "123456" : "text";
    size_t len = strlen(text);
    if (param->max_length && param->max_length < len) {
        len = param->max_length;
    }
    base_buf_add(out, text, len);
}

void api_sample_scalar(const cat_method *method, const cat_param *param, uint8_t type, bool top,
                       base_buf *out) {
    if (top && special(method, param, out)) {
        return;
    }
    if (param->enum_count > 0) {
        base_buf_add_text(out, cat_enum(param, 0));
        return;
    }
    switch ((cat_type)type) {
    case CAT_INT:
    case CAT_NUMBER:
        add_number(param, out);
        break;
    case CAT_BOOL:
        base_buf_add_text(out, "true");
        break;
    case CAT_DATETIME:
        add_moment(cat_str(param->format), out);
        break;
    default:
        add_string(method, param, out);
    }
}

/* ---- JSON ---- */

bool api_sample_is_tree(uint8_t type) {
    return type == CAT_OBJECT || type == CAT_ARRAY || type == CAT_MAP;
}

static void scalar_json(const cat_method *method, const cat_param *param, uint8_t type, bool top,
                        base_buf *out) {
    base_buf text;
    base_buf_init(&text, LIMIT_CONF_BYTES);
    api_sample_scalar(method, param, type, top, &text);
    if (type == CAT_INT || type == CAT_NUMBER || type == CAT_BOOL) {
        base_buf_add_str(out, base_buf_str(&text));
    } else {
        codec_json_quote(out, base_buf_str(&text));
    }
    base_buf_clear(&text);
}

/* The required fields, else the first one, so that an object is not empty. */
bool api_sample_wants_field(const cat_param *param, size_t index) {
    bool any = false;
    for (size_t i = 0; i < param->field_count; i++) {
        any = any || (cat_field(param, i)->flags & CAT_REQUIRED);
    }
    return any ? (cat_field(param, index)->flags & CAT_REQUIRED) != 0 : index == 0;
}

static void object_json(const cat_method *method, const cat_param *param, int depth,
                        base_buf *out) {
    size_t count = 0;
    base_buf_add_char(out, '{');
    for (size_t i = 0; depth < API_DEEPEST && i < param->field_count; i++) {
        const cat_param *field = cat_field(param, i);
        if (api_sample_wants_field(param, i)) {
            base_buf_add_text(out, count++ ? "," : "");
            codec_json_quote(out, base_str_of(cat_str(field->name)));
            base_buf_add_char(out, ':');
            api_sample_json(method, field, depth + 1, out);
        }
    }
    base_buf_add_char(out, '}');
}

void api_sample_json(const cat_method *method, const cat_param *param, int depth, base_buf *out) {
    switch ((cat_type)param->type) {
    case CAT_OBJECT:
        object_json(method, param, depth, out);
        break;
    case CAT_MAP:
        base_buf_add_text(out, "{\"key\":\"text\"}");
        break;
    case CAT_ARRAY:
        base_buf_add_char(out, '[');
        if (param->field_count > 0) {
            object_json(method, param, depth, out);
        } else if (!api_sample_is_tree(param->item)) {
            scalar_json(method, param, param->item, depth == 0, out);
        } else {
            base_buf_add_text(out, param->item == CAT_ARRAY ? "[]" : "{}");
        }
        base_buf_add_char(out, ']');
        break;
    default:
        scalar_json(method, param, param->type, depth == 0, out);
    }
}
