/* The answers of `qd decrypt` as one document, or as rows. Keeps no text. */
#include <stdlib.h>
#include <string.h>

#include "cli/decrypt_private.h"

/* An own number for nothing: absent in rows, null in documents. */
static void add_text(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *name,
                     const char *text) {
    if (text && *text) {
        yyjson_mut_obj_add_strcpy(doc, object, name, text);
    } else {
        yyjson_mut_obj_add_null(doc, object, name);
    }
}

static void add_answer(yyjson_mut_doc *doc, yyjson_mut_val *list, const decrypt_field *field,
                       const qd_sensitive_text *text) {
    yyjson_mut_val *object = yyjson_mut_arr_add_obj(doc, list);
    yyjson_mut_obj_add_strcpy(doc, object, "order_id", field->order_id);
    yyjson_mut_obj_add_strcpy(doc, object, "field", field->path);
    yyjson_mut_obj_add_str(doc, object, "kind", qd_sensitive_kind_name(text->kind));
    yyjson_mut_obj_add_str(doc, object, "status", qd_status_name(text->status));
    add_text(doc, object, "text", text->text);
    add_text(doc, object, "number", text->number);
    add_text(doc, object, "extension", text->extension);
    if (text->expires_at) {
        yyjson_mut_obj_add_int(doc, object, "expires_at", text->expires_at);
    } else {
        yyjson_mut_obj_add_null(doc, object, "expires_at");
    }
    add_text(doc, object, "code", text->code);
    add_text(doc, object, "message", text->message);
}

static int print_document(cli_context *context, const char *shop, qd_sensitive_action action,
                          const decrypt_fields *fields, const qd_sensitive *result) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (!doc) {
        return cli_print_document(context, NULL);
    }
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_strcpy(doc, root, "shop", shop);
    yyjson_mut_obj_add_str(doc, root, "kind", qd_sensitive_action_name(action));
    yyjson_mut_obj_add_uint(doc, root, "asked", qd_sensitive_count(result));
    yyjson_mut_obj_add_uint(doc, root, "failed", qd_sensitive_failed(result));
    yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, root, "texts");
    for (size_t i = 0; i < fields->count; i++) {
        add_answer(doc, list, &fields->items[i], qd_sensitive_at(result, i));
    }
    int code = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static cli_cell cell_of(const char *text) {
    return text && *text ? CLI_CELL_TEXT(text) : CLI_CELL_NULL;
}

static int print_rows(cli_context *context, const decrypt_fields *fields,
                      const qd_sensitive *result) {
    static const cli_column columns[] = {
        { "order_id", CLI_KIND_NAME, true },   { "field", CLI_KIND_TEXT, true },
        { "kind", CLI_KIND_TEXT, true },       { "status", CLI_KIND_TEXT, false },
        { "text", CLI_KIND_NAME, true },       { "number", CLI_KIND_TEXT, false },
        { "extension", CLI_KIND_TEXT, false }, { "expires_at", CLI_KIND_TIME, true },
        { "code", CLI_KIND_TEXT, true },       { "message", CLI_KIND_TEXT, true },
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    cli_rows *rows = cli_rows_new(context, columns, COLUMNS);
    if (!rows) {
        return CLI_FAILED;
    }
    for (size_t i = 0; i < fields->count; i++) {
        const decrypt_field *field = &fields->items[i];
        const qd_sensitive_text *text = qd_sensitive_at(result, i);
        const cli_cell cells[COLUMNS] = {
            CLI_CELL_TEXT(field->order_id),
            cell_of(field->path),
            CLI_CELL_TEXT(qd_sensitive_kind_name(text->kind)),
            CLI_CELL_TEXT(qd_status_name(text->status)),
            cell_of(text->text),
            cell_of(text->number),
            cell_of(text->extension),
            text->expires_at ? CLI_CELL_INT(text->expires_at) : CLI_CELL_NULL,
            cell_of(text->code),
            cell_of(text->message),
        };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    return cli_rows_end(rows);
}

int decrypt_print(cli_context *context, const char *shop, qd_sensitive_action action,
                  const decrypt_fields *fields, const qd_sensitive *result) {
    return cli_wants_document(context) ? print_document(context, shop, action, fields, result)
                                       : print_rows(context, fields, result);
}
