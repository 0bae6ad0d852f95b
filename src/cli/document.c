/*
 * Documents: one JSON value on standard output, or the part of it that --select names. Pretty on a
 * terminal, compact elsewhere. Knows no command.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

/* What we print is our own or a bounded answer; a document for people is never larger. */
enum { DOCUMENT_BYTES = 1024 * 1024 * 1024 };

bool cli_wants_document(const cli_context *context) {
    return context->format == CLI_JSON || context->format == CLI_NDJSON || context->select;
}

static int put(const cli_context *context, base_str text) {
    if (fwrite(text.ptr, 1, text.len, stdout) != text.len || fputc('\n', stdout) == EOF ||
        fflush(stdout) != 0) {
        qd_err err = QD_ERR_INIT;
        base_fail(&err, QD_E_IO, "cannot write to standard output");
        return cli_fail(context, &err);
    }
    return CLI_OK;
}

static int put_value(const cli_context *context, const yyjson_val *value, bool pretty) {
    size_t len = 0;
    char *text = yyjson_val_write(value, pretty ? YYJSON_WRITE_PRETTY_TWO_SPACES : 0, &len);
    if (!text) {
        qd_err err = QD_ERR_INIT;
        base_fail(&err, QD_E_NOMEM, "out of memory while writing JSON");
        return cli_fail(context, &err);
    }
    int status = put(context, (base_str){ text, len });
    free(text);
    return status;
}

/* The value in the format that was asked for. */
static int put_chosen(const cli_context *context, yyjson_val *value) {
    if (context->format == CLI_NDJSON && yyjson_is_arr(value)) {
        size_t i, count;
        yyjson_val *item;
        yyjson_arr_foreach(value, i, count, item) {
            int status = put_value(context, item, false);
            if (status != CLI_OK) {
                return status;
            }
        }
        return CLI_OK;
    }
    bool json = context->format == CLI_JSON || context->format == CLI_NDJSON;
    if (!json && yyjson_is_str(value)) {
        return put(context, (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
    }
    return put_value(context, value, context->terminal && context->format != CLI_NDJSON);
}

int cli_print_json(const cli_context *context, base_str text) {
    bool as_it_is = !context->select && !context->terminal && context->format != CLI_NDJSON;
    if (as_it_is) {
        return put(context, text);
    }
    qd_err err = QD_ERR_INIT;
    yyjson_doc *doc = NULL;
    if (codec_json_read(text, DOCUMENT_BYTES, &doc, &err) != QD_OK) {
        return cli_fail(context, &err);
    }
    yyjson_val *value = yyjson_doc_get_root(doc);
    if (context->select) {
        value = yyjson_doc_ptr_get(doc, context->select);
    }
    int status;
    if (value) {
        status = put_chosen(context, value);
    } else {
        base_fail(&err, QD_E_NOT_FOUND, "--select %s: the answer has no such part",
                  context->select);
        status = cli_fail(context, &err);
    }
    yyjson_doc_free(doc);
    return status;
}

int cli_print_document(const cli_context *context, const yyjson_mut_doc *doc) {
    qd_err err = QD_ERR_INIT;
    base_buf text;
    base_buf_init(&text, DOCUMENT_BYTES);
    int status = CLI_FAILED;
    if (!doc) {
        base_fail(&err, QD_E_NOMEM, "out of memory");
        status = cli_fail(context, &err);
    } else if (codec_json_write_mut(doc, false, &text, &err) != QD_OK) {
        status = cli_fail(context, &err);
    } else {
        status = cli_print_json(context, base_buf_str(&text));
    }
    base_buf_clear(&text);
    return status;
}
