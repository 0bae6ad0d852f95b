/*
 * An answer made up from the catalogue's tree: the same world, method and parameters give the same
 * bytes. Lists hold one to three rows, on the page that was asked for; totals agree with them, so
 * that a client which reads all pages comes to an end. Knows no envelope.
 */
#include <stddef.h>
#include <string.h>

#include "sandbox/generic/generic.h"

enum { DEEPEST = 8, MOST_ROWS = 3 };

/* FNV-1a: only to tell names apart. */
uint64_t generic_hash(base_str text) {
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211ULL;
    }
    return hash;
}

uint64_t generic_seed(const face_call *call, const cat_method *method, yyjson_val *params) {
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES * 2);
    if (params != NULL) {
        /* Sorted, so that the order of parameters does not matter; a failure hashes what is there.
         */
        (void)!codec_json_canonical(params, CODEC_JSON_PLAIN, &text, NULL);
    }
    uint64_t seed = base_mix(call->sb->seed, generic_hash(base_str_of(cat_str(method->name))));
    seed = base_mix(seed, generic_hash(base_buf_str(&text)));
    base_buf_clear(&text);
    return seed;
}

/* ---- pages ---- */

static int64_t param_i64(yyjson_val *params, cat_text name, int64_t fallback) {
    int64_t number = fallback;
    const char *key = cat_str(name);
    yyjson_val *value = *key != '\0' ? yyjson_obj_get(params, key) : NULL;
    return value != NULL && codec_json_i64(value, &number) ? number : fallback;
}

/* How many of the total's rows lie on the page that params ask for. */
static uint32_t rows_of_page(const generic_answer *answer) {
    const cat_page *page = cat_page_of(answer->method);
    if (page == NULL || answer->params == NULL || page->style == CAT_PAGE_NONE) {
        return answer->total;
    }
    int64_t size = param_i64(answer->params, page->size_param, MOST_ROWS);
    int64_t at = param_i64(answer->params, page->page_param, page->first_page);
    if (size < 1 || at < page->first_page || at > INT32_MAX || size > INT32_MAX) {
        return answer->total;
    }
    int64_t offset = 0;
    if (page->style == CAT_PAGE_NUMBER) {
        offset = (at - page->first_page) * size;
    } else if (page->style == CAT_PAGE_OFFSET) {
        offset = at - page->first_page;
    }
    int64_t left = (int64_t)answer->total - offset;
    left = left > size ? size : left;
    return left > 0 ? (uint32_t)left : 0;
}

generic_answer generic_begin(const face_call *call, const cat_method *method, yyjson_val *params) {
    generic_answer answer = {
        .method = method,
        .params = params,
        .seed = generic_seed(call, method, params),
        .base_s = world_start(call->sb->world),
    };
    /* The total must be the same on each page, so it does not follow from the parameters. */
    answer.total =
        1 + (uint32_t)(base_mix(call->sb->seed, generic_hash(base_str_of(cat_str(method->name)))) %
                       MOST_ROWS);
    answer.rows = rows_of_page(&answer);
    return answer;
}

/* ---- trees ---- */

/* The page rule's "result.items.item" tells how the items of `items` are called. */
static bool write_known_item_key(const generic_answer *answer, const char *list, base_buf *out) {
    const cat_page *page = cat_page_of(answer->method);
    const char *path = page != NULL ? cat_str(page->list_path) : "";
    const char *last = strrchr(path, '.');
    size_t len = strlen(list);
    if (last == NULL || (size_t)(last - path) < len || memcmp(last - len, list, len) != 0 ||
        ((size_t)(last - path) > len && last[-(ptrdiff_t)len - 1] != '.')) {
        return false;
    }
    base_buf_printf(out, "{\"%s\":", last + 1);
    return true;
}

/* TOP names the items of a list: by their type where they are scalars, else (the type's name is not
 * in the catalogue) by the list's name in the singular. */
static void write_item_key(const generic_answer *answer, const cat_answer *list, base_buf *out) {
    const char *name = cat_doc_str(list->name);
    size_t len = strlen(name);
    if (write_known_item_key(answer, name, out)) {
        return;
    }
    switch ((cat_type)list->item) {
    case CAT_STRING:
    case CAT_ANY:
    case CAT_DATETIME:
        base_buf_add_text(out, "{\"string\":");
        return;
    case CAT_INT:
    case CAT_NUMBER:
        base_buf_add_text(out, "{\"number\":");
        return;
    case CAT_BOOL:
        base_buf_add_text(out, "{\"boolean\":");
        return;
    default:
        break;
    }
    static const char list_tail[] = "_list";
    size_t tail = sizeof list_tail - 1;
    if (len > tail && strcmp(name + len - tail, list_tail) == 0) {
        len -= tail;
    } else if (len > 3 && strcmp(name + len - 3, "ies") == 0) {
        base_buf_printf(out, "{\"%.*sy\":", (int)(len - 3), name);
        return;
    } else if (len > 1 && name[len - 1] == 's') {
        len--;
    }
    base_buf_printf(out, "{\"%.*s\":", (int)len, name);
}

static bool is_skipped(const char *name, const char *const *skip) {
    for (; skip != NULL && *skip != NULL; skip++) {
        if (strcmp(name, *skip) == 0) {
            return true;
        }
    }
    return false;
}

static void write_key(const char *name, bool first, base_buf *out) {
    if (!first) {
        base_buf_add_char(out, ',');
    }
    codec_json_quote(out, base_str_of(name));
    base_buf_add_char(out, ':');
}

static void write_fields(const generic_answer *answer, const cat_answer *holder, uint64_t seed,
                         unsigned depth, base_buf *out) {
    base_buf_add_char(out, '{');
    for (size_t i = 0; i < holder->field_count && depth < DEEPEST; i++) {
        const cat_answer *field = cat_answer_field(holder, i);
        const char *name = cat_doc_str(field->name);
        write_key(name, i == 0, out);
        generic_write_field(answer, field, base_mix(seed, generic_hash(base_str_of(name))),
                            depth + 1, out);
    }
    base_buf_add_char(out, '}');
}

static void write_list(const generic_answer *answer, const cat_answer *list, uint64_t seed,
                       unsigned depth, base_buf *out) {
    /* Rows multiply with each level: below the second a list holds one. */
    uint32_t rows = depth < 2 ? answer->rows : 1;
    bool objects = list->field_count > 0 || list->item == CAT_OBJECT || list->item == CAT_MAP;
    if (answer->wrapped) {
        write_item_key(answer, list, out);
    }
    base_buf_add_char(out, '[');
    for (uint32_t i = 0; i < rows && depth < DEEPEST; i++) {
        uint64_t row = base_mix(seed, i + 1);
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        if (objects) {
            write_fields(answer, list, row, depth, out);
        } else if (list->item == CAT_ARRAY) {
            base_buf_add_text(out, "[]");
        } else {
            generic_write_scalar(answer, cat_doc_str(list->name), list->item, row, out);
        }
    }
    base_buf_add_text(out, answer->wrapped ? "]}" : "]");
}

static bool is_total(const generic_answer *answer, const char *name) {
    const cat_page *page = cat_page_of(answer->method);
    const char *path = page != NULL ? cat_str(page->total_path) : "";
    const char *dot = strrchr(path, '.');
    return *path != '\0' && strcmp(dot != NULL ? dot + 1 : path, name) == 0;
}

void generic_write_field(const generic_answer *answer, const cat_answer *field, uint64_t seed,
                         unsigned depth, base_buf *out) {
    if (generic_write_fine(answer, field, depth, out)) {
        return;
    }
    switch ((cat_type)field->type) {
    case CAT_OBJECT:
        write_fields(answer, field, seed, depth, out);
        break;
    case CAT_ARRAY:
        write_list(answer, field, seed, depth, out);
        break;
    case CAT_MAP:
        base_buf_add_text(out, "{}");
        break;
    default:
        if (field->field_count > 0) {
            write_fields(answer, field, seed, depth, out);
        } else if (is_total(answer, cat_doc_str(field->name))) {
            base_buf_printf(out, field->type == CAT_STRING ? "\"%u\"" : "%u", answer->total);
        } else {
            generic_write_scalar(answer, cat_doc_str(field->name), field->type, seed, out);
        }
        break;
    }
}

bool generic_write_members(generic_answer *answer, const char *const *skip, base_buf *out) {
    size_t count = cat_answer_known(answer->method) ? cat_answer_count(answer->method) : 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const cat_answer *field = cat_answer_at(answer->method, i);
        const char *name = cat_doc_str(field->name);
        if (is_skipped(name, skip)) {
            continue;
        }
        write_key(name, !any, out);
        generic_write_field(answer, field, base_mix(answer->seed, generic_hash(base_str_of(name))),
                            1, out);
        any = true;
    }
    return any;
}

void generic_write_data(generic_answer *answer, base_buf *out) {
    if (cat_answer_known(answer->method) && cat_answer_count(answer->method) == 1) {
        const cat_answer *only = cat_answer_at(answer->method, 0);
        if (strcmp(cat_doc_str(only->name), "(data)") == 0) {
            generic_write_field(answer, only, answer->seed, 0, out);
            return;
        }
    }
    base_buf_add_char(out, '{');
    (void)generic_write_members(answer, NULL, out);
    base_buf_add_char(out, '}');
}
