/*
 * What is known of a method as JSON: the shape that `qd api show -o json` promises in
 * docs/explorer.md. The keys of a method are always there; of a parameter name, type, required and
 * title are, the others when they are known.
 */
#include <string.h>

#include "cli/api_private.h"

/* Texts of the catalogue live as long as the program: they are never copied. */
static void put(yyjson_mut_doc *doc, yyjson_mut_val *to, const char *key, const char *text) {
    if (*text) {
        yyjson_mut_obj_add_str(doc, to, key, text);
    }
}

static void put_or_null(yyjson_mut_doc *doc, yyjson_mut_val *to, const char *key,
                        const char *text) {
    yyjson_mut_obj_add_val(doc, to, key, *text ? yyjson_mut_str(doc, text) : yyjson_mut_null(doc));
}

static void put_number(yyjson_mut_doc *doc, yyjson_mut_val *to, const char *key, int64_t number) {
    yyjson_mut_obj_add_val(doc, to, key,
                           number ? yyjson_mut_sint(doc, number) : yyjson_mut_null(doc));
}

/* ---- parameters ---- */

static void put_bounds(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_param *param) {
    if (param->flags & CAT_HAS_MIN) {
        yyjson_mut_obj_add_int(doc, to, "min", param->min);
    }
    if (param->flags & CAT_HAS_MAX) {
        yyjson_mut_obj_add_int(doc, to, "max", param->max);
    }
    if (param->max_length) {
        yyjson_mut_obj_add_uint(doc, to, "max_length", param->max_length);
    }
    if (param->max_items) {
        yyjson_mut_obj_add_uint(doc, to, "max_items", param->max_items);
    }
    if (param->flags & (CAT_HAS_MIN | CAT_HAS_MAX) || param->max_length || param->max_items) {
        yyjson_mut_obj_add_bool(doc, to, "bounds_certain", (param->flags & CAT_BOUNDS_SURE) != 0);
    }
}

static void put_enum(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_param *param) {
    if (param->enum_count == 0) {
        return;
    }
    yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, to, "enum");
    yyjson_mut_val *titles = yyjson_mut_obj(doc);
    for (size_t i = 0; i < param->enum_count; i++) {
        yyjson_mut_arr_add_str(doc, list, cat_enum(param, i));
        put(doc, titles, cat_enum(param, i), cat_enum_title(param, i));
    }
    if (yyjson_mut_obj_size(titles) > 0) {
        yyjson_mut_obj_add_val(doc, to, "enum_titles", titles);
    }
    yyjson_mut_obj_add_bool(doc, to, "enum_certain", (param->flags & CAT_ENUM_SURE) != 0);
}

yyjson_mut_val *api_param_value(yyjson_mut_doc *doc, const cat_param *param, int depth) {
    static const char *const places[] = { "body", "query", "path", "header" };
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, to, "name", cat_str(param->name));
    yyjson_mut_obj_add_str(doc, to, "type", cat_type_name((cat_type)param->type));
    if (param->type == CAT_ARRAY) {
        yyjson_mut_obj_add_str(doc, to, "items", cat_type_name((cat_type)param->item));
    }
    yyjson_mut_obj_add_bool(doc, to, "required", (param->flags & CAT_REQUIRED) != 0);
    if (param->flags & CAT_REQUIRED) {
        yyjson_mut_obj_add_bool(doc, to, "required_certain",
                                (param->flags & CAT_REQUIRED_SURE) != 0);
    }
    yyjson_mut_obj_add_str(doc, to, "title", cat_doc_str(param->title));
    put(doc, to, "alias", cat_doc_str(param->alias));
    put(doc, to, "default", cat_str(param->fallback));
    put(doc, to, "format", cat_str(param->format));
    put(doc, to, "unit", cat_str(param->unit));
    put_bounds(doc, to, param);
    put_enum(doc, to, param);
    if (param->flags & CAT_COMMA_LIST) {
        yyjson_mut_obj_add_bool(doc, to, "comma_list", true);
    }
    if (param->place != CAT_IN_BODY) {
        yyjson_mut_obj_add_str(doc, to, "in", places[param->place % 4]);
    }
    if (param->field_count > 0 && depth < API_DEEPEST) {
        yyjson_mut_val *fields = yyjson_mut_obj_add_arr(doc, to, "fields");
        for (size_t i = 0; i < param->field_count; i++) {
            yyjson_mut_arr_append(fields, api_param_value(doc, cat_field(param, i), depth + 1));
        }
    }
    return to;
}

/* ---- pages, windows ---- */

static yyjson_mut_val *page_value(yyjson_mut_doc *doc, const cat_page *page) {
    static const char *const styles[] = { "none", "number", "offset", "cursor" };
    if (!page) {
        return yyjson_mut_null(doc);
    }
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, to, "style", styles[page->style % 4]);
    put_or_null(doc, to, "page_param", cat_str(page->page_param));
    put_or_null(doc, to, "size_param", cat_str(page->size_param));
    yyjson_mut_obj_add_int(doc, to, "first_page", page->first_page);
    put_number(doc, to, "size_max", page->size_max);
    put_number(doc, to, "size_default", page->size_default);
    put_number(doc, to, "row_cap", page->row_cap);
    put_number(doc, to, "page_cap", page->page_cap);
    put_or_null(doc, to, "list", cat_str(page->list_path));
    put_or_null(doc, to, "total", cat_str(page->total_path));
    put_or_null(doc, to, "has_next", cat_str(page->has_next_path));
    put_or_null(doc, to, "next", cat_str(page->next_path));
    return to;
}

static yyjson_mut_val *window_value(yyjson_mut_doc *doc, const cat_window *window) {
    static const char *const formats[] = { "unix", "cn_text", "unix_ms" };
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, to, "by", cat_str(window->by));
    yyjson_mut_obj_add_str(doc, to, "from_param", cat_str(window->from_param));
    yyjson_mut_obj_add_str(doc, to, "to_param", cat_str(window->to_param));
    yyjson_mut_obj_add_str(doc, to, "format", formats[window->format % 3]);
    put_number(doc, to, "longest_s", window->longest_s);
    put_number(doc, to, "back_s", window->back_s);
    yyjson_mut_obj_add_bool(doc, to, "from_included", !window->from_open);
    yyjson_mut_obj_add_bool(doc, to, "to_included", !window->to_open);
    yyjson_mut_obj_add_bool(doc, to, "last_page_first", window->last_first);
    yyjson_mut_obj_add_val(doc, to, "with",
                           *cat_str(window->fixed) ? yyjson_mut_raw(doc, cat_str(window->fixed))
                                                   : yyjson_mut_null(doc));
    return to;
}

/* ---- answers, errors ---- */

static yyjson_mut_val *answer_value(yyjson_mut_doc *doc, const cat_answer *answer, int depth) {
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, to, "name", cat_doc_str(answer->name));
    yyjson_mut_obj_add_str(doc, to, "type", cat_type_name((cat_type)answer->type));
    if (answer->type == CAT_ARRAY) {
        yyjson_mut_obj_add_str(doc, to, "items", cat_type_name((cat_type)answer->item));
    }
    if (answer->field_count > 0 && depth < API_DEEPEST) {
        yyjson_mut_val *fields = yyjson_mut_obj_add_arr(doc, to, "fields");
        for (size_t i = 0; i < answer->field_count; i++) {
            yyjson_mut_arr_append(fields,
                                  answer_value(doc, cat_answer_field(answer, i), depth + 1));
        }
    }
    return to;
}

static yyjson_mut_val *answers_value(yyjson_mut_doc *doc, const cat_method *method) {
    if (!cat_answer_known(method)) {
        return yyjson_mut_null(doc);
    }
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < cat_answer_count(method); i++) {
        yyjson_mut_arr_append(list, answer_value(doc, cat_answer_at(method, i), 0));
    }
    return list;
}

static yyjson_mut_val *errors_value(yyjson_mut_doc *doc, const cat_method *method) {
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < cat_method_error_count(method); i++) {
        const cat_method_error *error = cat_method_error_at(method, i);
        yyjson_mut_val *row = yyjson_mut_arr_add_obj(doc, list);
        yyjson_mut_obj_add_str(doc, row, "code", cat_doc_str(error->code));
        yyjson_mut_obj_add_str(doc, row, "sub_code", cat_doc_str(error->sub_code));
        yyjson_mut_obj_add_str(doc, row, "meaning", cat_doc_str(error->meaning));
    }
    return list;
}

/* ---- methods ---- */

static void put_examples(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_method *method) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    yyjson_mut_val *example = yyjson_mut_obj_add_obj(doc, to, "example");
    api_example_command(method, &text);
    yyjson_mut_obj_add_strcpy(doc, example, "command", base_buf_text(&text));
    base_buf_reset(&text);
    api_example_c(method, &text);
    yyjson_mut_obj_add_strcpy(doc, example, "c", base_buf_text(&text));
    base_buf_clear(&text);
}

static void put_names(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_method *method) {
    char alias[API_NAME] = "";
    const cat_group *group = cat_group_of(method);
    (void)cat_alias(method, alias, sizeof alias);
    yyjson_mut_obj_add_str(doc, to, "method", cat_str(method->name));
    yyjson_mut_obj_add_str(doc, to, "platform", cat_str(cat_platform_of(method)->name));
    yyjson_mut_obj_add_str(doc, to, "title", cat_doc_str(method->title));
    yyjson_mut_obj_add_str(doc, to, "group", cat_str(group->name));
    yyjson_mut_obj_add_str(doc, to, "group_title", cat_doc_str(group->title));
    yyjson_mut_obj_add_bool(doc, to, "offline", (method->flags & CAT_OFFLINE) != 0);
    yyjson_mut_obj_add_val(doc, to, "alias",
                           *alias ? yyjson_mut_strcpy(doc, alias) : yyjson_mut_null(doc));
    put_or_null(doc, to, "doc", cat_doc_str(method->doc));
    put_or_null(doc, to, "note", cat_note(method));
    yyjson_mut_obj_add_bool(doc, to, "beyond_documents",
                            (method->flags & CAT_BEYOND_DOCUMENTS) != 0);
}

static void put_manner(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_method *method) {
    static const char *const formats[] = { "", "json", "xml" };
    yyjson_mut_obj_add_str(doc, to, "kind", api_kind_name(method));
    put_or_null(doc, to, "key_param", cat_str(method->key_param));
    yyjson_mut_obj_add_str(doc, to, "auth", api_auth_name(method));
    yyjson_mut_obj_add_str(doc, to, "http", method->http == CAT_GET ? "GET" : "POST");
    put_or_null(doc, to, "path", cat_str(method->path));
    put_or_null(doc, to, "wrapper", cat_str(method->wrapper));
    put_or_null(doc, to, "wrapper_format", formats[method->wrap % 3]);
    put_or_null(doc, to, "result_key", cat_str(method->result_key));
    yyjson_mut_obj_add_str(doc, to, "params_known", api_known_name(method));
}

yyjson_mut_val *api_method_value(yyjson_mut_doc *doc, const cat_method *method) {
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    put_names(doc, to, method);
    put_manner(doc, to, method);
    yyjson_mut_val *params = yyjson_mut_obj_add_arr(doc, to, "params");
    for (size_t i = 0; i < method->param_count; i++) {
        yyjson_mut_arr_append(params, api_param_value(doc, cat_param_at(method, i), 0));
    }
    yyjson_mut_obj_add_val(doc, to, "page", page_value(doc, cat_page_of(method)));
    yyjson_mut_val *windows = yyjson_mut_obj_add_arr(doc, to, "windows");
    for (size_t i = 0; i < method->window_count; i++) {
        yyjson_mut_arr_append(windows, window_value(doc, cat_window_at(method, i)));
    }
    yyjson_mut_obj_add_val(doc, to, "answer", answers_value(doc, method));
    yyjson_mut_obj_add_val(doc, to, "errors", errors_value(doc, method));
    put_examples(doc, to, method);
    return to;
}
