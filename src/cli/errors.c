/*
 * Errors as the shell tells them: the exit code of a status, one line for people or the one JSON
 * object on standard error. Prints nothing to standard output.
 */
#include "cli/cli_private.h"

int cli_exit_of(qd_status status) {
    switch (status) {
    case QD_OK:
        return CLI_OK;
    case QD_E_INVALID:
        return CLI_USAGE;
    case QD_E_NOT_FOUND:
        return CLI_NOT_FOUND;
    case QD_E_AUTH:
        return CLI_AUTH;
    case QD_E_LIMITED:
        return CLI_LIMITED;
    case QD_E_BUSY:
    case QD_E_STALE:
        return CLI_BUSY;
    case QD_E_UNKNOWN_OUTCOME:
        return CLI_UNKNOWN;
    case QD_E_CANCELLED:
        return cli_signal_exit() ? cli_signal_exit() : CLI_FAILED;
    default:
        return CLI_FAILED;
    }
}

static int rank(int code) {
    static const int order[] = { CLI_UNKNOWN, CLI_AUTH, CLI_LIMITED,   CLI_BUSY,
                                 CLI_FAILED,  CLI_GAP,  CLI_UNPROVABLE };
    enum { COUNT = sizeof order / sizeof order[0] };
    if (code == CLI_OK) {
        return COUNT + 1;
    }
    if (code > CLI_INTERRUPTED) {
        return -1;
    }
    for (int i = 0; i < COUNT; i++) {
        if (order[i] == code) {
            return i;
        }
    }
    /* Usage and not-found inside a run over shops are plain failures there. */
    return 4;
}

int cli_exit_worse(int a, int b) {
    return rank(a) <= rank(b) ? a : b;
}

yyjson_mut_val *cli_error_value(yyjson_mut_doc *doc, const qd_err *err) {
    yyjson_mut_val *value = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, value, "status", qd_status_name(err->status));
    yyjson_mut_obj_add_strcpy(doc, value, "platform", err->platform);
    yyjson_mut_obj_add_strcpy(doc, value, "code", err->code);
    yyjson_mut_obj_add_strcpy(doc, value, "sub_code", err->sub_code);
    yyjson_mut_obj_add_strcpy(doc, value, "request_id", err->request_id);
    yyjson_mut_obj_add_strcpy(doc, value, "message", err->message);
    if (err->limited_until) {
        yyjson_mut_obj_add_int(doc, value, "limited_until", err->limited_until);
    }
    return value;
}

static void add_explanation(yyjson_mut_doc *doc, yyjson_mut_val *error,
                            const cli_explanation *explanation) {
    yyjson_mut_val *value = yyjson_mut_obj_add_obj(doc, error, "explanation");
    yyjson_mut_obj_add_str(doc, value, "meaning", explanation->meaning);
    yyjson_mut_obj_add_str(doc, value, "documents", explanation->documents);
    yyjson_mut_obj_add_str(doc, value, "advice", explanation->advice);
}

static void add_items(yyjson_mut_doc *doc, yyjson_mut_val *error, const cli_failed_item *items,
                      size_t count) {
    yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, error, "items");
    for (size_t i = 0; i < count; i++) {
        yyjson_mut_val *item = yyjson_mut_arr_add_obj(doc, list);
        yyjson_mut_obj_add_uint(doc, item, "index", items[i].index);
        yyjson_mut_obj_add_str(doc, item, "id", items[i].id);
        yyjson_mut_obj_add_str(doc, item, "code", items[i].code);
        yyjson_mut_obj_add_str(doc, item, "message", items[i].message);
    }
}

static void tell_json(const qd_err *err, const cli_explanation *explanation,
                      const cli_failed_item *items, size_t count) {
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        yyjson_mut_val *error = cli_error_value(doc, err);
        yyjson_mut_obj_add_val(doc, root, "error", error);
        if (explanation) {
            add_explanation(doc, error, explanation);
        }
        if (count > 0) {
            add_items(doc, error, items, count);
        }
        if (codec_json_write_mut(doc, false, &text, NULL) == QD_OK) {
            fprintf(stderr, "%s\n", base_buf_text(&text));
        }
    }
    yyjson_mut_doc_free(doc);
    base_buf_clear(&text);
}

static void tell_line(const qd_err *err) {
    base_buf line;
    base_buf_init(&line, LIMIT_CONF_BYTES);
    base_buf_add_text(&line, "qd: ");
    base_buf_add_text(&line, err->message[0] ? err->message : qd_status_name(err->status));
    base_buf_add_text(&line, "\n");
    if (err->code[0]) {
        /* The platform's own texts: no terminal may be commanded by them. */
        base_buf_printf(&line, "    %s answered ", err->platform[0] ? err->platform : "platform");
        cli_pad(&line, base_str_of(err->code), 0, 0, false);
        base_buf_add_text(&line, err->sub_code[0] ? " / " : "");
        cli_pad(&line, base_str_of(err->sub_code), 0, 0, false);
        base_buf_add_text(&line, err->request_id[0] ? ", request id " : "");
        cli_pad(&line, base_str_of(err->request_id), 0, 0, false);
        base_buf_add_text(&line, "\n");
    }
    if (err->limited_until) {
        char until[BASE_TIME_TEXT];
        base_time_to_cn(err->limited_until, until);
        base_buf_printf(&line, "    limited until %s (+08:00)\n", until);
    }
    fputs(base_buf_text(&line), stderr);
    base_buf_clear(&line);
}

static void tell_explanation(const cli_explanation *explanation) {
    const char *const rows[][2] = { { "means", explanation->meaning },
                                    { "documents", explanation->documents },
                                    { "what helps", explanation->advice } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i][1] && rows[i][1][0]) {
            base_buf line;
            base_buf_init(&line, LIMIT_DOCUMENT_BYTES);
            cli_pad(&line, base_str_of(rows[i][1]), 0, 0, false);
            fprintf(stderr, "    %s: %s\n", rows[i][0], base_buf_text(&line));
            base_buf_clear(&line);
        }
    }
}

static void tell_items(const cli_failed_item *items, size_t count) {
    enum { SHOWN = 50 };
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        char line[400];
        base_buf shown;
        base_buf_init(&shown, LIMIT_CONF_BYTES);
        snprintf(line, sizeof line, "item %zu%s%s: %s%s%s", items[i].index,
                 items[i].id[0] ? " " : "", items[i].id, items[i].code,
                 items[i].code[0] && items[i].message[0] ? " " : "", items[i].message);
        cli_pad(&shown, base_str_of(line), 0, 0, false);
        fprintf(stderr, "    %s\n", base_buf_text(&shown));
        base_buf_clear(&shown);
    }
    if (count > SHOWN) {
        fprintf(stderr, "    and %zu more; -o json has all\n", count - SHOWN);
    }
}

int cli_fail_explained(const cli_context *context, const qd_err *err,
                       const cli_explanation *explanation) {
    return cli_fail_items(context, err, explanation, NULL, 0);
}

int cli_fail_items(const cli_context *context, const qd_err *err,
                   const cli_explanation *explanation, const cli_failed_item *items, size_t count) {
    if (context->format == CLI_JSON || context->format == CLI_NDJSON) {
        tell_json(err, explanation, items, count);
    } else {
        tell_line(err);
        tell_items(items, count);
        if (explanation) {
            tell_explanation(explanation);
        }
    }
    return cli_exit_of(err->status);
}

int cli_fail(const cli_context *context, const qd_err *err) {
    return cli_fail_explained(context, err, NULL);
}

int cli_usage(const cli_context *context, const char *fmt, ...) {
    char message[512];
    va_list list;
    va_start(list, fmt);
    vsnprintf(message, sizeof message, fmt, list);
    va_end(list);
    qd_err err = QD_ERR_INIT;
    if (context->command) {
        base_fail(&err, QD_E_INVALID, "%s: %s", context->command->name, message);
    } else {
        base_fail(&err, QD_E_INVALID, "%s", message);
    }
    return cli_fail(context, &err);
}
